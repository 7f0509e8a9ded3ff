"""The outputs of a report in memory, to be looked at."""

import tempfile
from pathlib import Path
from typing import Any

from pipeline.core.results import Results
from pipeline.report.outputs import write_outputs


def build(results: Results, *arguments: Any, **more: Any) -> dict[str, bytes]:
    """Contents by path within the outputs folder."""
    with tempfile.TemporaryDirectory() as folder:
        outputs = write_outputs(Path(folder), results, *arguments, **more)
        return {name: path.read_bytes() for name, path in outputs.files.items()}
