"""What a document for a word processor is, as a declaration: headings, paragraphs, tables and
charts. Nothing here knows how a document is written.

Every number that is a figure of the model says which one it is (``Figure``), so that a reader can
follow it, and a test does.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NamedTuple


class Style(Enum):
    """The styles, by the names under which a council's own template may have them."""

    TITLE = "Title"
    SUBTITLE = "Subtitle"
    HEADING_1 = "heading 1"
    HEADING_2 = "heading 2"
    HEADING_3 = "heading 3"
    NUMBERED = "Numbered Paragraph"
    TEXT = "Body Text"
    BULLET = "List Bullet"
    CAPTION = "caption"
    KEPT_CAPTION = "Savings Caption"
    AUTHOR_NOTE = "Author Note"
    CELL = "Savings Table Text"
    FIGURE = "Savings Table Figure"
    CELL_HEADING = "Savings Table Heading"
    FIGURE_HEADING = "Savings Table Figure Heading"
    PICTURE = "Savings Chart"
    FOOTNOTE = "footnote text"
    FOOTNOTE_REFERENCE = "footnote reference"
    STRONG = "Strong"
    TABLE = "Savings Table"
    HEADER = "header"
    FOOTER = "footer"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is printed, and which it is: a table of the workbook, the labels of the row,
    the heading of the column, as ``trace`` takes them."""

    words: str
    key: tuple[str, ...]


class Text(NamedTuple):
    """Words, the figures among them, and a footnote at their end; its own words may hold figures
    too."""

    words: str
    figures: tuple[Figure, ...] = ()
    note: "Text | None" = None


# Plain words need no object of their own: business cases have a thousand cells each.
Cell = Text | str


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 3."""

    words: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph in a style."""

    text: Text
    style: Style = Style.NUMBERED


@dataclass(frozen=True)
class Grid:
    """A table with one row of headings and a caption; it is numbered where ``numbered``.

    ``widths``: how the columns share the page. ``numbers``: the columns that hold figures;
    ``strong``: the rows that are set off. ``description``: its alternative text;
    ``notes``: footnotes of its headings, by column.
    """

    caption: Text
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    numbers: frozenset[int] = frozenset()
    strong: frozenset[int] = frozenset()
    description: str = ""
    notes: Mapping[int, Text] = field(default_factory=dict)
    numbered: bool = True

    @property
    def heading_texts(self) -> tuple[Text, ...]:
        """The headings with their footnotes."""
        return tuple(Text(words, note=self.notes.get(n)) for n, words in enumerate(self.headings))

    @property
    def row_texts(self) -> Iterator[list[Text]]:
        """The rows, of plain words too as texts."""
        for row in self.rows:
            yield [Text(cell) if isinstance(cell, str) else cell for cell in row]


@dataclass(frozen=True)
class Lines:
    """A chart with a line for each series: pence by label, savings upwards. ``unit``: pounds in one
    unit of the amounts. ``description``: its alternative text."""

    caption: Text
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]
    unit: int
    description: str


Block = Heading | Paragraph | Grid | Lines


@dataclass(frozen=True)
class Document:
    """A document: ``created`` is the date in its properties, ``head`` and ``foot`` stand on every
    page, ``numbered`` says whether sections and paragraphs bear numbers."""

    path: str
    title: str
    subject: str
    created: datetime
    blocks: tuple[Block, ...]
    head: str = ""
    foot: str = ""
    numbered: bool = True


def texts_of(block: Block) -> Iterator[Text]:
    """The texts of a block, with their footnotes, in reading order."""
    for text in _texts(block):
        yield text
        if text.note is not None:
            yield text.note


def _texts(block: Block) -> Iterator[Text]:
    match block:
        case Heading(words):
            yield Text(words)
        case Paragraph(text):
            yield text
        case Lines():
            yield block.caption
        case Grid():
            yield block.caption
            yield from block.heading_texts
            for row in block.row_texts:
                yield from row


def cells(rows: Iterable[Iterable[object]]) -> tuple[tuple[str, ...], ...]:
    """Rows of plain words."""
    return tuple(tuple("" if cell is None else str(cell) for cell in row) for row in rows)
