"""Shares that change: what holds, why, and what it costs whom."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.report.books import own_results
from pipeline.report.sheets.share_changes import sheet
from pipeline.report.tables import records
from tests.builders import Cell, Programme, Return
from tests.ingest.reading import plan, results

OCTOBER = date(2012, 10, 3)


def changes(folder: Path, one: Programme, *amounts: Cell, **cells: Cell) -> list[dict[str, object]]:
    """The rows of Share_changes, with one line of annual savings."""
    one.write(folder)
    finance = Return()
    finance.line(amounts, **{"basis": "Agreed", "category": "Cashable saving", **cells})
    finance.write(folder)
    frame = results(folder).share_changes
    return [] if frame is None else records(frame)


def of(rows: list[dict[str, object]], name: str) -> list[object]:
    return [row[name] for row in rows]


def test_a_change_within_the_steady_state_year(tmp_path: Path) -> None:
    one = plan(steady_state_year="2012/13")
    one.driver("Agreed", A=74, B=26)
    one.driver("Agreed", said={"From": OCTOBER}, A=82, B=18)
    rows = changes(tmp_path, one, -1000, -1000, -1000)
    assert of(rows, "year") == ["2012/13"] * 2
    assert of(rows, "from") == [OCTOBER] * 2
    assert of(rows, "partner") == ["A", "B"]
    assert (of(rows, "estimate"), of(rows, "actual")) == ([0.74, 0.26], [0.82, 0.18])
    assert of(rows, "holds") == ["Actual"] * 2
    # 779.45 in place of 740.
    assert of(rows, "effect_pence") == [-3945, 3945]
    assert set(of(rows, "why")) == {"from 3 October 2012 on, 180 of 365 days"}


def test_effects_of_several_changes_add_up(tmp_path: Path) -> None:
    one = plan(steady_state_year="2012/13")
    one.driver("Agreed", A=1, B=0)
    one.driver("Agreed", said={"From": OCTOBER}, A=0, B=1)
    one.driver("Agreed", said={"From": "31 March 2013"}, A=1, B=1)
    rows = changes(tmp_path, one, -365, -365, -365)
    assert of(rows, "effect_pence") == [18000, -18000, -50, 50]


@pytest.mark.parametrize(
    ("tolerance", "holds", "effects"),
    [(None, "Actual", [-4000, 4000]), (3, "Actual", [-4000, 4000]), (4, "Estimate", [4000, -4000])],
)
def test_estimate_and_actual(
    tolerance: Cell, holds: str, effects: list[int], tmp_path: Path
) -> None:
    one = plan(steady_state_year="2013/14")
    one.setting("Share tolerance", tolerance)
    for year in ("2012/13", "2013/14"):
        one.driver("Agreed", year=year, A=74, B=26)
        one.driver("Agreed", year=year, said={"Version": "Actual"}, A=78, B=22)
    rows = changes(tmp_path, one, -1000, -1000, -1000)
    assert of(rows, "year") == ["2012/13", "2012/13", "2013/14", "2013/14"]
    assert of(rows, "from") == [None] * 4
    assert of(rows, "holds") == [holds] * 4
    assert of(rows, "effect_pence") == [0, 0, *effects]
    assert [round(float(str(each)), 9) for each in of(rows, "difference")] == [0.04, -0.04] * 2


def test_the_baseline_of_a_service_moves_lines_on_the_programme_s_too(tmp_path: Path) -> None:
    one = plan(steady_state_year="2012/13")
    one.baseline("ICT", year="2012/13", A=1, B=1)
    one.baseline("ICT", year="2012/13", said={"Version": "Actual"}, A=3, B=1)
    one.baseline("Fleet", A=1, B=1)
    # 4:2 in place of 2:2.
    rows = changes(tmp_path, one, -600, basis="Programme baseline")
    assert (of(rows, "service"), of(rows, "effect_pence")) == (["ICT"] * 2, [-10000, 10000])


def test_a_change_that_no_saving_is_shared_by_has_an_effect_of_nil(tmp_path: Path) -> None:
    one = plan(steady_state_year="2012/13")
    one.driver("Agreed", A=74, B=26)
    one.driver("Agreed", said={"From": OCTOBER}, A=82, B=18)
    rows = changes(tmp_path, one, 1000, category="One-off cost")
    assert of(rows, "effect_pence") == [0, 0]


def test_what_cannot_be_apportioned_has_no_effect(tmp_path: Path) -> None:
    one = plan(steady_state_year="2012/13")
    one.driver("Agreed", year="2012/13", A=0, B=0)
    one.driver("Agreed", year="2012/13", said={"Version": "Actual"}, A=1, B=1)
    rows = changes(tmp_path, one, -2)
    assert of(rows, "effect_pence") == [None, None]
    assert (of(rows, "estimate"), of(rows, "actual")) == ([None, None], [0.5, 0.5])


def test_a_programme_whose_shares_change_with_the_year_has_no_such_table(tmp_path: Path) -> None:
    one = plan()
    one.driver("Agreed", A=74, B=26)
    one.driver("Agreed", said={"From": date(2013, 4, 1)}, A=82, B=18)
    one.driver("Agreed", year="2014/15", said={"Version": "Actual"}, A=83, B=17)
    assert changes(tmp_path, one, -1, -1, -1) == []
    assert sheet(results(tmp_path)) is None


def test_a_partner_s_pack_has_its_own_rows(tmp_path: Path) -> None:
    one = plan()
    one.driver("Agreed", A=74, B=26)
    one.driver("Agreed", said={"From": OCTOBER}, A=82, B=18)
    changes(tmp_path, one, -1)
    figures = results(tmp_path)
    partner = figures.programme.partners[1]
    own = own_results(figures, partner)
    assert own.share_changes is not None
    assert list(own.share_changes["partner"]) == ["B"]
    declared = sheet(own, partner)
    assert declared is not None
    assert declared.answer == "1 share changes within a year."
