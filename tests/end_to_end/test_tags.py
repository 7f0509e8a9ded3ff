"""Columns of the team's own: from the sheet Tags over a return to Register, versions and Movements,
and back out of the template."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from pipeline.comparing import snapshot
from pipeline.core.quantity import is_quantity, parse_quantity, quantity_text
from pipeline.core.versions import Snapshot
from pipeline.history.movements import movements
from pipeline.history.packing import packed, settings_text, unpacked
from pipeline.ingest.discover import discover
from pipeline.report.data_csv import data_files
from pipeline.report.resubmitted import COMPARED, resubmissions
from pipeline.report.template import template_return
from pipeline.templates import next_returns
from tests.builders import Cell, Formula, Programme, Return, Shown, cell_addresses, error_cell
from tests.ingest.reading import run as outcome_of  # of the same files the same outcome
from tests.next_returns import changes


def tagged(*more: tuple[Cell, Cell, Cell]) -> Programme:
    one = Programme()
    one.tag("Stage", "List", "Idea, Approved, Delivering")
    one.tag("FTE", "Number")
    for row in more:
        one.tag(*row)
    return one


def send(folder: Path, *lines: dict[str, Cell]) -> list[str]:
    """A programme with Stage and FTE and a return of these lines; the cells of FTE."""
    tagged().write(folder)
    finance = Return()
    rows = [finance.line([100, 0, 0], **line) for line in lines]
    finance.write(folder, "finance.xlsx")
    return [finance.at(row, "FTE") for row in rows if "FTE" in finance.sheets["Savings"].headings]


def issues_of(folder: Path) -> list[tuple[str, str]]:
    """The rule and the cell of each issue, in order."""
    return [(issue.rule, issue.at.cell) for issue in outcome_of(folder).issues]


def kept_of(folder: Path) -> Snapshot:
    results = outcome_of(folder).results
    assert results is not None
    return snapshot(results)


def register(folder: Path) -> list[tuple[object, ...]]:
    """Line ref, Stage and FTE in the first scenario."""
    results = outcome_of(folder).results
    assert results is not None
    rows = results.register[results.register["scenario"] == "Best case"]
    columns = rows[["line_ref", "tag_stage", "tag_fte"]]
    return [
        tuple(cell if isinstance(cell, str) else None for cell in row)
        for row in columns.itertuples(index=False, name=None)
    ]


@pytest.mark.parametrize(
    ("cell", "fte"),
    [
        (2.5, "2.5"),
        (-1, "-1"),
        (0, "0"),
        (1 / 3, "0.333"),
        (0.0005, "0.001"),
        (-0.0005, "-0.001"),
        (0.0004, "0"),
        ("12.345", "12.345"),
        ("(2)", "-2"),
        ("1,200", "1200"),
        (Shown(3, '0.0" FTE"'), "3"),
        (Shown(1234.5, "#,##0"), "1234.5"),
        (None, None),
        ("-", None),
        ("n/a", None),
        ("Not stated", None),
    ],
)
def test_a_number_counts_to_the_thousandth_as_it_is_seen(
    cell: Cell, fte: str | None, tmp_path: Path
) -> None:
    send(tmp_path, {"FTE": cell})
    assert issues_of(tmp_path) == []
    assert register(tmp_path) == [("FIN-1", None, fte)]


@pytest.mark.parametrize(
    "cell",
    [
        "TBC",
        "2 to 3",
        "50%",
        True,
        "30 April 2012",
        Shown(0.5, "0%"),
        Shown(5, '"lots"'),
        Shown(2, "[$$-409]0.00"),
        2_000_000_000,
        "1e3",
    ],
)
def test_what_is_no_number_is_named_at_its_cell_and_its_row_rejected(
    cell: Cell, tmp_path: Path
) -> None:
    at = send(tmp_path, {"FTE": 1}, {"FTE": cell})
    assert issues_of(tmp_path) == [("unknown-value", at[1])]
    assert [ref for ref, *_ in register(tmp_path)] == ["FIN-1"]


@pytest.mark.parametrize("cell", [error_cell(), Formula("=1+1")])
def test_a_number_that_is_lost_is_named(cell: Cell, tmp_path: Path) -> None:
    at = send(tmp_path, {"FTE": cell})
    rule = "cell-error" if cell == error_cell() else "formula-no-value"
    assert issues_of(tmp_path) == [(rule, at[0])]


def test_a_word_of_a_list_is_spelt_as_the_programme_does_and_another_one_is_named(
    tmp_path: Path,
) -> None:
    tagged().write(tmp_path)
    finance = Return()
    finance.line([100], stage=" APPROVED [1]")
    finance.line([100])
    wrong = finance.line([100], stage="Aproved")
    finance.write(tmp_path, "finance.xlsx")
    outcome = outcome_of(tmp_path)
    (issue,) = outcome.issues
    assert (issue.rule, issue.at.cell) == ("unknown-value", finance.at(wrong, "Stage"))
    assert "did you mean “Approved”?" in issue.problem
    assert "Use Idea, Approved, Delivering." in issue.remedy
    assert register(tmp_path) == [("FIN-1", "Approved", None), ("FIN-2", None, None)]


def test_a_word_of_the_list_is_no_blank_whatever_else_it_means(tmp_path: Path) -> None:
    one = Programme()
    one.tag("Fund", "List", "General, N/A")
    one.write(tmp_path)
    finance = Return()
    finance.line([100], fund="n/a")
    finance.write(tmp_path, "finance.xlsx")
    results = outcome_of(tmp_path).results
    assert results is not None
    assert set(results.register["tag_fund"]) == {"N/A"}


@pytest.mark.parametrize(
    ("row", "heading"),
    [
        (("Owner", "List", "a, b"), "Heading"),
        (("line-REF", "Number", None), "Heading"),
        (("Strand", "List", "a, b"), "Heading"),
        (("Workbook", "List", "a, b"), "Heading"),
        (("Annual cashable", "Number", None), "Heading"),
        (("Amount", "Number", None), "Heading"),
        (("2012/13", "Number", None), "Heading"),
        (("2012/14", "Number", None), "Heading"),
        (("stage", "Number", None), "Heading"),
        ((None, "Number", None), "Heading"),
        (("?", "Number", None), "Heading"),
        (("A" * 81, "Number", None), "Heading"),
        (("Fund", None, "a, b"), "Kind"),
        (("Fund", "Lists", "a, b"), "Kind"),
        (("Fund", "List", None), "Values"),
        (("Fund", "List", "a; b"), "Values"),
        (("Fund", "List", "a, A"), "Values"),
        (("Fund", "List", "a, not stated"), "Values"),
        (("Fund", "Number", "a, b"), "Values"),
    ],
)
def test_a_column_that_can_not_be_one_is_a_bad_setting_and_stops_nothing(
    row: tuple[Cell, Cell, Cell], heading: str, tmp_path: Path
) -> None:
    one = tagged(row)
    one.write(tmp_path)
    outcome = outcome_of(tmp_path)
    (issue,) = outcome.issues
    at = one.sheets["Tags"].at(4, heading)
    assert (issue.rule, issue.at.sheet, issue.at.cell) == ("bad-setting", "Tags", at)
    assert outcome.results is not None
    assert [tag.heading for tag in outcome.results.programme.tags] == ["Stage", "FTE"]


@pytest.mark.parametrize(
    "row",
    [
        ("Owners", "List", "a"),
        ("Funding source", "list ", "a,b,\nc,"),
        ("Type of saving", "NUMBER", None),
        ("Team 2012", "Number", None),
        ("Größe", "List", "1, 2"),
    ],
)
def test_a_column_that_comes_close_is_one(row: tuple[Cell, Cell, Cell], tmp_path: Path) -> None:
    tagged(row).write(tmp_path)
    outcome = outcome_of(tmp_path)
    assert outcome.issues == []
    assert outcome.results is not None
    assert outcome.results.programme.tags[-1].heading == row[0]


def test_layouts_give_it_their_heading_and_translate_its_words(tmp_path: Path) -> None:
    one = tagged()
    common: dict[str, Cell] = {"Workbook": "their*", "Sheet": "Plans", "Table": "Savings"}
    one.layout(**common, **{"Heading": "Stage", "Their heading": "Gate"})
    one.layout(**common, **{"Heading": "Stage", "Their value": "G1", "Our value": "Idea"})
    one.layout(**common, Heading="FTE", Constant="0.5")
    wrong = one.layout(**common, **{"Heading": "Stage", "Their value": "G9", "Our value": "Gone"})
    down = one.layout(**common, **{"Heading": "FTE", "Fill down": "Yes"})
    one.write(tmp_path)
    theirs = Return(sheets={"Savings": "Plans"}, headings={"Stage": "Gate"})
    theirs.line([100], Stage="g1")
    theirs.write(tmp_path, "theirs.xlsx")
    layouts = one.sheets["Layouts"]
    assert issues_of(tmp_path) == [
        ("bad-setting", layouts.at(wrong, "Our value")),
        ("bad-setting", layouts.at(down, "Fill down")),
    ]
    assert register(tmp_path) == [("FIN-1", "Idea", "0.5")]


def test_a_number_merged_over_lines_counts_for_none_of_them(tmp_path: Path) -> None:
    tagged().write(tmp_path)
    finance = Return()
    rows = [finance.line([100], fte=5), finance.line([200])]
    cells = [finance.at(row, "FTE") for row in rows]
    finance.sheets["Savings"].merged.append(":".join(cells))
    finance.write(tmp_path, "finance.xlsx")
    assert issues_of(tmp_path) == [("merged-amount", cell) for cell in cells]
    assert register(tmp_path) == []
    (filled,) = next_returns(discover(tmp_path).programmes[0])[0].values()
    (tmp_path / "finance.xlsx").write_bytes(filled)
    assert register(tmp_path) == []


def test_a_programme_without_them_knows_no_such_column(tmp_path: Path) -> None:
    Programme().write(tmp_path)
    finance = Return()
    finance.line([100], stage="Gone", fte=5)
    at = finance.header_at("fte")
    finance.write(tmp_path, "finance.xlsx")
    assert issues_of(tmp_path) == [("unread-amounts", at)]
    results = outcome_of(tmp_path).results
    assert results is not None
    assert not [name for name in results.register if name.startswith("tag")]


def test_the_template_offers_the_words_and_what_is_filled_in_is_read(tmp_path: Path) -> None:
    tagged(("Fund!", "List", "HRA, General")).write(tmp_path)
    results = outcome_of(tmp_path).results
    assert results is not None
    path = tmp_path / "return.xlsx"
    path.write_bytes(template_return(results.programme))
    book = openpyxl.load_workbook(path)
    sheet = book["Savings"]
    (stage,), (fund,) = (cell_addresses(path, "Savings", name) for name in ("Stage", "Fund!"))
    (first,) = cell_addresses(path, "Savings", "Line ref")
    row = sheet[first].row + 1
    rules = {
        str(rule.sqref).split(":")[0]: rule.formula1
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    lists = {name: book.defined_names[name].attr_text for name in book.defined_names}
    for heading, words in ((stage, ["Idea", "Approved", "Delivering"]), (fund, ["HRA", "General"])):
        tab, area = lists[rules[f"{sheet[heading].column_letter}{row}"]].split("!")
        cells = book[tab.strip("'")][area.replace("$", "")]
        assert [cell.value for (cell,) in cells] == words
    filled = {
        "Line ref": "L1",
        "Description": "A line",
        "Service": "ICT",
        "Category": "One-off cost",
        "Stage": "Delivering",
        "FTE": 1.5,
        "Fund!": "HRA",
        "2012/13": 100,
    }
    headings = {cell.value: cell.column for cell in sheet[row - 1]}
    for name, value in filled.items():
        sheet.cell(row, headings[name], value)
    book.save(path)
    assert issues_of(tmp_path) == []
    assert register(tmp_path) == [("L1", "Delivering", "1.5")]


def test_a_changed_word_is_a_movement_after_a_version_was_kept_and_read_again(
    tmp_path: Path,
) -> None:
    send(tmp_path, {"Stage": "Idea", "FTE": 1}, {"FTE": 2})
    before = kept_of(tmp_path)
    settings, records = settings_text(before), packed(before)
    kept = unpacked(settings, {name: data for name, (_, data) in records.items()}, before.summary)
    send(tmp_path, {"Stage": "Approved", "FTE": 1}, {"FTE": 2.5})
    now = kept_of(tmp_path)
    rows = movements(kept, now).rows
    assert rows[["line_ref", "what", "before", "after"]].drop_duplicates().values.tolist() == [
        ["FIN-1", "Stage", "Idea", "Approved"],
        ["FIN-2", "FTE", "2", "2.5"],
    ]
    assert not rows[["one_off_pence", "annual_cashable_pence"]].any(axis=None)


def test_a_line_that_is_rejected_for_it_says_what_stood_there(tmp_path: Path) -> None:
    send(tmp_path, {"FTE": 2})
    before = kept_of(tmp_path)
    (at,) = send(tmp_path, {"FTE": "TBC"})
    rows = movements(before, kept_of(tmp_path)).rows
    said = rows[["line_ref", "change", "what", "before", "after", "where"]].drop_duplicates()
    assert said.values.tolist() == [
        ["FIN-1", "Rejected", "FTE", "2", "TBC", f"finance.xlsx, Savings!{at}"]
    ]


def test_another_list_of_columns_is_said_once(tmp_path: Path) -> None:
    send(tmp_path, {"Stage": "Idea", "FTE": 1})
    before = kept_of(tmp_path)
    one = Programme()
    one.tag("Stage", "List", "Idea, Gone")
    one.tag("Fund", "List", "HRA")
    one.write(tmp_path)
    rows = movements(before, kept_of(tmp_path)).rows
    assert rows[["line_ref", "what", "before", "after", "where"]].values.tolist() == [
        [
            *("", "Tags", "Stage: Idea, Approved, Delivering; FTE: Number"),
            *("Stage: Idea, Gone; Fund: HRA", "programme.xlsx, Tags"),
        ]
    ]


def test_the_next_return_brings_them_back_as_they_were_typed(tmp_path: Path) -> None:
    send(
        tmp_path,
        {"Stage": "Idea", "FTE": 2.5},
        {"Stage": "Idae", "FTE": 1},
        {"FTE": "TBC"},
        {"FTE": Shown(0.5, "0%")},
        {"FTE": Shown(-3, '0.0" FTE"')},
        {"Stage": "n/a", "FTE": "12.345"},
        {"FTE": error_cell()},
    )
    assert changes(tmp_path) == (False, Counter())


def test_what_a_return_changes_of_them_is_said_by_their_headings(tmp_path: Path) -> None:
    send(tmp_path, {"Stage": "Idea", "FTE": 1}, {"FTE": 2})
    first = outcome_of(tmp_path).results
    assert first is not None
    last = {}
    for name in COMPARED:
        stream = io.BytesIO()
        data_files(first)[name](stream)
        last[name] = stream.getvalue()
    send(tmp_path, {"Stage": "Approved", "FTE": 1.5}, {"FTE": 2})
    now = outcome_of(tmp_path).results
    assert now is not None
    (said,) = resubmissions(last, now, {})
    assert [(each.line_ref, each.what) for each in said.changes] == [
        ("FIN-1", ("Stage", "FTE")),
        ("FIN-1", ("Stage", "FTE")),
    ]


def test_the_csv_has_them_as_described(tmp_path: Path) -> None:
    send(tmp_path, {"Stage": "Idea", "FTE": -2.5}, {})
    results = outcome_of(tmp_path).results
    assert results is not None
    files = data_files(results)
    streams = {name: io.BytesIO() for name in ("data/register.csv", "data/metadata.json")}
    for name, stream in streams.items():
        files[name](stream)
    text = streams["data/register.csv"].getvalue().decode("utf-8-sig")
    rows = [(row["tag_stage"], row["tag_fte"]) for row in csv.DictReader(text.splitlines())]
    assert rows == [("Idea", "-2.5")] * 2 + [("", "")] * 2
    described = json.loads(streams["data/metadata.json"].getvalue())
    (table,) = (each for each in described["tables"] if each["url"] == "register.csv")
    kinds = {each["titles"]: each["datatype"] for each in table["tableSchema"]["columns"]}
    assert (kinds["tag_stage"], kinds["tag_fte"]) == ("string", "decimal")


def test_numbers_are_written_as_they_are_read() -> None:
    for number in (*range(-2_001, 2_002), 10**12 - 1, -(10**12) + 1):
        text = quantity_text(number)
        assert is_quantity(text)
        assert parse_quantity(text) == number
