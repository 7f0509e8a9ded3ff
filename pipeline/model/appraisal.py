"""Payback, the printed return on investment, break-even and net present cost (contract, section
4, rules 6 and 7). Exact: whole pence and fractions, no floating point."""

from collections.abc import Sequence
from enum import Enum
from fractions import Fraction
from functools import cache
from operator import mul

from pipeline.core.phrases import agreeing


class NoRatio(Enum):
    """Why there is no payback ratio."""

    NOTHING = "nothing to pay back"
    NEVER = "no payback"


Payback = Fraction | NoRatio


def payback(one_off: int, annual_cashable: int) -> Payback:
    """Years until the one-off cost is paid back by the annual cashable saving (both in pence,
    costs positive)."""
    if one_off == 0 and annual_cashable == 0:
        return NoRatio.NOTHING
    if annual_cashable > 0 or (annual_cashable == 0 and one_off > 0):
        return NoRatio.NEVER
    if one_off <= 0:
        return Fraction(0)
    return Fraction(one_off, -annual_cashable)


def years_or_none(ratio: Payback) -> Fraction | None:
    """The ratio where there is one."""
    return ratio if isinstance(ratio, Fraction) else None


def return_on_investment(paybacks: Sequence[Payback]) -> str:
    """The band over the scenarios: ``0 – 2 years``, ``1 year``, ``2 years – no payback``."""
    something = [ratio for ratio in paybacks if ratio is not NoRatio.NOTHING]
    ratios = [ratio for ratio in something if isinstance(ratio, Fraction)]
    if not something:
        return "n/a"
    if not ratios:
        return "No payback"
    least = min(ratios)
    low = 0 if least < 1 else _ceiling(least)
    if len(ratios) < len(something):
        return f"{_years(low)} – no payback"
    high = _ceiling(max(ratios))
    return _years(low) if low == high else f"{low} – {high} years"


def _ceiling(ratio: Fraction) -> int:
    return -(-ratio.numerator // ratio.denominator)


def _years(count: int) -> str:
    return f"{count} {agreeing(count, 'year', 'years')}"


def break_even(net_cashable: Sequence[int], labels: Sequence[str]) -> str | None:
    """The first year from which the running total is nil or below and stays so."""
    if not any(net_cashable):
        return None
    total, since = 0, None
    for pence, label in zip(net_cashable, labels, strict=True):
        total += pence
        if total > 0:
            since = None
        elif since is None:
            since = label
    return since


def net_present(net_cashable: Sequence[int], rate: Fraction) -> int:
    """Net present cost, or saving below zero, in pence."""
    value, divisor = _present(net_cashable, rate)
    # Half a penny away from nil; of thousands of figures fractions would take ten times as long.
    size = (2 * abs(value) // divisor + 1) // 2
    return size if value >= 0 else -size


def present_value(pence: Sequence[int], rate: Fraction) -> Fraction:
    """The exact present value, in pence; the first year is not discounted."""
    return Fraction(*_present(pence, rate))


def _present(pence: Sequence[int], rate: Fraction) -> tuple[int, int]:
    """The exact present value as whole pence, and what they are divided by (above nil)."""
    factors, divisor = _factors(rate, len(pence))
    return sum(map(mul, pence, factors)), divisor


@cache
def _factors(rate: Fraction, years: int) -> tuple[list[int], int]:
    """The discount factors of so many years in whole numbers, and what they are divided by."""
    growth, last = 1 + rate, max(years - 1, 0)
    above, below = growth.denominator, growth.numerator
    return [above**year * below ** (last - year) for year in range(years)], below**last
