"""The worked examples of docs/layouts.md, run as they stand on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemas.programme import LAYOUTS as SCHEMA
from tests.builders import LAYOUTS, Programme
from tests.docs.test_docs import text_of
from tests.ingest.test_layouts import differs, results_of, write_rows
from tests.running import outcome_of

PAGE = text_of("docs/layouts.md")
EXAMPLES = re.split(r"^## (?=Example)", PAGE, flags=re.MULTILINE)[1:]
_SHEET = re.compile(r"^`([^`]+)`, sheet `([^`]+)`:\n\n((?:\|.*\n)+)", re.MULTILINE)
_NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?")


def table(text: str) -> tuple[list[str], list[list[str]]]:
    """The headings and the rows of a table of the page."""
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()]
    return lines[0], lines[2:]


def below(words: str, example: str) -> tuple[list[str], list[list[str]]]:
    """The table below a line of the page."""
    return table(example.partition(f"{words}:\n\n")[2].partition("\n\n")[0])


def cell(text: str) -> object:
    """A cell as somebody types it."""
    if not text:
        return None
    return float(text.replace(",", "")) if _NUMBER.fullmatch(text) else text


def written(example: str, folder: Path) -> list[list[str]]:
    """Write an example's workbooks; gives the lines that the page says are read."""
    shown, lines = below("What is read, in pounds", example)
    programme = Programme(years=sum("/" in heading for heading in shown))
    for service in ("Adults", "Fleet"):
        programme.service(service, basis="Equal")
    programme.none_of("Baseline")
    headings, rows = below("Layouts", example)
    assert headings == list(LAYOUTS)
    for row in rows:
        programme.layout(**dict(zip(headings, (each or None for each in row), strict=True)))
    programme.write(folder)
    books: dict[str, dict[str, list[list[object]]]] = {}
    for workbook, sheet, text in _SHEET.findall(example):
        books.setdefault(workbook, {})[sheet] = [[*map(cell, row)] for row in table(text)[1]]
    for workbook, sheets in books.items():
        write_rows(folder / workbook, **sheets)
    return lines


@pytest.mark.parametrize("example", EXAMPLES, ids=[each.splitlines()[0] for each in EXAMPLES])
def test_an_example_is_read_as_the_page_says(example: str, tmp_path: Path) -> None:
    expected = written(example, tmp_path)
    outcome = outcome_of(tmp_path)
    assert [(issue.rule, str(issue.at)) for issue in outcome.issues] == []
    results = results_of(outcome)
    names = ["line_ref", "service", "category", "scenario", *results.programme.year_labels]
    rows = [[row[name] for name in names] for row in results.register.to_dict("records")]
    shown = [
        [*row[:4], *(f"{pence / 100:,.0f}" for pence in row[4:])]
        for row in rows
        if row[:4] in [each[:4] for each in expected]
    ]
    assert sorted(shown) == sorted(expected)
    # A line that is the same in all scenarios stands on the page once.
    assert {row[0] for row in rows} == {row[0] for row in expected}
    assert [c for c in results.controls.to_dict("records") if differs(c)] == []


def test_there_are_four_examples() -> None:
    titles = [each.splitlines()[0].partition(": ")[2] for each in EXAMPLES]
    assert titles == [
        "a tracker", "a sheet for each service", "best and worst side by side", "a long export",
    ]  # fmt: skip


def test_the_page_explains_every_column() -> None:
    explained = table(PAGE.partition("## The columns\n\n")[2].partition("\n\n")[0])[1]
    names = ", ".join(name for name, _ in explained).split(", ")
    assert names == [field.heading for field in SCHEMA.fields]
