"""Zip archives that are the same bytes for the same parts: each part is deflated while it is
written, so that no large one is held twice, by a library that is many times as fast as zlib, on
systems that have it."""

import zlib
from contextlib import suppress
from typing import IO, Any, Self
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# A level that both libraries have. On the machines that were measured isal takes a sixth of zlib's
# time at it, 0.1 s of the 24 s of a report of 50,000 lines, and makes as much of it.
_LEVEL, _RAW = 2, -15


def deflater() -> Any:
    """The library that deflates: isal; zlib where there is no wheel of isal (Windows on ARM)."""
    try:
        from isal import isal_zlib  # noqa: PLC0415 # not there on every system
    except ImportError:
        return zlib
    return isal_zlib


_DEFLATER = deflater()


class Archive:
    """A zip archive in the making, the same bytes for the same parts. Use it in a ``with``
    statement."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._zip = ZipFile(stream, "w", ZIP_DEFLATED)
        self._part: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._zip.close()
            return
        with suppress(OSError, ValueError):  # the fault that came first is the one to be told
            if self._part is not None:
                self._part.close()
        with suppress(OSError, ValueError):
            self._zip.close()

    def open(self, name: str) -> IO[bytes]:
        """A new part, to be written and closed before the next one is opened."""
        part: Any = self._zip.open(_entry(name), "w")
        if not hasattr(part, "_compressor"):
            raise AttributeError("zipfile deflates its parts otherwise than it used to")
        part._compressor = _compressor()
        self._part = part
        return part  # type: ignore[no-any-return] # to reach its compressor it is of any type

    def add(self, name: str, content: bytes) -> None:
        """A whole part. zipfile would write its head twice, the second time with its sizes: for the
        thousands of small tables of business cases that takes longer than to deflate them."""
        archive: Any = self._zip
        entry, compressor = _entry(name), _compressor()
        packed = compressor.compress(content) + compressor.flush()
        entry.file_size, entry.compress_size = len(content), len(packed)
        entry.CRC = zlib.crc32(content)
        entry.header_offset = archive.start_dir
        archive._writecheck(entry)
        archive.start_dir += len(part := entry.FileHeader() + packed)
        archive.fp.write(part)
        archive.filelist.append(entry)
        archive.NameToInfo[name] = entry


def _entry(name: str) -> ZipInfo:
    """What an archive says of a part, without a clock: it says 1 January 1980."""
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    entry.create_system = 0
    entry.external_attr = 0o600 << 16
    return entry


def _compressor() -> Any:
    return _DEFLATER.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
