"""What is done with a programme's issued versions: one more is issued, they are listed, and two are
compared. Whoever asks for it, a command or the page, says what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.comparing import compare_with_last, damaged, one_reference, recorded
from pipeline.core.outputs import comparison_of
from pipeline.core.versions import Issued, Moved, key_of
from pipeline.execute import Step
from pipeline.gate import (
    NotIssuableError,
    Obstacle,
    must_be_new,
    must_be_of_now,
    must_pass,
    obstacles,
)
from pipeline.history.bridges import moved
from pipeline.history.faults import HistoryError
from pipeline.history.store import History, open_history
from pipeline.ingest.control import read_control
from pipeline.ingest.discover import ProgrammeFolder
from pipeline.issued import stranger
from pipeline.issuing import (
    Request,
    finish,
    freeze,
    must_agree,
    next_version,
    second_reading,
    standing,
    unfinished,
    with_standing,
)
from pipeline.publish import manifest, outputs_lock, put
from pipeline.report.outputs import build_comparison, build_issued
from pipeline.run import Manner, Outcome, model_programme


@dataclass(frozen=True)
class Issuance:
    """A version that was issued, how many errors stood, and what of older versions is no longer as
    it was issued, a sentence each."""

    version: Issued
    errors: int
    damage: Sequence[str]


@dataclass(frozen=True)
class GateReport:
    """What stands in the way of a version: what nothing overrules, in a sentence (empty: nothing),
    and what may be overruled."""

    closed: str
    obstacles: Sequence[Obstacle]


@dataclass(frozen=True)
class ProgrammeHistory:
    """A programme's issued versions, oldest first, where they are recorded, and under which key."""

    store: History
    key: str
    versions: Sequence[Issued]

    def version(self, number: int) -> Issued | None:
        """A version by its number."""
        return next((each for each in self.versions if each.number == number), None)


def gate_of(outcome: Outcome, where: Path) -> GateReport:
    """What stands in the way of issuing the report in ``where``. Raises PublishError."""
    closed = ""
    try:
        must_be_of_now(manifest(where), outcome, where)
    except NotIssuableError as fault:
        closed = str(fault)
    return GateReport(closed, tuple(obstacles(outcome)))


def issue_version(
    folder: ProgrammeFolder, where: Path, request: Request, manner: Manner, step: Step
) -> Issuance:
    """Issue a programme's report as a version. Hold ``outputs_lock``. Raises NotIssuableError,
    PublishError, HistoryError and OSError."""
    _must_be_alone(folder, manner)
    outcome = model_programme(folder, step)
    report, results = must_be_of_now(manifest(where), outcome, where)
    over = must_pass(outcome, force=request.force)
    programme = results.programme
    key = key_of(programme.reference, folder.name)
    store = open_history(where, manner.history)
    try:
        issued_versions = _versions_in(store, key, programme.title, where)
    except _StrangerError as fault:
        raise NotIssuableError(str(fault)) from fault
    if issued_versions:
        last = issued_versions[-1]
        must_be_new(request.name, outcome.inputs, last, store.inputs(key, last.number))
    step("Reading every amount again")
    reading = second_reading(folder, outcome)
    must_agree(reading)
    step("Writing the covers")
    results, _ = compare_with_last(results, recorded(store, key), where)
    words = standing(request, over)
    try:
        version = next_version(where, store, key, request, outcome)
        books = build_issued(with_standing(results, version, words, reading), manner.theme)
        step("Recording the version")
        freeze(where, report, books, version, outcome, store, key)
    except HistoryError as fault:
        raise _unusable(store, fault) from fault
    return Issuance(version, outcome.errors, damaged(store, key, where))


def history_of(folder: ProgrammeFolder, where: Path, manner: Manner, say: Step) -> ProgrammeHistory:
    """A programme's issued versions; what an earlier run was cut short in is finished, for which
    ``outputs_lock`` is taken. Raises HistoryError, PublishError and OSError."""
    _must_be_alone(folder, manner)
    control = read_control(folder.control.name, folder.control.path.read_bytes())
    key = key_of(control.reference, folder.name)
    store = open_history(where, manner.history)
    issued_versions = _versions_in(store, key, control.title, where)
    if unfinished(where):
        with outputs_lock(where, say):
            finish(where, [version.number for version in issued_versions])
    return ProgrammeHistory(store, key, issued_versions)


def compare_versions(
    history: ProgrammeHistory, before: Issued, after: Issued, where: Path, manner: Manner
) -> tuple[Moved, str]:
    """What moved between two versions, and the path within ``where`` of the workbook that says so.
    Hold ``outputs_lock``. Raises HistoryError and PublishError."""
    then, now = (history.store.snapshot(history.key, each.number) for each in (before, after))
    what = moved(then, now, before, after)
    path = comparison_of(before.number, after.number)
    put(where, {path: build_comparison(what, manner.theme)})
    return what, path


class _StrangerError(HistoryError):
    """The history holds another programme's versions under the same key."""


def _versions_in(store: History, key: str, title: str, where: Path) -> list[Issued]:
    try:
        issued_versions = store.versions(key)
    except HistoryError as fault:
        raise _unusable(store, fault) from fault
    if store.shared and (why := stranger(issued_versions, title, where)):
        raise _StrangerError(why)
    return issued_versions


def _unusable(store: History, fault: HistoryError) -> HistoryError:
    return HistoryError(f"The history {store} can't be used: {fault}.")


def _must_be_alone(folder: ProgrammeFolder, manner: Manner) -> None:
    """HistoryError where another programme under the inputs bears the same Reference, and both
    would share a history."""
    if others := manner.namesakes.get(folder.name, ()):
        raise HistoryError(one_reference(others))
