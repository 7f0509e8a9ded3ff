"""Chunks of an output: rows of a large table that stand in its file by themselves, so that the next
report need not make them again where they are made of the same.

What they are made of is what their bytes follow from: of a workbook's rows the numbers, and of the
texts and formats the places in this very workbook. So nothing of what shared strings and formats
mean needs to be known of the file that they are taken from.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO

from pipeline.core.deflater import deflater
from pipeline.core.finished_file import Chunk

_DEFLATER = deflater()


@dataclass(frozen=True)
class Chunks:
    """Of a file in the making. ``last``: by key those of ``stream``, a file that was there before;
    ``by_key``: those that it has by now; ``software``: all code that has a say in them."""

    last: Mapping[str, Chunk] = field(default_factory=dict)
    stream: IO[bytes] | None = None
    software: tuple[str, ...] = ()
    by_key: dict[str, Chunk] = field(default_factory=dict)

    def key(self, parts: Iterable[bytes]) -> str:
        """The key of all that a chunk is made of: alike only where the chunk is."""
        digest = hashlib.sha256(repr(self.software).encode())
        for part in parts:
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(part)
        return digest.hexdigest()

    def taken(self, key: str) -> tuple[bytes, Chunk] | None:
        """One that was there before, with its bytes, which are as they were left; None where there
        is none."""
        chunk = self.last.get(key)
        if chunk is not None and self.stream is not None:
            # One that can't be read, for whatever reason, is made anew.
            with suppress(OSError):
                self.stream.seek(chunk.start)
                content = self.stream.read(chunk.length)
                if check_of(content) == chunk.check:
                    return content, chunk
        return None

    def write(
        self, stream: IO[bytes], made_of: Iterable[bytes], content: Callable[[], bytes]
    ) -> None:
        """A chunk into a plain file, taken over where it is made of the same."""
        key = self.key(made_of)
        of_last = self.taken(key)
        text = of_last[0] if of_last else content()
        self.by_key[key] = Chunk(stream.tell(), len(text), len(text), 0, check_of(text))
        stream.write(text)


def check_of(content: bytes) -> int:
    """By what the bytes of a chunk are known again: two checksums, which together take a sixth of
    the time of a SHA-256. They tell what was written over by chance; whoever means to deceive can
    write over the keys, too."""
    crc: int = _DEFLATER.crc32(content)
    adler: int = _DEFLATER.adler32(content)
    return crc << 32 | adler
