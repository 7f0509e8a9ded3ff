"""Issues: their order, one per cell, and how they become words."""

import pickle
import random
import string
from dataclasses import fields, replace

import pytest

from pipeline.core.issue import LONGEST_VALUE, Issue, by_value, in_order, one_per_cell, shown
from pipeline.core.rules import RULES, Severity
from pipeline.core.source import SourceRef
from pipeline.core.suggest import nearest, suggestion


def at(workbook: str, row: int = 0, column: int = 0, sheet: int = 0) -> SourceRef:
    return SourceRef(workbook, f"Sheet{sheet}" if row else "", row, column, sheet)


def test_errors_come_first_then_by_path_sheet_row_and_column() -> None:
    wanted = [
        Issue("missing-sheet", at("a.xlsx")),
        Issue("missing-value", at("a.xlsx", 3, 2)),
        Issue("amount-not-number", at("a.xlsx", 3, 10)),
        Issue("missing-value", at("a.xlsx", 20, 1)),
        Issue("cell-error", at("a.xlsx", 2, 1, sheet=1)),
        Issue("encrypted-workbook", at("b.xlsx")),
        Issue("sign", at("a.xlsx", 2, 9)),
        Issue("hidden-sheet", at("b.xlsx")),
    ]
    shuffled = list(wanted)
    random.Random(1).shuffle(shuffled)
    assert in_order(shuffled) == wanted


def test_a_rule_is_named_once_a_cell_and_as_often_as_there_are_places_without_one() -> None:
    cell = Issue("duplicate-heading", at("a.xlsx", 1, 3))
    sheet = Issue("missing-sheet", at("a.xlsx"), "Savings")
    other = Issue("unread-amounts", at("a.xlsx", 1, 3))
    assert one_per_cell([cell, cell, other, sheet, sheet]) == [cell, other, sheet, sheet]


def test_a_sheet_that_is_read_twice_names_a_cell_once() -> None:
    twice = [Issue("cell-error", at("a.xlsx", 4, 3), "Service", "#REF!", {}, n) for n in (0, 1)]
    assert one_per_cell(twice) == twice[:1]


def test_of_a_cell_that_only_reads_as_blank_nothing_else_is_said() -> None:
    error = Issue("cell-error", at("a.xlsx", 2, 8), "Partner", "#REF!", {}, 0)
    blank = Issue("partner-required", at("a.xlsx", 2, 8), "Partner", "", {"choices": "A"}, 0)
    elsewhere = Issue("missing-value", at("a.xlsx", 2, 3), "Description", "", {"hint": ""}, 0)
    assert one_per_cell([blank, error, elsewhere]) == [error, elsewhere]


def test_words_are_filled_in_and_braces_that_a_department_typed_stay() -> None:
    issue = Issue("amount-not-number", at("a.xlsx", 2, 9), "2012/13", "{TBC}", {"why": ""})
    assert issue.problem == "“{TBC}” is not an amount."
    assert issue.severity is Severity.ERROR


def test_a_blank_value_is_called_so() -> None:
    issue = Issue(
        "unknown-basis", at("a.xlsx", 2, 3), "Basis", "", {"suggestion": "", "choices": "Equal"}
    )
    assert issue.problem == "A blank cell is no basis of apportionment."


def test_a_very_long_value_is_cut() -> None:
    assert shown("x" * LONGEST_VALUE) == "x" * LONGEST_VALUE
    assert shown("x" * (LONGEST_VALUE + 1)) == "x" * LONGEST_VALUE + "…"
    issue = Issue("amount-not-number", at("a.xlsx", 2, 9), "2012/13", "x" * 5000, {"why": ""})
    assert len(issue.problem) < LONGEST_VALUE + 40


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_says_what_is_wrong_and_how_to_put_it_right(name: str) -> None:
    rule = RULES[name]
    assert rule.name == name
    for template in (rule.problem, rule.remedy):
        fields = [field for _, field, _, _ in string.Formatter().parse(template) if field]
        assert template.endswith((".", "}"))
        assert all(field.isidentifier() for field in fields)
    assert rule.why
    assert rule.example


def test_the_word_that_was_meant() -> None:
    services = ("ICT", "Finance and Payroll", "Procurement")
    assert nearest("Finance & Payrol", services) == "Finance and Payroll"
    assert nearest("ITC", services) is None
    assert suggestion("ITC", services) == " (did you mean “ICT”?)"
    assert suggestion("Zoology", services) == ""
    assert suggestion("", services) == ""
    assert suggestion("anything", ()) == ""


def whole_issue() -> Issue:
    """An issue of whose fields none is blank."""
    words = iter(string.ascii_letters)
    texts = {each.name: next(words) for each in fields(Issue) if each.type is str}
    assert len(texts) > 5
    return Issue(**texts | {"at": at("a.xlsx", 2, 3, 4), "details": {"why": "so"}, "table": 1})


def test_an_issue_comes_whole_to_another_process() -> None:
    issue = whole_issue()
    assert pickle.loads(pickle.dumps(issue)) == issue


@pytest.mark.parametrize("name", [each.name for each in fields(Issue)])
def test_issues_are_alike_by_value_only_where_all_of_it_is_alike(name: str) -> None:
    issue = whole_issue()
    value = getattr(issue, name)
    other: object = {
        str: "".join([value, "!"]) if isinstance(value, str) else "",
        int: 7,
        dict: {"why": "not"},
        SourceRef: at("a.xlsx", 2, 3, 5),
    }[type(value)]
    copy = pickle.loads(pickle.dumps(issue))
    assert by_value([issue]) == by_value([copy]) != by_value([replace(issue, **{name: other})])
