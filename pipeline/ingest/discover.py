"""Which programmes there are under the inputs, and which files belong to each (contract,
section 1)."""

import errno
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pipeline.ingest.formats import WORKBOOKS
from pipeline.ingest.places import InputPath, only_os_errors

if TYPE_CHECKING:
    from upath import UPath

CONTROL = "programme.xlsx"
NO_WORKBOOK = f"Not read: not a workbook ({', '.join(WORKBOOKS)})"
_PASSED_OVER = (".", "~$")
# Names that a control workbook gets by being downloaded, copied or saved again.
_LIKE_CONTROL = re.compile(
    r"(?:copy of )?programmes?(?:\.xlsx)?[\s._-]*"
    r"(?:\(\d+\)|copy|new|old|final|latest|draft|v?\d[\d._-]*|[\s._()-])*"
    rf"(?:{'|'.join(map(re.escape, WORKBOOKS))})",
    re.IGNORECASE,
)
_BELONGS = "put it into a folder that has a programme.xlsx, or below one"
_TOO_LONG = "its path is too long for this computer: shorten the names of its folders"


@dataclass(frozen=True)
class InputFile:
    """A file of a programme: its path relative to the programme's folder; ``unread`` says why it
    is not a return, and is empty for one. ``lost``: there may be returns in it all the same."""

    name: str
    path: InputPath
    unread: str = ""
    lost: bool = False


@dataclass
class ProgrammeFolder:
    """A folder that holds a control workbook; ``name`` is its path relative to the inputs, ``.``
    for the inputs folder itself. ``files`` are by path, the control workbook not among them.
    ``rivals``: further files of the control workbook's name, in other capitals."""

    name: str
    control: InputFile
    files: list[InputFile] = field(default_factory=list)
    rivals: list[str] = field(default_factory=list)


@dataclass
class InputTree:
    """All that is under the inputs: programmes by path, and files that belong to none, each with
    what to do about it."""

    programmes: list[ProgrammeFolder]
    strays: dict[str, str]


def discover(inputs: InputPath) -> InputTree:
    """Look through the inputs. Lock files, dot-files and dot-folders are passed over.

    Raises OSError where the inputs themselves can't be looked into.
    """
    if isinstance(inputs, Path):
        all_files = _in_folder(Path(os.path.realpath(inputs)))
    else:
        all_files = _in_store(inputs)
    files = sorted(all_files, key=lambda file: file.name)
    controls = {
        PurePosixPath(file.name).parent: InputFile(PurePosixPath(file.name).name, file.path)
        for file in reversed(files)
        if PurePosixPath(file.name).name.casefold() == CONTROL and not file.unread
    }
    programmes = {
        folder: ProgrammeFolder(str(folder), control)
        for folder, control in sorted(controls.items(), key=lambda item: str(item[0]))
    }
    strays = {}
    for file in files:
        relative = PurePosixPath(file.name)
        owner = next((folder for folder in relative.parents if folder in programmes), None)
        if owner is None:
            strays[file.name] = _advice(file)
            continue
        programme = programmes[owner]
        if file.path == programme.control.path:
            continue
        name = file.name[len(f"{owner}/") :] if owner.name else file.name
        if name.casefold() == CONTROL:
            programme.rivals.append(name)
        else:
            programme.files.append(replace(file, name=name))
    return InputTree(list(programmes.values()), strays)


def is_passed_over(name: str) -> bool:
    """Whether a file or a folder is hidden, or the lock that Excel puts beside an open workbook."""
    return name.startswith(_PASSED_OVER)


def is_like_control(name: str) -> bool:
    """Whether a file is called nearly as a control workbook is: ``programme (1).xlsx``."""
    last = PurePosixPath(name).name
    return last.casefold() != CONTROL and _LIKE_CONTROL.fullmatch(last) is not None


def _advice(file: InputFile) -> str:
    """What to do about a file that belongs to no programme."""
    if is_like_control(file.name):
        xlsx = file.name.casefold().endswith(".xlsx")
        way = f"rename it to {CONTROL}" if xlsx else f"save it as {CONTROL} (Excel workbook)"
        return f"if it is a control workbook, {way}; else {_BELONGS}"
    if file.lost:
        return f"{file.unread[0].lower()}{file.unread[1:]}"
    return _BELONGS


def _in_folder(root: Path) -> Iterator[InputFile]:
    """The files below a folder, by their paths relative to it; so are folders that can't be looked
    into. Raises OSError where that is the folder itself."""
    closed: list[OSError] = []

    def take(fault: OSError) -> None:
        if Path(fault.filename) == root:
            raise fault
        closed.append(fault)

    for folder, folders, names in os.walk(root, onerror=take):
        links = [n for n in folders if os.path.islink(os.path.join(folder, n))]  # noqa: PTH114, PTH118 - Path's own raises where a path is too long
        folders[:] = sorted(n for n in folders if not n.startswith(".") and n not in links)
        for name in (*names, *links):
            if not is_passed_over(name):
                path = Path(folder) / name
                yield _looked_at(path.relative_to(root).as_posix(), path, root)
    for fault in closed:
        if not isinstance(fault, FileNotFoundError):  # it has gone meanwhile
            path = Path(fault.filename)
            name, why = path.relative_to(root).as_posix(), _why(fault)
            unread = f"Not read: it is a folder that can't be opened ({why})"
            yield InputFile(name, path, unread, lost=True)


def _in_store(root: "UPath") -> Iterator[InputFile]:
    """The files of a store below an address, by their paths relative to it.

    A store has no folders, only names with slashes in them; a name that ends in one stands for a
    folder, and one that goes up (``..``) is passed over as a dot-folder.
    """
    with only_os_errors(root):
        entries = root.fs.find(root.path, detail=True)
    depth = len(root.path.strip("/")) + bool(root.path.strip("/"))
    names = {path: path.lstrip("/")[depth:] for path in entries}
    first_names: dict[str, str] = {}
    # Of two keys that a folder would take for one, the one that is written as a path counts.
    for path in sorted(entries, key=lambda each: (str(PurePosixPath(names[each])), len(each))):
        name, file = names[path], entries[path]
        *folders, last = name.split("/")
        is_hidden = is_passed_over(last) or any(each.startswith(".") for each in folders)
        if last and not is_hidden:
            unread = "" if file["type"] == "file" else "Not read: no ordinary file"
            first = first_names.setdefault(str(PurePosixPath(name)), name)
            if first != name:
                unread = f"Not read: {first} has the same name but for its slashes; rename one"
            lost = first != name and not _by_name(last)
            yield InputFile(name, root / name, unread or _by_name(last), lost)


def _looked_at(name: str, path: Path, root: Path) -> InputFile:
    """A file, and why it is not read as a workbook."""
    link = os.path.islink(path)  # noqa: PTH114 - Path's own raises where a path is too long
    if link and not Path(os.path.realpath(path)).is_relative_to(root):
        return InputFile(name, path, "Not read: a link that leads out of the inputs")
    try:
        mode = path.stat().st_mode
    except OSError as fault:
        is_lost = not link and not _by_name(path.name)
        return InputFile(name, path, f"Not read: {_why(fault, link=link)}", is_lost)
    if link and stat.S_ISDIR(mode):
        return InputFile(name, path, "Not read: a link to a folder")
    if not stat.S_ISREG(mode):
        return InputFile(name, path, "Not read: no ordinary file")
    if any("\ud800" <= letter <= "\udfff" for letter in name):
        # No database and no workbook takes such a name.
        unread = "Not read: its name is no text that this computer can read; rename the file"
        return InputFile(name, path, unread)
    return InputFile(name, path, _by_name(path.name))


def _why(fault: OSError, *, link: bool = False) -> str:
    """Why a file or a folder can't be looked at."""
    if fault.errno == errno.ELOOP:
        return "a link that leads in a circle"
    if fault.errno == errno.ENAMETOOLONG:
        return _TOO_LONG
    if link and isinstance(fault, FileNotFoundError):
        return "a link to something that isn't there"
    return fault.strerror or str(fault)


def _by_name(name: str) -> str:
    return "" if PurePosixPath(name).suffix.casefold() in WORKBOOKS else NO_WORKBOOK
