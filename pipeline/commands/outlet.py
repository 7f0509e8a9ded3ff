"""The standard streams, read by somebody who may go away."""

import sys
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Outlet(FileIO):
    """A stream that leads nowhere once nobody reads it any more, or once a fault (a full disk) was
    raised: what is flushed at the end would raise it again, as a traceback."""

    _leads_nowhere = False

    def write(self, data: "ReadableBuffer", /) -> int:
        """As every raw stream; what nobody takes counts as written."""
        size = memoryview(data).nbytes
        if self._leads_nowhere:
            return size
        try:
            return super().write(data)
        except BrokenPipeError:
            self._leads_nowhere = True
            return size
        except OSError:
            self._leads_nowhere = True
            raise


def settle_streams() -> None:
    """Have the work go on and end as it would, whoever stops reading (``| head -1``), and whatever
    letters the terminal has."""
    sys.stdout, sys.stderr = _settled(sys.stdout), _settled(sys.stderr)


def _settled(stream: TextIO) -> TextIO:
    if not isinstance(stream, TextIOWrapper):
        return stream
    if not stream.isatty() and not isinstance(getattr(stream.buffer, "raw", None), _Outlet):
        stream = TextIOWrapper(
            BufferedWriter(_Outlet(stream.fileno(), "w", closefd=False)),
            stream.encoding,
            line_buffering=stream.line_buffering,
            write_through=stream.write_through,
        )
    # A name that the terminal has no letters for must not end the run.
    stream.reconfigure(errors="replace")
    return stream
