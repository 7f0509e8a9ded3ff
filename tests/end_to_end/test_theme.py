"""report --theme: a council's house style on the command line and with make."""

import os
import shutil
import subprocess
from pathlib import Path

import openpyxl

from tests.end_to_end.commands import ROOT, contents, report

CAMBRIDGESHIRE = "cambridgeshire-and-peterborough"


def sample(folder: Path) -> Path:
    shutil.copytree(ROOT / "inputs" / CAMBRIDGESHIRE, folder / "inputs" / CAMBRIDGESHIRE)
    return folder / "inputs"


def test_a_theme_colours_the_reports(tmp_path: Path) -> None:
    inputs, outputs, theme = sample(tmp_path), tmp_path / "outputs", tmp_path / "theme.toml"
    theme.write_text('marking = "OFFICIAL"\n[colours]\nbrand = "#004225"\n', encoding="utf-8")
    said = report(inputs, outputs, "--theme", theme)
    assert said.status == 0
    book = openpyxl.load_workbook(outputs / CAMBRIDGESHIRE / "programme-summary.xlsx")
    assert book["Cover"]["A1"].font.color.rgb == "FF004225"
    assert book["Cover"].oddHeader.right.text.strip() == "OFFICIAL"


def test_a_faint_theme_is_refused_and_the_last_report_stays(tmp_path: Path) -> None:
    inputs, outputs, theme = sample(tmp_path), tmp_path / "outputs", tmp_path / "theme.toml"
    assert report(inputs, outputs).status == 0
    before = contents(outputs)
    theme.write_text('[colours]\nbrand = "#FFCC00"\n', encoding="utf-8")
    said = report(inputs, outputs, "--theme", theme)
    assert said.status == 2
    assert "on_brand (#FFFFFF) on brand (#FFCC00) has a contrast of 1.51 to 1" in said.err
    assert contents(outputs) == before


def test_make_takes_a_theme(tmp_path: Path) -> None:
    inputs, outputs = sample(tmp_path), tmp_path / "outputs"
    theme = tmp_path / "our theme's.toml"
    theme.write_text("[colours]\nbrand = 1\n", encoding="utf-8")
    run = subprocess.run(
        ["make", "report", f"INPUTS={inputs}", f"OUTPUTS={outputs}", f"THEME={theme}"],
        cwd=ROOT,
        env={**os.environ, "MAKEFLAGS": ""},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 2
    assert "our theme's.toml: brand is no colour" in run.stderr
