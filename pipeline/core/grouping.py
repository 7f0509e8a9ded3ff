"""Rows that say the same in columns of text: each column is looked through once, in whole numbers
from then on. A value that is missing is an empty text."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Numbers = npt.NDArray[np.intp]
Texts = npt.NDArray[np.object_]


def number_rows(column: pd.Series) -> tuple[Numbers, list[str]]:
    """The number of what each row says, and what that is by its number, in the order in which rows
    first say it, but for what is missing."""
    codes, uniques = column.array.factorize()
    texts: list[str] = uniques.tolist()
    missing = codes < 0
    if missing.any():
        texts += [""] * ("" not in texts)
        codes = np.where(missing, texts.index(""), codes)
    return codes, texts


def categories(texts: Sequence[str | None] | Texts) -> pd.Categorical:
    """Texts as a column of a typed frame holds them: each once, in the order in which they first
    come, and its number by row; None is missing."""
    if isinstance(texts, list) and len(texts) > 1 and texts.count(texts[0]) == len(texts):
        # Most columns that may be blank are so throughout: their first text tells all.
        return categories(texts[:1])[np.zeros(len(texts), dtype=np.intp)]
    codes, words = pd.factorize(np.array(texts, dtype=object))
    return pd.Categorical.from_codes(codes, pd.Index(words, dtype="str"))


def group_rows(frame: pd.DataFrame, names: Sequence[str]) -> tuple[Numbers, list[tuple[str, ...]]]:
    """The number of what each row says in these columns, and what that is by its number, in the
    order in which rows first say it."""
    columns = [number_rows(frame[name]) for name in names]
    numbers = np.zeros(len(frame), dtype=np.intp)
    for codes, texts in columns:
        numbers = pd.factorize(numbers * len(texts) + codes)[0]
    firsts = np.unique(numbers, return_index=True)[1]
    words = ([texts[code] for code in codes[firsts].tolist()] for codes, texts in columns)
    return numbers, list(zip(*words, strict=True))


def number_texts(
    column: pd.Series, key: Callable[[str], str], key_numbers: dict[str, int]
) -> Numbers:
    """The number of each text, the same for texts of one key; ``key_numbers``: those of the
    keys, to which further ones are added."""
    codes, texts = number_rows(column)
    numbers = [key_numbers.setdefault(key(text), len(key_numbers)) for text in texts]
    return np.array(numbers, dtype=np.intp)[codes]


def number_among(column: pd.Series, names: Sequence[str]) -> Numbers:
    """The place of each text among some names; -1 for one that is none of them."""
    codes, texts = number_rows(column)
    place_of = {name: place for place, name in enumerate(names)}
    return np.array([place_of.get(text, -1) for text in texts], dtype=np.intp)[codes]


def texts_of(frame: pd.DataFrame, names: Sequence[str]) -> list[list[str]]:
    """What rows say in each of these columns."""
    return [translate(frame[name], str).tolist() for name in names]


def translate(column: pd.Series, new: Callable[[str], str | None]) -> Texts:
    """A column's texts, each replaced by another one."""
    codes, texts = number_rows(column)
    return np.array([new(text) for text in texts], dtype=object)[codes]
