"""Other processes of this machine that take part of the work: the same results whatever their
number.

A helper is handed once what makes results, then the place of each or what else that one takes, and
sends back what it made: a batch of returns, a finished workbook, never rows. It is started once for
all that a command does; what it will need later it imports while it has nothing to do. One that is
brought down costs time only: what it had in hand is made here.
"""

import gc
import importlib
import os
import pickle
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Self, TypeVar

VARIABLE = "SAVINGS_WORKERS"
MOST = 64

Result = TypeVar("Result")
# Makes a result by its place.
Make = Callable[[int], Result]


class HelpersError(Exception):
    """A number of processes that can't be; the message says why."""


def workers() -> int:
    """How many processes work, this one among them: SAVINGS_WORKERS, else one for each core.
    HelpersError where it is no such number."""
    value = os.environ.get(VARIABLE, "").strip()
    if not value:
        # Where the system says which cores this process may use, it may not use them all.
        allowed = getattr(os, "sched_getaffinity", None)
        return min(MOST, len(allowed(0)) if allowed else os.cpu_count() or 1)
    if not value.isdecimal() or not 1 <= int(value) <= MOST:
        raise HelpersError(f"{VARIABLE} is {value!r}: it must be a whole number from 1 to {MOST}.")
    return int(value)


class Helpers:
    """The other processes, none at first. Use it in a ``with`` statement, which ends them."""

    def __init__(self, most: int | None = None, meanwhile: str = "") -> None:
        """``most``: how many there may be, in place of as many as ``workers`` leaves.
        ``meanwhile``: the module that they import when they have nothing to do."""
        self.most = workers() - 1 if most is None else most
        self.meanwhile = meanwhile
        self._started: list[_Helper] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for helper in self._started:
            helper.dismiss()
        self._started.clear()

    def expect(self, number: int) -> None:
        """Let so many get ready, if there is anything that they could do meanwhile."""
        if self.meanwhile:
            self._take(number)

    def side_by_side(
        self,
        number: int,
        here: Make[Result],
        there: Callable[[], Callable[[Any], Result]],
        others: int,
        of_place: Callable[[int], object] = int,
    ) -> list[Result]:
        """So many results in order, each made by its place, here and by so many helpers.

        ``there`` gives what makes them in a helper, and is pickled for it; it makes each of what
        ``of_place`` gives, so that nobody holds what others need. The helpers start with
        the first place, this process with the last one, which is to be the largest. Whatever is
        raised by one of them is raised here.
        """
        places, results = deque(range(number)), dict[int, Result]()
        helpers = self._take(min(others, number - 1))
        # Its first one is taken before the helpers start: a quick one must not leave it none.
        first_place = _take_one(places.pop)
        with _collecting_no_garbage(), ThreadPoolExecutor(max(1, len(helpers))) as threads:
            message = pickle.dumps(there) if helpers else b""
            tasks = [
                threads.submit(each.drive, message, of_place, places, results) for each in helpers
            ]
            try:
                _make_all(here, first_place, places, results)
            except BaseException:
                places.clear()
                raise
            for each in tasks:
                each.result()
        for helper in helpers:
            if helper.gone:
                helper.dismiss()
                self._started.remove(helper)
        # What a helper had in hand that was brought down.
        _make_all(here, _take_one(places.pop), places, results)
        return [results[place] for place in range(number)]

    def _take(self, number: int) -> "list[_Helper]":
        number = max(0, min(number, self.most))
        while len(self._started) < number:
            self._started.append(_Helper(self.meanwhile))
        return self._started[:number]


@contextmanager
def _collecting_no_garbage() -> Iterator[None]:
    """What is there stays for now: Python need not look through it for what could go, again and
    again."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _make_all(
    make: Make[Result], place: int | None, places: deque[int], results: dict[int, Result]
) -> None:
    """Make the one of ``place``, then what is left, from the last on."""
    while place is not None:
        results[place] = make(place)
        place = _take_one(places.pop)


def _take_one(take: Callable[[], int]) -> int | None:
    """The next place from either end; None where none is left."""
    try:
        return take()
    except IndexError:
        return None


@dataclass(frozen=True)
class _Unit:
    """What a helper is to make one result of."""

    what: object


@dataclass(frozen=True)
class _Answer:
    """A helper's answer."""

    result: Any


@dataclass(frozen=True)
class _Fault:
    """What went wrong instead."""

    fault: Exception


# What a helper is sent that is to let go of what it was handed.
_NOTHING = pickle.dumps(None)


class _Helper:
    """One other process. ``gone``: it was brought down."""

    def __init__(self, meanwhile: str) -> None:
        # Started afresh on every system: a copy of this process would lack its threads.
        context = get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there, meanwhile), daemon=True)
        self._process.start()
        there.close()
        self.gone = False

    def dismiss(self) -> None:
        """End it: it has nothing in hand, and need not give back its memory piece by piece."""
        self._here.close()
        self._process.terminate()
        self._process.join()

    def drive(
        self,
        message: bytes,
        of_place: Callable[[int], object],
        places: deque[int],
        results: dict[int, Any],
    ) -> None:
        """Have it make what is left, from the first on."""
        if not self._send(message):
            return
        while (place := _take_one(places.popleft)) is not None:
            if (
                not self._send(pickle.dumps(_Unit(of_place(place))))
                or (answer := self._answer()) is None
            ):
                places.appendleft(place)
                return
            if isinstance(answer, _Fault):
                places.clear()
                raise answer.fault
            results[place] = answer.result
        self._send(_NOTHING)

    def _send(self, message: bytes) -> bool:
        """Send it a message; whether it is there to take it."""
        try:
            self._here.send_bytes(message)
        except OSError:
            self.gone = True
        return not self.gone

    def _answer(self) -> "_Answer | _Fault | None":
        """What it made; None where it was brought down, or has no memory left for it."""
        try:
            answer: _Answer | _Fault = pickle.loads(self._here.recv_bytes())
        except (EOFError, OSError):
            self.gone = True
            return None
        self.gone = isinstance(answer, _Fault) and isinstance(answer.fault, MemoryError)
        return None if self.gone else answer


# In the other processes


def _serve(there: Connection, meanwhile: str) -> None:
    """Make what is asked for, until nobody is there."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started it
    make: Callable[[Any], Any] | None = None
    # Whoever started it has gone where nothing can be received or sent.
    with suppress(EOFError, OSError):
        while True:
            if meanwhile and not there.poll():
                importlib.import_module(meanwhile)
                meanwhile = ""
            request = pickle.loads(there.recv_bytes())
            if isinstance(request, _Unit):
                there.send_bytes(_answer(make, request.what))
            else:
                make = request() if request else None
                gc.freeze() if make else gc.unfreeze()


def _answer(make: Callable[[Any], Any] | None, what: object) -> bytes:
    """What is made, or what went wrong and where."""
    try:
        if make is None:
            raise RuntimeError("nothing was handed over that makes results")
        return pickle.dumps(_Answer(make(what)))
    except Exception as fault:
        fault.add_note(f"In another process:\n{traceback.format_exc()}")
        return pickle.dumps(_Fault(fault))
