"""Apportionment: each line's annual amount over the partners, to the penny.

Rules: contract, section 2 (bases and weights) and section 4, rule 4 (largest remainder).
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.core import bases
from pipeline.core.programme import Programme, WeightRow
from pipeline.core.returns import Pence
from pipeline.core.source import SourceRef

NONE = -1
# Amounts that are shared at a time: what they need stays in the processor's cache.
_BLOCK = 1024
_MOST_TOTAL = 2**62
# Enough digits for the sum of the largest and the smallest number that a cell can hold.
_EXACT = Context(prec=1_000)


def largest_remainder(
    amounts: Pence, weights: npt.NDArray[np.generic], place: Pence | None = None
) -> Pence:
    """Shares of each amount (n) by its row of weights (rows × partners, whole, not negative, total
    above nil): pence, n × partners, adding up to the amount. ``place``: each amount's row of
    weights, where they don't stand row beside amount.

    The exact quota of the absolute amount is rounded down; the pennies left go one each to the
    largest remainders, ties in partner order; then the sign is put back. 64 bits serve where
    ``fits`` says so, whatever the products; Python's own integers (an object array) everywhere.
    """
    place = np.arange(len(amounts)) if place is None else place
    columns = np.ascontiguousarray(weights.T)
    shares = np.empty((len(amounts), len(columns)), dtype=np.int64)
    for start in range(0, len(amounts), _BLOCK):
        block = slice(start, start + _BLOCK)
        size, own = np.abs(amounts[block]), columns.take(place[block], axis=1)
        shares[block] = np.multiply(_shared(size, own), np.sign(amounts[block])).T
    return shares


def _shared(size: Pence, weights: npt.NDArray[Any]) -> Pence:
    """Shares of amounts that are not negative: partners × n, as the weights."""
    divide = _divided_by_objects if weights.dtype == object else _divided
    quotas, remainders = divide(size, weights, weights.sum(axis=0))
    # How many partners come before each when remainders are ranked from the largest.
    before = np.empty(weights.shape, dtype=np.int16)
    before[:] = np.arange(len(weights) - 1, -1, -1)[:, None]
    for later in range(1, len(weights)):
        first = (remainders[:later] >= remainders[later]).astype(bool).view(np.int8)
        before[:later] -= first
        before[later] += first.sum(axis=0, dtype=np.int16)
    left = (size - quotas.sum(axis=0)).astype(np.int16)
    quotas += before < left
    return quotas


def _divided_by_objects(
    size: Pence, weights: npt.NDArray[np.generic], totals: npt.NDArray[np.generic]
) -> tuple[Pence, npt.NDArray[np.generic]]:
    products = size.astype(object) * weights
    quotas = products // totals
    return quotas.astype(np.int64), products - quotas * totals


def _divided(size: Pence, weights: Pence, totals: Pence) -> tuple[Pence, Pence]:
    """Whole quotas of size × weights ÷ totals, and what remains.

    Where a product passes 64 bits, doubles come near the quota. What remains is then a small
    multiple of the total (``fits``), and right in 64 bits though the products it is the difference
    of are not; it mends the quota.
    """
    products = size * weights
    if int(size.max()) * int(weights.max()) <= np.iinfo(np.int64).max:
        quotas = products // totals
        products -= quotas * totals
        return quotas, products
    quotas = (weights * (size / totals)).astype(np.int64)
    remainders = products - quotas * totals
    while (wrong := (remainders < 0) | (remainders >= totals)).any():
        more = np.floor(remainders / totals).astype(np.int64) * wrong
        quotas += more
        remainders -= more * totals
    return quotas, remainders


def fits(amounts: Pence, totals: Pence) -> npt.NDArray[np.bool_]:
    """Whether 64 bits serve for shares of the amounts by weights of these totals.

    Five roundings of 2**-53 put the quota wrong by less than amount ÷ 2**50 + 1, and so many
    totals, with room for one more each way, must be a number of 64 bits.
    """
    found: npt.NDArray[np.bool_] = totals <= _MOST_TOTAL // ((np.abs(amounts) >> 50) + 3)
    return found


def whole_weights(weights: tuple[Decimal, ...]) -> tuple[int, ...]:
    """The smallest whole numbers in the exact proportion of the weights."""
    scale = max(0, *(-int(weight.as_tuple().exponent) for weight in weights))
    whole = [int(_EXACT.scaleb(weight, scale)) for weight in weights]
    divisor = math.gcd(*whole)
    return tuple(number // divisor for number in whole) if divisor else tuple(whole)


@dataclass(frozen=True)
class Share:
    """How a line is shared in a year: whole weights in partner order, None where it can't be;
    ``evidence`` names the cells of the weights, or says why there are none."""

    weights: tuple[int, ...] | None
    evidence: str


def share_of(
    programme: Programme, basis: str | None, service: str, partner: str, year: int
) -> Share:
    """The share of a line on ``basis`` (None: unknown) of a service in a year; ``partner`` is
    the code that a direct line goes to."""
    codes = programme.codes
    match basis:
        case None:
            share = Share(None, "The basis is not known")
        case bases.NOT_AGREED:
            share = Share(None, "The basis is not agreed")
        case bases.EQUAL:
            share = Share((1,) * len(codes), "Equal shares")
        case bases.DIRECT if partner in codes:
            share = Share(tuple(int(code == partner) for code in codes), f"All to {partner}")
        case bases.DIRECT:
            share = Share(None, "Each line goes to the partner that it names")
        case _:
            share = _weighted(programme.rows_holding(basis, service, year), len(codes))
    return share


def _cells(places: Iterable[SourceRef]) -> Iterator[str]:
    """The places' addresses, cells below one another as a range: ``Baseline!A5:A16``."""
    ordered = sorted(places, key=lambda place: place.order)
    first: SourceRef | None = None
    for place, after in zip(ordered, [*ordered[1:], None], strict=True):
        first = first or place
        if after is None or after != replace(place, row=place.row + 1):
            span = first.cell if first == place else f"{first.cell}:{place.cell}"
            yield f"{place.sheet}!{span}"
            first = None


def _weighted(rows: tuple[WeightRow, ...], partners: int) -> Share:
    """The share by rows of weights added up."""
    if not rows:
        return Share(None, "There are no weights for it")
    evidence = ", ".join(_cells(row.at for row in rows))
    added = [Decimal(0)] * partners
    for row in rows:
        if row.weights is None:
            return Share(None, f"The weights can't serve: {evidence}")
        added = [_EXACT.add(*each) for each in zip(added, row.weights, strict=True)]
    if not any(added):
        return Share(None, f"The weights add up to nil: {evidence}")
    return Share(whole_weights(tuple(added)), f"Weights: {evidence}")


@dataclass
class ShareBook:
    """Every share in use, each once: ``rows`` of whole weights, and the place of each share."""

    programme: Programme
    rows: list[tuple[int, ...]] = field(default_factory=list)
    _places: dict[tuple[str, str, str, int], int] = field(default_factory=dict)

    def place(self, basis: str | None, service: str, partner: str, year: int) -> int:
        """The place of a line's share in ``rows``; NONE where it can't be apportioned."""
        key = (basis or "", service, partner if basis == bases.DIRECT else "", year)
        if key not in self._places:
            share = share_of(self.programme, basis, service, partner, year)
            self._places[key] = NONE if share.weights is None else len(self.rows)
            if share.weights is not None:
                self.rows.append(share.weights)
        return self._places[key]


def apportion(register: pd.DataFrame, programme: Programme) -> tuple[Pence, Pence]:
    """Shares of the register's amounts: pence, register rows × years × partners; and what can't
    be shared: pence, register rows × years."""
    labels = list(programme.year_labels)
    amounts = register[labels].to_numpy(dtype=np.int64)
    book = ShareBook(programme)
    keys = register[["basis", "service", "partner"]].fillna("")
    codes = keys.groupby(list(keys), sort=False).ngroup().to_numpy()
    distinct = keys.drop_duplicates().itertuples(index=False, name=None)
    places = np.array(
        [
            [book.place(basis or None, service, partner, year) for year in programme.years]
            for basis, service, partner in distinct
        ],
        dtype=np.int64,
    ).reshape(-1, len(labels))
    place = places[codes].ravel()
    flat = amounts.ravel()
    shares = np.zeros((len(flat), len(programme.partners)), dtype=np.int64)
    shared = np.flatnonzero((place != NONE) & (flat != 0))
    if len(shared):
        shares[shared] = shares_by_rows(flat[shared], book.rows, place[shared])
    unshared = np.where(place == NONE, flat, 0)
    shape = (*amounts.shape, len(programme.partners))
    return shares.reshape(shape), unshared.reshape(amounts.shape)


def shares_by_rows(amounts: Pence, rows: list[tuple[int, ...]], place: Pence) -> Pence:
    """Largest remainders in 64 bits where they serve, in Python's integers beyond."""
    totals = [min(sum(row), _MOST_TOTAL) for row in rows]
    narrow = np.array(
        [
            row if total < _MOST_TOTAL else [0] * len(row)
            for row, total in zip(rows, totals, strict=True)
        ],
        dtype=np.int64,
    )
    serve = fits(amounts, np.array(totals, dtype=np.int64)[place])
    if serve.all():
        return largest_remainder(amounts, narrow, place)
    shares = np.zeros((len(amounts), narrow.shape[1]), dtype=np.int64)
    shares[serve] = largest_remainder(amounts[serve], narrow, place[serve])
    wide = np.array(rows, dtype=object)
    shares[~serve] = largest_remainder(amounts[~serve], wide, place[~serve])
    return shares


def shares_table(programme: Programme, used: set[tuple[str, str]]) -> pd.DataFrame:
    """Shares as fractions: service, basis (the usual one and any other in ``used``, pairs of
    service and basis), year, one column per partner code (None where not apportioned or where
    each line names its partner), evidence."""
    rows = []
    for service in programme.services:
        others = sorted(basis for name, basis in used if name == service.name)
        for basis in dict.fromkeys([service.basis, *others]):
            for year, label in zip(programme.years, programme.year_labels, strict=True):
                share = share_of(programme, basis, service.name, "", year)
                parts: list[float | None] = [None] * len(programme.codes)
                if share.weights is not None:
                    parts = [weight / sum(share.weights) for weight in share.weights]
                rows.append((service.name, basis, label, *parts, share.evidence))
    columns = ["service", "basis", "year", *programme.codes, "evidence"]
    return pd.DataFrame(rows, columns=columns)
