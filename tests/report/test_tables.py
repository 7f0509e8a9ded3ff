"""The tables of programme-summary.xlsx: headings, values and order (contract, section 6)."""

from dataclasses import replace

import pandas as pd
import pytest

from pipeline.core.results import Results, issue_rows
from pipeline.report.books import programme_summary
from pipeline.report.excel.render import render
from schemas.fields import Table
from schemas.returns import NARRATIVE_TABLES, PROJECTS
from tests.report import fake
from tests.report.built import build
from tests.report.fake import records_of, tables_of

LINE = ["Line ref", "Description", "Service", "Category", "Scenario"]
REST = ["Project code", "Strand", "Basis"]
PLACE = ["Workbook", "Sheet", "Row"]
YEARS = ["2012/13", "2013/14"]
MEASURES = ["Total", "One-off", "Annual cashable"]
ONE_OFF = ["One-off: Best case", "One-off: Worst case"]
ANNUAL = ["Annual cashable: Best case", "Annual cashable: Worst case"]
PAYBACK = ["Payback years: Best case", "Payback years: Worst case"]

HEADINGS = {
    "Summary": ["Strand", "Organisation", *ONE_OFF, *ANNUAL, *PAYBACK, "Return on investment"],
    "Appraisal": [
        "Organisation",
        "Scenario",
        "One-off",
        "Annual cashable",
        "Payback years",
        "Break-even year",
        "Net present cost / (saving)",
    ],
    "By_year": ["Organisation", "Scenario", "Measure", *YEARS, "Total"],
    "By_service": ["Strand", "Service", "Organisation", *ONE_OFF, *ANNUAL],
    "Shares": ["Service", "Basis", "Year", "NORTH", "SOUTH", "Evidence"],
    "Register": [
        *LINE, *YEARS, *MEASURES, *REST, "Partner", "Funding", "Owner", "Confidence", "Notes",
        *PLACE,
    ],
    "Apportioned": [*LINE, "Partner", "Organisation", *YEARS, *MEASURES, *REST, *PLACE],
    "Excluded": [
        *LINE, *YEARS, "Total", *REST, "Partner", "Counted in", "Funding", "Owner", "Confidence",
        "Notes", *PLACE,
    ],
    "Issues": [
        "Severity", "Rule", "Workbook", "Sheet", "Cell", "Heading", "Value", "Problem", "Remedy",
        "Line ref", "Scenario", "Answer", "Answered by", "Department",
    ],
    "Controls": [
        "Control", "Expected", "Actual", "Difference", "Result", "Scenario", "Measure",
    ],
    "Inputs": ["Input", "Value", "As reported", "Name in formulas", "Source", "Use"],
    "Categories": [
        *("Category", "One-off", "Annual cashable", "Net cashable"),
        *("One-off as reported", "Annual cashable as reported", "Net cashable as reported"),
    ],
    "Reported": [
        *("Table", "Sum as reported", "Sum now", "Size as reported", "Size now", "Result"),
    ],
    "Checks": ["Name in formulas", "Says", "Use"],
    "Column_names": ["Name in formulas", "Table", "Column"],
    "Sources": [
        "Workbook", "SHA-256", "Department", "Status", "Rows read", "Accepted", "Rejected",
        "Excluded", "Result",
    ],
    "Risks": [
        "Risk ref", "Project code", "Risk", "Likelihood", "Impact", "Mitigation", "Owner", "Score",
        *PLACE,
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", HEADINGS)
def test_each_table_has_exactly_its_headings(summary_book: bytes, name: str) -> None:
    assert tables_of(summary_book)[name][0] == HEADINGS[name]


def test_amounts_are_pounds_and_negative_where_they_save(summary_book: bytes) -> None:
    rows = records_of(summary_book, "Summary")
    whole = rows[7]
    assert whole["Strand"] == "All strands"
    assert whole["Organisation"] == "Total programme"
    assert whole["One-off: Best case"] == 7_777
    assert whole["Annual cashable: Best case"] == -2_545.70
    assert whole["Payback years: Best case"] == pytest.approx(777_700 / 254_570)
    assert whole["Return on investment"] == "0 – 98 years"


def test_summary_keeps_the_order_of_strands_and_organisations(summary_book: bytes) -> None:
    rows = records_of(summary_book, "Summary")
    pairs = [(row["Strand"], row["Organisation"]) for row in rows]
    assert pairs == [(strand, organisation) for strand, organisation, *_ in fake.HEADLINES]


def test_payback_is_blank_where_there_is_none(summary_book: bytes) -> None:
    waiting = records_of(summary_book, "Summary")[6]
    assert waiting["Payback years: Worst case"] is None
    assert waiting["Payback years: Best case"] == 0


def test_the_running_total_has_no_total(summary_book: bytes) -> None:
    rows = records_of(summary_book, "By_year")
    totals = {row["Measure"]: row["Total"] for row in rows[:9]}
    assert totals["Net cashable"] == -1_088.78
    assert totals["Cumulative net cashable"] is None


def test_shares_are_parts_of_one_and_blank_where_not_apportioned(summary_book: bytes) -> None:
    rows = records_of(summary_book, "Shares")
    assert (rows[0]["NORTH"], rows[0]["SOUTH"]) == (0.6, 0.4)
    assert (rows[4]["NORTH"], rows[4]["SOUTH"]) == (None, None)


def test_the_unapportioned_has_no_partner(summary_book: bytes) -> None:
    last = records_of(summary_book, "Apportioned")[-1]
    assert (last["Partner"], last["Organisation"]) == (None, "Not yet apportioned")
    assert last["Total"] == -3_580.23


def test_controls_show_money_in_pounds_counts_as_they_are(summary_book: bytes) -> None:
    files, money = records_of(summary_book, "Controls")
    assert list(files.values()) == ["Files", 2, 2, 0, "Pass", None, None]
    assert list(money.values()) == ["Money", 123.45, 123.46, 0.01, "Fail", None, None]


def test_sources_are_blank_where_nothing_was_read(summary_book: bytes) -> None:
    rows = records_of(summary_book, "Sources")
    assert [row["Rows read"] for row in rows] == [6, None, None]
    assert [row["Rejected"] for row in rows] == [1, None, None]


def test_issues_stand_errors_first_with_their_cells(summary_book: bytes) -> None:
    rows = records_of(summary_book, "Issues")
    found = [(row["Severity"], row["Rule"], row["Cell"]) for row in rows]
    assert found == [("Error", "unknown-category", "E11"), ("Warning", "sign", "E12")]


def test_scores_are_numbers(summary_book: bytes) -> None:
    (risk,) = records_of(summary_book, "Risks")
    assert (risk["Likelihood"], risk["Impact"]) == (4, 5)


def test_narrative_tables_are_there_only_where_there_is_anything(summary_book: bytes) -> None:
    names = {table.name for table in NARRATIVE_TABLES}
    assert names & set(tables_of(summary_book)) == {"Risks"}


@pytest.mark.parametrize("declared", NARRATIVE_TABLES, ids=lambda table: table.name)
def test_narrative_tables_have_the_headings_of_the_returns(declared: Table) -> None:
    row = {field.name: None for field in declared.fields}
    place = {"workbook": "a.xlsx", "sheet": declared.name, "row": 6}
    narrative = {declared.name: fake.frame([row | place])}
    book = render(programme_summary(fake.results(narrative=narrative)))
    headings = tables_of(book)[declared.name][0]
    assert headings == [*(field.heading for field in declared.fields), *PLACE]


def test_an_empty_table_has_one_row_that_says_so(fake_results: Results) -> None:
    nothing = replace(
        fake_results,
        register=fake_results.register.iloc[:0],
        excluded=fake_results.excluded.iloc[:0],
        issues=issue_rows(()),
        narrative={PROJECTS.name: pd.DataFrame()},
    )
    tables = tables_of(render(programme_summary(nothing)))
    for name in ("Register", "Excluded", "Issues"):
        assert [row[0] for row in tables[name][1:]] == ["None"]
        assert not any(tables[name][1][1:])
    assert "Projects" not in tables


def test_missing_values_of_any_kind_are_blank(fake_results: Results) -> None:
    register = fake_results.register.assign(owner=pd.NA, notes=float("nan"))
    book = render(programme_summary(replace(fake_results, register=register)))
    assert {row["Owner"] for row in records_of(book, "Register")} == {None}
    assert {row["Notes"] for row in records_of(book, "Register")} == {None}


def test_pence_come_out_exactly(fake_results: Results) -> None:
    pence = 9_007_199_254_740_991
    register = fake_results.register.assign(total_pence=pence)
    book = render(programme_summary(replace(fake_results, register=register)))
    assert {row["Total"] for row in records_of(book, "Register")} == {pence / 100}


def test_scenarios_with_unequal_rows_are_refused(fake_results: Results) -> None:
    with pytest.raises(ValueError, match="unequal rows"):
        programme_summary(replace(fake_results, summary=fake_results.summary.iloc[:-1]))


def test_a_partner_code_that_is_a_heading_too_makes_no_second_one() -> None:
    odd = fake.programme(partners=(replace(fake.NORTH, code="Year"), fake.SOUTH))
    shares = fake.frame(fake.share_rows()).rename(columns={"share of NORTH": "share of Year"})
    book = render(programme_summary(fake.results(programme=odd, shares=shares)))
    headings = tables_of(book)["Shares"][0]
    assert headings == ["Service", "Basis", "Year", "Year (2)", "SOUTH", "Evidence"]


def test_the_outputs_are_those_of_the_contract(outputs: dict[str, bytes]) -> None:
    assert sorted(outputs) == [
        "business-cases.xlsx",
        "committee-paper.docx",
        "data/apportioned.csv",
        "data/issues.csv",
        "data/metadata.json",
        "data/register.csv",
        "data/returns.csv",
        "data/shares.csv",
        "partners/NORTH.xlsx",
        "partners/SOUTH.xlsx",
        "programme-summary.xlsx",
        "validation-report.xlsx",
    ]


def test_one_scenario_one_year_one_partner() -> None:
    small = fake.programme(
        scenarios=("Best case",),
        plan_scenario="Best case",
        years=(2012,),
        steady_year=2012,
        partners=(fake.NORTH,),
    )
    results = fake.results(programme=small)
    best = {
        name: frame[frame["scenario"] == "Best case"]
        for name in ("summary", "appraisal", "by_year", "by_service")
        for frame in [getattr(results, name)]
    }
    best["appraisal"] = best["appraisal"].assign(break_even_year="2012/13")
    in_year = results.shares["year"] == "2012/13"
    best["shares"] = results.shares[in_year].reset_index(drop=True)
    outputs = build(replace(results, **best))
    assert tables_of(outputs["programme-summary.xlsx"])["Summary"][0] == [
        "Strand",
        "Organisation",
        "One-off: Best case",
        "Annual cashable: Best case",
        "Payback years: Best case",
        "Return on investment",
    ]
