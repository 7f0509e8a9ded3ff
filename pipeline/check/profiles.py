"""How amounts run over the years: years that no column stands for, annual amounts in an incremental
return, lines that stop before the steady state."""

from collections import defaultdict

import numpy as np

from pipeline.core.issue import Issue
from pipeline.core.lines import Lines, Mask, places
from pipeline.core.money import money_text
from pipeline.core.programme import Programme
from pipeline.core.returns import Pence, TableSource
from pipeline.core.years import year_label
from schemas.returns import LINE_REF
from schemas.vocabulary import ANNUAL_CASHABLE


def years_missing(lines: Lines, programme: Programme) -> list[Issue]:
    """Tables of lines that have columns for some years of the programme and not for others."""
    issues = []
    steady = programme.steady_year
    for number in sorted(set(lines.frame["source"].tolist())):
        table: TableSource = lines.sources[number]
        missing = [year for year in programme.years if year not in table.year_columns]
        if table.lacks_headings or not table.year_columns or table.parts or not missing:
            continue
        steady_first = sorted(missing, key=lambda year: (year != steady, year))
        labels = [year_label(year) for year in steady_first]
        if steady_first[0] == steady:
            labels[0] += " (the steady-state year)"
        at = table.at(table.header_row, table.first_column)
        details = {"years": ", ".join(labels)}
        issues.append(Issue("year-missing", at, year_label(steady_first[0]), "", details))
    return issues


def stopping_early(
    lines: Lines, annual: Pence, accepted: Mask, programme: Programme
) -> list[Issue]:
    """Recurring lines of annual returns that have amounts before the steady-state year, none in it,
    and a blank cell between."""
    steady = programme.steady_index
    candidates = accepted & _recurring(lines) & ~lines.frame["incremental"].to_numpy(dtype=bool)
    candidates &= (annual[:, steady] == 0) & (annual[:, :steady] != 0).any(axis=1)
    issues = []
    for place in places(candidates):
        last = int(np.flatnonzero(annual[place, :steady])[-1])
        blank = np.flatnonzero(lines.blank[place, last + 1 : steady + 1])
        if not len(blank):
            continue
        year = programme.years[last + 1 + int(blank[0])]
        details = {
            "sum": money_text(int(annual[place, last])),
            "last": year_label(programme.years[last]),
            "steady": year_label(programme.steady_year),
        }
        number = lines.source_of(place).number
        at = lines.year_cell(place, year)
        issues.append(Issue("stops-early", at, year_label(year), "", details, number))
    return issues


def _recurring(lines: Lines) -> Mask:
    """What makes the annual cashable savings. A cost that is avoided may well come once."""
    recurring: Mask = lines.frame["category"].isin(ANNUAL_CASHABLE).to_numpy(dtype=bool)
    return recurring


def annual_amounts(lines: Lines, accepted: Mask, programme: Programme) -> list[Issue]:
    """Incremental returns whose recurring lines mostly hold one amount year after year, as annual
    ones do: at least two thirds of them, and three."""
    incremental = lines.frame["incremental"].to_numpy(dtype=bool)
    candidates = accepted & _recurring(lines) & incremental & (lines.stated != 0).any(axis=1)
    begins = np.full(len(candidates), -1, dtype=np.int64)
    begins[candidates] = _level_from(lines.stated[candidates])
    refs = lines.codes(LINE_REF.name)
    everything: dict[str, set[int]] = defaultdict(set)
    level: dict[str, dict[int, int]] = defaultdict(dict)
    for place in places(candidates):
        workbook = lines.text(place, "workbook")
        everything[workbook].add(int(refs[place]))
        if begins[place] >= 0:
            level[workbook].setdefault(int(refs[place]), place)
    issues = []
    for workbook, alike in level.items():
        count, of = len(alike), len(everything[workbook])
        if count < 3 or 3 * count < 2 * of:
            continue
        place = min(alike.values())
        year = programme.years[int(begins[place])]
        value = money_text(int(lines.stated[place, begins[place]]))
        details = {"count": f"{count} of its {of}"}
        issues.append(
            Issue("looks-annual", lines.year_cell(place, year), year_label(year), value, details)
        )
    return issues


def _level_from(stated: Pence) -> Pence:
    """By line, the place of the second year, the line's own or the programme's, where all amounts
    from it on are within 10% of one another and none is nil; else -1."""
    count, years = stated.shape
    begins = np.full(count, -1, dtype=np.int64)
    first = (stated != 0).argmax(axis=1)
    for start in range(1, years - 1):
        rest = stated[:, start:]
        least, most = rest.min(axis=1), rest.max(axis=1)
        one_sign = (least > 0) | (most < 0)
        close = 10 * (most - least) <= np.maximum(np.abs(least), np.abs(most))
        begins[(begins < 0) & one_sign & close & ((first == start - 1) | (start == 1))] = start
    return begins
