"""The rules themselves, and the page that is made from them."""

import re

import pytest

from pipeline.core.rules import RULES, Rule, Severity
from schemas.vocabulary import CATEGORIES
from tests.make_rules_page import PAGE, page

# Rule names are exact (contract, section 5).
ERRORS = """
unreadable-workbook encrypted-workbook empty-workbook missing-sheet missing-heading
duplicate-heading unknown-year-heading missing-value amount-not-number cell-error formula-no-value
unknown-service unknown-category unknown-scenario unknown-basis unknown-partner unknown-value
partner-required duplicate-line duplicate-return bad-baseline bad-driver bad-setting merged-amount
scaled-format unknown-programme unreadable-cell
"""
WARNINGS = """
unused-layout unused-answer late-return restated-rows same-department rows-above-headings
year-missing hidden-cells struck-through looks-annual stops-early ref-is-date withdrawn other-file
unknown-project year-outside-programme unread-amounts sign one-off-not-reversed unlikely-amount
sub-penny unit-conflict partner-ignored total-mismatch scenario-missing line-differs
possible-double-count hidden-sheet undetectable-errors return-missing
"""


def test_the_page_is_what_the_rules_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "The page of rules is stale: make rules"


def test_a_changed_rule_makes_the_page_stale() -> None:
    rule = RULES["sign"]
    changed = Rule(**{**vars(rule), "why": "For another reason."})
    assert "For another reason." in page((changed,))
    assert page((changed,)) != page((rule,))


def test_the_rules_are_the_contract_s_errors_first() -> None:
    errors, warnings = ERRORS.split(), WARNINGS.split()
    by_severity = {
        severity: [name for name, rule in RULES.items() if rule.severity is severity]
        for severity in Severity
    }
    assert list(RULES) == [*by_severity[Severity.ERROR], *by_severity[Severity.WARNING]]
    assert set(by_severity[Severity.ERROR]) <= set(errors)
    assert set(by_severity[Severity.WARNING]) <= set(warnings)


def test_every_rule_has_an_entry_of_its_own_in_their_order() -> None:
    assert re.findall(r"^## `(.*)`$", page(), re.MULTILINE) == list(RULES)
    links = re.findall(r"\[`([a-z-]+)`\]\(#([a-z-]+)\)", page())
    assert links == [(name, name) for name in RULES]


def test_no_placeholder_shows() -> None:
    assert not re.search(r"[{}]", page())


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_an_entry_is_whole_sentences(rule: Rule) -> None:
    for words in (rule.when, rule.why, rule.example, rule.advice or rule.remedy):
        assert re.fullmatch(r"\S.*[.!]", words), words
        assert "  " not in words


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_advice_stands_only_where_the_remedy_needs_an_issue_to_be_filled(rule: Rule) -> None:
    assert bool(rule.advice) == ("{" in rule.remedy)


def test_the_advice_on_categories_names_them_all() -> None:
    assert all(category in RULES["unknown-category"].advice for category in CATEGORIES)
