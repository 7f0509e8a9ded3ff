"""What the report's tests share."""

import pytest

from pipeline.core.results import Results
from tests.report import fake
from tests.report.built import build


@pytest.fixture(scope="session")
def fake_results() -> Results:
    return fake.results()


@pytest.fixture(scope="session")
def outputs(fake_results: Results) -> dict[str, bytes]:
    """Every output of the fake programme, by path."""
    return build(fake_results)


@pytest.fixture(scope="session")
def summary_book(outputs: dict[str, bytes]) -> bytes:
    return outputs["programme-summary.xlsx"]
