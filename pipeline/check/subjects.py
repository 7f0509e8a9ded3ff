"""What an issue is about: whose workbook, which line, which amounts; an answer goes by these."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zlib import crc32

import numpy as np

from pipeline.core.issue import Issue
from pipeline.core.lines import Lines, Stacked

# Amounts that take more room are named by their sum and a checksum.
_LONGEST = 100


def located(
    issues: Sequence[Issue], stacks: Sequence[Stacked], departments: Mapping[str, str]
) -> list[Issue]:
    """The issues with the department of their workbook, and of a row of a table its line ref,
    scenario and amounts; ``departments`` by workbook."""
    places = _places(issues, stacks)
    whose = (replace(each, department=departments.get(each.at.workbook, "")) for each in issues)
    return [
        _of_row(issue, *places[number]) if number in places else issue
        for number, issue in enumerate(whose)
    ]


def _places(issues: Sequence[Issue], stacks: Sequence[Stacked]) -> dict[int, tuple[Stacked, int]]:
    """By the number of an issue the record that it is about: its frame, and its place in it."""
    wanted: dict[tuple[str, str, int, int], list[int]] = {}
    for number, issue in enumerate(issues):
        if issue.table >= 0:
            key = (issue.at.workbook, issue.at.sheet, issue.table, issue.at.row)
            wanted.setdefault(key, []).append(number)
    found: dict[int, tuple[Stacked, int]] = {}
    for stack in stacks if wanted else ():
        sources = {(s.workbook, s.sheet, s.number): n for n, s in enumerate(stack.sources)}
        # A record's table and row in one number: a sheet has less than 2**32 rows.
        keys = {
            (sources[key[:3]] << 32) + key[3]: numbers
            for key, numbers in wanted.items()
            if key[:3] in sources
        }
        if not keys:
            continue
        of_record = (stack.frame["source"].to_numpy() << 32) + stack.frame["row"].to_numpy()
        for place in np.flatnonzero(np.isin(of_record, list(keys))).tolist():
            for number in keys[int(of_record[place])]:
                found[number] = (stack, place)
    return found


def _of_row(issue: Issue, stack: Stacked, place: int) -> Issue:
    """The issue with what its row says of the line."""
    issue = replace(issue, line_ref=stack.text(place, "line_ref"))
    if not isinstance(stack, Lines):
        return issue
    scenario = stack.text(place, "scenario")
    return replace(issue, scenario=scenario, amounts=_amounts(stack, place))


def _amounts(lines: Lines, place: int) -> str:
    """The line's amounts as the return states them, in pounds, year by year."""
    pence = [*lines.stated[place].tolist(), *lines.outside[[place]].tolist()]
    if not pence[-1]:
        del pence[-1]  # of years outside the programme's
    text = "; ".join(_pounds(each) for each in pence)
    if len(text) <= _LONGEST:
        return text
    return f"{len(pence)} amounts, {_pounds(sum(pence))} in all, check {crc32(text.encode()):08x}"


def _pounds(pence: int) -> str:
    pounds, rest = divmod(abs(pence), 100)
    sign = "-" if pence < 0 else ""
    return f"{sign}{pounds:,}.{rest:02d}" if rest else f"{sign}{pounds:,}"
