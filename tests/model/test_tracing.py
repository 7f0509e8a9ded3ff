"""From a printed figure back to the cells: it is found however it is typed, and its lines add up to
it exactly."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest

from pipeline.core.traced import Trace
from pipeline.model.tracing import TraceError, trace
from pipeline.run import Outcome
from tests.builders import Programme, Return
from tests.end_to_end.commands import ROOT
from tests.ingest.reading import run
from tests.long import on_examples
from tests.running import outcome_of
from tests.strategies import Case, cases, write_case

SAVING = "Cashable saving"
BOOKS, SHARE, DUE = "In its books", "Its share", "To receive / (to pay)"


def traced(outcome: Outcome, *names: str) -> Trace:
    assert outcome.results is not None
    assert outcome.lines is not None
    return trace(outcome.results, outcome.lines, names)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Two returns, one of them stating changes, in £000; ICT 60 : 40."""
    folder = tmp_path_factory.mktemp("traced")
    Programme(years=3).write(folder)
    finance, fleet = Return(), Return("Fleet")
    finance.line([1_000, 200], line_ref="F1")
    finance.line([0, -400, -800], line_ref="F2", category=SAVING, scenario="Best case")
    finance.line([0, -200, -400.01], line_ref="F2", category=SAVING, scenario="Worst case")
    finance.write(folder, "finance.xlsx")
    fleet.cover("Profile", "Incremental")
    fleet.cover("Units", "£000")
    fleet.line([-1, None, -2], line_ref="X1", category=SAVING, service="Fleet")
    fleet.line([5, -5], line_ref="X2", service="Fleet", basis="Not agreed")
    fleet.write(folder, "fleet.xlsx")
    return run(folder)


def behind(figure: Trace, *columns: str) -> list[tuple[object, ...]]:
    (part,) = figure.parts
    assert part.adds_up
    return list(part.lines[list(columns)].itertuples(index=False, name=None))


def test_a_figure_is_its_lines_with_their_cells(outcome: Outcome) -> None:
    figure = traced(outcome, "Summary", "Alpha Council", "Annual cashable: Best case")
    assert figure.title == "Summary, All strands, Alpha Council, Annual cashable: Best case"
    assert figure.parts[0].pence == -480_00 - 750_00
    columns = ("line_ref", "share", "line_pence", "amount_pence", "workbook", "sheet", "cells")
    assert behind(figure, *columns) == [
        ("F2", Fraction(3, 5), -800_00, -480_00, "finance.xlsx", "Savings", "K3"),
        ("X1", Fraction(1, 4), -3_000_00, -750_00, "fleet.xlsx", "Savings", "I2, K2"),
    ]


def test_the_whole_programme_and_what_is_not_yet_apportioned(outcome: Outcome) -> None:
    whole = traced(outcome, "Summary", "Total programme", "One-off: Worst case")
    assert behind(whole, "line_ref", "amount_pence", "cells") == [
        ("F1", 1_200_00, "I2, J2"),
        ("X2", 5_000_00, "I3, J3"),
    ]
    waiting = traced(outcome, "Summary", "Not yet apportioned", "One-off: Worst case")
    assert behind(waiting, "line_ref", "amount_pence") == [("X2", 5_000_00)]


def test_years_and_running_totals(outcome: Outcome) -> None:
    year = traced(outcome, "By year", "A", "Worst case", "Net cashable", "2013/14")
    assert behind(year, "line_ref", "amount_pence", "cells") == [
        ("F1", 120_00, "J2"),
        ("F2", -120_00, "J4"),
        ("X1", -250_00, "I2"),
    ]
    running = traced(outcome, "By_year", "A", "Worst case", "Cumulative net cashable", "2013-14")
    assert running.parts[0].pence == 600_00 - 250_00 + year.parts[0].pence
    assert running.parts[0].adds_up
    with pytest.raises(TraceError, match="has no Total"):
        traced(outcome, "By_year", "A", "Worst case", "Cumulative net cashable", "Total")


def test_a_service_s_figure(outcome: Outcome) -> None:
    figure = traced(outcome, "by service", "ICT", "total programme", "annual cashable best case")
    assert behind(figure, "line_ref", "amount_pence") == [("F2", -800_00)]


def test_a_ratio_shows_both_its_sides(outcome: Outcome) -> None:
    payback = traced(outcome, "Summary", "Total programme", "Payback years: Best case")
    one_off, annual = payback.parts
    assert (one_off.pence, annual.pence) == (6_200_00, -3_800_00)
    assert payback.value == Fraction(6_200, 3_800)
    band = traced(outcome, "Summary", "Corporate", "Total programme", "Return on investment")
    assert (band.value, len(band.parts)) == ("2 – 3 years", 4)
    assert band.parts[3].title == "Summary, Corporate, Total programme, Annual cashable: Worst case"
    assert all(part.adds_up for part in (*payback.parts, *band.parts))


@pytest.mark.parametrize(
    "names",
    [
        ("summary", "ALPHA  COUNCIL", "one off - best case"),
        ("Summary", "a", "One-off: Best case"),
        ("Summary", "All strands", "Alpha", "One-off: Best"),
        ("Summary", "Alpha Council", "All strands", "One-off: Best case"),
    ],
)
def test_names_are_matched_leniently(outcome: Outcome, names: tuple[str, ...]) -> None:
    figure = traced(outcome, *names)
    assert figure.title == "Summary, All strands, Alpha Council, One-off: Best case"


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("Summary",), "Name the table, the row and the column"),
        (("Sumary", "A", "One-off: Best case"), "no table “Sumary”. Did you mean “Summary”?"),
        (("By", "A", "Total"), "“By” is more than one table: By_year; By_service."),
        (
            ("Summary", "A", "Best case"),
            "“Best case” is more than one column: One-off: Best case; Annual cashable: Best case; "
            "Payback years: Best case.",
        ),
        (("Summary", "Alfa Council", "One-off: Best case"), "Did you mean “Alpha Council”?"),
        (
            ("Summary", "Corporate", "One-off: Best case"),
            "more than one row of Summary: Corporate, Total programme; Corporate, Alpha Council; "
            "Corporate, Beta Police.",
        ),
        (("By_service", "ICT", "Operations", "A", "One-off: Best case"), "no row with all of"),
        (("By_year", "A", "Best case", "Income", "2031/32"), "no column “2031/32”"),
    ],
)
def test_what_is_unclear_is_said(outcome: Outcome, names: tuple[str, ...], says: str) -> None:
    with pytest.raises(TraceError) as fault:
        traced(outcome, *names)
    assert says in str(fault.value)


def figures_of(outcome: Outcome) -> list[tuple[str, ...]]:
    """Every figure of the three tables by its names."""
    results = outcome.results
    assert results is not None
    programme = results.programme
    names: list[tuple[str, ...]] = []
    for table, labels in (("Summary", ["strand", "organisation"]),
                          ("By_service", ["strand", "service", "organisation"])):  # fmt: skip
        frame = results.summary if table == "Summary" else results.by_service
        measures = ["One-off", "Annual cashable"] + ["Payback years"] * (table == "Summary")
        for row in frame[labels].drop_duplicates().itertuples(index=False, name=None):
            names += [
                (table, *row, f"{measure}: {scenario}")
                for measure in measures
                for scenario in programme.scenarios
            ]
    for row in results.by_year[["organisation", "scenario", "measure"]].itertuples(
        index=False, name=None
    ):
        total = [] if row[-1].startswith("Cumulative") else ["Total"]
        names += [("By_year", *row, year) for year in (*programme.year_labels, *total)]
    if results.settlement is not None:
        balances, payments = results.settlement.balances, results.settlement.transfers
        for row in balances[["scenario", "year", "partner"]].itertuples(index=False, name=None):
            names += [("Settlement", *row, measure) for measure in (BOOKS, SHARE, DUE)]
        sides = ["scenario", "year", "payer", "payee"]
        for row in payments[sides].itertuples(index=False, name=None):
            names.append(("Transfers", *row, "Amount"))
    return names


@on_examples(8, cases(), quick=2)
def test_every_figure_s_trace_adds_up(case: Case) -> None:
    with TemporaryDirectory() as folder:
        write_case(case, Path(folder))
        outcome = outcome_of(Path(folder))
    names = figures_of(outcome)
    for each in random.Random(len(names)).sample(names, min(60, len(names))):
        for part in traced(outcome, *each).parts:
            assert part.adds_up, part.title


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Two councils, ICT 60 : 40; each pays for something, and one line is paid by nobody."""
    folder = tmp_path_factory.mktemp("settled")
    Programme(years=3).write(folder)
    finance = Return()
    finance.line([1_000, 200], line_ref="F1", paid_by="B")
    finance.line([-100], line_ref="F2", category=SAVING, paid_by="A")
    finance.line([50], line_ref="F3", category="Income")
    finance.line([70], line_ref="F4", category="Income", basis="Direct", partner="A", paid_by="A")
    finance.line([90], line_ref="F5", category="Income", basis="Not agreed", paid_by="A")
    finance.write(folder, "finance.xlsx")
    return run(folder)


def test_a_balance_is_what_lines_put_into_its_books_less_what_falls_to_it(
    settled: Outcome,
) -> None:
    figure = traced(settled, "Settlement", "Best case", "2012/13", "A", "To receive")
    assert figure.title == f"Settlement, Best case, 2012/13, A, {DUE}"
    assert behind(figure, "line_ref", "share", "line_pence", "amount_pence", "cells") == [
        ("F1", Fraction(-3, 5), 1_000_00, -600_00, "I2"),
        ("F2", Fraction(2, 5), -100_00, -40_00, "I3"),
    ]
    books = traced(settled, "Settlement", "Worst case", "2012/13", "Alpha Council", BOOKS)
    assert behind(books, "line_ref", "amount_pence") == [("F2", -100_00), ("F4", 70_00)]
    share = traced(settled, "Settlement", "Worst case", "2013/14", "b", SHARE)
    assert behind(share, "line_ref", "amount_pence", "cells") == [("F1", 80_00, "J2")]


def test_a_payment_is_traced_to_the_balances_of_both(settled: Outcome) -> None:
    figure = traced(settled, "transfers", "Best case", "2012/13", "alpha council", "B", "amount")
    assert (figure.title, figure.value) == ("Transfers, Best case, 2012/13, A, B, Amount", "£640")
    assert [(part.title, part.pence, part.adds_up) for part in figure.parts] == [
        (f"Settlement, Best case, 2012/13, A, {DUE}", -640_00, True),
        (f"Settlement, Best case, 2012/13, B, {DUE}", 640_00, True),
    ]


def test_where_nobody_pays_there_is_nothing_to_trace(outcome: Outcome) -> None:
    with pytest.raises(TraceError, match="no line says who pays it"):
        traced(outcome, "Settlement", "Best case", "2012/13", "A", DUE)


def test_the_cells_hold_what_the_trace_says() -> None:
    """Every part of the sample's saving, out of the returns themselves (in £000)."""
    folder = ROOT / "inputs" / "cambridgeshire-and-peterborough"
    figure = traced(outcome_of(folder), "Summary", "CCC", "Annual cashable: Business plan")
    stated = 0
    for workbook, sheet, cells in behind(figure, "workbook", "sheet", "cells"):
        book = openpyxl.load_workbook(folder / str(workbook), data_only=True)
        stated += sum(book[str(sheet)][cell].value for cell in str(cells).split(", "))
        book.close()
    assert figure.parts[0].pence == stated * 1_000_00 == -530_000_00
