"""Sharing amounts exactly: whole pence by the largest remainder.

Rules: contract, section 2 (weights) and section 4, rule 4.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.core.returns import Pence

# What says by which weights a line is shared in a year, as frames of lines have it.
SHARED_BY = ("basis", "service", "partner")
# Amounts that are shared at a time: what they need stays in the processor's cache.
_BLOCK = 1024
_MOST_TOTAL = 2**62


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
        size, row_weights = np.abs(amounts[block]), columns.take(place[block], axis=1)
        shares[block] = np.multiply(_shared(size, row_weights), np.sign(amounts[block])).T
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
    pennies = (size - quotas.sum(axis=0)).astype(np.int16)
    quotas += before < pennies
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
    small_enough: npt.NDArray[np.bool_] = totals <= _MOST_TOTAL // ((np.abs(amounts) >> 50) + 3)
    return small_enough


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
