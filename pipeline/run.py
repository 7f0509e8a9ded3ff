"""The whole job on one page: ingest, check, model, report; and the only acceptance policy."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

import numpy as np
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
from pipeline.core.results import Results
from pipeline.core.returns import Pence, Return
from pipeline.core.text import same_name
from pipeline.core.versions import Issued, Snapshot, Versions
from pipeline.execute import Executor, Step, quietly
from pipeline.execute.local import LocalExecutor
from pipeline.history.bridges import moved
from pipeline.ingest.control import Control
from pipeline.ingest.discover import ProgrammeFolder
from pipeline.ingest.guard import Reader
from pipeline.ingest.returns import ReadingContext
from pipeline.ingest.workbook import Sheet, WorkbookError, read_file
from pipeline.model.annual import annual, entered
from pipeline.model.apportion import shares_table
from pipeline.model.controls import (
    PENCE,
    controls_table,
    intake_controls,
    model_controls,
)
from pipeline.model.controls import (
    Control as Check,
)
from pipeline.model.delivery import delivery, delivery_controls
from pipeline.model.figures import appraisal, by_service, by_year, cube, summary
from pipeline.model.intake import ReturnTotals, SourceFile, return_totals, sources_table
from pipeline.model.projects import by_project
from pipeline.model.register import apportioned, register
from pipeline.model.sensitivity import largest_lines, switching
from pipeline.report.checked import PlainSheet, checked_copy, values_copy
from schemas.returns import DELIVERY, NARRATIVE_TABLES, SAVINGS


@dataclass
class Reading:
    """A programme's workbooks, read: the control workbook, and every return by path.

    ``control_sha256``: of the control workbook.
    """

    folder: ProgrammeFolder
    control: Control
    control_sha256: str
    returns: list[Return] = field(default_factory=list)


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


@dataclass
class Outcome:
    """What a run of one programme gives: every issue in order, and what came of each file
    (columns as in Results); ``results`` and ``lines`` are None where no model can be built."""

    title: str
    issues: list[Issue]
    sources: pd.DataFrame
    returns: list[Return] = field(default_factory=list)
    totals: list[ReturnTotals] = field(default_factory=list)
    results: Results | None = None
    lines: Lines | None = None

    @property
    def inputs(self) -> dict[str, str]:
        """The SHA-256 of each file as it was read, by path within the programme's folder; empty
        for one that was not read."""
        return dict(zip(self.sources["workbook"], self.sources["sha256"], strict=True))

    @property
    def errors(self) -> int:
        """How many errors stand."""
        return sum(issue.is_error for issue in self.issues)


@dataclass
class Copies:
    """Checked copies by their path in the outputs; ``changed`` names returns that have none,
    because their files are no longer what was read."""

    files: dict[str, bytes] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)


def run(folder: ProgrammeFolder, step: Step = quietly, executor: Executor | None = None) -> Outcome:
    """Read, check and model one programme; ``executor`` reads its returns, else this process."""
    reading = read(folder, step, executor)
    programme = reading.control.programme
    title = reading.control.title or folder.name
    if programme is None:
        issues = in_order(one_per_cell(reading.control.issues))
        return Outcome(title, issues, sources_table(source_files(reading, issues), []))
    step("Checking")
    assessed = assess(reading, programme)
    step("Building the model")
    totals = return_totals(reading.returns, assessed.lines, assessed.verdict)
    results = model(reading, programme, assessed, totals)
    return Outcome(
        title, assessed.issues, results.sources, reading.returns, totals, results, assessed.lines
    )


def read(
    folder: ProgrammeFolder, step: Step = quietly, executor: Executor | None = None
) -> Reading:
    """Read a programme's control workbook and, where it can be used, its returns."""
    if executor is None:
        with LocalExecutor() as here:
            return read(folder, step, here)
    with Reader() as reader:
        control, digest = reader.read_control(
            folder.control.name, folder.control.path, folder.rivals
        )
    reading = Reading(folder, control, digest)
    if control.programme is not None:
        context = ReadingContext.of(control.programme, control.bases, control.layouts)
        files = [file for file in folder.files if not file.unread]
        reading.returns.extend(executor.read_returns(files, context, step))
    return reading


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

    issues = [*reading.control.issues, *(issue for each in returns for issue in each.issues)]
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


def model(
    reading: Reading, programme: Programme, assessed: Assessment, totals: list[ReturnTotals]
) -> Results:
    """The programme's figures from the accepted lines, and the controls that prove them."""
    lines, verdict = assessed.lines, assessed.verdict
    rows = register(lines, assessed.annual, verdict.accepted, programme)
    shared = apportioned(rows, programme)
    figures = cube(rows, shared, programme)
    used = rows[["service", "basis"]].dropna().itertuples(index=False, name=None)
    files = source_files(reading, assessed.issues)
    reports = by_project(rows, shared, programme, project_keys(assessed.narrative))
    delivered = None
    if assessed.delivery is not None:
        undelivered = assessed.undelivered
        delivered = delivery(assessed.delivery, undelivered, lines, verdict, rows, programme)
    narrative_names = {table.name for table in NARRATIVE_TABLES}
    results = Results(
        programme=programme,
        register=rows,
        apportioned=shared,
        excluded=register(lines, assessed.annual, verdict.excluded, programme),
        summary=summary(figures),
        appraisal=appraisal(figures),
        by_year=by_year(figures),
        by_service=by_service(figures),
        shares=shares_table(programme, set(used)),
        controls=pd.DataFrame(),
        sources=sources_table(files, totals),
        project_appraisal=reports[0],
        project_years=reports[1],
        rejected_pence=sum(each.rejected_pence for each in totals),
        narrative={k: v for k, v in assessed.narrative.items() if k in narrative_names},
        switching=switching(figures),
        largest_lines=largest_lines(rows, programme),
        delivery=delivered,
        issues=assessed.issues,
        left_out=left_out(assessed),
        tables=lines.sources,
    )
    results.controls = _controls(reading, assessed, totals, files, results)
    return results


def _controls(
    reading: Reading,
    assessed: Assessment,
    totals: list[ReturnTotals],
    files: list[SourceFile],
    results: Results,
) -> pd.DataFrame:
    lines, accepted = assessed.lines, assessed.verdict.accepted
    everywhere = lines.frame["scenario"].isna().to_numpy()[accepted]
    found = len(reading.folder.files) + 1
    read_files = sum(file.read for file in files)
    intake = intake_controls(found, read_files, len(files) - read_files, totals)
    checks = model_controls(
        entered(lines)[accepted],
        lines.frame["incremental"].to_numpy(dtype=bool)[accepted],
        np.where(everywhere, len(results.programme.scenarios), 1),
        results,
    )
    if results.delivery is not None:
        returns, programme = reading.returns, results.programme
        checks += delivery_controls(returns, results.register, results.delivery, programme)
    return controls_table([*intake, *checks])


def left_out(assessed: Assessment) -> pd.DataFrame:
    """The rows of Savings that are in no total (columns as in Results): a rejected one with its
    first error, an excluded one with the programme that counts it."""
    lines, verdict = assessed.lines, assessed.verdict
    first: dict[tuple[str, str, int], Issue] = {}
    for issue in assessed.issues:
        if issue.rejects:
            first.setdefault((issue.at.workbook, issue.at.sheet, issue.at.row), issue)
    counted_in = {field.name: field for field in SAVINGS.fields}["counted_in"]
    rows = []
    for place in np.flatnonzero(~verdict.accepted).tolist():
        source, row = lines.source_of(place), lines.number(place, "row")
        key = (lines.text(place, "line_ref"), lines.text(place, "scenario"))
        fault = first.get((source.workbook, source.sheet, row))
        if verdict.excluded[place]:
            at = lines.cell(place, counted_in.name)
            what = (counted_in.heading, lines.text(place, counted_in.name), str(at))
        elif fault is not None:
            what = (fault.heading, fault.value, str(fault.at))
        else:
            what = ("", "", str(lines.cell(place, "line_ref")))
        rows.append((*key, bool(verdict.rejected[place]), *what))
    columns = ["line_ref", "scenario", "rejected", "heading", "value", "where"]
    return pd.DataFrame(rows, columns=columns)


def snapshot(results: Results) -> Snapshot:
    """What of a programme's figures a later report can be compared with."""
    return Snapshot(
        results.programme,
        results.programme.services[0].basis_at.workbook,
        results.register,
        results.apportioned,
        results.summary,
        results.left_out,
        results.tables,
    )


def compared(results: Results, issued: list[Issued], last: Snapshot | None) -> Results:
    """The results with what moved since the last version issued, and the controls that prove it;
    ``last`` is what was recorded of it, None where there is none."""
    if last is None:
        return replace(results, versions=Versions(issued))
    what = moved(last, snapshot(results), issued[-1])
    checks = [
        Check(
            f"Movements: {check.measure.lower()}, {check.scenario} = this Summary less that of "
            f"version {what.before.number}",
            PENCE,
            check.expected,
            check.actual,
        )
        for check in what.checks
    ]
    controls = pd.concat([results.controls, controls_table(checks)], ignore_index=True)
    return replace(results, controls=controls, versions=Versions(issued, what))


def source_files(reading: Reading, issues: list[Issue]) -> list[SourceFile]:
    """Every file of the programme's folder: the control workbook, the returns, the rest."""
    faults = Counter((issue.at.workbook, issue.is_error) for issue in issues)

    def outcome(workbook: str) -> str:
        errors, warnings = faults[workbook, True], faults[workbook, False]
        found = [_count(errors, "error")] * bool(errors) + [_count(warnings, "warning")] * bool(
            warnings
        )
        return "Read; " + " and ".join(found) if found else "Read"

    control = reading.folder.control.name
    files = [SourceFile(control, reading.control_sha256, True, outcome(control))]
    for each in reading.returns:
        cover = each.cover
        files.append(
            SourceFile(
                each.workbook,
                each.sha256,
                cover is not None,
                outcome(each.workbook) if cover else each.result,
                cover.department if cover else "",
                cover.status if cover else "",
            )
        )
    read = {file.workbook for file in files}
    waiting = "Not read: the programme's control workbook has errors"
    return [
        *files,
        *(
            SourceFile(file.name, "", False, file.unread or waiting)
            for file in reading.folder.files
            if file.name not in read
        ),
    ]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def checked_copies(folder: ProgrammeFolder, outcome: Outcome, step: Step = quietly) -> Copies:
    """A checked copy of each return that was read and has issues."""
    copies = Copies()
    paths = {file.name: file.path for file in folder.files}
    issues: dict[str, list[Issue]] = {}
    for issue in outcome.issues:
        issues.setdefault(issue.at.workbook, []).append(issue)
    marking = outcome.results.programme.marking if outcome.results else ""
    for each in outcome.returns:
        name = each.workbook
        if each.cover is None or name not in issues:
            continue
        step(f"Marking {name}")
        try:
            content, digest = read_file(paths[name])
        except OSError:
            digest = ""
        if digest != each.sha256:
            copies.changed.append(name)
        elif made := _copy_of(name, content, issues[name], marking):
            copies.files[_place_of(made[0], name, paths, copies.files)] = made[1]
    return copies


def _place_of(path: str, name: str, returns: Iterable[str], copies: Iterable[str]) -> str:
    """Where a return's checked copy goes: its own path, unless another return or copy has it, on
    systems too that look at no capitals."""
    others = {same_name(f"returns/{each}") for each in returns if each != name}
    taken = {same_name(each) for each in copies}
    place = PurePosixPath(path)
    while same_name(str(place)) in taken or (
        str(place) != f"returns/{name}" and same_name(str(place)) in others
    ):
        place = place.with_name(f"{place.stem} (2){place.suffix}")
    return str(place)


def _copy_of(
    name: str, content: bytes, issues: list[Issue], marking: str
) -> tuple[str, bytes] | None:
    """The return with its cells marked; where its kind can't be marked, its values."""
    made = checked_copy(name, content, issues, marking)
    if made is not None:
        return made
    try:
        with Reader() as reader:
            sheets = [_plain_sheet(sheet) for sheet in reader.read_sheets(content)]
    except WorkbookError:
        return None
    return values_copy(name, content, sheets, issues, marking)


def _plain_sheet(sheet: Sheet) -> PlainSheet:
    rows: list[list[object]] = [[*row] for row in sheet.rows]
    for (row, column), fault in sheet.faults.items():
        rows[row][column] = fault.error
    return PlainSheet(sheet.name, rows, sheet.hidden)
