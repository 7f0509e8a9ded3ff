"""What the commands share: their options, finding the programmes they are about, and refusing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from pipeline.commands.kept_folders import INPUTS, OUTPUTS, KeptFoldersError, in_use
from pipeline.core.invocation import command, option
from pipeline.core.outputs import clashes as clashes_of

if TYPE_CHECKING:
    from pipeline.execute import Executor
    from pipeline.ingest.discover import InputTree, ProgrammeFolder
    from pipeline.ingest.places import InputPath
    from pipeline.processes import Helpers
    from pipeline.report.theme import Theme

OK, FAILED, WRONG_USAGE = 0, 1, 2


def expanded(path: Path | None) -> Path | None:
    """``~/savings`` is in the home folder, which not every shell sees to."""
    return path and path.expanduser()


def _no_store(path: Path) -> Path:
    """Outputs are files of this machine; an address would become a folder called ``s3:``."""
    if re.match(r"[a-z0-9+.-]{2,}:/", path.as_posix()):
        refuse(f"Reports can't be written to {path}: name a folder of this machine.")
    return path.expanduser()


def _cluster_address(address: str | None) -> str | None:
    if address is not None and not re.fullmatch(r"(tcp|tls)://[^/\s]+:[0-9]+/?", address):
        refuse(f"“{address}” is no scheduler's address, such as tcp://scheduler:8786.")
    return address


def kept_or_refused(name: str) -> Path:
    """The inputs or outputs in use where a command names none; ends it where they can't be told."""
    try:
        return in_use(name)
    except KeptFoldersError as fault:
        refuse(str(fault))


_KEPT = "those kept by `folders`, else {} in the current folder"

Inputs = Annotated[
    Path,
    typer.Option(
        help="The folder with the programmes' workbooks.",
        callback=expanded,
        default_factory=lambda: kept_or_refused(INPUTS),
        show_default=_KEPT.format(INPUTS),
    ),
]
InputsAnywhere = Annotated[
    str,
    typer.Option(
        "--inputs",
        help="The folder with the programmes' workbooks, or its address: s3://…, abfs://…",
        default_factory=lambda: str(kept_or_refused(INPUTS)),
        show_default=_KEPT.format(INPUTS),
    ),
]
Outputs = Annotated[
    Path,
    typer.Option(
        help="The folder that the reports go to.",
        callback=_no_store,
        default_factory=lambda: kept_or_refused(OUTPUTS),
        show_default=_KEPT.format(OUTPUTS),
    ),
]
Name = Annotated[
    str | None,
    typer.Option("--programme", help="One programme alone: its folder, reference or title."),
]
HouseStyle = Annotated[
    Path | None,
    typer.Option(
        "--theme",
        help="A theme.toml with colours, font, logo and marking of your own, or a .docx whose "
        "styles the documents take.",
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        help="Read the returns on the workers of a Dask scheduler, such as tcp://scheduler:8786.",
        callback=_cluster_address,
    ),
]


HistoryUrl = Annotated[
    str,
    typer.Option(
        "--history",
        envvar="SAVINGS_HISTORY",
        help="Where issued versions are recorded: a URL of SQLite or PostgreSQL. Without it, "
        "history.sqlite in the programme's outputs.",
    ),
]


def place_of(inputs: str) -> "InputPath":
    """Where the inputs are; refuses an address that can't be used."""
    from pipeline.ingest.places import AddressError, input_path

    try:
        return input_path(inputs)
    except AddressError as fault:
        refuse(str(fault))


@contextmanager
def executor_of(cluster: str | None, helpers: "Helpers | None" = None) -> "Iterator[Executor]":
    """What reads the returns: this machine, with ``helpers`` where they are given, or the cluster
    at an address; ends the command where there is none to be had."""
    from pipeline import screen
    from pipeline.execute import ExecutorError
    from pipeline.execute.local import LocalExecutor

    if cluster is None:
        with LocalExecutor(helpers) as here:
            yield here
        return
    try:
        from pipeline.execute.cluster import ClusterExecutor
    except ImportError as fault:
        refuse(
            f"--cluster needs packages that are not installed ({fault}): pip install '.[cluster]'"
        )
    try:
        with ClusterExecutor(cluster, screen.note) as there:
            yield there
    except ExecutorError as fault:
        screen.complain(str(fault))
        raise typer.Exit(FAILED) from fault


def find(inputs: "InputPath", outputs: Path, programme: str | None) -> "tuple[InputTree, set[str]]":
    """What is under the inputs, narrowed to one programme where it is named; and the programmes
    that can't be reported because another one has the same outputs folder."""
    from pipeline.ingest.discover import InputTree
    from pipeline.ingest.places import is_folder

    if not is_folder(inputs):
        refuse(f"There is no folder {inputs}.")
    tree = look_through(inputs, outputs)
    if not tree.programmes and not tree.strays:
        refuse(
            f"There is nothing in {inputs}. Put a programme.xlsx and the departments' workbooks "
            f"there; {command('template')} writes blank ones."
        )
    every = tree.programmes
    if programme is not None:
        tree = InputTree(choose(every, programme, inputs), {})
    clashes = clashes_of([folder.name for folder in every])
    clashing = {folder.name for folder in tree.programmes if folder.name in clashes}
    if clashing:
        from pipeline import screen

        for name in sorted(clashing):
            screen.complain(
                f"{name} was not reported: it would share a folder in {outputs} with "
                f"{clashes[name]}. Rename one of the two."
            )
    return tree, clashing


def theme_of(house: Path | None) -> "Theme":
    """The looks of the reports: the project's own, or those of a council's house style."""
    from pipeline.report.theme import HOUSE

    return HOUSE if house is None else _own_theme(house)


def _own_theme(house: Path) -> "Theme":
    from pipeline.report.theme_file import ThemeError, read_theme

    try:
        return read_theme(house)
    except ThemeError as fault:
        refuse(str(fault))


def only_one(inputs: "InputPath", outputs: Path, programme: str | None) -> "ProgrammeFolder":
    """The programme that is named, or the only one there is."""
    tree, clashing = find(inputs, outputs, programme)
    if len(tree.programmes) != 1:
        names = ", ".join(folder.name for folder in tree.programmes) or "none"
        refuse(f"Say which programme: {option('programme', 'name')}. There are: {names}.")
    if clashing:
        raise typer.Exit(FAILED)
    return tree.programmes[0]


def look_through(inputs: "InputPath", outputs: Path) -> "InputTree":
    """What is under the inputs. Outputs inside them are refused: they would be read as returns.
    So are limits and a number of processes that the environment sets to no number."""
    from pipeline.ingest.discover import discover
    from pipeline.ingest.formats.limits import Limits, WrongLimitError
    from pipeline.processes import HelpersError, workers

    try:
        Limits.from_environment()
        workers()
    except (WrongLimitError, HelpersError) as fault:
        refuse(str(fault))
    tree = discover(inputs)
    for folder in (outputs, *(outputs / programme.name for programme in tree.programmes)):
        if isinstance(inputs, Path) and folder.resolve().is_relative_to(inputs.resolve()):
            refuse(
                f"The outputs folder {folder} is inside the inputs {inputs}: reports would be "
                "read as returns. Choose a folder outside."
            )
    return tree


def namesakes(inputs: "InputPath", outputs: Path, history: str) -> dict[str, tuple[str, ...]]:
    """By programme the others under the inputs that bear the same Reference. It matters to a
    history that they share alone; without one nothing is looked up."""
    if not history:
        return {}
    from pipeline.core.versions import key_of
    from pipeline.ingest.control import read_control

    keys = {}
    for folder in look_through(inputs, outputs).programmes:
        control = read_control(folder.control.name, folder.control.path.read_bytes())
        keys[folder.name] = key_of(control.reference, folder.name)
    return {
        name: others
        for name, key in keys.items()
        if (others := tuple(other for other in keys if other != name and keys[other] == key))
    }


def choose(
    folders: "list[ProgrammeFolder]", name: str, inputs: "InputPath"
) -> "list[ProgrammeFolder]":
    """The one programme that goes by a name: its folder, else its reference or title."""
    from pipeline.core.text import match_key
    from pipeline.ingest.control import read_control

    def named(names: list[str]) -> bool:
        key = match_key(name)
        return bool(key) and key in map(match_key, names)

    def printed(folder: "ProgrammeFolder") -> list[str]:
        control = read_control(folder.control.name, folder.control.path.read_bytes())
        return [control.title, control.reference]

    matches = (
        [folder for folder in folders if folder.name == name]
        or [folder for folder in folders if named([folder.name])]
        or [folder for folder in folders if named([folder.control.path.parent.name])]
        or [folder for folder in folders if named(printed(folder))]
    )
    if len(matches) > 1:
        several = ", ".join(folder.name for folder in matches)
        refuse(f"More than one programme goes by “{name}”: {several}. Give the folder.")
    if not matches:
        names = ", ".join(folder.name for folder in folders) or "none"
        refuse(f"There is no programme “{name}” in {inputs}. There are: {names}.")
    return matches


def refuse(sentence: str) -> NoReturn:
    """Wrong usage: say so, and end."""
    typer.echo(f"Error: {sentence}", err=True)
    raise typer.Exit(WRONG_USAGE)
