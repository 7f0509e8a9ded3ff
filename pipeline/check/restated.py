"""Lines that only add up others beside them: a sub-total with a category, a nation above its
regions. Counted, they count everything twice."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.core.issue import Issue
from pipeline.core.lines import Lines, Mask
from pipeline.core.money import money_text
from pipeline.core.returns import Pence
from schemas.returns import LINE_REF

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Row:
    """A line in its table; a total row is one without a place among the lines."""

    number: int
    place: int = -1


@dataclass(frozen=True)
class _Edge:
    """Where a sum may begin: what the lines before it add up to, those in this scenario that
    restate none, and how many there are, nil ones apart. ``restating``: a line that restates
    others stands there."""

    sums: Pence
    count: int
    number: int
    restating: bool = False


def restated_rows(
    lines: Lines, annual: Pence, accepted: Mask, scenarios: tuple[str, ...]
) -> list[Issue]:
    """Lines that equal, in every year, the sum of the lines of their scenario between them and the
    table's edge, a total row, or another such line, above or below, or of all those on another
    sheet of the workbook: at least two, nil ones apart.

    ``annual``: pence by line and year. A line of all scenarios has to be one in each of them.
    """
    amounts = np.column_stack([annual, lines.outside])
    source = lines.frame["source"].to_numpy()
    scenario = lines.frame["scenario"]
    rows: dict[str, dict[int, str]] = {name: {} for name in scenarios}
    for name in scenarios:
        of_scenario = accepted & (scenario.isna() | (scenario == name)).to_numpy()
        where = np.flatnonzero(of_scenario)
        for number in _perhaps(amounts[where], source[where], _totals_above(lines, where)):
            rows[name] |= _in_table(lines, amounts, where[source[where] == number])
        rows[name] |= _on_other_sheets(lines, amounts, where, rows[name])
    issues = []
    for place in sorted({place for by_line in rows.values() for place in by_line}):
        own_scenario = lines.text(place, "scenario")
        in_each = [
            rows[name].get(place) for name in ([own_scenario] if own_scenario else scenarios)
        ]
        if all(in_each) and in_each[0] is not None:
            issues.append(_issue(lines, annual, place, in_each[0]))
    return issues


def _issue(lines: Lines, annual: Pence, place: int, rows: str) -> Issue:
    details = {
        "rows": rows,
        "sum": money_text(int(annual[place].sum())),
    }
    return lines.issue("restated-rows", place, LINE_REF, details)


def _totals_above(lines: Lines, where: Whole) -> Whole:
    """How many total rows stand above each line in its table."""
    source = lines.frame["source"].to_numpy()[where]
    row = lines.frame["row"].to_numpy()[where]
    above = np.zeros(len(where), dtype=np.int64)
    for number, table in enumerate(lines.sources):
        if table.total_rows:
            # A table's lines stand together.
            table_lines = slice(*np.searchsorted(source, (number, number + 1)))
            above[table_lines] = np.searchsorted(np.array(table.total_rows), row[table_lines])
    return above


def _perhaps(amounts: Pence, source: Whole, above: Whole) -> list[int]:
    """The tables in which a line equals the sum between it and an edge or a total row: where there
    is none, no line restates others."""
    hits = np.zeros(len(source), dtype=bool)
    filled, sums = np.any(amounts, axis=1), amounts.sum(axis=1)
    for step in (1, -1):
        rows = _Rows(amounts[::step], filled[::step], sums[::step])
        tables, totals = source[::step], above[::step]
        starts = np.flatnonzero(np.diff(tables, prepend=-1))
        inner = np.diff(tables, prepend=-1) | np.diff(totals, prepend=-1)
        for first in (starts, np.flatnonzero(inner)):
            hits[::step] |= _equals_sum_before(rows, first)
    return sorted(set(source[hits].tolist()))


class _Rows(NamedTuple):
    """Rows by year, whether any of their amounts isn't nil, and what they add up to."""

    values: Pence
    filled: Mask
    totals: Pence


def _equals_sum_before(rows: _Rows, starts: Whole) -> Mask:
    """The rows that equal the sum of those before them in their group, of at least two that aren't
    nil. ``starts``: the first row of each group."""
    values, filled, totals = rows
    if not len(values):
        return np.zeros(0, dtype=bool)
    sizes = np.diff(np.append(starts, len(values)))

    def before(column: Pence) -> Pence:
        upto: Pence = np.cumsum(column, axis=0) - column
        return upto - np.repeat(upto[starts], sizes, axis=0)

    several = before(np.where(filled, 1, 0)) >= 2
    # Hardly any line's total is the sum of those before it: most tables need no look at the years.
    equal: Mask = filled & several & (before(totals) == totals)
    if equal.any():
        equal &= (before(values) == values).all(axis=1)
    return equal


def _on_other_sheets(
    lines: Lines, amounts: Pence, where: Whole, in_tables: Collection[int]
) -> dict[int, str]:
    """The lines that equal the sum of those on another sheet of their workbook (a summary that is
    read as lines), each with the sheet. ``in_tables``: lines that restate others in their table."""
    sheets = {number: (each.workbook, each.sheet) for number, each in enumerate(lines.sources)}
    sheet_counts = Counter(workbook for workbook, _ in set(sheets.values()))
    source = lines.frame["source"].to_numpy()
    on_sheets: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number in np.unique(source[where]).tolist():
        workbook, _ = sheets[number]
        if sheet_counts[workbook] > 1:
            on_sheets[sheets[number]] += where[source[where] == number].tolist()
    sums: dict[tuple[str, bytes], str] = {}
    for (workbook, sheet), places in on_sheets.items():
        plain = amounts[[place for place in places if place not in in_tables]]
        if np.count_nonzero(plain.any(axis=1)) > 1 and (added := plain.sum(axis=0)).any():
            sums[workbook, added.tobytes()] = sheet
    return {
        place: f"all lines of the sheet {sheet}"
        for (workbook, own_sheet), places in on_sheets.items()
        for place in places
        if (sheet := sums.get((workbook, amounts[place].tobytes()), own_sheet)) != own_sheet
    }


def _in_table(lines: Lines, amounts: Pence, line_places: Whole) -> dict[int, str]:
    """The lines of one table and scenario that restate others, each with the rows that it adds
    up."""
    table = lines.source_of(int(line_places[0]))
    rows = [_Row(lines.number(place, "row"), place) for place in line_places.tolist()]
    rows = sorted(rows + [_Row(row) for row in table.total_rows], key=lambda row: row.number)
    spans = {**_passed(rows[::-1], amounts), **_passed(rows, amounts)}
    return {place: f"rows {first} to {last}" for place, (first, last) in spans.items()}


def _passed(rows: Iterable[_Row], amounts: Pence) -> dict[int, tuple[int, int]]:
    """The lines that equal the sum of lines passed before them, going through the rows in one
    direction."""
    nothing = np.zeros(amounts.shape[1], dtype=np.int64)
    edges = [_Edge(nothing, 0, 0)]
    plain, count = nothing, 0
    everything, all_count = nothing, 0
    first = last = 0
    spans: dict[int, tuple[int, int]] = {}
    for row in rows:
        if row.place < 0:
            edges.append(_Edge(plain, count, row.number))
            continue
        value = amounts[row.place]
        filled = bool(value.any())
        first = first or row.number
        begin = None
        if filled:
            begin = _begin(edges, plain, count, value)
            if begin is None and all_count >= 2 and (everything == value).all():
                begin = 0
        if begin is not None:
            spans[row.place] = _span(begin, first, last)
            edges.append(_Edge(plain, count, row.number, restating=True))
        else:
            plain, count = plain + value, count + filled
        everything, all_count = everything + value, all_count + filled
        last = row.number
    return spans


def _begin(edges: list[_Edge], plain: Pence, count: int, value: Pence) -> int | None:
    """The row after which the lines begin that add up to a value: 0 for the table's edge."""
    for edge in _sensible(edges, count):
        if count - edge.count >= 2 and (plain - edge.sums == value).all():
            return edge.number
    return None


def _sensible(edges: list[_Edge], count: int) -> Iterator[_Edge]:
    """The edges from which a sum may run: the last, the table's own and, right behind a line that
    restates others, where the ones before it stand (a region above its counties' sums)."""
    yield edges[-1]
    yield edges[0]
    if edges[-1].restating and edges[-1].count == count:
        yield from (edge for edge in reversed(edges[1:-1]) if edge.restating)


def _span(begin: int, first: int, last: int) -> tuple[int, int]:
    """The rows that a line adds up, upwards or downwards, the smaller number first."""
    if not begin:
        begin = first
    elif first <= last:
        begin += 1
    else:
        begin -= 1
    return min(begin, last), max(begin, last)
