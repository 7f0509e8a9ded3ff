"""Answers to warnings: what somebody has said of an issue, and which issue it was said of
(contract, section 5, Answers).

An answer holds wherever the cell has moved, and whatever the file is called now: it goes by the
rule, the department (else the workbook), the line (else the sheet), the heading and the value. It
lapses when the value changes, which of a line or a block has its amounts in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.core.issue import Issue
from pipeline.core.source import SourceRef
from pipeline.core.text import match_key, ref_key

Key = tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """A row of Answers, or of the Issues sheet of a checked copy, in which an answer stands.

    ``at``: the cell of the answer.
    """

    rule: str
    workbook: str
    sheet: str
    heading: str
    value: str
    line_ref: str
    scenario: str
    department: str
    answer: str
    answered_by: str
    at: SourceRef

    def key(self, departments: Mapping[str, str]) -> Key:
        """What it goes by; ``departments`` by workbook, for rows that name none."""
        department = self.department or departments.get(self.workbook, "")
        said_of = (self.workbook, self.sheet, self.heading, self.value)
        return _key(self.rule, department, said_of, self.line_ref, self.scenario)


def with_answers(
    issues: Sequence[Issue],
    of_programme: Sequence[Answer],
    of_returns: Sequence[Answer],
    departments: Mapping[str, str],
    succeeded: Iterable[str] = (),
) -> tuple[list[Issue], list[Issue]]:
    """The issues, each warning with the answer that holds for it; and an ``unused-answer`` for each
    answer that fits none. Of several the programme's own holds.

    ``departments``: the department of each workbook that is read, or whose place one has taken.
    ``succeeded``: departments whose workbook has taken another's place: what was answered there
    need not be in it.
    """
    by_key: dict[Key, Answer] = {}
    for answer in (*of_returns, *of_programme):
        by_key[answer.key(departments)] = answer
    keys_in_use: set[Key] = set()
    issues_with_answers = [_answered(issue, by_key, keys_in_use) for issue in issues]
    settled = {match_key(name) for name in succeeded}
    unused = [
        _unused(answer)
        for answer in (*of_programme, *of_returns)
        if answer.key(departments) not in keys_in_use
        and match_key(answer.department or departments.get(answer.workbook, "")) not in settled
    ]
    return issues_with_answers, unused


def _answered(issue: Issue, by_key: Mapping[Key, Answer], keys_in_use: set[Key]) -> Issue:
    if issue.is_error or not by_key:
        return issue
    said_of = (issue.at.workbook, issue.at.sheet, issue.heading, issue.stated)
    key = _key(issue.rule, issue.department, said_of, issue.line_ref, issue.scenario)
    answer = by_key.get(key)
    if answer is None:
        return issue
    keys_in_use.add(key)
    return replace(issue, answer=answer.answer, answered_by=answer.answered_by)


def _key(
    rule: str, department: str, said_of: tuple[str, str, str, str], ref: str, scenario: str
) -> Key:
    workbook, sheet, heading, value = said_of
    whose = f"department {match_key(department)}" if department else f"workbook {workbook}"
    where = ("line", ref_key(ref), match_key(scenario)) if ref else ("sheet", match_key(sheet), "")
    return (rule, whose, *where, match_key(heading), " ".join(value.split()))


def _unused(answer: Answer) -> Issue:
    return Issue("unused-answer", answer.at, "Answer", answer.answer, {"rule": answer.rule})
