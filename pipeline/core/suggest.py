"""The word that somebody probably meant."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from pipeline.core.text import match_key

_MUCH, _SOMEWHAT = 70, 60


def nearest(text: str, words: Iterable[str], enough: int = _MUCH) -> str | None:
    """The word most like ``text``, or None where none is much like it (``enough`` of 100)."""
    found = process.extractOne(
        text, list(words), processor=match_key, scorer=fuzz.WRatio, score_cutoff=enough
    )
    return found[0] if found else None


def suggestion(text: str, words: Iterable[str]) -> str:
    """`` (did you mean “ICT”?)`` for the end of a sentence, or nothing."""
    word = nearest(text, words, _SOMEWHAT)
    return f" (did you mean “{word}”?)" if word else ""
