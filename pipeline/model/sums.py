"""Amounts added up by what their rows are of."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.core.grouping import Numbers


def sums_of(
    amounts: npt.NDArray[Any], places: Sequence[Numbers], shape: Sequence[int]
) -> npt.NDArray[Any]:
    """Amounts (rows × columns) added up in a table of this shape, each row's at its ``places``, one
    on each axis: the table's axes × columns, whole numbers as the amounts are."""
    sums = np.zeros((math.prod(shape), amounts.shape[1]), dtype=amounts.dtype)
    numbers = np.ravel_multi_index(tuple(places), tuple(shape))
    # Column by column, and none that can't be written to: numpy takes several times as long over
    # whole rows, and thirty times over what is read-only.
    for added, column in zip(sums.T, np.require(amounts, requirements="W").T, strict=True):
        np.add.at(added, numbers, column)
    return sums.reshape(*shape, amounts.shape[1])
