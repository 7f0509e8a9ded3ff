"""The business cases: a list of the projects, then each project's case as a form, with its
financial report filled in from the model."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from pipeline.core.phrases import counted, sentence
from pipeline.core.programme import Programme
from pipeline.core.years import year_label
from pipeline.report.layout import pieces
from pipeline.report.sheets.case_table import (
    FIGURE,
    LABEL,
    NOT_STATED,
    TEXT,
    Case,
    Casebook,
    case_table,
)
from pipeline.report.sheets.financial_report import financial_report, lines_report
from pipeline.report.spec import Column, FilePlace, Purpose, Role, Sheet, Table
from pipeline.report.tables import Record, scenario_width
from pipeline.report.wording import about, headlines, in_units
from schemas.fields import Field
from schemas.outputs import NARRATIVE, Show
from schemas.returns import PROJECTS

LIST = "Projects"
# The figures of the list: what they are called, and their columns.
LISTED = (("One-off", "one_off_pence"), ("Annual cashable", "annual_cashable_pence"))
NO_AMOUNT = "amount not stated"
NOT_NAMED = "Amount not stated: no line of the returns that is in the figures names it."
_IN_BOOKS = "Each case is in the workbook of its strand; its code leads there."

# The parts of the form: a caption, the first and the last of their headings.
BEFORE = (
    ("Project overview", "Project code", "Service"),
    ("Project approach", "Why needed", "Constraints"),
    ("Delivery options", "Options study", "Options study"),
    ("Scope", "In scope", "Out of scope"),
)
BENEFITS = ("Non-financial benefits", "Non-financial benefits", "Non-financial benefits")
IMPACT = ("Project impact", "Who is affected", "Disproportionate impacts")

# What else the returns tell of a project: the table; the label; the text with what is added to
# it; the rest.
BESIDE_SAVINGS = (
    ("Benefits", "Criterion", ("Benefit", "Measure"), ("Baseline", "Target")),
    ("Dependencies", "Depends on", ("Note",), ()),
    ("Risks", "Risk ref", ("Risk", "Mitigation", "Owner"), ("Likelihood", "Impact")),
    ("Milestones", "Planned", ("Milestone",), ("Forecast", "Status")),
)


def sheets(casebook: Casebook) -> tuple[Sheet, ...]:
    """The list, and a sheet for each project whose case is here, in the order of the returns."""
    here = [case for case in casebook.cases if not case.book]
    return (_listing(casebook), *(_form(casebook.programme, case) for case in here))


# The list


def _listing(casebook: Casebook) -> Sheet:
    """Projects with their figures, links to their cases, and, but in the list of a strand, what
    makes them up to the programme's."""
    programme, cases, strand = casebook.programme, casebook.cases, casebook.strand
    rows: list[tuple[str, str, Sequence[Record]]] = [
        (case.code, case.title, [] if case.elsewhere else case.rows.whole) for case in cases
    ]
    rows += casebook.below
    nowhere = [None] * (len(rows) - len(cases))
    apart = any(case.book for case in cases)
    places = [FilePlace(quote(case.book), case.sheet, "A1", "business case") for case in cases]
    columns = (
        Column(
            "Project code",
            [code for code, _, _ in rows],
            width=LABEL,
            links=None if apart else [*(case.sheet for case in cases), *nowhere],
            files=[*places, *nowhere] if apart else None,
        ),
        Column("Project title", [title for _, title, _ in rows], Show.LONG_TEXT, 40),
        *_figures(programme, [figures for _, _, figures in rows]),
    )
    stated = sum(bool(figures) for _, _, figures in rows[: len(cases)])
    amounts = f", {stated:,} of them with amounts" if cases else ""
    where = f" of the strand {strand}" if strand else ""
    return Sheet(
        LIST,
        f"Business cases{where}: what each project costs and saves",
        (
            Table(
                "Business_cases",
                columns,
                roles={} if strand else {len(rows) - 1: Role.TOTAL},
                airy=True,
                description="The projects with their costs and savings, and links to their cases",
            ),
        ),
        (
            about(programme),
            in_units(programme),
            f"One-off: all years. Annual cashable: {year_label(programme.steady_year)}. Blank: "
            f"{NO_AMOUNT}, or stated under the same code above.",
            *([_IN_BOOKS] if apart else []),
        ),
        sentence(f"{counted(len(cases), 'business case')}{amounts}."),
        keep_columns=1,
        upright=True,
        purpose=Purpose.DECIDE,
    )


def _figures(programme: Programme, rows: Sequence[Sequence[Record]]) -> Iterator[Column]:
    """The columns of figures of the list."""
    width = scenario_width(programme.scenarios, FIGURE)
    for measure, name in LISTED:
        for scenario in programme.scenarios:
            figures = [_figure(of_project, scenario, name) for of_project in rows]
            yield Column(f"{measure}: {scenario}", figures, Show.MONEY, width)


def _figure(rows: Sequence[Record], scenario: str, name: str) -> object:
    """A scenario's figure; None where there are no rows."""
    return next((row[name] for row in rows if row["scenario"] == scenario), None)


# A project's form


def case_answer(programme: Programme, case: Case) -> str:
    """What a project costs and saves, a line for each scenario."""
    whole = case.rows.whole
    if not whole or case.elsewhere:
        return f"Costs and savings: {NO_AMOUNT}."
    band = whole[0]["return_on_investment"]
    return f"{headlines(whole, programme)}\nReturn on investment: {band}."


def _form(programme: Programme, case: Case) -> Sheet:
    report: tuple[Table, ...] = (_unstated(case),)
    if case.rows.whole and not case.elsewhere:
        report = financial_report(programme, case) + lines_report(programme, case)
    return Sheet(
        case.sheet,
        case.title,
        (
            *(_words(case, *part) for part in BEFORE),
            *report,
            _words(case, *BENEFITS),
            *(records_table(case, *table) for table in BESIDE_SAVINGS),
            _words(case, *IMPACT),
        ),
        (
            f"Business case {case.code}. {about(programme)}",
            f"{in_units(programme)} None: the returns hold nothing of the kind, and the cells "
            "beside it are blank.",
        ),
        case_answer(programme, case),
        upright=True,
        purpose=Purpose.EVIDENCE,
    )


def headings_of(first: str, last: str) -> tuple[Field, ...]:
    """The fields of Projects from one heading to another."""
    headings = [field.heading for field in PROJECTS.fields]
    return PROJECTS.fields[headings.index(first) : headings.index(last) + 1]


def _words(case: Case, caption: str, first: str, last: str) -> Table:
    """The headings from the first to the last, each with what the return says."""
    rows = []
    for field in headings_of(first, last):
        value = case.fields[field.name]
        for number, text in enumerate(pieces(str(value or NOT_STATED), TEXT)):
            rows.append((f"{field.heading} (continued)" if number else field.heading, text))
    return case_table(case, caption, ("Heading", "What the return says"), rows)


def _unstated(case: Case) -> Table:
    caption = "Cost and savings" + ("" if case.elsewhere else f": {NO_AMOUNT}")
    text = (
        f"The amounts under this code are in the business case on sheet {case.elsewhere}."
        if case.elsewhere
        else NOT_NAMED
    )
    return case_table(case, caption, ("Heading", "Amounts"), [("Financial report", text)])


def records_table(
    case: Case, name: str, label: str, texts: Sequence[str], others: Sequence[str]
) -> Table:
    """The project's records of a table beside Savings; further texts stand below the first."""
    headings = (label, *texts, *others)
    fields = {
        column.heading: column.name
        for column in NARRATIVE[name].columns
        if column.heading in headings
    }
    rows = []
    for record in case.rows.texts.get(name, ()):
        words = {heading: record[field] or NOT_STATED for heading, field in fields.items()}
        added = [f"{heading}: {words[heading]}" for heading in texts[1:]]
        text = "\n".join([str(words[texts[0]]), *added])
        rows.append((words[label], text, *(words[heading] for heading in others)))
    return case_table(case, name, (label, texts[0], *others), rows)
