"""The public sector's checklist for spreadsheets, and what printing and disclosure ask for, over
every workbook that is circulated."""

import io
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from xml.etree import ElementTree

import pytest
from openpyxl.utils import range_boundaries
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.core.results import Results
from tests.report import fake, later
from tests.report.built import build
from tests.report.fake import opened
from tests.report.test_business_cases import project, with_projects

BOOKS = (
    "programme-summary.xlsx",
    "partners/NORTH.xlsx",
    "partners/SOUTH.xlsx",
    "business-cases.xlsx",
    "validation-report.xlsx",
)
DC = "{http://purl.org/dc/elements/1.1/}"
CP = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def full_results() -> Results:
    """The fake programme with something in every table."""
    place = {"workbook": "finance.xlsx", "sheet": "Other", "row": 6}
    more = {
        "Benefits": {"project_code": "P1", "benefit": "Faster", "criterion": "Quality",
                     "measure": None, "baseline": None, "target": "9"},
        "Dependencies": {"project_code": "P1", "depends_on": "Network", "note": None},
        "Milestones": {"project_code": "P1", "milestone": "Live", "planned": "1 May 2013",
                       "forecast": None, "status": "On track"},
        "Assumptions": {"ref": "A1", "assumption": "Prices hold", "effect": None, "owner": None,
                        "signed_off_by": None, "date": None},
    }  # fmt: skip
    results = with_projects(project("P1", overview="One ledger"), project("P2"))
    results.narrative |= {name: fake.frame([row | place]) for name, row in more.items()}
    return results


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every circulated workbook, and those that a later report has more sheets in."""
    first = {name: c for name, c in build(full_results()).items() if name.endswith(".xlsx")}
    return first | later.later_books(tmp_path_factory.mktemp("later"))


@pytest.fixture(params=(*BOOKS, *later.BOOKS))
def content(request: pytest.FixtureRequest, contents: dict[str, bytes]) -> bytes:
    return contents[request.param]


@cache
def once_opened(content: bytes) -> Workbook:
    return opened(content)


@pytest.fixture
def book(content: bytes) -> Workbook:
    """To be read only: every test of a workbook has the same one."""
    return once_opened(content)


def part(content: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return ElementTree.fromstring(archive.read(name))


def parts(content: bytes, start: str) -> list[ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [n for n in archive.namelist() if n.startswith(start) and n.endswith(".xml")]
        return [ElementTree.fromstring(archive.read(name)) for name in names]


def tables(sheet: Worksheet) -> list[tuple[int, int, int, int]]:
    """First column, first row, last column, last row of each table, from the top."""
    bounds = [range_boundaries(table.ref) for table in sheet.tables.values()]
    return sorted(bounds, key=lambda each: each[1])  # type: ignore[arg-type,return-value]


def widths(sheet: Worksheet) -> dict[int, float]:
    """The width of each column, by number: alike ones stand together in a file."""
    return {
        number: dimension.width
        for dimension in sheet.column_dimensions.values()
        for number in range(dimension.min, dimension.max + 1)
    }


def test_these_are_all_that_is_circulated(contents: dict[str, bytes]) -> None:
    assert sorted(contents) == sorted((*BOOKS, *later.BOOKS))


def test_every_sheet_has_a_real_table(book: Workbook) -> None:
    assert all(sheet.tables for sheet in book.worksheets)


def test_tables_start_in_column_a_and_have_one_header_row(book: Workbook) -> None:
    for sheet in book.worksheets:
        for table in sheet.tables.values():
            assert range_boundaries(table.ref)[0] == 1
            assert table.headerRowCount == 1


def test_headings_are_there_and_differ(book: Workbook) -> None:
    for sheet in book.worksheets:
        for left, top, right, _ in tables(sheet):
            headings = [str(sheet.cell(top, c).value or "") for c in range(left, right + 1)]
            assert all(heading.strip() for heading in headings)
            assert len({heading.casefold() for heading in headings}) == len(headings)
            assert not any("\n" in heading for heading in headings)


def test_nothing_is_merged(book: Workbook) -> None:
    assert not any(sheet.merged_cells.ranges for sheet in book.worksheets)


def test_no_row_or_column_of_a_table_is_blank(book: Workbook) -> None:
    for sheet in book.worksheets:
        for left, top, right, bottom in tables(sheet):
            rows = list(sheet.iter_rows(top, bottom, left, right, values_only=True))
            assert all(any(cell is not None for cell in row) for row in rows)
            assert all(
                any(cell is not None for cell in column) for column in zip(*rows, strict=True)
            )


def test_no_row_of_a_sheet_is_blank(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert all(any(cell.value is not None for cell in row) for row in sheet.iter_rows())


def test_nothing_is_hidden(content: bytes, book: Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet.sheet_state == "visible"
        assert not any(column.hidden for column in sheet.column_dimensions.values())
        assert not any(row.hidden for row in sheet.row_dimensions.values())
        assert not any(row.outlineLevel for row in sheet.row_dimensions.values())
        assert not any((c.width or 9) < 3 for c in sheet.column_dimensions.values())
    for each in part(content, "xl/workbook.xml").iter(f"{MAIN}definedName"):
        assert each.attrib.get("hidden") != "1"


def test_blank_cells_are_explained_above_the_table(book: Workbook) -> None:
    for sheet in book.worksheets:
        bounds = tables(sheet)
        blank = any(
            cell is None
            for left, top, right, bottom in bounds
            for row in sheet.iter_rows(top + 1, bottom, left, right, values_only=True)
            for cell in row
        )
        above = [row[0] for row in sheet.iter_rows(1, bounds[0][1] - 1, 1, 1, values_only=True)]
        if blank:
            assert re.search("blank", " ".join(map(str, above)), re.IGNORECASE), sheet.title


def test_texts_are_wrapped(book: Workbook) -> None:
    for sheet in book.worksheets:
        for left, top, right, bottom in tables(sheet):
            for row in sheet.iter_rows(top, bottom, left, right):
                for cell in row:
                    width = widths(sheet)[cell.column]
                    if isinstance(cell.value, str) and len(cell.value) > width * 1.2:
                        assert cell.alignment.wrap_text, f"{sheet.title}!{cell.coordinate}"


def test_rows_are_high_enough_for_their_texts(book: Workbook) -> None:
    """By a rough measure: characters that fit a line of the column."""
    for sheet in book.worksheets:
        for left, top, right, bottom in tables(sheet):
            for row in sheet.iter_rows(top + 1, bottom, left, right):
                height = sheet.row_dimensions[row[0].row].height or 14.25
                for cell in row:
                    if isinstance(cell.value, str) and cell.alignment.wrap_text:
                        width = widths(sheet)[cell.column]
                        lines = sum(len(p) // (width * 1.35) + 1 for p in cell.value.split("\n"))
                        assert height >= min(lines * 13, 400), f"{sheet.title}!{cell.coordinate}"


def test_the_title_is_in_a1_and_set_off(book: Workbook) -> None:
    titles = [sheet["A1"] for sheet in book.worksheets]
    assert all(isinstance(title.value, str) and title.font.b for title in titles)
    assert all(
        title.font.sz > sheet["A3"].font.sz
        for title, sheet in zip(titles, book.worksheets, strict=True)
    )


def test_words_say_what_colours_say(book: Workbook) -> None:
    """Severities and results are words; rows set off by colour are bold, italic or named too,
    and cells that may be changed have a frame."""
    for sheet in book.worksheets:
        for left, top, right, bottom in tables(sheet):
            headings = [sheet.cell(top, c).value for c in range(left, right + 1)]
            for row in sheet.iter_rows(top + 1, bottom, left, right):
                fills = {cell.fill.fgColor.rgb for cell in row if cell.fill.patternType}
                if fills:
                    assert any(cell.font.b or cell.border.left.style for cell in row)
            for name in ("Severity", "Result"):
                if name in headings and sheet.title != "Sources":
                    words = {
                        sheet.cell(r, headings.index(name) + 1).value
                        for r in range(top + 1, bottom + 1)
                    }
                    assert (
                        words <= {"Error", "Warning", "Pass", "Fail", "As reported", "None"}
                        or sheet.title == "Workbooks"
                    )


def test_units_and_signs_are_said_on_every_sheet_of_figures(book: Workbook) -> None:
    for sheet in book.worksheets:
        formats = {cell.number_format for row in sheet.iter_rows() for cell in row}
        if any(code.startswith("#,##0,_") for code in formats):
            above = " ".join(str(row[0]) for row in sheet.iter_rows(1, 12, 1, 1, values_only=True))
            assert "£000" in above
            assert "savings and income in brackets" in above


def test_title_language_and_nobodys_name(content: bytes) -> None:
    core = part(content, "docProps/core.xml")
    assert (core.findtext(f"{DC}title") or "").strip()
    assert core.findtext(f"{DC}language") == "en-GB"
    for name in (f"{DC}creator", f"{CP}lastModifiedBy", f"{DC}description", f"{CP}keywords"):
        assert not core.findtext(name)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        application = archive.read("docProps/app.xml").decode()
    assert "<Company></Company>" in application
    assert "Manager" not in application
    forbidden = ("custom.xml", "externalLink", "pivot", "comments", "vbaProject", "printerSettings")
    assert not [name for name in names if any(word in name for word in forbidden)]


def test_charts_speak_the_same_language(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/charts/"):
                assert b'lang="en-US"' not in archive.read(name)


def test_every_picture_and_chart_has_words(content: bytes) -> None:
    for drawing in parts(content, "xl/drawings/drawing"):
        for each in drawing.iter():
            if each.tag.endswith("cNvPr"):
                assert len(each.attrib.get("descr", "")) > 10


def test_every_table_has_words(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/tables/")]
    assert all(re.search('altText(Summary)?="[^"]{5,}"', table) for table in found)


def test_the_cursor_is_in_a1_of_the_first_sheet(content: bytes, book: Workbook) -> None:
    first, *rest = [
        view
        for sheet in parts(content, "xl/worksheets/sheet")
        for view in sheet.iter(f"{MAIN}sheetView")
    ]
    assert first.attrib.get("tabSelected") == "1"
    assert not any(view.attrib.get("tabSelected") for view in rest)
    assert book.active is book.worksheets[0]
    for view in (first, *rest):
        assert "topLeftCell" not in view.attrib
        cells = [each.attrib.get("activeCell", "A1") for each in view.iter(f"{MAIN}selection")]
        assert view is not first or not cells or "A1" in cells


def test_sheet_names_differ_and_say_something(book: Workbook) -> None:
    names = [name.casefold() for name in book.sheetnames]
    assert len(set(names)) == len(names)
    assert not any(re.fullmatch(r"sheet ?\d*", name) for name in names)


# Print


def test_pages_are_a4_and_as_wide_as_fits(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert str(sheet.page_setup.paperSize) == "9"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        one_page = sheet.title == "Cover" and sheet["A1"].value != "Cover"
        assert sheet.page_setup.fitToHeight == (None if one_page else 0)  # None: one
        assert sheet.print_area


def test_every_page_of_a_draft_says_so(content: bytes, book: Workbook) -> None:
    """A list of faults, or of what moved, is no draft of figures."""
    is_draft = not re.search("validation|From version", str(book.properties.title))
    for sheet in parts(content, "xl/worksheets/sheet"):
        (header,) = (str(each.text) for each in sheet.iter(f"{MAIN}oddHeader"))
        left, right = header.split("&R")
        assert ("DRAFT" in left) == is_draft
        assert "DRAFT" not in right


def test_every_page_says_what_it_is_of(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert "Joint services (3506)" in sheet.oddHeader.left.text
        assert sheet.oddHeader.right.text.strip() == "OFFICIAL"
        assert sheet.oddFooter.center.text.strip() == "OFFICIAL"
        assert "Page &P of &N" in sheet.oddFooter.right.text
        assert len(str(sheet.oddHeader)) <= 255


def test_header_rows_are_repeated(book: Workbook) -> None:
    for sheet in book.worksheets:
        if len(sheet.tables) == 1 and not sheet._charts:
            ((_, top, _, _),) = tables(sheet)
            assert sheet.print_title_rows == f"${top}:${top}"


def headings_in(sheet: Worksheet) -> Iterator[str]:
    for left, top, right, _ in tables(sheet):
        yield from (str(sheet.cell(top, c).value) for c in range(left, right + 1))


def test_no_heading_is_a_mere_letter_or_number(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert not [heading for heading in headings_in(sheet) if re.fullmatch(r"\w|\d+", heading)]
