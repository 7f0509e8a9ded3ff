"""What a committee reads of how sure the figures are: the risks, what the figures leave out, and
the files that they are made of."""

from collections.abc import Iterator

from pipeline.core import outputs
from pipeline.core.intake import intake, not_in
from pipeline.core.issue import Issue
from pipeline.core.money import money_text
from pipeline.core.phrases import agreeing, counted, in_words, sentence
from pipeline.core.results import Results
from pipeline.report.documents.document import (
    Block,
    Figure,
    Grid,
    Heading,
    Paragraph,
    Style,
    Text,
    cells,
)
from pipeline.report.documents.figures import NONE, NOT_STATED, column_of, figure, named
from pipeline.report.sheets.checks import failures
from pipeline.report.sheets.narrative import enriched
from pipeline.report.sheets.status import not_read
from pipeline.report.tables import Record, records
from schemas.outputs import CONTROLS, EXCLUDED, ISSUES, NARRATIVE, SOURCES

_MOST_RISKS = 10
_MOST_WARNINGS = 10
_MOST_EXCLUDED = 15
_MOST_SOURCES = 40
_SHA_FIGURES = 12
_RISKS = NARRATIVE["Risks"]


def risks(results: Results) -> Iterator[Block]:
    """The risks with the highest scores, likelihood times impact."""
    frame = enriched(results, _RISKS.name)
    if frame is None:
        return
    rows = records(frame)
    more = ", those with the highest scores" if len(rows) > _MOST_RISKS else ""
    yield Heading("Risks")
    yield Paragraph(
        Text(
            "As the departments see them, the highest score first. The score is likelihood times "
            f"impact, each from one to five; all risks are in {_RISKS.sheet}."
        )
    )
    yield Grid(
        Text(f"Risks{more}"),
        ("Risk ref", "Risk", "Mitigation", "Owner", "Likelihood", "Impact", "Score"),
        tuple(map(_risk, rows[:_MOST_RISKS])),
        (1, 2.6, 2.4, 1.5, 1.3, 0.95, 0.8),
        frozenset({4, 5, 6}),
        description="Risks with their scores, what is done about them, and by whom",
    )


def _risk(row: Record) -> tuple[Text, ...]:
    label = str(row["risk_ref"] or row["risk"])
    return (
        Text(str(row["risk_ref"] or NONE)),
        Text(str(row["risk"])),
        *(Text(str(row[name] or NOT_STATED)) for name in ("mitigation", "owner")),
        *(_points(row, label, name) for name in ("likelihood", "impact", "score")),
    )


def _points(row: Record, label: str, name: str) -> Text:
    if row[name] is None:
        return Text(NONE)
    words = str(row[name])
    return Text(words, (named(words, _RISKS, (label,), column_of(_RISKS, name).heading),))


# What is left out


def left_out(results: Results) -> Iterator[Block]:
    """Whatever is in no figure, or may be wrong in one."""
    yield Heading("What the figures leave out")
    yield Paragraph(_rejected(results))
    yield Paragraph(Text(_returns(results)))
    if results.unread_numbers:
        yield Paragraph(_unread(results))
    yield Paragraph(_warnings(results))
    yield from _open_warnings(results.warnings)
    failed = failures(results.controls)
    if failed:
        key = (CONTROLS.name, "Result: Fail", "rows")
        words = f"{failed:,}"
        yield Paragraph(
            Text(
                f"{words} of the control totals {agreeing(failed, 'fails', 'fail')}: the figures "
                f"do not add up, see {CONTROLS.sheet}.",
                (Figure(words, key),),
            )
        )
    yield from _excluded(results)


def _returns(results: Results) -> str:
    """Which returns are not in as they should be, as far as anybody has said which should."""
    if absent := not_in(results.returns):
        return " ".join(f"{what}: {in_words(each)}." for what, each in absent.items())
    if intake(results.returns).expected:
        return "Every return that is expected is in, read and final."
    return "Every return that has come is read and final. Nobody has said which are expected."


def _rejected(results: Results) -> Text:
    """The rows with errors, and their money."""
    errors = results.issue_counts["error"]
    rows = sum(int(each or 0) for each in results.sources["rejected"].dropna())
    if not errors:
        return Text("No errors stand, and no row is rejected.")
    figures = [Figure(f"{errors:,}", (ISSUES.name, "Severity: Error", "rows"))]
    words = f"{counted(errors, 'error')} {agreeing(errors, 'stands', 'stand')} in the returns"
    if not rows:
        return Text(sentence(f"{words}; no row is left out for them."), tuple(figures))
    figures.append(Figure(f"{rows:,}", (SOURCES.name, "all rows", "Rejected")))
    amount = money_text(results.rejected_pence)
    figures.append(Figure(amount, ("Status", "Status", "money of rejected rows")))
    return Text(
        f"{words}: {counted(rows, 'row')} {agreeing(rows, 'is', 'are')} rejected and in no figure, "
        f"{amount} as entered, all years and scenarios together. See {ISSUES.sheet}.",
        tuple(figures),
    )


def _unread(results: Results) -> Text:
    number, amount = f"{results.unread_numbers:,}", money_text(results.unread_pence)
    return Text(
        not_read(results),
        (
            Figure(number, ("Status", "Not read", "numbers")),
            Figure(amount, ("Status", "Not read", "money")),
        ),
    )


def _warnings(results: Results) -> Text:
    _, stand, answered = results.issue_counts.values()
    if not stand and not answered:
        return Text("No warning is open.")
    figures = []
    for number, key in ((stand, "Severity: Warning, not answered"), (answered, "Answer")):
        if number:
            figures.append(Figure(f"{number:,}", (ISSUES.name, key, "rows")))
    more = f" {counted(answered, 'warning')} more {agreeing(answered, 'is', 'are')} answered."
    return Text(
        sentence(
            f"{counted(stand, 'warning')} {agreeing(stand, 'is', 'are')} open; the rows with "
            "warnings are in the figures."
        )
        + (more if answered else ""),
        tuple(figures),
    )


def _open_warnings(warnings: list[Issue]) -> Iterator[Block]:
    """Those that speak of money, in their own words."""
    with_money = [each for each in warnings if not each.answer and "£" in each.problem]
    for each in with_money[:_MOST_WARNINGS]:
        where = f"{each.at.workbook}, {each.at.sheet} {each.at.cell}".strip(", ")
        yield Paragraph(Text(f"{where}: {each.problem}"), Style.BULLET)
    if len(with_money) > _MOST_WARNINGS:
        yield Paragraph(Text(f"The others that speak of money are in {ISSUES.sheet}."))


def _excluded(results: Results) -> Iterator[Block]:
    """The lines that another programme counts."""
    plan = results.programme.plan_scenario
    rows = [row for row in records(results.excluded) if row["scenario"] == plan]
    if not rows:
        return
    more = f", the first of those in {EXCLUDED.sheet}" if len(rows) > _MOST_EXCLUDED else ""
    total = column_of(EXCLUDED, "total_pence")
    yield Grid(
        Text(f"Lines that another programme counts, all years, {plan}, in £ and pence{more}"),
        ("Line ref", "Description", "Counted in", total.heading),
        tuple(
            (
                *(Text(str(row[name])) for name in ("line_ref", "description", "counted_in")),
                figure(
                    EXCLUDED,
                    (row["line_ref"], plan),
                    total,
                    row["total_pence"],
                    results.programme,
                ),
            )
            for row in rows[:_MOST_EXCLUDED]
        ),
        (1, 3, 2, 1.2),
        frozenset({3}),
        description="Lines that are kept out of the totals, and the programme that counts them",
    )


# The inputs


def sources(results: Results) -> Iterator[Block]:
    """The files that the paper is made of, told by the start of their checksums."""
    rows = records(results.sources)
    yield Heading("What the paper is made of")
    yield Paragraph(
        Text(
            "The files as they were read. A file whose SHA-256 begins alike is the same file; "
            f"{SOURCES.sheet} of {outputs.SUMMARY} has each in full."
        )
    )
    more = f", the first of those in {SOURCES.sheet}" if len(rows) > _MOST_SOURCES else ""
    yield Grid(
        Text(f"Files{more}"),
        ("Workbook", "Department", "Result", "SHA-256 begins"),
        cells(
            (
                row["workbook"],
                row["department"] or NONE,
                row["result"],
                str(row["sha256"] or NONE)[:_SHA_FIGURES],
            )
            for row in rows[:_MOST_SOURCES]
        ),
        (3, 2, 1.6, 1.5),
        description="The files with their departments, what came of them, and their checksums",
    )
