"""The account of a return's numbers: what each of them is (contract, section 5)."""

from dataclasses import dataclass, field
from enum import IntEnum


class NumberUse(IntEnum):
    """What a number is, in the order in which a use holds if its cell has several."""

    LINE = 0
    TOTAL = 1
    HEADING = 2
    LEFT_OUT = 3
    SUMMARY = 4
    NAMED = 5
    COUNTER = 6

    @property
    def words(self) -> str:
        """What it is, in words."""
        return _WORDS[self]


_WORDS = {
    NumberUse.LINE: "in lines",
    NumberUse.TOTAL: "in totals",
    NumberUse.HEADING: "under other headings",
    NumberUse.LEFT_OUT: "left out by Layouts",
    NumberUse.SUMMARY: "in summaries",
    NumberUse.NAMED: "named in Issues",
    NumberUse.COUNTER: "no amounts (row numbers, years, codes, percentages)",
}


@dataclass
class Account:
    """Every number other than nil, and every text that plainly is an amount, on the sheets of a
    return that are read or not hidden, by its use.

    ``cells`` and ``pence``: by NumberUse, how many and what they add up to as they stand, taken in
    the return's own units. ``all_cells``: how many there are, counted without looking at what they
    are.
    """

    all_cells: int = 0
    cells: list[int] = field(default_factory=lambda: [0] * len(NumberUse))
    pence: list[int] = field(default_factory=lambda: [0] * len(NumberUse))
