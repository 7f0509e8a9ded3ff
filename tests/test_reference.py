"""Worked examples that pin the reference itself: each figure here was worked out by hand."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from hypothesis import given

from schemas import vocabulary
from tests import reference
from tests.builders import Formula, Programme, Return, cell_addresses, error_cell, mismatches
from tests.long import on_examples
from tests.reference import (
    BASELINE,
    CATEGORIES,
    NET_CASHABLE,
    NO_PAYBACK,
    NOT_AGREED,
    NOT_APPORTIONED,
    NOTHING,
    TOTAL,
    Payback,
    RefLine,
    RefPartner,
    RefProgramme,
    RefService,
    RefWeights,
    Row,
    annual,
    apportioned,
    appraisal,
    band,
    basis_of,
    break_even,
    by_service,
    by_year,
    npv_pence,
    payback,
    pence,
    register,
    share,
    summary,
    weights_for,
)
from tests.strategies import Case, cases, sharing, write_case


def test_the_lists_of_the_reference_are_those_of_the_vocabulary() -> None:
    """They stand twice on purpose: a category that is added to one alone is noticed here."""
    for name in ("COSTS", "ONE_OFF", "ANNUAL_CASHABLE", "CATEGORIES"):
        assert getattr(reference, name) == getattr(vocabulary, name), f"tests/reference.py: {name}"
    assert reference.NEVER_ADDED == vocabulary.NON_CASHABLE


def line(line_ref: str, category: str, *amounts: int | str | None, **fields: str) -> RefLine:
    """A line of ICT unless ``fields`` say otherwise."""
    given_amounts = tuple(None if amount is None else Decimal(amount) for amount in amounts)
    return replace(RefLine(line_ref, "ICT", category, given_amounts), **fields)  # type: ignore[arg-type]


PROGRAMME = RefProgramme(
    first_year=2012,
    years=3,
    steady_state=2,
    scenarios=("Best case", "Worst case"),
    partners=(RefPartner("A", "Alpha"), RefPartner("B", "Beta")),
    services=(
        RefService("ICT", "Corporate", "Baseline"),
        RefService("Fleet", "Operations", "Not agreed"),
    ),
    baseline=(
        RefWeights(BASELINE, "ICT", None, {"A": Decimal(1), "B": Decimal(2)}),
        RefWeights(BASELINE, "ICT", 2014, {"A": Decimal(1), "B": Decimal(1)}),
        RefWeights(BASELINE, "Fleet", None, {"A": Decimal(5), "B": None}),
    ),
    drivers=(
        RefWeights("Headcount", None, 2013, {"A": Decimal(3), "B": Decimal(1)}),
        RefWeights("Headcount", "Fleet", None, {"A": Decimal(0), "B": Decimal("0.5")}),
    ),
)


def in_proportion(weights: Sequence[Any] | None) -> list[Fraction]:
    """The weights as parts of 1; none where there are none."""
    return [Fraction(each) / sum(map(Fraction, weights)) for each in weights or ()]


def find(rows: list[Row], **wanted: str) -> Row:
    """The one row with these values."""
    (found,) = [row for row in rows if wanted.items() <= row.items()]
    return found


# Amounts


@pytest.mark.parametrize(
    ("value", "units", "expected"),
    [
        (1.15, "£", 115),
        (1.005, "£", 101),
        (-1.005, "£", -101),
        (Decimal("0.0049"), "£", 0),
        (0.1 + 0.2, "£", 30),
        (1804, "£000", 180_400_000),
        (Decimal("1.2"), "£m", 120_000_000),
        # Fifteen digits are shown: …12.345 although the cell holds a little less, hence …12.35.
        (Decimal("123456789012.34499"), "£", 12_345_678_901_235),
        (123456789012.34499, "£", 12_345_678_901_235),
        (Decimal("1234567890123.4449"), "£", 123_456_789_012_344),
    ],
)
def test_pence(value: Decimal | float, units: str, expected: int) -> None:
    assert pence(value, units) == expected


def test_incremental_one_off_is_entered_and_taken_out_again() -> None:
    incremental = replace(PROGRAMME, profile="Incremental")
    assert annual(incremental, line("1", "One-off cost", 250, -250, None)) == (25_000, 0, 0)
    assert annual(incremental, line("2", "Recurring cost", 100, None, 50)) == (
        10_000,
        10_000,
        15_000,
    )


def test_positive_savings_are_turned_round_and_costs_are_not() -> None:
    positive = replace(PROGRAMME, sign="Positive")
    turned = [
        category
        for category in CATEGORIES
        if annual(positive, line("1", category, 1, 0, 0)) == (-100, 0, 0)
    ]
    assert turned == [
        "One-off saving",
        "Cashable saving",
        "Income",
        "Non-cashable saving",
        "Cost avoidance",
    ]


def test_a_return_may_differ_from_its_programme() -> None:
    own = line("1", "Income", 1, 1, 0, units="£000", sign="Positive", profile="Incremental")
    assert annual(PROGRAMME, own) == (-100_000, -200_000, -200_000)


# Sharing


@pytest.mark.parametrize(
    ("amount", "weights", "expected"),
    [
        (100, [1, 1, 1], [34, 33, 33]),  # a tie goes to the first partner
        (-100, [1, 1, 1], [-34, -33, -33]),
        (200, [1, 1, 1], [67, 67, 66]),
        (1, [1, 1], [1, 0]),
        (101, [1, 2], [34, 67]),  # 33.67 and 67.33: the larger remainder, not the larger share
        (10, [0, 1, 0], [0, 10, 0]),
        (0, [1, 2], [0, 0]),
        (5, [Decimal("0.000001"), Decimal(10**15)], [0, 5]),
        (10**13, [Decimal(10**15), Decimal("999999999999999.999999")], [5 * 10**12, 5 * 10**12]),
    ],
)
def test_share(amount: int, weights: list[Fraction | Decimal | int], expected: list[int]) -> None:
    assert share(amount, weights) == expected


@given(sharing())
def test_shares_add_up_and_are_within_a_penny(case: tuple[int, list[Decimal]]) -> None:
    amount, weights = case
    shares = share(amount, list(weights))
    assert sum(shares) == amount
    total = sum(map(Fraction, weights))
    for part, weight in zip(shares, weights, strict=True):
        assert abs(part - amount * Fraction(weight) / total) < 1


@pytest.mark.parametrize(
    ("service", "basis", "year", "expected"),
    [
        ("ICT", "Baseline", 0, [1, 2]),
        ("ICT", "Baseline", 1, [1, 2]),
        ("ICT", "Baseline", 2, [1, 1]),
        ("Fleet", "Baseline", 0, [5, 0]),
        ("ICT", "Programme baseline", 0, [6, 2]),
        ("ICT", "Programme baseline", 2, [6, 1]),
        ("ICT", "Equal", 0, [1, 1]),
        ("ICT", "Direct", 0, [0, 1]),
        ("ICT", "Not agreed", 0, None),
        ("ICT", "", 0, None),
        ("ICT", "Wishes", 0, None),
        ("ICT", "Headcount", 0, None),  # before the first dated row, and no undated one
        ("ICT", "Headcount", 1, [3, 1]),
        ("ICT", "Headcount", 2, [3, 1]),
        ("Fleet", "Headcount", 1, [0, Fraction(1, 2)]),  # its own row before the one for all
    ],
)
def test_weights(service: str, basis: str, year: int, expected: Sequence[object] | None) -> None:
    weights = weights_for(PROGRAMME, service, basis, "B", year)
    assert in_proportion(weights) == in_proportion(expected)


@pytest.mark.parametrize(
    "weights",
    [
        {"A": Decimal(1), "B": Decimal(-1)},
        {"A": Decimal(1), "B": "half"},
        {"A": Decimal(0), "B": None},
        {"A": Decimal(1)},
    ],
    ids=["negative", "text", "total nil", "no column"],
)
def test_weights_that_cannot_serve(weights: dict[str, Decimal | str | None]) -> None:
    faulty = RefWeights(BASELINE, "ICT", 2013, weights)
    late = replace(PROGRAMME, baseline=(*PROGRAMME.baseline[:1], faulty))
    assert in_proportion(weights_for(late, "ICT", "Baseline", None, 0)) == in_proportion([1, 2])
    assert weights_for(late, "ICT", "Baseline", None, 1) is None


def test_of_repeated_rows_the_first_holds() -> None:
    again = RefWeights(BASELINE, "ICT", None, {"A": Decimal(9), "B": Decimal(9)})
    repeated = replace(PROGRAMME, baseline=(*PROGRAMME.baseline, again))
    assert in_proportion(weights_for(repeated, "ICT", "Baseline", None, 0)) == in_proportion([1, 2])


SPLIT = RefWeights("Agreed", None, None, {"A": Decimal(74), "B": Decimal(26)})
OCTOBER = RefWeights("Agreed", None, 2012, {"A": Decimal(82), "B": Decimal(18)}, date(2012, 10, 3))


@pytest.mark.parametrize(
    ("rows", "tolerance", "year", "expected"),
    [
        # 185 days from 1 April to 2 October, 180 from 3 October on.
        ((SPLIT, OCTOBER), None, 0, [185 * 74 + 180 * 82, 185 * 26 + 180 * 18]),
        ((SPLIT, OCTOBER), None, 1, [82, 18]),
        # February 2016 has 29 days.
        (
            (SPLIT, replace(OCTOBER, year=None, start=date(2016, 2, 29))),
            None,
            3,
            [334 * 74 + 32 * 82, 334 * 26 + 32 * 18],
        ),
        ((OCTOBER,), None, 0, None),
        ((OCTOBER,), None, 1, [82, 18]),
        # Over the year the two are 8 × 180 ÷ 365 = 3.945 points apart.
        ((replace(SPLIT, year=2012), replace(OCTOBER, version="Actual")), Fraction(3), 1, [82, 18]),
        ((replace(SPLIT, year=2012), replace(OCTOBER, version="Actual")), Fraction(4), 1, [74, 26]),
        ((replace(SPLIT, year=2012), replace(OCTOBER, version="Actual")), None, 1, [82, 18]),
    ],
)
def test_weights_from_a_day_on(
    rows: tuple[RefWeights, ...],
    tolerance: Fraction | None,
    year: int,
    expected: Sequence[int] | None,
) -> None:
    programme = replace(PROGRAMME, years=4, drivers=rows, share_tolerance=tolerance)
    weights = weights_for(programme, "ICT", "Agreed", None, year)
    assert in_proportion(weights) == in_proportion(expected)


# Appraisal


def paybacks(*pairs: tuple[int, int]) -> list[Payback]:
    """From (one-off cost, annual saving) as published."""
    return [payback(once, -saving) for once, saving in pairs]


@pytest.mark.parametrize(
    ("pairs", "printed"),
    [
        # The three published bands.
        ([(3045, 3930), (3680, 1970)], "0 – 2 years"),
        ([(1858, 1804), (2197, 825)], "2 – 3 years"),
        ([(96, 337), (124, 182)], "0 – 1 years"),
        # Equal ends.
        ([(100, 100), (100, 100)], "1 year"),
        ([(100, 100)], "1 year"),
        ([(150, 100), (200, 100)], "2 years"),
        ([(0, 100), (-50, 100)], "0 years"),
        # Some, all or no scenario without payback.
        ([(150, 100), (150, -1)], "2 years – no payback"),
        ([(100, 100), (150, 0)], "1 year – no payback"),
        ([(50, 100), (150, -1)], "0 years – no payback"),
        ([(250, 100), (150, -1), (150, 100)], "2 years – no payback"),
        ([(150, 0), (0, -1)], "No payback"),
        ([(0, 0), (0, 0)], "n/a"),
        ([(0, 0), (150, 100)], "2 years"),
        ([(0, 0), (150, 0)], "No payback"),
    ],
)
def test_band(pairs: list[tuple[int, int]], printed: str) -> None:
    assert band(paybacks(*pairs)) == printed


@pytest.mark.parametrize(
    ("once", "yearly", "expected"),
    [
        (0, 0, NOTHING),
        (0, 1, NO_PAYBACK),
        (-5, 1, NO_PAYBACK),
        (5, 0, NO_PAYBACK),
        (-5, 0, Fraction(0)),
        (0, -5, Fraction(0)),
        (5, -3, Fraction(5, 3)),
    ],
)
def test_payback(once: int, yearly: int, expected: Payback) -> None:
    assert payback(once, yearly) == expected


@pytest.mark.parametrize(
    ("net", "year"),
    [
        ([100, -60, -60], 2),
        ([100, -100, 0], 1),
        ([-10, 20, -5], None),
        ([-10, 20, -20], 2),  # below nil at first, but it does not stay so
        ([-10, -10, -10], 0),
        ([0, 0, -10], 0),
        ([0, 0, 0], None),
        ([10, 10, 10], None),
    ],
)
def test_break_even(net: list[int], year: int | None) -> None:
    assert break_even(net) == year


@pytest.mark.parametrize(
    ("net", "rate", "expected"),
    [
        ([10_000], Fraction(35, 1000), 10_000),
        # 1000 − 500/1.035 − 600/1.071225 = −43.1976…
        ([100_000, -50_000, -60_000], Fraction(35, 1000), -4_320),
        ([0, -3], Fraction(1), -2),  # −1.5: half away from zero
        ([7, -3], Fraction(0), 4),
    ],
)
def test_npv(net: list[int], rate: Fraction, expected: int) -> None:
    assert npv_pence(net, rate) == expected


# The tables

LINES = [
    line("1", "One-off cost", "10.00", None, None),
    line("2", "Cashable saving", "-1.00", "-2.00", "-4.00", scenario="Best case"),
    line("2", "Cashable saving", "-1.00", "-1.00", "-1.00", scenario="Worst case"),
    line("3", "Cost avoidance", "-99.00", None, None),
    line("4", "Recurring cost", None, None, "7.00", counted_in="Corporate Services Review"),
    line("5", "Income", None, None, "-0.50", service="Fleet"),
    line("6", "One-off cost", "3.00", None, None, basis="Direct", partner="B", counted_in="-"),
]


def test_register_writes_blank_scenarios_out_and_leaves_excluded_lines() -> None:
    assert [(entry.line.line_ref, entry.scenario) for entry in register(PROGRAMME, LINES)] == [
        ("1", "Best case"),
        ("1", "Worst case"),
        ("2", "Best case"),
        ("2", "Worst case"),
        ("3", "Best case"),
        ("3", "Worst case"),
        ("5", "Best case"),
        ("5", "Worst case"),
        ("6", "Best case"),
        ("6", "Worst case"),
    ]


def test_apportioned() -> None:
    found = [
        (portion.entry.line.line_ref, portion.partner, portion.year, portion.pence)
        for portion in apportioned(PROGRAMME, LINES)
        if portion.entry.scenario == "Best case"
    ]
    assert found == [
        ("1", "A", 0, 333),
        ("1", "B", 0, 667),
        ("2", "A", 0, -33),
        ("2", "A", 1, -67),
        ("2", "A", 2, -200),
        ("2", "B", 0, -67),
        ("2", "B", 1, -133),
        ("2", "B", 2, -200),
        ("3", "A", 0, -3300),
        ("3", "B", 0, -6600),
        ("5", None, 2, -50),
        ("6", "B", 0, 300),
    ]


def test_summary() -> None:
    rows = summary(PROGRAMME, LINES)
    assert [(row["Strand"], row["Organisation"]) for row in rows] == [
        ("Corporate", TOTAL),
        ("Corporate", "Alpha"),
        ("Corporate", "Beta"),
        ("Operations", TOTAL),
        ("Operations", "Alpha"),
        ("Operations", "Beta"),
        ("Operations", NOT_APPORTIONED),
        ("All strands", TOTAL),
        ("All strands", "Alpha"),
        ("All strands", "Beta"),
        ("All strands", NOT_APPORTIONED),
    ]
    assert list(find(rows, Strand="Corporate", Organisation=TOTAL).items()) == [
        ("Strand", "Corporate"),
        ("Organisation", TOTAL),
        ("One-off: Best case", 1300),
        ("One-off: Worst case", 1300),
        ("Annual cashable: Best case", -400),
        ("Annual cashable: Worst case", -100),
        ("Payback years: Best case", Fraction(13, 4)),
        ("Payback years: Worst case", Fraction(13)),
        ("Return on investment", "4 – 13 years"),
    ]
    alpha = find(rows, Strand="Operations", Organisation="Alpha")
    assert alpha["Payback years: Best case"] is None
    assert alpha["Return on investment"] == "n/a"
    waiting = find(rows, Strand="All strands", Organisation=NOT_APPORTIONED)
    assert waiting["Annual cashable: Worst case"] == -50
    assert waiting["Return on investment"] == "0 years"


def test_by_year() -> None:
    rows = by_year(PROGRAMME, LINES)
    best = {"Organisation": TOTAL, "Scenario": "Best case"}
    assert [row["Measure"] for row in rows[:9]] == [
        *CATEGORIES,
        "Net cashable",
        "Cumulative net cashable",
    ]
    assert find(rows, **best, Measure="Net cashable") == {
        **best,
        "Measure": "Net cashable",
        "2012/13": 1200,
        "2013/14": -200,
        "2014/15": -450,
        "Total": 550,
    }
    running = find(rows, **best, Measure="Cumulative net cashable")
    assert (running["2014/15"], running["Total"]) == (550, None)


def test_appraisal() -> None:
    beta = find(appraisal(PROGRAMME, LINES), Organisation="Beta", Scenario="Best case")
    assert beta == {
        "Organisation": "Beta",
        "Scenario": "Best case",
        "One-off": 967,
        "Annual cashable": -200,
        "Payback years": Fraction(967, 200),
        "Break-even year": None,
        # 9.00 − 1.33/1.035 − 2.00/1.071225 = 5.8479…
        "Net present cost / (saving)": 585,
    }


def test_by_service() -> None:
    rows = by_service(PROGRAMME, LINES)
    assert find(rows, Service="Fleet", Organisation=NOT_APPORTIONED) == {
        "Strand": "Operations",
        "Service": "Fleet",
        "Organisation": NOT_APPORTIONED,
        "One-off: Best case": 0,
        "One-off: Worst case": 0,
        "Annual cashable: Best case": -50,
        "Annual cashable: Worst case": -50,
    }


@on_examples(30, cases(), quick=8)
def test_parts_add_up_to_the_total(case: Case) -> None:
    """The total is added up from the register and the parts from the shares."""
    rows = by_year(case.programme, case.lines)
    labels = case.programme.year_labels
    for row in rows:
        if row["Organisation"] == TOTAL:
            parts = [
                part
                for part in rows
                if part["Organisation"] != TOTAL
                and (part["Scenario"], part["Measure"]) == (row["Scenario"], row["Measure"])
            ]
            for label in labels:
                assert sum(int(str(part[label])) for part in parts) == row[label]
    nets = [row for row in rows if row["Measure"] == "Net cashable"]
    for net in nets:
        five = [
            row
            for row in rows
            if (row["Organisation"], row["Scenario"]) == (net["Organisation"], net["Scenario"])
            and row["Measure"] in NET_CASHABLE
        ]
        assert sum(int(str(row["Total"])) for row in five) == net["Total"]


@on_examples(30, cases(awkward=False), quick=8)
def test_only_not_agreed_waits_where_nothing_is_awkward(case: Case) -> None:
    waiting = [
        portion for portion in apportioned(case.programme, case.lines) if portion.partner is None
    ]
    assert {basis_of(case.programme, portion.entry.line) for portion in waiting} <= {NOT_AGREED}


# The builders, as far as other tests lean on them


def test_a_builder_says_where_it_wrote(tmp_path: Path) -> None:
    finance = Return(title_rows=2, blank_columns=1, headings={"Service": "Service area"})
    first = finance.line([500, "TBC", None])
    second = finance.line(
        [Formula("=J4*2", 1000), Formula("=J4"), error_cell()], line_ref="X", service="Fleet"
    )
    path = finance.write(tmp_path)
    assert (first, finance.at(first, "2013/14")) == (4, "K4")
    assert cell_addresses(path, "Savings", "TBC") == ["K4"]
    assert cell_addresses(path, "Savings", "Service area") == [finance.header_at("Service")]
    assert cell_addresses(path, "Savings", "FIN-1") == [finance.at(first, "Line ref")]
    stored = openpyxl.load_workbook(path, data_only=True)["Savings"]
    assert [stored[finance.at(second, year)].value for year in finance.years] == [
        1000,
        None,
        "#REF!",
    ]
    formulas = openpyxl.load_workbook(path)["Savings"]
    assert formulas[finance.at(second, "2013/14")].value == "=J4"


def test_a_stored_empty_text_is_not_a_formula_without_value(tmp_path: Path) -> None:
    finance = Return()
    finance.line([Formula('=""', ""), Formula("=A1")])
    with zipfile.ZipFile(finance.write(tmp_path)) as parts:
        savings = parts.read("xl/worksheets/sheet2.xml").decode()
    assert 't="str"><f>""</f><v></v>' in savings
    assert '<c r="J2"><f>A1</f><v></v>' in savings


def test_a_programme_can_lack_a_sheet(tmp_path: Path) -> None:
    programme = Programme()
    programme.leave_out("Partners")
    sheets = openpyxl.load_workbook(programme.write(tmp_path)).sheetnames
    assert sheets == ["Programme", "Services", "Baseline"]


def test_same_calls_same_bytes(tmp_path: Path) -> None:
    def write(folder: Path) -> list[bytes]:
        finance = Return()
        finance.line([1, 2, 3])
        finance.project()
        written = [Programme(units="£000").write(folder), finance.write(folder)]
        return [path.read_bytes() for path in written]

    assert write(tmp_path / "one") == write(tmp_path / "two")


def test_mismatches_tell_a_penny() -> None:
    expected: list[Row] = [{"Key": "a", "Money": 3333, "Ratio": Fraction(1, 3), "None": None}]
    right = {"Key": "a", "Money": 33.33, "Ratio": 1 / 3, "None": None}
    assert mismatches(expected, [right], ["Key"]) == []
    for wrong in ({"Money": 33.34}, {"Money": 33.3333}, {"Ratio": 0.333}, {"None": 0}):
        assert len(mismatches(expected, [right | wrong], ["Key"])) == 1
    assert mismatches(expected, [], ["Key"]) == ["no row ('a',)"]


@on_examples(15, cases(), quick=5)
def test_a_case_is_written_as_it_is(case: Case) -> None:
    with TemporaryDirectory() as folder:
        write_case(case, Path(folder))
        books = [openpyxl.load_workbook(Path(folder, one.name)) for one in case.returns]
    for one, book in zip(case.returns, books, strict=True):
        rows = list(book["Savings"].iter_rows(min_row=one.title_rows + 1, values_only=True))
        header = rows[0]
        assert [row[header.index("Line ref")] for row in rows[1:]] == [
            given_line.line_ref for given_line in one.lines
        ]
        for row, given_line, cells in zip(rows[1:], one.lines, one.cells, strict=True):
            for label, amount, cell in zip(one.year_labels, given_line.amounts, cells, strict=True):
                written = row[header.index(label)]
                if isinstance(cell, Decimal):
                    assert isinstance(written, int | float)
                    units = given_line.units or case.programme.units
                    assert pence(written, units) == pence(amount or 0, units)
                else:
                    assert written == cell
