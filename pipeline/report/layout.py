"""How a declaration is laid out, worked out before anything is written: widths, heights, what a
cell holds and what it takes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import ceil, isfinite

import numpy as np
import numpy.typing as npt

from pipeline.core.money import MILLION
from pipeline.report.chart import Chart
from pipeline.report.columns import Numbers, Texts
from pipeline.report.measure import (
    AT_ONCE,
    BOLDER,
    limit,
    line_count,
    line_counts,
    long_words,
    longer,
    longest,
    text_width,
    wrapped,
)
from pipeline.report.safe import all_visible, visible
from pipeline.report.spec import (
    Block,
    Column,
    Entry,
    Facts,
    Form,
    FormColumn,
    Lists,
    Role,
    Settings,
    Sheet,
    Table,
    Tone,
)
from pipeline.report.theme import NUMBERS
from schemas.fields import Kind
from schemas.outputs import IN_PENCE, Show

SETTING_COLUMNS = (
    ("Setting", 24),
    ("Value", 34),
    ("Meaning", 66),
    ("If left blank", 22),
    ("Example", 30),
)
# How much larger the letters of a large table are than others.
LARGER = 14 / 11
# What sets a text off that the figures no longer come to.
AS_REPORTED = "As reported: "
# What a cell that people fill in takes, by the writer's names for it.
Limits = dict[str, object]
# How many lines of text cells take.
Lines = npt.NDArray[np.int32]

_MOST_LINES = 60
# With room to spare for viewers whose letters are wider.
LINES_A_ROW = 24
_STRONG = (Role.SUBTOTAL, Role.TOTAL)
# For what is asked of every cell: Python 3.11 takes long to find a member of an enumeration.
_COUNT, _PLAIN = Show.COUNT, Tone.PLAIN
# A heading without a break may be as long as a cell takes.
_WIDEST_WORD = 30
_LEAST_OF_TITLE = 0.7
_LARGEST_AMOUNT, _LARGEST_WEIGHT, _LARGEST_QUANTITY = 1e12, 1e15, 999_999_999
_FIRST_DATE, _LAST_DATE = date(1990, 1, 1), date(2199, 12, 31)


def widths(sheet: Sheet, unit: int) -> list[float]:
    """The widths of a sheet's columns: the widest of its blocks decides."""
    widths: list[float] = []
    for block in sheet.blocks:
        for number, width in enumerate(_block_widths(block, unit)):
            if number < len(widths):
                widths[number] = max(widths[number], width)
            else:
                widths.append(width)
    if sheet.strip:
        widths[0] = max(widths[0], longest_word(sheet.strip.back))
    return widths


def _block_widths(block: Block, unit: int) -> list[float]:
    match block:
        case Table():
            larger = LARGER if block.large else 1
            return [
                max(column.width, larger * max(_needed(column, unit), longest_word(column.heading)))
                for column in block.columns
            ]
        case Facts():
            return [max(BOLDER * text_width(fact.label) + 2 for fact in block.facts)]
        case Form():
            return [column.width for column in block.columns]
        case Settings():
            return [width for _, width in SETTING_COLUMNS]
        case Chart():
            return []
        case Lists():
            return [
                max(14, *(len(str(w)) + 3 for w in (one.heading, *one.words)))
                for one in block.lists
            ]


def face(font: str, style: str = "Regular") -> str:
    """How headers and footers begin a text in this font, as small as it stands there."""
    return f'&"{font},{style}"&9'


def page_lines(font: str, marking: str, foot: str, head: str = "") -> tuple[str, str]:
    """Header and footer of each printed page, of texts that are safe there: the marking above and
    below, ``head`` as it is, ``foot`` at the left and the page's number at the right."""
    plain, strong = face(font), f"{face(font, 'Bold')} {marking}"
    return f"{head}&R{strong}", f"&L{plain} {foot}&C{strong}&R{plain} Page &P of &N"


@lru_cache(maxsize=8_192)
def longest_word(heading: str) -> float:
    """The width at which no word of a heading is broken."""
    return min(_WIDEST_WORD, BOLDER * max(map(text_width, heading.split()), default=0) + 1.6)


def title_size(title: str, room: float, largest: float) -> int:
    """The size in points of a title: as large as fits one line, or rather two than very small
    ones. ``room``: digits of one point."""
    sizes = range(int(largest), int(largest * _LEAST_OF_TITLE) - 1, -1)
    for lines in (1, 2, 3):
        for size in sizes:
            if len(wrapped(title, room / size, bold=True)) <= lines:
                return size
    return sizes[-1]


def _needed(column: Column, unit: int) -> float:
    """The width without which Excel would show ##### for the largest amount."""
    if column.show not in (*IN_PENCE, Show.COUNT):
        return 0
    largest = _largest(column.values)
    pounds = largest if column.show is Show.COUNT else largest / 100
    pattern = ",.0f" if column.show is Show.COUNT else ",.2f"
    if column.show is Show.MONEY:
        pounds, pattern = pounds / unit, ",.2f" if unit == MILLION else ",.0f"
    # Room for the brackets, a bold total and the cell's own margins.
    return text_width(f"({pounds:{pattern}})") * BOLDER + 1.5


def _largest(values: Sequence[object]) -> float:
    if isinstance(values, Numbers):
        return int(np.abs(values.array).max(initial=0))
    return max((abs(v) for v in values if isinstance(v, (int, float))), default=0)


def _room(width: float, *, indented: bool = True) -> float:
    """Digits that a line of text has in a column: its margins and the indent are no room."""
    return max(3.0, width * 0.98 - (1.1 if indented else 0.2))


def lines(text: str, width: float, *, bold: bool = False) -> int:
    """How many lines a text takes in a column; no more than fill the highest row there is."""
    room = _room(width)
    return line_count(visible(text[: ceil(room * _MOST_LINES)]), room, bold=bold)


def pieces(text: str, width: float) -> list[str]:
    """A long text in as many pieces as it needs rows: Excel makes no row higher than 409 points,
    and what is longer would be cut off. Broken between paragraphs where that is possible."""
    room = _room(width)
    texts: list[str] = []
    paragraphs: list[str] = []
    height = 0
    for paragraph in visible(text).split("\n"):
        lines = wrapped(paragraph, room)
        if paragraphs and height + len(lines) > LINES_A_ROW:
            texts.append("\n".join(paragraphs))
            paragraphs, height = [], 0
        while len(lines) > LINES_A_ROW:
            texts.append(" ".join(lines[:LINES_A_ROW]))
            lines = lines[LINES_A_ROW:]
        paragraphs.append(" ".join(lines))
        height += len(lines)
    return [*texts, "\n".join(paragraphs)]


def heading_lines(headings: Iterable[str], widths: Iterable[float]) -> int:
    """How many lines the highest heading takes."""
    return max(
        line_count(heading, _room(width, indented=False), bold=True)
        for heading, width in zip(headings, widths, strict=False)
    )


def row_lines(sheets: Iterable[tuple[Sequence[Table], Sequence[float]]]) -> list[Lines]:
    """By table of some sheets, each with the widths of its columns, how many lines of wrapped text
    each row takes."""
    tables: list[Table] = []
    widths_of: list[list[float]] = []
    for on_sheet, widths in sheets:
        larger = LARGER if any(table.large for table in on_sheet) else 1
        tables += on_sheet
        widths_of += [[width / larger for width in widths]] * len(on_sheet)
    rows = [np.ones(table.rows, dtype=np.int32) for table in tables]
    columns = [
        (place, column, width)
        for place, (table, widths) in enumerate(zip(tables, widths_of, strict=True))
        for column, width in zip(table.columns, widths, strict=False)
        if not (column.show in NUMBERS or _is_on_one_line(column, width))
    ]
    texts = [_texts_of(column.values, width) for _, column, width in columns]
    strong = [_strong_rows(tables[place], column) for place, column, _ in columns]
    usual = [(each, width, False) for (each, _), (_, _, width) in zip(texts, columns, strict=True)]
    bolder = [
        (_texts_of([column.values[row] for row in bold], width)[0], width, True)
        for bold, (_, column, width) in zip(strong, columns, strict=True)
    ]
    counts = lines_of_columns(usual + bolder)
    for number, (place, column, width) in enumerate(columns):
        of_rows = texts[number][1](counts[number])
        of_rows[strong[number]] = counts[len(columns) + number]
        for row, text in _later_texts(column):
            is_bold = bool(column.alarms) or tables[place].roles.get(row) in _STRONG
            of_rows[row] = max(of_rows[row], lines(text, width, bold=is_bold))
        np.maximum(rows[place], of_rows, out=rows[place])
    return rows


def _is_on_one_line(column: Column, width: float) -> bool:
    """Whether the longest of a long column's texts tells that each takes one line, bold or not."""
    if not isinstance(column.values, Texts) or column.stale or column.longest:
        return False
    return longest(column.values) <= limit(_room(width), bold=True)


def _texts_of(
    values: Sequence[object], width: float
) -> tuple[list[str | None], Callable[[Lines], Lines]]:
    """The texts among some values of a column, and what makes of their lines those of all rows: of
    a long column the words are there that take more than one."""
    if not isinstance(values, Texts):
        return [value if isinstance(value, str) else None for value in values], np.copy
    words, codes = values.words, values.codes
    long = long_words(values, limit(_room(width)))

    def of_rows(lines: Lines) -> Lines:
        of_words = np.ones(len(words), dtype=np.int32)
        of_words[long] = lines
        return of_words[codes]

    return [words[place] for place in long.tolist()], of_rows


def _strong_rows(table: Table, column: Column) -> list[int]:
    """The rows of a column that stand in bold letters."""
    bold = [row for row, role in table.roles.items() if role in _STRONG]
    return [row for row in bold if row not in column.muted]


def form_lines(columns: Sequence[FormColumn], widths: Iterable[float]) -> list[int]:
    """How many lines each filled row of a form takes."""
    rows = max((len(column.values) for column in columns), default=0)
    most = [1] * rows
    for column, width in zip(columns, widths, strict=False):
        for place, value in enumerate(column.values):
            if isinstance(value, str):
                most[place] = max(most[place], lines(value, width))
    return most


def _later_texts(column: Column) -> Iterator[tuple[int, str]]:
    """By row what stands there once the figures are no longer those reported."""
    for row in column.stale:
        yield row, f"{AS_REPORTED}{column.values[row]}"
    yield from column.longest.items()


def lines_of_columns(columns: Sequence[tuple[Sequence[str | None], float, bool]]) -> list[Lines]:
    """How many lines each text of some columns takes, as ``lines`` has it; each column with its
    width, and whether it is bold. All are counted together: most are short."""
    texts = [text or "" for column, _, _ in columns for text in column]
    sizes = [len(column) for column, _, _ in columns]
    rooms = [(_room(width), bold) for _, width, bold in columns]
    limits = np.array([limit(room, bold=bold) for room, bold in rooms], dtype=np.int64)
    most = [ceil(room * _MOST_LINES) for room, _ in rooms]
    column_of = np.repeat(np.arange(len(columns), dtype=np.int32), sizes)
    counts = np.ones(len(texts), dtype=np.int32)
    for start in range(0, len(texts), AT_ONCE):
        some, of = texts[start : start + AT_ONCE], column_of[start : start + AT_ONCE]
        long = longer(some, limits[of])
        of = of[long]
        places = zip(long.tolist(), of.tolist(), strict=True)
        cut = all_visible([some[place][: most[column]] for place, column in places])
        counts[start + long] = line_counts(cut, limits[of])
    stops = np.cumsum(sizes).tolist()
    return [counts[start:stop] for start, stop in zip([0, *stops], stops, strict=False)]


def tone(column: Column, place: int, value: object) -> Tone:
    """How the value in a row of a column is set off."""
    if (column.links and column.links[place]) or (column.files and column.files[place]):
        return Tone.LINK
    if place in column.muted:
        return Tone.MUTED
    if column.formulas and column.formulas[place] is not None:
        return Tone.PLAIN  # a condition sets off what the formula comes to
    return column.tones.get(value, _PLAIN) if isinstance(value, str) else _PLAIN


def tone_of_kind(column: Column, tone: Tone | None, *, muted: bool) -> Tone:
    """How a value is set off in a column without formulas, of which all cells lead to other files
    or none; ``tone``: what the column says of this value; ``muted``: whether its row is."""
    if column.files:
        return Tone.LINK
    return Tone.MUTED if muted else tone or _PLAIN


def stored(value: object, show: Show) -> str | int | float | date | None:
    """What the cell holds: pounds for pence, a float for an exact ratio. TypeError for a value
    that no cell can hold."""
    match value:
        case None | "":
            return None
        case str() | date():
            return value
        case int() | float() | Fraction():
            return _number(value, show)
        case _:
            raise TypeError(f"{value!r} is no value of a cell")


def _number(value: int | float | Fraction, show: Show) -> str | int | float:
    if show in IN_PENCE:
        return int(value) / 100
    if show is _COUNT:
        return int(value)
    return float(value) if show in NUMBERS else str(value)


def number_xml(number: float) -> str:
    """A number as a cell holds it: the shortest text that is read back as the same double."""
    if not isfinite(number):
        raise ValueError(f"{number} is no number that a cell can hold")
    return repr(float(number)).removesuffix(".0")


def limits(entry: Entry) -> Limits:
    """What the cell takes, in the writer's words."""
    if entry.choices:
        return {
            "validate": "list",
            "source": f"={entry.choices}",
            "error_title": "Not in the list",
            "error_message": "Choose one from the list."
            if entry.strict
            else "This is not in the list. Keep it all the same?",
        }
    if entry.words:
        return {
            "validate": "list",
            "source": list(entry.words),
            "error_title": "Not in the list",
            "error_message": "Choose one from the list.",
        }
    match entry.kind:
        case Kind.AMOUNT:
            low, high = -_LARGEST_AMOUNT, _LARGEST_AMOUNT
            what = "Enter a number, or leave the cell blank for nil."
        case Kind.WEIGHT:
            low, high = 0, _LARGEST_WEIGHT
            what = "Enter a number, not below zero, or leave the cell blank for nil."
        case Kind.QUANTITY:
            low, high = -_LARGEST_QUANTITY, _LARGEST_QUANTITY
            what = "Enter a number, or leave the cell blank."
        case Kind.DATE:
            return {
                "validate": "date",
                "criteria": "between",
                "minimum": _FIRST_DATE,
                "maximum": _LAST_DATE,
                "error_title": "Not a date",
                "error_message": "Enter a date, such as 30/03/2012.",
            }
        case _:
            return {"validate": "any"}
    return {
        "validate": "decimal",
        "criteria": "between",
        "minimum": low,
        "maximum": high,
        "error_title": "Not a number",
        "error_message": what,
    }
