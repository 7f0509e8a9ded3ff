"""The live formulas, recalculated by LibreOffice: every cell of every circulated workbook comes to
what is stored in it; a changed amount moves the programme's figures and fails its controls."""

import random
import shutil
import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from pipeline.core.results import Results
from pipeline.report.excel.render import render
from pipeline.report.formula import formula
from pipeline.report.reported import AS_REPORTED, BROKEN, CHANGED, STALE
from pipeline.report.spec import Book, Column, Sheet, Table
from schemas.outputs import Show
from schemas.vocabulary import CATEGORIES
from tests.builders import Cell, Programme, Return
from tests.end_to_end.commands import ROOT, report
from tests.long import in_parts, long, quick_cases
from tests.report.built import build
from tests.report.later import later_results
from tests.report.libreoffice import (
    cells,
    differences,
    formulas,
    needs_libreoffice,
    recalculated,
    same,
)
from tests.running import outcome_of
from tests.strategies import Case, cases, write_case

SUMMARY = "programme-summary.xlsx"


def circulated(results: Results, folder: Path) -> list[Path]:
    """Every workbook that is circulated, written into a folder."""
    paths = []
    for name, content in build(results).items():
        if name.endswith(".xlsx") and not name.startswith("validation"):
            path = folder / name.replace("/", " ")
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            paths.append(path)
    return paths


def _summary_of(paths: list[Path]) -> Path:
    return next(path for path in paths if path.name == SUMMARY)


def recalculation_differs(paths: list[Path], folder: Path) -> list[str]:
    """What recalculating changes, in words, and what has no formulas at all."""
    found = []
    for path, again in zip(paths, recalculated(paths, folder), strict=True):
        found += [f"{path.name} {each}" for each in differences(cells(path), cells(again))]
    return found


def results_of(folder: Path) -> Results:
    results = outcome_of(folder).results
    assert results is not None
    return results


@long
@needs_libreoffice
def test_a_report_after_an_issued_version_recalculates_to_itself(tmp_path: Path) -> None:
    paths = circulated(later_results(tmp_path / "inputs"), tmp_path / "outputs")
    assert recalculation_differs(paths, tmp_path / "again") == []


@needs_libreoffice
def test_a_stored_value_that_is_not_the_formulas_is_found(tmp_path: Path) -> None:
    column = Column("A", [100, 300], Show.MONEY, formulas=[formula("1"), formula("1+1")])
    sheet = Sheet("T", "Title", (Table("T", (column,)),))
    path = tmp_path / "wrong.xlsx"
    path.write_bytes(render(Book("wrong.xlsx", "Wrong", (sheet,), datetime(2012, 4, 1))))
    differing = recalculation_differs([path], tmp_path / "again")
    assert differing == ["wrong.xlsx T!A4: 3 became 2"]


@long
@needs_libreoffice
@pytest.mark.parametrize(
    ("name", "partners"),
    [("joint-working-in-hampshire", 3), ("cambridgeshire-and-peterborough", 2)],
)
def test_every_circulated_workbook_of_a_sample_recalculates_to_itself(
    tmp_path: Path, name: str, partners: int
) -> None:
    inputs = tmp_path / "inputs"
    shutil.copytree(ROOT / "inputs" / name, inputs)
    outputs = tmp_path / "outputs"
    assert report(inputs, outputs).status == 0
    paths = [
        outputs / SUMMARY,
        *outputs.glob("partners/*.xlsx"),
        outputs / "business-cases.xlsx",
    ]
    assert len(paths) == 1 + partners + 1
    assert recalculation_differs(paths, tmp_path / "again") == []
    for path in paths:
        if path.name != "business-cases.xlsx":
            live = {sheet for sheet, _ in formulas(path)}
            assert {"Summary", "Appraisal", "By year", "By service"} <= live


@needs_libreoffice
@pytest.mark.parametrize(("part", "examples"), in_parts(6, 1, quick=1))
def test_random_programmes_recalculate_to_themselves(
    tmp_path: Path, part: int, examples: int
) -> None:
    """Amounts up to £100bn, one to six partners, one to three scenarios, odd weights: pence that
    add up to nil must come to nil."""
    paths: list[Path] = []

    @seed(2012 + part)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(cases(), st.just(paths))
    def written(case: Case, paths: list[Path]) -> None:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        write_case(case, folder)
        books = circulated(results_of(folder), folder / "outputs")
        packs = [book for book in books if book.name.startswith("partners")]
        paths += [_summary_of(books), packs[0]]

    written()
    assert recalculation_differs(paths, tmp_path / "again") == []


# Names that are more than themselves as criteria, or would break out of a heading's brackets.
ODD_NAMES = (
    "A*",
    "AB?",
    ">5",
    "=x",
    "1",
    "01",
    "2012",
    "May 2013",
    "TRUE",
    "~tilde",
    "It's [x] #1 @ 50%",
    'said "so"',
    "DROP(1) + FILTER(2)",
    "Sums]]+1+[[",
)
# A column of the team's own that would break out of brackets, and ends like an escape.
TAG = "Its [own] #1 @ 'x'"
PLAIN_NAMES = (
    "Best case",
    "HR (new) + ICT | A.B^C$",
    "Directors'",
    "It's [x] #1 @ 50%",
    "Worst: [[#This Row]] \"so\" 'x'",
)


def odd_programme(folder: Path, names: tuple[str, ...]) -> Path:
    """A programme whose scenarios, strands, services and partners bear odd names, as do the values
    and the heading of a column of the team's own."""
    folder.mkdir()
    programme = Programme(scenarios=", ".join(names))
    chance = random.Random(7)
    for code, name in zip("ABC", names, strict=False):
        programme.partner(code, name)
        programme.gap(code, {"2013/14": 100})
    for number, name in enumerate(names):
        programme.service(
            f"{name} ", names[number % 4], "Not agreed" if number % 5 == 4 else "Equal"
        )
    programme.tag(TAG, "List", ", ".join(names))
    programme.write(folder)
    finance = Return()
    for number, scenario in enumerate(names):
        for service in names:
            amounts = [chance.randrange(-10_000_000, 10_000_000) / 100 for _ in range(3)]
            category = chance.choice(CATEGORIES)
            ref = f"L-{number}-{service}"
            tag: dict[str, Cell] = {TAG: chance.choice((*names, None))}
            finance.line(
                amounts, line_ref=ref, service=service, category=category, scenario=scenario, **tag
            )
    finance.write(folder)
    return folder


@needs_libreoffice
@pytest.mark.parametrize(
    "names",
    [
        pytest.param(ODD_NAMES, marks=long, id="odd"),
        pytest.param(ODD_NAMES[:2], id="some odd"),
        pytest.param(PLAIN_NAMES, marks=long, id="plain"),
    ],
)
def test_odd_names_add_up_to_what_is_theirs_alone(tmp_path: Path, names: tuple[str, ...]) -> None:
    results = results_of(odd_programme(tmp_path / "inputs", names))
    assert len(results.register) == len(names) ** 2
    paths = circulated(results, tmp_path / "outputs")
    summary = _summary_of(paths)
    by_criteria = {
        "SUMIFS" in text
        for (sheet, _), text in formulas(summary).items()
        if sheet == "Summary" and "Scenario_1" in text
    }
    assert by_criteria == {names is PLAIN_NAMES}
    assert recalculation_differs(paths, tmp_path / "again") == []


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A summary of two lines that pay back in the second year, one scenario each."""
    folder = tmp_path_factory.mktemp("small")
    Programme(scenarios="Best case, Worst case").write(folder)
    finance = Return()
    finance.line([3_000, 0, 0], category="One-off cost")
    finance.line([-1_000, -2_500.10, -2_500.10], category="Cashable saving")
    finance.line([500, 0, 0], category="One-off cost", service="Fleet", scenario="Worst case")
    finance.line([0, 0, 400], category="Recurring cost", service="Fleet", scenario="Worst case")
    finance.write(folder)
    paths = circulated(results_of(folder), folder / "outputs")
    return next(path for path in paths if path.name == SUMMARY)


Edits = dict[tuple[int, str], float | str | None]


def edited(path: Path, copy: Path, table: str, edits: Edits) -> Path:
    """The workbook with other numbers in some cells of a table (row from 0, heading), as an
    auditor would enter them."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        if table in sheet.tables:
            rows = sheet[sheet.tables[table].ref]
            headings = [cell.value for cell in rows[0]]
            for (row, heading), value in edits.items():
                rows[row + 1][headings.index(heading)].value = value
    book.save(copy)
    return copy


@cache
def tables_of(path: Path) -> dict[str, list[dict[str, object]]]:
    found = {}
    for sheet in openpyxl.load_workbook(path, data_only=True).worksheets:
        for table in sheet.tables.values():
            headings, *rows = ([cell.value for cell in row] for row in sheet[table.ref])
            found[table.name] = [dict(zip(map(str, headings), row, strict=True)) for row in rows]
    return found


def rows_of(path: Path, table: str) -> list[dict[str, object]]:
    return tables_of(path)[table]


# What the quick tests look at.
LOOKED_AT = ("amount", "share", "discount rate", "nonsense", "blank control")


@pytest.fixture(scope="module")
def changed(small: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """``small`` with one thing or another changed by an auditor; recalculated in two goes, for it
    is LibreOffice's start that takes long: what quick tests look at, and the others."""
    folder = tmp_path_factory.mktemp("changed")
    years = rows_of(small, "By_year")
    key = {"Organisation": "Total programme", "Scenario": "Worst case", "Measure": "Recurring cost"}
    (year,) = (number for number, each in enumerate(years) if key.items() <= each.items())
    rate = [row["Name in formulas"] for row in rows_of(small, "Inputs")].index("Discount_rate")
    changes: dict[str, tuple[str, Edits]] = {
        # The first line's one-off cost in the best case, a thousand pounds more.
        "amount": ("Register", {(0, "2012/13"): 4_000}),
        "share": ("Apportioned", {(0, "2012/13"): 0}),
        # The programme's recurring cost of the worst case a year too early; its total is the same.
        "year": ("By_year", {(year, "2013/14"): 400.0, (year, "2014/15"): 0.0}),
        "saving for a cost": ("Register", {(5, "2014/15"): -400}),
        "discount rate": ("Inputs", {(rate, "Value"): 0}),
        "nonsense": ("Inputs", {(rate, "Value"): "about a tenth"}),
        "another steady state": ("Inputs", {(0, "Value"): "2012/13"}),
        "flag": ("Categories", {(3, "Annual cashable"): 0}),
        "blank control": ("Controls", {(0, "Result"): None}),
        "error in a control": ("Controls", {(0, "Actual"): "=NA()"}),
        # A hundred pounds from one year of a line to another of the same category: its total stays.
        "between years": ("Register", {(1, "2013/14"): -2_400.10, (1, "2014/15"): -2_600.10}),
    }

    class Changed(dict[str, Path]):
        def __missing__(self, what: str) -> Path:
            group = [each for each in changes if (each in LOOKED_AT) == (what in LOOKED_AT)]
            copies = [edited(small, folder / f"{each}.xlsx", *changes[each]) for each in group]
            again = recalculated(copies, folder / f"again {what}")
            self.update(zip(group, again, strict=True))
            return self[what]

    return Changed()


def figures(path: Path, tables: tuple[str, ...]) -> dict[tuple[str, str, str], object]:
    """Every figure by table, organisation, and the row's other labels with the heading."""
    labels = ("Strand", "Service", "Scenario", "Measure")
    return {
        (
            table,
            str(row["Organisation"]),
            ": ".join([*(str(row[label]) for label in labels if label in row), heading]),
        ): value
        for table in tables
        for row in rows_of(path, table)
        for heading, value in row.items()
        if heading not in (*labels, "Organisation")
    }


def failed(path: Path) -> set[str]:
    return {str(row["Control"]) for row in rows_of(path, "Controls") if row["Result"] == "Fail"}


@needs_libreoffice
def test_a_changed_amount_moves_the_programme_and_fails_its_controls(
    small: Path, changed: dict[str, Path]
) -> None:
    assert failed(small) == set()
    again = changed["amount"]

    tables = ("Summary", "Appraisal", "By_year", "By_service")
    before, after = figures(small, tables), figures(again, tables)
    moved = {key for key in before if not same(before[key], after[key])}
    assert {table for table, *_ in moved} == set(tables)
    assert {whose for _, whose, _ in moved} == {"Total programme"}

    whole = ("Summary", "Total programme", "All strands")
    one_off, payback = f"{whole[2]}: One-off: Best case", f"{whole[2]}: Payback years: Best case"
    assert (before[*whole[:2], one_off], after[*whole[:2], one_off]) == (3_000, 4_000)
    assert after[*whole[:2], payback] == pytest.approx(4_000 / 2_500.10)
    even = ("Appraisal", "Total programme", "Best case: Break-even year")
    assert (before[even], after[even]) == ("2013/14", "2014/15")

    found = failed(again)
    assert "Best case, 2012/13: shares + not yet apportioned = programme" in found
    assert "Accepted money, with running totals and scenarios written out = the register" in found
    assert "Summary, all strands, partners: one-off, Best case = the register" in found
    assert "Summary, all strands, programme: one-off, Best case = the register" not in found
    assert not any("Worst case" in control for control in found)
    (check,) = (row["Detail"] for row in rows_of(again, "Status") if row["Item"] == "Controls")
    count = len(rows_of(again, "Controls"))
    assert check == f"{len(found)} of {count} controls FAIL: the figures do not add up."


@needs_libreoffice
def test_a_changed_share_moves_its_partner_alone(small: Path, changed: dict[str, Path]) -> None:
    again = changed["share"]
    before, after = rows_of(small, "Summary"), rows_of(again, "Summary")
    moved = [
        row["Organisation"]
        for row, now in zip(before, after, strict=True)
        if not all(map(same, row.values(), now.values()))
    ]
    assert moved == ["Alpha Council", "Alpha Council"]
    assert "Best case, 2012/13: shares + not yet apportioned = programme" in failed(again)


@long
@needs_libreoffice
def test_an_amount_in_a_wrong_year_fails_the_controls_of_both_years(
    changed: dict[str, Path],
) -> None:
    assert failed(changed["year"]) == {
        f"By_year, programme, {year}: {words}, Worst case = the register"
        for words, years in (
            ("all categories", ("2013/14", "2014/15")),
            ("Net cashable", ("2013/14", "2014/15")),
            ("Cumulative net cashable", ("2013/14",)),
        )
        for year in years
    }


@long
@needs_libreoffice
def test_a_payback_that_a_blank_cell_would_hide_fails_its_control(
    changed: dict[str, Path],
) -> None:
    """Fleet costs more each year in the worst case: no payback. Were it a saving, there is one."""
    again = changed["saving for a cost"]
    assert rows_of(again, "Register")[5]["Line ref"] == "FIN-4"
    assert "Summary: rows that pay back, Worst case = payback years shown" in failed(again)


@needs_libreoffice
def test_a_changed_term_moves_what_rests_on_it(small: Path, changed: dict[str, Path]) -> None:
    before = rows_of(small, "Appraisal")[0]
    after = rows_of(changed["discount rate"], "Appraisal")[0]
    assert before["Net present cost / (saving)"] == -2_749.43
    assert after["Net present cost / (saving)"] == -3_000.20
    moved = {key for key in before if not same(before[key], after[key])}
    assert moved == {"Net present cost / (saving)"}


# What stays as reported where an input was changed, by words of the note that says so.
STAYS = {
    "return on investment": ("Summary", "Return on investment"),
    "largest lines": ("Largest_lines", None),
    "net present switching values": ("Switching_values", None),
}


@quick_cases(1)
@needs_libreoffice
@pytest.mark.parametrize(
    ("what", "setting"),
    [
        ("discount rate", {"discount_rate": 0}),
        ("another steady state", {"steady_state_year": "2012/13"}),
    ],
)
def test_a_changed_input_moves_all_figures_but_those_that_notes_name(
    small: Path, changed: dict[str, Path], what: str, setting: dict[str, Any], tmp_path: Path
) -> None:
    """The recalculated workbook beside a report of the changed programme."""
    inputs = tmp_path / "inputs"
    shutil.copytree(small.parents[1], inputs, ignore=shutil.ignore_patterns("outputs"))
    Programme(scenarios="Best case, Worst case", **setting).write(inputs)
    paths = circulated(results_of(inputs), tmp_path / "outputs")
    fresh = next(path for path in paths if path.name == SUMMARY)
    tables = ("Summary", "Appraisal", "Switching_values", "Largest_lines", "By_year", "By_service")
    differ = {
        (table, heading)
        for table in tables
        for row, now in zip(rows_of(fresh, table), rows_of(changed[what], table), strict=True)
        for heading in row
        if not same(row[heading], now[heading])
    }
    (note,) = (
        str(row["What it means"])
        for row in rows_of(fresh, "Notes")
        if row["Term"] == "Which are values"
    )
    named = {where for words, where in STAYS.items() if words in note}
    assert differ
    assert {each for each in differ if {each, (each[0], None)}.isdisjoint(named)} == set()


def sentences(path: Path) -> dict[str, str]:
    """What stands at the top of each sheet of figures, and on the cover."""
    book = openpyxl.load_workbook(path, data_only=True)
    tops = {sheet.title: str(sheet["A2"].value) for sheet in book.worksheets}
    facts = {str(row["Item"]): str(row["Detail"]) for row in rows_of(path, "Status")}
    return tops | {f"Cover: {item}": detail for item, detail in facts.items()}


FOLLOW = (
    *("Contents", "Summary", "Charts", "By year", "By service", "Appraisal", "Inputs"),
    *("Register", "Controls"),
)


@needs_libreoffice
def test_nothing_rings_where_nothing_was_changed(small: Path) -> None:
    said = sentences(small)
    count = len(rows_of(small, "Controls"))
    whole = f"All {count} controls pass. {AS_REPORTED}"
    assert {said[sheet] for sheet in FOLLOW} == {whole}
    assert (said["Cover: Figures"], said["Cover: Controls"]) == (
        AS_REPORTED,
        f"All {count} controls pass.",
    )


@needs_libreoffice
@pytest.mark.parametrize(
    "what",
    [
        *("amount", "discount rate", "nonsense"),
        *(
            pytest.param(one, marks=long)
            for one in ("another steady state", "flag", "between years")
        ),
    ],
)
def test_what_is_changed_is_said_at_the_top_of_every_sheet(
    changed: dict[str, Path], what: str
) -> None:
    said = sentences(changed[what])
    words = BROKEN if what == "nonsense" else CHANGED
    assert all(said[sheet].endswith(words) for sheet in FOLLOW), said
    assert said["Cover: Figures"] == words
    titles = [str(row["Title"]) for row in rows_of(changed[what], "Chart_titles")]
    assert titles
    assert all(title.startswith("As reported: ") for title in titles)


def test_fixed_words_beside_live_figures_say_once_that_they_are_as_reported(small: Path) -> None:
    """By a number format, which holds once the figures are no longer those reported."""
    book = openpyxl.load_workbook(small)
    marked = {
        (sheet.title, str(cell))
        for sheet in book.worksheets
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.formula == [STALE] and rule.dxf.numFmt.formatCode == '"As reported: "@'
        for cell in str(area.sqref).split()
    }
    headlines = {
        (sheet.title, cell.coordinate)
        for sheet in book.worksheets
        if sheet.title in {*FOLLOW, "Cover"}
        for (cell,) in sheet.iter_rows(max_row=9, max_col=1)
        if str(cell.value).startswith(("Best case:", "Worst case:", "Return on", "From 2012/13"))
    }
    assert len(headlines) == 5
    assert headlines <= marked
    answers = {row[0].value: row[2] for row in book["Contents"].iter_rows(min_row=6)}
    assert ("Contents", answers["Summary"].coordinate) in marked
    assert ("Contents", answers["Issues"].coordinate) not in marked
    assert "\n" not in str(answers["Summary"].value)
    assert str(book["Controls"]["A4"].value) == "=Controls_check"


@needs_libreoffice
@pytest.mark.parametrize(
    "what",
    [
        *("blank control", "nonsense"),
        *(pytest.param(one, marks=long) for one in ("error in a control", "flag")),
    ],
)
def test_a_control_that_does_not_say_pass_fails_the_master_check(
    changed: dict[str, Path], what: str
) -> None:
    said = sentences(changed[what])
    rows = rows_of(changed[what], "Controls")
    wrong = sum(row["Result"] != "Pass" for row in rows)
    if what in ("blank control", "error in a control"):
        assert wrong == 1
    fails = f"{wrong} of {len(rows)} controls FAIL: the figures do not add up."
    assert said["Cover: Controls"] == (fails if wrong else f"All {len(rows)} controls pass.")
    assert said["Summary"].startswith(said["Cover: Controls"])
    answers = {row["Sheet"]: row["Answer"] for row in rows_of(changed[what], "Contents")}
    assert answers["Controls"] == said["Cover: Controls"]


def test_inputs_offer_what_fits_and_stand_out_as_inputs(small: Path) -> None:
    sheet = openpyxl.load_workbook(small)["Inputs"]
    offered = {str(each.sqref): each.formula1 for each in sheet.data_validations.dataValidation}
    rows = {row[0].value: row for row in sheet.iter_rows()}
    year = rows["Steady-state year"][1]
    assert offered[year.coordinate] == '"2012/13,2013/14,2014/15"'
    plain = rows["Decimals of a pound"][1]
    assert plain.coordinate not in offered
    assert year.fill.fgColor.rgb != plain.fill.fgColor.rgb
    assert (bool(year.border.left.style), bool(plain.border.left.style)) == (True, False)


def test_a_switching_value_whose_point_is_passed_is_set_off(small: Path) -> None:
    """Below nil it is in brackets, and red by a condition, for it may move."""
    sheet = openpyxl.load_workbook(small)["Appraisal"]
    first, *_ = (c for row in sheet.iter_rows() for c in row if c.value == "Switching value")
    ((where, rule),) = (
        (str(ranges.sqref), rule)
        for ranges in sheet.conditional_formatting
        for rule in ranges.rules
        if rule.type == "cellIs"
    )
    assert where.startswith(f"{first.column_letter}{first.row + 1}:{first.column_letter}")
    assert (rule.operator, rule.formula) == ("lessThan", ["0"])


def test_pass_and_fail_have_their_colours_from_conditions(small: Path) -> None:
    sheet = openpyxl.load_workbook(small)["Controls"]
    rules = [
        (rule.operator, rule.formula[0], rule.dxf.font.color.rgb)
        for ranges in sheet.conditional_formatting
        for rule in ranges.rules
        if rule.type == "cellIs"
    ]
    colours = {word: colour for _, word, colour in rules}
    assert set(colours) == {'"Pass"', '"Fail"'}
    assert colours['"Pass"'] != colours['"Fail"']
