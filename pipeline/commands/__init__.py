"""The command line: one module for each command, or for a few that belong together.

What a command needs is imported when it runs, so that ``--help`` and wrong usage wait for nothing.
"""

import sys
from collections.abc import Callable
from functools import wraps

import typer

from pipeline.commands import folders, page, report, template, trace_figure, validate, versions
from pipeline.commands.outlet import settle_streams
from pipeline.commands.shared import FAILED
from pipeline.core.memory import tune_memory
from pipeline.core.phrases import sentence_of

app = typer.Typer(
    help="Reads departments' savings workbooks, checks them, shares costs and savings over the "
    "partner organisations, and writes the summary workbooks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def showing_folders(command: Callable[..., None]) -> Callable[..., None]:
    """A command that begins by saying which folders it is about."""

    @wraps(command)
    def shown(**arguments: object) -> None:
        typer.echo(f"Inputs: {arguments['inputs']}; outputs: {arguments['outputs']}")
        command(**arguments)

    return shown


for command in (
    report.report,
    report.watch,
    validate.validate,
    template.template,
    versions.issue,
    versions.versions,
    versions.compare,
    trace_figure.trace,
    page.page,
):
    app.command()(showing_folders(command))
app.command()(folders.folders)
app.command()(folders.samples)


def main() -> None:
    """Run the command line."""
    settle_streams()
    tune_memory()
    try:
        app()
    except OSError as fault:
        typer.echo(f"Error: {sentence_of(fault)}", err=True)
        sys.exit(FAILED)
