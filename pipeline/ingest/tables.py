"""Finding our tables on somebody's sheet: header rows, columns, and the rows that belong to them.

Rules: contract, section 3. The header row is the row within the first 50 that has most of a
table's headings, the first on ties; further header rows below it start further tables.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import chain, combinations

from pipeline.core.issue import Issue
from pipeline.core.money import excel_decimal, parse_unit, unit_within
from pipeline.core.returns import TableSource
from pipeline.core.source import column_letters
from pipeline.core.text import cell_text, match_key, ref_key, without_marks
from pipeline.core.years import looks_like_year, parse_year_heading, year_label
from pipeline.ingest.blocks import numbers_rows, text_amount
from pipeline.ingest.formats.workbook import Cell, Sheet
from pipeline.ingest.layouts import CONSTANT, HEADING, LayoutRow, Ours
from pipeline.ingest.sheet_layout import Layout
from schemas.fields import Table
from schemas.returns import LONG_FIELDS

HEADER_ROWS = 50
# Longer texts head nothing.
LONGEST_LABEL = 80
# How far above a header row banners stand that belong to it, and how many of them.
_BANNER_ROWS, _STACKED = 6, 3
# How many texts a finder keeps in mind.
_MOST_SEEN = 10_000
# ASCII letters but the F of FY.
_LETTERS = frozenset("abcdeghijklmnopqrstuvwxyzABCDEGHIJKLMNOPQRSTUVWXYZ")
_ENDS = _LETTERS | frozenset("0123456789")


class Rows(tuple[tuple[int, list[Cell]], ...]):
    """Rows of a sheet, each with its place in the sheet counted from 0."""

    @cached_property
    def _columns(self) -> list[tuple[Cell, ...]]:
        return list(zip(*(row for _, row in self), strict=True))

    def column(self, number: int) -> tuple[Cell, ...]:
        """A column's cells."""
        return self._columns[number] if self else ()


@dataclass
class Columns:
    """The columns that a header row names, counted from 0.

    ``units``: pounds in one unit where the heading of an amount says so. ``second``: columns that
    repeat a heading, each with the column that has it first.

    Where Layouts read the table: ``added`` are further columns that are added to one of ours, each
    with its own unit in ``added_units``; ``named_columns`` those whose values stand in constants,
    by the heading's match key; ``met`` by the number of a row of Layouts what of it was found.
    ``contradictions``: rows of Layouts that give one of ours two columns.
    """

    fields: dict[str, int] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)
    partners: dict[str, int] = field(default_factory=dict)
    units: dict[Ours, int] = field(default_factory=dict)
    second: list[tuple[int, int]] = field(default_factory=list)
    added: dict[Ours, list[int]] = field(default_factory=dict)
    added_units: dict[int, int] = field(default_factory=dict)
    named_columns: dict[str, int] = field(default_factory=dict)
    met: dict[int, set[str]] = field(default_factory=dict)
    contradictions: list[tuple[LayoutRow, LayoutRow]] = field(default_factory=list)

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
        return len(self.fields) + len(self.years) + len(self.partners) + len(self.named_columns)

    @property
    def known(self) -> set[int]:
        """Every column that is read, and those that repeat a heading."""
        return self.read | {column for column, _ in self.second}

    @property
    def read(self) -> set[int]:
        """Every column that is read."""
        first = (*self.fields.values(), *self.years.values(), *self.partners.values())
        return {*first, *self.named_columns.values(), *chain.from_iterable(self.added.values())}

    @property
    def is_long(self) -> bool:
        """Whether each row is one year of a line (Layouts alone can say so)."""
        return "amount" in self.fields

    def amounts(self, pounds_per_unit: int) -> list["AmountColumn"]:
        """Every column of a line's amounts, in years' order of columns; ``pounds_per_unit`` where
        the heading gives no unit."""
        firsts: dict[Ours, int] = dict(self.years.items())
        if self.is_long:
            firsts["amount"] = self.fields["amount"]
        columns = []
        for ours, first in firsts.items():
            year = ours if isinstance(ours, int) else None
            unit = self.units.get(ours, pounds_per_unit)
            columns.append(AmountColumn(year, first, unit))
            for further in self.added.get(ours, ()):
                unit = self.added_units.get(further, pounds_per_unit)
                columns.append(AmountColumn(year, further, unit))
        return sorted(columns, key=lambda each: each.column)


@dataclass(frozen=True)
class AmountColumn:
    """A column of amounts, from 0: of one year, or of the years that the rows name (None); in
    units of ``unit`` pounds."""

    year: int | None
    column: int
    unit: int

    @property
    def heading(self) -> str:
        """What issues call it."""
        return "Amount" if self.year is None else year_label(self.year)


@dataclass(eq=False)
class FoundTable:
    """A table on a sheet: where its columns are, and the rows below its header.

    ``rows`` are (place in the sheet from 0, cells); repeated header rows are left out. ``after``:
    another table of the sheet stands above it. ``layout``: how Layouts read it, None where they
    don't.
    """

    sheet: Sheet
    header: int
    columns: Columns
    headings: list[Cell]
    rows: Rows = field(default_factory=Rows)
    after: bool = False
    layout: Layout | None = None

    def span(self, lines: Rows) -> range:
        """The columns that belong to the table: from its first heading to its last, and on while
        the next one has a heading or is filled in a line. A heading that stands again beyond a
        blank column heads a block of its own."""
        columns_read = self.columns.read
        first, last = min(columns_read, default=0), max(columns_read, default=-1)

        def goes_on(column: int) -> bool:
            return self.headings[column] != "" or any(cell != "" for cell in lines.column(column))

        while first > 0 and goes_on(first - 1):
            first -= 1
        while last + 1 < len(self.headings) and goes_on(last + 1):
            last += 1
        return range(first, last + 1)

    def source(self, workbook: str, number: int) -> TableSource:
        """The table's place, as records refer to it."""
        fields = {**self.columns.fields, **self.columns.partners}
        constants = self.constants
        added = {
            ours if isinstance(ours, int) else 0: [column + 1 for column in columns]
            for ours, columns in self.columns.added.items()
            if isinstance(ours, int) or ours == "amount"
        }
        return TableSource(
            workbook,
            self.sheet.name,
            self.sheet.number,
            number,
            self.header + 1,
            {name: column + 1 for name, column in fields.items()},
            {year: column + 1 for year, column in self.columns.years.items()},
            constants={str(ours): row.at(CONSTANT) for ours, row in constants.items()},
            added=added,
            first_column=next((n for n, cell in enumerate(self.headings, 1) if cell != ""), 1),
        )

    @property
    def constants(self) -> dict[Ours, LayoutRow]:
        """The rows of Layouts that give one of ours without a column."""
        if self.layout is None:
            return {}
        constants = self.layout.given(self.columns)
        return {ours: row for ours, row in constants.items() if ours not in self.columns.fields}


@dataclass(frozen=True)
class Meaning:
    """What a heading names: one of our fields, a year, or a partner; and a year's unit."""

    field: str = ""
    year: int | None = None
    partner: str = ""
    unit: int | None = None

    @property
    def ours(self) -> Ours:
        """The field or the year."""
        return self.field if self.year is None else self.year


@dataclass(frozen=True)
class Mapped:
    """What a heading of theirs means by a row of Layouts: ``part`` is it where it is one of
    several that are added up. Without a row it is one that constants name."""

    row: LayoutRow | None = None
    part: str = ""


class HeadingFinder:
    """Knows a table's headings in every spelling that counts."""

    def __init__(
        self, table: Table, partners: tuple[str, ...] = (), layout: Layout | None = None
    ) -> None:
        """``partners``: the codes that head weight columns. ``layout``: their headings for ours;
        what it doesn't find goes by its own name."""
        self.table = table
        self.layout = layout
        self._fields = {match_key(f.heading): f.name for f in table.headings}
        self._partners = {ref_key(code): code for code in partners}
        self._theirs = _mapped_by_key(layout) if layout else {}
        self._years = table.year_columns and not (layout and layout.is_long)
        self._meanings: dict[Cell, tuple[Meaning, ...]] = {}
        # Else a number may name something too, and a text together with the one above it.
        self._texts_alone = not (layout or partners)

    def meanings(self, cell: Cell) -> tuple[Meaning, ...]:
        """What a heading names by its own name."""
        if cell == "" or (isinstance(cell, str) and len(cell) > LONGEST_LABEL):
            return ()
        meanings = self._meanings.get(cell)
        if meanings is None:
            text = cell_text(cell)
            meanings = self._look_up(text)
            if not meanings and (bare := without_marks(text)) != text:
                meanings = self._look_up(bare)
            if len(self._meanings) >= _MOST_SEEN:
                self._meanings.clear()
            self._meanings[cell] = meanings
        return meanings

    def names(self, cell: Cell) -> bool:
        """Whether a text names something by itself."""
        return bool(self.meanings(cell) or self._theirs.get(match_key(cell_text(cell))))

    def texts_among(self, keys: Mapping[str, str]) -> set[str]:
        """Those of a sheet's texts that name something by themselves; ``keys``: their match keys,
        by text."""
        # Text that starts in an ordinary letter is no year; that ends in one, or a digit, bears no
        # mark.
        perhaps = [
            text
            for text, key in keys.items()
            if len(text) <= LONGEST_LABEL
            and (
                key in self._fields
                or text[0] not in _LETTERS
                or text[-1] not in _ENDS
                or self._theirs
                or self._partners
            )
        ]
        return {text for text in perhaps if self.names(text)}

    def _look_up(self, text: str) -> tuple[Meaning, ...]:
        if (name := self._fields.get(match_key(text))) is not None:
            return (Meaning(field=name),)
        if self._years and (year_and_unit := parse_year_heading(text)):
            return (Meaning(year=year_and_unit[0], unit=year_and_unit[1]),)
        if self.table.partner_columns and (code := self._partners.get(ref_key(text))):
            return (Meaning(partner=code),)
        return ()

    def may_name(self, row: list[Cell], texts: set[str]) -> bool:
        """Whether a row may be a header row; ``texts`` as ``texts_among`` gives it."""
        return not (self._texts_alone and texts.isdisjoint(row))

    def columns(self, rows: list[list[Cell]], place: int) -> Columns:
        """The columns that a row of a sheet names, if it were a header row."""
        if self.layout is not None:
            return _MappedHeader(self, self.layout, self._theirs, rows, place).columns()
        row = rows[place]
        columns = self._named_in(row, range(len(row)))
        if columns.second and (left := _block_at_left(row, columns)):
            others = [column for column in range(len(row)) if column not in left]
            columns = self._named_in(row, [*others, *left])
        return columns

    def _named_in(self, row: list[Cell], order: Iterable[int]) -> Columns:
        """What a row's cells name; of those that name one thing the first in order holds."""
        columns = Columns()
        for column in order:
            for meaning in self.meanings(row[column]):
                columns.add(meaning, column)
        return columns


@lru_cache(maxsize=64)
def own_finder(table: Table) -> HeadingFinder:
    """The finder of a table's own headings, one for all workbooks: most of them have the same."""
    return HeadingFinder(table)


def _block_at_left(row: list[Cell], columns: Columns) -> range:
    """The columns of a block at the left of a table: its every heading stands again beyond a blank
    column, where there are others besides."""
    first = min(columns.read)
    end = next((n for n in range(first, len(row)) if row[n] == ""), len(row))
    block = columns.read & set(range(first, end))
    again = {column for further, column in columns.second if further >= end}
    return range(first, end if block <= again and columns.read > block else first)


def _mapped_by_key(layout: Layout) -> dict[str, list[Mapped]]:
    """What their headings mean, by match key."""
    mapped: dict[str, list[Mapped]] = defaultdict(list)
    for rows in layout.headings.values():
        for row in rows:
            mapped[match_key(row.theirs)].append(Mapped(row))
            for part in row.parts:
                mapped[match_key(part)].append(Mapped(row, part))
    for key in layout.named:
        mapped[key].append(Mapped())
    return dict(mapped)


class _MappedHeader:
    """A row of a sheet as a header row that a layout reads: by their headings, which may stand
    above one another, else by our own names."""

    def __init__(
        self,
        finder: HeadingFinder,
        layout: Layout,
        theirs: dict[str, list[Mapped]],
        rows: list[list[Cell]],
        place: int,
    ) -> None:
        """``theirs``: what their headings mean, by match key."""
        self.finder, self.layout, self.theirs = finder, layout, theirs
        self.row = rows[place]
        filled = [row for row in rows[max(0, place - _BANNER_ROWS) : place] if any(_filled(row))]
        self.above = [(row, spread(row)) for row in filled[-_STACKED:]]
        self.result = Columns()
        # By one of ours and the row of Layouts, the column of each part.
        self.by_row: dict[Ours, dict[int, dict[str, int]]] = defaultdict(dict)
        # Columns that bear our own name, with their units.
        self.by_own_name: dict[Ours, list[tuple[int, int | None]]] = {}

    def columns(self) -> Columns:
        """What the row names."""
        for column in range(len(self.row)):
            heading, stack = self.heading(column)
            for mapped in self.mapped(heading, stack):
                self.take(mapped, heading, column)
            for meaning in self.finder.meanings(heading):
                self.by_own_name.setdefault(meaning.ours, []).append((column, meaning.unit))
        self.resolve()
        return self.result

    def heading(self, column: int) -> tuple[Cell, list[str]]:
        """A column's heading and what stands above it, spread to the right as banners are. Where
        the cell is blank, the one right above it is the heading, as in merged cells."""
        cell = self.row[column]
        stack = [spread[column] for _, spread in self.above]
        if cell == "":
            for number in reversed(range(len(self.above))):
                if (direct := self.above[number][0][column]) != "":
                    return direct, stack[:number]
        return cell, stack

    def mapped(self, heading: Cell, stack: list[str]) -> list[Mapped]:
        """What the layout makes of a heading: by itself, or joined to some of those above it."""
        text = cell_text(heading)
        key = match_key(text)
        if not key:
            return []
        if not any(longer.endswith(key) for longer in self.theirs):
            key = match_key(without_marks(text))
        meanings = list(self.theirs.get(key, ()))
        if any(len(longer) > len(key) and longer.endswith(key) for longer in self.theirs):
            above = [match_key(text) for text in stack]
            for size in range(1, len(above) + 1):
                for some in combinations(above, size):
                    meanings += self.theirs.get("".join((*some, key)), ()) if all(some) else ()
        return list(dict.fromkeys(meanings))

    def take(self, mapped: Mapped, heading: Cell, column: int) -> None:
        row = mapped.row
        if row is None:
            self.result.named_columns.setdefault(match_key(cell_text(heading)), column)
            return
        parts = self.by_row[row.ours].setdefault(row.number, {})
        first = parts.setdefault(mapped.part, column)
        if first != column:
            self.result.second.append((column, first))

    def resolve(self) -> None:
        """Decide which column each of ours has: the one that a row of Layouts gives, else the one
        that bears our own name, where no constant stands for it."""
        result, constants = self.result, self.layout.given(self.result)
        for ours, rows in self.layout.headings.items():
            first_row: LayoutRow | None = None
            for row in rows:
                columns = self.columns_of(row)
                if not columns:
                    continue
                if first_row is None:
                    first_row = row
                    self.give(ours, row, columns)
                elif columns != self.columns_of(first_row):
                    result.contradictions.append((row, first_row))
            if first_row is not None and ours in constants:
                first, second = sorted((first_row, constants[ours]), key=lambda row: row.number)
                result.contradictions.append((second, first))
        for ours, ((column, unit), *further) in self.by_own_name.items():
            apart = isinstance(ours, int) and any(r.map for r in self.layout.headings.get(ours, ()))
            if ours in result.fields or ours in result.years or ours in constants or apart:
                continue
            self.put(ours, column, unit)
            result.second += [(again, column) for again, _ in further]

    def columns_of(self, row: LayoutRow) -> list[int]:
        """The columns that a row of Layouts names: one, or the parts that are added up."""
        parts = self.by_row[row.ours].get(row.number, {})
        return [parts[""]] if "" in parts else [parts[p] for p in row.parts if p in parts]

    def give(self, ours: Ours, row: LayoutRow, columns: list[int]) -> None:
        """Give one of ours the columns that a row of Layouts names."""
        result = self.result
        self.put(ours, columns[0], self.unit_of(columns[0], row))
        if len(columns) > 1:
            result.added[ours] = columns[1:]
        for column in columns[1:]:
            if (unit := self.unit_of(column, row)) is not None:
                result.added_units[column] = unit
        parts = self.by_row[ours][row.number]
        result.met[row.number] = {HEADING} if "" in parts else set(parts)

    def unit_of(self, column: int, row: LayoutRow) -> int | None:
        """The unit that a heading gives, or one that stands above it."""
        heading, stack = self.heading(column)
        for text in (cell_text(heading), *reversed(stack)):
            unit = parse_unit(text.strip("() "))
            unit = unit_within(text) if unit is None else unit
            if unit is not None:
                return unit
        return unit_within(row.theirs) if not row.parts else None

    def put(self, ours: Ours, column: int, unit: int | None) -> None:
        """Note the column of one of ours, and its unit where the heading gives one."""
        if isinstance(ours, int):
            self.result.years[ours] = column
        else:
            self.result.fields[ours] = column
        if unit is not None:
            self.result.units[ours] = unit


def _filled(row: list[Cell]) -> Iterator[bool]:
    return (cell != "" for cell in row)


def spread(row: list[Cell]) -> list[str]:
    """A row's texts, each holding to its right until the next."""
    group, texts = "", []
    for cell in row:
        group = cell_text(cell) if cell != "" else group
        texts.append(group)
    return texts


def find_tables(sheet: Sheet, finder: HeadingFinder) -> list[FoundTable]:
    """Every table on the sheet that bears the finder's headings, from the top down."""
    texts = finder.texts_among(sheet.keys)
    header = _named_header(sheet, finder)
    if header is not None:
        columns = finder.columns(sheet.rows, header) if header < len(sheet.rows) else Columns()
        tables = list(_split(sheet, finder, texts, header, columns)) if len(columns) else []
    else:
        tables = list(_search(sheet, finder, texts))
    for each in tables:
        each.layout = finder.layout
    return tables


def _named_header(sheet: Sheet, finder: HeadingFinder) -> int | None:
    """The header row that a layout names, from 0."""
    row = finder.layout.header_row if finder.layout else None
    return None if row is None else row - 1


def _search(sheet: Sheet, finder: HeadingFinder, texts: set[str]) -> Iterator[FoundTable]:
    rows = sheet.rows if finder.layout is not None else _with_merged_headings(sheet)
    none = Columns()  # one for all rows that name nothing
    row_columns = [
        finder.columns(rows, place) if finder.may_name(row, texts) else none
        for place, row in enumerate(rows[:HEADER_ROWS])
    ]
    naming = [place for place, each in enumerate(row_columns) if each is not none and len(each)]
    if naming:
        best = max(naming, key=lambda place: (len(row_columns[place]), len(row_columns[place].met)))
        header = _first_header(sheet, row_columns, best)
        yield from _split(sheet, finder, texts, header, row_columns[header])


def _with_merged_headings(sheet: Sheet) -> list[list[Cell]]:
    """The sheet's rows, in the first ones what is merged over several rows in each of them."""
    rows = sheet.rows
    for top, left, bottom, _ in sheet.appearance.merges:
        if top >= min(bottom, HEADER_ROWS, len(rows)) or left >= len(rows[top]):
            continue
        for place in range(top + 1, min(bottom + 1, HEADER_ROWS, len(rows))):
            if rows[place][left] == "":
                rows = list(rows) if rows is sheet.rows else rows
                rows[place] = [*rows[place][:left], rows[top][left], *rows[place][left + 1 :]]
    return rows


def _first_header(sheet: Sheet, row_columns: list[Columns], best: int) -> int:
    """The best header row, or the first one above it that heads a table of its own: it has at
    least half as many headings, and rows with something below them."""
    for place, columns in enumerate(row_columns[:best]):
        if len(columns) < _enough(row_columns[best]) or 2 * len(columns) < len(row_columns[best]):
            continue
        for row, below in zip(
            sheet.rows[place + 1 : best], row_columns[place + 1 : best], strict=True
        ):
            if not len(below) and sum(row[column] != "" for column in columns.known) >= 2:
                return place
    return best


def _enough(columns: Columns) -> int:
    """How many headings make a further header row."""
    return min(3, max(2, len(columns) // 2))


def _split(
    sheet: Sheet, finder: HeadingFinder, texts: set[str], header: int, columns: Columns
) -> Iterator[FoundTable]:
    """Cut the rows below the first header where a further header row stands. A row that repeats
    the header, units and all, only goes; where it has no row of units of its own, those above
    hold."""
    enough, rows = _enough(columns), sheet.rows
    table, place = _begin(sheet, header, columns)
    table_rows: list[tuple[int, list[Cell]]] = []
    perhaps = [n for n in range(place, len(rows)) if not texts.isdisjoint(rows[n])]
    for further in perhaps:
        row = rows[further]
        if further < place or sum(cell in texts for cell in row) < enough:
            continue
        again = finder.columns(rows, further)
        if len(again) < enough and row != table.headings:
            continue
        if _is_beside(table, row, again):
            continue
        table_rows += enumerate(rows[place:further], place)
        place = _below_units(sheet, further, again)[0]
        if row == table.headings:
            again = replace(table.columns, units=table.columns.units | again.units)
        if again == table.columns:
            continue
        table.rows = Rows(table_rows)
        yield table
        (table, place), table_rows = _begin(sheet, further, again), []
        table.after = True
    table.rows = Rows((*table_rows, *enumerate(rows[place:], place)))
    yield table


def _is_beside(table: FoundTable, row: list[Cell], again: Columns) -> bool:
    """Whether headings head a block beside the table, in a row of which the table has a part."""
    table_columns = table.columns.known
    return table_columns.isdisjoint(again.known) and any(
        row[column] != "" for column in table_columns
    )


def _begin(sheet: Sheet, header: int, columns: Columns) -> tuple[FoundTable, int]:
    below, headings = _below_units(sheet, header, columns)
    return FoundTable(sheet, header, columns, headings), below


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
        if (unit := units[column]) is not None:
            columns.units.setdefault(year, unit)
    if columns.is_long and (unit := units[columns.fields["amount"]]) is not None:
        columns.units.setdefault("amount", unit)
    for column in chain.from_iterable(columns.added.values()):
        if (unit := units[column]) is not None:
            columns.added_units.setdefault(column, unit)
    return header + 2, headings


def header_issues(found_table: FoundTable, source: TableSource, table: Table) -> list[Issue]:
    """What is wrong with a header row: missing and repeated headings. Fields that Layouts give as
    constants need no column."""
    issues = []
    fields = {*found_table.columns.fields, *found_table.constants}
    first = source.at(found_table.header + 1, source.first_column)
    missing = [h.heading for h in table.headings if h.required and h.name not in fields]
    if found_table.layout is not None and found_table.layout.is_long and table.year_columns:
        missing += [each.heading for each in LONG_FIELDS if each.name not in fields]
    elif table.year_columns and not found_table.columns.years:
        missing.append("a financial year")
    if missing:
        what = f"There is no column for {', none for '.join(missing)} in {table.name}."
        issues.append(Issue("missing-heading", first, ", ".join(missing), "", {"what": what}))
    for column, earlier in found_table.columns.second:
        text = cell_text(found_table.headings[column])
        details = {
            "first": f"{column_letters(earlier + 1)}{found_table.header + 1}",
            "lost": _lost(amounts_of(found_table.rows, column)),
        }
        at = source.at(found_table.header + 1, column + 1)
        issues.append(Issue("duplicate-heading", at, text, text, details))
    return issues


def unread_issues(
    found_table: FoundTable, source: TableSource, lines: Rows, elsewhere: set[int]
) -> list[Issue]:
    """Amounts in the table's lines, as numbers or text, below headings that are not read: years
    that are none, and unknown headings. ``elsewhere``: columns that another layout of the sheet
    reads, and Total columns."""
    issues = []
    columns_read = found_table.columns.known | elsewhere
    for column in found_table.span(lines):
        heading = found_table.headings[column]
        text = cell_text(heading)
        if column in columns_read:
            continue
        numbers = [each for each in amounts_of(lines, column) if each]
        at = source.at(found_table.header + 1, column + 1)
        if looks_like_year(heading):
            if numbers:
                details = {"lost": _lost(numbers)}
                issues.append(Issue("unknown-year-heading", at, text, text, details))
        elif (
            numbers
            and (fault := found_table.sheet.faults.get((found_table.header, column))) is not None
        ):
            rule = "cell-error" if fault.error else "formula-no-value"
            issues.append(Issue(rule, at, "Heading", fault.error))
        elif numbers and not numbers_rows(text, numbers):
            name = f"The column “{text}”" if text else "A column without a heading"
            what = f"{name} is not read, and there are amounts in it, which add up to "
            details = {"what": f"{what}{_sum_text(numbers)}."}
            issues.append(Issue("unread-amounts", at, text, text, details))
    return issues


def unread_sheet(found_table: FoundTable, source: TableSource, lines: Rows) -> list[Issue]:
    """The numbers of a whole table that is not read, because of the name of its sheet."""
    columns = sorted(found_table.columns.years.values())
    numbers = [number for column in columns for number in amounts_of(lines, column)]
    if not any(numbers):
        return []
    at = source.at(found_table.header + 1, columns[0] + 1)
    text = cell_text(found_table.headings[columns[0]])
    name = f"The table from “{text}” on, on the sheet “{found_table.sheet.name}”,"
    what = f"{name} is not read, and there are amounts in it, which add up to "
    return [Issue("unread-amounts", at, text, text, {"what": f"{what}{_sum_text(numbers)}."})]


def amounts_of(rows: Rows, column: int) -> list[Decimal]:
    """The numbers in a column, and what texts in it plainly are."""
    cells = rows.column(column)
    numbers = [excel_decimal(cell) for cell in cells if isinstance(cell, float)]
    amounts = (text_amount(cell) for cell in cells if isinstance(cell, str))
    return numbers + [amount[0] for amount in amounts if amount]


def _sum_text(numbers: list[Decimal]) -> str:
    return f"{sum(numbers, Decimal(0)):,f}"


def _lost(numbers: list[Decimal]) -> str:
    return f"; the numbers below it add up to {_sum_text(numbers)}" if numbers else ""
