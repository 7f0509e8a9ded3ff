"""What a resubmission changes, as ``validate`` says it: against the report that stands there."""

import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.builders import Programme, Return, read_tables
from tests.end_to_end.commands import report, validate

VALIDATION = "validation-report.xlsx"


@pytest.fixture(scope="module")
def once_reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    whole = tmp_path_factory.mktemp("reported")
    folder = whole / "inputs" / "one"
    Programme(scenarios="Best case, Worst case").write(folder)
    finance(folder)
    fleet = Return("Fleet")
    fleet.line([9, 9, 9], service="Fleet")
    fleet.write(folder, "fleet.xlsx")
    assert report(whole / "inputs", whole / "outputs").status == 0
    return whole


@pytest.fixture
def inputs(tmp_path: Path, once_reported: Path) -> Path:
    """The inputs of a report that stands in ``outputs`` beside them: a copy for each test."""
    shutil.copytree(once_reported, tmp_path, dirs_exist_ok=True)
    return tmp_path / "inputs"


def finance(folder: Path, name: str = "finance.xlsx", *, later: bool = False) -> None:
    """The return of Finance, as it was and as it comes again."""
    book = Return("Finance")
    book.line([100, 200, 300], line_ref="F1", category="Recurring cost")
    if later:
        book.line([100, 250, 300], line_ref="F2", scenario="Best case", owner="Jo")
        book.line([-5, -5, -5], line_ref="F4", category="Cashable saving", scenario="Worst case")
        book.line([1, "TBC", 1], line_ref="F5", scenario="Best case")
    else:
        book.line([100, 200, 300], line_ref="F2", scenario="Best case")
        book.line([7, 7, 7], line_ref="F3", scenario="Worst case")
        book.line([1, 1, 1], line_ref="F5", scenario="Best case")
    book.write(folder, name)


def changes(outputs: Path) -> list[tuple[object, ...]]:
    rows = read_tables(outputs / "one" / VALIDATION).get("Changes", [])
    return [tuple(row.values()) for row in rows]


def test_lines_new_gone_and_changed_are_said_with_their_amounts(
    inputs: Path, tmp_path: Path
) -> None:
    finance(inputs / "one", later=True)
    said = validate(inputs, tmp_path / "outputs")
    assert (
        "Against the last report, finance.xlsx: 1 line new, 1 line changed, 1 line gone and 1 line "
        "rejected; all years together Best case +£47, Worst case (£36)."
    ) in said.out
    assert "Changed: F2, Best case: £600 → £650 (Owner, 2013/14)" in said.out
    assert "New: F4, Worst case: (£15)" in said.out
    assert "Gone: F3, Worst case: £21" in said.out
    assert "Rejected: F5, Best case: £3" in said.out
    assert "fleet.xlsx" not in said.out
    assert changes(tmp_path / "outputs") == [
        ("finance.xlsx", "F2", "Best case", "Changed", "Owner, 2013/14", 600, 650, 50),
        ("finance.xlsx", "F4", "Worst case", "New", None, None, -15, -15),
        ("finance.xlsx", "F3", "Worst case", "Gone", None, 21, None, -21),
        ("finance.xlsx", "F5", "Best case", "Rejected", None, 3, None, -3),
    ]


def test_the_same_returns_change_nothing(inputs: Path, tmp_path: Path) -> None:
    path = tmp_path / "outputs" / "one" / VALIDATION
    before = path.read_bytes()
    assert "Against" not in validate(inputs, tmp_path / "outputs").out
    assert path.read_bytes() == before


def test_a_return_under_another_name_is_its_departments(inputs: Path, tmp_path: Path) -> None:
    (inputs / "one" / "finance.xlsx").unlink()
    finance(inputs / "one", "Finance second.xlsx", later=True)
    assert {row[0] for row in changes_of(inputs, tmp_path)} == {"Finance second.xlsx"}


def changes_of(inputs: Path, tmp_path: Path) -> list[tuple[object, ...]]:
    validate(inputs, tmp_path / "outputs")
    return changes(tmp_path / "outputs")


def test_a_return_that_is_no_longer_sent_takes_its_lines_along(
    inputs: Path, tmp_path: Path
) -> None:
    (inputs / "one" / "fleet.xlsx").unlink()
    said = validate(inputs, tmp_path / "outputs")
    assert "fleet.xlsx, which is no longer sent: 1 line gone" in said.out
    assert [row[:4] for row in changes(tmp_path / "outputs")] == [
        ("fleet.xlsx", "FLE-1", "Best case", "Gone"),
        ("fleet.xlsx", "FLE-1", "Worst case", "Gone"),
    ]


def test_one_return_alone_says_what_it_changes(inputs: Path, tmp_path: Path) -> None:
    finance(tmp_path, "new.xlsx", later=True)
    said = validate(
        inputs, tmp_path / "outputs", "--return", tmp_path / "new.xlsx", "--programme", "one"
    )
    assert "Against the last report, new.xlsx: 1 line new, 1 line changed, 1 line gone" in said.out
    assert "fleet" not in said.out


def test_before_the_first_report_there_is_nothing_to_compare(tmp_path: Path) -> None:
    Programme().write(tmp_path / "inputs")
    finance(tmp_path / "inputs")
    assert "Against" not in validate(tmp_path / "inputs", tmp_path / "outputs").out


def test_a_register_that_somebody_has_changed_is_not_compared_with(
    inputs: Path, tmp_path: Path
) -> None:
    register = tmp_path / "outputs" / "one" / "data" / "register.csv"
    register.write_bytes(register.read_bytes().replace(b"300.00", b"301.00"))
    finance(inputs / "one", later=True)
    assert "Against" not in validate(inputs, tmp_path / "outputs").out


def test_hundreds_of_changes_are_in_the_report(inputs: Path, tmp_path: Path) -> None:
    book = Return("Finance")
    for number in range(40):
        book.line([number + 1, 2, 3], line_ref=f"N{number}", description="=1+1")
    book.write(inputs / "one", "finance.xlsx")
    said = validate(inputs, tmp_path / "outputs")
    assert "New: N0, Best case and Worst case: £6" in said.out
    assert "24 more are on the sheet Changes of validation-report.xlsx." in said.out
    book_there = openpyxl.load_workbook(tmp_path / "outputs" / "one" / VALIDATION)
    assert book_there["Changes"].max_row > 80
