"""The business cases: a list of the projects, then each project's case as a form, with its
financial report filled in from the model."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from pipeline.core.outputs import cases_of
from pipeline.core.phrases import counted, sentence
from pipeline.core.programme import Programme
from pipeline.core.results import Results
from pipeline.core.text import ref_key
from pipeline.core.years import year_label
from pipeline.report.layout import pieces
from pipeline.report.safe import file_names, unique_sheet_names
from pipeline.report.sheets.case_rows import case_rows, first_strands, whole_projects
from pipeline.report.sheets.case_table import (
    FIGURE,
    LABEL,
    NOT_STATED,
    TEXT,
    Case,
    case_table,
)
from pipeline.report.sheets.financial_report import financial_report, lines_report
from pipeline.report.spec import Column, FilePlace, Purpose, Role, Sheet, Table
from pipeline.report.tables import Record, records, scenario_width
from pipeline.report.wording import about, headlines, in_units
from schemas.fields import Field
from schemas.outputs import NARRATIVE, Show
from schemas.returns import PROJECTS
from schemas.vocabulary import ALL_STRANDS, TOTAL_PROGRAMME

LIST = "Projects"
NO_AMOUNT = "amount not stated"
NO_CASE = "No business case"
NOT_NAMED = "Amount not stated: no line of the returns that is in the figures names it."
# In the frames of projects: the lines that name none, or one without a case.
NO_PROJECT = ""
# More sheets than these in one workbook serve nobody.
MOST_IN_A_BOOK = 200
# The strand of a project that names no service and has no line.
OTHER = "Other"
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


def books(results: Results) -> tuple[str, ...]:
    """The paths of the workbooks of the strands; none where one workbook holds all cases."""
    return tuple(dict.fromkeys(case.book for case in business_cases(results) if case.book))


def sheets(results: Results) -> tuple[Sheet, ...]:
    """The list, and a sheet for each project in the order of the returns; the list alone where
    there are so many that each strand has a workbook of its own."""
    cases = business_cases(results)
    here = [case for case in cases if not case.book]
    return (_listing(results, cases), *_forms(results, here))


def strand_sheets(results: Results, book: str) -> tuple[Sheet, ...]:
    """The list and the sheets of the projects whose cases are in one of the strands' workbooks."""
    cases = [replace(case, book="") for case in business_cases(results) if case.book == book]
    return (_listing(results, cases, of_strand=cases[0].strand), *_forms(results, cases))


def business_cases(results: Results) -> list[Case]:
    """Every project's case, without what else there is of it."""
    frame = results.narrative.get(PROJECTS.name)
    if frame is None or frame.empty:
        return []
    projects = records(frame)
    keys = [ref_key(str(each["project_code"])) for each in projects]
    strands = _strands(results, keys, projects)
    paths = dict.fromkeys(strands, "")
    if len(projects) > MOST_IN_A_BOOK:
        paths = dict(zip(paths, map(cases_of, file_names(paths)), strict=True))
    tabs: dict[int, str] = {}
    for path in dict.fromkeys(paths.values()):
        of_book = [place for place, strand in enumerate(strands) if paths[strand] == path]
        names = (str(projects[place]["project_code"]) for place in of_book)
        tabs |= zip(of_book, unique_sheet_names([LIST, *names])[1:], strict=True)
    first: dict[str, str] = {}
    cases = []
    for place, (fields, key, strand) in enumerate(zip(projects, keys, strands, strict=True)):
        tab = tabs[place]
        case = Case(tab, place + 1, fields, key, strand, first.get(key, ""), paths[strand])
        cases.append(case)
        first.setdefault(key, tab)
    return cases


def _strands(results: Results, keys: Sequence[str], projects: Sequence[Record]) -> list[str]:
    """By project the strand of its Service, else of its first line, else Other; what bears one code
    stays together."""
    by_name = results.programme.by_name
    services = [by_name.get(str(fields["service"])) for fields in projects]
    lines = first_strands(results) if None in services else {}
    of_code: dict[str, str] = {}
    for key, service in zip(keys, services, strict=True):
        strand = service.strand if service else lines.get(key)
        of_code.setdefault(key, strand or OTHER)
    return [of_code[key] for key in keys]


def with_rows(results: Results, cases: Sequence[Case]) -> list[Case]:
    """The cases, each with what else there is of its project."""
    if not cases:
        return []
    names = [name for name, *_ in BESIDE_SAVINGS]
    rows = case_rows(results, dict.fromkeys(case.key for case in cases), names)
    return [replace(case, rows=rows[case.key]) for case in cases]


def _forms(results: Results, cases: Sequence[Case]) -> list[Sheet]:
    """The sheets of some cases, each filled in."""
    return [_form(results.programme, case) for case in with_rows(results, cases)]


# The list


def _listing(results: Results, cases: Sequence[Case], of_strand: str = "") -> Sheet:
    """Projects with their figures, links to their cases, and, but in the list of a strand, what
    makes them up to the programme's."""
    programme, whole = results.programme, whole_projects(results)
    rows = [
        (case.code, case.title, [] if case.elsewhere else whole.get(case.key, [])) for case in cases
    ]
    if not of_strand:
        rows += _other_rows(results, whole)
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
    where = f" of the strand {of_strand}" if of_strand else ""
    return Sheet(
        LIST,
        f"Business cases{where}: what each project costs and saves",
        (
            Table(
                "Business_cases",
                columns,
                roles={} if of_strand else {len(rows) - 1: Role.TOTAL},
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


def _other_rows(
    results: Results, whole: Mapping[str, list[Record]]
) -> list[tuple[str, str, list[Record]]]:
    """The rows below the projects: lines of none of them, and all lines."""
    summary = results.summary
    everything = summary[
        (summary["strand"] == ALL_STRANDS) & (summary["organisation"] == TOTAL_PROGRAMME)
    ]
    total = (TOTAL_PROGRAMME, "All lines", records(everything))
    if NO_PROJECT not in whole:
        return [total]
    title = "Lines that name no project, or one without a case"
    return [(NO_CASE, title, whole[NO_PROJECT]), total]


def _figures(programme: Programme, rows: Sequence[list[Record]]) -> Iterator[Column]:
    """The columns of figures of the list."""
    width = scenario_width(programme.scenarios, FIGURE)
    measures = (("One-off", "one_off_pence"), ("Annual cashable", "annual_cashable_pence"))
    for measure, name in measures:
        for scenario in programme.scenarios:
            figures = [_figure(of_project, scenario, name) for of_project in rows]
            yield Column(f"{measure}: {scenario}", figures, Show.MONEY, width)


def _figure(rows: list[Record], scenario: str, name: str) -> object:
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
