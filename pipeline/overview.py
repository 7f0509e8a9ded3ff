"""What a run has come to, in a few lines."""

from collections.abc import Iterable, Iterator

from pipeline.core.intake import intake, not_in, shortfalls
from pipeline.core.money import money_text
from pipeline.core.overview import Overview, OverviewRow
from pipeline.core.results import Results
from pipeline.core.returns import SourceFile
from pipeline.model.intake import ReturnTotals
from schemas.vocabulary import ALL_STRANDS, ANNUAL_MEASURE, TOTAL_PROGRAMME


def overview_of(
    title: str, results: Results, files: Iterable[SourceFile], totals: Iterable[ReturnTotals]
) -> Overview:
    """What is said of a programme's report; ``files``: what came of each, ``totals``: of each
    return what came of its rows."""
    errors, *others = results.issue_counts.values()
    return Overview(
        title,
        (
            *_returns(results),
            *_not_read(files),
            *_lines(results, list(totals)),
            *_annual_cashable(results),
            *_issues(errors, *others),
            _controls(results, errors),
        ),
        tuple((what, ", ".join(names)) for what, names in not_in(results.returns).items()),
        errors,
        errors + sum(others),
    )


def _not_read(files: Iterable[SourceFile]) -> Iterator[OverviewRow]:
    if unread := sum(not file.read for file in files):
        yield OverviewRow("Files not read", f"{unread:,}", "see Sources", alarm=True)


def _lines(results: Results, totals: Iterable[ReturnTotals]) -> Iterator[OverviewRow]:
    for label in ("accepted", "rejected", "excluded"):
        rows = sum(getattr(each, f"{label}_rows") for each in totals)
        yield OverviewRow(f"Lines {label}", f"{rows:,}")
    if results.unread_numbers:
        amount = money_text(results.unread_pence)
        yield OverviewRow("Numbers not read", f"{results.unread_numbers:,}", amount)


def _issues(errors: int, warnings: int, answered: int) -> Iterator[OverviewRow]:
    yield OverviewRow("Errors", f"{errors:,}", alarm=errors > 0)
    yield OverviewRow("Warnings", f"{warnings:,}")
    if answered:
        yield OverviewRow("Warnings answered", f"{answered:,}")


def _controls(results: Results, errors: int) -> OverviewRow:
    controls = results.controls
    failed = int((controls["expected"] != controls["actual"]).sum())
    scope = " for the rows that count" if shortfalls(results.returns, errors) else ""
    verdict = f"{failed:,} FAIL" if failed else f"all pass{scope}"
    return OverviewRow("Controls", f"{len(controls):,}", verdict, alarm=failed > 0)


def _returns(results: Results) -> Iterator[OverviewRow]:
    """How many returns are expected, received, read and accepted."""
    counts = intake(results.returns)
    if counts.expected:
        yield OverviewRow("Returns expected", f"{counts.expected:,}")
    yield OverviewRow("Returns received", f"{counts.received:,}")
    yield OverviewRow("Returns read", f"{counts.read:,}")
    yield OverviewRow("Returns accepted", f"{counts.accepted:,}")
    if counts.further:
        more = "of departments that are not expected"
        yield OverviewRow("Further returns", f"{counts.further:,}", more)


def _annual_cashable(results: Results) -> Iterator[OverviewRow]:
    """The programme's annual cashable by scenario, as Summary has it."""
    summary = results.summary
    whole = summary["strand"].eq(ALL_STRANDS) & summary["organisation"].eq(TOTAL_PROGRAMME)
    for row in summary[whole].to_dict("records"):
        amount = money_text(int(row["annual_cashable_pence"]))
        yield OverviewRow(f"{ANNUAL_MEASURE}: {row['scenario']}", amount)
