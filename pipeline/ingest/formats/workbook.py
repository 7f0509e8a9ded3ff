"""Opening workbooks: the one module that reads spreadsheet files. The content decides the format,
whatever the file's name says.

python-calamine reads the cells. It gives an error cell and a formula without a stored result as an
empty cell, passes over what it doesn't know, and makes room for whatever a file claims. So each
format has a module beside this one that looks at the file first: it finds those cells, and keeps
from calamine what it can't be trusted with.
"""

import io
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, TypeVar

import python_calamine as calamine

from pipeline.core.text import is_blank, match_keys
from pipeline.ingest.formats.appearance import Appearance, put_on_formats
from pipeline.ingest.formats.default_password import unlocked
from pipeline.ingest.formats.faults import (
    Fault,
    OutOfTheOrdinaryError,
    WorkbookError,
    beyond,
    damaged,
)
from pipeline.ingest.formats.file_kind import HEAD, FileKind, kind_by_parts, kind_of
from pipeline.ingest.formats.limits import Limits, size_text
from pipeline.ingest.formats.look import Extent, Look, SheetLook
from pipeline.ingest.formats.ods import MIMETYPE, OdsLook
from pipeline.ingest.formats.ole_file import OLE, CompoundFile
from pipeline.ingest.formats.ooxml import main_part
from pipeline.ingest.formats.xls import STREAMS, XlsLook, is_encrypted
from pipeline.ingest.formats.xlsb import XlsbLook
from pipeline.ingest.formats.xlsx import XlsxLook
from pipeline.ingest.formats.zip_package import ZIP, ZipPackage

__all__ = ["Cell", "Fault", "Sheet", "Workbook", "WorkbookError"]

Cell = int | float | str | bool | time | date | datetime | timedelta
Read = TypeVar("Read")
# What is read without a process of its own: enough for any department's savings.
_ORDINARY_SIZE = 64_000_000


@dataclass
class Sheet:
    """A worksheet's cells: ``rows[r][c]`` with r and c from 0 as they stand in the sheet.

    Blank cells are ``""``. ``faults`` are the cells, counted likewise, that hold an error or a
    formula without a stored result. ``table_totals``: the rows that the file marks as total rows
    of Excel tables, each with its table's first and last column. ``appearance``: how the sheet
    shows what its cells hold; a number that it shows as something else is a FormattedNumber.
    """

    name: str
    number: int
    hidden: bool
    rows: list[list[Cell]]
    faults: dict[tuple[int, int], Fault] = field(default_factory=dict)
    table_totals: tuple[tuple[int, int, int], ...] = ()
    appearance: Appearance = field(default_factory=Appearance)

    @cached_property
    def columns(self) -> list[tuple[Cell, ...]]:
        """Its cells column by column: what a column holds is mostly of one kind."""
        return list(zip(*self.rows, strict=True))

    @cached_property
    def _contents(self) -> list[tuple[set[str], bool]]:
        """By column its distinct texts, and whether it holds anything else."""
        contents = []
        for cells in map(set, self.columns):
            others = not {str}.issuperset(map(type, cells))
            texts: set[Any] = {each for each in cells if type(each) is str} if others else cells
            contents.append((texts, others))
        return contents

    @cached_property
    def texts(self) -> list[str]:
        """The distinct texts that it holds, in no order."""
        return [*(set().union(*(texts for texts, _ in self._contents)) - {""})]

    def columns_with(self, texts: Collection[str]) -> list[int]:
        """The columns that hold anything but texts, or one of these texts."""
        some = set(texts)
        return [
            column
            for column, (column_texts, others) in enumerate(self._contents)
            if others or not some.isdisjoint(column_texts)
        ]

    @cached_property
    def keys(self) -> dict[str, str]:
        """By each of its texts, the match key."""
        return match_keys(self.texts)

    @cached_property
    def total_texts(self) -> frozenset[str]:
        """Those of its texts in which the word total stands."""
        return frozenset(text for text in self.texts if "total" in text.casefold())


class Workbook:
    """An open workbook. Sheets are read when they are asked for.

    ``shows_faults``: whether, in the sheets read so far, error cells and formulas without a result
    can be told from empty cells.
    """

    def __init__(self, content: bytes, limits: Limits | None = None, *, careful: bool = True):
        """Open a workbook from its bytes; raises WorkbookError.

        ``careful``: read whatever can be read. Otherwise what isn't quite ordinary raises
        OutOfTheOrdinaryError, before it can do any harm.
        """
        self._limits = limits or Limits()
        self._careful = careful
        self._look = _look(content, self._limits, careful)
        entries = self._look.entries
        names = [entry.name for entry in entries]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise damaged(f"two of its sheets are named {twice}")
        self._places = [place for place, entry in enumerate(entries) if entry.worksheet]
        self.sheets = tuple((entries[place].name, entries[place].hidden) for place in self._places)
        if not self.sheets:
            raise WorkbookError("empty-workbook", "it has no worksheet")
        self.shows_faults = True

    def sheet(self, number: int) -> Sheet:
        """The cells of a worksheet, by its place in ``sheets``; raises WorkbookError."""
        name, hidden = self.sheets[number]
        place = self._places[number]
        try:
            look = self._look.sheet(place)
            rows = self._rows(place, look)
        except OutOfTheOrdinaryError as why:
            if not self._careful:
                raise
            look = self._look.plain(place, str(why))
            try:
                rows = self._rows(place, look)
            except OutOfTheOrdinaryError as fault:
                raise damaged(f"its sheet {name} can't be read ({fault})") from fault
        self.shows_faults = self.shows_faults and look.tells
        put_on_formats(rows, look.appearance)
        return Sheet(name, number, hidden, rows, look.faults, look.table_totals, look.appearance)

    def _rows(self, place: int, look: SheetLook) -> list[list[Cell]]:
        """A sheet's cells as calamine reads them; raises OutOfTheOrdinaryError where it can't, or
        not all of them."""
        if look.content is None:
            book, number = self._book, place
        else:
            book, number = _load(look.content), look.number
        sheet = _guarded(lambda: book.get_sheet_by_index(number))
        extent = Extent(self._limits, self._look.entries[place].name)
        if sheet.end is not None:
            extent.take(*sheet.end)
        for fault in look.faults:
            extent.take(*fault)
        rows = _guarded(lambda: sheet.to_python(skip_empty_area=False))
        filled = sum(map(len, rows)) - sum([row.count("") for row in rows])
        if not look.filled - look.unsure <= filled <= look.filled:
            raise OutOfTheOrdinaryError(f"{filled} of {look.filled} cells were read")
        if look.blanks:
            rows = [[_plain(cell) for cell in row] for row in rows]
        _widen(rows, [*look.faults, *look.mended])
        for (row, column), value in look.mended.items():
            rows[row][column] = value
        return rows

    @cached_property
    def _book(self) -> calamine.CalamineWorkbook:
        """The file as calamine sees it: the same sheets, or it is not to be trusted."""
        book = _load(self._look.content)
        if book.sheet_names != [entry.name for entry in self._look.entries]:
            raise OutOfTheOrdinaryError("its sheets can be read in two ways")
        return book


def _look(content: bytes, limits: Limits, careful: bool) -> Look:
    """Open a workbook for looking at it, as its format demands."""
    if len(content) > limits.file:
        raise beyond(limits, "file", f"the file has {size_text(len(content))}")
    if content.startswith(OLE):
        return _look_into_ole(content, limits, careful)
    if not content.startswith(ZIP):
        raise _no_workbook(kind_of(content[:HEAD]))
    package = ZipPackage(content, limits)
    if "mimetype" in package and package.read("mimetype").strip() == MIMETYPE:
        _ask_for_care(careful, "it is an .ods")
        return OdsLook(package, limits)
    part = main_part(package)
    if part not in package and (kind := kind_by_parts(package.names)):
        raise _no_workbook(kind)
    if part.casefold().endswith(".bin"):
        _ask_for_care(careful, "it is an .xlsb")
        return XlsbLook(package, part, limits)
    look = XlsxLook(package, part, limits)
    if not careful:
        if package.size > _ORDINARY_SIZE:
            raise OutOfTheOrdinaryError("it is large")
        look.prove_usual()
    return look


def _look_into_ole(content: bytes, limits: Limits, careful: bool) -> Look:
    """Open a compound file: an .xls, or any workbook that is encrypted."""
    _ask_for_care(careful, "it is an .xls, or encrypted")
    file = CompoundFile(content)
    if "EncryptedPackage" in file:
        return _look(unlocked(content), limits, careful)
    if not any(name in file for name in STREAMS) and (kind := kind_by_parts(file.streams)):
        raise _no_workbook(kind)
    if is_encrypted(file):
        file = CompoundFile(unlocked(content))
    return XlsLook(file, limits)


def _no_workbook(kind: FileKind) -> WorkbookError:
    return WorkbookError("unreadable-workbook", f"it is {kind.what}", kind.fix)


def _ask_for_care(careful: bool, why: str) -> None:
    if not careful:
        raise OutOfTheOrdinaryError(why)


def _load(content: bytes) -> calamine.CalamineWorkbook:
    return _guarded(lambda: calamine.load_workbook(io.BytesIO(content)))


def _guarded(call: Callable[[], Read]) -> Read:
    """What calamine gives; raises OutOfTheOrdinaryError for whatever it raises."""
    try:
        return call()
    except calamine.PasswordError as fault:
        raise WorkbookError("encrypted-workbook", str(fault)) from fault
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as fault:
        raise OutOfTheOrdinaryError(str(fault)) from fault
    except BaseException as fault:
        # A Rust panic inside calamine reaches Python as a BaseException of its own.
        if type(fault).__name__ != "PanicException":
            raise
        raise OutOfTheOrdinaryError(str(fault)) from fault


def _plain(cell: Cell) -> Cell:
    """What nobody sees is blank, and every number a float: .xls has whole numbers of their own."""
    if type(cell) is int:
        return float(cell)
    return "" if type(cell) is str and is_blank(cell) else cell


def _widen(rows: list[list[Cell]], places: list[tuple[int, int]]) -> None:
    """Make room for cells beyond what calamine took for the used range."""
    if not places:
        return
    height = max(row for row, _ in places) + 1
    width = max(max(column for _, column in places) + 1, len(rows[0]) if rows else 0)
    for row in rows:
        row.extend([""] * (width - len(row)))
    rows.extend([[""] * width for _ in range(height - len(rows))])
