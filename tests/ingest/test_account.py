"""Every number is accounted for: in random returns a number that somebody types anywhere is counted
or named, and a clean return says nothing.

``SOAK=400 pytest tests/ingest/test_account.py`` (``make soak``) tries so many returns, 400 at most.
"""

from __future__ import annotations

import io
import os
import random
from datetime import date

import openpyxl
import pytest

from pipeline.core.account import NumberUse
from pipeline.core.returns import Return
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.returns import read_return
from schemas.vocabulary import CATEGORIES

RETURNS = min(int(os.environ.get("SOAK", "16")), 400)
YEARS = ("2012/13", "2013/14", "2014/15")
SERVICES = {"ICT": "Corporate", "Finance": "Corporate", "Fleet": "Operations"}
SCENARIOS = ("Best case", "Worst case")
CONTEXT = ReadingContext(
    years=(2012, 2013, 2014),
    pounds_per_unit=1,
    savings_positive=False,
    costs_positive=True,
    incremental=False,
    vocabularies={
        "services": tuple(SERVICES),
        "scenarios": SCENARIOS,
        "bases": ("Baseline", "Equal", "Direct"),
        "partners": ("A", "B"),
        "other programmes": (),
    },
    strands=tuple(SERVICES.items()),
)
HEADINGS = ("Line ref", "Description", "Service", "Category", "Scenario")
Cell = str | float | date | None
# Service, category and scenario, and the amounts.
Line = tuple[tuple[str, str, str], list[float]]
# Typed where nobody expects it; no sum of any return below.
PLANTED = 98_765_432.1


def savings(rng: random.Random) -> list[Line]:
    """Lines: service, category and scenario, and an amount a year, mostly round thousands."""
    lines = []
    for _ in range(rng.randint(1, 5)):
        service, category = rng.choice(list(SERVICES)), rng.choice(CATEGORIES)
        for scenario in rng.choice((SCENARIOS, ("",))):
            step = rng.choice((1_000, 1_000, 500, 0.01))
            amounts = [round(rng.randint(1, 90) * step, 2) for _ in YEARS]
            sign = 1 if category.endswith("cost") else -1
            lines.append(((service, category, scenario), [sign * each for each in amounts]))
    return lines


def summary(
    lines: list[tuple[tuple[str, str, str], list[float]]], key: int, unit: int
) -> list[list[Cell]]:
    """The lines added up by service, category or scenario, in whole units or to a tenth of one."""
    rows: list[list[Cell]] = [["Summary", *YEARS, "All years"]]
    for name in dict.fromkeys(line[0][key] for line in lines):
        own = [line[1] for line in lines if line[0][key] == name]
        sums = [sum(column) for column in zip(*own, strict=True)]
        rows.append(
            [name or "All scenarios", *(round(each / unit, 2) for each in (*sums, sum(sums)))]
        )
    return rows


def clean_return(rng: random.Random) -> dict[str, list[list[Cell]]]:
    """The sheets of a return in which every number is read, adds up what is read, or only counts
    rows."""
    lines = savings(rng)
    numbered, dated, totalled, below = (rng.random() < 0.5 for _ in range(4))
    headings = [*(["No."] if numbered else []), *HEADINGS, *YEARS]
    headings += [*(["Total"] if totalled else []), *(["Agreed on"] if dated else [])]
    rows: list[list[Cell]] = [["Savings of 2012"], []] if rng.random() < 0.5 else []
    rows.append([*headings])
    for number, (words, amounts) in enumerate(lines, 1):
        row: list[Cell] = [number] if numbered else []
        row += [f"F{number}", f"Line {number}", *words, *amounts]
        row += [sum(amounts)] if totalled else []
        rows.append([*row, *([date(2012, 4, number)] if dated else [])])
    sums = [round(sum(column), 2) for column in zip(*(each[1] for each in lines), strict=True)]
    before: list[Cell] = [None] * (numbered + 1)
    rows.append([*before, "Total", None, None, None, *sums, *([sum(sums)] if totalled else [])])
    key, unit = rng.randrange(3), rng.choice((1, 1_000))
    block = summary(lines, key, 1)
    if below:
        # Below the years, so that its headings might be a further table's.
        rows += [[], *([*before, None, *row[:1], None, None, *row[1:4]] for row in block)]
    sheets = {"Cover": [["Setting", "Value"], ["Department", "Finance"]], "Savings": rows}
    sheets["Our summary"] = [
        ["Summary, £" if unit == 1 else "Summary, £000"],
        *summary(lines, key, unit),
    ]
    return sheets


def book(sheets: dict[str, list[list[Cell]]]) -> openpyxl.Workbook:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if len(rows) > 1 and not rows[1]:
            sheet.merge_cells("A1:D1")
    return workbook


def reading(workbook: openpyxl.Workbook) -> Return:
    stream = io.BytesIO()
    workbook.save(stream)
    return read_return("return.xlsx", stream.getvalue(), "", CONTEXT)


@pytest.mark.parametrize("seed", range(RETURNS))
def test_a_clean_return_says_nothing_and_a_number_typed_anywhere_is_counted_or_named(
    seed: int,
) -> None:
    rng = random.Random(seed)
    workbook = book(clean_return(rng))
    before = reading(workbook)
    assert [(each.rule, str(each.at)) for each in before.issues] == []
    assert before.account.cells[NumberUse.NAMED] == 0
    assert sum(before.account.cells) == before.account.all_cells
    for _ in range(4):
        sheet = workbook[rng.choice(workbook.sheetnames)]
        cell = sheet.cell(rng.randint(1, sheet.max_row + 3), rng.randint(1, sheet.max_column + 3))
        if cell.value is not None or isinstance(cell, openpyxl.cell.MergedCell):
            continue
        cell.value = rng.choice((PLANTED, "£98,765,432.10", "(98,765,432.10)"))
        after = reading(workbook)
        places = zip(NumberUse, after.account.cells, before.account.cells, strict=True)
        moved = {place: now - then for place, now, then in places if now != then}
        where = f"{sheet.title}!{cell.coordinate}: {moved}, {[i.rule for i in after.issues]}"
        assert sum(after.account.cells) == after.account.all_cells, where
        assert after.account.all_cells == before.account.all_cells + 1, where
        # Read, and checked with all returns together, or named.
        assert after.issues or NumberUse.LINE in moved or moved == {NumberUse.HEADING: 1}, where
        cell.value = None
