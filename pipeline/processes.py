"""Other processes of this machine that take part of the work: the same results whatever their
number.

They are handed once what makes results, then the place of each or what else that one takes, and
send back what they made: a batch of returns, what was recorded of a version, the path of a finished
workbook, never rows of the model. They are started once for all that a command does; what they will
need later they import while they have nothing to do. One that is brought down costs time only: what
it and the others had in hand is made here.
"""

import gc
import importlib
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import NamedTemporaryFile, gettempdir
from threading import Thread
from time import time
from typing import Any, Generic, Self, TypeVar

from pipeline.core.memory import collection_at_rest, give_back, tune_memory

VARIABLE = "SAVINGS_WORKERS"
# No command has one for as long as a day.
_FILE, _DAY = "savings-for-other-processes-", 24 * 60 * 60
MOST = 61  # Windows waits for no more processes at once

Result = TypeVar("Result")
# Makes a result by its place.
Make = Callable[[int], Result]
# Takes a place; None where there is none to be had.
Take = Callable[[], int | None]


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
        self._pool: ProcessPoolExecutor | None = None
        self._not_ours: set[BaseProcess] = set()
        # The files of results alone, which nobody may have asked for.
        self._alone: list[Future[Path]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        for task in self._alone:
            if task.done() and not task.cancelled() and task.exception() is None:
                task.result().unlink(missing_ok=True)

    def end(self) -> None:
        """End them at once, whatever they have in hand: they need not give back their memory piece
        by piece. What is shared next starts others."""
        if self._pool is None:
            return
        # From here on none is started.
        self._pool.shutdown(wait=False, cancel_futures=True)
        ours = {*active_children()} - self._not_ours
        for process in ours:
            process.terminate()
        for process in ours:
            process.join()
        self._pool = None

    def expect(self, number: int) -> None:
        """Let so many get ready, if there is anything that they could do meanwhile."""
        try:
            for _ in range(min(number, self.most) if self.meanwhile else 0):
                self._running().submit(importlib.import_module, self.meanwhile)
        except BrokenExecutor:  # brought down since: what is shared next starts others
            self.end()

    def _running(self) -> ProcessPoolExecutor:
        """The pool, which starts a process when it has something to do that no other is free
        for."""
        if self._pool is None:
            self._not_ours = {*active_children()}
            # Started afresh on every system: a copy of this process would lack its threads.
            self._pool = ProcessPoolExecutor(
                self.most, mp_context=get_context("spawn"), initializer=_get_ready
            )
        return self._pool

    def beside(self, make: Callable[[], Result]) -> Callable[[], Result]:
        """A result that a helper makes while this process does something else; what is given gives
        it, or raises what was raised there.

        ``make`` and the result are pickled, the result into a file: through the pipe between the
        processes the helper could send it only as fast as this one, which is busy, takes it. It is
        made here, when it is asked for, where no helper runs (none is started for one result), none
        has begun with it or it was brought down.
        """
        pool = self._pool
        if pool is None:
            return make
        try:
            task = pool.submit(_make_one, make)
            self._alone.append(task)
        except BrokenExecutor:  # brought down since: what is shared next starts others
            self.end()
            return make

        def finished() -> Result:
            # Never cancelled: where a helper is brought down just then the pool's own thread would
            # fall over it, with no word to whoever waits for another result.
            try:
                if task.running() or task.done():
                    result: Result = _taken(task.result())
                    return result
            except BrokenExecutor:
                if pool is self._pool:
                    self.end()
            except (CancelledError, MemoryError):  # it waited when the helpers were ended; or lacks
                pass
            return make()

        return finished

    @contextmanager
    def sharing(
        self,
        number: int,
        there: Callable[[], Callable[[Any], Result]],
        others: int,
        of_place: Callable[[int], object] = int,
        *,
        begins: bool = True,
        ahead: bool = False,
    ) -> "Iterator[Work[Result]]":
        """So many results, each made by its place, which up to ``others`` helpers begin to make
        while this process does something else; ``Work.finished`` makes with them what is left.

        ``there`` gives what makes them in a helper, and is pickled for it; it makes each of what
        ``of_place`` gives, so that nobody holds what others need. Unless it ``begins`` at once,
        ``Work.begin`` has the helpers begin. Every process takes the first place that is left, so
        the largest result is to be the first. Helpers that work ``ahead`` have the last one waiting
        beside them as well, while enough are left for the others: of results made in less than a
        tenth of a second they would wait for the next for a good part of their time. Whoever
        leaves by an exception ends the helpers, which would go on.
        """
        count = max(0, min(others, number - 1, self.most))
        work = Work[Result](number)
        if not count:
            yield work
            return
        pool, recipe = self._running(), _written(there)

        def submit(place: int) -> Future[Result]:
            return pool.submit(_make, recipe, of_place(place))

        takers = [work.take_first] * count + [partial(work.take_last, count + 1)] * (count * ahead)
        with ThreadPoolExecutor(len(takers)) as threads:
            try:
                work.drivers = lambda: [threads.submit(work.drive, submit, take) for take in takers]
                if begins:
                    work.begin()
                yield work
            except BaseException:
                work.places.clear()
                self.end()
                raise
            finally:
                recipe.unlink()
        if work.lost_some:
            self.end()

    def side_by_side(
        self,
        number: int,
        here: Make[Result],
        there: Callable[[], Callable[[Any], Result]],
        others: int,
        of_place: Callable[[int], object] = int,
    ) -> list[Result]:
        """So many results in order, made here and by so many helpers (see ``sharing``). Whatever is
        raised by one of them is raised here."""
        with self.sharing(number, there, others, of_place) as work:
            return work.finished(here)


class Work(Generic[Result]):
    """Results in the making. ``places``: of those that nobody has in hand; ``drivers``: has helpers
    make them, as many as there are, and gives ``tasks``: who drives them; ``listener`` is told of
    each result as soon as it is there; ``lost_some``: whether helpers were brought down."""

    def __init__(self, number: int) -> None:
        self.places = deque(range(number))
        self.tasks: list[Future[None]] = []
        self.lost_some = False
        self.drivers: Callable[[], list[Future[None]]] = list
        self.listener: Callable[[Result], object] = bool
        self._number = number
        self._results: dict[int, Result] = {}

    def add(self, number: int) -> None:
        """So many more, which are made before those that are left: they are the larger ones."""
        self.places.extendleft(reversed(range(self._number, self._number + number)))
        self._number += number
        self.begin()

    def begin(self) -> None:
        """Have the helpers begin, or begin again where they have run out of places."""
        self.tasks += self.drivers()

    def finished(self, here: Make[Result]) -> list[Result]:
        """All results in order; ``here`` makes what helpers have left. Whatever is raised by one of
        them is raised here."""
        self._make_all(here)
        for each in self.tasks:
            each.result()
        # What helpers had in hand that were brought down.
        self._make_all(here)
        return [self._results[place] for place in range(self._number)]

    def drive(self, submit: Callable[[int], Future[Result]], take: Take) -> None:
        """Have a helper make what is left, one result at a time."""
        while (place := take()) is not None:
            try:
                self._keep(place, submit(place).result())
            except (BrokenExecutor, MemoryError):
                self.places.appendleft(place)
                self.lost_some = True
                return
            except BaseException:
                self.places.clear()
                raise

    def take_first(self) -> int | None:
        """The first place that is left; None where none is."""
        try:
            return self.places.popleft()
        except IndexError:
            return None

    def take_last(self, others: int) -> int | None:
        """The last place that is left; None where it would leave fewer than ``others``."""
        try:
            return self.places.pop() if len(self.places) > others else None
        except IndexError:
            return None

    def _make_all(self, make: Make[Result]) -> None:
        while (place := self.take_first()) is not None:
            self._keep(place, _made(make, place))

    def _keep(self, place: int, result: Result) -> None:
        self._results[place] = result
        self.listener(result)


def _made(make: Callable[[Any], Result], what: object) -> Result:
    """A result; what is garbage by then goes at once, and is not looked for before."""
    with collection_at_rest():
        try:
            return make(what)
        finally:
            gc.collect(0)


def _written(what: object) -> Path:
    """A file for another process: of what makes results, for sent with each of them it would be
    copied as often, or of a result. Those go that stayed where a command and its helpers were
    killed in one moment."""
    for left in Path(gettempdir()).glob(f"{_FILE}*"):
        with suppress(OSError):  # another's, or gone already
            if time() - left.stat().st_mtime > _DAY:
                left.unlink()
    with NamedTemporaryFile(prefix=_FILE, delete=False) as stream:
        pickle.dump(what, stream, pickle.HIGHEST_PROTOCOL)
    return Path(stream.name)


def _taken(path: Path) -> Any:
    """What is in a file, which goes."""
    content = path.read_bytes()
    path.unlink()
    return pickle.loads(content)


# In the other processes

# What makes results, by the file that told of it; of the last one alone.
_makers: dict[Path, Callable[[Any], Any]] = {}


def _get_ready() -> None:
    """Leave Ctrl-C to the process that started this one, and end with it: where that one is killed
    nobody else says so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tune_memory()
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
    for recipe in _makers:
        recipe.unlink(missing_ok=True)
    os._exit(1)


def _make(recipe: Path, what: object) -> Any:
    """A result, by what the file tells of."""
    try:
        return _made(_maker(recipe), what)
    finally:
        give_back()


def _make_one(make: Callable[[], object]) -> Path:
    """The file of a result that was asked for alone."""
    try:
        return _written(_made(lambda _: make(), None))
    finally:
        give_back()


def _maker(recipe: Path) -> Callable[[Any], Any]:
    """What makes results, by the file that tells of it, which is read once. None of it is looked
    through for garbage."""
    if recipe not in _makers:
        _makers.clear()
        gc.unfreeze()
        give_back()
        with collection_at_rest():
            _makers[recipe] = pickle.loads(recipe.read_bytes())()
            gc.freeze()
    return _makers[recipe]
