"""Summaries of what is read: blocks whose every number is a sum of the return's own lines."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import product

import numpy as np

from pipeline.core.money import MILLION, POUND, THOUSAND
from pipeline.core.returns import Amounts, Cover, Pence, Records
from schemas.vocabulary import COSTS, SAVINGS_AND_INCOME

_UNITS = (POUND, THOUSAND, MILLION)
_HALF = Decimal("0.5")


class LineSums:
    """What the lines of a return add up to: in each year and in all, those of one service,
    category, scenario or strand, of several of these together, and all of them.

    As the sheet states them, and with the signs of the model; of an incremental return as running
    totals too.
    """

    def __init__(
        self,
        records: Records,
        amounts: Amounts,
        cover: Cover,
        strands: Mapping[str, str],
        scenarios: Iterable[str],
    ) -> None:
        """``records`` and ``amounts``: those of Savings. ``strands``: by service."""
        self._sums: Pence = np.zeros(0, dtype=np.int64)
        if not len(amounts.years):
            return
        stated = np.column_stack([amounts.years, amounts.outside])
        ways = [stated]
        if cover.savings_positive or not cover.costs_positive:
            ways.append(stated * _signs(records, cover)[:, None])
        if cover.incremental:
            ways += [np.cumsum(way[:, :-1], axis=1) for way in ways]
        services = records.columns["service"]
        codes = (
            _codes(services),
            _codes([strands.get(each or "") for each in services]),
            _codes(records.columns["category"]),
        )
        scopes = _scopes(records.columns["scenario"], scenarios)
        sums = [
            _added(way[scope], [code[scope] for code in keys])
            for way in ways
            for scope in scopes
            for keys in _groupings(*codes)
        ]
        self._sums = np.unique(np.concatenate([*sums, np.zeros(1, dtype=np.int64)]))
        self._sums = self._sums[self._sums != 0]

    def says(self, number: Decimal) -> bool:
        """Whether a number is one of the sums in any of our units, to the places that it shows."""
        exponent = number.as_tuple().exponent
        place = Decimal(1).scaleb(min(int(exponent), 0))
        for unit in _UNITS:
            pence = number * unit * 100
            # Never finer than half a penny: a stored sum carries binary noise.
            slack = max(place * unit * 100 * _HALF, _HALF)
            first = np.searchsorted(self._sums, float(pence - slack), side="left")
            if first < len(self._sums) and self._sums[first] <= pence + slack:
                return True
        return False


def _signs(records: Records, cover: Cover) -> Pence:
    categories = (
        *(SAVINGS_AND_INCOME if cover.savings_positive else ()),
        *(() if cover.costs_positive else COSTS),
    )
    return np.array([-1 if each in categories else 1 for each in records.columns["category"]])


def _codes(texts: list[str | None]) -> Pence:
    code_of: dict[str | None, int] = {}
    return np.array([code_of.setdefault(text, len(code_of)) for text in texts], dtype=np.int64)


def _scopes(
    line_scenarios: list[str | None], scenarios: Iterable[str]
) -> list["np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
    """All lines, and those of each scenario, with the lines that are in all scenarios or without
    them; and these."""
    kinds: list[tuple[str | None, ...]] = [(None,)]
    kinds += [kind for name in scenarios for kind in ((name,), (None, name))]
    of_kinds = [np.array([each in kind for each in line_scenarios], dtype=bool) for kind in kinds]
    return [np.ones(len(line_scenarios), dtype=bool), *of_kinds]


def _groupings(service: Pence, strand: Pence, category: Pence) -> list[list[Pence]]:
    places: list[list[Pence]] = [[], [service], [strand]]
    kinds: list[list[Pence]] = [[], [category]]
    return [[*place, *kind] for place, kind in product(places, kinds)]


def _added(amounts: Pence, keys: list[Pence]) -> Pence:
    """The sums of each group of lines in each year, and of all years."""
    group = np.zeros(len(amounts), dtype=np.int64)
    for key in keys:
        group = group * (key.max(initial=0) + 1) + key
    _, number = np.unique(group, return_inverse=True)
    sums = np.zeros((number.max(initial=-1) + 1, amounts.shape[1]), dtype=np.int64)
    np.add.at(sums, number, amounts)
    whole = sums.sum(axis=1)
    return np.concatenate([sums.ravel(), whole, whole - sums[:, -1]])
