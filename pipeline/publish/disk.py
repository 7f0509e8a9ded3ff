"""The few things that putting files in place asks of the file system, each once."""

import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from pipeline.core.finished_file import FinishedFile

Content = bytes | FinishedFile
"""A file to be put in place: its bytes, or a file of ``scratch``, which is moved."""

_AT_ONCE = 16
_NO_SUCH_REQUEST = (errno.EINVAL, errno.ENOTSUP, errno.EBADF)
_ONLINE_ONLY = (
    stat.FILE_ATTRIBUTE_OFFLINE | 0x40000 | 0x400000  # recalled when opened, when read
)


class OnlineOnlyError(OSError):
    """A file that OneDrive, or a service like it, keeps online only."""


class Disk:
    """The file system. Tests put another in its place, in which each of these fails in turn.

    All raise OSError.
    """

    def write(self, path: Path, content: Content) -> str:
        """Write a new file, or move it there, folders and all; gives its SHA-256."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            with path.open("xb") as stream:
                stream.write(content)
            return hashlib.sha256(content).hexdigest()
        content.path.rename(path)
        return content.sha256

    def try_out(self, path: Path) -> None:
        """See whether a file could be replaced: Windows doesn't rename one that a program holds
        open, not even to its own name."""
        if getattr(path.lstat(), "st_file_attributes", 0) & _ONLINE_ONLY:
            raise OnlineOnlyError
        path.rename(path)

    def keep(self, path: Path, aside: Path) -> None:
        """Keep a file under a second name as well, as it is."""
        aside.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, aside, follow_symlinks=os.link not in os.supports_follow_symlinks)
        except OSError:
            # Not every file system knows second names.
            shutil.copy2(path, aside, follow_symlinks=False)
            _sync(aside)

    def replace(self, path: Path, target: Path) -> None:
        """Put a file in another's place, whole."""
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)

    def remove(self, path: Path) -> None:
        """Remove a file; it may have gone already."""
        path.unlink(missing_ok=True)

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder."""
        path.rmdir()

    def clear(self, path: Path) -> None:
        """Remove a folder with all that is in it; it may have gone already."""
        if path.exists():
            # Large files take a while to be let go of: together, as for ``sync``.
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                files = (each for each in path.rglob("*") if not each.is_dir())
                for _ in pool.map(partial(Path.unlink, missing_ok=True), files):
                    pass
            shutil.rmtree(path)

    def sync(self, paths: Sequence[Path]) -> None:
        """Let files, and the entries of folders, outlive a power cut. Asked for together, they are
        waited for together."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in pool.map(_sync, paths):
                pass


def _sync(path: Path) -> None:
    folder = path.is_dir()
    if folder and os.name == "nt":  # which has no such request for folders
        return
    descriptor = os.open(path, os.O_RDONLY if folder else os.O_RDWR)
    try:
        os.fsync(descriptor)
    except OSError as fault:
        # Some network shares have none either.
        if not folder or fault.errno not in _NO_SUCH_REQUEST:
            raise
    finally:
        os.close(descriptor)
