"""Rows added to a sheet of somebody's own workbook: nothing else of it changes, to the character.

The sheet's rows, their formats and what rests on them (drop-downs, comments, charts) stay as they
are; blank cells below the last filled row take the texts. A sheet that isn't there is put behind
the others.
"""

from collections.abc import Mapping, Sequence

from pipeline.core.source import column_letters
from pipeline.report.marked_copies.book import BookSheet, MarkedWorkbook, unused_name
from pipeline.report.marked_copies.cells import Grid, GridCell, place_of, text_cell
from pipeline.report.marked_copies.package import MAIN, EditablePackage
from pipeline.report.marked_copies.styles import Styles
from pipeline.report.marked_copies.xmlpart import CannotMarkError, TooLargeError
from pipeline.report.theme import HOUSE
from schemas.fields import Table
from schemas.outputs import Show

__all__ = ["CannotMarkError", "TooLargeError", "with_cells", "with_sheet"]

_SIGNATURES = "_xmlsignatures/"


def with_cells(content: bytes, sheet: str, texts: Mapping[GridCell, str], like: int) -> bytes:
    """The workbook with texts in blank cells of a sheet; cells that aren't there are made in the
    format of the row ``like``. An Excel table that ends right above them takes them in.

    Raises CannotMarkError or TooLargeError where the file can't be added to.
    """
    book = _opened(content)
    part = next((each for each in book.sheets if each.name == sheet), None)
    if part is None:
        raise CannotMarkError(f"it has no sheet {sheet}")
    xml = book.package.xml(part.part, "sheetData")
    Grid(xml).fill(texts, like)
    size = xml.child("dimension")
    if size is not None:
        xml.remove(size)
    _extend_tables(book.package, part, texts)
    return book.package.saved()


def with_sheet(content: bytes, table: Table, rows: Sequence[Mapping[str, str]]) -> bytes:
    """The workbook with a further sheet, behind the others, that holds a table: ``rows`` by the
    names of its fields. Raises as ``with_cells``."""
    book = _opened(content)
    styles = Styles(book.package, HOUSE)
    look = HOUSE.base | HOUSE.heading(Show.TEXT)
    heading = str(styles.issues_cell(look))
    plain = str(styles.issues_cell(HOUSE.base | {"text_wrap": True, "valign": "top"}))
    styles.finish()
    lines = [[field.heading for field in table.fields]]
    lines += [[row.get(field.name, "") for field in table.fields] for row in rows]
    cells = "".join(
        f'<row r="{number}">'
        + "".join(
            text_cell(f"{column_letters(column)}{number}", text, plain if number > 1 else heading)
            for column, text in enumerate(line, 1)
            if text
        )
        + "</row>"
        for number, line in enumerate(lines, 1)
    )
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{field.width}" customWidth="1"/>'
        for n, field in enumerate(table.fields, 1)
    )
    name = unused_name(table.name, [each.name for each in book.sheets])
    content_of_sheet = f"<cols>{widths}</cols><sheetData>{cells}</sheetData>"
    book.add_last(name, f'<worksheet xmlns="{MAIN}">{content_of_sheet}</worksheet>'.encode())
    return book.package.saved()


def _opened(content: bytes) -> MarkedWorkbook:
    package = EditablePackage(content)
    if any(part.startswith(_SIGNATURES) for part in package.parts):
        raise CannotMarkError("it is signed, and would be so no more")
    return MarkedWorkbook(package)


def _extend_tables(
    package: EditablePackage, sheet: BookSheet, texts: Mapping[GridCell, str]
) -> None:
    """Excel tables that end in the row above the first of the texts, and have no total row, go on
    to the last one."""
    rows = [row for row, _ in texts]
    for each in package.related(sheet.part, "table"):
        xml = package.xml(each.target)
        attributes = xml.attributes(xml.root)
        first, _, last = attributes.get("ref", "").partition(":")
        corner, has_totals = place_of(last), attributes.get("totalsRowCount", "0") != "0"
        if corner is None or corner[0] != min(rows) - 1 or has_totals:
            continue
        ref = f"{first}:{column_letters(corner[1])}{max(rows)}"
        xml.change(xml.root, ref=ref)
        buttons = xml.child("autoFilter")
        if buttons is not None:
            xml.change(buttons, ref=ref)
