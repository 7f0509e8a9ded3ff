"""``report``, and ``watch``, which reports again and again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.shared import (
    FAILED,
    Cluster,
    HouseStyle,
    Inputs,
    InputsAnywhere,
    Name,
    Outputs,
    executor_of,
    find,
    place_of,
    refuse,
    returns_at,
    told,
)

if TYPE_CHECKING:
    from pipeline.execute import Executor
    from pipeline.ingest.discover import Found, ProgrammeFolder
    from pipeline.report.theme import Theme
    from pipeline.run import Outcome
    from pipeline.watch import Watcher


def report(
    inputs: InputsAnywhere = "inputs",
    outputs: Outputs = Path("outputs"),
    programme: Name = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where there is any error.")
    ] = False,
    house: HouseStyle = None,
    cluster: Cluster = None,
) -> None:
    """Read, check and model every programme under the inputs, and write its reports."""
    where = place_of(inputs)
    found, clashing = find(where, outputs, programme)
    theme = theme_of(house)
    from pipeline import screen

    with executor_of(cluster) as executor:
        outcomes = [
            None
            if folder.name in clashing
            else _report(folder, outputs / folder.name, theme, executor)
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


def theme_of(house: Path | None) -> "Theme":
    """The looks of the reports: the project's own, or those of a council's house style."""
    from pipeline.report.house import ThemeError, read_theme
    from pipeline.report.theme import HOUSE

    if house is None:
        return HOUSE
    try:
        return read_theme(house)
    except ThemeError as fault:
        refuse(str(fault))


def _report(
    folder: "ProgrammeFolder", where: Path, theme: "Theme", executor: "Executor | None" = None
) -> "Outcome | None":
    """Report one programme, and say what came of it; None where its workbooks can't be read or
    its report can't be put in place."""
    from pipeline import screen
    from pipeline.execute import ExecutorError
    from pipeline.ingest.changes import since, stamps
    from pipeline.publish import PublishError, outputs_lock, publish
    from pipeline.report import build
    from pipeline.run import Copies, checked_copies, run

    copies = Copies()
    try:
        with outputs_lock(where, screen.note), screen.progress(folder.name) as step:
            before = stamps(folder)
            outcome = run(folder, step, executor)
            if outcome.results is not None:
                copies = checked_copies(folder, outcome, step)
                step("Writing the workbooks")
                files = {**build(outcome.results, theme, returns_at(folder, where)), **copies.files}
                publish(where, files, outcome.inputs, outcome.errors)
    except (PublishError, ExecutorError, OSError) as fault:
        screen.complain(f"{folder.name} was not reported. {told(fault)}")
        return None
    if outcome.results is None:
        screen.stopped(outcome, folder.name, where)
    else:
        screen.reported(outcome, folder.name, where)
    screen.not_copied(copies.changed)
    screen.changed_since(since(folder, before, outcome.inputs), copies.changed)
    return outcome


def watch(
    inputs: Inputs = Path("inputs"),
    outputs: Outputs = Path("outputs"),
    programme: Name = None,
    poll: Annotated[
        bool, typer.Option("--poll", help="Look again and again, as network shares need.")
    ] = False,
    house: HouseStyle = None,
) -> None:
    """Report, and report again whenever workbooks arrive, change or go, until Ctrl-C."""
    found, clashing = find(inputs, outputs, programme)
    theme = theme_of(house)
    from pipeline import screen
    from pipeline.watch import Watcher, ticks

    only = found.programmes[0].name if programme is not None else None
    watcher = Watcher(inputs, found, only)
    told: list[Path] = []
    try:
        _report_watched(watcher, found, clashing, set(watcher.watched), outputs, theme)
        screen.watching(inputs, found)
        for _ in ticks(watcher, poll=poll):
            changes = watcher.due()
            if watcher.waiting != told:
                told = watcher.waiting
                screen.waiting(told)
            for change in changes:
                screen.changed(change, outputs / change.programme)
            if changes:
                _report_changed(watcher, {change.programme for change in changes}, outputs, theme)
    except KeyboardInterrupt:
        screen.watched()


def _report_changed(watcher: "Watcher", names: set[str], outputs: Path, theme: "Theme") -> None:
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
    _report_watched(watcher, found, clashing, names, outputs, theme)


def _report_watched(
    watcher: "Watcher",
    found: "Found",
    clashing: set[str],
    names: set[str],
    outputs: Path,
    theme: "Theme",
) -> None:
    """Report those of the programmes found that are named; a fault in one doesn't end watching."""
    from pipeline import screen
    from pipeline.watch import NO_PROGRAMME

    for folder in found.programmes:
        if folder.name not in names - clashing:
            continue
        try:
            done = _report(folder, outputs / folder.name, theme) is not None
        except Exception as fault:
            done = False
            screen.complain(
                f"{folder.name} was not reported, through a fault of this program "
                f"({type(fault).__name__}: {fault}). `make report` shows more of it."
            )
        watcher.tried(folder.name, done=done)
    if NO_PROGRAMME in names:
        screen.strays(found.strays, watcher.inputs)
