"""Delivery and Tracker: what has become of the lines, against the plan."""

from dataclasses import replace

from pipeline.core.programme import Partner
from pipeline.core.results import Delivery, Results
from pipeline.report import delivered
from pipeline.report.roles import organisation_roles
from pipeline.report.spec import Role, Sheet, Table, Tone
from pipeline.report.tables import Looks, table
from pipeline.report.wording import about, in_units, weighing
from schemas.outputs import (
    DELIVERY,
    DELIVERY_APPORTIONED,
    DELIVERY_BY_PARTNER,
    DELIVERY_DUE,
    DELIVERY_LEFT_OUT,
    DELIVERY_OVERDUE,
    OWN_DELIVERY,
    TRACKER,
)
from schemas.vocabulary import ALL_SERVICES

_RAG_TONES = {
    "RAG": {
        "Blue": Tone.GOOD,
        "Green": Tone.GOOD,
        "Amber": Tone.CAUTION,
        "Red": Tone.BAD,
        "Black": Tone.BAD,
    }
}
WEIGHTED = delivered.WEIGHTED
_LINES = Looks(filtered=True, banded=True, tones=_RAG_TONES)
_BLANK = (
    "Plan: the line's amount under {scenario}. Variance: forecast less plan; above zero is "
    "adverse. Blank: the return states none."
)


def sheet(results: Results) -> Sheet | None:
    """Line by line; the lines that are due and not reported on; the rows that don't count. None
    where no return reports anything."""
    made = results.delivery
    if made is None:
        return None
    programme = results.programme
    lines = table(
        DELIVERY,
        made.lines,
        programme,
        _LINES,
        {
            **delivered.plans(results, made.lines),
            **delivered.variances(made.lines),
            **delivered.weighted(made.lines),
        },
    )
    due = replace(
        table(DELIVERY_DUE, made.due, programme),
        caption=f"Lines due in {made.due_year} that no return reports on"
        if made.due_year
        else "Lines due that no return reports on",
    )
    overdue = replace(
        table(DELIVERY_OVERDUE, made.overdue, programme, Looks(tones=_RAG_TONES)),
        caption=f"Savings of years before {made.current_year} of which less than planned is "
        "delivered, complete (Blue) lines apart"
        if made.current_year
        else "Savings that are overdue",
    )
    left_out = replace(
        table(DELIVERY_LEFT_OUT, made.left_out, programme),
        caption="Rows of the returns that are not counted, and why",
    )
    return Sheet(
        DELIVERY.sheet,
        "Delivery: what has become of each line",
        (lines, due, overdue, left_out),
        (
            about(programme),
            in_units(programme),
            _BLANK.format(scenario=programme.plan_scenario)
            + " Of several rows on one line and year that of the latest return counts.",
            *([f"{WEIGHTED}: the forecast, {rated}"] if (rated := weighing(programme)) else []),
        ),
        f"{delivered.reported(made)}.",
        note=DELIVERY.question,
        keep_columns=1,
    )


def tracker(results: Results) -> Sheet | None:
    """By kind, year and service, then by partner, kind and year."""
    made = results.delivery
    if made is None:
        return None
    programme = results.programme
    totals = [n for n, name in enumerate(made.tracker["service"]) if name == ALL_SERVICES]
    looks = Looks(labels=1, groups=1, roles=dict.fromkeys(totals, Role.TOTAL), airy=True)
    return Sheet(
        TRACKER.sheet,
        "Tracker: delivery by service, year and partner",
        (
            table(TRACKER, made.tracker, programme, looks, delivered.tracker(made)),
            _by_partner(results, made),
        ),
        (
            about(programme),
            in_units(programme),
            _BLANK.format(scenario=programme.plan_scenario)
            + " The plan is that of the lines reported on; no variance counts lines without a "
            "forecast. RAG: how many lines are Blue (complete), Green, Amber, Red, Black "
            "(undeliverable).",
            "Cashable: recurring costs, cashable savings and income. Non-cashable: non-cashable "
            "savings and cost avoidance. Kinds are never added.",
            *([f"{WEIGHTED}: the forecast, {rated}"] if (rated := weighing(programme)) else []),
        ),
        delivered.on_plan(results, made),
        note=TRACKER.question,
        keep_columns=1,
        live_answer=delivered.on_plan_live(results, made),
    )


def _by_partner(results: Results, made: Delivery, partner: Partner | None = None) -> Table:
    frame = made.organisations
    looks = Looks(
        labels=2,
        groups=2,
        roles=organisation_roles(frame["organisation"]),
        airy=True,
    )
    formulas = delivered.by_partner(made, own=partner is not None)
    plain = table(DELIVERY_BY_PARTNER, frame, results.programme, looks, formulas)
    return replace(plain, caption="By kind and year" if partner else "By partner, kind and year")


def apportioned(results: Results) -> Sheet | None:
    """The rows of Delivery by partner."""
    made = results.delivery
    if made is None:
        return None
    programme = results.programme
    formulas = delivered.variances(made.parts)
    return Sheet(
        DELIVERY_APPORTIONED.sheet,
        "Delivery apportioned: who bears which part of each forecast",
        (table(DELIVERY_APPORTIONED, made.parts, programme, _LINES, formulas),),
        (
            about(programme),
            in_units(programme),
            "Forecast and delivered amounts are shared as the line is, by its own weights in that "
            "year; parts that are nil throughout are left out. Partner blank: not yet apportioned.",
        ),
        f"{delivered.shared(made)}.",
        note=DELIVERY_APPORTIONED.question,
        keep_columns=1,
    )


def own_sheet(results: Results, partner: Partner) -> Sheet | None:
    """A partner's part of each line reported on; the results are its own."""
    made = results.delivery
    if made is None:
        return None
    programme = results.programme
    formulas = {
        **delivered.plans(results, made.lines, own=True),
        **delivered.variances(made.lines),
    }
    return Sheet(
        OWN_DELIVERY.sheet,
        f"Delivery: what has become of the part that {partner.name} bears",
        (
            table(OWN_DELIVERY, made.lines, programme, _LINES, formulas),
            _by_partner(results, made, partner),
        ),
        (
            about(programme, partner),
            in_units(programme),
            _BLANK.format(scenario=programme.plan_scenario)
            + " Each amount is the part of the line that falls to the partner.",
        ),
        delivered.on_plan(results, made, partner),
        note=OWN_DELIVERY.question,
        keep_columns=1,
        live_answer=delivered.on_plan_live(results, made, partner),
    )
