"""Reading, finding tables, parsing and checking 500 returns of 200 lines with 25 columns; and the
whole report of them, at first and again."""

import atexit
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest.mock import patch

import python_calamine

from bench.frame import Ratio, Subject, python
from bench.returns import programme_of, returns_of
from pipeline.assessing import assess
from pipeline.execute.local import LocalExecutor
from pipeline.ingest.cache import VARIABLE
from pipeline.ingest.discover import discover
from pipeline.processes import Helpers
from pipeline.reading import read

RETURNS, ROWS, YEARS = 500, 200, 12  # and 13 columns of other kinds


def subject() -> Subject:
    """At first, and again after one return changed; by all processors but where it says so, and
    calamine, which has no such thing, by one."""
    work = Path(tempfile.mkdtemp(prefix="savings-bench-cache-"))
    atexit.register(shutil.rmtree, work)
    return Subject(
        f"Reading and checking {RETURNS} returns of {ROWS} lines, {YEARS + 13} columns",
        {
            "bare calamine": _bare,
            "first": partial(_first, _checked, work),
            "again": partial(_again, _checked, work),
            "first, one process": partial(_first, partial(_checked, helpers=0), work),
            "report, first": partial(_first, _reported, work),
            "report, again": partial(_again, _reported, work),
        },
        (
            Ratio("Reading and checking", "first", "bare calamine", most=2.5),
            Ratio("Reading and checking, one process", "first, one process", "bare calamine"),
            Ratio("Again, one return changed", "again", "first", most=0.25),
            Ratio("Report again, one return changed", "report, again", "report, first"),
        ),
        ready=_inputs,
    )


def _inputs() -> Path:
    return programme_of(RETURNS, ROWS, YEARS)


def _bare() -> None:
    for path in returns_of(_inputs()):
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def _checked(work: Path, helpers: int | None = None) -> None:
    with Helpers(helpers) as others, LocalExecutor(others) as executor:
        reading = read(discover(work / "inputs").programmes[0], executor=executor)
    if reading.control.programme is None:
        raise RuntimeError("The benchmark's own programme has errors.")
    assess(reading, reading.control.programme)


def _reported(work: Path) -> None:
    folders = ("--inputs", work / "inputs", "--outputs", work / "outputs")
    python("-m", "pipeline", "report", *folders)


def _first(job: Callable[[Path], None], work: Path) -> float:
    """With an empty cache."""
    shutil.rmtree(work)
    shutil.copytree(_inputs(), work / "inputs")
    return _seconds(job, work)


def _again(job: Callable[[Path], None], work: Path) -> float:
    """As the job before left it, but for one return that now has what another one has."""
    one, other, *_ = returns_of(_inputs())
    shutil.copy(other, work / "inputs" / one.relative_to(_inputs()))
    return _seconds(job, work)


def _seconds(job: Callable[[Path], None], work: Path) -> float:
    """The seconds that a job takes with the cache of its folder."""
    with patch.dict(os.environ, {VARIABLE: str(work / "cache")}):
        start = time.perf_counter()
        job(work)
        return time.perf_counter() - start
