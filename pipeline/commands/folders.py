"""``folders``: which folders the commands are about, from one command to the next; ``samples``:
programmes to try them on."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

import pipeline
from pipeline.commands.kept_folders import INPUTS, OUTPUTS, keep, kept
from pipeline.commands.shared import FAILED, expanded, kept_or_refused, refuse
from pipeline.core.invocation import command, option
from pipeline.core.phrases import sentence_of

# As they are called in the wheel (pyproject.toml) and in the project's folder.
SAMPLES = (
    "cambridgeshire-and-peterborough",
    "joint-working-in-hampshire",
    "south-hams-and-west-devon",
)


def folders(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="The folder to keep: workbooks are read from inputs in it, reports go to outputs "
            "in it, and both are made where they are missing. Without it the folders in use are "
            "printed.",
            callback=expanded,
        ),
    ] = None,
) -> None:
    """Keep the folders that all later commands are about, or say which they are."""
    if folder is not None:
        _keep(folder.resolve())
    typer.echo(f"Inputs:  {kept_or_refused(INPUTS).resolve()}")
    typer.echo(f"Outputs: {kept_or_refused(OUTPUTS).resolve()}")
    if kept() is None:
        typer.echo(f"They are in the current folder; {command('folders FOLDER')} keeps others.")


def _keep(folder: Path) -> None:
    """Keep a folder; programmes in it that would not be seen are named."""
    from pipeline.publish import PublishError

    if folder.exists() and not folder.is_dir():
        refuse(f"{folder} is a file: name a folder.")
    try:
        for name in (INPUTS, OUTPUTS):
            (folder / name).mkdir(parents=True, exist_ok=True)
        keep(folder)
    except (PublishError, OSError) as fault:
        typer.echo(f"Error: The folder was not kept. {sentence_of(fault)}", err=True)
        raise typer.Exit(FAILED) from fault
    workbooks = [*folder.glob("*.xlsx"), *folder.glob("*/*.xlsx")]
    if any(each.name.casefold() == "programme.xlsx" for each in workbooks):
        typer.echo(
            f"There are programmes in {folder} beside inputs: move them into {folder / INPUTS}, "
            f"or name their folder each time: {option('inputs', 'folder')}."
        )


def samples(
    folder: Annotated[
        Path,
        typer.Argument(help="Where to put them, each a folder in it.", callback=expanded),
    ],
) -> None:
    """Copy the sample programmes into a folder, to try the commands on; nothing is written over."""
    there = [name for name in SAMPLES if (folder / name).exists()]
    if there:
        refuse(f"{folder} has {there[0]} already: name another folder.")
    for name in SAMPLES:
        shutil.copytree(_samples() / name, folder / name)
        typer.echo(f"Written: {folder / name}")


def _samples() -> Path:
    """Where the samples are: in an installed program within it, else in the project's inputs."""
    package = Path(str(pipeline.__file__)).parent
    return package / "samples" if (package / "samples").is_dir() else package.parent / INPUTS
