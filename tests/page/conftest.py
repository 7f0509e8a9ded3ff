"""One page, with its worker, for all tests of a module."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.builders import Programme, Return
from tests.page.served import Served, served

CHROMIUM = shutil.which("chromium")
SWITCHES = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser, without a window."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium here (Debian's package of that name): no page is opened")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page of two small programmes."""
    folder = tmp_path_factory.mktemp("page")
    for name in ("One", "Two"):
        programme(folder / "inputs" / name, name)
    with served(folder / "inputs", folder / "outputs") as page:
        yield page


def programme(folder: Path, title: str) -> Path:
    """A programme with a good return and one with an error and a warning."""
    Programme(title=f"Programme {title}").write(folder)
    good = Return("Finance")
    good.line([500, 400, 0])
    good.write(folder, "finance.xlsx")
    bad = Return("Legal")
    bad.line([100, "TBC", 0])
    bad.write(folder, "legal.xlsx")
    return folder
