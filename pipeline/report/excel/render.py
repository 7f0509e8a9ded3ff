"""Books to files: every sheet, then what waits until it is known where every table stands.

Every return code is checked and every warning raised: nothing is lost in silence. The same book
gives the same bytes: no clock, no author, no machine in it.
"""

import io
import warnings
from typing import IO

from xlsxwriter.exceptions import XlsxWriterException

from pipeline.report.archive import Archive
from pipeline.report.chart import Drawn
from pipeline.report.chunks import Chunks
from pipeline.report.excel.charts import Drawing, kind, state_defaults
from pipeline.report.excel.errors import RenderError, must
from pipeline.report.excel.forms import name_form_columns
from pipeline.report.excel.large_tables import place_texts
from pipeline.report.excel.open_workbook import OpenWorkbook
from pipeline.report.excel.sheet import write_sheet
from pipeline.report.excel.worksheet import ReadyWorksheet
from pipeline.report.formula import names_in
from pipeline.report.safe import one_line
from pipeline.report.spec import Book
from pipeline.report.theme import HOUSE, Theme


def render(book: Book, theme: Theme = HOUSE) -> bytes:
    """The book as the bytes of an .xlsx file. Raises RenderError."""
    stream = io.BytesIO()
    write(book, stream, theme)
    return stream.getvalue()


def write(
    book: Book, stream: IO[bytes], theme: Theme = HOUSE, chunks: Chunks | None = None
) -> None:
    """The book into an .xlsx file that is open; ``chunks``: what it takes over of the last one,
    if anything. Raises RenderError, and OSError of the files."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            with Archive(stream, chunks) as archive:
                _write(OpenWorkbook(book, theme, archive))
        except (UserWarning, ValueError, XlsxWriterException) as error:
            raise RenderError(f"{book.path}: {error}") from error


def _write(workbook: OpenWorkbook) -> None:
    """All sheets, then what waited for them."""
    book = workbook.book
    workbook.xlsx.set_properties(
        {
            "title": one_line(book.title),
            "subject": one_line(book.subject),
            "created": book.created,
        }
    )
    tables = [table.name.casefold() for _, sheet in workbook.sheets for table in sheet.tables]
    if len(set(tables)) < len(tables):
        raise RenderError(f"{book.path} has two tables of one name")
    place_texts(workbook)
    for tab, sheet in workbook.sheets:
        worksheet = workbook.xlsx.add_worksheet(tab, ReadyWorksheet)
        if not isinstance(worksheet, ReadyWorksheet):
            raise RenderError(f"{tab} is not a worksheet of ours")
        write_sheet(workbook, sheet, worksheet)
    _write_formulas(workbook)
    _draw_charts(workbook)
    name_form_columns(workbook)
    workbook.xlsx.close()


def _write_formulas(workbook: OpenWorkbook) -> None:
    """The formulas, and the names that they call columns by."""
    live = workbook.formulas
    sources = {id(each): each for each in (*workbook.bulk_formulas, *(f.formula for f in live))}
    for name, columns in sorted(names_in(sources.values()).items()):
        workbook.define_name(name, workbook.definition(columns))
    for worksheet, table, row, column, formula, style, value in live:
        text = workbook.text(table, formula, row, column)
        must(worksheet.write_formula(row, column, text, style, value), f"formula at row {row + 1}")


def _draw_charts(workbook: OpenWorkbook) -> None:
    theme = workbook.theme
    drawing = Drawing(workbook.references.places, theme, workbook.book.report_unit)
    for worksheet, row, width, chart in workbook.charts:
        drawn_chart = workbook.xlsx.add_chart(kind(chart.way))
        if drawn_chart is None:
            raise RenderError(f"{chart.way} is no kind of chart")
        for series in chart.series:
            drawn_chart.add_series(drawing.series(chart, series))
        drawn_chart.set_title(drawing.title(chart))
        axes = [drawing.labels_axis(chart), drawing.amounts_axis(chart)]
        drawn_chart.set_x_axis(axes[chart.way is Drawn.BARS])
        drawn_chart.set_y_axis(axes[chart.way is not Drawn.BARS])
        drawn_chart.set_plotarea(drawing.plot(chart, width))
        drawn_chart.set_legend(drawing.legend(chart))
        drawn_chart.set_chartarea({"border": {"color": theme.rule}})
        drawn_chart.set_size({"width": width, "height": chart.pixels_high})
        state_defaults(drawn_chart, chart.way)
        words = {"description": one_line(chart.description), "object_position": 1}
        must(worksheet.insert_chart(row, 0, drawn_chart, words), f"chart at row {row + 1}")
