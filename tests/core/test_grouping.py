"""Rows that say the same, whatever else they say."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.grouping import (
    group_rows,
    number_among,
    number_rows,
    number_texts,
    translate,
)

texts = st.lists(st.tuples(*[st.sampled_from(["", "a", "A", "b", None])] * 3), max_size=12)


@pytest.mark.parametrize("kind", ["str", "object"])
@given(rows=texts)
def test_rows_that_say_the_same_have_one_number(
    kind: str, rows: list[tuple[str | None, ...]]
) -> None:
    frame = pd.DataFrame(rows, columns=["x", "y", "z"], dtype=kind)
    numbers, keys = group_rows(frame, ("x", "y", "z"))
    said = [tuple(text or "" for text in row) for row in rows]
    assert [keys[number] for number in numbers.tolist()] == said
    assert keys == list(dict.fromkeys(said))


@pytest.mark.parametrize("kind", ["str", "object"])
@given(rows=texts)
def test_a_column_is_looked_through_once(kind: str, rows: list[tuple[str | None, ...]]) -> None:
    column = pd.Series([row[0] for row in rows], dtype=kind)
    said = [row[0] or "" for row in rows]
    numbers, found = number_rows(column)
    assert [found[number] for number in numbers.tolist()] == said
    assert len(found) == len(set(found)) == len(set(said))
    assert number_among(column, ["b", "a"]).tolist() == [
        ["b", "a"].index(text) if text in ("a", "b") else -1 for text in said
    ]
    assert translate(column, str.upper).tolist() == [text.upper() for text in said]
    key_numbers = {"x": 0}
    of_keys = number_texts(column, str.casefold, key_numbers)
    assert [key_numbers[text.casefold()] for text in said] == of_keys.tolist()
    assert set(key_numbers.values()) == set(range(len(key_numbers)))
