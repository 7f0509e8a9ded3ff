"""The workbook's charts as inline SVG: the same declarations, drawn from the same tables.

Colour is never alone: series differ by pattern, or by dash and marker, too. What a picture shows
is said in words as well, and stands as a table beside it (``figures_of``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from math import ceil

from pipeline.report.chart import HEADINGS, Chart, Drawn, Range, Series
from pipeline.report.measure import BOLDER, text_width, wrapped
from pipeline.report.printed import money_digits, printed
from pipeline.report.safe import one_line
from pipeline.report.spec import Table
from pipeline.report.theme import Theme
from schemas.outputs import Show

_DASHES = ("", "8 5", "2 4", "12 4 2 4", "5 3")
_TEXT, _LINE, _GAP = 14, 19, 8
# Pixels of a digit of the text.
_DIGIT = _TEXT * 0.556
_BAR, _BETWEEN_BARS, _BETWEEN_NAMES, _MOST_NAME_LINES = 15, 3, 12, 3
_SWATCH = 26
_PLOT_HIGH, _TICKS = 240, 5
_LONGEST = 160


@dataclass(frozen=True)
class Plotted:
    """A series with its figures in pence, one for each label; None where there is none."""

    name: str
    pence: tuple[int | None, ...]
    of: Series


@dataclass(frozen=True)
class Figures:
    """What a chart shows: ``heading`` names its ``labels``."""

    heading: str
    labels: tuple[str, ...]
    series: tuple[Plotted, ...]


def figures_of(chart: Chart, tables: Mapping[str, Table]) -> Figures:
    """The figures that a chart shows, out of the tables by name. KeyError where there is no such
    table or column."""
    first = chart.series[0]
    labels = [one_line(str(each), _LONGEST) for each in _cells(first.labels, tables)]
    series = []
    for each in chart.series:
        (name,) = _cells(each.name, tables)
        values = [
            value if isinstance(value, int) else None for value in _cells(each.values, tables)
        ]
        series.append(Plotted(one_line(str(name), _LONGEST), tuple(values), each))
    return Figures(chart.along, tuple(labels), tuple(series))


def _cells(cells: Range, tables: Mapping[str, Table]) -> Sequence[object]:
    """The values of a range: down a column, or along a row."""
    table = tables[cells.table]
    headings = [column.heading for column in table.columns]
    start = headings.index(cells.heading)
    stop = headings.index(cells.last_heading or cells.heading) + 1
    if cells.row == HEADINGS:
        return headings[start:stop]
    last_row = cells.row if cells.last_row is None else cells.last_row
    return [
        table.columns[place].values[row]
        for row in range(cells.row, last_row + 1)
        for place in range(start, stop)
    ]


def draw(
    chart: Chart, tables: Mapping[str, Table], unit: int, theme: Theme, key: str, width: int
) -> str:
    """The chart as an SVG element of ``width`` pixels: ``key`` tells it from others of the page,
    ``unit`` is pounds in one unit of the amounts."""
    canvas = _Canvas(theme, unit, key, width)
    return canvas.element(chart, figures_of(chart, tables))


def _text(x: float, y: float, words: str, **more: object) -> str:
    return _tag("text", escape(words), x=x, y=y, **more)


def _tag(name: str, content: str = "", /, **attributes: object) -> str:
    """An element; ``font_weight`` is the attribute font-weight."""
    pairs = (
        (key.replace("_", "-"), f"{value:.6g}" if isinstance(value, float) else str(value))
        for key, value in attributes.items()
    )
    written = "".join(f' {key}="{escape(value)}"' for key, value in pairs)
    return f"<{name}{written}>{content}</{name}>"


@dataclass(frozen=True)
class _Canvas:
    """Where one chart is drawn."""

    theme: Theme
    unit: int
    key: str
    width: int

    def element(self, chart: Chart, figures: Figures) -> str:
        """The whole picture: what it says in words, its legend, then bars or lines."""
        parts: list[str] = []
        lines = chart.way is Drawn.LINES
        high = self._legend(parts, figures, lines=lines)
        draw_figures = self._lines if lines else self._bars
        high = draw_figures(parts, figures, chart, high)
        title, words = f"{self.key}-title", f"{self.key}-words"
        return _tag(
            "svg",
            _tag("title", escape(chart.finding), id=title)
            + _tag("desc", escape(chart.description), id=words)
            + _tag("defs", "".join(self._patterns(figures)))
            + "".join(parts),
            viewBox=f"0 0 {self.width} {ceil(high)}",
            width=self.width,
            height=ceil(high),
            role="img",
            aria_labelledby=f"{title} {words}",
            font_size=_TEXT,
            fill=self.theme.ink,
        )

    # What series look like

    def _colour(self, series: Series) -> str:
        return self.theme.chart[series.colour % len(self.theme.chart)]

    def _fill(self, series: Series) -> str:
        if not series.pattern:
            return self._colour(series)
        return f"url(#{self.key}-{series.colour}-{series.pattern})"

    def _patterns(self, figures: Figures) -> Iterator[str]:
        """One pattern for each look that isn't plain."""
        looks = {(each.of.colour, each.of.pattern): each.of for each in figures.series}
        for (colour, pattern), series in looks.items():
            if pattern:
                yield _tag(
                    "pattern",
                    _tag("rect", width=8, height=8, fill=self.theme.paper)
                    + _pattern(pattern, self._colour(series)),
                    id=f"{self.key}-{colour}-{pattern}",
                    width=8,
                    height=8,
                    patternUnits="userSpaceOnUse",
                )

    def _legend(self, parts: list[str], figures: Figures, *, lines: bool) -> float:
        """The names of the series, side by side as far as they fit; how high they are."""
        x, y = 0.0, 0.0
        for each in figures.series:
            room = (self.width - _SWATCH - _GAP) / _DIGIT
            words = wrapped(each.name, room)[0]
            needed = _SWATCH + _GAP + text_width(words) * _DIGIT
            if x and x + needed > self.width:
                x, y = 0.0, y + _LINE
            if lines:
                parts += self._stroke(each.of, [(x, y + 8), (x + _SWATCH, y + 8)])
                parts.append(self._marker(each.of, x + _SWATCH / 2, y + 8))
            else:
                parts.append(self._rect(each.of, x, y + 1, _SWATCH, 13))
            parts.append(_text(x + _SWATCH + _GAP, y + 13, words))
            x += needed + 2 * _GAP
        return y + _LINE + _GAP

    def _rect(self, series: Series, x: float, y: float, width: float, height: float) -> str:
        stroke = self._colour(series)
        fill = self._fill(series)
        return _tag("rect", x=x, y=y, width=width, height=height, fill=fill, stroke=stroke)

    def _stroke(self, series: Series, points: Sequence[tuple[float, float]]) -> list[str]:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dash = _DASHES[series.pattern % len(_DASHES)]
        colour = self._colour(series)
        shape = {"fill": "none", "stroke": colour, "stroke_width": 2.5}
        return [_tag("polyline", points=path, stroke_dasharray=dash or "none", **shape)]

    def _marker(self, series: Series, x: float, y: float) -> str:
        colour, number = self._colour(series), series.pattern
        fill = colour if number == 0 else self.theme.paper
        shape = {"fill": fill, "stroke": colour, "stroke_width": 2}
        if number % 3 == 0:
            return _tag("circle", cx=x, cy=y, r=4.5, **shape)
        if number % 3 == 1:
            corners = ((x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y))
            points = " ".join(f"{across:.1f},{down:.1f}" for across, down in corners)
            return _tag("polygon", points=points, **shape)
        return _tag("rect", x=x - 4.5, y=y - 4.5, width=9, height=9, **shape)

    def _amount(self, pence: int | None) -> str:
        return printed(pence, Show.MONEY, self.unit)

    # Bars

    def _bars(self, parts: list[str], figures: Figures, chart: Chart, top: float) -> float:
        """Bars that lie below the name that they are of, their amounts in a column at the right."""
        amounts = [pence for each in figures.series for pence in each.pence if pence is not None]
        figure = max((text_width(self._amount(each)) for each in amounts), default=0) * _DIGIT
        ends = _ends(figures)
        scale = (self.width - figure - 2 * _GAP) / (ends[1] - ends[0] or 1)
        nil, y = -ends[0] * scale, top
        for place, label in enumerate(figures.labels):
            names = wrapped(label, self.width / _DIGIT, bold=True)
            for words in names[:_MOST_NAME_LINES]:
                y += _LINE
                parts.append(_text(0, y - 5, words, font_weight="bold"))
            first = y
            for each in figures.series:
                length = (each.pence[place] or 0) * scale
                if length:
                    x = nil + min(0.0, length)
                    parts.append(self._rect(each.of, x, y, abs(length), _BAR))
                words = self._amount(each.pence[place])
                parts.append(_text(self.width, y + _BAR - 2, words, text_anchor="end"))
                y += _BAR + _BETWEEN_BARS
            ink = self.theme.ink
            parts.append(_tag("line", x1=nil, x2=nil, y1=first - 2, y2=y, stroke=ink))
            y += _BETWEEN_NAMES
        parts.append(_text(0, y + 10, chart.amounts, fill=self.theme.muted))
        return y + _LINE

    # Lines

    def _lines(self, parts: list[str], figures: Figures, chart: Chart, top: float) -> float:
        """Lines from label to label, over a scale of amounts at the left."""
        least = self.unit * 100 // 10 ** money_digits(self.unit)
        ticks = _ticks(_ends(figures), least)
        left = max(text_width(self._amount(tick)) for tick in ticks) * _DIGIT + _GAP
        top += 2 * _GAP + _LINE * sum(each.of.marked is not None for each in figures.series)
        steps = max(1, len(figures.labels) - 1)
        left += max(0.0, text_width(figures.labels[0]) * _DIGIT / 2 - left)
        wide = self.width - left - max(map(text_width, figures.labels)) * _DIGIT / 2
        scale = _PLOT_HIGH / (ticks[-1] - ticks[0])

        def at(place: int, pence: int) -> tuple[float, float]:
            down = pence - ticks[0] if chart.savings_up else ticks[-1] - pence
            return left + wide * place / steps, top + down * scale

        for tick in ticks:
            _, y = at(0, tick)
            stroke = self.theme.rule if tick else self.theme.ink
            parts.append(_tag("line", x1=left, x2=left + wide, y1=y, y2=y, stroke=stroke))
            words = self._amount(tick)
            parts.append(_text(left - _GAP, y + 5, words, text_anchor="end", fill=self.theme.muted))
        marks, drawn = [], []
        for each in figures.series:
            points = [at(n, pence) for n, pence in enumerate(each.pence) if pence is not None]
            parts += self._stroke(each.of, points)
            parts += [self._marker(each.of, *point) for point in points]
            drawn += points
            if each.of.marked is not None:
                marks.append((each.of, at(each.of.marked, each.pence[each.of.marked] or 0)))
        parts += self._marks(marks, drawn, left)
        y = top + _PLOT_HIGH + _LINE + _GAP
        for place, label in _thinned(figures.labels, wide / steps):
            parts.append(_text(at(place, 0)[0], y, label, text_anchor="middle"))
        parts.append(_text(0, y + _LINE, chart.amounts, fill=self.theme.muted))
        return y + _LINE + _GAP

    def _marks(
        self,
        marks: Iterable[tuple[Series, tuple[float, float]]],
        points: Sequence[tuple[float, float]],
        left: float,
    ) -> Iterator[str]:
        """The words above the points that are marked, each where it covers none before it, none of
        all the ``points``, and none of the amounts that stand ``left`` of the lines."""
        # Middles and half widths of what is not to be covered.
        places = [(x, y + _LINE / 4, 0.0) for x, y in points]
        shape = {"text_anchor": "middle", "font_weight": "bold", "paint_order": "stroke"}
        halo = {"stroke": self.theme.paper, "stroke_width": 4}
        for series, point in sorted(marks, key=lambda mark: -mark[1][1]):
            half = text_width(series.mark) * BOLDER * _DIGIT / 2
            x = min(max(point[0], left + half), self.width - half)
            y = point[1] - 12
            while any(abs(y - b) < _LINE and abs(x - a) < half + c for a, b, c in places):
                y -= 4
            places.append((x, y, half))
            yield _text(x, y, series.mark, fill=self._colour(series), **shape, **halo)


def _pattern(number: int, colour: str) -> str:
    """What fills a square of eight pixels, by the number of a pattern above nil."""
    shape = {"fill": "none", "stroke": colour, "stroke_width": 2}
    match (number - 1) % 4:
        case 0:
            return _tag("path", d="M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4", **shape)
        case 1:
            return "".join(_tag("circle", cx=c, cy=c, r=1.5, fill=colour) for c in (2, 6))
        case 2:
            return _tag("path", d="M0,2 h8 M0,6 h8", **shape)
        case _:
            return _tag("path", d="M0,4 h8 M4,0 v8", **shape)


def _ends(figures: Figures) -> tuple[int, int]:
    """The least and the greatest of what is drawn, nil among them."""
    amounts = [pence or 0 for each in figures.series for pence in each.pence]
    return min([0, *amounts]), max([0, *amounts])


def _ticks(ends: tuple[int, int], least: int) -> list[int]:
    """Round amounts from below the least to above the greatest, a whole multiple of ``least`` pence
    apart: the last figure that is shown of them, so that none is rounded."""
    rounds = (least * each * 10**power for power in count() for each in (1, 2, 5))
    step = next(each for each in rounds if each * _TICKS >= ends[1] - ends[0])
    first = ends[0] // step
    last = max(-(-ends[1] // step), first + 1)
    return [number * step for number in range(first, last + 1)]


def _thinned(labels: Sequence[str], apart: float) -> Iterator[tuple[int, str]]:
    """The labels that stand side by side without touching, the first among them."""
    widest = max(map(text_width, labels)) * _DIGIT + _GAP
    every = max(1, ceil(widest / apart))
    return ((place, label) for place, label in enumerate(labels) if place % every == 0)
