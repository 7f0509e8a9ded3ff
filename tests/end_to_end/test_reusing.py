"""A report that is run again takes over workbooks and copies that it would make again byte by byte,
and nothing else; documents are made as soon as that is found out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

import pipeline.copies
import pipeline.report.outputs
import pipeline.reusing
import pipeline.unchanged
from pipeline.report.spec import Book
from tests.builders import Programme, Return
from tests.end_to_end.commands import contents, report
from tests.long import in_parts, quick_cases

SUMMARY = "programme-summary.xlsx"
OUTPUTS = {SUMMARY, "validation-report.xlsx", "business-cases.xlsx", "partners/A.xlsx"}
OUTPUTS |= {"partners/B.xlsx"}
COPIES = {"returns/finance.xlsx", "returns/fleet.xlsx"}


def programme(folder: Path, amounts: tuple[float, float] = (5, 7), **settings: Any) -> None:
    """A programme of two returns, each with a saving above zero, which is a warning."""
    Programme(**settings).write(folder)
    for name, amount in zip(("Finance", "Fleet"), amounts, strict=True):
        one = Return(name)
        one.line([amount], category="Cashable saving", line_ref=f"{name}-1", description=name)
        one.write(folder, f"{name.lower()}.xlsx")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The workbooks and checked copies that are made, not taken over, from now on."""
    paths: list[str] = []

    def noting(function: Callable[..., Any], path_of: Callable[..., str]) -> Callable[..., Any]:
        def note(*arguments: Any, **more: Any) -> Any:
            paths.append(path_of(*arguments))
            return function(*arguments, **more)

        return note

    def of_book(book: Book, *_: IO[bytes]) -> str:
        return book.path

    def of_copy(_stream: IO[bytes], name: str, *_: object) -> str:
        return f"returns/{name}"

    write, mark = pipeline.report.outputs.write, pipeline.copies.checked_copy
    monkeypatch.setattr(pipeline.report.outputs, "write", noting(write, of_book))
    monkeypatch.setattr(pipeline.copies, "checked_copy", noting(mark, of_copy))
    monkeypatch.setenv("SAVINGS_WORKERS", "1")
    return paths


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    programme(tmp_path / "inputs" / "one")
    return tmp_path / "inputs"


@pytest.fixture
def outputs(tmp_path: Path, inputs: Path) -> Path:
    """Where the programme has been reported."""
    report(inputs, tmp_path / "outputs")
    return tmp_path / "outputs"


def afresh(inputs: Path, folder: Path) -> dict[str, str]:
    """What a first report gives."""
    report(inputs, folder)
    return contents(folder / "one")


def test_a_report_of_the_same_returns_makes_nothing_again(
    inputs: Path, outputs: Path, made: list[str]
) -> None:
    before = contents(outputs / "one")
    assert before.keys() > COPIES | OUTPUTS
    assert report(inputs, outputs).status == 0
    assert (made, contents(outputs / "one")) == ([], before)


def test_what_a_changed_return_has_no_part_in_is_taken_over(
    inputs: Path, outputs: Path, made: list[str], tmp_path: Path
) -> None:
    programme(inputs / "one", (5, 8))
    report(inputs, outputs)
    assert set(made) == (OUTPUTS | COPIES) - {"returns/finance.xlsx", "business-cases.xlsx"}
    assert contents(outputs / "one") == afresh(inputs, tmp_path / "afresh")


@quick_cases(2)
@pytest.mark.parametrize("name", [SUMMARY, "returns/finance.xlsx"])
@pytest.mark.parametrize("change", ["edited", "gone", "a folder"])
def test_an_output_that_is_not_as_it_was_left_is_made_again(
    inputs: Path, outputs: Path, made: list[str], name: str, change: str
) -> None:
    before = contents(outputs / "one")
    path = outputs / "one" / name
    if change == "edited":
        path.write_bytes(path.read_bytes() + b"!")
    else:
        path.unlink()
        if change == "a folder":
            path.mkdir()
            assert report(inputs, outputs).status == 1
            path.rmdir()
            made.clear()
    assert report(inputs, outputs).status == 0
    assert (made, contents(outputs / "one")) == ([name], before)


def test_other_software_other_looks_and_a_later_list_are_no_reason_to_take_over(
    inputs: Path, outputs: Path, made: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    theme = tmp_path / "theme.toml"
    theme.write_text('[colours]\nbrand = "#123456"\n', "utf-8")
    said = report(inputs, outputs, "--theme", theme)
    assert (said.status, set(made)) == (0, OUTPUTS), said.all
    made.clear()
    for module in (pipeline.reusing, pipeline.unchanged):
        monkeypatch.setattr(module, "software", lambda: ("the next release",))
    report(inputs, outputs, "--theme", theme)
    assert set(made) == OUTPUTS | COPIES


def test_a_manifest_of_an_earlier_release_takes_nothing_over(
    inputs: Path, outputs: Path, made: list[str]
) -> None:
    path = outputs / "one" / ".manifest.json"
    said = json.loads(path.read_text("utf-8"))
    del said["origin"]
    path.write_text(json.dumps(said), "utf-8")
    assert report(inputs, outputs).status == 0
    assert set(made) == OUTPUTS | COPIES


AMOUNTS = st.tuples(*[st.sampled_from([-5, 5, 7, "TBC"])] * 2)
PROGRAMMES = st.tuples(
    AMOUNTS,
    st.fixed_dictionaries({}, optional={"marking": st.just("OFFICIAL"), "years": st.just(2)}),
)


@pytest.mark.parametrize(("part", "examples"), in_parts(8, 1, quick=1))
def test_whatever_stood_there_before_the_report_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, part: int, examples: int
) -> None:
    @seed(part)
    @settings(max_examples=examples, deadline=None)
    @given(changes=st.lists(PROGRAMMES, min_size=2, max_size=3))
    def holds(changes: list[tuple[Any, dict[str, Any]]]) -> None:
        folder = tmp_path_factory.mktemp("reports")
        for amounts, more in changes:
            programme(folder / "inputs" / "one", amounts, **more)
            report(folder / "inputs", folder / "outputs")
        assert contents(folder / "outputs" / "one") == afresh(folder / "inputs", folder / "afresh")

    holds()
