"""Work done by several processes: the same results, whoever makes them and whatever becomes of
them."""

import errno
import gc
import os
import signal
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from multiprocessing import active_children
from pathlib import Path
from subprocess import PIPE, Popen, run
from textwrap import dedent
from typing import Any

import pytest

from pipeline.core.results import Results
from pipeline.core.versions import Versions
from pipeline.processes import Helpers, HelpersError, Make, Work, workers
from pipeline.report import outputs as report_outputs
from pipeline.report.last_outputs import LastOutputs
from tests.report import fake
from tests.report.built import build
from tests.report.later import later_results

LONG = 100  # seconds


@pytest.fixture(scope="module")
def results() -> Results:
    return fake.results()


@pytest.mark.parametrize("others", [0, 1, 2])
def test_the_bytes_are_the_same_whatever_the_number_of_processes(
    results: Results, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    alone = build(results)
    monkeypatch.setattr(report_outputs, "_ROWS_FOR_OTHERS", 1)

    def patiently(work: Work[Any], make: Make[Any]) -> list[Any]:
        """As late as lets the others, where there are any, make all."""
        while others and work.places:
            time.sleep(0.01)
        return finished(work, make)

    finished = Work.finished
    monkeypatch.setattr(Work, "finished", patiently)
    with Helpers(others) as helpers:
        assert build(results, helpers=helpers) == alone


@pytest.mark.parametrize("others", [0, 1])
def test_data_are_begun_with_before_the_figures_are_compared_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    now = later_results(tmp_path / "programme")
    alone = build(now)
    monkeypatch.setattr(report_outputs, "_ROWS_FOR_OTHERS", 1)
    before = replace(now, versions=Versions(), controls=now.controls.iloc[:-1])
    data = [path for path in alone if path.startswith("data/")]
    folder = tmp_path / "outputs"
    folder.mkdir()
    with (
        Helpers(others) as helpers,
        report_outputs.writing(folder, before, helpers=helpers) as work,
    ):
        work.begin()
        if others:
            wait_for(folder / f"{len(data) - 1}")
        outputs = work.finished(now)
    assert {path: file.path.read_bytes() for path, file in outputs.files.items()} == alone


def test_files_begin_their_way_to_the_disk_when_they_are_made_but_none_that_stays(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(report_outputs, "_sync", synced.append)
    before, folder = tmp_path / "before", tmp_path / "now"
    before.mkdir()
    with report_outputs.writing(before, results) as work:
        last = work.finished(results)
    assert sorted(synced) == sorted(file.path for file in last.files.values())
    synced.clear()
    folder.mkdir()
    monkeypatch.setattr(LastOutputs, "standing", lambda _, path: last.files.get(path))
    stood = LastOutputs(before, made_of=last.made_of)
    with report_outputs.writing(folder, results, last=stood) as work:
        now = work.finished(results)
    assert sorted(synced) == sorted(f.path for f in now.files.values() if f.path.parent == folder)
    assert len(synced) < len(now.files)


def test_a_disk_that_fails_meanwhile_fails_the_report(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lacks_room())
    with (
        pytest.raises(OSError, match="No space left"),
        report_outputs.writing(tmp_path, results) as work,
    ):
        work.finished(results)


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


def there() -> Make[str]:
    def make(place: int) -> str:
        time.sleep(0.1)
        return f"{place} by {os.getpid()}"

    return make


def sleeps() -> Make[str]:
    return lambda place: str(time.sleep(LONG))


def says_who() -> Make[str]:
    def make(place: int) -> str:
        print(os.getpid(), flush=True)
        return str(time.sleep(LONG))

    return make


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


def makers(made: list[str]) -> list[str]:
    """Who made each: the number of the process, nothing where it was this one."""
    return [each.partition(" by ")[2] for each in made]


def test_one_that_is_brought_down_costs_time_only() -> None:
    with Helpers(2) as helpers:
        assert helpers.side_by_side(6, here, dies, 2) == list("012345")
        made = helpers.side_by_side(6, here, there, 1)
    assert [each[0] for each in made] == list("012345")
    assert len({*makers(made)} - {""}) == 1


@pytest.mark.parametrize("fails_there", [dies_halfway, lacks_memory])
def test_so_does_one_that_is_brought_down_while_it_answers_or_lacks_memory(
    fails_there: Callable[[], Make[str]],
) -> None:
    with Helpers(1) as helpers:
        assert helpers.side_by_side(3, here, fails_there, 1) == list("012")
        made = helpers.side_by_side(2, here, there, 1)
    assert sorted(map(bool, makers(made))) == [False, True]


def test_a_full_disk_there_is_a_fault_as_it_is_here() -> None:
    with Helpers(1) as helpers, pytest.raises(OSError, match="No space left") as fault:
        helpers.side_by_side(2, here, lacks_room, 1)
    assert "in fail" in str(fault.value.__cause__)


@pytest.mark.usefixtures("started_by_itself")
def test_one_serves_for_all_that_a_command_does() -> None:
    with Helpers(1) as helpers:
        first = {*makers(helpers.side_by_side(2, here, there, 1))}
        second = {*makers(helpers.side_by_side(2, here, there, 5))}
    assert first == second
    assert len(first - {"", str(os.getpid())}) == 1


def test_helpers_begin_while_this_process_does_something_else() -> None:
    with Helpers(1) as helpers, helpers.sharing(4, there, 1) as work:
        deadline = time.monotonic() + 30
        while work.places and time.monotonic() < deadline:
            time.sleep(0.01)
        made = work.finished(here)
    assert len({*makers(made)} - {""}) == 1
    assert "" not in makers(made)


def test_more_may_come_while_helpers_make_the_first_and_goes_before_what_is_left() -> None:
    made_here: list[int] = []

    def slowly(place: int) -> str:
        made_here.append(place)
        return here(place)

    with Helpers(1) as helpers, helpers.sharing(2, there, 1) as work:
        deadline = time.monotonic() + 30
        while work.places and time.monotonic() < deadline:
            time.sleep(0.01)
        work.add(4)
        made = work.finished(slowly)
    assert [each[0] for each in made] == list("012345")
    assert not {0, 1} & {*made_here}
    assert len({*makers(made)} - {""}) == 1

    with Helpers(0) as helpers, helpers.sharing(2, there, 1) as work:
        made_here.clear()
        work.add(2)
        assert work.finished(slowly) == list("0123")
    assert made_here == [2, 3, 0, 1]


def test_who_works_ahead_takes_the_last_that_is_left_and_leaves_the_others_one_each() -> None:
    work, sent = Work[str](7), list[int]()

    def submit(place: int) -> Future[str]:
        sent.append(place)
        made = Future[str]()
        made.set_result(f"{place} there")
        return made

    work.drive(submit, partial(work.take_last, 2))
    assert sent == [6, 5, 4, 3, 2]
    made = work.finished("{} here".format)
    assert made == ["0 here", "1 here", *(f"{place} there" for place in range(2, 7))]


@pytest.mark.parametrize("others", [1, 2])
def test_what_helpers_make_ahead_comes_in_order_and_what_they_die_over_is_made_here(
    others: int,
) -> None:
    numbers = [str(place) for place in range(8)]
    with Helpers(others) as helpers:
        with helpers.sharing(8, there, others, ahead=True) as work:
            deadline = time.monotonic() + 30
            while work.places and time.monotonic() < deadline:
                time.sleep(0.01)
            made = work.finished(here)
        assert [each.partition(" by ")[0] for each in made] == numbers
        assert "" not in makers(made)
        with helpers.sharing(8, dies, others, ahead=True) as work:
            assert work.finished(here) == numbers


def test_a_fault_in_what_is_made_ahead_is_raised_here() -> None:
    with (
        Helpers(1) as helpers,
        pytest.raises(ValueError, match="can't be made"),
        helpers.sharing(8, fails, 1, ahead=True) as work,
    ):
        work.finished(here)


def running() -> Helpers:
    """One that runs already, as for whoever has much to read."""
    helpers = Helpers(1, meanwhile="wave")
    helpers.expect(1)
    return helpers


def says_that_it_began(file: Path) -> int:
    file.touch()
    return os.getpid()


def test_a_result_alone_is_made_by_one_that_runs_while_this_process_does_something_else(
    tmp_path: Path,
) -> None:
    file = tmp_path / "began"
    with running() as helpers:
        number = helpers.beside(partial(says_that_it_began, file))
        wait_for(file)
        assert number() != os.getpid()


def wait_for(file: Path) -> None:
    deadline = time.monotonic() + 30
    while not file.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.usefixtures("started_by_itself")
@pytest.mark.parametrize("is_asked_for", [True, False])
def test_the_file_that_a_result_alone_comes_in_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_asked_for: bool
) -> None:
    temporary, began = tmp_path / "temporary", tmp_path / "began"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with running() as helpers:
        number = helpers.beside(partial(says_that_it_began, began))
        deadline = time.monotonic() + 30
        while not any(temporary.glob("savings-*")):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        if is_asked_for:
            assert number() != os.getpid()
            assert not [*temporary.glob("savings-*")]
        time.sleep(0.2)  # until this process knows that it is made
    assert not [*temporary.glob("savings-*")]


def test_a_result_alone_that_none_has_begun_with_is_made_here() -> None:
    with running() as helpers, helpers.sharing(9, sleeps, 1):
        waiting = [helpers.beside(os.getpid) for _ in range(5)]
        assert waiting[-1]() == os.getpid()
        helpers.end()


def test_results_alone_that_wait_when_the_helpers_are_ended_are_made_here() -> None:
    with running() as helpers, helpers.sharing(9, sleeps, 1):
        waiting = [helpers.beside(os.getpid) for _ in range(5)]
        helpers.end()
        assert [each() for each in waiting] == [os.getpid()] * 5


def test_for_a_result_alone_none_is_started() -> None:
    with Helpers(1) as helpers:
        assert helpers.beside(os.getpid)() == os.getpid()
        assert active_children() == []


def dies_but_in(process: int, file: Path | None = None) -> int:
    if file is not None:
        file.touch()
    if os.getpid() != process:
        os.kill(os.getpid(), signal.SIGKILL)
    return process


def lacks_memory_but_in(process: int, file: Path) -> int:
    file.touch()
    if os.getpid() != process:
        raise MemoryError
    return process


@pytest.mark.parametrize("make", [dies_but_in, lacks_memory_but_in])
def test_a_result_alone_that_is_not_made_there_is_made_here(
    make: Callable[[int, Path], int], tmp_path: Path
) -> None:
    file = tmp_path / "began"
    with running() as helpers:
        number = helpers.beside(partial(make, os.getpid(), file))
        wait_for(file)
        assert number() == os.getpid()
        made = helpers.side_by_side(2, here, there, 1)
    assert sorted(map(bool, makers(made))) == [False, True]


def test_a_result_alone_is_made_here_where_all_were_brought_down_before() -> None:
    with running() as helpers:
        (helper,) = active_children()
        helper.kill()
        helper.join()
        assert helpers.beside(os.getpid)() == os.getpid()
        # Whoever notices first that it was, what is shared next but one is shared again.
        helpers.side_by_side(2, here, there, 1)
        assert sum(map(bool, makers(helpers.side_by_side(2, here, there, 1)))) == 1


def test_a_result_alone_is_made_here_where_helpers_are_ended_before_it_is_asked_for() -> None:
    with running() as helpers:
        number = helpers.beside(partial(dies_but_in, os.getpid()))
        with pytest.raises(KeyboardInterrupt), helpers.sharing(9, sleeps, 1):
            raise KeyboardInterrupt
        assert number() == os.getpid()


def fails_alone() -> str:
    raise ValueError("It can't be made")


def test_a_fault_over_a_result_alone_is_that_fault() -> None:
    with running() as helpers, pytest.raises(ValueError, match="can't be made"):
        helpers.beside(fails_alone)()


def test_a_fault_in_another_process_is_that_fault() -> None:
    with Helpers(1) as helpers, pytest.raises(ValueError, match="can't be made"):
        helpers.side_by_side(2, here, fails, 1)


def test_a_fault_here_ends_the_work_of_the_others() -> None:
    start = time.monotonic()
    with Helpers(1) as helpers:
        with pytest.raises(ValueError, match="can't be made"):
            helpers.side_by_side(9, fails(), sleeps, 1)
        with pytest.raises(KeyboardInterrupt), helpers.sharing(9, sleeps, 1):
            raise KeyboardInterrupt
        made = helpers.side_by_side(2, here, there, 1)
    assert [each[0] for each in made] == ["0", "1"]
    assert time.monotonic() - start < LONG


@pytest.mark.usefixtures("started_by_itself")
class Circle:
    """Refers to itself, so that only Python's collector can tell that nobody else does."""

    def __init__(self) -> None:
        self.itself = self


circles: list[weakref.ref[Circle]] = []


def leaves_a_circle(_: int) -> tuple[bool, bool]:
    """Whether garbage is looked for meanwhile, and whether what was left before is there still."""
    still_there = any(circle() is not None for circle in circles)
    circles.append(weakref.ref(Circle()))
    return gc.isenabled(), still_there


@pytest.mark.parametrize("others", [0, 1])
def test_garbage_goes_when_a_result_is_made_and_is_not_looked_for_before(others: int) -> None:
    circles.clear()
    with Helpers(others) as helpers:
        answers = helpers.side_by_side(12, leaves_a_circle, leaving_circles, others)
    assert answers == [(False, False)] * 12
    assert gc.isenabled()
    assert others or not any(circle() for circle in circles)


def leaving_circles() -> Make[tuple[bool, bool]]:
    return leaves_a_circle


def test_they_end_with_the_process_that_started_them_though_it_is_killed(tmp_path: Path) -> None:
    program = """
        from pipeline.processes import Helpers
        from tests.test_processes import here, says_who
        if __name__ == "__main__":
            with Helpers(1) as helpers, helpers.sharing(2, says_who, 1):
                input()
    """
    command = [sys.executable, "-c", dedent(program)]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        helper = int(parent.stdout.readline())
        assert list(tmp_path.iterdir())
        parent.kill()
    deadline = time.monotonic() + 30
    while Path(f"/proc/{helper}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert list(tmp_path.iterdir()) == []


def test_what_stayed_of_processes_killed_in_one_moment_goes_a_day_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Helpers(1) as helpers, helpers.sharing(2, there, 1) as work:
        (name,) = (each.name for each in tmp_path.iterdir())
        work.finished(here)
    left, of_today, others = (
        tmp_path / f"{name}1",
        tmp_path / f"{name}2",
        tmp_path / "savings-1.xlsx",
    )
    for path, hours in ((left, 25), (of_today, 23), (others, 99)):
        path.touch()
        os.utime(path, (time.time() - hours * 3600,) * 2)
    with Helpers(1) as helpers:
        helpers.side_by_side(2, here, there, 1)
    # Python has a folder of its own there, from when processes first talk to one another.
    stay = {path for path in tmp_path.iterdir() if not path.name.startswith("pymp-")}
    assert stay == {of_today, others}


def test_what_they_will_need_is_imported_meanwhile() -> None:
    module, deadline = "wave", time.monotonic() + 30
    with Helpers(1, meanwhile=module) as helpers:
        helpers.expect(1)
        there = partial(knows, module)
        while not any(helpers.side_by_side(2, lambda _: bool(time.sleep(0.2)), there, 1)):
            assert time.monotonic() < deadline


@pytest.mark.skipif(sys.platform != "linux", reason="says nowhere else what threads there are")
def test_no_process_has_threads_that_wait_for_large_matrices() -> None:
    program = (
        "import os, pipeline.model.sensitivity as _; print(len(os.listdir('/proc/self/task')))"
    )
    environment = {name: os.environ[name] for name in os.environ if "OPENBLAS" not in name}
    done = run([sys.executable, "-c", program], env=environment, stdout=PIPE, check=True)
    assert done.stdout == b"1\n"


def test_none_is_started_that_would_have_nothing_to_do() -> None:
    with Helpers(1) as helpers:
        helpers.expect(1)
        assert helpers.side_by_side(1, here, there, 1) == ["0"]
        assert active_children() == []


@pytest.mark.parametrize("said", ["0", "two", "-1", "1.5", "62"])
def test_what_is_no_number_of_processes_is_refused(
    monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("SAVINGS_WORKERS", said)
    with pytest.raises(HelpersError, match="a whole number from 1 to 61"):
        workers()


def test_how_many_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAVINGS_WORKERS", "3")
    assert workers() == 3
    assert Helpers().most == 2
    monkeypatch.setenv("SAVINGS_WORKERS", "")
    assert 1 <= workers() <= (os.cpu_count() or 1)
