"""Text as people type it: how labels, references and vocabularies are compared."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import lru_cache

# British names, whatever the machine's locale.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

# [note 2], [2], (1), superscripts, Police1, Legal *. A plain digit counts only right behind a
# letter: "Team 2" is a name of its own.
_MARK = r"\[(?:note\s*)?\w{1,3}\]|\((?:note\s*)?\d{1,2}\)|[¹²³⁰-⁹]+|[*†‡§#^]+"
_MARKS = re.compile(rf"(?:\s*(?:{_MARK}))+\s*$", re.IGNORECASE)
_FOOTNOTE = re.compile(rf"\s*(?:{_MARK}|(?<=[^\W\d])\d{{1,2}})\s*$", re.IGNORECASE)
_BLANK_RUNS = re.compile(r"[ \t]+")
# Invisible, though Unicode has them among the letters, marks and signs: joiners, variation
# selectors, fillers and the blank pattern of Braille.
_FILLERS = frozenset(
    (
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        *(*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)),
    )
)
_MARK_ENDS = (*"])¹²³*†‡§#^", *map(chr, range(ord("⁰"), ord("⁹") + 1)))
# Of ASCII what match_key leaves, and how: most texts are all ASCII.
_ASCII_KEYS = {n: chr(n).lower() if chr(n).isalnum() else None for n in range(128)}
# Hyphens and dashes that are hardly told apart, some of them put there by Word or Excel.
_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
# Stands between texts that are translated together: in no cell of a sound file.
_BETWEEN = "\0"
_ASCII_KEYS_APART = {**_ASCII_KEYS, ord(_BETWEEN): _BETWEEN}


class _Seen(dict[int, int | str | None]):
    """What a person sees of each character, worked out once: nothing, a space, or itself."""

    def __missing__(self, code: int) -> int | str | None:
        kind = unicodedata.category(chr(code))
        if kind in ("Cf", "Cc") or code in _FILLERS:
            self[code] = code if chr(code) in "\t\n\r" else None
        else:
            self[code] = " " if kind == "Zs" else code
        return self[code]


_SEEN = _Seen()


def plain_text(text: str) -> str:
    """A text as a person sees it: without invisible characters (zero width spaces, soft hyphens,
    byte order marks, marks of direction), all kinds of space one, accents joined to their letters.
    """
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", text.translate(_SEEN))


def is_blank(text: str) -> bool:
    """Whether a person sees nothing in a text."""
    first = text.lstrip()[:1]
    if first.isascii() and first.isprintable():
        return not first
    return not plain_text(text).strip()


def match_key(text: str) -> str:
    """The form in which sheet names, headings and vocabularies are compared (contract, section 3).

    Case, spacing, line breaks, hyphens and punctuation make no difference.
    """
    if text.isascii():
        return text.translate(_ASCII_KEYS)
    normal = unicodedata.normalize("NFKC", plain_text(text))
    return "".join(c for c in normal.casefold() if c.isalnum())


def match_keys(texts: Collection[str]) -> dict[str, str]:
    """``match_key`` of many texts, by text. Those in ASCII are translated in one go: single calls
    for short texts cost three times as much."""
    plain = [text for text in texts if text.isascii()]
    keys = _BETWEEN.join(plain).translate(_ASCII_KEYS_APART).split(_BETWEEN)
    by_text = dict(zip(plain, keys, strict=True)) if len(keys) == len(plain) else {}
    if len(by_text) < len(texts):
        by_text |= {text: match_key(text) for text in texts if text not in by_text}
    return by_text


@lru_cache(maxsize=1 << 17)  # each line's ref is asked for in a dozen places
def ref_key(text: str) -> str:
    """The form in which line refs, project codes and partner codes are compared: case, outer
    spaces and the length of a hyphen make no difference, anything else inside does."""
    key = plain_text(text).strip().casefold()
    return key if key.isascii() else key.translate(_HYPHENS)


def without_marks(text: str) -> str:
    """A heading without footnote marks that can be nothing else: ``Service`` for
    ``Service [note 1]``."""
    if not text.rstrip().endswith(_MARK_ENDS):
        return text
    return _MARKS.sub("", text)


def date_text(value: date) -> str:
    """A date as British readers write it, whatever the machine's locale."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


class ShownNumber(float):
    """A number that its cell shows as something else by its number format, ``code``; ``text`` is
    what the cell says where it is no amount: FIN-007 for 7, FY13 for 13.

    It equals no plain number, since it says something else.
    """

    text: str
    code: str
    is_percentage: bool = False

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ShownNumber) and float.__eq__(self, other) and self.text == other.text
        )

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((float(self), self.text))


def cell_text(value: object) -> str:
    """What a cell says, as text: 1.0 is ``1``, a date is ``30 April 2012``, blank is ``""``."""
    match value:
        case str():
            plain = value.isascii() and value.isprintable() and "  " not in value
            text = value.strip() if plain else _BLANK_RUNS.sub(" ", plain_text(value)).strip()
        case None:
            text = ""
        case bool():
            text = str(value).upper()
        case ShownNumber():
            text = value.text
        case float():
            text = f"{value:.15g}"
        case datetime():
            time = f" {value:%H:%M}" if value.hour or value.minute else ""
            text = date_text(value) + time
        case date():
            text = date_text(value)
        case _:
            text = str(value)
    return text


def are_plain(values: Collection[object]) -> bool:
    """Whether ``cell_text`` of each is the value itself; all are looked at in one go, so that a bar
    beside a space is taken for none."""
    texts = [value for value in values if isinstance(value, str)]
    joined = "|".join(("", *texts, ""))
    spaced = any(spaces in joined for spaces in ("  ", "| ", " |"))
    is_text = len(texts) == len(values)
    return is_text and joined.isascii() and joined.isprintable() and not spaced


class Vocabulary:
    """The words a column may hold, and the way a cell's text finds its word.

    ``find`` gives the word as the programme writes it, or None. Footnote marks on a label
    (``ICT [note 2]``, ``Police1``) are set aside where the label without them is a word.
    """

    def __init__(self, words: Iterable[str], *, exact: bool = False) -> None:
        """``exact``: punctuation counts (partner codes); otherwise labels match leniently."""
        self.words = tuple(words)
        self._key = ref_key if exact else match_key
        self._exact = exact
        self._by_key = {self._key(word): word for word in self.words}

    def find(self, text: str) -> str | None:
        """The word that ``text`` stands for, or None."""
        word = self._by_key.get(self._key(text))
        while word is None and not self._exact:
            bare = _FOOTNOTE.sub("", text)
            if bare == text or not bare:
                return None
            text = bare
            word = self._by_key.get(self._key(text))
        return word


def same_name(name: str) -> str:
    """A path in a form that is equal for two which Windows or macOS take for one: they look at
    neither capitals nor how an accent is put together."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
