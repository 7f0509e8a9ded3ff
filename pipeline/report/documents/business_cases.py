"""business-cases.docx: each project's case as a section, in the order of a county council's
published form, with its financial report where the form refers to an accompanying one."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import repeat

from pipeline.core import outputs
from pipeline.core.money import unit_name
from pipeline.core.programme import Programme
from pipeline.core.results import Results
from pipeline.report.books import created
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
from pipeline.report.documents.standing import foot, head, standing
from pipeline.report.printed import printed
from pipeline.report.sheets.business_cases import (
    BEFORE,
    BENEFITS,
    BESIDE_SAVINGS,
    IMPACT,
    NOT_NAMED,
    business_cases,
    case_answer,
    headings_of,
    records_table,
    with_rows,
)
from pipeline.report.sheets.case_table import NOT_STATED, Case
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


def case_documents(results: Results) -> dict[str, Callable[[], Document]]:
    """The documents by path: one for all cases, or one for each strand where the workbooks are by
    strand, beside the list of which says where each case is. None without a case."""
    cases = business_cases(results)
    if not cases:
        return {}
    by_book: dict[str, list[Case]] = {}
    for case in cases:
        by_book.setdefault(case.book, []).append(case)
    return {
        _path_of(book): partial(_document, results, _path_of(book), of_book)
        for book, of_book in by_book.items()
    }


def _path_of(book: str) -> str:
    return outputs.document_of(book) if book else outputs.CASES_DOCUMENT


def _document(results: Results, path: str, cases: Sequence[Case]) -> Document:
    programme = results.programme
    strand = cases[0].strand if cases[0].book else ""
    return Document(
        path,
        programme_name(programme),
        f"{_SUBJECT}: {strand}" if strand else _SUBJECT,
        created(programme),
        (*_title(results, strand), *_cases(results, cases)),
        head(results),
        foot(results),
        numbered=False,
    )


def _title(results: Results, strand: str) -> Iterator[Block]:
    programme = results.programme
    yield Paragraph(Text(programme_name(programme)), Style.TITLE)
    yield Paragraph(Text(f"{_SUBJECT}: {strand}" if strand else _SUBJECT), Style.SUBTITLE)
    yield Paragraph(Text(standing(results)), Style.TEXT)
    yield Paragraph(
        Text(
            f"{price_base(programme)}. Amounts in {unit_name(programme.report_unit)}: {SIGNS}. "
            "Figures may not add up because of rounding. They are those of "
            f"{outputs.CASES}, made of the same inputs; nothing here recalculates."
        ),
        Style.TEXT,
    )


def _cases(results: Results, cases: Sequence[Case]) -> Iterator[Block]:
    for case in with_rows(results, cases):
        yield from _case(results.programme, case)


def _case(programme: Programme, case: Case) -> Iterator[Block]:
    """One case in the order of the form."""
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
        yield from _lines(programme, case)
    else:
        again = "The amounts under this code stand in the first business case that bears it."
        yield Paragraph(Text(again if case.elsewhere else NOT_NAMED), Style.TEXT)
    yield from _words(case, *BENEFITS)
    for beside in BESIDE_SAVINGS:
        table = records_table(case, *beside)
        if table.rows:
            yield _grid(table, programme)
    yield from _words(case, *IMPACT)


def _lines(programme: Programme, case: Case) -> Iterator[Block]:
    """A project's lines; where they would fill pages, the sheet on which they stand."""
    if (number := line_count(case)) > _MOST_LINES:
        book = case.book or outputs.CASES
        where = f"All {number:,} lines are on the sheet {case.sheet} of {book}."
        yield Paragraph(Text(where), Style.TEXT)
        return
    for table in lines_report(programme, case):
        yield _grid(table, programme)


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
