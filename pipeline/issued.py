"""The issued versions as they stand in an outputs folder: how their folders are called, which are
there, and whether they are as they were issued."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.finished_file import file_sha256
from pipeline.core.outputs import HISTORY, ISSUED, SUMMARY
from pipeline.ingest.places import sha256_of

if TYPE_CHECKING:  # it imports pandas, for which a report that stands need not wait
    from pipeline.core.versions import Issued

_LONGEST_NAME = 80
# What Windows takes in no name.
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
# More digits than any version has: somebody else's folder.
_NUMBERED = re.compile(r"([0-9]{1,6}) ")
_MOST_NAMED = 3


def folder_name(version: "Issued") -> str:
    """``3 Cabinet 30 April 2012``: the number and the name, without what Windows doesn't take."""
    safe = " ".join(_UNSAFE.sub(" ", version.name).split())[:_LONGEST_NAME].rstrip(" .")
    return f"{version.number} {safe or 'version'}"


def issued_folders(where: Path) -> dict[int, Path]:
    """The folders of the versions that stand in an outputs folder, by number; one that only looks
    like one has no summary in it."""
    folder = where / ISSUED
    paths = list(folder.iterdir()) if folder.is_dir() else []
    return {
        int(numbered[1]): path
        for path in paths
        if (numbered := _NUMBERED.match(path.name)) and (path / SUMMARY).is_file()
    }


def issued_numbers(where: Path) -> set[int]:
    """The numbers of the versions that stand in an outputs folder."""
    return set(issued_folders(where))


def issued_sha256(where: Path) -> dict[Path, str]:
    """The SHA-256 of the history that stands in an outputs folder, and of every file that was
    issued there; empty for one that can't be read. They may be many and large."""
    paths = [where / HISTORY, *sorted((where / ISSUED).rglob("*"))]
    files = [path for path in paths if not path.is_dir()]
    return dict(zip(files, map(sha256_of, files), strict=True))


def place_of(where: Path) -> str:
    """By what an outputs folder is known in a history that several share: no path, which could name
    a person."""
    return hashlib.sha256(str(where.resolve()).encode()).hexdigest()


def stranger(versions: list["Issued"], title: str, where: Path) -> str:
    """Why the versions that a shared history holds under a programme's Reference are not the
    programme's own, in sentences; empty where they are."""
    if not versions or versions[-1].is_of(title, place_of(where)):
        return ""
    last = versions[-1]
    return (
        f"The history holds {last.title} of “{last.programme}” under the same Reference as "
        f"“{title}”: two programmes, which are not compared. Give one of them another Reference. "
        "Where it is one programme that has a new title and a new outputs folder, issue it once "
        "more under its old title first."
    )


def damage(
    where: Path,
    versions: list["Issued"],
    files: Mapping[int, Mapping[str, str]],
    *,
    shared: bool,
    digests: Mapping[Path, str],
) -> list[str]:
    """What of the issued versions is no longer as it was issued, by the SHA-256 of each file on
    record: a sentence for each version. A version of a history that others share may stand in their
    outputs; one that was issued here must be here. ``digests``: as ``issued_sha256`` gives
    them, where it was asked already."""
    sentences = []
    for version in versions:
        folder = where / ISSUED / folder_name(version)
        if folder.is_dir():
            faults = _faults(folder, files.get(version.number, {}), digests)
        else:
            here = not shared or version.place == place_of(where)
            faults = "its folder is gone" if here else ""
        if faults:
            sentences.append(
                f"{version.title[0].upper()}{version.title[1:]} is no longer as it was issued: "
                f"{faults}. Put {folder} back from a copy."
            )
    return sentences


def _faults(folder: Path, files: Mapping[str, str], digests: Mapping[Path, str]) -> str:
    """What is wrong with the files of a version, in words."""
    now = {name: digests.get(folder / name) or digest_of(folder / name) for name in files}
    missing = [name for name in files if not now[name]]
    different = [name for name, digest in files.items() if now[name] not in ("", digest)]
    return "; ".join(
        f"{what}: {_listed(names)}"
        for what, names in (("gone", missing), ("changed or damaged", different))
        if names
    )


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def digest_of(path: Path) -> str:
    """The SHA-256 of a file; empty where there is none."""
    try:
        return file_sha256(path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ""
