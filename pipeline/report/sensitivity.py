"""Sensitivity on the sheet Appraisal: switching values, and the lines that move most."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pandas as pd

from pipeline.core.money import round_pence
from pipeline.core.phrases import agreeing, sentence
from pipeline.core.programme import Programme
from pipeline.core.results import Results
from pipeline.core.years import year_label
from pipeline.report import formulas
from pipeline.report.formula import Formula, FormulaPart, RowRange, This, formula, rounded
from pipeline.report.spec import Column, Table, Tone
from pipeline.report.tables import Looks, Record, records, table
from schemas.outputs import APPRAISAL, BY_YEAR, LARGEST_LINES, SWITCHING_VALUES
from schemas.vocabulary import (
    ANNUAL_COSTS,
    ANNUAL_MEASURE,
    ANNUAL_SAVINGS,
    ONE_OFF_COSTS,
    ONE_OFF_MEASURE,
    TOTAL_PROGRAMME,
    in_sentence,
)

_PAYBACK = "payback"
_COSTS = "One-off costs rise"
_CHANGE, _VARIED = "Change", "What is varied"
_AMOUNT, _VALUE, _THEN = "Amount now", "Switching value", "Amount then"


def tables(results: Results) -> tuple[Table, ...]:
    """Both tables, of the whole programme; none where the model gives none."""
    if results.switching.empty:
        return ()
    programme = results.programme
    rows = records(results.switching)
    frame = results.switching.assign(
        change=[f"{row['change']} until {_until(row['until'], programme)}" for row in rows],
        varied=[_varied(row, programme) for row in rows],
        then_pence=pd.Series([_then(row) for row in rows], dtype=object),
    ).sort_values("change", kind="stable", key=_order)
    looks = Looks(labels=1, groups=1, airy=True)
    formulas = _formulas(results, results.switching.loc[frame.index])
    values = table(SWITCHING_VALUES, frame, programme, looks, formulas)
    lines = table(LARGEST_LINES, results.largest_lines, programme, Looks(airy=True))
    return (
        replace(
            values,
            columns=tuple(map(_warned, values.columns)),
            caption="Switching values: what may change, all else staying, before it no longer pays",
        ),
        replace(
            lines,
            caption="The lines that move the net present cost most, by scenario",
        ),
    )


def _warned(column: Column) -> Column:
    """Switching values below nil are set off: there the point is passed already."""
    return replace(column, below=Tone.BAD) if column.heading == _VALUE else column


def _varied(row: Record, programme: Programme) -> str:
    """The amounts that change: as payback counts them, or their present value."""
    costs = row["change"] == _COSTS
    what = in_sentence(ONE_OFF_COSTS if costs else ANNUAL_SAVINGS)
    if row["until"] != _PAYBACK:
        return f"Present value of {what}"
    years = "of all years" if costs else f"in {year_label(programme.steady_year)}"
    return f"{sentence(what)} {years}"


def _then(row: Record) -> int | None:
    """What the amount comes to, in pence, once it has changed by its switching value."""
    amount, switch = row["amount_pence"], row["switching"]
    if not isinstance(amount, int) or not isinstance(switch, Fraction):
        return None
    part = 1 + switch if row["change"] == _COSTS else 1 - switch
    return round_pence(part * amount / 100)


def _until(until: object, programme: Programme) -> str:
    if until != _PAYBACK:
        return "the net present saving is gone"
    limit = programme.payback_limit
    if limit is None:
        return "payback passes the limit"
    return f"payback passes {float(limit):g} {agreeing(limit, 'year', 'years')}"


def _order(changes: pd.Series) -> pd.Series:
    """The kinds of change in the order in which they first come."""
    places = {change: place for place, change in enumerate(dict.fromkeys(changes))}
    return changes.map(places)


def _formulas(results: Results, frame: pd.DataFrame) -> formulas.ByHeading:
    """The amounts that payback counts and the switching values against the limit, with the words
    that name limit and year; the rest are exact values, for which no short formula would serve."""
    amounts: list[Formula | None] = []
    switches: list[Formula | None] = []
    thens: list[Formula | None] = []
    changes: list[Formula | None] = []
    varied: list[Formula | None] = []
    for row in records(frame):
        by_payback = row["until"] == _PAYBACK
        cells = _ScenarioFormulas(results, str(row["scenario"]))
        costs = row["change"] == _COSTS
        has_limit = results.programme.payback_limit is not None
        changes.append(_change_live(str(row["change"])) if by_payback and has_limit else None)
        varied.append(_IN_STEADY_YEAR if by_payback and not costs else None)
        if not by_payback:
            amounts.append(None)
            switches.append(None)
            thens.append(None)
            continue
        amounts.append(cells.costs() if costs else cells.savings())
        switch = cells.costs_rise() if costs else cells.savings_fall()
        is_stated = isinstance(row["switching"], Fraction)
        switches.append(switch if is_stated else None)
        then = formula(*rounded(This(_AMOUNT), f"*(1{'+' if costs else '-'}", This(_VALUE), ")"))
        thens.append(then if is_stated else None)
    return {
        _CHANGE: changes,
        _VARIED: varied,
        _AMOUNT: amounts,
        _VALUE: switches,
        _THEN: thens,
    }


_IN_STEADY_YEAR = formula(f'"{sentence(in_sentence(ANNUAL_SAVINGS))} in "&', formulas.STEADY_YEAR)


def _change_live(change: str) -> Formula:
    """What changes until payback passes the limit, as the limit stands now."""
    years = ("&IF(", formulas.PAYBACK_LIMIT, '=1," year"," years")')
    return formula(f'"{change} until payback passes "&', formulas.PAYBACK_LIMIT, *years)


def _added(cells: Sequence[RowRange]) -> list[FormulaPart]:
    """Each with a plus before it."""
    return [part for cell in cells for part in ("+", cell)]


class _ScenarioFormulas:
    """The cells of the total programme's figures in a scenario, and formulas over them."""

    def __init__(self, results: Results, scenario: str) -> None:
        programme = results.programme
        self.steady = programme.year_labels[programme.steady_index]
        key = (TOTAL_PROGRAMME, scenario)
        years = results.by_year[["organisation", "scenario", "measure"]]
        self.measures = {
            measure: row
            for row, (*whose, measure) in enumerate(years.itertuples(index=False, name=None))
            if tuple(whose) == key
        }
        whole = results.appraisal[["organisation", "scenario"]].itertuples(index=False, name=None)
        self.row = list(whole).index(key)

    def _year(self, measure: str, heading: str) -> RowRange:
        return RowRange(BY_YEAR.name, self.measures[measure], heading, heading)

    def _sum(self, categories: Sequence[str], heading: str) -> Formula:
        """The rows of these categories, added up."""
        first, *others = (self._year(each, heading) for each in categories)
        return formula(*rounded(first, *_added(others))) if others else formula(first)

    def _appraised(self, heading: str) -> RowRange:
        return RowRange(APPRAISAL.name, self.row, heading, heading)

    def costs(self) -> Formula:
        """One-off costs of all years."""
        return self._sum(ONE_OFF_COSTS, formulas.TOTAL)

    def savings(self) -> Formula:
        """Cashable savings and income of the steady-state year."""
        return self._sum(ANNUAL_SAVINGS, self.steady)

    def costs_rise(self) -> Formula:
        """(limit x annual saving - one-off) / one-off costs."""
        one_off, annual = self._appraised(ONE_OFF_MEASURE), self._appraised(ANNUAL_MEASURE)
        return formula("(-", formulas.PAYBACK_LIMIT, "*", annual, "-", one_off, ")/", This(_AMOUNT))

    def savings_fall(self) -> Formula:
        """1 - (one-off / limit + recurring costs) / annual savings."""
        needed = ("MAX(0,", self._appraised(ONE_OFF_MEASURE), ")/", formulas.PAYBACK_LIMIT)
        recurring = _added([self._year(each, self.steady) for each in ANNUAL_COSTS])
        return formula("1+(", *needed, *recurring, ")/", This(_AMOUNT))
