"""Compound files (OLE): the container of .xls, and of workbooks that need a password.

Format: [MS-CFB]. A compound file is a small file system: sectors chained by a table (FAT), small
streams packed into one large one. Each chain is followed no further than the file is long.
"""

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.ingest.formats.faults import damaged

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = struct.Struct("<30xHH10xI I 4xI I I I I")
_HEADER_SIZE = 512
_FIRST_TABLES = 109
_LAST_SECTOR = 0xFFFFFFFA  # above it stand marks: free, end of chain
_ENTRY = 128
_STREAM = 2


@dataclass(frozen=True)
class _Stream:
    start: int
    size: int


class CompoundFile:
    """A compound file's streams, by name; case makes no difference."""

    def __init__(self, content: bytes) -> None:
        """Read the tables and the directory; raises WorkbookError."""
        self._content = content
        if len(content) < _HEADER_SIZE:
            raise damaged("it ends in its first sector")
        shift, small_shift, tables, root, cutoff, small, _, more, _ = _HEADER.unpack_from(content)
        if shift not in (9, 12) or small_shift != 6:
            raise damaged("its sectors have an impossible size")
        self._sector = 1 << shift
        self._cutoff = cutoff
        self._sectors = (len(content) - 1) // self._sector
        self._table = self._read_table(tables, more)
        directory = self._chain(root)
        self.streams: dict[str, _Stream] = {}
        holder = _Stream(_LAST_SECTOR, 0)
        for place in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            entry = directory[place : place + _ENTRY]
            (length,) = struct.unpack_from("<H", entry, 64)
            name = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", entry, 116)
            if entry[66] == _STREAM:
                self.streams.setdefault(name.casefold(), _Stream(start, size))
            elif place == 0:
                holder = _Stream(start, size)
        self._small_table = np.frombuffer(self._chain(small), dtype="<u4")
        self._small = self._chain(holder.start)

    def _read_table(self, tables: int, more: int) -> npt.NDArray[np.uint32]:
        """The table that chains sectors: where its own sectors are, the header and further sectors
        say."""
        listed = list(np.frombuffer(self._content, "<u4", _FIRST_TABLES, 76))
        seen = 0
        while more < _LAST_SECTOR and seen <= self._sectors:
            sector = np.frombuffer(self._read(more), dtype="<u4")
            listed += list(sector[:-1])
            more, seen = int(sector[-1]), seen + 1
        places = [int(place) for place in listed[: min(tables, len(listed))]]
        data = b"".join(self._read(place) for place in places if place < _LAST_SECTOR)
        return np.frombuffer(data, dtype="<u4")

    def _read(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        data = self._content[start : start + self._sector]
        if sector > self._sectors or not data:
            raise damaged("a part of it lies beyond its end")
        return data.ljust(self._sector, b"\0")

    def _chain(self, sector: int) -> bytes:
        data: list[bytes] = []
        while sector < _LAST_SECTOR:
            if len(data) > self._sectors or sector >= len(self._table):
                raise damaged("its sectors run in a circle, or out of the file")
            data.append(self._read(sector))
            sector = int(self._table[sector])
        return b"".join(data)

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self.streams

    def read(self, name: str) -> bytes:
        """A stream's bytes; raises WorkbookError."""
        stream = self.streams[name.casefold()]
        if stream.size >= self._cutoff:
            return self._chain(stream.start)[: stream.size]
        data: list[bytes] = []
        sector = stream.start
        while sector < _LAST_SECTOR:
            if len(data) > len(self._small_table) or sector >= len(self._small_table):
                raise damaged("its small sectors run in a circle")
            data.append(self._small[sector * 64 : sector * 64 + 64])
            sector = int(self._small_table[sector])
        return b"".join(data)[: stream.size]
