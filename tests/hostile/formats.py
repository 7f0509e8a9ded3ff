"""Small workbooks in every format, written by hand: what a spreadsheet program would write, cut to
the bone.

Each writer takes sheets as rows of cells in the words of ``tests.builders``: a Formula with a code
such as #REF! as its stored result is an error cell, one without a stored result was never
calculated (which .xls and .xlsb have no way to say).
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from hashlib import md5
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method.rc4 import DocumentRC4

from tests.builders import Cell, Formula, Return

Rows = Sequence[Sequence[Cell]]
Sheets = Mapping[str, Rows]

ERRORS: Final = {
    "#NULL!": 0x00,
    "#DIV/0!": 0x07,
    "#VALUE!": 0x0F,
    "#REF!": 0x17,
    "#NAME?": 0x1D,
    "#NUM!": 0x24,
    "#N/A": 0x2A,
}
EXCEL_DAY_0: Final = date(1899, 12, 30)


def sheets_of(workbook: Return) -> dict[str, list[list[Cell]]]:
    """The filled sheets of a workbook of the builders, as rows."""
    return {
        sheet.name: sheet.grid()
        for name, sheet in workbook.sheets.items()
        if sheet.rows or name == "Savings"
    }


def zipped(parts: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of parts, always the same bytes."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = method
            archive.writestr(entry, content)
    return stream.getvalue()


# .xlsx

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
DECLARED: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def relations(*links: tuple[str, str, str]) -> str:
    """A part of relations: (id, type, target)."""
    body = "".join(
        f'<Relationship Id="{link}" Type="{kind}" Target="{target}"/>'
        for link, kind, target in links
    )
    return f'{DECLARED}<Relationships xmlns="{PACKAGE}">{body}</Relationships>'


def xlsx_parts(sheets: Mapping[str, str], strict: bool = False) -> dict[str, str]:
    """The parts of an .xlsx from each sheet's whole XML."""
    main, office = (STRICT, STRICT_OFFICE) if strict else (MAIN, OFFICE)
    entries = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="r{n}"/>'
        for n, name in enumerate(sheets, 1)
    )
    links = [
        (f"r{n}", f"{office}/worksheet", f"worksheets/sheet{n}.xml")
        for n, _ in enumerate(sheets, 1)
    ]
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return {
        "[Content_Types].xml": (
            f'{DECLARED}<Types xmlns="{types}"><Default Extension="xml" ContentType="text/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>'
        ),
        "_rels/.rels": relations(("r1", f"{office}/officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'{DECLARED}<workbook xmlns="{main}" xmlns:r="{office}">'
            f"<sheets>{entries}</sheets></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": relations(*links),
        **{f"xl/worksheets/sheet{n}.xml": xml for n, xml in enumerate(sheets.values(), 1)},
    }


def worksheet(data: str, main: str = MAIN) -> str:
    """A sheet's XML from its rows' XML."""
    return f'{DECLARED}<worksheet xmlns="{main}"><sheetData>{data}</sheetData></worksheet>'


def cell_xml(address: str, value: Cell) -> str:  # noqa: PLR0911 - one for each kind
    """A cell's XML, its text in the cell itself."""
    if value is None:
        return ""
    if isinstance(value, Formula):
        start, code = f'<c r="{address}"', f"<f>{escape(value.text.removeprefix('='))}</f>"
        stored = value.stored
        if stored is None:
            return f"{start}>{code}</c>"
        if isinstance(stored, str):
            kind = "e" if stored in ERRORS else "str"
            return f'{start} t="{kind}">{code}<v>{escape(stored)}</v></c>'
        return f"{start}>{code}<v>{float(stored)}</v></c>"
    if isinstance(value, bool):
        return f'<c r="{address}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        return f'<c r="{address}" t="d"><v>{value.isoformat()}</v></c>'
    if isinstance(value, str):
        text = f'<t xml:space="preserve">{escape(value)}</t>'
        return f'<c r="{address}" t="inlineStr"><is>{text}</is></c>'
    return f'<c r="{address}"><v>{value}</v></c>'


def letters(column: int) -> str:
    """A column's letters, from 0."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def rows_xml(rows: Rows) -> str:
    """A sheet's rows as XML."""
    return "".join(
        f'<row r="{r}">' + "".join(cell_xml(f"{letters(c)}{r}", v) for c, v in enumerate(row))
        + "</row>"
        for r, row in enumerate(rows, 1)
    )  # fmt: skip


def xlsx(sheets: Sheets) -> bytes:
    """An .xlsx."""
    return zipped(xlsx_parts({name: worksheet(rows_xml(rows)) for name, rows in sheets.items()}))


def strict_xlsx(sheets: Sheets) -> bytes:
    """An .xlsx in the strict form of the standard."""
    xml = {name: worksheet(rows_xml(rows), STRICT) for name, rows in sheets.items()}
    return zipped(xlsx_parts(xml, strict=True))


# .ods

_NAMES: Final = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "style")
)
_CALCEXT: Final = (
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)
ODS_TYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"


def ods_cell(value: Cell) -> str:
    """A cell as LibreOffice writes it."""
    attributes, text_shown = "", ""
    if isinstance(value, Formula):
        attributes = f" table:formula={quoteattr('of:' + value.text)}"
        stored = value.stored
        if isinstance(stored, str) and stored in ERRORS:
            kind = ' office:value-type="string" office:string-value="" calcext:value-type="error"'
            return (
                f"<table:table-cell{attributes}{kind}><text:p>{stored}</text:p></table:table-cell>"
            )
        value = stored
    if isinstance(value, bool):
        word = str(value).lower()
        attributes += f' office:value-type="boolean" office:boolean-value="{word}"'
        text_shown = word.upper()
    elif isinstance(value, date):
        attributes += f' office:value-type="date" office:date-value="{value.isoformat()}"'
        text_shown = value.strftime("%d/%m/%Y")
    elif isinstance(value, str):
        attributes += ' office:value-type="string"'
        text_shown = escape(value)
    elif value is not None:
        attributes += f' office:value-type="float" office:value="{value}"'
        text_shown = str(value)
    text = f"<text:p>{text_shown}</text:p>" if text_shown else ""
    return f"<table:table-cell{attributes}>{text}</table:table-cell>"


def ods_parts(tables: str) -> dict[str, str]:
    """The parts of an .ods from its tables' XML."""
    return {
        "mimetype": ODS_TYPE,
        "META-INF/manifest.xml": f"{DECLARED}<manifest/>",
        "content.xml": (
            f"{DECLARED}<office:document-content {_NAMES} {_CALCEXT}><office:body>"
            f"<office:spreadsheet>{tables}</office:spreadsheet></office:body>"
            "</office:document-content>"
        ),
    }


def ods_table(name: str, rows: str) -> str:
    """A table's XML from its rows'."""
    return f"<table:table table:name={quoteattr(name)}>{rows}</table:table>"


def ods(sheets: Sheets) -> bytes:
    """An .ods."""
    tables = [
        ods_table(
            name,
            "".join(
                f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows
            ),
        )
        for name, rows in sheets.items()
    ]
    return zipped(ods_parts("".join(tables)))


# .xls

SECTOR: Final = 512


def record(kind: int, data: bytes = b"") -> bytes:
    """A record of an .xls."""
    return struct.pack("<HH", kind, len(data)) + data


def compound(name: str, stream: bytes) -> bytes:
    """A compound file of one stream."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // SECTOR)
    tables = 1
    while (1 + count + tables) * 4 > tables * SECTOR:
        tables += 1
    # Sectors: the directory, the stream, the tables.
    chain = [0xFFFFFFFE, *range(2, count + 1), 0xFFFFFFFE, *[0xFFFFFFFD] * tables]
    table = b"".join(struct.pack("<I", sector) for sector in chain)
    table = table.ljust(tables * SECTOR, b"\xff")
    places = [1 + count + n for n in range(tables)]
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
        + struct.pack("<IIIIIIIII", 0, tables, 0, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
        + b"".join(struct.pack("<I", place) for place in places)
    ).ljust(SECTOR, b"\xff")  # fmt: skip

    def entry(text: str, kind: int, child: int, start: int, size: int) -> bytes:
        coded = text.encode("utf-16-le")
        return (
            coded.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(coded) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
            + bytes(36)
            + struct.pack("<II", start, size)
            + bytes(4)
        )

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(
        name, 2, 0xFFFFFFFF, 1, len(stream)
    )
    return header + directory.ljust(SECTOR, b"\0") + stream.ljust(count * SECTOR, b"\0") + table


def _xls_cell(row: int, column: int, value: Cell) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, Formula):
        stored, after = value.stored, b""
        if isinstance(stored, str) and stored in ERRORS:
            result = struct.pack("<BBBBBBH", 2, 0, ERRORS[stored], 0, 0, 0, 0xFFFF)
        elif isinstance(stored, str) and stored:
            result = struct.pack("<BBBBBBH", 0, 0, 0, 0, 0, 0, 0xFFFF)
            after = record(0x0207, struct.pack("<HB", len(stored), 1) + stored.encode("utf-16-le"))
        elif stored is None or stored == "":
            result = struct.pack("<BBBBBBH", 3, 0, 0, 0, 0, 0, 0xFFFF)
        else:
            result = struct.pack("<d", float(stored))
        nothing = struct.pack("<HIH", 0, 0, 3) + b"\x1e\x01\x00"
        return record(0x0006, place + result + nothing) + after
    if value is None:
        return b""
    if isinstance(value, bool):
        return record(0x0205, place + bytes([value, 0]))
    if isinstance(value, date):
        place = struct.pack("<HHH", row, column, 1)
        return record(0x0203, place + struct.pack("<d", (value - EXCEL_DAY_0).days))
    if isinstance(value, str):
        text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
        return record(0x0204, place + text)
    return record(0x0203, place + struct.pack("<d", float(value)))


def xls_stream(sheets: Sheets, extra: bytes = b"") -> bytes:
    """The records of an .xls; ``extra`` goes into the part that is about the whole workbook."""
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)) + extra
    begin += b"".join(record(0x00E0, struct.pack("<HH", 0, n).ljust(20, b"\0")) for n in (0, 14))
    names = {name: name.encode("utf-16-le") for name in sheets}
    size = len(begin) + sum(4 + 8 + len(coded) for coded in names.values()) + 4
    sheet_records, bodies = b"", b""
    for name, rows in sheets.items():
        start = struct.pack("<IBBBB", size + len(bodies), 0, 0, len(name), 1)
        sheet_records += record(0x0085, start + names[name])
        bodies += record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0))
        bodies += b"".join(
            _xls_cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row)
        )
        bodies += record(0x000A)
    return begin + sheet_records + record(0x000A) + bodies


def with_password(content: bytes, password: str) -> bytes:
    """An .xlsx that needs a password to be opened."""
    stream = BytesIO()
    OOXMLFile(BytesIO(content)).encrypt(password, stream)
    return stream.getvalue()


def encrypted_xls(stream: bytes, password: str) -> bytes:
    """The records of an .xls, encrypted as by Excel 97 where they leave 54 bytes for the head of
    the encryption ([MS-XLS] 2.4.117: RC4)."""
    salt, verifier = bytes(range(16)), bytes(range(16, 32))
    # Under RC4 encrypting is what decrypting is.
    checked = DocumentRC4.decrypt(password, salt, BytesIO(verifier + md5(verifier).digest())).read()
    head = struct.pack("<HHH", 1, 1, 1) + salt + checked
    encrypted = DocumentRC4.decrypt(password, salt, BytesIO(stream), blocksize=1024).read()
    result, place = b"", 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        end = place + 4 + size
        clear = {0x0809: size, 0x0085: 4, 0x002F: size}.get(kind, 0)
        data = head if kind == 0x002F else stream[place + 4 : place + 4 + clear]
        result += stream[place : place + 4] + data + encrypted[place + 4 + clear : end]
        place = end
    return result


def xls(sheets: Sheets) -> bytes:
    """An .xls of Excel 97 to 2003."""
    return compound("Workbook", xls_stream(sheets))


# .xlsb


def _binary(kind: int, data: bytes = b"") -> bytes:
    """A record of an .xlsb."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(data)
    while length >= 0x80:
        size += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + size + bytes([length]) + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _xlsb_cell(column: int, value: Cell) -> bytes:  # noqa: PLR0911 - one for each kind
    place = struct.pack("<II", column, 0)
    code = struct.pack("<HII", 0, 0, 0)
    if isinstance(value, Formula):
        stored = value.stored
        if isinstance(stored, str) and stored in ERRORS:
            return _binary(11, place + bytes([ERRORS[stored]]) + code)
        if stored is None or isinstance(stored, str):
            return _binary(8, place + _wide(stored or "") + code)
        return _binary(9, place + struct.pack("<d", float(stored)) + code)
    if value is None:
        return b""
    if isinstance(value, bool):
        return _binary(4, place + bytes([value]))
    if isinstance(value, date):
        value = value.strftime("%d/%m/%Y")
    if isinstance(value, str):
        return _binary(6, place + _wide(value))
    return _binary(5, place + struct.pack("<d", float(value)))


def xlsb_parts(sheets: Sheets) -> dict[str, bytes | str]:
    """The parts of an .xlsb."""
    sheet_records = b"".join(
        _binary(156, struct.pack("<II", 0, n) + _wide(f"r{n}") + _wide(name))
        for n, name in enumerate(sheets, 1)
    )
    links = [
        (f"r{n}", f"{OFFICE}/worksheet", f"worksheets/sheet{n}.bin")
        for n, _ in enumerate(sheets, 1)
    ]
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f"{DECLARED}<Types/>",
        "_rels/.rels": relations(("r1", f"{OFFICE}/officeDocument", "xl/workbook.bin")),
        "xl/workbook.bin": (
            _binary(131) + _binary(143) + sheet_records + _binary(144) + _binary(157, bytes(26))
            + _binary(132)
        ),
        "xl/_rels/workbook.bin.rels": relations(*links),
    }  # fmt: skip
    for n, rows in enumerate(sheets.values(), 1):
        widest = max(map(len, rows), default=1)
        body = b"".join(
            _binary(0, struct.pack("<I", r) + bytes(13))
            + b"".join(_xlsb_cell(c, value) for c, value in enumerate(row))
            for r, row in enumerate(rows)
        )
        parts[f"xl/worksheets/sheet{n}.bin"] = (
            _binary(129) + _binary(148, struct.pack("<IIII", 0, len(rows), 0, widest))
            + _binary(145) + body + _binary(146) + _binary(130)
        )  # fmt: skip
    return parts


def xlsb(sheets: Sheets) -> bytes:
    """An .xlsb."""
    return zipped(xlsb_parts(sheets))


WRITERS: Final[Mapping[str, Callable[[Sheets], bytes]]] = {
    "xlsx": xlsx,
    "strict xlsx": strict_xlsx,
    "xlsb": xlsb,
    "xls": xls,
    "ods": ods,
}
