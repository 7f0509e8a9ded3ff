"""What the worker does for the views of figures, versions and layouts: the functions that the
commands call, and what of it a page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.comparing import damaged
from pipeline.core.money import money_text, share_text
from pipeline.core.traced import FigurePart, Trace
from pipeline.core.versions import Issued
from pipeline.execute import Step
from pipeline.gate import NotIssuableError
from pipeline.history.faults import HistoryError
from pipeline.ingest.discover import ProgrammeFolder
from pipeline.issuing import Request
from pipeline.model.tracing import TraceError, trace
from pipeline.page.snapshots import without_formulas
from pipeline.page.worker import WorkError
from pipeline.page.works import Bench
from pipeline.publish import outputs_lock
from pipeline.report.findings import pence
from pipeline.report.sheets import movements
from pipeline.report.spec import Sheet
from pipeline.report.tables import Record, records
from pipeline.report.trace_csv import trace_csv
from pipeline.run import Outcome
from pipeline.versions import (
    GateReport,
    compare_versions,
    gate_of,
    history_of,
    issue_version,
)

MOST_LINES = 100


@dataclass(frozen=True)
class TracedPart:
    """A sum behind a figure: ``rows`` are the first of its lines, ``more`` how many come behind."""

    title: str
    amount: str
    proof: str
    adds_up: bool
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int


@dataclass(frozen=True)
class Traced:
    """A figure and what it is made of; ``value``: what it is where it is no sum."""

    title: str
    value: str
    parts: tuple[TracedPart, ...]


@dataclass(frozen=True)
class VersionsView:
    """A programme's issued versions, what of them is no longer as it was issued, and what stands in
    the way of another one."""

    versions: tuple[Issued, ...]
    damage: tuple[str, ...]
    gate: GateReport


@dataclass(frozen=True)
class Comparison:
    """What moved between two versions, as the sheets of the workbook at ``path`` say it."""

    title: str
    sheets: tuple[Sheet, ...]
    report_unit: int
    path: str


# Figures


def trace_figure(bench: Bench, name: str, step: Step, names: Sequence[str]) -> Traced:
    """A figure by its table, its row's labels and its column, and the lines behind it."""
    figure = _figure(bench, name, step, names)
    value = figure.value_text if figure.is_derived else ""
    return Traced(figure.title, value, tuple(map(_part, figure.parts)))


def trace_file(bench: Bench, name: str, step: Step, names: Sequence[str]) -> bytes:
    """All lines behind a figure, as csv."""
    return trace_csv(_figure(bench, name, step, names))


def _figure(bench: Bench, name: str, step: Step, names: Sequence[str]) -> Trace:
    outcome = _with_lines(bench, bench.folder(name), step)
    if outcome.results is None or outcome.lines is None:
        raise WorkError("There are no figures: the control workbook can't be used as it is.")
    try:
        return trace(outcome.results, outcome.lines, names)
    except TraceError as fault:
        raise WorkError(str(fault)) from fault


def _with_lines(bench: Bench, folder: ProgrammeFolder, step: Step) -> Outcome:
    """What was read last; a report has let go of its lines."""
    outcome = bench.at_hand(folder)
    if outcome is None or (outcome.results is not None and outcome.lines is None):
        outcome = bench.outcome(folder, step)
    return outcome


_HEADINGS = (
    *("Line ref", "Amount", "Description", "Category", "Scenario", "Basis", "Share", "Of"),
    *("Workbook", "Cells"),
)


def _part(part: FigurePart) -> TracedPart:
    rows = tuple(map(_row, records(part.lines.head(MOST_LINES))))
    return TracedPart(
        part.title,
        money_text(part.pence),
        part.proof,
        part.adds_up,
        _HEADINGS,
        rows,
        max(0, len(part.lines) - MOST_LINES),
    )


def _row(line: Record) -> tuple[str, ...]:
    share = line["share"]
    of_whole = ("", "")
    if share != 1:
        part = share if isinstance(share, Fraction) else None
        of_whole = share_text(part), money_text(pence(line, "line_pence"))
    return (
        str(line["line_ref"]),
        money_text(pence(line, "amount_pence")),
        *(str(line[name] or "") for name in ("description", "category", "scenario", "basis")),
        *of_whole,
        str(line["workbook"]),
        f"{line['sheet']}!{line['cells']}",
    )


# Versions


def versions(bench: Bench, name: str, step: Step) -> VersionsView:
    """The versions that were issued, and what stands in the way of another."""
    folder, where = bench.folder(name), bench.outputs_of(name)
    outcome = bench.at_hand(folder) or bench.outcome(folder, step)
    try:
        history = history_of(folder, where, bench.manner, step)
    except HistoryError as fault:
        raise WorkError(f"The versions can't be told. {fault}") from fault
    damage = damaged(history.store, history.key, where)
    return VersionsView(tuple(history.versions), tuple(damage), gate_of(outcome, where))


def issue(bench: Bench, name: str, step: Step, request: Request) -> str:
    """Issue the report as a version; what is to be said of it."""
    folder, where = bench.folder(name), bench.outputs_of(name)
    try:
        with outputs_lock(where, step):
            issuance = issue_version(folder, where, request, bench.manner, step)
    except (NotIssuableError, HistoryError) as fault:
        raise WorkError(str(fault)) from fault
    return " ".join((f"Issued as {issuance.version.title}.", *issuance.damage))


def compare(bench: Bench, name: str, step: Step, first: int, second: int) -> Comparison:
    """What moved between two versions; written as a workbook, too."""
    folder, where = bench.folder(name), bench.outputs_of(name)
    try:
        history = history_of(folder, where, bench.manner, step)
        before, after = history.version(first), history.version(second)
        if before is None or after is None:
            raise WorkError(f"There is no version {second if before else first}.")
        with outputs_lock(where, step):
            what, path = compare_versions(history, before, after, where, bench.manner)
    except HistoryError as fault:
        raise WorkError(f"The versions can't be compared. {fault}") from fault
    sheets = tuple(map(without_formulas, movements.sheets(what)))
    return Comparison(movements.span(what), sheets, what.programme.report_unit, path)
