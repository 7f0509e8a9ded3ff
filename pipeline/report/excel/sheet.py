"""A sheet from its declaration, from the top down."""

from math import ceil

from pipeline.report.chart import Chart
from pipeline.report.excel.errors import must
from pipeline.report.excel.forms import write_form, write_lists, write_settings
from pipeline.report.excel.open_sheet import OpenSheet
from pipeline.report.excel.open_workbook import OpenWorkbook, PlacedChart
from pipeline.report.excel.page_setup import set_up_page
from pipeline.report.excel.paging import Stretch
from pipeline.report.excel.sentences import write_answer, write_facts, write_strip, write_title
from pipeline.report.excel.tables import write_table
from pipeline.report.excel.worksheet import ReadyWorksheet
from pipeline.report.spec import Block, Facts, Form, Lists, Settings, Sheet, Table

# The line below a chart, with room above it.
_SOURCE_LINES = 1.3


def write_sheet(workbook: OpenWorkbook, spec: Sheet, worksheet: ReadyWorksheet) -> None:
    """Title, lines, blocks, then what a page and a screen need."""
    sheet = OpenSheet(workbook, spec, worksheet)
    for column, width in enumerate(sheet.widths):
        must(worksheet.set_column(column, column, width), f"width of column {column}")
    write_title(sheet)
    write_strip(sheet)
    write_answer(sheet)
    for block in spec.blocks:
        _write_block(sheet, block)
    set_up_page(sheet)


def _write_block(sheet: OpenSheet, block: Block) -> None:
    match block:
        case Table():
            write_table(sheet, block)
        case Form():
            write_form(sheet, block)
        case Settings():
            write_settings(sheet, block)
        case Lists():
            write_lists(sheet, block)
        case Chart():
            _place_chart(sheet, block)
        case Facts():
            write_facts(sheet, block)


def _place_chart(sheet: OpenSheet, chart: Chart) -> None:
    """The question, then one high row: the chart, and under it what it is drawn from."""
    start = sheet.row
    sheet.write_caption(chart.caption)
    sheet.header_rows.append(sheet.row)
    sheet.cells.text(sheet.row, 0, chart.source, sheet.theme.source())
    height = sheet.theme.row_pixels * _SOURCE_LINES
    sheet.set_pixels(sheet.row, chart.pixels_high + ceil(height))
    placed = PlacedChart(sheet.worksheet, sheet.row, sheet.pixels(), chart)
    sheet.workbook.charts.append(placed)
    sheet.stretches.append(Stretch(start, sheet.row, sheet.row + 1))
    sheet.row += 1
