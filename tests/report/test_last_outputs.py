"""What an output is made of has one key, however much of it there is."""

import pickle
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from pipeline.report.last_outputs import LastOutputs

# So many that a pickle hands over an array's own memory.
MANY = 100_000


@pytest.mark.parametrize("size", [3, MANY])
def test_equal_figures_have_one_key_and_a_penny_makes_another(size: int) -> None:
    def figures(last: int) -> pd.DataFrame:
        amounts = np.arange(size)
        return pd.DataFrame({"amount": [*amounts[:-1], last], "share": amounts[::-1]})

    key = LastOutputs().key
    assert key(figures(7)) == key(figures(7))
    assert key(figures(7)) != key(figures(8))


def test_what_two_outputs_are_made_of_is_pickled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    last, parts, asked = LastOutputs(), [[1, 2], [1, 2], [3]], list[object]()
    key = LastOutputs.key
    monkeypatch.setattr(LastOutputs, "key", lambda self, *of: asked.append(of) or key(self, *of))
    assert [last.key_once(part) for part in parts * 2] == [key(last, part) for part in parts * 2]
    assert asked == [([1, 2],), ([1, 2],), ([3],)]


def test_columns_that_lie_apart_in_memory_have_a_key() -> None:
    table = np.arange(2.0 * MANY).reshape(2, MANY)
    for array in (table, table.T, np.asfortranarray(table), table[:, ::2]):
        assert LastOutputs().key(array) == LastOutputs().key(array)
        assert LastOutputs().key(array) != LastOutputs().key(array + 1)


@dataclass(frozen=True)
class Heading:
    text: str
    size: int = 11


@dataclass(frozen=True)
class Line:
    text: str
    size: int = 11


@dataclass(frozen=True)
class Note:
    text: str


def test_what_is_alike_but_another_thing_or_says_another_has_another_key() -> None:
    parts = [Heading("a"), Line("a"), Heading("b"), Heading("a", 12), Note("a"), Note("b")]
    keys = [LastOutputs().key(part) for part in parts]
    assert len({*keys}) == len(parts)
    assert keys == [LastOutputs().key(replace(part)) for part in parts]


def test_values_that_are_equal_but_written_otherwise_have_other_keys() -> None:
    one, same = Decimal("1.0"), Decimal("1.00")
    noon = datetime(2012, 4, 1, 12, tzinfo=UTC)
    elsewhere = noon.astimezone(timezone(timedelta(hours=1)))
    for first, second in ((one, same), (noon, elsewhere)):
        assert first == second
        assert LastOutputs().key([first, second]) != LastOutputs().key([first, first])
        assert LastOutputs().key([first, first]) == LastOutputs().key(
            [first, pickle.loads(pickle.dumps(first))]
        )
