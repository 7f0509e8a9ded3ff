"""Rows of large tables as ready XML, column by column.

XlsxWriter makes an object of every cell, then its XML attribute by attribute. Of the columns of a
large table most hold texts that come again and again, or plain numbers: their XML is made once for
each distinct text, or in one expression for each number, and joined row by row. Whatever else a
column holds goes XlsxWriter's own way. Both ways give the same bytes (tests/report/test_rows.py).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from operator import itemgetter
from typing import Any

from schemas.outputs import Show

# Rows joined at once: large enough to cost little, small enough to keep no sheet in memory.
CHUNK = 4_096
SPAN_ROWS = 16

# The XML of cells from behind their reference on, for rows from one place up to another.
Tails = Callable[[int, int], Iterable[str]]


# The number of a cell's format. Formats are numbered as they are asked for, row by row.
Style = Callable[[], int]
# The formats of a column, each with the place of the first row that has it.
FirstUses = Iterable[tuple[int, Style]]


class _Made(dict[object, str]):
    """The XML of a text's cells, made once. ``held``: format and shared string by text."""

    def __init__(self, held: Mapping[object, tuple[Style, int | None]]) -> None:
        self.held = held

    def __missing__(self, value: object) -> str:
        style, shared = self.held[value]
        made = (
            f' s="{style()}"/>' if shared is None else f' s="{style()}" t="s"><v>{shared}</v></c>'
        )
        self[value] = made
        return made


def text_tails(values: Sequence[object], held: Mapping[object, tuple[Style, int | None]]) -> Tails:
    """Cells that hold texts, or nothing. ``held``: by distinct value its format and its place
    among the workbook's shared strings, None for a blank."""
    made = _Made(held)
    return lambda start, stop: map(made.__getitem__, values[start:stop])


def number_tails(values: Sequence[Any], show: Show, style: Style) -> Tails:
    """Cells that hold numbers, or nothing. Money comes in pence."""
    stored = _stored(show)

    def tails(start: int, stop: int) -> list[str]:
        blank, head = f' s="{style()}"/>', f' s="{style()}"><v>'
        return [
            blank if value is None else f"{head}{stored(value):.16G}</v></c>"
            for value in values[start:stop]
        ]

    return tails


@dataclass
class FormulaTails:
    """Cells that hold one formula and each its own number. ``text``: the formula's XML in a row,
    by the row's place; known only when every table has its own."""

    values: Sequence[Any]
    show: Show
    style: Style
    text: Callable[[int], str]

    def __call__(self, start: int, stop: int) -> list[str]:
        """The cells from one place up to another."""
        stored, head = _stored(self.show), f' s="{self.style()}"><f>'
        if self.text(0) == self.text(len(self.values) - 1):
            head += f"{self.text(0)}</f><v>"
            return [f"{head}{stored(value)}</v></c>" for value in self.values[start:stop]]
        return [
            f"{head}{self.text(place)}</f><v>{stored(value)}</v></c>"
            for place, value in enumerate(self.values[start:stop], start)
        ]


def _stored(show: Show) -> Callable[[Any], float]:
    match show:
        case Show.MONEY | Show.PENCE:
            return _pounds
        case Show.COUNT:
            return int
        case _:
            return _finite


def _pounds(pence: float) -> float:
    return int(pence) / 100


def _finite(value: Any) -> float:
    number = float(value)
    if not isfinite(number):
        raise ValueError(f"{number} is no number that a cell can hold")
    return number


@dataclass(frozen=True)
class Cells:
    """A column of a large table."""

    letters: str
    tails: Tails
    styles: FirstUses


@dataclass
class Bulk:
    """A large table's rows. ``first``: its first row on the sheet, from 0. ``heights``:
    attributes of the rows that are higher than others, by place."""

    first: int
    rows: int
    columns: list[Cells] = field(default_factory=list)
    heights: dict[int, str] = field(default_factory=dict)

    @property
    def stop(self) -> int:
        """The row after its last one."""
        return self.first + self.rows

    def xml(self, spans: dict[int, str]) -> Iterator[str]:
        """The rows, some thousands at a time. ``spans``: of each block of 16 rows."""
        uses = (
            (place, number, style)
            for number, column in enumerate(self.columns)
            for place, style in column.styles
        )
        for _, _, style in sorted(uses, key=itemgetter(0, 1)):
            style()
        cells = "".join(f'<c r="{column.letters}%s"%s' for column in self.columns)
        template = f'<row r="%s" spans="%s"%s>{cells}</row>'
        for start in range(0, self.rows, CHUNK):
            places = range(start, min(start + CHUNK, self.rows))
            numbers = [str(self.first + place + 1) for place in places]
            parts: list[Iterable[str]] = [
                numbers,
                [spans[(self.first + place) // SPAN_ROWS] for place in places],
                [self.heights.get(place, "") for place in places],
            ]
            for column in self.columns:
                parts += [numbers, column.tails(places.start, places.stop)]
            yield "".join([template % row for row in zip(*parts, strict=True)])
