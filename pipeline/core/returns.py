"""What reading a return gives: its cover, its tables as typed columns with the place of every
cell, and the issues met on the way."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from pipeline.core.issue import Issue
from pipeline.core.source import SourceRef

Pence = npt.NDArray[np.int64]

# The amounts of a Delivery record, by the names of their fields.
DELIVERY_MEASURES = ("forecast", "delivered")


@dataclass(frozen=True)
class TableSource:
    """One table found on one sheet of a workbook: where each of its columns stands.

    ``columns`` by field name and ``year_columns`` by calendar year give the sheet's columns,
    counted from 1. ``number`` counts the tables of the workbook. ``usable``: False where a fault
    of the whole table (a missing heading) keeps all of its rows out.
    """

    workbook: str
    sheet: str
    sheet_number: int
    number: int
    header_row: int
    columns: dict[str, int]
    year_columns: dict[int, int]
    usable: bool = True

    def at(self, row: int, column: int) -> SourceRef:
        """A place in the table's sheet."""
        return SourceRef(self.workbook, self.sheet, row, column, self.sheet_number)

    def cell(self, row: int, name: str) -> SourceRef:
        """The cell of a field in a row; the row's first known cell where it has no column."""
        return self.at(row, self.columns.get(name) or min(self.columns.values(), default=1))


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

    ``years`` pence, records by the programme's years; ``outside`` pence in other years.
    """

    years: Pence
    outside: Pence


@dataclass
class DeliveryAmounts:
    """The amounts of Delivery records, as the return states them, before signs are turned.

    ``pence`` and ``filled`` (whether the cell states an amount): records by DELIVERY_MEASURES.
    """

    pence: Pence
    filled: npt.NDArray[np.bool_]


@dataclass
class Cover:
    """A return's cover; the three settings hold for the whole return."""

    department: str
    pounds_per_unit: int
    savings_positive: bool
    incremental: bool
    prepared_by: str = ""
    contact: str = ""
    dated: date | None = None
    status: str = ""
    usable: bool = True


@dataclass
class Return:
    """A workbook of a programme's folder, read or not.

    ``result`` says in words what came of it; ``cover`` is None where it could not be read.
    ``likely``: where no savings were found, the headings that look most like ours, as rows for
    Layouts (Workbook, Sheet, Table, Heading, Their heading).
    """

    workbook: str
    sha256: str
    result: str
    cover: Cover | None = None
    tables: dict[str, Records] = field(default_factory=dict)
    amounts: Amounts | None = None
    delivery: DeliveryAmounts | None = None
    issues: list[Issue] = field(default_factory=list)
    likely: list[tuple[str, str, str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class SourceFile:
    """A file of the programme's folder and what came of it; ``result`` in words."""

    workbook: str
    sha256: str
    read: bool
    result: str
    department: str = ""
    status: str = ""
