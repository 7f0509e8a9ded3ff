"""A look at an .ods: its sheets, its error cells and formulas without a result, and how far it
reaches once its repeated rows and cells are written out.

Format: OpenDocument 1.3, part 3, section 9 (tables) and 19 (attributes).
"""

import re
from dataclasses import dataclass, field

from pipeline.ingest.formats.faults import Fault, WorkbookError, damaged
from pipeline.ingest.formats.limits import Limits
from pipeline.ingest.formats.look import Entry, Extent, SheetLook
from pipeline.ingest.formats.xml_events import attribute, parse
from pipeline.ingest.formats.zip_package import Package

MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_ERROR = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)|Err:[0-9]+")
_CELLS = ("table-cell", "covered-table-cell")
_VALUES = ("value", "date-value", "time-value", "boolean-value", "string-value")


@dataclass
class _Cell:
    """A cell while it is read; ``times``: in how many columns it stands."""

    times: int
    kind: str
    shown: str
    formula: bool
    value: str | None
    text: list[str] = field(default_factory=list)


class OdsLook:
    """Looks through the content of an .ods, all of its sheets at once: calamine reads them so."""

    def __init__(self, package: Package, limits: Limits) -> None:
        """Read the content; raises WorkbookError."""
        if _MANIFEST in package:
            parse(_MANIFEST, package.read(_MANIFEST), _refuse_encrypted)
        reader = _Reader(limits)
        content = package.read(_CONTENT)
        parse(_CONTENT, content, reader.start, reader.end, reader.characters)
        self.entries = reader.entries
        self._looks = reader.looks

    def sheet(self, number: int) -> SheetLook:
        """What was seen of a sheet."""
        return self._looks[number]

    def plain(self, number: int, why: str) -> SheetLook:
        """There is but one way to read an .ods."""
        raise damaged(f"its sheet {self.entries[number].name} can't be read ({why})")


def _refuse_encrypted(tag: str, _: dict[str, str]) -> None:
    if tag == "encryption-data":
        raise WorkbookError("encrypted-workbook", "it needs a password")


class _Reader:
    """Takes the events of content.xml."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.entries: list[Entry] = []
        self.looks: list[SheetLook] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.tables = self.notes = 0
        self.row = self.column = self.rows = 0
        self.cell: _Cell | None = None
        self.paragraph = self.reading = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "style":
            self.style = attribute(attributes, "name")
        elif tag == "table-properties" and attribute(attributes, "display") == "false":
            self.hidden_styles.add(self.style)
        elif tag == "table":
            self.tables += 1
            if self.tables == 1 and attribute(attributes, "name"):
                self.begin_table(attributes)
        elif self.tables == 1 and self.reading:
            self.start_in_table(tag, attributes)

    def begin_table(self, attributes: dict[str, str]) -> None:
        hidden = attribute(attributes, "style-name") in self.hidden_styles
        self.entries.append(Entry(attribute(attributes, "name"), hidden, True))
        self.looks.append(SheetLook())
        self.extent = Extent(self.limits, self.entries[-1].name)
        self.row = self.column = 0
        self.reading = True

    def start_in_table(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table-row":
            self.rows, self.column = _times(attributes, "number-rows-repeated"), 0
        elif tag in _CELLS and self.cell is None:
            values = (attributes.get(f"office:{name}") for name in _VALUES)
            self.cell = _Cell(
                _times(attributes, "number-columns-repeated"),
                attributes.get("office:value-type", ""),
                attributes.get("calcext:value-type", ""),
                bool(attribute(attributes, "formula")),
                next((value for value in values if value is not None), None),
            )
        elif tag == "annotation":
            self.notes += 1
        elif tag == "p":
            self.paragraph = True

    def characters(self, text: str) -> None:
        if self.cell is not None and self.paragraph and not self.notes:
            self.cell.text.append(text)

    def end(self, tag: str) -> None:
        if tag == "table":
            self.tables -= 1
            self.reading = self.reading and self.tables > 0
        elif self.tables != 1 or not self.reading:
            return
        elif tag == "table-row":
            self.row += self.rows
        elif tag in _CELLS and self.cell is not None:
            self.take(self.cell)
            self.column += self.cell.times
            self.cell = None
        elif tag == "annotation":
            self.notes -= 1
        elif tag == "p":
            self.paragraph = False

    def take(self, cell: _Cell) -> None:
        """Take note of a cell, wherever it is repeated."""
        look = self.looks[-1]
        text = "".join(cell.text)
        error = _ERROR.fullmatch(text.strip()) if cell.formula or cell.shown == "error" else None
        if cell.shown == "error" or error:
            self.mark(cell, Fault(text.strip() or "#ERROR!"))
        elif not cell.kind:
            if cell.formula:
                self.mark(cell, Fault())
        elif cell.kind == "string":
            if cell.value or text:
                look.unsure += self.fill(cell)
            if cell.value == "" and text.strip():
                self.mark(cell, text)
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
        return times

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


def _times(attributes: dict[str, str], name: str) -> int:
    """How often a row or a cell is repeated; beyond a billion makes no difference."""
    text = attribute(attributes, name)
    return max(1, int(text[:9])) if text.isascii() and text.isdigit() else 1
