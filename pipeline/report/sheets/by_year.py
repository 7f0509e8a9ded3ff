"""By_year: every category, net cashable and its running total, year by year."""

from pipeline.core.phrases import sentence
from pipeline.core.programme import Partner
from pipeline.core.results import Results
from pipeline.report import findings, formulas
from pipeline.report.spec import Purpose, Role, Sheet
from pipeline.report.tables import Looks, table
from pipeline.report.wording import about, in_units, own_title
from schemas.outputs import BY_YEAR
from schemas.vocabulary import (
    CUMULATIVE_MEASURE,
    NET_CASHABLE_MEASURE,
    NON_CASHABLE,
    in_sentence,
)

_ROLES = {
    **dict.fromkeys(NON_CASHABLE, Role.ASIDE),
    NET_CASHABLE_MEASURE: Role.TOTAL,
    CUMULATIVE_MEASURE: Role.SUBTOTAL,
}


def sheet(results: Results, partner: Partner | None = None) -> Sheet:
    """One row per organisation, scenario and measure."""
    programme = results.programme
    roles = {
        row: _ROLES[measure]
        for row, measure in enumerate(results.by_year["measure"])
        if measure in _ROLES
    }
    # No filter buttons: they sort too, and net cashable adds up the rows that stand above it.
    looks = Looks(labels=2, groups=2, roles=roles, airy=True)
    return Sheet(
        BY_YEAR.sheet,
        own_title(
            partner,
            "your share of costs and savings, year by year",
            "Costs and savings year by year",
        ),
        (table(BY_YEAR, results.by_year, programme, looks, formulas.by_year(results)),),
        (
            about(programme, partner),
            in_units(programme),
            "Net cashable adds up the cashable categories. "
            f"{sentence(in_sentence(NON_CASHABLE))} (in italics) are never added to them. Blank: "
            "a running total has no Total.",
        ),
        f"{findings.over_all_years(results, partner)}.",
        note=BY_YEAR.question,
        keep_columns=3,
        purpose=Purpose.EVIDENCE,
    )
