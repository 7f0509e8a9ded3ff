"""The page's charts: the workbook's own, drawn of the same figures and told in words."""

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from pipeline.page.svg import draw, figures_of
from pipeline.report.chart import HEADINGS, Chart, Drawn, Range, Series
from pipeline.report.sheets import by_service, by_year, charts, summary
from pipeline.report.spec import Column, Table
from pipeline.report.theme import HOUSE
from tests.report import fake

SVG = "{http://www.w3.org/2000/svg}"
THOUSANDS = 1000
# Brackets are below nil, a dash is nil.
_SIGNS = str.maketrans({"(": "-", ")": None, ",": None, "–": "0"})


def chart(table: Table, way: Drawn = Drawn.BARS, last_row: int | None = None) -> Chart:
    """A chart of a table: its first column are the labels, each other one a series."""
    labels, *values = (column.heading for column in table.columns)
    last = table.rows - 1 if last_row is None else last_row
    series = tuple(
        Series(
            Range(table.name, heading, HEADINGS),
            Range(table.name, labels, 0, last_row=last),
            Range(table.name, heading, 0, last_row=last),
            pattern=number,
        )
        for number, heading in enumerate(values)
    )
    return Chart(
        *(way, "Who saves?", "North saves <most> & first", series),
        *("£000, savings in brackets", "Partner", "Drawn from here.", "Bars by partner."),
    )


def table(name: str, **columns: list[object]) -> Table:
    return Table(name, tuple(Column(heading, values) for heading, values in columns.items()))


def picture(drawn: Chart, *tables: Table, width: int = 720) -> ElementTree.Element:
    by_name = {each.name: each for each in tables}
    content = draw(drawn, by_name, THOUSANDS, HOUSE, "c1", width)
    return ElementTree.fromstring(
        content.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    )


def texts(element: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in element.iter(f"{SVG}text")]


def bars(element: ElementTree.Element) -> list[dict[str, str]]:
    """The bars below the legend, whose rectangles are 13 high."""
    return [each.attrib for each in element.findall(f"{SVG}rect") if each.attrib["height"] == "15"]


def test_the_charts_of_the_workbook_are_drawn() -> None:
    sheets = [module.sheet(fake.results()) for module in (charts, summary, by_year, by_service)]
    tables = [each for sheet in sheets for each in sheet.tables]
    drawings = [each for each in sheets[0].blocks if isinstance(each, Chart)]
    assert len(drawings) == 3
    for each in drawings:
        element = picture(each, *tables)
        title, words = element.find(f"{SVG}title"), element.find(f"{SVG}desc")
        assert title is not None
        assert words is not None
        assert title.text == each.finding
        assert words.text == each.description
        assert element.attrib["role"] == "img"
        assert element.attrib["aria-labelledby"] == f"{title.attrib['id']} {words.attrib['id']}"
    whole = figures_of(drawings[0], {each.name: each for each in tables})
    assert whole.labels == (fake.NORTH.name, fake.SOUTH.name, "Not yet apportioned")
    assert [each.name for each in whole.series] == [
        "One-off: Worst case",
        "Annual cashable: Worst case",
    ]
    assert whole.series[0].pence == (0, 0, 0)


def test_savings_are_to_the_left_of_nil_and_costs_to_the_right() -> None:
    amounts = table("T", Partner=["North", "South"], Cost=[200_000_00, -400_000_00])
    cost, saving = bars(picture(chart(amounts), amounts))
    assert float(saving["x"]) + float(saving["width"]) == pytest.approx(float(cost["x"]), abs=0.01)
    assert float(saving["width"]) == pytest.approx(2 * float(cost["width"]), rel=0.001)
    assert {"200", "(400)"} <= set(texts(picture(chart(amounts), amounts)))


def test_scenarios_differ_by_pattern_not_colour_alone() -> None:
    amounts = table("T", Partner=["North"], Best=[100], Worst=[300], Middle=[200])
    fills = [each["fill"] for each in bars(picture(chart(amounts), amounts))]
    assert len(set(fills)) == 3
    assert fills[0] == HOUSE.chart[0]
    lines = picture(chart(amounts, Drawn.LINES), amounts).findall(f"{SVG}polyline")
    assert len({each.attrib["stroke-dasharray"] for each in lines}) == 3


def test_a_hostile_or_a_long_name_stays_a_name() -> None:
    name = "<script>alert(1)</script> & " + "Regional Partnership of Fire Authorities " * 4
    amounts = table("T", Partner=[name, *(f"P{number}" for number in range(7))], Cost=[1] * 8)
    element = picture(chart(amounts), amounts, width=330)
    assert element.findall(f".//{SVG}script") == []
    assert texts(element)[1].startswith("<script>alert(1)</script> &")
    title = element.find(f"{SVG}title")
    assert title is not None
    assert title.text == "North saves <most> & first"


@pytest.mark.parametrize("unit", [1, THOUSANDS, 1_000_000])
@pytest.mark.parametrize(
    "ends", [(0, 11), (0, 12.4), (-3, 9), (-0.4, 0.3), (0, 1), (-1234, 17), (0.2, 2.2), (-40, -9)]
)
def test_the_amounts_beside_the_lines_are_those_of_the_lines(
    unit: int, ends: tuple[float, float]
) -> None:
    """Steps of 2.5 would be told as 3, 5, 8."""
    net = [round(each * unit * 100) for each in ends]
    figures = table("T", Year=["2012/13", "2013/14"], Net=net)
    lines = chart(figures, Drawn.LINES)
    content = draw(lines, {"T": figures}, unit, HOUSE, "c1", 720)
    said = re.findall(r'text-anchor="end"[^>]*>([^<]+)<', content)
    amounts = [Decimal(each.translate(_SIGNS)) for each in said]
    steps = {after - before for before, after in pairwise(amounts)}
    assert len(steps) == 1
    assert amounts[0] <= min(0, Decimal(str(ends[0]))) <= amounts[-1]
    assert amounts[0] <= max(0, Decimal(str(ends[1]))) <= amounts[-1]
    assert len(amounts) <= 8


def test_years_that_do_not_fit_are_left_out_of_the_axis() -> None:
    years = [f"20{number}/{number + 1}" for number in range(12, 42)]
    amounts = table("T", Year=years, Net=list(range(-15, 15)))
    labels = [each for each in texts(picture(chart(amounts, Drawn.LINES), amounts)) if "/" in each]
    assert labels[0] == "2012/13"
    assert 4 < len(labels) < 15


@pytest.mark.parametrize("way", list(Drawn))
@pytest.mark.parametrize("amounts", [[0, 0], [None, None], [-1, None], [10**15, 1]])
def test_nothing_and_much_are_drawn(way: Drawn, amounts: list[object]) -> None:
    figures = table("T", Year=["2012/13", "2013/14"], Net=amounts)
    assert picture(chart(figures, way), figures).attrib["viewBox"].startswith("0 0 720 ")


@pytest.mark.parametrize("width", [720, 320])
def test_the_last_year_is_not_cut_off(width: int) -> None:
    years = table("T", Year=["2012/13", "2013/14", "2014/15"], North=[0, 2000, 3000])
    drawn = picture(chart(years, Drawn.LINES), years, width=width)
    (last,) = (each for each in drawn.iter(f"{SVG}text") if each.text == "2014/15")
    # Seven digits, each at least 7 wide, about their middle.
    assert float(last.get("x") or 0) + 7 * 7 / 2 <= width


def test_a_single_year_is_drawn() -> None:
    figures = table("T", Year=["2012/13"], Net=[-5_000_00])
    assert "2012/13" in texts(picture(chart(figures, Drawn.LINES), figures))


@pytest.mark.parametrize("width", [330, 720])
def test_what_is_said_of_a_first_point_covers_neither_it_nor_the_amounts(width: int) -> None:
    years = ["2012/13", "2013/14", "2014/15"]
    figures = table("T", Year=years, Best=[-800_00, -200_00, -4_200_00], Worst=[-800_00, 0, -100])
    lines = chart(figures, Drawn.LINES)
    series = tuple(
        replace(each, marked=0, mark="Breaks even, as reported") for each in lines.series
    )
    element = picture(replace(lines, series=series), figures, width=width)
    said = [each for each in element.iter(f"{SVG}text") if each.text == "Breaks even, as reported"]
    amounts = [each for each in element.iter(f"{SVG}text") if each.get("text-anchor") == "end"]
    heights = [float(each.attrib["y"]) for each in said]
    points = [float(each.attrib["cy"]) for each in element.findall(f"{SVG}circle")]
    assert len(said) == 2
    assert max(heights) < points[1]  # points[0] is the legend's
    if width == 330:  # they reach the next point, too
        assert max(heights) < points[2]
    assert heights[0] - heights[1] >= 19
    right = max(float(each.attrib["x"]) for each in amounts)
    half = 0.8 * len("Breaks even, as reported") * 14 / 4  # narrower than any font has it
    assert all(float(each.attrib["x"]) - half > right for each in said)
