"""A new programme by form: what is typed is written into a programme.xlsx as the template makes it,
and that is read back as every other is. So the page has no rule of its own: what is wrong is what
the reader says, at the field whose cell it names."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.core import outputs
from pipeline.core.bases import FIXED_BASES
from pipeline.core.dates import parse_date
from pipeline.core.issue import Issue
from pipeline.core.money import excel_decimal
from pipeline.core.source import SourceRef
from pipeline.core.text import cell_text, match_key, ref_key, same_name
from pipeline.core.years import year_label
from pipeline.ingest.control import Control, read_control
from pipeline.ingest.discover import CONTROL
from pipeline.ingest.formats.workbook import Workbook
from pipeline.ingest.tables import find_tables, own_finder
from pipeline.publish import put_file
from pipeline.report.safe import file_names
from pipeline.report.template import Entries, FilledTable, template_programme
from schemas.fields import Field, Kind, Table
from schemas.programme import (
    ANSWERS,
    DRIVERS,
    FIRST_YEAR,
    LAYOUTS,
    PARTNERS,
    PROGRAMME,
    PROGRAMME_TABLES,
    SCENARIOS,
    SERVICES,
    YEARS,
)

# The others say something of returns, which a new programme has none of.
TABLES = tuple(each for each in PROGRAMME_TABLES if each not in (PROGRAMME, ANSWERS, LAYOUTS))
# What the name of a column begins with whose heading is a partner's code or a year.
TYPED = "#"
MOST_ROWS = 500
_NUMBERS = (Kind.WEIGHT, Kind.AMOUNT, Kind.NUMBER, Kind.QUANTITY)
_NUMBER = re.compile(r"-?£?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|-?\.[0-9]+")
# How the reader names the row in which a word stands that may stand but once.
_EARLIER = re.compile(r"(?<= stands in )(?:[A-Z]+|row )([0-9]+)(?= already)")
_RESERVED = {same_name(name) for name in (*outputs.FOLDERS, outputs.TEMPLATES)}

Row = Mapping[str, str]


class NotSetUpError(Exception):
    """Why there is no new programme, and what to do."""


@dataclass(frozen=True)
class Typed:
    """What was typed into the form: settings by name, and the rows of each table by its name, each
    by the names of its fields; columns whose heading is typed in by it, behind TYPED."""

    settings: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)

    def rows(self, table: Table) -> Sequence[Row]:
        """The rows of a table."""
        return self.tables.get(table.name, ())

    def column(self, table: Table, name: str) -> tuple[str, ...]:
        """What a column of a table says, each thing once, in order."""
        return tuple(dict.fromkeys(row[name] for row in self.rows(table) if row.get(name)))

    def typed_headings(self, table: Table) -> tuple[str, ...]:
        """The headings that the table has beside its fields: partners' codes or years. A code that
        can head no column of its own is told of among the partners."""
        if table.partner_columns:
            codes: dict[str, str] = {match_key(each.heading): "" for each in table.fields}
            for code in self.column(PARTNERS, "code"):
                codes.setdefault(ref_key(code), code)
            return tuple(filter(None, codes.values()))
        if not table.year_columns:
            return ()
        first = FIRST_YEAR.values.read(self.settings.get(FIRST_YEAR.name, ""))
        count = YEARS.values.read(self.settings.get(YEARS.name, "")) or YEARS.default_of({})
        return tuple(map(year_label, range(first, first + count))) if first else ()

    def words(self, one: Field) -> tuple[str, ...]:
        """What a field may be filled in with, as far as that is known."""
        scenarios = SCENARIOS.values.read(self.settings.get(SCENARIOS.name, ""))
        vocabularies = {
            "services": self.column(SERVICES, "service"),
            "bases": (*FIXED_BASES, *self.column(DRIVERS, "driver")),
            "partners": self.column(PARTNERS, "code"),
            "scenarios": scenarios or SCENARIOS.default_of({}),
        }
        return one.choices or vocabularies.get(one.vocabulary, ())


@dataclass(frozen=True)
class Draft:
    """A programme that is being set up: what was typed, the workbook that holds it, and what its
    reader says: issues by the name of the field of the form that they are about, empty where they
    are about none."""

    typed: Typed
    content: bytes
    control: Control
    issues: Mapping[str, Sequence[Issue]]

    @property
    def is_ready(self) -> bool:
        """Whether a programme can be made of it."""
        of_all = (issue for issues in self.issues.values() for issue in issues)
        return self.control.programme is not None and not any(i.is_error for i in of_all)


# What is typed


def field_name(table: str, row: int, column: str) -> str:
    """What a cell of a table is called in the form."""
    return f"{table}.{row}.{column}"


def setting_name(name: str) -> str:
    """What a setting is called in the form."""
    return f"{PROGRAMME.name}.{name}"


def typed(form: Mapping[str, str]) -> Typed:
    """What the fields of the form say, by their names; those of no form of ours are left out."""
    tables = {each.name: each for each in TABLES}
    settings = {
        one.name: text
        for one in PROGRAMME.settings
        if (text := form.get(setting_name(one.name), "").strip())
    }
    cells: dict[str, dict[int, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for name, value in form.items():
        table, _, rest = name.partition(".")
        number, _, column = rest.partition(".")
        is_row = re.fullmatch("[0-9]{1,4}", number) and int(number) < MOST_ROWS
        if table in tables and is_row and _is_column(tables[table], column):
            cells[table][int(number)][column] = value.strip()
    rows = {
        table: [of_table.get(number, {}) for number in range(max(of_table) + 1)]
        for table, of_table in cells.items()
    }
    return Typed(settings, rows)


def _is_column(table: Table, name: str) -> bool:
    if name.startswith(TYPED):
        return table.partner_columns or table.year_columns
    return any(each.name == name for each in table.fields)


# The workbook


def draft(of: Typed) -> Draft:
    """The workbook that holds what was typed, and what is wrong in it."""
    filled = {table.name: _filled_rows(of.rows(table)) for table in TABLES}
    entries = Entries(
        {one.name: _cell(one.kind, of.settings.get(one.name, "")) for one in PROGRAMME.settings},
        {table.name: _filled_table(table, of, filled[table.name]) for table in TABLES},
    )
    content = template_programme(entries)
    control = read_control(CONTROL, content)
    places = _Places(content, filled)
    issues: dict[str, list[Issue]] = defaultdict(list)
    for issue in control.issues:
        if what := issue.details.get("what"):
            issue.details["what"] = places.in_form(what, issue.at.sheet)
        issues[places.field(issue.at) or _field_by_heading(issue)].append(issue)
    return Draft(of, content, control, issues)


def _filled_rows(rows: Sequence[Row]) -> list[int]:
    """The rows with anything in them: blank ones are no rows of the workbook."""
    return [number for number, row in enumerate(rows) if any(row.values())]


def _filled_table(table: Table, of: Typed, rows: Sequence[int]) -> FilledTable:
    def column(name: str, kind: Kind) -> list[object]:
        return [_cell(kind, of.rows(table)[row].get(name, "")) for row in rows]

    kind = Kind.WEIGHT if table.partner_columns else Kind.AMOUNT
    return FilledTable(
        {each.name: column(each.name, each.kind) for each in table.fields},
        typed={name: column(TYPED + name, kind) for name in of.typed_headings(table)},
    )


def _cell(kind: Kind, text: str) -> object:
    """What a cell holds for a text: a number or a date where it plainly is one, else the text."""
    if not text:
        return None
    if kind in (Kind.DATE, Kind.DATE_OR_TEXT):
        return parse_date(text) or text
    if kind in _NUMBERS and _NUMBER.fullmatch(text):
        digits = text.replace(",", "").replace("£", "")
        number = float(digits)
        # A number of more figures than a cell holds stays a text, and is then told of.
        return number if f"{excel_decimal(number):f}" == _shortest(digits) else text
    return text


def _shortest(digits: str) -> str:
    """A number without needless noughts, as it is compared."""
    sign, rest = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    whole, _, part = rest.partition(".")
    whole, part = whole.lstrip("0") or "0", part.rstrip("0")
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"


class _Places:
    """Which field of the form a cell of the workbook was filled in from."""

    def __init__(self, content: bytes, filled: Mapping[str, Sequence[int]]) -> None:
        self._filled = filled
        self._rows: dict[str, int] = {}
        self._columns: dict[tuple[str, int], str] = {}
        self._settings: dict[tuple[str, int], str] = {}
        book = Workbook(content)
        tables = {match_key(table.name): table for table in (PROGRAMME, *TABLES)}
        for number, (name, _) in enumerate(book.sheets):
            table = tables.get(match_key(name))
            if table is None:
                continue
            sheet = book.sheet(number)
            (header, *_) = (each.header for each in find_tables(sheet, own_finder(table)))
            self._rows[name] = header
            if table.settings:
                self._names(name, table, [cell_text(row[0]) for row in sheet.rows])
            fields = {match_key(each.heading): each.name for each in table.fields}
            for place, cell in enumerate(sheet.rows[header], 1):
                text = cell_text(cell)
                self._columns[name, place] = fields.get(match_key(text), TYPED + text)

    def _names(self, sheet: str, table: Table, labels: Sequence[str]) -> None:
        for row, label in enumerate(labels, 1):
            setting = table.setting(label)
            if setting is not None:
                self._settings[sheet, row] = setting_name(setting.name)

    def field(self, at: SourceRef) -> str:
        """The field's name; empty where the issue is about none of them."""
        if (setting := self._settings.get((at.sheet, at.row))) is not None:
            return setting
        row, column = self._row(at.sheet, at.row), self._columns.get((at.sheet, at.column))
        return "" if row is None or column is None else field_name(at.sheet, row, column)

    def in_form(self, words: str, sheet: str) -> str:
        """The words with the form's own row in place of the workbook's, which nobody sees."""

        def row_of(place: re.Match[str]) -> str:
            row = self._row(sheet, int(place[1]))
            return place[0] if row is None else f"row {row + 1}"

        return _EARLIER.sub(row_of, words)

    def _row(self, sheet: str, number: int) -> int | None:
        """The row of the form, from 0, that a row of the workbook was filled in from."""
        rows, header = self._filled.get(sheet, ()), self._rows.get(sheet, number)
        place = number - header - 2
        return rows[place] if 0 <= place < len(rows) else None


def _field_by_heading(issue: Issue) -> str:
    """The field where what is missing is to be typed, the setting or its column's first cell; empty
    where the issue names a cell, or is about no field."""
    for table in (PROGRAMME, *TABLES):
        if issue.at.cell or match_key(table.name) != match_key(issue.at.sheet):
            continue
        if (setting := table.setting(issue.heading)) is not None:
            return setting_name(setting.name)
        for each in table.fields:
            if each.heading == issue.heading:
                return field_name(table.name, 0, each.name)
    return ""


# The folder


def folder_name(name: str, title: str) -> str:
    """What the programme's folder is called: as was typed, else by its title; as every system
    takes it."""
    return file_names([name or title])[0]


def create(inputs: Path, name: str, draft_of: Draft) -> Path:
    """Make a folder below the inputs that holds the new programme.xlsx; its path. Nothing that is
    there is touched. Raises NotSetUpError, PublishError or OSError."""
    if not draft_of.is_ready:
        raise NotSetUpError("There are errors in what was entered.")
    if same_name(name) in _RESERVED or name.startswith("~"):
        raise NotSetUpError(f"A folder can't be called “{name}” here. Choose another name.")
    there = [each.name for each in inputs.iterdir()] if inputs.is_dir() else []
    if same_name(name) in map(same_name, there):
        raise NotSetUpError(
            f"There is “{name}” among the inputs already, which stays as it is. Choose another "
            "name for the folder."
        )
    folder = inputs / name
    folder.mkdir(parents=True)
    put_file(folder / CONTROL, draft_of.content)
    return folder
