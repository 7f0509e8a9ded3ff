"""Sensitivity: switching values, and the lines that move the net present cost most (Green Book;
contract, section 4, rules 5 to 7). Exact: whole pence and fractions."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.core.lines import Mask
from pipeline.core.money import round_pence
from pipeline.core.programme import Programme
from pipeline.model.appraisal import present_value
from pipeline.model.figures import Cube
from schemas.model import LARGEST_LINES, SWITCHING
from schemas.vocabulary import (
    ANNUAL_COSTS,
    ANNUAL_SAVINGS,
    CATEGORIES,
    NET_CASHABLE,
    ONE_OFF_COSTS,
)

COSTS_RISE, SAVINGS_FALL = "One-off costs rise", "Annual savings fall"
PAYBACK, PRESENT = "payback", "present"
LARGEST = 10

Amounts = npt.NDArray[np.int64]
# A switching value, or why there is none.
Switch = tuple[Fraction | None, str]


def switching(figures: Cube) -> pd.DataFrame:
    """SWITCHING of the whole programme, four rows a scenario: COSTS_RISE and SAVINGS_FALL, until
    PAYBACK passes the Payback limit, and until the PRESENT saving is gone."""
    programme = figures.programme
    everything = np.ones(len(programme.services), dtype=bool)
    rows = [
        (*row[:2], scenario, *row[2:])
        for number, scenario in enumerate(programme.scenarios)
        for row in _of_scenario(figures, everything, number)
    ]
    return pd.DataFrame(rows, columns=SWITCHING.names(), dtype=object)


def _of_scenario(figures: Cube, services: Mask, scenario: int) -> Iterator[tuple[object, ...]]:
    programme, amounts = figures.programme, figures.by_category(0, services, scenario)
    one_off, annual = figures.headline(0, services, scenario)

    def by_year(names: Sequence[str]) -> list[int]:
        return list(amounts[[CATEGORIES.index(name) for name in names]].sum(axis=0).tolist())

    def present(names: Sequence[str]) -> Fraction:
        return present_value(by_year(names), programme.discount_rate)

    costs, recurring = sum(by_year(ONE_OFF_COSTS)), by_year(ANNUAL_COSTS)[programme.steady_index]
    savings, limit = annual - recurring, programme.payback_limit
    yield COSTS_RISE, PAYBACK, costs, *costs_until_limit(costs, one_off, annual, limit)
    yield SAVINGS_FALL, PAYBACK, savings, *savings_until_limit(savings, recurring, one_off, limit)
    worth = present(NET_CASHABLE)
    costs_now, savings_now = present(ONE_OFF_COSTS), present(ANNUAL_SAVINGS)
    pence = round_pence(costs_now / 100), round_pence(savings_now / 100)
    yield COSTS_RISE, PRESENT, pence[0], *costs_until_gone(costs_now, worth)
    yield SAVINGS_FALL, PRESENT, pence[1], *savings_until_gone(savings_now, worth)


def costs_until_limit(costs: int, one_off: int, annual: int, limit: Fraction | None) -> Switch:
    """By how much one-off costs may rise before one-off ÷ annual saving passes the limit."""
    if limit is None:
        return None, "No limit is set"
    if costs <= 0:
        return None, "No one-off costs"
    if annual >= 0:
        return None, "No annual saving"
    return (limit * -annual - one_off) / costs, ""


def savings_until_limit(
    savings: int, recurring: int, one_off: int, limit: Fraction | None
) -> Switch:
    """By how much annual savings may fall, recurring costs staying, before payback passes the
    limit; where there is nothing to pay back, before nothing is saved any more."""
    if limit is None:
        return None, "No limit is set"
    if savings >= 0:
        return None, "No annual saving"
    needed = max(one_off, 0) / limit
    return _fall(1 - (needed + recurring) / -savings)


def costs_until_gone(costs: Fraction, worth: Fraction) -> Switch:
    """By how much one-off costs may rise before the net present cost is nil; all present values."""
    return (None, "No one-off costs") if costs <= 0 else (-worth / costs, "")


def savings_until_gone(savings: Fraction, worth: Fraction) -> Switch:
    """By how much annual savings may fall before the net present cost is nil; present values."""
    return (None, "No annual saving") if savings >= 0 else _fall(worth / savings)


def _fall(part: Fraction) -> Switch:
    """Savings can fall by all of themselves at most."""
    return (None, "Holds without any") if part > 1 else (part, "")


def largest_lines(register: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """The lines that move the net present cost most, LARGEST a scenario, the largest first whatever
    its sign, ties in register order: LARGEST_LINES."""
    rows: list[tuple[object, ...]] = []
    counts = register["category"].isin(NET_CASHABLE)
    amounts = register[list(programme.year_labels)].to_numpy(dtype=np.int64)
    texts = register[["description", "line_ref", "category", "service"]]
    for scenario in programme.scenarios:
        places = np.flatnonzero(counts & (register["scenario"] == scenario))
        ranked = _ranked(amounts[places], programme)
        lines = texts.iloc[places[[place for place, _ in ranked]]]
        for rank, (line, (_, worth)) in enumerate(
            zip(lines.itertuples(index=False, name=None), ranked, strict=True), 1
        ):
            description, ref, category, service = line
            pence = round_pence(worth / 100)
            rows.append((description, scenario, ref, rank, category, service, pence))
    return pd.DataFrame(rows, columns=LARGEST_LINES.names(), dtype=object)


def _ranked(amounts: Amounts, programme: Programme) -> list[tuple[int, Fraction]]:
    """The places of the largest present values, nil ones left out. Only those that could be among
    them are worked out exactly: floating point tells which, with more than its error to spare."""
    rate = programme.discount_rate
    factors = np.array([float(1 / (1 + rate) ** year) for year in range(amounts.shape[1])])
    near = np.abs(amounts @ factors)
    error = np.abs(amounts) @ np.abs(factors) * 1e-12
    enough = np.sort(near - error)[-LARGEST] if len(near) > LARGEST else 0
    likely = np.flatnonzero(near + error >= enough).tolist()
    exact = [(place, present_value(amounts[place].tolist(), rate)) for place in likely]
    moving = [pair for pair in exact if pair[1]]
    return sorted(moving, key=lambda pair: -abs(pair[1]))[:LARGEST]
