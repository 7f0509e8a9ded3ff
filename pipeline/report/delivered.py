"""Delivery in sentences, formulas and a picture: what the sheets Delivery and Tracker, the charts
and the partners' packs say of it."""

from collections.abc import Sequence
from fractions import Fraction

import pandas as pd

from pipeline.core.money import unit_name
from pipeline.core.phrases import agreeing, counted, sentence
from pipeline.core.programme import Partner
from pipeline.core.results import Delivery, Results
from pipeline.report import formulas, live_wording
from pipeline.report.chart import HEADINGS, Chart, Drawn, Range, Series
from pipeline.report.formula import (
    Adder,
    Formula,
    FormulaPart,
    Headings,
    RowRange,
    This,
    Where,
    Whole,
    formula,
    is_plain,
    rounded,
)
from pipeline.report.held import Repeated
from pipeline.report.spec import Column, Table
from pipeline.report.tables import Record, records
from pipeline.report.wording import cost_or_saving, in_short, round_half_up
from schemas.outputs import (
    APPORTIONED,
    DELIVERY,
    DELIVERY_APPORTIONED,
    DELIVERY_BY_PARTNER,
    REGISTER,
    TRACKER,
)
from schemas.vocabulary import ALL_SERVICES, KINDS, RAG, TOTAL_PROGRAMME

PLAN, FORECAST, VARIANCE, YEAR = "Plan", "Forecast", "Variance", "Year"
WEIGHTED = "Risk-weighted"
DELIVERED, PART = "Delivered", "Percentage delivered"
_MEASURES = {
    PLAN: "plan_pence",
    FORECAST: "forecast_pence",
    DELIVERED: "delivered_pence",
    VARIANCE: "variance_pence",
}
# Plans are looked up line by line; more than this would cost all other sheets their formulas.
_LOOKED_UP_SECONDS = formulas.LIMIT_SECONDS / 3


# Sentences


def wholes(delivery: Delivery, partner: Partner | None = None) -> list[tuple[int, Record]]:
    """The figures of the programme, or of a partner, in the year now reported on, kind by kind,
    each with its row."""
    name = partner.name if partner else TOTAL_PROGRAMME
    return [
        (place, row)
        for place, row in enumerate(records(delivery.organisations))
        if row["organisation"] == name and row["year"] == delivery.due_year
    ]


def on_plan(results: Results, delivery: Delivery, partner: Partner | None = None) -> str:
    """How each kind's forecast of the year now reported on stands to the plan, what is delivered,
    and how many lines have which RAG value: a sentence each."""
    rows = [row for _, row in wholes(delivery, partner)]
    return "\n".join(f"{_standing(row, results)}." for row in rows) or f"{_NOTHING}."


_NOTHING = "No row of Delivery is counted"


def on_plan_live(delivery: Delivery, partner: Partner | None = None) -> tuple[Formula, ...]:
    """The sentences of ``on_plan`` as formulas: the last steps of ``in_steps``."""
    last = len(_STEPS) - 1
    return tuple(formula(_step(kind, last)) for kind, _ in enumerate(wholes(delivery, partner)))


# The steps of a sentence of ``on_plan``.
_STEPS = ("Forecast", "Delivered", "Part of the plan", *RAG, "Lines", "Sentence")
_IN_STEPS, _WORDS = "Delivery_in_words", "Words"


def _step(kind: int, step: int) -> RowRange:
    return RowRange(_IN_STEPS, kind * len(_STEPS) + step, _WORDS, _WORDS)


def in_steps(results: Results, partner: Partner | None = None) -> tuple[Table, ...]:
    """The sentences of ``on_plan`` step by step, over Delivery_by_partner; none where there are
    none."""
    rows = wholes(results.delivery, partner) if results.delivery else []
    if not rows:
        return ()
    unit = results.programme.report_unit
    amounts = [
        (f"{row['kind']}: {what}", _progress(place, heading), _pence(row[name]))
        for place, row in rows
        for what, heading, name in (
            ("forecast less plan", VARIANCE, "variance_pence"),
            ("delivered", DELIVERED, "delivered_pence"),
        )
    ]
    kinds = [row["kind"] for _, row in rows for _ in _STEPS]
    words = [each for _, row in rows for each in _words(row, unit)]
    live = [each for kind, (place, _) in enumerate(rows) for each in _live_words(kind, place)]
    steps = Table(
        _IN_STEPS,
        (
            Column("Kind", kinds, width=34),
            Column("Step", list(_STEPS) * len(rows), width=24),
            Column(_WORDS, words, width=60, formulas=live),
        ),
        airy=True,
        caption="The sentences on delivery, step by step",
        description="The sentences on delivery, step by step",
    )
    return (*live_wording.amounts(amounts, unit), steps)


def _progress(row: int, heading: str) -> RowRange:
    return RowRange(DELIVERY_BY_PARTNER.name, row, heading, heading)


def _pence(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _live_words(kind: int, row: int) -> list[Formula]:
    """The steps of a sentence; ``row``: of Delivery_by_partner."""
    variance, delivered = (live_wording.pounds(2 * kind + each) for each in (0, 1))
    gap, amount = (live_wording.in_words(2 * kind + each) for each in (0, 1))
    part = _progress(row, PART)
    forecast, part_step = _STEPS.index("Forecast"), _STEPS.index("Part of the plan")
    ratings = [_step(kind, _STEPS.index(rag)) for rag in RAG]
    joined = [piece for each in ratings for piece in ("&", each)][1:]
    begins = [piece for n in range(forecast, part_step + 1) for piece in ("&", _step(kind, n))]
    lines = _step(kind, _STEPS.index("Lines"))
    return [
        formula(
            *("IF(", variance, '="","is not stated",IF(', variance, '=0,"is on plan",'),
            *('"is "&', gap, "&IF(", variance, '>0," worse"," better")&" than plan"))'),
        ),
        formula(
            *("IF(", delivered, '="","",IF(', delivered, '=0,"; delivered nil","; delivered "&'),
            *("IF(", delivered, '>0,"cost","saving")&" of "&', amount, "))"),
        ),
        formula("IF(", part, '="","",", "&TEXT(ROUND(', part, ',2),"0%")&" of plan")'),
        *(
            formula("IF(", cell, '>0,", "&TEXT(', cell, f',"#,##0")&" {rag}","")')
            for rag in RAG
            for cell in [_progress(row, rag)]
        ),
        formula("SUBSTITUTE(", *joined, ',", ","; ",1)'),
        formula(
            *(_progress(row, "Kind"), '&", "&', _progress(row, YEAR), '&": the forecast "'),
            *(*begins, "&", lines, '&"."'),
        ),
    ]


def _words(row: Record, unit: int) -> list[str]:
    """What each step comes to."""
    forecast = _against(row["variance_pence"], unit)
    delivered, part = "", ""
    if isinstance(pence := row["delivered_pence"], int):
        delivered = f"; {cost_or_saving(pence, 'delivered', unit)}"
        share = row["delivered_part"]
        part = f", {_percent(share)}% of plan" if isinstance(share, Fraction) else ""
    ratings = [f", {row[rag.casefold()]:,} {rag}" if row[rag.casefold()] else "" for rag in RAG]
    lines = "".join(ratings).replace(", ", "; ", 1)
    sentence = f"{row['kind']}, {row['year']}: the forecast {forecast}{delivered}{part}{lines}."
    return [forecast, delivered, part, *ratings, lines, sentence]


def _standing(row: Record, results: Results) -> str:
    """A sentence of ``on_plan`` without its full stop."""
    return _words(row, results.programme.report_unit)[-1].removesuffix(".")


def _percent(part: Fraction) -> int:
    """Whole per cent, half away from nil as a spreadsheet shows it."""
    return round_half_up(abs(part) * 100) * (-1 if part < 0 else 1)


def _against(variance: object, unit: int) -> str:
    if not isinstance(variance, int):
        return "is not stated"
    if variance == 0:
        return "is on plan"
    side = "worse" if variance > 0 else "better"
    return f"is {in_short(variance, unit)} {side} than plan"


def reported(delivery: Delivery) -> str:
    """How many rows there are, which lines are due without one, and what is left out."""
    clauses = [f"{counted(len(delivery.lines), 'row')} of lines and years"]
    if len(delivery.due):
        number = len(delivery.due)
        lines = f"{counted(number, 'line')} due in {delivery.due_year}"
        clauses.append(f"{lines} {agreeing(number, 'is', 'are')} not reported on")
    elif delivery.due_year:
        clauses.append(f"every line due in {delivery.due_year} is reported on")
    if len(delivery.overdue):
        clauses.append(f"{counted(len(delivery.overdue), 'saving')} overdue")
    if len(delivery.left_out):
        clauses.append(f"{counted(len(delivery.left_out), 'row')} left out")
    return sentence("; ".join(clauses))


def shared(delivery: Delivery) -> str:
    """How many parts there are, and how many wait to be apportioned."""
    parts = counted(len(delivery.parts), "part")
    waiting = int((delivery.parts["partner"] == "").sum())
    return sentence(f"{parts}, {waiting:,} of them not yet apportioned" if waiting else parts)


# Formulas


def variances(frame: pd.DataFrame) -> formulas.ByHeading:
    """Forecast less plan, where there is a forecast."""
    difference = formula(*rounded(This(FORECAST), "-", This(PLAN)))
    return {VARIANCE: _where_stated(frame["variance_pence"].tolist(), difference)}


def weighted(frame: pd.DataFrame) -> formulas.ByHeading:
    """Forecast times weight, where there is one."""
    product = formula(*rounded(This(FORECAST), "*", This("Weight")))
    return {WEIGHTED: _where_stated(frame["risk_weighted_pence"].tolist(), product)}


def _where_stated(values: Sequence[object], each_formula: Formula) -> formulas.Formulas:
    if None not in values:
        return Repeated(each_formula, len(values))
    return [None if value is None else each_formula for value in values]


def plans(results: Results, frame: pd.DataFrame, *, own: bool = False) -> formulas.ByHeading:
    """Each row's plan, looked up by line and year in Register, or in a pack's (``own``) lines."""
    table = APPORTIONED.name if own else REGISTER.name
    rows = len(results.apportioned if own else results.register)
    looked_up = _looked_up(table, frame, Adder({table: rows}))
    if not _is_quick(looked_up):
        return {}
    names = [*results.programme.scenarios, *map(str, frame["line_ref"])]
    if not all(map(is_plain, names)):
        looked_up = _looked_up(table, frame, Adder({table: rows}, exact=True))
    return {PLAN: looked_up} if _is_quick(looked_up) else {}


def _looked_up(table: str, frame: pd.DataFrame, add: Adder) -> list[Formula]:
    where = (Where("Line ref", This("Line ref")), Where("Scenario", formulas.PLAN_SCENARIO))
    years = frame["year"].tolist()
    of_year = {year: add.total(table, str(year), *where) for year in dict.fromkeys(years)}
    return [of_year[year] for year in years]


def _is_quick(looked_up: Sequence[Formula]) -> bool:
    seconds = sum(lookup.reads for lookup in looked_up) * formulas.SECONDS_A_CELL
    return seconds <= _LOOKED_UP_SECONDS


def tracker(delivery: Delivery) -> formulas.ByHeading:
    """Sums and counts over Delivery. Years are compared as they are: as a criterion of SUMIFS
    2011/12 is a date."""
    rows = records(delivery.tracker)
    add = Adder({DELIVERY.name: len(delivery.lines)}, exact=True)
    wheres = [
        (
            Where("Kind", This("Kind")),
            *([] if row["service"] == ALL_SERVICES else [Where("Service", This("Service"))]),
            Where(YEAR, This(YEAR)),
        )
        for row in rows
    ]
    by_heading: formulas.ByHeading = {}
    for heading, name in {**_MEASURES, WEIGHTED: "risk_weighted_pence"}.items():
        by_heading[heading] = [
            None if row[name] is None else add.total(DELIVERY.name, heading, *where)
            for row, where in zip(rows, wheres, strict=True)
        ]
    for rag in RAG:
        word = Where("RAG", Headings(TRACKER.name, rag, rag))
        by_heading[rag] = [
            _counted(DELIVERY.name, [*where, word], len(delivery.lines)) for where in wheres
        ]
    return {**by_heading, PART: _parts(rows)}


def _parts(rows: list[Record]) -> formulas.Formulas:
    """Delivered by plan."""
    quotient = formula("IF(", This(PLAN), '=0,"",', This(DELIVERED), "/", This(PLAN), ")")
    return _where_stated([row["delivered_part"] for row in rows], quotient)


def _counted(table: str, where: Sequence[Where], rows: int) -> Formula:
    """How many rows of a table fit."""
    parts: list[FormulaPart] = []
    for each in where:
        parts += ["*" if parts else "", "(", Whole(table, each.heading), "=", each.cell, ")"]
    return formula("SUMPRODUCT(", *parts, ")", reads=rows * len(where))


def by_partner(delivery: Delivery, *, own: bool = False) -> formulas.ByHeading:
    """Sums over Delivery for the programme, or in a pack (``own``), and over Delivery_apportioned
    for the partners."""
    rows = records(delivery.organisations)
    sizes = {DELIVERY.name: len(delivery.lines), DELIVERY_APPORTIONED.name: len(delivery.parts)}
    add = Adder(sizes, exact=True)
    its_own = [Where("Kind", This("Kind")), Where(YEAR, This(YEAR))]
    of_organisation = Where("Organisation", This("Organisation"))

    def lines(row: Record) -> tuple[str, list[Where]]:
        if own or row["organisation"] == TOTAL_PROGRAMME:
            return DELIVERY.name, its_own
        return DELIVERY_APPORTIONED.name, [of_organisation, *its_own]

    by_heading: formulas.ByHeading = {}
    for heading, name in _MEASURES.items():
        by_heading[heading] = [
            None if row[name] is None else add.total(table, heading, *where)
            for row in rows
            for table, where in [lines(row)]
        ]
    for rag in RAG:
        word = Where("RAG", Headings(DELIVERY_BY_PARTNER.name, rag, rag))
        by_heading[rag] = [
            _counted(table, [*where, word], sizes[table]) for table, where in map(lines, rows)
        ]
    return {**by_heading, PART: _parts(rows)}


# The picture


def charts(results: Results, partner: Partner | None = None) -> tuple[Chart, ...]:
    """Plan, forecast and delivered by year, a chart for each kind that is reported on in the year
    that the title speaks of."""
    delivery = results.delivery
    if delivery is None:
        return ()
    return tuple(_chart(results, delivery, row, partner) for _, row in wholes(delivery, partner))


def _chart(results: Results, delivery: Delivery, whole: Record, partner: Partner | None) -> Chart:
    kind, name = whole["kind"], whole["organisation"]
    its_own = (delivery.organisations["organisation"] == name) & (
        delivery.organisations["kind"] == kind
    )
    rows = [place for place, is_own in enumerate(its_own) if is_own]
    table = DELIVERY_BY_PARTNER.name
    series = tuple(
        Series(
            Range(table, heading, HEADINGS),
            Range(table, YEAR, rows[0], last_row=rows[-1]),
            Range(table, heading, rows[0], last_row=rows[-1]),
            colour=number,
            pattern=number,
        )
        for number, heading in enumerate((PLAN, FORECAST, DELIVERED))
    )
    finding = _standing(whole, results)
    return Chart(
        Drawn.COLUMNS,
        _QUESTIONS[str(kind)],
        finding,
        series,
        f"{unit_name(results.programme.report_unit)}, savings in brackets",
        "Financial year",
        f"Drawn from {table}, {name}, {kind}.",
        f"Columns of plan, forecast and delivered amounts by year, side by side. {finding}.",
    )


_QUESTIONS = dict(
    zip(
        KINDS,
        (
            "Do we get the savings?",
            "Do one-off costs stay within their plan?",
            "Do we get what is not cashable?",
        ),
        strict=True,
    )
)
