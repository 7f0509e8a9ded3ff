"""Register, Apportioned and Excluded: the lines behind every figure; and a partner's own lines."""

from pipeline.core.programme import Partner
from pipeline.core.results import Results
from pipeline.report.spec import Sheet
from pipeline.report.tables import table
from pipeline.report.wording import about, in_pence
from schemas.outputs import APPORTIONED, EXCLUDED, OWN_LINES, REGISTER


def register(results: Results) -> Sheet:
    """One row per line and scenario in the model."""
    return Sheet(
        REGISTER.sheet,
        "Register: every line that is in the figures",
        (table(REGISTER, results.register, results.programme),),
        (
            about(results.programme),
            in_pence(),
            "Annual amounts: the effect in each year. A line that is the same in all scenarios has "
            "a row for each. The last columns name the cell's workbook, sheet and row.",
        ),
        note="Every line that is in the figures, with the workbook and row it comes from",
        keep_columns=1,
    )


def apportioned(results: Results) -> Sheet:
    """One row per line, scenario and partner."""
    return Sheet(
        APPORTIONED.sheet,
        "Apportioned: who bears which part of each line",
        (table(APPORTIONED, results.apportioned, results.programme),),
        (
            about(results.programme),
            in_pence(),
            "The parts of a line add up to it to the penny. Partner blank: not yet apportioned. "
            "Parts that are nil in every year are left out.",
        ),
        note="The same lines, each divided over the partners to the penny",
        keep_columns=1,
    )


def excluded(results: Results) -> Sheet:
    """One row per line and scenario that another programme counts already."""
    return Sheet(
        EXCLUDED.sheet,
        "Excluded: lines that another programme counts already",
        (table(EXCLUDED, results.excluded, results.programme),),
        (
            about(results.programme),
            in_pence(),
            "Counted in names the other programme. None of these lines is in any total here.",
        ),
        note="Lines left out because another programme counts them already",
        keep_columns=1,
    )


def own_lines(results: Results, partner: Partner) -> Sheet:
    """A partner's part of each line; the frame has ``share`` beside the apportioned columns."""
    return Sheet(
        OWN_LINES.sheet,
        f"Lines: the part of each line that {partner.name} bears",
        (table(OWN_LINES, results.apportioned, results.programme),),
        (
            about(results.programme, partner),
            in_pence(),
            "Share of line: the part of the line's total over all years, rounded; blank where the "
            "total is nil. Lines of which nothing falls to the partner are not listed.",
        ),
        note="Each line's part that falls to the partner, with basis and share",
        keep_columns=1,
    )
