"""How the returns stand: who has sent, who hasn't, and what came late."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import PurePosixPath

from pipeline.core.board import Standing, State
from pipeline.core.dates import parse_date
from pipeline.core.issue import Issue
from pipeline.core.programme import ExpectedReturn, Programme
from pipeline.core.returns import Return
from pipeline.core.source import SourceRef
from pipeline.core.text import date_text, match_key
from schemas.returns import SAVINGS


def board(
    programme: Programme, returns: Sequence[Return], replaced: Collection[str]
) -> list[Standing]:
    """Every expected department in the order of Departments, each with what it has sent, then
    further returns by path. ``replaced``: the workbooks of which a later version counts."""
    latest = max(
        (day for each in returns if each.cover and (day := each.cover.counts_as_dated)),
        default=None,
    )
    waiting: dict[str, list[Return]] = defaultdict(list)
    for each in returns:
        waiting[match_key(department_of(each))].append(each)
    standings = []
    for expected in programme.expected:
        due = parse_date(expected.due)
        come = waiting.pop(match_key(expected.department), [])
        if not come:
            standings.append(Standing(expected.department, State.MISSING, expected, due=due))
        standings += (
            Standing(expected.department, _state(each, replaced, due, latest), expected, each, due)
            for each in come
        )
    further = sorted((each for come in waiting.values() for each in come), key=_path)
    standings += (
        Standing(department_of(each), _state(each, replaced, None, latest), sent=each)
        for each in further
    )
    return standings


def department_of(each: Return) -> str:
    """The department that a return says it is of, else its file's name."""
    return each.cover.department if each.cover else PurePosixPath(each.workbook).stem


def _path(each: Return) -> str:
    return each.workbook


def _state(each: Return, replaced: Collection[str], due: date | None, latest: date | None) -> State:
    """Contract, section 6: late is what is dated after it was due; what bears no date, where
    another return of the programme is dated after that day. A workbook whose savings nobody finds
    is not read, however well it opens."""
    if each.cover is None or each.lacks(SAVINGS.name):
        return State.NOT_READ
    if each.workbook in replaced:
        return State.REPLACED
    if each.cover.status == "Draft":
        return State.DRAFT
    came = each.cover.counts_as_dated or latest
    return State.LATE if due and came and came > due else State.RECEIVED


def board_issues(standings: Sequence[Standing]) -> list[Issue]:
    """Departments that have sent nothing, and returns that came late."""
    issues = []
    for each in standings:
        if each.state is State.MISSING and each.expected is not None:
            issues.append(_missing(each.expected))
        elif each.state is State.LATE and each.sent is not None:
            issues.append(_late(each, each.sent))
    return issues


def _missing(expected: ExpectedReturn) -> Issue:
    contact = f" ({expected.contact})" if expected.contact else ""
    details = {"contact": contact}
    return Issue("return-missing", expected.at, "Department", expected.department, details)


def _late(standing: Standing, sent: Return) -> Issue:
    cover = sent.cover
    dated = cover.dated if cover else None
    at = cover.dated_at if cover and cover.dated_at else SourceRef(sent.workbook)
    due = date_text(standing.due) if standing.due else ""
    days = standing.days_late
    late = f"is dated {days:,} {'day' if days == 1 else 'days'} after it was due, on {due}"
    details = {"what": late if dated else f"bears no date, and was due on {due}"}
    value = date_text(dated) if dated else ""
    return Issue("late-return", at, "Date", value, details)
