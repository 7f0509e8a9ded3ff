"""Where categories are listed in words, the list is one of their groups: a category that is added
to a group is missing from none of the sentences that name its members."""

import ast
import re
from collections.abc import Iterator

import pytest

from schemas import vocabulary
from tests.docs.test_docs import PAGES
from tests.end_to_end.commands import ROOT

_GROUPS = {
    frozenset(value)
    for name, value in vars(vocabulary).items()
    if name.isupper() and isinstance(value, tuple) and set(value) <= set(vocabulary.CATEGORIES)
}
_NAME = "|".join(sorted(vocabulary.CATEGORIES, key=len, reverse=True))
_JOINED = r"(?:,? (?:and|or) |, )"
_LIST = re.compile(rf"(?<![\w-])(?:{_NAME})s?(?:{_JOINED}(?:{_NAME})s?)+(?!\w)", re.IGNORECASE)


def lists(text: str) -> Iterator[str]:
    return (match[0] for match in _LIST.finditer(" ".join(text.split())))


def is_group(words: str) -> bool:
    names = {name.casefold() for name in re.findall(_NAME, words, re.IGNORECASE)}
    return any(names == {each.casefold() for each in group} for group in _GROUPS)


def texts() -> Iterator[tuple[str, str]]:
    """Every text of the code, and every page; decisions speak of some as they please."""
    for top in ("pipeline", "schemas"):
        for path in sorted((ROOT / top).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value
    for page in (each for each in PAGES if each.parent.name != "decisions"):
        yield page.relative_to(ROOT).as_posix(), page.read_text("utf-8")


def test_every_list_of_categories_is_a_group_of_them() -> None:
    wrong = [f"{at}: {one}" for at, text in texts() for one in lists(text) if not is_group(one)]
    assert wrong == [], "a category is missing here, or one too many"


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ("Recurring costs, cashable savings and income in 2014/15", True),
        ("Use One-off cost, One-off saving, Recurring cost or Income.", False),
        ("cashable savings and income", True),
        ("recurring cost and income", False),
    ],
)
def test_a_list_with_a_gap_is_noticed(words: str, whole: bool) -> None:
    assert [is_group(one) for one in lists(words)] == [whole]
