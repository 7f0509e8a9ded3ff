"""The whole report of a real programme, 100 returns of 500 rows and 300 projects behind which a
version is issued, beside what an analyst would write."""

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest.mock import patch

from bench.frame import Ratio, Subject, in_folder, python
from bench.returns import real_programme, returns_of, written_once
from pipeline.core.outputs import HISTORY, ISSUED
from pipeline.ingest.cache import VARIABLE
from pipeline.processes import VARIABLE as WORKERS

RETURNS, ROWS = 100, 500


def subject() -> Subject:
    """All workbooks, formulas, charts, packs, business cases, checked copies and the csv, from the
    command line on, none of the returns read before. Once by an analyst's script, which writes six
    sheets, and once the same sheets and cells by XlsxWriter alone, which is handed them. And again,
    one of the returns having other amounts on some lines."""
    one = "whole report, one process"
    return Subject(
        f"Report of {RETURNS} real returns of {ROWS} rows",
        {
            "whole report": lambda: in_folder(_ours),
            one: lambda: in_folder(partial(_alone, _ours)),
            "again": lambda: in_folder(_again),
            "again, one process": lambda: in_folder(partial(_alone, _again)),
            "pandas with openpyxl": lambda: in_folder(partial(_analyst, "openpyxl")),
            "same cells by XlsxWriter": lambda: in_folder(_same_cells),
        },
        (
            Ratio("Whole report", "whole report", "pandas with openpyxl", faster=5),
            Ratio("Whole report", "whole report", "same cells by XlsxWriter", faster=3),
            Ratio("Whole report, one process", one, "pandas with openpyxl", faster=3),
            Ratio("Whole report, one process", one, "same cells by XlsxWriter", faster=1.8),
            Ratio("Two processes", "whole report", one, faster=1.7),
            Ratio("Again, one return changed", "again", "whole report"),
            Ratio("Again, one return changed, one process", "again, one process", one, most=0.5),
        ),
        ready=_ready,
    )


def _inputs() -> Path:
    return real_programme(RETURNS, ROWS)


def _before() -> Path:
    """The inputs of the version issued: its last return is missing, others have other amounts."""
    return real_programme(RETURNS, ROWS, before=True)


def _ready() -> None:
    """The inputs, the version issued behind them, and the cells of the report."""
    _cells().unlink(missing_ok=True)
    in_folder(_keep)


def _cells() -> Path:
    """Where the cells of the report are kept, beside its inputs."""
    return _inputs().with_suffix(".cells")


def _keep(folder: Path) -> None:
    _ours(folder)
    python("-m", "bench.same_cells", "read", folder / "outputs" / "programme", _cells())


def _issued() -> Path:
    """The outputs of the version issued before, of which reports need what is issued and the
    history."""

    def write(folder: Path) -> None:
        folders = ("--inputs", _before(), "--outputs", folder.parent)
        python("-m", "pipeline", "report", *folders)
        python("-m", "pipeline", "issue", *folders, "--name", "Cabinet", "--force")

    return written_once(f"issued-{RETURNS}x{ROWS}", write) / "programme"


def _same_cells(folder: Path) -> float:
    return python("-m", "bench.same_cells", "write", _cells(), folder)


def _alone(job: Callable[[Path], float], folder: Path) -> float:
    with patch.dict(os.environ, {WORKERS: "1"}):
        return job(folder)


def _ours(folder: Path, inputs: Path | None = None) -> float:
    """The seconds of the command alone: what was issued before is put there first."""
    outputs = folder / "outputs" / "programme"
    shutil.copytree(_issued() / ISSUED, outputs / ISSUED)
    shutil.copy(_issued() / HISTORY, outputs)
    return _reported(inputs or _inputs(), folder)


def _again(folder: Path) -> float:
    """The seconds of a second report, of which one return has the amounts of the version issued on
    5% of its lines."""
    changed = folder / "inputs"
    shutil.copytree(_inputs(), changed)
    _ours(folder, changed)
    place = returns_of(changed)[RETURNS // 2].relative_to(changed)
    shutil.copy(_before() / place, changed / place)
    os.sync()
    return _reported(changed, folder)


def _reported(inputs: Path, folder: Path) -> float:
    folders = ("--inputs", inputs, "--outputs", folder / "outputs")
    with patch.dict(os.environ, {VARIABLE: str(folder / "cache")}):
        return python("-m", "pipeline", "report", *folders)


def _analyst(engine: str, folder: Path) -> float:
    return python("-m", "bench.analyst", _inputs(), folder / "summary.xlsx", engine)
