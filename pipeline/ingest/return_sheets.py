"""The sheets of one return, each opened once: those only looked at, and those that are read."""

from pipeline.core.issue import Issue
from pipeline.core.source import SourceRef
from pipeline.ingest.formats.workbook import Sheet, Workbook

# Sheets of our templates and checked copies that hold no table of a return.
OWN_SHEETS = ("Start here", "Notes", "Lists", "Issues")


class ReturnSheets:
    """``names``: of all sheets by number, and whether they are hidden; ``in_use``: those that are
    read. A hidden one among these is an issue."""

    def __init__(self, workbook: str, book: Workbook, issues: list[Issue]) -> None:
        self.workbook = workbook
        self.names = book.sheets
        self.in_use: dict[int, Sheet] = {}
        self._book = book
        self._issues = issues
        self._sheets: dict[int, Sheet] = {}

    def look(self, number: int) -> Sheet:
        """A sheet to be looked at."""
        if number not in self._sheets:
            self._sheets[number] = self._book.sheet(number)
        return self._sheets[number]

    def open(self, number: int) -> Sheet:
        """A sheet that is read."""
        if number in self.in_use:
            return self.in_use[number]
        sheet = self.in_use[number] = self.look(number)
        if sheet.hidden:
            at = SourceRef(self.workbook, sheet.name, sheet_number=number)
            self._issues.append(Issue("hidden-sheet", at))
        return sheet
