"""What the model and the returns hold of each project, sorted out once for all of them: a case is
handed its own rows, and nobody searches for them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.core.results import Results
from pipeline.core.text import ref_key
from pipeline.report.columns import Array, Codes, Texts, list_of, values_of
from pipeline.report.tables import Record, records
from schemas.vocabulary import TOTAL_PROGRAMME

# What a form says of a line, whatever the scenario.
_OF_LINE = ("line_ref", "description", "category", "service", "basis")


@dataclass(frozen=True)
class CaseLines:
    """Lines of the register, each once, in its order: what the first row of each says.

    ``texts``: what a line is and how it is shared, below its description: ``Cashable saving, ICT.
    Basis: Headcount``; ``pence``: by line, year and scenario.
    """

    refs: Sequence[str] = ()
    texts: Sequence[str] = ()
    pence: Array = field(default_factory=lambda: np.zeros((0, 0, 0), dtype=np.int64))

    def part(self, start: int, stop: int) -> "CaseLines":
        """The lines from ``start`` up to ``stop``."""
        part = slice(start, stop)
        return CaseLines(self.refs[part], self.texts[part], self.pence[part])


@dataclass(frozen=True)
class CaseRows:
    """The rows of one project, in the order of their tables.

    ``appraisal``: of PROJECT_APPRAISAL; ``years``: of PROJECT_YEARS; ``lines``: of REGISTER;
    ``texts``: of tables beside Savings, by their names.
    """

    appraisal: Sequence[Record] = ()
    years: Sequence[Record] = ()
    lines: CaseLines = CaseLines()
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
    appraisal, years = results.project_appraisal, results.project_years
    appraisals = _sorted_out(appraisal, appraisal["project"].tolist(), keys)
    of_years = _sorted_out(years, years["project"].tolist(), keys)
    lines = _lines_of(results, keys)
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


def _lines_of(results: Results, keys: Collection[str]) -> dict[str, CaseLines]:
    """The lines of the projects with these ref keys."""
    labels = list(results.programme.year_labels)
    scenarios = {scenario: number for number, scenario in enumerate(results.programme.scenarios)}
    place_of: dict[str | None, int] = {key: place for place, key in enumerate(keys)}
    words, codes = _key_words(results.register)
    project = np.array([place_of.get(key, -1) for key in words], dtype=np.int64)[codes]
    # The rows project by project, without those of others.
    in_order = np.argsort(project, kind="stable")[np.count_nonzero(project < 0) :]
    project = project[in_order]
    rows = results.register[[*_OF_LINE, "scenario", *labels]].iloc[in_order]

    refs = Texts.of(values_of(rows["line_ref"]))
    ref = Texts.of(ref_key(str(word)) for word in refs.words).codes[refs.codes]
    by_line = pd.DataFrame({"project": project, "ref": ref}).groupby(["project", "ref"], sort=False)
    line = by_line.ngroup().to_numpy()
    first_rows = np.unique(line, return_index=True)[1]
    scenario = rows["scenario"].map(scenarios).to_numpy(dtype=np.int64)
    pence = np.zeros((len(first_rows), len(labels), len(scenarios)), dtype=np.int64)
    pence[line, :, scenario] = rows[labels].to_numpy()

    line_refs, *of_text = (list_of(rows[name].iloc[first_rows]) for name in _OF_LINE)
    texts = [
        f"{description}\n{category}, {service}. Basis: {basis or 'not known'}"
        for description, category, service, basis in zip(*of_text, strict=True)
    ]
    lines = CaseLines(line_refs, texts, pence)
    starts = np.searchsorted(project[first_rows], range(len(keys) + 1)).tolist()
    return {
        key: lines.part(start, stop)
        for key, (start, stop) in zip(keys, pairwise(starts), strict=True)
    }


def _key_words(frame: pd.DataFrame) -> tuple[list[str | None], Codes]:
    """The ref keys of projects, None for a row that names none; by row the place of its own."""
    codes = Texts.of(values_of(frame["project_code"]))
    return [ref_key(word) if word else None for word in codes.words], codes.codes


def _keys_of(frame: pd.DataFrame) -> list[str | None]:
    """By row the ref key of its project; None for a row that names none."""
    words, codes = _key_words(frame)
    return [words[code] for code in codes.tolist()]


def _sorted_out(
    frame: pd.DataFrame, of_row: Sequence[str | None], keys: Collection[str]
) -> dict[str, list[Record]]:
    """The rows of a frame by the key of each, for these keys alone."""
    by_key: dict[str | None, list[Record]] = {key: [] for key in keys}
    places = [place for place, key in enumerate(of_row) if key in by_key]
    for place, record in zip(places, records(frame.iloc[places]), strict=True):
        by_key[of_row[place]].append(record)
    return {key: by_key[key] for key in keys}
