"""Delivery and Tracker: what has become of the lines, against the plan."""

from dataclasses import replace

from pipeline.core.programme import Partner
from pipeline.core.results import Delivery, Results
from pipeline.report import delivered, formulas, settlement
from pipeline.report.roles import organisation_roles
from pipeline.report.spec import Purpose, Role, Sheet, Table, Tone
from pipeline.report.tables import Looks, table
from pipeline.report.wording import about, in_units, own_title, weighing
from schemas.outputs import (
    DELIVERY,
    DELIVERY_APPORTIONED,
    DELIVERY_BY_PARTNER,
    DELIVERY_DUE,
    DELIVERY_LEFT_OUT,
    DELIVERY_OVERDUE,
    OWN_DELIVERY,
    SOURCE_COLUMNS,
    TRACKER,
)
from schemas.vocabulary import ALL_SERVICES, ANNUAL_CASHABLE, NON_CASHABLE, RAG, in_sentence

_RAG_TONES = {"RAG": {rag: Tone(rag) for rag in RAG}}
WEIGHTED = delivered.WEIGHTED
_LINES = Looks(filtered=True, banded=True, tones=_RAG_TONES)
_BLANK = (
    "Plan: the line's amount under {scenario}. Variance: forecast less plan; above zero is "
    "adverse. Blank: the return states none."
)


def sheet(results: Results) -> Sheet | None:
    """Line by line; the lines that are due and not reported on; the rows that don't count. None
    where no return reports anything."""
    tables = results.delivery
    if tables is None:
        return None
    programme = results.programme
    lines = table(
        DELIVERY,
        tables.lines,
        programme,
        _LINES,
        {
            **delivered.plans(results, tables.lines),
            **delivered.variances(tables.lines),
            **delivered.weighted(tables.lines),
        },
    )
    due = replace(
        table(DELIVERY_DUE, tables.due, programme),
        caption=f"Lines due in {tables.due_year} that no return reports on"
        if tables.due_year
        else "Lines due that no return reports on",
    )
    overdue = replace(
        table(DELIVERY_OVERDUE, tables.overdue, programme, Looks(tones=_RAG_TONES)),
        caption=f"Savings of years before {tables.current_year} of which less than planned is "
        "delivered, complete (Blue) lines apart"
        if tables.current_year
        else "Savings that are overdue",
    )
    left_out = replace(
        table(DELIVERY_LEFT_OUT, tables.left_out, programme),
        caption="Rows of the returns that are not counted, and why",
    )
    return Sheet(
        DELIVERY.sheet,
        "Delivery: what has become of each line",
        # What needs somebody first; the long table last, whose headings go on from page to page.
        (due, overdue, left_out, replace(lines, caption="Line by line")),
        (
            about(programme),
            in_units(programme),
            _BLANK.format(scenario=programme.plan_scenario)
            + " Of several rows on one line and year that of the latest return counts.",
            *([f"{WEIGHTED}: the forecast, {weights}"] if (weights := weighing(programme)) else []),
        ),
        f"{delivered.reported(tables)}.",
        note=DELIVERY.question,
        keep_columns=1,
        purpose=Purpose.EVIDENCE,
        # With where each row comes from, a line would go over two pages.
        unprinted=SOURCE_COLUMNS,
    )


def tracker(results: Results) -> Sheet | None:
    """By kind, year and service, then by partner, kind and year."""
    tables = results.delivery
    if tables is None:
        return None
    programme = results.programme
    totals = [n for n, name in enumerate(tables.tracker["service"]) if name == ALL_SERVICES]
    looks = Looks(labels=1, groups=1, roles=dict.fromkeys(totals, Role.TOTAL), airy=True)
    return Sheet(
        TRACKER.sheet,
        "Tracker: delivery by service, year and partner",
        (
            table(TRACKER, tables.tracker, programme, looks, delivered.tracker(tables)),
            _by_partner(results, tables),
        ),
        (
            about(programme),
            in_units(programme),
            _BLANK.format(scenario=programme.plan_scenario)
            + " The plan is that of the lines reported on; no variance counts lines without a "
            "forecast. RAG: how many lines are Blue (complete), Green, Amber, Red, Black "
            "(undeliverable).",
            f"Cashable: {in_sentence(ANNUAL_CASHABLE)}. Non-cashable: {in_sentence(NON_CASHABLE)}. "
            "Kinds are never added.",
            *([f"{WEIGHTED}: the forecast, {weights}"] if (weights := weighing(programme)) else []),
        ),
        delivered.on_plan(results, tables),
        note=TRACKER.question,
        keep_columns=1,
        live_answer=delivered.on_plan_live(tables),
        purpose=Purpose.DECIDE,
    )


def _by_partner(results: Results, tables: Delivery, partner: Partner | None = None) -> Table:
    frame = tables.organisations
    looks = Looks(
        labels=2,
        groups=2,
        roles=organisation_roles(frame["organisation"]),
        airy=True,
    )
    live = delivered.by_partner(tables, own=partner is not None)
    plain = table(DELIVERY_BY_PARTNER, frame, results.programme, looks, live)
    return replace(plain, caption="By kind and year" if partner else "By partner, kind and year")


def apportioned(results: Results) -> Sheet | None:
    """The rows of Delivery by partner."""
    tables = results.delivery
    if tables is None:
        return None
    programme = results.programme
    live = delivered.variances(tables.parts)
    plain = table(DELIVERY_APPORTIONED, tables.parts, programme, _LINES, live)
    parts = formulas.with_settled(plain, tables.parts, results)
    return Sheet(
        DELIVERY_APPORTIONED.sheet,
        "Delivery apportioned: who bears which part of each forecast",
        (parts,),
        (
            about(programme),
            in_units(programme),
            "Forecast and delivered amounts are shared as the line is, by its own weights in that "
            "year; parts that are nil throughout are left out. Partner blank: not yet apportioned.",
            *settlement.words_on(parts),
        ),
        f"{delivered.shared(tables)}.",
        note=DELIVERY_APPORTIONED.question,
        keep_columns=1,
        purpose=Purpose.EVIDENCE,
    )


def own_sheet(results: Results, partner: Partner) -> Sheet | None:
    """A partner's part of each line reported on; the results are its own."""
    tables = results.delivery
    if tables is None:
        return None
    programme = results.programme
    live = {
        **delivered.plans(results, tables.lines, own=True),
        **delivered.variances(tables.lines),
    }
    plain = table(OWN_DELIVERY, tables.lines, programme, _LINES, live)
    lines = formulas.with_settled(plain, tables.lines, results)
    return Sheet(
        OWN_DELIVERY.sheet,
        own_title(partner, "what has become of your share of each line", ""),
        (
            lines,
            _by_partner(results, tables, partner),
        ),
        (
            about(programme, partner),
            in_units(programme),
            _BLANK.format(scenario=programme.plan_scenario)
            + " Each amount is the part of the line that falls to the partner.",
            *settlement.words_on(lines),
        ),
        delivered.on_plan(results, tables, partner),
        note=OWN_DELIVERY.question,
        keep_columns=1,
        live_answer=delivered.on_plan_live(tables, partner),
        purpose=Purpose.EVIDENCE,
    )
