"""Excel's tables: the headings, then the rows, as high as their texts need."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from xlsxwriter.utility import xl_range

from pipeline.report import layout
from pipeline.report.excel.conditions import set_off_column
from pipeline.report.excel.errors import must
from pipeline.report.excel.formats import HeadingLook
from pipeline.report.excel.large_tables import as_bulk, is_large
from pipeline.report.excel.open_sheet import AIR_PIXELS, HIGHEST_PIXELS, OpenSheet
from pipeline.report.excel.paging import Stretch
from pipeline.report.excel.table_cells import write_column
from pipeline.report.excel.worksheet import ReadyTable
from pipeline.report.formula import TableRange
from pipeline.report.safe import one_line, unique_headings
from pipeline.report.spec import Table
from schemas.outputs import Show

NOTHING = "None"


def write_table(sheet: OpenSheet, table: Table) -> None:
    """A table with its caption."""
    start = sheet.row
    sheet.write_caption(table.caption)
    top = sheet.row
    headings = unique_headings(column.heading for column in table.columns)
    sheet.set_heading_height(headings, filtered=table.filtered, larger=table.large)
    last = top + max(1, table.rows)
    _add_table(sheet, table, headings, last)
    sheet.header_rows.append(top)
    sheet.workbook.references.places[table.name] = TableRange(
        sheet.tab, top, last, [column.heading for column in table.columns], headings
    )
    if table.rows:
        _write_rows(sheet, table, top + 1)
    else:
        style = sheet.theme.cell(Show.TEXT)
        for number in range(len(table.columns)):
            sheet.cells.text(top + 1, number, "" if number else NOTHING, style)
    # References such as 012 are texts on purpose, and so do formulas differ from row to row:
    # no green corners.
    cells = xl_range(0, 0, last, len(sheet.widths) - 1)
    marks = ("number_stored_as_text", "formula_differs", "formula_range")
    must(sheet.worksheet.ignore_errors(dict.fromkeys(marks, cells)), "error marks")
    groups = tuple(top + 1 + row for row in sorted(table.starts))
    sheet.stretches.append(Stretch(start, top + 1, last + 1, groups))
    sheet.row = last + 1


def _add_table(sheet: OpenSheet, table: Table, headings: Sequence[str], last: int) -> None:
    """The table from the next row down to the last one, with its headings."""
    worksheet, top = sheet.worksheet, sheet.row
    worksheet.claim(top, last, 0)
    worksheet.claim(top, last, len(headings) - 1)
    for number, (column, heading) in enumerate(zip(table.columns, headings, strict=True)):
        look = HeadingLook(column.show, number > 0, table.quiet, table.large)
        worksheet.put_text(top, number, heading, sheet.formats.of_heading(look))
    bands = sheet.theme.table_style if table.banded else ""
    description = one_line(table.description or sheet.spec.title)
    ready = ReadyTable(table.name, description, bands, table.filtered)
    worksheet.put_table(range(top, last + 1), headings, ready)


def _write_rows(sheet: OpenSheet, table: Table, first: int) -> None:
    """A table's rows, cell by cell; of a large table as ready XML, column by column."""
    pixels = _row_pixels(sheet, table)
    for number, column in enumerate(table.columns):
        set_off_column(sheet, column, (first, first + table.rows - 1, number))
    if is_large(sheet.workbook, sheet.spec, table):
        sheet.worksheet.bulk.append(as_bulk(sheet, table, first, pixels))
    else:
        for number, column in enumerate(table.columns):
            write_column(sheet, table, column, first, number)
        heights = {row: high for row, high in enumerate(pixels.tolist(), first) if high}
        sheet.worksheet.set_heights(heights)


def _row_pixels(sheet: OpenSheet, table: Table) -> npt.NDArray[np.int16]:
    """By row how high it must be for its wrapped text; 0 where the usual height will do."""
    lines = sheet.workbook.lines.pop(table.name)
    larger = layout.LARGER if table.large else 1
    pixels: npt.NDArray[np.float64] = np.ceil(lines * sheet.theme.row_pixels * larger)
    if table.airy:
        pixels += AIR_PIXELS
    else:
        pixels[lines == 1] = 0
    highest: npt.NDArray[np.int16] = np.minimum(pixels, HIGHEST_PIXELS).astype(np.int16)
    return highest
