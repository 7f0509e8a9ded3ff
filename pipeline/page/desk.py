"""What all views share: the programmes as they stand on disk, what was read of them, and the
jobs."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException

from pipeline.ingest.changes import Stamps, stamps
from pipeline.ingest.discover import InputTree, ProgrammeFolder, discover
from pipeline.page import works
from pipeline.page.drops import Drop, forget_abandoned
from pipeline.page.jobs import Job, Jobs
from pipeline.page.pages import Pages
from pipeline.page.settings import Settings
from pipeline.page.snapshots import Snapshot, report_stamp
from pipeline.page.worker import Worker

# Programmes that are read when the page starts, so that their state can be told.
_AT_START = 20


def key_of(name: str) -> str:
    """A programme's name as part of an address: readable, and no path."""
    readable = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40] or "programme"
    digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{readable}-{digest[:8]}"


def address_of(name: str) -> str:
    """Where a programme's pages are."""
    return f"/programmes/{key_of(name)}"


@dataclass
class Desk:
    """What the views have in common."""

    settings: Settings
    worker: Worker
    pages: Pages
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    drops: dict[str, Drop] = field(default_factory=dict)
    _tried: dict[str, tuple[Stamps, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.jobs = Jobs(self.worker, self._take)

    def _take(self, job: Job) -> None:
        if isinstance(job.result, Snapshot):
            self.snapshots[job.programme], job.result = job.result, None

    def tree(self) -> InputTree:
        """What is under the inputs."""
        return discover(self.settings.inputs)

    def outputs_of(self, name: str) -> Path:
        """Where a programme's outputs are."""
        return self.settings.outputs / name

    def folder(self, key: str) -> ProgrammeFolder:
        """A programme by its key; the page is “not found” where there is none."""
        for folder in self.tree().programmes:
            if key_of(folder.name) == key:
                return folder
        raise HTTPException(404)

    def snapshot(self, folder: ProgrammeFolder) -> Snapshot | None:
        """What was read of a programme, None where nothing was yet. Where it is not of what is
        there now, a check is asked for, once: one that fails is not tried again by itself."""
        snapshot = self.snapshots.get(folder.name)
        now = stamps(folder), report_stamp(self.outputs_of(folder.name))
        is_current = snapshot is not None and (snapshot.stamps, snapshot.report_stamp) == now
        tried = self._tried.get(folder.name) == now
        if not (is_current or tried or self.jobs.of(folder.name)):
            self._tried[folder.name] = now
            self.check(folder.name)
        return snapshot

    def check(self, name: str, then: str = "", *, later: bool = False) -> Job:
        """Have a programme read and checked."""
        then = then or address_of(name)
        return self.jobs.ask(works.check, name, "Checking", then, later=later)

    def ask(
        self,
        work: Callable[..., Any],
        name: str,
        title: str,
        then: str,
        *arguments: object,
        by_hand: str = "",
    ) -> Job:
        """Have a work of ``works`` done for a programme."""
        return self.jobs.ask(work, name, title, then, arguments, by_hand=by_hand)

    def look(
        self, work: Callable[..., Any], name: str, title: str, then: str, *arguments: object
    ) -> Job:
        """A job whose result is shown at ``then``: the one that was just done, for a browser that
        waited for it, else another."""
        done_job = self.jobs.just_done(work, name, arguments)
        return done_job or self.ask(work, name, title, then, *arguments)

    def keep(self, drop: Drop) -> None:
        """Keep what was dropped until it is answered for."""
        self.drops[drop.key] = drop

    def close(self) -> None:
        """Leave nothing behind that nobody comes back to."""
        for drop in self.drops.values():
            drop.forget()

    def check_all(self) -> None:
        """Have the first programmes checked, behind all that somebody waits for."""
        for folder in self.tree().programmes[:_AT_START]:
            forget_abandoned(self.outputs_of(folder.name))
            self.check(folder.name, later=True)
