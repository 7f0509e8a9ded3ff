"""The whole job on one page: read, check, model."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.core.issue import Issue, in_order, one_per_cell
from pipeline.core.returns import Return, SourceFile
from pipeline.execute import Executor, Step, quietly
from pipeline.ingest.discover import ProgrammeFolder
from pipeline.reading import read, source_files

if TYPE_CHECKING:
    from pipeline.core.lines import Lines
    from pipeline.core.results import Results
    from pipeline.model.intake import ReturnTotals


@dataclass
class Outcome:
    """What a run of one programme gives: every issue in order, and what came of each file, by
    path; ``results`` and ``lines`` are None where no model can be built."""

    title: str
    issues: list[Issue]
    files: list[SourceFile]
    returns: list[Return] = field(default_factory=list)
    totals: "list[ReturnTotals]" = field(default_factory=list)
    results: "Results | None" = None
    lines: "Lines | None" = None

    @property
    def inputs(self) -> dict[str, str]:
        """The SHA-256 of each file as it was read, by path within the programme's folder; empty
        for one that was not read."""
        return {file.workbook: file.sha256 for file in self.files}

    @property
    def errors(self) -> int:
        """How many errors stand."""
        return sum(issue.is_error for issue in self.issues)


def run(folder: ProgrammeFolder, step: Step = quietly, executor: Executor | None = None) -> Outcome:
    """Read, check and model one programme; ``executor`` reads its returns, else this process."""
    reading = read(folder, step, executor)
    programme = reading.control.programme
    title = reading.control.title or folder.name
    if programme is None:
        issues = in_order(one_per_cell(reading.control.issues))
        return Outcome(title, issues, source_files(reading, issues))
    # Only now: what stops a programme is said without waiting for pandas.
    from pipeline.assessing import assess
    from pipeline.model.intake import return_totals
    from pipeline.modelling import model

    step("Checking")
    assessed = assess(reading, programme)
    step("Building the model")
    totals = return_totals(reading.returns, assessed.lines, assessed.verdict)
    reading.forget_lines()
    files = source_files(reading, assessed.issues)
    results = model(reading, programme, assessed, totals, files)
    return Outcome(title, assessed.issues, files, reading.returns, totals, results, assessed.lines)
