"""Baselines and drivers: which row holds, and what becomes of lines where none can serve
(contract, section 2)."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.builders import Cell, Formula, Programme, Return, error_cell
from tests.ingest.reading import issues, plan, problems, results, shares


def one_line(folder: Path, one: Programme, *amounts: Cell, **cells: Cell) -> None:
    """A return with one line, of ICT unless it is said otherwise."""
    one.write(folder)
    finance = Return()
    finance.line(amounts or (0.04,), **cells)
    finance.write(folder)


def split(folder: Path) -> dict[str, tuple[float, ...]]:
    """The one line's shares by partner."""
    return {partner: amounts for (_, partner), amounts in shares(folder).items()}


def test_weights_are_exact_decimals(tmp_path: Path) -> None:
    one = plan()
    one.baseline("ICT", A=0.1, B=0.000001)
    one.baseline("Fleet", A=123456789012345, B=None)
    one.write(tmp_path)
    weights = results(tmp_path).programme.weights["Baseline"]
    assert weights["ICT"][0].weights == (Decimal("0.1"), Decimal("0.000001"))
    assert weights["Fleet"][0].weights == (Decimal(123456789012345), Decimal(0))


def test_a_blank_weight_is_nil(tmp_path: Path) -> None:
    one = plan()
    one.baseline("ICT", A=None, B=1)
    one.baseline("Fleet", A=1, B=1)
    one_line(tmp_path, one)
    assert split(tmp_path) == {"B": (0.04, 0, 0)}


def test_a_row_with_a_year_holds_from_that_year_on(tmp_path: Path) -> None:
    one = plan(years=4)
    one.baseline("ICT", year="2014/15", A=1, B=3)
    one.baseline("ICT", A=3, B=1)
    one.baseline("ICT", year="FY14", A=2, B=2)
    one.baseline("ICT", year="2010/11", A=4, B=0)
    one.baseline("Fleet", A=1, B=1)
    one_line(tmp_path, one, 0.04, 0.04, 0.04)
    assert issues(tmp_path) == []
    assert split(tmp_path) == {
        "A": (0.04, 0.02, 0.01, 0),
        "B": (0, 0.02, 0.03, 0),
    }


def test_the_undated_row_holds_before_the_first_dated_one(tmp_path: Path) -> None:
    one = plan()
    one.baseline("ICT", year="2013/14", A=1, B=3)
    one.baseline("ICT", A=3, B=1)
    one.baseline("Fleet", A=1, B=1)
    one_line(tmp_path, one, 0.04, 0.04, 0.04)
    assert split(tmp_path) == {"A": (0.03, 0.01, 0.01), "B": (0.01, 0.03, 0.03)}


def test_years_before_the_first_dated_row_cant_be_apportioned(tmp_path: Path) -> None:
    one = plan()
    one.baseline("ICT", year="2013/14", A=1, B=3)
    one.baseline("Fleet", A=1, B=1)
    one_line(tmp_path, one, 0.04, 0.04, 0.04)
    assert issues(tmp_path) == [("bad-baseline", "C2")]
    assert split(tmp_path) == {
        "A": (0, 0.01, 0.01),
        "B": (0, 0.03, 0.03),
        "": (0.04, 0, 0),
    }
    assert "2012/13" in problems(tmp_path)[0]


def test_a_drivers_row_without_a_service_serves_those_that_have_none_of_their_own(
    tmp_path: Path,
) -> None:
    one = plan()
    one.driver("Headcount", A=1, B=1)
    one.driver("Headcount", service="ICT", year="2013/14", A=3, B=1)
    one.service("ICT", basis="Headcount")
    one.service("Fleet", basis="head count")
    one.none_of("Baseline")
    one.write(tmp_path)
    finance = Return()
    finance.line([0.04, 0.04])
    finance.line([0.04, 0.04], service="Fleet")
    finance.write(tmp_path)
    assert issues(tmp_path) == [("bad-driver", "C2")]
    assert shares(tmp_path) == {
        ("FIN-1", "A"): (0, 0.03, 0),
        ("FIN-1", "B"): (0, 0.01, 0),
        ("FIN-1", ""): (0.04, 0, 0),
        ("FIN-2", "A"): (0.02, 0.02, 0),
        ("FIN-2", "B"): (0.02, 0.02, 0),
    }


def test_of_repeated_rows_the_first_holds(tmp_path: Path) -> None:
    one = plan()
    one.baseline("ICT", A=3, B=1)
    one.baseline("ict", A=1, B=3)
    one.baseline("Fleet", A=1, B=1)
    one_line(tmp_path, one)
    assert issues(tmp_path) == [("bad-baseline", "A3")]
    assert split(tmp_path) == {"A": (0.03, 0, 0), "B": (0.01, 0, 0)}


@pytest.mark.parametrize(
    ("weights", "found"),
    [
        ({"A": -1, "B": 3}, [("bad-baseline", "C2")]),
        ({"A": "many", "B": 3}, [("bad-baseline", "C2")]),
        ({"A": "3", "B": 3}, [("bad-baseline", "C2")]),
        ({"A": 0, "B": 0}, [("bad-baseline", "A2")]),
        ({"A": error_cell(), "B": 3}, [("cell-error", "C2")]),
        ({"A": Formula("=1"), "B": Formula("=1")}, [("formula-no-value", c) for c in ("C2", "D2")]),
        ({"year": "2012", "A": 1, "B": 3}, [("bad-baseline", "B2")]),
    ],
)
def test_where_weights_cant_serve_nothing_is_lost(
    tmp_path: Path, weights: dict[str, Cell], found: list[tuple[str, str]]
) -> None:
    one = plan()
    one.baseline("ICT", **weights)
    one.baseline("Fleet", A=1, B=1)
    one.write(tmp_path)
    finance = Return()
    finance.line([0.04])
    finance.line([0.04], service="Fleet")
    finance.line([0.04], basis="Programme baseline")
    finance.write(tmp_path)
    assert issues(tmp_path) == found
    nil = weights.get("A") == 0
    assert shares(tmp_path) == {
        ("FIN-1", ""): (0.04, 0, 0),
        ("FIN-2", "A"): (0.02, 0, 0),
        ("FIN-2", "B"): (0.02, 0, 0),
        # A nil row counts nothing in the whole; a faulty one makes the whole unknown.
        **(
            {("FIN-3", "A"): (0.02, 0, 0), ("FIN-3", "B"): (0.02, 0, 0)}
            if nil
            else {("FIN-3", ""): (0.04, 0, 0)}
        ),
    }


def test_a_bad_dated_row_keeps_only_its_own_years_out(tmp_path: Path) -> None:
    one = plan()
    one.baseline("ICT", A=3, B=1)
    one.baseline("ICT", year="2013/14", A="?", B=1)
    one.baseline("ICT", year="2014/15", A=1, B=3)
    one.baseline("Fleet", A=1, B=1)
    one_line(tmp_path, one, 0.04, 0.04, 0.04)
    assert issues(tmp_path) == [("bad-baseline", "C3")]
    assert split(tmp_path) == {"A": (0.03, 0, 0.01), "B": (0.01, 0, 0.03), "": (0, 0.04, 0)}


def test_a_partner_without_a_column_keeps_every_row_of_the_table_out(tmp_path: Path) -> None:
    one = plan()
    one.baseline("ICT", A=3)
    one.baseline("Fleet", A=3)
    one_line(tmp_path, one)
    assert issues(tmp_path) == [("bad-baseline", "A1")]
    assert "B" in problems(tmp_path)[0]
    assert split(tmp_path) == {"": (0.04, 0, 0)}


def test_partner_columns_in_another_order_in_a_second_table(tmp_path: Path) -> None:
    one = plan()
    one.baseline("ICT", A=3, B=1)
    one.sheets["Baseline"].add_raw(["Service", "Year", "B", "A"])
    one.sheets["Baseline"].add_raw(["Fleet", None, 3, 1])
    one.write(tmp_path)
    finance = Return()
    finance.line([0.04])
    finance.line([0.04], service="Fleet")
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert shares(tmp_path) == {
        ("FIN-1", "A"): (0.03, 0, 0),
        ("FIN-1", "B"): (0.01, 0, 0),
        ("FIN-2", "A"): (0.01, 0, 0),
        ("FIN-2", "B"): (0.03, 0, 0),
    }


def test_titles_totals_notes_and_other_columns_around_weights(tmp_path: Path) -> None:
    one = Programme(scenarios="Plan", title_rows=2)
    one.baseline("ICT", A=3, B=1, Source="accounts 2010/11", Total=4)
    one.sheets["Baseline"].add_raw([])
    one.baseline("Fleet", A=1, B=1, Total=2)
    one.baseline("Total", A=4, B=2, Total=6)
    one.sheets["Baseline"].add_raw(["Gross cost before recharges"])
    one_line(tmp_path, one)
    assert issues(tmp_path) == []
    assert split(tmp_path) == {"A": (0.03, 0, 0), "B": (0.01, 0, 0)}


def test_a_driver_may_be_called_total_something(tmp_path: Path) -> None:
    one = plan()
    one.driver("Total headcount", A=3, B=1)
    one.service("ICT", basis="Total headcount")
    one.none_of("Baseline")
    one_line(tmp_path, one)
    assert issues(tmp_path) == []
    assert split(tmp_path) == {"A": (0.03, 0, 0), "B": (0.01, 0, 0)}


def test_no_baseline_sheet_is_needed_where_nobody_shares_by_it(tmp_path: Path) -> None:
    one = plan()
    one.service("ICT", basis="Equal")
    one.none_of("Baseline")
    one_line(tmp_path, one)
    assert issues(tmp_path) == []


def test_the_basis_cell_that_asks_for_a_missing_row_is_named_once(tmp_path: Path) -> None:
    one = plan()
    usual = one.service("ICT")
    one.service("Fleet", basis="Equal")
    one.none_of("Baseline")
    one.write(tmp_path)
    finance = Return()
    finance.line([5])
    finance.line([6])
    row = finance.line([7], service="Fleet", basis="Baseline")
    finance.line([8], service="Fleet", basis="Programme baseline")
    finance.line([9], service="Fleet", basis="Not agreed")
    finance.write(tmp_path)
    assert issues(tmp_path) == [
        ("bad-baseline", f"C{usual}"),
        ("bad-baseline", finance.at(row, "Basis")),
        ("bad-baseline", finance.at(row + 1, "Basis")),
    ]
    assert {partner for _, partner in shares(tmp_path)} == {""}


def test_a_line_on_an_unknown_basis_of_its_service_is_not_yet_apportioned(tmp_path: Path) -> None:
    one = plan()
    one.service("ICT", basis=None)
    one.none_of("Baseline")
    one.write(tmp_path)
    finance = Return()
    finance.line([5])
    finance.line([6], basis="Equal")
    finance.write(tmp_path)
    assert issues(tmp_path) == [("unknown-basis", "C2")]
    assert shares(tmp_path) == {
        ("FIN-1", ""): (5, 0, 0),
        ("FIN-2", "A"): (3, 0, 0),
        ("FIN-2", "B"): (3, 0, 0),
    }


def test_a_weight_that_is_text_and_looks_like_a_number_is_told_so(tmp_path: Path) -> None:
    programme = plan()
    programme.baseline("ICT", A="60,000", B="lots")
    programme.baseline("Fleet", A=1, B=1)
    programme.write(tmp_path)
    Return().write(tmp_path)
    said = [problem for problem in problems(tmp_path) if "nothing can be shared" in problem]
    assert [problem.partition(", so")[0] for problem in said] == [
        "“60,000” is text that looks like a number",
        "“lots” is no number",
    ]


def test_a_column_of_a_code_that_no_partner_has_is_named(tmp_path: Path) -> None:
    one = plan()
    one.baseline("ICT", A=3, B=1, C2=5)
    one.baseline("Fleet", A=1, B=1)
    one_line(tmp_path, one)
    assert issues(tmp_path) == [("bad-setting", one.sheets["Baseline"].header_at("C2"))]


def test_a_total_of_the_partners_and_columns_headed_in_words_are_notes(tmp_path: Path) -> None:
    one = plan()
    further: dict[str, Cell] = {"Total": 9, "Sum": 4, "Population of both": 7_000, "Checked": "yes"}
    one.baseline("ICT", A=3, B=1, said=further)
    one.baseline("Fleet", A=1, B=1, Sum=2)
    one_line(tmp_path, one)
    assert issues(tmp_path) == []
    assert split(tmp_path) == {"A": (0.03, 0, 0), "B": (0.01, 0, 0)}
