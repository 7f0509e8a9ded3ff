"""Every format is read alike, whatever the file is called, and tells what it can of its cells."""

from __future__ import annotations

import struct
from datetime import date
from pathlib import Path

import pytest

from pipeline.ingest.formats.workbook import Fault, Workbook, WorkbookError
from pipeline.run import Outcome
from tests.builders import Formula, Programme, Return, error_cell
from tests.hostile.formats import (
    ERRORS,
    WRITERS,
    Sheets,
    ods_parts,
    ods_table,
    record,
    sheets_of,
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


def test_a_document_of_another_kind_is_no_workbook() -> None:
    with pytest.raises(WorkbookError, match="there is no workbook in it"):
        Workbook(compound_file("WordDocument", b"Dear sir"))


def test_the_cells_of_a_chart_within_a_sheet_are_not_the_sheets() -> None:
    stream = xls_stream({"Savings": [[1.0]]})
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x20, 0, 0, 0, 0))
    value = record(0x0203, struct.pack("<HHHd", 9, 9, 0, 99.0))
    chart = begin + value + record(0x000A)
    assert cells(compound_file("Workbook", stream[:-4] + chart + record(0x000A))) == [[1.0]]
