"""Figures, files, versions, a new programme and a layout in a real browser: by mouse, by keyboard,
without script, and for all eyes."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pipeline.ingest.control import read_control
from pipeline.page.desk import address_of
from tests.builders import Programme, Return
from tests.ingest.test_layouts import write_rows
from tests.ingest.test_suggest_layout import TRACKER
from tests.long import long
from tests.page.served import Served, served

AT = address_of("One")
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page of a programme that is reported, with a version issued."""
    folder = tmp_path_factory.mktemp("figures")
    programme = Programme(title="Joint <b>working</b>")
    programme.write(folder / "inputs" / "One")
    finance = Return("Finance")
    finance.line([500_000, 0, 0])
    finance.line([-1_000_000, -2_000_000, -3_000_000], category="Cashable saving", service="Fleet")
    finance.write(folder / "inputs" / "One", "finance.xlsx")
    with served(folder / "inputs", folder / "outputs") as page:
        page.checked("One")
        page.post(f"{AT}/report")
        page.settle("One")
        page.post(f"{AT}/versions", {"name": "First"})
        page.settle("One")
        yield page


@pytest.fixture
def context(browser: Browser, reported: Served) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=reported.here, accept_downloads=True)
    complaints: list[str] = []
    enter(context, reported, complaints)
    yield context
    context.close()
    assert complaints == []


def enter(context: BrowserContext, page: Served, complaints: list[str]) -> Page:
    """A tab of a browser that was let in, and what it complains of."""
    tab = context.new_page()
    tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    tab.goto(page.session.address)
    return tab


@pytest.fixture
def tab(context: BrowserContext) -> Page:
    return context.pages[0]


def test_from_a_figure_to_its_cells_and_its_workbook(reported: Served, tab: Page) -> None:
    tab.goto(AT)
    tab.get_by_role("link", name="Figures").click()
    expect(
        tab.get_by_role("heading", name="Who bears the one-off cost, and who saves?")
    ).to_be_visible()
    row = tab.get_by_role("row", name="All strands Total programme")
    # By keyboard: the figure is a link like any other.
    row.get_by_role("link", name="500").first.focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_contain_text("One-off")
    expect(tab.get_by_text("One line comes up to £500,000 exactly.")).to_be_visible()
    cell = tab.get_by_role("cell", name="Savings!").inner_text().partition("!")[2]
    sent = openpyxl.load_workbook(reported.settings.inputs / "One" / "finance.xlsx")
    assert sent["Savings"][cell].value == 500_000
    tab.get_by_role("link", name="Files").click()
    with tab.expect_download() as download:
        tab.get_by_role("link", name="programme-summary.xlsx").first.click()
    book = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()), data_only=True)
    values = {cell.value for row in book["Summary"].iter_rows() for cell in row}
    assert {500_000, -3_000_000} <= values


def test_a_version_is_issued(tab: Page) -> None:
    tab.goto(AT)
    tab.get_by_role("link", name="Versions").click()
    expect(tab.get_by_text("Nothing is in the way")).to_be_visible()
    tab.get_by_label("Name").fill("Cabinet 30 April")
    tab.get_by_label("Signed off by").fill("A. Treasurer, CFO")
    tab.get_by_role("button", name="Issue this version").click()
    expect(tab.get_by_role("cell", name="A. Treasurer, CFO")).to_be_visible()
    tab.get_by_role("button", name="Compare").click()
    heading = "From version 1 (First) to version 2 (Cabinet 30 April)"
    expect(tab.get_by_role("heading", name=heading)).to_be_visible()


def test_a_programme_is_set_up_and_a_strange_return_read_without_script(
    browser: Browser, reported: Served
) -> None:
    context = browser.new_context(base_url=reported.here, java_script_enabled=False)
    tab = enter(context, reported, [])
    tab.get_by_role("link", name="Set up a programme").click()
    for label, text in (
        ("Title required", "Shared services"),
        ("First year required", "2012"),
        ("Partners, row 1, Code", "A"),
        ("Partners, row 1, Name", "Alpha Council"),
        ("Services, row 1, Service", "ICT"),
        ("Services, row 1, Strand", "Corporate"),
        ("Services, row 1, Basis", "Equal"),
        ("Services, row 2, Service", "Fleet"),
        ("Services, row 2, Strand", "Corporate"),
        ("Services, row 2, Basis", "Equal"),
    ):
        tab.get_by_label(label, exact=True).fill(text)
    tab.get_by_role("button", name="Create the programme").click()
    tab.get_by_role("alert").get_by_role("link", name="First year").click()
    tab.get_by_label("First year required", exact=True).fill("2012/13")
    tab.get_by_role("button", name="Create the programme").click()
    expect(tab.get_by_text("“Shared services” is set up")).to_be_visible()

    folder = reported.settings.inputs / "Shared services"
    write_rows(folder / "tracker.xlsx", Proposals=TRACKER)
    tab.get_by_role("button", name="Check again").click()
    reported.settle("Shared services")
    tab.goto(f"{address_of('Shared services')}/layouts")
    tab.get_by_role("link", name="tracker.xlsx").click()
    # Where it takes a while, nothing leads on by itself without script.
    reported.settle("Shared services")
    tab.goto(f"{address_of('Shared services')}/layouts?workbook=tracker.xlsx")
    expect(tab.get_by_role("cell", name="Corporate savings tracker (£000)")).to_be_visible()
    tab.get_by_label("Our heading for Approved").select_option("2012/13")
    tab.get_by_label("Category", exact=True).fill("Cashable saving")
    tab.get_by_label("Savings sign").select_option("Positive")
    tab.get_by_role("button", name="Try it").click()
    expect(tab.get_by_text("2 lines, 2 of them without an error.")).to_be_visible()
    tab.get_by_role("button", name="Write them into programme.xlsx").click()
    reported.settle("Shared services")
    control = read_control("programme.xlsx", (folder / "programme.xlsx").read_bytes())
    assert "Approved" in {row.theirs for row in control.layouts}
    tab.goto(f"{address_of('Shared services')}/figures/by-year")
    expect(tab.get_by_role("link", name="(311)").first).to_be_visible()
    context.close()


# The captions that are not whole in view, where their table begins and where it ends.
_CUT_OFF = """[0, 1e6].flatMap(end => [...document.querySelectorAll("caption")].filter(caption => {
    caption.closest(".scroll").scrollLeft = end
    const { left, right } = caption.getBoundingClientRect()
    return left < 0 || right > innerWidth
}).map(caption => caption.innerText))"""


@pytest.mark.parametrize("width", [360, pytest.param(1440, marks=long)])
def test_every_view_is_for_all(
    reported: Served, context: BrowserContext, tab: Page, width: int, tmp_path: Path
) -> None:
    strange = reported.settings.inputs / "One" / "strange.xlsx"
    write_rows(strange, Proposals=TRACKER)
    tab.goto("about:blank")  # the list of programmes comes anew by itself once this is checked
    reported.checked("One")
    tab.set_viewport_size({"width": width, "height": 900})
    of_strange = f"{AT}/layouts?workbook=strange.xlsx"
    trace = f"{AT}/trace?of=Summary&of=Total+programme&of=One-off:+Best+case"
    for address in (
        *(f"{AT}/figures{part}" for part in ("", "/by-year", "/by-service")),
        *(trace, f"{AT}/files", f"{AT}/versions", f"{AT}/layouts", of_strange, "/set-up"),
        f"{AT}/take-out?workbook=strange.xlsx",
    ):
        tab.goto(address)
        expect(tab.locator("[data-job]")).to_have_count(0)
        if address == "/set-up":
            tab.get_by_role("button", name="Create the programme").click()
            expect(tab.get_by_role("alert")).to_be_visible()
        for each in tab.locator("summary:visible").all():
            each.click()
        faults = Axe().run(tab).response["violations"]
        assert faults == [], (address, [(each["id"], each["nodes"]) for each in faults])
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert tab.evaluate(_CUT_OFF) == [], address
    strange.unlink()
