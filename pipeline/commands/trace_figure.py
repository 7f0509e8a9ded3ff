"""``trace``: from a printed figure to the cells that it is made of."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.shared import (
    FAILED,
    Inputs,
    Name,
    Outputs,
    expanded,
    only_one,
    refuse,
)
from pipeline.core.phrases import sentence_of

if TYPE_CHECKING:
    from pipeline.run import Outcome

# Parts a whole figure that is given as one argument, as `make trace FIGURE=` does.
APART = "|"


def trace(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="TABLE ROW… COLUMN",
            help="The figure as printed: Summary, By year, By service, Settlement or Transfers; "
            "the labels of its row, in any order; the heading of its column. Or all in one, with "
            "| between them.",
        ),
    ],
    inputs: Inputs,
    outputs: Outputs,
    programme: Name = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            help="A file for all lines, of which the screen shows the first.", callback=expanded
        ),
    ] = None,
) -> None:
    """Print a figure of the current inputs, and the lines and cells that add up to it."""
    folder = only_one(inputs, outputs, programme)
    if csv is not None and csv.resolve().is_relative_to(inputs.resolve()):
        refuse(f"{csv} is inside the inputs {inputs}: it would be read as one of them.")
    from pipeline import screen
    from pipeline.model.tracing import TraceError
    from pipeline.model.tracing import trace as traced
    from pipeline.publish import PublishError, put_file
    from pipeline.report.trace_csv import trace_csv
    from pipeline.run import model_programme

    where = outputs / folder.name
    with screen.progress(folder.name) as step:
        outcome = model_programme(folder, step)
    if outcome.results is None or outcome.lines is None:
        screen.stopped(outcome, folder.name, where)
        raise typer.Exit(FAILED)
    if len(names) == 1:
        names = [name.strip() for name in names[0].split(APART)]
    try:
        figure = traced(outcome.results, outcome.lines, names)
    except TraceError as fault:
        refuse(str(fault))
    screen.traced(figure, outcome.title)
    try:
        _say_of_report(outcome, where)
        if csv is not None:
            put_file(csv, trace_csv(figure))
            screen.written(csv)
    except PublishError as fault:
        screen.complain(sentence_of(fault))
        raise typer.Exit(FAILED) from fault


def _say_of_report(outcome: "Outcome", where: Path) -> None:
    """Say so where the report that stands was not made of the inputs as they are now."""
    from pipeline import screen
    from pipeline.publish import manifest, unsettled

    report = manifest(where)
    if mixed := unsettled(where):
        screen.complain(mixed)
    elif report is None or not report.is_report:
        screen.other_inputs(where, None)
    elif report.inputs != outcome.inputs:
        names = {*report.inputs, *outcome.inputs}
        screen.other_inputs(
            where,
            sorted(n for n in names if report.inputs.get(n) != outcome.inputs.get(n)),
        )
