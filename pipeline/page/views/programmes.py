"""The programmes, each with its state."""

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from pipeline.page.desk import Desk, address_of
from pipeline.page.jobs import Job
from pipeline.page.snapshots import Snapshot
from pipeline.publish import last_report


@dataclass(frozen=True)
class Listed:
    """A programme of the list. ``snapshot``: None where it was not read yet; ``job``: what is being
    done for it."""

    name: str
    address: str
    snapshot: Snapshot | None
    reported_at: datetime | None
    job: Job | None


def show(desk: Desk, request: Request) -> Response:
    """The list of programmes."""
    tree = desk.tree()
    listed = [
        Listed(
            folder.name,
            address_of(folder.name),
            desk.snapshot(folder),
            last_report(desk.outputs_of(folder.name)),
            next(iter(desk.jobs.of(folder.name)), None),
        )
        for folder in tree.programmes
    ]
    return desk.pages.render(
        "programmes.html",
        programmes=listed,
        strays=tree.strays,
        notice=request.query_params.get("notice"),
    )
