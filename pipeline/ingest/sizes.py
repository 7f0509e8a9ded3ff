"""How large a sheet is once it is laid out, empty cells and all."""

from dataclasses import dataclass

from pipeline.core.source import column_letters
from pipeline.ingest.faults import beyond
from pipeline.ingest.limits import Limits


@dataclass
class Extent:
    """The last row and column that hold something, as far as they are known; from 0, -1: none."""

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
