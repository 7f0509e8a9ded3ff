"""Things that stand twice in different returns: whole returns, and lines that look the same."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
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


def duplicate_returns(returns: Sequence[Return]) -> list[Issue]:
    """Returns of one department of which more than half of the line refs are in another too. The
    one with the later Cover date stays, on a tie or without dates the first by path; each of the
    others is an issue that names both."""
    by_department: dict[str, list[Return]] = defaultdict(list)
    for each in returns:
        if each.cover is not None and _refs(each):
            by_department[match_key(each.cover.department)].append(each)
    issues = []
    for group in by_department.values():
        kept: list[Return] = []
        sizes: list[int] = []
        kept_with: dict[str, list[int]] = defaultdict(list)
        for each in sorted(group, key=_dated, reverse=True):
            refs = _refs(each)
            shared = Counter(number for ref in refs for number in kept_with.get(ref, ()))
            twins = (n for n, count in shared.items() if 2 * count > max(len(refs), sizes[n]))
            twin = min(twins, default=None)
            if twin is None:
                for ref in refs:
                    kept_with[ref].append(len(kept))
                kept.append(each)
                sizes.append(len(refs))
                continue
            department = each.cover.department if each.cover else ""
            at, details = SourceRef(each.workbook), {"kept": kept[twin].workbook}
            issues.append(Issue("duplicate-return", at, "Department", department, details))
    return issues


def _dated(each: Return) -> date:
    return (each.cover.dated if each.cover else None) or date.min


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
        given = lines.text(place, "scenario")
        keys = [(*same, name) for name in ([given] if given else programme.scenarios)]
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
