"""Zip archives that are the same bytes for the same parts: each part is deflated while it is
written, so that no large one is held twice, by a library that is many times as fast as zlib, on
systems that have it."""

import io
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import IO, Any, Self
from zipfile import ZIP64_LIMIT, ZIP_DEFLATED, LargeZipFile, ZipFile, ZipInfo

from pipeline.core.deflater import deflater
from pipeline.core.finished_file import Chunk
from pipeline.report.chunks import Chunks, check_of

# A level that both libraries have. On the machines that were measured isal takes a sixth of zlib's
# time at it, and makes as much of it; of checksums too, which are 0.2 s of a large report.
_LEVEL, _RAW = 2, -15

_DEFLATER = deflater()


class Archive:
    """A zip archive in the making, the same bytes for the same parts. Use it in a ``with``
    statement. ``chunks``: what it takes over from the one that was there before, if it is to take
    over anything."""

    def __init__(self, stream: IO[bytes], chunks: Chunks | None = None) -> None:
        self._zip = ZipFile(stream, "w", ZIP_DEFLATED)
        self._chunks = chunks
        self._part: Part | None = None

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

    def open(self, name: str) -> "Part":
        """A new part, to be written and closed before the next one is opened."""
        self._part = Part(self._zip, name, self._chunks)
        return self._part

    def add(self, name: str, content: bytes) -> None:
        """A whole part. Its head need not be written twice, the second time with its sizes: for the
        thousands of small tables of business cases that takes longer than to deflate them."""
        compressor = _compressor()
        packed = compressor.compress(content) + compressor.flush()
        entry = _entry(name, self._zip)
        entry.CRC = _DEFLATER.crc32(content)
        entry.file_size, entry.compress_size = len(content), len(packed)
        _list(entry, self._zip, entry.FileHeader() + packed)


class Part(io.BufferedIOBase):
    """A part in the making; zipfile's own takes zlib's time for its checksum. Write its bytes, and
    close it. Raises LargeZipFile where it holds more than readers of any age know to read."""

    def __init__(self, archive: Any, name: str, chunks: Chunks | None = None) -> None:
        self._archive = archive
        # Without a way to join checksums nothing can be taken over unread.
        self._chunks = chunks if hasattr(_DEFLATER, "crc32_combine") else None
        self._entry = _entry(name, archive)
        self._compressor = _compressor()
        self._archive.fp.write(self._entry.FileHeader())

    def write(self, content: Any) -> int:
        """More of it, as bytes."""
        self._count(len(content), _DEFLATER.crc32(content, self._entry.CRC))
        self._put(self._compressor.compress(content))
        return len(content)

    def write_chunk(
        self, made_of: Callable[[], Iterable[bytes]], content: Callable[[], bytes]
    ) -> None:
        """More of it, deflated by itself and, where it is made of the same as a chunk of the last
        archive, taken over from there."""
        self._put(self._compressor.flush(zlib.Z_FULL_FLUSH))
        if self._chunks is None:
            text = content()
            self._put(_deflated_alone(text))
            self._count(len(text), _DEFLATER.crc32(text, self._entry.CRC))
            return
        key = self._chunks.key(made_of())
        start = self._archive.fp.tell()
        if (of_last := self._chunks.taken(key)) is not None:
            packed, (_, _, size, crc, _) = of_last
        else:
            text = content()
            packed, size, crc = _deflated_alone(text), len(text), _DEFLATER.crc32(text)
        self._chunks.by_key[key] = Chunk(start, len(packed), size, crc, check_of(packed))
        self._put(packed)
        self._count(size, _DEFLATER.crc32_combine(self._entry.CRC, crc, size))

    def close(self) -> None:
        """It is whole: its head can say how large."""
        if self.closed:
            return
        super().close()
        self._put(self._compressor.flush())
        end = self._archive.fp.tell()
        self._archive.fp.seek(self._entry.header_offset)
        self._archive.fp.write(self._entry.FileHeader())
        self._archive.fp.seek(end)
        _list(self._entry, self._archive)

    def _count(self, size: int, crc: int) -> None:
        """So many bytes more, which make up this checksum with those before."""
        self._entry.file_size += size
        self._entry.CRC = crc

    def _put(self, packed: bytes) -> None:
        self._entry.compress_size += len(packed)
        if max(self._entry.file_size, self._entry.compress_size) > ZIP64_LIMIT:
            raise LargeZipFile(f"{self._entry.filename} is too large for its archive")
        self._archive.fp.write(packed)


def _entry(name: str, archive: Any) -> ZipInfo:
    """What an archive will say of its next part, without a clock: it says 1 January 1980."""
    entry = ZipInfo(name)
    entry.CRC = entry.file_size = entry.compress_size = 0
    entry.header_offset = archive.start_dir
    entry.compress_type = ZIP_DEFLATED
    entry.create_system = 0
    entry.external_attr = 0o600 << 16
    archive._writecheck(entry)
    return entry


def _list(entry: ZipInfo, archive: Any, part: bytes = b"") -> None:
    """Have an archive list a part that stands in it, or ``part`` itself, which is written."""
    archive.fp.write(part)
    archive.start_dir = archive.fp.tell()
    archive.filelist.append(entry)
    archive.NameToInfo[entry.filename] = entry


def _compressor() -> Any:
    return _DEFLATER.compressobj(_LEVEL, zlib.DEFLATED, _RAW)


def _deflated_alone(content: bytes) -> bytes:
    """A stretch of a part that needs nothing of what stands before it, and ends on a whole byte."""
    compressor = _compressor()
    packed: bytes = compressor.compress(content) + compressor.flush(zlib.Z_FULL_FLUSH)
    return packed
