"""The memory that a report of 1,000,000 lines takes at its peak, that of all its processes."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.frame import ROOT, Ratio, Subject
from bench.returns import programme_of
from pipeline.ingest.cache import VARIABLE

RETURNS, ROWS = 200, 5_000
LIMIT = "2 GiB"
_GIB = 2**30
_EVERY = 0.05  # seconds


def subject() -> Subject:
    """The report command, from an empty cache on."""
    name = f"{RETURNS * ROWS:,} lines"
    return Subject(
        f"Memory of a report of {name}",
        {name: _peak, LIMIT: lambda: 2.0},
        (Ratio(f"Memory of a report of {name}", name, LIMIT, most=1),),
        unit="GiB",
        rounds=1,
        apart=True,
    )


def _peak() -> float:
    inputs = programme_of(RETURNS, ROWS)
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
    """The bytes of memory that a process and those it has started hold now (Linux)."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        threads = Path(f"/proc/{process}/task").glob("*/children")
        children = [int(child) for each in threads for child in each.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(map(_held, children))
