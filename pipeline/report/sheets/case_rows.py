"""What the model and the returns hold of each project, sorted out once for all of them: a case is
handed its own rows, and nobody searches for them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from pipeline.core.results import Results
from pipeline.core.text import ref_key
from pipeline.report.columns import Texts, values_of
from pipeline.report.tables import Record, records
from schemas.vocabulary import TOTAL_PROGRAMME

# What a form says of a line, beside its years.
_OF_LINE = ("line_ref", "description", "service", "category", "scenario", "basis")


@dataclass(frozen=True)
class CaseRows:
    """The rows of one project, in the order of their tables.

    ``appraisal``: of PROJECT_APPRAISAL; ``years``: of PROJECT_YEARS; ``lines``: of REGISTER, what
    a form says of them; ``told``: of tables beside Savings, by their names.
    """

    appraisal: Sequence[Record] = ()
    years: Sequence[Record] = ()
    lines: Sequence[Record] = ()
    texts: Mapping[str, Sequence[Record]] = field(default_factory=dict)

    @property
    def whole(self) -> list[Record]:
        """The appraisal of the whole project, a row per scenario; empty where it has no line."""
        return [row for row in self.appraisal if row["organisation"] == TOTAL_PROGRAMME]


def whole_projects(results: Results) -> dict[str, list[Record]]:
    """By ref key the appraisal of each whole project that has lines, a row per scenario."""
    frame = results.project_appraisal
    if frame.empty:
        return {}
    frame = frame[frame["organisation"] == TOTAL_PROGRAMME]
    of_row = frame["project"].tolist()
    return _sorted_out(frame, of_row, dict.fromkeys(of_row))


def first_strands(results: Results) -> dict[str | None, str]:
    """By ref key of a project the strand of its first line."""
    strands: dict[str | None, str] = {}
    for key, strand in zip(
        _keys_of(results.register), results.register["strand"].tolist(), strict=True
    ):
        strands.setdefault(key, strand)
    return strands


def case_rows(
    results: Results, keys: Collection[str], tables: Collection[str]
) -> dict[str, CaseRows]:
    """The rows of the projects with these ref keys; ``tables``: which ones beside Savings."""
    appraisal, years, register = results.project_appraisal, results.project_years, results.register
    of_line = register[[*_OF_LINE, *results.programme.year_labels]]
    appraisals = _sorted_out(appraisal, appraisal["project"].tolist(), keys)
    of_years = _sorted_out(years, years["project"].tolist(), keys)
    lines = _sorted_out(of_line, _keys_of(register), keys)
    texts = {
        name: _sorted_out(frame, _keys_of(frame), keys)
        for name in tables
        if (frame := results.narrative.get(name)) is not None
    }
    return {
        key: CaseRows(
            appraisals[key],
            of_years[key],
            lines[key],
            {name: of_project[key] for name, of_project in texts.items()},
        )
        for key in keys
    }


def _keys_of(frame: pd.DataFrame) -> list[str | None]:
    """By row the ref key of its project; None for a row that names none."""
    codes = Texts.of(values_of(frame["project_code"]))
    keys = [ref_key(word) if word else None for word in codes.words]
    return [keys[code] for code in codes.codes.tolist()]


def _sorted_out(
    frame: pd.DataFrame, of_row: Sequence[str | None], keys: Collection[str]
) -> dict[str, list[Record]]:
    """The rows of a frame by the key of each, for these keys alone."""
    by_key: dict[str | None, list[Record]] = {key: [] for key in keys}
    places = [place for place, key in enumerate(of_row) if key in by_key]
    for place, record in zip(places, records(frame.iloc[places]), strict=True):
        by_key[of_row[place]].append(record)
    return {key: by_key[key] for key in keys}
