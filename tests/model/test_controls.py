"""Controls on tables in which no two figures are the same: each control adds up its own rows and
no other's (contract, section 6)."""

from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, count
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core.account import Account
from pipeline.core.programme import Rating
from pipeline.core.results import Results, Subject
from pipeline.model.controls import (
    Check,
    account_control,
    controls_table,
    intake_controls,
    model_controls,
)
from pipeline.model.intake import ReturnTotals
from schemas.vocabulary import ANNUAL_CASHABLE as ANNUAL
from schemas.vocabulary import CATEGORIES, ONE_OFF
from tests.report import fake

NET = "Net cashable"
RUNNING = "Cumulative net cashable"
WHOLE = ("Total programme",)
PARTS = (fake.NORTH.name, fake.SOUTH.name, "Not yet apportioned")


def told_apart() -> Results:
    """A line per category and scenario, and tables that don't agree with them: each amount is a
    power of two, so that a sum tells which rows are in it."""
    bit = (1 << number for number in count())

    def years() -> dict[str, int]:
        return {label: next(bit) for label in fake.YEARS}

    lines = []
    for scenario in fake.SCENARIOS:
        for category in CATEGORIES:
            amounts = years()
            lines.append({"scenario": scenario, "category": category, **amounts,
                          "total_pence": sum(amounts.values())})  # fmt: skip
    tables: dict[str, list[dict[str, Any]]] = {
        "summary": [], "appraisal": [], "by_service": [], "by_year": [], "apportioned": []
    }  # fmt: skip
    for scenario in fake.SCENARIOS:
        tables["apportioned"] += [{"scenario": scenario, **years()} for _ in range(2)]
        for organisation in (*WHOLE, *PARTS):
            key = {"scenario": scenario, "organisation": organisation}
            for table, strand in (("summary", "Corporate"), ("summary", "All strands"),
                                  ("appraisal", ""), ("by_service", "Corporate")):  # fmt: skip
                tables[table].append({**key, "strand": strand, "one_off_pence": next(bit),
                                      "annual_cashable_pence": -next(bit),
                                      "payback_years": None})  # fmt: skip
            for measure in (*CATEGORIES, NET, RUNNING):
                row = {**key, "measure": measure, **years(), "total_pence": next(bit)}
                tables["by_year"].append(row)
    # Nothing to pay back, no payback, and a saving in the one-offs alone.
    for row, pair in zip(tables["summary"], ((0, 0), (5, 0), (-5, 0), (-5, 7)), strict=False):
        row["one_off_pence"], row["annual_cashable_pence"] = pair
    tables["summary"][2]["payback_years"] = 0
    frames = {name: fake.frame(rows) for name, rows in tables.items()}
    return fake.results(register=fake.frame(lines), **frames)


def added(frame: pd.DataFrame, column: str, **wanted: object) -> int:
    """The sum of a column over the rows whose cells are among those wanted."""
    total = 0
    for row in frame.to_dict("records"):
        if all(row[name] in value if isinstance(value, tuple) else row[name] == value
               for name, value in wanted.items()):  # fmt: skip
            total += row[column]
    return total


def expected_of(results: Results, scenario: str) -> list[Check]:
    register = results.register
    steady = "2013/14"
    controls = []
    for measure, column, expected in (
        ("One-off", "one_off_pence",
         sum(added(register, y, scenario=scenario, category=ONE_OFF) for y in fake.YEARS)),
        ("Annual cashable", "annual_cashable_pence",
         added(register, steady, scenario=scenario, category=ANNUAL)),
    ):  # fmt: skip
        for whose, who in (("programme", WHOLE), ("partners", PARTS)):
            for words, table, strand in (
                (f"Summary, strands, {whose}", "summary", "Corporate"),
                (f"Summary, all strands, {whose}", "summary", "All strands"),
                (f"Appraisal, {whose}", "appraisal", ""),
                (f"By_service, {whose}", "by_service", "Corporate"),
            ):
                actual = added(
                    getattr(results, table), column,
                    scenario=scenario, organisation=who, strand=strand,
                )  # fmt: skip
                about = Subject(
                    table.capitalize(), scenario, measure, who is WHOLE, "strands, " not in words
                    or "all strands" in words,
                )  # fmt: skip
                title = f"{words}: {measure.lower()}, {scenario} = the register"
                controls.append(Check(title, "pence", expected, actual, about))
    return controls + years_of(results, scenario)


def years_of(results: Results, scenario: str) -> list[Check]:
    register, table = results.register, results.by_year
    cashable = (*ONE_OFF, *ANNUAL)
    every = [added(register, y, scenario=scenario) for y in fake.YEARS]
    net = [added(register, y, scenario=scenario, category=cashable) for y in fake.YEARS]
    controls = []
    for whose, who in (("programme", WHOLE), ("partners", PARTS)):

        def shown(column: str, *measures: str, who: tuple[str, ...] = who) -> int:
            return added(table, column, scenario=scenario, organisation=who, measure=measures)

        def about(measure: str, year: str = "", who: tuple[str, ...] = who) -> Subject:
            return Subject("By_year", scenario, measure, who is WHOLE, year=year)

        start, end = f"By_year, {whose}", f", {scenario} = the register"
        for each in CATEGORIES:
            stated = sum(added(register, y, scenario=scenario, category=each) for y in fake.YEARS)
            actual = sum(shown(year, each) for year in fake.YEARS)
            controls.append(Check(f"{start}: {each}{end}", "pence", stated, actual, about(each)))
        controls.append(
            Check(f"{start}: {NET}{end}", "pence", sum(net), shown("total_pence", NET), about(NET))
        )
        actual = shown("total_pence", *CATEGORIES)
        title = f"{start}: totals of all categories{end}"
        controls.append(Check(title, "pence", sum(every), actual, about("")))
        for words, measure, sums in (
            ("all categories", "", every),
            (NET, NET, net),
            (RUNNING, RUNNING, list(accumulate(net))),
        ):
            for year, stated in zip(fake.YEARS, sums, strict=True):
                actual = shown(year, *((measure,) if measure else CATEGORIES))
                title = f"{start}, {year}: {words}{end}"
                controls.append(Check(title, "pence", stated, actual, about(measure, year)))
    return controls


def test_each_control_adds_up_its_own_rows() -> None:
    results = told_apart()
    entered = np.array([[1, 10], [100, 1_000]])
    controls = model_controls(entered, np.array([True, False]), np.array([1, 2]), results)
    # An incremental 1 counts in both years, an annual line twice where it serves two scenarios.
    title = "Accepted money, with running totals and scenarios written out = the register"
    whole = added(results.register, "total_pence")
    first = Check(title, "pence", 1 * 2 + 10 + 2 * 1_100, whole, Subject("Register"))
    shares = [
        Check(
            f"{scenario}, {year}: shares + not yet apportioned = programme",
            "pence",
            added(results.register, year, scenario=scenario),
            added(results.apportioned, year, scenario=scenario),
            Subject("Apportioned", scenario, year),
        )
        for scenario in fake.SCENARIOS
        for year in fake.YEARS
    ]
    tables = [each for scenario in fake.SCENARIOS for each in expected_of(results, scenario)]
    paybacks = [
        Check(
            f"{table}: rows that pay back, {scenario} = payback years shown",
            "count",
            pays,
            shown,
            Subject(table, scenario, "Payback years"),
        )
        for table, scenario, pays, shown in (
            ("Summary", "Best case", 5, 1),
            ("Summary", "Worst case", 8, 0),
            ("Appraisal", "Best case", 4, 0),
            ("Appraisal", "Worst case", 4, 0),
        )
    ]
    assert controls == [first, *shares, *tables, *paybacks]


def test_what_came_in_is_held_against_what_became_of_it() -> None:
    totals = ReturnTotals("a.xlsx", 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024)
    controls = intake_controls(7, 5, 3, [totals])
    assert controls == [
        Check("Files found = read + not read", "count", 7, 8),
        Check("a.xlsx: rows read = accepted + rejected + excluded + left out", "count", 1, 30),
        Check(
            "a.xlsx: money read = accepted + rejected + excluded + left out + outside the years",
            "pence", 32, 1_984,
        ),
    ]  # fmt: skip
    table = controls_table(controls[:1])
    assert table.to_dict("records") == [
        {"control": "Files found = read + not read", "unit": "count", "expected": 7, "actual": 8,
         "subject": None}
    ]  # fmt: skip
    assert table.dtypes.tolist() == [object] * 5


def test_the_account_of_a_return_names_what_there_is_of_each_kind_with_its_money() -> None:
    cells, pence = [1_234, 2, 0, 8, 16, 32, 64], [-100, 200, 0, 0, 123_456_00, -5, 99]
    check = account_control("a.xlsx", Account(4_096, cells, pence))
    assert check == Check(
        "a.xlsx: numbers on its sheets = 1,234 in lines, minus £1 + 2 in totals, £2 + "
        "8 left out by Layouts, £0 + 16 in summaries, £123,456 + "
        "32 named in Issues, minus £0.05 + 64 no amounts (row numbers, years, codes, percentages), "
        "£0.99",
        "count", 4_096, 1_356,
    )  # fmt: skip
    nothing = account_control("b.xlsx", Account())
    assert nothing == Check("b.xlsx: numbers on its sheets = none", "count", 0, 0)


def test_the_annual_cashable_weighted_by_risk_is_added_up_line_by_line() -> None:
    ratings = (Rating("High", Fraction(9, 10)), Rating("Low", Fraction(1, 3)))
    lines = [
        fake.line("A", "Best case", (0, -1_001), confidence="High"),
        fake.line("B", "Best case", (0, -1_007), confidence="low"),
        fake.line("C", "Best case", (0, -10_000), confidence="Unheard of"),
        fake.line("D", "Best case", (0, -100_000), confidence=None),
        fake.line("E", "Best case", (0, 1_000_003), category="Recurring cost", confidence="Low"),
        fake.line("F", "Worst case", (0, -7_000_000), confidence="High"),
    ]
    appraisal = [
        {"scenario": scenario, "organisation": organisation, "risk_weighted_pence": pence}
        for scenario, organisation, pence in (
            ("Best case", "Total programme", 3),
            ("Best case", fake.NORTH.name, 5),
            ("Worst case", "Total programme", 7),
        )
    ]
    results = fake.results(programme=fake.programme(confidence=ratings), register=fake.frame(lines))
    table = results.appraisal.drop(columns="risk_weighted_pence", errors="ignore")
    results = replace(results, appraisal=pd.concat([table, fake.frame(appraisal)]))
    controls = model_controls(np.zeros((0, 2)), np.zeros(0, bool), np.zeros(0), results)
    # 900.9 and 335.67 half away from nil; words that aren't rated and costs in full.
    whole = {"Best case": -901 - 336 - 10_000 - 100_000 + 1_000_003, "Worst case": -6_300_000}
    measure = "Annual cashable, risk-weighted"
    assert [check for check in controls if "risk-weighted" in check.control] == [
        Check(
            f"Appraisal, programme: {measure.lower()}, {scenario} = the register",
            "pence",
            whole[scenario],
            shown,
            Subject("Appraisal", scenario, measure),
        )
        for scenario, shown in (("Best case", 3), ("Worst case", 7))
    ]
