"""What the sheet Tags may say: headings and values of the team's own columns on Savings."""

from collections.abc import Mapping
from typing import NamedTuple

from pipeline.core.text import Vocabulary, match_key
from pipeline.core.years import looks_like_year
from pipeline.ingest.layouts import HEADER_ROW
from pipeline.ingest.tables import LONGEST_LABEL
from schemas.outputs import EXCLUDED, REGISTER
from schemas.returns import LONG_FIELDS, SAVINGS
from schemas.values import NAMES
from schemas.vocabulary import LIST, NOT_STATED, NUMBER, TAG_KINDS

# What columns of Savings, Layouts and the lines' output tables are called already.
_OURS = {
    match_key(heading): heading
    for heading in (
        *(field.heading for field in (*SAVINGS.fields, *LONG_FIELDS)),
        *(column.heading for table in (REGISTER, EXCLUDED) for column in table.columns),
        HEADER_ROW,
    )
    if "{" not in heading
}


class Fault(NamedTuple):
    """What is wrong in a row, under which heading of Tags, and what to do."""

    heading: str
    what: str
    fix: str


def unfit_heading(heading: str, rows: Mapping[str, int]) -> Fault | None:
    """Why a text can't head a column of the team's own; ``rows``: those before it by match key."""
    key = match_key(heading)
    if not key:
        what = "The row names no heading." if not heading else f"“{heading}” says nothing."
        return Fault("Heading", what, "Enter what the column of Savings is called, such as Stage.")
    if key in _OURS:
        what = f"“{heading}” is a heading of ours already: {_OURS[key]}."
        return Fault("Heading", what, "Give the column another heading.")
    if looks_like_year(heading):
        what = f"“{heading}” would be read as a year, whose column holds amounts."
        return Fault("Heading", what, "Give the column another heading.")
    if len(heading) > LONGEST_LABEL:
        what = f"The heading has {len(heading)} letters."
        return Fault("Heading", what, f"Shorten it to {LONGEST_LABEL} at most.")
    if key in rows:
        what = f"“{heading}” stands in row {rows[key]} already."
        return Fault("Heading", what, "Keep one of the rows.")
    return None


def listed(values: str) -> str:
    """The values with commas between them, where they stand on lines of their own too."""
    return values.replace("\n", ",")


def unfit_values(kind: str, values: str) -> Fault | None:
    """Why a kind of column, or its values, can't serve."""
    kind_of_tag = Vocabulary(TAG_KINDS).find(kind)
    words = NAMES.read(listed(values))
    if kind_of_tag is None:
        what = f"“{kind}” is no kind of column." if kind else "The row says no kind of column."
        return Fault("Kind", what, f"Enter {LIST} or {NUMBER}.")
    if kind_of_tag == NUMBER:
        what = "A Number is added up: it has no values to choose from."
        fix = f"Clear the cell, or enter {LIST} as the Kind."
        return Fault("Values", what, fix) if values else None
    if words is None:
        what = f"“{values}” is no list of different words." if values else "A List needs values."
        return Fault("Values", what, "Enter its words, with commas between them.")
    if match_key(NOT_STATED) in map(match_key, words):
        what = f"“{NOT_STATED}” is what the outputs call a blank."
        return Fault("Values", what, "Leave it out: a line may leave its cell blank.")
    return None
