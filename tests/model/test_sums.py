"""Amounts added up by what their rows are of."""

import numpy as np

from pipeline.model.sums import sums_of


def test_rows_are_added_up_at_their_places() -> None:
    amounts = np.array([[1, 2], [10, 20], [100, 200]], dtype=np.int64)
    amounts.flags.writeable = False
    places = (np.array([0, 1, 0]), np.array([2, 0, 2]))
    sums = sums_of(amounts, places, (2, 3))
    assert sums.dtype == np.int64
    assert sums[0, 2].tolist() == [101, 202]
    assert sums[1, 0].tolist() == [10, 20]
    assert sums.sum() == amounts.sum()


def test_python_s_own_numbers_of_any_size_stay_exact() -> None:
    amounts = np.array([[2**70], [1]], dtype=object)
    assert sums_of(amounts, (np.array([0, 0]),), (1,)).tolist() == [[2**70 + 1]]


def test_no_row_is_nil_everywhere() -> None:
    nobody = np.zeros(0, dtype=np.int64)
    assert sums_of(np.zeros((0, 2), dtype=np.int64), (nobody,), (3,)).tolist() == [[0, 0]] * 3
    assert sums_of(np.zeros((0, 2), dtype=np.int64), (nobody,), (0,)).shape == (0, 2)
