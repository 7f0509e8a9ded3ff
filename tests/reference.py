"""A slow, obvious second opinion on every figure the pipeline prints.

It follows the contract's section 4 and the sharing rules of section 2 word by word, in plain
Python: whole pence are ``int``, weights and ratios are ``Fraction``, input is ``Decimal``. No
numpy, no pandas and nothing of ours, because a reference that shares code shares its faults.

It takes rows that stand (no errors among the lines), in register order: by path, sheet and row.
Years are indices from 0, the programme's first year. Money is in pence, costs above zero. The
tables come back as rows under the contract's own headings, paybacks as ``Fraction`` or ``None``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

ONE_OFF: Final = ("One-off cost", "One-off saving")
ANNUAL_CASHABLE: Final = ("Recurring cost", "Cashable saving", "Income")
NET_CASHABLE: Final = ONE_OFF + ANNUAL_CASHABLE
NEVER_ADDED: Final = ("Non-cashable saving", "Cost avoidance")
CATEGORIES: Final = NET_CASHABLE + NEVER_ADDED
COSTS: Final = ("One-off cost", "Recurring cost")

BASELINE: Final = "Baseline"
PROGRAMME_BASELINE: Final = "Programme baseline"
EQUAL: Final = "Equal"
DIRECT: Final = "Direct"
NOT_AGREED: Final = "Not agreed"

TOTAL: Final = "Total programme"
NOT_APPORTIONED: Final = "Not yet apportioned"
ALL_STRANDS: Final = "All strands"

POUNDS_IN: Final = {"£": 1, "£000": 1_000, "£m": 1_000_000}
NOT_COUNTED_ELSEWHERE: Final = {"", "-", "\N{EN DASH}", "\N{EM DASH}", "no", "none", "n/a"}

Weight = Decimal | str | None
"""A weight as its cell has it: a number, text (which can't serve) or blank (nil)."""

Pence = tuple[int, ...]
"""An amount for each year of the programme."""

Row = dict[str, object]
"""A row of an output table under its headings: text, pence, ``Fraction`` or ``None``."""


class NoPayback(Enum):
    """The two ways in which a payback is not a number of years."""

    NOTHING = "nothing to pay back"
    NO_PAYBACK = "no payback"


NOTHING: Final = NoPayback.NOTHING
NO_PAYBACK: Final = NoPayback.NO_PAYBACK
Payback = Fraction | NoPayback


@dataclass(frozen=True)
class RefPartner:
    """One of Partners, in reporting order."""

    code: str
    name: str


@dataclass(frozen=True)
class RefService:
    """One of Services with its usual basis (blank or unknown: its lines can't be shared)."""

    service: str
    strand: str
    basis: str


@dataclass(frozen=True)
class RefWeights:
    """A row of Baseline or Drivers; a partner code that is absent is a column that is absent.

    ``driver`` is ``BASELINE`` for a row of Baseline. ``year`` is the calendar year in which the
    financial year starts; ``service`` is ``None`` in a driver's row that serves all services.
    ``start``: From, within the year; ``version``: Estimate, Actual or ``None``.
    """

    driver: str
    service: str | None
    year: int | None
    weights: Mapping[str, Weight]
    start: date | None = None
    version: str | None = None

    @property
    def first_day(self) -> date | None:
        """The day from which it holds; ``None``: before any dated row."""
        if self.start is None and self.year is not None:
            return date(self.year, 4, 1)
        return self.start

    @property
    def known_by(self) -> tuple[object, ...]:
        """Of rows that agree in this the first holds."""
        return (self.driver, self.service, self.first_day, self.version == "Actual")


@dataclass(frozen=True)
class RefProgramme:
    """What programme.xlsx says, as far as figures depend on it."""

    first_year: int
    years: int
    steady_state: int
    scenarios: tuple[str, ...]
    partners: tuple[RefPartner, ...]
    services: tuple[RefService, ...]
    baseline: tuple[RefWeights, ...] = ()
    drivers: tuple[RefWeights, ...] = ()
    units: str = "£"
    sign: str = "Negative"
    profile: str = "Annual"
    discount_rate: Fraction = Fraction(35, 1000)
    share_tolerance: Fraction | None = None

    @property
    def year_labels(self) -> tuple[str, ...]:
        """The years as By_year prints them."""
        return tuple(
            f"{year}/{(year + 1) % 100:02d}"
            for year in range(self.first_year, self.first_year + self.years)
        )

    @property
    def strands(self) -> tuple[str, ...]:
        """The strands in the order in which Services first names them."""
        return tuple(dict.fromkeys(service.strand for service in self.services))

    def service(self, name: str) -> RefService:
        """The service of that name."""
        return next(service for service in self.services if service.service == name)


@dataclass(frozen=True)
class RefLine:
    """A row of Savings; ``units``, ``sign`` and ``profile`` are its Cover's, ``None`` if silent."""

    line_ref: str
    service: str
    category: str
    amounts: tuple[Decimal | None, ...]
    scenario: str | None = None
    basis: str | None = None
    partner: str | None = None
    counted_in: str | None = None
    units: str | None = None
    sign: str | None = None
    profile: str | None = None
    paid_by: str | None = None


@dataclass(frozen=True)
class Entry:
    """A row of Register: a line in one scenario."""

    line: RefLine
    scenario: str
    annual: Pence


@dataclass(frozen=True)
class Portion:
    """What one partner (``None``: nobody yet) has of an entry in one year; never nil."""

    entry: Entry
    partner: str | None
    year: int
    pence: int


# Amounts


def half_away(exact: Fraction) -> int:
    """Round to a whole number, halves away from zero."""
    whole = math.floor(abs(exact) + Fraction(1, 2))
    return whole if exact >= 0 else -whole


def pence(value: Decimal | float, units: str = "£") -> int:
    """An amount in ``units`` as Excel shows it (15 significant digits), to the nearest penny."""
    if isinstance(value, float):
        # Formatting rounds the binary number itself, as Excel does, so that no repr comes between.
        as_shown = Decimal(f"{value:.15g}")
    else:
        as_shown = Context(prec=15, rounding=ROUND_HALF_UP).create_decimal(value)
    return half_away(Fraction(as_shown) * POUNDS_IN[units] * 100)


def annual(programme: RefProgramme, line: RefLine) -> Pence:
    """A line's effect in each year, with costs above zero and savings below."""
    negate = (line.sign or programme.sign) == "Positive" and line.category not in COSTS
    stated = [
        0 if amount is None else pence(amount, line.units or programme.units)
        for amount in line.amounts
    ]
    signed = [-amount if negate else amount for amount in stated]
    if (line.profile or programme.profile) == "Annual":
        return tuple(signed)
    return tuple(sum(signed[: year + 1]) for year in range(len(signed)))


# Sharing


def share(amount_pence: int, weights: Sequence[Fraction | Decimal | int]) -> list[int]:
    """Largest remainder: whole pence in proportion to ``weights``, adding up to the amount."""
    exact = [Fraction(weight) for weight in weights]
    quotas = [abs(amount_pence) * weight / sum(exact) for weight in exact]
    shares = [math.floor(quota) for quota in quotas]
    pennies = abs(amount_pence) - sum(shares)
    # sorted() is stable, so equal remainders stay in partner order.
    by_remainder = sorted(
        range(len(exact)), key=lambda index: quotas[index] - shares[index], reverse=True
    )
    for index in by_remainder[:pennies]:
        shares[index] += 1
    return [part if amount_pence >= 0 else -part for part in shares]


def basis_of(programme: RefProgramme, line: RefLine) -> str:
    """The line's own basis, else its service's."""
    return line.basis or programme.service(line.service).basis


def _days(programme: RefProgramme, year: int) -> list[date]:
    """1 April, and each day of a financial year on which any row starts to hold."""
    starts = {row.first_day for row in (*programme.baseline, *programme.drivers)}
    first, end = date(year, 4, 1), date(year + 1, 4, 1)
    return sorted({first} | {day for day in starts if day is not None and first < day < end})


Days = tuple[RefWeights | None, ...]
"""Which row of a set holds from each of these days on."""


def _day_by_day(programme: RefProgramme, rows: Iterable[RefWeights], year: int) -> Days:
    """The row that holds from each day of a financial year on; of repeated rows the first."""
    rows = list({row.known_by: row for row in reversed(list(rows))}.values())
    dated = [row.first_day.year - (row.first_day.month < 4) for row in rows if row.first_day]
    before: RefWeights | None = None
    days: Days = ()
    for each in range(min([year, *dated]), year + 1):
        days = _days_of_year(programme, rows, each, before)
        before = days[-1]
    return days


def _days_of_year(
    programme: RefProgramme, rows: list[RefWeights], year: int, before: RefWeights | None
) -> Days:
    calendar = _days(programme, year)
    new = [row for row in rows if row.first_day in calendar]
    begun = [row for row in rows if row.first_day is not None and row.first_day < calendar[0]]
    undated = [row for row in rows if row.first_day is None]
    if undated and not begun:
        # Undated rows hold before the first dated one; of two the tolerance decides.
        before = _chosen(programme, None, undated, calendar)[0]
    return _chosen(programme, before, new, calendar)


def _chosen(
    programme: RefProgramme,
    before: RefWeights | None,
    new: list[RefWeights],
    calendar: list[date],
) -> Days:
    """What holds on each day: of Estimate and Actual, where both have a row of the year, one."""
    actual = [row for row in new if row.version == "Actual"]
    estimate = [row for row in new if row.version != "Actual"]
    if not (actual and estimate):
        return _latest(before, new, calendar)
    by_estimate = _of_version(before, estimate, actual, calendar)
    by_actual = _of_version(before, actual, estimate, calendar)
    if programme.share_tolerance is None:
        return by_actual
    first, second = (
        _over_the_year(programme, [each], calendar) for each in (by_estimate, by_actual)
    )
    if second is None:
        return by_actual
    if first is None:
        return by_estimate
    apart = max(abs(a / sum(first) - b / sum(second)) for a, b in zip(first, second, strict=True))
    return by_actual if apart * 100 > programme.share_tolerance else by_estimate


def _of_version(
    before: RefWeights | None,
    own: list[RefWeights],
    others: list[RefWeights],
    calendar: list[date],
) -> Days:
    """By the rows of one version; until the first of them a row holds until the next dated row."""
    first = min(row.first_day or calendar[0] for row in own)
    return tuple((_latest(before, own if day >= first else others, [day]))[0] for day in calendar)


def _latest(before: RefWeights | None, rows: list[RefWeights], calendar: list[date]) -> Days:
    def latest(day: date) -> RefWeights | None:
        begun = [row for row in rows if row.first_day is None or row.first_day <= day]
        return max(begun, key=lambda row: row.first_day or date.min, default=before)

    return tuple(latest(day) for day in calendar)


def _over_the_year(
    programme: RefProgramme, sets: list[Days], calendar: list[date]
) -> list[Fraction] | None:
    """Weights of a year: on each day the weights of all sets added up, as parts of 1, and all days
    added up. ``None`` where there is nothing to share by on any day."""
    total = [Fraction(0)] * len(programme.partners)
    ends = [*calendar[1:], date(calendar[0].year + 1, 4, 1)]
    for place, (day, end) in enumerate(zip(calendar, ends, strict=True)):
        rows = [days[place] for days in sets]
        part = _parts(programme, [row for row in rows if row is not None])
        if part is None:
            return None
        total = [a + (end - day).days * b for a, b in zip(total, part, strict=True)]
    return total


def _parts(programme: RefProgramme, rows: list[RefWeights]) -> list[Fraction] | None:
    added = [Fraction(0)] * len(programme.partners)
    for row in rows:
        numbers = _numbers(programme, row)
        if numbers is None:
            return None
        added = [a + b for a, b in zip(added, numbers, strict=True)]
    return [each / sum(added) for each in added] if sum(added) > 0 else None


def _numbers(programme: RefProgramme, row: RefWeights) -> list[Fraction] | None:
    """A row's weights in partner order, or ``None`` where one of them can't serve."""
    numbers = []
    for partner in programme.partners:
        if partner.code not in row.weights:
            return None
        weight = row.weights[partner.code]
        if isinstance(weight, str) or (weight is not None and weight < 0):
            return None
        numbers.append(Fraction(weight or 0))
    return numbers


def weights_for(
    programme: RefProgramme, service: str, basis: str, partner: str | None, year: int
) -> list[Fraction] | None:
    """The weights in partner order that ``basis`` means in a year (index), ``None`` if none do:
    those of rows as days of the year."""
    calendar_year = programme.first_year + year
    if basis == EQUAL:
        return [Fraction(1) for _ in programme.partners]
    if basis == DIRECT:
        return [Fraction(candidate.code == partner) for candidate in programme.partners]
    if basis == PROGRAMME_BASELINE:
        own_rows = (
            [row for row in programme.baseline if row.service == each.service]
            for each in programme.services
        )
        sets = [_day_by_day(programme, rows, calendar_year) for rows in own_rows if rows]
        return _over_the_year(programme, sets, _days(programme, calendar_year))
    if basis == BASELINE:
        rows = [row for row in programme.baseline if row.service == service]
    else:
        # "Not agreed", a blank and an unknown basis are no driver's name, so they find no row.
        of_driver = [row for row in programme.drivers if row.driver == basis]
        of_service = [row for row in of_driver if row.service == service]
        rows = of_service or [row for row in of_driver if row.service is None]
    days = _day_by_day(programme, rows, calendar_year)
    return _over_the_year(programme, [days], _days(programme, calendar_year))


# The model


def is_excluded(line: RefLine) -> bool:
    """Whether another programme counts the line already."""
    return (line.counted_in or "").strip().casefold() not in NOT_COUNTED_ELSEWHERE


def register(programme: RefProgramme, lines: Iterable[RefLine]) -> list[Entry]:
    """Every line in the model, a blank Scenario written out in reporting order."""
    return [
        Entry(line, scenario, annual(programme, line))
        for line in lines
        if not is_excluded(line)
        for scenario in programme.scenarios
        if line.scenario in (None, scenario)
    ]


def apportioned(programme: RefProgramme, lines: Iterable[RefLine]) -> list[Portion]:
    """Every entry's shares, in register, partner and year order; nil ones left out."""
    portions = []
    for entry in register(programme, lines):
        line = entry.line
        basis = basis_of(programme, line)
        of_entry = []
        for year, amount in enumerate(entry.annual):
            weights = weights_for(programme, line.service, basis, line.partner, year)
            if weights is None:
                of_entry.append(Portion(entry, None, year, amount))
                continue
            shares = share(amount, weights)
            for partner, part in zip(programme.partners, shares, strict=True):
                of_entry.append(Portion(entry, partner.code, year, part))
        codes: list[str | None] = [*(partner.code for partner in programme.partners), None]
        of_entry.sort(key=lambda portion: (codes.index(portion.partner), portion.year))
        portions += [portion for portion in of_entry if portion.pence != 0]
    return portions


# Appraisal of one organisation in one scenario: amounts by category and year


def one_off(figures: Mapping[str, Sequence[int]]) -> int:
    """One-off costs and savings over all years."""
    return sum(sum(figures[category]) for category in ONE_OFF)


def annual_cashable(figures: Mapping[str, Sequence[int]], steady_state: int) -> int:
    """Recurring cost, cashable saving and income in the steady-state year."""
    return sum(figures[category][steady_state] for category in ANNUAL_CASHABLE)


def net_cashable(figures: Mapping[str, Sequence[int]]) -> Pence:
    """The five cashable categories in each year."""
    return tuple(
        sum(year) for year in zip(*(figures[category] for category in NET_CASHABLE), strict=True)
    )


def cumulative(amounts: Sequence[int]) -> Pence:
    """The running total."""
    return tuple(sum(amounts[: year + 1]) for year in range(len(amounts)))


def payback(one_off_pence: int, annual_pence: int) -> Payback:
    """Years until the one-off cost is paid back, exact, or why there is no such number."""
    if one_off_pence == 0 and annual_pence == 0:
        return NOTHING
    if annual_pence > 0 or (annual_pence == 0 and one_off_pence > 0):
        return NO_PAYBACK
    if one_off_pence <= 0:
        return Fraction(0)
    return Fraction(one_off_pence, -annual_pence)


def band(paybacks: Iterable[Payback]) -> str:
    """The return on investment as printed, over the scenarios' paybacks."""
    to_pay_back = [result for result in paybacks if result is not NOTHING]
    years = [result for result in to_pay_back if isinstance(result, Fraction)]
    if not to_pay_back:
        return "n/a"
    if not years:
        return "No payback"
    low = 0 if min(years) < 1 else math.ceil(min(years))
    high = math.ceil(max(years))
    if len(years) < len(to_pay_back):
        return f"{_years(low)} \N{EN DASH} no payback"
    return _years(low) if low == high else f"{low} \N{EN DASH} {high} years"


def _years(number: int) -> str:
    return "1 year" if number == 1 else f"{number} years"


def break_even(net: Sequence[int]) -> int | None:
    """Index of the first year from which the running total is at or below nil and stays so."""
    if not any(net):
        return None
    running = cumulative(net)
    for year in range(len(running)):
        if all(total <= 0 for total in running[year:]):
            return year
    return None


def npv_pence(net: Sequence[int], rate: Fraction) -> int:
    """Net present cost, or saving below zero; the first year is not discounted."""
    return half_away(
        sum((amount / (1 + rate) ** year for year, amount in enumerate(net)), Fraction(0))
    )


# The tables


@dataclass(frozen=True)
class _Model:
    """The register and its shares, worked out once for a table."""

    programme: RefProgramme
    entries: list[Entry]
    portions: list[Portion]

    def organisations(self, services: Sequence[str]) -> list[tuple[str, str | None]]:
        """(name as printed, partner code or ``None``) of the rows for these services."""
        partners = [(partner.name, partner.code) for partner in self.programme.partners]
        waiting = any(
            portion.partner is None and portion.entry.line.service in services
            for portion in self.portions
        )
        return [(TOTAL, None), *partners, *([(NOT_APPORTIONED, None)] if waiting else [])]

    def figures(
        self, services: Sequence[str], organisation: str, code: str | None, scenario: str
    ) -> dict[str, list[int]]:
        """Amounts by category and year; the total comes from the register, not from shares."""
        added = {category: [0] * self.programme.years for category in CATEGORIES}
        if organisation == TOTAL:
            for entry in self.entries:
                if entry.scenario == scenario and entry.line.service in services:
                    for year, amount in enumerate(entry.annual):
                        added[entry.line.category][year] += amount
            return added
        for portion in self.portions:
            entry = portion.entry
            is_part = portion.partner == code and entry.scenario == scenario
            if is_part and entry.line.service in services:
                added[entry.line.category][portion.year] += portion.pence
        return added


def _model(programme: RefProgramme, lines: Iterable[RefLine]) -> _Model:
    lines = list(lines)
    return _Model(programme, register(programme, lines), apportioned(programme, lines))


def _services_of(programme: RefProgramme, strand: str) -> list[str]:
    return [
        service.service for service in programme.services if strand in (ALL_STRANDS, service.strand)
    ]


def _amount_columns(
    model: _Model, services: Sequence[str], organisation: str, code: str | None
) -> tuple[Row, list[Payback]]:
    """The one-off and annual columns that Summary and By_service share, and the paybacks."""
    programme = model.programme
    one_offs: Row = {}
    annuals: Row = {}
    paybacks = []
    for scenario in programme.scenarios:
        figures = model.figures(services, organisation, code, scenario)
        once = one_off(figures)
        yearly = annual_cashable(figures, programme.steady_state)
        one_offs[f"One-off: {scenario}"] = once
        annuals[f"Annual cashable: {scenario}"] = yearly
        paybacks.append(payback(once, yearly))
    return {**one_offs, **annuals}, paybacks


def _printed(result: Payback) -> Fraction | None:
    return result if isinstance(result, Fraction) else None


def summary(programme: RefProgramme, lines: Iterable[RefLine]) -> list[Row]:
    """The rows of Summary."""
    model = _model(programme, lines)
    rows: list[Row] = []
    for strand in (*programme.strands, ALL_STRANDS):
        services = _services_of(programme, strand)
        for organisation, code in model.organisations(services):
            columns, paybacks = _amount_columns(model, services, organisation, code)
            years = {
                f"Payback years: {scenario}": _printed(result)
                for scenario, result in zip(programme.scenarios, paybacks, strict=True)
            }
            labels: Row = {"Strand": strand, "Organisation": organisation}
            rows.append(labels | columns | years | {"Return on investment": band(paybacks)})
    return rows


def appraisal(programme: RefProgramme, lines: Iterable[RefLine]) -> list[Row]:
    """The rows of Appraisal."""
    model = _model(programme, lines)
    services = _services_of(programme, ALL_STRANDS)
    rows: list[Row] = []
    for organisation, code in model.organisations(services):
        for scenario in programme.scenarios:
            figures = model.figures(services, organisation, code, scenario)
            once = one_off(figures)
            yearly = annual_cashable(figures, programme.steady_state)
            net = net_cashable(figures)
            even = break_even(net)
            rows.append(
                {
                    "Organisation": organisation,
                    "Scenario": scenario,
                    "One-off": once,
                    "Annual cashable": yearly,
                    "Payback years": _printed(payback(once, yearly)),
                    "Break-even year": None if even is None else programme.year_labels[even],
                    "Net present cost / (saving)": npv_pence(net, programme.discount_rate),
                }
            )
    return rows


def by_year(programme: RefProgramme, lines: Iterable[RefLine]) -> list[Row]:
    """The rows of By_year."""
    model = _model(programme, lines)
    services = _services_of(programme, ALL_STRANDS)
    rows: list[Row] = []
    for organisation, code in model.organisations(services):
        for scenario in programme.scenarios:
            figures = model.figures(services, organisation, code, scenario)
            net = net_cashable(figures)
            measures: dict[str, Sequence[int]] = {
                **figures,
                "Net cashable": net,
                "Cumulative net cashable": cumulative(net),
            }
            for measure, amounts in measures.items():
                row: Row = {"Organisation": organisation, "Scenario": scenario, "Measure": measure}
                row.update(zip(programme.year_labels, amounts, strict=True))
                row["Total"] = None if measure == "Cumulative net cashable" else sum(amounts)
                rows.append(row)
    return rows


def by_service(programme: RefProgramme, lines: Iterable[RefLine]) -> list[Row]:
    """The rows of By_service."""
    model = _model(programme, lines)
    rows: list[Row] = []
    for strand in programme.strands:
        for service in _services_of(programme, strand):
            for organisation, code in model.organisations([service]):
                columns, _ = _amount_columns(model, [service], organisation, code)
                labels: Row = {"Strand": strand, "Service": service, "Organisation": organisation}
                rows.append(labels | columns)
    return rows


# Between partners


@dataclass(frozen=True)
class RefDelivered:
    """What is delivered of an entry in a year (index), in pence, costs above zero."""

    entry: Entry
    year: int
    pence: int


def _settled(
    programme: RefProgramme, amounts: Iterable[RefDelivered], scenario: str, year: int
) -> list[Row]:
    """Who has what in its books, and who bears it: the amounts of a scenario and year on cashable
    lines that say who pays, as far as they can be shared."""
    books = {partner.code: 0 for partner in programme.partners}
    shares = dict(books)
    for amount in amounts:
        line = amount.entry.line
        weights = weights_for(
            programme, line.service, basis_of(programme, line), line.partner, year
        )
        is_cashable = line.category in NET_CASHABLE
        here = (amount.entry.scenario, amount.year) == (scenario, year)
        if here and is_cashable and line.paid_by is not None and weights is not None:
            books[line.paid_by] += amount.pence
            for code, part in zip(shares, share(amount.pence, weights), strict=True):
                shares[code] += part
    return [
        {
            "Scenario": scenario,
            "Year": programme.year_labels[year],
            "Partner": code,
            "In its books": books[code],
            "Its share": shares[code],
            "To receive / (to pay)": books[code] - shares[code],
        }
        for code in books
    ]


def settlement(programme: RefProgramme, lines: Iterable[RefLine]) -> list[Row]:
    """The rows of Settlement; none where no line in the model says who pays."""
    entries = register(programme, lines)
    if all(entry.line.paid_by is None for entry in entries):
        return []
    amounts = [
        RefDelivered(entry, year, pence)
        for entry in entries
        for year, pence in enumerate(entry.annual)
    ]
    return [
        row
        for scenario in programme.scenarios
        for year in range(programme.years)
        for row in _settled(programme, amounts, scenario, year)
    ]


def settlement_delivered(programme: RefProgramme, amounts: Sequence[RefDelivered]) -> list[Row]:
    """The rows of Settlement_delivered: of the years in which anything is reported, in the plan
    scenario, which is the last one."""
    return [
        row
        for year in range(programme.years)
        if any(amount.year == year for amount in amounts)
        for row in _settled(programme, amounts, programme.scenarios[-1], year)
    ]
