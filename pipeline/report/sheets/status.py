"""Status: how far the figures can be relied on, and on which terms they stand."""

from dataclasses import replace

from pipeline.core.intake import waiting
from pipeline.core.money import money_text
from pipeline.core.phrases import agreeing, counted
from pipeline.core.programme import Partner
from pipeline.core.results import Results
from pipeline.core.versions import Versions
from pipeline.core.years import span_text, year_label
from pipeline.report import findings, formulas, reported
from pipeline.report.formula import formula
from pipeline.report.sheets.checks import failures, found, verdict
from pipeline.report.spec import DRAFT, Column, Purpose, Role, Sheet, Table, Tone
from pipeline.report.wording import (
    book_title,
    cost_or_saving,
    price_base,
    programme_name,
)
from schemas.outputs import Show
from schemas.vocabulary import NOT_YET_APPORTIONED

NAME = "Status"
_CONTROLS, _FIGURES = "Controls", "Figures"
_NAME_WIDTH, _TEXT_WIDTH = 24, 82

Fact = tuple[str, str]


def sheet(results: Results, partner: Partner | None = None, *, is_live: bool = False) -> Sheet:
    """Everything that is to be known of a book's figures before they are used; ``is_live``: what
    it says of the controls, and of whether the figures are still those reported, are formulas."""
    facts = [*_standing(results, partner, is_live=is_live), *_terms(results, partner)]
    return Sheet(
        NAME,
        "Status: how far the figures can be relied on",
        (_facts(facts, partner, is_live=is_live),),
        (f"{book_title(results.programme, partner)}.",),
        status(results, partner),
        note="How far can the figures be relied on, and on which terms do they stand?",
        upright=True,
        purpose=Purpose.CHECKS,
    )


def _facts(facts: list[Fact], partner: Partner | None, *, is_live: bool) -> Table:
    tones = {text: Tone.BAD for _, text in facts if text.startswith(DRAFT)}
    details = Column(
        "Detail", [text for _, text in facts], Show.LONG_TEXT, _TEXT_WIDTH, tones=tones
    )
    if is_live:
        checks = {_FIGURES: formula(reported.REPORTED_CHECK)}
        if partner is None:
            checks[_CONTROLS] = formula(formulas.CONTROLS_CHECK)
        cells = [checks.get(name) for name, _ in facts]
        fixed = [n for n, (name, _) in enumerate(facts) if name == NOT_YET_APPORTIONED]
        longest = {n: reported.LONGEST for n, (name, _) in enumerate(facts) if name == _FIGURES}
        details = replace(
            details,
            formulas=cells,
            alarms=reported.ALARMS,
            stale=frozenset(fixed),
            longest=longest,
        )
    return Table(
        NAME,
        (
            Column("Item", [name for name, _ in facts], width=_NAME_WIDTH),
            details,
        ),
        roles={0: Role.SUBTOTAL},
        airy=True,
        description="Status and terms of this workbook",
    )


def _standing(results: Results, partner: Partner | None, *, is_live: bool) -> list[Fact]:
    """How far the figures can be relied on."""
    issued = results.versions
    again = " ".join(filter(None, (issued.two_readers, issued.read_once)))
    facts = [
        ("Status", status(results, partner)),
        *([("Issued", words)] if (words := issued_words(issued)) else []),
        *([("Read again", again)] if again else []),
        ("Returns", _returns(results)),
        ("Issues", found(results.issue_counts)),
        *([("Not read", not_read(results))] if results.unread_numbers else []),
        (_CONTROLS, verdict(results)),
        *([(_FIGURES, reported.AS_REPORTED)] if is_live else []),
    ]
    open_amounts = findings.unapportioned(results)
    return [*facts, *([(NOT_YET_APPORTIONED, f"{open_amounts}.")] if open_amounts else [])]


def issued_words(versions: Versions) -> str:
    """Which version the workbook is of, and over what it was issued."""
    version = f"{versions.version.line}." if versions.version else ""
    return " ".join(filter(None, (version, versions.standing)))


def status(results: Results, partner: Partner | None) -> str:
    """Draft while errors stand, with what they are worth; a partner isn't told others' money."""
    errors = results.issue_counts["error"]
    if errors:
        text = f"{DRAFT}: {counted(errors, 'error')} {agreeing(errors, 'stands', 'stand')}"
        rows = sum(int(rows or 0) for rows in results.sources["rejected"].dropna())
        if not rows:
            return f"{text}; no row is left out of the figures for them."
        left_out = f"{counted(rows, 'row')} {agreeing(rows, 'is', 'are')} left out of the figures"
        if partner:
            return f"{text}; {left_out}."
        return f"{text}; {left_out}, {_worth(results)}."
    if failures(results.controls):
        return f"{DRAFT}: the figures do not add up, see Controls."
    if waiting(results.returns):
        return "No errors stand, but not every return is in as it should be: see Returns."
    return "No errors stand."


def not_read(results: Results) -> str:
    """What the returns' sheets show and no figure has in it, as it was when the report was made."""
    numbers = counted(results.unread_numbers, "number")
    return (
        f"{numbers} on the returns' sheets {agreeing(results.unread_numbers, 'is', 'are')} in no "
        f"figure, {money_text(results.unread_pence)} as they stand, as reported: see "
        "unread-amounts and the like in Issues."
    )


def _worth(results: Results) -> str:
    """The money of the rows left out, costs less savings."""
    if not results.rejected_pence:
        return "worth nil on balance"
    unit = results.programme.report_unit
    worth = cost_or_saving(results.rejected_pence, "net", unit)
    return f"worth a {worth} as entered, all years and scenarios together"


def _returns(results: Results) -> str:
    text = " ".join(findings.board(results.returns))
    # A sheet of another name, say, or no year that is one: then nobody knows what is left out.
    if empty := int((results.sources["rows_read"] == 0).sum()):
        text += f" {empty:,} of them without a line that could be read: see Sources."
    return text


def _terms(results: Results, partner: Partner | None) -> list[Fact]:
    programme = results.programme
    labels = programme.year_labels
    span = span_text(labels)
    steady = year_label(programme.steady_year)
    partners = ", ".join(f"{one.name} ({one.code})" for one in programme.partners)
    facts = [
        ("Programme", programme_name(programme)),
        ("Partner" if partner else "Partners", partners),
        ("Financial years", f"{span}; annual savings are those of {steady}."),
        ("Price base", price_base(programme)),
    ]
    return [*facts, *([("Note", programme.note)] if programme.note else [])]
