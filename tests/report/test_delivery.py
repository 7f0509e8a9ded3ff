"""The sheets Delivery and Tracker, their chart, and what a partner's pack has of them."""

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string

from pipeline.core.results import Results
from pipeline.report.reported import AS_REPORTED, CHANGED
from schemas.outputs import DELIVERY_TABLES
from schemas.vocabulary import RAG
from tests.builders import Programme, Return
from tests.long import long
from tests.report.built import build, summary
from tests.report.fake import opened, records_of, tables_of
from tests.report.libreoffice import (
    cells,
    differences,
    formulas,
    needs_libreoffice,
    recalculated,
)
from tests.running import outcome_of

SUMMARY = "programme-summary.xlsx"
SAVING = "Cashable saving"
# Line refs that are numbers, patterns or comparisons to a spreadsheet program.
REFS = ("1", "01", "A*", "AB", ">5", "2011/12", "x")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Odd line refs, two services, one of them not agreed; years that look like dates."""
    folder = tmp_path_factory.mktemp("delivery")
    one = Programme(first_year="2010/11", years=3, report_units="£")
    one.partner("A", "Alpha Council")
    one.partner("B", "Beta Police")
    one.service("ICT", "Corporate", "Baseline")
    one.service("Fleet", "Operations", "Not agreed")
    one.baseline("ICT", A=2, B=1)
    one.write(folder)
    finance = Return(years=("2010/11", "2011/12", "2012/13"))
    for number, ref in enumerate(REFS, 1):
        service = "Fleet" if ref == "x" else "ICT"
        amounts = [-number, -10 * number, -100 * number]
        finance.line(amounts, line_ref=ref, service=service, category=SAVING)
        finance.add("Delivery", line_ref=ref, year="2011/12", forecast=-9 * number, rag="Green")
        if number % 2:
            finance.add("Delivery", line_ref=ref, year="2010/11", delivered=-number)
    finance.line([0, -7_777], line_ref="DUE", category=SAVING, description="Nobody reports on it")
    finance.line([-5], line_ref="B only", basis="Direct", partner="B", category=SAVING)
    finance.add(
        "Delivery", line_ref="B only", year="2010/11", forecast=-4_321, commentary="Of Beta's"
    )
    finance.write(folder)
    made = outcome_of(folder).results
    assert made is not None
    return made


@pytest.fixture(scope="module")
def books(results: Results) -> dict[str, bytes]:
    return build(results)


def test_all_its_tables_are_there(books: dict[str, bytes]) -> None:
    assert {table.name for table in DELIVERY_TABLES} <= set(tables_of(books[SUMMARY]))


def test_without_delivery_there_is_no_sheet_of_it(summary_book: bytes) -> None:
    assert not {table.name for table in DELIVERY_TABLES} & set(tables_of(summary_book))
    assert not {"Delivery", "Tracker"} & set(opened(summary_book).sheetnames)


def test_delivery_has_the_contract_s_columns_and_pounds(books: dict[str, bytes]) -> None:
    headings, *rows = tables_of(books[SUMMARY])["Delivery"]
    wanted = ["Line ref", "Description", "Service", "Year", "Plan", "Forecast", "Delivered"]
    assert headings[:10] == [*wanted, "Variance", "RAG", "Commentary"]
    left_out = tables_of(books[SUMMARY])["Delivery_left_out"][0]
    assert left_out[:11] == [*headings[:10], "Reason"]
    assert rows[0][:1] + rows[0][3:9] == ["1", "2010/11", -1, None, -1, None, None]
    assert rows[1][:1] + rows[1][3:9] == ["1", "2011/12", -10, -9, None, 1, "Green"]


def test_a_line_stands_on_one_page_without_where_it_comes_from(books: dict[str, bytes]) -> None:
    sheet = opened(books[SUMMARY])["Delivery"]
    headings = tables_of(books[SUMMARY])["Delivery"][0]
    assert headings[-3:] == ["Workbook", "Sheet", "Row"]
    assert sheet.page_setup.fitToWidth in (None, 1)
    (area,) = str(sheet.print_area).split(",")
    last = area.rpartition("$")[0].rpartition("$")[2]
    assert column_index_from_string(last) == len(headings) - 3


def test_the_tracker_has_the_contract_s_columns_and_a_total_row_a_year(
    books: dict[str, bytes],
) -> None:
    headings = ["Kind", "Service", "Year", "Plan", "Forecast", "Delivered", "Variance", *RAG]
    assert tables_of(books[SUMMARY])["Tracker"][0][: len(headings)] == headings
    rows = records_of(books[SUMMARY], "Tracker")
    assert [(row["Service"], row["Year"], row["Plan"], row["Green"]) for row in rows] == [
        ("ICT", "2010/11", -1 - 3 - 5 - 5, 0),
        ("Fleet", "2010/11", -7, 0),
        ("All services", "2010/11", -21, 0),
        ("ICT", "2011/12", -210, 6),
        ("Fleet", "2011/12", -70, 1),
        ("All services", "2011/12", -280, 7),
    ]


def test_lines_that_are_due_are_listed(books: dict[str, bytes]) -> None:
    """2010/11 is the latest year of which anything is said to be delivered."""
    refs = [row["Line ref"] for row in records_of(books[SUMMARY], "Delivery_due")]
    assert refs == ["01", "AB", "2011/12"]


def test_a_pack_holds_its_partner_s_part_and_no_other_s(books: dict[str, bytes]) -> None:
    own, other = (books[f"partners/{code}.xlsx"] for code in "BA")
    rows = {(row["Line ref"], row["Year"]): row for row in records_of(own, "Delivery")}
    assert rows["B only", "2010/11"]["Forecast"] == -4_321
    assert (rows["1", "2011/12"]["Plan"], rows["1", "2011/12"]["Forecast"]) == (-3.33, -3)
    assert {row["Organisation"] for row in records_of(own, "Delivery_by_partner")} == {
        "Beta Police"
    }
    everything = [str(cell) for table in tables_of(other).values() for row in table for cell in row]
    for text in ("B only", "Of Beta's", "-4321", "Beta Police"):
        assert not any(text in cell for cell in everything), text


def test_the_chart_says_the_finding_and_the_rag_in_words(books: dict[str, bytes]) -> None:
    charts = opened(books[SUMMARY])["Charts"]._charts  # type: ignore[attr-defined]
    title = charts[-1].title.tx.strRef.strCache.pt[0].v
    assert title.startswith(
        "Cashable, 2010/11: the forecast is £4,316 better than plan; delivered saving of"
    )


@needs_libreoffice
def test_live_formulas_come_to_the_stored_values(books: dict[str, bytes], tmp_path: Path) -> None:
    paths = []
    for name in (SUMMARY, "partners/B.xlsx"):
        path = tmp_path / Path(name).name
        path.write_bytes(books[name])
        paths.append(path)
    live = formulas(paths[0])
    for sheet, count in (("Delivery", 12 + 8), ("Tracker", 60)):
        assert sum(where == sheet for where, _ in live) >= count
    for path, again in zip(paths, recalculated(paths, tmp_path / "again"), strict=True):
        assert differences(cells(path), cells(again)) == []


# What returns forecast of a saving of 100,000 and a one-off cost of 50,000, and the sentences.
HEADLINES = {
    "better": (
        (-120_000.4, None, 50_000, 10_000),
        "Cashable, 2012/13: the forecast is £20,000 better than plan.",
        "One-off, 2012/13: the forecast is on plan; delivered cost of £10,000, 20% of plan; "
        "1 Amber.",
    ),
    "worse": (
        (-99_999.55, -33_333, 62_500, None),
        "Cashable, 2012/13: the forecast is £0.45 worse than plan; delivered saving of £33,000, "
        "33% of plan.",
        "One-off, 2012/13: the forecast is £13,000 worse than plan; 1 Amber.",
    ),
    "both at once": (
        (-109_999, 500, 59_999.5, -5),
        "Cashable, 2012/13: the forecast is £9,999 better than plan; delivered cost of £500, "
        "-1% of plan.",
        "One-off, 2012/13: the forecast is £10,000 worse than plan; delivered saving of £5, "
        "0% of plan; 1 Amber.",
    ),
    "nil": (
        (-100_000, 0, None, None),
        "Cashable, 2012/13: the forecast is on plan; delivered nil, 0% of plan.",
        "One-off, 2012/13: the forecast is not stated; 1 Amber.",
    ),
}


@pytest.fixture(scope="module")
def headlined(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The summary in each case."""
    summaries = {}
    for case, ((saving, saved, cost, spent), *_) in HEADLINES.items():
        folder = tmp_path_factory.mktemp("case")
        Programme(scenarios="Plan").write(folder)
        finance = Return()
        finance.line([-100_000] * 3, line_ref="S", category=SAVING)
        finance.line([50_000], line_ref="C", category="One-off cost")
        finance.add("Delivery", line_ref="S", year="2012/13", forecast=saving, delivered=saved)
        finance.add(
            "Delivery", line_ref="C", year="2012/13", forecast=cost, delivered=spent, rag="Amber"
        )
        finance.write(folder)
        made = outcome_of(folder).results
        assert made is not None
        summaries[case] = summary(made)
    return summaries


@pytest.mark.parametrize("case", HEADLINES)
def test_each_kind_s_headline_says_better_or_worse(headlined: dict[str, bytes], case: str) -> None:
    sheet = opened(headlined[case])["Tracker"]
    assert [sheet.cell(row, 1).value for row in (4, 5)] == list(HEADLINES[case][1:])
    contents = {row["Sheet"]: row["Answer"] for row in records_of(headlined[case], "Contents")}
    assert contents["Tracker"] == "\n".join(HEADLINES[case][1:])


@long
@needs_libreoffice
def test_headlines_live_with_the_figures(headlined: dict[str, bytes], tmp_path: Path) -> None:
    """Each comes to what was stored; where the forecasts are changed to those of another case, to
    that case's sentences, and the titles of charts say that they are as reported."""
    paths = []
    for case, content in headlined.items():
        (tmp_path / f"{case}.xlsx").write_bytes(content)
        paths.append(tmp_path / f"{case}.xlsx")
    book = openpyxl.load_workbook(paths[0])
    delivery = book["Delivery"]
    rows = delivery[delivery.tables["Delivery"].ref]
    headings = [cell.value for cell in rows[0]]
    saving, saved, cost, spent = HEADLINES["both at once"][0]
    for row, (forecast, done) in zip(rows[1:], ((saving, saved), (cost, spent)), strict=True):
        row[headings.index("Forecast")].value = forecast
        row[headings.index("Delivered")].value = done
    changed = tmp_path / "changed.xlsx"
    book.save(changed)
    *again, moved = recalculated([*paths, changed], tmp_path / "again")
    for path, other in zip(paths, again, strict=True):
        assert differences(cells(path), cells(other)) == []
    sheet = opened(moved.read_bytes())["Tracker"]
    assert sheet.cell(2, 1).value.endswith(CHANGED)  # type: ignore[union-attr]
    assert sheet.cell(4, 1).value == HEADLINES["both at once"][1].partition("; ")[0] + "."
    assert sheet.cell(5, 1).value == HEADLINES["both at once"][2]
    titles = [row["Title"] for row in records_of(moved.read_bytes(), "Chart_titles")]
    assert str(titles[-1]).startswith("As reported: One-off, 2012/13: the forecast is on plan")


def test_no_headline_has_the_sign_of_a_line_whose_plan_is_rejected(tmp_path: Path) -> None:
    """A saving of 90,000 where 100,000 were planned is no saving that nobody had planned."""
    Programme(scenarios="Best, Plan").write(tmp_path)
    finance = Return()
    finance.line([-100_000], line_ref="S", category=SAVING, scenario="Best")
    finance.line(["100,00"], line_ref="S", category=SAVING, scenario="Plan")
    finance.line([-10_000], line_ref="T", category=SAVING)
    for ref, forecast in (("S", -90_000), ("T", -9_000)):
        finance.add("Delivery", line_ref=ref, year="2012/13", forecast=forecast)
    finance.write(tmp_path)
    made = outcome_of(tmp_path).results
    assert made is not None
    book = summary(made)
    said = "Cashable, 2012/13: the forecast is £1,000 worse than plan."
    assert opened(book)["Tracker"]["A4"].value == said
    assert [row["Line ref"] for row in records_of(book, "Delivery_left_out")] == ["S"]


@pytest.fixture(scope="module")
def weighted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The workbooks of a programme that rates RAG and Confidence."""
    folder = tmp_path_factory.mktemp("weighted")
    one = Programme(scenarios="Plan")
    for word, weight in (("Amber", "60%"), ("Low", 0.335)):
        one.rating(word, weight)
    one.write(folder)
    finance = Return()
    finance.line([-1_000.01] * 3, line_ref="S", category=SAVING, confidence="Low")
    finance.line([-500] * 3, line_ref="T", category=SAVING)
    finance.line([100] * 3, line_ref="C", category="Recurring cost", confidence="Low")
    finance.add("Delivery", line_ref="S", year="2012/13", forecast=-900.01, rag="Amber")
    finance.add("Delivery", line_ref="S", year="2013/14", forecast=-1_000.01)
    finance.add("Delivery", line_ref="T", year="2012/13", forecast=-400, rag="Green")
    finance.add("Delivery", line_ref="C", year="2012/13", forecast=90, rag="Amber")
    finance.write(folder)
    made = outcome_of(folder).results
    assert made is not None
    return build(made)


def test_risk_weighted_figures_stand_beside_the_others_with_their_weights(
    weighted: dict[str, bytes], summary_book: bytes, books: dict[str, bytes]
) -> None:
    rows = records_of(weighted[SUMMARY], "Delivery")
    assert [
        (row["Line ref"], row["Weighed by"], row["Weight"], row["Risk-weighted"]) for row in rows
    ] == [
        ("S", "Amber", 0.6, -540.01),
        ("S", "Low", 0.335, -335),
        ("T", None, 1, -400),
        ("C", None, 1, 90),
    ]
    headings, *tracker = tables_of(weighted[SUMMARY])["Tracker"]
    assert headings[6:9] == ["Variance", "Risk-weighted", "Blue"]
    assert [row[7] for row in tracker] == [-850.01, -850.01, -335, -335]
    (row, *_) = records_of(weighted[SUMMARY], "Appraisal")
    wanted = (-1_400.01, -335 - 500 + 100)
    assert (row["Annual cashable"], row["Annual cashable, risk-weighted"]) == wanted
    said = " ".join(str(row[0].value) for row in opened(weighted[SUMMARY])["Tracker"]["A1:A12"])
    assert "Amber 60%, Low 33.5%; costs and other words 100%." in said
    for book in (books[SUMMARY], summary_book):
        for table in ("Tracker", "Delivery", "Appraisal", "Register"):
            for heading in tables_of(book).get(table, [[]])[0]:
                assert "eigh" not in str(heading), (table, heading)


@long
@needs_libreoffice
def test_risk_weighted_figures_recalculate_to_themselves(
    weighted: dict[str, bytes], tmp_path: Path
) -> None:
    paths = []
    for name in (SUMMARY, "partners/B.xlsx"):
        path = tmp_path / Path(name).name
        path.write_bytes(weighted[name])
        paths.append(path)
    for path, again in zip(paths, recalculated(paths, tmp_path / "again"), strict=True):
        assert differences(cells(path), cells(again)) == []


@long
@needs_libreoffice
def test_a_rag_value_or_a_weight_that_is_edited_is_no_longer_as_reported(tmp_path: Path) -> None:
    """A line that passes from one value to another moves no sum of counts; a weight moves the
    risk-weighted forecast alone."""
    programme = Programme(scenarios="Plan")
    programme.rating("Amber", 0.5)
    programme.write(tmp_path)
    finance = Return()
    finance.line([-100] * 3, line_ref="S", category=SAVING)
    finance.add("Delivery", line_ref="S", year="2012/13", forecast=-100, rag="Amber")
    finance.write(tmp_path)
    results = outcome_of(tmp_path).results
    assert results is not None
    content = summary(results)
    paths = []
    for heading, value in (("RAG", "Amber"), ("RAG", "Blue"), ("Weight", 0.25)):
        book = openpyxl.load_workbook(BytesIO(content))
        rows = book["Delivery"][book["Delivery"].tables["Delivery"].ref]
        rows[1][[cell.value for cell in rows[0]].index(heading)].value = value
        paths.append(tmp_path / f"{len(paths)}.xlsx")
        book.save(paths[-1])
    same, *others = recalculated(paths, tmp_path / "again")
    top = [str(opened(path.read_bytes())["Tracker"]["A2"].value) for path in (same, *others)]
    assert top[0].endswith(AS_REPORTED)
    assert all(words.endswith(CHANGED) for words in top[1:])
