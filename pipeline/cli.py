"""The command line: ``report``, ``validate`` and ``template``.

What a command needs is imported when it runs, so that ``--help`` waits for nothing.
"""

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from pipeline.ingest.discover import Found, ProgrammeFolder

OK, FAILED, WRONG_USAGE = 0, 1, 2

app = typer.Typer(
    help="Reads departments' savings workbooks, checks them, shares costs and savings over the "
    "partner organisations, and writes the summary workbooks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Inputs = Annotated[Path, typer.Option(help="The folder with the programmes' workbooks.")]
Outputs = Annotated[Path, typer.Option(help="The folder that the reports go to.")]
Name = Annotated[
    str | None,
    typer.Option("--programme", help="One programme alone: its folder, reference or title."),
]


def main() -> None:
    """Run the command line."""
    app()


@app.command()
def report(
    inputs: Inputs = Path("inputs"),
    outputs: Outputs = Path("outputs"),
    programme: Name = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where there is any error.")
    ] = False,
) -> None:
    """Read, check and model every programme under the inputs, and write its reports."""
    from pipeline import screen
    from pipeline.publish import PublishError, publish
    from pipeline.run import run

    found = _find(inputs, outputs, programme)
    screen.strays(found.strays, inputs)
    clashing = _clashes(found, outputs)
    failed = bool(found.strays or clashing)
    for folder in found.programmes:
        if folder.name in clashing:
            continue
        where = outputs / folder.name
        with screen.progress(folder.name) as step:
            outcome = run(folder, step)
            if outcome.results is None:
                failed = True
            else:
                from pipeline.report import build

                step("Writing the workbooks")
                try:
                    publish(where, build(outcome.results))
                except PublishError as fault:
                    screen.complain(f"{folder.name} was not reported. {fault}")
                    failed = True
                    continue
        if outcome.results is None:
            screen.stopped(folder.name, outcome.issues, where)
            continue
        screen.reported(folder.name, outcome, where)
        failed = failed or (strict and any(issue.is_error for issue in outcome.issues))
    raise typer.Exit(FAILED if failed else OK)


@app.command()
def validate(
    inputs: Inputs = Path("inputs"),
    outputs: Outputs = Path("outputs"),
    programme: Name = None,
    single: Annotated[
        Path | None, typer.Option("--return", help="One return alone, inside the inputs or not.")
    ] = None,
) -> None:
    """Read and check the returns, and say what is wrong, without a report."""
    from pipeline import screen
    from pipeline.publish import PublishError, publish
    from pipeline.report import build_validation
    from pipeline.run import run

    found = _find(inputs, outputs, programme)
    folders, only = _narrowed(found.programmes, single)
    failed = False
    if single is None:
        screen.strays(found.strays, inputs)
        failed = bool(found.strays)
    for folder in folders:
        with screen.progress(folder.name) as step:
            outcome = run(folder, step)
        issues, sources = outcome.issues, outcome.sources
        if only:
            issues = [issue for issue in issues if issue.at.workbook == only]
            sources = sources[sources["workbook"] == only]
        failed = failed or any(issue.is_error for issue in issues)
        screen.validated(folder.name, issues)
        where = outputs / folder.name
        content = build_validation(issues, sources, outcome.title)
        try:
            publish(where, {"validation-report.xlsx": content}, complete=False)
        except PublishError as fault:
            screen.complain(str(fault))
            failed = True
        else:
            screen.written(where / "validation-report.xlsx")
    raise typer.Exit(FAILED if failed else OK)


@app.command()
def template(
    inputs: Inputs = Path("inputs"),
    outputs: Outputs = Path("outputs"),
    programme: Name = None,
) -> None:
    """Write a blank programme.xlsx and a blank return; for every programme under the inputs a
    return with its own years, services, scenarios, bases and partners in the drop-downs."""
    from pipeline import screen
    from pipeline.ingest.control import read_control
    from pipeline.publish import PublishError, publish
    from pipeline.report.template import template_programme, template_return

    files = {"programme.xlsx": template_programme(), "return.xlsx": template_return(None)}
    if inputs.is_dir():
        for folder in _find(inputs, outputs, programme).programmes:
            control = read_control(folder.control.name, folder.control.path.read_bytes())
            if control.programme is not None:
                content = template_return(control.programme)
                files[str(PurePosixPath(folder.name) / "return.xlsx")] = content
    where = outputs / "templates"
    try:
        publish(where, files)
    except PublishError as fault:
        screen.complain(str(fault))
        raise typer.Exit(FAILED) from fault
    for name in files:
        screen.written(where / name)


def _find(inputs: Path, outputs: Path, programme: str | None) -> "Found":
    """What is under the inputs, narrowed to one programme where it is named."""
    from pipeline.ingest.discover import Found, discover

    if not inputs.is_dir():
        _refuse(f"There is no folder {inputs}.")
    if outputs.resolve().is_relative_to(inputs.resolve()):
        _refuse(
            f"The outputs folder {outputs} is inside the inputs {inputs}: reports would be read "
            "as returns. Choose a folder outside."
        )
    found = discover(inputs)
    if not found.programmes and not found.strays:
        _refuse(
            f"There is nothing in {inputs}. Put a programme.xlsx and the departments' workbooks "
            "there; `make template` writes blank ones."
        )
    if programme is None:
        return found
    chosen = [folder for folder in found.programmes if _is_named(folder, programme)]
    if len(chosen) != 1:
        known = ", ".join(folder.name for folder in found.programmes) or "none"
        count = "no" if not chosen else "more than one"
        _refuse(f"There is {count} programme “{programme}” in {inputs}. There are: {known}.")
    return Found(chosen, [])


def _is_named(folder: "ProgrammeFolder", name: str) -> bool:
    """Whether a programme goes by a name: its folder, its reference or its title."""
    from pipeline.core.text import match_key
    from pipeline.ingest.control import read_control

    names = [folder.name, PurePosixPath(folder.name).name]
    if match_key(name) not in map(match_key, names):
        control = read_control(folder.control.name, folder.control.path.read_bytes())
        names = [control.title, control.reference]
    return match_key(name) in map(match_key, names)


def _narrowed(
    folders: "list[ProgrammeFolder]", single: Path | None
) -> "tuple[list[ProgrammeFolder], str]":
    """The programme of a single return, and the return's name in it. A return from outside the
    inputs is checked by itself, as the only one of its programme."""
    from pipeline.ingest.discover import FoundFile

    if single is None:
        return folders, ""
    if not single.is_file():
        _refuse(f"There is no file {single}.")
    for folder in folders:
        for file in folder.files:
            if file.path == single.resolve():
                return [folder], file.name
    if len(folders) != 1:
        _refuse("Name the programme that the return is for: --programme (make: PROGRAMME=).")
    return [replace(folders[0], files=[FoundFile(single.name, single.resolve())])], single.name


def _clashes(found: "Found", outputs: Path) -> set[str]:
    """Programmes that would share an outputs folder; both stop. One is named after what the
    other's report writes, or the two differ in capitals alone."""
    from pipeline import screen

    taken: dict[str, str] = {}
    clashing: set[str] = set()
    own = {".manifest.json", "partners", "data", "returns", "issued"}
    for folder in found.programmes:
        key = folder.name.casefold()
        inside = [other for other in taken if _inside(key, other, own)]
        for other in [taken[key]] if key in taken else [taken[name] for name in inside]:
            screen.complain(
                f"{other} and {folder.name} would share a folder in {outputs}: rename one."
            )
            clashing |= {other, folder.name}
        taken.setdefault(key, folder.name)
    return clashing


def _inside(name: str, other: str, own: set[str]) -> bool:
    """Whether a programme's folder lies in a folder that the other's report writes."""
    parts, outer = PurePosixPath(name).parts, PurePosixPath(other).parts
    return parts[: len(outer)] == outer and len(parts) > len(outer) and parts[len(outer)] in own


def _refuse(sentence: str) -> NoReturn:
    typer.echo(f"Error: {sentence}", err=True)
    raise typer.Exit(WRONG_USAGE)
