"""Values as the workbook prints them: the number formats' units, signs and rounding."""

from datetime import date
from fractions import Fraction

import pytest

from pipeline.core.money import MILLION, POUND, THOUSAND
from pipeline.report.printed import printed
from schemas.outputs import Show


@pytest.mark.parametrize(
    ("pence", "unit", "text"),
    [
        (-180_400_000, THOUSAND, "(1,804)"),
        (180_450_000, THOUSAND, "1,805"),
        (-180_450_000, THOUSAND, "(1,805)"),
        (-40_000, THOUSAND, "(0)"),
        (0, THOUSAND, "–"),
        (1_234_550, POUND, "12,346"),
        (-1_804_500_000_00, MILLION, "(1,804.50)"),
        (2**53 + 1, POUND, "90,071,992,547,410"),
        (None, POUND, ""),
    ],
)
def test_money_is_in_report_units(pence: int | None, unit: int, text: str) -> None:
    assert printed(pence, Show.MONEY, unit) == text


@pytest.mark.parametrize(
    ("value", "show", "text"),
    [
        (-123_456, Show.PENCE, "(1,234.56)"),
        (Fraction(1, 3), Show.SHARE, "33.333%"),
        (0.125, Show.PERCENT, "13%"),
        (Fraction(5, 3), Show.YEARS, "1.67"),
        (0, Show.YEARS, "0.00"),
        (0, Show.COUNT, "0"),
        (12_345, Show.COUNT, "12,345"),
        (2.5, Show.QUANTITY, "2.5"),
        (3.0, Show.QUANTITY, "3.0"),
        (5_400_000.0, Show.WEIGHT, "5,400,000"),
        (date(2012, 4, 30), Show.DATE, "30 April 2012"),
        ("Not stated", Show.MONEY, "Not stated"),
    ],
)
def test_other_values(value: object, show: Show, text: str) -> None:
    assert printed(value, show) == text
