"""How much room a text takes: viewers other than Excel don't fit rows to wrapped text, and nothing
may be cut in print.

Widths are in digits of the text's own font, as column widths are.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat

import numpy as np
import numpy.typing as npt

from pipeline.report.columns import Array, Texts
from pipeline.report.safe import all_visible, visible

Codes = npt.NDArray[np.uint32]

_DIGIT, _SPACE = 556, 278
# Bold letters are wider by about this much.
BOLDER = 1.08
_OTHER, _WIDE = 640, 1000
# What a line break takes: more than any line has room for.
_BREAK = 10**9
# So many texts are broken, and measured, together: enough to cost little, few enough to take little
# memory; a text that is measured may be as long as a cell takes.
_TOGETHER, _MEASURED = 1_024, 256
# So many are asked for together, of the million that a column may have.
AT_ONCE = 16_384
# Of so many texts the width is remembered: a line's stand on several sheets and in several books.
_REMEMBERED = 131_072
_UNKNOWN = -1


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


# By text what it takes on one line once it can be shown, in thousandths of the size. All are
# forgotten together: sheets go through their texts in the same order, so that the oldest is the
# next to be asked for.
_ON_ONE_LINE: dict[str, int] = {}


def _on_one_line(texts: Sequence[str]) -> Array:
    """What each text takes on one line, ``_BREAK`` at least where it has several."""
    widths = np.fromiter(map(_ON_ONE_LINE.get, texts, repeat(_UNKNOWN)), np.int64, len(texts))
    unknown = np.flatnonzero(widths == _UNKNOWN)
    if len(unknown):
        texts_unknown = [texts[place] for place in unknown.tolist()]
        if len(_ON_ONE_LINE) + len(texts_unknown) > _REMEMBERED:
            _ON_ONE_LINE.clear()
        widths[unknown] = sums = _sums(texts_unknown)
        _ON_ONE_LINE.update(zip(texts_unknown, sums, strict=True))
    return widths


def _sums(texts: Sequence[str]) -> list[int]:
    """The widths of all characters of each text, once it can be shown."""
    sums: list[int] = []
    for start in range(0, len(texts), _MEASURED):
        some = all_visible(texts[start : start + _MEASURED])
        before = _before(_codes("".join(some)))
        sums += np.diff(before[np.cumsum([0, *map(len, some)])]).tolist()
    return sums


def limit(room: float, *, bold: bool = False) -> int:
    """The most thousandths that ``room`` digits hold."""
    return int(room * _DIGIT / (BOLDER if bold else 1))


@lru_cache(maxsize=8_192)
def wrapped(text: str, room: float, *, bold: bool = False) -> tuple[str, ...]:
    """The text in lines that fit ``room`` digits, broken between words where it can be."""
    most = limit(room, bold=bold)
    return tuple(line for part in text.split("\n") for line in _wrapped_part(part, most))


def _wrapped_part(text: str, most: int) -> list[str]:
    words = text.split(" ")
    widths = list(map(_word_width, words))
    if sum(widths) + _SPACE * (len(words) - 1) <= most:
        return [text]
    lines, line, width = [], "", 0
    for word, word_width in zip(words, widths, strict=True):
        longer = width + _SPACE + word_width if line else word_width
        if longer <= most:
            line, width = f"{line} {word}" if line else word, longer
            continue
        if line:
            lines.append(line)
        line, width = word, word_width
        while width > most and len(line) > 1:
            fits = max(1, len(line) * most // width)
            lines.append(line[:fits])
            line = line[fits:]
            width = _thousandths(line)
    return [*lines, line]


def line_count(text: str, room: float, *, bold: bool = False) -> int:
    """How many lines the text takes where ``room`` digits are a line."""
    return len(wrapped(text, room, bold=bold))


def longer(texts: Sequence[str], limits: Array) -> Array:
    """The places of the texts that take more than a line, by the ``limit`` of each."""
    return np.flatnonzero(_on_one_line(texts) > limits)


def line_counts(texts: Sequence[str], limits: Array | int) -> Array:
    """``line_count`` of each text by its ``limit`` or that of all, worked out together."""
    limits = np.broadcast_to(limits, len(texts))
    counts = np.empty(len(texts), dtype=np.int64)
    for start in range(0, len(texts), _TOGETHER):
        some = slice(start, start + _TOGETHER)
        counts[some] = _line_counts(texts[some], limits[some])
    return counts


def longest(texts: Texts) -> int:
    """What the longest of some texts takes on one line, in thousandths."""
    return int(_widths_of(texts).max(initial=0))


def long_words(texts: Texts, limit: int) -> Array:
    """The places of the words that take more than a line."""
    return np.flatnonzero(_widths_of(texts) > limit)


def _widths_of(texts: Texts) -> Array:
    """What each word of some texts takes on one line; remembered with them, and of shared ones
    with these. None, the last word of these if it is one, is left out."""
    if texts.widths is None:
        if texts.part is None:
            texts.widths = _all_on_one_line(texts.words)
        else:
            shared, places = texts.part
            if shared.widths is None:
                shared.widths = _all_on_one_line(shared.texts)
            texts.widths = shared.widths[places]
    return texts.widths


def _all_on_one_line(words: Sequence[str | None]) -> Array:
    """``_on_one_line`` of any number of words, nil of None."""
    texts = [word or "" for word in words]
    starts = range(0, len(texts), AT_ONCE)
    widths = [_on_one_line(texts[start : start + AT_ONCE]) for start in starts]
    return np.concatenate([np.zeros(0, dtype=np.int64), *widths])


def widest(texts: Texts) -> float:
    """The width of the widest line of all texts once they can be shown, in digits."""
    if (width := longest(texts)) >= _BREAK:
        lines = "\n".join(map(visible, filter(None, texts.words))).split("\n")
        return widest(Texts.of(lines))
    return width / _DIGIT


def _line_counts(texts: Sequence[str], limits: Array) -> Array:
    """How many lines each text takes, broken as ``_wrapped_part`` breaks them: the first lines of
    all parts between line breaks, then their second ones, and so on."""
    codes = _codes("\n".join(texts))
    before, breaks = _before(codes), codes == ord("\n")
    stops = np.append(np.flatnonzero(breaks | (codes == ord(" "))), len(codes))
    starts = np.append(0, stops[:-1] + 1)
    # A line doesn't begin with spaces: by word the first one from there on that is not empty.
    numbers = np.arange(len(stops))
    filled = np.minimum.accumulate(np.where(stops > starts, numbers, len(stops))[::-1])[::-1]
    last = np.append(np.flatnonzero(breaks[stops[:-1]]), len(stops) - 1)
    word = np.append(0, last[:-1] + 1)
    owner = np.repeat(np.arange(len(texts)), [text.count("\n") + 1 for text in texts])
    counts, split = np.zeros(len(texts), dtype=np.int64), set[int]()
    before_stops = before[stops]
    while len(word):
        counts += np.bincount(owner, minlength=len(texts))
        first = np.minimum(filled[word], last)
        word = np.searchsorted(before_stops, before[starts[first]] + limits[owner], "right")
        split.update(owner[word == first].tolist())
        more = (first < word) & (word <= last)
        word, last, owner = word[more], last[more], owner[more]
    for place in split:  # of which a word takes more than a line
        parts = texts[place].split("\n")
        counts[place] = sum(len(_wrapped_part(part, int(limits[place]))) for part in parts)
    return counts


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def _before(codes: Codes) -> Array:
    """By character the width of all before it, and at the end that of all."""
    there = np.zeros(int(codes.max(initial=0)) + 1, dtype=bool)
    there[codes] = True
    widths = np.zeros(len(there), dtype=np.int64)
    codes_in_use = np.flatnonzero(there)
    widths[codes_in_use] = [_WIDTHS[chr(code)] for code in codes_in_use.tolist()]
    widths[ord("\n") : ord("\n") + 1] = _BREAK
    before = np.zeros(len(codes) + 1, dtype=np.int64)
    np.cumsum(widths[codes], out=before[1:])
    return before
