"""Foreign returns read by the Layouts sheet of programme.xlsx."""

from pathlib import Path

import xlsxwriter

from pipeline.core.results import Results
from pipeline.ingest.discover import discover
from pipeline.reading import read
from pipeline.run import Outcome
from tests.builders import Programme, Return
from tests.running import issues_of, outcome_of


def write_rows(path: Path, **sheets: list[list[object]]) -> None:
    """A workbook of plain cells from A1, sheet by sheet."""
    book = xlsxwriter.Workbook(str(path))
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
    assert [(i.rule, i.at.cell) for i in outcome.issues] == []
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
    assert issues_of(tmp_path) == [("unread-amounts", "G3")]


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
    assert [(i.rule, i.at.cell) for i in outcome.issues] == []
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
    assert [i.rule for i in outcome.issues] == []
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


def test_headings_of_an_unknown_sheet_that_look_like_ours(tmp_path: Path) -> None:
    Programme().write(tmp_path)
    write_rows(
        tmp_path / "theirs.xlsx",
        Sheet1=[
            ["Budget savings"],
            ["Saving ref", "Service area", "Descripton", "Budget 2012/13", "Cash 2013-14"],
            ["A", "ICT", "Less paper", -5, -6],
        ],
    )
    outcome = outcome_of(tmp_path)
    assert [i.rule for i in outcome.issues] == ["missing-sheet"]
    (each,) = outcome.returns
    assert each.likely == [
        ("theirs.xlsx", "Sheet1", "Savings", "Line ref", "Saving ref"),
        ("theirs.xlsx", "Sheet1", "Savings", "Service", "Service area"),
        ("theirs.xlsx", "Sheet1", "Savings", "Description", "Descripton"),
        ("theirs.xlsx", "Sheet1", "Savings", "2012/13", "Budget 2012/13"),
        ("theirs.xlsx", "Sheet1", "Savings", "2013/14", "Cash 2013-14"),
    ]


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
        ("Category", "Saving", "unknown-category"),
        ("Scenario", "Best", "unknown-scenario"),
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
