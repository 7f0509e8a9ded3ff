"""100, 1,000 and 5,000 returns of a few rows: up to the model, and the whole report."""

import math
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest.mock import patch

from bench.frame import Job, Ratio, Subject, python
from bench.returns import programme_of
from pipeline.execute.local import LocalExecutor
from pipeline.helpers import VARIABLE as WORKERS
from pipeline.helpers import Helpers
from pipeline.ingest.cache import VARIABLE as CACHE
from pipeline.ingest.discover import discover
from pipeline.run import run

SIZES, ROWS = (100, 1_000, 5_000), 10
_EXPONENT = 1.1
_ALONE = {CACHE: "off", WORKERS: "1"}


def subject() -> Subject:
    """Each size beside the one before it, per return: in proportion they'd be one."""
    jobs: dict[str, Job] = {}
    ratios = []
    for what, job in (("modelled", _model), ("reported", _report)):
        names = [f"{size:,} returns {what}" for size in SIZES]
        jobs |= {name: partial(_each, job, size) for name, size in zip(names, SIZES, strict=True)}
        ratios += [
            Ratio(
                f"A return's time, {names[place]}",
                names[place],
                names[place - 1],
                most=round(math.pow(SIZES[place] / SIZES[place - 1], _EXPONENT - 1), 2),
            )
            for place in range(1, len(SIZES))
        ]
    title = f"Growth, returns of {ROWS} rows"
    return Subject(title, jobs, tuple(ratios), unit="s a return", apart=True)


def _each(job: Callable[[Path], None], size: int) -> float:
    """Seconds for each return, by one process and without a cache."""
    inputs = programme_of(size, ROWS)
    with patch.dict(os.environ, _ALONE):
        start = time.perf_counter()
        job(inputs)
        return (time.perf_counter() - start) / size


def _model(inputs: Path) -> None:
    """Reading, checking and modelling."""
    with LocalExecutor(Helpers(0)) as executor:
        run(discover(inputs).programmes[0], executor=executor)


def _report(inputs: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="savings-bench-out-") as outputs:
        python("-m", "pipeline", "report", "--inputs", inputs, "--outputs", outputs)
