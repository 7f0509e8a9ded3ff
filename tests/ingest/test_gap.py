"""The sheet Gap: each partner's budget gap before the programme, as the control workbook has it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from pipeline.report.template import template_programme
from tests.builders import Cell, Programme, Return, Shown, error_cell
from tests.running import outcome_of


def told(folder: Path, one: Programme) -> tuple[list[tuple[str, str]], object]:
    """The rule and the cell of each issue, and the gap in pence."""
    one.write(folder)
    outcome = outcome_of(folder)
    assert outcome.results is not None
    issues = [(issue.rule, f"{issue.at.sheet}!{issue.at.cell}") for issue in outcome.issues]
    return issues, outcome.results.programme.gap


def gaps(*rows: tuple[Cell, Mapping[str, Cell]]) -> Programme:
    one = Programme()
    for partner, by_year in rows:
        one.gap(partner, by_year)
    return one


def test_it_is_in_pounds_by_partner_and_year_and_what_is_blank_is_nil(tmp_path: Path) -> None:
    one = gaps(("b", {"2013/14": 1_000.5, "2012/13": "(£250)"}), ("A", {"2014-15": "1.2m"}))
    assert told(tmp_path, one) == ([], ((0, 0, 120_000_000), (-25_000, 100_050, 0)))


def test_a_partner_without_a_row_has_none_and_units_of_a_heading_hold(tmp_path: Path) -> None:
    one = gaps(("A", {"2012/13 £000": 7}))
    assert told(tmp_path, one) == ([], ((700_000, 0, 0), (0, 0, 0)))


@pytest.mark.parametrize(
    ("row", "rule", "cell"),
    [
        (("C", {"2012/13": 5}), "bad-setting", "A3"),
        ((None, {"2012/13": 5}), "bad-setting", "A3"),
        (("Alpha Council", {"2012/13": 5}), "bad-setting", "A3"),
        (("a", {"2012/13": 5}), "bad-setting", "A3"),
        (("B", {"2012/13": "TBC"}), "bad-setting", "B3"),
        (("B", {"2012/13": Shown(0.5, "0%")}), "bad-setting", "B3"),
        (("B", {"2012/13": error_cell()}), "cell-error", "B3"),
        (("B", {"2018/19": 5}), "bad-setting", "C1"),
        (("B", {"2012/14": 5}), "unknown-year-heading", "C1"),
        (("B", {"2012-13": 5}), "duplicate-heading", "C1"),
    ],
)
def test_what_is_wrong_is_named_and_no_gap_is_shown_until_it_is_right(
    row: tuple[Cell, dict[str, Cell]], rule: str, cell: str, tmp_path: Path
) -> None:
    one = gaps(("A", {"2012/13": 100}), row)
    assert told(tmp_path, one) == ([(rule, f"Gap!{cell}")], ())


@pytest.mark.parametrize(
    "row",
    [
        ("Total", {"2012/13": 100}),
        ("Source: medium-term plan", {}),
        (None, {}),
        ("B", {"2018/19": None}),
        ("B", {"2018/19": None, "Total": 100}),
        ("B", {"Note": "agreed in March"}),
    ],
)
def test_totals_notes_and_empty_columns_do_no_harm(
    row: tuple[Cell, dict[str, Cell]], tmp_path: Path
) -> None:
    one = gaps(("A", {"2012/13": 100}), row)
    assert told(tmp_path, one) == ([], ((10_000, 0, 0), (0, 0, 0)))


def test_an_amount_that_nothing_reads_is_named(tmp_path: Path) -> None:
    one = gaps(("A", {"2012/13": 100, "Later": 700}))
    assert told(tmp_path, one) == ([("unread-amounts", "Gap!C1")], ((10_000, 0, 0), (0, 0, 0)))


def test_a_sheet_that_nobody_has_filled_in_says_nothing(tmp_path: Path) -> None:
    one = Programme()
    one.sheet("Gap")
    one.sheets["Gap"].rows.append([])
    assert told(tmp_path, one) == ([], ())


def test_the_template_asks_for_it_and_is_read_once_it_is_filled_in(tmp_path: Path) -> None:
    path = Programme().write(tmp_path)
    settings = openpyxl.load_workbook(path)
    (tmp_path / "blank.xlsx").write_bytes(template_programme())
    blank = openpyxl.load_workbook(tmp_path / "blank.xlsx")
    (tmp_path / "blank.xlsx").unlink()
    sheet = blank["Gap"]
    (top,) = (cell.row for row in sheet for cell in row if cell.value == "Partner")
    assert sheet.cell(top, 2).value is None
    own = settings.create_sheet("Gap")
    for row in sheet.iter_rows(max_row=top, values_only=True):
        own.append(row)
    settings.save(path)
    assert outcome_of(tmp_path).issues == []
    own.cell(top, 2).value, own.cell(top, 3).value = "2012/13", "2013/14"
    own.append(["A", 100, 200])
    settings.save(path)
    Return().write(tmp_path, "finance.xlsx")
    outcome = outcome_of(tmp_path)
    assert outcome.issues == []
    assert outcome.results is not None
    assert outcome.results.programme.gap == ((10_000, 20_000, 0), (0, 0, 0))
