"""Answered warnings, as a department and the programme's team give them: in a checked copy that is
sent back, and in Answers."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from tests.builders import Programme, Return, read_table
from tests.end_to_end.commands import Said, report
from tests.long import quick_cases
from tests.report.libreoffice import SOFFICE, needs_libreoffice
from tests.running import outcome_of

SUMMARY = "programme-summary.xlsx"
REASON = "A rebate falls due in 2013/14: agreed with the supplier."


@pytest.fixture(scope="module")
def once_reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reported")
    programme().write(folder / "inputs" / "one")
    finance().write(folder / "inputs" / "one", "finance.xlsx")
    run(folder / "inputs" / "one", folder / "outputs")
    return folder


@pytest.fixture
def inputs(tmp_path: Path, once_reported: Path) -> Path:
    """The return of ``finance``; a copy for each test."""
    shutil.copytree(once_reported / "inputs", tmp_path / "inputs")
    return tmp_path / "inputs" / "one"


@pytest.fixture
def outputs(tmp_path: Path, once_reported: Path) -> Path:
    """Its report; a copy for each test."""
    shutil.copytree(once_reported / "outputs", tmp_path / "outputs")
    return tmp_path / "outputs"


def programme() -> Programme:
    return Programme(reference="BLH-1")


def finance(amount: float = 250, *, above: int = 0) -> Return:
    """A return with a saving above zero, L1; ``above``: lines without fault above it."""
    sent = Return("Finance")
    for number in range(above):
        sent.line([-1, -1, -1], line_ref=f"A{number}", category="Cashable saving")
    sent.line([-100, amount, -100], line_ref="L1", category="Cashable saving", description="Desks")
    return sent


def run(inputs: Path, outputs: Path) -> Said:
    said = report(inputs.parent, outputs)
    assert said.status == 0, said.all
    return said


def warnings(outputs: Path) -> list[tuple[object, ...]]:
    """Rule, cell, answer and who gave it, of every issue."""
    rows = read_table(outputs / "one" / SUMMARY, "Issues")
    return [
        (row["Rule"], row["Cell"], row["Answer"], row["Answered by"])
        for row in rows
        if row["Severity"] != "None"
    ]


def found(inputs: Path) -> list[tuple[str, str, str, str]]:
    """The same, as a report would say it, without one."""
    return [
        (issue.rule, issue.at.cell, issue.answer, issue.answered_by)
        for issue in outcome_of(inputs).issues
    ]


def answer(path: Path, reason: str = REASON, by: str = "A. Treasurer") -> None:
    """Fill in the answer of the first issue of a workbook with a sheet Issues."""
    book = openpyxl.load_workbook(path)
    sheet = book["Issues"]
    (head,) = (row for row in sheet.iter_rows() if row[0].value == "Severity")
    columns = {cell.value: cell.column for cell in head}
    sheet.cell(head[0].row + 1, columns["Answer"]).value = reason
    sheet.cell(head[0].row + 1, columns["Answered by"]).value = by
    book.save(path)


def sent_back(inputs: Path, outputs: Path, name: str = "finance.xlsx") -> Path:
    """The checked copy of finance.xlsx in its place, as the return, under a name."""
    copy = outputs / "one" / "returns" / "finance.xlsx"
    (inputs / "finance.xlsx").unlink()
    return Path(shutil.copy(copy, inputs / name))


def pasted(outputs: Path, folder: Path, **changes: object) -> None:
    """programme.xlsx with the rows of validation-report.xlsx's Issues pasted into Answers, the
    first one answered; ``changes``: by heading, what else is written there."""
    book = openpyxl.load_workbook(outputs / "one" / "validation-report.xlsx")
    (area,) = (table.ref for table in book["Issues"].tables.values())
    headings, *rows = ([cell.value for cell in row] for row in book["Issues"][area])
    answered = dict(zip(headings, rows[0], strict=True))
    answered |= {"Answer": REASON, "Answered by": "Programme office", **changes}
    one = programme()
    one.answer({str(name): value for name, value in answered.items()})
    one.write(folder)


def test_a_copy_that_is_sent_back_answers_its_warning(inputs: Path, outputs: Path) -> None:
    assert warnings(outputs) == [("sign", "J2", None, None)]
    answer(sent_back(inputs, outputs))
    said = run(inputs, outputs)
    assert warnings(outputs) == [("sign", "J2", REASON, "A. Treasurer")]
    assert "Warnings 0" in " ".join(said.out.split())
    assert "Warnings answered 1" in " ".join(said.out.split())
    (row,) = read_table(outputs / "one" / SUMMARY, "Returns")
    assert (row["Warnings"], row["Answered"]) == (0, 1)
    cover = {r["Item"]: r["Detail"] for r in read_table(outputs / "one" / SUMMARY, "Status")}
    assert cover["Issues"] == "No errors and no warnings; 1 warning more answered."


def test_an_answered_warning_is_listed_and_not_marked_again(inputs: Path, outputs: Path) -> None:
    pasted(outputs, inputs)
    run(inputs, outputs)
    copy = openpyxl.load_workbook(outputs / "one" / "returns" / "finance.xlsx")
    assert copy["Savings"]["J2"].comment is None
    assert REASON in [cell.value for row in copy["Issues"].iter_rows() for cell in row]
    assert warnings(outputs) == [("sign", "J2", REASON, "Programme office")]


def test_rows_of_the_validation_report_paste_into_answers_as_they_are(
    inputs: Path, outputs: Path
) -> None:
    pasted(outputs, inputs)
    assert found(inputs) == [("sign", "J2", REASON, "Programme office")]


def test_it_holds_when_the_row_moves_and_the_file_is_renamed(inputs: Path, outputs: Path) -> None:
    pasted(outputs, inputs)
    (inputs / "finance.xlsx").unlink()
    finance(above=3).write(inputs, "2012/Finance FINAL.xlsx")
    assert found(inputs) == [("sign", "J5", REASON, "Programme office")]


@quick_cases(1)
@pytest.mark.parametrize("amount", [251, 2_500])
def test_it_lapses_when_the_value_changes(inputs: Path, outputs: Path, amount: float) -> None:
    pasted(outputs, inputs)
    finance(amount).write(inputs, "finance.xlsx")
    issues = found(inputs)
    assert ("sign", "J2", "", "") in issues
    assert [rule for rule, *_ in issues] == ["sign", "unused-answer"]


def test_it_lapses_when_another_amount_of_the_line_changes(inputs: Path, outputs: Path) -> None:
    pasted(outputs, inputs)
    changed = Return("Finance")
    changed.line([-999, 250, -100], line_ref="L1", category="Cashable saving", description="Desks")
    changed.write(inputs, "finance.xlsx")
    assert {rule for rule, *_ in found(inputs)} == {"sign", "unused-answer"}


def test_of_several_answers_the_programmes_holds(inputs: Path, outputs: Path) -> None:
    pasted(outputs, inputs, Answer="Not agreed yet.")
    answer(sent_back(inputs, outputs))
    assert found(inputs) == [("sign", "J2", "Not agreed yet.", "Programme office")]


def test_an_error_can_not_be_answered(inputs: Path, outputs: Path) -> None:
    broken = Return("Finance")
    broken.line([1, "TBC", 3], line_ref="L1")
    broken.write(inputs, "finance.xlsx")
    run(inputs, outputs)
    pasted(outputs, inputs)
    assert [(rule, said) for rule, _, said, _ in found(inputs)] == [
        ("amount-not-number", ""),
        ("unused-answer", ""),
    ]


def test_a_departments_own_sheet_called_issues_is_left_alone(inputs: Path) -> None:
    book = openpyxl.load_workbook(inputs / "finance.xlsx")
    sheet = book.create_sheet("Issues")
    sheet.append(["Issue", "Who"])
    sheet.append(["The lease ends", "Ann"])
    book.save(inputs / "finance.xlsx")
    assert found(inputs) == [("sign", "J2", "", "")]


@needs_libreoffice
def test_the_round_trip_goes_through_libreoffice_too(inputs: Path, outputs: Path) -> None:
    path = sent_back(inputs, outputs)
    answer(path)
    profile = outputs / "profile"
    subprocess.run(
        [
            str(SOFFICE),
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            *("--convert-to", "xlsx", "--outdir", str(outputs / "again"), str(path)),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    shutil.copy(outputs / "again" / "finance.xlsx", path)
    run(inputs, outputs)
    assert ("sign", "J2", REASON, "A. Treasurer") in warnings(outputs)
    assert "unused-answer" not in {rule for rule, *_ in warnings(outputs)}
