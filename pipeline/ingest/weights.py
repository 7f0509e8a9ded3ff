"""Weights: the Baseline and Drivers sheets of the control workbook (contract, section 2)."""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.core.bases import BASELINE as BASELINE_BASIS
from pipeline.core.bases import FIXED_BASES
from pipeline.core.issue import Issue
from pipeline.core.money import excel_decimal, parse_amount
from pipeline.core.programme import WeightRow, WeightRows
from pipeline.core.returns import TableSource
from pipeline.core.source import SourceRef
from pipeline.core.suggest import suggestion
from pipeline.core.text import Vocabulary, cell_text, match_key
from pipeline.core.years import parse_year
from pipeline.ingest.cells import Vocabularies
from pipeline.ingest.formats.workbook import Cell, Sheet
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
            ordered = tuple(sorted(unusable if broken else rows, key=_holds_from))
            weights.sets.setdefault(name, {})[service] = ordered
    return weights


def _holds_from(row: WeightRow) -> tuple[bool, int]:
    return (row.from_year is not None, row.from_year or 0)


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
        for place, row in found_table.rows:
            if self.is_total(found_table, row):
                continue
            if any(
                row[column] != "" or (place, column) in found_table.sheet.faults
                for column in columns.partners.values()
            ) or (sum(row[column] != "" for column in columns.fields.values()) >= 2):
                self.read_row(found_table, source, place, row, usable=not missing)

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
        key = self.key(found_table, source, place, row)
        if key is None:
            return
        year, year_fine = self.year(found_table, source, place, row)
        first = source.at(place + 1, min(found_table.columns.fields.values()) + 1)
        earlier = [old for old in self.sets[key] if old.from_year == year]
        if year_fine and earlier:
            what = f"“{self.label(key)}” stands in row {earlier[0].at.row} already, which holds."
            self.bad(
                first,
                self.table.fields[0].heading,
                self.label(key),
                what,
                "Delete one of the two rows, or give it a year of its own.",
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
        if not year_fine:
            self.broken.add(key)
        if not usable:
            weights = None
        columns = found_table.columns.partners
        cells = tuple(source.at(place + 1, columns[code] + 1) for code in self.codes if usable)
        self.sets[key].append(WeightRow(year, weights, first, cells))

    def key(
        self, found_table: FoundTable, source: TableSource, place: int, row: list[Cell]
    ) -> _Key | None:
        """The set that a row belongs to; None where it can't be told, which is an issue."""

        def text(name: str) -> str:
            column = found_table.columns.fields.get(name)
            return "" if column is None else cell_text(row[column])

        driver = BASELINE_BASIS
        if self.table is DRIVERS:
            driver = self.names.find(text("driver")) or ""
            if not driver:
                clash = match_key(text("driver")) in {match_key(basis) for basis in FIXED_BASES}
                what = "The name means another basis." if clash else "The row names no driver."
                self.bad(
                    source.cell(place + 1, "driver"),
                    "Driver",
                    text("driver"),
                    what,
                    "Give the driver a name of its own.",
                )
                return None
        if not text("service"):
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
        service = self.services.find(text("service"))
        if service is None:
            details = {"suggestion": suggestion(text("service"), self.services.words)}
            at = source.cell(place + 1, "service")
            self.issues.append(Issue("unknown-service", at, "Service", text("service"), details))
            return None
        return driver, service

    def year(
        self, found_table: FoundTable, source: TableSource, place: int, row: list[Cell]
    ) -> tuple[int | None, bool]:
        """The year from which the row holds, and whether its cell can be read."""
        column = found_table.columns.fields.get("year")
        text = "" if column is None else cell_text(row[column])
        if not text:
            return None, True
        year = parse_year(text)
        if year is None:
            self.bad(
                source.cell(place + 1, "year"),
                "Year",
                text,
                f"“{text}” is no financial year.",
                "Write it as 2012/13, or leave it blank.",
            )
        return year, year is not None

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
                rule = "cell-error" if fault.error else "formula-no-value"
                self.issues.append(Issue(rule, at, code, fault.error))
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
