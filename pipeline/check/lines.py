"""Checks of the lines' amounts, and of lines against one another."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

import numpy as np
import pandas as pd

from pipeline.check.signs import sign_details
from pipeline.core.bases import BASELINE, FROM_BASELINE, WITHOUT_WEIGHTS
from pipeline.core.issue import Issue
from pipeline.core.lines import ENTERED, Lines, Mask, places
from pipeline.core.money import money_text, round_pence
from pipeline.core.programme import Programme
from pipeline.core.returns import Pence
from pipeline.core.source import SourceRef
from pipeline.core.text import ref_key
from pipeline.core.years import year_label
from schemas.returns import LINE_REF, SAVINGS
from schemas.vocabulary import COSTS, ONE_OFF, SAVINGS_AND_INCOME

# A return whose amounts are so far below those of so many others is in other units.
_OTHERS, _FAR_BELOW = 3, 1_000


def amount_issues(lines: Lines, annual: Pence, programme: Programme) -> list[Issue]:
    """Signs, one-offs never taken back and unlikely amounts.

    ``annual``: pence by line and year, costs positive.
    """
    return [
        *_signs(lines, annual, programme),
        *_not_reversed(lines, annual, programme),
        *_unlikely(lines, annual, programme),
    ]


def _firsts(mask: Mask) -> Iterable[tuple[int, int]]:
    """The lines where the mask holds in any year, each with its first such year's place."""
    for place in np.flatnonzero(mask.any(axis=1)).tolist():
        yield place, int(mask[place].argmax())


def _at_year(
    rule: str, lines: Lines, place: int, year: int, pence: int, details: dict[str, str]
) -> Issue:
    at, number = lines.year_cell(place, year), lines.source_of(place).number
    return Issue(rule, at, year_label(year), money_text(pence), details, number)


def _signs(lines: Lines, annual: Pence, programme: Programme) -> list[Issue]:
    category = lines.frame["category"]
    cost = category.isin(COSTS).to_numpy()[:, None]
    saving = category.isin(SAVINGS_AND_INCOME).to_numpy()[:, None]
    issues = []
    for place, first in _firsts((saving & (annual > 0)) | (cost & (annual < 0))):
        entered = (lines.number(place, name) for name in ENTERED)
        details = sign_details(bool(cost[place, 0]), *entered)
        year = programme.years[first]
        issues.append(_at_year("sign", lines, place, year, int(annual[place, first]), details))
    return issues


def _not_reversed(lines: Lines, annual: Pence, programme: Programme) -> list[Issue]:
    """Incremental one-offs whose running total never returns to nil: it isn't nil at the end."""
    one_off = lines.frame["category"].isin(ONE_OFF).to_numpy()
    incremental = lines.frame["incremental"].to_numpy(dtype=bool)
    started = np.maximum.accumulate(annual != 0, axis=1)
    returned = (started & (annual == 0)).any(axis=1)
    mask = (one_off & incremental & ~returned)[:, None] & (annual != 0)
    issues = []
    for place, first in _firsts(mask):
        details = {"sum": money_text(int(annual[place].sum()))}
        year, pence = programme.years[first], int(annual[place, first])
        issues.append(_at_year("one-off-not-reversed", lines, place, year, pence, details))
    return issues


def _unlikely(lines: Lines, annual: Pence, programme: Programme) -> list[Issue]:
    """Annual amounts greater than the whole baseline of their service in that year."""
    no_limit = np.iinfo(np.int64).max
    limits: dict[str, Pence] = {}
    for service in programme.services:
        limit = np.full(len(programme.years), no_limit, dtype=np.int64)
        for place, year in enumerate(programme.years):
            rows = (
                row
                for part in programme.parts_of(BASELINE, service.name, year)
                for row in part.rows
            )
            # A nil baseline is an error of its own, and no measure of anything.
            sums = [sum(row.weights, Decimal(0)) for row in rows if row.weights]
            if any(sums):
                limit[place] = min(round_pence(max(sums)), no_limit)
        limits[service.name] = limit
    anything = np.full(len(programme.years), no_limit, dtype=np.int64)
    place_of = pd.Index(list(limits)).get_indexer(pd.Index(lines.frame["service"]))
    limit_of_line = np.array([*limits.values(), anything], dtype=np.int64)[place_of]
    issues = []
    for place, first in _firsts(np.abs(annual) > limit_of_line):
        pence = int(annual[place, first])
        year = programme.years[first]
        whole = money_text(int(limit_of_line[place, first]))
        what = (
            f"The amount in {year_label(year)}, {money_text(pence)}, is greater than the whole "
            f"baseline of {lines.text(place, 'service')}, {whole}"
        )
        details = {"what": what}
        issues.append(_at_year("unlikely-amount", lines, place, year, pence, details))
    return issues


def small_returns(lines: Lines, annual: Pence, accepted: Mask, programme: Programme) -> list[Issue]:
    """Returns whose largest annual amount is below a thousandth of the median of the others'
    largest, where there are three others: at that amount."""
    most = np.where(accepted, np.abs(annual).max(axis=1, initial=0), 0)
    codes, workbooks = pd.factorize(lines.frame["workbook"])
    largest = np.zeros(len(workbooks), dtype=np.int64)
    np.maximum.at(largest, codes, most)
    filled = np.flatnonzero(largest)
    issues = []
    for number in filled.tolist() if len(filled) > _OTHERS else ():
        others = largest[filled[filled != number]]
        median = float(np.median(others))
        if int(largest[number]) * _FAR_BELOW >= median:
            continue
        place = int(np.flatnonzero((codes == number) & (most == largest[number]))[0])
        year = int(np.abs(annual[place]).argmax())
        pence = int(annual[place, year])
        what = (
            f"No amount of this return is greater than the {money_text(pence)} here, less than a "
            f"thousandth of what is usual: {money_text(int(median))} is the middle one of the "
            f"largest amounts of the {len(others)} others"
        )
        details = {"what": what}
        at_year = programme.years[year]
        issues.append(_at_year("unlikely-amount", lines, place, at_year, pence, details))
    return issues


def duplicate_lines(
    lines: Lines, standing: Mask, scenarios: tuple[str, ...], precedence: Sequence[str]
) -> list[Issue]:
    """Lines whose Line ref and Scenario stand already in the programme.

    ``standing``: the lines without other errors, by path. The first stays, that is of several
    workbooks the first in ``precedence``.
    """
    rank = {workbook: number for number, workbook in enumerate(precedence)}
    perhaps = places(standing & _perhaps_twice(lines, standing))
    order = sorted((rank[lines.text(place, "workbook")], place) for place in perhaps)
    first_of: dict[tuple[str, str], tuple[int, int]] = {}
    issues = []
    for each in order:
        place = each[1]
        ref, scenario = ref_key(lines.text(place, LINE_REF.name)), lines.text(place, "scenario")
        line_scenarios = (scenario,) if scenario else scenarios
        earlier = [first_of[ref, name] for name in line_scenarios if (ref, name) in first_of]
        if not earlier:
            first_of.update(dict.fromkeys([(ref, name) for name in line_scenarios], each))
            continue
        first, here = (lines.cell(p, LINE_REF.name) for p in (min(earlier)[1], place))
        details = {
            "scenario": f"“{scenario}”" if scenario else "blank (all of them)",
            "first": _place_text(first, here),
            "ask": _which_is_older(first, here),
        }
        issues.append(lines.issue("duplicate-line", place, LINE_REF, details))
    return issues


def _which_is_older(first: SourceRef, here: SourceRef) -> str:
    """What to ask first where the two stand in different workbooks."""
    if first.workbook == here.workbook:
        return "Give"
    return (
        f"First ask which is the older copy, {first.workbook} or {here.workbook}, and take that "
        "one out of the folder. If both hold, give"
    )


def _perhaps_twice(lines: Lines, standing: Mask) -> Mask:
    """Lines whose Line ref stands twice in one scenario, or once in all of them beside others."""
    ref, scenario = lines.codes(LINE_REF.name), lines.codes("scenario")
    blank = lines.frame["scenario"].isna().to_numpy()
    alone = (ref * (scenario.max(initial=0) + 1) + scenario)[standing]
    rows = np.bincount(ref[standing], minlength=ref.max(initial=-1) + 1)
    distinct = np.bincount(
        ref[standing][np.unique(alone, return_index=True)[1]], minlength=len(rows)
    )
    everywhere = np.bincount(ref[standing & blank], minlength=len(rows)) > 0
    perhaps: Mask = ((distinct < rows) | (everywhere & (rows > 1)))[ref]
    return perhaps


def _place_text(first: SourceRef, here: SourceRef) -> str:
    """A cell as seen from another: within one workbook its name goes without saying."""
    if first.workbook != here.workbook:
        return str(first)
    return first.cell if first.sheet == here.sheet else f"{first.sheet}!{first.cell}"


def scenario_issues(lines: Lines, accepted: Mask, scenarios: tuple[str, ...]) -> list[Issue]:
    """Lines that lack a scenario, and lines whose rows differ in more than their amounts."""
    groups: dict[str, list[int]] = defaultdict(list)
    for place in places(accepted & _perhaps_apart(lines, accepted, scenarios)):
        groups[ref_key(lines.text(place, LINE_REF.name))].append(place)
    issues = []
    for group in groups.values():
        has = {lines.text(place, "scenario") for place in group}
        if "" in has:
            continue
        missing = [name for name in scenarios if name not in has]
        if missing:
            field, details = SAVINGS.field("Scenario"), {"missing": ", ".join(missing)}
            issues.append(lines.issue("scenario-missing", group[0], field, details))
        for place in group[1:]:
            issues += _differences(lines, group[0], place)
    return issues


def _perhaps_apart(lines: Lines, accepted: Mask, scenarios: tuple[str, ...]) -> Mask:
    """Lines whose Line ref lacks a scenario, or whose rows differ."""
    ref, scenario = lines.codes(LINE_REF.name), lines.frame["scenario"]
    lacks = np.zeros(ref.max(initial=-1) + 1, dtype=bool)
    for name in scenarios:
        has = np.bincount(ref[accepted & (scenario == name).to_numpy()], minlength=len(lacks))
        lacks |= has == 0
    where = np.flatnonzero(accepted)
    of_line, first = np.unique(ref[where], return_index=True)
    first_of = np.zeros(len(lacks), dtype=np.int64)
    first_of[of_line] = where[first]
    for _, column in _SAME:
        codes = lines.codes(column)
        differs = accepted & (codes != codes[first_of[ref]])
        lacks[ref[differs]] = True
    perhaps: Mask = lacks[ref]
    return perhaps


# What a line's rows have in common in all scenarios: fields, and where their values stand.
_SAME = tuple(
    (field, "applied_basis" if heading == "Basis" else field.name)
    for heading in ("Service", "Category", "Project code", "Basis", "Partner")
    for field in (SAVINGS.field(heading),)
)


def _differences(lines: Lines, first: int, place: int) -> list[Issue]:
    issues = []
    for field, column in _SAME:
        one, other = (lines.text(which, column) for which in (first, place))
        if ref_key(one) == ref_key(other):
            continue
        details = {
            "other": f"“{one}”" if one else "blank",
            "first": _place_text(lines.cell(first, field.name), lines.cell(place, field.name)),
            "value": f"“{other}”" if other else "blank",
        }
        issues.append(lines.issue("line-differs", place, field, details, value=other))
    return issues


def weight_issues(lines: Lines, annual: Pence, accepted: Mask, programme: Programme) -> list[Issue]:
    """Bases without a row of weights, at the Basis cell that asks for them.

    A line's own Basis cell asks; a line without one asks through its service's in Services.
    """
    issue_at: dict[SourceRef, Issue] = {}
    years = programme.years
    for service in programme.services:
        basis = service.basis
        if basis is not None and not _can_serve(programme, basis, service.name, years):
            issue_at[service.basis_at] = _no_row(service.basis_at, basis, service.name, "", -1)
    for place in places(accepted & _perhaps_unserved(lines, annual, programme)):
        basis, name = lines.text(place, "applied_basis"), lines.text(place, "service")
        years_with_amounts = [year for k, year in enumerate(years) if annual[place, k]]
        missing = [y for y in years_with_amounts if not _can_serve(programme, basis, name, (y,))]
        if not missing:
            continue
        has_basis = bool(lines.text(place, "basis"))
        at = lines.cell(place, "basis") if has_basis else programme.by_name[name].basis_at
        when = _span(missing) if _can_serve(programme, basis, name, years) else ""
        number = lines.source_of(place).number if has_basis else -1
        issue_at.setdefault(at, _no_row(at, basis, name, when, number))
    return list(issue_at.values())


def _perhaps_unserved(lines: Lines, annual: Pence, programme: Programme) -> Mask:
    """Lines with an amount in a year without weights for their basis and service."""
    asking = lines.frame["applied_basis"].notna().to_numpy()
    pair = lines.codes("applied_basis") * len(lines.frame) + lines.codes("service")
    _, first, number = np.unique(pair, return_index=True, return_inverse=True)
    serves = [
        [
            _can_serve(programme, lines.text(place, "applied_basis"), name, (year,))
            for year in programme.years
        ]
        for place in first.tolist()
        for name in (lines.text(place, "service"),)
    ]
    unserved = ~np.array(serves, dtype=bool).reshape(-1, len(programme.years))
    perhaps: Mask = asking & ((annual != 0) & unserved[number]).any(axis=1)
    return perhaps


def _can_serve(programme: Programme, basis: str, service: str, years: tuple[int, ...]) -> bool:
    """Whether there is a row (a good one or not) in any of the years, or none is needed."""
    return basis in WITHOUT_WEIGHTS or any(
        all(part.rows for part in programme.parts_of(basis, service, year)) for year in years
    )


def _span(years: list[int]) -> str:
    return " in " + ", ".join(year_label(year) for year in years)


def _no_row(at: SourceRef, basis: str, service: str, when: str, number: int) -> Issue:
    rule = "bad-baseline" if basis in FROM_BASELINE else "bad-driver"
    sheet = "Baseline" if rule == "bad-baseline" else "Drivers"
    details = {
        "what": f"No row in {sheet} gives the weights of “{service}” for the basis {basis}{when}: "
        "its lines are not yet apportioned there.",
        "fix": f"Add the row to {sheet} in programme.xlsx, to hold from 1 April of the year, or "
        "use another basis.",
    }
    return Issue(rule, at, SAVINGS.field("Basis").heading, basis, details, number)
