"""Rows for Layouts that the program suggests: pasted and completed, they lose no money."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from pipeline.core.returns import Return
from pipeline.ingest.discover import discover
from pipeline.ingest.formats.workbook import Workbook
from pipeline.ingest.totals import says_total
from pipeline.reading import read
from tests.builders import LAYOUTS, Programme
from tests.hostile.test_odd_workbooks import ODD, WHICH
from tests.ingest.test_layouts import write_rows

YEARS = ["2012/13", "2013/14", "2014/15"]
HEADS = ["Ref", "Proposal", "Directorate", "Type of saving"]
Rows = list[list[object]]


def line(ref: object, *amounts: object) -> list[object]:
    return [ref, f"Proposal {ref}", "ICT", "Cashable saving", *amounts]


def blank(count: int) -> list[object]:
    return [None] * count


QUARTERS: Rows = [
    [*HEADS, *(f"{year} Q{n}" for year in YEARS for n in (1, 2, 3, 4))],
    line("A", *range(1, 13)),
    line("B", *range(13, 25)),
]
MONTHS: Rows = [
    [*blank(4), "2012/13"],
    [*HEADS, *("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar")],
    line("A", *range(1, 13)),
]
DATES: Rows = [
    [*HEADS, date(2012, 4, 1), date(2013, 3, 1), date(2013, 4, 1)],
    line("A", 1, 2, 4),
]
SIDE_BY_SIDE: Rows = [
    [*blank(4), "2012/13", None, "2013/14", None],
    [*blank(4), *["£000"] * 4],
    [*HEADS, *["Best", "Worst"] * 2],
    line("A", -10, -1, -20, -2),
]
TRACKER: Rows = [
    ["Corporate savings tracker (£000)"],
    [],
    ["Directorate", "Saving", "Approved", "Status"],
    ["ICT", "Paper", 250, "On track"],
    ["Fleet", "Garage", 60.5, "At risk"],
    ["Total", None, 310.5, None],
]
LEDGER: Rows = [
    ["Cost centre", "Narrative", "Division", "Period", "Value"],
    ["C1", "Paper", "ICT", "2012/13", -1000],
    ["C1", "Paper", "ICT", "2013/14", -2000],
]
BUDGET_AND_ACTUAL: Rows = [
    [*HEADS, "2012/13 Budget", "2012/13 Actual", "2013/14 Budget", "2013/14 Actual"],
    line("A", 1, 2, 3, 4),
]
YEARS_TWICE: Rows = [[*HEADS, *YEARS, *YEARS], line("A", 1, 2, 3, 4, 5, 6)]


def programme() -> Programme:
    one = Programme()
    one.service("ICT", basis="Equal")
    one.service("Fleet", basis="Equal")
    one.none_of("Baseline")
    return one


def only_return(folder: Path) -> Return:
    (found,) = discover(folder).programmes
    (each,) = read(found).returns
    return each


def suggested(folder: Path, **sheets: Rows) -> list[dict[str, str]]:
    """What is suggested for a workbook, by the headings of Layouts."""
    programme().write(folder)
    write_rows(folder / "theirs.xlsx", **sheets)
    rows = only_return(folder).suggested
    return [{k: v for k, v in zip(LAYOUTS, row, strict=True) if v} for row in rows]


def filled_in(row: dict[str, str]) -> dict[str, str]:
    """A row as somebody completes it."""
    ours = {"Category": "Cashable saving", "Service": "ICT"}
    done = {
        heading: ours.get(row["Heading"], "Best case") if "(fill in" in text else text
        for heading, text in row.items()
    }
    return {**done, "Heading": "2012/13" if "(fill in" in row["Heading"] else row["Heading"]}


def pasted(folder: Path, rows: list[dict[str, str]]) -> Return:
    """The workbooks of a folder read by rows that were pasted into Layouts."""
    one = programme()
    for row in rows:
        one.layout(**filled_in(row))
    one.write(folder)
    return only_return(folder)


def lost(each: Return, book: Workbook) -> list[str]:
    """Numbers on the sheets that were read, below the headings, that are neither read nor named."""
    tables = each.tables["Savings"].sources
    named = {(issue.at.sheet_number, issue.at.column) for issue in each.issues if issue.at.cell}
    faults = []
    for number in {source.sheet_number for source in tables}:
        own = [source for source in tables if source.sheet_number == number]
        header = min(source.header_row for source in own)
        known = {column for s in own for column in (*s.columns.values(), *s.year_columns.values())}
        known |= {column for s in own for columns in s.added.values() for column in columns}
        rows = book.sheet(number).rows
        known |= {n for n, cell in enumerate(rows[header - 1], 1) if says_total(str(cell))}
        for place, row in enumerate(rows[header:], header + 1):
            if any(isinstance(cell, str) and says_total(cell) for cell in row):
                continue
            faults += [
                f"{book.sheets[number][0]} {place}, {column}: {cell}"
                for column, cell in enumerate(row, 1)
                if isinstance(cell, float) and cell
                if column not in known and (number, column) not in named
            ]
    return faults


KINDS = [
    pytest.param(QUARTERS, sum(range(1, 25)), id="quarters"),
    pytest.param(MONTHS, sum(range(1, 13)), id="months under a year"),
    pytest.param(DATES, 7, id="months by date"),
    pytest.param(SIDE_BY_SIDE, -33_000, id="best beside worst"),
    pytest.param(TRACKER, 310_500, id="a tracker"),
    pytest.param(LEDGER, -3_000, id="a long export"),
    pytest.param([[*HEADS, *YEARS], line("A", 1, 2, 3)], 6, id="a column a year"),
    pytest.param(
        [[*HEADS, *YEARS], line("A", "£1,000", "2k", None), line("B", "500", None, "-")],
        3_500,
        id="amounts as text",
    ),
    pytest.param([["Savings 2012/13"], [*HEADS, "Amount"], line("A", 7)], 7, id="a year above"),
    pytest.param([[*HEADS, *YEARS, "Total"], line("A", 1, 2, 3, 6)], 6, id="a Total column"),
]


@pytest.mark.parametrize(("rows", "pounds"), KINDS)
def test_a_suggestion_loses_no_money(rows: Rows, pounds: float, tmp_path: Path) -> None:
    offer = suggested(tmp_path, Proposals=rows)
    assert offer
    each = pasted(tmp_path, offer)
    assert [issue.rule for issue in each.issues if issue.is_error] == []
    assert each.amounts is not None
    assert int(each.amounts.years.sum() + each.amounts.outside.sum()) == pounds * 100
    assert lost(each, Workbook((tmp_path / "theirs.xlsx").read_bytes())) == []


def test_rows_are_complete_and_years_in_order(tmp_path: Path) -> None:
    rows: Rows = [[*HEADS, "2013/14 £000", "2012/13 £000"], line("A", 20, 10)]
    offer = suggested(tmp_path, Proposals=rows)
    assert {(row["Workbook"], row["Sheet"]) for row in offer} == {("theirs.xlsx", "Proposals")}
    assert [(row["Heading"], row.get("Their heading") or row["Constant"]) for row in offer] == [
        ("Savings sign", "Positive"),
        ("Line ref", "Ref"),
        ("Description", "Proposal"),
        ("Service", "Directorate"),
        ("Category", "Type of saving"),
        ("2012/13", "2012/13 £000"),
        ("2013/14", "2013/14 £000"),
    ]


def test_what_only_a_person_can_know_is_marked(tmp_path: Path) -> None:
    """Pasted as it stands it is wrong, never taken for an answer."""
    offer = suggested(tmp_path, Proposals=TRACKER)
    marked = {row["Heading"]: row.get("Constant", "") for row in offer if "(fill in" in str(row)}
    assert list(marked) == ["Category", "(fill in: the financial year)"]
    assert "Cashable saving" in marked["Category"]
    one = programme()
    for row in offer:
        one.layout(**row)
    one.write(tmp_path)
    (folder,) = discover(tmp_path).programmes
    told = read(folder)
    rules = [i.rule for i in (*told.control.issues, *told.returns[0].issues)]
    assert rules.count("bad-setting") == 2


def test_a_reference_is_made_where_there_is_none(tmp_path: Path) -> None:
    rows: Rows = [["Ref", *HEADS[1:], *YEARS], line("A", 1, 2, 3), line("A", 1, 2, 3)]
    (made,) = [r for r in suggested(tmp_path, Proposals=rows) if r["Heading"] == "Line ref"]
    assert made["Constant"] == "{workbook}-{sheet}-{row}"


def test_a_sheet_for_each_service(tmp_path: Path) -> None:
    rows: Rows = [["Ref", "Proposal", "Type", *YEARS], ["A", "Paper", "Income", 1, 2, 3]]
    offer = suggested(tmp_path, ICT=rows, Fleet=rows)
    services = [(r["Sheet"], r["Constant"]) for r in offer if r["Heading"] == "Service"]
    assert services == [("ICT", "{sheet}"), ("Fleet", "{sheet}")]


NONE = [
    pytest.param({"Proposals": BUDGET_AND_ACTUAL}, id="budget beside actual"),
    pytest.param({"Proposals": YEARS_TWICE}, id="every year twice"),
    pytest.param({"Lists": QUARTERS, "Notes": QUARTERS}, id="our own sheets"),
    pytest.param({"Proposals": [["Read me"], ["Nothing here"]]}, id="no table"),
]


@pytest.mark.parametrize("sheets", NONE)
def test_what_cannot_be_told_apart_is_not_suggested(
    sheets: dict[str, Rows], tmp_path: Path
) -> None:
    assert suggested(tmp_path, **sheets) == []


@WHICH
@pytest.mark.skipif(not ODD.is_dir(), reason="the odd workbooks are not part of the project")
def test_odd_workbooks_lose_no_number_by_a_suggestion(paths: list[Path], tmp_path: Path) -> None:
    """Few of them look like savings; whatever is suggested of them is pasted."""
    for path in paths:
        folder = tmp_path / path.name
        programme().write(folder)
        shutil.copy(path, folder / path.name)
        (found,) = discover(folder).programmes
        for each in read(found).returns:
            assert "broke down" not in each.result, path.name
            offer = [dict(zip(LAYOUTS, row, strict=True)) for row in each.suggested]
            if offer:
                again = pasted(folder, [{k: v for k, v in row.items() if v} for row in offer])
                assert lost(again, Workbook(path.read_bytes())) == [], path.name
