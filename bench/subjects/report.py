"""The whole report of 100 returns of 500 rows, beside what an analyst would write."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.frame import Ratio, Subject, python
from bench.returns import programme_of

RETURNS, ROWS = 100, 500


def subject() -> Subject:
    """All workbooks, formulas, charts, packs and the csv, from the command line on."""
    return Subject(
        f"Report of {RETURNS} returns of {ROWS} rows",
        {
            "whole report": lambda: _in_folder(_ours),
            "pandas with openpyxl": lambda: _in_folder(_analyst("openpyxl")),
            "pandas with calamine": lambda: _in_folder(_analyst("calamine")),
        },
        (
            Ratio("Whole report", "whole report", "pandas with openpyxl", faster=5),
            Ratio("Whole report", "whole report", "pandas with calamine", faster=3.5),
        ),
    )


def _in_folder(job: Callable[[Path], None]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="savings-bench-out-"))
    try:
        job(folder)
    finally:
        shutil.rmtree(folder)


def _ours(folder: Path) -> None:
    inputs = programme_of(RETURNS, ROWS)
    python("-m", "pipeline", "report", "--inputs", inputs, "--outputs", folder)


def _analyst(engine: str) -> Callable[[Path], None]:
    inputs = programme_of(RETURNS, ROWS)
    return lambda folder: python("-m", "bench.analyst", inputs, folder / "summary.xlsx", engine)
