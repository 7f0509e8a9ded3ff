"""How much of a workbook is read at most: the limits that keep a hostile or broken file from
taking the machine.

Each can be set by an environment variable (``SAVINGS_MAX_CELLS=5000000 make report``); the
variable's name stands beside its limit, and in the issue that a limit gives.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

_KB, _MB = 1_000, 1_000_000


class WrongLimitError(ValueError):
    """An environment variable that should set a limit, and doesn't hold a whole number."""


def _limit(default: int, variable: str, unit: int = 1, word: str = "") -> int:
    """A limit in units of ``unit``, the variable that sets it (in those units), and the word for
    the unit."""
    metadata = {"variable": variable, "unit": unit, "word": word}
    value: int = field(default=default * unit, metadata=metadata)
    return value


@dataclass(frozen=True)
class Limits:
    """What is read at most. Beyond a limit the workbook is ``unreadable-workbook``.

    ``file``: bytes of the file. ``unpacked``: bytes of all its parts, inflated. ``cells``: cells of
    a sheet, the empty ones between filled ones counted. ``columns``: of a sheet, likewise.
    ``text``: characters in a cell (Excel's own limit). ``seconds`` and ``memory`` (bytes): what a
    workbook out of the ordinary may take in the process of its own that it is read in.
    """

    file: int = _limit(100, "SAVINGS_MAX_FILE_MB", _MB, " MB")
    unpacked: int = _limit(250, "SAVINGS_MAX_UNPACKED_MB", _MB, " MB")
    cells: int = _limit(2_000_000, "SAVINGS_MAX_CELLS")
    columns: int = _limit(2_000, "SAVINGS_MAX_COLUMNS")
    text: int = _limit(32_767, "SAVINGS_MAX_TEXT")
    seconds: int = _limit(15, "SAVINGS_MAX_SECONDS", word=" seconds")
    memory: int = _limit(350, "SAVINGS_MAX_MEMORY_MB", _MB, " MB")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Limits":
        """The limits as the environment sets them; raises WrongLimitError."""
        values = {}
        for each in fields(cls):
            variable, unit = each.metadata["variable"], each.metadata["unit"]
            text = environment.get(variable, "").strip()
            if not text:
                continue
            if not text.isascii() or not text.isdigit() or int(text) == 0:
                what = f"{variable} is “{text}”, but must be a whole number above nil."
                raise WrongLimitError(what)
            values[each.name] = int(text) * unit
        return cls(**values)

    def allows(self, name: str) -> str:
        """A limit in words, with the variable that raises it."""
        each = next(each for each in fields(self) if each.name == name)
        words = each.metadata
        return (
            f"{getattr(self, name) // words['unit']:,}{words['word']} (set by {words['variable']})"
        )


def size_text(size: int) -> str:
    """Bytes in words: 12 MB."""
    if size >= _MB:
        return f"{size / _MB:,.0f} MB"
    return f"{size / _KB:,.0f} KB" if size >= _KB else f"{size:,} bytes"
