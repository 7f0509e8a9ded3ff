"""The workbooks that the benchmarks read, made anew: rejected rows measure nothing."""

import tempfile
from pathlib import Path

import pytest

from bench.returns import programme_of, real_programme
from pipeline.core.issue import Severity
from tests.running import outcome_of


@pytest.fixture(autouse=True)
def _made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_the_simple_programme_is_accepted_whole() -> None:
    results = outcome_of(programme_of(2, 6) / "programme").results
    assert results is not None
    assert len(results.register) == 2 * 6
    assert results.issues.empty


def test_of_the_real_programme_all_is_accepted_but_for_its_planted_errors() -> None:
    results = outcome_of(real_programme(2, 6) / "programme").results
    assert results is not None
    errors = results.issues[results.issues["severity"] == Severity.ERROR.value]
    assert errors["rule"].tolist() == ["unknown-service"] * 2
    assert len(results.register) == 2 * 6 - len(errors)
