"""Tables without amounts: sheets to typed records."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from pipeline.core.issue import Issue
from pipeline.core.returns import Records, TableSource
from pipeline.core.source import SourceRef
from pipeline.core.text import cell_text, match_key
from pipeline.ingest.cells import Vocabularies, read_texts
from pipeline.ingest.formats.workbook import Cell, Sheet
from pipeline.ingest.layouts import Ours
from pipeline.ingest.merged import filled_merged, merged_amounts
from pipeline.ingest.sheet_layout import Layout
from pipeline.ingest.tables import (
    FoundTable,
    HeadingFinder,
    Rows,
    find_tables,
    header_issues,
    own_finder,
)
from pipeline.ingest.totals import is_total_row, total_rows
from schemas.fields import Kind, Table
from schemas.returns import LINE_REF, LONG_FIELDS, PROJECT_CODE

_REFERENCES = (LINE_REF.name, PROJECT_CODE.name)
_DATES = frozenset((date, datetime, time, timedelta))


def found_on(
    workbook: str,
    sheet: Sheet,
    table: Table,
    partners: tuple[str, ...] = (),
    layout: Layout | None = None,
) -> tuple[list[FoundTable], list[Issue]]:
    """The tables of this kind on a sheet; a sheet without a header row is an issue, unless it is
    blank and not required."""
    alone = layout is None and not partners
    finder = own_finder(table) if alone else HeadingFinder(table, partners, layout)
    tables = find_tables(sheet, finder)
    blank = not any(cell != "" for row in sheet.rows for cell in row)
    if tables or (blank and not table.required):
        return tables, []
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
        for found_table in tables:
            source = found_table.source(workbook, len(records.sources))
            issues += header_issues(found_table, source, table)
            rows = filled_merged(table, found_table, filled_rows(table, found_table, least))
            issues += add_records(records, found_table, source, table, rows, vocabularies)
    return records, issues


def add_records(
    records: Records,
    found_table: FoundTable,
    source: TableSource,
    table: Table,
    rows: Rows,
    vocabularies: Vocabularies,
) -> list[Issue]:
    """Add a found table's rows to the records; gives the issues of their cells."""
    append(
        records,
        source,
        [place + 1 for place, _ in rows],
        texts(found_table, table, rows, vocabularies),
    )
    return cell_issues(table, found_table, source, rows)


def cell_issues(
    table: Table, found_table: FoundTable, source: TableSource, rows: Rows
) -> list[Issue]:
    """What is wrong with cells of the rows whatever their fields hold: errors, dates as
    references, merged amounts."""
    return [
        *dated_references(table, found_table, source, rows),
        *merged_amounts(table, found_table, source, rows),
        *(cell_faults(table, found_table, source, rows) if found_table.sheet.faults else []),
    ]


def dated_references(
    table: Table, found_table: FoundTable, source: TableSource, rows: Rows
) -> list[Issue]:
    """Line refs and project codes that hold a date, which is what Excel makes of 1-2."""
    issues = []
    for field in table.fields:
        column = found_table.columns.fields.get(field.name)
        if field.name not in _REFERENCES or column is None:
            continue
        if _DATES.isdisjoint(map(type, rows.column(column))):
            continue
        for place, row in rows:
            if type(row[column]) in _DATES:
                at, text = source.at(place + 1, column + 1), cell_text(row[column])
                issues.append(Issue("ref-is-date", at, field.heading, text, {}, source.number))
    return issues


def append(
    records: Records, source: TableSource, rows: list[int], columns: dict[str, list[str | None]]
) -> None:
    """Add one table's records: the first row of each, counted from 1, and its texts by field."""
    records.source += [len(records.sources)] * len(rows)
    records.sources.append(source)
    records.row += rows
    # The same words in thousands of cells are one text, to hold and to send.
    words: dict[str | None, str | None] = {}
    for name, values in columns.items():
        records.columns[name] += map(words.setdefault, values, values)


def texts(
    found_table: FoundTable, table: Table, rows: Rows, vocabularies: Vocabularies
) -> dict[str, list[str | None]]:
    """What the rows say in each field of the table, by its name."""
    return {
        field.name: read_texts(field, vocabularies, column_cells(found_table, field.name, rows))
        for field in table.fields
    }


def column_cells(found_table: FoundTable, ours: Ours, rows: Rows) -> Sequence[Cell]:
    """A field's or a year's cells in the rows as the program goes on with them: a layout's
    translations for values, and what ``raw_cells`` gives."""
    cells = raw_cells(found_table, ours, rows)
    return cells if found_table.layout is None else found_table.layout.translated(ours, cells)


def raw_cells(found_table: FoundTable, ours: Ours, rows: Rows) -> Sequence[Cell]:
    """A field's or a year's cells as they stand in the rows. A layout's constants stand for
    columns, and blank cells of the columns that it fills down repeat the value above."""
    columns = found_table.columns
    column = columns.years.get(ours) if isinstance(ours, int) else columns.fields.get(ours)
    layout = found_table.layout
    if layout is None or column is not None:
        if column is None:
            return [""] * len(rows)
        if layout is not None and layout.fills_down(ours):
            filled = filled_down(found_table, column)
            return [filled[place] for place, _ in rows]
        return rows.column(column)
    constant = found_table.constants.get(ours)
    if constant is None:
        return [""] * len(rows)
    return [layout.constant(constant, place, row, columns) for place, row in rows]


def filled_down(found_table: FoundTable, column: int) -> dict[int, Cell]:
    """A column's cells by row, blank ones with the nearest filled one above in the table; total
    rows give nothing, nor does a cell that shows an error."""
    cells: dict[int, Cell] = {}
    last: Cell = ""
    for place, row in found_table.rows:
        if (place, column) in found_table.sheet.faults:
            last = ""
        elif row[column] != "" and not is_total_row(found_table, place, row):
            last = row[column]
        cells[place] = last
    return cells


def cell_faults(
    table: Table, found_table: FoundTable, source: TableSource, rows: Rows
) -> list[Issue]:
    """Errors and formulas without a result in cells that the model needs."""
    places = {place for place, _ in rows}
    needed = _needed_columns(table, found_table)
    issues = []
    for (place, column), fault in found_table.sheet.faults.items():
        if place in places and column in needed:
            rule = "cell-error" if fault.error else "formula-no-value"
            at = source.at(place + 1, column + 1)
            issues.append(Issue(rule, at, needed[column], fault.error, {}, source.number))
    return issues


def _needed_columns(table: Table, found_table: FoundTable) -> dict[int, str]:
    """The columns whose cells the model needs, with what they are called: those of fields that it
    needs, of amounts, and those that make a constant of such a field."""
    columns, constants = found_table.columns, found_table.constants
    needed = {}
    for field in (*table.fields, *LONG_FIELDS):
        if not (field.needed or field.required or field.kind is Kind.AMOUNT):
            continue
        if field.name in columns.fields:
            needed[columns.fields[field.name]] = field.heading
        elif field.name in constants:
            for name in constants[field.name].named:
                needed[columns.named_columns[match_key(name)]] = field.heading
        needed.update(dict.fromkeys(columns.added.get(field.name, ()), field.heading))
    needed.update((each.column, each.heading) for each in columns.amounts(1))
    return needed


def filled_rows(table: Table, found_table: FoundTable, least: int = 2) -> Rows:
    """Rows that are records: all that is required is filled, or at least two cells (``least``)
    are; an error cell is filled. The rest are blank rows, notes and, in tables of amounts,
    totals."""
    field_columns = list(found_table.columns.fields.values())
    required = [
        found_table.columns.fields[field.name]
        for field in table.fields
        if field.required and field.name in found_table.columns.fields
    ]
    has_amounts = any(field.kind is Kind.AMOUNT for field in table.fields)
    totals = {place for place, _ in total_rows(found_table)} if has_amounts else ()
    filled_in = []
    for each in found_table.rows:
        place, row = each
        if place in totals:
            continue
        filled = {
            column
            for column in field_columns
            if row[column] != "" or (place, column) in found_table.sheet.faults
        }
        if len(filled) >= least or (filled and filled.issuperset(required)):
            filled_in.append(each)
    rows = Rows(filled_in)
    out = left_out(found_table, rows)
    return Rows(each for each in rows if each[0] not in out) if out else rows


def left_out(found_table: FoundTable, rows: Rows) -> set[int]:
    """The places of the rows that a layout leaves out, by a value of theirs."""
    layout = found_table.layout
    if layout is None:
        return set()
    return {
        place
        for ours in layout.leaving_out
        for (place, _), cell in zip(rows, raw_cells(found_table, ours, rows), strict=True)
        if layout.leaves_out(ours, cell)
    }
