"""What is a return's Cover: two of our settings beside values, on a sheet of any name."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.returns import Cover
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.returns import read_return
from tests.builders import Cell, Formula, Return
from tests.ingest.reading import issues, plan, pounds, results

UNITS: list[list[Cell]] = [["Department", "Finance"], ["Units", "£000"]]


def without_cover(*rows: list[Cell], sheet: str = "Front page") -> Return:
    """A return of one line of 5, whose settings stand on a sheet without our headings."""
    finance = Return()
    finance.leave_out("Cover")
    finance.line([5], line_ref="L")
    finance.sheet(sheet, rows)
    return finance


def cover_of(finance: Return, folder: Path) -> Cover:
    path = finance.write(folder, "sent.xlsx")
    context = ReadingContext((2012, 2013, 2014), 1, False, True, False, {"scenarios": ("Plan",)})
    cover = read_return("sent.xlsx", path.read_bytes(), "", context).cover
    assert cover is not None
    return cover


@pytest.mark.parametrize("sheet", ["Front page", "Sheet1", "COVER SHEET", "Covering note"])
def test_a_sheet_of_any_name_with_two_settings_is_the_cover(tmp_path: Path, sheet: str) -> None:
    plan().write(tmp_path)
    title: list[Cell] = ["Savings return 2012/13"]
    without_cover(
        title, [], ["Department:", "Estates"], ["units", None, "£'000"], sheet=sheet
    ).write(tmp_path)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"L": (5_000, 0, 0)}
    assert "Estates" in results(tmp_path).sources["department"].tolist()


def test_a_form_may_have_dots_up_to_the_value(tmp_path: Path) -> None:
    plan().write(tmp_path)
    without_cover(["Department" + " ." * 60, "Estates"], ["Units " + "…" * 90, "£000"]).write(
        tmp_path
    )
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"L": (5_000, 0, 0)}


@pytest.mark.parametrize(
    "row",
    [
        ["Department", "Finance", "Units", "£000"],
        ["Department:", "Finance", None, "Date", "2012-04-01", None, "Units [1]", None, "£'000"],
        ["Prepared by", "J Smith", "Finance team", "Units", "£k"],
    ],
)
def test_settings_may_stand_side_by_side_in_a_row(tmp_path: Path, row: list[Cell]) -> None:
    plan().write(tmp_path)
    without_cover(["Savings return"], row).write(tmp_path)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"L": (5_000, 0, 0)}


def test_what_stands_behind_a_value_is_a_note_where_it_names_no_setting(tmp_path: Path) -> None:
    cover = cover_of(
        without_cover(["Department", "Fleet", "Contact"], ["Status", "Draft", "Final", "£000"]),
        tmp_path,
    )
    assert (cover.department, cover.contact, cover.status) == ("Fleet", "", "Draft")
    assert cover.pounds_per_unit == 1


@pytest.mark.parametrize("rows", [UNITS, UNITS[1:]])
def test_the_sheet_called_cover_needs_no_headings(tmp_path: Path, rows: list[list[Cell]]) -> None:
    plan().write(tmp_path)
    without_cover(["Savings return"], [], *rows, sheet="cover").write(tmp_path)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"L": (5_000, 0, 0)}


def test_a_wrong_setting_rejects_the_rows_there_too(tmp_path: Path) -> None:
    plan().write(tmp_path)
    rows: list[list[Cell]] = [
        ["Department", "Finance"],
        ["Status", "Final"],
        ["Units", "thousands"],
    ]
    without_cover(*rows).write(tmp_path)
    assert issues(tmp_path) == [("unknown-value", "B3")]
    assert pounds(tmp_path) == {}


def test_a_setting_that_was_never_calculated_is_named(tmp_path: Path) -> None:
    plan().write(tmp_path)
    without_cover(*UNITS[:1], ["Status", "Final"], ["Profile", Formula("=A9")]).write(tmp_path)
    assert issues(tmp_path) == [("formula-no-value", "B3")]


@pytest.mark.parametrize(
    "rows",
    [
        [["Units", "£000"]],
        [["Units", "£000"], ["Vehicles", "Diesel"]],
        [["Department", "Contact", "Date", "Status"], ["Finance", "A Person", "1 May", "Final"]],
        [["Units", "Savings sign"], ["Profile", "Status"], ["Status", "Date"]],
        [["Notes"], ["Units of the amounts are those of the programme."], ["Status"], ["Date"]],
        [["Unit", "£000"], ["Team", "Estates"]],
        [["Units", "Choose £, £000 or £m, " * 9], ["Department", "Whose return it is, " * 9]],
    ],
)
def test_what_is_no_cover(tmp_path: Path, rows: list[list[Cell]]) -> None:
    plan().write(tmp_path)
    without_cover(*rows).write(tmp_path)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"L": (5, 0, 0)}


def test_one_counts_that_with_most_settings_and_the_first_on_ties(tmp_path: Path) -> None:
    finance = without_cover(["Department", "First"], ["Contact", "One"], sheet="One")
    finance.sheet("Two", [["Department", "Second"], ["Contact", "Two"], ["Status", "Draft"]])
    finance.sheet("Three", [["Department", "Third"], ["Contact", "Three"], ["Status", "Final"]])
    cover = cover_of(finance, tmp_path)
    assert (cover.department, cover.contact, cover.status) == ("Second", "Two", "Draft")
    finance.sheet("cover", [["Department", "Really"], ["Contact", "Four"]])
    assert cover_of(finance, tmp_path).department == "Really"


@pytest.mark.parametrize(
    ("setting", "value", "rule"),
    [
        ("Units", "£m", "unit-conflict"),
        ("Savings sign", "Positive", "unknown-value"),
        ("Profile", "Incremental", "unknown-value"),
        ("Units", "£000", None),
        ("Savings sign", "Negative", None),
    ],
)
def test_a_second_sheet_that_says_otherwise_is_named(
    tmp_path: Path, setting: str, value: str, rule: str | None
) -> None:
    plan().write(tmp_path)
    finance = without_cover(*UNITS, ["Date", "1 May 2012"], sheet="cover")
    finance.sheet("Older cover", [["Department", "Finance"], [setting, value]])
    finance.write(tmp_path)
    assert issues(tmp_path) == ([(rule, "B2")] if rule else [])
    assert pounds(tmp_path) == {"L": (5_000, 0, 0)}


def test_settings_above_the_table_of_savings_are_a_cover(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return(title_rows=[["Department", "Fleet"], ["Units", "£000"], []])
    finance.leave_out("Cover")
    finance.line([5], line_ref="L")
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"L": (5_000, 0, 0)}


def test_certified_by_is_kept(tmp_path: Path) -> None:
    finance = Return()
    finance.cover("Certified by", "J Smith, Head of Finance")
    assert cover_of(finance, tmp_path).certified_by == "J Smith, Head of Finance"
