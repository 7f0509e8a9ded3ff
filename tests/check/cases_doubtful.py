"""Cases of rows that may not be what they seem: lines above the headings, lines withdrawn."""

from pathlib import Path

from tests.builders import BEFORE_YEARS, Cell, Return
from tests.check.case import case, place, programme

ABOVE, WITHDRAWN = "rows-above-headings", "withdrawn"
LINE = ("E1", None, "Sell the station", "ICT", "One-off saving", None, None, None, -450_000)
HEADINGS = (*BEFORE_YEARS, "2012/13", "2013/14", "2014/15")


def titled(folder: Path, *rows: tuple[Cell, ...]) -> None:
    """A good line below headings, and rows above them."""
    programme().write(folder)
    finance = Return()
    finance.sheets["Savings"].titles = [list(row) for row in rows]
    finance.line([500])
    finance.write(folder)


@case(ABOVE, "a line typed over an example")
def over_the_example(folder: Path) -> list[tuple[str, str]]:
    titled(folder, ("Example (this row is not read)",), LINE)
    return [(ABOVE, place("A2"))]


@case(ABOVE, "headings sorted in among the lines: the first of those above")
def sorted_in(folder: Path) -> list[tuple[str, str]]:
    titled(folder, *[(f"A{n}", *LINE[1:]) for n in range(5)])
    return [(ABOVE, place("A1"))]


@case(ABOVE, "a line without an amount, one without a service")
def incomplete_lines(folder: Path) -> list[tuple[str, str]]:
    without_service = ("E2", None, "Sell the yard", None, None, None, None, None, "£5,000")
    titled(folder, (*LINE[:8],), without_service)
    return [(ABOVE, place("A1"))]


@case(ABOVE, "titles, units, column numbers, a banner, a total and a summary", near=True)
def other_rows(folder: Path) -> list[tuple[str, str]]:
    numbers = tuple(range(1, 12))
    titled(
        folder,
        ("Savings return", None, "Department of Finance", "April 2012"),
        ("Ref", None, "Proposal", "Area", "Kind", None, None, None, 2012, 2013, 2014),
        ("Saving", None, "What it is", None, None, None, None, None, "2012/13 to 2014/15"),
        numbers,
        tuple(f"({n})" for n in numbers),
        ("Grand total", None, "All lines", None, None, None, None, None, 500, None, None),
        (None, None, None, None, None, None, None, None, 500, None, None),
        (None, None, "Savings put forward", None, None, None, None, None, 500, None, None),
    )
    return []


@case(ABOVE, "an example that stands on the sheet Notes", near=True)
def on_another_sheet(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500])
    finance.sheet("Notes", [("An example",), HEADINGS[:5], LINE[:5]])
    finance.write(folder)
    return []


def with_status(folder: Path, *words: Cell, heading: str = "Status") -> Return:
    """Lines with what a column of their own says of each."""
    programme().write(folder)
    finance = Return()
    for word in words:
        finance.line([500], **{heading: word})
    finance.write(folder)
    return finance


@case(WITHDRAWN, "each word, in any capitals")
def each_word(folder: Path) -> list[tuple[str, str]]:
    words = ("Live", "WITHDRAWN", "deleted.", " Rejected ", "superseded", None)
    finance = with_status(folder, *words)
    return [(WITHDRAWN, place(finance.at(row, "Status"))) for row in (3, 4, 5, 6)]


@case(WITHDRAWN, "once a line, in a column without a heading too")
def once_a_line(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500], **{"": "Withdrawn", "Stage": "Deleted"})
    finance.write(folder)
    return [(WITHDRAWN, place(finance.at(2, "")))]


@case(WITHDRAWN, "yes in a column of that name")
def column_of_its_own(folder: Path) -> list[tuple[str, str]]:
    words = ("Yes", "No", "x", True, None, "See minutes")
    finance = with_status(folder, *words, heading="Withdrawn?")
    return [(WITHDRAWN, place(finance.at(row, "Withdrawn?"))) for row in (2, 4, 5)]


@case(WITHDRAWN, "yes in another column", near=True)
def yes_elsewhere(folder: Path) -> list[tuple[str, str]]:
    with_status(folder, "Yes", heading="Approved")
    return []


@case(WITHDRAWN, "words that say more, and columns that are read", near=True)
def says_more(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500], Status="Not withdrawn", notes="Withdrawn", confidence="Rejected")
    finance.line([500], Status="Grant withdrawn by the government")
    finance.write(folder)
    return []


@case(WITHDRAWN, "in a row that is no line", near=True)
def beside_a_note(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500], Status="Live")
    finance.row(*[None] * (len(finance.sheets["Savings"].headings) - 1), "Withdrawn")
    finance.write(folder)
    return []
