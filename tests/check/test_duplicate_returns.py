"""A return sent again beside its earlier version."""

from pathlib import Path

from tests.builders import Programme, Return
from tests.running import outcome_of


def sent(folder: Path, name: str, date: str) -> None:
    book = Return("Finance")
    book.cover("Date", date)
    book.line({"2012/13": 10}, **{"Line ref": "F1", "Project code": "P1"})
    book.project("P1", f"Project as of {date}")
    book.write(folder, name)


def test_the_earlier_version_counts_neither_lines_nor_projects(tmp_path: Path) -> None:
    Programme().write(tmp_path)
    sent(tmp_path, "a.xlsx", "01/02/2012")
    sent(tmp_path, "b.xlsx", "01/03/2012")
    outcome = outcome_of(tmp_path)
    results = outcome.results
    assert results is not None
    assert [(i.rule, i.at.workbook) for i in outcome.issues] == [("duplicate-return", "a.xlsx")]
    assert set(results.register["workbook"]) == {"b.xlsx"}
    assert results.narrative["Projects"]["project_title"].tolist() == ["Project as of 01/03/2012"]
