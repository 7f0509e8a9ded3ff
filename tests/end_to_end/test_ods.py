"""Circulated workbooks as .ods, where LibreOffice is there."""

import zipfile
from pathlib import Path

import pytest
import python_calamine

from pipeline.report import ods
from tests.builders import Programme, Return
from tests.end_to_end.commands import pipeline, report
from tests.long import long
from tests.report.libreoffice import needs_libreoffice


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    Programme(title="Joint working").write(tmp_path / "inputs")
    finance = Return()
    finance.line([100, 200, -3.05], project_code="P1", description="Größe =1+1")
    finance.project()
    finance.write(tmp_path / "inputs")
    return tmp_path / "inputs"


def there(outputs: Path) -> set[str]:
    return {path.relative_to(outputs).as_posix() for path in outputs.rglob("*.ods")}


@long
@needs_libreoffice
def test_circulated_workbooks_are_there_as_ods_too(inputs: Path, tmp_path: Path) -> None:
    outputs = tmp_path / "outputs"
    assert report(inputs, outputs, "--ods").status == 0
    assert there(outputs) == {
        *("programme-summary.ods", "business-cases.ods", "partners/A.ods", "partners/B.ods")
    }
    path = outputs / "programme-summary.ods"
    book = python_calamine.load_workbook(path)
    source = python_calamine.load_workbook(path.with_suffix(".xlsx"))
    assert book.sheet_names == source.sheet_names
    for name in ("Summary", "By year", "Register"):
        assert rows_of(book, name) == rows_of(source, name)
    with zipfile.ZipFile(path) as package:
        assert package.namelist()[0] == "mimetype"
        assert package.read("mimetype") == b"application/vnd.oasis.opendocument.spreadsheet"
        meta, styles, content = (
            package.read(f"{part}.xml").decode() for part in ("meta", "styles", "content")
        )
    # What a screen reader goes by: title, language, repeated headings, texts of the charts.
    assert "<dc:title>Joint working</dc:title>" in meta
    assert "<dc:language>en-GB</dc:language>" in meta
    assert 'fo:country="GB"' in styles
    assert 'fo:country="US"' not in styles
    assert "<table:table-header-rows>" in content
    assert "<svg:desc>" in content
    # What is the same is taken over, and what is no longer asked for goes.
    before = path.read_bytes()
    assert report(inputs, outputs, "--ods").status == 0
    assert path.read_bytes() == before
    assert report(inputs, outputs).status == 0
    assert there(outputs) == set()


def rows_of(book: python_calamine.CalamineWorkbook, name: str) -> list[list[object]]:
    """The cells of a sheet, numbers as floats, without the blanks at the end."""
    rows: list[list[object]] = []
    for row in book.get_sheet_by_name(name).to_python():
        cells = [float(c) if isinstance(c, int) and not isinstance(c, bool) else c for c in row]
        while cells and cells[-1] == "":
            cells.pop()
        rows.append(cells)
    return rows


@long
@needs_libreoffice
def test_an_issued_version_has_none(inputs: Path, tmp_path: Path) -> None:
    outputs = tmp_path / "outputs"
    assert report(inputs, outputs, "--ods").status == 0
    said = pipeline(
        "issue", "--inputs", inputs, "--outputs", outputs, "--name", "Cabinet", "--force"
    )
    assert said.status == 0
    assert not [path for path in there(outputs) if path.startswith("issued/")]
    assert (outputs / "programme-summary.ods").is_file()


def test_without_libreoffice_the_report_says_so(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ods.shutil, "which", lambda _: None)
    said = report(inputs, tmp_path / "outputs", "--ods")
    assert said.status == 0
    assert "There are no .ods files: LibreOffice (soffice)" in said.all
    assert (tmp_path / "outputs" / "programme-summary.xlsx").is_file()
    assert there(tmp_path / "outputs") == set()


@pytest.mark.parametrize("program", ["exit 3", "exit 0"])
def test_where_libreoffice_fails_the_report_says_so(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    script = tmp_path / "soffice"
    script.write_text(f"#!/bin/sh\n{program}\n")
    script.chmod(0o755)
    monkeypatch.setattr(ods.shutil, "which", lambda _: str(script))
    said = report(inputs, tmp_path / "outputs", "--ods")
    assert said.status == 0
    assert "There are no .ods files: LibreOffice did not make them" in said.all
    assert there(tmp_path / "outputs") == set()
