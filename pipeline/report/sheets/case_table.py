"""What the business cases are made of: projects, and tables set like a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

import numpy as np

from pipeline.core.programme import Programme
from pipeline.report.columns import Texts, distinct
from pipeline.report.sheets.case_rows import CaseRows
from pipeline.report.spec import Column, Role, Strip, Table, Tone
from pipeline.report.tables import Record
from schemas.outputs import Show

NOT_STATED = "Not stated"

# A label, a text, and amounts or short words: these widths make a page of A4 upright.
LABEL, TEXT, FIGURE = 25, 52, 11
_WIDTHS = (LABEL, TEXT)

Cells = Sequence[tuple[object, ...]]


@dataclass(frozen=True)
class Case:
    """A record of Projects: the name of its sheet, its number, its fields, its code in the form in
    which codes are compared, its strand, and what else there is of the project.

    ``elsewhere``: the sheet of the first record with that code, where this isn't the first.
    ``book``: the path of its strand's workbook; empty where all cases are in one.
    """

    sheet: str
    number: int
    fields: Record
    key: str
    strand: str
    elsewhere: str = ""
    book: str = ""
    rows: CaseRows = field(default_factory=CaseRows)

    @property
    def code(self) -> str:
        """The project's code, as it is written."""
        return str(self.fields["project_code"])

    @property
    def title(self) -> str:
        """The project's name."""
        return str(self.fields["project_title"])


@dataclass(frozen=True)
class Standing:
    """How far the whole programme's figures can be relied on, as a casebook says it: at the top of
    each sheet (``strip``), in the document's ``text``, and at the ``head`` and ``foot`` of its
    pages."""

    strip: Strip
    draft: bool
    text: str
    head: str
    foot: str


@dataclass(frozen=True)
class Casebook:
    """All that a workbook of business cases and the document beside it are made of, but for their
    looks: the key of either is this value's.

    ``path``: the workbook's; ``strand``: whose cases they are, empty where they are all of them.
    ``cases``: with their rows; those that have a ``book`` are in others, and listed here.
    ``below``: the rows of the list below the projects: code, title, a row for each scenario.
    ``created``: the date in both files' properties.
    """

    path: str
    programme: Programme
    strand: str
    cases: Sequence[Case]
    below: Sequence[tuple[str, str, Sequence[Record]]]
    standing: Standing
    created: datetime


@dataclass(frozen=True)
class Figures:
    """How the columns of figures are printed: all of them alike, or row by row.

    ``roles`` by row.
    """

    shows: Show | Sequence[Show] = Show.MONEY
    roles: Mapping[int, Role] = field(default_factory=dict)


def case_table(
    case: Case,
    caption: str,
    headings: Sequence[str],
    rows: Cells,
    figures: Figures | None = None,
) -> Table:
    """A table of a project's form: a label, a text, then figures, or words where there are none."""
    columns = [[row[number] for row in rows] for number in range(len(headings))]
    return table_of_columns(case, caption, headings, columns, figures)


def table_of_columns(
    case: Case,
    caption: str,
    headings: Sequence[str],
    columns: Sequence[Sequence[object]],
    figures: Figures | None = None,
) -> Table:
    """``case_table`` with its values column by column."""
    shows = figures.shows if figures else Show.LONG_TEXT
    labels = {str(label): Tone.LABEL for label in distinct(columns[0])}
    label_repeated, text_repeated = map(_repeated, columns[: len(_WIDTHS)])
    muted = (label_repeated, label_repeated & text_repeated)
    table_columns = []
    for number, (heading, values) in enumerate(zip(headings, columns, strict=True)):
        text = number < len(_WIDTHS)
        table_columns.append(
            Column(
                heading,
                values,
                Show.LONG_TEXT if text else shows if isinstance(shows, Show) else Show.MONEY,
                _WIDTHS[number] if text else FIGURE,
                shows=None if text or isinstance(shows, Show) else shows,
                tones={NOT_STATED: Tone.MUTED} if number else labels,
                muted=muted[number] if text else frozenset(),
            )
        )
    name = caption.partition(":")[0].replace(" ", "_").replace("-", "_")
    rows = range(1, len(columns[0]))
    return Table(
        f"Case_{case.number}_{name}",
        tuple(table_columns),
        figures.roles if figures else {},
        frozenset(rows) - label_repeated if label_repeated else frozenset(),
        quiet=True,
        caption=caption,
        description=f"{caption}, project {case.code}",
    )


def _repeated(values: Sequence[object]) -> frozenset[int]:
    """The rows that hold what the row above does."""
    if isinstance(values, Texts):
        return frozenset((np.flatnonzero(values.codes[1:] == values.codes[:-1]) + 1).tolist())
    return frozenset(
        row for row, (above, value) in enumerate(pairwise(values), 1) if value == above
    )
