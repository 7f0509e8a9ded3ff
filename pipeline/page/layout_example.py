"""A layout by example: for a return that can't be read, what somebody points at on its sheet
becomes rows of Layouts, which are tried on it before they are written.

The first proposal is the reader's own; what a layout may say, and what is wrong with it, only the
reader knows.
"""

import glob
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.assessing import assess
from pipeline.core.issue import Issue
from pipeline.core.programme import Programme
from pipeline.core.text import Vocabulary, cell_text, match_key
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.control import Control
from pipeline.ingest.cover_settings import OF_AMOUNTS
from pipeline.ingest.discover import InputFile, ProgrammeFolder
from pipeline.ingest.formats.workbook import Sheet
from pipeline.ingest.layouts import LEAVE_OUT, unused_layouts
from pipeline.ingest.places import opened
from pipeline.ingest.reader import Reader
from pipeline.ingest.sheet_layout import layouts_for
from pipeline.ingest.suggest_layout import (
    HeadedColumn,
    LayoutCells,
    headed_columns,
    likely_header,
    read_cells,
)
from pipeline.ingest.tables import HEADER_ROWS, HeadingFinder, find_tables
from pipeline.reading import ProgrammeReading
from schemas.fields import Field
from schemas.returns import COVER, LONG_FIELDS, RETURN_TABLES, SAVINGS, savings

# How a cell of a proposal begins that only a person can fill in.
_MARK = "(fill in"
_MOST_COLUMNS, _MOST_WORDS, _MOST_LINES = 60, 30, 20
_APART = {match_key(table.name) for table in RETURN_TABLES} - {match_key(SAVINGS.name)}
SETTINGS = tuple(each for each in COVER.settings if each.name in OF_AMOUNTS)
HEADER_HEADING = "Header row"


@dataclass(frozen=True)
class Pointed:
    """What somebody pointed at: the sheet and its header row (counted from 1); by column (likewise)
    our heading that it serves, and the scenario that it is for; constants for our headings without
    a column; settings of amounts; what words of theirs mean, by our heading; headings whose blank
    cells repeat the one above; and the workbooks that it is for, by a pattern of their names."""

    workbook: str
    sheet: str = ""
    header: int = 1
    columns: Mapping[int, str] = field(default_factory=dict)
    scenarios: Mapping[int, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[tuple[str, str], str] = field(default_factory=dict)
    filled_down: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PreviewLine:
    """A line as the rows would have it read: its fields as shown, pence by year, and whether it
    counts."""

    cells: tuple[str, ...]
    pence: tuple[int, ...]
    counts: bool


@dataclass(frozen=True)
class Preview:
    """What rows of Layouts make of a return: the first of its lines, how many there are and how
    many of them count, and what is wrong."""

    headings: tuple[str, ...]
    lines: tuple[PreviewLine, ...]
    count: int
    accepted: int
    issues: tuple[Issue, ...]


# What is shown


def sheets_of(file: InputFile) -> list[Sheet]:
    """The sheets of a return that may hold its savings. Raises WorkbookError or OSError."""
    with opened(file.path) as stream, Reader() as reader:
        sheets = reader.read_sheets(stream.read())
    return [each for each in sheets if not each.hidden and match_key(each.name) not in _APART]


def first_rows(sheet: Sheet) -> list[list[str]]:
    """The rows that may be the header row, as texts, no wider than a page can show."""
    return [[cell_text(cell) for cell in row[:_MOST_COLUMNS]] for row in sheet.rows[:HEADER_ROWS]]


def columns_of(sheet: Sheet, header: int) -> list[HeadedColumn]:
    """The columns that can be pointed at, given the header row counted from 1: those whose heading
    tells them from others."""
    if not 1 <= header <= len(sheet.rows):
        return []
    return [each for each in headed_columns(sheet, header - 1) if each.name]


def samples(column: HeadedColumn, most: int) -> tuple[str, ...]:
    """The first things that stand in a column."""
    texts = (cell_text(cell) for cell in column.cells)
    return tuple(dict.fromkeys(filter(None, texts)))[:most]


def headings_of(programme: Programme) -> tuple[str, ...]:
    """Our headings that a column may serve."""
    fields = [each.heading for each in savings(programme.tags).fields]
    return (*fields, *programme.year_labels, *(each.heading for each in LONG_FIELDS))


def strange_words(
    pointed: Pointed, sheet: Sheet, programme: Programme, bases: Sequence[str]
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """By our heading what stands in its column that is no word of ours, and our words."""
    columns = {each.place + 1: each for each in columns_of(sheet, pointed.header)}
    words: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for place, heading in pointed.columns.items():
        of_field = _field(heading)
        ours = _words(of_field, programme, bases) if of_field else ()
        if not ours or place not in columns:
            continue
        vocabulary = Vocabulary(ours)
        texts = dict.fromkeys(cell_text(cell) for cell in columns[place].cells)
        strange = [text for text in texts if text and vocabulary.find(text) is None]
        if strange:
            words[heading] = tuple(strange[:_MOST_WORDS]), (*ours, LEAVE_OUT)
    return words


def choices(heading: str, programme: Programme, bases: Sequence[str]) -> tuple[str, ...]:
    """The words that a field may hold; none where it may hold any."""
    of_field = _field(heading)
    return _words(of_field, programme, bases) if of_field else ()


def _field(heading: str) -> Field | None:
    return next((each for each in SAVINGS.fields if each.heading == heading), None)


def _words(of: Field, programme: Programme, bases: Sequence[str]) -> tuple[str, ...]:
    vocabularies = ReadingContext.of(programme, tuple(bases)).vocabularies
    return tuple(vocabularies.get(of.vocabulary, of.choices))


# The first proposal


def proposal(workbook: str, sheets: Sequence[Sheet], rows: Sequence[LayoutCells]) -> Pointed:
    """What to begin with: what the reader's own rows point at, else the first sheet's likeliest
    header row."""
    names = {row.sheet for row in rows[:1]}
    of_rows = [each for each in sheets if glob.escape(each.name) in names]
    sheet = next(iter([*of_rows, *sheets]), None)
    if sheet is None:
        return Pointed(glob.escape(workbook))
    header = likely_header(sheet)
    pointed = Pointed(glob.escape(workbook), sheet.name, 1 if header is None else header + 1)
    columns = {match_key(each.name): each for each in columns_of(sheet, pointed.header)}
    return _with_rows(pointed, columns, [row for row in rows if row.sheet in names])


def _with_rows(
    pointed: Pointed, columns: Mapping[str, HeadedColumn], rows: Sequence[LayoutCells]
) -> Pointed:
    scenario_of = {row.map: row.constant for row in rows if row.map and row.heading == "Scenario"}
    fields, scenarios, constants, settings, words = {}, {}, {}, {}, {}
    for row in rows:
        constant = "" if row.constant.startswith(_MARK) else row.constant
        if row.table == COVER.name:
            settings[row.heading] = constant
        elif row.their_value:
            ours = "" if row.our_value.startswith(_MARK) else row.our_value
            words[row.heading, row.their_value] = ours
        elif row.their_heading:
            for name in row.their_heading.split(" + "):
                column = columns.get(match_key(name))
                if column is not None and not row.heading.startswith(_MARK):
                    fields[column.place + 1] = row.heading
                    scenarios[column.place + 1] = scenario_of.get(row.map, "")
        elif not row.map:
            constants[row.heading] = constant
    filled_down = frozenset(row.heading for row in rows if row.fill_down)
    return replace(
        pointed,
        columns=fields,
        scenarios={place: scenario for place, scenario in scenarios.items() if scenario},
        constants=constants,
        settings=settings,
        words=words,
        filled_down=filled_down,
    )


# The rows


def rows_of(pointed: Pointed, workbook: str, sheet: Sheet) -> list[LayoutCells]:
    """The rows of Layouts that say what was pointed at on a sheet of a workbook."""
    rows = [*_columns(pointed, sheet), *_constants(pointed)]
    layout_rows, _ = read_cells(rows)
    for layout in layouts_for(layout_rows, workbook, sheet.name, SAVINGS.name):
        tables = find_tables(sheet, HeadingFinder(SAVINGS, (), layout))
        if not tables or tables[0].header != pointed.header - 1:
            # The reader would take another row for the header row.
            at = pointed.workbook, glob.escape(pointed.sheet), SAVINGS.name
            return [LayoutCells(*at, HEADER_HEADING, constant=str(pointed.header)), *rows]
    return rows


def _columns(pointed: Pointed, sheet: Sheet) -> Iterator[LayoutCells]:
    """Rows for what has a column: amounts of several are added up, each scenario is read apart."""
    at = pointed.workbook, glob.escape(pointed.sheet), SAVINGS.name
    names = {each.place + 1: each.name for each in columns_of(sheet, pointed.header)}
    columns: dict[tuple[str, str], list[str]] = defaultdict(list)
    for place, heading in sorted(pointed.columns.items()):
        if place in names:
            columns[heading, pointed.scenarios.get(place, "")].append(names[place])
    for (heading, scenario), theirs in columns.items():
        down = "Yes" if heading in pointed.filled_down else ""
        together = " + ".join(theirs)
        yield LayoutCells(*at, heading, together, fill_down=down, map=scenario)
    for scenario in dict.fromkeys(scenario for _, scenario in columns if scenario):
        yield LayoutCells(*at, "Scenario", constant=scenario, map=scenario)
    headings = {heading for heading, _ in columns}
    for (heading, theirs_for), ours in pointed.words.items():
        if ours and heading in headings:
            yield LayoutCells(*at, heading, their_value=theirs_for, our_value=ours)


def _constants(pointed: Pointed) -> Iterator[LayoutCells]:
    """Rows for what has none: settings of amounts, and constants."""
    at = pointed.workbook, glob.escape(pointed.sheet)
    for heading, value in pointed.settings.items():
        if value:
            yield LayoutCells(*at, COVER.name, heading, constant=value)
    for heading, constant in pointed.constants.items():
        if constant and heading not in pointed.columns.values():
            yield LayoutCells(*at, SAVINGS.name, heading, constant=constant)


def cells_by_name(row: LayoutCells) -> dict[str, str]:
    """A row by the names of the fields of Layouts."""
    return row._asdict()


# The trial


def preview(
    folder: ProgrammeFolder, control: Control, file: InputFile, rows: Sequence[LayoutCells]
) -> Preview:
    """What comes of the return where it is read with these rows beside those that there are;
    nothing is written. ValueError where the control workbook gives no programme."""
    programme = control.programme
    if programme is None:
        raise ValueError("layouts are tried on the returns of a programme")
    new_rows, faults = read_cells(rows, programme.tags)
    first = len(control.layouts)
    layouts = (
        *control.layouts,
        *(replace(row, number=first + number) for number, row in enumerate(new_rows)),
    )
    context = ReadingContext.of(programme, control.bases, layouts)
    with Reader() as reader:
        result = reader.read_return(file.name, file.path, context)
    alone = replace(control, layouts=layouts, issues=[], answers=())
    assessed = assess(ProgrammeReading(folder, alone, "", [result]), programme)
    unused = unused_layouts(layouts[first:], [result])
    of_file = [each for each in assessed.issues if each.at.workbook in (file.name, "")]
    fields = [each for each in SAVINGS.fields if each.required or each.name == "scenario"]
    accepted, lines = assessed.verdict.accepted, assessed.lines
    preview_lines = tuple(
        PreviewLine(
            tuple(lines.text(place, each.name) for each in fields),
            tuple(map(int, assessed.annual[place])),
            bool(accepted[place]),
        )
        for place in range(min(len(lines.frame), _MOST_LINES))
    )
    return Preview(
        (*(each.heading for each in fields), *programme.year_labels),
        preview_lines,
        len(lines.frame),
        int(accepted.sum()),
        (*faults, *unused, *of_file),
    )
