"""Shares from year to year, and their headings on every page that they run over."""

from pathlib import Path

import pytest

from pipeline.report.books import partner_pack, programme_summary
from pipeline.report.excel.render import render
from tests.builders import Programme, Return, read_table
from tests.report.fake import opened
from tests.running import outcome_of

PLACES = ("Service", "Basis", "From", "To")


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Five services over ten years, the weights of one of which change in the third."""
    folder = tmp_path_factory.mktemp("shares")
    one = Programme(years=10)
    for name in ("ICT", "Fleet", "Estates", "Finance", "Legal"):
        one.service(name)
        one.baseline(name, A=60, B=40)
    one.baseline("ICT", year="2014/15", A=50, B=50)
    one.write(folder)
    sent = Return()
    sent.line([100])
    sent.write(folder)
    results = outcome_of(folder).results
    assert results is not None
    contents = {
        "summary": render(programme_summary(results)),
        "pack": render(partner_pack(results, results.programme.partners[0])),
    }
    paths = {name: folder / f"{name}.xlsx" for name in contents}
    for name, path in paths.items():
        path.write_bytes(contents[name])
    return paths


def test_shares_stand_from_year_to_year(books: dict[str, Path]) -> None:
    rows = read_table(books["summary"], "Share_periods")
    assert [tuple(row[name] for name in (*PLACES, "A", "B")) for row in rows[:3]] == [
        ("ICT", "Baseline", "2012/13", "2013/14", 0.6, 0.4),
        ("ICT", "Baseline", "2014/15", "2021/22", 0.5, 0.5),
        ("Fleet", "Baseline", "2012/13", "2021/22", 0.6, 0.4),
    ]
    assert len(rows) == 6
    assert len(read_table(books["summary"], "Shares")) == 50


def test_a_packs_shares_are_its_own(books: dict[str, Path]) -> None:
    rows = read_table(books["pack"], "Share_periods")
    assert [tuple(row[name] for name in (*PLACES, "A")) for row in rows[:2]] == [
        ("ICT", "Baseline", "2012/13", "2013/14", 0.6),
        ("ICT", "Baseline", "2014/15", "2021/22", 0.5),
    ]
    assert "B" not in rows[0]


def test_headings_of_the_last_table_are_repeated_where_it_runs_over_a_page(
    books: dict[str, Path],
) -> None:
    workbook = opened(books["summary"].read_bytes())
    shares = workbook["Shares"]
    top = shares.tables["Shares"].ref.split(":")[0][1:]
    assert shares.print_title_rows == f"${top}:${top}"
    assert shares.row_breaks.brk
    # The last table of Charts stands on its page.
    assert not workbook["Charts"].print_title_rows
