"""The page in a real browser, served by the command as a user starts it: a day's work, two tabs, a
run that is killed, without script, by keyboard alone, and for all eyes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from filelock import FileLock
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pipeline.page.desk import address_of
from tests.builders import Programme, Return
from tests.long import long

ROOT = Path(__file__).parent.parent.parent
NAME = "autumn"
AT = address_of(NAME)
# Others may be at work on this machine.
expect.set_options(timeout=30_000)


@dataclass(frozen=True)
class Started:
    """The command at work."""

    address: str
    folder: Path
    process: int

    @property
    def here(self) -> str:
        return self.address.partition("/?")[0]

    @property
    def inputs(self) -> Path:
        return self.folder / "inputs" / NAME

    @property
    def outputs(self) -> Path:
        return self.folder / "outputs" / NAME

    def lock(self) -> FileLock:
        """What another run would hold."""
        self.outputs.mkdir(parents=True, exist_ok=True)
        return FileLock(self.outputs / ".lock")

    def worker(self) -> int:
        """The process that reads and reports."""
        children = Path(f"/proc/{self.process}/task/{self.process}/children").read_text().split()
        spawned = [
            int(each)
            for each in children
            if "spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes().decode()
        ]
        assert len(spawned) == 1
        return spawned[0]


def returned(department: str, *amounts: object) -> Return:
    workbook = Return(department)
    workbook.line(list(amounts))
    return workbook


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    folder = tmp_path_factory.mktemp("browser")
    Programme(title="Autumn <i>savings</i>").write(folder / "inputs" / NAME)
    returned("Finance", 500, 400, 0).write(folder / "inputs" / NAME, "finance.xlsx")
    command = [sys.executable, "-m", "pipeline", "page", "--no-browser"]
    command += ["--inputs", str(folder / "inputs"), "--outputs", str(folder / "outputs")]
    environment = {**os.environ, "SAVINGS_CACHE": "off", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        address = next(line.split()[-1] for line in process.stdout if "token=" in line)
        yield Started(address, folder, process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


@pytest.fixture
def context(browser: Browser, started: Started) -> Iterator[BrowserContext]:
    """A browser that was let in."""
    context = browser.new_context(base_url=started.here, accept_downloads=True)
    context.new_page().goto(started.address)
    yield context
    context.close()


@pytest.fixture
def tab(context: BrowserContext) -> Page:
    return context.pages[0]


def report(tab: Page) -> None:
    tab.goto(AT)
    tab.get_by_role("button", name="Write the report").click()
    expect(tab.get_by_text("and of the inputs as they are.")).to_be_visible()


def test_a_days_work(started: Started, tab: Page, tmp_path: Path) -> None:
    legal = returned("Legal", 100, "TBC", 0)
    legal.line([500.005, 0, 0])
    legal.write(tmp_path, "legal.xlsx")
    tab.get_by_role("link", name="Autumn <i>savings</i>").click()
    tab.get_by_role("link", name="Drop workbooks").first.click()
    tab.get_by_label("Workbooks", exact=True).set_input_files(tmp_path / "legal.xlsx")
    tab.get_by_role("button", name="Put in place and check").click()
    expect(tab.get_by_text("legal.xlsx is in place. What was found is below.")).to_be_visible()
    expect(tab.get_by_text("“TBC” is not an amount.")).to_be_visible()
    expect(tab.get_by_role("heading", name="Savings!J2, line LEG-1")).to_be_visible()

    with tab.expect_download() as download:
        tab.get_by_role("link", name="Download its marked copy").click()
    book = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()))
    assert book["Savings"]["J2"].value == "TBC"
    assert "Issues" in book.sheetnames

    tab.get_by_text("Answer it").click()
    tab.get_by_label("Answer", exact=True).fill("Half pennies are agreed.")
    tab.get_by_label("Answered by").fill("A. Treasurer")
    tab.get_by_role("button", name="Write the answer").click()
    expect(tab.get_by_text("1 warning answered.")).to_be_visible()
    expect(tab.get_by_text("Half pennies are agreed. (A. Treasurer)")).to_be_visible()
    answers = openpyxl.load_workbook(started.inputs / "programme.xlsx")["Answers"]
    assert any("Half pennies are agreed." in row for row in answers.values)

    report(tab)
    assert (started.outputs / "programme-summary.xlsx").is_file()

    legal = returned("Legal", 100, 250, 0)
    legal.line([500.005, 0, 0])
    legal.write(tmp_path, "legal.xlsx")
    tab.goto(f"{AT}/drop")
    tab.get_by_label("Workbooks", exact=True).set_input_files(tmp_path / "legal.xlsx")
    tab.get_by_role("button", name="Put in place and check").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(
        "1 workbook of that name is there already"
    )
    tab.get_by_label("legal.xlsx").check()
    tab.get_by_role("button", name="Put in place and check").click()
    expect(tab.get_by_text("Against the last report, legal.xlsx: 1 line new")).to_be_visible()
    expect(tab.get_by_text("“TBC”")).to_have_count(0)
    kept = [each.name for each in (started.outputs / "kept").iterdir()]
    assert sorted(name[27:] for name in kept) == ["legal.xlsx", "programme.xlsx"]


def test_a_workbook_is_dropped_with_the_mouse(started: Started, tab: Page, tmp_path: Path) -> None:
    returned("Police", 5, "n/k", 0).write(tmp_path, "police.xlsx")
    content = list((tmp_path / "police.xlsx").read_bytes())
    tab.goto(f"{AT}/drop")
    dropped = tab.evaluate_handle(
        """content => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(content)], "police.xlsx"));
            return data;
        }""",
        content,
    )
    tab.dispatch_event("form[data-drop]", "drop", {"dataTransfer": dropped})
    expect(tab.get_by_text("police.xlsx is in place. What was found is below.")).to_be_visible()
    (started.inputs / "police.xlsx").unlink()


@long
def test_two_tabs_see_the_same_and_a_reload_loses_nothing(
    started: Started, context: BrowserContext
) -> None:
    one, two = context.pages[0], context.new_page()
    one.goto(AT)
    two.goto("/")
    with started.lock():
        one.get_by_role("button", name="Write the report").click()
        expect(one.get_by_text("is in use by another run").first).to_be_visible()
        two.goto(AT)
        expect(two.get_by_text("is in use by another run")).to_be_visible()
        one.reload()
        expect(one.get_by_text("is in use by another run").first).to_be_visible()
        assert str(started.folder) not in one.content()
    for tab in (one, two):
        expect(tab.get_by_text("and of the inputs as they are.")).to_be_visible()


@long
def test_a_run_that_is_killed_says_so_and_the_last_report_stays(
    started: Started, tab: Page
) -> None:
    report(tab)
    summary = (started.outputs / "programme-summary.xlsx").read_bytes()
    with started.lock():
        tab.get_by_role("button", name="Write the report").click()
        expect(tab.get_by_text("is in use by another run").first).to_be_visible()
        os.kill(started.worker(), signal.SIGKILL)
        expect(tab.get_by_text("It was stopped before it had ended.")).to_be_visible()
    assert (started.outputs / "programme-summary.xlsx").read_bytes() == summary
    tab.goto(AT)
    expect(tab.get_by_text("Writing the report was not done.")).to_be_visible()
    tab.get_by_role("button", name="Check again").click()
    expect(tab.get_by_text("was not done.")).to_have_count(0)
    expect(tab.get_by_role("heading", name="Returns")).to_be_visible()


def test_what_is_typed_outlives_the_end_of_a_run(started: Started, tab: Page) -> None:
    tab.goto(AT)
    with started.lock():
        tab.get_by_role("button", name="Write the report").click()
        expect(tab.get_by_text("is in use by another run").first).to_be_visible()
        tab.goto(f"{AT}/issues")
        tab.get_by_label("Words").fill("half a sent")
    expect(tab.get_by_role("link", name="Show what is there now")).to_be_visible()
    expect(tab.get_by_label("Words")).to_have_value("half a sent")


def test_all_of_it_works_without_script(browser: Browser, started: Started, tmp_path: Path) -> None:
    returned("Fire", 5, "n/k", 0).write(tmp_path, "fire.xlsx")
    context = browser.new_context(base_url=started.here, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(started.address)
    tab.goto(f"{AT}/drop")
    tab.get_by_label("Workbooks", exact=True).set_input_files(tmp_path / "fire.xlsx")
    tab.get_by_role("button", name="Put in place and check").click()
    while (further := tab.get_by_role("link", name="See how far it is now")).count():
        further.click()
    expect(tab.get_by_text("fire.xlsx is in place. What was found is below.")).to_be_visible()
    tab.goto(f"{AT}/issues")
    tab.get_by_label("Words").fill("n/k")
    tab.get_by_role("button", name="Show").click()
    expect(tab.get_by_text("1 issue chosen.")).to_be_visible()
    tab.goto(AT)
    with started.lock():
        tab.get_by_role("button", name="Write the report").click()
        expect(tab.get_by_role("link", name="See how far it is now")).to_be_visible()
        tab.get_by_role("button", name="Stop it").click()
        expect(tab.get_by_text("It was stopped before it had ended.")).to_be_visible()
    context.close()
    (started.inputs / "fire.xlsx").unlink()


def test_all_of_it_is_reached_by_keyboard(started: Started, tab: Page) -> None:
    tab.goto(AT)
    tab.keyboard.press("Tab")
    skip = tab.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["x"] >= 0
    tab.keyboard.press("Enter")
    reached = set()
    for _ in range(12):
        tab.keyboard.press("Tab")
        focused = tab.locator(":focus")
        reached.add(focused.inner_text())
        outline = focused.evaluate("element => getComputedStyle(element).outlineStyle")
        assert outline == "solid", focused.inner_text()
        if focused.inner_text() == "Check again":
            tab.keyboard.press("Enter")
            break
    assert {"Drop workbooks", "Write the report", "Check again"} <= reached
    tab.wait_for_load_state()
    expect(tab.get_by_role("heading", name="Returns")).to_be_visible()


@pytest.mark.parametrize("width", [360, pytest.param(1440, marks=long)])
def test_nobody_is_kept_out(started: Started, context: BrowserContext, width: int) -> None:
    tab = context.new_page()
    tab.set_viewport_size({"width": width, "height": 900})
    returned("Care", 500.005, "TBC", 0).write(started.inputs, "care.xlsx")
    for address in ("/", AT, f"{AT}/issues", f"{AT}/drop", "/jobs/1", "/nothing"):
        tab.goto(address)
        expect(tab.locator("[data-job]")).to_have_count(0)
        for each in tab.locator("summary").all()[:2]:
            each.click()
        found = Axe().run(tab).response["violations"]
        assert found == [], (address, [(each["id"], each["nodes"]) for each in found])
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    tab.close()
    (started.inputs / "care.xlsx").unlink()
