"""The Issues sheet of a checked copy: what the copy is, and each issue with a link to its cell."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from xml.sax.saxutils import quoteattr

from pipeline.core.issue import ISSUE_CELLS, Issue
from pipeline.core.source import column_letters
from pipeline.report import layout
from pipeline.report.columns import Piece, joined
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


def front_sheet(front: Front, styles: Styles, table: str) -> Iterator[str]:
    """The sheet, in pieces; ``table`` is its relation to its table. What formats it needs is known
    at once, its rows are made as they are asked for."""
    theme = styles.theme
    title = styles.issues_cell(theme.base | theme.title(cover=False))
    plain = styles.issues_cell(theme.base | theme.line())
    lines, header = _lines(front), header_row(front)
    rows = [
        _row(1, [_cell("A1", TITLE, title)], 27),
        *(_row(n, [_cell(f"A{n}", line, plain)]) for n, line in enumerate(lines, 2)),
        _headings(header, styles),
    ]
    looks = _looks(front)
    formats = {look: _formats(styles, look[1], is_error=look[0]) for look in dict.fromkeys(looks)}
    return chain(
        [_before_rows(header), *rows],
        _issue_rows(header + 1, front.issues, [formats[look] for look in looks], theme),
        _after_rows(front, looks, table, _print_lines(front.marking, theme)),
    )


def _looks(front: Front) -> list[_Look]:
    """How each issue's row looks."""
    looks: list[_Look] = []
    room = MOST_LINKS
    for issue in front.issues:
        linked = -1
        if room and issue.at.sheet in front.names:
            linked = _CELL if issue.at.cell else _SHEET
            room -= 1
        looks.append((issue.is_error, linked))
    return looks


def _lines(front: Front) -> list[str]:
    room = min(sum(_WIDTHS), _LONGEST_LINE)
    return [part for line in front.lines for part in wrapped(one_line(line, 2_000), room)]


def _issue_rows(
    first: int, issues: Sequence[Issue], formats: Sequence[Sequence[int]], theme: Theme
) -> Iterator[str]:
    """The rows of the issues from a row on, some at a time. Most of a column's texts come again
    and again, so that each is made once. ``formats``: by row that of each column."""
    for start in range(0, len(issues), _TOGETHER):
        some = issues[start : start + _TOGETHER]
        numbers = [str(first + start + place) for place in range(len(some))]
        columns = [list(map(ISSUE_CELLS[column.name], some)) for column in _COLUMNS]
        tails = _Tails()
        pieces: list[Piece] = ['<row r="', numbers, _row_heads(columns, theme)]
        for letter, texts, of_rows in zip(
            _LETTERS, columns, zip(*formats[start : start + _TOGETHER], strict=True), strict=True
        ):
            cells = [tails[cell] for cell in zip(texts, of_rows, strict=True)]
            pieces += [f'<c r="{letter}', numbers, cells]
        yield joined([*pieces, "</row>"], len(numbers))


class _Tails(dict[tuple[str, int], str]):
    """Cells from behind their addresses on, by text and format."""

    def __missing__(self, cell: tuple[str, int]) -> str:
        tail = self[cell] = _cell_tail(*cell)
        return tail


def _row_heads(columns: Sequence[Sequence[str]], theme: Theme) -> list[str]:
    """What stands in the tag of each issue's row behind its number: how high it is."""
    distinct = [list(dict.fromkeys(texts)) for texts in columns]
    counts = layout.lines_of_columns(
        [(texts, width, False) for texts, width in zip(distinct, _WIDTHS, strict=True)]
    )
    highest = [1] * len(columns[0])
    for texts, texts_once, count in zip(columns, distinct, counts, strict=True):
        if count.max() > 1:
            lines = dict(zip(texts_once, count.tolist(), strict=True))
            highest = list(map(max, highest, map(lines.__getitem__, texts)))
    heads = {number: f'"{_height(number * _points(theme) + 3)}>' for number in set(highest)}
    return [heads[number] for number in highest]


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


def _before_rows(header: int) -> str:
    """What stands in the sheet before its rows."""
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width * _WIDER:g}" customWidth="1"/>'
        for n, width in enumerate(_WIDTHS, 1)
    )
    return (
        f'<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}"><sheetPr><pageSetUpPr '
        'fitToPage="1"/></sheetPr><sheetViews><sheetView showGridLines="0" tabSelected="1" '
        f'workbookViewId="0"><pane ySplit="{header}" topLeftCell="A{header + 1}" '
        'activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView>'
        "</sheetViews>"
        f'<sheetFormatPr defaultRowHeight="14.25"/><cols>{columns}</cols><sheetData>'
    )


def _after_rows(front: Front, looks: Sequence[_Look], table: str, printed: str) -> Iterator[str]:
    """What stands in the sheet behind its rows."""
    yield "</sheetData>"
    links = [
        _hyperlink(f"{_LETTERS[linked]}{number}", issue, front.names[issue.at.sheet])
        for number, (issue, (_, linked)) in enumerate(
            zip(front.issues, looks, strict=True), header_row(front) + 1
        )
        if linked >= 0
    ]
    if links:
        yield from ("<hyperlinks>", *links, "</hyperlinks>")
    yield (
        '<pageMargins left="0.5" right="0.5" top="0.75" bottom="0.75" header="0.3" '
        'footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        f"<headerFooter>{printed}</headerFooter>"
        f'<tableParts count="1"><tablePart r:id="{table}"/></tableParts></worksheet>'
    )


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
