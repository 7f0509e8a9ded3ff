"""The figures beside those of the last version issued: what moved since, and the controls that
prove it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.core.outputs import HISTORY, ISSUED
from pipeline.core.results import Results
from pipeline.core.versions import Explained, Issued, Snapshot, Versions, key_of
from pipeline.history.bridges import moved
from pipeline.history.faults import HistoryError
from pipeline.issued import damage, issued_numbers, stranger
from pipeline.model.apportion import shares_in_use
from pipeline.model.controls import PENCE, Check, controls_table
from schemas.vocabulary import TOTAL_PROGRAMME

if TYPE_CHECKING:
    from pipeline.history.store import History

_WITHOUT = "The report goes on without Movements and Versions."


def compare_with_last(
    results: Results,
    where: Path,
    url: str,
    name: str,
    namesakes: tuple[str, ...],
    digests: Mapping[Path, str],
) -> tuple[Results, str]:
    """The results with what moved since the last version issued, as the history at ``url`` (empty:
    the one in the outputs folder ``where``) has it; and, where it can't serve, the sentence that
    says so: the report goes on without Movements.

    ``name``: the programme's path under the inputs; ``namesakes``: programmes that bear the same
    Reference, and would be taken for this one in a history that they share. ``digests``: as in
    ``damage``.
    """
    if url and namesakes:
        return results, f"{one_reference(namesakes)} {_WITHOUT}"
    key = key_of(results.programme.reference, name)
    try:
        history = _history_at(where, url)
    except HistoryError as fault:
        return results, f"{fault} The report goes on without Movements."
    results, why_without = since_last(results, history, key, where)
    return results, " ".join(filter(None, (why_without, *damaged(history, key, where, digests))))


def damaged(
    history: "History | None", key: str, where: Path, digests: Mapping[Path, str] | None = None
) -> list[str]:
    """What of the issued versions is no longer as it was issued, a sentence each; nothing where the
    history can't be used, which is said elsewhere."""
    if history is None:
        return []
    try:
        versions, files = history.versions(key), history.files(key)
    except HistoryError:
        return []
    return damage(where, versions, files, shared=history.shared, digests=digests or {})


def _history_at(where: Path, url: str) -> "History | None":
    """The history; None where there is none yet, so that nobody waits for a database who has no
    use for it."""
    if not url and not (where / HISTORY).exists():
        return None
    from pipeline.history.store import open_history  # noqa: PLC0415 # see above

    return open_history(where, url)


def since_last(
    results: Results, history: "History | None", key: str, where: Path
) -> tuple[Results, str]:
    """The results with what moved since the last version issued; and, where the history can't
    serve, the sentence that says so: the report goes on without Movements."""
    try:
        versions = history.versions(key) if history else []
        last = history.snapshot(key, versions[-1].number) if history and versions else None
    except HistoryError as fault:
        return results, f"The history {history} can't be used: {fault}. {_WITHOUT}"
    missing = sorted(issued_numbers(where) - {version.number for version in versions})
    if missing and not versions:
        numbers = ", ".join(map(str, missing))
        place = history or where / HISTORY
        return results, (
            f"The history is lost: {where / ISSUED} holds version {numbers}, {place} holds none of "
            f"this programme. {_WITHOUT} The next version to be issued starts a new history."
        )
    if history and history.shared and (why := stranger(versions, results.programme.title, where)):
        return results, f"{why} {_WITHOUT}"
    return compared(results, versions, last), ""


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
