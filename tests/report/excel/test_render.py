"""What every workbook is, whatever is in it: deterministic, accessible, ready to print."""

import errno
import gc
import io
import os
import re
import time
import zipfile
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest

from pipeline.core.results import Results
from pipeline.report.books import created, programme_summary
from pipeline.report.excel.errors import RenderError
from pipeline.report.excel.render import render, write
from pipeline.report.formula import formula
from pipeline.report.outputs import build_validation
from pipeline.report.spec import (
    SHEET_CELLS,
    SHEET_HEAD_ROWS,
    SHEET_ROWS,
    Book,
    Column,
    Role,
    Sheet,
    Table,
    pages,
)
from schemas.outputs import Show
from tests.report import fake
from tests.report.built import build
from tests.report.fake import opened, records_of, tables_of

DAY = datetime(2012, 4, 1)
# Points of rows that stay in view at most.
SMALL_SCREEN = 232.5


def book(*sheets: Sheet, **more: object) -> Book:
    return Book("test.xlsx", "A test", sheets, DAY, **more)  # type: ignore[arg-type]


def one_table(*columns: Column, name: str = "T") -> Sheet:
    return Sheet(name, "A title", (Table(name, columns),))


def workbooks(outputs: dict[str, bytes]) -> dict[str, bytes]:
    return {path: content for path, content in outputs.items() if path.endswith(".xlsx")}


def test_the_same_results_give_the_same_bytes(
    outputs: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("LC_ALL", "C")
    time.tzset()
    try:
        assert build(fake.results()) == outputs
    finally:
        monkeypatch.undo()
        time.tzset()


def test_no_person_clock_or_machine_is_in_it(outputs: dict[str, bytes]) -> None:
    for content in workbooks(outputs).values():
        properties = opened(content).properties
        assert properties.title
        assert not properties.creator
        assert not properties.lastModifiedBy
        assert properties.created == properties.modified == DAY
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            text = b"".join(map(archive.read, archive.namelist()))
        for own in (os.environ.get("USER") or "no user", os.uname().nodename, str(fake.__file__)):
            assert own.encode() not in text or len(own) < 5


def test_the_date_comes_from_the_inputs_or_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert created(fake.programme()) == DAY
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1577836800")
    assert created(fake.programme()) == datetime(2020, 1, 1)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "tomorrow")
    assert created(None) == datetime(2000, 4, 1)


def test_nothing_is_merged_or_hidden(outputs: dict[str, bytes]) -> None:
    for content in workbooks(outputs).values():
        for sheet in opened(content).worksheets:
            assert sheet.sheet_state == "visible"
            assert not sheet.merged_cells.ranges
            assert not any(column.hidden for column in sheet.column_dimensions.values())
            assert not any(row.hidden for row in sheet.row_dimensions.values())


def test_each_sheet_has_its_title_tables_from_column_a_and_unique_headings(
    outputs: dict[str, bytes],
) -> None:
    for content in workbooks(outputs).values():
        for sheet in opened(content).worksheets:
            assert isinstance(sheet["A1"].value, str)
            assert sheet["A1"].font.b
            for table in sheet.tables.values():
                assert table.ref.startswith("A")
                headings = [str(cell.value) for cell in sheet[table.ref][0]]
                assert headings == [column.name for column in table.tableColumns]
                assert all(headings)
                assert len({heading.casefold() for heading in headings}) == len(headings)


def test_there_are_no_blank_rows(outputs: dict[str, bytes]) -> None:
    for content in workbooks(outputs).values():
        # Afresh: where another test has looked at a cell that isn't there, it is there.
        for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
            assert all(any(cell.value is not None for cell in row) for row in sheet.iter_rows())


def test_the_cursor_is_in_a1_of_the_first_sheet(outputs: dict[str, bytes]) -> None:
    for content in workbooks(outputs).values():
        workbook = opened(content)
        assert workbook.active is workbook.worksheets[0]
        view = workbook.worksheets[0].sheet_view
        active = view.pane.activePane if view.pane else None
        selected = {each.pane: each.activeCell for each in view.selection}
        assert selected[active] == "A1"
        assert view.topLeftCell is None


def test_pages_are_set_up(summary_book: bytes) -> None:
    for sheet in opened(summary_book).worksheets:
        setup = sheet.page_setup
        assert str(setup.paperSize) == "9"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert setup.fitToHeight == (None if sheet.title == "Cover" else 0)  # None: one page
        assert sheet.print_area
        assert sheet.oddHeader.left.text.strip().splitlines()[0] == "Joint services (3506)"
        assert sheet.oddHeader.right.text.strip() == "OFFICIAL"
        assert sheet.oddFooter.center.text.strip() == "OFFICIAL"
        assert "Page &P of &N" in sheet.oddFooter.right.text
        if len(sheet.tables) == 1 and sheet.title not in ("Charts", "Cover"):
            (table,) = sheet.tables.values()
            header = re.findall(r"\d+", table.ref)[0]
            assert sheet.print_title_rows == f"${header}:${header}"
            points = sum(
                sheet.row_dimensions[row].height or 14.25 for row in range(1, int(header) + 1)
            )
            # Headings that would fill a small screen don't stay in view, the lines above them do.
            in_view = 3 if points > SMALL_SCREEN else int(header)
            assert re.findall(r"\d+", sheet.freeze_panes) == [str(in_view + 1)]


def test_wide_sheets_lie_down_and_the_register_goes_on_to_the_right() -> None:
    said = dict.fromkeys(("owner", "notes", "confidence"), "Words as departments write them")
    register = fake.results().register.assign(**said)
    workbook = opened(render(programme_summary(fake.results(register=register))))
    assert workbook["Summary"].page_setup.orientation == "landscape"
    assert workbook["Cover"].page_setup.orientation == "portrait"
    assert workbook["Summary"].page_setup.fitToWidth in (None, 1)
    assert int(workbook["Register"].page_setup.fitToWidth) == 2
    assert workbook["Register"].print_title_cols == "$A:$A"


def test_several_tables_that_go_on_to_the_right_have_their_first_columns_there() -> None:
    long = ["A sentence of a department that takes all the room that it is given, and more"] * 2
    columns = tuple(Column(f"Remark {n}", long, Show.LONG_TEXT, 60) for n in range(5))
    refs = Column("Line ref", ["A-1", "A-2"])
    tables = (Table("First", (refs, *columns)), Table("Second", (refs, *columns), caption="More"))
    (sheet,) = opened(render(book(Sheet("Wide", "Wide", tables, keep_columns=1)))).worksheets
    assert int(sheet.page_setup.fitToWidth) > 1
    assert sheet.print_title_cols == "$A:$A"
    assert sheet.page_setup.pageOrder == "overThenDown"
    assert not sheet.print_title_rows


@pytest.mark.parametrize("on_paper", [True, False])
def test_a_last_table_that_no_page_has_leaves_its_headings_to_the_one_above(
    on_paper: bool,
) -> None:
    few, many = Column("Ref", ["1", "2"]), Column("Ref", [str(n) for n in range(200)])
    above = (Table("Few", (few,)), Table("Many", (many,), caption="Many"))
    last = Table("Workings", (few,), caption="Workings", on_paper=on_paper)
    (sheet,) = opened(render(book(Sheet("Three", "Three", (*above, last))))).worksheets
    tops = {t.name: int(re.findall(r"\d+", t.ref)[0]) for t in sheet.tables.values()}
    end = tops["Workings"] + 2 if on_paper else tops["Many"] + 200
    (area,) = str(sheet.print_area).split(",")
    assert area.endswith(f"${end}")
    assert sheet.print_title_rows == (None if on_paper else f"${tops['Many']}:${tops['Many']}")


def test_amounts_are_shown_in_the_report_units_and_kept_in_pounds() -> None:
    for unit, code in ((1, "#,##0_)"), (1_000, "#,##0,_)"), (1_000_000, "#,##0.00,,_)")):
        content = render(
            programme_summary(fake.results(programme=fake.programme(report_unit=unit)))
        )
        sheet = opened(content)["Summary"]
        cell = next(cell for cell in sheet["C"] if cell.value == 7_777)
        assert cell.number_format.split(";")[0] == code
        assert '"–"' in cell.number_format


def test_columns_grow_with_their_amounts() -> None:
    wide = one_table(Column("A", [1]), Column("B", [-123_456_789_012_34], Show.MONEY, 12))
    sheet = opened(render(book(wide)))["T"]
    assert sheet.column_dimensions["B"].width > 17


def test_wrapped_text_gets_the_rows_that_it_needs() -> None:
    text = Column("A", ["short", "word " * 60, "x" * 40_000], Show.LONG_TEXT, 40)
    sheet = opened(render(book(one_table(text))))["T"]
    heights = [sheet.row_dimensions[row].height for row in (3, 4, 5)]
    assert heights[0] is None
    assert 80 < heights[1] < 150
    assert heights[2] <= 409
    assert sheet["A4"].alignment.wrap_text
    assert sheet["A4"].alignment.vertical == "top"


def test_roles_set_rows_off_by_more_than_colour() -> None:
    rows = Table("T", (Column("A", ["a", "b", "c"]),), roles={1: Role.TOTAL, 2: Role.ASIDE})
    sheet = opened(render(book(Sheet("T", "Title", (rows,)))))["T"]
    assert [sheet[f"A{row}"].font.b for row in (3, 4, 5)] == [False, True, False]
    assert sheet["A5"].font.i


def test_a_column_may_carry_formulas_with_their_stored_values() -> None:
    live = Column("Sum", [12_345, None], Show.MONEY, formulas=[formula("1+122.45"), None])
    content = render(book(one_table(Column("A", [1, 2], Show.COUNT), live)))
    assert opened(content, formulas=True)["T"]["B3"].value == "=1+122.45"
    assert opened(content)["T"]["B3"].value == 123.45
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>1+122.45</f><v>123.45</v>" in xml


def test_links_lead_to_sheets_of_the_book() -> None:
    contents = one_table(Column("Sheet", ["It's"], links=["It's"]))
    target = one_table(Column("A", [1]), name="Other")
    content = render(book(contents, Sheet("It's", "Title", target.blocks)))
    assert opened(content)["T"]["A3"].hyperlink.location == "'It''s'!A1"


def test_dates_are_dates() -> None:
    content = render(book(one_table(Column("Day", [date(2012, 4, 30)], Show.DATE))))
    cell = opened(content)["T"]["A3"]
    assert cell.value == datetime(2012, 4, 30)
    assert cell.number_format == "d mmmm yyyy"


@pytest.mark.parametrize(
    "sheets",
    [
        (one_table(Column("A", [1]), name="T"), one_table(Column("A", [1]), name="t")),
        (one_table(Column("A", [1]), name="A1"),),
        (one_table(Column("A", [1]), name="no spaces"),),
        (Sheet("T", "T", (Table("X", (Column("A", [float("inf")], Show.YEARS),)),)),),
    ],
    ids=["same name twice", "a cell's name", "spaces", "no number"],
)
def test_what_excel_would_not_take_is_refused_loudly(sheets: tuple[Sheet, ...]) -> None:
    with pytest.raises(RenderError):
        render(book(*sheets))


def test_a_table_too_long_for_a_sheet_goes_on_on_further_sheets() -> None:
    values = list(range(100))
    column = Column("A", values, Show.COUNT, muted={3, 95}, links=None)
    whole = Sheet("T", "Title", (Table("T", (column,), roles={90: Role.TOTAL}, starts={91}),))
    parts = pages(whole, rows=100)
    assert [part.name for part in parts] == ["T", "T (2)", "T (3)"]
    assert [part.tables[0].name for part in parts] == ["T", "T_2", "T_3"]
    assert [v for part in parts for v in part.tables[0].columns[0].values] == values
    assert parts[2].tables[0].roles == {10: Role.TOTAL}
    assert parts[2].tables[0].columns[0].muted == {15}
    assert pages(whole) == (whole,)
    names = tables_of(render(book(*parts)))
    assert set(names) == {"T", "T_2", "T_3"}


def test_a_million_rows_and_more_are_on_sheets_that_excel_can_hold() -> None:
    rows = range(2 * SHEET_ROWS + 5)
    parts = pages(one_table(Column("A", rows)))
    assert [part.name for part in parts] == ["T", "T (2)", "T (3)"]
    held = [part.tables[0].columns[0].values for part in parts]
    assert all(len(values) + SHEET_HEAD_ROWS <= SHEET_ROWS for values in held)
    assert sum(map(len, held)) == len(rows)
    assert (held[0][0], held[1][0], held[2][-1]) == (0, len(held[0]), rows[-1])


def test_nor_has_a_sheet_more_cells_than_a_workbook_takes() -> None:
    rows = range(SHEET_ROWS - SHEET_HEAD_ROWS)
    sheet = Sheet("T", "T", (Table("T", tuple(Column(f"{n}", rows) for n in range(57))),))
    parts = pages(sheet)
    held = [table.rows for part in parts for table in part.tables]
    assert sum(held) == len(rows)
    assert max(held) * 57 <= SHEET_CELLS


def test_parts_are_well_formed_and_reference_each_other(outputs: dict[str, bytes]) -> None:
    for content in workbooks(outputs).values():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    ElementTree.fromstring(archive.read(name))
            ids = [
                ElementTree.fromstring(archive.read(name)).attrib["id"]
                for name in archive.namelist()
                if name.startswith("xl/tables/")
            ]
        assert len(ids) == len(set(ids))


def test_the_cover_says_how_sure_the_figures_are(fake_results: Results) -> None:
    content = render(programme_summary(replace(fake_results, rejected_pence=43_210_00)))
    facts = dict(tables_of(content)["Status"][1:])
    assert facts["Status"] == (
        "DRAFT: 1 error stands; 1 row is left out of the figures, worth a net cost of £43,000 as "
        "entered, all years and scenarios together."
    )
    assert facts["Returns"] == "1 return expected: 1 received, 1 read, 1 accepted."
    assert facts["Controls"] == "1 of 2 controls FAIL: the figures do not add up."
    assert facts["Note"] == "Illustrative figures."


def test_the_cover_says_that_a_return_gave_no_line(fake_results: Results) -> None:
    sources = fake_results.sources.assign(rows_read=[6, 0, None])
    content = render(programme_summary(replace(fake_results, sources=sources)))
    facts = {row["Item"]: row["Detail"] for row in records_of(content, "Status")}
    assert facts["Returns"] == (
        "1 return expected: 1 received, 1 read, 1 accepted. 1 of them without a line that could be "
        "read: see Sources."
    )


def test_the_contents_name_and_link_every_sheet(summary_book: bytes) -> None:
    workbook = opened(summary_book)
    rows = tables_of(summary_book)["Contents"][1:]
    assert workbook.sheetnames[:3] == ["Cover", "Contents", "Summary"]
    assert [row[0] for row in rows] == workbook.sheetnames[2:]
    assert all(str(row[1]).endswith("?") and str(row[2]).endswith(".") for row in rows)


def test_the_dictionary_names_every_column_of_the_outputs(summary_book: bytes) -> None:
    rows = tables_of(summary_book)["Data_dictionary"][1:]
    named = {(row[1], row[2]) for row in rows}
    assert ("Summary", "One-off: <scenario>") in named
    assert ("Savings", "<financial year>") in named
    assert ("Baseline", "<partner code>") in named
    assert all(row[3] and row[4] for row in rows)
    # A heading's meaning is a sentence that stands by itself: no “Likewise.”
    assert [row[:4] for row in rows if not re.fullmatch(r"\S+( \S+)+\.", str(row[3]))] == []


def test_validation_without_a_programme(fake_results: Results) -> None:
    stray = fake.issue("missing-value", "odd.xlsx", hint="")
    issues = [*fake.ISSUES, stray]
    content = build_validation(None, issues, fake_results.sources, "Returns of March")
    tables = tables_of(content)
    overview = {row[0]: row[2:5] for row in tables["Workbooks"][1:]}
    assert overview == {
        "finance.xlsx": [1, 1, 0],
        "notes.txt": [0, 0, 0],
        "programme.xlsx": [0, 0, 0],
        "odd.xlsx": [1, 0, 0],
    }
    assert [row[2] for row in tables["Issues"][1:]] == ["finance.xlsx", "finance.xlsx", "odd.xlsx"]
    rules = {row[0] for row in tables["Rules"][1:]}
    assert rules == {"unknown-category", "sign", "missing-value"}
    assert opened(content).properties.title == "Returns of March: validation report"


def test_validation_of_nothing_at_all(fake_results: Results) -> None:
    tables = tables_of(build_validation(None, [], fake_results.sources.iloc[:0], ""))
    assert [row[0] for row in tables["Issues"][1:]] == ["None"]
    assert [row[0] for row in tables["Workbooks"][1:]] == ["None"]


class FullDisk(io.BytesIO):
    """A file that takes so many bytes and no more."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, content: Any) -> int:
        if self.tell() + len(content) > self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(content)


@pytest.mark.parametrize("room", [0, 100, 2_000, 20_000])
def test_a_full_disk_is_said_as_the_system_says_it(fake_results: Results, room: int) -> None:
    with FullDisk(room) as disk, pytest.raises(OSError, match="No space left on device") as full:
        write(programme_summary(fake_results), disk)
    assert full.value.errno == errno.ENOSPC
    gc.collect()  # nothing is left that would try again: a warning would be an error here
