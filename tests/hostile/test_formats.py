"""Every format is read alike, whatever the file is called, and tells what it can of its cells."""

from __future__ import annotations

import hashlib
import re
import struct
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from xml.dom import minidom

import pytest

from pipeline.ingest.formats.workbook import Fault, Workbook, WorkbookError
from pipeline.run import Outcome
from tests.builders import Formula, Programme, Return, error_cell
from tests.hostile.formats import (
    ERRORS,
    WRITERS,
    Sheets,
    encrypted_xls,
    ods,
    ods_parts,
    ods_table,
    record,
    sheets_of,
    with_password,
    xls_stream,
    zipped,
)
from tests.hostile.formats import compound as compound_file
from tests.running import issues_of, outcome_of

# .xls and .xlsb store a result for every formula.
ENDINGS = ("xls", "ods", "xlsx", "xlsm", "xlsb")
TELL_FORMULAS = ("xlsx", "strict xlsx", "ods")


def written(tmp_path: Path, finance: Return, kind: str, name: str = "finance.xlsx") -> Path:
    """A programme with one return in a format; its folder."""
    Programme().write(tmp_path)
    (tmp_path / name).write_bytes(WRITERS[kind](sheets_of(finance)))
    return tmp_path


def pence(outcome: Outcome) -> dict[str, list[int]]:
    """Each line in the model: its pence by year."""
    results = outcome.results
    assert results is not None
    labels = results.programme.year_labels
    return {
        row["line_ref"]: [int(row[label]) for label in labels]
        for row in results.register.to_dict("records")
    }


@pytest.mark.parametrize(("kind", "ending"), [*zip(WRITERS, ENDINGS, strict=True)])
def test_the_content_decides_the_format(tmp_path: Path, kind: str, ending: str) -> None:
    finance = Return(title_rows=2, blank_columns=1)
    finance.line([-1234.56, "(1,804)", None])
    finance.line([Formula("=2*600", 1200), 0.1, "£5.50"], category="One-off cost")
    folder = written(tmp_path, finance, kind, f"finance.{ending}")
    outcome = outcome_of(folder)
    assert pence(outcome) == {"FIN-1": [-123456, -180400, 0], "FIN-2": [120000, 10, 550]}
    assert {issue.rule for issue in outcome.issues} == {"sign"}


@pytest.mark.parametrize("kind", WRITERS)
def test_error_cells_are_found_at_their_cells(tmp_path: Path, kind: str) -> None:
    finance = Return()
    rows = {code: finance.line([1000, error_cell(code), 3000]) for code in ERRORS}
    finance.line([500])
    folder = written(tmp_path, finance, kind)
    outcome = outcome_of(folder)
    assert [(issue.rule, issue.at.cell, issue.value) for issue in outcome.issues] == [
        ("cell-error", finance.at(row, "2013/14"), code) for code, row in rows.items()
    ]
    assert pence(outcome) == {f"FIN-{len(ERRORS) + 1}": [50000, 0, 0]}


@pytest.mark.parametrize("kind", WRITERS)
def test_a_formula_without_a_result_is_found_or_the_format_named(tmp_path: Path, kind: str) -> None:
    finance = Return()
    row = finance.line([1000, Formula("=A1*2"), 3000])
    folder = written(tmp_path, finance, kind)
    expected = (
        [("formula-no-value", finance.at(row, "2013/14"))]
        if kind in TELL_FORMULAS
        else [("undetectable-errors", "")]
    )
    assert issues_of(folder) == expected


@pytest.mark.parametrize("kind", TELL_FORMULAS)
def test_a_stored_empty_text_is_blank(tmp_path: Path, kind: str) -> None:
    finance = Return()
    finance.line([1000, Formula('=""', ""), 3000])
    folder = written(tmp_path, finance, kind)
    outcome = outcome_of(folder)
    assert pence(outcome) == {"FIN-1": [100000, 0, 300000]}
    assert outcome.issues == []


@pytest.mark.parametrize("kind", WRITERS)
def test_truth_is_no_amount(tmp_path: Path, kind: str) -> None:
    finance = Return()
    row = finance.line([1000, True, 3000])
    folder = written(tmp_path, finance, kind)
    assert issues_of(folder) == [("amount-not-number", finance.at(row, "2013/14"))]


@pytest.mark.parametrize("kind", WRITERS)
def test_a_date_is_no_amount_and_a_cover_takes_it(tmp_path: Path, kind: str) -> None:
    finance = Return()
    finance.cover("Date", date(2012, 5, 1))
    row = finance.line([1000, date(2012, 4, 30)])
    folder = written(tmp_path, finance, kind)
    outcome = outcome_of(folder)
    assert [(issue.rule, issue.at.cell) for issue in outcome.issues] == [
        ("amount-not-number", finance.at(row, "2013/14"))
    ]
    (read,) = outcome.returns
    assert read.cover is not None
    assert read.cover.dated == date(2012, 5, 1)


def cells(content: bytes) -> list[list[object]]:
    return [list(row) for row in Workbook(content).sheet(0).rows]


def test_days_are_counted_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    finance = Return()
    finance.cover("Date", date(2012, 5, 1))
    finance.line([1000])
    Programme().write(tmp_path)
    finance.write(tmp_path, date_1904=True)
    (read,) = outcome_of(tmp_path).returns
    assert read.cover is not None
    assert read.cover.dated == date(2012, 5, 1)

    from_1904 = record(0x0022, struct.pack("<H", 1))
    stream = xls_stream({"Savings": [[date(2012, 5, 1)]]}, extra=from_1904)
    assert cells(compound_file("Workbook", stream)) == [[date(2016, 5, 2)]]


@pytest.mark.parametrize("kind", WRITERS)
def test_cells_keep_their_places(kind: str) -> None:
    sheets: Sheets = {"Other": [["x"]], "Savings": [[], [None, None, "text"], [], [None, 1.5]]}
    book = Workbook(WRITERS[kind](sheets))
    assert book.sheets == (("Other", False), ("Savings", False))
    assert book.sheet(1).rows == [
        ["", "", ""],
        ["", "", "text"],
        ["", "", ""],
        ["", 1.5, ""],
    ]


@pytest.mark.parametrize("kind", WRITERS)
def test_white_space_is_blank(kind: str) -> None:
    assert cells(WRITERS[kind]({"Savings": [["a", " \t ", "\u00a0", 1]]})) == [["a", "", "", 1.0]]


@pytest.mark.parametrize("kind", WRITERS)
def test_a_fault_beyond_all_values_has_its_place(kind: str) -> None:
    sheet = Workbook(WRITERS[kind]({"Savings": [["a"], [], [None, error_cell()]]})).sheet(0)
    assert sheet.rows == [["a", ""], ["", ""], ["", ""]]
    assert sheet.faults == {(2, 1): Fault("#REF!")}


# .ods


def ods_rows(rows: str) -> Workbook:
    return Workbook(zipped(ods_parts(ods_table("Savings", rows))))


VALUE = 'office:value-type="float" office:value'


def test_repeated_rows_and_cells_keep_faults_in_place() -> None:
    book = ods_rows(
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        '<table:table-row table:number-rows-repeated="2">'
        '<table:table-cell table:number-columns-repeated="2"/>'
        f'<table:table-cell table:number-columns-repeated="2" {VALUE}="7"/>'
        '<table:covered-table-cell table:formula="of:=[.A1]"/>'
        "</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048571"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    sheet = book.sheet(0)
    assert sheet.rows == [[""] * 5] * 3 + [["", "", 7.0, 7.0, ""]] * 2
    assert sheet.faults == {(3, 4): Fault(), (4, 4): Fault()}


def test_an_error_of_another_program_is_an_error() -> None:
    sheet = ods_rows(
        '<table:table-row><table:table-cell table:formula="of:=1/0" office:value-type="string">'
        "<text:p>#DIV/0!</text:p></table:table-cell>"
        '<table:table-cell office:value-type="string" calcext:value-type="error">'
        "<text:p>Err:502</text:p></table:table-cell></table:table-row>"
    ).sheet(0)
    assert sheet.faults == {(0, 0): Fault("#DIV/0!"), (0, 1): Fault("Err:502")}
    assert sheet.rows == [["", ""]]


def test_a_truth_that_is_written_as_a_number_is_true() -> None:
    sheet = ods_rows(
        f'<table:table-row><table:table-cell {VALUE}="1"><text:p>TRUE</text:p></table:table-cell>'
        f'<table:table-cell {VALUE}="0"><text:p>FALSE</text:p></table:table-cell>'
        f'<table:table-cell {VALUE}="1"><text:p>1</text:p></table:table-cell></table:table-row>'
    ).sheet(0)
    assert sheet.rows == [[True, False, 1.0]]


TEXT_CELL = '<table:table-cell office:value-type="string">{}</table:table-cell>'
FIVE = f'<table:table-cell {VALUE}="5"><text:p>5</text:p></table:table-cell>'


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("<text:p><text:s/></text:p>", ""),
        ('<text:p><text:s text:c="3"/></text:p>', ""),
        ("<text:p><text:line-break/></text:p>", ""),
        ("<text:p><text:tab/></text:p>", ""),
        ("<text:p>a<text:s/>b</text:p>", "a b"),
        ('<text:p>a<text:s text:c="2"/></text:p>', "a  "),
        ("<text:p>a<text:line-break/>b<text:tab/>c</text:p>", "a\nb\tc"),
        ("<text:p><text:span>a</text:span> <text:span>b</text:span></text:p>", "a b"),
        ("<text:p>a</text:p>\n <text:p>b</text:p>", "a\nb"),
        ("\n  <text:p>\n  a\n  b </text:p>\n", "a b"),
        ("<text:p>a<![CDATA[ & b]]></text:p>", "a & b"),
        ("<text:p>a<!-- c -->b</text:p>", "ab"),
        ("<office:annotation><text:p>note</text:p></office:annotation><text:p>a</text:p>", "a"),
        ('<text:p>a</text:p><d:frame xmlns:d="d"><text:p>shape</text:p></d:frame>', "a"),
    ],
)
def test_white_space_is_what_the_standard_says(written: str, said: str) -> None:
    row = f"<table:table-row>{TEXT_CELL.format(written)}{FIVE}</table:table-row>"
    assert ods_rows(row).sheet(0).rows == [[said, 5.0]]


@pytest.mark.parametrize("prefixes", [("office", "table", "text", "calcext"), ()])
def test_an_ods_that_is_laid_out_for_reading_is_read(prefixes: tuple[str, ...]) -> None:
    """Whatever its prefixes: calamine knows the usual ones alone."""
    finance = Return(title_rows=1)
    finance.cover("Date", date(2012, 5, 1))
    finance.line([-1234.56, True, error_cell()])
    finance.line([-5, Formula("=2*3", 6), Formula("=A1")])
    finance.line([7])
    plain = ods(sheets_of(finance))
    with zipfile.ZipFile(BytesIO(plain)) as archive:
        parts: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    document = minidom.parseString(parts["content.xml"])
    content = document.toprettyxml()
    if not prefixes:
        content = re.sub(r"\b(office|table|text|calcext)(?=[:=])(?!:1\.0)", r"\1x", content)
    pretty = zipped({**parts, "content.xml": content})
    for number in range(2):
        assert Workbook(pretty).sheet(number) == Workbook(plain).sheet(number)


def test_a_content_of_other_words_is_not_taken_for_blank() -> None:
    parts = ods_parts(ods_table("Savings", f"<table:table-row>{FIVE}</table:table-row>"))
    parts["content.xml"] = parts["content.xml"].replace("xmlns:office:1.0", "xmlns:office:9.9")
    with pytest.raises(WorkbookError, match="is no OpenDocument"):
        Workbook(zipped(parts))


def test_an_encrypted_ods_needs_a_password() -> None:
    parts = ods_parts("")
    parts["META-INF/manifest.xml"] = (
        '<m:manifest xmlns:m="x"><m:file-entry m:full-path="content.xml"><m:encryption-data/>'
        "</m:file-entry></m:manifest>"
    )
    with pytest.raises(WorkbookError) as refusal:
        Workbook(zipped(parts))
    assert refusal.value.rule == "encrypted-workbook"


# .xls


def test_an_encrypted_xls_needs_a_password() -> None:
    stream = xls_stream({"Savings": [["a"]]}, extra=record(0x002F, bytes(6)))
    with pytest.raises(WorkbookError) as refusal:
        Workbook(compound_file("Workbook", stream))
    assert refusal.value.rule == "encrypted-workbook"


def test_an_encrypted_xlsx_needs_a_password() -> None:
    with pytest.raises(WorkbookError) as refusal:
        Workbook(compound_file("EncryptedPackage", b"secret"))
    assert refusal.value.rule == "encrypted-workbook"


def test_a_compound_file_of_another_kind_is_no_workbook() -> None:
    with pytest.raises(WorkbookError, match="there is no workbook in it"):
        Workbook(compound_file("Contents", b"Dear sir"))


def cells_of_xls(*records: bytes, extra: bytes = b"", fill: int = 0) -> list[list[object]]:
    """What is read of an .xls whose one sheet holds these records; ``fill``: bytes before them."""
    stream = xls_stream({"Savings": []}, extra=extra + record(0x00FF, bytes(8)) * (fill // 12))
    return cells(compound_file("Workbook", stream[:-4] + b"".join(records) + record(0x000A)))


def formula(kind: int, column: int, result: bytes) -> bytes:
    place = struct.pack("<HHH", 0, column, 0)
    return record(kind, place + result + struct.pack("<HIH", 0, 0, 3) + b"\x1e\x01\x00")


TEXT_RESULT = struct.pack("<BBBBBBH", 0, 0, 0, 0, 0, 0, 0xFFFF)
TEXT = record(0x0207, struct.pack("<HB", 4, 1) + "£5 é".encode("utf-16-le"))


@pytest.mark.parametrize("kind", [0x0006, 0x0206, 0x0406])
@pytest.mark.parametrize("fill", [0, 8000], ids=["small sectors", "large sectors"])
def test_a_formula_of_excel_3_or_4_is_read_as_any_other(kind: int, fill: int) -> None:
    rows = cells_of_xls(
        formula(kind, 0, struct.pack("<d", -1234.5)),
        formula(kind, 1, TEXT_RESULT) + TEXT,
        formula(kind, 2, struct.pack("<BBBBBBH", 1, 0, 1, 0, 0, 0, 0xFFFF)),
        fill=fill,
    )
    assert rows == [[-1234.5, "£5 é", True]]


def test_an_error_in_a_formula_of_excel_4_is_an_error() -> None:
    error = struct.pack("<BBBBBBH", 2, 0, 0x17, 0, 0, 0, 0xFFFF)
    stream = xls_stream({"Savings": []})
    stream = stream[:-4] + formula(0x0406, 1, error) + record(0x000A)
    sheet = Workbook(compound_file("Workbook", stream)).sheet(0)
    assert sheet.faults == {(0, 1): Fault("#REF!")}


def test_old_formulas_of_several_sheets_are_each_read() -> None:
    stream = xls_stream({"One": [[Formula("=1", 1)]], "Two": [[Formula("=2", 2)], ["x"]]})
    head = struct.pack("<HH", 0x0006, 25)
    assert stream.count(head) == 2
    book = Workbook(compound_file("Workbook", stream.replace(head, b"\x06\x02" + head[2:])))
    assert [book.sheet(number).rows for number in (0, 1, 0)] == [[[1.0]], [[2.0], ["x"]], [[1.0]]]


PLACE = struct.pack("<HHBBB", 2, 3, 0, 0, 0)


@pytest.mark.parametrize(
    "old",
    [
        record(0x0002, PLACE + struct.pack("<H", 7)),
        record(0x0003, PLACE + struct.pack("<d", 7)),
        record(0x0004, PLACE + b"\x01a"),
        record(0x0005, PLACE + b"\x01\x00"),
        record(0x007E, PLACE + bytes(4)),
    ],
)
def test_a_cell_of_excel_2_is_never_taken_for_blank(old: bytes) -> None:
    with pytest.raises(WorkbookError) as refusal:
        cells_of_xls(record(0x0203, struct.pack("<HHHd", 0, 0, 0, 5.0)), old)
    assert refusal.value.rule == "unreadable-cell"
    assert str(refusal.value.at("a.xls")) == "a.xls, Savings!D3"


@pytest.mark.parametrize("page", [1252, 1200, 437, 10000])
@pytest.mark.parametrize("fill", [0, 8000], ids=["small sectors", "large sectors"])
def test_texts_of_excel_97_are_unicode_whatever_code_page_is_named(page: int, fill: int) -> None:
    short = record(0x0204, struct.pack("<HHHHB", 1, 0, 0, 2, 0) + b"\xa35")
    text = "Łódź £5".encode("utf-16-le")
    wide = record(0x0204, struct.pack("<HHHHB", 0, 0, 0, 7, 1) + text)
    code_page = record(0x0042, struct.pack("<H", page))
    assert cells_of_xls(wide, short, extra=code_page, fill=fill) == [["Łódź £5"], ["£5"]]


# Excel's own password


def test_a_workbook_that_excel_opens_without_asking_is_read(tmp_path: Path) -> None:
    finance = Return()
    finance.line([-1234.56])
    Programme().write(tmp_path)
    content = with_password(finance.write(tmp_path).read_bytes(), "VelvetSweatshop")
    (tmp_path / "return.xlsx").write_bytes(content)
    outcome = outcome_of(tmp_path)
    assert pence(outcome) == {"FIN-1": [-123456, 0, 0]}
    (read,) = outcome.returns
    assert read.sha256 == hashlib.sha256(content).hexdigest()


def test_a_workbook_with_another_password_needs_it(tmp_path: Path) -> None:
    content = with_password(Return().write(tmp_path).read_bytes(), "secret")
    with pytest.raises(WorkbookError) as refusal:
        Workbook(content)
    assert refusal.value.rule == "encrypted-workbook"


@pytest.mark.parametrize("password", ["VelvetSweatshop", "secret"])
def test_an_xls_likewise(password: str) -> None:
    stream = xls_stream({"Savings": [["a", 1.5], ["£"]]}, extra=record(0x002F, bytes(54)))
    content = compound_file("Workbook", encrypted_xls(stream, password))
    if password == "VelvetSweatshop":
        assert cells(content) == [["a", 1.5], ["£", ""]]
        return
    with pytest.raises(WorkbookError) as refusal:
        Workbook(content)
    assert refusal.value.rule == "encrypted-workbook"


def test_the_cells_of_a_chart_within_a_sheet_are_not_the_sheets() -> None:
    stream = xls_stream({"Savings": [[1.0]]})
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x20, 0, 0, 0, 0))
    value = record(0x0203, struct.pack("<HHHd", 9, 9, 0, 99.0))
    chart = begin + value + record(0x000A)
    assert cells(compound_file("Workbook", stream[:-4] + chart + record(0x000A))) == [[1.0]]
