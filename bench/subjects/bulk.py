"""The rows of a large sheet: ours, the least that is needed for the same cells, and XlsxWriter's
own way of writing them."""

import importlib
import zlib
from datetime import datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from bench.frame import Ratio, Subject
from bench.returns import programme_of
from pipeline.core.results import Results
from pipeline.core.source import column_letters
from pipeline.ingest.discover import discover
from pipeline.report.live import as_values
from pipeline.report.render import render
from pipeline.report.sheets import records
from pipeline.report.spec import Book
from pipeline.report.theme import NUMBERS
from pipeline.run import run
from schemas.outputs import Show

RETURNS, ROWS = 20, 500
# By its own name the package has the function.
_RENDERER = importlib.import_module("pipeline.report.render")
_NEVER = 10**9


def subject() -> Subject:
    """Register and Apportioned, with values, from the model on."""
    name = "the same cells joined and deflated"
    return Subject(
        f"Register and Apportioned of {RETURNS} returns of {ROWS} rows",
        {
            "bulk sheet": lambda: _render(_RENDERER._BULK_ROWS),
            "XlsxWriter cell by cell": lambda: _render(_NEVER),
            name: _floor,
        },
        (
            Ratio("Bulk sheet", "bulk sheet", name, most=2),
            Ratio("XlsxWriter cell by cell", "XlsxWriter cell by cell", name),
        ),
        ready=_cells,
    )


@cache
def _results() -> Results:
    (folder,) = discover(programme_of(RETURNS, ROWS)).programmes
    results = run(folder).results
    if results is None:
        raise RuntimeError("the benchmark's programme has no results")
    return results


def _book() -> Book:
    """Register and Apportioned with values, as in a programme whose formulas would take too
    long."""
    results = _results()
    sheets = (records.register(results), records.apportioned(results))
    return Book("bulk.xlsx", "Bulk", tuple(map(as_values, sheets)), datetime(2012, 4, 1))


def _render(bulk_rows: int) -> None:
    usual = _RENDERER._BULK_ROWS
    _RENDERER._BULK_ROWS = bulk_rows
    try:
        render(_book())
    finally:
        _RENDERER._BULK_ROWS = usual


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


def _floor() -> None:
    """A row at a time, each cell with its reference and a style, texts inline and escaped."""
    for shows, values_of_rows in _cells():
        shown = [
            (column_letters(number), show in NUMBERS, show is Show.COUNT)
            for number, show in enumerate(shows, 1)
        ]
        rows = []
        for row, values in enumerate(values_of_rows, 5):
            cells = []
            for (letters, number, whole), value in zip(shown, values, strict=True):
                if value is None:
                    cells.append(f'<c r="{letters}{row}" s="3"/>')
                elif number:
                    held = value if whole else value / 100
                    cells.append(f'<c r="{letters}{row}" s="4"><v>{held:.16G}</v></c>')
                else:
                    cells.append(
                        f'<c r="{letters}{row}" s="3" t="inlineStr">'
                        f"<is><t>{escape(value)}</t></is></c>"
                    )
            rows.append(f'<row r="{row}">{"".join(cells)}</row>')
        zlib.compress("".join(rows).encode(), 6)
