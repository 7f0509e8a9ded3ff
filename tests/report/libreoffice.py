"""LibreOffice as a second opinion: it recalculates workbooks, and every cell is compared."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_libreoffice = pytest.mark.skipif(
    SOFFICE is None,
    reason="LibreOffice is not installed (soffice): nothing to recalculate the workbooks with",
)
needs_writer = pytest.mark.skipif(
    shutil.which("lowriter") is None,
    reason="LibreOffice Writer is not installed (lowriter): nothing to open the documents with",
)

# A profile that recalculates every workbook on load, whatever is stored in it.
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
_SECONDS = 600

Cell = str | float | None
Cells = dict[tuple[str, str], Cell]


def recalculated(paths: Iterable[Path], folder: Path) -> list[Path]:
    """The workbooks, recalculated and saved into ``folder`` under names of their own."""
    paths = list(paths)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        profile, copies = Path(scratch, "profile"), Path(scratch, "copies")
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS)
        copies.mkdir()
        names = [f"{number}.xlsx" for number in range(len(paths))]
        for path, name in zip(paths, names, strict=True):
            shutil.copyfile(path, copies / name)
        subprocess.run(
            [
                str(SOFFICE),
                f"-env:UserInstallation={profile.as_uri()}",
                "--headless",
                *("--convert-to", "xlsx", "--outdir", str(folder)),
                *(str(copies / name) for name in names),
            ],
            check=True,
            capture_output=True,
            timeout=_SECONDS,
        )
    return [folder / name for name in names]


def cells(path: Path) -> Cells:
    """Every cell that holds something, by sheet and address: formulas by their stored results."""
    book = openpyxl.load_workbook(path, data_only=True)
    by_address: Cells = {}
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                value = cell.value
                if isinstance(value, bool | datetime):
                    value = str(value)
                if value not in (None, ""):
                    by_address[sheet.title, cell.coordinate] = value  # type: ignore[assignment] # no formula
    return by_address


def formulas(path: Path) -> dict[tuple[str, str], str]:
    """Every formula, by sheet and address."""
    book = openpyxl.load_workbook(path)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" and isinstance(cell.value, str)
    }


def same(stored: object, computed: object) -> bool:
    """Whether two results are one: money to the last bit, a ratio to 13 digits."""
    if isinstance(stored, int | float) and isinstance(computed, int | float):
        whole = stored * 100 == round(stored * 100) or round(stored, 2) == stored
        return stored == computed or (not whole and abs(stored - computed) <= 1e-13 * abs(stored))
    return stored == computed


def differences(before: Cells, after: Cells) -> list[str]:
    """The cells that differ, in words."""
    return [
        f"{sheet}!{address}: {before.get((sheet, address))!r} became "
        f"{after.get((sheet, address))!r}"
        for sheet, address in sorted({**before, **after})
        if not same(before.get((sheet, address)), after.get((sheet, address)))
    ]
