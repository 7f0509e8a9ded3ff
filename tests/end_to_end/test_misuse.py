"""Commands that can't be misunderstood: names that are nearly ours, and ends that are no faults."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from pipeline.core.outputs import TEMPLATES
from tests.builders import Programme, Return
from tests.end_to_end.commands import ROOT, report, template, validate
from tests.long import long, quick_cases

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """make in the project, which says what it would do."""
    return subprocess.run(
        ["make", "-C", ROOT, "--no-print-directory", "-n", *arguments],
        env={**os.environ, "MAKEFLAGS": "", "INPUT": "x"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@needs_make
@pytest.mark.parametrize("name", ["INPUT", "inputs", "PROGRAM", "OUTPUT", "Returns", "input"])
def test_make_refuses_a_name_that_is_none_of_its_own(name: str) -> None:
    said = make("report", f"{name}=x")
    assert said.returncode == 2
    assert f"There is no {name}= here" in said.stderr
    assert "INPUTS" in said.stderr
    assert said.stdout == ""


@needs_make
def test_make_takes_its_own_names_with_any_value() -> None:
    for setting in ("INPUTS=a b", "NAME=INPUT=x y", "FIGURE=a = b", "PYTHON=python3", "ROUNDS=1"):
        said = make("report", setting)
        assert (said.returncode, said.stderr) == (0, "")


@needs_make
@pytest.mark.parametrize(("strict", "lenient"), [("", True), ("STRICT=1", False)])
def test_make_validate_ends_quietly_unless_it_is_strict(strict: str, lenient: bool) -> None:
    said = make("validate", *filter(None, [strict]))
    assert ("--lenient" in said.stdout) == lenient


@needs_make
@pytest.mark.parametrize(
    ("arguments", "runs"), [((), ["-m long", "-m 'not long'"]), (("ARGS=tests/core",), [""])]
)
def test_make_coverage_looks_for_no_long_test_among_those_that_are_named(
    arguments: tuple[str, ...], runs: list[str]
) -> None:
    """pytest takes it for a failure where none of them is."""
    said = make("coverage", *arguments).stdout
    assert re.findall(r"--dist worksteal ((?:-m long|-m 'not long')?)", said) == runs
    assert said.count("--cov-append") == said.count("--cov-report=") == len(runs)


def in_error(folder: Path) -> Path:
    Programme().write(folder / "inputs" / "one")
    finance = Return()
    finance.line(["TBC"])
    finance.write(folder / "inputs" / "one")
    return folder / "inputs"


def test_a_list_of_errors_is_no_failure_where_that_is_what_was_asked_for(tmp_path: Path) -> None:
    inputs = in_error(tmp_path)
    assert validate(inputs, tmp_path / "outputs").status == 1
    assert validate(inputs, tmp_path / "outputs", "--lenient").status == 0
    (inputs / "stray.xlsx").write_bytes(b"")
    assert validate(inputs, tmp_path / "outputs", "--lenient").status == 1


def test_a_template_that_somebody_filled_in_is_not_overwritten(tmp_path: Path) -> None:
    inputs, outputs = tmp_path / "inputs", tmp_path / "outputs"
    Programme().write(inputs / "one")
    assert template(inputs, outputs).status == 0
    filled = outputs / TEMPLATES / "one" / "return.xlsx"
    book = openpyxl.load_workbook(filled)
    book["Cover"]["B5"] = "Finance"
    book.save(filled)
    content = filled.read_bytes()
    Programme(years=4).write(inputs / "one")
    said = template(inputs, outputs)
    assert said.status == 1
    assert f"{filled} was not written: somebody has changed the one that is there" in said.err
    assert filled.read_bytes() == content
    filled.rename(filled.with_name("Finance.xlsx"))
    assert template(inputs, outputs).status == 0
    Programme(years=5).write(inputs / "one")
    assert template(inputs, outputs).status == 0
    assert "2016/17" in [
        cell.value for row in openpyxl.load_workbook(filled)["Savings"] for cell in row
    ]


def test_the_screen_s_sums_are_those_of_summary(tmp_path: Path) -> None:
    Programme().write(tmp_path / "inputs")
    finance = Return()
    finance.line([-5, -7, -9], category="Cashable saving", scenario="Best case")
    finance.line([-5, -6, -8], category="Cashable saving", scenario="Worst case")
    finance.line([70, 0, 0])
    finance.write(tmp_path / "inputs")
    said = report(tmp_path / "inputs", tmp_path / "outputs").out
    assert "Annual cashable: Best case (£9) Annual cashable: Worst case (£8)" in said
    assert "(£12)" not in said


def test_a_programme_that_has_left_the_inputs_is_named_with_its_last_report(tmp_path: Path) -> None:
    inputs, outputs = in_error(tmp_path), tmp_path / "outputs"
    shutil.copytree(inputs / "one", inputs / "two" / "deep")
    assert "not among the inputs" not in report(inputs, outputs).all
    shutil.rmtree(inputs / "two")
    said = report(inputs, outputs)
    assert said.status == 0
    assert "two/deep is not among the inputs any more. Its last report, of " in said.all
    assert "one is not among" not in said.all
    alone = report(inputs, outputs, "--programme", "one")
    assert "not among the inputs" not in alone.all


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env={**os.environ, "P": f"{sys.executable} -m pipeline", "F": str(folder)},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


@quick_cases(3)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize(
    "command",
    [
        "$P --help | head -1",
        "$P validate --inputs $F/inputs --outputs $F/outputs | head -1",
        "$P --help > /dev/full",
        "$P validate --inputs $F/inputs --outputs $F/outputs > /dev/full",
        "$P report --inputs $F/inputs --outputs $F/outputs > /dev/full",
    ],
)
def test_a_closed_pipe_and_a_full_disk_are_no_tracebacks(tmp_path: Path, command: str) -> None:
    in_error(tmp_path)
    said = run(command, tmp_path)
    assert "Traceback" not in said.stderr
    assert "Exception" not in said.stderr
    if "full" in command:
        assert said.returncode == 1
        assert "no space left" in said.stderr


@pytest.mark.parametrize(
    ("reader", "commands"),
    [
        ("true", ["report"]),
        *(
            pytest.param(
                reader, ["report", "validate", "versions", "issue --name x --force"], marks=long
            )
            for reader in ("true", "head -1")
        ),
    ],
)
def test_work_goes_on_when_nobody_reads_what_it_says(
    tmp_path: Path, reader: str, commands: list[str]
) -> None:
    Programme().write(tmp_path / "inputs")
    finance = Return()
    finance.line([-5, -6, -8], category="Cashable saving", scenario="Worst case")
    finance.write(tmp_path / "inputs")
    where = "--inputs $F/inputs --outputs $F/outputs"
    for command in commands:
        said = run(f"set -o pipefail; $P {command} {where} | {reader}", tmp_path)
        assert (command, said.returncode, said.stderr) == (command, 0, "")
    assert (tmp_path / "outputs/programme-summary.xlsx").exists()
    assert (tmp_path / "outputs/issued/1 x").is_dir() == (len(commands) > 1)


@pytest.mark.parametrize("seconds", [0.05, 0.15])
def test_ctrl_c_at_the_start_is_no_traceback(tmp_path: Path, seconds: float) -> None:
    in_error(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(seconds)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        try:
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()  # one that went on all the same would be waited for without end
    assert process.returncode == 130
    assert "Traceback" not in said


# Runs the command line as `python -m` does, and is interrupted while it is being imported.
INTERRUPTED = f"""
import runpy, signal, sys
# A shell has what it starts in the background ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal({signal.SIGINT.value}))
signal.setitimer(signal.ITIMER_REAL, float(sys.argv.pop()))
sys.argv[1:] = ["watch", "--inputs", "inputs", "--outputs", "/dev/null/no"]
runpy.run_module("pipeline", run_name="__main__", alter_sys=True)
"""
