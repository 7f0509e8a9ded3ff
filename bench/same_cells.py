"""The cells of a report written again by XlsxWriter alone: the same sheets and values; nothing is
read, checked, worked out or set.

``python -m bench.same_cells read OUTPUTS CELLS`` keeps the cells of a report's workbooks in a file,
``python -m bench.same_cells write CELLS FOLDER`` writes them.
"""

import pickle
import sys
from pathlib import Path

import python_calamine
import xlsxwriter


def read(outputs: Path, cells: Path) -> None:
    """Keep every workbook of a report by its path: the rows of each sheet. Checked copies are the
    senders' own files with marks, which nobody would write anew."""
    books = {}
    for path in sorted(outputs.rglob("*.xlsx")):
        name = path.relative_to(outputs).as_posix()
        if not name.startswith("returns/"):
            book = python_calamine.CalamineWorkbook.from_path(str(path))
            books[name] = {tab: book.get_sheet_by_name(tab).to_python() for tab in book.sheet_names}
    cells.write_bytes(pickle.dumps(books))


def write(cells: Path, folder: Path) -> None:
    """Write all of them, row by row."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    for name, sheets in pickle.loads(cells.read_bytes()).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(str(path), {**options, "default_date_format": "d/m/y"}) as book:
            for tab, rows in sheets.items():
                sheet = book.add_worksheet(tab)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)


if __name__ == "__main__":
    {"read": read, "write": write}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
