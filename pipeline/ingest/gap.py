"""The sheet Gap: each partner's budget gap before the programme (contract, section 2)."""

from dataclasses import dataclass, field

from pipeline.core.issue import Issue
from pipeline.core.returns import TableSource
from pipeline.core.source import SourceRef
from pipeline.core.suggest import suggestion
from pipeline.core.text import Vocabulary, cell_text
from pipeline.core.years import span_text, year_label
from pipeline.ingest.cells import read_columns
from pipeline.ingest.formats.workbook import Cell, Sheet
from pipeline.ingest.records import found_on
from pipeline.ingest.tables import FoundTable, Rows, header_issues, unread_issues
from pipeline.ingest.totals import says_total
from schemas.programme import GAP

_UNTIL = "no budget gap is shown until it is right."
_POUNDS = 1


@dataclass
class Gap:
    """Pence by partner code, by year of the programme; what is wrong with the sheet, where it then
    says nothing: a gap that is known in part would be taken for the whole."""

    pence: dict[str, list[int]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    def by_partner(self, codes: tuple[str, ...], years: int) -> tuple[tuple[int, ...], ...]:
        """The gap of each partner, nil where it has no row; empty where the sheet has none that
        can be used."""
        if not self.pence or any(issue.is_error for issue in self.issues):
            return ()
        return tuple(tuple(self.pence.get(code, [0] * years)) for code in codes)


def read_gap(
    workbook: str, sheets: list[Sheet], codes: tuple[str, ...], years: tuple[int, ...]
) -> Gap:
    """The gap as the sheets give it; a sheet that nobody has filled in says nothing."""
    gap = Gap()
    for sheet in sheets:
        tables, issues = found_on(workbook, sheet, GAP)
        gap.issues += issues
        for number, each in enumerate(tables):
            _GapReader(each, each.source(workbook, number), gap, codes, years).read()
    return gap


class _GapReader:
    """One table of gaps being read."""

    def __init__(
        self,
        found_table: FoundTable,
        source: TableSource,
        gap: Gap,
        codes: tuple[str, ...],
        years: tuple[int, ...],
    ) -> None:
        self.found_table, self.source, self.gap, self.years = found_table, source, gap, years
        self.codes = Vocabulary(codes, exact=True)
        self.column = found_table.columns.fields.get(GAP.fields[0].name)
        self.amounts = found_table.columns.amounts(_POUNDS)
        self.rows: dict[str, int] = {}

    def bad(self, at: SourceRef, heading: str, value: str, what: str, fix: str) -> None:
        details = {"what": f"{what}: {_UNTIL}", "fix": fix}
        self.gap.issues.append(Issue("bad-setting", at, heading, value, details))

    def read(self) -> None:
        rows = Rows(each for each in self.found_table.rows if self.says_something(*each))
        if not rows:
            return
        self.gap.issues += header_issues(self.found_table, self.source, GAP)
        total_columns = {
            column
            for column, heading in enumerate(self.found_table.headings)
            if says_total(cell_text(heading))
        }
        self.gap.issues += unread_issues(self.found_table, self.source, rows, total_columns)
        if self.column is None:
            return
        self.judge_years(rows)
        for place, row in rows:
            self.read_row(place, row)

    def says_something(self, place: int, row: list[Cell]) -> bool:
        """Whether a row has an amount, or names a partner; totals and notes don't."""
        name = "" if self.column is None else cell_text(row[self.column])
        if self.codes.find(name) is None:
            texts = (cell for cell in row if isinstance(cell, str) and cell)
            if says_total(next(texts, "")):
                return False
        elif name:
            return True
        return any(
            row[each.column] != "" or (place, each.column) in self.found_table.sheet.faults
            for each in self.amounts
        )

    def judge_years(self, rows: Rows) -> None:
        """Columns of years that the programme doesn't cover."""
        for each in self.amounts:
            if each.year in self.years or all(row[each.column] == "" for _, row in rows):
                continue
            at = self.source.at(self.found_table.header + 1, each.column + 1)
            text = cell_text(self.found_table.headings[each.column])
            span = span_text([year_label(year) for year in self.years])
            what = f"The programme covers {span}, not {each.heading}"
            self.bad(at, GAP.name, text, what, "Enter one of its years, or clear the column.")

    def read_row(self, place: int, row: list[Cell]) -> None:
        if self.column is None:
            return
        text = cell_text(row[self.column])
        at = self.source.at(place + 1, self.column + 1)
        code = self.codes.find(text)
        heading = GAP.fields[0].heading
        fix = f"Use one of: {', '.join(self.codes.words)}."
        if code is None:
            words = f"“{text}” is no partner's code{suggestion(text, self.codes.words)}"
            self.bad(at, heading, text, words if text else "The row names no partner", fix)
        elif code in self.rows:
            what = f"“{code}” stands in row {self.rows[code]} already"
            self.bad(at, heading, text, what, "Keep one of the rows.")
        else:
            self.rows[code] = place + 1
            self.gap.pence[code] = self.pence(place, row)

    def pence(self, place: int, row: list[Cell]) -> list[int]:
        """The row's pence by year of the programme."""
        pence = [0] * len(self.years)
        for each in self.amounts:
            if each.year not in self.years:
                continue
            cell = row[each.column]
            at = self.source.at(place + 1, each.column + 1)
            fault = self.found_table.sheet.faults.get((place, each.column))
            if fault is not None:
                rule = "cell-error" if fault.error else "formula-no-value"
                self.gap.issues.append(Issue(rule, at, each.heading, fault.error))
                continue
            (amount,) = read_columns([[cell]], [each.unit])
            if amount.faulty:
                text = cell_text(cell)
                what = f"“{text}” is not an amount"
                self.bad(at, each.heading, text, what, "Enter a number; leave it blank for nil.")
            pence[self.years.index(each.year)] += int(amount.pence[0])
        return pence
