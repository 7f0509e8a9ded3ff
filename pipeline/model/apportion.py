"""Apportionment: each line's annual amount over the partners, to the penny.

Rules: contract, section 2 (bases and weights) and section 4, rule 4 (largest remainder).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np
import pandas as pd

from pipeline.core import bases
from pipeline.core.grouping import group_rows
from pipeline.core.programme import Programme
from pipeline.core.returns import Pence
from pipeline.core.sharing import SHARED_BY, shares_by_rows
from pipeline.core.source import SourceRef
from pipeline.core.versions import ShareKey, Weights
from pipeline.core.weights import (
    ACTUAL,
    ESTIMATE,
    Part,
    Parts,
    SetYear,
    WeightRow,
    by_days,
    days_of,
    in_whole_numbers,
)
from schemas.model import SHARES
from schemas.programme import SHARE_TOLERANCE
from schemas.values import points_text

NONE = -1


@dataclass(frozen=True)
class Share:
    """How a line is shared in a year: whole weights in partner order, None where it can't be;
    ``evidence`` names the cells of the weights, or says why there are none."""

    weights: tuple[int, ...] | None
    evidence: str


def share_of(
    programme: Programme, basis: str | None, service: str, partner: str, year: int
) -> Share:
    """The share of a line on ``basis`` (None: unknown) of a service in a year; ``partner`` is
    the code that a direct line goes to."""
    codes = programme.codes
    match basis:
        case None:
            share = Share(None, "The basis is not known")
        case bases.NOT_AGREED:
            share = Share(None, "The basis is not agreed")
        case bases.EQUAL:
            share = Share((1,) * len(codes), "Equal shares")
        case bases.DIRECT if partner in codes:
            share = Share(tuple(int(code == partner) for code in codes), f"All to {partner}")
        case bases.DIRECT:
            share = Share(None, "Each line goes to the partner that it names")
        case _:
            share = _weighted(programme.parts_of(basis, service, year), year)
            sets = programme.sets_of(basis, service)
            set_year = programme.set_in_year(sets[0], year) if len(sets) == 1 else SetYear(())
            if set_year.compared:
                share = replace(
                    share, evidence=f"{share.evidence}; {why_held(set_year, programme)}"
                )
    return share


def _cells(places: Iterable[SourceRef]) -> Iterator[str]:
    """The places' addresses, cells below one another as a range: ``Baseline!A5:A16``."""
    ordered = sorted(places, key=lambda place: place.order)
    first: SourceRef | None = None
    for place, after in zip(ordered, [*ordered[1:], None], strict=True):
        first = first or place
        if after is None or after != replace(place, row=place.row + 1):
            span = first.cell if first == place else f"{first.cell}:{place.cell}"
            yield f"{place.sheet}!{span}"
            first = None


def _weighted(parts: Parts, year: int) -> Share:
    """The share of a year by its parts, each with its rows of weights added up."""
    rows = [row for part in parts for row in part.rows]
    if not rows:
        return Share(None, "There are no weights for it")
    evidence = "; ".join(_of_part(part, parts, year) for part in parts)
    if not all(part.rows for part in parts):
        return Share(None, f"There are no weights for its first days: {evidence}")
    if any(row.weights is None for row in rows):
        return Share(None, f"The weights can't serve: {evidence}")
    days = by_days(parts)
    if days is None:
        return Share(None, f"The weights add up to nil: {evidence}")
    return Share(in_whole_numbers(days), f"Weights: {evidence}")


def _of_part(part: Part, parts: Parts, year: int) -> str:
    """The cells of a part of a year with what is said of their rows, behind how many of the year's
    days it has where there are others: ``180 of 365 days by Drivers!A6 (Actual; caseload)``."""
    texts = []
    for origin, rows in groupby(part.rows, key=_origin):
        cells = ", ".join(_cells(row.at for row in rows))
        texts.append(f"{cells} ({origin})" if origin else cells)
    by = ", ".join(texts) or "nothing"
    return by if len(parts) == 1 else f"{part.days} of {days_of(year)} days by {by}"


def _origin(row: WeightRow) -> str:
    """What a row says of where its weights come from."""
    as_at = f"as at {row.as_at}" if row.as_at else ""
    return "; ".join(filter(None, (row.version, row.source, as_at)))


def why_held(set_year: SetYear, programme: Programme) -> str:
    """Which of Estimate and Actual holds, and why."""
    tolerance = programme.share_tolerance
    if tolerance is None:
        return f"the {ACTUAL} holds, for no {SHARE_TOLERANCE.heading} is given"
    if by_days(set_year.estimate) is None or by_days(set_year.actual) is None:
        return f"{ESTIMATE} and {ACTUAL} can't be compared"
    whose = (
        "a partner's share differs" if set_year.holds == ACTUAL else "no partner's share differs"
    )
    return f"the {set_year.holds} holds: {whose} by more than {points_text(tolerance)}"


@dataclass
class ShareBook:
    """Every share in use, each once: ``rows`` of whole weights, and the place of each share."""

    programme: Programme
    rows: list[tuple[int, ...]] = field(default_factory=list)
    _places: dict[tuple[str, str, str, int], int] = field(default_factory=dict)

    def place(self, basis: str | None, service: str, partner: str, year: int) -> int:
        """The place of a line's share in ``rows``; NONE where it can't be apportioned."""
        key = (basis or "", service, partner if basis == bases.DIRECT else "", year)
        if key not in self._places:
            share = share_of(self.programme, basis, service, partner, year)
            self._places[key] = NONE if share.weights is None else len(self.rows)
            if share.weights is not None:
                self.rows.append(share.weights)
        return self._places[key]


def apportion(register: pd.DataFrame, programme: Programme) -> tuple[Pence, Pence]:
    """Shares of the register's amounts: pence, register rows × years × partners; and what can't
    be shared: pence, register rows × years."""
    everyone = apportion_to_everyone(register, programme)
    return everyone[:, :, :-1], everyone[:, :, -1]


def apportion_to_everyone(register: pd.DataFrame, programme: Programme) -> Pence:
    """The register's amounts as they fall to each partner and, last, to nobody yet: pence, register
    rows × years × (partners and one)."""
    amounts = register[list(programme.year_labels)].to_numpy(dtype=np.int64)
    place, rows = share_places(register, programme)
    everyone = share_out(amounts.ravel(), place.ravel(), rows, programme)
    return everyone.reshape(*amounts.shape, everyone.shape[1])


def share_places(lines: pd.DataFrame, programme: Programme) -> tuple[Pence, list[tuple[int, ...]]]:
    """By what lines (SHARED_BY) are shared: the place of each one's share in each year, lines ×
    years, among rows of whole weights in partner order; NONE where it can't be apportioned."""
    book = ShareBook(programme)
    numbers, keys = group_rows(lines, SHARED_BY)
    places = np.array(
        [
            [book.place(basis or None, service, partner, year) for year in programme.years]
            for basis, service, partner in keys
        ],
        dtype=np.int64,
    ).reshape(-1, len(programme.years))
    return places[numbers], book.rows


def share_out(
    amounts: Pence, place: Pence, rows: list[tuple[int, ...]], programme: Programme
) -> Pence:
    """Shares of amounts by rows of whole weights, ``place`` each one's, and last what can't be
    shared: pence, amounts × (partners and one)."""
    everyone = np.zeros((len(amounts), len(programme.partners) + 1), dtype=np.int64)
    shared = np.flatnonzero((place != NONE) & (amounts != 0))
    if len(shared):
        everyone[shared, :-1] = shares_by_rows(amounts[shared], rows, place[shared])
    everyone[:, -1] = np.where(place == NONE, amounts, 0)
    return everyone


def shares_in_use(register: pd.DataFrame, programme: Programme) -> dict[ShareKey, Weights]:
    """By what the register's lines are shared, in each of the programme's years."""
    shares: dict[ShareKey, Weights] = {}
    for basis, service, line_partner in group_rows(register, SHARED_BY)[1]:
        partner = line_partner if basis == bases.DIRECT else ""
        for year in programme.years:
            share = share_of(programme, basis or None, service, partner, year)
            shares[basis, service, partner, year] = share.weights
    return shares


def shares_table(programme: Programme, bases_in_use: set[tuple[str, str]]) -> pd.DataFrame:
    """SHARES by the usual basis of each service and any other in ``bases_in_use`` (pairs of
    service and basis); blank where not apportioned or where each line names its partner."""
    rows = []
    for service in programme.services:
        others = sorted(basis for name, basis in bases_in_use if name == service.name)
        for basis in dict.fromkeys([service.basis, *others]):
            for year, label in zip(programme.years, programme.year_labels, strict=True):
                share = share_of(programme, basis, service.name, "", year)
                parts: list[float | None] = [None] * len(programme.codes)
                if share.weights is not None:
                    parts = [weight / sum(share.weights) for weight in share.weights]
                rows.append((service.name, basis, label, *parts, share.evidence))
    return pd.DataFrame(rows, columns=SHARES.names(programme.codes), dtype=object)
