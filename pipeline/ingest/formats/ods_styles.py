"""What of an .ods says how its cells are seen: styles and data styles, as number formats.

Format: OpenDocument 1.3, part 3, section 16 (styles).
"""

import math
from dataclasses import dataclass, field
from functools import cache

from pipeline.ingest.formats.appearance import CellStyle, cell_style
from pipeline.ingest.formats.xml_events import attribute

_DATA_STYLES = ("number-style", "currency-style", "percentage-style", "text-style")
_NONE = ("", "none")
# The conditions that sections have where they name none.
_USUAL = ([">=0"], [">0", "<0"], [">0", "<0", "=0"])
_DEEPEST = 10
# Where a style's own format is none that is written here.
_OWN_FORMAT = 1_000


@dataclass
class _DataStyle:
    """A number format while it is read: its pieces as a code, and the others that hold where a
    condition does."""

    pieces: list[str] = field(default_factory=list)
    maps: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class _Style:
    """A cell style: the names of its parent and its number format, and whether it is struck
    through (None: as its parent)."""

    parent: str
    data: str
    struck: bool | None = None


class OdsStyles:
    """Takes the events of styles, from styles.xml and content.xml."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._data: dict[str, _DataStyle] = {}
        self._style: _Style | None = None
        self._open: _DataStyle | None = None
        self._text: list[str] | None = None
        self._inner: list[tuple[int, str]] = []
        self._position = 0
        self.style = cache(self._style_of)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take note of an element."""
        if tag in _DATA_STYLES:
            self._open = self._data[attribute(attributes, "name")] = _DataStyle()
        elif self._open is not None:
            self._start_in_data(self._open, tag, attributes)
        elif tag == "style" and attribute(attributes, "family") == "table-cell":
            parent = attribute(attributes, "parent-style-name")
            self._style = _Style(parent, attribute(attributes, "data-style-name"))
            self._styles[attribute(attributes, "name")] = self._style
        elif tag == "style":
            self._style = None
        elif tag == "text-properties" and self._style is not None:
            self._style.struck = _struck(attributes, self._style.struck)

    def _start_in_data(self, style: _DataStyle, tag: str, attributes: dict[str, str]) -> None:
        if tag in ("text", "currency-symbol", "embedded-text"):
            self._text = []
            self._position = _whole(attributes, "position")
        elif tag in ("number", "scientific-number"):
            self._inner = []
            style.pieces.append(_figures(attributes))
        elif tag == "fraction":
            style.pieces.append("# ?/?")
        elif tag == "text-content":
            style.pieces.append("@")
        elif tag == "text-properties" and attribute(attributes, "color").casefold() == "#ff0000":
            style.pieces.insert(0, "[Red]")
        elif tag == "map":
            condition = attribute(attributes, "condition").replace(" ", "").replace("!=", "<>")
            applied = attribute(attributes, "apply-style-name")
            style.maps.append((condition.removeprefix("value()"), applied))

    def characters(self, text: str) -> None:
        """Take in a format's literal text."""
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Take note of an element's end."""
        if self._open is None:
            return
        if tag in _DATA_STYLES:
            self._open = None
        elif tag == "number" and self._inner:
            self._open.pieces[-1] = _with_inner(self._open.pieces[-1], self._inner)
        elif self._text is not None and tag in ("text", "currency-symbol", "embedded-text"):
            text = "".join(self._text).replace('"', "")
            if tag == "embedded-text":
                self._inner.append((self._position, text))
            elif text:
                self._open.pieces.append(f"[${text}]" if tag == "currency-symbol" else f'"{text}"')
            self._text = None

    def _style_of(self, name: str, kind: str, currency: str) -> CellStyle | None:
        """The style of a name, in a cell of a kind; None where it shows a cell as it is."""
        struck: bool | None = None
        data, depth = "", 0
        while (style := self._styles.get(name)) is not None and depth < _DEEPEST:
            struck = style.struck if struck is None else struck
            data = data or style.data
            name, depth = style.parent, depth + 1
        code = self._code(data)
        if not code and kind == "percentage":
            code = "0%"
        elif not code and kind == "currency":
            code = f"[${currency}]0"
        return cell_style(_OWN_FORMAT, code, bool(struck))

    def _code(self, name: str) -> str:
        style = self._data.get(name)
        if style is None:
            return ""
        last = "".join(style.pieces)
        others = [
            (condition, "".join(self._data[applied].pieces))
            for condition, applied in style.maps
            if applied in self._data
        ]
        if [condition for condition, _ in others] in _USUAL:
            return ";".join([*(code for _, code in others), last])
        return ";".join([*(f"[{condition}]{code}" for condition, code in others), last])


def _figures(attributes: dict[str, str]) -> str:
    """The places of a number's figures, as a code has them."""
    whole = max(0, min(_whole(attributes, "min-integer-digits"), 30))
    decimals = max(0, min(_whole(attributes, "decimal-places"), 30))
    factor = attribute(attributes, "display-factor")
    try:
        commas = max(0, round(math.log(float(factor), 1000))) if factor else 0
    except ValueError:
        commas = 0
    grouped = "#,##" if attribute(attributes, "grouping") == "true" and whole < 2 else ""
    return f"{grouped}{'0' * whole or '#'}{'.' + '0' * decimals if decimals else ''}{',' * commas}"


def _with_inner(figures: str, inner: list[tuple[int, str]]) -> str:
    """Literal text put between figures, each at its place from the right."""
    whole, point, rest = figures.partition(".")
    for position, text in sorted(inner):
        whole = _insert(whole, position, text)
    return whole + point + rest


def _insert(whole: str, position: int, text: str) -> str:
    """Put a literal before the last so many places of figures."""
    place, left = len(whole), position
    quoted = False
    while place and left:
        place -= 1
        quoted ^= whole[place] == '"'
        left -= whole[place] in "0#" and not quoted
    return f'{whole[:place]}"{text}"{whole[place:]}'


def _struck(attributes: dict[str, str], before: bool | None) -> bool | None:
    """Whether properties of text say that it is struck through; ``before`` where they say
    nothing."""
    lines = [
        value
        for name in ("text-line-through-style", "text-line-through-type")
        if (value := attribute(attributes, name))
    ]
    return all(value not in _NONE for value in lines) if lines else before


def _whole(attributes: dict[str, str], name: str) -> int:
    text = attribute(attributes, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
