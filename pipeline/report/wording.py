"""Sentences that several sheets share."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from pipeline.core.money import MILLION, THOUSAND, money_text, rate_text, unit_name
from pipeline.core.programme import Partner, Programme
from pipeline.core.years import year_label

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


def own_title(partner: Partner | None, of_partner: str, otherwise: str) -> str:
    """A sheet's title, in a pack that ``of_partner`` with its name before it."""
    return f"{partner.name}: {of_partner}" if partner else otherwise


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


def weighing(programme: Programme, by: str = "RAG, else its Confidence") -> str:
    """By what amounts are weighted, each weight stated; empty where the programme rates nothing."""
    stated = [f"{each.word} {rate_text(each.weight)}" for each in programme.confidence]
    if not stated:
        return ""
    return (
        f"each line's weighted by its {by}, and rounded to the penny for itself, half away from "
        f"nil: {', '.join(stated)}; costs and other words 100%. In no other figure."
    )


def in_short(pence: int, unit: int) -> str:
    """A sum without its sign for a sentence, no finer than the reports show it: ``£3,045,000``,
    ``£3.05m``, small ones to the pound. ``unit``: pounds in one unit of the reports."""
    pounds = Fraction(abs(pence), 100)
    if unit >= MILLION and pounds >= MILLION:
        return f"£{round_half_up(pounds * 100 / MILLION) / 100:,.2f}m"
    if unit >= THOUSAND and pounds >= 10 * THOUSAND:
        return f"£{round_half_up(pounds / THOUSAND):,},000"
    return f"£{round_half_up(pounds):,}" if pounds >= 1 else money_text(abs(pence))


def round_half_up(number: Fraction | int, divisor: int = 1) -> int:
    """The nearest whole number to a quotient that isn't below nil, a half upwards."""
    return (2 * number + divisor) // (2 * divisor)


def cost_or_saving(pence: int, what: str, unit: int) -> str:
    """An amount in words, its sign as a word: ``one-off cost of £3,045,000``."""
    if pence == 0:
        return f"{what} nil"
    return f"{what} {'cost' if pence > 0 else 'saving'} of {in_short(pence, unit)}"


def headline(row: Mapping[str, Any], programme: Programme) -> str:
    """What it costs, what it saves and when it pays back: one scenario's figures in words.

    ``row``: one_off_pence, annual_cashable_pence, payback_years.
    """
    unit, payback = programme.report_unit, row["payback_years"]
    text = (
        f"{cost_or_saving(row['one_off_pence'], 'one-off', unit)}; "
        f"{cost_or_saving(row['annual_cashable_pence'], 'annual cashable', unit)} "
        f"in {year_label(programme.steady_year)}"
    )
    if payback is None:
        return text
    return f"{text}, " + (f"payback {float(payback):.2f} years" if payback else "payback at once")


def headlines(rows: Iterable[Mapping[str, Any]], programme: Programme) -> str:
    """The headlines of all scenarios, a line each: ``Best case: one-off cost of …``."""
    return "\n".join(f"{row['scenario']}: {headline(row, programme)}." for row in rows)
