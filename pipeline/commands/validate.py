"""``validate``: checking without a report."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.shared import (
    FAILED,
    OK,
    Cluster,
    InputsAnywhere,
    Name,
    Outputs,
    executor_of,
    expanded,
    find,
    place_of,
    refuse,
)
from pipeline.core.invocation import option
from pipeline.core.phrases import sentence_of

if TYPE_CHECKING:
    from pipeline.core.returns import Return
    from pipeline.execute import Executor
    from pipeline.ingest.discover import ProgrammeFolder
    from pipeline.report.resubmitted import Resubmission
    from pipeline.run import Outcome


def validate(
    inputs: InputsAnywhere,
    outputs: Outputs,
    programme: Name = None,
    single: Annotated[
        Path | None,
        typer.Option(
            "--return", help="One return alone, inside the inputs or not.", callback=expanded
        ),
    ] = None,
    cluster: Cluster = None,
    lenient: Annotated[
        bool,
        typer.Option("--lenient", help="End with 0 where the list was written, errors or not."),
    ] = False,
) -> None:
    """Read and check the returns, and say what is wrong, without a report."""
    where = place_of(inputs)
    tree, clashing = find(where, outputs, programme)
    folders, only = _narrowed(tree.programmes, single)
    from pipeline import screen

    with executor_of(cluster) as executor:
        results = [
            None
            if folder.name in clashing
            else _validate(folder, outputs / folder.name, only, executor)
            for folder in folders
        ]
    strays = {} if only else tree.strays
    screen.strays(strays, where)
    fine = None not in results if lenient else all(results)
    raise typer.Exit(OK if fine and not strays else FAILED)


def _validate(
    folder: "ProgrammeFolder", where: Path, only: str, executor: "Executor"
) -> bool | None:
    """Check one programme's returns, and show the issues of all or of the ``only`` one; whether no
    error was found, None where that could not be done."""
    from pipeline import screen
    from pipeline.core.outputs import LAYOUTS_SUGGESTED, VALIDATION
    from pipeline.execute import ExecutorError
    from pipeline.ingest.changes import since, stamps
    from pipeline.publish import PublishError, add, outputs_lock
    from pipeline.run import model_programme

    try:
        with outputs_lock(where, screen.note):
            before = stamps(folder)
            with screen.progress(folder.name) as step:
                outcome = model_programme(folder, step, executor)
            inputs = outcome.inputs
            if only and outcome.results is not None:
                # What Layouts get wrong of it stands in the control workbook.
                raised = {
                    i.at for each in outcome.returns if each.workbook == only for i in each.issues
                }
                issues = [i for i in outcome.issues if i.at.workbook == only or i.at in raised]
                files = [file for file in outcome.files if file.workbook == only]
                outcome = replace(outcome, issues=issues, files=files)
            # Said before what writes is imported.
            screen.validated(outcome, folder.name, only)
            changes = _changes(outcome, where, only)
            if outcome.results is not None:
                screen.resubmitted(changes, outcome.results.programme.scenarios)
            books = {VALIDATION: _report_of(outcome, changes, whole=not only)}
            suggested = [
                each for each in outcome.returns if each.suggested and only in ("", each.workbook)
            ]
            if suggested or (where / LAYOUTS_SUGGESTED).is_file():
                books[LAYOUTS_SUGGESTED] = _suggestions_of(suggested, outcome.title)
            add(where, books)
    except (PublishError, ExecutorError, OSError) as fault:
        screen.complain(f"{VALIDATION} was not written for {folder.name}. {sentence_of(fault)}")
        return None
    screen.written(where / VALIDATION)
    if suggested:
        screen.suggested(where / LAYOUTS_SUGGESTED, [each.workbook for each in suggested])
    if not only:
        screen.changed_since(since(folder, before, inputs), ())
    return not any(issue.is_error for issue in outcome.issues)


def _changes(outcome: "Outcome", where: Path, only: str) -> "list[Resubmission]":
    """What the returns, or the ``only`` one, change against the last report."""
    if outcome.results is None:
        return []
    from pipeline.reusing import against_last

    changes = against_last(outcome.returns, outcome.results, where)
    return [each for each in changes if only in ("", each.workbook)]


def _report_of(outcome: "Outcome", changes: "list[Resubmission]", *, whole: bool) -> bytes:
    """validation-report.xlsx of a ``whole`` programme, or of one return."""
    from pipeline.model.intake import sources_table
    from pipeline.report.outputs import build_validation
    from pipeline.report.resubmitted import resubmitted_frame

    programme = outcome.results.programme if outcome.results and whole else None
    sources = sources_table(outcome.files, outcome.totals)
    resubmitted = resubmitted_frame(changes)
    return build_validation(programme, outcome.issues, sources, outcome.title, resubmitted)


def _suggestions_of(returns: "list[Return]", title: str) -> bytes:
    """layouts-suggested.xlsx: rows for Layouts that would read returns which can't be read."""
    from pipeline.report.outputs import build_suggested_layouts

    return build_suggested_layouts([row for each in returns for row in each.suggested], title)


def _narrowed(
    folders: "list[ProgrammeFolder]", single: Path | None
) -> "tuple[list[ProgrammeFolder], str]":
    """The programme of a single return, and the return's name in it. A return from outside the
    inputs is checked by itself, as the only one of its programme."""
    from pipeline.ingest.discover import InputFile

    if single is None:
        return folders, ""
    if not single.is_file():
        refuse(f"There is no file {single}.")
    for folder in folders:
        for file in folder.files:
            if file.path == single.resolve():
                return [folder], file.name
    if len(folders) != 1:
        names = ", ".join(folder.name for folder in folders) or "none"
        refuse(
            f"Say which programme {single} is for: {option('programme', 'name')}. There are: "
            f"{names}."
        )
    return [replace(folders[0], files=[InputFile(single.name, single.resolve())])], single.name
