"""A printed figure and what it is made of."""

from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from pipeline.core.money import money_text


@dataclass(frozen=True)
class FigurePart:
    """A sum over lines: ``pence``, and ``lines`` (TRACED) that add up to it."""

    title: str
    pence: int
    lines: pd.DataFrame

    @property
    def adds_up(self) -> bool:
        """Whether the lines come to the figure."""
        return sum(map(int, self.lines["amount_pence"])) == self.pence

    @property
    def proof(self) -> str:
        """Whether the lines come to the figure, in a sentence."""
        number = len(self.lines)
        if not self.adds_up:
            return f"{self.title}: the lines do not add up to it."
        if not number:
            return "No line has any amount in it."
        lines = "One line comes" if number == 1 else f"{number:,} lines add"
        return f"{lines} up to {money_text(self.pence)} exactly."


@dataclass(frozen=True)
class Trace:
    """A figure by its printed name; ``value`` is the ratio, the band or the payment where it isn't
    a sum (None: there is none), ``parts`` the sums behind it: one that is the figure itself, or
    both sides of each ratio and of a payment."""

    title: str
    parts: tuple[FigurePart, ...]
    is_derived: bool = False
    value: Fraction | str | None = None

    @property
    def value_text(self) -> str:
        """The value in words."""
        if isinstance(self.value, Fraction):
            return f"{float(self.value):.2f} years"
        return self.value or "none"
