"""One page, with its worker, for all tests of a module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import Programme, Return
from tests.page.served import Served, served


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
