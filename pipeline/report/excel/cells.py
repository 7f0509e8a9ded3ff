"""Values of all kinds into the cells of a worksheet: a text stays a text whatever it looks like,
and every refusal of the writer's is an error."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from xlsxwriter.format import Format

from pipeline.report import layout
from pipeline.report.excel.errors import must
from pipeline.report.excel.open_workbook import LiveFormula, OpenWorkbook, quoted
from pipeline.report.excel.worksheet import ReadyWorksheet
from pipeline.report.formula import Formula
from pipeline.report.safe import cell_safe, one_line
from pipeline.report.spec import Broken, Entry, FilePlace, FilePlaces, Formatted
from pipeline.report.theme import Properties

_MESSAGE_TITLE, _MESSAGE = 32, 255
# Of a link to another file, in characters: less than Excel's 2,080.
_LONGEST_ADDRESS = 2_000


class _Text(str):
    """A formula's result. The writer stores none at all for a text that equals an empty one."""

    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


def _is_short(to: FilePlace) -> bool:
    return len(to.address) + len(to.sheet) <= _LONGEST_ADDRESS


class Cells:
    """The cells of one worksheet, by row and column from 0."""

    def __init__(self, workbook: OpenWorkbook, worksheet: ReadyWorksheet) -> None:
        self._workbook = workbook
        self._worksheet = worksheet
        self._formats = workbook.formats

    def text(self, row: int, column: int, text: str, look: Properties) -> None:
        """A text, none where it is empty."""
        self._text(row, column, text, self._formats.of(look))

    def value(self, row: int, column: int, value: object, style: Format) -> None:
        """Any value as what it is."""
        match value:
            case None:
                self._text(row, column, "", style)
            case date():
                moment = datetime.combine(value, time())
                code = self._worksheet.write_datetime(row, column, moment, style)
                must(code, f"date at row {row + 1}")
            case int() | float():
                self._number(row, column, value, style)
            case _:
                self._text(row, column, str(value), style)

    def typed(self, row: int, column: int, value: object, look: Properties) -> None:
        """What somebody typed into a cell that people fill in, faults and all."""
        match value:
            case Formatted():
                style = self._formats.of(look | {"num_format": value.code})
                self._number(row, column, value.number, style)
            case Broken():
                formula, style = f"={value.error or 'NA()'}", self._formats.of(look)
                code = self._worksheet.write_formula(row, column, formula, style, value.error)
                must(code, f"formula at row {row + 1}")
            case _:
                self.value(row, column, value, self._formats.of(look))

    def formula(
        self,
        row: int,
        column: int,
        formula: Formula,
        style: Format,
        value: str | float,
        table: str = "",
    ) -> None:
        """A formula, and what it comes to; it waits until all tables are written."""
        result = _Text(value) if isinstance(value, str) else value
        self._workbook.formulas.append(
            LiveFormula(self._worksheet, table, row, column, formula, style, result)
        )

    def link(self, row: int, column: int, text: str, sheet: str, style: Format) -> None:
        """A text that leads to another sheet."""
        where = f"internal:{quoted(self._workbook.tabs[sheet])}!A1"
        code = self._worksheet.write_url(row, column, where, style, cell_safe(text))
        must(code, f"link at row {row + 1}")

    def lead(self, first: int, column: int, files: Sequence[FilePlace | None]) -> None:
        """Let cells one under the other lead to those of other files; not where the address is too
        long for a link."""
        rows: Sequence[int] = range(first, first + len(files))
        if not (isinstance(files, FilePlaces) and all(map(_is_short, files.sheets))):
            led = [(row, to) for row, to in enumerate(files, first) if to and _is_short(to)]
            rows, files = [row for row, _ in led], FilePlaces.of([to for _, to in led])
        if rows:
            self._worksheet.file_links.append((rows, column, files))

    def take(self, first: int, last: int, column: int, entry: Entry, heading: str) -> None:
        """The drop-down, the limits and the message of cells that people fill in."""
        options: dict[str, Any] = {
            **layout.limits(entry),
            "input_title": one_line(heading, _MESSAGE_TITLE),
            "input_message": one_line(entry.message, _MESSAGE),
            "error_type": "stop" if entry.strict else "warning",
        }
        code = self._worksheet.data_validation(first, column, last, column, options)
        must(code, f"drop-down or message of {heading}")

    def _text(self, row: int, column: int, text: str, style: Format) -> None:
        self._worksheet.claim(row, row, column)
        self._worksheet.put_text(row, column, cell_safe(text), style)

    def _number(self, row: int, column: int, number: float, style: Format) -> None:
        self._worksheet.claim(row, row, column)
        self._worksheet.put_number(row, column, number, style)
