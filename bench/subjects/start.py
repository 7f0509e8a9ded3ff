"""How long the command line takes to say anything."""

import atexit
import shutil
import tempfile
from pathlib import Path

from bench.frame import Ratio, Subject, python
from tests.builders import Programme, Return

_BARE = """
import typer

app = typer.Typer()


@app.command()
def report(inputs: str = "inputs", outputs: str = "outputs") -> None:
    "Report."


@app.command()
def validate() -> None:
    "Validate."


app()
"""
_TIMES = 5
_FAILED = 1


def subject() -> Subject:
    """``--help`` and a control workbook that can't be used, beside a typer app of two empty
    commands; the latter beside the report of one line too."""
    work = Path(tempfile.mkdtemp(prefix="savings-bench-start-"))
    atexit.register(shutil.rmtree, work)
    Programme(years=99).write(work / "stops" / "programme")
    Programme().write(work / "reports" / "programme")
    finance = Return()
    finance.line([500, 400, 0])
    finance.write(work / "reports" / "programme")

    def several(*arguments: str | Path) -> None:
        for _ in range(_TIMES):
            python(*arguments)

    def report(inputs: str, ends: int = 0) -> None:
        for _ in range(_TIMES):
            # Beside its last report nothing would be done.
            shutil.rmtree(work / "outputs", ignore_errors=True)
            folders = ("--inputs", work / inputs, "--outputs", work / "outputs")
            python("-m", "pipeline", "report", *folders, expected=(ends,))

    return Subject(
        f"Start, {_TIMES} times",
        {
            "--help": lambda: several("-m", "pipeline", "--help"),
            "a bare typer app's": lambda: several("-c", _BARE, "--help"),
            "a fatal error": lambda: report("stops", _FAILED),
            "a bare typer app's command": lambda: several("-c", _BARE, "report"),
            "a report of one line": lambda: report("reports"),
        },
        (
            Ratio("python -m pipeline --help", "--help", "a bare typer app's", most=1.5),
            Ratio("A fatal error", "a fatal error", "a bare typer app's command"),
            Ratio("A fatal error", "a fatal error", "a report of one line"),
        ),
        rounds=7,
    )
