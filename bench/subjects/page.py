"""The page in a real browser (Debian's chromium): how long somebody waits for it.

Each wait is held against the time that it is promised in; ``the browser alone`` is what the same
browser takes for a page of one word, which is what there is to be gained at most.
"""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.frame import ROOT, Ratio, Subject
from bench.returns import programme_of
from pipeline.page.desk import address_of
from tests.builders import Programme, Return

LARGE_RETURNS, LARGE_ROWS = 100, 500
ROWS = 200
_PATIENCE_MS = 300_000


class _Waits:
    """The page at work, and a browser that was let in."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="savings-bench-page-"))
        self._ends = ExitStack()
        self._ends.callback(shutil.rmtree, self._folder, ignore_errors=True)
        self._dropped = 0
        self._tab: Page | None = None
        atexit.register(self._ends.close)

    @property
    def tab(self) -> Page:
        if self._tab is None:
            raise RuntimeError("the page is not at work")
        return self._tab

    def start(self) -> None:
        """Serve both programmes, read once, so that the server is warm."""
        chromium = shutil.which("chromium")
        if chromium is None:
            raise RuntimeError("the page is timed in Debian's chromium, which is not here")
        inputs = self._folder / "inputs"
        Programme(title="Small").write(inputs / "small")
        shutil.copytree(programme_of(LARGE_RETURNS, LARGE_ROWS) / "programme", inputs / "large")
        address = self._served(inputs)
        playwright = self._ends.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        self._ends.callback(browser.close)
        self._tab = browser.new_page(base_url=address.partition("/?")[0])
        self._tab.set_default_timeout(_PATIENCE_MS)
        self._tab.goto(address)
        self.large()
        self.drop()

    def _served(self, inputs: Path) -> str:
        """The address at which the command serves the inputs."""
        command = [sys.executable, "-m", "pipeline", "page", "--no-browser"]
        command += ["--inputs", str(inputs), "--outputs", str(self._folder / "outputs")]
        variables = {"SAVINGS_CACHE": str(self._folder / "cache"), "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **variables}, stdout=subprocess.PIPE, text=True
        )
        self._ends.callback(process.wait)
        self._ends.callback(process.send_signal, signal.SIGINT)
        for line in process.stdout or ():
            if "token=" in line:
                return line.split()[-1]
        raise RuntimeError("the page does not start")

    def drop(self) -> float:
        """From the click that hands over a return of many lines until its issues are there."""
        self._dropped += 1
        # Line refs begin with its first three letters.
        department = f"{self._dropped:03} Department"
        workbook = Return(department)
        for number in range(ROWS):
            workbook.line([500, 400 if number else "TBC", 0], description=f"Saving {number}")
        workbook.write(self._folder, f"{department}.xlsx")
        self.tab.goto(f"{address_of('small')}/drop")
        self.tab.get_by_label("Workbooks", exact=True).set_input_files(
            self._folder / f"{department}.xlsx"
        )
        start = time.perf_counter()
        self.tab.get_by_role("button", name="Put in place and check").click()
        self.tab.get_by_text(f"{department}.xlsx is in place. What was found is below.").wait_for()
        self.tab.get_by_text("“TBC” is not an amount.").first.wait_for()
        return time.perf_counter() - start

    def large(self) -> float:
        """From the address of a programme of many lines until its returns are there."""
        start = time.perf_counter()
        self.tab.goto(address_of("large"))
        self.tab.get_by_role("heading", name="Returns").wait_for()
        return time.perf_counter() - start

    def empty(self) -> float:
        """From an address until a page of one word is there."""
        start = time.perf_counter()
        self.tab.goto("data:text/html,<h1>Returns</h1>")
        self.tab.get_by_role("heading", name="Returns").wait_for()
        return time.perf_counter() - start


def subject() -> Subject:
    """Drop and a large programme's page, each against what it is promised in."""
    waits = _Waits()
    lines = f"{LARGE_RETURNS * LARGE_ROWS:,}"
    return Subject(
        "Page",
        {
            f"from drop to the issues of {ROWS} lines": waits.drop,
            f"the page of {lines} lines": waits.large,
            "the browser alone": waits.empty,
            "a second": lambda: 1.0,
            "300 ms": lambda: 0.3,
        },
        (
            Ratio("a return dropped", f"from drop to the issues of {ROWS} lines", "a second", 1),
            Ratio("a large programme", f"the page of {lines} lines", "300 ms", 1),
            Ratio("a large programme", f"the page of {lines} lines", "the browser alone"),
        ),
        apart=True,
        ready=waits.start,
    )
