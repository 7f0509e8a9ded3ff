"""A project's financial report, to which the published forms refer: what it costs and saves, for
whom, when and by which lines."""

from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from pipeline.core.money import rate_text
from pipeline.core.phrases import sentence
from pipeline.core.programme import Programme
from pipeline.core.years import year_label
from pipeline.report.columns import Numbers, Texts
from pipeline.report.sheets.case_table import Case, Figures, case_table, table_of_columns
from pipeline.report.spec import Role, Table
from pipeline.report.tables import Record
from schemas.outputs import Show
from schemas.vocabulary import (
    ANNUAL_CASHABLE,
    CUMULATIVE_MEASURE,
    NET_CASHABLE_MEASURE,
    ONE_OFF,
    TOTAL_PROGRAMME,
    in_sentence,
)

WHOLE = "Whole project"
NO_PAYBACK, NOTHING_TO_PAY_BACK, NO_BREAK_EVEN = "No payback", "n/a", "None"

_ROLES = {NET_CASHABLE_MEASURE: Role.TOTAL, CUMULATIVE_MEASURE: Role.SUBTOTAL}


def financial_report(programme: Programme, case: Case) -> tuple[Table, ...]:
    """The tables of the report of a project that has lines, but for the lines themselves."""
    return _whole(programme, case), _by_partner(programme, case), _by_year(programme, case)


def lines_report(programme: Programme, case: Case) -> tuple[Table, ...]:
    """The tables of the lines of a project."""
    return _lines(case), _lines_by_year(programme, case)


def line_count(case: Case) -> int:
    """How many lines a project has, whatever the scenarios that they are in."""
    return len(case.rows.lines.refs)


def _by_scenario(rows: Iterable[Record], programme: Programme) -> list[Record]:
    """The row of each scenario, in reporting order."""
    row_of = {row["scenario"]: row for row in rows}
    return [row_of[scenario] for scenario in programme.scenarios]


def _payback(row: Record) -> object:
    """The ratio, or in words why there is none."""
    ratio = row["payback_years"]
    if isinstance(ratio, Fraction):
        return ratio
    something = row["one_off_pence"] or row["annual_cashable_pence"]
    return NO_PAYBACK if something else NOTHING_TO_PAY_BACK


def _whole(programme: Programme, case: Case) -> Table:
    """One-off, annual cashable, payback, break-even and net present cost of the whole project."""
    whole = _by_scenario(case.rows.whole, programme)
    steady, first = year_label(programme.steady_year), programme.year_labels[0]
    rate = rate_text(programme.discount_rate)
    measures: tuple[tuple[str, str, Show, Iterable[object]], ...] = (
        (
            "One-off",
            f"{sentence(in_sentence(ONE_OFF))} of all years",
            Show.MONEY,
            (row["one_off_pence"] for row in whole),
        ),
        (
            "Annual cashable",
            f"{sentence(in_sentence(ANNUAL_CASHABLE))} in {steady}",
            Show.MONEY,
            (row["annual_cashable_pence"] for row in whole),
        ),
        (
            "Payback years",
            "One-off divided by the annual cashable saving",
            Show.YEARS,
            map(_payback, whole),
        ),
        (
            "Break-even year",
            "The first from which the running total of net cashable is and stays a saving",
            Show.YEARS,
            (row["break_even_year"] or NO_BREAK_EVEN for row in whole),
        ),
        (
            "Net present cost / (saving)",
            f"Net cashable of all years at {rate} a year, {first} not discounted",
            Show.MONEY,
            (row["net_present_pence"] for row in whole),
        ),
    )
    return case_table(
        case,
        "Cost and savings",
        ("Measure", "How it is found", *programme.scenarios),
        [(measure, explanation, *values) for measure, explanation, _, values in measures],
        Figures([show for _, _, show, _ in measures]),
    )


def _by_partner(programme: Programme, case: Case) -> Table:
    """Each measure for the whole project, the partners and what is not yet apportioned."""
    rows_of: dict[object, list[Record]] = {}
    for row in case.rows.appraisal:
        rows_of.setdefault(row["organisation"], []).append(row)
    of_name = {name: _by_scenario(rows, programme) for name, rows in rows_of.items()}
    cells: list[tuple[object, ...]] = []
    shows: list[Show] = []
    roles: dict[int, Role] = {}
    for measure, column in (
        ("One-off", "one_off_pence"),
        ("Annual cashable", "annual_cashable_pence"),
        ("Payback years", ""),
        ("Net present cost / (saving)", "net_present_pence"),
    ):
        roles[len(cells)] = Role.SUBTOTAL
        for name, of_scenarios in of_name.items():
            values = [row[column] if column else _payback(row) for row in of_scenarios]
            cells.append((measure, WHOLE if name == TOTAL_PROGRAMME else name, *values))
            shows.append(Show.MONEY if column else Show.YEARS)
    headings = ("Measure", "Organisation", *programme.scenarios)
    figures = Figures(shows, roles=roles)
    return case_table(case, "Cost and savings by partner", headings, cells, figures)


def _by_year(programme: Programme, case: Case) -> Table:
    """Each year's categories that are not nil, net cashable and its running total."""
    row_of = {(row["scenario"], row["measure"]): row for row in case.rows.years}
    rows_of = {
        measure: [row_of[scenario, measure] for scenario in programme.scenarios]
        for _, measure in row_of
    }
    every = [
        (label, measure, *[row[label] for row in rows])
        for label in programme.year_labels
        for measure, rows in rows_of.items()
    ]
    cells = [cell for cell in every if cell[1] in _ROLES or any(cell[2:])]
    roles = {row: _ROLES[str(cell[1])] for row, cell in enumerate(cells) if cell[1] in _ROLES}
    headings = ("Year", "Measure", *programme.scenarios)
    return case_table(case, "Cost and savings by year", headings, cells, Figures(roles=roles))


def _lines(case: Case) -> Table:
    """Each line once, with what it is and how it is shared."""
    lines = case.rows.lines
    return table_of_columns(case, "Lines", ("Line ref", "Description"), (lines.refs, lines.texts))


def _lines_by_year(programme: Programme, case: Case) -> Table:
    """Each line's amounts in the years that have any, the scenarios side by side."""
    labels, scenarios, lines = programme.year_labels, programme.scenarios, case.rows.lines
    of_line, of_year = np.nonzero(lines.pence.any(axis=2))
    amounts = lines.pence[of_line, of_year]
    columns = (
        Texts.at(lines.refs, of_line),
        Texts.at(labels, of_year),
        *(Numbers(amounts[:, number]) for number in range(len(scenarios))),
    )
    headings = ("Line ref", "Year", *scenarios)
    return table_of_columns(case, "Lines by year", headings, columns, Figures())
