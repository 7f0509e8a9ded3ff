"""Reading, checking and modelling 100, 1,000 and 5,000 returns of a few rows."""

import math
import os
import time
from functools import partial

from bench.frame import Ratio, Subject
from bench.returns import programme_of
from pipeline.execute.local import LocalExecutor
from pipeline.helpers import Helpers
from pipeline.ingest.cache import VARIABLE
from pipeline.ingest.discover import discover
from pipeline.run import run

SIZES, ROWS = (100, 1_000, 5_000), 10
_EXPONENT = 1.1


def subject() -> Subject:
    """Each size beside the smallest, per return: in proportion they'd be one."""
    jobs = {f"{size:,} returns": partial(_run, size) for size in SIZES}
    least = SIZES[0]
    ratios = [
        Ratio(
            f"A return's time, of {size:,}",
            f"{size:,} returns",
            f"{least:,} returns",
            most=round(math.pow(size / least, _EXPONENT - 1), 2),
        )
        for size in SIZES[1:]
    ]
    return Subject(
        f"Growth, returns of {ROWS} rows", jobs, tuple(ratios), unit="s a return", apart=True
    )


def _run(size: int) -> float:
    """Seconds for each return, read by one process and without a cache."""
    folder = discover(programme_of(size, ROWS)).programmes[0]
    os.environ[VARIABLE] = "off"
    try:
        start = time.perf_counter()
        with LocalExecutor(Helpers(0)) as executor:
            run(folder, executor=executor)
        return (time.perf_counter() - start) / size
    finally:
        del os.environ[VARIABLE]
