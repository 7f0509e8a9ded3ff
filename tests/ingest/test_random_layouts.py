"""Whatever Layouts say, right, wrong or contradictory: no control fails and nothing breaks."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.builders import Programme
from tests.ingest.test_layouts import differs, results_of, write_rows
from tests.long import quick_cases
from tests.running import outcome_of

YEARS = ("2012/13", "2013/14", "2014/15")
_WORKBOOKS = ("*", "", "a.xlsx", "B*", "no such.xlsx")
_SHEETS = ("", "*", "Proposals", "ICT", "Led*", "Savings", "No such sheet")
_TABLES = ("Savings",) * 12 + ("Cover", "Cover", "Delivery", "Projects", "Saving", "")
_OURS = (
    *("Line ref", "Description", "Service", "Category", "Scenario", "Basis", "Partner", "Notes"),
    *("Counted in", "Project code", "Year", "Amount", "Header row", "Units", "Savings sign"),
    *(
        "Profile",
        "Status",
        "Forecast",
        "Delivered",
        "No such heading",
        *YEARS,
        "2030/31",
        "2012/14",
    ),
)
_THEIRS = (
    *("Ref", "What", "Kind", "Unit", "Period", "Value", "Status", "Q1", "Q1 + Q2", "Q1 + Q9"),
    *("2012/13 Best", "2012/13 Worst", "Best", "2012/13", "2013/14", "No such", "Line ref"),
)
_CONSTANTS = (
    *("ICT", "Fleet", "{sheet}", "{workbook}-{row}", "{Ref}-{Kind}", "{Kind}", "{No such}", "{}"),
    *("Cashable saving", "Saving", "Best case", "Best", "Direct", "A", "Z", "2012/13", "3", "60"),
    *("£000", "thousands", "Positive", "Incremental", "Not agreed", "{Value}", "100", "Draft"),
)
_VALUES = ("saving", "cost", "withdrawn", "with*", "*", "ICT", "-", "tbc", "proposals", "10")
_OUR_VALUES = (
    "Cashable saving",
    "One-off cost",
    "ICT",
    "Leave out",
    "Best",
    "",
    "nonsense",
    "2013/14",
)

# Rows that read a sheet rightly, which the random ones then meet.
_RIGHT = {
    ours: {"Table": "Savings", "Heading": ours, "Their heading": theirs}
    for ours, theirs in (
        *(("Line ref", "Ref"), ("Description", "What"), ("Category", "Kind"), ("Service", "Unit")),
        *(("Year", "Period"), ("Amount", "Value"), ("2012/13", "Best")),
    )
}
_WAYS = {
    "Proposals": ("Line ref", "Description", "Category", "Service"),
    "ICT": ("Line ref", "Description", "Category", "Service", "2012/13"),
    "Ledger": ("Line ref", "Description", "Category", "Service", "Year", "Amount"),
}


def layout_row(draw: random.Random) -> dict[str, str]:
    """A row of Layouts, as often right as wrong."""
    row = {
        "Workbook": draw.choice(_WORKBOOKS),
        "Sheet": draw.choice(_SHEETS),
        "Table": draw.choice(_TABLES),
        "Heading": draw.choice(_OURS),
        "Map": draw.choice(("", "", "", "x", "y")),
    }
    kind = draw.random()
    if kind < 0.45:
        row["Their heading"] = draw.choice(_THEIRS)
    elif kind < 0.8:
        row["Constant"] = draw.choice(_CONSTANTS)
    else:
        row |= {"Their value": draw.choice(_VALUES), "Our value": draw.choice(_OUR_VALUES)}
    if draw.random() < 0.1:
        row["Fill down"] = draw.choice(("Yes", "No", "perhaps"))
    if draw.random() < 0.05:
        row[draw.choice(("Their heading", "Constant", "Our value"))] = "ICT"
    return row


def layout_rows(draw: random.Random) -> list[dict[str, str]]:
    """Rows that read some sheets rightly, and random ones beside them."""
    rows = [
        {**_RIGHT[ours], "Sheet": sheet}
        for sheet, ways in _WAYS.items()
        if draw.random() < 0.8
        for ours in ways
    ]
    rows += [layout_row(draw) for _ in range(draw.choice((0, 1, 1, 2, 4, 12)))]
    draw.shuffle(rows)
    return rows


def amount(draw: random.Random) -> object:
    """A cell under a heading of amounts."""
    return draw.choice((draw.randint(-900, 900), draw.randint(-900, 900), 0.005, None, "-", "tbc"))


def tables(draw: random.Random) -> dict[str, list[list[object]]]:
    """Sheets of the three kinds that Layouts read: wide, side by side, long."""

    def words() -> list[object]:
        ref = draw.choice(("R1", "R2", "R3", "R4", None))
        kind = draw.choice(("saving", "cost", "Cashable saving", "withdrawn", None))
        return [ref, draw.choice(("Paper", None)), kind, draw.choice(("ICT", "Fleet", "x", None))]

    def rows(*kinds: str) -> list[list[object]]:
        return [
            words() + [draw.choice(YEARS) if each == "year" else amount(draw) for each in kinds]
            for _ in range(draw.randint(0, 5))
        ]

    heads: list[object] = ["Ref", "What", "Kind", "Unit"]
    total: list[object] = ["Total", None, None, None, draw.randint(-9, 9)]
    return {
        "Proposals": [[*heads, *YEARS, "Q1", "Q2"], *rows(*["amount"] * 5), total],
        "ICT": [
            [None] * 4 + ["2012/13", None],
            [None] * 4 + ["£000", "£000"],
            [*heads, "Best", "Worst"],
            *rows("amount", "amount"),
        ],
        "Ledger": [[*heads, "Period", "Value", "Status"], *rows("year", "amount", "amount")],
        "Savings": [
            ["Line ref", "Description", "Category", "Service", *YEARS],
            *rows(*["amount"] * 3),
        ],
    }


def write_random(draw: random.Random, folder: Path) -> None:
    """A programme with random layouts, and two workbooks that they may fit."""
    programme = Programme()
    for row in layout_rows(draw):
        programme.layout(**{name: cell or None for name, cell in row.items()})
    programme.write(folder)
    for name in ("a.xlsx", "b.xlsx"):
        sheets = tables(draw)
        kept = draw.sample(list(sheets), draw.randint(1, len(sheets)))
        write_rows(folder / name, **{sheet: sheets[sheet] for sheet in kept})


@quick_cases(1)
@pytest.mark.parametrize("seeds", [range(first, first + 10) for first in range(0, 60, 10)])
def test_no_layout_makes_a_control_fail(seeds: range, tmp_path: Path) -> None:
    accepted = 0
    for seed in seeds:
        draw = random.Random(seed)
        folder = tmp_path / str(seed)
        write_random(draw, folder)
        outcome = outcome_of(folder)
        accepted += len(results_of(outcome).register)
        failing = [c for c in results_of(outcome).controls.to_dict("records") if differs(c)]
        assert not failing, f"seed {seed}: {failing[:3]}"
        # What breaks while a return is read is told as a workbook that can't be read.
        broken = [issue.problem for issue in outcome.issues if issue.rule == "unreadable-workbook"]
        assert not broken, f"seed {seed}: {broken}"
    assert accepted, "no line of them all was read"
