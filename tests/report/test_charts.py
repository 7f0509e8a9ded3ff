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
from pipeline.report.formula import Near
from pipeline.report.sheets import charts
from pipeline.report.spec import Table
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
    assert points == [[0, 0, 0], [-60.03, -40.02, 0]]
    names = [str(v.text) for v in first.findall(f".//{C}ser/{C}tx//{C}v")][:1]
    assert names == ["One-off: Worst case"]
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
        # The labels say themselves what they are.
        words = "savings in brackets"
        if chart.find(f".//{C}lineChart") is not None:  # a line that falls is no bad news
            words = "saved above nil, paid below"
        assert titles == ["", f"£000, {words}"]
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
        assert fills in ([False, True], [True])
    dashes = [each.attrib["val"] for each in lines.iter(f"{A}prstDash")]
    assert "dash" in dashes
    markers = [each.attrib["val"] for each in lines.iter(f"{C}symbol")]
    assert markers == ["circle", "square", "diamond"]


def test_the_break_even_year_is_marked(books: dict[str, bytes]) -> None:
    """By a square, for words beside it would cover other lines; a chart's words say so."""
    _, lines, _ = charts_of(books["summary"])
    marks = [
        tuple(each.attrib["val"] for name in ("idx", "symbol") for each in point.iter(C + name))
        for point in lines.iter(f"{C}dPt")
    ]
    assert marks == [("1", "square")]
    rows = [str(row[0]) for row in opened(books["summary"])["Charts"].iter_rows(values_only=True)]
    assert any("The square on a line is its year of break-even" in row for row in rows)


def test_bars_below_nil_keep_their_fill_and_blanks_are_gaps(books: dict[str, bytes]) -> None:
    for chart in charts_of(books["summary"]):
        bars = list(chart.iter(f"{C}barChart"))
        inverted = [each.attrib["val"] for each in chart.iter(f"{C}invertIfNegative")]
        assert inverted == ["0" for bar in bars for _ in bar.findall(f"{C}ser")]
        assert [each.attrib["val"] for each in chart.iter(f"{C}dispBlanksAs")] == ["gap"]


@pytest.mark.parametrize("colour", HOUSE.chart)
def test_chart_colours_stand_out_from_the_paper(colour: str) -> None:
    assert contrast(colour, HOUSE.paper) >= WCAG_GRAPHICS


def test_colours_differ_in_grey_too() -> None:
    first, second = HOUSE.chart[:2]
    assert contrast(first, second) >= 2


def many_partners(annual: list[int], name: str = "Partner {}") -> Results:
    """Partners who save or bear so much a year, in pence."""
    results = fake.results()
    partners = tuple(Partner(f"P{n}", name.format(n)) for n in range(len(annual)))
    programme = replace(results.programme, partners=partners)
    amounts = dict(zip((each.name for each in partners), annual, strict=True))
    rows = [
        {**row, "organisation": name, "annual_cashable_pence": amounts.get(name, 0)}
        for row in results.summary.to_dict("records")
        if row["organisation"] == fake.NORTH.name and row["strand"] == "All strands"
        for name in ["Total programme", *amounts]
    ]
    rows.sort(key=lambda row: row["scenario"])
    return fake.results(programme=programme, summary=fake.frame(rows))


def drawn_of(results: Results) -> tuple[charts.Chart, Table]:
    """Who pays and who saves: the chart and its table."""
    blocks = charts.sheet(results).blocks
    chart = next(block for block in blocks if isinstance(block, charts.Chart))
    table = next(
        block for block in blocks if isinstance(block, Table) and block.name == charts.PARTNERS
    )
    return chart, table


def test_of_many_partners_those_that_save_least_are_added_up() -> None:
    chart, table = drawn_of(many_partners([-100 * n for n in range(30)]))
    labels, _, annual, _ = table.columns
    assert (chart.way.value, chart.series[0].labels.heading) == ("bar", "Organisation")
    assert {each.labels.last_row for each in chart.series} == {19}
    assert labels.values[:2] == ["Partner 29", "Partner 28"]
    assert labels.values[19] == "11 others"
    assert annual.values[19] == -100 * sum(range(11)) == sum(annual.values[20:])
    assert sum(annual.values[:20]) == -100 * sum(range(30))
    assert sorted(labels.values[20:]) == sorted(f"Partner {n}" for n in range(11))
    assert chart.pixels_high <= 520


def test_partners_who_bear_a_cost_are_never_hidden_among_those_who_save() -> None:
    annual = [-1_000 * n for n in range(1, 26)] + [10 * n for n in range(1, 15)]
    _, table = drawn_of(many_partners(annual))
    names, _, amounts, _ = table.columns
    drawn = list(zip(names.values[:20], amounts.values[:20], strict=True))
    assert [name for name, amount in drawn if "other" in name] == [
        "16 others",
        "5 others that cost",
    ]
    assert drawn[-1] == ("Partner 38", 140)
    assert dict(drawn)["5 others that cost"] == 10 * sum(range(1, 6))
    assert dict(drawn)["16 others"] == -1_000 * sum(range(1, 17))
    assert len(names.values) == 20 + 16 + 5


def test_each_sum_of_others_adds_up_the_cells_of_its_members() -> None:
    annual = [-1_000 * n for n in range(1, 26)] + [10 * n for n in range(1, 15)]
    _, table = drawn_of(many_partners(annual))
    names, _, amounts, _ = table.columns
    for row, name in enumerate(names.values[:20]):
        if "other" in name:
            added = amounts.formulas[row] if amounts.formulas else None
            assert added is not None
            first, last = (part.rows for part in added.parts if isinstance(part, Near))
            assert amounts.values[row] == sum(amounts.values[row + first : row + last + 1])


def test_names_stand_at_bars_and_codes_only_where_names_leave_no_room() -> None:
    names, _ = drawn_of(many_partners([-1] * 5, "Partnership {} of Fire Authorities"))
    codes, _ = drawn_of(many_partners([-1] * 5, "Partnership {} of " + "Fire Authorities " * 5))
    assert names.series[0].labels.heading == "Organisation"
    assert codes.series[0].labels.heading == "Code"


def test_of_three_scenarios_the_plan_scenario_is_drawn_and_spoken_of() -> None:
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
    blocks = charts.sheet(fake.results(programme=programme, **middle)).blocks
    who, when, which = (block for block in blocks if isinstance(block, charts.Chart))
    assert [each.name.heading for each in who.series] == [
        "One-off: Most likely case",
        "Annual cashable: Most likely case",
    ]
    assert [each.name.heading for each in which.series] == ["Annual cashable: Most likely case"]
    assert who.finding.endswith("(Most likely case)")
    # When it pays back is a question of all scenarios.
    assert len(when.series) == 2


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
            organisation=getattr(results, each)["organisation"]
            .astype(object)
            .replace(fake.NORTH.name, name)
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
