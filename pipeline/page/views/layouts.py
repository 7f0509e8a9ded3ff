"""A layout by example: returns that can't be read, and the form on which one of them is pointed
at."""

from collections.abc import Iterator
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pipeline.page import layout_works
from pipeline.page.desk import Desk, address_of
from pipeline.page.layout_example import SETTINGS, Pointed
from pipeline.page.snapshots import Snapshot
from pipeline.page.views.progress import follow, unless_done

# How long a form waits for what comes of it.
_PATIENCE = 60.0
# Rules that a return breaks which another layout could read.
_UNREAD = ("missing-sheet", "missing-heading", "unused-layout")


def show(desk: Desk, request: Request) -> Response:
    """The returns that can't be read; or the form for one of them."""
    folder = desk.folder(request.path_params["key"])
    snapshot = desk.snapshot(folder)
    workbook = request.query_params.get("workbook", "")
    if not workbook:
        return desk.pages.render(
            "layouts.html",
            name=folder.name,
            address=address_of(folder.name),
            snapshot=snapshot,
            workbooks=list(dict.fromkeys(unread(snapshot))) if snapshot else [],
            jobs=desk.jobs.of(folder.name),
            notice=request.query_params.get("notice"),
        )
    if workbook not in {file.name for file in folder.files}:
        raise HTTPException(404)
    here = f"{request.url.path}?{request.url.query}"
    title = f"Looking at {workbook}"
    job = desk.look(layout_works.example, folder.name, title, here, workbook, None)
    if (waiting := unless_done(desk, job)) is not None:
        return waiting
    return _form(desk, folder.name, workbook, job.result)


def unread(snapshot: Snapshot) -> Iterator[str]:
    """The returns that a layout might read, once for each issue that says so."""
    returns = {file.workbook for file in snapshot.files}
    for issue in snapshot.issues:
        is_savings = issue.rule != "missing-sheet" or issue.heading == "Savings"
        if issue.rule in _UNREAD and is_savings and issue.at.workbook in returns:
            yield issue.at.workbook


def point(desk: Desk, request: Request, form: FormData) -> Response:
    """Try what was pointed at, or write it."""
    folder = desk.folder(request.path_params["key"])
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    workbook = texts.get("workbook", "")
    if workbook not in {file.name for file in folder.files}:
        raise HTTPException(404)
    pointed = pointed_at(texts)
    if texts.get("action") == "write":
        then = f"{address_of(folder.name)}/issues"
        title = f"Writing the layout of {workbook}"
        return follow(
            desk, desk.ask(layout_works.write, folder.name, title, then, workbook, pointed)
        )
    title = f"Trying a layout of {workbook}"
    # What was pointed at is in the form alone: whoever can't wait for it begins again.
    again = f"{address_of(folder.name)}/layouts?{urlencode({'workbook': workbook})}"
    job = desk.ask(layout_works.example, folder.name, title, again, workbook, pointed)
    if (waiting := unless_done(desk, job, _PATIENCE)) is not None:
        return waiting
    return _form(desk, folder.name, workbook, job.result)


def pointed_at(form: dict[str, str]) -> Pointed:
    """What the fields of the form say. On another sheet nothing is pointed at yet, and its header
    row is not known; nor is anything in another header row."""

    def numbered(kind: str) -> dict[int, str]:
        names = ((name.removeprefix(f"{kind}."), value) for name, value in form.items())
        return {int(place): value for place, value in names if place.isdecimal() and value}

    def named(kind: str) -> dict[str, str]:
        return {
            name.removeprefix(f"{kind}."): value.strip()
            for name, value in form.items()
            if name.startswith(f"{kind}.")
        }

    pattern, sheet = form.get("pattern", "").strip(), form.get("sheet", "")
    header = form.get("header", "")
    if sheet != form.get("sheet_before", sheet):
        return Pointed(pattern, sheet, 0)
    is_number = header.isascii() and header.isdigit() and len(header) < 4
    number = int(header) if is_number else 1
    if header != form.get("header_before", header):
        return Pointed(pattern, sheet, number)
    theirs, ours = named("theirs"), named("ours")
    words = {
        (key.rpartition(".")[0], text): ours[key] for key, text in theirs.items() if ours.get(key)
    }
    return Pointed(
        pattern,
        sheet,
        number,
        numbered("column"),
        numbered("scenario"),
        named("constant"),
        named("setting"),
        words,
        frozenset(heading for heading, answer in named("down").items() if answer == "Yes"),
    )


def _form(desk: Desk, name: str, workbook: str, shown_example: layout_works.Example) -> Response:
    return desk.pages.render(
        "layout.html",
        name=name,
        address=address_of(name),
        snapshot=desk.snapshots.get(name),
        workbook=workbook,
        example=shown_example,
        pointed=shown_example.pointed,
        preview=shown_example.preview,
        settings=SETTINGS,
        notice=None,
    )
