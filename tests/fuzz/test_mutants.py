"""Whatever happens to a workbook: no exception, no hang, and no figure changed in silence.

``FUZZ=20000 pytest tests/fuzz`` (``make fuzz``) tries so many mutants. One that fails is named by
its seed: ``python -m tests.fuzz.test_mutants SEED`` says more of it.
"""

from __future__ import annotations

import os
import random
import re
import sys
import time
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from pipeline.core.returns import Return as Found
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.control import read_control
from pipeline.ingest.formats.limits import Limits
from pipeline.ingest.formats.workbook import Workbook
from pipeline.ingest.reader import Reader
from tests.builders import Formula, Return, error_cell
from tests.fuzz.mutants import SAMPLES, Mutant, archive_of, damaged, members_of, mutant
from tests.hostile.formats import WRITERS, sheets_of
from tests.long import quick_cases

Grids = dict[str, dict[tuple[int, int], object]]

MUTANTS = int(os.environ.get("FUZZ", "300"))
FIRST = int(os.environ.get("FUZZ_FIRST", "0"))
PARTS = 8
LONGEST = 20
# What shapes a figure; notes and names of owners don't.
_ONLY = rb"\1\2</worksheet>"
SHAPING = (
    "line_ref", "description", "service", "category", "scenario", "basis", "partner", "counted_in",
)  # fmt: skip


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader(Limits()) as opened:
        yield opened


@lru_cache
def context(folder: Path) -> ReadingContext:
    """What the sample's programme says of its returns."""
    while not (folder / "programme.xlsx").exists():
        folder = folder.parent
    control = read_control("programme.xlsx", (folder / "programme.xlsx").read_bytes())
    assert control.programme is not None
    return ReadingContext.of(control.programme, control.bases, control.layouts)


def figures(found: Found) -> object:
    """All of a return that its figures come from."""
    if found.cover is None or found.amounts is None:
        return None
    cover, records = found.cover, found.tables["Savings"]
    return (
        (cover.department, cover.pounds_per_unit, cover.savings_positive, cover.incremental),
        [records.columns[name] for name in SHAPING],
        found.amounts.years.tolist(),
        found.amounts.outside.tolist(),
    )


def issues(found: Found) -> set[tuple[str, str, str]]:
    return {(issue.rule, issue.at.sheet, issue.at.cell) for issue in found.issues}


@lru_cache(maxsize=32)
def whole(sample: Path) -> tuple[object, set[tuple[str, str, str]]]:
    """The figures and the issues of a sample that nothing happened to."""
    with Reader(Limits()) as opened:
        found = opened.read_return(sample.name, sample, context(sample.parent))
    return figures(found), issues(found)


def plain(cell: object) -> object:
    """A cell's value, however a reader puts it."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return ""
    if isinstance(cell, int) and not isinstance(cell, bool):
        return float(cell)
    if isinstance(cell, datetime):
        return cell.date()
    return cell.strip() if isinstance(cell, str) else cell


def grid(rows: Iterable[Iterable[object]]) -> dict[tuple[int, int], object]:
    """The cells that hold something, by row and column."""
    return {
        (r, c): value
        for r, row in enumerate(rows, 1)
        for c, cell in enumerate(row, 1)
        if (value := plain(cell)) != ""
    }


def by_openpyxl(content: bytes) -> Grids | None:
    """Every sheet as openpyxl reads it; None where it can't."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(BytesIO(content), data_only=True)
        return {sheet.title: grid(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    except Exception:
        return None


def by_us(content: bytes) -> Grids:
    """Every sheet as we read it, error cells by their names."""
    book = Workbook(content)
    found = {}
    for number, (name, _) in enumerate(book.sheets):
        sheet = book.sheet(number)
        rows: list[list[object]] = [list(row) for row in sheet.rows]
        for (row, column), fault in sheet.faults.items():
            rows[row][column] = fault.error
        found[name] = grid(rows)
    return found


def verdict(each: Mutant, path: Path, reader: Reader) -> str:
    """What is wrong with the reading of a mutant; empty where nothing is."""
    path.write_bytes(each.content)
    begun = time.monotonic()
    found = reader.read_return(each.sample.name, path, context(each.sample.parent))
    if (took := time.monotonic() - begun) > LONGEST:
        return f"it took {took:.0f} s"
    if "broke down" in found.result:
        return found.result
    expected, known = whole(each.sample)
    if issues(found) - known or figures(found) == expected:
        return ""
    theirs = by_openpyxl(each.content) or by_openpyxl(without_looks(each.content)) or {}
    changed = changes(by_sheet(each.sample), by_us(each.content), theirs)
    return f"changed in silence: {', '.join(changed[:5])}" if changed else ""


def changes(before: Grids, after: Grids, theirs: Grids) -> list[str]:
    """Cells that are neither what they were nor what openpyxl reads."""
    found = []
    for name in sorted({*before, *after}):
        if name not in after or name not in before:
            found += [] if (name in after) == (name in theirs) else [f"sheet {name}"]
            continue
        for place in sorted({*before[name], *after[name]}):
            cells = [grids.get(name, {}).get(place, "") for grids in (before, after, theirs)]
            if cells[1] not in (cells[0], cells[2]):
                found.append(f"{name} {place}: {cells}")
    return found


@lru_cache(maxsize=32)
def by_sheet(sample: Path) -> Grids:
    """A sample's cells as we read them."""
    return by_us(sample.read_bytes())


def without_looks(content: bytes) -> bytes:
    """A workbook whose sheets say nothing but their cells: openpyxl breaks down over a column's
    width where that is written in a wrong way."""
    try:
        members = members_of(content)
    except (zipfile.BadZipFile, zlib.error):
        return b""
    return archive_of(
        [
            (name, re.sub(rb"(?s)(<worksheet[^>]*>).*?(<sheetData.*</sheetData>).*", _ONLY, data))
            if name.startswith("xl/worksheets/")
            else (name, data)
            for name, data in members
        ]
    )


@quick_cases(1)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_mutant_changes_a_figure_in_silence(part: int, tmp_path: Path, reader: Reader) -> None:
    failures = []
    for seed in range(FIRST + part, FIRST + MUTANTS, PARTS):
        each = mutant(seed)
        if wrong := verdict(each, tmp_path / "mutant.xlsx", reader):
            failures.append(f"{seed} ({each.what}): {wrong}")
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("kind", ["xls", "xlsb", "ods"])
def test_no_mutant_of_another_format_breaks_the_reader(
    kind: str, tmp_path: Path, reader: Reader
) -> None:
    """Whether a figure is rightly changed can't be told here: openpyxl reads none of them."""
    finance = Return()
    for _ in range(20):
        finance.line([1000, "(1,804)", Formula("=1", 7)])
    finance.line([error_cell(), Formula("=1", "a"), True])
    content, path = WRITERS[kind](sheets_of(finance)), tmp_path / "mutant"
    for seed in range(FIRST, FIRST + MUTANTS // 6):
        path.write_bytes(damaged(content, random.Random(seed)))
        begun = time.monotonic()
        found = reader.read_return("return", path, context(SAMPLES[0].parent))
        assert "broke down" not in found.result, (seed, found.result)
        assert time.monotonic() - begun < LONGEST, seed


def test_a_seed_makes_the_same_mutant_again() -> None:
    assert mutant(7) == mutant(7)
    assert len({mutant(seed).content for seed in range(50)}) > 45


def main() -> None:
    """Say more of the mutants whose seeds are given."""
    for seed in map(int, sys.argv[1:]):
        each = mutant(seed)
        path = Path(f"mutant-{seed}.xlsx")
        with Reader(Limits()) as opened:
            wrong = verdict(each, path, opened)
            found = opened.read_return(each.sample.name, path, context(each.sample.parent))
        print(f"{seed}: {each.sample.name}, {each.what}: {wrong or 'nothing wrong'}")
        print(f"  {found.result}; {[str(issue.at) + ' ' + issue.rule for issue in found.issues]}")


if __name__ == "__main__":
    main()
