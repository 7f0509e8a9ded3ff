"""A council's house style: what theme.toml may say, and what it makes of the reports."""

import io
import os
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest

from pipeline.core.results import Results
from pipeline.report.excel.errors import RenderError
from pipeline.report.excel.picture import picture_size
from pipeline.report.theme import HOUSE, Theme, contrast
from pipeline.report.theme_file import COLOURS, ThemeError, faint_pairs, mix, read_theme
from tests.report import fake
from tests.report.built import build


def png(width: int = 300, height: int = 100) -> bytes:
    """A picture in one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\x6b\x1f\x7c" * width) * height
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def themed(folder: Path, text: str) -> Theme:
    path = folder / "theme.toml"
    path.write_text(text, encoding="utf-8")
    return read_theme(path)


FULL = """
logo = "logo.png"
logo_words = "The council's arms"
marking = "OFFICIAL-SENSITIVE"

[font]
name = "Calibri"
size = 12

[colours]
brand = "#6B1F7C"
link = "#1D4F91"
charts = ["#6B1F7C", "#8A5A00"]
"""


@pytest.fixture
def full(tmp_path: Path) -> Theme:
    (tmp_path / "logo.png").write_bytes(png())
    return themed(tmp_path, FULL)


def test_what_a_theme_says_holds(full: Theme) -> None:
    assert (full.font, full.size) == ("Calibri", 12)
    assert full.brand == "#6B1F7C"
    assert full.chart == ("#6B1F7C", "#8A5A00")
    assert (full.marking, full.logo_words) == ("OFFICIAL-SENSITIVE", "The council's arms")
    assert full.ink == HOUSE.ink


@pytest.mark.parametrize(
    "brand", ["#000000", "#004225", "#12355B", "#7A0019", "#00695C", "#4B0082"]
)
def test_a_dark_brand_alone_makes_a_theme_that_can_be_read(tmp_path: Path, brand: str) -> None:
    theme = themed(tmp_path, f'[colours]\nbrand = "{brand}"\n')
    assert faint_pairs(theme) == []
    assert contrast(theme.strong_tint, theme.paper) > 1.1


def test_an_empty_theme_is_the_projects_own(tmp_path: Path) -> None:
    assert themed(tmp_path, "") == HOUSE


def test_tints_and_charts_follow_the_brand(tmp_path: Path) -> None:
    theme = themed(tmp_path, '[colours]\nbrand = "#6B1F7C"\n')
    assert theme.tint == mix("#6B1F7C", 0.07) != HOUSE.tint
    assert theme.strong_tint == mix("#6B1F7C", 0.16)
    assert theme.chart[0] == "#6B1F7C"
    assert contrast(theme.brand, theme.strong_tint) >= 4.5
    own = themed(tmp_path, '[colours]\nbrand = "#6B1F7C"\ntint = "#F7F7F7"\n')
    assert own.tint == "#F7F7F7"


@pytest.mark.parametrize(
    ("name", "size", "digit", "column", "row"),
    [
        ("Arial", 11, 8, 72, 19),
        ("Arial", 10, 7, 64, 18),
        ("Calibri", 11, 7, 64, 20),
        ("Verdana", 11, 9, 80, 19),
        ("Arial", 9, 7, 64, 16),
        ("Some Council Sans", 12, 9, 80, 21),
    ],
)
def test_cells_are_as_large_as_the_font_makes_them(
    tmp_path: Path, name: str, size: int, digit: int, column: int, row: int
) -> None:
    theme = themed(tmp_path, f'[font]\nname = "{name}"\nsize = {size}\n')
    assert (theme.digit_pixels, theme.column_pixels, theme.row_pixels) == (digit, column, row)


def test_every_colour_is_one_of_a_theme() -> None:
    assert all(isinstance(getattr(HOUSE, name), str) for name in COLOURS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour = 1", "there is no “colour” in a theme (did you mean “colours”?)"),
        (
            '[colours]\nbrnad = "#000000"',
            "there is no “brnad” in [colours] (did you mean “brand”?)",
        ),
        ("colours = 1", "“colours” must be a table: [colours]"),
        ('[colours]\nbrand = "purple"', "brand is no colour: write it as #12355B"),
        ("[colours]\nbrand = 7", "brand is no colour"),
        ("[colours]\ncharts = 7", "charts must be a list of colours"),
        ('[colours]\ncharts = ["red"]', "charts is no colour"),
        ("[font]\nsize = 14", "the font's size must be from 9 to 12 points"),
        ('[font]\nsize = "big"', "the font's size must be"),
        ("[font]\nname = 7", "name must be a text in quotes"),
        ("marking = 7", "marking must be a text in quotes"),
        ("logo = 7", "logo must be the name of a file in quotes"),
        ('logo = "none.png"', "the logo none.png can't be read (No such file or directory)"),
        ('logo = "theme.toml"', "the logo theme.toml is neither a PNG nor a JPEG picture"),
        ("[colours", "is no TOML file"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ThemeError, match=r"theme\.toml") as raised:
        themed(tmp_path, text)
    assert said in str(raised.value)


def test_a_missing_theme_is_said(tmp_path: Path) -> None:
    with pytest.raises(ThemeError, match="can't be read"):
        read_theme(tmp_path / "theme.toml")


def test_a_broken_or_too_large_logo_is_refused(tmp_path: Path) -> None:
    for content, said in (
        (b"\x89PNG\r\n\x1a\n", "can't be shown"),
        (png() + b"\0" * 1_000_000, "more than a megabyte"),
    ):
        (tmp_path / "logo.png").write_bytes(content)
        with pytest.raises(ThemeError, match=said):
            themed(tmp_path, 'logo = "logo.png"')


def test_a_picture_of_very_many_pixels_is_refused(tmp_path: Path) -> None:
    content = bytearray(png())
    content[16:24] = (100_000).to_bytes(4, "big") * 2
    (tmp_path / "logo.png").write_bytes(content)
    with pytest.raises(ThemeError, match="it is 100,000 by 100,000 pixels; save it with at most"):
        themed(tmp_path, 'logo = "logo.png"')


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_only_ordinary_files_are_a_theme_and_a_logo(tmp_path: Path) -> None:
    (tmp_path / "real.png").write_bytes(png())
    (tmp_path / "link.png").symlink_to(tmp_path / "real.png")
    os.mkfifo(tmp_path / "pipe.png")
    for name, said in (
        ("link.png", "the logo link.png is a link"),
        ("pipe.png", "the logo pipe.png is no ordinary file"),
    ):
        with pytest.raises(ThemeError, match=said):
            themed(tmp_path, f'logo = "{name}"')
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(ThemeError, match="the theme is no ordinary file"):
        read_theme(tmp_path / "pipe.toml")
    (tmp_path / "large.toml").write_text("#" * 1_000_001)
    with pytest.raises(ThemeError, match="the theme has more than a megabyte"):
        read_theme(tmp_path / "large.toml")


def test_a_faint_pair_is_named_with_its_contrast(tmp_path: Path) -> None:
    with pytest.raises(ThemeError) as raised:
        themed(tmp_path, '[colours]\nbrand = "#FFCC00"\n')
    assert (
        "text in on_brand (#FFFFFF) on brand (#FFCC00) has a contrast of 1.51 to 1, and WCAG AA "
        "asks for 4.5."
    ) in str(raised.value)
    assert "charts in #FFCC00 on white have a contrast of 1.51 to 1" in str(raised.value)


def test_a_light_brand_may_have_dark_words_on_it(tmp_path: Path) -> None:
    with pytest.raises(ThemeError, match=r"text in brand .* on paper"):
        themed(tmp_path, '[colours]\nbrand = "#FFCC00"\non_brand = "#000000"\n')


def test_the_projects_own_colours_pass() -> None:
    assert faint_pairs(HOUSE) == []


def test_the_cover_bears_the_logo_with_words(fake_results: Results, full: Theme) -> None:
    outputs = build(fake_results, full)
    for name in ("programme-summary.xlsx", "partners/NORTH.xlsx"):
        with zipfile.ZipFile(io.BytesIO(outputs[name])) as archive:
            media = [each for each in archive.namelist() if each.startswith("xl/media/")]
            assert len(media) == 1
            assert archive.read(media[0]) == png()
            drawing = archive.read("xl/drawings/drawing1.xml").decode()
        assert 'descr="The council\'s arms"' in drawing
        book = openpyxl.load_workbook(io.BytesIO(outputs[name]))
        assert book["Cover"].row_dimensions[1].height >= 48


def test_fonts_and_colours_are_those_of_the_theme(fake_results: Results, full: Theme) -> None:
    sheet = fake.opened(build(fake_results, full)["programme-summary.xlsx"])["Summary"]
    assert sheet["A1"].font.name == "Calibri"
    assert sheet["A1"].font.color.rgb == "FF6B1F7C"
    (table,) = sheet.tables.values()
    head = sheet[table.ref][0][0]
    assert (head.fill.fgColor.rgb, head.font.sz) == ("FF6B1F7C", 12)


def test_a_programmes_own_marking_goes_first(full: Theme) -> None:
    for own, shown in (("SECRET", "SECRET"), ("", "OFFICIAL-SENSITIVE")):
        outputs = build(fake.results(programme=fake.programme(marking=own)), full)
        for name, content in outputs.items():
            if name.endswith(".xlsx"):
                for sheet in fake.opened(content).worksheets:
                    assert sheet.oddFooter.center.text.strip() == shown


def test_a_theme_gives_the_same_bytes_again(fake_results: Results, full: Theme) -> None:
    assert build(fake_results, full) == build(fake_results, full)


def test_a_picture_has_a_size() -> None:
    assert picture_size(png(200, 50)) == (200, 50)
    with pytest.raises(RenderError):
        picture_size(b"\x89PNG\r\n\x1a\n")


def word_document() -> bytes:
    stream = io.BytesIO()
    docx.Document().save(stream)
    return stream.getvalue()


def test_a_word_document_is_the_template_of_the_documents(tmp_path: Path) -> None:
    content = word_document()
    (tmp_path / "Report.DOCX").write_bytes(content)
    assert read_theme(tmp_path / "Report.DOCX") == replace(HOUSE, document=content)
    theme = themed(tmp_path, 'document = "Report.DOCX"\nmarking = "OFFICIAL"')
    assert (theme.document, theme.marking) == (content, "OFFICIAL")


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 broken"])
def test_what_is_no_word_document_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "report.docx").write_bytes(content)
    for path, text in ((tmp_path / "report.docx", ""), (tmp_path / "theme.toml", "report.docx")):
        if text:
            path.write_text(f'document = "{text}"', encoding="utf-8")
        with pytest.raises(ThemeError, match=r"report\.docx can't serve: it is no Word document"):
            read_theme(path)


def test_a_template_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ThemeError, match=r"the template none\.docx can't be read"):
        themed(tmp_path, 'document = "none.docx"')
    with pytest.raises(ThemeError, match=r"document must be the name of a \.docx"):
        themed(tmp_path, "document = 3")
