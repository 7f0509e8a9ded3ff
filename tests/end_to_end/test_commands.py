"""What the commands do besides the figures: whom they report, what they say, how they end."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from pipeline.commands import main
from pipeline.core.outputs import LAYOUTS_SUGGESTED
from pipeline.core.rules import RULES
from tests.builders import LAYOUTS, Programme, Return, issues_in, read_table
from tests.end_to_end.commands import (
    ROOT,
    contents,
    pipeline,
    report,
    started,
    template,
    validate,
)
from tests.long import quick_cases

pytestmark = pytest.mark.usefixtures("written_once")
SUMMARY, VALIDATION = "programme-summary.xlsx", "validation-report.xlsx"
FILES = {
    SUMMARY,
    VALIDATION,
    "partners/A.xlsx",
    "partners/B.xlsx",
    *(f"data/{name}.csv" for name in ("apportioned", "register", "shares", "returns", "issues")),
    "data/metadata.json",
    ".manifest.json",
}


def is_reported(folder: Path) -> bool:
    """Whether a whole report is there."""
    return set(contents(folder)) >= FILES


def programme(folder: Path, *, department: str = "Finance", **settings: Any) -> Path:
    """A programme with one good return."""
    Programme(**settings).write(folder)
    finance = Return(department)
    finance.line([500, 400, 0])
    finance.write(folder, f"{department}.xlsx")
    return folder


def with_an_error(folder: Path, **settings: Any) -> Path:
    """A programme with one good line and one that is in error."""
    Programme(**settings).write(folder)
    finance = Return("Finance")
    finance.line([500, 400, 0])
    finance.line([100, "TBC", 0])
    finance.write(folder, "finance.xlsx")
    return folder


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    return tmp_path / "inputs"


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    return tmp_path / "outputs"


# How they end


def test_report_of_good_returns_ends_with_0(inputs: Path, outputs: Path) -> None:
    programme(inputs / "one")
    said = report(inputs, outputs, "--strict")
    assert (said.status, said.err) == (0, "")
    assert is_reported(outputs / "one")
    assert "Returns read 1 Returns accepted 1 Lines accepted 1 Lines rejected 0" in said.out
    assert f"Reports: {outputs / 'one'}" in said.out


def test_errors_in_returns_end_with_0_and_with_1_where_strict(inputs: Path, outputs: Path) -> None:
    with_an_error(inputs / "one")
    said = report(inputs, outputs)
    assert (said.status, said.err) == (0, "")
    assert "Lines accepted 1 Lines rejected 1 Lines excluded 0" in said.out
    assert "Errors 1 Warnings 0" in said.out
    assert f"Errors and warnings, cell by cell: {outputs / 'one' / VALIDATION}" in said.out
    assert issues_in(outputs / "one" / SUMMARY) == [("amount-not-number", "J3")]
    before = contents(outputs)

    strict = report(inputs, outputs.with_name("strict"), "--strict")
    assert (strict.status, strict.out) == (1, said.out.replace("outputs", "strict"))
    assert strict.err == "Not everything was reported without an error: see above."
    assert contents(outputs.with_name("strict")) == before


@pytest.mark.parametrize(
    "arguments", [["--bogus"], ["report", "--bogus"], ["report", "elsewhere"], ["rapport"], []]
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    said = pipeline(*arguments)
    assert said.status == 2
    assert "Usage:" in said.all


def test_no_inputs_folder_is_wrong_usage(inputs: Path, outputs: Path) -> None:
    for command in (report, validate):
        said = command(inputs, outputs)
        assert (said.status, said.out) == (2, "")
        assert said.err == f"Error: There is no folder {inputs}."
    assert not outputs.exists()


def test_nothing_in_the_inputs_is_wrong_usage_and_says_where_to_start(
    inputs: Path, outputs: Path
) -> None:
    inputs.mkdir()
    (inputs / ".gitkeep").touch()
    for command in (report, validate):
        said = command(inputs, outputs)
        assert said.status == 2
        assert f"Error: There is nothing in {inputs}. Put a programme.xlsx" in said.err
        assert "`make template` writes blank ones" in said.err


@pytest.mark.parametrize("where", [".", "out", "one/out", "one"])
def test_outputs_inside_the_inputs_are_refused(inputs: Path, where: str) -> None:
    programme(inputs / "one")
    before = contents(inputs)
    for command in (report, validate, template):
        said = command(inputs, inputs / where)
        assert said.status == 2
        assert "is inside the inputs" in said.err
        assert "Choose a folder outside." in said.err
    assert contents(inputs) == before


def test_outputs_that_would_lead_back_into_the_inputs_are_refused(
    inputs: Path, tmp_path: Path
) -> None:
    programme(inputs / "inputs" / "one")
    said = report(inputs, tmp_path)  # inputs/inputs/one would be reported into inputs/one
    assert said.status == 2
    assert f"The outputs folder {inputs / 'one'} is inside the inputs" in said.err
    assert not (inputs / "one").exists()


# Which programmes


def test_the_inputs_folder_can_be_a_programme_itself(inputs: Path, outputs: Path) -> None:
    programme(inputs)
    assert report(inputs, outputs).status == 0
    assert is_reported(outputs)
    assert report(inputs, outputs, "--programme", "inputs").status == 0


@quick_cases(3)
@pytest.mark.parametrize(
    "name",
    [
        *(
            "north/one",
            "NORTH one",
            "one",
            "One!",
            "Ref 1",
            "ref-1",
            "Shared desks",
            "shared DESKS",
        ),
    ],
)
def test_one_programme_by_folder_reference_or_title(inputs: Path, outputs: Path, name: str) -> None:
    programme(inputs / "north" / "one", title="Shared desks", reference="Ref 1")
    programme(inputs / "two", title="Shared fleet")
    (inputs / "stray.xlsx").touch()
    said = report(inputs, outputs, "--programme", name)
    assert (said.status, said.err) == (0, "")
    assert {path.name for path in outputs.iterdir()} == {"north"}
    assert is_reported(outputs / "north" / "one")


def test_a_folder_s_whole_path_comes_before_its_last_part(inputs: Path, outputs: Path) -> None:
    programme(inputs / "one")
    programme(inputs / "north" / "one")
    programme(inputs / "south" / "two")
    programme(inputs / "north" / "two")
    assert report(inputs, outputs, "--programme", "one").status == 0
    assert {path.name for path in outputs.iterdir()} == {"one"}
    said = report(inputs, outputs, "--programme", "two")
    assert said.status == 2
    assert "More than one programme goes by “two”: north/two, south/two." in said.err


@pytest.mark.parametrize("name", ["three", "-", "o"])
def test_an_unknown_programme_is_wrong_usage_and_the_known_are_named(
    inputs: Path, outputs: Path, name: str
) -> None:
    programme(inputs / "one")
    programme(inputs / "two")
    for command in (report, validate, template):
        said = command(inputs, outputs, "--programme", name)
        assert said.status == 2
        assert f"There is no programme “{name}” in {inputs}. There are: one, two." in said.err


def test_files_that_belong_to_no_programme_are_named(inputs: Path, outputs: Path) -> None:
    programme(inputs / "one")
    for name in ("stray.xlsx", "notes/read me.txt", "~$lock.xlsx", ".hidden/x.xlsx", ".DS_Store"):
        (inputs / name).parent.mkdir(exist_ok=True)
        (inputs / name).touch()
    said = report(inputs, outputs)
    assert said.status == 1
    for name in ("stray.xlsx", "notes/read me.txt"):
        assert f"Error: {inputs / name} belongs to no programme" in said.err
    assert said.err.count("belongs to no programme") == 2
    assert "Not everything was reported: see the errors above." in said.err
    assert is_reported(outputs / "one")
    assert validate(inputs, outputs).status == 1


def test_a_folder_without_any_programme_names_its_files(inputs: Path, outputs: Path) -> None:
    inputs.mkdir()
    (inputs / "finance.xlsx").touch()
    said = report(inputs, outputs)
    assert said.status == 1
    assert "put it into a folder that has a programme.xlsx, or below one." in said.err


def test_files_not_read_are_counted_and_in_sources(inputs: Path, outputs: Path) -> None:
    programme(inputs / "one")
    (inputs / "one" / "letter.docx").write_text("words")
    (inputs / "one" / "broken.xlsx").write_text("words")
    said = report(inputs, outputs)
    assert said.status == 0
    assert "Returns read 1 Returns accepted 1 Files not read 2 see Sources" in said.out
    results = {
        row["Workbook"]: row["Result"] for row in read_table(outputs / "one" / SUMMARY, "Sources")
    }
    assert str(results["letter.docx"]) == "Not read: a Word document"
    assert str(results["broken.xlsx"]).startswith("Not read")


@quick_cases(1)
@pytest.mark.parametrize(
    ("first", "second"), [("One", "one"), ("one", "one/partners"), ("one", "one/DATA/deeper")]
)
def test_two_programmes_that_would_share_a_folder_both_stop(
    inputs: Path, outputs: Path, first: str, second: str
) -> None:
    programme(inputs / first)
    programme(inputs / second)
    programme(inputs / "other")
    if len([path for path in inputs.iterdir() if path.is_dir()]) == 1:
        pytest.skip("this file system makes no difference between capitals and small letters")
    for command in (report, validate):
        said = command(inputs, outputs)
        assert said.status == 1
        for name, other in ((first, second), (second, first)):
            shared = f"would share a folder in {outputs} with {other}. Rename one of the two."
            assert f"Error: {name} was not reported: it {shared}" in said.err
        assert [path.name for path in outputs.iterdir()] == ["other"]
    alone = report(inputs, outputs, "--programme", first)
    assert alone.status == 1
    assert f"{first} was not reported" in alone.err
    assert not (outputs / first).exists()


# A programme that stops


def test_a_programme_that_stops_names_every_error_and_the_others_go_on(
    inputs: Path, outputs: Path
) -> None:
    stopped = Programme(title=None, first_year="soon", profile="Yearly")
    stopped.partner("A!", "Alpha Council")
    stopped.write(inputs / "a stopped one")
    programme(inputs / "b good one")
    said = report(inputs, outputs)
    assert said.status == 1
    assert "Error: a stopped one was not reported" in said.err
    for words in ("First year", "“soon”", "Profile", "“Yearly”", "Partners!A2", "“A!”", "Title"):
        assert words in said.err
    assert "4 errors and 0 warnings" in said.err
    assert "last report" not in said.err
    assert [path.name for path in outputs.iterdir()] == ["b good one"]
    assert is_reported(outputs / "b good one")


def test_the_last_report_of_a_programme_that_stops_stays_and_its_date_is_told(
    inputs: Path, outputs: Path
) -> None:
    programme(inputs / "one")
    assert report(inputs, outputs).status == 0
    written = datetime(2024, 3, 23, 10, 15)
    for path in outputs.rglob("*"):
        os.utime(path, (written.timestamp(), written.timestamp()))
    Programme(years="many").write(inputs / "one")
    assert validate(inputs, outputs).status == 1
    before = contents(outputs)

    said = report(inputs, outputs)
    assert said.status == 1
    assert f"The last report stays in {outputs / 'one'}" in said.err
    assert "It is from 23/03/2024 10:15." in said.err
    assert contents(outputs) == before


def test_a_check_alone_is_no_last_report(inputs: Path, outputs: Path) -> None:
    programme(inputs / "one", years="many")
    assert validate(inputs, outputs).status == 1
    assert "last report" not in report(inputs, outputs).err


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 but no more"])
def test_a_control_workbook_that_can_t_be_read_is_told_without_a_traceback(
    inputs: Path, outputs: Path, content: bytes
) -> None:
    programme(inputs / "one")
    (inputs / "one" / "programme.xlsx").write_bytes(content)
    for command in (report, validate):
        said = command(inputs, outputs)
        assert said.status == 1
        assert "programme.xlsx: 1 error and 0 warnings" in said.all
        assert "(unreadable-workbook)" in said.all
    said = template(inputs, outputs)
    assert said.status == 1
    assert "There is no return for one: its control workbook has errors" in said.err


def test_a_control_workbook_that_may_not_be_read_ends_its_programme_alone(
    inputs: Path, outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme(inputs / "one")
    programme(inputs / "two")
    refuse(monkeypatch, "open", lambda path: path.parts[-2:] == ("one", "programme.xlsx"))
    for command in (report, validate):
        said = command(inputs, outputs)
        assert said.status == 1
        assert "can't be opened (Permission denied)" in said.all
        assert (outputs / "two" / VALIDATION).exists()
        assert not (outputs / "one" / SUMMARY).exists()


def test_a_return_that_may_not_be_read_is_an_issue_and_the_others_go_on(
    inputs: Path, outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme(inputs / "one")
    Return("Estates").write(inputs / "one", "estates.xlsx")
    refuse(monkeypatch, "open", lambda path: path.name == "estates.xlsx")
    assert report(inputs, outputs).status == 0
    (issue,) = read_table(outputs / "one" / SUMMARY, "Issues")
    assert (issue["Rule"], issue["Workbook"]) == ("unreadable-workbook", "estates.xlsx")
    assert "can't be opened (Permission denied)" in str(issue["Problem"])


def test_a_folder_that_may_not_be_looked_into_is_an_error(
    inputs: Path,
    outputs: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There may be a return in it; it stops nothing else."""
    programme(inputs / "one")
    late = inputs / "one" / "late"
    late.mkdir()
    look = os.scandir

    def refused(folder: Any) -> Any:
        if not isinstance(folder, int) and Path(folder) == late:
            raise PermissionError(13, "Permission denied", str(late))
        return look(folder)

    monkeypatch.setattr(os, "scandir", refused)
    arguments = ["report", "--inputs", str(inputs), "--outputs", str(outputs)]
    monkeypatch.setattr(sys, "argv", ["pipeline", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    results = {
        row["Workbook"]: row["Result"] for row in read_table(outputs / "one" / SUMMARY, "Sources")
    }
    assert "can't be opened (Permission denied)" in str(results["late"])
    assert issues_in(outputs / "one" / SUMMARY) == [("unreadable-workbook", None)]


def refuse(monkeypatch: pytest.MonkeyPatch, method: str, which: Callable[[Path], bool]) -> None:
    """Let a method of some paths fail as it does where a right is missing."""
    allowed = getattr(Path, method)

    def refused(path: Path, *arguments: Any, **more: Any) -> Any:
        if any(which(each) for each in (path, *arguments) if isinstance(each, Path)):
            raise PermissionError(13, "Permission denied", str(path))
        return allowed(path, *arguments, **more)

    monkeypatch.setattr(Path, method, refused)


# Putting files in place


def test_a_second_run_removes_what_it_no_longer_makes_and_nothing_else(
    inputs: Path, outputs: Path
) -> None:
    control = Programme()
    for code in ("A", "B", "C"):
        control.partner(code, f"Council {code}")
    control.baseline("ICT", A=6, B=4, C=1)
    control.write(inputs / "one")
    assert report(inputs, outputs).status == 0
    kept = {
        "issued/1 Cabinet/programme-summary.xlsx",
        "issued/1 Cabinet/partners/C.xlsx",
        "partners/my notes.txt",
        "history.sqlite",
    }
    for name in kept:
        path = outputs / "one" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
    before = set(contents(outputs / "one"))
    assert before >= FILES | kept | {"partners/C.xlsx"}

    programme(inputs / "one")
    assert report(inputs, outputs).status == 0
    assert set(contents(outputs / "one")) == before - {"partners/C.xlsx"}
    assert all((outputs / "one" / name).read_text() == "mine" for name in kept)


def test_what_was_removed_by_hand_is_written_again(inputs: Path, outputs: Path) -> None:
    programme(inputs / "one")
    assert report(inputs, outputs).status == 0
    shutil.rmtree(outputs / "one" / "partners")
    control = Programme()
    control.partner("A", "Alpha Council")
    control.baseline("ICT", A=6)
    control.write(inputs / "one")
    assert report(inputs, outputs).status == 0  # partners/B.xlsx is gone already
    assert set(contents(outputs / "one")) >= FILES - {"partners/B.xlsx"}
    assert not (outputs / "one" / "partners" / "B.xlsx").exists()


def test_a_manifest_that_is_damaged_is_told(inputs: Path, outputs: Path) -> None:
    programme(inputs / "one")
    assert report(inputs, outputs).status == 0
    manifest = outputs / "one" / ".manifest.json"
    manifest.write_text("{}")
    said = report(inputs, outputs)
    assert said.status == 1
    assert f"one was not reported. {manifest} can't be read" in said.err
    assert "Delete it" in said.err
    manifest.unlink()
    assert report(inputs, outputs).status == 0


def test_a_manifest_never_has_files_outside_removed(
    inputs: Path, outputs: Path, tmp_path: Path
) -> None:
    programme(inputs / "one")
    outside = tmp_path / "mine.xlsx"
    outside.touch()
    (outputs / "one").mkdir(parents=True)
    names = f'"../../mine.xlsx": "", "{outside.as_posix()}": ""'
    (outputs / "one" / ".manifest.json").write_text(f'{{"files": {{{names}}}}}')
    assert report(inputs, outputs).status == 0
    assert outside.exists()


def test_a_file_that_is_open_in_excel_is_told_and_the_others_go_on(
    inputs: Path, outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme(inputs / "one")
    programme(inputs / "two")
    assert report(inputs, outputs).status == 0
    before = contents(outputs)
    (inputs / "one" / "minutes.docx").write_bytes(b"minutes")
    locked = outputs / "one" / SUMMARY
    refuse(monkeypatch, "replace", lambda path: path == locked)
    said = report(inputs, outputs)
    assert said.status == 1
    assert f"one was not reported. {locked} can't be replaced" in said.err
    assert "it is probably open in Excel. Close it and run the command again." in said.err
    assert "(two)" in said.out
    assert contents(outputs) == before  # and nothing half-written lies about


def test_a_validation_report_that_is_open_in_excel_is_told(
    inputs: Path, outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_an_error(inputs / "one")
    refuse(monkeypatch, "replace", lambda path: path.name == VALIDATION)
    said = validate(inputs, outputs)
    assert said.status == 1
    assert "(amount-not-number)" in said.out
    assert f"{VALIDATION} was not written for one" in said.err
    assert "Written" not in said.out


def test_outputs_that_can_t_be_written_to_are_told(inputs: Path, outputs: Path) -> None:
    programme(inputs / "one")
    outputs.write_text("a file, not a folder")
    for command in (report, validate, template):
        said = command(inputs, outputs)
        assert said.status == 1
        assert "can't be written to" in said.err
    assert outputs.read_text() == "a file, not a folder"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_read_only_folder_is_told(inputs: Path, outputs: Path) -> None:
    programme(inputs / "one")
    outputs.mkdir(mode=0o555)
    said = report(inputs, outputs)
    assert said.status == 1
    assert "can't be written to (Permission denied)" in said.err


def test_a_read_only_disk_is_told(
    inputs: Path, outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme(inputs / "one")

    def refused(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(FileLock, "acquire", refused)
    for command in (report, validate, template):
        said = command(inputs, outputs)
        assert said.status == 1
        assert "can't be written to (Read-only file system)." in said.err


# Names that people give


@quick_cases(2)
@pytest.mark.parametrize(
    "name", ["two words", "it's", 'the "plan"', "[bold] & $HOME", "Sir Gâr ŵ", "%20 {x}"]
)
def test_folders_with_odd_names(tmp_path: Path, name: str) -> None:
    inputs, outputs = tmp_path / f"in {name}", tmp_path / f"out {name}"
    with_an_error(inputs / name, title=f"Title of {name}")
    said = report(inputs, outputs)
    assert (said.status, said.err) == (0, "")
    assert f"Title of {name} ({name})" in said.out
    assert f"Reports: {outputs / name}" in said.out
    assert is_reported(outputs / name)
    assert "(amount-not-number)" in validate(inputs, outputs, "--programme", name).out


def test_a_folder_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    programme(tmp_path / "inputs")
    assert report(Path("~/inputs"), Path("~/outputs")).status == 0
    assert is_reported(tmp_path / "outputs")
    assert (
        validate(Path("~/inputs"), Path("~/outputs"), "--return", "~/inputs/Finance.xlsx").status
        == 0
    )


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("target", ["report", "validate", "template"])
def test_make_hands_names_over_as_they_are(tmp_path: Path, target: str) -> None:
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\n[ "$1" = -c ] || printf "%s\\n" "$@"\n')
    python.chmod(0o755)
    shutil.copy(ROOT / "requirements.lock", tmp_path / ".venv")
    inputs, outputs, name = "it's in", 'out "side" $HOME `x`', "Joint & Co's $(plan) #1"

    def made(*more: str) -> list[str]:
        run = subprocess.run(
            ["make", "-C", tmp_path, "--no-print-directory", target, *more],
            env={**os.environ, "INPUTS": inputs, "MAKEFLAGS": ""},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert run.stderr == ""
        return run.stdout.splitlines()

    start = ["-m", "pipeline", target, "--inputs"]
    quiet = ["--lenient"] if target == "validate" else []
    assert made() == [*start, "inputs", "--outputs", "outputs", *quiet]
    assert made(f"INPUTS={inputs}", f"OUTPUTS={outputs}", f"PROGRAMME={name}") == [
        *(*start, inputs, "--outputs", outputs, "--programme", name, *quiet),
    ]


# validate


def test_validate_lists_each_issue_and_writes_the_validation_report_alone(
    inputs: Path, outputs: Path
) -> None:
    with_an_error(inputs / "one")
    programme(inputs / "two")
    said = validate(inputs, outputs)
    assert (said.status, said.err) == (1, "")
    rule = RULES["amount-not-number"]
    assert "Joint working (one) finance.xlsx: 1 error and 0 warnings Error Savings!J3" in said.out
    assert f"“TBC” is not an amount. ({rule.name}) {rule.remedy}" in said.out
    assert f"1 error and 0 warnings. Written: {outputs / 'one' / VALIDATION}" in said.out
    assert "Joint working (two) 0 errors and 0 warnings." in said.out
    for name in ("one", "two"):
        assert set(contents(outputs / name)) == {VALIDATION, ".manifest.json"}
    assert issues_in(outputs / "one" / VALIDATION) == [("amount-not-number", "J3")]
    assert validate(inputs, outputs, "--programme", "two").status == 0


def test_validate_suggests_layouts_for_what_it_can_t_read(inputs: Path, outputs: Path) -> None:
    programme(inputs / "one")
    theirs = Return("Estates", sheets={"Savings": "Proposals"}, headings={"Line ref": "Ref"})
    theirs.line([1, 2, 3], line_ref="E1")
    theirs.write(inputs / "one", "estates.xlsx")
    said = validate(inputs, outputs)
    path = outputs / "one" / LAYOUTS_SUGGESTED
    assert "would read estates.xlsx" in said.out
    assert str(path) in said.out
    rows = read_table(path, "Layouts_suggested")
    assert list(rows[0]) == list(LAYOUTS)
    assert [row["Their heading"] for row in rows if row["Heading"] == "Line ref"] == ["Ref"]
    mended = Programme()
    for row in rows:
        mended.layout(**{heading: cell and str(cell) for heading, cell in row.items()})
    mended.write(inputs / "one")
    assert validate(inputs, outputs).status == 0
    assert read_table(path, "Layouts_suggested") == []


def test_validate_leaves_a_report_as_it_is(inputs: Path, outputs: Path) -> None:
    with_an_error(inputs / "one")
    assert report(inputs, outputs).status == 0
    before = contents(outputs / "one")
    assert validate(inputs, outputs).status == 1
    after = contents(outputs / "one")
    changed = {name for name in before if after[name] != before[name]}
    assert changed <= {VALIDATION, ".manifest.json"}
    assert set(after) == set(before) >= FILES


def test_validate_one_return_of_the_inputs_among_the_others(inputs: Path, outputs: Path) -> None:
    with_an_error(inputs / "one")
    estates = Return("Estates")
    estates.line([1, 2, 3], line_ref="FIN-1")  # stands in finance.xlsx already
    estates.write(inputs / "one" / "late", "estates.xlsx")
    programme(inputs / "two")
    (inputs / "stray.txt").touch()

    said = validate(inputs, outputs, "--return", inputs / "one" / "late" / "estates.xlsx")
    assert (said.status, said.err) == (1, "")
    assert "(one): late/estates.xlsx" in said.out
    assert "(duplicate-line)" in said.out
    assert "TBC" not in said.out
    assert "1 error and 0 warnings." in said.out
    good = validate(inputs, outputs, "--return", inputs / "two" / "Finance.xlsx")
    assert (good.status, good.err) == (0, "")


def test_validate_one_return_from_elsewhere_by_itself(
    inputs: Path, outputs: Path, tmp_path: Path
) -> None:
    with_an_error(inputs / "one")
    draft = Return("Finance")
    draft.line([500, 400, 0])  # the same line ref as in the inputs: this is its next version
    draft.line([100, None, 0], service="IT")
    path = draft.write(tmp_path / "my desk", "draft.xlsx")
    said = validate(inputs, outputs, "--return", path)
    assert said.status == 1
    assert "(one): draft.xlsx" in said.out
    assert "“IT”" in said.out
    assert "(unknown-service)" in said.out
    assert "duplicate" not in said.out
    assert "TBC" not in said.out

    programme(inputs / "two")
    said = validate(inputs, outputs, "--return", path)
    assert said.status == 2
    assert f"Say which programme {path} is for" in said.err
    assert "There are: one, two." in said.err
    assert validate(inputs, outputs, "--return", path, "--programme", "two").status == 1


def test_validate_a_return_that_is_not_there(inputs: Path, outputs: Path) -> None:
    programme(inputs / "one")
    said = validate(inputs, outputs, "--return", inputs / "one" / "finanse.xlsx")
    assert said.status == 2
    assert f"There is no file {inputs / 'one' / 'finanse.xlsx'}." in said.err


def test_validate_a_return_of_a_programme_that_stops_is_not_called_good(
    inputs: Path, outputs: Path
) -> None:
    path = programme(inputs / "one", years="many") / "Finance.xlsx"
    said = validate(inputs, outputs, "--return", path)
    assert said.status == 1
    assert "“many”" in said.out
    assert "so returns were not looked at" in said.out


# What it looks like


def test_output_that_no_terminal_shows_is_quiet_and_plain(inputs: Path, outputs: Path) -> None:
    with_an_error(inputs / "one")
    for command, status in (("report", 0), ("validate", 1)):
        run = started(command, "--inputs", inputs, "--outputs", outputs)
        assert (run.returncode, run.stderr) == (status, "")
        assert run.stdout.isprintable() or set("\n") == {
            letter for letter in run.stdout if not letter.isprintable()
        }
        assert "Checking" not in run.stdout
        assert all(line == line.rstrip() for line in run.stdout.splitlines())
    (issue,) = (line for line in run.stdout.splitlines() if "TBC" in line)
    assert issue.endswith(RULES["amount-not-number"].remedy)  # on one line, to be searched


def test_letters_that_a_terminal_does_not_have_end_nothing(inputs: Path, outputs: Path) -> None:
    with_an_error(inputs / "ŵ", title="Cyngor ŵ")
    run = started("validate", "--inputs", inputs, "--outputs", outputs, PYTHONIOENCODING="ascii")
    assert (run.returncode, run.stderr) == (1, "")
    assert "Cyngor ? (?)" in run.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pty")
def test_a_terminal_sees_progress_and_lines_that_fit(inputs: Path, outputs: Path) -> None:
    import pty  # noqa: PLC0415 - only where there is one

    with_an_error(inputs / "one")
    screen, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline", "validate", "--inputs", inputs, "--outputs", outputs],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "60", "TERM": "xterm", "NO_COLOR": "1"},
        stdout=terminal,
        stderr=terminal,
    ) as process:
        os.close(terminal)
        seen = "".join(blocks(screen))
    assert process.returncode == 1
    assert re.search(r"one: [A-Z]\w+", seen)  # the name and what is being done
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen).replace("\r", "\n").splitlines()
    assert any("amount-not-number" in line for line in shown)
    assert all(len(line) <= 60 for line in shown if str(outputs) not in line)


def blocks(screen: int) -> Iterator[str]:
    """What is written to a terminal, until its other end is closed."""
    while True:
        try:
            block = os.read(screen, 1000)
        except OSError:  # Linux' way to say that it is closed
            block = b""
        if not block:
            os.close(screen)
            return
        yield block.decode("utf-8", "replace")


def without_pandas(*arguments: str) -> tuple[str, bool]:
    """What a command says, and whether pandas was left alone."""
    program = (
        "import sys\n"
        "from pipeline.commands import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print('pandas' in sys.modules)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return run.stdout, run.stdout.splitlines()[-1] == "False"


def test_wrong_usage_does_not_wait_for_pandas(inputs: Path) -> None:
    for arguments in (["--help"], ["report", "--inputs", str(inputs)]):
        assert without_pandas(*arguments)[1]


def test_a_report_that_stands_does_not_wait_for_pandas(inputs: Path, outputs: Path) -> None:
    programme(inputs / "one")
    report(inputs, outputs)
    said, is_without = without_pandas("report", "--inputs", str(inputs), "--outputs", str(outputs))
    assert "the report stands" in said
    assert is_without


def test_a_report_does_not_wait_for_what_only_tests_use(inputs: Path, outputs: Path) -> None:
    programme(inputs / "one")
    command = [sys.executable, "-X", "importtime", "-m", "pipeline", "report"]
    done = subprocess.run(
        [*command, "--inputs", str(inputs), "--outputs", str(outputs)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "pandera" in imported
    # Looked for, a part of it is named, too.
    assert not {"hypothesis", "hypothesis.internal", "pytest"} & imported


def test_a_fatal_error_does_not_wait_for_what_it_does_not_need(inputs: Path, outputs: Path) -> None:
    program = (
        "import sys\n"
        "from pipeline import screen\n"
        "from pipeline.commands import main\n"
        "SLOW = {'openpyxl', 'pandas', 'pandera', 'sqlalchemy', 'xlsxwriter'}\n"
        "table = screen.issue_table\n"
        "def watched(issues, console):\n"
        "    table(issues, console)\n"
        "    print('said:', [issue.rule for issue in issues], SLOW & {*sys.modules})\n"
        "screen.issue_table = watched\n"
        "for command in ('report', 'validate'):\n"
        "    sys.argv = ['savings', command, *sys.argv[-4:]]\n"
        "    try:\n"
        "        main()\n"
        "    except SystemExit as end:\n"
        "        print(command, end.code, sorted(SLOW & {*sys.modules}))\n"
    )
    programme(inputs / "one", years=99)
    done = subprocess.run(
        [sys.executable, "-c", program, "--inputs", str(inputs), "--outputs", str(outputs)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    said = [line for line in done.stdout.splitlines() if line.startswith(("said", "rep", "val"))]
    assert said == [
        "said: ['bad-setting'] set()",
        "report 1 []",
        "said: ['bad-setting'] set()",
        # What writes the workbook that validate leaves.
        "validate 1 ['pandas', 'xlsxwriter']",
    ]
    assert contents(outputs / "one").keys() == {VALIDATION, ".manifest.json"}
