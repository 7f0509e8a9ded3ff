"""By_tag and Tag_numbers against a slow reference in fractions that goes line by line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

from pipeline.core.programme import Partner, Programme, Service, Tag
from pipeline.core.quantity import quantity_text
from pipeline.core.results import Results
from pipeline.core.source import SourceRef
from pipeline.core.weights import WeightRow
from pipeline.model.controls import model_controls
from pipeline.model.tags import by_tag, tag_numbers
from schemas.model import REGISTER
from tests.builders import Programme as Workbook
from tests.builders import Return
from tests.frames import frame_of
from tests.long import on_examples
from tests.report import fake
from tests.running import outcome_of

STAGE, FTE = Tag("Stage", ("Idea", "Approved")), Tag("FTE")
SERVICES = ("ICT", "Fleet", "Legal")
AT = SourceRef("programme.xlsx", "Services", 2, 3)


@dataclass(frozen=True)
class Line:
    """A row of the register: pence in two years, and what it says of Stage and FTE."""

    ref: str
    scenario: str
    service: str
    category: str
    basis: str
    pence: tuple[int, int]
    stage: str | None
    thousandths: int | None


def programme(weights: tuple[tuple[int, ...], tuple[int, ...]]) -> Programme:
    """Partners who share ICT by weights that change in the second year, the steady-state year,
    Fleet in equal parts, and haven't agreed on Legal."""
    partners = tuple(Partner(f"P{n}", f"Partner {n}") for n in range(len(weights[0])))
    rows = tuple(
        WeightRow(year, tuple(map(Decimal, own)), AT)
        for year, own in zip((2012, 2013), weights, strict=True)
    )
    services = zip(SERVICES, ("Baseline", "Equal", "Not agreed"), strict=True)
    return fake.programme(
        partners=partners,
        services=tuple(Service(name, "Corporate", basis, AT) for name, basis in services),
        weights={"Baseline": {"ICT": rows}},
        tags=(STAGE, FTE),
    )


def register_of(lines: list[Line], own: Programme) -> pd.DataFrame:
    rows = [
        {
            **fake.line(each.ref, each.scenario, each.pence, category=each.category),
            "service": each.service,
            "basis": each.basis,
            "tag_stage": each.stage,
            "tag_fte": None if each.thousandths is None else quantity_text(each.thousandths),
        }
        for each in lines
    ]
    return frame_of(REGISTER, rows, own.year_labels, own.tags)


def shared(amount: int, weights: tuple[int, ...]) -> list[int]:
    """The largest remainder, one unit at a time."""
    quotas = [Fraction(abs(amount) * weight, sum(weights)) for weight in weights]
    parts = [int(quota) for quota in quotas]
    while sum(parts) < abs(amount):
        rests = [quota - part for quota, part in zip(quotas, parts, strict=True)]
        parts[rests.index(max(rests))] += 1
    return [-part if amount < 0 else part for part in parts]


LINES = st.builds(
    Line,
    st.sampled_from(["L1", "L2", "l2 ", "L3", "L4"]),
    st.sampled_from(fake.SCENARIOS),
    st.sampled_from(SERVICES),
    st.sampled_from(["One-off cost", "Cashable saving", "Cost avoidance"]),
    st.sampled_from(["Baseline", "Equal", "Not agreed"]),
    st.tuples(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9)),
    st.sampled_from(["Idea", "Approved", None]),
    st.none() | st.integers(-(10**12) + 1, 10**12 - 1),
).filter(lambda line: line.basis != "Baseline" or line.service == "ICT")
WEIGHTS = st.integers(1, 4).flatmap(
    lambda count: st.tuples(
        *[st.tuples(*[st.integers(0, 10**6)] * count).filter(any) for _ in range(2)]
    )
)


@on_examples(200, st.lists(LINES, max_size=12), WEIGHTS, quick=30)
def test_each_line_is_in_one_value_and_each_number_is_shared_to_the_thousandth(
    lines: list[Line], weights: tuple[tuple[int, ...], tuple[int, ...]]
) -> None:
    own = programme(weights)
    register = register_of(lines, own)
    expected: dict[tuple[str, str], list[object]] = {}
    for value in ("Idea", "Approved", "Not stated"):
        mine = [each for each in lines if (each.stage or "Not stated") == value]
        refs = {each.ref.strip().upper() for each in mine}
        for scenario in fake.SCENARIOS if mine or value != "Not stated" else ():
            there = [each for each in mine if each.scenario == scenario]
            one_off = sum(sum(e.pence) for e in there if e.category == "One-off cost")
            annual = sum(e.pence[1] for e in there if e.category == "Cashable saving")
            expected[value, scenario] = [one_off, annual, len(refs)]
    found = by_tag(register, own)
    assert {(row[1], row[2]): row[3:] for row in found.values.tolist()} == expected
    assert not found.duplicated(["value", "scenario"]).any()

    names = ["Total programme", *(each.name for each in own.partners), "Not yet apportioned"]
    sums: dict[tuple[str, str, str], int] = {}
    waiting = set()
    for each in lines:
        if each.thousandths is None:
            continue
        for scenario in fake.SCENARIOS:
            for name in names:
                sums.setdefault((each.service, name, scenario), 0)
        by = {"Baseline": weights[1], "Equal": (1,) * len(own.partners)}.get(each.basis)
        parts = shared(each.thousandths, by) if by else [0] * len(own.partners)
        rest = 0 if by else each.thousandths
        if rest:
            waiting.add(each.service)
        for name, part in zip(names, [each.thousandths, *parts, rest], strict=True):
            sums[each.service, name, each.scenario] += part
    wanted = {key: part for key, part in sums.items() if key[1] != names[-1] or key[0] in waiting}
    numbers = tag_numbers(register, own)
    assert {tuple(row[1:4]): row[4] for row in numbers.values.tolist()} == wanted
    assert len(numbers) == len(wanted)
    of_programme = numbers["organisation"] == names[0]
    assert numbers.loc[of_programme, "amount"].sum() == numbers.loc[~of_programme, "amount"].sum()


def made(folder: Path) -> Results:
    one = Workbook()
    one.tag("Stage", "List", "Idea, Approved")
    one.tag("FTE", "Number")
    one.write(folder)
    finance = Return()
    finance.line([100, 200, -300], category="Cashable saving", stage="Idea", fte=2.5)
    finance.line([500], fte=1, scenario="Best case")
    finance.write(folder, "finance.xlsx")
    results = outcome_of(folder).results
    assert results is not None
    return results


def failing(results: Results) -> list[str]:
    """The controls of the model's tables that fail, but the first, of what came in."""
    nothing = np.zeros((0, 3), dtype=np.int64)
    checks = model_controls(nothing, np.zeros(0, dtype=bool), nothing[:, 0], results)[1:]
    return [each.control for each in checks if each.expected != each.actual]


def test_every_value_is_held_to_summary_and_every_number_to_the_lines(tmp_path: Path) -> None:
    results = made(tmp_path)
    assert not (results.controls["expected"] != results.controls["actual"]).any()
    assert failing(results) == []
    assert "By_tag, Stage: one-off, Best case = Summary" in set(results.controls["control"])


@pytest.mark.parametrize("column", ["one_off_pence", "annual_cashable_pence"])
def test_a_penny_in_a_value_fails_its_control(column: str, tmp_path: Path) -> None:
    results = made(tmp_path)
    wrong = results.by_tag.copy()
    wrong.loc[0, column] += 1
    measure = "one-off" if column == "one_off_pence" else "annual cashable"
    said = failing(replace(results, by_tag=wrong))
    assert said == [f"By_tag, Stage: {measure}, Best case = Summary"]


def test_a_thousandth_that_falls_to_nobody_fails_its_control(tmp_path: Path) -> None:
    results = made(tmp_path)
    wrong = results.tag_numbers.copy()
    place = wrong.index[wrong["organisation"] == "Alpha Council"][0]
    wrong.loc[place, "amount"] -= 1
    said = failing(replace(results, tag_numbers=wrong))
    assert said == ["Tag_numbers, FTE, partners: thousandths, Best case = the register"]
