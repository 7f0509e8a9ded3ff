"""The memory of this process: what stands free, and how often Python looks for garbage."""

import atexit
import ctypes
import gc
import sys


def give_back() -> None:
    """Have the C library give to the system what it keeps of memory that is free: after large
    tables have come and gone it is tens of megabytes. Nothing happens where it can't."""
    if sys.platform == "linux":
        # Not every C library has it.
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def collect_seldom() -> None:
    """Have this process look for cycles of garbage a thirtieth as often as usual, and no more at
    its end: what a report is made of stays, and was looked through for a tenth of the time. It
    takes 30 MB more."""
    gc.set_threshold(20_000, 20, 20)
    atexit.register(gc.freeze)
