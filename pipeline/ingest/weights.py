"""Weights: the Baseline and Drivers sheets of the control workbook (contract, section 2)."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from pipeline.core.bases import BASELINE as BASELINE_BASIS
from pipeline.core.bases import FIXED_BASES
from pipeline.core.dates import parse_date
from pipeline.core.issue import Issue
from pipeline.core.money import excel_decimal, parse_amount
from pipeline.core.returns import TableSource
from pipeline.core.source import SourceRef
from pipeline.core.suggest import suggestion
from pipeline.core.text import Vocabulary, cell_text, match_key
from pipeline.core.weights import VERSIONS, WeightRow, WeightRows
from pipeline.core.years import parse_year, year_label, year_of
from pipeline.ingest.cells import Vocabularies
from pipeline.ingest.formats.workbook import Cell, Fault, Sheet
from pipeline.ingest.records import found_on
from pipeline.ingest.tables import FoundTable, header_issues
from pipeline.ingest.totals import says_total
from schemas.fields import Table
from schemas.programme import BASELINE, DRIVERS


@dataclass
class Weights:
    """Weight sets by basis (Baseline or a driver's name) and service (None: every other)."""

    sets: dict[str, dict[str | None, WeightRows]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


# How a partner's code is written.
_CODE = re.compile(r"[\w-]{1,20}", re.ASCII)
# A weight set: its basis and its service (None: every other service).
_Key = tuple[str, str | None]


def read_weights(
    workbook: str,
    baseline: list[Sheet],
    drivers: list[Sheet],
    codes: tuple[str, ...],
    vocabularies: Vocabularies,
) -> Weights:
    """The weights on the two sheets; rows that can't serve stay, with weights None."""
    weights = Weights()
    services = Vocabulary(vocabularies["services"])
    names = Vocabulary([b for b in vocabularies["bases"] if b not in FIXED_BASES])
    for table, sheets, rule in (
        (BASELINE, baseline, "bad-baseline"),
        (DRIVERS, drivers, "bad-driver"),
    ):
        reader = _WeightsReader(table, rule, codes, services, names)
        for sheet in sheets:
            tables, issues = found_on(workbook, sheet, table, codes)
            weights.issues += issues
            for number, each in enumerate(tables):
                reader.read(each, each.source(workbook, number))
        weights.issues += reader.issues
        for (name, service), rows in reader.sets.items():
            unusable = [WeightRow(None, None, rows[0].at)]
            broken = (name, service) in reader.broken
            ordered = tuple(sorted(unusable if broken else rows, key=_in_order))
            weights.sets.setdefault(name, {})[service] = ordered
    return weights


def _in_order(row: WeightRow) -> tuple[tuple[bool, int, int], bool]:
    return row.start, row.is_actual


def _text(found_table: FoundTable, row: list[Cell], name: str) -> str:
    """What a row says under one of our headings."""
    column = found_table.columns.fields.get(name)
    return "" if column is None else cell_text(row[column])


def _adds_up(row: list[Cell], columns: Iterable[int], total: int) -> bool:
    """Whether a number is the sum of those in some columns."""
    added = math.fsum(each for n in columns if isinstance(each := row[n], float))
    return isinstance(number := row[total], float) and math.isclose(number, added)


def _fault_issue(fault: Fault, at: SourceRef, heading: str) -> Issue:
    rule = "cell-error" if fault.error else "formula-no-value"
    return Issue(rule, at, heading, fault.error)


class _WeightsReader:
    """Reads the rows of one kind of weights."""

    def __init__(
        self,
        table: Table,
        rule: str,
        codes: tuple[str, ...],
        services: Vocabulary,
        names: Vocabulary,
    ) -> None:
        self.table, self.rule, self.codes = table, rule, codes
        self.services, self.names = services, names
        self.issues: list[Issue] = []
        self.sets: dict[_Key, list[WeightRow]] = defaultdict(list)
        # A row whose year can't be read may hold at any time: its whole set can't serve.
        self.broken: set[_Key] = set()

    def label(self, key: _Key) -> str:
        """What the first column of a row says of its set."""
        return key[0] if self.table is DRIVERS else str(key[1])

    def bad(self, at: SourceRef, heading: str, value: str, what: str, fix: str) -> None:
        details = {"what": what, "fix": fix}
        self.issues.append(Issue(self.rule, at, heading, value, details))

    def read(self, found_table: FoundTable, source: TableSource) -> None:
        self.issues += header_issues(found_table, source, self.table)
        columns = found_table.columns
        missing = [code for code in self.codes if code not in columns.partners]
        if missing and any(cell != "" for _, row in found_table.rows for cell in row):
            at = source.at(found_table.header + 1, min(columns.known) + 1)
            what = f"There is no column for {', '.join(missing)}."
            fix = "Give each partner's code a column of its own; a blank weight is nil."
            self.bad(at, missing[0], "", what, fix)
        # Without partners, which stops the programme, no heading can be one's code.
        if self.codes:
            self.issues += self.of_no_partner(found_table, source)
        for place, row in found_table.rows:
            if self.is_total(found_table, row):
                continue
            if any(
                row[column] != "" or (place, column) in found_table.sheet.faults
                for column in columns.partners.values()
            ) or (sum(row[column] != "" for column in columns.fields.values()) >= 2):
                self.read_row(found_table, source, place, row, usable=not missing)

    def of_no_partner(self, found_table: FoundTable, source: TableSource) -> list[Issue]:
        """Columns headed as a partner's code is, and none of the programme's, that hold numbers
        which aren't the sums of the partners' own."""
        columns, issues = found_table.columns, []
        partners = [*columns.partners.values()]
        for column, cell in enumerate(found_table.headings):
            heading = cell_text(cell)
            if column in columns.known or not _CODE.fullmatch(heading) or says_total(heading):
                continue
            rows = [row for _, row in found_table.rows if isinstance(row[column], float)]
            if rows and not all(_adds_up(row, partners, column) for row in rows):
                at = source.at(found_table.header + 1, column + 1)
                what = f"“{heading}” is no partner's code{suggestion(heading, self.codes)}."
                fix = f"Use one of: {', '.join(self.codes)}; or head the column in words."
                issues.append(
                    Issue("bad-setting", at, heading, heading, {"what": what, "fix": fix})
                )
        return issues

    def is_total(self, found_table: FoundTable, row: list[Cell]) -> bool:
        """Whether a row adds up others; a driver may be called Total headcount, a service Total
        facilities management."""
        column = found_table.columns.fields.get(self.table.fields[0].name)
        name = "" if column is None else cell_text(row[column])
        first = next((cell for cell in row if isinstance(cell, str) and cell), "")
        if self.table is DRIVERS:
            return says_total(first, alone=bool(name))
        return says_total(first) and self.services.find(name) is None

    def read_row(
        self,
        found_table: FoundTable,
        source: TableSource,
        place: int,
        row: list[Cell],
        usable: bool,
    ) -> None:
        if self.errors(found_table, source, place, ("driver", "service")):
            return
        key = self.key(found_table, source, place, row)
        if key is None:
            return
        wrong = len(self.issues)
        self.errors(found_table, source, place, ("year", "from", "version"))
        year, day = self.start(found_table, source, place, row)
        version = self.version(found_table, source, place, row)
        start_fine = len(self.issues) == wrong
        first = source.at(place + 1, min(found_table.columns.fields.values()) + 1)
        texts = (_text(found_table, row, name) for name in ("source", "as_at"))
        weight_row = WeightRow(year, None, first, (), day, version, *texts)
        earlier = [old for old in self.sets[key] if _in_order(old) == _in_order(weight_row)]
        if start_fine and earlier:
            what = f"“{self.label(key)}” stands in row {earlier[0].at.row} already, which holds."
            self.bad(
                first,
                self.table.fields[0].heading,
                self.label(key),
                what,
                "Delete one of the two rows, or give it a year, a day or a version of its own.",
            )
            return
        weights = self.row_weights(found_table, source, place, row)
        if weights is not None and not sum(weights):
            what = f"The weights of “{self.label(key)}” add up to nil: nothing is shared by them."
            self.bad(
                first,
                self.table.fields[0].heading,
                self.label(key),
                what,
                "Enter the partners' weights, or use another basis.",
            )
        if not start_fine:
            self.broken.add(key)
        if usable:
            columns = found_table.columns.partners
            cells = tuple(source.at(place + 1, columns[code] + 1) for code in self.codes)
            weight_row = replace(weight_row, weights=weights, cells=cells)
        self.sets[key].append(weight_row)

    def errors(
        self, found_table: FoundTable, source: TableSource, place: int, names: tuple[str, ...]
    ) -> bool:
        """Names the cells that hold an error, or a formula without a result, where they say what a
        row is for; whether there are any."""
        wrong = len(self.issues)
        for one in self.table.fields:
            column = found_table.columns.fields.get(one.name)
            fault = None if column is None else found_table.sheet.faults.get((place, column))
            if fault is not None and one.name in names:
                at = source.cell(place + 1, one.name)
                self.issues.append(_fault_issue(fault, at, one.heading))
        return len(self.issues) > wrong

    def key(
        self, found_table: FoundTable, source: TableSource, place: int, row: list[Cell]
    ) -> _Key | None:
        """The set that a row belongs to; None where it can't be told, which is an issue."""
        driver, name = BASELINE_BASIS, _text(found_table, row, "service")
        if self.table is DRIVERS:
            text = _text(found_table, row, "driver")
            driver = self.names.find(text) or ""
            if not driver:
                clash = match_key(text) in {match_key(basis) for basis in FIXED_BASES}
                what = "The name means another basis." if clash else "The row names no driver."
                self.bad(
                    source.cell(place + 1, "driver"),
                    "Driver",
                    text,
                    what,
                    "Give the driver a name of its own.",
                )
                return None
        if not name:
            if self.table is DRIVERS:
                return driver, None
            self.bad(
                source.cell(place + 1, "service"),
                "Service",
                "",
                "The row names no service.",
                "Enter the service whose baseline it is.",
            )
            return None
        service = self.services.find(name)
        if service is None:
            details = {"suggestion": suggestion(name, self.services.words)}
            at = source.cell(place + 1, "service")
            self.issues.append(Issue("unknown-service", at, "Service", name, details))
            return None
        return driver, service

    def start(
        self, found_table: FoundTable, source: TableSource, place: int, row: list[Cell]
    ) -> tuple[int | None, date | None]:
        """The year from which the row holds, and the day in it where it is not 1 April."""
        text, from_text = _text(found_table, row, "year"), _text(found_table, row, "from")
        year = parse_year(text) if text else None
        if text and year is None:
            at = source.cell(place + 1, "year")
            what, fix = f"“{text}” is no financial year.", "Write it as 2012/13, or leave it blank."
            self.bad(at, "Year", text, what, fix)
        if not from_text:
            return year, None
        day = parse_date(row[found_table.columns.fields["from"]])
        of_day = None if day is None else year_of(day)
        what = fix = ""
        if day is None:
            what = f"“{from_text}” is no date."
            fix = "Write it as 03/10/2012, or leave it blank."
        elif year is not None and of_day != year:
            what = f"{from_text} is not within {year_label(year)}."
            fix = f"Enter a day from 1 April {year} to 31 March {year + 1}, or correct the Year."
        if what:
            self.bad(source.cell(place + 1, "from"), "From", from_text, what, fix)
        is_first = day is None or (day.month, day.day) == (4, 1)
        return (year if text else of_day), None if what or is_first else day

    def version(
        self, found_table: FoundTable, source: TableSource, place: int, row: list[Cell]
    ) -> str:
        """Estimate or Actual; empty where the row doesn't say."""
        text = _text(found_table, row, "version")
        version = Vocabulary(VERSIONS).find(text) if text else ""
        if version is None:
            what, fix = f"“{text}” is neither Estimate nor Actual.", "Write Estimate or Actual."
            self.bad(source.cell(place + 1, "version"), "Version", text, what, fix)
        return version or ""

    def row_weights(
        self, found_table: FoundTable, source: TableSource, place: int, row: list[Cell]
    ) -> tuple[Decimal, ...] | None:
        """The row's weights in partner order, or None where one of them can't serve."""
        weights: list[Decimal] = []
        fine = True
        for code in self.codes:
            column = found_table.columns.partners.get(code)
            if column is None:
                continue
            at = source.at(place + 1, column + 1)
            cell = row[column]
            fault = found_table.sheet.faults.get((place, column))
            if fault is not None:
                self.issues.append(_fault_issue(fault, at, code))
                fine = False
            elif cell == "":
                weights.append(Decimal(0))
            elif not isinstance(cell, float) or not math.isfinite(cell):
                text = cell_text(cell)
                alike = isinstance(cell, str) and parse_amount(text) is not None
                kind = "text that looks like a number" if alike else "no number"
                what = f"“{text}” is {kind}, so that nothing can be shared by it."
                self.bad(at, code, text, what, "Enter the weight as a number.")
                fine = False
            elif cell < 0:
                what = f"The weight {cell_text(cell)} is negative; nothing can be shared by it."
                self.bad(at, code, cell_text(cell), what, "Enter a weight of nil or more.")
                fine = False
            else:
                weights.append(excel_decimal(cell))
        return tuple(weights) if fine else None
