"""data/apportioned.csv: the model for other tools (contract, section 6)."""

import re
from collections.abc import Iterable, Sequence
from typing import IO

import numpy as np

from pipeline.core.results import Results
from pipeline.report.columns import (
    Numbers,
    Piece,
    Texts,
    joined,
    pounds_and_pennies,
    values_of,
    words_of,
)
from pipeline.report.safe import visible
from schemas.outputs import APPORTIONED_CSV

# The fields of a column, or of several, in pieces that follow one another.
Fields = tuple[list[str], ...]

# So many rows are written together: few enough to stay in the processor's cache.
TOGETHER = 8_192
_NEEDS_QUOTES = re.compile('[",\r\n]')
_PENNIES = words_of(f".{penny:02d}" for penny in range(100))
# What a spreadsheet takes for the start of a formula.
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_apportioned(results: Results, stream: IO[bytes]) -> None:
    """One row per line, scenario, partner and year that isn't nil, in register order; amounts in
    pounds with two decimals. UTF-8 with byte order mark, CRLF."""
    labels = list(results.programme.year_labels)
    write_header(APPORTIONED_CSV, stream)
    for start in range(0, len(results.apportioned), TOGETHER):
        frame = results.apportioned.iloc[start : start + TOGETHER]
        pence = frame[labels].to_numpy(dtype=np.int64)
        row, year = np.nonzero(pence)
        parts = [text_fields(values_of(frame[name])) for name in APPORTIONED_CSV[:-2]]
        # All years of a part begin alike.
        heads = words_of(map(",".join, zip(*parts, strict=True))).take(row)
        years = words_of(labels).take(year)
        amounts = pounds_of(Numbers(pence[row, year]))
        write_rows(((heads.tolist(),), (years.tolist(),), amounts), stream)


def write_header(names: Iterable[str], stream: IO[bytes]) -> None:
    """A file's byte order mark and the names of its columns."""
    stream.write(f"\ufeff{','.join(map(quoted, names))}\r\n".encode())


def write_rows(columns: Sequence[Fields], stream: IO[bytes]) -> None:
    """Rows of their columns."""
    pieces: list[Piece] = []
    for column in columns:
        pieces += [*column, ","]
    stream.write(joined([*pieces[:-1], "\r\n"], len(columns[0][0])).encode())


def text_fields(values: Iterable[object]) -> list[str]:
    """Texts as fields, each distinct one made once; empty for what is none."""
    texts = Texts.of(values)
    words = words_of(quoted(csv_safe(word or "")) for word in texts.words)
    fields: list[str] = words.take(texts.codes).tolist()
    return fields


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
