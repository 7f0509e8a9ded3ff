"""Rows of a Savings table: which are lines, which are totals and which are notes, and the amounts
of the lines (contract, sections 3 and 4)."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from pipeline.core.issue import Issue
from pipeline.core.money import parse_unit, unit_name, unit_said, unit_within
from pipeline.core.phrases import agreeing
from pipeline.core.returns import Amounts, Cover, TableSource
from pipeline.core.source import SourceRef
from pipeline.core.text import cell_text
from pipeline.core.years import parse_year_heading
from pipeline.ingest.cells import PenceColumn, read_columns, stated_pounds
from pipeline.ingest.formats.workbook import Cell, Sheet
from pipeline.ingest.layouts import Ours
from pipeline.ingest.records import left_out
from pipeline.ingest.tables import AmountColumn, FoundTable, Rows
from pipeline.ingest.totals import total_rows
from schemas.returns import SAVINGS

_REQUIRED = tuple(field.name for field in SAVINGS.fields if field.required)


@dataclass
class SplitRows:
    """A Savings table's rows by what they are; notes are in none. ``left_out``: rows that would be
    lines, but for Layouts."""

    lines: Rows
    totals: Rows
    left_out: Rows = field(default_factory=Rows)


def split_rows(found_table: FoundTable) -> SplitRows:
    """Tell lines from totals and notes.

    A line has an amount or at least two required cells filled, however many of our headings each
    of them serves.
    """
    fields = found_table.columns.fields
    required = list(dict.fromkeys(fields[name] for name in _REQUIRED if name in fields))
    years = [each.column for each in found_table.columns.amounts(1)]
    totals = total_rows(found_table)
    places = {place for place, _ in totals}
    faulty_rows = {row for row, _ in found_table.sheet.faults}
    of_rows = list(zip(*map(found_table.rows.column, required), strict=True)) or [()] * len(
        found_table.rows
    )
    lines = []
    for each, cells in zip(found_table.rows, of_rows, strict=True):
        place, row = each
        if place in places:
            continue
        filled = len(cells) - cells.count("")
        if place in faulty_rows:
            filled += 2 * any(
                (place, column) in found_table.sheet.faults for column in required + years
            )
        if filled >= 2 or _has_amount(row, years, filled):
            lines.append(each)
    split = SplitRows(
        Rows(lines) if len(lines) < len(found_table.rows) else found_table.rows, totals
    )
    if out := left_out(found_table, split.lines):
        split.left_out = Rows(each for each in split.lines if each[0] in out)
        split.lines = Rows(each for each in split.lines if each[0] not in out)
    return split


def _has_amount(row: list[Cell], years: list[int], filled: int) -> bool:
    """A number in a year's column, or text that is one. With a required cell filled, any text
    there is taken for an amount that somebody meant to give, so that TBC is named, not lost."""
    for column in years:
        cell = row[column]
        if cell == "":
            continue
        if not isinstance(cell, str) or (filled and cell_text(cell)):
            return True
        if any(c.isdigit() for c in cell) and stated_pounds(cell, 1) is not None:
            return True
    return False


def without_empty(found_table: FoundTable, lines: Rows, years: Container[int | None]) -> None:
    """Take those of some years for no columns at all that hold nothing: a next return has them,
    though nobody has said yet what is in them."""
    columns = found_table.columns.years
    for year in [each for each in columns if each in years]:
        if all(row[columns[year]] == "" for _, row in lines):
            del columns[year]


@dataclass
class ReadAmounts:
    """The amounts of a table's lines and the issues of their cells."""

    amounts: Amounts
    issues: list[Issue]


def read_amounts(
    found_table: FoundTable, source: TableSource, lines: Rows, cover: Cover, years: tuple[int, ...]
) -> ReadAmounts:
    """The lines' amounts in pence, the programme's years apart from others."""
    count = len(lines)
    amounts = Amounts(
        np.zeros((count, len(years)), dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.zeros((count, len(years)), dtype=bool),
    )
    cells = AmountCells(found_table, source, lines)
    read_before: set[int] = set()
    for each, column in cells.read(found_table.columns.amounts(cover.pounds_per_unit)):
        if each.year in years:
            place = years.index(each.year)
            amounts.years[:, place] += column.pence
            blank = False if column.is_plain else _blanks(lines, each)
            amounts.blank[:, place] = blank & (amounts.blank[:, place] | (place not in read_before))
            read_before.add(place)
            continue
        amounts.outside += column.pence
        if each.year is not None:
            amounts.others[each.year] = amounts.others.get(each.year, 0) + column.pence
        for place in np.flatnonzero(column.pence).tolist():
            cells.add("year-outside-programme", place, each)
    return ReadAmounts(amounts, cells.issues)


def _blanks(lines: Rows, of: AmountColumn) -> npt.NDArray[np.bool_]:
    return np.array([cell == "" for cell in lines.column(of.column)], dtype=bool)


class AmountCells:
    """The amounts of a table's lines, column by column, and what is wrong with their cells."""

    def __init__(self, found_table: FoundTable, source: TableSource, lines: Rows) -> None:
        """``lines``: the rows to read."""
        self.found_table, self.source, self.lines = found_table, source, lines
        self._issues: list[Issue] = []
        # By line, an issue for each rounded cell from left to right.
        self._rounded: dict[int, list[Issue]] = defaultdict(list)

    @property
    def issues(self) -> list[Issue]:
        """Every issue so far; those of a line's rounded cells are one."""
        return self._issues + [once_a_line(each) for each in self._rounded.values()]

    def read(self, columns: list[AmountColumn]) -> Iterator[tuple[AmountColumn, PenceColumn]]:
        """Each of some columns; its unreadable cells are issues, and nil."""
        cells_of = [self._cells(column) for column in columns]
        in_pence = read_columns(cells_of, [column.unit for column in columns])
        for column, cells, pence in zip(columns, cells_of, in_pence, strict=True):
            for place, (rule, details) in pence.faulty.items():
                self.add(rule, place, column, details, cells[place])
            for place in pence.rounded:
                issue = self._issue("sub-penny", place, column, {}, cells[place])
                self._rounded[place].append(issue)
            yield column, pence

    def _cells(self, column: AmountColumn) -> Sequence[Cell]:
        """A column's cells by line, as a layout translates them."""
        cells = self.lines.column(column.column)
        ours: Ours = "amount" if column.year is None else column.year
        return (
            cells
            if self.found_table.layout is None
            else self.found_table.layout.translated(ours, cells)
        )

    def add(
        self,
        rule: str,
        place: int,
        column: AmountColumn,
        details: dict[str, str] | None = None,
        cell: Cell | None = None,
    ) -> None:
        """Note an issue of a line's cell; ``cell`` is what it says, unless it is as it stands."""
        cell = self.lines[place][1][column.column] if cell is None else cell
        self._issues.append(self._issue(rule, place, column, details or {}, cell))

    def _issue(
        self, rule: str, place: int, column: AmountColumn, details: dict[str, str], cell: Cell
    ) -> Issue:
        at = self.source.at(self.lines[place][0] + 1, column.column + 1)
        return Issue(rule, at, column.heading, cell_text(cell), details, self.source.number)


def once_a_line(rounded: list[Issue]) -> Issue:
    """The first of a line's rounded cells, with how many there are."""
    count = len(rounded)
    details = {"count": agreeing(count, "One amount was", f"{count} amounts were")}
    return replace(rounded[0], details=details)


def unit_conflicts(
    found_table: FoundTable, source: TableSource, cover_unit: int | None
) -> list[Issue]:
    """Headings of amounts whose unit is not the one that the return's own Cover gives."""
    issues: list[Issue] = []
    if cover_unit is None:
        return issues
    for each in found_table.columns.amounts(cover_unit):
        if each.unit == cover_unit:
            continue
        details = {"what": f"the Cover says {unit_name(cover_unit)}; the heading's unit holds"}
        at = source.at(found_table.header + 1, each.column + 1)
        value = cell_text(found_table.headings[each.column])
        if (parse_year_heading(value) or (0, None))[1] is None and unit_within(value) is None:
            value = f"{value} {unit_name(each.unit)}"  # it stands in the row below
        issues.append(Issue("unit-conflict", at, each.heading, value, details))
    return issues


def units_around(
    found_table: FoundTable,
    source: TableSource,
    lines: Rows,
    units: Collection[int],
    cover_sheet: Sheet | None = None,
) -> list[Issue]:
    """The first text that states another unit than those in which a sheet's first table is read
    (``units``): above the table, as a heading of its own, below its ``lines`` and the sheet's last
    number, else on a Cover that gives no Units (``cover_sheet``)."""
    if not units or found_table.after:
        return []
    rows = found_table.sheet.rows
    last_line = max((place for place, _ in lines), default=found_table.header)
    around = [*range(found_table.header), *range(_behind_numbers(rows, last_line), len(rows))]
    headings = _texts(found_table.sheet, [found_table.header])
    texts = [
        *_texts(found_table.sheet, around),
        *(each for each in headings if parse_unit(each[3])),
    ]
    if cover_sheet is not None and cover_sheet.number != found_table.sheet.number:
        texts += _texts(cover_sheet, range(len(cover_sheet.rows)))
    for sheet, place, column, text in texts:
        unit = unit_said(text)
        if unit is not None and unit not in units:
            unit_names = ", ".join(map(unit_name, sorted(units)))
            details = {"what": f"the amounts of {found_table.sheet.name} are read in {unit_names}"}
            at = SourceRef(source.workbook, sheet.name, place + 1, column + 1, sheet.number)
            return [Issue("unit-conflict", at, "Units", cell_text(text), details)]
    return []


def _behind_numbers(rows: Sequence[Sequence[Cell]], line: int) -> int:
    """The first row behind a line and the last number: what a text says there it says of nothing
    further down."""
    behind = len(rows)
    while behind > line + 1 and not any(isinstance(cell, float) for cell in rows[behind - 1]):
        behind -= 1
    return behind


def _texts(sheet: Sheet, places: Iterable[int]) -> Iterator[tuple[Sheet, int, int, str]]:
    """The texts of some rows, each with its place."""
    for place in places:
        for column, cell in enumerate(sheet.rows[place]):
            if isinstance(cell, str) and cell:
                yield sheet, place, column, cell
