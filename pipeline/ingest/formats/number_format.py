"""What a number format shows of a number: its scale, its unit, its sign, its words.

Format: ECMA-376, part 1, 18.8.30 and 18.8.31. A code has up to four sections, for numbers above
nil, below it, nil and text, or for the numbers that a condition in brackets names.
"""

import operator
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

from pipeline.core.money import excel_decimal, parse_unit
from pipeline.core.text import ShownNumber

# The formats that a file may name by number without writing them: percentages here; the currency
# formats (5 to 8, 37 to 44) are those of the reader's own country, and so pounds.
_BUILT_IN = {9: "0%", 10: "0.00%", 49: "@"}
_CURRENCY_OF_THE_COUNTRY = frozenset([*range(5, 9), *range(37, 45)])
_TOKEN = re.compile(
    r"""(?is)(?P<quoted>"[^"]*"?) | \\(?P<escaped>.) | [_*]. | \[(?P<bracket>[^\]]*)\]
    | (?P<general>general) | (?P<exponent>e[+-]) | (?P<place>[0?#]) | (?P<other>.)""",
    re.VERBOSE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+(?:e[+-]?[0-9]+)?)", re.IGNORECASE)
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_MINUS = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212")
_FIGURES = ("place", "general", "text")
_UNSAID = re.compile(r"[\s()+.,:;/'’*|\-\u2010-\u2014\u2212]+")
_POUNDS = re.compile(r"£|GBP|\bpounds?\b", re.IGNORECASE)


class Token(NamedTuple):
    """A piece of a section: ``kind`` is literal, currency, place (of a digit), point, comma,
    percent, general, exponent or text (the cell's own)."""

    kind: str
    text: str


class Condition(NamedTuple):
    """The numbers that a section is for."""

    sign: str
    limit: float

    def holds(self, number: float) -> bool:
        """Whether the section is for the number."""
        return _HOLDS[self.sign](number, self.limit)


@dataclass(frozen=True)
class Section:
    """How one kind of number is shown."""

    tokens: tuple[Token, ...]
    condition: Condition | None = None
    red: bool = False

    @cached_property
    def shows_number(self) -> bool:
        """Whether the number itself can be seen."""
        return any(token.kind in _FIGURES for token in self.tokens)

    @cached_property
    def percent(self) -> bool:
        """Whether the number is shown as a percentage."""
        return any("%" in token.text or "‰" in token.text for token in self.tokens)

    @cached_property
    def scale(self) -> int:
        """By how much the number is divided: a comma behind its last whole figure is a
        thousand."""
        kinds = "".join(
            {"place": "0", "comma": ",", "point": "."}.get(token.kind, "x") for token in self.tokens
        )
        whole = re.match(r"[^.]*", kinds)
        decimals = kinds[whole.end() :] if whole else ""
        commas = 0
        for part in (whole[0] if whole else "", decimals):
            last = part.rfind("0")
            commas += part.count(",", last + 1) if last >= 0 else 0
        return int(1000**commas)

    @cached_property
    def words(self) -> str:
        """What is written beside the figures but signs, brackets and spaces."""
        text = "".join(token.text for token in self.tokens if token.kind in ("literal", "currency"))
        return _UNSAID.sub("", text)

    @cached_property
    def unit(self) -> int | None:
        """Pounds in one of what is shown, where the format writes it: 1,000 for k; 1 where it
        writes nothing; None where it writes something else."""
        if any(digit in self.words for digit in "0123456789") and "£" not in self.words:
            return None
        bare = _POUNDS.sub("", self.words)
        return parse_unit(f"£{bare}")

    @cached_property
    def signed(self) -> bool:
        """Whether the format writes a sign by itself: a minus, or brackets around the figures."""
        sides = [
            token.text if token.kind == "literal" else "\0" if token.kind in _FIGURES else ""
            for token in self.tokens
        ]
        before, _, rest = "".join(sides).partition("\0")
        after = rest.rpartition("\0")[2].strip()
        return (
            not _MINUS.isdisjoint(before)
            or ("(" in before and ")" in after)
            or not _MINUS.isdisjoint(after[:1])
        )

    @cached_property
    def lettered(self) -> bool:
        """Whether the format writes text that is part of a reference: letters, figures, a mark
        like #, a dash between figures; not a sign, brackets or a currency."""
        marks = "".join(token.text for token in self.tokens if token.kind == "literal")
        if any(unicodedata.category(c)[0] in "LN" or c in "#/\\.:_&" for c in marks):
            return True
        kinds = ("p" if token.kind == "place" else token.text for token in self.tokens)
        return re.search(r"p[-–]p", "".join(kinds)) is not None

    @cached_property
    def places(self) -> int:
        """How many figures stand before the point at least."""
        places = 0
        for token in self.tokens:
            if token.kind in ("point", "exponent"):
                break
            if token.kind == "place" and (token.text == "0" or places):
                places += 1
        return places


class NumberFormat:
    """A number format, taken apart."""

    def __init__(self, code: str) -> None:
        """``code``: as Excel's files have it."""
        self.code = code
        sections = _sections(code)
        # The last of several is for text where it says so, or where three others come before it.
        self._text: Section | None = None
        if len(sections) > 3 or any(token.kind == "text" for token in sections[-1].tokens):
            self._text = sections.pop()
        self._numbers = sections or [self._text or Section(())]
        self._conditional = any(section.condition for section in self._numbers)

    def section(self, number: float) -> tuple[Section, bool]:
        """The section that a number is shown by, and whether Excel puts a minus before it: not
        where the section is for numbers below nil alone."""
        section = self._choose(number)
        return section, number < 0 and any(each is section for each in self._above)

    @cached_property
    def _above(self) -> list[Section]:
        """The sections that show numbers above nil."""
        limits = [abs(s.condition.limit) for s in self._numbers if s.condition]
        probes = [1e-9, 1e300, *(limit + step for limit in limits for step in (-1e-6, 0, 1e-6))]
        return [self._choose(number) for number in probes if number > 0]

    def _choose(self, number: float) -> Section:
        numbers = self._numbers
        if not self._conditional:
            place = 0 if number > 0 else 1 if number < 0 else 2
            return numbers[place] if place < len(numbers) else numbers[0]
        for section in numbers[:-1]:
            if section.condition is None or section.condition.holds(number):
                return section
        return numbers[-1]

    def shown(self, number: float) -> str:
        """The number about as a person sees it, for a message."""
        section, minus = self.section(number)
        if not section.shows_number:
            return "".join(token.text for token in section.tokens).strip()
        value = abs(excel_decimal(number)) / section.scale
        value *= 100 if any(token.kind == "percent" for token in section.tokens) else 1
        figures, written = f"{value.normalize():,f}", False
        text = "-" if minus else ""
        for token in section.tokens:
            if token.kind in ("literal", "currency", "percent"):
                text += token.text
            elif token.kind in ("place", "general") and not written:
                text, written = text + figures, True
        return text.strip()

    def reference(self, cell: float | str) -> str | None:
        """What a cell says where it is no amount: its figures or its text with the leading zeros
        and the literal text of its format, and nothing else of it; None where it has none."""
        if isinstance(cell, str):
            if self._text is None or not (self._text.shows_number and self._text.lettered):
                return None
            pieces = (cell if t.kind == "text" else t.text for t in self._text.tokens)
            return "".join(pieces).strip()
        section, _ = self.section(cell)
        if not section.shows_number or section.scale > 1 or section.unit not in (1, None):
            return None
        if section.places < 2 and not section.lettered:
            return None
        return ("-" if cell < 0 else "") + _with_literals(section, abs(excel_decimal(cell)))

    def hides_sign(self, number: float) -> bool:
        """Whether the format shows a number with another sign than it has: below nil without a
        minus, brackets or red, above it with one."""
        section, minus = self.section(number)
        if number < 0:
            return not (minus or section.signed or section.red)
        return number > 0 and section.signed

    def hides_text(self) -> bool:
        """Whether it shows nothing of a text."""
        return self._text is not None and not self._text.shows_number

    @cached_property
    def plain(self) -> bool:
        """Whether it shows any amount as the number that it is, and any reference as it stands."""
        if self._conditional or self.hides_text() or (self._text and self._text.lettered):
            return False
        # What it shows of nil is nil.
        return all(
            section.shows_number
            and not section.percent
            and section.scale == section.unit == 1
            and section.places < 2
            and not section.lettered
            and not self.hides_sign(number)
            for section, number in zip(self._numbers, (1.0, -1.0), strict=False)
        )


class FormattedNumber(ShownNumber):
    """A number in a cell whose format shows something else than the number, ``shape``."""

    shape: NumberFormat


def formatted(number: float, shape: NumberFormat) -> FormattedNumber:
    """A number as its format shows it."""
    cell = FormattedNumber(number)
    cell.shape, cell.code = shape, shape.code
    cell.is_percentage = shape.section(number)[0].percent
    cell.text = shape.reference(number) or f"{number:.15g}"
    return cell


@lru_cache(maxsize=4096)
def number_format(number: int, code: str | None) -> NumberFormat | None:
    """The format with a number in its file, where it shows anything else than the number itself;
    ``code``: as the file has it."""
    if number in _CURRENCY_OF_THE_COUNTRY:
        return None
    code = _BUILT_IN.get(number, "") if code is None else code
    if not code:
        return None
    shape = NumberFormat(code)
    return None if shape.plain else shape


def _sections(code: str) -> list[Section]:
    sections: list[Section] = []
    tokens: list[Token] = []
    condition: Condition | None = None
    red = False
    for match in [*_TOKEN.finditer(code), None]:
        if match is None or match["other"] == ";":
            sections.append(Section(tuple(tokens), condition, red))
            tokens, condition, red = [], None, False
        elif match["bracket"] is not None:
            bracket = match["bracket"]
            if bracket.startswith("$"):
                symbol = bracket[1:].partition("-")[0]
                tokens += [Token("currency", symbol)] if symbol else []
            elif comparison := _CONDITION.fullmatch(bracket.strip()):
                condition = Condition(comparison[1], float(comparison[2]))
            else:
                red = red or bracket.strip().casefold() in ("red", "color3", "color 3")
        else:
            token = _token(match)
            tokens += [token] if token else []
    return sections


_KINDS = {".": "point", ",": "comma", "%": "percent", "@": "text", "/": "fraction"}


def _token(match: re.Match[str]) -> Token | None:
    """A token of a section; None for room that is left blank."""
    group = match.lastgroup
    if group is None:
        return None
    text = match[group]
    if group in ("quoted", "escaped"):
        return Token("literal", text.strip('"') if group == "quoted" else text)
    if group == "other":
        return Token(_KINDS.get(text, "literal"), text)
    return Token(group, text if group == "place" else "")


def _with_literals(section: Section, value: Decimal) -> str:
    """The figures put into their places from the right, the literal text between them."""
    figures, _, decimals = f"{value:f}".partition(".")
    figures = figures.zfill(section.places)
    if any(token.kind == "general" for token in section.tokens):
        whole = len(section.tokens)
    else:
        ends = [n for n, token in enumerate(section.tokens) if token.kind in ("point", "exponent")]
        whole = ends[0] if ends else len(section.tokens)
    places = [n for n, t in enumerate(section.tokens[:whole]) if t.kind in ("place", "general")]
    pieces = []
    for n, token in enumerate(section.tokens):
        if token.kind == "literal" and "£" not in token.text:
            pieces.append(token.text)
        elif n in places:
            left = len(places) - places.index(n) - 1
            first = n == places[0]
            start = 0 if first else max(0, len(figures) - left - 1)
            pieces.append(figures[start : max(0, len(figures) - left)])
            if not left and decimals:
                pieces.append(f".{decimals}")
    return "".join(pieces).strip()
