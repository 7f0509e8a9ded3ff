"""What the page was started with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.report.theme import Theme


def _no_namesakes() -> dict[str, tuple[str, ...]]:
    return {}


@dataclass(frozen=True)
class Settings:
    """Where the programmes and their outputs are, the looks of page and reports, and the URL of the
    history (empty: the one in the outputs). ``namesakes`` gives by programme those that bear the
    same Reference; it is called in the worker."""

    inputs: Path
    outputs: Path
    theme: Theme
    history: str = ""
    namesakes: Callable[[], Mapping[str, tuple[str, ...]]] = _no_namesakes
