"""Which workbooks of business cases there are, and which documents beside them; and the one place
that takes what they are made of out of the results."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial

from pipeline.core import outputs
from pipeline.core.results import Results
from pipeline.core.text import ref_key
from pipeline.report import reported
from pipeline.report.books import created
from pipeline.report.documents.standing import foot, head, standing
from pipeline.report.safe import file_names, unique_sheet_names
from pipeline.report.sheets import cover
from pipeline.report.sheets.business_cases import BESIDE_SAVINGS, LIST, LISTED
from pipeline.report.sheets.case_rows import CaseRows, case_rows, first_strands, whole_projects
from pipeline.report.sheets.case_table import Case, Casebook, Standing
from pipeline.report.tables import Record, records
from schemas.returns import PROJECTS
from schemas.vocabulary import ALL_STRANDS, TOTAL_PROGRAMME

# More sheets than these in one workbook serve nobody.
MOST_IN_A_BOOK = 200
# The strand of a project that names no service and has no line.
OTHER = "Other"
NO_CASE = "No business case"
# In the frames of projects: the lines that name none, or one without a case.
NO_PROJECT = ""

# By path what the workbooks or documents are made of; put together once, when it is called for.
Casebooks = dict[str, Callable[[], Casebook]]


def casebooks(results: Results) -> tuple[Casebooks, Casebooks]:
    """Of the workbooks, and of the documents: those of the strands, where they have their own, and
    the list, which otherwise has the cases with it. A list alone has no document beside it."""
    cases = _cases(results)
    by_book: dict[str, list[Case]] = {}
    for case in cases:
        by_book.setdefault(case.book or outputs.CASES, []).append(case)
    workbooks: Casebooks = {
        path: cache(partial(_of_strand, results, path, of_book))
        for path, of_book in by_book.items()
        if path != outputs.CASES
    }
    workbooks[outputs.CASES] = cache(partial(_of_programme, results, cases))
    return workbooks, {outputs.document_of(path): workbooks[path] for path in by_book}


def _of_strand(results: Results, path: str, cases: Sequence[Case]) -> Casebook:
    here = [replace(case, book="") for case in _with_rows(results, cases)]
    return _casebook(results, path, cases[0].strand, here, [])


def _of_programme(results: Results, cases: Sequence[Case]) -> Casebook:
    whole = whole_projects(results)
    if any(case.book for case in cases):
        listed = [replace(case, rows=CaseRows(whole.get(case.key, ()))) for case in cases]
    else:
        listed = _with_rows(results, cases)
    return _casebook(results, outputs.CASES, "", listed, _below(results, whole))


def _casebook(
    results: Results,
    path: str,
    strand: str,
    cases: Sequence[Case],
    below: Sequence[tuple[str, str, Sequence[Record]]],
) -> Casebook:
    programme = results.programme
    strip = reported.strip(results, LIST, whole=True, is_live=False)
    of_all = Standing(
        strip, cover.is_draft(results), standing(results), head(results), foot(results)
    )
    return Casebook(path, programme, strand, cases, below, of_all, created(programme))


def _cases(results: Results) -> list[Case]:
    """Every project's case, without what else there is of it."""
    frame = results.narrative.get(PROJECTS.name)
    if frame is None or frame.empty:
        return []
    projects = records(frame)
    keys = [ref_key(str(each["project_code"])) for each in projects]
    strands = _strands(results, keys, projects)
    paths = dict.fromkeys(strands, "")
    if len(projects) > MOST_IN_A_BOOK:
        paths = dict(zip(paths, map(outputs.cases_of, file_names(paths)), strict=True))
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


def _with_rows(results: Results, cases: Sequence[Case]) -> list[Case]:
    """The cases, each with what else there is of its project."""
    if not cases:
        return []
    names = [name for name, *_ in BESIDE_SAVINGS]
    rows = case_rows(results, dict.fromkeys(case.key for case in cases), names)
    return [replace(case, rows=rows[case.key]) for case in cases]


def _below(
    results: Results, whole: Mapping[str, list[Record]]
) -> list[tuple[str, str, Sequence[Record]]]:
    """The rows below the projects, without figures that the list doesn't show: lines of none of
    them, and all lines."""
    summary = results.summary
    everything = summary[
        (summary["strand"] == ALL_STRANDS) & (summary["organisation"] == TOTAL_PROGRAMME)
    ]
    rows = [(TOTAL_PROGRAMME, "All lines", records(everything))]
    if NO_PROJECT in whole:
        title = "Lines that name no project, or one without a case"
        rows.insert(0, (NO_CASE, title, whole[NO_PROJECT]))
    names = ("scenario", *(name for _, name in LISTED))
    return [
        (code, title, [{name: row[name] for name in names} for row in of_row])
        for code, title, of_row in rows
    ]
