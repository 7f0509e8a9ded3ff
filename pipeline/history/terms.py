"""What moved on the programme as a whole: settings, partners, bases, weights, and the shares that
come of them."""

from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from pipeline.core.bases import FROM_BASELINE, PROGRAMME_BASELINE
from pipeline.core.grouping import texts_of
from pipeline.core.programme import Programme
from pipeline.core.returns import Pence
from pipeline.core.text import date_text, ref_key
from pipeline.core.versions import Snapshot, Weights
from pipeline.core.weights import ACTUAL, ESTIMATE, WeightRow
from pipeline.core.years import span_text, year_label
from pipeline.history.partners import OwnShares, changed_bases, share_by
from pipeline.history.rows import CHANGED, Row
from schemas.programme import PROGRAMME, TAGS, YEARS
from schemas.vocabulary import NOT_YET_APPORTIONED, NUMBER

# A row, and what it comes to for each organisation by measure (None: nil).
Term = tuple[Row, Pence | None]
# What, before, after and where.
Words = tuple[str, str, str, str]
# By what lines are shared: basis, service and direct partner.
Group = tuple[str, str, str]
# Weights of one basis and service (None: every other), from a day on as WeightRow.start has it, and
# whether they are the Actual's.
Held = tuple[str, str | None, tuple[bool, int, int], bool]


def programme_terms(
    before: Snapshot, now: Snapshot, new_shares: OwnShares, rest: Pence
) -> Iterator[Term]:
    """Settings, partners, bases and weights that are not what they were, then shares that are not
    though none of these says why. What changed shares come to stands in a row for each scenario;
    ``rest``: what is left to be explained of each line of now."""
    for row in settings(before, now):
        yield row, None
    weights = dict(_changed_weights(before, now)) if before.weights_kept else {}
    partners = list(_changed_partners(before, now))
    unexplained = _Left(before, now, rest, weights, bool(partners))
    for place, words in enumerate(partners):
        yield from _rows(now, words, unexplained.partners if place == 0 else {})
    places = {one.name: one.basis_at for one in now.programme.services}
    for service, texts in changed_bases(before.programme, now.programme).items():
        effects = {s: e for (name, s), e in new_shares.of_services.items() if name == service}
        where = str(places[service]) or f"{now.control}, Services"
        yield from _rows(now, (f"Basis: {service}", *texts, where), effects)
    for key, words in weights.items():
        yield from _rows(now, words, unexplained.weights.get(key, {}))
    for group, effects in unexplained.shares.items():
        yield from _rows(now, _share_words(before, now, group), effects)


def _rows(now: Snapshot, words: Words, effects: dict[str, Pence]) -> Iterator[Term]:
    """A row for each scenario in which anybody is concerned; one for none of them in particular
    where nobody is."""
    what, old, new, where = words
    concerned = [name for name in now.programme.scenarios if name in effects]
    for scenario in concerned or [""]:
        row = ("", scenario, CHANGED, what, old, new, 0, 0, where, "", "")
        yield row, effects.get(scenario)


def _setting_texts(programme: Programme) -> dict[str, str]:
    return {
        YEARS.heading: span_text(programme.year_labels),
        **{one.heading: one.text_in(programme) for one in PROGRAMME.settings if one.compared},
    }


def settings(before: Snapshot, now: Snapshot) -> Iterator[Row]:
    """Settings that shape figures and are not what they were. What they do to lines stands with
    the lines, so that these rows have no effect of their own."""
    old, new = _setting_texts(before.programme), _setting_texts(now.programme)
    for name, text in new.items():
        if text != old[name]:
            where = f"{now.control}, Programme"
            yield ("", "", CHANGED, name, old[name], text, 0, 0, where, "", "")
    tags = [_tags_text(each.programme) for each in (before, now)]
    if tags[0] != tags[1]:
        where = f"{now.control}, {TAGS.name}"
        yield ("", "", CHANGED, TAGS.name, *tags, 0, 0, where, "", "")


def _tags_text(programme: Programme) -> str:
    """The columns of the team's own, with what they may hold."""
    texts = (f"{tag.heading}: {', '.join(tag.values) or NUMBER}" for tag in programme.tags)
    return "; ".join(texts)


# Partners and weights


def _changed_partners(before: Snapshot, now: Snapshot) -> Iterator[Words]:
    """Each partner that is new, gone or called otherwise, the last ones last."""
    old = {ref_key(one.code): one for one in before.programme.partners}
    new = {ref_key(one.code): one for one in now.programme.partners}
    for key in sorted({**new, **old}, key=lambda key: key in old and key in new):
        was, one = old.get(key), new.get(key)
        if one is None:
            yield f"Partners: {old[key].code}", old[key].name, "", ""
        elif was is None or was.name != one.name:
            where = str(one.at) or f"{now.control}, Partners"
            yield f"Partners: {one.code}", was.name if was else "", one.name, where


def _changed_weights(before: Snapshot, now: Snapshot) -> Iterator[tuple[Held, Words]]:
    """The rows of weights that are new, gone or changed, or of the other version now."""
    old, new = _weight_rows(before.programme), _weight_rows(now.programme)
    for key in [key for key in old if key not in new]:
        other = (*key[:3], not key[3])
        if other in new and other not in old:
            old[other] = old.pop(key)
    for key in {**new, **old}:
        was, later = old.get(key), new.get(key)
        weights = _weights_by_code(was, before.programme), _weights_by_code(later, now.programme)
        codes = [
            code
            for code in {**weights[1], **weights[0]}
            if weights[0].get(code) != weights[1].get(code)
        ]
        versions = _versions(was, later)
        if codes or any(versions) or (was is None) != (later is None):
            old_text, new_text = (
                "; ".join(filter(None, (version, _weights_text(one, codes))))
                for version, one in zip(versions, weights, strict=True)
            )
            where = _weight_cells(later, now.programme, codes) if later else ""
            yield key, (_weights_name(key, later or was), old_text, new_text, where)


def _versions(was: WeightRow | None, later: WeightRow | None) -> tuple[str, str]:
    """The versions of a row that is of another one now; else empty."""
    if was is None or later is None or was.is_actual == later.is_actual:
        return "", ""
    return (ACTUAL, ESTIMATE) if was.is_actual else (ESTIMATE, ACTUAL)


def _weight_rows(programme: Programme) -> dict[Held, WeightRow]:
    """The rows of weights by what they are known by."""
    return {
        (basis, service, row.start, row.is_actual): row
        for basis, sets in programme.weights.items()
        for service, rows in sets.items()
        for row in rows
    }


_Weight = Decimal | str
_UNUSABLE = "can't serve"


def _weights_by_code(row: WeightRow | None, programme: Programme) -> dict[str, _Weight]:
    """A row's weights by partner."""
    if row is None:
        return {}
    if row.weights is None:
        return dict.fromkeys(programme.codes, _UNUSABLE)
    return dict(zip(programme.codes, row.weights, strict=True))


def _weights_text(weights: dict[str, _Weight], codes: list[str]) -> str:
    """``HC 4,561,095, HFRS 1,464,720``."""
    return "; ".join(
        f"{code} {one if isinstance(one, str) else format(one.normalize(), ',f')}"
        for code in codes
        if (one := weights.get(code)) is not None
    )


def _weights_name(key: Held, row: WeightRow | None) -> str:
    """``Baseline: ICT``, ``Headcount from 2014/15``, ``Headcount from 3 October 2014, Actual``."""
    basis, service, _, is_actual = key
    name = f"{basis}: {service}" if service else basis
    if row is not None and row.from_year is not None:
        name += f" from {date_text(row.from_day) if row.from_day else year_label(row.from_year)}"
    return f"{name}, {ACTUAL}" if is_actual else name


def _weight_cells(row: WeightRow, programme: Programme, codes: list[str]) -> str:
    """The cells of some partners' weights, the first and the last where there are several; the
    row's first cell where they are not known."""
    cells = dict(zip(programme.codes, row.cells, strict=False))
    of_partners = sorted((cells[code] for code in codes if code in cells), key=lambda at: at.column)
    if not of_partners:
        return str(row.at)
    return str(of_partners[0]) + (f":{of_partners[-1].cell}" if len(of_partners) > 1 else "")


# Shares


class _Left:
    """What is left to be explained, by what explains it: a changed row of weights, the partners, or
    nothing else than shares that are not what they were; by scenario."""

    def __init__(
        self,
        before: Snapshot,
        now: Snapshot,
        rest: Pence,
        weights: dict[Held, Words],
        partners: bool,
    ) -> None:
        self.weights: dict[Held, dict[str, Pence]] = {}
        self.partners: dict[str, Pence] = {}
        self.shares: dict[Group, dict[str, Pence]] = {}
        for (group, scenario), effect in _by_group(now, rest).items():
            row = _responsible(group, weights, (before.programme, now.programme))
            if row is not None:
                sums = self.weights.setdefault(row, {})
            elif partners:
                sums = self.partners
            else:
                sums = self.shares.setdefault(group, {})
            sums[scenario] = sums.get(scenario, 0) + effect


def _by_group(now: Snapshot, rest: Pence) -> dict[tuple[Group, str], Pence]:
    """What is left to be explained, by what lines are shared by, and scenario."""
    places = np.flatnonzero(rest.any(axis=(1, 2)))
    names = ["basis", "service", "partner", "scenario"]
    lines = zip(*texts_of(now.register[names].iloc[places], names), strict=True)
    sums: dict[tuple[Group, str], Pence] = {}
    alike: dict[str, str] = {}
    for place, (basis, service, partner, scenario) in zip(places.tolist(), lines, strict=True):
        # All services share the programme's baseline alike.
        one_service = alike.setdefault(basis, service) if basis == PROGRAMME_BASELINE else service
        key = (share_by(basis, one_service, partner), scenario)
        sums[key] = sums.get(key, 0) + rest[place]
    return sums


def _responsible(
    group: Group, weights: dict[Held, Words], programmes: tuple[Programme, Programme]
) -> Held | None:
    """The changed row of weights by which a group of lines is shared in the steady-state year, else
    in another year; None where there is none, or where weights of several services are added up."""
    basis, service, _ = group
    has_own_rows = any(service in programme.weights.get(basis, {}) for programme in programmes)
    rows = [row for row in weights if row[:2] == (basis, service if has_own_rows else None)]
    steady = programmes[1].steady_year
    return max(
        rows,
        key=lambda row: (not row[2][0] or row[2][1] <= steady, row[2][1:], row[3]),
        default=None,
    )


def _share_words(before: Snapshot, now: Snapshot, group: Group) -> Words:
    """The shares of a group of lines in the steady-state year."""
    basis, service, _ = group
    year = now.programme.steady_year
    name = basis if basis == PROGRAMME_BASELINE else f"{basis}, {service}"
    rows = [row for part in now.programme.parts_of(basis, service, year) for row in part.rows]
    sheet = "Baseline" if basis in FROM_BASELINE else "Services"
    return (
        f"Shares: {name}",
        _share_text(before.shares.get((*group, year)), before.programme),
        _share_text(now.shares.get((*group, year)), now.programme),
        str(rows[0].at) if rows else f"{now.control}, {sheet}",
    )


def _share_text(weights: Weights, programme: Programme) -> str:
    """``HC 25.3%; HFRS 74.7%``."""
    if not weights or not sum(weights):
        return NOT_YET_APPORTIONED
    total = sum(weights)
    return "; ".join(
        f"{code} {100 * weight / total:.6g}%"
        for code, weight in zip(programme.codes, weights, strict=True)
        if weight
    )
