"""What the last report left in a programme's outputs folder, for the next one to take over, and to
be compared with."""

import platform
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pipeline.core.results import Results
from pipeline.core.returns import Return
from pipeline.ingest.code_hash import PIPELINE, SCHEMAS, code_sha256, with_versions
from pipeline.publish import as_reported, manifest
from pipeline.report.last_outputs import LastOutputs
from pipeline.report.resubmitted import COMPARED, Resubmission, resubmissions

# What writes workbooks and documents, and reads those that are marked.
_PACKAGES = ("XlsxWriter", "isal", "lxml", "numpy", "pandas", "python-calamine", "python-docx")


def last_outputs(folder: Path) -> LastOutputs:
    """The outputs of the last report in ``folder``, none where there was none. Raises
    PublishError."""
    last = manifest(folder)
    if last is None:
        return LastOutputs(folder, software=_software())
    return LastOutputs(folder, last.files, last.origin.made_of, _software())


@cache
def _software() -> tuple[str, ...]:
    """All code that has a say in what an output becomes: this program's by its bytes, others' by
    their versions."""
    code = code_sha256(PIPELINE, SCHEMAS)
    return (platform.python_version(), code, *with_versions(_PACKAGES))


def against_last(returns: Iterable[Return], results: Results, where: Path) -> list[Resubmission]:
    """What each return changes against the last report in ``where``. Raises PublishError."""
    covers = {each.workbook: each.cover for each in returns if each.cover}
    successors = {cover.replaces: name for name, cover in covers.items() if cover.replaces}
    return resubmissions(as_reported(where, COMPARED), results, successors)
