"""Shares: each service's apportionment by basis and year, with the cells it rests on."""

from pipeline.core.programme import Partner
from pipeline.core.results import Results
from pipeline.report.spec import Sheet
from pipeline.report.tables import Looks, table
from pipeline.report.wording import about
from schemas.outputs import SHARES


def sheet(results: Results, partner: Partner | None = None) -> Sheet:
    """One row per service, basis and year."""
    programme = results.programme
    names = ", ".join(f"{one.code}: {one.name}" for one in programme.partners)
    return Sheet(
        SHARES.sheet,
        "Shares: how each service is apportioned",
        (table(SHARES, results.shares, programme, Looks(labels=2, groups=2, filtered=True)),),
        (
            about(programme, partner),
            f"{names}.",
            "Shares in per cent of each line, rounded here; amounts are shared by the exact "
            "weights, to the penny. Blank: not apportioned, or each line names its own partner.",
        ),
        note="Each partner's share of each service, and where the weights stand",
        keep_columns=3,
    )
