"""Figures on the page: the workbook's own tables and charts, each with what it is made of."""

import html
import re
from urllib.parse import urlencode

import openpyxl
import pytest

from pipeline.page.desk import address_of
from pipeline.page.views import progress
from tests.builders import Programme, Return
from tests.page.served import Served, words_of


def trace_address(*names: str) -> str:
    return f"{address_of('One')}/trace?{urlencode([('of', name) for name in names])}"


def links(text: str) -> dict[str, str]:
    """Addresses by the words that lead to them; of several the first."""
    pairs = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', text)
    return {words: html.unescape(address) for address, words in reversed(pairs)}


def test_a_figure_leads_to_its_lines_and_cells(page: Served) -> None:
    address = page.checked("One")
    figures = page.get(f"{address}/figures")
    assert figures.status_code == 200
    # One-off cost of ICT: £500 and £400 are in the accepted return of Finance.
    trace = page.reach(links(figures.text)["1"], "One")
    words = words_of(trace)
    assert "Summary, Corporate, Total programme, One-off" in words
    assert "£900" in words
    assert "One line comes up to £900 exactly." in words
    assert re.search(r"FIN-1 £900 Line FIN-1 One-off cost .* finance\.xlsx Savings!\w+, \w+", words)


def test_figures_say_what_they_are_made_of(page: Served) -> None:
    address = page.checked("One")
    for part in ("", "/by-year", "/by-service"):
        figures = page.get(f"{address}/figures{part}")
        assert "What they are made of:" in words_of(figures)
        assert "1 error" in next(words for words in links(figures.text) if "error" in words)


def test_the_charts_are_the_workbooks(page: Served) -> None:
    figures = page.get(f"{page.checked('One')}/figures")
    words = words_of(figures)
    for question in (
        "Who bears the one-off cost, and who saves?",
        "When does it pay for itself?",
        "Which services does the annual saving come from?",
    ):
        assert question in words
    assert figures.text.count('role="img"') == 6
    ids = re.findall(r'\bid="([^"]+)"', figures.text)
    assert len(ids) == len(set(ids))


def test_each_organisation_is_shown_alone(page: Served) -> None:
    address = page.checked("One")
    whole = words_of(page.get(f"{address}/figures/by-year"))
    assert "Total programme: What happens in which year?" in whole
    beta = words_of(page.get(f"{address}/figures/by-service", params={"of": "Beta Police"}))
    assert "Beta Police: Which services does it come from?" in beta
    unknown = page.get(f"{address}/figures/by-year", params={"of": "<script>"})
    assert "Total programme: What happens" in words_of(unknown)


def test_every_figure_can_be_traced(page: Served) -> None:
    address = page.checked("One")
    for part in ("", "/by-year", "/by-service"):
        text = page.get(f"{address}/figures{part}").text
        addresses = {
            html.unescape(each) for each in re.findall(r'href="([^"]+/trace\?[^"]+)"', text)
        }
        assert addresses
        for each in sorted(addresses)[:: max(1, len(addresses) // 4)]:
            answer = page.reach(each, "One")
            assert answer.status_code == 200
            assert "do not add up" not in words_of(answer)
            assert "What a figure is made of" in words_of(answer)


def test_all_lines_behind_a_figure_can_be_fetched(page: Served) -> None:
    page.checked("One")
    address = trace_address("Summary", "All strands", "Total programme", "One-off: Best case")
    file = page.reach(address.replace("/trace?", "/trace.csv?"), "One")
    assert file.headers["content-disposition"] == 'attachment; filename="trace.csv"'
    assert "FIN-1" in file.content.decode("utf-8-sig")


@pytest.mark.parametrize(
    "names", [(), ("<b>x</b>", "y"), ("Summary", "Nobody", "One-off: Best case")]
)
def test_a_figure_that_is_not_there_is_said_so(page: Served, names: tuple[str, ...]) -> None:
    page.checked("One")
    answer = page.reach(trace_address(*names), "One")
    assert "<b>x</b>" not in answer.text
    words = words_of(answer)
    assert "There is no" in words or "Name the table" in words


def test_there_is_no_other_part(page: Served) -> None:
    address = page.checked("One")
    assert page.get(f"{address}/figures/register").status_code == 404
    assert page.get("/programmes/nobody/figures").status_code == 404


def test_the_page_says_what_the_workbook_says(page: Served) -> None:
    address = page.checked("One")
    page.post(f"{address}/report")
    page.settle("One")
    summary = page.settings.outputs / "One" / "programme-summary.xlsx"
    sheet = openpyxl.load_workbook(summary, data_only=True)["Summary"]
    texts = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    words = words_of(page.get(f"{address}/figures"))
    assert {"Beta Police", "Alpha Council", "Return on investment"} <= texts
    assert all(name in words for name in ("Beta Police", "Alpha Council", "Return on investment"))
    # Once it is reported, the lines are read again for a trace.
    trace = page.reach(trace_address("Summary", "Beta Police", "One-off: Best case"), "One")
    assert "exactly." in words_of(trace)


def test_what_takes_long_is_not_done_again_for_whoever_waited(
    page: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.checked("Two")
    monkeypatch.setattr(progress, "PATIENCE", 0)
    one = trace_address("Summary", "Total programme", "One-off: Best case")
    address = one.replace(address_of("One"), address_of("Two"))
    waiting = page.get(address, follow_redirects=False)
    assert waiting.headers["location"].startswith("/jobs/")
    page.settle("Two")
    assert "What a figure is made of" in words_of(page.get(waiting.headers["location"]))
    # Once it was shown, it is looked up anew.
    assert page.get(address, follow_redirects=False).status_code == 303


def test_delivery_has_its_pictures(page: Served) -> None:
    folder = page.settings.inputs / "Delivered"
    Programme(title="Delivered").write(folder)
    finance = Return("Finance")
    finance.line([-500, -500, -500], category="Cashable saving")
    finance.add(
        "Delivery", line_ref="FIN-1", year="2012/13", forecast=-400, delivered=-300, rag="Amber"
    )
    finance.write(folder, "finance.xlsx")
    address = page.checked("Delivered")
    assert "Do we get the savings?" in words_of(page.get(f"{address}/figures"))
