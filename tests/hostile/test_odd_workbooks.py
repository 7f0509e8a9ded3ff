"""The odd workbooks of real life that lie beside the project, read as returns among good ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.long import long
from tests.running import outcome_of

ROOT = Path(__file__).parent.parent.parent
ODD = ROOT.parent / "shared" / "odd-workbooks"
GOOD = ROOT / "inputs" / "joint-working-in-hampshire"
PATHS = sorted(path for path in ODD.iterdir() if path.suffix != ".tsv") if ODD.is_dir() else []
WHICH = pytest.mark.parametrize(
    "paths",
    [
        pytest.param([*{path.suffix: path for path in PATHS}.values()], id="one of each format"),
        pytest.param(PATHS, marks=long, id="all"),
    ],
)
FIGURES = ("register", "apportioned", "summary", "appraisal", "by_year", "by_service", "shares")


@WHICH
@pytest.mark.skipif(not ODD.is_dir(), reason="the odd workbooks are not part of the project")
def test_odd_workbooks_harm_nobody(
    paths: list[Path], tmp_path: Path, capfd: pytest.CaptureFixture
) -> None:
    shutil.copytree(GOOD, tmp_path / "alone")
    shutil.copytree(GOOD, tmp_path / "beside")
    odd = {path.name for path in paths}
    for path in paths:
        (tmp_path / "beside" / "odd").mkdir(exist_ok=True)
        shutil.copy(path, tmp_path / "beside" / "odd" / path.name)
    alone, beside = outcome_of(tmp_path / "alone"), outcome_of(tmp_path / "beside")
    assert alone.results is not None
    assert beside.results is not None
    for name in FIGURES:
        assert getattr(alone.results, name).equals(getattr(beside.results, name)), name
    results = {file.workbook: file.result for file in beside.files}
    assert {name for name in odd if results.get(f"odd/{name}")} == odd
    assert not [result for result in results.values() if "broke down" in result]
    controls = beside.results.controls
    assert (controls["expected"] == controls["actual"]).all()
    assert capfd.readouterr() == ("", "")
