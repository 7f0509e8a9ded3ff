"""Finding our tables on somebody's sheet: header rows, columns, and the rows that belong to them.

Rules: contract, section 3. The header row is the row within the first 50 that has most of a
table's headings, the first on ties; further header rows below it start further tables.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain

from pipeline.core.issue import Issue
from pipeline.core.money import excel_decimal, parse_amount, parse_unit, unit_within
from pipeline.core.returns import TableSource
from pipeline.core.source import column_letters
from pipeline.core.text import cell_text, match_key, ref_key, without_marks
from pipeline.core.years import looks_like_year, parse_year_heading
from pipeline.ingest.formats.workbook import Cell, Sheet
from pipeline.ingest.layouts import Layout
from schemas.fields import Table

HEADER_ROWS = 50
_LONGEST = 80
# ASCII letters but the F of FY.
_LETTERS = frozenset("abcdeghijklmnopqrstuvwxyzABCDEGHIJKLMNOPQRSTUVWXYZ")
_ENDS = _LETTERS | frozenset("0123456789")

# Rows of a sheet, each with its place in the sheet counted from 0.
Rows = list[tuple[int, list[Cell]]]


@dataclass
class Columns:
    """The columns that a header row names, counted from 0.

    ``units``: pounds in one unit where a year's heading says so. ``second``: columns that repeat
    a heading, each with the column that has it first.
    """

    fields: dict[str, int] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)
    partners: dict[str, int] = field(default_factory=dict)
    units: dict[int, int] = field(default_factory=dict)
    second: list[tuple[int, int]] = field(default_factory=list)

    def add(self, meaning: "Meaning", column: int) -> None:
        """Take up a column; the first that bears a heading holds."""
        if meaning.year is not None:
            first = self.years.setdefault(meaning.year, column)
            if meaning.unit is not None and first == column:
                self.units[meaning.year] = meaning.unit
        elif meaning.partner:
            first = self.partners.setdefault(meaning.partner, column)
        else:
            first = self.fields.setdefault(meaning.field, column)
        if first != column:
            self.second.append((column, first))

    def __len__(self) -> int:
        return len(self.fields) + len(self.years) + len(self.partners)

    @property
    def known(self) -> set[int]:
        """Every column that is read, and those that repeat a heading."""
        first = (*self.fields.values(), *self.years.values(), *self.partners.values())
        return {*first, *(column for column, _ in self.second)}


@dataclass
class FoundTable:
    """A table on a sheet: where its columns are, and the rows below its header.

    ``rows`` are (place in the sheet from 0, cells); repeated header rows are left out. ``after``:
    another table of the sheet stands above it.
    """

    sheet: Sheet
    header: int
    columns: Columns
    headings: list[Cell]
    rows: Rows
    after: bool = False

    def source(self, workbook: str, number: int) -> TableSource:
        """The table's place, as records refer to it."""
        fields = {**self.columns.fields, **self.columns.partners}
        return TableSource(
            workbook,
            self.sheet.name,
            self.sheet.number,
            number,
            self.header + 1,
            {name: column + 1 for name, column in fields.items()},
            {year: column + 1 for year, column in self.columns.years.items()},
        )


@dataclass(frozen=True)
class Meaning:
    """What a heading names: one of our fields, a year, or a partner; and a year's unit."""

    field: str = ""
    year: int | None = None
    partner: str = ""
    unit: int | None = None


class HeadingFinder:
    """Knows a table's headings in every spelling that counts."""

    def __init__(
        self, table: Table, partners: tuple[str, ...] = (), layout: Layout | None = None
    ) -> None:
        """``partners``: the codes that head weight columns. ``layout``: their headings for ours;
        what it doesn't map goes by its own name."""
        self.table = table
        mapped = layout.headings if layout else {}
        fixed = layout.constants if layout else {}
        self._fields = {
            match_key(f.heading): f.name
            for f in table.headings
            if f.name not in mapped and f.name not in fixed
        }
        self._mapped_years = {ours for ours in mapped if isinstance(ours, int)}
        self._partners = {ref_key(code): code for code in partners}
        self._theirs: dict[str, list[Meaning]] = defaultdict(list)
        for ours, theirs in mapped.items():
            meaning = (
                Meaning(year=ours, unit=unit_within(theirs))
                if isinstance(ours, int)
                else Meaning(field=ours)
            )
            self._theirs[match_key(theirs)].append(meaning)
        self._seen: dict[Cell, tuple[Meaning, ...]] = {}
        # Else a number may name something too, and a text together with the one above it.
        self._texts_alone = not (self._theirs or partners)

    def meanings(self, cell: Cell, group: Cell = "") -> tuple[Meaning, ...]:
        """What a heading names; ``group`` is the heading that spans it in the row above, which
        tells columns apart that a layout maps ("2012/13 Best case")."""
        if cell == "" or (isinstance(cell, str) and len(cell) > _LONGEST):
            return ()
        if self._theirs and group != "":
            joined = self._theirs.get(match_key(cell_text(group) + cell_text(cell)))
            if joined:
                return tuple(joined)
        seen = self._seen.get(cell)
        if seen is None:
            text = cell_text(cell)
            seen = self._look_up(text)
            if not seen and (bare := without_marks(text)) != text:
                seen = self._look_up(bare)
            self._seen[cell] = seen
        return seen

    def texts_among(self, rows: list[list[Cell]]) -> set[str]:
        """The texts in the rows that name something by themselves."""
        cells = set(chain.from_iterable(rows))
        texts = [cell for cell in cells if isinstance(cell, str) and 0 < len(cell) <= _LONGEST]
        # Text that starts in an ordinary letter is no year; that ends in one, or a digit, bears no
        # mark.
        perhaps = [
            text
            for text in texts
            if text[0] not in _LETTERS
            or text[-1] not in _ENDS
            or match_key(text) in self._fields
            or self._theirs
            or self._partners
        ]
        return {text for text in perhaps if self.meanings(text)}

    def _look_up(self, text: str) -> tuple[Meaning, ...]:
        key = match_key(text)
        theirs = tuple(self._theirs.get(key, ()))
        if (name := self._fields.get(key)) is not None:
            return (*theirs, Meaning(field=name))
        if self.table.year_columns and (found := parse_year_heading(text)):
            if found[0] not in self._mapped_years:
                return (*theirs, Meaning(year=found[0], unit=found[1]))
        elif self.table.partner_columns and (code := self._partners.get(ref_key(text))):
            return (*theirs, Meaning(partner=code))
        return theirs

    def may_name(self, row: list[Cell], known: set[str]) -> bool:
        """Whether a row may be a header row; ``known`` as ``texts_among`` gives it."""
        return not (self._texts_alone and known.isdisjoint(row))

    def columns(self, row: list[Cell], above: list[Cell] | None = None) -> Columns:
        """The columns that a row names, if it were a header row below ``above``."""
        found = Columns()
        group: Cell = ""
        for column, cell in enumerate(row):
            if above is not None and above[column] != "":
                group = above[column]
            for meaning in self.meanings(cell, group):
                found.add(meaning, column)
        return found


def find_tables(sheet: Sheet, finder: HeadingFinder) -> list[FoundTable]:
    """Every table on the sheet that bears the finder's headings, from the top down."""
    known = finder.texts_among(sheet.rows)
    named = [
        finder.columns(row, sheet.rows[place - 1] if place else None)
        if finder.may_name(row, known)
        else Columns()
        for place, row in enumerate(sheet.rows[:HEADER_ROWS])
    ]
    best = max(range(len(named)), key=lambda place: len(named[place]), default=0)
    if not named or not len(named[best]):
        return []
    header = _first_header(sheet, named, best)
    return list(_split(sheet, finder, known, header, named[header]))


def _first_header(sheet: Sheet, named: list[Columns], best: int) -> int:
    """The best header row, or the first one above it that heads a table of its own: it has at
    least half as many headings, and rows with something below them."""
    for place, columns in enumerate(named[:best]):
        if len(columns) < _enough(named[best]) or 2 * len(columns) < len(named[best]):
            continue
        for row, below in zip(sheet.rows[place + 1 : best], named[place + 1 : best], strict=True):
            if not len(below) and sum(row[column] != "" for column in columns.known) >= 2:
                return place
    return best


def _enough(columns: Columns) -> int:
    """How many headings make a further header row."""
    return min(3, max(2, len(columns) // 2))


def _split(
    sheet: Sheet, finder: HeadingFinder, known: set[str], header: int, columns: Columns
) -> Iterator[FoundTable]:
    """Cut the rows below the first header where a further header row stands. A row that repeats
    the header, units and all, only goes; where it has no row of units of its own, those above
    hold."""
    enough, rows = _enough(columns), sheet.rows
    table, place = _begin(sheet, header, columns)
    perhaps = [n for n in range(place, len(rows)) if not known.isdisjoint(rows[n])]
    for further in perhaps:
        row = rows[further]
        if further < place or sum(cell in known for cell in row) < enough:
            continue
        again = finder.columns(row, rows[further - 1])
        if len(again) < enough:
            continue
        table.rows += enumerate(rows[place:further], place)
        place = _below_units(sheet, further, again)[0]
        if row == table.headings:
            again.units = table.columns.units | again.units
        if again == table.columns:
            continue
        yield table
        table, place = _begin(sheet, further, again)
        table.after = True
    table.rows += enumerate(rows[place:], place)
    yield table


def _begin(sheet: Sheet, header: int, columns: Columns) -> tuple[FoundTable, int]:
    below, headings = _below_units(sheet, header, columns)
    return FoundTable(sheet, header, columns, headings, []), below


def _below_units(sheet: Sheet, header: int, columns: Columns) -> tuple[int, list[Cell]]:
    """The first row below the header, past a row that holds only units or blanks."""
    headings = sheet.rows[header]
    if header + 1 >= len(sheet.rows):
        return header + 1, headings
    units: list[int | None] = []
    for cell in sheet.rows[header + 1]:
        units.append(None if cell == "" else parse_unit(cell_text(cell).strip("() ")))
        if cell != "" and units[-1] is None:
            return header + 1, headings
    for year, column in columns.years.items():
        unit = units[column]
        if unit is not None:
            columns.units.setdefault(year, unit)
    return header + 2, headings


def header_issues(
    found: FoundTable, source: TableSource, table: Table, constants: Iterable[str] = ()
) -> list[Issue]:
    """What is wrong with a header row: missing and repeated headings. Fields that a layout gives
    as ``constants`` need no column."""
    issues = []
    given = {*found.columns.fields, *constants}
    filled = (column for column, cell in enumerate(found.headings) if cell != "")
    first = source.at(found.header + 1, min(filled, default=0) + 1)
    missing = [h.heading for h in table.headings if h.required and h.name not in given]
    if table.year_columns and not found.columns.years:
        missing.append("a financial year")
    if missing:
        what = f"There is no column for {', none for '.join(missing)} in {table.name}."
        issues.append(Issue("missing-heading", first, ", ".join(missing), "", {"what": what}))
    for column, earlier in found.columns.second:
        text = cell_text(found.headings[column])
        details = {
            "first": f"{column_letters(earlier + 1)}{found.header + 1}",
            "lost": _lost(_numbers(found.rows, column)),
        }
        at = source.at(found.header + 1, column + 1)
        issues.append(Issue("duplicate-heading", at, text, text, details))
    return issues


def unread_issues(
    found: FoundTable, source: TableSource, lines: Rows, elsewhere: set[int]
) -> list[Issue]:
    """Numbers in the table's lines below headings that are not read: years that are none, and
    unknown headings. ``elsewhere``: columns that another layout of the sheet reads, and Total
    columns."""
    issues = []
    known = found.columns.known | elsewhere
    for column, heading in enumerate(found.headings):
        text = cell_text(heading)
        if column in known:
            continue
        numbers = _numbers(lines, column)
        at = source.at(found.header + 1, column + 1)
        if looks_like_year(heading):
            numbers += _text_amounts(lines, column)
            if numbers:
                details = {"lost": _lost(numbers)}
                issues.append(Issue("unknown-year-heading", at, text, text, details))
        elif numbers and (fault := found.sheet.faults.get((found.header, column))) is not None:
            rule = "cell-error" if fault.error else "formula-no-value"
            issues.append(Issue(rule, at, "Heading", fault.error))
        elif numbers:
            name = f"The column “{text}”" if text else "A column without a heading"
            details = {"column": name, "sum": _sum_text(numbers)}
            issues.append(Issue("unread-amounts", at, text, text, details))
    return issues


def unread_sheet(found: FoundTable, source: TableSource, lines: Rows) -> list[Issue]:
    """The numbers of a whole table that is not read, because of the name of its sheet."""
    columns = sorted(found.columns.years.values())
    numbers = [number for column in columns for number in _numbers(lines, column)]
    if not numbers:
        return []
    at = source.at(found.header + 1, columns[0] + 1)
    text = cell_text(found.headings[columns[0]])
    name = f"The table from “{text}” on, on the sheet “{found.sheet.name}”,"
    return [Issue("unread-amounts", at, text, text, {"column": name, "sum": _sum_text(numbers)})]


def _numbers(rows: Rows, column: int) -> list[Decimal]:
    cells = (row[column] for _, row in rows)
    return [excel_decimal(cell) for cell in cells if isinstance(cell, float)]


def _text_amounts(rows: Rows, column: int) -> list[Decimal]:
    texts = (row[column] for _, row in rows)
    amounts = (parse_amount(text) for text in texts if isinstance(text, str))
    return [amount[0] for amount in amounts if amount]


def _sum_text(numbers: list[Decimal]) -> str:
    return f"{sum(numbers, Decimal(0)):,f}"


def _lost(numbers: list[Decimal]) -> str:
    return f"; the numbers below it add up to {_sum_text(numbers)}" if numbers else ""
