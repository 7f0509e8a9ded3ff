"""Switching values against bisection over the rules themselves, and the lines that move the net
present cost most against working all of them out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.results import Results
from pipeline.model.appraisal import NoRatio, payback
from pipeline.model.figures import Cube
from pipeline.model.sensitivity import largest_lines, switching
from schemas.model import MEASURES, REGISTER
from schemas.vocabulary import CATEGORIES, NET_CASHABLE
from tests.builders import Programme, Return
from tests.frames import frame_of
from tests.ingest.reading import results
from tests.long import on_examples
from tests.report import fake

YEARS, STEADY, RATE = 3, 2, Fraction(35, 1000)
COST, ONE_OFF_SAVING, RECURRING, SAVING, INCOME = range(5)

Table = list[list[int]]


def cube(table: Table, limit: Fraction | None) -> Cube:
    """A programme of one scenario with these amounts by category and year."""
    programme = replace(
        fake.programme(payback_limit=limit, scenarios=("Plan",), plan_scenario="Plan"),
        years=(2012, 2013, 2014),
        steady_year=2014,
        services=fake.programme().services[:1],
    )
    pence = np.zeros((4, 1, 1, len(CATEGORIES), YEARS), dtype=np.int64)
    pence[0, 0, 0, : len(table)] = table
    measures = np.zeros((4, 1, 1, len(MEASURES)), dtype=np.int64)
    measures[0, 0, 0, 0] = pence[0, 0, 0, [COST, ONE_OFF_SAVING]].sum()
    measures[0, 0, 0, 1] = pence[0, 0, 0, [RECURRING, SAVING, INCOME], STEADY].sum()
    return Cube(programme, pence, measures, np.zeros(1, dtype=bool))


def still_pays(table: Table, costs: Fraction, savings: Fraction, limit: Fraction) -> bool:
    """Whether payback is within the limit once costs and savings are so many times themselves."""
    scale = {COST: costs, SAVING: savings, INCOME: savings}
    exact = [[scale.get(row, 1) * Fraction(a) for a in table[row]] for row in range(5)]
    one_off = sum(exact[COST] + exact[ONE_OFF_SAVING])
    annual = sum(exact[row][STEADY] for row in (RECURRING, SAVING, INCOME))
    if one_off <= 0:
        return annual <= 0
    return annual < 0 and one_off / -annual <= limit


def still_worth(table: Table, costs: Fraction, savings: Fraction) -> bool:
    """Whether there is a net present saving, or none is lost yet."""
    scale = {COST: costs, SAVING: savings, INCOME: savings}
    return (
        sum(
            scale.get(row, 1) * Fraction(table[row][year]) / (1 + RATE) ** year
            for row in range(5)
            for year in range(YEARS)
        )
        <= 0
    )


def bisected(holds: Callable[[Fraction], bool], most: Fraction) -> Fraction | None:
    """The largest change up to ``most`` for which something holds that only ever ceases to."""
    low, high = Fraction(-(10**9)), most
    if holds(high):
        return None
    assert holds(low)
    for _ in range(120):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def rows(frame: pd.DataFrame) -> dict[tuple[str, str], tuple[Fraction | None, str]]:
    return {
        (row["change"], row["until"]): (row["switching"], row["reason"])
        for row in frame.to_dict("records")
    }


def amounts(low: int, high: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(low, high), min_size=YEARS, max_size=YEARS)


@on_examples(
    60,
    st.tuples(
        amounts(0, 5_000),
        amounts(-500, 0),
        amounts(0, 1_000),
        amounts(-5_000, 0),
        amounts(-900, 0),
    ),
    st.fractions(Fraction(1, 4), 10, max_denominator=4),
    quick=15,
)
def test_switching_values_are_where_bisection_finds_them(
    table: tuple[list[int], ...], limit: Fraction
) -> None:
    of = [list(row) for row in table]
    found = rows(switching(cube(of, limit)))
    close = Fraction(1, 10**20)
    tests: dict[tuple[str, str], tuple[Callable[[Fraction], bool], Fraction]] = {
        ("One-off costs rise", "present"): (
            lambda x: still_worth(of, 1 + x, Fraction(1)),
            Fraction(10**9),
        ),
        ("Annual savings fall", "present"): (
            lambda y: still_worth(of, Fraction(1), 1 - y),
            Fraction(1),
        ),
        ("One-off costs rise", "payback"): (
            lambda x: still_pays(of, 1 + x, Fraction(1), limit),
            Fraction(10**9),
        ),
        ("Annual savings fall", "payback"): (
            lambda y: still_pays(of, Fraction(1), 1 - y, limit),
            Fraction(1),
        ),
    }
    for key, (holds, most) in tests.items():
        value, reason = found[key]
        if value is None:
            assert reason in ("No one-off costs", "No annual saving", "Holds without any")
            assert reason != "Holds without any" or holds(most)
            continue
        assert not reason
        expected = bisected(holds, most)
        # At the very end of the range what is asked about still holds.
        assert expected is None if value == most else expected is not None
        if expected is not None:
            assert abs(value - expected) <= close


def test_a_switching_value_by_hand(tmp_path: Path) -> None:
    """Costs 1,000, offset by 100; savings of 400 less recurring 50 a year: 900 / 350 = 2.57 years.
    With a limit of 3 years costs may rise by (3 x 350 - 900) / 1,000, savings fall by
    1 - (900 / 3 + 50) / 400."""
    one = Programme(scenarios="Plan", payback_limit=3, discount_rate="0%", years=3)
    one.write(tmp_path)
    finance = Return()
    finance.line([1_000])
    finance.line([-100], category="One-off saving")
    finance.line([50, 50, 50], category="Recurring cost")
    finance.line([-400, -400, -400], category="Cashable saving")
    finance.write(tmp_path)
    made = results(tmp_path)
    columns = ["change", "until", "amount_pence", "switching"]
    assert list(made.switching[columns].itertuples(index=False, name=None)) == [
        ("One-off costs rise", "payback", 1_000_00, Fraction(150, 1_000)),
        ("Annual savings fall", "payback", -400_00, Fraction(50, 400)),
        ("One-off costs rise", "present", 1_000_00, Fraction(150, 1_000)),
        ("Annual savings fall", "present", -1_200_00, Fraction(150, 1_200)),
    ]


@pytest.mark.parametrize(
    ("table", "limit", "reasons"),
    [
        ([[5, 0, 0]], None, ["No limit is set"] * 2 + ["", "No annual saving"]),
        ([[0, 0, 0]] * 3 + [[-1, -1, -1]], 2, ["No one-off costs", "", "No one-off costs", ""]),
        ([[9, 0, 0]], 2, ["No annual saving", "No annual saving", "", "No annual saving"]),
        ([[0] * 3, [-9, 0, 0], [0] * 3, [0, 0, -1]], 2,
         ["No one-off costs", "", "No one-off costs", "Holds without any"]),
    ],
)  # fmt: skip
def test_why_there_is_no_switching_value(
    table: Table, limit: int | None, reasons: list[str]
) -> None:
    frame = switching(cube(table, None if limit is None else Fraction(limit)))
    assert frame["reason"].tolist() == reasons
    assert (frame["switching"].isna() == (frame["reason"] != "")).all()


def test_a_limit_that_is_passed_already_gives_a_value_below_nil() -> None:
    table = [[1_000, 0, 0], [0] * 3, [0] * 3, [-100, -100, -100]]
    assert payback(1_000, -100) == 10
    found = rows(switching(cube(table, Fraction(2))))
    assert found["One-off costs rise", "payback"] == (Fraction(-800, 1_000), "")
    assert found["Annual savings fall", "payback"] == (Fraction(-4), "")
    assert payback(1_000, 0) is NoRatio.NEVER


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(CATEGORIES),
            st.one_of(amounts(-60, 60), amounts(-(10**14), 10**14)),
        ),
        max_size=30,
    )
)
def test_the_largest_lines_are_those_of_all_worked_out(
    lines: list[tuple[str, list[int]]],
) -> None:
    programme = cube([[0, 0, 0]], None).programme
    register = frame_of(
        REGISTER,
        [
            {
                **fake.line(f"L{number}", "Plan", (0, 0), category=category),
                **dict(zip(programme.year_labels, pence, strict=True)),
            }
            for number, (category, pence) in enumerate(lines)
        ],
        programme.year_labels,
    )
    made = largest_lines(register, programme)
    worths = [
        (f"L{number}", sum(Fraction(p) / (1 + RATE) ** t for t, p in enumerate(pence)))
        for number, (category, pence) in enumerate(lines)
        if category in NET_CASHABLE
    ]
    wanted = sorted((w for w in worths if w[1]), key=lambda w: -abs(w[1]))[:10]
    assert made["line_ref"].tolist() == [ref for ref, _ in wanted]
    assert made["rank"].tolist() == list(range(1, len(wanted) + 1))


def test_without_its_largest_line_a_programme_s_net_present_cost_is_less_by_it(
    tmp_path: Path,
) -> None:
    def written(folder: Path, *left_out: str) -> Results:
        Programme().write(folder)
        finance = Return()
        for number, pounds in enumerate((9, -700, 20)):
            if f"F{number}" not in left_out:
                category = "Cashable saving" if pounds < 0 else "One-off cost"
                finance.line([0, pounds, 0], line_ref=f"F{number}", category=category)
        finance.write(folder)
        return results(folder)

    made = written(tmp_path / "all")
    first = made.largest_lines.iloc[0]
    assert (first["line_ref"], first["net_present_pence"]) == ("F1", -676_33)
    without = written(tmp_path / "without", "F1")
    worth = [each.appraisal["net_present_pence"].iloc[0] for each in (made, without)]
    assert worth[0] - worth[1] == first["net_present_pence"]
