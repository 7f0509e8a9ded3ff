"""The cells that calamine gives as empty though they are not: errors, and formulas whose result
the file doesn't hold.

A cheap look comes first: the inflated bytes of a sheet are searched for the marks of an error or
a formula, and only a sheet that has one is read cell by cell.
"""

import posixpath
import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from xml.etree import ElementTree
from xml.parsers import expat

_SUSPICIOUS = re.compile(rb"""<(?:\w+:)?f[\s/>]|\bt=["']e["']""")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True)
class Fault:
    """A cell that reads as empty but is not: ``error`` is #REF! and the like, or empty for a
    formula without a stored result."""

    error: str = ""


class Faults:
    """The faulty cells of an xlsx or xlsm workbook, sheet by sheet."""

    def __init__(self, content: bytes) -> None:
        """Find the parts of the sheets; ``known`` is False where the file isn't that kind."""
        self._archive: zipfile.ZipFile | None = None
        self._parts: dict[str, str] = {}
        try:
            self._archive = zipfile.ZipFile(BytesIO(content))
            self._parts = _sheet_parts(self._archive)
        except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
            self._parts = {}
        self.known = bool(self._parts)

    def of(self, sheet: str) -> dict[tuple[int, int], Fault]:
        """The faulty cells of a sheet by row and column, counted from 0."""
        if self._archive is None or sheet not in self._parts:
            return {}
        part = self._archive.read(self._parts[sheet])
        return _scan(part) if _SUSPICIOUS.search(part) else {}


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of each sheet, by the sheet's name."""
    names = {name.replace("\\", "/").casefold(): name for name in archive.namelist()}
    book = next(
        (
            target
            for kind, target in _relations(archive, names, "_rels/.rels", "")
            if kind.endswith("/officeDocument")
        ),
        "xl/workbook.xml",
    )
    folder, base = posixpath.split(book)
    rels = dict(_relations(archive, names, f"{folder}/_rels/{base}.rels", folder, by_id=True))
    parts = {}
    for element in ElementTree.fromstring(archive.read(names[book.casefold()])).iter():
        if _local(element.tag) != "sheet":
            continue
        link = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
        target = rels.get(link, "").casefold()
        if target in names:
            parts[element.attrib.get("name", "")] = names[target]
    return parts


def _relations(
    archive: zipfile.ZipFile, names: dict[str, str], part: str, folder: str, by_id: bool = False
) -> list[tuple[str, str]]:
    """The targets of a relations part, each with its type or its id."""
    if part.casefold() not in names:
        return []
    found = []
    for element in ElementTree.fromstring(archive.read(names[part.casefold()])):
        target = element.attrib.get("Target", "").replace("\\", "/")
        path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        key = element.attrib.get("Id" if by_id else "Type", "")
        found.append((key, posixpath.normpath(path)))
    return found


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]


def _scan(part: bytes) -> dict[tuple[int, int], Fault]:
    """Read a sheet's XML cell by cell."""
    scanner = _Scanner()
    parser = expat.ParserCreate()
    parser.StartElementHandler = scanner.start
    parser.EndElementHandler = scanner.end
    parser.CharacterDataHandler = scanner.characters
    try:
        parser.Parse(part, True)
    except expat.ExpatError:
        # calamine is more forgiving; what it reads beyond this point has no faults known.
        return scanner.faults
    return scanner.faults


class _Scanner:
    """Takes expat's events. A cell without an address follows on the one before."""

    def __init__(self) -> None:
        self.faults: dict[tuple[int, int], Fault] = {}
        self.row = self.column = -1
        self.kind = ""
        self.formula = self.in_value = False
        self.value: str | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match _local(tag):
            case "row":
                self.row = int(attributes.get("r", self.row + 2)) - 1
                self.column = -1
            case "c":
                self._begin(attributes)
            case "f":
                self.formula = True
            case "v":
                self.value, self.in_value = self.value or "", True

    def _begin(self, attributes: dict[str, str]) -> None:
        self.kind = attributes.get("t", "n")
        self.formula, self.value = False, None
        place = _REFERENCE.fullmatch(attributes.get("r", ""))
        if place is None:
            self.column += 1
            return
        self.row, self.column = int(place[2]) - 1, 0
        for letter in place[1]:
            self.column = self.column * 26 + ord(letter) - ord("A") + 1
        self.column -= 1

    def end(self, tag: str) -> None:
        match _local(tag):
            case "v":
                self.in_value = False
            case "c" if fault := self._fault():
                self.faults[self.row, self.column] = fault

    def characters(self, text: str) -> None:
        if self.in_value:
            self.value = (self.value or "") + text

    def _fault(self) -> Fault | None:
        if self.kind == "e":
            return Fault(self.value or "#ERROR!")
        # A stored empty text (t="str" with an empty <v>) is a result; no <v> at all is none.
        stored = self.value or (self.kind == "str" and self.value == "")
        return Fault() if self.formula and not stored else None
