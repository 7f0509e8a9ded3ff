"""Delivery: what the returns say has become of the lines."""

from collections.abc import Iterable

import numpy as np

from pipeline.check.rows import Vocabularies, row_issues
from pipeline.check.signs import sign_details
from pipeline.core.issue import Issue
from pipeline.core.lines import ENTERED, DeliveryRows, Lines, places
from pipeline.core.money import money_text
from pipeline.core.programme import Programme
from pipeline.core.returns import DELIVERY_MEASURES, Pence
from pipeline.core.suggest import suggestion
from pipeline.core.text import ref_key
from pipeline.core.years import parse_year, year_label
from schemas.fields import Failure
from schemas.returns import DELIVERY, LINE_REF
from schemas.vocabulary import COSTS, SAVINGS_AND_INCOME

_YEAR = DELIVERY.field("Year")


def delivery_issues(
    rows: DeliveryRows,
    lines: Lines,
    programme: Programme,
    failures: Iterable[Failure],
    words: Vocabularies,
    issues_so_far: list[Issue],
) -> list[Issue]:
    """What is wrong with the rows of Delivery: missing cells, words outside the vocabulary, lines
    that no return has, years that are none or that the programme doesn't cover, signs.

    ``failures``: what pandera finds in them. ``issues_so_far``: of any table.
    """
    line_of = lines.places_of(rows.frame["line_ref"], "line_ref")
    return [
        *row_issues(DELIVERY, rows, failures, words, issues_so_far),
        *_unknown_lines(rows, lines, line_of),
        *_years(rows, programme),
        *_signs(rows, lines, line_of),
    ]


def _unknown_lines(rows: DeliveryRows, lines: Lines, line_of: Pence) -> list[Issue]:
    """Line refs that stand in no Savings of the programme, rejected and excluded ones included."""
    unknown = places(rows.frame["line_ref"].notna().to_numpy() & (line_of < 0))
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


def _signs(rows: DeliveryRows, lines: Lines, line_of: Pence) -> list[Issue]:
    """Savings above zero and costs below it, by the category of the line: once a row."""
    is_cost, is_saving = (
        # False stands at -1, for what is on no line.
        np.append(lines.frame["category"].isin(categories).to_numpy(dtype=bool), False)[line_of]
        for categories in (COSTS, SAVINGS_AND_INCOME)
    )
    savings_positive, costs_positive = (rows.frame[name].to_numpy(dtype=bool) for name in ENTERED)
    is_turned = np.where(is_cost, ~costs_positive, savings_positive)
    adds = np.where(is_turned[:, None], -rows.stated, rows.stated)
    wrong = (is_cost[:, None] & (adds < 0)) | (is_saving[:, None] & (adds > 0))
    issues = []
    for place in np.flatnonzero(wrong.any(axis=1)).tolist():
        measure = int(wrong[place].argmax())
        field = DELIVERY.field(DELIVERY_MEASURES[measure].capitalize())
        entered = (rows.number(place, name) for name in ENTERED)
        details, pence = sign_details(bool(is_cost[place]), *entered), int(adds[place, measure])
        issues.append(rows.issue("sign", place, field, details, value=money_text(pence)))
    return issues
