"""What of an .xlsb says how its cells are seen. Format: [MS-XLSB], 2.4."""

import struct
from collections.abc import Iterable

from pipeline.ingest.formats.appearance import Appearance, CellStyle, cell_style

_FONT, _FORMAT, _XF = 43, 44, 47
_BEGIN_CELL_STYLES, _END_CELL_STYLES = 617, 618
_ROW, _COLUMNS, _MERGED = 0, 60, 176
_STRUCK, _NO_HEIGHT = 0x08, 0x10


def read_styles(records: Iterable[tuple[int, bytes]]) -> tuple[CellStyle | None, ...]:
    """The cell styles by number, from the records of the part."""
    struck: list[bool] = []
    codes: dict[int, str] = {}
    cells: list[tuple[int, int]] = []
    within = False
    for kind, data in records:
        if kind in (_BEGIN_CELL_STYLES, _END_CELL_STYLES):
            within = kind == _BEGIN_CELL_STYLES
        elif len(data) < 6:
            continue
        elif kind == _FONT:
            struck.append(bool(data[2] & _STRUCK))
        elif kind == _FORMAT:
            number, length = struct.unpack_from("<HI", data)
            codes[number] = data[6 : 6 + 2 * length].decode("utf-16-le", "replace")
        elif kind == _XF and within:
            _, number, font = struct.unpack_from("<3H", data)
            cells.append((number, font))
    strokes = dict(enumerate(struck))
    return tuple(cell_style(n, codes.get(n), strokes.get(font, False)) for n, font in cells)


def take_frame(look: Appearance, kind: int, data: bytes) -> None:
    """Take note of a sheet's record beside its cells."""
    if kind == _ROW and len(data) >= 12 and data[11] & _NO_HEIGHT:
        (row,) = struct.unpack_from("<I", data)
        look.hidden_rows.append((row, row))
    elif kind == _COLUMNS and len(data) >= 18:
        first, last, width, _, flags = struct.unpack_from("<4IH", data)
        if flags & 1 or not width:
            look.hidden_columns.append((first, last))
    elif kind == _MERGED and len(data) >= 16:
        top, bottom, left, right = struct.unpack_from("<4I", data)
        look.merge(top, left, bottom, right)


def take_cell(
    look: Appearance, row: int, data: bytes, styles: tuple[CellStyle | None, ...]
) -> None:
    """Take note of a cell's style."""
    column, number = struct.unpack_from("<II", data)
    number &= 0xFFFFFF
    if number < len(styles):
        look.add_style(row, column, styles[number])
