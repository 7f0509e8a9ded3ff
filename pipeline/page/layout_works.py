"""What the worker does for a layout by example: what is on the strange sheets, what was pointed at
there, and what comes of it."""

from dataclasses import dataclass, replace

from pipeline.execute import Step
from pipeline.ingest.control import Control, read_control
from pipeline.ingest.discover import InputFile, ProgrammeFolder
from pipeline.ingest.formats.workbook import Sheet, WorkbookError
from pipeline.ingest.suggest_layout import LayoutCells
from pipeline.page import layout_example
from pipeline.page.control_rows import NotAddedError, add_rows
from pipeline.page.layout_example import Pointed, Preview
from pipeline.page.snapshots import Snapshot
from pipeline.page.worker import WorkError
from pipeline.page.works import Bench, check
from pipeline.publish import outputs_lock
from schemas.programme import LAYOUTS
from schemas.returns import SAVINGS

_SAMPLES = 3
_GONE = "{} is not among the programme's returns any more."


@dataclass(frozen=True)
class ExampleColumn:
    """A column of the sheet that can be pointed at, counted from 1: its heading and what stands
    below it."""

    place: int
    name: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class WordChoice:
    """Words of theirs in the column of one of our headings, and those of ours that they may be."""

    heading: str
    theirs: tuple[str, ...]
    ours: tuple[str, ...]


@dataclass(frozen=True)
class Example:
    """What the form shows: the sheets by name, the first rows of the one that is looked at, its
    columns, our headings, and those that need a constant where they have no column, each with the
    words that it may be. ``rows`` are those of Layouts, ``preview`` what they make of it."""

    pointed: Pointed
    sheets: tuple[str, ...]
    first_rows: tuple[tuple[str, ...], ...]
    columns: tuple[ExampleColumn, ...]
    headings: tuple[str, ...]
    scenarios: tuple[str, ...]
    constants: tuple[tuple[str, str, tuple[str, ...]], ...]
    words: tuple[WordChoice, ...]
    rows: tuple[LayoutCells, ...]
    preview: Preview


def example(bench: Bench, name: str, step: Step, workbook: str, pointed: Pointed | None) -> Example:
    """What there is to be pointed at in a return, and what comes of what was; the reader's own
    proposal where nothing was yet; without a header row the likeliest one."""
    folder = bench.folder(name)
    file, control, sheets = _opened(folder, step, workbook)
    if control.programme is None:
        raise WorkError("The control workbook can't be used as it is: see its issues first.")
    if pointed is None:
        outcome = bench.at_hand(folder) or bench.outcome(folder, step)
        suggested = [
            LayoutCells(*row)
            for each in outcome.returns
            if each.workbook == workbook
            for row in each.suggested
        ]
        pointed = layout_example.proposal(file.name, sheets, suggested)
    sheet = _sheet(sheets, pointed)
    if not pointed.header:
        pointed = replace(
            layout_example.proposal(file.name, [sheet], ()), workbook=pointed.workbook
        )
    step("Trying the layout")
    rows = layout_example.rows_of(pointed, file.name, sheet)
    programme, bases = control.programme, control.bases
    strange = layout_example.strange_words(pointed, sheet, programme, bases)
    return Example(
        pointed,
        tuple(each.name for each in sheets),
        tuple(map(tuple, layout_example.first_rows(sheet))),
        tuple(
            ExampleColumn(each.place + 1, each.name, layout_example.samples(each, _SAMPLES))
            for each in layout_example.columns_of(sheet, pointed.header)
        ),
        layout_example.headings_of(programme),
        programme.scenarios,
        tuple(
            (each.heading, each.meaning, layout_example.choices(each.heading, programme, bases))
            for each in SAVINGS.fields
            if each.required or each.name == "scenario"
        ),
        tuple(WordChoice(heading, *words) for heading, words in strange.items()),
        tuple(rows),
        layout_example.preview(folder, control, file, rows),
    )


def write(bench: Bench, name: str, step: Step, workbook: str, pointed: Pointed) -> Snapshot:
    """Write the rows into the Layouts of programme.xlsx, the older one kept; then check."""
    folder, where = bench.folder(name), bench.outputs_of(name)
    file, _, sheets = _opened(folder, step, workbook)
    rows = layout_example.rows_of(pointed, file.name, _sheet(sheets, pointed))
    try:
        with outputs_lock(where, step):
            step("Writing the rows into programme.xlsx")
            add_rows(folder, where, LAYOUTS, [layout_example.cells_by_name(row) for row in rows])
    except NotAddedError as fault:
        raise WorkError(str(fault)) from fault
    return check(bench, name, step)


def _opened(
    folder: ProgrammeFolder, step: Step, workbook: str
) -> tuple[InputFile, Control, list[Sheet]]:
    file = next((each for each in folder.files if each.name == workbook), None)
    if file is None or file.unread:
        raise WorkError(_GONE.format(workbook))
    step(f"Reading {workbook}")
    control = read_control(folder.control.name, folder.control.path.read_bytes(), folder.rivals)
    try:
        return file, control, layout_example.sheets_of(file)
    except WorkbookError as fault:
        raise WorkError(f"{workbook} can't be read: {fault}.") from fault


def _sheet(sheets: list[Sheet], pointed: Pointed) -> Sheet:
    for each in sheets:
        if each.name == pointed.sheet:
            return each
    raise WorkError("There is no such sheet that could hold savings. Choose another one.")
