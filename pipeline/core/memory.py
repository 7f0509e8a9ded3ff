"""The memory of this process: what stands free, and how often Python looks for garbage."""

import atexit
import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# mallopt's names for how much may stand free at the heap's end before it is given back, and for the
# size from which blocks are asked of the system one by one.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_SPARE, _LARGE = 8 * 2**20, 8 * 2**20


def give_back() -> None:
    """Have the C library give to the system what it keeps of memory that is free: after large
    tables have come and gone it is tens of megabytes. Nothing happens where it can't."""
    _call_c_library("malloc_trim", 0)


@contextmanager
def collection_at_rest() -> Iterator[None]:
    """Let Python search nothing for circles of references: what is being read or made is thousands
    of objects, nearly all in use and none in a circle, and the search would begin again and
    again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def tune_memory() -> None:
    """Have this process look for cycles of garbage a thirtieth as often as usual, and no more at
    its end: what a report is made of stays, and was looked through for a tenth of the time. It
    takes 30 MB more.

    And have the C library give large blocks back as soon as they are free: by itself it keeps ever
    larger ones, of pictures tens of megabytes in each process. Of small ones it keeps 8 MB: to
    give back 128 KB at a time, as it would, and ask for them again took 3% of a report's time."""
    gc.set_threshold(20_000, 20, 20)
    gc.enable()
    atexit.register(gc.freeze)
    _call_c_library("mallopt", _M_MMAP_THRESHOLD, _LARGE)
    _call_c_library("mallopt", _M_TRIM_THRESHOLD, _SPARE)


def _call_c_library(name: str, *arguments: int) -> None:
    """Call a function that not every C library has."""
    if sys.platform == "linux":
        function = getattr(ctypes.CDLL(None), name, None)
        if function is not None:
            function(*arguments)
