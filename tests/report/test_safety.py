"""Nothing from a return becomes a formula, a link, markup or a broken workbook."""

import io
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from xlsxwriter import Workbook

from pipeline.core.results import Results
from pipeline.report import safe
from pipeline.report.books import partner_pack, programme_summary, validation_report
from pipeline.report.excel.render import render
from pipeline.report.safe import (
    cell_safe,
    cut,
    excel_length,
    file_names,
    one_line,
    print_safe,
    unique_headings,
    unique_sheet_names,
    visible,
)
from tests.long import quick_cases
from tests.report import fake
from tests.report.fake import opened, records_of

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "=1+1",
    "+1",
    "@SUM(A1)",
    "{=1+1}",
    "http://example.org/",
    "mailto:a@example.org",
    "internal:Summary!A1",
    "external:c:/a.xlsx",
    "<r><t>rich</t></r>",
    "<b>&amp;</b>",
    "_x0041_",
    "a\x00b\x07c\x1bd",
    "half \ud800 surrogate",
    "\ufffe and \uffff",
    "right \u202e to left",
    "line\r\nbreak\rand\u2028more",
    " outer spaces ",
    "'quoted",
    "#REF!",
    "TRUE",
    "1,234",
    "😀" * 20,
)


def with_description(results: Results, text: str) -> Results:
    issue = replace(fake.ISSUES[0], value=text, heading=text)
    return replace(
        results,
        programme=replace(results.programme, title=text, note=text, marking=text[:20]),
        register=results.register.assign(description=text),
        apportioned=results.apportioned.assign(description=text),
        **fake.of_issues([issue]),
    )


@pytest.fixture(scope="module")
def ours(fake_results: Results) -> set[object]:
    """The formulas of workbooks in which nothing is odd."""
    return {
        cell.value
        for book in (programme_summary(fake_results), partner_pack(fake_results, fake.NORTH))
        for sheet in opened(render(book), formulas=True).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


@quick_cases(4)
@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_stays_a_text(fake_results: Results, ours: set[object], text: str) -> None:
    odd = with_description(fake_results, text)
    summary = render(programme_summary(odd))
    for content in (
        summary,
        render(partner_pack(odd, fake.NORTH)),
        render(validation_report(odd.programme, odd.issues, odd.sources)),
    ):
        for name, xml in parts_of(content).items():
            ElementTree.fromstring(xml)
            assert b"TargetMode" not in xml or "External" not in xml.decode(), name
        for sheet in opened(content, formulas=True).worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type in ("s", "n", "d") or cell.value in ours
                    inside = cell.hyperlink is None or cell.hyperlink.target is None
                    assert inside
    (value,) = {row["Description"] for row in records_of(summary, "Register")}
    assert str(value).rstrip(" ") == visible(text).rstrip(" ")


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if "xml" in name}


@pytest.mark.parametrize("letter", ["x", "😀"])
def test_a_text_too_long_for_a_cell_is_cut_with_a_mark(fake_results: Results, letter: str) -> None:
    odd = with_description(fake_results, letter * 40_000)
    rows = records_of(render(programme_summary(odd)), "Register")
    (value,) = {str(row["Description"]) for row in rows}
    assert excel_length(value) <= 32_767
    assert value.endswith(f"… [cut: the text has {40_000 * excel_length(letter):,} characters]")


def test_cutting_counts_as_excel_does() -> None:
    assert excel_length("a😀") == 3
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "ab…"
    assert cut("😀😀", 3) == "😀…"
    assert cell_safe("x" * 32_767) == "x" * 32_767


@given(st.lists(st.sampled_from(["a", "<r>b</r>", "x" * 70, "😀" * 70]) | st.text()))
@example(["a", "b\r\n", "c\nd", "\u202e", "\ud800"])
def test_many_texts_are_made_safe_as_each_is(some: list[str]) -> None:
    for together in (1, 3, 1_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(safe, "_TOGETHER", together)
            patch.setattr(safe, "CELL_CHARACTERS", 100)
            assert safe.all_visible(some) == list(map(visible, some))
            assert safe.all_cell_safe(some) == list(map(cell_safe, some))


def test_headings_are_one_line_and_unique() -> None:
    assert unique_headings(["A\nb", "a B", "", "A  b"]) == ("A b", "a B (2)", "Column 3", "A b (3)")
    long = unique_headings(["x" * 300, "X" * 300])
    assert [len(heading) for heading in long] == [255, 255]
    assert len({heading.casefold() for heading in long}) == 2


def test_sheet_names_are_valid_and_unique() -> None:
    names = unique_sheet_names(["P/1", "P:1", "'x'", "History", "", "y" * 40, "Y" * 40, "[a]*?\\"])
    assert names[:5] == ("P 1", "P 1 (2)", "x", "History (2)", "Sheet 5")
    assert all(0 < excel_length(name) <= 31 for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    assert not any(set(name) & set("[]:*?/\\") for name in names)


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=40), max_size=12))
def test_any_names_of_sheets_are_some_that_a_workbook_takes(names: list[str]) -> None:
    book = Workbook(io.BytesIO())
    for name in unique_sheet_names(names):
        # What the workbooks leave out, as it compares each name with all before it.
        assert book.add_worksheet(name).name == name


def test_page_headers_take_ampersands_and_stay_short() -> None:
    assert print_safe("R&D & more", 50) == "R&&D && more"
    assert len(one_line("x" * 500, 90)) == 90


def test_a_long_title_and_marking_fit_the_page_header(fake_results: Results) -> None:
    odd = replace(fake_results.programme, title="&" * 400, marking="&" * 400)
    content = render(programme_summary(replace(fake_results, programme=odd)))
    for sheet in opened(content).worksheets:
        assert sheet.oddHeader.left.text
        assert sheet.oddFooter.center.text


def test_file_names_are_what_windows_takes_and_unique() -> None:
    odd = ["Corporate", "corporate", "ICT / HR", "a:b", "..", "", "CON", "con.fleet", "x" * 300,
           "Fleet. ", "\u202eevil", "A\nB", "*?", "com1", "LPT³"]  # fmt: skip
    names = file_names(odd)
    assert names[:4] == ("Corporate", "corporate (2)", "ICT HR", "a b")
    assert names[6:8] == ("CON_", "con_.fleet")
    assert len({name.casefold() for name in names}) == len(odd)
    for name in names:
        assert 0 < len(name) <= 60
        assert name == name.strip(" .")
        assert not set(name) & set('<>:"/\\|?*\n')
        assert name.partition(".")[0].casefold() not in {"con", "com1", "lpt³"}
