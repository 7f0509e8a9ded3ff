"""Foreign returns read by the Layouts sheet of programme.xlsx."""

from pathlib import Path

import pytest
import xlsxwriter

from pipeline.core.results import Results
from pipeline.ingest.discover import discover
from pipeline.reading import read
from pipeline.run import Outcome
from tests.builders import Programme, Return, error_cell
from tests.check.finding import check_words
from tests.ingest.reading import OF_FIGURES, issues
from tests.running import outcome_of


def write_rows(path: Path, **sheets: list[list[object]]) -> None:
    """A workbook of plain cells from A1, sheet by sheet."""
    book = xlsxwriter.Workbook(str(path), {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name.replace("_", " "))
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, column, cell)
    book.close()


def layouts(programme: Programme, workbook: str, *rows: dict[str, str]) -> Programme:
    for row in rows:
        programme.layout(**{"Workbook": workbook, **row})
    return programme


def results_of(outcome: Outcome) -> Results:
    assert outcome.results is not None
    return outcome.results


def tracker_programme() -> Programme:
    programme = Programme(first_year="2019/20", years=2, scenarios="Business plan")
    programme.partner("CCC", "Cambridgeshire")
    programme.partner("PCC", "Peterborough")
    programme.service("Adults", "People", "Equal")
    programme.service("Highways", "Place", "Equal")
    programme.none_of("Baseline")
    savings = {"Table": "Savings", "Sheet": "Tracker"}
    return layouts(
        programme,
        "*tracker*",
        {"Table": "Cover", "Heading": "Units", "Constant": "£000"},
        {"Table": "Cover", "Heading": "Savings sign", "Constant": "Positive"},
        {"Table": "Cover", "Heading": "Department", "Constant": "Finance"},
        {**savings, "Heading": "Service", "Their heading": "Directorate"},
        {**savings, "Heading": "Service", "Their value": "ASC", "Our value": "Adults"},
        {**savings, "Heading": "Description", "Their heading": "Saving"},
        {
            **savings,
            "Heading": "2019/20",
            "Their heading": "Approved £'000",
            "Map": "approved",
        },
        {**savings, "Heading": "2019/20", "Their value": "tbc", "Our value": "", "Map": "approved"},
        {
            **savings,
            "Heading": "Category",
            "Constant": "Cashable saving",
            "Map": "approved",
        },
        {**savings, "Heading": "Line ref", "Constant": "{workbook}-{row}", "Map": "approved"},
        {**savings, "Heading": "2019/20", "Their heading": "Pressures", "Map": "pressures"},
        {**savings, "Heading": "Category", "Constant": "Recurring cost", "Map": "pressures"},
        {**savings, "Heading": "Line ref", "Constant": "{workbook}-{row}P", "Map": "pressures"},
        {"Table": "Delivery", "Sheet": "Tracker", "Heading": "Year", "Constant": "2019/20"},
        {
            "Table": "Delivery",
            "Sheet": "Tracker",
            "Heading": "Line ref",
            "Constant": "{workbook}-{row}",
        },
        {
            "Table": "Delivery",
            "Sheet": "Tracker",
            "Heading": "Delivered",
            "Their heading": "Achieved",
        },
        {
            "Table": "Delivery",
            "Sheet": "Tracker",
            "Heading": "Commentary",
            "Their heading": "At risk",
        },
    )


TRACKER: list[list[object]] = [
    ["Corporate savings tracker"],
    [],
    ["Directorate", "Saving", "Approved £'000", "Achieved", "Pressures", "At risk"],
    ["ASC", "Fewer placements", 250, 100, 40, 30],
    ["Highways", "Lighting", 60.5, 60.5, "-", "-"],
    ["Highways", "Gritting", "tbc", 0, 5, 1],
    ["Total", None, 310.5, 160.5, 45, 31],
]


def test_a_tracker_of_directorates_without_line_refs(tmp_path: Path) -> None:
    tracker_programme().write(tmp_path)
    write_rows(tmp_path / "Savings Tracker 1920.xlsx", Tracker=TRACKER)
    outcome = outcome_of(tmp_path)
    assert [i.rule for i in outcome.issues if i.rule not in OF_FIGURES] == []
    rows = results_of(outcome).register
    assert list(
        zip(rows["line_ref"], rows["service"], rows["category"], rows["2019/20"], strict=True)
    ) == [
        ("Savings Tracker 1920-4", "Adults", "Cashable saving", -25_000_000),
        ("Savings Tracker 1920-5", "Highways", "Cashable saving", -6_050_000),
        ("Savings Tracker 1920-6", "Highways", "Cashable saving", 0),
        ("Savings Tracker 1920-4P", "Adults", "Recurring cost", 4_000_000),
        ("Savings Tracker 1920-5P", "Highways", "Recurring cost", 0),
        ("Savings Tracker 1920-6P", "Highways", "Recurring cost", 500_000),
    ]
    assert rows["row"].tolist() == [4, 5, 6, 4, 5, 6]


def test_a_tracker_column_that_no_layout_reads_is_named(tmp_path: Path) -> None:
    tracker_programme().write(tmp_path)
    rows = [
        [*row, "Budget" if n == 2 else 7] if len(row) > 3 else row for n, row in enumerate(TRACKER)
    ]
    write_rows(tmp_path / "tracker.xlsx", Tracker=rows)
    assert issues(tmp_path) == [("unread-amounts", "G3")]


def test_delivery_is_read_from_the_same_sheet(tmp_path: Path) -> None:
    tracker_programme().write(tmp_path)
    write_rows(tmp_path / "tracker.xlsx", Tracker=TRACKER)
    (folder,) = discover(tmp_path).programmes
    (each,) = read(folder).returns
    delivery = each.tables["Delivery"]
    assert delivery.columns["line_ref"] == ["tracker-4", "tracker-5", "tracker-6"]
    assert delivery.columns["delivered"] == ["100", "60.5", "0"]
    assert delivery.columns["year"] == ["2019/20"] * 3


def statement_programme() -> Programme:
    programme = Programme(units="£000")
    programme.service("ICT", "Corporate", "Equal")
    programme.service("Legal", "Corporate", "Equal")
    programme.none_of("Baseline")
    rows: list[dict[str, str]] = []
    for scenario, short in (("Best case", "Best"), ("Worst case", "Worst")):
        rows += [
            {"Heading": year, "Their heading": f"{year} {short}", "Map": short}
            for year in ("2012/13", "2013/14", "2014/15")
        ]
        rows.append({"Heading": "Scenario", "Constant": scenario, "Map": short})
    rows += [
        {"Heading": "Service", "Constant": "{sheet}"},
        {"Heading": "Line ref", "Their heading": "Reference", "Fill down": "Yes"},
        {"Heading": "Description", "Their heading": "What"},
        {"Heading": "Category", "Their heading": "Kind"},
        {"Heading": "Category", "Their value": "Saving", "Our value": "Cashable saving"},
        {"Heading": "Category", "Their value": "Set-up", "Our value": "One-off cost"},
    ]
    return layouts(programme, "Statement*.xlsx", *({"Table": "Savings", **row} for row in rows))


STATEMENT: list[list[object]] = [
    ["Three-year savings statement", None, None, None, None, None, None, None, None],
    [None, None, None, "2012/13", None, "2013/14", None, "2014/15", None],
    ["Reference", "What", "Kind", "Best", "Worst", "Best", "Worst", "Best", "Worst"],
    ["S1", "One system", "Saving", -10, -5, -20, -10, -20, -10],
    ["S2", "Migration", "Set-up", 4, 6, None, None, None, None],
    [None, "Notes in a merged column"],
]


def test_a_statement_with_scenarios_side_by_side_and_a_sheet_per_service(tmp_path: Path) -> None:
    statement_programme().write(tmp_path)
    legal = [*STATEMENT[:3], ["S3", "Panel", "Saving", -1, 0, -1, 0, -1, 0]]
    write_rows(tmp_path / "Statement 2012.xlsx", ICT=STATEMENT, Legal=legal, Guidance=[["Read me"]])
    outcome = outcome_of(tmp_path)
    assert [i.rule for i in outcome.issues if i.rule not in OF_FIGURES] == []
    rows = results_of(outcome).register
    years = ["2012/13", "2013/14", "2014/15"]
    assert [
        (row["line_ref"], row["service"], row["scenario"], *(row[y] // 100_000 for y in years))
        for row in rows.to_dict("records")
    ] == [
        ("S1", "ICT", "Best case", -10, -20, -20),
        ("S2", "ICT", "Best case", 4, 0, 0),
        ("S1", "ICT", "Worst case", -5, -10, -10),
        ("S2", "ICT", "Worst case", 6, 0, 0),
        ("S3", "Legal", "Best case", -1, -1, -1),
        ("S3", "Legal", "Worst case", 0, 0, 0),
    ]


def test_references_in_a_merged_first_column_are_filled_down(tmp_path: Path) -> None:
    programme = Programme()
    fill = {"Table": "Savings", "Heading": "Line ref", "Fill down": "Yes"}
    layouts(programme, "merged.xlsx", {**fill, "Their heading": "Ref"})
    programme.write(tmp_path)
    book = Return()
    book.sheets["Savings"].headings[0] = "Ref"
    book.line({"2012/13": -10}, Ref="A1", Scenario="Best case", Category="Income")
    row = book.line({"2012/13": -5}, Ref=None, Scenario="Worst case", Category="Income")
    book.write(tmp_path, "merged.xlsx")
    outcome = outcome_of(tmp_path)
    assert [i.rule for i in outcome.issues if i.rule not in OF_FIGURES] == []
    register = results_of(outcome).register
    assert list(zip(register["line_ref"], register["scenario"], register["row"], strict=True)) == [
        ("A1", "Best case", row - 1),
        ("A1", "Worst case", row),
    ]


def test_wrong_layout_rows_are_bad_settings_at_their_cells(tmp_path: Path) -> None:
    programme = Programme()
    first = programme.layout(Workbook="*", Table="Saving", Heading="Service", Constant="ICT")
    second = programme.layout(Workbook="*", Table="Savings", Heading="Servise", Constant="ICT")
    programme.write(tmp_path)
    found = [(i.at.sheet, i.rule, i.at.row) for i in outcome_of(tmp_path).issues]
    assert found == [("Layouts", "bad-setting", first), ("Layouts", "bad-setting", second)]


def test_a_unit_in_their_heading_of_a_year_holds(tmp_path: Path) -> None:
    programme = Programme()
    savings = {"Table": "Savings", "Sheet": "Sheet1"}
    theirs = {"Line ref": "Ref", "Service": "Service area", "2012/13": "Budget 12/13 (£000)"}
    rows = [{**savings, "Heading": ours, "Their heading": each} for ours, each in theirs.items()]
    layouts(programme, "theirs.xlsx", *rows).write(tmp_path)
    headings = ["Ref", "Service area", "Description", "Category", "Budget 12/13 (£000)", "2013/14"]
    line = ["A", "ICT", "Less paper", "Cashable saving", -5, -6]
    write_rows(tmp_path / "theirs.xlsx", Sheet1=[headings, line])
    register = results_of(outcome_of(tmp_path)).register
    pence = register[["2012/13", "2013/14"]].to_numpy().tolist()
    assert pence == [[-5_000_00, -6_00]] * 2  # in each scenario


def proposals(*rows: dict[str, str]) -> Programme:
    """A programme that reads the sheet Proposals."""
    savings = {"Table": "Savings", "Sheet": "Proposals"}
    return layouts(Programme(), "*", *({**savings, **row} for row in rows))


def test_a_constant_outside_its_vocabulary_rejects_its_rows(tmp_path: Path) -> None:
    for heading, constant, rule in (
        ("Category", "Saving", "bad-setting"),
        ("Scenario", "Best", "bad-setting"),
        ("Service", "{sheet}", "unknown-service"),
    ):
        folder = tmp_path / heading
        programme = proposals(
            {"Heading": heading, "Constant": constant},
            {"Heading": "Line ref", "Their heading": "Ref"},
        )
        programme.write(folder)
        headings = ["Description", "Service", "Category", "Scenario"]
        kept = [each for each in headings if each != heading]
        cells = {"Description": "Paper", "Service": "ICT", "Category": "Income"}
        line = ["F1", *(cells.get(each) for each in kept), -1000]
        write_rows(folder / "theirs.xlsx", Proposals=[["Ref", *kept, "2012/13"], line])
        outcome = outcome_of(folder)
        assert rule in {issue.rule for issue in outcome.issues}
        assert results_of(outcome).register.empty
        assert [c for c in outcome.results.controls.to_dict("records") if differs(c)] == []


def differs(control: dict[str, object]) -> bool:
    return control["expected"] != control["actual"]


def test_a_constant_is_translated_like_a_cell(tmp_path: Path) -> None:
    programme = proposals(
        {"Heading": "Service", "Constant": "{sheet}"},
        {"Heading": "Service", "Their value": "proposals", "Our value": "Fleet"},
        {"Heading": "Line ref", "Their heading": "Ref"},
    )
    programme.write(tmp_path)
    rows = [["Ref", "Description", "Category", "2012/13"], ["F1", "Vans", "Income", -5]]
    write_rows(tmp_path / "theirs.xlsx", Proposals=rows)
    assert set(results_of(outcome_of(tmp_path)).register["service"]) == {"Fleet"}


def told(folder: Path) -> list[tuple[str, str]]:
    """The rule and the place of each issue, in order; every control passes."""
    outcome = outcome_of(folder)
    check_words(outcome.issues)
    assert [c for c in results_of(outcome).controls.to_dict("records") if differs(c)] == []
    return [(i.rule, str(i.at)) for i in outcome.issues if i.rule not in OF_FIGURES]


def pounds(folder: Path, scenario: str = "Best case") -> dict[str, list[float]]:
    """Each line by its reference: pounds by year, in one scenario."""
    rows = results_of(outcome_of(folder)).register
    years = ["2012/13", "2013/14", "2014/15"]
    return {
        row["line_ref"]: [row[year] / 100 for year in years]
        for row in rows[rows["scenario"] == scenario].to_dict("records")
    }


HEADINGS = ["Ref", "Description", "Service", "Category"]
YEARS = ["2012/13", "2013/14", "2014/15"]
REF = {"Heading": "Line ref", "Their heading": "Ref"}


def row(ref: str, *amounts: object, category: str = "Cashable saving") -> list[object]:
    """A row of theirs under HEADINGS."""
    return [ref, f"Saving {ref}", "ICT", category, *amounts]


def test_two_constants_for_one_heading_contradict_each_other(tmp_path: Path) -> None:
    programme = proposals(
        REF,
        {"Heading": "Category", "Constant": "Income"},
        {"Heading": "Category", "Constant": "Cost avoidance"},
    )
    programme.write(tmp_path)
    write_rows(tmp_path / "theirs.xlsx", Proposals=[[*HEADINGS, *YEARS], row("F1", -1, -2, -3)])
    assert told(tmp_path) == [("bad-setting", "programme.xlsx, Layouts!F4")]
    assert pounds(tmp_path) == {}


def test_the_same_said_twice_is_no_contradiction(tmp_path: Path) -> None:
    constant = {"Heading": "Category", "Constant": "Income"}
    proposals(REF, constant, constant).write(tmp_path)
    write_rows(tmp_path / "theirs.xlsx", Proposals=[[*HEADINGS, *YEARS], row("F1", -1, -2, -3)])
    assert told(tmp_path) == []
    assert pounds(tmp_path) == {"F1": [-1, -2, -3]}


def test_one_value_translated_two_ways_is_a_contradiction(tmp_path: Path) -> None:
    category = {"Heading": "Category", "Their value": "Saving"}
    programme = proposals(
        REF, {**category, "Our value": "Income"}, {**category, "Our value": "Cashable saving"}
    )
    programme.write(tmp_path)
    lines = [row("F1", -1, -2, -3, category="Saving")]
    write_rows(tmp_path / "theirs.xlsx", Proposals=[[*HEADINGS, *YEARS], *lines])
    assert told(tmp_path) == [("bad-setting", "programme.xlsx, Layouts!H4")]


def test_a_translation_into_no_word_of_ours_rejects_the_rows_that_have_it(tmp_path: Path) -> None:
    kind = {"Heading": "Category", "Their value": "Saving", "Our value": "Cashable savin"}
    proposals(REF, kind).write(tmp_path)
    lines = [row("F1", -1, category="Saving"), row("F2", -2, category="Income")]
    write_rows(tmp_path / "theirs.xlsx", Proposals=[[*HEADINGS, *YEARS], *lines])
    assert told(tmp_path) == [
        ("bad-setting", "programme.xlsx, Layouts!H3"),
        ("unknown-category", "theirs.xlsx, Proposals!D2"),
    ]
    assert pounds(tmp_path) == {"F2": [-2, 0, 0]}


def test_a_row_per_year_and_a_column_per_year_contradict_each_other(tmp_path: Path) -> None:
    year = {"Heading": "Year", "Their heading": "Period"}
    amount = {"Heading": "Amount", "Their heading": "Value"}
    column = {"Heading": "2012/13", "Their heading": "Old value"}
    headings = [*HEADINGS, "Period", "Value", "Old value"]
    for name, rows, cell in (
        ("both", (REF, year, amount, column), "E5"),
        ("half", (REF, year), "D3"),
    ):
        folder = tmp_path / name
        proposals(*rows).write(folder)
        write_rows(folder / "theirs.xlsx", Proposals=[headings, row("F1", "2012/13", -1, -8)])
        assert ("bad-setting", f"programme.xlsx, Layouts!{cell}") in told(folder)
        assert pounds(folder) == {}


def test_a_sheet_of_the_name_without_the_header_row_is_no_missing_sheet(tmp_path: Path) -> None:
    header = {"Heading": "Header row", "Constant": "2"}
    proposals(header).write(tmp_path)
    headings = ["Line ref", *HEADINGS[1:], *YEARS]
    write_rows(tmp_path / "theirs.xlsx", Proposals=[headings, row("F1", -1, -2, -3)])
    rules = {rule for rule, _ in told(tmp_path)}
    assert {"missing-heading", "unused-layout"} <= rules
    assert "missing-sheet" not in rules


def test_a_footnote_mark_at_their_heading(tmp_path: Path) -> None:
    proposals(REF).write(tmp_path)
    headings = ["Ref [1]", *HEADINGS[1:], *YEARS]
    write_rows(tmp_path / "theirs.xlsx", Proposals=[headings, row("F1", -1, -2, -3)])
    assert pounds(tmp_path) == {"F1": [-1, -2, -3]}


def test_two_headings_of_theirs_are_one_where_a_sheet_has_one_of_them(tmp_path: Path) -> None:
    """Either name may be used; a sheet with both is a contradiction."""
    other = {"Heading": "Line ref", "Their heading": "Code"}
    for name, headings, named in (
        ("one", ["Ref", *HEADINGS[1:]], [("unused-layout", "programme.xlsx, Layouts!E3")]),
        ("both", [*HEADINGS, "Code"], [("bad-setting", "programme.xlsx, Layouts!E3")]),
    ):
        folder = tmp_path / name
        proposals(REF, other).write(folder)
        cells = [*row("F1"), "X"][: len(headings)]
        write_rows(folder / "theirs.xlsx", Proposals=[[*headings, *YEARS], [*cells, -1, -2, -3]])
        assert told(folder) == named


def test_a_row_of_layouts_that_serves_nothing_is_named_at_its_cell(tmp_path: Path) -> None:
    programme = Programme()
    savings = {"Table": "Savings", "Sheet": "Proposals", "Workbook": "theirs.xlsx"}
    for each in (
        {**savings, **REF},
        {**savings, **REF, "Workbook": "old.xlsx"},
        {**savings, **REF, "Sheet": "Old"},
        {**savings, "Heading": "Counted in", "Their heading": "Counted elswhere"},
        {**savings, "Heading": "Notes", "Constant": "{Remarks}"},
        {**savings, "Heading": "Notes", "Their value": "Old", "Our value": "Leave out"},
        {**savings, "Heading": "2013/14", "Their heading": "2013/14 + Later"},
        {**savings, "Heading": "Owner"},
        {"Table": "Cover", "Heading": "Units", "Constant": "£", "Workbook": "old.xlsx"},
    ):
        programme.layout(**each)
    programme.write(tmp_path)
    headings = [*HEADINGS, *YEARS, "Counted elsewhere"]
    write_rows(tmp_path / "theirs.xlsx", Proposals=[headings, row("F1", -1, -2, -3)])
    cells = ["A3", "B4", "E5", "F6", "G7", "E8", "D9", "A10"]
    assert told(tmp_path) == [
        ("unused-layout", f"programme.xlsx, Layouts!{cell}") for cell in cells
    ]


def test_rows_of_a_workbook_that_cannot_be_read_are_not_named(tmp_path: Path) -> None:
    proposals(REF).write(tmp_path)
    (tmp_path / "theirs.xlsx").write_bytes(b"no workbook")
    assert [rule for rule, _ in told(tmp_path)] == ["unreadable-workbook"]


IMPOSSIBLE: list[tuple[dict[str, str], str]] = [
    ({"Heading": "Service", "Their heading": "Unit", "Constant": "ICT"}, "F"),
    ({"Heading": "Service", "Our value": "ICT"}, "H"),
    ({"Heading": "Service", "Their heading": "Unit", "Fill down": "sometimes"}, "I"),
    ({"Heading": "2012/13", "Constant": "100"}, "F"),
    ({"Heading": "Amount", "Constant": "{Saving}"}, "F"),
    ({"Heading": "2012/13", "Their heading": "Year 1", "Fill down": "Yes"}, "I"),
    ({"Heading": "Header row", "Constant": "seven"}, "F"),
    ({"Heading": "Header row", "Their heading": "Ref"}, "D"),
    ({"Table": "Cover", "Heading": "Units", "Their heading": "Amounts in"}, "E"),
]


@pytest.mark.parametrize(("cells", "column"), IMPOSSIBLE)
def test_a_row_of_layouts_that_is_impossible_by_itself(
    cells: dict[str, str], column: str, tmp_path: Path
) -> None:
    programme = Programme()
    at = programme.layout(**{"Table": "Savings", **cells})
    programme.write(tmp_path)
    finance = Return()
    finance.line([5])
    finance.write(tmp_path)
    assert told(tmp_path) == [("bad-setting", f"programme.xlsx, Layouts!{column}{at}")]


def test_headings_that_stand_above_one_another(tmp_path: Path) -> None:
    """A banner of years, units below it, and Best and Worst below them."""
    rows: list[dict[str, str]] = [REF]
    for word in ("Best", "Worst"):
        rows += [
            {"Heading": year, "Their heading": f"{year} {word}", "Map": word} for year in YEARS
        ]
        rows.append({"Heading": "Scenario", "Constant": f"{word} case", "Map": word})
    proposals(*rows).write(tmp_path)
    nothing: list[object] = [None] * 4
    sheet = [
        ["Our proposals"],
        [*nothing, "2012/13", None, "2013/14", None, "2014/15", None],
        [*nothing, *["£000"] * 6],
        [*HEADINGS, *["Best", "Worst"] * 3],
        row("F1", -10, -1, -20, -2, -30, -3),
    ]
    write_rows(tmp_path / "theirs.xlsx", Proposals=sheet)
    assert told(tmp_path) == []
    assert pounds(tmp_path) == {"F1": [-10_000, -20_000, -30_000]}
    assert pounds(tmp_path, "Worst case") == {"F1": [-1_000, -2_000, -3_000]}


def test_headings_in_merged_cells_beside_a_banner(tmp_path: Path) -> None:
    """What stands in the upper of two rows counts where the lower one is blank."""
    proposals(REF).write(tmp_path)
    sheet = [[*HEADINGS, "Savings"], [None] * 4 + YEARS, row("F1", -1, -2, -3)]
    write_rows(tmp_path / "theirs.xlsx", Proposals=sheet)
    assert told(tmp_path) == []
    assert pounds(tmp_path) == {"F1": [-1, -2, -3]}


def test_a_header_row_anywhere(tmp_path: Path) -> None:
    header = {"Heading": "Header row", "Constant": "63"}
    proposals(REF, header).write(tmp_path)
    above = [["Line ref", *HEADINGS[1:], *YEARS], row("X1", -9)] + [[]] * 60
    write_rows(
        tmp_path / "theirs.xlsx",
        Proposals=[*above, [*HEADINGS, *YEARS], row("F1", -1, -2, -3)],
    )
    assert pounds(tmp_path) == {"F1": [-1, -2, -3]}


def test_a_layout_of_constants_alone(tmp_path: Path) -> None:
    proposals({"Heading": "Category", "Constant": "Income"}).write(tmp_path)
    headings = ["Line ref", "Description", "Service", *YEARS]
    write_rows(
        tmp_path / "theirs.xlsx", Proposals=[headings, ["F1", "Lettings", "ICT", -1, -2, -3]]
    )
    assert told(tmp_path) == []
    assert pounds(tmp_path) == {"F1": [-1, -2, -3]}


def test_a_layout_for_whichever_sheet_leaves_the_template_alone(tmp_path: Path) -> None:
    """Beside a return of constants stands one that follows the template: its own Category holds."""
    programme = Programme()
    programme.layout(Workbook="*", Table="Savings", Heading="Category", Constant="Income")
    programme.layout(**{"Workbook": "*", "Table": "Savings", **REF})
    programme.write(tmp_path)
    finance = Return()
    finance.line([5], line_ref="A1", category="Recurring cost")
    finance.write(tmp_path)
    headings = ["Ref", "Description", "Service", *YEARS]
    write_rows(
        tmp_path / "theirs.xlsx",
        Lettings=[headings, ["F1", "Lettings", "ICT", -1, -2, -3]],
        Summary=[["Service", *YEARS], ["ICT", -1, -2, -3]],
    )
    assert told(tmp_path) == []
    assert pounds(tmp_path) == {"A1": [5, 0, 0], "F1": [-1, -2, -3]}


def test_a_key_of_two_columns(tmp_path: Path) -> None:
    proposals({"Heading": "Line ref", "Constant": "{Code}-{Type}"}).write(tmp_path)
    headings = ["Code", "Type", *HEADINGS[1:], *YEARS]
    lines = [["A", 1, *row("")[1:], -1], ["A", 2, *row("")[1:], -2], [None, None, *row("")[1:], -4]]
    write_rows(tmp_path / "theirs.xlsx", Proposals=[headings, *lines])
    assert told(tmp_path) == [("missing-value", "theirs.xlsx, Proposals!C4")]
    assert pounds(tmp_path) == {"A-1": [-1, 0, 0], "A-2": [-2, 0, 0]}


def test_quarters_are_added_up(tmp_path: Path) -> None:
    theirs = "Q1 + Q2 + Q3 (£000) + Q4"
    proposals(REF, {"Heading": "2012/13", "Their heading": theirs}).write(tmp_path)
    headings = [*HEADINGS, "Q1", "Q2", "Q3 (£000)", "Q4", "2013/14"]
    lines = [row("F1", -1, -2, -3, -4, -5), row("F2", -1, "TBC", -3, -4, -5)]
    write_rows(tmp_path / "theirs.xlsx", Proposals=[headings, *lines])
    assert told(tmp_path) == [("amount-not-number", "theirs.xlsx, Proposals!F3")]
    assert pounds(tmp_path) == {"F1": [-3_007, -5, 0]}


def test_rows_of_a_value_are_left_out_with_their_money(tmp_path: Path) -> None:
    notes = {"Heading": "Notes", "Their heading": "Status"}
    out = {"Heading": "Notes", "Their value": "WITHDRAWN*", "Our value": "Leave out"}
    proposals(REF, notes, out).write(tmp_path)
    headings = [*HEADINGS, *YEARS, "Status"]
    lines = [
        row("F1", -1, -2, -3, "Agreed"),
        row("F2", -10, -20, -30, "Withdrawn in June"),
        row("F3", "TBC", None, -400, "withdrawn", category="No category"),
    ]
    write_rows(tmp_path / "theirs.xlsx", Proposals=[headings, *lines])
    assert told(tmp_path) == []
    assert pounds(tmp_path) == {"F1": [-1, -2, -3]}
    (totals,) = outcome_of(tmp_path).totals
    assert (totals.read_rows, totals.left_out_rows, totals.left_out_pence) == (3, 2, -46_000)
    results = [file.result for file in outcome_of(tmp_path).files]
    assert results == ["Read", "Read; 2 rows left out by Layouts"]


LEDGER = [
    *({"Heading": ours, "Their heading": theirs} for ours, theirs in (
        ("Line ref", "Cost centre"), ("Description", "Narrative"), ("Year", "Period"),
        ("Amount", "Value (£000)"),
    )),
    {"Heading": "Category", "Constant": "Cashable saving"},
]  # fmt: skip
LEDGER_HEADINGS = ["Cost centre", "Narrative", "Service", "Period", "Value (£000)", "Journal"]


def test_a_long_export_has_a_row_for_each_year(tmp_path: Path) -> None:
    proposals(*LEDGER).write(tmp_path)
    sheet = [
        LEDGER_HEADINGS,
        ["C1", "Paper", "ICT", "2012/13", -1, "J1"],
        ["C1", "Paper", "ICT", "FY14", -2, "J2"],
        ["C1", "Paper", "ICT", "2012-13", -4, "J3"],
        ["C2", "Vans", "Fleet", "2014/15", -8, "J4"],
    ]
    write_rows(tmp_path / "ledger.xlsx", Proposals=sheet)
    assert told(tmp_path) == []
    assert pounds(tmp_path) == {"C1": [-5_000, -2_000, 0], "C2": [0, 0, -8_000]}
    (totals,) = outcome_of(tmp_path).totals
    assert (totals.read_rows, totals.accepted_rows) == (4, 4)


def test_a_bad_row_of_a_long_export_rejects_its_line(tmp_path: Path) -> None:
    proposals(*LEDGER).write(tmp_path)
    sheet = [
        LEDGER_HEADINGS,
        ["C1", "Paper", "ICT", "2012/13", -1, "J1"],
        ["C1", "Paper", "ICT", "2013/14", "TBC", "J2"],
        ["C2", "Vans", "Fleet", "2014/15", -8, "J3"],
        ["C2", "Vans", "Fleet", "later", -16, "J4"],
        ["C3", "Tyres", "Fleet", "2012/13", -32, "J5"],
        ["C3", "Tyres", "Fleet", "2012/13", -32, "J5"],
        ["C4", "Fuel", "Fleet", "2030/31", -64, "J6"],
    ]
    write_rows(tmp_path / "ledger.xlsx", Proposals=sheet)
    assert told(tmp_path) == [
        ("amount-not-number", "ledger.xlsx, Proposals!E3"),
        ("unknown-value", "ledger.xlsx, Proposals!D5"),
        ("duplicate-line", "ledger.xlsx, Proposals!A7"),
        ("year-outside-programme", "ledger.xlsx, Proposals!E8"),
    ]
    assert pounds(tmp_path) == {"C3": [-32_000, 0, 0], "C4": [0, 0, 0]}
    (totals,) = outcome_of(tmp_path).totals
    assert (totals.read_rows, totals.accepted_rows, totals.rejected_rows) == (7, 2, 5)


def test_units_and_sign_of_one_sheet(tmp_path: Path) -> None:
    cover = {"Table": "Cover"}
    programme = proposals(
        REF,
        {**REF, "Sheet": "Cabinet"},
        {**cover, "Heading": "Units", "Constant": "£000", "Sheet": ""},
        {**cover, "Heading": "Units", "Constant": "£m", "Sheet": "Cabinet"},
        {**cover, "Heading": "Savings sign", "Constant": "Positive", "Sheet": "Cabinet"},
        {**cover, "Heading": "Department", "Constant": "Finance", "Sheet": ""},
    )
    programme.write(tmp_path)
    write_rows(
        tmp_path / "theirs.xlsx",
        Proposals=[[*HEADINGS, *YEARS], row("F1", -1, -2, -3)],
        Cabinet=[[*HEADINGS, *YEARS], row("F2", 1, 2, 3)],
    )
    assert told(tmp_path) == []
    assert pounds(tmp_path) == {
        "F1": [-1_000, -2_000, -3_000],
        "F2": [-1_000_000, -2_000_000, -3_000_000],
    }


def test_a_cover_holds_against_layouts(tmp_path: Path) -> None:
    """Layouts give each setting that the Cover doesn't; a row for one that it does is named."""
    programme = Programme()
    rows = [
        programme.layout(Workbook="*", Table="Cover", Heading=heading, Constant=constant)
        for heading, constant in (("Units", "£m"), ("Savings sign", "Positive"))
    ]
    programme.write(tmp_path)
    finance = Return()
    finance.cover("Units", "£000")
    finance.line([5], category="Cashable saving", line_ref="F1")
    finance.write(tmp_path)
    assert told(tmp_path) == [("unused-layout", f"programme.xlsx, Layouts!F{rows[0]}")]
    assert pounds(tmp_path) == {"F1": [-5_000, 0, 0]}


def test_a_wrong_setting_in_layouts_rejects_the_rows_it_serves(tmp_path: Path) -> None:
    programme = proposals(
        REF,
        {**REF, "Sheet": "Cabinet"},
        {"Table": "Cover", "Heading": "Units", "Constant": "thousands", "Sheet": "Cabinet"},
    )
    programme.write(tmp_path)
    write_rows(
        tmp_path / "theirs.xlsx",
        Proposals=[[*HEADINGS, *YEARS], row("F1", -1, -2, -3)],
        Cabinet=[[*HEADINGS, *YEARS], row("F2", -1, -2, -3)],
    )
    assert told(tmp_path) == [("bad-setting", "programme.xlsx, Layouts!F4")]
    assert pounds(tmp_path) == {"F1": [-1, -2, -3]}


def test_an_error_in_a_column_that_is_filled_down_is_not_papered_over(tmp_path: Path) -> None:
    category = {"Heading": "Category", "Their heading": "Kind", "Fill down": "Yes"}
    proposals(category).write(tmp_path)
    theirs = Return(sheets={"Savings": "Proposals"}, headings={"Category": "Kind"})
    theirs.leave_out("Cover")
    theirs.line([-1], category="Income")
    error = theirs.line([-2], category=error_cell())
    below = theirs.line([-4], category=None)
    theirs.write(tmp_path)
    assert told(tmp_path) == [
        ("cell-error", f"return.xlsx, Proposals!E{error}"),
        ("missing-value", f"return.xlsx, Proposals!E{below}"),
    ]
    assert pounds(tmp_path) == {"FIN-1": [-1, 0, 0]}
