"""By_tag and Tag_numbers: what the columns of the team's own come to."""

from dataclasses import replace

from pipeline.core.results import Results
from pipeline.core.years import year_label
from pipeline.report import findings, formulas
from pipeline.report.roles import organisation_roles
from pipeline.report.spec import Purpose, Sheet
from pipeline.report.tables import Looks, table
from pipeline.report.wording import about, in_units
from schemas.outputs import BY_TAG, TAG_NUMBERS


def sheet(results: Results) -> Sheet | None:
    """A row per value of a list; one per number, service, organisation and scenario. None where the
    programme has no column of its own."""
    programme = results.programme
    if not programme.tags:
        return None
    looks = Looks(labels=1, groups=1, filtered=True, airy=True)
    values = table(BY_TAG, results.by_tag, programme, looks, formulas.by_tag(results))
    roles = organisation_roles(results.tag_numbers["organisation"])
    numbers = table(
        TAG_NUMBERS, results.tag_numbers, programme, replace(looks, labels=2, groups=2, roles=roles)
    )
    steady = year_label(programme.steady_year)
    return Sheet(
        BY_TAG.sheet,
        "By tag: costs, savings and numbers by the columns of our own",
        (values, replace(numbers, caption="The numbers, and whose they are")),
        (
            about(programme),
            in_units(programme),
            f"One-off: all years. Annual cashable: {steady}. Lines: refs, in whichever "
            "scenario. Numbers are in no unit of money, to the thousandth, and a partner's part of "
            f"each is as its share of the line in {steady}; they are values, as reported.",
        ),
        f"{findings.from_tags(results)}.",
        note=BY_TAG.question,
        keep_columns=2,
        purpose=Purpose.EVIDENCE,
    )
