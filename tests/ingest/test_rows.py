"""Which rows of Savings are lines, totals and notes; references; words; what is counted elsewhere
(contract, section 3)."""

from pathlib import Path

import pytest

from pipeline.ingest.discover import discover
from pipeline.reading import read
from tests.builders import Cell, Formula, Return, error_cell
from tests.ingest.reading import issues, plan, pounds, results, run

BLANKS = 7


def savings(folder: Path, *rows: tuple[Cell, ...]) -> Return:
    """A return with one good line of 60 and 30, and rows of cells as they stand."""
    plan().write(folder)
    finance = Return()
    finance.line([60, 30])
    for row in rows:
        finance.row(*row)
    finance.write(folder)
    return finance


def rows_read(folder: Path) -> int:
    """How many lines the return is said to hold."""
    sources = results(folder).sources
    return int(sources.loc[sources["workbook"] == "return.xlsx", "rows_read"].iloc[0])


def test_the_same_words_in_many_cells_are_held_once(tmp_path: Path) -> None:
    row = (None, "ICT and estates", "ICT", None, "Corporate Services Review", None, None, 9)
    savings(tmp_path / "programme", *((f"R{number}", *row) for number in range(3)))
    (found,) = read(discover(tmp_path).programmes[0]).returns
    for texts in found.tables["Savings"].columns.values():
        assert len({*map(id, texts)}) == len({*texts})


@pytest.mark.parametrize(
    "row",
    [
        (),
        (None, None, "   "),
        ("Source: the ledger of March 2012",),
        (None, None, "Figures are provisional"),
        (None, None, None, "ICT"),
        ("Note 1", None, None, None, None, None, None, None),
        (*[None] * BLANKS, "A", None, None, None, "Corporate Services Review", "Revenue", "Ann"),
        (*[None] * 8, "see above"),
        (*[None] * 8, "-", "nil"),
        (Formula('=""', ""), Formula('=""', ""), Formula('=""', "")),
    ],
)
def test_notes_and_blank_rows_are_no_lines(tmp_path: Path, row: tuple[Cell, ...]) -> None:
    savings(tmp_path, row)
    assert issues(tmp_path) == []
    assert rows_read(tmp_path) == 1


@pytest.mark.parametrize(
    "row",
    [
        ("A1", None, "Two required cells"),
        (None, None, None, "ICT", "One-off cost"),
        (*[None] * 8, 5),
        (*[None] * 8, None, 0),
        (*[None] * 8, "£5"),
        (*[None] * 8, "(5)"),
        ("A1", *[None] * BLANKS, "TBC"),
        (*[None] * 8, error_cell()),
        (None, None, Formula("=A1")),
    ],
)
def test_two_required_cells_or_an_amount_are_a_line(tmp_path: Path, row: tuple[Cell, ...]) -> None:
    savings(tmp_path, row)
    assert "missing-value" in {rule for rule, _ in issues(tmp_path)}
    assert rows_read(tmp_path) == 2


@pytest.mark.parametrize(
    "label",
    [
        "Total",
        "TOTAL",
        "total:",
        "Totals",
        "Total (£)",
        "Total savings of the department",
        "Sub-total",
        "Sub total",
        "Subtotal",
        "SUB-TOTALS",
        "Sub\N{NON-BREAKING HYPHEN}total",
        "Sub \N{EN DASH} total",
        "Sub-total: Corporate",
        "Grand total",
        "Grand Total 2012/13",
        "Grand  total",
        " Total ",
        "ICT total",
        "Savings sub total",
        "Corporate Sub-Total:",
        "Corporate & Operations GRAND TOTAL",
    ],
)
def test_total_rows_in_every_form(tmp_path: Path, label: str) -> None:
    savings(tmp_path, (label, *[None] * BLANKS, 60, 31))
    assert issues(tmp_path) == [("total-mismatch", "J3")]
    assert rows_read(tmp_path) == 1
    assert pounds(tmp_path) == {"FIN-1": (60, 30, 0)}


@pytest.mark.parametrize("column", [0, 1, 2, 3, 4, 5, 14, 16])
def test_the_first_text_in_any_column_makes_a_total(tmp_path: Path, column: int) -> None:
    cells: list[Cell] = [None] * 17
    cells[8], cells[column] = 60, "Total"
    savings(tmp_path, tuple(cells))
    assert issues(tmp_path) == []
    assert rows_read(tmp_path) == 1


def test_a_row_of_an_excel_table_that_the_file_marks_as_its_total(tmp_path: Path) -> None:
    finance = savings(tmp_path, (3, *[None] * BLANKS, 60, 31))
    finance.sheets["Savings"].totals_marked = True
    finance.write(tmp_path)
    assert issues(tmp_path) == [("total-mismatch", "J3")]
    assert rows_read(tmp_path) == 1


def test_the_same_row_unmarked_is_a_line(tmp_path: Path) -> None:
    savings(tmp_path, (3, *[None] * BLANKS, 60, 31))
    assert {rule for rule, _ in issues(tmp_path)} == {"missing-value"}
    assert rows_read(tmp_path) == 2


def test_a_remark_that_ends_in_total_parts_no_sums(tmp_path: Path) -> None:
    savings(
        tmp_path,
        ("Sub-total", *[None] * BLANKS, 60, 30),
        ("L2", None, "A line", "ICT", "One-off cost", None, None, None, 5, 5),
        (None, None, "As agreed for ICT in total"),
        ("L3", None, "A line", "ICT", "One-off cost", None, None, None, 7, 9),
        ("Sub-total", *[None] * BLANKS, 12, 14),
    )
    assert issues(tmp_path) == []
    assert rows_read(tmp_path) == 3


def numbered(folder: Path, *rows: tuple[Cell, ...], ref: str = "their_heading") -> None:
    """A list of proposals read by Layouts, which give it service and category."""
    one = plan()
    for heading, how, what in (
        ("Line ref", ref, "No." if ref == "their_heading" else "{workbook}-{row}"),
        ("Description", "their_heading", "Proposal"),
        ("Service", "constant", "ICT"),
        ("Category", "constant", "Cashable saving"),
    ):
        one.layout(sheet="Proposals", table="Savings", heading=heading, **{how: what})
    one.write(folder)
    theirs = Return()
    theirs.leave_out("Savings")
    theirs.sheet("Proposals", [("No.", "Proposal", "2012/13", "2013/14", "2014/15"), *rows])
    theirs.write(folder)


def test_a_numbered_proposal_that_is_called_total_is_a_line(tmp_path: Path) -> None:
    numbered(
        tmp_path,
        (1, "Street lighting", -100, -200, -300),
        (2, "Total Facilities Management re-let", -500, -500, -500),
        (None, "Total", -600, -700, -800),
    )
    assert issues(tmp_path) == []
    assert list(pounds(tmp_path)) == ["1", "2"]


def test_a_constant_line_ref_is_none_of_a_total_row(tmp_path: Path) -> None:
    numbered(
        tmp_path,
        (None, "Street lighting", -100, -200, -300),
        (None, "Highways total", -100, -200, -300),
        ref="constant",
    )
    assert issues(tmp_path) == []
    assert list(pounds(tmp_path)) == ["return-2"]


def test_one_cell_that_serves_two_headings_is_one_cell(tmp_path: Path) -> None:
    one = plan()
    for ours in ("Line ref", "Description"):
        one.layout(table="Savings", heading=ours, their_heading="Proposal")
    for ours, constant in (("Service", "ICT"), ("Category", "Income")):
        one.layout(table="Savings", heading=ours, constant=constant)
    one.write(tmp_path)
    theirs = Return(columns=("Proposal", "2012/13", "2013/14", "2014/15"))
    theirs.row("Street lighting", -100)
    theirs.row("Proposals that the board has not seen yet")
    theirs.write(tmp_path)
    assert issues(tmp_path) == []
    assert list(pounds(tmp_path)) == ["Street lighting"]


@pytest.mark.parametrize(
    "row",
    [
        ("Total", None, "A line", "ICT", "One-off cost", None, None, None, 7),
        (None, None, "In total", "ICT", "Cashable", None, None, None, 7),
        ("X1", None, "Total cost of ownership", "ICT", "One-off cost", None, None, None, 7),
        ("Totally new", None, "A line", "ICT", None, None, None, None, 7),
        ("X1", None, "Totals", "ICT", None, None, None, None, 7),
        (1, None, "Total", *[None] * 5, 60),
        (None, None, "Totally new", "ICT", None, None, None, None, 7),
        (None, None, "The total cost of it", "ICT", None, None, None, None, 7),
    ],
)
def test_what_has_a_category_or_a_reference_is_no_total(
    tmp_path: Path, row: tuple[Cell, ...]
) -> None:
    savings(tmp_path, row)
    assert rows_read(tmp_path) == 2


def test_a_total_says_what_it_is_and_what_it_should_be(tmp_path: Path) -> None:
    savings(
        tmp_path,
        ("Sub-total", *[None] * BLANKS, 60, 30),
        ("L2", None, "A line", "ICT", "One-off cost", None, None, None, 1000.5, 0),
        ("Total", *[None] * BLANKS, 1000, 30),
    )
    (issue,) = run(tmp_path).issues
    assert (issue.rule, issue.at.cell, issue.heading) == ("total-mismatch", "I5", "2012/13")
    assert issue.value == "1000"
    assert "1,000.5 since the last total, 1,060.5 in all" in issue.problem


def test_references_are_text_whatever_excel_makes_of_them(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    for ref in (1, 2.5, "007", " FIN-9 ", 123456):
        finance.line([5], line_ref=ref, description=f"About {ref}")
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert list(pounds(tmp_path)) == ["1", "2.5", "007", "FIN-9", "123456"]


def test_words_are_shown_as_the_programme_writes_them(tmp_path: Path) -> None:
    one = plan()
    one.driver("Head-count FTE", A=3, B=1)
    one.write(tmp_path)
    finance = Return()
    finance.line(
        [-5],
        service=" FLEET [note 1]",
        category="cashable  SAVING",
        scenario="plan*",
        basis="headcount fte",
    )
    finance.line([5], basis="direct", partner=" b ")
    finance.write(tmp_path)
    rows = results(tmp_path).register
    assert rows[["service", "strand", "category", "scenario", "basis"]].iloc[0].tolist() == [
        "Fleet",
        "Operations",
        "Cashable saving",
        "Plan",
        "Head-count FTE",
    ]
    assert rows[["basis", "partner"]].iloc[1].tolist() == ["Direct", "B"]


@pytest.mark.parametrize(
    "word",
    [
        "-",
        "\N{EN DASH}",
        "\N{EM DASH}",
        "No",
        "NONE",
        "n/a",
        "N.A.",
        " ",
        "N",
        "Nil",
        False,
        0,
        "0.00",
        "Not applicable",
        "not counted elsewhere",
        "--",
        "FALSE",
        "This programme",
        "No - counted here",
        "(here)",
    ],
)
def test_counted_in_nobody(tmp_path: Path, word: Cell) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.line([5], counted_in=word)
    finance.write(tmp_path)
    assert pounds(tmp_path) == {"FIN-1": (5, 0, 0)}
    assert results(tmp_path).excluded.empty


@pytest.mark.parametrize(
    "word",
    ["Corporate Services Review", "Phase 1", "TBC programme", 3506, "This is Estates", "No 1 Hub"],
)
def test_counted_in_another_programme_keeps_a_line_out(tmp_path: Path, word: Cell) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.line([5], counted_in=word)
    finance.line([7])
    finance.write(tmp_path)
    assert pounds(tmp_path) == {"FIN-2": (7, 0, 0)}
    excluded = results(tmp_path).excluded
    assert excluded[["line_ref", "counted_in", "2012/13"]].to_numpy().tolist() == [
        ["FIN-1", str(word), 500]
    ]


def test_counted_in_this_very_programme_is_no_other_one(tmp_path: Path) -> None:
    plan(title="Blue Light Hub", reference="BLH-1").write(tmp_path)
    finance = Return()
    rows = [finance.line([5], counted_in=name) for name in ("blue-light hub", "BLH-1")]
    finance.line([7], counted_in="Blue Light Hub 2")
    finance.write(tmp_path)
    assert issues(tmp_path) == [
        ("unknown-programme", finance.at(row, "Counted in")) for row in rows
    ]
    assert len(results(tmp_path).excluded) == 1


def test_a_programme_s_name_is_spelt_as_other_programmes_has_it(tmp_path: Path) -> None:
    plan(other_programmes="Corporate Services Review, Fleet 2020").write(tmp_path)
    finance = Return()
    finance.line([5], counted_in="corporate services-review")
    row = finance.line([6], counted_in="Fleet")
    finance.line([7], counted_in="No")
    finance.write(tmp_path)
    assert issues(tmp_path) == [("unknown-programme", finance.at(row, "Counted in"))]
    assert "Fleet 2020" in run(tmp_path).issues[0].problem
    assert results(tmp_path).excluded["counted_in"].tolist() == ["Corporate Services Review"]
    assert pounds(tmp_path) == {"FIN-3": (7, 0, 0)}


def test_a_row_in_error_that_is_counted_elsewhere_is_rejected(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.line([5, "TBC"], counted_in="Corporate Services Review")
    finance.write(tmp_path)
    sources = results(tmp_path).sources.set_index("workbook").loc["return.xlsx"]
    assert sources[["rows_read", "accepted", "rejected", "excluded"]].tolist() == [1, 0, 1, 0]
    assert results(tmp_path).excluded.empty
