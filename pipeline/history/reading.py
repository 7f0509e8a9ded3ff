"""What is read of a history, in SQL that every database takes; and the history in a file, which
Python reads by itself: to import SQLAlchemy takes nearly as long as to read a version."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.core.outputs import HISTORY
from pipeline.core.versions import Issued, Snapshot
from pipeline.history.faults import HistoryError
from pipeline.history.migrations import NEWEST
from pipeline.history.packing import PackingError, title_of, unpacked
from schemas.model import SUMMARY

# How long one who issues waits for another one to be done.
PATIENCE_SECONDS = 60
# The columns of a version's totals.
TOTALS_KEPT = tuple(SUMMARY.names())

# The rows of a statement with these values in place of its names (``:key``).
Ask = Callable[[str, Mapping[str, object]], Sequence[Sequence[Any]]]

_SCHEMA = "SELECT version FROM savings_schema"
_OF_PROGRAMME = (
    "JOIN savings_programmes ON savings_programmes.id = savings_versions.programme_id "
    "WHERE savings_programmes.key = :key"
)
_VERSIONS = (
    "SELECT savings_versions.id, number, name, issued, errors, settings, place "
    f"FROM savings_versions {_OF_PROGRAMME} ORDER BY number"
)
_SIGN_OFFS = (
    "SELECT version_id, signed_off_by FROM savings_sign_offs "
    f"JOIN savings_versions ON savings_versions.id = version_id {_OF_PROGRAMME} "
    "ORDER BY version_id, savings_sign_offs.place"
)
_FILES = (
    "SELECT number, file, sha256 FROM savings_files "
    f"JOIN savings_versions ON savings_versions.id = version_id {_OF_PROGRAMME} "
    "ORDER BY number, file"
)
_VERSION = (
    "SELECT savings_versions.id, settings "
    f"FROM savings_versions {_OF_PROGRAMME} AND number = :number"
)
_RECORDS = "SELECT name, content FROM savings_records WHERE version_id = :id"
_TOTALS = (
    f"SELECT {', '.join(TOTALS_KEPT)} FROM savings_totals WHERE version_id = :id ORDER BY place"
)


class Readable(ABC):
    """A history that can be read. Errors of the database are HistoryErrors.

    ``shared``: whether other programmes, and other computers, may record in it too.
    """

    shared = False

    @property
    @abstractmethod
    def is_there(self) -> bool:
        """Whether there is anything to read; a file that isn't there yet is an empty history."""

    @abstractmethod
    def _asking(self) -> AbstractContextManager[Ask]:
        """What asks a history of the newest schema."""

    def versions(self, programme: str) -> list[Issued]:
        """A programme's versions, oldest first; ``programme`` is its key (``key_of``)."""
        if not self.is_there:
            return []
        key = {"key": programme}
        with self._asking() as ask:
            rows, sign_offs = ask(_VERSIONS, key), ask(_SIGN_OFFS, key)
        signed: dict[int, list[str]] = {}
        for version, words in sign_offs:
            signed.setdefault(version, []).append(words)
        return [
            Issued(
                number,
                name,
                datetime.fromisoformat(issued),
                errors,
                tuple(signed.get(version, ())),
                title_of(settings),
                place,
            )
            for version, number, name, issued, errors, settings, place in rows
        ]

    def files(self, programme: str) -> dict[int, dict[str, str]]:
        """The SHA-256 of each file of a programme's versions, by number and path; none of versions
        with which they were not kept yet."""
        if not self.is_there:
            return {}
        by_version: dict[int, dict[str, str]] = {}
        with self._asking() as ask:
            for number, name, digest in ask(_FILES, {"key": programme}):
                by_version.setdefault(number, {})[name] = digest
        return by_version

    def snapshot(self, programme: str, number: int) -> Snapshot:
        """What was recorded of a version."""
        with self._asking() as ask:
            versions = ask(_VERSION, {"key": programme, "number": number})
            if not versions:
                raise HistoryError(f"version {number} is not in it")
            version, settings = versions[0]
            key = {"id": version}
            contents = {name: bytes(content) for name, content in ask(_RECORDS, key)}
            totals = [tuple(row) for row in ask(_TOTALS, key)]
        summary = pd.DataFrame(totals, columns=list(TOTALS_KEPT), dtype=object)
        years = [None if value is None else Fraction(value) for value in summary["payback_years"]]
        summary["payback_years"] = pd.Series(years, dtype=object)
        try:
            return unpacked(settings, contents, summary)
        except PackingError as fault:
            raise HistoryError(f"version {number} can't be read from it ({fault})") from fault


class OwnFile(Readable):
    """The history in a file, of the newest schema."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return str(self._path)

    @property
    def is_there(self) -> bool:
        """Whether the file is there."""
        return self._path.is_file()

    @contextmanager
    def _asking(self) -> Iterator[Ask]:
        try:
            with closing(sqlite3.connect(self._path, PATIENCE_SECONDS)) as connection:
                yield lambda sql, values: connection.execute(sql, values).fetchall()
        except sqlite3.Error as fault:
            raise HistoryError(str(fault)) from fault

    @property
    def is_of_newest_schema(self) -> bool:
        """Whether it can be read as it is; HistoryError where it is no history."""
        with self._asking() as ask:
            return [tuple(row) for row in ask(_SCHEMA, {})] == [(NEWEST,)]


def own_file(folder: Path) -> OwnFile | None:
    """The history in an outputs folder; None where it isn't there or can't be read as it is
    (``open_history`` brings an older one up to date, and says what is wrong with it)."""
    history = OwnFile(folder / HISTORY)
    try:
        return history if history.is_there and history.is_of_newest_schema else None
    except HistoryError:
        return None
