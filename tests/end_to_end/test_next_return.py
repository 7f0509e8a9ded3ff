"""The next return: what was read from the last one, in the template's layout. Sent back untouched
in its place nothing moves, and nothing new is wrong.

``SOAK=10000 pytest tests/end_to_end/test_next_return.py`` (``make soak``) tries 1,000 random
programmes.
"""

import os
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import HealthCheck, given, seed, settings

from pipeline.ingest.discover import discover
from pipeline.templates import next_returns
from tests.builders import Formula, Programme, Return, Shown, error_cell
from tests.end_to_end.commands import template
from tests.faults import Sent, sent, write_sent
from tests.long import in_parts
from tests.next_returns import Said, changes, in_place, said_of, send_back
from tests.report.libreoffice import needs_libreoffice, recalculated
from tests.running import outcome_of
from tests.strategies import Case, cases, write_case

PROGRAMMES = min(int(os.environ.get("SOAK", "100")), 1_000)
PARTS = 4
NOTHING = (False, Counter[Said]())
SAMPLES = Path(__file__).parent.parent.parent / "inputs"
RANDOM = pytest.mark.parametrize(("part", "examples"), in_parts(PROGRAMMES // 2, PARTS, quick=2))
slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@RANDOM
def test_of_random_programmes_nothing_moves(part: int, examples: int) -> None:
    @seed(part)
    @settings(slow, max_examples=examples)
    @given(case=cases())
    def holds(case: Case) -> None:
        with TemporaryDirectory() as folder:
            write_case(case, Path(folder))
            assert changes(Path(folder)) == NOTHING

    holds()


@RANDOM
def test_of_random_faults_none_goes_and_none_comes(part: int, examples: int) -> None:
    @seed(part)
    @settings(slow, max_examples=examples)
    @given(programme=sent())
    def holds(programme: Sent) -> None:
        with TemporaryDirectory() as folder:
            write_sent(programme, Path(folder))
            assert changes(Path(folder)) == NOTHING

    holds()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "inputs"


def made(folder: Path) -> dict[str, bytes]:
    """The next returns by file name."""
    (programme,) = discover(folder).programmes
    return next_returns(programme)[0]


def why_not(folder: Path) -> dict[str, str]:
    (programme,) = discover(folder).programmes
    return next_returns(programme)[1]


def sheet_of(content: bytes, name: str) -> list[dict[str, object]]:
    """The filled rows of a sheet by heading."""
    book = openpyxl.load_workbook(in_place(content))
    rows = list(book[name].iter_rows())
    top = next(n for n, row in enumerate(rows) if len([c for c in row if c.value is not None]) > 2)
    headings = [cell.value for cell in rows[top]]
    filled = [row for row in rows[top + 1 :] if any(cell.value is not None for cell in row)]
    return [
        {str(heading): cell.value for heading, cell in zip(headings, row, strict=True)}
        for row in filled
    ]


def notes_of(content: bytes, name: str) -> dict[str, str]:
    """The notes on a sheet by cell."""
    sheet = openpyxl.load_workbook(in_place(content))[name]
    return {
        cell.coordinate: cell.comment.text
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment is not None
    }


def cover_of(content: bytes) -> dict[str, object]:
    return {str(row["Setting"]): row["Value"] for row in sheet_of(content, "Cover")}


@pytest.mark.parametrize("name", [path.name for path in SAMPLES.iterdir() if path.is_dir()])
def test_of_the_samples_nothing_moves(folder: Path, name: str) -> None:
    shutil.copytree(SAMPLES / name, folder)
    assert changes(folder) == NOTHING


def test_a_department_finds_what_it_sent_last(folder: Path) -> None:
    Programme(units="£000", savings_sign="Positive", costs_sign="Negative").write(folder)
    finance = Return(title_rows=3, blank_columns=1)
    finance.cover("Contact", "Jo")
    finance.cover("Certified by", "A. Treasurer")
    finance.cover("Units", "£m")
    finance.line([1.5, None, "(0.25)"], project_code="P1", owner="Jo", funding="Capital")
    finance.project("P1", "Payroll")
    finance.add("Risks", risk="It may rain", likelihood=4, project_code="P1")
    finance.write(folder, "old/finance 2012.xlsx")
    (content,) = made(folder).values()
    cover = cover_of(content)
    assert [cover[name] for name in ("Department", "Prepared by", "Contact")] == [
        *("Finance", "Business partner", "Jo")
    ]
    assert [cover[name] for name in ("Date", "Status", "Certified by")] == [None] * 3
    assert (cover["Units"], cover["Savings sign"], cover["Costs sign"]) == (
        *("£m", "Positive", "Negative"),
    )
    assert cover["Takes the place of"] == "old/finance 2012.xlsx"
    (line,) = sheet_of(content, "Savings")
    assert [line[year] for year in ("2012/13", "2013/14", "2014/15")] == [1.5, None, -0.25]
    assert (line["Line ref"], line["Owner"], line["Funding"]) == ("FIN-1", "Jo", "Capital")
    assert sheet_of(content, "Projects")[0]["Project title"] == "Payroll"
    assert sheet_of(content, "Risks")[0]["Likelihood"] == 4
    assert list(notes_of(content, "Savings").values()) == [
        "Last return, 30 April 2012: 1.5",
        "Last return, 30 April 2012: -0.25",
    ]
    assert changes(folder) == NOTHING


def test_pennies_of_millions_are_there_to_be_seen(folder: Path) -> None:
    Programme(units="£m").write(folder)
    finance = Return()
    finance.line([1.00000001, "(1804.05k)", 123456.78901234])
    finance.write(folder)
    (content,) = made(folder).values()
    (line,) = sheet_of(content, "Savings")
    assert [line[year] for year in ("2012/13", "2013/14", "2014/15")] == [
        *(1.00000001, -1.80405, 123456.78901234)
    ]
    book = openpyxl.load_workbook(in_place(content))
    (cell,) = (c for row in book["Savings"].iter_rows() for c in row if c.value == 1.00000001)
    assert cell.number_format.startswith("#,##0.00######;")
    assert changes(folder) == NOTHING


def test_the_plan_stands_beside_what_was_delivered(folder: Path) -> None:
    Programme(savings_sign="Positive", plan_scenario="Best case").write(folder)
    finance = Return()
    for scenario, amount in (("Best case", 40_000), ("Worst case", 20_000)):
        finance.line(
            [amount] * 3,
            line_ref="L1",
            category="Cashable saving",
            scenario=scenario,
            description="Vans",
        )
    finance.add("Delivery", line_ref="L1", year="2012/13", forecast=38_000, rag="Amber")
    finance.add("Delivery", line_ref="L1", year="2013/14", delivered=0, commentary="Late")
    finance.add("Delivery", line_ref="L9", year="2013/14", forecast="TBC")
    finance.write(folder)
    (content,) = made(folder).values()
    first, second, third = sheet_of(content, "Delivery")
    assert (first["Forecast"], first["Delivered"], first["RAG"]) == (38_000, None, "Amber")
    assert (second["Forecast"], second["Delivered"]) == (None, 0)
    assert third["Forecast"] == "TBC"
    assert list(notes_of(content, "Delivery").values()) == [
        "Plan: 40,000. Last return, 30 April 2012: 38,000.",
        "Plan: 40,000.",
        "Last return, 30 April 2012: 0.",
        "Last return, 30 April 2012: “TBC”.",
    ]
    assert changes(folder) == NOTHING


def test_a_fault_stays_in_its_cell_as_it_was_typed(folder: Path) -> None:
    Programme().write(folder)
    finance = Return()
    for amounts in (
        [Shown(1234.5, "#,##0,"), 1, 1],
        [Shown(0.12, "0%"), 1, 1],
        [error_cell("#DIV/0!"), 1, 1],
        [Formula("=A1"), 1, 1],
        [date(2012, 4, 1), 1, 1],
        [True, "1 804", 1],
    ):
        finance.line(amounts)
    finance.line([1, 1, 1], service=error_cell("#N/A"))
    finance.line([1, 1, 1], service="Of the moon")
    finance.line([1, 1, 1], line_ref=None)
    finance.write(folder)
    assert len({each.rule for each in outcome_of(folder).issues}) == 6
    before = said_of(outcome_of(folder))
    send_back(folder)
    assert said_of(outcome_of(folder)) == before


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("Units", "£bn"),
        ("Units", error_cell("#REF!")),
        ("Savings sign", "Both"),
        ("Profile", Formula("=A1")),
        ("Costs sign", "Negative"),
        ("Unit", "£m"),
    ],
)
def test_a_wrong_cover_is_wrong_still(folder: Path, setting: str, value: str | Formula) -> None:
    Programme().write(folder)
    finance = Return()
    finance.cover(setting, value)
    finance.line([1, 2, 3])
    finance.write(folder)
    assert [each.is_error for each in outcome_of(folder).issues] == [True]
    send_back(folder)
    outcome = outcome_of(folder)
    assert [each.is_error for each in outcome.issues] == [True]
    assert outcome.results is not None
    assert outcome.results.register.empty


def layouts(programme: Programme) -> None:
    """Rows of Layouts that read a sheet twice, best and worst case side by side."""
    for row in (
        {"heading": "Line ref", "their_heading": "Ref"},
        {"heading": "Description", "their_heading": "What"},
        {"heading": "Service", "constant": "ICT"},
        {"heading": "Category", "their_heading": "Kind", "fill_down": "Yes"},
        {"heading": "Category", "their_value": "Cash", "our_value": "Cashable saving"},
        {"heading": "2012/13", "their_heading": "Better", "map": "Best"},
        {"heading": "Scenario", "constant": "Best case", "map": "Best"},
        {"heading": "2012/13", "their_heading": "Worse", "map": "Worst"},
        {"heading": "Scenario", "constant": "Worst case", "map": "Worst"},
    ):
        programme.layout(workbook="*Tracker*.xlsx", sheet="Proposals", table="Savings", **row)
    programme.layout(workbook="*Tracker*.xlsx", table="Cover", heading="Units", constant="£000")


@pytest.mark.parametrize("name", ["Police Tracker.xlsx", "Next.xlsx"])
def test_layouts_of_the_old_workbook_are_no_issue_of_the_new_one(folder: Path, name: str) -> None:
    programme = Programme()
    layouts(programme)
    programme.write(folder)
    police = Return("Police")
    police.leave_out("Savings")
    police.sheet(
        "Proposals",
        [
            ["Ref", "What", "Kind", "Better", "Worse"],
            ["T-1", "Vans", "Cash", -40, -30],
            ["T-2", "Cars", None, -20, -10],
        ],
    )
    police.write(folder, "Police Tracker.xlsx")
    before = outcome_of(folder)
    assert before.results is not None
    assert (len(before.results.register), before.errors) == (4, 0)
    (content,) = made(folder).values()
    (folder / "Police Tracker.xlsx").unlink()
    (folder / name).write_bytes(content)
    after = outcome_of(folder)
    assert after.results is not None
    assert not said_of(after) - said_of(before)
    assert sorted(after.results.register["total_pence"]) == [
        *(-40_000_00, -30_000_00, -20_000_00, -10_000_00)
    ]


def test_a_year_that_the_last_return_lacked_is_missing_until_it_is_filled(folder: Path) -> None:
    Programme().write(folder)
    finance = Return(years=("2012/13", "2013/14"))
    finance.line([-5, -5], category="Cashable saving")
    finance.write(folder)
    assert changes(folder) == NOTHING
    assert [each.rule for each in outcome_of(folder).issues] == ["year-missing"]
    (content,) = made(folder).values()
    book = openpyxl.load_workbook(in_place(content))
    (cell,) = (c for row in book["Savings"].iter_rows() for c in row if c.value == "2014/15")
    book["Savings"].cell(cell.row + 1, cell.column).value = 0
    book.save(folder / "return.xlsx")
    assert outcome_of(folder).issues == []


def test_a_ledger_becomes_a_column_for_each_year(folder: Path) -> None:
    programme = Programme()
    for heading, theirs in (("Year", "Period"), ("Amount", "Value")):
        programme.layout(
            workbook="ledger.xlsx", table="Savings", heading=heading, their_heading=theirs
        )
    programme.write(folder)
    ledger = Return(columns=("Line ref", "Description", "Service", "Category", "Period", "Value"))
    for ref, year, value in (
        ("L1", "2012/13", 10),
        ("L1", "2013/14", 20),
        ("L1", "2013/14", 0.5),
        ("L2", "2012/13", 5),
        ("L2", "Next year", 7),
        ("L3", "2019/20", 8),
        ("L3", "2012/13", "TBC"),
    ):
        ledger.line(
            line_ref=ref, description=ref, Period=year, Value=value, category="One-off cost"
        )
    ledger.write(folder, "ledger.xlsx")
    (content,) = made(folder).values()
    rows = sheet_of(content, "Savings")
    assert [rows[0][year] for year in ("2012/13", "2013/14", "2014/15")] == [10, 20.5, 0]
    assert rows[1]["2012/13"] == "5 + 7 in year “Next year” (not read)"
    assert (rows[2]["2012/13"], rows[2]["2019/20"]) == ("TBC", 8)
    moves, new = changes(folder)
    assert not moves
    # The year that nobody can read is an amount that nobody can read now; the year outside the
    # programme has a heading of its own.
    assert {said[0] for said in new} == {"amount-not-number", "year-outside-programme"}


def test_a_year_outside_the_programme_stays_a_column(folder: Path) -> None:
    Programme().write(folder)
    finance = Return(years=("2010/11", "2011/12", "2012/13", "2013/14", "2014/15"))
    finance.line([0, 7, 1, 2, 3])
    finance.write(folder)
    (content,) = made(folder).values()
    (line,) = sheet_of(content, "Savings")
    assert "2010/11" not in line
    assert line["2011/12"] == 7
    assert changes(folder) == NOTHING


def test_what_was_answered_goes_on_to_hold(folder: Path) -> None:
    Programme().write(folder)
    finance = Return()
    finance.line([-5, 0, 0])
    finance.write(folder)
    (issue,) = outcome_of(folder).issues
    sheet = finance.sheet("Issues")
    said = {"Rule": "sign", "Sheet": "Savings", "Heading": "2012/13", "Value": issue.stated}
    said |= {"Line ref": "FIN-1", "Answer": "A refund", "Answered by": "Jo"}
    sheet.add_raw([*said])
    sheet.add_raw([*said.values()])
    finance.write(folder)
    assert [each.answer for each in outcome_of(folder).issues] == ["A refund"]
    send_back(folder)
    assert [each.answer for each in outcome_of(folder).issues] == ["A refund"]


def test_an_answer_about_what_the_next_return_leaves_out_is_no_issue(folder: Path) -> None:
    programme = Programme()
    finance = Return()
    finance.line([5, 0, 0])
    finance.row(None, None, "Total", None, None, None, None, None, 6, 0, 0)
    finance.write(folder)
    programme.write(folder)
    (issue,) = outcome_of(folder).issues
    assert issue.rule == "total-mismatch"
    programme.answer(
        {
            "Rule": issue.rule,
            "Sheet": issue.at.sheet,
            "Heading": issue.heading,
            "Value": issue.stated,
            "Line ref": issue.line_ref,
            "Answer": "Known",
            "Department": "Finance",
        }
    )
    programme.write(folder)
    assert [each.answer for each in outcome_of(folder).issues] == ["Known"]
    send_back(folder)
    assert outcome_of(folder).issues == []


def test_a_return_without_its_date_is_not_late_for_it(folder: Path) -> None:
    programme = Programme()
    programme.department("Finance", due=date(2012, 5, 1))
    programme.write(folder)
    for name, dated in (("Finance", date(2012, 4, 30)), ("Fleet", date(2012, 6, 1))):
        book = Return(name)
        book.cover("Date", dated)
        book.line([1, 2, 3], service="ICT")
        book.write(folder, f"{name}.xlsx")
    assert changes(folder) == NOTHING


def test_of_a_line_that_stands_twice_the_same_one_stays(folder: Path) -> None:
    Programme().write(folder)
    for name, dated in (("Ant", date(2012, 4, 1)), ("Bee", date(2012, 6, 1))):
        book = Return(name)
        book.cover("Date", dated)
        book.line([1, 2, len(name) + dated.month], line_ref="X-1", description="Both")
        book.line([5, 5, dated.month], description=f"Of {name}")
        book.line([6, 5, dated.month], description=f"Another of {name}")
        book.write(folder, f"{name}.xlsx")
    assert "duplicate-line" in {each.rule for each in outcome_of(folder).issues}
    assert changes(folder) == NOTHING


def test_a_teams_own_columns_and_who_pays_come_along(folder: Path) -> None:
    programme = Programme()
    programme.tag("Stage", values="Idea, Agreed")
    programme.tag("FTE", "Number")
    programme.write(folder)
    finance = Return()
    for stage, fte in (("Idea", 2.5), ("agreed ", "TBC"), ("Gone", None), (error_cell(), "inf")):
        finance.line([1, 2, 3], Stage=stage, FTE=fte, **{"Paid by": "A"})
    finance.write(folder)
    (content,) = made(folder).values()
    rows = sheet_of(content, "Savings")
    assert [row["Stage"] for row in rows] == ["Idea", "Agreed", "Gone", "=#REF!"]
    assert [row["FTE"] for row in rows] == [2.5, "TBC", None, "inf"]
    assert {row["Paid by"] for row in rows} == {"A"}
    assert changes(folder) == NOTHING


def test_texts_stay_texts(folder: Path) -> None:
    Programme().write(folder)
    finance = Return()
    texts = ("=1+1", "@home", "http://example.org", "<r><t>x</t></r>", "012", "1e3", "+44 1", " x ")
    for text in texts:
        finance.line([1, 2, 3], description=text, owner=text, notes=text)
    finance.write(folder)
    (content,) = made(folder).values()
    book = openpyxl.load_workbook(in_place(content))
    assert not [c for row in book["Savings"].iter_rows() for c in row if c.data_type == "f"]
    assert changes(folder) == NOTHING


def test_each_department_has_a_file_that_every_system_takes(folder: Path) -> None:
    Programme().write(folder)
    names = ("Fire/Rescue: A?", "CON", "return", "RETURN", "fire rescue a", "Zoë")
    for number, name in enumerate(names):
        book = Return(name)
        book.line([1, 2, number], line_ref=f"L{number}", description=f"Line {number}")
        book.write(folder, f"{number}.xlsx")
    assert list(made(folder)) == [
        "Fire Rescue A.xlsx",
        "CON_.xlsx",
        "return (2).xlsx",
        "RETURN (3).xlsx",
        "fire rescue a (2).xlsx",
        "Zoë.xlsx",
    ]
    assert changes(folder) == NOTHING


def test_an_earlier_version_has_no_next_return(folder: Path) -> None:
    Programme().write(folder)
    for name, dated in (("a", date(2012, 4, 1)), ("b", date(2012, 5, 1))):
        book = Return()
        book.cover("Date", dated)
        book.line([1, 2, 3])
        book.write(folder, f"{name}.xlsx")
    (content,) = made(folder).values()
    assert cover_of(content)["Takes the place of"] == "b.xlsx"


def test_beside_the_workbook_that_it_replaces_the_next_return_counts(folder: Path) -> None:
    Programme().write(folder)
    finance = Return()
    finance.line([1, 2, 3])
    finance.write(folder, "a.xlsx")
    (content,) = made(folder).values()
    (folder / "b.xlsx").write_bytes(content)
    (issue,) = (each for each in outcome_of(folder).issues if each.is_error)
    assert (issue.rule, issue.at.workbook) == ("duplicate-return", "a.xlsx")


def test_it_says_where_there_is_none(tmp_path: Path, folder: Path) -> None:
    Programme().write(folder)
    finance = Return(columns=("Line ref", "Description", "Category", "2012/13"), years=("2012/13",))
    finance.sheets["Savings"].add({"Line ref": "L1", "Description": "Vans", "2012/13": 5})
    finance.write(folder, "finance.xlsx")
    (folder / "broken.xlsx").write_bytes(b"no workbook")
    assert why_not(folder) == {
        "broken.xlsx": "it can't be read",
        "finance.xlsx": "its Savings lacks headings",
    }
    said = template(folder, tmp_path / "outputs")
    assert "There is no next return for finance.xlsx: its Savings lacks headings." in said.err


def test_what_somebody_has_changed_is_not_overwritten(tmp_path: Path, folder: Path) -> None:
    Programme().write(folder)
    finance = Return()
    finance.line([1, 2, 3])
    finance.write(folder)
    outputs = tmp_path / "outputs"
    assert template(folder, outputs).status == 0
    (path,) = (outputs / "templates").rglob("Finance.xlsx")
    content = path.read_bytes()
    finance.put(2, "2012/13", 7)
    finance.write(folder)
    assert template(folder, outputs).status == 0
    assert path.read_bytes() != content
    path.write_bytes(content + b"typed")
    said = template(folder, outputs)
    assert said.status == 1
    assert "Finance.xlsx was not written: somebody has changed" in said.err
    assert path.read_bytes() == content + b"typed"


@needs_libreoffice
def test_through_libreoffice_nothing_moves(tmp_path: Path, folder: Path) -> None:
    Programme(units="£000").write(folder)
    finance = Return()
    finance.line([1.23456, "TBC", 3], description="=1+1")
    finance.line([-5, Shown(0.12, "0%"), 3])
    finance.line([1, 2, 3], line_ref="007")
    finance.add("Delivery", line_ref="007", year="2012/13", forecast=38.5)
    finance.add("Milestones", milestone="Live", planned=date(2013, 4, 1))
    finance.write(folder)
    moves, new = changes(folder, through=lambda path: recalculated([path], tmp_path / "lo")[0])
    assert (moves, new) == NOTHING
