"""Delivery against the plan: what the returns report, by line, service and partner (contract,
sections 3 and 6)."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.core.grouping import (
    Numbers,
    Texts,
    categories,
    group_rows,
    number_among,
    number_texts,
    translate,
)
from pipeline.core.lines import ENTERED, DeliveryRows, Lines, Mask, places
from pipeline.core.programme import Programme
from pipeline.core.results import Delivery, Subject
from pipeline.core.returns import DELIVERY_MEASURES, Pence, Return
from pipeline.core.text import ref_key
from pipeline.core.verdict import Verdict
from pipeline.core.years import year_label, year_of
from pipeline.model.annual import signs
from pipeline.model.apportion import share_out, share_places
from pipeline.model.controls import COUNT, PENCE, Check
from schemas.confidence import Weights, all_risk_weighted
from schemas.model import (
    AMOUNTS,
    DELIVERY_DUE,
    DELIVERY_LEFT_OUT,
    DELIVERY_LINES,
    DELIVERY_ORGANISATIONS,
    DELIVERY_OVERDUE,
    DELIVERY_PARTS,
    RATINGS,
    REPORTED,
    TRACKER,
    Frame,
)
from schemas.vocabulary import (
    ALL_SERVICES,
    KIND_OF,
    KINDS,
    NOT_YET_APPORTIONED,
    RAG,
    SAVINGS_AND_INCOME,
    TOTAL_PROGRAMME,
    turned_round,
)

_REMARKS = ("rag", "commentary")
_COMPLETE = RAG[0]
RISK_WEIGHTED = "risk_weighted_pence"
_MEASURES = {
    **{name: name.removesuffix("_pence").capitalize() for name in AMOUNTS},
    RISK_WEIGHTED: "Risk-weighted",
}
# What is taken from the register of a line that is reported on, and from the row that reports.
_OF_LINE = ("line_ref", "description", "service", "category", "confidence")
_OF_ROW = (*_REMARKS, *ENTERED, "workbook", "sheet", "row")
_KINDS = list(KINDS)

# An amount that a return need not state.
Stated = int | None
Record = dict[str, object]


def delivery(
    rows: DeliveryRows,
    verdict: Verdict,
    lines: Lines,
    register: pd.DataFrame,
    programme: Programme,
) -> Delivery:
    """What has become of the lines; ``verdict``: which rows count, at most one a line and year,
    each on a line that is in the register under the plan scenario; ``lines``: all that were
    read."""
    plan = _Plan(register, programme)
    reports = _reports(rows, verdict, plan)
    reported = _reported(reports, programme)
    parts, sums = _parts(reported, reports, plan)
    due_year = _due_year(reports, programme)
    current_year = _current_year(due_year, rows.frame["dated"].array[verdict.accepted].tolist())
    return Delivery(
        reported,
        parts,
        _tracker(reports, programme),
        _organisations(reports, sums, programme),
        _due(reports, due_year, plan),
        _overdue(reports, current_year, plan),
        _left_out(rows, verdict, lines, plan),
        due_year,
        current_year,
    )


@dataclass
class _Plan:
    """The register, of which ``is_planned`` are the lines under the plan scenario; ``rows``: their
    places by ref key. ``amounts``: pence by row and year."""

    register: pd.DataFrame
    programme: Programme

    def __post_init__(self) -> None:
        scenario = self.register["scenario"]
        self.is_planned: Mask = (scenario == self.programme.plan_scenario).to_numpy(dtype=bool)
        rows = np.flatnonzero(self.is_planned)
        refs = self.register["line_ref"].array[rows].tolist()
        self.rows = dict(zip(map(ref_key, refs), rows.tolist(), strict=True))
        self.amounts = self.register[list(self.programme.year_labels)].to_numpy(dtype=np.int64)

    def amount(self, ref: str, year: str) -> Stated:
        """What is planned of a line in a year, by its ref key; None where nothing can be."""
        row, labels = self.rows.get(ref), self.programme.year_labels
        if row is None or year not in labels:
            return None
        return int(self.amounts[row, labels.index(year)])


class _Amounts(NamedTuple):
    """An amount of each of many rows: pence, nil where none is stated; and where one is."""

    pence: Pence
    stated: Mask

    def cells(self) -> Texts:
        """As a frame has them: Python's own whole numbers, and None."""
        cells: Texts = self.pence.astype(object)
        cells[~self.stated] = None
        return cells


@dataclass(frozen=True)
class _Reports:
    """The rows of Delivery that count, column by column, in register order and of a line by year.

    ``records``: _OF_LINE, _OF_ROW and ``kind``. ``line``: the line's place in the register.
    ``year``, ``kind``, ``rating``: places among the programme's years, KINDS and (*RAG, "").
    ``sign``: -1 where the return enters the amounts the other way round. ``amounts``: AMOUNTS and
    RISK_WEIGHTED. ``weighed_by``, ``weight``: the rating and the weight of each forecast, as a
    frame has them.
    """

    records: pd.DataFrame
    line: Numbers
    year: Numbers
    kind: Numbers
    rating: Numbers
    sign: Pence
    amounts: dict[str, _Amounts]
    weighed_by: Texts
    weight: Texts


def _reports(rows: DeliveryRows, verdict: Verdict, plan: _Plan) -> _Reports:
    programme, counted = plan.programme, np.flatnonzero(verdict.accepted)
    refs = translate(rows.frame["line_ref"], ref_key)[counted].tolist()
    line = np.array([plan.rows[ref] for ref in refs], dtype=np.int64)
    year = number_among(rows.frame["year"], programme.year_labels)[counted]
    order = np.lexsort((year, line))
    place, line, year = counted[order], line[order], year[order]
    records = pd.DataFrame(
        {
            **{name: plan.register[name].array[line] for name in _OF_LINE},
            **{name: rows.frame[name].array[place] for name in _OF_ROW},
        }
    )
    records["kind"] = categories(translate(records["category"], KIND_OF.get))
    sign = signs(records)
    planned = _Amounts(plan.amounts[line, year], np.ones(len(line), dtype=bool))
    forecast, delivered = (
        _Amounts(pence * sign * filled, filled)
        for pence, filled in zip(rows.stated[place].T, rows.filled[place].T, strict=True)
    )
    weighted, weighed_by, weight = _weighted(records, forecast, programme)
    amounts = (*_with_variance(planned, forecast, delivered), weighted)
    return _Reports(
        records,
        line,
        year,
        number_among(records["kind"], _KINDS),
        number_among(records["rag"], (*RAG, "")),
        sign,
        dict(zip((*AMOUNTS, RISK_WEIGHTED), amounts, strict=True)),
        weighed_by,
        weight,
    )


def _with_variance(
    plan: _Amounts, forecast: _Amounts, delivered: _Amounts
) -> tuple[_Amounts, _Amounts, _Amounts, _Amounts]:
    """AMOUNTS: a variance where there is a forecast."""
    variance = (forecast.pence - plan.pence) * forecast.stated
    return plan, forecast, delivered, _Amounts(variance, forecast.stated)


def _weighted(
    records: pd.DataFrame, forecast: _Amounts, programme: Programme
) -> tuple[_Amounts, Texts, Texts]:
    """What is counted on of each forecast, by which rating and weight; nothing without ratings."""
    pence = np.zeros_like(forecast.pence)
    if not programme.confidence:
        nothing = np.full(len(records), None)
        return _Amounts(pence, np.zeros_like(forecast.stated)), nothing, nothing
    weights = Weights(programme.confidence)
    numbers, keys = group_rows(records, ("category", "rag", "confidence"))
    weighed = [weights.of_forecast(*key) for key in keys]
    for weight in {each.weight for each in weighed}:
        alike = np.array([each.weight == weight for each in weighed], dtype=bool)[numbers]
        pence[alike] = all_risk_weighted(forecast.pence[alike], weight)
    ratings = np.array([each.rating or None for each in weighed], dtype=object)[numbers]
    of_rows = np.array([each.weight for each in weighed], dtype=object)[numbers]
    return _Amounts(pence, forecast.stated), ratings, of_rows


def _reported(reports: _Reports, programme: Programme) -> pd.DataFrame:
    """DELIVERY_LINES."""
    records = reports.records
    columns = {
        **{str(name): column.to_numpy(dtype=object) for name, column in records.items()},
        **{name: _texts(records[name]) for name in _REMARKS},
        "year": np.array(programme.year_labels, dtype=object)[reports.year],
        **{name: amounts.cells() for name, amounts in reports.amounts.items()},
        "weighed_by": reports.weighed_by,
        "weight": reports.weight,
        "register_row": reports.line,
        "sign": reports.sign,
    }
    return pd.DataFrame(columns, columns=DELIVERY_LINES.names(), dtype=object)


def _texts(column: pd.Series) -> Texts:
    """What a column says; None where it is blank."""
    return translate(column, lambda text: text or None)


# Added up


def _added(
    places: tuple[Numbers, ...], amounts: dict[str, _Amounts], rating: Numbers
) -> dict[tuple[int, ...], Record]:
    """The rows of each group that has any added up, by the group's ``places``: amounts, None where
    no row states one, and RATINGS, which count how many rows have which RAG value, have none, and
    have no forecast."""
    shape = tuple(int(each.max(initial=0)) + 1 for each in places)
    numbers, size = np.ravel_multi_index(places, shape), math.prod(shape)

    def count(rows: Mask) -> Numbers:
        return np.bincount(numbers[rows], minlength=size)

    columns: dict[str, Texts | Numbers] = {}
    for name, each in amounts.items():
        sums = np.zeros(size, dtype=np.int64)
        np.add.at(sums, numbers, each.pence)
        columns[name] = _Amounts(sums, count(each.stated) > 0).cells()
    counts = [count(rating == place) for place in range(len(RAG) + 1)]
    counts.append(count(~amounts["forecast_pence"].stated))
    columns |= dict(zip(RATINGS, counts, strict=True))
    groups = np.flatnonzero(np.bincount(numbers, minlength=size))
    of_groups = zip(*(column[groups].tolist() for column in columns.values()), strict=True)
    keys = zip(*(each.tolist() for each in np.unravel_index(groups, shape)), strict=True)
    return {
        key: dict(zip(columns, values, strict=True))
        for key, values in zip(keys, of_groups, strict=True)
    }


def _tracker(reports: _Reports, programme: Programme) -> pd.DataFrame:
    """TRACKER: the services that have any rows, then all of them."""
    services = [*(service.name for service in programme.services), ALL_SERVICES]
    service = number_among(reports.records["service"], services)
    sums: dict[tuple[int, ...], Record] = {}
    for whose in (service, np.full_like(service, len(services) - 1)):
        places = (reports.kind, reports.year, whose)
        sums |= _added(places, reports.amounts, reports.rating)
    rows: list[Record] = [
        {
            "kind": _KINDS[kind],
            "year": programme.year_labels[year],
            "service": services[whose],
            **sums[kind, year, whose],
            "delivered_part": _part(sums[kind, year, whose]),
        }
        for kind, year, whose in sorted(sums)
    ]
    return _frame(rows, TRACKER)


def _part(sums: Record) -> Fraction | None:
    """Which part of the plan is delivered; None where nothing is planned or nothing said."""
    plan, delivered = sums["plan_pence"], sums["delivered_pence"]
    if isinstance(plan, int) and isinstance(delivered, int) and plan:
        return Fraction(delivered, plan)
    return None


def _organisations(
    reports: _Reports, of_parts: dict[tuple[int, ...], Record], programme: Programme
) -> pd.DataFrame:
    """DELIVERY_ORGANISATIONS; ``of_parts``: the parts added up by organisation, kind and year."""
    amounts = {name: reports.amounts[name] for name in AMOUNTS}
    whole = _added((reports.kind, reports.year), amounts, reports.rating)
    sums_of = {(0, *group): sums for group, sums in whole.items()} | of_parts
    nothing: Record = dict.fromkeys((*AMOUNTS, *RATINGS), 0)
    rows: list[Record] = []
    for place, organisation in enumerate(_names(programme)):
        if organisation == NOT_YET_APPORTIONED and all(key[0] != place for key in of_parts):
            continue
        for (kind, year), stated in whole.items():
            alike = sums_of.get((place, kind, year), nothing)
            # Where nothing of what is stated falls to an organisation, that is nil, not blank.
            sums: Record = {
                name: None if stated[name] is None else alike[name] or 0 for name in AMOUNTS
            }
            label = {"kind": _KINDS[kind], "year": programme.year_labels[year]}
            part = {"organisation": organisation, "delivered_part": _part(sums)}
            rows.append({**label, **alike, **sums, **part})
    return _frame(rows, DELIVERY_ORGANISATIONS)


def _names(programme: Programme) -> list[str]:
    """The organisations: the whole programme, the partners, what is not yet apportioned."""
    names = (partner.name for partner in programme.partners)
    return [TOTAL_PROGRAMME, *names, NOT_YET_APPORTIONED]


# Shared


def _parts(
    reported: pd.DataFrame, reports: _Reports, plan: _Plan
) -> tuple[pd.DataFrame, dict[tuple[int, ...], Record]]:
    """DELIVERY_PARTS: the amounts shared over the partners, each by the line's own weights in that
    year; and the parts added up by organisation (its place in ``_names``), kind and year."""
    programme, lines = plan.programme, plan.register.iloc[reports.line]
    shares = _shared(reports, lines, programme)
    place, partner = np.nonzero(shares.any(axis=2))
    plan_part, forecast, delivered = (
        _Amounts(pence, reports.amounts[name].stated[place])
        for name, pence in zip(AMOUNTS, shares[place, partner].T, strict=False)
    )
    amounts = dict(zip(AMOUNTS, _with_variance(plan_part, forecast, delivered), strict=True))
    columns = {
        "delivery_row": place,
        **{name: reported[name].to_numpy()[place] for name in (*REPORTED, "rag", "kind")},
        "partner": np.array([*programme.codes, ""], dtype=object)[partner],
        "organisation": np.array(_names(programme)[1:], dtype=object)[partner],
        **{name: each.cells() for name, each in amounts.items()},
        "paid_by": _texts(lines["paid_by"])[place],
    }
    frame = pd.DataFrame(columns, columns=DELIVERY_PARTS.names(), dtype=object)
    groups = (partner + 1, reports.kind[place], reports.year[place])
    return frame, _added(groups, amounts, reports.rating[place])


def _shared(reports: _Reports, lines: pd.DataFrame, programme: Programme) -> Pence:
    """The first three of AMOUNTS by partner, and what is not yet apportioned: pence, rows ×
    (partners and one) × amounts."""
    places, weights = share_places(lines, programme)
    place = places[np.arange(len(lines)), reports.year]
    shares = [
        share_out(reports.amounts[name].pence, place, weights, programme) for name in AMOUNTS[:3]
    ]
    return np.stack(shares, axis=2)


# What is not there


def _due_year(reports: _Reports, programme: Programme) -> str:
    """The year now reported on: the latest one of which a return says what is delivered; where
    none does, the first one that is forecast."""
    delivered = reports.year[reports.amounts["delivered_pence"].stated]
    if len(delivered):
        return programme.year_labels[int(delivered.max())]
    return programme.year_labels[int(reports.year.min())] if len(reports.year) else ""


def _due(reports: _Reports, year: str, plan: _Plan) -> pd.DataFrame:
    if not year:
        return _frame([], DELIVERY_DUE)
    place = plan.programme.year_labels.index(year)
    planned = plan.amounts[:, place]
    is_due = plan.is_planned & (planned != 0)
    is_due[reports.line[reports.year == place]] = False
    due: pd.DataFrame = plan.register.loc[is_due, [name for name in REPORTED if name != "year"]]
    columns = due.assign(year=year, plan_pence=planned[is_due]).reset_index(drop=True)
    return columns[DELIVERY_DUE.names()].astype(object)


def _current_year(due_year: str, dated: Iterable[object]) -> str:
    """The year in which the latest return is dated, or the one now reported on if that is later."""
    # Thousands of rows have a few dozen dates.
    years = [year_label(year_of(day)) for day in set(dated) if isinstance(day, date)]
    return max([due_year, *years])


def _overdue(reports: _Reports, current_year: str, plan: _Plan) -> pd.DataFrame:
    """DELIVERY_OVERDUE, in register order; a line that is complete (Blue) is none."""
    labels, where = plan.programme.year_labels, (reports.line, reports.year)
    delivered, rag = reports.amounts["delivered_pence"], _texts(reports.records["rag"])
    outstanding = -plan.amounts
    outstanding[where] += delivered.pence
    is_over = np.zeros(len(labels), dtype=bool)
    is_over[reports.year] = True
    is_over &= np.array([label < current_year for label in labels], dtype=bool)
    is_saving = plan.register["category"].isin(SAVINGS_AND_INCOME).to_numpy(dtype=bool)
    is_overdue = (plan.is_planned & is_saving)[:, None] & is_over
    is_overdue &= (plan.amounts < 0) & (outstanding > 0)
    is_overdue[where] &= rag != _COMPLETE
    line, year = np.nonzero(is_overdue)
    cells, ratings = (np.full(is_overdue.shape, None) for _ in range(2))
    cells[where], ratings[where] = delivered.cells(), rag
    register = plan.register.iloc[line]
    columns = {
        **{name: register[name].to_numpy(dtype=object) for name in (*_OF_LINE[:3], "owner")},
        "year": np.array(labels, dtype=object)[year],
        "plan_pence": plan.amounts[line, year],
        "delivered_pence": cells[line, year],
        "outstanding_pence": outstanding[line, year],
        "rag": ratings[line, year],
        "kind": translate(register["category"], KIND_OF.get),
    }
    return pd.DataFrame(columns, columns=DELIVERY_OVERDUE.names(), dtype=object)


def _left_out(rows: DeliveryRows, verdict: Verdict, lines: Lines, plan: _Plan) -> pd.DataFrame:
    """DELIVERY_LEFT_OUT, row by row: hardly any, as a rule."""
    left_out = places(~verdict.accepted)
    line_of = _first_places(lines) if left_out else {}
    records: list[Record] = []
    for place in left_out:
        reason = verdict.reason(place)
        ref, year = ref_key(rows.text(place, "line_ref")), rows.text(place, "year")
        line = line_of.get(ref)
        description, service, category = (
            "" if line is None else lines.text(line, name)
            for name in ("description", "service", "category")
        )
        sign = _sign(rows, place, category)
        cell = rows.cell(place, "line_ref")
        records.append(
            {
                "line_ref": rows.text(place, "line_ref") or None,
                "year": year or None,
                "description": description or None,
                "service": service or None,
                **_amounts(rows, place, sign, plan.amount(ref, year)),
                **{name: rows.text(place, name) or None for name in _REMARKS},
                "reason": reason.sentence if reason else "",
                "workbook": cell.workbook,
                "sheet": cell.sheet,
                "row": cell.row,
                "sign": sign,
            }
        )
    return _frame(records, DELIVERY_LEFT_OUT)


def _first_places(lines: Lines) -> dict[str, int]:
    """By ref key the place of the first line of that ref."""
    ref_numbers: dict[str, int] = {}
    numbers = number_texts(lines.frame["line_ref"], ref_key, ref_numbers)
    firsts = np.unique(numbers, return_index=True)[1].tolist()
    return {ref: firsts[number] for ref, number in ref_numbers.items()}


def _sign(rows: DeliveryRows, place: int, category: str) -> int:
    """-1 where the return enters amounts of the category the other way round."""
    turning = turned_round(*(rows.number(place, name) for name in ENTERED))
    return -1 if category in turning else 1


def _amounts(rows: DeliveryRows, place: int, sign: int, plan: Stated) -> dict[str, Stated]:
    """AMOUNTS of a row."""
    forecast, delivered = (
        sign * int(pence) if filled else None
        for pence, filled in zip(rows.stated[place], rows.filled[place], strict=True)
    )
    variance = None if forecast is None or plan is None else forecast - plan
    return dict(zip(AMOUNTS, (plan, forecast, delivered, variance), strict=True))


def _frame(records: Sequence[Record], declared: Frame) -> pd.DataFrame:
    names = declared.names()
    rows = [[record[name] for name in names] for record in records]
    return pd.DataFrame(rows, columns=names, dtype=object)


# Controls


def delivery_controls(
    returns: Iterable[Return], register: pd.DataFrame, tables: Delivery, programme: Programme
) -> list[Check]:
    """Everything that the returns report is shown or left out for a reason, the plan is the
    register's, and the tables added up from it come to the same."""
    return [
        *_read(returns, tables),
        *_planned(register, tables, programme),
        *_added_up(tables, rated=bool(programme.confidence)),
    ]


def _read(returns: Iterable[Return], tables: Delivery) -> Iterator[Check]:
    stated = [each.delivery for each in returns if each.delivery is not None]
    rows_shown = len(tables.lines) + len(tables.left_out)
    rows = sum(len(each.pence) for each in stated)
    yield Check("Delivery: rows read = counted + left out", COUNT, rows, rows_shown)
    for measure, name in enumerate(DELIVERY_MEASURES):
        pence_read = sum(int(each.pence[:, measure].sum()) for each in stated)
        entered = sum(
            sign * (value or 0)
            for frame in (tables.lines, tables.left_out)
            for sign, value in zip(
                frame["sign"].tolist(), frame[f"{name}_pence"].tolist(), strict=True
            )
        )
        title = f"Delivery: {name} as entered, read = counted + left out"
        yield Check(title, PENCE, pence_read, entered)


def _kinds(tables: Delivery) -> list[str]:
    """The kinds that any table of delivery has."""
    frames = (tables.lines, tables.parts, tables.tracker, tables.organisations)
    there = {kind for frame in frames for kind in frame["kind"].unique()}
    return [kind for kind in KINDS if kind in there]


def _planned(register: pd.DataFrame, tables: Delivery, programme: Programme) -> Iterator[Check]:
    """The plan of each kind once more, from the register's columns year by year."""
    columns = ["line_ref", "category", *programme.year_labels]
    plan = register.loc[register["scenario"] == programme.plan_scenario, columns]
    ref_numbers: dict[str, int] = {}
    numbers = number_texts(plan["line_ref"], ref_key, ref_numbers)
    of_lines = number_texts(tables.lines["line_ref"], ref_key, ref_numbers)
    years = tables.lines["year"].to_numpy()
    for kind in _kinds(tables):
        of_kind = plan["category"].isin(KINDS[kind]).to_numpy(dtype=bool)
        lines = (tables.lines["kind"] == kind).to_numpy(dtype=bool)
        expected = 0
        for year in programme.year_labels:
            is_reported = np.zeros(len(ref_numbers), dtype=bool)
            is_reported[of_lines[lines & (years == year)]] = True
            expected += int(plan[year].to_numpy()[of_kind & is_reported[numbers]].sum())
        actual = _total(tables.lines, "plan_pence", lines)
        subject = Subject("Delivery", programme.plan_scenario, "Plan", kind=kind)
        yield Check(f"Delivery: plan, {kind} = the register", PENCE, expected, actual, subject)


def _added_up(tables: Delivery, *, rated: bool) -> Iterator[Check]:
    """Tracker and the partners' tables against Delivery, kind by kind; ``rated``: what is
    weighted by risk, too."""
    services: Mask = (tables.tracker["service"] != ALL_SERVICES).to_numpy(dtype=bool)
    whole: Mask = (tables.organisations["organisation"] == TOTAL_PROGRAMME).to_numpy(dtype=bool)
    sheets = (
        ("Tracker, services", "Tracker", tables.tracker[services], False),
        ("Tracker, all services", "Tracker", tables.tracker[~services], True),
        (
            "Delivery_by_partner, programme",
            "Delivery_by_partner",
            tables.organisations[whole],
            True,
        ),
        (
            "Delivery_by_partner, partners",
            "Delivery_by_partner",
            tables.organisations[~whole],
            False,
        ),
        ("Delivery_apportioned", "Delivery_apportioned", tables.parts, False),
    )
    for kind in _kinds(tables):
        lines = (tables.lines["kind"] == kind).to_numpy(dtype=bool)
        of_kind = [(*sheet, (sheet[2]["kind"] == kind).to_numpy(dtype=bool)) for sheet in sheets]
        for column in (*AMOUNTS, *([RISK_WEIGHTED] if rated else [])):
            measure = _MEASURES[column]
            expected = _total(tables.lines, column, lines)
            for title, table, frame, is_whole, rows in of_kind:
                if column not in frame:
                    continue
                subject = Subject(table, measure=measure, whole=is_whole, kind=kind)
                name = f"{title}: {measure.lower()}, {kind} = Delivery"
                actual = _total(frame, column, rows)
                yield Check(name, PENCE, expected, actual, subject)


def _total(frame: pd.DataFrame, column: str, rows: Mask) -> int:
    """The sum of a column over some rows; blank ones add nothing."""
    return sum(filter(None, frame[column].to_numpy()[rows].tolist()))
