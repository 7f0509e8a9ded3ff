"""What the worker does: the same functions as the commands call, and what of it a page shows."""

import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import Self

from pipeline.copies import copying
from pipeline.core.finished_file import FinishedFile
from pipeline.core.outputs import clashes
from pipeline.execute import Step
from pipeline.execute.local import LocalExecutor
from pipeline.ingest.changes import Stamps, stamps
from pipeline.ingest.discover import ProgrammeFolder, discover
from pipeline.page.control_rows import NotAddedError, add_rows
from pipeline.page.kept_inputs import NotTakenOutError, replace_input, take_out_input
from pipeline.page.settings import Settings
from pipeline.page.snapshots import Snapshot, snapshot_of
from pipeline.page.worker import WorkError
from pipeline.processes import Helpers
from pipeline.publish import outputs_lock
from pipeline.run import Machines, Manner, Outcome, model_programme, report_programme
from schemas.programme import ANSWERS

# Of so many programmes what was read stays in memory.
_AT_HAND = 2


class Bench:
    """What all works share: who reads and writes, and what was read last, by programme."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.outcomes: OrderedDict[str, Outcome] = OrderedDict()
        self._stamps: dict[str, Stamps] = {}
        self._ends = ExitStack()
        helpers = self._ends.enter_context(Helpers(meanwhile="pipeline.helping"))
        executor = self._ends.enter_context(LocalExecutor(helpers))
        self.machines = Machines(executor, helpers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    def folder(self, name: str) -> ProgrammeFolder:
        """A programme's files as they are now; WorkError where it is gone, or where its reports
        would go into those of another."""
        folders = discover(self.settings.inputs).programmes
        if other := clashes([folder.name for folder in folders]).get(name):
            raise WorkError(
                f"{name} would share a folder in the outputs with {other}. Rename one of the two."
            )
        for folder in folders:
            if folder.name == name:
                return folder
        raise WorkError(f"There is no programme {name} any more.")

    def outputs_of(self, name: str) -> Path:
        """Where a programme's outputs are."""
        return self.settings.outputs / name

    @property
    def manner(self) -> Manner:
        """How reports are made."""
        return Manner(
            self.settings.theme,
            self.settings.history,
            self.settings.namesakes(),
            keeps_whole=True,
        )

    def outcome(self, folder: ProgrammeFolder, step: Step) -> Outcome:
        """A programme read, checked and modelled."""
        before = stamps(folder)
        outcome = model_programme(folder, step, self.machines.executor)
        self.keep(folder.name, outcome, before)
        return outcome

    def at_hand(self, folder: ProgrammeFolder) -> Outcome | None:
        """What was read last of a programme; None where its files are not as they were then."""
        is_current = self._stamps.get(folder.name) == stamps(folder)
        return self.outcomes.get(folder.name) if is_current else None

    def keep(self, name: str, outcome: Outcome, before: Stamps) -> None:
        """Have an outcome at hand for what is asked next of the programme; ``before``: how its
        files looked before they were read."""
        self.outcomes[name], self._stamps[name] = outcome, before
        self.outcomes.move_to_end(name)
        while len(self.outcomes) > _AT_HAND:
            self.outcomes.popitem(last=False)


def check(bench: Bench, name: str, step: Step) -> Snapshot:
    """Read, check and model a programme, and write nothing."""
    folder = bench.folder(name)
    before = stamps(folder)
    return snapshot_of(bench.outcome(folder, step), folder, before, bench.outputs_of(name))


def report(bench: Bench, name: str, step: Step) -> Snapshot:
    """Report a programme, as the command does."""
    folder, where = bench.folder(name), bench.outputs_of(name)
    before = stamps(folder)
    with outputs_lock(where, step):
        report = report_programme(folder, where, bench.manner, bench.machines, step)
        bench.keep(name, report.outcome, before)
        return snapshot_of(report.outcome, folder, before, where)


def place(
    bench: Bench, name: str, step: Step, workbooks: Sequence[tuple[str, Path]], waiting: Path
) -> Snapshot:
    """Put workbooks that were dropped into a programme's folder, each at its path there, the older
    one kept in the outputs; then check. The folder in which they were ``waiting`` goes."""
    folder, where = bench.folder(name), bench.outputs_of(name)
    root = Path(str(folder.control.path)).parent
    try:
        with outputs_lock(where, step):
            for path, staged in workbooks:
                step(f"Putting {path} in place")
                replace_input(root / path, FinishedFile.at(staged), where)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
    return check(bench, name, step)


def take_out(bench: Bench, name: str, step: Step, workbook: str, digest: str) -> Snapshot:
    """Take a workbook out of a programme's folder, kept in the outputs; then check. ``digest``: its
    SHA-256 when that was asked for."""
    where = bench.outputs_of(name)
    with outputs_lock(where, step):
        paths = {each.name: each.path for each in bench.folder(name).files}
        path = paths.get(workbook)
        if not isinstance(path, Path):
            raise WorkError(f"There is no {workbook} in the inputs any more.")
        step(f"Taking {workbook} out")
        try:
            take_out_input(path, digest, where)
        except NotTakenOutError as fault:
            raise WorkError(str(fault)) from fault
    return check(bench, name, step)


def answer(bench: Bench, name: str, step: Step, rows: Sequence[Mapping[str, str]]) -> Snapshot:
    """Add rows to the Answers of a programme's programme.xlsx, the older one kept in the outputs;
    then check."""
    where = bench.outputs_of(name)
    with outputs_lock(where, step):
        step("Writing the answer into programme.xlsx")
        try:
            add_rows(bench.folder(name), where, ANSWERS, rows)
        except NotAddedError as fault:
            raise WorkError(str(fault)) from fault
    return check(bench, name, step)


def marked_copy(bench: Bench, name: str, step: Step, workbook: str) -> tuple[str, bytes]:
    """The checked copy of a return as it is now: the name of its file, and its bytes. WorkError
    where it has none."""
    folder, where = bench.folder(name), bench.outputs_of(name)
    outcome = bench.at_hand(folder) or bench.outcome(folder, step)
    returns = [each for each in outcome.returns if each.workbook == workbook]
    marking = outcome.results.programme.marking if outcome.results else ""
    step(f"Marking {workbook}")
    with tempfile.TemporaryDirectory() as scratch:
        into = Path(scratch) / "copies"
        with copying(folder, returns, outcome.issues, marking, into) as finished_copies:
            copies = finished_copies()
        for path, file in copies.files.items():
            return PurePosixPath(path).name, file.path.read_bytes()
    if copies.changed:
        raise WorkError(f"{workbook} has changed since it was read. Try again.")
    raise WorkError(f"There is no marked copy of {workbook} in {where.name}: nothing is marked.")
