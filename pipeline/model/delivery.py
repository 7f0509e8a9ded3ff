"""Delivery against the plan: what the returns report, by line, service and partner (contract,
sections 3 and 6)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.core.lines import ENTERED, DeliveryRows, Mask, places
from pipeline.core.programme import Programme
from pipeline.core.results import Delivery, Subject
from pipeline.core.returns import DELIVERY_MEASURES, Pence, Return
from pipeline.core.text import ref_key
from pipeline.core.verdict import Verdict
from pipeline.model.apportion import apportion
from pipeline.model.controls import COUNT, PENCE, Check
from schemas.model import (
    AMOUNTS,
    DELIVERY_DUE,
    DELIVERY_LEFT_OUT,
    DELIVERY_LINES,
    DELIVERY_ORGANISATIONS,
    DELIVERY_PARTS,
    RATINGS,
    REPORTED,
    TRACKER,
    Frame,
)
from schemas.vocabulary import (
    ALL_SERVICES,
    NOT_YET_APPORTIONED,
    RAG,
    TOTAL_PROGRAMME,
    turned_round,
)

_REMARKS = ("rag", "commentary")

# An amount that a return need not state.
Stated = int | None
Record = dict[str, object]


def delivery(
    rows: DeliveryRows, verdict: Verdict, register: pd.DataFrame, programme: Programme
) -> Delivery:
    """What has become of the lines; ``verdict``: which rows count, at most one a line and year."""
    kept = _Kept(register, programme)
    found = sorted(
        (kept.place(rows, place), str(rows.frame["year"].iloc[place]), place)
        for place in places(verdict.accepted)
    )
    told = [_line(kept, rows, place, at, year) for at, year, place in found]
    every = _frame(told, DELIVERY_LINES)
    parts = _parts(every, register, programme)
    due_year = _due_year(told)
    return Delivery(
        every,
        parts,
        _tracker(told, programme),
        _organisations(told, parts, programme),
        _due(told, due_year, register, programme),
        _left_out(rows, verdict),
        due_year,
    )


@dataclass
class _Kept:
    """The register, looked up by line: its row in the plan scenario, else in another one."""

    register: pd.DataFrame
    programme: Programme

    def __post_init__(self) -> None:
        keys = [ref_key(str(ref)) for ref in self.register["line_ref"].tolist()]
        self.rows: dict[str, int] = {}
        self.planned: set[int] = set()
        for row, (key, scenario) in enumerate(
            zip(keys, self.register["scenario"].tolist(), strict=True)
        ):
            is_plan = scenario == self.programme.plan_scenario
            if is_plan:
                self.planned.add(row)
            if is_plan or key not in self.rows:
                self.rows[key] = row
        self.columns = {
            name: self.register[name].tolist()
            for name in ("line_ref", "description", "service", "category")
        }
        self.amounts = self.register[list(self.programme.year_labels)].to_numpy(dtype=np.int64)

    def place(self, rows: DeliveryRows, place: int) -> int:
        """The register's row of a line that is in it."""
        return self.rows[ref_key(rows.text(place, "line_ref"))]

    def plan(self, row: int, year: str) -> int:
        """The line's amount under the plan scenario; nil where it isn't in it."""
        if row not in self.planned:
            return 0
        return int(self.amounts[row, self.programme.year_labels.index(year)])


def _line(kept: _Kept, rows: DeliveryRows, place: int, at: int, year: str) -> Record:
    turning = turned_round(*(rows.number(place, name) for name in ENTERED))
    sign = -1 if kept.columns["category"][at] in turning else 1
    forecast, delivered = (
        sign * int(pence) if filled else None
        for pence, filled in zip(rows.stated[place], rows.filled[place], strict=True)
    )
    plan = kept.plan(at, year)
    return {
        "line_ref": kept.columns["line_ref"][at],
        "description": kept.columns["description"][at],
        "service": kept.columns["service"][at],
        "year": year,
        **_amounts(plan, forecast, delivered),
        **{name: rows.text(place, name) or None for name in _REMARKS},
        **_placed(rows, place),
        "register_row": at,
        "sign": sign,
    }


def _amounts(plan: int, forecast: Stated, delivered: Stated) -> dict[str, Stated]:
    variance = None if forecast is None else forecast - plan
    return dict(zip(AMOUNTS, (plan, forecast, delivered, variance), strict=True))


def _placed(rows: DeliveryRows, place: int) -> Record:
    at = rows.cell(place, "line_ref")
    return {"workbook": at.workbook, "sheet": at.sheet, "row": at.row}


# Added up


def _summed(records: Iterable[Record]) -> dict[str, Stated]:
    """The amounts of some records; None where none of them states any."""
    found: dict[str, list[int]] = {name: [] for name in AMOUNTS}
    for record in records:
        for name, stated in found.items():
            if isinstance(value := record[name], int):
                stated.append(value)
    return {name: sum(stated) if stated else None for name, stated in found.items()}


def _tracker(told: list[Record], programme: Programme) -> pd.DataFrame:
    rows: list[Record] = []
    for year in _years(told, programme):
        of_year = [record for record in told if record["year"] == year]
        for service in programme.services:
            own = [record for record in of_year if record["service"] == service.name]
            if own:
                rows.append({"service": service.name, "year": year, **_summed(own), **_rated(own)})
        whole = {**_summed(of_year), **_rated(of_year)}
        rows.append({"service": ALL_SERVICES, "year": year, **whole})
    return _frame(rows, TRACKER)


def _years(told: list[Record], programme: Programme) -> list[str]:
    reported = {record["year"] for record in told}
    return [year for year in programme.year_labels if year in reported]


def _rated(own: list[Record]) -> dict[str, int]:
    """How many records have which RAG value, have none, and have no forecast."""
    found = Counter(record["rag"] for record in own)
    unsaid = sum(record["forecast_pence"] is None for record in own)
    return dict(zip(RATINGS, (*(found[rag] for rag in RAG), found[None], unsaid), strict=True))


def _organisations(told: list[Record], parts: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    by_organisation: dict[object, list[Record]] = {TOTAL_PROGRAMME: told}
    for partner in programme.partners:
        by_organisation[partner.name] = []
    for record in parts.to_dict("records"):
        named: Record = {str(name): value for name, value in record.items()}
        by_organisation.setdefault(named["organisation"], []).append(named)
    rows: list[Record] = []
    for organisation, own in by_organisation.items():
        for year in _years(told, programme):
            chosen = [record for record in own if record["year"] == year]
            # Where nothing of what is stated falls to an organisation, that is nil, not blank.
            whole = _summed(record for record in told if record["year"] == year)
            amounts = {
                name: None if whole[name] is None else pence or 0
                for name, pence in _summed(chosen).items()
            }
            label: Record = {"organisation": organisation, "year": year}
            rows.append({**label, **amounts, **_rated(chosen)})
    return _frame(rows, DELIVERY_ORGANISATIONS)


# Shared


def _parts(every: pd.DataFrame, register: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """The amounts shared over the partners, each by the line's own weights in that year."""
    shared = [_shared(every, name, register, programme) for name in AMOUNTS[:3]]
    falls = np.any([amounts != 0 for amounts in shared], axis=0)
    names = [*(partner.name for partner in programme.partners), NOT_YET_APPORTIONED]
    codes = [*programme.codes, ""]
    told = every.to_dict("records")
    rows = []
    for place, organisation in np.argwhere(falls).tolist():
        record = told[place]
        plan, forecast, delivered = (
            None if record[name] is None else int(amounts[place, organisation])
            for name, amounts in zip(AMOUNTS[:3], shared, strict=True)
        )
        rows.append(
            {
                "delivery_row": place,
                **{name: record[name] for name in REPORTED},
                "partner": codes[organisation],
                "organisation": names[organisation],
                **_amounts(plan or 0, forecast, delivered),
                "rag": record["rag"],
            }
        )
    return _frame(rows, DELIVERY_PARTS)


def _shared(every: pd.DataFrame, name: str, register: pd.DataFrame, programme: Programme) -> Pence:
    """An amount of the rows by partner, and what is not yet apportioned: pence, rows × (partners
    and one)."""
    own = register.iloc[every["register_row"].to_numpy(dtype=np.int64)]
    frame = own[["basis", "service", "partner"]].reset_index(drop=True)
    amounts = np.array([value or 0 for value in every[name]], dtype=np.int64)
    for label in programme.year_labels:
        frame[label] = np.where(every["year"] == label, amounts, 0)
    shares, unshared = apportion(frame, programme)
    everyone: Pence = np.concatenate([shares, unshared[:, :, None]], axis=2).sum(axis=1)
    return everyone


# What is not there


def _due_year(told: list[Record]) -> str:
    """The year now reported on: the latest one of which a return says what is delivered; where
    none does, the first one that is forecast."""
    delivered = [str(r["year"]) for r in told if r["delivered_pence"] is not None]
    if delivered:
        return max(delivered)
    return min((str(record["year"]) for record in told), default="")


def _due(
    told: list[Record], year: str, register: pd.DataFrame, programme: Programme
) -> pd.DataFrame:
    if not year:
        return _frame([], DELIVERY_DUE)
    reported = {record["register_row"] for record in told if record["year"] == year}
    wanted = (register["scenario"] == programme.plan_scenario) & (register[year] != 0)
    wanted &= ~register.index.isin(list(reported))
    due = register[wanted]
    due = due.assign(year=year, plan_pence=due[year])
    return due[DELIVERY_DUE.names()].reset_index(drop=True).astype(object)


def _left_out(rows: DeliveryRows, verdict: Verdict) -> pd.DataFrame:
    told: list[Record] = []
    for place in range(len(rows.frame)):
        reason = verdict.reason(place)
        if reason is not None:
            stated = {
                f"{name}_pence": int(pence) if filled else None
                for name, pence, filled in zip(
                    DELIVERY_MEASURES, rows.stated[place], rows.filled[place], strict=True
                )
            }
            words = {
                name: rows.text(place, name) or None for name in ("line_ref", "year", *_REMARKS)
            }
            told.append({**words, **stated, "reason": reason.sentence, **_placed(rows, place)})
    return _frame(told, DELIVERY_LEFT_OUT)


def _frame(records: Sequence[Record], declared: Frame) -> pd.DataFrame:
    names = declared.names()
    rows = [[record[name] for name in names] for record in records]
    return pd.DataFrame(rows, columns=names, dtype=object)


# Controls


def delivery_controls(
    returns: Iterable[Return], register: pd.DataFrame, made: Delivery, programme: Programme
) -> list[Check]:
    """Everything that the returns report is shown or left out for a reason, the plan is the
    register's, and the tables added up from it come to the same."""
    return [
        *_read(returns, made),
        _planned(register, made, programme),
        *_added_up(made),
    ]


def _read(returns: Iterable[Return], made: Delivery) -> Iterator[Check]:
    stated = [each.delivery for each in returns if each.delivery is not None]
    shown = len(made.lines) + len(made.left_out)
    rows = sum(len(each.pence) for each in stated)
    yield Check("Delivery: rows read = counted + left out", COUNT, rows, shown)
    for measure, name in enumerate(DELIVERY_MEASURES):
        column = f"{name}_pence"
        read = sum(int(each.pence[:, measure].sum()) for each in stated)
        counted = sum(
            sign * (value or 0)
            for sign, value in zip(made.lines["sign"], made.lines[column], strict=True)
        )
        title = f"Delivery: {name} as entered, read = counted + left out"
        yield Check(title, PENCE, read, counted + _total(made.left_out, column))


def _planned(register: pd.DataFrame, made: Delivery, programme: Programme) -> Check:
    """The plan once more, from the register's columns year by year."""
    plan = register[register["scenario"] == programme.plan_scenario]
    keys = plan["line_ref"].map(lambda ref: ref_key(str(ref)))
    expected = 0
    for year in programme.year_labels:
        told = made.lines[made.lines["year"] == year]
        reported = {ref_key(str(ref)) for ref in told["line_ref"]}
        expected += int(plan.loc[keys.isin(reported), year].sum())
    actual = _total(made.lines, "plan_pence")
    subject = Subject("Delivery", programme.plan_scenario, "Plan")
    return Check("Delivery: plan = the register", PENCE, expected, actual, subject)


def _added_up(made: Delivery) -> Iterator[Check]:
    """Tracker and the partners' tables against Delivery."""
    services: Mask = (made.tracker["service"] != ALL_SERVICES).to_numpy(dtype=bool)
    whole: Mask = (made.organisations["organisation"] == TOTAL_PROGRAMME).to_numpy(dtype=bool)
    for column in AMOUNTS:
        measure = column.removesuffix("_pence").capitalize()
        expected = _total(made.lines, column)
        for title, table, frame, is_whole in (
            ("Tracker, services", "Tracker", made.tracker[services], False),
            ("Tracker, all services", "Tracker", made.tracker[~services], True),
            (
                "Delivery_by_partner, programme",
                "Delivery_by_partner",
                made.organisations[whole],
                True,
            ),
            (
                "Delivery_by_partner, partners",
                "Delivery_by_partner",
                made.organisations[~whole],
                False,
            ),
            ("Delivery_apportioned", "Delivery_apportioned", made.parts, False),
        ):
            subject = Subject(table, measure=measure, whole=is_whole)
            name = f"{title}: {measure.lower()} = Delivery"
            yield Check(name, PENCE, expected, _total(frame, column), subject)


def _total(frame: pd.DataFrame, column: str) -> int:
    return sum(int(value) for value in frame[column] if value is not None)
