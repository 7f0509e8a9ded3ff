"""The pictures of the README, from the sample: ``make pictures``.

The reports go to a folder of their own; LibreOffice makes pages of them, poppler pictures of the
pages, cut to what is on them.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from pipeline.ingest.discover import discover
from pipeline.report.books import programme_summary
from pipeline.report.excel.render import render
from pipeline.run import model_programme

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "pictures"
SAMPLE = "joint-working-in-hampshire"
SHEETS = ("Cover", "Summary", "Charts")
NEEDED = ("soffice", "pdftotext", "pdftoppm")

DOTS_AN_INCH = 96
# Of a page's height: the header above, the footer below.
_HEADER, _FOOTER = 0.055, 0.935
_MARGIN = 8
# Of the charts' page, the first chart alone.
_FIRST_CHART = 0.395


def main() -> int:
    """Make all pictures anew; 1 where a program that makes them is missing."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        print(f"Pictures need {' and '.join(missing)}: install LibreOffice and poppler-utils.")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        pages = pages_of(summary(), Path(folder))
        PICTURES.mkdir(exist_ok=True)
        for sheet in SHEETS:
            target = PICTURES / f"{sheet.lower()}.png"
            picture(pages, page_with(pages, sheet), target, first=sheet == "Charts")
            print(f"{target.relative_to(ROOT)}  {target.stat().st_size:,} bytes")
    return 0


def summary() -> bytes:
    """The sample's programme summary."""
    (folder,) = discover(ROOT / "inputs" / SAMPLE).programmes
    results = model_programme(folder).results
    assert results is not None
    return render(programme_summary(results))


def pages_of(content: bytes, folder: Path) -> Path:
    """The workbook as a PDF, as LibreOffice prints it."""
    workbook = folder / "summary.xlsx"
    workbook.write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*convert, str(workbook)], check=True, capture_output=True, timeout=300)
    return folder / "summary.pdf"


def page_with(pages: Path, sheet: str) -> int:
    """The number of a sheet's first page."""
    for number, foot in enumerate(footers(pages), 1):
        if foot.startswith(sheet) and "Page" in foot:
            return number
    raise LookupError(f"no page of the sheet {sheet}")


def footers(pages: Path) -> list[str]:
    """The last line of each page, which begins with the sheet's name."""
    text = subprocess.run(
        ["pdftotext", "-layout", str(pages), "-"], check=True, capture_output=True, text=True
    ).stdout
    each = (
        [line.strip() for line in page.splitlines() if line.strip()] for page in text.split("\f")
    )
    return [lines[-1] if lines else "" for lines in each]


def picture(pages: Path, page: int, target: Path, *, first: bool) -> None:
    """A page as a picture, its header, footer and blank margins cut off."""
    dots = ["pdftoppm", "-r", str(DOTS_AN_INCH), "-f", str(page), "-l", str(page)]
    raster = subprocess.run([*dots, str(pages)], check=True, capture_output=True).stdout
    magic, size, _, pixels = raster.split(b"\n", 3)
    assert magic == b"P6"
    width, height = map(int, size.split())
    dark = np.frombuffer(pixels, np.uint8).reshape(height, width, 3).min(axis=2) < 250
    dark[: int(height * _HEADER)] = False
    dark[int(height * (_FIRST_CHART if first else _FOOTER)) :] = False
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    top, left = max(0, rows[0] - _MARGIN), max(0, columns[0] - _MARGIN)
    high, wide = rows[-1] + _MARGIN - top, columns[-1] + _MARGIN - left
    cut = ["-x", left, "-y", top, "-W", wide, "-H", high, "-png", "-singlefile"]
    subprocess.run([*dots, *map(str, cut), str(pages), str(target.with_suffix(""))], check=True)


if __name__ == "__main__":
    sys.exit(main())
