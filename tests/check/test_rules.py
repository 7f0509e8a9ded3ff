"""Every rule of the contract's section 5: workbooks that break it, each issue at its cell, and
workbooks that come close and don't."""

from importlib import import_module
from pathlib import Path

import pytest

from pipeline.core.rules import RULES
from tests.check.case import Case, cases_of
from tests.check.finding import found
from tests.long import long

FILES = sorted(Path(__file__).parent.glob("cases_*.py"))
MODULES = [import_module(f"tests.check.{file.stem}") for file in FILES]
CASES = [case for module in MODULES for case in cases_of(vars(module))]
BROKEN = [case for case in CASES if not case.near]
CLOSE = [case for case in CASES if case.near]


def params(cases: list[Case]) -> list[object]:
    """The first case of each rule is quick."""
    first: dict[str, Case] = {}
    return [
        pytest.param(
            case, id=case.name, marks=() if first.setdefault(case.rule, case) is case else long
        )
        for case in cases
    ]


@pytest.mark.parametrize("case", params(BROKEN))
def test_a_workbook_that_breaks_the_rule(case: Case, tmp_path: Path) -> None:
    expected = case.write(tmp_path)
    assert case.rule in {rule for rule, _ in expected}
    assert sorted(found(tmp_path)) == sorted(expected)


@pytest.mark.parametrize("case", params(CLOSE))
def test_a_workbook_that_comes_close(case: Case, tmp_path: Path) -> None:
    expected = case.write(tmp_path)
    assert case.rule not in {rule for rule, _ in expected}
    assert sorted(found(tmp_path)) == sorted(expected)


def test_every_rule_has_a_workbook_that_breaks_it() -> None:
    assert {case.rule for case in BROKEN} == set(RULES)


def test_every_rule_has_a_workbook_that_comes_close() -> None:
    assert {case.rule for case in CLOSE} == set(RULES)


def test_no_two_cases_have_one_name() -> None:
    names = [case.name for case in CASES]
    assert sorted(set(names)) == sorted(names)
