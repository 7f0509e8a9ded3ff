"""Shares: each service's apportionment by basis and year, with the cells it rests on."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from pipeline.core.bases import EQUAL
from pipeline.core.programme import Partner, Programme
from pipeline.core.results import Results
from pipeline.core.weights import added_up, by_days
from pipeline.report import findings
from pipeline.report.columns import values_of
from pipeline.report.spec import Purpose, Sheet, Table
from pipeline.report.tables import Looks, Record, records, table
from pipeline.report.wording import about, own_title
from schemas.model import SHARE_OF
from schemas.outputs import OWN_SHARES, SHARE_PERIODS, SHARES, OutputTable

_LOOKS = Looks(labels=2, groups=2, filtered=True)
_PERIODS = Looks(labels=1, groups=1)


def sheet(results: Results) -> Sheet:
    """One row per service, basis and year, a share for each partner."""
    programme = results.programme
    names = ", ".join(f"{one.code}: {one.name}" for one in programme.partners)
    return Sheet(
        SHARES.sheet,
        "Shares: how each service is apportioned",
        _tables(SHARES, results),
        (
            about(programme),
            f"{names}.",
            "Shares in per cent of each line, rounded here; amounts are shared by the exact "
            "weights, to the penny. Blank: not apportioned, or each line names its own partner.",
        ),
        f"{findings.apportioned(results)}.",
        note=SHARES.question,
        keep_columns=3,
        purpose=Purpose.EVIDENCE,
    )


def _tables(declared: OutputTable, results: Results) -> tuple[Table, Table]:
    """The shares from year to year, as they are read, then year by year, as others look them up."""
    programme, of_years = results.programme, periods(results.shares)
    by_year = table(declared, results.shares, programme, _LOOKS)
    return (
        replace(
            table(SHARE_PERIODS, of_years, programme, _PERIODS),
            caption="From which year to which each share holds",
        ),
        replace(by_year, caption="Year by year"),
    )


def periods(shares: pd.DataFrame) -> pd.DataFrame:
    """The rows of a frame of shares, those that follow one another and differ by the year alone as
    one: ``first`` and ``last`` in its place."""
    rows: list[Record] = []
    for each in records(shares):
        year = each.pop("year")
        before = {name: value for name, value in rows[-1].items() if name in each} if rows else None
        if before == each:
            rows[-1]["last"] = year
        else:
            rows.append(each | {"first": year, "last": year})
    names = [*(name for name in shares if name != "year"), "first", "last"]
    return pd.DataFrame(rows, columns=names, dtype=object)


def own_sheet(results: Results, partner: Partner) -> Sheet:
    """A partner's own share of each, with its working; the frame is that of ``own_shares``."""
    return Sheet(
        OWN_SHARES.sheet,
        own_title(partner, "your share of each service", ""),
        _tables(OWN_SHARES, results),
        (
            about(results.programme, partner),
            f"{partner.code} is the share: its own weight divided by its own and all others "
            "together. Rounded here; amounts are shared by the exact weights, to the penny.",
            "Blank: not apportioned, or each line names its own partner.",
        ),
        f"{findings.own_share(results, partner)}.",
        note=OWN_SHARES.question,
        keep_columns=3,
        purpose=Purpose.EVIDENCE,
    )


def own_shares(results: Results, partner: Partner) -> pd.DataFrame:
    """The rows of ``shares`` with the partner's column alone, and the exact numbers that its share
    comes from: own_weight, other_weights (those of all others together)."""
    programme = results.programme
    years = dict(zip(programme.year_labels, programme.years, strict=True))
    keys = ("service", "basis", "year", SHARE_OF + partner.code)
    rows = zip(*(values_of(results.shares[key]) for key in keys), strict=True)
    weights = [
        (None, None)
        if share is None
        else _weights(programme, str(service), str(basis), years[str(year)], partner)
        for service, basis, year, share in rows
    ]
    others = [SHARE_OF + code for code in programme.codes if code != partner.code]
    return results.shares.drop(columns=others).assign(
        own_weight=pd.Series([weight for weight, _ in weights], dtype=object),
        other_weights=pd.Series([other for _, other in weights], dtype=object),
    )


def _weights(
    programme: Programme, service: str, basis: str, year: int, partner: Partner
) -> tuple[Fraction | None, Fraction | None]:
    """The partner's own weight in a year, and that of all others; where weights change within it,
    their days of the year. None where there are none."""
    place = programme.codes.index(partner.code)
    if basis == EQUAL:
        return Fraction(1), Fraction(len(programme.codes) - 1)
    parts = programme.parts_of(basis, service, year)
    if len(parts) > 1:
        days = by_days(parts)
        return (None, None) if days is None else (days[place], sum(days) - days[place])
    if added_up(parts[0].rows) is None:
        return None, None
    sets = [row.weights for row in parts[0].rows if row.weights is not None]
    weight_of_partner = sum((each[place] for each in sets), Decimal(0))
    every = sum((weight for each in sets for weight in each), Decimal(0))
    return Fraction(weight_of_partner), Fraction(every - weight_of_partner)
