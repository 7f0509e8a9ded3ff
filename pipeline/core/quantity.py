"""Numbers in no unit of money, such as FTE: whole thousandths, whose parts add up exactly."""

import re
from decimal import ROUND_HALF_UP, Decimal

from pipeline.core.money import parse_amount
from pipeline.core.text import plain_text

THOUSANDTHS = 1_000
# In thousandths of a million lines their sum is a number of 64 bits.
_MOST = 10**9
_DECIMALS = re.compile(r"[-+\u2212]?[0-9]{1,9}\.[0-9]+")
_PLAIN = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,3})?")


def thousandths(number: Decimal) -> int | None:
    """A number in thousandths, half away from nil; None for one that is too large to add up."""
    if abs(number) >= _MOST:
        return None
    return int((number * THOUSANDTHS).quantize(Decimal(1), ROUND_HALF_UP))


def parse_quantity(text: str) -> int | None:
    """The number that a text plainly is, in thousandths; None for anything else."""
    plain = plain_text(text).strip()
    if _DECIMALS.fullmatch(plain):
        return thousandths(Decimal(plain.replace("\u2212", "-")))
    amount = parse_amount(plain)
    return None if amount is None else thousandths(amount[0])


def quantity_text(number: int) -> str:
    """A number of thousandths by its decimals, no more than it needs: ``-2.5``."""
    whole, rest = divmod(abs(number), THOUSANDTHS)
    decimals = f".{rest:03}".rstrip("0").rstrip(".")
    return f"{'-' if number < 0 else ''}{whole}{decimals}"


def is_quantity(text: str) -> bool:
    """Whether a text is one as ``quantity_text`` writes it."""
    return _PLAIN.fullmatch(text) is not None


def quantity_of(text: str) -> int:
    """The thousandths of such a text."""
    return int(Decimal(text) * THOUSANDTHS)
