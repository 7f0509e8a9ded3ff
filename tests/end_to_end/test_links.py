"""The Register's links to the returns: they open the right row, and name nothing but the inputs."""

import re
import zipfile
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest

from pipeline.report.sheets import records
from tests.builders import Programme, Return
from tests.end_to_end.commands import report
from tests.long import quick_cases
from tests.report import fake

SUMMARY = "programme-summary.xlsx"
NAMES = ("a b.xlsx", "50% #1 [old].xlsx", "é&'“.xlsx", "https:/x.xlsx", "%41.xlsx")


def written(inputs: Path, name: str = "hub") -> None:
    """A programme whose returns have awkward names, one of them on a sheet with an apostrophe."""
    Programme(title="Hub").write(inputs / name)
    for number, file in enumerate(NAMES):
        one = Return(f"Department {number}", title_rows=number)
        one.line([number + 1], line_ref=f"L{number}", description="http://127.0.0.1/")
        one.write(inputs / name, file)


def links(path: Path) -> dict[str, tuple[Path, str]]:
    """Each line's link: the file it leads to from where the workbook stands, and the cell."""
    book = openpyxl.load_workbook(path)
    sheet = book["Register"]
    headings, *rows = sheet[sheet.tables["Register"].ref]
    place = [cell.value for cell in headings].index("Workbook")
    found = {}
    for row in rows:
        link = row[place].hyperlink
        if link is not None:
            assert link.target is not None
            target = unquote(link.target.replace("\\", "/"))
            found[str(row[0].value)] = ((path.parent / target).resolve(), str(link.location))
    return found


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds the inputs and the outputs of one report, to be read only."""
    folder = tmp_path_factory.mktemp("where-it-stands")
    written(folder / "inputs")
    assert report(folder / "inputs", folder / "outputs").status == 0
    return folder


@quick_cases(2)
@pytest.mark.parametrize("name", ["north/hub", "hub", "."])
def test_each_line_s_link_opens_its_row_of_the_return(tmp_path: Path, name: str) -> None:
    written(tmp_path / "inputs", name)
    assert report(tmp_path / "inputs", tmp_path / "outputs").status == 0
    found = links(tmp_path / "outputs" / name / SUMMARY)
    assert found == {
        f"L{number}": ((tmp_path / "inputs" / name / file).resolve(), f"'Savings'!A{number + 2}")
        for number, file in enumerate(NAMES)
    }
    assert all(path.is_file() for path, _ in found.values())


def test_no_other_link_leads_outside_and_no_path_of_the_machine_is_in_a_file(
    reported: Path,
) -> None:
    paths = list((reported / "outputs").rglob("*.xlsx"))
    assert len(paths) > 3
    outside = links_in = 0
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            for part in archive.namelist():
                content = archive.read(part)
                assert reported.name.encode() not in content, (path, part)
                targets = re.findall(rb'Target="([^"]*)" TargetMode="External"', content)
                assert all(t.startswith(b"..\\..\\inputs\\hub\\") for t in targets)
                outside += len(targets)
                links_in += content.count(b" tooltip=")
    assert outside == len(NAMES)  # the rows of one return share what leads to it
    assert links_in == 2 * len(NAMES)  # a row for each scenario


def test_the_place_of_the_folders_does_not_change_a_byte(reported: Path, tmp_path: Path) -> None:
    place = tmp_path / "two" / "three"
    written(place / "inputs")
    report(place / "inputs", place / "outputs")
    here, there = (folder / "outputs" / "hub" / SUMMARY for folder in (reported, place))
    assert there.read_bytes() == here.read_bytes()


def test_where_inputs_and_outputs_do_not_stand_side_by_side_there_is_no_link(
    tmp_path: Path,
) -> None:
    written(tmp_path / "anna" / "inputs")
    report(tmp_path / "anna" / "inputs", tmp_path / "outputs")
    path = tmp_path / "outputs" / "hub" / SUMMARY
    assert links(path) == {}
    assert b"anna" not in path.read_bytes()
    terms = [row[0].value for row in openpyxl.load_workbook(path)["Notes"].iter_rows()]
    assert "Links to the returns" not in terms


def test_more_lines_than_a_sheet_takes_links_have_none_and_notes_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MOST_LINKS", 2 * len(NAMES) - 1)
    written(tmp_path / "inputs")
    report(tmp_path / "inputs", tmp_path / "outputs")
    path = tmp_path / "outputs" / "hub" / SUMMARY
    assert links(path) == {}
    notes = fake.opened(path.read_bytes())["Notes"]
    texts = {row[0].value: row[1].value for row in notes.iter_rows()}
    assert str(texts["Links to the returns"]).startswith("Register has more lines than a sheet")


def test_notes_names_the_filter_behind_each_column_of_summary(reported: Path) -> None:
    book = openpyxl.load_workbook(reported / "outputs" / "hub" / SUMMARY)
    summary = book["Summary"]
    headings = [cell.value for cell in summary[summary.tables["Summary"].ref][0]]
    notes = {row[0].value: row[1].value for row in book["Notes"].iter_rows()}
    columns = [each for each in headings if ": " in str(each)]
    assert len(columns) == 6
    assert set(columns) <= set(notes)
    text = str(notes["Annual cashable: Best case"])
    assert text.startswith("The column 2014/15 of Register filtered by Scenario Best case and")
