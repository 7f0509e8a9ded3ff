"""A look at an .xls (Excel 5 to 2003): its sheets, its error cells, and whether it is encrypted.

Format: [MS-XLS]. A stream of records: two bytes say what it is, two how long. A formula always
holds a result there: one that was never calculated says nil, or the same as one whose result is an
empty text.
"""

import struct
from collections.abc import Iterator

from pipeline.ingest.formats.faults import SAVE_AGAIN, Fault, WorkbookError, damaged
from pipeline.ingest.formats.limits import Limits
from pipeline.ingest.formats.look import Entry, Extent, SheetLook
from pipeline.ingest.formats.ole_file import CompoundFile
from pipeline.ingest.formats.xls_styles import XlsStyles, take_cell, take_frame

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
STREAMS = ("Workbook", "Book")
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _CODEPAGE = 0x0809, 0x000A, 0x002F, 0x0085, 0x0042
_NUMBER, _RK, _MULTIPLE_RK, _FORMULA, _BOOL_OR_ERROR = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205
_TEXTS = (0x0204, 0x00D6, 0x00FD)
_CELLS = (_NUMBER, _RK, _MULTIPLE_RK, _FORMULA, _BOOL_OR_ERROR, *_TEXTS)
# Formulas as Excel 3 and 4 number them: all that is read of one is where it always was.
_OLD_FORMULAS = (0x0206, 0x0406)
# Excel 2's whole number, number, text, truth and formula's text, and the short number's first form:
# laid out in another way, and known to no reader within a newer workbook.
_OLD_CELLS = (0x0002, 0x0003, 0x0004, 0x0005, 0x0007, 0x007E)
_HEAD = struct.Struct("<HH")
_PLACE = struct.Struct("<HH")
_BIFF8, _UNICODE = 0x0600, 1200
# What the first byte of a formula's result says where its last two are FF.
_TEXT_RESULT, _TRUTH_RESULT, _ERROR_RESULT = 0, 1, 2

Record = tuple[int, int, bytes]
"""Where it starts in the stream, its kind, its data."""


class XlsLook:
    """Looks through the records of an .xls."""

    def __init__(self, file: CompoundFile, limits: Limits) -> None:
        """Read the list of sheets; raises WorkbookError."""
        self._limits, self._file = limits, file
        self._name = next((name for name in STREAMS if name in file), "")
        if not self._name:
            raise damaged("there is no workbook in it")
        self._stream = file.read(self._name)
        self.entries: list[Entry] = []
        self._starts: list[int] = []
        self._edits: dict[int, int] = {}
        wide, styles = True, XlsStyles()
        for number, (place, kind, data) in enumerate(_records(self._stream, 0)):
            if number == 0:
                if kind != _BOF or len(data) < 2:
                    raise damaged("its workbook doesn't begin as one")
                wide = struct.unpack_from("<H", data)[0] == _BIFF8
            elif kind == _FILEPASS:
                raise WorkbookError("encrypted-workbook", "it needs a password")
            elif kind == _CODEPAGE and wide and len(data) >= 2:
                # From Excel 97 on texts are Unicode, whatever code page is named; calamine would
                # believe it.
                self._edit(place + 4, _UNICODE)
            elif kind == _BOUNDSHEET and len(data) > 7:
                (start,) = struct.unpack_from("<I", data)
                self._starts.append(start)
                self.entries.append(
                    Entry(_sheet_name(data[6:], wide), bool(data[4] & 3), data[5] == 0)
                )
            else:
                styles.take(kind, data, wide)
        self._styles = styles.styles()
        self.content = file.changed(self._name, self._edits) if self._edits else file.content

    def _edit(self, place: int, number: int) -> None:
        """Have calamine read another number of two bytes at a place of the stream."""
        coded = struct.pack("<H", number)
        if self._stream[place : place + 2] != coded:
            self._edits.update(enumerate(coded, place))

    def sheet(self, number: int) -> SheetLook:
        """Walk through a sheet's records; raises WorkbookError."""
        name = self.entries[number].name
        look, extent = SheetLook(number=number), Extent(self._limits, name)
        depth = edits = 0
        for place, kind, data in _records(self._stream, self._starts[number]):
            if kind == _BOF:
                depth += 1
            elif kind == _EOF:
                depth -= 1
                if depth == 0:
                    break
            elif depth != 1:
                continue
            elif kind in _OLD_CELLS:
                raise _unreadable((name, number), data)
            elif kind in _CELLS or kind in _OLD_FORMULAS:
                if kind in _OLD_FORMULAS:
                    self._edit(place, _FORMULA)
                    edits += 1
                _take(look, extent, kind, data)
                take_cell(look.appearance, kind, data, self._styles)
            else:
                take_frame(look.appearance, kind, data)
        else:
            raise damaged(f"its sheet {name} breaks off")
        if edits:
            look.content = self._file.changed(self._name, self._edits)
        return look

    def plain(self, number: int, why: str) -> SheetLook:
        """There is but one way to read an .xls."""
        raise damaged(f"its sheet {self.entries[number].name} can't be read ({why})")


def is_encrypted(file: CompoundFile) -> bool:
    """Whether the workbook in a compound file can't be read as it is; raises WorkbookError."""
    streams = (file.read(name) for name in STREAMS if name in file)
    return any(kind == _FILEPASS for _, kind, _ in _records(next(streams, b""), 0))


def _records(stream: bytes, place: int) -> Iterator[Record]:
    """The records from a place on, to the end of what begins there."""
    depth = 0
    while place + 4 <= len(stream):
        kind, size = _HEAD.unpack_from(stream, place)
        yield place, kind, stream[place + 4 : place + 4 + size]
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        place += 4 + size


def _unreadable(sheet: tuple[str, int], data: bytes) -> WorkbookError:
    """A cell that Excel 2 would have written, in a workbook of a newer Excel."""
    if len(data) < _PLACE.size:
        return damaged("a cell of it breaks off")
    what = "it is written as Excel 2 wrote its cells"
    return WorkbookError("unreadable-cell", what, SAVE_AGAIN, sheet, _PLACE.unpack_from(data))


def _take(look: SheetLook, extent: Extent, kind: int, data: bytes) -> None:
    """Take note of a cell."""
    if len(data) < 6:
        raise damaged("a cell of it breaks off")
    row, column = place = _PLACE.unpack_from(data)
    if kind == _MULTIPLE_RK:
        count = (len(data) - 6) // 6
        extent.take(row, column + count - 1)
        look.filled += count
        return
    fault = ""
    if kind == _BOOL_OR_ERROR and len(data) >= 8:
        fault = ERRORS.get(data[6], "#ERROR!") if data[7] else ""
    elif kind in (_FORMULA, *_OLD_FORMULAS) and data[12:14] == b"\xff\xff":
        result = data[6]
        if result == _ERROR_RESULT:
            fault = ERRORS.get(data[8], "#ERROR!")
        elif result not in (_TEXT_RESULT, _TRUTH_RESULT):
            look.tells = False
            return
        look.unsure += result == _TEXT_RESULT
    look.unsure += kind in _TEXTS
    extent.take(row, column)
    if fault:
        look.faults[place] = Fault(fault)
    else:
        look.filled += 1


def _sheet_name(data: bytes, wide: bool) -> str:
    """A sheet's name: in UTF-16 or its lower bytes, before Excel 97 in a code page."""
    if not wide:
        return data[1 : 1 + data[0]].decode("cp1252", "replace")
    if data[1] & 1:
        return data[2 : 2 + 2 * data[0]].decode("utf-16-le", "replace")
    return data[2 : 2 + data[0]].decode("latin-1")
