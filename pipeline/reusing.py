"""What the last report left in a programme's outputs folder, for the next one to take over."""

import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pipeline.ingest.code_hash import PIPELINE, SCHEMAS, code_sha256
from pipeline.publish import manifest
from pipeline.report.last_outputs import LastOutputs

# What writes workbooks, and reads those that are marked.
_PACKAGES = ("XlsxWriter", "isal", "numpy", "pandas", "polars", "python-calamine")


def last_outputs(folder: Path) -> LastOutputs:
    """The outputs of the last report in ``folder``, none where there was none. Raises
    PublishError."""
    last = manifest(folder)
    if last is None:
        return LastOutputs(folder, software=_software())
    return LastOutputs(folder, last.files, last.made_of, _software())


@cache
def _software() -> tuple[str, ...]:
    """All code that has a say in what an output becomes: this program's by its bytes, others' by
    their versions."""
    packages = (f"{name} {version(name)}" for name in _PACKAGES)
    return (platform.python_version(), code_sha256(PIPELINE, SCHEMAS), *packages)
