"""Reading returns on this machine, by all its processors where there is much to read."""

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.core.returns import Return
from pipeline.execute import Step, quietly
from pipeline.execute.batches import batches
from pipeline.ingest.cache import Cache, user_cache
from pipeline.ingest.discover import FoundFile
from pipeline.ingest.guard import Reader
from pipeline.ingest.limits import Limits
from pipeline.ingest.places import view
from pipeline.ingest.returns import ReadingContext

# A further process takes as long to start as this many bytes of workbooks take to read.
WORTH = 1_500_000
_BATCH_BYTES, _BATCH_FILES = 200_000, 50  # so that nobody waits long for another's last batch
_MOST_PROCESSES = 8


class LocalExecutor:
    """Reads returns that are not in the user's cache. Use it in a ``with`` statement, which ends
    what it may have started; one serves any number of programmes."""

    def __init__(self, processes: int | None = None, worth: int = WORTH) -> None:
        """``processes``: how many read at the most, this one among them; as many as there are
        processors where none are given. ``worth``: how many bytes each of them should have."""
        self._reader = Reader(cache=user_cache())
        self._processes = processes or min(os.cpu_count() or 1, _MOST_PROCESSES)
        self._worth = worth

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reader.__exit__(kind, error, trace)

    def read_returns(
        self, files: Sequence[FoundFile], context: ReadingContext, step: Step = quietly
    ) -> Iterator[Return]:
        """Each file's return, in the order of the files (see Executor)."""
        # Of a store each file is fetched once; this machine's own are looked at twice.
        local = all(isinstance(file.path, Path) for file in files)
        if not local or self._others(files) == 0:
            yield from (self._read(file, context, step) for file in files)
        else:
            found = [self._reader.read_before(file.name, file.path, context) for file in files]
            missing = [file for file, known in zip(files, found, strict=True) if known is None]
            read = (
                iter(self._by_several(missing, context, step))
                if self._others(missing)
                else (self._read(file, context, step) for file in missing)
            )
            for known in found:
                yield known if known is not None else next(read)
        if self._reader.cache is not None:
            self._reader.cache.trim()

    def _others(self, files: Sequence[FoundFile]) -> int:
        """How many other processes are worth starting."""
        return min(self._processes, max(1, sum(map(_size, files)) // self._worth)) - 1

    def _read(self, file: FoundFile, context: ReadingContext, step: Step = quietly) -> Return:
        step(f"Reading {file.name}")
        return self._reader.read_return(file.name, file.path, context)

    def _by_several(
        self, files: list[FoundFile], context: ReadingContext, step: Step
    ) -> list[Return]:
        """Returns read by several processes, each taking a batch when it is free: the others from
        the front, this one, which need not be started, from the back."""
        parts = list(batches(files, _size, _BATCH_FILES, _BATCH_BYTES))
        made: list[list[Return]] = [[] for _ in parts]
        pool = ProcessPoolExecutor(
            self._others(files),
            get_context("spawn"),
            _begin,
            (self._reader.limits, self._reader.cache, context),
        )
        given: list[Future[list[Return]]] = []
        try:
            with suppress(BrokenProcessPool):
                given.extend(pool.submit(_read_batch, part) for part in parts)
            for number in reversed(range(len(parts))):
                if number >= len(given) or given[number].cancel():
                    made[number] = [self._read(file, context, step) for file in parts[number]]
            for number, part in enumerate(parts):
                if not made[number]:
                    step(f"Reading {part[0].name}")
                    made[number] = _result(given[number]) or [
                        self._read(file, context) for file in part
                    ]
        finally:
            pool.shutdown(cancel_futures=True)
        return [each for part in made for each in part]


def _size(file: FoundFile) -> int:
    """A file's bytes; nothing where it can't be looked at, which is said when it is read."""
    try:
        return view(file.path).size
    except OSError:
        return 0


def _result(future: Future[list[Return]]) -> list[Return]:
    """A batch from another process; none where that process was brought down."""
    try:
        return future.result()
    except BrokenProcessPool:
        return []


# In the other processes

_given: list[tuple[Reader, ReadingContext]] = []


def _begin(limits: Limits, cache: Cache | None, context: ReadingContext) -> None:
    # Ctrl-C reaches all processes; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _given.append((Reader(limits, cache), context))


def _read_batch(files: list[FoundFile]) -> list[Return]:
    reader, context = _given[-1]
    return [reader.read_return(file.name, file.path, context) for file in files]
