"""What a screen and printed pages need of a sheet that is written: paper, panes, page breaks, and
what stands at the head and the foot of each page."""

from dataclasses import replace
from math import ceil

import numpy as np

from pipeline.report import layout
from pipeline.report.excel.errors import must
from pipeline.report.excel.open_sheet import OpenSheet
from pipeline.report.excel.paging import page_breaks
from pipeline.report.measure import BOLDER, text_width
from pipeline.report.safe import print_safe
from pipeline.report.spec import DRAFT, Table

_A4 = 9
_MARGIN_INCHES = 0.5
_PORTRAIT_INCHES, _LANDSCAPE_INCHES = 7.27, 10.69
_UPRIGHT_HIGH, _LYING_HIGH = 10.19, 6.77
_PIXELS_AN_INCH = 96
# Of a screen of 768 pixels, ribbon and bars apart, two thirds.
_MOST_IN_VIEW = 310
# Viewers differ in how much goes on a page: breaks are set as if it were a little less.
_SAFE_PART = 0.97
# Below this scale a printed page can't be read: the sheet goes on to the right instead.
_LEAST_SCALE = 0.5
_FOOTER_ROOM = 250
# Fewer letters of a sentence beside the tab say nothing.
_LEAST_BELOW = 20
# A digit of the headers and footers, which are set in 9 points.
_DIGIT_INCHES = 9 * 0.556 / 72
_NUMBER_DIGITS = 20


def set_up_page(sheet: OpenSheet) -> None:
    """How a sheet is shown and printed."""
    worksheet, spec = sheet.worksheet, sheet.spec
    worksheet.hide_gridlines(2)
    worksheet.set_paper(_A4)
    worksheet.set_margins(_MARGIN_INCHES, _MARGIN_INCHES, 0.75, 0.75)
    inches = sheet.pixels(spec.unprinted) / _PIXELS_AN_INCH
    wide = inches > _PORTRAIT_INCHES / 0.8 and not spec.upright
    if wide:
        worksheet.set_landscape()
    room = _LANDSCAPE_INCHES if wide else _PORTRAIT_INCHES
    across = ceil(inches * _LEAST_SCALE / room)
    printed = _printed_rows(sheet)
    # A cover is one page, whatever stands on it.
    worksheet.fit_to_pages(across, 1 if spec.cover else 0)
    top = 0
    if len(sheet.header_rows) == 1:
        header = sheet.header_rows[0]
        worksheet.repeat_rows(header)
        worksheet.freeze_panes(_rows_in_view(sheet, header), spec.keep_columns)
        if across > 1:
            top = header
    elif sheet.strip_rows:
        worksheet.freeze_panes(sheet.strip_rows, 0)
    if across > 1:
        _print_across(sheet)
    if spec.purpose:
        worksheet.set_tab_color(sheet.theme.tab(spec.purpose))
    if not top and not spec.cover:
        high = _LYING_HIGH if wide else _UPRIGHT_HIGH
        _break_pages(sheet, inches / room / across, high)
    last = len(sheet.widths) - 1 - spec.unprinted
    must(worksheet.print_area(top, 0, printed - 1, last), "print area")
    _set_head_and_foot(sheet, room / _DIGIT_INCHES, titled=top > 0)


def _printed_rows(sheet: OpenSheet) -> int:
    """How many rows pages have: all, or those above a last table that is on none."""
    last = sheet.spec.blocks[-1]
    if isinstance(last, Table) and not last.on_paper:
        return sheet.stretches.pop().start
    return sheet.row


def _rows_in_view(sheet: OpenSheet, header: int) -> int:
    """How many rows stay in view: down to the headings, where these leave a small screen room for
    rows; Excel shows a table's headings in place of the columns' letters then."""
    high = sum(
        sheet.worksheet.heights.get(row, sheet.theme.row_pixels) for row in range(header + 1)
    )
    return sheet.strip_rows if sheet.strip_rows and high > _MOST_IN_VIEW else header + 1


def _print_across(sheet: OpenSheet) -> None:
    """Pages side by side: the first columns on each, the right one after the left one."""
    sheet.worksheet.print_across()
    if sheet.spec.keep_columns:
        sheet.worksheet.repeat_columns(0, sheet.spec.keep_columns - 1)


def _break_pages(sheet: OpenSheet, shrunk: float, high: float) -> None:
    """New pages where groups, tables or charts would be parted; ``shrunk``: by how much the sheet
    is too wide, ``high``: a page's room in inches."""
    if not sheet.stretches or (len(sheet.stretches) == 1 and not sheet.stretches[0].groups):
        return
    first, *others = sheet.stretches
    # The title stays with what follows it.
    stretches = [replace(first, start=0), *others]
    *_, last = stretches
    one = len(sheet.header_rows) == 1
    header = sheet.header_rows[-1] if one else last.body - 1

    page, heights = high * _PIXELS_AN_INCH * max(1.0, shrunk) * _SAFE_PART, _heights(sheet)

    def breaks(repeated: int) -> list[int]:
        return page_breaks(stretches, heights, page, repeated)

    rows = breaks(heights[header] if one else 0)
    # The headings of the last table, too, go on with it: pages before it don't have them. Those of
    # a table with others behind it would stand above these as well.
    if not one and header in sheet.header_rows and any(last.body < row < last.stop for row in rows):
        sheet.worksheet.repeat_rows(header)
        rows = breaks(heights[header])
    if rows:
        sheet.worksheet.set_h_pagebreaks(rows)


def _heights(sheet: OpenSheet) -> list[int]:
    """How high each row is, in pixels."""
    usual = sheet.theme.row_pixels
    heights = [sheet.worksheet.heights.get(row, usual) for row in range(sheet.row)]
    for bulk in sheet.worksheet.bulk:
        heights[bulk.first : bulk.stop] = np.where(bulk.pixels, bulk.pixels, usual).tolist()
    return heights


def _set_head_and_foot(sheet: OpenSheet, across: float, *, titled: bool) -> None:
    """Header and footer, ``across`` digits wide; ``titled``: with the sheet's title and its second
    line, where the rows above the table are not printed: on the right one of two pages they would
    be cut."""
    spec, book, font = sheet.spec, sheet.workbook.book, sheet.theme.font
    marking = print_safe(book.marking, 30 if titled else 50)
    plain, strong = layout.face(font), layout.face(font, "Bold")
    marked = text_width(marking) * BOLDER
    draft = f"{strong} {DRAFT}  " if book.draft else ""
    beside = across - marked - text_width(DRAFT if book.draft else "") * BOLDER
    title = print_safe(book.title, min(60 if titled else 90, int(beside) - 4))
    tab, below = print_safe(spec.name, 40), ""
    # A footer holds no more than 255 characters: the version's own line comes first.
    spare = _FOOTER_ROOM - len(layout.page_lines(font, marking, tab)[1])
    issued = f"\n{print_safe(book.issued, spare)}" if book.issued else ""
    if titled:
        title += f"\n{strong} {print_safe(spec.title, 70)}"
        # As far as the marking in the middle, else the page's number.
        room = (across - marked) / 2 if marking else across - _NUMBER_DIGITS
        line = " ".join(spec.lines[1:2])
        letters = (room - text_width(tab) - 3) * len(line) / max(1.0, text_width(line))
        letters = min(110, int(letters), spare - len(issued) - len(". "))
        below = f". {print_safe(line, letters)}" if letters > _LEAST_BELOW else ""
    head = f"&L{draft}{plain} {title}"
    foot = f"{tab}{below}{issued}"
    header, footer = layout.page_lines(font, marking, foot, head)
    # As large as it says, however small the page is printed.
    sheet.worksheet.set_header(header, {"scale_with_doc": False})
    sheet.worksheet.set_footer(footer, {"scale_with_doc": False})
