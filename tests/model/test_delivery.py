"""Delivery against the plan: what the returns report of their lines, by line, service and partner
(contract, sections 3 and 6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import strategies as st

from pipeline.core.results import Delivery
from schemas.vocabulary import CATEGORIES, COSTS, KINDS
from tests.builders import Cell, Programme, Return, error_cell
from tests.ingest.reading import issues, plan, results, run
from tests.long import on_examples

SAVING = "Cashable saving"
AMOUNTS = ("plan_pence", "forecast_pence", "delivered_pence", "variance_pence")
LABELS = ("2012/13", "2013/14", "2014/15", "2015/16")
REFS = ("L0", "L1", "L2", "L3", "L4", "L5")

# A line, a year, forecast and delivered in pence, RAG, and the return that says so. The last line
# is unknown, the last year outside the programme.
Report = tuple[int, int, int | None, int | None, str | None, int]


def delivered(folder: Path) -> Delivery:
    """What the returns report, every control seen to pass."""
    figures = results(folder)
    assert figures.delivery is not None
    controls = figures.controls
    assert controls[controls["expected"] != controls["actual"]].empty
    return figures.delivery


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    """Rows with pence as pounds; blanks are None."""
    return [
        tuple(
            value / 100 if name.endswith("_pence") and value is not None else value
            for name, value in zip(columns, row, strict=True)
        )
        for row in frame[list(columns)].itertuples(index=False, name=None)
    ]


def tracked(folder: Path, **cells: object) -> Delivery:
    """One line of (1,000) a year from 2012/13, and one row of Delivery on it."""
    plan().write(folder)
    finance = Return()
    finance.line([-1_000] * 3, line_ref="F1", category=SAVING)
    finance.add("Delivery", **({"line_ref": "F1", "year": "2012/13"} | cells))  # type: ignore[arg-type]
    finance.write(folder)
    return delivered(folder)


def test_a_row_stands_beside_its_plan(tmp_path: Path) -> None:
    made = tracked(tmp_path, forecast=-900, delivered=-250.5, rag="amber", commentary="Late")
    columns = (
        *("line_ref", "description", "service", "year"),
        *(*AMOUNTS, "rag", "commentary", "sheet", "row"),
    )
    assert rows(made.lines, *columns) == [
        ("F1", "Line FIN-1", "ICT", "2012/13", -1_000, -900, -250.5, 100, "Amber", "Late",
         "Delivery", 2),
    ]  # fmt: skip


def test_a_blank_forecast_is_none_and_a_dash_is_nil(tmp_path: Path) -> None:
    amounts = ("plan_pence", "forecast_pence", "delivered_pence", "variance_pence")
    made = tracked(tmp_path / "blank", rag="Red")
    assert rows(made.lines, *amounts) == [(-1_000, None, None, None)]
    assert rows(made.tracker, "service", *amounts, "red", "no_forecast") == [
        ("ICT", -1_000, None, None, None, 1, 1),
        ("All services", -1_000, None, None, None, 1, 1),
    ]
    made = tracked(tmp_path / "dash", forecast="-", delivered="nil")
    assert rows(made.lines, *amounts) == [(-1_000, 0, 0, 1_000)]


def test_amounts_are_in_the_return_s_units_and_its_sign_is_the_category_s(tmp_path: Path) -> None:
    plan(units="£000").write(tmp_path)
    finance = Return()
    finance.cover("Units", "£m")
    finance.cover("Savings sign", "Positive")
    finance.line([2], line_ref="S", category=SAVING)
    finance.line([3], line_ref="C", category="Recurring cost")
    finance.add("Delivery", line_ref="S", year="FY13", forecast=1.5, delivered="500k")
    finance.add("Delivery", line_ref="c", year="12/13", forecast=4, delivered=1)
    finance.write(tmp_path)
    assert rows(
        delivered(tmp_path).lines, "line_ref", "plan_pence", "forecast_pence", "delivered_pence"
    ) == [("S", -2_000_000, -1_500_000, -500_000), ("C", 3_000_000, 4_000_000, 1_000_000)]
    assert issues(tmp_path) == []


def test_costs_below_zero_are_turned_round_in_delivery_too(tmp_path: Path) -> None:
    plan(savings_sign="Positive", costs_sign="Negative").write(tmp_path)
    finance = Return()
    finance.line([-3, 0, 0], line_ref="C", category="Recurring cost")
    finance.add("Delivery", line_ref="C", year="12/13", forecast=-4, delivered=-1)
    row = finance.add("Delivery", line_ref="C", year="13/14", forecast=4)
    finance.write(tmp_path)
    assert rows(
        delivered(tmp_path).lines, "line_ref", "plan_pence", "forecast_pence", "delivered_pence"
    ) == [("C", 3, 4, 1), ("C", 0, -4, None)]
    assert issues(tmp_path) == [("sign", finance.at(row, "Forecast", "Delivery"))]
    signs = [issue for issue in run(tmp_path).issues if issue.rule == "sign"]
    assert "savings above zero and costs below it" in signs[0].remedy


def test_the_plan_is_the_plan_scenario_s_and_always_the_effect_in_the_year(tmp_path: Path) -> None:
    Programme(profile="Incremental", plan_scenario="Worst case").write(tmp_path)
    finance = Return()
    for scenario, change in (("Best case", -500), ("Worst case", -200)):
        finance.line([change, change], line_ref="F1", category=SAVING, scenario=scenario)
    finance.line([-9], line_ref="F2", category=SAVING, scenario="Best case")
    finance.add("Delivery", line_ref="F1", year="2013/14", forecast=-450)
    finance.add("Delivery", line_ref="F2", year="2012/13", forecast=-5)
    finance.write(tmp_path)
    made = delivered(tmp_path)
    columns = ("line_ref", "plan_pence", "forecast_pence", "variance_pence")
    assert rows(made.lines, *columns) == [("F1", -400, -450, -50)]
    assert rows(made.left_out, *columns, "reason") == [
        ("F2", None, -5, None, "The line has no row in Worst case, the plan scenario."),
    ]


def test_a_line_whose_plan_is_not_accepted_is_left_out_with_the_reason(tmp_path: Path) -> None:
    """A saving without its plan would look like one that nobody planned: the better, the worse."""
    Programme(plan_scenario="Worst case").write(tmp_path)
    finance = Return()
    for ref in ("R", "E", "S"):
        finance.line([-500], line_ref=ref, category=SAVING, scenario="Best case")
    rejected = finance.line(["TBC"], line_ref="R", category=SAVING, scenario="Worst case")
    elsewhere = {"scenario": "Worst case", "counted_in": "Fire"}
    finance.line([-400], line_ref="E", category=SAVING, **elsewhere)
    spelt = finance.line([-400], line_ref="S", category=SAVING, scenario="Wrost case")
    finance.line([-300], line_ref="OK", category=SAVING)
    for ref in ("R", "E", "S", "OK"):
        finance.add("Delivery", line_ref=ref, year="2012/13", forecast=-250)
    finance.write(tmp_path)
    made = delivered(tmp_path)
    columns = ("line_ref", "service", "forecast_pence", "variance_pence", "reason")
    assert rows(made.left_out, *columns) == [
        ("R", "ICT", -250, None,
         f"The line is rejected in return.xlsx, Savings!A{rejected}: see Issues."),
        ("E", "ICT", -250, None, "The line is excluded: Fire counts it."),
        ("S", "ICT", -250, None,
         f"The line is rejected in return.xlsx, Savings!A{spelt}: see Issues."),
    ]  # fmt: skip
    assert rows(made.tracker, "kind", "service", *AMOUNTS) == [
        ("Cashable", "ICT", -300, -250, None, 50),
        ("Cashable", "All services", -300, -250, None, 50),
    ]


def test_amounts_left_out_bear_the_sign_of_their_line_s_category(tmp_path: Path) -> None:
    plan(savings_sign="Positive").write(tmp_path)
    finance = Return()
    finance.line([5], line_ref="S", category=SAVING, counted_in="Fire")
    finance.line([5], line_ref="C", category="One-off cost", counted_in="Fire")
    for ref in ("S", "C", "?"):
        finance.add("Delivery", line_ref=ref, year="2012/13", forecast=4)
    finance.write(tmp_path)
    amounts = rows(delivered(tmp_path).left_out, "line_ref", "forecast_pence")
    assert amounts == [("S", -4), ("C", 4), ("?", 4)]


def reporting(folder: Path, name: str, dated: date | None, forecast: int) -> None:
    other = Return(name)
    other.cover("Date", dated)
    other.line([-1], category=SAVING)
    other.add("Delivery", line_ref="F1", year="2012/13", forecast=forecast)
    other.write(folder, f"{name}.xlsx")


def test_the_return_with_the_latest_date_counts_and_in_a_tie_the_first_by_path(
    tmp_path: Path,
) -> None:
    tracked(tmp_path, forecast=-100)
    reporting(tmp_path, "A later one", date(2012, 12, 31), -300)
    reporting(tmp_path, "Another", date(2012, 12, 31), -400)
    reporting(tmp_path, "Undated", None, -500)
    made = delivered(tmp_path)
    assert rows(made.lines, "forecast_pence", "workbook") == [(-300, "A later one.xlsx")]
    assert rows(made.left_out, "forecast_pence", "workbook", "reason") == [
        (forecast, workbook,
         "A later one.xlsx, Delivery!A2 reports the same line and year, and counts.")
        for forecast, workbook in
        ((-400, "Another.xlsx"), (-500, "Undated.xlsx"), (-100, "return.xlsx"))
    ]  # fmt: skip


def test_nothing_that_a_return_reports_is_lost_in_silence(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.line([-10], line_ref="KEPT", category=SAVING)
    finance.line([-20], line_ref="OUT", category=SAVING, counted_in="Capital review")
    bad = finance.line(["TBC"], line_ref="BAD", category=SAVING)
    add = finance.add
    unknown = add("Delivery", line_ref="KEP", year="2012/13", forecast=-1)
    add("Delivery", line_ref="OUT", year="2012/13", forecast=-2)
    add("Delivery", line_ref="BAD", year="2012/13", forecast=-4)
    outside = add("Delivery", line_ref="KEPT", year="2030/31", forecast=-8)
    add("Delivery", line_ref="KEPT", year="2031/32", commentary="Nothing yet")
    soon = add("Delivery", line_ref="KEPT", year="soon", forecast=-16)
    text = add("Delivery", line_ref="KEPT", year="2013/14", forecast="TBC", delivered=-32)
    broken = add("Delivery", line_ref="KEPT", year="2014/15", forecast=error_cell(), delivered=-64)
    add("Delivery", line_ref="KEPT", year="2012/13", forecast=-128)
    add("Delivery", line_ref="KEPT", year="2012/13", forecast=-256)
    missing = add("Delivery", forecast=-512, rag="Green")
    word = add("Delivery", line_ref="KEPT", year="2013/14", forecast=-1_024, rag="Pink")
    finance.write(tmp_path)

    def at(row: int, heading: str) -> str:
        return finance.at(row, heading, "Delivery")

    assert sorted(issues(tmp_path)) == sorted(
        [
            ("amount-not-number", finance.at(bad, "2012/13")),
            ("unknown-value", at(unknown, "Line ref")),
            ("year-outside-programme", at(outside, "Year")),
            ("unknown-value", at(soon, "Year")),
            ("amount-not-number", at(text, "Forecast")),
            ("cell-error", at(broken, "Forecast")),
            ("missing-value", at(missing, "Line ref")),
            ("missing-value", at(missing, "Year")),
            ("unknown-value", at(word, "RAG")),
        ]
    )
    made = delivered(tmp_path)
    assert rows(made.lines, "line_ref", "forecast_pence") == [("KEPT", -128)]
    first = "return.xlsx, Delivery!A10 reports the same line and year, and counts."
    error, years = "The row has an error: see Issues.", "The programme does not cover the year."
    assert rows(made.left_out, "line_ref", "forecast_pence", "delivered_pence", "reason") == [
        ("KEP", -1, None, error),
        ("OUT", -2, None, "The line is excluded: Capital review counts it."),
        ("BAD", -4, None, f"The line is rejected in return.xlsx, Savings!A{bad}: see Issues."),
        ("KEPT", -8, None, years),
        ("KEPT", None, None, years),
        ("KEPT", -16, None, error),
        ("KEPT", None, -32, error),
        ("KEPT", None, -64, error),
        ("KEPT", -256, None, first),
        (None, -512, None, error),
        ("KEPT", -1_024, None, error),
    ]  # fmt: skip


def test_the_rows_of_a_return_that_can_t_be_read_say_why_they_don_t_count(tmp_path: Path) -> None:
    tracked(tmp_path, forecast=-100)
    odd = Return("Odd")
    odd.cover("Units", "dollars")
    odd.line([-1], category=SAVING)
    odd.add("Delivery", line_ref="F1", year="2013/14", forecast=-7)
    odd.write(tmp_path, "odd.xlsx")
    old = Return()
    old.cover("Date", date(2011, 1, 1))
    old.line([-1_000], line_ref="F1", category=SAVING)
    old.add("Delivery", line_ref="F1", year="2014/15", forecast=-9)
    old.write(tmp_path, "old.xlsx")
    made = delivered(tmp_path)
    assert rows(made.lines, "forecast_pence") == [(-100,)]
    assert rows(made.left_out, "forecast_pence", "reason") == [
        (-7, "The return's Cover has an error: see Issues."),
        (-9, "Another version of this return is read."),
    ]


def test_signs_and_fractions_of_a_penny_are_named(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.line([-5], line_ref="S", category=SAVING)
    finance.line([5], line_ref="C", category="One-off cost")
    saving = finance.add("Delivery", line_ref="S", year="2012/13", forecast=-4, delivered=3)
    cost = finance.add("Delivery", line_ref="C", year="2012/13", forecast=-4)
    odd = finance.add("Delivery", line_ref="C", year="2013/14", forecast=0.125, delivered=0.125)
    finance.write(tmp_path)
    assert sorted(issues(tmp_path)) == sorted(
        [
            ("sign", finance.at(saving, "Delivered", "Delivery")),
            ("sign", finance.at(cost, "Forecast", "Delivery")),
            ("sub-penny", finance.at(odd, "Forecast", "Delivery")),
        ]
    )
    assert rows(delivered(tmp_path).lines, "forecast_pence") == [(-4,), (-4,), (0.13,)]


def test_lines_due_this_year_without_a_row_are_listed(tmp_path: Path) -> None:
    """This year is the latest one of which a return says what is delivered, nil or not."""
    Programme().write(tmp_path)
    finance = Return()
    finance.line([-1, -2, -3], line_ref="F1", category=SAVING)
    finance.line([0, -20, -30], line_ref="F2", category=SAVING)
    finance.line([0, 0, -300], line_ref="F3", category=SAVING)
    finance.line([0, -4], line_ref="F4", category=SAVING, scenario="Best case")
    finance.add("Delivery", line_ref="F1", year="2012/13", delivered=-1)
    finance.add("Delivery", line_ref="F1", year="2013/14", delivered=0)
    finance.add("Delivery", line_ref="F1", year="2014/15", forecast=-3)
    finance.add("Delivery", line_ref="F2", year="2014/15", forecast=-30)
    finance.write(tmp_path)
    made = delivered(tmp_path)
    assert made.due_year == "2013/14"
    assert rows(made.due, "line_ref", "year", "plan_pence") == [("F2", "2013/14", -20)]


def test_with_forecasts_alone_the_first_year_is_this_year(tmp_path: Path) -> None:
    made = tracked(tmp_path, year="2013/14", forecast=-1)
    assert (made.due_year, len(made.due)) == ("2013/14", 0)


def test_where_no_row_counts_the_tables_are_empty(tmp_path: Path) -> None:
    made = tracked(tmp_path, line_ref="F2", forecast=-1)
    frames = (made.lines, made.parts, made.tracker, made.organisations, made.due)
    assert [len(frame) for frame in frames] == [0] * 5
    assert (made.due_year, len(made.left_out)) == ("", 1)


def test_without_a_row_of_delivery_there_is_none(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.line([1])
    finance.sheet("Delivery")
    finance.write(tmp_path)
    assert results(tmp_path).delivery is None


def two_services(folder: Path) -> Delivery:
    one = Programme(scenarios="Plan")
    one.partner("A", "Alpha Council")
    one.partner("B", "Beta Police")
    one.service("ICT", "Corporate", "Baseline")
    one.service("Fleet", "Operations", "Not agreed")
    one.baseline("ICT", A=2, B=1)
    one.baseline("ICT", year="2013/14", A=0, B=1)
    one.write(folder)
    finance = Return()
    finance.line([-10, -10, -10], line_ref="F1", category=SAVING)
    finance.line([-6, -6, -6], line_ref="F2", category=SAVING, service="Fleet")
    finance.line([5], line_ref="F3", basis="Direct", partner="A")
    finance.add("Delivery", line_ref="F2", year="2012/13", forecast=-4, delivered=-1, rag="Red")
    finance.add("Delivery", line_ref="F1", year="2013/14", forecast=-11, rag="Green")
    finance.add("Delivery", line_ref="F1", year="2012/13", forecast=-8, delivered=-0.01, rag="Blue")
    finance.add("Delivery", line_ref="F3", year="2012/13", forecast=7, delivered=6)
    finance.write(folder)
    return delivered(folder)


def test_the_tracker_adds_up_services_and_years(tmp_path: Path) -> None:
    counts = ("blue", "green", "amber", "red", "black", "not_rated", "no_forecast")
    tracker = two_services(tmp_path).tracker
    assert rows(tracker, "kind", "service", "year", *AMOUNTS, *counts) == [
        ("Cashable", "ICT", "2012/13", -10, -8, -0.01, 2, 1, 0, 0, 0, 0, 0, 0),
        ("Cashable", "Fleet", "2012/13", -6, -4, -1, 2, 0, 0, 0, 1, 0, 0, 0),
        ("Cashable", "All services", "2012/13", -16, -12, -1.01, 4, 1, 0, 0, 1, 0, 0, 0),
        ("Cashable", "ICT", "2013/14", -10, -11, None, -1, 0, 1, 0, 0, 0, 0, 0),
        ("Cashable", "All services", "2013/14", -10, -11, None, -1, 0, 1, 0, 0, 0, 0, 0),
        ("One-off", "ICT", "2012/13", 5, 7, 6, 2, 0, 0, 0, 0, 0, 1, 0),
        ("One-off", "All services", "2012/13", 5, 7, 6, 2, 0, 0, 0, 0, 0, 1, 0),
    ]
    assert tracker["delivered_part"].tolist() == [
        Fraction(1, 1_000), Fraction(1, 6), Fraction(101, 1_600), None, None, Fraction(6, 5),
        Fraction(6, 5),
    ]  # fmt: skip


def test_each_category_is_of_one_kind_and_kinds_are_never_added(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    planned = {
        category: 10**number * (1 if category in COSTS else -1)
        for number, category in enumerate(CATEGORIES)
    }
    for category, amount in planned.items():
        finance.line([amount], line_ref=category, category=category)
        finance.add("Delivery", line_ref=category, year="2012/13", forecast=2 * amount)
    finance.write(tmp_path)
    tracker = delivered(tmp_path).tracker
    whole = tracker[tracker["service"] == "All services"]
    assert rows(whole, "kind", "plan_pence", "variance_pence") == [
        (kind, *2 * (sum(planned[each] for each in categories),))
        for kind, categories in KINDS.items()
    ]


def overdue(folder: Path, dated: date | None) -> list[tuple[object, ...]]:
    """Savings of 10 a year, and what a return that is dated so says of 2012/13 and 2013/14."""
    plan().write(folder)
    finance = Return()
    finance.cover("Date", dated)
    for ref in ("SHORT", "FULL", "DONE", "UNSAID", "SILENT", "2013"):
        finance.line([-10, -10, -10], line_ref=ref, category=SAVING, owner=f"Ann {ref}")
    finance.line([10, 10], line_ref="COST", category="Recurring cost")
    add = finance.add
    add("Delivery", line_ref="SHORT", year="2012/13", forecast=-8, delivered=-7, rag="Red")
    add("Delivery", line_ref="FULL", year="2012/13", delivered=-11)
    add("Delivery", line_ref="DONE", year="2012/13", delivered=-9, rag="Blue")
    add("Delivery", line_ref="UNSAID", year="2012/13", forecast=-10)
    add("Delivery", line_ref="2013", year="2012/13", delivered=-10)
    add("Delivery", line_ref="2013", year="2013/14", forecast=-10)
    add("Delivery", line_ref="COST", year="2012/13", delivered=4)
    finance.write(folder)
    return rows(
        delivered(folder).overdue, "line_ref", "year", "delivered_pence", "outstanding_pence"
    )


def test_savings_of_a_year_that_is_over_are_overdue_until_they_are_delivered(
    tmp_path: Path,
) -> None:
    late = [
        ("SHORT", "2012/13", -7, 3),
        ("UNSAID", "2012/13", None, 10),
        ("SILENT", "2012/13", None, 10),
    ]
    assert overdue(tmp_path / "within", date(2013, 3, 31)) == []
    assert overdue(tmp_path / "undated", None) == []
    assert overdue(tmp_path / "after", date(2013, 4, 1)) == late


def test_amounts_are_shared_as_the_line_is_by_its_weights_in_that_year(tmp_path: Path) -> None:
    parts = two_services(tmp_path).parts
    assert rows(parts, "line_ref", "year", "partner", *AMOUNTS) == [
        ("F1", "2012/13", "A", -6.67, -5.33, -0.01, 1.34),
        ("F1", "2012/13", "B", -3.33, -2.67, 0, 0.66),
        ("F1", "2013/14", "B", -10, -11, None, -1),
        ("F2", "2012/13", "", -6, -4, -1, 2),
        ("F3", "2012/13", "A", 5, 7, 6, 2),
    ]


def test_each_organisation_has_a_row_a_year(tmp_path: Path) -> None:
    organisations = two_services(tmp_path).organisations
    cashable = organisations[organisations["kind"] == "Cashable"]
    assert rows(cashable, "organisation", "year", *AMOUNTS, "blue", "red") == [
        ("Total programme", "2012/13", -16, -12, -1.01, 4, 1, 1),
        ("Total programme", "2013/14", -10, -11, None, -1, 0, 0),
        ("Alpha Council", "2012/13", -6.67, -5.33, -0.01, 1.34, 1, 0),
        ("Alpha Council", "2013/14", 0, 0, None, 0, 0, 0),
        ("Beta Police", "2012/13", -3.33, -2.67, 0, 0.66, 1, 0),
        ("Beta Police", "2013/14", -10, -11, None, -1, 0, 0),
        ("Not yet apportioned", "2012/13", -6, -4, -1, 2, 0, 1),
        ("Not yet apportioned", "2013/14", 0, 0, None, 0, 0, 0),
    ]
    others = organisations[organisations["kind"] != "Cashable"]
    assert rows(others, "organisation", "kind", "year", *AMOUNTS) == [
        ("Total programme", "One-off", "2012/13", 5, 7, 6, 2),
        ("Alpha Council", "One-off", "2012/13", 5, 7, 6, 2),
        ("Beta Police", "One-off", "2012/13", 0, 0, 0, 0),
        ("Not yet apportioned", "One-off", "2012/13", 0, 0, 0, 0),
    ]


AMOUNT = st.none() | st.integers(-10_000_00, 10_000_00)
RATING = st.sampled_from([None, "Blue", "Green", "Amber", "Red", "Black"])
REPORT = st.tuples(st.integers(0, 5), st.integers(0, 3), AMOUNT, AMOUNT, RATING, st.integers(0, 1))
DAYS = st.tuples(*[st.none() | st.integers(1, 3)] * 2)


@on_examples(
    10,
    st.lists(REPORT, min_size=1, max_size=25),
    st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any),
    DAYS,
    quick=3,
)
def test_the_tables_are_what_a_slow_reference_makes_of_the_reports(
    reports: list[Report], weights: list[int], days: tuple[int | None, int | None]
) -> None:
    with TemporaryDirectory() as name:
        write_reports(Path(name), reports, weights, days)
        made = delivered(Path(name))
    best: dict[tuple[str, str], tuple[int, Report]] = {}
    for report in sorted(reports, key=lambda each: each[5]):
        key, day = (REFS[report[0]], LABELS[report[1]]), days[report[5]] or 0
        if report[0] < 5 and report[1] < 3 and (key not in best or day > best[key][0]):
            best[key] = (day, report)
    wanted = [(*key, -100_00, *report[2:5]) for key, (_, report) in sorted(best.items())]
    columns = ["line_ref", "year", *AMOUNTS[:3], "rag"]
    assert list(made.lines[columns].itertuples(index=False, name=None)) == wanted
    assert len(made.lines) + len(made.left_out) == len(reports)

    shares: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for _, label, *amounts, _ in wanted:
        for measure, pence in enumerate(amounts):
            for code, part in zip("ABC", largest_remainder(pence or 0, weights), strict=True):
                shares[f"Partner {code}", label][measure] += part
    for row in made.organisations.to_dict("records"):
        if row["organisation"] != "Total programme":
            found = [row[column] or 0 for column in AMOUNTS[:3]]
            assert found == shares[row["organisation"], row["year"]]


def write_reports(
    folder: Path, reports: list[Report], weights: list[int], days: tuple[int | None, int | None]
) -> None:
    """A programme with five lines of (100) a year, and what two returns report of them."""
    one = Programme(scenarios="Plan")
    for code in "ABC":
        one.partner(code, f"Partner {code}")
    one.service("ICT")
    one.baseline("ICT", **dict(zip("ABC", weights, strict=True)))
    one.write(folder)
    returns = [Return("One"), Return("Two")]
    for ref in REFS[:-1]:
        returns[0].line([-100] * 3, line_ref=ref, category=SAVING)
    returns[1].line([0], line_ref="other")
    for line, year, forecast, done, rag, which in reports:
        returns[which].add(
            "Delivery",
            line_ref=REFS[line],
            year=LABELS[year],
            forecast=None if forecast is None else forecast / 100,
            delivered=None if done is None else done / 100,
            rag=rag,
        )
    for each, day in zip(returns, days, strict=True):
        each.cover("Date", date(2013, 1, day) if day else None)
        each.write(folder, f"{each.department}.xlsx")


def largest_remainder(pence: int, weights: list[int]) -> list[int]:
    quotas = [Fraction(abs(pence) * weight, sum(weights)) for weight in weights]
    parts = [quota.numerator // quota.denominator for quota in quotas]
    order = sorted(range(len(weights)), key=lambda n: (parts[n] - quotas[n], n))
    for n in order[: abs(pence) - sum(parts)]:
        parts[n] += 1
    return [part if pence > 0 else -part for part in parts]


# Weighted by risk

RATINGS = {"Green": 0.9, "Amber": "60%", "Black": 0, "High": 0.8, "Low": 0.25}


def rated(
    folder: Path, ratings: Mapping[str, Cell], category: str = SAVING, **cells: Cell
) -> Delivery:
    """A line of 1,000 whose Confidence is Low, and a row of Delivery on it."""
    one = plan()
    for word, weight in ratings.items():
        one.rating(word, weight)
    one.write(folder)
    amount = 1_000 if category in COSTS else -1_000
    finance = Return()
    finance.line([amount] * 3, line_ref="F1", category=category, confidence=" low")
    finance.add("Delivery", line_ref="F1", year="2012/13", **{"forecast": amount, **cells})
    finance.write(folder)
    return delivered(folder)


@pytest.mark.parametrize(
    ("cells", "rating", "pence"),
    [
        ({"rag": "Amber"}, "Amber", -600_00),
        ({"rag": "black"}, "Black", 0),
        # No RAG: by the line's Confidence. One that isn't listed beside others: in full.
        ({}, "Low", -250_00),
        ({"rag": "Blue"}, None, -1_000_00),
        ({"rag": "Amber", "category": "Recurring cost"}, None, 1_000_00),
        ({"rag": "Amber", "category": "Cost avoidance"}, "Amber", -600_00),
        ({"rag": "Amber", "forecast": None}, "Amber", None),
        # Half a penny, away from nil.
        ({"rag": "Green", "forecast": -0.05}, "Green", -5),
        ({"rag": "Green", "forecast": -0.15}, "Green", -14),
    ],
)
def test_a_forecast_is_weighted_by_its_rag_else_by_the_confidence_of_its_line(
    tmp_path: Path, cells: dict[str, Any], rating: str | None, pence: int | None
) -> None:
    made = rated(tmp_path, RATINGS, **cells)
    (line,) = made.lines.to_dict("records")
    assert (line["weighed_by"], line["risk_weighted_pence"]) == (rating, pence)
    assert made.tracker["risk_weighted_pence"].tolist() == [pence, pence]


def test_where_no_rag_is_rated_the_line_s_confidence_holds(tmp_path: Path) -> None:
    made = rated(tmp_path, {"High": 0.8, "Low": "12.5%"}, rag="Green")
    assert made.tracker["risk_weighted_pence"].tolist() == [-125_00, -125_00]


@pytest.mark.parametrize("ratings", [{}, {"Green": 0.9, "Low": 90}], ids=["no sheet", "wrong"])
def test_nothing_is_weighted_without_ratings_or_where_one_of_them_is_wrong(
    tmp_path: Path, ratings: dict[str, Cell]
) -> None:
    made = rated(tmp_path, ratings, rag="Green")
    assert made.lines["weight"].tolist() == [None]
    assert made.tracker["risk_weighted_pence"].tolist() == [None, None]
    assert results(tmp_path).appraisal["risk_weighted_pence"].notna().sum() == 0


def test_the_appraisal_weighs_each_line_and_part_by_its_confidence(tmp_path: Path) -> None:
    """A third of a line is weighted for itself; other figures are as they were."""
    one = Programme(scenarios="Plan")
    one.partner("A", "Alpha Council")
    one.partner("B", "Beta Police")
    one.service("ICT")
    one.baseline("ICT", A=2, B=1)
    one.rating("Low", 0.25)
    one.write(tmp_path)
    finance = Return()
    finance.line([-100] * 3, category=SAVING, confidence="Low")
    finance.line([-10] * 3, category="Income", confidence="Nobody knows")
    finance.line([40] * 3, category="Recurring cost", confidence="Low")
    finance.line([-7_000] * 3, category="Cost avoidance", confidence="Low")
    finance.line([-7_000] * 3, category="One-off saving", confidence="Low")
    finance.write(tmp_path)
    made = results(tmp_path)
    assert made.controls["expected"].tolist() == made.controls["actual"].tolist()
    columns = ("organisation", "annual_cashable_pence", "risk_weighted_pence")
    assert rows(made.appraisal, *columns) == [
        ("Total programme", -70, 5),
        ("Alpha Council", -46.67, 3.33),
        ("Beta Police", -23.33, 1.67),
    ]
