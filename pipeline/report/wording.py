"""Sentences that several sheets share."""

from collections.abc import Iterable
from fractions import Fraction

from pipeline.core.issue import Issue
from pipeline.core.money import money_text, unit_name
from pipeline.core.programme import Partner, Programme

SIGNS = "costs are positive, savings and income in brackets, a nil is a dash"
NO_PRICE_BASE = "Price base not stated"


def programme_name(programme: Programme) -> str:
    """Title and reference: ``Joint Working in Hampshire (3506)``."""
    reference = f" ({programme.reference})" if programme.reference else ""
    return f"{programme.title}{reference}"


def book_title(programme: Programme, partner: Partner | None) -> str:
    """What a workbook is called: the programme's name, before it the partner's in its pack."""
    name = programme_name(programme)
    return f"{partner.name}: {name}" if partner else name


def price_base(programme: Programme) -> str:
    """The price base, or that there is none."""
    return programme.price_base or NO_PRICE_BASE


def about(programme: Programme, partner: Partner | None = None) -> str:
    """Whose figures, at which prices: the first line of every sheet of figures."""
    return f"{book_title(programme, partner)}. {price_base(programme)}."


def in_units(programme: Programme) -> str:
    """Units and sign convention of the reports."""
    unit = unit_name(programme.report_unit)
    pounds = "" if unit == "£" else " Cells hold full pounds."
    return f"Amounts in {unit}: {SIGNS}.{pounds} Figures may not add up because of rounding."


def in_pence() -> str:
    """Units and sign convention of the records."""
    return f"Amounts in £ and pence, exactly: {SIGNS}."


def counted(number: int, one: str, many: str = "") -> str:
    """``1 error``, ``2 errors``, ``no errors``."""
    word = one if number == 1 else many or f"{one}s"
    return f"{number:,} {word}" if number else f"no {word}"


def sentence(text: str) -> str:
    """With a capital at the start."""
    return text[:1].upper() + text[1:]


def error_count(issues: Iterable[Issue]) -> int:
    """How many of the issues are errors."""
    return sum(issue.is_error for issue in issues)


def cost_or_saving(pence: int, what: str) -> str:
    """An amount in words, its sign as a word: ``one-off cost of £3,045,000``."""
    if pence == 0:
        return f"{what} nil"
    return f"{what} {'cost' if pence > 0 else 'saving'} of {money_text(abs(pence))}"


def rate_text(rate: Fraction) -> str:
    """A rate as a percentage: ``3.5%``."""
    return f"{float(rate * 100):.6g}%"
