"""Payback, the printed band, break-even and net present cost, by hand (contract, section 4, rules
5 to 7)."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.model.appraisal import (
    NoRatio,
    break_even,
    net_present,
    payback,
    return_on_investment,
    years_or_none,
)
from schemas.confidence import all_risk_weighted, risk_weighted

NOTHING, NEVER = NoRatio.NOTHING, NoRatio.NEVER


@pytest.mark.parametrize(
    ("one_off", "annual", "expected"),
    [
        (0, 0, NOTHING),
        (1, 0, NEVER),
        (1, 1, NEVER),
        (0, 1, NEVER),
        (-1, 1, NEVER),
        (-1, 0, 0),
        (0, -1, 0),
        (-1, -1, 0),
        (1, -1, 1),
        (300, -200, Fraction(3, 2)),
        # Hampshire's published table.
        (304_500_000, -393_000_000, Fraction(3045, 3930)),
        (368_000_000, -197_000_000, Fraction(3680, 1970)),
    ],
)
def test_payback(one_off: int, annual: int, expected: object) -> None:
    assert payback(one_off, annual) == expected
    shown = years_or_none(payback(one_off, annual))
    assert shown == (None if isinstance(expected, NoRatio) else expected)


def years(*values: str) -> list[Fraction]:
    return [Fraction(value) for value in values]


@pytest.mark.parametrize(
    ("paybacks", "band"),
    [
        # The published bands: 3,045 ÷ 3,930 and 3,680 ÷ 1,970; 1,858 ÷ 1,804 and 2,197 ÷ 825; 96 ÷
        # 337 and 124 ÷ 182.
        (years("3045/3930", "3680/1970"), "0 – 2 years"),
        (years("1858/1804", "2197/825"), "2 – 3 years"),
        (years("96/337", "124/182"), "0 – 1 years"),
        # Ends.
        (years("0", "0"), "0 years"),
        (years("1", "1"), "1 year"),
        (years("3/2", "2"), "2 years"),
        (years("1", "2"), "1 – 2 years"),
        (years("1", "3/2"), "1 – 2 years"),
        (years("3/2"), "2 years"),
        (years("1"), "1 year"),
        (years("1/2"), "0 – 1 years"),
        (years("0"), "0 years"),
        (years("0", "1/100"), "0 – 1 years"),
        (years("999/1000", "1001/1000"), "0 – 2 years"),
        (years("3", "1/2", "2"), "0 – 3 years"),
        # Some scenarios have no payback, some nothing to pay back.
        ([*years("2"), NEVER], "2 years – no payback"),
        ([NEVER, *years("3/2")], "2 years – no payback"),
        ([*years("1"), NEVER], "1 year – no payback"),
        ([*years("1/2"), NEVER], "0 years – no payback"),
        ([*years("5/2", "1/2"), NEVER], "0 years – no payback"),
        ([NEVER, NEVER], "No payback"),
        ([NEVER, NOTHING], "No payback"),
        ([NOTHING, NOTHING], "n/a"),
        ([*years("3/2"), NOTHING], "2 years"),
        ([NOTHING, *years("1/2", "3/2")], "0 – 2 years"),
        ([NOTHING, *years("3/2"), NEVER], "2 years – no payback"),
    ],
)
def test_the_printed_return_on_investment(paybacks: list[object], band: str) -> None:
    assert return_on_investment(paybacks) == band  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("net", "year"),
    [
        ([100, -50, -50, -50], "c"),
        ([100, -50, -40, -50], "d"),
        ([100, -50, -40, -5], None),
        ([-1, 0, 0, 0], "a"),
        ([0, 0, 0, 0], None),
        ([0, 0, -1, 0], "a"),
        # Below nil, above again, below for good.
        ([-10, 20, -20, 0], "c"),
        ([-10, 20, -5, 0], None),
        # The running total returns to exactly nil.
        ([100, -100, 0, 0], "b"),
        ([0, 0, 100, -100], "d"),
        ([5, -5, 5, -5], "d"),
        ([5, 0, 0, 0], None),
    ],
)
def test_break_even(net: list[int], year: str | None) -> None:
    assert break_even(net, "abcd") == year


@pytest.mark.parametrize(
    ("net", "rate", "expected"),
    [
        ([100, 100, 100], Fraction(0), 300),
        ([100], Fraction(35, 1000), 100),
        # 100 + 207 ÷ 1.035 = 300.
        ([100, 207], Fraction(35, 1000), 300),
        # 1,000 − 535.6125 ÷ 1.035² = 1,000 − 500.
        ([100_000, 0, -53_561], Fraction(35, 1000), 50_000),
        # 0.5 and −0.5 of a penny round away from nil.
        ([0, 1], Fraction(1), 1),
        ([0, -1], Fraction(1), -1),
        ([0, 0, 1], Fraction(1), 0),
        ([-100, 110], Fraction(1, 10), 0),
        ([], Fraction(1, 10), 0),
    ],
)
def test_net_present_cost(net: list[int], rate: Fraction, expected: int) -> None:
    assert net_present(net, rate) == expected


def test_thirty_years_of_a_large_programme_are_exact() -> None:
    net = [10**13] * 30
    exact = sum(Fraction(10**13) / Fraction(207, 200) ** year for year in range(30))
    got = net_present(net, Fraction(35, 1000))
    assert abs(exact - got) <= Fraction(1, 2)


@given(
    st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=5),
    st.fractions(0, 1),
)
@example([10**14, -(10**14), 0], Fraction(999_999_999_999, 10**12))
@example([1, -1, 3, -3], Fraction(1, 2))
@example([0, 1], Fraction(1, 2**63))
def test_many_amounts_are_weighted_as_each_alone(pence: list[int], weight: Fraction) -> None:
    weighted = all_risk_weighted(np.array(pence, dtype=np.int64), weight)
    assert weighted.dtype == np.int64
    assert weighted.tolist() == [risk_weighted(each, weight) for each in pence]
