"""Which columns of a large table are ready XML (``bulk_rows``), and what they are made of: the
others are written cell by cell."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from types import NoneType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.core.source import column_letters
from pipeline.report import layout
from pipeline.report.chart import Chart
from pipeline.report.columns import Texts, kinds_of
from pipeline.report.excel.bulk_rows import (
    Bulk,
    BulkColumn,
    FirstUses,
    FormulaTails,
    NumberTails,
    OwnTails,
    Style,
    Tails,
    TextTails,
)
from pipeline.report.excel.formats import Look
from pipeline.report.excel.open_sheet import OpenSheet
from pipeline.report.excel.open_workbook import OpenWorkbook
from pipeline.report.excel.table_cells import differs_by_row, write_column
from pipeline.report.formula import Pieces, all_same
from pipeline.report.safe import all_cell_safe
from pipeline.report.spec import Column, Role, Sheet, Table, Tone
from pipeline.report.theme import NUMBERS

# Tables of so many rows are written as ready XML; shorter ones aren't worth a second way.
_LARGE_ROWS = 256
_TEXTS, _AMOUNTS = {str, NoneType}, {int, float}
_NUMBERS = {int, float, Fraction, NoneType}

# How the cells of a column go on behind their references, and its formats.
_Cells = tuple[Tails, FirstUses]


class _RowKind(NamedTuple):
    """What sets rows of a table off from others."""

    role: Role = Role.BODY
    starts: bool = False
    muted: bool = False


_ROLES, _BODY = tuple(Role), _RowKind()


def _row_kinds(table: Table, column: Column) -> tuple[list[_RowKind], npt.NDArray[np.integer]]:
    """The kinds of a column's rows, and by row the place of its own among them."""
    codes = np.zeros(table.rows, dtype=np.int8)
    if not (table.roles or table.starts or column.muted):
        return [_BODY], codes
    for row, role in table.roles.items():
        codes[row] = 4 * _ROLES.index(role)
    codes[list(table.starts)] += 2
    codes[list(column.muted)] += 1
    numbers = np.flatnonzero(np.bincount(codes))
    kinds = [_RowKind(_ROLES[n // 4], bool(n & 2), bool(n & 1)) for n in numbers.tolist()]
    return kinds, np.searchsorted(numbers, codes)


def is_large(workbook: OpenWorkbook, sheet: Sheet, table: Table) -> bool:
    """Whether a table's rows are written as ready XML."""
    charts = any(isinstance(block, Chart) for block in sheet.blocks)
    return table.rows >= _LARGE_ROWS and not charts and table.name not in workbook.charted


def place_texts(workbook: OpenWorkbook) -> None:
    """Give the texts of large tables their places among the shared strings before all others, the
    largest table's first, row by row: what stands on other sheets, or further down, moves none of
    them, so that the next report can take these rows over."""
    tables = [
        table
        for _, sheet in workbook.sheets
        for table in sheet.tables
        if is_large(workbook, sheet, table)
    ]
    for table in sorted(tables, key=lambda table: table.rows, reverse=True):
        _place_texts(workbook, table)


def _place_texts(workbook: OpenWorkbook, table: Table) -> None:
    columns = {
        number: Texts.of(column.values)
        for number, column in enumerate(table.columns)
        if _is_of_texts(column)
    }
    if not columns:
        return
    words = [word for texts in columns.values() for word in texts.words]
    rows = np.concatenate([texts.first_rows for texts in columns.values()])
    lengths = [len(texts.words) for texts in columns.values()]
    # What has a place already is safe: most texts of a table stand in an earlier one.
    places = workbook.xlsx.known_places_of(words)
    new = np.flatnonzero(places < 0)
    new = new[[bool(words[place]) for place in new.tolist()]]
    new = new[np.argsort(rows[new], kind="stable")]  # of a row column by column
    are_safe = [texts.part is not None and texts.part.shared.are_safe for texts in columns.values()]
    others = new[~np.repeat(are_safe, lengths)[new]].tolist()
    safe_texts = all_cell_safe([words[place] or "" for place in others])
    for place, text in zip(others, safe_texts, strict=True):
        words[place] = text
    places[new] = workbook.xlsx.places_of([words[place] or "" for place in new.tolist()])
    split = np.split(places, np.cumsum(lengths)[:-1])
    for number, of_column in zip(columns, split, strict=True):
        workbook.text_places[table.name, number] = of_column


def _is_of_texts(column: Column) -> bool:
    """Whether the cells of a column are texts alone, or nothing, and no more than that."""
    return not (differs_by_row(column) or column.formulas) and kinds_of(column.values) <= _TEXTS


def as_bulk(sheet: OpenSheet, table: Table, first: int, pixels: npt.NDArray[np.int16]) -> Bulk:
    """The rows of a table, from the ``first`` one on; ``pixels``: by row how high it is."""
    bulk, worksheet = Bulk(first, pixels, sheet.worksheet.height_xml), sheet.worksheet
    for number, column in enumerate(table.columns):
        cells = _cells(sheet, table, column, first, number)
        if cells is None:
            write_column(sheet, table, column, first, number)
            styles = worksheet.own_styles(first, table.rows, number)
            cells = OwnTails(partial(_cell_xml, sheet, first, number)), styles
        else:
            worksheet.claim(first, first + table.rows - 1, number)
        bulk.columns.append(BulkColumn(column_letters(number + 1), *cells))
    return bulk


def _cell_xml(sheet: OpenSheet, first: int, number: int, place: int) -> str:
    return sheet.worksheet.cell_xml(first + place, number)


def _cells(
    sheet: OpenSheet, table: Table, column: Column, first: int, number: int
) -> _Cells | None:
    """The cells of a column of texts alone, or of numbers; None for a column of any other kind."""
    if differs_by_row(column):
        return None
    if _is_of_texts(column):
        sheet.cells.lead(first, number, column.files or ())
        return _text_cells(sheet, table, column, number)
    kinds = kinds_of(column.values)
    numeric = column.show in NUMBERS
    if column.formulas:
        alike = not (table.roles or table.starts or column.muted)
        if kinds <= _AMOUNTS and numeric and alike:
            return _formula_cells(sheet, table, column, first, number)
    elif kinds <= _NUMBERS and numeric and not column.files:
        return _number_cells(sheet, table, column, number)
    return None


def _style(sheet: OpenSheet, column: Column, number: int, kind: _RowKind, tone: Tone) -> Style:
    """The format of a column's cells in rows of a kind."""
    look = Look(column.show, kind.role, tone, kind.starts, number > 0)
    index: Callable[[], int] = sheet.formats.of_cell(look)._get_xf_index
    return index


def _text_cells(sheet: OpenSheet, table: Table, column: Column, number: int) -> _Cells:
    texts = Texts.of(column.values)
    kinds, kind_codes = _row_kinds(table, column)
    # By distinct cell its text and what its rows are like, and by row the place of its cell.
    words, codes, firsts = np.arange(len(texts.words)), texts.codes, texts.first_rows
    cell_kinds = np.zeros_like(words)
    if len(kinds) > 1:
        pairs = texts.codes.astype(np.int64) * len(kinds) + kind_codes
        distinct, firsts, codes = np.unique(pairs, return_index=True, return_inverse=True)
        words, cell_kinds = np.divmod(distinct, len(kinds))
    # Those by which words are set off, behind one for all others.
    tones = [None, *dict.fromkeys(column.tones.values())]
    looks = cell_kinds
    if column.tones:
        of_words = [
            tones.index(column.tones.get(word) if word is not None else None)
            for word in texts.words
        ]
        looks = looks + len(kinds) * np.array(of_words)[words]
    first_uses = np.full(len(tones) * len(kinds), table.rows)
    np.minimum.at(first_uses, looks, firsts)
    looks_in_use = np.flatnonzero(first_uses < table.rows)
    styles = []
    for sample, place in zip(*np.divmod(looks_in_use, len(kinds)), strict=True):
        tone = layout.tone_of_kind(column, tones[sample], muted=kinds[place].muted)
        styles.append(_style(sheet, column, number, kinds[place], tone))
    places = sheet.workbook.text_places.pop((table.name, number))
    sheet.worksheet.count_strings(int(np.count_nonzero(places[texts.codes] >= 0)))
    tails = TextTails(codes, styles, np.searchsorted(looks_in_use, looks), places[words])
    return tails, list(zip(first_uses[looks_in_use].tolist(), styles, strict=True))


def _number_cells(sheet: OpenSheet, table: Table, column: Column, number: int) -> _Cells:
    kinds, codes = _row_kinds(table, column)
    styles = [
        _style(sheet, column, number, each, Tone.MUTED if each.muted else Tone.PLAIN)
        for each in kinds
    ]
    firsts = [int(np.argmax(codes == code)) for code in range(len(kinds))]
    tails = NumberTails(column.values, column.show, codes, styles)
    return tails, list(zip(firsts, styles, strict=True))


def _formula_cells(
    sheet: OpenSheet, table: Table, column: Column, first: int, number: int
) -> _Cells | None:
    """Cells with one formula for all rows; None where the rows have several."""
    formulas = column.formulas or ()
    source = formulas[0]
    if source is None or not all_same(formulas):
        return None

    sheet.workbook.bulk_formulas.append(source)

    def pieces() -> Pieces:
        return tuple(
            sheet.worksheet.formula_xml(piece) if isinstance(piece, str) else first + piece
            for piece in sheet.workbook.pieces(table.name, source, number)
        )

    style = _style(sheet, column, number, _BODY, Tone.PLAIN)
    return FormulaTails(column.values, column.show, style, pieces), [(0, style)]
