"""The values of long columns, held so that nothing need be looked at row by row: texts once each,
numbers as one array."""

import pickle
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from math import isnan
from types import NoneType
from typing import Any, NamedTuple, Self, overload
from weakref import finalize

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.report.held import Held
from pipeline.report.safe import all_cell_safe

Array = npt.NDArray[np.int64]
Codes = npt.NDArray[np.integer]
# Texts that ``take`` spreads over rows by their codes, in a fraction of the time of a list.
Words = npt.NDArray[np.object_]
# Of each row of a text: the same in all, or each its own.
Piece = str | list[str]


class Shared:
    """The categories of columns of several frames, which stand on several sheets and in several
    books: what is worked out of them is worked out once. ``widths``: by text what it takes on one
    line, once ``measure`` has been asked."""

    def __init__(self, texts: list[str | None]) -> None:
        self.texts = texts
        self.widths: Array | None = None

    @cached_property
    def are_safe(self) -> bool:
        """Whether cells hold these texts as they are."""
        texts = list(filter(None, self.texts))
        return all_cell_safe(texts) == texts

    @cached_property
    def together(self) -> tuple[str, Array]:
        """``_together`` of them."""
        return _together(self.texts)


# By the identity of categories what is shared of them; it goes when they go.
_SHARED: dict[int, Shared] = {}


def _shared(categories: pd.Index) -> Shared:
    """What is shared of a frame's categories."""
    key = id(categories)
    if key not in _SHARED:
        _SHARED[key] = Shared(np.asarray(categories, dtype=object).tolist())
        finalize(categories, _SHARED.pop, key, None).atexit = False
    return _SHARED[key]


class Part(NamedTuple):
    """Some of shared texts, by their places."""

    shared: Shared
    places: Array


class Texts(Held):
    """Texts, or None for nothing. ``words``: the distinct ones; ``codes``: by row the place of its
    text among them, in as few bytes as hold it; ``part``: of which shared texts the words are, None
    apart; ``widths``: by word what it takes on one line, once ``measure`` has been asked."""

    def __init__(self, words: list[str | None], codes: Codes, part: Part | None = None) -> None:
        self.words = words
        self.codes: Codes = codes.astype(np.min_scalar_type(len(words)), copy=False)
        self.part = part
        self.widths: Array | None = None

    @classmethod
    def of(cls, values: Iterable[object]) -> "Texts":
        """The texts among some values; None for what is none. Words in order of their first row."""
        if isinstance(values, cls):
            return values
        number_of: dict[str | None, int] = {}
        codes = [
            number_of.setdefault(value if isinstance(value, str) else None, len(number_of))
            for value in values
        ]
        return cls(list(number_of), np.array(codes, dtype=np.int64))

    @classmethod
    def at(cls, texts: Sequence[str], places: Array) -> "Texts":
        """Some of ``texts``, no two of which are the same, by their places."""
        distinct_places, rows, codes = np.unique(places, return_index=True, return_inverse=True)
        in_order = np.argsort(rows)
        words = [texts[place] for place in distinct_places[in_order].tolist()]
        return cls(list[str | None](words), np.argsort(in_order)[codes])

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, place: int) -> str | None: ...
    @overload
    def __getitem__(self, place: slice) -> "Texts": ...
    def __getitem__(self, place: int | slice) -> "str | Texts | None":
        if isinstance(place, slice):
            return Texts.of([self.words[code] for code in self.codes[place]])
        return self.words[int(self.codes[place])]

    @cached_property
    def kinds(self) -> set[type]:
        """The types of the texts and of what is none."""
        blanks = self.words.count(None)
        return ({NoneType} if blanks else set()) | ({str} if blanks < len(self.words) else set())

    def tolist(self) -> list[str | None]:
        """The texts as a list."""
        return [self.words[code] for code in self.codes.tolist()]

    def __reduce__(self) -> tuple[object, ...]:
        """All words in one text: for the key of a book, one by one takes many times as long."""
        is_whole = self.part is not None and self.words is self.part.shared.texts
        together = self.part.shared.together if self.part and is_whole else _together(self.words)
        return _texts, (*together, self.codes)

    @cached_property
    def first_rows(self) -> Array:
        """By word the first row that holds it."""
        rows = np.empty(len(self.words), dtype=np.int64)
        rows[self.codes[::-1]] = np.arange(len(self) - 1, -1, -1)
        return rows


def _together(words: Sequence[str | None]) -> tuple[str, Array]:
    """Words in one text, and how long each is, -1 for None."""
    lengths = [-1 if word is None else len(word) for word in words]
    return "".join(word or "" for word in words), np.array(lengths)


def _texts(words: str, lengths: Array, codes: Codes) -> Texts:
    """What ``Texts.__reduce__`` has taken apart."""
    stops = np.maximum(lengths, 0).cumsum().tolist()
    spans = zip([0, *stops], stops, lengths.tolist(), strict=False)
    return Texts([None if n < 0 else words[start:stop] for start, stop, n in spans], codes)


class Numbers(Held):
    """Whole numbers, none of them missing."""

    def __init__(self, array: Array) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> Self: ...
    def __getitem__(self, place: int | slice) -> int | Self:
        if isinstance(place, slice):
            return type(self)(self.array[place])
        return int(self.array[place])

    def tolist(self) -> list[int]:
        """The numbers as a list."""
        numbers: list[int] = self.array.tolist()
        return numbers


class Decimals(Held):
    """Numbers with decimals, of which those that are missing are not a number in the ``array``."""

    def __init__(self, array: npt.NDArray[np.float64]) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    @overload
    def __getitem__(self, place: int) -> float | None: ...
    @overload
    def __getitem__(self, place: slice) -> Self: ...
    def __getitem__(self, place: int | slice) -> float | Self | None:
        if isinstance(place, slice):
            return type(self)(self.array[place])
        number = float(self.array[place])
        return None if isnan(number) else number

    def tolist(self) -> list[float | None]:
        """The numbers as a list."""
        numbers = self.array.astype(object)
        numbers[np.isnan(self.array)] = None
        listed: list[float | None] = numbers.tolist()
        return listed


def values_of(values: pd.Series) -> Sequence[Any]:
    """``list_of`` a frame's column, held as texts or numbers where it has no others."""
    if values.dtype == np.int64:
        return Numbers(values.to_numpy())
    if values.dtype == np.float64:
        return Decimals(values.to_numpy())
    if isinstance(values.dtype, pd.CategoricalDtype):
        return _of_categories(values)
    if isinstance(values.dtype, pd.StringDtype):
        codes, words = values.array.factorize()
    else:
        listed = values.tolist()
        kinds = set(map(type, listed))
        if not kinds <= {int, str, NoneType}:  # what is missing may be neither
            listed = list_of(values)
            kinds = set(map(type, listed))
        if kinds == {int}:
            with suppress(OverflowError):
                return Numbers(np.array(listed, dtype=np.int64))
        if not kinds <= {str, NoneType}:
            return listed
        codes, words = pd.factorize(values.to_numpy(dtype=object))
    return _with_blank(np.asarray(words, dtype=object).tolist(), codes)


def _of_categories(values: pd.Series) -> Texts:
    """A column of categories. Few of many are looked at by themselves."""
    codes, categories = values.array.factorize()
    places, shared = categories.codes.astype(np.int64), _shared(values.cat.categories)
    if 2 * len(places) < len(shared.texts):
        return _with_blank([shared.texts[place] for place in places.tolist()], codes)
    is_whole = len(places) == len(shared.texts) and bool((np.diff(places) == 1).all())
    texts = shared.texts if is_whole else [shared.texts[place] for place in places.tolist()]
    return _with_blank(texts, codes, Part(shared, places))


def _with_blank(words: list[str | None], codes: Codes, part: Part | None = None) -> Texts:
    """Texts of which those that are missing have a code below nil."""
    is_missing = codes < 0
    if is_missing.any():
        codes, words = np.where(is_missing, len(words), codes), [*words, None]
    return Texts(words, codes, part)


def bytes_of(values: Any) -> tuple[bytes, bytes]:
    """Some of a column's values, and of which kind they are, for the key of a chunk."""
    if isinstance(values, Numbers | Decimals):
        values = values.array
    if isinstance(values, np.ndarray):
        return values.dtype.str.encode(), values.tobytes()
    return b"others", pickle.dumps(list(values), pickle.HIGHEST_PROTOCOL)


def list_of(values: pd.Series) -> list[Any]:
    """The values of a frame's column as Python's own, None where one is missing."""
    if values.dtype.kind in "bi":  # of whole numbers and flags none is missing
        return values.tolist()
    array = values.to_numpy(dtype=object, copy=True)
    array[pd.isna(array)] = None
    listed: list[Any] = array.tolist()
    return listed


def kinds_of(values: Sequence[object]) -> set[type]:
    """The types of the values."""
    if isinstance(values, Numbers):
        return {int}
    if isinstance(values, Decimals):
        return {
            NoneType if is_missing else float for is_missing in set(np.isnan(values.array).tolist())
        }
    if isinstance(values, Texts):
        return values.kinds
    return set(map(type, values))


def distinct(values: Sequence[object]) -> Iterable[object]:
    """The values, each once, in the order of their first rows."""
    return values.words if isinstance(values, Texts) else dict.fromkeys(values)


def words_of(texts: Iterable[str]) -> Words:
    """Texts from which others are taken by their places."""
    return np.array(list(texts), dtype=object)


# Of a whole number below a million what stands before its last three digits, the sign with it, and
# these, alone and behind others: to take both is quicker than to have Python make the text.
_THOUSANDS = words_of(f"{sign}{number or ''}" for sign in ("", "-") for number in range(1000))
_DIGITS = words_of(f"{number:{pattern}}" for pattern in ("", "03") for number in range(1000))


def pounds_and_pennies(pence: Array) -> tuple[list[str], list[str], Array]:
    """Of whole pence the pounds with their sign, as texts in two pieces (``-0`` of -5), and the
    pennies from 0 to 99."""
    below = pence < 0
    pounds, pennies = np.divmod(np.abs(pence), 100)
    thousands, rest = np.divmod(pounds, 1000)
    if thousands.max(initial=0) < 1000:
        heads = _THOUSANDS.take(thousands + 1000 * below).tolist()
    else:
        signs = np.where(below, "-", "").tolist()
        heads = [
            f"{sign}{number or ''}" for sign, number in zip(signs, thousands.tolist(), strict=True)
        ]
    return heads, _DIGITS.take(rest + 1000 * (thousands > 0)).tolist(), pennies


def joined(pieces: Sequence[Piece], rows: int) -> str:
    """So many rows, each of its pieces in turn."""
    merged: list[Piece] = []
    for piece in pieces:
        if merged and isinstance(piece, str) and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    texts = [piece if isinstance(piece, str) else "" for piece in merged] * rows
    for place, piece in enumerate(merged):
        if not isinstance(piece, str):
            texts[place :: len(merged)] = piece
    return "".join(texts)
