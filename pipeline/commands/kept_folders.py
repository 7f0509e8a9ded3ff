"""The folders that commands are about where none are named: ``inputs`` and ``outputs`` in the one
that ``folders`` has kept, in the user's own settings; where none is kept, in the current one.

``SAVINGS_CONFIG`` names another place for the settings.
"""

import json
import os
from pathlib import Path

from pipeline.core.invocation import command

VARIABLE = "SAVINGS_CONFIG"
INPUTS, OUTPUTS = "inputs", "outputs"
_FILE, _KEY = "folders.json", "folder"


class KeptFoldersError(Exception):
    """What is kept can't be understood; the message says what to do."""


def kept() -> Path | None:
    """The folder that is kept. KeptFoldersError where it can't be understood: to go on with the
    current one would be to report other workbooks than those that were meant."""
    path = _settings()
    try:
        folder = Path(json.loads(path.read_text("utf-8"))[_KEY])
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, LookupError, TypeError) as fault:
        raise KeptFoldersError(_not_understood(path)) from fault
    if not folder.is_absolute():
        raise KeptFoldersError(_not_understood(path))
    return folder


def in_use(name: str) -> Path:
    """The inputs or outputs where none are named."""
    return (kept() or Path()) / name


def keep(folder: Path) -> None:
    """Keep a folder, an absolute path. Raises PublishError where that can't be written."""
    from pipeline.publish import put_file

    path = _settings()
    path.parent.mkdir(parents=True, exist_ok=True)
    put_file(path, json.dumps({_KEY: str(folder)}).encode())


def _settings() -> Path:
    import platformdirs

    folder = os.environ.get(VARIABLE, "").strip()
    above = (
        Path(folder).expanduser() if folder else platformdirs.user_config_path("savings-pipeline")
    )
    return above / _FILE


def _not_understood(path: Path) -> str:
    return (
        f"{path}, which keeps your folders, can't be understood. Name them again: "
        f"{command('folders FOLDER')}."
    )
