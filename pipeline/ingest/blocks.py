"""Blocks of cells that nothing reads: numbers with the labels around them."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from pipeline.core.money import parse_amount
from pipeline.core.text import cell_text, match_key
from pipeline.core.years import looks_like_year
from pipeline.ingest.formats.workbook import Cell

_DIGITS = frozenset("0123456789")
_LONGEST_AMOUNT = 40
# Behind the last figure of an amount stand at most a unit, a minus and a bracket, with spaces.
_LONGEST_END = 10
# Leading zeros are those of codes and telephone numbers.
_CODE = re.compile(r"0[0-9]")

# A row and a column of a sheet, from 0.
At = tuple[int, int]

_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_YEAR_WORDS = ("year", "fy", "from", "to", "date")
# Headings of columns that number the rows.
_COUNTERS = frozenset(
    ("", "no", "nr", "num", "number", "row", "item", "sn", "serial", "serialno", "index", "id")
)
_MONEY_WORDS = re.compile(
    r"[0-9£]|cost|saving|budget|amount|spend|total|income|value|price|year|fee|forecast|target",
    re.IGNORECASE,
)
_FEWEST_COUNTED = 3


@dataclass(frozen=True)
class Block:
    """A block's numbers in order, and its other cells."""

    numbers: dict[At, Decimal]
    labels: dict[At, Cell]

    @property
    def first(self) -> At:
        """Its first number."""
        return min(self.numbers)

    def heading(self, of: At) -> tuple[At, str] | None:
        """The nearest text above a number in its column, and where it stands."""
        above = [at for at in self.labels if at[1] == of[1] and at[0] < of[0]]
        at = max(above, default=None)
        return None if at is None else (at, cell_text(self.labels[at]))


def blocks(
    rows: Sequence[Sequence[Cell]],
    numbers: dict[At, Decimal],
    claimed_columns: Callable[[int], Collection[int]],
) -> list[Block]:
    """The blocks that hold the numbers: cells that touch one another, corners too, from the top.

    ``claimed_columns``: by row, the columns of cells that are no part of any.
    """
    joined = _Joined()
    above: list[tuple[int, int]] = []
    for place, row in enumerate(rows):
        runs = _runs(row, claimed_columns(place))
        for first, last in runs:
            joined.add((place, first), last)
            for other, end in above:
                if other <= last + 1 and end >= first - 1:
                    joined.join((place, first), (place - 1, other))
        above = runs
    by_root: dict[At, Block] = {}
    for place, row in enumerate(rows):
        for start, last in joined.of_row(place):
            block = by_root.setdefault(joined.root(start), Block({}, {}))
            for column in range(start[1], last + 1):
                at = place, column
                if at in numbers:
                    block.numbers[at] = numbers[at]
                else:
                    block.labels[at] = row[column]
    return sorted((b for b in by_root.values() if b.numbers), key=lambda block: block.first)


class _Joined:
    """Runs of filled cells, those that touch joined."""

    def __init__(self) -> None:
        self._above: dict[At, At] = {}
        self._rows: dict[int, list[tuple[At, int]]] = {}

    def add(self, start: At, last: int) -> None:
        self._above[start] = start
        self._rows.setdefault(start[0], []).append((start, last))

    def root(self, start: At) -> At:
        while self._above[start] != start:
            self._above[start] = self._above[self._above[start]]
            start = self._above[start]
        return start

    def join(self, one: At, other: At) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self._above[second] = first

    def of_row(self, row: int) -> Iterable[tuple[At, int]]:
        return self._rows.get(row, ())


def _runs(row: Sequence[Cell], claimed_columns: Collection[int]) -> list[tuple[int, int]]:
    """The first and last columns of cells side by side that are filled and not taken."""
    runs: list[tuple[int, int]] = []
    for column, cell in enumerate(row):
        if cell == "" or column in claimed_columns:
            continue
        if runs and runs[-1][1] == column - 1:
            runs[-1] = runs[-1][0], column
        else:
            runs.append((column, column))
    return runs


def counters(block: Block) -> set[At]:
    """The numbers of a block that are no amounts: they number its rows, or name years."""
    places = set()
    by_column: dict[int, list[At]] = {}
    by_row: dict[int, list[At]] = {}
    for at in block.numbers:
        by_column.setdefault(at[1], []).append(at)
        by_row.setdefault(at[0], []).append(at)
    for row, cells in by_row.items():
        if _numbers_columns(block, row, cells):
            places |= set(cells)
        if all(_is_year(block.numbers[at]) for at in cells):
            places |= {at for at in cells if len(cells) > 1 or _heads_or_is_said(block, at)}
    for cells in by_column.values():
        heading = block.heading(cells[0])
        text = heading[1] if heading else ""
        numbers = [block.numbers[at] for at in cells]
        labelled = all(isinstance(block.labels.get((row, c + 1)), str) for row, c in cells)
        if numbers_rows(text, numbers, labelled=labelled) or (
            _says_year(text) and all(map(_is_year, numbers))
        ):
            places |= set(cells)
    return places


def _numbers_columns(block: Block, row: int, cells: Sequence[At]) -> bool:
    """Whether a row holds nothing but the numbers of the columns, perhaps in brackets."""
    counted = [abs(block.numbers[at]) for at in cells]
    return (
        len(cells) >= _FEWEST_COUNTED
        and counted == list(range(1, len(cells) + 1))
        and not any(at[0] == row for at in block.labels)
    )


def numbers_rows(heading: str, numbers: Sequence[Decimal], *, labelled: bool = False) -> bool:
    """Whether a column only counts its rows: 1, 2, 3 …, from nil or one on, now and then anew,
    under a heading that says so, or one that speaks of no money where there are three or more.
    ``labelled``: whether each has a text at its right, as numbered notes have."""
    if not numbers or numbers[0] not in (0, 1):
        return False
    if not all(after == before + 1 or after == 1 for before, after in pairwise(numbers)):
        return False
    if match_key(heading) in _COUNTERS:
        return labelled or bool(heading) or len(numbers) > 1
    return not _MONEY_WORDS.search(heading) and (labelled or len(numbers) >= _FEWEST_COUNTED)


def text_amount(text: str) -> tuple[Decimal, bool] | None:
    """The amount that a text plainly is and no code, and whether it is in pounds whatever the
    units; None for any other text."""
    if _DIGITS.isdisjoint(text[-_LONGEST_END:]) or len(text) > _LONGEST_AMOUNT:
        return None
    plain = cell_text(text)
    return None if _CODE.match(plain) else parse_amount(plain)


def _is_year(number: Decimal) -> bool:
    return number == int(number) and _FIRST_YEAR <= number <= _LAST_YEAR


def _says_year(text: str) -> bool:
    return looks_like_year(text) or any(word in match_key(text) for word in _YEAR_WORDS)


def _heads_or_is_said(block: Block, at: At) -> bool:
    """Whether a lone year heads numbers below it, or the text beside it speaks of a year."""
    row, column = at
    beside = block.labels.get((row, column - 1), "")
    below = (row + 1, column) in block.numbers
    return below or _says_year(cell_text(beside))
