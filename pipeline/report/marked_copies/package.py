"""A workbook as the package of parts that it is: parts by name, and the relations among them."""

import io
import posixpath
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import IO
from xml.sax.saxutils import quoteattr

from pipeline.report.archive import Archive
from pipeline.report.marked_copies.xmlpart import CannotMarkError, Element, TooLargeError, XmlPart

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = "[Content_Types].xml"
# Beyond this a workbook is not a department's return, and would take its time.
MOST_BYTES = 100_000_000

# Characters that are written at once, and bytes that are read.
_AT_ONCE = 2**20

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_NO_RELATIONS = f'<Relationships xmlns="{_PACKAGE}/relationships"/>'.encode()
_RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"


@dataclass(frozen=True)
class Relation:
    """What one part has to do with another: the end of the relation's type (``worksheet``), and
    the other part's name, empty where it is outside the workbook."""

    id: str
    kind: str
    target: str
    element: Element


class ContentTypes:
    """What each part of a package holds."""

    def __init__(self, xml: XmlPart) -> None:
        """``xml``: the part that says it."""
        self._xml = xml
        self._parts: dict[str, Element | None] = {}
        self._endings: set[str] = set()
        for each in xml.children(xml.root):
            attributes = xml.attributes(each)
            if "PartName" in attributes:
                self._parts[attributes["PartName"].casefold()] = each
            self._endings.add(attributes.get("Extension", "").casefold())

    def set(self, part: str, content_type: str) -> None:
        """Say what a part holds."""
        name = f"/{part}"
        there = self._parts.get(name.casefold())
        if there is not None:
            self._xml.change(there, ContentType=content_type)
            return
        self._parts[name.casefold()] = None
        self._add(f'<Override PartName={quoteattr(name)} ContentType="{content_type}"/>')

    def set_default(self, ending: str, content_type: str) -> None:
        """Say what parts with an ending hold, where nothing is said of it yet."""
        if ending not in self._endings:
            self._endings.add(ending)
            self._add(f'<Default Extension="{ending}" ContentType="{content_type}"/>')

    def drop(self, part: str) -> None:
        """Say nothing more of a part."""
        there = self._parts.pop(f"/{part}".casefold(), None)
        if there is not None:
            self._xml.remove(there)

    def _add(self, fragment: str) -> None:
        self._xml.append(self._xml.root, self._xml.prefixed(fragment))


class EditablePackage:
    """The parts of an .xlsx or .xlsm file."""

    def __init__(self, content: bytes) -> None:
        """Raises TooLargeError, or CannotMarkError where the file isn't that kind."""
        self.parts = _unpacked(content)
        self._opened: dict[str, XmlPart] = {}
        self._new: set[str] = set()
        self._pieces: dict[str, Iterable[str]] = {}
        self._relations: dict[XmlPart, list[Relation]] = {}
        self._relations_made = 0
        self._names = {name.casefold(): name for name in self.parts}
        self.types = ContentTypes(self.xml(TYPES))
        main = [each for each in self.relations("") if each.kind == "officeDocument"]
        if not main or not main[0].target or not self.has(main[0].target):
            raise CannotMarkError("it has no workbook part")
        self.main = self.name(main[0].target)

    def has(self, part: str) -> bool:
        """Whether there is such a part, in these or other capitals."""
        return part.casefold() in self._names

    def name(self, part: str) -> str:
        """A part's name as the file spells it."""
        try:
            return self._names[part.casefold()]
        except KeyError as fault:
            raise CannotMarkError(f"there is no part {part}") from fault

    def xml(self, part: str, opaque: str = "") -> XmlPart:
        """A part to be changed; the same one each time."""
        part = self.name(part)
        if part not in self._opened:
            self._opened[part] = XmlPart(self.parts[part], opaque, checked=part not in self._new)
        return self._opened[part]

    def free(self, pattern: str) -> str:
        """A name that no part has; ``{}`` in the pattern stands for a number."""
        return next(name for name in map(pattern.format, count(1)) if not self.has(name))

    def put(self, part: str, content: bytes | Iterable[str], content_type: str = "") -> None:
        """Add a part; one whose ending says what it is needs no type. Pieces of text are asked for
        when it is written."""
        if isinstance(content, bytes):
            self.parts[part] = content
        else:
            self.parts[part], self._pieces[part] = b"", content
        self._new.add(part)
        self._names[part.casefold()] = part
        self._opened.pop(part, None)
        if content_type:
            self.types.set(part, content_type)

    def drop(self, part: str) -> None:
        """Take a part out, with its relations and its type."""
        for name in (part, _relations_part(part)):
            if self.has(name):
                spelt = self._names.pop(name.casefold())
                self.parts.pop(spelt, None)
                self._opened.pop(spelt, None)
        self.types.drop(part)

    # Relations

    def relations(self, part: str) -> list[Relation]:
        """The relations that a part came with; those of the package as a whole for an empty
        name."""
        name = _relations_part(part)
        if not self.has(name):
            return []
        xml = self.xml(name)
        if xml not in self._relations:
            self._relations[xml] = list(_relations_in(xml, part))
        return self._relations[xml]

    def related(self, part: str, kind: str) -> list[Relation]:
        """A part's relations of one kind that lead to a part."""
        relations = self.relations(part)
        return [each for each in relations if each.kind == kind and self.has(each.target)]

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation; its id."""
        name = _relations_part(part)
        if not self.has(name):
            self.put(name, _NO_RELATIONS)
            self.types.set_default("rels", _RELATIONS_TYPE)
        xml = self.xml(name)
        ids = {each.id for each in self.relations(part)}
        self._relations_made += 1
        new = f"rIdChecked{self._relations_made}"
        while new in ids:
            new += "_"
        xml.append(
            xml.root,
            xml.prefixed(
                f'<Relationship Id="{new}" Type="{RELATIONSHIPS}/{kind}" '
                f"Target={quoteattr(f'/{target}')}/>"
            ),
        )
        return new

    def forget(self, part: str, relation: Relation) -> None:
        """Take a relation away, and all that it leads to."""
        self.xml(_relations_part(part)).remove(relation.element)
        targets = [relation.target]
        while targets:
            target = targets.pop()
            if target and self.has(target):
                targets += [each.target for each in self.relations(target)]
                self.drop(target)

    # Out again

    def save(self, stream: IO[bytes]) -> None:
        """Write the file: the same parts give the same bytes. Each part is let go of once it is
        written. Raises CannotMarkError where changes don't fit together."""
        with Archive(stream) as archive:
            for name in [TYPES, *(name for name in self.parts if name != TYPES)]:
                with archive.open(name) as entry:
                    for content in self._taken(name):
                        entry.write(content)

    def _taken(self, name: str) -> Iterable[bytes]:
        """A part, which is here no longer, some of it at a time."""
        content, part = self.parts.pop(name), self._opened.pop(name, None)
        pieces = self._pieces.pop(name, part.render() if part and part.is_changed else None)
        return [content] if pieces is None else _encoded(pieces)

    def saved(self) -> bytes:
        """The file that ``save`` writes."""
        stream = io.BytesIO()
        self.save(stream)
        return stream.getvalue()


def _encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    """Pieces of a text, so many together that a part is never held whole."""
    together: list[str] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > _AT_ONCE:
            yield "".join(together).encode()
            together, size = [], len(piece)
        together.append(piece)
    yield "".join(together).encode()


def _unpacked(content: bytes) -> dict[str, bytes]:
    """The parts of a package, each once, by safe names with plain slashes."""
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise TooLargeError
            for entry in entries:
                name = entry.filename.replace("\\", "/").lstrip("/")
                if ".." not in name.split("/") and ":" not in name:
                    parts[name] = _part(archive, entry)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as fault:
        raise CannotMarkError(f"it is no sound zip file: {fault}") from fault
    if len({name.casefold() for name in parts}) < len(entries) or TYPES not in parts:
        raise CannotMarkError("a part is there twice, bears an unsafe name, or is missing")
    return parts


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """A part; of a picture zipfile would hold what it is deflated to as well."""
    whole = io.BytesIO()
    with archive.open(entry) as stream:
        shutil.copyfileobj(stream, whole, _AT_ONCE)
    return whole.getvalue()


def _relations_part(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _relations_in(xml: XmlPart, part: str) -> Iterator[Relation]:
    """The relations of a part as the part ``xml`` lists them."""
    for each in xml.children(xml.root):
        attributes = xml.attributes(each)
        target = ""
        if attributes.get("TargetMode") != "External":
            target = _resolved(attributes.get("Target", ""), part)
        kind = attributes.get("Type", "").rpartition("/")[2]
        yield Relation(attributes.get("Id", ""), kind, target, each)


def _resolved(target: str, part: str) -> str:
    """The part that a relation's target means: from the root, or from the part's own folder."""
    target = target.replace("\\", "/")
    if not target.startswith("/"):
        target = posixpath.join(posixpath.dirname(part), target)
    return posixpath.normpath(target).lstrip("/")
