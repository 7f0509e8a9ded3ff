"""How a sheet shows what its cells hold: number formats and strokes by cell, merged cells, hidden
rows and columns. The same for every format."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.ingest.formats.number_format import NumberFormat, formatted, number_format

# First row, first column, last row, last column; first and last: all from 0.
Area = tuple[int, int, int, int]
Span = tuple[int, int]


@dataclass(frozen=True)
class CellStyle:
    """What makes a cell's look differ from what it holds: a number format that shows something
    else than the number, a stroke through it."""

    shape: NumberFormat | None = None
    struck: bool = False


# A workbook's styles by number; None for those that show a cell as it is.
Styles = Sequence[CellStyle | None]


def cell_style(format_number: int, code: str | None, struck: bool) -> CellStyle | None:
    """A style by the number of its format and the format's code (None: the file has none); None
    where it shows a cell as it is."""
    shape = number_format(format_number, code)
    return CellStyle(shape, struck) if shape or struck else None


def by_column() -> defaultdict[int, dict[int, CellStyle]]:
    """Styles by column and row."""
    return defaultdict(dict)


@dataclass
class Appearance:
    """What a person sees of a sheet beside its values; nothing of what is commonplace.

    ``styles``: by column and row, of filled cells. ``merges``: areas of merged cells.
    """

    styles: dict[int, dict[int, CellStyle]] = field(default_factory=by_column)
    merges: list[Area] = field(default_factory=list)
    hidden_rows: list[Span] = field(default_factory=list)
    hidden_columns: list[Span] = field(default_factory=list)

    def add_style(self, row: int, column: int, style: CellStyle | None) -> None:
        """Take note of a cell's style, where it has one."""
        if style is not None:
            self.styles[column][row] = style

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Take note of merged cells."""
        if bottom > top or right > left:
            self.merges.append((top, left, bottom, right))


def put_on_formats(rows: list[list[Any]], look: Appearance) -> None:
    """Put the numbers and texts of a sheet into what their formats show."""
    for column, styles in look.styles.items():
        for row, style in styles.items():
            if style.shape is None or row >= len(rows) or column >= len(rows[row]):
                continue
            cell = rows[row][column]
            if type(cell) is float:
                rows[row][column] = formatted(cell, style.shape)
            elif type(cell) is str and cell:
                rows[row][column] = style.shape.reference(cell) or cell


def within(spans: Iterable[Span], place: int) -> bool:
    """Whether a row or a column is in one of the spans."""
    return any(first <= place <= last for first, last in spans)
