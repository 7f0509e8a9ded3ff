"""A programme's workbooks, read: what later steps start from, and all that a programme comes to
whose control workbook can't be used. So nothing here waits for pandas."""

from collections import defaultdict
from dataclasses import dataclass, field, replace

from pipeline.core.issue import Issue, tally
from pipeline.core.phrases import counted, in_words
from pipeline.core.programme import Programme
from pipeline.core.returns import Return, SourceFile
from pipeline.core.source import SourceRef
from pipeline.execute import Deed, Executor, Step, idly, quietly
from pipeline.execute.local import LocalExecutor
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.control import Control
from pipeline.ingest.discover import CONTROL, ProgrammeFolder, is_like_control
from pipeline.ingest.layouts import unused_layouts
from pipeline.ingest.other_files import other_files
from pipeline.ingest.reader import Reader


@dataclass
class ProgrammeReading:
    """A programme's workbooks, read: the control workbook, and every return by path.

    ``control_sha256``: of the control workbook. ``others``: issues of files that are no workbooks.
    """

    folder: ProgrammeFolder
    control: Control
    control_sha256: str
    returns: list[Return] = field(default_factory=list)
    others: list[Issue] = field(default_factory=list)

    def forget_lines(self) -> None:
        """Let go of the rows of Savings: once all returns' are stacked and added up, nothing needs
        them a second time."""
        for each in self.returns:
            each.tables.pop("Savings", None)
            each.amounts = None


def read(
    folder: ProgrammeFolder, step: Step = quietly, executor: Executor | None = None
) -> ProgrammeReading:
    """Read a programme's control workbook and, where it can be used, its returns."""
    reading = read_control(folder)
    if reading.control.programme is not None:
        read_returns(reading, reading.control.programme, step, executor)
    return reading


def read_control(folder: ProgrammeFolder) -> ProgrammeReading:
    """Read a programme's control workbook, and no return yet."""
    with Reader() as reader:
        control, digest = reader.read_control(
            folder.control.name, folder.control.path, folder.rivals
        )
    return ProgrammeReading(folder, control, digest, others=other_files(folder.files))


def read_returns(
    reading: ProgrammeReading,
    programme: Programme,
    step: Step = quietly,
    executor: Executor | None = None,
    meanwhile: Deed = idly,
) -> None:
    """Read the returns of a programme whose control workbook is read. ``executor`` reads them, else
    this process; ``meanwhile`` is done as soon as others have begun."""
    if executor is None:
        with LocalExecutor() as here:
            read_returns(reading, programme, step, here, meanwhile)
        return
    control = reading.control
    context = ReadingContext.of(programme, control.bases, control.layouts)
    files = [file for file in reading.folder.files if not file.unread]
    returns = executor.read_returns(files, context, step, meanwhile)
    reading.returns.extend(map(_known_by_name, returns))
    control.issues += unused_layouts(control.layouts, reading.returns)


def _known_by_name(result: Return) -> Return:
    """The return; without Savings and called nearly as the control workbook is, it is likely one
    more of those."""
    if not is_like_control(result.workbook):
        return result
    what = f"It is called much like {CONTROL}, and was read as a return, but has no Savings."
    fix = (
        f"A newer control workbook: put it in place of {CONTROL}. A copy: move it out of the "
        f"inputs. One of another programme: put it into a folder of its own as {CONTROL}."
    )
    if not any(each.rule == "missing-sheet" for each in result.issues):
        return result
    # What it holds are no savings: nothing else about it is worth a word.
    at = SourceRef(result.workbook)
    likely = Issue("bad-setting", at, details={"what": what, "fix": fix})
    return replace(result, issues=[likely])


def source_files(reading: ProgrammeReading, issues: list[Issue]) -> list[SourceFile]:
    """Every file of the programme's folder: the control workbook, the returns and the rest, by
    path."""
    by_workbook: dict[str, list[Issue]] = defaultdict(list)
    for issue in issues:
        by_workbook[issue.at.workbook].append(issue)

    def outcome(workbook: str, left_out: int = 0) -> str:
        numbers = tally(by_workbook[workbook])
        counts = [counted(number, noun) for noun, number in numbers.items() if number]
        counts += [f"{counted(left_out, 'row')} left out by Layouts"] if left_out else []
        return f"Read; {in_words(counts)}" if counts else "Read"

    control = reading.folder.control.name
    files = [SourceFile(control, reading.control_sha256, True, outcome(control))]
    for each in reading.returns:
        cover = each.cover
        files.append(
            SourceFile(
                each.workbook,
                each.sha256,
                cover is not None,
                outcome(each.workbook, each.left_out.rows) if cover else each.result,
                cover.department if cover else "",
                cover.status if cover else "",
            )
        )
    workbooks = {file.workbook for file in files}
    waiting = "Not read: the programme's control workbook has errors"
    kinds = {each.at.workbook: f"Not read: {each.details['what']}" for each in reading.others}
    files += [
        SourceFile(file.name, "", False, kinds.get(file.name) or file.unread or waiting)
        for file in reading.folder.files
        if file.name not in workbooks
    ]
    return sorted(files, key=lambda file: file.workbook)
