"""Summary: one-off and annual cashable, payback and return on investment, by strand and
organisation, the scenarios side by side."""

from pipeline.core.programme import Partner
from pipeline.core.results import Results
from pipeline.core.years import year_label
from pipeline.report import findings, formulas
from pipeline.report.roles import organisation_roles
from pipeline.report.spec import Purpose, Role, Sheet
from pipeline.report.tables import Looks, table
from pipeline.report.wording import about, in_units, own_title
from schemas.outputs import SUMMARY
from schemas.vocabulary import ALL_STRANDS, TOTAL_PROGRAMME


def sheet(results: Results, partner: Partner | None = None) -> Sheet:
    """The decision report's table."""
    programme = results.programme
    steady = year_label(programme.steady_year)
    return Sheet(
        SUMMARY.sheet,
        own_title(
            partner,
            "your share of costs and savings, by strand",
            "Costs and savings by strand and organisation",
        ),
        (
            table(
                SUMMARY,
                results.summary,
                programme,
                _looks(results, partner),
                formulas.summary(results),
            ),
        ),
        (
            about(programme, partner),
            in_units(programme),
            f"One-off: all years. Annual cashable: {steady}, once fully established. Payback "
            "years: one-off divided by annual cashable; blank: none, or nothing to pay back.",
        ),
        findings.what(results, partner),
        note=SUMMARY.question,
        keep_columns=2,
        purpose=Purpose.DECIDE,
    )


def _looks(results: Results, partner: Partner | None) -> Looks:
    first = results.summary["scenario"] == results.programme.scenarios[0]
    rows = results.summary[first]
    roles = organisation_roles(rows["organisation"])
    whole = partner.name if partner else TOTAL_PROGRAMME
    for row, pair in enumerate(zip(rows["strand"], rows["organisation"], strict=True)):
        if pair == (ALL_STRANDS, whole):
            roles[row] = Role.TOTAL
    return Looks(labels=1, groups=0 if partner else 1, roles=roles, airy=True)
