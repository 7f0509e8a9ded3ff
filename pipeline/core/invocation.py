"""How whoever is at hand has something done: ``savings report`` where the program is installed,
else ``make report``; on the page by a button, “Write the report”.

Sentences on screen that ask for a command name it in that way. What is written into workbooks names
none: the same inputs give the same bytes, whoever asks.
"""

import sys
from pathlib import PurePath

_INSTALLED = "savings"
# Commands that make has no target for.
_NOT_OF_MAKE = ("folders", "samples")
# What the page has instead: for a command a button, for a switch a box to tick.
BUTTONS = {
    "report": "Write the report",
    "validate": "Check again",
    "force": "Issue it all the same",
}
_face = {"page": False}


def speak_of_buttons() -> None:
    """From now on this process works for the page: what it says names buttons, not commands."""
    _face["page"] = True


def is_installed() -> bool:
    """Whether the command ``savings`` was given (``savings.exe`` on Windows)."""
    return PurePath(sys.argv[0]).stem.casefold() == _INSTALLED


def command(name: str) -> str:
    """A command as it is typed, or its button, set apart from the sentence round it."""
    if _face["page"] and name in BUTTONS:
        return f"“{BUTTONS[name]}”"
    if is_installed():
        program = _INSTALLED
    else:
        program = "python -m pipeline" if name.startswith(_NOT_OF_MAKE) else "make"
    return f"`{program} {name}`"


def option(name: str, value: str = "") -> str:
    """An option as it is typed: ``--name "Cabinet"`` or ``NAME="Cabinet"``; without a value the
    switch ``--force`` or ``FORCE=1``, or the box to tick."""
    if _face["page"] and name in BUTTONS:
        return f"tick “{BUTTONS[name]}”"
    quoted = f'"{value}"' if value else ""
    if is_installed():
        return f"--{name} {quoted}".rstrip()
    return f"{name.upper()}={quoted or 1}"
