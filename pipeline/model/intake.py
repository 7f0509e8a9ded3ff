"""What came in and what became of it: Sources, and the totals of each return for Controls."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.core.lines import Lines, Mask
from pipeline.core.returns import Cover, Pence, Return, SourceFile
from pipeline.core.verdict import Verdict
from pipeline.model.annual import entered, signs
from schemas.model import SOURCES
from schemas.vocabulary import turned_round


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
    left_out_rows: int
    read_pence: int
    accepted_pence: int
    rejected_pence: int
    excluded_pence: int
    left_out_pence: int
    outside_pence: int


def return_totals(returns: Sequence[Return], lines: Lines, verdict: Verdict) -> list[ReturnTotals]:
    """The totals of every return that was read.

    A rejected row's money is all rejected; money outside the programme's years is told apart in
    the other rows.
    """
    inside = entered(lines).sum(axis=1)
    outside = lines.outside * signs(lines.frame)
    readable = [each for each in returns if each.cover is not None]
    place_of = {each.workbook: place for place, each in enumerate(readable)}
    of_source = np.array([place_of[s.workbook] for s in lines.sources], dtype=np.int64)
    place = of_source[lines.frame["source"].to_numpy()]

    def by_return(amounts: Pence, mask: Mask) -> list[int]:
        # In whole numbers: a bincount with weights adds up doubles.
        sums = np.zeros(len(readable), dtype=np.int64)
        np.add.at(sums, place[mask], amounts[mask])
        return sums.tolist()

    rows = _rows_of(lines)
    accepted, rejected, excluded = verdict.accepted, verdict.rejected, verdict.excluded
    columns = zip(
        map(_read_rows, readable),
        *(by_return(rows, mask) for mask in (accepted, rejected, excluded)),
        (each.left_out.rows for each in readable),
        map(_read_pence, readable),
        by_return(inside, accepted),
        by_return(inside + outside, rejected),
        by_return(inside, excluded),
        (each.left_out.pence for each in readable),
        by_return(outside, accepted | excluded),
        strict=True,
    )
    return [
        ReturnTotals(each.workbook, *sums) for each, sums in zip(readable, columns, strict=True)
    ]


def _rows_of(lines: Lines) -> Pence:
    """How many rows of the sheet each line has."""
    if not any(source.parts for source in lines.sources):
        return np.ones(len(lines.frame), dtype=np.int64)
    pairs = zip(lines.frame["source"].tolist(), lines.frame["row"].tolist(), strict=True)
    return np.array([lines.sources[source].rows_of(row) for source, row in pairs], dtype=np.int64)


def _read_rows(each: Return) -> int:
    """The rows of a return's lines straight from what was read."""
    records = each.tables["Savings"]
    if not any(source.parts for source in records.sources):
        return len(records.row) + each.left_out.rows
    pairs = zip(records.source, records.row, strict=True)
    rows = sum(records.sources[source].rows_of(row) for source, row in pairs)
    return rows + each.left_out.rows


def _turning(cover: Cover | None) -> tuple[str, ...]:
    return turned_round(cover.savings_positive, cover.costs_positive) if cover else ()


def _read_pence(each: Return) -> int:
    """The money of a return's lines straight from what was read."""
    if each.amounts is None:
        return each.left_out.pence
    records = each.tables["Savings"]
    rows = each.amounts.years.sum(axis=1) + each.amounts.outside
    turning = [_turning(each.cover_of(source)) for source in records.sources]
    if not any(turning):
        return int(rows.sum()) + each.left_out.pence
    negate = np.array(
        [
            category in turning[source]
            for source, category in zip(records.source, records.columns["category"], strict=True)
        ],
        dtype=bool,
    )
    return int(rows[~negate].sum()) - int(rows[negate].sum()) + each.left_out.pence


def sources_table(files: Sequence[SourceFile], totals: Sequence[ReturnTotals]) -> pd.DataFrame:
    """SOURCES, in the order of the files; counts blank where one is not read as a return."""
    rows = {t.workbook: t for t in totals}
    table = []
    for file in files:
        t = rows.get(file.workbook)
        counts = (
            (t.read_rows, t.accepted_rows, t.rejected_rows, t.excluded_rows) if t else (None,) * 4
        )
        place = (file.workbook, file.sha256, file.department, file.status)
        table.append((*place, *counts, file.result))
    return pd.DataFrame(table, columns=SOURCES.names(), dtype=object)
