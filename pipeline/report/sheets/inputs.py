"""Inputs: what the formulas of a workbook take from one place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from pipeline.core.money import rate_text
from pipeline.core.phrases import sentence
from pipeline.core.programme import Partner, Programme
from pipeline.core.results import Results
from pipeline.core.years import year_label
from pipeline.report import delivered, findings, formulas, reported
from pipeline.report.formula import DECIMALS, Formula, Headings, Name, Whole, names_in
from pipeline.report.spec import Column, Entry, Purpose, Sheet, Table
from pipeline.report.tables import Looks, records, table
from pipeline.report.wording import about
from schemas.fields import Kind, Setting
from schemas.outputs import CATEGORIES_TABLE, COLUMN_NAMES, INPUTS, Show
from schemas.programme import DISCOUNT_RATE, PAYBACK_LIMIT, PLAN_SCENARIO, STEADY_YEAR
from schemas.vocabulary import (
    ALL_SERVICES,
    ALL_STRANDS,
    ANNUAL_CASHABLE,
    CATEGORIES,
    CUMULATIVE_MEASURE,
    KINDS,
    NET_CASHABLE,
    ONE_OFF,
    TOTAL_PROGRAMME,
)

_SETTING, _COMPUTED, _FIXED = "Setting", "Formula", "Fixed"
_TOLERANCE = 1e-12

# A list in a drop-down's own words may not be longer.
_LONGEST_LIST = 250


@dataclass(frozen=True)
class Input:
    """A value that formulas refer to by its name: what it is, how it is shown, what it is for and
    where it comes from; ``entry``: what a reader may change it to."""

    label: str
    value: object
    show: Show
    name: Name
    use: str
    source: str
    formula: Formula | None = None
    entry: Entry | None = None


def sheet(results: Results, partner: Partner | None = None) -> Sheet:
    """The values and words that formulas refer to by name, what each category counts in, and
    whether the figures are still those reported."""
    programme = results.programme
    steps = delivered.in_steps(results, partner)
    return Sheet(
        INPUTS.sheet,
        "Inputs: what the formulas take from one place",
        (
            _inputs(results, partner),
            _categories(),
            *reported.tables(results, whole=partner is None),
            _break_even(results),
            *steps,
            *(() if partner else formulas.settlement_steps(results)),
        ),
        (
            about(programme, partner),
            "Every formula of this workbook takes its terms from here and its amounts from "
            f"{'Lines' if partner else 'Register and Apportioned'}. A term that is changed here "
            "moves every figure that rests on it; the names of scenarios must stay those of the "
            "lines.",
            "Shaded cells may be changed. Formulas and fixed words are not shaded; a change of "
            "them would break the sums."
            + (" Blank: a sentence on delivery has nothing to say there." if steps else ""),
        ),
        answer=f"Annual cashable is that of {year_label(programme.steady_year)}, the discount rate "
        f"{rate_text(programme.discount_rate)} a year.",
        note=INPUTS.question,
        purpose=Purpose.EVIDENCE,
    )


def with_names(sheets: Sequence[Sheet]) -> tuple[Sheet, ...]:
    """The sheets of a book, with what the formulas call columns listed on Inputs."""
    names = names_in(formulas.formulas_of(sheets))
    return tuple(
        replace(each, blocks=(*each.blocks, _columns(names))) if each.name == INPUTS.sheet else each
        for each in sheets
    )


def _columns(names: Mapping[str, Whole | Headings]) -> Table:
    """What formulas call columns, and the columns themselves."""
    called = sorted(names.items())
    frame = pd.DataFrame(
        {
            "name": [name for name, _ in called],
            "of_table": [part.table for _, part in called],
            "columns": [_spelt(part) for _, part in called],
        }
    )
    plain = table(COLUMN_NAMES, frame, looks=Looks(airy=True))
    return replace(plain, caption="Short names of columns, so that formulas can be read")


def _spelt(part: Whole | Headings) -> str:
    """The columns that a name stands for."""
    if isinstance(part, Headings):
        return f"the headings {part.first} to {part.last}"
    return f"{part.heading} to {part.last}" if part.last else part.heading


def _inputs(results: Results, partner: Partner | None) -> Table:
    programme = results.programme
    rows = [
        *_terms(programme),
        *_scenarios(programme),
        *_said(),
        *([] if partner else [*_limit(programme), _worst(results), *_words(), *_tags(programme)]),
    ]
    names = [row.name.name for row in rows]
    values = pd.Series([row.value for row in rows], dtype=object)
    frame = pd.DataFrame(
        {
            "input": [row.label for row in rows],
            "value": values,
            "reported": values,
            "name": names,
            "source": [row.source for row in rows],
            "use": [row.use for row in rows],
        }
    )
    plain = table(INPUTS, frame, programme, Looks(airy=True))
    label, value, as_reported, *rest = plain.columns
    shows = [row.show for row in rows]
    live = replace(
        value,
        shows=shows,
        formulas=[row.formula for row in rows],
        names=names,
        entries=[row.entry for row in rows],
    )
    return replace(plain, columns=(label, live, replace(as_reported, shows=shows), *rest))


def _listed(words: tuple[str, ...]) -> Entry:
    """One of some words, where a drop-down takes them all."""
    fits = len(",".join(words)) <= _LONGEST_LIST and not any("," in word for word in words)
    return Entry(Kind.CHOICE, words=words) if fits else Entry(Kind.TEXT)


def _setting(
    of: Setting[Any], programme: Programme, show: Show, name: Name, use: str, entry: Entry
) -> Input:
    """A setting of the programme, as the text that people write or as the number it is."""
    value = (
        of.text_in(programme)
        if show is Show.TEXT or of.value_in is None
        else of.value_in(programme)
    )
    return Input(of.heading, value, show, name, use, _SETTING, entry=entry)


def _terms(programme: Programme) -> list[Input]:
    years = programme.year_labels
    return [
        _setting(
            STEADY_YEAR,
            programme,
            Show.TEXT,
            formulas.STEADY_YEAR,
            "Annual cashable is the amount in this year.",
            _listed(years),
        ),
        Input(
            "Its place among the years",
            programme.steady_index + 1,
            Show.COUNT,
            formulas.STEADY_PLACE,
            "Found among the headings of By year; the lines' amounts stand in the same order.",
            _COMPUTED,
            formulas.steady_place(programme),
        ),
        _setting(
            DISCOUNT_RATE,
            programme,
            Show.SHARE,
            formulas.DISCOUNT_RATE,
            f"{sentence(DISCOUNT_RATE.unit)}, for net present values; {years[0]} is not "
            "discounted.",
            Entry(Kind.WEIGHT),
        ),
        Input(
            "Decimals of a pound",
            2,
            Show.COUNT,
            DECIMALS,
            "Sums are rounded to the penny: decimal fractions leave crumbs when they are added up.",
            _FIXED,
        ),
        Input(
            "Tolerance",
            _TOLERANCE,
            Show.WEIGHT,
            reported.TOLERANCE,
            "As a part of the size of a table's figures: what a spreadsheet's own digits may add.",
            _FIXED,
        ),
    ]


def _limit(programme: Programme) -> list[Input]:
    if programme.payback_limit is None:
        return []
    use = "Payback years that are not to be passed, for switching values."
    entry = Entry(Kind.WEIGHT)
    return [_setting(PAYBACK_LIMIT, programme, Show.YEARS, formulas.PAYBACK_LIMIT, use, entry)]


def _worst(results: Results) -> Input:
    return Input(
        "Who fares worst, among Appraisal's rows of partners",
        findings.worst_row(results) - findings.partner_rows(results)[0] + 1,
        Show.COUNT,
        formulas.WORST_PLACE,
        "The cover shows its partner and scenario: the largest net present cost, or least saving.",
        _COMPUTED,
        formulas.worst_place(results),
    )


def _scenarios(programme: Programme) -> list[Input]:
    entry = _listed(programme.scenarios)
    plan = _setting(
        PLAN_SCENARIO, programme, Show.TEXT, formulas.PLAN_SCENARIO, PLAN_SCENARIO.meaning, entry
    )
    return [
        plan,
        *(
            Input(
                f"Scenario {number + 1}",
                scenario,
                Show.TEXT,
                formulas.scenario_name(number),
                "Which lines are added up in the columns of this scenario.",
                _SETTING,
                entry=entry,
            )
            for number, scenario in enumerate(programme.scenarios)
        ),
    ]


def _words() -> list[Input]:
    """The words of the tables that Controls looks for."""
    use = "Controls tell rows with this word from the others."
    return [
        Input(f"Word for {what}", word, Show.TEXT, name, use, _FIXED)
        for what, word, name in (
            ("the whole programme", TOTAL_PROGRAMME, formulas.WHOLE),
            ("the strands together", ALL_STRANDS, formulas.TOGETHER),
            ("the services together", ALL_SERVICES, formulas.EVERY_SERVICE),
            *((f"{kind.lower()} delivery", kind, formulas.kind_name(kind)) for kind in KINDS),
        )
    ]


def _said() -> list[Input]:
    """What is said of inputs and figures at the top of every sheet."""
    use = "One of these stands at the top of every sheet."
    return [
        Input(f"Words for {what}", words, Show.LONG_TEXT, name, use, _FIXED)
        for what, words, name in reported.WORDS
    ]


def _tags(programme: Programme) -> list[Input]:
    """The lists of the team's own, for Controls."""
    use = "Controls tell rows with this word from the others."
    return [
        Input(
            "List of the team's own",
            tag.heading,
            Show.TEXT,
            formulas.tag_name(tag.heading, programme.tags),
            use,
            _SETTING,
        )
        for tag in programme.tags
        if not tag.is_number
    ]


def _categories() -> Table:
    counted = {
        "one_off": ONE_OFF,
        "annual_cashable": ANNUAL_CASHABLE,
        "net_cashable": NET_CASHABLE,
    }
    flags = {
        name: [int(each in members) for each in CATEGORIES] for name, members in counted.items()
    }
    frame = pd.DataFrame(
        {
            "category": CATEGORIES,
            **flags,
            "one_off_reported": flags["one_off"],
            "annual_reported": flags["annual_cashable"],
            "net_reported": flags["net_cashable"],
        }
    )
    plain = table(CATEGORIES_TABLE, frame, looks=Looks(airy=True))
    entry = Entry(Kind.SCORE, "1 for Yes, 0 for No.", words=("0", "1"))
    columns = tuple(
        replace(column, entries=[entry] * len(CATEGORIES)) if 0 < place <= len(counted) else column
        for place, column in enumerate(plain.columns)
    )
    return replace(plain, columns=columns, caption="What each category counts in")


def _break_even(results: Results) -> Table:
    """The step on the way to the break-even year: which year's running total is the last one above
    nil."""
    frame, years = results.appraisal, results.programme.year_labels
    totals = results.by_year[results.by_year["measure"] == CUMULATIVE_MEASURE]
    of_row = {(row["organisation"], row["scenario"]): row for row in records(totals)}
    keys = list(zip(frame["organisation"], frame["scenario"], strict=True))
    last = [
        max(
            (place for place, year in enumerate(years, 1) if findings.pence(of_row[key], year) > 0),
            default=0,
        )
        for key in keys
    ]
    return Table(
        formulas.BREAK_EVEN,
        (
            Column("Organisation", [organisation for organisation, _ in keys]),
            Column("Scenario", [scenario for _, scenario in keys]),
            Column(formulas.LAST_COST, last, Show.COUNT, formulas=formulas.last_costs(results)),
        ),
        airy=True,
        caption="On the way to the break-even year, which is the year after this one",
        description="The place among the years of the last one whose running total is above nil",
    )
