"""What reading a return gives: its cover, its tables as typed columns with the place of every
cell, and the issues met on the way."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from pipeline.core.account import Account
from pipeline.core.answers import Answer
from pipeline.core.issue import Issue
from pipeline.core.source import SourceRef

Pence = npt.NDArray[np.int64]

# The amounts of a Delivery record, by the names of their fields.
DELIVERY_MEASURES = ("forecast", "delivered")


@dataclass(frozen=True)
class TableSource:
    """One table found on one sheet of a workbook: where each of its columns stands.

    ``columns`` by field name and ``year_columns`` by calendar year give the sheet's columns,
    counted from 1. ``number`` counts the tables of the workbook. ``faults``: what is wrong with
    the table as a whole, such as a heading that it lacks. ``covered``: blank cells of its rows
    that are part of merged cells, each with the area, by their addresses.

    Where Layouts read it: ``constants`` are the cells of Layouts that give fields without a
    column; ``added`` by year further columns that are added to the first one; ``parts`` of a table
    with a row a year, by a record's first row, every row of it with its year (0: none).

    ``total_rows``: the rows that add up others, in order. ``first_column``: the first column that
    the header row fills.
    """

    workbook: str
    sheet: str
    sheet_number: int
    number: int
    header_row: int
    columns: dict[str, int]
    year_columns: dict[int, int]
    faults: tuple[Issue, ...] = ()
    covered: dict[str, str] = field(default_factory=dict)
    constants: dict[str, SourceRef] = field(default_factory=dict)
    added: dict[int, list[int]] = field(default_factory=dict)
    parts: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    total_rows: tuple[int, ...] = ()
    first_column: int = 1

    @property
    def lacks_headings(self) -> bool:
        """Whether its header row lacks a heading that is required."""
        return any(issue.rule == "missing-heading" for issue in self.faults)

    def at(self, row: int, column: int) -> SourceRef:
        """A place in the table's sheet."""
        return SourceRef(self.workbook, self.sheet, row, column, self.sheet_number)

    def cell(self, row: int, name: str) -> SourceRef:
        """The cell of a field in a row; the row's first known cell where it has no column."""
        return self.at(row, self.columns.get(name) or min(self.columns.values(), default=1))

    def amount_cells(self, row: int, year: int) -> list[SourceRef]:
        """The cells of a record's amount in a year, from its first row on; none where it has no
        column or no row of that year."""
        if row in self.parts:
            columns = [self.columns["amount"], *self.added.get(0, ())]
            rows = [each for each, of_year in self.parts[row] if of_year == year]
            return [self.at(each, column) for each in rows for column in columns]
        first = self.year_columns.get(year)
        return [self.at(row, each) for each in (first, *self.added.get(year, ())) if each]

    def rows_of(self, row: int) -> int:
        """How many rows of the sheet a record has, by its first one."""
        return len(self.parts.get(row, ())) or 1


@dataclass
class Records:
    """The rows of one kind of table: typed columns by field name, blank cells None.

    ``source`` and ``row`` name each record's table and row.
    """

    sources: list[TableSource] = field(default_factory=list)
    source: list[int] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    columns: dict[str, list[str | None]] = field(default_factory=dict)


@dataclass
class Amounts:
    """The amounts of Savings records, as the return states them, before signs are turned.

    ``years`` pence, records by the programme's years; ``outside`` pence in other years together,
    ``others`` in each of them; ``blank``: the years whose cell is there and empty.
    """

    years: Pence
    outside: Pence
    blank: npt.NDArray[np.bool_]
    others: dict[int, Pence] = field(default_factory=dict)


@dataclass
class DeliveryAmounts:
    """The amounts of Delivery records, as the return states them, before signs are turned.

    ``pence`` and ``filled`` (whether the cell states an amount): records by DELIVERY_MEASURES.
    """

    pence: Pence
    filled: npt.NDArray[np.bool_]


@dataclass
class Cover:
    """A return's cover; its four settings of amounts hold for the whole return.

    ``names_department``: False where the workbook's name stands for it. ``faults``: what is wrong
    with a setting, by its field's name; what it comes to is not said here. ``replaces``: the path
    of the workbook that this one, made by ``make template``, takes the place of; ``last_dated``:
    that one's date.
    """

    department: str
    pounds_per_unit: int
    savings_positive: bool
    incremental: bool
    prepared_by: str = ""
    contact: str = ""
    dated: date | None = None
    status: str = ""
    certified_by: str = ""
    dated_at: SourceRef | None = None
    costs_positive: bool = True
    names_department: bool = False
    replaces: str = ""
    last_dated: date | None = None
    faults: dict[str, Issue] = field(default_factory=dict)

    @property
    def counts_as_dated(self) -> date | None:
        """Its date; until it bears one, that of the workbook that it takes the place of."""
        return self.dated or self.last_dated


@dataclass
class LeftOut:
    """Rows of Savings that Layouts leave out: how many, and their ``pence`` after the sign."""

    rows: int = 0
    pence: int = 0


@dataclass
class Return:
    """A workbook of a programme's folder, read or not.

    ``result`` says in words what came of it; ``cover`` is None where it could not be read.
    ``sheet_covers``: the cover as it holds for a sheet, by the sheet's number, where Layouts give
    one settings of its own. ``left_out``: what Layouts leave out. ``layouts``: the rows of Layouts
    that serve it, each as its number and what of it serves.
    ``account``: what each number on its sheets is.
    ``suggested``: where no savings were found, rows for Layouts that would read it, as cells in
    the order of that sheet's columns. ``answers``: of a checked copy that is sent back, what its
    Issues sheet answers.
    """

    workbook: str
    sha256: str
    result: str
    cover: Cover | None = None
    tables: dict[str, Records] = field(default_factory=dict)
    amounts: Amounts | None = None
    delivery: DeliveryAmounts | None = None
    issues: list[Issue] = field(default_factory=list)
    suggested: list[tuple[str, ...]] = field(default_factory=list)
    sheet_covers: dict[int, Cover] = field(default_factory=dict)
    left_out: LeftOut = field(default_factory=LeftOut)
    layouts: list[tuple[int, str]] = field(default_factory=list)
    account: Account = field(default_factory=Account)
    answers: list[Answer] = field(default_factory=list)

    def lacks(self, table: str) -> bool:
        """Whether no table on its sheets can be read as one of ours, by its name."""
        records = self.tables.get(table)
        return records is None or all(source.lacks_headings for source in records.sources)

    def cover_of(self, source: TableSource) -> Cover | None:
        """The cover as it holds for a table."""
        return self.sheet_covers.get(source.sheet_number, self.cover)


@dataclass(frozen=True)
class SourceFile:
    """A file of the programme's folder and what came of it; ``result`` in words."""

    workbook: str
    sha256: str
    read: bool
    result: str
    department: str = ""
    status: str = ""
