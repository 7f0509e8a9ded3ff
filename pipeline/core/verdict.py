"""What becomes of each row of the returns, and why; every output takes its words from it."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from pipeline.core.issue import Issue
from pipeline.core.lines import Mask


class Ground(Enum):
    """Why a row is not counted, as a sentence in which ``{words}`` are the reason's own."""

    OTHER_RETURN = "Another version of this return is read."
    COVER = "The return's Cover has an error: see Issues."
    TABLE = "The table as a whole has an error: see Issues."
    ROW = "The row has an error: see Issues."
    COUNTED_IN = "{words} counts it."
    # Of rows of Delivery alone:
    YEAR = "The programme does not cover the year."
    LINE_COUNTED_IN = "The line is excluded: {words} counts it."
    LINE_REJECTED = "The line is rejected in {words}: see Issues."
    LINE_UNPLANNED = "The line has no row in {words}, the plan scenario."
    REPORTED_AGAIN = "{words} reports the same line and year, and counts."


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row is not counted, and the issue that it rests on, where it is one."""

    ground: Ground
    issue: Issue | None = None
    words: str = ""

    @property
    def sentence(self) -> str:
        """The reason in words."""
        return self.ground.value.format(words=self.words)


@dataclass
class Verdict:
    """What becomes of each row of one kind of table.

    ``of_row``: by row the place of its reason in ``reasons``; 0, whose reason is None: it counts.
    A row whose line another programme counts is excluded, any other that doesn't count rejected.
    """

    of_row: npt.NDArray[np.int32]
    reasons: list[Reason | None]

    @classmethod
    def of(cls, rows: int) -> "Verdict":
        """A verdict by which every row counts."""
        return cls(np.zeros(rows, dtype=np.int32), [None])

    def leave_out(self, rows: Mask | list[int] | int, reason: Reason) -> None:
        """Give rows (a mask, or places) their reason, in place of one that they had."""
        self.of_row[rows] = len(self.reasons)
        self.reasons.append(reason)

    def reason(self, row: int) -> Reason | None:
        """Why a row is not counted; None where it is."""
        return self.reasons[int(self.of_row[row])]

    @property
    def accepted(self) -> Mask:
        """The rows that count."""
        return np.asarray(self.of_row == 0)

    @property
    def excluded(self) -> Mask:
        """The rows that another programme counts."""
        kinds = [each is not None and each.ground is Ground.COUNTED_IN for each in self.reasons]
        return np.array(kinds, dtype=bool)[self.of_row]

    @property
    def rejected(self) -> Mask:
        """The rows that count nowhere."""
        return ~(self.accepted | self.excluded)
