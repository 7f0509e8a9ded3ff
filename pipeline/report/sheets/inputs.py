"""Inputs: what the formulas of a workbook take from one place."""

from dataclasses import replace
from typing import Any

import pandas as pd

from pipeline.core.money import rate_text
from pipeline.core.programme import Partner, Programme
from pipeline.core.years import year_label
from pipeline.report import formulas
from pipeline.report.formula import DECIMALS, Formula, Name
from pipeline.report.spec import Sheet, Table
from pipeline.report.tables import Looks, table
from pipeline.report.wording import about, sentence
from schemas.fields import Setting
from schemas.outputs import CATEGORIES_TABLE, INPUTS, Show
from schemas.programme import DISCOUNT_RATE, PAYBACK_LIMIT, PLAN_SCENARIO, STEADY_YEAR
from schemas.vocabulary import (
    ALL_SERVICES,
    ALL_STRANDS,
    ANNUAL_CASHABLE,
    CATEGORIES,
    CUMULATIVE_MEASURE,
    NET_CASHABLE,
    NET_CASHABLE_MEASURE,
    ONE_OFF,
    TOTAL_PROGRAMME,
)

_SETTING, _COMPUTED, _FIXED = "Setting", "Formula", "Fixed"

# What it is, its value and how that is shown, its name, its use, its source and its formula.
Input = tuple[str, object, Show, Name, str, str, Formula | None]


def sheet(programme: Programme, partner: Partner | None = None) -> Sheet:
    """The values and words that formulas refer to by name, and what each category counts in."""
    return Sheet(
        INPUTS.sheet,
        "Inputs: what the formulas take from one place",
        (_inputs(programme, partner), _categories()),
        (
            about(programme, partner),
            "Every formula of this workbook takes its terms from here and its amounts from "
            f"{'Lines' if partner else 'Register and Apportioned'}. A term that is changed here "
            "moves every figure that rests on it; the names of scenarios must stay those of the "
            "lines.",
        ),
        answer=f"Annual cashable is that of {year_label(programme.steady_year)}, the discount rate "
        f"{rate_text(programme.discount_rate)} a year.",
        note=INPUTS.question,
    )


def _inputs(programme: Programme, partner: Partner | None) -> Table:
    rows = [
        *_terms(programme),
        *_scenarios(programme),
        *([] if partner else [*_limit(programme), *_words()]),
    ]
    names = [name.name for _, _, _, name, *_ in rows]
    frame = pd.DataFrame(
        {
            "input": [label for label, *_ in rows],
            "value": pd.Series([value for _, value, *_ in rows], dtype=object),
            "name": names,
            "source": [source for *_, source, _ in rows],
            "use": [use for *_, use, _, _ in rows],
        }
    )
    plain = table(INPUTS, frame, programme, Looks(airy=True))
    values = replace(
        plain.columns[1],
        shows=[show for _, _, show, *_ in rows],
        formulas=[formula for *_, formula in rows],
        names=names,
    )
    return replace(plain, columns=(plain.columns[0], values, *plain.columns[2:]))


def _setting(of: Setting[Any], programme: Programme, show: Show, name: Name, use: str) -> Input:
    """A setting of the programme, as the text that people write or as the number it is."""
    value = of.text_in(programme) if show is Show.TEXT or of.held is None else of.held(programme)
    return of.heading, value, show, name, use, _SETTING, None


def _terms(programme: Programme) -> list[Input]:
    years = programme.year_labels
    return [
        _setting(
            STEADY_YEAR,
            programme,
            Show.TEXT,
            formulas.STEADY_YEAR,
            "Annual cashable is the amount in this year.",
        ),
        (
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
        ),
        (
            "Decimals of a pound",
            2,
            Show.COUNT,
            DECIMALS,
            "Sums are rounded to the penny: decimal fractions leave crumbs when they are added up.",
            _FIXED,
            None,
        ),
    ]


def _limit(programme: Programme) -> list[Input]:
    if programme.payback_limit is None:
        return []
    use = "Payback years that are not to be passed, for switching values."
    return [_setting(PAYBACK_LIMIT, programme, Show.YEARS, formulas.PAYBACK_LIMIT, use)]


def _scenarios(programme: Programme) -> list[Input]:
    plan = _setting(
        PLAN_SCENARIO, programme, Show.TEXT, formulas.PLAN_SCENARIO, PLAN_SCENARIO.meaning
    )
    return [
        plan,
        *(
            (
                f"Scenario {number + 1}",
                scenario,
                Show.TEXT,
                formulas.scenario_name(number),
                "Which lines are added up in the columns of this scenario.",
                _SETTING,
                None,
            )
            for number, scenario in enumerate(programme.scenarios)
        ),
    ]


def _words() -> list[Input]:
    """The words of the tables that Controls looks for."""
    use = "Controls tell rows with this word from the others."
    return [
        (f"Word for {what}", word, Show.TEXT, name, use, _FIXED, None)
        for what, word, name in (
            ("the whole programme", TOTAL_PROGRAMME, formulas.WHOLE),
            ("the strands together", ALL_STRANDS, formulas.TOGETHER),
            ("net cashable", NET_CASHABLE_MEASURE, formulas.NET),
            ("its running total", CUMULATIVE_MEASURE, formulas.RUNNING),
            ("the services together", ALL_SERVICES, formulas.EVERY_SERVICE),
        )
    ]


def _categories() -> Table:
    frame = pd.DataFrame(
        {
            "category": CATEGORIES,
            "one_off": [int(each in ONE_OFF) for each in CATEGORIES],
            "annual_cashable": [int(each in ANNUAL_CASHABLE) for each in CATEGORIES],
            "net_cashable": [int(each in NET_CASHABLE) for each in CATEGORIES],
        }
    )
    plain = table(CATEGORIES_TABLE, frame, looks=Looks(airy=True))
    return replace(plain, caption="What each category counts in")
