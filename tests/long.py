"""The long tests, which ``make test`` leaves to ``make test-long``: many more examples of what a
quick test beside them promises as well."""

from collections.abc import Callable, Iterable, Sequence

import pytest
from _pytest.mark import ParameterSet

long = pytest.mark.long


def in_parts(examples: int, parts: int, quick: int) -> list[ParameterSet]:
    """Of a property on random examples, a seed and how many of them: a few in a quick part, all of
    them in long parts that share them."""
    few = pytest.param(parts, min(quick, examples), id="quick")
    share = max(1, examples // parts)
    return [few, *(pytest.param(part, share, marks=long, id=str(part)) for part in range(parts))]


def some_quick(
    cases: Iterable[object], quick: Sequence[object], name_of: Callable[[object], str] = str
) -> list[ParameterSet]:
    """Cases of one promise, by their names: those of ``quick`` quick, the others long."""
    names = {name_of(each): each for each in cases}
    assert set(quick) <= names.keys()
    return [
        pytest.param(each, marks=() if name in quick else long, id=name)
        for name, each in names.items()
    ]
