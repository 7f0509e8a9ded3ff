"""business-cases.xlsx: a list, and a form for each project with its financial report filled in."""

import io
from collections.abc import Sequence

import openpyxl
import pytest
from openpyxl.cell.cell import Cell

from pipeline.core.results import Results
from pipeline.core.text import ref_key
from pipeline.model.projects import by_project
from pipeline.report.excel.render import render
from pipeline.report.layout import LINES_A_ROW, pieces
from schemas.returns import PROJECTS
from tests.report import fake
from tests.report.cases import case_books, cases_book
from tests.report.fake import opened, tables_of

PLACE = {"workbook": "finance.xlsx", "sheet": "Projects", "row": 6}
COSTS = "Cost and savings"
# The parts of the form in the order in which they are to stand.
PARTS = [
    "Project overview",
    "Project approach",
    "Delivery options",
    "Scope",
    COSTS,
    "Cost and savings by partner",
    "Cost and savings by year",
    "Lines",
    "Lines by year",
    "Non-financial benefits",
    "Benefits",
    "Dependencies",
    "Risks",
    "Milestones",
    "Project impact",
]


def project(code: str, **said: str) -> dict[str, object]:
    blank = {field.name: None for field in PROJECTS.fields}
    return {**blank, "project_code": code, "project_title": f"Project {code}", **said, **PLACE}


def with_projects(*projects: dict[str, object], **more: object) -> Results:
    results = fake.results(**more)
    narrative = {**results.narrative, "Projects": fake.frame(list(projects))}
    keys = {ref_key(str(each["project_code"])) for each in projects}
    appraisal, years = by_project(results.register, results.apportioned, results.programme, keys)
    return fake.results(
        **more, narrative=narrative, project_appraisal=appraisal, project_years=years
    )


def book_of(*projects: dict[str, object], **more: object) -> bytes:
    return render(cases_book(with_projects(*projects, **more)))


@pytest.fixture(scope="module")
def content() -> bytes:
    return book_of(project("P1", why_needed="Two ledgers are one too many."), project("P2"))


def column_a(content: bytes, sheet: str) -> list[object]:
    return [row[0] for row in opened(content)[sheet].iter_rows(values_only=True, max_col=1)]


def rows_of(content: bytes, name: str) -> list[list[object]]:
    return tables_of(content)[name][1:]


def codes_of(content: bytes) -> list[Cell]:
    """The cells of the list's first column."""
    sheet = opened(content)["Projects"]
    (table,) = sheet.tables.values()
    return [row[0] for row in sheet[table.ref][1:]]


def test_a_list_and_a_sheet_for_each_project(content: bytes) -> None:
    book = opened(content)
    assert book.sheetnames == ["Projects", "P1", "P2"]
    cells = codes_of(content)[:2]
    assert [cell.value for cell in cells] == ["P1", "P2"]
    assert [cell.hyperlink.location for cell in cells] == ["'P1'!A1", "'P2'!A1"]


def test_the_list_makes_up_the_programme(content: bytes) -> None:
    headings, *rows = tables_of(content)["Business_cases"]
    assert headings == [
        "Project code", "Project title", "One-off: Best case", "One-off: Worst case",
        "Annual cashable: Best case", "Annual cashable: Worst case",
    ]  # fmt: skip
    assert rows == [
        ["P1", "Project P1", 7_777, 0, -2_545.70, -100.05],
        ["P2", "Project P2", None, None, None, None],
        ["Total programme", "All lines", 7_777, 0, -2_545.70, -100.05],
    ]


def test_lines_without_a_business_case_are_in_the_list() -> None:
    rows = rows_of(book_of(project("P9")), "Business_cases")
    assert [row[0] for row in rows] == ["P9", "No business case", "Total programme"]
    assert rows[1][2:] == rows[2][2:]


def test_no_project_at_all() -> None:
    content = render(cases_book(fake.results()))
    assert opened(content).sheetnames == ["Projects"]
    assert opened(content)["Projects"]["A4"].value == "No business cases."


def test_the_parts_stand_in_the_order_of_the_form(content: bytes) -> None:
    said = column_a(content, "P1")
    assert [said.index(part) for part in PARTS] == sorted(said.index(part) for part in PARTS)
    assert said[0] == "Project P1"


def test_every_heading_of_projects_is_there_once_and_in_order(content: bytes) -> None:
    wanted = [field.heading for field in PROJECTS.fields]
    labels = [
        row[0]
        for name, rows in tables_of(content).items()
        if name.startswith("Case_1_")
        for row in rows[1:]
    ]
    assert [label for label in labels if label in wanted] == wanted


def test_what_is_not_said_is_not_stated(content: bytes) -> None:
    rows = dict(rows_of(content, "Case_1_Project_approach"))
    assert rows["Why needed"] == "Two ledgers are one too many."
    assert rows["Constraints"] == "Not stated"


def test_the_financial_report_is_filled_in(content: bytes) -> None:
    rows = {row[0]: row[2:] for row in rows_of(content, "Case_1_Cost_and_savings")}
    assert rows["One-off"] == [7_777, 0]
    assert rows["Annual cashable"] == [-2_545.70, -100.05]
    assert rows["Payback years"] == [pytest.approx(777_700 / 254_570), 0]
    assert rows["Break-even year"] == ["None", "2012/13"]
    first, second = 777_700 - 10_001 - 123_456, -20_003 - 234_567
    assert rows["Net present cost / (saving)"][0] == round(first / 100 + second / 103.5, 2)


def test_it_says_who_bears_it(content: bytes) -> None:
    rows = rows_of(content, "Case_1_Cost_and_savings_by_partner")
    annual = {row[1]: row[2:] for row in rows if row[0] == "Annual cashable"}
    assert annual == {
        "Whole project": [-2_545.70, -100.05],
        fake.NORTH.name: [-120.02, -60.03],
        fake.SOUTH.name: [-80.01, -40.02],
        "Not yet apportioned": [-2_345.67, 0],
    }
    payback = {row[1]: row[2:] for row in rows if row[0] == "Payback years"}
    assert payback[fake.NORTH.name] == [0, 0]
    assert payback["Not yet apportioned"] == [0, "n/a"]


def test_it_says_when(content: bytes) -> None:
    rows = rows_of(content, "Case_1_Cost_and_savings_by_year")
    first = {row[1]: row[2:] for row in rows if row[0] == "2012/13"}
    assert first == {
        "One-off cost": [7_777, 0],
        "Cashable saving": [-1_334.57, -50.01],
        "Net cashable": [6_442.43, -50.01],
        "Cumulative net cashable": [6_442.43, -50.01],
    }


def test_it_names_its_lines(content: bytes) -> None:
    lines = rows_of(content, "Case_1_Lines")
    assert [line[0] for line in lines] == ["FIN-01", "FIN-02", "FLT-01"]
    assert lines[1][1] == "What FIN-02 is about\nOne-off cost, Finance. Basis: Direct"
    assert rows_of(content, "Case_1_Lines_by_year") == [
        ["FIN-01", "2012/13", -100.01, -50.01],
        ["FIN-01", "2013/14", -200.03, -100.05],
        ["FIN-02", "2012/13", 7_777, 0],
        ["FLT-01", "2012/13", -1_234.56, 0],
        ["FLT-01", "2013/14", -2_345.67, 0],
    ]


def test_what_else_the_returns_tell(content: bytes) -> None:
    (risk,) = rows_of(content, "Case_1_Risks")
    assert risk == ["R1", "It may rain\nMitigation: Not stated\nOwner: A. Owner", "4", "5"]
    assert rows_of(content, "Case_1_Milestones") == [["None", None, None, None]]
    assert rows_of(content, "Case_2_Risks") == [["None", None, None, None]]


def test_amount_not_stated_where_there_is_no_line(content: bytes) -> None:
    said = column_a(content, "P2")
    assert f"{COSTS}: amount not stated" in said
    (row,) = rows_of(content, "Case_2_Cost_and_savings")
    assert str(row[1]).startswith("Amount not stated")
    assert opened(content)["P2"]["A4"].value == "Costs and savings: amount not stated."


def test_codes_match_whatever_the_case(content: bytes) -> None:
    assert tables_of(book_of(project(" p1 ")))["Case_1_Lines"][1][0] == "FIN-01"


def test_a_code_that_stands_twice_has_its_amounts_once() -> None:
    content = book_of(project("P1"), project("p1"))
    assert opened(content).sheetnames == ["Projects", "P1", "p1 (2)"]
    assert rows_of(content, "Case_2_Cost_and_savings")[0][1] == (
        "The amounts under this code are in the business case on sheet P1."
    )
    rows = rows_of(content, "Business_cases")
    assert [row[2] for row in rows] == [7_777, None, 7_777]


ODD = ("a/b", "a:b", "A B", "History", "history", "'", "projects", "=1+1", "x" * 40, "X" * 40,
       "[1]*?\\", "😀" * 30, "http://a.org", "<r>1</r>")  # fmt: skip


def test_sheet_names_are_safe_and_unique_whatever_the_codes() -> None:
    content = book_of(*(project(code) for code in ODD))
    names = openpyxl.load_workbook(io.BytesIO(content)).sheetnames
    assert len(names) == len(ODD) + 1
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.casefold() != "history"
    targets = [cell.hyperlink.location for cell in codes_of(content)[: len(ODD)]]
    quoted = [f"'{name.replace(chr(39), chr(39) * 2)}'!A1" for name in names[1:]]
    assert targets == quoted


def test_no_text_of_a_return_is_a_formula_or_a_link() -> None:
    said = {field.name: "=1+1" for field in PROJECTS.fields} | {"overview": "http://a.org"}
    for sheet in opened(book_of(project("=1+1", **said), project("@x"))).worksheets:
        for row in sheet.iter_rows():
            assert {cell.data_type for cell in row} <= {"s", "n"}
            assert not any(cell.hyperlink and cell.hyperlink.target for cell in row)


@pytest.mark.parametrize(
    "text",
    [
        "word " * 2_000,
        "\n".join(["A paragraph of some words that fills a line or two."] * 90),
        "x" * 5_000,
        "short",
        "",
    ],
)
def test_long_texts_go_on_in_further_rows(text: str) -> None:
    content = book_of(project("P1", overview=text))
    sheet = opened(content)["P1"]
    found: Sequence[str] = [
        str(row[1].value)
        for row in sheet.iter_rows()
        if str(row[0].value).startswith("Overview") and row[1].value != "Not stated"
    ]
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all((sheet.row_dimensions[n].height or 0) <= 409 for n in range(1, sheet.max_row + 1))
    assert len(found) == len(pieces(text, 54)) or not text
    assert all(piece.count("\n") < LINES_A_ROW for piece in found)


def test_one_scenario_and_many() -> None:
    one = fake.results(programme=fake.programme(scenarios=("Best case",)))
    best = one.summary[one.summary["scenario"] == "Best case"]
    register = one.register[one.register["scenario"] == "Best case"]
    small = with_projects(
        project("P1"),
        programme=one.programme,
        summary=best,
        register=register.reset_index(drop=True),
        apportioned=one.apportioned.iloc[:2],
    )
    headings = tables_of(render(cases_book(small)))["Case_1_Cost_and_savings"][0]
    assert headings == ["Measure", "How it is found", "Best case"]


def test_a_form_is_printed_upright_on_a4(content: bytes) -> None:
    for sheet in opened(content).worksheets:
        assert sheet.page_setup.orientation == "portrait"
        assert str(sheet.page_setup.paperSize) == "9"
        assert sheet.page_setup.fitToWidth in (None, 1)
    assert [brk.id for brk in opened(content)["P1"].row_breaks.brk] != []


def test_a_project_called_none_has_no_line_that_names_no_project() -> None:
    register = fake.results().register
    nameless = register.assign(project_code=None)
    rows = rows_of(book_of(project("None"), register=nameless), "Business_cases")
    assert [row[0] for row in rows] == ["None", "No business case", "Total programme"]
    assert rows[0][2:] == [None, None, None, None]


def strands_of(count: int, *more: dict[str, object]) -> dict[str, bytes]:
    """The workbooks of so many projects of Finance (strand Corporate), and of further ones."""
    results = with_projects(*(project(f"P{n}", service="Finance") for n in range(count)), *more)
    return {path: render(book) for path, book in case_books(results).items()}


def test_above_200_projects_each_strand_has_a_workbook() -> None:
    more = (project("F", service="Fleet"), project("FREE"), project("f", service="Finance"))
    books = strands_of(198, *more)
    assert list(books) == [
        "business-cases/Corporate.xlsx",
        "business-cases/Blueprints.xlsx",
        "business-cases/Other.xlsx",
        "business-cases.xlsx",
    ]
    tabs = {path: opened(content).sheetnames for path, content in books.items()}
    assert tabs["business-cases/Corporate.xlsx"] == ["Projects", *(f"P{n}" for n in range(198))]
    # One code stays together: what is said of it twice names a sheet of its own workbook.
    assert tabs["business-cases/Blueprints.xlsx"] == ["Projects", "F", "f (2)"]
    assert tabs["business-cases/Other.xlsx"] == ["Projects", "FREE"]
    assert tabs["business-cases.xlsx"] == ["Projects"]


def test_the_list_leads_into_the_workbooks_of_the_strands() -> None:
    books = strands_of(200, project("A/B", service="Fleet"))
    cells = codes_of(books["business-cases.xlsx"])
    assert [cell.value for cell in cells[-3:]] == ["P199", "A/B", "Total programme"]
    targets = [
        (cell.hyperlink.target.replace("\\", "/"), cell.hyperlink.location)
        if cell.hyperlink
        else None
        for cell in cells[-3:]
    ]
    assert targets == [
        ("business-cases/Corporate.xlsx", "'P199'!A1"),
        ("business-cases/Blueprints.xlsx", "'A B'!A1"),
        None,
    ]
    assert [
        cell.hyperlink.location for cell in codes_of(books["business-cases/Blueprints.xlsx"])
    ] == ["'A B'!A1"]


def test_up_to_200_projects_one_workbook_holds_all() -> None:
    assert list(strands_of(200)) == ["business-cases.xlsx"]


def test_a_project_without_a_service_goes_by_its_first_line() -> None:
    books = strands_of(200, project("P1"))
    assert "business-cases/Other.xlsx" not in books
    results = with_projects(project("P1"), *(project(f"X{n}") for n in range(200)))
    assert list(case_books(results)) == [
        "business-cases/Corporate.xlsx",
        "business-cases/Other.xlsx",
        "business-cases.xlsx",
    ]
