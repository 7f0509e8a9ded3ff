"""Which programmes there are under the inputs, and which files belong to each (contract,
section 1)."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pipeline.ingest.places import Place, only_os_errors

if TYPE_CHECKING:
    from upath import UPath

CONTROL = "programme.xlsx"
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
NO_WORKBOOK = f"Not read: not a workbook ({', '.join(WORKBOOKS)})"
_PASSED_OVER = (".", "~$")


@dataclass(frozen=True)
class FoundFile:
    """A file of a programme: its path relative to the programme's folder; ``unread`` says why it
    is not a return, and is empty for one."""

    name: str
    path: Place
    unread: str = ""


@dataclass
class ProgrammeFolder:
    """A folder that holds a control workbook; ``name`` is its path relative to the inputs, ``.``
    for the inputs folder itself. ``files`` are by path, the control workbook not among them.
    ``rivals``: further files of the control workbook's name, in other capitals."""

    name: str
    control: FoundFile
    files: list[FoundFile] = field(default_factory=list)
    rivals: list[str] = field(default_factory=list)


@dataclass
class Found:
    """All that is under the inputs: programmes by path, and files that belong to none."""

    programmes: list[ProgrammeFolder]
    strays: list[str]


def discover(inputs: Place) -> Found:
    """Look through the inputs. Lock files, dot-files and dot-folders are passed over.

    Raises OSError at a folder that can't be looked into: there may be returns in it.
    """
    listed = _in_folder(inputs.resolve()) if isinstance(inputs, Path) else _in_store(inputs)
    files = sorted(listed, key=lambda file: file.name)
    controls = {
        PurePosixPath(file.name).parent: FoundFile(PurePosixPath(file.name).name, file.path)
        for file in reversed(files)
        if PurePosixPath(file.name).name.casefold() == CONTROL and not file.unread
    }
    programmes = {
        folder: ProgrammeFolder(str(folder), control)
        for folder, control in sorted(controls.items(), key=lambda item: str(item[0]))
    }
    strays = []
    for file in files:
        relative = PurePosixPath(file.name)
        owner = next((folder for folder in relative.parents if folder in programmes), None)
        if owner is None:
            strays.append(file.name)
            continue
        programme = programmes[owner]
        if file.path == programme.control.path:
            continue
        name = str(relative.relative_to(owner))
        if name.casefold() == CONTROL:
            programme.rivals.append(name)
        else:
            programme.files.append(replace(file, name=name))
    return Found(list(programmes.values()), strays)


def _in_folder(root: Path) -> Iterator[FoundFile]:
    """The files below a folder, by their paths relative to it."""
    for folder, folders, names in os.walk(root, onerror=_stop):
        links = [n for n in folders if (Path(folder) / n).is_symlink()]
        folders[:] = sorted(n for n in folders if not n.startswith(".") and n not in links)
        for name in (*names, *links):
            if not name.startswith(_PASSED_OVER):
                path = Path(folder) / name
                yield FoundFile(path.relative_to(root).as_posix(), path, _unread(path, root))


def _in_store(root: "UPath") -> Iterator[FoundFile]:
    """The files of a store below an address, by their paths relative to it.

    A store has no folders, only names with slashes in them; a name that ends in one stands for a
    folder, and one that goes up (``..``) is passed over as a dot-folder.
    """
    with only_os_errors(root):
        known = root.fs.find(root.path, detail=True)
    depth = len(root.path.strip("/")) + bool(root.path.strip("/"))
    for path, file in known.items():
        name = path.lstrip("/")[depth:]
        *folders, last = name.split("/")
        hidden = last.startswith(_PASSED_OVER) or any(each.startswith(".") for each in folders)
        if last and not hidden:
            unread = "" if file["type"] == "file" else "Not read: no ordinary file"
            yield FoundFile(name, root / name, unread or _by_name(last))


def _stop(fault: OSError) -> None:
    raise fault


def _unread(path: Path, root: Path) -> str:
    """Why a file is not read as a workbook; empty where it is."""
    if path.is_symlink():
        if not path.resolve().is_relative_to(root):
            return "Not read: a link that leads out of the inputs"
        if path.is_dir():
            return "Not read: a link to a folder"
    if not path.is_file():
        return "Not read: no ordinary file"
    if any("\ud800" <= letter <= "\udfff" for letter in str(path.relative_to(root))):
        # No database and no workbook takes such a name.
        return "Not read: its name is no text that this computer can read; rename the file"
    return _by_name(path.name)


def _by_name(name: str) -> str:
    return "" if PurePosixPath(name).suffix.casefold() in WORKBOOKS else NO_WORKBOOK
