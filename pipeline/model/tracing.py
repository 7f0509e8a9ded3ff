"""From a printed figure back to the cells that it is made of (contract, section 6: ``trace``).

Summary, By_year and By_service are sums over the lines: of the register for the whole programme,
of the apportioned lines for everyone else. Settlement is sums over the parts of the lines that
partners settle, and a payment of Transfers rests on the balances of those between whom it is made.
A figure is found by its row and column as printed, and computed anew from the lines that are shown
for it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from pipeline.core.lines import Lines
from pipeline.core.money import money_text
from pipeline.core.programme import Programme
from pipeline.core.results import Results
from pipeline.core.returns import Pence
from pipeline.core.suggest import nearest
from pipeline.core.text import match_key, ref_key
from pipeline.core.traced import FigurePart, Trace
from pipeline.model.appraisal import payback, return_on_investment, years_or_none
from pipeline.model.settlement import settles
from schemas.model import MEASURES, TRACED, Measure
from schemas.outputs import BY_SERVICE, BY_YEAR, SETTLEMENT, SUMMARY, TRANSFERS, OutputTable
from schemas.returns import PAID_BY
from schemas.vocabulary import (
    ALL_STRANDS,
    CUMULATIVE_MEASURE,
    NET_CASHABLE,
    NET_CASHABLE_MEASURE,
    ONE_OFF_MEASURE,
    TOTAL_PROGRAMME,
)

TABLES = {table.name: table for table in (SUMMARY, BY_YEAR, BY_SERVICE, SETTLEMENT, TRANSFERS)}
_CODES, _NAMES = ("Partner", "From", "To"), ("Organisation", "Payer", "Payee")
# What names the row of a figure.
LABELS = ("Strand", "Service", "Scenario", "Year", *_CODES, *_NAMES, "Measure")
_BOOKS, _SHARE, _DUE = (column.heading for column in SETTLEMENT.columns[3:6])
_RETURN = "Return on investment"
_TOTAL = "Total"
_MOST_LISTED = 12


class TraceError(Exception):
    """A figure that can't be told from what was said; the message lists what there is."""


def trace(results: Results, lines: Lines, names: Sequence[str]) -> Trace:
    """The figure of a table, a row's labels in any order, and a column, all named as printed,
    however typed; with no strand named it is that of All strands. Raises TraceError."""
    if len(names) < 2:
        raise TraceError(
            "Name the table, the row and the column, such as "
            f'"{SUMMARY.name}" "{TOTAL_PROGRAMME}" "{ONE_OFF_MEASURE}: '
            f'{results.programme.scenarios[0]}".'
        )
    table = TABLES[_find("table", names[0], TABLES)]
    column = _find("column", names[-1], _columns(table, results.programme))
    row = _row(table, results, names[1:-1])
    # Where a row has a code, the name beside it says no more.
    labels = [
        label for heading, label in row.items() if heading not in _NAMES or not {*_CODES} & {*row}
    ]
    return _Tracer(results, lines, ", ".join([table.name, *labels])).of(table, row, column)


# Names


def _find(what: str, name: str, words: Iterable[str]) -> str:
    """The one word that a name means: itself, else the one that holds it."""
    words, key = list(dict.fromkeys(words)), match_key(name)
    same = [word for word in words if match_key(word) == key]
    holding = same or [word for word in words if key and key in match_key(word)]
    if len(holding) == 1:
        return holding[0]
    if holding:
        raise TraceError(f"“{name}” is more than one {what}: {_list(holding)}.")
    likely_name = nearest(name, words)
    hint = f" Did you mean “{likely_name}”?" if likely_name else ""
    raise TraceError(f"There is no {what} “{name}”.{hint} There are: {_list(words)}.")


def _list(words: Sequence[str]) -> str:
    rest = len(words) - _MOST_LISTED
    more = f" and {rest:,} more" if rest > 0 else ""
    return "; ".join(words[:_MOST_LISTED]) + more


def _columns(table: OutputTable, programme: Programme) -> list[str]:
    """The headings of a table's figures."""
    years = programme.year_labels
    each = years if table is BY_YEAR else programme.scenarios
    return [
        heading
        for column in table.columns
        if column.heading not in LABELS
        for heading in column.headings(each)
    ]


def _row(table: OutputTable, results: Results, names: Sequence[str]) -> dict[str, str]:
    """The labels of the one row that the names mean, by heading."""
    columns = {each.heading: each.name for each in table.columns if each.heading in LABELS}
    headings = list(columns)
    of_row = _frame(table, results)[list(columns.values())]
    rows = list(dict.fromkeys(of_row.itertuples(index=False, name=None)))
    labels = _labels_of(results.programme, names, rows)
    matches = [row for row in rows if all(word in row for word in labels)]
    together = [row for row in matches if row[0] == ALL_STRANDS]
    strand_named = any(word in {row[0] for row in rows} for word in labels)
    if table is SUMMARY and together and not strand_named:
        matches = together
    if len(matches) == 1:
        return dict(zip(headings, matches[0], strict=True))
    whole = "; ".join(labels) or "nothing"
    if not matches:
        raise TraceError(f"{table.name} has no row with all of these: {whole}.")
    raise TraceError(
        f"{whole} is more than one row of {table.name}: "
        f"{_list([', '.join(map(str, row)) for row in matches])}. Name more of its labels: "
        f"{', '.join(headings)}."
    )


def _frame(table: OutputTable, results: Results) -> pd.DataFrame:
    """The rows of a table; TraceError where the programme has no such table."""
    frames = {SUMMARY: results.summary, BY_YEAR: results.by_year, BY_SERVICE: results.by_service}
    if table in frames:
        return frames[table]
    if results.settlement is None:
        raise TraceError(f"There is no {table.name}: no line says who pays it ({PAID_BY}).")
    return results.settlement.balances if table is SETTLEMENT else results.settlement.transfers


def _pence(table: OutputTable, results: Results, name: str, *labels: str) -> int:
    """The figure of the row that begins with these labels."""
    frame = _frame(table, results)
    keys = frame.iloc[:, : len(labels)].itertuples(index=False, name=None)
    return int(frame[name].iloc[list(keys).index(labels)])


def _labels_of(
    programme: Programme, names: Sequence[str], rows: Sequence[tuple[str, ...]]
) -> list[str]:
    """The labels that the names mean; a partner's code stands for its name."""
    words = [word for row in rows for word in row]
    codes = {ref_key(partner.code): partner.name for partner in programme.partners}
    printed = {match_key(word) for word in words}
    labels = []
    for name in names:
        by_code = codes.get(ref_key(name))
        is_label = match_key(name) in printed
        labels.append(by_code if by_code and not is_label else _find("row", name, words))
    return labels


# Figures

Chooser = Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class _Tracer:
    """Finds the lines of figures of one row; ``title`` names the row."""

    results: Results
    lines: Lines
    title: str

    def of(self, table: OutputTable, row: dict[str, str], column: str) -> Trace:
        """The figure in a column of the row."""
        if table is BY_YEAR:
            part = self._by_year(row, column)
            return Trace(part.title, (part,))
        if table in (SETTLEMENT, TRANSFERS):
            return self._settlement(table, row, column)
        programme = self.results.programme
        heading, _, scenario = column.partition(": ")
        title = f"{self.title}, {column}"
        for measure in MEASURES:
            if measure.heading == heading:
                return Trace(title, (self._headline(row, measure, scenario),))
        scenarios = programme.scenarios if heading == _RETURN else (scenario,)
        pairs = [
            tuple(self._headline(row, measure, name) for measure in MEASURES) for name in scenarios
        ]
        paybacks = [payback(one_off.pence, annual.pence) for one_off, annual in pairs]
        value: Fraction | str | None = (
            return_on_investment(paybacks) if heading == _RETURN else years_or_none(paybacks[0])
        )
        return Trace(title, tuple(part for pair in pairs for part in pair), True, value)

    def _settlement(self, table: OutputTable, row: dict[str, str], column: str) -> Trace:
        """A partner's books, share or balance; or a payment, with the balances on both sides."""
        where = (row["Scenario"], row["Year"])
        title = f"{self.title}, {column}"
        if table is SETTLEMENT:
            return Trace(title, (self._balance(*where, row["Partner"], column),))
        sides = (row["From"], row["To"])
        paid = _pence(TRANSFERS, self.results, "amount_pence", *where, *sides)
        parts = tuple(self._balance(*where, code, _DUE) for code in sides)
        return Trace(title, parts, True, money_text(paid))

    def _balance(self, scenario: str, year: str, code: str, measure: str) -> FigurePart:
        """What lines put into a partner's books, what of them falls to it, or the one less the
        other."""
        programme, parts = self.results.programme, self.results.apportioned
        parts = parts[settles(parts) & (parts["scenario"] == scenario)]
        books = parts.loc[parts["paid_by"] == code, ["register_row", year]]
        share = parts.loc[parts["partner"] == code, ["register_row", year]]
        less = share.assign(**{year: -share[year]})
        counted = pd.concat({_BOOKS: [books], _SHARE: [share], _DUE: [books, less]}[measure])
        amounts = counted.groupby("register_row")[year].sum()
        amounts = amounts[amounts != 0]
        (column,) = (each.name for each in SETTLEMENT.columns if each.heading == measure)
        return self._behind(
            ", ".join([SETTLEMENT.name, scenario, year, code, measure]),
            _pence(SETTLEMENT, self.results, column, scenario, year, code),
            amounts.index.to_numpy(dtype=np.int64),
            amounts.to_numpy(dtype=np.int64),
            (programme.years[programme.year_labels.index(year)],),
            [year],
        )

    def _headline(self, row: dict[str, str], measure: Measure, scenario: str) -> FigurePart:
        """A measure of Summary or By_service."""
        programme = self.results.programme
        frame: pd.DataFrame = self.results.by_service if "Service" in row else self.results.summary
        figures = frame[frame["scenario"] == scenario]
        for heading, label in row.items():
            figures = figures[figures[heading.casefold()] == label]
        services = [
            service.name
            for service in programme.services
            if row["Strand"] in (ALL_STRANDS, service.strand)
            and row.get("Service", service.name) == service.name
        ]
        return self._part(
            f"{self.title}, {measure.heading}: {scenario}",
            int(figures[measure.column].iloc[0]),
            row["Organisation"],
            lambda lines: (
                (lines["scenario"] == scenario)
                & lines["category"].isin(measure.categories)
                & lines["service"].isin(services)
            ),
            programme.years[measure.years(programme.steady_index)],
            [measure.column],
        )

    def _by_year(self, row: dict[str, str], column: str) -> FigurePart:
        """A measure in a year, or in all of them."""
        programme, measure = self.results.programme, row["Measure"]
        if measure == CUMULATIVE_MEASURE and column == _TOTAL:
            raise TraceError(f"{CUMULATIVE_MEASURE} has no {_TOTAL}: name a year.")
        frame = self.results.by_year
        for heading, label in row.items():
            frame = frame[frame[heading.casefold()] == label]
        net = measure in (NET_CASHABLE_MEASURE, CUMULATIVE_MEASURE)
        categories = NET_CASHABLE if net else (measure,)
        years = programme.years
        if column != _TOTAL:
            place = programme.year_labels.index(column)
            first = 0 if measure == CUMULATIVE_MEASURE else place
            years = years[first : place + 1]
        return self._part(
            f"{self.title}, {column}",
            int(frame["total_pence" if column == _TOTAL else column].iloc[0]),
            row["Organisation"],
            lambda lines: (
                (lines["scenario"] == row["Scenario"]) & lines["category"].isin(categories)
            ),
            years,
            self._labels(years),
        )

    def _labels(self, years: Sequence[int]) -> list[str]:
        programme = self.results.programme
        return [programme.year_labels[programme.years.index(year)] for year in years]

    def _part(
        self,
        title: str,
        pence: int,
        organisation: str,
        choose: Chooser,
        years: Sequence[int],
        columns: list[str],
    ) -> FigurePart:
        """The lines with any amount in the years, and what they count by these columns: of the
        register, or an organisation's parts."""
        register = self.results.register
        if organisation == TOTAL_PROGRAMME:
            frame, places = register, np.arange(len(register))
        else:
            frame = self.results.apportioned
            frame = frame[frame["organisation"] == organisation]
            places = frame["register_row"].to_numpy(dtype=np.int64)
        stated = (frame[self._labels(years)] != 0).any(axis=1)
        mask = (choose(frame) & stated).to_numpy(dtype=bool)
        amounts = frame.loc[mask, columns].to_numpy(dtype=np.int64).sum(axis=1)
        return self._behind(title, pence, places[mask], amounts, years, columns)

    def _behind(
        self,
        title: str,
        pence: int,
        places: Pence,
        amounts: Pence,
        years: Sequence[int],
        columns: list[str],
    ) -> FigurePart:
        """The register's lines at some places, and the amount that counts of each; ``columns``:
        what it is a part of."""
        register = self.results.register
        whole = register[columns].to_numpy(dtype=np.int64)[places].sum(axis=1)
        rows = register.iloc[places]
        names = [name for name in TRACED.names() if name in rows]
        lines = (
            rows[names]
            .reset_index(drop=True)
            .astype(object)
            .assign(
                share=pd.Series(
                    [
                        Fraction(part, total) if total else None
                        for part, total in zip(amounts.tolist(), whole.tolist(), strict=True)
                    ],
                    dtype=object,
                ),
                line_pence=pd.Series(whole.tolist(), dtype=object),
                amount_pence=pd.Series(amounts.tolist(), dtype=object),
                cells=[self._cells(int(each), years) for each in rows["line"]],
            )
        )
        return FigurePart(title, pence, lines[TRACED.names()])

    def _cells(self, line: int, years: Sequence[int]) -> str:
        """The cells that a line's amounts in some years come from: their own, and where the
        return states changes those of the years before too; nil ones left out."""
        programme = self.results.programme
        if self.lines.number(line, "incremental"):
            years = programme.years[: programme.years.index(max(years)) + 1]
        stated = self.lines.stated[line]
        return ", ".join(
            at.cell
            for year in years
            if stated[programme.years.index(year)]
            for at in self.lines.year_cells(line, year)
        )
