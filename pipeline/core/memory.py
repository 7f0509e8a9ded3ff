"""Memory that nothing uses any more."""

import ctypes
import sys


def give_back() -> None:
    """Have the C library give to the system what it keeps of memory that is free: after large
    tables have come and gone it is tens of megabytes. Nothing happens where it can't."""
    if sys.platform == "linux":
        # Not every C library has it.
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
