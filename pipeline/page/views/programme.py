"""A programme: its state, who has sent what, and what can be done."""

from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from pipeline.page import works
from pipeline.page.desk import Desk, address_of
from pipeline.page.tables import Grid, Link, grid
from pipeline.page.views.progress import follow
from pipeline.report.spec import Column, Table
from schemas.outputs import CONTROLS, RETURNS

_WORKBOOK = "Workbook"


def show(desk: Desk, request: Request) -> Response:
    """The programme's own page."""
    folder = desk.folder(request.path_params["key"])
    snapshot = desk.snapshot(folder)
    board: Grid | None = None
    if snapshot is not None and snapshot.is_modelled:
        table = snapshot.sheets[RETURNS.sheet].tables[0]
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


def _to_issues(table: Table, address: str) -> Link:
    """Each workbook of the board leads to its issues."""
    names = next(each.values for each in table.columns if each.heading == _WORKBOOK)

    def link(row: int, column: Column) -> str:
        if column.heading != _WORKBOOK or not names[row]:
            return ""
        return f"{address}/issues?{urlencode({'workbook': names[row]})}"

    return link


def check(desk: Desk, request: Request, _: FormData) -> Response:
    """Read and check it anew."""
    folder = desk.folder(request.path_params["key"])
    return follow(desk, desk.check(folder.name))


def report(desk: Desk, request: Request, _: FormData) -> Response:
    """Write its report."""
    folder = desk.folder(request.path_params["key"])
    then = address_of(folder.name)
    return follow(desk, desk.ask(works.report, folder.name, "Writing the report", then))
