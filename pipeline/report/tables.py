"""From a declared output table and a frame to the table of a sheet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from pipeline.core.programme import Programme
from pipeline.report.formula import Formula
from pipeline.report.measure import BOLDER, text_width
from pipeline.report.spec import Column, Role, Table, Tone
from schemas.outputs import OutputColumn, OutputTable, Per, Show

_WIDEST_SCENARIO = 20


@dataclass(frozen=True)
class Looks:
    """How a table is set: ``labels`` leading columns name groups, the first ``groups`` of them
    open a new one; ``roles`` by row; ``tones`` by heading and word."""

    labels: int = 0
    groups: int = 0
    roles: Mapping[int, Role] = field(default_factory=dict)
    tones: Mapping[str, Mapping[str, Tone]] = field(default_factory=dict)
    filtered: bool = False
    banded: bool = False
    airy: bool = False


RECORDS = Looks(filtered=True, banded=True)


def listed(values: pd.Series) -> list[object]:
    """The values as Python's own, None where one is missing."""
    missing = values.isna().to_numpy()
    return [None if gone else value for value, gone in zip(values.tolist(), missing, strict=True)]


Record = dict[str, object]


def records(frame: pd.DataFrame) -> list[Record]:
    """The rows of a frame by column, None where a value is missing."""
    columns = [listed(frame[name]) for name in frame.columns]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def table(
    declared: OutputTable,
    frame: pd.DataFrame,
    programme: Programme | None = None,
    looks: Looks = RECORDS,
    formulas: Mapping[str, Sequence[Formula | None]] | None = None,
) -> Table:
    """The declared table with the frame's values; ``formulas`` by heading, one per row.

    The frame has a column for each ``name`` of the declaration, or for each year's label or
    partner's code. Where columns are repeated for each scenario it has a row per scenario in
    ``scenario``, and the table one row for all of them.
    """
    each = _each(programme)
    frames = _by_scenario(declared, frame, each[Per.SCENARIO])
    columns = tuple(
        Column(heading, values, column.show, _width(column, each))
        for column in declared.columns
        for heading, values in _values(column, frames, each)
    )
    columns = tuple(
        replace(
            column,
            tones=looks.tones.get(column.heading, {}),
            formulas=formulas.get(column.heading) if formulas else None,
        )
        for column in columns
    )
    columns, starts = _grouped(columns, looks)
    return Table(
        declared.name,
        columns,
        looks.roles,
        starts,
        looks.filtered,
        looks.banded,
        looks.airy,
        description=declared.question,
    )


def _each(programme: Programme | None) -> dict[Per, tuple[str, ...]]:
    if programme is None:
        return dict.fromkeys(Per, ())
    return {
        Per.SCENARIO: programme.scenarios,
        Per.YEAR: programme.year_labels,
        Per.PARTNER: programme.codes,
    }


def _by_scenario(
    declared: OutputTable, frame: pd.DataFrame, scenarios: tuple[str, ...]
) -> list[pd.DataFrame]:
    """One frame, or one per scenario with the same rows in each."""
    if not any(column.per is Per.SCENARIO for column in declared.columns):
        return [frame]
    frames = [frame[frame["scenario"] == scenario] for scenario in scenarios]
    if len({len(one) for one in frames}) > 1:
        raise ValueError(f"{declared.name}: the scenarios have unequal rows")
    return frames


def _width(column: OutputColumn, each: Mapping[Per, tuple[str, ...]]) -> float:
    if column.per is not Per.SCENARIO:
        return column.width
    return scenario_width(each[Per.SCENARIO], column.width)


def scenario_width(scenarios: Iterable[str], least: float) -> float:
    """The width of a scenario's column: its name stands on one line of the heading where that
    takes no more than a reasonable width."""
    longest = max(map(text_width, scenarios))
    return max(least, min(_WIDEST_SCENARIO, longest * BOLDER + 0.8))


def _values(
    column: OutputColumn, frames: list[pd.DataFrame], each: Mapping[Per, tuple[str, ...]]
) -> list[tuple[str, list[object]]]:
    if column.per is None:
        return [(column.heading, _typed(column.show, listed(frames[0][column.name])))]
    names = each[column.per]
    headings = column.headings(names)
    if column.per is Per.SCENARIO:
        found = [listed(frame[column.name]) for frame in frames]
    else:
        found = [listed(frames[0][name]) for name in names]
    return list(zip(headings, found, strict=True))


def _typed(show: Show, values: list[object]) -> list[object]:
    """Whole numbers that came as text (scores) as numbers, so that they sort."""
    if show is not Show.COUNT:
        return values
    return [int(v) if isinstance(v, str) and v.isdecimal() else v for v in values]


def _grouped(columns: tuple[Column, ...], looks: Looks) -> tuple[tuple[Column, ...], set[int]]:
    """Labels that only repeat the row above are muted; the rows that open a group."""
    labels = [column.values for column in columns[: looks.labels]]
    opened = [_changes(labels[: number + 1]) for number in range(looks.labels)]
    rows = range(len(columns[0].values))
    quiet = tuple(
        replace(column, muted={row for row in rows if row not in changed})
        for column, changed in zip(columns, opened, strict=False)
    )
    starts = opened[looks.groups - 1] - {0} if looks.groups else set()
    return quiet + columns[looks.labels :], starts


def _changes(labels: Sequence[Sequence[object]]) -> set[int]:
    rows = list(zip(*labels, strict=True))
    return {row for row in range(len(rows)) if row == 0 or rows[row] != rows[row - 1]}
