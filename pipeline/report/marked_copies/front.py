"""The Issues sheet of a checked copy: what the copy is, and each issue with a link to its cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from pipeline.core.issue import Issue
from pipeline.core.source import column_letters
from pipeline.report import layout
from pipeline.report.marked_copies.cells import text_cell
from pipeline.report.marked_copies.package import MAIN, RELATIONSHIPS
from pipeline.report.marked_copies.styles import Styles
from pipeline.report.marked_copies.xmlpart import words
from pipeline.report.measure import wrapped
from pipeline.report.safe import one_line, print_safe
from pipeline.report.spec import Tone
from pipeline.report.theme import Theme
from pipeline.report.wording import issue_cells
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
# Widths are counted in digits of the return's own font, which most often is Calibri: these have
# 7 pixels, ours 8.
_WIDER = 8 / 7
# Digits in a line above the table: it must not run off a screen.
_LONGEST_LINE = 130


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


def front_sheet(front: Front, styles: Styles, table: str) -> str:
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
    texts_by_issue = [_texts(issue) for issue in front.issues]
    points = _points_of_each(texts_by_issue, theme)
    formats: dict[tuple[bool, int], list[int]] = {}
    for place, (issue, texts) in enumerate(zip(front.issues, texts_by_issue, strict=True)):
        number = header + 1 + place
        link = _link(issue, front.names) if len(links) < MOST_LINKS else None
        if link:
            links.append(_hyperlink(f"{_LETTERS[link[0]]}{number}", link[1], texts[link[0]]))
        look = issue.is_error, link[0] if link else -1
        if look not in formats:
            formats[look] = _formats(styles, look[1], is_error=look[0])
        cells = map(_cell, (f"{letter}{number}" for letter in _LETTERS), texts, formats[look])
        rows.append(_row(number, cells, points[place]))
    return _sheet(rows, links, table, header, _print_lines(front.marking, theme))


def _lines(front: Front) -> list[str]:
    room = min(sum(_WIDTHS), _LONGEST_LINE)
    return [part for line in front.lines for part in wrapped(one_line(line, 2_000), room)]


def _texts(issue: Issue) -> list[str]:
    cells = issue_cells(issue)
    return [cells[column.name] for column in _COLUMNS]


def _link(issue: Issue, names: Mapping[str, str]) -> tuple[int, str] | None:
    """Which column bears the link, and where it leads: to the cell, or to its sheet."""
    sheet = names.get(issue.at.sheet)
    if sheet is None:
        return None
    quoted = "'" + sheet.replace("'", "''") + "'"
    column = _CELL if issue.at.cell else _SHEET
    return column, f"{quoted}!{issue.at.cell or 'A1'}"


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


def _points_of_each(texts_by_issue: Sequence[Sequence[str]], theme: Theme) -> list[float]:
    """How high the row of each issue is."""
    columns = zip(zip(*texts_by_issue, strict=True), _WIDTHS, strict=False)
    lines = [layout.lines_of_each(texts, width).tolist() for texts, width in columns]
    return [max(of_row) * _points(theme) + 3 for of_row in zip(*lines, strict=True)]


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
    height = f' ht="{min(points, _HIGHEST_POINTS):g}" customHeight="1"' if points else ""
    return f'<row r="{number}"{height}>{"".join(cells)}</row>'


def _cell(address: str, text: str, style: int) -> str:
    if not text:
        return f'<c r="{address}" s="{style}"/>'
    return text_cell(address, text, str(style))


def _hyperlink(address: str, location: str, text: str) -> str:
    tip = one_line(f"Go to {location}")
    return (
        f'<hyperlink ref="{address}" location={quoteattr(location)} tooltip={quoteattr(tip)} '
        f"display={quoteattr(text)}/>"
    )


def _print_lines(marking: str, theme: Theme) -> str:
    """What stands above and below each printed page, as on the other outputs."""
    lines = layout.page_lines(theme.font, print_safe(marking, 50), "Issues of a checked copy")
    header, footer = map(words, lines)
    return f"<oddHeader>{header}</oddHeader><oddFooter>{footer}</oddFooter>"


def _sheet(rows: list[str], links: list[str], table: str, header: int, printed: str) -> str:
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
        f'<sheetFormatPr defaultRowHeight="14.25"/><cols>{columns}</cols>'
        f"<sheetData>{''.join(rows)}</sheetData>"
        + (f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
        + '<pageMargins left="0.5" right="0.5" top="0.75" bottom="0.75" header="0.3" '
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
