"""Files that no library here writes, as small as they can be: .xlsb, .xls, .ods, strict .xlsx,
files with a password, and workbooks without a worksheet."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

Grid = Sequence[Sequence[str | float | None]]


@dataclass(frozen=True)
class Looks:
    """How a workbook's sheets show their cells: number formats by cell, cells that are struck
    through, merged areas (top, left, bottom, right), hidden rows and columns; all from 0."""

    formats: Mapping[tuple[int, int], str] = field(default_factory=dict)
    struck: Collection[tuple[int, int]] = ()
    merged: Sequence[tuple[int, int, int, int]] = ()
    hidden_rows: Collection[int] = ()
    hidden_columns: Collection[int] = ()

    @property
    def codes(self) -> list[str]:
        """The formats, each once."""
        return sorted(set(self.formats.values()))

    def style(self, row: int, column: int) -> int:
        """A cell's style: 0, its format's from 1 on, or the one behind for a stroke."""
        if (row, column) in self.struck:
            return len(self.codes) + 1
        code = self.formats.get((row, column))
        return 0 if code is None else self.codes.index(code) + 1


_AS_IT_IS = Looks()

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


def _xlsb_styles(looks: Looks) -> bytes:
    codes = [_record(44, struct.pack("<H", 200 + n) + _wide(c)) for n, c in enumerate(looks.codes)]
    fonts = [_record(43, struct.pack("<2H", 200, stroke) + bytes(20)) for stroke in (0, 8)]
    formats = [(0, 0), *((200 + n, 0) for n in range(len(codes))), (0, 1)]
    styles = [_record(47, struct.pack("<3H", 0, *each) + bytes(10)) for each in formats]
    formats_begin, styles_begin = (
        _record(615, struct.pack("<I", len(codes))),
        _record(617, struct.pack("<I", len(styles))),
    )
    parts = [formats_begin, *codes, _record(616), *fonts, styles_begin, *styles, _record(618)]
    return b"".join([_record(278), *parts, _record(279)])


def _xlsb_sheet(grid: Grid, looks: Looks) -> bytes:
    width = max(len(row) for row in grid)
    parts = [
        _record(129),
        _record(148, struct.pack("<4I", 0, len(grid) - 1, 0, width - 1)),
        *(_record(60, struct.pack("<4IH", n, n, 2000, 0, 1)) for n in looks.hidden_columns),
        _record(145),
    ]
    for number, row in enumerate(grid):
        flags = bytes([0x10 if number in looks.hidden_rows else 0])
        parts.append(_record(0, struct.pack("<I", number) + bytes(7) + flags + bytes(13)))
        for column, value in enumerate(row):
            at = struct.pack("<II", column, looks.style(number, column))
            if value == EMPTY_RESULT:
                parts.append(_record(8, at + _wide("") + bytes(10)))
            elif isinstance(value, str):
                parts.append(_record(6, at + _wide(value)))
            elif value is not None:
                parts.append(_record(5, at + struct.pack("<d", value)))
    merged = [
        _record(176, struct.pack("<4I", top, bottom, left, right))
        for top, left, bottom, right in looks.merged
    ]
    return b"".join([*parts, _record(146), *merged, _record(130)])


def write_xlsb(path: Path, sheets: Mapping[str, Grid], looks: Looks = _AS_IT_IS) -> Path:
    """A binary workbook."""
    book, parts = [_record(131), _record(143)], {"xl/styles.bin": _xlsb_styles(looks)}
    relations = [
        '<Relationship Id="rId0" Target="styles.bin" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/styles"/>'
    ]
    for number, (name, grid) in enumerate(sheets.items(), 1):
        entry = struct.pack("<II", 0, number) + _wide(f"rId{number}") + _wide(name)
        book.append(_record(156, entry))
        relations.append(
            f'<Relationship Id="rId{number}" Target="worksheets/sheet{number}.bin" Type="http://'
            'schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
        )
        parts[f"xl/worksheets/sheet{number}.bin"] = _xlsb_sheet(grid, looks)
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
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
)
# Number formats as OpenDocument writes them.
_FIGURES = '<number:number number:min-integer-digits="1"{}/>'
ODS_FORMATS = {
    "0%": ("percentage", _FIGURES.format("") + "<number:text>%</number:text>"),
    '0"k"': ("number", _FIGURES.format("") + "<number:text>k</number:text>"),
    "0,": ("number", _FIGURES.format(' number:display-factor="1000"')),
    '"FIN-"000': (
        "number",
        '<number:text>FIN-</number:text><number:number number:min-integer-digits="3"/>',
    ),
    "[$€]0": (
        "currency",
        "<number:currency-symbol>€</number:currency-symbol>" + _FIGURES.format(""),
    ),
}


def _ods_styles(looks: Looks) -> str:
    xml = ""
    for n, code in enumerate(looks.codes, 1):
        kind, figures = ODS_FORMATS[code]
        xml += f'<number:{kind}-style style:name="N{n}">{figures}</number:{kind}-style>'
        xml += (
            f'<style:style style:name="ce{n}" style:family="table-cell"'
            f' style:data-style-name="N{n}"/>'
        )
    return (
        f'<office:automatic-styles>{xml}<style:style style:name="ce{len(looks.codes) + 1}"'
        ' style:family="table-cell"><style:text-properties style:text-line-through-style="solid"/>'
        "</style:style></office:automatic-styles>"
    )


def _ods_cell(value: str | float | None, style: int, spans: str) -> str:
    if value is None:
        return "<table:table-cell/>"
    style_attribute = f' table:style-name="ce{style}"' if style else ""
    start = f"<table:table-cell{style_attribute}{spans}"
    if isinstance(value, str):
        text = f"<text:p>{escape(value)}</text:p>"
        return f'{start} office:value-type="string">{text}</table:table-cell>'
    return f'{start} office:value-type="float" office:value="{value!r}"/>'


def _ods_row(number: int, row: Sequence[str | float | None], looks: Looks) -> str:
    spans = {
        (top, left): f' table:number-rows-spanned="{bottom - top + 1}"'
        f' table:number-columns-spanned="{right - left + 1}"'
        for top, left, bottom, right in looks.merged
    }
    cells = "".join(
        _ods_cell(value, looks.style(number, column), spans.get((number, column), ""))
        for column, value in enumerate(row)
    )
    visibility = ' table:visibility="collapse"' if number in looks.hidden_rows else ""
    return f"<table:table-row{visibility}>{cells}</table:table-row>"


def write_ods(path: Path, sheets: Mapping[str, Grid], looks: Looks = _AS_IT_IS) -> Path:
    """An OpenDocument spreadsheet; of number formats it has those of ODS_FORMATS."""
    tables = ""
    for name, grid in sheets.items():
        columns = "".join(
            f'<table:table-column table:visibility="{visibility}"/>'
            for n in range(max(map(len, grid), default=0))
            for visibility in ("collapse" if n in looks.hidden_columns else "visible",)
        )
        rows = "".join(_ods_row(number, row, looks) for number, row in enumerate(grid))
        tables += f'<table:table table:name="{escape(name)}">{columns}{rows}</table:table>'
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return _zipped(
        path,
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{manifest}"/>',
            "content.xml": f"<office:document-content {_ODS}>{_ods_styles(looks)}"
            "<office:body><office:spreadsheet>"
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


def _xls_styles(looks: Looks) -> bytes:
    fonts = [_biff(0x0031, struct.pack("<2H", 200, stroke) + bytes(12)) for stroke in (0, 8)]
    codes = [
        _biff(0x041E, struct.pack("<2HB", 200 + n, len(c), 1) + c.encode("utf-16-le"))
        for n, c in enumerate(looks.codes)
    ]
    formats = [(0, 0), *((0, 200 + n) for n in range(len(codes))), (1, 0)]
    styles = [_biff(0x00E0, struct.pack("<2H", *each) + bytes(16)) for each in formats]
    return b"".join([*fonts, *codes, *styles])


def _xls_sheet(grid: Grid, looks: Looks) -> bytes:
    parts = [_biff(0x0809, struct.pack("<8H", 0x0600, 0x0010, 0, 0, 0, 0, 0, 0))]
    parts += [_biff(0x007D, struct.pack("<6H", n, n, 2000, 0, 1, 0)) for n in looks.hidden_columns]
    parts += [_biff(0x0208, struct.pack("<8H", n, *[0] * 5, 0x20, 0)) for n in looks.hidden_rows]
    for row, cells in enumerate(grid):
        for column, value in enumerate(cells):
            at = struct.pack("<3H", row, column, looks.style(row, column))
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                parts.append(_biff(0x0204, at + text))
            elif isinstance(value, int):
                parts.append(_biff(0x027E, at + struct.pack("<i", value << 2 | 2)))
            elif value is not None:
                parts.append(_biff(0x0203, at + struct.pack("<d", value)))
    for top, left, bottom, right in looks.merged:
        parts.append(_biff(0x00E5, struct.pack("<5H", 1, top, bottom, left, right)))
    return b"".join([*parts, _biff(0x000A)])


def write_xls(path: Path, sheets: Mapping[str, Grid], looks: Looks = _AS_IT_IS) -> Path:
    """A workbook of Excel 97 to 2003; an int is stored as the whole number that it is."""
    bodies = [_xls_sheet(grid, looks) for grid in sheets.values()]
    begin = _biff(0x0809, struct.pack("<8H", 0x0600, 0x0005, 0, 0, 0, 0, 0, 0))
    begin += _xls_styles(looks)
    names = [name.encode("latin-1") for name in sheets]
    place = len(begin) + sum(12 + len(name) for name in names) + 4
    entries = b""
    for name, body in zip(names, bodies, strict=True):
        entries += _biff(0x0085, struct.pack("<IBBBB", place, 0, 0, len(name), 0) + name)
        place += len(body)
    return write_compound(path, {"Workbook": begin + entries + _biff(0x000A) + b"".join(bodies)})
