"""What an issue is about: whose workbook, which line, which amounts; an answer goes by these."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zlib import crc32

from pipeline.core.issue import Issue
from pipeline.core.lines import Lines, Stacked

# Amounts that take more room are named by their sum and a checksum.
_LONGEST = 100


def located(
    issues: Sequence[Issue], stacks: Sequence[Stacked], departments: Mapping[str, str]
) -> list[Issue]:
    """The issues with the department of their workbook, and of a row of a table its line ref,
    scenario and amounts; ``departments`` by workbook."""
    located = [replace(each, department=departments.get(each.at.workbook, "")) for each in issues]
    for stack in stacks:
        for place, numbers in stack.subjects(issues).items():
            for number in numbers:
                located[number] = _of_row(located[number], stack, place)
    return located


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
