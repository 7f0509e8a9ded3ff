"""What of an .xls says how its cells are seen: formats and fonts, merged cells, hidden rows and
columns. Format: [MS-XLS], 2.4."""

import struct

from pipeline.ingest.formats.appearance import Appearance, CellStyle, cell_style

_FONT, _FORMAT, _XF = 0x0031, 0x041E, 0x00E0
_ROW, _COLUMNS, _MERGED = 0x0208, 0x007D, 0x00E5
_MULTIPLE_RK = 0x00BD
_STRUCK, _NO_HEIGHT = 0x08, 0x20
# There is no font of this number.
_NO_FONT = 4


class XlsStyles:
    """Takes the records of the workbook itself."""

    def __init__(self) -> None:
        self._struck: list[bool] = []
        self._codes: dict[int, str] = {}
        self._cells: list[tuple[int, int]] = []

    def take(self, kind: int, data: bytes, wide: bool) -> None:
        """Take note of a record; ``wide``: from Excel 97 on."""
        if len(data) < 4:
            return
        first, second = struct.unpack_from("<HH", data)
        if kind == _FONT:
            self._struck.append(bool(second & _STRUCK))
        elif kind == _XF:
            self._cells.append((second, first))
        elif kind == _FORMAT:
            self._codes[first] = _code(data[2:], wide)

    def styles(self) -> tuple[CellStyle | None, ...]:
        """The cell styles by number."""
        struck = {n + (n >= _NO_FONT): stroke for n, stroke in enumerate(self._struck)}
        return tuple(
            cell_style(number, self._codes.get(number), struck.get(font, False))
            for number, font in self._cells
        )


def take_frame(look: Appearance, kind: int, data: bytes) -> None:
    """Take note of a sheet's record beside its cells."""
    if kind == _ROW and len(data) >= 14 and data[12] & _NO_HEIGHT:
        (row,) = struct.unpack_from("<H", data)
        look.hidden_rows.append((row, row))
    elif kind == _COLUMNS and len(data) >= 10:
        first, last, width, _, flags = struct.unpack_from("<5H", data)
        if flags & 1 or not width:
            look.hidden_columns.append((first, last))
    elif kind == _MERGED:
        for place in range(2, len(data) - 7, 8):
            top, bottom, left, right = struct.unpack_from("<4H", data, place)
            look.merge(top, left, bottom, right)


def take_cell(
    look: Appearance, kind: int, data: bytes, styles: tuple[CellStyle | None, ...]
) -> None:
    """Take note of the styles of a record's cells."""
    row, column = struct.unpack_from("<HH", data)
    places = range(4, len(data) - 5, 6) if kind == _MULTIPLE_RK else range(4, 5)
    for n, place in enumerate(places):
        (number,) = struct.unpack_from("<H", data, place)
        if number < len(styles):
            look.add_style(row, column + n, styles[number])


def _code(data: bytes, wide: bool) -> str:
    """A number format's code: in UTF-16 or its lower bytes, before Excel 97 in a code page."""
    if not wide:
        return data[1 : 1 + data[0]].decode("cp1252", "replace")
    (length,) = struct.unpack_from("<H", data)
    if len(data) > 2 and data[2] & 1:
        return data[3 : 3 + 2 * length].decode("utf-16-le", "replace")
    return data[3 : 3 + length].decode("latin-1")
