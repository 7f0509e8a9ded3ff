"""How far a job is: as a page, and as events while it works."""

import asyncio
import json
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from pipeline.page.desk import Desk, address_of
from pipeline.page.jobs import Job, State

# A job that is over within so many seconds leads to its result at once.
PATIENCE = 1.5
_LOOK, _ALIVE = 0.15, 15.0


def follow(desk: Desk, job: Job) -> Response:
    """To the result of a job where it is over soon, else to its progress."""
    job.ended.wait(PATIENCE)
    return desk.pages.go(job.then if job.state is State.DONE else f"/jobs/{job.number}")


def unless_done(desk: Desk, job: Job, patience: float | None = None) -> Response | None:
    """Where to look meanwhile, unless the job is done soon."""
    job.ended.wait(PATIENCE if patience is None else patience)
    if job.state is not State.DONE:
        return desk.pages.go(f"/jobs/{job.number}")
    job.is_shown = True
    return None


def _job(desk: Desk, request: Request) -> Job:
    job = desk.jobs.job(request.path_params["number"])
    if job is None:
        raise HTTPException(404)
    return job


def show(desk: Desk, request: Request) -> Response:
    """The page of a job; one that is done leads on to its result."""
    job = _job(desk, request)
    if job.state is State.DONE:
        return desk.pages.go(job.then)
    return desk.pages.render(
        "job.html",
        job=job,
        name=job.programme,
        snapshot=desk.snapshots.get(job.programme),
        address=address_of(job.programme),
        back=_back(job),
    )


def _back(job: Job) -> str:
    """Where a job was asked for, without what was to be said there once it was done."""
    path, _, query = job.then.partition("?")
    rest = urlencode([pair for pair in parse_qsl(query) if pair[0] != "notice"])
    return f"{path}?{rest}" if rest else path


def stop(desk: Desk, request: Request, _: FormData) -> Response:
    """Stop a job that runs."""
    job = _job(desk, request)
    desk.jobs.stop(job)
    job.ended.wait(PATIENCE)
    return desk.pages.go(f"/jobs/{job.number}")


def event_routes(desk: Desk) -> list[Route]:
    """Where a browser listens to a job."""

    async def events(request: Request) -> Response:
        job = _job(desk, request)
        return StreamingResponse(_events(job), media_type="text/event-stream")

    return [Route("/jobs/{number:int}/events", events)]


async def _events(job: Job) -> AsyncIterator[str]:
    """What there is to be told of a job, at once and whenever it changes, until it is over."""
    version, quiet = -1, 0.0
    while True:
        if job.version != version:
            version, quiet = job.version, 0.0
            yield f"data: {json.dumps(_told(job))}\n\n"
            if job.is_over:
                return
        elif quiet >= _ALIVE:
            quiet = 0.0
            yield ": still here\n\n"
        await asyncio.sleep(_LOOK)
        quiet += _LOOK


def _told(job: Job) -> dict[str, object]:
    return {
        "state": job.state.value,
        "steps": job.steps[-20:],
        "over": job.is_over,
        "then": job.then if job.state is State.DONE else f"/jobs/{job.number}",
    }
