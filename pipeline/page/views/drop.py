"""Dropping workbooks: into the programme's inputs, nothing replaced in silence."""

from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import urlencode

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pipeline.core.phrases import agreeing, counted
from pipeline.ingest.formats.limits import Limits
from pipeline.page import drops, works
from pipeline.page.desk import Desk, address_of
from pipeline.page.drops import Drop, Dropped
from pipeline.page.views.progress import follow

_REPLACE = "replace"


def show(desk: Desk, request: Request) -> Response:
    """Where workbooks are dropped."""
    folder = desk.folder(request.path_params["key"])
    return desk.pages.render(
        "drop.html",
        name=folder.name,
        address=address_of(folder.name),
        snapshot=desk.snapshots.get(folder.name),
        notice=request.query_params.get("notice"),
    )


def take(desk: Desk, request: Request, form: FormData) -> Response:
    """Take what was dropped: at once where nothing has to be asked or said."""
    folder = desk.folder(request.path_params["key"])
    address = address_of(folder.name)
    files = list(_files(form))
    if not files:
        return desk.pages.go(f"{address}/drop", "No workbook was chosen.")
    where = desk.outputs_of(folder.name)
    drop = drops.take(folder, where, files, Limits.from_environment())
    desk.keep(drop)
    if drop.clashes or drop.refused or not _new(drop):
        return desk.pages.go(f"{address}/drop/{drop.key}")
    return _place(desk, drop, _new(drop))


def _files(form: FormData) -> Iterator[tuple[str, BinaryIO]]:
    for each in form.getlist("files"):
        if isinstance(each, UploadFile) and each.filename:
            yield each.filename, each.file


def _new(drop: Drop) -> list[Dropped]:
    return [each for each in drop.workbooks if each.older is None and not each.is_there]


def _drop(desk: Desk, request: Request) -> Drop:
    folder = desk.folder(request.path_params["key"])
    drop = desk.drops.get(request.path_params["drop"])
    if drop is None or drop.programme != folder.name:
        raise HTTPException(404)
    return drop


def ask(desk: Desk, request: Request) -> Response:
    """What is to become of each workbook whose place is taken, and what is not taken at all."""
    drop = _drop(desk, request)
    return desk.pages.render(
        "drop_ask.html",
        name=drop.programme,
        address=address_of(drop.programme),
        snapshot=desk.snapshots.get(drop.programme),
        drop=drop,
        new=_new(drop),
        same=[each for each in drop.workbooks if each.is_there],
        notice=request.query_params.get("notice"),
    )


def place(desk: Desk, request: Request, form: FormData) -> Response:
    """Do as was said of each."""
    drop = _drop(desk, request)
    address = address_of(drop.programme)
    if form.get("way") == "none":
        desk.drops.pop(drop.key).forget()
        return desk.pages.go(address, "Nothing was put in place.")
    replaced = {str(each) for each in form.getlist(_REPLACE)}
    workbooks = _new(drop) + [each for each in drop.clashes if each.name in replaced]
    if not workbooks:
        desk.drops.pop(drop.key).forget()
        return desk.pages.go(address, "Nothing was put in place.")
    return _place(desk, drop, workbooks)


def _place(desk: Desk, drop: Drop, workbooks: list[Dropped]) -> Response:
    address = address_of(drop.programme)
    query = {"workbook": workbooks[0].name} if len(workbooks) == 1 else {}
    then = desk.pages.noted(f"{address}/issues?{urlencode(query)}".rstrip("?"), _said(workbooks))
    items = [(each.name, each.staged) for each in workbooks]
    job = desk.ask(
        works.place, drop.programme, "Putting workbooks in place", then, items, drop.folder
    )
    desk.drops.pop(drop.key, None)
    return follow(desk, job)


def _said(workbooks: list[Dropped]) -> str:
    """What has happened, for the top of the next page."""
    many, older = len(workbooks), sum(each.older is not None for each in workbooks)
    what = workbooks[0].name if many == 1 else counted(many, "workbook")
    remark = (
        f" The older {agreeing(older, 'one is', 'ones are')} kept in the outputs." if older else ""
    )
    return f"{what} {agreeing(many, 'is', 'are')} in place. What was found is below.{remark}"
