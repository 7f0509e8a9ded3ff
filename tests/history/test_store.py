"""What a history keeps, in SQLite and in PostgreSQL."""

import re
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from pipeline.core.versions import Issued, Snapshot, key_of
from pipeline.history.bridges import moved
from pipeline.history.faults import HistoryError
from pipeline.history.migrations import MIGRATIONS, NEWEST, WORDS
from pipeline.history.schema import METADATA
from pipeline.history.store import History, open_history
from tests.history.figures import Line, programme, snapshot

ROOT = Path(__file__).parent.parent.parent
KEY = key_of("BLH-1", "blue-light-hub")
FILES = {"programme-summary.xlsx": "ef" * 32, "partners/A.xlsx": "01" * 32}
INPUTS = {"programme.xlsx": "ab" * 32, "finance.xlsx": "cd" * 32, "letter.docx": ""}
SAVING = Line("L1", "Best case", "ICT", "Cashable saving", {2012: 0, 2013: -500, 2014: -900})
WHEN = datetime(2012, 4, 30, 14, 5, tzinfo=UTC)


@pytest.fixture
def history(url: str, tmp_path: Path) -> History:
    return open_history(tmp_path, url)


def engine(url: str) -> Engine:
    """The database, as another tool opens it."""
    driver = url.replace("postgresql://", "postgresql+psycopg://")
    return create_engine(driver, poolclass=NullPool)


def kept() -> Snapshot:
    waiting = replace(SAVING, ref="L2", basis="Not agreed", units=1_000, incremental=True)
    fault = ("L3", None, True, "2013/14", "TBC", "finance.xlsx, Savings!F4")
    return snapshot(programme(), [SAVING, waiting], [fault])


def record(history: History, name: str, key: str = KEY, **more: object) -> int:
    with history.issuing(key) as recording:
        number = 1 + max(recording.numbers(), default=0)
        version = Issued(number, name, WHEN, **more)  # type: ignore[arg-type]  # tests name fields
        recording.record(version, INPUTS, kept(), FILES)
    return number


def test_versions_are_listed_as_they_were_issued(history: History) -> None:
    record(history, "Cabinet 30 April 2012", signed_off=("J Smith, Section 151", "Chief Constable"))
    record(history, "Second", errors=2)
    assert history.versions(KEY) == [
        Issued(1, "Cabinet 30 April 2012", WHEN, 0, ("J Smith, Section 151", "Chief Constable")),
        Issued(2, "Second", WHEN, 2),
    ]


def test_programmes_that_share_a_history_have_numbers_of_their_own(history: History) -> None:
    other = key_of("", "other")
    assert [record(history, "First"), record(history, "Second")] == [1, 2]
    assert record(history, "First", other) == 1
    assert [version.name for version in history.versions(other)] == ["First"]


def test_a_programme_is_known_by_its_reference_else_by_its_path() -> None:
    assert key_of("blh-1 ", "here") == key_of("BLH-1", "there")
    assert key_of("", "here") != key_of("", "there")
    assert key_of("here", "x") != key_of("", "here")


def test_what_was_recorded_reads_back_as_it_was(history: History) -> None:
    record(history, "First")
    read, own = history.snapshot(KEY, 1), kept()
    assert read.programme == replace(
        own.programme,
        services=tuple(
            replace(one, basis_at=again.basis_at)
            for one, again in zip(own.programme.services, read.programme.services, strict=True)
        ),
    )
    assert read.tables == own.tables
    for frame, whole in (
        (read.register, own.register),
        (read.apportioned, own.apportioned),
        (read.summary, own.summary),
    ):
        kept_columns = whole[frame.columns].astype(object)
        pd.testing.assert_frame_equal(frame.astype(object), kept_columns)
    assert read.left_out["value"].tolist() == ["TBC"]
    what = moved(read, own, history.versions(KEY)[0])
    assert what.lines.empty
    assert all(check.expected == check.actual for check in what.checks)


def test_inputs_and_totals_stand_in_tables_that_other_tools_can_read(
    history: History, url: str
) -> None:
    record(history, "First")
    with engine(url).connect() as connection:
        inputs = connection.execute(text("SELECT workbook, sha256 FROM savings_inputs")).all()
        totals = connection.execute(
            text(
                "SELECT scenario, annual_cashable_pence FROM savings_totals "
                "WHERE organisation = 'Total programme' ORDER BY place"
            )
        ).all()
    assert {tuple(row) for row in inputs} == set(INPUTS.items())
    assert [tuple(row) for row in totals] == [("Best case", -1_800), ("Worst case", 0)]


def test_a_version_is_kept_whole_or_not_at_all(history: History) -> None:
    record(history, "First")

    def interrupted() -> None:
        with history.issuing(KEY) as recording:
            recording.record(Issued(2, "Second", WHEN), INPUTS, kept(), FILES)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [version.number for version in history.versions(KEY)] == [1]


def test_a_number_can_not_stand_twice(history: History) -> None:
    record(history, "First")

    def again() -> None:
        with history.issuing(KEY) as recording:
            recording.record(Issued(1, "Again", WHEN), INPUTS, kept(), FILES)

    with pytest.raises(HistoryError):
        again()


_ISSUES = """
import sys
from pathlib import Path
from pipeline.history.store import open_history
from tests.history.test_store import record
history = open_history(Path("."), sys.argv[1])
print(*[record(history, f"{sys.argv[2]} {n}") for n in range(8)])
"""


def test_two_who_issue_at_once_get_two_numbers(history: History, url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _ISSUES, url, name],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        for name in ("Ann", "Bob")
    ]
    numbers = [int(n) for process in processes for n in process.communicate()[0].split()]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(numbers) == list(range(1, 17))
    assert [version.number for version in history.versions(KEY)] == list(range(1, 17))


# The schema


def made_by_an_older_program(url: str, migrations: int) -> None:
    """A history of an older schema, with one version."""
    with engine(url).begin() as connection:
        words = WORDS[connection.dialect.name]
        for statement in (s for step in MIGRATIONS[:migrations] for s in step):
            connection.execute(text(statement.format_map(words)))
        connection.execute(text(f"UPDATE savings_schema SET version = {migrations}"))
        key = {"key": KEY}
        connection.execute(text("INSERT INTO savings_programmes (key) VALUES (:key)"), key)
        connection.execute(
            text(
                "INSERT INTO savings_versions (programme_id, number, name, issued, errors, "
                "settings) VALUES (1, 1, 'Old', '2012-04-30T14:05:00+00:00', 0, '{}')"
            )
        )


def test_an_older_history_is_brought_up_to_date_by_itself(history: History, url: str) -> None:
    made_by_an_older_program(url, 1)
    assert history.versions(KEY) == [Issued(1, "Old", WHEN)]
    assert record(history, "New", signed_off=("J Smith",)) == 2
    assert history.versions(KEY)[1].signed_off == ("J Smith",)


def test_the_newest_schema_is_the_one_that_the_program_speaks(history: History, url: str) -> None:
    record(history, "First")
    found = inspect(engine(url))
    for table in METADATA.sorted_tables:
        columns = {column["name"] for column in found.get_columns(table.name)}
        assert columns == set(table.columns.keys()), table.name


def test_a_history_of_a_newer_program_is_left_alone(history: History, url: str) -> None:
    record(history, "First")
    with engine(url).begin() as connection:
        connection.execute(text(f"UPDATE savings_schema SET version = {NEWEST + 1}"))
    with pytest.raises(HistoryError, match="newer version of this program"):
        history.versions(KEY)
    with pytest.raises(HistoryError, match="newer version of this program"):
        record(history, "Second")


# What can't be used


def test_reading_makes_no_file_and_changes_none(tmp_path: Path) -> None:
    history = open_history(tmp_path)
    assert history.versions(KEY) == []
    assert list(tmp_path.iterdir()) == []
    record(history, "First")
    before = (tmp_path / "history.sqlite").read_bytes()
    history.snapshot(KEY, 1)
    assert history.versions(KEY)
    assert (tmp_path / "history.sqlite").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["history.sqlite"]


def test_a_damaged_file_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "history.sqlite").write_bytes(b"not a database, though it is long enough" * 100)
    with pytest.raises(HistoryError, match="not a database"):
        open_history(tmp_path).versions(KEY)


def test_a_damaged_version_is_said_to_be_one(tmp_path: Path) -> None:
    history = open_history(tmp_path)
    record(history, "First")
    with sqlite3.connect(tmp_path / "history.sqlite") as connection:
        connection.execute("UPDATE savings_records SET content = x'00' WHERE name = 'lines'")
    connection.close()
    with pytest.raises(HistoryError, match="version 1 can't be read"):
        history.snapshot(KEY, 1)


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    history = open_history(tmp_path, "postgresql://ann:secret@127.0.0.1:1/savings")
    assert "secret" not in str(history)
    with pytest.raises(HistoryError) as fault:
        history.versions(KEY)
    assert "secret" not in str(fault.value)


def test_a_postgresql_without_its_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(HistoryError, match="needs the program's extra postgresql"):
        open_history(tmp_path, "postgresql://me@127.0.0.1:1/db")
    open_history(tmp_path)


@pytest.mark.parametrize("url", ["history.sqlite", "mysql://host/savings", "postgresql"])
def test_a_url_that_is_none_of_ours_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(HistoryError, match="sqlite:///"):
        open_history(tmp_path, url)


_HIDDEN = [
    ("postgresql://me:sec@ret@127.0.0.1:1/db", "write @ as %40"),
    ("postgresql://me:sec@r:et@127.0.0.1:1/db", "write @ as %40"),
    ("postgresql://me:sec?r@et@127.0.0.1:1/db", "write @ as %40"),
    ("postgresql://me:secret@127.0.0.1:port/db", "must be a number"),
    ("postgresql://me:secret/db", "must be a number"),
    ("postgresql://me@127.0.0.1:1/db?password=secret", "behind its question mark"),
    ("postgresql://me@127.0.0.1:1/db?sslpassword=secret", "behind its question mark"),
    ("mysql://me:secret@127.0.0.1/db", "A history is a URL such as"),
    ("secret", "A history is a URL such as"),
]


@pytest.mark.parametrize(("url", "words"), _HIDDEN)
def test_a_url_that_can_not_be_used_is_said_without_its_password(
    url: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(HistoryError, match=re.escape(words)) as said:
        open_history(tmp_path, url)
    assert not {"sec", "ret", "secret"} & set(re.findall(r"\w+", str(said.value)))


@pytest.mark.parametrize("password", ["se:cret", "se/cret", "se%40cret", "se?cret", "127"])
def test_a_password_with_signs_of_a_url_is_never_shown(password: str, tmp_path: Path) -> None:
    history = open_history(tmp_path, f"postgresql://me:{password}@127.0.0.1:1/db")
    assert str(history) == "postgresql+psycopg://me:***@127.0.0.1:1/db"
    with pytest.raises(HistoryError) as said:
        history.versions(KEY)
    assert "cret" not in str(said.value)


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"],
)
def test_a_history_in_memory_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="names no file"):
        open_history(tmp_path, url)
    open_history(tmp_path, f"sqlite:///{tmp_path / 'memory.sqlite'}")
