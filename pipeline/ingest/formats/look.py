"""What is known of a workbook before calamine reads its cells; the same for every format."""

from dataclasses import dataclass, field
from typing import Protocol

from pipeline.core.source import column_letters
from pipeline.ingest.formats.appearance import Appearance
from pipeline.ingest.formats.faults import CellPlace, Faults, beyond
from pipeline.ingest.formats.limits import Limits


@dataclass(frozen=True)
class Entry:
    """A sheet as the workbook lists it; ``worksheet`` is False for charts, macros and dialogs."""

    name: str
    hidden: bool
    worksheet: bool


@dataclass
class SheetLook:
    """What is known of a sheet before calamine reads it.

    ``faults``: cells that read as empty and are not. ``filled``: how many cells calamine should
    give a value, ``unsure`` of which may be blank text. ``blanks``: whether there may be white
    space to take for blank, or numbers that are no floats. ``mended``: cells that calamine gets
    wrong. ``tells``: whether all formulas without a result are known. ``content``: the workbook to
    read the sheet from, where the look's own doesn't serve; ``number``: the sheet's place in it.
    ``table_totals``: the total row of each Excel table that has one, with its first and last
    column. ``appearance``: how the sheet shows what its cells hold.
    """

    faults: Faults = field(default_factory=dict)
    filled: int = 0
    unsure: int = 0
    blanks: bool = True
    mended: dict[CellPlace, str | bool] = field(default_factory=dict)
    tells: bool = True
    content: bytes | None = None
    number: int = 0
    table_totals: tuple[tuple[int, int, int], ...] = ()
    appearance: Appearance = field(default_factory=Appearance)


class Look(Protocol):
    """A format's way of looking at a workbook. ``content``: the bytes that calamine is to read."""

    entries: list[Entry]
    content: bytes

    def sheet(self, number: int) -> SheetLook:
        """What is known of a sheet; raises WorkbookError, and OutOfTheOrdinaryError where
        ``plain`` has to be asked."""

    def plain(self, number: int, why: str) -> SheetLook:
        """The sheet put into plain words, where the format has any; raises WorkbookError.
        ``why``: what stands in the way of reading it as it is."""


@dataclass
class Extent:
    """How large a sheet is once it is laid out, empty cells and all: the last row and column that
    hold something, as far as they are known; from 0, -1: none."""

    limits: Limits
    sheet: str
    row: int = -1
    column: int = -1

    def take(self, row: int, column: int) -> None:
        """Make room for a cell; raises WorkbookError where that is beyond the limits."""
        if row <= self.row and column <= self.column:
            return
        self.row, self.column = max(self.row, row), max(self.column, column)
        rows, columns = self.row + 1, self.column + 1
        where = f"its sheet {self.sheet} is filled as far as {column_letters(column + 1)}{row + 1}"
        if columns > self.limits.columns:
            raise beyond(self.limits, "columns", f"{where}: {columns:,} columns")
        if rows * columns > self.limits.cells:
            raise beyond(self.limits, "cells", f"{where}: {rows * columns:,} cells")
