"""Partners whose codes and names are what the program calls its own columns."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from pipeline.comparing import compared, snapshot
from pipeline.core.results import Results
from pipeline.ingest.control import unfit_code
from pipeline.report.books import partner_pack, programme_summary
from pipeline.report.data_csv import data_files
from pipeline.report.excel.render import render
from schemas import model
from schemas.outputs import OUTPUT_TABLES
from tests.builders import Programme, Return
from tests.ingest.reading import results
from tests.long import quick_cases
from tests.report.later import FIRST

MOST = 50


def names() -> list[str]:
    """The names of all columns of all frames, and the one-word headings of the outputs', that can
    be a partner's code."""
    frames = [each for each in vars(model).values() if isinstance(each, model.Frame)]
    columns = [name for frame in frames for name in frame.names()]
    headings = [column.heading for table in OUTPUT_TABLES for column in table.columns]
    whose = ["own_weight", "other_weights", "share", "amount", "amounts", "number", "index"]
    by_key = {name.casefold(): name[:20] for name in (*headings, *columns, *whose)}
    return [name for name in by_key.values() if unfit_code(name) is None]


CODES = names()
GROUPS = [CODES[first : first + MOST] for first in range(0, len(CODES), MOST)]


def of_partners(folder: Path, codes: list[str], saving: int) -> Results:
    """A programme of such partners that share a service, settle, and changed since a version."""
    one = Programme(scenarios="Plan", years=2)
    one.none_of("Baseline")
    for code in codes:
        one.partner(code, code)
    one.service("ICT", "Corporate", "Headcount")
    one.driver("Headcount", **dict.fromkeys(codes, 1))
    one.driver("Headcount", year="2013/14", said={"Version": "Actual"}, **dict.fromkeys(codes, 2))
    one.write(folder)
    finance = Return(years=("2012/13", "2013/14"))
    finance.line([saving, 2 * saving], line_ref="F1", paid_by=codes[-1])
    finance.write(folder)
    return results(folder)


def rows_of(write: Callable[[IO[bytes]], None]) -> list[dict[str, str]]:
    stream = io.BytesIO()
    write(stream)
    return list(csv.DictReader(io.StringIO(stream.getvalue().decode("utf-8-sig"))))


@quick_cases(1)
@pytest.mark.parametrize("codes", GROUPS, ids=[codes[0] for codes in GROUPS])
def test_a_code_may_be_called_as_a_column_is(tmp_path: Path, codes: list[str]) -> None:
    before, now = (of_partners(tmp_path / str(n), codes, -n * 100) for n in (1, 2))
    made = compared(now, [FIRST], snapshot(before))
    assert made.versions.moved is not None
    rows = {name: rows_of(write) for name, write in data_files(made).items() if "shares" in name}
    assert [row["partner"] for row in rows["data/shares.csv"]] == codes * 2
    assert {float(row["share"]) for row in rows["data/shares.csv"]} == {1 / len(codes)}
    assert render(programme_summary(made))
    for partner in made.programme.partners[:: MOST // 4]:
        pack = partner_pack(made, partner)
        assert partner.code in {
            column.heading
            for sheet in pack.sheets
            for table in sheet.tables
            for column in table.columns
        }
