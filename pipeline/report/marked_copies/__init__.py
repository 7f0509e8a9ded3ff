"""Checked copies: a return as it was sent, with its faulty cells marked.

The copy is the return's own file with additions: nothing of it is read and written anew, so that
values, formulas and their results, formats, drop-downs, charts and whatever else it holds stay as
they are. A file of a kind that can't be added to is copied as the values that were read from it.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from pipeline.core import outputs
from pipeline.core.issue import Issue, in_order, tally
from pipeline.core.phrases import counted, in_words, sentence
from pipeline.report.marked_copies.book import BookSheet, MarkedWorkbook, unused_name
from pipeline.report.marked_copies.cells import COLUMNS, ROWS, Grid, GridCell
from pipeline.report.marked_copies.comments import add_comments
from pipeline.report.marked_copies.front import (
    Front,
    front_sheet,
    front_table,
    header_row,
    printed_cells,
)
from pipeline.report.marked_copies.package import EditablePackage
from pipeline.report.marked_copies.styles import Styles
from pipeline.report.marked_copies.values import SheetValues, plain_names, plain_workbook
from pipeline.report.marked_copies.xmlpart import CannotMarkError, TooLargeError
from pipeline.report.theme import HOUSE, Theme

__all__ = ["SheetValues", "checked_copy", "values_copy"]

# Excel grows slow with more; the cells beyond are tinted alone.
MOST_COMMENTS = 10_000

# Where a sheet says how it is looked at: far from its cells, which may be many.
_VIEWS_WITHIN = 50_000
_ENDINGS = (".xlsx", ".xlsm")
# What a file may hold that makes no sense when it is looked at closely.
_FAULTS = (ArithmeticError, LookupError, ValueError)
_THINGS = (
    ("chart", re.compile(r"(^|/)charts/chart[^/]*\.xml$")),
    ("picture", re.compile(r"(^|/)media/[^/]+$")),
    ("pivot table", re.compile(r"(^|/)pivotTables/[^/]+\.xml$")),
    ("slicer", re.compile(r"(^|/)slicers/[^/]+\.xml$")),
)


@dataclass(frozen=True)
class _Copy:
    """What a copy is made of, whatever its kind, and the file that it is written into."""

    stream: IO[bytes]
    name: str
    sha256: str
    issues: Sequence[Issue]
    marking: str
    theme: Theme

    @classmethod
    def of(
        cls,
        stream: IO[bytes],
        name: str,
        content: bytes,
        issues: Iterable[Issue],
        marking: str,
        theme: Theme,
    ) -> "_Copy":
        digest = hashlib.sha256(content).hexdigest()
        return cls(stream, name, digest, in_order(issues), marking, theme)

    @property
    def ending(self) -> str:
        """What the copy's name ends in."""
        return _ending(self.name)

    @property
    def path(self) -> str:
        """Where the copy goes."""
        return copy_path(self.name)


def _ending(name: str) -> str:
    """What the name of a return's copy ends in: as its own where Excel would open it so."""
    ending = PurePosixPath(name).suffix.casefold()
    return ending if ending in _ENDINGS else ".xlsx"


def copy_path(name: str) -> str:
    """Where the copy of a return goes in the outputs."""
    ending_of_return, ending = PurePosixPath(name).suffix.casefold(), _ending(name)
    return outputs.copy_of(f"{name}{'' if ending_of_return == ending else ending}")


def checked_copy(
    stream: IO[bytes],
    name: str,
    content: bytes,
    issues: Iterable[Issue],
    marking: str = "",
    theme: Theme = HOUSE,
) -> str | None:
    """Write the copy of a return of .xlsx or .xlsm: its path. None for any other file, of which
    something may have been written, to be written over.

    ``name``: the return's path in the programme's folder. ``marking``: protective marking.
    """
    copy = _Copy.of(stream, name, content, issues, marking, theme)
    try:
        _write_marked(copy, MarkedWorkbook(EditablePackage(content)))
    except TooLargeError:
        _write_list(copy)
    except (CannotMarkError, *_FAULTS):
        return None
    return copy.path


def values_copy(
    stream: IO[bytes],
    name: str,
    content: bytes,
    sheets: Sequence[SheetValues],
    issues: Iterable[Issue],
    marking: str = "",
    theme: Theme = HOUSE,
) -> str:
    """Write the copy of a return that ``checked_copy`` has none of, its values alone, as ``sheets``
    give them: its path."""
    copy = _Copy.of(stream, name, content, issues, marking, theme)
    names = dict(zip((sheet.name for sheet in sheets), plain_names(sheets), strict=True))
    lines = [
        "A file of this kind can't be marked as it stands: this copy holds its values alone, as "
        "the pipeline read them, each at its own address.",
        "Not kept: formulas (their results are), formats, column widths, merged cells, "
        "drop-downs, comments, charts, pictures, links and macros.",
    ]
    try:
        book = MarkedWorkbook(EditablePackage(plain_workbook(sheets)))
        _finish(copy, book, names, lines)
    except TooLargeError:
        _write_list(copy)
    return copy.path


def _write_list(copy: _Copy) -> None:
    """A copy of a return that is too large: its issues alone."""
    line = "The return is too large for a marked copy: its issues are listed here, without it."
    _finish(copy, MarkedWorkbook(EditablePackage(plain_workbook([]))), {}, [line])


def _write_marked(copy: _Copy, book: MarkedWorkbook) -> None:
    """The return's own file, with additions."""
    names = {sheet.name: sheet.name for sheet in book.sheets}
    if any(issue.at.sheet and issue.at.sheet not in names for issue in copy.issues):
        raise CannotMarkError("an issue is on a sheet that isn't there")
    things = [
        counted(number, thing)
        for thing, pattern in _THINGS
        if (number := sum(bool(pattern.search(part)) for part in book.package.parts))
    ]
    losses = ["the author's name and other properties of the document"]
    if book.drop_threads():
        losses.insert(0, "threads of replies, which are plain comments here")
    if book.drop_macros():
        losses.insert(0, "macros, so that buttons which start them do nothing")
    book.drop_what_was()
    in_brackets = f"({in_words(things)}) " if things else ""
    lines = [
        "Values, formulas, formats, widths, drop-downs and whatever else the return holds "
        f"{in_brackets}are kept. Formulas are recalculated when the copy is opened.",
        f"Not kept: {in_words(losses)}.",
    ]
    _finish(copy, book, names, lines)


def _finish(copy: _Copy, book: MarkedWorkbook, names: Mapping[str, str], lines: list[str]) -> None:
    """Write the copy: cells marked, the Issues sheet in front. ``names``: what the return's sheets
    are called in it."""
    package, room = book.package, MOST_COMMENTS
    styles = Styles(package, copy.theme)
    for sheet in book.sheets:
        issues = [issue for issue in copy.issues if names.get(issue.at.sheet) == sheet.name]
        room -= _mark(package, sheet, issues, styles, room)
        _unselect(package, sheet.part)
    hidden_sheets = {sheet.name for sheet in book.sheets if sheet.hidden}
    unseen = any(names.get(issue.at.sheet) in hidden_sheets for issue in copy.issues)
    front = Front(
        [
            f"This is a checked copy of {copy.name}, made by the pipeline; it is not the return "
            "itself. Put things right in the return, not here.",
            _in_words(copy.issues, marked=bool(names), all_commented=room > 0),
            *(["Links to a sheet that is hidden in the return work once it is shown."] * unseen),
            *lines,
            f"Made from the file whose SHA-256 is {copy.sha256}.",
        ],
        copy.issues,
        names,
        copy.marking,
    )
    _add_front(book, styles, front)
    book.recalculate()
    book.say_type(copy.ending)
    styles.finish()
    package.save(copy.stream)


def _mark(
    package: EditablePackage, sheet: BookSheet, issues: Iterable[Issue], styles: Styles, room: int
) -> int:
    """Mark the cells of a sheet that issues name; how many comments that took, of ``room``."""
    places = [
        (issue, (at.row, at.column))
        for issue in issues
        if (at := issue.at).cell and not issue.answer and at.row <= ROWS and at.column <= COLUMNS
    ]
    if not places:
        return 0
    grid = Grid(package.xml(sheet.part, "sheetData"))
    visible_cell = grid.visible_cells(place for _, place in places)
    by_place: dict[GridCell, list[Issue]] = {}
    for issue, place in places:
        by_place.setdefault(visible_cell[place], []).append(issue)
    faulty = {place: any(i.is_error for i in of_cell) for place, of_cell in by_place.items()}
    grid.mark(faulty, lambda base, error: styles.marked(base, error=error))
    commented = dict(sorted(by_place.items())[:room])
    add_comments(package, sheet.part, commented, grid.sizes())
    return len(commented)


def _unselect(package: EditablePackage, part: str) -> None:
    """Only the sheet in front is selected, or what is typed would go into several at once."""
    if b"tabSelected" not in package.parts[part][:_VIEWS_WITHIN]:
        return
    xml = package.xml(part, "sheetData")
    views = xml.child("sheetViews")
    for view in xml.children(views) if views else []:
        if "tabSelected" in xml.attributes(view):
            xml.change(view, tabSelected=None)


def _add_front(book: MarkedWorkbook, styles: Styles, front: Front) -> None:
    name = unused_name("Issues", [sheet.name for sheet in book.sheets])
    part = book.new_sheet()
    table = book.add_table(part, front_table(front, *book.table_identity("Issues")))
    book.add_first(name, part, front_sheet(front, styles, table))
    row = header_row(front)
    book.add_names(
        {
            "_xlnm.Print_Area": f"'{name}'!{printed_cells(front)}",
            "_xlnm.Print_Titles": f"'{name}'!${row}:${row}",
        }
    )


def _in_words(issues: Sequence[Issue], *, marked: bool, all_commented: bool) -> str:
    errors, warnings, answered = tally(issues).values()
    counts = f"{counted(errors, 'error')} and {counted(warnings, 'warning')}"
    more = f"; {counted(answered, 'warning')} more answered" if answered else ""
    text = sentence(f"{counts}{more}.")
    if warnings:
        text += (
            " A warning that is right as it stands can be answered: write under Answer what is to "
            "be said, and your name under Answered by, and send this workbook back."
        )
    if marked:
        text += (
            " Each cell at fault is tinted (red: error, amber: warning) and bears a comment with "
            "the same words; the addresses under Cell are links."
        )
    if not all_commented:
        text += f" Only the first {MOST_COMMENTS:,} cells bear a comment."
    return text
