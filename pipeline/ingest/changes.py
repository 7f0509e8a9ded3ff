"""Inputs that change while they are worked on: what was read counts, and the rest is told."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.ingest.discover import ProgrammeFolder, discover
from pipeline.ingest.places import Place, View, opened, stamp

_PIECE = 1 << 20

Stamps = dict[str, View]
"""How files look, by path within the programme's folder; of those that are there."""


@dataclass(frozen=True)
class Since:
    """What happened to a programme's files since they were read, by path within its folder."""

    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    arrived: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone or self.arrived)


def stamps(folder: ProgrammeFolder) -> Stamps:
    """How the files look; to be taken before they are read."""
    found = {}
    for name, path in _paths(folder).items():
        try:
            found[name] = stamp(path)
        except OSError:
            continue  # it has gone since the folder was looked through, which is told later
    return found


def since(folder: ProgrammeFolder, before: Stamps, read: Mapping[str, str]) -> Since:
    """What differs from what was read: ``read`` is the SHA-256 of each file as it was read, empty
    for one that was not. Only files that look other than ``before`` are read again."""
    paths, now = _paths(folder), stamps(folder)
    changed = [
        name
        for name, look in now.items()
        if look != before.get(name) and read.get(name) and _sha256(paths[name]) != read[name]
    ]
    there = _names_now(folder)
    return Since(
        tuple(changed),
        # A link that leads nowhere was never there, but is listed still.
        tuple(name for name in paths if name not in now and name not in there),
        tuple(name for name in there if name not in paths),
    )


def _paths(folder: ProgrammeFolder) -> dict[str, Place]:
    root = folder.control.path.parent
    files = {file.name: file.path for file in (folder.control, *folder.files)}
    return files | {name: root / name for name in folder.rivals}


def _names_now(folder: ProgrammeFolder) -> list[str]:
    """The files of the programme's folder as it is now; none where it is no programme any more."""
    try:
        found = discover(folder.control.path.parent).programmes
    except OSError:
        return []
    return [name for each in found if each.name == "." for name in _paths(each)]


def _sha256(path: Place) -> str:
    try:
        with opened(path) as stream:
            digest = hashlib.sha256()
            while piece := stream.read(_PIECE):
                digest.update(piece)
            return digest.hexdigest()
    except OSError:
        return ""
