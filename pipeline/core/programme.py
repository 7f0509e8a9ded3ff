"""A programme, as its control workbook describes it (contract, section 2)."""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache

from pipeline.core.bases import BASELINE, FROM_BASELINE, PROGRAMME_BASELINE
from pipeline.core.source import SourceRef
from pipeline.core.weights import Parts, SetYear, WeightRows, set_in_year, together
from pipeline.core.years import year_label


@dataclass(frozen=True)
class Partner:
    """A partner organisation; ``at``: the cell of its name."""

    code: str
    name: str
    at: SourceRef = field(default=SourceRef(""), compare=False)


@dataclass(frozen=True)
class Service:
    """A service area; ``basis`` is None where the sheet's is blank or unknown."""

    name: str
    strand: str
    basis: str | None
    basis_at: SourceRef


@dataclass(frozen=True)
class Rating:
    """A RAG value or word of Confidence, and which part of a saving that bears it is counted on."""

    word: str
    weight: Fraction


@dataclass(frozen=True)
class Tag:
    """A column of the team's own on Savings; ``values``: the words it may hold, none where it holds
    numbers."""

    heading: str
    values: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether it is added up, in no unit of money."""
        return not self.values


@dataclass(frozen=True)
class ExpectedReturn:
    """A department from which a return is expected."""

    department: str
    contact: str
    due: str
    at: SourceRef


@dataclass(frozen=True)
class Programme:
    """Settings, partners, services and weights of one programme.

    ``years`` are the calendar years in which the financial years start. ``pounds_per_unit`` is
    what one unit of a return's amounts is worth, ``report_unit`` one unit of the printed figures.
    ``costs_positive``: returns enter costs above zero. ``other_programmes``: those that Counted in
    may name; empty: any.
    ``confidence``: empty where nothing is weighted by risk. ``tags``: the team's own columns.
    ``gap``: by partner and year, pence that the partner's budget is short of before the programme,
    above the year before (above nil: to be closed); empty where none is given.
    ``weights`` by basis (Baseline, or a driver's name) and service (None: every other service).
    ``share_tolerance``: percentage points by which an Actual must differ from its Estimate to
    hold; None: it always holds.
    """

    title: str
    reference: str
    years: tuple[int, ...]
    steady_year: int
    scenarios: tuple[str, ...]
    plan_scenario: str
    pounds_per_unit: int
    savings_positive: bool
    incremental: bool
    discount_rate: Fraction
    price_base: str
    payback_limit: Fraction | None
    report_unit: int
    marking: str
    note: str
    partners: tuple[Partner, ...]
    services: tuple[Service, ...]
    weights: dict[str, dict[str | None, WeightRows]] = field(default_factory=dict)
    expected: tuple[ExpectedReturn, ...] = ()
    costs_positive: bool = True
    other_programmes: tuple[str, ...] = ()
    confidence: tuple[Rating, ...] = ()
    tags: tuple[Tag, ...] = ()
    gap: tuple[tuple[int, ...], ...] = ()
    share_tolerance: Fraction | None = None
    contact: str = ""

    @property
    def year_labels(self) -> tuple[str, ...]:
        """The programme's years as headings: ``2012/13`` and so on."""
        return _labels(self.years)

    @property
    def steady_index(self) -> int:
        """The place of the steady-state year among the years."""
        return self.years.index(self.steady_year)

    @property
    def codes(self) -> tuple[str, ...]:
        """Partner codes in reporting order."""
        return tuple(partner.code for partner in self.partners)

    @property
    def by_name(self) -> dict[str, Service]:
        """The services by name."""
        return {service.name: service for service in self.services}

    def parts_of(self, basis: str, service: str, year: int) -> Parts:
        """The parts of a year, and the rows of weights by which a service's lines on ``basis`` are
        shared in each: one of each of ``sets_of``."""
        sets = [self.set_in_year(rows, year).parts for rows in self.sets_of(basis, service)]
        return sets[0] if len(sets) == 1 else together(sets, year)

    def sets_of(self, basis: str, service: str) -> list[WeightRows]:
        """The weight sets whose rows are added up for a service's lines on ``basis``: the service's
        own, else the one for every other service; for the programme baseline, each service's
        baseline that has any."""
        sets = self.weights.get(BASELINE if basis in FROM_BASELINE else basis, {})
        if basis == PROGRAMME_BASELINE:
            row_sets = [sets[s.name] for s in self.services if s.name in sets]
        else:
            row_sets = [sets.get(service) or sets.get(None, ())]
        return row_sets

    def set_in_year(self, rows: WeightRows, year: int) -> SetYear:
        """What holds of one weight set in a year."""
        return set_in_year(rows, year, self.share_tolerance)

    @property
    def strands(self) -> tuple[str, ...]:
        """Strands in the order in which Services first names them."""
        return tuple(dict.fromkeys(service.strand for service in self.services))


@cache
def _labels(years: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(year_label(year) for year in years)
