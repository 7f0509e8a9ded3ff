"""Running the command line in tests, as a user does."""

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from pipeline.commands import app

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Said:
    """What a command said, each stream on one line however the screen wrapped it, and how it
    ended; ``folders``: those that it began by saying, which are no part of ``out``."""

    status: int
    out: str
    err: str
    folders: str = ""

    @property
    def all(self) -> str:
        return f"{self.out} {self.err}"


def pipeline(*arguments: object) -> Said:
    """A command in this process. An exception that reaches the user is raised here."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    said, folders = result.stdout, ""
    if "; outputs: " in said.partition("\n")[0]:
        folders, said = said.split("\n", 1)
    return Said(result.exit_code, " ".join(said.split()), " ".join(result.stderr.split()), folders)


def started(
    *arguments: object, folder: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, its output not a terminal's."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def report(inputs: Path | str, outputs: Path, *more: object) -> Said:
    return pipeline("report", "--inputs", inputs, "--outputs", outputs, *more)


def validate(inputs: Path, outputs: Path, *more: object) -> Said:
    return pipeline("validate", "--inputs", inputs, "--outputs", outputs, *more)


def template(inputs: Path, outputs: Path, *more: object) -> Said:
    return pipeline("template", "--inputs", inputs, "--outputs", outputs, *more)


def contents(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below a folder, by path; what runs lock it with, and what templates
    are known by again, left out."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in (".lock", ".templates.json")
    }
