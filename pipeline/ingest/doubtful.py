"""Rows of Savings that may not be what they seem: lines above the headings, and lines that somebody
has withdrawn in a column of their own."""

from decimal import Decimal

from pipeline.core.issue import Issue
from pipeline.core.money import money_text, round_pence
from pipeline.core.returns import Cover, TableSource
from pipeline.core.text import Vocabulary, cell_text, match_key
from pipeline.ingest.cells import Vocabularies, stated_pounds, vocabulary_of
from pipeline.ingest.formats.workbook import Cell
from pipeline.ingest.tables import FoundTable, Rows
from pipeline.ingest.totals import is_total_row
from schemas.returns import LINE_REF, SAVINGS
from schemas.vocabulary import CATEGORIES

_REQUIRED = tuple(field.name for field in SAVINGS.fields if field.required)
_WITHDRAWN = ("withdrawn", "deleted", "rejected", "superseded")
# What stands under such a word as heading, where it holds.
_YES = ("yes", "y", "x", "true")
_CATEGORY = Vocabulary(CATEGORIES)
_LEAST_LETTERS = 3


def rows_above(
    found_table: FoundTable, source: TableSource, cover: Cover, vocabularies: Vocabularies
) -> list[Issue]:
    """The first row above a sheet's headings that would be a line below them, with how many there
    are and their money: typed over an example, or sorted there together with the headings."""
    rows = lines_above(found_table, vocabularies)
    if not rows:
        return []
    pence = sum((round_pence(_pounds(found_table, row, cover)) for _, row in rows), 0)
    count = "One row" if len(rows) == 1 else f"{len(rows)} rows"
    column = found_table.columns.fields.get(LINE_REF.name)
    at = source.cell(rows[0][0] + 1, LINE_REF.name)
    value = cell_text(rows[0][1][column if column is not None else at.column - 1])
    details = {"count": count, "sum": money_text(pence)}
    return [Issue("rows-above-headings", at, LINE_REF.heading, value, details)]


def lines_above(found_table: FoundTable, vocabularies: Vocabularies) -> Rows:
    """The rows above a sheet's headings that would be lines below them."""
    if found_table.after or not found_table.header:
        return Rows()
    services = vocabulary_of(vocabularies.get("services", ()))
    return Rows(
        (place, row)
        for place, row in enumerate(found_table.sheet.rows[: found_table.header])
        if _is_line(found_table, place, row, services)
    )


def _is_line(found_table: FoundTable, place: int, row: list[Cell], services: Vocabulary) -> bool:
    """Whether a row above the headings reads as a line and not as a title, a banner, a summary or
    a row of column numbers: words where words are required, and an amount or one of our words."""
    fields = found_table.columns.fields
    required = list(dict.fromkeys(fields[name] for name in _REQUIRED if name in fields))
    texts = [cell_text(row[column]) for column in required if row[column] != ""]
    if len(texts) < min(2, len(required)) or is_total_row(found_table, place, row):
        return False
    if not any(sum(c.isalpha() for c in text) >= _LEAST_LETTERS for text in texts):
        return False
    words = {
        name: cell_text(row[fields[name]]) for name in ("category", "service") if name in fields
    }
    if _CATEGORY.find(words.get("category", "")) or services.find(words.get("service", "")):
        return True
    return any(_is_amount(row[each.column]) for each in found_table.columns.amounts(1))


def _is_amount(cell: Cell) -> bool:
    """A number that is no year, or a text that plainly is an amount."""
    if isinstance(cell, str):
        return any(c.isdigit() for c in cell) and stated_pounds(cell, 1) is not None
    return isinstance(cell, float) and not (cell.is_integer() and 1990 <= cell <= 2100)


def _pounds(found_table: FoundTable, row: list[Cell], cover: Cover) -> Decimal:
    """All years of a row, in pounds; what is no amount is nil."""
    amounts = (
        stated_pounds(row[each.column], each.unit)
        for each in found_table.columns.amounts(cover.pounds_per_unit)
    )
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def withdrawn(
    found_table: FoundTable, source: TableSource, lines: Rows, columns_in_use: set[int]
) -> list[Issue]:
    """Lines with a cell, in a column that nothing reads (``columns_in_use``: those that are),
    that says only Withdrawn, Deleted, Rejected or Superseded, or Yes under one of these as
    heading: once a line."""
    ours = columns_in_use | found_table.columns.known
    unread = [n for n in range(len(found_table.headings)) if n not in ours]
    if not unread:
        return []
    issues = []
    headings = [cell_text(found_table.headings[column]) for column in unread]
    for place, row in lines:
        for column, heading in zip(unread, headings, strict=True):
            word = _withdrawn_word(heading, row[column])
            if word:
                at = source.at(place + 1, column + 1)
                issues.append(Issue("withdrawn", at, heading, word, {}, source.number))
                break
    return issues


def _withdrawn_word(heading: str, cell: Cell) -> str:
    """What a cell says where it says that its line is withdrawn; else nothing."""
    if not isinstance(cell, str | bool):
        return ""
    text = cell_text(cell)
    if match_key(text) in _WITHDRAWN:
        return text
    is_yes = match_key(text) in _YES and match_key(heading) in _WITHDRAWN
    return f"{heading}: {text}" if is_yes else ""
