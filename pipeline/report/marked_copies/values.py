"""A plain workbook of values, for returns of a kind that can't be marked as they stand."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import isfinite
from xml.sax.saxutils import quoteattr

from pipeline.core.source import column_letters
from pipeline.core.text import ShownNumber
from pipeline.report.marked_copies.cells import COLUMNS, ROWS
from pipeline.report.marked_copies.package import MAIN, RELATIONSHIPS, TYPES
from pipeline.report.marked_copies.xmlpart import TooLargeError, words
from pipeline.report.safe import unique_sheet_names

# More would take their time, and fill no return.
MOST_CELLS = 1_000_000

_NARROWEST, _WIDEST = 7, 36
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# The places of these among the cell styles.
_PLAIN, _DATE, _DATE_TIME, _TIME, _DURATION = range(5)
_DATES = ("dd/mm/yyyy", "dd/mm/yyyy\\ hh:mm:ss", "hh:mm:ss", "[h]:mm:ss")
_FIRST_CODE = 164
# Excel refuses a workbook with a longer number format, or one of more conditions.
_LONGEST_CODE, _MOST_CONDITIONS = 255, 2
_EPOCH = datetime(1899, 12, 30)
# Before it Excel counts a day that never was.
_FIRST = datetime(1900, 3, 1)


@dataclass(frozen=True)
class SheetValues:
    """A sheet's values: ``rows[r][c]`` with r and c from 0 as they stand in the sheet, blanks
    ``""`` or None."""

    name: str
    rows: Sequence[Sequence[object]]
    hidden: bool = False
    merged: Sequence[tuple[int, int, int, int]] = ()


def _codes(sheets: Sequence[SheetValues]) -> dict[str, int]:
    """The number formats without which a number would say something else, each with its style."""
    codes = {
        value.code
        for sheet in sheets
        for row in sheet.rows
        for value in row
        if isinstance(value, ShownNumber) and _is_sound(value.code)
    }
    return {code: len(_DATES) + 1 + n for n, code in enumerate(sorted(codes))}


def _is_sound(code: str) -> bool:
    conditions = len(re.findall(r"\[[<>=]", code))
    return len(code) <= _LONGEST_CODE and conditions <= _MOST_CONDITIONS and code.count(";") < 4


def _styles(codes: Iterable[str]) -> str:
    formats = [*_DATES, *codes]
    cells = "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0" '
        'applyNumberFormat="1"/>'
        for number in range(_FIRST_CODE, _FIRST_CODE + len(formats))
    )
    numbered = "".join(
        f'<numFmt numFmtId="{number}" formatCode={quoteattr(words(code))}/>'
        for number, code in enumerate(formats, _FIRST_CODE)
    )
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="{len(formats)}">{numbered}</numFmts>'
        '<fonts count="1"><font><sz val="11"/><name val="Arial"/><family val="2"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill '
        'patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/>'
        '<bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" '
        'fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(formats) + 1}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" '
        f'xfId="0"/>{cells}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" '
        'builtinId="0"/></cellStyles></styleSheet>'
    )


def plain_workbook(sheets: Sequence[SheetValues]) -> bytes:
    """The values as an .xlsx file, without any format but those of dates and of numbers that would
    say something else; merged cells stay so. Sheets whose names
    Excel would not take get others: ``plain_names``. Raises TooLargeError."""
    if sum(len(row) for sheet in sheets for row in sheet.rows) > MOST_CELLS:
        raise TooLargeError
    codes = _codes(sheets)
    parts = {
        TYPES: _types(len(sheets)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _workbook(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            [("styles", "styles.xml")]
            + [("worksheet", f"worksheets/sheet{n}.xml") for n, _ in enumerate(sheets, 1)]
        ),
        "xl/styles.xml": _styles(codes),
    }
    for number, sheet in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = _worksheet(sheet, codes)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), (_HEADER + text).encode())
    return stream.getvalue()


def plain_names(sheets: Iterable[SheetValues]) -> tuple[str, ...]:
    """What the sheets of the plain workbook are called."""
    return unique_sheet_names(sheet.name for sheet in sheets)


def _types(sheets: int) -> str:
    parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    parts += [(f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in range(1, sheets + 1)]
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(f'<Override PartName="{p}" ContentType="{_CONTENT}.{t}+xml"/>' for p, t in parts)
        + "</Types>"
    )


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{RELATIONSHIPS}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(targets)
        )
        + "</Relationships>"
    )


def _workbook(sheets: Sequence[SheetValues]) -> str:
    sheet_elements = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}"{_HIDDEN if sheet.hidden else ""} '
        f'r:id="rId{n}"/>'
        for n, (sheet, name) in enumerate(zip(sheets, plain_names(sheets), strict=True), 1)
    )
    return (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}"><bookViews><workbookView/>'
        f"</bookViews><sheets>{sheet_elements}</sheets></workbook>"
    )


_HIDDEN = ' state="hidden"'


def _worksheet(sheet: SheetValues, codes: Mapping[str, int]) -> str:
    letters = [column_letters(n) for n in range(1, max(map(len, sheet.rows), default=0) + 1)]
    if len(sheet.rows) > ROWS or len(letters) > COLUMNS:
        raise TooLargeError
    rows: list[str] = []
    for number, row in enumerate(sheet.rows, 1):
        cells = "".join(
            _cell(f"{letter}{number}", value, codes)
            for letter, value in zip(letters, row, strict=False)
            if value is not None and value != ""
        )
        if cells:
            rows.append(f'<row r="{number}">{cells}</row>')
    return (
        f'<worksheet xmlns="{MAIN}">{_columns(sheet)}<sheetData>{"".join(rows)}</sheetData>'
        f"{_merged(sheet)}</worksheet>"
    )


def _merged(sheet: SheetValues) -> str:
    areas = "".join(
        f'<mergeCell ref="{column_letters(left + 1)}{top + 1}:'
        f'{column_letters(right + 1)}{bottom + 1}"/>'
        for top, left, bottom, right in sheet.merged
        if bottom < ROWS and right < COLUMNS
    )
    return f"<mergeCells>{areas}</mergeCells>" if areas else ""


def _columns(sheet: SheetValues) -> str:
    """Columns as wide as what stands in them; sentences run on to the right."""
    widths: dict[int, int] = {}
    for row in sheet.rows:
        for number, value in enumerate(row, 1):
            length = len(str(value)) if value is not None else 0
            if _NARROWEST < length <= _WIDEST:
                widths[number] = max(length, widths.get(number, 0))
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width + 2}" customWidth="1"/>'
        for number, width in sorted(widths.items())
    )
    return f"<cols>{columns}</cols>" if columns else ""


def _cell(address: str, value: object, codes: Mapping[str, int]) -> str:
    if isinstance(value, ShownNumber) and value.code in codes:
        return f'<c r="{address}" s="{codes[value.code]}"><v>{float(value)!r}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{address}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float) and isfinite(value):
        return f'<c r="{address}"><v>{value!r}</v></c>'
    if (stored := _serial(value)) is not None:
        return f'<c r="{address}" s="{stored[1]}"><v>{stored[0]!r}</v></c>'
    text = words(str(value))
    return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _serial(value: object) -> tuple[float, int] | None:
    """A date or a time as Excel counts it, in days, with its format; None for anything else, and
    for dates before Excel's own."""
    match value:
        case datetime() if value.tzinfo is None and value >= _FIRST:
            midnight = value.time() == time()
            return (value - _EPOCH) / timedelta(days=1), _DATE if midnight else _DATE_TIME
        case date() if not isinstance(value, datetime) and value >= _FIRST.date():
            return float((value - _EPOCH.date()).days), _DATE
        case time() if value.tzinfo is None:
            past = datetime.combine(_EPOCH, value) - _EPOCH
            return past / timedelta(days=1), _TIME
        case timedelta():
            return value / timedelta(days=1), _DURATION
        case _:
            return None
