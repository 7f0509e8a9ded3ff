"""How whoever is at hand gives a command: ``savings report`` where the program is installed, else
``make report``.

Sentences on screen that ask for a command name it in that way. What is written into workbooks names
none: the same inputs give the same bytes, whoever asks.
"""

import sys
from pathlib import PurePath

_INSTALLED = "savings"
# Commands that make has no target for.
_NOT_OF_MAKE = ("folders", "samples")


def is_installed() -> bool:
    """Whether the command ``savings`` was given (``savings.exe`` on Windows)."""
    return PurePath(sys.argv[0]).stem.casefold() == _INSTALLED


def command(name: str) -> str:
    """A command as it is typed, set apart from the sentence round it."""
    if is_installed():
        program = _INSTALLED
    else:
        program = "python -m pipeline" if name.startswith(_NOT_OF_MAKE) else "make"
    return f"`{program} {name}`"


def option(name: str, value: str = "") -> str:
    """An option as it is typed: ``--name "Cabinet"`` or ``NAME="Cabinet"``; without a value the
    switch ``--force`` or ``FORCE=1``."""
    quoted = f'"{value}"' if value else ""
    if is_installed():
        return f"--{name} {quoted}".rstrip()
    return f"{name.upper()}={quoted or 1}"
