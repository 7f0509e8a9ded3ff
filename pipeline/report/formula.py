"""Live formulas as declarations: what a cell is computed from, by the names of tables and headings.

Nothing here knows where a table stands; ``References`` learns it while a book is written, and
turns the parts into what Excel reads. Structured references name a table's columns, so a formula
reads as a sentence and holds when rows are sorted or added. No text of a return and no name of a
programme is ever part of a formula, except as an escaped heading inside brackets.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import is_

from pipeline.core.source import column_letters
from schemas.outputs import CATEGORIES_TABLE


@dataclass(frozen=True)
class Whole:
    """All rows of a column, or of the columns up to ``last``: ``Register[[Total]]``."""

    table: str
    heading: str
    last: str = ""


@dataclass(frozen=True)
class This:
    """The row's own cell of a column, or of the columns up to ``last``: ``[@Strand]``."""

    heading: str
    last: str = ""


@dataclass(frozen=True)
class Headings:
    """The header cells of a table from one column to another."""

    table: str
    first: str
    last: str


@dataclass(frozen=True)
class Near:
    """A cell so many rows down and columns to the right, of the same table."""

    rows: int
    columns: int = 0


@dataclass(frozen=True)
class RowRange:
    """The cells of a row (from 0) of a table from one column to another."""

    table: str
    row: int
    first: str
    last: str


@dataclass(frozen=True)
class Name:
    """A cell of the workbook by its name."""

    name: str


Cell = This | Name | Headings
FormulaPart = str | Whole | This | Headings | Near | RowRange | Name


@dataclass(frozen=True)
class Formula:
    """Parts put together; what stands between references is ours. ``reads``: about how many cells
    it goes through, for the time that it takes."""

    parts: tuple[FormulaPart, ...]
    reads: int = 1


def all_same(formulas: Sequence[Formula | None]) -> bool:
    """Whether each row has the very formula that the first one has."""
    return all(map(partial(is_, formulas[0]), formulas))


def formula(*parts: FormulaPart, reads: int = 1) -> Formula:
    """A formula of these parts."""
    return Formula(("=", *parts), reads)


@dataclass(frozen=True)
class Where:
    """Rows to be added up: those whose ``heading`` holds what ``cell`` says; with ``but`` all
    others."""

    heading: str
    cell: Cell
    but: bool = False


@dataclass(frozen=True)
class Adder:
    """How rows are added up by criteria.

    ``exact``: some name would be more than itself as a criterion of SUMIFS (``A*`` finds ``AB``),
    so names are compared as they are. ``rows``: by table, for the time that it takes.
    """

    rows: Mapping[str, int]
    exact: bool = False

    def total(self, table: str, heading: str, *where: Where) -> Formula:
        """The column's sum over the rows that fit, to the penny: sums of decimals leave crumbs."""
        summed = Whole(table, heading)
        parts: list[FormulaPart] = []
        if not where:
            parts = ["SUM(", summed, ")"]
        elif self.exact:
            parts = ["SUMPRODUCT("]
            for each in where:
                compared = "<>" if each.but else "="
                parts += ["(", Whole(table, each.heading), compared, each.cell, ")*"]
            parts += [summed, ")"]
        else:
            parts = ["SUMIFS(", summed]
            for each in where:
                parts += [",", Whole(table, each.heading), ',"<>"&' if each.but else ",", each.cell]
            parts += [")"]
        reads = self.rows.get(table, 0) * (len(where) + 1) * (_EXACT_COST if self.exact else 1)
        return formula(*rounded(*parts), reads=reads)


_EXACT_COST = 5


def rounded(*parts: FormulaPart) -> tuple[FormulaPart, ...]:
    """Rounded to the penny, by the decimals that the Inputs name."""
    return ("ROUND(", *parts, ",", DECIMALS, ")")


DECIMALS = Name("Decimals")


def flag(measure: str, category: FormulaPart) -> tuple[FormulaPart, ...]:
    """1 where a category counts in a measure, as Inputs has it, else 0."""
    flags = CATEGORIES_TABLE.name
    return ("SUMIFS(", Whole(flags, measure), ",", Whole(flags, "Category"), ",", category, ")")


# Criteria are patterns to SUMIFS: a text that starts like a number, a date or a comparison is read
# as one, and * ? ~ stand for other characters. A text of letters first and of no month is itself.
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_READ_AS_OTHERS = rf"(?:{_MONTHS})[a-z]*\W*\d|(?:true|false)$"
_PLAIN = re.compile(rf"(?!{_READ_AS_OTHERS})[^\W\d_][^*?~]{{0,250}}", re.IGNORECASE)


def is_plain(name: str) -> bool:
    """Whether a name as a criterion finds nothing but itself, in every viewer."""
    return _PLAIN.fullmatch(name) is not None


@dataclass
class TableRange:
    """Where a table stands: its tab, the rows of its headings and of its last line (from 0), and
    the headings as declared and as printed."""

    tab: str
    top: int
    bottom: int
    declared: Sequence[str]
    printed: Sequence[str]

    def column(self, heading: str) -> int:
        """The column of a declared heading."""
        return self.declared.index(heading)

    def bracketed(self, heading: str) -> str:
        """A heading as it stands in a reference."""
        escaped = _SPECIAL.sub(r"'\1", self.printed[self.column(heading)])
        return f"[{escaped}]"

    def goes_by_address(self, heading: str) -> bool:
        """Whether the column is named by its cells: LibreOffice takes an apostrophe at the end of
        a heading for the escape of the bracket."""
        return self.printed[self.column(heading)].endswith("'")

    def cells(self, first: tuple[int, str], last: tuple[int, str]) -> str:
        """The cells from a row and heading to another: the same ones wherever the formula goes."""
        start, stop = (_address(row, self.column(each), "$") for row, each in (first, last))
        tab = self.tab.replace("'", "''")
        return f"'{tab}'!{start}" if start == stop else f"'{tab}'!{start}:{stop}"


# Inside brackets these four would end or begin something.
_SPECIAL = re.compile(r"(['#\[\]])")
_SIMPLE = re.compile(r"\[[A-Za-z0-9_ ]+\]")


@dataclass
class References:
    """Every table of a book, as it is written; formulas to text once all are known."""

    places: dict[str, TableRange] = field(default_factory=dict)
    _texts: dict[tuple[str, Formula], str] = field(default_factory=dict)

    def text(self, table: str, source: Formula, row: int, column: int) -> str:
        """The formula for a cell (row and column from 0) of a table. KeyError or ValueError for a
        table or heading that the book doesn't have."""
        key = (table, source)
        if key in self._texts:
            return self._texts[key]
        text = self._joined(table, source, row, column)
        if text == self._joined(table, source, row + 1, column + 1):
            self._texts[key] = text
        return text

    def _joined(self, table: str, source: Formula, row: int, column: int) -> str:
        return "".join(self._part(part, table, row, column) for part in source.parts)

    def _part(self, part: FormulaPart, table: str, row: int, column: int) -> str:
        match part:
            case Whole():
                text = self._whole(self.places[part.table], part)
            case This() if self.places[table].goes_by_address(part.heading):
                text = _address(row, self.places[table].column(part.heading))
            case This():
                columns = self._span(table, part.heading, part.last or part.heading)
                text = f"{table}[[#This Row],{columns}]"
            case Headings():
                columns = self._span(part.table, part.first, part.last)
                text = f"{part.table}[[#Headers],{columns}]"
            case Near():
                text = _address(row + part.rows, column + part.columns)
            case RowRange():
                place = self.places[part.table]
                row = place.top + 1 + part.row
                text = place.cells((row, part.first), (row, part.last))
            case Name():
                text = part.name
            case str():
                text = part
        return text

    def _whole(self, place: TableRange, part: Whole) -> str:
        end = part.last or part.heading
        if any(map(place.goes_by_address, (part.heading, end))):
            return place.cells((place.top + 1, part.heading), (place.bottom, end))
        if part.last:
            return f"{part.table}[{self._span(part.table, part.heading, part.last)}]"
        heading = place.bracketed(part.heading)
        # Further brackets where it isn't letters and digits alone.
        return part.table + (heading if _SIMPLE.fullmatch(heading) else f"[{heading}]")

    def _span(self, table: str, first: str, last: str) -> str:
        start, stop = (self.places[table].bracketed(heading) for heading in (first, last))
        return start if last == first else f"{start}:{stop}"


def _address(row: int, column: int, mark: str = "") -> str:
    return f"{mark}{column_letters(column + 1)}{mark}{row + 1}"
