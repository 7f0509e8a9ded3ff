"""Disks that fail, and two reports to be put in place on them."""

import errno
import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline.core.finished_file import FinishedFile
from pipeline.publish import manifest, outputs_lock, publish
from pipeline.publish.disk import Content, Disk

SUMMARY = "programme-summary.xlsx"
OLD = {
    SUMMARY: b"old figures" * 500,
    "partners/A.xlsx": b"old shares of A" * 500,
    "partners/B.xlsx": b"old shares of B",
    "returns/late/fire.xlsx": b"old copy",
    "data/apportioned.csv": b"old rows",
}
NEW = {
    SUMMARY: b"new figures" * 500,
    "partners/A.xlsx": b"new shares of A" * 500,
    "partners/C.xlsx": b"new shares of C",
    "returns/police.xlsx": b"new copy",
    "data/apportioned.csv": b"new rows",
}
NEXT = {SUMMARY: b"next figures", "partners/A.xlsx": b"next shares of A"}
OTHERS = {
    "issued/1 July/programme-summary.xlsx": b"issued figures",
    "history.sqlite": b"history",
    "partners/my notes.txt": b"somebody's notes",
}


class KilledError(BaseException):
    """The process ended here and now."""


class Faulty:
    """A disk whose operations go wrong from the ``at``-th on (``then`` says for how many), each
    before it is done, half done or done. Who is killed does nothing more at all. ``only`` counts
    some operations alone, by their name and the path that they are for."""

    def __init__(
        self,
        at: int,
        fault: BaseException,
        when: str = "before",
        then: int = 1,
        only: Callable[[str, Path], bool] = lambda *_: True,
    ) -> None:
        self.at, self.fault, self.when, self.then, self.only = at, fault, when, then, only
        self.count, self.dead = 0, False
        self.log: list[tuple[str, Path]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def operation(*arguments: Any) -> Any:
            target = arguments[-1] if name == "replace" else arguments[0]
            if self.dead:
                raise self.fault
            if not self.only(name, target):
                return getattr(Disk(), name)(*arguments)
            place, self.count = self.count, self.count + 1
            self.log.append((name, target))
            if not self.at <= place < self.at + self.then:
                return getattr(Disk(), name)(*arguments)
            self.dead = isinstance(self.fault, KilledError)
            if place == self.at and self.when == "half" and name == "write":
                path, content = arguments
                content = content if isinstance(content, bytes) else content.path.read_bytes()
                Disk().write(path, content[: len(content) // 2])
            if place == self.at and self.when == "after":
                with suppress(OSError):  # a folder that isn't empty, say
                    getattr(Disk(), name)(*arguments)
            raise self.fault

        return operation


def killed(at: int, when: str) -> Faulty:
    return Faulty(at, KilledError(), when)


def killed_midway(placed: int) -> Faulty:
    """The disk of a run that is killed when so many files of its report are in place."""
    return Faulty(placed, KilledError(), only=putting)


def putting(operation: str, path: Path) -> bool:
    """The operations that put files of a report in place."""
    return operation == "replace" and path.name not in ("journal.json", "undo.json")


def full(at: int, then: int) -> Faulty:
    return Faulty(at, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "half", then)


def begin(folder: Path) -> None:
    """The old report, and files that no report may touch."""
    publish(folder, OLD, {"programme.xlsx": "0"}, 0)
    for name, content in OTHERS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def as_files(folder: Path, report: dict[str, bytes]) -> dict[str, Content]:
    """A report, every second of its contents a file of the run's own."""
    own = folder / ".savings-scratch-1"
    own.mkdir()
    contents: dict[str, Content] = {**report}
    for number, name in enumerate(sorted(report)[::2]):
        (own / str(number)).write_bytes(report[name])
        contents[name] = FinishedFile.at(own / str(number))
    return contents


def standing(folder: Path) -> dict[str, bytes]:
    """Every file that is no business of this program's alone."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.relative_to(folder).as_posix().startswith(".")
    }


def is_report(folder: Path, report: dict[str, bytes]) -> bool:
    """Whether this very report stands, in its manifest as in its files, and all else untouched."""
    now = manifest(folder)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in report.items()}
    return standing(folder) == {**report, **OTHERS} and now is not None and now.files == digests


def wholly_old_or_new(folder: Path) -> None:
    """Every file is whole, and none is lost."""
    now = standing(folder)
    assert {name: now.pop(name) for name in OTHERS} == OTHERS
    for name, content in now.items():
        assert content in (OLD.get(name), NEW.get(name)), name
    assert set(OLD) & set(NEW) <= set(now)
    assert manifest(folder) is not None


def nothing_piles_up(folder: Path) -> None:
    dot_files = {path.name for path in folder.rglob(".*")}
    assert dot_files <= {".manifest.json", ".lock"}
    empty = [path for path in folder.rglob("*") if path.is_dir() and not any(path.iterdir())]
    assert empty == []


def settled(folder: Path) -> list[str]:
    """What the next run says when it takes the folder over."""
    notes: list[str] = []
    with outputs_lock(folder, notes.append):
        return notes
