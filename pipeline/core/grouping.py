"""Rows that say the same in columns of text: each column is looked through once, in whole numbers
from then on."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Numbers = npt.NDArray[np.intp]
Texts = npt.NDArray[np.object_]


def group_rows(frame: pd.DataFrame, names: Sequence[str]) -> tuple[Numbers, list[tuple[str, ...]]]:
    """The number of what each row says in these columns, and what that is by its number, in the
    order in which rows first say it; empty where a value is missing."""
    columns = [frame[name].fillna("") for name in names]
    numbers = np.zeros(len(frame), dtype=np.intp)
    for column in columns:
        codes, texts = pd.factorize(column)
        numbers = pd.factorize(numbers * len(texts) + codes)[0]
    firsts = np.unique(numbers, return_index=True)[1]
    return numbers, list(zip(*(column.iloc[firsts].tolist() for column in columns), strict=True))


def number_texts(column: pd.Series, key: Callable[[str], str], known: dict[str, int]) -> Numbers:
    """The number of each text, the same for texts of one key; ``known``: the numbers of the keys,
    to which further ones are added."""
    codes, texts = pd.factorize(column)
    numbers = [known.setdefault(key(text), len(known)) for text in texts.tolist()]
    return np.array(numbers, dtype=np.intp)[codes]


def translate(column: pd.Series, new: Callable[[str], str]) -> Texts:
    """A column's texts, each replaced by what it is now."""
    codes, texts = pd.factorize(column)
    return np.array([new(text) for text in texts.tolist()], dtype=object)[codes]
