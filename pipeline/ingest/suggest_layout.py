"""For a sheet that doesn't follow the template: which of its headings look most like ours, as
rows to paste into Layouts."""

import re

from rapidfuzz import fuzz

from pipeline.core.text import cell_text, match_key
from pipeline.core.years import parse_year, year_label
from pipeline.ingest.formats.workbook import Cell, Sheet
from pipeline.ingest.tables import HEADER_ROWS
from schemas.fields import Table

# Workbook, Sheet, Table, Heading, Their heading: the first columns of Layouts.
LayoutCells = tuple[str, str, str, str, str]

_ENOUGH = 60
_LONGEST_HEADING = 60
_YEAR_WITHIN = re.compile(
    r"(?:FY\s*)?\b(?:19|20)?\d{2}\s*[/\-\u2013]\s*(?:20)?\d{2}\b|\bFY\s*\d{2,4}\b"
)


def likely_rows(workbook: str, sheet: Sheet, table: Table) -> list[LayoutCells]:
    """The sheet's headings that look most like the table's, best header row first to last
    column; none where fewer than two look like any."""
    best: list[tuple[str, str]] = []
    for row in sheet.rows[:HEADER_ROWS]:
        found = _likely(row, table)
        if len(found) > len(best):
            best = found
    if len(best) < 2:
        return []
    return [(workbook, sheet.name, table.name, ours, theirs) for ours, theirs in best]


def _likely(row: list[Cell], table: Table) -> list[tuple[str, str]]:
    """Pairs of our heading and theirs in one row, each of ours and of theirs once."""
    texts = [cell_text(cell) for cell in row]
    headings = [text for text in dict.fromkeys(texts) if 0 < len(text) <= _LONGEST_HEADING]
    scores = sorted(
        (
            (fuzz.WRatio(match_key(text), match_key(field.heading)), field.heading, text)
            for text in headings
            for field in table.headings
        ),
        key=lambda score: -score[0],
    )
    pairs: dict[str, str] = {}
    for score, ours, theirs in scores:
        if score >= _ENOUGH and ours not in pairs and theirs not in pairs.values():
            pairs[ours] = theirs
    if table.year_columns:
        for text in headings:
            year = _year_within(text)
            if year and year not in pairs and text not in pairs.values():
                pairs[year] = text
    return sorted(pairs.items(), key=lambda pair: texts.index(pair[1]))


def _year_within(text: str) -> str | None:
    """The financial year that a heading speaks of, among other words."""
    found = _YEAR_WITHIN.search(text)
    year = parse_year(found[0]) if found else None
    return None if year is None else year_label(year)
