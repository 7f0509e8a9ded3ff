"""Issuing a version: what stands in the outputs is copied and recorded, whole or not at all.

The copy is made in a folder that isn't an issued one yet, the version is recorded, and only then
does the folder get its name. What was cut short in between is finished, or removed, by the next
run: the record decides.
"""

import hashlib
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.comparing import snapshot
from pipeline.core.invocation import command
from pipeline.core.money import money_text
from pipeline.core.outputs import ISSUED, ods_of
from pipeline.core.phrases import counted
from pipeline.core.results import Results
from pipeline.core.versions import Issued
from pipeline.gate import MOST_NAMED, NotIssuableError, listed
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.discover import ProgrammeFolder
from pipeline.ingest.reader import Reader
from pipeline.ingest.second_reading import AmountComparison, read_accepted_again
from pipeline.issued import folder_name, issued_numbers, place_of
from pipeline.publish import Manifest, PublishError
from pipeline.publish.faults import why
from pipeline.run import Outcome

if TYPE_CHECKING:
    from pipeline.history.store import History

_UNFINISHED = re.compile(r"\.(([0-9]{1,6}) .*)\.part")


@dataclass(frozen=True)
class Request:
    """A version to be issued: its name, who signed it off, and whether it may be issued over errors
    and returns that are not in."""

    name: str
    signed_off: tuple[str, ...] = ()
    force: bool = False

    @classmethod
    def of(cls, name: str, signed_off: Iterable[str], *, force: bool) -> "Request":
        """As typed: of those who signed it off several may stand in a text, between semicolons."""
        signed = (" ".join(one.split()) for each in signed_off for one in each.split(";"))
        return cls(" ".join(name.split()), tuple(filter(None, signed)), force)


def standing(request: Request, over: Sequence[str]) -> str:
    """What the cover of a version says that is issued over something; empty where it isn't."""
    return f"Issued as “{request.name}” although {'; '.join(over)}." if over else ""


def second_reading(folder: ProgrammeFolder, outcome: Outcome) -> AmountComparison:
    """Every accepted amount, read again with the second reader of its workbook's format."""
    if outcome.results is None or outcome.lines is None:
        raise ValueError("only a report is issued")
    with Reader() as reader:
        control, _ = reader.read_control(folder.control.name, folder.control.path)
    context = ReadingContext.of(outcome.results.programme, control.bases, control.layouts)
    returns = [file for file in folder.files if not file.unread]
    accepted = outcome.results.register["line"].drop_duplicates().tolist()
    return read_accepted_again(returns, outcome.inputs, context, outcome.lines, accepted)


def must_agree(reading: AmountComparison) -> None:
    """NotIssuableError where the second reader sees another amount than the first, or a workbook
    has changed meanwhile; nothing forces that."""
    if reading.changed:
        raise NotIssuableError(
            f"The inputs are not those of the report: {listed(reading.changed)} changed while the "
            f"amounts were read again. Use {command('report')}, look at it, and issue it then."
        )
    if reading.differences:
        examples = "; ".join(
            f"{each.at} is {money_text(each.first_pence)} to the one and "
            f"{money_text(each.second_pence)} to the other"
            for each in reading.differences[:MOST_NAMED]
        )
        more = len(reading.differences) - MOST_NAMED
        examples += f"; and {more:,} more" if more > 0 else ""
        raise NotIssuableError(
            f"Two readers don't agree, as the return states its amounts: {examples}. Open the "
            "workbook in Excel, see what the cell holds, save it again as .xlsx, use "
            f"{command('report')} and issue it then. Where they still don't agree, tell whoever "
            "looks after the program: nothing is issued over that."
        )


def with_standing(
    results: Results, version: Issued, standing: str, reading: AmountComparison
) -> Results:
    """The results whose workbooks say which version they are, over what it is issued, and on how
    many amounts two readers agree."""
    amounts = counted(reading.amounts, "amount", nil="0")
    once = "; ".join(f"{name} ({why})" for name, why in sorted(reading.unread.items()))
    versions = replace(
        results.versions,
        version=version,
        standing=standing,
        two_readers=f"Two readers agree: {amounts}.",
        read_once=f"Read once, as the second reader can't open it: {once}." if once else "",
    )
    return replace(results, versions=versions)


def next_version(
    where: Path, history: "History", key: str, request: Request, outcome: Outcome
) -> Issued:
    """The version to be issued next. Its number is above every one that was ever recorded or stands
    in the outputs folder."""
    recorded = (version.number for version in history.versions(key))
    return Issued(
        1 + max({*recorded, *issued_numbers(where)}, default=0),
        request.name,
        datetime.now(UTC),
        outcome.errors,
        request.signed_off,
        outcome.title,
        place_of(where),
    )


def freeze(
    where: Path,
    manifest: Manifest,
    issued: Mapping[str, bytes],
    version: Issued,
    outcome: Outcome,
    history: "History",
    key: str,
) -> None:
    """Issue what stands in an outputs folder as a version, ``issued`` in place of the files of
    these names.

    Whoever calls it holds the folder's lock. HistoryError or PublishError where nothing was issued.
    """
    if outcome.results is None:
        raise ValueError("only a report is issued")
    folder = where / ISSUED
    try:
        with history.issuing(key) as recording:
            recorded = recording.numbers()
            finish(where, recorded)
            if version.number in {*recorded, *issued_numbers(where)}:
                raise PublishError("Somebody else issued a version meanwhile. Issue it again.")
            part = folder / f".{folder_name(version)}.part"
            files = _copied(where, part, manifest, issued)
            recording.record(version, outcome.inputs, snapshot(outcome.results), files)
        part.rename(folder / folder_name(version))
    except OSError as fault:
        raise PublishError(
            f"{fault.filename or folder} can't be written ({why(fault)})."
        ) from fault


def _copied(
    where: Path, part: Path, manifest: Manifest, issued: Mapping[str, bytes]
) -> dict[str, str]:
    """A copy of the report, each file proved to be what the manifest says; their SHA-256."""
    files = {}
    # An .ods would not say which version it is.
    unversioned = set(map(ods_of, issued))
    for name, digest in manifest.files.items():
        if name in unversioned:
            continue
        content = issued.get(name) or (where / name).read_bytes()
        files[name] = hashlib.sha256(content).hexdigest()
        if name not in issued and files[name] != digest:
            raise PublishError(f"{where / name} changed while it was copied. Issue it again.")
        copy = part / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
    return files


def finish(where: Path, recorded: Iterable[int]) -> None:
    """Finish what an earlier run was cut short in: a copy of a recorded version gets its name,
    any other is removed."""
    numbers = set(recorded)
    folder = where / ISSUED
    for part in sorted(folder.glob(".*.part")) if folder.is_dir() else ():
        match = _UNFINISHED.fullmatch(part.name)
        if match is None:
            continue
        if int(match[2]) in numbers and not (folder / match[1]).exists():
            part.rename(folder / match[1])
        else:
            shutil.rmtree(part)


def unfinished(where: Path) -> bool:
    """Whether an earlier run was cut short while it issued a version."""
    return any((where / ISSUED).glob(".*.part"))
