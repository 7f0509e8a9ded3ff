"""How rows of Layouts read one table from one sheet together: their headings for ours, constants,
translations, rows to leave out, and what of it contradicts itself."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Protocol, TypeVar

from pipeline.core.issue import Issue
from pipeline.core.money import parse_amount
from pipeline.core.quantity import parse_quantity
from pipeline.core.suggest import suggestion
from pipeline.core.text import Vocabulary, cell_text, match_key
from pipeline.core.years import parse_year
from pipeline.ingest.cells import Vocabularies
from pipeline.ingest.formats.workbook import Cell
from pipeline.ingest.layouts import (
    CONSTANT,
    FILL_DOWN,
    HEADER_ROW,
    HEADING,
    VALUE,
    LayoutRow,
    Ours,
    bad_row,
    field_of,
    is_amount,
    like,
)
from schemas.fields import Field, Kind, Setting
from schemas.returns import SAVINGS

_BRACES = re.compile(r"\{([^{}]+)\}")
Key = TypeVar("Key")


class HeaderColumns(Protocol):
    """What a header row says of a layout: the columns of the headings that constants name, and by
    the number of a row of Layouts the headings of it that were met; and rows that give one of ours
    two columns."""

    named_columns: dict[str, int]
    met: dict[int, set[str]]
    contradictions: list[tuple[LayoutRow, LayoutRow]]


@dataclass
class Layout:
    """How one table is read from one sheet of a workbook by rows of Layouts, one map of them.

    ``workbook`` is the path of the workbook, ``rows`` those that fit. ``served`` collects what of
    which row serves. ``faults``: what contradicts another row, and constants outside a vocabulary;
    a table that is read by a layout with faults can't be used. ``strange``: translations into a
    word outside a vocabulary; the rows that have the value are in error by themselves.
    """

    workbook: str
    sheet: str
    rows: tuple[LayoutRow, ...]
    served: set[tuple[int, str]] = field(default_factory=set)
    faults: list[Issue] = field(default_factory=list)
    strange: list[Issue] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Sort the rows by what they give."""
        self.headings: dict[Ours, list[LayoutRow]] = {}
        self.constants: dict[Ours, LayoutRow] = {}
        self._values: dict[Ours, dict[str, LayoutRow]] = {}
        self._left_out: dict[Ours, list[LayoutRow]] = {}
        self._fill_down: dict[Ours, LayoutRow] = {}
        for row in self.rows:
            if row.theirs:
                self.headings.setdefault(row.ours, []).append(row)
            if row.constant:
                self._one(self.constants, row.ours, row, CONSTANT)
            if row.leaves_out:
                self._left_out.setdefault(row.ours, []).append(row)
            if row.their_value:
                values = self._values.setdefault(row.ours, {})
                self._one(values, value_key(row.their_value), row, "our_value")
            if row.fill_down:
                self._fill_down.setdefault(row.ours, row)
        self.faults += self._mixed()

    def _mixed(self) -> Iterable[Issue]:
        """Rows that are about a column per year, where others are about a row per year."""
        for ours, rows in self.headings.items():
            if self.is_long and isinstance(ours, int):
                what = (
                    f"Row {rows[0].row} of Layouts gives {rows[0].heading} a column, but row "
                    f"{self.headings['amount'][0].row} says that each row of the sheet "
                    f"“{self.sheet}” is one year: its rows are left out."
                )
                fix = "Keep Year and Amount, or a heading for each year; use Map to read both."
                yield bad_row(rows[0], HEADING, what, fix)
            if ours == "year" and rows[0].table == SAVINGS.name and not self.is_long:
                what = "Year says that each row is one year, but no row of Layouts gives Amount."
                fix = "Give the heading of their amounts to Amount, in a row of its own."
                yield bad_row(rows[0], "heading", what, fix)

    def _one(self, rows: dict[Key, LayoutRow], key: Key, row: LayoutRow, column: str) -> None:
        """Take up a row, unless another says something else of the same."""
        first = rows.setdefault(key, row)
        if getattr(first, column) != getattr(row, column):
            self.contradict(row, first, column)

    @property
    def names_sheet(self) -> bool:
        """Whether it is about this very sheet, not about whichever it fits."""
        return any(row.names_sheet for row in self.rows)

    @property
    def header_row(self) -> int | None:
        """The header row that it names, counted from 1."""
        row = self.constants.get(HEADER_ROW)
        return row.header_row if row else None

    @property
    def is_long(self) -> bool:
        """Whether it reads a table with a row a year."""
        return "amount" in self.headings

    @property
    def named(self) -> set[str]:
        """The headings that its constants name, by their match keys."""
        return {match_key(name) for row in self.constants.values() for name in row.named}

    def contradict(self, row: LayoutRow, first: LayoutRow, column: str) -> None:
        """Note that a row says something else than an earlier one."""
        self.served.add((row.number, VALUE if column == "our_value" else column))
        fault = bad_row(
            row,
            column,
            f"Row {row.row} of Layouts gives {row.heading} {_said(row, column)}, but row "
            f"{first.row} gives it {_said(first, column)}, and both hold for the sheet "
            f"“{self.sheet}” of {self.workbook}: its rows are left out.",
            "Keep one of the two, or say under Workbook, Sheet or Map what each is for.",
        )
        if fault not in self.faults:
            self.faults.append(fault)

    def given(self, columns: HeaderColumns) -> dict[Ours, LayoutRow]:
        """The constants that stand for columns: those whose headings are all on the sheet."""
        return {
            ours: row
            for ours, row in self.constants.items()
            if ours != HEADER_ROW
            and all(match_key(name) in columns.named_columns for name in row.named)
        }

    def constant(
        self, row: LayoutRow, place: int, cells: Sequence[Cell], columns: HeaderColumns
    ) -> str:
        """A constant in a row of the sheet, at ``place`` from 0, what stands in braces filled in;
        blank where every column that it names is."""
        if row.is_literal:
            return row.constant
        values = {
            "workbook": PurePosixPath(self.workbook).stem,
            "sheet": self.sheet,
            "row": str(place + 1),
            **{key: cell_text(cells[column]) for key, column in columns.named_columns.items()},
        }
        if row.named and not any(values[match_key(name)] for name in row.named):
            return ""
        return _BRACES.sub(lambda match: values.get(match_key(match[1]), match[0]), row.constant)

    def translated(self, ours: Ours, cells: Iterable[Cell]) -> list[Cell]:
        """Cells as we would have them: ours where their value has a translation."""
        values = self._values.get(ours)
        if not values:
            return list(cells)
        values_so_far: dict[tuple[type, Cell], Cell] = {}  # TRUE would be found under 1
        translated = []
        for cell in cells:
            key = (type(cell), cell)
            if key not in values_so_far:
                row = values.get(value_key(cell_text(cell))) if cell != "" else None
                values_so_far[key] = cell if row is None or row.leaves_out else row.our_value
            translated.append(values_so_far[key])
        return translated

    def leaves_out(self, ours: Ours, cell: Cell) -> bool:
        """Whether a row with this value is no line."""
        text = cell_text(cell)
        if not text:
            return False
        out = [
            row
            for row in self._left_out[ours]
            if like(text, row.their_value) or value_key(text) == value_key(row.their_value)
        ]
        self.served |= {(row.number, VALUE) for row in out}
        other = self._values[ours].get(value_key(text))
        if out and other is not None and not other.leaves_out:
            first, second = sorted((out[0], other), key=lambda row: row.number)
            self.contradict(second, first, "our_value")
        return bool(out)

    @property
    def leaving_out(self) -> list[Ours]:
        """Which of our columns have values that leave a row out."""
        return list(self._left_out)

    def fills_down(self, ours: Ours) -> bool:
        """Whether blank cells of a column repeat the value above."""
        return ours in self._fill_down

    def serve(
        self, columns: HeaderColumns, fields_read: Iterable[Ours], words: Vocabularies
    ) -> None:
        """Note what serves a table that was found, ``fields_read`` being those of ours that it has;
        check what the rows say against the vocabularies."""
        for number, parts in columns.met.items():
            self.served |= {(number, part) for part in parts}
        for row, first in columns.contradictions:
            self.contradict(row, first, HEADING if row.theirs else CONSTANT)
        constants_in_use = self.given(columns)
        self.served |= {
            (row.number, CONSTANT)
            for row in self.rows
            if row.constant and row.ours in constants_in_use
        }
        served_fields = {*fields_read, *constants_in_use}
        for row in self.rows:
            if row.ours == HEADER_ROW:
                self.served.add((row.number, CONSTANT))
            if row.ours not in served_fields:
                continue
            if row.their_value and not row.leaves_out:
                self.served.add((row.number, VALUE))
                self._check(row, "our_value", row.our_value, words)
            if row.fill_down and row.ours not in constants_in_use:
                self.served.add((row.number, FILL_DOWN))
        for ours, row in constants_in_use.items():
            out = ours in self._left_out and self.leaves_out(ours, row.constant)
            if row.is_literal and not out:
                (text,) = self.translated(ours, [row.constant])
                self._check(row, CONSTANT, cell_text(text), words)

    def _check(self, row: LayoutRow, column: str, text: str, words: Vocabularies) -> None:
        """Note a word that our column can't hold."""
        choices = unfit(row, text, words)
        if choices is None:
            return
        what = (
            f"“{text}” is nothing that {row.heading} can hold{suggestion(text, choices)}; the rows "
            "that it serves are left out."
        )
        fault = bad_row(row, column, what, f"Use {_one_of(choices)}.")
        faults = self.faults if column == CONSTANT else self.strange
        if fault not in faults:
            faults.append(fault)


def unfit(row: LayoutRow, text: str, words: Vocabularies) -> Sequence[str] | None:
    """What a row's column of ours can hold, where a text is none of it; else None."""
    field = field_of(row)
    if not text:
        return None
    if is_amount(row.table, row.ours):
        return ["an amount"] if parse_amount(text) is None else None
    if field is None:
        return None
    return _unfit(field, text, words.get(field.vocabulary, field.choices))


def _unfit(field: Field, text: str, choices: Sequence[str]) -> Sequence[str] | None:
    if isinstance(field, Setting):
        return [field.values.expected] if field.values.read(text) is None else None
    if field.kind is Kind.YEAR:
        return ["a financial year such as 2012/13"] if parse_year(text) is None else None
    if field.kind is Kind.QUANTITY:
        return ["a number such as 2.5"] if parse_quantity(text) is None else None
    if not choices:
        return None
    word = Vocabulary(choices, exact=field.kind is Kind.PARTNER).find(text)
    return choices if word is None else None


def _one_of(choices: Sequence[str]) -> str:
    return choices[0] if len(choices) == 1 else f"one of: {', '.join(choices)}"


def _said(row: LayoutRow, column: str) -> str:
    """What a row says in one of its columns, for a sentence."""
    if column == "our_value":
        return f"“{row.our_value}” for “{row.their_value}”"
    return f"“{row.theirs or row.constant}”"


def value_key(text: str) -> str:
    """Values without a letter or digit (a dash, say) are compared as they stand."""
    return match_key(text) or text.strip()


def layouts_for(rows: Sequence[LayoutRow], workbook: str, sheet: str, table: str) -> list[Layout]:
    """The layouts by which a table is read from a sheet, one a map; none where no row fits."""
    fitting = [row for row in rows if row.fits(workbook, sheet, table)]
    if not fitting:
        return []
    maps = list(dict.fromkeys(row.map for row in fitting if row.map)) or [""]
    return [
        Layout(workbook, sheet, tuple(row for row in fitting if row.map in ("", name)))
        for name in maps
    ]
