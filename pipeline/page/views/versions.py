"""Issued versions: those there are, what stands in the way of another, issuing it, and what moved
between two."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from pipeline.issuing import Request as IssueRequest
from pipeline.page import figure_works
from pipeline.page.desk import Desk, address_of
from pipeline.page.tables import grid
from pipeline.page.views.figures import pictures
from pipeline.page.views.progress import unless_done
from pipeline.report.spec import Table


def show(desk: Desk, request: Request) -> Response:
    """The list, the gate explained, and the forms to issue and to compare."""
    folder = desk.folder(request.path_params["key"])
    address = address_of(folder.name)
    here = f"{request.url.path}?{request.url.query}"
    job = desk.look(figure_works.versions, folder.name, "Looking at the versions", here)
    if (waiting := unless_done(desk, job)) is not None:
        return waiting
    return desk.pages.render(
        "versions.html",
        name=folder.name,
        address=address,
        snapshot=desk.snapshots.get(folder.name),
        view=job.result,
        notice=request.query_params.get("notice"),
    )


def issue(desk: Desk, request: Request, form: FormData) -> Response:
    """Issue a version."""
    folder = desk.folder(request.path_params["key"])
    here = request.url.path
    asked_for = IssueRequest.of(
        str(form.get("name", "")),
        str(form.get("signed_off", "")).splitlines(),
        force=form.get("force") == "yes",
    )
    if not asked_for.name:
        return desk.pages.go(here, "Give the version a name.")
    title = f"Issuing “{asked_for.name}”"
    job = desk.ask(figure_works.issue, folder.name, title, here, asked_for)
    waiting = unless_done(desk, job)
    return desk.pages.go(here, job.result) if waiting is None else waiting


def compare(desk: Desk, request: Request) -> Response:
    """What moved between two versions."""
    folder = desk.folder(request.path_params["key"])
    address = address_of(folder.name)
    first, second = (_number(request.query_params.get(each, "")) for each in ("first", "second"))
    if first == second:
        return desk.pages.go(f"{address}/versions", "Choose two different versions.")
    here = f"{request.url.path}?{request.url.query}"
    title = "Comparing two versions"
    job = desk.look(figure_works.compare, folder.name, title, here, first, second)
    if (waiting := unless_done(desk, job)) is not None:
        return waiting
    comparison: figure_works.Comparison = job.result
    unit, theme = comparison.report_unit, desk.pages.theme
    parts = [
        (
            sheet,
            [grid(each, unit) for each in sheet.blocks if isinstance(each, Table)],
            pictures(sheet, comparison.sheets, unit, theme, f"chart-{number}"),
        )
        for number, sheet in enumerate(comparison.sheets)
    ]
    return desk.pages.render(
        "comparison.html",
        name=folder.name,
        address=address,
        snapshot=desk.snapshots.get(folder.name),
        comparison=comparison,
        parts_of=parts,
        notice=request.query_params.get("notice"),
    )


def _number(text: str) -> int:
    """A version's number; nil for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0
