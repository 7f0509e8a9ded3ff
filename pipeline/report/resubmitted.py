"""What the returns change against those that the last report was made of: lines new, gone and
changed, with their amounts.

The last report's own register.csv says what that was. It is put in place with the report, and the
manifest has its checksum: it can't be of another run.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import pandas as pd

from pipeline.core.money import money_text
from pipeline.core.outputs import DATA
from pipeline.core.phrases import counted, in_words
from pipeline.core.results import Results
from pipeline.core.text import match_key, ref_key
from pipeline.report.data_csv import rows_of, write_file
from schemas.data import REGISTER_CSV, RETURNS_CSV
from schemas.model import RESUBMITTED
from schemas.returns import savings

REGISTER, RETURNS = f"{DATA}/{REGISTER_CSV.name}", f"{DATA}/{RETURNS_CSV.name}"
# The files of the last report that it is compared with.
COMPARED = (REGISTER, RETURNS)
NEW, GONE, CHANGED, REJECTED, EXCLUDED = "New", "Gone", "Changed", "Rejected", "Excluded"

# What of a line follows from the rest of it, or is its place in a workbook.
_FOLLOWS = frozenset(
    {
        *("workbook", "sheet", "row", "strand", "weight", "risk_weighted"),
        *("total", "one_off", "annual_cashable"),
    }
)
Row = Mapping[str, str]
LineKey = tuple[str, str]


@dataclass(frozen=True)
class LineChange:
    """A line and scenario that a return changes; ``what``: the headings of that which differs;
    ``before`` and ``after`` its pence in all years, None where it is not in the figures."""

    line_ref: str
    scenario: str
    change: str
    what: tuple[str, ...]
    before: int | None
    after: int | None

    @property
    def effect(self) -> int:
        """Pence in all years that it adds."""
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True)
class Resubmission:
    """What a return changes, in the order of its lines and then of those that are gone;
    ``is_sent``: False for one of the last report that nothing has taken the place of."""

    workbook: str
    changes: tuple[LineChange, ...]
    is_sent: bool = True

    @property
    def lines(self) -> dict[str, int]:
        """How many lines are new, changed, gone and so on: each once, whatever its scenarios."""
        refs: dict[str, set[str]] = defaultdict(set)
        for change in self.changes:
            refs[change.change].add(ref_key(change.line_ref))
        order = (NEW, CHANGED, GONE, REJECTED, EXCLUDED)
        return {name: len(refs[name]) for name in order if name in refs}

    def effects(self, scenarios: Iterable[str]) -> dict[str, int]:
        """What all changes add, in pence of all years, by scenario."""
        return {
            name: sum(change.effect for change in self.changes if change.scenario == name)
            for name in scenarios
        }

    def in_words(self, scenarios: Sequence[str]) -> str:
        """How many lines it changes, and what they add."""
        name = self.workbook + ("" if self.is_sent else ", which is no longer sent")
        lines = [f"{counted(count, 'line')} {kind.lower()}" for kind, count in self.lines.items()]
        effects = self.effects(scenarios).items()
        amounts = [f"{scenario} {_more(pence)}" for scenario, pence in effects]
        return (
            f"Against the last report, {name}: {in_words(lines)}; all years together "
            f"{', '.join(amounts)}."
        )

    def sentences(self) -> list[str]:
        """Each line that it changes, those of scenarios that change alike together."""
        return [
            _in_words(alike, [change.scenario for change in group])
            for alike, group in groupby(self.changes, lambda change: replace(change, scenario=""))
        ]


def _more(pence: int) -> str:
    """What is added to an amount, savings in brackets."""
    return f"{'+' if pence > 0 else ''}{money_text(pence)}" if pence else "as before"


def _in_words(change: LineChange, scenarios: Sequence[str]) -> str:
    """A line that is new, gone or changed: ``Changed: FIN-1, Best case: £5 → £6 (2013/14)``."""
    amounts = [money_text(each) for each in (change.before, change.after) if each is not None]
    what = f" ({', '.join(change.what)})" if change.what else ""
    whose = f"{change.change}: {change.line_ref}, {in_words(scenarios)}"
    return f"{whose}: {' → '.join(dict.fromkeys(amounts))}{what}"


def resubmissions(
    last: Mapping[str, bytes], results: Results, successors: Mapping[str, str]
) -> list[Resubmission]:
    """What each return changes, by path; none where nothing is known of the last report.

    ``last``: its files COMPARED; ``successors``: by the path of a workbook that of the one which
    names it on its Cover.
    """
    if any(name not in last for name in COMPARED):
        return []
    before, after = _rows(last[REGISTER]), _rows(_register(results))
    headings = {each.name: each.heading for each in savings(results.programme.tags).fields}
    changed: dict[str, list[LineChange]] = defaultdict(list)
    for key, row in after.items():
        change = _change(before.get(key), row, headings)
        if change is not None:
            changed[row["workbook"]].append(change)
    left_out = _left_out(results)
    at_home = _homes(_read(last[RETURNS]), results, successors)
    for key, row in before.items():
        if key not in after:
            why = left_out.get(key, GONE)
            gone = LineChange(row["line_ref"], row["scenario"], why, (), _pence(row), None)
            changed[at_home.get(row["workbook"], row["workbook"])].append(gone)
    sent = set(results.returns["workbook"])
    return [
        Resubmission(workbook, tuple(changed[workbook]), workbook in sent)
        for workbook in sorted(changed)
    ]


def resubmitted_frame(all_changes: Iterable[Resubmission]) -> pd.DataFrame:
    """RESUBMITTED: every change, by workbook."""
    rows = [
        (
            each.workbook,
            change.line_ref,
            change.scenario,
            change.change,
            ", ".join(change.what),
            change.before,
            change.after,
            change.effect,
        )
        for each in all_changes
        for change in each.changes
    ]
    return pd.DataFrame(rows, columns=RESUBMITTED.names(), dtype=object)


def _register(results: Results) -> bytes:
    """The register as a report would leave it now."""
    stream = io.BytesIO()
    write_file(REGISTER_CSV, rows_of(REGISTER_CSV, results), results.programme, stream)
    return stream.getvalue()


def _read(content: bytes) -> Iterator[Row]:
    return csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))


def _rows(content: bytes) -> dict[LineKey, Row]:
    return {(ref_key(row["line_ref"]), row["scenario"]): row for row in _read(content)}


def _change(before: Row | None, after: Row, headings: Mapping[str, str]) -> LineChange | None:
    """How a line differs from what it was; None where it doesn't. ``headings``: of the fields of
    Savings, by their names."""
    if before is None:
        return LineChange(after["line_ref"], after["scenario"], NEW, (), None, _pence(after))
    what = tuple(
        headings.get(name) or _heading(name)
        for name in dict.fromkeys((*after, *before))
        if name not in _FOLLOWS and not _same(before.get(name, ""), after.get(name, ""))
    )
    if not what:
        return None
    line = (after["line_ref"], after["scenario"], CHANGED)
    return LineChange(*line, what, _pence(before), _pence(after))


def _same(before: str, after: str) -> bool:
    """A year that there was not yet is as nil as one without an amount."""
    return before == after or {before, after} == {"", "0.00"}


def _heading(name: str) -> str:
    """A further column as people call it, a year as it is."""
    return name if name[:1].isdecimal() else name.replace("_", " ").capitalize()


def _pence(row: Row) -> int:
    return int(row["total"].replace(".", ""))


def _left_out(results: Results) -> dict[LineKey, str]:
    """Lines that are sent and not in the figures, in each scenario."""
    reasons: dict[LineKey, str] = {}
    names = zip(
        *(results.left_out.get(name, ()) for name in ("line_ref", "scenario", "rejected")),
        strict=True,
    )
    for ref, scenario, rejected in names:
        for each in (scenario,) if scenario else results.programme.scenarios:
            reasons.setdefault((ref_key(ref), each), REJECTED if rejected else EXCLUDED)
    return reasons


def _homes(last: Iterable[Row], results: Results, successors: Mapping[str, str]) -> dict[str, str]:
    """By workbook of the last report the one that has its place now: itself, the one that names it
    on its Cover, else the only one of its department."""
    now = results.returns
    of_department: dict[str, list[str]] = defaultdict(list)
    for department, workbook in zip(now["department"], now["workbook"], strict=True):
        if workbook:
            of_department[match_key(department)].append(workbook)
    homes = {}
    for row in last:
        workbook = row["workbook"]
        same = of_department[match_key(row["department"])]
        if workbook in successors:
            homes[workbook] = successors[workbook]
        elif workbook not in set(now["workbook"]) and len(same) == 1:
            homes[workbook] = same[0]
    return homes
