"""What is known of a workbook before calamine reads its cells; the same for every format."""

from dataclasses import dataclass, field
from typing import Protocol

from pipeline.ingest.faults import Faults, Place


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
    read the sheet from, where it isn't the file itself; it holds the sheet alone.
    """

    faults: Faults = field(default_factory=dict)
    filled: int = 0
    unsure: int = 0
    blanks: bool = True
    mended: dict[Place, str | bool] = field(default_factory=dict)
    tells: bool = True
    content: bytes | None = None


class Look(Protocol):
    """A format's way of looking at a workbook."""

    entries: list[Entry]

    def sheet(self, number: int) -> SheetLook:
        """What is known of a sheet; raises WorkbookError, and OutOfTheOrdinaryError where
        ``plain`` has to be asked."""

    def plain(self, number: int, why: str) -> SheetLook:
        """The sheet put into plain words, where the format has any; raises WorkbookError.
        ``why``: what stands in the way of reading it as it is."""
