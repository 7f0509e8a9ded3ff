"""The pages by their addresses."""

from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from pipeline.ingest.formats.limits import Limits
from pipeline.page.desk import Desk
from pipeline.page.pages import not_there
from pipeline.page.safety import CSRF, Guard, Session, TooMuchError
from pipeline.page.views import (
    answers,
    drop,
    figures,
    files,
    issues,
    layouts,
    programme,
    programmes,
    progress,
    set_up,
    take_out,
    versions,
)

# A view looks (GET) or does (POST, with the form that was sent), and gives the next page.
View = Callable[[Desk, Request], Response]
Deed = Callable[[Desk, Request, FormData], Response]

# Of one post: so many full-sized workbooks, so many files, so many other fields.
_MOST_FULL_FILES, _MOST_FILES, _MOST_FIELDS = 5, 2_000, 5_000


def build_app(desk: Desk, session: Session) -> ASGIApp:
    """The page as an application; every address asks for the session's token or cookie, every POST
    for the page's own form."""

    def look(path: str, view: View) -> Route:
        def endpoint(request: Request) -> Response:
            return view(desk, request)

        return Route(path, endpoint, methods=["GET"])

    def do(path: str, deed: Deed) -> Route:
        async def endpoint(request: Request) -> Response:
            async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS) as form:
                if not session.takes(form.get(CSRF)):
                    return PlainTextResponse("That was not sent by this page's own form.", 403)
                return await run_in_threadpool(deed, desk, request, form)

        return Route(path, endpoint, methods=["POST"])

    def missing(_: Request, __: Exception) -> Response:
        return not_there(desk)

    def too_much(_: Request, fault: Exception) -> Response:
        return PlainTextResponse(str(fault), 413)

    def fault_of_ours(_: Request, __: Exception) -> Response:
        return desk.pages.render("fault.html", status=500)

    app = Starlette(
        routes=[*_routes(look, do), *progress.event_routes(desk), _static(desk)],
        exception_handlers={
            404: missing,
            TooMuchError: too_much,
            HTTPException: _plainly,
            Exception: fault_of_ours,  # it goes on to the server, which logs it
        },
    )
    limits = Limits.from_environment()
    return Guard(app, session, limits.file * _MOST_FULL_FILES)


def _routes(look: Callable[[str, View], Route], do: Callable[[str, Deed], Route]) -> list[Route]:
    one = "/programmes/{key}"
    return [
        look("/", programmes.show),
        look("/set-up", set_up.show),
        do("/set-up", set_up.take),
        look(one, programme.show),
        do(f"{one}/check", programme.check),
        do(f"{one}/report", programme.report),
        look(f"{one}/issues", issues.show),
        look(f"{one}/copy", issues.marked_copy),
        look(f"{one}/control", programme.control),
        do(f"{one}/answers", answers.write),
        look(f"{one}/drop", drop.show),
        do(f"{one}/drop", drop.take),
        look(f"{one}/drop/{{drop}}", drop.ask),
        do(f"{one}/drop/{{drop}}", drop.place),
        look(f"{one}/take-out", take_out.ask),
        do(f"{one}/take-out", take_out.take),
        look(f"{one}/figures", figures.show),
        look(f"{one}/figures/{{part}}", figures.show),
        look(f"{one}/trace", figures.trace),
        look(f"{one}/files", files.show),
        look(f"{one}/files/{{bundle}}.zip", files.fetch_all),
        look(f"{one}/files/{{bundle}}/{{path:path}}", files.fetch),
        look(f"{one}/layouts", layouts.show),
        do(f"{one}/layouts", layouts.point),
        look(f"{one}/versions", versions.show),
        do(f"{one}/versions", versions.issue),
        look(f"{one}/versions/compare", versions.compare),
        look(f"{one}/trace.csv", figures.trace_file),
        look("/jobs/{number:int}", progress.show),
        do("/jobs/{number:int}/stop", progress.stop),
    ]


def _static(desk: Desk) -> BaseRoute:
    def colours(_: Request) -> Response:
        return Response(desk.pages.colours(), media_type="text/css")

    files = StaticFiles(directory=Path(__file__).parent / "static")
    return Mount("/static", routes=[Route("/colours.css", colours), Mount("/", files)])


def _plainly(_: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)  # it handles these alone
    return PlainTextResponse(fault.detail, fault.status_code)
