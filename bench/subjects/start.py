"""How long the command line takes to say anything."""

from bench.frame import Ratio, Subject, python

_BARE = """
import typer

app = typer.Typer()


@app.command()
def report() -> None:
    "Report."


@app.command()
def validate() -> None:
    "Validate."


app()
"""
_TIMES = 5


def subject() -> Subject:
    """``--help``, beside a typer app of two empty commands."""

    def several(*arguments: str) -> None:
        for _ in range(_TIMES):
            python(*arguments)

    return Subject(
        f"Start, {_TIMES} times",
        {
            "--help": lambda: several("-m", "pipeline", "--help"),
            "a bare typer app's": lambda: several("-c", _BARE, "--help"),
        },
        (Ratio("python -m pipeline --help", "--help", "a bare typer app's", most=1.5),),
        rounds=7,
    )
