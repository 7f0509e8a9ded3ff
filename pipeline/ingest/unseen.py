"""Amounts that are read though nobody sees them, or sees them struck through (contract, section
5): in hidden rows, in hidden columns, in rows that are struck through."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.core.issue import Issue
from pipeline.core.money import money_text, round_pence
from pipeline.core.returns import Cover, TableSource
from pipeline.core.source import SourceRef
from pipeline.ingest.cells import stated_pounds
from pipeline.ingest.formats.appearance import Span
from pipeline.ingest.merged import amount_columns
from pipeline.ingest.tables import FoundTable, Rows
from schemas.fields import Table

HIDDEN_ROW, HIDDEN_COLUMN, STRUCK_ROW = "hidden row", "hidden column", "struck-through row"
_RULES = {
    HIDDEN_ROW: "hidden-cells",
    HIDDEN_COLUMN: "hidden-cells",
    STRUCK_ROW: "struck-through",
}
# A stroke through one of these is meant for the line.
_NAMES = ("line_ref", "description")


@dataclass(frozen=True)
class UnseenAmount:
    """An amount, in pounds as stated, in a row or a column (``number``, from 0) of a kind that is
    not seen or struck through."""

    kind: str
    number: int
    at: SourceRef
    pounds: Decimal


def unseen_amounts(
    table: Table, found_table: FoundTable, source: TableSource, rows: Rows, cover: Cover
) -> list[UnseenAmount]:
    """The amounts other than nil of a table's lines that are not seen, or struck through."""
    look = found_table.sheet.appearance
    hidden_places = {
        HIDDEN_ROW: _places(look.hidden_rows, len(found_table.sheet.rows)),
        HIDDEN_COLUMN: _places(look.hidden_columns, len(found_table.headings)),
    }
    struck = _struck(table, found_table)
    if not (struck or any(hidden_places.values())):
        return []
    amounts = amount_columns(table, found_table, cover.pounds_per_unit)
    unseen = []
    for place, row in rows:
        for column, (_, unit) in amounts.items():
            pounds = stated_pounds(row[column], unit)
            if not pounds:
                continue
            at = source.at(place + 1, column + 1)
            if place in hidden_places[HIDDEN_ROW]:
                unseen.append(UnseenAmount(HIDDEN_ROW, place, at, pounds))
            if column in hidden_places[HIDDEN_COLUMN]:
                unseen.append(UnseenAmount(HIDDEN_COLUMN, column, at, pounds))
            if (place, None) in struck or (place, column) in struck:
                unseen.append(UnseenAmount(STRUCK_ROW, place, at, pounds))
    return unseen


def unseen_issues(unseen: Iterable[UnseenAmount]) -> list[Issue]:
    """One issue a sheet and kind, at its first cell. A cell that several layouts read is one."""
    groups: dict[tuple[int, str], dict[SourceRef, UnseenAmount]] = {}
    for each in unseen:
        groups.setdefault((each.at.sheet_number, each.kind), {}).setdefault(each.at, each)
    issues = []
    for (_, kind), amounts in groups.items():
        count = len({each.number for each in amounts.values()})
        pounds = sum((each.pounds for each in amounts.values()), Decimal(0))
        details = {
            "what": f"One {kind} holds" if count == 1 else f"{count} {kind}s hold",
            "sum": money_text(round_pence(pounds)),
        }
        at = min(amounts, key=lambda at: at.order)
        issues.append(Issue(_RULES[kind], at, details=details))
    return issues


def _places(spans: Iterable[Span], end: int) -> set[int]:
    return {place for first, last in spans for place in range(first, min(last + 1, end))}


def _struck(table: Table, found_table: FoundTable) -> set[tuple[int, int | None]]:
    """The cells that are struck through, by row and column; of a line's name (None) as well."""
    names = [found_table.columns.fields.get(name) for name in _NAMES]
    return {
        (row, None if column in names else column)
        for column, styles in found_table.sheet.appearance.styles.items()
        if column in names or column in amount_columns(table, found_table)
        for row, style in styles.items()
        if style.struck
    }
