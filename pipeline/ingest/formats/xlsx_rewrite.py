"""An .xlsx that is written in an unusual way, put into plain words: a small package with one sheet,
written as ``pipeline.ingest.formats.xlsx_proof`` knows it, that calamine reads rightly.

Prefixes, UTF-16, comments and CDATA inside values, cells without an address, lists of texts and
formats in odd places: all are read here event by event, as the standard has them.
"""

import math
import re
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from pipeline.core.source import column_letters, column_number
from pipeline.core.text import is_blank
from pipeline.ingest.formats.appearance import Appearance, Styles
from pipeline.ingest.formats.faults import Fault, Faults, beyond, damaged
from pipeline.ingest.formats.limits import Limits
from pipeline.ingest.formats.look import Extent
from pipeline.ingest.formats.ooxml import WorkbookParts, prove_namespace
from pipeline.ingest.formats.xlsx_styles import is_hidden, read_styles, take_frame
from pipeline.ingest.formats.xml_events import parse
from pipeline.ingest.formats.zip_package import ZipPackage, packed

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?)?")
_CELL = re.compile(rb"<(?:[A-Za-z0-9_]+:)?c[\s/>]")
_TRUE, _FALSE = ("1", "true"), ("0", "false")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
# How a space is written where an XML reader would take it for layout.
_SPACES = " \t\r\n"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass
class Words:
    """A workbook's shared texts and its cell formats, as plain parts."""

    texts: list[str] = field(default_factory=list)
    formats: dict[str, str] = field(default_factory=dict)
    styles: list[str] = field(default_factory=list)
    number_styles: Styles = ()


@dataclass
class RewrittenSheet:
    """A sheet in plain words: a whole workbook of its own, with how many cells it fills."""

    content: bytes
    faults: Faults
    filled: int
    appearance: Appearance


def read_words(package: ZipPackage, book: WorkbookParts, limits: Limits) -> Words:
    """Read the texts and formats that cells refer to; raises WorkbookError."""
    words = Words()
    if book.strings:
        content = package.read(book.strings)
        prove_namespace(book.strings, content)
        reader = _TextReader(limits)
        parse(book.strings, content, reader.start, reader.end, reader.characters)
        words.texts = reader.texts
    if book.styles:
        content = package.read(book.styles)
        _read_styles(book.styles, content, words)
        words.number_styles = read_styles(book.styles, content)
    return words


def _read_styles(part: str, content: bytes, words: Words) -> None:
    """The number format of each cell style."""
    inside = [""]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt" and inside[-1] == "numFmts":
            words.formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        if tag == "xf" and inside[-1] == "cellXfs":
            words.styles.append(attributes.get("numFmtId", "0"))
        inside.append(tag)

    parse(part, content, start, lambda _: inside.pop())


class _TextReader:
    """Takes the events of a list of texts, or of one text within a cell. Phonetic guides are no
    part of a text."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.texts: list[str] = []
        self.pieces: list[str] = []
        self.size = 0
        self.phonetic = 0
        self.in_text = self.keeps_space = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in ("si", "is"):
            self.pieces, self.size = [], 0
        elif tag == "rPh":
            self.phonetic += 1
        elif tag == "t":
            self.in_text = not self.phonetic
            self.keeps_space = attributes.get("xml:space") == "preserve"
            self.piece: list[str] = []

    def characters(self, text: str) -> None:
        if self.in_text:
            self.size += len(text)
            if self.size > self.limits.text:
                raise beyond(self.limits, "text", "a cell's text has too many characters")
            self.piece.append(text)

    def end(self, tag: str) -> None:
        if tag == "t" and self.in_text:
            piece = "".join(self.piece)
            self.pieces.append(piece if self.keeps_space else piece.strip(_SPACES))
            self.in_text = False
        elif tag == "rPh":
            self.phonetic -= 1
        elif tag == "si":
            self.texts.append(self.text)

    @property
    def text(self) -> str:
        """The text read last."""
        return "".join(self.pieces)


class _SheetReader:
    """Takes the events of a sheet's part, and writes its cells anew. A cell without an address
    follows on the one before."""

    def __init__(self, sheet: str, words: Words, limits: Limits) -> None:
        self.words, self.limits = words, limits
        self.faults: Faults = {}
        self.rows: dict[int, bytearray] = {}
        self.columns: dict[int, list[int]] = {}
        self.filled = 0
        self.appearance = Appearance()
        self.row = self.column = -1
        self.extent = Extent(limits, sheet)
        self.depth: list[str] = []
        self.text = _TextReader(limits)
        self.kind = self.style = ""
        self.formula = self.inline = False
        self.value: list[str] | None = None
        self.in_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        parent = self.depth[-1] if self.depth else ""
        self.depth.append(tag)
        if tag == "row" and parent == "sheetData":
            self.row = _whole(attributes.get("r"), self.row + 2) - 1
            self.column = -1
            if is_hidden(attributes, "ht"):
                self.appearance.hidden_rows.append((self.row, self.row))
        elif tag == "c" and parent == "row":
            self.begin_cell(attributes)
        elif parent == "c" and tag == "f":
            self.formula = True
        elif parent == "c" and tag == "v":
            self.value, self.in_value = [], True
        elif parent == "c" and tag == "is":
            self.inline = True
        else:
            take_frame(self.appearance, tag, attributes)
        if self.inline:
            self.text.start(tag, attributes)

    def begin_cell(self, attributes: dict[str, str]) -> None:
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "")
        self.formula = self.inline = self.in_value = False
        self.value = None
        self.text.pieces = []
        if "r" not in attributes:
            self.column += 1
            return
        place = _REFERENCE.fullmatch(attributes["r"])
        if place is None:
            raise damaged(f"a cell's address is “{attributes['r'][:20]}”")
        self.row, self.column = int(place[2]) - 1, column_number(place[1]) - 1

    def characters(self, text: str) -> None:
        if self.in_value and self.value is not None:
            self.value.append(text)
        elif self.inline:
            self.text.characters(text)

    def end(self, tag: str) -> None:
        self.depth.pop()
        parent = self.depth[-1] if self.depth else ""
        if self.inline:
            self.text.end(tag)
        if parent == "c" and tag == "v":
            self.in_value = False
        elif parent == "c" and tag == "is":
            self.inline = False
        elif tag == "c" and parent == "row":
            self.end_cell()

    def end_cell(self) -> None:
        self.take_place()
        value = None if self.value is None else "".join(self.value)
        if self.kind == "e":
            self.add_fault(Fault((value or "").strip() or "#ERROR!"))
        elif self.kind in ("inlineStr", "is"):
            self.add_text(self.text.text)
        elif value is None or (value == "" and self.kind != "str"):
            if self.formula:
                self.add_fault(Fault())
        else:
            self.add_value(value)

    def take_place(self) -> None:
        """See that no other cell has this one's address."""
        columns = self.columns.setdefault(self.row, [])
        if min(self.row, self.column) < 0:
            raise damaged("a cell has no address")
        if columns and self.column <= columns[-1] and self.column in columns:
            raise damaged(f"two cells are {self.address}")
        columns.append(self.column)

    @property
    def address(self) -> str:
        """The cell's address."""
        return f"{column_letters(self.column + 1)}{self.row + 1}"

    def add_value(self, value: str) -> None:
        bare = value.strip(_SPACES)
        if self.kind == "s":
            number = _whole(bare, -1)
            if not 0 <= number < len(self.words.texts):
                raise damaged(f"{self.address} refers to a text that isn't there")
            if not is_blank(self.words.texts[number]):
                self.add("s", str(number))
        elif self.kind == "b" and bare in _TRUE + _FALSE:
            self.add("b", "1" if bare in _TRUE else "0")
        elif self.kind == "n" and _NUMBER.fullmatch(bare) and math.isfinite(float(bare)):
            self.add("n", bare.removeprefix("+"))
        elif self.kind == "d" and _DATE.fullmatch(bare):
            self.add("d", bare)
        else:
            # A number or a date that is none stays in sight, as the text it is.
            self.add_text(value)

    def add_text(self, text: str) -> None:
        if len(text) > self.limits.text:
            raise beyond(self.limits, "text", f"{self.address} has {len(text):,} characters")
        if not is_blank(text):
            self.add("str", text)

    def add(self, kind: str, value: str) -> None:
        self.stretch()
        style = _whole(self.style, 0)
        number = f' s="{style}"' if 0 < style < len(self.words.styles) else ""
        if style < len(self.words.number_styles):
            self.appearance.add_style(self.row, self.column, self.words.number_styles[style])
        value = escape(_NOT_XML.sub("\ufffd", value))
        cell = f'<c r="{self.address}"{number} t="{kind}"><v>{value}</v></c>'
        self.rows.setdefault(self.row, bytearray()).extend(cell.encode("utf-8", "replace"))
        self.filled += 1

    def add_fault(self, fault: Fault) -> None:
        self.stretch()
        self.faults[self.row, self.column] = fault

    def stretch(self) -> None:
        """Make room for the cell, as far as the limits allow."""
        self.extent.take(self.row, self.column)

    def xml(self) -> bytes:
        """The sheet anew."""
        start = f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode()
        rows = [b'<row r="%d">%b</row>' % (n + 1, bytes(cells)) for n, cells in self.rows.items()]
        return b"".join((start, *rows, b"</sheetData></worksheet>"))


def plain_sheet(
    package: ZipPackage, book: WorkbookParts, number: int, words: Words, limits: Limits
) -> RewrittenSheet:
    """Put a sheet into plain words; raises WorkbookError."""
    entry = book.entries[number]
    data = package.read(entry.part)
    prove_namespace(entry.part, data)
    cells = sum(1 for _ in _CELL.finditer(data))
    if cells > limits.cells:
        raise beyond(limits, "cells", f"its sheet {entry.name} has {cells:,} cells")
    reader = _SheetReader(entry.name, words, limits)
    parse(entry.part, data, reader.start, reader.end, reader.characters)
    relation = f'<Relationship Id="r{{}}" Type="{_OFFICE}/{{}}" Target="{{}}"/>'
    links = f'<Relationships xmlns="{_PACKAGE}">{{}}</Relationships>'
    texts = "".join(
        f'<si><t xml:space="preserve">{escape(_NOT_XML.sub(" ", text))}</t></si>'
        for text in words.texts
    )
    formats = "".join(
        f'<numFmt numFmtId="{_whole(n, 0)}" formatCode={quoteattr(_NOT_XML.sub("", code))}/>'
        for n, code in words.formats.items()
    )
    styles = "".join(f'<xf numFmtId="{_whole(n, 0)}"/>' for n in words.styles)
    parts = {
        "_rels/.rels": links.format(relation.format(1, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
            f'<workbookPr date1904="{int(book.from_1904)}"/>'
            '<sheets><sheet name="Sheet" sheetId="1" r:id="r1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": links.format(
            relation.format(1, "worksheet", "worksheets/sheet1.xml")
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{texts}</sst>',
        "xl/styles.xml": (
            f'<styleSheet xmlns="{_MAIN}"><numFmts>{formats}</numFmts>'
            f"<cellXfs>{styles}</cellXfs></styleSheet>"
        ),
    }
    coded = {name: text.encode("utf-8", "replace") for name, text in parts.items()}
    coded["xl/worksheets/sheet1.xml"] = reader.xml()
    return RewrittenSheet(packed(coded), reader.faults, reader.filled, reader.appearance)


def _whole(text: str | None, default: int) -> int:
    """A whole number as an attribute gives it."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        return default
    return int(text)
