"""Archives and files of all sorts that bear a workbook's name."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest

from pipeline.ingest.formats.workbook import Workbook, WorkbookError
from tests.builders import Return
from tests.hostile.bombs import archive_of, savings
from tests.hostile.formats import (
    MAIN,
    OFFICE,
    compound,
    relations,
    rows_xml,
    worksheet,
    xlsb_parts,
    xlsx_parts,
    zipped,
)


def refusal(content: bytes) -> tuple[str, str]:
    """The rule that a workbook breaks, and in what way."""
    with pytest.raises(WorkbookError) as caught:
        read_all(content)
    return caught.value.rule, caught.value.what


def read_all(content: bytes) -> None:
    book = Workbook(content)
    for number in range(len(book.sheets)):
        book.sheet(number)


def first_row(content: bytes) -> list[object]:
    return list(Workbook(content).sheet(0).rows[0])


def parts() -> dict[str, bytes | str]:
    """The parts of a workbook of one sheet that holds a 1."""
    return {**xlsx_parts({"Savings": worksheet(rows_xml([[1]]))})}


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty (0 bytes)"),
        (bytes(3000), "it is filled with zeros"),
        (b"Line ref,Description\nX-1,A line\n", "it is a text file (CSV, perhaps)"),
        ("Ä;b\n".encode(), "it is a text file (CSV, perhaps)"),
        ("Line ref\tService\r\n".encode("utf-16"), "it is a text file (CSV, perhaps)"),
        ("\ufeffLine ref\t£".encode("utf-16-be"), "it is a text file (CSV, perhaps)"),
        ("Line ref\tService\r\n".encode("utf-16-le"), "it is a text file (CSV, perhaps)"),
        ("<html><table>".encode("utf-16"), "it is a web page"),
        (b"%PDF-1.4", "it is a PDF document"),
        (b"\x89PNG\r\n", "it is a picture"),
        (b"\x1f\x8b\x08", "it is a packed archive"),
        (b"  <html><table><tr><td>1</td></tr></table></html>", "it is a web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?>", "of 2003"),
        (b"<?xml version='1.0'?><data/>", "it is XML, but no workbook"),
        (b"From: a@b.gov.uk\r\nSubject: Our return\r\n\r\nHello", "it is an e-mail message"),
        (b"Date,Amount\nSubject,1\n", "it is a text file"),
        (zipped({"Finance.xlsx": b"PK"}), "it is a zip archive that holds Finance.xlsx"),
        (zipped({"word/document.xml": "<w/>", "word/embeddings/a.xlsx": b""}), "a Word document"),
        (zipped({"Index/Document.iwa": b""}), "it is an Apple Numbers document"),
        (compound("WordDocument", b"Dear sir"), "it is a Word document"),
        (compound("__properties_version1.0", b"mail"), "it is an e-mail message"),
        (b"\x09\x04\x06\x00", "it is a workbook of Excel 4 or older"),
        (b"\x00\x01\x02\x03", "it is no spreadsheet file"),
        (b"PK", "it is no whole zip archive"),
        (b"PK\5\6" + bytes(18), "its part xl/workbook.xml is missing"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "it ends in its first sector"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "impossible size"),
    ],
)
def test_what_is_no_workbook_is_named(content: bytes, said: str) -> None:
    rule, what = refusal(content)
    assert rule == "unreadable-workbook"
    assert said in what


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_half_copied_workbook_is_refused(tmp_path: Path, share: float) -> None:
    content = Return().write(tmp_path).read_bytes()
    assert refusal(content[: int(len(content) * share)])[0] == "unreadable-workbook"


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    content = bytearray(zipped(parts(), zipfile.ZIP_STORED))
    content[content.index(b"<v>1</v>") + 3] ^= 1
    assert "checksum" in refusal(bytes(content))[1]


def test_names_may_have_backslashes_and_any_case() -> None:
    odd = {name.replace("/", "\\").upper(): text for name, text in parts().items()}
    assert first_row(zipped(odd)) == [1.0]


def test_parts_may_stand_at_the_root() -> None:
    odd = {name.removeprefix("xl/"): text for name, text in parts().items()}
    odd["_rels/workbook.xml.rels"] = odd.pop("_rels/workbook.xml.rels")
    odd["_rels/.rels"] = relations(("r1", f"{OFFICE}/officeDocument", "workbook.xml"))
    assert first_row(zipped(odd)) == [1.0]


def test_names_that_lead_outside_write_nothing(tmp_path: Path) -> None:
    outside = {**parts(), "../../outside.txt": "x", "/etc/outside.txt": "x"}
    assert first_row(zipped(outside)) == [1.0]
    assert not (tmp_path.parent / "outside.txt").exists()
    astray = parts()
    astray["xl/_rels/workbook.xml.rels"] = relations(
        ("r1", f"{OFFICE}/worksheet", "../../../../etc/passwd")
    )
    assert "is missing" in refusal(zipped(astray))[1]


def test_the_way_out_stands_beside_what_a_file_is() -> None:
    for content, way in (
        (b"", "OneDrive or SharePoint"),
        (zipped({"a.xlsx": b""}), "Unzip it"),
        ("a\tb".encode("utf-16"), "save it as an Excel workbook"),
    ):
        with pytest.raises(WorkbookError) as caught:
            read_all(content)
        assert way in caught.value.fix


def test_a_sheet_that_is_listed_without_a_part_is_passed_over() -> None:
    """Excel keeps modules of Excel 5 in the list of sheets."""
    module = '<sheet name="Module1" sheetId="9" state="veryHidden" r:id=""/>'
    odd = parts()
    odd["xl/workbook.xml"] = str(odd["xl/workbook.xml"]).replace("<sheets>", f"<sheets>{module}")
    book = Workbook(zipped(odd))
    assert book.sheets == (("Savings", False),)
    assert book.sheet(0).rows == [[1.0]]


@pytest.mark.parametrize("link", ['r:id="r9"', ""])
def test_a_sheet_whose_part_is_lost_is_refused(link: str) -> None:
    lost = parts()
    lost["xl/workbook.xml"] = str(lost["xl/workbook.xml"]).replace('r:id="r1"', link)
    assert "its sheet Savings is missing" in refusal(zipped(lost))[1]


def test_links_to_other_workbooks_are_never_followed() -> None:
    linked = parts()
    linked["xl/_rels/workbook.xml.rels"] = relations(
        ("r1", f"{OFFICE}/worksheet", "worksheets/sheet1.xml"),
        ("r2", f"{OFFICE}/externalLink", "http://127.0.0.1:9/other.xlsx"),
    )
    linked["xl/externalLinks/externalLink1.xml"] = "<externalLink/>"
    assert first_row(zipped(linked)) == [1.0]


def test_a_sheet_outside_the_workbook_is_not_fetched() -> None:
    astray = parts()
    astray["xl/_rels/workbook.xml.rels"] = relations(
        ("r1", f"{OFFICE}/worksheet", "http://127.0.0.1:9/sheet.xml")
    ).replace("/>", ' TargetMode="External"/>')
    assert "its sheet Savings is missing" in refusal(zipped(astray))[1]


def entries(*changed: tuple[str, bytes]) -> list[tuple[bytes, bytes, int, int, int]]:
    """A workbook's entries for an archive, and further ones after them."""
    listed = [(name, str(text).encode()) for name, text in parts().items()]
    return [
        (name.encode(), data, 0, zlib.crc32(data), len(data)) for name, data in (*listed, *changed)
    ]


@pytest.mark.parametrize("name", [SHEET, SHEET.upper(), SHEET.replace("/", "\\")])
def test_two_parts_of_one_name_are_refused(name: str) -> None:
    other = worksheet(rows_xml([[2]])).encode()
    assert "two of its parts are named" in refusal(archive_of(entries((name, other))))[1]


def test_two_parts_of_one_name_that_nobody_reads_do_no_harm() -> None:
    assert first_row(archive_of(entries(("a.txt", b"1"), ("a.txt", b"2")))) == [1.0]


def test_two_directories_are_read_as_one() -> None:
    """What stands behind the true end of an archive is no second archive."""
    content = zipped(parts())
    other = zipped({**parts(), SHEET: worksheet(rows_xml([[2]]))})
    assert first_row(other + content) == [1.0]


def test_an_encrypted_archive_needs_a_password() -> None:
    stream = BytesIO(zipped(parts()))
    content = bytearray(stream.getvalue())
    with zipfile.ZipFile(stream) as archive:
        first = archive.infolist()[0]
    content[first.header_offset + 6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    assert refusal(bytes(content))[0] == "encrypted-workbook"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(method: int) -> None:
    assert "packed in a way" in refusal(zipped(parts(), method))[1]


def test_a_size_that_is_not_true_is_noticed() -> None:
    content = zipped(savings())
    size = struct.pack("<I", len(savings()[SHEET]))
    assert "checksum" in refusal(content.replace(size, struct.pack("<I", 10)))[1]


def test_two_sheets_of_one_name_are_refused() -> None:
    twice = xlsx_parts({"Savings": worksheet(""), "Savings ": worksheet("")})
    twice["xl/workbook.xml"] = twice["xl/workbook.xml"].replace("Savings ", "Savings")
    assert "two of its sheets are named Savings" in refusal(zipped(twice))[1]


@pytest.mark.parametrize("kind", ["chartsheet", "dialogsheet", "xlMacrosheet"])
def test_a_workbook_without_a_worksheet_is_empty(kind: str) -> None:
    odd = parts()
    odd["xl/_rels/workbook.xml.rels"] = relations(
        ("r1", f"{OFFICE}/{kind}", "worksheets/sheet1.xml")
    )
    assert refusal(zipped(odd))[0] == "empty-workbook"


@pytest.mark.parametrize("kind", ["", "worksheeet", "styles"])
def test_a_sheet_of_an_unknown_kind_may_be_the_savings(kind: str) -> None:
    odd = parts()
    odd["xl/_rels/workbook.xml.rels"] = relations(("r1", kind, "worksheets/sheet1.xml"))
    assert "of its sheet Savings the kind isn't known" in refusal(zipped(odd))[1]


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml"])
def test_a_part_that_is_of_no_workbook_is_refused(part: str) -> None:
    odd = parts()
    odd[part] = str(odd[part]).replace(MAIN, "http://example.org/other")
    assert f"its part {part} is no part of a workbook" in refusal(zipped(odd))[1]


@pytest.mark.parametrize(
    ("right", "wrong"), [(b'" standalone', b'"9standalone'), (b'main" count', b'main"4count')]
)
def test_a_list_of_texts_whose_head_is_not_well_formed_is_refused(
    tmp_path: Path, right: bytes, wrong: bytes
) -> None:
    """calamine reads on past such a head; nobody else does."""
    book = Return()
    book.line([1])
    texts = "xl/sharedStrings.xml"
    with zipfile.ZipFile(book.write(tmp_path)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert right in members[texts]
    members[texts] = members[texts].replace(right, wrong, 1)
    rule, what = refusal(zipped(members))
    assert rule == "unreadable-workbook"
    assert texts in what


def test_a_macro_sheet_beside_a_worksheet_does_no_harm() -> None:
    """calamine would refuse the whole workbook."""
    odd = {**xlsx_parts({"Macro": worksheet(""), "Savings": worksheet(rows_xml([[1]]))})}
    odd["xl/_rels/workbook.xml.rels"] = relations(
        ("r1", "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet", "m.xml"),
        ("r2", f"{OFFICE}/worksheet", "worksheets/sheet2.xml"),
    )
    odd["xl/vbaProject.bin"] = b"macros"
    book = Workbook(zipped(odd))
    assert book.sheets == (("Savings", False),)
    assert book.sheet(0).rows == [[1.0]]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_known(state: str) -> None:
    odd = parts()
    odd["xl/workbook.xml"] = str(odd["xl/workbook.xml"]).replace(
        "<sheet ", f'<sheet state="{state}" '
    )
    assert Workbook(zipped(odd)).sheets == (("Savings", True),)


def test_an_xlsb_that_breaks_off_is_refused() -> None:
    odd = xlsb_parts({"Savings": [[1, 2]]})
    sheet = odd["xl/worksheets/sheet1.bin"]
    odd["xl/worksheets/sheet1.bin"] = sheet[:-20]
    assert "breaks off" in refusal(zipped(odd))[1]
