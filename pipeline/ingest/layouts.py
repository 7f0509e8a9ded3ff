"""Layouts: how the control workbook says that a return which doesn't follow the template is read
(contract, section 2).

A row of the Layouts sheet gives one of our headings theirs, or a constant, or one translation of
a value. Rows whose Workbook and Sheet patterns fit a sheet hold for it together; rows with
different Map read the sheet again, and rows without a Map hold for all of them.
"""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from pipeline.core.issue import Issue
from pipeline.core.returns import Records
from pipeline.core.source import SourceRef
from pipeline.core.suggest import suggestion
from pipeline.core.text import cell_text, match_key
from pipeline.core.years import parse_year
from pipeline.ingest.formats.workbook import Cell
from schemas.fields import Table
from schemas.programme import LAYOUTS
from schemas.returns import RETURN_TABLES

# One of our columns: a field by its name, or a year of Savings.
Ours = str | int
_YES = {"yes", "y", "true", "1"}


@dataclass(frozen=True)
class LayoutRow:
    """A row of the Layouts sheet; the patterns are empty where they fit everything."""

    workbook: str
    sheet: str
    table: str
    ours: Ours
    theirs: str
    constant: str
    their_value: str
    our_value: str
    fill_down: bool
    map: str
    at: SourceRef

    def fits(self, workbook: str, sheet: str, table: str) -> bool:
        """Whether the row is about a table on a sheet of a workbook."""
        return (
            self.table == table
            and (not self.sheet or _like(sheet, self.sheet))
            and self.fits_workbook(workbook)
        )

    def fits_workbook(self, workbook: str) -> bool:
        """Whether the row is about a workbook, by its file name or its path."""
        names = (workbook, PurePosixPath(workbook).name)
        return not self.workbook or any(_like(name, self.workbook) for name in names)


@dataclass
class Layout:
    """How one table is read from one sheet: their headings for ours, constants, translations of
    values (by their match key), and the columns that are filled down.

    ``workbook`` is the path of the workbook that is read by it.
    """

    workbook: str = ""
    headings: dict[Ours, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[Ours, dict[str, str]] = field(default_factory=dict)
    fill_down: set[Ours] = field(default_factory=set)

    def constant(self, name: str, sheet: str, row: int) -> str:
        """A field's constant in a row, ``{workbook}``, ``{sheet}`` and ``{row}`` filled in; empty
        where it has none."""
        text = self.constants.get(name, "")
        places = {
            "{workbook}": PurePosixPath(self.workbook).stem,
            "{sheet}": sheet,
            "{row}": str(row),
        }
        for mark, place in places.items():
            text = text.replace(mark, place)
        return text

    def translated(self, ours: Ours, cell: Cell) -> Cell:
        """A cell as we would have it: ours where their value has a translation."""
        values = self.values.get(ours)
        if not values or cell == "":
            return cell
        return values.get(_value_key(cell_text(cell)), cell)


def layouts_for(rows: tuple[LayoutRow, ...], workbook: str, sheet: str, table: str) -> list[Layout]:
    """The layouts by which a table is read from a sheet, one a map; none where no row fits."""
    fitting = [row for row in rows if row.fits(workbook, sheet, table)]
    maps = list(dict.fromkeys(row.map for row in fitting if row.map)) or [""]
    return [
        _layout(workbook, [row for row in fitting if row.map in ("", name)])
        for name in maps
        if fitting
    ]


def _layout(workbook: str, rows: list[LayoutRow]) -> Layout:
    layout = Layout(workbook)
    for row in rows:
        if row.theirs:
            layout.headings[row.ours] = row.theirs
        elif row.their_value:
            values = layout.values.setdefault(row.ours, {})
            values[_value_key(row.their_value)] = row.our_value
        elif row.constant and isinstance(row.ours, str):
            layout.constants[row.ours] = row.constant
        if row.fill_down:
            layout.fill_down.add(row.ours)
    return layout


def read_layouts(records: Records) -> tuple[tuple[LayoutRow, ...], list[Issue]]:
    """The rows of the Layouts sheet; a table or heading that isn't ours is a bad setting."""
    tables = {match_key(table.name): table for table in RETURN_TABLES}
    rows, issues = [], []
    for place in range(len(records.row)):
        cells = {name: values[place] or "" for name, values in records.columns.items()}
        source = records.sources[records.source[place]]
        table = tables.get(match_key(cells["table"]))
        if table is None:
            at = source.cell(records.row[place], "table")
            names = [each.name for each in RETURN_TABLES]
            issues.append(_bad(at, "Table", cells["table"], "table of ours", names))
            continue
        ours = _ours(table, cells["heading"])
        if ours is None:
            at = source.cell(records.row[place], "heading")
            names = [each.heading for each in table.fields]
            what = f"heading of {table.name}"
            issues.append(_bad(at, "Heading", cells["heading"], what, names))
            continue
        rows.append(
            LayoutRow(
                cells["workbook"],
                cells["sheet"],
                table.name,
                ours,
                cells["their_heading"],
                cells["constant"],
                cells["their_value"],
                cells["our_value"],
                match_key(cells["fill_down"]) in _YES,
                cells["map"],
                source.at(records.row[place], source.columns.get("constant", 1)),
            )
        )
    return tuple(rows), issues


def _ours(table: Table, heading: str) -> Ours | None:
    key = match_key(heading)
    for each in table.fields:
        if match_key(each.heading) == key:
            return each.name
    return parse_year(heading) if table.year_columns else None


def _bad(at: SourceRef, heading: str, value: str, what: str, names: list[str]) -> Issue:
    details = {
        "what": f"“{value}” is no {what}{suggestion(value, names)}.",
        "fix": f"Use one of: {', '.join(names)}.",
    }
    return Issue("bad-setting", at, f"{LAYOUTS.name}: {heading}", value, details)


def _like(name: str, pattern: str) -> bool:
    return fnmatchcase(name.casefold(), pattern.casefold())


def _value_key(text: str) -> str:
    """Values without a letter or digit (a dash, say) are compared as they stand."""
    return match_key(text) or text.strip()
