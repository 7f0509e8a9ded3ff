"""Cases of amounts: what is none, the wrong sign, one-offs, units, fractions of a penny, totals."""

from datetime import date, datetime
from pathlib import Path

from tests.builders import Formula, Programme, Return
from tests.check.case import case, line, place, programme

POSITIVE = {"Savings sign": "Positive"}
INCREMENTAL = {"Profile": "Incremental"}

AMOUNTS = [
    *(
        line("amount-not-number", f"{says} ({cell})", (500, cell), at="2013/14")
        for says, cell in (
            ("to be confirmed", "TBC"),
            ("not applicable", "N/A"),
            ("dots", "…"),
            ("a lone dot", "."),
            ("a comma for a point", "12,34"),
            ("a gap for a comma", "1 804"),
            ("a dot for a comma, perhaps", "-3.000"),
            ("an exponent", "1e3"),
            ("a percentage", "12%"),
            ("a credit", "1,804 CR"),
            ("a date", date(2012, 4, 1)),
            ("a date and a time", datetime(2012, 4, 1, 9, 30)),
            ("a truth", True),
            ("a falsehood", False),
            ("a word", "see note"),
            ("braces", "{amount}"),
        )
    ),
    line("amount-not-number", "more than a trillion pounds", (1_000_000_000_001,), at="2012/13"),
    line(
        "amount-not-number",
        "a million in millions",
        (1_000_001,),
        at="2012/13",
        cover={"Units": "£m"},
    ),
    line(
        "amount-not-number",
        "each cell for itself",
        ("TBC", 5, "tbc"),
        at="2012/13",
        also=[("amount-not-number", "2014/15")],
    ),
    *(
        line("amount-not-number", f"{says} ({cell})", (cell,), category=category)
        for says, cell, category in (
            ("pounds and pence", "£1,234.50", "One-off cost"),
            ("brackets", "(1,804)", "One-off saving"),
            ("pounds in brackets", "(£1,804)", "One-off saving"),
            ("brackets behind the pound", "£(1,804)", "One-off saving"),
            ("a hyphen", "-1804", "One-off saving"),
            ("a minus sign", "\N{MINUS SIGN}1,804", "One-off saving"),
            ("a minus behind", "1,804-", "One-off saving"),
            ("a point behind", "5.", "One-off cost"),
            ("a point before", ".5", "One-off cost"),
            ("three decimals of nil", "0.500", "One-off cost"),
            ("three decimals of thousands", "1234.500", "One-off cost"),
            ("spaces around", "  1,804 ", "One-off cost"),
            ("a dash", "-", "One-off cost"),
            ("nil", "Nil", "One-off cost"),
            ("a blank", None, "One-off cost"),
            ("spaces", "   ", "One-off cost"),
        )
    ),
    *(
        line(
            "amount-not-number", f"{says} ({cell})", (cell,), also=[("unlikely-amount", "2012/13")]
        )
        for says, cell in (
            ("millions", "1200m"),
            ("thousands", "500000000k"),
            ("a trillion", 1_000_000_000_000),
        )
    ),
]

SIGNS = [
    line("sign", "a saving above nil", (0, 5, 5), at="2013/14", category="Cashable saving"),
    line("sign", "a cost below nil", (5, 5, -5), at="2014/15", category="Recurring cost"),
    line("sign", "income above nil", (5, 5, 5), at="2012/13", category="Income"),
    line("sign", "cost avoidance above nil", (5,), at="2012/13", category="Cost avoidance"),
    line("sign", "no cash above nil", (5,), at="2012/13", category="Non-cashable saving"),
    line(
        "sign",
        "a positive return's saving below nil",
        (5, -5, -5),
        at="2013/14",
        cover=POSITIVE,
        category="Cashable saving",
    ),
    line("sign", "a positive return's cost below nil", (-5,), at="2012/13", cover=POSITIVE),
    line(
        "sign",
        "an incremental saving that turns into a cost",
        (-5, 4, 2),
        at="2014/15",
        cover=INCREMENTAL,
        category="Cashable saving",
    ),
    line("sign", "costs above and savings below", (5, 5, 5)),
    line("sign", "a saving below nil", (-5, -5, -5), category="Cashable saving"),
    line("sign", "nil", (0, None, "-"), category="Cashable saving"),
    line("sign", "a positive return", (5, 5, 5), cover=POSITIVE, category="Cashable saving"),
    line("sign", "a positive return's cost", (5, 5), cover=POSITIVE),
    line(
        "sign",
        "less of an incremental saving",
        (-5, 4, 0),
        cover=INCREMENTAL,
        category="Cashable saving",
    ),
]

ONE_OFFS = [
    line(
        "one-off-not-reversed", "250 and nothing after", (0, 250), at="2013/14", cover=INCREMENTAL
    ),
    line(
        "one-off-not-reversed",
        "taken back in part",
        (250, -240, 0),
        at="2012/13",
        cover=INCREMENTAL,
    ),
    line(
        "one-off-not-reversed",
        "a saving, entered above nil",
        (250,),
        at="2012/13",
        cover={**INCREMENTAL, **POSITIVE},
        category="One-off saving",
    ),
    line("one-off-not-reversed", "250, then -250", (0, 250, -250), cover=INCREMENTAL),
    line("one-off-not-reversed", "in two steps", (250, -100, -150), cover=INCREMENTAL),
    line("one-off-not-reversed", "nil", (0, 0), cover=INCREMENTAL),
    line("one-off-not-reversed", "an annual return", (0, 250)),
    line(
        "one-off-not-reversed",
        "a recurring cost",
        (0, 250),
        cover=INCREMENTAL,
        category="Recurring cost",
    ),
]

# The baseline of ICT is £100m, of Fleet £40m.
UNLIKELY = [
    line(
        "unlikely-amount",
        "pounds in thousands",
        (5, 100_001),
        at="2013/14",
        cover={"Units": "£000"},
    ),
    line("unlikely-amount", "a penny more than all", (100_000_000.01,), at="2012/13"),
    line(
        "unlikely-amount",
        "a saving greater than all",
        (-40_000_001,),
        at="2012/13",
        service="Fleet",
        category="One-off saving",
    ),
    line(
        "unlikely-amount",
        "an incremental one adds up to it",
        (60_000_000, 60_000_000),
        at="2013/14",
        cover=INCREMENTAL,
        category="Recurring cost",
    ),
    line("unlikely-amount", "the whole baseline", (100_000_000,)),
    line("unlikely-amount", "in the right units", (100_000,), cover={"Units": "£000"}),
    line("unlikely-amount", "two years together", (60_000_000, 60_000_000)),
]


@case("unlikely-amount", "the baseline that holds in the year")
def dated_baseline(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.baseline("ICT", A=60, B=40)
    one.baseline("ICT", year="2013/14", A=6, B=4)
    one.baseline("Fleet", A=1, B=1)
    one.write(folder)
    finance = Return()
    row = finance.line([100, 11, 11])
    finance.line([100, 10, 10])
    finance.write(folder)
    return [("unlikely-amount", place(finance.at(row, "2013/14")))]


@case("unlikely-amount", "a service without a baseline", near=True)
def no_baseline(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.service("ICT", basis="Equal")
    one.none_of("Baseline")
    one.write(folder)
    finance = Return()
    finance.line([900_000_000_000])
    finance.write(folder)
    return []


def largest(folder: Path, *amounts: float) -> None:
    """Returns by the largest amount of each."""
    programme().write(folder)
    for number, amount in enumerate(amounts):
        each = Return(f"Department {number}")
        each.line([0, amount, 0], line_ref=f"L{number}", description=f"Line {number}")
        each.line([amount / 4], line_ref=f"M{number}", description=f"Less {number}")
        each.write(folder, f"{number}.xlsx")


@case("unlikely-amount", "a return in thousands among returns in pounds: at its largest amount")
def in_thousands(folder: Path) -> list[tuple[str, str]]:
    largest(folder, 300_000, 4_000_000, 1_200, 2_000_000)
    return [("unlikely-amount", place("J2", workbook="2.xlsx"))]


@case("unlikely-amount", "a thousandth of the middle one, and no less", near=True)
def a_thousandth(folder: Path) -> list[tuple[str, str]]:
    largest(folder, 300_000, 4_000_000, 2_000, 2_000_000)
    return []


@case("unlikely-amount", "beside two others, and returns without an amount", near=True)
def two_others(folder: Path) -> list[tuple[str, str]]:
    largest(folder, 4_000_000, 1_200, 2_000_000, 0)
    return []


PENNIES = [
    line("sub-penny", "a tenth of a penny", (5, 1234.567), at="2013/14"),
    line("sub-penny", "once a line, at the first", (0.001, 5, 1.005), at="2012/13"),
    line("sub-penny", "text", ("£1.0051",), at="2012/13"),
    line("sub-penny", "thousands", (0.000001,), at="2012/13", cover={"Units": "£000"}),
    line("sub-penny", "two decimals", (1234.56, 0.1 + 0.2, 4.35 * 100)),
    line("sub-penny", "whole pence in thousands", (1.23456, 0.00001), cover={"Units": "£000"}),
    line("sub-penny", "whole pence in millions", (1.23456789,), cover={"Units": "£m"}),
    line(
        "sub-penny",
        "15 digits",
        (9_999_999.99, Formula("=1/8*8", 1)),
    ),
]


@case("sub-penny", "in a year that the programme doesn't cover")
def penny_outside(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return(years=("2012/13", "2013/14", "2014/15", "2030/31"))
    row = finance.line({"2012/13": 5, "2030/31": 1.005})
    finance.write(folder)
    at = place(finance.at(row, "2030/31"))
    return [("sub-penny", at), ("year-outside-programme", at)]


@case("year-outside-programme", "a year after the last and one before the first")
def outside(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return(years=("FY12", "2012/13", "2015/16", "2013/14", "2014/15"))
    row = finance.line([5, 5, "£5"])
    finance.line([None, 5, 0])
    finance.line(["nil", 5, "-"])
    finance.write(folder)
    return [
        ("year-outside-programme", place(finance.at(row, heading)))
        for heading in ("FY12", "2015/16")
    ]


@case("year-outside-programme", "nil and blank in such a year", near=True)
def nil_outside(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return(years=("2011/12", "2012/13", "2013/14", "2014/15"))
    finance.line([0, 5])
    finance.line([None, 5])
    finance.write(folder)
    return []


def with_heading(folder: Path, heading: str, *, units: str | None = "£000") -> Return:
    """A return whose second year is headed so."""
    programme().write(folder)
    finance = Return(headings={"2013/14": heading})
    if units:
        finance.cover("Units", units)
    finance.line([5, 5])
    finance.write(folder)
    return finance


@case("unit-conflict", "a heading in millions, a Cover in thousands")
def conflict(folder: Path) -> list[tuple[str, str]]:
    finance = with_heading(folder, "2013/14 £m")
    return [("unit-conflict", place(finance.header_at("2013/14")))]


@case("unit-conflict", "units in the row below the headings")
def conflict_below(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.cover("Units", "£m")
    finance.row(*[None] * 8, "£m", "£000", None)
    finance.line([5, 5])
    finance.write(folder)
    return [("unit-conflict", place(finance.header_at("2013/14")))]


@case("unit-conflict", "a unit above the table, in which nothing is read")
def unit_above(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return(title_rows=[["Savings of £2.5m"], [None, "All figures in £000s"]])
    finance.line([5, 5])
    finance.write(folder)
    return [("unit-conflict", place("B2"))]


@case("unit-conflict", "units above the tables, as people write them")
def said_above(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    said = ("Savings ('000)", "All figures are 000s", "(£,000)", "GBP thousands", "£ in 000's")
    for number, text in enumerate((*said, "3,000 staff", "£m and £000 are both used")):
        finance = Return(f"Team {number}", title_rows=[[text], []])
        finance.line([5], line_ref=f"L{number}", description=f"Item {number}")
        finance.write(folder, f"r{number}.xlsx")
    return [("unit-conflict", place("A1", workbook=f"r{n}.xlsx")) for n in range(len(said))]


@case("unit-conflict", "pounds above a table that is read in thousands")
def pounds_above(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return(title_rows=[["All figures in £"], []])
    finance.cover("Units", "£000")
    finance.line([5])
    finance.write(folder)
    return [("unit-conflict", place("A1"))]


@case("unit-conflict", "a unit in a footnote below the table")
def unit_below(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([5, 5])
    finance.row()
    row = finance.row("Note: all figures in £000")
    finance.write(folder)
    return [("unit-conflict", place(f"A{row}"))]


@case("unit-conflict", "a heading that is nothing but a unit, beside the years")
def unit_beside_years(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([5, 5], **{"(£000)": None})
    finance.write(folder)
    return [("unit-conflict", place(finance.header_at("(£000)")))]


@case("unit-conflict", "a column of other units that nobody has filled in", near=True)
def empty_column(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([5, 5], **{"Budget £000": None})
    finance.write(folder)
    return []


@case("unit-conflict", "a unit that stands as a note on the Cover, which gives no Units")
def unit_on_the_cover(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([5, 5])
    row = finance.row("Amounts on the next sheet are in £ thousands", sheet="Cover")
    finance.write(folder)
    return [("unit-conflict", place(f"A{row}", "Cover"))]


@case("unit-conflict", "a unit above the table of Delivery, in which nothing is read")
def unit_above_delivery(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([5, 5], line_ref="L")
    finance.add("Delivery", line_ref="L", year="2012/13", forecast=5, rag="Green")
    finance.sheets["Delivery"].titles = [["Delivery, £000"], []]
    finance.write(folder)
    return [("unit-conflict", place("A1", "Delivery"))]


@case("unit-conflict", "the unit of Delivery's own headings above them", near=True)
def unit_of_delivery(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([5_000, 5], line_ref="L")
    finance.add("Delivery", line_ref="L", year="2012/13", forecast=5, rag="Green")
    finance.sheets["Delivery"].titles = [["Delivery, £000"], []]
    finance.sheets["Delivery"].printed = {"Forecast": "Forecast £000", "Delivered": "Delivered £k"}
    finance.write(folder)
    return []


@case("unit-conflict", "units of a summary further down, amounts in a footnote", near=True)
def other_units_below(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([5_000, 5_000])
    finance.row()
    finance.row("Summary (£000)")
    finance.row(*[None] * 3, "Service", *[None] * 4, *finance.years)
    finance.row(*[None] * 3, "ICT", *[None] * 4, 5, 5, 0)
    finance.row("Of this, £5k is for pensions; thousands of people are affected")
    finance.write(folder)
    return []


@case("unit-conflict", "a note of other units on a Cover that gives its own", near=True)
def noted_beside_units(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.cover("Units", "£")
    finance.line([5_000, 5_000])
    finance.row("The budget book is in £000", sheet="Cover")
    finance.write(folder)
    return []


@case("unit-conflict", "a unit above the table that is the Cover's", near=True)
def unit_above_held(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return(title_rows=[["Figures in thousands (£'000)"]])
    finance.cover("Units", "£000")
    finance.line([5, 5])
    finance.write(folder)
    return []


@case("unit-conflict", "the same unit, written otherwise", near=True)
def same_unit(folder: Path) -> list[tuple[str, str]]:
    with_heading(folder, "2013/14 (£k)")
    return []


@case("unit-conflict", "a Cover without units: the programme's differ, its own don't", near=True)
def no_own_units(folder: Path) -> list[tuple[str, str]]:
    with_heading(folder, "2013/14 £m", units=None)
    return []


def totals(folder: Path, *rows: tuple[str, object, object]) -> Return:
    """Lines and total rows by what stands first in them, with two years' amounts."""
    programme().write(folder)
    finance = Return()
    for number, (label, first, second) in enumerate(rows):
        if "total" in label.casefold():
            finance.row(label, *[None] * 7, first, second)
        else:
            finance.line([first, second], line_ref=f"L{number}", description=label)
    finance.write(folder)
    return finance


@case("total-mismatch", "a total that is 10 short, in one year of two")
def short(folder: Path) -> list[tuple[str, str]]:
    finance = totals(folder, ("one", 60, 60), ("two", 30, 30), ("Total", 100, 90))
    return [("total-mismatch", place(finance.at(4, "2012/13")))]


@case("total-mismatch", "neither since the last total nor since the top")
def neither(folder: Path) -> list[tuple[str, str]]:
    finance = totals(
        folder,
        ("one", 60, 60),
        ("Sub-total", 60, 60),
        ("two", 30, 30),
        ("Sub-total Corporate", 30, 90),
        ("Grand total", 90, 91),
    )
    return [("total-mismatch", place(finance.at(6, "2013/14")))]


@case("total-mismatch", "a penny is a penny")
def penny_short(folder: Path) -> list[tuple[str, str]]:
    finance = totals(folder, ("one", 0.1, 0.1), ("two", 0.2, 0.2), ("TOTALS", 0.31, 0.1 + 0.2))
    return [("total-mismatch", place(finance.at(4, "2012/13")))]


@case("total-mismatch", "rejected rows count, as the sheet states them", near=True)
def rejected_rows_count(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([60])
    row = finance.line([30], service="Catering")
    finance.row("Total", *[None] * 7, 90)
    finance.write(folder)
    return [("unknown-service", place(finance.at(row, "Service")))]


@case("total-mismatch", "a positive return is added up as it stands", near=True)
def positive_totals(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.cover("Savings sign", "Positive")
    finance.line([60])
    finance.line([30], category="One-off saving")
    finance.row("Total", *[None] * 7, 90)
    finance.write(folder)
    return []


@case("total-mismatch", "an unreadable cell above: the column is not compared", near=True)
def unreadable_above(folder: Path) -> list[tuple[str, str]]:
    finance = totals(folder, ("one", 60, "TBC"), ("Total", 60, 999))
    return [("amount-not-number", place(finance.at(2, "2013/14")))]


@case("total-mismatch", "right totals in every form, blank and worded ones", near=True)
def right_totals(folder: Path) -> list[tuple[str, str]]:
    totals(
        folder,
        ("one", 60, "£1,000"),
        ("two", "30", 500),
        ("Sub-total", "£90", "1.5k"),
        ("three", 10, 0),
        ("Sub total: ICT", 10, None),
        ("Grand Total", 100, "see below"),
        ("TOTAL", 100, 1_500),
    )
    return []


@case("total-mismatch", "a line about a total is a line", near=True)
def line_about_a_total(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([60])
    finance.line([7], line_ref="TOTAL-1", description="Total cost of ownership")
    finance.write(folder)
    return []


def total_column(folder: Path, heading: str, *stated: object) -> Return:
    """Lines of 60 and 30 over two years, with what a column of their own says of each."""
    programme().write(folder)
    finance = Return()
    for amount in stated:
        finance.line([60, "£30", None], **{heading: amount})
    finance.write(folder)
    return finance


@case("total-mismatch", "a Total column that is not the sum of its row's years")
def wrong_column(folder: Path) -> list[tuple[str, str]]:
    finance = total_column(folder, "Total", 90, -999_999, "£90", None, 91)
    return [("total-mismatch", place(finance.at(row, "Total"))) for row in (3, 6)]


@case("total-mismatch", "a Total column in thousands, noise of binary numbers", near=True)
def right_column(folder: Path) -> list[tuple[str, str]]:
    total_column(folder, "Three-year total (£000)", 0.09, 0.1 - 0.01, "see below")
    return []


@case("total-mismatch", "a column that says Total and adds up too few of its rows", near=True)
def no_total_column(folder: Path) -> list[tuple[str, str]]:
    finance = total_column(folder, "Total budget", 90, 500, 600)
    return [("unread-amounts", place(finance.header_at("Total budget")))]


@case("total-mismatch", "years that can't be read are not added up", near=True)
def unreadable_years(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([60, 30], Total=90)
    row = finance.line([60, "TBC"], Total=999)
    finance.write(folder)
    return [("amount-not-number", place(finance.at(row, "2013/14")))]
