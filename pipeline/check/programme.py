"""Checks of the programme's folder as a whole: which returns are there."""

from collections.abc import Iterable

from pipeline.core.issue import Issue
from pipeline.core.programme import Programme
from pipeline.core.text import match_key


def missing_returns(programme: Programme, departments: Iterable[str]) -> list[Issue]:
    """Expected departments from which nothing has come; ``departments`` are those of the
    returns."""
    come = {match_key(department) for department in departments}
    return [
        Issue(
            "return-missing",
            expected.at,
            "Department",
            expected.department,
            {"contact": f" ({expected.contact})" if expected.contact else ""},
        )
        for expected in programme.expected
        if match_key(expected.department) not in come
    ]
