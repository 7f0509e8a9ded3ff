"""The command line: ``report``, ``watch``, ``validate`` and ``template``.

What a command needs is imported when it runs, so that ``--help`` and wrong usage wait for nothing.
"""

import sys
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from pipeline.ingest.discover import Found, ProgrammeFolder
    from pipeline.report.theme import Theme
    from pipeline.run import Outcome
    from pipeline.watch import Watcher

OK, FAILED, WRONG_USAGE = 0, 1, 2

app = typer.Typer(
    help="Reads departments' savings workbooks, checks them, shares costs and savings over the "
    "partner organisations, and writes the summary workbooks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _at_home(path: Path | None) -> Path | None:
    """``~/savings`` is in the home folder, which not every shell sees to."""
    return path and path.expanduser()


Inputs = Annotated[
    Path, typer.Option(help="The folder with the programmes' workbooks.", callback=_at_home)
]
Outputs = Annotated[
    Path, typer.Option(help="The folder that the reports go to.", callback=_at_home)
]
Name = Annotated[
    str | None,
    typer.Option("--programme", help="One programme alone: its folder, reference or title."),
]
HouseStyle = Annotated[
    Path | None,
    typer.Option("--theme", help="A theme.toml with colours, font, logo and marking of your own."),
]


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A name that the terminal has no letters for must not end the run.
            stream.reconfigure(errors="replace")
    try:
        app()
    except OSError as fault:
        typer.echo(f"Error: {_told(fault)}", err=True)
        sys.exit(FAILED)


@app.command()
def report(
    inputs: Inputs = Path("inputs"),
    outputs: Outputs = Path("outputs"),
    programme: Name = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where there is any error.")
    ] = False,
    house: HouseStyle = None,
) -> None:
    """Read, check and model every programme under the inputs, and write its reports."""
    found, clashing = _find(inputs, outputs, programme)
    theme = _theme(house)
    from pipeline import screen

    outcomes = [
        None if folder.name in clashing else _report(folder, outputs / folder.name, theme)
        for folder in found.programmes
    ]
    reported = [each for each in outcomes if each is not None and each.results is not None]
    if reported:
        screen.legend()
    screen.strays(found.strays, inputs)
    errors = any(issue.is_error for each in reported for issue in each.issues)
    if len(reported) < len(outcomes) or found.strays or (strict and errors):
        screen.closing(strict=strict)
        raise typer.Exit(FAILED)


def _theme(house: Path | None) -> "Theme":
    """The looks of the reports: the project's own, or those of a council's house style."""
    from pipeline.report.house import ThemeError, read_theme
    from pipeline.report.theme import HOUSE

    if house is None:
        return HOUSE
    try:
        return read_theme(house)
    except ThemeError as fault:
        _refuse(str(fault))


def _report(folder: "ProgrammeFolder", where: Path, theme: "Theme") -> "Outcome | None":
    """Report one programme, and say what came of it; None where its workbooks can't be read or
    its report can't be put in place."""
    from pipeline import screen
    from pipeline.publish import PublishError, publish
    from pipeline.report import build
    from pipeline.run import Copies, checked_copies, run

    copies = Copies()
    try:
        with screen.progress(folder.name) as step:
            outcome = run(folder, step)
            if outcome.results is not None:
                copies = checked_copies(folder, outcome, step)
                step("Writing the workbooks")
                files = {**build(outcome.results, theme), **copies.files}
                publish(where, files, outcome.inputs, outcome.errors)
    except (PublishError, OSError) as fault:
        screen.complain(f"{folder.name} was not reported. {_told(fault)}")
        return None
    if outcome.results is None:
        screen.stopped(outcome, folder.name, where)
    else:
        screen.reported(outcome, folder.name, where)
    screen.not_copied(copies.changed)
    return outcome


@app.command()
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
    found, clashing = _find(inputs, outputs, programme)
    theme = _theme(house)
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
        found, clashing = _find(watcher.inputs, outputs, watcher.only)
    except typer.Exit:
        return
    except OSError as fault:
        screen.complain(_told(fault))
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


@app.command()
def validate(
    inputs: Inputs = Path("inputs"),
    outputs: Outputs = Path("outputs"),
    programme: Name = None,
    single: Annotated[
        Path | None,
        typer.Option(
            "--return", help="One return alone, inside the inputs or not.", callback=_at_home
        ),
    ] = None,
) -> None:
    """Read and check the returns, and say what is wrong, without a report."""
    found, clashing = _find(inputs, outputs, programme)
    folders, only = _narrowed(found.programmes, single)
    from pipeline import screen

    done = [
        folder.name not in clashing and _validate(folder, outputs / folder.name, only)
        for folder in folders
    ]
    strays = [] if only else found.strays
    screen.strays(strays, inputs)
    raise typer.Exit(OK if all(done) and not strays else FAILED)


def _validate(folder: "ProgrammeFolder", where: Path, only: str) -> bool:
    """Check one programme's returns, and show the issues of all or of the ``only`` one; whether
    that could be done and no error was found."""
    from pipeline import screen
    from pipeline.publish import PublishError, add
    from pipeline.report import build_validation
    from pipeline.run import run

    report = "validation-report.xlsx"
    try:
        with screen.progress(folder.name) as step:
            outcome = run(folder, step)
        if only and outcome.results is not None:
            own = [issue for issue in outcome.issues if issue.at.workbook == only]
            sources = outcome.sources[outcome.sources["workbook"] == only]
            outcome = replace(outcome, issues=own, sources=sources)
        content = build_validation(outcome.issues, outcome.sources, outcome.title)
        screen.validated(outcome, folder.name, only)
        add(where, {report: content})
    except (PublishError, OSError) as fault:
        screen.complain(f"{report} was not written for {folder.name}. {_told(fault)}")
        return False
    screen.written(where / report)
    return not any(issue.is_error for issue in outcome.issues)


@app.command()
def template(
    inputs: Inputs = Path("inputs"),
    outputs: Outputs = Path("outputs"),
    programme: Name = None,
) -> None:
    """Write blank workbooks to fill in: a programme.xlsx, and a return for each programme.

    A programme's return offers its own years, services, scenarios, bases and partners.
    """
    folders = _discover(inputs, outputs).programmes if inputs.is_dir() else []
    if programme is not None:
        folders = _chosen(folders, programme, inputs)
    from pipeline import screen
    from pipeline.ingest.control import read_control
    from pipeline.publish import PublishError, put
    from pipeline.report.template import template_programme, template_return

    files = {"programme.xlsx": template_programme(), "return.xlsx": template_return(None)}
    left_out = []
    where = outputs / "templates"
    try:
        for folder in folders:
            content = folder.control.path.read_bytes()
            control = read_control(folder.control.name, content, folder.rivals)
            if control.programme is None:
                left_out.append(folder.name)
            else:
                name = str(PurePosixPath(folder.name) / "return.xlsx")
                files[name] = template_return(control.programme)
        put(where, files)
    except (PublishError, OSError) as fault:
        screen.complain(f"The templates were not written. {_told(fault)}")
        raise typer.Exit(FAILED) from fault
    for name in files:
        screen.written(where / name)
    for name in left_out:
        screen.complain(
            f"There is no return for {name}: its control workbook has errors, which "
            "`make validate` lists."
        )
    raise typer.Exit(FAILED if left_out else OK)


def _find(inputs: Path, outputs: Path, programme: str | None) -> "tuple[Found, set[str]]":
    """What is under the inputs, narrowed to one programme where it is named; and the programmes
    that can't be reported because another one has the same outputs folder."""
    from pipeline.ingest.discover import Found

    if not inputs.is_dir():
        _refuse(f"There is no folder {inputs}.")
    found = _discover(inputs, outputs)
    if not found.programmes and not found.strays:
        _refuse(
            f"There is nothing in {inputs}. Put a programme.xlsx and the departments' workbooks "
            "there; `make template` writes blank ones."
        )
    every = found.programmes
    if programme is not None:
        found = Found(_chosen(every, programme, inputs), [])
    clashes = _clashes([folder.name for folder in every])
    clashing = {folder.name for folder in found.programmes if folder.name in clashes}
    if clashing:
        from pipeline import screen

        for name in sorted(clashing):
            screen.complain(
                f"{name} was not reported: it would share a folder in {outputs} with "
                f"{clashes[name]}. Rename one of the two."
            )
    return found, clashing


def _discover(inputs: Path, outputs: Path) -> "Found":
    """What is under the inputs. Outputs inside them are refused: they would be read as returns.
    So are limits of reading that the environment sets to no number."""
    from pipeline.ingest.discover import discover
    from pipeline.ingest.limits import Limits, WrongLimitError

    try:
        Limits.from_environment()
    except WrongLimitError as fault:
        _refuse(str(fault))
    found = discover(inputs)
    for folder in (outputs, *(outputs / programme.name for programme in found.programmes)):
        if folder.resolve().is_relative_to(inputs.resolve()):
            _refuse(
                f"The outputs folder {folder} is inside the inputs {inputs}: reports would be "
                "read as returns. Choose a folder outside."
            )
    return found


def _chosen(folders: "list[ProgrammeFolder]", name: str, inputs: Path) -> "list[ProgrammeFolder]":
    """The one programme that goes by a name: its folder, else its reference or title."""
    from pipeline.core.text import match_key
    from pipeline.ingest.control import read_control

    def named(names: list[str]) -> bool:
        key = match_key(name)
        return bool(key) and key in map(match_key, names)

    def printed(folder: "ProgrammeFolder") -> list[str]:
        control = read_control(folder.control.name, folder.control.path.read_bytes())
        return [control.title, control.reference]

    chosen = (
        [folder for folder in folders if folder.name == name]
        or [folder for folder in folders if named([folder.name])]
        or [folder for folder in folders if named([folder.control.path.parent.name])]
        or [folder for folder in folders if named(printed(folder))]
    )
    if len(chosen) > 1:
        several = ", ".join(folder.name for folder in chosen)
        _refuse(f"More than one programme goes by “{name}”: {several}. Give the folder.")
    if not chosen:
        known = ", ".join(folder.name for folder in folders) or "none"
        _refuse(f"There is no programme “{name}” in {inputs}. There are: {known}.")
    return chosen


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
        known = ", ".join(folder.name for folder in folders) or "none"
        _refuse(
            f"Say which programme {single} is for: --programme (make: PROGRAMME=). There are: "
            f"{known}."
        )
    return [replace(folders[0], files=[FoundFile(single.name, single.resolve())])], single.name


def _clashes(names: list[str]) -> dict[str, str]:
    """Programmes that would share an outputs folder, each with the other: they differ in capitals
    alone, or one is named after a folder that the other's report writes."""
    clashes: dict[str, str] = {}
    for place, name in enumerate(names):
        for other in names[:place]:
            same = name.casefold() == other.casefold()
            if same or _inside(name, other) or _inside(other, name):
                clashes[name], clashes[other] = other, name
    return clashes


def _inside(name: str, other: str) -> bool:
    """Whether a programme's folder lies in a folder that the other's report writes."""
    own = {".manifest.json", "partners", "data", "returns", "issued"}
    parts, outer = (PurePosixPath(each.casefold()).parts for each in (name, other))
    return parts[: len(outer)] == outer and len(parts) > len(outer) and parts[len(outer)] in own


def _told(fault: Exception) -> str:
    """What an error says, in a sentence."""
    if isinstance(fault, OSError):
        return f"{fault.filename or 'A file'} can't be read ({fault.strerror or fault})."
    return str(fault)


def _refuse(sentence: str) -> NoReturn:
    typer.echo(f"Error: {sentence}", err=True)
    raise typer.Exit(WRONG_USAGE)
