"""Settlement in sentences and formulas: who pays whom, and what each figure is computed from."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

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
    RowRange,
    This,
    Whole,
    flag,
    formula,
    rounded,
)
from pipeline.report.spec import Column, Table
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
    Show,
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


# What of a table of lines or parts is settled: Yes; No where nobody bears it yet; else blank.
SETTLED_HEADING, _YES, _WAITS = "Settled", "Yes", "No"


_WORDS = (
    "Settled: Yes for what Who pays whom adds up, No for what nobody bears yet; blank: nobody pays "
    "it for others, or it is not cashable."
)


def words_on(lines: Table) -> tuple[str, ...]:
    """What stands above a table that ``with_settled`` gave its column."""
    return (_WORDS,) if lines.columns[-1].heading == SETTLED_HEADING else ()


def with_settled(lines: Table, frame: pd.DataFrame) -> Table:
    """The table of lines, or of parts of them (``frame``), with what of it is settled, as the step
    before the sums of settlement, where any row says who pays it."""
    if not says_who_pays(frame):
        return lines
    is_register = lines.name == REGISTER.name
    values = [
        "" if not settled else _YES if is_register or partner else _WAITS
        for settled, partner in zip(_is_paid(frame), frame["partner"], strict=True)
    ]
    left_out = ("IF(OR(", This(PAID_BY), '="",', *_not_cashable(lines.name), '),"",')
    bears: tuple[FormulaPart, ...] = (f'"{_YES}"',)
    if not is_register and _PARTNER in [column.heading for column in lines.columns]:
        bears = ("IF(", This(_PARTNER), f'="","{_WAITS}","{_YES}")')
    live = [formula(*left_out, *bears, ")")] * len(values)
    column = Column(SETTLED_HEADING, values, width=9, formulas=live)
    return replace(lines, columns=(*lines.columns, column))


def _is_paid(frame: pd.DataFrame) -> pd.Series:
    """Which rows somebody pays for, of the categories that are settled."""
    if "category" in frame:
        return frame["paid_by"].notna() & frame["category"].isin(NET_CASHABLE)
    return frame["paid_by"].notna() & ~frame["kind"].isin(_other_kinds())


def _other_kinds() -> list[str]:
    """The kinds of delivery that are not settled."""
    return [kind for kind, members in KINDS.items() if not set(members) <= set(NET_CASHABLE)]


def _not_cashable(table: str) -> Condition:
    """Whether a row is not in net cashable, as Inputs has it; of delivery by its kind."""
    if table in (DELIVERY.name, DELIVERY_APPORTIONED.name):
        compared = ((This("Kind"), f'="{kind}"') for kind in _other_kinds())
        return tuple(part for each in compared for part in (",", *each))[1:]
    return (*flag(NET_CASHABLE_MEASURE, This("Category")), "=0")


def _settled(table: str, says: str = _YES) -> Condition:
    return _is(table, SETTLED_HEADING, f'"{says}"')


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
    where = (_is(table, "Scenario", This("Scenario")), _settled(table))
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
        BOOKS: (_is(table, PAID_BY, This(_PARTNER)),),
        SHARE: (_is(table, _PARTNER, This(_PARTNER)),),
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
    whose: dict[str, tuple[Condition, ...]] = {SHARE: ()} if own else _whose(table)
    where = (_is(table, _YEAR, This(_YEAR)), _settled(table))
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


def _lines(results: Results, subject: Subject) -> Formula | None:
    """What the lines come to that are paid for, less what of them is not apportioned; of a
    partner the lines that it pays, or its parts of all: a value where no part is paid for (every
    amount is nil)."""
    parts = APPORTIONED.name
    if subject.measure == SHARE and subject.partner:
        if not says_who_pays(results.apportioned):
            return None
        where = (_SCENARIO[parts], _settled(parts), _is(parts, _PARTNER, _code(subject)))
        return _sum(parts, Whole(parts, _TOTAL), *where, rows=len(results.apportioned))
    row = _step_keys(results).index((subject.scenario, subject.partner or subject.year))
    paid, waiting = (RowRange(STEPS, row, heading, heading) for heading in (_PAID, _WAITING))
    return formula(*rounded(paid, "-", waiting))


STEPS, _PAID, _WAITING = "Settlement_steps", "Paid for", "Not yet apportioned"
_OF = "Year or partner"


def _step_keys(results: Results) -> list[tuple[str, str]]:
    """By row of Settlement_steps its scenario, and its year or partner."""
    programme = results.programme
    which = (*programme.year_labels, *programme.codes)
    return [(scenario, each) for scenario in programme.scenarios for each in which]


def steps(results: Results) -> Table:
    """What the lines come to that somebody pays for, and what of them nobody bears yet: the steps
    before what Controls expect of Settlement."""
    keys, years = _step_keys(results), results.programme.year_labels
    whole, waiting = results.register, results.apportioned[results.apportioned["partner"] == ""]
    amounts: dict[str, list[int]] = {
        heading: [_paid_for(frame[_is_paid(frame)], *key, years) for key in keys]
        for heading, frame in ((_PAID, whole), (_WAITING, waiting))
    }
    live: dict[str, list[Formula | None]] = {
        heading: [_step(results, table, says, each, years) for _, each in keys]
        for heading, table, says in (
            (_PAID, REGISTER.name, _YES),
            (_WAITING, APPORTIONED.name, _WAITS),
        )
    }
    if not says_who_pays(results.apportioned):
        live[_WAITING] = [None] * len(keys)
    columns = (
        Column(heading, amounts[heading], Show.PENCE, formulas=live[heading]) for heading in amounts
    )
    caption = "What the lines come to that somebody pays for, on the way to Controls"
    return Table(
        STEPS,
        (
            Column("Scenario", [scenario for scenario, _ in keys], width=34),
            Column(_OF, [each for _, each in keys], width=24),
            *columns,
        ),
        airy=True,
        caption=caption,
        description=caption,
    )


def _paid_for(frame: pd.DataFrame, scenario: str, which: str, years: Sequence[str]) -> int:
    """Pence of rows that are paid for: in a year, or by a partner."""
    of_scenario = frame[frame["scenario"] == scenario]
    if which in years:
        return int(of_scenario[which].sum())
    return int(of_scenario.loc[of_scenario["paid_by"] == which, "total_pence"].sum())


def _step(results: Results, table: str, says: str, which: str, years: Sequence[str]) -> Formula:
    rows = len(results.register if table == REGISTER.name else results.apportioned)
    where = [_is(table, "Scenario", This("Scenario")), _settled(table, says)]
    if which not in years:
        where.append(_is(table, PAID_BY, This(_OF)))
    summed = Whole(table, which if which in years else _TOTAL)
    return _sum(table, summed, *where, rows=rows)


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
    of_year = _is(parts, _YEAR, _label(subject))
    rows = len(delivery.parts)
    expected = _sum(parts, Whole(parts, "Delivered"), of_year, _settled(parts), rows=rows)
    return expected, actual
