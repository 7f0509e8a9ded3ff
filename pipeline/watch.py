"""Keeping an eye on the inputs: which programmes have changed since their last report, and settled.

The system's events say that it is time to look, no more; what has changed is told by comparing
what is there with what was there. An event that never comes, as on many network shares, is made up
for by the next look.
"""

import math
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import watchfiles

from pipeline.ingest.changes import Since
from pipeline.ingest.discover import InputFile, InputTree, discover
from pipeline.ingest.places import InputPath, opened

SETTLED = 2.0  # seconds without a change, after which a programme is reported
PATIENCE = 60.0  # seconds that a file without its end is waited for
AGAIN, LONGEST_AGAIN = 60.0, 600.0  # seconds to a new try after a report that failed
LOOK = 10.0  # seconds from one look to the next where no event comes
TICK, POLL = 0.5, 2.0  # seconds from one event to the next at the least; between polls
HALF_COPIED = (".part", ".partial", ".tmp", ".crdownload", ".download", ".filepart")
NO_PROGRAMME = ""


@dataclass(frozen=True)
class Seen:
    """A file as it was at a look; ``modified`` in nanoseconds. ``read``: it is read as a workbook,
    and so must be whole."""

    path: InputPath
    size: int
    modified: int
    read: bool


Files = dict[str, Seen]
"""A programme's files, by path within its folder."""


@dataclass(frozen=True)
class Change:
    """What happened to a programme's files since its last report, by path within its folder.

    Nothing happened where a report that failed is due again. ``programme`` is NO_PROGRAMME for
    files that belong to none. ``ended``: none of its files is left.
    """

    programme: str
    arrived: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    ended: bool = False


def look(tree: InputTree, inputs: Path) -> dict[str, Files]:
    """The files of each programme as they are now. Those whose names say that they are being
    copied are passed over."""
    programmes = {}
    for folder in tree.programmes:
        returns = [folder.control, *(file for file in folder.files if not file.unread)]
        others = [file for file in folder.files if file.unread]
        others += [InputFile(name, folder.control.path.parent / name) for name in folder.rivals]
        programmes[folder.name] = {
            **{file.name: _look_at(file.path, read=True) for file in returns},
            **{file.name: _look_at(file.path, read=False) for file in others},
        }
    programmes[NO_PROGRAMME] = {name: _look_at(inputs / name, read=False) for name in tree.strays}
    return {
        programme: {n: f for n, f in files.items() if not n.casefold().endswith(HALF_COPIED)}
        for programme, files in programmes.items()
    }


def _look_at(path: InputPath, *, read: bool) -> Seen:
    try:
        status = path.stat()
    except OSError:
        return Seen(path, -1, 0, read=False)
    return Seen(path, status.st_size, status.st_mtime_ns, read)


def is_whole(path: InputPath) -> bool:
    """Whether nobody is still writing the file, as far as its bytes tell.

    A zip (.xlsx, .ods) has its directory at its end. Space that is taken first and filled later
    is empty or begins with zeros.
    """
    try:
        with opened(path) as stream:
            start = stream.read(4)
            return zipfile.is_zipfile(stream) if start.startswith(b"PK") else any(start)
    except OSError:
        return False


@dataclass
class _Watched:
    """A programme: its files as they were last reported and as they were last seen, and since when
    they have been so. ``again_at``: when a report that failed is due again."""

    programme: str
    reported: Files
    last: Files
    since: float
    again_at: float | None = None
    failures: int = 0
    whole: set[Seen] = field(default_factory=set)

    @property
    def change(self) -> Change:
        """What differs from the last report."""
        before, now = self.reported, self.last
        since = Since.between(before, now)
        ended = bool(before and not now and self.programme)
        return Change(self.programme, since.arrived, since.changed, since.gone, ended)

    def unfinished(self) -> list[str]:
        """The files that have arrived or changed and are not whole."""
        change = self.change
        new = [name for name in (*change.arrived, *change.changed) if self.last[name].read]
        for version in {self.last[name] for name in new} - self.whole:
            if is_whole(version.path):
                self.whole.add(version)
        return [name for name in new if self.last[name] not in self.whole]


class Watcher:
    """What has changed under the inputs since the last report, programme by programme.

    ``tree`` is what is reported first. ``only``: one programme alone. ``waiting``: the files whose
    rest is waited for, or the inputs where they can't be looked through.
    """

    def __init__(
        self,
        inputs: Path,
        tree: InputTree,
        only: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take down what is there before it is reported."""
        self.inputs, self.only, self.clock = inputs, only, clock
        self.waiting: list[Path] = []
        self.watched = {
            name: _Watched(name, files, files, clock())
            for name, files in look(tree, inputs).items()
        }

    @property
    def pending(self) -> bool:
        """Whether something has changed that is not reported yet."""
        return any(each.last != each.reported for each in self.watched.values())

    def tried(self, programme: str, *, done: bool) -> None:
        """A programme was reported, or couldn't be read or its files put in place: that is tried
        again after a while, and after a longer one each time."""
        each = self.watched[programme]
        wait = min(AGAIN * 2.0**each.failures, LONGEST_AGAIN)
        each.again_at = None if done else self.clock() + wait
        each.failures = 0 if done else min(each.failures + 1, 10)

    def due(self) -> list[Change]:
        """Look, and give what has to be reported now. It counts as reported from here on."""
        self.waiting = []
        try:
            there = self.inputs.is_dir()
            now = look(discover(self.inputs), self.inputs)
        except OSError:
            there = False
        if not there:
            self.waiting = [self.inputs]
            return []
        if self.only is not None:
            now = {self.only: now.get(self.only, {})}
        for name in now:
            self.watched.setdefault(name, _Watched(name, {}, {}, self.clock()))
        changes = []
        for name, each in self.watched.items():
            if self._notice(each, now.get(name, {})):
                changes.append(each.change)
                each.reported, each.again_at = each.last, None
                each.whole.clear()
        return changes

    def _notice(self, each: _Watched, files: Files) -> bool:
        """Take down a programme's files as they are now; whether it has to be reported."""
        now = self.clock()
        if files != each.last:
            each.last, each.since = files, now
        if each.last == each.reported:
            return each.again_at is not None and now >= each.again_at
        still = now - each.since
        unfinished = each.unfinished() if SETTLED <= still < PATIENCE else []
        self.waiting += [self.inputs / each.programme / name for name in unfinished]
        return still >= SETTLED and not unfinished


def ticks(watcher: Watcher, *, poll: bool) -> Iterator[None]:
    """Each time that it is time to look, for ever: at an event, while a change settles, and
    otherwise every ten seconds. ``poll``: find events by polling, not by the system's word."""
    looked = -math.inf
    for event in _events(watcher.inputs, poll=poll):
        if event or watcher.pending or watcher.clock() - looked >= LOOK:
            looked = watcher.clock()
            yield


def _events(inputs: Path, *, poll: bool) -> Iterator[bool]:
    """Twice a second, whether anything happened below the inputs."""
    tick_ms = round(TICK * 1000)
    while True:
        try:
            for events in watchfiles.watch(
                inputs,
                watch_filter=None,
                debounce=tick_ms,
                step=tick_ms // 5,
                rust_timeout=tick_ms,
                yield_on_timeout=True,
                force_polling=poll or None,
                poll_delay_ms=round(POLL * 1000),
                ignore_permission_denied=True,
            ):
                yield bool(events)
        except (OSError, RuntimeError):
            # The folder is away, or the system has no watch left to give: looking goes on.
            for _ in range(round(LOOK / TICK)):
                time.sleep(TICK)
                yield False
