"""``issue``, ``versions`` and ``compare``: numbered versions, and what moved between two."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.shared import (
    FAILED,
    HistoryUrl,
    HouseStyle,
    InputsAnywhere,
    Name,
    Outputs,
    namesakes,
    only_one,
    place_of,
    refuse,
    theme_of,
)
from pipeline.core.invocation import option
from pipeline.core.phrases import sentence_of

if TYPE_CHECKING:
    from pipeline.ingest.discover import ProgrammeFolder
    from pipeline.report.theme import Theme
    from pipeline.run import Manner


def issue(
    name: Annotated[str, typer.Option(help="What the version is called: Cabinet 30 April 2012.")],
    inputs: InputsAnywhere,
    outputs: Outputs,
    programme: Name = None,
    signed_off_by: Annotated[
        list[str] | None,
        typer.Option(
            help="Who signed it off: name, role. Of several: again, or apart by semicolons."
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Issue it over errors and returns that are not in; the covers say so."
        ),
    ] = False,
    history: HistoryUrl = "",
    house: HouseStyle = None,
) -> None:
    """Freeze the report as it stands, as a numbered version that is never changed."""
    from pipeline.issuing import Request

    request = Request.of(name, signed_off_by or (), force=force)
    if not request.name:
        refuse(f"Give the version a name: {option('name', 'Cabinet 30 April 2012')}.")
    folder = only_one(place_of(inputs), outputs, programme)
    theme = theme_of(house)
    from pipeline import screen
    from pipeline.core.outputs import ISSUED
    from pipeline.gate import NotIssuableError
    from pipeline.history.faults import HistoryError
    from pipeline.issued import folder_name
    from pipeline.publish import PublishError, outputs_lock
    from pipeline.versions import issue_version

    where = outputs / folder.name
    try:
        manner = _manner(inputs, outputs, history, theme)
        with outputs_lock(where, screen.note), screen.progress(folder.name) as step:
            issuance = issue_version(folder, where, request, manner, step)
    except (NotIssuableError, PublishError, HistoryError, OSError) as fault:
        screen.complain(f"{folder.name} was not issued. {sentence_of(fault)}")
        raise typer.Exit(FAILED) from fault
    for sentence in issuance.damage:
        screen.warn(sentence)
    version = issuance.version
    screen.issued(version, issuance.errors, where / ISSUED / folder_name(version))


def _manner(inputs: str, outputs: Path, history: str, theme: "Theme | None" = None) -> "Manner":
    """How versions are made and where they are recorded."""
    from pipeline.run import Manner

    return Manner(theme or theme_of(None), history, namesakes(place_of(inputs), outputs, history))


@contextmanager
def _saying_why(folder: "ProgrammeFolder") -> Iterator[None]:
    """Say why a programme's versions can't be told, and end."""
    from pipeline import screen
    from pipeline.history.faults import HistoryError
    from pipeline.publish import PublishError

    try:
        yield
    except (HistoryError, PublishError, OSError) as fault:
        screen.complain(f"The versions of {folder.name} can't be told. {sentence_of(fault)}")
        raise typer.Exit(FAILED) from fault


def versions(
    inputs: InputsAnywhere,
    outputs: Outputs,
    programme: Name = None,
    history: HistoryUrl = "",
) -> None:
    """List the versions that were issued."""
    folder = only_one(place_of(inputs), outputs, programme)
    where = outputs / folder.name
    from pipeline import screen
    from pipeline.comparing import damaged
    from pipeline.versions import history_of

    with _saying_why(folder):
        manner = _manner(inputs, outputs, history)
        there = history_of(folder, where, manner, screen.note)
        screen.versions(there.versions)
        for sentence in damaged(there.store, there.key, where):
            screen.warn(sentence)


def compare(
    first: Annotated[int, typer.Argument(help="The number of the earlier version.")],
    second: Annotated[int, typer.Argument(help="The number of the later one.")],
    inputs: InputsAnywhere,
    outputs: Outputs,
    programme: Name = None,
    history: HistoryUrl = "",
    house: HouseStyle = None,
) -> None:
    """Say what moved between two versions, and write it as a workbook."""
    folder = only_one(place_of(inputs), outputs, programme)
    theme = theme_of(house)
    where = outputs / folder.name
    from pipeline import screen
    from pipeline.publish import outputs_lock
    from pipeline.versions import compare_versions, history_of

    with _saying_why(folder):
        manner = _manner(inputs, outputs, history, theme)
        there = history_of(folder, where, manner, screen.note)
        before, after = (there.version(number) for number in (first, second))
        if before is None or after is None:
            number = first if before is None else second
            numbers = ", ".join(str(each.number) for each in there.versions) or "none"
            refuse(f"There is no version {number} of {folder.name}. There are: {numbers}.")
        with outputs_lock(where, screen.note):
            what, path = compare_versions(there, before, after, where, manner)
        screen.moved(what)
        screen.written(where / path)
