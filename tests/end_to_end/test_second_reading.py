"""Before a version is issued, every accepted amount is read again by a second reader."""

import random
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from pipeline.core.versions import Issued
from pipeline.ingest.discover import discover
from pipeline.issuing import NotIssuableError, must_agree, second_reading, with_standing
from pipeline.run import Outcome, model_programme
from tests.builders import Formula, Programme, Return
from tests.check.files import make_strict
from tests.end_to_end.commands import pipeline, report
from tests.hostile.formats import WRITERS, sheets_of, with_password
from tests.ingest.test_layouts import LEDGER, LEDGER_HEADINGS, proposals, write_rows
from tests.ingest.test_random_layouts import write_random
from tests.long import long, quick_cases


def finance() -> Return:
    """Six amounts in cells, beside blanks, words, and a row that is rejected."""
    sent = Return("Finance", title_rows=2)
    sent.line([500, "(400)", None], line_ref="L1", category="One-off cost")
    sent.line([Formula("=-3*100", -300), "-1.2m", -600.55], line_ref="L2", basis="Equal")
    sent.line([7, 8, 9], line_ref="L3", category="Unheard of")
    sent.line([None, None, -5], line_ref="L4", description="Another")
    return sent


def programme(folder: Path, content: bytes, name: str = "finance.xlsx") -> Path:
    Programme().write(folder)
    (folder / name).write_bytes(content)
    return folder


def outcome_in(folder: Path) -> Outcome:
    (found,) = discover(folder).programmes
    return model_programme(found)


VERSION = Issued(1, "First", datetime(2012, 4, 30, tzinfo=UTC))


def again(folder: Path, outcome: Outcome) -> str:
    """What the cover of a version would say; NotIssuableError where the readers don't agree."""
    (found,) = discover(folder).programmes
    reading = second_reading(found, outcome)
    must_agree(reading)
    assert outcome.results is not None
    versions = with_standing(outcome.results, VERSION, "", reading).versions
    return " ".join(filter(None, (versions.two_readers, versions.read_once)))


@quick_cases(2)
@pytest.mark.parametrize("kind", [kind for kind in WRITERS if kind != "strict xlsx"])
def test_two_readers_agree_in_every_format(tmp_path: Path, kind: str) -> None:
    folder = programme(tmp_path, WRITERS[kind](sheets_of(finance())))
    # pyxlsb passes over texts that stand in their cells, as no Excel writes them.
    number = {"xlsb": 4}.get(kind, 6)
    assert again(folder, outcome_in(folder)) == f"Two readers agree: {number} amounts."


@quick_cases(1)
@pytest.mark.parametrize(
    ("units", "shown"),
    # openpyxl takes the second for a date; to the third, pounds are shown as the £000 stated.
    [("£", "General"), ("£", r"0.0,,\m"), ("£000", "#,##0,")],
)
def test_units_and_formats_are_those_of_the_first_reading(
    tmp_path: Path, units: str, shown: str
) -> None:
    one = Return("Fleet")
    one.cover("Units", units)
    one.line([500_000, -1_500_000, "2m"], category="Recurring cost")
    Programme().write(tmp_path)
    path = one.write(tmp_path)
    book = openpyxl.load_workbook(path)
    for row in book["Savings"].iter_rows(min_row=2):
        for cell in row:
            cell.number_format = shown
    book.save(path)
    outcome = outcome_in(tmp_path)
    assert outcome.results is not None
    assert outcome.results.register["total_pence"].tolist() == [100_000_000] * 2
    assert again(tmp_path, outcome) == "Two readers agree: 3 amounts."


@long
def test_two_readers_agree_whatever_layout_the_amounts_are_read_by(tmp_path: Path) -> None:
    agreed = 0
    for seed in range(25):
        folder = tmp_path / str(seed)
        write_random(random.Random(seed), folder)
        (found,) = discover(folder).programmes
        reading = second_reading(found, outcome_in(folder))
        assert (reading.differences, reading.unread) == ([], {})
        agreed += reading.amounts
    assert agreed > 10


def test_the_cells_of_a_long_export_are_each_read_again(tmp_path: Path) -> None:
    proposals(*LEDGER).write(tmp_path)
    rows = [
        LEDGER_HEADINGS,
        ["C1", "Paper", "ICT", "2012/13", -1, "J1"],
        ["C1", "Paper", "ICT", "FY14", -2, "J2"],
        ["C1", "Paper", "ICT", "2012-13", -4, "J3"],
        ["C2", "Vans", "Fleet", "2014/15", "TBC", "J4"],
    ]
    write_rows(tmp_path / "ledger.xlsx", Proposals=rows)
    outcome = outcome_in(tmp_path)
    assert again(tmp_path, outcome) == "Two readers agree: 3 amounts."
    assert outcome.lines is not None
    outcome.lines.stated[0, 1] += 1
    with pytest.raises(NotIssuableError, match=r"ledger\.xlsx, Proposals!E3 is "):
        again(tmp_path, outcome)


@pytest.mark.parametrize(("line", "year", "cell"), [(0, 0, "I4"), (1, 2, "K5"), (3, 0, "I7")])
def test_nothing_is_issued_over_an_amount_that_the_second_reader_sees_otherwise(
    tmp_path: Path, line: int, year: int, cell: str
) -> None:
    folder = programme(tmp_path, WRITERS["xlsx"](sheets_of(finance())))
    outcome = outcome_in(folder)
    assert outcome.lines is not None
    outcome.lines.stated[line, year] += 1  # as if the first reader had read it so
    with pytest.raises(NotIssuableError) as refusal:
        again(folder, outcome)
    assert f"finance.xlsx, Savings!{cell} is " in str(refusal.value)
    assert "to the other. Open the workbook in Excel" in str(refusal.value)


def test_an_amount_that_is_rejected_may_be_anything(tmp_path: Path) -> None:
    folder = programme(tmp_path, WRITERS["xlsx"](sheets_of(finance())))
    outcome = outcome_in(folder)
    assert outcome.lines is not None
    outcome.lines.stated[2, 0] += 1
    assert again(folder, outcome) == "Two readers agree: 6 amounts."


def test_a_workbook_that_changes_meanwhile_is_not_issued(tmp_path: Path) -> None:
    folder = programme(tmp_path, WRITERS["xlsx"](sheets_of(finance())))
    outcome = outcome_in(folder)
    programme(folder, WRITERS["ods"](sheets_of(finance())))
    with pytest.raises(NotIssuableError, match=r"finance\.xlsx changed while"):
        again(folder, outcome)


def test_what_the_second_reader_cannot_open_is_named_and_refuses_nothing(tmp_path: Path) -> None:
    inputs, outputs = tmp_path / "inputs", tmp_path / "outputs"
    Programme().write(inputs / "one")
    for name in ("estates", "fire", "police"):
        sent = Return(name.title())
        sent.line([-500], line_ref=name, description=name)
        sent.write(inputs / "one", f"{name}.xlsx")
    make_strict(inputs / "one" / "fire.xlsx")
    asked = inputs / "one" / "police.xlsx"
    asked.write_bytes(with_password(asked.read_bytes(), "VelvetSweatshop"))
    assert report(inputs, outputs).status == 0
    said = pipeline("issue", "--inputs", inputs, "--outputs", outputs, "--name", "First")
    assert said.status == 0, said.all
    frozen = outputs / "one" / "issued" / "1 First"
    facts = [
        dict(row for row in book["Status"].iter_rows(values_only=True, max_col=2))
        for book in map(
            openpyxl.load_workbook, (frozen / "programme-summary.xlsx", frozen / "partners/A.xlsx")
        )
    ]
    assert facts[0]["Read again"] == (
        "Two readers agree: 2 amounts. Read once, as the second reader can't open it: fire.xlsx "
        "(openpyxl finds no sheet Savings in it)."
    )
    assert facts[1]["Read again"] == "Two readers agree: 2 amounts."
