"""The long tests, which ``make test`` leaves to ``make test-long``: many more examples of what
quick ones beside them promise as well; and what takes another program and few people: a cluster,
.ods files, the steps of CONTRIBUTING carried out in a copy of the program."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy

long = pytest.mark.long


def quick_cases(number: int) -> pytest.MarkDecorator:
    """Of the cases of a test so many are quick, the first and others spread evenly; the rest is
    long."""
    return pytest.mark.quick_cases(number)


def in_parts(examples: int, parts: int, quick: int) -> list[object]:
    """Of a property on random examples, a seed and how many of them: a few in a quick part, all of
    them in long parts that share them."""
    few = pytest.param(parts, min(quick, examples), id="quick")
    share = max(1, examples // parts)
    return [few, *(pytest.param(part, share, marks=long, id=str(part)) for part in range(parts))]


def on_examples(
    number: int, *strategies: SearchStrategy[object], quick: int
) -> Callable[[Callable[..., None]], Callable[[int], None]]:
    """A test of a property on so many random examples, and a quick one on fewer."""

    def tried(holds: Callable[..., None]) -> Callable[[int], None]:
        @pytest.mark.parametrize(
            "examples",
            [pytest.param(quick, id="quick"), pytest.param(number, id="all", marks=long)],
        )
        def test(examples: int) -> None:
            some = settings(
                max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow]
            )
            some(given(*strategies)(holds))()

        test.__doc__ = holds.__doc__
        return test

    return tried


def mark_long_cases(items: list[pytest.Item]) -> None:
    """Mark the cases that aren't quick by ``quick_cases``."""
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("quick_cases"):
            cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for those in cases.values():
        mark = those[0].get_closest_marker("quick_cases")
        assert mark is not None
        for place, item in enumerate(those):
            if place * mark.args[0] % len(those) >= mark.args[0]:
                item.add_marker(long)
