"""A layout by example: what is pointed at on a strange sheet reads it, and loses no money."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.ingest.control import Control, read_control
from pipeline.ingest.discover import InputFile, ProgrammeFolder, discover
from pipeline.ingest.formats.workbook import Sheet
from pipeline.ingest.suggest_layout import LayoutCells
from pipeline.page import layout_example as example
from pipeline.page.control_rows import control_with_rows
from pipeline.reading import read
from pipeline.run import model_programme
from schemas.programme import LAYOUTS
from tests.ingest.test_layouts import write_rows
from tests.ingest.test_suggest_layout import LEDGER, SIDE_BY_SIDE, TRACKER, Rows, programme


class Strange:
    """A programme with one return that doesn't follow the template."""

    def __init__(self, folder: Path, rows: Rows, sheet: str = "Proposals") -> None:
        programme().write(folder)
        write_rows(folder / "theirs.xlsx", **{sheet: rows})
        self.folder: ProgrammeFolder = discover(folder).programmes[0]
        self.file: InputFile = self.folder.files[0]
        self.control: Control = read_control("programme.xlsx", self.control_bytes())
        self.sheets: list[Sheet] = example.sheets_of(self.file)
        (sent,) = read(self.folder).returns
        self.suggested = [LayoutCells(*row) for row in sent.suggested]

    def control_bytes(self) -> bytes:
        path = self.folder.control.path
        assert isinstance(path, Path)
        return path.read_bytes()

    def pointed(self) -> example.Pointed:
        return example.proposal(self.file.name, self.sheets, self.suggested)

    def preview(self, pointed: example.Pointed) -> example.Preview:
        sheet = next(each for each in self.sheets if each.name == pointed.sheet)
        rows = example.rows_of(pointed, self.file.name, sheet)
        return example.preview(self.folder, self.control, self.file, rows)


def test_the_readers_own_proposal_is_shown_and_can_be_finished(tmp_path: Path) -> None:
    strange = Strange(tmp_path, TRACKER)
    pointed = strange.pointed()
    assert (pointed.sheet, pointed.header) == ("Proposals", 3)
    assert pointed.columns[1] == "Service"
    assert pointed.columns[2] == "Description"
    assert pointed.settings["Units"] == "£000"
    # What only a person can know is left open.
    assert pointed.constants["Category"] == ""
    finished = replace(
        pointed,
        columns={**pointed.columns, 3: "2012/13"},
        constants={**pointed.constants, "Category": "Cashable saving"},
        settings={**pointed.settings, "Savings sign": "Positive"},
    )
    shown = strange.preview(finished)
    assert (shown.count, shown.accepted) == (2, 2)
    assert [line.pence for line in shown.lines] == [(-250_000_00, 0, 0), (-60_500_00, 0, 0)]
    assert [line.cells[1] for line in shown.lines] == ["Paper", "Garage"]
    assert not any(issue.is_error for issue in shown.issues)
    # What was tried is what comes of it once it is written.
    sheet = strange.sheets[0]
    rows = example.rows_of(finished, strange.file.name, sheet)
    cells = [example.cells_by_name(row) for row in rows]
    newer = control_with_rows("programme.xlsx", strange.control_bytes(), LAYOUTS, cells)
    (tmp_path / "programme.xlsx").write_bytes(newer)
    results = model_programme(discover(tmp_path).programmes[0]).results
    assert results is not None
    assert results.register["total_pence"].tolist() == [-250_000_00] * 2 + [-60_500_00] * 2


def test_what_is_wrong_is_said_by_the_reader(tmp_path: Path) -> None:
    strange = Strange(tmp_path, TRACKER)
    pointed = strange.pointed()
    rules = {issue.rule for issue in strange.preview(pointed).issues if issue.is_error}
    assert rules
    wrong = replace(pointed, constants={**pointed.constants, "Category": "Paper clips"})
    assert any("Paper clips" in issue.problem for issue in strange.preview(wrong).issues)


def test_scenarios_side_by_side_are_read_apart(tmp_path: Path) -> None:
    strange = Strange(tmp_path, SIDE_BY_SIDE)
    pointed = strange.pointed()
    assert set(pointed.scenarios.values()) == {"Best case", "Worst case"}
    shown = strange.preview(pointed)
    scenario = shown.headings.index("Scenario")
    assert {(line.cells[scenario], line.pence[:2]) for line in shown.lines} == {
        ("Best case", (-10_000_00, -20_000_00)),
        ("Worst case", (-1_000_00, -2_000_00)),
    }


def test_a_row_a_year_is_one_line(tmp_path: Path) -> None:
    strange = Strange(tmp_path, LEDGER)
    pointed = strange.pointed()
    finished = replace(
        pointed,
        columns={1: "Line ref", 2: "Description", 3: "Service", 4: "Year", 5: "Amount"},
        constants={"Category": "Cashable saving"},
    )
    shown = strange.preview(finished)
    assert shown.count == 1
    assert shown.lines[0].pence == (-1_000_00, -2_000_00, 0)


def test_words_of_theirs_are_translated_or_left_out(tmp_path: Path) -> None:
    rows: Rows = [
        ["Ref", "Proposal", "Directorate", "Kind", "2012/13"],
        ["A", "Paper", "Computers", "Cuts", -100],
        ["B", "Garage", "Fleet", "Withdrawn", -50],
    ]
    strange = Strange(tmp_path, rows)
    columns = {1: "Line ref", 2: "Description", 3: "Service", 4: "Category", 5: "2012/13"}
    pointed = replace(strange.pointed(), columns=columns, words={})
    of_programme = strange.control.programme
    assert of_programme is not None
    strange_words = example.strange_words(
        pointed, strange.sheets[0], of_programme, strange.control.bases
    )
    assert strange_words["Service"][0] == ("Computers",)
    assert strange_words["Category"][0] == ("Cuts", "Withdrawn")
    assert "Leave out" in strange_words["Category"][1]
    words = {
        ("Service", "Computers"): "ICT",
        ("Category", "Cuts"): "Cashable saving",
        ("Category", "Withdrawn"): "Leave out",
    }
    shown = strange.preview(replace(pointed, words=words))
    assert [line.cells[0] for line in shown.lines] == ["A"]
    assert shown.accepted == 1


def test_a_header_row_that_is_pointed_at_is_kept_to(tmp_path: Path) -> None:
    rows: Rows = [
        ["Line ref", "Description", "Service", "Category", "2012/13", "Notes"],
        ["as in the ledger", "in words", "ours", "ours", "in £", "any"],
        ["Code", "What", "Whose", "Sort", "Effect", "Said"],
        ["A", "Paper", "ICT", "Cashable saving", -100, None],
    ]
    strange = Strange(tmp_path, rows)
    columns = {1: "Line ref", 2: "Description", 3: "Service", 4: "Category", 5: "2012/13"}
    pointed = example.Pointed("theirs.xlsx", "Proposals", 3, columns)
    assert [line.pence[0] for line in strange.preview(pointed).lines] == [-100_00]


def test_what_cannot_be_pointed_at_is_not_offered(tmp_path: Path) -> None:
    rows: Rows = [["Ref", "Twice", "Twice", None, "2012/13"], ["A", 1, 2, 3, 4]]
    strange = Strange(tmp_path, rows)
    names = [each.name for each in example.columns_of(strange.sheets[0], 1)]
    assert names == ["Ref", "2012/13"]
    assert example.columns_of(strange.sheets[0], 99) == []
    assert example.first_rows(strange.sheets[0])[1][:2] == ["A", "1"]


@pytest.mark.parametrize("name", ["Cover", "Projects"])
def test_sheets_of_other_tables_are_not_offered(tmp_path: Path, name: str) -> None:
    assert Strange(tmp_path, [["Ref"], ["A"]], name).sheets == []
