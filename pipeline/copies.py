"""Checked copies of the returns: the cells marked where an issue stands."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pipeline.core.issue import Issue
from pipeline.core.outputs import copy_of
from pipeline.core.returns import Return
from pipeline.core.text import same_name
from pipeline.execute import Step, quietly
from pipeline.ingest.discover import ProgrammeFolder
from pipeline.ingest.formats.workbook import Sheet, WorkbookError
from pipeline.ingest.places import read_file
from pipeline.ingest.reader import Reader
from pipeline.report.marked_copies import PlainSheet, checked_copy, values_copy


@dataclass
class Copies:
    """Checked copies by their path in the outputs; ``changed`` names returns that have none,
    because their files are no longer what was read."""

    files: dict[str, bytes] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)


def checked_copies(
    folder: ProgrammeFolder,
    returns: Iterable[Return],
    found: Iterable[Issue],
    marking: str,
    step: Step = quietly,
) -> Copies:
    """A checked copy of each return that was read and has issues, of all that were found."""
    copies = Copies()
    paths = {file.name: file.path for file in folder.files}
    issues: dict[str, list[Issue]] = {}
    for issue in found:
        issues.setdefault(issue.at.workbook, []).append(issue)
    for each in returns:
        name = each.workbook
        if each.cover is None or name not in issues:
            continue
        step(f"Marking {name}")
        try:
            content, digest = read_file(paths[name])
        except OSError:
            digest = ""
        if digest != each.sha256:
            copies.changed.append(name)
        elif made := _copy_of(name, content, issues[name], marking):
            copies.files[_place_of(made[0], name, paths, copies.files)] = made[1]
    return copies


def _place_of(path: str, name: str, returns: Iterable[str], copies: Iterable[str]) -> str:
    """Where a return's checked copy goes: its own path, unless another return or copy has it, on
    systems too that look at no capitals."""
    others = {same_name(copy_of(each)) for each in returns if each != name}
    taken = {same_name(each) for each in copies}
    place = PurePosixPath(path)
    while same_name(str(place)) in taken or (
        str(place) != copy_of(name) and same_name(str(place)) in others
    ):
        place = place.with_name(f"{place.stem} (2){place.suffix}")
    return str(place)


def _copy_of(
    name: str, content: bytes, issues: list[Issue], marking: str
) -> tuple[str, bytes] | None:
    """The return with its cells marked; where its kind can't be marked, its values."""
    made = checked_copy(name, content, issues, marking)
    if made is not None:
        return made
    try:
        with Reader() as reader:
            sheets = [_plain_sheet(sheet) for sheet in reader.read_sheets(content)]
    except WorkbookError:
        return None
    return values_copy(name, content, sheets, issues, marking)


def _plain_sheet(sheet: Sheet) -> PlainSheet:
    rows: list[list[object]] = [[*row] for row in sheet.rows]
    for (row, column), fault in sheet.faults.items():
        rows[row][column] = fault.error
    return PlainSheet(sheet.name, rows, sheet.hidden, sheet.appearance.merges)
