"""A chart's declaration in the words of the writer: colours, patterns, axes, fonts.

Colour is never alone: series differ by pattern, or by dash and marker, too.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from pipeline.report.chart import Chart, Drawn, Range, Series
from pipeline.report.formula import TableRange
from pipeline.report.measure import text_width
from pipeline.report.safe import one_line
from pipeline.report.theme import Properties, Theme, number_format
from schemas.outputs import Show

_PATTERNS = ("", "wide_upward_diagonal", "dotted_grid", "light_horizontal", "small_check")
_DASHES = ("solid", "dash", "round_dot", "long_dash_dot", "square_dot")
_MARKERS = ("circle", "diamond", "triangle", "x", "plus")
_MARKED_SIZE = 13
_TITLE = 200
# A line of words in a chart; the room beside labels; digits of an entry of the legend; and the part
# of a chart that labels take.
_LINE_PIXELS, _BESIDE_LABELS, _ENTRY_DIGITS = 20, 14, 34
# Of the title's letters to the others, and of the chart's width to the title's.
_TITLE_LETTER = 1.3 / 0.72
_LEAST_LABELS, _MOST_LABELS = 0.2, 0.55

# A tab, then the row and the column of the first cell and of the last, from 0.
Area = list[str | int]

# The writer would take such a text for the address of a cell.
_LIKE_AN_ADDRESS = re.compile(r"!(?=\$?[A-Za-z]+\$?\d)")


def kind(way: Drawn) -> Properties:
    """What the writer calls a way of drawing."""
    return {"type": way.value}


@dataclass(frozen=True)
class Drawing:
    """Draws the charts of one book: ``places`` are its tables', ``unit`` one of its amounts."""

    places: Mapping[str, TableRange]
    theme: Theme
    unit: int

    def area(self, cells: Range) -> Area:
        """Where cells stand. KeyError or ValueError where the book doesn't have them."""
        place = self.places[cells.table]
        last_row = cells.row if cells.last_row is None else cells.last_row
        top = place.top + 1
        return [
            place.tab,
            top + cells.row,
            place.column(cells.heading),
            top + last_row,
            place.column(cells.last_heading or cells.heading),
        ]

    def series(self, chart: Chart, series: Series) -> Properties:
        """A series: where its cells are, and how it is set off."""
        return {
            "name": self.area(series.name)[:3],
            "categories": self.area(series.labels),
            "values": self.area(series.values),
            **(self._line(series) if chart.way is Drawn.LINES else self._fill(series)),
        }

    def _fill(self, series: Series) -> Properties:
        colour = self._colour(series)
        border: Properties = {
            "border": {"color": colour, "width": 1},
            "gap": 70,
            "overlap": 0,
        }
        pattern = _PATTERNS[series.pattern % len(_PATTERNS)]
        if not pattern:
            return border | {"fill": {"color": colour}}
        paper = self.theme.paper
        return border | {"pattern": {"pattern": pattern, "fg_color": colour, "bg_color": paper}}

    def _line(self, series: Series) -> Properties:
        colour, number = self._colour(series), series.pattern
        properties: Properties = {
            "line": {"color": colour, "width": 2.25, "dash_type": _DASHES[number % len(_DASHES)]},
            "marker": {
                "type": _MARKERS[number % len(_MARKERS)],
                "size": 9,
                "fill": {"color": self.theme.paper},
                "border": {"color": colour, "width": 1.5},
            },
        }
        if series.marked is not None:
            # Words beside it would cover the lines, where these run close to one another.
            square = {"fill": {"color": colour}, "border": {"color": self.theme.ink, "width": 1.5}}
            properties["points"] = [*[None] * series.marked, square]
        return properties

    def _colour(self, series: Series) -> str:
        colours = self.theme.chart
        return colours[series.colour % len(colours)]

    def _font(self, *, bold: bool = False, larger: float = 0) -> Properties:
        theme = self.theme
        size = theme.size - 1 + larger
        return {"name": theme.font, "size": size, "bold": bold, "color": theme.ink}

    def title(self, chart: Chart) -> Properties:
        """The chart's title."""
        font = self._font(bold=True, larger=2) | {"color": self.theme.brand}
        name = self.area(chart.title)[:3] if chart.title else chart_text(chart.finding)
        return {"name": name, "name_font": font, "overlay": False}

    def amounts_axis(self, chart: Chart) -> Properties:
        """The axis of amounts, in the report units."""
        return {
            **self._axis(chart.amounts),
            "num_format": number_format(Show.MONEY, self.unit),
            "major_gridlines": {"visible": True, "line": {"color": self.theme.rule, "width": 0.75}},
            "line": {"none": True},
            **({"reverse": True} if chart.savings_up else {}),
        }

    def labels_axis(self, chart: Chart) -> Properties:
        """The axis of years or names: its words stand beside the amounts, not among them."""
        lying = chart.way is Drawn.BARS
        return {
            **self._axis(""),
            # Below all amounts: the high ones are there where savings go up.
            "label_position": "high" if chart.savings_up else "low",
            "line": {"color": self.theme.ink, "width": 1},
            # The first name at the top, as in the table; the amounts below all of them.
            **({"reverse": True, "crossing": "max"} if lying else {}),
        }

    def _axis(self, name: str) -> Properties:
        return {
            **({"name": chart_text(name), "name_font": self._font()} if name else {}),
            "num_font": self._font(),
            "major_tick_mark": "none",
        }

    def plot(self, chart: Chart, width: float) -> Properties:
        """Where the bars or lines stand: viewers leave them unequal room otherwise. ``width`` of
        the chart in pixels."""
        if chart.way is not Drawn.BARS:
            high = 0.58
            return {"layout": {"x": 0.12, "y": 0.18, "width": 0.85, "height": high}}
        # A letter of the title, the legend and the labels, in pixels.
        letter = (self.theme.size - 1) * 96 / 72 * 0.556
        title = ceil(text_width(chart_text(chart.finding)) * letter * _TITLE_LETTER / width)
        top = _LINE_PIXELS * (title + 1.2)
        entries = max(1, int(width / (_ENTRY_DIGITS * letter)))
        entry_lines = ceil(len(chart.series) / entries) if len(chart.series) > 1 else 0
        below = _LINE_PIXELS * (2.9 + entry_lines)
        left = (chart.longest_label * letter + _BESIDE_LABELS) / width
        left = min(_MOST_LABELS, max(_LEAST_LABELS, left))
        high = 1 - (top + below) / chart.pixels_high
        place = {"x": left, "y": top / chart.pixels_high, "width": 0.96 - left, "height": high}
        return {"layout": place}

    def legend(self, chart: Chart) -> Properties:
        """The names of the series, below the chart; the title says what a single one is."""
        if len(chart.series) == 1:
            return {"none": True}
        return {"position": "bottom", "font": self._font()}


def state_defaults(chart: Any, way: Drawn) -> None:
    """Let a chart of the writer's say what it leaves to the viewer, for viewers differ: bars below
    nil have the fill of all others, a blank cell is a gap, a marked point is a large square."""
    tag = chart._xml_empty_tag  # the writer has no public way

    def stated(element: str, value: object) -> Callable[..., None]:
        return lambda *_: tag(element, [("val", value)])

    def point(index: int, look: object) -> None:
        # Without a symbol of its own a point has that of the viewer's choice.
        chart._xml_start_tag("c:dPt")
        tag("c:idx", [("val", index)])
        chart._xml_start_tag("c:marker")
        tag("c:symbol", [("val", "square")])
        tag("c:size", [("val", _MARKED_SIZE)])
        chart._write_sp_pr(look)
        chart._xml_end_tag("c:marker")
        chart._xml_end_tag("c:dPt")

    chart._write_d_pt_point = point
    if way is not Drawn.LINES:
        chart._write_c_invert_if_negative = stated("c:invertIfNegative", 0)
    chart._write_disp_blanks_as = stated("c:dispBlanksAs", "gap")


def chart_text(text: str) -> str:
    """A text that the writer takes for nothing but a text."""
    text = _LIKE_AN_ADDRESS.sub("! ", one_line(text, _TITLE))
    return f" {text}" if text.startswith("=") else text
