"""What a rule is: its severity, its words and its reason."""

from dataclasses import KW_ONLY, dataclass
from enum import Enum


class Severity(Enum):
    """Errors keep a row (or a file) out; warnings leave it in."""

    ERROR = "Error"
    WARNING = "Warning"


@dataclass(frozen=True)
class Rule:
    """A rule's stable name, how grave a breach is, what is said of it and why it exists.

    ``problem`` and ``remedy`` are templates that an issue fills. ``when``, ``why``, ``example``
    and ``advice`` are plain sentences for the page of rules; ``advice`` is the remedy where
    ``remedy`` alone doesn't say it. ``spares_row``: an error of this rule at a row doesn't keep it
    out of the model; lines that rely on faulty weights stay, not yet apportioned.
    """

    name: str
    severity: Severity
    _: KW_ONLY
    when: str
    problem: str
    remedy: str
    why: str
    example: str
    advice: str = ""
    spares_row: bool = False

    @property
    def rejects(self) -> bool:
        """Whether a breach at a row keeps the row out of the model."""
        return self.severity is Severity.ERROR and not self.spares_row
