"""A look at an .ods: its sheets, its error cells and formulas without a result, and how far it
reaches once its repeated rows and cells are written out.

Format: OpenDocument 1.3, part 3, section 9 (tables) and 19 (attributes).
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from pipeline.core.text import is_blank
from pipeline.ingest.formats.faults import Fault, WorkbookError, damaged
from pipeline.ingest.formats.limits import Limits
from pipeline.ingest.formats.look import Entry, Extent, SheetLook
from pipeline.ingest.formats.ods_styles import OdsStyles
from pipeline.ingest.formats.xml_events import attribute, local, parse
from pipeline.ingest.formats.zip_package import ZipPackage, packed

MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_CONTENT, _STYLES, _MANIFEST = "content.xml", "styles.xml", "META-INF/manifest.xml"
_UNSEEN_ROWS = ("collapse", "filter")
_ERROR = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)|Err:[0-9]+")
_CELLS = ("table-cell", "covered-table-cell")
_VALUES = ("value", "date-value", "time-value", "boolean-value", "string-value")
# What XML takes for layout; a run of it is one space, and none where a paragraph begins or ends.
_LAYOUT = re.compile("[ \t\r\n]+")
# Where white space is meant, an element of its own says so.
_SPACES = {"s": " ", "tab": "\t", "line-break": "\n"}
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
# Of what a cell shows, where that is an error: LibreOffice's own.
_SHOWN = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
_DOCUMENT = (
    f'<office:document-content xmlns:office="{_OFFICE}"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body>"
    "</office:document-content>"
)


@dataclass
class _Cell:
    """A cell while it is read; ``times``: in how many columns it stands. ``value``: as an attribute
    states it, ``value_attribute`` so. ``text``: what its paragraphs say. ``depth``: of the elements
    open within it. ``marks``: whether calamine may see characters in it, if only white space.
    ``style``: the name of its style; ``currency``: of the amount; ``spans``: over how many rows and
    columns it is merged."""

    times: int
    kind: str
    shown_type: str
    formula: bool
    value_attribute: str = ""
    value: str | None = None
    depth: int = 0
    paragraphs: int = 0
    marks: bool = False
    text: list[str] = field(default_factory=list)
    style: str = ""
    currency: str = ""
    spans: tuple[int, int] = (1, 1)


class _Names(NamedTuple):
    """What the attributes of a cell are called, under the prefixes of the file."""

    kind: str
    currency: str
    shown_type: str
    values: tuple[str, ...]

    @classmethod
    def of(cls, office: str, extension: str) -> "_Names":
        """Under these prefixes."""
        values = tuple(f"{office}:{name}" for name in _VALUES)
        return cls(f"{office}:value-type", f"{office}:currency", f"{extension}:value-type", values)


class OdsLook:
    """Looks through the content of an .ods, all of its sheets at once: calamine reads them so."""

    def __init__(self, package: ZipPackage, limits: Limits) -> None:
        """Read the content; raises WorkbookError."""
        if _MANIFEST in package:
            parse(_MANIFEST, package.read(_MANIFEST), _refuse_encrypted)
        self.content, self._limits = package.content, limits
        self._xml = package.read(_CONTENT)
        self._styles = OdsStyles()
        if _STYLES in package:
            styles = self._styles
            parse(_STYLES, package.read(_STYLES), styles.start, styles.end, styles.characters)
        reader = _ContentReader(limits, self._styles)
        parse(_CONTENT, self._xml, reader.start, reader.end, reader.characters)
        self.entries = reader.entries
        self._looks = reader.looks

    def sheet(self, number: int) -> SheetLook:
        """What was seen of a sheet."""
        return self._looks[number]

    def plain(self, number: int, why: str) -> SheetLook:
        """The sheet anew, without what is there for layout alone: calamine stumbles over that."""
        reader = _Rewriter(self._limits, self._styles, number)
        parse(_CONTENT, self._xml, reader.start, reader.end, reader.characters)
        table = f'<table:table table:name="Sheet">{"".join(reader.xml)}</table:table>'
        content = _DOCUMENT.format(table).encode("utf-8", "replace")
        parts = {"mimetype": MIMETYPE, _MANIFEST: b"<manifest/>", _CONTENT: content}
        look = reader.looks[number]
        look.content = packed(parts)
        return look


def _refuse_encrypted(tag: str, _: dict[str, str]) -> None:
    if tag == "encryption-data":
        raise WorkbookError("encrypted-workbook", "it needs a password")


class _ContentReader:
    """Takes the events of content.xml."""

    def __init__(self, limits: Limits, styles: OdsStyles) -> None:
        self.limits, self.styles = limits, styles
        self.entries: list[Entry] = []
        self.looks: list[SheetLook] = []
        self.hidden_styles: set[str] = set()
        self.names = _Names.of("office", "calcext")
        self.style = ""
        self.tables = self.notes = 0
        self.row = self.column = self.rows = 0
        self.cell: _Cell | None = None
        self.paragraph = self.reading = self.loose = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.startswith("document"):
            prefixes = {uri: key.removeprefix("xmlns:") for key, uri in attributes.items()}
            if _OFFICE not in prefixes:
                raise damaged(f"its part {_CONTENT} is no OpenDocument")
            self.names = _Names.of(prefixes[_OFFICE], prefixes.get(_SHOWN, "calcext"))
        elif tag == "style":
            self.style = attribute(attributes, "name")
        elif tag == "table-properties" and attribute(attributes, "display") == "false":
            self.hidden_styles.add(self.style)
        elif tag == "table":
            self.tables += 1
            if self.tables == 1 and attribute(attributes, "name"):
                self.begin_table(attributes)
        elif self.tables == 1 and self.reading:
            self.start_in_table(tag, attributes)
        if not self.tables:
            self.styles.start(tag, attributes)

    def begin_table(self, attributes: dict[str, str]) -> None:
        hidden = attribute(attributes, "style-name") in self.hidden_styles
        self.entries.append(Entry(attribute(attributes, "name"), hidden, True))
        self.looks.append(SheetLook())
        self.extent = Extent(self.limits, self.entries[-1].name)
        self.row = self.column = 0
        self.reading = True
        # The default styles of columns, each with the first column behind it; and of the row.
        self.defaults: list[tuple[int, str]] = []
        self.row_style = ""

    def start_in_table(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table-row":
            self.rows, self.column = _times(attributes, "number-rows-repeated"), 0
            self.row_style = attribute(attributes, "default-cell-style-name")
            if attribute(attributes, "visibility") in _UNSEEN_ROWS:
                span = (self.row, self.row + self.rows - 1)
                self.looks[-1].appearance.hidden_rows.append(span)
        elif tag == "table-column":
            self.add_columns(attributes)
        elif tag in _CELLS and self.cell is None:
            names = self.names
            value_attribute = next((name for name in names.values if name in attributes), "")
            self.cell = _Cell(
                _times(attributes, "number-columns-repeated"),
                attributes.get(names.kind, ""),
                attributes.get(names.shown_type, ""),
                bool(attribute(attributes, "formula")),
                value_attribute,
                attributes.get(value_attribute),
                style=attribute(attributes, "style-name"),
                currency=attributes.get(names.currency, ""),
                spans=(
                    _times(attributes, "number-rows-spanned"),
                    _times(attributes, "number-columns-spanned"),
                ),
            )
        elif self.cell is not None:
            self.start_in_cell(self.cell, tag, attributes)

    def add_columns(self, attributes: dict[str, str]) -> None:
        """Take note of how columns are seen."""
        first = self.defaults[-1][0] if self.defaults else 0
        behind = first + _times(attributes, "number-columns-repeated")
        self.defaults.append((behind, attribute(attributes, "default-cell-style-name")))
        if attribute(attributes, "visibility") in _UNSEEN_ROWS:
            self.looks[-1].appearance.hidden_columns.append((first, behind - 1))

    def start_in_cell(self, cell: _Cell, tag: str, attributes: dict[str, str]) -> None:
        cell.depth += 1
        if tag == "annotation":
            self.notes += 1
        elif tag == "p" and cell.depth == 1:  # deeper ones are a note's or a shape's
            cell.text += ["\n"] * (cell.paragraphs > 0)
            cell.paragraphs += 1
            cell.marks = cell.marks or cell.paragraphs > 1
            self.paragraph = self.loose = True
        elif tag in _SPACES and self.paragraph:
            cell.text.append(_SPACES[tag] * min(_times(attributes, "c"), self.limits.text))
            cell.marks, self.loose = True, False

    def characters(self, text: str) -> None:
        if not self.tables:
            self.styles.characters(text)
        if self.cell is None or self.notes:
            return
        self.cell.marks = True
        if self.paragraph:
            words = text if _is_plain(text) else _LAYOUT.sub(" ", text)
            words = words.removeprefix(" ") if self.loose else words
            if words:
                self.cell.text.append(words)
                self.loose = words.endswith(" ")

    def end(self, tag: str) -> None:
        if not self.tables:
            self.styles.end(tag)
        if tag == "table":
            self.tables -= 1
            self.reading = self.reading and self.tables > 0
        elif self.tables != 1 or not self.reading:
            return
        elif tag == "table-row":
            self.row += self.rows
        elif self.cell is not None and self.cell.depth:
            self.end_in_cell(self.cell, tag)
        elif self.cell is not None:
            self.take(self.cell)
            self.column += self.cell.times
            self.cell = None

    def end_in_cell(self, cell: _Cell, tag: str) -> None:
        cell.depth -= 1
        if tag == "annotation":
            self.notes -= 1
        elif tag == "p" and cell.depth == 0:
            self.paragraph = False
            if self.loose and cell.text:
                cell.text[-1] = cell.text[-1].removesuffix(" ")

    def take(self, cell: _Cell) -> None:
        """Take note of a cell, wherever it is repeated."""
        look = self.looks[-1]
        down, across = cell.spans
        look.appearance.merge(self.row, self.column, self.row + down - 1, self.column + across - 1)
        text = "".join(cell.text)
        error = (
            _ERROR.fullmatch(text.strip()) if cell.formula or cell.shown_type == "error" else None
        )
        if cell.shown_type == "error" or error:
            self.mark(cell, Fault(text.strip() or "#ERROR!"))
        elif not cell.kind:
            if cell.formula:
                self.mark(cell, Fault())
        elif cell.kind == "string":
            if cell.value or cell.marks:
                look.unsure += self.fill(cell)
                # calamine passes over some characters, and takes in some that are layout.
                value = cell.value or text
                self.mark(cell, "" if is_blank(value) else value)
        elif cell.value is not None:
            self.fill(cell)
            # LibreOffice writes truth as a number that is shown as a word.
            if cell.kind == "boolean" or text in ("TRUE", "FALSE"):
                self.mark(cell, text != "FALSE" if text else cell.value == "true")

    def fill(self, cell: _Cell) -> int:
        """Make room for a cell; gives how often it stands."""
        self.extent.take(self.row + self.rows - 1, self.column + cell.times - 1)
        times = self.rows * cell.times
        self.looks[-1].filled += times
        self.put_on_style(cell)
        return times

    def put_on_style(self, cell: _Cell) -> None:
        """Take note of how a filled cell is seen."""
        name = cell.style or self.row_style
        for column in range(self.column, self.column + cell.times):
            style_name = name or next((style for end, style in self.defaults if column < end), "")
            style = self.styles.style(style_name, cell.kind, cell.currency)
            if style is not None:
                for row in range(self.row, self.row + self.rows):
                    self.looks[-1].appearance.add_style(row, column, style)

    def mark(self, cell: _Cell, what: Fault | str | bool) -> None:
        """Note a fault, or a value that calamine gives as another."""
        look = self.looks[-1]
        if isinstance(what, Fault):
            look.unsure += self.fill(cell)
        for row in range(self.row, self.row + self.rows):
            for column in range(self.column, self.column + cell.times):
                if isinstance(what, Fault):
                    look.faults[row, column] = what
                    look.mended[row, column] = ""
                else:
                    look.mended[row, column] = what


class _Rewriter(_ContentReader):
    """Writes a table's rows anew while it reads them."""

    def __init__(self, limits: Limits, styles: OdsStyles, number: int) -> None:
        super().__init__(limits, styles)
        self.number = number
        self.xml: list[str] = []

    def start_in_table(self, tag: str, attributes: dict[str, str]) -> None:
        super().start_in_table(tag, attributes)
        if tag == "table-row" and len(self.looks) == self.number + 1:
            self.xml.append(f'<table:table-row table:number-rows-repeated="{self.rows}">')

    def end(self, tag: str) -> None:
        ends_row = tag == "table-row" and self.reading and self.tables == 1
        super().end(tag)
        if ends_row and len(self.looks) == self.number + 1:
            self.xml.append("</table:table-row>")

    def take(self, cell: _Cell) -> None:
        super().take(cell)
        if len(self.looks) != self.number + 1:
            return
        attributes = f' table:number-columns-repeated="{cell.times}"'
        if cell.kind:
            attributes += f" office:value-type={quoteattr(cell.kind)}"
        if cell.value is not None:
            attributes += f" office:{local(cell.value_attribute)}={quoteattr(cell.value)}"
        text = escape("".join(cell.text))
        text = f"<text:p>{text}</text:p>" if text else ""
        self.xml.append(f"<table:table-cell{attributes}>{text}</table:table-cell>")


def _is_plain(text: str) -> bool:
    """Whether no white space of a text is layout: most texts, and this is fast."""
    return text.isascii() and text.isprintable() and "  " not in text


def _times(attributes: dict[str, str], name: str) -> int:
    """How often a row or a cell is repeated; beyond a billion makes no difference."""
    text = attribute(attributes, name)
    return max(1, int(text[:9])) if text.isascii() and text.isdigit() else 1
