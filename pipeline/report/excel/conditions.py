"""What cells look like once their formulas, or the figures, come to something else."""

from collections.abc import Iterable, Mapping

from pipeline.report import layout
from pipeline.report.excel.errors import must
from pipeline.report.excel.open_sheet import OpenSheet
from pipeline.report.spec import Column, Tone
from pipeline.report.theme import Properties

# The rows of a column, from the first to the last, and its number.
Area = tuple[int, int, int]


def set_off_words(sheet: OpenSheet, area: Area, words: Iterable[str]) -> None:
    """Set texts off as bad that hold one of these words."""
    for word in words:
        holds = {"type": "text", "criteria": "containing", "value": word}
        _set_off(sheet, area, holds, sheet.theme.alarm())


def set_off_stale(sheet: OpenSheet, row: int, column: int) -> None:
    """Have a text say on its face that it is as reported, once the figures are not."""
    if sheet.spec.stale:
        stale = {"type": "formula", "criteria": f"={sheet.spec.stale}"}
        face: Properties = {"num_format": f'"{layout.AS_REPORTED}"@'}
        _set_off(sheet, (row, row, column), stale, face)


def set_off_column(sheet: OpenSheet, column: Column, area: Area) -> None:
    """Set off what the cells of a table's column may come to."""
    if column.formulas:
        set_off_words(sheet, area, column.alarms)
        for word, tone in column.tones.items():
            equal = {"type": "cell", "criteria": "==", "value": f'"{word}"'}
            _set_off(sheet, area, equal, sheet.theme.alarm(tone))
    first, _, number = area
    for place in column.stale:
        set_off_stale(sheet, first + place, number)
    if column.below is not Tone.PLAIN:
        below = {"type": "cell", "criteria": "<", "value": 0}
        _set_off(sheet, area, below, sheet.theme.alarm(column.below))


def _set_off(
    sheet: OpenSheet, area: Area, condition: Mapping[str, object], look: Properties
) -> None:
    first, last, column = area
    options = {**condition, "format": sheet.formats.of(look)}
    code = sheet.worksheet.conditional_format(first, column, last, column, options)
    must(code or 0, f"condition of column {column + 1}")
