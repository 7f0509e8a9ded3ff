"""Rendering several workbooks at a time, each in one process: the same bytes whatever their number.

A process is handed the results once and sends back a finished workbook, never rows. This process
writes too: it starts with the last workbook, the others with the first, so that the largest one
waits for nobody.
"""

import os
import pickle
import signal
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection

VARIABLE = "SAVINGS_WORKERS"
MOST = 64

# Makes a workbook by its place.
Make = Callable[[int], bytes]


class WritersError(Exception):
    """Workbooks that could not be written side by side; the message says why, and what to do."""


def workers() -> int:
    """How many processes write, this one among them: SAVINGS_WORKERS, else one for each core.
    WritersError where it is no such number."""
    said = os.environ.get(VARIABLE, "").strip()
    if not said:
        # Where the system says which cores this process may use, it may not use them all.
        allowed = getattr(os, "sched_getaffinity", None)
        return min(MOST, len(allowed(0)) if allowed else os.cpu_count() or 1)
    if not said.isdecimal() or not 1 <= int(said) <= MOST:
        raise WritersError(f"{VARIABLE} is {said!r}: it must be a whole number from 1 to {MOST}.")
    return int(said)


def side_by_side(number: int, maker: Callable[[], Make], others: int) -> list[bytes]:
    """So many workbooks in order, each made by its place, here and in so many other processes.

    ``maker`` gives what makes them, and is pickled for the others. WritersError where one dies.
    """
    make, left = maker(), deque(range(number))
    made: dict[int, bytes] = {}
    others = min(others, number - 1)
    handed = pickle.dumps(maker) if others > 0 else b""
    with ThreadPoolExecutor(max(1, others)) as threads:
        driven = [threads.submit(_drive, handed, left, made) for _ in range(others)]
        try:
            while (place := _taken(left.pop)) is not None:
                made[place] = make(place)
        except BaseException:
            left.clear()
            raise
        for each in driven:
            each.result()
    return [made[place] for place in range(number)]


def _taken(take: Callable[[], int]) -> int | None:
    """The next place from either end; None where none is left."""
    try:
        return take()
    except IndexError:
        return None


def _drive(handed: bytes, left: deque[int], made: dict[int, bytes]) -> None:
    """Have another process make the workbooks that are left, from the first on."""
    # Started afresh on every system: a copy of this process would lack its threads.
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, handed), daemon=True)
    try:
        process.start()
        there.close()
        while (place := _taken(left.popleft)) is not None:
            here.send(place)
            answer = here.recv()
            if isinstance(answer, Exception):
                raise answer
            made[place] = answer
    except (EOFError, ConnectionError) as fault:
        left.clear()
        raise WritersError(
            "A process that writes workbooks ended before its time; the machine may be short of "
            f"memory. {VARIABLE}=1 before the command writes one workbook after the other."
        ) from fault
    except BaseException:
        left.clear()
        raise
    finally:
        here.close()
        process.join()


def _serve(there: Connection, handed: bytes) -> None:
    """What another process does: make workbooks as it is told, until nobody is there."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started it
    maker: Callable[[], Make] = pickle.loads(handed)
    make = maker()
    while True:
        try:
            place = there.recv()
        except EOFError:
            return
        try:
            there.send(make(place))
        except Exception as fault:
            there.send(fault)
