"""What came in and what became of it: Sources, and the totals of each return for Controls."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.core.lines import Lines, Mask, Verdict
from pipeline.core.returns import Pence, Return
from pipeline.model.annual import entered, signs
from schemas.vocabulary import SAVINGS_AND_INCOME


@dataclass(frozen=True)
class ReturnTotals:
    """Rows and money of one return; pence after sign, before running totals, every amount cell
    once, unreadable ones nil.

    ``read_*`` are taken from the return as it was read, the others from the lines of the model.
    """

    workbook: str
    read_rows: int
    accepted_rows: int
    rejected_rows: int
    excluded_rows: int
    read_pence: int
    accepted_pence: int
    rejected_pence: int
    excluded_pence: int
    outside_pence: int


@dataclass(frozen=True)
class SourceFile:
    """A file of the programme's folder and what came of it; ``result`` in words."""

    workbook: str
    sha256: str
    read: bool
    result: str
    department: str = ""
    status: str = ""


def return_totals(returns: Sequence[Return], lines: Lines, verdict: Verdict) -> list[ReturnTotals]:
    """The totals of every return that was read.

    A rejected row's money is all rejected; money outside the programme's years is told apart in
    the other rows.
    """
    inside = entered(lines).sum(axis=1)
    outside = lines.outside * signs(lines.frame)
    everything = inside + outside
    workbooks = lines.frame["workbook"].to_numpy()

    def money(amounts: Pence, mask: Mask) -> int:
        return int(amounts[mask].sum())

    totals = []
    for each in returns:
        if each.cover is None:
            continue
        own = workbooks == each.workbook
        accepted, rejected, excluded = (
            own & mask for mask in (verdict.accepted, verdict.rejected, verdict.excluded)
        )
        totals.append(
            ReturnTotals(
                each.workbook,
                len(each.tables["Savings"].row),
                int(accepted.sum()),
                int(rejected.sum()),
                int(excluded.sum()),
                _read_pence(each),
                money(inside, accepted),
                money(everything, rejected),
                money(inside, excluded),
                money(outside, accepted | excluded),
            )
        )
    return totals


def _read_pence(each: Return) -> int:
    """The money of a return's lines straight from what was read."""
    if each.amounts is None or each.cover is None:
        return 0
    rows = each.amounts.years.sum(axis=1) + each.amounts.outside
    categories = each.tables["Savings"].columns["category"]
    if not each.cover.savings_positive:
        return int(rows.sum())
    turned = np.array([category in SAVINGS_AND_INCOME for category in categories], dtype=bool)
    return int(rows[~turned].sum()) - int(rows[turned].sum())


def sources_table(files: Sequence[SourceFile], totals: Sequence[ReturnTotals]) -> pd.DataFrame:
    """workbook, sha256, department, status, rows_read, accepted, rejected, excluded (None where
    not read as a return), result; by path."""
    rows = {t.workbook: t for t in totals}
    table = []
    for file in sorted(files, key=lambda each: each.workbook):
        t = rows.get(file.workbook)
        counts = (
            (t.read_rows, t.accepted_rows, t.rejected_rows, t.excluded_rows) if t else (None,) * 4
        )
        place = (file.workbook, file.sha256, file.department, file.status)
        table.append((*place, *counts, file.result))
    columns = "workbook sha256 department status rows_read accepted rejected excluded result"
    return pd.DataFrame(table, columns=columns.split(), dtype=object)
