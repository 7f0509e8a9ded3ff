"""Inputs that change while they are worked on: what was read counts, and the rest is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from pipeline.ingest.discover import ProgrammeFolder, discover
from pipeline.ingest.places import InputPath, View, sha256_of, stamp

Stamps = dict[str, View]
"""How files look, by path within the programme's folder; of those that are there."""


@dataclass(frozen=True)
class Since:
    """What happened to a programme's files since then, by path within its folder."""

    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    arrived: tuple[str, ...] = ()

    @classmethod
    def between(cls, before: Mapping[str, object], now: Mapping[str, object]) -> Self:
        """What differs between the files of then and of now, each given by what it was then and
        is now: its SHA-256, say."""
        return cls(
            tuple(name for name in now if name in before and now[name] != before[name]),
            tuple(name for name in before if name not in now),
            tuple(name for name in now if name not in before),
        )

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone or self.arrived)


def stamps(folder: ProgrammeFolder) -> Stamps:
    """How the files look; to be taken before they are read."""
    by_name = {}
    for name, path in _paths(folder).items():
        try:
            by_name[name] = stamp(path)
        except OSError:
            continue  # it has gone since the folder was looked through, which is told later
    return by_name


def since(folder: ProgrammeFolder, before: Stamps, sums: Mapping[str, str]) -> Since:
    """What differs from what was read: ``sums`` is the SHA-256 of each file as it was read, empty
    for one that was not. Only files that look other than ``before`` are read again."""
    paths = _paths(folder)
    now = {
        name: sha256_of(paths[name])
        if look != before.get(name) and sums.get(name)
        else sums.get(name)
        for name, look in stamps(folder).items()
    }
    for name in _names_now(folder):
        # A new one; or a link that leads nowhere, which is listed though it was never there.
        now.setdefault(name, sums.get(name))
    return Since.between({name: sums.get(name) for name in paths}, now)


def _paths(folder: ProgrammeFolder) -> dict[str, InputPath]:
    root = folder.control.path.parent
    files = {file.name: file.path for file in (folder.control, *folder.files)}
    return files | {name: root / name for name in folder.rivals}


def _names_now(folder: ProgrammeFolder) -> list[str]:
    """The files of the programme's folder as it is now; none where it is no programme any more."""
    try:
        programmes = discover(folder.control.path.parent).programmes
    except OSError:
        return []
    return [name for each in programmes if each.name == "." for name in _paths(each)]
