"""Issues as rows: each text of a column is held once."""

import tracemalloc

from pipeline.core.issue import Issue
from pipeline.core.results import issue_rows
from pipeline.core.source import SourceRef

MANY = 20_000


def test_no_column_of_many_issues_is_held_as_a_text_for_each() -> None:
    at = SourceRef("finance.xlsx", "Savings", 3, 5)
    details = {"suggestion": "", "choices": "Income"}
    issues = [Issue("unknown-category", at, "Category", "TBC", details)] * MANY
    tracemalloc.start()
    try:
        rows = issue_rows(issues)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(rows) == MANY
    # A text would take 100 bytes or more, its number takes eight.
    assert peak < MANY * 64
