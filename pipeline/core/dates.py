"""Dates as the British write them."""

import re
from datetime import date, datetime

from pipeline.core.text import MONTHS, cell_text

_MONTH_NUMBERS = {name[:3].casefold(): number for number, name in enumerate(MONTHS, 1)}
_NUMERIC_DATE = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_WORDED_DATE = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4}|\d{2})")


def parse_date(cell: object) -> date | None:
    """A date cell, or text that is a date as the British write it; None for anything else."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = cell_text(cell)
    if match := _NUMERIC_DATE.fullmatch(text):
        day, month, year = map(int, match.groups())
    elif match := _ISO_DATE.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _WORDED_DATE.fullmatch(text):
        day, year = int(match[1]), int(match[3])
        month = _MONTH_NUMBERS.get(match[2][:3].casefold(), 0)
    else:
        return None
    year += 2000 if year < 100 else 0
    try:
        return date(year, month, day)
    except ValueError:
        return None
