"""Register, Apportioned and Excluded: the lines behind every figure; and a partner's own lines."""

from dataclasses import replace
from urllib.parse import quote

import numpy as np
import pandas as pd

from pipeline.core.programme import Partner
from pipeline.core.results import Results
from pipeline.report import findings, formulas, settlement
from pipeline.report.columns import Texts, values_of
from pipeline.report.spec import FilePlace, FilePlaces, Purpose, Sheet, Table
from pipeline.report.tables import linked_width, table
from pipeline.report.wording import about, in_pence, own_title
from schemas.confidence import Weights, risk_weighted
from schemas.outputs import APPORTIONED, EXCLUDED, OWN_LINES, REGISTER, OutputTable

_WORKBOOK = "Workbook"


def _lines(declared: OutputTable, frame: pd.DataFrame, results: Results) -> Table:
    """Lines with what each counts in the one-off and the annual cashable figures; ``frame`` as
    ``weighted`` makes it."""
    programme = results.programme
    live = formulas.measures(programme.year_labels, len(frame))
    return formulas.with_settled(table(declared, frame, programme, formulas=live), frame, results)


def weighted(frame: pd.DataFrame, results: Results) -> pd.DataFrame:
    """Lines, or parts of them, with ``weight`` by the line's Confidence and ``risk_weighted_pence``
    of its annual cashable, where the programme rates any."""
    if not results.programme.confidence:
        return frame
    weights, lines = Weights(results.programme.confidence), results.register
    of_line = [
        weights.of_line(category, word if isinstance(word, str) else "").weight
        for category, word in zip(lines["category"], lines["confidence"], strict=True)
    ]
    of_row = (
        [of_line[line] for line in frame["register_row"]] if "register_row" in frame else of_line
    )
    annual = frame["annual_cashable_pence"].tolist()
    return frame.assign(
        weight=[float(each) for each in of_row],
        risk_weighted_pence=[
            risk_weighted(pence, weight) for pence, weight in zip(annual, of_row, strict=True)
        ],
    )


# Excel takes 65,530 links a sheet: with more lines there are none, rather than some.
MOST_LINKS = 65_530


def has_links(results: Results, returns_at: str) -> bool:
    """Whether the register's workbooks are links to the returns."""
    return bool(returns_at) and len(results.register) <= MOST_LINKS


def _linked(lines: Table, results: Results, returns_at: str) -> Table:
    """The register with links from its workbooks to the rows of the returns."""
    if not has_links(results, returns_at):
        return lines
    files = _rows_of_returns(results.register, returns_at)
    columns = tuple(
        replace(column, files=files, width=max(column.width, linked_width(column)))
        if column.heading == _WORKBOOK
        else column
        for column in lines.columns
    )
    return replace(lines, columns=columns)


def _rows_of_returns(register: pd.DataFrame, returns_at: str) -> FilePlaces:
    """By line where it stands in its return."""
    workbooks, sheets = (Texts.of(values_of(register[name])) for name in ("workbook", "sheet"))
    pairs = workbooks.codes.astype(np.int64) * len(sheets.words) + sheets.codes
    codes, distinct_pairs = pd.factorize(pairs)
    names = [
        (workbooks.words[workbook] or "", sheets.words[sheet] or "")
        for workbook, sheet in zip(*np.divmod(distinct_pairs, len(sheets.words)), strict=True)
    ]
    return FilePlaces(
        [FilePlace(f"{returns_at}{quote(workbook)}", sheet, "") for workbook, sheet in names],
        codes,
        [f"A{row}" for row in register["row"].tolist()],
    )


def register(results: Results, returns_at: str = "") -> Sheet:
    """One row per line and scenario in the model; ``returns_at`` as in ``writing``."""
    lines = _lines(REGISTER, weighted(results.register, results), results)
    return Sheet(
        REGISTER.sheet,
        "Register: every line that is in the figures",
        (_linked(lines, results, returns_at),),
        (
            about(results.programme),
            in_pence(),
            "Annual amounts: the effect in each year. A line that is the same in all scenarios has "
            "a row for each. The last columns name the cell's workbook, sheet and row"
            + (" (links open the return)" if has_links(results, returns_at) else "")
            + ". Blank: the return says nothing.",
            *settlement.words_on(lines),
        ),
        f"{findings.in_register(results)}.",
        note=REGISTER.question,
        keep_columns=1,
        purpose=Purpose.EVIDENCE,
    )


def apportioned(results: Results) -> Sheet:
    """One row per line, scenario and partner."""
    parts = _lines(APPORTIONED, weighted(results.apportioned, results), results)
    return Sheet(
        APPORTIONED.sheet,
        "Apportioned: who bears which part of each line",
        (parts,),
        (
            about(results.programme),
            in_pence(),
            "The parts of a line add up to it to the penny. Partner blank: not yet apportioned. "
            "Parts that are nil in every year are left out.",
            *settlement.words_on(parts),
        ),
        f"{findings.in_parts(results)}.",
        note=APPORTIONED.question,
        keep_columns=1,
        purpose=Purpose.EVIDENCE,
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
        purpose=Purpose.EVIDENCE,
    )


def own_lines(results: Results, partner: Partner) -> Sheet:
    """A partner's part of each line; the frame has ``share`` beside the apportioned columns."""
    lines = _lines(OWN_LINES, results.apportioned, results)
    return Sheet(
        OWN_LINES.sheet,
        own_title(partner, "your share of each line", ""),
        (lines,),
        (
            about(results.programme, partner),
            in_pence(),
            "Share of line: the part of the line's total over all years, rounded; blank where the "
            "total is nil. Lines of which nothing falls to the partner are not listed.",
            *settlement.words_on(lines),
        ),
        f"{findings.own_parts(results)}.",
        note=OWN_LINES.question,
        keep_columns=1,
        purpose=Purpose.EVIDENCE,
    )
