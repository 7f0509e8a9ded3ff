"""Total rows and Total columns: what a sheet adds up for its reader, and whether the sums are right
(contract, sections 3 and 5)."""

import re
from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from pipeline.core.issue import Issue
from pipeline.core.money import pence_from_numbers, unit_within
from pipeline.core.returns import Cover, TableSource
from pipeline.core.text import cell_text, match_key
from pipeline.ingest.cells import stated_pounds
from pipeline.ingest.formats.workbook import Cell
from pipeline.ingest.tables import FoundTable, Rows

_TOTAL = r"(?:(?:sub|grand)[\s\-\u2010-\u2015\u2212]*)?totals?"
_AT_AN_END = re.compile(rf"[\W_]*{_TOTAL}\b|.*\b{_TOTAL}[\W_]*$", re.IGNORECASE | re.DOTALL)
_ALONE = re.compile(rf"[\W_]*{_TOTAL}[\W_]*", re.IGNORECASE)


def says_total(text: str, *, alone: bool = False) -> bool:
    """Whether a text begins or ends with Total, Sub-total or Grand total as words of their own;
    ``alone``: whether it says nothing else."""
    if "total" not in text.casefold():
        return False
    return (_ALONE.fullmatch if alone else _AT_AN_END.match)(text) is not None


def is_total_row(found_table: FoundTable, place: int, row: list[Cell]) -> bool:
    """Whether a row adds up others: the file marks it as its Excel table's total row, or a text in
    it says Total, and it has no Category and no Line ref but such a text (Excel's sub-totals stand
    in the column that they are of)."""
    if is_marked_total(found_table, place):
        return True
    saying = found_table.sheet.total_texts
    if not saying or saying.isdisjoint(row):
        return False
    fields = found_table.columns.fields
    for column in (fields.get("category"), fields.get("line_ref")):
        if column is not None and row[column] != "" and not says_total(cell_text(row[column])):
            return False
    return any(isinstance(cell, str) and says_total(cell) for cell in row)


def total_rows(found_table: FoundTable) -> Rows:
    """The rows of a table that add up others."""
    if not (found_table.sheet.total_texts or found_table.sheet.table_totals):
        return Rows()
    return Rows(each for each in found_table.rows if is_total_row(found_table, *each))


def is_marked_total(found_table: FoundTable, place: int) -> bool:
    """Whether a row is the total row of an Excel table that has columns of ours."""
    if not found_table.sheet.table_totals:
        return False
    our_columns = found_table.columns.known
    return any(
        row == place and any(first <= column <= last for column in our_columns)
        for row, first, last in found_table.sheet.table_totals
    )


def total_columns(found_table: FoundTable, lines: Rows, cover: Cover) -> dict[int, int]:
    """The unknown columns that say Total in their heading and add up the row's years in at least
    half of their rows, each with the pounds in one of its units."""
    units: dict[int, int] = {}
    our_columns = found_table.columns.known
    for column in [each for each in range(len(found_table.headings)) if each not in our_columns]:
        text = cell_text(found_table.headings[column])
        if "total" not in match_key(text):
            continue
        unit = unit_within(text) or _unit_of_years(found_table, cover)
        sums = list(_sums_of_rows(found_table, lines, column, unit, cover))
        right = sum(_same_money(value, years) for _, _, value, years in sums)
        if sums and 2 * right >= len(sums):
            units[column] = unit
    return units


def _unit_of_years(found_table: FoundTable, cover: Cover) -> int:
    """The unit of the table's years, where all have one; else the Cover's."""
    units = {each.unit for each in found_table.columns.amounts(cover.pounds_per_unit)}
    return units.pop() if len(units) == 1 else cover.pounds_per_unit


def _sums_of_rows(
    found_table: FoundTable, rows: Rows, column: int, unit: int, cover: Cover
) -> Iterator[tuple[int, list[Cell], Decimal, Decimal]]:
    """The rows in which a Total column states an amount, with that and the sum of the row's years,
    in pounds; none with a cell that can't be read."""
    years = [
        (each.column, each.unit) for each in found_table.columns.amounts(cover.pounds_per_unit)
    ]
    for place, row in rows:
        if row[column] == "" or any((place, each) in found_table.sheet.faults for each, _ in years):
            continue
        value = stated_pounds(row[column], unit)
        amounts = [stated_pounds(row[each], of_year) for each, of_year in years]
        stated = [amount for amount in amounts if amount is not None]
        if value is not None and len(stated) == len(amounts):
            yield place, row, value, sum(stated, Decimal(0))


def column_mismatches(
    found_table: FoundTable, source: TableSource, lines: Rows, cover: Cover
) -> list[Issue]:
    """The cells of Total columns that are not the sum of their row's years."""
    issues = []
    for column, unit in total_columns(found_table, lines, cover).items():
        heading = cell_text(found_table.headings[column])
        for place, row, value, years in _sums_of_rows(found_table, lines, column, unit, cover):
            if not _same_money(value, years):
                details = {"what": f"the row's years add up to {years / unit:,f}"}
                at, text = source.at(place + 1, column + 1), cell_text(row[column])
                issues.append(Issue("total-mismatch", at, heading, text, details))
    return issues


def row_mismatches(
    found_table: FoundTable, source: TableSource, lines: Rows, totals: Rows, cover: Cover
) -> list[Issue]:
    """Total rows that equal neither the sum since the last total row nor since the top, as the
    sheet states them. Columns with an unreadable cell above are not compared."""
    issues: list[Issue] = []
    years = found_table.columns.amounts(cover.pounds_per_unit)
    # A remark that ends in "in total" adds up nothing.
    summing = [each for each in totals if any(each[1][of.column] != "" for of in years)]
    if not summing:
        return issues
    everything = sorted(
        [(place, row, False) for place, row in lines]
        + [(place, row, True) for place, row in summing],
        key=lambda each: each[0],
    )
    for of in years:
        column, unit = of.column, of.unit
        for place, row, since, top in _sums_at_totals(found_table, everything, column, unit):
            value = stated_pounds(row[column], unit)
            if (place, column) in found_table.sheet.faults:
                value = None
            if value is not None and row[column] != "" and not _same_money(value, since, top):
                at = source.at(place + 1, column + 1)
                more = "" if since == top else f" since the last total, {top / unit:,f} in all"
                details = {"what": f"the rows above add up to {since / unit:,f}{more}"}
                text = cell_text(row[column])
                issues.append(Issue("total-mismatch", at, of.heading, text, details))
    return issues


def _sums_at_totals(
    found_table: FoundTable, everything: list[tuple[int, list[Cell], bool]], column: int, unit: int
) -> Iterator[tuple[int, list[Cell], Decimal, Decimal]]:
    """Each total row of a column, with the sums of its lines since the last one and since the top,
    in pounds; none below an unreadable cell. ``everything``: lines and totals (True), in order."""
    faulty = any(place[1] == column for place in found_table.sheet.faults)
    cells = [row[column] for _, row, total in everything if not total]
    numbers = [cell if type(cell) is float else 0.0 if cell == "" else np.nan for cell in cells]
    pence, exact = pence_from_numbers(np.array(numbers, dtype=np.float64), unit)
    whole = iter(pence.tolist()) if exact.all() and not faulty else None
    top = since = Decimal(0)
    for place, row, total in everything:
        if total:
            yield place, row, since, top
            since = Decimal(0)
            continue
        if whole is not None:
            value: Decimal | None = Decimal(next(whole)) / 100
        elif (place, column) in found_table.sheet.faults:
            value = None
        else:
            value = stated_pounds(row[column], unit)
        if value is None:
            return
        top, since = top + value, since + value


def _same_money(total: Decimal, *sums: Decimal) -> bool:
    """Equal to the half penny: a stored sum carries binary noise, never a whole penny of it."""
    return any(abs(total - amount) < Decimal("0.005") for amount in sums)
