"""An XML part to be changed in a few places: whatever isn't changed stays as it is, to the
character, what nobody here knows about included.

Reading a part into a tree and writing it out again would rename its prefixes, which Excel takes
for damage. So places are found in the text, and the changes put in there.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from pipeline.report.safe import cell_safe

# As text this takes up to four times as much, and its changed copy again.
MOST_BYTES = 40_000_000

# What stands behind the name in a tag, and what only looks like tags.
ATTRIBUTES = r"""([^"'>]*+(?:(?:"[^"]*"|'[^']*')[^"'>]*+)*+)"""
PASSED_OVER = r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
_TAG = re.compile(rf"{PASSED_OVER}|<(/?)([^\s/>!?]+){ATTRIBUTES}>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')""")
_DECLARATION = re.compile(r"""\s*<\?xml\b[^>]*?(?:encoding\s*=\s*["']([\w.-]+)["'][^>]*?)?\?>""")
_FRAGMENT_TAG = re.compile(r"<(/?)(?=\w)")
# What a text must not look like: Excel reads _x0041_ as A.
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class CannotMarkError(Exception):
    """The workbook can't be marked as it stands; the message says why, for whoever debugs."""


class TooLargeError(Exception):
    """There is too much in the workbook for a copy of it to be made."""


@dataclass(slots=True)
class Element:
    """An element's place in the text: its start tag from ``start`` to ``inner``, its end tag
    from ``close`` to ``stop``; all but ``start`` are the same where it has no end tag."""

    name: str
    prefix: str
    start: int
    inner: int
    close: int
    stop: int
    children: list["Element"] = field(default_factory=list)


class XmlPart:
    """A part's text and the changes to be made to it.

    ``opaque``: an element whose content is not looked into. Elements are found by their names
    without prefix, and only those that bear the prefix of the root. ``checked``: whether it may be
    no sound XML, as one that came with the return.
    """

    def __init__(self, content: bytes, opaque: str = "", *, checked: bool = True) -> None:
        """Raises TooLargeError, or CannotMarkError where the part isn't well-formed XML, or has a
        DTD."""
        if len(content) > MOST_BYTES:
            raise TooLargeError
        self._check = check_xml if checked else _trust
        self._check(content)
        self.text = _decoded(content)
        self._elements = _outline(self.text, opaque)
        self.root = self._elements[0]
        self._edits: list[tuple[int, int, str]] = []
        self._changes: dict[int, dict[str, str | None]] = {}
        self._tails: dict[int, list[str]] = {}

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to change."""
        return bool(self._edits or self._changes or self._tails)

    def namespaces(self) -> set[str]:
        """The namespaces that the root declares."""
        declared = self.attributes(self.root)
        return {value for name, value in declared.items() if name.split(":")[0] == "xmlns"}

    def children(self, parent: Element) -> list[Element]:
        """The elements directly below another one."""
        return [each for each in parent.children if each.prefix == self.root.prefix]

    def child(self, *path: str) -> Element | None:
        """The first element that the names lead to from the root, None where there is none."""
        place: Element | None = self.root
        for name in path:
            children = self.children(place) if place else []
            place = next((each for each in children if each.name == name), None)
        return place

    def attributes(self, element: Element) -> dict[str, str]:
        """An element's attributes by their names, prefixes included."""
        return attributes(self.text[element.start : element.inner])

    def source(self, element: Element) -> str:
        """An element's text, tags included."""
        return self.text[element.start : element.stop]

    def prefixed(self, fragment: str) -> str:
        """A fragment written without prefixes, in the namespace of the root."""
        prefix = self.root.prefix
        return _FRAGMENT_TAG.sub(rf"<\1{prefix}", fragment) if prefix else fragment

    def change(self, element: Element, **values: str | None) -> None:
        """Set attributes; None takes one away."""
        self._changes.setdefault(element.start, {}).update(values)

    def append(self, parent: Element, fragment: str) -> None:
        """Put a fragment at the end of an element."""
        self._tails.setdefault(parent.start, []).append(fragment)

    def place(self, fragment: str, before: tuple[str, ...], after: str = "") -> None:
        """Put a fragment below the root, before the first of the elements that must follow it,
        and behind the one called ``after``."""
        first = self.child(after) if after else None
        start = first.stop if first else 0
        following = (e for e in self.root.children if e.name in before and e.start >= start)
        place = next(following, None)
        if place is None:
            self.append(self.root, fragment)
        else:
            self.replace(place.start, place.start, fragment)

    def remove(self, element: Element) -> None:
        """Take an element out."""
        self.replace(element.start, element.stop, "")

    def replace(self, start: int, stop: int, text: str) -> None:
        """Put a text in the place of another."""
        self._edits.append((start, stop, text))

    def render(self) -> bytes:
        """The part with its changes. Raises CannotMarkError where they don't fit together."""
        edits = [*self._edits, *self._element_edits()]
        pieces, upto = [], 0
        for start, stop, text in sorted(edits, key=lambda edit: edit[:2]):
            if start < upto:
                raise CannotMarkError("two changes overlap")
            pieces += [self.text[upto:start], text]
            upto = stop
        # Piece by piece: as text, a few letters beyond Latin ones double it all.
        content = b"".join(piece.encode() for piece in (_HEADER, *pieces, self.text[upto:]))
        self._check(content)
        return content

    def _element_edits(self) -> Iterator[tuple[int, int, str]]:
        for element in self._elements:
            changes = self._changes.get(element.start)
            tail = "".join(self._tails.get(element.start, ()))
            if not changes and not tail:
                continue
            tag = retagged(self.text[element.start : element.inner], changes or {})
            if tail and element.inner == element.stop:
                name = f"{element.prefix}{element.name}"
                yield element.start, element.inner, f"{_opened(tag)}{tail}</{name}>"
                continue
            yield element.start, element.inner, tag
            if tail:
                yield element.close, element.close, tail


def check_xml(content: bytes) -> None:
    """Raises CannotMarkError where a part isn't well-formed XML, or has a DTD."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_dtd
    try:
        parser.Parse(content, True)
    except expat.ExpatError as fault:
        raise CannotMarkError(f"a part is not well-formed: {fault}") from fault


def _trust(_: bytes) -> None:
    """What we have written ourselves is not checked: it would take as long as to write it."""


def _refuse_dtd(*_: object) -> None:
    raise CannotMarkError("a part has a DTD")


def _decoded(content: bytes) -> str:
    """The text without its declaration."""
    encoding = next((name for bom, name in _BOMS.items() if content.startswith(bom)), "")
    if encoding:
        text = content.decode(encoding).removeprefix("\ufeff")
        return _DECLARATION.sub("", text, count=1)
    declared = _DECLARATION.match(content[:200].decode("latin-1"))
    text = content.decode(declared[1] or "utf-8" if declared else "utf-8")
    return _DECLARATION.sub("", text, count=1) if declared else text


def _outline(text: str, opaque: str) -> list[Element]:
    """Every element in document order; those inside an ``opaque`` one left out."""
    elements: list[Element] = []
    within: list[Element] = []
    place = 0
    while match := _TAG.search(text, place):
        place = match.end()
        name = match[2]
        if name is None:
            continue
        if match[1]:
            ended = within.pop()
            ended.close, ended.stop = match.start(), match.end()
            continue
        prefix, _, local = name.rpartition(":")
        end = match.end()
        element = Element(local, prefix and f"{prefix}:", match.start(), end, end, end)
        elements.append(element)
        if within:
            within[-1].children.append(element)
        if not match[3].endswith("/"):
            within.append(element)
            if local == opaque:
                place = text.index(f"</{name}", place)
    return elements


def attributes(tag: str) -> dict[str, str]:
    """The attributes of a start tag."""
    return {
        name: " ".join(unescape(value[1:-1]).splitlines())
        for name, value in _ATTRIBUTE.findall(tag)
    }


def attribute(tag: str, name: str) -> str:
    """One attribute of a start tag, sooner than all; empty where there is none."""
    match = _attribute_called(name).search(tag) if name in tag else None
    return unescape(match[1][1:-1]) if match else ""


def linked(attributes: dict[str, str]) -> str:
    """The relation that an element names, as ``r:id`` does, whatever the prefix."""
    return next((value for name, value in attributes.items() if name.endswith(":id")), "")


def retagged(tag: str, changes: dict[str, str | None]) -> str:
    """A start tag with other attributes; None takes one away."""
    for name, value in changes.items():
        tag = _attribute_called(name).sub("", tag, count=1)
        if value is not None:
            head, end = (tag[:-2], "/>") if tag.endswith("/>") else (tag[:-1], ">")
            tag = f"{head.rstrip()} {name}={quoteattr(value)}{end}"
    return tag


@lru_cache(maxsize=64)
def _attribute_called(name: str) -> re.Pattern[str]:
    return re.compile(rf"""\s+{re.escape(name)}\s*=\s*("[^"]*"|'[^']*')""")


def _opened(tag: str) -> str:
    return f"{tag[:-2].rstrip()}>" if tag.endswith("/>") else tag


def words(text: str) -> str:
    """A text as the content of an element: what it says and no more, never markup, never an
    escape that Excel would undo."""
    text = cell_safe(text)
    text = _LOOKS_ESCAPED.sub("_x005F_", text) if "_x" in text else text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
