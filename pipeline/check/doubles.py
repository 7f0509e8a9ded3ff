"""Things that stand twice in different returns: whole returns, and lines that look the same."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import numpy as np
import pandas as pd

from pipeline.core.issue import Issue
from pipeline.core.lines import Lines, Mask, places
from pipeline.core.programme import Programme
from pipeline.core.returns import Pence, Return
from pipeline.core.source import SourceRef
from pipeline.core.text import match_key, ref_key
from schemas.returns import LINE_REF

_WORD = re.compile(r"\w+")
# What people call an older copy of a file, or the folder that they keep it in.
_OLDER = re.compile(
    r"(?<![^\W\d_])(?:old|copy|copies|archived?|archives|superseded)(?![^\W\d_])", re.IGNORECASE
)


def by_precedence(returns: Iterable[Return]) -> list[Return]:
    """Returns in the order in which they stay where two hold the same: the later Cover date first,
    then those whose place no other takes by its Cover, then those whose path doesn't speak of an
    older copy, then by path."""
    returns = list(returns)
    succeeded = {
        each.cover.replaces
        for each in returns
        if each.cover is not None and each.cover.replaces != each.workbook
    }

    def rank(each: Return) -> tuple[int, bool, bool]:
        dated = each.cover.counts_as_dated if each.cover else None
        is_older = _OLDER.search(each.workbook) is not None
        return -(dated or date.min).toordinal(), each.workbook in succeeded, is_older

    return sorted(returns, key=rank)


def duplicate_returns(returns: Sequence[Return]) -> list[Issue]:
    """Returns of one department of which more than half of the line refs are in another too. The
    first by precedence stays; each of the others is an issue that names both."""
    issues = []
    for group in _of_one_department(returns):
        firsts: list[Return] = []
        sizes: list[int] = []
        firsts_with: dict[str, list[int]] = defaultdict(list)
        for each in by_precedence(group):
            refs = _refs(each)
            common = Counter(number for ref in refs for number in firsts_with.get(ref, ()))
            twins = (n for n, count in common.items() if 2 * count > max(len(refs), sizes[n]))
            twin = min(twins, default=None)
            if twin is None:
                for ref in refs:
                    firsts_with[ref].append(len(firsts))
                firsts.append(each)
                sizes.append(len(refs))
                continue
            issues.append(_both("duplicate-return", each, firsts[twin]))
    return issues


def same_departments(returns: Sequence[Return]) -> list[Issue]:
    """Returns whose Cover names the department of one before them, by path, and that share no line
    ref with it. ``returns``: those that are read, earlier versions left out."""
    with_department = [
        each for each in returns if each.cover is not None and each.cover.names_department
    ]
    issues = []
    for group in _of_one_department(with_department):
        refs = [_refs(each) for each in group]
        for place, each in enumerate(group):
            apart = (n for n in range(place) if refs[n].isdisjoint(refs[place]))
            first = next(apart, None)
            if first is not None:
                issues.append(_both("same-department", each, group[first]))
    return issues


def _of_one_department(returns: Iterable[Return]) -> Iterator[list[Return]]:
    """The returns that hold lines, those of each department that has several."""
    groups: dict[str, list[Return]] = defaultdict(list)
    for each in returns:
        if each.cover is not None and any(each.tables["Savings"].columns[LINE_REF.name]):
            groups[match_key(each.cover.department)].append(each)
    yield from (group for group in groups.values() if len(group) > 1)


def _both(rule: str, here: Return, other: Return) -> Issue:
    """An issue of a return that names another one, too."""
    department = here.cover.department if here.cover else ""
    details = {"here": here.workbook, "other": other.workbook}
    return Issue(rule, SourceRef(here.workbook), "Department", department, details)


def _refs(each: Return) -> set[str]:
    return {ref_key(ref) for ref in each.tables["Savings"].columns[LINE_REF.name] if ref}


def double_counts(lines: Lines, annual: Pence, accepted: Mask, programme: Programme) -> list[Issue]:
    """Lines of different returns with the same service, category, words of the description and
    annual amounts, not all nil, in a scenario that they share. One pass: equal lines have equal
    keys."""
    first_of: dict[tuple[object, ...], int] = {}
    issues = []
    for place in places(_perhaps_double(lines, annual, accepted & annual.any(axis=1))):
        words = frozenset(_WORD.findall(lines.text(place, "description").casefold()))
        same = (
            lines.text(place, "service"),
            lines.text(place, "category"),
            words,
            annual[place].tobytes(),
        )
        scenario = lines.text(place, "scenario")
        keys = [(*same, name) for name in ([scenario] if scenario else programme.scenarios)]
        firsts = [first_of[key] for key in keys if key in first_of]
        workbook = lines.text(place, "workbook")
        others = [first for first in firsts if lines.text(first, "workbook") != workbook]
        if others:
            details = {"first": str(lines.cell(min(others), LINE_REF.name))}
            issues.append(lines.issue("possible-double-count", place, LINE_REF, details))
        for key in keys:
            first_of.setdefault(key, place)
    return issues


def _perhaps_double(lines: Lines, annual: Pence, counted: Mask) -> Mask:
    """Lines that one of another return may equal in service, category and amounts: equal ones have
    equal sums of products. That others may have them too costs a closer look, no more."""
    parts = np.column_stack([annual, lines.codes("service"), lines.codes("category")])
    factors = np.random.default_rng(0).integers(1, 2**62, parts.shape[1], dtype=np.int64)
    with np.errstate(over="ignore"):
        sums = (parts * factors).sum(axis=1)
    groups = pd.factorize(sums)[0]
    workbooks = pd.factorize(lines.frame["workbook"])[0]
    least = np.full(len(sums), len(sums), dtype=np.int64)
    most = np.full(len(sums), -1, dtype=np.int64)
    np.minimum.at(least, groups[counted], workbooks[counted])
    np.maximum.at(most, groups[counted], workbooks[counted])
    perhaps: Mask = counted & (least < most)[groups]
    return perhaps
