"""The account of a return's numbers: what each of them is (contract, section 5)."""

from dataclasses import dataclass, field
from enum import IntEnum


class Place(IntEnum):
    """Where a number stands, in the order in which a cell's place holds if it has several."""

    LINE = 0
    TOTAL = 1
    HEADING = 2
    LEFT_OUT = 3
    SUMMARY = 4
    NAMED = 5
    COUNTER = 6

    @property
    def words(self) -> str:
        """Where it stands, in words."""
        return _WORDS[self]


_WORDS = {
    Place.LINE: "in lines",
    Place.TOTAL: "in totals",
    Place.HEADING: "under other headings",
    Place.LEFT_OUT: "left out by Layouts",
    Place.SUMMARY: "in summaries",
    Place.NAMED: "named in Issues",
    Place.COUNTER: "no amounts (row numbers, years, codes, percentages)",
}


@dataclass
class Account:
    """Every number other than nil, and every text that plainly is an amount, on the sheets of a
    return that are read or not hidden, by its place.

    ``cells`` and ``pence``: by Place, how many and what they add up to as they stand, taken in the
    return's own units. ``all_cells``: how many there are, counted without looking at what they are.
    """

    all_cells: int = 0
    cells: list[int] = field(default_factory=lambda: [0] * len(Place))
    pence: list[int] = field(default_factory=lambda: [0] * len(Place))
