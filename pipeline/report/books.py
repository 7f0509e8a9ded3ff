"""Which sheets make up which workbook."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.core import outputs
from pipeline.core.programme import Partner, Programme
from pipeline.core.results import Delivery, Results, Settlement
from pipeline.core.returns import Pence
from pipeline.core.versions import Moved
from pipeline.report import formulas, reported
from pipeline.report.safe import file_name
from pipeline.report.sheets import (
    appraisal,
    board,
    budget,
    business_cases,
    by_service,
    by_tag,
    by_year,
    charts,
    checks,
    cover,
    delivery,
    inputs,
    movements,
    narrative,
    notes,
    records,
    share_changes,
    shares,
    status,
    suggestions,
    summary,
    validation,
    who_pays,
)
from pipeline.report.sheets.case_table import Casebook
from pipeline.report.spec import Book, Sheet, in_reading_order
from pipeline.report.wording import book_title

_FIRST_OF_NARRATIVE = "Projects"
_REST_OF_NARRATIVE = ("Risks", "Benefits", "Dependencies", "Milestones", "Assumptions")


def pack_path(partner: Partner, partners: Iterable[Partner]) -> str:
    """Where a partner's pack goes."""
    others = (each.code for each in partners if each != partner)
    return outputs.pack_of(file_name(partner.code, others))


def created(programme: Programme | None) -> datetime:
    """The date in a document's properties: of the inputs, never of the clock.

    SOURCE_DATE_EPOCH where it is set, else 1 April of the programme's first year.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal():
        return datetime.fromtimestamp(int(epoch), UTC).replace(tzinfo=None)
    return datetime(programme.years[0] if programme else 2000, 4, 1)


def programme_summary(results: Results, returns_at: str = "") -> Book:
    """The workbook that is circulated; ``returns_at`` as in ``report.build``."""
    programme = results.programme
    figures, is_live = formulas.with_live_figures(
        summary.sheet(results),
        charts.sheet(results),
        appraisal.sheet(results),
        by_year.sheet(results),
        by_service.sheet(results),
        by_tag.sheet(results),
        who_pays.sheet(results),
        budget.sheet(results),
        delivery.tracker(results),
        delivery.sheet(results),
        narrative.sheet(results, _FIRST_OF_NARRATIVE),
        shares.sheet(results),
        share_changes.sheet(results),
        *movements.sheets(results.versions.moved),
        movements.versions(results.versions.issued, programme),
        *(narrative.sheet(results, name) for name in _REST_OF_NARRATIVE),
        inputs.sheet(results),
        records.register(results, returns_at),
        records.apportioned(results),
        delivery.apportioned(results),
        records.excluded(results),
        checks.issues(results),
        checks.controls(results),
        checks.sources(results),
    )
    figures = inputs.with_names(figures)
    links = _links(results, returns_at)
    settles = results.settlement is not None
    changes = results.share_changes is not None
    explained = notes.sheet(
        programme, is_live=is_live, settles=settles, changes=changes, links=links
    )
    others = in_reading_order(
        (*figures, board.sheet(results), explained, notes.dictionary(programme))
    )
    sheets = _opened(results, others, is_live=is_live)
    return _book(outputs.SUMMARY, results, sheets, "Programme summary")


def _opened(
    results: Results, others: Sequence[Sheet], partner: Partner | None = None, *, is_live: bool
) -> tuple[Sheet, ...]:
    """The sheets of a circulated book with its cover and its contents before them."""
    others = in_reading_order((status.sheet(results, partner, is_live=is_live), *others))
    front = cover.sheet(results, others, partner, is_live=is_live)
    contents = cover.contents(results, others, partner, is_live=is_live)
    sheets = (front, contents, *others)
    strip = reported.strip(results, contents.name, whole=partner is None, is_live=is_live)
    return tuple(reported.with_strips(sheets, strip, is_live=is_live))


def _links(results: Results, returns_at: str) -> notes.Note | None:
    """What Notes says of the links to the returns; nothing where there are none to be had."""
    if not returns_at:
        return None
    return notes.LINKS if records.has_links(results, returns_at) else notes.NO_LINKS


def partner_pack(results: Results, partner: Partner) -> Book:
    """A partner's own workbook: nothing of another partner's is in it, but the names of those who
    pay lines that it bears, and of those whom it pays or who pay it."""
    of_partner = own_results(results, partner)
    path = pack_path(partner, results.programme.partners)
    figures, is_live = formulas.with_live_figures(
        summary.sheet(of_partner, partner),
        charts.sheet(of_partner, partner),
        appraisal.sheet(of_partner, partner),
        by_year.sheet(of_partner, partner),
        by_service.sheet(of_partner, partner),
        who_pays.sheet(of_partner, partner),
        budget.sheet(of_partner, partner),
        delivery.own_sheet(of_partner, partner),
        shares.own_sheet(of_partner, partner),
        share_changes.sheet(of_partner, partner),
        inputs.sheet(of_partner, partner),
        records.own_lines(of_partner, partner),
    )
    figures = inputs.with_names(figures)
    settles = results.settlement is not None
    changes = results.share_changes is not None
    explained = notes.sheet(
        of_partner.programme, partner, path, is_live=is_live, settles=settles, changes=changes
    )
    others = in_reading_order((*figures, explained))
    sheets = _opened(of_partner, others, partner, is_live=is_live)
    return _book(path, of_partner, sheets, "Partner pack", partner)


def own_results(results: Results, partner: Partner) -> Results:
    """What falls to one partner, and no more: its rows, its lines with its ``share`` of each,
    its column of the shares with its own weights; no register, no other partner."""

    def of_partner_alone(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["organisation"] == partner.name].reset_index(drop=True)

    lines = results.apportioned[results.apportioned["partner"] == partner.code]
    totals = results.register["total_pence"].to_numpy()[lines["register_row"].to_numpy()]
    return replace(
        results,
        programme=replace(
            results.programme, partners=(partner,), weights={}, gap=_own_gap(results, partner)
        ),
        register=results.register.iloc[:0],
        apportioned=records.weighted(lines, results).assign(
            share=_parts_of(lines["total_pence"].to_numpy(), totals)
        ),
        excluded=results.excluded.iloc[:0],
        summary=of_partner_alone(results.summary),
        appraisal=of_partner_alone(results.appraisal),
        by_year=of_partner_alone(results.by_year),
        by_service=of_partner_alone(results.by_service),
        shares=shares.own_shares(results, partner),
        share_changes=_own_changes(results.share_changes, of_partner_alone),
        project_appraisal=results.project_appraisal.iloc[:0],
        project_years=results.project_years.iloc[:0],
        rejected_pence=0,
        unread_numbers=0,
        unread_pence=0,
        narrative={},
        budget=(of_partner_alone(results.budget) if results.programme.gap else results.budget),
        budget_gap=_own_gaps(results, partner),
        by_tag=results.by_tag.iloc[:0],
        tag_numbers=results.tag_numbers.iloc[:0],
        switching=results.switching.iloc[:0],
        largest_lines=results.largest_lines.iloc[:0],
        delivery=_own_delivery(results.delivery, partner),
        settlement=_own_settlement(results.settlement, partner),
        left_out=results.left_out.iloc[:0],
        # What of others' workbooks was read once alone is theirs.
        versions=replace(results.versions, issued=[], moved=None, read_once=""),
    )


def _own_gap(results: Results, partner: Partner) -> tuple[tuple[int, ...], ...]:
    """A partner's own gap, where any is stated."""
    gaps = dict(zip(results.programme.codes, results.programme.gap, strict=False))
    return (gaps[partner.code],) if gaps else ()


def _own_gaps(results: Results, partner: Partner) -> pd.DataFrame:
    """A partner's own rows of Budget_gap, where any gap is stated."""
    frame = results.budget_gap
    if not results.programme.gap:
        return frame
    return frame[frame["partner"] == partner.code].reset_index(drop=True)


def _parts_of(parts: Pence, totals: Pence) -> npt.NDArray[np.float64]:
    """The quotients, to the nearest double where both are below 2^53 (£90 trillion); not a number
    where a total is nil."""
    quotients = np.full(len(parts), np.nan)
    np.divide(parts, totals, out=quotients, where=totals != 0)
    return quotients


def _own_delivery(delivery_tables: Delivery | None, partner: Partner) -> Delivery | None:
    """A partner's parts in the place of the lines, its own sums, and nothing of any other's."""
    if delivery_tables is None:
        return None
    is_part = delivery_tables.parts["partner"] == partner.code
    of_partner = delivery_tables.organisations["organisation"] == partner.name
    return Delivery(
        lines=delivery_tables.parts[is_part].reset_index(drop=True),
        parts=delivery_tables.parts.iloc[:0],
        tracker=delivery_tables.tracker.iloc[:0],
        organisations=delivery_tables.organisations[of_partner].reset_index(drop=True),
        due=delivery_tables.due.iloc[:0],
        overdue=delivery_tables.overdue.iloc[:0],
        left_out=delivery_tables.left_out.iloc[:0],
        due_year=delivery_tables.due_year,
        current_year=delivery_tables.current_year,
    )


def _own_changes(
    changes: pd.DataFrame | None, of_partner_alone: Callable[[pd.DataFrame], pd.DataFrame]
) -> pd.DataFrame | None:
    return None if changes is None else of_partner_alone(changes)


def _own_settlement(tables: Settlement | None, partner: Partner) -> Settlement | None:
    """What a partner owes and is owed, and the payments that it makes or receives."""
    if tables is None:
        return None
    balances, delivered = (
        frame[frame["partner"] == partner.code].reset_index(drop=True)
        for frame in (tables.balances, tables.delivered)
    )
    pays, is_paid = (tables.transfers[whose] == partner.code for whose in ("payer", "payee"))
    return Settlement(balances, delivered, tables.transfers[pays | is_paid].reset_index(drop=True))


def comparison(moved: Moved) -> Book:
    """What moved between two issued versions."""
    programme = moved.programme
    sheets, _ = formulas.with_live_figures(*movements.sheets(moved))
    title = f"{book_title(programme, None)}: {movements.span(moved)}"
    return Book(
        "",
        title,
        sheets,
        created(programme),
        "Comparison",
        programme.marking,
        programme.report_unit,
    )


def case_book(casebook: Casebook) -> Book:
    """The list of the business cases, and a sheet for each project that is here; its first sheet is
    its contents, its figures are values."""
    programme, standing = casebook.programme, casebook.standing
    sheets = business_cases.sheets(casebook)
    return Book(
        casebook.path,
        book_title(programme, None),
        tuple(reported.with_strips(sheets, standing.strip, is_live=False)),
        casebook.created,
        "Business cases",
        programme.marking,
        programme.report_unit,
        draft=standing.draft,
    )


def validation_report(
    programme: Programme | None,
    issues: pd.DataFrame,
    sources: pd.DataFrame,
    title: str = "",
    resubmitted: pd.DataFrame | None = None,
) -> Book:
    """All issues (rows of the table Issues), by return; ``programme`` is None where it could not be
    read, ``title`` then says what was checked. ``resubmitted``: what the returns change against the
    last report."""
    name = book_title(programme, None) if programme else title
    sheets = validation.sheets(name, issues, sources, resubmitted)
    return Book(
        outputs.VALIDATION,
        f"{name}: validation report" if name else "Validation report",
        sheets,
        created(programme),
        "Validation report",
        programme.marking if programme else "",
    )


def suggested_layouts(rows: Sequence[tuple[str, ...]], title: str) -> Book:
    """Rows for the sheet Layouts, by workbook: cells in the order of its columns."""
    return Book(
        outputs.LAYOUTS_SUGGESTED,
        f"{title}: layouts suggested" if title else "Layouts suggested",
        (suggestions.sheet(rows),),
        created(None),
        "Layouts suggested",
    )


def _book(
    path: str,
    results: Results,
    sheets: tuple[Sheet, ...],
    subject: str,
    partner: Partner | None = None,
) -> Book:
    programme = results.programme
    return Book(
        path,
        book_title(programme, partner),
        sheets,
        created(programme),
        subject,
        programme.marking,
        programme.report_unit,
        draft=cover.is_draft(results),
    )
