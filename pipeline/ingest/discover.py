"""Which programmes there are under the inputs, and which files belong to each (contract,
section 1)."""

import os
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

CONTROL = "programme.xlsx"
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


@dataclass(frozen=True)
class FoundFile:
    """A file of a programme: its path relative to the programme's folder; ``unread`` says why it
    is not a return, and is empty for one."""

    name: str
    path: Path
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


def discover(inputs: Path) -> Found:
    """Look through the inputs. Lock files, dot-files and dot-folders are passed over.

    Raises OSError at a folder that can't be looked into: there may be returns in it.
    """
    root = inputs.resolve()
    files: list[tuple[PurePosixPath, Path]] = []
    for folder, folders, names in os.walk(root, onerror=_stop):
        links = [n for n in folders if (Path(folder) / n).is_symlink()]
        folders[:] = sorted(n for n in folders if not n.startswith(".") and n not in links)
        for name in (*names, *links):
            if not name.startswith((".", "~$")):
                path = Path(folder) / name
                files.append((PurePosixPath(path.relative_to(root).as_posix()), path))
    files.sort(key=lambda item: str(item[0]))
    controls = {
        relative.parent: FoundFile(relative.name, path)
        for relative, path in reversed(files)
        if relative.name.casefold() == CONTROL and not _unread(path, root)
    }
    programmes = {
        folder: ProgrammeFolder(str(folder), control)
        for folder, control in sorted(controls.items(), key=lambda item: str(item[0]))
    }
    strays = []
    for relative, path in files:
        owner = next((folder for folder in relative.parents if folder in programmes), None)
        if owner is None:
            strays.append(str(relative))
            continue
        programme = programmes[owner]
        if path == programme.control.path:
            continue
        name = str(relative.relative_to(owner))
        if name.casefold() == CONTROL:
            programme.rivals.append(name)
        else:
            programme.files.append(FoundFile(name, path, _unread(path, root)))
    return Found(list(programmes.values()), strays)


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
    if path.suffix.casefold() not in WORKBOOKS:
        return "Not read: not a workbook (.xlsx, .xlsm, .xls, .xlsb, .ods)"
    return ""
