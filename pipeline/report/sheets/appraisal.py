"""Appraisal: payback, break-even year and net present cost or saving."""

from pipeline.core.money import rate_text
from pipeline.core.programme import Partner
from pipeline.core.results import Results
from pipeline.report import findings, formulas, sensitivity
from pipeline.report.roles import organisation_roles
from pipeline.report.spec import Purpose, Sheet
from pipeline.report.tables import Looks, table
from pipeline.report.wording import about, in_units, own_title, weighing
from schemas.outputs import APPRAISAL
from schemas.vocabulary import RISK_WEIGHTED_MEASURE


def sheet(results: Results, partner: Partner | None = None) -> Sheet:
    """One row per organisation and scenario."""
    programme = results.programme
    roles = organisation_roles(results.appraisal["organisation"])
    return Sheet(
        APPRAISAL.sheet,
        own_title(
            partner,
            "payback, break-even and net present cost or saving of your share",
            "Appraisal: payback, break-even and net present cost or saving",
        ),
        (
            table(
                APPRAISAL,
                results.appraisal,
                programme,
                Looks(labels=1, groups=1, roles=roles, airy=True),
                formulas.appraisal(results),
            ),
            *(() if partner else sensitivity.tables(results)),
        ),
        (
            about(programme, partner),
            in_units(programme),
            f"Net present values at {rate_text(programme.discount_rate)} a year, "
            f"{programme.year_labels[0]} not discounted. Blank: no payback or nothing to pay back; "
            "no year of break-even.",
            *(
                [f"{RISK_WEIGHTED_MEASURE}: {weights}"]
                if (weights := weighing(programme, "Confidence"))
                else []
            ),
        ),
        f"{findings.worth(results, partner)}. {findings.when(results, partner)}.",
        note=APPRAISAL.question,
        keep_columns=2,
        purpose=Purpose.DECIDE,
    )
