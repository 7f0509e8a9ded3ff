"""``trace`` as a user meets it."""

import csv
import shutil
from pathlib import Path

import pytest

from pipeline.publish import publish
from tests.builders import Programme, Return
from tests.end_to_end.commands import Said, contents, pipeline, report
from tests.publish.disks import KilledError, killed_midway

SAVING = "Cashable saving"


def trace(folder: Path, *names: str, **options: object) -> Said:
    more = [word for name, value in options.items() for word in (f"--{name}", value)]
    where = ("--inputs", folder / "inputs", "--outputs", folder / "outputs")
    return pipeline("trace", *where, *more, "--", *names)


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("reported")
    Programme(title="Joint working").write(made / "inputs")
    finance = Return()
    for number in range(30):
        finance.line([-1_000, -1_000, -1_000 - number], line_ref=f"F{number}", category=SAVING)
    finance.line([7], line_ref="F99", description="=Cost")
    finance.write(made / "inputs")
    assert report(made / "inputs", made / "outputs").status == 0
    return made


@pytest.fixture
def folder(tmp_path: Path, reported: Path) -> Path:
    """A programme of thirty lines, and its report: a copy for each test."""
    shutil.copytree(reported, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_a_long_list_is_cut_on_screen_and_whole_in_the_file(folder: Path) -> None:
    before = contents(folder / "outputs")
    said = trace(folder, "Summary", "Total programme", "Annual cashable: Best case",
                 csv=folder / "lines.csv")  # fmt: skip
    assert said.status == 0
    assert "Annual cashable: Best case: (£30,435)" in said.out
    assert "return.xlsx, Savings!K2" in said.out
    assert '… and 10 more; CSV="file.csv" writes them all.' in said.out
    assert "30 lines add up to (£30,435) exactly." in said.out
    assert "report" not in said.out
    with (folder / "lines.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["line_ref"] for row in rows] == [f"F{number}" for number in range(30)]
    assert sum(float(row["amount"]) for row in rows) == -30_435
    assert rows[29] == {
        "figure": "Summary, All strands, Total programme, Annual cashable: Best case",
        "line_ref": "F29",
        "description": "Line FIN-30",
        "service": "ICT",
        "scenario": "Best case",
        "category": SAVING,
        "basis": "Baseline",
        "share": "1",
        "line_amount": "-1029.00",
        "amount": "-1029.00",
        "workbook": "return.xlsx",
        "sheet": "Savings",
        "cells": "K31",
    }
    assert contents(folder / "outputs") == before


def test_one_argument_with_bars_is_a_whole_figure_and_text_is_no_formula(folder: Path) -> None:
    said = trace(folder, "summary | alpha council | one-off: best case", csv=folder / "x.csv")
    assert "One line comes up to £4.20 exactly." in said.out
    assert ",'=Cost," in (folder / "x.csv").read_text("utf-8-sig")


def test_a_ratio_shows_both_sides_and_a_nil_figure_says_so(folder: Path) -> None:
    said = trace(folder, "Summary", "Total programme", "Payback years: Worst case")
    assert "Payback years: Worst case: 0.00 years, from:" in said.out
    assert "One-off: Worst case: £7" in said.out
    nil = trace(folder, "By_service", "Fleet", "Total programme", "One-off: Best case")
    assert "No line has any amount in it." in nil.out


def test_a_report_of_other_inputs_is_named(folder: Path) -> None:
    figure = ("Summary", "Total programme", "One-off: Best case")
    late = Return("Late")
    late.line([5])
    late.write(folder / "inputs", "late.xlsx")
    said = trace(folder, *figure)
    assert "One-off: Best case: £12" in said.out
    assert "was made of other inputs, so its figures may differ: “late.xlsx” changed" in said.out
    empty = pipeline("trace", "--inputs", folder / "inputs", "--outputs", folder / "none", *figure)
    assert "There is no report in" in empty.out


def test_outputs_of_two_runs_are_named(folder: Path) -> None:
    with pytest.raises(KilledError):
        publish(folder / "outputs", {"programme-summary.xlsx": b"new"}, {}, 0, killed_midway(1))
    said = trace(folder, "Summary", "Total programme", "One-off: Best case")
    assert "are partly of one run and partly of another" in said.err
    assert report(folder / "inputs", folder / "outputs").status == 0
    assert "partly" not in trace(folder, "Summary", "Total programme", "One-off: Best case").all


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("Summary", "Nobody", "One-off: Best case"), "There is no row “Nobody”."),
        (("Summary",), "Name the table, the row and the column"),
    ],
)
def test_an_unclear_figure_is_wrong_usage(folder: Path, names: tuple[str, ...], says: str) -> None:
    said = trace(folder, *names)
    assert (said.status, said.out) == (2, "")
    assert says in said.err


def test_several_programmes_need_a_name_and_a_stopped_one_says_why(folder: Path) -> None:
    figure = ("Summary", "Total programme", "One-off: Best case")
    (folder / "inputs" / "other").mkdir()
    other = Programme(title="Other", first_year="soon")
    other.write(folder / "inputs" / "other")
    assert "Say which programme: PROGRAMME=" in trace(folder, *figure).err
    stopped = trace(folder, *figure, programme="other")
    assert stopped.status == 1
    assert "bad-setting" in stopped.err


def test_the_file_does_not_go_into_the_inputs(folder: Path) -> None:
    figure = ("Summary", "Total programme", "One-off: Best case")
    said = trace(folder, *figure, csv=folder / "inputs" / "lines.csv")
    assert said.status == 2
    assert not (folder / "inputs" / "lines.csv").exists()


def test_a_payment_leads_to_the_balances_and_lines_of_both(tmp_path: Path) -> None:
    Programme(title="Joint working").write(tmp_path / "inputs")
    finance = Return()
    finance.line([1_000], line_ref="F1", paid_by="B")
    finance.line([-200], line_ref="F2", category=SAVING, paid_by="B")
    finance.write(tmp_path / "inputs")
    said = trace(tmp_path, "Transfers", "Worst case", "2012/13", "A", "B", "Amount")
    assert said.status == 0
    assert "Transfers, Worst case, 2012/13, A, B, Amount: £480, from:" in said.out
    assert "Settlement, Worst case, 2012/13, A, To receive / (to pay): (£480)" in said.out
    assert "-60.000% of £1,000" in said.out
    assert said.out.count("2 lines add up to") == 2
