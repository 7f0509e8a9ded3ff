"""100, 1,000 and 5,000 returns of a few rows: up to the model, and the whole report; and real
programmes of 100, 400 and 2,000 returns, with three projects each."""

import math
import os
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

from bench.frame import Job, Ratio, Subject, python
from bench.returns import programme_of, real_programme
from pipeline.execute.local import LocalExecutor
from pipeline.ingest.cache import VARIABLE as CACHE
from pipeline.ingest.discover import discover
from pipeline.processes import VARIABLE as WORKERS
from pipeline.processes import Helpers
from pipeline.run import model_programme

SIZES, ROWS = (100, 1_000, 5_000), 10
_EXPONENT = 1.1
REAL, REAL_ROWS = (100, 400, 2_000), 56
# As many times the returns, projects, warnings and copies; what is beyond is for sorting.
_BEYOND = 1.1
_ALONE = {CACHE: "off", WORKERS: "1"}


def subject() -> Subject:
    """What each further return takes: those beyond 100 up to 1,000, and those beyond 1,000. What a
    run takes whatever its size counts in neither; in proportion they'd be equal."""
    jobs: dict[str, Job] = {}
    ratios = []
    most = round(math.pow(SIZES[2] / SIZES[1], _EXPONENT - 1), 2)
    for what, job in (("modelled", _model), ("reported", _report)):
        took: dict[int, float] = {}
        names = [f"{what}, up to {size:,}" for size in SIZES]
        for place, size in enumerate(SIZES):
            before = SIZES[place - 1] if place else 0
            jobs[names[place]] = partial(_further, job, before, size, took)
        ratios.append(Ratio(f"A further return, {names[2]}", names[2], names[1], most=most))
    real = {f"real programme, {size:,} returns": size for size in REAL}
    jobs |= {name: partial(_real, size) for name, size in real.items()}
    for (few, fewer), (many, more) in pairwise(real.items()):
        most = round(more / fewer * _BEYOND, 2)
        ratios.append(Ratio(f"Processor time, {more:,} returns", many, few, most=most))
    title = f"Growth, returns of {ROWS} rows"
    return Subject(title, jobs, tuple(ratios), unit="s a return", apart=True, ready=_ready)


def _real(returns: int) -> float:
    """Seconds of processor time of the whole report, by one process and without a cache."""
    inputs = real_programme(returns, REAL_ROWS)
    with patch.dict(os.environ, _ALONE):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        _report(inputs)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _ready() -> None:
    """Make the inputs, and import what the first run would."""
    for size in SIZES:
        _model(programme_of(size, ROWS))
    for size in REAL:
        real_programme(size, REAL_ROWS)


def _further(job: Callable[[Path], None], before: int, size: int, took: dict[int, float]) -> float:
    """Seconds for each return beyond a size, by one process and without a cache."""
    inputs = programme_of(size, ROWS)
    with patch.dict(os.environ, _ALONE):
        start = time.perf_counter()
        job(inputs)
        took[size] = time.perf_counter() - start
    return (took[size] - took.get(before, 0.0)) / (size - before)


def _model(inputs: Path) -> None:
    """Reading, checking and modelling."""
    with LocalExecutor(Helpers(0)) as executor:
        model_programme(discover(inputs).programmes[0], executor=executor)


def _report(inputs: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="savings-bench-out-") as outputs:
        python("-m", "pipeline", "report", "--inputs", inputs, "--outputs", outputs)
