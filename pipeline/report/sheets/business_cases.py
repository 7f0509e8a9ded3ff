"""The business cases: a list of the projects, then each project's case as a form, with its
financial report filled in from the model."""

from collections.abc import Sequence

from pipeline.core.phrases import counted, sentence
from pipeline.core.programme import Programme
from pipeline.core.results import Results
from pipeline.core.text import ref_key
from pipeline.core.years import year_label
from pipeline.report.layout import pieces
from pipeline.report.safe import unique_sheet_names
from pipeline.report.sheets.case_rows import CaseRows, case_rows
from pipeline.report.sheets.case_table import (
    FIGURE,
    LABEL,
    NOT_STATED,
    TEXT,
    Case,
    case_table,
)
from pipeline.report.sheets.financial_report import financial_report
from pipeline.report.spec import Column, Role, Sheet, Table
from pipeline.report.tables import Record, records, scenario_width
from pipeline.report.wording import about, headlines, in_units
from schemas.outputs import NARRATIVE, Show
from schemas.returns import PROJECTS
from schemas.vocabulary import ALL_STRANDS, TOTAL_PROGRAMME

LIST = "Projects"
NO_AMOUNT = "amount not stated"
NO_CASE = "No business case"
# In the frames of projects: the lines that name none, or one without a case.
NO_PROJECT = ""

# The parts of the form: a caption, the first and the last of their headings.
_BEFORE = (
    ("Project overview", "Project code", "Service"),
    ("Project approach", "Why needed", "Constraints"),
    ("Delivery options", "Options study", "Options study"),
    ("Scope", "In scope", "Out of scope"),
)
_BENEFITS = ("Non-financial benefits", "Non-financial benefits", "Non-financial benefits")
_IMPACT = ("Project impact", "Who is affected", "Disproportionate impacts")

# What else the returns tell of a project: the table; the label; the text with what is added to
# it; the rest.
_TOLD = (
    ("Benefits", "Criterion", ("Benefit", "Measure"), ("Baseline", "Target")),
    ("Dependencies", "Depends on", ("Note",), ()),
    ("Risks", "Risk ref", ("Risk", "Mitigation", "Owner"), ("Likelihood", "Impact")),
    ("Milestones", "Planned", ("Milestone",), ("Forecast", "Status")),
)


def sheets(results: Results) -> tuple[Sheet, ...]:
    """The list, and a sheet for each project in the order of the returns."""
    cases = _cases(results)
    return (_listing(results, cases), *(_form(results.programme, case) for case in cases))


def _cases(results: Results) -> list[Case]:
    frame = results.narrative.get(PROJECTS.name)
    if frame is None or frame.empty:
        return []
    projects = records(frame)
    codes = [str(each["project_code"]) for each in projects]
    tabs = unique_sheet_names([LIST, *codes])[1:]
    rows = case_rows(results, dict.fromkeys(map(ref_key, codes)), [name for name, *_ in _TOLD])
    first: dict[str, str] = {}
    cases = []
    for number, (tab, code, fields) in enumerate(zip(tabs, codes, projects, strict=True), 1):
        key = ref_key(code)
        cases.append(Case(tab, number, fields, rows[key], first.get(key, "")))
        first.setdefault(key, tab)
    return cases


# The list


def _listing(results: Results, cases: Sequence[Case]) -> Sheet:
    """All projects with their figures, and what makes them up to the programme's."""
    programme = results.programme
    rows: list[tuple[str, str, list[Record]]] = [
        (case.code, case.title, [] if case.elsewhere else case.rows.whole) for case in cases
    ]
    others = results.project_appraisal["project"] == NO_PROJECT
    if others.any():
        without = CaseRows(records(results.project_appraisal[others])).whole
        rows.append((NO_CASE, "Lines that name no project, or one without a case", without))
    everything = results.summary[
        (results.summary["strand"] == ALL_STRANDS)
        & (results.summary["organisation"] == TOTAL_PROGRAMME)
    ]
    rows.append((TOTAL_PROGRAMME, "All lines", records(everything)))
    links = [*(case.sheet for case in cases), *(None for _ in rows[len(cases) :])]
    columns = (
        Column("Project code", [code for code, _, _ in rows], width=LABEL, links=links),
        Column("Project title", [title for _, title, _ in rows], Show.LONG_TEXT, 40),
        *(
            Column(
                f"{measure}: {scenario}",
                [_figure(found, scenario, name) for _, _, found in rows],
                Show.MONEY,
                scenario_width(programme.scenarios, FIGURE),
            )
            for measure, name in (
                ("One-off", "one_off_pence"),
                ("Annual cashable", "annual_cashable_pence"),
            )
            for scenario in programme.scenarios
        ),
    )
    stated = sum(bool(found) for _, _, found in rows[: len(cases)])
    amounts = f", {stated:,} of them with amounts" if cases else ""
    return Sheet(
        LIST,
        "Business cases: what each project costs and saves",
        (
            Table(
                "Business_cases",
                columns,
                roles={len(rows) - 1: Role.TOTAL},
                airy=True,
                description="The projects with their costs and savings, and links to their cases",
            ),
        ),
        (
            about(programme),
            in_units(programme),
            f"One-off: all years. Annual cashable: {year_label(programme.steady_year)}. Blank: "
            f"{NO_AMOUNT}, or stated under the same code above.",
        ),
        sentence(f"{counted(len(cases), 'business case')}{amounts}."),
        keep_columns=1,
        upright=True,
    )


def _figure(rows: list[Record], scenario: str, name: str) -> object:
    """A scenario's figure; None where there are no rows."""
    return next((row[name] for row in rows if row["scenario"] == scenario), None)


# A project's form


def _form(programme: Programme, case: Case) -> Sheet:
    whole = case.rows.whole
    answer = f"Costs and savings: {NO_AMOUNT}."
    report: tuple[Table, ...] = (_unstated(case),)
    if whole and not case.elsewhere:
        band = whole[0]["return_on_investment"]
        answer = f"{headlines(whole, programme)}\nReturn on investment: {band}."
        report = financial_report(programme, case)
    return Sheet(
        case.sheet,
        case.title,
        (
            *(_words(case, *part) for part in _BEFORE),
            *report,
            _words(case, *_BENEFITS),
            *(_told(case, *told) for told in _TOLD),
            _words(case, *_IMPACT),
        ),
        (
            f"Business case {case.code}. {about(programme)}",
            f"{in_units(programme)} None: the returns hold nothing of the kind, and the cells "
            "beside it are blank.",
        ),
        answer,
        upright=True,
    )


def _words(case: Case, caption: str, first: str, last: str) -> Table:
    """The headings from the first to the last, each with what the return says."""
    headings = [field.heading for field in PROJECTS.fields]
    rows = []
    for field in PROJECTS.fields[headings.index(first) : headings.index(last) + 1]:
        said = case.fields[field.name]
        for number, text in enumerate(pieces(str(said or NOT_STATED), TEXT)):
            rows.append((f"{field.heading} (continued)" if number else field.heading, text))
    return case_table(case, caption, ("Heading", "What the return says"), rows)


def _unstated(case: Case) -> Table:
    if case.elsewhere:
        caption = "Cost and savings"
        text = f"The amounts under this code are in the business case on sheet {case.elsewhere}."
    else:
        caption = f"Cost and savings: {NO_AMOUNT}"
        text = f"{sentence(NO_AMOUNT)}: no line of the returns that is in the figures names it."
    return case_table(case, caption, ("Heading", "Amounts"), [("Financial report", text)])


def _told(case: Case, name: str, label: str, texts: Sequence[str], others: Sequence[str]) -> Table:
    """The project's records of a table beside Savings; further texts stand below the first."""
    fields = {column.heading: column.name for column in NARRATIVE[name].columns}
    rows = []
    for record in case.rows.told.get(name, ()):
        said = {heading: record[field] or NOT_STATED for heading, field in fields.items()}
        added = [f"{heading}: {said[heading]}" for heading in texts[1:]]
        text = "\n".join([str(said[texts[0]]), *added])
        rows.append((said[label], text, *(said[heading] for heading in others)))
    return case_table(case, name, (label, texts[0], *others), rows)
