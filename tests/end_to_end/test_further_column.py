"""A further column of Savings is a line in ``schemas/returns.py``; ``further_program`` has two."""

from pathlib import Path

from tests.builders import cell_addresses
from tests.end_to_end.changed_program import Program, before
from tests.end_to_end.further_program import OWNER, STAGE, Further, write_columns
from tests.long import long

pytestmark = long

CONTRACT = "line_ref project_code service strand category scenario basis partner year amount"


def test_a_further_column_is_asked_for_shown_compared_and_issued(further: Further) -> None:
    blank = further.outputs / "templates" / "return.xlsx"
    assert cell_addresses(blank, "Savings", "Stage")
    (version,) = (further.outputs / "columns" / "issued").iterdir()
    for stage, frozen in (("Approved", ()), ("Idea", ("issued", version.name))):
        for table in ("Register", "Excluded"):
            assert [row["Stage"] for row in further.table("columns", table, *frozen)] == [stage]
    described = {
        (row["Table"], row["Heading"]) for row in further.table("columns", "Data_dictionary")
    }
    assert {("Savings", "Stage"), ("Register", "Stage"), ("Excluded", "Stage")} <= described
    moves = further.table("columns", "Movements")
    (moved,) = [row for row in moves if row["Line ref"] == "L1"]
    seen = [moved[name] for name in ("Change", "What", "Before", "After", "Where")]
    at = f"finance.xlsx, Savings!{further.stage_at}"
    assert seen == ["Changed", "Stage", "Idea", "Approved", at]


def test_a_version_issued_before_the_column_was_added_is_compared_with(tmp_path: Path) -> None:
    staged = Program(tmp_path, {"schemas/returns.py": [before(OWNER, STAGE)]})
    write_columns(staged.inputs / "one")
    staged.run(("report",), ("issue", "--name", "First"), ours=True)
    write_columns(staged.inputs / "one", Stage="Idea")
    staged.run(("report",))
    (moved,) = staged.table("one", "Movements")
    assert [moved[name] for name in ("What", "Before", "After")] == ["Stage", None, "Idea"]


def test_a_column_is_in_the_csv_and_in_apportioned_where_it_is_declared_so(
    further: Further,
) -> None:
    parts = further.table("columns", "Apportioned")
    assert {row["Phase"] for row in parts} == {"Two"}
    assert "Stage" not in parts[0]
    assert {row["phase"] for row in further.csv("columns")} == {"Two"}
    assert " ".join(further.csv("columns")[0]) == CONTRACT.replace("year", "phase year")
