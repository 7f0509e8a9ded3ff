"""Money: what counts as an amount, its units, and rounding to the penny (contract, section 4)."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.money import (
    LARGEST_POUNDS,
    excel_decimal,
    money_text,
    parse_amount,
    parse_unit,
    pence_from_numbers,
    round_pence,
    unit_name,
    why_no_amount,
)
from tests import reference

MINUS_SIGNS = (
    "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
)


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        # As the contract lists them.
        ("£1,234.50", "1234.50"),
        ("(1,804)", "-1804"),
        ("(£1,804)", "-1804"),
        ("£(1,804)", "-1804"),
        ("-1804", "-1804"),
        ("\N{MINUS SIGN}1,804", "-1804"),
        ("1,804-", "-1804"),
        ("5.", "5"),
        (".5", "0.5"),
        ("-", "0"),
        ("nil", "0"),
        # Close relatives.
        ("0", "0"),
        ("1804", "1804"),
        ("1,234,567.89", "1234567.89"),
        ("1234567.89", "1234567.89"),
        ("  1,804  ", "1804"),
        ("\N{NO-BREAK SPACE}1,804\N{NO-BREAK SPACE}", "1804"),
        ("\t(1,804)\n", "-1804"),
        ("£ 1,804", "1804"),
        ("( 1,804 )", "-1804"),
        ("-£1,804", "-1804"),
        ("£-1,804", "-1804"),
        ("- 1,804", "-1804"),
        ("£1,804-", "-1804"),
        ("1,804 -", "-1804"),
        ("(.5)", "-0.5"),
        ("NIL", "0"),
        ("Nil", "0"),
        (" \N{EN DASH} ", "0"),
    ],
)
def test_text_that_plainly_is_an_amount(text: str, pounds: str) -> None:
    assert parse_amount(text) == (Decimal(pounds), False)


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        ("1.2m", 1_200_000),
        ("500k", 500_000),
        ("(1.2m)", -1_200_000),
        ("£1.2m", 1_200_000),
        ("£1.2M", 1_200_000),
        ("500K", 500_000),
        ("-500k", -500_000),
        ("500k-", -500_000),
        ("(£500k)", -500_000),
        ("£(500k)", -500_000),
        ("1,200k", 1_200_000),
        (" .5m ", 500_000),
        ("1.2 m", 1_200_000),
    ],
)
def test_text_with_its_own_m_or_k_is_in_pounds_whatever_the_units(text: str, pounds: int) -> None:
    assert parse_amount(text) == (Decimal(pounds), True)


@pytest.mark.parametrize(
    "text",
    [
        # As the contract lists them.
        "TBC",
        "N/A",
        "\N{HORIZONTAL ELLIPSIS}",
        "...",
        ".",
        "12,34",
        "1 804",
        "1e3",
        "12%",
        "1,804 CR",
        "TRUE",
        # Close relatives.
        "1,8040",
        "1,,804",
        ",804",
        "1804,",
        "1,23,456",
        "1234,567",
        "1\N{NO-BREAK SPACE}804",
        "1.2.3",
        "1.234,50",
        "(1,804",
        "1,804)",
        "((1,804))",
        "£(£5)",
        "(£(5))",
        "(-1,804)",
        "-(1,804)",
        "-1,804-",
        "--5",
        "(1,804)-",
        "£",
        "£-",
        "()",
        "(-)",
        "m",
        "k",
        "1.2bn",
        "1.2mk",
        "1.2km",
        "£m 1.2",
        "+5",
        "$5",
        "5p",
        "5 pounds",
        "c. 500",
        "500?",
        "500*",
        "12/13",
        "30/04/2012",
        "#REF!",
        "0x10",
        "1_000",
        "\N{ARABIC-INDIC DIGIT FIVE}",
        "\N{FULLWIDTH DIGIT FIVE}",
        "½",
        "5²",
        "none",
        "nil.",
        "nil nil",
        # Thousands elsewhere.
        "-3.000",
        "(12.500)",
        "£1.250",
        "999.999-",
        "00.500",
        "",
        " ",
    ],
)
def test_anything_else_is_no_amount(text: str) -> None:
    assert parse_amount(text) is None


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        ("0.500", "0.5"),
        ("1234.500", "1234.5"),
        ("1,234.500", "1234.5"),
        ("3.00", "3"),
        ("3.0000", "3"),
        (".500", "0.5"),
        ("3.", "3"),
    ],
)
def test_three_decimals_that_cant_be_thousands(text: str, pounds: str) -> None:
    assert parse_amount(text) == (Decimal(pounds), False)


def test_three_decimals_with_their_own_k_or_m() -> None:
    assert parse_amount("3.125k") == (3_125, True)
    assert parse_amount("(3.125m)") == (-3_125_000, True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("-3.000", ": this text may be 3,000 or 3"),
        ("£12.505", ": this text may be 12,505 or 12.505"),
        ("12%", ": it is a percentage"),
        ("£1 804", ": it is text that looks like a number, with a space between its figures"),
        (
            "1\N{NO-BREAK SPACE}804",
            ": it is text that looks like a number, with a space between its figures",
        ),
        ("TBC", ""),
        ("12,34", ""),
        ("50 60", ""),
    ],
)
def test_why_a_text_that_looks_like_an_amount_is_none(text: str, why: str) -> None:
    assert parse_amount(text) is None
    assert why_no_amount(text) == why


@pytest.mark.parametrize(
    "text", ["\N{ZERO WIDTH SPACE}100", "100\N{LEFT-TO-RIGHT MARK}", "1\N{SOFT HYPHEN}00"]
)
def test_an_amount_is_read_as_it_looks(text: str) -> None:
    assert parse_amount(text) == (100, False)


@pytest.mark.parametrize("sign", list(MINUS_SIGNS))
def test_every_dash_is_a_minus_sign_and_alone_is_nil(sign: str) -> None:
    assert parse_amount(sign) == (0, False)
    assert parse_amount(f"{sign}5") == (-5, False)
    assert parse_amount(f"5{sign}") == (-5, False)
    assert parse_amount(f"£{sign}5.25m") == (-5_250_000, True)


def test_an_amount_of_many_digits_is_exact() -> None:
    assert parse_amount("123,456,789,012.345678") == (Decimal("123456789012.345678"), False)


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        ("£", 1),
        ("£000", 1_000),
        ("£'000", 1_000),
        ("£\N{RIGHT SINGLE QUOTATION MARK}000", 1_000),
        ("£000s", 1_000),
        ("£k", 1_000),
        ("£K", 1_000),
        ("£m", 1_000_000),
        ("£M", 1_000_000),
        ("(£000)", 1_000),
        ("[£m]", 1_000_000),
        (" £ 000 ", 1_000),
        ("£\N{NO-BREAK SPACE}m", 1_000_000),
        ("£m.", 1_000_000),
    ],
)
def test_units(text: str, pounds: int) -> None:
    assert parse_unit(text) == pounds


@pytest.mark.parametrize(
    "text",
    ["", "000", "k", "m", "thousands", "GBP", "£00", "£0000", "£bn", "£mk", "£1", "pounds £"],
)
def test_what_is_no_unit(text: str) -> None:
    assert parse_unit(text) is None


def test_units_are_printed_as_the_contract_writes_them() -> None:
    assert [unit_name(pounds) for pounds in (1, 1_000, 1_000_000)] == ["£", "£000", "£m"]


@pytest.mark.parametrize(
    ("pounds", "pence"),
    [
        ("0.004", 0),
        ("0.005", 1),
        ("-0.004", 0),
        ("-0.005", -1),
        ("0.015", 2),
        ("-0.015", -2),
        ("0.025", 3),
        ("-0.025", -3),
        ("2.675", 268),
        ("1.005", 101),
        ("-1.005", -101),
        ("1.00499999999999", 100),
        ("99999999999.995", 10_000_000_000_000),
    ],
)
def test_half_a_penny_rounds_away_from_nil(pounds: str, pence: int) -> None:
    assert round_pence(Decimal(pounds)) == pence
    assert round_pence(Fraction(pounds)) == pence


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0.1 + 0.2, "0.3"),
        (1.15 * 100, "115"),
        (4.35 * 100, "435"),
        (1 / 3, "0.333333333333333"),
        (2 / 3, "0.666666666666667"),
        (123456789012345.67, "123456789012346"),
        (1e15, "1E+15"),
        (-0.0, "-0"),
        (1.005, "1.005"),
    ],
)
def test_a_number_is_taken_to_15_digits_as_excel_shows_it(number: float, shown: str) -> None:
    assert excel_decimal(number) == Decimal(shown)


def by_the_decimal_road(number: float, unit: int) -> int:
    return round_pence(excel_decimal(number) * unit)


@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000])
@given(
    st.lists(
        st.one_of(
            st.floats(allow_nan=False, allow_infinity=False),
            st.floats(-1e9, 1e9),
            st.integers(-(10**14), 10**14).map(lambda pence: pence / 100),
            st.integers(-(10**12), 10**12).map(lambda pence: pence / 100_000_000),
            st.integers(-(10**9), 10**9).map(lambda tenths: tenths / 1000),
        )
    )
)
def test_many_numbers_at_once_are_the_decimal_pence(unit: int, numbers: list[float]) -> None:
    """Where the short road is sure, it gives the pence of the decimal road, unrounded."""
    pence, exact = pence_from_numbers(np.array(numbers, dtype=np.float64), unit)
    for number, got, sure in zip(numbers, pence.tolist(), exact.tolist(), strict=True):
        if not sure:
            assert got == 0
            continue
        assert got == by_the_decimal_road(number, unit)
        assert Decimal(got) == excel_decimal(number) * unit * 100


@given(st.integers(-(10**14), 10**14))
def test_whole_pence_take_the_short_road(pence: int) -> None:
    got, sure = pence_from_numbers(np.array([pence / 100]), 1)
    assert (got.tolist(), sure.tolist()) == ([pence], [True])


@given(st.floats(-1e11, 1e11, allow_nan=False), st.sampled_from(sorted(reference.POUNDS_IN)))
def test_pence_are_those_of_the_reference(number: float, units: str) -> None:
    unit = reference.POUNDS_IN[units]
    assert by_the_decimal_road(number, unit) == reference.pence(number, units)


def test_what_is_too_large_or_no_number_is_left_to_the_decimal_road() -> None:
    numbers = np.array([np.nan, np.inf, -np.inf, 1e300, LARGEST_POUNDS * 1.0, LARGEST_POUNDS + 1.0])
    pence, sure = pence_from_numbers(numbers, 1)
    assert sure.tolist() == [False, False, False, False, True, False]
    assert pence.tolist() == [0, 0, 0, 0, LARGEST_POUNDS * 100, 0]


@pytest.mark.parametrize(
    ("pence", "text"),
    [
        (0, "£0"),
        (180_400_000, "£1,804,000"),
        (-180_400_000, "(£1,804,000)"),
        (1_234, "£12.34"),
        (5, "£0.05"),
        (-5, "(£0.05)"),
        (-100_010, "(£1,000.10)"),
    ],
)
def test_a_sum_in_a_sentence(pence: int, text: str) -> None:
    assert money_text(pence) == text
