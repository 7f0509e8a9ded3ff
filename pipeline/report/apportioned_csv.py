"""data/apportioned.csv: the model for other tools (contract, section 6)."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import IO

import numpy as np

from pipeline.core.results import Results
from pipeline.report.chunks import Chunks
from pipeline.report.columns import (
    Numbers,
    Piece,
    Texts,
    bytes_of,
    joined,
    pounds_and_pennies,
    values_of,
    words_of,
)
from pipeline.report.safe import visible
from schemas.outputs import APPORTIONED_CSV

# The fields of a column, or of several, in pieces that follow one another.
Fields = tuple[list[str], ...]

# So many parts of lines, each a row for every year, are written together: few enough to stay in the
# processor's cache.
_TOGETHER = 1_024
_NEEDS_QUOTES = re.compile('[",\r\n]')
_PENNIES = words_of(f".{penny:02d}" for penny in range(100))
_LAST_PENNIES = _PENNIES + "\r\n"
# What a spreadsheet takes for the start of a formula.
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_apportioned(results: Results, stream: IO[bytes], chunks: Chunks | None = None) -> None:
    """One row per line, scenario, partner and year that isn't nil, in register order; amounts in
    pounds with two decimals. UTF-8 with byte order mark, CRLF. ``chunks``: what is taken over of
    the last one, if anything."""
    frame, labels = results.apportioned, results.programme.year_labels
    texts = [TextFields(values_of(frame[name])) for name in APPORTIONED_CSV[:-2]]
    years = words_of(f",{label}," for label in labels)
    of_years = [frame[label].to_numpy(dtype=np.int64) for label in labels]

    def made_of(rows: slice) -> Iterator[bytes]:
        yield repr(labels).encode()
        for fields in texts:
            yield from fields.made_of(rows)
        for of_year in of_years:
            yield from bytes_of(of_year[rows])

    def content(rows: slice) -> bytes:
        # All years of a part begin alike.
        heads = words_of(map(",".join, zip(*(fields(rows) for fields in texts), strict=True)))
        pence = np.column_stack([of_year[rows] for of_year in of_years])
        row, year = np.nonzero(pence)
        *pounds, pennies = pounds_and_pennies(pence[row, year])
        ends = _LAST_PENNIES.take(pennies)
        pieces = (heads.take(row).tolist(), years.take(year).tolist(), *pounds, ends.tolist())
        return joined(pieces, len(row)).encode()

    write_header(APPORTIONED_CSV, stream)
    chunks = chunks or Chunks()
    for start in range(0, len(frame), _TOGETHER):
        rows = slice(start, start + _TOGETHER)
        chunks.write(stream, made_of(rows), partial(content, rows))


def write_header(names: Iterable[str], stream: IO[bytes]) -> None:
    """A file's byte order mark and the names of its columns."""
    stream.write(f"\ufeff{','.join(map(quoted, names))}\r\n".encode())


def rows_of_fields(columns: Sequence[Fields]) -> bytes:
    """Rows of their columns."""
    pieces: list[Piece] = []
    for column in columns:
        pieces += [*column, ","]
    return joined([*pieces[:-1], "\r\n"], len(columns[0][0])).encode()


class TextFields:
    """The fields of texts, each distinct one made once; empty for what is none."""

    def __init__(self, values: Iterable[object]) -> None:
        texts = Texts.of(values)
        self._codes = texts.codes
        self._words = words_of(quoted(csv_safe(word or "")) for word in texts.words)

    def __call__(self, rows: slice) -> list[str]:
        """Those of some rows."""
        listed: list[str] = self._words.take(self._codes[rows]).tolist()
        return listed

    def made_of(self, rows: slice) -> tuple[bytes, ...]:
        """All that those of some rows follow from."""
        return self._digest, *bytes_of(self._codes[rows])

    @cached_property
    def _digest(self) -> bytes:
        """Of all distinct ones."""
        return hashlib.sha256(repr(self._words.tolist()).encode()).digest()


def pounds_of(pence: Sequence[int | None]) -> Fields:
    """Whole pence as fields, in pounds with two decimals; empty where there are none."""
    if isinstance(pence, Numbers):
        *whole, pennies = pounds_and_pennies(pence.array)
        return (*whole, _PENNIES.take(pennies).tolist())
    return (["" if amount is None else pounds(amount) for amount in pence],)


def quoted(text: str) -> str:
    """A text as a field, in quotes where it would be taken for several fields or rows without."""
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def pounds(pence: int) -> str:
    """Pounds with two decimals, made of whole pence: ``-1804.05``."""
    whole, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}{whole}.{rest:02d}"


def csv_safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{visible(text)}" if text.startswith(_STARTS_FORMULA) else visible(text)
