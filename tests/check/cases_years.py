"""Cases of amounts over the years: columns that are missing, annual amounts in an incremental
return, lines that stop before the steady state."""

from pathlib import Path

from tests.builders import Cell, Programme, Return
from tests.check.case import case, line, place, programme

MISSING, ANNUAL, STOPS = "year-missing", "looks-annual", "stops-early"


@case(MISSING, "no column for the steady-state year")
def steady_missing(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return(years=("2012/13", "2013/14"), blank_columns=1, title_rows=2)
    finance.line([5, 5], category="Recurring cost")
    finance.write(folder)
    return [(MISSING, place("B3"))]


@case(MISSING, "each table of a sheet for itself")
def second_table(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([5, 5, 5])
    finance.row()
    finance.row("Line ref", None, "Description", "Service", "Category", *[None] * 3, "2013/14")
    finance.row("L9", None, "A line", "ICT", "Recurring cost", *[None] * 3, 7)
    finance.write(folder)
    return [(MISSING, place("A4"))]


@case(MISSING, "more years than the programme has, in any spelling", near=True)
def more_years(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return(years=("2011/12", "FY13", "2013-14", "14/15", "2015/16"))
    finance.line([None, 5, 5, 5, 0])
    finance.write(folder)
    return []


@case(MISSING, "a table without a line", near=True)
def no_line(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    Return(years=("2012/13",)).write(folder)
    return []


def incremental(folder: Path, *lines: tuple[Cell, ...], years: int = 3) -> Return:
    """A return of recurring lines that is read as the change on the year before."""
    one = Programme(years=years, profile="Incremental")
    one.write(folder)
    labels = tuple(f"{2012 + n}/{13 + n}" for n in range(years))
    finance = Return(years=labels)
    for amounts in lines:
        finance.line(amounts, category="Cashable saving")
    finance.write(folder)
    return finance


@case(ANNUAL, "the same saving from the second year on, in most lines")
def level(folder: Path) -> list[tuple[str, str]]:
    lines = [(-10_000 * n, -20_000 * n, -20_000 * n) for n in (1, 2, 4)]
    finance = incremental(folder, *lines, (-5, -4, 0))
    return [(ANNUAL, place(finance.at(2, "2013/14")))]


@case(ANNUAL, "within ten per cent, and from the line's own second year")
def nearly_level(folder: Path) -> list[tuple[str, str]]:
    finance = incremental(
        folder,
        (0, 0, -10, -100, -110),
        (-1, -100, -105, -100, -95),
        (0, -50, -50, -50, -50),
        years=5,
    )
    return [(ANNUAL, place(finance.at(2, "2015/16")))]


@case(ANNUAL, "two lines, or less than two thirds of them", near=True)
def few_level(folder: Path) -> list[tuple[str, str]]:
    flat, built = (-10, -20, -20), (-10, -20, -5)
    incremental(folder, flat, flat, flat, built, built)
    return []


@case(ANNUAL, "changes that end, turn or differ", near=True)
def changes(folder: Path) -> list[tuple[str, str]]:
    incremental(
        folder, (-10, -10, 0), (0, -20, 0), (-30, 10, -10), (-10, -20, -23), (-5, None, None)
    )
    return []


@case(ANNUAL, "an annual return, and one-offs that are reversed", near=True)
def annual_return(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance, estates = Return(), Return("Estates")
    for _ in range(3):
        finance.line([-10, -20, -20], category="Cashable saving")
        estates.line([250, -125, -125], category="One-off cost")
    estates.cover("Profile", "Incremental")
    finance.write(folder, "finance.xlsx")
    estates.write(folder, "estates.xlsx")
    return []


STOPPING = [
    line(STOPS, "one year and blank cells", (-100,), at="2013/14", category="Cashable saving"),
    line(STOPS, "a cost", (100, 100), at="2014/15", category="Recurring cost"),
    line(STOPS, "nil first", (0, -100, None), at="2014/15", category="Income"),
    line(STOPS, "blank once", (-100, None, 0), at="2013/14", category="Cashable saving"),
    line(STOPS, "an end that is said", (-100, 0, 0), category="Cashable saving"),
    line(STOPS, "an end in words", (-100, "-", "nil"), category="Cashable saving"),
    line(STOPS, "a gap before the steady state", (-100, None, -5), category="Cashable saving"),
    line(STOPS, "one that starts late", (None, None, -5), category="Cashable saving"),
    line(STOPS, "no amount at all", (), category="Cashable saving"),
    line(STOPS, "a one-off", (-100,), category="One-off saving"),
    line(STOPS, "a cost that is avoided once", (-100,), category="Cost avoidance"),
    line(
        STOPS,
        "a change that lasts",
        (-100,),
        category="Cashable saving",
        cover={"Profile": "Incremental"},
    ),
    line(
        STOPS,
        "in a row that is rejected",
        ("TBC", 5),
        category="Recurring cost",
        also=[("amount-not-number", "2012/13")],
    ),
]


@case(STOPS, "after the steady-state year it may end", near=True)
def after_steady(folder: Path) -> list[tuple[str, str]]:
    Programme(steady_state_year="2013/14").write(folder)
    finance = Return()
    finance.line([-5, -5], category="Cashable saving")
    finance.write(folder)
    return []
