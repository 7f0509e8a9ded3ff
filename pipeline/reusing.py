"""What the last report left in a programme's outputs folder, for the next one to take over, and to
be compared with."""

from collections.abc import Iterable
from pathlib import Path

from pipeline.core.results import Results
from pipeline.core.returns import Return
from pipeline.ingest.code_hash import software
from pipeline.publish import as_reported, manifest
from pipeline.report.last_outputs import LastOutputs
from pipeline.report.resubmitted import COMPARED, Resubmission, resubmissions


def last_outputs(folder: Path) -> LastOutputs:
    """The outputs of the last report in ``folder``, none where there was none. Raises
    PublishError."""
    last = manifest(folder)
    if last is None:
        return LastOutputs(folder, software=software())
    origin = last.origin
    return LastOutputs(folder, last.files, origin.made_of, software(), origin.chunks)


def against_last(returns: Iterable[Return], results: Results, where: Path) -> list[Resubmission]:
    """What each return changes against the last report in ``where``. Raises PublishError."""
    covers = {each.workbook: each.cover for each in returns if each.cover}
    successors = {cover.replaces: name for name, cover in covers.items() if cover.replaces}
    return resubmissions(as_reported(where, COMPARED), results, successors)
