"""The cover: the page that decides, with the headline, who fares worst, what moved and how far the
figures can be relied on; and the contents: each sheet's question with its answer."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.core.money import rate_text, unit_name
from pipeline.core.programme import Partner, Programme
from pipeline.core.results import Results
from pipeline.core.text import date_text
from pipeline.core.years import span_text, year_label
from pipeline.report import findings, formulas, reported, settlement
from pipeline.report.chart import Chart
from pipeline.report.formula import Formula, FormulaPart, RowRange, formula
from pipeline.report.layout import LARGER
from pipeline.report.sheets import charts, movements, share_changes
from pipeline.report.sheets.checks import failures
from pipeline.report.sheets.status import issued_words, status
from pipeline.report.spec import Column, Fact, Facts, Purpose, Role, Sheet, Table
from pipeline.report.tables import scenario_width
from pipeline.report.wording import SIGNS, book_title, own_title, price_base
from schemas.outputs import APPRAISAL, SETTLEMENT, SHARE_CHANGES, OutputColumn, Show

NAME, CONTENTS = "Cover", "Contents"
_SHEET_WIDTH, _QUESTION_WIDTH, _ANSWER_WIDTH, _SET_WIDTH = 18, 34, 58, 13
_NONE = "None"
_MAY_BE_BLANK = ("payback_years", "break_even_year")
# What the table shows of each row of Appraisal, with the widths of its columns.
_SHOWN = {
    "Organisation": 24.0,
    "Scenario": 15.0,
    "One-off": 11.0,
    "Annual cashable": 13.0,
    "Payback years": 11.0,
    "Break-even year": 13.0,
    "Net present cost / (saving)": 16.0,
}


def sheet(
    results: Results,
    others: Iterable[Sheet],
    partner: Partner | None = None,
    *,
    is_live: bool = False,
) -> Sheet:
    """The cover of a book; its chart is that of the ``others`` which says when it pays back.
    ``is_live``: its figures are formulas, and its sentences say once they are as reported."""
    programme = results.programme
    first = (
        f"Partner pack for {partner.name}" if partner else "Programme summary: costs and savings"
    )
    reference = f" Reference {programme.reference}." if programme.reference else ""
    marking = f" Marking: {programme.marking}." if programme.marking else ""
    highlights = Facts(tuple(_highlights(results, partner)))
    standing = Facts(tuple(_standing(results, partner)), "How far can it be relied on?")
    return Sheet(
        NAME,
        own_title(partner, f"your share of {programme.title}", programme.title),
        (
            _headlines(results, partner, is_live=is_live),
            *([highlights] if highlights.facts else []),
            *_chart(others),
            standing,
        ),
        (f"{first}.{reference}{marking}", _units(programme)),
        _answer_of(results, partner),
        cover=True,
        upright=True,
        stale=reported.STALE if is_live else "",
        purpose=Purpose.DECIDE,
    )


def _answer_of(results: Results, partner: Partner | None) -> str:
    """What it costs and saves in the plan; in a pack first how the partner fares at its worst."""
    worst = [findings.own_worst(results, partner)] if partner else []
    return "\n".join(filter(None, [*worst, findings.planned(results, partner)]))


def _units(programme: Programme) -> str:
    return f"Amounts in {unit_name(programme.report_unit)}: {SIGNS}."


def _chart(sheets: Iterable[Sheet]) -> Iterator[Chart]:
    """The running total of net cashable by scenario."""
    for each in sheets:
        for block in each.blocks:
            if isinstance(block, Chart) and block.caption == charts.WHEN:
                yield replace(block, pixels_high=charts.COVER_PIXELS)


def _headlines(results: Results, partner: Partner | None, *, is_live: bool) -> Table:
    """The figures of each scenario, below them those of the partner that fares worst; each cell is
    one of Appraisal."""
    frame = results.appraisal.reset_index(drop=True)
    rows = frame.index[frame["organisation"] == findings.whose(partner)].tolist()
    worst = [] if partner else [findings.worst_row(results)]
    columns = tuple(
        Column(
            column.heading,
            [_NONE if value is None else value for value in frame.loc[rows + worst, column.name]],
            column.show,
            _width(results.programme, column.heading),
            formulas=[
                *(_shown(column, _cell(row, column)) for row in rows),
                *(_shown(column, *_of_worst(results, column)) for _ in worst),
            ]
            if is_live
            else None,
        )
        for column in APPRAISAL.columns
        if column.heading in _SHOWN
    )
    return Table(
        NAME,
        columns,
        roles=dict.fromkeys(range(len(rows)), Role.TOTAL),
        starts=frozenset(range(len(rows), len(rows + worst))),
        airy=True,
        large=True,
        description="What it costs and saves in each scenario, and the partner that fares worst",
    )


def _width(programme: Programme, heading: str) -> float:
    """A column's width; a scenario's name stands on one line where that takes no more than is
    reasonable."""
    if heading != "Scenario":
        return _SHOWN[heading]
    return max(_SHOWN[heading], LARGER * (1 + scenario_width(programme.scenarios, 0)))


def _cell(row: int, column: OutputColumn) -> RowRange:
    return RowRange(APPRAISAL.name, row, column.heading, column.heading)


def _of_worst(results: Results, column: OutputColumn) -> tuple[FormulaPart, ...]:
    """A figure of the partner that fares worst."""
    partners = formulas.of_partners(results, column.heading)
    return ("INDEX(", partners, ",", formulas.WORST_PLACE, ")")


def _shown(column: OutputColumn, *cell: FormulaPart) -> Formula:
    """A cell of Appraisal, in words where it is blank."""
    if column.name not in _MAY_BE_BLANK:
        return formula(*cell)
    return formula("IF(", *cell, f'="","{_NONE}",', *cell, ")")


def _highlights(results: Results, partner: Partner | None) -> Iterator[Fact]:
    """What is to be seen in the figures, each in a sentence or two."""
    if partner is None:
        yield Fact("Fares worst", findings.worst_off(results), follows=True)
    if crossed := findings.crossed(results, partner):
        yield Fact("Scenarios", crossed, follows=True)
    if partner:
        yield from _own(results, partner)
    if moved := results.versions.moved:
        yield Fact("What moved", movements.sentence_of(moved), follows=True)


def _own(results: Results, partner: Partner) -> Iterator[Fact]:
    """What a partner pays and is paid, and how its share changes, where anything says so."""
    payments, changes = results.settlement, results.share_changes
    if payments is not None:
        paid = settlement.who_pays(results, payments, partner)
        yield Fact(SETTLEMENT.sheet, " ".join(paid.splitlines()), follows=True)
    if changes is not None and len(changes):
        changing = share_changes.answer(results, changes, partner)
        yield Fact(SHARE_CHANGES.sheet, changing, follows=True)


def _standing(results: Results, partner: Partner | None) -> Iterator[Fact]:
    """How far the figures can be relied on, and on which terms."""
    programme = results.programme
    yield Fact("Status", status(results, partner))
    yield Fact("Returns", " ".join(findings.board(results.returns)))
    yield Fact("Issues", findings.open_and_answered(results, partner))
    yield Fact(
        "Version", issued_words(results.versions) or f"{reported.WORKING_COPY} Not signed off."
    )
    if dated := [each for each in results.returns["dated"] if each is not None]:
        yield Fact("As at", f"{date_text(max(dated))}, the latest date of a return.")
    if programme.contact:
        yield Fact("Contact", programme.contact)
    span = span_text(programme.year_labels)
    steady = year_label(programme.steady_year)
    yield Fact(
        "Terms",
        f"{price_base(programme)}. {span}; annual cashable is that of {steady}. Payback is one-off "
        "cost divided by it; break-even is the year from which all savings so far cover all costs "
        f"so far. Net present figures are at {rate_text(programme.discount_rate)} a year.",
    )
    if programme.note:
        yield Fact("Note", programme.note)


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
                    Column("Set", [_set(s) for s in sheets], width=_SET_WIDTH),
                ),
                starts=_first_of_sets(sheets),
                airy=True,
                description="The sheets of this workbook, with links to them",
            ),
        ),
        (f"{book_title(results.programme, partner)}.", _how_to_print(sheets)),
        upright=True,
        purpose=Purpose.DECIDE,
    )


def _set(sheet: Sheet) -> str:
    return (sheet.purpose or Purpose.EVIDENCE).value


def _first_of_sets(sheets: Sequence[Sheet]) -> frozenset[int]:
    """The rows that open a set but the first."""
    return frozenset(n for n in range(1, len(sheets)) if _set(sheets[n]) != _set(sheets[n - 1]))


def _how_to_print(sheets: Iterable[Sheet]) -> str:
    """How the sheets that decide are printed together, in every viewer."""
    *_, last = (NAME, CONTENTS, *(s.name for s in sheets if s.purpose is Purpose.DECIDE))
    return (
        f"To print the set to be circulated: click the tab {NAME}, hold Shift, click the tab "
        f"{last}, and print the active sheets (LibreOffice: selected sheets); then click another "
        "tab, or what you type goes into all of them. Every other sheet prints by itself."
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
    return results.issue_counts["error"] > 0 or failures(results.controls) > 0
