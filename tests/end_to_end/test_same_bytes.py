"""The same inputs give the same bytes, whatever the time zone, the language and the order in which
a process keeps its sets: checked copies included."""

from pathlib import Path

import openpyxl
import pytest

from tests.builders import Programme, Return
from tests.end_to_end.commands import contents, report, started

# A time zone half a day ahead, a language of other decimals and capitals, another order of sets.
ELSEWHERE = {
    "TZ": "Pacific/Auckland",
    "LANG": "tr_TR.UTF-8",
    "LC_ALL": "tr_TR.UTF-8",
    "PYTHONHASHSEED": "7",
}
HERE = {"TZ": "UTC", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A programme with an error, a warning, a project and risks."""
    folder = tmp_path_factory.mktemp("inputs")
    Programme(marking="OFFICIAL").write(folder)
    finance = Return()
    finance.line([3_000, "TBC", 0])
    finance.line([0, 250, -250.01], category="Cashable saving", project_code="P1")
    finance.project()
    finance.add("Risks", risk_ref="R1", risk="İt may rain", likelihood=2, impact=3)
    finance.write(folder)
    return folder


def reported(inputs: Path, outputs: Path, **environment: str) -> dict[str, str]:
    """The checksums of everything that a report makes, in a process of its own."""
    done = started("report", "--inputs", inputs, "--outputs", outputs, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    return contents(outputs)


def test_a_report_made_elsewhere_has_the_same_bytes(inputs: Path, tmp_path: Path) -> None:
    here = reported(inputs, tmp_path / "here", **HERE)
    assert {"returns/return.xlsx", "partners/A.xlsx", "business-cases.xlsx"} <= set(here)
    assert reported(inputs, tmp_path / "elsewhere", **ELSEWHERE) == here


def test_the_date_of_a_build_changes_the_date_alone(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = tmp_path / "dated"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1577836800")
    assert report(inputs, outputs).status == 0
    dates = {
        str(openpyxl.load_workbook(path).properties.created)
        for path in outputs.rglob("*.xlsx")
        if path.parent.name != "returns"
    }
    assert dates == {"2020-01-01 00:00:00"}
