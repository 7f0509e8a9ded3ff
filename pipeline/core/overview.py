"""What is said of a programme's report in a few lines."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OverviewRow:
    """A number with its name, and what more there is to say of it; ``alarm``: it is bad."""

    name: str
    number: str
    more: str = ""
    alarm: bool = False


@dataclass(frozen=True)
class Overview:
    """A programme's report in a few lines: ``not_in``: by state, in words, the departments that are
    not in as they should be; ``errors`` and ``issues``: how many errors stand, and how many errors
    and warnings."""

    title: str
    facts: tuple[OverviewRow, ...]
    not_in: tuple[tuple[str, str], ...]
    errors: int
    issues: int
