"""How much room a text takes: viewers other than Excel don't fit rows to wrapped text, and nothing
may be cut in print.

Widths are in digits of the text's own font, as column widths are.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.int64]

_DIGIT, _SPACE = 556, 278
# Bold letters are wider by about this much.
BOLDER = 1.08
_OTHER, _WIDE = 640, 1000
# So many texts are looked at together: enough to cost little, few enough to take little memory.
_TOGETHER = 1_024
# Fewer are sooner looked at one by one.
_FEW = 256
# Of so many texts the width is remembered: a line's stand on several sheets and in several books.
_REMEMBERED = 131_072


class _Widths(dict[str, int]):
    """Thousandths of the size by character, those not listed guessed."""

    def __missing__(self, character: str) -> int:
        wide = unicodedata.east_asian_width(character) in "WF"
        return _WIDE if wide else _OTHER


# By the metrics that Arial shares with Helvetica and Liberation Sans.
_WIDTHS = _Widths(
    (character, width)
    for width, characters in (
        (191, "'"),
        (222, "ijl‘’"),
        (278, " !,./:;I[\\]ft|"),
        (333, '"()-`r“”{}'),
        (389, "*^"),
        (500, "Jckvxyzs"),
        (556, "0123456789#$?L_abdeghnopqu£–"),
        (584, "+<=>~"),
        (611, "FTZ"),
        (667, "&ABEKPSVXY"),
        (722, "CDHNRUw"),
        (778, "GOQ"),
        (833, "Mm"),
        (889, "%"),
        (944, "W"),
        (1000, "—…"),
        (1015, "@"),
    )
    for character in characters
)


def text_width(text: str) -> float:
    """The width of a text on one line, in digits."""
    return _thousandths(text) / _DIGIT


def _thousandths(text: str) -> int:
    return sum(map(_WIDTHS.__getitem__, text))


_word_width = lru_cache(maxsize=8_192)(_thousandths)


class _LineWidths(dict[str, int]):
    """Thousandths of the size by text, of its widest line. All are forgotten together: sheets go
    through their texts in the same order, so that the oldest is the next to be asked for."""

    def __missing__(self, text: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        width = self[text] = max(map(_thousandths, text.split("\n")))
        return width


_LINE_WIDTHS = _LineWidths()


def _limit(room: float, *, bold: bool) -> int:
    """The most thousandths that ``room`` digits hold."""
    return int(room * _DIGIT / (BOLDER if bold else 1))


@lru_cache(maxsize=8_192)
def wrapped(text: str, room: float, *, bold: bool = False) -> tuple[str, ...]:
    """The text in lines that fit ``room`` digits, broken between words where it can be."""
    limit = _limit(room, bold=bold)
    return tuple(line for part in text.split("\n") for line in _wrapped_part(part, limit))


def _wrapped_part(text: str, limit: int) -> list[str]:
    words = text.split(" ")
    widths = list(map(_word_width, words))
    if sum(widths) + _SPACE * (len(words) - 1) <= limit:
        return [text]
    lines, line, width = [], "", 0
    for word, word_width in zip(words, widths, strict=True):
        longer = width + _SPACE + word_width if line else word_width
        if longer <= limit:
            line, width = f"{line} {word}" if line else word, longer
            continue
        if line:
            lines.append(line)
        line, width = word, word_width
        while width > limit and len(line) > 1:
            fits = max(1, len(line) * limit // width)
            lines.append(line[:fits])
            line = line[fits:]
            width = _thousandths(line)
    return [*lines, line]


def line_count(text: str, room: float, *, bold: bool = False) -> int:
    """How many lines the text takes where ``room`` digits are a line."""
    return len(wrapped(text, room, bold=bold))


def line_counts(texts: Sequence[str], room: float, *, bold: bool = False) -> Array:
    """``line_count`` of each text, worked out for many of them together."""
    limit = _limit(room, bold=bold)
    counts = np.ones(len(texts), dtype=np.int64)
    long = [n for n, text in enumerate(texts) if _LINE_WIDTHS[text] > limit or "\n" in text]
    if len(long) < _FEW:
        counts[long] = [line_count(texts[n], room, bold=bold) for n in long]
        return counts
    for start in range(0, len(long), _TOGETHER):
        some = long[start : start + _TOGETHER]
        counts[some] = _line_counts([texts[n] for n in some], room, bold=bold)
    return counts


def widest(texts: Sequence[str]) -> float:
    """The width of the widest line of all texts, in digits."""
    return max(map(_LINE_WIDTHS.__getitem__, texts), default=0) / _DIGIT


def _line_counts(texts: Sequence[str], room: float, *, bold: bool) -> Array:
    limit, words = _limit(room, bold=bold), _Words(texts)
    lines = np.ones(len(words.part_widths), dtype=np.int64)
    long = np.flatnonzero(words.part_widths > limit)
    lines[long], odd = words.wrapped(long, limit)
    counts = np.add.reduceat(lines, words.first_parts)
    for place in set((np.searchsorted(words.first_parts, long[odd], "right") - 1).tolist()):
        counts[place] = line_count(texts[place], room, bold=bold)
    return counts


class _Words:
    """Texts cut into parts at their line breaks, and these into words; widths in thousandths.

    ``first_parts``: by text its first part; ``part_widths``: by part.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        codes = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
        before = np.zeros(len(codes) + 1, dtype=np.int64)
        np.cumsum(_widths_of(codes), out=before[1:])
        breaks = np.append(np.flatnonzero(codes == ord("\n")), len(codes))
        self.part_widths = _between(before, breaks)
        self.first_parts = np.zeros(len(texts), dtype=np.int64)
        np.cumsum([text.count("\n") + 1 for text in texts[:-1]], out=self.first_parts[1:])
        ends = np.flatnonzero((codes == ord(" ")) | (codes == ord("\n")))
        stops = np.append(ends, len(codes))
        self._words = _between(before, stops)
        self._lengths = np.diff(stops, prepend=-1) - 1
        self._last_words = np.searchsorted(stops, breaks)

    def wrapped(self, parts: Array, limit: int) -> tuple[Array, npt.NDArray[np.bool_]]:
        """How many lines each of these parts takes, as ``_wrapped_part`` breaks them; and where
        that isn't known, because a word takes more than a line."""
        word = np.where(parts > 0, self._last_words[parts - 1] + 1, 0)
        last = self._last_words[parts]
        lines = np.ones(len(parts), dtype=np.int64)
        odd = np.zeros(len(parts), dtype=bool)
        width, empty = np.zeros(len(parts), dtype=np.int64), np.ones(len(parts), dtype=bool)
        at = np.arange(len(parts))
        while len(at):
            now = word[at]
            word_width, nothing = self._words[now], self._lengths[now] == 0
            longer = np.where(empty[at], word_width, width[at] + _SPACE + word_width)
            fits = longer <= limit
            lines[at] += ~fits & ~empty[at]
            odd[at] |= (word_width > limit) & (self._lengths[now] > 1)
            empty[at] = nothing & (empty[at] | ~fits)
            width[at] = np.where(fits, longer, word_width)
            word[at] += 1
            at = at[now < last[at]]
        return lines, odd


def _widths_of(codes: npt.NDArray[np.uint32]) -> Array:
    """The width of each character; nothing for a line break."""
    there = np.zeros(int(codes.max(initial=0)) + 1, dtype=bool)
    there[codes] = True
    widths = np.zeros(len(there), dtype=np.int64)
    codes_in_use = np.flatnonzero(there)
    widths[codes_in_use] = [_WIDTHS[chr(code)] for code in codes_in_use.tolist()]
    widths[ord("\n") : ord("\n") + 1] = 0
    of_each: Array = widths[codes]
    return of_each


def _between(before: Array, stops: Array) -> Array:
    """The width of what stands before each stop, from behind the one before it."""
    starts = np.append(0, stops[:-1] + 1)
    widths: Array = before[stops] - before[starts]
    return widths
