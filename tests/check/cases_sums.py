"""Cases of lines that only add up others: sub-totals with a category, nations above regions."""

from pathlib import Path

from tests.builders import Cell, Return
from tests.check.case import case, place, programme

RESTATED = "restated-rows"


def savings(folder: Path, *rows: tuple[str, tuple[Cell, ...]] | None, **cells: Cell) -> Return:
    """Lines of Savings by what they are called, with their amounts; None is a blank row, and what
    begins with Total a total row."""
    programme().write(folder)
    finance = Return()
    for row in rows:
        if row is None:
            finance.row()
        elif row[0].startswith("Total"):
            finance.row(row[0], *[None] * 7, *row[1])
        else:
            given = {"category": "Cashable saving", "description": row[0], **cells}
            finance.line(row[1], **given)
    finance.write(folder)
    return finance


def restated(*rows: int) -> list[tuple[str, str]]:
    return [(RESTATED, place(f"A{row}")) for row in rows]


ONE, TWO, THREE = (-100, -200, -300), (-1_000, -2_000, -3_000), (-7, -8, -9)
ONE_AND_TWO = (-1_100, -2_200, -3_300)
ALL_THREE = (-1_107, -2_208, -3_309)


@case(RESTATED, "a sub-total with a category and a reference of its own")
def with_category(folder: Path) -> list[tuple[str, str]]:
    savings(folder, ("One", ONE), ("Two", TWO), ("All cashable savings", ONE_AND_TWO))
    return restated(4)


@case(RESTATED, "a nation above its regions, nil lines and blank rows between")
def nation_above(folder: Path) -> list[tuple[str, str]]:
    nil = (0, None, 0)
    savings(
        folder, ("England", ONE_AND_TWO), ("North", ONE), ("Nowhere", nil), None, ("South", TWO)
    )
    return restated(2)


@case(RESTATED, "sub-totals one after the other, and what adds them all up")
def sub_totals(folder: Path) -> list[tuple[str, str]]:
    savings(
        folder,
        ("One", ONE),
        ("Two", TWO),
        ("Corporate", ONE_AND_TWO),
        ("Three", THREE),
        ("Four", ONE),
        ("Operations", (-107, -208, -309)),
        ("Everything", (-1_207, -2_408, -3_609)),
    )
    return restated(4, 7, 8)


@case(RESTATED, "regions above their counties, a nation above its regions")
def three_levels(folder: Path) -> list[tuple[str, str]]:
    savings(
        folder,
        ("England", (-1_207, -2_408, -3_609)),
        ("North", ONE_AND_TWO),
        ("Durham", ONE),
        ("Kent", TWO),
        ("South", (-107, -208, -309)),
        ("Devon", ONE),
        ("Dorset", THREE),
    )
    return restated(2, 3, 6)


@case(RESTATED, "since the last total row")
def since_total(folder: Path) -> list[tuple[str, str]]:
    savings(
        folder,
        ("Three", THREE),
        ("Total", THREE),
        ("One", ONE),
        ("Two", TWO),
        ("Both", ONE_AND_TWO),
    )
    return restated(6)


@case(RESTATED, "each scenario for itself; a line of all scenarios counts in both")
def in_scenarios(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()

    def saving(ref: str, scenario: str | None, *amounts: Cell) -> int:
        named = {"line_ref": ref, "scenario": scenario, "category": "Cashable saving"}
        return finance.line(amounts, **named)

    saving("A", "Best case", -10, -20, -30)
    saving("A", "Worst case", -1, -2, -3)
    saving("B", None, -5, -5, -5)
    rows = [saving("C", "Best case", -15, -25, -35), saving("C", "Worst case", -6, -7, -8)]
    finance.write(folder)
    return restated(*rows)


@case(RESTATED, "costs and savings together, in a return that enters both above nil")
def net(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.cover("Savings sign", "Positive")
    finance.line([40, 40, 40], category="Recurring cost")
    finance.line([100, 100, 100], category="Cashable saving")
    row = finance.line([60, 60, 60], category="Cashable saving", description="Net saving")
    finance.write(folder)
    return restated(row)


def on_sheets(folder: Path, *summary: tuple[str, tuple[Cell, ...]]) -> None:
    """Two sheets of lines and a summary of them, all read by one row of Layouts for any sheet."""
    control = programme()
    for heading, how, value in (
        ("Line ref", "Constant", "{sheet}-{row}"),
        ("Description", "Their heading", "Scheme"),
        ("Category", "Constant", "Cashable saving"),
        ("Service", "Constant", "ICT"),
    ):
        control.layout(**{"Sheet": "*", "Table": "Savings", "Heading": heading, how: value})
    control.write(folder)
    finance = Return()
    finance.leave_out("Savings")
    headings = ("Scheme", *finance.years)
    for sheet, rows in {
        "North": (("One", ONE), ("Two", TWO)),
        "South": (("Three", THREE),),
    }.items():
        finance.sheet(sheet, [headings, *((name, *amounts) for name, amounts in rows)])
    finance.sheet("Summary", [headings, *((name, *amounts) for name, amounts in summary)])
    finance.write(folder)


@case(RESTATED, "a line of a summary sheet that is read as lines")
def on_another_sheet(folder: Path) -> list[tuple[str, str]]:
    on_sheets(folder, ("North", ONE_AND_TWO), ("South", (-5, -5, -5)))
    return [(RESTATED, place("A2", "Summary"))]


@case(RESTATED, "the sum of some lines of another sheet, or its only line", near=True)
def some_of_another_sheet(folder: Path) -> list[tuple[str, str]]:
    on_sheets(folder, ("New", TWO), ("Newer", THREE), ("Newest", (-1_100, -2_200, -3_301)))
    return []


@case(RESTATED, "one year of three is another", near=True)
def other_year(folder: Path) -> list[tuple[str, str]]:
    savings(folder, ("One", ONE), ("Two", TWO), ("More", (-1_100, -2_200, -3_300.01)))
    return []


@case(RESTATED, "the same amount as one other line, or as one and nil lines", near=True)
def one_other(folder: Path) -> list[tuple[str, str]]:
    savings(folder, ("One", ONE), ("Nil", (0, 0, 0)), ("Again", ONE), ("And again", ONE))
    return []


@case(RESTATED, "equal amounts in round thousands, not next to what they add up to", near=True)
def round_thousands(folder: Path) -> list[tuple[str, str]]:
    fifty, forty, ninety = (-50_000,) * 3, (-40_000,) * 3, (-90_000,) * 3
    savings(folder, ("a", fifty), ("b", fifty), ("c", forty), ("d", ninety), ("e", forty))
    return []


@case(RESTATED, "a total row adds up, and is no line", near=True)
def total_row(folder: Path) -> list[tuple[str, str]]:
    savings(folder, ("One", ONE), ("Two", TWO), ("Total", ONE_AND_TWO), ("Three", THREE))
    return []


@case(RESTATED, "of lines that are counted, not of one that is left out", near=True)
def left_out(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line(ONE, category="Cashable saving", counted_in="Corporate Services Review")
    finance.line(TWO, category="Cashable saving")
    finance.line(ONE_AND_TWO, category="Cashable saving")
    finance.write(folder)
    return []


@case(RESTATED, "of another table of the sheet, of another scenario", near=True)
def elsewhere(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line(ONE, category="Cashable saving")
    finance.line(TWO, category="Cashable saving", line_ref="X", scenario="Best case")
    finance.line(ONE, category="Cashable saving", line_ref="X", scenario="Worst case")
    finance.line(ONE_AND_TWO, category="Cashable saving")
    finance.write(folder)
    return []
