"""What moved between two versions, line by line (contract, section 6, Movements).

Lines are matched by Line ref and Scenario, wherever they stand. A line that is in both is taken
from the one to the other step by step: what is read otherwise, amounts, category, programme years,
steady-state year. Each step's effect is its own, so that the effects add up to the difference
between the two Summaries.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.core.lines import Mask
from pipeline.core.money import money_text
from pipeline.core.programme import Programme
from pipeline.core.returns import Pence
from pipeline.core.text import match_key, ref_key
from pipeline.core.versions import Snapshot
from pipeline.core.years import parse_year, year_label
from schemas.fields import Setting
from schemas.model import MOVEMENTS, SAID_OF_LINES
from schemas.programme import PROFILE, PROGRAMME, SAVINGS_SIGN, STEADY_YEAR, UNITS, YEARS
from schemas.returns import SAVINGS
from schemas.vocabulary import ANNUAL_CASHABLE, ONE_OFF, SAVINGS_AND_INCOME

NEW, REMOVED, CHANGED, REJECTED = "New", "Removed", "Changed", "Rejected"

# What an effect comes from, in the order of the bridges.
KINDS = (
    NEW_LINES := "New",
    REMOVED_LINES := "Removed",
    AMOUNT := "Changed amount",
    MOVED := "Moved strand or year",
    CATEGORY := "Changed category",
    SETTING := "Changed setting",
    REJECTED_NOW := "Rejected now",
)

LINE, COUNTED_IN = "Line", "Counted in"
_HEADINGS = {field.name: field.heading for field in SAVINGS.fields}
_NAMES = {heading: name for name, heading in _HEADINGS.items()}
# What is compared beside Category and the years; the strand is the service's.
_APART = ("line_ref", "category", "scenario", "counted_in")
_WORDS = tuple(name for name in SAID_OF_LINES if name not in _APART)
_MOVES = ("service", "strand")

Row = tuple[object, ...]
# The place of a line in the table, the step within the line, and the row.
Placed = tuple[int, int, Row]
Places = npt.NDArray[np.intp]
_Pair = tuple[npt.NDArray[Any], npt.NDArray[Any]]


def scenario_keys(programme: Programme) -> dict[str, str]:
    """The scenarios by the form in which they are compared."""
    return {match_key(name): name for name in programme.scenarios}


def line_keys(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """What lines are matched by: line ref and scenario, as they are compared."""
    scenarios = {name: match_key(name) for name in frame["scenario"].unique()}
    pairs = zip(frame["line_ref"].tolist(), frame["scenario"].tolist(), strict=True)
    return [(ref_key(ref), scenarios[scenario]) for ref, scenario in pairs]


@dataclass(frozen=True)
class Matched:
    """Places in two registers: of the lines in both (side by side), in the second alone (new) and
    in the first alone (gone)."""

    old: Places
    now: Places
    new: Places
    gone: Places


def matched(before: Snapshot, now: Snapshot) -> Matched:
    """Match the lines of two versions."""
    keys = {key: place for place, key in enumerate(line_keys(before.register))}
    found = np.array([keys.get(key, -1) for key in line_keys(now.register)], dtype=np.intp)
    both = np.flatnonzero(found >= 0)
    gone = np.setdiff1d(np.arange(len(before.register)), found[both])
    return Matched(found[both], both, np.flatnonzero(found < 0), gone)


@dataclass(frozen=True)
class Counted:
    """How a line counts: its pence by year, whether they count in One-off and in Annual cashable,
    and the place of the steady-state year."""

    pence: Pence
    one_off: Mask
    annual: Mask
    steady: int

    @property
    def measures(self) -> Pence:
        """One-off and annual cashable in pence, lines × 2."""
        one_off = self.pence.sum(axis=1) * self.one_off
        return np.stack([one_off, self.pence[:, self.steady] * self.annual], axis=1)


def counted(snapshot: Snapshot, span: list[int] | None = None) -> Counted:
    """How each line of a register counts; ``span``: years to show it in, nil in those that the
    programme doesn't have."""
    programme = snapshot.programme
    span = span or list(programme.years)
    pence = np.zeros((len(snapshot.register), len(span)), dtype=np.int64)
    for year, label in zip(programme.years, programme.year_labels, strict=True):
        pence[:, span.index(year)] = snapshot.register[label].to_numpy(dtype=np.int64)
    category = snapshot.register["category"]
    return Counted(
        pence,
        category.isin(ONE_OFF).to_numpy(),
        category.isin(ANNUAL_CASHABLE).to_numpy(),
        span.index(programme.steady_year),
    )


def line_movements(before: Snapshot, now: Snapshot) -> pd.DataFrame:
    """MOVEMENTS, a row for each thing that changed: settings first, then the lines as they stand
    now, then those that are there no more."""
    pairs = matched(before, now)
    placed = [
        *_new(before, now, pairs),
        *_words(before, now, pairs),
        *_figures(before, now, pairs),
        *_gone(before, now, pairs),
    ]
    placed.sort(key=lambda each: each[:2])
    rows = [*settings(before, now), *(row for _, _, row in placed)]
    return pd.DataFrame(rows, columns=MOVEMENTS.names(), dtype=object)


# The programme's settings


def span_text(programme: Programme) -> str:
    """``2012/13 to 2016/17``."""
    labels = programme.year_labels
    return labels[0] if len(labels) == 1 else f"{labels[0]} to {labels[-1]}"


def _setting_texts(programme: Programme) -> dict[str, str]:
    return {
        YEARS.heading: span_text(programme),
        **{one.heading: one.text_in(programme) for one in PROGRAMME.settings if one.compared},
        "Partners": ", ".join(f"{one.name} ({one.code})" for one in programme.partners),
    }


def settings(before: Snapshot, now: Snapshot) -> Iterator[Row]:
    """Settings that shape figures and are not what they were. What they do to lines stands with
    the lines, so that these rows have no effect of their own."""
    old, new = _setting_texts(before.programme), _setting_texts(now.programme)
    for name, text in new.items():
        if text != old[name]:
            sheet = "Partners" if name == "Partners" else "Programme"
            where = f"{now.control}, {sheet}"
            yield ("", "", CHANGED, name, old[name], text, 0, 0, where, "", "")


# Lines that are new, and those that are there no more


def _new(before: Snapshot, now: Snapshot, pairs: Matched) -> Iterator[Placed]:
    register = now.register.iloc[pairs.new]
    scenarios, left_out = scenario_keys(before.programme), _left_out(before)
    texts = _texts(register, ("line_ref", "scenario", "description", "service"))
    effects = counted(now).measures[pairs.new].tolist()
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
        where = _cell(now, place, field)
        yield (
            place,
            0,
            (ref, scenario, NEW, what, old, text, *effects[number], where, kind, service),
        )


def _gone(before: Snapshot, now: Snapshot, pairs: Matched) -> Iterator[Placed]:
    register = before.register.iloc[pairs.gone]
    scenarios, left_out = scenario_keys(now.programme), _left_out(now)
    texts = _texts(register, ("line_ref", "scenario", "description", "service"))
    effects = (-counted(before).measures[pairs.gone]).tolist()
    for number, (place, key) in enumerate(
        zip(pairs.gone.tolist(), line_keys(register), strict=True)
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
        yield len(now.register) + place, 0, row


# Whether a row is rejected (else excluded), and the heading, the value and the place of the cell.
_Out = tuple[bool, str, str, str]


def _left_out(snapshot: Snapshot) -> dict[tuple[str, str], _Out]:
    """The rows in no total by line and scenario; an empty scenario stands for all."""
    frame = snapshot.left_out
    refs = [ref_key(ref) for ref in _texts(frame, ("line_ref",))[0]]
    scenarios = [match_key(name) for name in _texts(frame, ("scenario",))[0]]
    rejected = frame["rejected"].tolist()
    rows = zip(rejected, *_texts(frame, ("heading", "value", "where")), strict=True)
    found: dict[tuple[str, str], _Out] = {}
    for key, (is_rejected, *words) in zip(zip(refs, scenarios, strict=True), rows, strict=True):
        found.setdefault(key, (bool(is_rejected), words[0], words[1], words[2]))
    return found


def _find(left_out: dict[tuple[str, str], _Out], key: tuple[str, str]) -> _Out | None:
    return left_out.get(key) or left_out.get((key[0], ""))


def _stood(before: Snapshot, place: int, heading: str) -> str:
    """What stood under a heading of a line."""
    year = parse_year(heading)
    if year in before.programme.years:
        return money_text(int(before.register[year_label(year)].iloc[place]))
    name = _NAMES.get(heading)
    if name is None or name not in before.register:
        return ""
    return _texts(before.register.iloc[[place]], (name,))[0][0]


# Lines that are in both


def _texts(frame: pd.DataFrame, names: tuple[str, ...]) -> list[list[str]]:
    """Columns as texts, empty where a value is missing."""
    return [
        [value if isinstance(value, str) else "" for value in frame[name].tolist()]
        for name in names
    ]


def _cell(now: Snapshot, place: int, name: str) -> str:
    """The cell of a field of a line as it stands now."""
    table = now.tables[int(now.register["source"].iloc[place])]
    return str(table.cell(int(now.register["row"].iloc[place]), name))


def _year_cell(now: Snapshot, place: int, year: int) -> str:
    table = now.tables[int(now.register["source"].iloc[place])]
    row = int(now.register["row"].iloc[place])
    cells = table.amount_cells(row, year)
    return str(cells[0] if cells else table.cell(row, "line_ref"))


class _Lines:
    """The lines in both versions, as they are named now."""

    def __init__(self, now: Snapshot, pairs: Matched) -> None:
        self.now, self.places = now, pairs.now.tolist()
        register = now.register.iloc[pairs.now]
        self.refs, self.scenarios, self.services = _texts(
            register, ("line_ref", "scenario", "service")
        )

    def row(
        self,
        number: int,
        step: int,
        what: str,
        texts: tuple[str, str],
        effect: tuple[int, int],
        where: str,
        kind: str,
    ) -> Placed:
        """A row about the line, as its ``step``."""
        whose = (self.refs[number], self.scenarios[number])
        row = (*whose, CHANGED, what, *texts, *effect, where, kind, self.services[number])
        return self.places[number], step, row


def _words(before: Snapshot, now: Snapshot, pairs: Matched) -> Iterator[Placed]:
    """What the lines say beside category and amounts: without effect on the total programme."""
    lines = _Lines(now, pairs)
    old, new = before.register.iloc[pairs.old], now.register.iloc[pairs.now]
    for step, name in enumerate(_WORDS):
        for number, texts in _differences(old, new, name):
            field = "service" if name == "strand" else name
            where = _cell(now, lines.places[number], field)
            if name == "strand" and old["service"].iloc[number] == new["service"].iloc[number]:
                where = f"{now.control}, Services"
            what = "Strand" if name == "strand" else _HEADINGS[name]
            kind = MOVED if name in _MOVES else ""
            yield lines.row(number, step, what, texts, (0, 0), where, kind)


def _differences(
    old: pd.DataFrame, new: pd.DataFrame, name: str
) -> Iterator[tuple[int, tuple[str, str]]]:
    pairs = zip(*_texts(old, (name,)), *_texts(new, (name,)), strict=True)
    for number, texts in enumerate(pairs):
        if texts[0] != texts[1]:
            yield number, texts


def _figures(before: Snapshot, now: Snapshot, pairs: Matched) -> Iterator[Placed]:
    """What is read otherwise, amounts, category, years and steady-state year: step by step."""
    span = sorted({*before.programme.years, *now.programme.years})
    both = np.isin(span, before.programme.years) & np.isin(span, now.programme.years)
    old, new = counted(before, span), counted(now, span)
    state, target = _some(old, pairs.old), _some(new, pairs.now)
    lines = _Lines(now, pairs)
    taken = _Readings(before, now, pairs, span)
    state, rows = _reread(lines, taken, state, target, both)
    yield from rows
    yield from _amounts(lines, state, target, span, both)
    state = _with(state, np.where(both, target.pence, state.pence))
    yield from _categories(before, now, pairs, lines, state, target)
    state = Counted(state.pence, target.one_off, target.annual, state.steady)
    yield from _terms(before, now, lines, state, target)


def _some(all_lines: Counted, places: Places) -> Counted:
    return Counted(
        all_lines.pence[places],
        all_lines.one_off[places],
        all_lines.annual[places],
        all_lines.steady,
    )


def _with(state: Counted, pence: Pence) -> Counted:
    return Counted(pence, state.one_off, state.annual, state.steady)


class _Readings:
    """How the lines in both were read, before and now: units, savings sign, profile."""

    def __init__(self, before: Snapshot, now: Snapshot, pairs: Matched, span: list[int]) -> None:
        old, new = before.register.iloc[pairs.old], now.register.iloc[pairs.now]
        self.units, self.signs, self.profiles = (
            (old[name].to_numpy(), new[name].to_numpy())
            for name in ("pounds_per_unit", "savings_positive", "incremental")
        )
        self.is_saving = old["category"].isin(SAVINGS_AND_INCOME).to_numpy()
        self.years = np.flatnonzero(np.isin(span, before.programme.years))

    def steps(self, pence: Pence) -> Iterator[tuple[str, list[tuple[str, str]], Mask, Pence]]:
        """The amounts as they would have been read with each setting of now, one after the other:
        the setting, its values, the lines concerned, the amounts."""
        readings: tuple[tuple[Setting[Any], _Pair, Callable[[Pence], Pence]], ...] = (
            (UNITS, self.units, self._units),
            (SAVINGS_SIGN, self.signs, self._signs),
            (PROFILE, self.profiles, self._profiles),
        )
        for setting, (old, new), step in readings:
            shown = setting.values.text
            differs = (old != new).astype(bool)
            pence = np.where(differs[:, None], step(pence), pence)
            texts = [(shown(a), shown(b)) for a, b in zip(old.tolist(), new.tolist(), strict=True)]
            yield setting.heading, texts, differs, pence

    def _units(self, pence: Pence) -> Pence:
        """In other units. What wouldn't be whole pence, or passes 64 bits, stays as it is: it then
        explains nothing."""
        old, new = (units.astype(np.int64)[:, None] for units in self.units)
        times, parts = np.maximum(new // old, 1), np.maximum(old // new, 1)
        fits = np.abs(pence) <= np.iinfo(np.int64).max // times
        whole = np.where(fits, pence, 0) * times
        made: Pence = np.where(fits & (whole % parts == 0), whole // parts, pence)
        return made

    def _signs(self, pence: Pence) -> Pence:
        made: Pence = np.where(self.is_saving[:, None], -pence, pence)
        return made

    def _profiles(self, pence: Pence) -> Pence:
        own = pence[:, self.years]
        summed, apart = np.cumsum(own, axis=1), np.diff(own, axis=1, prepend=0)
        made = pence.copy()
        made[:, self.years] = np.where(self.profiles[1].astype(bool)[:, None], summed, apart)
        return made


def _reread(
    lines: _Lines, taken: _Readings, state: Counted, target: Counted, both: Mask
) -> tuple[Counted, list[Placed]]:
    """Settings that alone explain a line's new amounts to the penny; where they don't, the amounts
    are what changed."""
    steps = list(taken.steps(state.pence))
    last = steps[-1][-1]
    explained = (last[:, both] == target.pence[:, both]).all(axis=1)
    explained &= (last != state.pence).any(axis=1)
    rows = []
    for step, (what, texts, differs, pence) in enumerate(steps):
        following = _with(state, np.where(explained[:, None], pence, state.pence))
        effects = (following.measures - state.measures).tolist()
        for number in np.flatnonzero(explained & differs).tolist():
            where = _cell(lines.now, lines.places[number], "line_ref")
            effect = (effects[number][0], effects[number][1])
            rows.append(lines.row(number, 10 + step, what, texts[number], effect, where, SETTING))
        state = following
    return state, rows


def _amounts(
    lines: _Lines, state: Counted, target: Counted, span: list[int], both: Mask
) -> Iterator[Placed]:
    gaps = np.where(both, target.pence - state.pence, 0)
    moved = _only_moved(state.pence[:, both], target.pence[:, both])
    one_off = (gaps * state.one_off[:, None]).tolist()
    annual = (gaps[:, state.steady] * state.annual).tolist()
    old, new = state.pence, target.pence
    for number, column in zip(*(axis.tolist() for axis in np.nonzero(gaps)), strict=True):
        texts = (money_text(int(old[number, column])), money_text(int(new[number, column])))
        in_steady = annual[number] if column == state.steady else 0
        yield lines.row(
            number,
            20 + column,
            year_label(span[column]),
            texts,
            (one_off[number][column], in_steady),
            _year_cell(lines.now, lines.places[number], span[column]),
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
) -> Iterator[Placed]:
    following = Counted(state.pence, target.one_off, target.annual, state.steady)
    effects = (following.measures - state.measures).tolist()
    old, new = before.register.iloc[pairs.old], now.register.iloc[pairs.now]
    for number, texts in _differences(old, new, "category"):
        where = _cell(now, lines.places[number], "category")
        effect = (effects[number][0], effects[number][1])
        yield lines.row(number, 100, _HEADINGS["category"], texts, effect, where, CATEGORY)


def _terms(
    before: Snapshot, now: Snapshot, lines: _Lines, state: Counted, target: Counted
) -> Iterator[Placed]:
    """The programme's years, then its steady-state year."""
    years = _with(state, target.pence)
    changed = (years.pence != state.pence).any(axis=1)
    span = (span_text(before.programme), span_text(now.programme))
    steady = (year_label(before.programme.steady_year), year_label(now.programme.steady_year))
    for step, what, texts, first, second in (
        (101, YEARS.heading, span, state, years),
        (102, STEADY_YEAR.heading, steady, years, target),
    ):
        effects = second.measures - first.measures
        concerned = effects.any(axis=1) | (changed & (step == 101))
        for number in np.flatnonzero(concerned).tolist():
            effect = (int(effects[number, 0]), int(effects[number, 1]))
            where = f"{now.control}, Programme"
            yield lines.row(number, step, what, texts, effect, where, SETTING)
