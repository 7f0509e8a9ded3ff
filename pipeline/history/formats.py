"""The formats in which a history has kept versions, and the steps from each to the next.

A step takes all that is kept of a version, by name, and gives it as the next format has it; it
knows nothing but the two formats. There is a file of each format in ``tests/history/golden``.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.core.bases import DIRECT
from pipeline.core.years import year_label

SETTINGS, LINES, SHARES, LEFT_OUT, TABLES = "settings", "lines", "shares", "left_out", "tables"
IN_USE = "shares_in_use"

# All that is kept of a version: the settings, and the columns of each frame.
Kept = Mapping[str, Mapping[str, Any]]


def _named_partners_and_services(contents: Kept) -> Kept:
    """From 1: partners and services were lists; they are objects, so that they can grow."""
    settings, objects = contents[SETTINGS], {}
    for what, names in (("partners", ("code", "name")), ("services", ("name", "strand", "basis"))):
        objects[what] = [dict(zip(names, each, strict=True)) for each in settings[what]]
    return {**contents, SETTINGS: {**settings, **objects}}


def _shares_in_use(contents: Kept) -> Kept:
    """From 2: by what the lines were shared wasn't kept, nor any weights. The former is told from
    the parts that each partner had of the lines that were shared alike: as whole weights their
    pence, added up by year; nothing where there were none."""
    settings, lines, parts = contents[SETTINGS], contents[LINES], contents[SHARES]
    codes = [one["code"] for one in settings["partners"]]
    sums: dict[tuple[str, str, str, int], list[int]] = {}
    apart: set[tuple[str, str, str, int]] = set()
    for year in settings["years"]:
        rows = zip(parts["register_row"], parts["partner"], parts[year_label(year)], strict=True)
        for row, code, pence in rows:
            basis, service = lines["basis"][row] or "", lines["service"][row] or ""
            key = (basis, service, (lines["partner"][row] or "") if basis == DIRECT else "", year)
            if code in codes:
                sums.setdefault(key, [0] * len(codes))[codes.index(code)] += abs(pence)
            elif pence:
                apart.add(key)
    weights = {**{key: pence for key, pence in sums.items() if any(pence)}, **dict.fromkeys(apart)}
    names = ("basis", "service", "partner", "year")
    columns = {name: [key[place] for key in weights] for place, name in enumerate(names)}
    return {**contents, IN_USE: {**columns, "weights": list(weights.values())}}


# Each brings the format of its place in the list, counted from 1, to the next one.
STEPS: tuple[Callable[[Kept], Kept], ...] = (
    _named_partners_and_services,
    _shares_in_use,
)
FORMAT = len(STEPS) + 1


def upgraded(contents: Kept) -> Kept:
    """What is kept, as today's format has it; ValueError where its format is a later one."""
    number = contents[SETTINGS].get("format", 1)
    if number not in range(1, FORMAT + 1):
        raise ValueError("a newer version of this program recorded it: use that one")
    for step in STEPS[number - 1 :]:
        contents = step(contents)
    return contents
