"""Workbooks for tests, built so that a test reads as a finance officer would tell it.

    programme = Programme(units="£000")
    programme.baseline("ICT", A=600, B=400)
    programme.write(folder)
    finance = Return(department="Finance", title_rows=2)
    row = finance.line([500, "TBC", 0], service="ICT", category="One-off cost")
    finance.write(folder, "finance.xlsx")
    assert finance.at(row, "2013/14") == "J5"

Fields are given by our headings, as keywords (``line_ref=``) or as they stand (``**{"Line ref":``).
What a test does not say has a sensible default; ``None`` leaves the cell blank. A field that no
heading bears gets a column of its own at the right. The same calls write the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import openpyxl
import xlsxwriter
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple
from python_calamine import load_workbook


@dataclass(frozen=True)
class Formula:
    """A formula cell. ``stored`` is its result; ``None``: never calculated, ``""``: empty text."""

    text: str
    stored: str | float | bool | None = None


def error_cell(code: str = "#REF!") -> Formula:
    """A cell that shows an Excel error."""
    return Formula(f"={code}", code)


@dataclass(frozen=True)
class Shown:
    """A cell with a number format of its own (a code, or the number of a built-in one), or struck
    through."""

    value: Cell
    number_format: str | int = "General"
    struck: bool = False


Cell = str | float | Decimal | bool | date | datetime | Formula | Shown | None
"""Anything a cell can hold; ``None`` is blank."""

Rows = Iterable[Sequence[Cell]]

COVER: Final = ("Setting", "Value")
BEFORE_YEARS: Final = (
    "Line ref",
    "Project code",
    "Description",
    "Service",
    "Category",
    "Scenario",
    "Basis",
    "Partner",
)
AFTER_YEARS: Final = ("Counted in", "Funding", "Paid by", "Owner", "Confidence", "Notes")
PROJECTS: Final = (
    "Project code",
    "Business planning reference",
    "Project title",
    "Brief description",
    "Senior responsible officer",
    "Service",
    "Why needed",
    "What if not done",
    "Aims and objectives",
    "Overview",
    "Assumptions",
    "Constraints",
    "Options study",
    "In scope",
    "Out of scope",
    "Non-financial benefits",
    "Who is affected",
    "Positive impacts",
    "Negative impacts",
    "Neutral impacts",
    "Disproportionate impacts",
)
OTHER_RETURN_SHEETS: Final = {
    "Projects": PROJECTS,
    "Delivery": ("Line ref", "Year", "Forecast", "Delivered", "RAG", "Commentary"),
    "Risks": ("Risk ref", "Project code", "Risk", "Likelihood", "Impact", "Mitigation", "Owner"),
    "Benefits": ("Project code", "Benefit", "Criterion", "Measure", "Baseline", "Target"),
    "Dependencies": ("Project code", "Depends on", "Note"),
    "Milestones": ("Project code", "Milestone", "Planned", "Forecast", "Status"),
    "Assumptions": ("Ref", "Assumption", "Effect", "Owner", "Signed off by", "Date"),
}
ANSWERS: Final = (
    *("Severity", "Rule", "Workbook", "Sheet", "Cell", "Heading", "Value", "Problem", "Remedy"),
    *("Line ref", "Scenario", "Answer", "Answered by", "Department"),
)
LAYOUTS: Final = (
    "Workbook",
    "Sheet",
    "Table",
    "Heading",
    "Their heading",
    "Constant",
    "Their value",
    "Our value",
    "Fill down",
    "Map",
)


class _EmptyText(str):
    """A stored empty text, which XlsxWriter would take for "no stored value" if it equalled ""."""

    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


class Sheet:
    """A table on a sheet: title rows, a header row, and rows in the order in which they came."""

    def __init__(
        self,
        name: str,
        headings: Sequence[str],
        *,
        titles: Rows = (),
        blank_columns: int = 0,
        printed: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.headings = list(headings)
        self.titles = [list(row) for row in titles]
        self.blank_columns = blank_columns
        self.printed = dict(printed or {})
        self.rows: list[list[Cell]] = []
        self.merged: list[str] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[str] = []
        # An Excel table over the sheet's own, its last row being its total row.
        self.totals_marked = False
        self.visible = True
        self.has_header = True

    @property
    def header_row(self) -> int:
        """The header row's Excel number."""
        return len(self.titles) + 1

    def add(self, cells: Mapping[str, Cell]) -> int:
        """A row from fields by heading; its Excel row number."""
        values: dict[int, Cell] = {
            self._column(name, add=True): value for name, value in cells.items()
        }
        return self.add_raw([values.get(column) for column in range(len(self.headings))])

    def add_raw(self, values: Sequence[Cell]) -> int:
        """A row of cells as they stand, from the table's first column on; its row number."""
        self.rows.append(list(values))
        return self.header_row + len(self.rows)

    def at(self, row: int, heading: str) -> str:
        """The address of a heading's cell in a row, such as F7."""
        column = self._column(heading, add=False) + self.blank_columns
        return f"{get_column_letter(column + 1)}{row}"

    def header_at(self, heading: str) -> str:
        """The address of a heading's own cell."""
        return self.at(self.header_row, heading)

    def put(self, row: int, heading: str, value: Cell) -> str:
        """Change a cell that was written before; its address."""
        cells = self.rows[row - self.header_row - 1]
        column = self._column(heading, add=True)
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = value
        return self.at(row, heading)

    def _column(self, name: str, *, add: bool) -> int:
        if name in self.headings:
            return self.headings.index(name)
        folded_name = name.replace("_", " ").casefold()
        folded = [heading.casefold() for heading in self.headings]
        if folded_name in folded:
            return folded.index(folded_name)
        if not add:
            raise KeyError(f"{self.name} has no heading {name!r}: {self.headings}")
        self.headings.append(name)
        return len(self.headings) - 1

    def grid(self) -> list[list[Cell]]:
        """Every row of the sheet from A1 on, leading blank columns included."""
        header: list[Cell] = [self.printed.get(heading, heading) for heading in self.headings]
        table = [header, *self.rows] if self.has_header else self.rows
        return [*self.titles, *([None] * self.blank_columns + row for row in table)]


class _Workbook:
    """Sheets in order, and how they are written."""

    def __init__(self) -> None:
        self.sheets: dict[str, Sheet] = {}
        self._always: set[str] = set()
        self._left_out: set[str] = set()

    def sheet(self, name: str, rows: Rows = ()) -> Sheet:
        """A sheet of ours by its name; a name that is none of ours adds a sheet of raw rows."""
        if name not in self.sheets:
            extra = Sheet(name, ())
            extra.has_header = False
            self.sheets[name] = extra
            self._always.add(name)
        sheet = self.sheets[name]
        for row in rows:
            sheet.add_raw(row)
        return sheet

    def row(self, *values: Cell, sheet: str) -> int:
        """A row of raw cells below what a sheet has so far; its Excel row number."""
        return self.sheets[sheet].add_raw(values)

    def hide(self, sheet: str) -> None:
        """Hide a sheet."""
        self.sheets[sheet].visible = False

    def leave_out(self, sheet: str) -> None:
        """Write the workbook without one of its sheets."""
        self._left_out.add(sheet)

    def _write(self, path: Path, options: Mapping[str, Any]) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        book = xlsxwriter.Workbook(str(path), {"in_memory": True, **options})
        book.set_properties({"created": datetime(2012, 4, 30)})  # the same bytes on every run
        formats = _Formats(book)
        for key, sheet in self.sheets.items():
            if key not in self._left_out and (key in self._always or sheet.rows):
                _write_sheet(book.add_worksheet(sheet.name), sheet, formats)
        book.close()
        return path


class _Formats:
    """A workbook's cell formats, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._formats: dict[tuple[str | int, bool], Any] = {}

    def __call__(self, number_format: str | int, struck: bool = False) -> Any:
        key = number_format, struck
        if key not in self._formats:
            options = {"num_format": number_format, "font_strikeout": struck}
            self._formats[key] = self._book.add_format(options)
        return self._formats[key]


def _write_sheet(worksheet: Any, sheet: Sheet, formats: _Formats) -> None:
    for row, cells in enumerate(sheet.grid()):
        for column, value in enumerate(cells):
            _write_cell(worksheet, row, column, value, formats)
    for area in sheet.merged:
        first, last = (coordinate_to_tuple(corner) for corner in area.split(":"))
        top, left = first[0] - 1, first[1] - 1
        value_kept = sheet.grid()[top][left]
        worksheet.merge_range(top, left, last[0] - 1, last[1] - 1, "")
        _write_cell(worksheet, top, left, value_kept, formats)
    if sheet.totals_marked:
        _mark_totals(worksheet, sheet)
    for row in sheet.hidden_rows:
        worksheet.set_row(row - 1, None, None, {"hidden": True})
    for letters in sheet.hidden_columns:
        worksheet.set_column(f"{letters}:{letters}", None, None, {"hidden": True})
    if not sheet.visible:
        worksheet.hide()


def _mark_totals(worksheet: Any, sheet: Sheet) -> None:
    first, last = sheet.header_row - 1, len(sheet.grid()) - 1
    left, right = sheet.blank_columns, sheet.blank_columns + len(sheet.headings) - 1
    columns = [{"header": heading} for heading in sheet.headings]
    options = {"columns": columns, "total_row": True}
    assert worksheet.add_table(first, left, last, right, options) == 0


def _write_cell(worksheet: Any, row: int, column: int, value: Cell, formats: _Formats) -> None:
    result, style = 0, None
    if isinstance(value, Shown):
        style, value = formats(value.number_format, value.struck), value.value
    # Each kind has its own call: write() would guess formulas and links from text.
    if value is None:
        return
    if isinstance(value, Formula):
        stored: object = value.stored
        if stored is None:
            stored = ""  # XlsxWriter's way to write an empty <v>, the sign of "not calculated"
        elif stored == "":
            stored = _EmptyText()
        result = worksheet.write_formula(row, column, value.text, style, stored)
    elif isinstance(value, bool):
        result = worksheet.write_boolean(row, column, value, style)
    elif isinstance(value, date):
        result = worksheet.write_datetime(row, column, value, style or formats("dd/mm/yyyy"))
    elif isinstance(value, str):
        result = worksheet.write_string(row, column, value, style)
    else:
        result = worksheet.write_number(row, column, float(value), style)  # type: ignore[arg-type]
    assert result == 0, f"XlsxWriter refused {value!r} ({result})"


@dataclass(frozen=True)
class _Look:
    """Where a workbook's tables stand and what they are called."""

    title_rows: int | Rows
    blank_columns: int
    sheets: Mapping[str, str] | None
    headings: Mapping[str, str] | None

    def build(self, name: str, headings: Sequence[str]) -> Sheet:
        titles = self.title_rows
        if isinstance(titles, int):
            titles = [[f"{name}, title row {number}"] for number in range(1, titles + 1)]
        return Sheet(
            (self.sheets or {}).get(name, name),
            headings,
            titles=titles,
            blank_columns=self.blank_columns,
            printed=self.headings,
        )


class Programme(_Workbook):
    """programme.xlsx: two partners (A, B), ICT and Fleet on Baseline, three years from 2012/13.

    Keywords that are settings (``units="£000"``) are set. The first call of :meth:`partner`,
    :meth:`service` or :meth:`baseline` puts the test's own rows in the place of the default ones.
    """

    def __init__(
        self,
        *,
        title_rows: int | Rows = 0,
        blank_columns: int = 0,
        sheets: Mapping[str, str] | None = None,
        headings: Mapping[str, str] | None = None,
        **settings: Cell,
    ) -> None:
        super().__init__()
        look = _Look(title_rows, blank_columns, sheets, headings)
        for name, columns in {
            "Programme": COVER,
            "Partners": ("Code", "Name"),
            "Services": ("Service", "Strand", "Basis"),
            "Baseline": ("Service", "Year"),
            "Drivers": ("Driver", "Service", "Year"),
            "Departments": ("Department", "Contact", "Due"),
            "Confidence": ("Rating", "Weight"),
            "Tags": ("Heading", "Kind", "Values"),
            "Gap": ("Partner",),
            "Answers": ANSWERS,
            "Assumptions": OTHER_RETURN_SHEETS["Assumptions"],
            "Layouts": LAYOUTS,
        }.items():
            self.sheets[name] = look.build(name, columns)
        self._always = {"Programme", "Partners", "Services"}
        self._settings: dict[str, int] = {}
        self._defaults: dict[str, Callable[[], object]] = {
            "Partners": lambda: (
                self.partner("A", "Alpha Council"),
                self.partner("B", "Beta Police"),
            ),
            "Services": lambda: (
                self.service("ICT", "Corporate", "Baseline"),
                self.service("Fleet", "Operations", "Baseline"),
            ),
            "Baseline": lambda: (
                self.baseline("ICT", A=60_000_000, B=40_000_000),
                self.baseline("Fleet", A=10_000_000, B=30_000_000),
            ),
        }
        defaults: dict[str, Cell] = {
            "title": "Joint working",
            "first_year": "2012/13",
            "years": 3,
        }
        for name, value in (defaults | settings).items():
            self.setting(name, value)

    def setting(self, name: str, value: Cell) -> str:
        """Set a setting, or change it; its address. ``None`` leaves the row with a blank value."""
        name = name.replace("_", " ").capitalize() if name.islower() else name
        name = {"Steady state year": "Steady-state year"}.get(name, name)
        sheet = self.sheets["Programme"]
        if name not in self._settings:
            self._settings[name] = sheet.add({"Setting": name})
        return sheet.put(self._settings[name], "Value", value)

    def setting_at(self, name: str) -> str:
        """The address of a setting's value."""
        return self.sheets["Programme"].at(self._settings[name], "Value")

    def partner(self, code: Cell, name: Cell) -> int:
        """A partner; its row."""
        return self._add("Partners", {"Code": code, "Name": name})

    def service(self, service: Cell, strand: Cell = "Corporate", basis: Cell = "Baseline") -> int:
        """A service area; its row."""
        return self._add("Services", {"Service": service, "Strand": strand, "Basis": basis})

    def baseline(
        self,
        service: Cell,
        *,
        year: Cell = None,
        said: Mapping[str, Cell] | None = None,
        **weights: Cell,
    ) -> int:
        """A baseline row with a weight per partner code; its row. ``said``: From, Version, Source
        and As at.

        A partner that no row mentions has no column.
        """
        return self._add("Baseline", {"Service": service, "Year": year, **(said or {}), **weights})

    def driver(
        self,
        driver: Cell,
        *,
        service: Cell = None,
        year: Cell = None,
        said: Mapping[str, Cell] | None = None,
        **weights: Cell,
    ) -> int:
        """A cost driver's row with a weight per partner code; its row. ``said`` as in
        ``baseline``."""
        labels: dict[str, Cell] = {"Driver": driver, "Service": service, "Year": year}
        return self._add("Drivers", labels | dict(said or {}) | weights)

    def answer(self, cells: Mapping[str, Cell]) -> int:
        """A row of Answers, by its headings; its row."""
        return self._add("Answers", cells)

    def department(self, department: Cell, contact: Cell = None, due: Cell = None) -> int:
        """A department whose return is expected; its row."""
        return self._add("Departments", {"Department": department, "Contact": contact, "Due": due})

    def rating(self, rating: Cell, weight: Cell) -> int:
        """A row of Confidence; its row."""
        return self._add("Confidence", {"Rating": rating, "Weight": weight})

    def tag(self, heading: Cell, kind: Cell = "List", values: Cell = None) -> int:
        """A row of Tags; its row."""
        return self._add("Tags", {"Heading": heading, "Kind": kind, "Values": values})

    def gap(self, partner: Cell, by_year: Mapping[str, Cell]) -> int:
        """A row of Gap, its amounts by year label; its row."""
        return self._add("Gap", {"Partner": partner, **by_year})

    def assumption(self, **cells: Cell) -> int:
        """An assumption; its row."""
        return self._add("Assumptions", cells)

    def layout(self, **cells: Cell) -> int:
        """A row of Layouts; its row."""
        return self._add("Layouts", cells)

    def none_of(self, *sheets: str) -> None:
        """Leave sheets without rows instead of filling in the default ones."""
        for sheet in sheets:
            self._defaults.pop(sheet, None)

    def _add(self, sheet: str, cells: Mapping[str, Cell]) -> int:
        self._defaults.pop(sheet, None)
        return self.sheets[sheet].add(cells)

    def write(self, folder: Path, name: str = "programme.xlsx", **options: Any) -> Path:
        """Write the workbook (``options`` are XlsxWriter's, say ``date_1904=True``); its path."""
        for fill_in in list(self._defaults.values()):
            fill_in()
        return self._write(folder / name, options)


class Return(_Workbook):
    """One department's workbook: a Cover, Savings, and the other sheets that get rows.

    ``title_rows`` (a number, or the rows) and ``blank_columns`` stand before each table;
    ``sheets`` and ``headings`` say what is printed in the place of our names, such as
    ``headings={"2012/13": "FY13 £000"}``; ``columns`` is the order of Savings' headings.
    Line refs are numbered by department (FIN-1, FIN-2) so that returns do not collide.
    """

    def __init__(
        self,
        department: str = "Finance",
        *,
        years: Sequence[str] = ("2012/13", "2013/14", "2014/15"),
        columns: Sequence[str] | None = None,
        title_rows: int | Rows = 0,
        blank_columns: int = 0,
        sheets: Mapping[str, str] | None = None,
        headings: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        look = _Look(title_rows, blank_columns, sheets, headings)
        self.department = department
        self.years = tuple(years)
        self._lines = 0
        self._settings: dict[str, int] = {}
        savings = columns or (*BEFORE_YEARS, *self.years, *AFTER_YEARS)
        for name, fields in {"Cover": COVER, "Savings": savings, **OTHER_RETURN_SHEETS}.items():
            self.sheets[name] = look.build(name, fields)
        self._always = {"Savings"}
        self.cover("Department", department)
        self.cover("Prepared by", "Business partner")
        self.cover("Date", date(2012, 4, 30))
        self.cover("Status", "Final")

    def cover(self, setting: str, value: Cell) -> str:
        """Set a setting of the Cover, or change it; the address of its value."""
        sheet = self.sheets["Cover"]
        if setting not in self._settings:
            self._settings[setting] = sheet.add({"Setting": setting})
        return sheet.put(self._settings[setting], "Value", value)

    def line(self, amounts: Sequence[Cell] | Mapping[str, Cell] = (), **cells: Cell) -> int:
        """A row of Savings; amounts by year label or in the years' order. Its Excel row."""
        self._lines += 1
        ref = f"{self.department[:3].upper()}-{self._lines}"
        by_year = (
            amounts
            if isinstance(amounts, Mapping)
            else dict(zip(self.years, amounts, strict=False))  # years not given stay blank
        )
        names = {name.replace(" ", "_").lower() for name in cells}
        defaults: dict[str, Cell] = {
            "line_ref": ref,
            "description": f"Line {ref}",
            "service": "ICT",
            "category": "One-off cost",
        }
        unsaid = {name: value for name, value in defaults.items() if name not in names}
        return self.sheets["Savings"].add({**unsaid, **by_year, **cells})

    def project(self, code: Cell = "P1", title: Cell = "Project one", **cells: Cell) -> int:
        """A project; its Excel row."""
        labels: dict[str, Cell] = {"Project code": code, "Project title": title}
        return self.sheets["Projects"].add(labels | cells)

    def add(self, sheet: str, **cells: Cell) -> int:
        """A row of any of our sheets (Risks, Benefits, Delivery …); its Excel row."""
        return self.sheets[sheet].add(cells)

    def row(self, *values: Cell, sheet: str = "Savings") -> int:
        """A row of cells as they stand (a total, a note, a blank row); its Excel row."""
        return self.sheets[sheet].add_raw(values)

    def repeat_header(self, sheet: str = "Savings") -> int:
        """The header row once more, as a page break leaves it; its Excel row."""
        table = self.sheets[sheet]
        return table.add_raw([table.printed.get(name, name) for name in table.headings])

    def at(self, row: int, heading: str, sheet: str = "Savings") -> str:
        """The address of a heading's cell in a row, such as F7."""
        return self.sheets[sheet].at(row, heading)

    def header_at(self, heading: str, sheet: str = "Savings") -> str:
        """The address of a heading's own cell."""
        return self.sheets[sheet].header_at(heading)

    def put(self, row: int, heading: str, value: Cell, sheet: str = "Savings") -> str:
        """Change a cell that was written before; its address."""
        return self.sheets[sheet].put(row, heading, value)

    def write(self, folder: Path, name: str = "return.xlsx", **options: Any) -> Path:
        """Write the workbook (``options`` are XlsxWriter's, say ``date_1904=True``); its path."""
        return self._write(folder / name, options)


# Reading what the pipeline wrote


def _cell(value: object) -> object:
    """What a cell holds, as openpyxl would say it: blanks None, whole numbers int."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return None if value == "" else value


def read_tables(path: Path) -> dict[str, list[dict[str, object]]]:
    """Every Excel table of a workbook by its name: rows as values by heading, blanks ``None``.

    An empty table (one row with ``None`` in its first column) comes back as no rows.
    """
    tables = _tables_in(path.read_bytes())
    return {name: [{**row} for row in rows] for name, rows in tables.items()}


@lru_cache(maxsize=8)
def _tables_in(content: bytes) -> dict[str, list[dict[str, object]]]:
    """Kept, for tests read table after table of one workbook."""
    # openpyxl takes fourteen times as long, and longer than many a test that looks into a report.
    book = load_workbook(BytesIO(content), load_tables=True)
    tables: dict[str, list[dict[str, object]]] = {}
    for name in book.table_names:
        table = book.get_table_by_name(name)
        rows = [dict(zip(table.columns, map(_cell, row), strict=True)) for row in table.to_python()]
        if len(rows) == 1 and [v for v in rows[0].values() if v is not None] == ["None"]:
            rows = []
        tables[name] = rows
    return tables


def read_table(path: Path, table: str) -> list[dict[str, object]]:
    """One Excel table, by its name, wherever in the workbook it stands."""
    tables = read_tables(path)
    assert table in tables, f"{path.name} has no table {table!r}, only {sorted(tables)}"
    return tables[table]


def issues_in(path: Path) -> list[tuple[object, object]]:
    """(rule, cell) of each row of Issues, in its order: what most tests of rules assert."""
    return [(row["Rule"], row["Cell"]) for row in read_table(path, "Issues")]


def cell_addresses(path: Path, sheet: str, value: object) -> list[str]:
    """Where on a sheet a value stands."""
    book = openpyxl.load_workbook(path, data_only=True)
    addresses = [
        str(cell.coordinate)
        for row in book[sheet].iter_rows()
        for cell in row
        if cell.value == value
    ]
    book.close()
    return addresses


def mismatches(
    expected: Sequence[Mapping[str, object]],
    actual: Sequence[Mapping[str, object]],
    keys: Sequence[str],
) -> list[str]:
    """Where a table read from a workbook departs from the reference's rows, in words.

    Rows are matched by ``keys``, whatever their order. In the reference an ``int`` is pence, which
    the workbook states in pounds; a ``Fraction`` is a ratio; ``None`` is a blank cell.
    """
    expected_rows = {tuple(row[key] for key in keys): row for row in expected}
    actual_rows = {tuple(row.get(key) for key in keys): row for row in actual}
    faults = [f"no row {key}" for key in expected_rows if key not in actual_rows]
    faults += [f"a row too many: {key}" for key in actual_rows if key not in expected_rows]
    if len(actual_rows) != len(actual):
        faults.append(f"{len(actual) - len(actual_rows)} repeated rows")
    for key, row in expected_rows.items():
        for heading, value in row.items() if key in actual_rows else ():
            if heading not in actual_rows[key]:
                faults.append(f"{key}: no column {heading!r}")
            elif not _same(value, actual_rows[key][heading]):
                faults.append(
                    f"{key}: {heading}: expected {value!r}, got {actual_rows[key][heading]!r}"
                )
    return faults


def _same(expected: object, cell: object) -> bool:
    if not isinstance(expected, int | Fraction):
        return expected == cell
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return False
    if isinstance(expected, Fraction):
        return math.isclose(cell, expected, rel_tol=1e-12)
    # Both: large floats are coarser than a penny, and 33.333 is not 33.33.
    nearest = round(Decimal(repr(cell)) * 100)
    return nearest == expected and math.isclose(cell, expected / 100, rel_tol=1e-14, abs_tol=1e-6)
