"""The whole job on one page: read, check, model, compare with the last version, write, publish.

What only later steps need is imported on the way: what stops a programme is said without waiting
for pandas.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.finished_file import FinishedFile
from pipeline.core.issue import Issue, in_order, one_per_cell
from pipeline.core.memory import collection_at_rest, give_back
from pipeline.core.overview import Overview
from pipeline.core.programme import Programme
from pipeline.core.returns import Return, SourceFile
from pipeline.execute import Executor, Step, quietly
from pipeline.ingest.changes import Since, Stamps, since, stamps
from pipeline.ingest.discover import ProgrammeFolder
from pipeline.reading import ProgrammeReading, read_control, read_returns, source_files

if TYPE_CHECKING:
    from pipeline.assessing import Assessment, Stacks
    from pipeline.core.lines import Lines
    from pipeline.core.results import Results
    from pipeline.model.intake import ReturnTotals
    from pipeline.processes import Helpers
    from pipeline.report.last_outputs import LastOutputs
    from pipeline.report.theme import Theme


# What checks, and all that a report takes: imported while other processes begin to read, for behind
# the returns they would wait for this one.
_CHECKING = ("pipeline.assessing",)
_REPORTING = (
    *_CHECKING,
    "pipeline.modelling",
    "pipeline.copies",
    "pipeline.comparing",
    "pipeline.report.outputs",
)


@dataclass
class Outcome:
    """What a run of one programme gives: every issue in order, and what came of each file, by
    path; ``results`` and ``lines`` are None where no model can be built."""

    title: str
    issues: list[Issue]
    files: list[SourceFile]
    returns: list[Return] = field(default_factory=list)
    totals: "list[ReturnTotals]" = field(default_factory=list)
    results: "Results | None" = None
    lines: "Lines | None" = None

    @property
    def inputs(self) -> dict[str, str]:
        """The SHA-256 of each file as it was read, by path within the programme's folder; empty
        for one that was not read."""
        return {file.workbook: file.sha256 for file in self.files}

    @property
    def errors(self) -> int:
        """How many errors stand."""
        return sum(issue.is_error for issue in self.issues)


@dataclass(frozen=True)
class Unchecked:
    """A programme whose returns are read, and not checked yet."""

    reading: ProgrammeReading
    programme: Programme


@dataclass(frozen=True)
class Checked:
    """A programme whose returns are read and checked."""

    reading: ProgrammeReading
    programme: Programme
    assessed: "Assessment"


def read_programme(
    folder: ProgrammeFolder,
    step: Step = quietly,
    executor: Executor | None = None,
    later: Sequence[str] = _CHECKING,
) -> Unchecked | Outcome:
    """Read one programme; the outcome where no model can be built. ``executor`` reads its returns,
    else this process; ``later``: the modules that will be needed then."""
    reading = read_control(folder)
    programme = reading.control.programme
    if programme is None:
        issues = in_order(one_per_cell(reading.control.issues))
        title = reading.control.title or folder.name
        return Outcome(title, issues, source_files(reading, issues))
    read_returns(reading, programme, step, executor, partial(_import, later))
    return Unchecked(reading, programme)


def _import(names: Sequence[str]) -> None:
    """Import modules by their names."""
    with collection_at_rest():
        for name in names:
            import_module(name)


def check(unchecked: Unchecked, step: Step = quietly, stacks: "Stacks | None" = None) -> Checked:
    """Check what was read; ``stacks``: its tables, where they are stacked already."""
    from pipeline.assessing import assess

    step("Checking")
    reading, programme = unchecked.reading, unchecked.programme
    return Checked(reading, programme, assess(reading, programme, stacks))


def model_checked(checked: Checked, step: Step = quietly) -> "tuple[Outcome, Results]":
    """Model what was read and checked, which lets go of the returns' own rows."""
    from pipeline.model.intake import return_totals
    from pipeline.modelling import model

    step("Building the model")
    reading, programme, assessed = checked.reading, checked.programme, checked.assessed
    totals = return_totals(reading.returns, assessed.lines, assessed.verdict)
    reading.forget_lines()
    give_back()  # before the model takes as much again, beside helpers that mark
    files = source_files(reading, assessed.issues)
    results = model(reading, programme, assessed, totals, files)
    title, issues, returns = programme.title, assessed.issues, reading.returns
    return Outcome(title, issues, files, returns, totals, results, assessed.lines), results


def model_programme(
    folder: ProgrammeFolder, step: Step = quietly, executor: Executor | None = None
) -> Outcome:
    """Read, check and model one programme; ``executor`` reads its returns, else this process."""
    unchecked = read_programme(folder, step, executor)
    if isinstance(unchecked, Outcome):
        return unchecked
    return model_checked(check(unchecked, step), step)[0]


@dataclass(frozen=True)
class Manner:
    """How reports are made: their looks, the URL of the history that they are compared with
    (empty: the one in the outputs), and by programme those that bear the same Reference. ``ods``:
    the circulated workbooks as .ods too. ``keeps_whole``: the report's outcome is to be looked
    into."""

    theme: "Theme"
    history: str
    namesakes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ods: bool = False
    keeps_whole: bool = False


@dataclass(frozen=True)
class Machines:
    """Who reads the returns, and who else writes workbooks."""

    executor: Executor
    helpers: "Helpers"


@dataclass(frozen=True)
class Report:
    """A programme's report: what it is made of, and what happened meanwhile.

    ``outcome``: without issues and returns where it was not to be kept whole. ``not_copied``:
    returns that have no checked copy, because their files are no longer what was read.
    ``changes``: inputs that came, changed or went since, in words. ``lost``: why there are no
    Movements, where the history can't serve. ``without_ods``: why there are no .ods files, where
    they were asked for. ``overview``: what is said of it, None where there is no report.
    """

    outcome: Outcome
    not_copied: list[str]
    changes: Since
    lost: str = ""
    without_ods: str = ""
    overview: Overview | None = None


@dataclass(frozen=True)
class Ingredients:
    """What a report is made of, but for what was issued before: ``key``, alike only where all of it
    is, empty where that can't be told; ``inputs``: the SHA-256 of each workbook in it, by path;
    ``before``: how the inputs looked before they were looked into."""

    before: Stamps
    key: str = ""
    inputs: dict[str, str] = field(default_factory=dict)

    def all_read(self, outcome: Outcome) -> bool:
        """Whether all inputs were read, as they were looked into."""
        as_read = {file.workbook: file.sha256 for file in outcome.files if file.read}
        return self.inputs.items() <= as_read.items()

    def key_beside(self, issued: Mapping[Path, str] | None, where: Path) -> str:
        """The key of all that a report in ``where`` is made of, alike only where the report is to
        the byte; empty where it can't be told. ``issued``: as ``issued_sha256`` gives it, None
        where it wasn't asked."""
        from pipeline.issued import issued_sha256
        from pipeline.report.last_outputs import LastOutputs

        if not self.key:
            return ""
        issued = issued_sha256(where) if issued is None else issued
        by_name = {str(path.relative_to(where)): digest for path, digest in issued.items()}
        return LastOutputs().key(self.key, by_name)


@dataclass(frozen=True)
class Ods:
    """The .ods files and what they were made of, by path; ``without``: why there are none."""

    files: dict[str, FinishedFile] = field(default_factory=dict)
    made_of: dict[str, str] = field(default_factory=dict)
    without: str = ""


def report_programme(
    folder: ProgrammeFolder,
    where: Path,
    manner: Manner,
    machines: Machines,
    step: Step = quietly,
    ingredients: Ingredients | None = None,
) -> Report:
    """Report one programme into its outputs folder ``where``, whose lock the caller holds; nothing
    is written where no model can be built. ``ingredients``: of what it is made, where that has been
    looked into. Raises PublishError, ExecutorError and OSError."""
    ingredients = ingredients or Ingredients(stamps(folder))
    unchecked = read_programme(folder, step, machines.executor, _REPORTING)
    if isinstance(unchecked, Outcome):
        return Report(unchecked, [], since(folder, ingredients.before, unchecked.inputs))
    from pipeline.assessing import stacked
    from pipeline.comparing import compare_with_last, reading_history
    from pipeline.copies import copying
    from pipeline.core.versions import key_of
    from pipeline.overview import overview_of
    from pipeline.publish import Origin, publish, scratch
    from pipeline.report.links import returns_at
    from pipeline.report.outputs import writing
    from pipeline.reusing import last_outputs

    # A helper validates what was read, reads the last version, then marks returns, while this
    # process checks and models.
    names = manner.namesakes.get(folder.name, ())
    key = key_of(unchecked.programme.reference, folder.name)
    stacks = stacked(unchecked.reading, unchecked.programme, machines.helpers)
    recorded_history = reading_history(where, manner.history, key, names, machines.helpers)
    checked = check(unchecked, step, stacks)
    del unchecked, stacks
    last = last_outputs(where)
    with scratch(where) as part, ExitStack() as stack:
        with copying(
            folder,
            checked.reading.returns,
            checked.assessed.issues,
            checked.programme.marking,
            part / "copies",
            machines.helpers,
            last,
        ) as finished_copies:
            outcome, results = model_checked(checked, step)
            # What follows needs no lines any more, which are most of what is held, nor issues but
            # as rows.
            outcome = replace(outcome, lines=None)
            if not manner.keeps_whole:
                outcome = replace(outcome, issues=[], returns=[])
            del checked
            give_back()
            # What helpers need is written down while they mark.
            at = returns_at(folder.name, folder.control.path, where)
            written = stack.enter_context(
                writing(part, results, manner.theme, at, machines.helpers, last)
            )
            step("Marking the returns")
            copies = finished_copies()
        give_back()
        step("Writing the workbooks")
        written.begin()
        history = recorded_history()
        results, why_without = compare_with_last(results, history, where)
        history = replace(history, last=None)
        outcome = replace(outcome, results=results)
        outputs = written.finished(results)
        files, made_of = outputs.files | copies.files, outputs.made_of | copies.made_of
        ods = _as_ods(outputs.files, part / "ods", last) if manner.ods else Ods()
        files, made_of = files | ods.files, made_of | ods.made_of
        overview = overview_of(outcome.title, results, outcome.files, outcome.totals)
        changes = since(folder, ingredients.before, outcome.inputs)
        # What couldn't be read, or changed meanwhile, may be otherwise the next time.
        is_whole = not (changes or copies.changed or why_without) and ingredients.all_read(outcome)
        key = ingredients.key_beside(history.issued, where) if is_whole else ""
        origin = Origin(made_of, key, overview, outputs.chunks)
        publish(where, files, outcome.inputs, overview.errors, origin=origin)
    changes = since(folder, ingredients.before, outcome.inputs)
    return Report(outcome, copies.changed, changes, why_without, ods.without, overview)


def _as_ods(files: Mapping[str, FinishedFile], folder: Path, last: "LastOutputs") -> Ods:
    """The circulated workbooks as .ods. A report is none the worse for having none."""
    from pipeline.report.ods import OdsError, write_ods

    try:
        return Ods(*write_ods(files, folder, last))
    except OdsError as fault:
        return Ods(without=str(fault))
