"""A small programme's Results, made by hand: the report is tested without the stages before it.

Two partners, two services in two strands, two scenarios, two years. Amounts are whole pence and
told apart: no two figures that a test looks for are the same.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

import openpyxl
import pandas as pd
from openpyxl.workbook.workbook import Workbook

from pipeline.core.issue import Issue
from pipeline.core.programme import ExpectedReturn, Partner, Programme, Service
from pipeline.core.results import Results, issue_rows
from pipeline.core.source import SourceRef
from schemas.model import (
    APPORTIONED,
    APPRAISAL,
    BY_SERVICE,
    BY_YEAR,
    CONTROLS,
    EXCLUDED,
    REGISTER,
    RETURNS,
    SAID_OF_PARTS,
    SHARE_OF,
    SHARES,
    SOURCES,
    SUMMARY,
)
from schemas.vocabulary import ANNUAL_CASHABLE, CATEGORIES, ONE_OFF
from tests.frames import frame_of

NORTH, SOUTH = Partner("NORTH", "Northshire Council"), Partner("SOUTH", "Southshire Police")
CODES: Final = (NORTH.code, SOUTH.code)
SCENARIOS: Final = ("Best case", "Worst case")
YEARS: Final = ("2012/13", "2013/14")


def programme(**changes: Any) -> Programme:
    """The programme; settings as keywords."""
    at = SourceRef("programme.xlsx", "Services", 6, 3, 3)
    settings: dict[str, Any] = {
        "title": "Joint services",
        "reference": "3506",
        "years": (2012, 2013),
        "steady_year": 2013,
        "scenarios": SCENARIOS,
        "plan_scenario": "Worst case",
        "pounds_per_unit": 1,
        "savings_positive": False,
        "incremental": False,
        "discount_rate": Fraction(35, 1000),
        "price_base": "2012/13 prices",
        "payback_limit": None,
        "report_unit": 1000,
        "marking": "OFFICIAL",
        "note": "Illustrative figures.",
        "partners": (NORTH, SOUTH),
        "services": (
            Service("Finance", "Corporate", "Baseline", at),
            Service("Fleet", "Blueprints", "Not agreed", at),
        ),
        "expected": (ExpectedReturn("Finance", "A. Contact", "30 March 2012", at),),
    }
    return Programme(**(settings | changes))


def amounts(category: str, pence: tuple[int, int]) -> dict[str, int]:
    """What a line of these pence by year comes to."""
    return {
        **dict(zip(YEARS, pence, strict=True)),
        "total_pence": sum(pence),
        "one_off_pence": sum(pence) if category in ONE_OFF else 0,
        "annual_cashable_pence": pence[1] if category in ANNUAL_CASHABLE else 0,
    }


def line(ref: str, scenario: str, pence: tuple[int, int], **cells: Any) -> dict[str, Any]:
    """A row of the register; what it doesn't say is blank, nil or false."""
    category = cells.get("category", "Cashable saving")
    return {
        "line_ref": ref,
        "project_code": "P1",
        "description": f"What {ref} is about",
        "service": "Finance",
        "strand": "Corporate",
        "category": category,
        "scenario": scenario,
        "basis": "Baseline",
        "funding": "Revenue",
        **amounts(category, pence),
        "workbook": "finance.xlsx",
        "sheet": "Savings",
        "row": 6,
        **cells,
    }


LINES: Final = (
    line("FIN-01", "Best case", (-10_001, -20_003)),
    line("FIN-01", "Worst case", (-5_001, -10_005), row=7, line=1),
    line("FIN-02", "Best case", (777_700, 0), category="One-off cost", basis="Direct",
         partner="SOUTH", row=8, line=2),
    line("FLT-01", "Best case", (-123_456, -234_567), service="Fleet", strand="Blueprints",
         basis="Not agreed", row=9, line=3),
)  # fmt: skip


def part(row: int, partner: Partner | None, pence: tuple[int, int]) -> dict[str, Any]:
    """A row of apportioned: a partner's part of a row of LINES."""
    return {
        "register_row": row,
        **{name: LINES[row].get(name) for name in SAID_OF_PARTS},
        "partner": partner.code if partner else "",
        "organisation": partner.name if partner else "Not yet apportioned",
        **amounts(LINES[row]["category"], pence),
    }


PARTS: Final = (
    part(0, NORTH, (-6_001, -12_002)),
    part(0, SOUTH, (-4_000, -8_001)),
    part(1, NORTH, (-3_001, -6_003)),
    part(1, SOUTH, (-2_000, -4_002)),
    part(2, SOUTH, (777_700, 0)),
    part(3, None, (-123_456, -234_567)),
)

# One-off and annual cashable in pence, by strand, organisation and scenario.
HEADLINES: Final = (
    ("Corporate", "Total programme", (777_700, -20_003), (0, -10_005)),
    ("Corporate", NORTH.name, (0, -12_002), (0, -6_003)),
    ("Corporate", SOUTH.name, (777_700, -8_001), (0, -4_002)),
    ("Blueprints", "Total programme", (0, -234_567), (0, 0)),
    ("Blueprints", NORTH.name, (0, 0), (0, 0)),
    ("Blueprints", SOUTH.name, (0, 0), (0, 0)),
    ("Blueprints", "Not yet apportioned", (0, -234_567), (0, 0)),
    ("All strands", "Total programme", (777_700, -254_570), (0, -10_005)),
    ("All strands", NORTH.name, (0, -12_002), (0, -6_003)),
    ("All strands", SOUTH.name, (777_700, -8_001), (0, -4_002)),
    ("All strands", "Not yet apportioned", (0, -234_567), (0, 0)),
)


def ratio(one_off: int, annual: int) -> Fraction | None:
    """Payback years."""
    if annual >= 0:
        return None
    return Fraction(max(0, one_off), -annual)


def headline_rows() -> list[dict[str, Any]]:
    """The rows of summary, one per scenario."""
    return [
        {
            "strand": strand,
            "organisation": organisation,
            "scenario": scenario,
            "one_off_pence": one_off,
            "annual_cashable_pence": annual,
            "payback_years": ratio(one_off, annual),
            "return_on_investment": "0 – 98 years",
        }
        for strand, organisation, *pairs in HEADLINES
        for scenario, (one_off, annual) in zip(SCENARIOS, pairs, strict=True)
    ]


def frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A frame of Python's own values, as the model's tables are."""
    return pd.DataFrame(rows, dtype=object)


def year_rows() -> list[dict[str, Any]]:
    """The rows of by_year: each organisation's figures are of its own size."""
    rows = []
    names = ("Total programme", NORTH.name, SOUTH.name, "Not yet apportioned")
    for size, name in enumerate(names, 1):
        for scenario in SCENARIOS:
            for measure in (*CATEGORIES, "Net cashable", "Cumulative net cashable"):
                pence = (-1_111_00 * size, 22_22 * size)
                total = None if measure.startswith("Cumulative") else sum(pence)
                years = dict(zip(YEARS, pence, strict=True))
                key = {"organisation": name, "scenario": scenario, "measure": measure}
                rows.append({**key, **years, "total_pence": total})
    return rows


def share_rows() -> list[dict[str, Any]]:
    """The rows of shares."""
    rows = []
    for service, basis, shares, evidence in (
        ("Finance", "Baseline", (0.6, 0.4), "Weights: Baseline!A6"),
        ("Finance", "Direct", (None, None), "Each line goes to the partner that it names"),
        ("Fleet", "Not agreed", (None, None), "The basis is not agreed"),
    ):
        row = {"service": service, "basis": basis}
        row |= {SHARE_OF + code: share for code, share in zip(CODES, shares, strict=True)}
        rows += [row | {"year": year, "evidence": evidence} for year in YEARS]
    return rows


def issue(rule: str, workbook: str = "finance.xlsx", row: int = 11, **details: str) -> Issue:
    """An issue at a cell of Savings."""
    return Issue(rule, SourceRef(workbook, "Savings", row, 5, 2), "Category", "Savin", details, 1)


ISSUES = (
    issue("unknown-category", suggestion="", choices="Income"),
    issue("sign", row=12, kind="A saving above zero", convention="below zero"),
)


def of_issues(issues: Sequence[Issue]) -> dict[str, Any]:
    """What results hold of issues, by field."""
    return {
        "issues": issue_rows(issues),
        "warnings": [each for each in issues if not each.is_error],
    }


def results(**changes: Any) -> Results:
    """The programme's results; parts as keywords."""
    headlines = headline_rows()
    whole = [row for row in headlines if row["strand"] == "All strands"]
    services = {"Corporate": "Finance", "Blueprints": "Fleet"}
    places = {"workbook": "finance.xlsx", "sheet": "Risks", "row": 6}
    parts: dict[str, Any] = {
        "programme": programme(),
        "register": frame_of(REGISTER, LINES, YEARS),
        "apportioned": frame_of(APPORTIONED, PARTS, YEARS),
        "excluded": frame_of(
            EXCLUDED, [line("FIN-09", "Best case", (-1, -2), counted_in="Review")], YEARS
        ),
        "summary": frame_of(SUMMARY, headlines),
        "appraisal": frame_of(
            APPRAISAL,
            [
                {
                    **{name: row[name] for name in APPRAISAL.names() if name in row},
                    "break_even_year": "2013/14" if row["payback_years"] else None,
                    "net_present_pence": -row["one_off_pence"] - 1,
                }
                for row in whole
            ],
        ),
        "by_year": frame_of(BY_YEAR, year_rows(), YEARS),
        "by_service": frame_of(
            BY_SERVICE,
            [
                {name: {**row, "service": service}[name] for name in BY_SERVICE.names()}
                for row in headlines
                if (service := services.get(row["strand"]))
            ],
        ),
        "shares": frame_of(SHARES, share_rows(), CODES),
        "controls": frame_of(
            CONTROLS,
            [
                {"control": "Files", "unit": "count", "expected": 2, "actual": 2},
                {"control": "Money", "unit": "pence", "expected": 123_45, "actual": 123_46},
            ],
        ),
        "sources": frame_of(
            SOURCES,
            [
                {
                    "workbook": "finance.xlsx",
                    "sha256": "ab" * 32,
                    "department": "Finance",
                    "status": "Final",
                    "rows_read": 6,
                    "accepted": 4,
                    "rejected": 1,
                    "excluded": 1,
                    "result": "Read; 1 error",
                },
                {"workbook": "notes.txt", "result": "Not a workbook"},
                {"workbook": "programme.xlsx", "sha256": "cd" * 32, "result": "Read"},
            ],
        ),
        "returns": frame_of(
            RETURNS,
            [
                {
                    "department": "Finance",
                    "workbook": "finance.xlsx",
                    "state": "Received",
                    "certified_by": "A. Treasurer",
                    "dated": date(2012, 3, 30),
                    "expected": True,
                    "lines": 4,
                    "annual_cashable_pence": -100_00,
                    "errors": 1,
                    "warnings": 1,
                    "answered": 0,
                }
            ],
        ),
        "narrative": {
            "Risks": frame(
                [
                    {
                        "risk_ref": "R1",
                        "project_code": "P1",
                        "risk": "It may rain",
                        "likelihood": "4",
                        "impact": "5",
                        "mitigation": None,
                        "owner": "A. Owner",
                        **places,
                    }
                ]
            )
        },
        **of_issues(ISSUES),
    }
    return Results(**(parts | changes))


@lru_cache(maxsize=24)
def opened(content: bytes, *, formulas: bool = False) -> Workbook:
    """The workbook, as openpyxl reads it: formulas by their stored results, or as they are. It is
    for looking at, for test after test opens the same one."""
    return openpyxl.load_workbook(io.BytesIO(content), data_only=not formulas)


def tables_of(content: bytes) -> dict[str, list[list[object]]]:
    """Every Excel table by name: its rows, the headings first."""
    return {name: [[*row] for row in rows] for name, rows in _tables_in(content).items()}


@lru_cache(maxsize=16)
def _tables_in(content: bytes) -> dict[str, list[list[object]]]:
    """Kept, for tests read table after table of one workbook."""
    tables = {}
    for sheet in opened(content).worksheets:
        for table in sheet.tables.values():
            tables[table.displayName] = [[cell.value for cell in row] for row in sheet[table.ref]]
    return tables


def records_of(content: bytes, name: str) -> list[dict[object, object]]:
    """The rows of one Excel table by heading."""
    headings, *rows = tables_of(content)[name]
    return [dict(zip(headings, row, strict=True)) for row in rows]
