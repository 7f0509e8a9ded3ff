"""Programmes' figures for tests of the history: a snapshot from plain lines, and random ones.

The totals are added up here line by line, in plain Python, so that they check the pipeline's.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import pandas as pd
from hypothesis import strategies as st

from pipeline.core.programme import Partner, Programme, Service
from pipeline.core.returns import TableSource
from pipeline.core.source import SourceRef
from pipeline.core.versions import Snapshot
from pipeline.core.weights import WeightRow
from pipeline.core.years import year_label
from schemas.model import LEFT_OUT, REGISTER, SUMMARY
from schemas.vocabulary import (
    ALL_STRANDS,
    ANNUAL_CASHABLE,
    CATEGORIES,
    NOT_YET_APPORTIONED,
    ONE_OFF,
    TOTAL_PROGRAMME,
)
from tests.frames import frame_of

SERVICES = ("ICT", "Fleet", "Property")
SCENARIOS = ("Best case", "Worst case")
Weights = tuple[int, int]
HEADCOUNT = (1, 3)
BASES = ("Equal", "Headcount", "Not agreed")


@dataclass(frozen=True)
class Line:
    """A line in one scenario: pence by calendar year, shared by ``basis``: Equal, Headcount or Not
    agreed."""

    ref: str
    scenario: str
    service: str
    category: str
    pence: dict[int, int]
    basis: str = "Equal"
    units: int = 1
    positive: bool = False
    incremental: bool = False
    description: str = "A line"

    def measures(self, steady: int) -> tuple[int, int]:
        """One-off and annual cashable, in pence."""
        one_off = sum(self.pence.values()) if self.category in ONE_OFF else 0
        annual = self.pence.get(steady, 0) if self.category in ANNUAL_CASHABLE else 0
        return one_off, annual


def programme(
    years: tuple[int, ...] = (2012, 2013, 2014),
    steady: int | None = None,
    scenarios: tuple[str, ...] = SCENARIOS,
    strands: tuple[str, ...] = ("One", "One", "Two"),
) -> Programme:
    at = SourceRef("programme.xlsx", "Services", 2, 3)
    return Programme(
        title="Blue Light Hub",
        reference="BLH-1",
        years=years,
        steady_year=steady or years[-1],
        scenarios=scenarios,
        plan_scenario=scenarios[-1],
        pounds_per_unit=1,
        savings_positive=False,
        incremental=False,
        discount_rate=Fraction(35, 1000),
        price_base="",
        payback_limit=None,
        report_unit=1,
        marking="",
        note="",
        partners=(Partner("A", "Alpha Council"), Partner("B", "Beta Police")),
        services=tuple(
            Service(name, strand, "Equal", at)
            for name, strand in zip(SERVICES, strands, strict=True)
        ),
    )


def snapshot(
    the_programme: Programme,
    lines: list[Line],
    left_out: list[tuple[object, ...]] | None = None,
    headcount: Weights = HEADCOUNT,
) -> Snapshot:
    """What the pipeline would keep of these lines; each stands in row 2 and on of Savings.
    ``headcount``: the weights of that driver, in D2 and E2 of Drivers."""
    at = SourceRef("programme.xlsx", "Drivers", 2, 1)
    cells = tuple(replace(at, column=column) for column in (4, 5))
    row = WeightRow(None, tuple(map(Decimal, headcount)), at, cells)
    the_programme = replace(the_programme, weights={"Headcount": {None: (row,)}})
    strands = {service.name: service.strand for service in the_programme.services}
    table = TableSource(
        "finance.xlsx",
        "Savings",
        1,
        1,
        1,
        {"line_ref": 1, "description": 2, "service": 3, "category": 4},
        {year: 5 + n for n, year in enumerate(the_programme.years)},
    )
    register = frame_of(
        REGISTER,
        [
            {
                "line_ref": line.ref,
                "description": line.description,
                "service": line.service,
                "strand": strands[line.service],
                "category": line.category,
                "scenario": line.scenario,
                "basis": line.basis,
                **{year_label(year): line.pence.get(year, 0) for year in the_programme.years},
                "total_pence": sum(line.pence.get(year, 0) for year in the_programme.years),
                **dict(
                    zip(
                        ("one_off_pence", "annual_cashable_pence"),
                        line.measures(the_programme.steady_year),
                        strict=True,
                    )
                ),
                "workbook": table.workbook,
                "sheet": table.sheet,
                "row": 2 + number,
                "savings_positive": line.positive,
                "incremental": line.incremental,
                "pounds_per_unit": line.units,
            }
            for number, line in enumerate(lines)
        ],
        the_programme.year_labels,
    )
    return Snapshot(
        the_programme,
        "programme.xlsx",
        register,
        _parts(the_programme, lines, headcount),
        _summary(the_programme, lines, headcount),
        pd.DataFrame(left_out or [], columns=LEFT_OUT.names(), dtype=object),
        [table],
        {
            (basis, service, "", year): weights
            for basis, weights in zip(BASES, ((1, 1), headcount, None), strict=True)
            for service in SERVICES
            for year in the_programme.years
        },
    )


def shares(line: Line, headcount: Weights = HEADCOUNT) -> dict[str, dict[int, int]]:
    """The line's pence by organisation and year: in proportion to its weights, the odd penny to the
    partner that comes nearer to it, A before B."""
    weights = {"Equal": (1, 1), "Headcount": headcount, "Not agreed": (0, 0)}[line.basis]
    if not any(weights):
        return {NOT_YET_APPORTIONED: dict(line.pence)}
    alpha = {}
    for year, pence in line.pence.items():
        exact = Fraction(abs(pence) * weights[0], sum(weights))
        whole = int(exact) + (exact - int(exact) >= Fraction(1, 2))
        alpha[year] = whole if pence > 0 else -whole
    beta = {year: pence - alpha[year] for year, pence in line.pence.items()}
    return {"Alpha Council": alpha, "Beta Police": beta}


def of(line: Line, pence: dict[int, int]) -> Line:
    """The line with other amounts."""
    return replace(line, pence=pence)


def _parts(the_programme: Programme, lines: list[Line], headcount: Weights) -> pd.DataFrame:
    codes = {one.name: one.code for one in the_programme.partners}
    rows = [
        (number, codes.get(name, ""), name, *(pence.get(year, 0) for year in the_programme.years))
        for number, line in enumerate(lines)
        for name, pence in shares(line, headcount).items()
    ]
    columns = ["register_row", "partner", "organisation", *the_programme.year_labels]
    return pd.DataFrame(rows, columns=columns)


def _summary(the_programme: Programme, lines: list[Line], headcount: Weights) -> pd.DataFrame:
    rows = []
    for scenario in the_programme.scenarios:
        pairs = [
            one.measures(the_programme.steady_year) for one in lines if one.scenario == scenario
        ]
        total = [sum(pair[n] for pair in pairs) for n in (0, 1)]
        rows.append((ALL_STRANDS, TOTAL_PROGRAMME, scenario, *total, None, "n/a"))
        for name in (*(one.name for one in the_programme.partners), NOT_YET_APPORTIONED):
            total = [
                sum(
                    of(line, shares(line, headcount).get(name, {})).measures(
                        the_programme.steady_year
                    )[n]
                    for line in lines
                    if line.scenario == scenario
                )
                for n in (0, 1)
            ]
            rows.append((ALL_STRANDS, name, scenario, *total, None, "n/a"))
    return pd.DataFrame(rows, columns=SUMMARY.names(), dtype=object)


@dataclass(frozen=True)
class Version:
    """What a version is of."""

    programme: Programme
    lines: list[Line]
    headcount: Weights

    @property
    def arguments(self) -> tuple[Programme, list[Line], None, Weights]:
        """What ``snapshot`` takes."""
        return self.programme, self.lines, None, self.headcount


@st.composite
def versions(draw: st.DrawFn) -> Version:
    """A programme and its lines: few refs, so that two versions share some of them."""
    first = draw(st.integers(2011, 2013))
    years = tuple(range(first, first + draw(st.integers(1, 4))))
    scenarios = draw(st.sampled_from([SCENARIOS, SCENARIOS[:1], ("best-case", "Middle")]))
    strands = draw(st.tuples(*[st.sampled_from(["One", "Two"])] * 3))
    the_programme = programme(years, draw(st.sampled_from(years)), scenarios, strands)
    keys = st.tuples(st.sampled_from(["L1", "l1 ", "L2", "L3", "L4"]), st.sampled_from(scenarios))
    line_keys = draw(
        st.lists(keys, max_size=6, unique_by=lambda key: (key[0].strip().upper(), key[1]))
    )
    pence = st.one_of(st.just(0), st.integers(-9, 9).map(lambda n: n * 1_000), st.integers(-5, 5))
    lines = [
        Line(
            ref,
            scenario,
            draw(st.sampled_from(SERVICES)),
            draw(st.sampled_from(CATEGORIES)),
            {year: draw(pence) for year in years},
            draw(st.sampled_from(BASES)),
            draw(st.sampled_from([1, 1_000])),
            draw(st.booleans()),
            draw(st.booleans()),
        )
        for ref, scenario in line_keys
    ]
    return Version(the_programme, lines, draw(st.sampled_from([(1, 3), (1, 2), (0, 1), (7, 3)])))
