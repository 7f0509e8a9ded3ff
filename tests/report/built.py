"""The outputs of a report in memory, to be looked at."""

import tempfile
from pathlib import Path
from typing import Any

from pipeline.core.results import Results
from pipeline.report.books import programme_summary
from pipeline.report.excel.render import render
from pipeline.report.outputs import writing
from tests.running import outcome_of


def summary_of(folder: Path) -> Path:
    """The summary workbook of the one programme in a folder, written beside its inputs."""
    results = outcome_of(folder).results
    assert results is not None
    target = folder / "summary.xlsx"
    target.write_bytes(summary(results))
    return target


def summary(results: Results) -> bytes:
    """The summary workbook alone."""
    return render(programme_summary(results))


def build(results: Results, *arguments: Any, **more: Any) -> dict[str, bytes]:
    """Contents by path within the outputs folder."""
    with tempfile.TemporaryDirectory() as folder:
        with writing(Path(folder), results, *arguments, **more) as written:
            outputs = written.finished(results)
        return {name: file.path.read_bytes() for name, file in outputs.files.items()}
