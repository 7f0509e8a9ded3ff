"""What each row comes to, and why: one reason a row, with the issue that it rests on."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.assessing import Assessment, assess, stacked
from pipeline.core.verdict import Ground
from pipeline.ingest.discover import discover
from pipeline.processes import Helpers
from pipeline.reading import read
from tests.builders import Return
from tests.ingest.reading import plan

# A row's ground, and the rule and cell of the issue that it rests on.
Why = tuple[Ground, str, str] | None


def assessed(folder: Path, helpers: Helpers | None = None) -> Assessment:
    (programme,) = discover(folder).programmes
    reading = read(programme)
    assert reading.control.programme is not None
    programme = reading.control.programme
    return assess(reading, programme, stacked(reading, programme, helpers))


class Patient(Helpers):
    """Waits until a helper has begun with a result alone, as it will have in a large programme."""

    def beside(self, make: Callable[[], Any]) -> Callable[[], Any]:
        result = super().beside(make)
        (task,) = self._alone
        deadline = time.monotonic() + 30
        while not (task.running() or task.done()):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return result


def test_tables_are_validated_in_another_process_as_they_are_here(tmp_path: Path) -> None:
    plan().write(tmp_path)
    sent = Return("Finance")
    sent.line([-5], line_ref="F1", service="Nowhere", category=None)
    sent.line([-5], line_ref="F2", scenario="Perhaps")
    sent.project("P1", None)
    sent.write(tmp_path, "finance.xlsx")
    alone = assessed(tmp_path)
    assert {"missing-value", "unknown-service"} <= {issue.rule for issue in alone.issues}
    with Patient(1, meanwhile="pipeline.helping") as helpers:
        helpers.expect(1)
        beside = assessed(tmp_path, helpers)
    assert beside.issues == alone.issues
    assert beside.verdict.accepted.tolist() == alone.verdict.accepted.tolist()


def reasons(folder: Path) -> dict[str, Why]:
    """Why each line doesn't count, by its Line ref; None where it does."""
    what = assessed(folder)
    found: dict[str, Why] = {}
    for place in range(len(what.lines.frame)):
        reason = what.verdict.reason(place)
        issue = reason.issue if reason else None
        found[what.lines.text(place, "line_ref")] = reason and (
            reason.ground,
            issue.rule if issue else "",
            issue.at.cell if issue else "",
        )
    return found


def test_a_row_s_reason_is_its_first_error(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.line([-1], line_ref="FINE")
    bad = finance.line(["TBC"], line_ref="BAD", category="Savings")
    finance.line([-1], line_ref="OUT", counted_in="Capital review")
    both = finance.line(["TBC"], line_ref="BOTH", counted_in="Capital review")
    again = finance.line([-2], line_ref="FINE ")
    finance.write(tmp_path)
    assert reasons(tmp_path) == {
        "FINE": (Ground.ROW, "duplicate-line", finance.at(again, "Line ref")),
        "BAD": (Ground.ROW, "unknown-category", finance.at(bad, "Category")),
        "OUT": (Ground.COUNTED_IN, "", ""),
        "BOTH": (Ground.ROW, "amount-not-number", finance.at(both, "2012/13")),
    }


def test_the_fault_of_the_whole_comes_before_the_row_s(tmp_path: Path) -> None:
    plan().write(tmp_path)
    units = Return("Units")
    cell = units.cover("Units", "dollars")
    units.line(["TBC"], line_ref="UNITS")
    units.write(tmp_path, "units.xlsx")
    headings = Return("Headings", headings={"Category": "Kind"})
    headings.line(["TBC"], line_ref="TABLE")
    headings.write(tmp_path, "headings.xlsx")
    for day, name in ((1, "old"), (2, "new")):
        again = Return("Again")
        again.cover("Date", date(2012, 1, day))
        again.cover("Profile", "dollars" if name == "old" else "Annual")
        again.line([-1], line_ref=f"{name} line")
        again.line([-1], line_ref="Again 2")
        again.line([-1], line_ref="Again 3")
        again.write(tmp_path, f"{name}.xlsx")
    found = reasons(tmp_path)
    assert found["UNITS"] == (Ground.COVER, "unknown-value", cell)
    assert found["TABLE"] == (Ground.TABLE, "missing-heading", "A1")
    assert found["old line"] == (Ground.OTHER_RETURN, "duplicate-return", "")
    assert found["new line"] is None


def test_a_wrong_date_or_status_keeps_all_rows_of_the_return_out(tmp_path: Path) -> None:
    plan().write(tmp_path)
    at = {}
    for department, setting in (("Finance", "Date"), ("Estates", "Status"), ("Legal", "Contact")):
        sent = Return(department)
        at[department] = sent.cover(setting, "soon")
        sent.line([-1], line_ref=department, category="Cashable saving")
        sent.write(tmp_path, f"{department}.xlsx")
    assert reasons(tmp_path) == {
        "Finance": (Ground.COVER, "unknown-value", at["Finance"]),
        "Estates": (Ground.COVER, "unknown-value", at["Estates"]),
        "Legal": None,
    }


def test_risks_count_whatever_the_units_of_their_return(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.cover("Units", "dollars")
    finance.line([-1])
    finance.add("Risks", risk="Delay", likelihood=3)
    finance.add("Risks", risk="Doubt", likelihood="often")
    finance.write(tmp_path)
    assert assessed(tmp_path).narrative["Risks"]["risk"].tolist() == ["Delay"]
