"""Reading returns on this machine, by all its processors where there is much to read."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Self

from pipeline.core.returns import Return
from pipeline.execute import Step, quietly
from pipeline.execute.batches import batches
from pipeline.ingest.cache import Cache, user_cache
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.discover import InputFile
from pipeline.ingest.formats.limits import Limits
from pipeline.ingest.places import size_of
from pipeline.ingest.reader import Reader
from pipeline.processes import Helpers, Make

# A further process takes as long to start as this many bytes of workbooks take to read.
WORTH = 1_500_000
_BATCH_BYTES, _BATCH_FILES = 200_000, 50  # so that nobody waits long for another's last batch


def others_worth_starting(files: Iterable[InputFile], worth: int = WORTH) -> int:
    """How many other processes are worth starting to read so many files. Of a store each is fetched
    once, by this process; this machine's own may be looked at twice."""
    paths = [file.path for file in files]
    if not all(isinstance(path, Path) for path in paths):
        return 0
    return max(0, sum(map(size_of, paths)) // worth - 1)


class LocalExecutor:
    """Reads returns that are not in the user's cache. Use it in a ``with`` statement, which ends
    what it may have started; one serves any number of programmes."""

    def __init__(self, helpers: Helpers | None = None, worth: int = WORTH) -> None:
        """``helpers``: who else reads, by default as many as there are processors.
        ``worth``: how many bytes each process should have."""
        self._ends = ExitStack()
        self._reader = self._ends.enter_context(Reader(cache=user_cache()))
        self._helpers = self._ends.enter_context(Helpers()) if helpers is None else helpers
        self._worth = worth

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    def read_returns(
        self, files: Sequence[InputFile], context: ReadingContext, step: Step = quietly
    ) -> Iterator[Return]:
        """Each file's return, in the order of the files (see Executor)."""
        if self._others(files) == 0:
            yield from (self._read(file, context, step) for file in files)
        else:
            self._helpers.expect(self._others(files))
            cached = [self._reader.read_before(file.name, file.path, context) for file in files]
            missing = [file for file, earlier in zip(files, cached, strict=True) if earlier is None]
            fresh = (
                self._by_several(missing, context, step)
                if self._others(missing)
                else (self._read(file, context, step) for file in missing)
            )
            for earlier in cached:
                yield earlier if earlier is not None else next(fresh)
        if self._reader.cache is not None:
            self._reader.cache.trim()

    def _others(self, files: Sequence[InputFile]) -> int:
        """How many other processes are worth starting."""
        return min(self._helpers.most, others_worth_starting(files, self._worth))

    def _read(self, file: InputFile, context: ReadingContext, step: Step = quietly) -> Return:
        step(f"Reading {file.name}")
        return self._reader.read_return(file.name, file.path, context)

    def _by_several(
        self, files: list[InputFile], context: ReadingContext, step: Step
    ) -> Iterator[Return]:
        """Returns read by several processes, each taking a batch when it is free."""
        parts = list(batches(files, lambda file: size_of(file.path), _BATCH_FILES, _BATCH_BYTES))
        batches_read = self._helpers.side_by_side(
            len(parts),
            lambda place: [self._read(file, context, step) for file in parts[place]],
            partial(_reading, parts, self._reader.limits, self._reader.cache, context),
            self._others(files),
        )
        for part in batches_read:
            yield from part


def _reading(
    parts: list[list[InputFile]], limits: Limits, cache: Cache | None, context: ReadingContext
) -> Make[list[Return]]:
    """Reads a batch by its place."""
    reader = Reader(limits, cache)
    return lambda place: [
        reader.read_return(file.name, file.path, context) for file in parts[place]
    ]
