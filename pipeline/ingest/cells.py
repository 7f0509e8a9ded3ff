"""Cells to typed values: text, words of a vocabulary, dates, references and amounts."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import numpy as np

from pipeline.core.money import (
    LARGEST_POUNDS,
    excel_decimal,
    parse_amount,
    pence_from_numbers,
    round_pence,
    why_no_amount,
)
from pipeline.core.returns import Pence
from pipeline.core.text import Vocabulary, cell_text, match_key
from pipeline.core.years import parse_year, year_label
from pipeline.ingest.formats.workbook import Cell
from schemas.fields import Field, Kind

Vocabularies = dict[str, tuple[str, ...]]

_DASHES = re.compile(r"[\u2010-\u2015\u2212]")


def read_texts(field: Field, vocabularies: Vocabularies, cells: Sequence[Cell]) -> list[str | None]:
    """A field's cells as text: a word of its vocabulary as the programme spells it (other text as
    it stands), a year as 2012/13, a date as 30 April 2012, a blank None.

    Each distinct cell is worked out once.
    """
    words = vocabularies.get(field.vocabulary) or field.choices
    vocabulary = Vocabulary(words, exact=field.kind is Kind.PARTNER) if words else None
    blanks = {_blank_key(word) for word in field.blanks}

    def work_out(cell: Cell) -> str | None:
        text = cell_text(cell)
        if not text or (blanks and _blank_key(text) in blanks):
            return None
        if field.kind is Kind.YEAR:
            year = parse_year(text)
            return text if year is None else year_label(year)
        if vocabulary is not None:
            return vocabulary.find(text) or text
        return text

    distinct = set(cells)
    if 0 in distinct or 1 in distinct:  # TRUE would be found under 1
        return [work_out(cell) for cell in cells]
    known = {cell: work_out(cell) for cell in distinct}
    return [known[cell] for cell in cells]


def _blank_key(text: str) -> str:
    """Words that stand for a blank match leniently, and all dashes are one: a lone ? is none."""
    return match_key(text) or _DASHES.sub("-", text.strip())


class AmountReader:
    """Reads a column of amounts to whole pence.

    After reading: ``pence`` by row, ``faulty`` (place → why the cell is no amount), ``rounded``
    (the penny changed it).
    """

    def __init__(self, cells: Sequence[Cell], pounds_per_unit: int) -> None:
        """Read the column's cells, amounts being in units of ``pounds_per_unit``."""
        self.faulty: dict[int, str] = {}
        self.rounded: set[int] = set()
        self._unit = pounds_per_unit
        numbers = np.array(
            [cell if type(cell) is float else np.nan for cell in cells], dtype=np.float64
        )
        self.pence, exact = pence_from_numbers(numbers, pounds_per_unit)
        if exact.all():
            return
        others = [(place, cells[place]) for place in np.flatnonzero(~exact).tolist()]
        for place, cell in others:
            if type(cell) is float:
                self._set(place, excel_decimal(cell) * pounds_per_unit)
        for place, cell in others:
            if type(cell) is not float and cell != "":
                self._read_other(place, cell)

    def _read_other(self, place: int, cell: Cell) -> None:
        if isinstance(cell, int) and not isinstance(cell, bool):
            self._set(place, Decimal(cell) * self._unit)
            return
        if not isinstance(cell, str):
            self.faulty[place] = ": it is a date" if isinstance(cell, date) else ""
            return
        amount = parse_amount(cell_text(cell))
        if amount is None:
            self.faulty[place] = why_no_amount(cell_text(cell))
            return
        value, in_pounds = amount
        self._set(place, value if in_pounds else value * self._unit)

    def _set(self, place: int, pounds: Decimal) -> None:
        if abs(pounds) > LARGEST_POUNDS:
            self.faulty[place] = ": it is too large"
            return
        self.pence[place] = round_pence(pounds)
        if pounds * 100 != int(self.pence[place]):
            self.rounded.add(place)


def stated_pounds(cell: Cell, pounds_per_unit: int) -> Decimal | None:
    """What a cell states, in pounds and unrounded; nil where blank, None where it is no amount."""
    if isinstance(cell, float):
        stated = excel_decimal(cell) * pounds_per_unit
        return stated if abs(stated) <= LARGEST_POUNDS else None
    if cell == "":
        return Decimal(0)
    amount = parse_amount(cell_text(cell)) if isinstance(cell, str) else None
    if amount is None:
        return None if not isinstance(cell, str) or cell_text(cell) else Decimal(0)
    return amount[0] if amount[1] else amount[0] * pounds_per_unit


def column_pence(readers: list[AmountReader], rows: int) -> Pence:
    """Pence of several columns side by side; no columns give a matrix without any."""
    if not readers:
        return np.zeros((rows, 0), dtype=np.int64)
    return np.column_stack([reader.pence for reader in readers])
