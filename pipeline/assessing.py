"""Checking all returns together, and the only acceptance policy: which lines are in the model."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath

import pandas as pd

from pipeline.check.delivery import delivery_issues
from pipeline.check.doubles import double_counts, duplicate_returns
from pipeline.check.lines import amount_issues, duplicate_lines, scenario_issues, weight_issues
from pipeline.check.narrative import at_fault, narrative, project_keys
from pipeline.check.programme import missing_returns
from pipeline.check.rows import partner_issues, row_issues, unknown_projects
from pipeline.core.issue import Issue, in_order, one_per_cell
from pipeline.core.lines import DeliveryRows, Lines, Verdict, stack_delivery, stack_lines
from pipeline.core.programme import Programme
from pipeline.core.returns import Pence, Return
from pipeline.ingest.returns import ReadingContext
from pipeline.model.annual import annual
from pipeline.reading import Reading
from schemas.returns import DELIVERY, SAVINGS


@dataclass
class Assessment:
    """All lines, their annual amounts (pence by line and year), what becomes of each, the other
    tables' records, and every issue in order.

    ``delivery``: the rows of Delivery, None where there are none; ``undelivered``: by row, why it
    can't be used, else empty."""

    lines: Lines
    annual: Pence
    verdict: Verdict
    narrative: dict[str, pd.DataFrame]
    issues: list[Issue]
    delivery: DeliveryRows | None = None
    undelivered: list[str] = field(default_factory=list)


def assess(reading: Reading, programme: Programme) -> Assessment:
    """Check all returns together, and decide which lines are in the model.

    The policy: a row with an error is rejected, and so is every row of a table or a return that
    can't be interpreted, or is another's earlier version; of lines that stand twice the first
    stays. A line that another programme counts is excluded. Warnings reject nothing.
    """
    returns = reading.returns
    words = ReadingContext.of(programme, reading.control.bases).vocabularies
    lines = stack_lines(returns, [f.name for f in SAVINGS.fields], len(programme.years))
    usual = {service.name: service.basis for service in programme.services}
    own, service = lines.frame["basis"], lines.frame["service"]
    applied = own.where(own.notna(), service.map(usual)).astype("str")
    lines.frame["applied_basis"] = applied.where(applied.isin(words["bases"]))
    amounts = annual(lines)

    issues = [*reading.control.issues, *reading.others]
    issues += (issue for each in returns for issue in each.issues)
    issues += row_issues(SAVINGS, lines, words, issues)
    issues += partner_issues(lines, programme)
    again = duplicate_returns(returns)
    earlier = {issue.at.workbook for issue in again}
    current = [each for each in returns if each.workbook not in earlier]
    tables, found = narrative(current, reading.control.assumptions, words, issues)
    issues += found
    issues += unknown_projects(lines, project_keys(tables))
    issues += amount_issues(lines, amounts, programme)

    reported = _delivery_rows(returns)
    if reported is not None:
        issues += delivery_issues(reported, lines, programme, words, issues)

    unusable = {each.workbook for each in returns if each.cover and not each.cover.usable}
    undelivered = _undelivered(reported, issues, earlier, unusable)
    unusable |= earlier
    rejected = at_fault(lines, issues) | lines.frame["workbook"].isin(unusable).to_numpy()
    twice = duplicate_lines(lines, ~rejected, programme.scenarios)
    rejected |= at_fault(lines, twice)
    excluded = ~rejected & lines.frame["counted_in"].notna().to_numpy()
    accepted = ~rejected & ~excluded

    issues += [*again, *twice]
    issues += scenario_issues(lines, accepted, programme.scenarios)
    issues += double_counts(lines, amounts, accepted, programme)
    issues += weight_issues(lines, amounts, accepted, programme)
    issues += missing_returns(programme, [_department(each) for each in returns])
    verdict = Verdict(accepted, rejected, excluded)
    issues = in_order(one_per_cell(issues))
    lines.forget()
    return Assessment(lines, amounts, verdict, tables, issues, reported, undelivered)


def _delivery_rows(returns: list[Return]) -> DeliveryRows | None:
    """The rows of Delivery of all returns; None where there are none."""
    if not any(each.delivery is not None and len(each.delivery.pence) for each in returns):
        return None
    return stack_delivery(returns, [f.name for f in DELIVERY.fields])


def _undelivered(
    rows: DeliveryRows | None, issues: list[Issue], earlier: set[str], unusable: set[str]
) -> list[str]:
    """By row of Delivery why it can't be used, by the policy of ``assess``; else empty."""
    if rows is None:
        return []
    return [
        "Another version of this return is read."
        if workbook in earlier
        else "The return's Cover has an error: see Issues."
        if workbook in unusable
        else "The row has an error: see Issues."
        if faulty
        else ""
        for workbook, faulty in zip(
            rows.frame["workbook"].tolist(), at_fault(rows, issues), strict=True
        )
    ]


def _department(each: Return) -> str:
    return each.cover.department if each.cover else PurePosixPath(each.workbook).stem
