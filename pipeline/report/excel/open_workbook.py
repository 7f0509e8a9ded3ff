"""A workbook in the making: what its sheets share while they are written one after the other, and
what waits until it is known where every table stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from xlsxwriter.format import Format

from pipeline.report import layout
from pipeline.report.archive import Archive
from pipeline.report.chart import Chart
from pipeline.report.columns import Array
from pipeline.report.excel.archive import PackedWorkbook
from pipeline.report.excel.errors import RenderError, must
from pipeline.report.excel.formats import Formats
from pipeline.report.excel.worksheet import ReadyWorksheet
from pipeline.report.formula import Formula, Headings, Pieces, References, Whole
from pipeline.report.safe import unique_sheet_names
from pipeline.report.spec import Book, pages
from pipeline.report.theme import Theme


def quoted(tab: str) -> str:
    """A sheet's tab, as addresses have it."""
    return "'{}'".format(tab.replace("'", "''"))


class LiveFormula(NamedTuple):
    """A formula of a cell, still to be written; ``table``: what it stands in, if any."""

    worksheet: ReadyWorksheet
    table: str
    row: int
    column: int
    formula: Formula
    style: Format
    value: str | int | float


class PlacedChart(NamedTuple):
    """A chart, still to be drawn; ``width`` in pixels."""

    worksheet: ReadyWorksheet
    row: int
    width: int
    chart: Chart


class OpenWorkbook:
    """The workbook of a book, until it is closed.

    ``xlsx``: XlsxWriter's. ``sheets``: their tabs and declarations, in order; ``tabs``: by the name
    of a sheet. ``widths``: by tab those of its columns in characters; ``lines``: by table how many
    lines of text each row takes; both of all sheets, which is quicker than of one by one.
    ``text_places``: by table and number of a column of texts, of each distinct one its place among
    the shared strings, -1 for a blank; of large tables that are not written yet.
    ``references``: where the tables stand that are written. ``form_columns``: by sheet and heading
    the tab, row and column where the rows of a form start. ``formulas`` and ``charts`` wait;
    ``bulk_formulas``, of whole columns of large tables, write themselves.
    ``charted``: the tables whose cells a chart draws: it holds what these hold.
    """

    def __init__(self, book: Book, theme: Theme, archive: Archive) -> None:
        self.book = book
        self.theme = theme
        self.xlsx = PackedWorkbook(
            archive,
            {
                "default_format_properties": theme.base,
                "default_column_width": theme.column_pixels,
                "default_row_height": theme.row_pixels,
            },
        )
        self.formats = Formats(self.xlsx, theme, book.report_unit)
        sheets = [page for sheet in book.sheets for page in pages(sheet)]
        names = unique_sheet_names(sheet.name for sheet in sheets)
        self.sheets = list(zip(names, sheets, strict=True))
        self.tabs = {sheet.name: tab for tab, sheet in self.sheets}
        self.widths = {tab: layout.widths(sheet, book.report_unit) for tab, sheet in self.sheets}
        lines = layout.row_lines((sheet.tables, self.widths[tab]) for tab, sheet in self.sheets)
        tables = (table.name for _, sheet in self.sheets for table in sheet.tables)
        self.lines = dict(zip(tables, lines, strict=True))
        self.text_places: dict[tuple[str, int], Array] = {}
        self.references = References()
        self.form_columns: dict[tuple[str, str], tuple[str, int, int]] = {}
        self.formulas: list[LiveFormula] = []
        self.bulk_formulas: list[Formula] = []
        self.charts: list[PlacedChart] = []
        self.charted = {
            cells.table
            for sheet in book.sheets
            for block in sheet.blocks
            if isinstance(block, Chart)
            for series in block.series
            for cells in (series.name, series.labels, series.values)
        }

    def define_name(self, name: str, text: str) -> None:
        """Let formulas and drop-downs call something by a name."""
        must(self.xlsx.define_name(name, text), f"name {name}")

    def text(self, table: str, source: Formula, row: int, column: int) -> str:
        """A formula as text. RenderError for a table or heading that the book doesn't have."""
        with self._refusing(source):
            return self.references.text(table, source, row, column)

    def pieces(self, table: str, source: Formula, column: int) -> Pieces:
        """A formula for all rows. RenderError for a table or heading that the book doesn't have."""
        with self._refusing(source):
            return self.references.pieces(table, source, column)

    def definition(self, columns: Whole | Headings) -> str:
        """What a name stands for. RenderError for what the book doesn't have."""
        with self._refusing(columns):
            return self.references.definition(columns)

    @contextmanager
    def _refusing(self, what: object) -> Iterator[None]:
        try:
            yield
        except (KeyError, ValueError) as error:
            raise RenderError(f"{self.book.path}: {error} in {what}") from error
