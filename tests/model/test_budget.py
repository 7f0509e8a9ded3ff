"""The budget table against the words of the contract, year by year."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import strategies as st

from pipeline.core.results import Results
from pipeline.model.budget import budget, budget_gap, one_off_share
from pipeline.report import findings
from pipeline.report.books import partner_pack, programme_summary
from schemas.model import BY_YEAR
from schemas.vocabulary import CATEGORIES
from tests.builders import Programme, Return
from tests.frames import frame_of
from tests.long import on_examples
from tests.model.test_tags import failing
from tests.report import fake
from tests.running import outcome_of

YEARS = fake.YEARS
PENCE = st.integers(-(10**12), 10**12)
EFFECTS = st.fixed_dictionaries({each: st.tuples(PENCE, PENCE) for each in CATEGORIES})
NAMES = ("Total programme", fake.NORTH.name, fake.SOUTH.name)


@on_examples(
    200,
    st.fixed_dictionaries({(name, s): EFFECTS for name in NAMES for s in fake.SCENARIOS}),
    st.tuples(st.tuples(PENCE, PENCE), st.tuples(PENCE, PENCE)),
    quick=30,
)
def test_each_year_is_the_change_and_running_totals_are_by_years(
    effects: dict[tuple[str, str], dict[str, tuple[int, int]]],
    gap: tuple[tuple[int, int], tuple[int, int]],
) -> None:
    own = fake.programme(gap=gap)
    rows = [
        {
            "organisation": name,
            "scenario": scenario,
            "measure": measure,
            **dict(zip(YEARS, pence, strict=True)),
        }
        for (name, scenario), by_category in effects.items()
        for measure, pence in (*by_category.items(), ("Net cashable", (1, 2)))
    ]
    by_year = frame_of(BY_YEAR, rows, YEARS)
    changes = budget(by_year, own)
    found = {tuple(row[:3]): row[3:] for row in changes.values.tolist()}
    assert len(found) == len(changes) == 3 * len(effects)
    for (name, scenario), of_category in effects.items():
        for measure, categories in (
            ("One-off", ("One-off cost", "One-off saving")),
            ("Recurring", ("Recurring cost", "Cashable saving", "Income")),
        ):
            # What a year adds is taken back in the next, and then the next year's is added.
            expected = [0, 0]
            for category in categories:
                first, second = of_category[category]
                expected[0] += first
                expected[1] += second - first
            assert found[name, scenario, measure] == expected
        net = [
            a + b
            for a, b in zip(
                found[name, scenario, "One-off"], found[name, scenario, "Recurring"], strict=True
            )
        ]
        assert found[name, scenario, "Net"] == net

    gaps: dict[tuple[str, str], dict[str, list[object]]] = defaultdict(dict)
    for partner, scenario, measure, *figures in budget_gap(changes, own).values.tolist():
        gaps[partner, scenario][measure] = figures
    assert set(gaps) == {(code, s) for code in own.codes for s in fake.SCENARIOS}
    for (code, scenario), rows_of in gaps.items():
        place = own.codes.index(code)
        name = own.partners[place].name
        three = [list(gap[place]), *(found[name, scenario, m] for m in ("Recurring", "One-off"))]
        four = [*three, [sum(each) for each in zip(*three, strict=True)]]
        names = ("Gap before", "Recurring", "One-off", "Gap after")
        for measure, changes_of in zip(names, four, strict=True):
            assert rows_of[measure] == changes_of
            assert rows_of[f"{measure}, cumulative"] == list(accumulate(changes_of))
        last = list(rows_of)[-1]
        assert last == "One-off share of closing, cumulative"
        for share, recurring, one_off in zip(
            rows_of[last],
            rows_of["Recurring, cumulative"],
            rows_of["One-off, cumulative"],
            strict=True,
        ):
            assert isinstance(recurring, int)
            assert isinstance(one_off, int)
            assert share == one_off_share(recurring, one_off)
            assert share is None or 0 <= share <= 1


@pytest.mark.parametrize(
    ("recurring", "one_off", "share"),
    [
        (-75, -25, Fraction(1, 4)),
        (-75, 0, 0),
        (-75, 25, 0),
        (0, -25, 1),
        (20, -50, 1),
        (-20, 20, None),
        (-20, 50, None),
        (0, 0, None),
        (5, 5, None),
    ],
)
def test_the_part_that_rests_on_one_offs(recurring: int, one_off: int, share: object) -> None:
    assert one_off_share(recurring, one_off) == share


def made(folder: Path, gap: int = 1_000) -> Results:
    """A one-off cost of 100, a one-off saving of 200 in the second year, and savings that grow to
    900, of which A bears 60%; A's gap is ``gap`` in each year, B has none."""
    one = Programme()
    if gap:
        one.gap("A", dict.fromkeys(("2012/13", "2013/14", "2014/15"), gap))
    one.write(folder)
    finance = Return()
    finance.line([100], category="One-off cost")
    finance.line([0, -200], category="One-off saving")
    finance.line([-300, -600, -900], category="Cashable saving")
    finance.line([-50, -50, -50], category="Cost avoidance")
    finance.write(folder, "finance.xlsx")
    results = outcome_of(folder).results
    assert results is not None
    return results


def test_the_table_that_goes_into_the_plan(tmp_path: Path) -> None:
    results = made(tmp_path)
    rows = {tuple(row[:3]): row[3:] for row in results.budget.values.tolist()}
    assert rows["Total programme", "Worst case", "One-off"] == [10_000, -30_000, 20_000]
    assert rows["Total programme", "Worst case", "Recurring"] == [-30_000, -30_000, -30_000]
    assert rows["Alpha Council", "Best case", "Net"] == [-12_000, -36_000, -6_000]
    gap = {tuple(row[:3]): row[3:] for row in results.budget_gap.values.tolist()}
    assert gap["A", "Worst case", "Gap after"] == [88_000, 64_000, 94_000]
    assert gap["A", "Worst case", "Gap after, cumulative"] == [88_000, 152_000, 246_000]
    assert gap["A", "Worst case", "One-off share of closing, cumulative"] == [0, Fraction(1, 4), 0]
    assert gap["B", "Worst case", "Gap before"] == [0, 0, 0]
    assert gap["B", "Worst case", "Gap after, cumulative"] == [-8_000, -32_000, -36_000]
    assert findings.gap_closed(results) == (
        "£900 of the budget gap of £3,000 is closed by 2014/15, none of it by one-offs; £2,100 is "
        "left (Worst case)"
    )


@pytest.mark.parametrize(
    ("gap", "sentence"),
    [
        (300, "All of the budget gap of £900 is closed by 2014/15, none of it by one-offs"),
        (100, "All of the budget gap of £300 is closed with £600 to spare by 2014/15, none of it"),
        (-5, "There is no budget gap to close by 2014/15 (Worst case)"),
    ],
)
def test_how_much_of_the_gap_is_closed_is_said(gap: int, sentence: str, tmp_path: Path) -> None:
    assert findings.gap_closed(made(tmp_path, gap)).startswith(sentence)


def test_a_penny_in_a_change_or_a_gap_fails_its_controls(tmp_path: Path) -> None:
    results = made(tmp_path)
    assert not (results.controls["expected"] != results.controls["actual"]).any()
    assert failing(results) == []
    wrong = results.budget.copy()
    wrong.loc[0, "2013/14"] += 1
    assert failing(replace(results, budget=wrong)) == [
        "Budget, programme, 2013/14: running total of one-off, Best case = By_year",
        "Budget, programme, 2014/15: running total of one-off, Best case = By_year",
    ]
    gaps = results.budget_gap.copy()
    gaps.loc[gaps["measure"] == "Gap after, cumulative", "2014/15"] += 1
    assert failing(replace(results, budget_gap=gaps)) == [
        f"Budget_gap, 2014/15: gap after, {scenario} = gap before + By_year of the partners"
        for scenario in ("Best case", "Worst case")
    ]


def test_each_pack_has_its_own_gap_and_nobody_elses(tmp_path: Path) -> None:
    results = made(tmp_path)
    for partner in results.programme.partners:
        (sheet,) = (each for each in partner_pack(results, partner).sheets if each.name == "Budget")
        tables = {table.name: table for table in sheet.tables}
        assert set(tables["Budget"].columns[0].values) == {partner.name}
        assert set(tables["Budget_gap"].columns[0].values) == {partner.code}
        assert set(tables["Gap_together"].columns[0].values) == {partner.code}
        says = {"A": "£540 of the budget gap of £3,000 is", "B": "There is no budget gap to close"}
        assert sheet.answer.startswith(says[partner.code])


def test_without_a_gap_there_is_no_such_sheet(tmp_path: Path) -> None:
    results = made(tmp_path, gap=0)
    assert results.budget.empty
    assert results.budget_gap.empty
    names = [sheet.name for sheet in programme_summary(results).sheets]
    assert not {"Budget", "By tag"} & set(names)
    assert not [c for c in results.controls["control"] if c.startswith(("Budget", "By_tag"))]
