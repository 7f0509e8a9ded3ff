"""Reading, finding tables, parsing and checking 500 returns of 200 lines with 25 columns; and the
whole report of them, at first and again."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import python_calamine

from bench.frame import Ratio, Subject, python
from bench.returns import programme_of, returns_of
from pipeline.assessing import assess
from pipeline.ingest.cache import VARIABLE
from pipeline.ingest.discover import discover
from pipeline.reading import read

RETURNS, ROWS, YEARS = 500, 200, 12  # and 13 columns of other kinds


def subject() -> Subject:
    """At first, and again after one return changed."""
    inputs = programme_of(RETURNS, ROWS, YEARS)
    work = Path(tempfile.mkdtemp(prefix="savings-bench-cache-"))
    return Subject(
        f"Reading and checking {RETURNS} returns of {ROWS} lines, {YEARS + 13} columns",
        {
            "bare calamine": lambda: _bare(inputs),
            "first": lambda: _first(inputs, work),
            "again": lambda: _again(inputs, work),
            "report, first": lambda: _first(inputs, work, _reported),
            "report, again": lambda: _again(inputs, work, _reported),
        },
        (
            Ratio("Reading and checking", "first", "bare calamine", most=2.5),
            Ratio("Again, one return changed", "again", "first", most=0.25),
            Ratio("Report again, one return changed", "report, again", "report, first"),
        ),
    )


def _bare(inputs: Path) -> None:
    for path in returns_of(inputs):
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def _checked(work: Path) -> None:
    reading = read(discover(work / "inputs").programmes[0])
    if reading.control.programme is None:
        raise RuntimeError("The benchmark's own programme has errors.")
    assess(reading, reading.control.programme)


def _reported(work: Path) -> None:
    folders = ("--inputs", work / "inputs", "--outputs", work / "outputs")
    python("-m", "pipeline", "report", *folders)


def _first(inputs: Path, work: Path, job: Callable[[Path], None] = _checked) -> float:
    """With an empty cache."""
    shutil.rmtree(work)
    shutil.copytree(inputs, work / "inputs")
    return _seconds(job, work)


def _again(inputs: Path, work: Path, job: Callable[[Path], None] = _checked) -> float:
    """As the job before left it, but for one return that now has what another one has."""
    one, other, *_ = returns_of(inputs)
    shutil.copy(other, work / "inputs" / one.relative_to(inputs))
    return _seconds(job, work)


def _seconds(job: Callable[[Path], None], work: Path) -> float:
    """The seconds that a job takes with the cache of its folder."""
    os.environ[VARIABLE] = str(work / "cache")
    try:
        start = time.perf_counter()
        job(work)
        return time.perf_counter() - start
    finally:
        del os.environ[VARIABLE]
