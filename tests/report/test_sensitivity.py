"""Switching values in the workbook: what is varied, from which amount, by how much and to which."""

from pathlib import Path

import pytest

from tests.builders import Programme, Return, read_table
from tests.report.built import summary_of
from tests.report.fake import opened


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("switching")
    Programme(scenarios="Plan", payback_limit=2, discount_rate=0).write(folder)
    sent = Return()
    sent.line([1_000, 0, 0])
    sent.line([0, -800, -800], category="Cashable saving")
    sent.write(folder)
    return summary_of(folder)


def test_switching_values_say_what_is_varied_from_what_and_to_what(summary: Path) -> None:
    rows = read_table(summary, "Switching_values")
    said = [
        (row["What is varied"], row["Amount now"], row["Switching value"], row["Amount then"])
        for row in rows
    ]
    assert said == [
        ("One-off costs of all years", 1_000, 0.6, 1_600),
        ("Cashable savings and income in 2014/15", -800, 0.375, -500),
        ("Present value of one-off costs", 1_000, 0.6, 1_600),
        ("Present value of cashable savings and income", -1_600, 0.375, -1_000),
    ]


def test_switching_values_have_one_decimal(summary: Path) -> None:
    sheet = opened(summary.read_bytes())["Appraisal"]
    top = sheet.tables["Switching_values"].ref.split(":")[0]
    headings = {cell.value: cell.column for cell in sheet[int(top[1:])]}
    cell = sheet.cell(int(top[1:]) + 1, headings["Switching value"])
    assert cell.number_format.startswith("0.0%")
