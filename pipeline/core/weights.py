"""Weights that hold from a day on, and what of them holds in a year (contract, section 2).

Days are counted from 1 April, which is day 0.
"""

import math
from calendar import isleap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction

from pipeline.core.source import SourceRef

ESTIMATE, ACTUAL = "Estimate", "Actual"
VERSIONS = (ESTIMATE, ACTUAL)
# Enough digits for the sum of the largest and the smallest number that a cell can hold.
EXACT = Context(prec=1_000)


@dataclass(frozen=True)
class WeightRow:
    """Weights that hold from a day on until the next dated row of their set.

    ``from_year``: the year of that day (None: before any dated row); ``from_day``: the day itself
    where it is not 1 April. ``weights`` in partner order, exact; None where they can't serve.
    ``at``: the row's first cell; ``cells``: those of the weights, where each partner has one.
    ``version``: one of VERSIONS, empty where none is stated: an Estimate. ``source`` and ``as_at``
    as typed.
    """

    from_year: int | None
    weights: tuple[Decimal, ...] | None
    at: SourceRef
    cells: tuple[SourceRef, ...] = ()
    from_day: date | None = None
    version: str = ""
    source: str = ""
    as_at: str = ""

    @property
    def day(self) -> int:
        """How many days after 1 April of its year it starts to hold."""
        if self.from_day is None or self.from_year is None:
            return 0
        return (self.from_day - date(self.from_year, 4, 1)).days

    @property
    def is_actual(self) -> bool:
        """Whether its weights are what came out, not what was expected."""
        return self.version == ACTUAL

    @property
    def start(self) -> tuple[bool, int, int]:
        """Sorts by the day from which it holds, the undated first."""
        return (self.from_year is not None, self.from_year or 0, self.day)


# One weight set: its rows in the order in which they start to hold, the undated ones first.
WeightRows = tuple[WeightRow, ...]


@dataclass(frozen=True)
class Part:
    """A part of a year, from its ``first`` day for so many ``days``, in which the same rows hold:
    one of each set that has any; none where nothing holds yet."""

    first: int
    days: int
    rows: WeightRows


Parts = tuple[Part, ...]


@dataclass(frozen=True)
class SetYear:
    """What holds of one set in a year, and where Estimate and Actual both have a row of that year,
    what either would give."""

    parts: Parts
    estimate: Parts = ()
    actual: Parts = ()

    @property
    def compared(self) -> bool:
        """Whether both are there."""
        return bool(self.estimate)

    @property
    def holds(self) -> str:
        """Which of the two holds."""
        return ACTUAL if self.parts == self.actual else ESTIMATE


def days_of(year: int) -> int:
    """How many days a financial year has: its February is that of the next calendar year."""
    return 366 if isleap(year + 1) else 365


def added_up(rows: Iterable[WeightRow]) -> tuple[Fraction, ...] | None:
    """The partners' shares (adding up to 1) by rows of weights added up; None where a row can't
    serve, or nothing is left to share by."""
    sums: Sequence[Decimal] = ()
    for row in rows:
        if row.weights is None:
            return None
        pairs = zip(sums, row.weights, strict=True)
        sums = [EXACT.add(*pair) for pair in pairs] if sums else row.weights
    weights = [Fraction(each) for each in sums]
    total = sum(weights)
    return tuple(each / total for each in weights) if total else None


def by_days(parts: Parts) -> tuple[Fraction, ...] | None:
    """The partners' days of a year: of each part its days times their shares. None where any part
    gives no shares."""
    sums: list[Fraction] = []
    for part in parts:
        shares = added_up(part.rows)
        if shares is None:
            return None
        days = [part.days * share for share in shares]
        sums = [a + b for a, b in zip(sums, days, strict=True)] if sums else days
    return tuple(sums) or None


def in_whole_numbers(numbers: Sequence[Fraction]) -> tuple[int, ...]:
    """The smallest whole numbers in the exact proportion of the numbers, of which one is above
    nil."""
    scale = math.lcm(*(number.denominator for number in numbers))
    whole = [int(number * scale) for number in numbers]
    divisor = math.gcd(*whole)
    return tuple(number // divisor for number in whole)


def differ(parts: Parts, others: Parts, tolerance: Fraction) -> bool | None:
    """Whether any partner's share of the year differs by more than so many percentage points; None
    where either gives no shares."""
    days, other_days = by_days(parts), by_days(others)
    if days is None or other_days is None:
        return None
    most = max(abs(a - b) for a, b in zip(days, other_days, strict=True))
    return most * 100 > tolerance * sum(days)


def set_in_year(rows: WeightRows, year: int, tolerance: Fraction | None) -> SetYear:
    """What holds of a set in a year; ``tolerance`` in percentage points (None: an Actual always
    holds)."""
    if len(rows) == 1 and rows[0].from_year is None:
        return SetYear((Part(0, days_of(year), rows),))  # the usual set, and quickly
    of_year: dict[int | None, list[WeightRow]] = {}
    for row in rows:
        of_year.setdefault(row.from_year, []).append(row)
    years = sorted(each for each in of_year if each is not None and each <= year)
    undated = of_year.get(None, [])
    if not years:
        return _outcome((), undated, year, tolerance)
    outcome = _outcome((), undated, years[0], tolerance) if undated else SetYear(())
    for each in dict.fromkeys((*years, year)):
        carried = outcome.parts[-1].rows if outcome.parts else ()
        outcome = _outcome(carried, of_year.get(each, []), each, tolerance)
    return outcome


def _outcome(
    carried: WeightRows, rows: list[WeightRow], year: int, tolerance: Fraction | None
) -> SetYear:
    """What holds in a year of ``rows``, those that start in it; ``carried``: what held before."""
    estimates = [row for row in rows if not row.is_actual]
    actuals = [row for row in rows if row.is_actual]
    if not (estimates and actuals):
        return SetYear(_parts(carried, rows, [], year))
    estimate, actual = (
        _parts(carried, estimates, actuals, year),
        _parts(carried, actuals, estimates, year),
    )
    if tolerance is None:
        return SetYear(actual, estimate, actual)
    # What can't be compared is shared by neither: the one that can't serve stands in its place.
    is_apart = differ(estimate, actual, tolerance)
    if is_apart is None:
        is_apart = by_days(actual) is None
    return SetYear(actual if is_apart else estimate, estimate, actual)


def _parts(carried: WeightRows, rows: list[WeightRow], others: list[WeightRow], year: int) -> Parts:
    """The parts of a year by rows that start in it. Before the first of them holds what held until
    then, those of the other version among it: a row holds until the next dated row."""
    first = min((row.day for row in rows), default=0)
    before = [row for row in others if row.day < first]
    from_day: dict[int, WeightRows] = {0: carried}
    for row in sorted((*before, *rows), key=lambda row: row.day):
        from_day[row.day] = (row,)
    return _spans(from_day, year)


def _spans(from_day: dict[int, WeightRows], year: int) -> Parts:
    """Parts from the days on which they start."""
    ends = [*list(from_day)[1:], days_of(year)]
    return tuple(
        Part(first, end - first, rows)
        for (first, rows), end in zip(from_day.items(), ends, strict=True)
    )


def together(sets: Sequence[Parts], year: int) -> Parts:
    """The parts of a year in which nothing changes in any of several sets."""
    days = sorted({part.first for parts in sets for part in parts})
    from_day = {
        day: tuple(
            row
            for parts in sets
            for part in parts
            if part.first <= day < part.first + part.days
            for row in part.rows
        )
        for day in days
    }
    return _spans(from_day or {0: ()}, year)
