"""What the model gives to the report: tidy frames, amounts in pence, and the issues.

Organisations are named as printed: ``Total programme``, the partners' names in reporting order,
``Not yet apportioned`` where there is any such amount. Year columns bear the years' labels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from pipeline.core.issue import ISSUE_CELLS, Issue
from pipeline.core.programme import Programme
from pipeline.core.returns import TableSource
from pipeline.core.rules import Severity
from pipeline.core.versions import Versions


@dataclass(frozen=True)
class Subject:
    """What a control of the model's tables compares with the register, so that the workbook can
    compute it again.

    ``table`` is the name of the output table, ``measure`` a measure of it (for Apportioned a
    year; empty: all of them). ``whole``: the total programme's rows, else those of the partners
    and of what is not yet apportioned. ``together``: the rows of all strands, else each strand's.
    ``year``: of By_year or the tables of settlement one year alone, else all years. ``kind``: one
    of KINDS in the tables of delivery, of BY_TAG a list of the team's own. ``partner``: a code in
    the tables of settlement, else all.
    """

    table: str
    scenario: str = ""
    measure: str = ""
    whole: bool = True
    together: bool = True
    year: str = ""
    kind: str = ""
    partner: str = ""


@dataclass
class Delivery:
    """What the returns say has become of the lines. The columns of each frame are declared in
    ``schemas/model.py`` (DELIVERY_LINES for ``lines``, and so on); ``due_year``: the label of the
    year now reported on, empty where nothing is reported; ``current_year``: the one in which the
    latest return is dated, if that is later: those before it are over."""

    lines: pd.DataFrame
    parts: pd.DataFrame
    tracker: pd.DataFrame
    organisations: pd.DataFrame
    due: pd.DataFrame
    overdue: pd.DataFrame
    left_out: pd.DataFrame
    due_year: str = ""
    current_year: str = ""


@dataclass
class Settlement:
    """What partners owe one another, where lines say who pays them. The columns of each frame are
    declared in ``schemas/model.py`` (SETTLEMENT for ``balances``, and so on); ``delivered`` is
    empty where no return says what is delivered."""

    balances: pd.DataFrame
    delivered: pd.DataFrame
    transfers: pd.DataFrame


@dataclass
class Results:
    """One programme's figures. The columns of each frame are declared in ``schemas/model.py``
    under its name: REGISTER for ``register``, and so on.

    ``rejected_pence``: the money of rejected rows, as entered, all years and scenarios together.
    ``unread_numbers`` and ``unread_pence``: numbers on the returns' sheets that are named and not
    read, and what they add up to as they stand, taken in their return's units.

    ``narrative``: Projects, Risks, Benefits, Dependencies, Milestones, Assumptions where there is
    anything.

    ``delivery``: None where no return says anything of it.

    ``settlement``: None where no line says who pays it.

    ``share_changes``: None where no share changes within a year, and none has both an Estimate and
    an Actual.

    ``issues``: the table Issues, all of them in order, its columns by name; ``warnings``: those of
    them that are warnings. Errors, of which there may be hundreds of thousands, are rows alone.

    ``tables``: those that the rows of Savings stand in.

    ``versions``: the versions issued so far, and what moved since the last one.
    """

    programme: Programme
    register: pd.DataFrame
    apportioned: pd.DataFrame
    excluded: pd.DataFrame
    summary: pd.DataFrame
    appraisal: pd.DataFrame
    by_year: pd.DataFrame
    by_service: pd.DataFrame
    shares: pd.DataFrame
    controls: pd.DataFrame
    sources: pd.DataFrame
    returns: pd.DataFrame
    project_appraisal: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"project": []}))
    project_years: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"project": []}))
    rejected_pence: int = 0
    unread_numbers: int = 0
    unread_pence: int = 0
    narrative: dict[str, pd.DataFrame] = field(default_factory=dict)
    budget: pd.DataFrame = field(default_factory=pd.DataFrame)
    budget_gap: pd.DataFrame = field(default_factory=pd.DataFrame)
    by_tag: pd.DataFrame = field(default_factory=pd.DataFrame)
    tag_numbers: pd.DataFrame = field(default_factory=pd.DataFrame)
    switching: pd.DataFrame = field(default_factory=pd.DataFrame)
    largest_lines: pd.DataFrame = field(default_factory=pd.DataFrame)
    delivery: Delivery | None = None
    settlement: Settlement | None = None
    share_changes: pd.DataFrame | None = None
    issues: pd.DataFrame = field(default_factory=lambda: issue_rows(()))
    warnings: list[Issue] = field(default_factory=list)
    left_out: pd.DataFrame = field(default_factory=pd.DataFrame)
    tables: list[TableSource] = field(default_factory=list)
    versions: Versions = field(default_factory=Versions)

    @cached_property
    def issue_counts(self) -> dict[str, int]:
        """How many errors, open and answered warnings there are, as ``tally`` has them."""
        return tally_of_rows(self.issues)


def issue_rows(issues: Sequence[Issue]) -> pd.DataFrame:
    """Issues as the table Issues, its columns by name. Of hundreds of thousands most are the same
    words, which each column holds once."""
    return pd.DataFrame(
        {name: _categories(map(text_of, issues)) for name, text_of in ISSUE_CELLS.items()}
    )


def _categories(texts: Iterable[str]) -> pd.Categorical:
    """``categories`` of texts that are made one by one: of 300,000 issues all of a column are 60
    MB."""
    number_of: dict[str, int] = {}
    codes = [number_of.setdefault(text, len(number_of)) for text in texts]
    return pd.Categorical.from_codes(codes, pd.Index(list(number_of), dtype="str"))


def tally_of_rows(rows: pd.DataFrame) -> dict[str, int]:
    """``tally`` of issues that are rows of the table Issues."""
    is_error = rows["severity"] == Severity.ERROR.value
    is_answered = ~is_error & (rows["answer"] != "")
    errors, answered = int(is_error.sum()), int(is_answered.sum())
    return {
        "error": errors,
        "warning": len(rows) - errors - answered,
        "answered warning": answered,
    }
