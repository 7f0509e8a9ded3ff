"""Savings with a row for each year of a line, as ledgers export them (contract, section 2): rows
that agree in all that we read but year and amount are one line."""

from dataclasses import dataclass

import numpy as np

from pipeline.core.issue import Issue
from pipeline.core.returns import Amounts, Cover, TableSource
from pipeline.core.text import cell_text
from pipeline.core.years import parse_year
from pipeline.ingest.cells import Vocabularies
from pipeline.ingest.formats.workbook import Cell
from pipeline.ingest.lines import AmountCells
from pipeline.ingest.records import column_cells, texts
from pipeline.ingest.tables import FoundTable, Rows
from schemas.fields import Table
from schemas.returns import LINE_REF, LONG_FIELDS

_YEAR, _ = LONG_FIELDS


@dataclass
class LongLines:
    """The lines of such a table, in the order of their first rows: ``rows`` (from 1), ``columns``
    by field, ``amounts``, and ``parts``: every row of a line with its year (0: none), by its first
    one."""

    rows: list[int]
    columns: dict[str, list[str | None]]
    amounts: Amounts
    parts: dict[int, list[tuple[int, int]]]
    issues: list[Issue]


def read_long(
    table: Table,
    found_table: FoundTable,
    source: TableSource,
    rows: Rows,
    cover: Cover,
    years: tuple[int, ...],
    vocabularies: Vocabularies,
) -> LongLines:
    """The lines that the rows make, and what is wrong with the rows' years and amounts.

    Two rows of one line and year are added up; one that is equal in every cell to an earlier one
    is left out, as a line of its own. A row without a readable year, or with a faulty amount,
    names its line's record, so that the whole line is rejected.
    """
    fields = texts(found_table, table, rows, vocabularies)
    row_years, issues = _years(found_table, source, rows)
    cells = AmountCells(found_table, source, rows)
    pence = np.zeros(len(rows), dtype=np.int64)
    for column, in_pence in cells.read(found_table.columns.amounts(cover.pounds_per_unit)):
        pence += in_pence.pence
        for place in np.flatnonzero(in_pence.pence).tolist():
            if row_years[place] and row_years[place] not in years:
                cells.add("year-outside-programme", place, column)
    of_row, twice = _lines(rows, [*zip(*fields.values(), strict=True)])
    issues += [
        _twice(found_table, source, rows, place, first, fields) for place, first in twice.items()
    ]
    firsts = [place for place, first in enumerate(of_row) if place == first]
    number = {place: n for n, place in enumerate(firsts)}
    amounts = Amounts(
        np.zeros((len(firsts), len(years)), dtype=np.int64),
        np.zeros(len(firsts), dtype=np.int64),
        np.zeros((len(firsts), len(years)), dtype=bool),
    )
    parts: dict[int, list[tuple[int, int]]] = {}
    for place, first in enumerate(of_row):
        year, line = row_years[place], number[first]
        parts.setdefault(rows[first][0] + 1, []).append((rows[place][0] + 1, year))
        if year in years:
            amounts.years[line, years.index(year)] += pence[place]
        else:
            amounts.outside[line] += pence[place]
            nothing = np.zeros(len(firsts), dtype=np.int64)
            amounts.others.setdefault(year, nothing)[line] += pence[place]
    columns = {name: [values[place] for place in firsts] for name, values in fields.items()}
    row_numbers = [rows[place][0] + 1 for place in firsts]
    return LongLines(row_numbers, columns, amounts, parts, issues + cells.issues)


def _years(
    found_table: FoundTable, source: TableSource, rows: Rows
) -> tuple[list[int], list[Issue]]:
    """The year of each row, 0 where it names none."""
    years, issues = [], []
    for (place, _), cell in zip(rows, column_cells(found_table, _YEAR.name, rows), strict=True):
        text = cell_text(cell)
        year = parse_year(text)
        years.append(year or 0)
        if year is None:
            at = source.cell(place + 1, _YEAR.name)
            details = {"suggestion": "", "choices": "a financial year such as 2012/13", "hint": ""}
            rule = "unknown-value" if text else "missing-value"
            issues.append(Issue(rule, at, _YEAR.heading, text, details, source.number))
    return years, issues


def _lines(rows: Rows, fields: list[tuple[str | None, ...]]) -> tuple[list[int], dict[int, int]]:
    """By row the first row of its line, itself where it begins one; and the rows that are equal in
    every cell to an earlier one of their line, with that one."""
    first_of: dict[tuple[str | None, ...], int] = {}
    first_equal: dict[tuple[int, tuple[tuple[type, Cell], ...]], int] = {}
    of_row, twice = [], {}
    for place, ((_, row), values) in enumerate(zip(rows, fields, strict=True)):
        first = first_of.setdefault(values, place)
        cells = (first, tuple((type(cell), cell) for cell in row))
        same = first_equal.setdefault(cells, place)
        if same != place:
            twice[place] = same
        of_row.append(place if same != place else first)
    return of_row, twice


def _twice(
    found_table: FoundTable,
    source: TableSource,
    rows: Rows,
    place: int,
    first: int,
    fields: dict[str, list[str | None]],
) -> Issue:
    """A row that stands there twice."""
    scenario = fields["scenario"][place]
    details = {
        "scenario": f"“{scenario}”" if scenario else "blank (all of them)",
        "first": source.cell(rows[first][0] + 1, LINE_REF.name).cell,
        "ask": "Give",
    }
    at = source.cell(rows[place][0] + 1, LINE_REF.name)
    value = fields[LINE_REF.name][place] or ""
    return Issue("duplicate-line", at, LINE_REF.heading, value, details, source.number)
