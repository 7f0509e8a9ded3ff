"""Each department's next return sent back untouched in place of its last one."""

import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd

from pipeline.ingest.discover import discover
from pipeline.run import Outcome
from pipeline.templates import next_returns
from tests.running import outcome_of

# What of a line is its place in a workbook.
PLACE = (
    *("workbook", "sheet", "row", "line", "source", "table", "register_row", "reason"),
    "pounds_per_unit",
)
Said = tuple[str, ...]


def in_place(content: bytes) -> io.BytesIO:
    """A workbook's bytes as a file."""
    return io.BytesIO(content)


def send_back(folder: Path, through: Callable[[Path], Path] = lambda path: path) -> None:
    """Put each next return in the place of the workbook that it names; ``through`` a program that
    saves it anew."""
    (programme,) = discover(folder).programmes
    for content in next_returns(programme)[0].values():
        book = openpyxl.load_workbook(in_place(content), read_only=True)
        said = {row[0]: row[1] for row in book["Cover"].iter_rows(values_only=True)}
        book.close()
        path = folder / str(said["Takes the place of"])
        path.write_bytes(content)
        path.write_bytes(through(path).read_bytes())


def tables_of(outcome: Outcome) -> dict[str, list[dict[str, object]]]:
    """What the report is made of, each table in an order of its own: the lines, what was delivered,
    and the business cases."""
    results = outcome.results
    assert results is not None
    frames = {"Register": results.register, "Excluded": results.excluded, **results.narrative}
    if results.delivery is not None:
        frames |= {"Delivery": results.delivery.lines, "Left out": results.delivery.left_out}
    return {name: _rows(frame) for name, frame in frames.items()}


def _rows(frame: pd.DataFrame) -> list[dict[str, object]]:
    said = frame.drop(columns=[name for name in PLACE if name in frame.columns])
    rows = said.astype(object).where(said.notna(), None).to_dict("records")
    return sorted(rows, key=repr)


def said_of(outcome: Outcome) -> Counter[Said]:
    """What each issue says, but for the cell."""
    return Counter(
        (each.rule, each.department, each.line_ref, each.scenario, each.heading, each.answer)
        for each in outcome.issues
    )


def changes(
    folder: Path, through: Callable[[Path], Path] = lambda path: path
) -> tuple[bool, Counter[Said]]:
    """Whether anything moves when all next returns are sent back untouched, and what the issues say
    that are new."""
    before = outcome_of(folder)
    send_back(folder, through)
    after = outcome_of(folder)
    return tables_of(before) != tables_of(after), said_of(after) - said_of(before)
