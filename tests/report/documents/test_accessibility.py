"""What a screen reader, weak eyes and print ask of the documents that go out, as the workbooks are
asked in tests/report/test_accessibility.py."""

import io
import re
from collections.abc import Iterator
from itertools import pairwise
from zipfile import ZipFile

import pytest
from lxml import etree

from pipeline.core.results import Results
from pipeline.report.documents.committee_paper import committee_paper
from pipeline.report.theme import WCAG_AA, contrast
from pipeline.report.word.render import render
from tests.report.cases import case_documents
from tests.report.documents.programmes import outcome_of, samples, write_everything

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = f"{W}val"
HEADING = re.compile("heading ([1-9])", re.IGNORECASE)
BLACK, WHITE = "#000000", "#FFFFFF"


class Opened:
    """The parts of a .docx that a reader follows."""

    def __init__(self, content: bytes) -> None:
        with ZipFile(io.BytesIO(content)) as archive:
            self.body = etree.fromstring(archive.read("word/document.xml"))
            self.sheet = etree.fromstring(archive.read("word/styles.xml"))
            self.properties = archive.read("docProps/core.xml").decode()
        self.styles = {each.get(f"{W}styleId"): each for each in self.sheet.iter(f"{W}style")}

    def name(self, style_id: str) -> str:
        return str(self.styles[style_id].find(f"{W}name").get(VAL))

    def inherited(self, style_id: str, path: str, attribute: str) -> str | None:
        """What a style or the nearest one that it is based on says."""
        style = self.styles.get(style_id)
        while style is not None:
            where = style.find(path)
            if where is not None:
                return str(where.get(attribute))
            base = style.find(f"{W}basedOn")
            style = None if base is None else self.styles.get(base.get(VAL))
        where = self.sheet.find(f"{W}docDefaults/{W}rPrDefault/{path}")
        return None if where is None else str(where.get(attribute))

    def ink(self, style_id: str) -> str:
        return hexed(self.inherited(style_id, f"{W}rPr/{W}color", VAL)) or BLACK

    def ground(self, style_id: str) -> str | None:
        return hexed(self.inherited(style_id, f"{W}pPr/{W}shd", f"{W}fill"))

    def words(self) -> Iterator[tuple[str, str]]:
        """The style of each paragraph of the text, and what it stands on: a fill of its own, of
        the row of headings, or the page."""
        for paragraph in self.body.iter(f"{W}p"):
            style_id = style_of(paragraph)
            yield style_id, self.ground(style_id) or self.row_ground(paragraph) or WHITE

    def row_ground(self, paragraph: etree._Element) -> str | None:
        row = next(paragraph.iterancestors(f"{W}tr"), None)
        if row is None or row.find(f"{W}trPr/{W}tblHeader") is None:
            return None
        (table,) = row.iterancestors(f"{W}tbl")
        style = self.styles[table.find(f"{W}tblPr/{W}tblStyle").get(VAL)]
        fill = style.find(f"{W}tblStylePr[@{W}type='firstRow']/{W}tcPr/{W}shd")
        return None if fill is None else hexed(fill.get(f"{W}fill"))

    def levels(self) -> list[int]:
        """Of the headings, in the order of the text; the title is none."""
        matches = (HEADING.fullmatch(self.name(style_of(p))) for p in self.body.iter(f"{W}p"))
        return [int(match[1]) for match in matches if match]


def style_of(paragraph: etree._Element) -> str:
    return str(paragraph.find(f"{W}pPr/{W}pStyle").get(VAL))


def hexed(colour: str | None) -> str | None:
    return f"#{colour}" if colour and colour != "auto" else None


def contents(results: Results) -> Iterator[bytes]:
    yield render(committee_paper(results))
    yield from map(render, case_documents(results).values())


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[Opened]:
    """Both kinds of documents, of a programme with something in every section, and of the
    samples."""
    folder = tmp_path_factory.mktemp("everything")
    write_everything(folder)
    every = [each.results for each in (outcome_of(folder), *samples())]
    return [Opened(c) for results in every if results is not None for c in contents(results)]


def test_both_kinds_of_documents_are_looked_at(documents: list[Opened]) -> None:
    assert len(documents) >= 6
    assert sum("Business case" in each.properties for each in documents) >= 2


def test_words_can_be_read_on_what_they_stand_on(documents: list[Opened]) -> None:
    for each in documents:
        pairs = set(each.words())
        assert {WHITE} < {ground for _, ground in pairs}
        for style_id, ground in pairs:
            assert contrast(each.ink(style_id), ground) >= WCAG_AA, each.name(style_id)


def test_margins_notes_and_words_in_bold_can_be_read_on_the_page(documents: list[Opened]) -> None:
    for each in documents:
        for style_id, style in each.styles.items():
            if style.get(f"{W}type") in {"paragraph", "character"}:
                assert contrast(each.ink(style_id), each.ground(style_id) or WHITE) >= WCAG_AA


def test_headings_begin_at_the_top_and_skip_no_level(documents: list[Opened]) -> None:
    for each in documents:
        levels = each.levels()
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_a_heading_has_something_below_it(documents: list[Opened]) -> None:
    """A paragraph, a table or a heading of a lower level before the next one like it."""
    for each in documents:
        blocks = [b for b in each.body.find(f"{W}body") if b.tag in {f"{W}p", f"{W}tbl"}]
        matches = [
            HEADING.fullmatch(each.name(style_of(b))) if b.tag == f"{W}p" else None for b in blocks
        ]
        assert matches[-1] is None
        for first, second in pairwise(matches):
            assert not (first and second) or first[1] < second[1], first


def test_every_table_repeats_one_row_of_headings_and_is_described(
    documents: list[Opened],
) -> None:
    for each in documents:
        for table in each.body.iter(f"{W}tbl"):
            rows = list(table.iter(f"{W}tr"))
            repeated = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
            assert repeated == [True, *[False] * (len(rows) - 1)]
            assert all("".join(cell.itertext()).strip() for cell in rows[0].iter(f"{W}tc")), (
                "a heading is blank"
            )
            described = table.find(f"{W}tblPr/{W}tblDescription")
            assert len(described.get(VAL)) > 10
            assert not list(table.iter(f"{W}gridSpan", f"{W}vMerge"))


def test_every_drawing_has_words_of_its_own(documents: list[Opened]) -> None:
    drawings = 0
    for each in documents:
        texts = [
            properties.get("descr", "")
            for drawing in each.body.iter(f"{W}drawing")
            for properties in drawing.iter()
            if etree.QName(properties).localname == "docPr"
        ]
        assert len(texts) == len(list(each.body.iter(f"{W}drawing")))
        assert all(len(text) > 10 for text in texts)
        assert len(set(texts)) == len(texts)
        assert not list(each.body.iter(f"{W}pict"))
        drawings += len(texts)
    assert drawings >= len(samples())


def test_documents_are_in_british_english_and_have_a_title(documents: list[Opened]) -> None:
    for each in documents:
        assert {one.get(VAL) for one in each.sheet.iter(f"{W}lang")} == {"en-GB"}
        assert not list(each.body.iter(f"{W}lang"))
        assert "<dc:language>en-GB</dc:language>" in each.properties
        assert re.search("<dc:title>[^<]+</dc:title>", each.properties)
