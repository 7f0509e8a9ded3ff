"""The formats in which a history has kept versions, and the steps from each to the next.

A step takes all that is kept of a version, by name, and gives it as the next format has it; it
knows nothing but the two formats. There is a file of each format in ``tests/history/golden``.
"""

from collections.abc import Callable, Mapping
from typing import Any

SETTINGS, LINES, SHARES, LEFT_OUT, TABLES = "settings", "lines", "shares", "left_out", "tables"

# All that is kept of a version: the settings, and the columns of each frame.
Kept = Mapping[str, Mapping[str, Any]]


def _named_partners_and_services(kept: Kept) -> Kept:
    """From 1: partners and services were lists; they are objects, so that they can grow."""
    held, named = kept[SETTINGS], {}
    for what, names in (("partners", ("code", "name")), ("services", ("name", "strand", "basis"))):
        named[what] = [dict(zip(names, each, strict=True)) for each in held[what]]
    return {**kept, SETTINGS: {**held, **named}}


# Each brings the format of its place in the list, counted from 1, to the next one.
STEPS: tuple[Callable[[Kept], Kept], ...] = (_named_partners_and_services,)
FORMAT = len(STEPS) + 1


def upgraded(kept: Kept) -> Kept:
    """What is kept, as today's format has it; ValueError where its format is a later one."""
    number = kept[SETTINGS].get("format", 1)
    if number not in range(1, FORMAT + 1):
        raise ValueError("a newer version of this program recorded it: use that one")
    for step in STEPS[number - 1 :]:
        kept = step(kept)
    return kept
