"""The library that deflates and sums up: many times as fast as zlib on systems that have it."""

import zlib
from typing import Any


def deflater() -> Any:
    """isal; zlib where there is no wheel of isal (Windows on ARM)."""
    try:
        from isal import isal_zlib  # noqa: PLC0415 # not there on every system
    except ImportError:
        return zlib
    return isal_zlib
