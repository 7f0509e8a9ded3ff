"""One page, with its worker, for all tests of a module."""

import multiprocessing
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from pipeline.page import worker
from tests.builders import Programme, Return
from tests.page.served import Served, served

CHROMIUM = shutil.which("chromium")
SWITCHES = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


@pytest.fixture(scope="session", autouse=True)
def workers_are_forked() -> Iterator[None]:
    """The workers of the pages of this process come from one that has imported all they need, which
    takes a second for each that starts afresh, as the command's does."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        yield
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(worker._READY_WITH))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "get_context", lambda _: context)
        yield


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
