"""An issue: one fault, at one place, with what is wrong and how to put it right."""

import marshal
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any

from pipeline.core.rules import RULES, Severity
from pipeline.core.source import SourceRef

LONGEST_VALUE = 200

# Rules of cells that are not blank, though they read so.
UNREAD = ("cell-error", "formula-no-value")

_ERRORS = frozenset(rule.name for rule in RULES.values() if rule.severity is Severity.ERROR)

# Details that no words take: what stands in a cell whose number format is at fault.
NUMBER, FORMAT = "number", "format"


@dataclass(slots=True)
class Issue:
    """A breach of a rule. There may be hundreds of thousands, so that what is known of one later
    (``value`` as it is held elsewhere, and all from ``department`` on) is put into it, not into
    another.

    ``heading`` and ``value`` are what stands there; ``details`` fills the rule's templates.
    ``table`` is the number of the table within its workbook where the issue is about a row of a
    table, else -1: with the workbook and the row it names the record at fault. ``department``
    is whose workbook it is; ``line_ref`` and ``scenario`` are the line's that it is about, and
    ``amounts`` its amounts, or what a block that it is about adds up to. ``answer``: what somebody
    (``answered_by``) has said of a warning.
    """

    rule: str
    at: SourceRef
    heading: str = ""
    value: str = ""
    details: dict[str, str] = field(default_factory=dict)
    table: int = -1
    department: str = ""
    line_ref: str = ""
    scenario: str = ""
    amounts: str = ""
    answer: str = ""
    answered_by: str = ""

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        # Processes send each other thousands; the way of a dataclass takes several times as long.
        return Issue, _FIELDS_OF(self)

    @property
    def severity(self) -> Severity:
        """As the rule says."""
        return RULES[self.rule].severity

    @property
    def is_error(self) -> bool:
        """Whether the issue is an error, not a warning."""
        return self.rule in _ERRORS

    @property
    def is_open(self) -> bool:
        """Whether it is a warning that nobody has answered."""
        return not (self.is_error or self.answer)

    @property
    def stated(self) -> str:
        """The value, cut where it is very long, and the amounts that it stands for."""
        value, amounts = shown(self.value), self.amounts or self.details.get("sum", "")
        return f"{value} [{amounts}]" if value and amounts else value or amounts

    @property
    def problem(self) -> str:
        """What is wrong, in words."""
        return self._fill(RULES[self.rule].problem)

    @property
    def remedy(self) -> str:
        """How to put it right, in words."""
        return self._fill(RULES[self.rule].remedy)

    def _fill(self, template: str) -> str:
        if "{" not in template:
            return template
        value = f"“{shown(self.value)}”" if self.value else "A blank cell"
        words = {"heading": self.heading, "value": value, **self.details}
        return template.format_map(words)


_FIELDS_OF = attrgetter(*(each.name for each in fields(Issue)))
_VALUES_OF = attrgetter(
    *(each.name for each in fields(Issue) if each.name != "at"),
    *(f"at.{each.name}" for each in fields(SourceRef)),
)


def by_value(issues: Iterable[Issue]) -> bytes:
    """All that issues are: alike only where they are."""
    # The oldest version knows no second mention of the same object, which a pickle tells.
    return marshal.dumps(list(map(_VALUES_OF, issues)), 0)


# By column of the table Issues what an issue says there.
ISSUE_CELLS: dict[str, Callable[[Issue], str]] = {
    "severity": attrgetter("severity.value"),
    "rule": attrgetter("rule"),
    "workbook": attrgetter("at.workbook"),
    "sheet": attrgetter("at.sheet"),
    "cell": attrgetter("at.cell"),
    "heading": attrgetter("heading"),
    "value": attrgetter("stated"),
    "problem": attrgetter("problem"),
    "remedy": attrgetter("remedy"),
    "line_ref": attrgetter("line_ref"),
    "scenario": attrgetter("scenario"),
    "answer": attrgetter("answer"),
    "answered_by": attrgetter("answered_by"),
    "department": attrgetter("department"),
}


def issue_cells(issue: Issue) -> dict[str, str]:
    """What an issue says in each column of the table Issues."""
    return {name: text_of(issue) for name, text_of in ISSUE_CELLS.items()}


def shown(value: str) -> str:
    """A value as an issue quotes it: cut where it is very long."""
    return value if len(value) <= LONGEST_VALUE else value[:LONGEST_VALUE] + "…"


def tally(issues: Iterable[Issue]) -> dict[str, int]:
    """How many errors, warnings that are open, and warnings that somebody has answered."""
    numbers = {"error": 0, "warning": 0, "answered warning": 0}
    for issue in issues:
        kind = "error" if issue.is_error else "warning" if issue.is_open else "answered warning"
        numbers[kind] += 1
    return numbers


def in_order(issues: Iterable[Issue]) -> list[Issue]:
    """Errors first, then by path (workbook, sheet, row, column)."""
    by_workbook: dict[tuple[bool, str], list[Issue]] = {}
    for issue in issues:
        by_workbook.setdefault((not issue.is_error, issue.at.workbook), []).append(issue)
    # One workbook's after the other: the keys of all of them would take more memory than they.
    return [
        issue
        for _, of_workbook in sorted(by_workbook.items())
        for issue in sorted(of_workbook, key=lambda i: (i.at.order, i.rule))
    ]


def one_per_cell(issues: Iterable[Issue]) -> list[Issue]:
    """Each rule once a cell, and of a cell that reads as blank only why; what has no cell stays
    as it is."""
    issues = list(issues)
    unread = {issue.at for issue in issues if issue.rule in UNREAD and issue.at.cell}
    cells_of: dict[str, set[SourceRef]] = {}
    issues_kept = []
    for issue in issues:
        if issue.at.cell:
            cells = cells_of.setdefault(issue.rule, set())
            if issue.at in cells or (issue.at in unread and issue.rule not in UNREAD):
                continue
            cells.add(issue.at)
        issues_kept.append(issue)
    return issues_kept
