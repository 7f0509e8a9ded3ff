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
from pipeline.report.formula import (
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
from pipeline.report.settlement import SETTLED, compared, is_affordable
from pipeline.report.spec import Sheet, Table, pages
from schemas.outputs import (
    APPORTIONED,
    APPRAISAL,
    BUDGET,
    BUDGET_GAP,
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
STEADY_YEAR, STEADY_PLACE = Name("Steady_state_year"), Name("Steady_state_place")
DISCOUNT_RATE = Name("Discount_rate")
PAYBACK_LIMIT = Name("Payback_limit")
PLAN_SCENARIO = Name("Plan_scenario")
WHOLE, TOGETHER = Name("Total_programme"), Name("All_strands")
NET, RUNNING = Name("Net_cashable"), Name("Cumulative_net_cashable")
EVERY_SERVICE = Name("All_services")
CONTROLS_CHECK = Name("Controls_check")

# What LibreOffice takes: measured on version 7.4 (tests/report/measure_recalculation.py).
SECONDS_A_FORMULA, SECONDS_A_CELL = 40e-6, 30e-9
LIMIT_SECONDS = 30


def scenario_name(number: int) -> Name:
    """The cell that holds the name of a scenario (from 0)."""
    return Name(f"Scenario_{number + 1}")


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
        TOTAL: [formula(*rounded("SUM(", span, ")"))] * rows,
        ONE_OFF_MEASURE: [one_off] * rows,
        ANNUAL_MEASURE: [annual] * rows,
        RISK_WEIGHTED_MEASURE: [formula(*rounded(This(ANNUAL_MEASURE), "*", This("Weight")))]
        * rows,
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
            _with_value(add, measure, tag, value, scenario_name(number)) for tag, value in keys
        ]
        for measure in (ONE_OFF_MEASURE, ANNUAL_MEASURE)
        for number, scenario in enumerate(programme.scenarios)
    }


def _with_value(add: Adder, measure: str, tag: str, value: str, scenario: Name) -> Formula:
    """A measure of the lines with a value; where it is none, of those whose cells are blank."""
    lines = REGISTER.name
    if value != NOT_STATED:
        return add.total(lines, measure, Where(tag, This("Value")), Where("Scenario", scenario))
    blank = ("(", Whole(lines, tag), '="")')
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
_FLAGS = {
    ONE_OFF_MEASURE: ONE_OFF_MEASURE,
    RECURRING_MEASURE: ANNUAL_MEASURE,
    NET_MEASURE: NET_CASHABLE_MEASURE,
}


def budget(results: Results) -> ByHeading:
    """The change on the year before in By_year's rows of the categories; the net from the two rows
    above it."""
    years, frame = results.programme.year_labels, results.budget
    keys = results.by_year[["organisation", "scenario", "measure"]].itertuples(index=False)
    places = {tuple(key): row for row, key in enumerate(keys)}
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
    keys = results.budget[["organisation", "scenario", "measure"]].itertuples(index=False)
    places = {tuple(key): row for row, key in enumerate(keys)}
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
    keys = results.by_year[["organisation", "scenario", "measure"]].itertuples(index=False)
    places = {tuple(key): row for row, key in enumerate(keys)}
    whose = list(zip(frame["organisation"], frame["scenario"], strict=True))
    return {
        **measures,
        PAYBACK_MEASURE: _payback(ANNUAL_MEASURE, ONE_OFF_MEASURE, frame["payback_years"].tolist()),
        "Break-even year": [_break_even(places[*key, CUMULATIVE_MEASURE], years) for key in whose],
        "Net present cost / (saving)": [
            _net_present(places[*key, NET_CASHABLE_MEASURE], years) for key in whose
        ],
    }


def _rated(programme: Programme) -> tuple[str, ...]:
    """What is weighted by risk, where anything is."""
    return (RISK_WEIGHTED_MEASURE,) if programme.confidence else ()


def _break_even(row: int, years: Sequence[str]) -> Formula:
    """The year after the last one whose running total is above nil; blank where that is the last
    of all, or where all are nil."""
    totals = RowRange(BY_YEAR.name, row, years[0], years[-1])
    last = RowRange(BY_YEAR.name, row, years[-1], years[-1])
    before = RowRange(BY_YEAR.name, row, "Measure", "Measure")
    above = ("SUMPRODUCT(MAX((", totals, ">0)*(COLUMN(", totals, ")-COLUMN(", before, "))))")
    return formula(
        *("IF(OR(", last, ">0,SUMSQ(", totals, ')=0),"",'),
        *("INDEX(", Headings(BY_YEAR.name, years[0], years[-1]), ",1+", *above, "))"),
    )


def _net_present(row: int, years: Sequence[str]) -> Formula:
    """Contract, section 4, rule 7: the first year is not discounted."""
    first = RowRange(BY_YEAR.name, row, years[0], years[0])
    if len(years) == 1:
        return formula(first)
    rest = RowRange(BY_YEAR.name, row, years[1], years[-1])
    return formula(*rounded(first, "+NPV(", DISCOUNT_RATE, ",", rest, ")"))


def steady_place(programme: Programme) -> Formula:
    """The place of the steady-state year among the years' columns."""
    years = programme.year_labels
    span = Headings(BY_YEAR.name, years[0], years[-1])
    return formula("MATCH(", STEADY_YEAR, ",", span, ",0)")


def subjects(results: Results) -> list[Subject | None]:
    """What each control is about."""
    return [each if isinstance(each, Subject) else None for each in results.controls["subject"]]


def controls(results: Results) -> ByHeading:
    """Expected and actual where both are of this workbook; difference and result of every row."""
    add = adder(results)
    pairs = [
        _settled(results, subject)
        if subject is not None and subject.table in SETTLED
        else _compared(add, subject, results.programme)
        for subject in subjects(results)
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


def _settled(results: Results, subject: Subject) -> Pair:
    """Expected and actual of a control of settlement."""
    return compared(results, subject) if settles_live(results) else (None, None)


def _compared(add: Adder, subject: Subject | None, programme: Programme) -> Pair:
    """Expected and actual of a control; None where a figure is of the intake."""
    labels, tags = programme.year_labels, programme.tags
    pair: Pair
    match subject:
        case None:
            pair = None, None
        case Subject(table=REGISTER.name):
            pair = None, add.total(REGISTER.name, TOTAL)
        case Subject(table=BY_TAG.name, measure=measure, scenario=scenario):
            heading = f"{measure}: {scenario}"
            whole = (Where("Strand", TOGETHER), Where("Organisation", WHOLE))
            values = add.total(BY_TAG.name, heading, Where("Tag", tag_name(subject.kind, tags)))
            pair = add.total(SUMMARY.name, heading, *whole), values
        case Subject(table=BUDGET.name):
            pair = _budgeted(subject, labels)
        case Subject(table=DELIVERY.name, measure=measure):
            pair = None, add.total(DELIVERY.name, measure, _kind(subject))
        case Subject(table=APPORTIONED.name, measure=year):
            lines, shares = (add.total(t, year, _SCENARIO) for t in (REGISTER.name, subject.table))
            pair = lines, shares
        case Subject(table=(TRACKER.name | DELIVERY_BY_PARTNER.name | DELIVERY_APPORTIONED.name)):
            lines = add.total(DELIVERY.name, subject.measure, _kind(subject))
            pair = lines, _delivered(add, subject)
        case Subject(measure=measure) if measure == PAYBACK_MEASURE:
            pair = _paybacks(subject)
        case Subject(table=BY_YEAR.name):
            pair = _years(add, subject, labels)
        case _:
            lines = add.total(REGISTER.name, subject.measure, _SCENARIO)
            pair = lines, _headline(add, subject)
    return pair


def _budgeted(subject: Subject, labels: Sequence[str]) -> Pair:
    """A measure of By_year in a year, and the running total of its changes in Budget."""

    def summed(table: str, of_measure: tuple[FormulaPart, ...], amounts: Whole) -> Formula:
        side = "=" if subject.whole else "<>"
        whose = ("(", Whole(table, "Organisation"), side, WHOLE, ")*")
        scenario = ("(", Whole(table, "Scenario"), "=", This("Scenario"), ")*")
        total = ("SUMPRODUCT(", *whose, *scenario, *of_measure, "*", amounts, ")")
        return formula(*rounded(*total))

    flags = flag(_FLAGS[subject.measure], Whole(BY_YEAR.name, "Measure"))
    expected = summed(BY_YEAR.name, flags, Whole(BY_YEAR.name, subject.year))
    measure = ("(", Whole(BUDGET.name, "Measure"), "=", This("Measure"), ")")
    first = labels[0]
    amounts = Whole(BUDGET.name, first, subject.year if subject.year != first else "")
    return expected, summed(BUDGET.name, measure, amounts)


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


def _headline(add: Adder, subject: Subject) -> Formula:
    """A measure of Summary, Appraisal or By_service, over its rows."""
    if subject.table == APPRAISAL.name:
        return add.total(subject.table, subject.measure, _organisations(subject), _SCENARIO)
    where = [_organisations(subject)]
    if subject.table == SUMMARY.name:
        where.insert(0, Where("Strand", TOGETHER, but=not subject.together))
    return add.total(subject.table, f"{subject.measure}: {subject.scenario}", *where)


def _years(add: Adder, subject: Subject, labels: Sequence[str]) -> Pair:
    """A measure of By_year, or all categories, over all years or in one of them."""
    whose = (_organisations(subject), _SCENARIO)
    heading = subject.year or TOTAL
    if not subject.measure:
        others = (Where("Measure", name, but=True) for name in (NET, RUNNING))
        every = add.total(BY_YEAR.name, heading, *whose, *others)
        return add.total(REGISTER.name, heading, _SCENARIO), every
    actual = add.total(BY_YEAR.name, heading, *whose, Where("Measure", This("Measure")))
    if subject.measure == NET_CASHABLE_MEASURE:
        return _net_of_lines(add, Whole(REGISTER.name, heading), 1), actual
    if subject.measure == CUMULATIVE_MEASURE:
        so_far = labels.index(subject.year) + 1
        amounts = Whole(REGISTER.name, labels[0], subject.year)
        return _net_of_lines(add, amounts, so_far), actual
    category = Where("Category", This("Measure"))
    return add.total(REGISTER.name, heading, category, _SCENARIO), actual


def _net_of_lines(add: Adder, amounts: Whole, columns: int) -> Formula:
    """The register's net cashable, category by category as Inputs has them; ``amounts`` has so
    many columns."""
    lines = REGISTER.name
    net = flag(NET_CASHABLE_MEASURE, Whole(lines, "Category"))
    scenario = ("(", Whole(lines, "Scenario"), "=", This("Scenario"), ")")
    summed = ("SUMPRODUCT(", *scenario, "*", *net, "*", amounts, ")")
    return formula(*rounded(*summed), reads=add.rows.get(lines, 0) * (len(CATEGORIES) + columns))


def _paybacks(subject: Subject) -> Pair:
    """Rows that pay back, by the signs of their figures; and those that show it."""
    table = subject.table
    each = "" if table == APPRAISAL.name else f": {subject.scenario}"
    annual, one_off, years = (
        Whole(table, f"{measure}{each}")
        for measure in (ANNUAL_MEASURE, ONE_OFF_MEASURE, PAYBACK_MEASURE)
    )
    of_scenario: tuple[FormulaPart, ...] = ()
    if not each:
        of_scenario = ("(", Whole(table, "Scenario"), "=", This("Scenario"), ")*")
    pays = ("((", annual, "<0)+(", annual, "=0)*(", one_off, "<0))")
    expected = formula("SUMPRODUCT(", *of_scenario, *pays, ")")
    return expected, formula("SUMPRODUCT(", *of_scenario, "ISNUMBER(", years, ")*1)")


def verdict() -> Formula:
    """The master check: the sentence of ``checks.verdict``, over the Controls as they stand. What
    doesn't say Pass fails: an error value and a blank, too."""
    results = Whole(CONTROLS.name, "Result")
    passed, every = ("COUNTIF(", results, ',"Pass")'), ("ROWS(", results, ")")
    return formula(
        *("IF(", *passed, "=", *every, ',"All "&', *every, '&" controls pass.",'),
        *(*every, "-", *passed, '&" of "&', *every),
        '&" controls FAIL: the figures do not add up.")',
    )


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
