"""The gate of issuing: what stands in the way of a version, each thing named with what to do
(contract, section 6).

Some of it may be overruled (FORCE=1), and the covers then say over what; what would make the
version untrue may not.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.core.board import State
from pipeline.core.intake import waiting
from pipeline.core.invocation import command, option
from pipeline.core.outputs import VALIDATION
from pipeline.core.phrases import agreeing, counted, listing
from pipeline.core.results import Results
from pipeline.core.versions import Issued
from pipeline.ingest.changes import Since
from pipeline.issued import digest_of
from pipeline.publish import Manifest
from pipeline.run import Outcome

MOST_NAMED = 5
_TO_DO = {
    State.MISSING: "ask for it, or take the department off Departments",
    State.NOT_READ: "see Issues, and ask for it again",
    State.DRAFT: "ask for the final one",
    State.LATE: "answer for it in Answers (rule late-return)",
}


class NotIssuableError(Exception):
    """Why a version is not issued, and what to do."""


def must_be_of_now(
    manifest: Manifest | None, outcome: Outcome, where: Path
) -> tuple[Manifest, Results]:
    """What is to be issued; NotIssuableError unless the report in ``where`` stands as it was made,
    of what the inputs are now, and all of its controls pass: nothing overrules that."""
    if manifest is None or not manifest.is_report:
        raise NotIssuableError(f"There is no report to issue. {command('report')} writes one.")
    if outcome.results is None:
        raise NotIssuableError(
            f"Its control workbook can't be used as it is; {command('validate')} says why."
        )
    changes = _changes(manifest.inputs, outcome.inputs)
    if changes:
        raise NotIssuableError(
            f"The inputs are not those of the report: {changes}. Use {command('report')}, "
            "look at it, and issue it then."
        )
    edited = [name for name in manifest.files if digest_of(where / name) != manifest.files[name]]
    edited += [name for name in manifest.later if name not in edited]
    if edited:
        raise NotIssuableError(
            f"The outputs are not as the report left them: {listed(edited)}. Use "
            f"{command('report')} again, even where only one return was checked by "
            f"{command('validate')} since."
        )
    controls = outcome.results.controls
    failing = controls.loc[controls["expected"] != controls["actual"], "control"].tolist()
    if failing:
        raise NotIssuableError(
            f"The figures do not add up: {listed(failing)}. That is a fault of the program, not of "
            "a return: tell whoever looks after it. Nothing is issued over that."
        )
    return manifest, outcome.results


def must_be_new(
    name: str, inputs: Mapping[str, str], last: Issued, before: Mapping[str, str]
) -> None:
    """NotIssuableError where the last version has the same name and was made of the very same
    inputs; ``inputs`` and ``before``: the SHA-256 of each by path, now and then."""
    if last.name == name and dict(before) == dict(inputs):
        raise NotIssuableError(
            f"It is {last.title} already: the same name, and the same inputs. Give it another "
            "name where it is to be issued again."
        )


@dataclass(frozen=True)
class Obstacle:
    """Something that stands in the way and may be overruled: as it stands, as the covers say that
    it stood, and what to do."""

    stands: str
    stood: str
    to_do: str


def obstacles(outcome: Outcome) -> Iterator[Obstacle]:
    """Errors; returns that are missing, not read, Draft, or Late and not answered for."""
    if outcome.errors:
        many = counted(outcome.errors, "error")
        stands = f"{many} {agreeing(outcome.errors, 'stands', 'stand')}"
        yield Obstacle(stands, f"{many} stood", f"{VALIDATION} lists what to put right")
    if outcome.results is None:
        return
    for state, names in waiting(_unanswered(outcome.results)).items():
        words = f"{state.value}: {', '.join(names)}"
        yield Obstacle(words, words, _TO_DO[state])


def _unanswered(results: Results) -> pd.DataFrame:
    """The board without late returns that somebody answers for."""
    answered = [
        issue.at.workbook
        for issue in results.warnings
        if issue.rule == "late-return" and issue.answer
    ]
    board = results.returns
    return board[(board["state"] != State.LATE.value) | ~board["workbook"].isin(answered)]


def must_pass(outcome: Outcome, *, force: bool) -> list[str]:
    """What the version is issued over, nothing where nothing stands in the way; NotIssuableError
    where something does and isn't overruled by ``force``."""
    in_the_way = list(obstacles(outcome))
    if in_the_way and not force:
        sentences = "; ".join(f"{each.stands} ({each.to_do})" for each in in_the_way)
        raise NotIssuableError(
            f"{sentences}. To issue it all the same, and have the covers say over what: "
            f"{option('force')}."
        )
    return [each.stood for each in in_the_way]


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """What became of inputs, in words."""
    since = Since.between(before, now)
    parts = ((since.changed, "changed"), (since.arrived, "new"), (since.gone, "gone"))
    return "; ".join(f"{what}: {listed(names)}" for names, what in parts if names)


def listed(names: Iterable[str]) -> str:
    """Names in order, of many the first ones."""
    return listing(sorted(names), MOST_NAMED)
