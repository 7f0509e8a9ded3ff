"""What a table and a field of it are: the one source of the templates' drop-downs, the validation
and the data dictionary."""

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from pipeline.core.text import match_key


class Kind(Enum):
    """How the cells of a field are read and shown."""

    TEXT = "text"
    LONG_TEXT = "long text"
    REFERENCE = "reference"
    CHOICE = "one of a list"
    PARTNER = "partner code"
    YEAR = "financial year"
    AMOUNT = "amount"
    WEIGHT = "exact number"
    SCORE = "whole number"
    DATE = "date"
    DATE_OR_TEXT = "date or text"


@dataclass(frozen=True)
class Field:
    """One column of a table, or one setting of a sheet of settings.

    ``choices`` are the words the field may hold; ``vocabulary`` names a list that the programme
    gives (services, scenarios, bases, partners); ``rule`` is the rule that a word outside breaks.
    ``needed``: an error cell here loses something that the model needs. ``blanks``: words that
    stand for an empty cell.
    """

    heading: str
    meaning: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    vocabulary: str = ""
    rule: str = "unknown-value"
    needed: bool = False
    blanks: tuple[str, ...] = ()
    example: str | float = ""
    default: str = ""
    width: int = 16

    @cached_property
    def name(self) -> str:
        """The column's name in the pipeline's frames: ``line_ref`` for Line ref."""
        return "".join(c if c.isalnum() else "_" for c in self.heading.casefold()).strip("_")


@dataclass(frozen=True)
class Table:
    """A table that people fill in: its sheet has the table's name.

    ``year_columns``: one column per financial year holds amounts. ``partner_columns``: one column
    per partner code holds weights. ``settings``: the sheet is a list of Setting and Value, its
    fields are the settings.
    """

    name: str
    meaning: str
    fields: tuple[Field, ...]
    required: bool = False
    year_columns: bool = False
    partner_columns: bool = False
    settings: bool = False

    @property
    def headings(self) -> tuple[Field, ...]:
        """The fields that stand in the header row."""
        return SETTING_HEADINGS if self.settings else self.fields

    def field(self, heading: str) -> Field:
        """The field with this heading, however it is typed; KeyError where there is none."""
        return self._by_key[match_key(heading)]

    @cached_property
    def _by_key(self) -> dict[str, Field]:
        return {match_key(field.heading): field for field in self.fields}


SETTING_HEADINGS = (
    Field("Setting", "The name of the setting.", required=True, width=24),
    Field("Value", "Its value.", width=40),
)
