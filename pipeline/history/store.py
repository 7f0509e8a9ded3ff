"""The history of issued versions in a database: SQLite or PostgreSQL, by SQLAlchemy.

Writing takes one lock for the whole history, so that two who issue at once get two numbers.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pandas as pd
from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    event,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from pipeline.core.outputs import HISTORY
from pipeline.core.versions import Issued, Snapshot
from pipeline.history.faults import HistoryError
from pipeline.history.migrations import MIGRATIONS, NEWEST, WORDS
from pipeline.history.packing import packed, settings_text
from pipeline.history.reading import PATIENCE_SECONDS, TOTALS_KEPT, Ask, Readable
from pipeline.history.schema import (
    FILES,
    INPUTS,
    PROGRAMMES,
    RECORDS,
    SCHEMA,
    SIGN_OFFS,
    TOTALS,
    VERSIONS,
)

# Any number will do that nobody else uses in the same database.
_LOCK = 5_231_106
_DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}


@dataclass
class Recording:
    """Recording a version of one programme, while nobody else can."""

    connection: Connection
    programme: int

    def numbers(self) -> dict[int, str]:
        """The names of the versions recorded so far, by number."""
        rows = self.connection.execute(
            select(VERSIONS.c.number, VERSIONS.c.name).where(
                VERSIONS.c.programme_id == self.programme
            )
        )
        return {row.number: row.name for row in rows}

    def record(
        self,
        version: Issued,
        inputs: Mapping[str, str],
        snapshot: Snapshot,
        files: Mapping[str, str],
    ) -> None:
        """Record a version: its inputs and files (SHA-256 by path), settings, totals, lines and
        shares."""
        run = self.connection.execute
        added = run(
            insert(VERSIONS).returning(VERSIONS.c.id),
            {
                "programme_id": self.programme,
                "number": version.number,
                "name": version.name,
                "issued": version.when.isoformat(timespec="seconds"),
                "errors": version.errors,
                "settings": settings_text(snapshot),
                "place": version.place,
            },
        ).scalar_one()
        key = {"version_id": added}
        signed = [
            {**key, "place": place, "signed_off_by": words}
            for place, words in enumerate(version.signed_off)
        ]
        if signed:
            run(insert(SIGN_OFFS), signed)
        run(
            insert(INPUTS),
            [{**key, "workbook": name, "sha256": digest} for name, digest in inputs.items()],
        )
        if files:
            rows = [{**key, "file": name, "sha256": digest} for name, digest in files.items()]
            run(insert(FILES), rows)
        run(insert(TOTALS), [{**key, **total} for total in _totals(snapshot.summary)])
        run(
            insert(RECORDS),
            [
                {**key, "name": name, "rows": rows, "content": content}
                for name, (rows, content) in packed(snapshot).items()
            ],
        )


def _totals(summary: pd.DataFrame) -> Iterator[dict[str, object]]:
    rows = summary[list(TOTALS_KEPT)].astype(object).itertuples(index=False, name=None)
    for place, row in enumerate(rows):
        total = dict(zip(TOTALS_KEPT, row, strict=True))
        years = total["payback_years"]
        yield {
            **total,
            "place": place,
            "payback_years": str(years) if isinstance(years, Fraction) else None,
        }


class History(Readable):
    """The history at a URL. Errors of the database are HistoryErrors that name it."""

    def __init__(self, engine: Engine, *, shared: bool = False) -> None:
        self._engine = engine
        self.shared = shared

    @property
    def name(self) -> str:
        """Where it is, in words: the file, or the URL without its password."""
        url = self._engine.url
        return str(url.database) if _is_file(url) else url.render_as_string(hide_password=True)

    @property
    def is_there(self) -> bool:
        """Whether there is anything to read; a file that isn't there yet is an empty history."""
        url = self._engine.url
        return not _is_file(url) or Path(str(url.database)).is_file()

    def __str__(self) -> str:
        return self.name

    def inputs(self, programme: str, number: int) -> dict[str, str]:
        """The SHA-256 of each input that a version was made of, by path."""
        with self._reading() as connection:
            rows = connection.execute(
                select(INPUTS.c.workbook, INPUTS.c.sha256)
                .join(VERSIONS, VERSIONS.c.id == INPUTS.c.version_id)
                .join(PROGRAMMES)
                .where(PROGRAMMES.c.key == programme, VERSIONS.c.number == number)
            )
            return {row.workbook: row.sha256 for row in rows}

    @contextmanager
    def issuing(self, programme: str) -> Iterator[Recording]:
        """Record a version of a programme: what is done in it is kept whole or not at all."""
        with self._naming_faults(), self._connection() as connection:
            _lock(connection)
            _migrate(connection)
            same_key = select(PROGRAMMES.c.id).where(PROGRAMMES.c.key == programme)
            place = connection.execute(same_key).scalar_one_or_none()
            if place is None:
                added = insert(PROGRAMMES).returning(PROGRAMMES.c.id)
                place = connection.execute(added, {"key": programme}).scalar_one()
            yield Recording(connection, place)
            connection.commit()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A connection to a history of the newest schema; nothing is written to one that is."""
        with self._naming_faults(), self._connection() as connection:
            if _version(connection) != NEWEST:
                connection.rollback()
                _lock(connection)
                _migrate(connection)
                connection.commit()
            yield connection

    @contextmanager
    def _asking(self) -> Iterator[Ask]:
        with self._reading() as connection:
            yield lambda sql, values: connection.execute(text(sql), values).all()

    @contextmanager
    def _naming_faults(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as fault:
            raise HistoryError(_reason(fault, self._engine.url)) from fault

    def _connection(self) -> Connection:
        """A connection; what a driver can't make of an address is a HistoryError too."""
        try:
            return self._engine.connect()
        except (ValueError, TypeError) as fault:
            raise HistoryError("its URL has something in it that no database takes") from fault


def _reason(fault: SQLAlchemyError, url: URL) -> str:
    """The database's own words, without statements, addresses and passwords."""
    original = getattr(fault, "orig", None)
    words = str(original if original is not None else fault).strip()
    line = words.splitlines()[0] if words else type(fault).__name__
    return line.replace(str(url.password), "***") if url.password else line


def _lock(connection: Connection) -> None:
    """Let nobody else write until this transaction ends."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def _version(connection: Connection) -> int:
    """The version of the schema; 0 where there is none yet."""
    if not inspect(connection).has_table(SCHEMA.name):
        return 0
    return int(connection.execute(select(SCHEMA.c.version)).scalar_one())


def _migrate(connection: Connection) -> None:
    """Bring the schema up to date."""
    version = _version(connection)
    if version > NEWEST:
        raise HistoryError("it was written by a newer version of this program: use that one")
    words = WORDS[connection.dialect.name]
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            connection.execute(text(statement.format_map(words)))
    if version < NEWEST:
        connection.execute(update(SCHEMA).values(version=NEWEST))


def open_history(folder: Path, url: str = "") -> History:
    """The history of the programme whose outputs folder this is: at the URL, else in the folder.

    Nothing is opened or made before it is used. HistoryError for a URL that is none of SQLite or
    PostgreSQL, or that can't be told apart from its password; the message holds no part of it.
    """
    where = _address(url) if url else URL.create(_DRIVERS["sqlite"], database=str(folder / HISTORY))
    waits = {"timeout": PATIENCE_SECONDS} if _is_file(where) else {"connect_timeout": 20}
    try:
        engine = create_engine(where, connect_args=waits, poolclass=NullPool)
    except ImportError as fault:
        raise HistoryError(
            "A history in PostgreSQL needs the program's extra postgresql, which is not installed: "
            "install the program again with [postgresql] behind its name."
        ) from fault
    if _is_file(where):
        event.listen(engine, "connect", _own_transactions)
    return History(engine, shared=bool(url))


_FORM = (
    "A history is a URL such as sqlite:///folder/history.sqlite or "
    "postgresql://name:password@host/database."
)


def _address(url: str) -> URL:
    """A URL that somebody gave, with the driver that we use."""
    if url.count("@") > 1:
        raise HistoryError(
            "There is more than one @ in the history's URL. In a password write @ as %40, : as "
            "%3A, / as %2F and ? as %3F."
        )
    try:
        where = make_url(url)
        driver = _DRIVERS[where.drivername.split("+")[0]]
    except (ArgumentError, KeyError) as fault:
        raise HistoryError(_FORM) from fault
    except ValueError as fault:
        raise HistoryError(
            "The history's URL can't be read: the port behind the host must be a number, and in a "
            f"password @ is written %40, : %3A, / %2F and ? %3F. {_FORM}"
        ) from fault
    if any("password" in name.casefold() for name in where.query):
        raise HistoryError(
            "The history's URL has a password behind its question mark, where it would be shown. "
            f"Write it before the host. {_FORM}"
        )
    if _is_file(where) and _in_memory(where):
        raise HistoryError(
            "The history's URL names no file: a history in memory is gone when the command ends. "
            "Name a file: sqlite:///folder/history.sqlite."
        )
    return where.set(drivername=driver)


def _in_memory(url: URL) -> bool:
    """Whether SQLite would keep it in memory, or in a file that goes when it is closed."""
    return not url.database or ":memory:" in url.database or url.query.get("mode") == "memory"


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _own_transactions(connection: sqlite3.Connection, _: object) -> None:
    """Have SQLite begin and end transactions when we say so, not when its driver thinks fit."""
    connection.isolation_level = None
