"""Figures of the model as a document prints them: each as its table in the workbook prints it, and
with the name by which ``trace`` finds it there."""

from collections.abc import Iterable, Iterator, Sequence

from pipeline.core.programme import Programme
from pipeline.core.results import Results
from pipeline.core.text import match_key
from pipeline.report.documents.document import (
    Document,
    Figure,
    Grid,
    Heading,
    Lines,
    Text,
    texts_of,
)
from pipeline.report.findings import pence
from pipeline.report.printed import printed
from pipeline.report.tables import Record, records
from pipeline.report.wording import headline, in_short
from schemas.model import MEASURES
from schemas.outputs import APPRAISAL, SUMMARY, OutputColumn, OutputTable
from schemas.vocabulary import ALL_STRANDS

# Where a table of the workbook has a blank, whoever listens to a document hears a word.
NONE = "none"
NOT_STATED = "not stated"
APART = " | "


def column_of(table: OutputTable, name: str) -> OutputColumn:
    """The column of a table that shows a frame's ``name``."""
    return next(column for column in table.columns if column.name == name)


def figure(
    table: OutputTable,
    labels: Sequence[object],
    column: OutputColumn,
    value: object,
    programme: Programme,
    each: str = "",
) -> Text:
    """A cell of a table of the workbook, by the labels of its row; ``each``: for which scenario or
    year its column is."""
    words = printed(value, column.show, programme.report_unit)
    if not words:
        return Text(NONE)
    return Text(words, (named(words, table, labels, column.heading.format(each=each)),))


def named(words: str, table: OutputTable, labels: Sequence[object], heading: str) -> Figure:
    """A number that stands in a sentence as the workbook's sentences have it."""
    return Figure(words, (table.name, *map(str, labels), heading))


def labels_of(programme: Programme, strand: str, organisation: str) -> tuple[str, str]:
    """The labels of a row of Summary as ``trace`` takes them: a partner by its code, which is
    shorter than its name, unless something else of the table is called so."""
    codes = {partner.name: partner.code for partner in programme.partners}
    code = codes.get(organisation, organisation)
    others = {strand, ALL_STRANDS, *programme.strands, *codes}
    return strand, organisation if match_key(code) in map(match_key, others) else code


def amounts_of(row: Record, programme: Programme) -> list[Figure]:
    """One-off and annual cashable of a row of Summary's frame over all strands, as sentences have
    them: what is nil bears no number."""
    labels = (ALL_STRANDS, row["organisation"])
    return [
        named(
            in_short(amount, programme.report_unit),
            SUMMARY,
            labels,
            f"{each.heading}: {row['scenario']}",
        )
        for each in MEASURES
        if (amount := pence(row, each.column))
    ]


def headline_of(row: Record, programme: Programme) -> Text:
    """What it costs, what it saves and when it pays back, of such a row."""
    figures, payback = amounts_of(row, programme), row["payback_years"]
    if payback:
        column = column_of(SUMMARY, "payback_years")
        heading = column.heading.format(each=row["scenario"])
        labels = (ALL_STRANDS, row["organisation"])
        figures.append(named(printed(payback, column.show), SUMMARY, labels, heading))
    return Text(f"{row['scenario']}: {headline(row, programme)}.", tuple(figures))


def of_appraisal(rows: Iterable[Record], name: str, programme: Programme) -> tuple[Figure, ...]:
    """A measure of Appraisal in sentences about it, one figure for each row that has it."""
    column = column_of(APPRAISAL, name)
    return tuple(
        named(
            in_short(value, programme.report_unit) if isinstance(value, int) else str(value),
            APPRAISAL,
            (row["organisation"], row["scenario"]),
            column.heading,
        )
        for row in rows
        if (value := row[name])
    )


def numbers_of(document: Document) -> Iterator[tuple[str, Figure]]:
    """Every figure of a document once, with where it stands first: a numbered table or chart, else
    the section."""
    where, listed = "", set()
    counts = {Grid: 0, Lines: 0}
    for block in document.blocks:
        place = where
        if isinstance(block, Grid | Lines):
            is_numbered = isinstance(block, Lines) or block.numbered
            counts[type(block)] += is_numbered
            kind = "Table" if isinstance(block, Grid) else "Figure"
            place = f"{kind} {counts[type(block)]}" if is_numbered else where
        elif isinstance(block, Heading) and block.level == 1:
            where = block.words
        for text in texts_of(block):
            for each in text.figures:
                if each not in listed:
                    listed.add(each)
                    yield place, each


def rows_together(results: Results, strand: str) -> dict[str, dict[str, Record]]:
    """A strand's rows of Summary: by organisation, then by scenario, in the order of the table."""
    rows: dict[str, dict[str, Record]] = {}
    for row in records(results.summary[results.summary["strand"] == strand]):
        rows.setdefault(str(row["organisation"]), {})[str(row["scenario"])] = row
    return rows
