"""Financial years. A year is held as the calendar year it starts in: 2012/13 is 2012."""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache

from pipeline.core.money import parse_unit
from pipeline.core.text import plain_text, without_marks

_SEPARATOR = r"\s*[/\-\u2010-\u2014\u2212]\s*"
_PAIR = re.compile(rf"(?:FY\s*)?([0-9]{{4}}|[0-9]{{2}}){_SEPARATOR}([0-9]{{4}}|[0-9]{{2}})", re.I)
_ENDING = re.compile(r"FY\s*([0-9]{4}|[0-9]{2})", re.I)
_LIKE_A_YEAR = re.compile(
    rf"(?:FY\s*)?(?:[0-9]{{2}}|(?:19|20)[0-9]{{2}}){_SEPARATOR}[0-9]{{1,4}}|FY\s*[0-9]+|(?:19|20)[0-9]{{2}}",
    re.I,
)
_HEAD = re.compile(rf"({_LIKE_A_YEAR.pattern})(.*)", re.I | re.S)


@cache
def year_label(start: int) -> str:
    """``2012/13`` for 2012."""
    return f"{start}/{(start + 1) % 100:02d}"


def year_of(day: date) -> int:
    """The financial year that a day is in: from April on that of its calendar year."""
    return day.year if day.month >= 4 else day.year - 1


def _full(digits: str) -> int:
    number = int(digits)
    if len(digits) == 4:
        return number
    return number + (2000 if number < 80 else 1900)


def parse_year(text: str) -> int | None:
    """The financial year that a text names (contract, section 3), or None."""
    text = plain_text(text).strip()
    if pair := _PAIR.fullmatch(text):
        first, second = pair.groups()
        start = _full(first)
        mixed = len(first) < len(second)
        follows = (start + 1) % 10 ** len(second) == int(second)
        return start if follows and not mixed else None
    if ending := _ENDING.fullmatch(text):
        return _full(ending[1]) - 1
    return None


def parse_year_heading(text: str) -> tuple[int, int | None] | None:
    """The year of a column heading, and the unit after it in pounds (``2012/13 £000``: 1000)."""
    head = _HEAD.fullmatch(plain_text(text).strip())
    if head is None:
        return None
    start = parse_year(head[1])
    if start is None:
        return None
    rest = head[2].strip(" \t\r\n\u00a0()[]-–:,")
    if not rest:
        return start, None
    unit = parse_unit(rest)
    return None if unit is None else (start, unit)


def looks_like_year(heading: object) -> bool:
    """Whether a heading is much like a year: 2012/14, FY 201, 2013, or a date, which is what
    Excel makes of 12/13 when somebody types it."""
    if isinstance(heading, date):
        return True
    if isinstance(heading, float):
        heading = f"{heading:.15g}"
    head = _HEAD.fullmatch(without_marks(plain_text(str(heading))).strip())
    if head is None:
        return False
    rest = head[2].strip(" \t\r\n\u00a0()[]-–:,")
    return not rest or parse_unit(rest) is not None


def span_text(labels: Sequence[str]) -> str:
    """Years from the first to the last: ``2012/13 to 2016/17``."""
    return labels[0] if len(labels) == 1 else f"{labels[0]} to {labels[-1]}"
