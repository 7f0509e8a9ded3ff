"""The folders that commands are about where none are named, and the samples to try them on."""

import tomllib
from pathlib import Path

import pytest

from pipeline.commands.folders import SAMPLES
from tests.builders import Programme, Return
from tests.end_to_end.commands import ROOT, contents, pipeline, report


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder of somebody who has kept no folders yet."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("SAVINGS_CONFIG", str(tmp_path / "settings"))
    return tmp_path / "here"


def one_programme(inputs: Path) -> None:
    Programme().write(inputs / "one")
    finance = Return()
    finance.line([500, 400, 0])
    finance.write(inputs / "one", "finance.xlsx")


def test_folders_that_are_kept_serve_every_later_command(tmp_path: Path, here: Path) -> None:
    folder = tmp_path / "Économies 2026"
    said = pipeline("folders", folder)
    assert said.out == f"Inputs: {folder / 'inputs'} Outputs: {folder / 'outputs'}"
    one_programme(folder / "inputs")
    said = pipeline("report")
    assert said.status == 0
    assert said.folders == f"Inputs: {folder / 'inputs'}; outputs: {folder / 'outputs'}"
    assert (folder / "outputs" / "one" / "programme-summary.xlsx").is_file()
    assert pipeline("versions").out == "No version was issued yet."
    assert not any(here.iterdir())
    assert pipeline("folders").out == f"Inputs: {folder / 'inputs'} Outputs: {folder / 'outputs'}"


def test_folders_that_a_command_names_win(tmp_path: Path, here: Path) -> None:
    pipeline("folders", tmp_path / "kept")
    one_programme(tmp_path / "other")
    said = report(tmp_path / "other", tmp_path / "reports")
    assert said.status == 0
    assert said.folders == f"Inputs: {tmp_path / 'other'}; outputs: {tmp_path / 'reports'}"
    assert (tmp_path / "reports" / "one").is_dir()
    assert not any((tmp_path / "kept" / "outputs").iterdir())


def test_without_folders_kept_those_of_the_current_one_serve(tmp_path: Path, here: Path) -> None:
    said = pipeline("folders")
    assert f"Inputs: {here / 'inputs'} Outputs: {here / 'outputs'}" in said.out
    assert "`python -m pipeline folders FOLDER` keeps others" in said.out
    one_programme(here / "inputs")
    said = pipeline("validate")
    assert said.status == 0
    assert said.folders == "Inputs: inputs; outputs: outputs"
    assert not (tmp_path / "settings").exists()


@pytest.mark.parametrize("kept", ["", "[]", '{"folder": 3}', '{"folder": "here"}', "\x00"])
def test_what_cant_be_understood_is_named_and_nothing_is_reported(
    kept: str, tmp_path: Path, here: Path
) -> None:
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "folders.json").write_text(kept)
    one_programme(here / "inputs")
    said = pipeline("report")
    assert said.status == 2
    assert f"{tmp_path / 'settings' / 'folders.json'}, which keeps your folders, can't" in said.err
    assert not (here / "outputs").exists()
    assert pipeline("folders", tmp_path / "kept").status == 0
    assert pipeline("folders").status == 0


def test_a_file_is_no_folder_and_a_place_that_cant_be_written_to_is_named(
    tmp_path: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    said = pipeline("folders", tmp_path / "file")
    assert said.status == 2
    assert "is a file" in said.err
    monkeypatch.setenv("SAVINGS_CONFIG", str(tmp_path / "file"))
    said = pipeline("folders", tmp_path / "kept")
    assert said.status == 1
    assert "The folder was not kept." in said.err


def test_programmes_beside_the_inputs_are_named(tmp_path: Path, here: Path) -> None:
    one_programme(tmp_path / "mine")
    assert "There are programmes in" in pipeline("folders", tmp_path / "mine").out
    assert "There are programmes in" not in pipeline("folders", tmp_path / "new").out


def test_the_samples_are_copied_and_nothing_is_written_over(tmp_path: Path) -> None:
    said = pipeline("samples", tmp_path / "tried")
    assert said.status == 0
    assert sorted(path.name for path in (tmp_path / "tried").iterdir()) == sorted(SAMPLES)
    for name in SAMPLES:
        assert contents(tmp_path / "tried" / name) == contents(ROOT / "inputs" / name)
        assert str(tmp_path / "tried" / name) in said.out
    changed = tmp_path / "tried" / SAMPLES[0] / "programme.xlsx"
    changed.write_bytes(b"mine")
    said = pipeline("samples", tmp_path / "tried")
    assert said.status == 2
    assert f"has {SAMPLES[0]} already: name another folder" in said.err
    assert changed.read_bytes() == b"mine"


def test_the_wheel_has_all_samples_and_nothing_else_of_the_inputs() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    targets = build["targets"]
    included = targets["wheel"]["force-include"]
    assert included == {f"inputs/{name}": f"pipeline/samples/{name}" for name in SAMPLES}
    assert set(included) < set(targets["sdist"]["only-include"])
