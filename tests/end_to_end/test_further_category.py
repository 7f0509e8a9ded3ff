"""A category is its name in one of the groups of ``schemas/vocabulary.py``: everything else follows
from there. ``further_program`` has one of each group more."""

from tests.end_to_end.further_program import CATEGORIES, Further
from tests.long import long

pytestmark = long


def test_its_lines_are_read_by_their_sign_and_no_issue_is_made(further: Further) -> None:
    assert further.table("categories", "Issues") == []
    register = further.table("categories", "Register")
    lines = {row["Category"]: (row["2012/13"], row["2013/14"]) for row in register}
    assert {name: lines[name] for name in CATEGORIES} == {
        name: amounts for name, (_, amounts) in CATEGORIES.items()
    }


def test_it_has_a_row_of_by_year_in_its_group_and_counts_in_what_its_group_counts_in(
    further: Further,
) -> None:
    whole = [
        row
        for row in further.table("categories", "By_year")
        if row["Organisation"] == "Total programme"
    ]
    figures = {row["Measure"]: (row["2012/13"], row["2013/14"]) for row in whole}
    assert list(figures) == [
        *("One-off cost", "One-off saving", "One-off levy"),
        *("Recurring cost", "Cashable saving", "Income", "Licence cost", "Grant"),
        *("Non-cashable saving", "Cost avoidance", "Carbon saving"),
        *("Net cashable", "Cumulative net cashable"),
    ]
    assert figures["Grant"] == (-40, -50)
    assert figures["Net cashable"] == (70 + 3 - 40 + 30, 5 + 11 - 50 - 9)
    (summary, *_) = further.table("categories", "Summary")
    assert summary["One-off: Plan"] == 70 + 5 + 30
    assert summary["Annual cashable: Plan"] == 11 - 50 - 9


def test_switching_values_are_of_its_costs_and_savings_too(further: Further) -> None:
    now = {
        row["Change"]: row["Amount now"] for row in further.table("categories", "Switching_values")
    }
    by_payback = [amount for change, amount in now.items() if "payback" in str(change)]
    assert by_payback == [70 + 5 + 30, -50 - 9]


def test_it_is_followed_by_its_kind_and_controls_hold(further: Further) -> None:
    plan = {
        row["Kind"]: row["Plan"]
        for row in further.table("categories", "Tracker")
        if row["Service"] == "All services"
    }
    assert plan == {"Cashable": 3 - 40, "One-off": 70 + 30, "Non-cashable": -1_000}
    assert {row["Result"] for row in further.table("categories", "Controls")} == {"Pass"}


def test_notes_and_dictionary_name_it(further: Further) -> None:
    notes = {
        str(row["Term"]): str(row["What it means"]) for row in further.table("categories", "Notes")
    }
    assert all(name in notes["Categories"] for name in CATEGORIES)
    assert "One-off levy and Licence cost; brackets" in notes["Sign"]
    assert "One-off levy" in notes["One-off"]
    assert "income, licence costs and grant" in notes["Delivery"]
    assert "cost avoidance and carbon savings are shown" in notes["Non-cashable"]
    (field,) = (
        row
        for row in further.table("categories", "Data_dictionary")
        if (row["Table"], row["Heading"]) == ("Savings", "Category")
    )
    assert all(name in str(field["Words it may hold"]) for name in CATEGORIES)
