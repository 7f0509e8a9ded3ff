"""Where a programme's returns are read: one way to ask for them, whichever machines read them."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pipeline.core.returns import Return
    from pipeline.ingest.context import ReadingContext
    from pipeline.ingest.discover import InputFile

Step = Callable[[str], None]
Deed = Callable[[], None]


def quietly(_: str) -> None:
    """Progress that nobody watches."""


def idly() -> None:
    """Nothing, while others work."""


class ExecutorError(Exception):
    """Returns can't be read where they were to be; the message says why, and what to do."""


class Executor(Protocol):
    """Reads returns. What it gives depends on the files and the context alone: not on where they
    are read, in which order, or by how many."""

    def read_returns(
        self,
        files: "Sequence[InputFile]",
        context: "ReadingContext",
        step: Step = quietly,
        meanwhile: Deed = idly,
    ) -> "Iterator[Return]":
        """Read each file, and give its return, in the order of the files.

        What can't be read is a Return with its issue. ``step`` is told what is being read.
        ``meanwhile`` is done once, as soon as others have begun to read. Raises ExecutorError
        where the machines, not the files, are at fault.
        """
        ...
