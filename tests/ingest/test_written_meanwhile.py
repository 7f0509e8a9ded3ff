"""A workbook that is written to while it is read: its bytes and its checksum belong together."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from pipeline.ingest import reader
from pipeline.ingest.formats.limits import Limits
from pipeline.ingest.reader import Reader
from tests.builders import Return


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_PAUSES", (0.0, 0.0))


def writing(monkeypatch: pytest.MonkeyPatch, path: Path, times: int) -> list[bytes]:
    """Somebody appends to the file each time that it is read; what has been written."""
    real, written = reader.opened, [path.read_bytes()]

    @contextmanager
    def opened(place: Path) -> Iterator[IO[bytes]]:
        with real(place) as stream:
            if len(written) <= times:
                stream.read(10)
                stream.seek(0)
                written.append(written[-1] + b"more")
                yield Growing(stream, path, written[-1])
            else:
                yield stream

    monkeypatch.setattr(reader, "opened", opened)
    return written


class Growing:
    """An open file that somebody writes to after the first piece was read."""

    def __init__(self, stream: IO[bytes], path: Path, then: bytes) -> None:
        self.stream, self.path, self.then = stream, path, then

    def read(self, size: int) -> bytes:
        piece = self.stream.read(size)
        self.path.write_bytes(self.then)
        return piece

    def fileno(self) -> int:
        return self.stream.fileno()


@pytest.mark.parametrize("limit", [1 << 20, 1])
def test_it_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    path = Return("Fire").write(tmp_path, "fire.xlsx")
    written = writing(monkeypatch, path, times=2)
    file = reader._read_file(path, Limits(file=limit))
    assert file.digest == hashlib.sha256(written[-1]).hexdigest()
    assert file.content == (written[-1] if limit > 1 else b"")
    assert len(written) == 3


def test_it_is_refused_where_it_never_comes_to_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Return("Fire").write(tmp_path, "fire.xlsx")
    writing(monkeypatch, path, times=9)
    with Reader() as reader:
        control, digest = reader.read_control("programme.xlsx", path)
    (issue,) = control.issues
    assert (issue.rule, digest) == ("unreadable-workbook", "")
    assert "it was written to again and again while it was read" in issue.problem
