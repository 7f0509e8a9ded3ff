"""A national collection read on a cluster: two workers of this machine beside one process.

The cluster stands before the clock starts; connecting to it counts. What it shows of a real one is
what Dask costs, not what machines of their own would gain.
"""

import atexit
import logging
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache, partial
from itertools import cycle
from pathlib import Path
from unittest.mock import patch

from distributed import LocalCluster

from bench.frame import Job, Ratio, Subject
from bench.returns import VERSION, programme_of, returns_of
from pipeline.execute import Executor
from pipeline.execute.cluster import ClusterExecutor
from pipeline.execute.local import LocalExecutor
from pipeline.ingest.cache import VARIABLE
from pipeline.ingest.discover import discover
from pipeline.processes import Helpers
from pipeline.reading import read

WORKERS = 2
ROWS = 10
WRITTEN = 100
SIZES = (100, 1_000, 20_000)


def subject() -> Subject:
    """Returns of ten rows: reading them on two workers, and in one process."""
    jobs: dict[str, Job] = {}
    ratios = []
    for size in SIZES:
        one, several = f"{size:,} returns, one process", f"{size:,} returns, {WORKERS} workers"
        jobs[one] = partial(_read, size, partial(LocalExecutor, Helpers(0)))
        jobs[several] = partial(_read, size, _cluster)
        ratios.append(Ratio(several, several, one))
    return Subject(
        "Reading on a cluster", jobs, tuple(ratios), unit="returns/s", apart=True, ready=_ready
    )


def _collection(size: int) -> Path:
    """The inputs folder of a programme of so many returns: a hundred that are written, and the
    same again under other departments, lines and words, which is many times as fast."""
    folder = Path(tempfile.gettempdir()) / f"savings-bench-{VERSION}-collection-{size}x{ROWS}"
    if not folder.is_dir():
        part = Path(tempfile.mkdtemp(prefix=f"{folder.name}-"))
        source_folder = programme_of(WRITTEN, ROWS)
        (part / "programme" / "returns").mkdir(parents=True)
        shutil.copy(source_folder / "programme" / "programme.xlsx", part / "programme")
        for number, path in zip(range(size), cycle(returns_of(source_folder)), strict=False):
            copy = part / "programme" / "returns" / f"department {number:05d}.xlsx"
            _copy(path, number % WRITTEN, copy, number)
        part.rename(folder)
    return folder


def _copy(path: Path, number: int, copy: Path, other: int) -> None:
    """A return with another department's number wherever its own stands."""
    words = {f"Department {number}<": f"Department {other}<"}
    words |= {f"{before}{number}-": f"{before}{other}-" for before in (">D", " ")}
    with (
        zipfile.ZipFile(path) as parts,
        zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as copied,
    ):
        for each in parts.infolist():
            content = parts.read(each)
            if each.filename == "xl/sharedStrings.xml":
                text = content.decode()
                for before, after in words.items():
                    text = text.replace(before, after)
                content = text.encode()
            copied.writestr(each, content)


def _ready() -> None:
    """Make the workbooks that are not there yet, and start the cluster."""
    for size in SIZES:
        _collection(size)
    _address()


def _read(size: int, executor: Callable[[], AbstractContextManager[Executor]]) -> float:
    """Read a programme, none of its returns read before; how many returns a second."""
    with patch.dict(os.environ, {VARIABLE: "off"}):
        start = time.perf_counter()
        (folder,) = discover(_collection(size)).programmes
        with executor() as there:
            reading = read(folder, executor=there)
        unread = [each.workbook for each in reading.returns if each.cover is None]
        if len(reading.returns) != size or unread:
            raise RuntimeError(
                f"{len(reading.returns):,} of {size:,} returns, {len(unread):,} unread"
            )
        return size / (time.perf_counter() - start)


def _cluster() -> ClusterExecutor:
    return ClusterExecutor(_address(), print)


@cache
def _address() -> str:
    """The scheduler of a cluster that stands until the benchmark ends."""
    cluster = LocalCluster(
        n_workers=WORKERS,
        threads_per_worker=1,
        dashboard_address=":0",
        silence_logs=logging.CRITICAL,
    )
    atexit.register(cluster.close)
    return str(cluster.scheduler_address)
