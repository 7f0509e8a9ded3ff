"""Versions on the page: the gate says what is in the way, and what is issued stays."""

import pytest

from tests.builders import Programme, Return
from tests.page.served import Served, words_of


@pytest.fixture(scope="module")
def address(page: Served) -> str:
    """A programme without errors."""
    folder = page.settings.inputs / "Clean"
    programme = Programme(title="Clean programme")
    programme.write(folder)
    finance = Return("Finance")
    finance.line([500, 400, 0])
    finance.write(folder, "finance.xlsx")
    return page.checked("Clean")


def test_a_version_is_issued_and_compared(page: Served, address: str) -> None:
    here = f"{address}/versions"
    words = words_of(page.reach(here, "Clean"))
    assert "No version was issued yet." in words
    closed = "There is no report to issue. “Write the report” writes one."
    assert f"Nothing can be issued now. {closed}" in words
    page.post(f"{address}/report")
    page.settle("Clean")
    assert "Nothing is in the way" in words_of(page.reach(here, "Clean"))
    page.post(here, {"name": " Cabinet  30 April ", "signed_off": "A. Treasurer, CFO\nB. Chair"})
    page.settle("Clean")
    words = words_of(page.reach(here, "Clean"))
    assert "1 Cabinet 30 April" in words
    assert "A. Treasurer, CFO; B. Chair" in words
    # The same again is refused, with the command's own words.
    refusal = page.follow(page.post(here, {"name": "Cabinet 30 April"}), "Clean")
    assert "already" in words_of(refusal)
    # Other inputs, another report, another version.
    finance = Return("Finance")
    finance.line([700, 400, 0])
    finance.write(page.settings.inputs / "Clean", "finance.xlsx")
    words = words_of(page.reach(here, "Clean"))
    assert "The inputs are not those of the report: changed: finance.xlsx." in words
    assert "Use “Write the report”, look at it, and issue it then. Write the report" in words
    page.post(f"{address}/report")
    page.settle("Clean")
    page.post(here, {"name": "Cabinet 31 May"})
    page.settle("Clean")
    comparison = page.reach(f"{here}/compare?first=1&second=2", "Clean")
    words = words_of(comparison)
    assert "From version 1 (Cabinet 30 April) to version 2 (Cabinet 31 May)" in words
    assert "FIN-1" in words
    assert page.get(f"{address}/files/report/comparisons/1%20to%202.xlsx").status_code == 200


def test_what_is_in_the_way_may_be_overruled_in_words(page: Served) -> None:
    address = page.checked("One")
    here = f"{address}/versions"
    page.post(f"{address}/report")
    page.settle("One")
    gate = words_of(page.reach(here, "One"))
    assert "1 error stands : validation-report.xlsx lists what to put right." in gate
    assert "The covers then say over what: 1 error stood" in gate
    refusal = page.follow(page.post(here, {"name": "First"}), "One")
    assert "It was not done. 1 error stands" in words_of(refusal)
    assert f'href="{here}">Go back and try again' in refusal.text
    assert "have the covers say over what: tick “Issue it all the same”." in words_of(refusal)
    page.post(here, {"name": "First", "force": "yes"})
    page.settle("One")
    assert "1 First" in words_of(page.reach(here, "One"))


def test_a_version_needs_a_name(page: Served, address: str) -> None:
    answer = page.follow(page.post(f"{address}/versions", {"name": "  "}), "Clean")
    assert "Give the version a name." in words_of(answer)


@pytest.mark.parametrize("pair", ["first=1&second=1", "first=x&second=", ""])
def test_one_version_is_not_compared_with_itself(page: Served, address: str, pair: str) -> None:
    answer = page.reach(f"{address}/versions/compare?{pair}", "Clean")
    assert "Choose two different versions." in words_of(answer)
