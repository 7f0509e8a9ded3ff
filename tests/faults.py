"""Programmes as departments send them: random faults, totals, notes and copies among the lines.

A :class:`Sent` knows of each row what becomes of it by the contract's words (:func:`fates`), and
:func:`tally` adds up the amount cells of the written workbook, read with another reader than the
pipeline's, so that the two can be held to the Controls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from pathlib import Path
from typing import Final

import openpyxl
from hypothesis import strategies as st

from tests.builders import Cell, Formula, Return, error_cell
from tests.reference import (
    CATEGORIES,
    COSTS,
    DIRECT,
    POUNDS_IN,
    RefLine,
    RefProgramme,
    is_excluded,
    pence,
)
from tests.strategies import SIGNS, Case, CaseReturn, cases, programme_workbook

NAMES: Final = (
    "Zoo.xlsx",
    "a.xlsx",
    "b/return.xlsx",
    "b.xlsx",
    "B (2).xlsx",
    "é.xlsx",
    "c/d/e.xlsx",
)
LARGEST_POUNDS: Final = 10**12
UNREADABLE: Final[tuple[Cell, ...]] = (
    "TBC", "n/a", ".", "12,34", "1 804", "1e3", "12%", "1,804 CR", True, date(2012, 4, 1),
    error_cell(), Formula("=A1"),
)  # fmt: skip
# Cover settings that can't be understood: the whole return is rejected.
WRONG_SETTINGS: Final = {"Units": "£bn", "Savings sign": "Both", "Profile": "Monthly"}
SAVING_CATEGORIES: Final = tuple(name for name in CATEGORIES if name not in COSTS)
# Headings that none of ours resembles, with the numbers below them left unread.
UNREAD: Final = "Forecast outturn"


class Fate(Enum):
    """What becomes of a row of Savings."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXCLUDED = "excluded"
    TOTAL = "a total row"
    NOTE = "neither line nor total"


@dataclass(frozen=True)
class SentRow:
    """A row as it is written, by heading; ``line`` as the reference takes it, None for totals and
    notes. ``wrong``: it has an error of its own."""

    cells: Mapping[str, Cell]
    line: RefLine | None = None
    wrong: bool = False
    total: bool = False


@dataclass(frozen=True)
class SentReturn:
    """A return as it is written; ``usable``: False where an error keeps all of its rows out."""

    name: str
    base: CaseReturn
    rows: tuple[SentRow, ...]
    department: str
    dated: date
    cover: Mapping[str, Cell]
    columns: tuple[str, ...]
    outside: str
    usable: bool

    @property
    def units(self) -> str | None:
        """The units that the Cover gives, where it can be understood."""
        cover_units = self.cover.get("Units")
        return cover_units if isinstance(cover_units, str) and cover_units in POUNDS_IN else None


@dataclass(frozen=True)
class Sent:
    """A programme and its returns by path."""

    programme: RefProgramme
    returns: tuple[SentReturn, ...]


# What can be wrong with a row: each gives the changed cells, or None where it doesn't apply.


def _fault(draw: st.DrawFn, sent: RefLine, cells: dict[str, Cell], years: Sequence[str]) -> None:
    kind = draw(st.sampled_from(("amount", "empty", "unknown", "error", "direct")))
    if kind == "amount":
        cells[draw(st.sampled_from(years))] = draw(st.sampled_from(UNREADABLE))
    elif kind == "empty":
        cells[draw(st.sampled_from(("Line ref", "Description", "Service", "Category")))] = None
    elif kind == "unknown":
        heading = draw(
            st.sampled_from(("Service", "Category", "Scenario", "Basis", "Partner", "Paid by"))
        )
        cells[heading] = "Of the moon"
    elif kind == "error" or sent.partner is not None:
        needed = ("Line ref", "Project code", "Description", "Service", "Category", "Scenario",
                  "Basis", "Partner", "Counted in", "Paid by")  # fmt: skip
        cells[draw(st.sampled_from(needed))] = error_cell("#N/A")
    else:
        cells["Basis"] = DIRECT


def _cells_of(line: RefLine, amounts: Mapping[str, Cell]) -> dict[str, Cell]:
    return {
        "Line ref": line.line_ref,
        "Description": f"Line {line.line_ref}",
        "Service": line.service,
        "Category": line.category,
        "Scenario": line.scenario,
        "Basis": line.basis,
        "Partner": line.partner,
        "Counted in": line.counted_in,
        "Paid by": line.paid_by,
        **amounts,
    }


@st.composite
def _rows(draw: st.DrawFn, base: CaseReturn, outside: str) -> list[SentRow]:
    """The rows of a return: its lines, about one in five of them faulty, and what stands among
    them."""
    rows = []
    amount = st.sampled_from((None, 1, -250.75, "(1,804)", "£12.34"))
    for line, amounts in zip(base.lines, base.cells, strict=True):
        cells = _cells_of(line, dict(zip(base.year_labels, amounts, strict=True)))
        cells[outside] = draw(amount)
        cells[UNREAD] = draw(st.sampled_from((None, 7, "seven")))
        wrong = draw(st.integers(0, 4)) == 0
        if wrong:
            _fault(draw, line, cells, (*base.year_labels, outside))
        elif draw(st.integers(0, 5)) == 0:
            cells["Notes"] = error_cell()  # nobody needs it
        rows.append(SentRow(cells, line, wrong))
    if draw(st.booleans()):
        rows = draw(st.permutations(rows))
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(("total", "note", "blank")))
        cells = {"Description": "A note"} if kind == "note" else {}
        if kind == "total":
            words = draw(st.sampled_from(("Total", "Sub-total ICT", "GRAND TOTAL", "Totals:")))
            cells = {draw(st.sampled_from(("Line ref", "Description"))): words}
            number = st.sampled_from((None, 1, -250.75))
            cells |= {label: draw(number) for label in (*base.year_labels, outside)}
        rows.insert(draw(st.integers(0, len(rows))), SentRow(cells, total=kind == "total"))
    return rows


@st.composite
def _return(draw: st.DrawFn, number: int, name: str, base: CaseReturn, first: int) -> SentReturn:
    outside = f"FY{first + len(base.year_labels) + draw(st.integers(1, 9)) + 1}"
    cover: dict[str, Cell] = {
        "Units": base.units, "Savings sign": base.sign, "Profile": base.profile
    }  # fmt: skip
    columns = [*base.columns]
    for heading in (outside, UNREAD):
        columns.insert(draw(st.integers(0, len(columns))), heading)
    spoilt = draw(st.integers(0, 19))
    if spoilt == 0:
        setting = draw(st.sampled_from(tuple(WRONG_SETTINGS)))
        cover[setting] = WRONG_SETTINGS[setting]
        base = replace(base, lines=tuple(_without(line, setting) for line in base.lines))
    elif spoilt == 1:
        columns.remove("Description")
    rows = draw(_rows(base, outside))
    if spoilt == 1:
        rows = [replace(row, cells=_less(row.cells, "Description")) for row in rows]
        rows = [row for row in rows if row.line or "Line ref" in row.cells or not row.total]
    return SentReturn(
        name=name,
        base=base,
        rows=tuple(rows),
        department=f"Department {number}",
        dated=draw(st.dates(date(2012, 1, 1), date(2030, 1, 1))),
        cover=cover,
        columns=tuple(columns),
        outside=outside,
        usable=spoilt > 1,
    )


def _less(cells: Mapping[str, Cell], heading: str) -> dict[str, Cell]:
    return {name: cell for name, cell in cells.items() if name != heading}


def _without(line: RefLine, setting: str) -> RefLine:
    """The line where its Cover's setting can't be understood: the programme's holds."""
    field = {"Units": "units", "Savings sign": "sign", "Profile": "profile"}[setting]
    return replace(line, **{field: None})


@st.composite
def sent(draw: st.DrawFn) -> Sent:
    """A random programme whose returns hold faults; lines and whole returns may stand twice."""
    case: Case = draw(cases(most_returns=2))
    names = draw(st.permutations(NAMES))
    first = case.programme.first_year
    returns = [
        draw(_return(number, name, base, first))
        for number, (name, base) in enumerate(zip(names, case.returns, strict=False))
    ]
    for place, one in enumerate(returns):
        # Under other units its amounts might be greater than any council's.
        donor = draw(st.sampled_from([each for each in returns if each.units == one.units]))
        copies = [row for row in donor.rows if row.line is not None]
        if copies and draw(st.integers(0, 2)) == 0:
            row = _again(draw(st.sampled_from(copies)), donor, one)
            at = draw(st.integers(0, len(one.rows)))
            returns[place] = replace(one, rows=(*one.rows[:at], row, *one.rows[at:]))
    if draw(st.integers(0, 7)) == 0:
        twin = draw(st.sampled_from(returns))
        dated = draw(st.sampled_from((twin.dated, date(2011, 1, 1), date(2031, 1, 1))))
        returns.append(replace(twin, name=names[-1], dated=dated))
    return Sent(case.programme, tuple(sorted(returns, key=lambda one: one.name)))


def _again(row: SentRow, donor: SentReturn, one: SentReturn) -> SentRow:
    """A row of ``donor`` typed into another return: its ref in other capitals, its amounts under
    that return's headings."""
    line = row.line
    assert line is not None
    headings = dict(zip(donor.base.year_labels, one.base.year_labels, strict=True))
    headings[donor.outside] = one.outside
    cells = {headings.get(name, name): cell for name, cell in row.cells.items()}
    typed = line.line_ref.lower()
    if isinstance(cells.get("Line ref"), str):
        cells["Line ref"] = f" {typed}"
    if "Description" not in one.columns:
        cells = _less(cells, "Description")
    elif "Description" not in row.cells:
        cells["Description"] = "Typed in again"
    like = one.base.lines[0]
    other_line = replace(
        line, line_ref=typed, units=like.units, sign=like.sign, profile=like.profile
    )
    return SentRow(cells, other_line, row.wrong)


# What becomes of the rows


def _superseded(returns: Sequence[SentReturn]) -> set[str]:
    """Earlier versions: of the returns of a department that share most of their refs, all but the
    latest (of equally late ones the first by path)."""
    names: set[str] = set()
    for one in returns:
        for other in returns:
            refs, others = _refs(one), _refs(other)
            if one is other or one.department != other.department or not refs & others:
                continue
            assert 2 * len(refs & others) > max(len(refs), len(others))
            later = other.dated > one.dated or (other.dated == one.dated and other.name < one.name)
            names |= {one.name} if later else set()
    return names


def _refs(one: SentReturn) -> set[str]:
    return {
        str(row.cells["Line ref"]).strip().casefold()
        for row in one.rows
        if row.line and isinstance(row.cells["Line ref"], str)
    }


def fates(programme: Sent) -> dict[str, list[Fate]]:
    """What becomes of each row of each return, by its name."""
    superseded = _superseded(programme.returns)
    standing: set[tuple[str, str]] = set()
    by_return = {}
    # Of a line that stands twice the one in the later return stays.
    for one in sorted(programme.returns, key=lambda one: one.dated, reverse=True):
        usable = one.usable and one.name not in superseded
        by_return[one.name] = [
            _fate(row, usable, standing, programme.programme.scenarios) for row in one.rows
        ]
    return by_return


def _fate(
    row: SentRow, usable: bool, standing: set[tuple[str, str]], scenarios: tuple[str, ...]
) -> Fate:
    if row.line is None:
        return Fate.TOTAL if row.total else Fate.NOTE
    if row.wrong or not usable:
        return Fate.REJECTED
    ref = row.line.line_ref.casefold()
    keys = {(ref, name) for name in scenarios if row.line.scenario in (None, name)}
    if keys & standing:
        return Fate.REJECTED
    standing |= keys
    return Fate.EXCLUDED if is_excluded(row.line) else Fate.ACCEPTED


def standing_lines(programme: Sent) -> list[RefLine]:
    """The lines that are in the model or excluded, by path and row."""
    fate_of = fates(programme)
    return [
        row.line
        for one in programme.returns
        for row, fate in zip(one.rows, fate_of[one.name], strict=True)
        if row.line is not None and fate in (Fate.ACCEPTED, Fate.EXCLUDED)
    ]


# Writing, and adding up what was written


def write_sent(programme: Sent, folder: Path) -> dict[str, list[int]]:
    """Write the workbooks into a folder; the Excel row of each row of each return."""
    programme_workbook(programme.programme).write(folder)
    return {one.name: _write(one, folder) for one in programme.returns}


def _write(one: SentReturn, folder: Path) -> list[int]:
    book = Return(
        one.department,
        years=one.base.year_labels,
        columns=one.columns,
        title_rows=one.base.title_rows,
        blank_columns=one.base.blank_columns,
    )
    book.cover("Date", one.dated)
    for setting, value in one.cover.items():
        if value is not None:
            book.cover(setting, value)
    places = [book.sheets["Savings"].add(row.cells) for row in one.rows]
    if one.base.cover_last:
        book.sheets["Cover"] = book.sheets.pop("Cover")
    book.write(folder, one.name)
    return places


@dataclass(frozen=True)
class Tally:
    """Rows and pence of a return by fate, and the pence outside the programme's years of rows
    that are in the model or excluded; rejected money is whole."""

    rows: dict[Fate, int]
    pence: dict[Fate, int]
    outside: int


def tally(
    programme: RefProgramme, one: SentReturn, folder: Path, rows: list[int], fate: list[Fate]
) -> Tally:
    """Add up a written return: each amount cell once, in pounds after sign, unreadable ones nil.

    Fails where an amount cell stands in no row that is known.
    """
    book = openpyxl.load_workbook(folder / one.name, data_only=True)
    grid = list(book["Savings"].iter_rows(values_only=True))
    book.close()
    top = one.base.title_rows
    columns = {str(heading): place for place, heading in enumerate(grid[top]) if heading}
    units = one.units or programme.units
    own_sign = one.cover.get("Savings sign")
    positive = (own_sign if own_sign in SIGNS else programme.sign) == "Positive"
    counts, money, outside = dict.fromkeys(Fate, 0), dict.fromkeys(Fate, 0), 0
    of_row = dict(zip(rows, fate, strict=True))
    for number, cells in enumerate(grid[top + 1 :], top + 2):
        negate = positive and cells[columns["Category"]] in SAVING_CATEGORIES
        sign = -1 if negate else 1
        within = sum(sign * stated(cells[columns[year]], units) for year in one.base.year_labels)
        beyond = sign * stated(cells[columns[one.outside]], units)
        row = of_row.get(number, Fate.NOTE)
        counts[row] += number in of_row
        if row in (Fate.ACCEPTED, Fate.EXCLUDED):
            money[row] += within
            outside += beyond
        else:
            money[row] += within + beyond
    assert money[Fate.NOTE] == 0
    return Tally(counts, money, outside)


def stated(cell: object, units: str) -> int:
    """An amount cell in pence as the return states it; nil where it is blank, unreadable or beyond
    all amounts, as pounds are that are taken for millions."""
    amount = _stated(cell, units)
    return amount if abs(amount) <= LARGEST_POUNDS * 100 else 0


def _stated(cell: object, units: str) -> int:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return pence(cell if isinstance(cell, float) else Decimal(cell), units)
    if not isinstance(cell, str) or cell in UNREADABLE:
        return 0
    bare = cell.strip().translate({ord(mark): None for mark in "£,()-\N{MINUS SIGN}"})
    below = any(mark in cell for mark in "(-\N{MINUS SIGN}")
    try:
        amount = Decimal(bare or 0)
    except InvalidOperation:
        return 0
    return pence(-amount if below else amount, units)
