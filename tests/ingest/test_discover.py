"""Which programmes there are under the inputs, and which files belong to each (contract,
section 1)."""

from pathlib import Path

import pytest

from pipeline.ingest.discover import Found, discover
from tests.builders import Return
from tests.ingest.reading import plan, pounds, results


def files(root: Path, *names: str) -> Path:
    """A folder with empty files of these names."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return root


def told(found: Found) -> dict[str, dict[str, str]]:
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
    assert found.strays == []


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


@pytest.mark.parametrize("name", ["programme.xls", "programme.xlsm", "my programme.xlsx"])
def test_what_is_no_control_workbook(tmp_path: Path, name: str) -> None:
    files(tmp_path, f"one/{name}")
    found = discover(tmp_path)
    assert found.programmes == []
    assert found.strays == [f"one/{name}"]


def test_two_control_workbooks_in_a_folder(tmp_path: Path) -> None:
    files(tmp_path, "Programme.xlsx", "programme.XLSX", "return.xlsx")
    (programme,) = discover(tmp_path).programmes
    assert programme.control.name == "Programme.xlsx"
    assert programme.rivals == ["programme.XLSX"]
    assert [file.name for file in programme.files] == ["return.xlsx"]


def test_files_of_no_programme_are_strays(tmp_path: Path) -> None:
    files(tmp_path, "one/programme.xlsx", "two/return.xlsx", "notes.txt", ".gitkeep", "~$a.xlsx")
    assert discover(tmp_path).strays == ["notes.txt", "two/return.xlsx"]


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
    assert discover(tmp_path).strays == []


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
    assert found.strays == ["one/programme.xlsx", "one/return.xlsx"]


def test_inputs_reached_by_a_link_are_read(tmp_path: Path) -> None:
    files(tmp_path / "real", "programme.xlsx", "return.xlsx")
    (tmp_path / "inputs").symlink_to(tmp_path / "real")
    assert told(discover(tmp_path / "inputs")) == {".": {"return.xlsx": ""}}


def test_nothing_under_the_inputs(tmp_path: Path) -> None:
    assert discover(tmp_path) == Found([], [])


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
