"""What an issued version costs: seconds to record, to read back and to compare, and bytes.

    python -m tests.history.measure_versions [LINES …] [--history URL]

Lines are like those of the samples: three partners, five years, words of their own in each
description. Every hundredth has another amount in the second version.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.core.grouping import categories
from pipeline.core.outputs import HISTORY
from pipeline.core.programme import Partner
from pipeline.core.versions import Issued, Snapshot
from pipeline.history.bridges import moved
from pipeline.history.store import open_history
from schemas.model import REGISTER
from schemas.vocabulary import CATEGORIES
from tests.frames import frame_of
from tests.history.figures import SERVICES, programme, snapshot

KEY = "reference measured"
YEARS = tuple(range(2012, 2017))


def figures(lines: int) -> Snapshot:
    """A programme of that many lines, half of them in each scenario."""
    one = programme(YEARS)
    wider = replace(one, partners=(*one.partners, Partner("C", "Gamma Fire")))
    empty = snapshot(wider, [])
    random = np.random.default_rng(lines)
    place = np.arange(lines)
    words = ("desk", "fleet", "licence", "review", "contract", "team", "hub", "stores")
    word_places = random.integers(0, len(words), (lines, 4))
    text = {
        "line_ref": [f"L-{n // 2:06}" for n in place],
        "description": [
            " ".join(words[word] for word in four) + f" {n}" for n, four in enumerate(word_places)
        ],
        "service": [SERVICES[n % 3] for n in place],
        "strand": ["One"] * lines,
        "category": [CATEGORIES[n // 2 % 7] for n in place],
        "scenario": [wider.scenarios[n % 2] for n in place],
        "basis": ["Baseline"] * lines,
        "owner": [f"Head of {SERVICES[n % 3]}" for n in place],
    }
    register = frame_of(REGISTER, [{}] * lines, wider.year_labels)
    for name, column in text.items():
        register[name] = categories(column)
    pence = random.integers(-10_000_000, 10_000_000, (lines, len(YEARS)))
    for column, label in enumerate(wider.year_labels):
        register[label] = pence[:, column]
    register["row"], register["source"], register["pounds_per_unit"] = place + 2, 0, 1_000
    parts = pd.DataFrame({"register_row": np.repeat(place, 3)})
    parts["partner"] = categories(wider.codes * lines)
    parts["organisation"] = categories([one.name for one in wider.partners] * lines)
    for column, label in enumerate(wider.year_labels):
        third = pence[:, column] // 3
        parts[label] = np.stack([third, third, pence[:, column] - 2 * third], axis=1).ravel()
    shares = {("Baseline", name, "", year): (1, 1, 1) for name in SERVICES for year in YEARS}
    return replace(empty, programme=wider, register=register, apportioned=parts, shares=shares)


def changed(figures: Snapshot) -> Snapshot:
    """The figures with another amount in every hundredth line."""
    register = figures.register.copy()
    label = figures.programme.year_labels[-1]
    register.loc[::100, label] = register.loc[::100, label] + 100
    return replace(figures, register=register)


def seconds(what: Callable[[], object]) -> float:
    """The median of three goes."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        what()
        times.append(time.perf_counter() - start)
    return sorted(times)[1]


def measure(lines: int, url: str) -> str:
    """A line of the table of results."""
    version_figures = figures(lines)
    with tempfile.TemporaryDirectory() as folder:
        history = open_history(Path(folder), url)
        numbers: list[int] = []

        def record() -> None:
            with history.issuing(KEY) as recording:
                number = 1 + max(recording.numbers(), default=0)
                numbers.append(number)
                version = Issued(number, f"Version {number}", datetime.now(UTC))
                recording.record(version, {"finance.xlsx": "ab" * 32}, version_figures, {})

        recording = seconds(record)
        reading = seconds(lambda: history.snapshot(KEY, numbers[-1]))
        now = changed(version_figures)
        comparing = seconds(
            lambda: moved(version_figures, now, Issued(1, "First", datetime.now(UTC)))
        )
        file = Path(folder) / HISTORY
        size = file.stat().st_size / len(numbers) if file.is_file() else 0
    return (
        f"{lines:>9,} lines: record {recording:6.2f} s, read {reading:6.2f} s, "
        f"compare {comparing:6.2f} s, {size / 1_000_000:7.2f} MB a version"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lines", nargs="*", type=int, default=[1_000, 100_000])
    parser.add_argument("--history", default="")
    options = parser.parse_args()
    for number in options.lines:
        print(measure(number, options.history))
