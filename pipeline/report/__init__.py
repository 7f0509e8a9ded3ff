"""The workbooks: declared in ``sheets`` and ``books``, written by ``render``."""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from pipeline.core.issue import Issue
from pipeline.core.results import Results
from pipeline.core.versions import Moved
from pipeline.report.books import (
    cases_book,
    comparison,
    partner_pack,
    programme_summary,
    validation_report,
)
from pipeline.report.csv import apportioned_csv
from pipeline.report.render import render
from pipeline.report.theme import HOUSE, Theme

APPORTIONED_CSV = "data/apportioned.csv"


def build(results: Results, theme: Theme = HOUSE, returns_at: str = "") -> dict[str, bytes]:
    """Every output of a programme: contents by path within its outputs folder.

    ``returns_at``: the folder of its inputs by an address relative to that of its outputs, with
    ``/`` behind it and percent-encoded; empty: no workbook links to the returns.
    """
    results = _marked(results, theme)
    programme = results.programme
    books = [
        programme_summary(results, returns_at),
        *(partner_pack(results, partner) for partner in programme.partners),
        cases_book(results),
        validation_report(programme, results.issues, results.sources),
    ]
    return {
        **{book.path: render(book, theme) for book in books},
        APPORTIONED_CSV: apportioned_csv(results),
    }


def build_validation(issues: Iterable[Issue], sources: pd.DataFrame, title: str) -> bytes:
    """validation-report.xlsx where there is no report: ``title`` says what was checked."""
    return render(validation_report(None, issues, sources, title))


def _marked(results: Results, theme: Theme) -> Results:
    """The results with the theme's marking where the programme has none."""
    own = results.programme
    return replace(results, programme=replace(own, marking=own.marking or theme.marking))


def build_covers(results: Results, theme: Theme = HOUSE) -> dict[str, bytes]:
    """The outputs that have a cover: the summary and the packs."""
    results = _marked(results, theme)
    books = [
        programme_summary(results),
        *(partner_pack(results, partner) for partner in results.programme.partners),
    ]
    return {book.path: render(book, theme) for book in books}


def build_comparison(moved: Moved, theme: Theme = HOUSE) -> bytes:
    """A workbook of what moved between two issued versions."""
    return render(comparison(moved), theme)
