"""Tables without amounts: sheets to typed records."""

from pipeline.core.issue import Issue
from pipeline.core.returns import Records, TableSource
from pipeline.core.source import SourceRef
from pipeline.core.years import year_label
from pipeline.ingest.cells import Vocabularies, read_texts
from pipeline.ingest.formats.workbook import Cell, Sheet
from pipeline.ingest.layouts import Layout
from pipeline.ingest.tables import (
    FoundTable,
    HeadingFinder,
    Rows,
    find_tables,
    header_issues,
)
from pipeline.ingest.totals import is_total_row
from schemas.fields import Kind, Table


def found_on(
    workbook: str,
    sheet: Sheet,
    table: Table,
    partners: tuple[str, ...] = (),
    layout: Layout | None = None,
) -> tuple[list[FoundTable], list[Issue]]:
    """The tables of this kind on a sheet; a sheet without a header row is an issue, unless it is
    blank and not required."""
    found = find_tables(sheet, HeadingFinder(table, partners, layout))
    blank = not any(cell != "" for row in sheet.rows for cell in row)
    if found or (blank and not table.required):
        return found, []
    what = f"No row within the first 50 has the headings of {table.name}."
    at = SourceRef(workbook, sheet.name, sheet_number=sheet.number)
    return [], [Issue("missing-heading", at, details={"what": what})]


def read_records(
    workbook: str, sheets: list[Sheet], table: Table, vocabularies: Vocabularies, least: int = 2
) -> tuple[Records, list[Issue]]:
    """Every record of the table on the sheets, and what is wrong with their header rows and
    needed cells; ``least`` as in ``filled_rows``."""
    records = Records(columns={field.name: [] for field in table.fields})
    issues: list[Issue] = []
    for sheet in sheets:
        tables, faults = found_on(workbook, sheet, table)
        issues += faults
        for found in tables:
            source = found.source(workbook, len(records.sources))
            issues += header_issues(found, source, table)
            rows = filled_rows(table, found, least)
            issues += add_records(records, found, source, table, rows, vocabularies)
    return records, issues


def add_records(
    records: Records,
    found: FoundTable,
    source: TableSource,
    table: Table,
    rows: Rows,
    vocabularies: Vocabularies,
    layout: Layout | None = None,
) -> list[Issue]:
    """Add a found table's rows to the records; gives the issues of their needed cells.

    A layout's constants stand for columns, its translations for cells, and blank cells of the
    columns that it fills down repeat the value above.
    """
    records.source += [len(records.sources)] * len(rows)
    records.sources.append(source)
    records.row += [place + 1 for place, _ in rows]
    for field in table.fields:
        cells = column_cells(found, field.name, rows, layout)
        records.columns[field.name] += read_texts(field, vocabularies, cells)
    return cell_faults(table, found, source, rows) if found.sheet.faults else []


def column_cells(found: FoundTable, name: str, rows: Rows, layout: Layout | None) -> list[Cell]:
    """A field's cells in the rows, by way of the layout where there is one."""
    column = found.columns.fields.get(name)
    if layout is None:
        return [""] * len(rows) if column is None else [row[column] for _, row in rows]
    if column is None:
        sheet = found.sheet.name
        constants = (layout.constant(name, sheet, place + 1) for place, _ in rows)
        return [layout.translated(name, constant) for constant in constants]
    if name in layout.fill_down:
        filled = filled_down(found, column)
        return [layout.translated(name, filled[place]) for place, _ in rows]
    return [layout.translated(name, row[column]) for _, row in rows]


def filled_down(found: FoundTable, column: int) -> dict[int, Cell]:
    """A column's cells by row, blank ones with the nearest filled one above in the table; total
    rows give nothing."""
    cells: dict[int, Cell] = {}
    last: Cell = ""
    for place, row in found.rows:
        if row[column] != "" and not is_total_row(found, place, row):
            last = row[column]
        cells[place] = last
    return cells


def cell_faults(table: Table, found: FoundTable, source: TableSource, rows: Rows) -> list[Issue]:
    """Errors and formulas without a result in cells that the model needs."""
    places = {place for place, _ in rows}
    needed = {
        found.columns.fields[field.name]: field.heading
        for field in table.fields
        if (field.needed or field.required or field.kind is Kind.AMOUNT)
        and field.name in found.columns.fields
    }
    for year, column in found.columns.years.items():
        needed[column] = year_label(year)
    issues = []
    for (place, column), fault in found.sheet.faults.items():
        if place in places and column in needed:
            rule = "cell-error" if fault.error else "formula-no-value"
            at = source.at(place + 1, column + 1)
            issues.append(Issue(rule, at, needed[column], fault.error, {}, source.number))
    return issues


def filled_rows(table: Table, found: FoundTable, least: int = 2) -> Rows:
    """Rows that are records: all that is required is filled, or at least two cells (``least``)
    are; an error cell is filled. The rest are blank rows, notes and, in tables of amounts,
    totals."""
    known = list(found.columns.fields.values())
    required = [
        found.columns.fields[field.name]
        for field in table.fields
        if field.required and field.name in found.columns.fields
    ]
    has_amounts = any(field.kind is Kind.AMOUNT for field in table.fields)
    rows = []
    for place, row in found.rows:
        if has_amounts and is_total_row(found, place, row):
            continue
        filled = {
            column for column in known if row[column] != "" or (place, column) in found.sheet.faults
        }
        if len(filled) >= least or (filled and filled.issuperset(required)):
            rows.append((place, row))
    return rows
