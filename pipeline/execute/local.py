"""Reading returns on this machine, by all its processors where there are many to read."""

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
from pipeline.ingest.cache import Cache, user_cache
from pipeline.ingest.discover import FoundFile
from pipeline.ingest.guard import Reader
from pipeline.ingest.limits import Limits
from pipeline.ingest.returns import ReadingContext

# A further process takes as long to start as a hundred returns take to read.
MANY = 150
_BATCH = 8
_MOST_PROCESSES = 8


class LocalExecutor:
    """Reads returns that are not in the user's cache. Use it in a ``with`` statement, which ends
    what it may have started; one serves any number of programmes."""

    def __init__(self, processes: int | None = None, many: int = MANY) -> None:
        """``processes``: how many read, this one among them; as many as there are processors where
        none are given. ``many``: from how many returns on more than one does."""
        self._reader = Reader(cache=user_cache())
        self._processes = processes or min(os.cpu_count() or 1, _MOST_PROCESSES)
        self._many = many

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
        if self._processes < 2 or len(files) < self._many or not local:
            yield from (self._read(file, context, step) for file in files)
        else:
            found = [self._reader.read_before(file.name, file.path, context) for file in files]
            missing = [file for file, known in zip(files, found, strict=True) if known is None]
            several = len(missing) >= self._many
            read = (
                iter(self._by_several(missing, context, step))
                if several
                else (self._read(file, context, step) for file in missing)
            )
            for known in found:
                yield known if known is not None else next(read)
        if self._reader.cache is not None:
            self._reader.cache.trim()

    def _read(self, file: FoundFile, context: ReadingContext, step: Step = quietly) -> Return:
        step(f"Reading {file.name}")
        return self._reader.read_return(file.name, file.path, context)

    def _by_several(
        self, files: list[FoundFile], context: ReadingContext, step: Step
    ) -> list[Return]:
        """Returns read by several processes, each taking a batch when it is free: the others from
        the front, this one, which need not be started, from the back."""
        batches = [files[start : start + _BATCH] for start in range(0, len(files), _BATCH)]
        made: list[list[Return]] = [[] for _ in batches]
        pool = ProcessPoolExecutor(
            self._processes - 1,
            get_context("spawn"),
            _begin,
            (self._reader.limits, self._reader.cache, context),
        )
        given: list[Future[list[Return]]] = []
        try:
            with suppress(BrokenProcessPool):
                given.extend(pool.submit(_read_batch, batch) for batch in batches)
            for number in reversed(range(len(batches))):
                if number >= len(given) or given[number].cancel():
                    made[number] = [self._read(file, context, step) for file in batches[number]]
            for number, batch in enumerate(batches):
                if not made[number]:
                    step(f"Reading {batch[0].name}")
                    made[number] = _result(given[number]) or [
                        self._read(file, context) for file in batch
                    ]
        finally:
            pool.shutdown(cancel_futures=True)
        return [each for batch in made for each in batch]


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
