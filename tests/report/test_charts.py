"""The charts: drawn from cells of the tables, titled with what they show, told in words too."""

import io
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pandas as pd
import pytest
from openpyxl.utils import range_boundaries

from pipeline.core.programme import Partner
from pipeline.core.results import Results
from pipeline.report.books import partner_pack, programme_summary
from pipeline.report.excel.charts import chart_text
from pipeline.report.excel.render import render
from pipeline.report.sheets import charts
from pipeline.report.theme import HOUSE, contrast
from tests.report import fake
from tests.report.fake import opened

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
WCAG_GRAPHICS = 3.0


def charts_of(content: bytes) -> list[ElementTree.Element]:
    """Those of the sheet Charts; the first of all is the cover's, one of theirs drawn again."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]
        return [ElementTree.fromstring(archive.read(name)) for name in names[1:]]


def descriptions(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        drawings = [
            ElementTree.fromstring(archive.read(name))
            for name in archive.namelist()
            if name.startswith("xl/drawings/drawing")
        ]
    every = [each.attrib.get("descr", "") for tree in drawings for each in tree.iter(f"{XDR}cNvPr")]
    assert every[0] in every[1:]
    return every[1:]


def title_of(chart: ElementTree.Element) -> str:
    title = chart.find(f"{C}chart/{C}title")
    assert title is not None
    return "".join(text.text or "" for text in title.iter(f"{C}v"))


@pytest.fixture(scope="module")
def books(fake_results: Results) -> dict[str, bytes]:
    return {
        "summary": render(programme_summary(fake_results)),
        "pack": render(partner_pack(fake_results, fake.NORTH)),
    }


@pytest.mark.parametrize("name", ["summary", "pack"])
def test_every_point_is_a_cell_of_a_table(books: dict[str, bytes], name: str) -> None:
    book = opened(books[name])
    found = charts_of(books[name])
    for chart in found:
        for formula in chart.iter(f"{C}f"):
            tab, cells = str(formula.text).rsplit("!", 1)
            sheet = book[tab.strip("'")]
            assert sheet.sheet_state == "visible"
            left, top, right, bottom = range_boundaries(cells.replace("$", ""))
            inside = [
                tl <= left and tt <= top and right <= tr and bottom <= tb
                for tl, tt, tr, tb in (range_boundaries(t.ref) for t in sheet.tables.values())
            ]
            assert any(inside), formula.text


def test_the_stored_points_are_those_of_the_cells(books: dict[str, bytes]) -> None:
    first, second, third, *_ = charts_of(books["summary"])
    points = [
        [float(str(v.text)) for v in series.findall(f"{C}val/{C}numRef/{C}numCache/{C}pt/{C}v")]
        for series in first.iter(f"{C}ser")
    ]
    assert points == [[0, 7_777, 0], [0, 0, 0], [-120.02, -80.01, -2_345.67], [-60.03, -40.02, 0]]
    names = [str(v.text) for v in first.findall(f".//{C}ser/{C}tx//{C}v")][:1]
    assert names == ["One-off: Best case"]
    assert len(list(second.iter(f"{C}ser"))) == 2
    labels = [str(v.text) for v in third.findall(f".//{C}cat//{C}pt/{C}v")]
    assert labels[:2] == ["Finance", "Fleet"]


def test_titles_say_what_is_found(books: dict[str, bytes]) -> None:
    assert [title_of(chart) for chart in charts_of(books["summary"])] == [
        "No partner bears a one-off cost; Northshire Council saves most, £60 a year (Worst case)",
        "It breaks even in 2013/14 (Best case); no break-even by 2013/14 (Worst case)",
        "The largest annual saving is that of Finance: £100 (Worst case)",
    ]
    own, *_ = charts_of(books["pack"])
    assert title_of(own) == "No one-off cost and a saving of £60 a year (Worst case)"


def test_axes_are_named_with_their_units(books: dict[str, bytes]) -> None:
    for chart in charts_of(books["summary"]):
        titles = [
            "".join(t.text or "" for t in axis.iter(f"{A}t"))
            for kind in ("catAx", "valAx")
            for axis in chart.iter(f"{C}{kind}")
        ]
        assert titles[1] == "£000, savings in brackets"
        assert titles[0] in ("Organisation", "Financial year", "Service")
        (axis,) = chart.iter(f"{C}valAx")
        formats = [each.attrib["formatCode"] for each in axis.iter(f"{C}numFmt")]
        assert formats[0].startswith("#,##0,_)")


def test_every_chart_is_told_in_words(books: dict[str, bytes]) -> None:
    for content in books.values():
        told = descriptions(content)
        assert len(told) == 3
        assert all(title_of(c) in words for c, words in zip(charts_of(content), told, strict=True))
        rows = [str(row[0]) for row in opened(content)["Charts"].iter_rows(values_only=True)]
        assert [row.split(",")[0] for row in rows if row.startswith("Drawn from")] == [
            "Drawn from Summary",
            "Drawn from By_year",
            "Drawn from Annual_by_service below.",
        ]


def test_scenarios_differ_by_more_than_colour(books: dict[str, bytes]) -> None:
    columns, lines, bars = charts_of(books["summary"])
    for chart in (columns, bars):
        fills = [
            series.find(f"{C}spPr/{A}pattFill") is not None for series in chart.iter(f"{C}ser")
        ]
        assert fills in ([False, True, False, True], [False, True])
    dashes = [each.attrib["val"] for each in lines.iter(f"{A}prstDash")]
    assert "dash" in dashes
    markers = [each.attrib["val"] for each in lines.iter(f"{C}symbol")]
    assert markers == ["circle", "diamond"]


def test_the_break_even_year_is_marked(books: dict[str, bytes]) -> None:
    _, lines, _ = charts_of(books["summary"])
    marks = [
        (label.find(f"{C}idx").attrib["val"], "".join(t.text or "" for t in label.iter(f"{A}t")))  # type: ignore[union-attr]
        for label in lines.iter(f"{C}dLbl")
        if label.find(f"{C}delete") is None
    ]
    assert marks == [("1", "Breaks even, as reported")]


@pytest.mark.parametrize("colour", HOUSE.chart)
def test_chart_colours_stand_out_from_the_paper(colour: str) -> None:
    assert contrast(colour, HOUSE.paper) >= WCAG_GRAPHICS


def test_colours_differ_in_grey_too() -> None:
    first, second = HOUSE.chart[:2]
    assert contrast(first, second) >= 2


def many_partners(number: int) -> Results:
    results = fake.results()
    partners = tuple(Partner(f"P{n}", f"Partner {n}") for n in range(number))
    programme = replace(results.programme, partners=partners)
    rows = [
        {**row, "organisation": name}
        for row in results.summary.to_dict("records")
        if row["organisation"] == fake.NORTH.name and row["strand"] == "All strands"
        for name in ["Total programme", *(each.name for each in partners)]
    ]
    rows.sort(key=lambda row: row["scenario"])
    return fake.results(programme=programme, summary=fake.frame(rows))


def test_of_many_partners_those_that_save_most_are_drawn_under_their_codes() -> None:
    found = charts.sheet(many_partners(30))
    drawn = [block for block in found.blocks if isinstance(block, charts.Chart)]
    assert [chart.way.value for chart in drawn] == ["bar", "line", "bar"]
    chart = drawn[0]
    assert {each.labels.table for each in chart.series} == {charts.PARTNERS}
    assert (chart.series[0].labels.heading, chart.series[0].labels.last_row) == ("Code", 8)
    assert chart.source == "Drawn from Headlines_by_partner below, its first 9 of 30 organisations."
    assert chart.pixels_high <= 520
    (table,) = (block for block in found.tables if block.name == charts.PARTNERS)
    assert table.rows == 30
    assert set(table.columns[-1].values) == {f"P{n}" for n in range(30)}
    assert all(column.formulas for column in table.columns[1:-1])


def test_of_three_scenarios_the_first_and_the_last_are_drawn_and_spoken_of() -> None:
    three = ("Best case", "Most likely case", "Worst case")
    results = fake.results()
    middle = {
        name: pd.concat(
            [frame, frame[frame["scenario"] == "Best case"].assign(scenario="Most likely case")]
        )
        for name in ("summary", "appraisal", "by_service")
        for frame in [getattr(results, name)]
    }
    programme = replace(results.programme, scenarios=three, plan_scenario="Most likely case")
    chart, *_ = charts.sheet(fake.results(programme=programme, **middle)).blocks
    assert isinstance(chart, charts.Chart)
    assert [each.name.heading for each in chart.series] == [
        f"{measure}: {scenario}"
        for measure in ("One-off", "Annual cashable")
        for scenario in ("Best case", "Worst case")
    ]
    assert chart.finding.endswith("(Worst case)")


def test_no_name_is_taken_for_an_address() -> None:
    assert chart_text("=Summary!A1") == " =Summary! A1"
    assert chart_text("Partner!B2 saves most") == "Partner! B2 saves most"
    assert chart_text("Well done!") == "Well done!"


@pytest.mark.parametrize("name", ["=1+1", "A!B1", "It's 'odd'", "<b>&", "x" * 400])
def test_odd_names_make_charts_all_the_same(name: str) -> None:
    results = fake.results()
    odd = Partner("NORTH", name)
    frames = {
        each: getattr(results, each).assign(
            organisation=getattr(results, each)["organisation"].replace(fake.NORTH.name, name)
        )
        for each in ("summary", "appraisal", "by_year", "by_service", "apportioned")
    }
    programme = replace(results.programme, partners=(odd, fake.SOUTH))
    content = render(programme_summary(fake.results(programme=programme, **frames)))
    names = opened(content).sheetnames
    for chart in charts_of(content):
        assert not re.search(r"^=", title_of(chart))
        for formula in chart.iter(f"{C}f"):
            assert str(formula.text).split("!")[0].strip("'") in names
