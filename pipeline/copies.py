"""Checked copies of the returns: the cells marked where an issue stands."""

import pickle
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from pipeline.core.deflater import deflater
from pipeline.core.finished_file import FinishedFile
from pipeline.core.issue import Issue, by_value
from pipeline.core.outputs import copy_of
from pipeline.core.returns import Return
from pipeline.core.text import same_name
from pipeline.ingest.discover import ProgrammeFolder
from pipeline.ingest.formats.workbook import Sheet, WorkbookError
from pipeline.ingest.places import InputPath, read_file, size_of
from pipeline.ingest.reader import Reader
from pipeline.processes import Helpers
from pipeline.report.last_outputs import LastOutputs
from pipeline.report.marked_copies import SheetValues, checked_copy, copy_path, values_copy

# A further process takes as long to start as it takes to mark workbooks of so many bytes, small
# ones counted as if they had more.
_WORTH, _LEAST_BYTES = 1_500_000, 50_000

_DEFLATER = deflater()


@dataclass
class Copies:
    """Where the checked copies are, and the key of what each was made of, by their path in the
    outputs; ``changed`` names returns that have none, because their files are no longer what was
    read."""

    files: dict[str, FinishedFile] = field(default_factory=dict)
    made_of: dict[str, str] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Task:
    """A return to be copied: its name, its file, its SHA-256 as it was read, its issues, and the
    file that the copy is written to.

    ``packed``: the issues as they are sent to a helper, deflated: hundreds of thousands that wait
    for their copies take a twentieth of what they take as objects."""

    name: str
    path: InputPath
    sha256: str
    packed: bytes
    target: Path

    @property
    def issues(self) -> list[Issue]:
        """The issues, unpacked anew each time."""
        issues: list[Issue] = pickle.loads(_DEFLATER.decompress(self.packed))
        return issues


@dataclass(frozen=True)
class _Copy:
    """What came of a task. ``file``: the copy, None where the return can't be copied; ``path``:
    where it would go in the outputs. ``changed``: the return's file is no longer what was read.
    ``key``: of what the copy was made of."""

    file: FinishedFile | None = None
    path: str = ""
    changed: bool = False
    key: str = ""


@contextmanager
def copying(
    programme: ProgrammeFolder,
    returns: Iterable[Return],
    issues: Iterable[Issue],
    marking: str,
    folder: Path,
    helpers: Helpers | None = None,
    last: LastOutputs | None = None,
) -> Iterator[Callable[[], Copies]]:
    """A checked copy of each return that was read and has issues, of all that there are. Helpers
    begin with them; what is yielded makes with them what is left, and gives all.

    They are written into ``folder`` one by one, so that no more of them is held than one for each
    process. ``helpers``: who else makes some where it is worth it. ``last``: what is taken over
    where it is the same copy. Raises OSError.
    """
    paths = {file.name: file.path for file in programme.files}
    of_return: dict[str, list[Issue]] = {}
    for issue in issues:
        of_return.setdefault(issue.at.workbook, []).append(issue)
    tasks = [
        _Task(name, paths[name], each.sha256, _packed(of_return[name]), folder / str(number))
        for number, each in enumerate(returns)
        if each.cover is not None and (name := each.workbook) in of_return
    ]
    del returns, issues, of_return
    folder.mkdir()
    last = last or LastOutputs()
    with (
        Reader() as reader,
        (helpers or Helpers(0)).sharing(
            len(tasks),
            partial(_maker, marking, last),
            _others(tasks),
            tasks.__getitem__,
            ahead=True,
        ) as work,
    ):

        def finished() -> Copies:
            copies = work.finished(lambda place: _make(reader, marking, last, tasks[place]))
            return _placed(tasks, copies, paths, last)

        yield finished


def _packed(issues: Sequence[Issue]) -> bytes:
    packed: bytes = _DEFLATER.compress(pickle.dumps(issues, pickle.HIGHEST_PROTOCOL), 1)
    return packed


def _others(tasks: Iterable[_Task]) -> int:
    """By how many further processes so many workbooks are marked."""
    return max(0, sum(max(_LEAST_BYTES, size_of(task.path)) for task in tasks) // _WORTH - 1)


def _maker(marking: str, last: LastOutputs) -> Callable[[_Task], _Copy]:
    """Makes copies in another process."""
    return partial(_make, Reader(), marking, last)


def _make(reader: Reader, marking: str, last: LastOutputs, task: _Task) -> _Copy:
    issues = task.issues
    key = last.key(task.name, task.sha256, by_value(issues), marking)
    last_copy = last.path_of(key)
    # It is the copy of what was read, whatever became of the return since, which others say.
    if last_copy and (file := last.standing(last_copy)):
        return _Copy(file, copy_path(task.name), key=key)
    try:
        content, digest = read_file(task.path)
    except OSError:
        return _Copy(changed=True)
    if digest != task.sha256:
        return _Copy(changed=True)
    with task.target.open("wb") as stream:
        path = _write_copy(stream, reader, task.name, content, issues, marking)
    return _Copy(FinishedFile.at(task.target), path, key=key) if path else _Copy()


def _placed(
    tasks: Sequence[_Task], results: Sequence[_Copy], returns: Iterable[str], last: LastOutputs
) -> Copies:
    """The copies by where they go: each to its own path, unless another return or copy has it, on
    systems too that look at no capitals."""
    copies = Copies()
    owners = Counter(same_name(copy_of(name)) for name in returns)
    names_in_use: set[str] = set()
    for task, copy in zip(tasks, results, strict=True):
        if copy.changed:
            copies.changed.append(task.name)
        elif copy.file:
            usual_path, place = copy_of(task.name), PurePosixPath(copy.path)
            owners[same_name(usual_path)] -= 1
            while same_name(str(place)) in names_in_use or (
                str(place) != usual_path and owners[same_name(str(place))]
            ):
                place = place.with_name(f"{place.stem} (2){place.suffix}")
            owners[same_name(usual_path)] += 1
            names_in_use.add(same_name(str(place)))
            copies.files[str(place)] = _for_place(copy.file, str(place), task, last)
            copies.made_of[str(place)] = copy.key
    return copies


def _for_place(file: FinishedFile, place: str, task: _Task, last: LastOutputs) -> FinishedFile:
    """A copy that may be put into a place: one of the last report that stands in another stays
    there until the report is put in place."""
    if file.path in (task.target, last.folder / place):
        return file
    shutil.copyfile(file.path, task.target)
    if (copy := FinishedFile.at(task.target)).sha256 != file.sha256:
        raise OSError(None, "it was changed meanwhile", str(file.path))
    return copy


def _write_copy(
    stream: IO[bytes],
    reader: Reader,
    name: str,
    content: bytes,
    issues: Sequence[Issue],
    marking: str,
) -> str:
    """Write the return with its cells marked, where its kind can't be marked its values: where it
    goes in the outputs, empty where it can't be copied."""
    if path := checked_copy(stream, name, content, issues, marking):
        return path
    try:
        sheets = [_plain_sheet(sheet) for sheet in reader.read_sheets(content)]
    except WorkbookError:
        return ""
    stream.seek(0)
    stream.truncate()
    return values_copy(stream, name, content, sheets, issues, marking)


def _plain_sheet(sheet: Sheet) -> SheetValues:
    rows: list[list[object]] = [[*row] for row in sheet.rows]
    for (row, column), fault in sheet.faults.items():
        rows[row][column] = fault.error
    return SheetValues(sheet.name, rows, sheet.hidden, sheet.appearance.merges)
