"""Other processes of ours in tests: to start one takes longer than what most tests ask of it.

The one that reads what is out of the ordinary goes from one Reader to the next of the same limits.
Those that help and the page's worker are forked from one that has imported what they need. How
either starts by itself is tested where a whole command is, in ``hostile/test_bombs.py`` and with
``started_afresh``.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import pipeline.page.worker
import pipeline.processes
from pipeline.ingest import reader
from pipeline.ingest.formats.limits import Limits

_STARTERS = (pipeline.processes, pipeline.page.worker)


class _Kept(reader._Helper):
    """A process that reads, of which the next Reader has the use when this one ends it."""

    def __init__(self, limits: Limits, idle: list["_Kept"]) -> None:
        super().__init__(limits)
        self._idle = idle
        self._is_whole = True

    def ask(self, call: Callable[[], Any]) -> tuple[Any, bool]:
        self._is_whole = False
        answer, leaves = super().ask(call)
        self._is_whole = not leaves
        return answer, leaves

    def end(self) -> None:
        if self._is_whole and self._process.poll() is None:
            self._idle.append(self)
        else:
            super().end()

    def end_for_good(self) -> None:
        super().end()


@contextmanager
def readers_kept() -> Iterator[None]:
    """Have the processes that read go from one Reader to the next."""
    idle: dict[Limits, list[_Kept]] = {}

    def lend(limits: Limits) -> _Kept:
        those = idle.setdefault(limits, [])
        return those.pop() if those else _Kept(limits, those)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "_Helper", lend)
        yield
    for those in idle.values():
        for each in those:
            each.end_for_good()


@contextmanager
def forked() -> Iterator[None]:
    """Have those that help and the page's workers forked, where the system can."""
    with pytest.MonkeyPatch.context() as patch:
        if "forkserver" in multiprocessing.get_all_start_methods():
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload([*pipeline.page.worker._READY_WITH, "pipeline.issuing"])
            for each in _STARTERS:
                patch.setattr(each, "get_context", lambda _: context)
        yield


@contextmanager
def started_afresh() -> Iterator[None]:
    """Have all of them start by themselves, as in the program."""
    with pytest.MonkeyPatch.context() as patch:
        for each in _STARTERS:
            patch.setattr(each, "get_context", multiprocessing.get_context)
        yield
