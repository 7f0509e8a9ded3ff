"""The parts of every workbook are what Excel takes without repair."""

import io
import posixpath
import re
import zipfile
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from tests.report import later
from tests.report.built import build
from tests.report.test_accessibility import BOOKS, MAIN, full_results

RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TEXT = 32_767
CELL = r"\$?[A-Z]{1,3}\$?[0-9]{1,7}"

Parts = dict[str, bytes]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return build(full_results()) | later.later_books(tmp_path_factory.mktemp("later"))


@pytest.fixture(params=(*BOOKS, *later.BOOKS))
def parts(request: pytest.FixtureRequest, outputs: dict[str, bytes]) -> Parts:
    with zipfile.ZipFile(io.BytesIO(outputs[request.param])) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(set(names)) == len(names)
        return {name: archive.read(name) for name in names}


def trees(parts: Parts, start: str) -> dict[str, ElementTree.Element]:
    return {
        name: ElementTree.fromstring(content)
        for name, content in parts.items()
        if name.startswith(start) and name.endswith(".xml")
    }


def test_every_part_is_well_formed_and_has_a_type(parts: Parts) -> None:
    types = ElementTree.fromstring(parts["[Content_Types].xml"])
    endings = {each.attrib["Extension"] for each in types.iter(f"{TYPES}Default")}
    named = {each.attrib["PartName"] for each in types.iter(f"{TYPES}Override")}
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(content)
        if name != "[Content_Types].xml":
            assert f"/{name}" in named or name.rpartition(".")[2] in endings
    assert named <= {f"/{name}" for name in parts}


def test_every_relation_leads_to_a_part(parts: Parts) -> None:
    for name, content in parts.items():
        if not name.endswith(".rels"):
            continue
        folder = posixpath.dirname(posixpath.dirname(name))
        relations = ElementTree.fromstring(content)
        ids = [each.attrib["Id"] for each in relations.iter(f"{RELATIONS}Relationship")]
        assert len(set(ids)) == len(ids)
        for each in relations.iter(f"{RELATIONS}Relationship"):
            assert each.attrib.get("TargetMode") != "External"
            target = each.attrib["Target"]
            where = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            assert posixpath.normpath(where) in parts


def test_sheet_names_are_valid(parts: Parts) -> None:
    book = ElementTree.fromstring(parts["xl/workbook.xml"])
    sheets = list(book.iter(f"{MAIN}sheet"))
    names = [sheet.attrib["name"] for sheet in sheets]
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.casefold() != "history"
    assert len({name.casefold() for name in names}) == len(names)
    for attribute in ("sheetId", f"{R}id"):
        assert len({sheet.attrib[attribute] for sheet in sheets}) == len(sheets)


def test_tables_have_names_and_numbers_of_their_own(parts: Parts) -> None:
    found = list(trees(parts, "xl/tables/").values())
    names = [table.attrib["displayName"] for table in found]
    defined = [
        each.attrib["name"]
        for each in ElementTree.fromstring(parts["xl/workbook.xml"]).iter(f"{MAIN}definedName")
        if not each.attrib["name"].startswith("_xlnm.")
    ]
    every = [name.casefold() for name in (*names, *defined)]
    assert len(set(every)) == len(every)
    assert len({table.attrib["id"] for table in found}) == len(found)
    for name in (*names, *defined):
        assert re.fullmatch(r"[A-Za-z_\\][\w.\\]{0,254}", name)
        assert not re.fullmatch(CELL, name, re.IGNORECASE)
        assert not re.fullmatch(r"r\d*c?\d*|c\d*", name, re.IGNORECASE)


def test_the_columns_of_a_table_are_its_header_cells(parts: Parts) -> None:
    for table in trees(parts, "xl/tables/").values():
        columns = list(table.iter(f"{MAIN}tableColumn"))
        names = [column.attrib["name"] for column in columns]
        assert len({name.casefold() for name in names}) == len(names)
        assert all(0 < len(name) <= 255 for name in names)
        left, right = (re.sub(r"\d", "", cell) for cell in table.attrib["ref"].split(":"))
        assert left == "A"
        assert number(right) == len(columns)
        assert [int(column.attrib["id"]) for column in columns] == list(range(1, len(columns) + 1))


def number(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    return value


def test_tables_of_a_sheet_do_not_overlap(parts: Parts) -> None:
    for name, content in parts.items():
        if name.startswith("xl/worksheets/_rels/"):
            relations = ElementTree.fromstring(content)
            targets = [each.attrib["Target"] for each in relations.iter(f"{RELATIONS}Relationship")]
            refs = [
                ElementTree.fromstring(parts["xl/tables/" + posixpath.basename(t)]).attrib["ref"]
                for t in targets
                if "/tables/" in t
            ]
            rows = sorted(tuple(int(n) for n in re.findall(r"\d+", ref)) for ref in refs)
            assert all(above[1] < below[0] for above, below in pairwise(rows))


def test_texts_are_no_longer_than_a_cell_takes(parts: Parts) -> None:
    strings = ElementTree.fromstring(parts["xl/sharedStrings.xml"])
    for each in strings.iter(f"{MAIN}si"):
        text = "".join(t.text or "" for t in each.iter(f"{MAIN}t"))
        assert len(text.encode("utf-16-le")) // 2 <= TEXT


def test_every_cell_has_its_place_style_and_string(parts: Parts) -> None:
    styles = ElementTree.fromstring(parts["xl/styles.xml"])
    formats = len(styles.findall(f"{MAIN}cellXfs/*"))
    strings = len(list(ElementTree.fromstring(parts["xl/sharedStrings.xml"]).iter(f"{MAIN}si")))
    for sheet in trees(parts, "xl/worksheets/").values():
        rows = [int(row.attrib["r"]) for row in sheet.iter(f"{MAIN}row")]
        assert rows == sorted(set(rows))
        for row in sheet.iter(f"{MAIN}row"):
            assert 0 <= float(row.attrib.get("ht", 0)) <= 409.5
            for cell in row.iter(f"{MAIN}c"):
                assert re.fullmatch(rf"[A-Z]{{1,3}}{row.attrib['r']}", cell.attrib["r"])
                assert int(cell.attrib.get("s", 0)) < formats
                if cell.attrib.get("t") == "s":
                    assert int(cell.findtext(f"{MAIN}v") or -1) < strings


def test_formulas_have_their_stored_values_and_are_short(parts: Parts) -> None:
    for sheet in trees(parts, "xl/worksheets/").values():
        for cell in sheet.iter(f"{MAIN}c"):
            formula = cell.findtext(f"{MAIN}f")
            if formula is not None:
                assert cell.find(f"{MAIN}v") is not None
                assert 0 < len(formula) <= 8_192
                assert formula.count("(") == formula.count(")")
                assert not re.search(r"\b(OFFSET|INDIRECT|NOW|TODAY|RAND)\(", formula)


def test_links_lead_to_sheets_of_the_book(parts: Parts) -> None:
    book = ElementTree.fromstring(parts["xl/workbook.xml"])
    names = {sheet.attrib["name"] for sheet in book.iter(f"{MAIN}sheet")}
    for sheet in trees(parts, "xl/worksheets/").values():
        for link in sheet.iter(f"{MAIN}hyperlink"):
            assert f"{R}id" not in link.attrib
            tab = link.attrib["location"].rpartition("!")[0].strip("'").replace("''", "'")
            assert tab in names


def test_formats_are_few(parts: Parts) -> None:
    styles = ElementTree.fromstring(parts["xl/styles.xml"])
    assert len(styles.findall(f"{MAIN}cellXfs/*")) < 300
