"""The sentences that answer each sheet's question."""

from dataclasses import replace

import pytest

from pipeline.core.money import MILLION, POUND, THOUSAND
from pipeline.core.phrases import in_words, listing
from pipeline.report import findings, layout, reported
from pipeline.report.books import own_results, programme_summary
from pipeline.report.excel.render import render
from pipeline.report.measure import text_width
from pipeline.report.spec import Column, Table
from pipeline.report.wording import in_short
from schemas.outputs import Show
from tests.report import fake
from tests.report.fake import opened

NO_ANSWER = ("Contents",)


@pytest.mark.parametrize(
    ("pence", "unit", "text"),
    [
        (3_045_000_00, THOUSAND, "£3,045,000"),
        (-267_111_60, THOUSAND, "£267,000"),
        (-267_500_00, THOUSAND, "£268,000"),
        (9_999_50, THOUSAND, "£10,000"),
        (254_570, THOUSAND, "£2,546"),
        (254_549, POUND, "£2,545"),
        (3_045_000_00, MILLION, "£3.05m"),
        (999_999_99, MILLION, "£1,000,000"),
        (12, POUND, "£0.12"),
    ],
)
def test_amounts_are_no_finer_than_the_reports_show(pence: int, unit: int, text: str) -> None:
    assert in_short(pence, unit) == text


def test_names_in_words() -> None:
    assert in_words(["a"]) == "a"
    assert in_words(["a", "b", "c"]) == "a, b and c"
    assert listing(["a", "b", "c"], 3) == "a, b and c"
    assert listing(["a", "b", "c", "d"], 3) == "a, b and 2 more"


def test_every_sheet_has_its_answer_under_its_title() -> None:
    book = programme_summary(fake.results())
    silent = [sheet.name for sheet in book.sheets if not sheet.answer]
    assert silent == list(NO_ANSWER)
    workbook = opened(render(book))
    for sheet in book.sheets:
        if sheet.name in NO_ANSWER or sheet.cover:
            continue
        below = [
            str(row[0]) for row in workbook[sheet.name].iter_rows(2, 8, 1, 1, values_only=True)
        ]
        assert sheet.answer.startswith(below[2 if sheet.strip else 0])


def test_what_it_costs_and_saves() -> None:
    assert findings.what(fake.results()) == (
        "Best case: one-off cost of £7,777; annual cashable saving of £2,546 in 2013/14, payback "
        "3.05 years.\n"
        "Worst case: one-off nil; annual cashable saving of £100 in 2013/14, payback at once.\n"
        "Return on investment: 0 – 98 years."
    )


def test_when_and_how_much() -> None:
    results = fake.results()
    assert findings.over_all_years(results) == (
        "From 2012/13 to 2013/14: net cashable saving of £1,089 (Best case and Worst case)"
    )
    assert findings.worth(results) == (
        "Net present saving of £7,777 (Best case) and £0.01 (Worst case), at 3.5% a year"
    )
    never = results.appraisal.assign(break_even_year=None)
    assert findings.when(replace(results, appraisal=never)) == (
        "No break-even by 2013/14 (Best case and Worst case)"
    )


def test_who_bears_and_who_saves() -> None:
    results = fake.results()
    assert findings.who(results, "Best case") == (
        "Southshire Police bears most of the one-off cost, £7,777; Northshire Council saves most, "
        "£120 a year (Best case)"
    )
    summary = results.summary.assign(annual_cashable_pence=5)
    assert findings.who(replace(results, summary=summary), "Best case").endswith(
        "no partner saves anything a year (Best case)"
    )


def test_which_services() -> None:
    assert findings.from_services(fake.results()) == (
        "The largest annual saving is that of Finance: £100 (Worst case)"
    )
    assert findings.which(fake.programme(), "ICT", [0, 5]) == (
        "No service saves anything a year (Worst case)"
    )


def test_what_waits_to_be_apportioned() -> None:
    results = fake.results()
    assert findings.apportioned(results) == (
        "1 of 2 services has amounts that are not yet apportioned: Fleet"
    )
    rows = results.apportioned[results.apportioned["partner"] != ""]
    assert findings.apportioned(replace(results, apportioned=rows)) == (
        "Every amount is apportioned"
    )


def test_a_partners_own() -> None:
    own = own_results(fake.results(), fake.NORTH)
    assert findings.own_share(own, fake.NORTH) == "The share is 60.0% wherever a basis gives one"
    assert findings.own_parts(own) == "1 line with a part that falls to it"


def test_what_the_returns_tell() -> None:
    results = fake.results()
    assert findings.narrative(results, "Risks") == (
        "1 risk; the highest score, likelihood times impact, is 20 of 25, R1"
    )
    narrative = {
        "Benefits": fake.frame(
            [{"criterion": word} for word in ("Quality", "Quality", "Efficiency", None)]
        ),
        "Risks": fake.frame([{"likelihood": None, "impact": "3", "risk_ref": None}]),
        "Dependencies": fake.frame([{"project_code": "P1"}, {"project_code": None}]),
        "Milestones": fake.frame(
            [
                {"status": "On track", "planned": "1 May 2013", "forecast": "2013-05-01"},
                {"status": None, "planned": "1 May 2013", "forecast": "8/5/2013"},
                {"status": None, "planned": "Spring", "forecast": "8 May 2013"},
                {"status": None, "planned": "8 May 2013", "forecast": "1 May 2013"},
            ]
        ),
        "Assumptions": fake.frame([{"signed_off_by": "Board"}, {"signed_off_by": None}]),
        "Projects": fake.frame([{"project_code": "P1"}]),
    }
    odd = fake.results(narrative=narrative)
    assert {name: findings.narrative(odd, name) for name in narrative} == {
        "Benefits": "4 benefits: 2 Quality and 1 Efficiency",
        "Risks": "1 risk, none with a score",
        "Dependencies": "2 dependencies of 1 project",
        "Milestones": "4 milestones: 1 On track; 1 late, by up to 7 days",
        "Assumptions": "2 assumptions, 1 of them signed off",
        "Projects": "1 project",
    }


def test_records_are_counted() -> None:
    results = fake.results()
    assert findings.in_register(results) == "4 lines from 1 return, in 4 rows"
    assert findings.in_parts(results) == "6 parts, 1 of them not yet apportioned"
    assert findings.left_out(results) == "1 line, counted in: Review"
    assert (
        findings.in_files(results) == "The control workbook, 1 return and 1 file that was not read"
    )
    nothing = replace(results, register=results.register[:0], excluded=results.excluded[:0])
    assert findings.in_register(nothing) == "No line is in the figures"
    assert findings.left_out(nothing) == "No line is counted by another programme"


def test_what_stands_on_a_cover_once_inputs_change_fits_its_row() -> None:
    for text in (reported.AS_REPORTED, reported.CHANGED, reported.BROKEN):
        assert layout.lines(text, 82, bold=True) == 1


def test_a_row_is_as_high_as_what_it_says_once_inputs_change() -> None:
    words = "Net present saving of nothing at all (Worst case), as far as is known"
    room = text_width(words) + 2.5
    plain = Column("Answer", [words], Show.LONG_TEXT, room)
    later = replace(plain, stale={0}), replace(plain, longest={0: f"As reported: {words}"})
    lines = [
        layout.row_lines([((Table("Contents", (column,)),), (room,))])[0].tolist()
        for column in (plain, *later)
    ]
    assert lines == [[1], [2], [2]]
