"""The csv files beside a report's workbooks: what a row of each is, its columns, its key, and the
rows of other files that it speaks of. The one source of their headers and of ``metadata.json``,
which describes them as CSV on the Web (https://www.w3.org/TR/tabular-metadata/).

A column holds what the frame's column of the same name holds; amounts are pounds there, pence in
the frame, and so ``total_pence`` is ``total``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from schemas import outputs
from schemas.model import (
    APPORTIONED,
    COUNTED_IN,
    DELIVERY_LINES,
    REGISTER,
    RETURNS,
    SETTLEMENT,
    SHARES,
    TRANSFERS,
    Frame,
    FrameColumn,
    Holds,
    Per,
)


@dataclass(frozen=True)
class Reference:
    """Columns whose values are those of one row of another file; ``of``: its columns."""

    columns: tuple[str, ...]
    file: str
    of: tuple[str, ...]


@dataclass(frozen=True)
class DataFile:
    """A csv file: ``grain`` is what one row is; ``key``: the columns that tell its rows apart."""

    name: str
    grain: str
    columns: tuple[FrameColumn, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...] = ()


def header(column: FrameColumn) -> str:
    """The name of a column in a csv file."""
    return column.name.removesuffix("_pence")


def _of(
    frame: Frame,
    table: outputs.OutputTable,
    without: Iterable[str] = (),
    also: Mapping[str, str] | None = None,
) -> tuple[FrameColumn, ...]:
    """A frame's columns with the meanings that the workbook's table gives them, and ``also``;
    ``without`` those that only the program needs."""
    meanings = {**{column.name: column.meaning for column in table.columns}, **(also or {})}
    each: dict[Per | None, str] = {c.per: c.meaning for c in table.columns if c.per}
    left_out = set(without)
    return tuple(
        replace(column, meaning=each.get(column.per) or meanings.get(column.name, column.meaning))
        for column in frame.columns
        if column.name not in left_out
    )


def _named(columns: Iterable[FrameColumn], names: Iterable[str]) -> tuple[FrameColumn, ...]:
    by_name = {column.name: column for column in columns}
    return tuple(by_name[name] for name in names)


_LINE = ("line_ref", "scenario")
_OF_LINE = Reference(_LINE, "register.csv", _LINE)
_SCENARIO = FrameColumn("scenario", meaning="The scenario of the plan.")
_MEASURED = {
    "one_off_pence": "The total, where the category is a one-off; else nil.",
    "annual_cashable_pence": "The steady-state year's amount, where the category is annual and "
    "cashable; else nil.",
}
# How the returns enter amounts, the places in other frames, and what is blank in the register.
_OF_READING = (
    *("line", "source", "savings_positive", "costs_positive", "incremental", "pounds_per_unit"),
    COUNTED_IN,
)
_RATED = (
    FrameColumn("weight", Holds.SHARE, "Which part of it is counted on.", blank=True),
    FrameColumn("risk_weighted_pence", Holds.PENCE, "Annual cashable times weight.", blank=True),
)

REGISTER_CSV = DataFile(
    "register.csv",
    "a line and a scenario that are in the figures",
    (
        *_of(
            REGISTER,
            outputs.REGISTER,
            _OF_READING,
            _MEASURED,
        ),
        *_RATED,
    ),
    _LINE,
    (Reference(("workbook",), "returns.csv", ("workbook",)),),
)

APPORTIONED_CSV = DataFile(
    "apportioned.csv",
    "a line, a scenario, a partner and a year; nil shares are left out",
    (
        *_named(_of(APPORTIONED, outputs.APPORTIONED), outputs.APPORTIONED_CSV[:-2]),
        FrameColumn("year", Holds.TEXT, "The financial year."),
        FrameColumn("amount_pence", Holds.PENCE, "The partner's share of the line in that year."),
    ),
    (*_LINE, "partner", "year"),
    (_OF_LINE,),
)

DELIVERY_CSV = DataFile(
    "delivery.csv",
    "a line and a year that a return reports on",
    (
        *_of(DELIVERY_LINES, outputs.DELIVERY, ("register_row", "sign")),
        _SCENARIO,
    ),
    ("line_ref", "year"),
    (_OF_LINE,),
)


def _by_partner(columns: Iterable[FrameColumn]) -> tuple[FrameColumn, ...]:
    """The columns, those for each partner as two: the partner and its share."""
    long: list[FrameColumn] = []
    for column in columns:
        if column.per is Per.PARTNER:
            long += [
                FrameColumn("partner", Holds.TEXT, "The partner's code."),
                FrameColumn("share", Holds.SHARE, outputs.SHARES.columns[3].meaning, blank=True),
            ]
        else:
            long.append(column)
    return tuple(long)


SHARES_CSV = DataFile(
    "shares.csv",
    "a service, a basis, a year and a partner",
    _by_partner(_of(SHARES, outputs.SHARES)),
    ("service", "basis", "year", "partner"),
)

SETTLEMENT_CSV = DataFile(
    "settlement.csv",
    "what is settled, a scenario, a year and a partner",
    (
        FrameColumn("amounts", Holds.TEXT, "Planned, or Delivered in the years that have any."),
        *_of(SETTLEMENT, outputs.SETTLEMENT),
    ),
    ("amounts", "scenario", "year", "partner"),
)

TRANSFERS_CSV = DataFile(
    "transfers.csv",
    "a payment that is planned, of a scenario and a year",
    _of(TRANSFERS, outputs.TRANSFERS),
    ("scenario", "year", "payer", "payee"),
)

RETURNS_CSV = DataFile(
    "returns.csv",
    "a department expected, or a further return",
    _of(RETURNS, outputs.RETURNS),
    ("department", "workbook"),
)

ISSUES_CSV = DataFile(
    "issues.csv",
    "a fault at a cell",
    (
        FrameColumn("number", Holds.COUNT, "The place of the issue: errors first, then by path."),
        *(
            FrameColumn(
                column.name,
                Holds.TEXT,
                column.meaning,
                blank=column.name not in ("severity", "rule", "workbook", "problem", "remedy"),
            )
            for column in outputs.ISSUES.columns
        ),
    ),
    ("number",),
)

# In the order in which metadata.json describes them.
DATA_FILES = (
    REGISTER_CSV,
    APPORTIONED_CSV,
    DELIVERY_CSV,
    SHARES_CSV,
    SETTLEMENT_CSV,
    TRANSFERS_CSV,
    RETURNS_CSV,
    ISSUES_CSV,
)
