"""A checked copy is the return as it was sent, with its faulty cells marked."""

import hashlib
import io
import posixpath
import random
import re
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.cell import Cell
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline import copies
from pipeline.copies import copying
from pipeline.core.issue import Issue
from pipeline.core.source import SourceRef
from pipeline.ingest.discover import ProgrammeFolder, discover
from pipeline.processes import Helpers
from pipeline.report import marked_copies
from pipeline.report.marked_copies import SheetValues, checked_copy, package, values_copy, xmlpart
from pipeline.report.marked_copies.styles import ERROR_FILL, WARNING_FILL
from pipeline.report.safe import excel_length
from pipeline.report.theme import HOUSE, WCAG_AA, contrast
from pipeline.run import Outcome, model_programme
from tests.builders import Formula, Programme, Return, error_cell
from tests.end_to_end.commands import report

NAME = "departments/Finance (final).xlsx"
SHEET = "Sa'vings & £"
FILLS = {f"FF{ERROR_FILL[1:]}": "Error", f"FF{WARNING_FILL[1:]}": "Warning"}


def issue(rule: str, cell: str = "", sheet: str = SHEET, **said: Any) -> Issue:
    """An issue at a cell of a sheet, or of the whole sheet or workbook."""
    row, column = (
        openpyxl.utils.cell.coordinate_to_tuple(cell) if cell else (0, 0)
    )  # fmt: skip
    details = said.pop("details", {"what": "…", "hint": "", "why": "", "suggestion": ""})
    return Issue(rule, SourceRef(NAME, sheet, row, column), details=details, **said)


ISSUES = [
    issue("amount-not-number", "E5", heading="2012/13", value="TBC"),
    issue("unknown-project", "E5", heading="2012/13", value="TBC"),
    issue("missing-value", "D5", heading="Service"),
    issue("missing-value", "J40", heading="Service"),
    issue("unknown-project", "C6", heading="Project code", value="=1+1"),
    issue("missing-heading", "B4", heading="Line ref"),
    issue("hidden-sheet", sheet="Lists"),
    issue("missing-sheet", sheet="", heading="Savings"),
]
MARKED = {"B4": "Error", "C6": "Warning", "D5": "Error", "E5": "Error", "J40": "Error"}


@pytest.fixture(scope="module")
def rich() -> bytes:
    """A return with a bit of everything."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"author": "Fred Bloggs", "manager": "A Chief", "title": "Savings"})
    sheet, lists = book.add_worksheet(SHEET), book.add_worksheet("Lists")
    heading = book.add_format({"bold": True, "bg_color": "#12355B", "font_color": "#FFFFFF"})
    money = book.add_format({"num_format": "#,##0.00;(#,##0.00)", "border": 1})
    dated = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.merge_range("B2:E2", "Savings of Finance", heading)
    sheet.write_row("B4", ["Line ref", "Project", "Service", "2012/13", "2013/14"], heading)
    sheet.write_row("B5", ["F1", "P1", None, "TBC", 12.5])
    sheet.write_row("B6", ["F2", "P9", "ICT", -0.1])
    sheet.write_formula("F6", "=SUM(E5:E6)*2", money, -0.2)
    sheet.write_formula("F7", '=Lists!A1&"x"', None, "ax")
    sheet.write_array_formula("G5:G6", "{=E5:E6*2}", money, 1)
    sheet.write_datetime("H5", datetime(2012, 4, 30, 12, 30), dated)
    sheet.write_number("H6", 99_999_999, dated)
    sheet.write_string("H7", "=not a formula")
    sheet.write_string("H8", "_x0041_ http://example.org  ")
    sheet.write_rich_string("H9", "plain ", book.add_format({"bold": True}), "bold")
    sheet.write_boolean("H10", True)
    sheet.write_url("H11", "https://example.org/", string="a link")
    sheet.write_string("H12", "é😀" * 16_000)
    sheet.write_comment("E5", "Ask Fred", {"author": "Fred Bloggs"})
    sheet.write_comment("F5", "Another")
    sheet.set_column("B:D", 22)
    sheet.set_column("J:J", 9, money)
    sheet.set_column("L:L", None, None, {"hidden": True})
    sheet.set_row(5, 40)
    sheet.set_row(20, None, None, {"hidden": True})
    sheet.freeze_panes("C5")
    sheet.data_validation("D5:D40", {"validate": "list", "source": "=Lists!$A$1:$A$3"})
    sheet.data_validation("E5:E40", {"validate": "decimal", "criteria": ">", "value": -9})
    sheet.conditional_format("E5:E9", {"type": "data_bar", "data_bar_2010": True})
    sheet.protect("secret")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='Sa''vings & £'!$E$5:$E$6"})
    sheet.insert_chart("N5", chart)
    lists.write_column("A1", ["a", "b", "c"])
    lists.add_table("C1:D3", {"name": "Issues", "columns": [{"header": "x"}, {"header": "y"}]})
    lists.hide()
    book.define_name("Services", "=Lists!$A$1:$A$3")
    book.define_name("Lists!Local", "=Lists!$A$1")
    sheet.print_area("A1:H40")
    sheet.repeat_rows(3)
    book.close()
    return stream.getvalue()


@pytest.fixture(scope="module")
def copy(rich: bytes) -> bytes:
    return copied(rich)


def copies_of(
    folder: ProgrammeFolder, outcome: Outcome, helpers: Helpers | None = None
) -> tuple[dict[str, bytes], list[str]]:
    """Contents by path, and the returns that have no copy because they changed."""
    marking = outcome.results.programme.marking if outcome.results else ""
    with tempfile.TemporaryDirectory() as scratch:
        into = Path(scratch) / "copies"
        about = folder, outcome.returns, outcome.issues, marking, into
        with copying(*about, helpers=helpers) as finished_copies:
            made = finished_copies()
        return {path: file.path.read_bytes() for path, file in made.files.items()}, made.changed


def marked(name: str, content: bytes, issues: Sequence[Issue]) -> tuple[str, bytes] | None:
    """The path and the copy of a return that can be marked."""
    stream = io.BytesIO()
    path = checked_copy(stream, name, content, issues)
    return (path, stream.getvalue()) if path else None


def valued(
    name: str,
    content: bytes,
    sheets: Sequence[SheetValues],
    issues: Sequence[Issue],
    marking: str = "",
) -> tuple[str, bytes]:
    """The path and the copy of a return whose values alone are copied."""
    stream = io.BytesIO()
    path = values_copy(stream, name, content, sheets, issues, marking)
    return path, stream.getvalue()


def copied(content: bytes, issues: list[Issue] | None = None, name: str = NAME) -> bytes:
    """The copy of a return that can be marked."""
    made = marked(name, content, ISSUES if issues is None else issues)
    assert made is not None
    return made[1]


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def edited(content: bytes, **changes: Callable[[str], str]) -> bytes:
    """The workbook with parts changed; a part is named by the end of its name, ``.`` as ``_``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, part in parts(content).items():
            wanted = [c for key, c in changes.items() if re.sub(r"\W", "_", name).endswith(key)]
            archive.writestr(name, wanted[0](part.decode()).encode() if wanted else part)
    return stream.getvalue()


def sheets_of(content: bytes, *, data_only: bool = False) -> Workbook:
    with warnings.catch_warnings():
        # It says what it can't read; the copy has it all the same.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(content), data_only=data_only, rich_text=True)


def filled(sheet: Worksheet) -> dict[str, Cell]:
    return {str(c.coordinate): c for row in sheet.iter_rows() for c in row if isinstance(c, Cell)}


def plain(value: object) -> object:
    """A cell's value so that two can be compared."""
    return (value.ref, value.text) if hasattr(value, "ref") else value


def marks(sheet: Worksheet) -> dict[str, str]:
    """The cells that are tinted, by what for."""
    grounds = {at: str(cell.fill.fgColor.rgb) for at, cell in filled(sheet).items()}
    return {at: FILLS[ground] for at, ground in grounds.items() if ground in FILLS}


def comments(sheet: Worksheet) -> dict[str, str]:
    return {at: cell.comment.text for at, cell in filled(sheet).items() if cell.comment}


def issue_rows(content: bytes) -> list[dict[str, object]]:
    """The rows of the sheet in front, by heading."""
    sheet = sheets_of(content).worksheets[0]
    (table,) = sheet.tables.values()
    headings, *rows = ([cell.value for cell in row] for row in sheet[table.ref])
    return [dict(zip(map(str, headings), row, strict=True)) for row in rows]


def notice(content: bytes) -> str:
    """What the sheet in front says above its table."""
    sheet = sheets_of(content).worksheets[0]
    (table,) = sheet.tables.values()
    first = int(re.findall(r"\d+", table.ref)[0])
    said = (sheet.cell(row, 1).value for row in range(1, first))
    return " ".join(str(text) for text in said if text)


# What is kept


@pytest.mark.parametrize("data_only", [False, True], ids=["formulas", "results"])
def test_every_value_and_formula_is_as_it_was(rich: bytes, copy: bytes, data_only: bool) -> None:
    before, after = (sheets_of(book, data_only=data_only) for book in (rich, copy))
    assert after.sheetnames[1:] == before.sheetnames
    for name in before.sheetnames:
        old, new = filled(before[name]), filled(after[name])
        assert {at: plain(c.value) for at, c in old.items()} == {
            at: plain(new[at].value) for at in old
        }
        assert {at: c.data_type for at, c in old.items()} == {at: new[at].data_type for at in old}
        extra = {at for at in new if at not in old and new[at].value is not None}
        assert not extra


def test_formats_are_as_they_were_but_for_the_fill_of_marked_cells(
    rich: bytes, copy: bytes
) -> None:
    before, after = sheets_of(rich), sheets_of(copy)
    for name in before.sheetnames:
        new = filled(after[name])
        for at, cell in filled(before[name]).items():
            now = new[at]
            for what in ("number_format", "alignment", "border", "protection"):
                assert repr(getattr(cell, what)) == repr(getattr(now, what)), at
            if name != SHEET or at not in MARKED:
                assert repr((cell.font, cell.fill)) == repr((now.font, now.fill)), at
            else:
                assert (cell.font.b, cell.font.name, cell.font.sz) == (
                    now.font.b,
                    now.font.name,
                    now.font.sz,
                )
    assert after[SHEET]["J40"].number_format == before[SHEET].column_dimensions["J"].number_format


def test_sheets_look_as_they_did(rich: bytes, copy: bytes) -> None:
    before, after = sheets_of(rich), sheets_of(copy)
    for name in before.sheetnames:
        old, new = before[name], after[name]
        for what in ("freeze_panes", "sheet_state", "print_area", "print_title_rows"):
            assert getattr(old, what) == getattr(new, what)
        assert dict(old.protection) == dict(new.protection)
        assert old.merged_cells.ranges == new.merged_cells.ranges
        assert sizes(old) == sizes(new)
        assert drop_downs(old) == drop_downs(new)
        assert list(old.tables) == list(new.tables)
        assert list(old.defined_names) == list(new.defined_names)
    assert list(before.defined_names) == list(after.defined_names)


def sizes(sheet: Worksheet) -> list[tuple[object, ...]]:
    columns = sheet.column_dimensions.items()
    rows = sheet.row_dimensions.items()
    return [
        *((k, v.min, v.max, v.width, v.hidden) for k, v in columns),
        *((k, v.height, v.hidden) for k, v in rows if v.height or v.hidden),
    ]


def drop_downs(sheet: Worksheet) -> list[tuple[object, ...]]:
    return [(v.type, str(v.sqref), v.formula1) for v in sheet.data_validations.dataValidation]


def test_what_is_not_marked_is_kept_byte_for_byte(rich: bytes, copy: bytes) -> None:
    old, new = parts(rich), parts(copy)
    changed = {name for name in old if old[name] != new.get(name)}
    assert changed == {
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/app.xml",
        "docProps/core.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }
    assert "1 chart" in notice(copy)
    assert "are kept" in notice(copy)


def test_extensions_that_no_library_knows_are_kept(rich: bytes) -> None:
    drop_down = (
        '<ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="urn:x14">'
        '<x14:dataValidations count="1"/></ext></extLst></worksheet>'
    )
    odd = edited(rich, sheet1_xml=lambda text: text.replace("</extLst></worksheet>", drop_down))
    assert drop_down in parts(odd)["xl/worksheets/sheet1.xml"].decode()
    assert drop_down in parts(copied(odd))["xl/worksheets/sheet1.xml"].decode()


# What is marked


def test_exactly_the_faulty_cells_are_marked(copy: bytes) -> None:
    book = sheets_of(copy)
    assert marks(book[SHEET]) == MARKED
    assert set(comments(book[SHEET])) == {*MARKED, "F5"}
    assert not marks(book["Lists"])
    assert not comments(book["Lists"])


def test_a_comment_says_what_is_wrong_and_how_to_put_it_right(copy: bytes) -> None:
    said = comments(sheets_of(copy)[SHEET])
    for each in ISSUES:
        if each.at.cell:
            for words in (each.severity.value, each.rule, each.problem, each.remedy):
                assert words in said[each.at.cell]


def test_comments_that_are_there_are_kept_before_ours(copy: bytes) -> None:
    sheet = sheets_of(copy)[SHEET]
    assert comments(sheet)["E5"].startswith("Ask Fred\n\nError: amount-not-number")
    assert comments(sheet)["F5"] == "Another"
    comment = filled(sheet)["E5"].comment
    assert comment is not None
    assert comment.author == "Fred Bloggs"


def test_a_plain_comment_of_another_program_is_kept_before_ours() -> None:
    stream = io.BytesIO()
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet["B2"] = 1
    sheet["B2"].comment = openpyxl.comments.Comment("Ask <Fred>", "Fred")
    book.save(stream)
    made = copied(stream.getvalue(), [issue("missing-value", "B2", "Sheet")])
    assert_sound(made)
    assert comments(sheets_of(made)["Sheet"])["B2"].startswith("Ask <Fred>\n\nError: missing")
    text = parts(made)["xl/comments/comment1.xml"].decode()
    assert "<r><t>Ask &lt;Fred&gt;</t></r><r>" in text
    boxes = ElementTree.fromstring(parts(made)["xl/drawings/commentsDrawing1.vml"])
    assert len(boxes.findall("{urn:schemas-microsoft-com:vml}shape")) == 1
    assert len(boxes.findall("{urn:schemas-microsoft-com:vml}shapetype")) == 1


def test_every_comment_has_a_box_of_its_own(copy: bytes) -> None:
    text = parts(copy)["xl/drawings/vmlDrawing1.vml"].decode()
    ElementTree.fromstring(text)
    places = re.findall(r"<x:Row>(\d+)</x:Row><x:Column>(\d+)</x:Column>", text)
    assert sorted(places) == sorted(
        [("3", "1"), ("5", "2"), ("4", "3"), ("4", "4"), ("39", "9"), ("4", "5")]
    )
    ids = re.findall(r'<v:shape id="(\w+)"', text)
    assert len(set(ids)) == len(ids) == 6
    for anchor in re.findall(r"<x:Anchor>(.*?)</x:Anchor>", text):
        left, _, top, _, right, _, bottom, _ = map(int, anchor.split(","))
        assert left <= right
        assert top < bottom


def test_a_marked_cell_can_be_read(copy: bytes) -> None:
    heading = sheets_of(copy)[SHEET]["B4"]
    assert heading.font.color.rgb == f"FF{HOUSE.ink[1:]}"
    for ground in (ERROR_FILL, WARNING_FILL):
        assert contrast(HOUSE.ink, ground) >= WCAG_AA
        assert contrast("#000000", ground) >= WCAG_AA


def test_of_merged_cells_the_first_is_marked(rich: bytes) -> None:
    sheet = sheets_of(copied(rich, [issue("missing-value", "D2")]))[SHEET]
    assert marks(sheet) == {"B2": "Error"}
    assert "missing-value" in comments(sheet)["B2"]


def test_the_fill_stands_where_it_should_in_lean_and_odd_sheets() -> None:
    cells = [issue("missing-value", at, "S") for at in ("A1", "C2", "A3", "B3", "D3", "A4", "A9")]
    for data, texts in (
        ("<sheetData/>", {}),
        ('<sheetData><row r="3" spans="2:3"/></sheetData>', {}),
        (
            '<sheetData><row><c t="inlineStr"><is><t>a!</t></is></c></row><row><c/><c/><c><v>7</v>'
            "</c></row><row/><row><c><v>1</v></c></row></sheetData>",
            {"A1": "a!", "C2": 7, "A4": 1},
        ),
        (
            '<sheetData><row r="3"><c r="B3"><v>2</v></c><!-- <c r="A3"/></row> --><c r="C3">'
            '<v>3</v></c></row><row r="10"><c r="A10"><v>4</v></c></row></sheetData>',
            {"B3": 2, "C3": 3, "A10": 4},
        ),
    ):
        sheet = sheets_of(copied(tiny(data), cells))["S"]
        assert set(marks(sheet)) == {"A1", "C2", "A3", "B3", "D3", "A4", "A9"}
        values = {at: str(c.value) for at, c in filled(sheet).items() if c.value is not None}
        assert values == {at: str(value) for at, value in texts.items()}


def tiny(data: str, prefix: str = "") -> bytes:
    """A workbook with next to nothing in it, its cells as they are given."""
    book = valued("x.xlsx", b"", [SheetValues("S", [["x"]])], [])[1]

    def own(text: str) -> str:
        text = re.sub(r"<sheetData>.*</sheetData>", lambda _: data, text)
        text = text.replace("xmlns=", f"xmlns:{prefix[:-1]}=") if prefix else text
        return re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}", text)

    return edited(book, sheet1_xml=own)


def test_a_workbook_may_be_in_another_encoding() -> None:
    def wide(text: str) -> str:
        return text.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').replace("7", "£")

    plain = tiny('<sheetData><row r="1"><c r="A1" t="str"><v>7</v></c></row></sheetData>')
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, part in parts(plain).items():
            text = part.decode()
            if name.endswith("sheet1.xml"):
                archive.writestr(name, wide(text).encode("latin-1"))
            elif name == "xl/workbook.xml":
                archive.writestr(name, text.replace("UTF-8", "UTF-16").encode("utf-16"))
            else:
                archive.writestr(name, part)
    book = sheets_of(copied(stream.getvalue(), [issue("missing-value", "B1", "S")]))
    assert book["S"]["A1"].value == "£"
    assert marks(book["S"]) == {"B1": "Error"}


def test_a_workbook_may_have_no_formats() -> None:
    def without(text: str) -> str:
        return re.sub(r"<(Override|Relationship) [^>]*styles[^>]*/>", "", text)

    data = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    bare = edited(tiny(data), workbook_xml_rels=without, Content_Types__xml=without)
    for odd in (
        bare,
        edited(tiny(data), styles_xml=lambda text: re.sub(r"<fonts.*</borders>", "", text)),
    ):
        book = sheets_of(copied(odd, [issue("missing-value", "A1", "S")]))
        assert marks(book["S"]) == {"A1": "Error"}
        assert book["S"]["A1"].value == 1


def test_a_sheet_may_name_its_elements_otherwise() -> None:
    odd = tiny('<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>', "x:")
    sheet = sheets_of(copied(odd, [issue("missing-value", at, "S") for at in ("A1", "C1", "B7")]))
    assert set(marks(sheet["S"])) == {"A1", "C1", "B7"}
    assert sheet["S"]["A1"].value == 1


@pytest.mark.parametrize(
    "data",
    [
        '<sheetData><!-- </sheetData><x> --><row r="1"><c r="A1"><v>1</v></c></row></sheetData>',
        '<sheetData><row r="1"><?x </sheetData><x> ?><c r="A1"><v>1</v></c></row></sheetData >',
        '<sheetData><sheetDataX/><row r="1"><c r="A1" x=\' s="1"\'><v>1</v></c></row></sheetData>',
        '<sheetData><row s=\'"\'><c r="A1"><![CDATA[</c></row>]]><v>1</v></c></row></sheetData>',
    ],
)
def test_what_only_looks_like_tags_breaks_no_copy(data: str) -> None:
    cells = [issue("missing-value", at, "S") for at in ("A1", "C1", "B7")]
    copy = marked("a.xlsx", tiny(data), cells)
    if copy is not None:
        assert_sound(copy[1])
        sheet = sheets_of(copy[1])["S"]
        assert set(marks(sheet)) == {"A1", "C1", "B7"}
        assert sheet["A1"].value is not None


@pytest.mark.parametrize(
    "declaration",
    [
        f'<?xml version="1.0"{" " * 300}encoding="UTF-8"?>',
        '<?xml version="1.0" encoding="unicode_escape"?>',
        '\ufeff\ufeff<?xml version="1.0"?>',
    ],
)
def test_an_odd_declaration_breaks_no_copy(declaration: str) -> None:
    data = '<sheetData><row r="1"><c r="A1" t="str"><v>\\x3cv\\x3e</v></c></row></sheetData>'

    def own(text: str) -> str:
        return declaration + text.partition("?>")[2]

    content = edited(tiny(data), sheet1_xml=own)
    copy = marked("a.xlsx", content, [issue("missing-value", "B1", "S")])
    if copy is not None:
        assert_sound(copy[1])


def test_more_cells_than_excel_bears_comments_are_tinted(
    rich: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marked_copies, "MOST_COMMENTS", 2)
    made = copied(rich)
    sheet = sheets_of(made)[SHEET]
    assert marks(sheet) == MARKED
    assert len([text for text in comments(sheet).values() if "Put right" in text]) == 2
    assert "Only the first 2 cells bear a comment" in notice(made)


# The sheet in front


def test_what_a_reader_needs_of_the_issues_can_be_read_on_paper(copy: bytes) -> None:
    sheet = sheets_of(copy)["Issues"]
    (area,) = sheet.print_area.split("'!")[1:] if "!" in sheet.print_area else [sheet.print_area]
    *_, (*printed,) = sheet[area.replace("$", "")]
    last = printed[-1].column
    headings = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "Severity")
    assert headings[last - 1] == "Answered by"
    assert "Answer" in headings[:last]
    assert "Department" not in headings[:last]
    digits = sum(sheet.column_dimensions[cell.column_letter].width for cell in printed)
    assert sheet.page_setup.orientation == "landscape"
    # Of a digit of 7 pixels, a page is 10.7 inches wide: ten points come to six at the least.
    assert 10.69 * 96 / (digits * 7) > 0.6


def test_the_issues_stand_in_front(copy: bytes) -> None:
    book = sheets_of(copy)
    assert book.sheetnames == ["Issues", SHEET, "Lists"]
    assert book.active is book.worksheets[0]
    assert [bool(sheet.sheet_view.tabSelected) for sheet in book] == [True, False, False]
    rows = issue_rows(copy)
    assert list(rows[0]) == [
        "Severity",
        "Rule",
        "Sheet",
        "Cell",
        "Heading",
        "Value",
        "Problem",
        "Remedy",
        "Answer",
        "Answered by",
        "Line ref",
        "Scenario",
        "Department",
    ]
    assert [row["Severity"] for row in rows] == ["Error"] * 5 + ["Warning"] * 3
    assert sorted((str(row["Rule"]), row["Cell"]) for row in rows) == sorted(
        (each.rule, each.at.cell or None) for each in ISSUES
    )
    assert "=1+1" in [row["Value"] for row in rows]


def test_the_sheet_in_front_is_text_alone(copy: bytes) -> None:
    front = sheets_of(copy).worksheets[0]
    assert {c.data_type for c in filled(front).values() if c.value is not None} == {"s"}
    assert front.freeze_panes == f"A{front.max_row - len(ISSUES) + 1}"
    assert front.print_title_rows


def test_a_link_leads_to_each_cell(copy: bytes) -> None:
    book = sheets_of(copy)
    found = {}
    for cell in filled(book.worksheets[0]).values():
        if cell.hyperlink:
            assert cell.hyperlink.target is None
            found[cell.hyperlink.location] = cell.value
    assert found == {f"'Sa''vings & £'!{at}": at for at in ("B4", "D5", "E5", "J40", "C6")} | {
        "'Lists'!A1": "Lists"
    }
    for location in found:
        sheet, _, at = str(location).rpartition("!")
        assert book[sheet[1:-1].replace("''", "'")][at] is not None


def test_the_notice_says_what_the_copy_is(rich: bytes, copy: bytes) -> None:
    said = notice(copy)
    for words in (
        f"a checked copy of {NAME}, made by the pipeline; it is not the return itself",
        "5 errors and 3 warnings",
        "Formulas are recalculated when the copy is opened",
        "Not kept: the author's name and other properties of the document",
        "hidden in the return",
        hashlib.sha256(rich).hexdigest(),
    ):
        assert words in said
    assert b'fullCalcOnLoad="1"' in parts(copy)["xl/workbook.xml"]


def test_names_that_are_taken_are_not_taken_again(rich: bytes) -> None:
    odd = edited(rich, xl_workbook_xml=lambda text: text.replace('"Lists"', '"ISSUES"'))
    book = sheets_of(copied(odd, [issue("missing-value", "D5")]))
    assert book.sheetnames == ["Issues (2)", SHEET, "ISSUES"]
    tables = [table.name for sheet in book.worksheets for table in sheet.tables.values()]
    assert tables == ["Issues_2", "Issues"]
    assert len({table.id for sheet in book.worksheets for table in sheet.tables.values()}) == 2


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|' /C calc'!A0",
        "http://example.org/",
        "<r><t>x</t></r>",
        "]]><!--",
        "{table}",
        "_x0041_",
        "a\x00\x1b\ud800\u202e\ufffeb",
        "line\r\nbreak",
        "x" * 40_000,
        "😀" * 40_000,
    ],
)
def test_odd_texts_stay_texts(rich: bytes, text: str) -> None:
    odd = issue("bad-setting", "D5", heading=text, value=text, details={"what": text, "fix": text})
    made = copied(rich, [odd])
    assert_sound(made)
    (row,) = issue_rows(made)
    for value in row.values():
        assert excel_length(str(value)) <= 32_767
    assert excel_length(comments(sheets_of(made)[SHEET])["D5"]) <= 32_767


# The file


def test_the_same_return_gives_the_same_bytes(rich: bytes, copy: bytes) -> None:
    assert copied(rich) == copied(rich, ISSUES[::-1]) == copy
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_copy_is_a_sound_file(rich: bytes, copy: bytes) -> None:
    assert_sound(rich)
    assert_sound(copy)


def assert_sound(content: bytes) -> None:
    """Every part is well-formed, has a type, and is reached; no two of a kind share a name."""
    found = parts(content)
    assert len({name.casefold() for name in found}) == len(found)
    assert next(iter(found)) == "[Content_Types].xml"
    for name, part in found.items():
        if not name.endswith((".bin", ".png")):
            ElementTree.fromstring(part)
    types = ElementTree.fromstring(found["[Content_Types].xml"])
    named = {each.get("PartName", "")[1:] for each in types} - {""}
    endings = {each.get("Extension") for each in types}
    assert named <= set(found)
    for name in set(found) - named - {"[Content_Types].xml"}:
        assert name.rpartition(".")[2] in endings, name
    for name in found:
        if name.endswith(".rels"):
            relations = ElementTree.fromstring(found[name])
            ids = [each.get("Id") for each in relations]
            assert len(set(ids)) == len(ids)
            folder = posixpath.dirname(posixpath.dirname(name))
            for each in relations:
                target = posixpath.join("/", folder, each.get("Target", ""))
                inside = posixpath.normpath(target)[1:] in found
                assert inside or each.get("TargetMode") == "External"


def test_who_made_the_return_is_not_told(rich: bytes) -> None:
    odd = edited(
        rich,
        xl_workbook_xml=lambda text: text.replace(
            "<bookViews>",
            '<mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice Requires="x15"><x15ac:absPath '
            'xmlns:x15ac="urn:x" url="C:\\Users\\fbloggs\\"/></mc:Choice></mc:AlternateContent>'
            "<bookViews>",
        ),
    )
    issues = [issue("missing-value", "D5")]
    for name, part in parts(copied(odd, issues)).items():
        assert b"fbloggs" not in part
        assert b"A Chief" not in part
        # The comments of the return are its own.
        assert b"Fred Bloggs" not in part or name == "xl/comments1.xml"


def with_macros(name: str = "xl/vbaProject.bin") -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.add_worksheet("S").write(0, 0, "a")
    book.add_vba_project(io.BytesIO(b"macros"), is_stream=True)
    book.close()
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "path", "kind"),
    [
        ("a/b.xlsm", "returns/a/b.xlsm", "ms-excel.sheet.macroEnabled.main"),
        ("b.XLSX", "returns/b.XLSX", "spreadsheetml.sheet.main"),
        ("b.xls", "returns/b.xls.xlsx", "spreadsheetml.sheet.main"),
    ],
)
def test_a_copy_has_no_macros_and_the_type_of_its_name(name: str, path: str, kind: str) -> None:
    made = marked(name, with_macros(), [issue("missing-value", "B1", "S")])
    assert made is not None
    assert made[0] == path
    found = parts(made[1])
    assert not [part for part in found if "vba" in part]
    assert b"vbaProject" not in found["xl/_rels/workbook.xml.rels"]
    types = ElementTree.fromstring(found["[Content_Types].xml"])
    (main,) = (t for t in types if t.get("PartName") == "/xl/workbook.xml")
    assert kind in str(main.get("ContentType"))
    assert "Not kept: macros" in notice(made[1])
    assert marks(sheets_of(made[1])["S"]) == {"B1": "Error"}


def test_threads_of_replies_become_plain_comments(rich: bytes) -> None:
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    thread = f'<Relationship Id="t1" Type="{kind}" Target="../threadedComments/t1.xml"/>'
    odd = edited(
        rich,
        sheet1_xml_rels=lambda text: text.replace("</Relationships>", f"{thread}</Relationships>"),
        Content_Types__xml=lambda text: text.replace(
            "</Types>",
            '<Override PartName="/xl/threadedComments/t1.xml" ContentType="application/xml"/>'
            "</Types>",
        ),
    )
    stream = io.BytesIO(odd)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/threadedComments/t1.xml", "<ThreadedComments/>")
    made = copied(stream.getvalue())
    assert_sound(made)
    assert "xl/threadedComments/t1.xml" not in parts(made)
    assert "Not kept: threads of replies, which are plain comments here" in notice(made)


# Files that can't be marked


def strict(content: bytes) -> bytes:
    """The workbook as strict OOXML names things."""

    def renamed(text: str) -> str:
        text = text.replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/",
            "http://purl.oclc.org/ooxml/spreadsheetml/",
        )
        return text.replace(
            "http://schemas.openxmlformats.org/officeDocument/2006/",
            "http://purl.oclc.org/ooxml/officeDocument/",
        )

    return edited(content, xml=renamed, rels=renamed)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no workbook",
        b"PK\x03\x04 cut off",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old",
    ],
)
def test_what_is_no_xlsx_is_not_marked(content: bytes) -> None:
    assert marked("a.xlsx", content, ISSUES) is None


def test_odd_packages_are_not_marked(rich: bytes) -> None:
    macro_sheet = edited(
        rich,
        workbook_xml_rels=lambda text: text.replace('/worksheet"', '/xlMacrosheet"'),
    )
    bomb = edited(
        rich,
        sheet1_xml=lambda text: text.replace("<worksheet", "<!DOCTYPE x []><worksheet", 1),
    )
    no_sheet = edited(rich, xl_workbook_xml=lambda text: text.replace(">Lists!", ">x!"))
    stream = io.BytesIO(rich)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("XL/Workbook.xml", "<other/>")
    for content in (macro_sheet, bomb, strict(rich), stream.getvalue()):
        assert marked("a.xlsx", content, ISSUES) is None
    assert marked("a.xlsx", no_sheet, [issue("missing-value", "A1", "Gone")]) is None


PLAIN = [
    SheetValues(
        "Saving/s: 'a' that is much too long for Excel",
        [
            ["", "", ""],
            ["", "=1+1", 12.5, True, date(2012, 4, 30), datetime(2012, 4, 30, 12), time(6)],
            ["x" * 40_000, timedelta(hours=30), date(1850, 1, 1), float("inf"), "#REF!", None, 3],
        ],
    ),
    SheetValues("Hidden", [], hidden=True),
]


@pytest.fixture(scope="module")
def values() -> tuple[str, bytes]:
    issues = [
        issue("amount-not-number", "B2", PLAIN[0].name, value="=1+1"),
        issue("missing-value", "D9", PLAIN[0].name),
        issue("undetectable-errors", sheet=""),
    ]
    return valued("old/finance.xls", b"bytes", PLAIN, issues, "OFFICIAL")


def test_a_file_of_another_kind_is_copied_as_its_values(values: tuple[str, bytes]) -> None:
    path, content = values
    assert path == "returns/old/finance.xls.xlsx"
    assert_sound(content)
    book = sheets_of(content)
    _, first, hidden = book.worksheets
    assert hidden.sheet_state == "hidden"
    assert len(first.title) <= 31
    assert first["B2"].data_type == "s"
    assert [first.cell(2, column).value for column in range(2, 8)] == [
        "=1+1",
        12.5,
        True,
        datetime(2012, 4, 30),
        datetime(2012, 4, 30, 12),
        time(6),
    ]
    assert str(first["A3"].value).endswith("… [cut: the text has 40,000 characters]")
    assert [first[at].value for at in ("B3", "C3", "D3", "E3", "G3")] == [
        timedelta(hours=30),
        "1850-01-01",
        "inf",
        "#REF!",
        3,
    ]
    assert marks(first) == {"B2": "Error", "D9": "Error"}
    assert set(comments(first)) == {"B2", "D9"}


def test_values_can_be_read_in_their_columns(values: tuple[str, bytes]) -> None:
    sheet = sheets_of(values[1]).worksheets[1]
    assert sheet.column_dimensions["F"].width >= len("2012-04-30 12:00:00")
    assert sheet.column_dimensions["A"].width < 40


def test_the_copy_of_values_says_what_it_lacks(values: tuple[str, bytes]) -> None:
    said = notice(values[1])
    for words in (
        "this copy holds its values alone",
        "formulas (their results are), formats, column widths, merged cells, drop-downs, comments, "
        "charts, pictures, links and macros",
        hashlib.sha256(b"bytes").hexdigest(),
    ):
        assert words in said
    links = [c.hyperlink for c in filled(sheets_of(values[1]).worksheets[0]).values()]
    title = sheets_of(values[1]).worksheets[1].title.replace("'", "''")
    assert [link.location for link in links if link] == [f"'{title}'!B2", f"'{title}'!D9"]


def test_a_strict_workbook_keeps_its_name(rich: bytes) -> None:
    path, content = valued("a/b.xlsx", strict(rich), [SheetValues(SHEET, [[1]])], ISSUES)
    assert path == "returns/a/b.xlsx"
    assert marks(sheets_of(content)[SHEET]) == MARKED


@pytest.mark.parametrize("where", [package, xmlpart])
def test_a_return_that_is_too_large_has_its_issues_listed(
    rich: bytes, monkeypatch: pytest.MonkeyPatch, where: Any
) -> None:
    monkeypatch.setattr(where, "MOST_BYTES", 12_000)
    with zipfile.ZipFile(io.BytesIO(rich)) as archive:
        assert max(entry.file_size for entry in archive.infolist()) > 12_000
    made = marked(NAME, padded(rich), ISSUES)
    assert made is not None
    assert sheets_of(made[1]).sheetnames == ["Issues"]
    assert "too large for a marked copy" in notice(made[1])
    assert "tinted" not in notice(made[1])
    assert len(issue_rows(made[1])) == len(ISSUES)
    front = sheets_of(made[1]).worksheets[0]
    assert not [cell for cell in filled(front).values() if cell.hyperlink]


def padded(content: bytes) -> bytes:
    return edited(
        content, sheet1_xml=lambda text: text.replace("<sheetData>", f"<sheetData>{' ' * 12_000}")
    )


def test_too_many_values_have_their_issues_listed() -> None:
    wide = SheetValues("S", [[""] * 20_000])
    content = valued("a.ods", b"", [wide], [issue("missing-value", "A1", "S")])[1]
    assert sheets_of(content).sheetnames == ["Issues"]


def test_damage_never_raises(rich: bytes) -> None:
    random_ = random.Random(3)
    outcomes = set()
    for _ in range(150):
        name = random_.choice([n for n in parts(rich) if n.endswith((".xml", ".rels", ".vml"))])
        made = marked(NAME, mutated(rich, name, random_), ISSUES)
        outcomes.add(made is None)
        if made is not None:
            for part, text in parts(made[1]).items():
                if part.endswith((".xml", ".rels")) and part != name:
                    ElementTree.fromstring(text)
    assert outcomes == {True, False}


def mutated(content: bytes, name: str, random_: random.Random) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for part, text in parts(content).items():
            at, length = random_.randrange(len(text)), random_.choice([0, 1, 8, 200])
            other = random_.choice([b"", b"<", b"0", b'"', b"-1", b"r:id", text[:40]])
            changed = text[:at] + other + text[at + length :]
            archive.writestr(part, changed if part == name else text)
    return stream.getvalue()


# In a report


def programme_in(folder: Path) -> Mapping[str, Return]:
    """A programme with two returns, the first of them with faults."""
    Programme(marking="OFFICIAL").write(folder)
    faulty, sound = Return("Finance", title_rows=2), Return("Property")
    faulty.line(["TBC", 5, 0], service="ICT")
    faulty.line([1, error_cell(), 0], service="ITC")
    faulty.line([1, Formula("=1+1", 2), Formula("=2+2")])
    sound.line([1, 2, 3])
    faulty.write(folder, "sub/finance.xlsx")
    sound.write(folder, "property.xlsx")
    return {"sub/finance.xlsx": faulty}


def hashes(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_returns_with_issues_are_copied_and_originals_are_not_touched(tmp_path: Path) -> None:
    faulty = programme_in(tmp_path)["sub/finance.xlsx"]
    before = hashes(tmp_path)
    (folder,) = discover(tmp_path).programmes
    outcome = model_programme(folder)
    contents, changed = copies_of(folder, outcome)
    assert hashes(tmp_path) == before
    assert list(contents) == ["returns/sub/finance.xlsx"]
    assert not changed
    content = contents["returns/sub/finance.xlsx"]
    found = [i for i in outcome.issues if i.at.workbook == "sub/finance.xlsx"]
    cells = {i.at.cell for i in found if i.at.cell}
    assert {
        faulty.at(4, "2012/13"),
        faulty.at(5, "Service"),
        faulty.at(5, "2013/14"),
        faulty.at(6, "2014/15"),
    } <= cells
    assert set(marks(sheets_of(content)["Savings"])) == cells
    assert len(issue_rows(content)) == len(found)
    assert b"OFFICIAL" in parts(content)["xl/worksheets/sheet3.xml"]
    assert copies_of(folder, outcome) == (contents, [])


def test_a_return_that_changed_meanwhile_is_not_copied_but_named(tmp_path: Path) -> None:
    programme_in(tmp_path)
    (folder,) = discover(tmp_path).programmes
    outcome = model_programme(folder)
    path = tmp_path / "sub/finance.xlsx"
    path.write_bytes(path.read_bytes() + b" ")
    assert copies_of(folder, outcome) == ({}, ["sub/finance.xlsx"])
    path.unlink()
    assert copies_of(folder, outcome) == ({}, ["sub/finance.xlsx"])


def test_a_return_that_can_only_be_copied_as_values(tmp_path: Path) -> None:
    programme_in(tmp_path)
    path = tmp_path / "sub/finance.xlsx"
    path.write_bytes(strict(path.read_bytes()))
    path.rename(path.with_suffix(".xls"))
    Return("Legal").write(tmp_path, "sub/finance.xls.xlsx")
    (folder,) = discover(tmp_path).programmes
    contents, _ = copies_of(folder, model_programme(folder))
    assert "returns/sub/finance.xls (2).xlsx" in contents
    sheet = sheets_of(contents["returns/sub/finance.xls (2).xlsx"])["Savings"]
    assert "Error" in marks(sheet).values()
    assert "#REF!" in [cell.value for cell in filled(sheet).values()]


def test_files_that_can_not_be_read_have_no_copy(tmp_path: Path) -> None:
    Programme().write(tmp_path)
    (tmp_path / "broken.xlsx").write_bytes(b"nothing")
    (folder,) = discover(tmp_path).programmes
    outcome = model_programme(folder)
    assert [i.rule for i in outcome.issues] == ["unreadable-workbook"]
    assert copies_of(folder, outcome) == ({}, [])


def test_several_processes_make_the_same_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Programme().write(tmp_path)
    for number in range(6):
        faulty = Return(f"Department {number}")
        faulty.line((number, 1, 1), Service=f"None such {number}")
        faulty.write(tmp_path, f"{number}.xlsx")
    (tmp_path / "4.xlsx").write_bytes(strict((tmp_path / "4.xlsx").read_bytes()))
    (folder,) = discover(tmp_path).programmes
    outcome = model_programme(folder)
    (tmp_path / "5.xlsx").unlink()
    alone = copies_of(folder, outcome)
    assert list(alone[0]) == [f"returns/{number}.xlsx" for number in range(5)]
    assert alone[1] == ["5.xlsx"]
    monkeypatch.setattr(copies, "_WORTH", 1)
    with Helpers(2) as helpers:
        assert copies_of(folder, outcome, helpers) == alone


def test_a_report_writes_copies_and_removes_those_that_are_no_longer_due(tmp_path: Path) -> None:
    inputs, outputs = tmp_path / "in", tmp_path / "out"
    faulty = programme_in(inputs)["sub/finance.xlsx"]
    assert report(inputs, outputs).status == 0
    copy = outputs / "returns/sub/finance.xlsx"
    assert sheets_of(copy.read_bytes()).sheetnames[0] == "Issues"
    first = copy.read_bytes()
    report(inputs, outputs)
    assert copy.read_bytes() == first
    for row in (4, 5, 6):
        for heading, value in (("2012/13", 1), ("2013/14", 1), ("2014/15", 1), ("Service", "ICT")):
            faulty.put(row, heading, value)
    faulty.write(inputs, "sub/finance.xlsx")
    report(inputs, outputs)
    assert not copy.parent.exists()


def test_a_return_without_names_gets_one_list_of_them(tmp_path: Path) -> None:
    """Excel repairs a workbook with two."""
    sent = Return()
    sent.line(["TBC"])
    content = copied(
        sent.write(tmp_path).read_bytes(), [issue("amount-not-number", "E2", "Savings")]
    )
    book = parts(content)["xl/workbook.xml"]
    assert book.count(b"<definedNames>") == 1
    assert book.count(b"<definedName ") == 2
