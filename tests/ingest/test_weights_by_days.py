"""Weights that hold from a day on, and Estimate and Actual (contract, section 2)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.builders import Cell, Programme, Return, Shown
from tests.ingest.reading import issues, plan, results, shares

OCTOBER = date(2012, 10, 3)


def one_line(folder: Path, one: Programme, *amounts: Cell) -> dict[str, tuple[float, ...]]:
    """The shares of one line on Agreed, by partner."""
    one.write(folder)
    finance = Return()
    finance.line(amounts, basis="Agreed")
    finance.write(folder)
    return {partner: pounds for (_, partner), pounds in shares(folder).items()}


def evidence(folder: Path) -> dict[str, str]:
    frame = results(folder).shares
    agreed = frame[frame["basis"] == "Agreed"]
    return dict(zip(agreed["year"], agreed["evidence"], strict=True))


def test_a_share_that_changes_in_october_counts_by_days(tmp_path: Path) -> None:
    one = plan()
    one.driver("Agreed", A=74, B=26)
    one.driver("Agreed", said={"From": OCTOBER}, A=82, B=18)
    split = one_line(tmp_path, one, 1000, 1000, 1000)
    assert issues(tmp_path) == []
    # 1000 × (185 × 74 + 180 × 82) ÷ 36500 = 779.4520…
    assert split == {"A": (779.45, 820, 820), "B": (220.55, 180, 180)}
    assert evidence(tmp_path) == {
        "2012/13": "Weights: 185 of 365 days by Drivers!A2; 180 of 365 days by Drivers!A3",
        "2013/14": "Weights: Drivers!A3",
        "2014/15": "Weights: Drivers!A3",
    }


def test_a_leap_year_has_366_days(tmp_path: Path) -> None:
    one = plan(first_year="2015/16")
    one.driver("Agreed", A=1, B=0)
    one.driver("Agreed", said={"From": date(2016, 3, 31)}, A=0, B=1)
    one.write(tmp_path)
    finance = Return(years=("2015/16",))
    finance.line([366], basis="Agreed")
    finance.write(tmp_path)
    assert shares(tmp_path) == {
        ("FIN-1", "A"): (365, 0, 0),
        ("FIN-1", "B"): (1, 0, 0),
    }


def test_a_year_that_starts_without_weights_is_not_apportioned(tmp_path: Path) -> None:
    one = plan()
    one.driver("Agreed", said={"From": OCTOBER}, A=3, B=1)
    split = one_line(tmp_path, one, 1, 1)
    assert split == {"": (1, 0, 0), "A": (0, 0.75, 0), "B": (0, 0.25, 0)}
    assert evidence(tmp_path)["2012/13"] == (
        "There are no weights for its first days: 185 of 365 days by nothing; "
        "180 of 365 days by Drivers!A2"
    )


def test_the_programme_baseline_changes_whenever_any_service_s_does(tmp_path: Path) -> None:
    one = plan()
    one.service("ICT", basis="Programme baseline")
    one.service("Fleet")
    one.baseline("ICT", A=1, B=1)
    one.baseline("ICT", said={"From": date(2013, 3, 22)}, A=3, B=1)
    one.baseline("Fleet", A=1, B=1)
    one.baseline("Fleet", said={"From": date(2013, 3, 31)}, A=6, B=0)
    one.write(tmp_path)
    finance = Return()
    finance.line([36500])
    finance.write(tmp_path)
    # 355 days of 2:2, 9 days of 4:2, 1 day of 9:1; £100 a day.
    a = round(100 * (355 / 2 + 9 * 4 / 6 + 9 / 10), 2)
    assert shares(tmp_path) == {
        ("FIN-1", "A"): (a, 0, 0),
        ("FIN-1", "B"): (36500 - a, 0, 0),
    }


@pytest.mark.parametrize(
    ("tolerance", "holds"),
    [
        (None, "Actual"),
        (0, "Actual"),
        (3, "Actual"),
        ("3%", "Actual"),
        (Shown(0.03, "0%"), "Actual"),
        (4, "Estimate"),
        ("4%", "Estimate"),
        (Shown(0.04, "0%"), "Estimate"),
        # A plain 0.04 is four hundredths of a point.
        (0.04, "Actual"),
    ],
)
def test_the_actual_holds_where_it_differs_by_more_than_the_tolerance(
    tolerance: Cell, holds: str, tmp_path: Path
) -> None:
    one = plan()
    if tolerance is not None:
        one.setting("Share tolerance", tolerance)
    one.driver("Agreed", year="2012/13", A=74, B=26)
    one.driver("Agreed", year="2012/13", said={"Version": "Actual"}, A=78, B=22)
    split = one_line(tmp_path, one, 100, 100)
    assert issues(tmp_path) == []
    assert split["A"] == ((78, 78, 0) if holds == "Actual" else (74, 74, 0))


@pytest.mark.parametrize(
    ("tolerance", "why"),
    [
        (None, "the Actual holds, for no Share tolerance is given"),
        (3, "the Actual holds: a partner's share differs by more than 3 percentage points"),
        (4, "the Estimate holds: no partner's share differs by more than 4 percentage points"),
    ],
)
def test_the_evidence_is_printed_with_what_holds(tolerance: Cell, why: str, tmp_path: Path) -> None:
    one = plan()
    one.setting("Share tolerance", tolerance)
    said: dict[str, Any] = {"Source": "Caseload", "As at": date(2012, 3, 31)}
    one.driver("Agreed", year="2012/13", said={"Version": "Estimate", **said}, A=74, B=26)
    said = {"Version": "Actual", "Source": "Ledger", "As at": "year end"}
    one.driver("Agreed", year="2012/13", said=said, A=78, B=22)
    one_line(tmp_path, one, 100)
    rows = {
        "Estimate": "Drivers!A2 (Estimate; Caseload; as at 31 March 2012)",
        "Actual": "Drivers!A3 (Actual; Ledger; as at year end)",
    }
    assert evidence(tmp_path)["2012/13"] == f"Weights: {rows[why.split()[1]]}; {why}"


def test_years_with_one_version_have_it_and_what_holds_goes_on(tmp_path: Path) -> None:
    one = plan(years=5)
    one.setting("Share tolerance", 3)
    actual = {"Version": "Actual"}
    one.driver("Agreed", year="2012/13", A=50, B=50)
    one.driver("Agreed", year="2012/13", said=actual, A=52, B=48)
    one.driver("Agreed", year="2014/15", said=actual, A=60, B=40)
    one.driver("Agreed", year="2015/16", A=51, B=49)
    assert one_line(tmp_path, one, *[100] * 3)["A"] == (50, 50, 60, 0, 0)


def test_an_actual_from_a_day_on_leaves_the_days_before_to_the_estimate(tmp_path: Path) -> None:
    one = plan()
    one.driver("Agreed", year="2012/13", A=74, B=26)
    one.driver("Agreed", said={"From": OCTOBER, "Version": "Actual"}, A=82, B=18)
    assert one_line(tmp_path, one, 1000)["A"] == (779.45, 0, 0)


def test_what_cannot_be_compared_is_shared_by_neither(tmp_path: Path) -> None:
    one = plan()
    one.setting("Share tolerance", 3)
    one.driver("Agreed", year="2012/13", A=0, B=0)
    one.driver("Agreed", year="2012/13", said={"Version": "Actual"}, A=1, B=1)
    assert one_line(tmp_path, one, 1) == {"": (1, 0, 0)}


def test_without_a_tolerance_a_wrong_estimate_stands_in_no_actual_s_way(tmp_path: Path) -> None:
    one = plan()
    one.driver("Agreed", year="2012/13", A=0, B=0)
    one.driver("Agreed", year="2012/13", said={"Version": "Actual"}, A=1, B=1)
    assert one_line(tmp_path, one, 1) == {"A": (0.5, 0, 0), "B": (0.5, 0, 0)}
