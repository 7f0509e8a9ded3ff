"""From a declared output table and a frame to the table of a sheet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from pipeline.core.programme import Programme
from pipeline.core.quantity import THOUSANDTHS
from pipeline.report.columns import Numbers, Texts, list_of, values_of
from pipeline.report.formula import Formula
from pipeline.report.layout import longest_word
from pipeline.report.measure import BOLDER, text_width, widest
from pipeline.report.spec import Column, Role, Table, Tone
from schemas.model import Per
from schemas.outputs import OutputColumn, OutputTable, Show, with_tags

_WIDEST_SCENARIO = 20
# Digits across a page of A4 upright; of the widest column of short texts; beside a text.
_PAGE, _WIDEST_TEXT, _BESIDE_TEXT = 96, 40, 1.8
_WIDEST_LINK = 70
# Where a text is broken in two, the lines are not of one length.
_BETWEEN_WORDS = 5


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


Record = dict[str, object]


def records(frame: pd.DataFrame) -> list[Record]:
    """The rows of a frame by column, None where a value is missing."""
    names = frame.columns.tolist()  # once: an Index is slow to go through
    columns = [list_of(frame[name]) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def table(
    declared: OutputTable,
    frame: pd.DataFrame,
    programme: Programme | None = None,
    looks: Looks = RECORDS,
    formulas: Mapping[str, Sequence[Formula | None]] | None = None,
    organisations: tuple[str, ...] = (),
) -> Table:
    """The declared table with the frame's values; ``formulas`` by heading, one per row.

    The frame has a column for each ``name`` of the declaration, or behind it for each year's label,
    partner's code or name among ``organisations``; columns that are ``rated`` are left out where
    the programme rates nothing, those ``if_any`` where all of it is blank. Where columns are
    repeated for each scenario it has a row per scenario in ``scenario``, and the table one row for
    all of them.
    """
    rates = programme is not None and bool(programme.confidence)
    declared = with_tags(declared, programme.tags if programme else ())
    columns_shown = tuple(
        column
        for column in declared.columns
        if (rates or not column.rated)
        and (not column.if_any or bool(frame[column.name].notna().any()))
    )
    declared = replace(declared, columns=columns_shown)
    each = _each(programme) | {Per.ORGANISATION: organisations}
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
    columns, starts = _grouped(_fitted(columns), looks)
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
        Per.PLAN: (programme.plan_scenario,),
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
    if column.per not in (Per.SCENARIO, Per.PLAN):
        return column.width
    return scenario_width(each[Per.SCENARIO], column.width)


def scenario_width(scenarios: Iterable[str], least: float) -> float:
    """The width of a scenario's column: its name stands on one line of the heading where that
    takes no more than a reasonable width."""
    longest = max(map(text_width, scenarios))
    return max(least, min(_WIDEST_SCENARIO, longest * BOLDER + 1.0))


def _fitted(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Columns of text as wide as their text asks for; together no narrower than a page, or the
    lines above would be."""
    needed = [
        _text_needs(column) if column.show in (Show.TEXT, Show.LONG_TEXT) else column.width
        for column in columns
    ]
    spare = [max(0.0, column.width - width) for column, width in zip(columns, needed, strict=True)]
    missing = min(max(0.0, _PAGE - sum(needed)), sum(spare))
    part = missing / sum(spare) if missing else 0.0
    return tuple(
        replace(column, width=round(width + part * rest, 1))
        for column, width, rest in zip(columns, needed, spare, strict=True)
    )


def _text_needs(column: Column) -> float:
    """The width for a column's longest text on one line, or on two where that is too wide."""
    one_line = widest(Texts.of(_as_text(column.values))) * BOLDER + _BESIDE_TEXT
    heading = max(longest_word(column.heading), text_width(column.heading) * BOLDER / 2 + 1.2)
    most = float(column.width)
    if column.show is Show.TEXT:
        most = max(most, _WIDEST_TEXT)
        if one_line > most:
            one_line = max(column.width, one_line / 2 + _BETWEEN_WORDS)
    return max(heading, min(most, one_line))


def linked_width(column: Column) -> float:
    """The width at which a column's links stand on one line each: LibreOffice cuts links off
    where it would wrap other text."""
    return min(_WIDEST_LINK, widest(Texts.of(column.values)) * BOLDER + _BESIDE_TEXT)


def _as_text(values: Sequence[object]) -> Iterable[object]:
    if isinstance(values, Texts):
        return values
    return (None if value is None else str(value) for value in values)


def _values(
    column: OutputColumn, frames: list[pd.DataFrame], each: Mapping[Per, tuple[str, ...]]
) -> list[tuple[str, Sequence[object]]]:
    if column.per is None:
        return [(column.heading, _typed(column.show, values_of(frames[0][column.name])))]
    names = each[column.per]
    headings = column.headings(names)
    if column.per is Per.PLAN:
        return [(heading, values_of(frames[0][column.name])) for heading in headings]
    if column.per is Per.SCENARIO:
        value_columns = [values_of(frame[column.name]) for frame in frames]
    else:
        value_columns = [values_of(frames[0][column.name + name]) for name in names]
    return list(zip(headings, value_columns, strict=True))


def _typed(show: Show, values: Sequence[object]) -> Sequence[object]:
    """Numbers that came as text (scores, numbers of the team's own) as numbers, so that they sort
    and add up."""
    if show is Show.QUANTITY:
        return [_decimals(value) for value in values]
    if show is not Show.COUNT or isinstance(values, Numbers):
        return values
    return [int(v) if isinstance(v, str) and v.isdecimal() else v for v in values]


def _decimals(value: object) -> float | None:
    """A number of the team's own: text, or whole thousandths."""
    if isinstance(value, str):
        return float(value)
    return value / THOUSANDTHS if isinstance(value, int) else None


def _grouped(columns: tuple[Column, ...], looks: Looks) -> tuple[tuple[Column, ...], set[int]]:
    """Labels that only repeat the row above are muted; the rows that open a group."""
    labels = [column.values for column in columns[: looks.labels]]
    first_rows = [_changes(labels[: number + 1]) for number in range(looks.labels)]
    rows = range(len(columns[0].values))
    quiet = tuple(
        replace(column, muted={row for row in rows if row not in rows_changed})
        for column, rows_changed in zip(columns, first_rows, strict=False)
    )
    starts = first_rows[looks.groups - 1] - {0} if looks.groups else set()
    return quiet + columns[looks.labels :], starts


def _changes(labels: Sequence[Sequence[object]]) -> set[int]:
    rows = list(zip(*labels, strict=True))
    return {row for row in range(len(rows)) if row == 0 or rows[row] != rows[row - 1]}
