"""``template``: workbooks to fill in, blank ones and each department's next return."""

import json
from hashlib import sha256
from pathlib import Path, PurePosixPath

import typer

from pipeline.commands.shared import (
    FAILED,
    OK,
    Inputs,
    Name,
    Outputs,
    choose,
    look_through,
)
from pipeline.core.invocation import command
from pipeline.core.outputs import TEMPLATES, TEMPLATES_WRITTEN
from pipeline.core.phrases import sentence_of


def _sums_written(where: Path) -> dict[str, str]:
    """The SHA-256 of each template as it was written here; empty where nothing is known."""
    try:
        sums = json.loads((where / TEMPLATES_WRITTEN).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return sums if isinstance(sums, dict) else {}


def _is_changed(path: Path, content: bytes, old_sum: str) -> bool:
    """Whether a workbook that stands there is neither what was written nor what will be: it may
    hold somebody's work."""
    there = path.read_bytes() if path.is_file() else content
    return there != content and sha256(there).hexdigest() != old_sum


def template(
    inputs: Inputs,
    outputs: Outputs,
    programme: Name = None,
) -> None:
    """Write workbooks to fill in: a blank programme.xlsx, and for each programme a blank return and
    each department's next one, which holds what was read from its last.

    A programme's return offers its own years, services, scenarios, bases and partners.
    """
    folders = look_through(inputs, outputs).programmes if inputs.is_dir() else []
    if programme is not None:
        folders = choose(folders, programme, inputs)
    from pipeline import screen
    from pipeline.ingest.control import read_control
    from pipeline.publish import PublishError, outputs_lock, put
    from pipeline.report.template import template_programme, template_return
    from pipeline.templates import RETURN, next_returns

    files = {"programme.xlsx": template_programme(), "return.xlsx": template_return(None)}
    left_out, reasons = [], {}
    where = outputs / TEMPLATES
    try:
        for folder in folders:
            content = folder.control.path.read_bytes()
            control = read_control(folder.control.name, content, folder.rivals)
            if control.programme is None:
                left_out.append(folder.name)
            else:
                within = PurePosixPath(folder.name)
                files[str(within / f"{RETURN}.xlsx")] = template_return(control.programme)
                contents, why = next_returns(folder)
                files.update({str(within / name): content for name, content in contents.items()})
                reasons.update({str(within / name): reason for name, reason in why.items()})
        with outputs_lock(where, screen.note):
            old_sums = _sums_written(where)
            not_replaced = [
                name
                for name, content in files.items()
                if _is_changed(where / name, content, old_sums.get(name, ""))
            ]
            for name in not_replaced:
                del files[name]
            sums = {name: sha256(content).hexdigest() for name, content in files.items()}
            record = json.dumps({**old_sums, **sums}, indent=1).encode()
            put(where, {**files, TEMPLATES_WRITTEN: record})
    except (PublishError, OSError) as fault:
        screen.complain(f"The templates were not written. {sentence_of(fault)}")
        raise typer.Exit(FAILED) from fault
    for name in files:
        screen.written(where / name)
    for name in not_replaced:
        screen.complain(
            f"{where / name} was not written: somebody has changed the one that is there. Move it "
            "away, or give it another name."
        )
    for name, reason in reasons.items():
        screen.complain(f"There is no next return for {name}: {reason}.")
    for name in left_out:
        screen.complain(
            f"There is no return for {name}: its control workbook has errors, which "
            f"{command('validate')} lists."
        )
    raise typer.Exit(FAILED if left_out or not_replaced else OK)
