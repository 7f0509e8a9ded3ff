"""A look at an .xlsb: its sheets, its error cells, and texts that calamine passes over.

Format: [MS-XLSB]. Each part is a run of records; number and length are written seven bits to the
byte. As in .xls a formula always holds a result.
"""

import posixpath
import struct
from collections.abc import Iterator

from pipeline.ingest.formats.faults import Fault, damaged
from pipeline.ingest.formats.limits import Limits
from pipeline.ingest.formats.look import Entry, Extent, SheetLook
from pipeline.ingest.formats.ooxml import WORKSHEET, PartLink, prove_kind, relations
from pipeline.ingest.formats.xls import ERRORS
from pipeline.ingest.formats.xlsb_styles import read_styles, take_cell, take_frame
from pipeline.ingest.formats.zip_package import ZipPackage

_ROW, _ERROR, _TEXT, _SHARED_TEXT = 0, 3, 6, 7
_FORMULA_TEXT, _FORMULA_ERROR, _RICH_TEXT = 8, 11, 62
_FILLED = (2, 4, 5, 6, 7, 8, 9, 10)
# Short forms of cells, without a column of their own: nobody is known to write them.
_SHORT = range(12, 19)
_SHEETS_ENTRY, _END_OF_CELLS = 156, 146
_LONGEST_RECORD = 100_000_000


class XlsbLook:
    """Looks through the records of an .xlsb."""

    def __init__(self, package: ZipPackage, part: str, limits: Limits) -> None:
        """Read the list of sheets from the main part; raises WorkbookError."""
        self._package, self._limits, self.content = package, limits, package.content
        folder, base = posixpath.split(part)
        links = relations(package, f"{folder}/_rels/{base}.rels", folder)
        self.entries: list[Entry] = []
        self._parts: list[str] = []
        styles = next((link.target for link in links.values() if link.kind == "styles"), "")
        self._styles = read_styles(_records(package.read(styles))) if styles in package else ()
        for kind, data in _records(package.read(part)):
            if kind == _SHEETS_ENTRY and len(data) >= 16:
                self._add(data, links)

    def _add(self, data: bytes, links: dict[str, PartLink]) -> None:
        link, end = _wide_text(data, 8)
        name, _ = _wide_text(data, end)
        if not link:
            return  # a sheet without a part, say of a macro of old: nobody can read it
        relation = links.get(link)
        if relation is None:
            raise damaged(f"its sheet {name} is missing")
        prove_kind(name, relation.kind)
        self.entries.append(Entry(name, data[0] != 0, relation.kind == WORKSHEET))
        self._parts.append(relation.target)

    def sheet(self, number: int) -> SheetLook:
        """Walk through a sheet's records; raises WorkbookError."""
        look, extent = SheetLook(), Extent(self._limits, self.entries[number].name)
        row, whole = -1, False
        for kind, data in _records(self._package.read(self._parts[number])):
            take_frame(look.appearance, kind, data)
            if whole:
                continue
            if kind == _END_OF_CELLS:
                whole = True  # what is merged stands behind them
            elif kind == _ROW and len(data) >= 4:
                (row,) = struct.unpack_from("<I", data)
            elif kind in _SHORT:
                raise damaged("its cells are written in a way that can't be read")
            elif kind == _ERROR or kind in _FILLED or kind in (_FORMULA_ERROR, _RICH_TEXT):
                _take(look, extent, row, kind, data)
                take_cell(look.appearance, row, data, self._styles)
        if not whole:
            raise damaged(f"its sheet {self.entries[number].name} breaks off")
        return look

    def plain(self, number: int, why: str) -> SheetLook:
        """There is but one way to read an .xlsb."""
        raise damaged(f"its sheet {self.entries[number].name} can't be read ({why})")


def _take(look: SheetLook, extent: Extent, row: int, kind: int, data: bytes) -> None:
    """Take note of a cell."""
    if len(data) < 9 or row < 0:
        raise damaged("a cell of it breaks off")
    (column,) = struct.unpack_from("<I", data)
    if kind == _FORMULA_TEXT and data[8:12] == b"\0\0\0\0":
        look.tells = False
        return
    extent.take(row, column)
    if kind in (_ERROR, _FORMULA_ERROR):
        look.faults[row, column] = Fault(ERRORS.get(data[8], "#ERROR!"))
        return
    if kind == _RICH_TEXT:
        look.mended[row, column] = _wide_text(data, 9)[0]
        return
    look.filled += 1
    look.unsure += kind in (_TEXT, _SHARED_TEXT, _FORMULA_TEXT)


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    place, end = 0, len(part)
    while place < end:
        kind = part[place]
        place += 1
        if kind & 0x80 and place < end:
            kind = (kind & 0x7F) | (part[place] & 0x7F) << 7
            place += 1
        size = 0
        for shift in (0, 7, 14, 21):
            if place >= end:
                return
            byte = part[place]
            place += 1
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        yield kind, part[place : place + size]
        place += size


def _wide_text(data: bytes, place: int) -> tuple[str, int]:
    """A text in UTF-16, its length before it; and where it ends."""
    if place + 4 > len(data):
        raise damaged("a text of it breaks off")
    (length,) = struct.unpack_from("<I", data, place)
    # All ones stand for no text.
    end = place + 4 + (0 if length == 0xFFFFFFFF else 2 * length)
    return data[place + 4 : end].decode("utf-16-le", "replace"), end
