"""Frames as the declarations of ``schemas/model.py`` have them: made in tests, and checked."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd
import pandera.pandas as pa

from pipeline.core.programme import Tag
from pipeline.core.results import Subject
from schemas.model import Frame, FrameColumn, Holds

# What a column of a typed frame is an array of, and what any other holds one by one.
DTYPES: Mapping[Holds, str] = {
    Holds.TEXT: "category",
    Holds.PENCE: "int64",
    Holds.COUNT: "int64",
    Holds.FLAG: "bool",
    Holds.DATE: "object",
}
VALUES: Mapping[Holds, type] = {
    Holds.TEXT: str,
    Holds.PENCE: int,
    Holds.COUNT: int,
    Holds.FLAG: bool,
    Holds.SHARE: float,
    Holds.RATIO: Fraction,
    Holds.DATE: date,
    Holds.SUBJECT: Subject,
}
# What the cells of such a column may be, where it isn't one thing alone.
FIGURES = (int, Fraction)


def frame_of(
    declared: Frame,
    rows: Iterable[Mapping[str, Any]],
    each: Iterable[str] = (),
    tags: Iterable[Tag] = (),
) -> pd.DataFrame:
    """A frame from rows by column; what a row doesn't say is blank, nil or false."""
    columns = _columns(declared, each, tags)
    unsaid = {name: _unsaid(column) for name, column in columns.items()}
    records = [{**unsaid, **row} for row in rows]
    for record in records:
        assert record.keys() == columns.keys(), f"{declared.name}: {record.keys() ^ columns.keys()}"
    return pd.DataFrame(
        {
            name: pd.Series(
                [record[name] for record in records],
                dtype=DTYPES[column.holds] if declared.typed else "object",
            )
            for name, column in columns.items()
        }
    )


def _unsaid(column: FrameColumn) -> object:
    if column.blank:
        return None
    return {Holds.TEXT: "", Holds.PENCE: 0, Holds.COUNT: 0, Holds.FLAG: False}.get(column.holds)


def check(
    declared: Frame, frame: pd.DataFrame, each: Iterable[str] = (), tags: Iterable[Tag] = ()
) -> None:
    """Raise where a frame is not as it is declared: another column, order or type, or a blank
    where none may be."""
    schema = pa.DataFrameSchema(
        {
            name: _schema(column, typed=declared.typed)
            for name, column in _columns(declared, each, tags).items()
        },
        strict=True,
        ordered=True,
        name=declared.name,
    )
    schema.validate(frame, lazy=True)


def _columns(
    declared: Frame, each: Iterable[str], tags: Iterable[Tag] = ()
) -> dict[str, FrameColumn]:
    """The declaration of each column by its name in the frame."""
    return dict(declared.named_columns(each, tags))


def _schema(column: FrameColumn, *, typed: bool) -> pa.Column:
    kinds = FIGURES if column.holds is Holds.FIGURE else (VALUES[column.holds],)

    def is_kind(cells: pd.Series) -> pd.Series:
        return cells.map(lambda cell: type(cell) in kinds or (column.blank and cell is None))

    if typed and column.holds is not Holds.DATE:
        return pa.Column(DTYPES[column.holds], nullable=column.blank)
    return pa.Column(
        "object", pa.Check(is_kind, name=column.holds.value, ignore_na=False), nullable=True
    )
