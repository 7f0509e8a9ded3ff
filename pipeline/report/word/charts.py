"""A chart as Word's own, which its readers can restyle and read out: lines told apart by dash and
marker as well as by the colours of the document's theme."""

from xml.sax.saxutils import escape

from pipeline.core.money import MILLION
from pipeline.report.documents.document import Lines
from pipeline.report.word.styles import LANGUAGE

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_DASHES = ("solid", "dash", "sysDot", "lgDashDot")
_MARKERS = ("circle", "square", "triangle", "diamond")
_ACCENTS = 6
_AXES = (111_111_111, 222_222_222)


def chart_xml(chart: Lines) -> bytes:
    """The part of a chart."""
    # The numbers are in the report's unit: a format that scales as well would hide that.
    code = "#,##0.00;(#,##0.00);0" if chart.unit == MILLION else "#,##0;(#,##0);0"
    labels = _labels(chart.labels)
    series = "".join(
        f'<c:ser><c:idx val="{n}"/><c:order val="{n}"/>'
        f"<c:tx><c:v>{escape(name)}</c:v></c:tx>{_line(n)}"
        f"<c:cat>{labels}</c:cat><c:val>{_values(chart, pence, code)}</c:val>"
        '<c:smooth val="0"/></c:ser>'
        for n, (name, pence) in enumerate(chart.series)
    )
    legend = (
        '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>'
        if len(chart.series) > 1
        else ""
    )
    first, second = _AXES
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}"><c:date1904 val="0"/>'
        f'<c:lang val="{LANGUAGE}"/><c:roundedCorners val="0"/>'
        '<c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{series}'
        f'<c:marker val="1"/><c:axId val="{first}"/><c:axId val="{second}"/></c:lineChart>'
        f'<c:catAx><c:axId val="{first}"/>{_scaling("minMax")}<c:delete val="0"/>'
        '<c:axPos val="b"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="high"/>'
        f'<c:crossAx val="{second}"/><c:crosses val="autoZero"/></c:catAx>'
        # Savings, below nil, go up: a line that falls is read as bad news.
        f'<c:valAx><c:axId val="{second}"/>{_scaling("maxMin")}<c:delete val="0"/>'
        f'<c:axPos val="l"/><c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill>'
        '<a:schemeClr val="bg1"><a:lumMod val="85000"/></a:schemeClr></a:solidFill></a:ln></c:spPr>'
        f'</c:majorGridlines><c:numFmt formatCode="{code}" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f'<c:crossAx val="{first}"/><c:crosses val="autoZero"/></c:valAx></c:plotArea>{legend}'
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart></c:chartSpace>'
    ).encode()


def _scaling(orientation: str) -> str:
    return f'<c:scaling><c:orientation val="{orientation}"/></c:scaling>'


def _labels(words: tuple[str, ...]) -> str:
    points = "".join(
        f'<c:pt idx="{n}"><c:v>{escape(each)}</c:v></c:pt>' for n, each in enumerate(words)
    )
    return f'<c:strLit><c:ptCount val="{len(words)}"/>{points}</c:strLit>'


def _values(chart: Lines, pence: tuple[int, ...], code: str) -> str:
    points = "".join(
        f'<c:pt idx="{n}"><c:v>{each / 100 / chart.unit!r}</c:v></c:pt>'
        for n, each in enumerate(pence)
    )
    return (
        f"<c:numLit><c:formatCode>{code}</c:formatCode>"
        f'<c:ptCount val="{len(pence)}"/>{points}</c:numLit>'
    )


def _line(number: int) -> str:
    colour = f'<a:solidFill><a:schemeClr val="accent{number % _ACCENTS + 1}"/></a:solidFill>'
    return (
        f'<c:spPr><a:ln w="28575" cap="rnd">{colour}'
        f'<a:prstDash val="{_DASHES[number % len(_DASHES)]}"/></a:ln></c:spPr>'
        f'<c:marker><c:symbol val="{_MARKERS[number % len(_MARKERS)]}"/><c:size val="7"/>'
        f"<c:spPr>{colour}</c:spPr></c:marker>"
    )


def drawing(number: int, relation: str, name: str, description: str, size: tuple[int, int]) -> str:
    """The paragraph's run that shows a chart; ``size`` in EMU."""
    across, down = size
    attributes = f'id="{number}" name={_quoted(name)} descr={_quoted(description)}'
    return (
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{across}" cy="{down}"/><wp:docPr {attributes}/><wp:cNvGraphicFramePr/>'
        f'<a:graphic xmlns:a="{_A}"><a:graphicData uri="{_C}">'
        f'<c:chart xmlns:c="{_C}" r:id="{relation}"/></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


def _quoted(words: str) -> str:
    return '"' + escape(words, {'"': "&quot;", "\n": " "}) + '"'
