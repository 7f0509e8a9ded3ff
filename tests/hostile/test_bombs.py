"""Files that mean harm: each is refused or read at little cost, and the others are read as ever."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.core.results import Results
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.formats.limits import Limits, WrongLimitError
from pipeline.ingest.formats.workbook import WorkbookError
from pipeline.ingest.reader import Reader
from pipeline.run import Outcome
from tests.builders import Programme, Return
from tests.hostile import bombs
from tests.running import outcome_of

ROOT = Path(__file__).parent.parent.parent
FIGURES = ("register", "apportioned", "summary", "appraisal", "by_year", "by_service", "shares")

# Reads the returns of a folder, and says of each how long it took and what came of it, and what
# memory it took at most: this process, and those that it started.
_READ = """
import json, resource, sys, time
from pathlib import Path
from pipeline.ingest.reader import Reader
from pipeline.ingest.context import ReadingContext
words = {"services": ("ICT",), "scenarios": ("Plan",), "bases": (), "partners": ("A",)}
context = ReadingContext((2012, 2013), 1, False, True, False, words)
told = {}
with Reader() as reader:
    for path in sorted(Path(sys.argv[1]).iterdir()):
        begun = time.monotonic()
        found = reader.read_return(path.name, path, context)
        told[path.name] = [time.monotonic() - begun, found.result, found.cover is not None]
own = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
peaks = [int(own.split()[1]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]
print(json.dumps([told, [peak / 1000 for peak in peaks]]))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[object]], list[float]]:
    """What reading every bomb came to, and the most memory in MB that it took."""
    folder = tmp_path_factory.mktemp("bombs")
    for make in (*bombs.REFUSED, *bombs.HARMLESS):
        (folder / make.__name__).write_bytes(make())
    run = subprocess.run(
        [sys.executable, "-c", _READ, folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        env={**os.environ, "SAVINGS_MAX_SECONDS": "15"},
    )
    assert run.stderr == ""
    found: tuple[dict[str, list[object]], list[float]] = tuple(json.loads(run.stdout))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured and limited on Linux alone")
def test_no_bomb_takes_much(told: tuple[dict[str, list[object]], list[float]]) -> None:
    results, peaks = told
    # The two don't peak over the same file: the one hands over what the other breaks down under.
    here, there = peaks
    assert here < 200, peaks
    assert there < 420, peaks
    slow = {name: result[0] for name, result in results.items() if float(str(result[0])) > 20}
    assert not slow


@pytest.mark.parametrize("make", bombs.REFUSED)
def test_a_bomb_is_refused_with_the_reason(
    make: object, told: tuple[dict[str, list[object]], list[float]]
) -> None:
    name = getattr(make, "__name__", "")
    _, result, was_read = told[0][name]
    assert not was_read
    if sys.platform == "linux" or make is not bombs.many_texts:
        assert bombs.REFUSED[getattr(bombs, name)] in str(result)


@pytest.mark.parametrize("make", bombs.HARMLESS)
def test_what_only_looks_like_a_bomb_is_read(
    make: object, told: tuple[dict[str, list[object]], list[float]]
) -> None:
    _, result, was_read = told[0][getattr(make, "__name__", "")]
    assert was_read, result


def figures(outcome: Outcome) -> Results:
    assert outcome.results is not None
    return outcome.results


def test_the_other_returns_are_read_as_ever(tmp_path: Path, capfd: pytest.CaptureFixture) -> None:
    for folder in (tmp_path / "alone", tmp_path / "beside"):
        Programme().write(folder)
        Return().line([100, 200])
        finance = Return()
        finance.line([100, 200])
        finance.write(folder, "finance.xlsx")
    harmful = (bombs.far_cell, bombs.billion_laughs, bombs.xls_circle, bombs.ods_repeats)
    for make in harmful:
        (tmp_path / "beside" / f"{make.__name__}.xlsx").write_bytes(make())
    alone, beside = outcome_of(tmp_path / "alone"), outcome_of(tmp_path / "beside")
    for name in FIGURES:
        assert getattr(figures(alone), name).equals(getattr(figures(beside), name)), name
    named = {issue.at.workbook for issue in beside.issues if issue.rule == "unreadable-workbook"}
    assert named == {f"{make.__name__}.xlsx" for make in harmful}
    results = {file.workbook: file.result for file in beside.files}
    assert all(results[name].startswith("Not read: The file can't be read") for name in named)
    controls = figures(beside).controls
    assert (controls["expected"] == controls["actual"]).all()
    assert capfd.readouterr() == ("", "")


WORDS = {"services": ("ICT",), "scenarios": ("Plan",), "bases": (), "partners": ("A",)}
CONTEXT = ReadingContext((2012, 2013), 1, False, True, False, WORDS)


def problem_of(path: Path, limits: Limits) -> str:
    """Why a return can't be read; empty where it can."""
    with Reader(limits) as reader:
        found = reader.read_return(path.name, path, CONTEXT)
    issues = [issue for issue in found.issues if issue.rule == "unreadable-workbook"]
    assert [issue.remedy for issue in issues if not issue.remedy.endswith(".")] == []
    return issues[0].problem if issues else ""


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(file=1_000), "KB; the limit is 0 MB (set by SAVINGS_MAX_FILE_MB)"),
        (Limits(unpacked=10_000), "it unpacks to"),
        (Limits(cells=10), "cells; the limit is 10 (set by SAVINGS_MAX_CELLS)"),
        (Limits(columns=1), "columns; the limit is 1 (set by SAVINGS_MAX_COLUMNS)"),
        (Limits(text=5), "characters"),
    ],
)
def test_each_limit_bites_and_is_named(tmp_path: Path, limits: Limits, said: str) -> None:
    finance = Return()
    finance.line([1, 2], description="Something of some length")
    path = finance.write(tmp_path)
    assert problem_of(path, Limits()) == ""
    assert said in problem_of(path, limits)


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    path.write_bytes(bombs.many_texts())
    problem = problem_of(path, Limits(seconds=0))
    assert "too long; the limit is 0 seconds (set by SAVINGS_MAX_SECONDS)" in problem


def test_a_file_that_is_too_large_has_its_checksum(tmp_path: Path) -> None:
    path = Programme().write(tmp_path)
    with Reader(Limits(file=10)) as small, Reader(Limits()) as large:
        assert small.read_control("p", path)[1] == large.read_control("p", path)[1]


def test_a_file_that_can_not_be_opened_is_named(tmp_path: Path) -> None:
    assert "it was there when the folder was looked through" in problem_of(
        tmp_path / "none.xlsx", Limits()
    )


def test_limits_come_from_the_environment() -> None:
    limits = Limits.from_environment({"SAVINGS_MAX_CELLS": "7", "SAVINGS_MAX_FILE_MB": " 3 "})
    assert limits == Limits(cells=7, file=3_000_000)
    assert Limits.from_environment({"SAVINGS_MAX_CELLS": ""}) == Limits()


@pytest.mark.parametrize("text", ["many", "0", "-1", "1.5", "²"])
def test_a_wrong_limit_is_named(text: str) -> None:
    with pytest.raises(WrongLimitError, match=r"SAVINGS_MAX_TEXT is .* a whole number above nil"):
        Limits.from_environment({"SAVINGS_MAX_TEXT": text})


def test_all_sheets_are_read_in_the_other_process() -> None:
    with Reader(Limits()) as reader:
        (sheet,) = reader.read_sheets(bombs.claimed_rows())
        assert sheet.rows[1][-1] == 1.0
        if sys.platform == "linux":
            with pytest.raises(WorkbookError, match="SAVINGS_MAX_MEMORY_MB"):
                reader.read_sheets(bombs.many_texts())


def test_one_process_serves_many_files(tmp_path: Path) -> None:
    """And another one takes its place when it was brought down."""
    good = Return().write(tmp_path)
    odd, bomb = tmp_path / "odd.xlsx", tmp_path / "bomb.xlsx"
    odd.write_bytes(bombs.claimed_texts())
    bomb.write_bytes(bombs.many_texts())
    with Reader(Limits(memory=100_000_000)) as reader:
        processes = set()
        for path in (odd, odd, bomb, odd, good):
            reader.read_return(path.name, path, CONTEXT)
            if reader._helper is not None:
                processes.add(reader._helper._process.pid)
    assert len(processes) == 2
