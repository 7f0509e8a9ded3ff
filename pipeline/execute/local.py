"""Reading returns on this machine."""

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

from pipeline.core.returns import Return
from pipeline.execute import Step, quietly
from pipeline.ingest.discover import FoundFile
from pipeline.ingest.guard import Reader
from pipeline.ingest.returns import ReadingContext


class LocalExecutor:
    """Reads returns one after the other. Use it in a ``with`` statement, which ends what it may
    have started; one serves any number of programmes."""

    def __init__(self) -> None:
        self._reader = Reader()

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
        for file in files:
            step(f"Reading {file.name}")
            yield self._reader.read_return(file.name, file.path, context)
