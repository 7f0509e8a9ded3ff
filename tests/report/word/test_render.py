"""What a word processor, a screen reader and a council's template find in a document."""

import io
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import RGBColor
from lxml import etree

from pipeline.report.documents.document import (
    Document,
    Grid,
    Heading,
    Lines,
    Paragraph,
    Style,
    Text,
    cells,
)
from pipeline.report.theme import HOUSE
from pipeline.report.word.render import render
from pipeline.report.word.template import TemplateError, check

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NOTE = Text("One-off divided by annual cashable.")
HEADINGS = ("Organisation", "One-off: Best case")


def document(**changes: object) -> Document:
    return replace(
        Document(
            "paper.docx",
            "Joint working & more",
            "Committee paper",
            datetime(2012, 4, 1),
            (
                Paragraph(Text("Joint working"), Style.TITLE),
                Heading("Costs"),
                Paragraph(Text("It costs £5 <today> & saves.\nLater too.", note=NOTE)),
                Paragraph(Text("By baseline"), Style.BULLET),
                Paragraph(Text("Write here."), Style.AUTHOR_NOTE),
                Heading("Corporate", 2),
                Grid(
                    Text("Corporate, £000", note=Text("Rounded.")),
                    HEADINGS,
                    cells([("Total programme", "(1,804)"), ("Alpha \x07Council", "–")]),
                    (3, 1),
                    frozenset({1}),
                    frozenset({0}),
                    "One-off by organisation",
                    {1: NOTE},
                ),
                Lines(
                    Text("Running total, £000"),
                    ("2012/13", "2013/14"),
                    (("Best & first", (100_000, -200_000)), ("Worst", (300_000, 0))),
                    1_000,
                    'Lines "of" running totals',
                ),
            ),
            "OFFICIAL",
            "Version 1: Cabinet, issued 30 April 2012",
        ),
        **changes,
    )


@pytest.fixture(scope="module")
def rendered() -> bytes:
    return render(document())


def parts(content: bytes) -> dict[str, etree._Element]:
    with ZipFile(io.BytesIO(content)) as archive:
        return {
            name: etree.fromstring(archive.read(name))
            for name in archive.namelist()
            if name.endswith((".xml", ".rels"))
        }


def template(change: object = None) -> bytes:
    """A council's own .docx: its heading is red, its text is a letter, its author has a name."""
    word = docx.Document()
    word.styles["Heading 1"].font.color.rgb = RGBColor(0xC0, 0, 0)
    word.styles.add_style("Numbered Paragraph", WD_STYLE_TYPE.PARAGRAPH)
    word.add_paragraph("A letter about something else")
    word.sections[0].footer.paragraphs[0].text = "Northshire Council"
    word.core_properties.author = "Jo Writer"
    word.core_properties.comments = "kept on //server/jo"
    if callable(change):
        change(word)
    stream = io.BytesIO()
    word.save(stream)
    return stream.getvalue()


# What everybody finds


def test_the_text_is_there_in_order(rendered: bytes) -> None:
    word = docx.Document(io.BytesIO(rendered))
    said = [(p.style.name, p.text) for p in word.paragraphs if p.text]
    assert said == [
        ("Title", "Joint working"),
        ("Heading 1", "Costs"),
        ("Numbered Paragraph", "It costs £5 <today> & saves.\nLater too."),
        ("List Bullet", "By baseline"),
        ("Author Note", "Write here."),
        ("Heading 2", "Corporate"),
        ("Savings Caption", "Table : Corporate, £000"),
        ("Savings Caption", "Figure : Running total, £000"),
    ]
    (table,) = word.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        list(HEADINGS),
        ["Total programme", "(1,804)"],
        ["Alpha \ufffdCouncil", "–"],
    ]


def test_all_looks_are_styles(rendered: bytes) -> None:
    """No run or paragraph bears formatting of its own, in the text, the notes or on the margins."""
    for name, part in parts(rendered).items():
        if re.match(r"word/(document|footnotes|header|footer)", name):
            for properties in part.iter(f"{W}rPr"):
                assert {child.tag for child in properties} == {f"{W}rStyle"}, name
            for properties in part.iter(f"{W}pPr"):
                assert {child.tag for child in properties} == {f"{W}pStyle"}, name


def test_every_style_that_is_named_is_there(rendered: bytes) -> None:
    for content in (rendered, render(document(), replace(HOUSE, document=template()))):
        every = parts(content)
        ids = {each.get(f"{W}styleId") for each in every["word/styles.xml"].iter(f"{W}style")}
        for part in every.values():
            for tag in ("pStyle", "rStyle", "tblStyle", "basedOn", "next"):
                assert {each.get(f"{W}val") for each in part.iter(f"{W}{tag}")} <= ids


def test_tables_repeat_their_headings_and_keep_their_rows_whole(rendered: bytes) -> None:
    (table,) = parts(rendered)["word/document.xml"].iter(f"{W}tbl")
    first, *others = table.iter(f"{W}tr")
    assert first.find(f"{W}trPr/{W}tblHeader") is not None
    assert all(row.find(f"{W}trPr/{W}tblHeader") is None for row in others)
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in (first, *others))
    assert not list(table.iter(f"{W}gridSpan", f"{W}vMerge"))
    described = table.find(f"{W}tblPr/{W}tblDescription")
    assert described is not None
    assert described.get(f"{W}val") == "One-off by organisation"


def test_captions_count_by_fields(rendered: bytes) -> None:
    fields = parts(rendered)["word/document.xml"].iter(f"{W}fldSimple")
    assert [each.get(f"{W}instr") for each in fields] == [
        " SEQ Table \\* ARABIC ",
        " SEQ Figure \\* ARABIC ",
    ]


def test_sections_and_paragraphs_are_numbered_by_their_styles(rendered: bytes) -> None:
    every = parts(rendered)
    levels = every["word/numbering.xml"].iter(f"{W}lvl")
    found = {
        (level.find(f"{W}pStyle").get(f"{W}val"), level.find(f"{W}lvlText").get(f"{W}val"))
        for level in levels
        if level.find(f"{W}pStyle") is not None
    }
    assert found == {("Heading1", "%1."), ("NumberedParagraph", "%1.%2.")}


def test_footnotes_are_footnotes(rendered: bytes) -> None:
    every = parts(rendered)
    notes = every["word/footnotes.xml"]
    texts = {
        note.get(f"{W}id"): "".join(note.itertext()).strip() for note in notes.iter(f"{W}footnote")
    }
    assert texts == {"-1": "", "0": "", "1": NOTE.words, "2": "Rounded.", "3": NOTE.words}
    marks = every["word/document.xml"].iter(f"{W}footnoteReference")
    assert [each.get(f"{W}id") for each in marks] == ["1", "2", "3"]


def test_charts_have_words_and_figures(rendered: bytes) -> None:
    every = parts(rendered)
    drawing = next(each for each in every["word/document.xml"].iter() if each.tag.endswith("docPr"))
    assert drawing.get("descr") == 'Lines "of" running totals'
    chart = every["word/charts/chart1.xml"]
    texts = [each.text for each in chart.iter() if each.tag.endswith("}v")]
    assert texts == [
        *("Best & first", "2012/13", "2013/14", "1.0", "-2.0"),
        *("Worst", "2012/13", "2013/14", "3.0", "0.0"),
    ]
    dashes = [each.get("val") for each in chart.iter() if each.tag.endswith("prstDash")]
    assert len(set(dashes)) == 2


def test_the_language_is_british(rendered: bytes) -> None:
    every = parts(rendered)
    (language,) = every["word/styles.xml"].iter(f"{W}lang")
    assert language.get(f"{W}val") == "en-GB"
    assert docx.Document(io.BytesIO(rendered)).core_properties.language == "en-GB"


def test_it_says_nothing_of_who_made_it_where_and_when(rendered: bytes) -> None:
    again = render(document())
    assert again == rendered
    for content in (rendered, render(document(), replace(HOUSE, document=template()))):
        with ZipFile(io.BytesIO(content)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            every = b"".join(archive.read(name) for name in archive.namelist())
            names = set(archive.namelist())
        for secret in (b"Jo Writer", b"server", b"A letter", b"python-docx", b"/home", b"/tmp"):
            assert secret not in every
        assert not {name for name in names if "customXml" in name or "app.xml" in name}
        properties = docx.Document(io.BytesIO(content)).core_properties
        assert (properties.author, properties.last_modified_by) == ("", "")
        assert properties.title == "Joint working & more"
        assert properties.created == properties.modified
        assert properties.created.replace(tzinfo=None) == datetime(2012, 4, 1)


def test_every_page_bears_marking_and_version(rendered: bytes) -> None:
    (section,) = docx.Document(io.BytesIO(rendered)).sections
    assert [p.text for p in section.header.paragraphs] == ["OFFICIAL"]
    assert [p.text for p in section.footer.paragraphs] == [
        "Version 1: Cabinet, issued 30 April 2012 · Page "
    ]


# A council's own template


def test_a_template_takes_the_document_over() -> None:
    content = render(document(), replace(HOUSE, document=template()))
    word = docx.Document(io.BytesIO(content))
    assert word.styles["Heading 1"].font.color.rgb == RGBColor(0xC0, 0, 0)
    assert [p.text for p in word.paragraphs if p.style.name == "Heading 1"] == ["Costs"]
    (section,) = word.sections
    assert [p.text for p in section.footer.paragraphs] == [
        "Northshire Council",
        "Version 1: Cabinet, issued 30 April 2012",
    ]
    # What it lacks is added, once.
    names = [each.name for each in word.styles]
    assert len(names) == len(set(names))
    assert {"Savings Table", "Savings Table Figure", "Author Note"} <= set(names)


def test_first_and_even_pages_bear_the_version_too() -> None:
    def apart(word: docx.document.Document) -> None:
        word.settings.odd_and_even_pages_header_footer = True
        word.sections[0].different_first_page_header_footer = True

    content = render(document(), replace(HOUSE, document=template(apart)))
    (section,) = docx.Document(io.BytesIO(content)).sections
    for footer in (section.footer, section.first_page_footer, section.even_page_footer):
        assert footer.paragraphs[-1].text == "Version 1: Cabinet, issued 30 April 2012"


def test_what_the_last_section_takes_from_the_one_before_is_kept() -> None:
    def in_two(word: docx.document.Document) -> None:
        word.sections[0].header.paragraphs[0].text = "Report to Cabinet"
        word.add_section()

    content = render(document(), replace(HOUSE, document=template(in_two)))
    (section,) = docx.Document(io.BytesIO(content)).sections
    assert section.header.paragraphs[0].text == "Report to Cabinet"
    assert section.footer.paragraphs[0].text == "Northshire Council"


def test_what_is_no_template_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:
        archive.writestr(ZipInfo("hello.txt"), "hello")
    for content in (b"", b"no zip", stream.getvalue()):
        with pytest.raises(TemplateError):
            check(content)


def test_a_template_that_shows_what_is_in_another_file_is_refused() -> None:
    def linked(word: docx.document.Document) -> None:
        part = word.sections[0].footer.part
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
        part.relate_to("file:///home/jo/logo.png", kind, is_external=True)

    with pytest.raises(TemplateError, match="another file"):
        check(template(linked))
