"""The one process that reads, checks and reports for the page, kept warm: its imports are done, and
what it read last is at hand. When it is brought down another takes its place, and what stood in the
outputs stands."""

import importlib
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from pipeline.core.invocation import speak_of_buttons
from pipeline.core.memory import tune_memory
from pipeline.core.phrases import sentence_of
from pipeline.execute import ExecutorError, Step
from pipeline.page.settings import Settings
from pipeline.publish import PublishError

# Work by name: ``pipeline.page.works:check``, called with the Bench, the programme's name, who is
# told of each step, and what else it takes.
Work = Callable[..., Any]
_READY_WITH = ("pipeline.page.works", "pipeline.modelling", "pipeline.helping")


class WorkError(Exception):
    """Why a piece of work was not done, in words for whoever asked for it."""


class StoppedError(WorkError):
    """The worker was brought down while it worked."""


@dataclass(frozen=True)
class _Said:
    words: str


@dataclass(frozen=True)
class _Result:
    value: Any


@dataclass(frozen=True)
class _Fault:
    words: str


class Worker:
    """The other process, started at once. One thread at a time asks it; ``stop`` may be called from
    any."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._asking = threading.Lock()
        self._replacing = threading.Lock()
        self._is_closed = False
        self._start()

    def _start(self) -> None:
        context = get_context("spawn")
        self._here, there = context.Pipe()
        # No daemon, which might start no process of its own: it ends when the pipe does.
        self._process = context.Process(target=_serve, args=(there, self._settings), daemon=False)
        self._process.start()
        there.close()

    @property
    def process(self) -> int | None:
        """Its process id."""
        return self._process.pid

    def do(self, work: Work, name: str, step: Step, *arguments: object) -> Any:
        """What a piece of work gives for a programme; ``step`` is told how far it is. Raises
        WorkError."""
        with self._asking:
            try:
                self._here.send((work, name, arguments))
                while True:
                    answer = self._here.recv()
                    if isinstance(answer, _Said):
                        step(answer.words)
                    elif isinstance(answer, _Fault):
                        raise WorkError(answer.words)
                    else:
                        return answer.value
            except (EOFError, OSError) as fault:
                self._replace()
                raise StoppedError(
                    "It was stopped before it had ended. The last report stays as it was; start it "
                    "again when you like."
                ) from fault

    def stop(self) -> None:
        """Bring it down, whatever it has in hand; another takes its place."""
        self._process.kill()

    def close(self) -> None:
        """End it for good."""
        with self._replacing:  # else the thread that asks would start another meanwhile
            self._is_closed = True
            self._end()

    def _replace(self) -> None:
        """Start another in place of one that was brought down, unless this is the end: a process
        that nobody ends would keep the program from ending."""
        with self._replacing:
            self._end()
            if not self._is_closed:
                self._start()

    def _end(self) -> None:
        self._process.kill()
        self._process.join()
        self._here.close()  # last: whoever waits there is woken by the other end first


# In the other process


def _serve(there: Connection, settings: Settings) -> None:
    """Do what is asked for, until nobody is there."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started it
    tune_memory()
    speak_of_buttons()
    for name in _READY_WITH:
        importlib.import_module(name)
    from pipeline.page.works import Bench  # noqa: PLC0415 # only the worker needs what it needs

    with suppress(EOFError, OSError), Bench(settings) as bench:
        while True:
            work, name, arguments = there.recv()

            def say(words: str) -> None:
                there.send(_Said(_without_folders(words, settings)))

            answer = _answer(partial(work, bench, name, say, *arguments))
            if isinstance(answer, _Fault):
                answer = _Fault(_without_folders(answer.words, settings))
            there.send_bytes(pickle.dumps(answer))


def _without_folders(words: str, settings: Settings) -> str:
    """What is said, with the paths in it from the inputs or outputs on: a page says nothing of the
    rest of the disk."""
    for folder, name in ((settings.outputs, "the outputs"), (settings.inputs, "the inputs")):
        words = words.replace(f"{folder}{os.sep}", "").replace(str(folder), name)
    return words


def _answer(work: Callable[[], object]) -> _Result | _Fault:
    try:
        return _Result(work())
    except WorkError as fault:
        return _Fault(str(fault))
    except (PublishError, ExecutorError, OSError) as fault:
        return _Fault(sentence_of(fault))
    except Exception as fault:
        traceback.print_exc()
        return _Fault(
            f"That is a fault of the program ({type(fault).__name__}: {fault}). The window from "
            "which the page was started shows more of it: give that to whoever looks after "
            "the program."
        )
