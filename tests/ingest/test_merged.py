"""Merged cells: a text holds for every row that shows it (contract, section 3)."""

from pathlib import Path

from tests.builders import Programme, Return, Shown
from tests.ingest.reading import issues, plan, pounds, results, run


def test_texts_merged_over_the_rows_of_two_scenarios_hold_for_both(tmp_path: Path) -> None:
    Programme(scenarios="Best case, Worst case").write(tmp_path)
    finance = Return()
    best = finance.line([300, 30, 3], line_ref=7, scenario="Best case")
    blank = {"line_ref": None, "description": None, "service": None, "category": None}
    worst = finance.line([200, 20, 2], scenario="Worst case", **blank)
    finance.sheets["Savings"].merged += [f"{column}{best}:{column}{worst}" for column in "ACDE"]
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    figures = run(tmp_path).results
    assert figures is not None
    lines = figures.register[["line_ref", "scenario", "2012/13"]].values.tolist()
    assert lines == [["7", "Best case", 30_000], ["7", "Worst case", 20_000]]


def test_a_row_that_only_shows_merged_text_is_no_line(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    first = finance.line([1, 2, 3])
    finance.row(None, sheet="Savings")
    last = finance.line([4, 5, 6], description=None)
    finance.sheets["Savings"].merged += [f"{c}{first}:{c}{first + 1}" for c in "ACDE"]
    finance.sheets["Savings"].merged.append(f"C{last}:C{last + 1}")
    finance.write(tmp_path)
    assert issues(tmp_path) == [("missing-value", finance.at(last, "Description"))]
    assert pounds(tmp_path) == {"FIN-1": (1, 2, 3)}


def test_a_cell_inside_a_merge_is_told_so(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    row = finance.line([1, 2, 3], service=None)
    finance.sheets["Savings"].merged.append(f"C{row}:D{row}")
    finance.write(tmp_path)
    assert issues(tmp_path) == [("missing-value", finance.at(row, "Service"))]
    (issue,) = run(tmp_path).issues
    assert f"it is part of the merged cells C{row}:D{row}" in issue.remedy


def test_a_year_that_takes_two_columns_of_the_sheet_is_one(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return(columns=["Line ref", "Description", "Service", "Category", "2012/13", ""])
    row = finance.line([5])
    finance.sheets["Savings"].merged += ["E1:F1", f"E{row}:F{row}"]
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"FIN-1": (5, 0, 0)}


def test_what_is_hidden_or_struck_is_counted_with_its_money(tmp_path: Path) -> None:
    plan(units="£000").write(tmp_path)
    finance = Return()
    rows = [finance.line([-1, -2, "(3)"], category="Income") for _ in range(3)]
    finance.sheets["Savings"].hidden_rows += rows[:2]
    finance.put(rows[2], "Description", Shown("Gone", struck=True))
    finance.write(tmp_path)
    assert [issue.problem for issue in run(tmp_path).issues] == [
        "2 hidden rows hold amounts of (£12,000) in all, and they are counted.",
        "One struck-through row holds amounts of (£6,000) in all, and they are counted.",
    ]
    assert pounds(tmp_path)["FIN-3"] == (-1_000, -2_000, -3_000)


def test_a_strand_merged_over_services_is_each_ones(tmp_path: Path) -> None:
    programme = plan()
    first = programme.service("ICT", "Corporate", "Equal")
    last = programme.service("Fleet", None, "Equal")
    programme.sheets["Services"].merged.append(f"B{first}:B{last}")
    programme.write(tmp_path)
    finance = Return()
    finance.line([5], service="Fleet")
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert results(tmp_path).programme.by_name["Fleet"].strand == "Corporate"


def test_headings_merged_over_the_row_of_the_years(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.leave_out("Savings")
    sheet = finance.sheet(
        "Sheet",
        [
            ["Line ref", "Description", "Service", "Category", "Amounts", None],
            [None, None, None, None, "2012/13", "2013/14"],
            ["F1", "One", "ICT", "One-off cost", 5, 6],
        ],
    )
    sheet.name = "Savings"
    sheet.merged += [*(f"{column}1:{column}2" for column in "ABCD"), "E1:F1"]
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"F1": (5, 6, 0)}


def test_headings_merged_over_the_row_of_the_units(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.leave_out("Savings")
    sheet = finance.sheet(
        "Sheet",
        [
            ["Line ref", "Description", "Service", "Category", "2012/13", "2013/14"],
            [None, None, None, None, "£000", "£000"],
            ["F1", "One", "ICT", "One-off cost", 5, 6],
        ],
    )
    sheet.name = "Savings"
    sheet.merged += [f"{column}1:{column}2" for column in "ABCD"]
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"F1": (5_000, 6_000, 0)}
