"""What several files of these tests look at, made once."""

import pytest

from tests.end_to_end.further_program import Further
from tests.end_to_end.written_once import written_once

__all__ = ["written_once"]


@pytest.fixture(scope="session")
def further(tmp_path_factory: pytest.TempPathFactory) -> Further:
    """The program with everything further, and what it reports."""
    return Further(tmp_path_factory.mktemp("further"))
