"""What settings hold: how a cell is read as each kind of value, and how people write it."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pipeline.core.dates import parse_date
from pipeline.core.money import parse_unit, rate_text, unit_name
from pipeline.core.phrases import agreeing
from pipeline.core.text import ShownNumber, Vocabulary, cell_text, date_text, match_key
from pipeline.core.years import parse_year, year_label
from schemas.fields import Kind, Values
from schemas.vocabulary import PROFILES, SIGNS, STATUSES, UNITS

MOST_YEARS = 30
_NUMBER = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|-?\.[0-9]+")


def _number(cell: object) -> Decimal | None:
    if isinstance(cell, bool):
        return None
    number = _NUMBER.fullmatch(cell_text(cell))
    return Decimal(number[0].replace(",", "")) if number else None


def _count(cell: object) -> int | None:
    number = _number(cell)
    if number is None or number != int(number) or not 1 <= number <= MOST_YEARS:
        return None
    return int(number)


def _names(cell: object) -> tuple[str, ...] | None:
    text = cell_text(cell)
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    keys = {match_key(name) for name in names}
    # "Low; High" is two names to whoever typed it.
    fine = names and len(keys) == len(names) and "" not in keys and ";" not in text
    return names if fine else None


def _rate(cell: object) -> Fraction | None:
    """3.5, 0.035 and 3.5% are one rate; a number of 1 or more is per cent."""
    text = cell_text(cell)
    number = None if isinstance(cell, bool) else _number(text.rstrip("% "))
    if number is None or not 0 <= number <= 100:
        return None
    return Fraction(number) / (100 if text.endswith("%") or number >= 1 else 1)


def _part(cell: object) -> Fraction | None:
    """0.9 and 90% are one part; 90 is none, for it may be either."""
    text = cell_text(cell)
    number = None if isinstance(cell, bool) else _number(text.rstrip("% "))
    if number is None or not 0 <= number <= (100 if text.endswith("%") else 1):
        return None
    return Fraction(number) / (100 if text.endswith("%") else 1)


def _points(cell: object) -> Fraction | None:
    """3, 3% and a cell shown as 3% are three percentage points, 0.5% is half a point."""
    if isinstance(cell, bool):
        return None
    number = _number(cell_text(cell).rstrip("% "))
    if isinstance(cell, ShownNumber) and cell.is_percentage:
        number = Decimal(f"{float(cell):.15g}") * 100
    return Fraction(number) if number is not None and 0 <= number <= 100 else None


def points_text(points: Fraction) -> str:
    """``3 percentage points``."""
    return f"{float(points):g} {agreeing(points, 'percentage point', 'percentage points')}"


def _as_number(number: Fraction | None) -> str:
    return "" if number is None else f"{float(number):g}"


def _above_nil(cell: object) -> Fraction | None:
    number = _number(cell)
    return Fraction(number) if number is not None and number > 0 else None


def _word(words: Sequence[str]) -> Callable[[object], str | None]:
    return lambda cell: Vocabulary(words).find(cell_text(cell))


def _second(words: tuple[str, str]) -> Callable[[object], bool | None]:
    """Whether it is the second of two words."""

    def read(cell: object) -> bool | None:
        word = Vocabulary(words).find(cell_text(cell))
        return None if word is None else word == words[1]

    return read


def _either(words: tuple[str, str]) -> Values[bool]:
    return Values(
        Kind.CHOICE, _second(words), lambda second: words[second], " or ".join(words), words
    )


ANY_TEXT = Values[str](Kind.TEXT, cell_text, str)
ANY_LONG_TEXT = Values[str](Kind.LONG_TEXT, cell_text, str)
YEAR = Values[int](
    Kind.YEAR,
    lambda cell: parse_year(cell_text(cell)),
    year_label,
    "a year such as 2012/13",
)
COUNT_OF_YEARS = Values[int](Kind.NUMBER, _count, str, f"a whole number from 1 to {MOST_YEARS}")
NAMES = Values[tuple[str, ...]](Kind.NAMES, _names, ", ".join, "different names and commas")
UNIT = Values[int](
    Kind.CHOICE, lambda cell: parse_unit(cell_text(cell)), unit_name, "£, £000 or £m", UNITS
)
IS_POSITIVE = _either(SIGNS)
IS_INCREMENTAL = _either(PROFILES)
RATE = Values[Fraction](Kind.RATE, _rate, rate_text, "a rate such as 3.5%")
PART = Values[Fraction](Kind.NUMBER, _part, rate_text, "from 0 to 1, or 0% to 100%")
POINTS = Values[Fraction | None](
    Kind.NUMBER, _points, _as_number, "percentage points from 0 to 100, such as 3 or 3%"
)
NUMBER_ABOVE_NIL = Values[Fraction | None](
    Kind.NUMBER,
    _above_nil,
    _as_number,
    "a number of years above nil",
)
STATUS = Values[str](Kind.CHOICE, _word(STATUSES), str, " or ".join(STATUSES), STATUSES)
DATE = Values[date | None](
    Kind.DATE,
    parse_date,
    lambda day: "" if day is None else date_text(day),
    "a date such as 30/04/2012",
)
