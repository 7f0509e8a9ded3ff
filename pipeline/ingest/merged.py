"""Merged cells: a text holds for every row of its area, an amount for none that can be told
(contract, section 3)."""

from collections import defaultdict

from pipeline.core.issue import Issue
from pipeline.core.money import POUND
from pipeline.core.returns import TableSource
from pipeline.core.source import column_letters
from pipeline.core.text import cell_text
from pipeline.ingest.cells import stated_pounds
from pipeline.ingest.formats.appearance import Area
from pipeline.ingest.formats.workbook import Cell, Sheet
from pipeline.ingest.tables import FoundTable, Rows
from schemas.fields import Kind, Table


def amount_columns(
    table: Table, found_table: FoundTable, pounds_per_unit: int = POUND
) -> dict[int, tuple[str, int]]:
    """The columns of a table that hold amounts, each with our heading and the pounds in its
    unit."""
    columns = found_table.columns
    amounts = {each.column: (each.heading, each.unit) for each in columns.amounts(pounds_per_unit)}
    for field in table.fields:
        if field.kind is Kind.AMOUNT and field.name in columns.fields:
            unit = columns.units.get(field.name, pounds_per_unit)
            amounts[columns.fields[field.name]] = field.heading, unit
            for further in columns.added.get(field.name, ()):
                unit = columns.added_units.get(further, pounds_per_unit)
                amounts[further] = field.heading, unit
    return amounts


def _number_columns(table: Table, found_table: FoundTable) -> dict[int, str]:
    """The columns whose numbers are added up, amounts and numbers of the team's own, each with our
    heading."""
    return {
        **{column: heading for column, (heading, _) in amount_columns(table, found_table).items()},
        **{
            found_table.columns.fields[field.name]: field.heading
            for field in table.fields
            if field.kind is Kind.QUANTITY and field.name in found_table.columns.fields
        },
    }


def filled_merged(table: Table, found_table: FoundTable, rows: Rows) -> Rows:
    """A table's lines with the text of merged cells in each of their rows; what nobody sees of the
    cells beside and below it goes. Amounts stay where they are."""
    areas = _by_row(found_table.sheet)
    if not areas:
        return rows
    above, amounts = dict(found_table.rows), set(_number_columns(table, found_table))
    return Rows(
        (place, _filled(row, areas[place], above, amounts) if place in areas else row)
        for place, row in rows
    )


def _filled(
    row: list[Cell], areas: list[Area], above: dict[int, list[Cell]], amounts: set[int]
) -> list[Cell]:
    """One such row; ``above``: the table's rows by place, ``amounts``: its columns of amounts."""
    filled = list(row)
    for top, left, _, right in areas:
        text = above[top][left] if top in above else ""
        if left not in amounts or (
            row[left] == "" and isinstance(text, str) and not _is_amount(text)
        ):
            filled[left] = text
        for column in range(left + 1, min(right + 1, len(row))):
            if column not in amounts:
                filled[column] = ""
    return filled


def merged_amounts(
    table: Table, found_table: FoundTable, source: TableSource, rows: Rows
) -> list[Issue]:
    """Amounts in cells that are merged over years or rows, at each line that shows them: not where
    the rows are merged in every filled column, nor where a year's column takes several of the
    sheet's."""
    areas = _by_row(found_table.sheet)
    if not areas:
        return []
    by_place, amounts = dict(found_table.rows), _number_columns(table, found_table)
    issues = []
    for place, row in rows:
        for area in areas.get(place, ()):
            top, left, _, right = area
            amounts_within = [column for column in range(left, right + 1) if column in amounts]
            above = by_place.get(top)
            if not amounts_within or above is None:
                continue
            unseen = [c for c in amounts_within if (place, c) != (top, left) and _is_amount(row[c])]
            if unseen or (
                _is_amount(above[left]) and not _is_one(found_table, area, amounts_within)
            ):
                value = cell_text(row[unseen[0]] if unseen else above[left])
                at = source.at(place + 1, (unseen or amounts_within)[0] + 1)
                details = {"area": area_text(area)}
                heading = amounts[(unseen or amounts_within)[0]]
                issues.append(Issue("merged-amount", at, heading, value, details, source.number))
    return issues


def covered_cells(found_table: FoundTable, rows: Rows) -> dict[str, str]:
    """Blank cells of lines that are part of merged cells, each with their area."""
    areas = _by_row(found_table.sheet)
    if not areas:
        return {}
    return {
        f"{column_letters(column + 1)}{place + 1}": area_text(area)
        for place, row in rows
        for area in areas.get(place, ())
        for column in range(area[1], min(area[3] + 1, len(row)))
        if row[column] == "" and column in found_table.columns.known
    }


def area_text(area: Area) -> str:
    """An area as Excel names it, A2:B3."""
    top, left, bottom, right = area
    first, last = column_letters(left + 1), column_letters(right + 1)
    return f"{first}{top + 1}:{last}{bottom + 1}"


def _by_row(sheet: Sheet) -> dict[int, list[Area]]:
    """The merged areas of each row. Areas never overlap in a sound file; of others no more is
    looked at than the sheet has cells."""
    areas: dict[int, list[Area]] = defaultdict(list)
    width = len(sheet.rows[0]) if sheet.rows else 0
    left_over = len(sheet.rows) * width
    for area in sheet.appearance.merges:
        top, left, bottom, _ = area
        if left >= width:
            continue
        for row in range(top, min(bottom + 1, len(sheet.rows))):
            areas[row].append(area)
            left_over -= 1
        if left_over < 0:
            break
    return areas


def _is_amount(cell: Cell) -> bool:
    """Whether a cell holds an amount other than nil."""
    return not isinstance(cell, str) or bool(stated_pounds(cell, 1))


def _is_one(found_table: FoundTable, area: Area, amounts: list[int]) -> bool:
    """Whether merged cells are one cell of the table: one year's, and one row's."""
    top, left, bottom, right = area
    if amounts != [left] or any(found_table.headings[c] != "" for c in range(left + 1, right + 1)):
        return False
    if top == bottom:
        return True
    alike = {
        column
        for first, begin, last, end in found_table.sheet.appearance.merges
        if (first, last) == (top, bottom)
        for column in range(begin, end + 1)
    }
    rows = found_table.sheet.rows[top : bottom + 1]
    return all(cell == "" or n in alike for row in rows for n, cell in enumerate(row)) and all(
        cell == "" for row in rows[1:] for cell in row
    )
