"""What the page of a programme shows, as of one reading of it: held in memory, made by the worker,
so that a page waits for no workbook."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from pipeline.core.issue import Issue, tally
from pipeline.core.outputs import MANIFEST
from pipeline.core.results import Results
from pipeline.core.returns import SourceFile
from pipeline.core.rules import RULES
from pipeline.ingest.changes import Since, Stamps
from pipeline.ingest.discover import ProgrammeFolder
from pipeline.publish import last_report, manifest
from pipeline.report.resubmitted import Resubmission
from pipeline.report.sheets import (
    board,
    by_service,
    by_year,
    charts,
    checks,
    delivery,
    summary,
)
from pipeline.report.spec import Sheet, Table
from pipeline.reusing import against_last
from pipeline.run import Outcome


@dataclass(frozen=True)
class Reported:
    """The report in the outputs: when it was written, how many errors stood, and what of the inputs
    is not as it was then."""

    at: datetime
    errors: int
    since: Since


@dataclass(frozen=True)
class Snapshot:
    """A programme as it was read.

    ``stamps``: how its files looked before they were read; ``report_stamp`` tells which report it
    was compared with. ``sheets``: those of the summary workbook that the page shows, by name,
    without formulas; none where no model can be built. ``report_unit``: pounds in one unit of their
    amounts. ``changes``: of each return against the last report. ``reported``: None where there is
    no report.
    """

    name: str
    title: str
    stamps: Stamps
    issues: tuple[Issue, ...]
    files: tuple[SourceFile, ...]
    report_stamp: int
    scenarios: tuple[str, ...] = ()
    report_unit: int = 1
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    changes: tuple[Resubmission, ...] = ()
    reported: Reported | None = None

    @property
    def is_modelled(self) -> bool:
        """Whether there are figures."""
        return bool(self.sheets)

    # Worked out once: there may be tens of thousands of issues.

    @cached_property
    def errors(self) -> int:
        """How many errors stand."""
        return sum(issue.is_error for issue in self.issues)

    @cached_property
    def summary(self) -> str:
        """How many issues there are, in a sentence."""
        return checks.found(tally(self.issues))

    @cached_property
    def by_workbook(self) -> tuple[Issue, ...]:
        """The issues workbook by workbook, errors first."""
        return tuple(sorted(self.issues, key=lambda each: (each.at.workbook, not each.is_error)))

    @cached_property
    def workbooks(self) -> tuple[str, ...]:
        """The workbooks that have issues."""
        return tuple(sorted({issue.at.workbook for issue in self.issues}))

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """The rules that are broken, in their order."""
        broken = {issue.rule for issue in self.issues}
        return tuple(name for name in RULES if name in broken)


def snapshot_of(outcome: Outcome, folder: ProgrammeFolder, before: Stamps, where: Path) -> Snapshot:
    """What a page shows of an outcome; ``where`` are the programme's outputs. Raises PublishError
    where their manifest can't be read."""
    snapshot = Snapshot(
        folder.name,
        outcome.title,
        before,
        tuple(outcome.issues),
        tuple(outcome.files),
        report_stamp(where),
        reported=_reported(where, outcome),
    )
    if outcome.results is None:
        return snapshot
    programme = outcome.results.programme
    return replace(
        snapshot,
        scenarios=programme.scenarios,
        report_unit=programme.report_unit,
        sheets=_sheets(outcome.results),
        changes=tuple(against_last(outcome.returns, outcome.results, where)),
    )


def _sheets(results: Results) -> dict[str, Sheet]:
    sheets = (
        board.sheet(results),
        summary.sheet(results),
        charts.sheet(results),
        by_year.sheet(results),
        by_service.sheet(results),
        checks.controls(results),
        # The charts of delivery are drawn from it.
        delivery.tracker(results),
    )
    return {sheet.name: without_formulas(sheet) for sheet in sheets if sheet is not None}


def without_formulas(sheet: Sheet) -> Sheet:
    """A sheet as a page shows it: its values alone."""
    blocks = tuple(
        replace(block, columns=tuple(replace(each, formulas=None) for each in block.columns))
        if isinstance(block, Table)
        else block
        for block in sheet.blocks
    )
    return replace(sheet, blocks=blocks, live_answer=(), strip=None)


def _reported(where: Path, outcome: Outcome) -> Reported | None:
    stands, at = manifest(where), last_report(where)
    if stands is None or at is None or not stands.is_report:
        return None
    return Reported(at, stands.errors, Since.between(stands.inputs, outcome.inputs))


def report_stamp(where: Path) -> int:
    """Tells whether another report has been put in place: 0 where there is none."""
    try:
        return (where / MANIFEST).stat().st_mtime_ns
    except OSError:
        return 0
