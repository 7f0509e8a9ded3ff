"""A second reading of a workbook's cells, by libraries that share nothing with the first: openpyxl
for .xlsx and .xlsm, xlrd for .xls, pyxlsb for .xlsb, odfdo for .ods.

They are slower, know fewer odd files, and are imported only here, where a version is issued.
Numbers are as they stand in the file, whatever their format shows: a date is the number of its day,
except where the file itself writes it as a date.
"""

import io
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from pipeline.core.text import is_blank
from pipeline.ingest.formats.appearance import Appearance, put_on_formats
from pipeline.ingest.formats.default_password import unlocked
from pipeline.ingest.formats.faults import CellPlace, Fault, WorkbookError
from pipeline.ingest.formats.limits import Limits
from pipeline.ingest.formats.ods import MIMETYPE
from pipeline.ingest.formats.ole_file import OLE, CompoundFile
from pipeline.ingest.formats.ooxml import main_part
from pipeline.ingest.formats.workbook import Cell, Sheet, Workbook
from pipeline.ingest.formats.xls import ERRORS, is_encrypted
from pipeline.ingest.formats.zip_package import ZipPackage

if TYPE_CHECKING:
    import odfdo

SecondCells: TypeAlias = dict[CellPlace, Cell | Fault]
"""The filled cells of a sheet; an error is a Fault."""

# pyxlsb knows the texts of Excel alone, not those that stand in the cell itself.
_MISSES_TEXTS = "pyxlsb"


@dataclass(frozen=True)
class SecondReading:
    """What the second reader (``library``) sees in a workbook's sheets."""

    library: str
    sheets: dict[str, SecondCells]

    def filled(self, places: Mapping[str, Collection[CellPlace]]) -> int:
        """How many of some cells, by sheet, it sees anything in."""
        return sum(
            place in self.sheets[sheet] for sheet, of_sheet in places.items() for place in of_sheet
        )


_Read: TypeAlias = Callable[[bytes, Collection[str]], Iterator[tuple[str, SecondCells]]]


def read_again(content: bytes, sheets: Collection[str]) -> SecondReading:
    """The cells of a workbook's sheets of these names, read by the second reader of its format.

    Raises WorkbookError where it can't open the workbook, or finds no such sheet; ``what`` names
    the library and says why.
    """
    name, read_cells, content = _reader_of(content)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of what it leaves out, which is never a cell.
            warnings.simplefilter("ignore")
            cells = dict(read_cells(content, sheets))
    except MemoryError:
        raise
    except Exception as fault:
        # Each library has its own errors, and stumbles over odd files with any of Python's.
        what = f"{name} can't open it ({type(fault).__name__}: {fault})"
        raise WorkbookError("unreadable-workbook", what) from fault
    missing = [sheet for sheet in sheets if sheet not in cells]
    if missing:
        raise WorkbookError("unreadable-workbook", f"{name} finds no sheet {missing[0]} in it")
    return SecondReading(name, cells)


def _reader_of(content: bytes) -> tuple[str, _Read, bytes]:
    """The second reader of a workbook's format, and the bytes that it is to read."""
    if content.startswith(OLE):
        file = CompoundFile(content)
        if "EncryptedPackage" in file:
            return _reader_of(unlocked(content))
        return "xlrd", _xls, unlocked(content) if is_encrypted(file) else content
    package = ZipPackage(content, Limits())
    if "mimetype" in package and package.read("mimetype").strip() == MIMETYPE:
        return "odfdo", _ods, content
    if main_part(package).casefold().endswith(".bin"):
        return "pyxlsb", _xlsb, content
    return "openpyxl", _xlsx, content


def _xlsx(content: bytes, sheets: Collection[str]) -> Iterator[tuple[str, SecondCells]]:
    import openpyxl  # noqa: PLC0415 - only issuing waits for it
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet  # noqa: PLC0415

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    # It takes 0.0\m for a date; there is no public way to have a number as it stands.
    book._date_formats = set()  # type: ignore[attr-defined]
    book._timedelta_formats = set()  # type: ignore[attr-defined]
    for name in sheets:
        sheet = book[name] if name in book.sheetnames else None
        if not isinstance(sheet, ReadOnlyWorksheet):
            continue
        sheet.reset_dimensions()  # what the file says of them may be wrong
        yield (
            name,
            {
                (row, column): Fault(str(value)) if cell.data_type == "e" else value
                for row, cells in enumerate(sheet.iter_rows())
                for column, cell in enumerate(cells)
                if (value := _plain(cell.value)) is not None
            },
        )


def _xls(content: bytes, sheets: Collection[str]) -> Iterator[tuple[str, SecondCells]]:
    import xlrd  # noqa: PLC0415 - only issuing waits for it

    def value_of(kind: int, value: object) -> Cell | Fault | None:
        if kind == xlrd.XL_CELL_ERROR and isinstance(value, int):
            return Fault(ERRORS.get(value, "#ERROR!"))
        return bool(value) if kind == xlrd.XL_CELL_BOOLEAN else _plain(value)

    book = xlrd.open_workbook(
        file_contents=content, on_demand=True, ragged_rows=True, logfile=io.StringIO()
    )
    for name in sheets:
        if name in book.sheet_names():
            sheet = book.sheet_by_name(name)
            yield (
                name,
                {
                    (row, column): value
                    for row in range(sheet.nrows)
                    for column, cell in enumerate(sheet.row(row))
                    if (value := value_of(cell.ctype, cell.value)) is not None
                },
            )


def _xlsb(content: bytes, sheets: Collection[str]) -> Iterator[tuple[str, SecondCells]]:
    import pyxlsb  # noqa: PLC0415 - only issuing waits for it

    errors = {hex(code): Fault(name) for code, name in ERRORS.items()}
    with pyxlsb.open_workbook(io.BytesIO(content)) as book:
        for name in sheets:
            if name not in book.sheets:
                continue
            with book.get_sheet(book.sheets.index(name) + 1) as sheet:
                yield (
                    name,
                    {
                        (cell.r, cell.c): errors.get(cell.v, value)
                        for row in sheet.rows(sparse=True)
                        for cell in row
                        if (value := _plain(cell.v)) is not None
                    },
                )


def _ods(content: bytes, sheets: Collection[str]) -> Iterator[tuple[str, SecondCells]]:
    import odfdo  # noqa: PLC0415 - only issuing waits for it

    for table in odfdo.Document(io.BytesIO(content)).body.tables:
        if table.name in sheets:
            yield str(table.name), _cells_of(table)


def _cells_of(table: "odfdo.Table") -> SecondCells:
    """The cells of a table of an .ods, those that are repeated written out."""
    cells: SecondCells = {}
    top = 0
    for row in table.get_elements("descendant::table:table-row"):
        left, height = 0, _times(row, "rows")
        for cell in row.get_elements("table:table-cell | table:covered-table-cell"):
            width = _times(cell, "columns")
            value = _of_ods(cell)
            if value is not None:
                for place in range(top, top + height):
                    cells |= dict.fromkeys([(place, left + n) for n in range(width)], value)
            left += width
        top += height
    return cells


def _of_ods(cell: "odfdo.Element") -> Cell | Fault | None:
    """What a cell of an .ods holds."""
    if cell.get_attribute_string("calcext:value-type") == "error":
        return Fault(cell.inner_text.strip() or "#ERROR!")
    return _plain(getattr(cell, "value", None))


def _times(element: "odfdo.Element", of: str) -> int:
    """How often a row or a cell is repeated."""
    return int(element.get_attribute_string(f"table:number-{of}-repeated") or 1)


def _plain(value: object) -> Cell | None:
    """A value as the first reader has it: every number a float; None for a blank."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        return None if is_blank(value) else value
    return value if isinstance(value, bool | time | date | datetime | timedelta) else None


class SecondWorkbook(Workbook):
    """A workbook some of whose cells are what the second reader says, all else as it is read
    first: what then comes out of reading it is made of those."""

    def __init__(
        self,
        content: bytes,
        limits: Limits | None = None,
        *,
        careful: bool = True,
        second: SecondReading,
        places: Mapping[str, Collection[CellPlace]],
    ) -> None:
        """Open a workbook from its bytes; ``places``: the cells, by sheet. Raises WorkbookError."""
        super().__init__(content, limits, careful=careful)
        self._second, self._again = second, places

    def sheet(self, number: int) -> Sheet:
        """The cells of a worksheet."""
        sheet = super().sheet(number)
        look = Appearance()
        for row, column in self._again.get(sheet.name, ()):
            value = self._second.sheets[sheet.name].get((row, column), "")
            first = sheet.rows[row][column]
            if value == "" and isinstance(first, str) and self._second.library == _MISSES_TEXTS:
                continue
            if isinstance(value, Fault):
                sheet.faults[row, column], value = value, ""
            sheet.rows[row][column] = value
            look.add_style(row, column, sheet.appearance.styles.get(column, {}).get(row))
        put_on_formats(sheet.rows, look)
        return sheet
