"""Figures weighted by risk stand beside the plan, each weight stated, and in no other figure."""

from pathlib import Path

from pipeline.report.books import partner_pack, programme_summary
from pipeline.report.spec import Book
from tests.builders import Programme, Return
from tests.running import outcome_of

# Where weighting is spoken of, beside the columns that bear it.
APART = {
    "Column_names",
    "Notes",
    "Controls",
    "Contents",
    "Cover",
    "Checks",
    "Reported",
    "Inputs",
    "Sources",
    "Status",
}


def books(folder: Path, *, rated: bool) -> list[Book]:
    """The summary and a pack of a programme with delivery, a tag and a gap."""
    one = Programme()
    one.tag("Stage", "List", "Idea, Approved")
    one.tag("FTE", "Number")
    one.gap("A", {"2013/14": 5_000})
    if rated:
        one.rating("Low", 0.335)
        one.rating("Amber", "60%")
    one.write(folder)
    finance = Return()
    finance.line([-500, -1_000.01, -1_000.01], line_ref="S", category="Cashable saving",
                 confidence="Low", stage="Idea", fte=2.5)  # fmt: skip
    finance.line([300, 0, 0], line_ref="C", confidence="Low", fte=-1)
    finance.line([0, -700, -70], line_ref="N", category="Income", confidence="Low")
    finance.add("Delivery", line_ref="S", year="2013/14", forecast=-900, rag="Amber")
    finance.write(folder)
    results = outcome_of(folder).results
    assert results is not None
    return [programme_summary(results), partner_pack(results, results.programme.partners[0])]


def columns(book: Book) -> dict[tuple[str, str], list[object]]:
    """The values of each column that is not about weighting, by table and heading."""
    return {
        (table.name, column.heading): list(column.values)
        for sheet in book.sheets
        for table in sheet.tables
        for column in table.columns
        if table.name not in APART and "eigh" not in column.heading
    }


def test_ratings_change_no_other_figure_and_each_weight_is_stated(tmp_path: Path) -> None:
    plain = books(tmp_path / "plain", rated=False)
    rated = books(tmp_path / "rated", rated=True)
    for before, now in zip(plain, rated, strict=True):
        assert columns(before) == columns(now)
        own = {
            (sheet.name, column.heading)
            for sheet in now.sheets
            for table in sheet.tables
            for column in table.columns
            if "isk-weighted" in column.heading
        }
        assert ("Appraisal", "Annual cashable, risk-weighted") in own
        for sheet in now.sheets:
            if sheet.name in {"Appraisal", "Tracker"}:
                assert "Low 33.5%, Amber 60%; costs and other words 100%" in " ".join(sheet.lines)
    assert ("Tracker", "Risk-weighted") in {
        (sheet.name, column.heading)
        for sheet in rated[0].sheets
        for table in sheet.tables
        for column in table.columns
    }
