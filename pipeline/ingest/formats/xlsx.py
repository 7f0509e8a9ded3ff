"""A look at an .xlsx or .xlsm: ordinary ones are proved so and read as they are, others are put
into plain words first. Macros are never looked at."""

from functools import cached_property

from pipeline.ingest.formats.appearance import Styles
from pipeline.ingest.formats.faults import OutOfTheOrdinaryError
from pipeline.ingest.formats.limits import Limits
from pipeline.ingest.formats.look import Entry, SheetLook
from pipeline.ingest.formats.ooxml import STRINGS, STYLES, WORKSHEET, read_workbook_parts
from pipeline.ingest.formats.xlsx_proof import Strings, look_at_sheet, look_at_strings
from pipeline.ingest.formats.xlsx_rewrite import Words, plain_sheet, read_words
from pipeline.ingest.formats.xlsx_styles import read_styles
from pipeline.ingest.formats.xlsx_tables import table_totals
from pipeline.ingest.formats.zip_package import ZipPackage


class XlsxLook:
    """Looks through the parts of an .xlsx."""

    def __init__(self, package: ZipPackage, part: str, limits: Limits) -> None:
        """Read the list of sheets from the main part; raises WorkbookError."""
        self._package, self._limits, self.content = package, limits, package.content
        self._book = read_workbook_parts(package, part)
        self.entries = [
            Entry(entry.name, entry.hidden, entry.kind == WORKSHEET) for entry in self._book.entries
        ]

    def prove_usual(self) -> None:
        """See that calamine will find all parts where it looks; raises OutOfTheOrdinaryError."""
        if not (self._book.usual and self._package.plain):
            raise OutOfTheOrdinaryError("its parts are laid out in an unusual way")

    def sheet(self, number: int) -> SheetLook:
        """Prove a sheet ordinary, and all that its cells refer to."""
        self.prove_usual()
        part = self._book.entries[number].part
        content = self._package.read(part)
        look = look_at_sheet(part, content, self._strings, self._styles, self._limits)
        look.table_totals = table_totals(self._package, part)
        return look

    def plain(self, number: int, why: str) -> SheetLook:
        """Put a sheet into plain words."""
        sheet = plain_sheet(self._package, self._book, number, self._words, self._limits)
        totals = table_totals(self._package, self._book.entries[number].part)
        return SheetLook(
            sheet.faults,
            sheet.filled,
            content=sheet.content,
            table_totals=totals,
            appearance=sheet.appearance,
        )

    @cached_property
    def _styles(self) -> Styles:
        if not self._book.styles:
            return ()
        styles = self._package.read(STYLES)
        if b"<!" in styles or not styles.rstrip().endswith(b"styleSheet>"):
            raise OutOfTheOrdinaryError("its formats are written in an odd way")
        return read_styles(STYLES, styles)

    @cached_property
    def _strings(self) -> Strings:
        if not self._book.strings:
            return Strings()
        return look_at_strings(self._package.read(STRINGS), self._limits)

    @cached_property
    def _words(self) -> Words:
        return read_words(self._package, self._book, self._limits)
