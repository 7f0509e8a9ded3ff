"""Running the pipeline in tests, from a folder of workbooks to its figures."""

from pathlib import Path

from pipeline.ingest.discover import discover
from pipeline.run import Outcome, model_programme


def outcome_of(folder: Path) -> Outcome:
    """What the pipeline makes of the one programme in a folder."""
    (programme,) = discover(folder).programmes
    return model_programme(programme)


def issues_of(folder: Path) -> list[tuple[str, str]]:
    """The rule and the cell of each issue, in order."""
    return [(issue.rule, issue.at.cell) for issue in outcome_of(folder).issues]
