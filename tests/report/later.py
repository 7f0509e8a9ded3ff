"""A programme that reports again after a version was issued, with delivery against its plan and
partners who settle."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.comparing import compared, snapshot
from pipeline.core.results import Results
from pipeline.core.versions import Issued
from pipeline.report.outputs import build_comparison
from tests.builders import Programme, Return
from tests.report.built import build
from tests.running import outcome_of

YEARS = ("2012/13", "2013/14", "2014/15")
FIRST = Issued(
    1, "Cabinet 30 April 2012", datetime(2012, 4, 30, 14, 5, tzinfo=UTC), 1, ("A. Name",)
)

# The workbooks with sheets that a first report doesn't have.
BOOKS = ("later/programme-summary.xlsx", "later/partners/NORTH.xlsx", "later/comparison.xlsx")


def later_books(folder: Path) -> dict[str, bytes]:
    """The contents of BOOKS by name."""
    results = later_results(folder)
    contents = {f"later/{name}": content for name, content in build(results).items()}
    assert results.versions.moved is not None
    contents["later/comparison.xlsx"] = build_comparison(results.versions.moved)
    return {name: contents[name] for name in BOOKS}


def later_results(folder: Path) -> Results:
    """The figures as they are now: since version 1 an amount changed, a line came, a line went and
    one is rejected; errors stood when it was issued."""
    before, now = _results(folder / "before", -300), _results(folder / "now", -650, is_later=True)
    results = compared(now, [FIRST], snapshot(before))
    return replace(results, versions=replace(results.versions, standing="1 error stood."))


def _results(folder: Path, saving: int, *, is_later: bool = False) -> Results:
    one = Programme(title="Joint services", reference="3506", years=3, marking="OFFICIAL")
    one.partner("NORTH", "North Council")
    one.partner("SOUTH", "South Police")
    one.service("ICT", "Corporate", "Equal")
    one.service("Fleet", "Operations", "Not agreed")
    one.none_of("Baseline")
    one.tag("Stage", "List", "Idea, Approved")
    one.tag("FTE", "Number")
    one.gap("NORTH", {"2012/13": 1_000, "2014/15": 500})
    one.write(folder)
    sent = Return("Finance", years=YEARS)
    sent.line([500, 400, 0], line_ref="L1", category="One-off cost", description="Moving", fte=-1,
              paid_by="NORTH")  # fmt: skip
    sent.line([0, -300, saving], line_ref="L2", category="Cashable saving", stage="Idea", fte=2.5,
              paid_by="SOUTH" if is_later else None)  # fmt: skip
    sent.line([0, -20, -20], line_ref="L3", category="Cashable saving", service="Fleet", fte=1)
    sent.line([0, -50, "TBC" if is_later else -50], line_ref="L4", category="Income")
    sent.line([0, 0, "n/a"], line_ref="L5", category="Income")
    ref = "L7" if is_later else "L6"
    sent.line([0, 0, -70], line_ref=ref, category="Cashable saving", scenario="Best case")
    sent.add("Delivery", line_ref="L2", year="2013/14", forecast=-280, delivered=-250, rag="Amber")
    sent.add("Delivery", line_ref="L4", year="2013/14", forecast=-50, commentary="As planned")
    sent.write(folder)
    results = outcome_of(folder).results
    assert results is not None
    return results
