"""A copy of the program with changes of its own, as whoever follows the steps of CONTRIBUTING makes
them."""

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.builders import read_table
from tests.end_to_end.commands import ROOT

SUMMARY = "programme-summary.xlsx"


# Of a file: what stands there once and what is to stand there instead; nothing stood in a new one.
Edits = Sequence[tuple[str, str]]


def before(anchor: str, text: str) -> tuple[str, str]:
    """A text put before one that stands there."""
    return anchor, text + anchor


def after(anchor: str, text: str) -> tuple[str, str]:
    """A text put behind one that stands there."""
    return anchor, anchor + text


# Command after command in one process, for to start takes longer than what most of them do.
_EACH = """
import json, sys
from pipeline.commands import app
for arguments in json.loads(sys.argv[1]):
    if status := app(arguments, standalone_mode=False):
        sys.exit(status)
"""


class Program:
    """The copy, and the programmes that it reports. ``changes``: the edits of each file."""

    def __init__(self, folder: Path, *changes: Mapping[str, Edits]) -> None:
        self.folder, self.inputs, self.outputs = folder, folder / "inputs", folder / "outputs"
        for name in ("pipeline", "schemas"):
            shutil.copytree(ROOT / name, folder / name)
        for change in changes:
            for name, edits in change.items():
                path = folder / name
                for old, new in edits:
                    text = path.read_text("utf-8") if old else ""
                    assert not old or text.count(old) == 1, f"{name} has changed: {old}"
                    path.write_text(text.replace(old, new) if old else new, "utf-8")

    def run(self, *commands: Sequence[str], ours: bool = False) -> str:
        """What commands of the copy say, one after the other, or of the program as it is."""
        source = ROOT if ours else self.folder
        both = ("--inputs", str(self.inputs), "--outputs", str(self.outputs))
        arguments = json.dumps([[*command, *both] for command in commands])
        done = subprocess.run(
            [sys.executable, "-c", _EACH, arguments],
            cwd=source,
            env={**os.environ, "PYTHONPATH": str(source)},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def table(self, programme: str, name: str, *parts: str) -> list[dict[str, object]]:
        """A table of a programme's summary, or of one of its versions (``parts``: its folder)."""
        return read_table(self.outputs.joinpath(programme, *parts, SUMMARY), name)

    def csv(self, programme: str) -> list[dict[str, str]]:
        text = (self.outputs / programme / "data" / "apportioned.csv").read_text("utf-8-sig")
        return list(csv.DictReader(text.splitlines()))
