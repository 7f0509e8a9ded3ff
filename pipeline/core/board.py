"""The returns board: which department has sent what, and in which state it is (contract, section 6,
Returns)."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from pipeline.core.programme import ExpectedReturn
from pipeline.core.returns import Return


class State(Enum):
    """What has become of a return; the first that applies, in this order."""

    MISSING = "Missing"
    NOT_READ = "Not read"
    REPLACED = "Replaced"
    DRAFT = "Draft"
    LATE = "Late"
    RECEIVED = "Received"

    @property
    def is_sound(self) -> bool:
        """Whether nothing is to be waited for; a replaced return waits for nobody."""
        return self in (State.RECEIVED, State.REPLACED)


class Counts(Enum):
    """How much of a return counts in the figures."""

    WHOLLY = "In full"
    PARTLY = "In part"
    NOTHING = "Not at all"


@dataclass(frozen=True)
class Standing:
    """A department that is expected, or a further return, and how it stands.

    ``sent``: None where nothing has come. ``due``: None where no day is set.
    """

    department: str
    state: State
    expected: ExpectedReturn | None = None
    sent: Return | None = None
    due: date | None = None

    @property
    def days_late(self) -> int:
        """By how many days it came after it was due; 0 where it didn't, or nobody knows."""
        dated = self.sent.cover.dated if self.sent and self.sent.cover else None
        return max(0, (dated - self.due).days) if dated and self.due else 0
