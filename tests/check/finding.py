"""What a finance officer is told: every issue of a run, each seen to read as plain English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from pipeline.core.issue import Issue, in_order
from tests.running import outcome_of

# These are about a file or a sheet as a whole, or about a cell that holds nothing to be quoted.
_NAME_NOTHING = {
    "unreadable-workbook",
    "encrypted-workbook",
    "empty-workbook",
    "unreadable-cell",
    "other-file",
    "formula-no-value",
    "hidden-sheet",
    "undetectable-errors",
    "bad-setting",
    "unused-layout",
    "missing-heading",
    "possible-double-count",
    "duplicate-return",
    "rows-above-headings",
    "one-off-not-reversed",
    "scenario-missing",
    "unit-conflict",
    "unlikely-amount",
    "year-missing",
}
_CLUMSY = re.compile(
    r"\?\.|\.\.|[ ,:;(]\.(?!xls|ods)|  | ,|“”|\bNone\b(?!,|\.)|\(\)|\bnan\b|Decimal|[‘’]"
)
_SENTENCES = re.compile(r"[A-Z£\d“(§—\-].*[.?]", re.DOTALL)


def faults_of_words(issue: Issue) -> list[str]:
    """What is wrong with an issue's words; rendering itself fails where a detail is missing."""
    faults = []
    for words in (issue.problem, issue.remedy):
        # What the department typed is quoted as it stands.
        unquoted = words.replace(issue.value, "“quoted”") if issue.value else words
        if "{" in unquoted or "}" in unquoted:
            faults.append(f"unfilled: {words}")
        if _CLUMSY.search(unquoted):
            faults.append(f"clumsy: {words}")
        if not _SENTENCES.fullmatch(words):
            faults.append(f"no sentence: {words}")
    sentences = f"{issue.problem} {issue.remedy}".casefold()
    names = [text.casefold() for text in (issue.heading, issue.value[:50]) if text]
    if names and issue.rule not in _NAME_NOTHING and not any(text in sentences for text in names):
        faults.append(f"names neither {names}: {issue.problem}")
    return faults


def check_words(issues: Iterable[Issue]) -> None:
    """Every issue reads as plain English and names what it is about."""
    assert [fault for issue in issues for fault in faults_of_words(issue)] == []


def issues_in(folder: Path) -> list[Issue]:
    """Every issue of the programme in a folder, in order."""
    issues = outcome_of(folder).issues
    check_words(issues)
    assert issues == in_order(issues)
    return issues


def found(folder: Path) -> list[tuple[str, str]]:
    """The rule and the place of each issue, in order: ``return.xlsx, Savings!F7``."""
    return [(issue.rule, str(issue.at)) for issue in issues_in(folder)]
