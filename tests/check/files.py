"""Files that no library here writes, as small as they can be: .xlsb, .xls, .ods, strict .xlsx,
files with a password, and workbooks without a worksheet."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

Grid = Sequence[Sequence[str | float | None]]

EMPTY_RESULT = "\0"
"""In an .xlsb: a formula whose result is an empty text, or was never worked out."""


def _zipped(path: Path, parts: Mapping[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def rewrite(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Change the parts of an .xlsx in place; a part changed to None goes."""
    with zipfile.ZipFile(BytesIO(path.read_bytes())) as archive:
        parts = {name: change(name, archive.read(name)) for name in archive.namelist()}
    return _zipped(path, {name: part for name, part in parts.items() if part is not None})


# Strict OOXML

_STRICT = (
    (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    ),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties",
        b"http://purl.oclc.org/ooxml/officeDocument/extendedProperties",
    ),
)


def make_strict(path: Path) -> Path:
    """Turn an .xlsx into strict OOXML, as Excel's own "Strict Open XML Spreadsheet" has it."""

    def strict(name: str, part: bytes) -> bytes:
        for transitional, namespace in _STRICT:
            part = part.replace(transitional, namespace)
        if name == "xl/workbook.xml":
            part = part.replace(b"<workbook ", b'<workbook conformance="strict" ')
        return part

    return rewrite(path, strict)


def without_worksheets(path: Path) -> Path:
    """Take every sheet out of an .xlsx, as a workbook of nothing but macros has it."""

    def bare(name: str, part: bytes) -> bytes:
        if name != "xl/workbook.xml":
            return part
        before, _, rest = part.partition(b"<sheets>")
        return before + b"<sheets/>" + rest.partition(b"</sheets>")[2]

    return rewrite(path, bare)


# .xlsb


def _record(number: int, data: bytes = b"") -> bytes:
    kind = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    size, length = b"", len(data)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return kind + size + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _xlsb_sheet(grid: Grid) -> bytes:
    width = max(len(row) for row in grid)
    parts = [
        _record(129),
        _record(148, struct.pack("<4I", 0, len(grid) - 1, 0, width - 1)),
        _record(145),
    ]
    for number, row in enumerate(grid):
        parts.append(_record(0, struct.pack("<I", number) + bytes(21)))
        for column, value in enumerate(row):
            at = struct.pack("<II", column, 0)
            if value == EMPTY_RESULT:
                parts.append(_record(8, at + _wide("") + bytes(10)))
            elif isinstance(value, str):
                parts.append(_record(6, at + _wide(value)))
            elif value is not None:
                parts.append(_record(5, at + struct.pack("<d", value)))
    return b"".join([*parts, _record(146), _record(130)])


def write_xlsb(path: Path, sheets: Mapping[str, Grid]) -> Path:
    """A binary workbook."""
    book, relations, parts = [_record(131), _record(143)], [], {}
    for number, (name, grid) in enumerate(sheets.items(), 1):
        entry = struct.pack("<II", 0, number) + _wide(f"rId{number}") + _wide(name)
        book.append(_record(156, entry))
        relations.append(
            f'<Relationship Id="rId{number}" Target="worksheets/sheet{number}.bin" Type="http://'
            'schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
        )
        parts[f"xl/worksheets/sheet{number}.bin"] = _xlsb_sheet(grid)
    xmlns = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    return _zipped(
        path,
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
            'content-types"><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.'
            'binary.macroEnabled.main"/></Types>',
            "_rels/.rels": f'<Relationships {xmlns}><Relationship Id="rId1" Target="xl/'
            'workbook.bin" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            'relationships/officeDocument"/></Relationships>',
            "xl/workbook.bin": b"".join([*book, _record(144), _record(132)]),
            "xl/_rels/workbook.bin.rels": f"<Relationships {xmlns}>{''.join(relations)}"
            "</Relationships>",
            **parts,
        },
    )


# .ods

_ODS = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def _ods_cell(value: str | float | None) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        text = f"<text:p>{escape(value)}</text:p>"
        return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value!r}"/>'


def write_ods(path: Path, sheets: Mapping[str, Grid]) -> Path:
    """An OpenDocument spreadsheet."""
    tables = ""
    for name, grid in sheets.items():
        rows = "".join(
            f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in grid
        )
        tables += f'<table:table table:name="{escape(name)}">{rows}</table:table>'
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return _zipped(
        path,
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{manifest}"/>',
            "content.xml": f"<office:document-content {_ODS}><office:body><office:spreadsheet>"
            f"{tables}</office:spreadsheet></office:body></office:document-content>",
        },
    )


# .xls, and files with a password: OLE compound files

_FREE, _END = 0xFFFFFFFF, 0xFFFFFFFE
_SECTOR, _LEAST = 512, 4096


def write_compound(path: Path, streams: Mapping[str, bytes]) -> Path:
    """An OLE compound file; a stream called EncryptedPackage makes it what Excel writes with a
    password to open. Streams are padded with nil, so that none is of the short kind."""
    sectors, directory = b"", [_entry("Root Entry", 5, child=1, start=_END, size=0)]
    fat = [0xFFFFFFFD, _END]
    for number, (name, stream) in enumerate(streams.items(), 1):
        content = stream.ljust(_LEAST, b"\0")
        content += bytes(-len(content) % _SECTOR)
        start, count = len(fat), len(content) // _SECTOR
        fat += [*range(start + 1, start + count), _END]
        sectors += content
        right = number + 1 if number < len(streams) else _FREE
        directory.append(_entry(name, 2, right=right, start=start, size=len(content)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, 1, 1, 0, _LEAST, _END, 0, _END, 0)
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    table = struct.pack("<128I", *fat, *[_FREE] * (128 - len(fat)))
    path.write_bytes(header + table + b"".join(directory).ljust(_SECTOR, b"\0") + sectors)
    return path


def _entry(
    name: str, kind: int, *, start: int, size: int, child: int = _FREE, right: int = _FREE
) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
    tail = struct.pack("<IQ", start, size)
    return head + struct.pack("<3I", _FREE, right, child) + bytes(36) + tail


def _biff(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _xls_sheet(grid: Grid) -> bytes:
    parts = [_biff(0x0809, struct.pack("<8H", 0x0600, 0x0010, 0, 0, 0, 0, 0, 0))]
    for row, cells in enumerate(grid):
        for column, value in enumerate(cells):
            at = struct.pack("<3H", row, column, 0)
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                parts.append(_biff(0x0204, at + text))
            elif isinstance(value, int):
                parts.append(_biff(0x027E, at + struct.pack("<i", value << 2 | 2)))
            elif value is not None:
                parts.append(_biff(0x0203, at + struct.pack("<d", value)))
    return b"".join([*parts, _biff(0x000A)])


def write_xls(path: Path, sheets: Mapping[str, Grid]) -> Path:
    """A workbook of Excel 97 to 2003; an int is stored as the whole number that it is."""
    bodies = [_xls_sheet(grid) for grid in sheets.values()]
    begin = _biff(0x0809, struct.pack("<8H", 0x0600, 0x0005, 0, 0, 0, 0, 0, 0))
    names = [name.encode("latin-1") for name in sheets]
    place = len(begin) + sum(12 + len(name) for name in names) + 4
    entries = b""
    for name, body in zip(names, bodies, strict=True):
        entries += _biff(0x0085, struct.pack("<IBBBB", place, 0, 0, len(name), 0) + name)
        place += len(body)
    return write_compound(path, {"Workbook": begin + entries + _biff(0x000A) + b"".join(bodies)})
