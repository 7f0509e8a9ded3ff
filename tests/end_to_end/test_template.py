"""The blank workbooks: filled in as a person would, they are reported without an issue."""

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from schemas.programme import PROGRAMME_TABLES
from schemas.returns import OF_NEXT_RETURNS, RETURN_TABLES
from tests.builders import Programme, issues_in, read_table, read_tables
from tests.end_to_end.commands import contents, report, template

SUMMARY = "programme-summary.xlsx"
YEARS = ("2024/25", "2025/26", "2026/27")

Cells = Mapping[str, object]


# Filling in


def header_row(sheet: Worksheet, headings: Sequence[str]) -> int:
    """The row that has these headings: where a person looks for the place to write."""
    (row,) = (
        row[0].row
        for row in sheet.iter_rows()
        if set(headings) <= {cell.value for cell in row if cell.value is not None}
    )
    return int(row)


def fill(sheet: Worksheet, *rows: Cells) -> None:
    """Write rows below the headings."""
    header = header_row(sheet, list(rows[0]))
    columns = {cell.value: cell.column for cell in sheet[header]}
    for place, row in enumerate(rows, start=header + 1):
        for heading, value in row.items():
            cell = sheet.cell(place, columns[heading])
            assert cell.value is None, f"{sheet.title}!{cell.coordinate} is not blank"
            cell.value = value


def head(sheet: Worksheet, after: str, *headings: str) -> None:
    """Type headings of one's own into the blank heading cells."""
    header = header_row(sheet, [after])
    columns = {cell.value: cell.column for cell in sheet[header]}
    for place, heading in enumerate(headings, start=columns[after] + 1):
        cell = sheet.cell(header, place)
        assert cell.value is None
        cell.value = heading


def choose(sheet: Worksheet, values: Cells) -> None:
    """Write settings into the column Value."""
    for row in sheet.iter_rows():
        if row[0].value in values:
            assert row[1].value is None
            row[1].value = values[row[0].value]
    assert values.keys() <= {cell.value for cell in sheet["A"]}


def filled_programme(blank: Path, path: Path) -> None:
    book = openpyxl.load_workbook(blank)
    choose(
        book["Programme"],
        {
            "Title": "Shared desks",
            "Reference": "SD 7",
            "First year": "2024/25",
            "Years": 3,
            "Units": "£000",
            "Discount rate": 0.035,
            "Price base": "2024/25 prices",
        },
    )
    fill(
        book["Partners"],
        {"Code": "A", "Name": "Alpha Council"},
        {"Code": "B", "Name": "Beta Police"},
    )
    fill(
        book["Services"],
        {"Service": "ICT", "Strand": "Corporate", "Basis": "Baseline"},
        {"Service": "Fleet", "Strand": "Operations", "Basis": "Vehicles"},
        {"Service": "Legal", "Strand": "Operations", "Basis": "Not agreed"},
    )
    head(book["Baseline"], "As at", "A", "B")
    fill(
        book["Baseline"],
        {"Service": "ICT", "A": 6_000_000, "B": 4_000_000},
        {"Service": "Fleet", "A": 1_500_000.50, "B": 2_500_000},
        {"Service": "Legal", "A": 300_000},
    )
    head(book["Drivers"], "As at", "A", "B")
    fill(
        book["Drivers"],
        {"Driver": "Vehicles", "A": 30, "B": 10},
        {"Driver": "Vehicles", "Service": "Fleet", "A": 20, "B": 60},
        {"Driver": "Vehicles", "Service": "Fleet", "Year": "2026/27", "A": 40, "B": 40},
    )
    fill(
        book["Departments"],
        {"Department": "Corporate", "Contact": "Jo", "Due": date(2024, 3, 28)},
        {"Department": "Transport"},
    )
    fill(book["Assumptions"], {"Ref": "A1", "Assumption": "Pay awards of 2%", "Owner": "Jo"})
    book.save(path)


def filled_return(
    blank: Path, path: Path, department: str, lines: Sequence[Cells], **others: Sequence[Cells]
) -> None:
    book = openpyxl.load_workbook(blank)
    choose(
        book["Cover"],
        {"Department": department, "Date": date(2024, 3, 20), "Status": "Draft"},
    )
    fill(book["Savings"], *lines)
    for name, rows in others.items():
        fill(book[name], *rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """From nothing to a report, the way a new user goes; the folder with inputs and outputs."""
    folder = tmp_path_factory.mktemp("template")
    inputs, outputs = folder / "inputs", folder / "outputs"
    inputs.mkdir()
    assert template(inputs, outputs).status == 0

    own = inputs / "shared desks"
    own.mkdir()
    filled_programme(outputs / "templates" / "programme.xlsx", own / "programme.xlsx")
    assert template(inputs, outputs).status == 0

    blank = outputs / "templates" / "shared desks" / "return.xlsx"
    build = {"Line ref": "C1", "Project code": "P-1", "Description": "Building one network"}
    team = {"Line ref": "C2", "Project code": "P-1", "Description": "One team", "Service": "ICT"}
    filled_return(
        blank,
        own / "Corporate.xlsx",
        "Corporate",
        [
            {**build, "Service": "ICT", "Category": "One-off cost", "2024/25": 100},
            {
                **team,
                "Category": "Cashable saving",
                "Scenario": "Best case",
                "2025/26": -50,
                "2026/27": -80.5,
            },
            {
                **team,
                "Category": "Cashable saving",
                "Scenario": "Worst case",
                "2025/26": -20,
                "2026/27": -40,
            },
            {
                "Line ref": "C3",
                "Description": "Counsel's fees",
                "Service": "Legal",
                "Category": "Recurring cost",
                "2026/27": 10,
                "Funding": "Revenue",
            },
        ],
        Projects=[{"Project code": "P-1", "Project title": "One network", "Service": "ICT"}],
        Risks=[{"Risk ref": "R1", "Project code": "P-1", "Risk": "Delay", "Likelihood": 2}],
        Benefits=[{"Project code": "P-1", "Benefit": "Fewer faults", "Criterion": "Quality"}],
        Dependencies=[{"Project code": "P-1", "Depends on": "The new lease"}],
        Milestones=[{"Project code": "P-1", "Milestone": "Live", "Planned": date(2025, 4, 1)}],
        Delivery=[{"Line ref": "C2", "Year": "2025/26", "Forecast": -45, "RAG": "Amber"}],
        Assumptions=[{"Ref": "A2", "Assumption": "The lease is signed"}],
    )
    # The blank return for any programme: its years are not ours, so they are typed over.
    book = openpyxl.load_workbook(outputs / "templates" / "return.xlsx")
    header = header_row(book["Savings"], ["Line ref"])
    first = next(cell.column for cell in book["Savings"][header] if cell.value == "2012/13")
    for place in range(5):
        book["Savings"].cell(header, first + place).value = (*YEARS, None, None)[place]
    book.save(folder / "typed over.xlsx")
    filled_return(
        folder / "typed over.xlsx",
        own / "sent in" / "transport.xlsx",
        "Transport",
        [
            {
                "Line ref": "T1",
                "Description": "Fewer vans",
                "Service": "Fleet",
                "Category": "Cashable saving",
                "2025/26": -40,
                "2026/27": -40,
            },
            {
                "Line ref": "T2",
                "Description": "Depot closed",
                "Service": "Fleet",
                "Category": "Cost avoidance",
                "Basis": "Direct",
                "Partner": "B",
                "2024/25": -7,
            },
        ],
    )
    said = report(inputs, outputs, "--strict")
    assert (said.status, said.err) == (0, "")
    return folder


def test_what_was_filled_in_is_reported_without_an_issue(reported: Path) -> None:
    path = reported / "outputs" / "shared desks" / SUMMARY
    assert issues_in(path) == []
    tables = read_tables(path)
    assert {row["Result"] for row in tables["Controls"]} == {"Pass"}
    assert [row["Workbook"] for row in tables["Sources"]] == [
        *("Corporate.xlsx", "programme.xlsx", "sent in/transport.xlsx"),
    ]
    for name, count in {"Projects": 1, "Risks": 1, "Benefits": 1, "Milestones": 1}.items():
        assert len(tables[name]) == count
    assert len(tables["Dependencies"]) == 1
    assert {row["Ref"] for row in tables["Assumptions"]} == {"A1", "A2"}


def test_its_figures_are_right(reported: Path) -> None:
    rows = read_table(reported / "outputs" / "shared desks" / SUMMARY, "Summary")
    found = {
        (row["Strand"], row["Organisation"]): (
            row["One-off: Best case"],
            row["One-off: Worst case"],
            row["Annual cashable: Best case"],
            row["Annual cashable: Worst case"],
            row["Return on investment"],
        )
        for row in rows
    }
    waiting = (0, 0, 10_000, 10_000, "No payback")
    assert found == {
        ("Corporate", "Total programme"): (100_000, 100_000, -80_500, -40_000, "2 – 3 years"),
        ("Corporate", "Alpha Council"): (60_000, 60_000, -48_300, -24_000, "2 – 3 years"),
        ("Corporate", "Beta Police"): (40_000, 40_000, -32_200, -16_000, "2 – 3 years"),
        ("Operations", "Total programme"): (0, 0, -30_000, -30_000, "0 years"),
        ("Operations", "Alpha Council"): (0, 0, -20_000, -20_000, "0 years"),
        ("Operations", "Beta Police"): (0, 0, -20_000, -20_000, "0 years"),
        ("Operations", "Not yet apportioned"): waiting,
        ("All strands", "Total programme"): (100_000, 100_000, -110_500, -70_000, "0 – 2 years"),
        ("All strands", "Alpha Council"): (60_000, 60_000, -68_300, -44_000, "0 – 2 years"),
        ("All strands", "Beta Police"): (40_000, 40_000, -52_200, -36_000, "0 – 2 years"),
        ("All strands", "Not yet apportioned"): waiting,
    }


def test_weights_hold_from_the_year_that_they_bear(reported: Path) -> None:
    rows = read_table(reported / "outputs" / "shared desks" / SUMMARY, "Apportioned")
    vans = {
        row["Partner"]: (row["2025/26"], row["2026/27"])
        for row in rows
        if (row["Line ref"], row["Scenario"]) == ("T1", "Best case")
    }
    assert vans == {"A": (-10_000, -20_000), "B": (-30_000, -20_000)}


def test_the_least_that_must_be_filled_in_is_enough(tmp_path: Path, reported: Path) -> None:
    inputs, blank = tmp_path / "inputs", reported / "outputs" / "templates" / "programme.xlsx"
    inputs.mkdir()
    book = openpyxl.load_workbook(blank)
    choose(book["Programme"], {"Title": "Shared desks", "First year": "2024/25"})
    fill(book["Partners"], {"Code": "A", "Name": "Alpha Council"})
    fill(book["Services"], {"Service": "ICT", "Strand": "Corporate", "Basis": "Equal"})
    book.save(inputs / "programme.xlsx")
    assert template(inputs, tmp_path / "outputs").status == 0
    line = {"Line ref": 1, "Description": "One team", "Service": "ICT", "2028/29": -50}
    filled_return(
        tmp_path / "outputs" / "templates" / "return.xlsx",
        inputs / "ict.xlsx",
        "ICT",
        [{**line, "Category": "Cashable saving"}],
    )
    assert report(inputs, tmp_path / "outputs", "--strict").status == 0
    tables = read_tables(tmp_path / "outputs" / SUMMARY)
    assert tables["Issues"] == []
    assert {row["Annual cashable: Best case"] for row in tables["Summary"]} == {-50}


def test_an_untouched_return_holds_no_line(tmp_path: Path, reported: Path) -> None:
    inputs, templates = tmp_path / "inputs", reported / "outputs" / "templates"
    shutil.copytree(reported / "inputs" / "shared desks", inputs)
    (inputs / "Corporate.xlsx").unlink()
    (inputs / "sent in" / "transport.xlsx").unlink()
    shutil.copy(templates / "shared desks" / "return.xlsx", inputs / "untouched.xlsx")
    shutil.copy(templates / "return.xlsx", inputs / "untouched too.xlsx")
    assert report(inputs, tmp_path / "outputs").status == 0
    tables = read_tables(tmp_path / "outputs" / SUMMARY)
    assert tables["Register"] == tables["Excluded"] == []
    assert {row["Rule"] for row in tables["Issues"]} <= {"return-missing"}
    assert "Projects" not in tables or tables["Projects"] == []


def test_an_untouched_programme_stops_for_what_it_lacks(tmp_path: Path, reported: Path) -> None:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    shutil.copy(reported / "outputs" / "templates" / "programme.xlsx", inputs)
    said = report(inputs, tmp_path / "outputs")
    assert said.status == 1
    for words in ("Title", "First year", "0 partners", "no services"):
        assert words in said.err
    assert "Hampshire" not in said.err


# What the blank workbooks offer


@pytest.fixture(scope="module")
def templates(reported: Path) -> dict[str, Workbook]:
    folder = reported / "outputs" / "templates"
    return {
        "programme": openpyxl.load_workbook(folder / "programme.xlsx"),
        "return": openpyxl.load_workbook(folder / "return.xlsx"),
        "own": openpyxl.load_workbook(folder / "shared desks" / "return.xlsx"),
    }


def offered(book: Workbook, sheet: str, heading: str) -> list[object]:
    """What the drop-down below a heading, or beside a setting, offers; nothing where there is
    none."""
    names = [cell for row in book[sheet].iter_rows() for cell in row if cell.value == heading]
    cell = names[0]
    below = book[sheet].cell(cell.row + 1, cell.column)
    beside = book[sheet].cell(cell.row, cell.column + 1)
    place = beside if sheet in ("Programme", "Cover") else below
    for rule in book[sheet].data_validations.dataValidation:
        if place.coordinate in rule.sqref:
            if rule.type != "list":
                return []
            ((where, area),) = book.defined_names[rule.formula1].destinations
            return [cell.value for (cell,) in book[where][area]]
    raise AssertionError(f"{sheet}!{place.coordinate} takes anything and says nothing")


@pytest.mark.parametrize(
    ("book", "sheet", "heading", "words"),
    [
        ("programme", "Programme", "Units", ["£", "£000", "£m"]),
        ("programme", "Programme", "Savings sign", ["Negative", "Positive"]),
        ("programme", "Programme", "Profile", ["Annual", "Incremental"]),
        ("return", "Cover", "Status", ["Draft", "Final"]),
        ("return", "Savings", "Funding", ["Revenue", "Capital"]),
        ("return", "Benefits", "Criterion", ["Quality", "Resilience", "Efficiency"]),
        ("return", "Delivery", "RAG", ["Blue", "Green", "Amber", "Red", "Black"]),
        ("own", "Savings", "Service", ["ICT", "Fleet", "Legal"]),
        ("own", "Savings", "Scenario", ["Best case", "Worst case"]),
        ("own", "Savings", "Partner", ["A", "B"]),
        ("own", "Savings", "Paid by", ["A", "B"]),
        ("own", "Projects", "Service", ["ICT", "Fleet", "Legal"]),
    ],
)
def test_drop_downs(
    templates: dict[str, Workbook], book: str, sheet: str, heading: str, words: list[str]
) -> None:
    assert offered(templates[book], sheet, heading) == words


def test_drop_downs_of_categories_and_bases(templates: dict[str, Workbook]) -> None:
    assert len(offered(templates["return"], "Savings", "Category")) == 7
    fixed = ["Baseline", "Programme baseline", "Equal", "Direct", "Not agreed"]
    assert offered(templates["programme"], "Services", "Basis") == fixed
    assert offered(templates["own"], "Savings", "Basis") == [*fixed, "Vehicles"]


def test_a_programme_s_return_has_its_years(templates: dict[str, Workbook]) -> None:
    def years(book: Workbook) -> list[object]:
        header = header_row(book["Savings"], ["Line ref"])
        return [cell.value for cell in book["Savings"][header] if "/" in str(cell.value)]

    assert years(templates["own"]) == list(YEARS)
    assert years(templates["return"])[0] == "2012/13"


@pytest.mark.parametrize("book", ["programme", "return", "own"])
def test_each_heading_has_its_place_and_says_what_goes_there(
    templates: dict[str, Workbook], book: str
) -> None:
    tables = PROGRAMME_TABLES if book == "programme" else RETURN_TABLES
    for table in tables:
        sheet = templates[book][table.name]
        cells = {cell.value for row in sheet.iter_rows() for cell in row}
        asked = {field.heading for field in table.fields if field not in OF_NEXT_RETURNS}
        assert asked <= cells
        rules = sheet.data_validations.dataValidation
        assert len(rules) >= len(asked)
        assert all(rule.prompt and len(rule.prompt) <= 255 for rule in rules)
    assert all(sheet.sheet_state == "visible" for sheet in templates[book])


# The command


def test_templates_of_all_programmes_or_one(tmp_path: Path) -> None:
    inputs, outputs = tmp_path / "inputs", tmp_path / "outputs"
    for name in ("one", "north/two"):
        Programme(title=f"Title of {name}").write(inputs / name)
    both = {"programme.xlsx", "return.xlsx", "one/return.xlsx", "north/two/return.xlsx"}
    said = template(inputs, outputs)
    assert (said.status, said.err) == (0, "")
    assert set(contents(outputs / "templates")) == both
    assert f"Written: {outputs / 'templates' / 'one' / 'return.xlsx'}" in said.out
    before = contents(outputs)

    said = template(inputs, outputs, "--programme", "Title of one")
    assert said.status == 0
    assert "north" not in said.out
    assert contents(outputs) == before  # the same bytes, and nobody's template is taken away


def test_a_programme_called_templates_keeps_its_report(tmp_path: Path) -> None:
    inputs, outputs = tmp_path / "inputs", tmp_path / "outputs"
    Programme().write(inputs / "templates")
    assert report(inputs, outputs).status == 0
    before = contents(outputs / "templates")
    assert template(inputs, outputs).status == 0
    assert report(inputs, outputs).status == 0
    assert before.items() <= contents(outputs / "templates").items()


def test_templates_where_one_programme_has_errors(tmp_path: Path) -> None:
    inputs, outputs = tmp_path / "inputs", tmp_path / "outputs"
    Programme().write(inputs / "good")
    Programme(years="many").write(inputs / "wrong")
    said = template(inputs, outputs)
    assert said.status == 1
    assert "There is no return for wrong: its control workbook has errors" in said.err
    assert set(contents(outputs / "templates")) == {
        *("programme.xlsx", "return.xlsx", "good/return.xlsx"),
    }


def test_templates_without_an_inputs_folder(tmp_path: Path) -> None:
    said = template(tmp_path / "inputs", tmp_path / "outputs")
    assert (said.status, said.err) == (0, "")
    assert set(contents(tmp_path / "outputs" / "templates")) == {"programme.xlsx", "return.xlsx"}
