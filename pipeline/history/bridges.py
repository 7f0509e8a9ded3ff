"""From one version's totals to another's: by service, by partner, and the proof that the movements
explain the difference between the two Summaries."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipeline.core.programme import Programme
from pipeline.core.returns import Pence
from pipeline.core.text import match_key
from pipeline.core.versions import Explained, Issued, Moved, Snapshot
from pipeline.history.counting import counted, matched
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


def moved(before: Snapshot, now: Snapshot, issued: Issued, after: Issued | None = None) -> Moved:
    """What moved from one version to another (``after``; None: the figures as they are now)."""
    what = movements(before, now)
    lines, scenarios = what.rows, _scenarios(before.programme, now.programme)
    lines["scenario"] = [scenarios.get(match_key(name), name) for name in lines["scenario"]]
    size = len(what.whose.names) - (not what.parts[:, -1].any())
    organisations = what.whose.names[:size]
    columns = [EFFECT_ON + name for name in organisations]
    annual = pd.DataFrame(what.parts[:, :size, 1], columns=columns)
    return Moved(
        issued,
        after,
        now.programme,
        _in_one_row(pd.concat([lines, annual], axis=1), list(scenarios.values())),
        organisations,
        _by_service(before, now, lines, scenarios),
        _by_partner(before, now, what, scenarios),
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
    rows = []
    for key, name in scenarios.items():
        in_scenario = (what.rows["scenario"] == name).to_numpy(dtype=bool)
        for column, measure in zip(_PENCE, _HEADINGS, strict=True):
            expected = _total(now, key, column, programme) - _total(before, key, column, programme)
            actual = sum(what.rows[column][in_scenario].tolist())
            rows.append(Explained(TOTAL_PROGRAMME, name, measure, expected, actual))
        for place, organisation in enumerate(whose.names):
            ends = ((now, new[place]), (before, old[place]))
            last, first = (_total(one, key, _PENCE[1], names) for one, names in ends)
            actual = int(what.parts[in_scenario, place, 1].sum())
            if place < whose.unshared or last != first or actual:
                rows.append(Explained(organisation, name, ANNUAL_MEASURE, last - first, actual))
    return rows


def _names(programme: Programme, places: tuple[int, ...], whose: Organisations) -> list[list[str]]:
    """By what names a version's Summary calls each organisation."""
    names: list[list[str]] = [[] for _ in whose.names]
    for place, one in zip(places, programme.partners, strict=True):
        names[place].append(one.name)
    return [*names[:-1], [NOT_YET_APPORTIONED]]


def _total(snapshot: Snapshot, scenario: str, column: str, names: list[str]) -> int:
    """An organisation's figure of a Summary; nil for a scenario that it doesn't have."""
    frame = snapshot.summary
    of_organisation = (frame["strand"] == ALL_STRANDS) & frame["organisation"].isin(names)
    rows = frame[of_organisation & (frame["scenario"].map(match_key) == scenario)]
    return sum(int(pence) for pence in rows[column])


def _own_measures(
    snapshot: Snapshot, scenarios: dict[str, str], column: str, kind: str
) -> pd.DataFrame:
    """A register's measures by line: ``column``, scenario, kind, _PENCE."""
    frame = snapshot.register
    measures = pd.DataFrame(counted(snapshot).measures, columns=_PENCE)
    measures[column] = frame[column].tolist()
    measures["scenario"] = [scenarios[match_key(name)] for name in frame["scenario"].tolist()]
    return measures.assign(kind=kind)


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
    before: Snapshot, now: Snapshot, what: Movements, scenarios: dict[str, str]
) -> pd.DataFrame:
    """Each organisation's part, from what moved it: a change of the lines at the old shares, else
    changed shares."""
    kinds = what.rows["kind"].replace("", SHARES)
    ends = (
        (what.before[what.lines_before], before.register["scenario"], _BEFORE),
        (what.now[: len(now.register)], now.register["scenario"], _NOW),
    )
    every = [_long(what.parts, what.whose.names, what.rows["scenario"], kinds)]
    for parts, names, kind in ends:
        of_line = pd.Series([scenarios[match_key(name)] for name in names], dtype=object)
        every.append(_long(parts, what.whose.names, of_line, pd.Series(kind, index=of_line.index)))
    long = pd.concat(every, ignore_index=True)
    return _bridge(long, "organisation", what.whose.names, PARTNER_KINDS, scenarios, "")


def _long(
    parts: Pence, names: tuple[str, ...], scenarios: pd.Series, kinds: pd.Series
) -> pd.DataFrame:
    """Parts (rows × organisations × measures) as organisation, scenario, kind, _PENCE."""
    rows, places = np.nonzero(parts.any(axis=2))
    return pd.DataFrame(
        {
            "organisation": np.array(names, dtype=object)[places],
            "scenario": scenarios.to_numpy(dtype=object)[rows],
            "kind": kinds.to_numpy(dtype=object)[rows],
            **{name: parts[rows, places, n] for n, name in enumerate(_PENCE)},
        }
    )


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
        for measure, pence in zip(_HEADINGS, pair, strict=True):
            sums[name, scenario, measure, kind] = int(pence)
            if whole:
                key = (whole, scenario, measure, kind)
                sums[key] = sums.get(key, 0) + int(pence)
    rows = []
    for name in dict.fromkeys([*([whole] if whole else []), *names]):
        for scenario in scenarios.values():
            for measure in _HEADINGS:
                amounts = [sums.get((name, scenario, measure, step), 0) for step in steps]
                if any(amounts) or name == whole:
                    rows.append((name, scenario, measure, *amounts))
    return pd.DataFrame(rows, columns=[column, "scenario", "measure", *steps], dtype=object)
