"""The XML of an .xlsx in all the forms that the standard allows, and in those that it doesn't."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from pipeline.ingest.formats.faults import OutOfTheOrdinaryError
from pipeline.ingest.formats.workbook import Cell, Fault, Sheet, Workbook, WorkbookError
from tests.builders import Formula, Return, error_cell
from tests.hostile.bombs import with_texts
from tests.hostile.formats import (
    DECLARED,
    MAIN,
    OFFICE,
    relations,
    rows_xml,
    worksheet,
    xlsx_parts,
    zipped,
)


def book(data: str) -> bytes:
    """A workbook of one sheet from its rows' XML."""
    return zipped(xlsx_parts({"Savings": worksheet(data)}))


def read(content: bytes) -> Sheet:
    return Workbook(content).sheet(0)


def is_ordinary(content: bytes) -> bool:
    """Whether a workbook is read without being put into plain words first."""
    try:
        Workbook(content, careful=False).sheet(0)
    except OutOfTheOrdinaryError:
        return False
    return True


def cells(data: str) -> list[list[Cell]]:
    return read(book(data)).rows


ROW = '<row r="1">{}</row>'
A_FORMULA = "<f>B1*2</f>"

ORDINARY = {
    "number": ('<c r="A1" s="3"><v>-1.5</v></c>', -1.5),
    "number of a type": ('<c r="A1" t="n"><v>1.5E3</v></c>', 1500.0),
    "type before style": ('<c r="A1" t="n" s="3"><v>.5</v></c>', 0.5),
    "formula": (f'<c r="A1">{A_FORMULA}<v>7</v></c>', 7.0),
    "shared formula": ('<c r="A1"><f t="shared" si="0"/><v>7</v></c>', 7.0),
    "array formula": ('<c r="A1"><f t="array" ref="A1:A3">B1:B3</f><v>7</v></c>', 7.0),
    "dynamic array": ('<c r="A1" cm="1"><f t="array" ref="A1">B1</f><v>7</v></c>', 7.0),
    "result of text": (f'<c r="A1" t="str">{A_FORMULA}<v>a &amp; b</v></c>', "a & b"),
    "result of no text": (f'<c r="A1" t="str">{A_FORMULA}<v></v></c>', ""),
    "truth": ('<c r="A1" t="b"><v>1</v></c>', True),
    "date": ('<c r="A1" t="d"><v>2012-04-30</v></c>', date(2012, 4, 30)),
    "text in place": ('<c r="A1" t="inlineStr"><is><t>abc</t></is></c>', "abc"),
    "rich text in place": (
        '<c r="A1" t="inlineStr"><is><r><rPr><b/></rPr><t>a</t></r><r><t>b</t></r></is></c>',
        "ab",
    ),
    "blank": ('<c r="A1" s="1"/><c r="B1"><v>1</v></c>', ""),
    "blank with an end": ('<c r="A1" s="1"></c><c r="B1"><v>1</v></c>', ""),
}


@pytest.mark.parametrize("form", ORDINARY)
def test_what_programs_commonly_write_is_ordinary(form: str) -> None:
    xml, value = ORDINARY[form]
    content = book(ROW.format(xml))
    assert is_ordinary(content)
    assert (read(content).rows or [[""]])[0][0] == value


FAULTY = {
    "error": ('<c r="A1" t="e"><v>#REF!</v></c>', "#REF!"),
    "error of a formula": (f'<c r="A1" s="2" t="e">{A_FORMULA}<v>#N/A</v></c>', "#N/A"),
    "new error": (f'<c r="A1" t="e" cm="1">{A_FORMULA}<v>#SPILL!</v></c>', "#SPILL!"),
    "formula alone": (f'<c r="A1">{A_FORMULA}</c>', ""),
    "formula with an empty value": (f'<c r="A1" s="1">{A_FORMULA}<v></v></c>', ""),
    "formula with a bare value": (f'<c r="A1">{A_FORMULA}<v/></c>', ""),
    "shared formula alone": ('<c r="A1"><f t="shared" si="3"/></c>', ""),
    "text formula alone": (f'<c r="A1" t="str">{A_FORMULA}</c>', ""),
    "empty formula": ('<c r="A1"><f/></c>', ""),
}


@pytest.mark.parametrize("form", FAULTY)
def test_faulty_cells_are_found(form: str) -> None:
    xml, error = FAULTY[form]
    sheet = read(book(ROW.format(xml + '<c r="B1"><v>1</v></c>')))
    assert sheet.faults == {(0, 0): Fault(error)}
    assert sheet.rows == [["", 1.0]]


@pytest.mark.parametrize("form", [*ORDINARY, *FAULTY])
def test_plain_words_say_the_same(form: str) -> None:
    """What is read as it stands, and what is put into plain words first, are read alike."""
    xml = (ORDINARY | FAULTY)[form][0]
    ordinary = read(book(ROW.format(xml) + '<row r="2"><c r="A2"><v>1</v></c></row>'))
    odd = book(ROW.format(xml) + '<row r="2"><c><v>1</v></c></row>')
    assert not is_ordinary(odd)
    assert read(odd) == ordinary


ODD = {
    "no address": ("<c><v>1</v></c><c><v>2</v></c>", [[1.0, 2.0]]),
    "some addresses": ('<c r="B1"><v>1</v></c><c><v>2</v></c>', [["", 1.0, 2.0]]),
    "small letters": ('<c r="b1"><v>1</v></c>', [["", 1.0]]),
    "a comment within a value": ('<c r="A1"><v>1<!-- 9 -->2</v></c>', [[12.0]]),
    "a character by its number": ('<c r="A1"><v>1&#50;</v></c>', [[12.0]]),
    "CDATA": ('<c r="A1"><v><![CDATA[12]]></v></c>', [[12.0]]),
    "an instruction within a value": ('<c r="A1"><v>1<?x y?>2</v></c>', [[12.0]]),
    "space around a number": ('<c r="A1"><v> 12 </v></c>', [[12.0]]),
    "single quotes": ("<c r='A1' t='n'><v>12</v></c>", [[12.0]]),
    "an error in single quotes": ("<c r='A1' t = 'e'><v>#REF!</v></c><c><v>1</v></c>", [["", 1.0]]),
    "a number that is none": ('<c r="A1" t="n"><v>12,34</v></c>', [["12,34"]]),
    "an infinite number": ('<c r="A1"><v>1e999</v></c>', [["1e999"]]),
    "not a number": ('<c r="A1"><v>NaN</v></c>', [["NaN"]]),
    "an unknown type": ('<c r="A1" t="zz"><v>12</v></c>', [["12"]]),
    "a truth in words": ('<c r="A1" t="b"><v>true</v></c>', [[True]]),
    "an impossible date": ('<c r="A1" t="d"><v>30 April</v></c>', [["30 April"]]),
    "a comment that hides a cell": ('<!--<c r="A1"><v>9</v></c>--><c r="A1"><v>1</v></c>', [[1.0]]),
    "further elements": ('<c r="A1"><v>1</v><extLst><x/></extLst></c>', [[1.0]]),
    "phonetic guides": (
        '<c r="A1" t="inlineStr"><is><t>課</t><rPh sb="0" eb="1"><t>カ</t></rPh></is></c>',
        [["課"]],
    ),
}


@pytest.mark.parametrize("form", ODD)
def test_odd_xml_is_read_as_the_standard_has_it(form: str) -> None:
    xml, rows = ODD[form]
    content = book(ROW.format(xml))
    assert not is_ordinary(content)
    assert read(content).rows == rows


BROKEN = {
    "two cells of one address": '<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>',
    "a blank cell of the same address": '<c r="A1"><v>1</v></c><c r="A1"/>',
    "no such text": '<c r="A1" t="s"><v>7</v></c>',
    "an address that is none": '<c r="1A"><v>1</v></c>',
    "a tag left open": '<c r="A1"><v>1</c>',
    "a tag of another name": '<c r="A1"><v>1</w></c>',
    "an unknown entity": '<c r="A1"><v>1&nbsp;2</v></c>',
    "an attribute without quotes": "<c r=A1><v>1</v></c>",
    "control characters": '<c r="A1" t="str"><v>\x01</v></c>',
}


@pytest.mark.parametrize("form", BROKEN)
def test_broken_xml_is_refused(form: str) -> None:
    with pytest.raises(WorkbookError) as refusal:
        cells(ROW.format(BROKEN[form]))
    assert refusal.value.rule == "unreadable-workbook"
    assert "damaged" in refusal.value.what


@pytest.mark.parametrize(
    "data",
    [
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A1"><v>2</v></c></row>',
    ],
)
def test_two_rows_of_one_number_are_refused(data: str) -> None:
    with pytest.raises(WorkbookError, match="two cells are A"):
        cells(data)


def test_rows_and_cells_out_of_order_keep_their_addresses() -> None:
    data = (
        '<row r="2"><c r="B2"><v>22</v></c><c r="A2"><v>21</v></c></row>'
        '<row r="1"><c r="A1"><v>11</v></c></row>'
    )
    assert not is_ordinary(book(data))
    assert cells(data) == [[11.0, ""], [21.0, 22.0]]


def test_a_prefix_for_every_name_changes_nothing() -> None:
    rows = rows_xml([["a", 1, Formula("=1"), error_cell()], [2.5]])
    plain = read(book(rows))
    sheet = re.sub(r"<(/?)(\w)", r"<\1x:\2", worksheet(rows)).replace("xmlns=", "xmlns:x=")
    content = zipped(xlsx_parts({"Savings": sheet.replace("<?x:xml", "<?xml")}))
    assert not is_ordinary(content)
    assert read(content) == plain


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be", "latin-1"])
def test_other_codings_are_read(coding: str) -> None:
    parts = xlsx_parts({"Savings": worksheet(rows_xml([["Café", 1], [error_cell()]]))})
    declared = "UTF-16" if coding.startswith("utf-16") else "ISO-8859-1"
    mark = "\ufeff" if coding.startswith("utf-16") else ""
    coded: dict[str, bytes | str] = {
        name: (mark + text.replace("UTF-8", declared)).encode(coding)
        for name, text in parts.items()
    }
    sheet = read(zipped(coded))
    assert sheet.rows == [["Café", 1.0], ["", ""]]
    assert sheet.faults == {(1, 0): Fault("#REF!")}


def test_bytes_that_are_no_text_are_refused() -> None:
    parts: dict[str, bytes | str] = {**xlsx_parts({"Savings": ""})}
    rows = '<row r="1"><c r="A1" t="str"><v>é</v></c></row>'
    parts["xl/worksheets/sheet1.xml"] = worksheet(rows).encode("latin-1")
    with pytest.raises(WorkbookError, match="no well-formed XML"):
        read(zipped(parts))


def texts(*items: str) -> bytes:
    """A workbook whose first row shows the shared texts, and then a number."""
    shown = "".join(f'<c r="{"ABCDEF"[n]}1" t="s"><v>{n}</v></c>' for n in range(len(items)))
    number = f'<c r="{"ABCDEF"[len(items)]}1"><v>1</v></c>'
    parts = with_texts("".join(f"<si>{item}</si>" for item in items), "")
    parts["xl/worksheets/sheet1.xml"] = worksheet(ROW.format(shown + number))
    return zipped(parts)


@pytest.mark.parametrize(
    ("items", "shown", "ordinary"),
    [
        (("<t>a</t>", "<t>b &amp; c</t>"), ["a", "b & c"], True),
        (("<t>a</t>", '<t xml:space="preserve"> b </t>'), ["a", " b "], True),
        (("<t/>", "<t>b</t>"), ["", "b"], True),
        (("<t></t>", "<t>b</t>"), ["", "b"], True),
        (("<t>a</t>", '<t xml:space="preserve">  </t>'), ["a", ""], True),
        (("<t>a</t>", "<t>_x0020_</t>"), ["a", ""], True),
        (("<t>a</t>", "<t>\u00a0</t>"), ["a", ""], True),
        (("<r><t>a</t></r><r><rPr><b/></rPr><t>b</t></r>",), ["ab"], True),
        (("<t>a</t><rPh><t>z</t></rPh>",), ["a"], False),
        (("<t>a<!-- x -->b</t>",), ["ab"], False),
        (("<t><![CDATA[<a>]]></t>",), ["<a>"], False),
    ],
)
def test_shared_texts(items: tuple[str, ...], shown: list[str], ordinary: bool) -> None:
    content = texts(*items)
    assert is_ordinary(content) is ordinary
    assert read(content).rows == [[*shown, 1.0]]


def test_a_text_left_open_is_refused() -> None:
    with pytest.raises(WorkbookError, match="sharedStrings"):
        read(texts("<t>a</t>", "<t>b</r>"))


def test_texts_and_formats_may_stand_elsewhere() -> None:
    parts = with_texts("<si><t>a</t></si>", "")
    parts["xl/worksheets/sheet1.xml"] = worksheet(
        ROW.format('<c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>41029</v></c>')
    )
    parts["text/words.xml"] = parts.pop("xl/sharedStrings.xml")
    parts["text/looks.xml"] = (
        f'{DECLARED}<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
        "</cellXfs></styleSheet>"
    )
    parts["xl/_rels/workbook.xml.rels"] = relations(
        ("r1", f"{OFFICE}/worksheet", "worksheets/sheet1.xml"),
        ("r2", f"{OFFICE}/sharedStrings", "../text/words.xml"),
        ("r3", f"{OFFICE}/styles", "/text/looks.xml"),
    )
    assert cells_of(parts) == [["a", date(2012, 4, 30)]]


def cells_of(parts: dict[str, str]) -> list[list[Cell]]:
    return read(zipped(parts)).rows


def test_the_builders_workbooks_are_ordinary(tmp_path: Path) -> None:
    finance = Return(title_rows=3, blank_columns=2)
    finance.line([1000, error_cell(), Formula("=1")], notes="A note", owner="Ms Ö")
    finance.line([Formula("=1", 1), Formula("=1", "x"), Formula("=1", "")])
    content = finance.write(tmp_path).read_bytes()
    opened = Workbook(content, careful=False)
    careful = Workbook(content)
    for number in range(len(opened.sheets)):
        look = careful._look.plain(number, "")
        assert opened.sheet(number).rows == careful._rows(number, look)
        assert opened.sheet(number).faults == look.faults
