"""Accepted amounts, read again with the second reader of each workbook's format: two programs that
share nothing have to see the same amount in the same cell before a version is issued."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from pipeline.core.lines import Lines
from pipeline.core.returns import Return
from pipeline.core.source import SourceRef
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.discover import InputFile
from pipeline.ingest.formats.faults import CellPlace, WorkbookError
from pipeline.ingest.formats.limits import Limits
from pipeline.ingest.reader import Reader

# The second readers take up to twelve times as long as the first, and hold more.
_SLOWER, _LARGER = 12, 3


@dataclass(frozen=True)
class Difference:
    """An amount that the readers don't agree on: pence as the return states them."""

    at: SourceRef
    first_pence: int
    second_pence: int


@dataclass
class AmountComparison:
    """``amounts``: how many amount cells of accepted lines both readers agree on. ``unread``: by
    workbook, why the second reader can't open it. ``changed``: workbooks that are no longer what
    was read."""

    amounts: int = 0
    differences: list[Difference] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)


def read_accepted_again(
    files: Iterable[InputFile],
    sums: Mapping[str, str],
    context: ReadingContext,
    lines: Lines,
    accepted: Collection[int],
) -> AmountComparison:
    """Read the amounts of accepted lines again, in the programme's years.

    ``sums``: the SHA-256 of each workbook as it was read. ``accepted``: the lines' places in
    ``lines``. All but the amounts' own cells is taken as it was read the first time, so that what
    follows differs only where an amount does.
    """
    by_workbook: dict[str, list[int]] = defaultdict(list)
    for line in accepted:
        by_workbook[lines.text(line, "workbook")].append(line)
    limits = Limits.from_environment()
    limits = replace(limits, seconds=limits.seconds * _SLOWER, memory=limits.memory * _LARGER)
    with Reader(limits) as reader:
        again = _Again(reader, context, lines)
        for file in files:
            if line_numbers := by_workbook.get(file.name):
                again.read_workbook(file, sums[file.name], line_numbers)
    return again.reading


@dataclass
class _Again:
    """Reads workbooks for the second time, one after the other."""

    reader: Reader
    context: ReadingContext
    lines: Lines
    reading: AmountComparison = field(default_factory=AmountComparison)

    def read_workbook(self, file: InputFile, sha256: str, line_numbers: list[int]) -> None:
        """Hold the amounts of a workbook's lines (``line_numbers``) against its second reading."""
        places: dict[str, set[CellPlace]] = defaultdict(set)
        for line in line_numbers:
            for year in self.context.years:
                for at in self.lines.year_cells(line, year):
                    places[at.sheet].add((at.row - 1, at.column - 1))
        try:
            again = self.reader.read_return_again(file.name, file.path, self.context, places)
        except WorkbookError as fault:
            self.reading.unread[file.name] = fault.what
            return
        if again.result.sha256 != sha256:
            self.reading.changed.append(file.name)
            return
        self.reading.amounts += again.amounts
        pence = _pence_by_row(again.result)
        for line in line_numbers:
            key = (self.lines.number(line, "table"), self.lines.number(line, "row"))
            self.compare(line, pence.get(key, [0] * len(self.context.years)))

    def compare(self, line: int, pence: list[int]) -> None:
        """Name the years in which a line's amounts differ."""
        stated = self.lines.stated[line].tolist()
        for year, first, second in zip(self.context.years, stated, pence, strict=True):
            if first != second:
                at = self.lines.year_cell(line, year)
                self.reading.differences.append(Difference(at, first, second))


def _pence_by_row(result: Return) -> dict[tuple[int, int], list[int]]:
    """Stated pence by year, by the number of the table and the row in its sheet."""
    if result.amounts is None or "Savings" not in result.tables:
        return {}
    records = result.tables["Savings"]
    numbers = [records.sources[source].number for source in records.source]
    rows = zip(numbers, records.row, strict=True)
    return dict(zip(rows, result.amounts.years.tolist(), strict=True))
