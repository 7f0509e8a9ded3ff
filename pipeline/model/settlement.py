"""Settlement: what partners owe one another where amounts fall in one's books and are borne by all
(contract, section 6: Settlement, Settlement_delivered, Transfers).

A line counts where it says who pays it (Paid by), in the five cashable categories, and as far as it
is apportioned: what is in somebody's books and nobody's share would be owed by nobody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.core.lines import Mask
from pipeline.core.programme import Programme
from pipeline.core.results import Delivery, Results, Settlement, Subject
from pipeline.core.returns import Pence
from pipeline.model.controls import PENCE, Check
from schemas.model import SETTLEMENT, TRANSFERS
from schemas.vocabulary import NET_CASHABLE

Payment = tuple[int, int, int]


def settlement(
    register: pd.DataFrame,
    apportioned: pd.DataFrame,
    delivered: Delivery | None,
    programme: Programme,
) -> Settlement | None:
    """Who owes whom, from the parts of the lines and of what is delivered; None where no line says
    who pays it."""
    if not register["paid_by"].notna().any():
        return None
    balances = _balances(apportioned[settles(apportioned)], programme.scenarios, programme)
    return Settlement(balances, _delivered(register, delivered, programme), transfers(balances))


def settles(parts: pd.DataFrame) -> Mask:
    """Which parts of lines (``paid_by``, ``partner``, ``category``) are settled."""
    is_settled = parts["paid_by"].notna() & (parts["partner"] != "")
    return (is_settled & parts["category"].isin(NET_CASHABLE)).to_numpy(dtype=bool)


def _balances(parts: pd.DataFrame, scenarios: Sequence[str], programme: Programme) -> pd.DataFrame:
    """SETTLEMENT from parts that are settled: ``scenario``, ``paid_by``, ``partner`` and pence by
    year."""
    labels, partners = list(programme.year_labels), programme.partners
    books = _added(parts, "paid_by", scenarios, programme)
    shares = _added(parts, "partner", scenarios, programme)
    rows = [
        (scenario, label, partner.code, book, share, book - share, partner.name)
        for s, scenario in enumerate(scenarios)
        for y, label in enumerate(labels)
        for partner, book, share in zip(
            partners, books[s, :, y].tolist(), shares[s, :, y].tolist(), strict=True
        )
    ]
    return pd.DataFrame(rows, columns=SETTLEMENT.names(), dtype=object)


def _added(
    parts: pd.DataFrame, whose: str, scenarios: Sequence[str], programme: Programme
) -> Pence:
    """The parts' pence by the partner in a column: scenarios × partners × years."""
    labels = list(programme.year_labels)
    keys = pd.MultiIndex.from_product([scenarios, programme.codes])
    sums = parts.groupby(["scenario", whose])[labels].sum().reindex(keys, fill_value=0)
    shape = (len(scenarios), len(programme.codes), len(labels))
    return sums.to_numpy(dtype=np.int64).reshape(shape)


def _delivered(
    register: pd.DataFrame, delivered: Delivery | None, programme: Programme
) -> pd.DataFrame:
    """SETTLEMENT of the plan scenario's lines by what is delivered of them, in the years of which
    returns say so."""
    if delivered is None:
        return _balances(register.iloc[:0], (), programme)
    stated = delivered.lines["delivered_pence"].notna()
    years = set(delivered.lines.loc[stated, "year"])
    parts = delivered.parts
    place = delivered.lines["register_row"].to_numpy(dtype=np.int64)
    place = place[parts["delivery_row"].to_numpy(dtype=np.int64)]
    frame = register[["scenario", "paid_by", "category"]].iloc[place].reset_index(drop=True)
    frame["partner"] = parts["partner"].to_numpy()
    pence = np.array([value or 0 for value in parts["delivered_pence"]], dtype=np.int64)
    for label in programme.year_labels:
        frame[label] = np.where(parts["year"] == label, pence, 0)
    balances = _balances(frame[settles(frame)], (programme.plan_scenario,), programme)
    return balances[balances["year"].isin(years)].reset_index(drop=True)


def transfers(balances: pd.DataFrame) -> pd.DataFrame:
    """TRANSFERS that clear the balances of SETTLEMENT, in each scenario and year."""
    rows = []
    for (scenario, year), of_year in balances.groupby(["scenario", "year"], sort=False):
        codes, names = of_year["partner"].tolist(), of_year["organisation"].tolist()
        for payer, payee, pence in payments(of_year["due_pence"].tolist()):
            whose = (codes[payer], codes[payee], pence, names[payer], names[payee])
            rows.append((scenario, year, *whose))
    return pd.DataFrame(rows, columns=TRANSFERS.names(), dtype=object)


def payments(due: Sequence[int]) -> list[Payment]:
    """Payments (the places of payer and payee, pence) that clear what is due to each, to pay below
    nil: larger ones first, ties in order.

    Whoever owes most pays whoever is owed most, until one of the two is clear: so each payment
    clears one, the last one two, and nobody who pays is ever paid.
    """
    return sorted(_payments(list(due)), key=lambda each: (-each[2], *each[:2]))


def _payments(due: list[int]) -> Iterator[Payment]:
    while max(due) > 0 > min(due):
        payer, payee = due.index(min(due)), due.index(max(due))
        pence = min(due[payee], -due[payer])
        due[payer] += pence
        due[payee] -= pence
        yield payer, payee, pence


# Controls

_BOOKS, _SHARE, _DUE, _AMOUNT = "In its books", "Its share", "To receive / (to pay)", "Amount"


def settlement_controls(results: Results) -> Iterator[Check]:
    """Books and shares are those of the lines, by year and by partner; what is due comes to nil,
    and the payments clear it."""
    tables = results.settlement
    if tables is None:
        return
    labels = results.programme.year_labels
    paid = [_paid(frame) for frame in (results.register, results.apportioned)]
    for scenario in results.programme.scenarios:
        lines, parts = (frame[frame["scenario"] == scenario] for frame in paid)
        waiting = parts[parts["partner"] == ""]
        balances = tables.balances[tables.balances["scenario"] == scenario]
        paid_out = tables.transfers[tables.transfers["scenario"] == scenario]
        for label in labels:
            pence = _total(lines, label) - _total(waiting, label)
            rows = balances[balances["year"] == label]
            subject = Subject("Settlement", scenario, year=label)
            yield from _of_year(f"{scenario}, {label}", pence, rows, subject)
            yield Check(
                f"Transfers, {scenario}, {label}: paid = to receive",
                PENCE,
                sum(due for due in rows["due_pence"] if due > 0),
                _total(paid_out[paid_out["year"] == label], "amount_pence"),
                replace(subject, table="Transfers", measure=_AMOUNT),
            )
        books = _by(lines, "paid_by", "total_pence").sub(
            _by(waiting, "paid_by", "total_pence"), fill_value=0
        )
        shares = _by(parts, "partner", "total_pence")
        for code in results.programme.codes:
            subject = Subject("Settlement", scenario, partner=code)
            whole = (int(books.get(code, 0)), int(shares.get(code, 0)))
            yield from _of_partner(whole, balances, paid_out, subject)
    yield from _of_delivered(results, tables)


def _by(frame: pd.DataFrame, whose: str, column: str) -> pd.Series:
    """A column's pence by partner, as Python's own numbers."""
    return frame.groupby(whose)[column].sum().astype(object)


def _paid(frame: pd.DataFrame) -> pd.DataFrame:
    """The lines or parts that are settled, as far as they can be apportioned."""
    return frame[frame["paid_by"].notna() & frame["category"].isin(NET_CASHABLE)]


def _of_year(what: str, pence: int, rows: pd.DataFrame, subject: Subject) -> Iterator[Check]:
    """Books and shares of a year against what is settled in it, and what is due against nil."""
    table = subject.table
    for measure, column, expected, words in (
        (_BOOKS, "books_pence", pence, "in the partners' books = the lines paid by them"),
        (_SHARE, "share_pence", pence, "the partners' shares = the lines paid by them"),
        (_DUE, "due_pence", 0, "to receive less to pay = nil"),
    ):
        about = replace(subject, measure=measure)
        title = f"{table}, {what}: {words}"
        yield Check(title, PENCE, expected, _total(rows, column), about)


def _of_partner(
    whole: tuple[int, int], balances: pd.DataFrame, paid_out: pd.DataFrame, subject: Subject
) -> Iterator[Check]:
    """A partner's books, share and payments over all years; ``whole``: what its books and its
    share should come to."""
    code, scenario = subject.partner, subject.scenario
    rows = balances[balances["partner"] == code]
    for measure, column, expected, words in (
        (_BOOKS, "books_pence", whole[0], "in its books = the lines that it pays"),
        (_SHARE, "share_pence", whole[1], "its share = its parts of lines that are paid for"),
    ):
        about = replace(subject, measure=measure)
        title = f"Settlement, {code}, {scenario}: {words}"
        yield Check(title, PENCE, expected, _total(rows, column), about)
    received, paid = (
        _total(paid_out[paid_out[whose] == code], "amount_pence") for whose in ("payee", "payer")
    )
    yield Check(
        f"Transfers, {code}, {scenario}: received less paid = to receive less to pay",
        PENCE,
        _total(rows, "due_pence"),
        received - paid,
        replace(subject, table="Transfers", measure=_AMOUNT),
    )


def _of_delivered(results: Results, tables: Settlement) -> Iterator[Check]:
    """Books and shares of what is delivered against Delivery, line by line."""
    if results.delivery is None:
        return
    scenario, paid = results.programme.plan_scenario, set(_paid(results.register).index)
    lines, parts = results.delivery.lines, results.delivery.parts
    lines = lines[lines["register_row"].isin(paid)]
    waiting = parts[parts["delivery_row"].isin(lines.index) & (parts["partner"] == "")]
    for label in dict.fromkeys(tables.delivered["year"]):
        pence = sum(
            sign * _total(frame[frame["year"] == label], "delivered_pence")
            for sign, frame in ((1, lines), (-1, waiting))
        )
        rows = tables.delivered[tables.delivered["year"] == label]
        subject = Subject("Settlement_delivered", scenario, year=label)
        yield from _of_year(f"{scenario}, {label}", pence, rows, subject)


def _total(rows: pd.DataFrame, column: str) -> int:
    return int(rows[column].sum())
