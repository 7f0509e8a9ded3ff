"""A layout by example in the browser, without a line of script."""

import html
import re
from pathlib import Path

import httpx
import pytest

from pipeline.ingest.control import read_control
from pipeline.page.views.layouts import pointed_at
from tests.ingest.test_layouts import write_rows
from tests.ingest.test_suggest_layout import TRACKER
from tests.ingest.test_suggest_layout import programme as tracked
from tests.page.served import Served, words_of

FINISHED = {
    "pattern": "*tracker*.xlsx",
    "sheet": "Proposals",
    "header": "3",
    "column.1": "Service",
    "column.2": "Description",
    "column.3": "2012/13",
    "constant.Line ref": "{workbook}-{sheet}-{row}",
    "constant.Category": "Cashable saving",
    "setting.Units": "£000",
    "setting.Savings sign": "Positive",
}


@pytest.fixture(scope="module")
def address(page: Served) -> str:
    folder = page.settings.inputs / "Strange"
    folder.mkdir()
    tracked().write(folder)
    write_rows(folder / "Fire tracker.xlsx", Proposals=TRACKER, Other=[["Nothing"], ["here"]])
    return page.checked("Strange")


def control_of(page: Served) -> Path:
    return page.settings.inputs / "Strange" / "programme.xlsx"


def test_a_return_is_read_by_a_layout(page: Served, address: str) -> None:
    page.settle("Strange")
    listed = page.get(f"{address}/layouts")
    (way,) = re.findall(r'href="([^"]+/layouts\?workbook=[^"]+)"', listed.text)
    issues = page.get(f"{address}/issues").text
    (from_issues,) = re.findall(r'href="([^"]+/layouts\?workbook=[^"]+)"', issues)
    assert httpx.URL(html.unescape(from_issues)) == httpx.URL(html.unescape(way))
    form = page.reach(html.unescape(way), "Strange")
    words = words_of(form)
    assert "Corporate savings tracker (£000)" in words
    assert "0 of them without an error" in words
    assert "<option selected>Service</option>" in form.text
    before = control_of(page).read_bytes()
    tried = page.post(f"{address}/layouts", FINISHED | {"workbook": "Fire tracker.xlsx"})
    words = words_of(tried)
    assert "2 lines, 2 of them without an error." in words
    assert "(£250,000)" in words
    assert control_of(page).read_bytes() == before
    written = page.post(
        f"{address}/layouts", FINISHED | {"workbook": "Fire tracker.xlsx", "action": "write"}
    )
    page.follow(written, "Strange")
    page.settle("Strange")
    rows = read_control("programme.xlsx", control_of(page).read_bytes()).layouts
    assert {row.workbook for row in rows} == {"*tracker*.xlsx"}
    (kept,) = (page.settings.outputs / "Strange" / "kept").iterdir()
    assert kept.read_bytes() == before
    assert "No return asks for a layout." in words_of(page.get(f"{address}/layouts"))
    assert "(311)" in words_of(page.get(f"{address}/figures/by-year"))


def test_only_returns_of_the_programme_are_shown(page: Served, address: str) -> None:
    for name in ("programme.xlsx", "../One/legal.xlsx", "/etc/passwd", "nothing.xlsx"):
        shown = page.get(f"{address}/layouts", params={"workbook": name})
        assert shown.status_code == 404
        assert page.post(f"{address}/layouts", {"workbook": name}).status_code == 404


def test_another_sheet_begins_anew() -> None:
    pointed = pointed_at(FINISHED | {"sheet_before": "Proposals", "sheet": "Other"})
    assert (pointed.sheet, pointed.header, pointed.columns) == ("Other", 0, {})
    pointed = pointed_at(FINISHED | {"header_before": "2"})
    assert (pointed.header, pointed.columns) == (3, {})


def test_what_the_form_says() -> None:
    pointed = pointed_at(
        FINISHED
        | {
            "scenario.3": "Best case",
            "scenario.2": "",
            "down.Service": "Yes",
            "theirs.Category.1": "Cuts",
            "ours.Category.1": "Cashable saving",
            "theirs.Category.2": "Odd",
            "ours.Category.2": "",
            "column.x": "Service",
        }
    )
    assert pointed.columns == {1: "Service", 2: "Description", 3: "2012/13"}
    assert pointed.scenarios == {3: "Best case"}
    assert pointed.filled_down == {"Service"}
    assert pointed.words == {("Category", "Cuts"): "Cashable saving"}
    assert pointed.settings == {"Units": "£000", "Savings sign": "Positive"}
    assert pointed_at({}).header == 1
