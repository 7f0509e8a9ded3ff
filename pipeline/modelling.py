"""The programme's figures from its accepted lines, and the controls that prove them."""

import numpy as np
import pandas as pd

from pipeline.assessing import Assessment
from pipeline.check.narrative import project_keys
from pipeline.core.account import NumberUse
from pipeline.core.grouping import group_rows
from pipeline.core.lines import places
from pipeline.core.programme import Programme
from pipeline.core.results import Results, issue_rows
from pipeline.core.returns import SourceFile
from pipeline.model.annual import entered
from pipeline.model.apportion import shares_table
from pipeline.model.board import returns_board
from pipeline.model.budget import budget, budget_gap
from pipeline.model.controls import (
    account_control,
    controls_table,
    intake_controls,
    model_controls,
)
from pipeline.model.delivery import delivery, delivery_controls
from pipeline.model.figures import appraisal, by_service, by_year, cube, summary
from pipeline.model.intake import ReturnTotals, sources_table
from pipeline.model.projects import by_project
from pipeline.model.register import apportioned, register
from pipeline.model.sensitivity import largest_lines, switching
from pipeline.model.settlement import settlement, settlement_controls
from pipeline.model.share_changes import share_changes
from pipeline.model.tags import by_tag, tag_numbers
from pipeline.reading import ProgrammeReading
from schemas.model import LEFT_OUT
from schemas.returns import NARRATIVE_TABLES, SAVINGS


def model(
    reading: ProgrammeReading,
    programme: Programme,
    assessed: Assessment,
    totals: list[ReturnTotals],
    files: list[SourceFile],
) -> Results:
    """The programme's figures from the accepted lines, and the controls that prove them;
    ``files``: what came of each file."""
    lines, verdict = assessed.lines, assessed.verdict
    rows = register(lines, assessed.annual, verdict.accepted, programme)
    parts = apportioned(rows, programme)
    figures = cube(rows, parts, programme)
    pairs_in_use = group_rows(rows, ("service", "basis"))[1]
    reports = by_project(rows, parts, programme, project_keys(assessed.narrative))
    delivered = None
    if assessed.delivery is not None:
        delivered = delivery(*assessed.delivery, lines, rows, programme)
    narrative_names = {table.name for table in NARRATIVE_TABLES}
    years = by_year(figures)
    changes = budget(years, programme)
    results = Results(
        programme=programme,
        register=rows,
        apportioned=parts,
        excluded=register(lines, assessed.annual, verdict.excluded, programme),
        summary=summary(figures),
        appraisal=appraisal(figures, rows, parts),
        by_year=years,
        by_service=by_service(figures),
        budget=changes,
        budget_gap=budget_gap(changes, programme),
        by_tag=by_tag(rows, programme),
        tag_numbers=tag_numbers(rows, programme),
        shares=shares_table(programme, {(name, basis) for name, basis in pairs_in_use if basis}),
        controls=pd.DataFrame(),
        sources=sources_table(files, totals),
        returns=returns_board(assessed.board, rows, assessed.issues, programme),
        project_appraisal=reports[0],
        project_years=reports[1],
        rejected_pence=sum(each.rejected_pence for each in totals),
        unread_numbers=sum(each.account.cells[NumberUse.NAMED] for each in reading.returns),
        unread_pence=sum(each.account.pence[NumberUse.NAMED] for each in reading.returns),
        narrative={k: v for k, v in assessed.narrative.items() if k in narrative_names},
        switching=switching(figures),
        largest_lines=largest_lines(rows, programme),
        delivery=delivered,
        settlement=settlement(rows, parts, delivered, programme),
        share_changes=share_changes(rows, programme),
        issues=issue_rows(assessed.issues),
        warnings=[issue for issue in assessed.issues if not issue.is_error],
        left_out=left_out(assessed),
        tables=lines.sources,
    )
    results.controls = _controls(reading, assessed, totals, files, results)
    return results


def _controls(
    reading: ProgrammeReading,
    assessed: Assessment,
    totals: list[ReturnTotals],
    files: list[SourceFile],
    results: Results,
) -> pd.DataFrame:
    lines, accepted = assessed.lines, assessed.verdict.accepted
    everywhere = lines.frame["scenario"].isna().to_numpy()[accepted]
    file_count = len(reading.folder.files) + 1
    read_files = sum(file.read for file in files)
    intake = intake_controls(file_count, read_files, len(files) - read_files, totals)
    intake += [account_control(r.workbook, r.account) for r in reading.returns if r.cover]
    checks = model_controls(
        entered(lines)[accepted],
        lines.frame["incremental"].to_numpy(dtype=bool)[accepted],
        np.where(everywhere, len(results.programme.scenarios), 1),
        results,
    )
    if results.delivery is not None:
        returns, programme = reading.returns, results.programme
        checks += delivery_controls(returns, results.register, results.delivery, programme)
    checks += settlement_controls(results)
    return controls_table([*intake, *checks])


def left_out(assessed: Assessment) -> pd.DataFrame:
    """LEFT_OUT: the rows of Savings that are in no total, a rejected one with the error that it
    rests on, an excluded one with the programme that counts it."""
    lines, verdict = assessed.lines, assessed.verdict
    counted_in = SAVINGS.field("Counted in")
    rejected = verdict.rejected
    # By column: there may be tens of thousands, a tuple each beside them.
    columns: dict[str, list[object]] = {name: [] for name in LEFT_OUT.names()}
    for place in places(~verdict.accepted):
        key = (lines.text(place, "line_ref"), lines.text(place, "scenario"))
        reason = verdict.reason(place)
        fault = reason.issue if reason else None
        if fault is not None:
            what = (fault.heading, fault.value, str(fault.at))
        else:
            at = lines.cell(place, counted_in.name)
            what = (counted_in.heading, lines.text(place, counted_in.name), str(at))
        for column, value in zip(
            columns.values(), (*key, bool(rejected[place]), *what), strict=True
        ):
            column.append(value)
    return pd.DataFrame(columns, dtype=object)
