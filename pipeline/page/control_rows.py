"""Rows added to a sheet of programme.xlsx (Answers, Layouts): the only change that the page makes
to an input. What else it says is proved to be as it was, and the older file is kept outside the
inputs."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from pipeline.core.text import match_key
from pipeline.ingest.control import Control, read_control
from pipeline.ingest.discover import ProgrammeFolder
from pipeline.ingest.formats.workbook import Sheet, Workbook, WorkbookError
from pipeline.ingest.tables import FoundTable, find_tables, own_finder
from pipeline.page.kept_inputs import replace_input
from pipeline.report.added_rows import CannotMarkError, TooLargeError, with_cells, with_sheet
from schemas.fields import Table

Rows = Sequence[Mapping[str, str]]


class NotAddedError(Exception):
    """Why the rows are not in programme.xlsx, and what to do."""


def add_rows(folder: ProgrammeFolder, where: Path, table: Table, rows: Rows) -> str:
    """Add rows, by the names of the table's fields, to the sheet of a table in the programme's
    programme.xlsx; gives the path within the outputs folder ``where`` at which the older one is
    kept. Hold ``outputs_lock``. Raises NotAddedError, PublishError or OSError."""
    path = folder.control.path
    if not isinstance(path, Path):
        raise NotAddedError(f"{folder.control.name} is in a store, which is only read from.")
    older = path.read_bytes()
    newer = control_with_rows(folder.control.name, older, table, rows)
    if sha256(path.read_bytes()).digest() != sha256(older).digest():
        raise NotAddedError(f"{folder.control.name} changed meanwhile. Try again.")
    return replace_input(path, newer, where)


def control_with_rows(workbook: str, content: bytes, table: Table, rows: Rows) -> bytes:
    """The control workbook with further rows; NotAddedError where it can't be added to, or what
    comes of it says anything else than before."""
    try:
        book = Workbook(content)
    except WorkbookError as fault:
        raise NotAddedError(f"{workbook} can't be read ({fault}).") from fault
    try:
        newer = _with_rows(workbook, content, book, table, rows)
    except TooLargeError as fault:
        raise NotAddedError(f"{workbook} is too large to be added to here. {_BY_HAND}") from fault
    except CannotMarkError as fault:
        raise NotAddedError(
            f"{workbook} can't be added to here: only an .xlsx or .xlsm that Excel saved can. "
            f"{_BY_HAND}"
        ) from fault
    if not _says_the_same(read_control(workbook, content), read_control(workbook, newer)):
        raise NotAddedError(f"{workbook} would read otherwise with these rows. {_BY_HAND}")
    return newer


_BY_HAND = "Paste the rows into it yourself."


def _with_rows(workbook: str, content: bytes, book: Workbook, table: Table, rows: Rows) -> bytes:
    key = match_key(table.name)
    sheets = [
        book.sheet(number) for number, (name, _) in enumerate(book.sheets) if match_key(name) == key
    ]
    if not sheets:
        return with_sheet(content, table, rows)
    for sheet in sheets:
        for found_table in find_tables(sheet, own_finder(table)):
            texts = dict(_texts(sheet, found_table, table, rows))
            return with_cells(content, sheet.name, texts, found_table.header + 2)
    raise NotAddedError(
        f"The sheet {sheets[0].name} of {workbook} has no row with the headings of {table.name}: "
        f"{', '.join(field.heading for field in table.fields)}. Enter them, and try again."
    )


def _texts(
    sheet: Sheet, found_table: FoundTable, table: Table, rows: Rows
) -> Iterator[tuple[tuple[int, int], str]]:
    """Each text with its cell: below all that stands on the sheet. A heading that the sheet lacks
    gets a column of its own, if anything stands in it."""
    columns = {name: place + 1 for name, place in found_table.columns.fields.items()}
    free = 1 + max(map(len, sheet.rows), default=0)
    for field in table.fields:
        if field.name not in columns and any(row.get(field.name) for row in rows):
            columns[field.name] = free
            yield (found_table.header + 1, free), field.heading
            free += 1
    filled = [place for place, row in enumerate(sheet.rows) if any(cell != "" for cell in row)]
    filled += [row for row, _ in sheet.faults]
    first = max([found_table.header, *filled]) + 2
    for number, row in enumerate(rows, first):
        for name, text in row.items():
            if text:
                yield (number, columns[name]), text


def _says_the_same(before: Control, after: Control) -> bool:
    """Whether a control workbook reads as it did, but for further answers and layouts."""
    same = (
        after.programme == before.programme
        and (after.title, after.reference, after.bases)
        == (before.title, before.reference, before.bases)
        and after.assumptions == before.assumptions
    )
    goes_on = (
        list(after.answers[: len(before.answers)]) == list(before.answers)
        and after.layouts[: len(before.layouts)] == before.layouts
    )
    return same and goes_on and all(issue in after.issues for issue in before.issues)
