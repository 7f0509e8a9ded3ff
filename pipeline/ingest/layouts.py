"""Layouts: how the control workbook says that a return which doesn't follow the template is read
(contract, section 2).

A row of the Layouts sheet gives one of our headings theirs, or a constant, and may translate a
value of it. Rows whose Workbook and Sheet patterns fit a sheet hold for it together; rows with
different Map read the sheet again, and rows without a Map hold for all of them. Here stand the
rows themselves, what is wrong with each, and which of them serve nothing; ``sheet_layout`` says
how they read a sheet together.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from pipeline.core.issue import Issue
from pipeline.core.programme import Tag
from pipeline.core.returns import Records, Return, TableSource
from pipeline.core.source import SourceRef
from pipeline.core.suggest import suggestion
from pipeline.core.text import match_key, ref_key
from pipeline.core.years import parse_year
from schemas.fields import Field, Kind, Table
from schemas.programme import LAYOUTS
from schemas.returns import LONG_FIELDS, RETURN_TABLES, SAVINGS, tag_field

# One of our columns: a field by its name, or a year of Savings.
Ours = str | int
HEADER_ROW = "header_row"
LEAVE_OUT = "Leave out"
# What of a row can serve: the names of its columns in Layouts.
HEADING, CONSTANT, VALUE, FILL_DOWN = "their_heading", "constant", "their_value", "fill_down"
SHEET = "sheet"

_YES, _NO = {"yes", "y", "true", "1", "x"}, {"no", "n", "false", "0"}
_TABLES = {match_key(table.name): table for table in RETURN_TABLES}
_PLUS = re.compile(r"\s\+\s")
_BRACES = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class LayoutRow:
    """A row of the Layouts sheet; the patterns are empty where they fit everything.

    ``number`` tells it from others; ``source`` and ``row`` are its place in the control workbook.
    """

    number: int

    workbook: str
    sheet: str
    table: str
    ours: Ours
    heading: str
    theirs: str
    constant: str
    their_value: str
    our_value: str
    fill_down: bool
    map: str
    # The team's own column that ours is, if any.
    tag: Tag | None
    source: TableSource = field(compare=False)
    row: int = field(compare=False)

    def at(self, column: str) -> SourceRef:
        """The cell of one of its columns."""
        return self.source.cell(self.row, column)

    @property
    def names_sheet(self) -> bool:
        """Whether it is about certain sheets, not about whichever it fits."""
        return self.sheet not in ("", "*")

    @property
    def leaves_out(self) -> bool:
        """Whether rows with its value are no lines."""
        return match_key(self.our_value) == match_key(LEAVE_OUT)

    @property
    def parts(self) -> tuple[str, ...]:
        """The headings that are added up where the whole is none of the sheet's."""
        return tuple(_PLUS.split(self.theirs)) if self.adds_up else ()

    @property
    def adds_up(self) -> bool:
        """Whether Their heading is several."""
        return is_amount(self.table, self.ours) and _PLUS.search(self.theirs) is not None

    @property
    def named(self) -> tuple[str, ...]:
        """The headings whose values stand in its constant."""
        names = _BRACES.findall(self.constant)
        return tuple(name for name in names if match_key(name) not in ("workbook", "sheet", "row"))

    @property
    def is_literal(self) -> bool:
        """Whether its constant is the same in all rows and workbooks."""
        return not _BRACES.search(self.constant)

    @property
    def header_row(self) -> int | None:
        """The header row that it names, counted from 1."""
        alone = not (self.theirs or self.their_value or self.fill_down)
        is_row = self.ours == HEADER_ROW and alone and self.constant.isdecimal()
        return int(self.constant) or None if is_row else None

    @property
    def offers(self) -> tuple[str, ...]:
        """What of it can serve, in the order in which it is named."""
        has_part = {
            HEADING: bool(self.theirs),
            CONSTANT: bool(self.constant),
            VALUE: bool(self.their_value),
            FILL_DOWN: self.fill_down,
        }
        return tuple(name for name, is_given in has_part.items() if is_given)

    def fits(self, workbook: str, sheet: str, table: str) -> bool:
        """Whether the row is about a table on a sheet of a workbook."""
        return self.table == table and self.fits_sheet(sheet) and self.fits_workbook(workbook)

    def fits_sheet(self, sheet: str) -> bool:
        """Whether the row is about a sheet."""
        return not self.sheet or like(sheet, self.sheet)

    def fits_workbook(self, workbook: str) -> bool:
        """Whether the row is about a workbook, by its file name or its path."""
        names = (workbook, PurePosixPath(workbook).name)
        return not self.workbook or any(like(name, self.workbook) for name in names)


def like(text: str, pattern: str) -> bool:
    """Whether a pattern fits a text, whatever the case."""
    return fnmatchcase(ref_key(text), ref_key(pattern))


def is_amount(table: str, ours: Ours) -> bool:
    """Whether one of our columns holds amounts."""
    field = _field(table, ours)
    return isinstance(ours, int) or (field is not None and field.kind is Kind.AMOUNT)


def field_of(row: LayoutRow) -> Field | None:
    """The field that a row is about; None for a year and for the header row."""
    return _field(row.table, row.ours) if row.tag is None else tag_field(row.tag)


def _field(table: str, ours: Ours) -> Field | None:
    fields = _fields(_TABLES[match_key(table)])
    return next((field for field in fields if field.name == ours), None)


def _fields(table: Table) -> tuple[Field, ...]:
    return (*table.fields, *(LONG_FIELDS if table is SAVINGS else ()))


# Reading the sheet


def read_layouts(
    records: Records, tags: Sequence[Tag] = ()
) -> tuple[tuple[LayoutRow, ...], list[Issue]]:
    """The rows of the Layouts sheet that can serve; what is wrong with the others. ``tags``: the
    team's own columns."""
    rows: list[LayoutRow] = []
    issues: list[Issue] = []
    for place in range(len(records.row)):
        cells = {name: values[place] or "" for name, values in records.columns.items()}
        source = records.sources[records.source[place]]
        row = _row(len(rows), cells, source, records.row[place], tags)
        if isinstance(row, Issue):
            issues.append(row)
            continue
        fault = _fault(row, cells)
        if fault is not None:
            issues.append(fault)
        else:
            rows.append(row)
    return tuple(rows), issues


def _row(
    number: int, cells: dict[str, str], source: TableSource, row: int, tags: Sequence[Tag]
) -> LayoutRow | Issue:
    table = _TABLES.get(match_key(cells["table"]))
    if table is None:
        names = [each.name for each in RETURN_TABLES]
        at = source.cell(row, "table")
        return _unknown(at, "Table", cells["table"], "table of ours", names)
    tags = tags if table is SAVINGS else ()
    key = match_key(cells["heading"])
    tag = next((each for each in tags if match_key(each.heading) == key), None)
    ours = _ours(table, cells["heading"]) if tag is None else tag_field(tag).name
    if ours is None:
        names = [each.heading for each in (*_fields(table), *map(tag_field, tags))]
        at = source.cell(row, "heading")
        return _unknown(at, "Heading", cells["heading"], f"heading of {table.name}", names)
    return LayoutRow(
        number=number,
        workbook=cells["workbook"],
        sheet=cells["sheet"],
        table=table.name,
        ours=ours,
        heading=cells["heading"],
        theirs=cells["their_heading"],
        constant=cells["constant"],
        their_value=cells["their_value"],
        our_value=cells["our_value"],
        fill_down=match_key(cells["fill_down"]) in _YES,
        map=match_key(cells["map"]) or cells["map"],
        tag=tag,
        source=source,
        row=row,
    )


def _ours(table: Table, heading: str) -> Ours | None:
    key = match_key(heading)
    if key == match_key(HEADER_ROW) and not table.settings:
        return HEADER_ROW
    for each in _fields(table):
        if match_key(each.heading) == key:
            return each.name
    return parse_year(heading) if table.year_columns else None


def _fault(row: LayoutRow, cells: dict[str, str]) -> Issue | None:
    """The first thing that makes a row impossible, whatever it is about."""
    for column, is_wrong, what, fix in (
        *_impossible_words(row, match_key(cells["fill_down"])),
        *_impossible_of_kind(row),
    ):
        if is_wrong:
            return bad_row(row, column, what, fix)
    if not row.offers:
        what = "it gives neither their heading nor a constant, and translates nothing"
        return _unused(row, "heading", what)
    return None


def _impossible_words(row: LayoutRow, fill_down: str) -> Iterable[tuple[str, bool, str, str]]:
    """Column, whether it is wrong, what is, and what to do: of any row."""
    yield (
        CONSTANT,
        bool(row.theirs and row.constant),
        f"Both their heading “{row.theirs}” and the constant “{row.constant}” are given.",
        "Keep one of the two.",
    )
    yield (
        "our_value",
        bool(row.our_value and not row.their_value),
        f"“{row.our_value}” translates nothing: there is no Their value beside it.",
        "Enter the word of theirs that it stands for.",
    )
    yield (
        FILL_DOWN,
        bool(fill_down) and fill_down not in _YES | _NO,
        "Fill down is neither Yes nor No.",
        "Enter Yes, or leave the cell blank.",
    )


def _impossible_of_kind(row: LayoutRow) -> Iterable[tuple[str, bool, str, str]]:
    """Column, whether it is wrong, what is, and what to do: by what the row is about."""
    in_savings = row.table == SAVINGS.name
    of_cover = match_key(row.table) == match_key("Cover")
    is_number = row.tag is not None and row.tag.is_number
    yield (
        CONSTANT,
        in_savings and bool(row.constant) and is_amount(row.table, row.ours),
        f"“{row.constant}” would be an amount that stands in no return.",
        "Name the column that holds the amounts under Their heading.",
    )
    yield (
        FILL_DOWN,
        row.fill_down and (is_amount(row.table, row.ours) or is_number),
        "Numbers can't be filled down: each would count once for every row below it.",
        "Leave Fill down blank.",
    )
    yield (
        HEADING if row.theirs else FILL_DOWN,
        of_cover and bool(row.theirs or row.fill_down),
        "A setting of the Cover is given by a Constant, such as £000 for Units.",
        "Enter the value under Constant.",
    )
    yield (
        CONSTANT if row.constant else "heading",
        row.ours == HEADER_ROW and row.header_row is None,
        "Header row takes the number of a row of the sheet as its Constant.",
        "Enter the number, such as 7, under Constant, and nothing else.",
    )


def bad_row(row: LayoutRow, column: str, what: str, fix: str) -> Issue:
    """A row that is wrong, at the cell of one of its columns."""
    value = str(getattr(row, column, "") or "")
    return Issue("bad-setting", row.at(column), _name(column), value, {"what": what, "fix": fix})


def _unknown(at: SourceRef, heading: str, value: str, what: str, names: list[str]) -> Issue:
    details = {
        "what": f"“{value}” is no {what}{suggestion(value, names)}.",
        "fix": f"Use one of: {', '.join(names)}.",
    }
    return Issue("bad-setting", at, f"{LAYOUTS.name}: {heading}", value, details)


def _name(column: str) -> str:
    field = next((field for field in LAYOUTS.fields if field.name == column), None)
    return f"{LAYOUTS.name}: {field.heading if field else column}"


# Rows that serve nothing


def unused_layouts(rows: Sequence[LayoutRow], returns: Sequence[Return]) -> list[Issue]:
    """Rows that serve nothing in any workbook that they name, each at the cell that finds nothing;
    a row that is about a workbook which can't be read may serve there, and one that is about a
    workbook whose place another has taken, by its Cover, has served."""
    if not returns:
        return []
    gone = [each.cover.replaces for each in returns if each.cover and each.cover.replaces]
    issues = []
    for row in rows:
        about = [each for each in returns if row.fits_workbook(each.workbook)]
        if any(each.cover is None or each.cover.replaces for each in about):
            continue
        if any(map(row.fits_workbook, gone)):
            continue
        parts_in_use = {
            part for each in about for number, part in each.layouts if number == row.number
        }
        if row.parts and parts_in_use.issuperset(row.parts):
            parts_in_use.add(HEADING)
        if not about:
            issues.append(_unused(row, "workbook", f"no workbook is called “{row.workbook}”"))
        elif SHEET not in parts_in_use:
            issues.append(_unused(row, SHEET, f"no sheet “{row.sheet}” is read for it"))
        else:
            issues += [
                _idle(row, part, parts_in_use) for part in row.offers if part not in parts_in_use
            ][:1]
    return issues


def _idle(row: LayoutRow, part: str, parts_in_use: set[str]) -> Issue:
    """That a part of a row finds nothing on the sheets that the row fits."""
    sought = ", ".join(f"“{name}”" for name in _sought(row, part, parts_in_use))
    what = "on the sheets that it fits, nothing is read by it"
    if sought:
        what = f"the sheets that it fits have no heading {sought}"
    elif part == VALUE and row.leaves_out:
        what = f"no row has the value “{row.their_value}”"
    return _unused(row, part, what)


def _sought(row: LayoutRow, part: str, parts_in_use: set[str]) -> Sequence[str]:
    """The headings that a part of a row looks for and doesn't find."""
    if part == CONSTANT:
        return row.named
    if part != HEADING:
        return ()
    return [name for name in row.parts if name not in parts_in_use] or [row.theirs]


def _unused(row: LayoutRow, column: str, what: str) -> Issue:
    value = str(getattr(row, column, "") or "")
    details = {"what": f"Row {row.row} of Layouts serves nothing: {what}."}
    return Issue("unused-layout", row.at(column), _name(column), value, details)
