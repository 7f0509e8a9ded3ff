"""The lines of two versions: which of them are the same, and how each counts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.core.grouping import number_texts
from pipeline.core.lines import Mask
from pipeline.core.programme import Programme
from pipeline.core.returns import Pence
from pipeline.core.text import match_key, ref_key
from pipeline.core.versions import Snapshot
from schemas.model import ANNUAL_FIGURE, ONE_OFF_FIGURE

Places = npt.NDArray[np.intp]


def scenario_keys(programme: Programme) -> dict[str, str]:
    """The scenarios by the form in which they are compared."""
    return {match_key(name): name for name in programme.scenarios}


def line_keys(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """What lines are matched by: line ref and scenario, as they are compared."""
    scenarios = {name: match_key(name) for name in frame["scenario"].unique()}
    pairs = zip(frame["line_ref"].tolist(), frame["scenario"].tolist(), strict=True)
    return [(ref_key(ref), scenarios[scenario]) for ref, scenario in pairs]


def summed(numbers: Places, amounts: Pence, count: int) -> Pence:
    """Amounts (n × measures) added up by the number of each of n: count × measures."""
    sums = np.zeros((count, amounts.shape[1]), dtype=np.int64)
    for column in range(amounts.shape[1]):
        # A column at a time: of whole rows it takes numpy several times as long.
        np.add.at(sums[:, column], numbers, amounts[:, column])
    return sums


@dataclass(frozen=True)
class Matched:
    """Places in two registers: of the lines in both (side by side), in the second alone (new) and
    in the first alone (only_before)."""

    old: Places
    now: Places
    new: Places
    only_before: Places


def matched(before: Snapshot, now: Snapshot) -> Matched:
    """Match the lines of two versions by line ref and scenario, as they are compared."""
    refs: dict[str, int] = {}
    scenarios: dict[str, int] = {}
    columns = [
        (
            number_texts(each.register["line_ref"], ref_key, refs),
            number_texts(each.register["scenario"], match_key, scenarios),
        )
        for each in (before, now)
    ]
    old, new = (ref * len(scenarios) + scenario for ref, scenario in columns)
    place_of = np.full(len(refs) * len(scenarios), -1, dtype=np.intp)
    place_of[old] = np.arange(len(old))
    earlier = place_of[new]
    both = np.flatnonzero(earlier >= 0)
    is_gone = np.ones(len(old), dtype=bool)
    is_gone[earlier[both]] = False
    return Matched(earlier[both], both, np.flatnonzero(earlier < 0), np.flatnonzero(is_gone))


@dataclass(frozen=True)
class Counted:
    """How a line counts: its pence by year, whether they count in One-off and in Annual cashable,
    and the place of the steady-state year."""

    pence: Pence
    one_off: Mask
    annual: Mask
    steady: int

    def some(self, places: Places) -> "Counted":
        """How some of the lines count."""
        counts = (self.pence[places], self.one_off[places], self.annual[places])
        return Counted(*counts, self.steady)

    @property
    def measures(self) -> Pence:
        """One-off and annual cashable in pence, lines × 2."""
        one_off = ONE_OFF_FIGURE.counted(self.pence, self.one_off, self.steady)
        annual = ANNUAL_FIGURE.counted(self.pence, self.annual, self.steady)
        return np.stack([one_off, annual], axis=1)


def counted(snapshot: Snapshot, span: list[int] | None = None) -> Counted:
    """How each line of a register counts; ``span``: years to show it in, nil in those that the
    programme doesn't have."""
    programme = snapshot.programme
    span = span or list(programme.years)
    pence = np.zeros((len(snapshot.register), len(span)), dtype=np.int64)
    for year, label in zip(programme.years, programme.year_labels, strict=True):
        pence[:, span.index(year)] = snapshot.register[label].to_numpy(dtype=np.int64)
    category = snapshot.register["category"]
    return Counted(
        pence,
        ONE_OFF_FIGURE.counts(category),
        ANNUAL_FIGURE.counts(category),
        span.index(programme.steady_year),
    )
