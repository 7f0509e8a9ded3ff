"""The package of a workbook: its parts are XlsxWriter's, its language is ours."""

import inspect
import io
import sys
import warnings
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings, SharedStringTable
from xlsxwriter.table import Table
from xlsxwriter.workbook import Workbook

import pipeline.report.archive as archive_module
import pipeline.report.excel.archive as workbook_archive
from pipeline.core.deflater import deflater
from pipeline.report.archive import Archive
from pipeline.report.chunks import Chunks
from pipeline.report.excel.archive import (
    ArchivePart,
    ArchiveStrings,
    PackedWorkbook,
    british,
    table_xml,
)
from pipeline.report.excel.bulk_rows import BulkChunk
from pipeline.report.excel.errors import RenderError
from pipeline.report.excel.worksheet import ReadyTable, ReadyWorksheet
from pipeline.report.safe import unique_headings

# A picture of one pixel.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cf"
    "c00000030101001860c1d30000000049454e44ae426082"
)


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        return {name: archive.read(name) for name in archive.namelist()}


def archived(fill: Callable[[Archive], None]) -> bytes:
    stream = io.BytesIO()
    with Archive(stream) as archive:
        fill(archive)
    return stream.getvalue()


def fill(book: Workbook) -> None:
    book.set_properties({"created": datetime(2012, 4, 1)})
    sheet = book.add_worksheet("Sheet1")
    sheet.write_row(0, 0, ["a & b", " padded ", "é", 12.5, "_x0041_"])
    sheet.insert_image(3, 3, "one.png", {"image_data": io.BytesIO(PICTURE)})
    chart: Any = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Sheet1!$D$1"})
    chart.set_title({"name": "Title"})
    sheet.insert_chart(5, 5, chart)
    book.close()


def test_without_isal_the_same_parts_are_deflated_by_zlib(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(archive: Archive) -> None:
        with archive.open("part.xml") as part:
            part.write(b"<a/>" * 50_000)

    by_isal = archived(write)
    monkeypatch.setitem(sys.modules, "isal", None)
    assert deflater() is zlib
    monkeypatch.setattr(archive_module, "_DEFLATER", zlib)
    by_zlib = archived(write)
    assert parts(by_zlib) == parts(by_isal)
    assert by_zlib != by_isal


def test_its_parts_are_xlsxwriters_own_but_for_the_language() -> None:
    stream = io.BytesIO()
    fill(Workbook(stream, {"in_memory": True}))
    own = parts(stream.getvalue())
    found = parts(archived(lambda archive: fill(PackedWorkbook(archive, {}))))
    assert next(iter(found)) == "[Content_Types].xml"
    assert sorted(found) == sorted(own)
    changed = {name for name in own if found[name] != own[name]}
    assert changed == {"docProps/core.xml", "xl/charts/chart1.xml"}
    assert b"<dc:language>en-GB</dc:language>" in found["docProps/core.xml"]
    assert b'lang="en-GB"' in found["xl/charts/chart1.xml"]
    for name in changed:
        undone = found[name].replace(b"<dc:language>en-GB</dc:language>", b"")
        assert undone.replace(b'lang="en-GB"', b'lang="en-US"') == own[name]


def test_a_workbook_without_properties_is_refused() -> None:
    with pytest.raises(ValueError, match="no end of properties"):
        british("docProps/core.xml", "<nothing/>")


def test_what_is_sent_stands_where_it_was_sent() -> None:
    def fill(archive: Archive) -> None:
        part = ArchivePart("a.xml", archive.open("a.xml"))
        part.write("before é ")
        part.send(BulkChunk(lambda: (b"of it",), "in between é ".encode))
        part.write("behind")
        part.finish()

    assert parts(archived(fill)) == {"a.xml": "before é in between é behind".encode()}


def chunked(texts: list[str], chunks: Chunks | None, made: list[str]) -> bytes:
    """An archive of one part, of these texts, each a chunk between others; ``made`` gets those
    that are not taken over."""

    def content_of(text: str) -> bytes:
        made.append(text)
        return text.encode()

    stream = io.BytesIO()
    with Archive(stream, chunks) as archive, archive.open("a.xml") as part:
        for text in texts:
            part.write(b"before")
            part.write_chunk(lambda text=text: (text.encode(),), partial(content_of, text))
        part.write(b"behind")
    return stream.getvalue()


TEXTS = st.lists(st.sampled_from(["", "a", "é" * 5_000, "b" * 70_000]) | st.text(), max_size=6)


@given(TEXTS, TEXTS)
def test_what_is_taken_over_is_what_would_be_made(before: list[str], now: list[str]) -> None:
    """By isal, and by zlib, which joins no checksums, so that all is made again."""
    for library in (deflater(), zlib):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(archive_module, "_DEFLATER", library)
            last, made = Chunks(), list[str]()
            content = chunked(before, last, [])
            chunks = Chunks(last.by_key, io.BytesIO(content))
            assert chunked(now, chunks, made) == chunked(now, None, [])
            joins = hasattr(library, "crc32_combine")
            new = [text for text in dict.fromkeys(now) if text not in before]
            assert set(made) == set(new if joins else now)
            assert set(chunks.by_key) == {chunks.key([text.encode()]) for text in now if joins}


def test_only_a_chunk_that_was_written_over_is_made_again() -> None:
    last = Chunks()
    content = bytearray(chunked(["a" * 5_000, "b" * 5_000], last, []))
    first = min(last.by_key.values())
    content[first.start + first.length // 2] ^= 1
    made: list[str] = []
    chunks = Chunks(last.by_key, io.BytesIO(content))
    now = chunked(["a" * 5_000, "b" * 5_000], chunks, made)
    assert made == ["a" * 5_000]
    assert parts(now) == {"a.xml": f"before{'a' * 5_000}before{'b' * 5_000}behind".encode()}


def test_chunks_of_other_code_or_of_a_file_that_cannot_be_read_are_made_again() -> None:
    last = Chunks()
    content = io.BytesIO(chunked(["a", "b"], last, []))
    for chunks in (Chunks(last.by_key, content, ("the next release",)), Chunks(last.by_key)):
        made = list[str]()
        assert chunked(["a", "b"], chunks, made) == content.getvalue()
        assert made == ["a", "b"]


def test_a_fault_in_the_middle_of_a_part_is_that_fault() -> None:
    def fail(archive: Archive) -> None:
        archive.open("a.xml").write(b"half")
        raise ValueError("a fault of its own")

    with pytest.raises(ValueError, match="a fault of its own"):
        archived(fail)


ODD = ("<r>a</r>", "_x0041_", " a", "a\n", "a\nb", "&", "<b>", "\u00a0", "\0", "\uffff")


@given(st.lists(st.text() | st.text("ab ") | st.sampled_from(ODD), max_size=8))
def test_shared_strings_are_xlsxwriters_own(texts: list[str]) -> None:
    def written(strings: SharedStrings) -> str:
        table = SharedStringTable()
        for text in texts:
            table._get_shared_string_index(text)
        table._sort_string_data()
        strings.string_table = table  # type: ignore[assignment] # None at first, unannotated
        stream = io.StringIO()
        strings._set_xml_writer(stream)
        strings._assemble_xml_file()
        return stream.getvalue()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workbook_archive, "_TOGETHER", 2)
        assert written(ArchiveStrings()) == written(SharedStrings())


@given(st.lists(st.text(max_size=3)))
def test_shared_strings_are_in_xlsxwriters_order(texts: list[str]) -> None:
    """Which sorts them by their places."""
    workbook, table = PackedWorkbook(Archive(io.BytesIO()), {}), SharedStringTable()
    workbook.places_of(texts)
    for text in texts:
        table._get_shared_string_index(text)
    workbook._prepare_sst_string_data()
    table._sort_string_data()
    ours = workbook.str_table
    assert (ours.string_array, ours.string_table) == (table.string_array, table.string_table)
    workbook.fileclosed = True  # or it would complain that it wasn't closed


def xlsxwriters_own(table: Any) -> str:
    writer, stream = Table(), io.StringIO()
    writer._set_xml_writer(stream)
    writer._set_properties(table)
    writer._assemble_xml_file()
    return stream.getvalue()


@given(
    headings=st.lists(st.text(max_size=6), min_size=1, max_size=4),
    description=st.text(min_size=1) | st.sampled_from(["a & b", '"<b>"', "a\nb"]),
    filtered=st.booleans(),
    banded=st.booleans(),
)
def test_the_part_of_a_table_is_xlsxwriters_own(
    headings: list[str], description: str, *, filtered: bool, banded: bool
) -> None:
    headings, style = list(unique_headings(headings)), "Table Style Light 1" if banded else ""
    xlsxwriters = Workbook(io.BytesIO()).add_worksheet()
    options = {
        "name": "Lines",
        "columns": [{"header": heading} for heading in headings],
        "autofilter": filtered,
        "banded_rows": banded,
        "style": style or None,
        "description": description,
    }
    assert xlsxwriters.add_table(4, 0, 9, len(headings) - 1, options) == 0
    (expected,) = xlsxwriters.tables
    ready = ReadyWorksheet()
    ready.put_table(range(4, 10), headings, ReadyTable("Lines", description, style, filtered))
    (table,) = ready.tables
    assert table_xml(table | {"id": 7}) == xlsxwriters_own(expected | {"id": 7})


@pytest.mark.parametrize(
    "name",
    ["Gap", "Case_7_Lines", "_x", "Tag1a", "RC", "R1", "c", "Rc2", "R1C1", "XFD9", "1st", "a b", "",
     "a-b", "x" * 255, "x" * 256],
)  # fmt: skip
def test_no_table_has_a_name_that_xlsxwriter_refuses(name: str) -> None:
    xlsxwriters = Workbook(io.BytesIO()).add_worksheet()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        refused = xlsxwriters.add_table(0, 0, 1, 0, {"name": name}) != 0
    ready = ReadyWorksheet()
    is_refused = False
    try:
        ready.put_table(range(2), ["Column1"], ReadyTable(name, "", "", filtered=False))
    except RenderError:
        is_refused = True
    # XlsxWriter takes a whole row's and column's address together for a name.
    assert is_refused is (refused or name == "RC")


def test_a_name_that_excel_would_take_for_a_cell_is_refused() -> None:
    for name in ("A1", "xfd1048576", "R", "r1c1", "RC", "r1c", "C7"):
        with pytest.raises(RenderError, match=name):
            ReadyWorksheet().put_table(range(2), ["a"], ReadyTable(name, "", "", filtered=False))


def test_parts_are_as_zipfile_writes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    # Which can't deflate as isal does.
    monkeypatch.setattr(archive_module, "_DEFLATER", zlib)
    contents = {
        f"part \u00e9 {number}.xml": content
        for number, content in enumerate([b"", b"short", b"<a/>" * 50_000])
    }

    def write(archive: Archive) -> None:
        for name, content in contents.items():
            with archive.open(name) as part:
                part.write(content[:9])
                part.write(content[9:])

    def add(archive: Archive) -> None:
        for name, content in contents.items():
            archive.add(name, content)

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=2) as zipfiles_own:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipfiles_own.writestr(entry, content, compresslevel=2)
    assert archived(write) == archived(add) == stream.getvalue()


def test_a_part_that_not_all_readers_can_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "ZIP64_LIMIT", 1_000)

    def fill(archive: Archive) -> None:
        with archive.open("sheet1.xml") as part:
            part.write(b"<a/>" * 250)
            part.write(b"<a/>")

    with pytest.raises(zipfile.LargeZipFile, match=r"sheet1\.xml is too large"):
        archived(fill)


def test_xlsxwriter_and_zipfile_have_what_the_package_leans_on() -> None:
    """Private, so that a release may change it: then this fails."""
    assert list(inspect.signature(Packager._filename).parameters) == ["self", "xml_filename"]
    assert list(inspect.signature(Packager._create_package).parameters) == ["self"]
    assert list(inspect.signature(Workbook._get_packager).parameters) == ["self"]
    assert list(inspect.signature(Workbook._prepare_sst_string_data).parameters) == ["self"]
    assert list(inspect.signature(Packager._write_table_files).parameters) == ["self"]
    name_check = inspect.signature(Workbook._check_sheetname)
    assert list(name_check.parameters) == ["self", "sheetname", "is_chartsheet"]
    archive = zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED)
    with archive:
        names = ("fp", "start_dir", "filelist", "NameToInfo", "_writecheck")
        assert all(hasattr(archive, name) for name in names)
