"""Which programmes there are under the inputs, and which files belong to each (contract,
section 1)."""

import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from pipeline.ingest.changes import since, stamps
from pipeline.ingest.discover import InputTree, discover
from pipeline.watch import Watcher
from tests.builders import Return
from tests.ingest.reading import plan, pounds, results
from tests.running import outcome_of


def files(root: Path, *names: str) -> Path:
    """A folder with empty files of these names."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return root


def told(found: InputTree) -> dict[str, dict[str, str]]:
    """Programmes by name: their files with why they are not read."""
    return {each.name: {file.name: file.unread for file in each.files} for each in found.programmes}


def test_programmes_by_path_each_with_its_returns(tmp_path: Path) -> None:
    files(
        tmp_path,
        "b/programme.xlsx",
        "b/return.xlsx",
        "a/programme.xlsx",
        "a/Z.xlsx",
        "a/y.xlsx",
        "a/sub/deep/x.xlsm",
    )
    found = discover(tmp_path)
    assert told(found) == {
        "a": {"Z.xlsx": "", "sub/deep/x.xlsm": "", "y.xlsx": ""},
        "b": {"return.xlsx": ""},
    }
    assert list(told(found)) == ["a", "b"]
    assert list(told(found)["a"]) == ["Z.xlsx", "sub/deep/x.xlsm", "y.xlsx"]
    assert found.strays == {}


def test_the_inputs_folder_may_be_a_programme_itself(tmp_path: Path) -> None:
    files(tmp_path, "programme.xlsx", "return.xlsx", "sub/other.xlsx")
    assert told(discover(tmp_path)) == {".": {"return.xlsx": "", "sub/other.xlsx": ""}}


def test_a_programme_within_a_programme_keeps_its_own_files(tmp_path: Path) -> None:
    files(
        tmp_path,
        "programme.xlsx",
        "a.xlsx",
        "sub/b.xlsx",
        "sub/inner/programme.xlsx",
        "sub/inner/c.xlsx",
        "sub/inner/deep/d.xlsx",
    )
    assert told(discover(tmp_path)) == {
        ".": {"a.xlsx": "", "sub/b.xlsx": ""},
        "sub/inner": {"c.xlsx": "", "deep/d.xlsx": ""},
    }


@pytest.mark.parametrize("name", ["programme.xlsx", "Programme.xlsx", "PROGRAMME.XLSX"])
def test_the_control_workbook_in_any_case(tmp_path: Path, name: str) -> None:
    files(tmp_path, f"one/{name}", "one/return.xlsx")
    (programme,) = discover(tmp_path).programmes
    assert programme.control.name == name
    assert [file.name for file in programme.files] == ["return.xlsx"]


@pytest.mark.parametrize("name", ["programme.xls", "programme.ods", "my programme.xlsx"])
def test_what_is_no_control_workbook(tmp_path: Path, name: str) -> None:
    files(tmp_path, f"one/{name}")
    found = discover(tmp_path)
    assert found.programmes == []
    assert list(found.strays) == [f"one/{name}"]


def test_two_control_workbooks_in_a_folder(tmp_path: Path) -> None:
    files(tmp_path, "Programme.xlsx", "programme.XLSX", "return.xlsx")
    (programme,) = discover(tmp_path).programmes
    assert programme.control.name == "Programme.xlsx"
    assert programme.rivals == ["programme.XLSX"]
    assert [file.name for file in programme.files] == ["return.xlsx"]


def test_files_of_no_programme_are_strays(tmp_path: Path) -> None:
    files(tmp_path, "one/programme.xlsx", "two/return.xlsx", "notes.txt", ".gitkeep", "~$a.xlsx")
    assert list(discover(tmp_path).strays) == ["notes.txt", "two/return.xlsx"]


def test_lock_files_dot_files_and_dot_folders_are_passed_over_in_silence(tmp_path: Path) -> None:
    files(
        tmp_path,
        "programme.xlsx",
        "~$return.xlsx",
        "~$programme.xlsx",
        ".hidden.xlsx",
        ".git/config",
        ".git/programme.xlsx",
        "sub/.DS_Store",
        "sub/~$x.xlsx",
        "return.xlsx",
    )
    assert told(discover(tmp_path)) == {".": {"return.xlsx": ""}}
    assert discover(tmp_path).strays == {}


def test_every_other_file_is_told_with_the_reason(tmp_path: Path) -> None:
    files(
        tmp_path,
        "programme.xlsx",
        "notes.txt",
        "old.csv",
        "no extension",
        "a.XLS",
        "b.xlsb",
        "c.ods",
    )
    found = told(discover(tmp_path))["."]
    assert [name for name, why in found.items() if not why] == ["a.XLS", "b.xlsb", "c.ods"]
    assert all(
        found[name].startswith("Not read: ") for name in ("notes.txt", "old.csv", "no extension")
    )


def test_links_that_lead_out_of_the_inputs_are_not_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inputs", tmp_path / "outside"
    files(inside, "programme.xlsx", "real.xlsx", "shelf/a.xlsx")
    files(outside, "secret.xlsx", "programme.xlsx")
    (inside / "out.xlsx").symlink_to(outside / "secret.xlsx")
    (inside / "out").symlink_to(outside)
    (inside / "in.xlsx").symlink_to(inside / "real.xlsx")
    (inside / "loop").symlink_to(inside)
    (inside / "gone.xlsx").symlink_to(inside / "nowhere.xlsx")
    found = told(discover(inside))["."]
    assert [name for name, why in found.items() if not why] == [
        "in.xlsx",
        "real.xlsx",
        "shelf/a.xlsx",
    ]
    assert "out of the inputs" in found["out.xlsx"]
    assert "out of the inputs" in found["out"]
    assert found["loop"].startswith("Not read: ")
    assert found["gone.xlsx"].startswith("Not read: ")
    assert len(discover(inside).programmes) == 1


def test_a_control_workbook_that_is_a_link_out_makes_no_programme(tmp_path: Path) -> None:
    inside = files(tmp_path / "inputs", "one/return.xlsx")
    files(tmp_path / "outside", "programme.xlsx")
    (inside / "one" / "programme.xlsx").symlink_to(tmp_path / "outside" / "programme.xlsx")
    found = discover(inside)
    assert found.programmes == []
    assert list(found.strays) == ["one/programme.xlsx", "one/return.xlsx"]


def test_links_that_lead_nowhere_say_so_and_stop_nothing(tmp_path: Path) -> None:
    """Python 3.11 raises an error of its own kind over a link that leads in a circle."""
    files(tmp_path, "one/programme.xlsx", "one/return.xlsx", "two/programme.xlsx")
    (tmp_path / "one" / "circle.xlsx").symlink_to("other.xlsx")
    (tmp_path / "one" / "other.xlsx").symlink_to("circle.xlsx")
    (tmp_path / "one" / "gone.xlsx").symlink_to("nowhere.xlsx")
    found = discover(tmp_path)
    circle = "Not read: a link that leads in a circle"
    assert told(found) == {
        "one": {
            "circle.xlsx": circle,
            "gone.xlsx": "Not read: a link to something that isn't there",
            "other.xlsx": circle,
            "return.xlsx": "",
        },
        "two": {},
    }
    assert not any(file.lost for file in found.programmes[0].files)
    # What leads nowhere was never there, and has not gone since.
    one = found.programmes[0]
    assert not since(one, stamps(one), {})
    (tmp_path / "one" / "return.xlsx").unlink()
    assert since(one, stamps(one), {}).gone == ("return.xlsx",)
    seconds = count(0, 100)
    watcher = Watcher(tmp_path, found, clock=lambda: float(next(seconds)))
    assert [change.went for change in watcher.due()] == []
    assert [change.went for change in watcher.due()] == [("return.xlsx",)]
    assert watcher.due() == []


def refused(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Whoever runs the tests may not look into a folder (the administrator may look anywhere)."""
    real = os.scandir

    def scandir(path: str) -> object:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)


def test_a_folder_that_can_not_be_opened_is_named_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan().write(tmp_path / "one")
    finance = Return()
    finance.line([5])
    finance.write(tmp_path / "one")
    files(tmp_path, "one/shut/secret.xlsx", "two/programme.xlsx", "loose/x.xlsx")
    refused(monkeypatch, tmp_path / "one" / "shut")
    found = discover(tmp_path)
    why = "it is a folder that can't be opened (Permission denied)"
    assert told(found)["one"] == {"return.xlsx": "", "shut": f"Not read: {why}"}
    assert list(told(found)) == ["one", "two"]
    outcome = outcome_of(tmp_path / "one")
    (issue,) = outcome.issues
    assert (issue.rule, issue.at.workbook) == ("unreadable-workbook", "shut")
    assert why in issue.problem
    assert {file.workbook: file.result for file in outcome.files}["shut"] == f"Not read: {why}"
    refused(monkeypatch, tmp_path / "loose")
    assert discover(tmp_path).strays == {"loose": f"not read: {why}"}
    refused(monkeypatch, tmp_path)
    with pytest.raises(PermissionError):
        discover(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other limits")
def test_a_path_that_is_too_long_is_named_and_stops_nothing(tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    files(inputs, "one/programme.xlsx", "one/return.xlsx", "two/programme.xlsx")
    name = "n" * 200
    here = os.open(inputs / "one", os.O_RDONLY)
    for _ in range(21):  # deeper than a path may be long
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("deep.xlsx", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    try:
        found = discover(inputs)
    finally:
        # Nor can what tidies up after the tests go down there.
        subprocess.run(["rm", "-rf", str(inputs / "one" / name)], check=True)
    assert list(told(found)) == ["one", "two"]
    assert told(found)["one"].pop("return.xlsx") == ""
    (lost,) = [file for file in found.programmes[0].files if file.lost]
    assert lost.name.startswith(f"{name}/{name}/")
    assert "its path is too long for this computer" in lost.unread


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("programme (1).xlsx", "rename it to programme.xlsx"),
        ("programme - Copy.xlsx", "rename it to programme.xlsx"),
        ("Copy of Programme.xlsx", "rename it to programme.xlsx"),
        ("programme.xlsx.xlsx", "rename it to programme.xlsx"),
        ("PROGRAMME_v2.xlsx", "rename it to programme.xlsx"),
        ("programmes.xlsx", "rename it to programme.xlsx"),
        ("programme.xls", "save it as programme.xlsx"),
        ("programme.xlsm", "save it as programme.xlsx"),
    ],
)
def test_a_control_workbook_of_nearly_the_right_name_is_told_how_to_be_called(
    tmp_path: Path, name: str, way: str
) -> None:
    found = discover(files(tmp_path, f"one/{name}", "one/return.xlsx"))
    assert way in found.strays[f"one/{name}"]
    assert "put it into a folder" in found.strays["one/return.xlsx"]
    assert found.programmes == []


@pytest.mark.parametrize(
    "name",
    ["programme savings.xlsx", "my programme.xlsx", "programme.docx", "Programme office.xls"],
)
def test_a_return_may_be_called_after_the_programme(tmp_path: Path, name: str) -> None:
    assert "save it" not in (way := discover(files(tmp_path, name)).strays[name])
    assert "rename" not in way


def test_a_copy_of_the_control_workbook_beside_it_is_told_apart_from_a_return(
    tmp_path: Path,
) -> None:
    plan().write(tmp_path)
    copy = (tmp_path / "programme.xlsx").read_bytes()
    (tmp_path / "programme (1).xlsx").write_bytes(copy)
    finance = Return()
    finance.line([5])
    finance.write(tmp_path, "programme - copy.xlsx")
    (issue,) = outcome_of(tmp_path).issues
    assert (issue.rule, issue.at.workbook) == ("bad-setting", "programme (1).xlsx")
    assert "called much like programme.xlsx" in issue.problem
    assert "put it in place of programme.xlsx" in issue.remedy


def test_inputs_reached_by_a_link_are_read(tmp_path: Path) -> None:
    files(tmp_path / "real", "programme.xlsx", "return.xlsx")
    (tmp_path / "inputs").symlink_to(tmp_path / "real")
    assert told(discover(tmp_path / "inputs")) == {".": {"return.xlsx": ""}}


def test_nothing_under_the_inputs(tmp_path: Path) -> None:
    assert discover(tmp_path) == InputTree([], {})


def test_sources_name_every_file_with_its_result(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.line([5, "TBC"])
    finance.line([6])
    finance.write(tmp_path, "sub/finance.xlsx")
    files(tmp_path, "notes.txt", "damaged.xlsx")
    sources = results(tmp_path).sources.set_index("workbook")
    assert list(sources.index) == [
        "damaged.xlsx",
        "notes.txt",
        "programme.xlsx",
        "sub/finance.xlsx",
    ]
    told = sources["result"].to_dict()
    assert told["programme.xlsx"] == "Read"
    assert told["sub/finance.xlsx"] == "Read; 1 error"
    assert told["damaged.xlsx"].startswith("Not read: ")
    assert told["notes.txt"].startswith("Not read: ")
    assert sources.loc["sub/finance.xlsx", "rows_read"] == 2
    assert [
        len(sources.loc[name, "sha256"]) for name in ("programme.xlsx", "sub/finance.xlsx")
    ] == [
        64,
        64,
    ]
    assert pounds(tmp_path) == {"FIN-2": (6, 0, 0)}


def test_originals_are_never_modified(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.line([5, "TBC"])
    finance.write(tmp_path)
    before = {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()
    }
    results(tmp_path)
    after = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()}
    assert after == before
