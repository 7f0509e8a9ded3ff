"""A further column of Savings is one line in ``schemas/returns.py``: the programs of these tests
are copies of ours with that line."""

from pathlib import Path

import pytest

from tests.builders import Programme, Return, cell_addresses
from tests.end_to_end.changed_program import Program, before
from tests.long import long

STAGE = '        Field("Stage", "How far the saving has got."),\n'
OWNER = '        Field("Owner", "Who answers for the line."'
CONTRACT = "line_ref project_code service strand category scenario basis partner year amount"


def send(program: Program, **cells: object) -> str:
    """A return of one saving and of one that is counted elsewhere; the address of Stage."""
    Programme(reference="BLH-1", scenarios="Plan").write(program.inputs / "one")
    finance = Return("Finance")
    row = finance.line([-300, -600], line_ref="L1", category="Cashable saving", **cells)  # type: ignore[arg-type] # cells as they come
    finance.line([-1], line_ref="L2", category="Income", counted_in="Review", **cells)  # type: ignore[arg-type] # likewise
    finance.write(program.inputs / "one", "finance.xlsx")
    return finance.at(row, "Stage") if "Stage" in cells else ""


@pytest.fixture
def staged(tmp_path: Path) -> Program:
    """The program with a column Stage of Savings."""
    return Program(tmp_path, {"schemas/returns.py": [before(OWNER, STAGE)]})


def test_a_further_column_is_asked_for_shown_compared_and_issued(staged: Program) -> None:
    staged.run("template")
    blank = staged.outputs / "templates" / "return.xlsx"
    assert cell_addresses(blank, "Savings", "Stage")
    at = send(staged, Stage="Idea")
    staged.run("report")
    staged.run("issue", "--name", "First")
    (version,) = (staged.outputs / "one" / "issued").iterdir()
    for frozen in ((), ("issued", version.name)):
        assert [line["Stage"] for line in staged.table("Register", *frozen)] == ["Idea"]
        assert [line["Stage"] for line in staged.table("Excluded", *frozen)] == ["Idea"]
    described = {(row["Table"], row["Heading"]) for row in staged.table("Data_dictionary")}
    assert {("Savings", "Stage"), ("Register", "Stage"), ("Excluded", "Stage")} <= described
    assert " ".join(staged.csv()[0]) == CONTRACT
    send(staged, Stage="Approved")
    staged.run("report")
    (moved,) = [row for row in staged.table("Movements") if row["Line ref"] == "L1"]
    seen = [moved[name] for name in ("Change", "What", "Before", "After", "Where")]
    assert seen == ["Changed", "Stage", "Idea", "Approved", f"finance.xlsx, Savings!{at}"]


@long
def test_a_version_issued_before_the_column_was_added_is_compared_with(staged: Program) -> None:
    send(staged)
    staged.run("report", ours=True)
    staged.run("issue", "--name", "First", ours=True)
    send(staged, Stage="Idea")
    staged.run("report")
    (moved,) = staged.table("Movements")
    assert [moved[name] for name in ("What", "Before", "After")] == ["Stage", None, "Idea"]


def test_a_column_is_in_the_csv_and_in_apportioned_where_it_is_declared_so(tmp_path: Path) -> None:
    needed = STAGE.replace('."),', '.", needed=True),')
    last = '    *("year", "amount"),'
    program = Program(
        tmp_path,
        {
            "schemas/returns.py": [before(OWNER, needed)],
            "schemas/outputs.py": [before(last, '    "stage",\n')],
        },
    )
    send(program, Stage="Idea")
    program.run("report")
    assert {row["Stage"] for row in program.table("Apportioned")} == {"Idea"}
    assert {row["stage"] for row in program.csv()} == {"Idea"}
    assert " ".join(program.csv()[0]) == CONTRACT.replace("year", "stage year")
