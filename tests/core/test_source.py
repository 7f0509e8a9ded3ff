"""Where a thing was read."""

import random

import openpyxl.utils
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.source import SourceRef, column_letters


@pytest.mark.parametrize(
    ("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (702, "ZZ"), (703, "AAA")]
)
def test_column_letters(column: int, letters: str) -> None:
    assert column_letters(column) == letters


@given(st.integers(1, 16_384))
def test_column_letters_are_excels(column: int) -> None:
    assert column_letters(column) == openpyxl.utils.get_column_letter(column)


@pytest.mark.parametrize(
    ("at", "cell", "text"),
    [
        (SourceRef("a.xlsx", "Savings", 7, 6), "F7", "a.xlsx, Savings!F7"),
        (SourceRef("a.xlsx", "Savings"), "", "a.xlsx, Savings"),
        (SourceRef("a.xlsx"), "", "a.xlsx"),
        (SourceRef("sub/a.xlsx", "Sheet 1", 1, 28), "AB1", "sub/a.xlsx, Sheet 1!AB1"),
        (SourceRef("a.xlsx", "Savings", 7), "", "a.xlsx, Savings"),
    ],
)
def test_a_place_in_words(at: SourceRef, cell: str, text: str) -> None:
    assert (at.cell, str(at)) == (cell, text)


def test_places_are_in_order_by_path_sheet_row_and_column() -> None:
    in_order = [
        SourceRef("B.xlsx", "Savings", 9, 9, 1),
        SourceRef("a.xlsx"),
        SourceRef("a.xlsx", "Zulu", 2, 1, 0),
        SourceRef("a.xlsx", "Alpha", 2, 2, 1),
        SourceRef("a.xlsx", "Alpha", 2, 27, 1),
        SourceRef("a.xlsx", "Alpha", 10, 1, 1),
        SourceRef("a/b.xlsx"),
        SourceRef("b.xlsx"),
    ]
    shuffled = random.Random(1).sample(in_order, len(in_order))
    assert sorted(shuffled, key=lambda at: at.order) == in_order
