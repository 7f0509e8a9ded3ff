"""What is read, cell by cell, against libraries that share nothing with the reader: random sheets
in every format, the samples, and the odd workbooks of real life where they are there.

Every difference is explained by one of EXPLAINED, or the test fails.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from pipeline.core.text import is_blank
from pipeline.ingest.formats.faults import CellPlace, Fault
from pipeline.ingest.formats.second_reader import SecondReading, read_again
from pipeline.ingest.formats.workbook import Sheet, Workbook, WorkbookError
from tests.builders import Cell, Formula
from tests.hostile.formats import ERRORS, WRITERS
from tests.hostile.test_odd_workbooks import ODD, PATHS, WHICH

ROOT: Final = Path(__file__).parent.parent.parent
DAY_0: Final = datetime(1899, 12, 30)
FROM_1904: Final = 1462
RANDOM: Final = 25
"""Random returns in each format that both readers know."""

Seen = object


class Difference(NamedTuple):
    """A cell that the readers see differently; a blank is None."""

    library: str
    sheet: str
    place: CellPlace
    first: Seen
    second: Seen


def is_the_day(of: Difference) -> bool:
    """The second reader gives the number that the file holds; a date of its own has its time."""
    value = of.first
    if isinstance(value, timedelta):
        days = value / timedelta(days=1)
    elif isinstance(value, time):
        days = (datetime.combine(DAY_0, value) - DAY_0) / timedelta(days=1)
    elif isinstance(value, date):
        whole = value if isinstance(value, datetime) else datetime.combine(value, time())
        if isinstance(of.second, datetime):
            return whole == of.second
        days = (whole - DAY_0) / timedelta(days=1)
    else:
        return False
    if not isinstance(of.second, float):
        return False
    # Excel counts a 29 February 1900, and days from 1904 where the file says so.
    return any(abs(days - of.second - off) < 1e-5 for off in (0, 1, FROM_1904))


def is_layout(of: Difference) -> bool:
    """White space that the file doesn't say to keep is layout, which the standards drop."""
    if not isinstance(of.first, str) or not isinstance(of.second, str):
        return False
    return " ".join(of.first.split()) == " ".join(of.second.split())


EXPLAINED: Final[dict[str, Callable[[Difference], bool]]] = {
    "a date is the number of its day": is_the_day,
    "white space for layout is no part of a text": is_layout,
    "only the first reader knows of a formula without a result": lambda of: (
        of.first == Fault() and of.second is None
    ),
    "pyxlsb passes over texts that stand in their cells": lambda of: (
        of.library == "pyxlsb" and isinstance(of.first, str) and of.second is None
    ),
}


def filled(sheet: Sheet) -> dict[CellPlace, Seen]:
    """The cells of a sheet that hold something, faults among them."""
    cells: dict[CellPlace, Seen] = {
        (r, c): float(cell) if isinstance(cell, float) else cell  # whatever its format shows
        for r, row in enumerate(sheet.rows)
        for c, cell in enumerate(row)
        if not (isinstance(cell, str) and is_blank(cell))
    }
    return {**cells, **sheet.faults}


def readings(content: bytes) -> tuple[dict[str, dict[CellPlace, Seen]], SecondReading]:
    """The cells of every sheet as each of the two sees them."""
    book = Workbook(content)
    sheets = [book.sheet(number) for number in range(len(book.sheets))]
    return {s.name: filled(s) for s in sheets}, read_again(content, [s.name for s in sheets])


def reasons(content: bytes) -> tuple[int, set[str]]:
    """How many cells were compared, and what explains the differences; fails where nothing does."""
    first, second = readings(content)
    count, used, left = 0, set(), []
    for name, one in first.items():
        other = second.sheets[name]
        for place in one.keys() | other.keys():
            count += 1
            of = Difference(second.library, name, place, one.get(place), other.get(place))
            if type(of.first) is type(of.second) and of.first == of.second:
                continue
            why = next((why for why, holds in EXPLAINED.items() if holds(of)), "")
            used.add(why)
            left += [of] if not why else []
    assert left == []
    return count, used


# Random returns

TEXTS: Final = ("TBC", "£1,234.50", "(1,804)", "−1,804", "1.2m", "Ünïcode £ 日本", "a & <b>", "012")
SPACED: Final = (" two  words ", "a\nb", "a\tb", " ", "\u00a0")


def random_cell(random_: random.Random) -> Cell:
    """A cell as departments fill them in."""
    amount = random_.choice([1, 1000, 1e-3, 1e9]) * random_.uniform(-1, 1)
    amount = random_.choice([amount, round(amount, 2), float(round(amount))])
    choices: list[Cell] = [
        amount,
        random_.choice(TEXTS),
        random_.choice(SPACED),
        None,
        date(2000, 1, 1) + timedelta(days=random_.randrange(20_000)),
        random_.random() < 0.5,
        Formula("=1+1", amount),
        Formula("=A1", random_.choice(TEXTS)),
        Formula("=A1"),
        Formula("=A1", ""),
        Formula("=A1", random_.choice(list(ERRORS))),
    ]
    return random_.choices(choices, weights=[8, 4, 1, 4, 1, 1, 4, 1, 1, 1, 1])[0]


def random_sheets(seed: int) -> dict[str, list[list[Cell]]]:
    """Up to three sheets, with blank rows, columns and corners."""
    random_ = random.Random(seed)
    return {
        name: [
            [random_cell(random_) for _ in range(random_.choice([0, *range(12)]))]
            for _ in range(random_.randrange(1, 30))
        ]
        for name in ("Savings", "Cover", "Ärger & more")[: random_.randrange(1, 4)]
    }  # fmt: skip


FORMATS: Final = ("xlsx", "xls", "xlsb", "ods")


@pytest.mark.parametrize("kind", FORMATS)
def test_random_returns_are_read_alike(kind: str) -> None:
    count, used = 0, set()
    for seed in range(RANDOM):
        cells, why = reasons(WRITERS[kind](random_sheets(seed)))
        count += cells
        used |= why
    assert count > 90 * RANDOM
    # Each kind of difference that a format can show was there to be explained.
    day, layout, no_result, inline = EXPLAINED
    assert (
        used
        >= {
            "xlsx": {no_result},
            "xls": {day},
            "xlsb": {inline},
            "ods": {layout, no_result},
        }[kind]
    )


def test_a_difference_that_nothing_explains_fails() -> None:
    for first, second in (
        (1.0, 2.0),
        (1.0, None),
        (None, 1.0),
        ("a", "b"),
        (True, 1.0),
        ("1", 1.0),
    ):
        of = Difference("openpyxl", "Savings", (0, 0), first, second)
        assert not any(holds(of) for holds in EXPLAINED.values())


SAMPLES: Final = sorted((ROOT / "inputs").rglob("*.xls*"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_samples_are_read_alike(path: Path) -> None:
    count, _ = reasons(path.read_bytes())
    assert count > 50


# Odd workbooks

NOT_OPENED: Final = {
    "calamine__strict_iso_paths.xlsx": "finds no sheet",
    "gptables__expected_workbook.xlsx": "could not read strings",
    "phpspreadsheet__Zip-Windows-Directory-Separator.xlsx": "no item named 'xl/sharedStrings.xml'",
    "poi__SimpleStrict.xlsx": "finds no sheet",
    "sheetjs__sheet_visibility_strict.xlsx": "finds no sheet",
}
"""Those that openpyxl can't open, and why: strict ones, and parts where it doesn't look."""


@WHICH
@pytest.mark.skipif(not ODD.is_dir(), reason="the odd workbooks are not part of the project")
def test_the_odd_workbooks_are_read_alike(paths: list[Path]) -> None:
    not_opened = {}
    compared = 0
    for path in paths:
        content = path.read_bytes()
        try:
            book = Workbook(content)
            for number in range(len(book.sheets)):
                book.sheet(number)
        except WorkbookError:
            continue
        try:
            count, _ = reasons(content)
        except WorkbookError as fault:
            not_opened[path.name] = fault.what
            continue
        compared += count
    assert not_opened.keys() == NOT_OPENED.keys() & {path.name for path in paths}
    assert [n for n, what in not_opened.items() if NOT_OPENED[n] not in what] == []
    assert compared > (90_000 if paths == PATHS else 0)
