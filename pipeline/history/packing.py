"""A snapshot in the form in which a history keeps it: settings as JSON, frames as compressed
columns of JSON. Read back, it gives the same figures.

What is kept bears the number of its format (``FORMAT``; without one it is of format 1). An older
one is brought up to date on reading, step by step (``pipeline/history/formats.py``), and what it
doesn't hold has its default: versions outlive every change. A further column of Savings or setting
needs no new format; another meaning or another shape of what is there already does.
"""

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from msgspec import Raw
from msgspec.json import decode

from pipeline.core.deflater import deflater
from pipeline.core.grouping import categories, number_rows
from pipeline.core.programme import Partner, Programme, Service, Tag
from pipeline.core.returns import Pence, TableSource
from pipeline.core.source import SourceRef
from pipeline.core.versions import ShareKey, Snapshot, Weights
from pipeline.core.weights import WeightRow, WeightRows
from pipeline.history.formats import (
    FORMAT,
    IN_USE,
    LEFT_OUT,
    LINES,
    SETTINGS,
    SHARES,
    TABLES,
    upgraded,
)
from schemas.model import COUNTED_IN, REGISTER, SAID_OF_LINES, Holds, tag_names
from schemas.vocabulary import NOT_YET_APPORTIONED

_LINE_TEXTS = tuple(name for name in SAID_OF_LINES if name != COUNTED_IN)
_LINE_NUMBERS = ("row", "source", "pounds_per_unit")
_LINE_FLAGS = tuple(REGISTER.holding(Holds.FLAG))
_TABLE = ("workbook", "sheet", "sheet_number", "number", "header_row", "columns", "year_columns")
_LEFT_OUT_TEXTS = ("line_ref", "scenario", "heading", "value", "where")
# Held where they are stated.
_SAID_OF_WEIGHTS = ("version", "source", "as_at")
_SHARE_KEY = ("basis", "service", "partner", "year")


_INFLATER = deflater()


class PackingError(Exception):
    """What can't be unpacked: the history is damaged, or of a later format than this program's."""


def packed(snapshot: Snapshot) -> dict[str, tuple[int, bytes]]:
    """The lines, shares, rows left out and tables: the number of rows and the content by name."""
    years = snapshot.programme.year_labels
    register, shares = snapshot.register, snapshot.apportioned
    tag_columns = tag_names(snapshot.programme.tags)
    frames: dict[str, dict[str, Any]] = {
        LINES: {
            **{name: _texts(register[name]) for name in (*_LINE_TEXTS, *tag_columns)},
            **{name: register[name].tolist() for name in (*_LINE_NUMBERS, *_LINE_FLAGS, *years)},
        },
        SHARES: {
            **{name: shares[name].tolist() for name in ("register_row", *years)},
            "partner": _texts(shares["partner"]),
        },
        LEFT_OUT: {
            **{name: _texts(snapshot.left_out[name]) for name in _LEFT_OUT_TEXTS},
            "rejected": snapshot.left_out["rejected"].tolist(),
        },
        TABLES: {"table": [_packed_table(table) for table in snapshot.tables]},
        IN_USE: {
            **{name: [key[n] for key in snapshot.shares] for n, name in enumerate(_SHARE_KEY)},
            "weights": list(snapshot.shares.values()),
        },
    }
    return {
        name: (len(next(iter(columns.values()))), _compressed(columns))
        for name, columns in frames.items()
    }


def _packed_table(table: TableSource) -> dict[str, Any]:
    """A table's place; all else of it concerns today's returns alone."""
    return {name: getattr(table, name) for name in _TABLE}


def _texts(column: pd.Series) -> list[str | None]:
    return [value if isinstance(value, str) else None for value in column.tolist()]


def _compressed(columns: Mapping[str, object]) -> bytes:
    text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode())


def settings_text(snapshot: Snapshot) -> str:
    """The number of the format, and the settings that shape figures, as JSON."""
    programme = snapshot.programme
    tolerance = programme.share_tolerance
    plain = (
        *("title", "reference", "years", "steady_year", "scenarios", "plan_scenario"),
        *("pounds_per_unit", "savings_positive", "costs_positive", "incremental", "price_base"),
        *("report_unit", "marking"),
    )
    return json.dumps(
        {
            "format": FORMAT,
            **{name: getattr(programme, name) for name in plain},
            "discount_rate": str(programme.discount_rate),
            "partners": [asdict(one) for one in programme.partners],
            "services": [asdict(one) for one in programme.services],
            **({"share_tolerance": str(tolerance)} if tolerance is not None else {}),
            **({"tags": [asdict(one) for one in programme.tags]} if programme.tags else {}),
            "weights": list(_weight_rows(programme)),
            "control": snapshot.control,
        },
        ensure_ascii=False,
    )


def title_of(settings: str) -> str:
    """The title of the programme in a version's settings; empty where they can't be read."""
    try:
        return str(json.loads(settings)["title"])
    except (KeyError, ValueError, TypeError):
        return ""


def _weight_rows(programme: Programme) -> Iterator[dict[str, object]]:
    """The weights as rows, exact, with their cells."""
    for basis, sets in programme.weights.items():
        for service, rows in sets.items():
            for row in rows:
                weights = None if row.weights is None else [str(each) for each in row.weights]
                plain = {**asdict(row), "basis": basis, "service": service, "weights": weights}
                optional = {"from_day": row.from_day and row.from_day.isoformat()}
                optional |= {name: getattr(row, name) for name in _SAID_OF_WEIGHTS}
                yield {k: v for k, v in {**plain, **optional}.items() if v or k not in optional}


def unpacked(settings: str, records: Mapping[str, bytes], summary: pd.DataFrame) -> Snapshot:
    """The snapshot again; PackingError where what is there is no such thing."""
    try:
        settings_record = json.loads(settings)
        # The steps from older formats take lists.
        large = (LINES, SHARES) if settings_record.get("format") == FORMAT else ()
        columns = {
            name: (_columns if name in large else decode)(_INFLATER.decompress(data))
            for name, data in records.items()
        }
        contents = upgraded({SETTINGS: settings_record, **columns})
        programme = _programme(contents[SETTINGS])
        tables = [_table(each) for each in contents[TABLES]["table"]]
        return Snapshot(
            programme,
            contents[SETTINGS]["control"],
            _register(contents[LINES], tables, programme),
            _shares(contents[SHARES], programme),
            summary,
            _left_out(contents[LEFT_OUT]),
            tables,
            _in_use(contents[IN_USE]),
            "weights" in contents[SETTINGS],
        )
    except (LookupError, ValueError, TypeError, AttributeError, _INFLATER.error) as fault:
        raise PackingError(str(fault)) from fault


def _columns(content: bytes) -> dict[str, Any]:
    """The columns of a large frame: whole numbers as arrays, all else as lists."""
    return {name: _column(column) for name, column in decode(content, type=dict[str, Raw]).items()}


def _column(content: Raw) -> Pence | list[Any]:
    text = bytes(content)
    if text[1:2].isdigit() or text[1:2] == b"-":
        # Two million numbers of 200,000 parts of lines: by way of Python's own it takes three times
        # as long.
        return np.fromstring(text[1:-1], dtype=np.int64, sep=",")
    values: list[Any] = decode(text)
    return values


def _fields_of(kind: type[Any], record: Mapping[str, Any]) -> dict[str, Any]:
    """What is held of the fields that a class has; those that are absent have their defaults."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in record.items() if name in names}


def _programme(record: Mapping[str, Any]) -> Programme:
    """Without what shapes no figure; a place that is not held is nowhere."""
    partners = (
        Partner(**{**_fields_of(Partner, each), "at": _place(each.get("at", {}))})
        for each in record["partners"]
    )
    services = (
        Service(**{**_fields_of(Service, each), "basis_at": _place(each.get("basis_at", {}))})
        for each in record["services"]
    )
    absent = {"price_base": "", "payback_limit": None, "report_unit": 1, "marking": "", "note": ""}
    exact = {
        **{name: tuple(record[name]) for name in ("years", "scenarios")},
        "discount_rate": Fraction(record["discount_rate"]),
        "share_tolerance": Fraction(points) if (points := record.get("share_tolerance")) else None,
        "partners": tuple(partners),
        "services": tuple(services),
        "weights": _weights(record.get("weights", [])),
        "tags": tuple(Tag(one["heading"], tuple(one["values"])) for one in record.get("tags", [])),
    }
    return Programme(**{**absent, **_fields_of(Programme, record), **exact})


def _place(record: Mapping[str, Any]) -> SourceRef:
    return SourceRef(**{"workbook": "", **_fields_of(SourceRef, record)})


def _weights(rows: list[dict[str, Any]]) -> dict[str, dict[str | None, WeightRows]]:
    sets: dict[str, dict[str | None, WeightRows]] = {}
    for record in rows:
        texts = record["weights"]
        converted_fields = {
            "weights": None if texts is None else tuple(map(Decimal, texts)),
            "at": _place(record["at"]),
            "cells": tuple(map(_place, record["cells"])),
            "from_day": date.fromisoformat(day) if (day := record.get("from_day")) else None,
        }
        services = sets.setdefault(record["basis"], {})
        row = WeightRow(**{**_fields_of(WeightRow, record), **converted_fields})
        services[record["service"]] = (*services.get(record["service"], ()), row)
    return sets


def _in_use(columns: Mapping[str, Any]) -> dict[ShareKey, Weights]:
    keys = zip(*(columns[name] for name in _SHARE_KEY), strict=True)
    weights = (None if each is None else tuple(each) for each in columns["weights"])
    return dict(zip(keys, weights, strict=True))


def _table(record: Mapping[str, Any]) -> TableSource:
    years = {int(year): column for year, column in record["year_columns"].items()}
    return TableSource(**{**_fields_of(TableSource, record), "year_columns": years})


def _register(
    columns: Mapping[str, Any], tables: list[TableSource], programme: Programme
) -> pd.DataFrame:
    """The lines; a column that is not held is blank, or what the programme says."""
    count = len(columns["line_ref"])
    texts = (*_LINE_TEXTS, *tag_names(programme.tags))
    frame: dict[str, Any] = {name: categories(columns.get(name, [None] * count)) for name in texts}
    for name in (*programme.year_labels, *_LINE_NUMBERS, *_LINE_FLAGS):
        absent = getattr(programme, name, 0)
        kind = np.bool_ if name in _LINE_FLAGS else np.int64
        frame[name] = np.asarray(columns.get(name, [absent] * count), dtype=kind)
    for name in ("workbook", "sheet"):
        frame[name] = categories([getattr(table, name) for table in tables])[frame["source"]]
    return pd.DataFrame(frame)


def _left_out(columns: Mapping[str, Any]) -> pd.DataFrame:
    rejected = columns["rejected"]
    nothing = [None] * len(rejected)
    texts = {name: categories(columns.get(name, nothing)) for name in _LEFT_OUT_TEXTS}
    return pd.DataFrame({**texts, "rejected": rejected})


def _shares(columns: Mapping[str, Any], programme: Programme) -> pd.DataFrame:
    names = {one.code: one.name for one in programme.partners}
    partner = pd.Series(categories(columns["partner"]))
    numbers, codes = number_rows(partner)
    organisations = categories([names.get(code, NOT_YET_APPORTIONED) for code in codes])
    return pd.DataFrame(
        {
            "register_row": np.asarray(columns["register_row"], dtype=np.int64),
            "partner": partner,
            "organisation": organisations[numbers],
            **{name: np.asarray(columns[name], dtype=np.int64) for name in programme.year_labels},
        }
    )
