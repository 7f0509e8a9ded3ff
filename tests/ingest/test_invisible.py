"""Texts that look alike are alike: what nobody sees doesn't count (contract, section 3)."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.builders import Return
from tests.check.files import Grid, write_ods, write_xls, write_xlsb
from tests.ingest.reading import issues, plan, pounds

ZERO_WIDTH = "\N{ZERO WIDTH SPACE}"
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def test_a_line_ref_pasted_with_a_zero_width_space_is_the_same_line(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance, again = Return(), Return("Estates")
    finance.line([100], line_ref="F1")
    row = again.line([100], line_ref=f"F1{ZERO_WIDTH}", description="Agency staff and temps")
    finance.write(tmp_path, "a.xlsx")
    again.write(tmp_path, "b.xlsx")
    assert issues(tmp_path) == [("duplicate-line", again.at(row, "Line ref"))]


def test_years_amounts_sheets_and_words_are_read_as_they_look(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return(
        sheets={"Savings": f"Sav{ZERO_WIDTH}ings"},
        headings={"2013/14": f"{MARK}2013/14", "Category": "Cate\N{SOFT HYPHEN}gory"},
    )
    finance.line(
        [f"{ZERO_WIDTH}100", "2\N{WORD JOINER}00", f"300k{MARK}"],
        service=f"I{MARK}CT",
        basis="Direct",
        partner=f"A{ZERO_WIDTH}",
    )
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"FIN-1": (100, 200, 300_000)}


@pytest.mark.parametrize("unseen", [ZERO_WIDTH, f" {MARK}", "\N{NO-BREAK SPACE}"])
def test_a_cell_in_which_nobody_sees_anything_is_blank(tmp_path: Path, unseen: str) -> None:
    plan().write(tmp_path)
    finance = Return()
    row = finance.line([100, unseen, 300], description=unseen)
    finance.sheet("Savings").add_raw([unseen, None, unseen, unseen])
    finance.write(tmp_path)
    assert issues(tmp_path) == [("missing-value", finance.at(row, "Description"))]


SAVINGS: Grid = [
    [f"Line{MARK} ref", "Description", "Service", "Category", f"2012/13{ZERO_WIDTH}"],
    [f"F1{ZERO_WIDTH}", "One", "ICT", "One-off cost", f"{ZERO_WIDTH}5"],
    [ZERO_WIDTH, ZERO_WIDTH, ZERO_WIDTH, None, None],
    ["F2", "Two", "ICT", "One-off cost", f"\N{NO-BREAK SPACE}{ZERO_WIDTH}"],
]


@pytest.mark.parametrize(
    ("name", "write"),
    [("finance.xls", write_xls), ("finance.xlsb", write_xlsb), ("finance.ods", write_ods)],
)
def test_in_every_format(
    tmp_path: Path, name: str, write: Callable[[Path, Mapping[str, Grid]], Path]
) -> None:
    plan().write(tmp_path)
    write(tmp_path / name, {"Savings": SAVINGS})
    assert [each for each in issues(tmp_path) if each[0] != "undetectable-errors"] == []
    assert pounds(tmp_path) == {"F1": (5, 0, 0), "F2": (0, 0, 0)}
