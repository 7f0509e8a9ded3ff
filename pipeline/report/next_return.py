"""A department's next return: what was read from its last one, in the template's layout, so that
only what has changed is to be typed (contract, section 6).

Sent back untouched it is read as the last one was: amounts to the very penny, and rows that were
rejected with the same fault in the same cell.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from typing import Any

import numpy as np

from pipeline.core.issue import FORMAT, NUMBER, UNREAD, Issue
from pipeline.core.programme import Programme
from pipeline.core.returns import (
    DELIVERY_MEASURES,
    Amounts,
    Cover,
    Records,
    Return,
    TableSource,
)
from pipeline.core.source import SourceRef
from pipeline.core.text import cell_text, date_text, ref_key
from pipeline.core.years import year_label
from pipeline.report.spec import Broken, Formatted
from pipeline.report.template import Filled, FilledTable, Key
from schemas.fields import Kind, Setting, Table
from schemas.returns import (
    AMOUNT_SETTINGS,
    CONTACT,
    DELIVERY,
    DEPARTMENT,
    LAST_DATED,
    LONG_FIELDS,
    NARRATIVE_TABLES,
    OWN_COSTS_SIGN,
    PREPARED_BY,
    REPLACES,
    SAVINGS,
    YEARS_ADDED,
    savings,
)
from schemas.vocabulary import turned_round

# By line (its key) and the year's label its category and its pence in the model, in the plan
# scenario.
Plan = Mapping[tuple[str, str], tuple[str, int]]

_YEAR = LONG_FIELDS[0]
_NO_AMOUNT = ("amount-not-number", "scaled-format", "merged-amount", *UNREAD)
# Behind a text that stands for several cells, so that nobody takes it for an amount.
_NOT_READ = "(not read)"


def why_none(sent: Return) -> str:
    """Why a return can't be carried over as it was read; empty where it can."""
    cover = sent.cover
    if cover is None:
        return "it can't be read"
    savings = sent.tables.get(SAVINGS.name, Records())
    if any(fault.rule == "missing-heading" for each in savings.sources for fault in each.faults):
        return "its Savings lacks headings"
    for name in (SAVINGS.name, DELIVERY.name):
        for source in sent.tables.get(name, Records()).sources:
            sheet_cover = sent.cover_of(source) or cover
            if any(fault.rule == "bad-setting" for fault in source.faults):
                return "rows of Layouts that read it are wrong"
            signs = (sheet_cover.savings_positive, sheet_cover.costs_positive)
            other_signs = signs != (cover.savings_positive, cover.costs_positive)
            if sheet_cover.incremental != cover.incremental or (
                other_signs and name == DELIVERY.name
            ):
                return "Layouts give its sheets different signs or profiles"
            if sheet_cover.faults.keys() != cover.faults.keys():
                return "Layouts give one of its sheets a wrong setting"
    return ""


def next_return(sent: Return, programme: Programme, plan: Plan) -> Filled:
    """What the next return of a department holds that sent ``sent``; ``why_none`` says where there
    is none. Date, Status and Certified by are left for whoever sends it."""
    cover = sent.cover
    if cover is None:
        raise ValueError(f"{sent.workbook} was not read")
    cells = _Cells(sent, cover)
    tables = {SAVINGS.name: cells.savings(programme)}
    if DELIVERY.name in sent.tables:
        tables[DELIVERY.name] = cells.delivery(plan)
    for table in NARRATIVE_TABLES:
        if table.name in sent.tables:
            tables[table.name] = FilledTable(cells.texts(table, sent.tables[table.name]))
    years = [key for key in tables[SAVINGS.name].columns if isinstance(key, int)]
    return Filled(
        {**_cover(sent, cover), YEARS_ADDED.name: _years_added(sent, programme)},
        tables,
        sent.workbook,
        cover.pounds_per_unit,
        cover.savings_positive,
        cover.incremental,
        tuple(sorted(years)),
        _answers(sent),
    )


def _cover(sent: Return, cover: Cover) -> dict[str, object]:
    """The settings, those of amounts written out; a wrong one as it was typed."""
    settings: dict[str, object] = {
        DEPARTMENT.name: cover.department if cover.names_department else None,
        PREPARED_BY.name: cover.prepared_by,
        CONTACT.name: cover.contact,
        REPLACES.name: sent.workbook,
        LAST_DATED.name: cover.counts_as_dated,
    }
    for of, attribute in AMOUNT_SETTINGS:
        # Where savings are entered below zero nothing is to be said of costs.
        if of is not OWN_COSTS_SIGN or cover.savings_positive:
            settings[of.name] = of.values.text(getattr(cover, attribute))
        if of.name in cover.faults:
            settings[of.name] = _wrong_setting(of, cover.faults[of.name], cover)
    return settings


def _years_added(sent: Return, programme: Programme) -> str:
    """Years of the programme that no table of lines had a column for."""
    sources = sent.tables[SAVINGS.name].sources
    if any(each.parts for each in sources):
        return ""
    there = {year for each in sources for year in each.year_columns}
    return ", ".join(year_label(year) for year in programme.years if year not in there)


def _wrong_setting(of: Setting[Any], fault: Issue, cover: Cover) -> object:
    """A setting that is wrong still, whatever was wrong with it: its name, or a second one that
    says something else."""
    if fault.rule in UNREAD:
        return Broken(fault.value)
    stays_wrong = of.values.read(fault.value) is None
    if stays_wrong or (of is OWN_COSTS_SIGN and not cover.savings_positive):
        return fault.value
    return f"{fault.value} {_NOT_READ}"


def _answers(sent: Return) -> tuple[dict[str, str], ...]:
    """The answers that the last return bore; what they call its sheets is the template's name."""
    names = {
        source.sheet: table for table, records in sent.tables.items() for source in records.sources
    }
    return tuple(
        {
            "rule": each.rule,
            "sheet": names.get(each.sheet, each.sheet),
            "heading": each.heading,
            "value": each.value,
            "line_ref": each.line_ref,
            "scenario": each.scenario,
            "answer": each.answer,
            "answered_by": each.answered_by,
            "department": each.department,
        }
        for each in sent.answers
    )


@dataclass
class _Cells:
    """The cells of a return as they are to be typed again."""

    sent: Return
    cover: Cover
    # Amounts that could not be read by cell, and what else a cell shows that is no value by table,
    # row and heading.
    amounts: dict[SourceRef, Issue] = field(init=False)
    faulty: dict[tuple[int, int, str], Issue] = field(init=False)
    years: dict[tuple[int, int], Issue] = field(init=False)

    def __post_init__(self) -> None:
        unread = [each for each in self.sent.issues if each.rule in _NO_AMOUNT]
        self.amounts = {each.at: each for each in unread}
        self.faulty = {(each.table, each.at.row, each.heading): each for each in unread}
        self.years = {
            (each.table, each.at.row): each
            for each in self.sent.issues
            if each.heading == _YEAR.heading and each.rule in ("unknown-value", "missing-value")
        }

    @property
    def last(self) -> str:
        """How a note begins."""
        dated = self.cover.counts_as_dated
        return f"Last return, {date_text(dated)}: " if dated else "Last return: "

    def texts(self, table: Table, records: Records) -> dict[Key, Sequence[object]]:
        """The columns of fields without amounts, by name."""
        kinds = {each.name: (each.kind, each.heading) for each in table.fields}
        columns: dict[Key, Sequence[object]] = {}
        for name, values in records.columns.items():
            kind, heading = kinds.get(name, (Kind.TEXT, name))
            if kind is Kind.AMOUNT:
                continue
            columns[name] = [
                self.text(records, place, heading, kind, value)
                for place, value in enumerate(values)
            ]
        return columns

    def text(
        self, records: Records, place: int, heading: str, kind: Kind, value: str | None
    ) -> object:
        """A field of a record."""
        source = records.sources[records.source[place]]
        fault = self.faulty.get((source.number, records.row[place], heading))
        if value is None and fault is not None and fault.rule in UNREAD:
            return Broken(fault.value)
        if kind is Kind.QUANTITY and fault is not None and fault.rule == "merged-amount":
            return f"{fault.value} {_NOT_READ}"
        return _as_number(value) if kind in (Kind.SCORE, Kind.QUANTITY) and value else value

    def number(self, pence: int) -> float:
        """An amount in the return's units: the double that is read as these very pence."""
        return pence / (100 * self.cover.pounds_per_unit)

    def note(self, value: object, pence: int) -> str:
        """What a cell said the last time."""
        if isinstance(value, float):
            return f"{self.last}{self.shown(pence)}"
        if isinstance(value, Broken):
            return f"{self.last}{value.error or 'a formula without a result'}"
        number = f"{value.number:.15g}" if isinstance(value, Formatted) else value
        return f"{self.last}“{number}”"

    def shown(self, pence: int) -> str:
        """An amount in the return's units, as a person writes it."""
        exact = Decimal(pence) / (100 * self.cover.pounds_per_unit)
        return f"{exact.normalize():,f}"

    # Savings

    def savings(self, programme: Programme) -> FilledTable:
        """The lines: their texts, and their amounts by year."""
        records, amounts = self.sent.tables[SAVINGS.name], self.sent.amounts
        columns = self.texts(savings(programme.tags), records)
        notes: dict[Key, Mapping[int, str]] = {}
        if amounts is None:
            return FilledTable(columns)
        turned = [self.turned(records, place) for place in range(len(records.row))]
        for year in self.all_years(records, amounts, programme.years):
            pence = _of_year(amounts, year, programme.years)
            as_entered = [-each if turn else each for each, turn in zip(pence, turned, strict=True)]
            column = programme.years.index(year) if year in programme.years else None
            blank = (
                amounts.blank[:, column].tolist()
                if column is not None
                else [False] * len(as_entered)
            )
            values = [
                self.amount(records, place, year, as_entered[place], blank=blank[place])
                for place in range(len(as_entered))
            ]
            columns[year] = values
            notes[year] = {
                place: self.note(value, as_entered[place])
                for place, value in enumerate(values)
                if value is not None and value != 0
            }
        self.unplaced(records, amounts, columns, programme.years[0])
        return FilledTable(columns, notes)

    def turned(self, records: Records, place: int) -> bool:
        """Whether a line's sheet enters it with another sign than the return does."""
        sheet_cover = self.sent.cover_of(records.sources[records.source[place]]) or self.cover
        category = records.columns["category"][place]
        signs = (
            turned_round(each.savings_positive, each.costs_positive)
            for each in (sheet_cover, self.cover)
        )
        first, second = (category in each for each in signs)
        return first != second

    def all_years(self, records: Records, amounts: Amounts, years: Sequence[int]) -> Iterable[int]:
        """The programme's years, and those outside it in which a line says anything."""
        outside = {year for year, pence in amounts.others.items() if year and np.any(pence)}
        for place, row in enumerate(records.row):
            source = records.sources[records.source[place]]
            of_rows = {year for _, year in source.parts.get(row, ()) if year}
            outside |= {
                year
                for year in of_rows | source.year_columns.keys()
                if any(cell in self.amounts for cell in source.amount_cells(row, year))
            }
        return sorted({*years, *outside})

    def amount(self, records: Records, place: int, year: int, pence: int, *, blank: bool) -> object:
        """A line's amount in a year, as it is to stand in its cell."""
        source, row = records.sources[records.source[place]], records.row[place]
        cells = source.amount_cells(row, year)
        faults = [self.amounts[cell] for cell in cells if cell in self.amounts]
        if faults:
            return self.as_typed(faults, pence, alone=len(cells) == 1)
        if not cells:
            # A ledger has no row where there is nothing; a sheet without the column doesn't say.
            return 0.0 if row in source.parts else None
        return None if blank else self.number(pence)

    def as_typed(self, faults: Sequence[Issue], pence: int, *, alone: bool) -> object:
        """What stands in a cell whose amount can't be read; ``alone``: it is all of the amount."""
        fault = faults[0]
        if not alone or fault.rule == "merged-amount":
            texts = [each.value or "a formula without a result" for each in faults]
            readable_part = [self.shown(pence)] if pence else []
            return f"{' + '.join([*readable_part, *texts])} {_NOT_READ}"
        if fault.rule in UNREAD:
            return Broken(fault.value)
        if NUMBER in fault.details:
            return Formatted(float(fault.details[NUMBER]), fault.details[FORMAT])
        return fault.value

    def unplaced(
        self,
        records: Records,
        amounts: Amounts,
        columns: dict[Key, Sequence[object]],
        first: int,
    ) -> None:
        """Rows of a ledger whose year can't be read: their amounts as a text in the first year, so
        that the line is rejected still."""
        values = list(columns[first])
        for place, row in enumerate(records.row):
            source = records.sources[records.source[place]]
            wrong_rows = [
                r for r, year in source.parts.get(row, ()) if (source.number, r) in self.years
            ]
            if wrong_rows:
                years = ", ".join(self.years[source.number, r].value or "none" for r in wrong_rows)
                pence = int(amounts.others[0][place]) if 0 in amounts.others else 0
                remark = f"{self.shown(pence)} in year “{years}” {_NOT_READ}"
                before = values[place]
                values[place] = f"{before:.15g} + {remark}" if isinstance(before, float) else remark
        columns[first] = values

    # Delivery

    def delivery(self, plan: Plan) -> FilledTable:
        """What was said of the lines' delivery, the plan in the notes."""
        records, amounts = self.sent.tables[DELIVERY.name], self.sent.delivery
        columns = self.texts(DELIVERY, records)
        notes: dict[Key, Mapping[int, str]] = {}
        planned = self.planned(records, plan)
        for measure, name in enumerate(DELIVERY_MEASURES):
            heading = DELIVERY.field(name).heading
            values: list[object] = []
            of_rows = {}
            for place, row in enumerate(records.row):
                source = records.sources[records.source[place]]
                fault = self.faulty.get((source.number, row, heading))
                pence = int(amounts.pence[place, measure]) if amounts else 0
                filled = amounts is not None and bool(amounts.filled[place, measure])
                value: object = self.number(pence) if filled else None
                if fault is not None:
                    value = self.as_typed([fault], pence, alone=_is_own(source, fault, name))
                values.append(value)
                remarks = [f"Plan: {planned[place]}."] if not measure and place in planned else []
                remarks += [f"{self.note(value, pence)}."] if value is not None else []
                if remarks:
                    of_rows[place] = " ".join(remarks)
            columns[name], notes[name] = values, of_rows
        return FilledTable(columns, notes)

    def planned(self, records: Records, plan: Plan) -> dict[int, str]:
        """By row of Delivery the plan of its line in its year, as the return would enter it."""
        turning = turned_round(self.cover.savings_positive, self.cover.costs_positive)
        texts = {}
        rows = zip(records.columns["line_ref"], records.columns["year"], strict=True)
        for place, (ref, year) in enumerate(rows):
            if (key := (ref_key(ref or ""), year or "")) in plan:
                category, pence = plan[key]
                texts[place] = self.shown(-pence if category in turning else pence)
        return texts


def _as_number(text: str) -> object:
    """The number that a cell holds which says this; the text itself where it is none."""
    try:
        number = float(text)
    except ValueError:
        return text
    return number if isfinite(number) and cell_text(number) == text else text


def _of_year(amounts: Amounts, year: int, years: Sequence[int]) -> list[int]:
    """Stated pence by line in a year of the programme or outside it."""
    if year in years:
        stated: list[int] = amounts.years[:, years.index(year)].tolist()
        return stated
    other = amounts.others.get(year)
    return [0] * len(amounts.outside) if other is None else other.tolist()


def _is_own(source: TableSource, fault: Issue, name: str) -> bool:
    """Whether a measure of Delivery is made of the one cell at fault."""
    return fault.at.column == source.columns.get(name) and not source.added
