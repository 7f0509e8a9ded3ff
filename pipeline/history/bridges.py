"""From one version's totals to another's: by service, by partner, and the proof that the movements
explain the difference between the two Summaries."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from pipeline.core.grouping import categories, group_rows, number_rows
from pipeline.core.programme import Programme
from pipeline.core.text import match_key
from pipeline.core.versions import Explained, Issued, Moved, Snapshot
from pipeline.history.counting import Counted, summed
from pipeline.history.movements import Movements, movements
from pipeline.history.partners import Organisations
from pipeline.history.rows import KINDS, MOVED
from schemas.model import EFFECT_ON, MEASURES
from schemas.vocabulary import (
    ALL_SERVICES,
    ALL_STRANDS,
    ANNUAL_MEASURE,
    NOT_YET_APPORTIONED,
    TOTAL_PROGRAMME,
)

SHARES = "Changed shares"
PARTNER_KINDS = (*KINDS, SHARES)
_PENCE = [measure.column for measure in MEASURES]
_HEADINGS = [measure.heading for measure in MEASURES]
_BEFORE, _NOW = "before_pence", "now_pence"

# MEASURES in pence by service or organisation, scenario and kind.
Sums = dict[tuple[str, str, str], Sequence[int]]


def moved(before: Snapshot, now: Snapshot, issued: Issued, after: Issued | None = None) -> Moved:
    """What moved from one version to another (``after``; None: the figures as they are now)."""
    what = movements(before, now)
    lines, scenarios = what.rows, _scenarios(before.programme, now.programme)
    lines["scenario"] = [scenarios.get(match_key(name), name) for name in lines["scenario"]]
    size = len(what.whose.names) - (not what.parts[:, -1].any())
    organisations = what.whose.names[:size]
    columns = [EFFECT_ON + name for name in organisations]
    annual = pd.DataFrame(what.parts[:, :size, 1], columns=columns)
    old, new = (
        _measures(one.register, counts, scenarios, kind)
        for one, counts, kind in zip((before, now), what.counts, (_BEFORE, _NOW), strict=True)
    )
    services = [service.name for each in (now, before) for service in each.programme.services]
    return Moved(
        issued,
        after,
        now.programme,
        _in_one_row(pd.concat([lines, annual], axis=1), list(scenarios.values())),
        organisations,
        _by_service(old, new, what, services, scenarios),
        _by_partner(old, new, what, scenarios),
        _checks(before, now, what, scenarios),
    )


def _scenarios(before: Programme, now: Programme) -> dict[str, str]:
    """Every scenario by its key, named as now, those of now first."""
    old = {match_key(name): name for name in before.scenarios}
    new = {match_key(name): name for name in now.scenarios}
    return {**new, **{key: name for key, name in old.items() if key not in new}}


def _in_one_row(lines: pd.DataFrame, scenarios: list[str]) -> pd.DataFrame:
    """The movements, those that are the same in several scenarios in one row that names them."""
    columns = list(lines.columns)
    place = columns.index("scenario")
    rows: dict[tuple[object, ...], list[str]] = {}
    for row in lines.itertuples(index=False, name=None):
        rows.setdefault((*row[:place], *row[place + 1 :]), []).append(str(row[place]))
    merged = []
    for rest, names in rows.items():
        whose = [name for name in scenarios if name in names]
        merged.append((*rest[:place], ", ".join(whose), *rest[place:]))
    return pd.DataFrame(merged, columns=columns, dtype=object)


def _checks(
    before: Snapshot, now: Snapshot, what: Movements, scenarios: dict[str, str]
) -> list[Explained]:
    """The differences between the Summaries against the movements: the total programme's measures,
    then the annual cashable of each organisation that it is shared among; by scenario."""
    whose, programme = what.whose, [TOTAL_PROGRAMME]
    old = _names(before.programme, whose.before, whose)
    new = _names(now.programme, whose.now, whose)
    first, last = _totals(before.summary), _totals(now.summary)
    rows = []
    for key, name in scenarios.items():
        in_scenario = (what.rows["scenario"] == name).to_numpy(dtype=bool)
        for column, measure in zip(_PENCE, _HEADINGS, strict=True):
            expected = _total(last, programme, key, column) - _total(first, programme, key, column)
            actual = sum(what.rows[column][in_scenario].tolist())
            rows.append(Explained(TOTAL_PROGRAMME, name, measure, expected, actual))
        for place, organisation in enumerate(whose.names):
            annual = _total(last, new[place], key, _PENCE[1])
            expected = annual - _total(first, old[place], key, _PENCE[1])
            actual = int(what.parts[in_scenario, place, 1].sum())
            if place < whose.unshared or expected or actual:
                rows.append(Explained(organisation, name, ANNUAL_MEASURE, expected, actual))
    return rows


def _names(programme: Programme, places: tuple[int, ...], whose: Organisations) -> list[list[str]]:
    """By what names a version's Summary calls each organisation."""
    names: list[list[str]] = [[] for _ in whose.names]
    for place, one in zip(places, programme.partners, strict=True):
        names[place].append(one.name)
    return [*names[:-1], [NOT_YET_APPORTIONED]]


def _totals(summary: pd.DataFrame) -> dict[tuple[str, str, str], int]:
    """The figures of a Summary by organisation, scenario (its key) and column of _PENCE."""
    frame = summary[summary["strand"] == ALL_STRANDS]
    organisations, scenarios = frame["organisation"].tolist(), frame["scenario"].map(match_key)
    totals: dict[tuple[str, str, str], int] = {}
    for column in _PENCE:
        rows = zip(organisations, scenarios, frame[column].tolist(), strict=True)
        for organisation, scenario, pence in rows:
            key = (organisation, scenario, column)
            totals[key] = totals.get(key, 0) + int(pence)
    return totals


def _total(
    totals: dict[tuple[str, str, str], int], names: list[str], scenario: str, column: str
) -> int:
    """An organisation's figure of a Summary; nil for a scenario that it doesn't have."""
    return sum(totals.get((name, scenario, column), 0) for name in set(names))


def _measures(
    register: pd.DataFrame, counts: Counted, scenarios: dict[str, str], kind: str
) -> pd.DataFrame:
    """A register's measures by line: service, scenario (as it is called now), kind (the same
    throughout), _PENCE."""
    measures = pd.DataFrame(counts.measures, columns=_PENCE)
    numbers, texts = number_rows(register["scenario"])
    as_now = categories([scenarios[match_key(name)] for name in texts])
    kinds = categories([kind])[np.zeros(len(register), dtype=np.intp)]
    return measures.assign(service=register["service"].array, scenario=as_now[numbers], kind=kinds)


def _by_service(
    old: pd.DataFrame,
    new: pd.DataFrame,
    what: Movements,
    services: Iterable[str],
    scenarios: dict[str, str],
) -> pd.DataFrame:
    """Each service's part; ``old``, ``new``: the lines of both versions."""
    rows = what.rows
    effects = rows.loc[rows["kind"] != "", ["service", "scenario", "kind", *_PENCE]]
    # What a line was worth leaves its old service and comes to its new one.
    new_services = new["service"].to_numpy(dtype=object)[what.pairs.now]
    old_services = old["service"].to_numpy(dtype=object)[what.pairs.old]
    moved_lines = np.flatnonzero(old_services != new_services)
    arriving = old.iloc[what.pairs.old[moved_lines]].assign(kind=MOVED)
    leaving = arriving.assign(**{name: -arriving[name] for name in _PENCE})
    arriving["service"] = new_services[moved_lines]
    sums: Sums = {}
    for frame in (old, effects, leaving, arriving, new):
        numbers, keys = group_rows(frame, ("service", "scenario", "kind"))
        pairs = summed(numbers, frame[_PENCE].to_numpy(dtype=np.int64), len(keys))
        for (service, scenario, kind), pair in zip(keys, pairs.tolist(), strict=True):
            for name in (service, ALL_SERVICES):
                _add(sums, (name, scenario, kind), pair)
    names = (ALL_SERVICES, *services)
    return _bridge(sums, "service", names, KINDS, scenarios, always=ALL_SERVICES)


def _by_partner(
    old: pd.DataFrame, new: pd.DataFrame, what: Movements, scenarios: dict[str, str]
) -> pd.DataFrame:
    """Each organisation's part, from what moved it: a change of the lines at the old shares, else
    changed shares."""
    sums: Sums = {}
    changes = what.rows.assign(kind=what.rows["kind"].replace("", SHARES))
    for frame, parts in (
        (old, what.before[what.lines_before]),
        (changes, what.parts),
        (new, what.now[: len(new)]),
    ):
        numbers, keys = group_rows(frame, ("scenario", "kind"))
        for number, (scenario, kind) in enumerate(keys):
            pairs = parts[numbers == number].sum(axis=0).tolist()
            for name, pair in zip(what.whose.names, pairs, strict=True):
                _add(sums, (name, scenario, kind), pair)
    return _bridge(sums, "organisation", what.whose.names, PARTNER_KINDS, scenarios)


def _add(sums: Sums, key: tuple[str, str, str], pair: Sequence[int]) -> None:
    """Add a pair of MEASURES to what there is of a service or organisation, scenario and kind."""
    sums[key] = [int(a) + int(b) for a, b in zip(sums.get(key, (0, 0)), pair, strict=True)]


def _bridge(
    sums: Sums,
    column: str,
    names: Iterable[str],
    kinds: tuple[str, ...],
    scenarios: dict[str, str],
    *,
    always: str = "",
) -> pd.DataFrame:
    """``column``, scenario, measure, before_pence, the kinds, now_pence: a row for each name and
    measure that is not nil throughout, or whose name is ``always`` whatever there is of it."""
    steps, nil = (_BEFORE, *kinds, _NOW), (0, 0)
    rows = []
    for name in dict.fromkeys(names):
        for scenario in scenarios.values():
            pairs = [sums.get((name, scenario, step), nil) for step in steps]
            for measure, amounts in zip(_HEADINGS, zip(*pairs, strict=True), strict=True):
                if any(amounts) or name == always:
                    rows.append((name, scenario, measure, *amounts))
    return pd.DataFrame(rows, columns=[column, "scenario", "measure", *steps], dtype=object)
