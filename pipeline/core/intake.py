"""The returns board counted and named, for whatever speaks of it."""

from dataclasses import dataclass

import pandas as pd

from pipeline.core.board import Counts, State
from pipeline.core.phrases import agreeing, counted
from pipeline.core.text import match_key

_UNCOUNTED = "Read, but nothing of it counts"


def waiting(returns: pd.DataFrame) -> dict[State, list[str]]:
    """By state what is not in as it should be: departments by name, in the order of the board."""
    states, names = (
        map(State, returns["state"]),
        map(_named, returns["department"], returns["days_late"]),
    )
    by_state: dict[State, list[str]] = {state: [] for state in State if not state.is_sound}
    for state, name in zip(states, names, strict=True):
        if state in by_state:
            by_state[state].append(name)
    return {state: there for state, there in by_state.items() if there}


def not_in(returns: pd.DataFrame) -> dict[str, list[str]]:
    """In words what is not in as it should be, with the departments: ``waiting``, and those whose
    return is read but counts in no figure, for its errors."""
    by_words = {state.value: names for state, names in waiting(returns).items()}
    is_read = returns["state"] != State.NOT_READ.value
    nothing = returns[is_read & (returns["counts"] == Counts.NOTHING.value)]
    names = list(dict.fromkeys(map(str, nothing["department"])))
    return by_words | ({_UNCOUNTED: names} if names else {})


def shortfalls(returns: pd.DataFrame, errors: int) -> list[str]:
    """In words why controls can't say that all is in the figures: errors, whose rows are not, and
    returns that are missing or not read. Short, for they stand on one line with more."""
    by_state = waiting(returns)
    absent = sum(len(by_state.get(state, ())) for state in (State.MISSING, State.NOT_READ))
    shortfalls = (
        (errors, f"{counted(errors, 'error')} {agreeing(errors, 'stands', 'stand')}"),
        (absent, f"{counted(absent, 'return')} {agreeing(absent, 'is', 'are')} not in"),
    )
    return [words for number, words in shortfalls if number]


def _named(department: str, days: object) -> str:
    late = f" ({days:,} {'day' if days == 1 else 'days'})" if isinstance(days, int) else ""
    return f"{department}{late}"


@dataclass(frozen=True)
class Intake:
    """How many returns there are: ``expected`` departments, and of these ``received``, ``read``
    and ``accepted``: with a line in the figures, or without an error where it has no lines. Where
    no department is named (``expected`` 0), of all that have come; else ``further`` ones came from
    departments that nobody expected, and stand in for none that is missing."""

    expected: int
    received: int
    read: int
    accepted: int
    further: int = 0


def intake(returns: pd.DataFrame) -> Intake:
    """The returns counted: a department that sends twice counts once."""
    key = returns["department"].map(match_key)
    expected = returns["expected"].astype(bool)
    here = returns["state"] != State.MISSING.value
    further = here & ~expected if expected.any() else here & False
    of_these = here & ~further
    readable = of_these & (returns["state"] != State.NOT_READ.value)
    counts_for_something = (returns["lines"].fillna(0).astype(int) > 0) | (returns["errors"] == 0)
    accepted = readable & (returns["state"] != State.REPLACED.value) & counts_for_something
    masks = expected, of_these, readable, accepted, further
    return Intake(*(key[mask].nunique() for mask in masks))
