"""Apportionment: each line's annual amount over the partners, to the penny.

Rules: contract, section 2 (bases and weights) and section 4, rule 4 (largest remainder).
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.core import bases
from pipeline.core.programme import Programme, WeightRow
from pipeline.core.returns import Pence
from pipeline.core.source import SourceRef

NONE = -1
# Enough digits for the sum of the largest and the smallest number that a cell can hold.
_EXACT = Context(prec=1_000)


def largest_remainder(amounts: Pence, weights: npt.NDArray[np.generic]) -> Pence:
    """Shares of each amount (n) by its weights (n × partners, whole, not negative, total above
    nil): pence, n × partners, adding up to the amount.

    The exact quota of the absolute amount is rounded down; the pennies left go one each to the
    largest remainders, ties in partner order; then the sign is put back. Weights of Python's own
    integers (an object array) serve where products pass 64 bits.
    """
    size = np.abs(amounts).astype(weights.dtype)[:, None]
    products = size * weights
    totals = weights.sum(axis=1)[:, None]
    quotas = products // totals
    remainders = products - quotas * totals
    left = (size[:, 0] - quotas.sum(axis=1)).astype(np.int64)
    # The place of each partner when remainders are ranked from the largest, ties in order.
    ranked = np.argsort(-remainders, axis=1, kind="stable")
    place = np.empty_like(ranked)
    np.put_along_axis(place, ranked, np.arange(weights.shape[1])[None, :], axis=1)
    shares: Pence = quotas.astype(np.int64) + (place < left[:, None])
    shares *= np.sign(amounts)[:, None]
    return shares


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
        shares[shared] = _by_size(flat[shared], book.rows, place[shared])
    unshared = np.where(place == NONE, flat, 0)
    shape = (*amounts.shape, len(programme.partners))
    return shares.reshape(shape), unshared.reshape(amounts.shape)


def _by_size(amounts: Pence, rows: list[tuple[int, ...]], place: Pence) -> Pence:
    """Largest remainders in 64 bits where the products fit, in Python's integers beyond."""
    limit = np.iinfo(np.int64).max
    exact = np.array(rows, dtype=object)
    # An amount fits where its product with the largest weight does; none where the total doesn't.
    largest = [limit // max(row) if sum(row) <= limit else 0 for row in rows]
    fits = np.abs(amounts) <= np.array(largest, dtype=np.int64)[place]
    shares = np.zeros((len(amounts), exact.shape[1]), dtype=np.int64)
    narrow = exact[place[fits]].astype(np.int64)
    shares[fits] = largest_remainder(amounts[fits], narrow)
    shares[~fits] = largest_remainder(amounts[~fits], exact[place[~fits]])
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
