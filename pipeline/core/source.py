"""Where a thing was read: workbook, sheet, row and column."""

from dataclasses import dataclass
from functools import cache, lru_cache


@cache
def column_letters(column: int) -> str:
    """``A`` for 1, ``AA`` for 27."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@lru_cache(maxsize=1_024)
def column_number(letters: str) -> int:
    """1 for ``A``, 27 for ``AA``."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A place in a workbook; row and column count from 1, 0 where the place has none.

    ``workbook`` is the path relative to the programme's folder, ``sheet_number`` the sheet's
    place in the workbook: together with the row they are the order "by path".
    """

    workbook: str
    sheet: str = ""
    row: int = 0
    column: int = 0
    sheet_number: int = 0

    @property
    def cell(self) -> str:
        """The address within the sheet, such as C7; empty without a row and a column."""
        return f"{column_letters(self.column)}{self.row}" if self.row and self.column else ""

    def __reduce__(self) -> tuple[type, tuple[str, str, int, int, int]]:
        # Processes send each other thousands; the way of a dataclass takes several times as long.
        return SourceRef, (self.workbook, self.sheet, self.row, self.column, self.sheet_number)

    def __str__(self) -> str:
        place = f"{self.workbook}, {self.sheet}" if self.sheet else self.workbook
        return f"{place}!{self.cell}" if self.cell else place

    @property
    def order(self) -> tuple[str, int, int, int]:
        """Sorts by path, sheet, row and column."""
        return (self.workbook, self.sheet_number, self.row, self.column)
