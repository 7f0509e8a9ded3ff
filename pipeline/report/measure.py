"""How much room a text takes: viewers other than Excel don't fit rows to wrapped text, and nothing
may be cut in print.

Widths are in digits of the text's own font, as column widths are.
"""

import unicodedata
from functools import lru_cache

_DIGIT = 556
# Bold letters are wider by about this much.
BOLDER = 1.08
_OTHER, _WIDE = 640, 1000


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
    return sum(map(_WIDTHS.__getitem__, text)) / _DIGIT


def wrapped(text: str, room: float, *, bold: bool = False) -> list[str]:
    """The text in lines that fit ``room`` digits, broken between words where it can be."""
    room = room / BOLDER if bold else room
    return [line for part in text.split("\n") for line in _wrapped_part(part, room)]


def _wrapped_part(text: str, room: float) -> list[str]:
    if text_width(text) <= room:
        return [text]
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if text_width(longer) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while text_width(line) > room and len(line) > 1:
            fits = max(1, int(len(line) * room / text_width(line)))
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line]


@lru_cache(maxsize=8_192)
def line_count(text: str, room: float, *, bold: bool = False) -> int:
    """How many lines the text takes where ``room`` digits are a line."""
    return len(wrapped(text, room, bold=bold))
