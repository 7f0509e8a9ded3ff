"""Cases of programme.xlsx: settings, bases and weights."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tests.builders import Cell, Formula, Programme, Return, error_cell
from tests.check.case import Case, case, control, place

WRONG: dict[str, tuple[Cell, ...]] = {
    "First year": ("2012", 2012, "2012/14", "soon"),
    "Years": (0, 31, 2.5, "five", True, -1),
    "Steady-state year": ("2015/16", "2011/12", "2014", "the last"),
    "Scenarios": ("Best case, best-case", ",", "-, Best"),
    "Plan scenario": ("Likely case",),
    "Units": ("thousands", "000", 1000),
    "Savings sign": ("Minus", "+"),
    "Costs sign": ("Positive", "Negative", "Minus"),
    "Other programmes": ("Review, review", ","),
    "Profile": ("Yearly", "Annual or incremental"),
    "Discount rate": ("3,5%", "3.5 per cent", -1, 101, "%", "low", True),
    "Payback limit": (0, -2, "three years"),
    "Report units": ("£bn", "thousands"),
}
RIGHT: dict[str, tuple[Cell, ...]] = {
    "First year": ("2012-13", "FY13", "12/13", " 2012/2013 "),
    "Years": (3, "3", 3.0, "3."),
    "Steady-state year": ("2013/14", "FY15", "12/13"),
    "Scenarios": ("Best case", "A, B, C", " A ,B, ", "±5%, ±10%"),
    "Plan scenario": ("best-case", "WORST CASE"),
    "Units": ("£", "£000", "£'000", "£k", "£m", "£ M"),
    "Savings sign": ("negative", "POSITIVE"),
    "Other programmes": ("Corporate review", "A, B"),
    "Profile": ("annual", "Incremental "),
    "Discount rate": (0, 0.035, 3.5, "3.5%", "3.5 %", "0.5%", 100, "1"),
    "Payback limit": (3, "2.5", 0.5),
    "Report units": ("£", "£000", "£m"),
}


def setting(name: str, value: Cell, *, wrong: bool) -> Case:
    """A control workbook with one setting of its own, and a return."""

    def write(folder: Path) -> list[tuple[str, str]]:
        one = Programme()
        cell = one.setting(name, value)
        one.write(folder)
        return [("bad-setting", control(cell, "Programme"))] if wrong else []

    return Case("bad-setting", f"{name}: {value!r}", write, near=not wrong)


SETTINGS = [
    *(setting(name, value, wrong=True) for name, values in WRONG.items() for value in values),
    *(setting(name, value, wrong=False) for name, values in RIGHT.items() for value in values),
]


@case("bad-setting", "a misspelt setting")
def misspelt(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    cell = one.setting("Units of amounts", "£000")
    other = one.setting("Discont rate", "3%")
    one.write(folder)
    return [("bad-setting", control(at, "Programme")) for at in (cell, other)]


@case("bad-setting", "a setting given twice, with two values")
def given_twice(folder: Path) -> list[tuple[str, str]]:
    one = Programme(units="£000")
    row = one.sheets["Programme"].add({"Setting": "UNITS", "Value": "£m"})
    one.sheets["Programme"].add({"Setting": "Units ", "Value": "£000"})
    one.write(folder)
    return [("bad-setting", control(f"B{row}", "Programme"))]


@case("bad-setting", "settings of their own, notes, and further columns", near=True)
def own_settings(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    for name, value in {
        "Programme manager": "Ann",
        "Date": "30 April 2012",
        "Baseline year": "2010/11",
        "Year end": "31 March",
        "VAT rate": 20,
        "Start": "2012/13",
        "Case": "Full",
    }.items():
        one.setting(name, value)
    one.sheets["Programme"].add({"Setting": "As agreed by the board in March 2012"})
    one.sheets["Programme"].put(2, "Remarks", "printed on the cover")
    one.write(folder)
    return []


CODES: dict[str, tuple[Cell, ...]] = {
    "none": (None,),
    "a space within": ("H C",),
    "punctuation": ("H&C", "H.C"),
    "too long": ("A" * 21,),
    "in other capitals": ("a",),
    "headings of columns": ("service", "YEAR", "From", "as-at", "Version", "driver", "Source"),
}


@case("bad-setting", "codes of partners")
def codes(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.partner("A", "Alpha")
    given = [code for values in CODES.values() for code in values]
    rows = [one.partner(code, f"Partner {number}") for number, code in enumerate(given)]
    one.none_of("Baseline")
    one.write(folder)
    at = one.sheets["Partners"].at
    return [("bad-setting", control(at(row, "Code"), "Partners")) for row in rows]


@case("bad-setting", "names of partners: none, one that stands already, one of the outputs' own")
def names(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.partner("A", "Alpha Council")
    given = ((None, "B"), ("ALPHA council", "C"), ("Total programme", "D"))
    rows = [one.partner(code, name) for name, code in given]
    one.none_of("Baseline")
    one.write(folder)
    at = one.sheets["Partners"].at
    return [("bad-setting", control(at(row, "Name"), "Partners")) for row in rows]


@case("bad-setting", "51 partners, or none")
def too_many(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    for number in range(51):
        one.partner(f"P{number}", f"Partner {number}")
    one.none_of("Baseline")
    one.write(folder)
    return [("bad-setting", "programme.xlsx, Partners")]


@case("bad-setting", "50 partners with odd codes, notes below them", near=True)
def many_partners(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    for number in range(48):
        one.partner(f"P_{number}-x", f"Partner {number}")
    one.partner(7, "Seven")
    one.partner("A" * 20, "Long")
    one.sheets["Partners"].add_raw([])
    one.sheets["Partners"].add_raw(["As agreed by the board in March 2012."])
    one.service("ICT", basis="Equal")
    one.none_of("Baseline")
    one.write(folder)
    return []


@case("bad-setting", "services without a name or a strand, twice, and a strand of the outputs' own")
def services(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.service("ICT", "Corporate", "Equal")
    at = one.sheets["Services"].at
    expected = [
        at(one.service(None, "Corporate", "Equal"), "Service"),
        at(one.service("Fleet", None, "Equal"), "Strand"),
        at(one.service("i c t", "Operations", "Equal"), "Service"),
        at(one.service("Legal", "All strands", "Equal"), "Strand"),
    ]
    one.none_of("Baseline")
    one.write(folder)
    return [("bad-setting", control(cell, "Services")) for cell in expected]


@case("bad-setting", "a second control workbook beside the first")
def two_controls(folder: Path) -> list[tuple[str, str]]:
    Programme().write(folder)
    Programme().write(folder, "Programme.XLSX")
    return [("bad-setting", "programme.xlsx")]


@case("bad-setting", "a layout for a table and a heading that are none of ours")
def layouts(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    at = one.sheets["Layouts"].at
    table = one.layout(workbook="*", table="Saving lines", heading="Service")
    heading = one.layout(workbook="*", table="Savings", heading="Directorate")
    one.write(folder)
    return [
        ("bad-setting", control(at(table, "Table"), "Layouts")),
        ("bad-setting", control(at(heading, "Heading"), "Layouts")),
    ]


@case("unused-layout", "a row of Layouts for a workbook that there isn't: at its cell")
def layout_for_no_workbook(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    row = one.layout(workbook="Fleet.xlsx", table="Cover", heading="Units", constant="£000")
    one.write(folder)
    finance = Return()
    finance.line([0.01])
    finance.write(folder, "Fleet v2.xlsx")
    return [("unused-layout", control(one.sheets["Layouts"].at(row, "Workbook"), "Layouts"))]


@case("unused-layout", "a row of Layouts for a workbook by a pattern, in other capitals", near=True)
def layout_for_a_workbook(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.layout(workbook="FLEET*.xlsx", table="Cover", heading="Units", constant="£")
    one.write(folder)
    finance = Return()
    finance.line([0.01])
    finance.write(folder, "Fleet v2.xlsx")
    return []


# Bases


@case("unknown-basis", "a service whose basis is blank or none: at its cell in Services")
def bases(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    rows = [one.service("ICT", basis=None), one.service("Fleet", basis="Floor area")]
    one.write(folder)
    return [("unknown-basis", control(f"C{row}", "Services")) for row in rows]


@case("unknown-basis", "every basis that there is", near=True)
def every_basis(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    for number, basis in enumerate(
        ("baseline", "Programme baseline", "EQUAL", "direct", "not-agreed", "Head count")
    ):
        one.service(f"Service {number}", basis=basis)
    one.baseline("Service 0", A=1, B=1)
    one.driver("Headcount", A=1, B=2)
    one.write(folder)
    return []


# Weights


def weights(rule: str, says: str, cells: Mapping[str, Cell], *at: str, other: str = "") -> Case:
    """One row of weights for ICT; ``at``: the headings of the cells at fault; ``other``: the rule
    that they break in place of this one."""

    def write(folder: Path) -> list[tuple[str, str]]:
        one = Programme()
        sheet = "Baseline" if rule == "bad-baseline" else "Drivers"
        if sheet == "Baseline":
            one.service("ICT")
            row = one.baseline("ICT", **cells)
        else:
            one.service("ICT", basis="Headcount")
            one.none_of("Baseline")
            row = one.driver("Headcount", **cells)
        one.write(folder)
        finance = Return()
        finance.line([0.01])
        finance.write(folder)
        return [(other or rule, control(one.sheets[sheet].at(row, name), sheet)) for name in at]

    return Case(rule, says, write, near=not at or bool(other))


BASELINE, DRIVER = "bad-baseline", "bad-driver"
FIRST = {BASELINE: "Service", DRIVER: "Driver"}
FROM_YEAR: dict[str, Any] = {"year": "2012/13", "A": 3, "B": 1}
AFTER = date(2013, 4, 1)

WEIGHTS = [
    each
    for rule in (BASELINE, DRIVER)
    for each in (
        weights(rule, "a negative weight", {"A": 3, "B": -1}, "B"),
        weights(rule, "words for weights, each at its cell", {"A": "TBC", "B": "n/a"}, "A", "B"),
        weights(rule, "text of digits", {"A": "3", "B": 1}, "A"),
        weights(rule, "a truth", {"A": True, "B": 1}, "A"),
        weights(rule, "nil in all", {"A": 0, "B": 0}, FIRST[rule]),
        weights(rule, "nil and blank", {"A": 0, "B": None}, FIRST[rule]),
        weights(rule, "a year that is none", {"year": "2013/15", "A": 1, "B": 1}, "Year"),
        weights(rule, "a partner's column missing", {"A": 1}, FIRST[rule]),
        weights(rule, "an error", {"A": error_cell(), "B": 1}, "A", other="cell-error"),
        weights(
            rule,
            "formulas never worked out, and nothing else",
            {"A": Formula("=1+1"), "B": Formula("=2+2")},
            "A",
            "B",
            other="formula-no-value",
        ),
        weights(rule, "a blank weight is nil", {"A": 3, "B": None}),
        weights(rule, "a formula with its result", {"A": Formula("=1+2", 3), "B": 1}),
        weights(rule, "exact decimals", {"A": 0.1, "B": 0.000001}),
        weights(rule, "very large ones", {"A": 1e15, "B": 1}),
        weights(rule, "a year", {"year": "FY13", "A": 3, "B": 1}),
        weights(rule, "a day that is none", {**FROM_YEAR, "said": {"From": "October"}}, "From"),
        weights(rule, "the day after its Year", {**FROM_YEAR, "said": {"From": AFTER}}, "From"),
        weights(
            rule, "the day before its Year", {**FROM_YEAR, "said": {"From": "31/03/2012"}}, "From"
        ),
        weights(
            rule,
            "its Year's last day",
            {"year": "2011/12", "said": {"From": "31 March 2012"}, "A": 3, "B": 1},
        ),
        weights(rule, "a leap day alone", {"said": {"From": date(2012, 2, 29)}, "A": 3, "B": 1}),
        weights(rule, "another version", {**FROM_YEAR, "said": {"Version": "Final"}}, "Version"),
        weights(rule, "a version in capitals", {**FROM_YEAR, "said": {"Version": "ACTUAL"}}),
        weights(
            rule,
            "a day that can't be read",
            {**FROM_YEAR, "said": {"From": error_cell()}},
            "From",
            other="cell-error",
        ),
    )
]
# The row that lacks a column is named at the header row: there is no cell of it.
WEIGHTS = [each for each in WEIGHTS if "column missing" not in each.says]


@case(BASELINE, "a partner without a column: at the header row")
def no_column(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.baseline("ICT", A=1)
    one.baseline("Fleet", A=1)
    one.write(folder)
    return [(BASELINE, control("A1", "Baseline"))]


@case(DRIVER, "a partner without a column: at the header row")
def no_driver_column(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.driver("Headcount", B=1)
    one.write(folder)
    return [(DRIVER, control("A1", "Drivers"))]


@case(BASELINE, "a repeated row: the first holds")
def repeated(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.baseline("ICT", A=3, B=1)
    one.baseline("ICT", year="2013/14", A=1, B=1)
    rows = [
        one.baseline("i.c.t.", A=1, B=3),
        one.baseline("ICT", year="FY14", A=9, B=1),
    ]
    one.baseline("Fleet", A=1, B=1)
    one.write(folder)
    return [(BASELINE, control(f"A{row}", "Baseline")) for row in rows]


@case(DRIVER, "a row of one day and version stands twice: the first holds")
def repeated_day(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    october = {"From": date(2013, 10, 3)}
    one.driver("Headcount", A=3, B=1)
    one.driver("Headcount", year="2013/14", said=october, A=1, B=1)
    one.driver("Headcount", year="2013/14", said=october | {"Version": "Actual"}, A=1, B=2)
    row = one.driver("Headcount", said={"From": "3/10/2013", "Version": "Estimate"}, A=2, B=1)
    april = one.driver("Headcount", year="2014/15", A=1, B=1)
    other = one.driver("Headcount", said={"From": "1 April 2014"}, A=1, B=1)
    one.write(folder)
    assert april == other - 1
    return [(DRIVER, control(f"A{each}", "Drivers")) for each in (row, other)]


@case(DRIVER, "a year whose first days have no weights: at the Basis cells that ask")
def first_days(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.driver("Headcount", said={"From": date(2013, 10, 3)}, A=3, B=1)
    one.write(folder)
    finance = Return()
    row = finance.line([0, 0.01, 0.01], basis="Headcount")
    finance.line([0, 0, 0.01], basis="Headcount")
    finance.write(folder)
    return [(DRIVER, place(finance.at(row, "Basis")))]


@case(DRIVER, "a repeated row: the first holds")
def repeated_driver(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.driver("Headcount", A=3, B=1)
    one.driver("Headcount", service="ICT", A=3, B=1)
    row = one.driver("HEAD-COUNT", A=1, B=1)
    one.write(folder)
    return [(DRIVER, control(f"A{row}", "Drivers"))]


@case(BASELINE, "a row for nobody, and for a service that there isn't")
def nobody(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.baseline("ICT", A=3, B=1)
    one.baseline("Fleet", A=3, B=1)
    row = one.baseline(None, A=3, B=1)
    other = one.baseline("Catering", A=3, B=1)
    one.write(folder)
    return [
        (BASELINE, control(f"A{row}", "Baseline")),
        ("unknown-service", control(f"A{other}", "Baseline")),
    ]


@case(DRIVER, "a row without a name, and one that is called like another basis")
def nameless(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    row = one.driver(None, service="ICT", A=3, B=1)
    other = one.driver("equal", A=3, B=1)
    one.write(folder)
    return [(DRIVER, control(f"A{at}", "Drivers")) for at in (row, other)]


@case(BASELINE, "no row for a service: at the Basis cells that ask for it")
def no_row(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    usual = one.service("ICT")
    one.service("Fleet", basis="Equal")
    one.none_of("Baseline")
    one.write(folder)
    finance = Return()
    finance.line([0.01])
    row = finance.line([0.01], service="Fleet", basis="Baseline")
    finance.write(folder)
    return [
        (BASELINE, control(f"C{usual}", "Services")),
        (BASELINE, place(finance.at(row, "Basis"))),
    ]


@case(BASELINE, "no row before the first dated one, for lines that have amounts then")
def before_the_first(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.service("ICT")
    usual = one.service("Fleet")
    for service in ("ICT", "Fleet"):
        one.baseline(service, year="2013/14", A=3, B=1)
    one.write(folder)
    finance = Return()
    finance.line([0, 1])
    finance.line([1, 1], service="Fleet")
    finance.write(folder)
    return [(BASELINE, control(f"C{usual}", "Services"))]


@case(DRIVER, "no row of a driver for one service, none in general")
def driver_of_another(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.driver("Headcount", service="Fleet", A=3, B=1)
    one.write(folder)
    finance = Return()
    row = finance.line([0.01], basis="Headcount")
    finance.line([0.01], service="Fleet", basis="Headcount")
    finance.write(folder)
    return [(DRIVER, place(finance.at(row, "Basis")))]


@case(
    BASELINE, "a service that nobody shares by its baseline needs none; totals and notes", near=True
)
def unneeded(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.service("ICT")
    one.service("Legal", basis="Equal")
    one.service("Total facilities management")
    one.baseline("ICT", A=3, B=1)
    one.baseline("Total facilities management", A=3, B=1)
    one.baseline("Total", A=6, B=2)
    one.sheets["Baseline"].add_raw(["From the accounts of 2010/11"])
    one.write(folder)
    finance = Return()
    finance.line([0.01], service="Total facilities management")
    finance.write(folder)
    return []


@case(
    DRIVER, "a row for every other service, totals, and a driver called Total headcount", near=True
)
def general_driver(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.driver("Total headcount", A=3, B=1)
    one.driver("Headcount", service="Fleet", A=3, B=1)
    one.driver("Headcount", A=1, B=1)
    one.driver("Total", A=7, B=3)
    one.driver("TOTAL:", A=7, B=3)
    one.write(folder)
    finance = Return()
    finance.line([0.01], basis="Headcount")
    finance.line([0.01], basis="Total headcount")
    finance.write(folder)
    return []


ANSWERED = {"Rule": "sign", "Sheet": "Savings", "Line ref": "FIN-1", "Department": "Finance"}


@case("unused-answer", "an answer whose value has changed: at its cell in Answers")
def answered_before_it_changed(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    said = {**ANSWERED, "Heading": "2012/13", "Value": "£300 [300; 300; 300]", "Answer": "Agreed."}
    row = one.answer(said)
    one.write(folder)
    finance = Return()
    finance.line([300, 300, 301], category="Cashable saving")
    finance.write(folder)
    cell = one.sheets["Answers"].at(row, "Answer")
    return [
        ("sign", place(finance.sheets["Savings"].at(2, "2012/13"))),
        ("unused-answer", place(cell, "Answers", "programme.xlsx")),
    ]


@case("unused-answer", "an answer that fits, and a row without one", near=True)
def answered(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.answer(
        {**ANSWERED, "Heading": "2012/13", "Value": "£300 [300; 300; 300]", "Answer": "Agreed."}
    )
    one.answer({"Rule": "sub-penny", "Sheet": "Savings", "Value": "1.234"})
    one.write(folder)
    finance = Return()
    finance.line([300, 300, 300], category="Cashable saving")
    finance.write(folder)
    return [("sign", place(finance.sheets["Savings"].at(2, "2012/13")))]


@case("bad-setting", "weights of Confidence: no part of a saving, missing, twice, of nothing")
def wrong_weights(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    wrong: tuple[Cell, ...] = (90, 1.01, -0.1, "101%", "most", True, "0,9", None)
    rows = [one.rating(f"W{number}", value) for number, value in enumerate(wrong)]
    one.rating("Green", 0.9)
    again, nothing = one.rating("GREEN ", 0.8), one.rating(None, 0.5)
    broken = one.rating("Amber", error_cell())
    one.write(folder)
    at = one.sheets["Confidence"].at
    return [
        *(("bad-setting", control(at(row, "Weight"), "Confidence")) for row in rows),
        *(("bad-setting", control(at(row, "Rating"), "Confidence")) for row in (again, nothing)),
        ("cell-error", control(at(broken, "Weight"), "Confidence")),
    ]


@case("bad-setting", "weights of Confidence as people write them", near=True)
def right_weights(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    for number, value in enumerate((0, 1, 0.5, "90%", "62.5 %", ".25", "1", "0%", "100%")):
        one.rating(f"R{number}", value)
    one.write(folder)
    return []
