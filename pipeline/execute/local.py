"""Reading returns on this machine, by all its processors where there is much to read."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Self

from pipeline.core.returns import Return
from pipeline.execute import Deed, Step, idly, quietly
from pipeline.execute.batches import batches
from pipeline.execute.worth import WORTH, others_worth_starting
from pipeline.ingest.cache import Cache, user_cache
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.discover import InputFile
from pipeline.ingest.formats.limits import Limits
from pipeline.ingest.places import size_of
from pipeline.ingest.reader import Reader
from pipeline.processes import Helpers, Make

_BATCH_BYTES, _BATCH_FILES = 200_000, 50  # so that nobody waits long for another's last batch


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
        self,
        files: Sequence[InputFile],
        context: ReadingContext,
        step: Step = quietly,
        meanwhile: Deed = idly,
    ) -> Iterator[Return]:
        """Each file's return, in the order of the files (see Executor)."""
        if self._others(files) == 0:
            meanwhile()
            yield from (self._read(file, context, step) for file in files)
        else:
            self._helpers.expect(self._others(files))
            cached = [self._reader.read_before(file.name, file.path, context) for file in files]
            missing = [file for file, earlier in zip(files, cached, strict=True) if earlier is None]
            if self._others(missing):
                fresh = iter(self._by_several(missing, context, step, meanwhile))
            else:
                meanwhile()
                fresh = (self._read(file, context, step) for file in missing)
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
        self, files: list[InputFile], context: ReadingContext, step: Step, meanwhile: Deed
    ) -> list[Return]:
        """Returns read by several processes, each taking a batch when it is free."""
        parts = list(batches(files, lambda file: size_of(file.path), _BATCH_FILES, _BATCH_BYTES))
        there = partial(_reading, parts, self._reader.limits, self._reader.cache, context)
        with self._helpers.sharing(len(parts), there, self._others(files), ahead=True) as work:
            meanwhile()
            batches_read = work.finished(
                lambda place: [self._read(file, context, step) for file in parts[place]]
            )
        return [each for batch in batches_read for each in batch]


def _reading(
    parts: list[list[InputFile]], limits: Limits, cache: Cache | None, context: ReadingContext
) -> Make[list[Return]]:
    """Reads a batch by its place."""
    reader = Reader(limits, cache)
    return lambda place: [
        reader.read_return(file.name, file.path, context) for file in parts[place]
    ]
