"""The whole report of a simple programme, lines alone, beside what an analyst would write."""

import os
from functools import partial
from pathlib import Path
from unittest.mock import patch

from bench.frame import Ratio, Subject, in_folder, python
from bench.returns import programme_of
from pipeline.ingest.cache import VARIABLE

RETURNS, ROWS = 100, 500


def subject() -> Subject:
    """All workbooks, formulas, charts, packs and the csv, from the command line on, none of the
    returns read before."""
    return Subject(
        f"Report of {RETURNS} simple returns of {ROWS} rows",
        {
            "whole report": lambda: in_folder(_ours),
            "pandas with openpyxl": lambda: in_folder(partial(_analyst, "openpyxl")),
            "pandas with calamine": lambda: in_folder(partial(_analyst, "calamine")),
        },
        (
            Ratio("Whole report", "whole report", "pandas with openpyxl", faster=5),
            Ratio("Whole report", "whole report", "pandas with calamine", faster=3.5),
        ),
        ready=_inputs,
    )


def _inputs() -> Path:
    return programme_of(RETURNS, ROWS)


def _ours(folder: Path) -> None:
    folders = ("--inputs", _inputs(), "--outputs", folder / "outputs")
    with patch.dict(os.environ, {VARIABLE: str(folder / "cache")}):
        python("-m", "pipeline", "report", *folders)


def _analyst(engine: str, folder: Path) -> None:
    python("-m", "bench.analyst", _inputs(), folder / "summary.xlsx", engine)
