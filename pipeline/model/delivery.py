"""Delivery against the plan: what the returns report, by line, service and partner (contract,
sections 3 and 6)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.core.grouping import group_rows, number_among, number_texts, translate
from pipeline.core.lines import ENTERED, DeliveryRows, Lines, Mask, places
from pipeline.core.programme import Programme
from pipeline.core.results import Delivery, Subject
from pipeline.core.returns import DELIVERY_MEASURES, Pence, Return
from pipeline.core.sharing import SHARED_BY
from pipeline.core.text import ref_key
from pipeline.core.verdict import Verdict
from pipeline.core.years import year_label, year_of
from pipeline.model.apportion import apportion
from pipeline.model.controls import COUNT, PENCE, Check
from schemas.confidence import Weights, risk_weighted
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
    counted = places(verdict.accepted)
    by_line = sorted(
        (plan.rows[ref_key(rows.text(place, "line_ref"))], rows.text(place, "year"), place)
        for place in counted
    )
    records = [_line(plan, rows, place, at, year) for at, year, place in by_line]
    reported = _frame(records, DELIVERY_LINES)
    parts = _parts(reported, register, programme)
    due_year = _due_year(records)
    current_year = _current_year(due_year, rows.frame["dated"].iloc[counted].tolist())
    return Delivery(
        reported,
        parts,
        _tracker(records, programme),
        _organisations(reported, parts, programme),
        _due(records, due_year, register, programme),
        _overdue(records, current_year, plan),
        _left_out(rows, verdict, lines, plan),
        due_year,
        current_year,
    )


@dataclass
class _Plan:
    """The register under the plan scenario, looked up by line; ``rows``: its places by ref."""

    register: pd.DataFrame
    programme: Programme

    def __post_init__(self) -> None:
        planned = (self.register["scenario"] == self.programme.plan_scenario).tolist()
        refs = self.register["line_ref"].tolist()
        self.rows = {ref_key(str(refs[row])): row for row, is_plan in enumerate(planned) if is_plan}
        self.columns = {
            name: self.register[name].tolist()
            for name in ("line_ref", "description", "service", "category", "owner", "confidence")
        }
        self.weights = Weights(self.programme.confidence)
        self.amounts = self.register[list(self.programme.year_labels)].to_numpy(dtype=np.int64)

    def amount(self, row: int, year: str) -> int:
        """What is planned of a line in a year, by its row in the register."""
        return int(self.amounts[row, self.programme.year_labels.index(year)])

    def weighted(self, row: int, rag: str, forecast: Stated) -> Record:
        """What is counted on of a forecast of a line, and by which weight; nothing without
        ratings."""
        if not self.programme.confidence:
            return {"weighed_by": None, "weight": None, "risk_weighted_pence": None}
        word = self.columns["confidence"][row]
        rating, weight = self.weights.of_forecast(
            self.columns["category"][row], rag, word if isinstance(word, str) else ""
        )
        pence = None if forecast is None else risk_weighted(forecast, weight)
        return {"weighed_by": rating or None, "weight": weight, "risk_weighted_pence": pence}

    def texts(self, row: int, *names: str) -> Record:
        """What the register says of a line."""
        return {name: self.columns[name][row] for name in names}


def _line(plan: _Plan, rows: DeliveryRows, place: int, at: int, year: str) -> Record:
    category = plan.columns["category"][at]
    sign = _sign(rows, place, category)
    forecast, delivered = _stated(rows, place, sign)
    return {
        **plan.texts(at, "line_ref", "description", "service"),
        "year": year,
        **_amounts(plan.amount(at, year), forecast, delivered),
        **plan.weighted(at, rows.text(place, "rag"), forecast),
        **{name: rows.text(place, name) or None for name in _REMARKS},
        "kind": KIND_OF[category],
        **_placed(rows, place),
        "register_row": at,
        "sign": sign,
    }


def _sign(rows: DeliveryRows, place: int, category: str) -> int:
    """-1 where the return enters amounts of the category the other way round."""
    turning = turned_round(*(rows.number(place, name) for name in ENTERED))
    return -1 if category in turning else 1


def _stated(rows: DeliveryRows, place: int, sign: int) -> list[Stated]:
    """DELIVERY_MEASURES of a row in pence; None where it states none."""
    return [
        sign * int(pence) if filled else None
        for pence, filled in zip(rows.stated[place], rows.filled[place], strict=True)
    ]


def _amounts(plan: Stated, forecast: Stated, delivered: Stated) -> dict[str, Stated]:
    amounts = (plan, forecast, delivered, _variance(plan, forecast))
    return dict(zip(AMOUNTS, amounts, strict=True))


def _variance(plan: Stated, forecast: Stated) -> Stated:
    return None if forecast is None or plan is None else forecast - plan


def _placed(rows: DeliveryRows, place: int) -> Record:
    at = rows.cell(place, "line_ref")
    return {"workbook": at.workbook, "sheet": at.sheet, "row": at.row}


# Added up


def _summed(records: Sequence[Record], names: Sequence[str] = AMOUNTS) -> dict[str, Stated]:
    """The amounts of some records; None where none of them states any."""
    amounts = {
        name: [value for record in records if isinstance(value := record[name], int)]
        for name in names
    }
    return {name: sum(values) if values else None for name, values in amounts.items()}


def _tracker(records: list[Record], programme: Programme) -> pd.DataFrame:
    rows: list[Record] = []
    for kind, year, of_kind in _by_kind(records, programme):
        label: Record = {"kind": kind, "year": year}
        for service in programme.services:
            of_service = [record for record in of_kind if record["service"] == service.name]
            if of_service:
                rows.append({**label, "service": service.name, **_whole(of_service)})
        rows.append({**label, "service": ALL_SERVICES, **_whole(of_kind)})
    return _frame(rows, TRACKER)


def _by_kind(
    records: list[Record], programme: Programme
) -> Iterator[tuple[str, str, list[Record]]]:
    """The records of each kind and year that has any."""
    for kind in KINDS:
        of_kind = [record for record in records if record["kind"] == kind]
        for year in _years(of_kind, programme):
            yield kind, year, [record for record in of_kind if record["year"] == year]


def _whole(records: list[Record]) -> Record:
    """The columns of a row that adds up some records."""
    sums = _summed(records, (*AMOUNTS, RISK_WEIGHTED))
    return {**sums, **_rated(records), "delivered_part": _part(sums)}


def _part(sums: dict[str, Stated]) -> Fraction | None:
    """Which part of the plan is delivered; None where nothing is planned or nothing said."""
    plan, delivered = sums["plan_pence"], sums["delivered_pence"]
    return Fraction(delivered, plan) if plan and delivered is not None else None


def _years(records: list[Record], programme: Programme) -> list[str]:
    reported = {record["year"] for record in records}
    return [year for year in programme.year_labels if year in reported]


def _rated(records: list[Record]) -> dict[str, int]:
    """How many records have which RAG value, have none, and have no forecast."""
    counts = Counter(record["rag"] for record in records)
    unsaid = sum(record["forecast_pence"] is None for record in records)
    return dict(zip(RATINGS, (*(counts[rag] for rag in RAG), counts[None], unsaid), strict=True))


def _organisations(
    reported: pd.DataFrame, parts: pd.DataFrame, programme: Programme
) -> pd.DataFrame:
    whole = _by_organisation(reported.assign(organisation=TOTAL_PROGRAMME))
    sums_of = whole | _by_organisation(parts)
    names = [TOTAL_PROGRAMME, *(partner.name for partner in programme.partners)]
    none_rated = dict.fromkeys(RATINGS, 0)
    rows: list[Record] = []
    for organisation in dict.fromkeys([*names, *parts["organisation"]]):
        for kind, year in ((kind, year) for kind in KINDS for year in programme.year_labels):
            stated = whole.get((TOTAL_PROGRAMME, kind, year))
            if stated is None:
                continue
            alike = sums_of.get((organisation, kind, year), none_rated)
            # Where nothing of what is stated falls to an organisation, that is nil, not blank.
            sums = {
                name: None if stated[name] is None else alike.get(name) or 0 for name in AMOUNTS
            }
            label: Record = {"organisation": organisation, "kind": kind, "year": year}
            rows.append({**label, **alike, **sums, "delivered_part": _part(sums)})
    return _frame(rows, DELIVERY_ORGANISATIONS)


def _by_organisation(frame: pd.DataFrame) -> dict[tuple[str, ...], dict[str, Stated]]:
    """AMOUNTS, None where none is stated, and RATINGS of each organisation, kind and year that has
    rows."""
    numbers, keys = group_rows(frame, ("organisation", "kind", "year"))

    def count(rows: Mask) -> npt.NDArray[np.intp]:
        return np.bincount(numbers[rows], minlength=len(keys))

    stated: dict[str, Mask] = {name: frame[name].notna().to_numpy(dtype=bool) for name in AMOUNTS}
    columns: list[list[Stated]] = []
    for name, rows in stated.items():
        sums = np.zeros(len(keys), dtype=np.int64)
        np.add.at(sums, numbers[rows], frame[name].to_numpy()[rows].astype(np.int64))
        columns.append(
            [
                pence if some else None
                for pence, some in zip(sums.tolist(), count(rows), strict=True)
            ]
        )
    rated = number_among(frame["rag"], (*RAG, ""))
    columns += [count(rated == rating).tolist() for rating in range(len(RAG) + 1)]
    columns.append(count(~stated["forecast_pence"]).tolist())
    return {
        key: dict(zip((*AMOUNTS, *RATINGS), values, strict=True))
        for key, values in zip(keys, zip(*columns, strict=True), strict=True)
    }


# Shared


def _parts(reported: pd.DataFrame, register: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """The amounts shared over the partners, each by the line's own weights in that year."""
    lines = register.iloc[reported["register_row"].to_numpy(dtype=np.int64)]
    shared_by = lines[list(SHARED_BY)]
    shares = [_shared(reported, name, shared_by, programme) for name in AMOUNTS[:3]]
    amounts = np.stack(shares, axis=2)
    place, organisation = np.nonzero(amounts.any(axis=2))
    pence = amounts[place, organisation].astype(object)
    pence[reported[[*AMOUNTS[:3]]].isna().to_numpy()[place]] = None
    plan, forecast, delivered = pence.T
    variance = [_variance(*pair) for pair in zip(plan, forecast, strict=True)]
    codes = np.array([*programme.codes, ""], dtype=object)
    names = [*(partner.name for partner in programme.partners), NOT_YET_APPORTIONED]
    columns = {
        "delivery_row": place,
        **{name: reported[name].to_numpy()[place] for name in (*REPORTED, "rag", "kind")},
        "partner": codes[organisation],
        "organisation": np.array(names, dtype=object)[organisation],
        **dict(zip(AMOUNTS, (plan, forecast, delivered, variance), strict=True)),
        "paid_by": translate(lines["paid_by"], lambda code: code or None)[place],
    }
    return pd.DataFrame(columns, columns=DELIVERY_PARTS.names(), dtype=object)


def _shared(
    reported: pd.DataFrame, name: str, shared_by: pd.DataFrame, programme: Programme
) -> Pence:
    """An amount of the rows by partner, and what is not yet apportioned: pence, rows × (partners
    and one); ``shared_by``: SHARED_BY of each row's line."""
    years = reported["year"].to_numpy()
    amounts = np.array([value or 0 for value in reported[name].tolist()], dtype=np.int64)
    by_year = {label: np.where(years == label, amounts, 0) for label in programme.year_labels}
    shares, unshared = apportion(shared_by.assign(**by_year), programme)
    everyone: Pence = np.concatenate([shares, unshared[:, :, None]], axis=2).sum(axis=1)
    return everyone


# What is not there


def _due_year(records: list[Record]) -> str:
    """The year now reported on: the latest one of which a return says what is delivered; where
    none does, the first one that is forecast."""
    delivered = [str(r["year"]) for r in records if r["delivered_pence"] is not None]
    if delivered:
        return max(delivered)
    return min((str(record["year"]) for record in records), default="")


def _due(
    records: list[Record], year: str, register: pd.DataFrame, programme: Programme
) -> pd.DataFrame:
    if not year:
        return _frame([], DELIVERY_DUE)
    reported = {record["register_row"] for record in records if record["year"] == year}
    is_due = (register["scenario"] == programme.plan_scenario) & (register[year] != 0)
    is_due &= ~register.index.isin(list(reported))
    due = register[is_due]
    due = due.assign(year=year, plan_pence=due[year])
    return due[DELIVERY_DUE.names()].reset_index(drop=True).astype(object)


def _current_year(due_year: str, dated: Iterable[object]) -> str:
    """The year in which the latest return is dated, or the one now reported on if that is later."""
    years = [year_label(year_of(day)) for day in dated if isinstance(day, date)]
    return max([due_year, *years])


def _overdue(records: list[Record], current_year: str, plan: _Plan) -> pd.DataFrame:
    """DELIVERY_OVERDUE, in register order; a line that is complete (Blue) is none."""
    reports = {(record["register_row"], record["year"]): record for record in records}
    over = [year for year in _years(records, plan.programme) if year < current_year]
    nothing: Record = {"delivered_pence": None, "rag": None}
    rows: list[Record] = []
    for row in plan.rows.values():
        category = plan.columns["category"][row]
        for year in over if category in SAVINGS_AND_INCOME else ():
            planned, record = plan.amount(row, year), reports.get((row, year), nothing)
            delivered = record["delivered_pence"]
            outstanding = (delivered if isinstance(delivered, int) else 0) - planned
            if planned < 0 < outstanding and record["rag"] != _COMPLETE:
                rows.append(
                    {
                        **plan.texts(row, "line_ref", "description", "service", "owner"),
                        "year": year,
                        "plan_pence": planned,
                        "delivered_pence": delivered,
                        "outstanding_pence": outstanding,
                        "rag": record["rag"],
                        "kind": KIND_OF[category],
                    }
                )
    return _frame(rows, DELIVERY_OVERDUE)


def _left_out(rows: DeliveryRows, verdict: Verdict, lines: Lines, plan: _Plan) -> pd.DataFrame:
    ref_numbers: dict[str, int] = {}
    numbers = number_texts(lines.frame["line_ref"], ref_key, ref_numbers)
    firsts = np.unique(numbers, return_index=True)[1].tolist()
    records: list[Record] = []
    for place in places(~verdict.accepted):
        reason = verdict.reason(place)
        ref, year = ref_key(rows.text(place, "line_ref")), rows.text(place, "year")
        at, row = firsts[ref_numbers[ref]] if ref in ref_numbers else None, plan.rows.get(ref)
        line_texts = {
            name: "" if at is None else lines.text(at, name)
            for name in ("description", "service", "category")
        }
        is_planned = row is not None and year in plan.programme.year_labels
        planned = plan.amount(row, year) if row is not None and is_planned else None
        sign = _sign(rows, place, line_texts.pop("category"))
        records.append(
            {
                "line_ref": rows.text(place, "line_ref") or None,
                "year": year or None,
                **{name: text or None for name, text in line_texts.items()},
                **_amounts(planned, *_stated(rows, place, sign)),
                **{name: rows.text(place, name) or None for name in _REMARKS},
                "reason": reason.sentence if reason else "",
                **_placed(rows, place),
                "sign": sign,
            }
        )
    return _frame(records, DELIVERY_LEFT_OUT)


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
    for kind in _kinds(tables):
        of_kind = plan["category"].isin(KINDS[kind]).to_numpy(dtype=bool)
        lines = tables.lines[tables.lines["kind"] == kind]
        expected = 0
        for year in programme.year_labels:
            refs = lines.loc[lines["year"] == year, "line_ref"].tolist()
            reported = [
                ref_numbers[key] for ref in refs if (key := ref_key(str(ref))) in ref_numbers
            ]
            expected += int(plan[year].to_numpy()[of_kind & np.isin(numbers, reported)].sum())
        actual = _total(lines, "plan_pence")
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
        lines = tables.lines[tables.lines["kind"] == kind]
        of_kind = [
            (title, table, frame[frame["kind"] == kind], is_whole)
            for title, table, frame, is_whole in sheets
        ]
        for column in (*AMOUNTS, *([RISK_WEIGHTED] if rated else [])):
            measure = _MEASURES[column]
            expected = _total(lines, column)
            for title, table, frame, is_whole in of_kind:
                if column not in frame:
                    continue
                subject = Subject(table, measure=measure, whole=is_whole, kind=kind)
                name = f"{title}: {measure.lower()}, {kind} = Delivery"
                actual = _total(frame, column)
                yield Check(name, PENCE, expected, actual, subject)


def _total(frame: pd.DataFrame, column: str) -> int:
    return sum(int(value) for value in frame[column].tolist() if value is not None)
