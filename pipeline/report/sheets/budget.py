"""Budget: what the programme changes in each year's budget, and what it leaves of the gap."""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from pipeline.core.money import unit_name
from pipeline.core.programme import Partner
from pipeline.core.results import Results
from pipeline.report import findings, formulas
from pipeline.report.chart import HEADINGS, Chart, Drawn, Range, Series
from pipeline.report.sheets.charts import with_titles
from pipeline.report.spec import Purpose, Role, Sheet, Table
from pipeline.report.tables import Looks, table
from pipeline.report.wording import about, in_units, own_title
from schemas.outputs import BUDGET, BUDGET_GAP, GAP_TOGETHER, Show
from schemas.vocabulary import ALL_PARTNERS, GAP_AFTER, GAP_TOTALS, NET_MEASURE, ONE_OFF_SHARE

_TITLES = "Budget_titles"
_ROLES = {
    NET_MEASURE: Role.TOTAL,
    GAP_AFTER: Role.TOTAL,
    GAP_TOTALS[-1]: Role.TOTAL,
    ONE_OFF_SHARE: Role.ASIDE,
}
# Of Gap_together: what is drawn.
_BEFORE, _AFTER = 0, len(GAP_TOTALS) - 1


def sheet(results: Results, partner: Partner | None = None) -> Sheet | None:
    """The gap before and after, the gaps, and the changes; None where the programme states no
    gap."""
    programme = results.programme
    if not programme.gap:
        return None
    together = _together(results)
    charts, titles = with_titles((_chart(results, partner),), _TITLES)
    changes = table(
        BUDGET, results.budget, programme, _looks(results.budget), formulas.budget(results)
    )
    return Sheet(
        BUDGET.sheet,
        own_title(
            partner,
            "what your share changes each year, and what is left of your gap",
            "Budget: what it changes each year, and what is left of the gap",
        ),
        (
            *charts,
            replace(together, caption=f"The gap in {programme.plan_scenario}, running totals"),
            replace(_gaps(results), caption="The gap by partner"),
            replace(changes, caption="The budget table: changes on the year before"),
            titles,
        ),
        (
            about(programme, partner),
            in_units(programme),
            "Each year is the change on the year before: a one-off is reversed in the next year, "
            "and running totals are the effects in By year. Gap before is as the programme states "
            "it, above zero to be closed; what is not yet apportioned closes no partner's gap. "
            "One-off share: which part of what is closed so far rests on one-offs; blank where "
            "nothing is closed.",
        ),
        f"{findings.gap_closed(results)}.",
        note=BUDGET_GAP.question,
        keep_columns=3,
        purpose=Purpose.EVIDENCE,
    )


def _looks(frame: pd.DataFrame) -> Looks:
    """No filter buttons: they sort too, and rows add up those above them."""
    measures = frame["measure"].tolist()
    roles = {row: _ROLES[name] for row, name in enumerate(measures) if name in _ROLES}
    return Looks(labels=2, groups=2, roles=roles, airy=True)


def _gaps(results: Results) -> Table:
    """Budget_gap; the shares are shown as such."""
    frame = results.budget_gap
    live = formulas.budget_gap(results)
    plain = table(BUDGET_GAP, frame, results.programme, _looks(frame), live)
    shows = [
        Show.PERCENT if measure == ONE_OFF_SHARE else Show.MONEY for measure in frame["measure"]
    ]
    years = results.programme.year_labels
    columns = tuple(
        replace(column, shows=shows) if column.heading in years else column
        for column in plain.columns
    )
    return replace(plain, columns=columns)


def _together(results: Results) -> Table:
    """All partners' running totals in the plan scenario."""
    programme, gaps = results.programme, results.budget_gap
    plan = gaps[gaps["scenario"] == programme.plan_scenario]
    years = programme.year_labels
    whose = programme.codes[0] if len(programme.codes) == 1 else ALL_PARTNERS
    rows = [
        [whose, programme.plan_scenario, measure, *_sums(plan[plan["measure"] == measure], years)]
        for measure in GAP_TOTALS
    ]
    frame = pd.DataFrame(rows, columns=["partner", "scenario", "measure", *years], dtype=object)
    looks = Looks(labels=2, roles={_AFTER: Role.TOTAL}, airy=True)
    live = formulas.gap_together(results, GAP_TOTALS)
    return table(GAP_TOGETHER, frame, programme, looks, live)


def _sums(rows: pd.DataFrame, years: Iterable[str]) -> list[int]:
    return [int(rows[year].sum()) for year in years]


def _chart(results: Results, partner: Partner | None) -> Chart:
    """The gap before and after, side by side in each year."""
    programme = results.programme
    labels = programme.year_labels
    series = tuple(
        Series(
            Range(GAP_TOGETHER.name, "Measure", row),
            Range(GAP_TOGETHER.name, labels[0], HEADINGS, labels[-1]),
            Range(GAP_TOGETHER.name, labels[0], row, labels[-1]),
            colour=number,
            pattern=number,
        )
        for number, row in enumerate((_BEFORE, _AFTER))
    )
    finding = findings.gap_closed(results)
    whose = partner.name if partner else "all partners"
    return Chart(
        Drawn.COLUMNS,
        "How much of the gap is closed?",
        finding,
        series,
        f"{unit_name(programme.report_unit)}, above nil still to be closed",
        "Financial year",
        f"Drawn from {GAP_TOGETHER.name} below.",
        f"Columns of the budget gap of {whose} before and after the programme by year, side by "
        f"side. {finding}.",
    )
