"""Delivery: what the returns say has become of the lines."""

import numpy as np

from pipeline.check.rows import Vocabularies, row_issues
from pipeline.check.signs import sign_details
from pipeline.core.grouping import number_texts, translate
from pipeline.core.issue import Issue
from pipeline.core.lines import ENTERED, DeliveryRows, Lines, places
from pipeline.core.money import money_text
from pipeline.core.programme import Programme
from pipeline.core.returns import DELIVERY_MEASURES
from pipeline.core.suggest import suggestion
from pipeline.core.text import ref_key
from pipeline.core.years import parse_year, year_label
from schemas.returns import DELIVERY, LINE_REF
from schemas.vocabulary import COSTS, SAVINGS_AND_INCOME, turned_round

_YEAR = DELIVERY.field("Year")


def delivery_issues(
    rows: DeliveryRows,
    lines: Lines,
    programme: Programme,
    words: Vocabularies,
    issues_so_far: list[Issue],
) -> list[Issue]:
    """What is wrong with the rows of Delivery: missing cells, words outside the vocabulary, lines
    that no return has, years that are none or that the programme doesn't cover, signs.

    ``issues_so_far``: of any table.
    """
    return [
        *row_issues(DELIVERY, rows, words, issues_so_far),
        *_unknown_lines(rows, lines),
        *_years(rows, programme),
        *_signs(rows, lines),
    ]


def _unknown_lines(rows: DeliveryRows, lines: Lines) -> list[Issue]:
    """Line refs that stand in no Savings of the programme, rejected and excluded ones included."""
    line_refs = rows.frame["line_ref"]
    key_numbers: dict[str, int] = {}
    of_lines = number_texts(lines.frame["line_ref"], ref_key, key_numbers)
    of_rows = number_texts(line_refs, ref_key, key_numbers)
    unknown = places(line_refs.notna().to_numpy() & ~np.isin(of_rows, of_lines))
    texts = lines.frame["line_ref"].dropna().tolist() if unknown else []
    refs = {ref_key(ref): ref for ref in texts}
    issues = []
    for place in unknown:
        details = {
            "suggestion": suggestion(rows.text(place, LINE_REF.name), refs.values()),
            "choices": "the Line ref of a line in Savings",
        }
        issues.append(rows.issue("unknown-value", place, LINE_REF, details))
    return issues


def _years(rows: DeliveryRows, programme: Programme) -> list[Issue]:
    """Years that are none, and amounts in years that the programme doesn't cover."""
    labels = set(programme.year_labels)
    issues = []
    for place, text in enumerate(rows.frame["year"].tolist()):
        if not isinstance(text, str) or text in labels:
            continue
        if (year := parse_year(text)) is None:
            details = {"suggestion": "", "choices": "a financial year such as 2012/13"}
            issues.append(rows.issue("unknown-value", place, _YEAR, details))
        elif rows.stated[place].any():
            at, number = rows.cell(place, _YEAR.name), rows.source_of(place).number
            label = year_label(year)
            issues.append(Issue("year-outside-programme", at, label, label, {}, number))
    return issues


def _signs(rows: DeliveryRows, lines: Lines) -> list[Issue]:
    """Savings above zero and costs below it, by the category of the line: once a row."""
    refs = translate(lines.frame["line_ref"], ref_key).tolist()
    categories = dict(zip(refs, lines.frame["category"].tolist(), strict=True))
    issues = []
    row_refs = translate(rows.frame["line_ref"], ref_key).tolist()
    for place, (ref, stated) in enumerate(zip(row_refs, rows.stated.tolist(), strict=True)):
        category = categories.get(ref, "")
        entered = [rows.number(place, name) for name in ENTERED]
        is_cost = category in COSTS
        if not (is_cost or category in SAVINGS_AND_INCOME):
            continue
        factor = -1 if category in turned_round(*entered) else 1
        adds = [factor * pence for pence in stated]
        wrong = [pence < 0 if is_cost else pence > 0 for pence in adds]
        if any(wrong):
            measure = wrong.index(True)
            field = DELIVERY.field(DELIVERY_MEASURES[measure].capitalize())
            details, pence = sign_details(is_cost, *entered), adds[measure]
            issues.append(rows.issue("sign", place, field, details, value=money_text(pence)))
    return issues
