"""A further column of Savings is one line in ``schemas/returns.py``: the programs of these tests
are copies of ours with that line."""

import csv
import shutil
from pathlib import Path

import pytest

from tests.builders import Programme, Return, cell_addresses, read_table
from tests.end_to_end.commands import ROOT, started

SUMMARY = "programme-summary.xlsx"
STAGE = '        Field("Stage", "How far the saving has got."),\n'
OWNER = '        Field("Owner", "Who answers for the line."'
CONTRACT = "line_ref project_code service strand category scenario basis partner year amount"


class Program:
    """A copy of the program with changes of its own, and a programme that it reports."""

    def __init__(self, folder: Path, changes: dict[str, tuple[str, str]]) -> None:
        self.folder, self.inputs, self.outputs = folder, folder / "inputs", folder / "outputs"
        for name in ("pipeline", "schemas"):
            shutil.copytree(ROOT / name, folder / name)
        for name, (old, new) in changes.items():
            text = (folder / name).read_text("utf-8")
            assert text.count(old) == 1, f"{name} has changed: {old}"
            (folder / name).write_text(text.replace(old, new), "utf-8")

    def send(self, **cells: object) -> str:
        """A return of one saving and of one that is counted elsewhere; the address of Stage."""
        Programme(reference="BLH-1", scenarios="Plan").write(self.inputs / "one")
        finance = Return("Finance")
        row = finance.line([-300, -600], line_ref="L1", category="Cashable saving", **cells)  # type: ignore[arg-type] # cells as they come
        finance.line([-1], line_ref="L2", category="Income", counted_in="Review", **cells)  # type: ignore[arg-type] # likewise
        finance.write(self.inputs / "one", "finance.xlsx")
        return finance.at(row, "Stage") if "Stage" in cells else ""

    def run(self, command: str, *more: str, ours: bool = False) -> None:
        """A command of the copy, or of the program as it is."""
        source = ROOT if ours else self.folder
        both = ("--inputs", self.inputs, "--outputs", self.outputs)
        done = started(command, *both, *more, folder=source, PYTHONPATH=str(source))
        assert done.returncode == 0, done.stdout + done.stderr

    def table(self, name: str, *parts: str) -> list[dict[str, object]]:
        return read_table(self.outputs.joinpath("one", *parts, SUMMARY), name)

    def csv(self) -> list[dict[str, str]]:
        text = (self.outputs / "one" / "data" / "apportioned.csv").read_text("utf-8-sig")
        return list(csv.DictReader(text.splitlines()))


@pytest.fixture
def staged(tmp_path: Path) -> Program:
    """The program with a column Stage of Savings."""
    return Program(tmp_path, {"schemas/returns.py": (OWNER, STAGE + OWNER)})


def test_a_further_column_is_asked_for_shown_compared_and_issued(staged: Program) -> None:
    staged.run("template")
    blank = staged.outputs / "templates" / "return.xlsx"
    assert cell_addresses(blank, "Savings", "Stage")
    at = staged.send(Stage="Idea")
    staged.run("report")
    staged.run("issue", "--name", "First")
    (version,) = (staged.outputs / "one" / "issued").iterdir()
    for frozen in ((), ("issued", version.name)):
        assert [line["Stage"] for line in staged.table("Register", *frozen)] == ["Idea"]
        assert [line["Stage"] for line in staged.table("Excluded", *frozen)] == ["Idea"]
    described = {(row["Table"], row["Heading"]) for row in staged.table("Data_dictionary")}
    assert {("Savings", "Stage"), ("Register", "Stage"), ("Excluded", "Stage")} <= described
    assert " ".join(staged.csv()[0]) == CONTRACT
    staged.send(Stage="Approved")
    staged.run("report")
    (moved,) = [row for row in staged.table("Movements") if row["Line ref"] == "L1"]
    seen = [moved[name] for name in ("Change", "What", "Before", "After", "Where")]
    assert seen == ["Changed", "Stage", "Idea", "Approved", f"finance.xlsx, Savings!{at}"]


def test_a_version_issued_before_the_column_was_added_is_compared_with(staged: Program) -> None:
    staged.send()
    staged.run("report", ours=True)
    staged.run("issue", "--name", "First", ours=True)
    staged.send(Stage="Idea")
    staged.run("report")
    (moved,) = staged.table("Movements")
    assert [moved[name] for name in ("What", "Before", "After")] == ["Stage", None, "Idea"]


def test_a_column_is_in_the_csv_and_in_apportioned_where_it_is_declared_so(tmp_path: Path) -> None:
    needed = STAGE.replace('."),', '.", needed=True),')
    last = '    *("year", "amount"),'
    program = Program(
        tmp_path,
        {
            "schemas/returns.py": (OWNER, needed + OWNER),
            "schemas/outputs.py": (last, '    "stage",\n' + last),
        },
    )
    program.send(Stage="Idea")
    program.run("report")
    assert {row["Stage"] for row in program.table("Apportioned")} == {"Idea"}
    assert {row["stage"] for row in program.csv()} == {"Idea"}
    assert " ".join(program.csv()[0]) == CONTRACT.replace("year", "stage year")
