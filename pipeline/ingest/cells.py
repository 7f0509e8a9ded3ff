"""Cells to typed values: text, words of a vocabulary, dates, references and amounts."""

import re
from collections.abc import Callable, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from pipeline.core.issue import FORMAT, NUMBER
from pipeline.core.money import (
    LARGEST_POUNDS,
    excel_decimal,
    parse_amount,
    pence_from_numbers,
    round_pence,
    unit_name,
    why_no_amount,
)
from pipeline.core.quantity import parse_quantity, quantity_text, thousandths
from pipeline.core.returns import Pence
from pipeline.core.text import Vocabulary, are_plain, cell_text, match_key
from pipeline.core.years import parse_year, year_label
from pipeline.ingest.formats.number_format import FormattedNumber, Section
from pipeline.ingest.formats.workbook import Cell
from schemas.fields import Field, Kind

Vocabularies = dict[str, tuple[str, ...]]

_DASHES = re.compile(r"[\u2010-\u2015\u2212]")


def read_texts(field: Field, vocabularies: Vocabularies, cells: Sequence[Cell]) -> list[str | None]:
    """A field's cells as text: a word of its vocabulary as the programme spells it (other text as
    it stands), a year as 2012/13, a date as 30 April 2012, a number in no unit of money by its
    decimals, a blank None.

    Each distinct cell is worked out once.
    """
    words = vocabularies.get(field.vocabulary) or field.choices
    vocabulary = vocabulary_of(words, exact=field.kind is Kind.PARTNER) if words else None
    blanks, wording = _blank_keys(field.blanks), _WORDINGS.get(field.kind)

    def work_out(cell: Cell) -> str | None:
        text = cell_text(cell)
        if not text:
            return None
        word = vocabulary.find(text) if vocabulary is not None else None
        if word or (blanks and _blank_key(text) in blanks):
            return word
        return text if wording is None else wording(cell, text)

    distinct = set(cells)
    if 0 in distinct or 1 in distinct:  # TRUE would be found under 1
        return [work_out(cell) for cell in cells]
    if blanks or wording or vocabulary:
        text_of = {cell: work_out(cell) for cell in distinct}
    elif are_plain(distinct):  # most fields take any words, and most cells hold such
        texts: Sequence[Any] = cells
        return [text or None for text in texts]
    else:
        text_of = {cell: cell_text(cell) or None for cell in distinct}
    return [text_of[cell] for cell in cells]


def _year_wording(_: Cell, text: str) -> str:
    year = parse_year(text)
    return text if year is None else year_label(year)


def _quantity_wording(cell: Cell, text: str) -> str:
    quantity = stated_quantity(cell)
    as_shown = cell.shape.shown(cell) if isinstance(cell, FormattedNumber) else text
    return as_shown if quantity is None else quantity_text(quantity)


# How what a cell says is put in fields of these kinds.
_WORDINGS: dict[Kind, Callable[[Cell, str], str]] = {
    Kind.YEAR: _year_wording,
    Kind.QUANTITY: _quantity_wording,
}


# Each return has the same fields, and the programme's words.
@lru_cache(maxsize=256)
def vocabulary_of(words: tuple[str, ...], *, exact: bool = False) -> Vocabulary:
    """The vocabulary of these words."""
    return Vocabulary(words, exact=exact)


@lru_cache(maxsize=256)
def _blank_keys(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_blank_key, words))


def _blank_key(text: str) -> str:
    """Words that stand for a blank match leniently, and all dashes are one: a lone ? is none."""
    plain = match_key(text)
    if plain.isdecimal() and not plain.strip("0"):
        return "0"
    return plain or _DASHES.sub("-", text.strip()).strip("- ") or "-"


# What a number becomes by its format; a datetime is a date.
_OTHER_KINDS: dict[type, str] = {
    date: ": it is a date",
    time: ": it is a time",
    timedelta: ": it is a time",
}


class Doubt(NamedTuple):
    """Why a cell is no amount: the rule that it breaks, and what the rule's words need."""

    rule: str
    details: dict[str, str]


@lru_cache(maxsize=256)  # thousands of cells have the same fault, and share its words
def _no_amount(why: str = "") -> Doubt:
    return Doubt("amount-not-number", {"why": why})


def _unclear(as_shown: str, fix: str) -> Doubt:
    return Doubt("scaled-format", {"shown": as_shown, "fix": fix})


def shown_pounds(cell: FormattedNumber, pounds_per_unit: int) -> Decimal | Doubt:
    """What a cell states by its number format, in pounds and unrounded (contract, section 3): a k
    or m that the format writes counts as it does in text; a format that scales to the stated unit
    has pounds below it."""
    section, _ = cell.shape.section(cell)
    value = excel_decimal(cell)
    if not value and not section.shows_number:
        return value
    doubt = _doubt_of(cell, section, pounds_per_unit)
    if doubt is not None:
        return doubt
    if section.unit is not None and section.unit > 1:
        return value * section.unit / section.scale
    return value if section.scale > 1 else value * pounds_per_unit


def _doubt_of(cell: FormattedNumber, section: Section, pounds_per_unit: int) -> Doubt | None:
    """Why what a cell shows is no amount, or none that is plain."""
    shape = cell.shape
    if section.percent:
        return _no_amount(f": the cell shows it as the percentage {shape.shown(cell)}")
    if not section.shows_number:
        fix = "Give the cell a number format that shows it (General, say), or clear the cell."
        return _unclear(shape.shown(cell) or "nothing of it", fix)
    if shape.hides_sign(cell):
        fix = "Give the cell a number format that shows the sign, or change the number."
        return _unclear(f"{shape.shown(cell)}, with another sign", fix)
    if section.unit is None:
        return _no_amount(f": the cell shows it as “{shape.shown(cell)}”")
    if cell and section.unit == 1 and section.scale not in (1, pounds_per_unit):
        unit = unit_name(pounds_per_unit)
        fix = (
            "Take the scaling off the number format, or state the unit that the sheet shows on "
            "the Cover or in the year's heading."
        )
        return _unclear(f"{shape.shown(cell)}; the amounts here are read in {unit}", fix)
    return None


def read_columns(columns: Sequence[Sequence[Cell]], units: Sequence[int]) -> "list[PenceColumn]":
    """Read columns of amounts to whole pence, each in units of so many pounds; the plain numbers
    of all columns in one go."""
    if not columns:
        return []
    numbers = [[cell if type(cell) is float else np.nan for cell in cells] for cells in columns]
    pence, exact = pence_from_numbers(
        np.array(numbers, dtype=np.float64), np.array(units, dtype=np.int64)[:, None]
    )
    others: list[list[int]] = [[] for _ in columns]
    for column, place in zip(*map(np.ndarray.tolist, (~exact).nonzero()), strict=True):
        others[column].append(place)
    return [PenceColumn(*each) for each in zip(columns, units, pence, others, strict=True)]


class PenceColumn:
    """A column of amounts in whole pence.

    ``pence`` by row, ``faulty`` (place → why the cell is no amount), ``rounded`` (the penny changed
    it); ``is_plain``: every cell is a number of whole pence.
    """

    def __init__(
        self, cells: Sequence[Cell], pounds_per_unit: int, pence: Pence, places: list[int]
    ) -> None:
        """``pence``: as far as it is known, but for the cells at the ``places``."""
        self.faulty: dict[int, Doubt] = {}
        self.rounded: set[int] = set()
        self.is_plain = not places
        self.pence, self._unit = pence, pounds_per_unit
        others = [(place, cells[place]) for place in places]
        for place, cell in others:
            if type(cell) is float:
                self._set(place, excel_decimal(cell) * pounds_per_unit)
        for place, cell in others:
            if type(cell) is not float and cell != "":
                self._read_other(place, cell)

    def _read_other(self, place: int, cell: Cell) -> None:
        if isinstance(cell, FormattedNumber):
            pounds = shown_pounds(cell, self._unit)
            if isinstance(pounds, Doubt):
                typed = {NUMBER: repr(float(cell)), FORMAT: cell.code}
                self.faulty[place] = Doubt(pounds.rule, {**pounds.details, **typed})
            else:
                self._set(place, pounds)
            return
        if isinstance(cell, int) and not isinstance(cell, bool):
            self._set(place, Decimal(cell) * self._unit)
            return
        if not isinstance(cell, str):
            why = next((why for kind, why in _OTHER_KINDS.items() if isinstance(cell, kind)), "")
            self.faulty[place] = _no_amount(why)
            return
        amount = parse_amount(cell_text(cell))
        if amount is None:
            self.faulty[place] = _no_amount(why_no_amount(cell_text(cell)))
            return
        value, in_pounds = amount
        self._set(place, value if in_pounds else value * self._unit)

    def _set(self, place: int, pounds: Decimal) -> None:
        if abs(pounds) > LARGEST_POUNDS:
            self.faulty[place] = _no_amount(": it is too large")
            return
        self.pence[place] = round_pence(pounds)
        if pounds * 100 != int(self.pence[place]):
            self.rounded.add(place)


def stated_quantity(cell: Cell) -> int | None:
    """The number in no unit that a cell holds, in thousandths, half away from nil; None where it
    holds none. Text counts as it does for amounts; a dot is a decimal point."""
    if isinstance(cell, str):
        return parse_quantity(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None
    number = excel_decimal(float(cell))
    if isinstance(cell, FormattedNumber) and number:
        section, _ = cell.shape.section(cell)
        # The words of a format name the unit (2.5 FTE), unless they are another currency's.
        unit = section.unit or int(not any(each.kind == "currency" for each in section.tokens))
        hidden = not section.shows_number or cell.shape.hides_sign(cell)
        if section.percent or hidden or not unit or (section.scale > 1 and unit == 1):
            return None
        number = number * unit / section.scale
    return thousandths(number)


def stated_pounds(cell: Cell, pounds_per_unit: int) -> Decimal | None:
    """What a cell states, in pounds and unrounded; nil where blank, None where it is no amount."""
    if isinstance(cell, FormattedNumber):
        pounds = shown_pounds(cell, pounds_per_unit)
        return None if isinstance(pounds, Doubt) or abs(pounds) > LARGEST_POUNDS else pounds
    if isinstance(cell, float):
        stated = excel_decimal(cell) * pounds_per_unit
        return stated if abs(stated) <= LARGEST_POUNDS else None
    if cell == "":
        return Decimal(0)
    amount = parse_amount(cell_text(cell)) if isinstance(cell, str) else None
    if amount is None:
        return None if not isinstance(cell, str) or cell_text(cell) else Decimal(0)
    return amount[0] if amount[1] else amount[0] * pounds_per_unit
