"""Who pays whom, as it stands in the workbooks: the sentence, the tables, the packs, the controls;
and that the figures live."""

import re
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.core.results import Results
from pipeline.report.books import partner_pack, programme_summary
from pipeline.report.excel.render import render
from pipeline.report.reported import CHANGED
from tests import csv_on_the_web
from tests.builders import Programme, Return
from tests.long import quick_cases
from tests.report.built import build
from tests.report.fake import opened, records_of, tables_of
from tests.report.libreoffice import cells, differences, needs_libreoffice, recalculated
from tests.running import outcome_of

SUMMARY, SHEET = "programme-summary.xlsx", "Who pays whom"
BALANCE = ["Scenario", "Year", "Partner", "In its books", "Its share", "To receive / (to pay)"]
DUE = BALANCE[-1]


def council(folder: Path, *, paid: bool = True, scenarios: str = "Best case, Plan") -> Results:
    """ICT is shared 3 to 2 to 1 by three councils; Alpha pays for a network of 120,000, the savings
    of which fall in Beta's books; Legal, which Gamma pays for, is not apportioned."""
    one = Programme(title="Shared services", scenarios=scenarios, report_units="£000")
    for code, name in (("AC", "Alpha Council"), ("BC", "Beta Council"), ("GC", "Gamma Council")):
        one.partner(code, name)
    one.service("ICT", "Corporate", "Baseline")
    one.service("Legal", "Corporate", "Not agreed")
    one.baseline("ICT", AC=3, BC=2, GC=1)
    one.write(folder)
    finance = Return("Finance")
    payers = ("AC", "bc", "GC") if paid else (None, None, None)
    finance.line(
        [120_000, 0, 0], line_ref="F1", category="One-off cost", paid_by=payers[0], owner="Ann"
    )
    finance.line([0, -60_000, -90_000], line_ref="F2", category="Cashable saving",
                 paid_by=payers[1])  # fmt: skip
    finance.line([5_000] * 3, line_ref="F3", service="Legal", category="Recurring cost",
                 paid_by=payers[2])  # fmt: skip
    finance.line([-7_000] * 3, line_ref="F4", category="Income")
    finance.add("Delivery", line_ref="F1", year="2012/13", forecast=130_000, delivered=126_000)
    finance.write(folder, "finance.xlsx")
    made = outcome_of(folder).results
    assert made is not None
    return made


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return council(tmp_path_factory.mktemp("council"))


@pytest.fixture(scope="module")
def outputs(results: Results) -> dict[str, bytes]:
    return build(results)


def row(content: bytes, table: str, *labels: str) -> dict[object, object]:
    """The one row with these labels."""
    (found,) = [r for r in records_of(content, table) if set(labels) <= set(map(str, r.values()))]
    return found


def test_the_balances_stand_under_the_contract_s_headings(outputs: dict[str, bytes]) -> None:
    book = outputs[SUMMARY]
    tables = tables_of(book)
    assert tables["Settlement"][0][:6] == tables["Settlement_delivered"][0][:6] == BALANCE
    assert tables["Transfers"][0][:5] == ["Scenario", "Year", "From", "To", "Amount"]
    assert len(records_of(book, "Settlement")) == 2 * 3 * 3
    figures = [row(book, "Settlement", "Plan", "2012/13", code)[name]
               for code in ("AC", "BC", "GC") for name in BALANCE[3:]]  # fmt: skip
    assert figures == [120_000, 60_000, 60_000, 0, 40_000, -40_000, 0, 20_000, -20_000]
    assert row(book, "Settlement", "Plan", "2014/15", "BC")[DUE] == -60_000
    delivered = row(book, "Settlement_delivered", "Plan", "2012/13", "AC")
    assert [delivered[name] for name in BALANCE[3:]] == [126_000, 63_000, 63_000]
    assert len(records_of(book, "Settlement_delivered")) == 3


def test_the_payments_stand_by_year_the_larger_first(outputs: dict[str, bytes]) -> None:
    paid = [
        (r["Year"], r["From"], r["To"], r["Amount"], r["Payer"], r["Payee"])
        for r in records_of(outputs[SUMMARY], "Transfers")
        if r["Scenario"] == "Plan"
    ]
    assert paid == [
        ("2012/13", "BC", "AC", 40_000, "Beta Council", "Alpha Council"),
        ("2012/13", "GC", "AC", 20_000, "Gamma Council", "Alpha Council"),
        ("2013/14", "BC", "AC", 30_000, "Beta Council", "Alpha Council"),
        ("2013/14", "BC", "GC", 10_000, "Beta Council", "Gamma Council"),
        ("2014/15", "BC", "AC", 45_000, "Beta Council", "Alpha Council"),
        ("2014/15", "BC", "GC", 15_000, "Beta Council", "Gamma Council"),
    ]


def test_the_sheet_says_first_who_pays_whom(results: Results, outputs: dict[str, bytes]) -> None:
    (sheet,) = [each for each in programme_summary(results).sheets if each.name == SHEET]
    assert sheet.title == "Who pays whom: payments that make all even"
    assert sheet.answer.split("\n") == [
        "Beta Council pays Alpha Council £45,000 and Gamma Council £15,000 in 2014/15 (Plan).",
        "From 2012/13 to 2014/15, to receive: Alpha Council £135,000 and Gamma Council £5,000; "
        "to pay: Beta Council £140,000.",
        "On what is delivered, in 2012/13, to receive: Alpha Council £63,000; to pay: Beta Council "
        "£42,000 and Gamma Council £21,000.",
    ]
    book = opened(outputs[SUMMARY])
    assert book[SHEET]["A4"].value == sheet.answer.split("\n")[0]
    assert book.sheetnames.index(SHEET) == book.sheetnames.index("By service") + 1


def test_who_pays_is_beside_each_line_and_part(outputs: dict[str, bytes]) -> None:
    book = outputs[SUMMARY]
    assert row(book, "Register", "F2", "Plan")["Paid by"] == "BC"
    assert row(book, "Register", "F4", "Plan")["Paid by"] is None
    assert row(book, "Apportioned", "F1", "Plan", "GC")["Paid by"] == "AC"
    assert row(book, "Delivery_apportioned", "F1", "GC")["Paid by"] == "AC"


def test_every_control_of_settlement_passes(outputs: dict[str, bytes]) -> None:
    controls = [
        r for r in records_of(outputs[SUMMARY], "Controls")
        if str(r["Control"]).startswith(("Settlement", "Transfers"))
    ]  # fmt: skip
    assert len(controls) == 2 * (3 * 4 + 3 * 3) + 3
    assert {r["Result"] for r in controls} == {"Pass"}


def test_a_pack_has_the_partner_s_own_rows(outputs: dict[str, bytes]) -> None:
    pack = outputs["partners/GC.xlsx"]
    assert {r["Partner"] for r in records_of(pack, "Settlement")} == {"GC"}
    assert row(pack, "Settlement", "Plan", "2012/13")[DUE] == -20_000
    assert row(pack, "Settlement_delivered", "2012/13")["Its share"] == 21_000
    paid = [(r["Year"], r["From"], r["To"], r["Amount"]) for r in records_of(pack, "Transfers")
            if r["Scenario"] == "Plan"]  # fmt: skip
    assert paid == [
        ("2012/13", "GC", "AC", 20_000),
        ("2013/14", "BC", "GC", 10_000),
        ("2014/15", "BC", "GC", 15_000),
    ]
    sheet = opened(pack)[SHEET]
    assert [sheet.cell(number, 1).value for number in (4, 5, 6)] == [
        "Gamma Council is to receive £15,000 from Beta Council in 2014/15 (Plan).",
        "From 2012/13 to 2014/15 Gamma Council is to receive £5,000.",
        "On what is delivered, in 2012/13 Gamma Council is to pay £21,000.",
    ]
    (noted,) = [r for r in records_of(pack, "Notes") if r["Term"] == "This pack"]
    assert "its payments with their names" in str(noted["What it means"])


def test_a_pack_has_no_payment_between_others_and_no_balance_of_theirs(
    outputs: dict[str, bytes],
) -> None:
    pack = outputs["partners/GC.xlsx"]
    assert all("GC" in (r["From"], r["To"]) for r in records_of(pack, "Transfers"))
    held = {
        cell.value
        for sheet in opened(pack).worksheets
        for line in sheet.iter_rows()
        for cell in line
    }
    assert not held & {60_000, -60_000, -40_000, 45_000, 120_000, 140_000}


def test_without_paid_by_there_is_neither_sheet_nor_column(tmp_path: Path) -> None:
    outputs = build(council(tmp_path, paid=False))
    for name, content in outputs.items():
        if name.endswith(".xlsx"):
            assert SHEET not in opened(content).sheetnames
            tables = tables_of(content)
            assert not {"Settlement", "Settlement_delivered", "Transfers"} & tables.keys()
            headings = {str(h) for key, rows in tables.items() if key != "Data_dictionary"
                        for h in rows[0]}  # fmt: skip
            assert "Paid by" not in headings


def test_where_all_are_even_nobody_owes_anything(tmp_path: Path) -> None:
    one = Programme(scenarios="Plan")
    one.partner("AC", "Alpha Council")
    one.write(tmp_path)
    finance = Return("Finance")
    finance.line([10], line_ref="F1", category="Income", paid_by="AC")
    finance.write(tmp_path)
    made = outcome_of(tmp_path).results
    assert made is not None
    outputs = build(made)
    sheet = opened(outputs[SUMMARY])[SHEET]
    assert sheet["A4"].value == "Nobody owes anybody anything in 2014/15 (Plan)."
    assert sheet["A5"].value == "From 2012/13 to 2014/15, all are even."
    assert records_of(outputs[SUMMARY], "Transfers") == [dict.fromkeys(
        tables_of(outputs[SUMMARY])["Transfers"][0]) | {"Scenario": "None"}]  # fmt: skip
    pack = opened(outputs["partners/AC.xlsx"])[SHEET]
    assert pack["A4"].value == (
        "Alpha Council has nothing to pay and nothing to receive in 2014/15 (Plan)."
    )


def test_where_only_nothing_is_paid_by_anybody_the_report_is_written(tmp_path: Path) -> None:
    """Nil shares are no parts: no row of Apportioned says then who pays."""
    one = Programme(scenarios="Plan")
    one.partner("AC", "Alpha Council")
    one.write(tmp_path)
    finance = Return("Finance")
    finance.line([0], line_ref="F1", category="Income", paid_by="AC")
    finance.line([-700], line_ref="F2", category="Income")
    finance.write(tmp_path)
    made = outcome_of(tmp_path).results
    assert made is not None
    outputs = build(made)
    assert row(outputs[SUMMARY], "Settlement", "Plan", "2012/13", "AC")["In its books"] in (0, None)
    controls = records_of(outputs[SUMMARY], "Controls")
    assert {each["Result"] for each in controls} == {"Pass"}


# Formulas


def _column(sheet: Worksheet, table: str, heading: str) -> list[openpyxl.cell.Cell]:
    headings, *rows = sheet[sheet.tables[table].ref]
    place = [cell.value for cell in headings].index(heading)
    return [cells_of[place] for cells_of in rows]


@quick_cases(1)
@needs_libreoffice
@pytest.mark.parametrize("scenarios", ["Best case, Plan", "5 to 1, >Plan*"])
def test_figures_live_and_say_where_payments_no_longer_clear(
    scenarios: str, tmp_path: Path
) -> None:
    """Every cell comes to what is stored; twice the parts and the lines, and balances double while
    payments stay, which controls and the line at the top of the sheet say."""
    results = council(tmp_path / "in", scenarios=scenarios)
    plan = results.programme.plan_scenario
    contents = {
        SUMMARY: render(programme_summary(results)),
        "AC.xlsx": render(partner_pack(results, results.programme.partners[0])),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        book = opened(content, formulas=True)
        live = _column(book[SHEET], "Settlement", "Its share")  # type: ignore[arg-type] # a sheet
        assert all(str(cell.value).startswith("=ROUND(SUMPRODUCT(") for cell in live)
    changed = openpyxl.load_workbook(tmp_path / SUMMARY)
    for table in ("Register", "Apportioned"):
        for year in results.programme.year_labels:
            for cell in _column(changed[table], table, year):
                cell.value = 2 * (cell.value or 0)
    for cell in _column(changed["Delivery apportioned"], "Delivery_apportioned", "Delivered"):
        cell.value = 2 * (cell.value or 0)
    changed.save(tmp_path / "changed.xlsx")
    paths = [tmp_path / name for name in (*contents, "changed.xlsx")]
    *same, moved = recalculated(paths, tmp_path / "again")
    for path, again in zip(paths, same, strict=False):
        assert differences(cells(path), cells(again)) == []
    content = moved.read_bytes()
    assert row(content, "Settlement", plan, "2012/13", "AC")[DUE] == 120_000
    assert row(content, "Settlement_delivered", "2012/13", "AC")[DUE] == 126_000
    assert row(content, "Transfers", plan, "2012/13", "BC")["Amount"] == 40_000
    failed = {str(r["Control"]) for r in records_of(content, "Controls") if r["Result"] == "Fail"}
    of_settlement = {each for each in failed if re.match("Settlement|Transfers", each)}
    assert f"Transfers, {plan}, 2012/13: paid = to receive" in of_settlement
    assert f"Transfers, BC, {plan}: received less paid = to receive less to pay" in of_settlement
    assert not any(each.startswith("Settlement") for each in of_settlement)
    strip = str(opened(content)[SHEET]["A2"].value)
    assert "FAIL" in strip
    assert strip.endswith(CHANGED)


# For other tools


def test_balances_and_payments_are_data_too(outputs: dict[str, bytes]) -> None:
    rows = csv_on_the_web.read(
        {name.removeprefix("data/"): content for name, content in outputs.items()
         if name.startswith("data/")}
    )  # fmt: skip
    figures = {
        (r["amounts"], r["scenario"], r["year"], r["partner"]): (r["books"], r["share"], r["due"])
        for r in rows["settlement.csv"]
    }
    assert len(figures) == 2 * 3 * 3 + 3
    assert figures["Planned", "Plan", "2012/13", "AC"] == (120_000, 60_000, 60_000)
    assert figures["Delivered", "Plan", "2012/13", "BC"] == (0, 42_000, -42_000)
    first = next(r for r in rows["transfers.csv"] if r["scenario"] == "Plan")
    assert (first["payer"], first["payee"], first["amount"]) == ("BC", "AC", 40_000)
