"""The text of a document as WordprocessingML, put together as text: a library that makes an object
of each cell takes many times as long over the tables of a few hundred business cases.

Paragraphs and runs name their styles, and bear no other formatting.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from pipeline.report.documents.document import (
    Block,
    Cell,
    Document,
    Grid,
    Heading,
    Lines,
    Paragraph,
    Style,
    Text,
)
from pipeline.report.safe import visible
from pipeline.report.word import charts

_HEADINGS = (Style.HEADING_1, Style.HEADING_2, Style.HEADING_3)
_TABLE, _CHART = "Table", "Figure"
# A chart is as wide as the text, and lies down.
_EMU_A_TWIP, _CHART_HEIGHT = 635, 0.5


@dataclass
class Written:
    """The XML of a document's blocks and footnotes."""

    blocks: list[str] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)


@dataclass
class Writer:
    """Writes blocks. ``ids``: the styles' ids by name, in lower case; ``width``: of the text, in
    twentieths of a point; ``add_chart``: takes a chart's part, and gives its relation."""

    ids: Mapping[str, str]
    width: int
    add_chart: Callable[[bytes], str]
    written: Written = field(default_factory=Written)
    counts: dict[str, int] = field(default_factory=dict)

    def write(self, document: Document) -> Written:
        """All of a document."""
        for block in document.blocks:
            self.written.blocks.append(self._block(block))
        if isinstance(document.blocks[-1], Grid):  # Word wants a paragraph at the end
            self.written.blocks.append(self._paragraph(Text(""), Style.CELL))
        return self.written

    def _block(self, block: Block) -> str:
        match block:
            case Heading(words, level):
                return self._paragraph(Text(words), _HEADINGS[level - 1])
            case Paragraph(text, style):
                return self._paragraph(text, style)
            case Lines():
                return self._chart(block)
            case Grid():
                return self._grid(block)

    def __post_init__(self) -> None:
        self._quoted = {style: quoteattr(self.ids[style.value.casefold()]) for style in Style}
        self._starts = {
            style: f"<w:p><w:pPr><w:pStyle w:val={style_id}/></w:pPr>"
            for style, style_id in self._quoted.items()
        }

    def _id(self, style: Style) -> str:
        return self._quoted[style]

    def _paragraph(self, text: Text, style: Style, before: str = "") -> str:
        return f"{self._starts[style]}{before}{self._runs(text)}</w:p>"

    def _runs(self, text: Cell, strong: str = "") -> str:
        words, note = (text, None) if isinstance(text, str) else (text.words, text.note)
        words = visible(words)
        content = "<w:br/>".join(map(_text, words.split("\n"))) if "\n" in words else _text(words)
        runs = f"<w:r>{strong}{content}</w:r>" if words else ""
        return runs if note is None else runs + self._reference(note)

    def _reference(self, note: Text) -> str:
        """The mark of a footnote, whose text is set down."""
        notes = self.written.footnotes
        number = len(notes) + 1
        mark = f"<w:rPr><w:rStyle w:val={self._id(Style.FOOTNOTE_REFERENCE)}/></w:rPr>"
        notes.append(
            f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val='
            f"{self._id(Style.FOOTNOTE)}/></w:pPr><w:r>{mark}<w:footnoteRef/></w:r>"
            f"{self._runs(Text(' ' + note.words))}</w:p></w:footnote>"
        )
        return f'<w:r>{mark}<w:footnoteReference w:id="{number}"/></w:r>'

    def _caption(self, kind: str, text: Text) -> str:
        """A caption with its number in a field, so that the numbers follow where the document
        becomes part of another."""
        number = self.counts[kind] = self.counts.get(kind, 0) + 1
        field_xml = (
            f'<w:r>{_text(f"{kind} ")}</w:r><w:fldSimple w:instr=" SEQ {kind} \\* ARABIC ">'
            f"<w:r>{_text(str(number))}</w:r></w:fldSimple><w:r>{_text(': ')}</w:r>"
        )
        return self._paragraph(text, Style.KEPT_CAPTION, field_xml)

    def _chart(self, chart: Lines) -> str:
        relation = self.add_chart(charts.chart_xml(chart))
        caption = self._caption(_CHART, chart.caption)
        across = self.width * _EMU_A_TWIP
        size = across, round(across * _CHART_HEIGHT)
        number = self.counts[_CHART]
        run = charts.drawing(number, relation, f"Chart {number}", chart.description, size)
        return f"{caption}{self._starts[Style.PICTURE]}{run}</w:p>"

    # Tables

    def _grid(self, grid: Grid) -> str:
        caption = (
            self._caption(_TABLE, grid.caption)
            if grid.numbered
            else self._paragraph(grid.caption, Style.KEPT_CAPTION)
        )
        widths = _shared(grid.widths, self.width)
        strong = f"<w:rPr><w:rStyle w:val={self._id(Style.STRONG)}/></w:rPr>"
        look = ' w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1"'
        described = (
            f"<w:tblCaption w:val={_attribute(grid.caption.words)}/>"
            f"<w:tblDescription w:val={_attribute(grid.description or grid.caption.words)}/>"
        )
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        heads = self._cell_starts(grid, widths, Style.CELL_HEADING, Style.FIGURE_HEADING)
        rows = [self._row(heads, grid.heading_texts, "<w:tblHeader/>")]
        starts = self._cell_starts(grid, widths, Style.CELL, Style.FIGURE)
        for number, row in enumerate(grid.rows):
            rows.append(self._row(starts, row, strong=strong if number in grid.strong else ""))
        return (
            f"{caption}<w:tbl><w:tblPr><w:tblStyle w:val={self._id(Style.TABLE)}/>"
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            f'<w:tblLook w:val="0620"{look} w:noVBand="1"/>{described}</w:tblPr>'
            f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
        )

    def _cell_starts(
        self, grid: Grid, widths: Iterable[int], words: Style, figures: Style
    ) -> list[str]:
        """By column what stands before the runs of a cell."""
        return [
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f"{self._starts[figures if number in grid.numbers else words]}"
            for number, width in enumerate(widths)
        ]

    def _row(
        self, starts: Iterable[str], texts: Iterable[Cell], repeated: str = "", strong: str = ""
    ) -> str:
        cells = "".join(
            f"{start}{self._runs(text, strong)}</w:p></w:tc>"
            for start, text in zip(starts, texts, strict=True)
        )
        return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>"


def _shared(widths: tuple[float, ...], whole: int) -> list[int]:
    """A width in parts, whole twentieths of a point that add up to it."""
    total, ends, position = sum(widths), [0], 0.0
    for width in widths:
        position += width
        ends.append(round(whole * position / total))
    return [stop - start for start, stop in pairwise(ends)]


def _text(words: str) -> str:
    space = ' xml:space="preserve"' if words != words.strip() else ""
    text = f"<w:t{space}>{escape(words)}</w:t>"
    return text.replace("\t", f"</w:t><w:tab/><w:t{space}>") if "\t" in text else text


def _attribute(words: str) -> str:
    return quoteattr(" ".join(visible(words).split()))
