"""Reading one return: from a workbook's bytes to typed records, each cell's place kept.

``read_return`` is a pure function of the bytes and what the programme says; nothing else is
looked at, so that it can run anywhere.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TypeVar

import numpy as np

from pipeline.core.issue import Issue
from pipeline.core.money import POUND, parse_unit
from pipeline.core.programme import Programme
from pipeline.core.returns import Amounts, Cover, DeliveryAmounts, Records, Return
from pipeline.core.source import SourceRef
from pipeline.core.suggest import nearest
from pipeline.core.text import Vocabulary, match_key
from pipeline.ingest.cells import Vocabularies
from pipeline.ingest.delivery import read_delivery, stack_delivery
from pipeline.ingest.formats.workbook import Sheet, Workbook, WorkbookError
from pipeline.ingest.layouts import Layout, LayoutRow, layouts_for
from pipeline.ingest.lines import (
    read_amounts,
    split_rows,
    unit_conflicts,
    units_above,
)
from pipeline.ingest.records import add_records, filled_rows, found_on
from pipeline.ingest.settings import GivenSetting, Settings, read_settings
from pipeline.ingest.suggest_layout import LayoutCells, likely_rows
from pipeline.ingest.tables import (
    FoundTable,
    HeadingFinder,
    find_tables,
    header_issues,
    unread_issues,
    unread_sheet,
)
from pipeline.ingest.totals import column_mismatches, row_mismatches, total_columns
from schemas.fields import Setting, Standing, Table
from schemas.returns import (
    CONTACT,
    COVER,
    DATED,
    DELIVERY,
    DEPARTMENT,
    OWN_PROFILE,
    OWN_SAVINGS_SIGN,
    OWN_UNITS,
    PREPARED_BY,
    RETURN_STATUS,
    RETURN_TABLES,
    SAVINGS,
)
from schemas.vocabulary import PROFILES, SIGNS

MOST_SHEETS_LIKELY = 20
Value = TypeVar("Value")
_SAVING = "saving"


@dataclass(frozen=True)
class ReadingContext:
    """What of the programme matters to reading a return."""

    years: tuple[int, ...]
    pounds_per_unit: int
    savings_positive: bool
    incremental: bool
    vocabularies: Vocabularies
    layouts: tuple[LayoutRow, ...] = ()

    @classmethod
    def of(
        cls, programme: Programme, bases: tuple[str, ...], layouts: tuple[LayoutRow, ...] = ()
    ) -> "ReadingContext":
        """The context that a programme's returns are read in."""
        return cls(
            programme.years,
            programme.pounds_per_unit,
            programme.savings_positive,
            programme.incremental,
            {
                "services": tuple(service.name for service in programme.services),
                "scenarios": programme.scenarios,
                "bases": bases,
                "partners": programme.codes,
            },
            layouts,
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
        _Reading(result, opened(content), context).run()
    except WorkbookError as fault:
        return refused_return(workbook, sha256, fault)
    return result


def refused_return(workbook: str, sha256: str, fault: WorkbookError) -> Return:
    """A return that can't be read, and the issue that says why."""
    issue = Issue(fault.rule, fault.at(workbook), details=fault.details)
    return Return(workbook, sha256, f"Not read: {issue.problem}", issues=[issue])


class _Reading:
    """One return being read."""

    def __init__(self, result: Return, book: Workbook, context: ReadingContext) -> None:
        self.result, self.book, self.context = result, book, context
        self.issues = result.issues
        self.tables = 0
        self.opened: dict[int, Sheet] = {}
        # By sheet, the columns that any table or layout reads.
        self.known: dict[int, set[int]] = defaultdict(set)
        self.own_unit: int | None = None
        self.delivery: list[DeliveryAmounts] = []

    def run(self) -> None:
        sheets: dict[str, list[int]] = {}
        for number, (name, _) in enumerate(self.book.sheets):
            sheets.setdefault(match_key(name), []).append(number)
        self.cover = self.read_cover(sheets.get(match_key(COVER.name), []))
        self.result.cover = self.cover
        plan = {
            table: self.find(table, sheets.get(match_key(table.name), []))
            for table in RETURN_TABLES
            if not table.settings
        }
        for found in (each for tables in plan.values() for each, _ in tables):
            self.known[found.sheet.number] |= found.columns.known
        for found, _ in plan[SAVINGS]:
            totals = total_columns(found, split_rows(found).lines, self.cover)
            self.known[found.sheet.number] |= set(totals)
        for table, tables in plan.items():
            records = self.read_table(table, tables)
            if records.sources or table.required:
                self.result.tables[table.name] = records
        self.issues += self.unread_sheets()
        if all(source.lacks_headings for source in self.result.tables[SAVINGS.name].sources):
            self.result.likely = self.likely()
        if not self.book.shows_faults:
            self.issues.append(Issue("undetectable-errors", SourceRef(self.result.workbook)))

    def unread_sheets(self) -> list[Issue]:
        """Tables that somebody would take for Savings, on sheets called much like it: a copy of
        the sheet (“Savings (2)”), or another name for it (“Estates savings”)."""
        issues: list[Issue] = []
        for number, (name, _) in enumerate(self.book.sheets):
            if number in self.opened or _SAVING not in match_key(name):
                continue
            try:
                sheet = self.book.sheet(number)
            except WorkbookError:  # nobody asked for it
                continue
            for found in find_tables(sheet, HeadingFinder(SAVINGS)):
                source = found.source(self.result.workbook, self.tables)
                source = replace(source, faults=tuple(header_issues(found, source, SAVINGS)))
                if not source.lacks_headings:
                    issues += unread_sheet(found, source, split_rows(found).lines)
        return issues

    def likely(self) -> list[LayoutCells]:
        """Headings that look like those of Savings, from the first sheets of an unknown return:
        those with the most."""
        sheets = map(self.book.sheet, range(min(len(self.book.sheets), MOST_SHEETS_LIKELY)))
        found = [likely_rows(self.result.workbook, sheet, SAVINGS) for sheet in sheets]
        most = max(map(len, found), default=0)
        return [row for rows in found if len(rows) == most for row in rows]

    def find(self, table: Table, named: list[int]) -> list[tuple[FoundTable, Layout | None]]:
        """The tables of one kind, on the sheets that bear its name (``named``) and on those that
        the layouts say, each with the layout that it is read by."""
        workbook = self.result.workbook
        tables: list[tuple[FoundTable, Layout | None]] = []
        sought = False
        for number, (name, _) in enumerate(self.book.sheets):
            layouts = layouts_for(self.context.layouts, workbook, name, table.name)
            ways: list[Layout | None] = [each for each in layouts if each.headings] or [None]
            if ways == [None] and number not in named:
                continue
            sought = True
            sheet = self.open_sheet(number)
            for layout in ways:
                found, issues = found_on(workbook, sheet, table, layout=layout)
                # A layout for every sheet of a workbook passes over those that it doesn't fit.
                self.issues += issues if number in named else []
                tables += [(each, layout) for each in found]
        if table.required and not (sought and (named or tables)):
            self.issues.append(Issue("missing-sheet", SourceRef(workbook), table.name))
        return tables

    def open_sheet(self, number: int) -> Sheet:
        if number in self.opened:
            return self.opened[number]
        sheet = self.opened[number] = self.book.sheet(number)
        if sheet.hidden:
            at = SourceRef(self.result.workbook, sheet.name, sheet_number=number)
            self.issues.append(Issue("hidden-sheet", at))
        return sheet

    def read_cover(self, numbers: list[int]) -> Cover:
        """The Cover; the programme's settings and the file's name stand in for what it lacks."""
        if numbers:
            settings = read_settings(self.open_sheet(numbers[0]), COVER, self.result.workbook)
            self.issues += settings.issues
        else:
            settings = self.layout_settings()
        cover = _cover(settings, self.context, PurePosixPath(self.result.workbook).stem)
        self.own_unit = settings.value(OWN_UNITS)
        self.judge(cover, settings)
        self.doubt(cover, settings)
        return cover

    def layout_settings(self) -> Settings:
        """Cover settings that the layouts give to a return without a Cover."""
        settings = Settings({}, [], [], [], {})
        for row in self.context.layouts:
            fits = row.table == COVER.name and row.fits_workbook(self.result.workbook)
            if fits and row.constant:
                name, constant = str(row.ours), row.constant
                settings.values[name] = GivenSetting(name, constant, row.at)
        return settings

    def judge(self, cover: Cover, settings: Settings) -> None:
        """Settings that say what they may not."""
        for of in filter(settings.wrong, COVER.settings):
            at, text = settings.values[of.name].at, settings.values[of.name].text
            details = {"suggestion": "", "choices": of.values.expected}
            self.fault(cover, of.name, Issue("unknown-value", at, of.heading, text, details))

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

    def read_table(self, table: Table, tables: list[tuple[FoundTable, Layout | None]]) -> Records:
        """Every table of one kind in the workbook, its records one after the other."""
        records = Records(columns={field.name: [] for field in table.fields})
        parts = [self.read_found(table, found, records, layout) for found, layout in tables]
        if table is SAVINGS:
            amounts = [part for part in parts if part is not None]
            self.result.amounts = _stack(amounts, len(self.context.years))
        if self.delivery:
            self.result.delivery = stack_delivery(self.delivery)
        return records

    def read_found(
        self,
        table: Table,
        found: FoundTable,
        records: Records,
        layout: Layout | None,
    ) -> Amounts | None:
        """Add one found table's records; gives the amounts of a Savings table."""
        source = found.source(self.result.workbook, self.tables)
        faults = header_issues(found, source, table, layout.constants if layout else ())
        source = replace(source, faults=tuple(faults))
        self.tables += 1
        self.issues += faults
        amounts = None
        if table is SAVINGS:
            split = split_rows(found)
            rows = split.lines
            self.issues += unread_issues(found, source, rows, self.known[found.sheet.number])
            self.issues += unit_conflicts(found, source, self.own_unit)
            self.issues += units_above(found, source, self.cover)
            self.issues += row_mismatches(found, source, rows, split.totals, self.cover)
            self.issues += column_mismatches(found, source, rows, self.cover)
            read = read_amounts(found, source, rows, self.cover, self.context.years, layout)
            self.issues += read.issues
            amounts = read.amounts
        else:
            rows = filled_rows(table, found)
        if table is DELIVERY:
            delivery, issues = read_delivery(found, source, rows, self.cover, layout)
            self.delivery.append(delivery)
            self.issues += issues
        self.issues += add_records(
            records, found, source, table, rows, self.context.vocabularies, layout
        )
        return amounts


def _cover(settings: Settings, context: ReadingContext, workbook: str) -> Cover:
    """What the settings say, each one's default where they don't."""

    def value(of: Setting[Value], programmes: Value | None = None) -> Value:
        given = settings.value(of)
        if given is None:
            given = of.default_of({} if programmes is None else {Standing.PROGRAMME: programmes})
        return given

    return Cover(
        settings.value(DEPARTMENT) or DEPARTMENT.default_of({Standing.WORKBOOK: workbook}),
        value(OWN_UNITS, context.pounds_per_unit),
        value(OWN_SAVINGS_SIGN, context.savings_positive),
        value(OWN_PROFILE, context.incremental),
        value(PREPARED_BY),
        value(CONTACT),
        value(DATED),
        value(RETURN_STATUS),
    )


def _meant(setting: GivenSetting, cover: Cover) -> str | None:
    """The setting that a row of the Cover means, though it is called otherwise: its value is one
    of that setting's, and would change the amounts."""
    text = setting.text
    unit, sign = parse_unit(text), Vocabulary(SIGNS).find(text)
    profile = Vocabulary(PROFILES).find(text)
    changes = {
        "Units": unit not in (None, cover.pounds_per_unit),
        "Savings sign": sign == SIGNS[not cover.savings_positive],
        "Profile": profile == PROFILES[not cover.incremental],
    }
    fitting = [name for name, changed in changes.items() if changed]
    if fitting == ["Units"] and unit != POUND:
        return "Units"
    return nearest(setting.name, fitting)


def _stack(parts: list[Amounts], years: int) -> Amounts:
    if not parts:
        nothing = np.zeros(0, dtype=np.int64)
        return Amounts(np.zeros((0, years), dtype=np.int64), nothing)
    return Amounts(
        np.concatenate([part.years for part in parts]),
        np.concatenate([part.outside for part in parts]),
    )
