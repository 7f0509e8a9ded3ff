"""What a run makes of workbooks, in the words of these tests."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pipeline.core.results import Results
from pipeline.run import Outcome
from tests.builders import Programme
from tests.check.finding import check_words
from tests.running import outcome_of


def plan(**settings: object) -> Programme:
    """A programme of one scenario, so that a line is a row."""
    return Programme(scenarios="Plan", **settings)  # type: ignore[arg-type]


def run(folder: Path) -> Outcome:
    """The outcome, its issues seen to be plain English; of the same files the same."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return _run(folder, tuple((path, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=2)
def _run(folder: Path, _: tuple[tuple[Path, int], ...]) -> Outcome:
    outcome = outcome_of(folder)
    check_words(outcome.issues)
    return outcome


def results(folder: Path) -> Results:
    """The figures of a programme that gives any."""
    figures = run(folder).results
    assert figures is not None, "the programme stopped"
    return figures


def pounds(folder: Path) -> dict[str, tuple[float, ...]]:
    """Each line in the model by its reference: pounds by year."""
    figures = results(folder)
    labels = figures.programme.year_labels
    return {
        row["line_ref"]: tuple(int(row[label]) / 100 for label in labels)
        for row in figures.register.to_dict("records")
    }


def shares(folder: Path) -> dict[tuple[str, str], tuple[float, ...]]:
    """Pounds by year of each line and partner (the empty code: not yet apportioned)."""
    figures = results(folder)
    labels = figures.programme.year_labels
    return {
        (row["line_ref"], row["partner"]): tuple(int(row[label]) / 100 for label in labels)
        for row in figures.apportioned.to_dict("records")
    }


# What is said of the run of amounts over the years, and of their sums, however they were read.
OF_FIGURES = ("year-missing", "stops-early", "restated-rows")


def issues(folder: Path) -> list[tuple[str, str]]:
    """The rule and the cell of each issue of reading, in order."""
    return [(i.rule, i.at.cell) for i in run(folder).issues if i.rule not in OF_FIGURES]


def problems(folder: Path) -> list[str]:
    """What each issue says is wrong."""
    return [issue.problem for issue in run(folder).issues]
