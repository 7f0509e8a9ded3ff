"""Compound files (OLE): the container of .xls, and of workbooks that need a password.

Format: [MS-CFB]. A compound file is a small file system: sectors chained by a table (FAT), small
streams packed into one large one. Each chain is followed no further than the file is long.
"""

import struct
from collections.abc import Mapping
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
        self.content = content
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
        self._holder = holder
        self._small = self._chain(holder.start)

    def _read_table(self, tables: int, more: int) -> npt.NDArray[np.uint32]:
        """The table that chains sectors: where its own sectors are, the header and further sectors
        say."""
        sectors = list(np.frombuffer(self.content, "<u4", _FIRST_TABLES, 76))
        count = 0
        while more < _LAST_SECTOR and count <= self._sectors:
            sector = np.frombuffer(self._read(more), dtype="<u4")
            sectors += list(sector[:-1])
            more, count = int(sector[-1]), count + 1
        places = [int(place) for place in sectors[: min(tables, len(sectors))]]
        data = b"".join(self._read(place) for place in places if place < _LAST_SECTOR)
        return np.frombuffer(data, dtype="<u4")

    def _read(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        data = self.content[start : start + self._sector]
        if sector > self._sectors or not data:
            raise damaged("a part of it lies beyond its end")
        return data.ljust(self._sector, b"\0")

    def _chain(self, sector: int) -> bytes:
        return b"".join(map(self._read, _numbers(sector, self._table, self._sectors)))

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self.streams

    def read(self, name: str) -> bytes:
        """A stream's bytes; raises WorkbookError."""
        stream = self.streams[name.casefold()]
        if stream.size >= self._cutoff:
            return self._chain(stream.start)[: stream.size]
        sectors = _numbers(stream.start, self._small_table, len(self._small_table))
        small = [self._small[sector * 64 : sector * 64 + 64] for sector in sectors]
        return b"".join(small)[: stream.size]

    def changed(self, name: str, edits: Mapping[int, int]) -> bytes:
        """The whole file with some bytes of a stream changed: by place in the stream, the byte."""
        stream, content = self.streams[name.casefold()], bytearray(self.content)
        places = list(edits)
        if stream.size < self._cutoff:
            small = _numbers(stream.start, self._small_table, len(self._small_table))
            places = [small[place // 64] * 64 + place % 64 for place in places]
            stream = self._holder
        sectors = _numbers(stream.start, self._table, self._sectors)
        for place, byte in zip(places, edits.values(), strict=True):
            start = (sectors[place // self._sector] + 1) * self._sector
            content[start + place % self._sector] = byte
        return bytes(content)


def _numbers(sector: int, table: npt.NDArray[np.uint32], most: int) -> list[int]:
    """The sectors of a chain, in order; raises WorkbookError where it leads out of the table."""
    numbers: list[int] = []
    while sector < _LAST_SECTOR:
        if len(numbers) > most or sector >= len(table):
            raise damaged("its sectors run in a circle, or out of the file")
        numbers.append(sector)
        sector = int(table[sector])
    return numbers
