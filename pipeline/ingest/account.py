"""Every number accounted for: what each number of a return's sheets is (contract, section 5).

This is the one place that says so. Whoever reads cells of a sheet claims them: rows, and what each
of their columns is. What nobody has claimed at the end stands in blocks; a block is a summary where
its every number is a sum of the return's lines, else it is named.

It is done while the return is read, for only then are its sheets there, possibly in another
process; what is handed over is how many numbers there are of each kind and what they add up to. All
of them are counted a second time without looking at what they are, and Controls compares. A sheet
that holds one of our tables alone costs no look at single cells.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import fsum

import numpy as np

from pipeline.core.account import Account, NumberUse
from pipeline.core.issue import Issue
from pipeline.core.money import LARGEST_POUNDS, excel_decimal
from pipeline.core.source import SourceRef
from pipeline.core.text import match_key
from pipeline.ingest.blocks import At, Block, blocks, counters, text_amount
from pipeline.ingest.formats.number_format import FormattedNumber
from pipeline.ingest.formats.workbook import Cell, Sheet
from pipeline.ingest.summaries import LineSums
from pipeline.ingest.tables import FoundTable, Rows, amounts_of
from pipeline.ingest.totals import is_marked_total
from schemas.outputs import ISSUES

ColumnUses = Mapping[int, NumberUse]
Number = Decimal | float
Sums = Callable[[], LineSums]

# Blocks of one sheet that are named each for itself; the last of them speaks of all further ones.
MOST_BLOCKS = 25
_NOTHING: ColumnUses = {}
_MOST_PENCE = LARGEST_POUNDS * 100
_ISSUES_ROWS, _ISSUES_NAME = 50, match_key(ISSUES.sheet)
_HALF_PENNY = 0.005
# Headings by which the Issues sheet of a checked copy is known.
_ISSUES_KEYS = frozenset(match_key(ISSUES.columns[n].heading) for n in (0, 1, 4, 7, 8))


@dataclass
class Claims:
    """What the readers say of a workbook's cells: by sheet and row, the place of each column."""

    _rows: dict[int, dict[int, ColumnUses]] = field(default_factory=lambda: defaultdict(dict))

    def claim(self, sheet: int, rows: Iterable[int], columns: ColumnUses) -> None:
        """Say what the columns are in some rows. Of several claims the first use in NumberUse's
        order holds."""
        of_sheet = self._rows[sheet]
        joined: dict[int, ColumnUses] = {}
        for row in rows:
            before = of_sheet.get(row)
            if before is None:
                of_sheet[row] = columns
                continue
            if id(before) not in joined:
                both = {**columns, **before}
                joined[id(before)] = {
                    column: min(columns.get(column, place), place) for column, place in both.items()
                }
            of_sheet[row] = joined[id(before)]

    def of(self, sheet: int) -> Mapping[int, ColumnUses]:
        """By row, the places of a sheet's columns."""
        return self._rows[sheet]

    def claim_table(
        self,
        found_table: FoundTable,
        lines: Rows,
        totals: Rows,
        others: Mapping[NumberUse, Iterable[int]],
    ) -> None:
        """Say what a table's columns are: in its header row, in its lines and in its total rows.
        ``others``: the columns of the lines that are neither fields nor years."""
        sheet, columns = found_table.sheet.number, found_table.columns
        headings = dict.fromkeys(columns.read, NumberUse.HEADING)
        amounts = {each.column: NumberUse.LINE for each in columns.amounts(1)}
        other_uses = {column: place for place, each in others.items() for column in each}
        self.claim(sheet, [found_table.header], headings)
        self.claim(sheet, [place for place, _ in lines], {**other_uses, **headings, **amounts})
        for place, row in totals:
            added_up = other_uses.keys() | amounts.keys()
            if is_marked_total(found_table, place):
                added_up |= headings.keys()  # what the file itself adds up or counts there
            added = [
                column
                for column in found_table.span(lines)
                if row[column] != ""
                and (column in added_up or _adds_up(lines, column, row[column]))
            ]
            self.claim(sheet, [place], dict.fromkeys(added, NumberUse.TOTAL))

    def claim_cell(self, at: SourceRef, place: NumberUse) -> None:
        """Say what a cell is."""
        self.claim(at.sheet_number, [at.row - 1], {at.column - 1: place})


def _adds_up(lines: Rows, column: int, total: Cell) -> bool:
    """Whether a number in a total row is the sum of a column that nobody reads."""
    numbers = [row[column] for _, row in lines]
    added = fsum(each for each in numbers if isinstance(each, float))
    return isinstance(total, float) and abs(total - added) < _HALF_PENNY


def restates(sums: Sums, rows: Rows, columns: Iterable[int]) -> bool:
    """Whether some columns hold nothing but sums of the lines, and at least one."""
    numbers = [each for column in columns for each in amounts_of(rows, column) if each]
    return bool(numbers) and all(map(sums().says, numbers))


class Accountant:
    """Adds up a return's account, sheet by sheet."""

    def __init__(self, workbook: str, pounds_per_unit: int, claims: Claims, sums: Sums) -> None:
        """``pounds_per_unit``: the return's own units. ``sums``: asked for only where they are
        needed."""
        self.workbook, self.claims, self.sums = workbook, claims, sums
        self.account = Account()
        self._scale = pounds_per_unit * 100

    def add(self, sheet: Sheet) -> list[Issue]:
        """Take in a sheet; gives an issue for each block of it that nothing reads."""
        if _is_issues_sheet(sheet):
            return []
        texts = _text_amounts(sheet.texts, self._scale // 100)
        # No other column is looked at cell by cell.
        holding = sheet.columns_with(texts)
        self.account.all_cells += sum(len(_numbers(sheet.columns[each], texts)) for each in holding)
        claims = self.claims.of(sheet.number)
        by_place: dict[NumberUse, list[Number]] = defaultdict(list)
        free: dict[At, Decimal] = {}
        for first, last, columns in _alike(claims, len(sheet.rows) if holding else 0):
            for column in holding:
                cells = sheet.columns[column][first:last]
                numbers = _numbers(cells, texts)
                where = columns.get(column)
                if where is not None:
                    by_place[where] += numbers
                    continue
                for at, number in _placed(cells, texts, first, column):
                    if _is_amount(number):
                        free[at] = _decimal(number)
                    else:
                        by_place[NumberUse.COUNTER].append(number)
        issues = self._classed(sheet, free, claims, by_place) if free else []
        for where, numbers in by_place.items():
            self.account.cells[where] += len(numbers)
            self.account.pence[where] += self._pence(numbers)
        return issues

    def _classed(
        self,
        sheet: Sheet,
        free: dict[At, Decimal],
        claims: Mapping[int, ColumnUses],
        by_place: dict[NumberUse, list[Number]],
    ) -> list[Issue]:
        """Put the numbers that nobody has claimed into their places."""
        unread = []
        for block in blocks(sheet.rows, free, lambda row: claims.get(row, _NOTHING)):
            counting = counters(block)
            by_place[NumberUse.COUNTER] += [block.numbers[at] for at in counting]
            amounts = {at: n for at, n in block.numbers.items() if at not in counting}
            if not amounts:
                continue
            is_summary = all(map(self.sums().says, amounts.values()))
            where = NumberUse.SUMMARY if is_summary else NumberUse.NAMED
            by_place[where] += amounts.values()
            if not is_summary:
                unread.append(Block(amounts, block.labels))
        return self._issues(sheet, unread)

    def _issues(self, sheet: Sheet, unread: list[Block]) -> list[Issue]:
        issues = []
        for number, block in enumerate(unread[:MOST_BLOCKS], 1):
            heading = block.heading(block.first)
            (row, column), text = heading or (block.first, "")
            amounts = list(block.numbers.values())
            further = ""
            if number == MOST_BLOCKS and (rest := unread[MOST_BLOCKS:]):
                amounts += [each for other in rest for each in other.numbers.values()]
                further = f", and {len(rest):,} blocks like it further down,"
            at = SourceRef(self.workbook, sheet.name, row + 1, column + 1, sheet.number)
            details = {"what": _unread(text, amounts, further)}
            value = text or f"{amounts[0]:,f}"
            issues.append(Issue("unread-amounts", at, text, value, details))
        return issues

    def _pence(self, numbers: list[Number]) -> int:
        """What numbers come to in the return's units, each of them to the penny and none beyond
        the largest amount."""
        pence = np.rint(np.array(numbers, dtype=np.float64) * self._scale)
        return int(pence.clip(-_MOST_PENCE, _MOST_PENCE).astype(np.int64).sum())


def _alike(claims: Mapping[int, ColumnUses], rows: int) -> Iterable[tuple[int, int, ColumnUses]]:
    """Rows of one claim that follow one another: the first, that behind the last, their columns."""
    first = 0
    for row in range(1, rows + 1):
        columns = claims.get(first, _NOTHING)
        if row == rows or claims.get(row, _NOTHING) is not columns:
            yield first, row, columns
            first = row


def _numbers(cells: Sequence[Cell], texts: Mapping[str, Decimal]) -> list[Number]:
    """The numbers among cells other than nil, and what texts plainly are."""
    numbers: list[Number] = [cell for cell in cells if isinstance(cell, float) and cell]
    if texts:
        numbers += [texts[cell] for cell in cells if type(cell) is str and cell in texts]
    return numbers


def _placed(
    cells: Sequence[Cell], texts: Mapping[str, Decimal], first: int, column: int
) -> Iterable[tuple[At, Number]]:
    """The numbers of a column of rows from ``first`` on, each with its place."""
    for row, cell in enumerate(cells, first):
        for number in _numbers([cell], texts):
            yield (row, column), number


def _is_amount(number: Number) -> bool:
    """Whether a number is shown as an amount: no percentage, no reference such as FIN-007."""
    if not isinstance(number, FormattedNumber):
        return True
    section, _ = number.shape.section(number)
    return not section.percent and number.shape.reference(number) is None


def _text_amounts(texts: Iterable[str], pounds_per_unit: int) -> dict[str, Decimal]:
    """The texts that plainly are amounts other than nil, in the return's units."""
    amounts = {}
    for text in [each for each in texts if not each[0].isalpha()]:
        amount = text_amount(text)
        if amount is not None and amount[0]:
            amounts[text] = amount[0] / pounds_per_unit if amount[1] else amount[0]
    return amounts


def _decimal(number: Number) -> Decimal:
    return excel_decimal(number) if isinstance(number, float) else number


def _unread(heading: str, amounts: Sequence[Decimal], further: str) -> str:
    """What is said of a block that nothing reads."""
    total = f"{sum(amounts, Decimal(0)):,f}"
    if len(amounts) == 1:
        name = f"The amount under “{heading}”" if heading else "This amount"
        return f"{name} is not read: {total}."
    name = f"The block from “{heading}” on" if heading else "The block that begins here"
    numbers = f"its {len(amounts):,} numbers add up to {total}"
    return f"{name}{further} is not read; {numbers}."


def _is_issues_sheet(sheet: Sheet) -> bool:
    """Whether a sheet is that of the issues of a checked copy, which the sender filled in."""
    if not match_key(sheet.name).startswith(_ISSUES_NAME):
        return False
    return any(
        {match_key(cell) for cell in row if isinstance(cell, str)} >= _ISSUES_KEYS
        for row in sheet.rows[:_ISSUES_ROWS]
    )
