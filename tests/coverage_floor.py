"""Holds the parts that make the figures to their coverage, after ``make coverage`` ran the tests.

Says nothing where all is well, so that the last line of the tests stays the last line.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from coverage import Coverage

PACKAGES = ("pipeline/core", "pipeline/model", "pipeline/check")
LINES, BRANCHES = 95, 90


def shortfalls(files: dict[str, Any]) -> Iterable[str]:
    """Each package below a floor, in words; ``files`` as in coverage's JSON report."""
    for package in PACKAGES:
        inside = [
            each["summary"]
            for name, each in files.items()
            if Path(name).as_posix().startswith(f"{package}/")
        ]
        for what, numerator, whole, floor in (
            ("lines", "covered_lines", "num_statements", LINES),
            ("branches", "covered_branches", "num_branches", BRANCHES),
        ):
            covered, count = (sum(each[key] for each in inside) for key in (numerator, whole))
            if not count or 100 * covered < floor * count:
                yield f"{package}: {covered} of {count} {what} are tested, less than {floor}%."


def main() -> None:
    """Read the data of the last run, and end with 1 where a package falls short."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        coverage = Coverage()
        coverage.load()
        coverage.json_report(outfile=str(report))
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    if short := list(shortfalls(files)):
        sys.exit("\n".join(short))


if __name__ == "__main__":
    main()
