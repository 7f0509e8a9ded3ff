"""Numbers and names in sentences, the same in every message, sheet and line on screen."""

from collections.abc import Sequence
from errno import ENOSPC
from fractions import Fraction


def agreeing(number: float | Fraction, one: str, many: str) -> str:
    """The word that goes with a number: ``is`` with 1, ``are`` with any other."""
    return one if number == 1 else many


def counted(number: int, one: str, many: str = "", *, nil: str = "no") -> str:
    """``1 error``, ``2 errors``, ``no errors``."""
    word = agreeing(number, one, many or f"{one}s")
    return f"{number:,} {word}" if number else f"{nil} {word}"


def in_words(names: Sequence[str]) -> str:
    """``one``, ``one and two``, ``one, two and three``."""
    *some, last = names
    return f"{', '.join(some)} and {last}" if some else last


def listing(names: Sequence[str], most: int) -> str:
    """The names in words, of many the first ones: ``a, b and 3 more``."""
    if len(names) <= most:
        return in_words(names)
    return in_words([*names[: most - 1], f"{len(names) - most + 1:,} more"])


def sentence(text: str) -> str:
    """With a capital at the start."""
    return text[:1].upper() + text[1:]


def sentence_of(fault: Exception) -> str:
    """What an error says, in a sentence."""
    if isinstance(fault, OSError) and fault.errno == ENOSPC:
        return f"There is no space left for {fault.filename or 'what was to be written'}."
    if isinstance(fault, OSError):
        return f"{fault.filename or 'A file'} can't be read ({fault.strerror or fault})."
    return str(fault)
