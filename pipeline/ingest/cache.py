"""Returns that were read before, kept so that only workbooks that changed are read again.

An entry is a return's typed columns under a key of all that they follow from: the workbook's bytes
and name, what of the programme matters to reading, the limits, and the code and libraries that read
it. So an entry never goes stale: what changes, changes the key, and what nobody asks for any more
is removed with time. Entries are data alone (msgpack with the types of ``core.returns``): reading
one runs nothing, whoever wrote it. Each is written whole or not at all, and one that isn't what its
checksum says is read anew.

Returns are confidential: the folder is the user's own, and nobody else's to look into.
"""

import hashlib
import os
import platform
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.parsers import expat

import msgspec
import numpy as np
import platformdirs

from pipeline.core.returns import Return
from pipeline.ingest.code_hash import PIPELINE, SCHEMAS, code_sha256, with_versions
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.formats.limits import Limits

VARIABLE = "SAVINGS_CACHE"
_OFF = ("off", "no", "none", "false", "0")
_MOST_BYTES = 500_000_000
_LEFT_BYTES = 400_000_000  # after the oldest were removed
_PACKAGES = ("numpy", "python-calamine", "rapidfuzz", "msgspec")
_PRIVATE = 0o700
_DIGEST = hashlib.sha256().digest_size
_SUFFIX = ".return"


@dataclass(frozen=True)
class Cache:
    """A folder of returns as they were read. ``most`` and ``left``: bytes that it may hold, and
    that are left where it held more."""

    folder: Path
    most: int = _MOST_BYTES
    left: int = _LEFT_BYTES

    def get(self, key: bytes) -> Return | None:
        """A return that was read before; None where it has to be read."""
        path = self._path(key)
        try:
            content = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        payload = content[_DIGEST:]
        if content[:_DIGEST] != _digest(key, payload):
            return None
        try:
            return _unpacked(_decoder().decode(payload))
        except (msgspec.MsgspecError, LookupError):
            return None

    def put(self, key: bytes, result: Return) -> None:
        """Keep a return. Where it can't be written it is read again the next time, no more."""
        payload = _encoder().encode(_packed(result))
        with suppress(OSError):
            handle, name = tempfile.mkstemp(dir=self.folder)
            part = Path(name)
            try:
                with open(handle, "wb") as stream:  # noqa: PTH123 - a file that is open already
                    stream.write(_digest(key, payload) + payload)
                part.replace(self._path(key))
            except OSError:
                part.unlink(missing_ok=True)

    def trim(self) -> None:
        """Where it holds too much, remove what was not asked for the longest."""
        try:
            with os.scandir(self.folder) as entries:
                files = [
                    (entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in entries
                ]
        except OSError:
            return
        size = sum(each[1] for each in files)
        if size <= self.most:
            return
        for _, bytes_, path in sorted(files):
            if size <= self.left:
                break
            with suppress(OSError):
                os.unlink(path)  # noqa: PTH108 - scandir gives texts
            size -= bytes_

    def _path(self, key: bytes) -> Path:
        return self.folder / f"{key.hex()}{_SUFFIX}"


def user_cache(environment: Mapping[str, str] = os.environ) -> Cache | None:
    """The user's cache, where SAVINGS_CACHE says or else where the system keeps such; None where
    it is switched off, or its folder can't be the user's alone."""
    setting = environment.get(VARIABLE, "").strip()
    if setting.casefold() in _OFF:
        return None
    try:
        above = (
            Path(setting).expanduser()
            if setting
            else platformdirs.user_cache_path("savings-pipeline", False)
        )
        folder = above / "returns"
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        return Cache(folder) if _is_private(folder) else None
    except (OSError, RuntimeError):  # the latter for the home of nobody
        return None


def _is_private(folder: Path) -> bool:
    """Whether a folder is the user's own, closed to others now if it was not. Windows keeps the
    user's folders so by itself."""
    if os.name == "nt":
        return True
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        return False
    if stat.S_IMODE(status.st_mode) != _PRIVATE:
        folder.chmod(_PRIVATE)
    return True


class Keys:
    """Makes the keys of returns that are read in one context."""

    def __init__(self, context: ReadingContext, limits: Limits) -> None:
        """``context`` and ``limits``: what beside a workbook has a say in what reading it gives."""
        self.context = context
        self._setting = hashlib.sha256(repr((software(), context, limits)).encode())

    def of(self, workbook: str, sha256: str) -> bytes:
        """The key of a workbook by its path in the programme's folder and its bytes."""
        key = self._setting.copy()
        key.update(repr((workbook, sha256)).encode())
        return key.digest()


@cache
def software() -> tuple[str, ...]:
    """All code that has a say in what reading gives: this program's by its bytes, others' by their
    versions."""
    code = code_sha256(PIPELINE / "core", PIPELINE / "ingest", SCHEMAS)
    return (platform.python_version(), expat.EXPAT_VERSION, code, *with_versions(_PACKAGES))


@dataclass
class _PackedTexts:
    """A column of texts: the distinct ones, and by row the place of its own among them."""

    words: list[str | None]
    codes: np.ndarray[Any, np.dtype[np.unsignedinteger[Any]]]


@dataclass
class _Entry:
    """A return, and the columns of its tables apart: each text once, so that a return that was
    kept takes no more memory than one that was read."""

    result: Return
    columns: dict[str, dict[str, _PackedTexts]]


def _packed(result: Return) -> _Entry:
    columns = {
        table: {name: _column(values) for name, values in records.columns.items()}
        for table, records in result.tables.items()
    }
    tables = {table: replace(records, columns={}) for table, records in result.tables.items()}
    return _Entry(replace(result, tables=tables), columns)


def _column(values: list[str | None]) -> _PackedTexts:
    codes_by_text: dict[str | None, int] = {}
    codes = [codes_by_text.setdefault(value, len(codes_by_text)) for value in values]
    return _PackedTexts(
        list(codes_by_text), np.array(codes, np.min_scalar_type(len(codes_by_text)))
    )


def _unpacked(entry: _Entry) -> Return:
    """The return as it was packed. LookupError where it can't have been."""
    for table, columns in entry.columns.items():
        entry.result.tables[table].columns = {
            name: np.array(column.words, dtype=object)[column.codes].tolist()
            for name, column in columns.items()
        }
    return entry.result


def _digest(key: bytes, payload: bytes) -> bytes:
    return hashlib.sha256(key + payload).digest()


@cache
def _encoder() -> msgspec.msgpack.Encoder:
    return msgspec.msgpack.Encoder(enc_hook=_from_array)


@cache
def _decoder() -> msgspec.msgpack.Decoder[_Entry]:
    return msgspec.msgpack.Decoder(_Entry, dec_hook=_to_array)


def _from_array(value: object) -> tuple[str, tuple[int, ...], bytes]:
    if not isinstance(value, np.ndarray):
        raise NotImplementedError(f"{type(value).__name__} can't be kept")
    return value.dtype.str, value.shape, value.tobytes()


def _to_array(kind: Any, value: Any) -> "np.ndarray[Any, Any]":
    dtype, shape, content = value
    return np.frombuffer(content, dtype=dtype).reshape(shape).copy()
