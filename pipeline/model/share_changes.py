"""Shares that change: Estimate beside Actual, and weights that change within a year, each with what
it costs whom (contract, section 6: Share_changes)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pandas as pd

from pipeline.core.grouping import group_rows
from pipeline.core.programme import Programme
from pipeline.core.text import date_text
from pipeline.core.weights import (
    ACTUAL,
    Part,
    Parts,
    SetYear,
    WeightRow,
    by_days,
    days_of,
)
from pipeline.core.years import year_label
from pipeline.model.apportion import apportion, why_held
from schemas.model import SHARE_CHANGES
from schemas.vocabulary import ANNUAL_CASHABLE

# Shares of a year, or pence, by partner; none where it can't be apportioned.
_Days = tuple[Fraction, ...] | None
_Effects = list[int] | list[None]


@dataclass(frozen=True)
class _Change:
    """Two shares of a set in a year: the Estimate and the Actual, or those before and after a day.
    ``result``: the parts of the year by what holds, ``otherwise`` by the other."""

    day: date | None
    estimate: Parts
    actual: Parts
    holds: str
    why: str
    result: Parts
    otherwise: Parts


def share_changes(register: pd.DataFrame, programme: Programme) -> pd.DataFrame | None:
    """SHARE_CHANGES of the programme; None where no share changes within a year and no year has
    both versions."""
    changes = [
        ((basis, service, year), change)
        for basis, sets in programme.weights.items()
        for service, weight_rows in sets.items()
        for year in programme.years
        for change in _changes(programme.set_in_year(weight_rows, year), year, programme)
    ]
    if not changes:
        return None
    lines = register[
        (register["scenario"] == programme.plan_scenario)
        & register["category"].isin(ANNUAL_CASHABLE)
        & (register[year_label(programme.steady_year)] != 0)
    ]
    rows: list[tuple[object, ...]] = []
    for (basis, service, year), change in changes:
        effects = _effects(change, (basis, service, year), lines, programme)
        of_set = (basis, service, year_label(year))
        rows += ((*of_set, *row) for row in _rows(change, effects, programme))
    return pd.DataFrame(rows, columns=SHARE_CHANGES.names(), dtype=object)


def _changes(set_year: SetYear, year: int, programme: Programme) -> Iterator[_Change]:
    parts = set_year.parts
    if set_year.compared:
        is_actual = set_year.holds == ACTUAL
        otherwise = set_year.estimate if is_actual else set_year.actual
        why = why_held(set_year, programme)
        yield _Change(
            None, set_year.estimate, set_year.actual, set_year.holds, why, parts, otherwise
        )
    for number in range(1, len(parts)):
        before, after = parts[number - 1], parts[number]
        if not before.rows:
            continue
        day = date(year, 4, 1) + timedelta(after.first)
        days = days_of(year)
        yield _Change(
            day,
            (before,),
            (after,),
            ACTUAL,
            f"from {date_text(day)} on, {days - after.first} of {days} days",
            _until_the_end(parts[: number + 1], year),
            _until_the_end(parts[:number], year),
        )


def _until_the_end(parts: Parts, year: int) -> Parts:
    """The first parts of a year, the last of which goes on to the year's end."""
    last = parts[-1]
    return (*parts[:-1], replace(last, days=days_of(year) - last.first))


def _rows(change: _Change, effects: _Effects, programme: Programme) -> Iterator[tuple[object, ...]]:
    """From the column From on, a row for each partner."""
    shares = [_parts_of_one(by_days(parts)) for parts in (change.estimate, change.actual)]
    for place, partner in enumerate(programme.partners):
        estimate, actual = (each[place] if each else None for each in shares)
        difference = None if estimate is None or actual is None else actual - estimate
        numbers = (None if each is None else float(each) for each in (estimate, actual, difference))
        yield (
            change.day,
            partner.code,
            *numbers,
            change.holds,
            effects[place],
            change.why,
            partner.name,
        )


def _parts_of_one(days: _Days) -> _Days:
    return days and tuple(each / sum(days) for each in days)


def _effects(
    change: _Change,
    place: tuple[str, str | None, int],
    lines: pd.DataFrame,
    programme: Programme,
) -> _Effects:
    """What partners bear of the annual cashable amounts by what holds less by the other: pence,
    nil outside the steady-state year; none where either leaves anything unapportioned."""
    basis, service, year = place
    nobody = [None] * len(programme.partners)
    if by_days(change.result) is None or by_days(change.otherwise) is None:
        return nobody
    if year != programme.steady_year:
        return [0] * len(programme.partners)
    row_set = programme.weights[basis][service]
    numbers, pairs = group_rows(lines, ("basis", "service"))
    by_set = [any(each is row_set for each in programme.sets_of(*pair)) for pair in pairs]
    those = lines[np.array(by_set, dtype=bool)[numbers]]
    sums = []
    for parts in (change.result, change.otherwise):
        other = _with(programme, basis, service, parts)
        shares, unshared = apportion(those, other)
        sums.append((shares.sum(axis=(0, 1)).tolist(), unshared.any()))
    if sums[0][1] != sums[1][1]:
        return nobody
    return [a - b for a, b in zip(sums[0][0], sums[1][0], strict=True)]


def _with(programme: Programme, basis: str, service: str | None, parts: Parts) -> Programme:
    """The programme of its steady-state year alone, in which these parts hold of a weight set."""
    year = programme.steady_year
    rows = tuple(_starting(part, year) for part in parts)
    sets = {**programme.weights[basis], service: rows}
    weights = {**programme.weights, basis: sets}
    return replace(programme, years=(year,), weights=weights)


def _starting(part: Part, year: int) -> WeightRow:
    (row,) = part.rows
    day = date(year, 4, 1) + timedelta(part.first)
    return replace(row, from_year=year, from_day=day if part.first else None, version="")
