"""A report that is run again takes over workbooks and copies that it would make again byte by byte,
and nothing else. Of documents it takes over those of the business cases."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

import pipeline.copies
import pipeline.report.casebooks
import pipeline.report.outputs
import pipeline.report.word.render
import pipeline.reusing
import pipeline.unchanged
from pipeline.report import apportioned_csv
from pipeline.report.documents.document import Document
from pipeline.report.excel import bulk_rows, large_tables
from pipeline.report.spec import Book
from pipeline.report.theme import Theme
from tests.builders import Programme, Return
from tests.end_to_end.commands import contents, report
from tests.long import in_parts, quick_cases

SUMMARY = "programme-summary.xlsx"
OUTPUTS = {SUMMARY, "validation-report.xlsx", "business-cases.xlsx", "partners/A.xlsx"}
OUTPUTS |= {"partners/B.xlsx"}
COPIES = {"returns/finance.xlsx", "returns/fleet.xlsx"}
CORPORATE, OPERATIONS = (
    {f"business-cases/{strand}.{kind}" for kind in ("xlsx", "docx")}
    for strand in ("Corporate", "Operations")
)


def programme(folder: Path, amounts: tuple[float, float] = (5, 7), **settings: Any) -> None:
    """A programme of two returns, each with a saving above zero, which is a warning."""
    Programme(**settings).write(folder)
    for name, amount in zip(("Finance", "Fleet"), amounts, strict=True):
        one = Return(name)
        one.line([amount], category="Cashable saving", line_ref=f"{name}-1", description=name)
        one.write(folder, f"{name.lower()}.xlsx")


@pytest.fixture(autouse=True)
def _every_table_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose rows are taken over where the workbook is not: here each is one by itself."""
    monkeypatch.setattr(large_tables, "_LARGE_ROWS", 1)
    monkeypatch.setattr(bulk_rows, "CHUNK", 1)
    monkeypatch.setattr(apportioned_csv, "_TOGETHER", 1)


def noting(
    paths: list[str], function: Callable[..., Any], path_of: Callable[..., str]
) -> Callable[..., Any]:
    """The function, which also notes the path of what it makes."""

    def note(*arguments: Any, **more: Any) -> Any:
        paths.append(path_of(*arguments))
        return function(*arguments, **more)

    return note


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The workbooks and checked copies that are made, not taken over, from now on."""
    paths: list[str] = []

    def of_book(book: Book, *_: IO[bytes]) -> str:
        return book.path

    def of_copy(_stream: IO[bytes], name: str, *_: object) -> str:
        return f"returns/{name}"

    write, mark = pipeline.report.outputs.write, pipeline.copies.checked_copy
    monkeypatch.setattr(pipeline.report.outputs, "write", noting(paths, write, of_book))
    monkeypatch.setattr(pipeline.copies, "checked_copy", noting(paths, mark, of_copy))
    monkeypatch.setenv("SAVINGS_WORKERS", "1")
    return paths


@pytest.fixture
def documents(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that are made, not taken over, from now on."""
    paths: list[str] = []

    def of_document(document: Document, _: Theme) -> str:
        return document.path

    render = pipeline.report.word.render.render
    monkeypatch.setattr(pipeline.report.word.render, "render", noting(paths, render, of_document))
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


def afresh(inputs: Path, folder: Path, *more: object) -> dict[str, str]:
    """What a first report gives."""
    report(inputs, folder, *more)
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


def test_of_a_workbook_that_changes_the_rows_that_do_not_are_taken_over(
    inputs: Path, outputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of Finance's line in the register, and of each partner's part of it."""
    rows: list[bytes] = []
    xml = bulk_rows.Bulk._xml

    def note(*arguments: Any) -> bytes:
        rows.append(xml(*arguments))
        return rows[-1]

    monkeypatch.setattr(bulk_rows.Bulk, "_xml", note)
    monkeypatch.setenv("SAVINGS_WORKERS", "1")
    programme(inputs / "one", (5, 8))
    report(inputs, outputs)
    made_again = len(rows)
    rows.clear()
    assert contents(outputs / "one") == afresh(inputs, tmp_path / "afresh")
    assert 0 < made_again < len(rows) / 2


def test_what_stays_the_same_is_left_where_it_stands(inputs: Path, outputs: Path) -> None:
    """With its date, and whoever has it open."""

    def stands(name: str) -> tuple[int, int]:
        state = (outputs / "one" / name).stat()
        return state.st_ino, state.st_mtime_ns

    before = {name: stands(name) for name in OUTPUTS | COPIES}
    programme(inputs / "one", (5, 8))
    report(inputs, outputs)
    assert {name for name in before if stands(name) == before[name]} == {
        "returns/finance.xlsx",
        "business-cases.xlsx",
    }


def test_a_copy_that_goes_elsewhere_is_not_made_again(
    inputs: Path, outputs: Path, made: list[str], tmp_path: Path
) -> None:
    other = Return("Fire")
    other.line([5], category="Cashable saving", line_ref="F1", description="Fire")
    other.write(inputs / "one", "Finance.xlsx")
    if len(list((inputs / "one").iterdir())) == 3:
        pytest.skip("this file system takes the two for one")
    report(inputs, outputs)
    copies = outputs / "one" / "returns"
    before = (copies / "finance (2).xlsx").read_bytes()
    (inputs / "one" / "Finance.xlsx").unlink()
    made.clear()
    report(inputs, outputs)
    assert not COPIES & {*made}
    assert sorted(path.name for path in copies.iterdir()) == ["finance.xlsx", "fleet.xlsx"]
    assert (copies / "finance.xlsx").read_bytes() == before
    assert contents(outputs / "one") == afresh(inputs, tmp_path / "afresh")


@quick_cases(1)
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
    # The summary has no key.
    assert set(made) == {name, SUMMARY}
    assert contents(outputs / "one") == before


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


def strands(folder: Path, fleet: float | str = 5, **settings: Any) -> None:
    """A programme of two returns, each with a business case of a strand of its own."""
    Programme(**settings).write(folder)
    for name, service, amount in (("Finance", "ICT", 5), ("Fleet", "Fleet", fleet)):
        one = Return(name)
        one.project(name, f"{name} together", service=service)
        one.line([amount], service=service, project_code=name)
        one.write(folder, f"{name.lower()}.xlsx")


@pytest.fixture
def by_strand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, made: list[str]) -> Path:
    """A reported programme with a workbook and a document of business cases for each strand."""
    monkeypatch.setattr(pipeline.report.casebooks, "MOST_IN_A_BOOK", 1)
    strands(tmp_path / "inputs" / "one")
    report(tmp_path / "inputs", tmp_path / "outputs")
    assert set(made) > {path for path in CORPORATE | OPERATIONS if path.endswith(".xlsx")}
    made.clear()
    return tmp_path


def test_a_strand_that_a_changed_return_has_no_part_in_is_taken_over(
    by_strand: Path, made: list[str], documents: list[str]
) -> None:
    strands(by_strand / "inputs" / "one", 8)
    report(by_strand / "inputs", by_strand / "outputs")
    again = {path for path in [*made, *documents] if path.startswith("business-cases/")}
    assert again == OPERATIONS
    found = contents(by_strand / "outputs" / "one")
    assert found.keys() > CORPORATE | OPERATIONS
    assert found == afresh(by_strand / "inputs", by_strand / "afresh")


@quick_cases(1)
@pytest.mark.parametrize(
    ("change", "more"),
    [
        ({"fleet": "TBC"}, {}),
        ({"marking": "OFFICIAL"}, {}),
        ({"price_base": "2020/21 prices"}, {}),
        ({}, {"epoch": "86400"}),
        ({}, {"theme": '[colours]\nbrand = "#123456"\n'}),
        ({}, {"theme": 'marking = "OFFICIAL"\n'}),
    ],
)
def test_what_a_strand_says_of_the_whole_programme_makes_it_anew(
    by_strand: Path,
    made: list[str],
    documents: list[str],
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, Any],
    more: dict[str, str],
) -> None:
    options: list[object] = []
    if "epoch" in more:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", more["epoch"])
    if "theme" in more:
        (by_strand / "theme.toml").write_text(more["theme"], "utf-8")
        options = ["--theme", by_strand / "theme.toml"]
    strands(by_strand / "inputs" / "one", **change)
    said = report(by_strand / "inputs", by_strand / "outputs", *options)
    assert said.status == 0, said.all
    assert {*made, *documents} >= CORPORATE | OPERATIONS
    first = afresh(by_strand / "inputs", by_strand / "afresh", *options)
    assert contents(by_strand / "outputs" / "one") == first


def test_an_edited_document_of_business_cases_is_made_again(
    by_strand: Path, made: list[str], documents: list[str]
) -> None:
    before = contents(by_strand / "outputs" / "one")
    edited = by_strand / "outputs" / "one" / "business-cases" / "Corporate.docx"
    edited.write_bytes(edited.read_bytes() + b"!")
    assert report(by_strand / "inputs", by_strand / "outputs").status == 0
    assert documents == ["business-cases/Corporate.docx", "committee-paper.docx"]
    assert made == [SUMMARY]
    assert contents(by_strand / "outputs" / "one") == before


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
