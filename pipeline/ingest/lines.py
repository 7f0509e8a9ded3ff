"""Rows of a Savings table: which are lines, which are totals and which are notes, and the amounts
of the lines (contract, sections 3 and 4)."""

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np

from pipeline.core.issue import Issue
from pipeline.core.money import unit_name, unit_within
from pipeline.core.returns import Amounts, Cover, TableSource
from pipeline.core.text import cell_text
from pipeline.core.years import parse_year_heading, year_label
from pipeline.ingest.cells import AmountReader, stated_pounds
from pipeline.ingest.formats.workbook import Cell
from pipeline.ingest.layouts import Layout
from pipeline.ingest.tables import FoundTable, Rows
from pipeline.ingest.totals import is_total_row
from schemas.returns import SAVINGS

_REQUIRED = tuple(field.name for field in SAVINGS.fields if field.required)


@dataclass
class SplitRows:
    """A Savings table's rows by what they are; notes are left out."""

    lines: Rows
    totals: Rows


def split_rows(found: FoundTable) -> SplitRows:
    """Tell lines from totals and notes.

    A line has an amount or at least two required cells filled, however many of our headings each
    of them serves.
    """
    fields = found.columns.fields
    required = list(dict.fromkeys(fields[name] for name in _REQUIRED if name in fields))
    years = list(found.columns.years.values())
    split = SplitRows([], [])
    faulty_rows = {row for row, _ in found.sheet.faults}
    for place, row in found.rows:
        if is_total_row(found, place, row):
            split.totals.append((place, row))
            continue
        filled = len(required) - [row[column] for column in required].count("")
        if place in faulty_rows:
            filled += 2 * any((place, column) in found.sheet.faults for column in required + years)
        if filled >= 2 or _has_amount(row, years, filled):
            split.lines.append((place, row))
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


@dataclass
class ReadAmounts:
    """The amounts of a table's lines and the issues of their cells."""

    amounts: Amounts
    issues: list[Issue]


def read_amounts(
    found: FoundTable,
    source: TableSource,
    lines: Rows,
    cover: Cover,
    years: tuple[int, ...],
    layout: Layout | None = None,
) -> ReadAmounts:
    """The lines' amounts in pence, the programme's years apart from others."""
    count = len(lines)
    amounts = Amounts(
        np.zeros((count, len(years)), dtype=np.int64), np.zeros(count, dtype=np.int64)
    )
    issues: list[Issue] = []
    # By line, an issue for each rounded cell from left to right.
    rounded: dict[int, list[Issue]] = defaultdict(list)
    for year, column in sorted(found.columns.years.items(), key=lambda item: item[1]):
        cells = [row[column] for _, row in lines]
        if layout is not None:
            cells = [layout.translated(year, cell) for cell in cells]
        reader = AmountReader(cells, found.columns.units.get(year, cover.pounds_per_unit))
        heading = year_label(year)
        for place, (rule, details) in reader.faulty.items():
            at = source.at(lines[place][0] + 1, column + 1)
            value = cell_text(cells[place])
            issues.append(Issue(rule, at, heading, value, details, source.number))
        for place in reader.rounded:
            at = source.at(lines[place][0] + 1, column + 1)
            value = cell_text(cells[place])
            rounded[place].append(Issue("sub-penny", at, heading, value, {}, source.number))
        if year in years:
            amounts.years[:, years.index(year)] = reader.pence
            continue
        amounts.outside += reader.pence
        for place in np.flatnonzero(reader.pence).tolist():
            at = source.at(lines[place][0] + 1, column + 1)
            value = cell_text(cells[place])
            issues.append(Issue("year-outside-programme", at, heading, value, {}, source.number))
    issues += [_counted(each) for each in rounded.values()]
    return ReadAmounts(amounts, issues)


def _counted(rounded: list[Issue]) -> Issue:
    """The first of a line's rounded cells, with how many there are."""
    count = len(rounded)
    details = {"count": "One amount was" if count == 1 else f"{count} amounts were"}
    return replace(rounded[0], details=details)


def unit_conflicts(found: FoundTable, source: TableSource, cover_unit: int | None) -> list[Issue]:
    """Year headings whose unit is not the one that the return's own Cover gives."""
    issues = []
    for year, unit in found.columns.units.items():
        if cover_unit in (None, unit):
            continue
        column = found.columns.years[year]
        details = {"what": f"the Cover says {unit_name(cover_unit)}; the heading's unit holds"}
        at = source.at(found.header + 1, column + 1)
        value = cell_text(found.headings[column])
        if (parse_year_heading(value) or (year, None))[1] is None:
            value = f"{value} {unit_name(unit)}"  # it stands in the row below
        issues.append(Issue("unit-conflict", at, year_label(year), value, details))
    return issues


def units_above(found: FoundTable, source: TableSource, cover: Cover) -> list[Issue]:
    """The first text above a sheet's first table that speaks of a unit in which none of its
    amounts are read."""
    used = {found.columns.units.get(year, cover.pounds_per_unit) for year in found.columns.years}
    if not used or found.after:
        return []
    for place, row in enumerate(found.sheet.rows[: found.header]):
        for column, cell in enumerate(row):
            unit = unit_within(cell) if isinstance(cell, str) else None
            if unit is not None and unit not in used:
                said = ", ".join(map(unit_name, sorted(used)))
                details = {"what": f"the amounts below are read in {said}"}
                at = source.at(place + 1, column + 1)
                return [Issue("unit-conflict", at, "Units", cell_text(cell), details)]
    return []
