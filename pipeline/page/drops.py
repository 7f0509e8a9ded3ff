"""Workbooks that are dropped on the page: names that lead nowhere else, and a place outside the
inputs until all of them are whole and nothing has to be asked about them any more."""

import re
import secrets
import shutil
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from pipeline.core.finished_file import file_sha256
from pipeline.core.text import same_name
from pipeline.ingest.discover import CONTROL, NO_WORKBOOK, ProgrammeFolder, is_passed_over
from pipeline.ingest.formats import WORKBOOKS
from pipeline.ingest.formats.file_kind import other_kind
from pipeline.ingest.formats.limits import Limits
from pipeline.report.safe import is_device

_STAGED = ".savings-dropped-"
# A folder that nobody came back to, in seconds.
_ABANDONED = 24 * 3600
_PIECE = 1 << 20
# A file system takes names of 255 bytes; the kept older one has its time before it.
_MOST_BYTES, _MOST_FOLDERS = 200, 8
_FORBIDDEN = re.compile(r'[<>:"|?*\\]')
_HIDDEN = "it is a hidden file or the mark of a workbook that is open in Excel; nothing reads it"
_LETTERS = "its name holds letters that not every computer takes, or that mislead; rename it"


class NotTakenError(Exception):
    """Why a file is not taken, in words that follow its name."""


@dataclass(frozen=True)
class Dropped:
    """A workbook that is whole: its path within the programme's folder, where it waits, and what
    is at its path already: an ``older`` file, in whatever capitals, or the same one."""

    name: str
    staged: Path
    size: int
    older: Path | None = None
    is_there: bool = False

    @property
    def saved(self) -> datetime:
        """When the older one was saved."""
        return datetime.fromtimestamp(self.older.stat().st_mtime if self.older else 0)


@dataclass(frozen=True)
class Refused:
    """A file that is not taken, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Drop:
    """What was dropped at once on a programme, in a folder of its own."""

    programme: str
    folder: Path
    workbooks: tuple[Dropped, ...] = ()
    refused: tuple[Refused, ...] = ()
    key: str = field(default_factory=lambda: secrets.token_urlsafe(9))

    @property
    def clashes(self) -> list[Dropped]:
        """The workbooks that would take an older one's place."""
        return [each for each in self.workbooks if each.older is not None]

    def forget(self) -> None:
        """Remove what waits."""
        shutil.rmtree(self.folder, ignore_errors=True)


def take(
    folder: ProgrammeFolder, where: Path, files: Iterable[tuple[str, BinaryIO]], limits: Limits
) -> Drop:
    """What was dropped on a programme, by the names that the browser gives, kept in its outputs
    folder ``where``. Raises OSError."""
    where.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=_STAGED, dir=where))
    sent = list(files)
    top = _common_top([name for name, _ in sent])
    workbooks: list[Dropped] = []
    refused: list[Refused] = []
    names: Counter[str] = Counter()
    for number, (name, stream) in enumerate(sent):
        try:
            path = path_of(name, top)
            names[same_name(path)] += 1
            if names[same_name(path)] > 1:
                raise NotTakenError("another one of that name was dropped with it")
            workbooks.append(_staged(folder, path, stream, staged / str(number), limits))
        except NotTakenError as fault:
            refused.append(Refused(name, _why(fault, name, stream)))
    return Drop(folder.name, staged, tuple(workbooks), tuple(refused))


def _why(fault: NotTakenError, name: str, stream: BinaryIO) -> str:
    """Why a file is not taken; of one that may be meant as a return also how to send it."""
    kind = other_kind(name, stream) if str(fault) == NO_WORKBOOK else None
    return f"Not read: it is {kind.what}. {kind.fix.rstrip('.')}" if kind else str(fault)


def path_of(name: str, top: str = "") -> str:
    """The path within the programme's folder that a file's name stands for; ``top``: the folder
    that was dropped as a whole. Raises NotTakenError."""
    name = unicodedata.normalize("NFC", name)
    parts = name.replace("\\", "/").split("/")
    if top and parts[0] == top:
        del parts[0]
    if len(parts) > _MOST_FOLDERS or any(part in ("", ".", "..") for part in parts):
        raise NotTakenError("its name leads to another folder")
    if any(is_passed_over(part) for part in parts):
        raise NotTakenError(_HIDDEN)
    for part in parts:
        _must_be_plain(part)
    *folders, last = parts
    if not last.casefold().endswith(WORKBOOKS):
        raise NotTakenError(NO_WORKBOOK)
    if folders and last.casefold() == CONTROL:
        raise NotTakenError(f"a folder with a {CONTROL} is a programme of its own")
    return "/".join(parts)


def _must_be_plain(part: str) -> None:
    if not part.isprintable() or _FORBIDDEN.search(part) or part != part.strip().rstrip("."):
        raise NotTakenError(_LETTERS)
    if is_device(part):
        raise NotTakenError("Windows keeps its name for itself; rename it")
    if len(part.encode()) > _MOST_BYTES:
        raise NotTakenError("its name is too long for some computers; shorten it")


def _common_top(names: Sequence[str]) -> str:
    """The folder that all files are in, where one was dropped as a whole."""
    tops = {name.replace("\\", "/").partition("/")[::2] for name in names}
    firsts = {top for top, rest in tops if rest}
    return firsts.pop() if len(firsts) == 1 and all(rest for _, rest in tops) else ""


def _staged(
    folder: ProgrammeFolder, path: str, stream: BinaryIO, target: Path, limits: Limits
) -> Dropped:
    size = 0
    with target.open("xb") as file:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > limits.file:
                raise NotTakenError(f"it is larger than {limits.allows('file')}")
            file.write(piece)
    root = Path(str(folder.control.path)).parent
    older = _at(root, path)
    if older is None:
        return Dropped(path, target, size)
    name = older.relative_to(root).as_posix()
    if file_sha256(older) == file_sha256(target):
        return Dropped(name, target, size, is_there=True)
    return Dropped(name, target, size, older)


def _at(root: Path, path: str) -> Path | None:
    """The file that stands at a path, in whatever capitals; NotTakenError where no file may."""
    place = root
    parts = PurePosixPath(path).parts
    for number, part in enumerate(parts, 1):
        place = next(
            (each for each in _inside(place) if same_name(each.name) == same_name(part)),
            place / part,
        )
        if place.is_symlink() or (place.exists() and place.is_dir() != (number < len(parts))):
            raise NotTakenError("something else has its place, which is left as it is")
    return place if place.exists() else None


def _inside(folder: Path) -> Iterator[Path]:
    return folder.iterdir() if folder.is_dir() else iter(())


def forget_abandoned(where: Path) -> None:
    """Remove what a page that was killed left in a programme's outputs, once nobody can be coming
    back to it."""
    for folder in where.glob(f"{_STAGED}*"):
        if time.time() - folder.stat().st_mtime > _ABANDONED:
            shutil.rmtree(folder, ignore_errors=True)
