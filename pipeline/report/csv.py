"""data/apportioned.csv: the model for other tools (contract, section 6)."""

import csv
import io

import pandas as pd

from pipeline.core.results import Results
from pipeline.report.safe import visible
from pipeline.report.tables import listed

HEADINGS = (
    "line_ref",
    "project_code",
    "service",
    "strand",
    "category",
    "scenario",
    "basis",
    "partner",
    "year",
    "amount",
)
_TEXTS = HEADINGS[:-2]
_BYTE_ORDER_MARK = "\ufeff"
# What a spreadsheet takes for the start of a formula.
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def apportioned_csv(results: Results) -> bytes:
    """One row per line, scenario, partner and year that isn't nil, in register order; amounts in
    pounds with two decimals. UTF-8 with byte order mark, CRLF."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    labels = results.programme.year_labels
    frame = results.apportioned
    texts = zip(*(_texts(frame[name]) for name in _TEXTS), strict=True)
    amounts = zip(*(frame[label].tolist() for label in labels), strict=True)
    for row, pence_by_year in zip(texts, amounts, strict=True):
        writer.writerows(
            (*row, label, pounds(pence))
            for label, pence in zip(labels, pence_by_year, strict=True)
            if pence
        )
    return (_BYTE_ORDER_MARK + stream.getvalue()).encode()


def pounds(pence: int) -> str:
    """Pounds with two decimals, made of whole pence: ``-1804.05``."""
    whole, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}{whole}.{rest:02d}"


def csv_safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{visible(text)}" if text.startswith(_STARTS_FORMULA) else visible(text)


def _texts(values: pd.Series) -> list[str]:
    return ["" if value is None else csv_safe(str(value)) for value in listed(values)]
