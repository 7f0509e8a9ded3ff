"""The partners' side of what moved: each one's parts of the lines, and what a change of a line
comes to for each, by the shares of before.

Measures are pence, One-off and Annual cashable, by organisation: the partners of either version
and what is not yet apportioned.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from pipeline.core.bases import DIRECT
from pipeline.core.grouping import group_rows, number_among, texts_of
from pipeline.core.programme import Programme
from pipeline.core.returns import Pence
from pipeline.core.sharing import SHARED_BY, shares_by_rows
from pipeline.core.text import match_key, ref_key
from pipeline.core.versions import ShareKey, Snapshot, Weights
from pipeline.history.counting import Counted, Matched, Places, counted, summed
from schemas.model import MEASURES
from schemas.vocabulary import NOT_YET_APPORTIONED


@dataclass(frozen=True)
class Organisations:
    """The partners of either version as they are called now, those of now first, then what is not
    yet apportioned; ``before`` and ``now`` say where the partners of each version stand."""

    names: tuple[str, ...]
    before: tuple[int, ...]
    now: tuple[int, ...]

    @property
    def unshared(self) -> int:
        """Where what is not yet apportioned stands."""
        return len(self.names) - 1


def organisations(before: Programme, now: Programme) -> Organisations:
    """A former partner is the one of the same code, else of the same name."""
    codes = {ref_key(one.code): place for place, one in enumerate(now.partners)}
    by_name = {match_key(one.name): place for place, one in enumerate(now.partners)}
    names = [one.name for one in now.partners]
    places = []
    for one in before.partners:
        place = codes.get(ref_key(one.code), by_name.get(match_key(one.name), len(names)))
        if place == len(names):
            names.append(one.name)
        places.append(place)
    return Organisations(
        (*names, NOT_YET_APPORTIONED), tuple(places), tuple(range(len(now.partners)))
    )


def parts(snapshot: Snapshot, places: tuple[int, ...], ids: Places, size: tuple[int, int]) -> Pence:
    """What each organisation has of each line: lines × organisations (``size``) × measures.
    ``ids``: the number of each line of the register; ``places``: where its partners stand."""
    shares, programme = snapshot.apportioned, snapshot.programme
    row = shares["register_row"].to_numpy(dtype=np.int64)
    category = snapshot.register["category"]
    pence = shares[list(programme.year_labels)].to_numpy(dtype=np.int64)
    one_off, annual = (
        each.counted(pence, each.counts(category)[row], programme.steady_index) for each in MEASURES
    )
    # The place of a code that is no partner's is the last one.
    whose = np.array([*places, size[1] - 1])[number_among(shares["partner"], programme.codes)]
    cells = ids[row] * size[1] + whose
    sums = summed(cells, np.stack([one_off, annual], axis=1), size[0] * size[1])
    return sums.reshape(*size, 2)


class OldShares:
    """By what lines were shared before. What isn't known of then (a new basis, a further year) is
    shared as it is now, and where that isn't known either, not apportioned."""

    def __init__(
        self, before: Snapshot, now: Snapshot, whose: Organisations, span: Sequence[int]
    ) -> None:
        self._before, self._now, self.span = before.shares, now.shares, list(span)
        self._registers = before.register, now.register
        # A row of weights has the former partners first, then those of now, so that ties are
        # settled in the order of the version that it is from; the last is nobody.
        self._first, self._width = len(whose.before), len(whose.before) + len(whose.now) + 1
        self._places = np.array([*whose.before, *whose.now, whose.unshared])
        self._size = len(whose.names)
        self._rows: dict[tuple[int, ...], int] = {}
        self._groups: dict[tuple[str, str, str], int] = {}
        self._table: list[list[int]] = []

    @cached_property
    def old(self) -> Places:
        """The number of what each line of before is shared by: basis, service and direct
        partner."""
        return self._groups_of(self._registers[0])

    @cached_property
    def new(self) -> Places:
        """The number of what each line of now is shared by, likewise."""
        return self._groups_of(self._registers[1])

    def _groups_of(self, register: pd.DataFrame) -> Places:
        numbers, keys = group_rows(register, SHARED_BY)
        groups = [self._group(*share_by(*key)) for key in keys]
        return np.array(groups, dtype=np.intp)[numbers]

    def _group(self, basis: str, service: str, partner: str) -> int:
        key = (basis, service, partner)
        if key not in self._groups:
            self._groups[key] = len(self._table)
            self._table.append([self._row((*key, year)) for year in self.span])
        return self._groups[key]

    def _row(self, key: ShareKey) -> int:
        """The row of weights by which a line was shared."""
        weights: Weights
        if key in self._before:
            weights, first = self._before[key], 0
        else:
            weights, first = self._now.get(key), self._first
        row = [0] * self._width
        if weights is None or not any(weights):
            row[-1] = 1
        else:
            row[first : first + len(weights)] = weights
        return self._rows.setdefault(tuple(row), len(self._rows))

    def knows(self, group: int, year: int) -> bool:
        """Whether it is known by what a group was shared before in a year."""
        return (*list(self._groups)[group], year) in self._before

    def split(self, groups: Places, columns: Places, amounts: Pence) -> Pence:
        """Amounts of lines in years (places in the span) by organisation."""
        sums = np.zeros((len(amounts), self._size), dtype=np.int64)
        filled = np.flatnonzero(amounts)
        if len(filled):
            table = np.array(self._table, dtype=np.int64)
            place = table[groups[filled], columns[filled]]
            shares = shares_by_rows(amounts[filled], list(self._rows), place)
            for column, where in enumerate(self._places.tolist()):
                sums[filled, where] += shares[:, column]
        return sums

    def whole(self, groups: Places, lines: Counted) -> Pence:
        """The measures of lines by organisation: lines × organisations × measures."""
        one_off = np.zeros((len(groups), self._size), dtype=np.int64)
        for column in range(lines.pence.shape[1]):
            years = np.full(len(groups), column)
            one_off += self.split(groups, years, lines.pence[:, column] * lines.one_off)
        steady = np.full(len(groups), lines.steady)
        annual = self.split(groups, steady, lines.pence[:, lines.steady] * lines.annual)
        return np.stack([one_off, annual], axis=2)


@dataclass
class OwnShares:
    """What lines that are shared by something else now come to, by the weights of before, for each
    organisation by measure: ``of_lines`` by the number of the pair and the field that says so,
    ``of_services`` by service and scenario where the service's usual basis is another one."""

    of_lines: dict[tuple[int, str], Pence] = field(default_factory=dict)
    of_services: dict[tuple[str, str], Pence] = field(default_factory=dict)


def own_shares(
    before: Snapshot,
    now: Snapshot,
    pairs: Matched,
    shares: OldShares,
    counts: Counted,
    rest: Pence,
) -> OwnShares:
    """What lines that are shared by something else now come to, taken from ``rest``, what is left
    to be explained of each line; all of that where weights of before aren't known. ``counts``: how
    the lines of now count, in the years of the shares."""
    groups = shares.old[pairs.old], shares.new[pairs.now]
    numbers = np.flatnonzero(groups[0] != groups[1])
    lines = counts.some(pairs.now[numbers])
    effects = shares.whole(groups[1][numbers], lines) - shares.whole(groups[0][numbers], lines)
    usual, new_shares = changed_bases(before.programme, now.programme), OwnShares()
    names = ["basis", "partner", "service"]
    old, new = before.register[names], now.register[[*names, "scenario"]]
    earlier = zip(*texts_of(old.iloc[pairs.old[numbers]], names), strict=True)
    later = zip(*texts_of(new.iloc[pairs.now[numbers]], [*names, "scenario"]), strict=True)
    for place, (was, (*words, scenario)) in enumerate(zip(earlier, later, strict=True)):
        number = int(numbers[place])
        line = int(pairs.now[number])
        has_weights = shares.knows(int(groups[1][number]), now.programme.steady_year)
        effect = effects[place] if has_weights else rest[line].copy()
        rest[line] -= effect
        if usual.get(words[2]) == (was[0], words[0]):
            key = (words[2], scenario)
            new_shares.of_services[key] = new_shares.of_services.get(key, 0) + effect
        else:
            first = next(name for name, a, b in zip(names, was, words, strict=True) if a != b)
            new_shares.of_lines[number, first] = effect
    return new_shares


def changed_bases(before: Programme, now: Programme) -> dict[str, tuple[str, str]]:
    """The usual bases, before and now, of the services that have another one."""
    old_bases = {one.name: one.basis or "" for one in before.services}
    bases = {one.name: one.basis or "" for one in now.services}
    return {
        name: (old_bases[name], basis)
        for name, basis in bases.items()
        if name in old_bases and old_bases[name] != basis
    }


def share_by(basis: str, service: str, partner: str) -> tuple[str, str, str]:
    """What a line is shared by: the partner counts where the line goes to it directly."""
    return basis, service, partner if basis == DIRECT else ""


def with_known_shares(before: Snapshot, now: Snapshot, whose: Organisations) -> Snapshot:
    """The version of before, and where its shares are only told from the parts of the lines, those
    of now for all lines whose parts they give to the penny: told from pence, a share is seldom the
    exact one, and each line that changed would leave a penny behind."""
    if before.weights_kept:
        return before
    years, register = list(before.programme.years), before.register
    ids = np.arange(len(register), dtype=np.intp)
    old_parts = parts(before, whose.before, ids, (len(ids), len(whose.names)))
    trial = OldShares(replace(before, shares={}), now, whose, years)
    again = trial.whole(trial.old, counted(before))
    same = (again == old_parts).all(axis=(1, 2))
    numbers, keys = group_rows(register, SHARED_BY)
    differ = {share_by(*keys[number]) for number in set(numbers[~same].tolist())}
    derived_shares = {key: weights for key, weights in before.shares.items() if key[:3] in differ}
    return replace(before, shares=derived_shares)
