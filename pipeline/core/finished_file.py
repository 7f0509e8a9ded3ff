"""Files that a run has finished in a folder of its own, on their way into the outputs."""

import hashlib
from pathlib import Path
from typing import NamedTuple, Self


class FinishedFile(NamedTuple):
    """A file that nobody writes into any more, and its SHA-256."""

    path: Path
    sha256: str

    @classmethod
    def at(cls, path: Path) -> Self:
        """The one at a path, read once more: by whoever made it, beside what others make. Raises
        OSError."""
        return cls(path, file_sha256(path))


class Chunk(NamedTuple):
    """A stretch of a finished file that stands by itself: where its bytes are, and what they hold:
    ``size`` and ``crc`` once it is inflated. ``check``: by which its bytes are known again."""

    start: int
    length: int
    size: int
    crc: int
    check: int = 0


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file; raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
