"""Checking all returns together, and the only acceptance policy: what each row comes to, and why.

Readers and checks report facts and issues. What follows from them is decided here alone, as a
verdict with a reason for each row that doesn't count; every output takes its words from it.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from pipeline.check.board import board, board_issues
from pipeline.check.delivery import delivery_issues
from pipeline.check.doubles import by_precedence, double_counts, duplicate_returns, same_departments
from pipeline.check.lines import (
    amount_issues,
    duplicate_lines,
    scenario_issues,
    small_returns,
    weight_issues,
)
from pipeline.check.narrative import (
    narrative,
    narrative_issues,
    project_keys,
    projects_unknown_in,
)
from pipeline.check.profiles import annual_amounts, stopping_early, years_missing
from pipeline.check.restated import restated_rows
from pipeline.check.rows import (
    Vocabularies,
    failures_of,
    partner_issues,
    row_issues,
    unknown_projects,
)
from pipeline.check.subjects import locate
from pipeline.core.answers import with_answers
from pipeline.core.board import Standing
from pipeline.core.grouping import categories, group_rows
from pipeline.core.issue import Issue, in_order, one_per_cell
from pipeline.core.lines import (
    DeliveryRows,
    Lines,
    Mask,
    Stacked,
    places,
    stack_delivery,
    stack_lines,
)
from pipeline.core.memory import give_back
from pipeline.core.programme import Programme
from pipeline.core.returns import Pence, Return, TableSource
from pipeline.core.text import ref_key
from pipeline.core.verdict import Ground, Reason, Verdict
from pipeline.ingest.context import ReadingContext
from pipeline.model.annual import annual
from pipeline.processes import Helpers
from pipeline.reading import ProgrammeReading
from schemas.fields import Failure, Table
from schemas.returns import COVER, DATED, DELIVERY, NARRATIVE_TABLES, RETURN_STATUS, savings

# Errors of weights and settings: the lines that rely on them stay, not yet apportioned.
_SPARING = frozenset({"bad-baseline", "bad-driver", "bad-setting"})
# So many rows are sent to another process while this one does something else; of more it would take
# as long to send them as to validate them here.
_MOST_SENT = 250_000
# Errors that leave a whole table without a meaning.
_OF_TABLES = frozenset({"missing-heading", "bad-setting"})
# Settings of a Cover without which no amount of the return can be understood, or nobody can say how
# it stands: what is wrong in one of them rejects all rows (contract, section 3).
_NEEDED_SETTINGS = frozenset(field.name for field in COVER.fields if field.needed) | {
    DATED.name,
    RETURN_STATUS.name,
}


@dataclass
class Assessment:
    """All lines, their annual amounts (pence by line and year), what becomes of each, the other
    tables' records that count, and every issue in order.

    ``board``: who has sent what. ``delivery``: the rows of Delivery and what becomes of each, None
    where there are none."""

    lines: Lines
    annual: Pence
    verdict: Verdict
    narrative: dict[str, pd.DataFrame]
    issues: list[Issue]
    board: list[Standing]
    delivery: tuple[DeliveryRows, Verdict] | None = None


@dataclass(frozen=True)
class Stacks:
    """The tables of all returns, each in one frame, before anything is decided on them.

    ``table``: what Savings holds, tags included, with its ``lines``; ``narrative``: the tables
    beside it of the ``current`` returns, by name; ``delivery``: None where there is none.
    ``again``: the issues of returns that are another's earlier version. ``words``: what cells may
    hold; ``validated`` gives what pandera finds in the tables, by their names."""

    table: Table
    lines: Lines
    current: Sequence[Return]
    again: Sequence[Issue]
    narrative: dict[str, Stacked]
    delivery: DeliveryRows | None
    words: Vocabularies
    validated: Callable[[], dict[str, list[Failure]]]


def stacked(
    reading: ProgrammeReading, programme: Programme, helpers: Helpers | None = None
) -> Stacks:
    """The tables of all returns; ``helpers``: one of them validates them from now on, where any
    runs."""
    returns, table = reading.returns, savings(programme.tags)
    words = ReadingContext.of(programme, reading.control.bases).vocabularies
    lines = _lines(returns, table, programme, words["bases"])
    again = duplicate_returns(returns)
    earlier = {issue.at.workbook for issue in again}
    current = [each for each in returns if each.workbook not in earlier]
    tables = narrative(current, reading.control.assumptions)
    delivery = _delivery_rows(returns)
    of_others = [(each, tables.get(each.name)) for each in NARRATIVE_TABLES]
    every = [(table, lines), *of_others, (DELIVERY, delivery)]
    validated = _validating(every, words, helpers or Helpers(0))
    return Stacks(table, lines, current, again, tables, delivery, words, validated)


def assess(
    reading: ProgrammeReading, programme: Programme, stacks: Stacks | None = None
) -> Assessment:
    """Check all returns together, and decide which rows count.

    The policy: a row with an error is rejected, and so is every row of a table or a return that
    can't be interpreted, or is another's earlier version; of lines that stand twice the first
    stays. A line that another programme counts is excluded. Warnings reject nothing.

    ``stacks``: the tables, where they are stacked already.
    """
    stacks = stacks or stacked(reading, programme)
    returns, lines, words = reading.returns, stacks.lines, stacks.words
    table, tables, reported = stacks.table, stacks.narrative, stacks.delivery
    amounts = annual(lines)
    of_partners = partner_issues(lines, programme)
    of_amounts = amount_issues(lines, amounts, programme) + years_missing(lines, programme)

    failures = stacks.validated()
    issues = [*reading.control.issues, *reading.others]
    issues += (issue for each in returns for issue in each.issues)
    issues += row_issues(table, lines, failures[table.name], words, issues)
    issues += of_partners
    issues += narrative_issues(tables, failures, words, issues)
    narrative_tables = {name: _counted(records, issues) for name, records in tables.items()}
    narrative_tables = {name: frame for name, frame in narrative_tables.items() if len(frame)}
    projects = project_keys(narrative_tables)
    issues += projects_unknown_in(tables, projects)
    issues += unknown_projects(lines, projects)
    issues += of_amounts
    if reported is not None:
        of_delivery = failures[DELIVERY.name]
        issues += delivery_issues(reported, lines, programme, of_delivery, words, issues)

    sent = {each.workbook: each for each in returns}
    earlier = {issue.at.workbook: Reason(Ground.OTHER_RETURN, issue) for issue in stacks.again}

    def of_whole(source: TableSource) -> Reason | None:
        return earlier.get(source.workbook) or _cover_reason(sent[source.workbook], source)

    verdict = _judged(lines, issues, of_whole)
    twice = _twice(returns, lines, verdict, programme)
    _reject_rows(verdict, lines, twice)
    _exclude(verdict, lines)
    accepted = verdict.accepted
    delivery = None
    if reported is not None:
        judged = _judged(reported, issues, of_whole)
        _leave_out_undelivered(judged, reported, lines, verdict, programme)
        delivery = reported, judged

    issues += [*stacks.again, *twice, *same_departments(stacks.current)]
    issues += _among_accepted(lines, amounts, accepted, programme)
    standings = board(programme, returns, set(earlier))
    issues += board_issues(standings)
    issues = one_per_cell(issues)
    give_back()  # what issues in hundreds of thousands were found and told apart by
    issues = _answered(issues, lines, reported, reading, stacks.current)
    lines.forget()
    return Assessment(lines, amounts, verdict, narrative_tables, issues, standings, delivery)


def _lines(
    returns: list[Return], table: Table, programme: Programme, known_bases: Collection[str]
) -> Lines:
    """The lines of all returns; ``applied_basis``: their own basis, else that of their service."""
    lines = stack_lines(returns, [f.name for f in table.fields], len(programme.years))
    usual = {service.name: service.basis for service in programme.services}
    numbers, pairs = group_rows(lines.frame, ("basis", "service"))
    applied = [basis or usual.get(service) for basis, service in pairs]
    bases = [basis if basis in known_bases else None for basis in applied]
    lines.frame["applied_basis"] = categories(bases)[numbers]
    return lines


def _validating(
    tables: Iterable[tuple[Table, Stacked | None]], words: Vocabularies, helpers: Helpers
) -> Callable[[], dict[str, list[Failure]]]:
    """What pandera finds in the tables that there are; a helper that runs looks for it from now
    on."""
    frames = [
        (table, records.frame[[field.name for field in table.fields]])
        for table, records in tables
        if records is not None
    ]
    validate = partial(failures_of, frames, words)
    is_small = sum(len(frame) for _, frame in frames) <= _MOST_SENT
    return helpers.beside(validate) if is_small else validate


def _twice(
    returns: Iterable[Return], lines: Lines, verdict: Verdict, programme: Programme
) -> list[Issue]:
    """The lines that stand twice, beside the one that stays."""
    precedence = [each.workbook for each in by_precedence(returns)]
    return duplicate_lines(lines, verdict.accepted, programme.scenarios, precedence)


def _among_accepted(
    lines: Lines, amounts: Pence, accepted: Mask, programme: Programme
) -> list[Issue]:
    """What is said of the lines that are in the model, and of nothing else."""
    return [
        *scenario_issues(lines, accepted, programme.scenarios),
        *double_counts(lines, amounts, accepted, programme),
        *restated_rows(lines, amounts, accepted, programme.scenarios),
        *annual_amounts(lines, accepted, programme),
        *small_returns(lines, amounts, accepted, programme),
        *stopping_early(lines, amounts, accepted, programme),
        *weight_issues(lines, amounts, accepted, programme),
    ]


def _answered(
    issues: list[Issue],
    lines: Lines,
    delivery: DeliveryRows | None,
    reading: ProgrammeReading,
    current: Sequence[Return],
) -> list[Issue]:
    """Every issue in order, with what it is about and the answer that holds for it; the answers of
    ``current`` returns count, those of an earlier version don't."""
    covers = {each.workbook: each.cover for each in reading.returns if each.cover}
    departments = {workbook: cover.department for workbook, cover in covers.items()}
    successors = {cover.replaces: cover.department for cover in covers.values() if cover.replaces}
    stacks = [lines, *([delivery] if delivery is not None else [])]
    locate(issues, stacks, departments)
    sent_back = [answer for each in current for answer in each.answers]
    issues, unused = with_answers(
        issues, reading.control.answers, sent_back, successors | departments, successors.values()
    )
    return in_order([*issues, *unused])


def _delivery_rows(returns: list[Return]) -> DeliveryRows | None:
    """The rows of Delivery of all returns; None where there are none."""
    if not any(each.delivery is not None and len(each.delivery.pence) for each in returns):
        return None
    return stack_delivery(returns, [f.name for f in DELIVERY.fields])


# The policy


def _rejects(issue: Issue) -> bool:
    """Whether an issue keeps out the row that it is about."""
    return issue.table >= 0 and issue.is_error and issue.rule not in _SPARING


def _cover_reason(sent: Return, source: TableSource) -> Reason | None:
    """The fault of a setting of the Cover that leaves the table out."""
    cover = sent.cover_of(source)
    faults = cover.faults if cover else {}
    issue = next((faults[name] for name in faults if name in _NEEDED_SETTINGS), None)
    return Reason(Ground.COVER, issue) if issue else None


def _table_reason(source: TableSource) -> Reason | None:
    issue = next((each for each in source.faults if each.rule in _OF_TABLES), None)
    return Reason(Ground.TABLE, issue) if issue else None


def _no_reason(_: TableSource) -> None:
    """Nothing keeps a whole table out."""


def _judged(
    records: Stacked, issues: Iterable[Issue], of_whole: Callable[[TableSource], Reason | None]
) -> Verdict:
    """What becomes of the rows by what is wrong with them, with their table and with their return
    (``of_whole`` a table); the fault of the larger thing is the reason."""
    verdict = Verdict.of(len(records.frame))
    if not len(records.frame):
        return verdict
    _reject_rows(verdict, records, issues)
    source = records.frame["source"].to_numpy()
    for number, each in enumerate(records.sources):
        reason = of_whole(each) or _table_reason(each)
        if reason is not None:
            verdict.leave_out(source == number, reason)
    return verdict


def _reject_rows(verdict: Verdict, records: Stacked, issues: Iterable[Issue]) -> None:
    """Reject the rows that an error is about; the first one, in the order of issues, is why."""
    rejecting = in_order(issue for issue in issues if _rejects(issue))
    for place, numbers in records.subjects(rejecting):
        verdict.leave_out(place, Reason(Ground.ROW, rejecting[numbers[0]]))


def _exclude(verdict: Verdict, lines: Lines) -> None:
    """Exclude the lines that another programme counts; a row in error stays rejected."""
    elsewhere = verdict.accepted & lines.frame["counted_in"].notna().to_numpy()
    by_programme: dict[str, list[int]] = {}
    for place in places(elsewhere):
        by_programme.setdefault(lines.text(place, "counted_in"), []).append(place)
    for name, line_places in by_programme.items():
        verdict.leave_out(line_places, Reason(Ground.COUNTED_IN, words=name))


def _counted(records: Stacked, issues: Iterable[Issue]) -> pd.DataFrame:
    """The records that count of a table without amounts: no Cover has a say in them."""
    accepted = _judged(records, issues, _no_reason).accepted
    return records.frame[accepted].reset_index(drop=True)


def _leave_out_undelivered(
    verdict: Verdict, rows: DeliveryRows, lines: Lines, of_lines: Verdict, programme: Programme
) -> None:
    """Leave out the rows of Delivery that can't stand beside a line's plan in a year of the model,
    and all but one of those on the same line and year: that of the latest Cover date counts, in a
    tie the first by path."""
    unplanned = _unplanned(lines, of_lines, programme)
    dated = rows.frame["dated"].tolist()
    keys = [
        (ref_key(rows.text(place, "line_ref")), rows.text(place, "year"))
        for place in range(len(rows.frame))
    ]
    winners: dict[tuple[str, str], int] = {}
    for place in places(verdict.accepted):
        ref, year = keys[place]
        if year not in programme.year_labels:
            verdict.leave_out(place, Reason(Ground.YEAR))
        elif ref in unplanned:
            verdict.leave_out(place, unplanned[ref])
        else:
            first = winners.setdefault(keys[place], place)
            if dated[place] is not None and (dated[first] is None or dated[place] > dated[first]):
                winners[keys[place]] = place
    for place in places(verdict.accepted):
        if (winner := winners[keys[place]]) != place:
            words = str(rows.cell(winner, "line_ref"))
            verdict.leave_out(place, Reason(Ground.REPORTED_AGAIN, words=words))


def _unplanned(lines: Lines, verdict: Verdict, programme: Programme) -> dict[str, Reason]:
    """The lines without an accepted row in the plan scenario, by ref, and why they have none: it is
    counted elsewhere, it is rejected, or there is none. A row of a scenario that nobody knows may
    be of the plan's."""
    plan = programme.plan_scenario
    others = {*programme.scenarios} - {plan}
    refs = lines.codes("line_ref")
    planned = verdict.accepted & ~lines.frame["scenario"].isin(others).to_numpy(dtype=bool)
    nowhere = Reason(Ground.LINE_UNPLANNED, words=plan)
    reasons: dict[str, Reason] = {}
    for place in places(~np.isin(refs, refs[planned])):
        ref, reason = ref_key(lines.text(place, "line_ref")), verdict.reason(place)
        before = reasons.setdefault(ref, nowhere)
        if reason is None or lines.text(place, "scenario") in others:
            continue
        if reason.ground is Ground.COUNTED_IN:
            reasons[ref] = Reason(Ground.LINE_COUNTED_IN, words=reason.words)
        elif before is nowhere:
            words = str(lines.cell(place, "line_ref"))
            reasons[ref] = Reason(Ground.LINE_REJECTED, reason.issue, words)
    return reasons
