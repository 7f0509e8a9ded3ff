"""``report``, and ``watch``, which reports again and again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.shared import (
    FAILED,
    Cluster,
    HistoryUrl,
    HouseStyle,
    Inputs,
    InputsAnywhere,
    Name,
    Outputs,
    executor_of,
    find,
    history_at,
    place_of,
    returns_at,
    theme_of,
    told,
)

if TYPE_CHECKING:
    from pipeline.core.results import Results
    from pipeline.execute import Executor
    from pipeline.ingest.discover import Found, ProgrammeFolder
    from pipeline.processes import Helpers
    from pipeline.report.theme import Theme
    from pipeline.run import Outcome
    from pipeline.watch import Watcher


@dataclass(frozen=True)
class Manner:
    """How reports are made: their looks, and the URL of the history that they are compared with
    (empty: the one in the outputs)."""

    theme: "Theme"
    history: str


@dataclass(frozen=True)
class Machines:
    """Who reads the returns, and who else writes workbooks."""

    executor: "Executor"
    helpers: "Helpers"


@contextmanager
def _machines(cluster: str | None) -> Iterator[Machines]:
    """Those of this machine, which get ready to write while there is nothing to read; the returns
    are read on the cluster at an address, where one is given."""
    from pipeline.processes import Helpers

    with (
        Helpers(meanwhile="pipeline.report.outputs") as helpers,
        executor_of(cluster, helpers) as executor,
    ):
        yield Machines(executor, helpers)


def report(
    inputs: InputsAnywhere = "inputs",
    outputs: Outputs = Path("outputs"),
    programme: Name = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where there is any error.")
    ] = False,
    house: HouseStyle = None,
    cluster: Cluster = None,
    history: HistoryUrl = "",
) -> None:
    """Read, check and model every programme under the inputs, and write its reports."""
    where = place_of(inputs)
    found, clashing = find(where, outputs, programme)
    manner = Manner(theme_of(house), history)
    from pipeline import screen

    with _machines(cluster) as machines:
        outcomes = [
            None
            if folder.name in clashing
            else _report(folder, outputs / folder.name, manner, machines)
            for folder in found.programmes
        ]
    reported = [each for each in outcomes if each is not None and each.results is not None]
    if reported:
        screen.legend()
    screen.strays(found.strays, where)
    errors = any(issue.is_error for each in reported for issue in each.issues)
    if len(reported) < len(outcomes) or found.strays or (strict and errors):
        screen.closing(strict=strict)
        raise typer.Exit(FAILED)


def _report(
    folder: "ProgrammeFolder", where: Path, manner: Manner, machines: Machines
) -> "Outcome | None":
    """Report one programme, and say what came of it; None where its workbooks can't be read or
    its report can't be put in place."""
    from pipeline import screen
    from pipeline.execute import ExecutorError
    from pipeline.ingest.changes import since, stamps
    from pipeline.publish import PublishError, outputs_lock, publish, scratch
    from pipeline.run import run

    not_copied: list[str] = []
    lost = ""
    try:
        with outputs_lock(where, screen.note), screen.progress(folder.name) as step:
            before = stamps(folder)
            outcome = run(folder, step, machines.executor)
            if outcome.results is not None:
                # Only now: see pipeline.run.
                from pipeline.copies import checked_copies
                from pipeline.report.outputs import write_outputs

                results, lost = _since_last(outcome.results, folder, where, manner.history)
                # What is written needs no lines any more, which are most of what is held.
                outcome = replace(outcome, results=results, lines=None)
                copies = checked_copies(folder, outcome, step)
                not_copied = copies.changed
                step("Writing the workbooks")
                at, helpers = returns_at(folder, where), machines.helpers
                with scratch(where) as part:
                    made = write_outputs(part, results, manner.theme, at, helpers)
                    publish(where, {**made, **copies.files}, outcome.inputs, outcome.errors)
    except (PublishError, ExecutorError, OSError) as fault:
        screen.complain(f"{folder.name} was not reported. {told(fault)}")
        return None
    if outcome.results is None:
        screen.stopped(outcome, folder.name, where)
    else:
        screen.reported(outcome, folder.name, where)
    screen.not_copied(not_copied)
    screen.changed_since(since(folder, before, outcome.inputs), not_copied)
    if lost:
        screen.warn(lost)
    return outcome


def _since_last(
    results: "Results", folder: "ProgrammeFolder", where: Path, url: str
) -> "tuple[Results, str]":
    """The results with what moved since the last version issued; and what is wrong with the
    history, if anything is."""
    from pipeline.core.versions import key_of
    from pipeline.history.faults import HistoryError
    from pipeline.issuing import since_last

    key = key_of(results.programme.reference, folder.name)
    try:
        return since_last(results, history_at(where, url), key, where)
    except HistoryError as fault:
        return results, f"{fault} The report goes on without Movements."


def watch(
    inputs: Inputs = Path("inputs"),
    outputs: Outputs = Path("outputs"),
    programme: Name = None,
    poll: Annotated[
        bool, typer.Option("--poll", help="Look again and again, as network shares need.")
    ] = False,
    house: HouseStyle = None,
    history: HistoryUrl = "",
) -> None:
    """Report, and report again whenever workbooks arrive, change or go, until Ctrl-C."""
    found, clashing = find(inputs, outputs, programme)
    manner = Manner(theme_of(house), history)
    from pipeline import screen
    from pipeline.watch import Watcher, ticks

    only = found.programmes[0].name if programme is not None else None
    watcher = Watcher(inputs, found, only)
    told: list[Path] = []
    try:
        _report_watched(watcher, found, clashing, set(watcher.watched), outputs, manner)
        screen.watching(inputs, found)
        for _ in ticks(watcher, poll=poll):
            changes = watcher.due()
            if watcher.waiting != told:
                told = watcher.waiting
                screen.waiting(told)
            for change in changes:
                screen.changed(change, outputs / change.programme)
            if changes:
                _report_changed(watcher, {change.programme for change in changes}, outputs, manner)
    except KeyboardInterrupt:
        screen.watched()


def _report_changed(watcher: "Watcher", names: set[str], outputs: Path, manner: Manner) -> None:
    """Report the named programmes as they are now. What stands in the way is said, and watching
    goes on."""
    from pipeline import screen

    try:
        found, clashing = find(watcher.inputs, outputs, watcher.only)
    except typer.Exit:
        return
    except OSError as fault:
        screen.complain(told(fault))
        for name in names:
            watcher.tried(name, done=False)
        return
    _report_watched(watcher, found, clashing, names, outputs, manner)


def _report_watched(
    watcher: "Watcher",
    found: "Found",
    clashing: set[str],
    names: set[str],
    outputs: Path,
    manner: Manner,
) -> None:
    """Report those of the programmes found that are named; a fault in one doesn't end watching."""
    from pipeline import screen
    from pipeline.watch import NO_PROGRAMME

    with _machines(None) as machines:
        for folder in found.programmes:
            if folder.name not in names - clashing:
                continue
            try:
                done = _report(folder, outputs / folder.name, manner, machines) is not None
            except Exception as fault:
                done = False
                screen.complain(
                    f"{folder.name} was not reported, through a fault of this program "
                    f"({type(fault).__name__}: {fault}). `make report` shows more of it."
                )
            watcher.tried(folder.name, done=done)
    if NO_PROGRAMME in names:
        screen.strays(found.strays, watcher.inputs)
