"""Reading one return: from a workbook's bytes to typed records, each cell's place kept.

``read_return`` is a pure function of the bytes and what the programme says; nothing else is
looked at, so that it can run anywhere.
"""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache

import numpy as np

from pipeline.core.account import NumberUse
from pipeline.core.issue import Issue
from pipeline.core.returns import (
    Amounts,
    Cover,
    DeliveryAmounts,
    Records,
    Return,
    TableSource,
)
from pipeline.core.source import SourceRef
from pipeline.core.text import match_key
from pipeline.ingest.account import Accountant, Claims, restates
from pipeline.ingest.answers import answers_sent_back, may_hold_answers
from pipeline.ingest.cells import read_texts
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.cover_settings import CoverReader
from pipeline.ingest.delivery import measured_units, read_delivery, stack_delivery
from pipeline.ingest.doubtful import lines_above, rows_above, withdrawn
from pipeline.ingest.formats.workbook import Sheet, Workbook, WorkbookError
from pipeline.ingest.layouts import SHEET, Ours
from pipeline.ingest.lines import (
    SplitRows,
    read_amounts,
    split_rows,
    unit_conflicts,
    units_around,
    without_empty,
)
from pipeline.ingest.long_tables import read_long
from pipeline.ingest.merged import covered_cells, filled_merged
from pipeline.ingest.records import (
    add_records,
    append,
    cell_issues,
    column_cells,
    filled_rows,
    found_on,
)
from pipeline.ingest.return_sheets import OWN_SHEETS, ReturnSheets
from pipeline.ingest.sheet_layout import Layout, layouts_for
from pipeline.ingest.suggest_layout import Known, suggest_layout
from pipeline.ingest.summaries import LineSums
from pipeline.ingest.tables import (
    FoundTable,
    HeadingFinder,
    Rows,
    find_tables,
    header_issues,
    own_finder,
    unread_issues,
    unread_sheet,
)
from pipeline.ingest.totals import (
    column_mismatches,
    row_mismatches,
    total_columns,
    total_rows,
)
from pipeline.ingest.unseen import UnseenAmount, unseen_amounts, unseen_issues
from schemas.fields import Table
from schemas.returns import (
    DELIVERY,
    RETURN_TABLES,
    SAVINGS,
    savings,
)
from schemas.vocabulary import turned_round

MOST_SHEETS_SUGGESTED = 20
_SHEETS_OF_OURS = {match_key(name) for name in (*(t.name for t in RETURN_TABLES), *OWN_SHEETS)}
_SAVING = "saving"


def read_return(
    workbook: str,
    content: bytes,
    sha256: str,
    context: ReadingContext,
    open_workbook: Callable[[bytes], Workbook] = Workbook,
) -> Return:
    """Read a return; what can't be read is an issue, never an exception.

    ``workbook`` is the path relative to the programme's folder. ``open_workbook`` opens its bytes.
    """
    result = Return(workbook, sha256, "Read")
    try:
        _ReturnReader(result, open_workbook(content), context).run()
    except WorkbookError as fault:
        return refused_return(workbook, sha256, fault)
    return result


def refused_return(workbook: str, sha256: str, fault: WorkbookError) -> Return:
    """A return that can't be read, and the issue that says why."""
    issue = Issue(fault.rule, fault.at(workbook), details=fault.details)
    return Return(workbook, sha256, f"Not read: {issue.problem}", issues=[issue])


class _ReturnReader:
    """One return being read."""

    def __init__(self, result: Return, book: Workbook, context: ReadingContext) -> None:
        self.result, self.book = result, book
        self.issues = result.issues
        self.claims = Claims()
        self.sheets = ReturnSheets(result.workbook, book, self.issues)
        self.settings = CoverReader(self.sheets, context, self.issues).read(self.claims)
        self.context, self.served = self.settings.context, self.settings.served
        self.savings = savings(context.tags)
        self.tables = 0
        # By sheet, the columns that any table or layout reads.
        self.columns_in_use: dict[int, set[int]] = defaultdict(set)
        self.delivery: list[DeliveryAmounts] = []
        self.unseen: list[UnseenAmount] = []
        self.split: dict[FoundTable, SplitRows] = {}
        # Headings that stand again beyond a blank column: those of a summary, perhaps.
        self.again: list[tuple[FoundTable, list[Issue]]] = []

    def run(self) -> None:
        self.result.cover = self.settings.of_return
        self.result.sheet_covers = self.settings.by_sheet
        sheets: dict[str, list[int]] = {}
        for number, (name, _) in enumerate(self.book.sheets):
            sheets.setdefault(match_key(name), []).append(number)
        plan = [
            (table, self.find(table, sheets.get(match_key(table.name), [])))
            for table in (self.savings if one is SAVINGS else one for one in RETURN_TABLES)
            if not table.settings
        ]
        for table, tables in plan:
            for found_table in tables:
                if table is self.savings:
                    split = self.split[found_table] = split_rows(found_table)
                    without_empty(found_table, split.lines, self.settings.years_added)
                self.columns_in_use[found_table.sheet.number] |= found_table.columns.known
                if table is self.savings:
                    cover = self.settings.on(found_table.sheet)
                    totals = total_columns(found_table, split.lines, cover)
                    self.columns_in_use[found_table.sheet.number] |= set(totals)
        for table, tables in plan:
            read_tables = self.read_lines if table is self.savings else self.read_table
            records = read_tables(table, tables)
            if records.sources or table.required:
                self.result.tables[table.name] = records
        self.issues += unseen_issues(self.unseen)
        self.account_for()
        if self.result.lacks(SAVINGS.name):
            self.result.suggested = self.suggestion()
        if not self.book.shows_faults:
            self.issues.append(Issue("undetectable-errors", SourceRef(self.result.workbook)))
        self.result.layouts = sorted(self.served)
        self.result.answers = answers_sent_back(
            self.result.workbook,
            (
                self.sheets.look(number)
                for number, (name, _) in enumerate(self.book.sheets)
                if may_hold_answers(name)
            ),
        )

    def account_for(self) -> None:
        """Say what each number is, on the sheets that were read and on all others in sight."""
        records, amounts = self.result.tables[SAVINGS.name], self.result.amounts
        sums = cache(lambda: self.line_sums(records, amounts))
        unit = self.settings.of_return.pounds_per_unit
        accountant = Accountant(self.result.workbook, unit, self.claims, sums)
        for number, (name, is_hidden) in enumerate(self.book.sheets):
            sheet = self.sheets.in_use.get(number)
            if sheet is None and (not is_hidden or _SAVING in match_key(name)):
                sheet = self.look_at(number, name)
            if sheet is not None:
                self.issues += accountant.add(sheet)
        self.result.account = accountant.account

    def look_at(self, number: int, name: str) -> Sheet | None:
        """A sheet that nothing reads. A table on it that somebody would take for Savings is named:
        a copy of the sheet (“Savings (2)”), or another name for it (“Estates”)."""
        try:
            sheet = self.sheets.look(number)
        except WorkbookError as fault:
            at = SourceRef(self.result.workbook, name, sheet_number=number)
            what = f"The sheet “{name}” is not read, and nobody knows what is on it: {fault}."
            self.issues.append(Issue("unread-amounts", at, details={"what": what}))
            return None
        for found_table in find_tables(sheet, own_finder(self.savings)):
            split = split_rows(found_table)
            source = found_table.source(self.result.workbook, self.tables)
            issues = unread_sheet(found_table, source, split.lines)
            if issues and _is_whole(found_table, self.savings):
                self.issues += issues
                rows = [found_table.header, *(place for place, _ in (*split.lines, *split.totals))]
                span = dict.fromkeys(found_table.span(split.lines), NumberUse.NAMED)
                self.claims.claim(number, rows, span)
        return sheet

    def line_sums(self, records: Records, amounts: Amounts | None) -> LineSums:
        """What the lines add up to."""
        strands, scenarios = dict(self.context.strands), self.context.vocabularies["scenarios"]
        none = _stack([], len(self.context.years))
        return LineSums(records, amounts or none, self.settings.of_return, strands, scenarios)

    def suggestion(self) -> list[tuple[str, ...]]:
        """Rows for Layouts that would read a return without savings that we know: by its first
        sheets, those apart that nobody sees and those of our own templates."""
        apart = _SHEETS_OF_OURS - {match_key(SAVINGS.name)}
        visible_sheets = [
            number
            for number, (name, is_hidden) in enumerate(self.book.sheets)
            if not is_hidden and match_key(name) not in apart
        ]
        sheets = []
        for number in visible_sheets[:MOST_SHEETS_SUGGESTED]:
            with suppress(WorkbookError):  # nobody asked for it
                sheets.append(self.sheets.look(number))
        context = self.context
        facts = Known(context.vocabularies, context.pounds_per_unit, self.settings.names)
        return [tuple(row) for row in suggest_layout(self.result.workbook, sheets, facts)]

    def find(self, table: Table, of_that_name: list[int]) -> list[FoundTable]:
        """The tables of one kind, on the sheets that bear its name (``of_that_name``) and on those
        that the layouts say."""
        workbook = self.result.workbook
        tables: list[FoundTable] = []
        # On sheets that no layout names, tables that lack a heading.
        nearly: list[FoundTable] = []
        has_sheet = bool(of_that_name)
        # Without Layouts no other sheet can hold it.
        numbers = range(len(self.book.sheets)) if self.context.layouts else of_that_name
        for number in numbers:
            name, _ = self.book.sheets[number]
            layouts = layouts_for(self.context.layouts, workbook, name, table.name)
            is_named = number in of_that_name or any(layout.names_sheet for layout in layouts)
            if not (is_named or (layouts and _may_hold(name, layouts, of_that_name))):
                continue
            has_sheet = has_sheet or is_named
            sheet = self.sheets.open(number) if is_named else self.sheets.look(number)
            on_sheet, issues = self.find_on(sheet, table, layouts, number in of_that_name)
            if not is_named:
                nearly += [each for each in on_sheet if not _is_whole(each, table)]
                on_sheet = [each for each in on_sheet if _is_whole(each, table)]
            # A layout for every sheet of a workbook passes over those that it doesn't fit.
            self.issues += issues if is_named else []
            tables += on_sheet
        if not tables and nearly:
            tables = [max(nearly, key=lambda each: len(each.columns))]
        for each in tables:
            self.sheets.open(each.sheet.number)
        if table.required and not (has_sheet or tables):
            self.issues.append(Issue("missing-sheet", SourceRef(workbook), table.name))
        return tables

    def find_on(
        self, sheet: Sheet, table: Table, layouts: list[Layout], bears_name: bool
    ) -> tuple[list[FoundTable], list[Issue]]:
        """The tables of one kind on a sheet, by its layouts; what is wrong where there is none."""
        self.served |= {(row.number, SHEET) for each in layouts for row in each.rows}
        workbook = self.result.workbook
        if bears_name and layouts and not any(layout.names_sheet for layout in layouts):
            # A return that follows the template needs no layout for whichever sheets there are.
            by_template = find_tables(sheet, own_finder(table))
            by_layout = [find_tables(sheet, HeadingFinder(table, (), each)) for each in layouts]
            if not any(
                found_table.columns.met for tables in by_layout for found_table in tables
            ) and any(_is_whole(each, table) for each in by_template):
                return by_template, []
        tables: list[FoundTable] = []
        issues: list[Issue] = []
        for layout in (*layouts, *((None,) if not layouts else ())):
            on_sheet, faults = found_on(workbook, sheet, table, layout=layout)
            tables += on_sheet
            issues += faults
        return tables, issues

    def read_table(self, table: Table, tables: list[FoundTable]) -> Records:
        """Every table of one kind in the workbook, its records one after the other."""
        records = Records(columns={field.name: [] for field in table.fields})
        for found_table in tables:
            self.read_found(table, found_table, records)
        if self.delivery:
            self.result.delivery = stack_delivery(self.delivery)
        return records

    def read_lines(self, table: Table, tables: list[FoundTable]) -> Records:
        """The lines, and then what lacks a heading or repeats one beyond a blank column: a summary
        of the lines beside or below them is neither a table nor a part of one."""
        records = Records(columns={field.name: [] for field in table.fields})
        years = len(self.context.years)
        whole = [found_table for found_table in tables if _is_whole(found_table, table)]
        parts = [self.read_found(table, found_table, records) for found_table in whole]
        sums = cache(lambda: self.line_sums(records, _stack(parts, years)))
        for found_table in tables:
            if found_table in whole:
                continue
            columns = [each.column for each in found_table.columns.amounts(1)]
            if not restates(sums, found_table.rows, columns):
                parts.append(self.read_found(table, found_table, records))
        for found_table, issues in self.again:
            columns = [issue.at.column - 1 for issue in issues]
            if not restates(sums, found_table.rows, columns):
                self.issues += issues
                rows = [place for place, _ in found_table.rows]
                self.claims.claim(
                    found_table.sheet.number, rows, dict.fromkeys(columns, NumberUse.NAMED)
                )
        self.result.amounts = _stack(parts, years)
        return records

    def read_found(self, table: Table, found_table: FoundTable, records: Records) -> Amounts:
        """Add one found table's records; gives the amounts of a Savings table, else none."""
        source = found_table.source(self.result.workbook, self.tables)
        faults = header_issues(found_table, source, table)
        self.tables += 1
        if found_table.layout is not None:
            names_in_use: set[Ours] = {*found_table.columns.fields, *found_table.columns.years}
            found_table.layout.serve(found_table.columns, names_in_use, self.context.vocabularies)
        if table is self.savings:
            split = self.split[found_table]
            rows = split.lines = filled_merged(table, found_table, split.lines)
            source = replace(source, total_rows=tuple(place + 1 for place, _ in split.totals))
            faults = self.without_repeated(found_table, rows, faults)
        else:
            rows = filled_merged(table, found_table, filled_rows(table, found_table))
            totals = total_rows(found_table) if table is DELIVERY else Rows()
            self.claims.claim_table(found_table, rows, totals, {})
        self.issues += faults
        cover = self.settings.on(found_table.sheet)
        self.unseen += unseen_amounts(table, found_table, source, rows, cover)
        if found_table.layout is not None:
            self.served |= found_table.layout.served
            self.issues += [*found_table.layout.faults, *found_table.layout.strange]
            faults = [*faults, *found_table.layout.faults]
        source = replace(source, faults=tuple(faults), covered=covered_cells(found_table, rows))
        if table is self.savings:
            return self.read_savings(found_table, source, split, records, cover)
        if table is DELIVERY:
            delivery, issues = read_delivery(found_table, source, rows, cover)
            self.delivery.append(delivery)
            self.issues += issues
            units = measured_units(found_table, cover)
            self.issues += units_around(found_table, source, rows, units)
        self.issues += add_records(
            records, found_table, source, table, rows, self.context.vocabularies
        )
        return _stack([], len(self.context.years))

    def without_repeated(
        self, found_table: FoundTable, lines: Rows, faults: list[Issue]
    ) -> list[Issue]:
        """The faults of a header row but those of headings that stand again beyond a blank column,
        which are put by."""
        span = found_table.span(lines)
        again = [
            each
            for each in faults
            if each.rule == "duplicate-heading" and each.at.column - 1 not in span
        ]
        if again:
            self.again.append((found_table, again))
        return [each for each in faults if each not in again]

    def read_savings(
        self,
        found_table: FoundTable,
        source: TableSource,
        split: SplitRows,
        records: Records,
        cover: Cover,
    ) -> Amounts:
        """Add one Savings table's records; gives their amounts."""
        rows, number = split.lines, found_table.sheet.number
        unread = unread_issues(found_table, source, rows, self.columns_in_use[number])
        self.issues += unread
        issues_named = [
            *unread,
            *(each for each in source.faults if each.rule == "duplicate-heading"),
        ]
        others = {
            NumberUse.TOTAL: [*total_columns(found_table, rows, cover)],
            NumberUse.NAMED: [issue.at.column - 1 for issue in issues_named],
        }
        self.claims.claim_table(found_table, rows, split.totals, others)
        above = [place for place, _ in lines_above(found_table, self.context.vocabularies)]
        self.claims.claim(number, above, dict.fromkeys(found_table.span(rows), NumberUse.NAMED))
        out = dict.fromkeys(found_table.span(rows), NumberUse.LEFT_OUT)
        self.claims.claim(number, [place for place, _ in split.left_out], out)
        own_unit = self.settings.unit_on(found_table.sheet)
        self.issues += unit_conflicts(found_table, source, own_unit)
        # A Cover whose Units can't be read has an issue that says so.
        is_silent = own_unit is None and "units" not in cover.faults
        notes = self.settings.sheet if is_silent else None
        units = {each.unit for each in found_table.columns.amounts(cover.pounds_per_unit)}
        self.issues += units_around(found_table, source, rows, units, notes)
        self.issues += _total_mismatches(found_table, source, split, cover)
        self.issues += column_mismatches(found_table, source, rows, cover)
        self.issues += rows_above(found_table, source, cover, self.context.vocabularies)
        self.issues += withdrawn(found_table, source, rows, self.columns_in_use[number])
        self.leave_out(found_table, source, split, cover)
        years, words = self.context.years, self.context.vocabularies
        if found_table.columns.is_long:
            lines = read_long(self.savings, found_table, source, rows, cover, years, words)
            append(records, replace(source, parts=lines.parts), lines.rows, lines.columns)
            self.issues += [*lines.issues, *cell_issues(self.savings, found_table, source, rows)]
            return lines.amounts
        read_lines = read_amounts(found_table, source, rows, cover, years)
        self.issues += read_lines.issues
        self.issues += add_records(records, found_table, source, self.savings, rows, words)
        return read_lines.amounts

    def leave_out(
        self, found_table: FoundTable, source: TableSource, split: SplitRows, cover: Cover
    ) -> None:
        """Count what a layout leaves out of a Savings table: its rows and their money."""
        rows = split.left_out
        if not rows:
            return
        read_lines = read_amounts(found_table, source, rows, cover, self.context.years)
        pence = read_lines.amounts.years.sum(axis=1) + read_lines.amounts.outside
        field = SAVINGS.field("Category")
        categories = read_texts(
            field, self.context.vocabularies, column_cells(found_table, field.name, rows)
        )
        turning = turned_round(cover.savings_positive, cover.costs_positive)
        negate = [each in turning for each in categories]
        self.result.left_out.rows += len(rows)
        self.result.left_out.pence += int(np.where(negate, -pence, pence).sum())


def _total_mismatches(
    found_table: FoundTable, source: TableSource, split: SplitRows, cover: Cover
) -> list[Issue]:
    """Total rows that are wrong, whether or not they count the rows that Layouts leave out."""
    mismatches = row_mismatches(found_table, source, split.lines, split.totals, cover)
    if not (mismatches and split.left_out):
        return mismatches
    every = Rows((*split.lines, *split.left_out))
    counted = {each.at for each in row_mismatches(found_table, source, every, split.totals, cover)}
    return [each for each in mismatches if each.at in counted]


def _may_hold(sheet: str, layouts: list[Layout], of_that_name: list[int]) -> bool:
    """Whether a sheet that no layout names may hold a table all the same: it is none of ours, and
    a layout gives headings of it, or no sheet bears the table's own name."""
    if match_key(sheet) in _SHEETS_OF_OURS:
        return False
    return not of_that_name or any(layout.headings for layout in layouts)


def _is_whole(found_table: FoundTable, table: Table) -> bool:
    """Whether a table lacks no heading."""
    faults = header_issues(found_table, found_table.source("", 0), table)
    return not any(issue.rule == "missing-heading" for issue in faults)


def _stack(parts: list[Amounts], years: int) -> Amounts:
    if not parts:
        nothing = np.zeros(0, dtype=np.int64)
        nowhere = np.zeros((0, years), dtype=bool)
        return Amounts(np.zeros((0, years), dtype=np.int64), nothing, nowhere)
    others = {
        year: np.concatenate([part.others.get(year, np.zeros_like(part.outside)) for part in parts])
        for year in sorted({year for part in parts for year in part.others})
    }
    return Amounts(
        np.concatenate([part.years for part in parts]),
        np.concatenate([part.outside for part in parts]),
        np.concatenate([part.blank for part in parts]),
        others,
    )
