"""Amounts from the cell to the penny: units, signs, profiles, text, formats (contract, sections 3
and 4)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import pytest

from pipeline.core.dates import parse_date
from tests.builders import Cell, Return
from tests.check.files import Grid, make_strict, write_ods, write_xls, write_xlsb
from tests.ingest.reading import issues, plan, pounds, results, run, shares


@pytest.mark.parametrize(
    ("units", "pence"),
    [
        ("£", 150),
        ("£000", 150_000),
        ("£'000", 150_000),
        ("£k", 150_000),
        ("£m", 150_000_000),
        (" £ M ", 150_000_000),
    ],
)
@pytest.mark.parametrize("where", ["programme", "cover"])
def test_units_of_the_programme_or_of_the_cover(
    tmp_path: Path, units: str, pence: int, where: str
) -> None:
    plan(units=units if where == "programme" else "£000").write(tmp_path)
    finance = Return()
    if where == "cover":
        finance.cover("Units", units)
    finance.line([1.5, "1.5", "1.5k"])
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"FIN-1": (pence / 100, pence / 100, 1_500)}


def test_the_headings_unit_holds_before_the_covers_and_that_before_the_programmes(
    tmp_path: Path,
) -> None:
    plan(units="£m").write(tmp_path)
    finance = Return(headings={"2013/14": "2013/14 £"})
    finance.cover("Units", "£000")
    finance.line([1, 1, 1])
    finance.write(tmp_path)
    assert issues(tmp_path) == [("unit-conflict", "J1")]
    assert pounds(tmp_path) == {"FIN-1": (1_000, 1, 1_000)}
    (issue,) = run(tmp_path).issues
    assert "“2013/14 £”" in issue.problem
    assert "£000" in issue.problem


CATEGORIES = {
    "One-off cost": 1,
    "One-off saving": -1,
    "Recurring cost": 1,
    "Cashable saving": -1,
    "Income": -1,
    "Non-cashable saving": -1,
    "Cost avoidance": -1,
}


@pytest.mark.parametrize("where", ["programme", "cover"])
def test_a_positive_return_turns_savings_and_income_round(tmp_path: Path, where: str) -> None:
    plan(savings_sign="Positive" if where == "programme" else "Negative").write(tmp_path)
    finance = Return()
    if where == "cover":
        finance.cover("savings  SIGN:", "positive")
    for number, category in enumerate(CATEGORIES):
        finance.line([5, "-"], line_ref=number, category=category, description=category)
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {
        str(number): (5 * sign, 0, 0) for number, sign in enumerate(CATEGORIES.values())
    }


@pytest.mark.parametrize("where", ["programme", "cover"])
def test_costs_below_zero_are_turned_round_where_savings_are_above_it(
    tmp_path: Path, where: str
) -> None:
    signs: dict[str, Cell] = {"savings_sign": "Positive", "costs_sign": "Negative"}
    plan(**(signs if where == "programme" else {})).write(tmp_path)
    finance = Return()
    if where == "cover":
        finance.cover("Savings sign", "Positive")
        finance.cover("costs sign:", "negative")
    for number, (category, sign) in enumerate(CATEGORIES.items()):
        stated = -5 if sign > 0 else 5
        finance.line([stated], line_ref=number, category=category, description=category)
    row = finance.line([7], line_ref="X", category="One-off cost")
    rejected = finance.line([-9, "TBC"], line_ref="Y", category="Recurring cost")
    finance.write(tmp_path)
    assert issues(tmp_path) == [
        ("amount-not-number", finance.at(rejected, "2013/14")),
        ("sign", finance.at(row, "2012/13")),
    ]
    assert pounds(tmp_path) == {
        **{str(number): (5 * sign, 0, 0) for number, sign in enumerate(CATEGORIES.values())},
        "X": (-7, 0, 0),
    }
    controls = results(tmp_path).controls
    assert (controls["expected"] == controls["actual"]).all()


def test_a_return_with_savings_below_zero_has_costs_above_it_whatever_the_programme_says(
    tmp_path: Path,
) -> None:
    plan(savings_sign="Positive", costs_sign="Negative").write(tmp_path)
    finance = Return()
    finance.cover("Savings sign", "Negative")
    finance.line([-5], line_ref="S", category="Income")
    finance.line([6], line_ref="C")
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"S": (-5, 0, 0), "C": (6, 0, 0)}


@pytest.mark.parametrize("word", ["Negative", "Positive"])
def test_costs_sign_on_a_cover_without_positive_savings_rejects_the_return(
    tmp_path: Path, word: str
) -> None:
    plan().write(tmp_path)
    finance = Return()
    cell = finance.cover("Costs sign", word)
    finance.line([5])
    finance.write(tmp_path)
    assert issues(tmp_path) == [("unknown-value", cell)]
    assert pounds(tmp_path) == {}


def test_a_cover_may_take_back_what_the_programme_says(tmp_path: Path) -> None:
    plan(savings_sign="Positive", profile="Incremental", units="£000").write(tmp_path)
    finance = Return()
    finance.cover("Savings sign", "Negative")
    finance.cover("Profile", "Annual")
    finance.cover("Units", "£")
    finance.line([-5, -6, -7], category="Income")
    finance.write(tmp_path)
    assert pounds(tmp_path) == {"FIN-1": (-5, -6, -7)}


@pytest.mark.parametrize(
    ("category", "stated", "annual"),
    [
        ("Cashable saving", (-500, -100, 0), (-500, -600, -600)),
        ("One-off cost", (250, -250, 0), (250, 0, 0)),
        ("Recurring cost", (None, 30, None), (0, 30, 30)),
        ("Income", (-10, 10, -10), (-10, 0, -10)),
    ],
)
def test_an_incremental_profile_becomes_annual_by_running_total(
    tmp_path: Path, category: str, stated: tuple[Cell, ...], annual: tuple[float, ...]
) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.cover("Profile", "Incremental")
    finance.line(stated, category=category)
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"FIN-1": annual}


def test_what_stands_before_the_first_year_is_not_in_the_running_total(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return(years=("2011/12", "2012/13", "2013/14"))
    finance.cover("Profile", "Incremental")
    finance.line([-100, -10, -1], category="Income")
    finance.write(tmp_path)
    assert issues(tmp_path) == [("year-outside-programme", "I2")]
    assert pounds(tmp_path) == {"FIN-1": (-10, -11, -11)}


def test_half_a_penny_goes_away_from_nil_and_is_named(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.line([0.005, 0.015, 1.005])
    finance.line([-0.005, "(0.015)", -1.005], category="Income")
    finance.line([0.004, 0.1 + 0.2, 4.35 * 100])
    finance.write(tmp_path)
    assert pounds(tmp_path) == {
        "FIN-1": (0.01, 0.02, 1.01),
        "FIN-2": (-0.01, -0.02, -1.01),
        "FIN-3": (0, 0.3, 435),
    }
    found = [(i.rule, i.at.cell, i.value) for i in run(tmp_path).issues]
    assert found == [
        ("sub-penny", "I2", "0.005"),
        ("sub-penny", "I3", "-0.005"),
        ("sub-penny", "I4", "0.004"),
    ]
    said = [issue.problem for issue in run(tmp_path).issues]
    assert said[0].startswith("3 amounts were rounded to the penny")
    assert said[2].startswith("One amount was rounded to the penny")


def test_the_largest_amount_that_is_read(tmp_path: Path) -> None:
    plan(units="£m").write(tmp_path)
    finance = Return()
    finance.line([-1_000_000], service="ICT", category="Income")
    finance.write(tmp_path)
    assert pounds(tmp_path) == {"FIN-1": (-1_000_000_000_000, 0, 0)}


def test_all_unreadable_cells_are_named_each_with_what_stands_there(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.line(["TBC", date(2012, 4, 30), True])
    finance.line([5, "12,34", "1 804"])
    finance.write(tmp_path)
    assert [(i.at.cell, i.value, i.heading) for i in run(tmp_path).issues] == [
        ("I2", "TBC", "2012/13"),
        ("J2", "30 April 2012", "2013/14"),
        ("K2", "TRUE", "2014/15"),
        ("J3", "12,34", "2013/14"),
        ("K3", "1 804", "2014/15"),
    ]
    assert "it is a date" in run(tmp_path).issues[1].problem
    assert pounds(tmp_path) == {}


# The Cover's Date


@pytest.mark.parametrize(
    "cell",
    [
        date(2012, 4, 30),
        datetime(2012, 4, 30, 14, 5),
        "30/04/2012",
        "30/4/2012",
        "30.04.2012",
        "30-04-2012",
        "2012-04-30",
        "2012-04-30T00:00:00",
        "30 April 2012",
        "30 Apr 2012",
        "30 APR 2012",
        "30th April 2012",
        "30-Apr-2012",
        "30-Apr-12",
        "30/04/12",
        "30 April, 2012",
        " 30\N{NO-BREAK SPACE}April  2012 ",
    ],
)
def test_forms_of_a_date(cell: Cell) -> None:
    assert parse_date(cell) == date(2012, 4, 30)


@pytest.mark.parametrize(
    "cell",
    ["", "April 2012", "31/04/2012", "04/30/2012", "30 Foo 2012", "soon", 41029.0, True, "12/13"],
)
def test_what_is_no_date(cell: Cell) -> None:
    assert parse_date(cell) is None


def test_a_wrong_date_on_the_cover_is_named_and_rejects_all_rows(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    cell = finance.cover("Date", "end of April")
    finance.line([5])
    finance.write(tmp_path)
    assert issues(tmp_path) == [("unknown-value", cell)]
    assert pounds(tmp_path) == {}


@pytest.mark.parametrize("options", [{}, {"date_1904": True}])
def test_dates_count_from_1900_or_1904(tmp_path: Path, options: dict[str, bool]) -> None:
    """The later Cover date is read, whichever way the workbook counts days."""
    plan().write(tmp_path)
    for name, day, amount in (("a.xlsx", date(2012, 4, 30), 5), ("b.xlsx", date(2012, 5, 1), 6)):
        each = Return()
        each.cover("Date", day)
        each.line([amount])
        each.write(tmp_path, name, **(options if name == "a.xlsx" else {}))
    assert [issue.at.workbook for issue in run(tmp_path).issues] == ["a.xlsx"]
    assert pounds(tmp_path) == {"FIN-1": (6, 0, 0)}


# The Cover


def test_a_cover_in_any_spelling_anywhere(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return(
        sheets={"Cover": "COVER"},
        headings={"Setting": "setting:", "Value": "VALUE"},
        title_rows=4,
        blank_columns=2,
    )
    finance.cover("UNITS (please choose)", None)
    finance.cover(" units", "£ 000")
    finance.cover("Prepared-by", "Ann")
    finance.cover("Favourite colour", "green")
    finance.line([5])
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"FIN-1": (5_000, 0, 0)}
    sources = results(tmp_path).sources.set_index("workbook").loc["return.xlsx"]
    assert sources[["department", "status"]].tolist() == ["Finance", "Final"]


def test_without_a_cover_the_programmes_settings_and_the_files_name_hold(tmp_path: Path) -> None:
    plan(units="£000", savings_sign="Positive", profile="Incremental").write(tmp_path)
    finance = Return()
    finance.leave_out("Cover")
    finance.line([5, 5], category="Income")
    finance.write(tmp_path, "Corporate resources.xlsx")
    assert pounds(tmp_path) == {"FIN-1": (-5_000, -10_000, -10_000)}
    sources = results(tmp_path).sources.set_index("workbook")
    assert sources.loc["Corporate resources.xlsx", "department"] == "Corporate resources"


@pytest.mark.parametrize(
    ("setting", "value"), [("Units", "thousands"), ("Savings sign", "Minus"), ("Profile", "Yearly")]
)
def test_a_wrong_setting_rejects_every_row_of_the_return(
    tmp_path: Path, setting: str, value: str
) -> None:
    plan().write(tmp_path)
    finance, estates = Return("Finance"), Return("Estates")
    cell = finance.cover(setting, value)
    finance.line([5])
    finance.line([6])
    finance.write(tmp_path, "finance.xlsx")
    estates.line([7])
    estates.write(tmp_path, "estates.xlsx")
    (issue,) = run(tmp_path).issues
    assert (issue.rule, issue.at.cell, issue.value) == ("unknown-value", cell, value)
    assert pounds(tmp_path) == {"EST-1": (7, 0, 0)}
    sources = results(tmp_path).sources.set_index("workbook").loc["finance.xlsx"]
    assert sources[["rows_read", "accepted", "rejected"]].tolist() == [2, 0, 2]


@pytest.mark.parametrize(
    ("setting", "value", "meant"),
    [
        ("Unit", "£000", "Units"),
        ("Units of amounts", "£m", "Units"),
        ("Amounts in", "£'000", "Units"),
        ("Sign", "Positive", "Savings sign"),
        ("Saving sign", "positive", "Savings sign"),
        ("Profiles", "Incremental", "Profile"),
        ("Profil", "Incrementel", "Profile"),
        ("Unit", "thousands", "Units"),
    ],
)
def test_a_setting_by_another_name_is_not_passed_over(
    tmp_path: Path, setting: str, value: str, meant: str
) -> None:
    """The amounts would be read in another way than the department says."""
    plan().write(tmp_path)
    finance = Return()
    cell = finance.cover(setting, value)
    finance.line([5])
    finance.write(tmp_path)
    assert issues(tmp_path) == [("unknown-value", cell.replace("B", "A"))]
    assert f"“{meant}”" in run(tmp_path).issues[0].problem
    assert pounds(tmp_path) == {}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("Units [note 1]", "£"),
        ("Unit", "£"),
        ("Business unit", "ICT"),
        ("Equality impact", "Positive"),
        ("Risk profile", "High"),
        ("Sign-off", "Negative"),
        ("Amounts", "Annual"),
        ("Unit", None),
    ],
)
def test_settings_of_their_own_change_nothing(
    tmp_path: Path, setting: str, value: str | None
) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.cover(setting, value)
    finance.line([5])
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"FIN-1": (5, 0, 0)}


def test_units_given_twice_are_an_error_where_they_differ(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.cover("Units", "£000")
    cell = finance.cover("UNITS", "£m")
    finance.cover("Units ", "£000")
    finance.line([5])
    finance.write(tmp_path)
    assert issues(tmp_path) == [("unknown-value", cell)]
    assert pounds(tmp_path) == {}


# Formats


def test_strict_ooxml_gives_the_same_figures_and_the_same_issues(tmp_path: Path) -> None:
    found = []
    for name in ("transitional", "strict"):
        folder = tmp_path / name
        one = plan()
        one.write(folder)
        finance = Return(title_rows=1)
        finance.line([5, "TBC"])
        finance.line([6, 7, 8])
        finance.write(folder)
        if name == "strict":
            make_strict(folder / "return.xlsx")
            make_strict(folder / "programme.xlsx")
        found.append((issues(folder), pounds(folder)))
    assert found[0] == found[1]
    assert found[0] == ([("amount-not-number", "J3")], {"FIN-2": (6, 7, 8)})


@pytest.mark.parametrize("name", ["return.xlsm", "return.xls", "return.ods", "RETURN.XLSX"])
def test_the_content_decides_the_format(tmp_path: Path, name: str) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.line([5])
    finance.write(tmp_path, name)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"FIN-1": (5, 0, 0)}


@pytest.mark.parametrize("write", [write_xlsb, write_xls, write_ods])
def test_a_workbook_of_another_format_reads_alike(
    tmp_path: Path, write: Callable[[Path, Mapping[str, Grid]], Path]
) -> None:
    plan().write(tmp_path)
    rows: list[list[str | float | None]] = [
        [None, "Savings & costs"],
        [None, "Line ref", "Description", "Service", "Category", "2012/13", "2013/14", "Budget"],
        [None, "A", "One & all", "ICT", "One-off cost", 5.25, "£1,234.50", 7],
        [None, 2, "Whole numbers", "ICT", "One-off cost", 10, 20, 8],
        [None, "C", "Another", "ICT", "One-off cost", 5.0, "TBC", None],
        [None, "Total", None, None, None, 20.25, 99],
        [None, "Grand total", None, None, None, 21, None],
    ]
    cover: list[list[str | float | None]] = [["Setting", "Value"], ["Units", "£000"]]
    write(tmp_path / f"return.{write.__name__[6:]}", {"Savings": rows, "Cover": cover})
    assert issues(tmp_path) == [
        ("amount-not-number", "G5"),
        ("unread-amounts", "H2"),
        ("total-mismatch", "F7"),
    ]
    assert pounds(tmp_path) == {"A": (5_250, 1_234_500, 0), "2": (10_000, 20_000, 0)}


def test_a_control_workbook_of_another_format(tmp_path: Path) -> None:
    """Its weights are whole numbers of .xls, and its name is as ever."""
    write_xls(
        tmp_path / "programme.xlsx",
        {
            "Programme": [
                ["Setting", "Value"],
                ["Title", "Old"],
                ["First year", "2012/13"],
                ["Years", 2],
                ["Scenarios", "Plan"],
            ],
            "Partners": [["Code", "Name"], ["A", "Alpha"], ["B", "Beta"]],
            "Services": [["Service", "Strand", "Basis"], ["ICT", "Corporate", "Baseline"]],
            "Baseline": [["Service", "A", "B"], ["ICT", 3000, 1000]],
        },
    )
    finance = Return()
    finance.line([4])
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert shares(tmp_path) == {("FIN-1", "A"): (3, 0), ("FIN-1", "B"): (1, 0)}
