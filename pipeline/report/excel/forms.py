"""What people fill in: forms, settings, and the lists that drop-downs offer."""

from xlsxwriter.utility import xl_range_abs

from pipeline.report import layout
from pipeline.report.excel.errors import must
from pipeline.report.excel.open_sheet import AIR_PIXELS, HIGHEST_PIXELS, OpenSheet
from pipeline.report.excel.open_workbook import OpenWorkbook, quoted
from pipeline.report.safe import cell_safe
from pipeline.report.spec import Entry, Form, FormColumn, Lists, Setting, Settings
from schemas.fields import Kind
from schemas.outputs import Show

# Drop-downs go on below the ruled rows.
_ENTRY_ROWS = 2_000
_ENTERED_NUMBERS = (Kind.AMOUNT, Kind.WEIGHT, Kind.QUANTITY)


def write_form(sheet: OpenSheet, form: Form) -> None:
    """A table to fill in: the headings, then the rows, what was typed already in the first."""
    theme = sheet.theme
    sheet.write_caption(form.caption)
    top = sheet.row
    sheet.set_heading_height([column.heading for column in form.columns])
    for number, column in enumerate(form.columns):
        _write_heading(sheet, column, number)
    sheet.header_rows.append(top)
    for number, column in enumerate(form.columns):
        _write_entries(sheet, column, top + 1, number, form.rows)
        last = top + max(_ENTRY_ROWS, 2 * form.rows)
        sheet.cells.take(top + 1, last, number, column.entry, column.heading or "Value")
    for place, lines in enumerate(layout.form_lines(form.columns, sheet.widths)):
        if lines > 1:
            high = min(lines * theme.row_pixels + AIR_PIXELS, HIGHEST_PIXELS)
            sheet.set_pixels(top + 1 + place, high)
    sheet.row = top + 1 + form.rows


def _write_heading(sheet: OpenSheet, column: FormColumn, number: int) -> None:
    """The heading of a column in the next row, or a cell where it is typed in."""
    cells, theme, top = sheet.cells, sheet.theme, sheet.row
    if column.heading:
        show = Show.MONEY if column.entry.kind in _ENTERED_NUMBERS else Show.TEXT
        cells.text(top, number, column.heading, theme.heading(show, required=column.required))
        place = (sheet.tab, top + 1, number)
        sheet.workbook.form_columns[sheet.spec.name, column.heading] = place
    else:
        cells.text(top, number, column.typed, theme.typed_heading())
        cells.take(top, top, number, Entry(Kind.TEXT, column.heading_message), "Heading")


def _write_entries(
    sheet: OpenSheet, column: FormColumn, first: int, number: int, rows: int
) -> None:
    """The rows of a column of a form, with the notes on them."""
    style = sheet.theme.entry(column.entry.kind)
    for place, value in enumerate(column.values):
        sheet.cells.typed(first + place, number, value, style)
    for row in range(first + len(column.values), first + rows):
        sheet.cells.text(row, number, "", style)
    for place, note in column.notes.items():
        code = sheet.worksheet.write_comment(first + place, number, cell_safe(note))
        must(code, f"note at row {first + place + 1}")
    # Below the ruled rows the column's number format goes on, the rules don't.
    plain = {name: value for name, value in style.items() if not name.startswith("border")}
    width, plain_format = sheet.widths[number], sheet.formats.of(plain)
    code = sheet.worksheet.set_column(number, number, width, plain_format)
    must(code, f"format of column {number}")


def name_form_columns(workbook: OpenWorkbook) -> None:
    """The names that drop-downs call the filled cells of a form's columns by."""
    for name, place in workbook.book.names.items():
        tab, row, column = workbook.form_columns[place]
        cells = f"{quoted(tab)}!{xl_range_abs(row, column, row + _ENTRY_ROWS - 1, column)}"
        first = cells.partition(":")[0]
        # As far down as there is an entry, so that the drop-down has no blanks.
        workbook.define_name(name, f"={first}:INDEX({cells},MAX(1,COUNTA({cells})))")


def write_settings(sheet: OpenSheet, block: Settings) -> None:
    """A list of settings, a row each."""
    top = sheet.row
    sheet.set_height(1, 6)
    for number, (heading, _) in enumerate(layout.SETTING_COLUMNS):
        style = sheet.theme.heading(Show.TEXT, required=number < 2)
        sheet.cells.text(top, number, heading, style)
    sheet.header_rows.append(top)
    for row, setting in enumerate(block.settings, top + 1):
        _write_setting(sheet, row, setting)
    sheet.row = top + 1 + len(block.settings)


def _write_setting(sheet: OpenSheet, row: int, setting: Setting) -> None:
    cells, theme, kind = sheet.cells, sheet.theme, setting.entry.kind
    cells.text(row, 0, setting.name, theme.label() | {"bold": setting.required})
    cells.typed(row, 1, setting.value, theme.entry(kind) | {"align": "left"})
    cells.text(row, 2, setting.meaning, theme.label())
    cells.text(row, 3, setting.default, theme.label())
    sample = sheet.formats.of(theme.sample(kind) | {"align": "left"})
    cells.value(row, 4, setting.example, sample)
    cells.take(row, row, 1, setting.entry, setting.name)
    lines = layout.lines(setting.meaning, sheet.widths[2])
    sheet.set_pixels(row, lines * theme.row_pixels + AIR_PIXELS)


def write_lists(sheet: OpenSheet, block: Lists) -> None:
    """The lists behind the drop-downs, side by side, each with its name."""
    top = sheet.row
    sheet.set_heading_height([one.heading for one in block.lists])
    for column, one in enumerate(block.lists):
        sheet.cells.text(top, column, one.heading, sheet.theme.heading(Show.TEXT))
        style = sheet.formats.of(sheet.theme.entry(Kind.TEXT) | {"align": "left"})
        for row, word in enumerate(one.words, top + 1):
            sheet.cells.value(row, column, word, style)
        cells = xl_range_abs(top + 1, column, top + max(1, len(one.words)), column)
        sheet.workbook.define_name(one.name, f"={quoted(sheet.tab)}!{cells}")
    sheet.header_rows.append(top)
    sheet.row = top + 1 + max(len(one.words) for one in block.lists)
