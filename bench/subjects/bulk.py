"""The rows of large sheets: ours, the same cells joined row by row in Python, and XlsxWriter's own
way of writing them."""

import io
import zlib
from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from isal import isal_zlib

from bench.frame import Ratio, Subject
from bench.returns import programme_of
from pipeline.core.results import Results
from pipeline.core.source import column_letters
from pipeline.ingest.discover import discover
from pipeline.report.excel.render import render
from pipeline.report.formulas import as_values
from pipeline.report.sheets import records
from pipeline.report.spec import Book
from pipeline.report.theme import NUMBERS
from pipeline.run import model_programme
from schemas.outputs import Show

RETURNS, ROWS = 20, 500


def subject() -> Subject:
    """Register and Apportioned, with values: ours from the model on, the others from ready rows."""
    joined, faster = "the same cells joined, zlib 6", "the same cells joined, isal 2"
    return Subject(
        f"Register and Apportioned of {RETURNS} returns of {ROWS} rows",
        {
            "bulk sheet": _ours,
            "XlsxWriter": _cell_by_cell,
            joined: partial(_joined, lambda xml: zlib.compress(xml, 6)),
            faster: partial(_joined, lambda xml: isal_zlib.compress(xml, 2)),
        },
        (
            Ratio("Bulk sheet", "bulk sheet", joined, most=2),
            Ratio("Bulk sheet", "bulk sheet", faster),
            Ratio("XlsxWriter, cell by cell", "XlsxWriter", joined),
        ),
        ready=_cells,
    )


@cache
def _results() -> Results:
    (folder,) = discover(programme_of(RETURNS, ROWS)).programmes
    results = model_programme(folder).results
    if results is None:
        raise RuntimeError("the benchmark's programme has no results")
    return results


def _book() -> Book:
    """Register and Apportioned with values, as in a programme whose formulas would take too
    long."""
    results = _results()
    sheets = (records.register(results), records.apportioned(results))
    return Book("bulk.xlsx", "Bulk", tuple(map(as_values, sheets)), datetime(2012, 4, 1))


def _ours() -> None:
    render(_book())


@cache
def _cells() -> list[tuple[list[Show], list[tuple[Any, ...]]]]:
    """By sheet how its columns are shown, and its rows."""
    tables = [sheet.tables[0] for sheet in _book().sheets]
    return [
        (
            [column.show for column in table.columns],
            list(zip(*(column.values for column in table.columns), strict=True)),
        )
        for table in tables
    ]


def _cell_by_cell() -> None:
    """Each cell by its type, with a format."""
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    plain, money = book.add_format({"indent": 1}), book.add_format({"num_format": "#,##0.00"})
    for shows, rows in _cells():
        sheet = book.add_worksheet()
        kinds = [(show in NUMBERS, show is Show.COUNT) for show in shows]
        for row, values in enumerate(rows, 4):
            for column, ((number, whole), value) in enumerate(zip(kinds, values, strict=True)):
                if value is None:
                    sheet.write_blank(row, column, None, plain)
                elif number:
                    sheet.write_number(row, column, value if whole else value / 100, money)
                else:
                    sheet.write_string(row, column, value, plain)
    book.close()


def _joined(deflated: Callable[[bytes], bytes]) -> None:
    """A row at a time, each cell with its reference and a style, texts inline and escaped."""
    for shows, values_of_rows in _cells():
        kinds = [
            (column_letters(number), show in NUMBERS, show is Show.COUNT)
            for number, show in enumerate(shows, 1)
        ]
        rows = []
        for row, values in enumerate(values_of_rows, 5):
            cells = []
            for (letters, number, whole), value in zip(kinds, values, strict=True):
                if value is None:
                    cells.append(f'<c r="{letters}{row}" s="3"/>')
                elif number:
                    number_text = value if whole else value / 100
                    cells.append(f'<c r="{letters}{row}" s="4"><v>{number_text:.16G}</v></c>')
                else:
                    cells.append(
                        f'<c r="{letters}{row}" s="3" t="inlineStr">'
                        f"<is><t>{escape(value)}</t></is></c>"
                    )
            rows.append(f'<row r="{row}">{"".join(cells)}</row>')
        deflated("".join(rows).encode())
