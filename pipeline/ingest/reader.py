"""Reading the workbooks of strangers: ordinary ones right here, at full speed, and those out of the
ordinary in a process of their own, which can be ended.

The process is started when the first workbook needs it, and serves one after the other. What it
gives is what reading here would have given. Its memory is limited where the system can do that
(Linux; macOS and Windows have no such limit, there the sizes and the time alone keep it in bounds).
"""

import hashlib
import os
import pickle
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, TypeVar

from pipeline.core.memory import collection_at_rest
from pipeline.core.returns import Return
from pipeline.ingest.cache import Cache, Keys
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.control import Control, read_control, refused_control
from pipeline.ingest.formats.faults import OutOfTheOrdinaryError, WorkbookError, beyond, damaged
from pipeline.ingest.formats.limits import Limits, size_text
from pipeline.ingest.formats.workbook import Sheet, Workbook
from pipeline.ingest.places import InputPath, opened, stamp
from pipeline.ingest.returns import read_return, refused_return

Result = TypeVar("Result")
_LENGTH = struct.Struct("<Q")
_CHUNK = 1 << 20
_PAUSES = (0.1, 0.5, 2.0)  # seconds before a file that is being written to is read again
_MEMORY = Path("/proc/self/statm")
_SERVE = "import sys; sys.path[:] = {!r}; from pipeline.ingest.reader import serve; serve({})"


class Reader:
    """Reads a programme's workbooks from their files. Use it in a ``with`` statement, which ends
    the process that it may have started."""

    def __init__(self, limits: Limits | None = None, cache: Cache | None = None) -> None:
        """``limits``: where none are given, as the environment sets them. ``cache``: of returns
        that were read before."""
        self.limits = Limits.from_environment() if limits is None else limits
        self.cache = cache
        self._keys: Keys | None = None
        self._helper: _Helper | None = None

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self._dismiss()

    def read_return(self, workbook: str, path: InputPath, context: ReadingContext) -> Return:
        """Read a return; what can't be read is an issue, never an exception.

        What could be read is kept in the cache; what couldn't is tried anew each time, since the
        machine may be the reason.
        """
        file = _read_file(path, self.limits)
        if (earlier := self._from_cache(workbook, file, context)) is not None:
            return earlier

        def job(open_workbook: Callable[[bytes], Workbook]) -> partial[Return]:
            return partial(read_return, workbook, file.content, file.digest, context, open_workbook)

        result = self._guarded(file, job, partial(refused_return, workbook, file.digest))
        if self.cache is not None and result.cover is not None:
            self.cache.put(self._key(workbook, file, context), result)
        return result

    def read_before(self, workbook: str, path: InputPath, context: ReadingContext) -> Return | None:
        """A return from the cache; None where it has to be read."""
        if self.cache is None:
            return None
        return self._from_cache(workbook, _read_file(path, self.limits), context)

    def _from_cache(self, workbook: str, file: "_File", context: ReadingContext) -> Return | None:
        if self.cache is None or file.refusal is not None:
            return None
        return self.cache.get(self._key(workbook, file, context))

    def _key(self, workbook: str, file: "_File", context: ReadingContext) -> bytes:
        if self._keys is None or self._keys.context is not context:
            self._keys = Keys(context, self.limits)
        return self._keys.of(workbook, file.digest)

    def read_control(
        self, workbook: str, path: InputPath, rivals: Sequence[str] = ()
    ) -> tuple[Control, str]:
        """Read the control workbook; gives the SHA-256 of its file with it."""
        file = _read_file(path, self.limits)

        def job(open_workbook: Callable[[bytes], Workbook]) -> partial[Control]:
            return partial(read_control, workbook, file.content, tuple(rivals), open_workbook)

        return self._guarded(file, job, partial(refused_control, workbook)), file.digest

    def read_sheets(self, content: bytes) -> list[Sheet]:
        """Every sheet of a workbook, whoever needs them, read in the other process; raises
        WorkbookError."""
        sheets: list[Sheet] = self._ask(partial(_all_sheets, content, self.limits))
        return sheets

    def read_return_again(
        self,
        workbook: str,
        path: InputPath,
        context: ReadingContext,
        places: Mapping[str, Collection[tuple[int, int]]],
    ) -> "ReadAgain":
        """Read a return with the second reader of its format in some cells, by sheet, in the other
        process; raises WorkbookError where that reader can't open it."""
        file = _read_file(path, self.limits)
        if file.refusal is not None:
            raise file.refusal
        call = partial(_read_again, file, workbook, context, places, self.limits)
        answer: ReadAgain = self._ask(call)
        return answer

    def _guarded(
        self,
        file: "_File",
        job: Callable[[Callable[[bytes], Workbook]], Callable[[], Result]],
        refused: Callable[[WorkbookError], Result],
    ) -> Result:
        """Read here what is ordinary, all else in the other process."""
        if file.refusal is not None:
            return refused(file.refusal)
        try:
            with collection_at_rest():
                return job(partial(Workbook, limits=self.limits, careful=False))()
        except OutOfTheOrdinaryError:
            pass
        except Exception as fault:
            return refused(_broken(fault))
        try:
            answer: Result = self._ask(job(partial(Workbook, limits=self.limits)))
        except WorkbookError as fault:
            return refused(fault)
        return answer

    def _ask(self, call: Callable[[], Any]) -> Any:
        """Let the other process make a call; raises WorkbookError where it doesn't come back."""
        if self._helper is None:
            self._helper = _Helper(self.limits)
        try:
            answer, leaves = self._helper.ask(call)
        except WorkbookError:
            self._dismiss()
            raise
        if leaves:
            self._dismiss()
        if isinstance(answer, WorkbookError):
            raise answer
        return answer

    def _dismiss(self) -> None:
        if self._helper is not None:
            self._helper.end()
            self._helper = None


@dataclass(frozen=True)
class ReadAgain:
    """A return whose amounts are what the second reader sees, and how many of their cells are
    filled."""

    result: Return
    amounts: int


def _read_again(
    file: "_File",
    workbook: str,
    context: ReadingContext,
    places: Mapping[str, Collection[tuple[int, int]]],
    limits: Limits,
) -> ReadAgain:
    from pipeline.ingest.formats.second_reader import (  # noqa: PLC0415 - only issuing needs it
        SecondWorkbook,
        read_again,
    )

    second = read_again(file.content, places)
    open_workbook = partial(SecondWorkbook, limits=limits, second=second, places=places)
    result = read_return(workbook, file.content, file.digest, context, open_workbook)
    return ReadAgain(result, second.filled(places))


def _all_sheets(content: bytes, limits: Limits) -> list[Sheet]:
    book = Workbook(content, limits)
    return [book.sheet(number) for number in range(len(book.sheets))]


@dataclass(frozen=True)
class _File:
    """A file's bytes and their SHA-256, read once, so that the two always belong together;
    ``refusal`` says why there are none."""

    content: bytes
    digest: str
    refusal: WorkbookError | None = None


def _read_file(path: InputPath, limits: Limits) -> _File:
    """Read a file; one that is written to meanwhile is read again, a few times."""
    try:
        for pause in (0.0, *_PAUSES):
            if pause:
                time.sleep(pause)
            if file := _read_once(path, limits):
                return file
        what = "it was written to again and again while it was read"
        fix = "Wait until it has been copied or saved, and run the command again."
    except FileNotFoundError:
        what = "it was there when the folder was looked through, and has gone since"
        fix = "Put it back if it was not meant to go, and run the command again."
    except OSError as fault:
        what = f"it can't be opened ({fault.strerror or fault})"
        fix = (
            "See that it is there, may be read and is not kept online only, and run the command "
            "again."
        )
    return _File(b"", "", WorkbookError("unreadable-workbook", what, fix))


def _read_once(path: InputPath, limits: Limits) -> _File | None:
    """A file's bytes and their SHA-256, None where it changed meanwhile. Of one that is too large
    only the SHA-256 is taken, piece by piece."""
    content, digest = b"", hashlib.sha256()
    with opened(path) as stream:
        before = stamp(path, stream)
        if before.size <= limits.file:
            content = stream.read(before.size)
            digest.update(content)
        length = len(content)
        while length <= before.size and (piece := stream.read(_CHUNK)):
            digest.update(piece)
            length += len(piece)
        if length != before.size or stamp(path, stream) != before:
            return None
    if before.size <= limits.file:
        return _File(content, digest.hexdigest())
    refusal = beyond(limits, "file", f"the file has {size_text(before.size)}")
    return _File(b"", digest.hexdigest(), refusal)


def _broken(fault: BaseException) -> WorkbookError:
    """A fault of this program: the file is named, and the others are still read."""
    what = f"this program broke down over it ({type(fault).__name__}: {fault})"
    fix = "Save it again as .xlsx; if that doesn't help, tell whoever looks after the program."
    return WorkbookError("unreadable-workbook", what, fix)


# The other process, seen from here


class _Helper:
    """The process that reads what is out of the ordinary."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVE.format(sys.path, limits.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def ask(self, call: Callable[[], Any]) -> tuple[Any, bool]:
        """The call's result, and whether the process leaves after it. Raises WorkbookError where
        it takes too long, too much memory, or brings the process down."""
        replies: list[bytes] = []
        waiter = threading.Thread(target=self._exchange, args=(pickle.dumps(call), replies))
        waiter.daemon = True
        waiter.start()
        waiter.join(self._limits.seconds)
        late = waiter.is_alive()
        if late:
            self._process.kill()
            waiter.join()
        if replies:
            answer: tuple[Any, bool] = pickle.loads(replies[0])
            return answer
        if late:
            raise beyond(self._limits, "seconds", "reading it takes too long")
        if self._process.wait() in (-6, -9):
            raise _too_much(self._limits)
        raise damaged("the reader broke down over it")

    def _exchange(self, request: bytes, replies: list[bytes]) -> None:
        to, from_ = self._process.stdin, self._process.stdout
        if to is None or from_ is None:
            return
        try:
            _send(to, request)
            reply = _receive(from_)
        except OSError:
            return
        if reply is not None:
            replies.append(reply)

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                _close(stream)


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:
        # What was still to be sent went down with the process.
        return


def _too_much(limits: Limits) -> WorkbookError:
    return beyond(limits, "memory", "reading it takes too much memory")


def _send(stream: IO[bytes], content: bytes) -> None:
    stream.write(_LENGTH.pack(len(content)) + content)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes | None:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    content = stream.read(length)
    return content if len(content) == length else None


# The other process itself


def serve(memory: int) -> None:
    """Make the calls that come in, and send back what they give, until no more come."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    _limit_memory(memory)
    leaves, at_first = False, _memory(1)
    while not leaves and (request := _receive(requests)) is not None:
        try:
            answer = pickle.loads(request)()
            # What a large workbook took may not come back: the next one gets a new process.
            leaves = _memory(1) - at_first > memory // 2
            reply = pickle.dumps((answer, leaves))
        except MemoryError:
            leaves = True
            reply = pickle.dumps((_too_much(Limits(memory=memory)), leaves))
        except WorkbookError as fault:
            reply = pickle.dumps((fault, leaves))
        except Exception as fault:
            reply = pickle.dumps((_broken(fault), leaves))
        _send(replies, reply)


if sys.platform == "win32":

    def _limit_memory(memory: int) -> None:
        """There is no such limit here."""

    def _memory(kind: int) -> int:
        return 0

else:
    import resource

    def _limit_memory(memory: int) -> None:
        """Allow as much more as that, where the system can, and no pictures of a crash."""
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if _MEMORY.exists():
            most = _memory(0) + memory
            resource.setrlimit(resource.RLIMIT_AS, (most, most))

    def _memory(kind: int) -> int:
        """The memory of this process in bytes: all that it asked for (0), or what it really holds
        (1); nil where the system doesn't say."""
        if not _MEMORY.exists():
            return 0
        return int(_MEMORY.read_text().split()[kind]) * resource.getpagesize()
