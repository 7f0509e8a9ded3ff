"""Register, Apportioned and Excluded: the lines behind every figure; and a partner's own lines."""

import pandas as pd

from pipeline.core.programme import Partner, Programme
from pipeline.core.results import Results
from pipeline.report import findings, live
from pipeline.report.spec import Sheet, Table
from pipeline.report.tables import table
from pipeline.report.wording import about, in_pence
from schemas.outputs import APPORTIONED, EXCLUDED, OWN_LINES, REGISTER, OutputTable
from schemas.vocabulary import ANNUAL_CASHABLE, ONE_OFF


def _lines(declared: OutputTable, frame: pd.DataFrame, programme: Programme) -> Table:
    """Lines with what each counts in the one-off and the annual cashable figures."""
    category, totals = frame["category"], frame["total_pence"]
    steady = frame[programme.year_labels[programme.steady_index]]
    measured = frame.assign(
        one_off_pence=totals.where(category.isin(ONE_OFF), 0),
        annual_cashable_pence=steady.where(category.isin(ANNUAL_CASHABLE), 0),
    )
    formulas = live.measures(programme.year_labels, len(frame))
    return table(declared, measured, programme, formulas=formulas)


def register(results: Results) -> Sheet:
    """One row per line and scenario in the model."""
    return Sheet(
        REGISTER.sheet,
        "Register: every line that is in the figures",
        (_lines(REGISTER, results.register, results.programme),),
        (
            about(results.programme),
            in_pence(),
            "Annual amounts: the effect in each year. A line that is the same in all scenarios has "
            "a row for each. The last columns name the cell's workbook, sheet and row. Blank: the "
            "return says nothing.",
        ),
        f"{findings.in_register(results)}.",
        note=REGISTER.question,
        keep_columns=1,
    )


def apportioned(results: Results) -> Sheet:
    """One row per line, scenario and partner."""
    return Sheet(
        APPORTIONED.sheet,
        "Apportioned: who bears which part of each line",
        (_lines(APPORTIONED, results.apportioned, results.programme),),
        (
            about(results.programme),
            in_pence(),
            "The parts of a line add up to it to the penny. Partner blank: not yet apportioned. "
            "Parts that are nil in every year are left out.",
        ),
        f"{findings.in_parts(results)}.",
        note=APPORTIONED.question,
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
            "Counted in names the other programme. None of these lines is in any total here. "
            "Blank: the return says nothing.",
        ),
        f"{findings.left_out(results)}.",
        note=EXCLUDED.question,
        keep_columns=1,
    )


def own_lines(results: Results, partner: Partner) -> Sheet:
    """A partner's part of each line; the frame has ``share`` beside the apportioned columns."""
    return Sheet(
        OWN_LINES.sheet,
        f"Lines: the part of each line that {partner.name} bears",
        (_lines(OWN_LINES, results.apportioned, results.programme),),
        (
            about(results.programme, partner),
            in_pence(),
            "Share of line: the part of the line's total over all years, rounded; blank where the "
            "total is nil. Lines of which nothing falls to the partner are not listed.",
        ),
        f"{findings.own_parts(results)}.",
        note=OWN_LINES.question,
        keep_columns=1,
    )
