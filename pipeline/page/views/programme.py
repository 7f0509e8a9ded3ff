"""A programme: its state, who has sent what, and what can be done."""

from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from pipeline.page import works
from pipeline.page.desk import Desk, address_of
from pipeline.page.tables import Grid, Link, grid
from pipeline.page.views.issues import download
from pipeline.page.views.progress import follow
from pipeline.report.spec import Column, Table
from schemas.outputs import CONTROLS, RETURNS

_WORKBOOK = "Workbook"
# What has to be seen without moving sideways, before the rest in the workbook's own order.
_FIRST = ("Department", _WORKBOOK, "State", "Counts", "Errors", "Warnings", "Answered")


def show(desk: Desk, request: Request) -> Response:
    """The programme's own page."""
    folder = desk.folder(request.path_params["key"])
    snapshot = desk.snapshot(folder)
    board: Grid | None = None
    if snapshot is not None and snapshot.is_modelled:
        table = _in_view(snapshot.sheets[RETURNS.sheet].tables[0])
        links = _to_issues(table, address_of(folder.name))
        board = grid(table, snapshot.report_unit, link=links)
    return desk.pages.render(
        "programme.html",
        name=folder.name,
        address=address_of(folder.name),
        snapshot=snapshot,
        board=board,
        controls=snapshot and snapshot.sheets.get(CONTROLS.sheet),
        returns=snapshot and snapshot.sheets.get(RETURNS.sheet),
        jobs=desk.jobs.of(folder.name),
        last=desk.jobs.last_of(folder.name),
        notice=request.query_params.get("notice"),
    )


def _in_view(table: Table) -> Table:
    """The board with what is to be acted on first."""
    headings = [*_FIRST, *(each.heading for each in table.columns)]
    columns = sorted(table.columns, key=lambda each: headings.index(each.heading))
    return replace(table, columns=tuple(columns))


def _to_issues(table: Table, address: str) -> Link:
    """Each workbook of the board leads to its issues."""
    names = next(each.values for each in table.columns if each.heading == _WORKBOOK)

    def link(row: int, column: Column) -> str:
        if column.heading != _WORKBOOK or not names[row]:
            return ""
        return f"{address}/issues?{urlencode({'workbook': names[row]})}"

    return link


def control(desk: Desk, request: Request) -> Response:
    """Its control workbook as it is, to be changed in Excel and dropped again."""
    folder = desk.folder(request.path_params["key"])
    return download(PurePosixPath(folder.control.name).name, folder.control.path.read_bytes())


def check(desk: Desk, request: Request, _: FormData) -> Response:
    """Read and check it anew."""
    folder = desk.folder(request.path_params["key"])
    return follow(desk, desk.check(folder.name))


def report(desk: Desk, request: Request, _: FormData) -> Response:
    """Write its report."""
    folder = desk.folder(request.path_params["key"])
    then = address_of(folder.name)
    return follow(desk, desk.ask(works.report, folder.name, "Writing the report", then))
