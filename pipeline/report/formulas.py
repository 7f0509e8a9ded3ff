"""The live formulas of the circulated workbooks: which figure is computed from what.

The programme's figures rest on Register, the organisations' on Apportioned; what every formula
needs beside them stands on Inputs once. Each function gives formulas by heading, one per row of
the frame that the table shows.
"""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from pipeline.core.programme import Programme, Tag
from pipeline.core.results import Results, Subject
from pipeline.report import findings, settlement
from pipeline.report.formula import (
    CATEGORY,
    Adder,
    Formula,
    FormulaPart,
    Headings,
    Name,
    Near,
    RowRange,
    This,
    Where,
    Whole,
    all_same,
    flag,
    formula,
    is_plain,
    rounded,
)
from pipeline.report.held import Repeated
from pipeline.report.settlement import SETTLED, compared, is_affordable
from pipeline.report.spec import Sheet, Table, pages
from schemas.outputs import (
    APPORTIONED,
    APPRAISAL,
    BUDGET,
    BUDGET_GAP,
    BY_SERVICE,
    BY_TAG,
    BY_YEAR,
    CONTROLS,
    DELIVERY,
    DELIVERY_APPORTIONED,
    DELIVERY_BY_PARTNER,
    INPUTS,
    REGISTER,
    SUMMARY,
    TRACKER,
)
from schemas.vocabulary import (
    ALL_STRANDS,
    ANNUAL_CASHABLE,
    ANNUAL_MEASURE,
    CATEGORIES,
    CUMULATIVE_MEASURE,
    GAP_AFTER,
    GAP_BEFORE,
    GAP_MEASURES,
    GAP_TOTALS,
    KINDS,
    NET_CASHABLE,
    NET_CASHABLE_MEASURE,
    NET_MEASURE,
    NOT_STATED,
    ONE_OFF,
    ONE_OFF_MEASURE,
    ONE_OFF_SHARE,
    PAYBACK_MEASURE,
    RECURRING_MEASURE,
    RISK_WEIGHTED_MEASURE,
    TOTAL_PROGRAMME,
)

# Formulas of a column, one per row; None where the value stays a value.
Formulas = Sequence[Formula | None]
ByHeading = dict[str, Formulas]

TOTAL = "Total"
NET_PRESENT = "Net present cost / (saving)"
STEADY_YEAR, STEADY_PLACE = Name("Steady_state_year"), Name("Steady_state_place")
DISCOUNT_RATE = Name("Discount_rate")
PAYBACK_LIMIT = Name("Payback_limit")
PLAN_SCENARIO = Name("Plan_scenario")
WHOLE, TOGETHER = Name("Programme"), Name("All_strands")
EVERY_SERVICE = Name("All_services")
CONTROLS_CHECK = Name("Controls_check")
CONTROLS_NUMBER, CONTROLS_FAILED = Name("Controls_number"), Name("Controls_failed")
CONTROLS_SCOPE, ALL_PASS = Name("Controls_scope"), Name("All_pass")
BREAK_EVEN, LAST_COST = "Break_even", "Place of the last year above nil"
WORST_PLACE = Name("Worst_place")

# What LibreOffice takes: measured on version 7.4 (tests/report/measure_recalculation.py).
SECONDS_A_FORMULA, SECONDS_A_CELL = 40e-6, 30e-9
LIMIT_SECONDS = 30


def scenario_name(number: int) -> Name:
    """The cell that holds the name of a scenario (from 0)."""
    return Name(f"Scenario_{number + 1}")


_HEADLINES = {ONE_OFF_MEASURE: "one_off", ANNUAL_MEASURE: "annual", PAYBACK_MEASURE: "payback"}


def of_scenario(table: str, measure: str, programme: Programme, scenario: str) -> Whole:
    """The column of a table that has one for each scenario, by a name that doesn't grow with the
    scenario's: ``Summary_annual_1``."""
    begins = {SUMMARY.name: "Summary", BY_SERVICE.name: "Services", BY_TAG.name: "Tagged"}[table]
    number = programme.scenarios.index(scenario) + 1
    name = f"{begins}_{_HEADLINES[measure]}_{number}"
    return Whole(table, f"{measure}: {scenario}", name=name)


def year_labels(programme: Programme) -> Headings:
    """The headings of By year's years."""
    years = programme.year_labels
    return Headings(BY_YEAR.name, years[0], years[-1], name="Year_labels")


def adder(results: Results) -> Adder:
    """How the figures of this programme are added up."""
    programme = results.programme
    names = (
        *programme.scenarios,
        *programme.strands,
        *(service.name for service in programme.services),
        *(partner.name for partner in programme.partners),
        *(each for tag in programme.tags for each in (tag.heading, *tag.values)),
    )
    rows = {
        REGISTER.name: len(results.register),
        APPORTIONED.name: len(results.apportioned),
    }
    return Adder(rows, exact=not all(map(is_plain, names)))


def measures(years: Sequence[str], rows: int) -> ByHeading:
    """Total, one-off and annual cashable of each line."""
    span, category = This(years[0], years[-1]), This("Category")
    one_off = formula(*flag(ONE_OFF_MEASURE, category), "*", This(TOTAL))
    annual = formula(*flag(ANNUAL_MEASURE, category), "*INDEX(", span, ",", STEADY_PLACE, ")")
    return {
        TOTAL: Repeated(formula(*rounded("SUM(", span, ")")), rows),
        ONE_OFF_MEASURE: Repeated(one_off, rows),
        ANNUAL_MEASURE: Repeated(annual, rows),
        RISK_WEIGHTED_MEASURE: Repeated(
            formula(*rounded(This(ANNUAL_MEASURE), "*", This("Weight"))), rows
        ),
    }


def _lines(organisation: str) -> tuple[str, list[Where]]:
    """The table of lines that an organisation's figures rest on, and the criteria."""
    if organisation == TOTAL_PROGRAMME:
        return REGISTER.name, []
    return APPORTIONED.name, [Where("Organisation", This("Organisation"))]


def headlines(results: Results, frame: pd.DataFrame, label: str) -> ByHeading:
    """One-off and annual cashable by scenario; ``label`` is the heading that each row is about
    beside its organisation: Strand or Service."""
    add = adder(results)
    scenarios = results.programme.scenarios
    rows = frame[frame["scenario"] == scenarios[0]]
    labels, organisations = rows[label.lower()].tolist(), rows["organisation"].tolist()
    formulas: ByHeading = {}
    for measure in (ONE_OFF_MEASURE, ANNUAL_MEASURE):
        for number, scenario in enumerate(scenarios):
            column: list[Formula | None] = []
            for name, organisation in zip(labels, organisations, strict=True):
                table, where = _lines(organisation)
                if name != ALL_STRANDS:
                    where = [*where, Where(label, This(label))]
                where = [*where, Where("Scenario", scenario_name(number))]
                column.append(add.total(table, measure, *where))
            formulas[f"{measure}: {scenario}"] = column
    return formulas


def _payback(annual: str, one_off: str, ratios: Sequence[object]) -> list[Formula | None]:
    """Contract, section 4, rule 6. Blank where the model has none: a formula would leave an empty
    text among numbers; a control counts those who pay back."""
    quotient = formula(
        *("IF(", This(annual), "<0,MAX(0,", This(one_off), ")/-", This(annual)),
        *(",IF(AND(", This(annual), "=0,", This(one_off), '<0),0,""))'),
    )
    return [None if ratio is None else quotient for ratio in ratios]


def summary(results: Results) -> ByHeading:
    """One-off, annual cashable and payback years; the band stays a text beside them."""
    frame = results.summary
    formulas = headlines(results, frame, "Strand")
    for scenario in results.programme.scenarios:
        ratios = frame.loc[frame["scenario"] == scenario, "payback_years"].tolist()
        names = (f"{ANNUAL_MEASURE}: {scenario}", f"{ONE_OFF_MEASURE}: {scenario}")
        formulas[f"{PAYBACK_MEASURE}: {scenario}"] = _payback(*names, ratios)
    return formulas


def by_service(results: Results) -> ByHeading:
    """One-off and annual cashable."""
    return headlines(results, results.by_service, "Service")


def by_tag(results: Results) -> ByHeading:
    """One-off and annual cashable of the lines with the value."""
    add, programme = adder(results), results.programme
    rows = results.by_tag[results.by_tag["scenario"] == programme.scenarios[0]]
    keys = list(zip(rows["tag"].tolist(), rows["value"].tolist(), strict=True))
    return {
        f"{measure}: {scenario}": [
            _with_value(add, measure, _tag_column(programme, tag), value, scenario_name(number))
            for tag, value in keys
        ]
        for measure in (ONE_OFF_MEASURE, ANNUAL_MEASURE)
        for number, scenario in enumerate(programme.scenarios)
    }


def _tag_column(programme: Programme, heading: str) -> Whole:
    """The lines' values of a list of the team's own."""
    name = f"Line_{tag_name(heading, programme.tags).name.lower()}"
    return Whole(REGISTER.name, heading, name=name)


def _with_value(add: Adder, measure: str, tag: Whole, value: str, scenario: Name) -> Formula:
    """A measure of the lines with a value; where it is none, of those whose cells are blank."""
    lines = REGISTER.name
    if value != NOT_STATED:
        has_value = Where(tag.heading, This("Value"), name=tag.name)
        return add.total(lines, measure, has_value, Where("Scenario", scenario))
    blank = ("(", tag, '="")')
    of_scenario = ("(", Whole(lines, "Scenario"), "=", scenario, ")")
    summed = ("SUMPRODUCT(", *blank, "*", *of_scenario, "*", Whole(lines, measure), ")")
    return formula(*rounded(*summed), reads=3 * add.rows[lines])


def by_year(results: Results) -> ByHeading:
    """Categories from the lines; net cashable from the rows above it, its running total from the
    year before and the row above; the total from the row."""
    add, years = adder(results), results.programme.year_labels
    rows = list(zip(results.by_year["organisation"], results.by_year["measure"], strict=True))
    formulas: ByHeading = {
        year: [_year(add, *row, year, is_first=year == years[0]) for row in rows] for year in years
    }
    total = formula(*rounded("SUM(", This(years[0], years[-1]), ")"))
    formulas[TOTAL] = [None if measure == CUMULATIVE_MEASURE else total for _, measure in rows]
    return formulas


def _year(add: Adder, organisation: str, measure: str, year: str, *, is_first: bool) -> Formula:
    if measure == NET_CASHABLE_MEASURE:
        places = [CATEGORIES.index(category) - len(CATEGORIES) for category in NET_CASHABLE]
        return formula(*rounded("SUM(", Near(min(places)), ":", Near(max(places)), ")"))
    if measure == CUMULATIVE_MEASURE:
        if is_first:
            return formula(Near(-1))
        return formula(*rounded(Near(0, -1), "+", Near(-1)))
    table, where = _lines(organisation)
    criteria = (Where("Category", This("Measure")), Where("Scenario", This("Scenario")))
    return add.total(table, year, *where, *criteria)


# What makes up a measure of Budget: categories, and the flag on Inputs of the same.
_COUNTED = {ONE_OFF_MEASURE: ONE_OFF, RECURRING_MEASURE: ANNUAL_CASHABLE}
_COUNTED_IN_YEAR = {**_COUNTED, NET_MEASURE: (NET_CASHABLE_MEASURE,)}
_FLAGS = {
    ONE_OFF_MEASURE: ONE_OFF_MEASURE,
    RECURRING_MEASURE: ANNUAL_MEASURE,
    NET_MEASURE: NET_CASHABLE_MEASURE,
}


def budget(results: Results) -> ByHeading:
    """The change on the year before in By_year's rows of the categories; the net from the two rows
    above it."""
    years, frame = results.programme.year_labels, results.budget
    places = _row_of(results.by_year)
    rows = list(zip(frame["organisation"], frame["scenario"], frame["measure"], strict=True))
    net = formula(*rounded(Near(-2), "+", Near(-1)))
    return {
        year: [
            net
            if measure == NET_MEASURE
            else _change([places[*whose, each] for each in _COUNTED[measure]], year, before)
            for *whose, measure in rows
        ]
        for year, before in zip(years, ("", *years), strict=False)
    }


def _change(rows: Sequence[int], year: str, before: str) -> Formula:
    """Rows of By_year added up in a year, less what they are in the year before, if any."""
    parts: list[FormulaPart] = []
    for sign, label in (("+", year), ("-", before)):
        for row in rows if label else ():
            parts += [sign, RowRange(BY_YEAR.name, row, label, label)]
    return formula(*rounded(*parts[1:]))


def budget_gap(results: Results) -> ByHeading:
    """Recurring and one-off changes from Budget; the gap after them from the rows above; running
    totals from the year before; the part that rests on one-offs from the running totals. The gap
    before stays a value."""
    programme = results.programme
    names = {partner.code: partner.name for partner in programme.partners}
    places = _row_of(results.budget)
    frame = results.budget_gap
    rows = list(zip(frame["partner"], frame["scenario"], frame["measure"], strict=True))
    years = programme.year_labels
    by_heading: ByHeading = {}
    for year in years:
        column: list[Formula | None] = []
        for (code, scenario, measure), value in zip(rows, frame[year].tolist(), strict=True):
            place = places.get((names[code], scenario, measure))
            there = value is not None
            column.append(_gap(measure, place, year, first=year == years[0]) if there else None)
        by_heading[year] = column
    return by_heading


def _gap(measure: str, place: int | None, year: str, *, first: bool) -> Formula | None:
    """A cell of Budget_gap; ``place``: the row of Budget that it is taken from, if any."""
    three = (Near(-3), "+", Near(-2), "+", Near(-1))
    closed = ("(", Near(-3), "+", Near(-2), ")")
    if measure == GAP_BEFORE:
        return None
    if place is not None:
        return formula(RowRange(BUDGET.name, place, year, year))
    if measure in (GAP_AFTER, GAP_TOTALS[-1]):
        return formula(*rounded(*three))
    if measure == ONE_OFF_SHARE:
        part = ("MAX(0,MIN(1,", Near(-2), "/", *closed, "))")
        return formula("IF(", *closed, "<0,", *part, ',"")')
    gap_of_year = Near(-len(GAP_MEASURES))
    return formula(gap_of_year) if first else formula(*rounded(Near(0, -1), "+", gap_of_year))


def gap_together(results: Results, measures: Sequence[str]) -> ByHeading:
    """Running totals of Budget_gap in the plan scenario, all partners of the table together."""
    add = adder(results)
    where = (Where("Scenario", PLAN_SCENARIO), Where("Measure", This("Measure")))
    return {
        "Scenario": [formula(PLAN_SCENARIO)] * len(measures),
        **{
            year: [add.total(BUDGET_GAP.name, year, *where)] * len(measures)
            for year in results.programme.year_labels
        },
    }


def appraisal(results: Results) -> ByHeading:
    """One-off, annual cashable and payback; break-even and net present value from By_year."""
    add, frame = adder(results), results.appraisal
    years = results.programme.year_labels
    measures: ByHeading = {}
    for measure in (ONE_OFF_MEASURE, ANNUAL_MEASURE, *_rated(results.programme)):
        column: list[Formula | None] = []
        for organisation in frame["organisation"]:
            table, where = _lines(organisation)
            column.append(add.total(table, measure, *where, Where("Scenario", This("Scenario"))))
        measures[measure] = column
    places = _row_of(results.by_year)
    whose = list(zip(frame["organisation"], frame["scenario"], strict=True))
    return {
        **measures,
        PAYBACK_MEASURE: _payback(ANNUAL_MEASURE, ONE_OFF_MEASURE, frame["payback_years"].tolist()),
        "Break-even year": [
            _break_even(places[*key, CUMULATIVE_MEASURE], place, results.programme)
            for place, key in enumerate(whose)
        ],
        NET_PRESENT: [_net_present(places[*key, NET_CASHABLE_MEASURE], years) for key in whose],
    }


def _rated(programme: Programme) -> tuple[str, ...]:
    """What is weighted by risk, where anything is."""
    return (RISK_WEIGHTED_MEASURE,) if programme.confidence else ()


def last_costs(results: Results) -> list[Formula]:
    """By row of Appraisal the place of the last year whose running total is above nil; 0 where none
    is."""
    years, frame = results.programme.year_labels, results.appraisal
    places = _row_of(results.by_year)
    whose = zip(frame["organisation"], frame["scenario"], strict=True)
    return [_last_cost(places[*key, CUMULATIVE_MEASURE], years) for key in whose]


def _last_cost(row: int, years: Sequence[str]) -> Formula:
    totals = RowRange(BY_YEAR.name, row, years[0], years[-1])
    before = RowRange(BY_YEAR.name, row, "Measure", "Measure")
    places = ("(COLUMN(", totals, ")-COLUMN(", before, "))")
    return formula("SUMPRODUCT(MAX((", totals, ">0)*", *places, "))")


def _break_even(row: int, place: int, programme: Programme) -> Formula:
    """The year after the last one whose running total is above nil; blank where that is the last
    of all, or where all are nil. ``place``: the row of Break_even that says which one it is."""
    years = programme.year_labels
    totals = RowRange(BY_YEAR.name, row, years[0], years[-1])
    last = RowRange(BY_YEAR.name, row, years[-1], years[-1])
    last_cost = RowRange(BREAK_EVEN, place, LAST_COST, LAST_COST)
    return formula(
        *("IF(OR(", last, ">0,SUMSQ(", totals, ')=0),"",'),
        *("INDEX(", year_labels(programme), ",1+", last_cost, "))"),
    )


def _net_present(row: int, years: Sequence[str]) -> Formula:
    """Contract, section 4, rule 7: the first year is not discounted."""
    first = RowRange(BY_YEAR.name, row, years[0], years[0])
    if len(years) == 1:
        return formula(first)
    rest = RowRange(BY_YEAR.name, row, years[1], years[-1])
    return formula(*rounded(first, "+NPV(", DISCOUNT_RATE, ",", rest, ")"))


def worst_place(results: Results) -> Formula:
    """Among the partners' rows of Appraisal that whose net present cost is largest, or saving
    least."""
    worths = of_partners(results, NET_PRESENT)
    return formula("MATCH(MAX(", worths, "),", worths, ",0)")


def of_partners(results: Results, heading: str) -> RowRange:
    """A column of Appraisal over the rows that are partners'."""
    first, *others = findings.partner_rows(results)
    return RowRange(APPRAISAL.name, first, heading, heading, others[-1] if others else first)


def steady_place(programme: Programme) -> Formula:
    """The place of the steady-state year among the years' columns."""
    return formula("MATCH(", STEADY_YEAR, ",", year_labels(programme), ",0)")


def subjects(results: Results) -> list[Subject | None]:
    """What each control is about."""
    return [each if isinstance(each, Subject) else None for each in results.controls["subject"]]


def controls(results: Results) -> ByHeading:
    """Expected and actual where both are of this workbook; difference and result of every row."""
    every = subjects(results)
    rows = _ControlRows(results, every)
    pairs = [
        _settled(results, subject)
        if subject is not None and subject.table in SETTLED
        else rows.compared(subject)
        for subject in every
    ]
    difference = formula(*rounded(This("Actual"), "-", This("Expected")))
    result = formula("IF(", This("Difference"), '=0,"Pass","Fail")')
    return {
        "Expected": [expected for expected, _ in pairs],
        "Actual": [actual for _, actual in pairs],
        "Difference": [difference] * len(pairs),
        "Result": [result] * len(pairs),
    }


_SCENARIO = Where("Scenario", This("Scenario"))
Pair = tuple[Formula | None, Formula | None]


def settles_live(results: Results) -> bool:
    """Whether the figures of settlement are formulas: of many lines and partners they would cost
    all other sheets theirs."""
    return is_affordable(results, SECONDS_A_CELL, LIMIT_SECONDS / 3)


def with_settled(lines: Table, frame: pd.DataFrame, results: Results) -> Table:
    """A table of lines with what of it is settled, where settlement is computed from it."""
    if results.settlement is None or not settles_live(results):
        return lines
    return settlement.with_settled(lines, frame)


def settlement_steps(results: Results) -> tuple[Table, ...]:
    """The steps before what Controls expect of settlement, where that is computed."""
    return (settlement.steps(results),) if results.settlement and settles_live(results) else ()


def _settled(results: Results, subject: Subject) -> Pair:
    """Expected and actual of a control of settlement."""
    return compared(results, subject) if settles_live(results) else (None, None)


def _row_of(frame: pd.DataFrame) -> dict[tuple[object, ...], int]:
    """The rows of By_year or Budget by organisation, scenario and measure; none of an empty one."""
    if frame.empty:
        return {}
    keys = frame[["organisation", "scenario", "measure"]].itertuples(index=False, name=None)
    return {tuple(key): row for row, key in enumerate(keys)}


class _ControlRows:
    """Expected and actual of the controls, and the rows of the tables that they go by."""

    def __init__(self, results: Results, subjects: Sequence[Subject | None]) -> None:
        self.programme, self.add = results.programme, adder(results)
        self.labels = results.programme.year_labels
        self.control = {subject: row for row, subject in enumerate(subjects) if subject}
        self.year, self.budget = map(_row_of, (results.by_year, results.budget))

    def compared(self, subject: Subject | None) -> Pair:
        """Expected and actual of a control; None where a figure is of the intake."""
        add, tags = self.add, self.programme.tags
        pair: Pair
        match subject:
            case None:
                pair = None, None
            case Subject(table=REGISTER.name):
                pair = None, add.total(REGISTER.name, TOTAL)
            case Subject(table=BY_TAG.name):
                whole = (Where("Strand", TOGETHER), Where("Organisation", WHOLE))
                tag = Where("Tag", tag_name(subject.kind, tags))
                tagged = add.total(BY_TAG.name, self._headlines(subject, BY_TAG.name), tag)
                summary = self._headlines(subject, SUMMARY.name)
                pair = add.total(SUMMARY.name, summary, *whole), tagged
            case Subject(table=BUDGET.name):
                pair = self._budgeted(subject)
            case Subject(table=DELIVERY.name, measure=measure):
                pair = None, add.total(DELIVERY.name, measure, _kind(subject))
            case Subject(table=APPORTIONED.name, measure=year):
                tables = (REGISTER.name, subject.table)
                lines, shares = (add.total(table, year, _SCENARIO) for table in tables)
                pair = lines, shares
            case Subject(
                table=(TRACKER.name | DELIVERY_BY_PARTNER.name | DELIVERY_APPORTIONED.name)
            ):
                lines = add.total(DELIVERY.name, subject.measure, _kind(subject))
                pair = lines, _delivered(add, subject)
            case Subject(measure=measure) if measure == PAYBACK_MEASURE:
                pair = self._paybacks(subject)
            case Subject(table=BY_YEAR.name):
                pair = self._years(subject)
            case _:
                lines = add.total(REGISTER.name, subject.measure, _SCENARIO)
                pair = lines, self._headline(subject)
        return pair

    def _headlines(self, subject: Subject, table: str) -> Whole:
        return of_scenario(table, subject.measure, self.programme, subject.scenario)

    def _less_whole(self, subject: Subject, heading: str) -> tuple[FormulaPart, ...]:
        """Takes the programme's own figure off that of all organisations: what is left is the
        partners'. Both stand in Controls."""
        row = self.control[replace(subject, whole=True)]
        return ("-", RowRange(CONTROLS.name, row, heading, heading))

    def _budgeted(self, subject: Subject) -> Pair:
        """A measure of By_year in a year, and the running total of its changes in Budget."""
        first, year = self.labels[0], subject.year
        if subject.whole:
            key = (TOTAL_PROGRAMME, subject.scenario)
            rows = [self.year[*key, each] for each in _COUNTED_IN_YEAR[subject.measure]]
            changes = RowRange(BUDGET.name, self.budget[*key, subject.measure], first, year)
            expected, actual = _change(rows, year, ""), formula(*rounded("SUM(", changes, ")"))
            return expected, actual
        flags = flag(_FLAGS[subject.measure], Whole(BY_YEAR.name, "Measure"))
        measure = ("(", Whole(BUDGET.name, "Measure"), "=", This("Measure"), ")")
        amounts = Whole(BUDGET.name, first, year if year != first else "")
        return (
            self._of_all(BY_YEAR.name, flags, Whole(BY_YEAR.name, year), subject, "Expected"),
            self._of_all(BUDGET.name, measure, amounts, subject, "Actual"),
        )

    def _of_all(
        self,
        table: str,
        of_measure: tuple[FormulaPart, ...],
        amounts: Whole,
        subject: Subject,
        heading: str,
    ) -> Formula:
        """Amounts of all organisations in the scenario, less the programme's own."""
        scenario = ("(", Whole(table, "Scenario"), "=", This("Scenario"), ")*")
        total = ("SUMPRODUCT(", *scenario, *of_measure, "*", amounts, ")")
        return formula(*rounded(*total, *self._less_whole(subject, heading)))

    def _headline(self, subject: Subject) -> Formula:
        """A measure of Summary, Appraisal or By_service, over its rows."""
        if subject.table == APPRAISAL.name:
            where = [_organisations(subject), _SCENARIO]
            return self.add.total(subject.table, subject.measure, *where)
        where = [_organisations(subject)]
        if subject.table == SUMMARY.name:
            where.insert(0, Where("Strand", TOGETHER, but=not subject.together))
        return self.add.total(subject.table, self._headlines(subject, subject.table), *where)

    def _years(self, subject: Subject) -> Pair:
        """A measure of By_year, or all categories, over all years or in one of them."""
        add = self.add
        heading = subject.year or TOTAL
        if not subject.measure:
            return add.total(REGISTER.name, heading, _SCENARIO), self._all_categories(subject)
        whose = (_organisations(subject), _SCENARIO, Where("Measure", This("Measure")))
        actual = add.total(BY_YEAR.name, heading, *whose)
        if subject.measure == NET_CASHABLE_MEASURE:
            return _net_of_lines(add, Whole(REGISTER.name, heading), 1), actual
        if subject.measure == CUMULATIVE_MEASURE:
            so_far = self.labels.index(subject.year) + 1
            amounts = Whole(REGISTER.name, self.labels[0], subject.year if so_far > 1 else "")
            return _net_of_lines(add, amounts, so_far), actual
        category = Where("Category", This("Measure"))
        return add.total(REGISTER.name, heading, category, _SCENARIO), actual

    def _all_categories(self, subject: Subject) -> Formula:
        """The rows of By_year that are categories', which stand one under the other."""
        heading = subject.year or TOTAL
        if not subject.whole:
            is_category = ("COUNTIF(", CATEGORY, ",", Whole(BY_YEAR.name, "Measure"), ")")
            amounts = Whole(BY_YEAR.name, heading)
            return self._of_all(BY_YEAR.name, is_category, amounts, subject, "Actual")
        first, last = (
            self.year[TOTAL_PROGRAMME, subject.scenario, category]
            for category in (CATEGORIES[0], CATEGORIES[-1])
        )
        rows = RowRange(BY_YEAR.name, first, heading, heading, last)
        return formula(*rounded("SUM(", rows, ")"))

    def _paybacks(self, subject: Subject) -> Pair:
        """Rows that pay back, by the signs of their figures; and those that show it."""
        table = subject.table
        annual, one_off, years = (
            Whole(table, measure)
            if table == APPRAISAL.name
            else of_scenario(table, measure, self.programme, subject.scenario)
            for measure in (ANNUAL_MEASURE, ONE_OFF_MEASURE, PAYBACK_MEASURE)
        )
        scenario: tuple[FormulaPart, ...] = ()
        if table == APPRAISAL.name:
            scenario = ("(", Whole(table, "Scenario"), "=", This("Scenario"), ")*")
        pays = ("((", annual, "<0)+(", annual, "=0)*(", one_off, "<0))")
        expected = formula("SUMPRODUCT(", *scenario, *pays, ")")
        return expected, formula("SUMPRODUCT(", *scenario, "ISNUMBER(", years, ")*1)")


def _delivered(add: Adder, subject: Subject) -> Formula:
    """A measure of Tracker or of one of the partners' tables of delivery, over its rows."""
    where = {
        TRACKER.name: [Where("Service", EVERY_SERVICE, but=not subject.whole)],
        DELIVERY_BY_PARTNER.name: [_organisations(subject)],
    }
    return add.total(subject.table, subject.measure, *where.get(subject.table, ()), _kind(subject))


def tag_name(heading: str, tags: Sequence[Tag]) -> Name:
    """The cell that holds the heading of a list of the team's own."""
    return Name(f"Tag_{[tag.heading for tag in tags].index(heading) + 1}")


def kind_name(kind: str) -> Name:
    """The cell that holds the word for a kind of delivery."""
    return Name(f"Kind_{list(KINDS).index(kind) + 1}")


def _kind(subject: Subject) -> Where:
    return Where("Kind", kind_name(subject.kind))


def _organisations(subject: Subject) -> Where:
    return Where("Organisation", WHOLE, but=not subject.whole)


def _net_of_lines(add: Adder, amounts: Whole, columns: int) -> Formula:
    """The register's net cashable, category by category as Inputs has them; ``amounts`` has so
    many columns."""
    lines = REGISTER.name
    net = flag(NET_CASHABLE_MEASURE, Whole(lines, "Category"))
    scenario = ("(", Whole(lines, "Scenario"), "=", This("Scenario"), ")")
    summed = ("SUMPRODUCT(", *scenario, "*", *net, "*", amounts, ")")
    return formula(*rounded(*summed), reads=add.rows.get(lines, 0) * (len(CATEGORIES) + columns))


def controls_number() -> Formula:
    """How many controls there are."""
    return formula("ROWS(", Whole(CONTROLS.name, "Result"), ")")


def controls_failed() -> Formula:
    """How many don't pass: what doesn't say Pass fails, an error value and a blank, too."""
    return formula(CONTROLS_NUMBER, "-COUNTIF(", Whole(CONTROLS.name, "Result"), ',"Pass")')


def all_pass(*, in_part: bool) -> Formula:
    """The sentence of ``checks.verdict`` where all pass; ``in_part``: they say it of a part."""
    end = ('"&', CONTROLS_SCOPE) if in_part else ('."',)
    return formula('"All "&', CONTROLS_NUMBER, '&" controls pass', *end)


def verdict() -> Formula:
    """The master check: the sentence of ``checks.verdict``, over the Controls as they stand."""
    fails = ('&" of "&', CONTROLS_NUMBER, '&" controls FAIL: the figures do not add up."')
    return formula("IF(", CONTROLS_FAILED, "=0,", ALL_PASS, ",", CONTROLS_FAILED, *fails, ")")


def recalculation_seconds(sheets: Sequence[Sheet]) -> float:
    """About how long LibreOffice takes to recalculate all formulas of these sheets."""
    columns = (c for sheet in sheets for table in sheet.tables for c in table.columns)
    return sum(_seconds(column.formulas) for column in columns if column.formulas)


def _seconds(formulas: Formulas) -> float:
    first = formulas[0]
    if first is not None and all_same(formulas):
        number, reads = len(formulas), len(formulas) * first.reads
    else:
        cells = [cell for cell in formulas if cell is not None]
        number, reads = len(cells), sum(cell.reads for cell in cells)
    return number * SECONDS_A_FORMULA + reads * SECONDS_A_CELL


def formulas_of(sheets: Sequence[Sheet]) -> list[Formula]:
    """The formulas of these sheets' tables and answers, each once."""
    every: list[Formula | None] = [each for sheet in sheets for each in sheet.live_answer]
    for column in (c.formulas for sheet in sheets for table in sheet.tables for c in table.columns):
        if column:
            every += column[:1] if all_same(column) else column
    return list({id(each): each for each in every if each is not None}.values())


def as_values(sheet: Sheet) -> Sheet:
    """The sheet with values in place of its formulas."""
    blocks = tuple(
        _without_formulas(block) if isinstance(block, Table) else block for block in sheet.blocks
    )
    return replace(sheet, blocks=blocks, live_answer=())


def _without_formulas(table: Table) -> Table:
    columns = tuple(replace(column, formulas=None) for column in table.columns)
    return replace(table, columns=columns)


def with_live_figures(*sheets: Sheet | None) -> tuple[tuple[Sheet, ...], bool]:
    """The sheets that there are, and whether their formulas stay: not where LibreOffice would take
    too long, nor where a table goes on on further sheets, of which a formula would see the first
    alone. Without formulas there is no sheet of inputs to them."""
    there = [sheet for sheet in sheets if sheet is not None]
    keep = recalculation_seconds(there) <= LIMIT_SECONDS and not any(
        len(pages(s)) > 1 for s in there
    )
    if keep:
        return tuple(there), True
    return tuple(as_values(sheet) for sheet in there if sheet.name != INPUTS.sheet), False
