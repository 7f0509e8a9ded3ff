"""What a table, a field of it and a setting are: the one source of the templates' drop-downs, the
reading, the validation and the data dictionary."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from pipeline.core.programme import Programme
from pipeline.core.text import match_key

# The rule that a blank cell breaks where there must be something.
MISSING = "missing-value"


class Failure(NamedTuple):
    """The ``rows`` of a table in which a cell breaks a rule; ``field``: the name of its column."""

    field: str
    rule: str
    rows: list[int]


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
    NUMBER = "number"
    QUANTITY = "number, in no unit of money"
    RATE = "percentage"
    NAMES = "names, separated by commas"


@dataclass(frozen=True)
class Field:
    """One column of a table, or one setting of a sheet of settings (``Setting``).

    ``choices`` are the words the field may hold; ``vocabulary`` names a list that the programme
    gives (services, scenarios, bases, partners); ``rule`` is the rule that a word outside breaks.
    ``needed``: an error cell here loses something that the model needs. ``blanks``: words that
    stand for an empty cell where the field may not hold them. ``refused``: words that it can't hold
    where the programme doesn't give the vocabulary, nor with ``refused_beginnings`` as its first
    words; nor can it hold the programme's own name then. ``prefix``: what its name begins with
    where the heading is none of ours, so that it can't be a name of ours.
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
    refused: tuple[str, ...] = ()
    refused_beginnings: tuple[str, ...] = ()
    example: str | float = ""
    width: int = 16
    prefix: str = ""

    @cached_property
    def name(self) -> str:
        """The column's name in the pipeline's frames: ``line_ref`` for Line ref."""
        plain = "".join(c if c.isalnum() else "_" for c in self.heading.casefold())
        return self.prefix + plain.strip("_")


Value = TypeVar("Value")


@dataclass(frozen=True)
class Values(Generic[Value]):
    """What a kind of setting may hold. ``read`` gives what a cell says, None where it says nothing
    of the kind; ``text`` the value as people write it; ``expected`` what it must be, in words;
    ``words`` those that it may be, where they are a few."""

    kind: Kind
    read: Callable[[object], Value | None]
    text: Callable[[Value], str]
    expected: str = ""
    words: tuple[str, ...] = ()


class Standing(Enum):
    """What holds where a setting is blank, and is no value of its own: a place in the list that
    its vocabulary names, the programme's setting of the same name, or the file's name."""

    FIRST = "the first {one}"
    LAST = "the last {one}"
    PROGRAMME = "as in the programme"
    WORKBOOK = "the workbook's name"


@dataclass(frozen=True, kw_only=True)
class Setting(Field, Generic[Value]):
    """One setting of a sheet of settings.

    ``default`` holds where it is blank, ``nothing`` says so in words where that is no value;
    ``unit`` is what a number counts. A wrong ``needed`` one stops the programme (on a Cover: all
    rows of the return are rejected). ``value_in`` gives its value in a programme. ``compared``: a
    change since the last issued version is a movement.
    """

    values: Values[Value]
    default: Value | Standing
    nothing: str = ""
    unit: str = ""
    value_in: Callable[[Programme], Value] | None = None
    compared: bool = False

    def __post_init__(self) -> None:
        """The kind and the words are those of the values."""
        object.__setattr__(self, "kind", self.values.kind)
        object.__setattr__(self, "choices", self.values.words)

    @property
    def default_text(self) -> str:
        """What holds where it is blank, in words; empty where nothing does."""
        if self.required:
            return ""
        if isinstance(self.default, Standing):
            return self.default.value.format(one=self.vocabulary.removesuffix("s"))
        return self.values.text(self.default) or self.nothing

    @property
    def may_be(self) -> str:
        """What it may be, in words."""
        if self.vocabulary:
            return f"one of the programme's {self.vocabulary}"
        return self.values.expected or "any words"

    @property
    def stops(self) -> bool:
        """Whether a programme stops where it is wrong."""
        return self.needed or self.required

    def text_in(self, programme: Programme) -> str:
        """Its value in a programme, as people write it."""
        return self.values.text(self.value_in(programme)) if self.value_in else ""

    def default_of(self, standing: Mapping[Standing, Value]) -> Value:
        """What holds where it is blank; ``standing`` says what a default of that kind is here."""
        return standing[self.default] if isinstance(self.default, Standing) else self.default


@dataclass(frozen=True, eq=False)
class Table:
    """A table that people fill in: its sheet has the table's name. Each is itself alone.

    ``year_columns``: one column per financial year holds amounts. ``partner_columns``: one column
    per partner code holds weights.
    """

    name: str
    meaning: str
    fields: tuple[Field, ...]
    required: bool = False
    year_columns: bool = False
    partner_columns: bool = False

    @cached_property
    def settings(self) -> tuple[Setting[Any], ...]:
        """The settings, where the sheet is a list of Setting and Value."""
        return tuple(field for field in self.fields if isinstance(field, Setting))

    @property
    def headings(self) -> tuple[Field, ...]:
        """The fields that stand in the header row."""
        return SETTING_HEADINGS if self.settings else self.fields

    def field(self, heading: str) -> Field:
        """The field with this heading, however it is typed; KeyError where there is none."""
        return self._by_key[match_key(heading)]

    def setting(self, name: str) -> Setting[Any] | None:
        """The setting of this name, however it is typed; None where there is none."""
        field = self._by_key.get(match_key(name))
        return field if isinstance(field, Setting) else None

    @cached_property
    def _by_key(self) -> dict[str, Field]:
        return {match_key(field.heading): field for field in self.fields}


SETTING_HEADINGS = (
    Field("Setting", "The name of the setting.", required=True, width=24),
    Field("Value", "Its value.", width=40),
)
