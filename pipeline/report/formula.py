"""Live formulas as declarations: what a cell is computed from, by the names of tables and headings.

Nothing here knows where a table stands; ``References`` learns it while a book is written, and
turns the parts into what Excel reads: the row's own cells by address, other tables' columns by a
short name, which stands for a structured reference, or by that reference itself. So a formula can
be read at a glance (120 characters at most), and holds when rows are sorted or added. No text of a
return and no name of a programme is ever part of a formula, except as an escaped heading inside
brackets.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from pipeline.core.source import column_letters
from pipeline.report.held import Repeated
from schemas.outputs import (
    APPORTIONED,
    APPRAISAL,
    BUDGET,
    BUDGET_GAP,
    BY_SERVICE,
    BY_TAG,
    BY_YEAR,
    CATEGORIES_TABLE,
    CONTROLS,
    DELIVERY,
    DELIVERY_APPORTIONED,
    DELIVERY_BY_PARTNER,
    REGISTER,
    REPORTED,
    SETTLEMENT,
    SETTLEMENT_DELIVERED,
    SUMMARY,
    TRACKER,
    TRANSFERS,
)


@dataclass(frozen=True)
class Whole:
    """All rows of a column, or of the columns up to ``last``: ``Register[[2012/13]]``. ``name``:
    what formulas call them, where the heading is the user's or they are several."""

    table: str
    heading: str
    last: str = ""
    name: str = ""


@dataclass(frozen=True)
class This:
    """The row's own cell of a column, or of the columns up to ``last``: ``$A9``."""

    heading: str
    last: str = ""


@dataclass(frozen=True)
class Headings:
    """The header cells of a table from one column to another; ``name``: what formulas call
    them."""

    table: str
    first: str
    last: str
    name: str = ""


@dataclass(frozen=True)
class Near:
    """A cell so many rows down and columns to the right, of the same table."""

    rows: int
    columns: int = 0


@dataclass(frozen=True)
class RowRange:
    """The cells of a row (from 0) of a table from one column to another, and of the rows up to
    ``last_row``."""

    table: str
    row: int
    first: str
    last: str
    last_row: int | None = None


@dataclass(frozen=True)
class Name:
    """A cell of the workbook by its name."""

    name: str


Cell = This | Name | Headings

# How names of columns begin, by table, and how they end, by heading: Part_scenario.
_TABLES = {
    APPORTIONED.name: "Part",
    APPRAISAL.name: "Appraisal",
    BUDGET.name: "Budget",
    BUDGET_GAP.name: "Gap",
    BY_SERVICE.name: "Services",
    BY_TAG.name: "Tagged",
    BY_YEAR.name: "Year",
    CATEGORIES_TABLE.name: "Is",
    CONTROLS.name: "Control",
    DELIVERY.name: "Delivery",
    DELIVERY_APPORTIONED.name: "Portion",
    DELIVERY_BY_PARTNER.name: "Progress",
    REGISTER.name: "Line",
    REPORTED.name: "Reported",
    SETTLEMENT.name: "Settled",
    SETTLEMENT_DELIVERED.name: "Settled_so_far",
    SUMMARY.name: "Summary",
    TRACKER.name: "Tracker",
    TRANSFERS.name: "Paid",
}
_HEADINGS = {
    "Amount": "amount",
    "Annual cashable": "annual",
    "Annual cashable, risk-weighted": "weighted",
    "Category": "category",
    "Delivered": "delivered",
    "Forecast": "forecast",
    "From": "from",
    "In its books": "books",
    "Its share": "share",
    "Kind": "kind",
    "Line ref": "ref",
    "Measure": "measure",
    "Net cashable": "net",
    "One-off": "one_off",
    "Organisation": "org",
    "Paid by": "paid_by",
    "Partner": "partner",
    "Payback years": "payback",
    "Plan": "plan",
    "RAG": "rag",
    "Result": "result",
    "Risk-weighted": "weighted",
    "Scenario": "scenario",
    "Service": "service",
    "Settled": "settled",
    "Size now": "size_now",
    "Strand": "strand",
    "Tag": "tag",
    "To": "to",
    "To receive / (to pay)": "due",
    "Total": "total",
    "Variance": "variance",
    "Year": "year",
}


def name_of(part: "Whole | Headings") -> str:
    """What formulas call columns or headings; empty where they go by their reference."""
    if part.name or isinstance(part, Headings):
        return part.name
    begins, ends = _TABLES.get(part.table), _HEADINGS.get(part.heading)
    return f"{begins}_{ends}" if begins and ends and not part.last else ""


def names_in(formulas: "Iterable[Formula]") -> "dict[str, Whole | Headings]":
    """By name the columns and headings that formulas call by one."""
    parts = (part for each in formulas for part in each.parts)
    called = (part for part in parts if isinstance(part, Whole | Headings))
    return {name: part for part in called if (name := name_of(part))}


FormulaPart = str | Whole | This | Headings | Near | RowRange | Name


@dataclass(frozen=True)
class Formula:
    """Parts put together; what stands between references is ours. ``reads``: about how many cells
    it goes through, for the time that it takes."""

    parts: tuple[FormulaPart, ...]
    reads: int = 1


def all_same(formulas: Sequence[Formula | None]) -> bool:
    """Whether each row has the formula that the first one has."""
    return isinstance(formulas, Repeated) or [formulas[0]] * len(formulas) == list(formulas)


def formula(*parts: FormulaPart, reads: int = 1) -> Formula:
    """A formula of these parts."""
    return Formula(("=", *parts), reads)


@dataclass(frozen=True)
class Where:
    """Rows to be added up: those whose ``heading`` holds what ``cell`` says; with ``but`` all
    others. ``name``: what formulas call the column, where its heading is the user's."""

    heading: str
    cell: Cell
    but: bool = False
    name: str = ""


@dataclass(frozen=True)
class Adder:
    """How rows are added up by criteria.

    ``exact``: some name would be more than itself as a criterion of SUMIFS (``A*`` finds ``AB``),
    so names are compared as they are. ``rows``: by table, for the time that it takes.
    """

    rows: Mapping[str, int]
    exact: bool = False

    def total(self, table: str, heading: str | Whole, *where: Where) -> Formula:
        """The column's sum over the rows that fit, to the penny: sums of decimals leave crumbs."""
        summed = Whole(table, heading) if isinstance(heading, str) else heading
        parts: list[FormulaPart] = []
        if not where:
            parts = ["SUM(", summed, ")"]
        elif self.exact:
            parts = ["SUMPRODUCT("]
            for each in where:
                compared = "<>" if each.but else "="
                column = Whole(table, each.heading, name=each.name)
                parts += ["(", column, compared, each.cell, ")*"]
            parts += [summed, ")"]
        else:
            parts = ["SUMIFS(", summed]
            for each in where:
                column = Whole(table, each.heading, name=each.name)
                parts += [",", column, ',"<>"&' if each.but else ",", each.cell]
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
    return ("SUMIFS(", Whole(CATEGORIES_TABLE.name, measure), ",", CATEGORY, ",", category, ")")


CATEGORY = Whole(CATEGORIES_TABLE.name, "Category", name="Category")


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
        start, stop = (_address(row, self.column(each)) for row, each in (first, last))
        tab = self.tab.replace("'", "''")
        return f"'{tab}'!{start}" if start == stop else f"'{tab}'!{start}:{stop}"

    def span(self, first: str, last: str) -> str:
        """The columns from one to another, inside a reference."""
        return f"{self.bracketed(first)}:{self.bracketed(last)}"


# Inside brackets these four would end or begin something.
_SPECIAL = re.compile(r"(['#\[\]])")
_SIMPLE = re.compile(r"\[[A-Za-z0-9_ ]+\]")


# A formula for any row of its table: what stands between row numbers, and how far from the row they
# are.
Pieces = tuple[str | int, ...]


@dataclass
class References:
    """Every table of a book, as it is written; formulas to text once all are known."""

    places: dict[str, TableRange] = field(default_factory=dict)
    _pieces: dict[tuple[str, Formula, int], Pieces] = field(default_factory=dict)

    def text(self, table: str, source: Formula, row: int, column: int) -> str:
        """The formula for a cell (row and column from 0) of a table. KeyError or ValueError for a
        table or heading that the book doesn't have."""
        pieces = self.pieces(table, source, column)
        return "".join(
            piece if isinstance(piece, str) else str(row + 1 + piece) for piece in pieces
        )

    def pieces(self, table: str, source: Formula, column: int) -> Pieces:
        """The formula for all cells of a column of a table."""
        key = (table, source, column)
        if key not in self._pieces:
            parts = (each for part in source.parts for each in self._part(part, table, column))
            self._pieces[key] = tuple(_joined(parts))
        return self._pieces[key]

    def definition(self, part: Whole | Headings) -> str:
        """What a name of columns or headings stands for."""
        text = self._by_reference(part) if isinstance(part, Whole) else self._headings(part)
        return f"={text}"

    def _part(self, part: FormulaPart, table: str, column: int) -> Pieces:
        match part:
            case This():
                start = self._letters(table, part.heading)
                stop = (f":${self._letters(table, part.last)}", 0) if part.last else ()
                return (f"${start}", 0, *stop)
            case Near():
                return (column_letters(column + part.columns + 1), part.rows)
            case Whole():
                text = name_of(part) or self._by_reference(part)
            case Headings():
                text = part.name or self._headings(part, table)
            case RowRange():
                text = self._of_rows(part, table)
            case Name():
                text = part.name
            case str():
                text = part
        return (text,)

    def _of_rows(self, part: RowRange, table: str) -> str:
        place = self.places[part.table]
        rows = (part.row, part.row if part.last_row is None else part.last_row)
        first, last = (place.top + 1 + row for row in rows)
        return self._from(table, place, place.cells((first, part.first), (last, part.last)))

    def _letters(self, table: str, heading: str) -> str:
        return column_letters(self.places[table].column(heading) + 1)

    def _from(self, table: str, place: TableRange, cells: str) -> str:
        """Cells as a table calls them: those of its own sheet without the sheet's name."""
        own_place = self.places.get(table)
        return cells.rpartition("!")[2] if own_place and own_place.tab == place.tab else cells

    def _headings(self, part: Headings, table: str = "") -> str:
        """Header cells: one by its address, several by reference."""
        place = self.places[part.table]
        if part.first == part.last:
            cell = (place.top, part.first)
            return self._from(table, place, place.cells(cell, cell))
        return f"{part.table}[[#Headers],{place.span(part.first, part.last)}]"

    def _by_reference(self, part: Whole) -> str:
        place, end = self.places[part.table], part.last or part.heading
        if any(map(place.goes_by_address, (part.heading, end))):
            return place.cells((place.top + 1, part.heading), (place.bottom, end))
        if part.last:
            return f"{part.table}[{place.span(part.heading, part.last)}]"
        heading = place.bracketed(part.heading)
        # Further brackets where it isn't letters and digits alone.
        return part.table + (heading if _SIMPLE.fullmatch(heading) else f"[{heading}]")


def _joined(pieces: Iterable[str | int]) -> Iterator[str | int]:
    """The pieces, texts that stand side by side as one."""
    for is_text, run in groupby(pieces, lambda piece: isinstance(piece, str)):
        if is_text:
            yield "".join(map(str, run))
        else:
            yield from run


def _address(row: int, column: int) -> str:
    return f"${column_letters(column + 1)}${row + 1}"
