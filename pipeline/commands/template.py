"""``template``: blank workbooks to fill in."""

from pathlib import Path, PurePosixPath

import typer

from pipeline.commands.shared import (
    FAILED,
    OK,
    Inputs,
    Name,
    Outputs,
    chosen,
    discovered,
    sentence_of,
)
from pipeline.core.outputs import TEMPLATES


def template(
    inputs: Inputs = Path("inputs"),
    outputs: Outputs = Path("outputs"),
    programme: Name = None,
) -> None:
    """Write blank workbooks to fill in: a programme.xlsx, and a return for each programme.

    A programme's return offers its own years, services, scenarios, bases and partners.
    """
    folders = discovered(inputs, outputs).programmes if inputs.is_dir() else []
    if programme is not None:
        folders = chosen(folders, programme, inputs)
    from pipeline import screen
    from pipeline.ingest.control import read_control
    from pipeline.publish import PublishError, outputs_lock, put
    from pipeline.report.template import template_programme, template_return

    files = {"programme.xlsx": template_programme(), "return.xlsx": template_return(None)}
    left_out = []
    where = outputs / TEMPLATES
    try:
        for folder in folders:
            content = folder.control.path.read_bytes()
            control = read_control(folder.control.name, content, folder.rivals)
            if control.programme is None:
                left_out.append(folder.name)
            else:
                name = str(PurePosixPath(folder.name) / "return.xlsx")
                files[name] = template_return(control.programme)
        with outputs_lock(where, screen.note):
            put(where, files)
    except (PublishError, OSError) as fault:
        screen.complain(f"The templates were not written. {sentence_of(fault)}")
        raise typer.Exit(FAILED) from fault
    for name in files:
        screen.written(where / name)
    for name in left_out:
        screen.complain(
            f"There is no return for {name}: its control workbook has errors, which "
            "`make validate` lists."
        )
    raise typer.Exit(FAILED if left_out else OK)
