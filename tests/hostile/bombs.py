"""Workbooks that mean harm, or would do it: small files that ask for more than a machine has."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from itertools import pairwise
from typing import Final

from tests.builders import Cell
from tests.hostile.formats import (
    DECLARED,
    MAIN,
    OFFICE,
    compound,
    ods_parts,
    ods_table,
    record,
    relations,
    rows_xml,
    worksheet,
    xls_stream,
    xlsb_parts,
    xlsx_parts,
    zipped,
)

_HEADER: Final[list[Cell]] = ["Line ref", "Description", "Service", "Category", "2012/13"]
_LINE: Final[list[Cell]] = ["X-1", "A line", "ICT", "One-off cost", 1]
TABLE: Final = [_HEADER, _LINE]


def savings(more: str = "", before: str = "") -> dict[str, str]:
    """The parts of a return with one line, ``more`` rows after it and ``before`` its cells."""
    xml = worksheet(rows_xml(TABLE) + more).replace("<sheetData>", f"{before}<sheetData>")
    return xlsx_parts({"Savings": xml})


def with_texts(texts: str, rows: str) -> dict[str, str]:
    """The parts of a return whose texts stand in a list, as XML."""
    parts = savings(rows)
    parts["xl/sharedStrings.xml"] = f'{DECLARED}<sst xmlns="{MAIN}">{texts}</sst>'
    parts["xl/_rels/workbook.xml.rels"] = relations(
        ("r1", f"{OFFICE}/worksheet", "worksheets/sheet1.xml"),
        ("r2", f"{OFFICE}/sharedStrings", "sharedStrings.xml"),
    )
    return parts


def zip_bomb() -> bytes:
    """A sheet that unpacks to 300 MB."""
    return _with_long_part(savings(), "xl/worksheets/sheet1.xml", b" " * 1_000_000, 300)


def lying_bomb() -> bytes:
    """A sheet that unpacks to 100 MB and says that it has 1,000 bytes."""
    content = _with_long_part(savings(), "xl/worksheets/sheet1.xml", b" " * 1_000_000, 100)
    return content.replace(struct.pack("<I", 100_000_000), struct.pack("<I", 1_000))


def _with_long_part(parts: Mapping[str, str], name: str, piece: bytes, times: int) -> bytes:
    """An archive one part of which goes on and on, written without holding it."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            with archive.open(zipfile.ZipInfo(part), "w") as file:
                file.write(content.encode())
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    # Packed so that nothing in it refers to what is before it, a piece may be repeated as it is.
    packed = (packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)) * times + packer.flush()
    checksum = 0
    for _ in range(times):
        checksum = zlib.crc32(piece, checksum)
    entries = []
    with zipfile.ZipFile(BytesIO(stream.getvalue())) as archive:
        for entry in archive.infolist():
            data = archive.read(entry)
            long = entry.filename == name
            entries.append(
                (entry.filename.encode(), packed, 8, checksum, len(piece) * times)
                if long
                else (entry.filename.encode(), data, 0, zlib.crc32(data), len(data))
            )
    return archive_of(entries)


def archive_of(entries: list[tuple[bytes, bytes, int, int, int]]) -> bytes:
    """An archive of entries as they are given, true or not: name, packed bytes, method, checksum
    and size once unpacked."""
    body, directory = b"", b""
    for name, data, method, checksum, size in entries:
        fields = struct.pack(
            "<HHHHIIIHH", 0, method, 0, 33, checksum, len(data), size, len(name), 0
        )
        directory += b"PK\1\2" + struct.pack("<HH", 20, 20) + fields
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name
        body += b"PK\3\4" + struct.pack("<H", 20) + fields + name + data
    end = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return body + directory + b"PK\5\6" + end


def billion_laughs() -> bytes:
    """Entities that stand for ten of the one before, ten times over."""
    names = ["lol", *(f"lol{n}" for n in range(1, 10))]
    entities = '<!ENTITY lol "lol">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(names)
    )
    parts = with_texts("<si><t>&lol9;</t></si>", '<row r="3"><c r="A3" t="s"><v>0</v></c></row>')
    texts = parts["xl/sharedStrings.xml"]
    parts["xl/sharedStrings.xml"] = texts.replace(
        DECLARED, f"{DECLARED}<!DOCTYPE sst [{entities}]>"
    )
    return zipped(parts)


def outside_entity() -> bytes:
    """An entity that stands for a file of the machine."""
    parts = savings()
    sheet = parts["xl/worksheets/sheet1.xml"].replace("A line", "&host;")
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        DECLARED, f'{DECLARED}<!DOCTYPE x [<!ENTITY host SYSTEM "file:///etc/hostname">]>'
    )
    return zipped(parts)


def far_cell() -> bytes:
    """A value in the last cell that there is."""
    return zipped(savings('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))


def far_error() -> bytes:
    """An error in the last cell that there is."""
    cell = '<c r="XFD1048576" t="e"><v>#REF!</v></c>'
    return zipped(savings(f'<row r="1048576">{cell}</row>'))


def far_corners() -> bytes:
    """Values at the far right and at the far bottom: little in each row, much between them."""
    right = '<row r="3"><c r="ZZ3"><v>1</v></c></row>'
    return zipped(savings(f'{right}<row r="900000"><c r="A900000"><v>1</v></c></row>'))


def many_columns() -> bytes:
    """A row with a value in each of 16,384 columns."""
    cells = "".join("<c><v>1</v></c>" for _ in range(16_384))
    return zipped(savings(f'<row r="3">{cells}</row>'))


def many_cells() -> bytes:
    """Three million cells."""
    row = "".join("<c><v>1</v></c>" for _ in range(30))
    return zipped(savings(f"<row>{row}</row>" * 100_000))


def claimed_rows() -> bytes:
    """A sheet that claims a million rows and holds two: no harm in it."""
    return zipped(savings(before='<dimension ref="A1:XFD1048576"/>'))


def claimed_texts() -> bytes:
    """A list of texts that claims more than any memory holds, and has one: no harm in it."""
    parts = with_texts("<si><t>A note</t></si>", '<row r="3"><c r="A3" t="s"><v>0</v></c></row>')
    texts = parts["xl/sharedStrings.xml"]
    parts["xl/sharedStrings.xml"] = texts.replace("<sst ", '<sst uniqueCount="9999999999999" ')
    return zipped(parts)


def long_text() -> bytes:
    """A text of a million characters, in 12,000 cells."""
    return _texts_often(1_000_000, 12_000)


def many_texts() -> bytes:
    """A text as long as a cell may hold, in 100,000 cells: 3 GB."""
    return _texts_often(32_767, 100_000)


def _texts_often(length: int, times: int) -> bytes:
    cells = "".join('<c t="s"><v>0</v></c>' for _ in range(10))
    text = "x" * length
    return zipped(with_texts(f"<si><t>{text}</t></si>", f"<row>{cells}</row>" * (times // 10)))


def deep_tags() -> bytes:
    """Tags within tags, 200,000 deep."""
    return zipped(savings(before="<x>" * 200_000 + "</x>" * 200_000))


def many_merges() -> bytes:
    """100,000 merged areas: no harm in them."""
    merges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(10, 100_010))
    parts = savings()
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        "</sheetData>", f"</sheetData><mergeCells>{merges}</mergeCells>"
    )
    return zipped(parts)


def ods_repeats() -> bytes:
    """An .ods cell that is repeated in a billion rows and columns."""
    cell = (
        '<table:table-cell table:number-columns-repeated="999999999" '
        'office:value-type="float" office:value="1"/>'
    )
    row = f'<table:table-row table:number-rows-repeated="999999999">{cell}</table:table-row>'
    return zipped(ods_parts(ods_table("Savings", row)))


def ods_wide_rows() -> bytes:
    """An .ods with 20,000 rows, each with a value at its far right."""
    row = (
        '<table:table-row><table:table-cell table:number-columns-repeated="16383"/>'
        '<table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
    )
    return zipped(ods_parts(ods_table("Savings", row * 20_000)))


def xls_far_cell() -> bytes:
    """An .xls with a value in its last cell, on a sheet that is read."""
    stream = xls_stream({"Savings": [[*_HEADER], [*_LINE]]})
    far = record(0x0203, struct.pack("<HHHd", 65_535, 255, 0, 1.0))
    return compound("Workbook", stream[:-4] + far + record(0x000A))


def xls_circle() -> bytes:
    """An .xls whose sectors run in a circle."""
    content = bytearray(compound("Workbook", xls_stream({"Savings": [[*_HEADER], [*_LINE]]})))
    table = content.index(struct.pack("<III", 2, 3, 4))
    content[table : table + 4] = struct.pack("<I", 1)
    return bytes(content)


def xlsb_far_cell() -> bytes:
    """An .xlsb with a value in the last row that there is."""
    parts = xlsb_parts({"Savings": [_HEADER, _LINE]})
    sheet = parts["xl/worksheets/sheet1.bin"]
    assert isinstance(sheet, bytes)
    far = b"\0\x11" + struct.pack("<I", 1_048_575) + bytes(13)
    far += b"\5\x10" + struct.pack("<IId", 16_383, 0, 1.0)
    end = sheet.rindex(b"\x92\1\0")
    parts["xl/worksheets/sheet1.bin"] = sheet[:end] + far + sheet[end:]
    return zipped(parts)


REFUSED: Final[Mapping[Callable[[], bytes], str]] = {
    zip_bomb: "SAVINGS_MAX_UNPACKED_MB",
    lying_bomb: "checksum",
    billion_laughs: "document type",
    outside_entity: "document type",
    far_cell: "SAVINGS_MAX_COLUMNS",
    far_error: "SAVINGS_MAX_COLUMNS",
    far_corners: "SAVINGS_MAX_CELLS",
    many_columns: "SAVINGS_MAX_COLUMNS",
    many_cells: "SAVINGS_MAX_CELLS",
    long_text: "SAVINGS_MAX_TEXT",
    many_texts: "SAVINGS_MAX_MEMORY_MB",
    ods_repeats: "SAVINGS_MAX_COLUMNS",
    ods_wide_rows: "SAVINGS_MAX_COLUMNS",
    xls_far_cell: "SAVINGS_MAX_CELLS",
    xls_circle: "circle",
    xlsb_far_cell: "SAVINGS_MAX_COLUMNS",
}
"""Workbooks that can't be read, each with a word of the reason."""

HARMLESS: Final = (claimed_rows, claimed_texts, deep_tags, many_merges)
"""Workbooks that look like the others, and are read."""
