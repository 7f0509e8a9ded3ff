"""What the returns say beside their amounts: risks by score, milestones with their slippage, the
projects by their titles."""

from pathlib import Path

import pytest

from tests.builders import Programme, Return, read_table
from tests.report.built import summary_of


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("narrative")
    Programme().write(folder)
    sent = Return()
    sent.line([100], project_code="P1")
    sent.project("P1", "One ledger")
    for ref, likelihood, impact in (("R1", 2, 3), ("R2", 5, 4), ("R3", None, 5), ("R4", 4, 5)):
        sent.add("Risks", risk_ref=ref, project_code="p1", risk=f"Risk {ref}",
                 likelihood=likelihood, impact=impact)  # fmt: skip
    for name, planned, forecast in (
        ("Late", "1 April 2013", "2013-04-15"),
        ("Early", "15/04/2013", "1 April 2013"),
        ("On time", "1 April 2013", "1 April 2013"),
        ("Unsure", "1 April 2013", "Summer"),
    ):
        sent.add("Milestones", project_code="P1", milestone=name, planned=planned,
                 forecast=forecast)  # fmt: skip
    sent.add("Milestones", milestone="Of no project", planned="1 April 2013")
    sent.write(folder)
    return summary_of(folder)


def test_risks_stand_by_score_with_the_titles_of_their_projects(summary: Path) -> None:
    rows = read_table(summary, "Risks")
    assert [(row["Risk ref"], row["Score"]) for row in rows] == [
        ("R2", 20),
        ("R4", 20),
        ("R1", 6),
        ("R3", None),
    ]
    assert {row["Project title"] for row in rows} == {"One ledger"}
    assert list(rows[0])[-3:] == ["Workbook", "Sheet", "Row"]


def test_milestones_say_how_many_days_they_slip(summary: Path) -> None:
    rows = read_table(summary, "Milestones")
    assert [(row["Milestone"], row["Slippage in days"]) for row in rows] == [
        ("Late", 14),
        ("Early", -14),
        ("On time", 0),
        ("Unsure", None),
        ("Of no project", None),
    ]
    assert rows[-1]["Project title"] is None
