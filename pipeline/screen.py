"""What a run says on screen: progress while it works, then what came of it, in plain English."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.core.issue import Issue, shown
from pipeline.core.money import money_text
from pipeline.core.rules import Severity
from pipeline.publish import last_report
from pipeline.run import Outcome, Step

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def progress(title: str) -> Iterator[Step]:
    """A line that says what is being done; nothing where nobody watches."""
    if not err.is_terminal:
        yield lambda _: None
        return
    with err.status(escape(title)) as status:
        yield lambda text: status.update(f"{escape(title)}: {escape(text)}")


def complain(sentence: str) -> None:
    """Say what went wrong."""
    err.print(f"[bold red]Error[/] {escape(sentence)}")


def strays(names: list[str], inputs: Path) -> None:
    """Name files that belong to no programme."""
    for name in names:
        complain(
            f"{inputs / name} belongs to no programme: put it into a folder that has a "
            "programme.xlsx, or below one."
        )


def stopped(name: str, issues: list[Issue], folder: Path) -> None:
    """Say why a programme could not be reported, and what stands in its outputs."""
    complain(f"{name} can't be reported: its control workbook has errors.")
    issue_table(issues)
    written = last_report(folder)
    if written is not None:
        err.print(
            f"The last report stays in {escape(str(folder))}; it is from {written:%d/%m/%Y %H:%M}."
        )


def reported(name: str, outcome: Outcome, folder: Path) -> None:
    """What came of a programme's report."""
    results = outcome.results
    if results is None:
        raise ValueError("a stopped programme has no results")
    title = results.programme.title
    out.print(f"\n[bold]{escape(title)}[/] ({escape(name)})")
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right")
    unread = outcome.sources["result"].str.startswith("Not read").sum()
    table.add_row("Returns read", f"{len(outcome.totals):,}")
    if unread:
        table.add_row("Files not read", f"[bold red]{unread:,}[/]")
    for label in ("accepted", "rejected", "excluded"):
        rows = sum(getattr(each, f"{label}_rows") for each in outcome.totals)
        pence = sum(getattr(each, f"{label}_pence") for each in outcome.totals)
        table.add_row(f"Lines {label}", f"{rows:,}", money_text(pence) if rows else "")
    outside = sum(each.outside_pence for each in outcome.totals)
    if outside:
        table.add_row("Outside the years", "", money_text(outside))
    errors = sum(issue.is_error for issue in outcome.issues)
    warnings = len(outcome.issues) - errors
    table.add_row("Errors", f"[bold red]{errors:,}[/]" if errors else "0")
    table.add_row("Warnings", f"{warnings:,}")
    controls = results.controls
    failed = int((controls["expected"] != controls["actual"]).sum())
    passed = f"{len(controls) - failed:,} of {len(controls):,} pass"
    table.add_row("Controls", f"[bold red]{passed}[/]" if failed else passed)
    out.print(table)
    if outcome.issues:
        where = folder / "validation-report.xlsx"
        out.print(f"Each error and warning, with its cell and remedy: {escape(str(where))}")
    out.print(f"Reports: {escape(str(folder))}")


def issue_table(issues: list[Issue]) -> None:
    """Issues as a table for each workbook, errors first."""
    by_workbook = sorted(issues, key=lambda issue: issue.at.workbook)
    for workbook, group in groupby(by_workbook, key=lambda issue: issue.at.workbook):
        table = Table(title=escape(workbook), title_justify="left", title_style="bold", box=None)
        for heading in ("Severity", "Cell", "Rule", "Problem and remedy"):
            table.add_column(heading, overflow="fold")
        for issue in group:
            place = f"{issue.at.sheet}!{issue.at.cell}" if issue.at.cell else issue.at.sheet
            colour = "red" if issue.severity is Severity.ERROR else "yellow"
            words = f"{shown(issue.problem)} {issue.remedy}"
            table.add_row(
                f"[{colour}]{issue.severity.value}[/]", escape(place), issue.rule, escape(words)
            )
        out.print(table, soft_wrap=False)


def validated(name: str, issues: list[Issue]) -> None:
    """The issues of a programme's returns, and how many there are."""
    out.print(f"\n[bold]{escape(name)}[/]")
    issue_table(issues)
    errors = sum(issue.is_error for issue in issues)
    if issues:
        out.print(f"{errors:,} errors, {len(issues) - errors:,} warnings")
    else:
        out.print("No errors and no warnings.")


def written(path: Path) -> None:
    """Say where a file is."""
    out.print(f"Written: {escape(str(path))}")
