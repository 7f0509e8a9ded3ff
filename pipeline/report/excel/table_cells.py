"""The cells of a table's columns, one by one, and what sets its rows off from others."""

from collections.abc import Iterable
from types import NoneType

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.report import layout
from pipeline.report.columns import kinds_of
from pipeline.report.excel.formats import Look
from pipeline.report.excel.open_sheet import OpenSheet
from pipeline.report.excel.open_workbook import quoted
from pipeline.report.safe import all_cell_safe
from pipeline.report.spec import Column, Role, Table, Tone


def differs_by_row(column: Column) -> bool:
    """Whether single cells of a column are more than their values."""
    led = column.files and None in column.files
    return bool(column.shows or column.links or column.names or column.entries or led)


def write_column(sheet: OpenSheet, table: Table, column: Column, first: int, number: int) -> None:
    """The cells of a column, its ``number`` from 0, from the ``first`` row on."""
    sheet.worksheet.claim(first, first + table.rows - 1, number)
    if column.formulas or differs_by_row(column):
        _write_differing_cells(sheet, table, column, first, number)
    else:
        _write_plain_cells(sheet, table, column, first, number)
    for row, name in enumerate(column.names or (), first):
        cell = xl_rowcol_to_cell(row, number, row_abs=True, col_abs=True)
        sheet.workbook.define_name(name, f"={quoted(sheet.tab)}!{cell}")


def _write_plain_cells(
    sheet: OpenSheet, table: Table, column: Column, first: int, number: int
) -> None:
    """Cells that are their values, all of which lead to other files or none."""
    sheet.cells.lead(first, number, column.files or ())
    styles = _styles(sheet, table, column, number)
    if kinds_of(column.values) <= {str, NoneType}:
        texts = all_cell_safe([str(text or "") for text in column.values])
        sheet.worksheet.put_texts(first, number, texts, styles)
        return
    for row, (value, style) in enumerate(zip(column.values, styles, strict=True), first):
        stored = layout.stored(value, column.show)
        match stored:
            case int() | float():
                sheet.worksheet.put_number(row, number, stored, style)
            case _:
                sheet.cells.value(row, number, stored, style)


def _styles(sheet: OpenSheet, table: Table, column: Column, number: int) -> Iterable[Format]:
    """By row the format of a cell that is its value."""
    tone_of, role_of = column.tones.get, table.roles.get
    starts, muted = table.starts, column.muted
    looks = [
        (
            role_of(row, Role.BODY),
            row in starts,
            row in muted,
            tone_of(value) if isinstance(value, str) else None,
        )
        for row, value in enumerate(column.values)
    ]
    styles: dict[tuple[Role, bool, bool, Tone | None], Format] = {}
    for role, opens, quiet, own_tone in dict.fromkeys(looks):
        tone = layout.tone_of_kind(column, own_tone, muted=quiet)
        look = Look(column.show, role, tone, opens, number > 0, table.large)
        styles[role, opens, quiet, own_tone] = sheet.formats.of_cell(look)
    return map(styles.__getitem__, looks)


def _write_differing_cells(
    sheet: OpenSheet, table: Table, column: Column, first: int, number: int
) -> None:
    """Cells with formulas, links, entries or looks of their own."""
    cells = sheet.cells
    for place, value in enumerate(column.values):
        show = column.show_of(place)
        row, entry = first + place, column.entries[place] if column.entries else None
        look = Look(
            show,
            table.roles.get(place, Role.BODY),
            layout.tone(column, place, value),
            place in table.starts,
            number > 0,
            table.large,
            entry is not None,
        )
        style = sheet.formats.of_cell(look)
        if entry:
            cells.take(row, row, number, entry, column.heading)
        stored = layout.stored(value, show)
        if column.formulas and (formula := column.formulas[place]):
            result = stored if isinstance(stored, int | float) else str(stored or "")
            cells.formula(row, number, formula, style, result, table.name)
        elif column.links and (target := column.links[place]):
            cells.link(row, number, str(value), target, style)
        else:
            if column.files and (outside := column.files[place]):
                cells.lead(row, number, [outside])
            cells.value(row, number, stored, style)
