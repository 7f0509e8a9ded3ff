"""The returns board: which department has sent what, and in which state it is."""

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from pipeline.core.intake import Intake, intake
from pipeline.overview import overview_of
from pipeline.report import findings
from pipeline.report.sheets import board, checks
from pipeline.report.spec import Tone
from tests.builders import Programme, Return, read_table
from tests.end_to_end.commands import report
from tests.running import outcome_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A programme with a department in each state."""
    folder = tmp_path_factory.mktemp("inputs")
    programme = Programme(plan_scenario="Best case")
    for department in ("Finance", "Fleet", "ICT", "Estates", "Legal", "Police"):
        programme.department(department, due="30/03/2012")
    programme.write(folder)
    for department, dated, status, name in (
        ("Finance", "29/03/2012", "Final", "finance.xlsx"),
        ("Finance", "20/03/2012", "Final", "finance, first.xlsx"),
        ("Estates", "28/03/2012", "Draft", "estates.xlsx"),
        ("Legal", "02/04/2012", "Final", "legal.xlsx"),
        ("Police", "30/03/2012", "Final", "police.xlsx"),
        ("Fire", "30/03/2012", "Final", "fire.xlsx"),
    ):
        each = Return(department)
        each.cover("Date", dated)
        each.cover("Status", status)
        each.cover("Certified by", f"Head of {department}")
        each.line([0, -1_000, -2_000], category="Cashable saving", description=department)
        # In the worst case alone: a warning.
        each.line([0, 0, -500], scenario="Worst case", category="Income", description=department)
        if department == "Police":
            each.line([1, 2, "TBC"], description="radios")
        each.write(folder, name)
    (folder / "ICT.xlsx").write_bytes(b"no workbook")
    return folder


@pytest.fixture(scope="module")
def rows(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    outputs = tmp_path_factory.mktemp("outputs")
    assert report(folder, outputs).status == 0
    book = openpyxl.load_workbook(outputs / "programme-summary.xlsx", read_only=True)
    assert book.sheetnames[:2] == ["Cover", "Contents"]
    book.close()
    return read_table(outputs / "programme-summary.xlsx", "Returns")


def test_each_state_is_said(rows: list[dict[str, object]]) -> None:
    assert [(row["Department"], row["Workbook"], row["State"]) for row in rows] == [
        ("Finance", "finance, first.xlsx", "Replaced"),
        ("Finance", "finance.xlsx", "Received"),
        ("Fleet", None, "Missing"),
        ("ICT", "ICT.xlsx", "Not read"),
        ("Estates", "estates.xlsx", "Draft"),
        ("Legal", "legal.xlsx", "Late"),
        ("Police", "police.xlsx", "Received"),
        ("Fire", "fire.xlsx", "Received"),
    ]


def test_who_certified_it_when_it_came_and_what_it_brings(rows: list[dict[str, object]]) -> None:
    by_workbook = {row["Workbook"]: row for row in rows}
    late = by_workbook["legal.xlsx"]
    assert (late["Date"], late["Due"], late["Days late"]) == (
        datetime(2012, 4, 2),
        datetime(2012, 3, 30),
        3,
    )
    police = by_workbook["police.xlsx"]
    assert (police["Lines"], police["Errors"], police["Warnings"], police["Answered"]) == (
        2,
        1,
        1,
        0,
    )
    assert police["Annual cashable: Best case"] == -2_000
    assert by_workbook["finance, first.xlsx"]["Lines"] == 0
    assert by_workbook["ICT.xlsx"]["Lines"] is None
    assert by_workbook[None]["Due"] == datetime(2012, 3, 30)


def test_what_comes_but_cannot_be_taken_is_not_said_to_be_in(tmp_path: Path) -> None:
    """A return may open and be worth nothing as it is: its savings under another sheet's name, a
    Cover without which no amount means anything, an error in each row."""
    programme = Programme(plan_scenario="Best case")
    for department in ("Finance", "Fleet", "ICT", "Estates", "Legal", "Police"):
        programme.department(department)
    programme.write(tmp_path)
    sent = {name: Return(name) for name in ("Finance", "Fleet", "ICT", "Estates", "Legal")}
    for name, each in sent.items():
        each.line(["TBC" if name == "ICT" else 1], description=name)
    sent["Finance"].sheets["Savings"].name = "Sums"
    sent["Fleet"].cover("Units", "roubles")
    sent["Estates"].line(["TBC"], description="rents")
    for name, each in sent.items():
        each.write(tmp_path, f"{name}.xlsx")
    Return("Police").write(tmp_path, "Police.xlsx")
    results = outcome_of(tmp_path).results
    assert results is not None
    assert results.returns[["department", "state", "lines", "counts"]].to_numpy().tolist() == [
        ["Finance", "Not read", None, "Not at all"],
        ["Fleet", "Received", 0, "Not at all"],
        ["ICT", "Received", 0, "Not at all"],
        ["Estates", "Received", 1, "In part"],
        ["Legal", "Received", 1, "In full"],
        ["Police", "Received", 0, None],
    ]
    assert findings.board(results.returns) == [
        "6 returns expected: 6 received, 5 read, 3 accepted.",
        "Not read: Finance. Read, but nothing of it counts: Fleet and ICT.",
    ]
    (column,) = (each for each in board.sheet(results).tables[0].columns if each.heading == "State")
    assert Tone.GOOD not in column.tones.values()  # that it has come is no praise


def test_whom_to_ask_is_said_by_the_return_else_by_the_programme(tmp_path: Path) -> None:
    programme = Programme()
    for department in ("Finance", "Fleet", "Estates"):
        programme.department(department, contact=f"Desk of {department}")
    programme.write(tmp_path)
    for department, contact in (("Finance", "J Smith"), ("Fleet", None)):
        sent = Return(department)
        sent.cover("Contact", contact)
        sent.line([-1])
        sent.write(tmp_path, f"{department}.xlsx")
    results = outcome_of(tmp_path).results
    assert results is not None
    board = results.returns[["department", "prepared_by", "contact"]].to_numpy().tolist()
    assert board == [
        ["Finance", "Business partner", "J Smith"],
        ["Fleet", "Business partner", "Desk of Fleet"],
        ["Estates", None, "Desk of Estates"],
    ]


def test_expected_received_read_and_accepted_are_told_apart(folder: Path) -> None:
    results = outcome_of(folder).results
    assert results is not None
    assert intake(results.returns) == Intake(expected=6, received=5, read=4, accepted=4, further=1)


def test_the_screen_and_the_cover_name_who_is_not_in(folder: Path, tmp_path: Path) -> None:
    said = report(folder, tmp_path)
    for line in (
        "Missing: Fleet",
        "Not read: ICT",
        "Draft: Estates",
        "Late: Legal (3 days)",
        "Further returns 1 of departments that are not expected",
    ):
        assert line in said.out
    cover = read_table(tmp_path / "programme-summary.xlsx", "Status")
    facts = {row["Item"]: row["Detail"] for row in cover}
    assert str(facts["Returns"]).startswith(
        "6 returns expected: 5 received, 4 read, 4 accepted; 1 further return. Missing: Fleet. "
        "Not read: ICT. Draft: Estates. Late: Legal (3 days)."
    )


def test_controls_pass_for_the_rows_that_count_alone(folder: Path) -> None:
    """The radios' row is rejected and finance's first return replaced; ICT's can't be read, and
    Fleet has sent none."""
    results = outcome_of(folder).results
    assert results is not None
    count, said = len(results.controls), checks.verdict(results)
    assert said.startswith(f"All {count} controls pass for the rows that count, but ")
    assert said.endswith(" errors stand and 2 returns are not in.")
    facts = {each.name: each for each in overview_of("Joint", results, (), ()).facts}
    assert facts["Controls"].more == "all pass for the rows that count"
    assert not facts["Controls"].alarm
