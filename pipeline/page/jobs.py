"""What the worker is asked for: one piece of work after the other, each seen alike by everybody who
looks, while it runs and after."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from itertools import count
from queue import PriorityQueue
from typing import Any

from pipeline.page.worker import Work, Worker, WorkError

_KEPT = 200
_MOST_STEPS = 500
# Seconds in which a browser comes back for what it waited for.
_A_MOMENT = 30.0


class State(Enum):
    """How far a job is."""

    WAITING = "Waiting"
    RUNNING = "Running"
    DONE = "Done"
    FAILED = "Failed"


@dataclass
class Job:
    """A piece of work for a programme. ``title``: what is done, in words; ``then``: the address at
    which its result is to be looked at. ``steps``: what it did so far; ``fault``: why it failed;
    ``by_hand``: what is then to be pasted by hand. ``version`` grows with every change.
    ``is_shown``: somebody has seen its result; ``over_at``: when it was over, in seconds."""

    number: int
    programme: str
    title: str
    then: str
    work: Work
    arguments: tuple[object, ...] = ()
    by_hand: str = ""
    state: State = State.WAITING
    steps: list[str] = field(default_factory=list)
    started: datetime | None = None
    fault: str = ""
    result: Any = None
    version: int = 0
    is_shown: bool = False
    over_at: float = 0.0
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in (State.DONE, State.FAILED)

    @property
    def is_recent(self) -> bool:
        """Whether it was over a moment ago."""
        return time.monotonic() - self.over_at < _A_MOMENT

    def say(self, words: str) -> None:
        """Take down a step."""
        if self.steps[-1:] != [words]:
            self.steps.append(words)
            del self.steps[:-_MOST_STEPS]
            self.version += 1

    def move(self, state: State) -> None:
        """It is in another state now."""
        self.state = state
        self.version += 1
        if self.is_over:
            self.over_at = time.monotonic()
            self.ended.set()


class Jobs:
    """The jobs of a page, done one after the other. ``on_end`` is called with each that is done,
    before anybody is told that it is."""

    def __init__(self, worker: Worker, on_end: Callable[[Job], None]) -> None:
        self.worker, self._on_end = worker, on_end
        self._numbers = count(1)
        self._jobs: OrderedDict[int, Job] = OrderedDict()
        self._queue: PriorityQueue[tuple[int, int]] = PriorityQueue()
        self._changing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._thread.start()

    def ask(
        self,
        work: Work,
        programme: str,
        title: str,
        then: str = "",
        arguments: tuple[object, ...] = (),
        *,
        by_hand: str = "",
        later: bool = False,
    ) -> Job:
        """A job, in the queue; the same one where it waits there already. ``later``: behind all
        that somebody waits for."""
        with self._changing:
            for other in self._jobs.values():
                request = (other.work, other.programme, other.arguments)
                if other.state is State.WAITING and request == (work, programme, arguments):
                    return other
            job = Job(next(self._numbers), programme, title, then, work, arguments, by_hand)
            self._jobs[job.number] = job
            over = [each for each in self._jobs.values() if each.is_over]
            for each in over[:-_KEPT]:
                del self._jobs[each.number]
            for each in over:
                if not each.is_recent:
                    each.result = None  # nobody comes back for it, and it may be large
        self._queue.put((int(later), job.number))
        return job

    def just_done(self, work: Work, programme: str, arguments: tuple[object, ...]) -> Job | None:
        """A job that was done a moment ago, for whoever comes back for its result; None where
        that was shown already. Else one that takes long would be done again and again."""
        with self._changing:
            for job in reversed(self._jobs.values()):
                is_same = (job.work, job.programme, job.arguments) == (work, programme, arguments)
                if is_same and job.state is State.DONE and not job.is_shown:
                    return job if job.is_recent else None
        return None

    def job(self, number: int) -> Job | None:
        """A job by its number; None where there is none, or none any more."""
        return self._jobs.get(number)

    def of(self, programme: str) -> list[Job]:
        """The jobs of a programme that wait or run, first the one that runs."""
        with self._changing:
            jobs = [job for job in self._jobs.values() if job.programme == programme]
        return sorted(
            (job for job in jobs if not job.is_over), key=lambda job: job.state is State.WAITING
        )

    def last_of(self, programme: str) -> Job | None:
        """The job of a programme that ended last."""
        with self._changing:
            over = [j for j in self._jobs.values() if j.programme == programme and j.is_over]
        return over[-1] if over else None

    def stop(self, job: Job) -> None:
        """Stop a job that runs, and call off one that waits."""
        if job.state is State.RUNNING:
            self.worker.stop()
        elif job.state is State.WAITING:
            job.fault = "It was called off before it began."
            job.move(State.FAILED)

    def _run(self) -> None:
        while True:
            _, number = self._queue.get()
            job = self._jobs.get(number)
            if job is not None and not job.is_over:
                self._do(job)

    def _do(self, job: Job) -> None:
        job.started = datetime.now()
        job.move(State.RUNNING)
        try:
            job.result = self.worker.do(job.work, job.programme, job.say, *job.arguments)
            self._on_end(job)
        except WorkError as fault:
            job.fault = str(fault)
            job.move(State.FAILED)
        else:
            job.move(State.DONE)
