"""What moved between two versions, line by line (contract, section 6, Movements).

Lines are matched by Line ref and Scenario, wherever they stand. A line that is in both is taken
from the one to the other step by step: what is read otherwise, amounts, category, programme years,
steady-state year. Each step's effect is its own, so that the effects add up to the difference
between the two Summaries.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.core.grouping import number_texts, texts_of
from pipeline.core.lines import ENTERED, Mask
from pipeline.core.money import money_text
from pipeline.core.returns import Pence
from pipeline.core.text import match_key, ref_key
from pipeline.core.versions import Snapshot
from pipeline.core.years import parse_year, span_text, year_label
from pipeline.history.counting import (
    Counted,
    Matched,
    Places,
    counted,
    line_keys,
    matched,
    scenario_keys,
)
from pipeline.history.partners import (
    OldShares,
    Organisations,
    OwnShares,
    changed_bases,
    organisations,
    own_shares,
    parts,
    with_known_shares,
)
from pipeline.history.rows import (
    AMOUNT,
    CATEGORY,
    CHANGED,
    MOVED,
    NEW,
    NEW_LINES,
    REJECTED,
    REJECTED_NOW,
    REMOVED,
    REMOVED_LINES,
    SETTING,
    Row,
)
from pipeline.history.terms import programme_terms
from schemas.fields import Setting
from schemas.model import MOVEMENTS, SAID_OF_LINES, tag_names
from schemas.programme import COSTS_SIGN, PROFILE, SAVINGS_SIGN, STEADY_YEAR, UNITS, YEARS
from schemas.returns import SAVINGS
from schemas.vocabulary import COSTS, SAVINGS_AND_INCOME

LINE, COUNTED_IN = "Line", "Counted in"
_HEADINGS = {field.name: field.heading for field in SAVINGS.fields}
_NAMES = {heading: name for name, heading in _HEADINGS.items()}
# What is compared beside Category and the years; the strand is the service's.
_APART = ("line_ref", "category", "scenario", "counted_in")
_WORDS = tuple(name for name in SAID_OF_LINES if name not in _APART)
_MOVES = ("service", "strand")
# The last step before those of amounts.
_LAST_WORD = 9

# The place of a line in the table, the step within the line, the row, and what it comes to for each
# organisation by measure (None: nil).
Placed = tuple[int, int, Row, Pence | None]
# What a row comes to: One-off, Annual cashable, and both for each organisation.
Effect = tuple[int, int, Pence | None]
_Pair = tuple[npt.NDArray[Any], npt.NDArray[Any]]


@dataclass
class Movements:
    """``rows``: MOVEMENTS, a row for each thing that changed in one scenario (settings and weights
    first, in all scenarios where ``scenario`` is empty); then the lines as they stand now, then
    those that are there no more. ``parts``: what each row comes to for each organisation: rows ×
    organisations × measures. ``before``, ``now``: what each has of the lines of now and then of
    those that are there no more, likewise; ``lines_before``: where the lines of before stand;
    ``pairs``: which lines are the same; ``counts``: how the lines of before and of now count, in
    the years of either."""

    rows: pd.DataFrame
    parts: Pence
    whose: Organisations
    before: Pence
    now: Pence
    lines_before: Places
    pairs: Matched
    counts: tuple[Counted, Counted]


def movements(before: Snapshot, now: Snapshot) -> Movements:
    """What moved: the lines at the shares of before, then what other shares come to."""
    pairs, whose = matched(before, now), organisations(before.programme, now.programme)
    before = with_known_shares(before, now, whose)
    span = sorted({*before.programme.years, *now.programme.years})
    shares = OldShares(before, now, whose, span)
    places = _places(before, now, pairs)
    size = (len(now.register) + len(pairs.only_before), len(whose.names))
    old = parts(before, whose.before, places, size)
    new = parts(now, whose.now, np.arange(len(now.register)), size)
    counts = counted(before, span), counted(now, span)
    lines = _Lines(now, pairs)
    placed = [
        *_new(before, now, pairs, shares, counts[1]),
        *_figures(before, now, pairs, lines, counts, shares),
        *_removed(before, now, pairs, counts[0], old),
    ]
    rest = new - old
    _take(rest, placed)
    new_shares = own_shares(before, now, pairs, shares, counts[1], rest)
    placed.extend(_words(before, now, pairs, lines, new_shares))
    terms = programme_terms(before, now, new_shares, rest[: len(now.register)])
    placed.sort(key=lambda each: each[:2])
    every = [*terms, *((row, effect) for _, _, row, effect in placed)]
    nil = np.zeros(rest.shape[1:], dtype=np.int64)
    effects = [nil if effect is None else effect for _, effect in every]
    return Movements(
        pd.DataFrame([row for row, _ in every], columns=MOVEMENTS.names(), dtype=object),
        np.array(effects, dtype=np.int64).reshape(-1, *nil.shape),
        whose,
        old,
        new,
        places,
        pairs,
        counts,
    )


def _places(before: Snapshot, now: Snapshot, pairs: Matched) -> Places:
    """The numbers of the lines of before: those of the same lines now, or beyond all of these."""
    places = np.empty(len(before.register), dtype=np.intp)
    places[pairs.old] = pairs.now
    places[pairs.only_before] = len(now.register) + np.arange(len(pairs.only_before))
    return places


def _take(rest: Pence, placed: list[Placed]) -> None:
    """Take what rows explain away from what is to be explained, line by line."""
    effects = [(place, effect) for place, _, _, effect in placed if effect is not None]
    if effects:
        places = np.array([place for place, _ in effects], dtype=np.intp)
        np.subtract.at(rest, places, np.stack([effect for _, effect in effects]))


# Lines that are new, and those that are there no more


def _new(
    before: Snapshot, now: Snapshot, pairs: Matched, shares: OldShares, counts: Counted
) -> Iterator[Placed]:
    register = now.register.iloc[pairs.new]
    new_counts = counts.some(pairs.new)
    parts = shares.whole(shares.new[pairs.new], new_counts)
    scenarios, left_out = scenario_keys(before.programme), _left_out(before)
    texts = texts_of(register, ("line_ref", "scenario", "description", "service"))
    effects = new_counts.measures.tolist()
    for number, (place, key) in enumerate(
        zip(pairs.new.tolist(), line_keys(register), strict=True)
    ):
        ref, scenario, description, service = (column[number] for column in texts)
        what, old, text, field = LINE, "", description, "line_ref"
        kind = NEW_LINES
        other = _find(left_out, key)
        if key[1] not in scenarios:
            what, kind = "Scenarios", SETTING
        elif other is not None and not other[0]:
            what, old, text, field = COUNTED_IN, other[2], "", "counted_in"
        where = str(now.cell(place, field))
        yield (
            place,
            0,
            (ref, scenario, NEW, what, old, text, *effects[number], where, kind, service),
            parts[number],
        )


def _removed(
    before: Snapshot, now: Snapshot, pairs: Matched, counts: Counted, parts: Pence
) -> Iterator[Placed]:
    register = before.register.iloc[pairs.only_before]
    scenarios, left_out = scenario_keys(now.programme), _left_out(now)
    texts = texts_of(register, ("line_ref", "scenario", "description", "service"))
    effects = (-counts.some(pairs.only_before).measures).tolist()
    for number, (place, key) in enumerate(
        zip(pairs.only_before.tolist(), line_keys(register), strict=True)
    ):
        ref, scenario, description, service = (column[number] for column in texts)
        change, what, kind = REMOVED, LINE, REMOVED_LINES
        old, text, where = description, "", ""
        other = _find(left_out, key)
        if key[1] not in scenarios:
            what, kind = "Scenarios", SETTING
        elif other is not None:
            rejected, heading, text, where = other
            change = REJECTED if rejected else REMOVED
            kind = REJECTED_NOW if rejected else REMOVED_LINES
            what = heading or LINE
            old = _stood(before, place, heading) if heading else description
        row = (ref, scenario, change, what, old, text, *effects[number], where, kind, service)
        line = len(now.register) + number
        yield line, 0, row, -parts[line]


# Whether a row is rejected (else excluded), and the heading, the value and the place of the cell.
_Out = tuple[bool, str, str, str]


def _left_out(snapshot: Snapshot) -> dict[tuple[str, str], _Out]:
    """The rows in no total by line and scenario; an empty scenario stands for all."""
    frame = snapshot.left_out
    refs = [ref_key(ref) for ref in texts_of(frame, ("line_ref",))[0]]
    scenarios = [match_key(name) for name in texts_of(frame, ("scenario",))[0]]
    rejected = frame["rejected"].tolist()
    rows = zip(rejected, *texts_of(frame, ("heading", "value", "where")), strict=True)
    by_line: dict[tuple[str, str], _Out] = {}
    for key, (is_rejected, *words) in zip(zip(refs, scenarios, strict=True), rows, strict=True):
        by_line.setdefault(key, (bool(is_rejected), words[0], words[1], words[2]))
    return by_line


def _find(left_out: dict[tuple[str, str], _Out], key: tuple[str, str]) -> _Out | None:
    return left_out.get(key) or left_out.get((key[0], ""))


def _stood(before: Snapshot, place: int, heading: str) -> str:
    """What stood under a heading of a line."""
    year = parse_year(heading)
    if year in before.programme.years:
        return money_text(int(before.register[year_label(year)].iloc[place]))
    name = {
        **_NAMES,
        **{text: tag_heading for tag_heading, text in _tags(before, before).items()},
    }.get(heading)
    if name is None or name not in before.register:
        return ""
    return texts_of(before.register.iloc[[place]], (name,))[0][0]


# Lines that are in both


class _Lines:
    """The lines in both versions, as they are named now."""

    def __init__(self, now: Snapshot, pairs: Matched) -> None:
        self.places = pairs.now.tolist()
        names = ("line_ref", "scenario", "service")
        register = now.register[list(names)].iloc[pairs.now]
        self.refs, self.scenarios, self.services = texts_of(register, names)

    def row(
        self,
        number: int,
        step: int,
        what: str,
        texts: tuple[str, str],
        effect: Effect,
        where: str,
        kind: str,
    ) -> Placed:
        """A row about the line, as its ``step``."""
        whose = (self.refs[number], self.scenarios[number])
        row = (*whose, CHANGED, what, *texts, *effect[:2], where, kind, self.services[number])
        return self.places[number], step, row, effect[2]


def _words(
    before: Snapshot, now: Snapshot, pairs: Matched, lines: _Lines, new_shares: OwnShares
) -> Iterator[Placed]:
    """What the lines say beside category and amounts: without effect on the total programme."""
    other_service = {number for number, _ in _differences(before, now, pairs, "service")}
    usual = changed_bases(before.programme, now.programme)
    headings = _HEADINGS | _tags(before, now)
    for number_of, name in enumerate((*_WORDS, *_tags(before, now))):
        step = min(number_of, _LAST_WORD)
        for number, texts in _differences(before, now, pairs, name):
            service = lines.services[number]
            if name == "basis" and usual.get(service) == texts:
                continue
            field = "service" if name == "strand" else name
            where = str(now.cell(lines.places[number], field))
            if name == "strand" and number not in other_service:
                where = f"{now.control}, Services"
            what = "Strand" if name == "strand" else headings[name]
            kind = MOVED if name in _MOVES else ""
            effect = (0, 0, new_shares.of_lines.get((number, name)))
            yield lines.row(number, step, what, texts, effect, where, kind)


def _tags(before: Snapshot, now: Snapshot) -> dict[str, str]:
    """The columns of the team's own that are in both versions: name and heading. Others aren't
    compared line by line: that they came or went is said once, of the programme."""
    old = tag_names(before.programme.tags)
    tag_columns = zip(tag_names(now.programme.tags), now.programme.tags, strict=True)
    return {name: tag.heading for name, tag in tag_columns if name in old}


def _differences(
    before: Snapshot, now: Snapshot, pairs: Matched, name: str
) -> Iterator[tuple[int, tuple[str, str]]]:
    """The pairs of lines that say something else in a column, and what."""
    text_numbers: dict[str, int] = {}
    old, new = (
        number_texts(each.register[name], str, text_numbers)[places]
        for each, places in ((before, pairs.old), (now, pairs.now))
    )
    texts = [*text_numbers]
    for number in np.flatnonzero(old != new).tolist():
        yield number, (texts[old[number]], texts[new[number]])


def _figures(
    before: Snapshot,
    now: Snapshot,
    pairs: Matched,
    lines: _Lines,
    counts: tuple[Counted, Counted],
    shares: OldShares,
) -> Iterator[Placed]:
    """What is read otherwise, amounts, category, years and steady-state year: step by step."""
    span = shares.span
    both = np.isin(span, before.programme.years) & np.isin(span, now.programme.years)
    state, target = counts[0].some(pairs.old), counts[1].some(pairs.now)
    split = _Split(shares, shares.old[pairs.old])
    readings = _Readings(before, now, pairs, span)
    state, rows = _reread(now, lines, readings, state, target, both, split)
    yield from rows
    yield from _amounts(now, lines, state, target, span, both, split)
    state = replace(state, pence=np.where(both, target.pence, state.pence))
    yield from _categories(before, now, pairs, lines, state, target, split)
    state = replace(state, one_off=target.one_off, annual=target.annual)
    yield from _terms(before, now, lines, state, target, split)


@dataclass(frozen=True)
class _Split:
    """The lines in both by organisation, at the shares of before."""

    shares: OldShares
    groups: Places

    def effects(self, first: Counted, second: Counted, numbers: Places) -> Pence:
        """What a step of some lines comes to: lines × organisations × measures."""
        groups = self.groups[numbers]
        return self.shares.whole(groups, second.some(numbers)) - self.shares.whole(
            groups, first.some(numbers)
        )

    def amounts(self, old: Pence, new: Pence, numbers: Places, columns: Places) -> Pence:
        """What other amounts of lines in years come to: lines × organisations."""
        groups = self.groups[numbers]
        return self.shares.split(groups, columns, new) - self.shares.split(groups, columns, old)


class _Readings:
    """How the lines in both were read, before and now: units, savings sign, profile."""

    def __init__(self, before: Snapshot, now: Snapshot, pairs: Matched, span: list[int]) -> None:
        self.units, self.savings, self.costs, self.profiles = (
            (before.register[name].to_numpy()[pairs.old], now.register[name].to_numpy()[pairs.now])
            for name in ("pounds_per_unit", *ENTERED, "incremental")
        )
        self.category = before.register["category"].iloc[pairs.old]
        self.years = np.flatnonzero(np.isin(span, before.programme.years))

    def steps(self, pence: Pence) -> Iterator[tuple[Setting[Any], _Pair, Mask, Pence]]:
        """The amounts as they would have been read with each setting of now, one after the other:
        the setting, its values, the lines concerned, the amounts."""
        readings: tuple[tuple[Setting[Any], _Pair, Callable[[Pence], Pence]], ...] = (
            (UNITS, self.units, self._units),
            (SAVINGS_SIGN, self.savings, lambda pence: self._turned(pence, SAVINGS_AND_INCOME)),
            (COSTS_SIGN, self.costs, lambda pence: self._turned(pence, COSTS)),
            (PROFILE, self.profiles, self._profiles),
        )
        for setting, (old, new), step in readings:
            differs = (old != new).astype(bool)
            if differs.any():
                pence = np.where(differs[:, None], step(pence), pence)
            yield setting, (old, new), differs, pence

    def _units(self, pence: Pence) -> Pence:
        """In other units. What wouldn't be whole pence, or passes 64 bits, stays as it is: it then
        explains nothing."""
        old, new = (units.astype(np.int64)[:, None] for units in self.units)
        times, parts = np.maximum(new // old, 1), np.maximum(old // new, 1)
        fits = np.abs(pence) <= np.iinfo(np.int64).max // times
        whole = np.where(fits, pence, 0) * times
        converted_pence: Pence = np.where(fits & (whole % parts == 0), whole // parts, pence)
        return converted_pence

    def _turned(self, pence: Pence, categories: tuple[str, ...]) -> Pence:
        concerned = self.category.isin(categories).to_numpy()
        turned_pence: Pence = np.where(concerned[:, None], -pence, pence)
        return turned_pence

    def _profiles(self, pence: Pence) -> Pence:
        line_years = pence[:, self.years]
        summed, apart = np.cumsum(line_years, axis=1), np.diff(line_years, axis=1, prepend=0)
        other_profile = pence.copy()
        other_profile[:, self.years] = np.where(
            self.profiles[1].astype(bool)[:, None], summed, apart
        )
        return other_profile


def _reread(
    now: Snapshot,
    lines: _Lines,
    readings: _Readings,
    state: Counted,
    target: Counted,
    both: Mask,
    split: _Split,
) -> tuple[Counted, list[Placed]]:
    """Settings that alone explain a line's new amounts to the penny; where they don't, the amounts
    are what changed."""
    steps = list(readings.steps(state.pence))
    last = steps[-1][-1]
    explained = (last[:, both] == target.pence[:, both]).all(axis=1)
    explained &= (last != state.pence).any(axis=1)
    rows = []
    for step, (setting, values, differs, pence) in enumerate(steps):
        following = replace(state, pence=np.where(explained[:, None], pence, state.pence))
        numbers = np.flatnonzero(explained & differs)
        effects = _effects(state, following, numbers).tolist()
        parts = split.effects(state, following, numbers)
        old, new = (each[numbers].tolist() for each in values)
        what, text_of = setting.heading, setting.values.text
        for place, number in enumerate(numbers.tolist()):
            where = str(now.cell(lines.places[number], "line_ref"))
            texts = text_of(old[place]), text_of(new[place])
            effect = (effects[place][0], effects[place][1], parts[place])
            rows.append(lines.row(number, 10 + step, what, texts, effect, where, SETTING))
        state = following
    return state, rows


def _effects(first: Counted, second: Counted, numbers: Places) -> Pence:
    """What a step of some lines comes to for the total programme: lines × measures."""
    return second.some(numbers).measures - first.some(numbers).measures


def _amounts(
    now: Snapshot,
    lines: _Lines,
    state: Counted,
    target: Counted,
    span: list[int],
    both: Mask,
    split: _Split,
) -> Iterator[Placed]:
    numbers, columns = np.nonzero(np.where(both, target.pence - state.pence, 0))
    changed = np.unique(numbers)
    moved = np.zeros(len(state.pence), dtype=bool)
    moved[changed] = _only_moved(state.pence[changed][:, both], target.pence[changed][:, both])
    old, new = state.pence[numbers, columns], target.pence[numbers, columns]
    counts = np.stack(
        [state.one_off[numbers], state.annual[numbers] & (columns == state.steady)], axis=1
    )
    effects = ((new - old)[:, None] * counts).tolist()
    parts = split.amounts(old, new, numbers, columns)[:, :, None] * counts[:, None, :]
    for place, (number, column) in enumerate(zip(numbers.tolist(), columns.tolist(), strict=True)):
        yield lines.row(
            number,
            20 + column,
            year_label(span[column]),
            (money_text(int(old[place])), money_text(int(new[place]))),
            (effects[place][0], effects[place][1], parts[place]),
            str(now.year_cell(lines.places[number], span[column])),
            MOVED if moved[number] else AMOUNT,
        )


def _only_moved(old: Pence, new: Pence) -> Mask:
    """Lines with the same amounts in other years, or all of them later with nil before."""
    moved: Mask = (np.sort(old, axis=1) == np.sort(new, axis=1)).all(axis=1)
    for years in range(1, old.shape[1]):
        later = (new[:, years:] == old[:, :-years]).all(axis=1) & ~new[:, :years].any(axis=1)
        moved |= later & new.any(axis=1)
    return moved


def _categories(
    before: Snapshot,
    now: Snapshot,
    pairs: Matched,
    lines: _Lines,
    state: Counted,
    target: Counted,
    split: _Split,
) -> Iterator[Placed]:
    following = replace(state, one_off=target.one_off, annual=target.annual)
    changes = list(_differences(before, now, pairs, "category"))
    numbers = np.array([number for number, _ in changes], dtype=np.intp)
    effects = _effects(state, following, numbers).tolist()
    parts = split.effects(state, following, numbers)
    for place, (number, texts) in enumerate(changes):
        where = str(now.cell(lines.places[number], "category"))
        effect = (effects[place][0], effects[place][1], parts[place])
        yield lines.row(number, 100, _HEADINGS["category"], texts, effect, where, CATEGORY)


def _terms(
    before: Snapshot,
    now: Snapshot,
    lines: _Lines,
    state: Counted,
    target: Counted,
    split: _Split,
) -> Iterator[Placed]:
    """The programme's years, then its steady-state year."""
    years = replace(state, pence=target.pence)
    changed = (years.pence != state.pence).any(axis=1)
    if target.steady == state.steady and not changed.any():
        return  # as in most comparisons: nothing need be worked out line by line
    span = (span_text(before.programme.year_labels), span_text(now.programme.year_labels))
    steady = (year_label(before.programme.steady_year), year_label(now.programme.steady_year))
    for step, what, texts, first, second in (
        (101, YEARS.heading, span, state, years),
        (102, STEADY_YEAR.heading, steady, years, target),
    ):
        effects = second.measures - first.measures
        concerned = effects.any(axis=1) | (changed & (step == 101))
        # The same amount in another year may be shared otherwise.
        concerned |= (first.steady != second.steady) & second.annual & (effects[:, 1] == 0)
        numbers = np.flatnonzero(concerned)
        parts = split.effects(first, second, numbers)
        is_shown = effects[numbers].any(axis=1) | changed[numbers] & (step == 101)
        is_shown |= parts.any(axis=(1, 2))
        where = f"{now.control}, Programme"
        for place in np.flatnonzero(is_shown).tolist():
            number = int(numbers[place])
            effect = (int(effects[number, 0]), int(effects[number, 1]), parts[place])
            yield lines.row(number, step, what, texts, effect, where, SETTING)
