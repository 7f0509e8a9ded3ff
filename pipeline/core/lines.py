"""All returns' rows together, as frames: one validation pass, one model."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.core.grouping import categories, number_rows, number_texts
from pipeline.core.issue import Issue
from pipeline.core.returns import DELIVERY_MEASURES, Cover, Pence, Records, Return, TableSource
from pipeline.core.source import SourceRef
from pipeline.core.text import ref_key

Mask = npt.NDArray[np.bool_]


class Named(Protocol):
    """A field: its name in frames and its heading on sheets."""

    @property
    def name(self) -> str:
        """The column in frames."""

    @property
    def heading(self) -> str:
        """The column on sheets."""


@dataclass
class Stacked:
    """The records of one kind of table of all returns, by path.

    ``frame``: the table's fields by name (text, blank missing), ``workbook``, ``sheet``,
    ``table`` (the table's number in its workbook), ``row`` (in the sheet) and ``source`` (place
    in ``sources``).
    """

    frame: pd.DataFrame
    sources: list[TableSource]
    _columns: dict[str, list[Any]] = field(default_factory=dict, init=False, repr=False)
    _codes: dict[str, Pence] = field(default_factory=dict, init=False, repr=False)
    _keys: dict[str, dict[str, int]] = field(default_factory=dict, init=False, repr=False)

    def _column(self, name: str) -> list[Any]:
        """A column as Python's own values, made once: looking at single cells of a frame costs a
        hundred times as much."""
        if name not in self._columns:
            self._columns[name] = self.frame[name].tolist()
        return self._columns[name]

    def forget(self) -> None:
        """Let go of what was worked out to look at single records, a copy of each column used; it
        is worked out again where it is asked for."""
        self._columns.clear()
        self._codes.clear()
        self._keys.clear()

    def codes(self, name: str) -> Pence:
        """Numbers for what a text column holds: equal ones where the texts are the same reference
        (case and outer spaces make no difference); blanks have one too."""
        if name not in self._codes:
            self._keys[name] = {}
            self._codes[name] = number_texts(self.frame[name], ref_key, self._keys[name])
        return self._codes[name]

    def places_of(self, column: pd.Series, name: str) -> Pence:
        """Of each text of a column elsewhere the place of the last record here that holds the same
        reference in ``name``; -1 where none does."""
        codes = self.codes(name)
        # The last place is that of a text that nothing holds: it is reached by -1.
        last = np.full(len(self._keys[name]) + 1, -1, dtype=np.int64)
        last[codes] = np.arange(len(codes))
        numbers, texts = number_rows(column)
        of_texts = [self._keys[name].get(ref_key(text), -1) for text in texts]
        return last[np.array(of_texts, dtype=np.int64)[numbers]]

    def text(self, place: int, name: str) -> str:
        """A field of the record at ``place`` in the frame; empty where it is blank."""
        value = self._column(name)[place]
        return value if isinstance(value, str) else ""

    def number(self, place: int, name: str) -> int:
        """A whole number of the record at ``place``."""
        return int(self._column(name)[place])

    def source_of(self, place: int) -> TableSource:
        """The table that the record at ``place`` stands in."""
        return self.sources[self.number(place, "source")]

    def cell(self, place: int, name: str) -> SourceRef:
        """The cell of a field of the record at ``place``."""
        return self.source_of(place).cell(self.number(place, "row"), name)

    def subjects(self, issues: Sequence[Issue]) -> Iterator[tuple[int, list[int]]]:
        """The place in the frame of each record that issues are about, with their numbers (in
        ``issues``). Of a record of several rows its first one stands for all."""
        numbers = {(s.workbook, s.sheet, s.number): n for n, s in enumerate(self.sources)}
        firsts = {
            (number, row): first
            for number, each in enumerate(self.sources)
            for first, rows in each.parts.items()
            for row, _ in rows
        }

        def key(issue: Issue) -> int:
            """A record's table and row in one number: a sheet has less than 2**32 rows."""
            number = numbers.get((issue.at.workbook, issue.at.sheet, issue.table))
            if number is None:
                return -1
            return (number << 32) + firsts.get((number, issue.at.row), issue.at.row)

        keys = np.fromiter(map(key, issues), dtype=np.int64, count=len(issues))
        by_key = np.argsort(keys, kind="stable")
        of_records = (self.frame["source"].to_numpy() << 32) + self.frame["row"].to_numpy()
        first = np.searchsorted(keys, of_records, "left", by_key)
        stop = np.searchsorted(keys, of_records, "right", by_key)
        for place in places(stop > first):
            yield place, by_key[first[place] : stop[place]].tolist()

    def issue(
        self,
        rule: str,
        place: int,
        field: Named,
        details: dict[str, str] | None = None,
        *,
        value: str | None = None,
    ) -> Issue:
        """An issue of the record at ``place``, at the cell of a field; ``value`` is what stands
        there unless it is given."""
        text = self.text(place, field.name) if value is None else value
        at, number = self.cell(place, field.name), self.source_of(place).number
        return Issue(rule, at, field.heading, text, details or {}, number)


# Whether a return enters savings, and costs, above zero.
ENTERED = ("savings_positive", "costs_positive")


def places(mask: Mask) -> list[int]:
    """Where a mask holds."""
    return [int(place) for place in np.flatnonzero(mask)]


@dataclass
class Lines(Stacked):
    """The lines of Savings: the frame has also ENTERED, ``incremental`` and
    ``pounds_per_unit``, as the line's return enters amounts.

    ``stated``: pence by line and programme year as the return states them; ``outside``: pence in
    other years, likewise; ``blank``: by line and programme year, whether a cell is there and empty.
    """

    stated: Pence
    outside: Pence
    blank: Mask

    def year_cell(self, place: int, year: int) -> SourceRef:
        """The amount cell of the line at ``place`` in a year, the first of several."""
        source, row = self.source_of(place), self.number(place, "row")
        cells = source.amount_cells(row, year)
        return cells[0] if cells else source.cell(row, "line_ref")

    def year_cells(self, place: int, year: int) -> list[SourceRef]:
        """Every cell that the line's amount in a year is made of."""
        return self.source_of(place).amount_cells(self.number(place, "row"), year)


@dataclass
class DeliveryRows(Stacked):
    """The records of Delivery: the frame has also ENTERED and ``dated`` (None without a date), as
    the row's return has them on its Cover.

    ``stated`` pence and ``filled`` by row and DELIVERY_MEASURES, as the return states them.
    """

    stated: Pence
    filled: npt.NDArray[np.bool_]


def stack(parts: Iterable[Records], names: Iterable[str]) -> Stacked:
    """The records of all parts in one frame, in the order of the parts."""
    sources: list[TableSource] = []
    source: list[int] = []
    rows: list[int] = []
    columns: dict[str, list[str | None]] = {name: [] for name in names}
    for part in parts:
        source += [len(sources) + number for number in part.source]
        sources += part.sources
        rows += part.row
        for name in columns:
            columns[name] += part.columns[name]
    of_row = np.array(source, dtype=np.int64)
    frame = pd.DataFrame(
        {
            **{name: categories(texts) for name, texts in columns.items()},
            "workbook": categories([s.workbook for s in sources])[of_row],
            "sheet": categories([s.sheet for s in sources])[of_row],
            "table": np.array([s.number for s in sources], dtype=np.int64)[of_row],
            "row": np.array(rows, dtype=np.int64),
            "source": of_row,
        }
    )
    return Stacked(frame, sources)


def stack_lines(returns: list[Return], names: Iterable[str], years: int) -> Lines:
    """The Savings lines of all returns that could be read."""
    readable = [r for r in returns if r.cover is not None and r.amounts is not None]
    stacked = stack((r.tables["Savings"] for r in readable), names)
    covers = _covers(readable, "Savings")
    of_row = stacked.frame["source"].to_numpy()
    for name in (*ENTERED, "incremental"):
        values = np.array([getattr(cover, name) for cover in covers], dtype=bool)
        stacked.frame[name] = values[of_row]
    units = np.array([cover.pounds_per_unit for cover in covers], dtype=np.int64)
    stacked.frame["pounds_per_unit"] = units[of_row]
    amounts = [r.amounts for r in readable if r.amounts is not None]
    nothing = np.zeros(0, dtype=np.int64)
    return Lines(
        stacked.frame,
        stacked.sources,
        np.concatenate([np.zeros((0, years), dtype=np.int64), *(a.years for a in amounts)]),
        np.concatenate([nothing, *(a.outside for a in amounts)]),
        np.concatenate([np.zeros((0, years), dtype=bool), *(a.blank for a in amounts)]),
    )


def _covers(returns: list[Return], table: str) -> list[Cover]:
    """The cover that holds for each table of a kind, in the order of the stacked sources."""
    covers = (r.cover_of(source) for r in returns for source in r.tables[table].sources)
    return [cover for cover in covers if cover is not None]


def stack_delivery(returns: list[Return], names: Iterable[str]) -> DeliveryRows:
    """The Delivery rows of all returns that have any."""
    readable = [r for r in returns if r.cover is not None and r.delivery is not None]
    stacked = stack((r.tables["Delivery"] for r in readable), names)
    covers = _covers(readable, "Delivery")
    of_row = stacked.frame["source"].to_numpy()
    dated = np.array([cover.counts_as_dated for cover in covers], dtype=object)
    for name in ENTERED:
        values = np.array([getattr(cover, name) for cover in covers], dtype=bool)
        stacked.frame[name] = values[of_row]
    stacked.frame["dated"] = pd.Series(dated[of_row], dtype=object)
    amounts = [r.delivery for r in readable if r.delivery is not None]
    nothing = np.zeros((0, len(DELIVERY_MEASURES)), dtype=np.int64)
    return DeliveryRows(
        stacked.frame,
        stacked.sources,
        np.concatenate([nothing, *(a.pence for a in amounts)]),
        np.concatenate([nothing.astype(bool), *(a.filled for a in amounts)]),
    )
