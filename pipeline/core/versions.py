"""Issued versions, and what of a programme's figures is kept with each, so that later figures can
be compared with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

import pandas as pd

from pipeline.core.programme import Programme
from pipeline.core.returns import TableSource
from pipeline.core.source import SourceRef
from pipeline.core.text import date_text, match_key

# What a line is shared by: its basis (empty where it is not known), its service, the partner that a
# direct line goes to (else empty), and the year.
ShareKey = tuple[str, str, str, int]
# Whole weights in partner order; None where nothing can be apportioned.
Weights = tuple[int, ...] | None


def key_of(reference: str, path: str) -> str:
    """What a programme is known by in a history: its reference, else its path under the inputs."""
    reference = reference.strip().casefold()
    return f"reference {reference}" if reference else f"path {path}"


@dataclass(frozen=True)
class Issued:
    """A version as it was issued: ``errors`` is how many stood, ``when`` in UTC.

    ``programme``: the title of the programme then; ``place``: by what its outputs folder is known
    (empty where that was not kept yet).
    """

    number: int
    name: str
    when: datetime
    errors: int = 0
    signed_off: tuple[str, ...] = ()
    programme: str = field(default="", compare=False)
    place: str = field(default="", compare=False)

    @property
    def title(self) -> str:
        """``version 2 (Cabinet 30 April 2012)``."""
        return f"version {self.number} ({self.name})"

    def is_of(self, title: str, place: str) -> bool:
        """Whether it may be of the programme of this title whose outputs are in this place: one
        that has another title and other outputs bears the same Reference by chance."""
        return match_key(self.programme) == match_key(title) or place == self.place

    @property
    def line(self) -> str:
        """What each page of the version says: number, name, date and who signed it off."""
        by = f"signed off by {'; '.join(self.signed_off)}" if self.signed_off else "not signed off"
        when = date_text(self.when.astimezone(UTC).date())
        return f"Version {self.number}: {self.name}, issued {when}, {by}"

    @property
    def when_text(self) -> str:
        """``30 April 2012 14:05 UTC``."""
        when = self.when.astimezone(UTC)
        return f"{date_text(when.date())} {when:%H:%M} UTC"


@dataclass
class Snapshot:
    """A programme's figures at one time, as far as a comparison needs them.

    ``programme``: without weights where it comes from the history. ``control``: the path of its
    control workbook. ``register``, ``apportioned`` and ``summary`` as in Results; of
    ``apportioned`` only register_row, partner, organisation and the years are relied on.
    ``left_out`` and ``tables`` as in Results.

    ``shares``: by what the lines are shared, in each of the programme's years. ``weights_kept``:
    False where it comes from a history that kept no weights yet, and ``shares`` are told from what
    each partner's part of the lines was.
    """

    programme: Programme
    control: str
    register: pd.DataFrame
    apportioned: pd.DataFrame
    summary: pd.DataFrame
    left_out: pd.DataFrame
    tables: list[TableSource]
    shares: Mapping[ShareKey, Weights] = field(default_factory=dict)
    weights_kept: bool = True

    @cached_property
    def _place(self) -> tuple[list[int], list[int]]:
        """The number of each line's table among ``tables``, and its row there."""
        return self.register["source"].tolist(), self.register["row"].tolist()

    def cell(self, line: int, name: str) -> SourceRef:
        """The cell of a field of a line, by its place in the register."""
        tables, rows = self._place
        return self.tables[tables[line]].cell(rows[line], name)

    def year_cell(self, line: int, year: int) -> SourceRef:
        """The amount cell of a line in a year, the first of several."""
        tables, rows = self._place
        cells = self.tables[tables[line]].amount_cells(rows[line], year)
        return cells[0] if cells else self.cell(line, "line_ref")


@dataclass(frozen=True)
class Explained:
    """A measure's difference between two Summaries (``expected``), and the movements' effects on
    it added up (``actual``): pence, on an organisation (the total programme, or one of those among
    which it is shared)."""

    organisation: str
    scenario: str
    measure: str
    expected: int
    actual: int


@dataclass
class Moved:
    """What moved between two versions; amounts in pence, on the total programme unless said
    otherwise.

    ``before`` and ``after`` say which (``after`` None: the figures as they are now).

    ``lines``: MOVEMENTS of ``schemas/model.py``, and the annual cashable effect on each of
    ``organisations`` in a column of its name.

    ``organisations``: the partners of either version as they are called now, then what is not yet
    apportioned where any of it moved.

    ``services``: service (``All services`` first), scenario, measure, before_pence, a column for
    each kind, now_pence. ``partners``: organisation in place of the service, with the kind
    ``Changed shares``.

    ``checks``: by scenario and measure.
    """

    before: Issued
    after: Issued | None
    programme: Programme
    lines: pd.DataFrame
    organisations: tuple[str, ...]
    services: pd.DataFrame
    partners: pd.DataFrame
    checks: list[Explained]


@dataclass
class Versions:
    """A programme's issued versions, oldest first, and what moved since the last of them (None
    where there is none).

    ``version``: the one that these workbooks are of, None in a report. ``standing``: what the cover
    of a version says that is issued though errors stand; ``two_readers``: what it says of the
    second reading of its amounts, and ``read_once``: of workbooks that the second reader can't
    open."""

    issued: list[Issued] = field(default_factory=list)
    moved: Moved | None = None
    version: Issued | None = None
    standing: str = ""
    two_readers: str = ""
    read_once: str = ""
