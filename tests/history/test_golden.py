"""Versions outlive every change: histories that earlier formats of ours wrote are read, reported
against, compared and added to.

``golden/format-<number>.sqlite`` holds both samples, two versions each. Each was made by
``python -m tests.history.make_golden`` with the code that wrote its format (format 1: the first
that kept versions, without a number) and is never made again.
"""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.history.formats import FORMAT
from pipeline.history.packing import PackingError, unpacked
from tests.builders import read_table, read_tables
from tests.end_to_end.commands import ROOT, pipeline
from tests.history.figures import programme, snapshot
from tests.history.make_golden import CAMBRIDGESHIRE, GOLDEN, HAMPSHIRE
from tests.long import quick_cases

FILES = sorted(GOLDEN.glob("*.sqlite"), key=lambda path: int(path.stem.partition("-")[2]))
SAMPLES = (HAMPSHIRE, CAMBRIDGESHIRE)
SUMMARY = "programme-summary.xlsx"


def formats(path: Path) -> list[int]:
    """The format of each version in a history, oldest first."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT settings FROM savings_versions ORDER BY id").fetchall()
    return [json.loads(settings).get("format", 1) for (settings,) in rows]


def test_every_format_has_its_file() -> None:
    assert [path.stem for path in FILES] == [f"format-{n}" for n in range(1, FORMAT + 1)]
    for number, path in enumerate(FILES, 1):
        assert formats(path) == [number] * 4


@quick_cases(1)
@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_older_history_is_reported_against_compared_and_added_to(
    path: Path, name: str, tmp_path: Path
) -> None:
    shutil.copyfile(path, tmp_path / "shared.sqlite")
    outputs = tmp_path / "outputs"
    history = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    where = ("--inputs", ROOT / "inputs", "--outputs", outputs, "--history", history)
    where = (*where, "--programme", name)
    said = pipeline("report", *where)
    assert (said.status, "can't be used" in said.err) == (0, False), said.all
    tables = read_tables(outputs / name / SUMMARY)
    assert [row["Name"] for row in tables["Versions"]] == ["First", "Second"]
    assert len(tables["Movements"]) > 1
    proofs = [row for row in tables["Controls"] if str(row["Control"]).startswith("Movements")]
    assert proofs
    assert {row["Result"] for row in tables["Controls"]} == {"Pass"}
    assert pipeline("compare", 1, 2, *where).status == 0
    said = pipeline("issue", *where, "--name", "Third", "--force")
    assert said.status == 0, said.all
    assert pipeline("compare", 2, 3, *where).status == 0
    assert "3 Third" in pipeline("versions", *where).out
    assert formats(tmp_path / "shared.sqlite")[4:] == [FORMAT]
    if name == HAMPSHIRE:
        moves = read_table(outputs / name / "comparisons" / "1 to 2.xlsx", "Movements")
        headings = ("Line ref", "Scenario", "Change", "What", "One-off effect")
        assert {
            ("FIN-02", "Best case", "Changed", "2013/14", 8_000),
            ("FIN-03", "Best case", "Removed", "Line", -99_000),
            ("FIN-04", "Worst case", "Rejected", "2014/15", -170_000),
        } <= {tuple(move[heading] for heading in headings) for move in moves}


# Added in memory before anything of ours is imported: a column of Savings, a setting, a category.
_LATER = """
import sys
from dataclasses import replace
from pathlib import Path
import schemas.vocabulary as vocabulary
vocabulary.CATEGORIES = (*vocabulary.CATEGORIES, "Grant")
import schemas.programme as programme
import schemas.returns as returns
from schemas.fields import Field
fund = Field("Fund", "Which fund it falls in.")
returns.SAVINGS = replace(returns.SAVINGS, fields=(*returns.SAVINGS.fields, fund))
sponsor = Field("Sponsor", "Who asked for the programme.")
fields = (*programme.PROGRAMME.fields, sponsor)
programme.PROGRAMME = replace(programme.PROGRAMME, fields=fields)
from pipeline.history.bridges import moved
from pipeline.history.store import open_history
history = open_history(Path("."), f"sqlite:///{sys.argv[1]}")
for key in ("reference 3506", "path cambridgeshire-and-peterborough"):
    first, second = history.versions(key)
    before, now = (history.snapshot(key, one.number) for one in (first, second))
    assert before.register["fund"].isna().all() and now.register["fund"].isna().all()
    what = moved(before, now, first, second)
    assert len(what.lines) and "Fund" not in set(what.lines["what"])
    assert all(check.expected == check.actual for check in what.checks)
    now.register["fund"] = "General Fund"
    assert "Fund" in set(moved(before, now, first, second).lines["what"])
"""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_further_column_setting_and_category_leave_old_versions_readable(
    path: Path, tmp_path: Path
) -> None:
    shutil.copyfile(path, tmp_path / "shared.sqlite")
    command = [sys.executable, "-c", _LATER, str(tmp_path / "shared.sqlite")]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert said.returncode == 0, said.stderr


def test_a_later_format_is_refused_in_words() -> None:
    settings = json.dumps({"format": FORMAT + 1})
    with pytest.raises(PackingError, match="a newer version of this program recorded it"):
        unpacked(settings, {}, snapshot(programme(), []).summary)
