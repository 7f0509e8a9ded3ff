"""The lines behind a traced figure, for other tools."""

import csv
import io
from fractions import Fraction

from pipeline.core.traced import Trace
from pipeline.report.apportioned_csv import csv_safe, pounds
from schemas.model import TRACED

_BYTE_ORDER_MARK = "\ufeff"


def trace_csv(figure: Trace) -> bytes:
    """Every line behind the figure, a row for each; amounts in pounds with two decimals, the share
    as a part of 1. UTF-8 with byte order mark, CRLF."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    names = [name.removesuffix("_pence") for name in TRACED.names()]
    writer.writerow(["figure", *("line_amount" if name == "line" else name for name in names)])
    for part in figure.parts:
        columns = [_texts(name, part.lines[name].tolist()) for name in TRACED.names()]
        writer.writerows((csv_safe(part.title), *row) for row in zip(*columns, strict=True))
    return (_BYTE_ORDER_MARK + stream.getvalue()).encode()


def _texts(name: str, values: list[object]) -> list[str]:
    return [_text(name, value) for value in values]


def _text(name: str, value: object) -> str:
    if isinstance(value, int) and name.endswith("_pence"):
        return pounds(value)
    if isinstance(value, Fraction):
        return f"{float(value):.12g}"
    return csv_safe(value) if isinstance(value, str) else ""
