"""A new programme by form: what is typed is what is read; what is wrong is said at its field."""

import io
from pathlib import Path

import openpyxl
import pytest

from pipeline.core.outputs import PARTNERS
from pipeline.ingest.control import read_control
from pipeline.page.set_up import NotSetUpError, create, draft, folder_name, typed

FORM = {
    "Programme.title": "Joint services",
    "Programme.first_year": "2012/13",
    "Programme.years": "3",
    "Programme.discount_rate": "3.5%",
    "Programme.units": "£000",
    "Partners.0.code": "HCC",
    "Partners.0.name": "Hampshire County Council",
    # A row that is left blank between two others.
    "Partners.1.code": "",
    "Partners.2.code": "HFRS",
    "Partners.2.name": "Hampshire Fire",
    "Services.0.service": "ICT",
    "Services.0.strand": "Corporate",
    "Services.0.basis": "Baseline",
    "Services.1.service": "Fleet",
    "Services.1.strand": "Operations",
    "Services.1.basis": "Vehicles",
    "Baseline.0.service": "ICT",
    "Baseline.0.#HCC": "5,400,000",
    "Baseline.0.#HFRS": "£1200000.50",
    "Drivers.0.driver": "Vehicles",
    "Drivers.0.#HCC": "12",
    "Drivers.0.#HFRS": "88",
    "Drivers.0.as_at": "31/03/2012",
    "Departments.0.department": "Corporate Resources",
    "Departments.0.due": "30 March 2012",
    "Gap.0.partner": "HCC",
    "Gap.0.#2013/14": "250000",
}


def issues(**changes: str) -> dict[str, list[str]]:
    """The rules that are broken, by field, where the form is filled in otherwise."""
    form = FORM | {name.replace("__", "."): value for name, value in changes.items()}
    return {name: [each.rule for each in of] for name, of in draft(typed(form)).issues.items()}


def test_what_is_typed_is_what_is_read() -> None:
    of_form = draft(typed(FORM))
    assert of_form.issues == {}
    assert of_form.is_ready
    programme = of_form.control.programme
    assert programme is not None
    assert programme.title == "Joint services"
    assert programme.year_labels == ("2012/13", "2013/14", "2014/15")
    assert programme.codes == ("HCC", "HFRS")
    assert programme.pounds_per_unit == 1000
    assert [(each.name, each.strand, each.basis) for each in programme.services] == [
        ("ICT", "Corporate", "Baseline"),
        ("Fleet", "Operations", "Vehicles"),
    ]
    assert [each.department for each in programme.expected] == ["Corporate Resources"]
    assert programme.gap[0] == (0, 250_000_00, 0)
    sheet = openpyxl.load_workbook(io.BytesIO(of_form.content))["Baseline"]
    values = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {"HCC", "HFRS", 5_400_000, 1_200_000.5} <= set(values)


def test_the_workbook_is_the_template_filled_in() -> None:
    book = openpyxl.load_workbook(io.BytesIO(draft(typed(FORM)).content))
    assert "Answers" in book.sheetnames
    assert "Layouts" in book.sheetnames
    assert book["Services"].data_validations.dataValidation


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"Programme__first_year": "2012"}, "Programme.first_year", "bad-setting"),
        ({"Programme__units": "euro"}, "Programme.units", "bad-setting"),
        ({"Partners__2__code": "H FRS"}, "Partners.2.code", "bad-setting"),
        ({"Partners__2__name": ""}, "Partners.2.name", "bad-setting"),
        ({"Services__1__basis": "Cars"}, "Services.1.basis", "unknown-basis"),
        ({"Baseline__0__service": "IT"}, "Baseline.0.service", "unknown-service"),
        ({"Baseline__0__#HCC": "lots"}, "Baseline.0.#HCC", "bad-baseline"),
        ({"Drivers__0__#HCC": "-1"}, "Drivers.0.#HCC", "bad-driver"),
        ({"Gap__0__#2013/14": "TBC"}, "Gap.0.#2013/14", "bad-setting"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changes: dict[str, str], field: str, rule: str) -> None:
    assert rule in issues(**changes)[field]


@pytest.mark.parametrize(
    ("table", "column", "row", "problem"),
    [
        ("Partners", "code", {"name": "Police"}, "The code “{}” stands in row 1 already."),
        ("Partners", "name", {"code": "HP"}, "The name “{}” stands in row 1 already."),
        ("Services", "service", {"strand": "IT"}, "The service “{}” stands in row 1 already."),
        ("Drivers", "driver", {"#HCC": "1"}, "“{}” stands in row 1 already, which holds."),
        ("Baseline", "service", {"#HCC": "1"}, "“{}” stands in row 1 already, which holds."),
        (
            "Gap",
            "partner",
            {},
            "“{}” stands in row 1 already: no budget gap is shown until it is right.",
        ),
        ("Confidence", "rating", {"weight": "0.5"}, "“{}” stands in row 1 already."),
        ("Tags", "heading", {"kind": "Number"}, "“{}” stands in row 1 already."),
    ],
)
def test_what_is_there_twice_is_named_by_the_row_of_the_form(
    table: str, column: str, row: dict[str, str], problem: str
) -> None:
    """The cells of the workbook behind it are seen by nobody."""
    first = {f"{table}.0.{name}": text for name, text in {**row, column: "Stage"}.items()}
    form = {**first, **FORM}
    word = form[f"{table}.0.{column}"]
    again = {f"{table}.5.{name}": text for name, text in {**row, column: word}.items()}
    issues = draft(typed(form | again)).issues
    said = [each.problem for field in issues for each in issues[field] if f"{table}.5." in field]
    assert problem.format(word) in said, issues


def test_rows_that_are_left_blank_count_in_the_form() -> None:
    again = {"Partners.4.code": "HFRS", "Partners.4.name": "Another"}
    (issue,) = draft(typed(FORM | again)).issues["Partners.4.code"]
    assert issue.problem == "The code “HFRS” stands in row 3 already."


@pytest.mark.parametrize("code", ["hfrs", "Service", "YEAR"])
def test_a_code_that_can_head_no_column_is_told_of_at_its_own_field_alone(code: str) -> None:
    again = {"Partners.4.code": code, "Partners.4.name": "Another"}
    assert set(draft(typed(FORM | again)).issues) == {"Partners.4.code"}


def test_what_is_missing_is_said() -> None:
    nothing = draft(typed({}))
    assert not nothing.is_ready
    # Each at the field where it is to be typed.
    missing = {field: [each.rule for each in of] for field, of in nothing.issues.items()}
    fields = ("Programme.title", "Programme.first_year", "Partners.0.code", "Services.0.service")
    assert missing == {field: ["bad-setting"] for field in fields}
    # A form has no sheets: what is to be filled in is named, and so is what else a field needs.
    (title,) = nothing.issues["Programme.title"]
    assert title.remedy == "Enter Title in Programme, e.g. Joint services."
    wrong = {"Services.1.basis": "Cars", "Baseline.0.service": "IT", "Partners.2.code": "H FRS"}
    of_all = (draft(typed(FORM | wrong)), nothing)
    every = [each for one in of_all for of in one.issues.values() for each in of]
    assert len(every) > 6
    assert not [each for each in every if " sheet" in f"{each.problem} {each.remedy}".lower()]
    with pytest.raises(NotSetUpError):
        create(Path("nowhere"), "New", nothing)


def test_fields_of_no_form_of_ours_are_left_out() -> None:
    hostile = {
        "Programme.nothing": "x",
        "Answers.0.rule": "sign",
        "Partners.99999.code": "x",
        "Partners.-1.code": "x",
        "Partners.0.#HCC": "1",
        "Savings.0.x": "1",
        "": "x",
    }
    assert typed(hostile).tables == {}
    assert typed(hostile).settings == {}


def test_a_formula_is_a_text() -> None:
    programme = draft(typed(FORM | {"Programme.title": '=HYPERLINK("http://x")'})).control.programme
    assert programme is not None
    assert programme.title == '=HYPERLINK("http://x")'


def test_the_programme_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    of_form = draft(typed(FORM))
    folder = create(tmp_path, folder_name("", "Joint services"), of_form)
    assert folder == tmp_path / "Joint services"
    assert [each.name for each in folder.iterdir()] == ["programme.xlsx"]
    content = (folder / "programme.xlsx").read_bytes()
    assert read_control("programme.xlsx", content).title == "Joint services"
    (folder / "return.xlsx").write_bytes(b"x")
    for name in ("Joint services", "JOINT SERVICES"):
        with pytest.raises(NotSetUpError, match="already"):
            create(tmp_path, name, of_form)
    assert (folder / "programme.xlsx").read_bytes() == content


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("../../etc", "etc"),
        ("a/b\\c", "a b c"),
        ("CON", "CON_"),
        (".hidden", "hidden"),
        ("x\0y", "x\ufffdy"),
        ("", "Joint services"),
        ("long " * 50, ("long " * 12).strip()),
    ],
)
def test_a_folder_has_a_name_that_every_system_takes(name: str, folder: str) -> None:
    assert folder_name(name, "Joint services") == folder


@pytest.mark.parametrize("name", [PARTNERS, "Templates", "~$joint"])
def test_some_names_are_kept_for_the_reports(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotSetUpError):
        create(tmp_path, name, draft(typed(FORM)))
    assert list(tmp_path.iterdir()) == []
