"""Financial years: every form that counts, and what is none (contract, section 3)."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.years import looks_like_year, parse_year, parse_year_heading, year_label
from tests.strategies import YEAR_SPELLINGS

FORMS = [
    "2012/13",
    "2012-13",
    "2012\N{EN DASH}13",
    "2012\N{EM DASH}13",
    "2012\N{NON-BREAKING HYPHEN}13",
    "2012\N{MINUS SIGN}13",
    "2012/2013",
    "2012-2013",
    "2012\N{EN DASH}2013",
    "FY2012/13",
    "FY 2012/13",
    "fy2012/13",
    "FY2012/2013",
    "FY12/13",
    "FY12-13",
    "12/13",
    "12-13",
    "FY13",
    "FY 13",
    "fy13",
    "FY2013",
    " 2012/13 ",
    "2012 / 13",
    "\N{NO-BREAK SPACE}2012/13\n",
]


@pytest.mark.parametrize("text", FORMS)
def test_forms_of_one_year(text: str) -> None:
    assert parse_year(text) == 2012
    assert parse_year_heading(text) == (2012, None)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("1999/00", 1999),
        ("1999/2000", 1999),
        ("99/00", 1999),
        ("FY00", 1999),
        ("FY2000", 1999),
        ("00/01", 2000),
        ("2009/10", 2009),
        ("09/10", 2009),
        ("2099/00", 2099),
        ("79/80", 2079),
        ("80/81", 1980),
    ],
)
def test_turns_of_a_century(text: str, start: int) -> None:
    assert parse_year(text) == start


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2012",
        "2013",
        "12",
        "2012/14",
        "2012/12",
        "2012/3",
        "2012/2014",
        "2013/12",
        "12/2013",
        "12/14",
        "2012/113",
        "2012.13",
        "2012 13",
        "201213",
        "2012//13",
        "FY",
        "FY1",
        "FY201",
        "FY20123",
        "Year 1",
        "2012/13 budget",
        "Budget 2012/13",
        "TY2012/13",
        "2012/13/14",
        "April 2012",
        "2012/13 £000",
        "-2012/13",
        "٢٠١٢/١٣",
    ],
)
def test_what_is_no_year(text: str) -> None:
    assert parse_year(text) is None


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        ("2012/13 £", 1),
        ("2012/13 £000", 1_000),
        ("2012/13 £'000", 1_000),
        ("2012/13 £\N{RIGHT SINGLE QUOTATION MARK}000", 1_000),
        ("2012/13 £k", 1_000),
        ("2012/13 £m", 1_000_000),
        ("2012/13 (£000)", 1_000),
        ("2012/13 (£m)", 1_000_000),
        ("2012/13 - £000", 1_000),
        ("2012/13, £000", 1_000),
        ("2012/13: £000", 1_000),
        ("2012/13\n£000", 1_000),
        ("2012/13£000", 1_000),
        ("FY13 £000", 1_000),
        ("FY12/13 £k", 1_000),
        ("12/13 £m", 1_000_000),
        ("2012-13 £000", 1_000),
        ("2012\N{EN DASH}13 £000", 1_000),
    ],
)
def test_a_unit_behind_the_year(text: str, pounds: int) -> None:
    assert parse_year_heading(text) == (2012, pounds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Total",
        "2012/14 £000",
        "2012/13 £bn",
        "2012/13 000",
        "2012/13 actual",
        "£000",
        "£000 2012/13",
    ],
)
def test_headings_that_head_no_year(text: str) -> None:
    assert parse_year_heading(text) is None


@pytest.mark.parametrize(
    "heading",
    [
        "2012/14",
        "2012/12",
        "2012-14",
        "12/14",
        "12/2013",
        "2012/3",
        "FY201",
        "FY 2012/14",
        "2013",
        2013.0,
        "2012/14 £000",
        "2012/14 (£m)",
        "2012/14 [note 1]",
        date(2013, 12, 1),
        datetime(2013, 12, 1),
    ],
)
def test_headings_much_like_a_year(heading: object) -> None:
    assert looks_like_year(heading)


@pytest.mark.parametrize(
    "heading",
    [
        "",
        "Notes",
        "Budget",
        "Owner",
        "Budget 2012",
        "Note 12",
        "2012 budget",
        5.0,
        123456.0,
        "Headcount",
        True,
    ],
)
def test_headings_that_are_not_like_a_year(heading: object) -> None:
    assert not looks_like_year(heading)


@pytest.mark.parametrize(
    ("start", "label"), [(2012, "2012/13"), (1999, "1999/00"), (2008, "2008/09"), (2099, "2099/00")]
)
def test_a_years_label(start: int, label: str) -> None:
    assert year_label(start) == label


@given(st.integers(1980, 2078), st.sampled_from(sorted(YEAR_SPELLINGS)))
def test_each_spelling_of_any_year_is_that_year(start: int, spelling: str) -> None:
    assert parse_year(YEAR_SPELLINGS[spelling](start)) == start


@given(st.integers(1900, 2999), st.integers(1900, 2999))
def test_two_years_are_one_only_where_they_follow_on(first: int, second: int) -> None:
    assert parse_year(f"{first}/{second}") == (first if second == first + 1 else None)
