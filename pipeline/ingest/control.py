"""Reading programme.xlsx, the control workbook (contract, section 2).

Everything that is wrong in it is found at once. Where no model can be built, ``read_control``
gives the issues and no programme.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pipeline.core.answers import Answer
from pipeline.core.bases import FIXED_BASES
from pipeline.core.issue import Issue
from pipeline.core.programme import (
    ExpectedReturn,
    Partner,
    Programme,
    Rating,
    Service,
    Tag,
)
from pipeline.core.returns import Records
from pipeline.core.source import SourceRef
from pipeline.core.suggest import letter_off, name_meant, suggestion
from pipeline.core.text import Vocabulary, match_key, ref_key
from pipeline.core.years import year_label
from pipeline.ingest.answers import answers_of
from pipeline.ingest.cells import Vocabularies
from pipeline.ingest.formats.workbook import Sheet, Workbook, WorkbookError
from pipeline.ingest.gap import read_gap
from pipeline.ingest.layouts import LayoutRow, read_layouts
from pipeline.ingest.records import read_records
from pipeline.ingest.settings import GivenSetting, Settings, read_settings
from pipeline.ingest.tags import listed, unfit_heading, unfit_values
from pipeline.ingest.weights import Weights, read_weights
from schemas.fields import Setting, Standing, Table
from schemas.programme import (
    ANSWERS,
    BASELINE,
    CONFIDENCE,
    COSTS_SIGN,
    DEPARTMENTS,
    DISCOUNT_RATE,
    DRIVERS,
    FIRST_YEAR,
    GAP,
    LAYOUTS,
    MARKING,
    NOTE,
    OTHER_PROGRAMMES,
    PARTNERS,
    PAYBACK_LIMIT,
    PLAN_SCENARIO,
    PRICE_BASE,
    PROFILE,
    PROGRAMME,
    PROGRAMME_CONTACT,
    REFERENCE,
    REPORT_UNITS,
    SAVINGS_SIGN,
    SCENARIOS,
    SERVICES,
    SHARE_TOLERANCE,
    STEADY_YEAR,
    TAGS,
    TITLE,
    UNITS,
    YEARS,
)
from schemas.returns import ASSUMPTIONS
from schemas.values import NAMES, PART
from schemas.vocabulary import ALL_STRANDS, LIST, NOT_YET_APPORTIONED, TOTAL_PROGRAMME

MOST_PARTNERS = 50
RESERVED_NAMES = (TOTAL_PROGRAMME, NOT_YET_APPORTIONED)
_CODE = re.compile(r"[A-Za-z0-9_-]{1,20}")
# Beside these headings partners' codes head the columns of weights.
_HEADINGS = {
    match_key(field.heading): field.heading
    for table in (BASELINE, DRIVERS)
    for field in table.fields
}
NOTHING: Mapping[Standing, Any] = {}
Value = TypeVar("Value")


@dataclass
class Control:
    """What the control workbook gives: a programme (None where it stops), the Assumptions
    sheet's records, every issue, and the names of all bases."""

    programme: Programme | None
    assumptions: Records
    issues: list[Issue]
    bases: tuple[str, ...] = FIXED_BASES
    layouts: tuple[LayoutRow, ...] = ()
    title: str = ""
    reference: str = ""
    answers: Sequence[Answer] = ()


def read_control(
    workbook: str,
    content: bytes,
    rivals: Sequence[str] = (),
    open_workbook: Callable[[bytes], Workbook] = Workbook,
) -> Control:
    """Read the control workbook from its bytes; ``rivals`` are files of the same name in other
    capitals, beside which it can't be told which one holds. ``open_workbook`` opens its bytes."""
    try:
        book = open_workbook(content)
        control = _ControlReader(workbook, book).run()
    except WorkbookError as fault:
        return refused_control(workbook, fault)
    if not book.shows_faults:
        control.issues.append(Issue("undetectable-errors", SourceRef(workbook)))
    for rival in rivals:
        details = {
            "what": f"There is a second control workbook beside {workbook}.",
            "fix": "Keep one of the two in the folder.",
        }
        control.issues.append(Issue("bad-setting", SourceRef(rival), details=details))
        control.programme = None
    return control


def refused_control(workbook: str, fault: WorkbookError) -> Control:
    """A control workbook that can't be read, and the issue that says why."""
    issue = Issue(fault.rule, fault.at(workbook), details=fault.details)
    return Control(None, Records(), [issue])


class _ControlReader:
    """The control workbook being read. ``stops`` once no model can be built."""

    def __init__(self, workbook: str, book: Workbook) -> None:
        self.workbook, self.book = workbook, book
        self.issues: list[Issue] = []
        self.stops = False
        self.years_known = False

    def run(self) -> Control:
        settings = self.settings()
        years = self.years(settings)
        partners = self.partners()
        drivers = Vocabulary(self.driver_names())
        bases = Vocabulary((*FIXED_BASES, *drivers.words))
        services = self.services(bases)
        words: Vocabularies = {
            "services": tuple(service.name for service in services),
            "bases": bases.words,
        }
        weights = self.weights(tuple(p.code for p in partners), words)
        programme = self.programme(settings, years, partners, services, weights)
        assumptions = self.records(ASSUMPTIONS, {})
        answers = answers_of(self.records(ANSWERS, {}))
        layouts, issues = read_layouts(self.records(LAYOUTS, {}), programme.tags)
        self.issues += issues
        return Control(
            None if self.stops else programme,
            assumptions,
            self.issues,
            bases.words,
            layouts,
            settings.value(TITLE) or "",
            settings.value(REFERENCE) or "",
            answers,
        )

    # Sheets

    def sheets(self, table: Table) -> list[Sheet]:
        """The sheets that bear the table's name; a missing required one stops the programme."""
        key = match_key(table.name)
        sheets = [
            self.book.sheet(number)
            for number, (name, _) in enumerate(self.book.sheets)
            if match_key(name) == key
        ]
        if table.required and not sheets:
            self.issues.append(Issue("missing-sheet", SourceRef(self.workbook), table.name))
            self.stops = True
        for sheet in sheets:
            if sheet.hidden:
                at = SourceRef(self.workbook, sheet.name, sheet_number=sheet.number)
                self.issues.append(Issue("hidden-sheet", at))
        return sheets

    def records(self, table: Table, words: Vocabularies, least: int = 2) -> Records:
        records, issues = read_records(self.workbook, self.sheets(table), table, words, least)
        self.issues += issues
        if table.required and any(issue.rule == "missing-heading" for issue in issues):
            self.stops = True
        return records

    def bad(self, at: SourceRef, heading: str, value: str, what: str, fix: str) -> None:
        details = {"what": what, "fix": fix}
        self.issues.append(Issue("bad-setting", at, heading, value, details))

    # Settings

    def settings(self) -> Settings:
        """The Programme sheet's settings; repeated, faulty and unknown ones are issues."""
        merged = Settings({}, [], [], [], {})
        for sheet in self.sheets(PROGRAMME)[:1]:
            merged = read_settings(sheet, PROGRAMME, self.workbook)
            self.issues += merged.issues
            self.stops = self.stops or bool(merged.issues)
        for name, error in merged.faults.items():
            setting = merged.values.pop(name)
            field = PROGRAMME.field(setting.name)
            rule = "cell-error" if error else "formula-no-value"
            self.issues.append(Issue(rule, setting.at, field.heading, error))
            self.stops = self.stops or field.needed or field.required
        for again, first in merged.repeated:
            field = PROGRAMME.field(again.name)
            if again.text == first.text:
                continue
            what = f"{field.heading} is “{again.text}” here, but “{first.text}” in {first.at.cell}."
            self.bad(again.at, field.heading, again.text, what, "Keep one of the two.")
            self.stops = self.stops or field.needed
        for other in merged.others:
            self.nearly_ours(other, merged)
        for field in PROGRAMME.fields:
            if field.required and field.name not in merged.values:
                if field.name in merged.faults:
                    continue
                what = f"The setting {field.heading} is missing: {field.meaning}"
                fix = f"Enter {field.heading} in {PROGRAMME.name}, e.g. {field.example}."
                at = SourceRef(self.workbook, PROGRAMME.name)
                self.bad(at, field.heading, "", what, fix)
                self.stops = True
        return merged

    def nearly_ours(self, other: GivenSetting, settings: Settings) -> None:
        """A setting whose name is nearly one of ours is passed over only where ours says the same,
        or stands there too and is more than a letter off."""
        headings = {field.heading: field for field in PROGRAMME.settings}
        near_name = letter_off(other.name, headings)
        name = near_name or name_meant(other.name, headings)
        if name is None:
            return
        our_setting = settings.values.get(headings[name].name)
        if our_setting is not None and (near_name is None or our_setting.text == other.text):
            return
        what = f"There is no setting “{other.name}”; did you mean {name}?"
        self.bad(other.at, other.name, other.text, what, f"Write the setting as {name}.")
        self.stops = self.stops or headings[name].stops

    def value(
        self, settings: Settings, of: Setting[Value], standing: Mapping[Standing, Value] = NOTHING
    ) -> Value:
        """A setting's value, its default where it isn't given. A wrong one is an issue; where it
        interprets amounts, it stops the programme."""
        value = settings.value(of)
        if value is None and of.name in settings.values:
            self.wrong(settings.values[of.name], of, of.values.expected)
        return of.default_of(standing) if value is None else value

    def one_of(
        self,
        settings: Settings,
        of: Setting[Value],
        among: Sequence[Value],
        expected: str,
    ) -> Value:
        """A setting whose value is one of a list that the programme gives."""
        value = settings.value(of)
        words = {match_key(of.values.text(each)): each for each in among}
        choice = None if value is None else words.get(match_key(of.values.text(value)))
        if choice is None and of.name in settings.values:
            self.wrong(settings.values[of.name], of, expected)
        ends = {Standing.FIRST: among[0], Standing.LAST: among[-1]}
        return of.default_of(ends) if choice is None else choice

    def wrong(self, setting: GivenSetting, of: Setting[Value], expected: str) -> None:
        what = f"{of.heading} is “{setting.text}”, but must be {expected}."
        self.bad(setting.at, of.heading, setting.text, what, f"Enter {expected}.")
        self.stops = self.stops or of.needed

    def years(self, settings: Settings) -> tuple[int, ...]:
        first = self.value(settings, FIRST_YEAR)
        wrong = len(self.issues)
        count = self.value(settings, YEARS)
        self.years_known = bool(first) and len(self.issues) == wrong
        return tuple(range(first, first + count))

    def programme(
        self,
        settings: Settings,
        years: tuple[int, ...],
        partners: tuple[Partner, ...],
        services: tuple[Service, ...],
        weights: Weights,
    ) -> Programme:
        scenarios = self.value(settings, SCENARIOS)
        unit = self.value(settings, UNITS)
        return Programme(
            title=self.value(settings, TITLE),
            reference=self.value(settings, REFERENCE),
            years=years,
            steady_year=self.steady_year(settings, years),
            scenarios=scenarios,
            plan_scenario=self.one_of(
                settings,
                PLAN_SCENARIO,
                scenarios,
                f"one of the scenarios {', '.join(scenarios)}",
            ),
            pounds_per_unit=unit,
            savings_positive=self.value(settings, SAVINGS_SIGN),
            costs_positive=self.costs_positive(settings),
            incremental=self.value(settings, PROFILE),
            discount_rate=self.value(settings, DISCOUNT_RATE),
            price_base=self.value(settings, PRICE_BASE),
            payback_limit=self.value(settings, PAYBACK_LIMIT),
            report_unit=self.value(settings, REPORT_UNITS),
            marking=self.value(settings, MARKING),
            note=self.value(settings, NOTE),
            other_programmes=self.value(settings, OTHER_PROGRAMMES),
            partners=partners,
            services=services,
            weights=weights.sets,
            expected=self.expected(),
            confidence=self.confidence(),
            tags=self.tags(),
            gap=self.gap(tuple(partner.code for partner in partners), years),
            share_tolerance=self.value(settings, SHARE_TOLERANCE),
            contact=self.value(settings, PROGRAMME_CONTACT),
        )

    def costs_positive(self, settings: Settings) -> bool:
        """Where savings are entered below zero, costs are above it, and nothing is to be said."""
        positive, setting = self.value(settings, COSTS_SIGN), settings.values.get(COSTS_SIGN.name)
        below = not settings.wrong(SAVINGS_SIGN) and not settings.value(SAVINGS_SIGN)
        if setting is not None and below:
            what = (
                f"{COSTS_SIGN.heading} is “{setting.text}”, but returns enter savings below zero."
            )
            fix = f"Leave {COSTS_SIGN.heading} blank, or set {SAVINGS_SIGN.heading} to Positive."
            self.bad(setting.at, COSTS_SIGN.heading, setting.text, what, fix)
            self.stops = True
        return positive

    def steady_year(self, settings: Settings, years: tuple[int, ...]) -> int:
        """One of the programme's years; any year where it isn't known which these are."""
        year = settings.value(STEADY_YEAR)
        if year is not None and not self.years_known:
            return year
        span = "one of the programme's years"
        if self.years_known:
            span += f", {year_label(years[0])} to {year_label(years[-1])}"
        return self.one_of(settings, STEADY_YEAR, years, span)

    # Lists

    def partners(self) -> tuple[Partner, ...]:
        # A partner lost would give its share to the others: half a row counts as well.
        records = self.records(PARTNERS, {}, least=1)
        partners: list[Partner] = []
        codes: dict[str, SourceRef] = {}
        names: dict[str, SourceRef] = {}
        for place in range(len(records.row)):
            code, name = (records.columns[key][place] or "" for key in ("code", "name"))
            source = records.sources[records.source[place]]
            at = source.cell(records.row[place], "code")
            name_at = source.cell(records.row[place], "name")
            if code and not name and not _CODE.fullmatch(code):
                continue  # a note
            wrong = len(self.issues)
            if (unfit := unfit_code(code)) is not None:
                self.bad(at, "Code", code, *unfit)
            elif (first := codes.get(ref_key(code))) is not None:
                what = f"The code “{code}” stands in {first.cell} already."
                self.bad(at, "Code", code, what, "Give each partner a code of its own.")
            if not name:
                self.bad(name_at, "Name", "", "The partner has no name.", "Enter its name.")
            elif (first := names.get(match_key(name))) is not None:
                what = f"The name “{name}” stands in {first.cell} already."
                self.bad(name_at, "Name", name, what, "Give each partner a name of its own.")
            elif match_key(name) in {match_key(word) for word in RESERVED_NAMES}:
                what = f"“{name}” is what the outputs call something else."
                self.bad(name_at, "Name", name, what, "Give the partner another name.")
            codes.setdefault(ref_key(code), at)
            names.setdefault(match_key(name), name_at)
            if len(self.issues) > wrong:
                self.stops = True
            else:
                partners.append(Partner(code, name, name_at))
        if len(partners) > MOST_PARTNERS or not records.row:
            at = SourceRef(self.workbook, PARTNERS.name)
            what = f"There are {len(partners)} partners."
            self.bad(at, "Code", "", what, f"Name 1 to {MOST_PARTNERS} partners.")
            self.stops = True
        return tuple(partners)

    def driver_names(self) -> tuple[str, ...]:
        """The names in Drivers, each once. Their rows are read when services are known."""
        records, _ = read_records(self.workbook, self._quiet(DRIVERS), DRIVERS, {})
        names: dict[str, str] = {match_key(basis): "" for basis in FIXED_BASES}
        for name in records.columns["driver"]:
            names.setdefault(match_key(name or ""), name or "")
        return tuple(name for name in names.values() if name)

    def _quiet(self, table: Table) -> list[Sheet]:
        key = match_key(table.name)
        sheets = enumerate(self.book.sheets)
        return [self.book.sheet(number) for number, (name, _) in sheets if match_key(name) == key]

    def services(self, bases: Vocabulary) -> tuple[Service, ...]:
        records = self.records(SERVICES, {})
        services: list[Service] = []
        place_of: dict[str, SourceRef] = {}
        for place in range(len(records.row)):
            name, strand, basis = (
                records.columns[key][place] or "" for key in ("service", "strand", "basis")
            )
            source = records.sources[records.source[place]]
            row = records.row[place]
            at = source.cell(row, "service")
            if not name or not strand:
                missing = "strand" if name else "service"
                heading = missing.capitalize()
                what = f"The row names no {missing}."
                self.bad(source.cell(row, missing), heading, "", what, f"Enter the {missing}.")
                self.stops = True
            elif match_key(strand) == match_key(ALL_STRANDS):
                what = f"“{strand}” is what the outputs call the strands together."
                at = source.cell(row, "strand")
                self.bad(at, "Strand", strand, what, "Give the strand another name.")
                self.stops = True
            elif (first := place_of.get(match_key(name))) is not None:
                what = f"The service “{name}” stands in {first.cell} already."
                self.bad(at, "Service", name, what, "Name each service once.")
                self.stops = True
            else:
                place_of[match_key(name)] = at
                basis_at = source.cell(row, "basis")
                services.append(Service(name, strand, self.basis(basis, bases, basis_at), basis_at))
        if not records.row:
            at = SourceRef(self.workbook, SERVICES.name)
            self.bad(at, "Service", "", "There are no services.", "Name at least one service.")
            self.stops = True
        return _one_spelling_of_strands(services)

    def basis(self, text: str, bases: Vocabulary, at: SourceRef) -> str | None:
        name = bases.find(text) if text else None
        if name is None:
            details = {
                "suggestion": suggestion(text, bases.words),
                "choices": ", ".join(bases.words),
            }
            self.issues.append(Issue("unknown-basis", at, "Basis", text, details))
        return name

    def weights(self, codes: tuple[str, ...], words: Vocabularies) -> Weights:
        weights = read_weights(
            self.workbook, self.sheets(BASELINE), self.sheets(DRIVERS), codes, words
        )
        self.issues += weights.issues
        return weights

    def confidence(self) -> tuple[Rating, ...]:
        """What each rating counts for; none where any row is wrong, for a figure that is weighted
        in part would be taken for the whole."""
        records = self.records(CONFIDENCE, {}, least=1)
        ratings: list[Rating] = []
        rows: dict[str, int] = {}
        wrong = len(self.issues)
        for place, row in enumerate(records.row):
            word, text = (records.columns[name][place] or "" for name in ("rating", "weight"))
            source, key = records.sources[records.source[place]], match_key(word)
            weight = PART.read(text)
            if not word:
                what, fix = "The row names no rating.", "Enter a RAG value or a word of Confidence."
                self.bad(source.cell(row, "rating"), "Rating", "", what, fix)
            elif key in rows:
                what = f"“{word}” stands in row {rows[key]} already."
                self.bad(source.cell(row, "rating"), "Rating", word, what, "Keep one of the rows.")
            elif weight is None:
                is_said = f"The weight of “{word}” is {f'“{text}”' if text else 'missing'}"
                what = f"{is_said}: no figure is weighted by risk until it is right."
                fix = f"Enter a part {PART.expected}."
                self.bad(source.cell(row, "weight"), "Weight", text, what, fix)
            else:
                ratings.append(Rating(word, weight))
            rows.setdefault(key, row)
        return tuple(ratings) if len(self.issues) == wrong else ()

    def tags(self) -> tuple[Tag, ...]:
        """The columns of the team's own; a wrong one is none."""
        records = self.records(TAGS, {}, least=1)
        tags: list[Tag] = []
        rows: dict[str, int] = {}
        for place, row in enumerate(records.row):
            heading, kind, values = (
                records.columns[name][place] or "" for name in ("heading", "kind", "values")
            )
            source, key = records.sources[records.source[place]], match_key(heading)
            fault = unfit_heading(heading, rows) or unfit_values(kind, values)
            if fault is None:
                words = NAMES.read(listed(values)) or ()
                tags.append(Tag(heading, words if match_key(kind) == match_key(LIST) else ()))
            else:
                field = TAGS.field(fault.heading)
                text = records.columns[field.name][place] or ""
                self.bad(source.cell(row, field.name), field.heading, text, fault.what, fault.fix)
            rows.setdefault(key, row)
        return tuple(tags)

    def gap(self, codes: tuple[str, ...], years: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        gap = read_gap(self.workbook, self.sheets(GAP), codes, years)
        self.issues += gap.issues
        return gap.by_partner(codes, len(years))

    def expected(self) -> tuple[ExpectedReturn, ...]:
        records = self.records(DEPARTMENTS, {})
        departments = []
        for place, department in enumerate(records.columns["department"]):
            if department:
                source = records.sources[records.source[place]]
                contact, due = (records.columns[key][place] or "" for key in ("contact", "due"))
                at = source.cell(records.row[place], "department")
                departments.append(ExpectedReturn(department, contact, due, at))
        return tuple(departments)


def unfit_code(code: str) -> tuple[str, str] | None:
    """Why a text can't be a partner's code, and what to do."""
    if not _CODE.fullmatch(code):
        what = f"“{code}” can't be a partner code." if code else "The partner has no code."
        return what, "Use letters, digits, - and _, at most 20 of them."
    heading = _HEADINGS.get(match_key(code))
    if heading is not None:
        what = f"“{code}” can't head a partner's weights: {heading} is another column there."
        return what, "Give the partner another code."
    return None


def _one_spelling_of_strands(services: list[Service]) -> tuple[Service, ...]:
    """Strands that differ in case or spacing are one strand, spelt as it first stands."""
    strands = Vocabulary(list(reversed([service.strand for service in services])))
    return tuple(
        Service(s.name, strands.find(s.strand) or s.strand, s.basis, s.basis_at) for s in services
    )
