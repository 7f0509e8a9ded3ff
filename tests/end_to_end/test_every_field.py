"""Nothing that a template asks for stays unused: what is typed into a field of ``schemas/`` comes
out in a column of the programme summary, or moves what stands on one of its sheets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from pipeline.report.books import programme_summary
from pipeline.report.spec import Book, Facts, Table
from schemas.programme import PROGRAMME_TABLES
from schemas.returns import ASSUMPTIONS, OF_NEXT_RETURNS, RETURN_TABLES
from tests.builders import Cell, Programme, Return
from tests.long import quick_cases
from tests.running import outcome_of

At = tuple[str, str]
FIELDS: list[At] = [
    (table.name, field.heading)
    for table in (*PROGRAMME_TABLES, *(one for one in RETURN_TABLES if one is not ASSUMPTIONS))
    for field in table.fields
    if field not in OF_NEXT_RETURNS  # tests/end_to_end/test_next_return.py
]

# Where a field comes out that isn't in the table and under the heading of its own name.
TABLE_OF = {
    "Departments": "Returns",
    "Cover": "Returns",
    "Savings": "Register",
    "Answers": "Issues",
    "Services": "By_service",
}
COLUMN_OF: dict[At, At] = {
    ("Partners", "Code"): ("Apportioned", "Partner"),
    ("Partners", "Name"): ("Summary", "Organisation"),
    ("Services", "Basis"): ("Shares", "Basis"),
    ("Drivers", "Driver"): ("Shares", "Basis"),
    ("Cover", "Status"): ("Sources", "Status"),
    ("Savings", "Counted in"): ("Excluded", "Counted in"),
}

# What stands in the fields that don't take any words; the others hold their own name.
TYPED: dict[At, Cell] = {
    ("Programme", "Title"): "Joint working",
    ("Programme", "First year"): "2012/13",
    ("Programme", "Years"): 3,
    ("Programme", "Savings sign"): "Positive",
    ("Partners", "Code"): "HCC",
    ("Services", "Service"): "ICT",
    ("Services", "Basis"): "Heads",
    ("Baseline", "Service"): "Fleet",
    ("Drivers", "Driver"): "Heads",
    ("Drivers", "Service"): "ICT",
    ("Departments", "Department"): "Property",
    ("Departments", "Due"): "2012-05-30",
    ("Answers", "Department"): "Finance",
    ("Cover", "Department"): "Finance",
    ("Cover", "Date"): "2012-04-30",
    ("Cover", "Status"): "Final",
    ("Savings", "Line ref"): "L-1",
    ("Savings", "Project code"): "P-1",
    ("Savings", "Service"): "ICT",
    ("Savings", "Category"): "Income",
    ("Savings", "Scenario"): "Worst case",
    ("Savings", "Basis"): "Direct",
    ("Savings", "Partner"): "HCC",
    ("Savings", "Funding"): "Capital",
    ("Savings", "Paid by"): "B",
    ("Projects", "Service"): "ICT",
    ("Delivery", "Line ref"): "L-1",
    ("Delivery", "Year"): "2013/14",
    ("Delivery", "Forecast"): 17,
    ("Delivery", "Delivered"): 13,
    ("Delivery", "RAG"): "Amber",
    ("Confidence", "Rating"): "Amber",
    ("Confidence", "Weight"): 0.5,
    ("Gap", "Partner"): "HCC",
    ("Tags", "Heading"): "Stage",
    ("Tags", "Kind"): "List",
    ("Tags", "Values"): "Idea, Done",
    ("Risks", "Likelihood"): 3,
    ("Risks", "Impact"): 4,
    ("Benefits", "Criterion"): "Resilience",
    **{(table, "Project code"): "P-1" for table in ("Projects", "Risks", "Benefits")},
    **{(table, "Project code"): "P-1" for table in ("Dependencies", "Milestones")},
}
PROPOSALS = (
    ("Ref", "What", "Kind", "Better", "Worse"),
    ("T-1", "Vans", "Cash", 40, 30),
    ("T-2", "Cars", None, 20, 10),
)
LAYOUTS: tuple[dict[str, str], ...] = (
    {"Heading": "Line ref", "Their heading": "Ref"},
    {"Heading": "Description", "Their heading": "What"},
    {"Heading": "Service", "Constant": "ICT"},
    {"Heading": "Category", "Their heading": "Kind", "Fill down": "Yes"},
    {"Heading": "Category", "Their value": "Cash", "Our value": "Cashable saving"},
    {"Heading": "2012/13", "Their heading": "Better", "Map": "Best"},
    {"Heading": "Scenario", "Constant": "Best case", "Map": "Best"},
    {"Heading": "2012/13", "Their heading": "Worse", "Map": "Worst"},
    {"Heading": "Scenario", "Constant": "Worst case", "Map": "Worst"},
)

# Fields that say how others are read or shown: what is typed instead, and the sheet that is then
# another one.
MOVES: dict[At, tuple[Cell, str]] = {
    ("Programme", "Title"): ("Shared services", "Cover"),
    ("Programme", "Reference"): ("3506", "Cover"),
    ("Programme", "First year"): ("2011/12", "By year"),
    ("Programme", "Years"): (4, "By year"),
    ("Programme", "Steady-state year"): ("2012/13", "Summary"),
    ("Programme", "Scenarios"): ("Worst case, Best case", "Summary"),
    ("Programme", "Plan scenario"): ("Best case", "Inputs"),
    ("Programme", "Units"): ("£000", "Register"),
    ("Programme", "Savings sign"): ("Negative", "Register"),
    ("Programme", "Costs sign"): ("Negative", "Register"),
    ("Programme", "Profile"): ("Incremental", "Register"),
    ("Programme", "Discount rate"): ("6%", "Appraisal"),
    ("Programme", "Price base"): ("2012 prices", "Appraisal"),
    ("Programme", "Payback limit"): (1, "Appraisal"),
    ("Programme", "Report units"): ("£m", "Summary"),
    ("Programme", "Other programmes"): ("Another", "Issues"),
    ("Programme", "Marking"): ("OFFICIAL", "Cover"),
    ("Programme", "Contact"): ("Head of Finance", "Cover"),
    ("Programme", "Note"): ("Illustrative.", "Notes"),
    ("Baseline", "Service"): ("ICT", "Shares"),
    ("Baseline", "Year"): ("2013/14", "Shares"),
    ("Drivers", "Service"): ("Fleet", "Shares"),
    ("Drivers", "Year"): ("2013/14", "Shares"),
    ("Programme", "Share tolerance"): (3, "Shares"),
    **{(table, "From"): ("3 October 2012", "Shares") for table in ("Baseline", "Drivers")},
    **{(table, "Version"): ("Actual", "Shares") for table in ("Baseline", "Drivers")},
    **{(table, "Source"): ("Caseload", "Shares") for table in ("Baseline", "Drivers")},
    **{(table, "As at"): (date(2012, 3, 31), "Shares") for table in ("Baseline", "Drivers")},
    ("Cover", "Units"): ("£000", "Register"),
    ("Cover", "Savings sign"): ("Negative", "Register"),
    ("Cover", "Costs sign"): ("Negative", "Register"),
    ("Cover", "Profile"): ("Incremental", "Register"),
    ("Delivery", "Forecast"): (19, "Delivery"),
    ("Delivery", "Delivered"): (19, "Delivery"),
    ("Answers", "Department"): ("Fleet", "Issues"),
    ("Confidence", "Rating"): ("Red", "Delivery"),
    ("Confidence", "Weight"): (0.25, "Delivery"),
    ("Gap", "Partner"): ("B", "Budget"),
    ("Tags", "Heading"): ("Gate", "By tag"),
    ("Tags", "Kind"): ("Number", "Register"),
    ("Tags", "Values"): ("Idea, Gone", "By tag"),
    ("Layouts", "Workbook"): ("*elsewhere*", "Register"),
    ("Layouts", "Sheet"): ("Elsewhere", "Register"),
    ("Layouts", "Table"): ("Projects", "Register"),
    ("Layouts", "Heading"): ("Notes", "Register"),
    ("Layouts", "Their heading"): ("What", "Register"),
    ("Layouts", "Constant"): ("Fleet", "Register"),
    ("Layouts", "Their value"): ("Money", "Register"),
    ("Layouts", "Our value"): ("Income", "Register"),
    ("Layouts", "Fill down"): ("No", "Register"),
    ("Layouts", "Map"): ("Worst", "Register"),
}
AS_TYPED = [at for at in FIELDS if at not in MOVES]


def typed(at: At) -> Cell:
    """What stands in a field."""
    if at in MOVES or at in TYPED:
        return TYPED.get(at)
    return f"{at[0]}, {at[1]}"


def row_of(table: str, other: Mapping[At, Cell]) -> dict[str, Cell]:
    """A row of a table with something in every field; ``other``: what is typed instead."""
    return {name: other.get((of, name), typed((of, name))) for of, name in FIELDS if of == table}


def changes_of(table: str, other: Mapping[At, Cell]) -> dict[str, Cell]:
    """By heading, what is typed into a table instead."""
    return {name: cell for (of, name), cell in other.items() if of == table}


def write(folder: Path, answer: Mapping[str, Cell], other: Mapping[At, Cell]) -> None:
    """A programme with something in every field; ``answer``: a row of Answers."""
    programme = Programme()
    for name, value in row_of("Programme", other).items():
        programme.setting(name, value)
    heads = {"HCC": 3_000, "B": 1_000}
    programme.none_of("Partners", "Services", "Baseline")
    programme.sheets["Partners"].add(row_of("Partners", other))
    programme.partner("B", "Beta Police")
    programme.sheets["Services"].add(row_of("Services", other))
    programme.service("Fleet")
    programme.sheets["Baseline"].add({**row_of("Baseline", other), **heads})
    programme.sheets["Drivers"].add({**row_of("Drivers", other), **heads})
    for version, vans in (("Estimate", 5), ("Actual", 6)):
        said = {"Version": version}
        programme.driver("Vans", year="2013/14", said=said, HCC=vans, B=95)
    for table in ("Departments", "Assumptions", "Confidence", "Tags"):
        programme.sheets[table].add(row_of(table, other))
    programme.gap(str(row_of("Gap", other)["Partner"]), {"2012/13": 500})
    if answer:
        programme.answer({**answer, **changes_of("Answers", other)})
    write_layouts(programme, other)
    programme.write(folder)
    write_returns(folder, other)


def write_layouts(programme: Programme, other: Mapping[At, Cell]) -> None:
    """Rows of Layouts; in each column the first cell that holds something is changed."""
    changes = changes_of("Layouts", other)
    for row in LAYOUTS:
        cells: dict[str, Cell] = {
            "Workbook": "tracker*",
            "Sheet": "Proposals",
            "Table": "Savings",
            **row,
        }
        now = {name: changes.pop(name) for name in list(changes) if name in cells}
        programme.layout(**cells | now)


def write_returns(folder: Path, other: Mapping[At, Cell]) -> None:
    """A return that follows the template, and one that Layouts read."""
    finance = Return()
    for name, value in row_of("Cover", other).items():
        finance.cover(name, value)
    line = row_of("Savings", other)
    counted = line.pop("Counted in")
    finance.line([10, 20, 30], **line, Stage="Idea")
    finance.line([50, 60, 70], line_ref="L-2", category="One-off cost", basis="Vans")
    finance.line([70, 90, -80], line_ref="L-3", category="Cashable saving")
    finance.line([5, 5, 5], **line | {"Line ref": "L-4", "Counted in": counted})
    for table in (one.name for one in RETURN_TABLES[2:]):
        finance.sheets[table].add(row_of(table, other))
    finance.write(folder, "finance.xlsx")
    book = xlsxwriter.Workbook(folder / "tracker.xlsx")
    sheet = book.add_worksheet("Proposals")
    for number, cells in enumerate(PROPOSALS):
        sheet.write_row(number, 0, cells)
    book.close()


def book_of(folder: Path) -> Book:
    outcome = outcome_of(folder)
    assert outcome.results is not None, outcome.issues
    return programme_summary(outcome.results)


def columns(table: Table) -> dict[str, list[object]]:
    return {column.heading: list(column.values) for column in table.columns}


def tables_of(book: Book) -> dict[str, Table]:
    return {table.name: table for sheet in book.sheets for table in sheet.tables}


def content(book: Book, name: str) -> object:
    """Everything that a sheet says."""
    sheet = next(one for one in book.sheets if one.name == name)
    tables = [columns(table) for table in sheet.tables]
    facts = [block for block in sheet.blocks if isinstance(block, Facts)]
    return sheet.title, sheet.answer, sheet.lines, tables, facts, book.marking


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Cell]:
    """A row of Issues with an answer, as it is pasted into Answers."""
    folder = tmp_path_factory.mktemp("unanswered")
    write(folder, {}, {})
    issues = columns(tables_of(book_of(folder))["Issues"])
    at = issues["Rule"].index("scenario-missing")
    said = {name: str(cells[at]) for name, cells in issues.items()}
    return {**said, "Answer": "Agreed.", "Answered by": "A. Treasurer"}


@pytest.fixture(scope="module")
def book(answer: dict[str, Cell], tmp_path_factory: pytest.TempPathFactory) -> Book:
    """What comes out where nothing is changed."""
    folder = tmp_path_factory.mktemp("answered")
    write(folder, answer, {})
    return book_of(folder)


@pytest.mark.parametrize("at", AS_TYPED, ids=": ".join)
def test_what_is_typed_comes_out(at: At, book: Book, answer: dict[str, Cell]) -> None:
    name, heading = COLUMN_OF.get(at, (TABLE_OF.get(at[0], at[0]), at[1]))
    cell = answer[heading] if at[0] == "Answers" else typed(at)
    assert str(cell) in map(str, columns(tables_of(book)[name])[heading])


@quick_cases(8)
@pytest.mark.parametrize("at", MOVES, ids=": ".join)
def test_what_is_typed_moves_what_stands_there(
    at: At, book: Book, answer: dict[str, Cell], tmp_path: Path
) -> None:
    cell, name = MOVES[at]
    write(tmp_path, answer, {at: cell})
    assert content(book_of(tmp_path), name) != content(book, name)


def test_nothing_is_tried_that_no_template_asks_for() -> None:
    assert {*TYPED, *MOVES, *COLUMN_OF} <= set(FIELDS)
