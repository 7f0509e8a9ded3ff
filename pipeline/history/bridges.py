"""From one version's totals to another's: by service, by partner, and the proof that the movements
explain the difference between the two Summaries."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipeline.core.programme import Programme
from pipeline.core.text import match_key, ref_key
from pipeline.core.versions import Explained, Issued, Moved, Snapshot
from pipeline.history.movements import (
    KINDS,
    MOVED,
    counted,
    line_keys,
    line_movements,
    matched,
)
from schemas.vocabulary import (
    ALL_STRANDS,
    ANNUAL_CASHABLE,
    ANNUAL_MEASURE,
    NOT_YET_APPORTIONED,
    ONE_OFF,
    ONE_OFF_MEASURE,
    TOTAL_PROGRAMME,
)

ALL_SERVICES = "All services"
SHARES = "Changed shares"
PARTNER_KINDS = (*KINDS, SHARES)
MEASURES = {"one_off_pence": ONE_OFF_MEASURE, "annual_cashable_pence": ANNUAL_MEASURE}
_PENCE = list(MEASURES)
_BEFORE, _NOW = "before_pence", "now_pence"


def moved(before: Snapshot, now: Snapshot, issued: Issued, after: Issued | None = None) -> Moved:
    """What moved from one version to another (``after``; None: the figures as they are now)."""
    lines = line_movements(before, now)
    scenarios = _scenarios(before.programme, now.programme)
    lines["scenario"] = [scenarios.get(match_key(name), name) for name in lines["scenario"]]
    return Moved(
        issued,
        after,
        now.programme,
        lines,
        _by_service(before, now, lines, scenarios),
        _by_partner(before, now, lines, scenarios),
        _checks(before, now, lines, scenarios),
    )


def _scenarios(before: Programme, now: Programme) -> dict[str, str]:
    """Every scenario by its key, named as now, those of now first."""
    old = {match_key(name): name for name in before.scenarios}
    new = {match_key(name): name for name in now.scenarios}
    return {**new, **{key: name for key, name in old.items() if key not in new}}


def _checks(
    before: Snapshot, now: Snapshot, lines: pd.DataFrame, scenarios: dict[str, str]
) -> list[Explained]:
    """The difference between the Summaries against the movements, by scenario and measure."""
    rows = []
    for key, name in scenarios.items():
        own = lines[lines["scenario"] == name]
        for column, measure in MEASURES.items():
            expected = _total(now, key, column) - _total(before, key, column)
            rows.append(Explained(name, measure, expected, sum(own[column].tolist())))
    return rows


def _total(snapshot: Snapshot, scenario: str, column: str) -> int:
    """The total programme's figure of a Summary; nil for a scenario that it doesn't have."""
    frame = snapshot.summary
    whole = (frame["strand"] == ALL_STRANDS) & (frame["organisation"] == TOTAL_PROGRAMME)
    rows = frame[whole & (frame["scenario"].map(match_key) == scenario)]
    return sum(int(pence) for pence in rows[column])


def _own_measures(
    snapshot: Snapshot, scenarios: dict[str, str], column: str, kind: str
) -> pd.DataFrame:
    """A register's measures by line: ``column``, scenario, kind, _PENCE."""
    frame = snapshot.register
    made = pd.DataFrame(counted(snapshot).measures, columns=_PENCE)
    made[column] = frame[column].tolist()
    made["scenario"] = [scenarios[match_key(name)] for name in frame["scenario"].tolist()]
    return made.assign(kind=kind)


def _by_service(
    before: Snapshot, now: Snapshot, lines: pd.DataFrame, scenarios: dict[str, str]
) -> pd.DataFrame:
    effects = lines.loc[lines["kind"] != "", ["service", "scenario", "kind", *_PENCE]]
    old = _own_measures(before, scenarios, "service", _BEFORE)
    pairs = matched(before, now)
    # What a line was worth leaves its old service and comes to its new one.
    leaving = old.iloc[pairs.old].assign(kind=MOVED)
    services = now.register["service"].to_numpy(dtype=object)[pairs.now]
    arriving = leaving.assign(service=services)
    stay = leaving["service"].to_numpy(dtype=object) == services
    leaving = leaving.assign(**{name: -leaving[name] for name in _PENCE})
    every = [
        old,
        effects,
        leaving[~stay],
        arriving[~stay],
        _own_measures(now, scenarios, "service", _NOW),
    ]
    parts = pd.concat(every, ignore_index=True)
    names = [
        *(service.name for service in now.programme.services),
        *(service.name for service in before.programme.services),
    ]
    return _bridge(parts, "service", names, KINDS, scenarios, ALL_SERVICES)


def _by_partner(
    before: Snapshot, now: Snapshot, lines: pd.DataFrame, scenarios: dict[str, str]
) -> pd.DataFrame:
    """Each line's part by partner, under one kind: what moved the line itself, else its shares."""
    names = _partner_names(before.programme, now.programme)
    old = _parts(before, scenarios, names)
    new = _parts(now, scenarios, names)
    change = pd.concat([new, old.assign(**{name: -old[name] for name in _PENCE})])
    change = change.groupby(["key", "organisation", "scenario"], sort=False)[_PENCE].sum()
    change = change[change.any(axis=1)].reset_index()
    kinds = _kind_of_line(lines)
    change["kind"] = [kinds.get(key, SHARES) for key in change["key"]]
    parts = pd.concat([old.assign(kind=_BEFORE), change, new.assign(kind=_NOW)], ignore_index=True)
    order = [*(one.name for one in now.programme.partners), *names.values(), NOT_YET_APPORTIONED]
    return _bridge(parts, "organisation", order, PARTNER_KINDS, scenarios, "")


def _partner_names(before: Programme, now: Programme) -> dict[str, str]:
    """The names of the former partners as they are called now: the partner of the same code, else
    of the same name."""
    codes = {ref_key(one.code): one.name for one in now.partners}
    named = {match_key(one.name): one.name for one in now.partners}
    return {
        one.name: codes.get(ref_key(one.code)) or named.get(match_key(one.name)) or one.name
        for one in before.partners
    }


def _parts(snapshot: Snapshot, scenarios: dict[str, str], names: dict[str, str]) -> pd.DataFrame:
    """The measures of each line's parts: key (of the line), organisation, scenario, _PENCE."""
    shares, programme = snapshot.apportioned, snapshot.programme
    place = shares["register_row"].to_numpy(dtype=np.int64)
    category = snapshot.register["category"].iloc[place]
    pence = shares[list(programme.year_labels)].to_numpy(dtype=np.int64)
    keys = line_keys(snapshot.register)
    chosen = [keys[number] for number in place.tolist()]
    return pd.DataFrame(
        {
            "key": chosen,
            "organisation": [names.get(name, name) for name in shares["organisation"].tolist()],
            "scenario": [scenarios[scenario] for _, scenario in chosen],
            "one_off_pence": pence.sum(axis=1) * category.isin(ONE_OFF).to_numpy(),
            "annual_cashable_pence": pence[:, programme.steady_index]
            * category.isin(ANNUAL_CASHABLE).to_numpy(),
        }
    )


def _kind_of_line(lines: pd.DataFrame) -> dict[tuple[str, str], str]:
    """The first kind, in the order of the bridges, that has an effect on a line."""
    kinds: dict[tuple[str, str], str] = {}
    rows = lines[lines[_PENCE].ne(0).any(axis=1)]
    keys = line_keys(rows) if len(rows) else []
    for key, kind in zip(keys, rows["kind"], strict=True):
        kinds[key] = min(kinds.get(key, kind), kind, key=KINDS.index)
    return kinds


def _bridge(
    parts: pd.DataFrame,
    column: str,
    names: Iterable[str],
    kinds: tuple[str, ...],
    scenarios: dict[str, str],
    whole: str,
) -> pd.DataFrame:
    """``column``, scenario, measure, before_pence, the kinds, now_pence: a row for
    each name and measure that is not nil throughout; the total first where it has a name."""
    steps = (_BEFORE, *kinds, _NOW)
    sums: dict[tuple[str, str, str, str], int] = {}
    grouped = parts.groupby([column, "scenario", "kind"], sort=False)[_PENCE].sum()
    for (name, scenario, kind), pair in zip(
        grouped.index, grouped.to_numpy().tolist(), strict=True
    ):
        for measure, pence in zip(MEASURES.values(), pair, strict=True):
            sums[name, scenario, measure, kind] = int(pence)
            if whole:
                key = (whole, scenario, measure, kind)
                sums[key] = sums.get(key, 0) + int(pence)
    rows = []
    for name in dict.fromkeys([*([whole] if whole else []), *names]):
        for scenario in scenarios.values():
            for measure in MEASURES.values():
                amounts = [sums.get((name, scenario, measure, step), 0) for step in steps]
                if any(amounts) or name == whole:
                    rows.append((name, scenario, measure, *amounts))
    return pd.DataFrame(rows, columns=[column, "scenario", "measure", *steps], dtype=object)
