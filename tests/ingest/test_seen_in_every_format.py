"""What a person sees is read alike from .xls, .xlsb and .ods (contract, section 3)."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.core.text import ShownNumber
from pipeline.ingest.formats.workbook import Workbook
from pipeline.report.marked_copies.values import SheetValues, plain_workbook
from tests.check.files import Grid, Looks, write_ods, write_xls, write_xlsb
from tests.ingest.reading import issues, plan, pounds

Write = Callable[[Path, Mapping[str, Grid], Looks], Path]
FORMATS = pytest.mark.parametrize(
    ("name", "write"),
    [("finance.xls", write_xls), ("finance.xlsb", write_xlsb), ("finance.ods", write_ods)],
)
HEADINGS = ["Line ref", "Description", "Service", "Category", "2012/13", "2013/14", "2014/15"]


@FORMATS
def test_amounts_and_references_as_their_formats_show_them(
    tmp_path: Path, name: str, write: Write
) -> None:
    plan(units="£000").write(tmp_path)
    grid: Grid = [
        HEADINGS,
        [7.0, "One", "ICT", "One-off cost", 5.0, 1_234_000.0, 3.0],
        ["F2", "Two", "ICT", "One-off cost", 0.05, None, None],
        ["F3", "Three", "ICT", "One-off cost", 5.0, None, None],
        ["F4", "Four", "ICT", "One-off cost", "nil", 4.0, None],
    ]
    formats = {(1, 0): '"FIN-"000', (1, 4): '0"k"', (1, 5): "0,", (2, 4): "0%", (3, 4): "[$€]0"}
    write(tmp_path / name, {"Savings": grid}, Looks(formats))
    assert issues(tmp_path) == [("amount-not-number", "E3"), ("amount-not-number", "E4")]
    assert pounds(tmp_path) == {"FIN-007": (5_000, 1_234_000, 3_000), "F4": (0, 4_000, 0)}


@FORMATS
def test_a_scale_that_contradicts_the_units(tmp_path: Path, name: str, write: Write) -> None:
    plan().write(tmp_path)
    grid: Grid = [HEADINGS, ["F1", "One", "ICT", "One-off cost", 1_234_000.0, None, None]]
    write(tmp_path / name, {"Savings": grid}, Looks({(1, 4): "0,"}))
    assert issues(tmp_path) == [("scaled-format", "E2")]


@FORMATS
def test_merged_hidden_and_struck_through(tmp_path: Path, name: str, write: Write) -> None:
    plan().write(tmp_path)
    grid: Grid = [
        HEADINGS,
        ["F1", "One", "ICT", "One-off cost", 5.0, 6.0, 7.0],
        ["F2", "Two", None, None, 5.0, None, 7.0],
        ["F3", "Three", "ICT", "One-off cost", 5.0, None, None],
        ["F4", "Four", "ICT", "One-off cost", 5.0, 0.0, None],
    ]
    looks = Looks(
        struck=[(4, 1)],
        merged=[(1, 2, 2, 2), (1, 3, 2, 3), (3, 4, 3, 5)],
        hidden_rows=[2],
        hidden_columns=[6],
    )
    write(tmp_path / name, {"Savings": grid}, looks)
    assert issues(tmp_path) == [
        ("merged-amount", "E4"),
        ("hidden-cells", "G2"),
        ("hidden-cells", "E3"),
        ("struck-through", "E5"),
    ]
    assert pounds(tmp_path) == {"F1": (5, 6, 7), "F2": (5, 0, 7), "F4": (5, 0, 0)}


@FORMATS
def test_a_copy_of_the_values_shows_what_the_workbook_shows(
    tmp_path: Path, name: str, write: Write
) -> None:
    grid: Grid = [["a", 1.2, 7.0], [None, 5.0, 0.05], ["b", 1_000.0, 2.0]]
    formats = {(0, 1): '0"k"', (0, 2): '"FIN-"000', (1, 2): "0%", (2, 1): "0,"}
    path = write(tmp_path / name, {"Savings": grid}, Looks(formats, merged=[(0, 0, 1, 0)]))
    sheet = Workbook(path.read_bytes()).sheet(0)
    copied = plain_workbook([SheetValues("Savings", sheet.rows, merged=sheet.appearance.merges)])
    again = Workbook(copied, careful=False).sheet(0)
    assert again.rows == sheet.rows
    assert again.appearance.merges == sheet.appearance.merges
    shown = [cell.code for row in again.rows for cell in row if isinstance(cell, ShownNumber)]
    assert len(shown) == len(formats)
