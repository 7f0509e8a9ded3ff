"""A snapshot in the form in which a history keeps it: settings as JSON, frames as compressed
columns of JSON. Read back, it gives the same figures."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core.programme import Partner, Programme, Service
from pipeline.core.returns import TableSource
from pipeline.core.source import SourceRef
from pipeline.core.versions import Snapshot
from schemas.vocabulary import NOT_YET_APPORTIONED

LINES, SHARES, LEFT_OUT, TABLES = "lines", "shares", "left_out", "tables"

_LINE_TEXTS = (
    *("line_ref", "project_code", "description", "service", "strand", "category", "scenario"),
    *("basis", "partner", "funding", "owner", "confidence", "notes"),
)
_LINE_NUMBERS = ("row", "source", "pounds_per_unit")
_LINE_FLAGS = ("savings_positive", "incremental")
_LEFT_OUT_TEXTS = ("line_ref", "scenario", "heading", "value", "where")


class PackingError(Exception):
    """What can't be unpacked: the history is damaged."""


def packed(snapshot: Snapshot) -> dict[str, tuple[int, bytes]]:
    """The lines, shares, rows left out and tables: the number of rows and the content by name."""
    years = snapshot.programme.year_labels
    register, shares = snapshot.register, snapshot.apportioned
    frames = {
        LINES: {
            **{name: _texts(register[name]) for name in _LINE_TEXTS},
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
        TABLES: {"table": [asdict(table) for table in snapshot.tables]},
    }
    return {
        name: (len(next(iter(columns.values()))), _compressed(columns))
        for name, columns in frames.items()
    }


def _texts(column: pd.Series) -> list[str | None]:
    return [value if isinstance(value, str) else None for value in column.tolist()]


def _compressed(columns: Mapping[str, object]) -> bytes:
    text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode())


def settings_text(snapshot: Snapshot) -> str:
    """The settings that shape figures, as JSON."""
    programme = snapshot.programme
    plain = (
        *("title", "reference", "years", "steady_year", "scenarios", "plan_scenario"),
        *("pounds_per_unit", "savings_positive", "incremental", "price_base"),
        *("report_unit", "marking"),
    )
    return json.dumps(
        {
            **{name: getattr(programme, name) for name in plain},
            "discount_rate": str(programme.discount_rate),
            "partners": [[one.code, one.name] for one in programme.partners],
            "services": [[one.name, one.strand, one.basis] for one in programme.services],
            "control": snapshot.control,
        },
        ensure_ascii=False,
    )


def unpacked(settings: str, records: Mapping[str, bytes], summary: pd.DataFrame) -> Snapshot:
    """The snapshot again; PackingError where what is there is no such thing."""
    try:
        held = json.loads(settings)
        programme = _programme(held)
        columns = {name: json.loads(zlib.decompress(data)) for name, data in records.items()}
        tables = [_table(each) for each in columns[TABLES]["table"]]
        register = _register(columns[LINES], tables, programme)
        left_out = {
            **{name: _column(columns[LEFT_OUT][name]) for name in _LEFT_OUT_TEXTS},
            "rejected": columns[LEFT_OUT]["rejected"],
        }
        return Snapshot(
            programme,
            held["control"],
            register,
            _shares(columns[SHARES], programme),
            summary,
            pd.DataFrame(left_out),
            tables,
        )
    except (KeyError, ValueError, TypeError, AttributeError, zlib.error) as fault:
        raise PackingError(str(fault)) from fault


def _programme(held: dict[str, Any]) -> Programme:
    """Without weights and places."""
    nowhere = SourceRef("")
    return Programme(
        title=held["title"],
        reference=held["reference"],
        years=tuple(held["years"]),
        steady_year=held["steady_year"],
        scenarios=tuple(held["scenarios"]),
        plan_scenario=held["plan_scenario"],
        pounds_per_unit=held["pounds_per_unit"],
        savings_positive=held["savings_positive"],
        incremental=held["incremental"],
        discount_rate=Fraction(held["discount_rate"]),
        price_base=held["price_base"],
        payback_limit=None,
        report_unit=held["report_unit"],
        marking=held["marking"],
        note="",
        partners=tuple(Partner(*each) for each in held["partners"]),
        services=tuple(
            Service(name, strand, basis, nowhere) for name, strand, basis in held["services"]
        ),
    )


def _table(held: dict[str, Any]) -> TableSource:
    years = {int(year): column for year, column in held["year_columns"].items()}
    return TableSource(**{**held, "year_columns": years})


def _column(texts: list[str | None]) -> pd.Series:
    return pd.Series(texts, dtype="str")


def _register(
    held: dict[str, Any], tables: list[TableSource], programme: Programme
) -> pd.DataFrame:
    frame = pd.DataFrame({name: _column(held[name]) for name in _LINE_TEXTS})
    for name in (*programme.year_labels, *_LINE_NUMBERS):
        frame[name] = np.array(held[name], dtype=np.int64)
    for name in _LINE_FLAGS:
        frame[name] = np.array(held[name], dtype=bool)
    frame["workbook"] = _column([tables[number].workbook for number in held["source"]])
    frame["sheet"] = _column([tables[number].sheet for number in held["source"]])
    return frame


def _shares(held: dict[str, Any], programme: Programme) -> pd.DataFrame:
    names = {one.code: one.name for one in programme.partners}
    frame = pd.DataFrame({"register_row": np.array(held["register_row"], dtype=np.int64)})
    frame["partner"] = _column(held["partner"])
    frame["organisation"] = _column(
        [names.get(c or "", NOT_YET_APPORTIONED) for c in held["partner"]]
    )
    for label in programme.year_labels:
        frame[label] = np.array(held[label], dtype=np.int64)
    return frame
