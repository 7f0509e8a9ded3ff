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
from pipeline.core.phrases import sentence_of

if TYPE_CHECKING:
    from pipeline.core.versions import Issued
    from pipeline.history.store import History
    from pipeline.ingest.discover import ProgrammeFolder
    from pipeline.issuing import Request
    from pipeline.report.theme import Theme


def issue(
    name: Annotated[str, typer.Option(help="What the version is called: Cabinet 30 April 2012.")],
    inputs: InputsAnywhere = "inputs",
    outputs: Outputs = Path("outputs"),
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

    signed = tuple(
        words
        for each in signed_off_by or ()
        for one in each.split(";")
        if (words := " ".join(one.split()))
    )
    request = Request(" ".join(name.split()), signed, force)
    if not request.name:
        refuse('Give the version a name: --name (make: NAME="Cabinet 30 April 2012").')
    folder = only_one(place_of(inputs), outputs, programme)
    theme = theme_of(house)
    from pipeline import screen
    from pipeline.core.outputs import ISSUED
    from pipeline.gate import NotIssuableError
    from pipeline.history.faults import HistoryError
    from pipeline.issued import folder_name
    from pipeline.publish import PublishError

    where = outputs / folder.name
    try:
        _must_be_alone(folder, inputs, outputs, history)
        version, errors = _issued(folder, where, request, history, theme)
    except (NotIssuableError, PublishError, HistoryError, OSError) as fault:
        screen.complain(f"{folder.name} was not issued. {sentence_of(fault)}")
        raise typer.Exit(FAILED) from fault
    screen.issued(version, errors, where / ISSUED / folder_name(version))


def _issued(
    folder: "ProgrammeFolder", where: Path, request: "Request", url: str, theme: "Theme"
) -> "tuple[Issued, int]":
    """Issue one programme's report; the version, and how many errors stood."""
    from pipeline import screen
    from pipeline.comparing import damaged, since_last
    from pipeline.core.versions import key_of
    from pipeline.gate import NotIssuableError, must_be_new, must_be_of_now, must_pass
    from pipeline.history.faults import HistoryError
    from pipeline.history.store import open_history
    from pipeline.issued import stranger
    from pipeline.issuing import (
        freeze,
        must_agree,
        next_version,
        second_reading,
        standing,
        with_standing,
    )
    from pipeline.publish import manifest, outputs_lock
    from pipeline.report.outputs import build_issued
    from pipeline.run import model_programme

    with outputs_lock(where, screen.note), screen.progress(folder.name) as step:
        outcome = model_programme(folder, step)
        report, results = must_be_of_now(manifest(where), outcome, where)
        over = must_pass(outcome, force=request.force)
        key = key_of(results.programme.reference, folder.name)
        store = open_history(where, url)
        issued = store.versions(key)
        if store.shared and (why := stranger(issued, results.programme.title, where)):
            raise NotIssuableError(why)
        if issued:
            last = issued[-1]
            must_be_new(request.name, outcome.inputs, last, store.inputs(key, last.number))
        step("Reading every amount again")
        reading = second_reading(folder, outcome)
        must_agree(reading)
        step("Writing the covers")
        results, _ = since_last(results, store, key, where)
        try:
            version = next_version(where, store, key, request, outcome)
        except HistoryError as fault:
            raise HistoryError(f"The history {store} can't be used: {fault}.") from fault
        words = standing(request, over)
        books = build_issued(with_standing(results, version, words, reading), theme)
        step("Recording the version")
        try:
            freeze(where, report, books, version, outcome, store, key)
        except HistoryError as fault:
            raise HistoryError(f"The history {store} can't be used: {fault}.") from fault
        for sentence in damaged(store, key, where):
            screen.warn(sentence)
    return version, outcome.errors


def _must_be_alone(folder: "ProgrammeFolder", inputs: str, outputs: Path, url: str) -> None:
    """HistoryError where another programme under the inputs bears the same Reference, and both
    would share a history."""
    from pipeline.comparing import one_reference
    from pipeline.history.faults import HistoryError

    if others := namesakes(place_of(inputs), outputs, url).get(folder.name, ()):
        raise HistoryError(one_reference(others))


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
    inputs: InputsAnywhere = "inputs",
    outputs: Outputs = Path("outputs"),
    programme: Name = None,
    history: HistoryUrl = "",
) -> None:
    """List the versions that were issued."""
    folder = only_one(place_of(inputs), outputs, programme)
    where = outputs / folder.name
    from pipeline import screen
    from pipeline.comparing import damaged

    with _saying_why(folder):
        _must_be_alone(folder, inputs, outputs, history)
        store, key, issued_versions = _history(folder, where, history)
        screen.versions(issued_versions)
        for sentence in damaged(store, key, where):
            screen.warn(sentence)


def compare(
    first: Annotated[int, typer.Argument(help="The number of the earlier version.")],
    second: Annotated[int, typer.Argument(help="The number of the later one.")],
    inputs: InputsAnywhere = "inputs",
    outputs: Outputs = Path("outputs"),
    programme: Name = None,
    history: HistoryUrl = "",
    house: HouseStyle = None,
) -> None:
    """Say what moved between two versions, and write it as a workbook."""
    folder = only_one(place_of(inputs), outputs, programme)
    theme = theme_of(house)
    where = outputs / folder.name
    from pipeline import screen

    with _saying_why(folder):
        _must_be_alone(folder, inputs, outputs, history)
        store, key, issued_versions = _history(folder, where, history)
        by_number = {version.number: version for version in issued_versions}
        for number in (first, second):
            if number not in by_number:
                there = ", ".join(map(str, by_number)) or "none"
                refuse(f"There is no version {number} of {folder.name}. There are: {there}.")
        from pipeline.core.outputs import comparison_of
        from pipeline.history.bridges import moved
        from pipeline.publish import outputs_lock, put
        from pipeline.report.outputs import build_comparison

        before, after = (store.snapshot(key, number) for number in (first, second))
        what = moved(before, after, by_number[first], by_number[second])
        path = comparison_of(first, second)
        with outputs_lock(where, screen.note):
            put(where, {path: build_comparison(what, theme)})
        screen.moved(what)
        screen.written(where / path)


def _history(
    folder: "ProgrammeFolder", where: Path, url: str
) -> "tuple[History, str, list[Issued]]":
    """The history, a programme's key in it, and its versions; what an earlier run was cut short in
    is finished."""
    from pipeline import screen
    from pipeline.core.versions import key_of
    from pipeline.history.faults import HistoryError
    from pipeline.history.store import open_history
    from pipeline.ingest.control import read_control
    from pipeline.issued import stranger
    from pipeline.issuing import finish, unfinished
    from pipeline.publish import outputs_lock

    control = read_control(folder.control.name, folder.control.path.read_bytes())
    key = key_of(control.reference, folder.name)
    store = open_history(where, url)
    try:
        issued_versions = store.versions(key)
    except HistoryError as fault:
        raise HistoryError(f"The history {store} can't be used: {fault}.") from fault
    if store.shared and (why := stranger(issued_versions, control.title, where)):
        raise HistoryError(why)
    if unfinished(where):
        with outputs_lock(where, screen.note):
            finish(where, [version.number for version in issued_versions])
    return store, key, issued_versions
