"""business-cases.docx: each project's case as a section, in the order of a county council's
published form, with its financial report where the form refers to an accompanying one."""

from collections.abc import Iterator
from itertools import repeat

from pipeline.core import outputs
from pipeline.core.money import unit_name
from pipeline.core.programme import Programme
from pipeline.report.documents.document import (
    Block,
    Document,
    Grid,
    Heading,
    Paragraph,
    Style,
    Text,
    cells,
)
from pipeline.report.printed import printed
from pipeline.report.sheets.business_cases import (
    BEFORE,
    BENEFITS,
    BESIDE_SAVINGS,
    IMPACT,
    NOT_NAMED,
    case_answer,
    headings_of,
    records_table,
)
from pipeline.report.sheets.case_table import NOT_STATED, Case, Casebook
from pipeline.report.sheets.financial_report import financial_report, line_count, lines_report
from pipeline.report.spec import Role, Table
from pipeline.report.theme import NUMBERS
from pipeline.report.wording import SIGNS, price_base, programme_name

_SUBJECT = "Business cases"
# A heading such as Likelihood stands on one line.
_NARROWEST = 15
# More lines, in as many years, are nothing that a meeting reads.
_MOST_LINES = 40
_STRONG = (Role.SUBTOTAL, Role.TOTAL)


def case_document(casebook: Casebook) -> Document:
    """The document of all cases, or of a strand's where the workbooks are by strand."""
    programme, standing = casebook.programme, casebook.standing
    return Document(
        outputs.document_of(casebook.path),
        programme_name(programme),
        _subject(casebook),
        casebook.created,
        (*_title(casebook), *_cases(casebook)),
        standing.head,
        standing.foot,
        numbered=False,
    )


def _subject(casebook: Casebook) -> str:
    return f"{_SUBJECT}: {casebook.strand}" if casebook.strand else _SUBJECT


def _title(casebook: Casebook) -> Iterator[Block]:
    programme = casebook.programme
    yield Paragraph(Text(programme_name(programme)), Style.TITLE)
    yield Paragraph(Text(_subject(casebook)), Style.SUBTITLE)
    yield Paragraph(Text(casebook.standing.text), Style.TEXT)
    yield Paragraph(
        Text(
            f"{price_base(programme)}. Amounts in {unit_name(programme.report_unit)}: {SIGNS}. "
            "Figures may not add up because of rounding. They are those of "
            f"{outputs.CASES}, made of the same inputs; nothing here recalculates."
        ),
        Style.TEXT,
    )


def _cases(casebook: Casebook) -> Iterator[Block]:
    for case in casebook.cases:
        yield from _case(casebook, case)


def _case(casebook: Casebook, case: Case) -> Iterator[Block]:
    """One case in the order of the form."""
    programme = casebook.programme
    yield Heading(f"{case.code}: {case.title}")
    caption, *ends = BEFORE[0]
    yield Grid(
        Text(caption),
        ("Heading", "What the return says"),
        cells(_said(case, *ends)),
        (1, 2.4),
        description=f"{caption}, project {case.code}",
        numbered=False,
    )
    for part in BEFORE[1:]:
        yield from _words(case, *part)
    yield Heading("Cost and savings", 2)
    if case.rows.whole and not case.elsewhere:
        for line in case_answer(programme, case).splitlines():
            yield Paragraph(Text(line), Style.TEXT)
        for table in financial_report(programme, case):
            yield _grid(table, programme)
        yield from _lines(casebook, case)
    else:
        again = "The amounts under this code stand in the first business case that bears it."
        yield Paragraph(Text(again if case.elsewhere else NOT_NAMED), Style.TEXT)
    yield from _words(case, *BENEFITS)
    for beside in BESIDE_SAVINGS:
        table = records_table(case, *beside)
        if table.rows:
            yield _grid(table, programme)
    yield from _words(case, *IMPACT)


def _lines(casebook: Casebook, case: Case) -> Iterator[Block]:
    """A project's lines; where they would fill pages, the sheet on which they stand."""
    if (number := line_count(case)) > _MOST_LINES:
        where = f"All {number:,} lines are on the sheet {case.sheet} of {casebook.path}."
        yield Paragraph(Text(where), Style.TEXT)
        return
    for table in lines_report(casebook.programme, case):
        yield _grid(table, casebook.programme)


def _said(case: Case, first: str, last: str) -> list[tuple[str, str]]:
    return [
        (each.heading, str(case.fields[each.name] or NOT_STATED))
        for each in headings_of(first, last)
    ]


def _words(case: Case, caption: str, first: str, last: str) -> Iterator[Block]:
    """The headings of a part of the form, with what the return says under each."""
    yield Heading(caption, 2)
    for heading, text in _said(case, first, last):
        if heading != caption:
            yield Heading(heading, 3)
        for part in text.split("\n"):
            yield Paragraph(Text(part), Style.TEXT)


def _grid(table: Table, programme: Programme) -> Grid:
    """A table of a form as it stands on its sheet."""
    columns = [
        [
            printed(value, show, programme.report_unit)
            for value, show in zip(
                column.values, column.shows or repeat(column.show, len(column.values)), strict=True
            )
        ]
        for column in table.columns
    ]
    return Grid(
        Text(table.caption),
        tuple(column.heading for column in table.columns),
        tuple(zip(*columns, strict=True)),
        tuple(max(column.width, _NARROWEST) for column in table.columns),
        frozenset(n for n, column in enumerate(table.columns) if column.show_of(0) in NUMBERS),
        frozenset(row for row, role in table.roles.items() if role in _STRONG),
        table.description,
        numbered=False,
    )
