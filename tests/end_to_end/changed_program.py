"""A copy of the program with changes of its own, as whoever follows the steps of CONTRIBUTING makes
them."""

import csv
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.builders import read_table
from tests.end_to_end.commands import ROOT, started

SUMMARY = "programme-summary.xlsx"


# Of a file: what stands there once and what is to stand there instead; nothing stood in a new one.
Edits = Sequence[tuple[str, str]]


def before(anchor: str, text: str) -> tuple[str, str]:
    """A text put before one that stands there."""
    return anchor, text + anchor


def after(anchor: str, text: str) -> tuple[str, str]:
    """A text put behind one that stands there."""
    return anchor, anchor + text


class Program:
    """The copy, and a programme ``one`` that it reports. ``changes``: the edits of each file."""

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

    def run(self, command: str, *more: str, ours: bool = False) -> str:
        """What a command of the copy says, or one of the program as it is."""
        source = ROOT if ours else self.folder
        both = ("--inputs", self.inputs, "--outputs", self.outputs)
        done = started(command, *both, *more, folder=source, PYTHONPATH=str(source))
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def table(self, name: str, *parts: str) -> list[dict[str, object]]:
        return read_table(self.outputs.joinpath("one", *parts, SUMMARY), name)

    def csv(self) -> list[dict[str, str]]:
        text = (self.outputs / "one" / "data" / "apportioned.csv").read_text("utf-8-sig")
        return list(csv.DictReader(text.splitlines()))
