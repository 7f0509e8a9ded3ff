"""The memory that a report takes at its peak, that of all its processes: of 1,000,000 lines, of 60
returns of 25 MB, of 300,000 errors."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.frame import ROOT, Job, Ratio, Subject
from bench.returns import faulty_programme, picture_programme, programme_of, workings_programme
from pipeline.ingest.cache import VARIABLE

_GIB = 2**30
_EVERY = 0.05  # seconds
_PART_OF_IT = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)
# GiB: 400 MB.
_MOST = 0.37
# By programme what makes its inputs, and the most GiB that its report is to take.
_PROGRAMMES: dict[str, tuple[Callable[[], Path], float]] = {
    "1,000,000 lines": (partial(programme_of, 200, 5_000), 2),
    "60 returns with pictures of 25 MB": (partial(picture_programme, 60, 50), _MOST),
    "60 returns with workings of 25 MB": (partial(workings_programme, 60, 50), _MOST),
    "300,000 errors": (partial(faulty_programme, 60, 1_000), _MOST),
}


def subject() -> Subject:
    """The report command, from an empty cache on."""
    jobs: dict[str, Job] = {}
    ratios = []
    for name, (inputs, most) in _PROGRAMMES.items():
        jobs |= {name: partial(_peak, inputs), f"{most:g} GiB": partial(float, most)}
        what = f"Memory of a report of {name}"
        ratios.append(Ratio(what, name, f"{most:g} GiB", most=1))
    return Subject(
        "Memory of reports",
        jobs,
        tuple(ratios),
        unit="GiB",
        rounds=1,
        apart=True,
        ready=lambda: [inputs() for inputs, _ in _PROGRAMMES.values()],
    )


def _peak(programme: Callable[[], Path]) -> float:
    inputs = programme()
    work = Path(tempfile.mkdtemp(prefix="savings-bench-memory-"))
    command = [sys.executable, "-m", "pipeline", "report", "--inputs", inputs]
    try:
        running = subprocess.Popen(
            [*map(str, command), "--outputs", str(work / "outputs")],
            cwd=ROOT,
            env={**os.environ, VARIABLE: str(work / "cache")},
            stdout=subprocess.DEVNULL,
        )
        peak = 0
        while running.poll() is None:
            peak = max(peak, _held(running.pid))
            time.sleep(_EVERY)
    finally:
        shutil.rmtree(work)
    if running.returncode != 0:
        raise RuntimeError(f"the report ended with {running.returncode}")
    return peak / _GIB


def _held(process: int) -> int:
    """The bytes of memory that a process and those it has started hold now (Linux), of what some
    of them share each its part (PSS): the code of libraries, 50 MB or so, is in memory once,
    however many processes use it, and would count once for each (RSS)."""
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        threads = Path(f"/proc/{process}/task").glob("*/children")
        children = [int(child) for each in threads for child in each.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return 0
    return int(_PART_OF_IT.findall(rollup)[0]) * 1024 + sum(map(_held, children))
