"""What a double click starts, for somebody who has never typed a command."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.commands import double_click
from pipeline.commands.folders import SAMPLES


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Begins with arguments, and gives the command that would have been run."""
    monkeypatch.setenv("SAVINGS_CONFIG", str(tmp_path / "settings"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    commands: list[list[str]] = []
    monkeypatch.setattr(double_click, "main", lambda: commands.append(sys.argv[1:]))

    def begin(*arguments: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", ["savings", *arguments])
        double_click.begin()
        return commands[-1]

    return begin


def inputs_of(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "Savings" / "inputs").iterdir())


def test_at_first_the_page_shows_the_samples_in_the_home_folder(
    tmp_path: Path, begun: Callable[..., list[str]]
) -> None:
    assert begun() == ["page"]
    assert inputs_of(tmp_path) == sorted(SAMPLES)
    assert str(tmp_path / "Savings") in (tmp_path / "settings" / "folders.json").read_text()
    assert begun("--no-browser") == ["page", "--no-browser"]
    assert begun("report", "--strict") == ["report", "--strict"]


def test_programmes_that_are_there_are_left_as_they_are(
    tmp_path: Path, begun: Callable[..., list[str]]
) -> None:
    (tmp_path / "Savings" / "inputs" / "ours").mkdir(parents=True)
    begun()
    assert inputs_of(tmp_path) == ["ours"]


def test_a_folder_that_is_kept_stays_the_one(
    tmp_path: Path, begun: Callable[..., list[str]]
) -> None:
    begun()
    (tmp_path / "settings" / "folders.json").write_text('{"folder": "/elsewhere"}')
    for path in (tmp_path / "Savings" / "inputs").iterdir():
        path.rename(tmp_path / path.name)
    assert begun() == ["page"]
    assert inputs_of(tmp_path) == []


def test_where_no_folder_can_be_made_nothing_is_served(
    tmp_path: Path, begun: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Savings").write_text("")
    with pytest.raises(SystemExit) as ended:
        begun()
    assert ended.value.code == 2
    assert "is a file: name a folder" in capsys.readouterr().err
