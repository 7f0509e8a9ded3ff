"""The csv files under data/, and metadata.json which describes them as CSV on the Web
(https://www.w3.org/TR/tabular-metadata/)."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from typing import IO, Any, NamedTuple, Protocol

import numpy as np
import pandas as pd

from pipeline.core.outputs import DATA
from pipeline.core.programme import Programme
from pipeline.core.results import Results
from pipeline.report.apportioned_csv import (
    Fields,
    TextFields,
    pounds_of,
    quoted,
    rows_of_fields,
    write_apportioned,
    write_header,
)
from pipeline.report.chunks import Chunks
from pipeline.report.columns import Numbers, bytes_of, values_of
from pipeline.report.sheets.records import weighted
from pipeline.report.wording import programme_name
from schemas.data import (
    APPORTIONED_CSV,
    DATA_FILES,
    DELIVERY_CSV,
    ISSUES_CSV,
    REGISTER_CSV,
    RETURNS_CSV,
    SETTLEMENT_CSV,
    SHARES_CSV,
    TRANSFERS_CSV,
    DataFile,
    header,
)
from schemas.model import SHARE_OF, FrameColumn, Holds, Per, tag_columns

METADATA = "metadata.json"
# So many rows are written together: few enough to stay in the processor's cache.
_TOGETHER = 8_192
_NO_NAME = re.compile(r"\W")
_DATATYPES: dict[Holds, object] = {
    Holds.TEXT: "string",
    Holds.PENCE: {"base": "decimal", "format": "0.00"},
    Holds.COUNT: "integer",
    Holds.FLAG: "boolean",
    Holds.SHARE: "double",
    Holds.RATIO: "double",
    Holds.DECIMAL: "decimal",
    Holds.DATE: {"base": "date", "format": "yyyy-MM-dd"},
}
_UNITS = {Holds.PENCE: "GBP", Holds.SHARE: "part of 1"}


# What is in them


def _register(results: Results) -> pd.DataFrame:
    return weighted(results.register, results)


def _delivery(results: Results) -> pd.DataFrame | None:
    if results.delivery is None:
        return None
    return results.delivery.lines.assign(scenario=results.programme.plan_scenario)


def _shares(results: Results) -> pd.DataFrame:
    """A row for each partner where the frame has a column for each."""
    wide, codes = results.shares, list(results.programme.codes)
    columns = [SHARE_OF + code for code in codes]
    rows = np.repeat(np.arange(len(wide)), len(codes))
    long = wide.drop(columns=columns).iloc[rows].reset_index(drop=True)
    shares = wide[columns].to_numpy(dtype=object).ravel()
    return long.assign(
        partner=codes * len(wide), share=pd.Series(shares, index=long.index, dtype=object)
    )


def _settlement(results: Results) -> pd.DataFrame | None:
    if results.settlement is None:
        return None
    planned, delivered = results.settlement.balances, results.settlement.delivered
    return pd.concat([planned.assign(amounts="Planned"), delivered.assign(amounts="Delivered")])


def _issues(results: Results) -> pd.DataFrame:
    frame = results.issues
    return frame.assign(number=range(1, len(frame) + 1))


# By file its rows; None where a programme has none such.
_ROWS: dict[str, Callable[[Results], pd.DataFrame | None]] = {
    REGISTER_CSV.name: _register,
    APPORTIONED_CSV.name: lambda results: results.apportioned,
    DELIVERY_CSV.name: _delivery,
    SHARES_CSV.name: _shares,
    SETTLEMENT_CSV.name: _settlement,
    TRANSFERS_CSV.name: lambda results: (
        results.settlement.transfers if results.settlement else None
    ),
    RETURNS_CSV.name: lambda results: results.returns,
    ISSUES_CSV.name: _issues,
}


def rows_of(declared: DataFile, results: Results) -> pd.DataFrame:
    """The rows of a file as a frame; none where a programme has none such."""
    rows = _ROWS[declared.name](results)
    return pd.DataFrame() if rows is None else rows


def _has_rows_of(declared: DataFile, results: Results) -> bool:
    """Whether a programme has such rows, without making them: each process that writes asks."""
    if declared is DELIVERY_CSV:
        return results.delivery is not None
    return declared not in (SETTLEMENT_CSV, TRANSFERS_CSV) or results.settlement is not None


class WriteData(Protocol):
    """What writes a file."""

    def __call__(self, stream: IO[bytes], chunks: Chunks | None = None, /) -> None:
        """Write it; ``chunks``: what of a large one is taken over of the last one, if anything."""


def data_files(results: Results) -> dict[str, WriteData]:
    """By path what writes each file under data/."""
    there = [each for each in DATA_FILES if _has_rows_of(each, results)]
    # The largest first, as for all outputs.
    writes: dict[str, WriteData] = {
        f"{DATA}/{APPORTIONED_CSV.name}": partial(write_apportioned, results)
    }
    for each in there:
        if each is not APPORTIONED_CSV:
            writes[f"{DATA}/{each.name}"] = partial(_write_rows, each, results)
    writes[f"{DATA}/{METADATA}"] = partial(_write_metadata, there, results.programme)
    return writes


# Rows


def _write_rows(
    declared: DataFile, results: Results, stream: IO[bytes], chunks: Chunks | None = None
) -> None:
    write_file(declared, rows_of(declared, results), results.programme, stream, chunks)


def write_file(
    declared: DataFile,
    frame: pd.DataFrame,
    programme: Programme,
    stream: IO[bytes],
    chunks: Chunks | None = None,
) -> None:
    """The rows of a frame as a csv file: amounts in pounds with two decimals, a blank nothing at
    all. UTF-8 with byte order mark, CRLF. A column that the frame lacks is blank. ``chunks``: what
    is taken over of the last one, if anything."""
    columns = list(_columns(declared, programme))
    write_header([name for _, name, _ in columns], stream)
    fields = [_fields(column, frame, of) for column, _, of in columns]
    chunks = chunks or Chunks()
    for start in range(0, len(frame), _TOGETHER):
        rows = slice(start, min(start + _TOGETHER, len(frame)))
        chunks.write(stream, _made_of(fields, rows), partial(_content, fields, rows))


def _content(fields: Sequence["_ColumnFields"], rows: slice) -> bytes:
    return rows_of_fields([each.of_rows(rows) for each in fields])


def _made_of(fields: Sequence["_ColumnFields"], rows: slice) -> Iterator[bytes]:
    """All that ``_content`` follows from."""
    yield str(rows.stop - rows.start).encode()
    for each in fields:
        yield from each.made_of(rows)


def _columns(declared: DataFile, programme: Programme) -> Iterator[tuple[FrameColumn, str, str]]:
    """Each column of a file with its header and its name in the frame."""
    for column in declared.columns:
        if column.per is Per.YEAR:
            yield from ((column, label, label) for label in programme.year_labels)
        elif column.per is Per.TAG:
            yield from (
                (tag_column, tag_column.name, tag_column.name)
                for tag_column in tag_columns(programme.tags)
            )
        else:
            yield column, header(column), column.name


class _ColumnFields(NamedTuple):
    """A column's fields of some rows, and all that they follow from."""

    of_rows: Callable[[slice], Fields]
    made_of: Callable[[slice], Iterable[bytes]]


def _fields(column: FrameColumn, frame: pd.DataFrame, name: str) -> _ColumnFields:
    """What gives the fields of some rows of a column."""
    if name not in frame:
        return _ColumnFields(lambda rows: ([""] * (rows.stop - rows.start),), lambda _: (b"",))
    values = values_of(frame[name])
    if column.holds is Holds.TEXT:
        texts = TextFields(values)
        return _ColumnFields(lambda rows: (texts(rows),), texts.made_of)
    if column.holds is Holds.PENCE:
        return _ColumnFields(
            lambda rows: pounds_of(values[rows]), lambda rows: (b"pence", *bytes_of(values[rows]))
        )
    field_of = str if isinstance(values, Numbers) else _field
    return _ColumnFields(
        lambda rows: (list(map(field_of, values[rows])),), lambda rows: bytes_of(values[rows])
    )


def _field(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Fraction() | float():
            return repr(float(value))
        case date():
            return value.isoformat()
        case _:
            return quoted(str(value))


# What they are


def metadata(files: Sequence[DataFile], programme: Programme) -> dict[str, Any]:
    """The files as a table group of CSV on the Web."""
    names = {each.name for each in files}
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": programme_name(programme),
        "dc:description": "The figures of the report beside which these files stand. Amounts are "
        "pounds, costs above nil, savings and income below it; an empty cell is blank. A text that "
        "a spreadsheet would take for a formula has an apostrophe before it.",
        "dialect": {
            "encoding": "utf-8",
            "delimiter": ",",
            "quoteChar": '"',
            "doubleQuote": True,
            "lineTerminators": ["\r\n"],
            "header": True,
        },
        "tables": [_table(each, programme, names) for each in files],
    }


def _table(declared: DataFile, programme: Programme, names: Iterable[str]) -> dict[str, Any]:
    columns = [_column(column, title) for column, title, _ in _columns(declared, programme)]
    schema: dict[str, Any] = {"columns": columns, "primaryKey": list(declared.key)}
    keys = [
        {
            "columnReference": list(each.columns),
            "reference": {"resource": each.file, "columnReference": list(each.of)},
        }
        for each in declared.references
        if each.file in names
    ]
    if keys:
        schema["foreignKeys"] = keys
    description = f"A row is {declared.grain}."
    return {"url": declared.name, "dc:description": description, "tableSchema": schema}


def _column(column: FrameColumn, title: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": _NO_NAME.sub("_", title),
        "titles": title,
        "datatype": _DATATYPES[column.holds],
        "null": "",
        "required": not column.blank and column.holds is not Holds.TEXT,
    }
    if column.meaning:
        described["dc:description"] = column.meaning
    if column.holds in _UNITS:
        described["schema:unitText"] = _UNITS[column.holds]
    return described


def _write_metadata(
    files: Sequence[DataFile], programme: Programme, stream: IO[bytes], _: Chunks | None = None
) -> None:
    stream.write(json.dumps(metadata(files, programme), indent=1, ensure_ascii=False).encode())
