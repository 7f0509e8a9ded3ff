"""Putting files in place, all of them or none.

They are written into a staging folder beside their places, and what stands in their places is kept
there under a second name. Then a journal says what goes where; from here on the job can be finished
whatever happens, and each file is put in place whole. Where one can't be, the journal's name is
changed first, so that from there on the job can only be taken back. The journal goes last.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path, PurePosixPath

from pipeline.core.finished_file import file_sha256
from pipeline.core.invocation import command
from pipeline.publish.disk import Content, Disk, OnlineOnlyError
from pipeline.publish.faults import PublishError, why

STAGING = ".savings-staging"
_NEW, _OLD = "new", "old"
_FORWARD, _BACK = "journal.json", "undo.json"

SumUp = Callable[[dict[str, str]], tuple[Mapping[str, Content], Iterable[str]]]
"""From the SHA-256 of each file: files that are put in place after them (a manifest), and names of
files that go."""


@dataclass(frozen=True)
class _Journal:
    """``put``: SHA-256 by path, in the order of putting. ``added``: those of them that nothing
    stood in the place of. ``remove``: paths of files that go."""

    put: dict[str, str]
    added: tuple[str, ...]
    remove: tuple[str, ...]


def place(folder: Path, files: Mapping[str, Content], sum_up: SumUp, disk: Disk) -> None:
    """Put files (by path relative to ``folder``) in place, all or none.

    ``files`` is gone through once, one file at a time. The folder is settled before. Raises
    PublishError.
    """
    staging = folder / STAGING
    try:
        sums = _staged(folder, files, disk)
        last, removals = sum_up(sums)
        sums |= _staged(folder, last, disk)
        journal = _prepared(folder, sums, tuple(removals), disk)
        _begin(folder, journal, disk)
    except BaseException:
        if not (staging / _FORWARD).exists():
            _clear(folder, disk)
            raise
        journal = _journal(staging / _FORWARD)
        _take_back(folder, journal, disk)
        raise
    _go_on(folder, journal, disk)


def unsettled(folder: Path) -> str:
    """Says so in a sentence where the files in place are partly of one run and partly of another;
    empty where they are whole. For commands that only read; ``outputs_lock`` makes them whole."""
    if not any((folder / STAGING / name).exists() for name in (_FORWARD, _BACK)):
        return ""
    return (
        f"The outputs in {folder} are partly of one run and partly of another: a run is just "
        f"putting them in place, or was cut off when it did. {command('report')} makes them whole."
    )


def settle(folder: Path, disk: Disk) -> str:
    """Finish what a run that was cut off left unfinished, or take it back: in a sentence, which is
    empty where there was nothing to do. Raises PublishError where neither can be done."""
    staging = folder / STAGING
    back = f"{_cut_off(folder)}. They were taken back: what was there before is there again."
    sentence = ""
    if (staging / _BACK).exists():
        _take_back(folder, _journal(staging / _BACK), disk)
        sentence = back
    elif (staging / _FORWARD).exists():
        journal = _journal(staging / _FORWARD)
        if _is_whole(folder, journal):
            _go_on(folder, journal, disk)
            sentence = f"{_cut_off(folder)}. That was finished now."
        else:
            _take_back(folder, journal, disk)
            sentence = back
    with _naming_file(staging, "removed"):
        disk.clear(staging)
    return sentence


def _staged(folder: Path, files: Mapping[str, Content], disk: Disk) -> dict[str, str]:
    """Write files into the staging folder; gives their SHA-256."""
    sums = {}
    for name, content in files.items():
        with _naming_file(folder / name, "written"):
            sums[name] = disk.write(folder / STAGING / _NEW / name, content)
    return sums


def _prepared(
    folder: Path, sums: dict[str, str], removals: tuple[str, ...], disk: Disk
) -> _Journal:
    """See that every file can be put in place, and keep what stands there."""
    stands = [name for name in chain(sums, removals) if _stands(folder / name)]
    for name in sums:
        for parent in (folder / name).relative_to(folder).parents:
            if (folder / parent).exists() and not (folder / parent).is_dir():
                raise PublishError(
                    f"{folder / name} can't be written: {folder / parent} is not a folder. Move "
                    "it away and run the command again."
                )
    for name in stands:
        with _naming_file(folder / name, "replaced"):
            if (folder / name).is_dir():
                raise IsADirectoryError(None, "there is a folder of that name")
            disk.try_out(folder / name)
    for name in stands:
        with _naming_file(folder / name, "replaced"):
            disk.keep(folder / name, folder / STAGING / _OLD / name)
    return _Journal(sums, tuple(name for name in sums if name not in stands), removals)


def _begin(folder: Path, journal: _Journal, disk: Disk) -> None:
    """From the moment that the journal has its name, what it says can be finished."""
    staging = folder / STAGING
    with _naming_file(folder, "written to"):
        new = [staging / _NEW / name for name in journal.put]
        folders = [
            each
            for kind in (_NEW, _OLD)
            for each in _folders(staging / kind, chain(journal.put, journal.remove))
        ]
        disk.sync([*new, *folders])
        content = json.dumps(asdict(journal), indent=1, ensure_ascii=False).encode()
        disk.write(staging / "journal.part", content)
        disk.sync([staging / "journal.part", staging, folder])
        disk.replace(staging / "journal.part", staging / _FORWARD)
        disk.sync([staging])


def _go_on(folder: Path, journal: _Journal, disk: Disk) -> None:
    """Do what the journal says, from wherever it was left; where that can't be, take it back."""
    staging = folder / STAGING
    try:
        for name in journal.put:
            if (staging / _NEW / name).exists():
                with _naming_file(folder / name, "replaced"):
                    disk.replace(staging / _NEW / name, folder / name)
        for name in journal.remove:
            with _naming_file(folder / name, "removed, as the report no longer makes it"):
                disk.remove(folder / name)
        _prune(folder, journal.remove, disk)
        with _naming_file(folder, "written to"):
            disk.sync(_folders(folder, chain(journal.put, journal.remove)))
            disk.remove(staging / _FORWARD)
    except BaseException as fault:
        if (staging / _FORWARD).exists():
            _take_back(folder, journal, disk, fault)
        raise
    _clear(folder, disk)


def _take_back(
    folder: Path, journal: _Journal, disk: Disk, reason: BaseException | None = None
) -> None:
    """Put back what stood there before, from wherever that was left."""
    staging = folder / STAGING
    try:
        if (staging / _FORWARD).exists():
            disk.replace(staging / _FORWARD, staging / _BACK)
            disk.sync([staging])
        for name in _replaced(folder, journal):
            with _naming_file(folder / name, "put back"):
                if _stands(staging / _OLD / name):
                    disk.replace(staging / _OLD / name, folder / name)
                elif name in journal.added:
                    disk.remove(folder / name)
        _prune(folder, journal.added, disk)
        disk.sync(_folders(folder, chain(journal.put, journal.remove)))
        disk.remove(staging / _BACK)
    except (OSError, PublishError) as fault:
        words = why(fault) if isinstance(fault, OSError) else str(fault)
        raise PublishError(
            f"{f'{reason} ' if reason else ''}The outputs in {folder} are partly new and partly "
            f"old, and could not be made whole: {words} Put that right and run the command again."
        ) from fault
    _clear(folder, disk)


def _replaced(folder: Path, journal: _Journal) -> list[str]:
    """What the journal has been carried out for. The rest isn't touched: somebody may have it
    open, which is why the job is taken back."""
    names = [name for name in journal.put if not (folder / STAGING / _NEW / name).exists()]
    return names + [name for name in journal.remove if not _stands(folder / name)]


def _clear(folder: Path, disk: Disk) -> None:
    """Remove the staging folder; what is left of it goes with the next run."""
    with suppress(OSError):
        disk.clear(folder / STAGING)


def _prune(folder: Path, names: Iterable[str], disk: Disk) -> None:
    """Remove the folders that nothing is left in."""
    for name in names:
        for parent in PurePosixPath(name).parents[:-1]:
            with suppress(OSError):  # it isn't empty, or has gone already
                disk.remove_folder(folder / parent)


def _is_whole(folder: Path, journal: _Journal) -> bool:
    """Whether each file is there as the journal says, in place or still to be put there."""

    def sha256(name: str) -> str:
        path = folder / STAGING / _NEW / name
        return file_sha256(path if path.exists() else folder / name)

    try:
        return all(sha256(name) == digest for name, digest in journal.put.items())
    except OSError:
        return False


def _journal(path: Path) -> _Journal:
    try:
        content = json.loads(path.read_text("utf-8"))
        return _Journal(dict(content["put"]), tuple(content["added"]), tuple(content["remove"]))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise PublishError(
            f"{_cut_off(path.parent.parent)}, and {path} can't be read. Delete {path.parent} and "
            "make the report anew."
        ) from fault


def _cut_off(folder: Path) -> str:
    return f"An earlier run was cut off while it put its outputs in place in {folder}"


def _stands(path: Path) -> bool:
    """Whether there is anything, be it a link to nowhere."""
    return path.is_symlink() or path.exists()


def _folders(root: Path, names: Iterable[str]) -> list[Path]:
    """The folders below a root that hold these files, the root among them; those that are there."""
    folders = {root / parent for name in names for parent in PurePosixPath(name).parents}
    return sorted(path for path in folders if path.is_dir())


def put_one(path: Path, content: Content, disk: Disk) -> None:
    """Put a single file in place, whole, in a folder that needn't be one of outputs."""
    part = path.with_name(f".{path.name}.part")
    with _naming_file(path, "written"):
        try:
            disk.remove(part)
            disk.write(part, content)
            disk.sync([part])
            disk.replace(part, path)
            disk.sync([path.parent])
        except BaseException:
            with suppress(OSError):  # the fault that stopped it is the one to be told
                disk.remove(part)
            raise


@contextmanager
def _naming_file(path: Path, what: str) -> Iterator[None]:
    """Say which file can't be dealt with, and what to do."""
    try:
        yield
    except OnlineOnlyError as fault:
        raise PublishError(
            f"{path} can't be {what}: it is kept online only. Choose “Always keep on this device” "
            "for it (a right click on it offers that), and run the command again."
        ) from fault
    except PermissionError as fault:
        raise PublishError(
            f"{path} can't be {what}: it is probably open in Excel. Close it and run the command "
            "again."
        ) from fault
    except OSError as fault:
        raise PublishError(f"{path} can't be {what} ({why(fault)}).") from fault
