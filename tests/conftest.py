"""No test looks into the user's own cache of returns, or takes up the folders that the user keeps;
tests of either have their own."""

import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kept_processes import forked, readers_kept, started_afresh
from tests.long import mark_long_cases

os.environ["SAVINGS_CACHE"] = "off"
os.environ["SAVINGS_CONFIG"] = str(Path(tempfile.gettempdir()) / "no-settings-of-the-savings-tests")

# What a run of pytest holds is much and stays: looking through it after every 700 new objects takes
# a seventh of the processor time of the tests.
gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: for a fifth of their time tests wait, for browsers, for
    LibreOffice, for a clock."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before pytest picks tests by their marks."""
    mark_long_cases(items)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is there by now stays to the end: no garbage is looked for in it."""
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """What is garbage by now is found once: pytest, for whom its end may be a fault, looks through
    all there is ten times."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _processes() -> Iterator[None]:
    """Other processes of ours are started once, or forked."""
    with readers_kept(), forked():
        yield


@pytest.fixture
def started_by_itself() -> Iterator[None]:
    """Processes start as they do in the program."""
    with started_afresh():
        yield
