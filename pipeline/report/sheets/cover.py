"""The cover: what the workbook is, the headline, how sure its figures are, and on which terms; and
the contents: each sheet's question with its answer."""

from collections.abc import Iterable
from dataclasses import replace

from pipeline.core.intake import waiting
from pipeline.core.money import money_text
from pipeline.core.phrases import agreeing, counted
from pipeline.core.programme import Partner
from pipeline.core.results import Results
from pipeline.core.versions import Versions
from pipeline.core.years import span_text, year_label
from pipeline.report import findings, formulas, reported
from pipeline.report.formula import Formula, formula
from pipeline.report.sheets.checks import failures, found, verdict
from pipeline.report.spec import DRAFT, Column, Purpose, Role, Sheet, Table, Tone
from pipeline.report.wording import (
    book_title,
    cost_or_saving,
    error_count,
    price_base,
    programme_name,
)
from schemas.outputs import Show
from schemas.vocabulary import NOT_YET_APPORTIONED

NAME, CONTENTS = "Cover", "Contents"
_CONTROLS, _FIGURES = "Controls", "Figures"
_NAME_WIDTH, _TEXT_WIDTH = 24, 82
_SHEET_WIDTH, _QUESTION_WIDTH, _ANSWER_WIDTH = 18, 34, 58

Fact = tuple[str, str]


def sheet(results: Results, partner: Partner | None = None, *, is_live: bool = False) -> Sheet:
    """The cover of a book; ``is_live``: what it says of the controls, and of whether the figures
    are still those reported, are formulas."""
    programme = results.programme
    facts = [*_standing(results, partner, is_live=is_live), *_terms(results, partner)]
    first = (
        f"Partner pack for {partner.name}" if partner else "Programme summary: costs and savings"
    )
    lines = [f"{first}. Reference {programme.reference}." if programme.reference else f"{first}."]
    return Sheet(
        NAME,
        programme.title,
        (_facts(facts, partner, is_live=is_live),),
        (*lines, *([f"Marking: {programme.marking}"] if programme.marking else [])),
        findings.what(results, partner),
        cover=True,
        stale=reported.STALE if is_live else "",
        purpose=Purpose.DECIDE,
    )


def contents(
    results: Results,
    sheets: Iterable[Sheet],
    partner: Partner | None = None,
    *,
    is_live: bool = False,
) -> Sheet:
    """The sheets that follow, each with its question and its answer, and a link to it; ``is_live``:
    an answer of fixed words says so once the figures are no longer those reported."""
    sheets = list(sheets)
    fixed = [n for n, each in enumerate(sheets) if reported.follows(each) and not each.live_answer]
    names = [sheet.name for sheet in sheets]
    return Sheet(
        CONTENTS,
        "Contents: what each sheet answers",
        (
            Table(
                CONTENTS,
                (
                    Column("Sheet", names, width=_SHEET_WIDTH, links=names),
                    Column("Question", [s.note for s in sheets], width=_QUESTION_WIDTH),
                    Column(
                        "Answer",
                        [_words(s, fixed=n in fixed) for n, s in enumerate(sheets)],
                        Show.LONG_TEXT,
                        _ANSWER_WIDTH,
                        formulas=[_answer(s) for s in sheets],
                        stale=frozenset(fixed if is_live else ()),
                    ),
                ),
                airy=True,
                description="The sheets of this workbook, with links to them",
            ),
        ),
        (f"{book_title(results.programme, partner)}.",),
        upright=True,
        purpose=Purpose.DECIDE,
    )


def _words(sheet: Sheet, *, fixed: bool) -> str:
    """A sheet's answer; fixed words in one line, for no number format reaches a text of several in
    LibreOffice, and one says that they are as reported."""
    answer = sheet.answer or "See there"
    return " ".join(answer.splitlines()) if fixed else answer


def _answer(sheet: Sheet) -> Formula | None:
    """The answer of a sheet that moves with its figures, its lines one under the other."""
    if not sheet.live_answer:
        return None
    lines = [sentence.parts[1:] for sentence in sheet.live_answer]
    first, *others = lines
    return formula(*first, *(part for line in others for part in ("&CHAR(10)&", *line)))


def is_draft(results: Results) -> bool:
    """Whether errors stand, or figures don't add up."""
    return error_count(results.issues) > 0 or failures(results.controls) > 0


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
        ("Status", _status(results, partner)),
        *([("Issued", words)] if (words := _issued(issued)) else []),
        *([("Read again", again)] if again else []),
        ("Returns", _returns(results)),
        ("Issues", found(results.issues)),
        *([("Not read", _not_read(results))] if results.unread_numbers else []),
        (_CONTROLS, verdict(results.controls)),
        *([(_FIGURES, reported.AS_REPORTED)] if is_live else []),
    ]
    open_amounts = findings.unapportioned(results)
    return [*facts, *([(NOT_YET_APPORTIONED, f"{open_amounts}.")] if open_amounts else [])]


def _issued(versions: Versions) -> str:
    """Which version the workbook is of, and over what it was issued."""
    version = f"{versions.version.line}." if versions.version else ""
    return " ".join(filter(None, (version, versions.standing)))


def _status(results: Results, partner: Partner | None) -> str:
    """Draft while errors stand, with what they are worth; a partner isn't told others' money."""
    errors = error_count(results.issues)
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


def _not_read(results: Results) -> str:
    """What the returns' sheets show and no figure has in it, as it was when the report was made."""
    numbers = counted(results.unread_numbers, "number")
    return (
        f"{numbers} on the returns' sheets {'is' if results.unread_numbers == 1 else 'are'} in no "
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
