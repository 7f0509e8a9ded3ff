"""Workbooks written in several processes: the same bytes, and words where one dies."""

import os
import signal
import time
from collections.abc import Callable

import pytest

from pipeline.core.results import Results
from pipeline.report.outputs import build
from pipeline.report.writers import Make, WritersError, side_by_side, workers


@pytest.mark.parametrize("writers", [2, 3])
def test_the_bytes_are_the_same_whatever_the_number_of_processes(
    fake_results: Results, outputs: dict[str, bytes], writers: int
) -> None:
    assert build(fake_results, writers=writers) == outputs


def in_the_others(job: Callable[[], bytes]) -> Make:
    """Makes each workbook here, and does the job instead in any other process."""
    here = int(os.environ["TEST_WRITERS_HERE"])

    def make(place: int) -> bytes:
        if os.getpid() != here:
            return job()
        time.sleep(0.2)  # the other process is to get its part
        return bytes([place])

    return make


def dies() -> Make:
    return in_the_others(lambda: bytes(os.kill(os.getpid(), signal.SIGKILL) or 0))


def fails() -> Make:
    def fail() -> bytes:
        raise ValueError("this workbook can't be written")

    return in_the_others(fail)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_WRITERS_HERE", str(os.getpid()))


@pytest.mark.usefixtures("here")
def test_a_process_that_dies_is_told_with_what_to_do() -> None:
    with pytest.raises(WritersError, match=r"ended before its time.* SAVINGS_WORKERS=1"):
        side_by_side(4, dies, 1)


@pytest.mark.usefixtures("here")
def test_a_fault_in_another_process_is_that_fault() -> None:
    with pytest.raises(ValueError, match="can't be written"):
        side_by_side(4, fails, 1)


def test_how_many_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAVINGS_WORKERS", "3")
    assert workers() == 3
    monkeypatch.setenv("SAVINGS_WORKERS", "")
    assert 1 <= workers() <= (os.cpu_count() or 1)


@pytest.mark.parametrize("said", ["0", "two", "-1", "1.5", "65"])
def test_what_is_no_number_of_processes_is_refused(
    monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("SAVINGS_WORKERS", said)
    with pytest.raises(WritersError, match="a whole number from 1 to 64"):
        workers()
