"""Putting finished files in place: each one whole, and what a report no longer makes removed.

A manifest in the outputs folder names the files of the last report, so that nothing else is ever
removed.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

MANIFEST = ".manifest.json"
SUMMARY = "programme-summary.xlsx"


class PublishError(Exception):
    """A file that can't be put in place; the message says which, and what to do."""


def publish(folder: Path, files: Mapping[str, bytes], *, complete: bool = True) -> None:
    """Write a report's ``files`` (path relative to ``folder`` → content).

    ``complete``: they are the whole report, so that files of the last one that are not among them
    are removed; else they join what is there.
    """
    before = published(folder)
    made = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    put(folder, files)
    if complete:
        for name in sorted(set(before) - set(made)):
            _remove(folder, name, made)
    else:
        made = {**before, **made}
    manifest = json.dumps({"files": made}, indent=1, sort_keys=True, ensure_ascii=False)
    put(folder, {MANIFEST: manifest.encode()})


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files that belong to no report."""
    for name, content in sorted(files.items()):
        _replace(folder / name, content)


def published(folder: Path) -> dict[str, str]:
    """The files of the last report, each with its SHA-256; none where there is no report."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        return {str(name): str(digest) for name, digest in manifest["files"].items()}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, KeyError, AttributeError) as fault:
        raise PublishError(
            f"{folder / MANIFEST} can't be read ({fault}). Delete it: the report is then written "
            "anew, and files of earlier reports stay until you delete them."
        ) from fault


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
        raise PublishError(f"{path.parent} can't be written to ({_why(fault)}).") from fault
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
        raise PublishError(f"{path} can't be written ({_why(fault)}).") from fault
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
            f"{path} no longer belongs to the report, but can't be removed ({_why(fault)}). If it "
            "is open in Excel, close it and run the command again."
        ) from fault


def _is_one_of(path: Path, folder: Path, made: Mapping[str, str]) -> bool:
    """Whether the file was just written under a name in other capitals, which on Windows and
    macOS is the same file."""
    key = path.relative_to(folder).as_posix().casefold()
    others = [folder / name for name in made if name.casefold() == key]
    return any(path.samefile(other) for other in others)


def _why(fault: OSError) -> str:
    return fault.strerror or str(fault)
