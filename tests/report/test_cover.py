"""The cover decides on one page, and every sheet says at its top how the workbook stands and where
the way back is."""

from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pytest
from openpyxl.utils import column_index_from_string
from openpyxl.workbook import Workbook

from pipeline.core.results import Results
from pipeline.core.versions import Issued, Versions
from pipeline.report import findings, reported
from pipeline.report.books import partner_pack, programme_summary
from pipeline.report.excel.render import render
from pipeline.report.spec import Purpose
from pipeline.report.theme import HOUSE
from tests.report import fake
from tests.report.cases import cases_book
from tests.report.fake import opened, tables_of

SET = ["Cover", "Contents", "Summary", "Charts", "Appraisal", "Risks"]


@pytest.fixture(scope="module")
def book(summary_book: bytes) -> Workbook:
    return opened(summary_book)


def facts(content: bytes) -> dict[str, str]:
    """What stands beside each label of the cover, its lines put together."""
    said: dict[str, str] = {}
    label = ""
    for first, second, *_ in opened(content)["Cover"].iter_rows(values_only=True, min_row=10):
        label = str(first or label)
        if isinstance(second, str):
            said[label] = f"{said.get(label, '')} {second}".strip()
    return said


def status(content: bytes) -> dict[object, object]:
    """What the sheet Status says of each item."""
    return {row[0]: row[1] for row in tables_of(content)["Status"]}


# The figures


def test_the_cover_has_each_scenario_and_the_partner_that_fares_worst(summary_book: bytes) -> None:
    assert tables_of(summary_book)["Cover"] == [
        ["Organisation", "Scenario", "One-off", "Annual cashable", "Payback years",
         "Break-even year", "Net present cost / (saving)"],
        ["Total programme", "Best case", 7777, -2545.7, pytest.approx(77770 / 25457), "2013/14",
         -7777.01],
        ["Total programme", "Worst case", 0, -100.05, 0, "None", -0.01],
        ["Northshire Council", "Best case", 0, -120.02, 0, "None", -0.01],
    ]  # fmt: skip


def test_its_figures_are_those_of_appraisal_wherever_these_go(summary_book: bytes) -> None:
    sheet = opened(summary_book, formulas=True)["Cover"]
    _, best, _, partner = sheet[sheet.tables["Cover"].ref]
    assert [str(cell.value)[:12] for cell in best[:3]] == ["='Appraisal'"] * 3
    assert [cell.value for cell in partner[:2]] == [
        "=INDEX('Appraisal'!$A$14:$A$17,Worst_place)",
        "=INDEX('Appraisal'!$B$14:$B$17,Worst_place)",
    ]
    assert all(len(str(cell.value)) <= 120 for row in (best, partner) for cell in row)


def test_it_says_who_fares_worst_and_where_best_is_worse_than_worst(summary_book: bytes) -> None:
    said = facts(summary_book)
    assert (
        said["Fares worst"] == "Northshire Council, Best case: still a net present saving of £0.01."
    )
    assert said["Scenarios"] == (
        "Best case is worse than Worst case in: one-off cost of £7,777 against one-off nil."
    )


def test_nothing_is_said_of_scenarios_where_best_is_best(fake_results: Results) -> None:
    cheaper = fake_results.appraisal.assign(one_off_pence=0, net_present_pence=-1)
    assert findings.crossed(replace(fake_results, appraisal=cheaper)) == ""
    names = {"Best case": "Low", "Worst case": "High"}
    others = fake_results.appraisal.replace({"scenario": names})
    assert findings.crossed(replace(fake_results, appraisal=others)) == ""


def test_a_scenario_between_them_is_held_against_both(fake_results: Results) -> None:
    names = {"Worst case": "Central case"}
    whole = fake_results.appraisal.iloc[:2]
    central = whole.replace({"scenario": names}).assign(one_off_pence=[777_700, 100_00])
    three = pd.concat([whole, central.iloc[1:]], ignore_index=True)
    assert findings.crossed(replace(fake_results, appraisal=three)) == (
        "Best case is worse than Worst case in: one-off cost of £7,777 against one-off nil. "
        "Best case is worse than Central case in: one-off cost of £7,777 against one-off cost of "
        "£100. Central case is worse than Worst case in: one-off cost of £100 against one-off nil."
    )


def test_the_headline_has_verbs(fake_results: Results) -> None:
    assert findings.planned(fake_results) == (
        "Worst case: it costs nothing once, saves £100 a year and pays back at once."
    )
    never = fake_results.summary.assign(
        one_off_pence=5_000_00, annual_cashable_pence=10_00, payback_years=None
    )
    assert findings.planned(replace(fake_results, summary=never)) == (
        "Worst case: it costs £5,000 once, costs £10 a year and never pays back."
    )


def test_it_says_in_one_line_each_how_far_it_can_be_relied_on(fake_results: Results) -> None:
    line = str(fake_results.register["line_ref"].iloc[0])
    (warning,) = fake_results.warnings
    answer = replace(warning, line_ref=line, answer="As agreed", answered_by="A. Treasurer")
    issues = fake.of_issues([*fake.ISSUES, answer])
    programme = replace(fake_results.programme, contact="Head of Finance, 01962 000000")
    results = replace(fake_results, programme=programme, **issues)
    said = facts(render(programme_summary(results)))
    assert said["Contact"] == "Head of Finance, 01962 000000"
    assert said["Status"].startswith("DRAFT: 1 error stands;")
    assert said["Returns"] == "1 return expected: 1 received, 1 read, 1 accepted."
    assert said["Issues"].startswith("1 error; 1 warning open")
    assert "1 warning answered on 1 line with an annual cashable" in said["Issues"]
    assert said["Version"] == "Working copy, not an issued version. Not signed off."
    assert said["As at"] == "30 March 2012, the latest date of a return."


def test_an_issued_version_says_on_its_cover_and_every_sheet_which_it_is(
    fake_results: Results,
) -> None:
    version = Issued(3, "Cabinet", datetime(2012, 4, 30, tzinfo=UTC), 0, ("J Smith",))
    results = replace(fake_results, versions=Versions(version=version))
    content = render(programme_summary(results))
    assert facts(content)["Version"] == (
        "Version 3: Cabinet, issued 30 April 2012, signed off by J Smith."
    )
    for sheet in opened(content).worksheets:
        assert sheet["B3"].value == "Version 3: Cabinet, issued 30 April 2012."


def test_the_cover_is_one_page_with_one_chart(book: Workbook) -> None:
    cover = book["Cover"]
    assert cover.page_setup.fitToWidth is None  # one
    assert cover.page_setup.fitToHeight is None
    assert cover.page_setup.orientation == "portrait"
    assert len(cover._charts) == 1


# Every sheet


def passing(results: Results) -> Results:
    """The same with every control passing."""
    controls = results.controls
    return replace(results, controls=controls.assign(actual=controls["expected"]))


def test_that_controls_pass_does_not_hide_what_they_say_nothing_about(
    fake_results: Results,
) -> None:
    returns = fake_results.returns.assign(state="Missing")
    results = replace(passing(fake_results), returns=returns)
    rows = "All 2 controls pass for the rows that count"
    whole = f"{rows}, but 1 error stands and 1 return is not in."
    content = render(programme_summary(results))
    for sheet in opened(content).worksheets:
        assert sheet["A2"].value == f"{whole} {reported.AS_REPORTED}"
    assert status(content)["Controls"] == whole
    pack = render(partner_pack(results, fake.NORTH))
    # Short, for the version stands behind it.
    assert opened(pack)["Cover"]["B3"].value == f"As reported: {rows}. {reported.WORKING_COPY}"
    assert status(pack)["Controls"] == whole
    cases = opened(render(cases_book(results))).worksheets
    assert {sheet["A2"].value for sheet in cases} == {f"{whole} {reported.VALUES}"}


def test_nothing_more_is_said_where_all_is_in(fake_results: Results) -> None:
    results = replace(passing(fake_results), **fake.of_issues(fake_results.warnings))
    content = render(programme_summary(results))
    assert status(content)["Controls"] == "All 2 controls pass."
    assert "Controls_scope" not in {row[0] for row in tables_of(content)["Checks"]}


@pytest.mark.parametrize("which", ["summary", "pack", "cases"])
def test_every_sheet_has_its_state_and_the_way_back_in_view(
    fake_results: Results, which: str
) -> None:
    made = {
        "summary": programme_summary(fake_results),
        "pack": partner_pack(fake_results, fake.NORTH),
        "cases": cases_book(fake_results),
    }[which]
    front = "Projects" if which == "cases" else "Contents"
    sheets = opened(render(made)).worksheets
    for sheet in sheets:
        assert str(sheet["A2"].value).endswith(("as reported.", "pass.", "add up."))
        rows = int("".join(filter(str.isdigit, sheet.freeze_panes)))
        assert rows > 3
        link = sheet["A3"].hyperlink
        if which == "cases" and sheet.title == front:
            assert link is None
            continue
        back = "Cover" if sheet.title == "Contents" else front
        assert (sheet["A3"].value, link.location) == (back, f"'{back}'!A1")
        assert sheet["B3"].value.endswith("Working copy, not an issued version.")


def test_what_decides_stands_first_each_kind_in_its_colour(book: Workbook) -> None:
    purposes = [sheet.purpose for sheet in programme_summary(fake.results()).sheets]
    assert None not in purposes
    order = list(Purpose)
    assert purposes == sorted(purposes, key=order.index)  # type: ignore[arg-type] # none is None
    colours = [sheet.sheet_properties.tabColor.rgb[2:] for sheet in book.worksheets]
    assert colours == [HOUSE.tab(each)[1:] for each in purposes if each]
    assert len(set(colours)) == len(order)


def test_the_contents_say_which_sheets_are_circulated_and_how_they_are_printed(
    summary_book: bytes, book: Workbook
) -> None:
    rows = tables_of(summary_book)["Contents"]
    assert [row[0] for row in rows if row[3] == "To circulate"] == SET[2:]
    assert book.sheetnames[: len(SET)] == SET
    lines = " ".join(str(book["Contents"].cell(row, 1).value) for row in range(4, 8))
    assert "click the tab Cover, hold Shift, click the tab Risks, and print" in lines
    assert all(sheet.print_area for sheet in book.worksheets)


def test_where_a_risk_comes_from_is_on_its_sheet_and_on_no_page(book: Workbook) -> None:
    risks = book["Risks"]
    (table,) = risks.tables.values()
    headings = [column.name for column in table.tableColumns]
    assert headings[-3:] == ["Workbook", "Sheet", "Row"]
    (area,) = str(risks.print_area).split(",")
    last = area.rpartition("$")[0].rpartition("$")[2]
    assert column_index_from_string(last) == len(headings) - 3
