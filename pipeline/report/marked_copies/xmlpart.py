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
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from pipeline.report.safe import cell_safe

# As text this takes up to four times as much, and its changed copy again.
MOST_BYTES = 40_000_000

# What stands behind the name in a tag, and what only looks like tags.
_ATTRIBUTES = r"""([^"'>]*+(?:(?:"[^"]*"|'[^']*')[^"'>]*+)*+)"""
_FIRST_ADDRESS = r"""(?:\s+r\s*=\s*["']([A-Za-z]*[0-9]*)["'])?+"""
_PASSED_OVER = r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
_TAG = re.compile(rf"{_PASSED_OVER}|<(/?)([^\s/>!?]+){_ATTRIBUTES}>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')""")
_DECLARATION = re.compile(r"""\s*<\?xml\b[^>]*?(?:encoding\s*=\s*["']([\w.-]+)["'][^>]*?)?\?>""")
_FRAGMENT_TAG = re.compile(r"<(/?)(?=\w)")
# What a text must not look like: Excel reads _x0041_ as A.
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Characters that are checked at once.
_AT_ONCE = 2**20
_NAME = re.compile(r"<([^\s/>]+)")


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


class _Edit(NamedTuple):
    """A text in the place of another: whole elements for whole elements, or with a start tag for
    its like, whose end tag ``close`` is."""

    start: int
    stop: int
    text: str
    close: str = ""


class XmlPart:
    """A part's text and the changes to be made to it.

    The text is sound XML, and so it stays where what is put in is sound by itself: that alone is
    looked at then.

    ``opaque``: an element whose content is not looked into. Elements are found by their names
    without prefix, and only those that bear the prefix of the root. ``checked``: whether it may be
    no sound XML, as one that came with the return.
    """

    def __init__(self, content: bytes, opaque: str = "", *, checked: bool = True) -> None:
        """Raises TooLargeError, or CannotMarkError where the part isn't well-formed XML, or has a
        DTD."""
        if len(content) > MOST_BYTES:
            raise TooLargeError
        self._checked = checked
        self.text = _decoded(content)
        if checked:
            _check_xml(_HEADER, self.text)
        self._elements = _outline(self.text, opaque)
        self.root = self._elements[0]
        self._edits: list[_Edit] = []
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
        """Put whole elements in the place of others, or between them."""
        self._edits.append(_Edit(start, stop, text))

    def retag(self, start: int, stop: int, changes: dict[str, str | None]) -> None:
        """Give a start tag other attributes; None takes one away."""
        tag = self.text[start:stop]
        self._edits.append(_Edit(start, stop, retagged(tag, changes), _end_tag(tag)))

    def render(self) -> Iterator[str]:
        """The part with its changes, in pieces. Raises CannotMarkError where they don't fit
        together."""
        edits = [*self._edits, *self._element_edits()]
        edits.sort(key=lambda edit: (edit.start, edit.stop))
        if self._checked:
            new = "".join(f"<new>{edit.text}{edit.close}</new>" for edit in edits)
            _check_xml("<all>", new, "</all>")
        yield _HEADER
        upto = 0
        for edit in edits:
            if edit.start < upto:
                raise CannotMarkError("two changes overlap")
            yield self.text[upto : edit.start]
            yield edit.text
            upto = edit.stop
        yield self.text[upto:]

    def _element_edits(self) -> Iterator[_Edit]:
        for element in self._elements:
            changes = self._changes.get(element.start)
            tail = "".join(self._tails.get(element.start, ()))
            if not changes and not tail:
                continue
            tag = self.text[element.start : element.inner]
            new_tag = retagged(tag, changes or {})
            if tail and element.inner == element.stop:
                name = f"{element.prefix}{element.name}"
                whole = f"{_opened(new_tag)}{tail}</{name}>"
                yield _Edit(element.start, element.inner, whole)
                continue
            yield _Edit(element.start, element.inner, new_tag, _end_tag(tag))
            if tail:
                yield _Edit(element.close, element.close, tail)


def _check_xml(*pieces: str) -> None:
    """Raises CannotMarkError where the pieces together aren't well-formed XML, or have a DTD. What
    we have written ourselves isn't checked: it would take as long as to write it."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_dtd
    try:
        for piece in pieces:
            for start in range(0, len(piece), _AT_ONCE):
                parser.Parse(piece[start : start + _AT_ONCE].encode(), False)
        parser.Parse(b"", True)
    except expat.ExpatError as fault:
        raise CannotMarkError(f"a part is not well-formed: {fault}") from fault


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
                place = _end_of_content(text, name, place)
    return elements


def _end_of_content(text: str, name: str, start: int) -> int:
    """Where the content of an element that is not looked into ends, from ``start`` on."""
    end = text.index(f"</{name}", start)
    is_plain = hides_nothing(text, start, end)
    return next(tags(f"/{name}", text, end if is_plain else start, len(text), is_plain)).start()


def tags(name: str, text: str, start: int, stop: int, is_plain: bool) -> Iterator[re.Match[str]]:
    """The tags of a name in a stretch of a text: with the address (``r``) that they say first, as
    rows and cells nearly always do, and the text of their attributes from there on. ``is_plain``:
    whether the stretch hides nothing."""
    matches = _tags_called(name, is_plain).finditer(text, start, stop)
    return matches if is_plain else (match for match in matches if match[2] is not None)


@lru_cache(maxsize=64)
def _tags_called(name: str, is_plain: bool) -> re.Pattern[str]:
    tag = rf"<{re.escape(name)}(?=[\s/>]){_FIRST_ADDRESS}{_ATTRIBUTES}>"
    return re.compile(tag if is_plain else rf"{_PASSED_OVER}|{tag}", re.DOTALL)


def hides_nothing(text: str, start: int, stop: int) -> bool:
    """Whether in a stretch of a text nothing only looks like a tag, as what is in a comment does:
    tags are then found ten times as fast. A single character is found sooner than two."""
    return all(
        text.find(sign, start, stop) < 0 or text.find(f"<{sign}", start, stop) < 0 for sign in "!?"
    )


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


def _end_tag(tag: str) -> str:
    """The end tag that a start tag needs, empty where it ends itself."""
    name = _NAME.match(tag)
    return f"</{name[1]}>" if name and not tag.endswith("/>") else ""


def _opened(tag: str) -> str:
    return f"{tag[:-2].rstrip()}>" if tag.endswith("/>") else tag


def words(text: str) -> str:
    """A text as the content of an element: what it says and no more, never markup, never an
    escape that Excel would undo."""
    text = cell_safe(text)
    text = _LOOKS_ESCAPED.sub("_x005F_", text) if "_x" in text else text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
