"""What a workbook is, as a declaration: books, sheets, tables, columns, and the forms of the
templates. Nothing here knows how a workbook is written.

A new sheet is a new file of declarations. A chart is a block between its tables; a column may
carry a formula for each row beside its value.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np

from pipeline.report.chart import Chart
from pipeline.report.formula import Formula
from schemas.fields import Kind
from schemas.outputs import Show

if TYPE_CHECKING:  # it imports pandas, for which nobody waits who needs a theme
    from pipeline.report.columns import Codes

SHEET_ROWS = 1_048_576
# A sheet's XML, of up to 50 bytes a cell, must stay below 2 GiB: zip archives that are written as
# they are made, as ours are, take no larger part without an extension that not all readers know.
SHEET_CELLS = 40_000_000
# Left free on a sheet for its title, the lines under it and the header row.
SHEET_HEAD_ROWS = 60
# What every page of a book says whose figures are not final.
DRAFT = "DRAFT"


class Role(Enum):
    """What a row of a table is, beside an ordinary one."""

    # Python hashes a member's name anew each time: too slow for what is asked of every cell.
    __hash__ = object.__hash__

    BODY = "body"
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    ASIDE = "aside"


class Purpose(Enum):
    """What a reader opens a sheet for. The sheets of a book stand in this order, each kind's tabs
    in a colour of its own; those to be circulated are the set that is printed for a meeting."""

    DECIDE = "To circulate"
    EVIDENCE = "Evidence"
    CHECKS = "Checks"


class Tone(Enum):
    """How a word is set off; the word says it too, never the colour alone."""

    # Python hashes a member's name anew each time: too slow for what is asked of every cell.
    __hash__ = object.__hash__

    PLAIN = "plain"
    MUTED = "muted"
    BAD = "bad"
    CAUTION = "caution"
    GOOD = "good"
    LABEL = "label"
    LINK = "link"
    # A rating, set off by a fill of its own.
    BLUE = "Blue"
    GREEN = "Green"
    AMBER = "Amber"
    RED = "Red"
    BLACK = "Black"


class FilePlace(NamedTuple):
    """A cell of another file. ``address``: relative to the folder of the book, its parts divided by
    ``/`` and percent-encoded, so that no text in it is more than a name. ``what`` it opens, in
    words."""

    address: str
    sheet: str
    cell: str
    what: str = "return"


class FilePlaces(Sequence[FilePlace]):
    """A place in another file for each row, none of them missing, held so that a long column need
    not be looked at row by row. ``sheets``: the distinct ones but for their cells, in order of
    their first rows; ``codes``: by row the place of its own among them; ``cells``: of each row."""

    def __init__(self, sheets: list[FilePlace], codes: "Codes", cells: list[str]) -> None:
        self.sheets = sheets
        self.codes = codes
        self.cells = cells

    @classmethod
    def of(cls, places: Sequence[FilePlace]) -> "FilePlaces":
        """Some places."""
        number_of: dict[FilePlace, int] = {}
        codes = [number_of.setdefault(place._replace(cell=""), len(number_of)) for place in places]
        return cls(list(number_of), np.array(codes, dtype=np.int64), [each.cell for each in places])

    def __len__(self) -> int:
        return len(self.cells)

    def __contains__(self, place: object) -> bool:
        # Whether a row has none is asked of every column.
        return place is not None and super().__contains__(place)

    @overload
    def __getitem__(self, place: int) -> FilePlace: ...
    @overload
    def __getitem__(self, place: slice) -> "FilePlaces": ...
    def __getitem__(self, place: int | slice) -> "FilePlace | FilePlaces":
        if isinstance(place, slice):
            return FilePlaces.of([self[row] for row in range(len(self))[place]])
        return self.sheets[int(self.codes[place])]._replace(cell=self.cells[place])


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, its values and how they are printed.

    ``values``: a value per row (money in pence, None for blank). ``shows`` overrules ``show`` row
    by row. ``formulas``: a formula per row, whose stored result is the value. ``names``: what
    formulas call the cell of a row. ``links``: the name of the sheet that a cell leads to.
    ``files``: the place in another file that it leads to.
    ``tones`` sets words off, also where a formula comes to another one; ``muted`` the rows whose
    label only repeats the one above. ``entries``: what a cell may be changed to, None where it is
    not to be changed. ``alarms``: words that set a formula's text off as bad. ``below``: how
    figures below nil are set off. ``stale``: the rows whose text says on its face that it is as
    reported, once the sheet's ``stale`` holds; ``longest``: by row the longest text that its
    formula may give. A row is as high as these need. ``width`` in characters.
    """

    heading: str
    values: Sequence[object]
    show: Show = Show.TEXT
    width: float = 16
    shows: Sequence[Show] | None = None
    formulas: Sequence[Formula | None] | None = None
    names: Sequence[str] | None = None
    links: Sequence[str | None] | None = None
    files: Sequence["FilePlace | None"] | None = None
    tones: Mapping[str, Tone] = field(default_factory=dict)
    muted: Collection[int] = frozenset()
    entries: Sequence["Entry | None"] | None = None
    alarms: tuple[str, ...] = ()
    below: Tone = Tone.PLAIN
    stale: Collection[int] = frozenset()
    longest: Mapping[int, str] = field(default_factory=dict)

    def show_of(self, row: int) -> Show:
        """How a row's value is shown."""
        return self.shows[row] if self.shows else self.show

    def part(self, start: int, stop: int) -> "Column":
        """The rows from ``start`` up to ``stop``."""
        return replace(
            self,
            values=self.values[start:stop],
            shows=self.shows and self.shows[start:stop],
            formulas=self.formulas and self.formulas[start:stop],
            names=self.names and self.names[start:stop],
            links=self.links and self.links[start:stop],
            files=self.files and self.files[start:stop],
            muted={row - start for row in self.muted if start <= row < stop},
            stale={row - start for row in self.stale if start <= row < stop},
            longest={
                row - start: text for row, text in self.longest.items() if start <= row < stop
            },
            entries=self.entries and self.entries[start:stop],
        )


@dataclass(frozen=True)
class Table:
    """An Excel table (ListObject) called ``name``.

    ``roles`` names the rows that aren't ordinary ones, ``starts`` those that open a group.
    ``filtered``: with filter buttons. ``banded``: every other row tinted by the table's style.
    ``airy``: with room around the figures, for tables that are read rather than searched.
    ``large``: in larger letters, where a few figures are all. ``quiet``: with a light header row,
    where a sheet has many small tables.
    ``caption`` stands above it, ``description`` is its alternative text. ``on_paper``: no page has
    it where it is not, as the last of its sheet.
    """

    name: str
    columns: tuple[Column, ...]
    roles: Mapping[int, Role] = field(default_factory=dict)
    starts: Collection[int] = frozenset()
    filtered: bool = False
    banded: bool = False
    airy: bool = False
    quiet: bool = False
    large: bool = False
    caption: str = ""
    description: str = ""
    on_paper: bool = True

    @property
    def rows(self) -> int:
        """The number of rows; an empty table has none."""
        return len(self.columns[0].values)

    def part(self, number: int, start: int, stop: int) -> "Table":
        """The rows from ``start`` up to ``stop``, as a table of its own."""
        return replace(
            self,
            name=f"{self.name}_{number}" if number > 1 else self.name,
            columns=tuple(column.part(start, stop) for column in self.columns),
            roles={row - start: role for row, role in self.roles.items() if start <= row < stop},
            starts={row - start for row in self.starts if start <= row < stop},
        )


@dataclass(frozen=True)
class Entry:
    """A cell that people fill in: what it takes, the message it shows, the list it offers.

    ``choices`` names a list of the book, ``words`` are the list itself; with ``strict`` no other
    word is taken.
    """

    kind: Kind = Kind.TEXT
    message: str = ""
    choices: str = ""
    strict: bool = True
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Strip:
    """The two lines below a sheet's title that stay in view: whether its figures hold (``formula``
    and what it comes to, a fixed text without one; ``alarms``: words in it that set it off as bad),
    then the link ``back`` to the sheet of this name, and beside it of which version they are."""

    says: str
    back: str
    version: str
    formula: Formula | None = None
    alarms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Formatted:
    """A number in a number format of its own, ``code``."""

    number: float
    code: str


@dataclass(frozen=True)
class Broken:
    """A cell that shows ``error``; empty: a formula that was never calculated."""

    error: str


@dataclass(frozen=True)
class FormColumn:
    """A column that people fill in.

    A column without a heading has its heading typed in; ``heading_message`` says what, ``typed``
    what stands there already. ``values``: what stands in its first rows already, ``notes`` on them
    by row.
    """

    heading: str
    entry: Entry
    width: float = 16
    required: bool = False
    heading_message: str = ""
    typed: str = ""
    values: Sequence[object] = ()
    notes: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """A table to fill in, ``rows`` of it ruled: the headings, then the rows."""

    columns: tuple[FormColumn, ...]
    rows: int = 100
    caption: str = ""


@dataclass(frozen=True)
class Setting:
    """A row of a list of settings, its value to be filled in; ``value``: what stands there."""

    name: str
    entry: Entry
    meaning: str
    default: str = ""
    example: object = None
    required: bool = False
    value: object = None


@dataclass(frozen=True)
class Settings:
    """A list of settings: Setting, Value, Meaning, If left blank, Example."""

    settings: tuple[Setting, ...]


@dataclass(frozen=True)
class NamedList:
    """Words that drop-downs offer, reached by a name of the workbook."""

    name: str
    heading: str
    words: tuple[str | float, ...]


@dataclass(frozen=True)
class Lists:
    """The lists behind the drop-downs, side by side."""

    lists: tuple[NamedList, ...]


@dataclass(frozen=True)
class Fact:
    """What is to be known, in a sentence beside its label; ``follows``: it speaks of figures, and
    says so once they are no longer those reported."""

    label: str
    text: str
    follows: bool = False


@dataclass(frozen=True)
class Facts:
    """Labels in the first column, their texts on as many lines as they need over all others."""

    facts: tuple[Fact, ...]
    caption: str = ""


Block = Facts | Table | Form | Settings | Lists | Chart


@dataclass(frozen=True)
class Sheet:
    """A sheet: the title in A1, the answer to the sheet's question in a sentence, lines of text
    under it, then its blocks one under the other, each but the first with a caption.

    ``note`` is what the contents list says of it. ``keep_columns``: how many columns stay in view
    when the sheet is scrolled sideways, and are repeated on further pages. ``cover``: the title is
    set larger. ``upright``: printed upright though it is rather wide. ``purpose``: None in books
    without an order of this kind. ``unprinted``: the number of last columns
    that no page has. ``strip``: below the title, whether the figures hold.
    ``live_answer``: a formula for each line of the answer that moves with the figures; none where
    the answer is as reported, which it says on its face once ``stale`` holds.
    """

    name: str
    title: str
    blocks: tuple[Block, ...]
    lines: tuple[str, ...] = ()
    answer: str = ""
    note: str = ""
    keep_columns: int = 0
    cover: bool = False
    upright: bool = False
    purpose: Purpose | None = None
    unprinted: int = 0
    strip: Strip | None = None
    live_answer: tuple[Formula, ...] = ()
    stale: str = ""

    @property
    def tables(self) -> tuple[Table, ...]:
        """The Excel tables of the sheet."""
        return tuple(block for block in self.blocks if isinstance(block, Table))


@dataclass(frozen=True)
class Book:
    """A workbook.

    ``path`` relative to the programme's outputs. ``created`` is the date in the document's
    properties. ``report_unit``: pounds in one unit of the printed amounts. ``names``: names of the
    workbook and the ranges they stand for. ``draft``: every page says so. ``issued``: what every
    page says of the version that the workbook is of; empty where it is of none.
    """

    path: str
    title: str
    sheets: tuple[Sheet, ...]
    created: datetime
    subject: str = ""
    marking: str = ""
    report_unit: int = 1
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    draft: bool = False
    issued: str = ""


def in_reading_order(sheets: Iterable[Sheet]) -> tuple[Sheet, ...]:
    """What decides first, then the evidence, then the checks; as given within each."""
    order = list(Purpose)
    return tuple(sorted(sheets, key=lambda sheet: order.index(sheet.purpose or Purpose.EVIDENCE)))


def pages(sheet: Sheet, rows: int = SHEET_ROWS) -> tuple[Sheet, ...]:
    """The sheet, or as many as its table needs: Excel takes no more than ``rows`` rows a sheet,
    and its part of the workbook's archive no more than SHEET_CELLS cells.

    Only a sheet of one table is split; what is above the table stands on each.
    """
    if len(sheet.blocks) != 1 or not sheet.tables:
        return (sheet,)
    table = sheet.tables[0]
    room = min(rows - SHEET_HEAD_ROWS, SHEET_CELLS // len(table.columns))
    if table.rows <= room:
        return (sheet,)
    starts = range(0, table.rows, room)
    return tuple(
        replace(
            sheet,
            name=sheet.name if number == 1 else f"{sheet.name} ({number})",
            title=f"{sheet.title} (part {number} of {len(starts)})",
            blocks=(table.part(number, start, min(start + room, table.rows)),),
        )
        for number, start in enumerate(starts, 1)
    )
