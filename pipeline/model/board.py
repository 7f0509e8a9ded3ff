"""The returns board as a frame: each department with what it has sent and what of it counts."""

from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

from pipeline.core.board import Counts, Standing, State
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
        in_model, wrong = lines.get(workbook, 0), errors[workbook or ""]
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
                annual.get(workbook, 0) if is_read else None,
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


def _sums(
    register: pd.DataFrame, programme: Programme
) -> tuple[dict[str | None, int], dict[str | None, int]]:
    """By workbook: lines in the model, and annual cashable of the plan scenario."""
    lines = register.groupby("workbook")["line"].nunique()
    plan = register[register["scenario"] == programme.plan_scenario]
    annual = plan.groupby("workbook")[ANNUAL_FIGURE.column].sum()
    return (
        {str(name): int(count) for name, count in lines.items()},
        {str(name): int(pence) for name, pence in annual.items()},
    )
