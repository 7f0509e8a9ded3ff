"""Where inputs are: in a folder that this machine sees, or in a store that fsspec knows by an
address (``s3://…``, ``abfs://…``)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from upath import UPath

InputPath: TypeAlias = "Path | UPath"

# What stores call the version of a file, the surest first.
_VERSIONS = ("ETag", "etag", "CRC", "LastModified", "last_modified", "mtime", "created")

_PIECE = 1 << 20


class View(NamedTuple):
    """A file as a machine sees it: machines that see the same file have the same view of it.

    ``size``: bytes. ``version``: of a file when it was last changed, in whole seconds, as not every
    share keeps finer times; of a store what it calls the file's version.
    """

    size: int
    version: str


class AddressError(ValueError):
    """An address that can't be used; the message says why, and what to do."""


def input_path(text: str) -> InputPath:
    """The folder or file that somebody named; raises AddressError.

    An address of this machine's own files (``file://…``) is a path like any other, so that links
    are what they are.
    """
    if "://" not in text:
        return Path(text).expanduser()
    try:
        # The package is there only where somebody asked for it.
        from upath import UPath  # noqa: PLC0415 - only inputs in a store need it
    except ImportError as fault:
        raise AddressError(
            f"{text} needs packages that are not installed: pip install '.[cluster]'"
        ) from fault
    try:
        address = UPath(text)
        file_system = address.fs
    except (ImportError, ValueError) as fault:
        raise AddressError(f"{text} can't be read: {fault}.") from fault
    if "file" in file_system.protocol:
        return Path(address.path)
    return address


def is_folder(path: InputPath) -> bool:
    """Whether there is such a folder; raises OSError where a store can't be asked."""
    if isinstance(path, Path):
        return path.is_dir()
    with only_os_errors(path):
        return path.is_dir()


@contextmanager
def opened(path: InputPath) -> Iterator[IO[bytes]]:
    """A file's bytes, open for reading; OSError is all that it raises, whatever the store does."""
    if isinstance(path, Path):
        with path.open("rb") as stream:
            yield stream
        return
    with only_os_errors(path), path.open("rb") as stream:
        yield stream


def sha256_of(path: InputPath) -> str:
    """The SHA-256 of a file, read piece by piece; empty where it can't be read."""
    digest = hashlib.sha256()
    try:
        with opened(path) as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
    except OSError:
        return ""
    return digest.hexdigest()


def sha256_of_each(paths: Iterable[InputPath]) -> list[str]:
    """``sha256_of`` of several files, by as many threads as there is room for: they can be large,
    and hashing holds no interpreter up."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(sha256_of, paths))


def read_file(path: InputPath) -> tuple[bytes, str]:
    """A file's bytes and their SHA-256, read once, so that the two always belong together; raises
    OSError."""
    with opened(path) as stream:
        content = stream.read()
    return content, hashlib.sha256(content).hexdigest()


@contextmanager
def only_os_errors(path: UPath) -> Iterator[None]:
    """Stores raise errors of their own kinds for what a disk would call an OSError."""
    try:
        yield
    except OSError:
        raise
    except Exception as fault:
        raise OSError(0, f"{type(fault).__name__}: {fault}", str(path)) from fault


def view(path: InputPath) -> View:
    """A file's size and version as this machine sees them now; raises OSError."""
    if isinstance(path, Path):
        status = path.stat()
        return View(status.st_size, str(int(status.st_mtime)))
    with only_os_errors(path):
        details = path.fs.info(path.path)
    version = next((details[name] for name in _VERSIONS if details.get(name)), "")
    return View(int(details["size"]), str(version))


def size_of(path: InputPath) -> int:
    """A file's bytes; nothing where it can't be looked at, which is said when it is read."""
    try:
        return view(path).size
    except OSError:
        return 0


def stamp(path: InputPath, stream: IO[bytes] | None = None) -> View:
    """A file's size and version as finely as this machine can tell, of the open ``stream`` where
    there is one: whether somebody is writing to it. Raises OSError."""
    if isinstance(path, Path):
        status = path.stat() if stream is None else os.fstat(stream.fileno())
        return View(status.st_size, str(status.st_mtime_ns))
    return view(path)
