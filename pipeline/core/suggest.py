"""The word that somebody probably meant."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from pipeline.core.text import match_key

_MUCH, _SOMEWHAT = 70, 60
# A programme's own names (Date, Baseline year) are not to be taken for ours.
_VERY_MUCH = 85
# Words without which a name says the same.
_SMALL_WORDS = frozenset(("a", "for", "in", "of", "the", "to"))


def nearest(text: str, words: Iterable[str], enough: int = _MUCH) -> str | None:
    """The word most like ``text``, or None where none is much like it (``enough`` of 100)."""
    match = process.extractOne(
        text, list(words), processor=match_key, scorer=fuzz.WRatio, score_cutoff=enough
    )
    return match[0] if match else None


def letter_off(text: str, names: Iterable[str]) -> str | None:
    """The name that is ``text`` but for a letter: one more, fewer, another, or two swapped."""
    key = match_key(text)
    return next((name for name in names if OSA.distance(key, match_key(name)) == 1), None)


def name_meant(text: str, names: Iterable[str]) -> str | None:
    """The name that somebody very probably meant: its words in another order, else the whole of it
    before a part of it."""
    names = list(names)
    if words := _words(text):
        for name in names:
            if _words(name) == words:
                return name
    whole = process.extractOne(
        text, names, processor=match_key, scorer=fuzz.ratio, score_cutoff=_VERY_MUCH
    )
    return whole[0] if whole else nearest(text, names, _VERY_MUCH)


def _words(text: str) -> frozenset[str]:
    return frozenset(filter(None, map(match_key, text.split()))) - _SMALL_WORDS


def suggestion(text: str, words: Iterable[str]) -> str:
    """`` (did you mean “ICT”?)`` for the end of a sentence, or nothing."""
    word = nearest(text, words, _SOMEWHAT)
    return f" (did you mean “{word}”?)" if word else ""
