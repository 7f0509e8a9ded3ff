"""What an .xlsx or .xlsm holds: its sheets and the parts that they stand in.

Transitional and strict documents differ in their namespaces alone, which don't matter here.
"""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.ingest.formats.faults import damaged
from pipeline.ingest.formats.xml_events import attribute, parse, root_attributes
from pipeline.ingest.formats.zip_package import ZipPackage

ROOT = "_rels/.rels"
BOOK, STRINGS, STYLES = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"
WORKSHEET = "worksheet"
_NO_WORKSHEETS = ("chartsheet", "dialogsheet", "macrosheet", "xlMacrosheet", "xlIntlMacrosheet")
# Transitional and strict.
NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)


@dataclass(frozen=True)
class Entry:
    """A sheet as the workbook lists it. ``kind`` is the last word of its relation's type:
    worksheet, chartsheet, dialogsheet, xlMacrosheet and so on."""

    name: str
    hidden: bool
    kind: str
    part: str


@dataclass
class WorkbookParts:
    """A workbook's sheets in order, and its parts for texts and formats (empty: none).

    ``usual``: all of it stands where every spreadsheet program puts it.
    """

    entries: list[Entry] = field(default_factory=list)
    strings: str = ""
    styles: str = ""
    from_1904: bool = False
    usual: bool = True


@dataclass(frozen=True)
class PartLink:
    """A link between parts: the last word of its type, its target from the archive's root."""

    kind: str
    target: str
    spelt: str


def prove_kind(name: str, kind: str) -> None:
    """See that a sheet is of a kind that is known; raises WorkbookError. What isn't even known to
    be a chart or a macro may be the savings."""
    if kind != WORKSHEET and kind not in _NO_WORKSHEETS:
        raise damaged(f"of its sheet {name} the kind isn't known")


def main_part(package: ZipPackage) -> str:
    """The part that a package is about, say xl/workbook.xml."""
    links = relations(package, ROOT, "").values()
    return next((link.target for link in links if link.kind == "officeDocument"), BOOK)


def read_workbook_parts(package: ZipPackage, part: str) -> WorkbookParts:
    """Read the list of sheets from a workbook's main part; raises WorkbookError."""
    folder, base = posixpath.split(part)
    links = relations(package, f"{folder}/_rels/{base}.rels", folder)
    book = WorkbookParts()
    states = {"hidden", "veryHidden", "visible", ""}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbookPr":
            book.from_1904 = attributes.get("date1904", "") in ("1", "true")
        if tag != "sheet":
            return
        id_ = attribute(attributes, "id", "none")
        if not id_:
            book.usual = False
            return  # a sheet without a part, say of a macro of old: there is nothing to read
        link = links.get(id_)
        state, name = attributes.get("state", ""), attributes.get("name", "")
        if link is None:
            raise damaged(f"its sheet {name} is missing")
        kind, target = link.kind, link.target
        prove_kind(name, kind)
        book.usual = book.usual and state in states and kind in ("worksheet", "chartsheet")
        if kind == WORKSHEET:
            # calamine takes a target as it is spelt, below xl/.
            book.usual = book.usual and link.spelt in (f"/{target}", target.removeprefix("xl/"))
            book.usual = book.usual and package.name(target) == target
        book.entries.append(Entry(name, state in ("hidden", "veryHidden"), kind, target))

    content = package.read(part)
    parse(part, content, start, root=proof_of(part))
    names = [entry.name for entry in book.entries]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise damaged(f"two of its sheets are named {twice}")
    targets = {relation.kind: relation.target for relation in links.values()}
    book.strings = _present(package, targets.get("sharedStrings", ""))
    book.styles = _present(package, targets.get("styles", ""))
    book.usual = (
        book.usual
        and part == BOOK
        and package.name(ROOT) == ROOT
        and book.strings == package.name(STRINGS) in ("", STRINGS)
        and book.styles == package.name(STYLES) in ("", STYLES)
    )
    return book


def prove_namespace(part: str, content: bytes) -> None:
    """See that a part is what a workbook is made of; raises WorkbookError."""
    proof_of(part)(root_attributes(part, content))


def proof_of(part: str) -> Callable[[dict[str, str]], None]:
    """The same from the attributes of its outermost element, where all of it is read."""

    def prove(attributes: dict[str, str]) -> None:
        if not set(attributes.values()) & set(NAMESPACES):
            raise damaged(f"its part {part} is no part of a workbook")

    return prove


def _present(package: ZipPackage, part: str) -> str:
    return part if part and part in package else ""


def relations(package: ZipPackage, part: str, folder: str) -> dict[str, PartLink]:
    """The links that a relations part lists, by id; raises WorkbookError. Links that lead outside
    the workbook are left out: what is there is never fetched."""
    links: dict[str, PartLink] = {}
    if part not in package:
        return links

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag != "Relationship" or attributes.get("TargetMode") == "External":
            return
        spelt = attributes.get("Target", "")
        target = spelt.replace("\\", "/")
        path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        kind = attributes.get("Type", "").rpartition("/")[2]
        links[attributes.get("Id", "")] = PartLink(kind, posixpath.normpath(path), spelt)

    parse(part, package.read(part), start)
    return links
