"""Finding our tables on somebody's sheet (contract, section 3)."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.builders import AFTER_YEARS, BEFORE_YEARS, Cell, Formula, Return, error_cell
from tests.ingest.reading import issues, plan, pounds, results, run
from tests.long import quick_cases

SHORT = ("Line ref", "Description", "Service", "Category")


def line(ref: str, *amounts: Cell) -> list[Cell]:
    """A line under the headings of SHORT and years."""
    return [ref, f"About {ref}", "ICT", "One-off cost", *amounts]


def on_sheet(folder: Path, *rows: Sequence[Cell]) -> None:
    """A return whose Savings sheet holds these rows from A1 on."""
    plan().write(folder)
    finance = Return()
    finance.sheets["Savings"].has_header = False
    finance.sheets["Savings"].titles = [list(row) for row in rows]
    finance.write(folder)


@quick_cases(5)
@pytest.mark.parametrize("above", [0, 1, 2, 5, 48, 49])
@pytest.mark.parametrize("left", [0, 1, 3])
def test_the_header_row_stands_anywhere_in_50_rows(tmp_path: Path, above: int, left: int) -> None:
    plan().write(tmp_path)
    finance = Return(title_rows=above, blank_columns=left)
    finance.line([5, 6, 7])
    row = finance.line([5, "TBC", 7])
    finance.write(tmp_path)
    assert issues(tmp_path) == [("amount-not-number", finance.at(row, "2013/14"))]
    assert pounds(tmp_path) == {"FIN-1": (5, 6, 7)}
    assert int(finance.at(row, "Line ref").strip("ABCD")) == above + 3


def test_below_row_50_it_is_not_found(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.sheets["Savings"].titles = [["Savings return"], *[[None]] * 49]
    finance.line([5])
    finance.write(tmp_path)
    first_year = finance.header_at("2012/13")
    assert issues(tmp_path) == [("missing-heading", ""), ("unread-amounts", first_year)]
    assert pounds(tmp_path) == {}


def test_titles_groups_and_notes_around_a_table(tmp_path: Path) -> None:
    on_sheet(
        tmp_path,
        ["Savings", None, "Department:", "Finance"],
        ["Costs / (savings)"],
        [],
        [None, "Who", None, "What", None, "When", None],
        [None, *SHORT, "2012/13", "2013/14"],
        [],
        [None, *line("A", 5, 6)],
        [],
        [],
        [None, *line("B", 7)],
        [None, "Source: the ledger of March 2012"],
        ["Notes", None, None],
        ["1", "Figures are provisional"],
    )
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"A": (5, 6, 0), "B": (7, 0, 0)}


def test_the_row_with_most_headings_is_the_header_row(tmp_path: Path) -> None:
    on_sheet(
        tmp_path,
        ["Service", "Category"],
        ["Line ref", "Service", "Notes"],
        [*SHORT, "2012/13"],
        line("A", 5),
    )
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"A": (5, 0, 0)}


def test_on_a_tie_the_first_row_is_the_header(tmp_path: Path) -> None:
    on_sheet(tmp_path, [*SHORT, "2012/13"], line("A", 5), [*SHORT, "2013/14"], line("B", 6))
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"A": (5, 0, 0), "B": (0, 6, 0)}


def test_headings_in_any_order_case_spacing_and_punctuation(tmp_path: Path) -> None:
    on_sheet(
        tmp_path,
        [
            "FY13",
            "CATEGORY:",
            " line\nREF ",
            "2013\N{EN DASH}14",
            "de-scription",
            "Service [note 1]",
        ],
        [5, "One-off cost", "A", 6, "About A", "ICT"],
    )
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"A": (5, 6, 0)}


def test_repeated_header_rows_are_no_lines(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    for number in range(5):
        finance.line([number])
        finance.repeat_header()
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert len(pounds(tmp_path)) == 5
    assert results(tmp_path).register["row"].tolist() == [2, 4, 6, 8, 10]


def test_several_tables_on_a_sheet_each_with_columns_of_its_own(tmp_path: Path) -> None:
    on_sheet(
        tmp_path,
        ["Corporate"],
        [*SHORT, "2012/13", "2013/14"],
        line("A", 5, 6),
        [],
        ["Operations"],
        ["Category", "2013/14", "2012/13", "Line ref", "Description", "Service", "Notes"],
        ["Cashable saving", -8, -7, "B", "About B", "Fleet", "later"],
        [],
        [None, *SHORT, "2014/15"],
        [None, *line("C", "TBC")],
        [None, *line("D", 9)],
    )
    assert issues(tmp_path) == [("amount-not-number", "F10")]
    assert pounds(tmp_path) == {"A": (5, 6, 0), "B": (-7, -8, 0), "D": (0, 0, 9)}


def test_a_table_above_one_with_more_headings_is_read_too(tmp_path: Path) -> None:
    on_sheet(
        tmp_path,
        [*SHORT, "2012/13"],
        line("A", 5),
        [],
        [*SHORT, "2012/13", "2013/14", "2014/15", "Notes"],
        line("B", 6, 7, 8),
    )
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"A": (5, 0, 0), "B": (6, 7, 8)}


def test_the_units_of_a_second_table_are_its_own(tmp_path: Path) -> None:
    on_sheet(
        tmp_path,
        [*SHORT, "2012/13 £000"],
        line("A", 5),
        [*SHORT, "2012/13 £m"],
        line("B", 5),
        [*SHORT, "2012/13"],
        line("C", 5),
    )
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"A": (5_000, 0, 0), "B": (5_000_000, 0, 0), "C": (5, 0, 0)}


def test_units_in_the_row_below_the_headings(tmp_path: Path) -> None:
    on_sheet(
        tmp_path,
        [*SHORT, "2012/13", "2013/14", "2014/15"],
        [None, None, None, None, "£000", "(£m)", None],
        line("A", 5, 6, 7),
    )
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"A": (5_000, 6_000_000, 7)}


def test_a_page_break_repeats_the_headings_with_their_units_or_without(tmp_path: Path) -> None:
    header, units = [*SHORT, "2012/13"], [None, None, None, None, "£m"]
    on_sheet(
        tmp_path,
        header,
        units,
        line("A", 1),
        header,
        line("B", 2),
        header,
        units,
        line("C", 3),
        header,
        [None, None, None, None, "£000"],
        line("D", 4),
    )
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {
        "A": (1_000_000, 0, 0),
        "B": (2_000_000, 0, 0),
        "C": (3_000_000, 0, 0),
        "D": (4_000, 0, 0),
    }


def test_a_row_below_the_headings_that_holds_more_than_units_is_a_row(tmp_path: Path) -> None:
    on_sheet(tmp_path, [*SHORT, "2012/13"], [None, None, None, "Units:", "£000"], line("A", 5))
    assert pounds(tmp_path)["A"] == (5, 0, 0)


def test_a_blank_row_below_the_headings(tmp_path: Path) -> None:
    on_sheet(tmp_path, [*SHORT, "2012/13"], [], line("A", 5))
    assert pounds(tmp_path) == {"A": (5, 0, 0)}


@pytest.mark.parametrize(
    ("heading", "pence"),
    [
        ("2012/13", 1),
        ("2012/13 £", 1),
        ("FY13 £000", 1_000),
        ("12/13 (£'000)", 1_000),
        ("2012-13 £k", 1_000),
        ("2012/2013\n£m", 1_000_000),
        ("FY2013 £000 [note 2]", 1_000),
    ],
)
def test_units_in_a_years_heading(tmp_path: Path, heading: str, pence: int) -> None:
    plan().write(tmp_path)
    finance = Return(headings={"2012/13": heading})
    finance.line([1.5, 2])
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"FIN-1": (1.5 * pence, 2, 0)}


def test_a_second_column_for_a_year_changes_nothing_in_the_first(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return(columns=(*BEFORE_YEARS, "2012/13", "FY13 £000"))
    finance.line([5], **{"FY13 £000": 7})
    finance.write(tmp_path)
    assert issues(tmp_path) == [("duplicate-heading", finance.header_at("FY13 £000"))]
    assert pounds(tmp_path) == {"FIN-1": (5, 0, 0)}


@pytest.mark.parametrize(
    ("cell", "rule"),
    [(error_cell("#NAME?"), "cell-error"), (Formula("=B1+1"), "formula-no-value")],
)
def test_a_heading_that_cant_be_read_over_numbers(tmp_path: Path, cell: Cell, rule: str) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.sheets["Savings"].printed["2013/14"] = cell  # type: ignore[assignment]
    finance.sheets["Savings"].printed["Owner"] = cell  # type: ignore[assignment]
    finance.line([5, 6, 7], owner="Ann")
    finance.write(tmp_path)
    assert issues(tmp_path) == [(rule, finance.header_at("2013/14"))]
    assert pounds(tmp_path) == {"FIN-1": (5, 0, 7)}


def test_a_year_without_a_column_is_nil(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return(years=("2013/14",))
    finance.line([5])
    finance.write(tmp_path)
    assert pounds(tmp_path) == {"FIN-1": (0, 5, 0)}


def test_the_right_sheet_in_any_spelling_and_twice(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return(sheets={"Savings": "SAVINGS", "Cover": "cover "})
    finance.cover("Units", "£000")
    finance.line([5])
    finance.sheet("savings.", [[*SHORT, "2012/13"], line("B", 6)])
    finance.sheet("Savings 2011", [[*SHORT, "2012/13"], line("C", 7)])
    finance.write(tmp_path)
    assert issues(tmp_path) == [("unread-amounts", "E1")]  # of Savings 2011
    assert pounds(tmp_path) == {"FIN-1": (5_000, 0, 0), "B": (6_000, 0, 0)}
    assert results(tmp_path).register["sheet"].tolist() == ["SAVINGS", "savings."]


def test_a_hidden_sheet_is_read_and_named(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.line([5])
    finance.hide("Savings")
    finance.write(tmp_path)
    (issue,) = run(tmp_path).issues
    assert (issue.rule, str(issue.at)) == ("hidden-sheet", "return.xlsx, Savings")
    assert pounds(tmp_path) == {"FIN-1": (5, 0, 0)}


def test_every_line_knows_its_workbook_sheet_and_row(tmp_path: Path) -> None:
    plan().write(tmp_path)
    for name, title_rows in (("b.xlsx", 3), ("a/z.xlsx", 0)):
        each = Return(name, title_rows=title_rows)
        each.line([5], line_ref=f"{name} 1", description=f"{name} 1")
        each.row()
        each.line([6], line_ref=f"{name} 2", description=f"{name} 2")
        each.write(tmp_path, name)
    rows = results(tmp_path).register[["line_ref", "workbook", "sheet", "row"]]
    assert [tuple(row) for row in rows.itertuples(index=False)] == [
        ("a/z.xlsx 1", "a/z.xlsx", "Savings", 2),
        ("a/z.xlsx 2", "a/z.xlsx", "Savings", 4),
        ("b.xlsx 1", "b.xlsx", "Savings", 5),
        ("b.xlsx 2", "b.xlsx", "Savings", 7),
    ]


def test_a_table_that_lacks_a_heading_is_rejected_whole_and_the_next_is_read(
    tmp_path: Path,
) -> None:
    on_sheet(
        tmp_path,
        [*SHORT, "2012/13"],
        line("A", 5),
        ["Line ref", "Description", "Service", "2012/13", "2013/14"],
        ["B", "About B", "ICT", 6, 7],
        [*SHORT, "2012/13", "2013/14"],
        line("C", 8, 9),
    )
    assert issues(tmp_path) == [("missing-heading", "A3")]
    assert pounds(tmp_path) == {"A": (5, 0, 0), "C": (8, 9, 0)}
    controls = results(tmp_path).controls
    assert (controls["expected"] == controls["actual"]).all()


def test_all_columns_of_ours_and_theirs(tmp_path: Path) -> None:
    plan().write(tmp_path)
    columns = ("No.", *reversed((*BEFORE_YEARS, "2012/13", *AFTER_YEARS)), "Comment")
    finance = Return(columns=columns)
    finance.line(
        [5],
        **{"No.": "one", "Comment": "so"},
        funding="capital",
        owner="Ann",
        confidence="High",
        notes="As agreed",
    )
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    (row,) = results(tmp_path).register.to_dict("records")
    wanted = {"funding": "Capital", "owner": "Ann", "confidence": "High", "notes": "As agreed"}
    assert {name: row[name] for name in wanted} == wanted
