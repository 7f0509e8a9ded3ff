"""Reading, finding tables, parsing and checking 500 returns of 200 lines with 25 columns."""

import os
import shutil
import tempfile
import time
from pathlib import Path

import python_calamine

from bench.frame import Ratio, Subject
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
        },
        (
            Ratio("Reading and checking", "first", "bare calamine", most=2.5),
            Ratio("Again, one return changed", "again", "first", most=0.25),
        ),
    )


def _bare(inputs: Path) -> None:
    for path in returns_of(inputs):
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def _first(inputs: Path, work: Path) -> float:
    """With an empty cache."""
    shutil.rmtree(work)
    shutil.copytree(inputs, work / "inputs")
    return _checked(work)


def _again(inputs: Path, work: Path) -> float:
    """As the job before left it, but for one return that now has what another one has."""
    one, other, *_ = returns_of(inputs)
    shutil.copy(other, work / "inputs" / one.relative_to(inputs))
    return _checked(work)


def _checked(work: Path) -> float:
    """The seconds that reading and checking take."""
    os.environ[VARIABLE] = str(work / "cache")
    try:
        start = time.perf_counter()
        reading = read(discover(work / "inputs").programmes[0])
        if reading.control.programme is None:
            raise RuntimeError("The benchmark's own programme has errors.")
        assess(reading, reading.control.programme)
        return time.perf_counter() - start
    finally:
        del os.environ[VARIABLE]
