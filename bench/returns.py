"""The workbooks that are read: a programme of three partners and as many returns as are asked for.

Made once and kept in the temporary folder; the same call makes the same bytes.
"""

import random
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

import xlsxwriter

from tests.builders import AFTER_YEARS, BEFORE_YEARS, Programme

# Part of the folder's name: a change below makes the workbooks anew.
VERSION = 2
PARTNERS = {"HCC": "Hampshire County Council", "HFR": "Fire and Rescue", "HCP": "Constabulary"}
SERVICES = tuple(f"Service {letter}" for letter in "ABCDEFGHIJKL")
CATEGORIES = (
    ("One-off cost", 1),
    ("One-off saving", -1),
    ("Recurring cost", 1),
    ("Cashable saving", -1),
    ("Income", -1),
    ("Non-cashable saving", -1),
    ("Cost avoidance", -1),
)
SCENARIOS = ("Best case", "Worst case")
WORDS = [
    *("shared", "team", "joint", "procurement", "estate", "vehicle", "workshop", "licence"),
    *("contract", "payroll", "migration", "training", "insurance", "control", "room", "merger"),
]
YEARS = tuple(f"{year}/{(year + 1) % 100:02d}" for year in range(2012, 2042))


def programme_of(returns: int, rows: int, years: int = 5) -> Path:
    """The inputs folder of a programme with so many returns of so many rows each."""
    name = f"savings-bench-{VERSION}-{returns}x{rows}x{years}"
    folder = Path(tempfile.gettempdir()) / name
    if not folder.is_dir():
        part = Path(tempfile.mkdtemp(prefix=f"{name}-"))
        _programme(years).write(part / "programme")
        for number in range(returns):
            _return(part / "programme" / "returns", number, rows, YEARS[:years])
        try:
            part.rename(folder)
        except OSError:  # another run was quicker
            shutil.rmtree(part)
    return folder


def returns_of(folder: Path) -> list[Path]:
    """The returns in an inputs folder."""
    return sorted(folder.glob("programme/returns/*.xlsx"))


def _programme(years: int) -> Programme:
    programme = Programme(title="Benchmark", years=years)
    for code, name in PARTNERS.items():
        programme.partner(code, name)
    drawn = random.Random(1)
    for number, service in enumerate(SERVICES):
        programme.service(service, f"Strand {number % 3 + 1}", "Baseline")
        programme.baseline(service, **{code: drawn.randint(10**9, 10**10) for code in PARTNERS})
    return programme


def _return(folder: Path, number: int, rows: int, years: tuple[str, ...]) -> None:
    drawn = random.Random(number)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"department {number:05d}.xlsx"
    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False})
    book.set_properties({"created": datetime(2012, 4, 30)})
    cover = book.add_worksheet("Cover")
    savings = book.add_worksheet("Savings")
    settings = (("Setting", "Value"), ("Department", f"Department {number}"), ("Status", "Final"))
    for row, cells in enumerate(settings):
        cover.write_row(row, 0, cells)
    savings.write_row(0, 0, (*BEFORE_YEARS, *years, *AFTER_YEARS))
    for row in range(rows):
        line, scenario = divmod(row, len(SCENARIOS))
        drawn = random.Random(f"{number}-{line}")
        category, sign = drawn.choice(CATEGORIES)
        before = (
            f"D{number}-{line + 1}",
            None,
            " ".join(drawn.choices(WORDS, k=5)) + f" {number}-{line + 1}",
            drawn.choice(SERVICES),
            category,
            SCENARIOS[scenario],
            None,
            None,
        )
        amounts = [sign * drawn.randint(1, 10**7) * (10 - scenario) / 1000 for _ in years]
        amounts = [round(amount, 2) for amount in amounts]
        after = (None, "Revenue", f"Owner {drawn.randint(1, 9)}", "Medium", None)
        savings.write_row(row + 1, 0, (*before, *amounts, *after))
    book.close()
