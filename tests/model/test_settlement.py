"""Who owes whom, worked out by hand; tests/test_exactness.py compares with the slow reference."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.core.results import Results, Settlement
from pipeline.model.settlement import payments, settlement_controls
from tests.builders import Programme, Return
from tests.ingest.reading import problems, results

YEARS = ("2012/13", "2013/14", "2014/15")


def programme(**settings: object) -> Programme:
    """Three councils, A with half of ICT, B and C with a quarter each; Legal is not agreed."""
    one = Programme(scenarios="Best case, Worst case", **settings)  # type: ignore[arg-type] # as they come
    for code, name in (("A", "Alpha Council"), ("B", "Beta Council"), ("C", "Gamma Council")):
        one.partner(code, name)
    one.service("ICT", "Corporate", "Baseline")
    one.service("Legal", "Corporate", "Not agreed")
    one.baseline("ICT", A=2, B=1, C=1)
    return one


def settled(folder: Path, finance: Return, one: Programme | None = None) -> Settlement | None:
    (one or programme()).write(folder)
    finance.write(folder, "finance.xlsx")
    return results(folder).settlement


def of(made: Settlement | None, scenario: str, year: str) -> dict[str, tuple[int, int, int]]:
    """Books, share and due of each partner, in pounds."""
    assert made is not None
    frame = made.balances
    rows = frame[(frame["scenario"] == scenario) & (frame["year"] == year)]
    pence = rows[["books_pence", "share_pence", "due_pence"]].itertuples(index=False, name=None)
    return {
        code: tuple(value / 100 for value in row)  # type: ignore[misc] # three of them
        for code, row in zip(rows["partner"], pence, strict=True)
    }


def paid(made: Settlement | None, scenario: str, year: str) -> list[tuple[str, str, float]]:
    """The payments, in pounds."""
    assert made is not None
    rows = made.transfers.to_dict("records")
    return [
        (row["payer"], row["payee"], row["amount_pence"] / 100)
        for row in rows
        if (row["scenario"], row["year"]) == (scenario, year)
    ]


def test_the_payer_of_a_cost_is_paid_by_the_others(tmp_path: Path) -> None:
    finance = Return("Finance")
    finance.line([1_000, 400], line_ref="F1", category="One-off cost", paid_by="B")
    made = settled(tmp_path, finance)
    for scenario in ("Best case", "Worst case"):
        assert of(made, scenario, "2012/13") == {
            "A": (0, 500, -500), "B": (1_000, 250, 750), "C": (0, 250, -250)
        }  # fmt: skip
        assert paid(made, scenario, "2012/13") == [("A", "B", 500), ("C", "B", 250)]
        assert of(made, scenario, "2014/15") == dict.fromkeys("ABC", (0, 0, 0))
        assert paid(made, scenario, "2014/15") == []


def test_a_partner_may_be_called_by_a_word_for_a_blank(tmp_path: Path) -> None:
    one = Programme(scenarios="Plan", years=1)
    for code in ("NA", "No"):
        one.partner(code, f"{code} Council")
    one.service("ICT", "Corporate", "Equal")
    one.none_of("Baseline")
    finance = Return("Finance", years=YEARS[:1])
    for payer in ("na", "N/A", "-"):
        finance.line([100], category="One-off cost", paid_by=payer)
    made = settled(tmp_path, finance, one)
    assert of(made, "Plan", "2012/13") == {"NA": (100, 50, 50), "No": (0, 50, -50)}


def test_a_partner_s_name_is_answered_with_its_code(tmp_path: Path) -> None:
    programme().write(tmp_path)
    finance = Return("Finance")
    finance.line([100], paid_by="BETA council")
    finance.write(tmp_path, "finance.xlsx")
    assert [problem for problem in problems(tmp_path) if "code" in problem] == [
        "“BETA council” is no partner code (did you mean “B”?).",
    ]


def test_who_has_a_saving_in_its_books_pays_the_others_their_parts(tmp_path: Path) -> None:
    finance = Return("Finance")
    finance.line([-800], line_ref="F1", category="Cashable saving", paid_by="a")
    made = settled(tmp_path, finance)
    assert of(made, "Best case", "2012/13")["A"] == (-800, -400, -400)
    assert paid(made, "Best case", "2012/13") == [("A", "B", 200), ("A", "C", 200)]


def test_what_one_pays_and_what_another_pays_are_set_off(tmp_path: Path) -> None:
    finance = Return("Finance")
    finance.line([1_000], line_ref="F1", category="Recurring cost", paid_by="A")
    finance.line([1_000], line_ref="F2", category="Recurring cost", paid_by="B")
    made = settled(tmp_path, finance)
    assert of(made, "Worst case", "2012/13") == {
        "A": (1_000, 1_000, 0), "B": (1_000, 500, 500), "C": (0, 500, -500)
    }  # fmt: skip
    assert paid(made, "Worst case", "2012/13") == [("C", "B", 500)]


def test_a_line_may_be_paid_by_another_partner_in_each_scenario(tmp_path: Path) -> None:
    finance = Return("Finance")
    for scenario, payer in (("Best case", "A"), ("Worst case", None)):
        finance.line([100], line_ref="F1", category="Income", scenario=scenario, paid_by=payer)
    made = settled(tmp_path, finance)
    assert of(made, "Best case", "2012/13")["A"] == (100, 50, 50)
    assert of(made, "Worst case", "2012/13")["A"] == (0, 0, 0)


def test_what_is_not_cashable_not_apportioned_or_paid_by_nobody_is_not_settled(
    tmp_path: Path,
) -> None:
    finance = Return("Finance")
    finance.line([1_000], line_ref="F1", category="Cost avoidance", paid_by="B")
    finance.line([1_000], line_ref="F2", category="Non-cashable saving", paid_by="B")
    finance.line([1_000], line_ref="F3", service="Legal", category="Income", paid_by="B")
    finance.line([1_000], line_ref="F4", category="Income")
    finance.line([7], line_ref="F5", category="Income", counted_in="Another", paid_by="B")
    made = settled(tmp_path, finance)
    assert of(made, "Best case", "2012/13") == dict.fromkeys("ABC", (0, 0, 0))
    assert made is not None
    assert made.transfers.empty
    assert len(made.balances) == 2 * 3 * len(YEARS)


def test_the_weights_of_the_year_decide_and_a_year_without_them_is_settled_by_nobody(
    tmp_path: Path,
) -> None:
    one = programme()
    one.service("Fleet", "Corporate", "Vehicles")
    one.driver("Vehicles", year="2013/14", A=0, B=0, C=1)
    finance = Return("Finance")
    finance.line([90, 90], line_ref="F1", service="Fleet", category="Income", paid_by="A")
    made = settled(tmp_path, finance, one)
    assert of(made, "Best case", "2012/13") == dict.fromkeys("ABC", (0, 0, 0))
    assert paid(made, "Best case", "2013/14") == [("C", "A", 90)]


def test_a_direct_line_is_paid_back_by_the_partner_that_bears_it(tmp_path: Path) -> None:
    finance = Return("Finance")
    finance.line([60], line_ref="F1", category="Income", basis="Direct", partner="C", paid_by="A")
    finance.line([5], line_ref="F2", category="Income", basis="Direct", partner="B", paid_by="B")
    assert paid(settled(tmp_path, finance), "Best case", "2012/13") == [("C", "A", 60)]


def test_pennies_go_as_they_do_in_the_shares(tmp_path: Path) -> None:
    """182.25 by 98 to 2 is 178.61 and 3.64, not 178.605 rounded twice up."""
    one = Programme(scenarios="Plan")
    one.partner("A", "Alpha Council")
    one.partner("B", "Beta Council")
    one.service("ICT", "Corporate", "Baseline")
    one.baseline("ICT", A=98, B=2)
    finance = Return("Finance")
    finance.line([182.25], line_ref="F1", category="Income", paid_by="A")
    assert of(settled(tmp_path, finance, one), "Plan", "2012/13") == {
        "A": (182.25, 178.61, 3.64), "B": (0, 3.64, -3.64)
    }  # fmt: skip


def test_no_line_that_says_who_pays_no_settlement(tmp_path: Path) -> None:
    finance = Return("Finance")
    finance.line([1_000], line_ref="F1", category="Income")
    finance.line([7], line_ref="F2", category="Income", counted_in="Another", paid_by="B")
    assert settled(tmp_path, finance) is None


def test_what_is_delivered_is_settled_in_the_plan_scenario(tmp_path: Path) -> None:
    finance = Return("Finance")
    finance.line([1_000] * 3, line_ref="F1", category="Recurring cost", paid_by="A")
    finance.line([1_000] * 3, line_ref="F2", category="Cost avoidance", paid_by="A")
    finance.line([1_000] * 3, line_ref="F3", category="Income")
    finance.add("Delivery", line_ref="F1", year="2012/13", forecast=900, delivered=800)
    finance.add("Delivery", line_ref="F1", year="2013/14", forecast=900)
    finance.add("Delivery", line_ref="F2", year="2012/13", delivered=80)
    finance.add("Delivery", line_ref="F3", year="2014/15", delivered=8)
    made = settled(tmp_path, finance)
    assert made is not None
    rows = made.delivered[["scenario", "year", "partner", "books_pence", "due_pence"]]
    assert [*rows.itertuples(index=False, name=None)] == [
        ("Worst case", "2012/13", "A", 800_00, 400_00),
        ("Worst case", "2012/13", "B", 0, -200_00),
        ("Worst case", "2012/13", "C", 0, -200_00),
        ("Worst case", "2014/15", "A", 0, 0),
        ("Worst case", "2014/15", "B", 0, 0),
        ("Worst case", "2014/15", "C", 0, 0),
    ]


def test_nothing_delivered_nothing_to_settle_of_it(tmp_path: Path) -> None:
    finance = Return("Finance")
    finance.line([1_000], line_ref="F1", category="Recurring cost", paid_by="A")
    finance.add("Delivery", line_ref="F1", year="2012/13", forecast=900)
    made = settled(tmp_path, finance)
    assert made is not None
    assert made.delivered.empty


# Controls


@pytest.fixture(scope="module")
def balanced(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("balanced")
    one = programme()
    one.write(folder)
    finance = Return("Finance")
    finance.line([1_000.01] * 3, line_ref="F1", category="Recurring cost", paid_by="A")
    finance.line([-70, 0, -90], line_ref="F2", category="Income", paid_by="B")
    finance.line([50] * 3, line_ref="F3", service="Legal", category="Income", paid_by="C")
    for year in ("2012/13", "2013/14"):
        finance.add("Delivery", line_ref="F1", year=year, delivered=800.01)
        finance.add("Delivery", line_ref="F3", year=year, delivered=40)
    finance.write(folder, "finance.xlsx")
    return results(folder)


def failing(made: Results, settlement: Settlement) -> list[str]:
    checks = settlement_controls(replace(made, settlement=settlement))
    return [each.control for each in checks if each.expected != each.actual]


def test_controls_hold_for_what_is_right(balanced: Results) -> None:
    assert balanced.settlement is not None
    assert failing(balanced, balanced.settlement) == []
    assert len(list(settlement_controls(balanced))) == 2 * (3 * 4 + 3 * 3) + 2 * 3


@pytest.mark.parametrize(
    ("table", "column"),
    [
        *((table, f"{name}_pence") for table in ("balances", "delivered")
          for name in ("books", "share", "due")),
        ("transfers", "amount_pence"),
    ],
)  # fmt: skip
def test_a_wrong_penny_fails_a_control(balanced: Results, table: str, column: str) -> None:
    assert balanced.settlement is not None
    frame = getattr(balanced.settlement, table)
    for row in frame.index:
        wrong = frame.copy()
        wrong.loc[row, column] += 1
        assert failing(balanced, replace(balanced.settlement, **{table: wrong}))


@pytest.mark.parametrize("column", ["books_pence", "share_pence", "due_pence"])
def test_a_penny_with_the_wrong_partner_fails_a_control(balanced: Results, column: str) -> None:
    """What comes to the same over all partners: of each the years together are checked too."""
    assert balanced.settlement is not None
    wrong = balanced.settlement.balances.copy()
    wrong.loc[0, column] += 1
    wrong.loc[1, column] -= 1
    assert failing(balanced, replace(balanced.settlement, balances=wrong))


def test_a_payment_to_the_wrong_partner_fails_a_control(balanced: Results) -> None:
    assert balanced.settlement is not None
    wrong = balanced.settlement.transfers.copy()
    wrong["payee"] = wrong["payer"]
    assert failing(balanced, replace(balanced.settlement, transfers=wrong))


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ([0, 0, 0], []),
        ([5, -5], [(1, 0, 5)]),
        # The largest debt is paid to whoever is owed most, then what is left of both.
        ([100, 60, -90, -70], [(2, 0, 90), (3, 1, 60), (3, 0, 10)]),
        # Ties in partner order, of those who pay and of those who are paid.
        ([-50, 50, -50, 50], [(0, 1, 50), (2, 3, 50)]),
        ([50, 50, -100], [(2, 0, 50), (2, 1, 50)]),
        ([-50, -100, 50, 50, 50], [(0, 3, 50), (1, 2, 50), (1, 4, 50)]),
        ([10**17, -(10**17) + 1, -1], [(1, 0, 10**17 - 1), (2, 0, 1)]),
    ],
)
def test_payments(due: list[int], expected: list[tuple[int, int, int]]) -> None:
    given = list(due)
    assert payments(due) == expected
    assert due == given
