"""By_service: one-off and annual cashable by service and organisation."""

from pipeline.core.programme import Partner
from pipeline.core.results import Results
from pipeline.core.years import year_label
from pipeline.report import findings, formulas
from pipeline.report.roles import organisation_roles
from pipeline.report.spec import Purpose, Sheet
from pipeline.report.tables import Looks, table
from pipeline.report.wording import about, in_units, own_title
from schemas.outputs import BY_SERVICE


def sheet(results: Results, partner: Partner | None = None) -> Sheet:
    """One row per service and organisation."""
    programme = results.programme
    first = results.by_service["scenario"] == programme.scenarios[0]
    roles = organisation_roles(results.by_service.loc[first, "organisation"])
    looks = Looks(labels=2, groups=1 if partner else 2, roles=roles, filtered=True, airy=True)
    return Sheet(
        BY_SERVICE.sheet,
        own_title(
            partner,
            "your share of costs and savings, by service",
            "Costs and savings by service and organisation",
        ),
        (table(BY_SERVICE, results.by_service, programme, looks, formulas.by_service(results)),),
        (
            about(programme, partner),
            in_units(programme),
            f"One-off: all years. Annual cashable: {year_label(programme.steady_year)}, once "
            "savings are fully established.",
        ),
        f"{findings.from_services(results, partner)}.",
        note=BY_SERVICE.question,
        keep_columns=3,
        purpose=Purpose.EVIDENCE,
    )
