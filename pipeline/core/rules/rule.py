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
    ``remedy`` alone doesn't say it.
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
