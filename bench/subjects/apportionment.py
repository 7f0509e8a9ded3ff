"""Largest remainders of a million amounts over ten partners, beside a loop in Decimals."""

import time
from decimal import Decimal, localcontext
from functools import partial

import numpy as np

from bench.frame import Ratio, Subject
from pipeline.core.returns import Pence
from pipeline.core.sharing import shares_by_rows

AMOUNTS, PARTNERS = 1_000_000, 10
# The loop does a part of them only; its seconds count so many times.
_PART = 20
_PRODUCTS = {"products of 64 bits": 10**6, "larger products": 10**15}


def subject() -> Subject:
    """Weights of six digits, and of fifteen."""
    chance = np.random.default_rng(1)
    amounts = chance.integers(-(10**10), 10**10, AMOUNTS)
    place = np.zeros(AMOUNTS, dtype=np.int64)
    jobs, ratios = {}, []
    for (name, most), faster in zip(_PRODUCTS.items(), (30, 5), strict=True):
        weights = tuple(chance.integers(most // 10, most, PARTNERS).tolist())
        jobs[f"numpy, {name}"] = partial(_ours, amounts, weights, place)
        jobs[f"Decimals, {name}"] = partial(_loop, amounts[: AMOUNTS // _PART].tolist(), weights)
        ratios.append(Ratio("Apportionment", f"numpy, {name}", f"Decimals, {name}", faster=faster))
    return Subject(f"{AMOUNTS:,} amounts over {PARTNERS} partners", jobs, tuple(ratios))


def _ours(amounts: Pence, weights: tuple[int, ...], place: Pence) -> None:
    shares_by_rows(amounts, [weights], place)


def _loop(amounts: list[int], weights: tuple[int, ...]) -> float:
    """What stands in many a script; gives the seconds that all amounts would take."""
    start = time.perf_counter()
    with localcontext() as context:
        context.prec = 50
        parts = [Decimal(weight) for weight in weights]
        total = sum(parts)
        for amount in amounts:
            size = Decimal(abs(amount))
            quotas = [size * part / total for part in parts]
            shares = [int(quota) for quota in quotas]
            ranked = sorted(range(PARTNERS), key=lambda n: (shares[n] - quotas[n], n))
            for n in ranked[: int(size) - sum(shares)]:
                shares[n] += 1
            if amount < 0:
                shares = [-share for share in shares]
    return (time.perf_counter() - start) * _PART
