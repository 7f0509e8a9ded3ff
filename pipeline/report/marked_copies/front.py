"""The Issues sheet of a checked copy: what the copy is, and each issue with a link to its cell."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import quoteattr

import numpy as np

from pipeline.core.issue import ISSUE_CELLS, Issue
from pipeline.core.source import column_letters
from pipeline.report import layout
from pipeline.report.columns import Array, Piece, Texts, joined
from pipeline.report.marked_copies.cells import text_cell
from pipeline.report.marked_copies.package import MAIN, RELATIONSHIPS
from pipeline.report.marked_copies.styles import Styles
from pipeline.report.marked_copies.xmlpart import words
from pipeline.report.measure import wrapped
from pipeline.report.safe import one_line, print_safe
from pipeline.report.spec import Tone
from pipeline.report.theme import Theme
from schemas.outputs import ISSUES, Show

TITLE = "Issues: what is wrong in this return, and how to put it right"
# Excel opens no sheet with more links.
MOST_LINKS = 65_000

# On paper go what a reader needs; beside them is what an answer is matched by.
_UNPRINTED = ("line_ref", "scenario", "department")
_COLUMNS = tuple(
    column
    for unprinted in (False, True)
    for column in ISSUES.columns
    if column.name != "workbook" and (column.name in _UNPRINTED) == unprinted
)
# Digits of our font in each column: together a page's width that can be read.
_NARROWER = {"rule": 20, "heading": 14, "value": 18, "problem": 34, "remedy": 34}
_NARROWER |= {"answer": 22, "answered_by": 14, "severity": 10, "sheet": 13, "cell": 8}
_WIDTHS = tuple(float(_NARROWER.get(column.name, column.width)) for column in _COLUMNS)
_SHEET, _CELL = (
    next(n for n, column in enumerate(_COLUMNS) if column.name == name)
    for name in ("sheet", "cell")
)
_LETTERS = tuple(map(column_letters, range(1, len(_COLUMNS) + 1)))
_HIGHEST_POINTS = 409
# Rows joined at once: enough to cost little, few enough to take little memory.
_TOGETHER = 512
# Widths are counted in digits of the return's own font, which most often is Calibri: these have
# 7 pixels, ours 8.
_WIDER = 8 / 7
# Excel shows 255 characters when a link is pointed at: an address takes up to 10 of them.
_LONGEST_TIP = 245
# Digits in a line above the table: it must not run off a screen.
_LONGEST_LINE = 130

# How an issue's row looks: whether it is an error, and the place of the column that bears a link,
# -1 for none.
_Look = tuple[bool, int]


@dataclass(frozen=True)
class Front:
    """What the Issues sheet says: the lines under its title, the issues, and the names that the
    return's sheets have in the copy; a sheet that isn't in it has no links."""

    lines: Sequence[str]
    issues: Sequence[Issue]
    names: Mapping[str, str]
    marking: str = ""


def header_row(front: Front) -> int:
    """The row of the headings."""
    return len(_lines(front)) + 3


def printed_cells(front: Front) -> str:
    """The area that goes on paper."""
    last = _LETTERS[len(_COLUMNS) - len(_UNPRINTED) - 1]
    return f"$A$1:${last}${header_row(front) + len(front.issues)}"


def front_table(front: Front, number: int, name: str) -> str:
    """The Excel table on the sheet."""
    first = header_row(front)
    area = f"A{first}:{_LETTERS[len(_COLUMNS) - 1]}{first + len(front.issues)}"
    return _table(area, number, name)


def front_sheet(front: Front, styles: Styles, table: str) -> bytes:
    """The sheet; ``table`` is its relation to its table."""
    theme = styles.theme
    rows = [
        _row(1, [_cell("A1", TITLE, styles.issues_cell(theme.base | theme.title(cover=False)))], 27)
    ]
    lines, header = _lines(front), header_row(front)
    plain = styles.issues_cell(theme.base | theme.line())
    rows += [_row(n, [_cell(f"A{n}", line, plain)]) for n, line in enumerate(lines, 2)]
    rows.append(_headings(header, styles))
    links: list[str] = []
    looks: list[_Look] = []
    for number, issue in enumerate(front.issues, header + 1):
        sheet = front.names.get(issue.at.sheet)
        linked = -1
        if sheet is not None and len(links) < MOST_LINKS:
            linked = _CELL if issue.at.cell else _SHEET
            links.append(_hyperlink(f"{_LETTERS[linked]}{number}", issue, sheet))
        looks.append((issue.is_error, linked))
    issue_rows = _issue_rows(header + 1, front.issues, looks, styles)
    before, after = _around_rows(links, table, header, _print_lines(front.marking, theme))
    return b"".join([before.encode(), "".join(rows).encode(), *issue_rows, after.encode()])


def _lines(front: Front) -> list[str]:
    room = min(sum(_WIDTHS), _LONGEST_LINE)
    return [part for line in front.lines for part in wrapped(one_line(line, 2_000), room)]


def _issue_rows(
    first: int, issues: Sequence[Issue], looks: Sequence[_Look], styles: Styles
) -> Iterator[bytes]:
    """The rows of the issues from a row on, some at a time. Most of a column's texts come again
    and again, so that each is made once."""
    kinds = {look: number for number, look in enumerate(dict.fromkeys(looks))}
    formats = [_formats(styles, linked, is_error=is_error) for is_error, linked in kinds]
    kind = np.array([kinds[look] for look in looks], dtype=np.int64)
    columns = [Texts.of(map(ISSUE_CELLS[column.name], issues)) for column in _COLUMNS]
    heads = _row_heads(columns, styles.theme)
    tails = [
        _tails(texts, kind, [of_kind[place] for of_kind in formats])
        for place, texts in enumerate(columns)
    ]
    for start in range(0, len(issues), _TOGETHER):
        some = slice(start, start + _TOGETHER)
        numbers = [str(first + place) for place in range(len(issues))[some]]
        pieces: list[Piece] = ['<row r="', numbers, heads[some]]
        for letter, of_column in zip(_LETTERS, tails, strict=True):
            pieces += [f'<c r="{letter}', numbers, of_column[some]]
        yield joined([*pieces, "</row>"], len(numbers)).encode()


def _tails(texts: Texts, kind: Array, formats: Sequence[int]) -> list[str]:
    """A column's cells from behind their addresses on; ``formats`` by kind of row."""
    words = texts.words
    pairs, pair = np.unique(kind * len(words) + texts.codes, return_inverse=True)
    tails = [
        _cell_tail(words[number % len(words)] or "", formats[number // len(words)])
        for number in pairs.tolist()
    ]
    return [tails[number] for number in pair.tolist()]


def _row_heads(columns: Sequence[Texts], theme: Theme) -> list[str]:
    """What stands in the tag of each issue's row behind its number: how high it is."""
    lines = np.ones(len(columns[0]), dtype=np.int64)
    counts = layout.lines_of_columns([texts.words for texts in columns], _WIDTHS)
    for texts, count in zip(columns, counts, strict=True):
        np.maximum(lines, count[texts.codes], out=lines)
    heads = {number: f'"{_height(number * _points(theme) + 3)}>' for number in set(lines.tolist())}
    return [heads[number] for number in lines.tolist()]


def _formats(styles: Styles, linked: int, *, is_error: bool) -> list[int]:
    """The formats of an issue's cells; ``linked``: the place of the one that bears a link, if any
    does."""
    tones = [Tone.PLAIN] * len(_COLUMNS)
    tones[0] = Tone.BAD if is_error else Tone.CAUTION
    if linked >= 0:
        tones[linked] = Tone.LINK
    theme = styles.theme
    return [
        styles.issues_cell(theme.base | theme.cell(Show.TEXT, tone=tone, indented=letter != "A"))
        for letter, tone in zip(_LETTERS, tones, strict=True)
    ]


def _headings(number: int, styles: Styles) -> str:
    theme = styles.theme
    cells = [
        _cell(
            f"{letter}{number}",
            column.heading,
            styles.issues_cell(theme.base | theme.heading(Show.TEXT, indented=letter != "A")),
        )
        for letter, column in zip(_LETTERS, _COLUMNS, strict=True)
    ]
    return _row(number, cells, _points(theme) * 2)


def _points(theme: Theme) -> float:
    return theme.row_pixels * 0.75


def _row(number: int, cells: Iterable[str], points: float = 0) -> str:
    height = _height(points) if points else ""
    return f'<row r="{number}"{height}>{"".join(cells)}</row>'


def _height(points: float) -> str:
    return f' ht="{min(points, _HIGHEST_POINTS):g}" customHeight="1"'


def _cell(address: str, text: str, style: int) -> str:
    return f'<c r="{address}{_cell_tail(text, style)}'


def _cell_tail(text: str, style: int) -> str:
    """A cell from behind its address on."""
    if not text:
        return f'" s="{style}"/>'
    return text_cell("", text, str(style)).removeprefix('<c r="')


def _hyperlink(address: str, issue: Issue, sheet: str) -> str:
    """A link to the cell of an issue, or to its sheet, which is called ``sheet`` here."""
    location, tip = _sheet_link(sheet)
    cell = issue.at.cell
    text = f'"{cell}"' if cell else quoteattr(issue.at.sheet)
    return (
        f'<hyperlink ref="{address}" location={location}{cell or "A1"}" '
        f'tooltip={tip}{cell or "A1"}" display={text}/>'
    )


@lru_cache(maxsize=64)
def _sheet_link(sheet: str) -> tuple[str, str]:
    """Where a link to a sheet leads and what is said of it, as attributes up to the cell's
    address, which needs no escaping."""
    quoted = "'" + sheet.replace("'", "''") + "'!"
    return quoteattr(quoted)[:-1], quoteattr(one_line(f"Go to {quoted}", _LONGEST_TIP))[:-1]


def _print_lines(marking: str, theme: Theme) -> str:
    """What stands above and below each printed page, as on the other outputs."""
    lines = layout.page_lines(theme.font, print_safe(marking, 50), "Issues of a checked copy")
    header, footer = map(words, lines)
    return f"<oddHeader>{header}</oddHeader><oddFooter>{footer}</oddFooter>"


def _around_rows(links: list[str], table: str, header: int, printed: str) -> tuple[str, str]:
    """What stands in the sheet before its rows and behind them."""
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width * _WIDER:g}" customWidth="1"/>'
        for n, width in enumerate(_WIDTHS, 1)
    )
    before = (
        f'<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}"><sheetPr><pageSetUpPr '
        'fitToPage="1"/></sheetPr><sheetViews><sheetView showGridLines="0" tabSelected="1" '
        f'workbookViewId="0"><pane ySplit="{header}" topLeftCell="A{header + 1}" '
        'activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView>'
        "</sheetViews>"
        f'<sheetFormatPr defaultRowHeight="14.25"/><cols>{columns}</cols><sheetData>'
    )
    after = (
        "</sheetData>"
        + (f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
        + '<pageMargins left="0.5" right="0.5" top="0.75" bottom="0.75" header="0.3" '
        'footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        f"<headerFooter>{printed}</headerFooter>"
        f'<tableParts count="1"><tablePart r:id="{table}"/></tableParts></worksheet>'
    )
    return before, after


def _table(area: str, number: int, name: str) -> str:
    columns = "".join(
        f'<tableColumn id="{n}" name="{column.heading}"/>' for n, column in enumerate(_COLUMNS, 1)
    )
    return (
        f'<table xmlns="{MAIN}" id="{number}" name="{name}" displayName="{name}" ref="{area}" '
        f'totalsRowShown="0"><autoFilter ref="{area}"/><tableColumns count="{len(_COLUMNS)}">'
        f'{columns}</tableColumns><tableStyleInfo name="TableStyleLight2" showFirstColumn="0" '
        'showLastColumn="0" showRowStripes="1" showColumnStripes="0"/></table>'
    )
