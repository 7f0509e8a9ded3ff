"""Watching the inputs: what makes a report due, and what a user who leaves it running sees."""

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline import watch
from pipeline.ingest.discover import discover
from pipeline.watch import AGAIN, LONGEST_AGAIN, PATIENCE, SETTLED, Change, Watcher, is_whole
from tests.builders import Programme, Return, issues_in, read_table
from tests.end_to_end.commands import ROOT, Said, contents, pipeline
from tests.long import quick_cases

pytestmark = pytest.mark.usefixtures("written_once")
SUMMARY = "programme-summary.xlsx"
DEADLINE = 60.0


def a_return(department: str, folder: Path, name: str = "") -> Path:
    each = Return(department)
    each.line([500, 400, 0])
    return each.write(folder, name or f"{department}.xlsx")


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """Two programmes, a return in each."""
    folder = tmp_path / "inputs"
    for name in ("one", "two"):
        Programme(title=name).write(folder / name)
        a_return("Finance", folder / name)
    return folder


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    return tmp_path / "outputs"


@pytest.fixture
def aside(tmp_path: Path) -> Path:
    """A folder that nobody watches."""
    return tmp_path / "aside"


def sources(folder: Path) -> set[object]:
    return {row["Workbook"] for row in read_table(folder / SUMMARY, "Sources")}


# What makes a report due: a watcher with a clock of its own


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Eye:
    """A watcher, and the seconds that go by."""

    watcher: Watcher
    clock: Clock

    def after(self, seconds: float = 0.0) -> list[Change]:
        self.clock.now += seconds
        return self.watcher.due()

    def settled(self) -> list[Change]:
        assert self.after() == []
        return self.after(SETTLED)


@pytest.fixture
def eye(inputs: Path) -> Eye:
    return Eye(Watcher(inputs, discover(inputs), clock=(clock := Clock())), clock)


def test_nothing_is_due_while_nothing_changes(eye: Eye) -> None:
    assert [eye.after(seconds) for seconds in (0, SETTLED, 3600)] == [[], [], []]
    assert not eye.watcher.pending


def test_what_arrives_changes_and_goes_is_due_once_for_its_programme(
    inputs: Path, eye: Eye
) -> None:
    a_return("Legal", inputs / "two" / "late")
    assert eye.settled() == [Change("two", arrived=("late/Legal.xlsx",))]
    a_return("Legal services", inputs / "two" / "late", "Legal.xlsx")
    (inputs / "two" / "Finance.xlsx").unlink()
    assert eye.settled() == [
        Change("two", changed=("late/Legal.xlsx",), went=("Finance.xlsx",)),
    ]
    assert eye.after(3600) == []


def test_a_change_is_due_when_nothing_has_happened_for_two_seconds(inputs: Path, eye: Eye) -> None:
    assert SETTLED == 2
    for number in range(10):
        a_return(f"D{number}", inputs / "one")
        assert eye.after(SETTLED - 0.1) == []
        assert eye.watcher.pending
    (change,) = eye.after(SETTLED)
    assert len(change.arrived) == 10
    assert not eye.watcher.pending


def test_a_programme_settles_by_itself(inputs: Path, eye: Eye) -> None:
    a_return("Legal", inputs / "one")
    eye.after()
    a_return("Legal", inputs / "two")
    assert [change.programme for change in eye.after(SETTLED)] == ["one"]
    assert [change.programme for change in eye.after(SETTLED)] == ["two"]


def test_what_is_put_back_as_it_was_is_no_change(inputs: Path, eye: Eye, aside: Path) -> None:
    aside.mkdir()
    (inputs / "one" / "Finance.xlsx").rename(aside / "Finance.xlsx")
    assert eye.after() == []
    (aside / "Finance.xlsx").rename(inputs / "one" / "Finance.xlsx")
    assert eye.settled() == []


@pytest.mark.parametrize(
    "name",
    [
        "~$Finance.xlsx",
        ".~lock.Finance.xlsx#",
        ".hidden/Legal.xlsx",
        "Legal.xlsx.part",
        "Legal.tmp",
        "Legal.xlsx.CRDOWNLOAD",
        "Legal.xlsx.filepart",
    ],
)
def test_lock_files_dot_files_and_files_being_copied_are_passed_over(
    inputs: Path, eye: Eye, aside: Path, name: str
) -> None:
    path = inputs / "one" / name
    path.parent.mkdir(exist_ok=True)
    shutil.copy(a_return("Legal", aside), path)
    assert eye.settled() == []
    path.rename(inputs / "one" / "Legal.xlsx")
    assert eye.settled() == [Change("one", arrived=("Legal.xlsx",))]


def test_files_that_are_listed_but_not_read_count(inputs: Path, eye: Eye) -> None:
    (inputs / "one" / "notes.txt").touch()
    (inputs / "stray.xlsx").touch()
    assert eye.settled() == [
        Change("one", arrived=("notes.txt",)),
        Change(watch.NO_PROGRAMME, arrived=("stray.xlsx",)),
    ]


def test_a_link_that_leads_nowhere_is_listed_and_not_waited_for(inputs: Path, eye: Eye) -> None:
    (inputs / "one" / "Legal.xlsx").symlink_to(inputs / "nowhere.xlsx")
    assert eye.settled() == [Change("one", arrived=("Legal.xlsx",))]


def test_a_half_copied_workbook_is_waited_for(inputs: Path, eye: Eye, aside: Path) -> None:
    whole = a_return("Legal", aside).read_bytes()
    path = inputs / "one" / "Legal.xlsx"
    path.write_bytes(whole[: len(whole) // 2])
    a_return("Legal", inputs / "two")
    assert [change.programme for change in eye.settled()] == ["two"]
    assert eye.watcher.waiting == [path]
    assert eye.after(PATIENCE - SETTLED - 1) == []
    path.write_bytes(whole)
    assert eye.settled() == [Change("one", arrived=("Legal.xlsx",))]
    assert eye.watcher.waiting == []


def test_a_copy_that_was_broken_off_is_reported_in_the_end(inputs: Path, eye: Eye) -> None:
    (inputs / "one" / "Legal.xlsx").touch()
    assert eye.settled() == []
    assert eye.after(PATIENCE) == [Change("one", arrived=("Legal.xlsx",))]
    assert eye.after(3600) == []


def test_a_file_that_vanishes_while_it_is_waited_for_is_forgotten(inputs: Path, eye: Eye) -> None:
    path = inputs / "one" / "Legal.xlsx"
    path.touch()
    assert eye.settled() == []
    path.unlink()
    assert eye.settled() == []
    assert eye.watcher.waiting == []


def test_a_programme_arrives_and_ends(inputs: Path, eye: Eye) -> None:
    Programme().write(inputs / "three")
    assert eye.settled() == [Change("three", arrived=("programme.xlsx",))]
    (inputs / "one" / "programme.xlsx").unlink()
    assert eye.settled() == [
        Change("one", went=("programme.xlsx", "Finance.xlsx"), ended=True),
        Change(watch.NO_PROGRAMME, arrived=("one/Finance.xlsx",)),
    ]


def test_a_folder_that_is_away_is_no_change(inputs: Path, eye: Eye, aside: Path) -> None:
    inputs.rename(aside)
    assert eye.settled() == []
    assert eye.watcher.waiting == [inputs]
    aside.rename(inputs)
    assert eye.settled() == []
    assert eye.watcher.waiting == []


def test_one_programme_alone(inputs: Path) -> None:
    found = discover(inputs)
    found.programmes, found.strays = found.programmes[:1], []
    eye = Eye(Watcher(inputs, found, "one", clock=(clock := Clock())), clock)
    a_return("Legal", inputs / "two")
    (inputs / "stray.xlsx").touch()
    assert eye.settled() == []
    a_return("Legal", inputs / "one")
    assert eye.settled() == [Change("one", arrived=("Legal.xlsx",))]


def test_a_report_that_failed_is_tried_again_after_longer_and_longer(eye: Eye) -> None:
    waited = []
    for _ in range(6):
        eye.watcher.tried("one", done=False)
        waited.append(next(n for n in range(1000) if eye.after(1.0)) + 1)
    assert waited == [AGAIN, 2 * AGAIN, 4 * AGAIN, 8 * AGAIN, LONGEST_AGAIN, LONGEST_AGAIN]
    eye.watcher.tried("one", done=True)
    assert eye.after(3600) == []
    eye.watcher.tried("one", done=False)
    assert eye.after(AGAIN) == [Change("one")]


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (b"", False),
        (b"\0" * 4096, False),
        (b"PK\3\4 and no end", False),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", True),
        (b"no workbook at all", True),
    ],
)
def test_whether_a_file_is_whole(tmp_path: Path, content: bytes, whole: bool) -> None:
    (tmp_path / "file.xlsx").write_bytes(content)
    assert is_whole(tmp_path / "file.xlsx") is whole


def test_a_zip_is_whole_with_its_end(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "file.xlsx", "w") as file:
        file.writestr("a", "b")
        file.comment = b"a comment"
    assert is_whole(tmp_path / "file.xlsx")
    assert not is_whole(tmp_path / "missing.xlsx")


# The command: in this process, with its ticks played


Play = Callable[..., Said]


@pytest.fixture
def play(inputs: Path, outputs: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Watch while each of some actions is done, then Ctrl-C."""

    def played(*actions: Callable[[], object], more: tuple[object, ...] = ()) -> Said:
        def ticks(watcher: Watcher, *, poll: bool) -> Iterator[None]:
            assert poll is ("--poll" in more)
            for action in actions:
                action()
                yield
            raise KeyboardInterrupt

        monkeypatch.setattr(watch, "ticks", ticks)
        monkeypatch.setattr(watch, "SETTLED", 0.0)
        monkeypatch.setattr(watch, "AGAIN", 0.0)
        return pipeline("watch", "--inputs", inputs, "--outputs", outputs, *more)

    return played


def nothing() -> None:
    """A tick at which nothing has happened."""


def test_it_reports_once_says_what_it_watches_and_ends_quietly(
    inputs: Path, outputs: Path, play: Play
) -> None:
    said = play(nothing)
    assert (said.status, said.err) == (0, "")
    assert said.out.count("Reports:") == 2
    assert f"Watching {inputs}: 2 programmes, 4 files. Ctrl-C ends it." in said.out
    assert said.out.endswith("Watching has ended. The reports stay as they are.")
    assert sources(outputs / "one") == {"programme.xlsx", "Finance.xlsx"}


def test_it_reports_the_programmes_concerned_and_says_why(inputs: Path, play: Play) -> None:
    said = play(
        lambda: a_return("Legal", inputs / "two"),
        (inputs / "two" / "Finance.xlsx").unlink,
        lambda: [a_return(f"D{number}", inputs / "one") for number in range(4)],
    )
    assert said.status == 0
    after = said.out.partition("Ctrl-C")[2]
    assert after.count("Reports:") == 3
    assert "two: “Legal.xlsx” arrived." in after
    assert "two: “Finance.xlsx” went." in after
    assert "one: 4 files arrived." in after


def test_files_without_a_programme_are_named(inputs: Path, play: Play) -> None:
    said = play((inputs / "stray.xlsx").touch)
    assert said.status == 0
    assert "Without a programme: “stray.xlsx” arrived." in said.out
    assert f"{inputs / 'stray.xlsx'} belongs to no programme" in said.err


def test_a_programme_that_ends_is_told(inputs: Path, outputs: Path, play: Play) -> None:
    said = play(lambda: shutil.rmtree(inputs / "two"), lambda: shutil.rmtree(inputs / "one"))
    assert said.status == 0
    assert f"no programme any more; its reports stay in {outputs / 'two'}." in said.out
    assert "There is nothing in" in said.err
    assert (outputs / "one" / SUMMARY).is_file()


def test_one_programme_by_its_title(inputs: Path, outputs: Path, play: Play) -> None:
    Programme(title="The first").write(inputs / "one")
    said = play(
        lambda: a_return("Legal", inputs / "two"),
        lambda: a_return("Legal", inputs / "one"),
        (inputs / "one" / "programme.xlsx").unlink,
        more=("--programme", "The first", "--poll"),
    )
    assert said.status == 0
    assert said.out.count("Reports:") == 2
    assert not (outputs / "two").exists()
    assert "There is no programme “one”" in said.err


def test_a_broken_file_is_an_issue_and_a_broken_control_workbook_no_end(
    inputs: Path, outputs: Path, play: Play
) -> None:
    one, two = inputs / "one", inputs / "two"
    said = play(
        lambda: (one / "Legal.xls").write_text("no workbook"),
        lambda: (two / "programme.xlsx").write_text("no workbook"),
        nothing,
        lambda: Programme(title="two").write(two),
    )
    assert said.status == 0
    assert issues_in(outputs / "one" / SUMMARY) == [("unreadable-workbook", None)]
    assert said.err.count("two was not reported: its control workbook") == 1
    assert said.out.count("Reports:") == 4


def test_an_output_that_is_locked_is_told_and_tried_again(
    inputs: Path, outputs: Path, play: Play
) -> None:
    locked = outputs / "one" / SUMMARY
    (locked / "open").mkdir(parents=True)
    said = play(lambda: shutil.rmtree(locked), nothing)
    assert said.status == 0
    assert said.err.startswith(f"Error: one was not reported. {locked}")
    assert "one: trying again." in said.out
    assert sources(outputs / "one") == {"programme.xlsx", "Finance.xlsx"}
    assert said.out.count("Reports:") == 2


def test_a_fault_of_the_program_is_told_and_watching_goes_on(
    inputs: Path, outputs: Path, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("something nobody thought of")

    def breaks() -> None:
        monkeypatch.setattr("pipeline.run.read_programme", fails)
        a_return("Legal", inputs / "one")

    before: dict[str, str] = {}
    said = play(lambda: before.update(contents(outputs)), breaks)
    assert said.status == 0
    assert "one was not reported, through a fault of this program (ZeroDivisionError" in said.err
    assert said.out.endswith("The reports stay as they are.")
    assert contents(outputs) == before


def test_inputs_that_can_not_be_looked_through_are_looked_through_again(
    inputs: Path, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Path) -> None:
        raise PermissionError(13, "Permission denied", str(inputs))

    def to(name: str, function: object) -> Callable[[], None]:
        return lambda: monkeypatch.setattr(name, function)

    watched, found = "pipeline.watch.discover", "pipeline.ingest.discover.discover"
    a_return("Legal", inputs.parent)
    said = play(
        to(watched, away),
        lambda: (inputs.parent / "Legal.xlsx").rename(inputs / "one" / "Legal.xlsx"),
        lambda: (to(watched, discover)(), to(found, away)()),
        to(found, discover),
    )
    assert said.status == 0
    assert said.out.count(f"Waiting for “{inputs}”") == 1
    assert said.err == f"Error: {inputs} can't be read (Permission denied)."
    assert said.out.count("Reports:") == 3


def test_wrong_usage_ends_with_2(inputs: Path, outputs: Path, play: Play) -> None:
    assert play(more=("--programme", "nobody")).status == 2
    assert pipeline("watch", "--inputs", inputs, "--outputs", inputs / "out").status == 2
    assert pipeline("watch", "--inputs", inputs / "none", "--outputs", outputs).status == 2


def test_programmes_that_would_share_a_folder_stay_unreported(
    inputs: Path, outputs: Path, play: Play
) -> None:
    Programme().write(inputs / "one" / "data")
    said = play(lambda: a_return("Legal", inputs / "one"))
    assert said.status == 0
    assert "would share a folder" in said.err
    assert not (outputs / "one").exists()


# When it is time to look


def events(*rounds: set[object] | Exception) -> Callable[..., Iterator[set[object]]]:
    """watchfiles, played: each call goes on with the rounds that are left."""
    left = list(rounds)

    def played(*_: object, **__: object) -> Iterator[set[object]]:
        while left:
            one = left.pop(0)
            if isinstance(one, Exception):
                raise one
            yield one
        raise KeyboardInterrupt

    return played


def looks(eye: Eye, *, each: Callable[[], object] = nothing) -> int:
    """How often it is time to look before the events end; ``each`` time this is done."""
    count = 0
    try:
        for _ in watch.ticks(eye.watcher, poll=False):
            count += 1
            each()
    except KeyboardInterrupt:
        return count
    raise AssertionError("ticks end with Ctrl-C alone")


def test_it_looks_at_an_event_while_a_change_settles_and_now_and_then(
    inputs: Path, eye: Eye, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet: set[object] = set()
    monkeypatch.setattr("watchfiles.watch", events(quiet, quiet, quiet))
    assert looks(eye) == 1
    monkeypatch.setattr("watchfiles.watch", events(quiet, {"an event"}, quiet))
    assert looks(eye) == 2
    monkeypatch.setattr("watchfiles.watch", events(quiet, quiet, quiet))
    assert looks(eye, each=lambda: eye.after(watch.LOOK)) == 3
    a_return("Legal", inputs / "one")
    monkeypatch.setattr("watchfiles.watch", events(quiet, quiet, quiet))
    assert looks(eye, each=eye.after) == 3


@pytest.mark.parametrize("fault", [FileNotFoundError(), OSError(28, "no watch"), RuntimeError()])
def test_looking_goes_on_where_the_system_has_no_events_to_give(
    eye: Eye, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    monkeypatch.setattr("watchfiles.watch", events(fault, {"an event"}))
    assert looks(eye) == 2
    assert sum(slept) == watch.LOOK


# The command, as a user starts it


@dataclass
class Running:
    """A watching process, and what it has said so far."""

    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    @property
    def reports(self) -> int:
        return self.said.count("Reports:")

    def until(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + DEADLINE
        while not condition():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def ctrl_c(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(DEADLINE)


@contextmanager
def watching(inputs: Path, outputs: Path, *more: str) -> Iterator[Running]:
    log = outputs.with_suffix(".log")
    # A shell may have started the tests with Ctrl-C switched off, which children inherit.
    start = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    start += "from pipeline.commands import main; main()"
    with (
        log.open("wb") as stream,
        subprocess.Popen(
            [sys.executable, "-c", start, "watch", "--inputs", inputs, "--outputs", outputs, *more],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=stream,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            running = Running(process, log)
            running.until(lambda: "Ctrl-C ends it." in running.said)
            yield running
        finally:
            process.kill()


has_ctrl_c = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT")


@quick_cases(1)
@has_ctrl_c
@pytest.mark.parametrize("more", [(), ("--poll",)])
def test_a_return_that_arrives_is_in_the_next_report(
    inputs: Path, outputs: Path, aside: Path, more: tuple[str, ...]
) -> None:
    with watching(inputs, outputs, *more) as running:
        assert running.reports == 2
        shutil.copy(a_return("Legal", aside), inputs / "one")
        running.until(lambda: running.reports == 3)
        assert "one: “Legal.xlsx” arrived.\n" in running.said
        assert sources(outputs / "one") == {"programme.xlsx", "Finance.xlsx", "Legal.xlsx"}
        assert running.ctrl_c() == 0
    assert running.said.endswith("\nWatching has ended. The reports stay as they are.\n")
    assert "Traceback" not in running.said


@has_ctrl_c
def test_a_half_copied_return_is_not_read_until_it_is_whole(
    inputs: Path, outputs: Path, aside: Path
) -> None:
    content = a_return("Legal", aside).read_bytes()
    path = inputs / "one" / "Legal.xlsx"
    with watching(inputs, outputs) as running, path.open("wb", buffering=0) as stream:
        stream.write(content[:-100])
        running.until(lambda: f"Waiting for “{path}”" in running.said)
        assert running.reports == 2
        stream.write(content[-100:])
        running.until(lambda: running.reports == 3)
        assert sources(outputs / "one") == {"programme.xlsx", "Finance.xlsx", "Legal.xlsx"}
        assert issues_in(outputs / "one" / SUMMARY) == []


@has_ctrl_c
def test_many_quick_changes_make_one_report(inputs: Path, outputs: Path, aside: Path) -> None:
    ready = [a_return(f"D{number}", aside) for number in range(20)]
    with watching(inputs, outputs) as running:
        for path in ready:
            shutil.copy(path, inputs / "one")
            (inputs / "one" / "Finance.xlsx").touch()
        running.until(lambda: running.reports == 3)
        assert "one: 20 files arrived; “Finance.xlsx” changed.\n" in running.said
        assert len(sources(outputs / "one")) == 22
        assert running.ctrl_c() == 0
    assert running.reports == 3
