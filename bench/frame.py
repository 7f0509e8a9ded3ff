"""What a benchmark is, and how it is run: each job once a round, ratios within the round.

Seconds depend on the machine and on what else runs on it; a ratio of two jobs of one round does
so much less. What is printed is the median over the rounds, with the lowest and the highest.
"""

import gc
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[1]

# Does the work. Where it measures itself (memory, say) it returns the figure, else its seconds
# count.
Job = Callable[[], float | None]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Ratio:
    """The figure of one job as a multiple of another's, and what it ought to be.

    ``most``: at most so many times the other's. ``faster``: at least so many times as fast. With
    neither it is told for information.
    """

    what: str
    job: str
    against: str
    most: float | None = None
    faster: float | None = None

    def of(self, figures: Mapping[str, float]) -> float:
        """The ratio in one round: how many times the figure, or how many times as fast."""
        figure, peer_figure = figures[self.job], figures[self.against]
        return peer_figure / figure if self.faster is not None else figure / peer_figure

    def promised(self) -> str:
        """What it ought to be, in words."""
        if self.faster is not None:
            return f"at least {self.faster:g} times as fast"
        return f"at most {self.most:g} times" if self.most is not None else ""

    def holds(self, ratio: float) -> bool:
        """Whether a ratio is what it ought to be."""
        return (self.faster is None or ratio >= self.faster) and (
            self.most is None or ratio <= self.most
        )


@dataclass(frozen=True)
class Subject:
    """Jobs by name, and the ratios between them. ``unit``: of the jobs' figures. ``apart``: only
    run where it is asked for by name, because it takes long. ``ready``: makes what the jobs need,
    before the first of them."""

    title: str
    jobs: Mapping[str, Job]
    ratios: tuple[Ratio, ...]
    unit: str = "s"
    rounds: int | None = None
    apart: bool = False
    ready: Callable[[], object] = lambda: None


@dataclass
class Measured:
    """A subject's figures, by job and round."""

    subject: Subject
    figures: list[dict[str, float]] = field(default_factory=list)

    def rows(self) -> Iterable[tuple[str, ...]]:
        """A row of the table for each ratio."""
        for ratio in self.subject.ratios:
            values = sorted(ratio.of(each) for each in self.figures)
            middle = median(values)
            middle_text = f"{middle:.2f}"
            if len(values) > 1:
                middle_text += f" ({values[0]:.2f} – {values[-1]:.2f})"
            verdict = "" if not ratio.promised() else "yes" if ratio.holds(middle) else "no"
            both = [
                f"{median(each[job] for each in self.figures):.3g} {self.subject.unit}"
                for job in (ratio.job, ratio.against)
            ]
            yield ratio.what, ratio.against, middle_text, ratio.promised(), verdict, *both


HEADINGS = ("What", "Against", "Ratio", "Promised", "Held", "Ours", "Theirs")


def measure(subject: Subject, rounds: int) -> Measured:
    """Run a subject's jobs, round after round."""
    measured = Measured(subject)
    subject.ready()
    rounds = subject.rounds or rounds
    for number in range(rounds):
        figures = {}
        for name, job in subject.jobs.items():
            print(f"  {subject.title}, round {number + 1} of {rounds}: {name}", file=sys.stderr)
            gc.collect()
            # What the job before has written would otherwise be put on the disk during this one.
            if hasattr(os, "sync"):
                os.sync()
            start = time.perf_counter()
            own_figure = job()
            figures[name] = time.perf_counter() - start if own_figure is None else own_figure
        measured.figures.append(figures)
    return measured


def table(measured: Iterable[Measured]) -> str:
    """All ratios as a table in Markdown, which reads as well on a screen."""
    rows = [HEADINGS, *(row for each in measured for row in each.rows())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def in_folder(job: Callable[[Path], Result]) -> Result:
    """Do a job in a folder of its own, which goes with what it left there."""
    folder = Path(tempfile.mkdtemp(prefix="savings-bench-out-"))
    try:
        return job(folder)
    finally:
        shutil.rmtree(folder)


def python(*arguments: str | Path, expected: tuple[int, ...] = (0,)) -> float:
    """A Python program in a process of its own, its output kept from the screen; the seconds that
    it takes. RuntimeError where it ends otherwise than expected."""
    command = [sys.executable, *map(str, arguments)]
    start = time.perf_counter()
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if process.returncode not in expected:
        raise RuntimeError(f"{command} ended with {process.returncode}: {process.stderr[-2000:]}")
    return seconds
