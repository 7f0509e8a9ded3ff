"""How much of a saving is counted on, by the ratings of the sheet Confidence (contract, section 2):
costs count in full, and so does what bears a word that the sheet doesn't list."""

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from pipeline.core.money import round_pence
from pipeline.core.programme import Rating
from pipeline.core.returns import Pence
from pipeline.core.text import match_key
from schemas.vocabulary import COSTS, RAG

IN_FULL = Fraction(1)


class Weighed(NamedTuple):
    """The weight of an amount, and the rating that it comes from; empty where it counts in full
    because nothing says otherwise."""

    rating: str
    weight: Fraction


class Weights:
    """What amounts count for by some ratings."""

    def __init__(self, ratings: Iterable[Rating]) -> None:
        self._by_word = {match_key(each.word): Weighed(each.word, each.weight) for each in ratings}
        self._rates_rag = any(match_key(rag) in self._by_word for rag in RAG)

    def of_line(self, category: str, confidence: str) -> Weighed:
        """The weight of a line by its Confidence."""
        nothing = Weighed("", IN_FULL)
        return nothing if category in COSTS else self._by_word.get(match_key(confidence), nothing)

    def of_forecast(self, category: str, rag: str, confidence: str) -> Weighed:
        """The weight of a line's forecast: by its RAG where it has one and the sheet rates any,
        which is newer than the line's Confidence; else by that."""
        return self.of_line(category, rag if rag and self._rates_rag else confidence)


def all_risk_weighted(pence: Pence, weight: Fraction) -> Pence:
    """``risk_weighted`` of many amounts: in 64 bits where they serve, else in Python's numbers."""
    above, below = 2 * weight.numerator, weight.denominator
    size = np.abs(pence)
    if max(int(size.max(initial=1)) * above, below) > np.iinfo(np.int64).max:
        size = size.astype(object)
    weighted: Pence = np.sign(pence) * ((size * above // below + 1) // 2).astype(np.int64)
    return weighted


def risk_weighted(pence: int, weight: Fraction) -> int:
    """An amount times its weight, in pence, half away from nil."""
    return round_pence(weight * pence / 100)
