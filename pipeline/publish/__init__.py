"""Putting finished files in place: each one whole, and what a report no longer makes removed.

A manifest in the outputs folder names the files of the last report, so that nothing else is ever
removed.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from pipeline.publish.faults import PublishError, why
from pipeline.publish.lock import outputs_lock

__all__ = [
    "MANIFEST",
    "SUMMARY",
    "Manifest",
    "PublishError",
    "add",
    "last_report",
    "manifest",
    "outputs_lock",
    "publish",
    "put",
]

MANIFEST = ".manifest.json"
SUMMARY = "programme-summary.xlsx"


@dataclass(frozen=True)
class Manifest:
    """What stands in an outputs folder.

    ``files``: SHA-256 by path within the folder. ``inputs``: what the report was made of, SHA-256
    as read by path within the programme's folder, the control workbook among them, empty for a
    file that was not read. ``errors``: how many stood. ``later``: files that a later command wrote
    over the report's own, with other content.
    """

    files: dict[str, str]
    inputs: dict[str, str]
    errors: int = 0
    later: tuple[str, ...] = ()

    @property
    def is_report(self) -> bool:
        """Whether there is a report, not only a list of issues."""
        return SUMMARY in self.files


def publish(
    folder: Path, files: Mapping[str, bytes], inputs: Mapping[str, str], errors: int
) -> None:
    """Write a whole report: ``files`` by path relative to ``folder``; those of the last report
    that are not among them are removed. ``inputs`` and ``errors`` as in Manifest."""
    before = manifest(folder)
    made = _digests(files)
    put(folder, files)
    for name in sorted(set(before.files if before else ()) - set(made)):
        _remove(folder, name, made)
    _write_manifest(folder, Manifest(made, dict(inputs), errors))


def add(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files that join what is there; the report stays the report of what it was made of."""
    before = manifest(folder) or Manifest({}, {})
    made = _digests(files)
    later = {*before.later, *(name for name in made if made[name] != before.files.get(name))}
    put(folder, files)
    _write_manifest(
        folder,
        replace(before, files={**before.files, **made}, later=tuple(sorted(later))),
    )


def manifest(folder: Path) -> Manifest | None:
    """What stands in an outputs folder; None where nothing was ever put there.

    Raises PublishError where the manifest can't be read.
    """
    try:
        read = json.loads((folder / MANIFEST).read_text("utf-8"))
        return Manifest(
            {str(name): str(digest) for name, digest in read["files"].items()},
            {str(name): str(digest) for name, digest in read.get("inputs", {}).items()},
            int(read.get("errors", 0)),
            tuple(map(str, read.get("later", ()))),
        )
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as fault:
        raise PublishError(
            f"{folder / MANIFEST} can't be read ({fault}). Delete it: the report is then written "
            "anew, and files of earlier reports stay until you delete them."
        ) from fault


def _write_manifest(folder: Path, now: Manifest) -> None:
    content = json.dumps(asdict(now), indent=1, sort_keys=True, ensure_ascii=False)
    put(folder, {MANIFEST: content.encode()})


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files that belong to no report."""
    for name, content in sorted(files.items()):
        _replace(folder / name, content)


def last_report(folder: Path) -> datetime | None:
    """When the report that stands in the folder was written, None where there is none."""
    summary = folder / SUMMARY
    return datetime.fromtimestamp(summary.stat().st_mtime) if summary.is_file() else None


def _replace(path: Path, content: bytes) -> None:
    """Write beside the file, then put in place: at any moment the file is whole."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    except OSError as fault:
        raise PublishError(f"{path.parent} can't be written to ({why(fault)}).") from fault
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        part.chmod(0o666 & ~_umask())
        part.replace(path)
    except PermissionError as fault:
        raise PublishError(
            f"{path} can't be replaced: it is probably open in Excel. Close it and run the "
            "command again."
        ) from fault
    except OSError as fault:
        raise PublishError(f"{path} can't be written ({why(fault)}).") from fault
    finally:
        part.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _remove(folder: Path, name: str, made: Mapping[str, str]) -> None:
    """Remove a file of the last report, and the folders that it leaves empty."""
    path = folder / name
    inside = path.resolve().is_relative_to(folder.resolve())
    if not inside or not path.exists() or _is_one_of(path, folder, made):
        return
    try:
        path.unlink()
        for parent in path.parents:
            if parent == folder or any(parent.iterdir()):
                break
            parent.rmdir()
    except OSError as fault:
        raise PublishError(
            f"{path} no longer belongs to the report, but can't be removed ({why(fault)}). If it "
            "is open in Excel, close it and run the command again."
        ) from fault


def _is_one_of(path: Path, folder: Path, made: Mapping[str, str]) -> bool:
    """Whether the file was just written under a name in other capitals, which on Windows and
    macOS is the same file."""
    key = path.relative_to(folder).as_posix().casefold()
    others = [folder / name for name in made if name.casefold() == key]
    return any(path.samefile(other) for other in others)
