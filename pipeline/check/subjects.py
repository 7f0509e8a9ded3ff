"""What an issue is about: whose workbook, which line, which amounts; an answer goes by these."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from zlib import crc32

from pipeline.core.issue import Issue
from pipeline.core.lines import Lines, Stacked

# Amounts that take more room are named by their sum and a checksum.
_LONGEST = 100


class _Line(NamedTuple):
    """What a row says of its line."""

    ref: str = ""
    scenario: str = ""
    amounts: str = ""


_NO_LINE = _Line()


def locate(issues: list[Issue], stacks: Sequence[Stacked], departments: Mapping[str, str]) -> None:
    """Put into each issue the department of its workbook, and of a row of a table its line ref,
    scenario and amounts; ``departments`` by workbook."""
    line_of = [_NO_LINE] * len(issues)
    for stack in stacks:
        for place, numbers in stack.subjects(issues):
            line = _line(stack, place)
            for number in numbers:
                line_of[number] = line
    # Most faults are the same words again and again: those are held once.
    values: dict[str, str] = {}
    for issue, line in zip(issues, line_of, strict=True):
        issue.value = values.setdefault(issue.value, issue.value)
        issue.department = departments.get(issue.at.workbook, "")
        issue.line_ref, issue.scenario, issue.amounts = line


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
