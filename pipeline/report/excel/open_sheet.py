"""A sheet in the making: how far down it is written, and how wide and high it is so far."""

from collections.abc import Sequence
from math import ceil

from pipeline.report import layout
from pipeline.report.excel.cells import Cells
from pipeline.report.excel.open_workbook import OpenWorkbook
from pipeline.report.excel.paging import Stretch
from pipeline.report.excel.worksheet import ReadyWorksheet
from pipeline.report.safe import one_line
from pipeline.report.spec import Sheet

# Room in a row beside its lines, and the highest row there is.
AIR_PIXELS, HIGHEST_PIXELS = 6, 545


class OpenSheet:
    """One sheet of a workbook, which its parts are written on from the top down.

    ``spec``: its declaration. ``widths`` of its columns in characters. ``row``: the next one to be
    written. ``header_rows``: those of headings; ``strip_rows``: how many at the top stay in view
    where no table's headings do; ``stretches``: what stands together on printed pages.
    """

    def __init__(self, workbook: OpenWorkbook, spec: Sheet, worksheet: ReadyWorksheet) -> None:
        self.workbook = workbook
        self.theme = workbook.theme
        self.formats = workbook.formats
        self.spec = spec
        self.tab = workbook.tabs[spec.name]
        self.worksheet = worksheet
        self.cells = Cells(workbook, worksheet)
        self.widths = workbook.widths[self.tab]
        self.row = 0
        self.header_rows: list[int] = []
        self.strip_rows = 0
        self.stretches: list[Stretch] = []

    def pixels(self, unprinted: int = 0) -> int:
        """The width of all columns, or of all but the last ones."""
        digit = self.theme.digit_pixels
        widths = self.widths[: len(self.widths) - unprinted]
        return sum(round(width * digit) + 5 for width in widths)

    def set_height(self, lines: float, extra: int = 0) -> None:
        """Make the next row so many lines high, and some pixels more."""
        self.set_pixels(self.row, ceil(lines * self.theme.row_pixels) + extra)

    def set_pixels(self, row: int, pixels: int) -> None:
        """Make a row so high."""
        self.worksheet.claim(row, row, 0)
        self.worksheet.set_heights({row: pixels})

    def set_heading_height(
        self, headings: Sequence[str], *, filtered: bool = False, larger: bool = False
    ) -> None:
        """Make the next row as high as the headings of a table need."""
        factor = layout.LARGER if larger else 1
        rows = factor * layout.heading_lines(headings, [width / factor for width in self.widths])
        # The filter buttons stand below the words, not on them.
        self.set_height(rows, 18 if filtered else 6)

    def write_caption(self, caption: str) -> None:
        """What stands above a table or chart, if anything does."""
        if caption:
            self.cells.text(self.row, 0, one_line(caption), self.theme.caption())
            # Room above it by its height, never by a blank row.
            self.set_height(3 if self.header_rows else 1.6)
            self.row += 1
