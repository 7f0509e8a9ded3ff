"""What shared folders and tired people do while a programme is reported."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import pipeline.report.outputs
import pipeline.run
from pipeline.publish import lock, manifest, publish
from tests.builders import Programme, Return
from tests.end_to_end.commands import ROOT, contents, report, validate
from tests.long import quick_cases
from tests.publish.disks import KilledError, killed_midway, nothing_piles_up

pytestmark = pytest.mark.usefixtures("written_once")
SUMMARY = "programme-summary.xlsx"


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """One programme with one return that has an error."""
    Programme().write(tmp_path / "inputs" / "one")
    write_return(tmp_path / "inputs" / "one" / "fire.xlsx", "TBC")
    return tmp_path / "inputs"


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    return tmp_path / "outputs"


def write_return(path: Path, amount: object) -> None:
    workbook = Return(path.stem)
    workbook.line([500, amount, 0], line_ref=f"{path.stem}-1")
    workbook.line([400, 0, 0], line_ref=f"{path.stem}-2")
    workbook.write(path.parent, path.name)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sources(outputs: Path) -> dict[str, str]:
    """The SHA-256 of each file in Sources, by path."""
    sheet = openpyxl.load_workbook(outputs / "one" / SUMMARY)["Sources"]
    cells = sheet[sheet.tables["Sources"].ref]
    rows = [[cell.value for cell in row] for row in cells]
    workbook, digest = rows[0].index("Workbook"), rows[0].index("SHA-256")
    return {row[workbook]: row[digest] or "" for row in rows[1:]}


def after(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, then: Callable[[], None]
) -> None:
    """Something happens just after a step of a run."""
    step = getattr(module, name)

    def run(*arguments: Any, **more: Any) -> Any:
        result = step(*arguments, **more)
        then()
        return result

    monkeypatch.setattr(module, name, run)


def before(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, first: Callable[[], None]
) -> None:
    """Something happens just before a step of a run."""
    step = getattr(module, name)

    def run(*arguments: Any, **more: Any) -> Any:
        first()
        return step(*arguments, **more)

    monkeypatch.setattr(module, name, run)


# A run that was cut off, or is still at it


def cut_off(folder: Path) -> None:
    """A run that was killed when it had put two files in place."""
    files = dict.fromkeys((SUMMARY, "partners/A.xlsx", "business-cases.xlsx"), b"new")
    with pytest.raises(KilledError):
        publish(folder, files, {}, 0, killed_midway(2))


@quick_cases(1)
@pytest.mark.parametrize("command", [report, validate])
def test_a_run_that_was_cut_off_is_finished_and_told(
    inputs: Path, outputs: Path, command: Callable[..., Any]
) -> None:
    assert report(inputs, outputs).status == 0
    whole = contents(outputs)
    cut_off(outputs / "one")
    said = command(inputs, outputs)
    where = outputs / "one"
    assert (
        f"An earlier run was cut off while it put its outputs in place in {where}. That was "
        "finished now." in said.err
    )
    assert ((where / "business-cases.xlsx").read_bytes() == b"new") is (command is validate)
    nothing_piles_up(outputs)
    assert report(inputs, outputs).err == ""
    assert contents(outputs) == whole


def test_a_second_run_stops_and_names_the_first(
    inputs: Path, outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert report(inputs, outputs).status == 0
    whole = contents(outputs)
    monkeypatch.setattr(lock, "PATIENCE", 0.1)
    holds = (
        "import sys; from pathlib import Path; from pipeline.publish import outputs_lock\n"
        "with outputs_lock(Path(sys.argv[1]), print): print(flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holds, outputs / "one"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as first:
        assert first.stdout
        first.stdout.readline()
        for command, what in ((report, "one was not reported"), (validate, "was not written")):
            said = command(inputs, outputs)
            assert said.status == 1
            assert what in said.err
            assert (
                f"is still in use by another run of this program (process {first.pid}" in said.err
            )
        first.kill()
    assert report(inputs, outputs).status == 0
    assert contents(outputs) == whole


# Inputs that change meanwhile


def test_workbooks_that_change_arrive_or_go_while_the_report_is_written_are_named(
    inputs: Path, outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = inputs / "one"
    write_return(folder / "police.xlsx", 300)
    write_return(folder / "waste.xlsx", 300)
    was = {path.name: sha256(path) for path in folder.iterdir()}

    def meanwhile() -> None:
        write_return(folder / "police.xlsx", 1_300)
        write_return(folder / "new.xlsx", 100)
        (folder / "waste.xlsx").unlink()

    after(monkeypatch, pipeline.report.outputs, "writing", meanwhile)
    said = report(inputs, outputs)
    assert said.status == 0
    assert (
        "Since the workbooks were read: “police.xlsx” changed; “waste.xlsx” gone; “new.xlsx” "
        "arrived. All figures are of what was read: run the command again." in said.err
    )
    assert sources(outputs) == was
    made = manifest(outputs / "one")
    assert made
    assert (made.inputs, made.errors) == (was, 1)


def test_a_workbook_that_was_only_touched_is_not_named(
    inputs: Path, outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    after(monkeypatch, pipeline.report.outputs, "writing", (inputs / "one" / "fire.xlsx").touch)
    assert "Since the workbooks" not in report(inputs, outputs).all


def test_what_is_read_counts_not_what_was_listed(
    inputs: Path, outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = inputs / "one"
    write_return(folder / "police.xlsx", 300)
    write_return(folder / "waste.xlsx", 300)

    def meanwhile() -> None:
        write_return(folder / "police.xlsx", 1_300)
        write_return(folder / "new.xlsx", 100)
        (folder / "waste.xlsx").unlink()

    before(monkeypatch, pipeline.run, "read_programme", meanwhile)
    said = report(inputs, outputs)
    assert said.status == 0
    assert sources(outputs) == {
        "programme.xlsx": sha256(folder / "programme.xlsx"),
        "fire.xlsx": sha256(folder / "fire.xlsx"),
        "police.xlsx": sha256(folder / "police.xlsx"),
        "waste.xlsx": "",
    }
    assert "“waste.xlsx” gone; “new.xlsx” arrived" in said.err
    assert "police.xlsx" not in said.err
    assert "has gone since" in validate_words(outputs)


def validate_words(outputs: Path) -> str:
    book = openpyxl.load_workbook(outputs / "one" / SUMMARY)
    return " ".join(str(cell.value) for row in book["Issues"] for cell in row)


# Names


def test_copies_of_returns_whose_names_differ_in_capitals_alone_stand_side_by_side(
    inputs: Path, outputs: Path
) -> None:
    write_return(inputs / "one" / "Fire.xlsx", "n/k")
    if len(list((inputs / "one").iterdir())) == 2:
        pytest.skip("this file system takes the two for one")
    assert report(inputs, outputs).status == 0
    copies = sorted(path.name for path in (outputs / "one" / "returns").iterdir())
    assert copies == ["Fire.xlsx", "fire (2).xlsx"]


def test_programmes_that_macos_takes_for_one_are_not_reported(inputs: Path, outputs: Path) -> None:
    for name in ("Gâr", "Ga\u0302r"):
        Programme().write(inputs / name)
    if len(list(inputs.iterdir())) == 2:
        pytest.skip("this file system takes the two for one")
    said = report(inputs, outputs)
    assert said.status == 1
    assert said.err.count("it would share a folder") == 2
    assert [path.name for path in outputs.iterdir()] == ["one"]
