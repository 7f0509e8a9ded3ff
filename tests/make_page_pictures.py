"""The pictures of the page in the README, from the sample with a return that has mistakes in it:
``make pictures``."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from pipeline.page.desk import address_of
from tests.builders import Return
from tests.page.conftest import CHROMIUM, SWITCHES
from tests.page.served import served

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "pictures"
SAMPLE = "joint-working-in-hampshire"
# The views by the names of their pictures, each with what stands behind the programme's address.
VIEWS = {
    "page-programme": "",
    "page-issues": "/issues",
    "page-figures": "/figures",
    "page-trace": "/trace?of=Summary&of=All+strands&of=Hampshire+County+Council"
    "&of=One-off:+Best+case",
}
_WIDE, _HIGH = 1_200, 1_000


def main() -> int:
    """Make all of them anew; 1 where there is no browser."""
    if CHROMIUM is None:
        print("Pictures of the page need chromium: Debian's package of that name.")
        return 1
    for path in make(PICTURES):
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes")
    return 0


def make(target: Path) -> list[Path]:
    """A picture of each view, as far down as a screen goes."""
    with tempfile.TemporaryDirectory() as folder:
        inputs = Path(folder) / "inputs"
        shutil.copytree(ROOT / "inputs" / SAMPLE, inputs / SAMPLE)
        late = Return("Fire Control", years=("2012/13", "2013/14", "2014/15"))
        late.line([-20_000, "TBC", -60_000], line_ref="FC-01", category="Cashable saving")
        late.line([15_000, 0, 0], line_ref="FC-02", service="Human Resource")
        late.write(inputs / SAMPLE, "Fire Control.xlsx")
        pictures = []
        with served(inputs, Path(folder) / "outputs") as page, sync_playwright() as playwright:
            page.checked(SAMPLE)
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
            tab = browser.new_page(viewport={"width": _WIDE, "height": _HIGH})
            tab.goto(page.session.address)
            for name, behind in VIEWS.items():
                tab.goto(f"{page.here}{address_of(SAMPLE)}{behind}", wait_until="networkidle")
                pictures.append(target / f"{name}.png")
                tab.screenshot(path=pictures[-1])
            browser.close()
    return pictures


if __name__ == "__main__":
    sys.exit(main())
