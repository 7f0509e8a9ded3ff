"""Rows added to programme.xlsx: what is added is read, and nothing else is touched."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.table import Table as ExcelTable

from pipeline.ingest.control import read_control
from pipeline.ingest.discover import discover
from pipeline.page.control_rows import NotAddedError, add_rows, control_with_rows
from pipeline.publish import outputs_lock
from pipeline.report.template import template_programme
from schemas.programme import ANSWERS, LAYOUTS
from tests.builders import Formula, Programme

REF = {"table": "Savings", "heading": "Line ref", "their_heading": "=Ref", "workbook": "Fire.xlsx"}
BEST = {"table": "Savings", "heading": "Scenario", "constant": "Best case", "map": "Best"}
ANSWER = {
    "rule": "sign",
    "workbook": "a.xlsx",
    "value": "0012",
    "answer": "Agreed <twice> & _x0041_",
}


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def control() -> Programme:
    programme = Programme()
    programme.layout(
        Workbook="Old.xlsx", Table="Savings", Heading="Line ref", **{"Their heading": "Ref"}
    )
    return programme


def test_rows_join_those_that_are_there(tmp_path: Path) -> None:
    older = control().write(tmp_path).read_bytes()
    newer = control_with_rows("programme.xlsx", older, LAYOUTS, [REF, BEST])
    layouts = read_control("programme.xlsx", newer).layouts
    assert [(row.row, row.heading, row.theirs, row.constant, row.map) for row in layouts] == [
        (2, "Line ref", "Ref", "", ""),
        (3, "Line ref", "=Ref", "", ""),
        (4, "Scenario", "", "Best case", "best"),
    ]
    before, after = parts(older), parts(newer)
    changed = [name for name in before if before[name] != after[name]]
    assert len(changed) == 1
    assert after.keys() == before.keys()


def test_formats_lists_and_comments_of_the_template_stay() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template_programme()))
    book["Answers"]["A3"].comment = Comment("Ask first", "A. Treasurer")
    stream = io.BytesIO()
    book.save(stream)
    older = stream.getvalue()
    newer = control_with_rows("programme.xlsx", older, LAYOUTS, [REF] * 60)
    newer = control_with_rows("programme.xlsx", newer, ANSWERS, [ANSWER])
    before, after = (openpyxl.load_workbook(io.BytesIO(each)) for each in (older, newer))
    assert after.sheetnames == before.sheetnames
    for sheet in before:
        other = after[sheet.title]
        assert other.data_validations.dataValidation == sheet.data_validations.dataValidation
        texts = {
            cell.coordinate
            for row in other.iter_rows()
            for cell in row
            if cell.value != sheet[cell.coordinate].value
        }
        filled = 60 * len(REF) if sheet.title == "Layouts" else len(ANSWER)
        assert len(texts) == (filled if sheet.title in ("Layouts", "Answers") else 0)
    layouts, ruled = after["Layouts"], before["Layouts"]
    first = next(r for r in range(1, 60) if layouts.cell(r, 5).value == "=Ref")
    assert layouts.cell(first, 5).data_type == "s"
    style = ruled.cell(first, 5).border.left.style
    assert style
    # Beyond the rows that are ruled, too.
    assert {layouts.cell(first + n, 5).border.left.style for n in range(60)} == {style}
    assert after["Answers"]["A3"].comment.text == "Ask first"
    (answer,) = read_control("programme.xlsx", newer).answers
    assert (answer.value, answer.answer) == ("0012", ANSWER["answer"])


def test_a_sheet_that_is_not_there_is_put_behind_the_others(tmp_path: Path) -> None:
    older = Programme().write(tmp_path).read_bytes()
    newer = control_with_rows("programme.xlsx", older, ANSWERS, [ANSWER])
    book = openpyxl.load_workbook(io.BytesIO(newer))
    assert book.sheetnames[-1] == "Answers"
    assert book["Answers"]["A1"].font.b
    (answer,) = read_control("programme.xlsx", newer).answers
    assert answer.answer == ANSWER["answer"]
    again = control_with_rows("programme.xlsx", newer, ANSWERS, [ANSWER | {"sheet": "Savings"}])
    assert len(read_control("programme.xlsx", again).answers) == 2


def test_a_heading_that_is_not_there_gets_a_column(tmp_path: Path) -> None:
    programme = control()
    path = programme.write(tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book["Layouts"]
    place = next(cell.column for cell in sheet[1] if cell.value == "Map")
    sheet.delete_cols(place)
    sheet["B9"] = "A note of ours"
    book.save(path)
    newer = control_with_rows("programme.xlsx", path.read_bytes(), LAYOUTS, [BEST])
    rows = read_control("programme.xlsx", newer).layouts
    assert [row.map for row in rows if row.map] == ["best"]
    assert openpyxl.load_workbook(io.BytesIO(newer))["Layouts"]["B9"].value == "A note of ours"


def test_an_excel_table_takes_the_rows_in(tmp_path: Path) -> None:
    path = control().write(tmp_path)
    book = openpyxl.load_workbook(path)
    book["Layouts"].add_table(ExcelTable(displayName="Our_layouts", ref="A1:J2"))
    book.save(path)
    newer = control_with_rows("programme.xlsx", path.read_bytes(), LAYOUTS, [REF, BEST])
    table = openpyxl.load_workbook(io.BytesIO(newer))["Layouts"].tables["Our_layouts"]
    assert table.ref == "A1:J4"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"no workbook", "can't be read"), (b"PK\x03\x04 torn", "can't be read")],
)
def test_what_is_no_workbook_is_left_alone(content: bytes, words: str) -> None:
    with pytest.raises(NotAddedError, match=words):
        control_with_rows("programme.xlsx", content, LAYOUTS, [REF])


def test_a_formula_that_shows_nothing_is_not_written_over(tmp_path: Path) -> None:
    programme = control()
    programme.layout(Workbook=Formula('=IF(1=1,"","x")', ""))
    older = programme.write(tmp_path).read_bytes()
    with pytest.raises(NotAddedError, match="Paste the rows"):
        control_with_rows("programme.xlsx", older, LAYOUTS, [REF])


def test_the_older_one_is_kept_outside_the_inputs(tmp_path: Path) -> None:
    inputs, where = tmp_path / "inputs" / "joint", tmp_path / "outputs" / "joint"
    inputs.mkdir(parents=True)
    older = control().write(inputs).read_bytes()
    (folder,) = discover(tmp_path / "inputs").programmes
    with outputs_lock(where, lambda _: None):
        kept = add_rows(folder, where, LAYOUTS, [REF])
    assert (where / kept).read_bytes() == older
    assert [path.name for path in inputs.iterdir()] == ["programme.xlsx"]
    layouts = read_control("programme.xlsx", (inputs / "programme.xlsx").read_bytes()).layouts
    assert [row.theirs for row in layouts] == ["Ref", "=Ref"]
