"""The frames that are handed on are as ``schemas/model.py`` declares them, and so are those that
other tests make by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import get_type_hints

import pandas as pd
import pandera.errors
import pytest

from pipeline.core.programme import Programme as ReadProgramme
from pipeline.core.results import Results
from schemas import model
from schemas.model import Frame
from tests.builders import Programme, Return, error_cell
from tests.frames import check
from tests.ingest.reading import results
from tests.report import fake
from tests.running import outcome_of

SAMPLES = Path(__file__).parent.parent.parent / "inputs"


def worst(folder: Path) -> Results:
    """A programme with something of everything: lines rejected, excluded and not apportioned, a
    basis that nobody knows, projects, risks, and Delivery counted and left out."""
    one = Programme(profile="Incremental", payback_limit=3)
    one.partner("A", "Alpha Council")
    one.partner("B", "Beta Police")
    one.service("ICT", "Corporate", "Baseline")
    one.service("Legal", "Blueprints", "Not agreed")
    one.service("Fleet", "Operations", "By magic")
    one.baseline("ICT", A=3, B=1)
    one.department("Estates")
    one.gap("A", {"2013/14": 500})
    one.tag("Stage", "List", "Idea, Approved")
    one.tag("FTE", "Number")
    one.assumption(ref="A1", assumption="Pay awards of 1%")
    one.write(folder)
    finance = Return("Finance")
    finance.line([1_000, -1_000], line_ref="F1", project_code="P1", paid_by="A")
    finance.line([0, -400], line_ref="F2", category="Cashable saving", scenario="Best case")
    finance.line([-9], line_ref="F3", category="Income", counted_in="Another review")
    finance.line([1, "TBC", error_cell()], line_ref="F4")
    finance.line([5], line_ref="F5", service="Legal", category="Recurring cost", owner="Ann", fte=2)
    finance.line([7], line_ref="F6", service="Fleet", category="Cost avoidance")
    finance.line([8], line_ref="F7", basis="Direct", partner="B", funding="Capital")
    finance.add("Projects", project_code="P1", project_title="Hub")
    finance.add("Risks", risk_ref="R1", risk="Rain", likelihood=4)
    finance.line([-3, 0, -3], line_ref="F8", category="Income", owner="Bob")
    finance.add("Delivery", line_ref="F2", year="2013/14", forecast=-300, rag="Amber")
    finance.add("Delivery", line_ref="F8", year="2012/13", delivered=-2)
    finance.add("Delivery", line_ref="F8", year="2013/14", delivered=0)
    finance.add("Delivery", line_ref="F1", year="2012/13", delivered=900)
    finance.add("Delivery", line_ref="F4", year="2012/13", forecast=1)
    finance.write(folder, "finance.xlsx")
    return results(folder)


def nothing(folder: Path) -> Results:
    """A programme without a line."""
    Programme().write(folder)
    return results(folder)


def sample(folder: Path) -> Results:
    """A sample's figures."""
    made = outcome_of(folder).results
    assert made is not None
    return made


def checked(handed: object, declared: tuple[Frame, ...], programme: ReadProgramme) -> None:
    """Each frame of what is handed on is as it is declared, and none is undeclared."""
    named = {name for name, kind in get_type_hints(type(handed)).items() if kind is pd.DataFrame}
    assert named == {frame.name for frame in declared}
    for frame in declared:
        each = programme.codes if frame is model.SHARES else programme.year_labels
        check(frame, getattr(handed, frame.name), each, programme.tags)


def check_results(made: Results) -> None:
    """Every frame of a programme's figures is as it is declared."""
    checked(made, model.RESULTS, made.programme)
    for name, frame in made.narrative.items():
        check(model.NARRATIVE[name], frame)
    if made.delivery is not None:
        checked(made.delivery, model.REPORTED_DELIVERY, made.programme)
    if made.settlement is not None:
        checked(made.settlement, model.SETTLED, made.programme)
    if made.share_changes is not None:
        check(model.SHARE_CHANGES, made.share_changes)


def test_the_samples_frames_are_as_declared() -> None:
    for folder in sorted(SAMPLES.iterdir()):
        check_results(sample(folder))


def test_the_frames_of_a_programme_with_every_fault_are_as_declared(tmp_path: Path) -> None:
    made = worst(tmp_path)
    assert made.delivery is not None
    assert all(len(getattr(made.delivery, frame.name)) for frame in model.REPORTED_DELIVERY)
    assert made.settlement is not None
    assert all(len(getattr(made.settlement, frame.name)) for frame in model.SETTLED)
    assert all(len(getattr(made, frame.name)) for frame in model.RESULTS)
    assert {"Projects", "Risks", "Assumptions"} == made.narrative.keys()
    check_results(made)


def test_the_frames_of_a_programme_without_a_line_are_as_declared(tmp_path: Path) -> None:
    check_results(nothing(tmp_path))


def test_the_frames_that_tests_make_are_as_declared() -> None:
    made = fake.results()
    for frame in (model.REGISTER, model.APPORTIONED, model.EXCLUDED, model.BY_YEAR):
        check(frame, getattr(made, frame.name), made.programme.year_labels)
    for frame in (model.SUMMARY, model.APPRAISAL, model.BY_SERVICE, model.CONTROLS, model.SOURCES):
        check(frame, getattr(made, frame.name))
    check(model.SHARES, made.shares, made.programme.codes)


@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        ("a column too many", lambda frame: frame.assign(more="x")),
        ("a column too few", lambda frame: frame.drop(columns="notes")),
        ("another order", lambda frame: frame[frame.columns[::-1]]),
        ("pence that aren't whole", lambda frame: frame.assign(total_pence=1.5)),
        ("a blank where none may be", lambda frame: frame.assign(category=None)),
        ("a number for a text", lambda frame: frame.assign(owner=7)),
    ],
)
def test_a_frame_that_is_not_as_declared_is_noticed(
    what: str, wrong: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    made = fake.results()
    with pytest.raises(pandera.errors.SchemaErrors):
        check(model.REGISTER, wrong(made.register), made.programme.year_labels)


def test_amounts_of_a_summary_are_python_s_own_whole_numbers() -> None:
    made = fake.results()
    for wrong in (1.5, True, None, "1"):
        with pytest.raises(pandera.errors.SchemaErrors):
            check(model.SUMMARY, made.summary.assign(one_off_pence=wrong).astype(object))
