"""The templates: blank, helpful, and read back by the pipeline without an issue."""

import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.core.programme import Programme
from pipeline.core.text import match_key
from pipeline.report.template import template_programme, template_return
from schemas.fields import Table
from schemas.programme import PROGRAMME_TABLES
from schemas.returns import COVER, RETURN_TABLES, SAVINGS
from schemas.vocabulary import CATEGORIES
from tests.report import fake
from tests.report.fake import opened
from tests.running import outcome_of

SCHEMAS = {
    "programme": (template_programme, PROGRAMME_TABLES),
    "return": (template_return, RETURN_TABLES),
}
SHEETS = [(which, schema.name) for which, (_, schemas) in SCHEMAS.items() for schema in schemas]


@pytest.fixture(scope="module")
def books() -> dict[str, Workbook]:
    return {which: opened(make()) for which, (make, _) in SCHEMAS.items()}


def schema_of(which: str, name: str) -> Table:
    (schema,) = (table for table in SCHEMAS[which][1] if table.name == name)
    return schema


def header_row(sheet: Worksheet, schema: Table) -> int:
    """The row that holds most of the table's headings, the first on ties."""
    known = {match_key(field.heading) for field in schema.headings}
    matches = {
        row[0].row: sum(match_key(str(cell.value or "")) in known for cell in row)
        for row in sheet.iter_rows()
    }
    return max(matches, key=lambda row: (matches[row], -row))


def column(sheet: Worksheet, schema: Table, heading: str) -> str:
    for cell in sheet[header_row(sheet, schema)]:
        if cell.value == heading:
            return str(cell.column_letter)
    raise KeyError(heading)


def rule_at(sheet: Worksheet, cell: str) -> DataValidation:
    (rule,) = (each for each in sheet.data_validations.dataValidation if cell in each.sqref)
    return rule


@pytest.mark.parametrize(("which", "name"), SHEETS)
def test_every_table_has_its_sheet_and_headings(
    books: dict[str, Workbook], which: str, name: str
) -> None:
    sheet, schema = books[which][name], schema_of(which, name)
    headings = [cell.value for cell in sheet[header_row(sheet, schema)]]
    missing = [field.heading for field in schema.headings if field.heading not in headings]
    assert missing == []


@pytest.mark.parametrize(("which", "name"), SHEETS)
def test_nothing_below_the_headings_is_filled_in(
    books: dict[str, Workbook], which: str, name: str
) -> None:
    sheet, schema = books[which][name], schema_of(which, name)
    if schema.settings:
        value = column(sheet, schema, "Value")
        assert not any(cell.value for cell in sheet[value][header_row(sheet, schema) :])
    else:
        below = sheet.iter_rows(min_row=header_row(sheet, schema) + 1)
        assert not any(cell.value for row in below for cell in row)


@pytest.mark.parametrize(("which", "name"), SHEETS)
def test_nothing_above_the_headings_could_be_typed_over(
    books: dict[str, Workbook], which: str, name: str
) -> None:
    sheet, schema = books[which][name], schema_of(which, name)
    above = sheet.iter_rows(max_row=header_row(sheet, schema) - 1)
    assert not [cell for row in above for cell in row[1:] if cell.value is not None]


def test_every_example_stands_whole_in_the_message_of_its_cells(books: dict[str, Workbook]) -> None:
    for schema in (table for table in RETURN_TABLES if not table.settings):
        sheet = books["return"][schema.name]
        row = header_row(sheet, schema) + 1
        for field in schema.fields:
            prompt = rule_at(sheet, f"{column(sheet, schema, field.heading)}{row}").prompt
            assert prompt.endswith(".")
            assert ("For example " in prompt) == (field.example != "")


def test_every_cell_to_fill_in_says_what_goes_there(books: dict[str, Workbook]) -> None:
    sheet = books["return"]["Savings"]
    row = header_row(sheet, SAVINGS) + 1
    for field in SAVINGS.fields:
        rule = rule_at(sheet, f"{column(sheet, SAVINGS, field.heading)}{row}")
        assert rule.promptTitle == field.heading
        assert field.meaning in rule.prompt
        assert rule.prompt.startswith("Required.") == field.required
        assert rule.showInputMessage


def test_fixed_vocabularies_are_drop_downs_through_names(books: dict[str, Workbook]) -> None:
    book = books["return"]
    sheet = book["Savings"]
    cell = f"{column(sheet, SAVINGS, 'Category')}{header_row(sheet, SAVINGS) + 1_000}"
    rule = rule_at(sheet, cell)
    assert (rule.type, rule.formula1) == ("list", "List_category")
    assert words_of(book, "List_category") == list(CATEGORIES)
    assert book["Lists"].sheet_state == "visible"


def words_of(book: Workbook, name: str) -> list[object]:
    ((sheet, cells),) = book.defined_names[name].destinations
    area = book[sheet][cells]
    rows = area if isinstance(area, tuple) else ((area,),)
    return [cell.value for row in rows for cell in row]


def test_a_programmes_return_offers_its_own_words() -> None:
    many = tuple(
        replace(fake.programme().services[0], name=f"Service with a long name {number}")
        for number in range(40)
    )
    programme = fake.programme(services=many, years=(2019, 2020, 2021))
    book = opened(template_return(programme))
    assert words_of(book, "List_services") == [service.name for service in many]
    assert words_of(book, "List_scenarios") == list(fake.SCENARIOS)
    assert words_of(book, "List_partners") == ["NORTH", "SOUTH"]
    headings = [cell.value for cell in book["Savings"][header_row(book["Savings"], SAVINGS)]]
    assert headings[8:11] == ["2019/20", "2020/21", "2021/22"]
    assert headings[11] == "Counted in"
    assert book.properties.title == "Savings return: Joint services (3506)"


@pytest.mark.parametrize(
    ("settings", "amounts"),
    [
        ({}, [None, -20_000]),
        ({"savings_positive": True, "pounds_per_unit": 1_000}, [None, 20]),
        ({"incremental": True, "years": (2012, 2013, 2014, 2015)}, [None, -20_000, -20_000, None]),
    ],
)
def test_the_example_is_in_the_programmes_own_manner(
    settings: dict[str, object], amounts: list[int | None]
) -> None:
    programme = fake.programme(**settings)
    sheet = opened(template_return(programme))["Savings"]
    row = header_row(sheet, SAVINGS) + 1

    def message(heading: str) -> str:
        return str(rule_at(sheet, f"{column(sheet, SAVINGS, heading)}{row}").prompt)

    for label, amount in zip(programme.year_labels, amounts, strict=True):
        example = "" if amount is None else f" For example {amount:,}."
        assert message(label) == f"The amount in {label}, a number; blank is nil.{example}"
    assert message("Service").endswith("For example Finance.")


def test_the_cover_says_what_holds_where_it_is_blank() -> None:
    programme = fake.programme(savings_positive=True, pounds_per_unit=1_000)
    rows = opened(template_return(programme))["Cover"].iter_rows(values_only=True)
    defaults = {row[0]: row[3] for row in rows}
    assert defaults["Units"] == "£000"
    assert defaults["Savings sign"] == "Positive"
    assert defaults["Profile"] == "Annual"


def test_what_excel_would_turn_into_something_else_is_text(books: dict[str, Workbook]) -> None:
    for which, name, schema in (
        ("programme", "Baseline", schema_of("programme", "Baseline")),
        ("return", "Delivery", schema_of("return", "Delivery")),
    ):
        sheet = books[which][name]
        letter = column(sheet, schema, "Year")
        assert sheet[f"{letter}{header_row(sheet, schema) + 1}"].number_format == "@"
    settings = books["programme"]["Programme"]
    (first,) = (row for row in settings.iter_rows() if row[0].value == "First year")
    assert first[1].number_format == "@"


def test_the_same_template_twice() -> None:
    assert template_programme() == template_programme()
    assert template_return(fake.programme()) == template_return(fake.programme())


def test_nothing_is_merged_or_hidden(books: dict[str, Workbook]) -> None:
    for book in books.values():
        for sheet in book.worksheets:
            assert sheet.sheet_state == "visible"
            assert not sheet.merged_cells.ranges
        assert book.active.title == "Start here"


# The round trip: filled by openpyxl, saved, read by the pipeline.


def saved(book: Workbook, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def fill(book: Workbook, schema: Table, *rows: dict[str, object]) -> None:
    sheet = book[schema.name]
    header = header_row(sheet, schema)
    for number, row in enumerate(rows, header + 1):
        for heading, value in row.items():
            sheet[f"{column(sheet, schema, heading)}{number}"] = value


def settle(book: Workbook, name: str, **values: object) -> None:
    for row in book[name].iter_rows():
        if (key := str(row[0].value).replace(" ", "_")) in values:
            row[1].value = values[key]


def filled_programme(path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template_programme()))
    tables = {schema.name: schema for schema in PROGRAMME_TABLES}
    settle(book, "Programme", Title="Joint services", First_year="2011/12", Years=3, Units="£000")
    fill(book, tables["Partners"], {"Code": "NORTH", "Name": "Northshire"},
         {"Code": "SOUTH", "Name": "Southshire"})  # fmt: skip
    fill(book, tables["Services"], {"Service": "ICT", "Strand": "Corporate", "Basis": "Baseline"})
    for name in ("Baseline", "Drivers"):
        sheet = book[name]
        empty = [cell for cell in sheet[header_row(sheet, tables[name])] if cell.value is None]
        empty[0].value, empty[1].value = "NORTH", "SOUTH"
    fill(book, tables["Baseline"], {"Service": "ICT", "NORTH": 600_000, "SOUTH": 400_000.5})
    fill(book, tables["Drivers"], {"Driver": "Staff", "Year": "2011/12", "NORTH": 1, "SOUTH": 2})
    fill(book, tables["Departments"], {"Department": "Resources"})
    fill(book, tables["Assumptions"], {"Ref": "A1", "Assumption": "Prices hold"})
    saved(book, path)


def filled_return(path: Path, programme: Programme | None) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template_return(programme)))
    settle(book, COVER.name, Department="Resources", Date=datetime(2012, 3, 30), Status="Final")
    years = programme.year_labels if programme else ("2012/13", "2013/14")
    line = {"Line ref": "ICT-01", "Project code": "P1", "Description": "Fewer servers",
            "Service": "ICT", "Category": "Cashable saving",
            years[0]: -100, years[1]: -120.5, **dict.fromkeys(years[2:], 0)}  # fmt: skip
    cost = line | {"Line ref": "ICT-02", "Category": "One-off cost", "Basis": "Staff",
                   years[0]: 50, years[1]: None}  # fmt: skip
    fill(book, SAVINGS, line, cost)
    tables = {schema.name: schema for schema in RETURN_TABLES}
    fill(book, tables["Projects"], {"Project code": "P1", "Project title": "Servers"})
    fill(book, tables["Risks"], {"Risk": "Late delivery", "Likelihood": 2, "Impact": 3})
    fill(book, tables["Benefits"], {"Benefit": "Less noise", "Criterion": "Quality"})
    saved(book, path)


def test_filled_templates_are_reported_without_an_issue(tmp_path: Path) -> None:
    filled_programme(tmp_path / "programme.xlsx")
    alone = outcome_of(tmp_path).results
    assert alone is not None
    filled_return(tmp_path / "returns" / "resources.xlsx", alone.programme)
    outcome = outcome_of(tmp_path)
    assert [str(issue.at) + issue.problem for issue in outcome.issues] == []
    assert outcome.results is not None
    totals = outcome.results.register.groupby("line_ref")["total_pence"].sum().to_dict()
    assert totals == {"ICT-01": -2 * 22_050_000, "ICT-02": 2 * 5_000_000}
    assert set(outcome.results.narrative) >= {"Projects", "Risks", "Benefits", "Assumptions"}


def test_openpyxl_keeps_the_drop_downs(tmp_path: Path) -> None:
    filled_return(tmp_path / "a.xlsx", None)
    again = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = again["Savings"]
    rule = rule_at(sheet, f"{column(sheet, SAVINGS, 'Category')}{header_row(sheet, SAVINGS) + 1}")
    assert rule.formula1 == "List_category"
    assert "List_category" in again.defined_names
