"""Apportionment by hand: every basis, ties, signs, sizes (contract, section 4, rule 4)."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.core.sharing import largest_remainder, shares_by_rows
from pipeline.core.weights import in_whole_numbers
from schemas.model import SHARE_OF
from tests.builders import Cell, Programme, Return
from tests.ingest.reading import issues, plan, results, shares


def three(folder: Path, *, service_basis: str = "Baseline", **baseline: Cell) -> Programme:
    """Partners A, B and C, with ICT's baseline."""
    one = plan()
    for code in "ABC":
        one.partner(code, f"Partner {code}")
    one.service("ICT", basis=service_basis)
    one.none_of("Baseline")
    if baseline:
        one.baseline("ICT", **baseline)
    return one


def shared(folder: Path, one: Programme, *amounts: Cell, **cells: Cell) -> dict[str, float]:
    """The first year's shares of one line in pounds, by partner."""
    one.write(folder)
    finance = Return()
    finance.line(amounts, **cells)
    finance.write(folder)
    return {partner: years[0] for (_, partner), years in shares(folder).items()}


@pytest.mark.parametrize(
    ("amount", "weights", "expected"),
    [
        # £0.10 over 1:1:1: 3 1/3 pence each, the penny left to the first on the tie.
        (0.10, (1, 1, 1), (0.04, 0.03, 0.03)),
        # Two pennies left: to the first two.
        (0.11, (1, 1, 1), (0.04, 0.04, 0.03)),
        # A saving is shared as the cost is, then the sign is put back.
        (-0.10, (1, 1, 1), (-0.04, -0.03, -0.03)),
        (-0.11, (1, 1, 1), (-0.04, -0.04, -0.03)),
        # Quotas 1.5, 0.75, 0.75: the largest remainders are the last two.
        (0.03, (2, 1, 1), (0.01, 0.01, 0.01)),
        # Quotas 0.5, 0.5, 0: a tie in partner order; nil weights never get a penny.
        (0.01, (1, 1, 0), (0.01, 0, 0)),
        (0.01, (0, 1, 1), (0, 0.01, 0)),
        (-0.01, (0, 1, 1), (0, -0.01, 0)),
        # Quotas 33.3, 33.4, 33.3 of 100: the middle one has the largest remainder.
        (1.00, (333, 334, 333), (0.33, 0.34, 0.33)),
        # Remainders 0.8, 0.8, 0.4.
        (0.02, (2, 2, 1), (0.01, 0.01, 0)),
        # All to one.
        (12.34, (0, 0, 7), (0, 0, 12.34)),
        # Fractions of weights are exact: 0.1 : 0.2 : 0.3 is 1 : 2 : 3.
        (0.06, (0.1, 0.2, 0.3), (0.01, 0.02, 0.03)),
    ],
)
def test_largest_remainders(
    tmp_path: Path, amount: float, weights: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    one = three(tmp_path, **dict(zip("ABC", (w * 1000 for w in weights), strict=True)))
    category = "Income" if amount < 0 else "Recurring cost"
    got = shared(tmp_path, one, amount, category=category)
    assert got == {code: part for code, part in zip("ABC", expected, strict=True) if part}
    assert issues(tmp_path) == []


LARGE = 123_456_789_012_345


@pytest.mark.parametrize(
    ("amount", "weights", "expected"),
    [
        (10, (1, 1, 1), (4, 3, 3)),
        (0, (1, 2), (0, 0)),
        (-1, (1, 1), (-1, 0)),
        # £100bn by weights of 15 digits: the products pass 64 bits.
        # 1234567890123.45 and 8765432109876.55.
        (10**13, (LARGE, 10**15 - LARGE), (1_234_567_890_123, 8_765_432_109_877)),
        (10**13, (10**15 - LARGE, LARGE), (8_765_432_109_877, 1_234_567_890_123)),
        (-(10**13), (LARGE, 10**15 - LARGE), (-1_234_567_890_123, -8_765_432_109_877)),
        (10**13, (10**15, 10**15 - 1), (5 * 10**12, 5 * 10**12)),
        (10**14, (3 * 10**20, 10**20), (75 * 10**12, 25 * 10**12)),
        (7, (10**30, 1), (7, 0)),
    ],
)
def test_weights_beyond_64_bits(
    amount: int, weights: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    got = largest_remainder(np.array([amount]), np.array([weights], dtype=object))
    assert tuple(got[0].tolist()) == expected
    assert sum(expected) == amount


def test_weights_of_15_digits_in_a_workbook(tmp_path: Path) -> None:
    one = three(tmp_path, A=LARGE, B=0.000001, C=10**15 - LARGE)
    got = shared(tmp_path, one, 100_000_000_000)
    assert got == {"A": 12_345_678_901.23, "C": 87_654_321_098.77}


@pytest.mark.parametrize("dtype", [np.int64, object])
def test_ties_of_many_partners_are_in_partner_order(dtype: type) -> None:
    """24 pennies over 50 equal partners, and over every other one of them."""
    got = largest_remainder(np.array([24, -24]), np.array([[1] * 50, [0, 1] * 25], dtype=dtype))
    assert got[0].tolist() == [1] * 24 + [0] * 26
    assert got[1].tolist() == [0, -1] * 24 + [0, 0]


@pytest.mark.parametrize(
    ("weights", "whole"),
    [
        (("1", "1"), (1, 1)),
        (("6000", "4000"), (3, 2)),
        (("0.1", "0.25"), (2, 5)),
        (("1.50", "0.5"), (3, 1)),
        (("1E+15", "5E+14"), (2, 1)),
        (("0", "7"), (0, 1)),
        (("0.000001", "1000000"), (1, 10**12)),
    ],
)
def test_weights_as_the_smallest_whole_numbers(
    weights: tuple[str, ...], whole: tuple[int, ...]
) -> None:
    assert in_whole_numbers([Fraction(each) for each in weights]) == whole


# The bases


def test_direct_goes_to_one_partner(tmp_path: Path) -> None:
    one = three(tmp_path, A=1, B=1, C=1)
    assert shared(tmp_path, one, 5, basis="Direct", partner="b") == {"B": 5}


def test_equal_needs_no_weights(tmp_path: Path) -> None:
    assert shared(tmp_path, three(tmp_path), 0.05, basis="Equal") == {
        "A": 0.02,
        "B": 0.02,
        "C": 0.01,
    }


def test_not_agreed_stays_whole(tmp_path: Path) -> None:
    one = three(tmp_path, A=1, B=1, C=1)
    assert shared(tmp_path, one, 5, basis="Not agreed") == {"": 5}


def test_a_drivers_own_row_comes_before_the_general_one(tmp_path: Path) -> None:
    one = three(tmp_path)
    one.driver("Headcount", A=1, B=1, C=2)
    one.driver("Headcount", service="ICT", A=2, B=1, C=1)
    one.service("Fleet", basis="Headcount")
    one.write(tmp_path)
    finance = Return()
    finance.line([0.04], basis="Headcount")
    finance.line([0.04], service="Fleet")
    finance.write(tmp_path)
    assert shares(tmp_path) == {
        ("FIN-1", "A"): (0.02, 0, 0),
        ("FIN-1", "B"): (0.01, 0, 0),
        ("FIN-1", "C"): (0.01, 0, 0),
        ("FIN-2", "A"): (0.01, 0, 0),
        ("FIN-2", "B"): (0.01, 0, 0),
        ("FIN-2", "C"): (0.02, 0, 0),
    }


def test_the_programme_baseline_adds_up_all_services(tmp_path: Path) -> None:
    """A service without a row counts nothing; a row counts from the year that it holds from."""
    one = plan()
    one.service("ICT")
    one.service("Fleet")
    one.service("Legal", basis="Programme baseline")
    one.baseline("ICT", A=50, B=10)
    one.baseline("Fleet", A=10, B=10)
    one.baseline("Fleet", year="2013/14", A=10, B=170)
    one.baseline("Fleet", year="2014/15", A=190, B=50)
    one.write(tmp_path)
    finance = Return()
    finance.line([0.04, 0.04, 0.04], service="Legal")
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    # 60 : 20, then 60 : 180, then 240 : 60.
    assert shares(tmp_path) == {
        ("FIN-1", "A"): (0.03, 0.01, 0.03),
        ("FIN-1", "B"): (0.01, 0.03, 0.01),
    }


def test_weights_added_up_lose_no_digit(tmp_path: Path) -> None:
    """10^14 and 10^14, then 10^-15 more for the second: the penny is the second's."""
    one = plan()
    one.service("ICT")
    one.service("Fleet", basis="Programme baseline")
    one.baseline("ICT", A=1e14, B=1e14)
    one.baseline("Fleet", A=0, B=1e-15)
    one.write(tmp_path)
    finance = Return()
    finance.line([0.01], service="Fleet", basis="Programme baseline", category="Cost avoidance")
    finance.line([0.01])
    finance.write(tmp_path)
    got = shares(tmp_path)
    assert [key for key, years in got.items() if years[0]] == [("FIN-1", "B"), ("FIN-2", "A")]


def test_shares_change_in_the_middle_of_a_programme(tmp_path: Path) -> None:
    """An incremental line's annual amount is shared by the weights of its year: the shares of
    what was saved before change too."""
    one = plan(profile="Incremental")
    one.baseline("ICT", A=3000, B=1000)
    one.baseline("ICT", year="2013/14", A=1000, B=3000)
    one.baseline("Fleet", A=1, B=1)
    one.write(tmp_path)
    finance = Return()
    finance.line([-100, -20, None], category="Cashable saving")
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert shares(tmp_path) == {
        ("FIN-1", "A"): (-75, -30, -30),
        ("FIN-1", "B"): (-25, -90, -90),
    }


def test_each_amount_is_shared_for_itself(tmp_path: Path) -> None:
    """The pennies of each line, scenario and year are handed out by themselves."""
    one = Programme()
    one.baseline("ICT", A=1, B=1)
    one.baseline("Fleet", A=1, B=1)
    one.write(tmp_path)
    finance = Return()
    finance.line([0.01, 0.01, 0.01])
    finance.line([0.01])
    finance.write(tmp_path)
    figures = results(tmp_path)
    assert figures.apportioned["partner"].tolist() == ["A"] * 4
    assert figures.apportioned["scenario"].tolist() == ["Best case", "Worst case"] * 2


def test_the_shares_table(tmp_path: Path) -> None:
    one = plan()
    one.service("ICT")
    one.service("Fleet", basis="Not agreed")
    one.service("Legal", basis="Direct")
    one.baseline("ICT", A=3, B=1)
    one.baseline("ICT", year="2014/15", A=1, B=3)
    one.driver("Headcount", year="2013/14", A=1, B=4)
    one.write(tmp_path)
    finance = Return()
    finance.line([0.04], basis="Equal")
    finance.line([0, 0.04], service="Fleet", basis="Headcount")
    finance.line([0.04], service="Legal", partner="A")
    finance.write(tmp_path)
    table = results(tmp_path).shares
    got = [
        (row["service"], row["basis"], row["year"], row[SHARE_OF + "A"], row[SHARE_OF + "B"])
        for row in table.astype(object).where(table.notna(), None).to_dict("records")
    ]
    years = ("2012/13", "2013/14", "2014/15")
    none = (None, None, None)
    assert got == [
        *(("ICT", "Baseline", y, a, 1 - a) for y, a in zip(years, (0.75, 0.75, 0.25), strict=True)),
        *(("ICT", "Equal", y, 0.5, 0.5) for y in years),
        *(("Fleet", "Not agreed", y, a, a) for y, a in zip(years, none, strict=True)),
        *(
            ("Fleet", "Headcount", y, a, b)
            for y, a, b in zip(years, (None, 0.2, 0.2), (None, 0.8, 0.8), strict=True)
        ),
        *(("Legal", "Direct", y, a, a) for y, a in zip(years, none, strict=True)),
    ]
    evidence = dict(
        zip(zip(table["basis"], table["year"], strict=True), table["evidence"], strict=True)
    )
    assert "Baseline!A2" in evidence["Baseline", "2012/13"]
    assert "Baseline!A3" in evidence["Baseline", "2014/15"]
    assert "Drivers!A2" in evidence["Headcount", "2013/14"]
    assert "no weights" in evidence["Headcount", "2012/13"]


@given(
    st.lists(st.integers(-(2**62), 2**62) | st.integers(-1000, 1000), min_size=1, max_size=5),
    st.lists(st.integers(0, 2**63) | st.integers(0, 2**20), min_size=1, max_size=8).filter(any),
)
@example([2**52 - 1, -(2**52), 5 * 10**13], [2**57, 2**57 - 1, 2**57 + 1])
@example([3, -3, 2**40], [1, 1, 1, 1])
def test_the_shares_are_exact_whatever_the_size_of_their_products(
    amounts: list[int], weights: list[int]
) -> None:
    found = shares_by_rows(
        np.array(amounts), [tuple(weights)], np.zeros(len(amounts), dtype=np.int64)
    )
    for amount, parts in zip(amounts, found.tolist(), strict=True):
        quotas = [Fraction(abs(amount) * weight, sum(weights)) for weight in weights]
        whole = [int(quota) for quota in quotas]
        ranked = sorted(range(len(weights)), key=lambda n: (whole[n] - quotas[n], n))
        for n in ranked[: abs(amount) - sum(whole)]:
            whole[n] += 1
        assert parts == [each if amount >= 0 else -each for each in whole]
