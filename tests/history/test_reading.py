"""A history in a file is read without SQLAlchemy, as it is with it."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from pipeline.core.versions import key_of
from pipeline.history.faults import HistoryError
from pipeline.history.migrations import NEWEST
from pipeline.history.reading import OwnFile, own_file
from pipeline.history.store import open_history
from tests.history.test_store import KEY, record

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A history of two versions."""
    history = open_history(tmp_path)
    record(history, "First", signed_off=("J Smith", "A Jones"), place="here")
    record(history, "Second", errors=2)
    record(history, "Another's", key_of("BLH-2", "another"))
    return tmp_path / "history.sqlite"


def test_it_says_what_sqlalchemy_says(path: Path) -> None:
    own, other = own_file(path.parent), open_history(path.parent)
    assert own is not None
    assert str(own) == str(other)
    assert own.shared is other.shared is False
    assert own.versions(KEY) == other.versions(KEY)
    assert [one.programme for one in own.versions(KEY)] == ["Blue Light Hub"] * 2
    assert [one.place for one in own.versions(KEY)] == ["here", ""]
    assert own.files(KEY) == other.files(KEY)
    first, second = own.snapshot(KEY, 2), other.snapshot(KEY, 2)
    for frame in ("register", "apportioned", "summary", "left_out"):
        pd.testing.assert_frame_equal(getattr(first, frame), getattr(second, frame))
    assert first.programme == second.programme
    assert first.shares == second.shares


def test_a_programme_without_versions_has_none(path: Path) -> None:
    own = OwnFile(path)
    assert own.versions("path nobody") == []
    assert own.files("path nobody") == {}
    for history in (own, open_history(path.parent)):
        with pytest.raises(HistoryError, match="version 1 is not in it"):
            history.snapshot("path nobody", 1)


@pytest.mark.parametrize("version", [NEWEST - 1, NEWEST + 1])
def test_another_schema_is_left_to_sqlalchemy(path: Path, version: int) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE savings_schema SET version = {version}")
    connection.close()
    assert own_file(path.parent) is None


def test_what_is_no_history_is_left_to_sqlalchemy(tmp_path: Path) -> None:
    assert own_file(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "history.sqlite").write_bytes(b"not a database, though it is long enough" * 100)
    assert own_file(tmp_path) is None


def test_a_file_that_goes_meanwhile_is_an_empty_history(path: Path) -> None:
    own = own_file(path.parent)
    assert own is not None
    path.unlink()
    assert own.versions(KEY) == []
    assert own.files(KEY) == {}
    assert not path.exists()


def test_a_damaged_table_is_said_to_be_one(path: Path) -> None:
    own = own_file(path.parent)
    assert own is not None
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE savings_files")
    connection.close()
    with pytest.raises(HistoryError, match="no such table: savings_files"):
        own.files(KEY)


_READS = """
import sys
from pathlib import Path
from pipeline.comparing import _read_history
history = _read_history(Path(sys.argv[1]), "", sys.argv[2])
assert history.last is not None and len(history.versions) == 2, history
assert "sqlalchemy" not in sys.modules
"""


def test_a_report_imports_no_sqlalchemy(path: Path) -> None:
    command = [sys.executable, "-c", _READS, str(path.parent), KEY]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert said.returncode == 0, said.stderr
