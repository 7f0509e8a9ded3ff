"""The steps of CONTRIBUTING for a basis, a setting, a rule, a chart, a command, a file format, a
column of an output table and a control, as ``further_program`` carries them out."""

from pathlib import Path

import openpyxl
import pytest

from tests.builders import cell_addresses
from tests.end_to_end.further_program import Further, owned_lines
from tests.long import long

pytestmark = long


def test_a_basis_shares_by_its_weights_and_is_explained(further: Further) -> None:
    shares = {row["Service"]: (row["A"], row["B"]) for row in further.table("parts", "Shares")}
    assert shares["ICT"] == pytest.approx((2_000 / 3_000, 1_000 / 3_000))
    assert shares["Fleet"] == (0.25, 0.75)
    parts = [
        row["2014/15"] for row in further.table("parts", "Apportioned") if row["Line ref"] == "L0"
    ]
    assert parts == [-200, -100] * 2  # in both scenarios
    assert {row["Result"] for row in further.table("parts", "Controls")} == {"Pass"}
    (note,) = [
        r["What it means"] for r in further.table("parts", "Notes") if r["Term"] == "Apportionment"
    ]
    assert "Strand baseline: by that of the services of its strand;" in str(note)


def test_a_basis_without_a_row_is_an_issue_of_baseline(further: Further) -> None:
    issues = further.table("without a row", "Issues")
    assert {row["Rule"] for row in issues} == {"bad-baseline"}


def test_a_setting_is_asked_for_described_kept_with_a_version_and_compared(
    further: Further,
) -> None:
    template = further.outputs / "templates" / "programme.xlsx"
    assert cell_addresses(template, "Programme", "Sponsor")
    (described,) = [
        row for row in further.table("parts", "Data_dictionary") if row["Heading"] == "Sponsor"
    ]
    assert described["If left blank"] == "the board"
    (moved,) = [row for row in further.table("parts", "Movements") if row["What"] == "Sponsor"]
    assert (moved["Before"], moved["After"]) == ("the mayor", "the council")


def test_a_rule_names_the_cell(further: Further, tmp_path: Path) -> None:
    (issue,) = further.table("parts", "Issues")
    assert [issue[name] for name in ("Rule", "Severity", "Problem", "Remedy")] == [
        *("no-owner", "Warning", "Nobody answers for L2.", "Enter the Owner.")
    ]
    path = owned_lines().write(tmp_path, "finance.xlsx")
    (heading,) = cell_addresses(path, "Savings", "Owner")
    (ref,) = cell_addresses(path, "Savings", "L2")
    assert issue["Cell"] == f"{heading.strip('0123456789')}{ref.strip('A')}"


def test_a_chart_leaves_the_headline_of_the_sheet_as_it_was(further: Further) -> None:
    titles = [str(row["As reported"]) for row in further.table("parts", "Chart_titles")]
    assert "Once more" in titles
    book = openpyxl.load_workbook(further.outputs / "parts" / "programme-summary.xlsx")
    words = [str(cell.value) for cell in book["Charts"]["A"]]
    when, which = titles[titles.index("Once more") - 2 : titles.index("Once more")]
    assert f"{when}. {which}." in words


def test_a_command_is_listed_and_does_its_work(further: Further) -> None:
    folders, said = further.run(("count",)).splitlines()
    assert folders == f"Inputs: {further.inputs}; outputs: {further.outputs}"
    assert said == "4 programmes"


def test_a_format_is_read_and_read_again_where_a_version_is_issued(further: Further) -> None:
    sources = {row["Workbook"]: row["Result"] for row in further.table("parts", "Sources")}
    assert sources["finance.savings"] == "Read; 1 warning"
    book = openpyxl.load_workbook(
        further.outputs / "parts" / "issued" / "1 First" / "programme-summary.xlsx"
    )
    cells = {cell.value for row in book["Status"].iter_rows() for cell in row}
    assert "Two readers agree: 9 amounts." in cells


def test_a_column_of_an_output_table_is_on_its_sheet_and_described(further: Further) -> None:
    shares = {row["Service"]: row["Sharing"] for row in further.table("parts", "Shares")}
    assert shares == {"ICT": 2, "HR": 2, "Fleet": 2}
    csv = (further.outputs / "parts" / "data" / "shares.csv").read_text("utf-8-sig")
    assert "sharing" in csv.splitlines()[0].split(",")
    dictionary = {
        (row["Table"], row["Heading"]) for row in further.table("parts", "Data_dictionary")
    }
    assert ("Shares", "Sharing") in dictionary


def test_a_control_is_listed_with_its_result(further: Further) -> None:
    controls = {str(row["Control"]): row for row in further.table("parts", "Controls")}
    control = controls["Services = services of Shares"]
    assert [control[name] for name in ("Expected", "Actual", "Result")] == [3, 3, "Pass"]
