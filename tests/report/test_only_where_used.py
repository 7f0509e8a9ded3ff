"""What the partners' money needs beside the report of before: there where a programme uses it, and
nothing of it where it doesn't (contract, section 6)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.core.results import Results
from pipeline.report.books import partner_pack, programme_summary
from pipeline.report.data_csv import data_files
from pipeline.report.spec import Book, Table
from tests.builders import Programme, Return
from tests.ingest.reading import results
from tests.long import quick_cases

YEARS = ("2012/13", "2013/14")
Use = Callable[[Programme, dict[str, str | float]], object]
DATED = {"From": "3 October 2012"}

# By what is used: the tables of the summary, those of each pack, the headings and the csv files
# that come with it.
USES: dict[str, tuple[Use, set[str], set[str], set[str], set[str]]] = {
    "Paid by": (
        lambda _, line: line.update(paid_by="A"),
        {"Settlement", "Settlement_delivered", "Settlement_steps", "Transfers"},
        {"Settlement", "Settlement_delivered", "Transfers"},
        {"Paid by", "Settled"},
        {"data/settlement.csv", "data/transfers.csv"},
    ),
    "Gap": (
        lambda one, _: one.gap("A", {"2012/13": 5}),
        {"Budget", "Budget_gap", "Budget_titles", "Gap_together"},
        {"Budget", "Budget_gap", "Budget_titles", "Gap_together"},
        set(),
        set(),
    ),
    "a list": (
        lambda one, line: (one.tag("Stage", "List", "Idea"), line.update(stage="Idea")),
        {"By_tag", "Tag_numbers"},
        set(),
        {"Stage"},
        set(),
    ),
    "a number": (
        lambda one, line: (one.tag("FTE", "Number"), line.update(fte=2.5)),
        {"By_tag", "Tag_numbers"},
        set(),
        {"FTE"},
        set(),
    ),
    "From": (
        lambda one, _: one.driver("Headcount", said=DATED, A=2, B=1),
        {"Share_changes"},
        {"Share_changes"},
        set(),
        set(),
    ),
    "Actual": (
        lambda one, _: [
            one.driver("Headcount", year="2012/13", said={"Version": version}, A=2, B=1)
            for version in ("Estimate", "Actual")
        ],
        {"Share_changes"},
        {"Share_changes"},
        set(),
        set(),
    ),
    "Confidence": (
        lambda one, line: (
            one.rating("Firm", 0.9),
            line.update(confidence="Firm"),
        ),
        set(),
        set(),
        {"Annual cashable, risk-weighted", "Risk-weighted", "Weight", "Weighed by"},
        set(),
    ),
}


def reported(folder: Path, use: Use | None = None) -> Results:
    one = Programme(scenarios="Plan", years=2)
    for code in ("A", "B"):
        one.partner(code, f"{code} Council")
    one.service("ICT", "Corporate", "Headcount")
    one.none_of("Baseline")
    one.driver("Headcount", A=1, B=1)
    line: dict[str, str | float] = {"line_ref": "F1", "category": "Cashable saving"}
    if use is not None:
        use(one, line)
    one.write(folder)
    finance = Return("Finance", years=YEARS)
    finance.line([-100, -200], **line)
    finance.add("Delivery", line_ref="F1", year="2012/13", forecast=-100, delivered=-90)
    finance.write(folder, "finance.xlsx")
    return results(folder)


def tables(book: Book) -> dict[str, Table]:
    return {
        block.name: block
        for sheet in book.sheets
        for block in sheet.blocks
        if isinstance(block, Table)
    }


# Tables that list what else there is.
LISTS = {"Data_dictionary", "Contents", "Controls", "Inputs", "Reported", "Checks"}


def headings(book: Book, of: set[str]) -> set[str]:
    return {
        column.heading
        for name, table in tables(book).items()
        if name in of
        for column in table.columns
    }


@quick_cases(3)
@pytest.mark.parametrize("name", USES)
def test_it_comes_with_its_use_and_nothing_else_does(tmp_path: Path, name: str) -> None:
    use, in_summary, in_packs, columns, files = USES[name]
    plain, more = reported(tmp_path / "plain"), reported(tmp_path / "more", use)
    before, after = programme_summary(plain), programme_summary(more)
    assert set(tables(after)) - set(tables(before)) == in_summary
    common = set(tables(before)) - LISTS
    assert headings(after, common) - headings(before, common) == columns
    packs = [partner_pack(each, each.programme.partners[0]) for each in (plain, more)]
    assert set(tables(packs[1])) - set(tables(packs[0])) == in_packs
    assert set(data_files(more)) - set(data_files(plain)) == files
