"""Columns that are held otherwise than as lists are the same sequences."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report import columns
from pipeline.report.columns import Decimals, Numbers, Texts, kinds_of, values_of
from pipeline.report.held import Repeated
from pipeline.report.measure import long_words, widest

texts = st.lists(st.none() | st.sampled_from(["", "a", "b"]) | st.text(max_size=3))
places = st.none() | st.integers(-4, 4)


@given(texts, places, places)
def test_texts_are_their_list(
    values: list[str | None], start: int | None, stop: int | None
) -> None:
    as_text, as_object = pd.Series(values, dtype="str"), pd.Series(values, dtype=object)
    each: list[Any] = [Texts.of(values), *map(values_of, (as_text, as_object))]
    for found in each:
        assert found == values
        assert found[start:stop] == values[start:stop]
        assert [found[place] for place in range(len(values))] == values
        assert kinds_of(found) == set(map(type, values))
        assert isinstance(found, Texts)
        assert pickle.loads(pickle.dumps(found, 5)).words == found.words
        assert found.first_rows.tolist() == [values.index(word) for word in found.words]


@given(st.lists(st.none() | st.sampled_from("abcd")), st.sets(st.sampled_from("efghij")))
def test_categories_are_their_texts(values: list[str | None], unused: set[str]) -> None:
    """Whether all, many or few of them are there."""
    categories = pd.Index([*dict.fromkeys(filter(None, values)), *sorted(unused)], dtype="str")
    for kind in (categories, categories[::-1]):
        found = values_of(pd.Series(pd.Categorical(values, kind)))
        assert isinstance(found, Texts)
        assert found == values
        expected = Texts(found.words, found.codes)
        assert pickle.dumps(found, 5) == pickle.dumps(expected, 5)
        assert set(found.words) == set(values)
        assert widest(found) == widest(expected)
        assert long_words(found, 600).tolist() == []
        assert long_words(found, 0).tolist() == [
            place for place, word in enumerate(found.words) if word
        ]


def test_what_is_shared_of_categories_is_worked_out_once_and_goes_with_them() -> None:
    before = dict(columns._SHARED)
    series = pd.Series(pd.Categorical(["a", "b", "a"]))
    each = [values_of(rows) for rows in (series, series[:2].reset_index(drop=True))]
    parts = [found.part for found in each if isinstance(found, Texts) and found.part]
    assert len(parts) == len(each)
    assert parts[0].shared is parts[1].shared
    assert len(columns._SHARED) == len(before) + 1
    del series
    assert before == columns._SHARED


@given(st.lists(st.integers(0, 4)))
def test_texts_at_places_are_what_is_there(at: list[int]) -> None:
    words = ["e", "d", "c", "b", "a"]
    found = Texts.at(words, np.array(at, dtype=np.int64))
    expected = [words[place] for place in at]
    assert found == expected
    assert found.words == Texts.of(expected).words


@given(st.lists(st.integers(-(2**63), 2**63 - 1)), places, places)
def test_numbers_are_their_list(values: list[int], start: int | None, stop: int | None) -> None:
    for kind in ("int64", "object"):
        found = values_of(pd.Series(values or [1], dtype=kind))[: len(values)]
        assert isinstance(found, Numbers)
        assert found == values
        assert found[start:stop] == values[start:stop]
        assert [found[place] for place in range(len(values))] == values


@given(st.lists(st.none() | st.floats(allow_nan=False)), places, places)
def test_decimals_are_their_list(
    values: list[float | None], start: int | None, stop: int | None
) -> None:
    found = values_of(pd.Series(values, dtype="float64"))
    assert isinstance(found, Decimals)
    assert found == values
    assert found[start:stop] == values[start:stop]
    assert [found[place] for place in range(len(values))] == values
    assert kinds_of(found) == set(map(type, values))


@given(st.none() | st.text(max_size=3), st.integers(0, 5), places, places)
def test_one_value_of_all_rows_is_its_list(
    value: str | None, rows: int, start: int | None, stop: int | None
) -> None:
    found, values = Repeated(value, rows), [value] * rows
    assert found == values
    assert bool(found) == bool(values)
    assert found[start:stop] == values[start:stop]
    assert isinstance(found[start:stop], Repeated)
    assert [found[place] for place in range(-rows, rows)] == values * 2
    with pytest.raises(IndexError):
        found[rows]


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, pd.NaT])
def test_what_is_missing_among_texts_is_none(missing: object) -> None:
    found = values_of(pd.Series(["a", missing, "b", "a"], dtype=object))
    assert isinstance(found, Texts)
    assert found == ["a", None, "b", "a"]


@pytest.mark.parametrize(
    "values", [[1.5, None], [None, "a", 3], [Path("a")], [1, None], [True], [2**63], [1, -(2**64)]]
)
def test_anything_else_is_a_list(values: list[Any]) -> None:
    found = values_of(pd.Series(values, dtype=object))
    assert found == values
    assert isinstance(found, list)
