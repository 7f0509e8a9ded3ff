"""Opening workbooks: the one module that reads spreadsheet files.

python-calamine reads the cells. It gives an error cell and a formula without a stored result as
an empty cell; ``pipeline.ingest.faults`` finds those.
"""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import python_calamine as calamine

from pipeline.ingest.faults import Fault, Faults

Cell = int | float | str | bool | time | date | datetime | timedelta
Read = TypeVar("Read")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK"


class WorkbookError(Exception):
    """A workbook that can't be read; ``rule`` and ``what`` say why."""

    def __init__(self, rule: str, what: str) -> None:
        """``rule`` is an issue's rule, ``what`` completes its sentence."""
        super().__init__(what)
        self.rule = rule
        self.what = what


@dataclass
class Sheet:
    """A worksheet's cells: ``rows[r][c]`` with r and c from 0 as they stand in the sheet.

    Blank cells are ``""``. ``faults`` are the cells, counted likewise, that hold an error or a
    formula without a stored result.
    """

    name: str
    number: int
    hidden: bool
    rows: list[list[Cell]]
    faults: dict[tuple[int, int], Fault] = field(default_factory=dict)


class Workbook:
    """An open workbook. Sheets are read when they are asked for."""

    def __init__(self, content: bytes) -> None:
        """Open a workbook from its bytes; raises WorkbookError."""
        self._content = content
        self._book = _open(content)
        self.sheets = tuple(
            (meta.name, meta.visible != calamine.SheetVisibleEnum.Visible)
            for meta in self._book.sheets_metadata
            if meta.typ == calamine.SheetTypeEnum.WorkSheet
        )
        if not self.sheets:
            raise WorkbookError("empty-workbook", "it has no worksheet")

    @property
    def shows_faults(self) -> bool:
        """Whether error cells and formulas without a result can be told from empty cells."""
        return self._content.startswith(_ZIP) and self._faults.known

    @cached_property
    def _faults(self) -> Faults:
        return Faults(self._content)

    def sheet(self, number: int) -> Sheet:
        """The cells of a worksheet, by its place in ``sheets``; raises WorkbookError."""
        name, hidden = self.sheets[number]
        sheet = _guarded(lambda: self._book.get_sheet_by_name(name))
        cells = _guarded(lambda: sheet.to_python(skip_empty_area=False))
        rows: list[list[Cell]] = [
            ["" if type(c) is str and c.isspace() else c for c in row] for row in cells
        ]
        faults = self._faults.of(name) if self.shows_faults else {}
        if faults:
            _widen(rows, faults)
        return Sheet(name, number, hidden, rows, faults)


def read_file(path: Path) -> tuple[bytes, str]:
    """A file's bytes and their SHA-256, read once, so that the two always belong together."""
    content = path.read_bytes()
    return content, hashlib.sha256(content).hexdigest()


def _open(content: bytes) -> calamine.CalamineWorkbook:
    if not content:
        raise WorkbookError("unreadable-workbook", "the file is empty")
    if not content.startswith((_ZIP, _OLE)):
        raise WorkbookError("unreadable-workbook", "it is no spreadsheet file")
    if content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in content:
        raise WorkbookError("encrypted-workbook", "it needs a password")
    return _guarded(lambda: calamine.load_workbook(io.BytesIO(content)))


def _guarded(read: Callable[[], Read]) -> Read:
    try:
        return read()
    except calamine.PasswordError as fault:
        raise WorkbookError("encrypted-workbook", str(fault)) from fault
    except (calamine.CalamineError, OSError, ValueError) as fault:
        raise WorkbookError("unreadable-workbook", f"it is damaged ({fault})") from fault
    except BaseException as fault:
        # A Rust panic inside calamine reaches Python as a BaseException of its own.
        if type(fault).__name__ != "PanicException":
            raise
        raise WorkbookError("unreadable-workbook", f"it is damaged ({fault})") from fault


def _widen(rows: list[list[Cell]], faults: dict[tuple[int, int], Fault]) -> None:
    """Make room for faulty cells beyond what calamine took for the used range."""
    height = max(row for row, _ in faults) + 1
    width = max(max(column for _, column in faults) + 1, len(rows[0]) if rows else 0)
    for row in rows:
        row.extend([""] * (width - len(row)))
    rows.extend([[""] * width for _ in range(height - len(rows))])
