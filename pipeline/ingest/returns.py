"""Reading one return: from a workbook's bytes to typed records, each cell's place kept.

``read_return`` is a pure function of the bytes and what the programme says; nothing else is
looked at, so that it can run anywhere.
"""

from collections import defaultdict
from collections.abc import Callable, Container
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import PurePosixPath
from typing import Any, TypeVar

import numpy as np

from pipeline.core.account import NumberUse
from pipeline.core.issue import Issue
from pipeline.core.money import POUND
from pipeline.core.programme import Programme, Tag
from pipeline.core.returns import (
    Amounts,
    Cover,
    DeliveryAmounts,
    Records,
    Return,
    TableSource,
)
from pipeline.core.source import SourceRef
from pipeline.core.suggest import letter_off, nearest
from pipeline.core.text import match_key
from pipeline.ingest.account import Accountant, Claims, restates
from pipeline.ingest.answers import answers_sent_back, may_hold_answers
from pipeline.ingest.cells import Vocabularies, read_texts
from pipeline.ingest.covers import PossibleCover, possible_cover, the_cover
from pipeline.ingest.delivery import read_delivery, stack_delivery
from pipeline.ingest.doubtful import lines_above, rows_above, withdrawn
from pipeline.ingest.formats.workbook import Sheet, Workbook, WorkbookError
from pipeline.ingest.layouts import CONSTANT, SHEET, LayoutRow, Ours
from pipeline.ingest.lines import (
    SplitRows,
    read_amounts,
    split_rows,
    unit_conflicts,
    units_above,
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
from pipeline.ingest.settings import GivenSetting, Settings, read_settings
from pipeline.ingest.sheet_layout import Layout, layouts_for
from pipeline.ingest.suggest_layout import Known, suggest_layout
from pipeline.ingest.summaries import LineSums
from pipeline.ingest.tables import (
    Columns,
    FoundTable,
    HeadingFinder,
    Rows,
    find_tables,
    header_issues,
    unread_issues,
    unread_sheet,
)
from pipeline.ingest.totals import (
    column_mismatches,
    is_total_row,
    row_mismatches,
    total_columns,
)
from pipeline.ingest.unseen import UnseenAmount, unseen_amounts, unseen_issues
from schemas.fields import Setting, Standing, Table
from schemas.returns import (
    CERTIFIED_BY,
    CONTACT,
    COVER,
    DATED,
    DELIVERY,
    DEPARTMENT,
    OWN_COSTS_SIGN,
    OWN_PROFILE,
    OWN_SAVINGS_SIGN,
    OWN_UNITS,
    PREPARED_BY,
    RETURN_STATUS,
    RETURN_TABLES,
    SAVINGS,
    savings,
)
from schemas.vocabulary import turned_round

# Sheets of our templates and checked copies that hold no table of a return.
_OWN_SHEETS = ("Start here", "Notes", "Lists", "Issues")
# Settings of the Cover that say how amounts are entered, and where a Cover keeps them.
_OF_AMOUNTS: tuple[tuple[Setting[Any], str], ...] = (
    (OWN_UNITS, "pounds_per_unit"),
    (OWN_SAVINGS_SIGN, "savings_positive"),
    (OWN_COSTS_SIGN, "costs_positive"),
    (OWN_PROFILE, "incremental"),
)
OF_AMOUNTS = frozenset(of.name for of, _ in _OF_AMOUNTS)
_COVER, _NO_COVERS = match_key(COVER.name), {match_key(name) for name in _OWN_SHEETS}
MOST_SHEETS_SUGGESTED = 20
Value = TypeVar("Value")
_SHEETS_OF_OURS = {match_key(name) for name in (*(t.name for t in RETURN_TABLES), *_OWN_SHEETS)}
_SAVING = "saving"


@dataclass(frozen=True)
class ReadingContext:
    """What of the programme matters to reading a return."""

    years: tuple[int, ...]
    pounds_per_unit: int
    savings_positive: bool
    costs_positive: bool
    incremental: bool
    vocabularies: Vocabularies
    layouts: tuple[LayoutRow, ...] = ()
    strands: tuple[tuple[str, str], ...] = ()
    tags: tuple[Tag, ...] = ()

    @classmethod
    def of(
        cls, programme: Programme, bases: tuple[str, ...], layouts: tuple[LayoutRow, ...] = ()
    ) -> "ReadingContext":
        """The context that a programme's returns are read in."""
        return cls(
            programme.years,
            programme.pounds_per_unit,
            programme.savings_positive,
            programme.costs_positive,
            programme.incremental,
            {
                "services": tuple(service.name for service in programme.services),
                "scenarios": programme.scenarios,
                "bases": bases,
                "partners": programme.codes,
                "other programmes": programme.other_programmes,
                "this programme": (programme.title, programme.reference),
            },
            layouts,
            tuple((service.name, service.strand) for service in programme.services),
            programme.tags,
        )


def read_return(
    workbook: str,
    content: bytes,
    sha256: str,
    context: ReadingContext,
    opened: Callable[[bytes], Workbook] = Workbook,
) -> Return:
    """Read a return; what can't be read is an issue, never an exception.

    ``workbook`` is the path relative to the programme's folder. ``opened`` opens its bytes.
    """
    result = Return(workbook, sha256, "Read")
    try:
        _ReturnReader(result, opened(content), context).run()
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
        self.result, self.book, self.context = result, book, context
        self.issues = result.issues
        self.savings = savings(context.tags)
        self.tables = 0
        self.sheets: dict[int, Sheet] = {}
        self.opened: dict[int, Sheet] = {}
        # By sheet, the columns that any table or layout reads.
        self.known: dict[int, set[int]] = defaultdict(set)
        # By sheet, the unit that the return's own Cover or Layouts give it.
        self.own_units: dict[int, int | None] = {}
        self.own_unit: int | None = None
        self.delivery: list[DeliveryAmounts] = []
        self.served: set[tuple[int, str]] = set()
        self.unseen: list[UnseenAmount] = []
        self.claims = Claims()
        self.split: dict[FoundTable, SplitRows] = {}
        # Headings that stand again beyond a blank column: those of a summary, perhaps.
        self.again: list[tuple[FoundTable, list[Issue]]] = []

    def run(self) -> None:
        sheets: dict[str, list[int]] = {}
        for number, (name, _) in enumerate(self.book.sheets):
            sheets.setdefault(match_key(name), []).append(number)
        self.cover = self.read_cover(sheets.get(match_key(COVER.name), []))
        self.result.cover = self.cover
        self.read_sheet_covers()
        plan = [
            (table, self.find(table, sheets.get(match_key(table.name), [])))
            for table in (self.savings if one is SAVINGS else one for one in RETURN_TABLES)
            if not table.settings
        ]
        for table, tables in plan:
            for found in tables:
                self.known[found.sheet.number] |= found.columns.known
                if table is self.savings:
                    split = self.split[found] = split_rows(found)
                    totals = total_columns(found, split.lines, self.cover_on(found))
                    self.known[found.sheet.number] |= set(totals)
        for table, tables in plan:
            read = self.read_lines if table is self.savings else self.read_table
            records = read(table, tables)
            if records.sources or table.required:
                self.result.tables[table.name] = records
        self.issues += unseen_issues(self.unseen)
        self.account_for()
        if all(source.lacks_headings for source in self.result.tables[SAVINGS.name].sources):
            self.result.suggested = self.suggestion()
        if not self.book.shows_faults:
            self.issues.append(Issue("undetectable-errors", SourceRef(self.result.workbook)))
        self.result.layouts = sorted(self.served)
        self.result.answers = answers_sent_back(
            self.result.workbook,
            (
                self.sheet(number)
                for number, (name, _) in enumerate(self.book.sheets)
                if may_hold_answers(name)
            ),
        )

    def account_for(self) -> None:
        """Say what each number is, on the sheets that were read and on all others in sight."""
        records, amounts = self.result.tables[SAVINGS.name], self.result.amounts
        sums = cache(lambda: self.line_sums(records, amounts))
        unit = self.cover.pounds_per_unit
        accountant = Accountant(self.result.workbook, unit, self.claims, sums)
        for number, (name, hidden) in enumerate(self.book.sheets):
            sheet = self.opened.get(number)
            if sheet is None and (not hidden or _SAVING in match_key(name)):
                sheet = self.look_at(number, name)
            if sheet is not None:
                self.issues += accountant.add(sheet)
        self.result.account = accountant.account

    def look_at(self, number: int, name: str) -> Sheet | None:
        """A sheet that nothing reads. A table on it that somebody would take for Savings is named:
        a copy of the sheet (“Savings (2)”), or another name for it (“Estates”)."""
        try:
            sheet = self.sheet(number)
        except WorkbookError as fault:
            at = SourceRef(self.result.workbook, name, sheet_number=number)
            what = f"The sheet “{name}” is not read, and nobody knows what is on it: {fault}."
            self.issues.append(Issue("unread-amounts", at, details={"what": what}))
            return None
        for found in find_tables(sheet, HeadingFinder(self.savings)):
            split = split_rows(found)
            source = found.source(self.result.workbook, self.tables)
            issues = unread_sheet(found, source, split.lines)
            if issues and _is_whole(found, self.savings):
                self.issues += issues
                rows = [found.header, *(place for place, _ in (*split.lines, *split.totals))]
                span = dict.fromkeys(found.span(split.lines), NumberUse.NAMED)
                self.claims.claim(number, rows, span)
        return sheet

    def line_sums(self, records: Records, amounts: Amounts | None) -> LineSums:
        """What the lines add up to."""
        strands, scenarios = dict(self.context.strands), self.context.vocabularies["scenarios"]
        none = _stack([], len(self.context.years))
        return LineSums(records, amounts or none, self.cover, strands, scenarios)

    def suggestion(self) -> list[tuple[str, ...]]:
        """Rows for Layouts that would read a return without savings that we know: by its first
        sheets, those apart that nobody sees and those of our own templates."""
        apart = _SHEETS_OF_OURS - {match_key(SAVINGS.name)}
        seen = [
            number
            for number, (name, hidden) in enumerate(self.book.sheets)
            if not hidden and match_key(name) not in apart
        ]
        sheets = []
        for number in seen[:MOST_SHEETS_SUGGESTED]:
            with suppress(WorkbookError):  # nobody asked for it
                sheets.append(self.sheet(number))
        context = self.context
        known = Known(context.vocabularies, context.pounds_per_unit, frozenset(self.on_cover))
        return [tuple(row) for row in suggest_layout(self.result.workbook, sheets, known)]

    def find(self, table: Table, named: list[int]) -> list[FoundTable]:
        """The tables of one kind, on the sheets that bear its name (``named``) and on those that
        the layouts say."""
        workbook = self.result.workbook
        tables: list[FoundTable] = []
        # On sheets that no layout names, tables that lack a heading.
        nearly: list[FoundTable] = []
        has_sheet = bool(named)
        for number, (name, _) in enumerate(self.book.sheets):
            layouts = layouts_for(self.context.layouts, workbook, name, table.name)
            is_named = number in named or any(layout.names_sheet for layout in layouts)
            if not (is_named or (layouts and _may_hold(name, layouts, named))):
                continue
            has_sheet = has_sheet or is_named
            sheet = self.open_sheet(number) if is_named else self.sheet(number)
            found, issues = self.find_on(sheet, table, layouts, number in named)
            if not is_named:
                nearly += [each for each in found if not _is_whole(each, table)]
                found = [each for each in found if _is_whole(each, table)]
            # A layout for every sheet of a workbook passes over those that it doesn't fit.
            self.issues += issues if is_named else []
            tables += found
        if not tables and nearly:
            tables = [max(nearly, key=lambda each: len(each.columns))]
        for each in tables:
            self.open_sheet(each.sheet.number)
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
            own = find_tables(sheet, HeadingFinder(table))
            theirs = [find_tables(sheet, HeadingFinder(table, (), each)) for each in layouts]
            if not any(found.columns.met for tables in theirs for found in tables) and any(
                _is_whole(each, table) for each in own
            ):
                return own, []
        tables: list[FoundTable] = []
        issues: list[Issue] = []
        for layout in (*layouts, *((None,) if not layouts else ())):
            found, faults = found_on(workbook, sheet, table, layout=layout)
            tables += found
            issues += faults
        return tables, issues

    def sheet(self, number: int) -> Sheet:
        """A sheet to be looked at."""
        if number not in self.sheets:
            self.sheets[number] = self.book.sheet(number)
        return self.sheets[number]

    def open_sheet(self, number: int) -> Sheet:
        """A sheet that is read."""
        if number in self.opened:
            return self.opened[number]
        sheet = self.opened[number] = self.sheet(number)
        if sheet.hidden:
            at = SourceRef(self.result.workbook, sheet.name, sheet_number=number)
            self.issues.append(Issue("hidden-sheet", at))
        return sheet

    def read_cover(self, numbers: list[int]) -> Cover:
        """The Cover; the programme's settings and the file's name stand in for what it lacks."""
        possible = self.possible_covers()
        chosen = the_cover(possible)
        settings = chosen.settings if chosen else Settings({}, [], [], [], {})
        if chosen:
            self.open_sheet(chosen.sheet.number)
        elif numbers:
            settings = read_settings(self.open_sheet(numbers[0]), COVER, self.result.workbook)
        self.issues += settings.issues if numbers else []
        for each in (*settings.values.values(), *(again for again, _ in settings.repeated)):
            self.claims.claim_cell(each.at, NumberUse.HEADING)
        self.on_cover = set(settings.values)
        names = [name for name, _ in self.book.sheets]
        given, faults = self.given_settings(names, settings.values, lambda row: not row.names_sheet)
        settings.values |= given
        # What isn't about amounts is about the whole return, whichever sheet is named beside it.
        of_return, more = self.given_settings(
            names, settings.values, lambda row: row.ours not in OF_AMOUNTS
        )
        settings.values |= of_return
        cover = _cover(settings, self.context, PurePosixPath(self.result.workbook).stem)
        cover.faults |= {**faults, **more}
        self.own_unit = settings.value(OWN_UNITS)
        self.judge(cover, settings)
        self.doubt(cover, settings)
        for other in possible:
            if other is not chosen:
                self.contradict(cover, other.settings)
        return cover

    def possible_covers(self) -> list[PossibleCover]:
        """The sheets in sight, and those called Cover, that are a Cover."""
        possible = []
        for number, (name, hidden) in enumerate(self.book.sheets):
            if match_key(name) in _NO_COVERS or (hidden and match_key(name) != _COVER):
                continue
            try:
                cover = possible_cover(self.sheet(number), self.result.workbook)
            except WorkbookError:  # who reads the sheet says so
                continue
            if cover is not None:
                possible.append(cover)
        return possible

    def contradict(self, cover: Cover, other: Settings) -> None:
        """Settings of amounts on a further sheet, which say something else than holds."""
        for of, attribute in _OF_AMOUNTS:
            held, value = getattr(cover, attribute), other.value(of)
            if value in (None, held):
                continue
            given, text = other.values[of.name], of.values.text(held)
            if of is OWN_UNITS:
                details = {"what": f"the return's amounts are read in {text}"}
                issue = Issue("unit-conflict", given.at, of.heading, given.text, details)
            else:
                details = {"suggestion": f": the return is read as {text}", "choices": text}
                issue = Issue("unknown-value", given.at, of.heading, given.text, details)
            self.issues.append(issue)

    def read_sheet_covers(self) -> None:
        """What Layouts say of how one sheet's amounts are entered, where the Cover doesn't."""
        for number, (name, _) in enumerate(self.book.sheets):
            given, faults = self.given_settings(
                [name], self.on_cover, lambda row: row.names_sheet and row.ours in OF_AMOUNTS
            )
            if not (given or faults):
                continue
            settings = Settings(given, [], [], [], {})
            of_others = {key: at for key, at in self.cover.faults.items() if key not in given}
            cover = replace(self.cover, faults={**of_others, **faults})
            for of, attribute in _OF_AMOUNTS:
                if (value := settings.value(of)) is not None:
                    setattr(cover, attribute, value)
            self.below_zero(cover, settings)
            self.own_units[number] = settings.value(OWN_UNITS) or self.own_unit
            self.result.sheet_covers[number] = cover

    def given_settings(
        self,
        sheets: list[str],
        known: Container[str],
        about: Callable[[LayoutRow], bool],
    ) -> tuple[dict[str, GivenSetting], dict[str, Issue]]:
        """The settings of the Cover that rows of Layouts give to these sheets, ``known`` ones
        apart, and what is wrong with others, by the setting."""
        rows = [
            row
            for row in self.context.layouts
            if row.table == COVER.name
            and row.fits_workbook(self.result.workbook)
            and any(map(row.fits_sheet, sheets))
        ]
        self.served |= {(row.number, SHEET) for row in rows}
        if not rows:
            return {}, {}
        used = tuple(
            row for row in rows if str(row.ours) not in known and (about(row) or not row.constant)
        )
        layout = Layout(self.result.workbook, ", ".join(sheets), used)
        layout.serve(Columns(), (), self.context.vocabularies)
        self.served |= layout.served
        self.issues += [*layout.faults, *layout.strange]
        wrong = {issue.at: issue for issue in layout.faults}
        faults = {str(row.ours): wrong[at] for row in used if (at := row.at(CONSTANT)) in wrong}
        given = {}
        for ours, row in layout.constants.items():
            (cell,) = layout.translated(ours, [layout.constant(row, 0, [], Columns())])
            if cell != "" and ours not in faults:
                given[str(ours)] = GivenSetting(row.heading, cell, row.at(CONSTANT))
        return given, faults

    def judge(self, cover: Cover, settings: Settings) -> None:
        """Settings that say what they may not."""
        for of in filter(settings.wrong, COVER.settings):
            at, text = settings.values[of.name].at, settings.values[of.name].text
            details = {"suggestion": "", "choices": of.values.expected}
            self.fault(cover, of.name, Issue("unknown-value", at, of.heading, text, details))
        self.below_zero(cover, settings)

    def below_zero(self, cover: Cover, settings: Settings) -> None:
        """Where savings are entered below zero, costs are above it, and nothing is to be said."""
        if cover.savings_positive:
            return
        cover.costs_positive = True
        if settings.value(OWN_COSTS_SIGN) is not None:
            given, heading = settings.values[OWN_COSTS_SIGN.name], OWN_COSTS_SIGN.heading
            details = {"suggestion": "", "choices": "it only where Savings sign is Positive"}
            issue = Issue("unknown-value", given.at, heading, given.text, details)
            self.fault(cover, OWN_COSTS_SIGN.name, issue)

    def doubt(self, cover: Cover, settings: Settings) -> None:
        """Settings that can't be read, are called otherwise, or stand twice."""
        for other in settings.others:
            if (meant := _meant(other, cover)) is not None:
                details = {"suggestion": f" (did you mean “{meant}”?)", "choices": meant}
                at = other.name_at or other.at
                issue = Issue("unknown-value", at, "Setting", other.name, details)
                self.fault(cover, COVER.field(meant).name, issue)
        for name, error in settings.faults.items():
            field = next(f for f in COVER.fields if f.name == name)
            rule = "cell-error" if error else "formula-no-value"
            at = settings.values[name].at
            self.fault(cover, name, Issue(rule, at, field.heading, error))
        for again, first in settings.repeated:
            field = COVER.field(again.name)
            if field.needed and match_key(again.text) != match_key(first.text):
                details = {
                    "suggestion": f": {first.at.cell} says “{first.text}”",
                    "choices": "one of the two and delete the other",
                }
                issue = Issue("unknown-value", again.at, field.heading, again.text, details)
                self.fault(cover, field.name, issue)

    def fault(self, cover: Cover, name: str, issue: Issue) -> None:
        """Name a fault of a setting."""
        self.issues.append(issue)
        cover.faults.setdefault(name, issue)

    def cover_on(self, found: FoundTable) -> Cover:
        """The cover as it holds for a table."""
        return self.result.sheet_covers.get(found.sheet.number, self.cover)

    def read_table(self, table: Table, tables: list[FoundTable]) -> Records:
        """Every table of one kind in the workbook, its records one after the other."""
        records = Records(columns={field.name: [] for field in table.fields})
        for found in tables:
            self.read_found(table, found, records)
        if self.delivery:
            self.result.delivery = stack_delivery(self.delivery)
        return records

    def read_lines(self, table: Table, tables: list[FoundTable]) -> Records:
        """The lines, and then what lacks a heading or repeats one beyond a blank column: a summary
        of the lines beside or below them is neither a table nor a part of one."""
        records = Records(columns={field.name: [] for field in table.fields})
        years = len(self.context.years)
        whole = [found for found in tables if _is_whole(found, table)]
        parts = [self.read_found(table, found, records) for found in whole]
        sums = cache(lambda: self.line_sums(records, _stack(parts, years)))
        for found in tables:
            if found in whole:
                continue
            columns = [each.column for each in found.columns.amounts(1)]
            if not restates(sums, found.rows, columns):
                parts.append(self.read_found(table, found, records))
        for found, issues in self.again:
            columns = [issue.at.column - 1 for issue in issues]
            if not restates(sums, found.rows, columns):
                self.issues += issues
                rows = [place for place, _ in found.rows]
                self.claims.claim(found.sheet.number, rows, dict.fromkeys(columns, NumberUse.NAMED))
        self.result.amounts = _stack(parts, years)
        return records

    def read_found(self, table: Table, found: FoundTable, records: Records) -> Amounts:
        """Add one found table's records; gives the amounts of a Savings table, else none."""
        source = found.source(self.result.workbook, self.tables)
        faults = header_issues(found, source, table)
        self.tables += 1
        if found.layout is not None:
            read: set[Ours] = {*found.columns.fields, *found.columns.years}
            found.layout.serve(found.columns, read, self.context.vocabularies)
        if table is self.savings:
            split = self.split[found]
            rows = split.lines = filled_merged(table, found, split.lines)
            source = replace(source, total_rows=tuple(place + 1 for place, _ in split.totals))
            faults = self.without_repeated(found, rows, faults)
        else:
            rows = filled_merged(table, found, filled_rows(table, found))
            adding = found.rows if table is DELIVERY else []
            totals = [each for each in adding if is_total_row(found, *each)]
            self.claims.claim_table(found, rows, totals, {})
        self.issues += faults
        cover = self.cover_on(found)
        self.unseen += unseen_amounts(table, found, source, rows, cover)
        if found.layout is not None:
            self.served |= found.layout.served
            self.issues += [*found.layout.faults, *found.layout.strange]
            faults = [*faults, *found.layout.faults]
        source = replace(source, faults=tuple(faults), covered=covered_cells(found, rows))
        if table is self.savings:
            return self.read_savings(found, source, split, records, cover)
        if table is DELIVERY:
            delivery, issues = read_delivery(found, source, rows, cover)
            self.delivery.append(delivery)
            self.issues += issues
        self.issues += add_records(records, found, source, table, rows, self.context.vocabularies)
        return _stack([], len(self.context.years))

    def without_repeated(self, found: FoundTable, lines: Rows, faults: list[Issue]) -> list[Issue]:
        """The faults of a header row but those of headings that stand again beyond a blank column,
        which are put by."""
        span = found.span(lines)
        again = [
            each
            for each in faults
            if each.rule == "duplicate-heading" and each.at.column - 1 not in span
        ]
        if again:
            self.again.append((found, again))
        return [each for each in faults if each not in again]

    def read_savings(
        self,
        found: FoundTable,
        source: TableSource,
        split: SplitRows,
        records: Records,
        cover: Cover,
    ) -> Amounts:
        """Add one Savings table's records; gives their amounts."""
        rows, number = split.lines, found.sheet.number
        unread = unread_issues(found, source, rows, self.known[number])
        self.issues += unread
        named = [*unread, *(each for each in source.faults if each.rule == "duplicate-heading")]
        others = {
            NumberUse.TOTAL: [*total_columns(found, rows, cover)],
            NumberUse.NAMED: [issue.at.column - 1 for issue in named],
        }
        self.claims.claim_table(found, rows, split.totals, others)
        above = [place for place, _ in lines_above(found, self.context.vocabularies)]
        self.claims.claim(number, above, dict.fromkeys(found.span(rows), NumberUse.NAMED))
        out = dict.fromkeys(found.span(rows), NumberUse.LEFT_OUT)
        self.claims.claim(number, [place for place, _ in split.left_out], out)
        own_unit = self.own_units.get(number, self.own_unit)
        self.issues += unit_conflicts(found, source, own_unit)
        self.issues += units_above(found, source, cover)
        self.issues += _total_mismatches(found, source, split, cover)
        self.issues += column_mismatches(found, source, rows, cover)
        self.issues += rows_above(found, source, cover, self.context.vocabularies)
        self.issues += withdrawn(found, source, rows, self.known[number])
        self.leave_out(found, source, split, cover)
        years, words = self.context.years, self.context.vocabularies
        if found.columns.is_long:
            lines = read_long(self.savings, found, source, rows, cover, years, words)
            append(records, replace(source, parts=lines.parts), lines.rows, lines.columns)
            self.issues += [*lines.issues, *cell_issues(self.savings, found, source, rows)]
            return lines.amounts
        read = read_amounts(found, source, rows, cover, years)
        self.issues += read.issues
        self.issues += add_records(records, found, source, self.savings, rows, words)
        return read.amounts

    def leave_out(
        self, found: FoundTable, source: TableSource, split: SplitRows, cover: Cover
    ) -> None:
        """Count what a layout leaves out of a Savings table: its rows and their money."""
        rows = split.left_out
        if not rows:
            return
        read = read_amounts(found, source, rows, cover, self.context.years)
        pence = read.amounts.years.sum(axis=1) + read.amounts.outside
        field = SAVINGS.field("Category")
        categories = read_texts(
            field, self.context.vocabularies, column_cells(found, field.name, rows)
        )
        turning = turned_round(cover.savings_positive, cover.costs_positive)
        turned = [each in turning for each in categories]
        self.result.left_out.rows += len(rows)
        self.result.left_out.pence += int(np.where(turned, -pence, pence).sum())


def _total_mismatches(
    found: FoundTable, source: TableSource, split: SplitRows, cover: Cover
) -> list[Issue]:
    """Total rows that are wrong, whether or not they count the rows that Layouts leave out."""
    mismatches = row_mismatches(found, source, split.lines, split.totals, cover)
    if not (mismatches and split.left_out):
        return mismatches
    every = [*split.lines, *split.left_out]
    counted = {each.at for each in row_mismatches(found, source, every, split.totals, cover)}
    return [each for each in mismatches if each.at in counted]


def _may_hold(sheet: str, layouts: list[Layout], named: list[int]) -> bool:
    """Whether a sheet that no layout names may hold a table all the same: it is none of ours, and
    a layout gives headings of it, or no sheet bears the table's own name."""
    if match_key(sheet) in _SHEETS_OF_OURS:
        return False
    return not named or any(layout.headings for layout in layouts)


def _is_whole(found: FoundTable, table: Table) -> bool:
    """Whether a table lacks no heading."""
    faults = header_issues(found, found.source("", 0), table)
    return not any(issue.rule == "missing-heading" for issue in faults)


def _cover(settings: Settings, context: ReadingContext, workbook: str) -> Cover:
    """What the settings say, each one's default where they don't."""

    def value(of: Setting[Value], programmes: Value | None = None) -> Value:
        given = settings.value(of)
        if given is None:
            given = of.default_of({} if programmes is None else {Standing.PROGRAMME: programmes})
        return given

    department = settings.value(DEPARTMENT)
    return Cover(
        department or DEPARTMENT.default_of({Standing.WORKBOOK: workbook}),
        value(OWN_UNITS, context.pounds_per_unit),
        value(OWN_SAVINGS_SIGN, context.savings_positive),
        value(OWN_PROFILE, context.incremental),
        value(PREPARED_BY),
        value(CONTACT),
        value(DATED),
        value(RETURN_STATUS),
        value(CERTIFIED_BY),
        dated_at=settings.values[DATED.name].at if DATED.name in settings.values else None,
        costs_positive=value(OWN_COSTS_SIGN, context.costs_positive),
        names_department=bool(department),
    )


def _meant(other: GivenSetting, cover: Cover) -> str | None:
    """The setting that a row of the Cover means, though it is called otherwise: its name is a
    letter off, or its value is one of that setting's, and it would change the amounts."""
    held = [(of, getattr(cover, attribute)) for of, attribute in _OF_AMOUNTS]
    same = [of.heading for of, value in held if of.values.read(other.cell) == value]
    fitting = [of.heading for of, value in held if of.values.read(other.cell) not in (None, value)]
    meant = letter_off(other.name, [of.heading for of, _ in held])
    if meant is not None:
        return None if meant in same else meant
    if fitting == [OWN_UNITS.heading] and OWN_UNITS.values.read(other.cell) != POUND:
        return OWN_UNITS.heading
    return nearest(other.name, fitting)


def _stack(parts: list[Amounts], years: int) -> Amounts:
    if not parts:
        nothing = np.zeros(0, dtype=np.int64)
        nowhere = np.zeros((0, years), dtype=bool)
        return Amounts(np.zeros((0, years), dtype=np.int64), nothing, nowhere)
    return Amounts(
        np.concatenate([part.years for part in parts]),
        np.concatenate([part.outside for part in parts]),
        np.concatenate([part.blank for part in parts]),
    )
