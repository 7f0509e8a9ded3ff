"""The files under data/: as metadata.json says, cell by cell, and nothing lost on the way."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import strategies as st

from pipeline.core.results import Results
from pipeline.report import data_csv
from pipeline.report.chunks import Chunks
from pipeline.report.data_csv import data_files
from schemas.data import DATA_FILES
from tests import csv_on_the_web
from tests.builders import Programme, Return
from tests.long import on_examples
from tests.report import fake
from tests.running import outcome_of
from tests.strategies import Case, cases, write_case

REGISTER = "data/register.csv"


def files_of(results: Results) -> dict[str, bytes]:
    """The content of each file by its name."""
    files = {}
    for path, write in data_files(results).items():
        stream = io.BytesIO()
        write(stream)
        files[path.removeprefix("data/")] = stream.getvalue()
    return files


def test_files_with_rows_of_the_last_ones_are_what_they_would_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a register in which an amount, a text or an order has changed only those rows are made
    again."""
    monkeypatch.setattr(data_csv, "_TOGETHER", 1)
    before = fake.results()
    last, stream = Chunks(), io.BytesIO()
    data_files(before)[REGISTER](stream, last)
    register = before.register
    for changed, same in (
        (register, len(register)),
        (register.assign(total_pence=[*register["total_pence"][:-1], 7]), len(register) - 1),
        (register[::-1].reset_index(drop=True), 0),
        (register.assign(description=[*register["description"][:-1], "new"]), 0),
    ):
        results = replace(before, register=changed)
        chunks, content = Chunks(last.by_key, stream), io.BytesIO()
        data_files(results)[REGISTER](content, chunks)
        assert content.getvalue() == files_of(results)["register.csv"]
        assert len(chunks.by_key.keys() & last.by_key.keys()) >= same
        assert (chunks.by_key == last.by_key) == (changed is register)


def sums(rows: list[csv_on_the_web.Row], name: str) -> list[Decimal]:
    """A column of amounts."""
    return [value for row in rows if isinstance(value := row[name], Decimal)]


def test_each_file_is_as_it_is_described() -> None:
    rows = csv_on_the_web.read(files_of(fake.results()))
    where_used = {"delivery.csv", "settlement.csv", "transfers.csv"}
    assert list(rows) == [each.name for each in DATA_FILES if each.name not in where_used]
    line = rows["register.csv"][1]
    assert (line["line_ref"], line["scenario"]) == ("FIN-01", "Worst case")
    assert (line["2012_13"], line["2013_14"]) == (Decimal("-50.01"), Decimal("-100.05"))
    assert (line["total"], line["annual_cashable"]) == (Decimal("-150.06"), Decimal("-100.05"))
    assert (line["workbook"], line["sheet"], line["row"]) == ("finance.xlsx", "Savings", 7)


def test_shares_have_a_row_for_each_partner() -> None:
    rows = csv_on_the_web.read(files_of(fake.results()))["shares.csv"]
    finance = [
        (row["partner"], row["share"])
        for row in rows
        if (row["service"], row["basis"], row["year"]) == ("Finance", "Baseline", "2013/14")
    ]
    assert finance == [("NORTH", 0.6), ("SOUTH", 0.4)]
    fleet = [row for row in rows if row["service"] == "Fleet"]
    assert {row["share"] for row in fleet} == {None}
    assert {row["evidence"] for row in fleet} == {"The basis is not agreed"}


def test_issues_and_returns_are_those_of_the_workbook() -> None:
    rows = csv_on_the_web.read(files_of(fake.results()))
    (error, warning) = rows["issues.csv"]
    assert (error["number"], error["severity"], error["rule"]) == (1, "Error", "unknown-category")
    assert (warning["cell"], warning["value"]) == ("E12", "Savin")
    (board,) = rows["returns.csv"]
    assert (board["department"], str(board["dated"])) == ("Finance", "2012-03-30")
    assert (board["expected"], board["annual_cashable"]) == (True, Decimal("-100.00"))


def test_a_text_is_no_formula_and_stays_whole() -> None:
    line = fake.line("FIN-01", "Best case", (-1, -2), description='=1+1, "so" they\r\nsay')
    line |= {"owner": "@home", "notes": "Ünïcode £"}
    results = fake.results(
        register=fake.frame_of(fake.REGISTER, [line], fake.YEARS),
        apportioned=fake.frame_of(fake.APPORTIONED, [], fake.YEARS),
    )
    (row,) = csv_on_the_web.read(files_of(results))["register.csv"]
    assert row["description"] == '\'=1+1, "so" they\nsay'
    assert (row["owner"], row["notes"]) == ("'@home", "Ünïcode £")


def test_what_a_programme_may_have_beside_is_described_too(tmp_path: Path) -> None:
    programme = Programme()
    programme.tag("Stage", values="Idea, Agreed")
    programme.tag("FTE", "Number")
    programme.rating("High", 0.9)
    programme.write(tmp_path)
    finance = Return()
    finance.line([1.5, 2, 3], Stage="Idea", FTE=2.5, category="Income", **{"Paid by": "A"})
    finance.line([1, "TBC", 3], Stage="Gone", category="Recurring cost")
    finance.add("Delivery", line_ref="FIN-1", year="2012/13", forecast=-5, rag="Green")
    finance.write(tmp_path)
    results = outcome_of(tmp_path).results
    assert results is not None
    rows = csv_on_the_web.read(files_of(results))
    assert {"delivery.csv", "settlement.csv", "transfers.csv"} < set(rows)
    (delivered,) = rows["delivery.csv"]
    assert (delivered["line_ref"], delivered["forecast"]) == ("FIN-1", Decimal("-5.00"))
    assert rows["register.csv"][0]["tag_stage"] == "Idea"
    assert {row["rule"] for row in rows["issues.csv"]} >= {"amount-not-number", "unknown-value"}


def test_a_programme_without_delivery_has_no_file_of_it() -> None:
    files = files_of(fake.results())
    assert "delivery.csv" not in files
    described = json.loads(files["metadata.json"])
    assert "delivery.csv" not in [table["url"] for table in described["tables"]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace(b"-50.01", b"-50.1"), "is no decimal"),
        (lambda text: text.replace(b"Worst case", b"Best case"), "tells not all rows apart"),
        (lambda text: text.replace(b"finance.xlsx", b"other.xlsx"), "register.csv"),
        (lambda text: text.replace(b",Savings,7,", b",Savings,,"), "row is required"),
    ],
)
def test_the_reader_refuses_what_is_not_as_described(
    change: Callable[[bytes], bytes], said: str
) -> None:
    files = files_of(fake.results())
    files["register.csv"] = change(files["register.csv"])
    with pytest.raises(AssertionError, match=said):
        csv_on_the_web.read(files)


@on_examples(20, cases(), quick=4)
def test_whatever_the_programme_nothing_is_lost(case: Case) -> None:
    with TemporaryDirectory() as folder:
        write_case(case, Path(folder))
        results = outcome_of(Path(folder)).results
    assert results is not None
    rows = csv_on_the_web.read(files_of(results))
    lines = rows["register.csv"]
    for label in results.programme.year_labels:
        amounts = sums(lines, label.replace("/", "_"))
        assert [int(each * 100) for each in amounts] == results.register[label].tolist()
        # The shares of a line add up to it.
        parts = [row for row in rows["apportioned.csv"] if row["year"] == label]
        assert sum(sums(parts, "amount")) == sum(amounts)
    assert len(rows["issues.csv"]) == len(results.issues)
    assert len(rows["shares.csv"]) == len(results.shares) * len(results.programme.codes)


@on_examples(100, st.integers(-(10**16), 10**16), quick=12)
def test_pounds_are_exact(pence: int) -> None:
    line = fake.line("FIN-01", "Best case", (pence, -pence))
    results = fake.results(
        register=fake.frame_of(fake.REGISTER, [line], fake.YEARS),
        apportioned=fake.frame_of(fake.APPORTIONED, [], fake.YEARS),
    )
    (row,) = csv_on_the_web.read(files_of(results))["register.csv"]
    assert row["2012_13"] == Decimal(pence).scaleb(-2)
