"""Inputs named by an address: stores that fsspec knows, read by the rules of a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from pipeline.ingest.discover import discover
from pipeline.ingest.places import AddressError, input_path, view
from tests.builders import Programme, Return
from tests.end_to_end.commands import contents, pipeline, report
from tests.long import quick_cases


@pytest.fixture
def store() -> Iterator[MemoryFileSystem]:
    """An empty store."""
    made = MemoryFileSystem()
    made.store.clear()
    yield made
    made.store.clear()


def collected(folder: Path) -> Path:
    """A programme with two returns, one of them below a folder."""
    Programme().write(folder)
    for name, amount in (("b.xlsx", 100), ("sub/a.xlsx", "TBC")):
        finance = Return(department=name)
        finance.line([amount, 5], line_ref=name)
        finance.write(folder, name)
    return folder


def test_the_files_of_a_store_are_found_by_the_rules_of_a_folder(store: MemoryFileSystem) -> None:
    found = (
        "p/programme.xlsx",
        "p/PROGRAMME.XLSX",
        "p/b.xlsx",
        "p/sub/a b#?%20.XLSM",
        "p/sub/notes.docx",
        "p/inner/programme.xlsx",
        "p/inner/c.ods",
        "stray.xlsx",
    )
    passed_over = (
        "p/~$b.xlsx",
        "p/.DS_Store",
        "p/.hidden/d.xlsx",
        "p/../../up.xlsx",
    )
    for name in (*found, *passed_over):
        store.pipe_file(f"/autumn/{name}", b"")
    store.pipe_file("/autumn2/p/other.xlsx", b"")
    made = discover(input_path("memory://autumn"))
    files = {each.name: {f.name: f.unread for f in each.files} for each in made.programmes}
    assert files == {
        "p": {
            "b.xlsx": "",
            "sub/a b#?%20.XLSM": "",
            "sub/notes.docx": "Not read: not a workbook (.xlsx, .xlsm, .xls, .xlsb, .ods)",
        },
        "p/inner": {"c.ods": ""},
    }
    assert made.programmes[0].rivals == ["programme.xlsx"]
    assert list(made.strays) == ["stray.xlsx"]


def test_two_keys_that_a_folder_would_take_for_one_are_told_apart(
    store: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = ("/a/p/programme.xlsx", "/a/p//b.xlsx", "/a/p/b.xlsx", "/a/q//c.xlsx", "/a/q/c.xlsx")
    known = {name: {"name": name, "type": "file"} for name in keys}
    monkeypatch.setattr(MemoryFileSystem, "find", lambda *_, **__: known)
    found = discover(input_path("memory://a"))
    (programme,) = found.programmes
    assert [(each.name, each.unread, each.lost) for each in programme.files] == [
        ("/b.xlsx", "Not read: p/b.xlsx has the same name but for its slashes; rename one", True),
        ("b.xlsx", "", False),
    ]
    assert list(found.strays) == ["q//c.xlsx", "q/c.xlsx"]


def test_what_stands_for_a_folder_in_a_store_is_no_file(
    store: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = {"/a/programme.xlsx": "file", "/a/sub/": "file", "/a/b.xlsx": "link"}
    known = {name: {"name": name, "type": kind} for name, kind in listed.items()}
    monkeypatch.setattr(MemoryFileSystem, "find", lambda *_, **__: known)
    (programme,) = discover(input_path("memory://a")).programmes
    assert [(each.name, each.unread) for each in programme.files] == [
        ("b.xlsx", "Not read: no ordinary file")
    ]


@quick_cases(1)
@pytest.mark.parametrize("inputs", ["memory://", "memory://a/b", "memory://a/b/"])
def test_a_report_from_a_store_is_that_from_a_folder(
    store: MemoryFileSystem, tmp_path: Path, inputs: str
) -> None:
    folder = collected(tmp_path / "inputs" / "p")
    for path in folder.rglob("*.xlsx"):
        where = inputs.removeprefix("memory://").rstrip("/")
        store.pipe_file(f"/{where}/{path.relative_to(folder.parent)}", path.read_bytes())
    before = dict(store.store)
    # Not beside the inputs: links to the returns would lead nowhere, as those to a store do.
    here = report(folder.parent, tmp_path / "further" / "here")
    there = report(inputs, tmp_path / "there")
    assert (there.status, there.err) == (here.status, here.err) == (0, "")
    assert contents(tmp_path / "there") == contents(tmp_path / "further" / "here")
    assert "returns/sub/a.xlsx" in contents(tmp_path / "there" / "p")
    assert dict(store.store) == before


def test_an_address_of_this_machine_is_a_path(tmp_path: Path) -> None:
    assert input_path(tmp_path.as_uri()) == tmp_path
    assert input_path("~/savings") == Path.home() / "savings"
    assert input_path("inputs") == Path("inputs")


def test_another_file_looks_different(store: MemoryFileSystem, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one")
    store.pipe_file("/a", b"one")
    for each in (path, input_path("memory://a")):
        first = view(each)
        assert view(each) == first
        each.write_bytes(b"three")
        assert view(each) != first
        each.unlink()
        with pytest.raises(OSError, match="a"):
            view(each)


def test_an_address_that_can_not_be_used_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AddressError, match="s3://bucket can't be read: Install s3fs"):
        input_path("s3://bucket")
    said = report("nonsense://bucket", tmp_path)
    assert (said.status, said.out) == (2, "")
    assert "nonsense://bucket can't be read" in said.err
    said = report("memory://nothing", tmp_path)
    assert (said.status, said.err) == (2, "Error: There is no folder memory://nothing.")


def test_a_store_that_fails_is_named(
    store: MemoryFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no credentials")

    store.pipe_file("/a/programme.xlsx", b"")
    monkeypatch.setattr(MemoryFileSystem, "find", fail)
    with pytest.raises(OSError, match="RuntimeError: no credentials") as caught:
        report("memory://a", tmp_path)
    assert caught.value.filename == "memory://a"


def test_reports_are_not_written_to_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = pipeline("report", "--inputs", collected(tmp_path / "p"), "--outputs", "s3://b/x")
    assert said.status == 2
    assert "Reports can't be written to s3:/b/x: name a folder of this machine." in said.err
    assert not (tmp_path / "s3:").exists()
