"""The returns board as a frame: each department with what it has sent and what of it counts."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from pipeline.core.board import Counts, Standing, State
from pipeline.core.grouping import number_rows
from pipeline.core.issue import Issue
from pipeline.core.programme import Programme
from schemas.model import ANNUAL_FIGURE, RETURNS


def returns_board(
    standings: Sequence[Standing],
    register: pd.DataFrame,
    issues: Iterable[Issue],
    programme: Programme,
) -> pd.DataFrame:
    """RETURNS, in the order of the standings; lines and money blank where nothing was read."""
    lines, annual = _sums(register, programme)
    errors, warnings, answered = Counter[str](), Counter[str](), Counter[str]()
    for issue in issues:
        which = errors if issue.is_error else answered if issue.answer else warnings
        which[issue.at.workbook] += 1
    rows = []
    for each in standings:
        workbook = each.sent.workbook if each.sent else None
        cover = each.sent.cover if each.sent else None
        contact = each.expected.contact if each.expected else ""
        is_read = workbook is not None and each.state is not State.NOT_READ
        in_model, wrong = lines.get(workbook or "", 0), errors[workbook or ""]
        rows.append(
            (
                each.department,
                workbook,
                each.state.value,
                cover.certified_by or None if cover else None,
                cover.dated if cover else None,
                each.due,
                each.expected is not None,
                each.days_late or None,
                in_model if is_read else None,
                annual.get(workbook or "", 0) if is_read else None,
                *(counts[workbook or ""] for counts in (errors, warnings, answered)),
                _counts(each.state, in_model, wrong),
                cover.prepared_by or None if cover else None,
                (cover.contact if cover else "") or contact or None,
            )
        )
    return pd.DataFrame(rows, columns=RETURNS.names(), dtype=object)


def _counts(state: State, lines: int, errors: int) -> str | None:
    """How much of a return counts; None where that is no question: nothing has come, another
    version counts, or it holds nothing."""
    if state in (State.MISSING, State.REPLACED) or not (lines or errors):
        return None
    if not errors:
        return Counts.WHOLLY.value
    return Counts.PARTLY.value if lines else Counts.NOTHING.value


def _sums(register: pd.DataFrame, programme: Programme) -> tuple[dict[str, int], dict[str, int]]:
    """By workbook: lines in the model, and annual cashable of the plan scenario."""
    numbers, workbooks = number_rows(register["workbook"])
    firsts = np.unique(register["line"].to_numpy(), return_index=True)[1]
    lines = np.bincount(numbers[firsts], minlength=len(workbooks))
    pence = register[ANNUAL_FIGURE.column].to_numpy()
    of_plan = np.where(register["scenario"] == programme.plan_scenario, pence, 0)
    annual = np.zeros(len(workbooks), dtype=np.int64)
    np.add.at(annual, numbers, of_plan)
    return (
        dict(zip(workbooks, lines.tolist(), strict=True)),
        dict(zip(workbooks, annual.tolist(), strict=True)),
    )
