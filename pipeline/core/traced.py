"""A printed figure and what it is made of."""

from dataclasses import dataclass
from fractions import Fraction

import pandas as pd


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


@dataclass(frozen=True)
class Trace:
    """A figure by its printed name; ``value`` is the ratio, the band or the payment where it isn't
    a sum (None: there is none), ``parts`` the sums behind it: one that is the figure itself, or
    both sides of each ratio and of a payment."""

    title: str
    parts: tuple[FigurePart, ...]
    is_derived: bool = False
    value: Fraction | str | None = None
