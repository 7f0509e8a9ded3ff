"""The figures: Summary with its charts, By year and By service, each figure a link to what it is
made of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pipeline.model.tracing import LABELS, TABLES
from pipeline.page import figure_works
from pipeline.page.desk import Desk, address_of
from pipeline.page.jobs import Job
from pipeline.page.snapshots import Snapshot
from pipeline.page.svg import Figures, draw, figures_of
from pipeline.page.tables import Grid, Link, grid
from pipeline.page.views.progress import unless_done
from pipeline.page.worker import Work
from pipeline.report.chart import Chart
from pipeline.report.sheets import charts
from pipeline.report.spec import Column, Sheet, Table
from pipeline.report.theme import Theme
from schemas.outputs import BY_SERVICE, BY_YEAR, RETURNS, SUMMARY

# A picture for each width of window.
_WIDE, _NARROW = 720, 320
_ORGANISATION = "Organisation"
# What is shown at an address below the programme's figures: a table, and in words what it is.
PARTS = {"": SUMMARY, "by-year": BY_YEAR, "by-service": BY_SERVICE}


@dataclass(frozen=True)
class Picture:
    """A chart, drawn for a wide and for a narrow window, and its figures as a table."""

    chart: Chart
    wide: str
    narrow: str
    figures: Figures


def pictures(
    sheet: Sheet, sheets: Sequence[Sheet], unit: int, theme: Theme, key: str = "chart"
) -> list[Picture]:
    """The charts of a sheet, drawn from the tables of some sheets; ``unit`` and ``key`` as in
    ``draw``."""
    tables = {table.name: table for each in sheets for table in each.tables}
    drawings = []
    for number, chart in enumerate(each for each in sheet.blocks if isinstance(each, Chart)):
        if {part.values.table for part in chart.series} <= tables.keys():
            wide, narrow = (
                draw(chart, tables, unit, theme, f"{key}-{number}-{width}", width)
                for width in (_WIDE, _NARROW)
            )
            drawings.append(Picture(chart, wide, narrow, figures_of(chart, tables)))
    return drawings


def show(desk: Desk, request: Request) -> Response:
    """A table of figures; the first with the charts."""
    part = request.path_params.get("part", "")
    if part not in PARTS:
        raise HTTPException(404)
    folder = desk.folder(request.path_params["key"])
    snapshot = desk.snapshot(folder)
    address = address_of(folder.name)
    context: dict[str, Any] = {}
    if snapshot is not None and snapshot.is_modelled:
        declared = PARTS[part]
        sheet = snapshot.sheets[declared.sheet]
        (table,) = (each for each in sheet.tables if each.name == declared.name)
        organisations = () if declared is SUMMARY else _organisations(table)
        organisation = _chosen(request.query_params.get("of", ""), organisations)
        context = {
            "sheet": sheet,
            "returns": snapshot.sheets[RETURNS.sheet],
            "table": _grid(table, snapshot, address, organisation),
            "organisations": organisations,
            "organisation": organisation,
            "pictures": _pictures(snapshot, desk) if declared is SUMMARY else [],
            "report_unit": snapshot.report_unit,
        }
    return desk.pages.render(
        "figures.html",
        name=folder.name,
        address=address,
        snapshot=snapshot,
        part=part,
        parts_there=PARTS,
        jobs=desk.jobs.of(folder.name),
        notice=request.query_params.get("notice"),
        **context,
    )


def _pictures(snapshot: Snapshot, desk: Desk) -> list[Picture]:
    sheets = list(snapshot.sheets.values())
    unit = snapshot.report_unit
    return pictures(snapshot.sheets[charts.NAME], sheets, unit, desk.pages.theme)


def _organisations(table: Table) -> tuple[str, ...]:
    (column,) = (each for each in table.columns if each.heading == _ORGANISATION)
    return tuple(dict.fromkeys(map(str, column.values)))


def _chosen(name: str, organisations: Sequence[str]) -> str:
    """The organisation that is asked for, else the first: the total programme."""
    return next((each for each in organisations if each == name), next(iter(organisations), ""))


def _grid(table: Table, snapshot: Snapshot, address: str, organisation: str) -> Grid:
    """A table of figures; that of one organisation doesn't name it in each row."""
    link = links_to_traces(table, address)
    if not organisation:
        return grid(table, snapshot.report_unit, link=link)
    (column,) = (each for each in table.columns if each.heading == _ORGANISATION)
    rows = [row for row, name in enumerate(column.values) if name == organisation]
    columns = tuple(each for each in table.columns if each is not column)
    table = replace(table, columns=columns)
    caption = f"{organisation}: {table.description}"
    return grid(table, snapshot.report_unit, caption, link, rows)


def links_to_traces(table: Table, address: str) -> Link:
    """Leads from each figure of a table to what it is made of."""
    labels = [each for each in table.columns if each.heading in LABELS]

    def link(row: int, column: Column) -> str:
        is_label = any(column is each for each in labels)
        if table.name not in TABLES or is_label or column.values[row] in (None, ""):
            return ""
        names = [table.name, *(str(each.values[row]) for each in labels), column.heading]
        return f"{address}/trace?{urlencode([('of', name) for name in names])}"

    return link


# What a figure is made of


def trace(desk: Desk, request: Request) -> Response:
    """A figure, and the lines and cells that add up to it."""
    job, names = _look_behind(desk, request, figure_works.trace_figure)
    if (waiting := unless_done(desk, job)) is not None:
        return waiting
    address = address_of(job.programme)
    return desk.pages.render(
        "trace.html",
        name=job.programme,
        address=address,
        snapshot=desk.snapshots.get(job.programme),
        figure=job.result,
        file=f"{address}/trace.csv?{request.url.query}",
        back=_back(names),
        notice=request.query_params.get("notice"),
    )


def _look_behind(desk: Desk, request: Request, work: Work) -> tuple[Job, tuple[str, ...]]:
    """The job that looks behind the figure of an address, and the figure's names."""
    names = tuple(request.query_params.getlist("of"))
    folder = desk.folder(request.path_params["key"])
    here = f"{request.url.path}?{request.url.query}"
    return desk.look(work, folder.name, "Looking behind a figure", here, names), names


def _back(names: Sequence[str]) -> str:
    """The part of the figures that a figure stands in."""
    return next((part for part, table in PARTS.items() if [table.name] == [*names[:1]]), "")


def trace_file(desk: Desk, request: Request) -> Response:
    """All lines behind a figure, as csv."""
    job, _ = _look_behind(desk, request, figure_works.trace_file)
    if (waiting := unless_done(desk, job)) is not None:
        return waiting
    headers = {"Content-Disposition": 'attachment; filename="trace.csv"'}
    return Response(job.result, media_type="text/csv; charset=utf-8", headers=headers)
