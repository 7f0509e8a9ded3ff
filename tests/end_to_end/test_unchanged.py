"""A programme of which nothing has changed is not reported again; anything that has a say in its
report brings it back."""

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pipeline.unchanged
from pipeline.ingest import reader
from tests.builders import Programme, Return
from tests.end_to_end.commands import Said, contents, report, validate
from tests.end_to_end.commands import pipeline as command

STANDS = "the report stands."


@pytest.fixture(scope="module")
def once_reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A programme and its report."""
    folder = tmp_path_factory.mktemp("reported") / "inputs" / "one"
    Programme().write(folder)
    finance = Return("Finance")
    finance.line([5], category="Cashable saving", line_ref="F-1")  # a warning
    finance.write(folder, "finance.xlsx")
    (folder / "letter.pdf").write_bytes(b"%PDF")
    whole = folder.parent.parent
    assert STANDS not in report(whole / "inputs", whole / "outputs").out
    return whole


@pytest.fixture
def inputs(tmp_path: Path, once_reported: Path) -> Path:
    shutil.copytree(once_reported / "inputs", tmp_path / "inputs")
    return tmp_path / "inputs"


@pytest.fixture
def outputs(tmp_path: Path, once_reported: Path) -> Path:
    """Where the programme has been reported."""
    shutil.copytree(once_reported / "outputs", tmp_path / "outputs")
    return tmp_path / "outputs"


def looks(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def figures(said: Said) -> str:
    return re.sub(rf"Nothing has changed since \S+ \S+ {STANDS} ", "", said.out)


def test_the_report_stands_and_the_same_is_said_of_it(inputs: Path, tmp_path: Path) -> None:
    outputs = tmp_path / "outputs"
    first = report(inputs, outputs)
    before = looks(outputs)
    again = report(inputs, outputs)
    assert (again.status, looks(outputs)) == (0, before)
    assert "Nothing has changed since" in again.out
    assert figures(again) == figures(first)
    assert " Files not read 1 see Sources " in figures(again)


def test_errors_still_fail_a_strict_run(inputs: Path, outputs: Path) -> None:
    wrong = Return("Fleet")
    wrong.line(["TBC"], category="Cashable saving")
    wrong.write(inputs / "one", "fleet.xlsx")
    assert report(inputs, outputs, "--strict").status == 1
    again = report(inputs, outputs, "--strict")
    assert (again.status, STANDS in again.out) == (1, True)


def edit(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"!")


def touch_up(folder: Path, _: Path) -> None:
    finance = Return("Finance")
    finance.line([6], category="Cashable saving", line_ref="F-1")
    finance.write(folder, "finance.xlsx")


def arrive(folder: Path, _: Path) -> None:
    (folder / "minutes.docx").write_bytes(b"minutes")


def rename(folder: Path, _: Path) -> None:
    (folder / "finance.xlsx").rename(folder / "Finance.xlsx")


def issue(folder: Path, outputs: Path) -> None:
    folders = ("--inputs", folder.parent, "--outputs", outputs)
    said = command("issue", *folders, "--name", "Draft", "--force")
    assert said.status == 0, said.all


def edit_output(_: Path, outputs: Path) -> None:
    edit(outputs / "one" / "programme-summary.xlsx")


def lose_output(_: Path, outputs: Path) -> None:
    (outputs / "one" / "data" / "register.csv").unlink()


def forget(_: Path, outputs: Path) -> None:
    path = outputs / "one" / ".manifest.json"
    said = json.loads(path.read_text("utf-8"))
    del said["origin"]
    path.write_text(json.dumps(said), "utf-8")


def speak_otherwise(_: Path, outputs: Path) -> None:
    """As another release may."""
    path = outputs / "one" / ".manifest.json"
    content = json.loads(path.read_text("utf-8"))
    content["origin"]["overview"]["mood"] = "good"
    path.write_text(json.dumps(content), "utf-8")


@pytest.mark.parametrize(
    "change", [speak_otherwise, touch_up, arrive, rename, issue, edit_output, lose_output, forget]
)
def test_whatever_has_a_say_brings_it_back(
    inputs: Path,
    outputs: Path,
    once_reported: Path,
    tmp_path: Path,
    change: Callable[[Path, Path], None],
) -> None:
    change(inputs / "one", outputs)
    said = report(inputs, outputs)
    assert (said.status, STANDS in said.out) == (0, False), said.all
    if change in (touch_up, arrive, rename):
        report(inputs, tmp_path / "afresh")
        assert contents(outputs / "one") == contents(tmp_path / "afresh" / "one")
    elif change is not issue:
        assert contents(outputs / "one") == contents(once_reported / "outputs" / "one")
    assert STANDS in report(inputs, outputs).out


@pytest.mark.parametrize(
    ("name", "value"), [("SAVINGS_MAX_TEXT", "9"), ("SOURCE_DATE_EPOCH", "86400")]
)
def test_so_do_limits_and_dates_of_the_environment(
    inputs: Path, outputs: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert STANDS not in report(inputs, outputs).out


def test_so_do_looks_and_software(
    inputs: Path, outputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme = tmp_path / "theme.toml"
    theme.write_text('[colours]\nbrand = "#123456"\n', "utf-8")
    assert STANDS not in report(inputs, outputs, "--theme", theme).out
    assert STANDS in report(inputs, outputs, "--theme", theme).out
    theme.write_text('[colours]\nbrand = "#123457"\n', "utf-8")
    assert STANDS not in report(inputs, outputs, "--theme", theme).out
    monkeypatch.setattr(pipeline.unchanged, "software", lambda: ("the next release",))
    assert STANDS not in report(inputs, outputs, "--theme", theme).out


def test_a_list_of_issues_written_later_is_the_reports_own_again(
    inputs: Path, outputs: Path
) -> None:
    before = contents(outputs / "one")
    touch_up(inputs / "one", outputs)
    assert validate(inputs, outputs).status == 0
    finance = Return("Finance")
    finance.line([5], category="Cashable saving", line_ref="F-1")
    finance.write(inputs / "one", "finance.xlsx")
    assert STANDS not in report(inputs, outputs).out
    assert contents(outputs / "one") == before


def test_a_workbook_that_cant_be_read_is_tried_again(inputs: Path, outputs: Path) -> None:
    (inputs / "one" / "fleet.xlsx").write_bytes(b"PK no workbook")
    assert STANDS not in report(inputs, outputs).out
    assert STANDS not in report(inputs, outputs).out


def test_a_workbook_that_changes_while_it_is_read_leaves_no_key(
    inputs: Path, outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its first state, brought back, would be taken for what was reported."""
    path = inputs / "one" / "finance.xlsx"
    first = path.read_bytes()
    touch_up(inputs / "one", outputs)
    second = path.read_bytes()
    path.write_bytes(first)
    edit_output(inputs / "one", outputs)
    read_file = reader._read_file

    def changed_before(place: Path, *more: Any) -> Any:
        if place.name == path.name:
            place.write_bytes(second)
        return read_file(place, *more)

    with monkeypatch.context() as patch:
        patch.setattr(reader, "_read_file", changed_before)
        report(inputs, outputs)
    path.write_bytes(first)
    os.utime(path)
    assert STANDS not in report(inputs, outputs).out
