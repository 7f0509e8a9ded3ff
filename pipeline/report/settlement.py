"""Settlement in sentences and formulas: who pays whom, and what each figure is computed from."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from pipeline.core.phrases import agreeing, listing, sentence
from pipeline.core.programme import Partner
from pipeline.core.results import Results, Settlement, Subject
from pipeline.core.years import year_label
from pipeline.report.findings import pence
from pipeline.report.formula import (
    Formula,
    FormulaPart,
    Headings,
    This,
    Whole,
    flag,
    formula,
    rounded,
)
from pipeline.report.tables import Record, records
from pipeline.report.wording import in_short
from schemas.outputs import (
    APPORTIONED,
    BY_YEAR,
    DELIVERY,
    DELIVERY_APPORTIONED,
    REGISTER,
    SETTLEMENT,
    SETTLEMENT_DELIVERED,
    SHARES,
    TRANSFERS,
)
from schemas.returns import PAID_BY
from schemas.vocabulary import KINDS, NET_CASHABLE, NET_CASHABLE_MEASURE

BOOKS, SHARE, DUE = "In its books", "Its share", "To receive / (to pay)"
AMOUNT, _PARTNER, _YEAR, _TOTAL = "Amount", "Partner", "Year", "Total"
_MOST_NAMES = 4
_PENCE = "amount_pence"
_EVEN = "has nothing to pay and nothing to receive"
# About how many looks a criterion of SUMPRODUCT costs for each cell.
_LOOKS = 5


# Sentences


def who_pays(results: Results, tables: Settlement, partner: Partner | None = None) -> str:
    """Who pays whom in the steady-state year, and what that comes to over the years: a sentence
    each, of the plan scenario; a partner's own in its pack."""
    programme = results.programme
    plan, steady = programme.plan_scenario, year_label(programme.steady_year)
    rows = [row for row in records(tables.transfers) if row["scenario"] == plan]
    of_steady_year = [row for row in rows if row["year"] == steady]
    paid = (
        _own_payments(of_steady_year, results, partner)
        if partner
        else _payments(of_steady_year, results)
    )
    of_plan = tables.balances[tables.balances["scenario"] == plan]
    sentences = [
        f"{sentence(paid)} in {steady} ({plan}).",
        _together(of_plan, "", results, partner),
    ]
    if len(tables.delivered):
        sentences.append(_together(tables.delivered, "on what is delivered, ", results, partner))
    return "\n".join(sentences)


def _payments(rows: Sequence[Record], results: Results) -> str:
    """What each payer pays to whom."""
    unit = results.programme.report_unit
    paid: dict[object, list[str]] = {}
    for row in rows:
        amount = in_short(pence(row, _PENCE), unit)
        paid.setdefault(row["payer_name"], []).append(f"{row['payee_name']} {amount}")
    clauses = [f"{payer} pays {listing(to, _MOST_NAMES)}" for payer, to in paid.items()]
    return (
        "; ".join(clauses[:_MOST_NAMES]) + _more(clauses)
        if clauses
        else "nobody owes anybody anything"
    )


def _more(clauses: Sequence[str]) -> str:
    rest = len(clauses) - _MOST_NAMES
    return f"; {rest:,} more {agreeing(rest, 'pays', 'pay')}" if rest > 0 else ""


def _own_payments(rows: Sequence[Record], results: Results, partner: Partner) -> str:
    """What a partner is to pay or to receive; ``rows``: its own, all the one or all the other."""
    unit = results.programme.report_unit
    if not rows:
        return f"{partner.name} {_EVEN}"
    is_paid = rows[0]["payee"] == partner.code
    verb, towards, other = ("receive", "from", "payer") if is_paid else ("pay", "to", "payee")
    amounts = [
        f"{in_short(pence(row, _PENCE), unit)} {towards} {row[f'{other}_name']}" for row in rows
    ]
    return f"{partner.name} is to {verb} {listing(amounts, _MOST_NAMES)}"


def _together(balances: pd.DataFrame, what: str, results: Results, partner: Partner | None) -> str:
    """What the years come to, added up."""
    unit, years = results.programme.report_unit, list(dict.fromkeys(balances["year"]))
    due: dict[str, int] = {}
    for name, owed in zip(balances["organisation"], balances["due_pence"], strict=True):
        due[name] = due.get(name, 0) + owed
    span = f"from {years[0]} to {years[-1]}" if len(years) > 1 else f"in {years[0]}"
    start = sentence(f"{what}{span}")
    if partner:
        balance = due[partner.name]
        verb = f"is to {'receive' if balance > 0 else 'pay'} {in_short(balance, unit)}"
        return f"{start} {partner.name} {verb if balance else _EVEN}."
    sides = {
        verb: [f"{name} {in_short(owed, unit)}" for name, owed in due.items() if owed * side > 0]
        for verb, side in (("to receive", 1), ("to pay", -1))
    }
    parts = [f"{verb}: {listing(names, _MOST_NAMES)}" for verb, names in sides.items() if names]
    return f"{start}, {'; '.join(parts) or 'all are even'}."


# Formulas

ByHeading = dict[str, Sequence[Formula | None]]
Condition = tuple[FormulaPart, ...]


def _sum(table: str, summed: FormulaPart, *where: Condition, rows: int) -> Formula:
    """The sum over a table's rows that fit all conditions; names are compared as they are."""
    parts = [part for each in where for part in (*each, "*")]
    reads = rows * (len(where) + 1) * _LOOKS
    return formula(*rounded("SUMPRODUCT(", *parts, summed, ")"), reads=reads)


def _is(table: str, heading: str, cell: FormulaPart, sign: str = "=") -> Condition:
    return ("(", Whole(table, heading), sign, cell, ")")


def _filled(table: str, heading: str) -> Condition:
    return _is(table, heading, '""', "<>")


def _cashable(table: str) -> Condition:
    """Whether a line counts in net cashable, as Inputs has it; of delivery by its kind."""
    if table in (DELIVERY.name, DELIVERY_APPORTIONED.name):
        others = [kind for kind, members in KINDS.items() if not set(members) <= set(NET_CASHABLE)]
        compared = (_is(table, "Kind", f'"{kind}"', "<>") for kind in others)
        return tuple(part for each in compared for part in ("*", *each))[1:]
    return flag(NET_CASHABLE_MEASURE, Whole(table, "Category"))


def says_who_pays(parts: pd.DataFrame) -> bool:
    """Whether a table of these rows has the column Paid by."""
    return bool(parts["paid_by"].notna().any())


def is_affordable(results: Results, seconds_a_cell: float, seconds: float) -> bool:
    """Whether the formulas of settlement take no longer than that; else its figures are values."""
    programme = results.programme
    years = len(programme.scenarios) * len(programme.years)
    number = years * (2 * len(programme.partners) + 4)
    rows = len(results.register) + len(results.apportioned)
    return number * rows * 6 * _LOOKS * seconds_a_cell <= seconds


def planned(results: Results, frame: pd.DataFrame, *, own: bool) -> ByHeading:
    """Books and shares from the parts of the lines, and what is due; in a pack (``own``) its
    share alone is of lines that it has."""
    table, rows = APPORTIONED.name, len(results.apportioned)
    if not says_who_pays(results.apportioned):
        return {DUE: _due(len(frame))}
    whose = _whose(table)
    if own:
        del whose[BOOKS]
    where = (_is(table, "Scenario", This("Scenario")), _cashable(table))
    sums: ByHeading = {}
    for heading, each in whose.items():
        of_year = {
            year: _sum(table, Whole(table, year), *where, *each, rows=rows)
            for year in results.programme.year_labels
        }
        sums[heading] = [of_year[year] for year in frame["year"]]
    return {**sums, DUE: _due(len(frame))}


def _whose(table: str) -> dict[str, tuple[Condition, ...]]:
    """What is in a partner's books, and what falls to it."""
    return {
        BOOKS: (_is(table, PAID_BY, This(_PARTNER)), _filled(table, _PARTNER)),
        SHARE: (_is(table, _PARTNER, This(_PARTNER)), _filled(table, PAID_BY)),
    }


def _due(rows: int) -> Sequence[Formula]:
    return [formula(*rounded(This(BOOKS), "-", This(SHARE)))] * rows


def delivered(results: Results, frame: pd.DataFrame, *, own: bool) -> ByHeading:
    """The same from Delivery_apportioned, or from a pack's Delivery."""
    delivery = results.delivery
    parts = None if delivery is None else (delivery.lines if own else delivery.parts)
    if parts is None or not says_who_pays(parts):
        return {DUE: _due(len(frame))}
    table = DELIVERY.name if own else DELIVERY_APPORTIONED.name
    whose = {SHARE: (_filled(table, PAID_BY),)} if own else _whose(table)
    where = (_is(table, _YEAR, This(_YEAR)), _cashable(table))
    summed = Whole(table, "Delivered")
    sums = {
        heading: [_sum(table, summed, *where, *each, rows=len(parts))] * len(frame)
        for heading, each in whose.items()
    }
    return {**sums, DUE: _due(len(frame))}


# Controls

Pair = tuple[Formula | None, Formula | None]
_SCENARIO: Mapping[str, Condition] = {
    table: _is(table, "Scenario", This("Scenario"))
    for table in (REGISTER.name, APPORTIONED.name, SETTLEMENT.name, TRANSFERS.name)
}
SETTLED = (SETTLEMENT.name, SETTLEMENT_DELIVERED.name, TRANSFERS.name)


def compared(results: Results, subject: Subject) -> Pair:
    """Expected and actual of a control of settlement."""
    if subject.table == SETTLEMENT_DELIVERED.name:
        return _compared_delivered(results, subject)
    if subject.table == TRANSFERS.name:
        return _compared_payments(results, subject)
    where = _chosen(SETTLEMENT.name, subject)
    table = SETTLEMENT.name
    actual = _sum(table, Whole(table, subject.measure), *where, rows=_size(results))
    return (None if subject.measure == DUE else _lines(results, subject)), actual


def _size(results: Results) -> int:
    return len(results.settlement.balances) if results.settlement else 0


def _chosen(table: str, subject: Subject) -> list[Condition]:
    """The rows of a year, else of a partner, in the scenario."""
    if subject.partner:
        return [_SCENARIO[table], _is(table, _PARTNER, _code(subject))]
    return [_SCENARIO[table], _is(table, _YEAR, _label(subject))]


def _code(subject: Subject) -> Headings:
    """The cell with the partner's code."""
    return Headings(SHARES.name, subject.partner, subject.partner)


def _label(subject: Subject) -> Headings:
    """The cell with the year's label."""
    return Headings(BY_YEAR.name, subject.year, subject.year)


def _lines(results: Results, subject: Subject) -> Formula:
    """What the lines come to that are paid for, less what of them is not apportioned; of a
    partner the lines that it pays, or its parts of all."""
    heading = subject.year or _TOTAL
    lines, parts = REGISTER.name, APPORTIONED.name
    of_lines, of_parts = [_filled(lines, PAID_BY)], [_filled(parts, PAID_BY)]
    if subject.measure == SHARE and subject.partner:
        of_partner = _is(parts, _PARTNER, _code(subject))
        return _over(results, parts, heading, [*of_parts, of_partner])
    if subject.partner:
        of_lines, of_parts = ([_is(t, PAID_BY, _code(subject))] for t in (lines, parts))
    whole = _over(results, lines, heading, of_lines)
    if not says_who_pays(results.apportioned):
        return whole
    waiting = _over(results, parts, heading, [*of_parts, _is(parts, _PARTNER, '""')])
    both = (*whole.parts[1:], "-", *waiting.parts[1:])
    return formula(*rounded(*both), reads=whole.reads + waiting.reads)


def _over(results: Results, table: str, heading: str, where: Iterable[Condition]) -> Formula:
    rows = len(results.register if table == REGISTER.name else results.apportioned)
    conditions = (_SCENARIO[table], *where, _cashable(table))
    return _sum(table, Whole(table, heading), *conditions, rows=rows)


def _compared_payments(results: Results, subject: Subject) -> Pair:
    """What is due, and what is paid: in a year altogether, over all years of a partner."""
    table, size = SETTLEMENT.name, _size(results)
    where, scenario = _chosen(table, subject), _SCENARIO[TRANSFERS.name]
    if not subject.partner:
        expected = _sum(table, Whole(table, DUE), *where, _is(table, DUE, "0", ">"), rows=size)
        paid = Whole(TRANSFERS.name, AMOUNT)
        year = _is(TRANSFERS.name, _YEAR, _label(subject))
        return expected, _sum(TRANSFERS.name, paid, scenario, year, rows=size)
    expected = _sum(table, Whole(table, DUE), *where, rows=size)
    to, by = (_is(TRANSFERS.name, whose, _code(subject)) for whose in ("To", "From"))
    balance = ("(", *to, "-", *by, ")")
    paid = Whole(TRANSFERS.name, AMOUNT)
    return expected, _sum(TRANSFERS.name, paid, scenario, balance, rows=size)


def _compared_delivered(results: Results, subject: Subject) -> Pair:
    table, parts = SETTLEMENT_DELIVERED.name, DELIVERY_APPORTIONED.name
    year = _is(table, _YEAR, _label(subject))
    actual = _sum(table, Whole(table, subject.measure), year, rows=_size(results))
    delivery = results.delivery
    if subject.measure == DUE or delivery is None or not says_who_pays(delivery.parts):
        return None, actual
    where = (_filled(parts, PAID_BY), _filled(parts, _PARTNER), _cashable(parts))
    of_year = _is(parts, _YEAR, _label(subject))
    rows = len(delivery.parts)
    return _sum(parts, Whole(parts, "Delivered"), of_year, *where, rows=rows), actual
