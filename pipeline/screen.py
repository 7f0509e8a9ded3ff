"""What a run says on screen: progress while it works, then what came of it, in plain English."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.core import outputs
from pipeline.core.invocation import option
from pipeline.core.issue import Issue, tally
from pipeline.core.money import money_text, share_text
from pipeline.core.overview import Overview
from pipeline.core.phrases import agreeing, counted, in_words
from pipeline.core.rules import Severity
from pipeline.execute import Step
from pipeline.ingest.discover import InputTree
from pipeline.ingest.places import InputPath
from pipeline.publish import last_report
from pipeline.run import Outcome

if TYPE_CHECKING:
    from pipeline.core.traced import FigurePart, Trace
    from pipeline.core.versions import Issued, Moved
    from pipeline.ingest.changes import Since
    from pipeline.report.resubmitted import Resubmission
    from pipeline.watch import Change

# Where no window sets a width, lines stay whole, so that they can be searched.
_UNWRAPPED = 10_000
_INDENT = (0, 0, 0, 2)
_MOST_TRACED = 20
_MOST_MOVEMENTS = 100


def _console(*, stderr: bool = False) -> Console:
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal:
        console.width = _UNWRAPPED
    return console


out, err = _console(), _console(stderr=True)


@contextmanager
def progress(title: str) -> Iterator[Step]:
    """A line that says what is being done; nothing where nobody watches."""
    if not err.is_terminal:
        yield lambda _: None
        return
    with err.status(_escaped(title)) as status:
        yield lambda text: status.update(f"{_escaped(title)}: {_escaped(text)}")


def complain(sentence: str) -> None:
    """Say what went wrong."""
    err.print(f"[bold red]Error[/]: {_escaped(sentence)}")


def warn(sentence: str) -> None:
    """Say what somebody should know, though the work went on."""
    err.print(f"[bold yellow]Warning[/]: {_escaped(sentence)}")


def note(sentence: str) -> None:
    """Say what is no fault, but good to know."""
    err.print(_escaped(sentence))


def strays(advice: Mapping[str, str], inputs: InputPath) -> None:
    """Name files that belong to no programme, and what to do about each."""
    for name, what in advice.items():
        complain(f"{inputs / name} belongs to no programme: {what}.")


def stopped(outcome: Outcome, name: str, folder: Path) -> None:
    """Say why a programme could not be reported, and what stands in its outputs."""
    complain(f"{name} was not reported: its control workbook can't be used as it is.")
    issue_table(outcome.issues, err)
    last = last_report(folder)
    if last is not None:
        err.print(f"The last report stays in {_escaped(folder)}. It is from {last:%d/%m/%Y %H:%M}.")


def reported(overview: Overview, name: str, folder: Path) -> None:
    """What came of a programme's report."""
    out.print(_headline(overview.title, name))
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right")
    for each in overview.facts:
        style = "bold red" if each.alarm else ""
        cells = (Text(words, style) for words in (each.number, each.more))
        table.add_row(_escaped(each.name), *cells)
    _print_table(table, out)
    for what, names in overview.not_in:
        out.print(Padding(f"[bold]{what}[/]: {_escaped(names)}", _INDENT, expand=False))
    _say_where("Reports", folder)
    if overview.issues:
        _say_where("Errors and warnings, cell by cell", folder / outputs.VALIDATION)


def stands(folder: Path) -> None:
    """Say that the last report is the one that would be made now."""
    last = last_report(folder)
    since = f" since {last:%d/%m/%Y %H:%M}" if last else ""
    out.print(Padding(f"Nothing has changed{since}: the report stands.", _INDENT, expand=False))


def not_copied(names: Iterable[str]) -> None:
    """Name returns whose checked copy would be of another file than the one that was read."""
    for name in names:
        complain(
            f"{name} has changed since it was read: there is no checked copy of it. Run the "
            "command again."
        )


def changed_since(since: "Since", without_copy: Collection[str]) -> None:
    """Say which inputs are no longer what was read; those without a copy have been named."""
    changed = tuple(name for name in since.changed if name not in without_copy)
    parts = (changed, "changed"), (since.gone, "gone"), (since.arrived, "arrived")
    news = "; ".join(f"{_named(files)} {what}" for files, what in parts if files)
    if news:
        note(
            f"Since the workbooks were read: {news}. All figures are of what was read: run the "
            "command again."
        )


def without_inputs(folder: Path, names: Collection[str]) -> None:
    """Name the programmes whose last report stands in the outputs while their inputs are gone."""
    for path in sorted(folder.rglob(outputs.MANIFEST)):
        name = path.parent.relative_to(folder).as_posix()
        last = last_report(path.parent)
        if last is not None and name not in names:
            note(
                f"{name} is not among the inputs any more. Its last report, of "
                f"{last:%d/%m/%Y %H:%M}, stays in {path.parent}."
            )


def legend() -> None:
    """Say what the numbers of a report's lines count."""
    out.print(
        "\nLines are rows of Savings sheets. Annual cashable is the total programme's in the "
        "steady-state year, as in Summary; savings in brackets."
    )


def closing(*, strict: bool) -> None:
    """The last words where not all is well, for whoever sees only the end."""
    if strict:
        err.print("Not everything was reported without an error: see above.")
    else:
        err.print("Not everything was reported: see the errors above.")


def watching(inputs: Path, tree: InputTree) -> None:
    """Say what is watched."""
    programmes = len(tree.programmes)
    files = sum(1 + len(folder.files) for folder in tree.programmes)
    out.print(
        f"\nWatching {_escaped(inputs)}: {counted(programmes, 'programme', nil='0')}, "
        f"{counted(files, 'file', nil='0')}. Ctrl-C ends it."
    )


def changed(change: "Change", folder: Path) -> None:
    """Say in a line what happened to a programme's files; ``folder`` is where its reports are."""
    parts = (change.arrived, "arrived"), (change.changed, "changed"), (change.went, "went")
    news = "; ".join(f"{_named(files)} {what}" for files, what in parts if files)
    name = f" {_escaped(change.programme or 'Without a programme')}:"
    stays = f" That is no programme any more; its reports stay in {_escaped(folder)}."
    out.print(
        f"\n{datetime.now():%H:%M:%S}{'' if change.programme == '.' else name} "
        f"{news or 'trying again'}.{stays if change.ended else ''}"
    )


def _named(files: tuple[str, ...]) -> str:
    """A few files by name, many by their number."""
    if len(files) > 3:
        return f"{len(files):,} files"
    return ", ".join(f"“{_escaped(name)}”" for name in files)


def page_at(address: str) -> None:
    """Say where the page is; the address lets in whoever opens it."""
    out.print(
        f"The page is at {_escaped(address)}\nFor you alone, on this computer. Ctrl-C ends it."
    )


def page_ended() -> None:
    """The last words of the page."""
    out.print("The page has ended. Workbooks and reports stay as they are.")


def waiting(paths: list[Path]) -> None:
    """Say what has to be there before a report goes on; nothing where there is nothing."""
    if paths:
        names = ", ".join(f"“{_escaped(path)}”" for path in paths)
        out.print(f"\n{datetime.now():%H:%M:%S} Waiting for {names}: not there, or not whole.")


def watched() -> None:
    """The last words of watching."""
    out.print("\nWatching has ended. The reports stay as they are.")


def validated(outcome: Outcome, name: str, only: str) -> None:
    """The issues of a programme's returns, or of the ``only`` one, and how many there are."""
    out.print(_headline(outcome.title, name) + (f": {_escaped(only)}" if only else ""))
    if outcome.results is None:
        out.print("  Its control workbook can't be used as it is, so returns were not looked at.")
    issue_table(outcome.issues, out)
    out.print(f"  {_counted(outcome.issues)}.")


# So many changed lines of a return are named.
_MOST_CHANGES = 20


def resubmitted(changes: "list[Resubmission]", scenarios: tuple[str, ...]) -> None:
    """What each return changes against the last report, with amounts."""
    for each in changes:
        out.print(f"  {_escaped(each.in_words(scenarios))}")
        sentences = each.sentences()
        for words in sentences[:_MOST_CHANGES]:
            out.print(f"    {_escaped(words)}")
        if (rest := len(sentences) - _MOST_CHANGES) > 0:
            out.print(f"    {rest:,} more are on the sheet Changes of {outputs.VALIDATION}.")


def suggested(path: Path, workbooks: list[str]) -> None:
    """Say where the rows are that would read workbooks which can't be read yet."""
    names = ", ".join(map(_escaped, workbooks))
    out.print(
        f"Rows for Layouts that would read {names}, to be checked and pasted into programme.xlsx, "
        f"are in {_escaped(path)}."
    )


def issued(version: "Issued", errors: int, folder: Path) -> None:
    """Say that a version was issued, and where it is."""
    stands = "its cover says so" if errors else "no errors stand"
    number = f"{counted(errors, 'error')} {agreeing(errors, 'stands', 'stand')}"
    out.print(
        f"Issued as version {version.number}, “{_escaped(version.name)}”: "
        + (f"{number}, and {stands}." if errors else f"{stands}.")
    )
    for words in version.signed_off:
        out.print(f"  Signed off by {_escaped(words)}")
    _say_where("Frozen in", folder)


def versions(issued_versions: "Sequence[Issued]") -> None:
    """The versions that were issued, oldest first."""
    if not issued_versions:
        out.print("No version was issued yet.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for heading in ("Version", "Name", "Issued", "Errors", "Signed off by"):
        right = heading in ("Version", "Errors")
        table.add_column(heading, justify="right" if right else "left", overflow="fold")
    for one in issued_versions:
        signed = "; ".join(map(_escaped, one.signed_off)) or "nobody named"
        number = str(one.number)
        table.add_row(number, _escaped(one.name), one.when_text, f"{one.errors:,}", signed)
    _print_table(table, out)


def moved(what: "Moved") -> None:
    """What moved between two versions: how each total got from one to the other, then each
    movement, of many the first ones."""
    after = what.after.title if what.after else "this report"
    out.print(f"\n[bold]From {_escaped(what.before.title)} to {_escaped(after)}[/]")
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for heading in ("Total programme", "Effect"):
        table.add_column(heading, justify="right" if heading == "Effect" else "left")
    steps = [
        name for name in what.services.columns if name not in ("service", "scenario", "measure")
    ]
    whole = what.services[what.services["service"] == "All services"]
    ends = {"before_pence": "before", "now_pence": "after"}
    for row in whole.to_dict("records"):
        for step in steps:
            if row[step] or step in ends:
                name = f"{row['measure']}, {row['scenario']}: {ends.get(step, step.lower())}"
                table.add_row(_escaped(name), money_text(int(row[step])))
    _print_table(table, out)
    _movements(what)


def _movements(what: "Moved") -> None:
    rows = what.lines.to_dict("records")
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for heading in (
        "Line ref",
        "Scenario",
        "Change",
        "What",
        "Before",
        "After",
        "One-off",
        "Annual",
    ):
        table.add_column(heading, overflow="fold")
    for row in rows[:_MOST_MOVEMENTS]:
        words = ("line_ref", "scenario", "change", "what", "before", "after")
        effects = (row["one_off_pence"], row["annual_cashable_pence"])
        table.add_row(*(_escaped(row[name]) for name in words), *map(money_text, effects))
    out.print()
    if rows:
        _print_table(table, out)
    else:
        out.print("  Nothing moved.")
    if len(rows) > _MOST_MOVEMENTS:
        out.print(f"  And {len(rows) - _MOST_MOVEMENTS:,} more: see the workbook.")


def issue_table(issues: list[Issue], console: Console) -> None:
    """Issues as a table for each workbook, errors first."""
    by_workbook = sorted(issues, key=lambda issue: issue.at.workbook)
    gap = "\n" if console.is_terminal else " "
    places = max((len(_place(issue)) for issue in issues), default=0)
    for workbook, group in groupby(by_workbook, key=lambda issue: issue.at.workbook):
        of_workbook = list(group)
        console.print(f"[bold]{_escaped(workbook)}[/]: {_counted(of_workbook)}")
        table = Table.grid(padding=(0, 2))
        table.add_column(min_width=len(Severity.WARNING.value))
        table.add_column(overflow="fold", min_width=min(places, 16), max_width=24)
        table.add_column(overflow="fold")
        for issue in of_workbook:
            colour = "red" if issue.is_error else "yellow"
            words = f"{_escaped(issue.problem)} [dim]({issue.rule})[/]{gap}{_escaped(issue.remedy)}"
            table.add_row(f"[{colour}]{issue.severity.value}[/]", _escaped(_place(issue)), words)
        _print_table(table, console)


def traced(figure: "Trace", title: str) -> None:
    """A figure, and the first lines of each sum behind it with their cells."""
    out.print(f"\n[bold]{_escaped(title)}[/]")
    if figure.is_derived:
        out.print(f"[bold]{_escaped(figure.title)}: {_escaped(figure.value_text)}[/], from:")
    for part in figure.parts:
        out.print(f"\n[bold]{_escaped(part.title)}: {money_text(part.pence)}[/]")
        _print_table(_lines_behind(part), out)
        number = len(part.lines)
        rest = number - _MOST_TRACED
        if rest > 0:
            out.print(f"  … and {rest:,} more; {option('csv', 'file.csv')} writes them all.")
        if part.adds_up:
            out.print(f"  {part.proof}")
        else:
            complain(part.proof)


def _lines_behind(part: "FigurePart") -> Table:
    """The first lines of a sum: the line, what counts of it, and where it stands."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for row in part.lines.head(_MOST_TRACED).to_dict("records"):
        share, whole = row["share"], money_text(row["line_pence"])
        of_whole = "" if share == 1 else f"; {share_text(share)} of {whole}"
        words = (
            f"{row['description']} ({row['category']}, {row['scenario']}; {row['basis']}{of_whole})"
        )
        cells = f"{row['workbook']}, {row['sheet']}!{row['cells']}"
        amount = money_text(row["amount_pence"])
        table.add_row(_escaped(row["line_ref"]), amount, _escaped(words), _escaped(cells))
    return table


def other_inputs(folder: Path, differing: list[str] | None) -> None:
    """Say that the report in a folder is not of the inputs that were just read; None: there is
    none."""
    if differing is None:
        out.print(
            f"\nThere is no report in {_escaped(folder)}: this is of the inputs as they are now."
        )
        return
    out.print(
        f"\nThe report in {_escaped(folder)} was made of other inputs, so its figures may differ: "
        f"{_named(tuple(differing))} changed since."
    )


def written(path: Path) -> None:
    """Say where a file is."""
    _say_where("Written", path)


def _say_where(what: str, path: Path) -> None:
    """A path in one piece, however long, so that it can be copied."""
    out.print(f"  {what}: {_escaped(path)}", soft_wrap=True)


def _headline(title: str, name: str) -> str:
    folder = "" if name in (".", title) else f" ({_escaped(name)})"
    return f"\n[bold]{_escaped(title)}[/]{folder}"


def _place(issue: Issue) -> str:
    return f"{issue.at.sheet}!{issue.at.cell}" if issue.at.cell else issue.at.sheet


def _counted(issues: Iterable[Issue]) -> str:
    """``1 error and 2 warnings``."""
    numbers = tally(issues)
    if not numbers["answered warning"]:
        del numbers["answered warning"]
    return in_words([counted(number, noun, nil="0") for noun, number in numbers.items()])


def _print_table(table: Table, console: Console) -> None:
    """A table without the blanks that fill up its last column."""
    with console.capture() as capture:
        console.print(Padding(table, _INDENT, expand=False))
    for line in capture.get().splitlines():
        console.file.write(f"{line.rstrip()}\n")


def _escaped(words: object) -> str:
    """Words as they stand, without markup, line breaks and control characters of their own."""
    text = " ".join(str(words).split())
    return escape("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text))
