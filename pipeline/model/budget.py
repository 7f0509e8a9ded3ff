"""The budget table: changes on the year before, and what they leave of each partner's gap
(contract, section 6, Budget and Budget_gap)."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate

import numpy as np
import pandas as pd

from pipeline.core.programme import Programme
from schemas.model import BUDGET, BUDGET_GAP
from schemas.vocabulary import (
    ANNUAL_CASHABLE,
    GAP_MEASURES,
    GAP_TOTALS,
    NET_MEASURE,
    ONE_OFF,
    ONE_OFF_MEASURE,
    ONE_OFF_SHARE,
    RECURRING_MEASURE,
)

MEASURES = {ONE_OFF_MEASURE: ONE_OFF, RECURRING_MEASURE: ANNUAL_CASHABLE}
NET_OF = {**MEASURES, NET_MEASURE: (*ONE_OFF, *ANNUAL_CASHABLE)}


def budget(by_year: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """BUDGET of the organisations of By_year; none where the programme states no gap."""
    labels = list(programme.year_labels)
    rows = []
    if programme.gap:
        for (name, scenario), of_organisation in by_year.groupby(
            ["organisation", "scenario"], sort=False
        ):
            for measure, categories in NET_OF.items():
                counted = of_organisation.loc[of_organisation["measure"].isin(categories), labels]
                effects = counted.to_numpy(dtype=np.int64).sum(axis=0)
                changes = np.diff(effects, prepend=np.int64(0)).tolist()
                rows.append((name, scenario, measure, *changes))
    return pd.DataFrame(rows, columns=BUDGET.names(labels), dtype=object)


def budget_gap(changes: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """BUDGET_GAP from BUDGET; none where the programme states no gap."""
    labels = list(programme.year_labels)
    if not programme.gap:
        return pd.DataFrame([], columns=BUDGET_GAP.names(labels), dtype=object)
    keys = changes[["organisation", "scenario", "measure"]].itertuples(index=False, name=None)
    values = changes[labels].itertuples(index=False, name=None)
    by_key = dict(zip(keys, map(list, values), strict=True))
    rows = []
    for partner, before in zip(programme.partners, programme.gap, strict=True):
        for scenario in programme.scenarios:
            recurring, one_off = (
                by_key[partner.name, scenario, measure]
                for measure in (RECURRING_MEASURE, ONE_OFF_MEASURE)
            )
            for measure, figures in _measures(list(before), recurring, one_off):
                rows.append((partner.code, scenario, measure, *figures))
    return pd.DataFrame(rows, columns=BUDGET_GAP.names(labels), dtype=object)


def _measures(
    before: list[int], recurring: list[int], one_off: list[int]
) -> Iterator[tuple[str, list[int] | list[Fraction | None]]]:
    """The rows of a partner and scenario."""
    after = [sum(each) for each in zip(before, recurring, one_off, strict=True)]
    changes = (before, recurring, one_off, after)
    totals = [list(accumulate(each)) for each in changes]
    yield from zip(GAP_MEASURES, changes, strict=True)
    yield from zip(GAP_TOTALS, totals, strict=True)
    yield ONE_OFF_SHARE, [one_off_share(*each) for each in zip(totals[1], totals[2], strict=True)]


def one_off_share(recurring: int, one_off: int) -> Fraction | None:
    """The part of what is closed that rests on one-offs, from 0 to 1; None where nothing is
    closed. A one-off cost closes nothing, and all rests on one-offs beside a recurring cost."""
    closed = recurring + one_off
    return min(Fraction(1), max(Fraction(0), Fraction(one_off, closed))) if closed < 0 else None
