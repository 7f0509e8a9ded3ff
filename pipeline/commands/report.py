"""``report``, and ``watch``, which reports again and again."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
    namesakes,
    place_of,
    theme_of,
)
from pipeline.core.invocation import command
from pipeline.core.phrases import sentence_of

if TYPE_CHECKING:
    from pipeline.core.overview import Overview
    from pipeline.ingest.discover import InputTree, ProgrammeFolder
    from pipeline.run import Machines, Manner
    from pipeline.watch import Watcher


@contextmanager
def _machines(
    cluster: str | None, programmes: "Iterable[ProgrammeFolder]" = ()
) -> "Iterator[Machines]":
    """Those of this machine, which get ready to write while there is nothing to read; the returns
    are read on the cluster at an address, where one is given. They start now where one of the
    programmes has enough for them."""
    from pipeline.execute.worth import others_worth_starting
    from pipeline.processes import Helpers

    with Helpers(meanwhile="pipeline.helping") as helpers:
        helpers.expect(max((others_worth_starting(each.files) for each in programmes), default=0))
        from pipeline.run import Machines

        with executor_of(cluster, helpers) as executor:
            yield Machines(executor, helpers)


def report(
    inputs: InputsAnywhere,
    outputs: Outputs,
    programme: Name = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where there is any error.")
    ] = False,
    house: HouseStyle = None,
    cluster: Cluster = None,
    history: HistoryUrl = "",
    ods: Annotated[
        bool, typer.Option("--ods", help="Circulated workbooks as .ods, too, by LibreOffice.")
    ] = False,
) -> None:
    """Read, check and model every programme under the inputs, and write its reports."""
    where = place_of(inputs)
    tree, clashing = find(where, outputs, programme)
    with _machines(cluster, tree.programmes) as machines:
        theme = theme_of(house)
        from pipeline import screen
        from pipeline.run import Manner

        manner = Manner(theme, history, namesakes(where, outputs, history), ods)
        ends = [
            None
            if folder.name in clashing
            else _report(folder, outputs / folder.name, manner, machines)
            for folder in tree.programmes
        ]
    reported = [each.overview for each in ends if each is not None and each.overview is not None]
    if reported:
        screen.legend()
    screen.strays(tree.strays, where)
    if programme is None:
        screen.without_inputs(outputs, {folder.name for folder in tree.programmes})
    errors = any(each.errors for each in reported)
    if len(reported) < len(ends) or tree.strays or (strict and errors):
        screen.closing(strict=strict)
        raise typer.Exit(FAILED)


@dataclass(frozen=True)
class _End:
    """How reporting a programme ended: what was said of its report, None where its control workbook
    can't be used."""

    overview: "Overview | None"


def _report(
    folder: "ProgrammeFolder", where: Path, manner: "Manner", machines: "Machines"
) -> _End | None:
    """Report one programme, unless its last report is the one that would be made now, and say what
    came of it; None where its workbooks can't be read or its report can't be put in place."""
    from pipeline import screen
    from pipeline.execute import ExecutorError
    from pipeline.publish import PublishError, outputs_lock
    from pipeline.run import report_programme
    from pipeline.unchanged import ingredients_of, standing

    try:
        with outputs_lock(where, screen.note), screen.progress(folder.name) as step:
            ingredients = ingredients_of(folder, where, manner)
            if (overview := standing(where, ingredients)) is not None:
                screen.reported(overview, folder.name, where)
                screen.stands(where)
                return _End(overview)
            report_made = report_programme(folder, where, manner, machines, step, ingredients)
    except (PublishError, ExecutorError, OSError) as fault:
        screen.complain(f"{folder.name} was not reported. {sentence_of(fault)}")
        return None
    if report_made.overview is None:
        screen.stopped(report_made.outcome, folder.name, where)
    else:
        screen.reported(report_made.overview, folder.name, where)
    screen.not_copied(report_made.not_copied)
    screen.changed_since(report_made.changes, report_made.not_copied)
    if report_made.without_ods:
        screen.warn(f"There are no .ods files: {report_made.without_ods}")
    if report_made.lost:
        screen.warn(report_made.lost)
    return _End(report_made.overview)


def watch(
    inputs: Inputs,
    outputs: Outputs,
    programme: Name = None,
    poll: Annotated[
        bool, typer.Option("--poll", help="Look again and again, as network shares need.")
    ] = False,
    house: HouseStyle = None,
    history: HistoryUrl = "",
) -> None:
    """Report, and report again whenever workbooks arrive, change or go, until Ctrl-C."""
    tree, clashing = find(inputs, outputs, programme)
    theme = theme_of(house)
    from pipeline import screen
    from pipeline.run import Manner
    from pipeline.watch import Watcher, ticks

    only = tree.programmes[0].name if programme is not None else None
    watcher = Watcher(inputs, tree, only)
    manner, waiting = Manner(theme, history, namesakes(inputs, outputs, history)), list[Path]()
    try:
        _report_watched(watcher, tree, clashing, set(watcher.watched), outputs, manner)
        screen.watching(inputs, tree)
        for _ in ticks(watcher, poll=poll):
            changes = watcher.due()
            if watcher.waiting != waiting:
                waiting = watcher.waiting
                screen.waiting(waiting)
            for change in changes:
                screen.changed(change, outputs / change.programme)
            if changes:
                _report_changed(watcher, {change.programme for change in changes}, outputs, manner)
    except KeyboardInterrupt:
        screen.watched()


def _report_changed(watcher: "Watcher", names: set[str], outputs: Path, manner: "Manner") -> None:
    """Report the named programmes as they are now. What stands in the way is said, and watching
    goes on."""
    from pipeline import screen

    try:
        tree, clashing = find(watcher.inputs, outputs, watcher.only)
    except typer.Exit:
        return
    except OSError as fault:
        screen.complain(sentence_of(fault))
        for name in names:
            watcher.tried(name, done=False)
        return
    _report_watched(watcher, tree, clashing, names, outputs, manner)


def _report_watched(
    watcher: "Watcher",
    tree: "InputTree",
    clashing: set[str],
    names: set[str],
    outputs: Path,
    manner: "Manner",
) -> None:
    """Report those of the programmes found that are named; a fault in one doesn't end watching."""
    from pipeline import screen
    from pipeline.watch import NO_PROGRAMME

    with _machines(None) as machines:
        for folder in tree.programmes:
            if folder.name not in names - clashing:
                continue
            try:
                is_done = _report(folder, outputs / folder.name, manner, machines) is not None
            except Exception as fault:
                is_done = False
                screen.complain(
                    f"{folder.name} was not reported, through a fault of this program "
                    f"({type(fault).__name__}: {fault}). {command('report')} shows more of it."
                )
            watcher.tried(folder.name, done=is_done)
    if NO_PROGRAMME in names:
        screen.strays(tree.strays, watcher.inputs)
