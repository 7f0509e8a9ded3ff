"""The figures beside those of the last version issued: what moved since, and the controls that
prove it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pandas as pd

from pipeline.core.outputs import HISTORY, ISSUED
from pipeline.core.results import Results
from pipeline.core.versions import Explained, Issued, Snapshot, Versions
from pipeline.history.bridges import moved
from pipeline.history.faults import HistoryError
from pipeline.history.reading import Readable, own_file
from pipeline.issued import damage, issued_numbers, issued_sha256, stranger
from pipeline.model.apportion import shares_in_use
from pipeline.model.controls import PENCE, Check, controls_table
from pipeline.processes import Helpers
from schemas.vocabulary import TOTAL_PROGRAMME

_WITHOUT = "The report goes on without Movements and Versions."


@dataclass(frozen=True)
class Recorded:
    """What a history holds of a programme: its versions, oldest first, and what was recorded of the
    last one (None where there is none).

    ``place``: where the history is, in words, empty where there is none yet. ``shared``: whether
    other programmes may record in it. ``fault``: why it can't serve, in sentences. ``damage``: what
    of the versions is no longer as it was issued, a sentence each. ``issued``: the SHA-256 of all
    that was issued, None where it wasn't looked at.
    """

    place: str = ""
    versions: list[Issued] = field(default_factory=list)
    last: Snapshot | None = None
    shared: bool = False
    fault: str = ""
    damage: list[str] = field(default_factory=list)
    issued: dict[Path, str] | None = None


def reading_history(
    where: Path,
    url: str,
    key: str,
    namesakes: tuple[str, ...],
    helpers: Helpers,
) -> Callable[[], Recorded]:
    """What the history at ``url`` (empty: the one in the outputs folder ``where``) holds of the
    programme that is known by ``key``, and whether its versions are as they were issued. Where a
    helper runs, it reads that from now on: it needs nothing of today's figures.

    ``namesakes``: programmes that bear the same Reference, and would be taken for this one in a
    history that they share.
    """
    if url and namesakes:
        return partial(Recorded, fault=f"{one_reference(namesakes)} {_WITHOUT}")
    # Nobody waits for a database who has no use for it.
    if not url and not (where / HISTORY).exists():
        return Recorded
    return helpers.beside(partial(_read_history, where, url, key))


def _read_history(where: Path, url: str, key: str) -> Recorded:
    history: Readable | None = None if url else own_file(where)
    if history is None:
        from pipeline.history.store import open_history  # noqa: PLC0415 # takes a while

        try:
            history = open_history(where, url)
        except HistoryError as fault:
            return Recorded(fault=f"{fault} The report goes on without Movements.")
    issued = issued_sha256(where)
    faults = damaged(history, key, where, issued)
    return replace(recorded(history, key), damage=faults, issued=issued)


def recorded(history: Readable, key: str) -> Recorded:
    """What a history holds of a programme, whatever became of the versions' files."""
    try:
        versions = history.versions(key)
        last = history.snapshot(key, versions[-1].number) if versions else None
    except HistoryError as fault:
        return Recorded(fault=f"The history {history} can't be used: {fault}. {_WITHOUT}")
    return Recorded(str(history), versions, last, history.shared)


def damaged(
    history: Readable, key: str, where: Path, digests: Mapping[Path, str] | None = None
) -> list[str]:
    """What of the issued versions is no longer as it was issued, a sentence each; nothing where the
    history can't be used, which is said elsewhere."""
    try:
        versions, files = history.versions(key), history.files(key)
    except HistoryError:
        return []
    return damage(where, versions, files, shared=history.shared, digests=digests or {})


def compare_with_last(results: Results, history: Recorded, where: Path) -> tuple[Results, str]:
    """The results with what moved since the last version issued; and the sentences that say where
    the history can't serve, when the report goes on without Movements, or what of the versions
    is no longer as it was issued."""
    why_without = history.fault or _not_its_own(results.programme.title, history, where)
    if not why_without:
        results = compared(results, history.versions, history.last)
    return results, " ".join(filter(None, (why_without, *history.damage)))


def _not_its_own(title: str, history: Recorded, where: Path) -> str:
    """Why what a history holds is not all that was issued of a programme, or is another one's, in
    sentences; empty where it is its own."""
    versions = history.versions
    missing = sorted(issued_numbers(where) - {version.number for version in versions})
    if missing and not versions:
        numbers = ", ".join(map(str, missing))
        return (
            f"The history is lost: {where / ISSUED} holds version {numbers}, "
            f"{history.place or where / HISTORY} holds none of this programme. {_WITHOUT} The next "
            "version to be issued starts a new history."
        )
    if history.shared and (why := stranger(versions, title, where)):
        return f"{why} {_WITHOUT}"
    return ""


def one_reference(namesakes: tuple[str, ...]) -> str:
    """Why programmes that share a Reference can't share a history."""
    return (
        f"{', '.join(namesakes)} bears the same Reference: in a history that they share the one "
        "would be taken for the other. Give each a Reference of its own."
    )


def snapshot(results: Results) -> Snapshot:
    """What of a programme's figures a later report can be compared with."""
    return Snapshot(
        results.programme,
        results.programme.services[0].basis_at.workbook,
        results.register,
        results.apportioned,
        results.summary,
        results.left_out,
        results.tables,
        shares_in_use(results.register, results.programme),
    )


def compared(results: Results, issued: list[Issued], last: Snapshot | None) -> Results:
    """The results with what moved since the last version issued, and the controls that prove it;
    ``last`` is what was recorded of it, None where there is none."""
    if last is None:
        return replace(results, versions=Versions(issued))
    what = moved(last, snapshot(results), issued[-1])
    checks = [
        Check(
            f"Movements: {_measure(check)}, {check.scenario} = this Summary less that of "
            f"version {what.before.number}",
            PENCE,
            check.expected,
            check.actual,
        )
        for check in what.checks
    ]
    controls = pd.concat([results.controls, controls_table(checks)], ignore_index=True)
    return replace(results, controls=controls, versions=Versions(issued, what))


def _measure(check: Explained) -> str:
    """``annual cashable``, of a partner ``annual cashable of Hampshire County Council``."""
    measure = check.measure.lower()
    whole = check.organisation == TOTAL_PROGRAMME
    return measure if whole else f"{measure} of {check.organisation}"
