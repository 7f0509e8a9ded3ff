"""A worksheet of XlsxWriter's that also takes large tables as ready rows, and columns of links to
files.

What it leans on is private to XlsxWriter, so that a release may change it:
tests/report/excel/test_bulk_rows.py and test_archive.py say so then.
"""

import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain, count
from math import isfinite
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from xlsxwriter.format import Format
from xlsxwriter.url import Url
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import (
    CellBlankTuple,
    CellDatetimeTuple,
    CellNumberTuple,
    CellStringTuple,
    Worksheet,
)

from pipeline.core.source import column_letters
from pipeline.report.columns import Piece, joined, words_of
from pipeline.report.excel.bulk_rows import Bulk, FirstUses
from pipeline.report.excel.errors import SPAN_ROWS, RenderError, must
from pipeline.report.layout import number_xml
from pipeline.report.spec import FilePlace, FilePlaces

# A named tuple's own way to make one takes three times as long.
_text_cell = partial(tuple.__new__, CellStringTuple)
_blank_cell = partial(tuple.__new__, CellBlankTuple)
_number_cell = partial(tuple.__new__, CellNumberTuple)
# No address of a cell or a row, as A1, R or R1C1 are.
_TABLE_NAME = re.compile(r"(?!(?:[A-Z]{1,3}\d+|R\d*(?:C\d*)?|C\d*)$)[A-Z_]\w{0,254}", re.I | re.A)


def _tail(cell: Any) -> str:
    """The XML of a text, a blank or a number, which nearly all cells are, behind its reference; of
    others empty. Numbers by the shortest text that is the same double: XlsxWriter's sixteen digits
    aren't always."""
    kind = type(cell)
    if kind is CellStringTuple:
        place, style = cell
        return f'" s="{style.xf_index or style._get_xf_index()}" t="s"><v>{place}</v></c>'
    if kind is CellBlankTuple:
        return f'" s="{cell.format.xf_index or cell.format._get_xf_index()}"/>'
    if kind is CellNumberTuple or kind is CellDatetimeTuple:
        number, style = cell
        index = style.xf_index or style._get_xf_index()
        return f'" s="{index}"><v>{number_xml(number)}</v></c>'
    return ""


class ReadyTable(NamedTuple):
    """What Excel knows of a table beside its cells; ``bands``: the style that sets every other row
    off, if any."""

    name: str
    description: str
    bands: str
    filtered: bool


class ReadyWorksheet(Worksheet):
    """A worksheet that takes formulas as they are: none has a function that newer Excels call
    otherwise, and the search for such would reach into headings (and takes most of the time).

    ``bulk``: large tables, whose rows come as ready XML among the others. ``heights``: in pixels,
    of other rows that haven't the usual one. ``file_links``: rows, column and where the cells lead.
    """

    # None at first, as XlsxWriter annotates nowhere.
    fh: Any
    dim_rowmin: Any
    dim_rowmax: Any
    row_spans: Any
    comments: Any
    str_table: Any
    row_sizes: Any
    default_row_height: Any
    table: Any

    def __init__(self) -> None:
        super().__init__()
        self.bulk: list[Bulk] = []
        self.heights: dict[int, int] = {}
        self.file_links: list[tuple[Sequence[int], int, FilePlaces]] = []

    def put_table(self, rows: range, headings: Sequence[str], table: ReadyTable) -> None:
        """A table in columns from A on; its first row has the headings, as texts. XlsxWriter's own
        way notes every cell of a table, to find those that overlap."""
        if not _TABLE_NAME.fullmatch(table.name):
            raise RenderError(f"{table.name} is no name of a table")
        cells = xl_range(rows[0], 0, rows[-1], len(headings) - 1)
        properties = {
            "name": table.name,
            "range": cells,
            "columns": [{"id": n, "name": heading} for n, heading in enumerate(headings, 1)],
            "style": table.bands.replace(" ", ""),
            "description": table.description,
            "show_first_col": False,
            "show_last_col": False,
            "show_row_stripes": bool(table.bands),
            "show_col_stripes": False,
        }
        self.tables.append(properties | ({"autofilter": cells} if table.filtered else {}))

    def claim(self, first: int, last: int, column: int) -> None:
        """Say that a column has cells from one row to another."""
        for row in (first, last):
            must(self._check_dimensions(row, column), f"row {row + 1}")

    def set_heights(self, heights: Mapping[int, int]) -> None:
        """Make rows that have cells so many pixels high."""
        self.heights |= heights
        # By these charts find their places.
        self.row_sizes |= {row: [pixels, False] for row, pixels in heights.items()}

    def put_text(self, row: int, column: int, text: str, style: Format) -> None:
        """A text, none where it is empty, into a cell that is claimed; XlsxWriter first finds out
        of each whether it is one, and what it is called."""
        self.put_texts(row, column, [text], [style])

    def put_texts(
        self, first: int, column: int, texts: Iterable[str], styles: Iterable[Format]
    ) -> None:
        """``put_text`` into cells one under the other."""
        table, strings = self.table, self.str_table.string_table
        number = 0
        for row, text, style in zip(count(first), texts, styles, strict=False):
            if text:
                place = strings.setdefault(text, len(strings))
                table[row][column] = _text_cell((place, style))
                number += 1
            else:
                table[row][column] = _blank_cell((style,))
        self.str_table.unique_count = len(strings)
        self.count_strings(number)

    def put_number(self, row: int, column: int, number: float, style: Format) -> None:
        """A number into a cell that is claimed."""
        if not isfinite(number):
            raise RenderError(f"{number} at row {row + 1} is no number that a cell can hold")
        self.table[row][column] = _number_cell((number, style))

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
        if tail := _tail(cell := self.table[row][column]):
            return f'<c r="{column_letters(column + 1)}{row + 1}{tail}'
        file, self.fh = self.fh, io.StringIO()
        self._write_cell(row, column, cell)
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
        self.heights.clear()

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
        each column, and makes each tag attribute by attribute."""
        write, usual = self.fh.write, self.default_row_height
        for row in range(first, stop):
            cells, pixels = self.table.get(row), self.heights.get(row)
            if not cells and pixels is None and row not in self.comments:
                continue
            span = self.row_spans.get(row // SPAN_ROWS)
            spans = f' spans="{span}"' if span else ""
            height = self.height_xml(usual if pixels is None else pixels)
            write(f'<row r="{row + 1}"{spans}{height}{">" if cells else "/>"}')
            if cells:
                for column in sorted(cells):
                    cell = cells[column]
                    if tail := _tail(cell):
                        write(f'<c r="{column_letters(column + 1)}{row + 1}{tail}')
                    else:
                        super()._write_cell(row, column, cell)
                write("</row>")

    def _calculate_spans(self) -> None:
        """From which column to which the cells of each block of rows go, ready rows included."""
        if self.row_spans:
            return
        columns: defaultdict[int, set[int]] = defaultdict(set)
        for row, cells in chain(self.table.items(), self.comments.items()):
            if cells:
                columns[row // SPAN_ROWS].update(cells)
        for each in self.bulk:
            for block in range(each.first // SPAN_ROWS, (each.stop - 1) // SPAN_ROWS + 1):
                columns[block].update((0, len(each.columns) - 1))
        self.row_spans = {
            block: f"{min(of_block) + 1}:{max(of_block) + 1}" for block, of_block in columns.items()
        }

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")

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
        for rows, column, to in self.file_links:
            locations = words_of(self._location(each, relations) for each in to.sheets)
            tooltips = words_of(f'" tooltip="Opens the {each.what} at ' for each in to.sheets)
            pieces: list[Piece] = [
                f'<hyperlink ref="{column_letters(column + 1)}',
                [str(row + 1) for row in rows],
                *(locations.take(to.codes).tolist(), to.cells),
                *(tooltips.take(to.codes).tolist(), to.cells),
                '"/>',
            ]
            self.fh.write(joined(pieces, len(rows)))
        self.fh.write("</hyperlinks>")

    def _location(self, to: FilePlace, relations: dict[str, str]) -> str:
        """What stands in a link between its own cell's address and that of the cell in another
        file; ``relations``: by address those that there are by now."""
        if to.address not in relations:
            self.rel_count += 1
            relations[to.address] = f"rId{self.rel_count}"
            target = Url(f"external:{to.address}")._target()
            self.external_hyper_links.append(["/hyperlink", target, "External"])
        sheet_name = escape("'{}'!".format(to.sheet.replace("'", "''")), {'"': "&quot;"})
        return f'" r:id="{relations[to.address]}" location="{sheet_name}'
