"""Random amounts, weights and whole programmes for property tests.

A :class:`Case` holds a programme twice over: as the reference takes it, and how its cells are
written (numbers or text, title rows, order of columns, spelling of the years), so that
:func:`write_case` puts it into a folder for the pipeline and the two can be compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final
from zlib import crc32

from hypothesis import strategies as st

from tests.builders import AFTER_YEARS, BEFORE_YEARS, Cell, Programme, Return
from tests.reference import (
    BASELINE,
    CATEGORIES,
    COSTS,
    DIRECT,
    EQUAL,
    NOT_AGREED,
    POUNDS_IN,
    PROGRAMME_BASELINE,
    RefLine,
    RefPartner,
    RefProgramme,
    RefService,
    RefWeights,
    Weight,
    basis_of,
)

MOST_PENCE: Final = 100 * 10**9 * 100
"""£100bn."""

MOST_WEIGHT: Final = 10**15

CODES: Final = ("HC", "HFRS", "HCC", "p-1", "P_2", "X")
SERVICES: Final = ("ICT", "Finance and Payroll", "Fleet", "Legal")
STRANDS: Final = ("Strategic", "Individual", "Later")
SCENARIOS: Final = ("Best case", "Worst case", "Middle")
DRIVERS: Final = ("Headcount", "Floor area")
SIGNS: Final = ("Negative", "Positive")
VERSIONS: Final = ("Estimate", "Actual")
TOLERANCES: Final = ("0", "0.5", "3", "20", "100")
PROFILES: Final = ("Annual", "Incremental")

YEAR_SPELLINGS: Final[dict[str, Callable[[int], str]]] = {
    "2012/13": lambda year: f"{year}/{(year + 1) % 100:02d}",
    "2012-13": lambda year: f"{year}-{(year + 1) % 100:02d}",
    "2012–13": lambda year: f"{year}\N{EN DASH}{(year + 1) % 100:02d}",
    "2012/2013": lambda year: f"{year}/{year + 1}",
    "FY2012/13": lambda year: f"FY{year}/{(year + 1) % 100:02d}",
    "FY12/13": lambda year: f"FY{year % 100:02d}/{(year + 1) % 100:02d}",
    "12/13": lambda year: f"{year % 100:02d}/{(year + 1) % 100:02d}",
    "FY13": lambda year: f"FY{(year + 1) % 100:02d}",
    "FY2013": lambda year: f"FY{year + 1}",
}

STAGES = ("Idea", "Approved", "In the budget")

AMOUNT_SPELLINGS: Final[dict[str, Callable[[Decimal], Cell]]] = {
    "number": lambda value: value,
    "plain": lambda value: f"{value:f}",
    "dash": lambda value: value or "-",
    "bracket behind": lambda value: f"£({abs(value):,f})" if value < 0 else f"£{value:,f}",
    "brackets": lambda value: f"({abs(value):,f})" if value < 0 else f" {value:,f} ",
    "pounds in brackets": lambda value: f"(£{abs(value):,f})" if value < 0 else f"£{value:,f}",
    "minus behind": lambda value: f"{abs(value):,f}{'-' if value < 0 else ''}",
    "minus sign": lambda value: f"{value:,f}".replace("-", "\N{MINUS SIGN}"),
}


def _spelled(spelling: str, amount: Decimal) -> Cell:
    """An amount as somebody writes it; not as text that may be thousands elsewhere."""
    cell = AMOUNT_SPELLINGS[spelling](amount)
    perhaps = isinstance(cell, str) and re.fullmatch(r"\d{1,3}\.\d{3}", cell.strip("(£)- \u2212"))
    return amount if perhaps else cell


# Amounts and weights


def amounts_pence() -> st.SearchStrategy[int]:
    """Whole pence of either sign: mostly small, up to £100bn."""
    return st.one_of(st.integers(-1_000, 1_000), st.integers(-MOST_PENCE, MOST_PENCE))


def amounts() -> st.SearchStrategy[Decimal]:
    """Pounds and pence of either sign, up to £100bn."""
    return amounts_pence().map(lambda amount: Decimal(amount).scaleb(-2))


@st.composite
def cell_amounts(draw: st.DrawFn, units: str = "£") -> Decimal:
    """An amount in ``units`` of at most 15 significant digits, now and then finer than a penny."""
    exact = Decimal(draw(amounts_pence()))
    if draw(st.integers(0, 9)) == 9:
        # A tenth more keeps £100bn within 15 digits; 5 is the half penny that rounding turns on.
        exact += Decimal(draw(st.sampled_from((1, 4, 5, 6, 9)))).scaleb(-1).copy_sign(exact)
    in_pence = 100 * POUNDS_IN[units]
    return (exact / in_pence).normalize() + 0


@st.composite
def weight_values(draw: st.DrawFn, digits: int | None = None) -> Decimal:
    """A weight up to 10^15 with up to six decimals; ``digits`` limits them to what a cell holds."""
    places = draw(st.integers(0, 6))
    small = st.integers(0, 1_000)
    most = MOST_WEIGHT * 10**places
    if digits is not None:
        most = min(most, 10**digits - 1)
    return Decimal(draw(st.one_of(small, st.integers(0, most)))).scaleb(-places)


def weights(
    partners: int | None = None, digits: int | None = None
) -> st.SearchStrategy[list[Decimal]]:
    """Weights of one to six partners (or of ``partners``), zeros among them but not all zero."""
    return st.lists(
        weight_values(digits), min_size=partners or 1, max_size=partners or len(CODES)
    ).filter(any)


def sharing() -> st.SearchStrategy[tuple[int, list[Decimal]]]:
    """An amount in pence and the weights it is shared by."""
    return st.tuples(amounts_pence(), weights())


# Whole programmes


@dataclass(frozen=True)
class CaseReturn:
    """A return: its lines, and how its workbook is written."""

    name: str
    lines: tuple[RefLine, ...]
    cells: tuple[tuple[Cell, ...], ...]
    units: str | None
    sign: str | None
    profile: str | None
    year_labels: tuple[str, ...]
    columns: tuple[str, ...]
    title_rows: int
    blank_columns: int
    cover_last: bool


@dataclass(frozen=True)
class Case:
    """A random programme with its returns, which are named in path order."""

    programme: RefProgramme
    returns: tuple[CaseReturn, ...]

    @property
    def lines(self) -> tuple[RefLine, ...]:
        """All lines in register order: by path, then row."""
        return tuple(line for one in self.returns for line in one.lines)


@st.composite
def _weights_by_code(
    draw: st.DrawFn, partners: Sequence[RefPartner], awkward: bool
) -> dict[str, Weight]:
    numbers: list[Weight] = list(draw(weights(len(partners), digits=15)))
    kind = draw(st.integers(0, 9)) if awkward else 0
    where = draw(st.integers(0, len(partners) - 1))
    if kind == 7:
        numbers = [Decimal(0)] * len(partners)
    elif kind == 8:
        numbers[where] = Decimal(-1)
    elif kind == 9:
        numbers[where] = "to be agreed"
    elif draw(st.booleans()) and any(numbers[:where] + numbers[where + 1 :]):
        numbers[where] = None  # a blank is nil, and another weight is left
    return {partner.code: weight for partner, weight in zip(partners, numbers, strict=True)}


@st.composite
def _weight_rows(
    draw: st.DrawFn,
    driver: str,
    service: str | None,
    first_year: int,
    years: int,
    partners: Sequence[RefPartner],
    awkward: bool,
) -> list[RefWeights]:
    """The undated row and dated ones of one set, in any order; at least one row. Some hold from a
    day within their year, leap days among them; some are Actual."""
    from_year: st.SearchStrategy[int | None] = st.one_of(
        st.none(), st.integers(first_year - 1, first_year + years)
    )
    dates = draw(st.lists(from_year, min_size=1, max_size=4))
    rows = []
    for year in dates:
        start = draw(_days_of(year)) if year is not None else None
        version = draw(st.sampled_from((None, None, *VERSIONS)))
        stated = year if start is None or draw(st.booleans()) else None
        given = draw(_weights_by_code(partners, awkward))
        rows.append(RefWeights(driver, service, stated, given, start, version))
    if not awkward:
        if None not in dates:
            given = draw(_weights_by_code(partners, awkward))
            rows.append(RefWeights(driver, service, None, given))
        rows = list({row.known_by: row for row in rows}.values())
    return rows


def _days_of(year: int) -> st.SearchStrategy[date | None]:
    """No day, or one of a financial year: its first and last, the last of February, any."""
    first, last = date(year, 4, 1), date(year + 1, 3, 31)
    marked = (first, date(year, 10, 3), date(year + 1, 3, 1) - timedelta(days=1), last)
    return st.one_of(st.none(), st.none(), st.sampled_from(marked), st.dates(first, last))


@st.composite
def programmes(draw: st.DrawFn, *, awkward: bool = True) -> RefProgramme:
    """A random programme; ``awkward`` allows weights that can't serve and bases that fail.

    Without it programme.xlsx has no fault, and only "Not agreed" leaves amounts unapportioned.
    """
    first_year = draw(st.integers(2009, 2030))
    years = draw(st.integers(1, 6))
    partners = tuple(
        RefPartner(code, f"{code} Authority")
        for code in draw(st.permutations(CODES))[: draw(st.integers(1, len(CODES)))]
    )
    names = SERVICES[: draw(st.integers(1, len(SERVICES)))]
    strands = STRANDS[: draw(st.integers(1, len(STRANDS)))]
    drivers = DRIVERS[: draw(st.integers(0, len(DRIVERS)))]

    def rows(driver: str, service: str | None) -> list[RefWeights]:
        return draw(_weight_rows(driver, service, first_year, years, partners, awkward))

    baseline: list[RefWeights] = []
    for name in names:
        if not awkward or draw(st.integers(0, 4)) > 0:
            baseline += rows(BASELINE, name)
    by_driver: list[RefWeights] = []
    for driver in drivers:
        of_services = [name for name in names if draw(st.integers(0, 2)) == 0]
        for_all = not awkward or not of_services or draw(st.booleans())
        for service in (*of_services, *([None] if for_all else [])):
            by_driver += rows(driver, service)

    bases = [BASELINE, PROGRAMME_BASELINE, EQUAL, DIRECT, NOT_AGREED, *drivers]
    usual = [*bases, "", "Nobody's driver"] if awkward else bases
    services = tuple(
        RefService(name, draw(st.sampled_from(strands)), draw(st.sampled_from(usual)))
        for name in names
    )
    # Per cent with two decimals, as a rate is given.
    rate = Fraction(draw(st.integers(0, 2_000)), 10_000)
    return RefProgramme(
        first_year=first_year,
        years=years,
        steady_state=draw(st.integers(0, years - 1)),
        scenarios=tuple(draw(st.permutations(SCENARIOS))[: draw(st.integers(1, len(SCENARIOS)))]),
        partners=partners,
        services=services,
        baseline=tuple(draw(st.permutations(baseline))),
        drivers=tuple(draw(st.permutations(by_driver))),
        units=draw(st.sampled_from(tuple(POUNDS_IN))),
        sign=draw(st.sampled_from(SIGNS)),
        profile=draw(st.sampled_from(PROFILES)),
        discount_rate=rate,
        share_tolerance=draw(st.sampled_from((None, *map(Fraction, TOLERANCES)))),
    )


@st.composite
def _line_rows(
    draw: st.DrawFn,
    programme: RefProgramme,
    line_ref: str,
    units: str | None,
    sign: str | None,
    profile: str | None,
) -> list[RefLine]:
    """The rows of one line: one for all scenarios, or one for each of some scenarios."""
    service = draw(st.sampled_from(programme.services)).service
    category = draw(st.sampled_from(CATEGORIES))
    drivers = tuple(dict.fromkeys(row.driver for row in programme.drivers))
    own_bases = (None, BASELINE, PROGRAMME_BASELINE, EQUAL, DIRECT, NOT_AGREED, *drivers)
    basis = draw(st.one_of(st.none(), st.sampled_from(own_bases)))
    some = st.lists(st.sampled_from(programme.scenarios), min_size=1, unique=True)
    scenarios: list[str | None] = list(draw(st.one_of(st.just([None]), some)))
    counted_in = draw(st.sampled_from((None, None, None, "-", "None", "Corporate Services Review")))
    partner: str | None = None
    bare = RefLine(line_ref, service, category, (), basis=basis)
    if basis_of(programme, bare) == DIRECT or draw(st.integers(0, 9)) == 9:
        # Where the basis isn't Direct the partner is ignored, with a warning.
        partner = draw(st.sampled_from(programme.partners)).code
    number = cell_amounts(units or programme.units)
    if draw(st.integers(0, 2)) > 0:
        # Mostly costs cost and savings save, or hardly a programme would ever pay back.
        below = category not in COSTS and (sign or programme.sign) == "Negative"
        number = number.map(lambda value: -abs(value) + 0 if below else abs(value))
    amount = st.one_of(st.none(), st.just(Decimal(0)), number, number)
    payers = st.sampled_from((None, *(each.code for each in programme.partners)))
    return [
        RefLine(
            line_ref,
            service,
            category,
            tuple(draw(amount) for _ in range(programme.years)),
            scenario=scenario,
            basis=basis,
            partner=partner,
            counted_in=counted_in,
            units=units,
            sign=sign,
            profile=profile,
            paid_by=draw(payers),
        )
        for scenario in scenarios
    ]


@st.composite
def _returns(draw: st.DrawFn, programme: RefProgramme, number: int, most_lines: int) -> CaseReturn:
    units = draw(st.sampled_from((None, *POUNDS_IN)))
    sign = draw(st.sampled_from((None, *SIGNS)))
    profile = draw(st.sampled_from((None, *PROFILES)))
    lines: list[RefLine] = []
    for line in range(draw(st.integers(1, most_lines))):
        ref = f"R{number}-{line + 1:02d}"
        lines += draw(_line_rows(programme, ref, units, sign, profile))
    spelling = draw(st.sampled_from(tuple(AMOUNT_SPELLINGS)))
    in_text = st.sampled_from(("number", "number", spelling))
    cells = tuple(
        tuple(
            None if amount is None else _spelled(draw(in_text), amount) for amount in line.amounts
        )
        for line in lines
    )
    spell_year = YEAR_SPELLINGS[draw(st.sampled_from(tuple(YEAR_SPELLINGS)))]
    labels = tuple(spell_year(programme.first_year + year) for year in range(programme.years))
    usual = (*BEFORE_YEARS, *labels, *AFTER_YEARS)
    columns = tuple(draw(st.permutations(usual))) if draw(st.booleans()) else usual
    return CaseReturn(
        name=f"return {number}.xlsx",
        lines=tuple(lines),
        cells=cells,
        units=units,
        sign=sign,
        profile=profile,
        year_labels=labels,
        columns=columns,
        title_rows=draw(st.integers(0, 3)),
        blank_columns=draw(st.integers(0, 2)),
        cover_last=draw(st.booleans()),
    )


@st.composite
def cases(
    draw: st.DrawFn, *, awkward: bool = True, most_returns: int = 3, most_lines: int = 4
) -> Case:
    """A random programme with one to ``most_returns`` returns whose rows all stand."""
    programme = draw(programmes(awkward=awkward))
    count = draw(st.integers(1, most_returns))
    return Case(
        programme,
        tuple(draw(_returns(programme, number, most_lines)) for number in range(1, count + 1)),
    )


@st.composite
def rearranged(draw: st.DrawFn, case: Case) -> Case:
    """The same programme in another order: of files, sheets, rows, columns, and of the columns
    and rows of weights. Where a set of weights has a row twice the rows stay, for the first holds.
    """
    names = draw(st.permutations([one.name for one in case.returns]))
    returns = []
    for one, name in zip(case.returns, names, strict=True):
        order = draw(st.permutations(range(len(one.lines))))
        returns.append(
            replace(
                one,
                name=name,
                lines=tuple(one.lines[place] for place in order),
                cells=tuple(one.cells[place] for place in order),
                columns=tuple(draw(st.permutations(one.columns))),
                cover_last=not one.cover_last,
            )
        )
    programme = case.programme
    codes = draw(st.permutations([partner.code for partner in programme.partners]))
    weights = {}
    for name in ("baseline", "drivers"):
        rows = getattr(programme, name)
        if len({row.known_by for row in rows}) == len(rows):
            rows = draw(st.permutations(rows))
        weights[name] = tuple(
            replace(row, weights={code: row.weights[code] for code in codes}) for row in rows
        )
    returns.sort(key=lambda one: one.name)
    return Case(replace(programme, **weights), tuple(returns))


# Writing a case


def write_case(case: Case, folder: Path) -> None:
    """Write the programme's workbook and its returns into a folder."""
    programme_workbook(case.programme).write(folder)
    for one in case.returns:
        return_workbook(one).write(folder, one.name)


def programme_workbook(programme: RefProgramme) -> Programme:
    """programme.xlsx as the case says."""
    labels = programme.year_labels
    workbook = Programme(
        title="Random programme",
        reference="RANDOM",
        first_year=labels[0],
        years=programme.years,
        steady_state_year=labels[programme.steady_state],
        scenarios=", ".join(programme.scenarios),
        units=programme.units,
        savings_sign=programme.sign,
        profile=programme.profile,
        discount_rate=float(programme.discount_rate),
    )
    if programme.share_tolerance is not None:
        workbook.setting("Share tolerance", float(programme.share_tolerance))
    workbook.none_of("Baseline")
    for partner in programme.partners:
        workbook.partner(partner.code, partner.name)
    for service in programme.services:
        workbook.service(service.service, service.strand, service.basis or None)
    if _states_more(programme.years):
        workbook.tag("Stage", "List", ", ".join(STAGES))
        workbook.tag("FTE", "Number")
        for number, partner in enumerate(programme.partners[1:]):
            gaps = dict.fromkeys(labels[number % 2 :], number * 1000 - 500.25)
            workbook.gap(partner.code, {label: gaps.get(label) for label in labels})
    spell_year = YEAR_SPELLINGS["2012/13"]
    for row in (*programme.baseline, *programme.drivers):
        year = None if row.year is None else spell_year(row.year)
        said: dict[str, Cell] = {"From": row.start, "Version": row.version}
        if row.driver == BASELINE:
            workbook.baseline(row.service, year=year, said=said, **row.weights)
        else:
            workbook.driver(row.driver, service=row.service, year=year, said=said, **row.weights)
    return workbook


def _states_more(years: int) -> bool:
    """Whether a programme of so many years has columns of the team's own and a budget gap: one in
    two, the same ones in whatever order they are written."""
    return years % 2 == 0


def _of_the_team(line: RefLine, years: int) -> dict[str, Cell]:
    """What a line says in the team's own columns; nothing in some, a blank's words in others."""
    if not _states_more(years):
        return {}
    number = crc32(f"{line.line_ref} {line.scenario}".encode())
    stage = (*STAGES, STAGES[0].upper(), "-", None)[number % (len(STAGES) + 3)]
    fte = (None, "N/A", number % 9_999 / 1_000, -(number % 7), f"{number % 5_000:,}")[number % 5]
    return {"stage": stage, "fte": fte}


def return_workbook(one: CaseReturn) -> Return:
    """A return as the case says."""
    workbook = Return(
        f"Department of {one.name}",
        years=one.year_labels,
        columns=one.columns,
        title_rows=one.title_rows,
        blank_columns=one.blank_columns,
    )
    overrides = {"Units": one.units, "Savings sign": one.sign, "Profile": one.profile}
    for setting, value in overrides.items():
        if value is not None:
            workbook.cover(setting, value)
    for line, cells in zip(one.lines, one.cells, strict=True):
        workbook.line(
            cells,
            line_ref=line.line_ref,
            service=line.service,
            category=line.category,
            scenario=line.scenario,
            basis=line.basis,
            partner=line.partner,
            counted_in=line.counted_in,
            paid_by=line.paid_by,
            **_of_the_team(line, len(one.year_labels)),
        )
    if one.cover_last:
        workbook.sheets["Cover"] = workbook.sheets.pop("Cover")
    return workbook
