"""Putting finished files in place: all of a report or nothing of it, each file whole, and what a
report no longer makes removed.

A manifest in the outputs folder names the files of the last report, so that nothing else is ever
removed. Issued versions and the history are never touched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath, PureWindowsPath

from pipeline.core import outputs
from pipeline.core.finished_file import FinishedFile
from pipeline.core.text import same_name
from pipeline.publish.disk import Content, Disk
from pipeline.publish.faults import PublishError
from pipeline.publish.lock import outputs_lock, scratch
from pipeline.publish.manifest import Manifest, Origin, content_of, manifest
from pipeline.publish.transaction import place, put_one, settle, unsettled

__all__ = [
    "Manifest",
    "Origin",
    "PublishError",
    "add",
    "as_reported",
    "last_report",
    "manifest",
    "outputs_lock",
    "publish",
    "put",
    "put_file",
    "scratch",
    "unsettled",
]

_DISK = Disk()
_UNKNOWN = Origin()


def publish(
    folder: Path,
    files: Mapping[str, Content],
    inputs: Mapping[str, str],
    errors: int,
    disk: Disk = _DISK,
    origin: Origin = _UNKNOWN,
) -> None:
    """Put a whole report in place: ``files`` by path relative to ``folder``; those of the last
    report that are not among them go, and one that stands in its place already stays. The rest as
    in Manifest.

    All or nothing: where PublishError is raised, the last report stands as it stood. Hold
    ``outputs_lock``.
    """
    settle(folder, disk)
    before = manifest(folder)
    standing = {
        name: file.sha256
        for name, file in files.items()
        if isinstance(file, FinishedFile) and file.path == folder / name
    }

    def sum_up(sums: dict[str, str]) -> tuple[Mapping[str, Content], Iterable[str]]:
        every = standing | sums
        now = Manifest(every, dict(inputs), errors, origin=origin)
        removals = [name for name in before.files if _goes(folder, name, every)] if before else []
        return {outputs.MANIFEST: content_of(now)}, sorted(removals)

    new = {name: file for name, file in _checked(folder, files).items() if name not in standing}
    place(folder, new, sum_up, disk)


def add(folder: Path, files: Mapping[str, Content], disk: Disk = _DISK) -> None:
    """Put files in place that join what is there; the report stays the report of what it was made
    of. Hold ``outputs_lock``."""
    settle(folder, disk)
    before = manifest(folder) or Manifest({}, {})

    def sum_up(sums: dict[str, str]) -> tuple[Mapping[str, Content], Iterable[str]]:
        later = {*before.later, *(name for name in sums if sums[name] != before.files.get(name))}
        now = replace(
            before,
            files={**before.files, **sums},
            later=tuple(sorted(later)),
            origin=before.origin.without(sums),
        )
        return {outputs.MANIFEST: content_of(now)}, ()

    place(folder, _checked(folder, files), sum_up, disk)


def put(folder: Path, files: Mapping[str, Content], disk: Disk = _DISK) -> None:
    """Put files in place that belong to no report. Hold ``outputs_lock``."""
    settle(folder, disk)
    place(folder, _apart(folder, files), lambda _: ({}, ()), disk)


def put_file(path: Path, content: Content, disk: Disk = _DISK) -> None:
    """Put one file in place that somebody asked for by its name; no lock is needed, and its folder
    may be anybody's."""
    put_one(path, content, disk)


def last_report(folder: Path) -> datetime | None:
    """When the report that stands in the folder was written, None where there is none."""
    summary = folder / outputs.SUMMARY
    return datetime.fromtimestamp(summary.stat().st_mtime) if summary.is_file() else None


def as_reported(folder: Path, names: Iterable[str]) -> dict[str, bytes]:
    """The content of files of the report that stands in the folder, by their names: those that are
    there as it left them. Raises PublishError where the manifest can't be read."""
    last = manifest(folder)
    contents = {}
    for name in names:
        path = folder / name
        if last is not None and name in last.files and path.is_file():
            content = path.read_bytes()
            if sha256(content).hexdigest() == last.files[name]:
                contents[name] = content
    return contents


def _checked(folder: Path, files: Mapping[str, Content]) -> Mapping[str, Content]:
    """The files of a report; raises PublishError where one would be no file of a report's."""
    apart = _apart(folder, files)
    for name in files:
        if not _is_ours(name):
            raise PublishError(f"{folder / name} is not written: it is no file of a report's.")
    return apart


def _apart(folder: Path, files: Mapping[str, Content]) -> Mapping[str, Content]:
    """The files; raises PublishError where two share a place, or one's is outside the folder."""
    places: dict[str, str] = {}
    for name in files:
        if not _is_inside(folder, name):
            raise PublishError(f"{folder / name} is not written: it is outside {folder}.")
        other = places.setdefault(same_name(name), name)
        if other != name:
            raise PublishError(f"{folder / name} is not written: it would replace {other}.")
    return files


def _is_inside(folder: Path, name: str) -> bool:
    """Whether a path leads to a file in the folder, links followed."""
    path = PurePosixPath(name)
    if path.is_absolute() or PureWindowsPath(name).drive or not path.parts or ".." in path.parts:
        return False
    return (folder / path).parent.resolve().is_relative_to(folder.resolve())


def _is_ours(name: str) -> bool:
    """Whether a report may write and remove a file: no issued version, nothing of the history."""
    first = same_name(name).partition("/")[0]
    return first != outputs.ISSUED and not first.startswith((outputs.HISTORY, "."))


def _goes(folder: Path, name: str, sums: Mapping[str, str]) -> bool:
    """Whether a file of the last report has no place in this one. One of the same name in other
    capitals may be the same file, which then stays."""
    path = folder / name
    if name in sums or not (_is_ours(name) and _is_inside(folder, name) and path.is_file()):
        return False
    same = [folder / other for other in sums if same_name(other) == same_name(name)]
    return not any(other.exists() and path.samefile(other) for other in same)
