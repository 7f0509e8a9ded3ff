"""Make a golden history: what today's code keeps of versions, for tomorrow's code to read.

    python -m tests.history.make_golden FILE [--code FOLDER]

Both samples are reported and issued, their inputs changed (``CHANGES``), and reported and issued
again, with Movements between the two; FILE is the SQLite history that they share. ``--code`` is a
checkout whose pipeline and samples are taken, for a format that is not today's any more. Whoever
changes the format that a history keeps adds a file ``format-<number>.sqlite`` beside the others,
and changes none of them.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).parent.parent.parent
GOLDEN = Path(__file__).parent / "golden"
HAMPSHIRE, CAMBRIDGESHIRE = "joint-working-in-hampshire", "cambridgeshire-and-peterborough"
_FINANCE = f"{HAMPSHIRE}/Finance and Payroll.xlsx"
_CORPORATE = f"{CAMBRIDGESHIRE}/Corporate Services - shared services.xlsx"

# Workbook, sheet, what stands in the row, heading, and what is typed there; None: the row goes.
CHANGES: tuple[tuple[str, str, tuple[str, ...], str, str | float | None], ...] = (
    (_FINANCE, "Savings", ("FIN-02", "Best case"), "2013/14", 150_000),
    (_FINANCE, "Savings", ("FIN-04", "Worst case"), "2014/15", "TBC"),
    (_FINANCE, "Savings", ("FIN-03", "Best case"), "Line ref", None),
    (_FINANCE, "Savings", ("FIN-01", "Worst case"), "Basis", "Equal"),
    (f"{HAMPSHIRE}/programme.xlsx", "Baseline", ("Finance and Payroll",), "HC", 9_000_000),
    (f"{HAMPSHIRE}/programme.xlsx", "Programme", ("Steady-state year",), "Value", "2016/17"),
    (_CORPORATE, "Savings", ("SSP-02",), "2019/20", -120),
    (_CORPORATE, "Savings", ("SSP-01",), "Partner", "PCC"),
)


def _row_of(sheet: Worksheet, words: tuple[str, ...]) -> int:
    """The one row in which all these words stand."""
    rows = [
        number
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1)
        if set(words) <= {str(cell) for cell in cells}
    ]
    if len(rows) != 1:
        raise LookupError(f"{sheet.title} has {len(rows)} rows with {' and '.join(words)}")
    return rows[0]


def _column_of(sheet: Worksheet, heading: str) -> int:
    cells = (cell for row in sheet.iter_rows() for cell in row if cell.value == heading)
    return int(next(cells).column)


def change(inputs: Path) -> None:
    """Make CHANGES in a copy of the samples."""
    for name, title, words, heading, value in CHANGES:
        book = openpyxl.load_workbook(inputs / name)
        sheet = book[title]
        row, column = _row_of(sheet, words), _column_of(sheet, heading)
        if value is None:
            sheet.delete_rows(row)
        else:
            sheet.cell(row, column).value = value
        book.save(inputs / name)


def make(target: Path, code: Path) -> None:
    """Write the history of both samples, two versions each, by the pipeline of a checkout."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copytree(code / "inputs", folder / "inputs")
        history = f"sqlite:///{folder / 'history.sqlite'}"
        options = ("--inputs", folder / "inputs", "--outputs", folder / "outputs")
        for name in ("First", "Second"):
            _run(code, "report", *options, "--history", history)
            for programme in (HAMPSHIRE, CAMBRIDGESHIRE):
                only = ("--programme", programme, "--name", name, "--signed-off-by", "J Smith")
                _run(code, "issue", *options, "--history", history, *only, "--force")
            if name == "First":
                change(folder / "inputs")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / "history.sqlite", target)


def _run(code: Path, *arguments: object) -> None:
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    subprocess.run(command, cwd=code, check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--code", type=Path, default=ROOT)
    options = parser.parse_args()
    make(options.file.resolve(), options.code.resolve())
