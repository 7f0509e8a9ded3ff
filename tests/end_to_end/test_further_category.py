"""A category is its name in one of the groups of ``schemas/vocabulary.py``: everything else follows
from there. The program of these tests is a copy of ours with a category of each group more."""

from pathlib import Path

import pytest

from tests.builders import Programme, Return
from tests.end_to_end.changed_program import Program, after

# By name: what it is put behind in its group, and what it is saved or spent in each of two years.
FURTHER = {
    "One-off levy": ("ONE_OFF = (ONE_OFF_COST, ONE_OFF_SAVING", (70, 5)),
    "Licence cost": ("ANNUAL_CASHABLE = (RECURRING_COST, CASHABLE_SAVING, INCOME", (3, 11)),
    "Grant": ('INCOME, "Licence cost"', (-40, -50)),
    "Carbon saving": ("NON_CASHABLE = (NON_CASHABLE_SAVING, COST_AVOIDANCE", (-1_000, -2_000)),
}


def with_categories(folder: Path) -> Program:
    edits = [
        after("\nCOSTS = (ONE_OFF_COST, RECURRING_COST", ', "One-off levy", "Licence cost"'),
        *(after(members, f', "{name}"') for name, (members, _) in FURTHER.items()),
    ]
    return Program(folder, {"schemas/vocabulary.py": edits})


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A line of each, and of a cost and a saving of the categories that there were."""
    program = with_categories(tmp_path_factory.mktemp("program"))
    control = Programme(scenarios="Plan", years=2, payback_limit=3)
    control.write(program.inputs / "one")
    finance = Return("Finance")
    lines = {name: amounts for name, (_, amounts) in FURTHER.items()}
    for name, amounts in {**lines, "One-off cost": (30, 0), "Cashable saving": (0, -9)}.items():
        finance.line(list(amounts), line_ref=name, category=name, service="ICT")
        finance.add("Delivery", line_ref=name, year="2012/13", forecast=amounts[0])
    finance.write(program.inputs / "one", "finance.xlsx")
    program.run("report")
    return program


def test_its_lines_are_read_by_their_sign_and_no_issue_is_made(reported: Program) -> None:
    assert reported.table("Issues") == []
    register = reported.table("Register")
    lines = {row["Category"]: (row["2012/13"], row["2013/14"]) for row in register}
    assert {name: lines[name] for name in FURTHER} == {
        name: amounts for name, (_, amounts) in FURTHER.items()
    }


def test_it_has_a_row_of_by_year_in_its_group_and_counts_in_what_its_group_counts_in(
    reported: Program,
) -> None:
    whole = [row for row in reported.table("By_year") if row["Organisation"] == "Total programme"]
    figures = {row["Measure"]: (row["2012/13"], row["2013/14"]) for row in whole}
    assert list(figures) == [
        *("One-off cost", "One-off saving", "One-off levy"),
        *("Recurring cost", "Cashable saving", "Income", "Licence cost", "Grant"),
        *("Non-cashable saving", "Cost avoidance", "Carbon saving"),
        *("Net cashable", "Cumulative net cashable"),
    ]
    assert figures["Grant"] == (-40, -50)
    assert figures["Net cashable"] == (70 + 3 - 40 + 30, 5 + 11 - 50 - 9)
    (summary, *_) = reported.table("Summary")
    assert summary["One-off: Plan"] == 70 + 5 + 30
    assert summary["Annual cashable: Plan"] == 11 - 50 - 9


def test_switching_values_are_of_its_costs_and_savings_too(reported: Program) -> None:
    now = {row["Change"]: row["Amount now"] for row in reported.table("Switching_values")}
    by_payback = [amount for change, amount in now.items() if "payback" in str(change)]
    assert by_payback == [70 + 5 + 30, -50 - 9]


def test_it_is_followed_by_its_kind_and_controls_hold(reported: Program) -> None:
    plan = {
        row["Kind"]: row["Plan"]
        for row in reported.table("Tracker")
        if row["Service"] == "All services"
    }
    assert plan == {"Cashable": 3 - 40, "One-off": 70 + 30, "Non-cashable": -1_000}
    assert {row["Result"] for row in reported.table("Controls")} == {"Pass"}


def test_notes_and_dictionary_name_it(reported: Program) -> None:
    notes = {str(row["Term"]): str(row["What it means"]) for row in reported.table("Notes")}
    assert all(name in notes["Categories"] for name in FURTHER)
    assert "One-off levy and Licence cost; brackets" in notes["Sign"]
    assert "One-off levy" in notes["One-off"]
    assert "income, licence costs and grant" in notes["Delivery"]
    assert "cost avoidance and carbon savings are shown" in notes["Non-cashable"]
    (field,) = (
        row
        for row in reported.table("Data_dictionary")
        if (row["Table"], row["Heading"]) == ("Savings", "Category")
    )
    assert all(name in str(field["Words it may hold"]) for name in FURTHER)
