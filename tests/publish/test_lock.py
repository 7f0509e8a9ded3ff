"""Two runs on one outputs folder: the second waits or stops, and never mixes."""

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.publish import PublishError, lock, outputs_lock, scratch

ROOT = Path(__file__).parent.parent.parent
HOLDS = """
import sys
from pathlib import Path
from pipeline.publish import outputs_lock
with outputs_lock(Path(sys.argv[1]), print):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def another_run(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the folder until it reads a line."""
    run = subprocess.Popen(
        [sys.executable, "-c", HOLDS, folder],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with run:
        assert run.stdout
        assert run.stdout.readline() == "held\n"
        yield run
        run.kill()


def holds(folder: Path) -> list[str]:
    """Take the lock and let go of it; what was said meanwhile."""
    said: list[str] = []
    with outputs_lock(folder, said.append):
        assert (folder / ".lock").exists()
    return said


def test_the_second_run_stops_and_names_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.2)
    said: list[str] = []
    with another_run(tmp_path) as first:
        with (
            pytest.raises(PublishError, match="is still in use by another run") as stopped,
            outputs_lock(tmp_path, said.append),
        ):
            pytest.fail("two runs held one folder")
        who = f"(process {first.pid} on {socket.gethostname()}, since "
        assert who in said[0]
        assert who in str(stopped.value)


def test_the_second_run_goes_on_when_the_first_ends(tmp_path: Path) -> None:
    with another_run(tmp_path) as first:

        def waiting(_: str) -> None:
            assert first.stdin
            first.stdin.write("end\n")
            first.stdin.flush()

        with outputs_lock(tmp_path, waiting):
            assert str(os.getpid()) in (tmp_path / ".lock-held-by.json").read_text()
    assert not (tmp_path / ".lock-held-by.json").exists()


def test_the_lock_of_a_run_that_was_killed_is_taken_over_at_once(tmp_path: Path) -> None:
    with another_run(tmp_path) as first:
        first.kill()
        first.wait()
        assert (tmp_path / ".lock-held-by.json").exists()
        assert holds(tmp_path) == []
    assert not (tmp_path / ".lock-held-by.json").exists()


def test_a_holder_that_can_t_be_read_is_named_as_far_as_it_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0)
    with another_run(tmp_path):
        (tmp_path / ".lock-held-by.json").write_text("{")
        with pytest.raises(PublishError, match=r"is still in use by another run of this program\."):
            holds(tmp_path)


def test_a_folder_that_nothing_was_put_into_does_not_stay(tmp_path: Path) -> None:
    assert holds(tmp_path / "outputs" / "one") == []
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "two").mkdir()
    holds(tmp_path / "two")
    assert [path.name for path in (tmp_path / "two").iterdir()] == [".lock"]


def test_files_on_their_way_go_with_the_run(tmp_path: Path) -> None:
    def stop_midway() -> None:
        with scratch(tmp_path) as way:
            (way / "0").write_bytes(b"half of a workbook")
            raise ZeroDivisionError

    with outputs_lock(tmp_path, print), pytest.raises(ZeroDivisionError):
        stop_midway()
    assert list(tmp_path.glob(".savings-scratch*")) == []


def test_those_of_a_run_that_was_killed_go_with_the_next_one(tmp_path: Path) -> None:
    with outputs_lock(tmp_path, print):
        killed = tmp_path / ".savings-scratch-of-another-run"
        killed.mkdir()
        (killed / "0").write_bytes(b"half of a workbook")
        with scratch(tmp_path) as own:
            assert own != killed  # into which a process of the run that was killed may still write
    assert holds(tmp_path) == []
    assert list(tmp_path.glob(".savings-scratch*")) == []


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    def fill() -> None:
        with scratch(tmp_path):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(PublishError, match=r"can't be written to \(No space left on device\)"):
        fill()
