"""What a double click on ``Savings.cmd`` or ``Savings.command`` starts: the page, also for somebody
who has never typed a command."""

import sys
from pathlib import Path

from pipeline.commands import app, main
from pipeline.commands.kept_folders import INPUTS, KeptFoldersError, kept

# In the home folder, which everybody has and may write to.
FIRST = "Savings"


def begin() -> None:
    """Serve the page, or do the command that is given, of the folder that is kept; at first, of one
    in the home folder that has the sample programmes in it."""
    if not _is_kept():
        folder = Path.home() / FIRST
        _give("folders", folder)
        if not any((folder / INPUTS).iterdir()):
            _give("samples", folder / INPUTS)
    if not sys.argv[1:] or sys.argv[1].startswith("-"):
        sys.argv.insert(1, "page")
    main()


def _give(command: str, folder: Path) -> None:
    """Give a command; where it fails, it has said why, and nothing further is done."""
    if status := app([command, str(folder)], standalone_mode=False):
        sys.exit(status)


def _is_kept() -> bool:
    try:
        return kept() is not None
    except KeptFoldersError:
        return True  # the page says so
