"""The pipeline against the slow reference of tests/reference.py, on random programmes with random
faults: nothing is lost, every figure is right, and no order of things changes one.

``SOAK=10000 pytest tests/test_exactness.py`` (``make soak``) tries so many programmes;
``SOAK_FIRST`` is the first seed.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, seed, settings
from hypothesis import strategies as st

from pipeline.core.results import Results
from pipeline.core.sharing import largest_remainder
from pipeline.core.weights import in_whole_numbers
from pipeline.model.apportion import apportion
from pipeline.model.appraisal import net_present
from pipeline.model.controls import controls_table, model_controls
from pipeline.run import Outcome
from tests import reference
from tests.faults import Fate, Sent, fates, sent, standing_lines, tally, write_sent
from tests.long import in_parts
from tests.running import outcome_of
from tests.strategies import (
    Case,
    CaseReturn,
    cases,
    cell_amounts,
    programme_workbook,
    rearranged,
    return_workbook,
    sharing,
    write_case,
)

slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

PROGRAMMES = int(os.environ.get("SOAK", "200"))
FIRST = int(os.environ.get("SOAK_FIRST", "0"))
PARTS = 4


def on_random(holds: Callable[[], None], part: int, examples: int) -> None:
    """Try a property on so many examples; the same ones on every run."""
    seed(FIRST + part)(settings(slow, max_examples=examples)(holds))()


def results_of(case: Case) -> Results:
    with TemporaryDirectory() as folder:
        write_case(case, Path(folder))
        results = outcome_of(Path(folder)).results
    assert results is not None
    return results


def plain(value: object) -> object:
    """Numbers of numpy and blanks of pandas as Python has them."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    return int(value) if isinstance(value, np.integer) else value


def wide(frame: pd.DataFrame, keys: list[str], columns: dict[str, str]) -> dict[object, object]:
    """{(keys…, ``One-off: Best case``): figure} from rows per scenario."""
    figures = {}
    for row in frame.to_dict("records"):
        for column, heading in columns.items():
            key = (*(row[key] for key in keys), f"{heading}: {row['scenario']}")
            figures[key] = plain(row[column])
    return figures


def wide_reference(
    rows: Iterable[reference.Row], keys: list[str], headings: Iterable[str]
) -> dict[object, object]:
    return {
        (*(row[key] for key in keys), name): value
        for row in rows
        for name, value in row.items()
        if name.split(": ")[0] in headings
    }


AMOUNTS = {"one_off_pence": "One-off", "annual_cashable_pence": "Annual cashable"}
TABLES = ("summary", "appraisal", "by_year", "by_service")
OF_SOME_PROGRAMMES = ("budget", "budget_gap", "by_tag", "tag_numbers")
PAYBACK = {"payback_years": "Payback years"}


@slow
@given(sharing())
def test_shares_are_those_of_the_reference_and_add_up(case: tuple[int, list[object]]) -> None:
    amount, weights = case
    whole = np.array([in_whole_numbers([Fraction(each) for each in weights])], dtype=object)
    shares = largest_remainder(np.array([amount]), whole)[0].tolist()
    assert shares == reference.share(amount, weights)
    assert sum(shares) == amount


@slow
@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=1), st.lists(st.integers(1, 10**6), min_size=2)
)
def test_shares_in_64_bits_are_those_of_whole_numbers(
    amounts: list[int], weights: list[int]
) -> None:
    rows = np.tile(np.array(weights), (len(amounts), 1))
    narrow = largest_remainder(np.array(amounts), rows)
    assert (narrow == largest_remainder(np.array(amounts), rows.astype(object))).all()


def assert_figures(
    results: Results, programme: reference.RefProgramme, lines: Sequence[reference.RefLine]
) -> None:
    """Every figure is the one that the reference makes of the lines that stand."""
    labels = programme.year_labels

    register = [
        (row["line_ref"], row["scenario"], *(int(row[label]) for label in labels))
        for row in results.register.to_dict("records")
    ]
    entries = reference.register(programme, lines)
    assert register == [(e.line.line_ref, e.scenario, *e.annual) for e in entries]

    shares = {
        (row["line_ref"], row["scenario"], row["partner"] or None, label): int(row[label])
        for row in results.apportioned.to_dict("records")
        for label in labels
        if row[label]
    }
    assert shares == {
        (p.entry.line.line_ref, p.entry.scenario, p.partner, labels[p.year]): p.pence
        for p in reference.apportioned(programme, lines)
    }

    keys = ["Strand", "Organisation"]
    summary = reference.summary(programme, lines)
    ours = wide(results.summary, ["strand", "organisation"], {**AMOUNTS, **PAYBACK})
    assert ours == wide_reference(summary, keys, ["One-off", "Annual cashable", "Payback years"])
    bands = {
        (row["strand"], row["organisation"]): row["return_on_investment"]
        for row in results.summary.to_dict("records")
    }
    assert bands == {
        (row["Strand"], row["Organisation"]): row["Return on investment"] for row in summary
    }

    ours = wide(results.by_service, ["strand", "service", "organisation"], AMOUNTS)
    assert ours == wide_reference(
        reference.by_service(programme, lines),
        ["Strand", "Service", "Organisation"],
        ["One-off", "Annual cashable"],
    )
    assert [[plain(v) for v in row] for row in results.by_year.to_numpy()] == [
        list(row.values()) for row in reference.by_year(programme, lines)
    ]
    # The last column is of programmes that weigh by Confidence, which none of these does.
    *appraised, weighted = results.appraisal.T.to_numpy()
    assert not any(map(plain, weighted))
    assert [[plain(v) for v in row] for row in zip(*appraised, strict=True)] == [
        list(row.values()) for row in reference.appraisal(programme, lines)
    ]


def assert_settled(
    results: Results, programme: reference.RefProgramme, lines: Sequence[reference.RefLine]
) -> None:
    """Who owes whom is as the reference has it, and the payments clear it with as few as may be."""
    rows = reference.settlement(programme, lines)
    if results.settlement is None:
        assert not rows
        return
    assert settled(results.settlement.balances) == [list(row.values()) for row in rows]
    payments = results.settlement.transfers.to_dict("records")
    for scenario in programme.scenarios:
        for year in programme.year_labels:
            here = {
                str(row["Partner"]): row["To receive / (to pay)"]
                for row in rows
                if (row["Scenario"], row["Year"]) == (scenario, year)
            }
            made = [p for p in payments if (p["scenario"], p["year"]) == (scenario, year)]
            assert_cleared(here, [(p["payer"], p["payee"], p["amount_pence"]) for p in made])


def settled(balances: pd.DataFrame) -> list[list[object]]:
    """The rows of a frame of balances under the contract's headings."""
    return [list(row[:6]) for row in balances.itertuples(index=False, name=None)]


def assert_cleared(due: Mapping[str, Any], payments: Sequence[tuple[str, str, int]]) -> None:
    """Payments clear what is due, at most one fewer than the partners who owe or are owed, larger
    ones first, nobody both paying and receiving."""
    assert sum(due.values()) == 0
    left = dict(due)
    for payer, payee, pence in payments:
        assert pence > 0
        left[payer] += pence
        left[payee] -= pence
    assert not any(left.values())
    assert len(payments) <= max(0, sum(map(bool, due.values())) - 1)
    assert not {payer for payer, _, _ in payments} & {payee for _, payee, _ in payments}
    order = [*due]
    listed = [(-pence, order.index(payer), order.index(payee)) for payer, payee, pence in payments]
    assert listed == sorted(listed)


def assert_order_of_partners_hardly_matters(results: Results) -> None:
    """With the partners the other way round, no line's share moves by more than a penny."""
    programme = results.programme
    weights = {
        basis: {
            service: tuple(replace(row, weights=row.weights and row.weights[::-1]) for row in rows)
            for service, rows in sets.items()
        }
        for basis, sets in programme.weights.items()
    }
    turned = replace(programme, partners=programme.partners[::-1], weights=weights)
    before, unshared = apportion(results.register, programme)
    after, still_unshared = apportion(results.register, turned)
    assert (np.abs(before - after[:, :, ::-1]) <= 1).all()
    assert (unshared == still_unshared).all()


def assert_conserved(
    outcome: Outcome, sent: Sent, folder: Path, rows: dict[str, list[int]]
) -> None:
    """Every amount cell is exactly once in accepted, rejected, excluded or outside the years, or
    in a total row; Sources and Controls say so, and no row is rejected without a word."""
    assert outcome.results is not None
    controls = {row["control"]: row for row in outcome.results.controls.to_dict("records")}
    sources = {row["workbook"]: row for row in outcome.results.sources.to_dict("records")}
    totals = {each.workbook: each for each in outcome.totals}
    said = {(i.at.workbook, i.at.row) for i in outcome.issues if i.is_error}
    fate_of = fates(sent)
    assert list(totals) == [one.name for one in sent.returns]
    for one in sent.returns:
        fate = fate_of[one.name]
        count = tally(sent.programme, one, folder, rows[one.name], fate)
        three = [Fate.ACCEPTED, Fate.REJECTED, Fate.EXCLUDED]
        found, source = totals[one.name], sources[one.name]
        counted = [count.rows[each] for each in three]
        assert [found.accepted_rows, found.rejected_rows, found.excluded_rows] == counted
        assert [source["accepted"], source["rejected"], source["excluded"]] == counted
        money = [found.accepted_pence, found.rejected_pence, found.excluded_pence]
        assert [*money, found.outside_pence] == [*(count.pence[e] for e in three), count.outside]
        lines = controls[f"{one.name}: rows read = accepted + rejected + excluded + left out"]
        assert lines["expected"] == lines["actual"] == source["rows_read"] == sum(counted)
        pence = controls[
            f"{one.name}: money read = accepted + rejected + excluded + left out + outside "
            "the years"
        ]
        assert pence["expected"] == pence["actual"] == sum(money) + count.outside
        for place, row, each in zip(rows[one.name], one.rows, fate, strict=True):
            if each is Fate.REJECTED and one.usable:
                # A return that is an earlier version as a whole is named once, without a cell.
                assert said & {(one.name, place), (one.name, 0)}, row
    controls_hold = outcome.results.controls
    assert (controls_hold["expected"] == controls_hold["actual"]).all()


@pytest.mark.parametrize(("part", "examples"), in_parts(PROGRAMMES, PARTS, quick=8))
def test_nothing_is_lost_and_every_figure_is_the_references(part: int, examples: int) -> None:
    @given(sent())
    def holds(programme: Sent) -> None:
        with TemporaryDirectory() as name:
            folder = Path(name)
            rows = write_sent(programme, folder)
            outcome = outcome_of(folder)
            assert_conserved(outcome, programme, folder, rows)
        assert outcome.results is not None
        lines = standing_lines(programme)
        assert_figures(outcome.results, programme.programme, lines)
        assert_settled(outcome.results, programme.programme, lines)
        assert_order_of_partners_hardly_matters(outcome.results)

    on_random(holds, part, examples)


def figures_of(results: Results) -> list[object]:
    """All that a programme's figures are, whatever the order of the lines and of the partners'
    columns: tables as they stand, lines and controls sorted."""
    labels = list(results.programme.year_labels)
    lines = ["line_ref", "scenario", *labels]
    return [
        *(getattr(results, name).to_dict("records") for name in TABLES),
        results.shares.drop(columns="evidence").to_dict("records"),
        *(getattr(results, name).to_dict("records") for name in OF_SOME_PROGRAMMES),
        sorted(results.register[lines].itertuples(index=False, name=None)),
        sorted(results.excluded[lines].itertuples(index=False, name=None)),
        sorted(
            results.apportioned[["partner", *lines]].fillna("").itertuples(index=False, name=None)
        ),
        *(results.settlement.balances.to_dict("records") if results.settlement else []),
        sorted(results.controls[["expected", "actual"]].itertuples(index=False, name=None)),
    ]


@pytest.mark.parametrize(("part", "examples"), in_parts(PROGRAMMES // 10, PARTS, quick=2))
def test_no_order_changes_a_figure(part: int, examples: int) -> None:
    """Of files, sheets, rows, columns and partners' columns; no line of the case stands twice."""

    @given(cases(), st.data())
    def holds(case: Case, data: st.DataObject) -> None:
        other = data.draw(rearranged(case))
        # As text, so that a blank that is NaN equals another.
        assert repr(figures_of(results_of(case))) == repr(figures_of(results_of(other)))

    on_random(holds, part, examples)


def delivered_pence(case: Case, one: CaseReturn, line: reference.RefLine, amount: Decimal) -> int:
    """What a return says is delivered, with costs above zero."""
    pence = reference.pence(amount, one.units or case.programme.units)
    turned = (one.sign or case.programme.sign) == "Positive"
    return -pence if turned and line.category not in reference.COSTS else pence


@pytest.mark.parametrize(("part", "examples"), in_parts(PROGRAMMES // 10, PARTS, quick=2))
def test_what_is_delivered_is_settled_as_the_reference_says(part: int, examples: int) -> None:
    @given(cases(), st.data())
    def holds(case: Case, data: st.DataObject) -> None:
        plan, labels = case.programme.scenarios[-1], case.programme.year_labels
        entries = {
            entry.line.line_ref: entry
            for entry in reference.register(case.programme, case.lines)
            if entry.scenario == plan
        }
        amounts = []
        with TemporaryDirectory() as name:
            folder = Path(name)
            programme_workbook(case.programme).write(folder)
            for one in case.returns:
                workbook = return_workbook(one)
                for ref in dict.fromkeys(line.line_ref for line in one.lines):
                    for year in range(len(labels)):
                        if ref in entries and data.draw(st.booleans()):
                            stated = data.draw(cell_amounts(one.units or case.programme.units))
                            workbook.add(
                                "Delivery", line_ref=ref, year=labels[year], delivered=stated
                            )
                            entry = entries[ref]
                            pence = delivered_pence(case, one, entry.line, stated)
                            amounts.append(reference.RefDelivered(entry, year, pence))
                workbook.write(folder, one.name)
            results = outcome_of(folder).results
        assert results is not None
        assert (results.controls["expected"] == results.controls["actual"]).all()
        if results.settlement is not None:
            rows = reference.settlement_delivered(case.programme, amounts)
            assert settled(results.settlement.delivered) == [list(row.values()) for row in rows]

    on_random(holds, part, examples)


@pytest.mark.parametrize(("part", "examples"), in_parts(20, 1, quick=4))
def test_controls_fail_when_a_figure_is_tampered_with(part: int, examples: int) -> None:
    """One penny more anywhere in a summary table is a failed control."""

    @given(cases(), st.data())
    def holds(case: Case, data: st.DataObject) -> None:
        assert_tampering_fails(case, data)

    on_random(holds, part, examples)


def assert_tampering_fails(case: Case, data: st.DataObject) -> None:
    results = results_of(case)
    table, column = data.draw(
        st.sampled_from(
            [
                *((t, c) for t in ("summary", "appraisal", "by_service") for c in AMOUNTS),
                *(("by_year", label) for label in case.programme.year_labels),
                ("by_year", "total_pence"),
                *(("apportioned", label) for label in case.programme.year_labels),
            ]
        )
    )
    frame = getattr(results, table)
    rows = frame
    if table == "by_year":
        rows = frame[frame[column].notna()]
    assume(len(rows))
    row = data.draw(st.sampled_from(rows.index.tolist()))
    frame.loc[row, column] += 1
    nothing = np.zeros((0, len(case.programme.year_labels)), dtype=np.int64)
    none = np.zeros(0, dtype=np.int64)
    controls = controls_table(model_controls(nothing, none.astype(bool), none, results))
    tables = controls[~controls["control"].str.startswith("Accepted money")]
    assert (tables["expected"] != tables["actual"]).any()


def test_net_present_cost_rounds_half_a_penny_away_from_nil() -> None:
    assert net_present([0, 1], Fraction(1)) == 1
    assert net_present([0, -1], Fraction(1)) == -1
