"""A sheet's tables as a page shows them: the same columns, values and words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.report.printed import printed
from pipeline.report.spec import Column, Role, Table, Tone
from pipeline.report.theme import NUMBERS
from schemas.outputs import Show

# Gives the address that the cell of a row and a column leads to; empty for none.
Link = Callable[[int, Column], str]


@dataclass(frozen=True)
class Cell:
    """A cell as it is printed; ``looks``: its classes; ``link``: where it leads, empty for
    nowhere."""

    text: str
    looks: str
    link: str = ""


@dataclass(frozen=True)
class Row:
    """A row: its first cell names it."""

    cells: tuple[Cell, ...]
    looks: str


@dataclass(frozen=True)
class Grid:
    """A table on a page. ``more``: how many rows stand behind those that are shown."""

    caption: str
    headings: tuple[Cell, ...]
    rows: tuple[Row, ...]
    more: int = 0


def _nowhere(_: int, __: Column) -> str:
    return ""


def grid(
    table: Table,
    report_unit: int,
    caption: str = "",
    link: Link = _nowhere,
    rows: Sequence[int] | None = None,
    most: int = 1_000,
) -> Grid:
    """A sheet's table; ``rows``: which of them, all without it, of many the first ``most``."""
    every = range(table.rows) if rows is None else rows
    headings = tuple(Cell(each.heading, _side(each)) for each in table.columns)
    return Grid(
        caption or table.caption or table.description,
        headings,
        tuple(_row(table, row, report_unit, link) for row in every[:most]),
        max(0, len(every) - most),
    )


def _row(table: Table, row: int, report_unit: int, link: Link) -> Row:
    cells = tuple(
        Cell(_text(column, row, report_unit), _looks(column, row), link(row, column))
        for column in table.columns
    )
    role = table.roles.get(row, Role.BODY)
    starts = " start" if row in table.starts else ""
    return Row(cells, f"{role.value}{starts}")


def _text(column: Column, row: int, report_unit: int) -> str:
    return printed(column.values[row], column.show_of(row), report_unit)


def _looks(column: Column, row: int) -> str:
    tone = column.tones.get(str(column.values[row]), Tone.PLAIN)
    muted = " muted" if row in column.muted else ""
    toned = "" if tone is Tone.PLAIN else f" {tone.value}"
    return f"{_side(column)}{toned}{muted}".strip()


def _side(column: Column) -> str:
    if column.show is Show.DATE:
        return "date"
    return "number" if column.show in NUMBERS else ""
