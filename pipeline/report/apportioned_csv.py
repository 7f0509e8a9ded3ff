"""data/apportioned.csv: the model for other tools (contract, section 6)."""

from typing import IO, TYPE_CHECKING

import numpy as np

from pipeline.core.results import Results
from pipeline.report.columns import Texts, values_of
from pipeline.report.safe import visible
from schemas.outputs import APPORTIONED_CSV

if TYPE_CHECKING:
    import polars as pl

# So many rows of Apportioned are written together, so that they take little memory.
_TOGETHER = 65_536
# What a spreadsheet takes for the start of a formula.
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_apportioned(results: Results, stream: IO[bytes]) -> None:
    """One row per line, scenario, partner and year that isn't nil, in register order; amounts in
    pounds with two decimals. UTF-8 with byte order mark, CRLF."""
    import polars  # noqa: PLC0415 # what reports nothing does not wait for it

    labels = results.programme.year_labels
    year_words = polars.Series("year", labels, polars.String)
    for start in range(0, max(1, len(results.apportioned)), _TOGETHER):
        frame = results.apportioned.iloc[start : start + _TOGETHER]
        pence = frame[list(labels)].to_numpy(dtype=np.int64)
        row, year = np.nonzero(pence)
        columns = {}
        for name in APPORTIONED_CSV[:-2]:
            texts = Texts.of(values_of(frame[name]))
            # None for an empty text: the writer would put the latter in quotes.
            words = [csv_safe(word) or None if word else None for word in texts.words]
            columns[name] = polars.Series(name, words, polars.String).gather(texts.codes[row])
        columns["year"] = year_words.gather(year)
        columns["amount"] = pounds_of(polars.Series("amount", pence[row, year]))
        polars.DataFrame(columns).write_csv(
            stream, include_bom=not start, include_header=not start, line_terminator="\r\n"
        )


def pounds_of(pence: "pl.Series") -> "pl.Series":
    """Whole pence as pounds with two decimals, made without floats: ``-1804.05``."""
    import polars as pl  # noqa: PLC0415 # as above

    size = pence.abs()
    sign = pl.select(pl.when(pence < 0).then(pl.lit("-")).otherwise(pl.lit(""))).to_series()
    pounds, rest = (size // 100).cast(pl.String), (size % 100).cast(pl.String).str.zfill(2)
    return (sign + pounds + "." + rest).alias(pence.name)


def pounds(pence: int) -> str:
    """Pounds with two decimals, made of whole pence: ``-1804.05``."""
    whole, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}{whole}.{rest:02d}"


def csv_safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{visible(text)}" if text.startswith(_STARTS_FORMULA) else visible(text)
