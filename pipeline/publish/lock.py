"""One run at a time in an outputs folder."""

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from filelock import FileLock, Timeout

from pipeline.publish.disk import Disk
from pipeline.publish.faults import PublishError, why
from pipeline.publish.transaction import settle

LOCK, HOLDER, SCRATCH = ".lock", ".lock-held-by.json", ".savings-scratch-"
PATIENCE = 60.0  # seconds that a second run waits for the first


@contextmanager
def outputs_lock(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Keep other runs out of a programme's outputs folder, from before its inputs are read until
    what came of them is in place. The folder is made where it is missing.

    ::

        with outputs_lock(outputs / programme.name, screen.note):
            outcome = run(programme)
            publish(outputs / programme.name, …)

    Whoever puts anything into the folder holds it: reports, lists of issues, issued versions. It
    isn't taken twice by one run. Where another run holds it, a sentence that names that run is
    given to ``say``, and it is waited for, PATIENCE seconds at most. The system lets go of the
    lock of a process that has died: a stale one is simply taken. What a run that was cut off left
    half in place is then finished or taken back, which ``say`` is told.

    Raises PublishError where the wait was in vain, or the folder can't be written to.
    """
    lock, new = _take(folder, say)
    try:
        _sign(folder)
        if settled := settle(folder, Disk()):
            say(settled)
        _clear(folder)
        yield
    finally:
        _leave(folder, new, lock)


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder for files on their way, in an outputs folder, so that nothing confidential lies
    elsewhere and they need only be moved into place. It goes with all that is left in it; that of a
    run that was killed goes with the next one, which has one of its own: another process of the
    first may still write. Hold ``outputs_lock``. Raises PublishError for an OSError, its own or of
    what is done meanwhile."""
    # Open to whom the outputs are: on Windows files keep what they have of their folder's rights.
    place = folder / f"{SCRATCH}{token_hex(4)}"
    try:
        place.mkdir()
        yield place
    except OSError as fault:
        raise PublishError(f"{folder} can't be written to ({why(fault)}).") from fault
    finally:
        _clear(folder)


def _clear(folder: Path) -> None:
    with suppress(OSError):  # who can't write any more can't tidy up either; the next run does
        for each in folder.glob(f"{SCRATCH}*"):
            Disk().clear(each)


def _take(folder: Path, say: Callable[[str], None]) -> tuple[FileLock, list[Path]]:
    """The lock, held, and the folders that were made for it, the innermost first."""
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    lock = FileLock(folder / LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            say(
                f"{folder} is in use by {_holder(folder)}. Waiting for it, "
                f"{PATIENCE:.0f} seconds at most."
            )
            lock.acquire(timeout=PATIENCE)
    except Timeout as fault:
        raise PublishError(
            f"{folder} is still in use by {_holder(folder)}. Nothing was changed there; run the "
            "command again when that one has ended."
        ) from fault
    except OSError as fault:
        raise PublishError(f"{folder} can't be written to ({why(fault)}).") from fault
    return lock, new


def _sign(folder: Path) -> None:
    """Say for others who holds the lock."""
    run = {
        "process": os.getpid(),
        "computer": socket.gethostname(),
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    try:
        (folder / HOLDER).write_text(json.dumps(run), "utf-8")
    except OSError as fault:
        raise PublishError(f"{folder} can't be written to ({why(fault)}).") from fault


def _holder(folder: Path) -> str:
    """The run that holds the lock, in words."""
    try:
        run = json.loads((folder / HOLDER).read_text("utf-8"))
        since = datetime.fromisoformat(run["since"])
        return (
            f"another run of this program (process {run['process']} on {run['computer']}, since "
            f"{since:%d/%m/%Y %H:%M})"
        )
    except (OSError, ValueError, KeyError, TypeError):
        # It has only just begun, or is about to end.
        return "another run of this program"


def _leave(folder: Path, new: list[Path], lock: FileLock) -> None:
    """Let go of the lock, and leave no folder behind that holds nothing else."""
    with suppress(OSError):  # as in _clear
        (folder / HOLDER).unlink()
        if new and os.name != "nt" and [path.name for path in folder.iterdir()] == [LOCK]:
            # Whoever waits for this very file notices that it is gone, and makes a new one.
            (folder / LOCK).unlink()
    lock.release()
    with suppress(OSError):  # it isn't empty: there are outputs in it
        for each in new:
            each.rmdir()
