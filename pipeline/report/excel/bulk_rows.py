"""Rows of large tables as ready XML, column by column.

XlsxWriter makes an object of every cell, then its XML attribute by attribute. Of the columns of a
large table most hold texts that come again and again, or plain numbers: their XML is made once for
each distinct text, or for some thousand numbers at once, and the pieces of all columns are joined.
Whatever else a column holds goes XlsxWriter's own way. Both ways give the same bytes
(tests/report/excel/test_bulk_rows.py).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from operator import itemgetter
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from pipeline.report.columns import (
    Array,
    Codes,
    Numbers,
    Piece,
    Words,
    bytes_of,
    joined,
    pounds_and_pennies,
    words_of,
)
from pipeline.report.excel.errors import SPAN_ROWS
from pipeline.report.layout import number_xml
from schemas.outputs import IN_PENCE, Show

# Rows joined at once: enough to cost little, few enough to stay in the processor's cache.
CHUNK = 2_048

# The number of a cell's format. Formats are numbered as they are asked for, row by row.
Style = Callable[[], int]
# The formats of a column, each with the place of the first row that has it.
FirstUses = Iterable[tuple[int, Style]]

# Below this, in pence, what is behind the point is a double's own shortest text.
_SHORT = 10**15


class Tails(Protocol):
    """The cells of a column, from behind their references on."""

    def __call__(self, start: int, stop: int, after: str) -> Sequence[Piece]:
        """Their XML for rows from one place up to another, in pieces, each row's with what stands
        ``after`` it: in one piece with the last of them where that piece comes again and again,
        for the fewer pieces, the quicker they are joined."""

    def made_of(self, start: int, stop: int) -> Iterable[bytes]:
        """All that it follows from."""


class TextTails:
    """Cells that hold texts, or nothing. ``codes``: by row the place of its cell among the distinct
    ones; ``style_places``: of each the place of its format among the ``styles``; ``text_places``:
    of each its place among the workbook's shared strings, -1 for a blank."""

    def __init__(
        self,
        codes: Codes,
        styles: Sequence[Style],
        style_places: Array,
        text_places: Array,
    ) -> None:
        self._codes = codes
        self._styles = styles
        self._style_places = style_places
        self._text_places = text_places
        # By distinct cell its XML, once a row that is made has it: most rows are taken over.
        self._words = words_of([""] * len(text_places))
        self._is_made = np.zeros(len(text_places), dtype=bool)
        self._after = ""

    @cached_property
    def _cell_numbers(self) -> Array:
        """What ``_xml`` follows from: of each distinct cell the number of its format and its
        text's place, in one number."""
        styles = np.array([style() for style in self._styles], dtype=np.int64)
        return (styles[self._style_places] << 32) + self._text_places

    def __call__(self, start: int, stop: int, after: str) -> Sequence[Piece]:
        """Their XML for rows from one place up to another, and what stands ``after`` each."""
        codes = self._codes[start:stop]
        self._make(codes, after)
        return (self._words.take(codes).tolist(),)

    def made_of(self, start: int, stop: int) -> Iterable[bytes]:
        """All that it follows from."""
        return b"texts", self._cell_numbers.take(self._codes[start:stop]).tobytes()

    def _make(self, codes: Codes, after: str) -> None:
        """The XML of distinct cells, of those among them that have none with this behind it."""
        if after != self._after:
            self._after = after
            self._is_made[:] = False
        if self._is_made.all():
            return
        is_missing = np.zeros_like(self._is_made)
        is_missing[codes] = True
        is_missing &= ~self._is_made
        self._is_made |= is_missing
        cells = self._style_places[is_missing], self._text_places[is_missing]
        self._words[is_missing] = _text_xml(self._styles, *cells, after)


def _text_xml(
    styles: Sequence[Style], style_places: Array, text_places: Array, after: str
) -> Words:
    """The XML of distinct cells of a column, and what stands ``after`` each; once the formats
    have their numbers."""
    heads = [f'" s="{style()}"' for style in styles]
    blank, end = f"/>{after}", f"</v></c>{after}"
    cells = zip(style_places.tolist(), text_places.tolist(), strict=True)
    return words_of(
        heads[style] + blank if place < 0 else f'{heads[style]} t="s"><v>{place}{end}'
        for style, place in cells
    )


@dataclass
class NumberTails:
    """Cells that hold numbers, or nothing. Money comes in pence. ``codes``: by row the place of its
    format among the ``styles``."""

    values: Sequence[Any]
    show: Show
    codes: Codes
    styles: Sequence[Style]

    def __call__(self, start: int, stop: int, after: str) -> Sequence[Piece]:
        """Their XML for rows from one place up to another, and what stands ``after`` each."""
        codes, values, end = self.codes[start:stop], self.values[start:stop], "</v></c>"
        heads = [f'" s="{style()}"><v>' for style in self.styles]
        if (numbers := _numbers(values, self.show, end + after)) is not None:
            head = heads[0] if len(heads) == 1 else words_of(heads).take(codes).tolist()
            return (head, *numbers)
        blanks = [f'" s="{style()}"/>' for style in self.styles]
        text, cells = _text_of(self.show), zip(codes.tolist(), values, strict=True)
        return (
            [
                blanks[code] if value is None else heads[code] + text(value) + end
                for code, value in cells
            ],
            after,
        )

    def made_of(self, start: int, stop: int) -> Iterable[bytes]:
        """All that it follows from."""
        styles = [style() for style in self.styles]
        yield repr(("numbers", self.show.name, styles)).encode()
        yield from bytes_of(self.codes[start:stop])
        yield from bytes_of(self.values[start:stop])


@dataclass
class FormulaTails:
    """Cells that hold one formula and each its own number. ``pieces``: the formula's XML, and
    between it how many rows down from the place of its cell another cell's row number is; known
    only when every table has its own."""

    values: Sequence[Any]
    show: Show
    style: Style
    pieces: Callable[[], Sequence[str | int]]

    def __call__(self, start: int, stop: int, after: str) -> Sequence[Piece]:
        """Their XML for rows from one place up to another, and what stands ``after`` each."""
        head, between = f'" s="{self.style()}"><f>', "</f><v>"
        numbers = _numbers(self.values[start:stop], self.show, f"</v></c>{after}")
        if numbers is None:
            raise ValueError("a formula comes to nothing")
        formula = (
            piece if isinstance(piece, str) else _row_numbers(start + piece, stop + piece)
            for piece in self.pieces()
        )
        return (head, *formula, between, *numbers)

    def made_of(self, start: int, stop: int) -> Iterable[bytes]:
        """All that it follows from."""
        yield repr(("formulas", self.show.name, self.style(), self.pieces())).encode()
        yield from bytes_of(self.values[start:stop])


class OwnTails:
    """Cells that are made one by one. ``cell``: the XML of one by its place, with its
    reference."""

    def __init__(self, cell: Callable[[int], str]) -> None:
        self._cells = lru_cache(maxsize=1)(partial(_tails_of, cell))

    def __call__(self, start: int, stop: int, after: str) -> Sequence[Piece]:
        """Their XML for rows from one place up to another, and what stands ``after`` each."""
        return self._cells(start, stop), after

    def made_of(self, start: int, stop: int) -> Iterable[bytes]:
        """All that it follows from."""
        return (repr(("cells", self._cells(start, stop))).encode(),)


def _tails_of(cell: Callable[[int], str], start: int, stop: int) -> list[str]:
    cells = (cell(place) for place in range(start, stop))
    return [xml[xml.index('" ') :] for xml in cells]


def _numbers(values: Sequence[Any], show: Show, after: str) -> tuple[Piece, ...] | None:
    """``number_xml`` of numbers, in pounds where they are pence, in pieces, and what stands
    ``after`` each; None where one is missing."""
    if not isinstance(values, Numbers):
        if None in values:
            return None
        return list(map(_text_of(show), values)), after
    numbers = values.array
    if max(numbers.max(initial=0), -int(numbers.min(initial=0))) >= _SHORT:
        return list(map(_text_of(show), values)), after
    if show not in IN_PENCE:
        return list(map(str, numbers.tolist())), after
    *pounds, pennies = pounds_and_pennies(numbers)
    return (*pounds, _pennies(after).take(pennies).tolist())


@lru_cache(maxsize=64)
def _pennies(after: str) -> Words:
    """What stands behind the pounds of an amount, and ``after`` it, by its pennies."""
    return words_of(f".{penny:02d}".rstrip("0").rstrip(".") + after for penny in range(100))


@lru_cache(maxsize=8)
def _row_numbers(start: int, stop: int) -> list[str]:
    """The numbers of rows, as the sheet has them: those of many formulas are their own row's."""
    return list(map(str, range(start + 1, stop + 1)))


def _text_of(show: Show) -> Callable[[Any], str]:
    """What gives the ``number_xml`` of a number, in pounds where it is in pence."""
    if show in IN_PENCE:
        return lambda pence: number_xml(int(pence) / 100)
    return (lambda number: number_xml(int(number))) if show is Show.COUNT else number_xml


@dataclass(frozen=True)
class BulkColumn:
    """A column of a large table."""

    letters: str
    tails: Tails
    styles: FirstUses


@dataclass(frozen=True)
class BulkChunk:
    """Some rows of a large table: what their XML follows from, and it itself."""

    made_of: Callable[[], Iterable[bytes]]
    xml: Callable[[], bytes]


@dataclass
class Bulk:
    """A large table's rows. ``first``: its first row on the sheet, from 0. ``pixels``: how high
    each row is, 0 for as high as any; ``height``: what a row says of that."""

    first: int
    pixels: npt.NDArray[np.int16]
    height: Callable[[int], str]
    columns: list[BulkColumn] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(self.pixels)

    @property
    def stop(self) -> int:
        """The row after its last one."""
        return self.first + self.rows

    def chunks(self, spans: dict[int, str]) -> Iterator[BulkChunk]:
        """The rows, some thousands at a time. ``spans``: of each block of 16 rows."""
        uses = (
            (place, number, style)
            for number, column in enumerate(self.columns)
            for place, style in column.styles
        )
        for _, _, style in sorted(uses, key=itemgetter(0, 1)):
            style()
        for start in range(0, self.rows, CHUNK):
            rows = spans, start, min(start + CHUNK, self.rows)
            yield BulkChunk(partial(self._made_of, *rows), partial(self._xml, *rows))

    def _xml(self, spans: dict[int, str], start: int, stop: int) -> bytes:
        """The rows from one place up to another."""
        numbers = _row_numbers(self.first + start, self.first + stop)
        first, *others = [f'<c r="{column.letters}' for column in self.columns]
        pieces: list[Piece] = ['<row r="', numbers, self._heads(spans, start, stop), first]
        for column, after in zip(self.columns, [*others, "</row>"], strict=True):
            pieces += numbers, *column.tails(start, stop, after)
        return joined(pieces, stop - start).encode()

    def _made_of(self, spans: dict[int, str], start: int, stop: int) -> Iterator[bytes]:
        """All that their XML follows from."""
        first, last = self.first + start, self.first + stop - 1
        of_blocks = [spans[block] for block in range(first // SPAN_ROWS, last // SPAN_ROWS + 1)]
        pixels = self.pixels[start:stop]
        heights = [(each, self.height(each)) for each in np.unique(pixels).tolist()]
        yield repr((first, last, of_blocks, heights)).encode()
        yield from bytes_of(pixels)
        for column in self.columns:
            yield column.letters.encode()
            yield from column.tails.made_of(start, stop)

    def _heads(self, spans: dict[int, str], start: int, stop: int) -> list[str]:
        """What stands in each row's tag behind its number, from one place up to another."""
        blocks = np.arange(self.first + start, self.first + stop) // SPAN_ROWS
        first, last = int(blocks[0]), int(blocks[-1])
        of_blocks = [spans[block] for block in range(first, last + 1)]
        different_spans = list(dict.fromkeys(of_blocks))
        span_codes = np.array([different_spans.index(span) for span in of_blocks])[blocks - first]
        heights, height_codes = np.unique(self.pixels[start:stop], return_inverse=True)
        ends = [f"{self.height(pixels) if pixels else ''}>" for pixels in heights.tolist()]
        heads = words_of(f'" spans="{span}"{end}' for span in different_spans for end in ends)
        of_rows: list[str] = heads.take(span_codes * len(ends) + height_codes).tolist()
        return of_rows
