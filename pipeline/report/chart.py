"""What a chart is, as a declaration: it draws cells of the book's tables, and holds no figure of
its own."""

from dataclasses import dataclass
from enum import Enum

# The row of a table's headings, where its other rows count from 0.
HEADINGS = -1


class Drawn(Enum):
    """How a chart is drawn."""

    COLUMNS = "column"
    BARS = "bar"
    LINES = "line"


@dataclass(frozen=True)
class Range:
    """Cells of a table: a column's rows, or a row's columns, or a single cell.

    Columns by their headings; rows from 0, ``HEADINGS`` for the header row.
    """

    table: str
    heading: str
    row: int
    last_heading: str = ""
    last_row: int | None = None


@dataclass(frozen=True)
class Series:
    """One row of points: the cell with its name, the cells with their labels and their values.

    ``colour`` and ``pattern`` count from 0: series that mean the same have the same colour, those
    of one scenario the same pattern. ``marked``: the point that ``mark`` is written beside,
    in words or by its look.
    """

    name: Range
    labels: Range
    values: Range
    colour: int = 0
    pattern: int = 0
    marked: int | None = None
    mark: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart: ``caption`` above it is the question, its title ``finding`` the answer.

    ``title``: the cell that holds the title, where it is one that knows whether the figures are
    still those reported. ``amounts`` names the axis of amounts, with units, ``along`` what the
    labels are; ``source`` says below it which table it is drawn from; ``description`` is its
    alternative text.
    ``longest_label``: digits that the labels of lying bars need. ``savings_up``: amounts below nil,
    which are savings, stand higher the larger they are: a line that falls is read as bad news.
    """

    way: Drawn
    caption: str
    finding: str
    series: tuple[Series, ...]
    amounts: str
    along: str
    source: str
    description: str
    pixels_high: int = 320
    longest_label: float = 0
    title: Range | None = None
    savings_up: bool = False
