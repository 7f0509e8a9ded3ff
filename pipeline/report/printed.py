"""Values as the number formats of the workbooks show them, for pages that hold no cells."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from pipeline.core.money import MILLION, POUND
from pipeline.core.text import date_text
from pipeline.report.wording import round_half_up
from schemas.outputs import IN_PENCE, Show

NIL = "–"
# Figures behind the point, of what is shown with a fixed number of them.
_DIGITS = {Show.MONEY: 0, Show.PENCE: 2, Show.COUNT: 0, Show.SHARE: 3, Show.PERCENT: 0}
_DIGITS |= {Show.YEARS: 2, Show.RATE: 1}
_PERCENTAGES = (Show.SHARE, Show.PERCENT, Show.RATE)
# Constants, as Python 3.11 takes longer to find a member of an enumeration than to print it.
_MONEY, _NUMBER_TYPES = Show.MONEY, (int, float, Fraction, Decimal)
# A nil of these is a dash.
_DASHED = (Show.MONEY, Show.PENCE, Show.SHARE)


def money_digits(report_unit: int) -> int:
    """Figures behind the point of money in report units."""
    return 2 if report_unit == MILLION else 0


def printed(value: object, show: Show, report_unit: int = POUND) -> str:
    """A cell's value (money in pence) as the workbook prints it: amounts in report units, below
    nil in brackets; empty for nothing, a text as it is."""
    if value is None or isinstance(value, str):
        return str(value or "")
    if isinstance(value, date):
        return date_text(value)
    if isinstance(value, bool) or not isinstance(value, _NUMBER_TYPES):
        return str(value)
    if show not in _DIGITS:
        return _exactly(value, show)
    number, divisor = value.as_integer_ratio()
    if number == 0 and show in _DASHED:
        return NIL
    digits = money_digits(report_unit) if show is _MONEY else _DIGITS[show]
    if show in IN_PENCE:
        divisor *= 100 * report_unit if show is _MONEY else 100
    elif show in _PERCENTAGES:
        number *= 100
    whole, rest = divmod(round_half_up(abs(number) * 10**digits, divisor), 10**digits)
    text = f"{whole:,}" + (f".{rest:0{digits}}" if digits else "")
    text += "%" if show in _PERCENTAGES else ""
    return f"({text})" if number < 0 else text


def _exactly(value: float | Fraction | Decimal, show: Show) -> str:
    """A weight or a quantity, as exact as it is; a flag as a word."""
    if show is Show.FLAG:
        return "Yes" if value else "No"
    if show is Show.QUANTITY and not value:
        return NIL
    text = f"{float(value):,.12g}"
    return f"{text}.0" if show is Show.QUANTITY and "." not in text else text
