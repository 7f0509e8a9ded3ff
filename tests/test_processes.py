"""Work done by several processes: the same results, whoever makes them and whatever becomes of
them."""

import errno
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

import pipeline.processes
from pipeline.core.results import Results
from pipeline.processes import Helpers, HelpersError, Make, workers
from pipeline.report import outputs as report_outputs
from tests.report import fake
from tests.report.built import build


@pytest.fixture(scope="module")
def results() -> Results:
    return fake.results()


@pytest.mark.parametrize("others", [0, 1, 2])
def test_the_bytes_are_the_same_whatever_the_number_of_processes(
    results: Results, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    alone = build(results)
    monkeypatch.setattr(report_outputs, "_ROWS_FOR_OTHERS", 1)
    make_all = pipeline.processes._make_all

    def patiently(
        make: Make[Any], place: int | None, left: deque[int], made: dict[int, Any]
    ) -> None:
        """As slowly as lets the others, where there are any, make all but the last."""
        while others and left:
            time.sleep(0.01)
        make_all(make, place, left, made)

    monkeypatch.setattr(pipeline.processes, "_make_all", patiently)
    with Helpers(others) as helpers:
        assert build(results, helpers=helpers) == alone


@pytest.mark.parametrize(
    ("rows", "others"), [(0, 0), (19_999, 0), (20_000, 299), (3_000_000, 1), (7_000_000, 0)]
)
def test_more_rows_are_written_by_fewer_processes_for_each_holds_all_of_them(
    rows: int, others: int
) -> None:
    assert report_outputs._others(rows) == others


def here(place: int) -> str:
    """Slowly, so that the others get their part."""
    time.sleep(0.2)
    return f"{place}"


def here_too() -> Make[str]:
    return here


def there() -> Make[str]:
    return lambda place: f"{place} by {os.getpid()}"


def dies() -> Make[str]:
    return lambda place: str(os.kill(os.getpid(), signal.SIGKILL))


def fails() -> Make[str]:
    def fail(place: int) -> str:
        raise ValueError(f"{place} can't be made")

    return fail


def dies_halfway() -> Make[bytes]:
    """Brought down by its own answer, which is too long to be sent at once."""
    return lambda _: (
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGKILL)).start() or bytes(500_000_000)
    )


def lacks_memory() -> Make[str]:
    def fail(place: int) -> str:
        raise MemoryError

    return fail


def lacks_room() -> Make[str]:
    def fail(place: int) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return fail


def knows(module: str) -> Make[bool]:
    return lambda place: module in sys.modules


def test_one_that_is_brought_down_costs_time_only() -> None:
    with Helpers(2) as helpers:
        assert helpers.side_by_side(6, here, dies, 2) == list("012345")
        made = helpers.side_by_side(3, here, there, 1)
    assert made[0] != "0"
    assert made[2] == "2"


@pytest.mark.parametrize("there", [dies_halfway, lacks_memory])
def test_so_does_one_that_is_brought_down_while_it_answers_or_lacks_memory(
    there: Callable[[], Make[str]],
) -> None:
    with Helpers(1) as helpers:
        assert helpers.side_by_side(3, here, there, 1) == list("012")
        assert helpers.side_by_side(2, here, here_too, 1) == list("01")


def test_a_full_disk_there_is_a_fault_as_it_is_here() -> None:
    with Helpers(1) as helpers, pytest.raises(OSError, match="No space left") as fault:
        helpers.side_by_side(2, here, lacks_room, 1)
    assert "in fail" in fault.value.__notes__[0]


@pytest.mark.usefixtures("started_by_itself")
def test_one_serves_for_all_that_a_command_does() -> None:
    with Helpers(1) as helpers:
        first = helpers.side_by_side(2, here, there, 1)
        second = helpers.side_by_side(2, here, there, 5)
    assert first[0] == second[0] != f"0 by {os.getpid()}"
    assert first[1] == second[1] == "1"


def test_a_fault_in_another_process_is_that_fault() -> None:
    with Helpers(1) as helpers, pytest.raises(ValueError, match="0 can't be made"):
        helpers.side_by_side(2, here, fails, 1)


def test_a_fault_here_ends_the_work_of_the_others() -> None:
    with Helpers(1) as helpers:
        with pytest.raises(ValueError, match="1 can't be made"):
            helpers.side_by_side(2, fails(), there, 1)
        assert helpers.side_by_side(2, here, there, 1)[1] == "1"


@pytest.mark.usefixtures("started_by_itself")
def test_what_they_will_need_is_imported_meanwhile() -> None:
    module, deadline = "wave", time.monotonic() + 30
    with Helpers(1, meanwhile=module) as helpers:
        helpers.expect(1)
        there = partial(knows, module)
        while not helpers.side_by_side(2, lambda _: bool(time.sleep(0.2)), there, 1)[0]:
            assert time.monotonic() < deadline


def test_none_is_started_that_would_have_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr("pipeline.processes._Helper", started.append)
    with Helpers(1) as helpers:
        helpers.expect(1)
        assert helpers.side_by_side(1, here, there, 1) == ["0"]
    assert started == []


@pytest.mark.parametrize("said", ["0", "two", "-1", "1.5", "65"])
def test_what_is_no_number_of_processes_is_refused(
    monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("SAVINGS_WORKERS", said)
    with pytest.raises(HelpersError, match="a whole number from 1 to 64"):
        workers()


def test_how_many_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAVINGS_WORKERS", "3")
    assert workers() == 3
    assert Helpers().most == 2
    monkeypatch.setenv("SAVINGS_WORKERS", "")
    assert 1 <= workers() <= (os.cpu_count() or 1)
