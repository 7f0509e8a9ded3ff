"""The summary tables, each from one cube of pence: organisation × service × scenario × category
× year (contract, section 6)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.core.grouping import group_rows, number_among
from pipeline.core.lines import Mask
from pipeline.core.programme import Programme
from pipeline.core.returns import Pence
from pipeline.model.appraisal import (
    Payback,
    break_even,
    net_present,
    payback,
    return_on_investment,
    years_or_none,
)
from pipeline.model.sums import sums_of
from schemas.confidence import Weights, all_risk_weighted
from schemas.model import APPRAISAL, BY_SERVICE, BY_YEAR, MEASURES, SUMMARY
from schemas.vocabulary import (
    ALL_STRANDS,
    CATEGORIES,
    CUMULATIVE_MEASURE,
    NET_CASHABLE,
    NET_CASHABLE_MEASURE,
    NOT_YET_APPORTIONED,
    TOTAL_PROGRAMME,
)


def _places(names: tuple[str, ...]) -> list[int]:
    return [CATEGORIES.index(name) for name in names]


@dataclass
class Cube:
    """Pence by organisation, service, scenario, category and year; ``measures``: by organisation,
    service, scenario and MEASURES.

    ``organisations``: the whole programme, the partners, what is not yet apportioned.
    ``unapportioned``: the services that have any such amount, even where it nets to nil.
    """

    programme: Programme
    pence: Pence
    measures: Pence
    unapportioned: Mask

    @property
    def organisations(self) -> tuple[str, ...]:
        """As printed, in the order of the cube's first axis."""
        names = (partner.name for partner in self.programme.partners)
        return (TOTAL_PROGRAMME, *names, NOT_YET_APPORTIONED)

    def shown(self, services: Mask) -> Iterator[tuple[int, str]]:
        """The organisations to show for some services: the last only where it has amounts."""
        names = self.organisations
        last = len(names) - 1
        for place, name in enumerate(names):
            if place < last or (self.unapportioned & services).any():
                yield place, name

    def by_category(self, organisation: int, services: Mask, scenario: int) -> Pence:
        """Pence by category and year."""
        sums: Pence = self.pence[organisation, services, scenario].sum(axis=0)
        return sums

    def headline(self, organisation: int, services: Mask, scenario: int) -> tuple[int, int]:
        """MEASURES, in pence."""
        one_off, annual = self.measures[organisation, services, scenario].sum(axis=0).tolist()
        return one_off, annual


def cube(register: pd.DataFrame, apportioned: pd.DataFrame, programme: Programme) -> Cube:
    """The programme's figures from the register, the partners' from the apportioned lines."""
    services = tuple(service.name for service in programme.services)
    names = tuple(partner.name for partner in programme.partners)
    shape = (len(names) + 2, len(services), len(programme.scenarios))
    pence = np.zeros((*shape, len(CATEGORIES), len(programme.years)), dtype=np.int64)
    measures = np.zeros((*shape, len(MEASURES)), dtype=np.int64)
    labels, columns = list(programme.year_labels), [measure.column for measure in MEASURES]
    for frame, organisation in (
        (register, np.zeros(len(register), dtype=np.int64)),
        (
            apportioned,
            number_among(apportioned["organisation"], (*names, NOT_YET_APPORTIONED)) + 1,
        ),
    ):
        place = (
            organisation,
            number_among(frame["service"], services),
            number_among(frame["scenario"], programme.scenarios),
        )
        cell = (*place, number_among(frame["category"], CATEGORIES))
        amounts, figures = (frame[each].to_numpy(dtype=np.int64) for each in (labels, columns))
        pence += sums_of(amounts, cell, (*shape, len(CATEGORIES)))
        measures += sums_of(figures, place, shape)
    without_partner = apportioned["organisation"] == NOT_YET_APPORTIONED
    waiting = set(apportioned.loc[without_partner, "service"].unique())
    unapportioned = np.array([name in waiting for name in services], dtype=bool)
    return Cube(programme, pence, measures, unapportioned)


def _groups(programme: Programme) -> Iterator[tuple[str, Mask]]:
    """The strands and then all of them together, each with its services."""
    strands = np.array([service.strand for service in programme.services], dtype=object)
    for strand in programme.strands:
        yield strand, strands == strand
    yield ALL_STRANDS, np.ones(len(strands), dtype=bool)


def summary(figures: Cube) -> pd.DataFrame:
    """SUMMARY of the programme."""
    rows = []
    for strand, services in _groups(figures.programme):
        for place, name in figures.shown(services):
            pairs = [
                figures.headline(place, services, scenario)
                for scenario in range(len(figures.programme.scenarios))
            ]
            ratios = [payback(*pair) for pair in pairs]
            band = return_on_investment(ratios)
            for scenario, pair, ratio in zip(
                figures.programme.scenarios, pairs, ratios, strict=True
            ):
                rows.append((strand, name, scenario, *pair, years_or_none(ratio), band))
    return pd.DataFrame(rows, columns=SUMMARY.names(), dtype=object)


def appraisal(figures: Cube, register: pd.DataFrame, apportioned: pd.DataFrame) -> pd.DataFrame:
    """APPRAISAL of the programme."""
    weighted = _risk_weighted(register, apportioned, figures.programme)
    everything = np.ones(len(figures.programme.services), dtype=bool)
    measures = figures.measures.sum(axis=1).tolist()
    nets = net_cashable(figures.pence.sum(axis=1)).tolist()
    rows = [
        row
        for place, name in figures.shown(everything)
        for row in appraisal_rows(
            figures.programme,
            name,
            measures[place],
            [payback(*pair) for pair in measures[place]],
            nets[place],
        )
    ]
    nothing = 0 if figures.programme.confidence else None
    rows = [(*row, weighted.get(row[:2], nothing)) for row in rows]
    return pd.DataFrame(rows, columns=APPRAISAL.names(), dtype=object)


def _risk_weighted(
    register: pd.DataFrame, apportioned: pd.DataFrame, programme: Programme
) -> dict[tuple[object, ...], int]:
    """Annual cashable by organisation and scenario, each line or part of one weighted by the line's
    Confidence and rounded to the penny; empty without ratings."""
    if not programme.confidence:
        return {}
    weights = Weights(programme.confidence)
    numbers, keys = group_rows(register, ("category", "confidence"))
    weight_of = [weights.of_line(*key).weight for key in keys]
    row = apportioned["register_row"].to_numpy(dtype=np.int64)
    sums: dict[tuple[object, ...], int] = {}
    for frame, number in (
        (register.assign(organisation=TOTAL_PROGRAMME), numbers),
        (apportioned, numbers[row]),
    ):
        pence = frame["annual_cashable_pence"].to_numpy(dtype=np.int64)
        weighted = np.zeros(len(frame), dtype=np.int64)
        for weight in set(weight_of):
            alike = np.array([each == weight for each in weight_of], dtype=bool)[number]
            weighted[alike] = all_risk_weighted(pence[alike], weight)
        places, names = group_rows(frame, ("organisation", "scenario"))
        added = np.zeros(len(names), dtype=np.int64)
        np.add.at(added, places, weighted)
        sums |= dict(zip(names, added.tolist(), strict=True))
    return sums


def appraisal_rows(
    programme: Programme,
    name: str,
    measures: Sequence[Sequence[int]],
    paybacks: Sequence[Payback],
    nets: Sequence[Sequence[int]],
) -> Iterator[tuple[object, ...]]:
    """The columns of APPRAISAL of an organisation, one row per scenario; of each scenario
    ``measures`` has MEASURES, ``paybacks`` what comes of them and ``nets`` the net cashable amount
    of each year, in pence."""
    for scenario, (one_off, annual), ratio, net in zip(
        programme.scenarios, measures, paybacks, nets, strict=True
    ):
        yield (
            name,
            scenario,
            one_off,
            annual,
            years_or_none(ratio),
            break_even(net, programme.year_labels),
            net_present(net, programme.discount_rate),
        )


def net_cashable(pence: Pence) -> Pence:
    """Net cashable amounts, from amounts whose last axes are category and year."""
    net: Pence = pence[..., _places(NET_CASHABLE), :].sum(axis=-2)
    return net


def by_year(figures: Cube) -> pd.DataFrame:
    """BY_YEAR of the programme."""
    everything = np.ones(len(figures.programme.services), dtype=bool)
    places, names = zip(*figures.shown(everything), strict=True)
    pence = figures.pence.sum(axis=1)[list(places)]
    rows = list(year_rows(names, pence, figures.programme))
    columns = BY_YEAR.names(figures.programme.year_labels)
    return pd.DataFrame(rows, columns=columns, dtype=object)


def year_rows(
    names: Iterable[str], pence: Pence, programme: Programme
) -> Iterator[tuple[object, ...]]:
    """The columns of BY_YEAR of some organisations, or the same of other things by their names, one
    row per scenario and measure; ``pence``: names × scenarios × CATEGORIES × years."""
    net = net_cashable(pence)
    # As Python's own numbers all at once: there may be thousands of rows.
    figures = (pence.tolist(), net.tolist(), np.cumsum(net, axis=-1).tolist())
    for name, *of_name in zip(names, *figures, strict=True):
        for scenario, by_category, nets, running in zip(programme.scenarios, *of_name, strict=True):
            for category, years in zip(CATEGORIES, by_category, strict=True):
                yield name, scenario, category, *years, sum(years)
            yield name, scenario, NET_CASHABLE_MEASURE, *nets, sum(nets)
            yield name, scenario, CUMULATIVE_MEASURE, *running, None


def by_service(figures: Cube) -> pd.DataFrame:
    """BY_SERVICE of the programme."""
    programme = figures.programme
    rows = []
    for strand in programme.strands:
        for number, service in enumerate(programme.services):
            if service.strand != strand:
                continue
            alone = np.zeros(len(programme.services), dtype=bool)
            alone[number] = True
            for place, name in figures.shown(alone):
                for which, scenario in enumerate(programme.scenarios):
                    pair = figures.headline(place, alone, which)
                    rows.append((strand, service.name, name, scenario, *pair))
    return pd.DataFrame(rows, columns=BY_SERVICE.names(), dtype=object)
