"""What can be wrong with a workbook: cells that read as empty though they are not, and workbooks
that can't be read at all."""

from dataclasses import dataclass

from pipeline.core.source import SourceRef
from pipeline.ingest.formats.limits import Limits

SAVE_AGAIN = "Open it in Excel, save it again as .xlsx and put it in place of this one."

CellPlace = tuple[int, int]
"""A cell's row and column within its sheet, counted from 0."""


@dataclass(frozen=True)
class Fault:
    """A cell that reads as empty but is not: ``error`` is #REF! and the like, or empty for a
    formula without a stored result."""

    error: str = ""


Faults = dict[CellPlace, Fault]


class WorkbookError(Exception):
    """A workbook that can't be read: ``rule`` and ``what`` say why, ``fix`` what to do; ``sheet``
    (name and number) and ``place`` where a cell is at fault."""

    def __init__(
        self,
        rule: str,
        what: str,
        fix: str = SAVE_AGAIN,
        sheet: tuple[str, int] = ("", 0),
        place: CellPlace = (-1, -1),
    ) -> None:
        """``rule`` is an issue's rule, ``what`` completes its sentence."""
        super().__init__(rule, what, fix, sheet, place)
        self.rule = rule
        self.what = what
        self.fix = fix
        self.sheet, self.sheet_number = sheet
        self.row, self.column = place

    def at(self, workbook: str) -> SourceRef:
        """Where that is, in a workbook of this name."""
        return SourceRef(workbook, self.sheet, self.row + 1, self.column + 1, self.sheet_number)

    @property
    def details(self) -> dict[str, str]:
        """As an issue takes them."""
        return {"what": self.what, "fix": self.fix}


class OutOfTheOrdinaryError(Exception):
    """A workbook that may well be sound, but isn't what a spreadsheet program commonly writes: it
    has to be read with care, in a process of its own."""


def damaged(what: str) -> WorkbookError:
    """The file isn't what it should be; ``what`` says where."""
    return WorkbookError("unreadable-workbook", f"it is damaged: {what}")


def beyond(limits: Limits, name: str, what: str) -> WorkbookError:
    """A limit is exceeded; ``what`` says what there is too much of."""
    fix = (
        "Send the workbook with the savings alone: delete other sheets, and clear stray cells far "
        "below or to the right. If it has to be this large, raise the limit."
    )
    what = f"{what}; the limit is {limits.allows(name)}"
    return WorkbookError("unreadable-workbook", what, fix)
