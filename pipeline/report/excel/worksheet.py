"""A worksheet of XlsxWriter's that also takes large tables as ready rows, and columns of links to
files.

What it leans on is private to XlsxWriter, so that a release may change it:
tests/report/excel/test_bulk_rows.py and test_archive.py say so then.
"""

import io
from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain, count
from math import isfinite
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter.format import Format
from xlsxwriter.url import Url
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import (
    CellBlankTuple,
    CellDatetimeTuple,
    CellNumberTuple,
    CellStringTuple,
    Worksheet,
)

from pipeline.core.source import column_letters
from pipeline.report.excel.bulk_rows import Bulk, FirstUses
from pipeline.report.excel.errors import SPAN_ROWS, RenderError, must
from pipeline.report.layout import number_xml
from pipeline.report.spec import FilePlace

# A named tuple's own way to make one takes three times as long.
_text_cell = partial(tuple.__new__, CellStringTuple)


class ReadyWorksheet(Worksheet):
    """A worksheet that takes formulas as they are: none has a function that newer Excels call
    otherwise, and the search for such would reach into headings (and takes most of the time).

    ``bulk``: large tables, whose rows come as ready XML among the others. ``file_links``: row,
    column and what the cell leads to.
    """

    # None at first, as XlsxWriter annotates nowhere.
    fh: Any
    dim_rowmin: Any
    dim_rowmax: Any
    row_spans: Any
    comments: Any
    str_table: Any
    table: Any
    row_info: Any

    def __init__(self) -> None:
        super().__init__()
        self.bulk: list[Bulk] = []
        self.file_links: list[tuple[int, int, FilePlace]] = []

    def stretch_table(self, top: int, last: int, column: int) -> None:
        """Let the table just added go down to its last row: XlsxWriter notes every cell of a
        table, to find those that overlap."""
        must(self._check_dimensions(last, column), f"row {last + 1}")
        table = self.tables[-1]
        for place in ("range", "a_range", "autofilter"):
            if table.get(place):
                table[place] = xl_range(top, 0, last, column)

    def claim(self, first: int, last: int, column: int) -> None:
        """Say that a column has cells from one row to another."""
        for row in (first, last):
            must(self._check_dimensions(row, column), f"row {row + 1}")

    def put_text(self, row: int, column: int, text: str, style: Format) -> None:
        """A text, none where it is empty, into a cell that is claimed; XlsxWriter first finds out
        of each whether it is one, and what it is called."""
        self.put_texts(row, column, [text], [style])

    def put_texts(
        self, first: int, column: int, texts: Iterable[str], styles: Iterable[Format]
    ) -> None:
        """``put_text`` into cells one under the other."""
        table, place_of = self.table, self.str_table._get_shared_string_index
        for row, text, style in zip(count(first), texts, styles, strict=False):
            cell = _text_cell((place_of(text), style)) if text else CellBlankTuple(style)
            table[row][column] = cell

    def put_number(self, row: int, column: int, number: float, style: Format) -> None:
        """A number into a cell that is claimed."""
        if not isfinite(number):
            raise RenderError(f"{number} at row {row + 1} is no number that a cell can hold")
        self.table[row][column] = CellNumberTuple(number, style)

    def count_strings(self, number: int) -> None:
        """So many cells more hold shared strings."""
        self.str_table.count += number

    def formula_xml(self, formula: str) -> str:
        """A formula as it stands in a cell's XML."""
        return self._escaped(self._prepare_formula(formula))

    def height_xml(self, pixels: int) -> str:
        """What a row says of its height."""
        if pixels == self.original_row_height == self.default_row_height:
            return ""
        return f' ht="{pixels * 0.75:.16g}" customHeight="1"'

    def cell_xml(self, row: int, column: int) -> str:
        """The XML of a cell that was written by itself."""
        file, self.fh = self.fh, io.StringIO()
        self._write_cell(row, column, self.table[row][column])
        xml: str = self.fh.getvalue()
        self.fh = file
        return xml

    def own_styles(self, first: int, rows: int, column: int) -> FirstUses:
        """The formats of cells that were written one by one, looked up when it is asked for."""
        styles = (self.table[first + place][column].format for place in range(rows))
        earlier: set[Format] = set()
        for place, style in enumerate(styles):
            if style not in earlier:
                earlier.add(style)
                yield place, style._get_xf_index

    def _assemble_xml_file(self) -> None:
        super()._assemble_xml_file()
        # Links ask what their cells hold, so these go last; left to Python's collector of cycles,
        # which each sheet is part of, they would be held until it comes by.
        self.table.clear()
        self.row_info.clear()

    def _write_rows(self) -> None:
        """The rows in order, those of large tables among the others."""
        self._calculate_spans()
        first = self.dim_rowmin
        while self.bulk:
            each = self.bulk.pop(0)  # what is written needn't be held any longer
            self._write_single_rows(first, each.first)
            for rows in each.chunks(self.row_spans):
                self.fh.send(rows)
            first = each.stop
        self._write_single_rows(first, self.dim_rowmax + 1)

    def _write_single_rows(self, first: int, stop: int) -> None:
        """Rows whose cells were written one by one, as XlsxWriter does; it looks for a cell in
        each column."""
        for row in range(first, stop):
            cells, info = self.table.get(row), self.row_info.get(row)
            span = self.row_spans.get(row // SPAN_ROWS)
            if cells:
                self._write_row(row, span, info)
                for column in sorted(cells):
                    self._write_cell(row, column, cells[column])
                self.fh.write("</row>")
            elif info or row in self.comments:
                self._write_empty_row(row, span, info)

    def _calculate_spans(self) -> None:
        """From which column to which the cells of each block of rows go, ready rows included."""
        if self.row_spans:
            return
        spans: dict[int, tuple[int, int]] = {}
        singles = (
            (row, min(cells), max(cells))
            for by_row in (self.table, self.comments)
            for row, cells in by_row.items()
            if cells
        )
        ready = (
            (row, 0, len(each.columns) - 1)
            for each in self.bulk
            for row in {*range(each.first, each.stop, SPAN_ROWS), each.stop - 1}
        )
        for row, first, last in chain(singles, ready):
            least, most = spans.get(row // SPAN_ROWS, (first, last))
            spans[row // SPAN_ROWS] = min(least, first), max(most, last)
        self.row_spans = {
            block: f"{least + 1}:{most + 1}" for block, (least, most) in spans.items()
        }

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        """Texts, blanks and numbers, which nearly all cells are, in one piece. Numbers by the
        shortest text that is the same double: XlsxWriter's sixteen digits aren't always."""
        match cell:
            case CellStringTuple():
                rest = f' t="s"><v>{cell.string}</v></c>'
            case CellBlankTuple():
                rest = "/>"
            case CellNumberTuple() | CellDatetimeTuple():
                rest = f"><v>{number_xml(cell.number)}</v></c>"
            case _:
                super()._write_cell(row, col, cell)
                return
        style = cell.format._get_xf_index()
        self.fh.write(f'<c r="{xl_rowcol_to_cell_fast(row, col)}" s="{style}"{rest}')

    def _xml_formula_element(
        self, formula: str, result: str | float, attributes: Iterable[tuple[str, object]] = ()
    ) -> None:
        value = self._escaped(result) if isinstance(result, str) else number_xml(result)
        attribute_text = "".join(f' {name}="{worth}"' for name, worth in attributes)
        self.fh.write(f"<c{attribute_text}><f>{self._escaped(formula)}</f><v>{value}</v></c>")

    def _escaped(self, text: str) -> str:
        escaped: Callable[[str], str] = self._escape_data
        return escaped(text)

    def _write_hyperlinks(self) -> None:
        """XlsxWriter's own, then those to files; all that lead to one file share a relation."""
        if not self.file_links:
            super()._write_hyperlinks()
            return
        file, self.fh = self.fh, io.StringIO()
        super()._write_hyperlinks()
        sheet_links, self.fh = self.fh.getvalue().removesuffix("</hyperlinks>"), file
        self.fh.write(sheet_links or "<hyperlinks>")
        relations: dict[str, str] = {}
        sheets: dict[tuple[str, str], str] = {}
        for row, column, to in self.file_links:
            if to.address not in relations:
                self.rel_count += 1
                relations[to.address] = f"rId{self.rel_count}"
                target = Url(f"external:{to.address}")._target()
                self.external_hyper_links.append(["/hyperlink", target, "External"])
            key = (to.address, to.sheet)
            if key not in sheets:
                sheet_name = escape("'{}'!".format(to.sheet.replace("'", "''")), {'"': "&quot;"})
                sheets[key] = f'r:id="{relations[to.address]}" location="{sheet_name}'
            self.fh.write(
                f'<hyperlink ref="{column_letters(column + 1)}{row + 1}" {sheets[key]}{to.cell}" '
                f'tooltip="Opens the {to.what} at {to.cell}"/>'
            )
        self.fh.write("</hyperlinks>")
