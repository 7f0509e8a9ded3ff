"""What the last report left, to be taken over where this one would make it again byte by byte.

Nothing is kept for it: the outputs are there, and their manifest says of each what it was made of.
"""

import hashlib
import pickle
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.finished_file import Chunk, FinishedFile
from pipeline.report.chunks import Chunks

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_PLAIN = frozenset((bytes, date, datetime, Decimal, Fraction))


class _Digest:
    """A file that only its SHA-256 is kept of."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()

    def write(self, content: "ReadableBuffer") -> int:
        """What a pickle writes: bytes, of a large array the array's own memory."""
        with pickle.PickleBuffer(content).raw() as memory:
            self.sha256.update(memory)
            return memory.nbytes


class _ByValue(pickle.Pickler):
    """Writes equal values alike. By itself a pickle also tells whether two are one object, which
    depends on whether a return was read or came from the cache."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        # It is asked of each object; most are texts.
        self._first_text = dict[str, str]().setdefault
        self._others: dict[tuple[type, str], object] = {}

    def persistent_id(self, obj: object) -> object:
        """The first of those that equal a plain value, and are written alike (1.0 equals 1.00);
        None for anything else."""
        if type(obj) is str:
            return self._first_text(obj, obj)
        kind = type(obj)
        return self._others.setdefault((kind, repr(obj)), obj) if kind in _PLAIN else None

    def reducer_override(self, obj: object) -> Any:
        """A dataclass by what its fields hold, without their names."""
        kind: Any = type(obj)
        names = _fields_of(kind)
        return (kind, attrgetter(*names)(obj)) if len(names) > 1 else NotImplemented


@cache
def _fields_of(kind: type) -> tuple[str, ...]:
    """The names of a dataclass's fields; none of another type."""
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else ()


@dataclass(frozen=True)
class LastOutputs:
    """The outputs of the last report in ``folder``. By path within it ``files``: the SHA-256 that
    each was left with; ``made_of``: the key of all that it was made of; ``chunks``: of large ones
    those that stand by themselves. ``software``: all code that has a say in what an output
    becomes."""

    folder: Path = Path()
    files: Mapping[str, str] = field(default_factory=dict)
    made_of: Mapping[str, str] = field(default_factory=dict)
    software: tuple[str, ...] = ()
    chunks: Mapping[str, Mapping[str, Chunk]] = field(default_factory=dict)
    # By identity what several outputs are made of, with its key; of this process alone.
    _once: dict[int, tuple[object, str]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def key(self, *parts: object) -> str:
        """The key of all that an output is made of: alike only where the output is."""
        digest = _Digest()
        _ByValue(digest, protocol=5).dump((self.software, parts))
        return digest.sha256.hexdigest()

    def key_once(self, made_of: object) -> str:
        """``key`` of what several outputs are made of, worked out for the first of them."""
        entry = self._once.get(id(made_of))
        if entry is None or entry[0] is not made_of:
            entry = self._once[id(made_of)] = made_of, self.key(made_of)
        return entry[1]

    def let_go(self) -> None:
        """Hold nothing any longer that outputs were made of."""
        self._once.clear()

    def path_of(self, key: str) -> str:
        """The path of the output that was made of the same; empty where there is none."""
        return next((path for path, made_of in self.made_of.items() if made_of == key), "")

    def standing(self, path: str) -> FinishedFile | None:
        """An output where it stands; None where it isn't there as it was left."""
        # One that can't be read, for whatever reason, is made anew.
        with suppress(OSError):
            if (file := FinishedFile.at(self.folder / path)).sha256 == self.files.get(path):
                return file
        return None

    @contextmanager
    def chunks_of(self, path: str) -> Iterator[Chunks]:
        """The chunks of an output in the making, which takes over what of the last one is there as
        it was left."""
        with ExitStack() as stack:
            last, stream = self.chunks.get(path, {}), None
            if last:
                # One that can't be read, for whatever reason, has nothing taken over.
                with suppress(OSError):
                    stream = stack.enter_context((self.folder / path).open("rb"))
            yield Chunks(last, stream, self.software)
