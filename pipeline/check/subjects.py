"""What an issue is about: whose workbook, which line, which amounts; an answer goes by these."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple
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
    subjects: dict[int, _Line] = {}
    for stack in stacks:
        for place, numbers in stack.subjects(issues).items():
            subjects |= dict.fromkeys(numbers, _line(stack, place))
    return [
        _with_line(each, departments.get(each.at.workbook, ""), subjects.get(number, _Line()))
        for number, each in enumerate(issues)
    ]


class _Line(NamedTuple):
    """What a row says of its line."""

    ref: str = ""
    scenario: str = ""
    amounts: str = ""


def _with_line(issue: Issue, department: str, line: _Line) -> Issue:
    return replace(
        issue,
        department=department,
        line_ref=line.ref,
        scenario=line.scenario,
        amounts=line.amounts,
    )


def _line(stack: Stacked, place: int) -> _Line:
    ref = stack.text(place, "line_ref")
    if not isinstance(stack, Lines):
        return _Line(ref)
    return _Line(ref, stack.text(place, "scenario"), _amounts(stack, place))


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
