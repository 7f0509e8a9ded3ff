"""The pipeline against the slow reference of tests/reference.py, on random programmes."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pipeline.core.results import Results
from pipeline.model.apportion import largest_remainder, whole_weights
from pipeline.model.appraisal import net_present
from pipeline.model.controls import controls_table, model_controls
from tests import reference
from tests.running import outcome_of
from tests.strategies import Case, cases, sharing, write_case

slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


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
PAYBACK = {"payback_years": "Payback years"}


@slow
@given(sharing())
def test_shares_are_those_of_the_reference_and_add_up(case: tuple[int, list[object]]) -> None:
    amount, weights = case
    whole = np.array([whole_weights(tuple(weights))], dtype=object)
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


@settings(slow, max_examples=60)
@given(cases())
def test_every_figure_is_the_references(case: Case) -> None:
    results, programme, lines = results_of(case), case.programme, case.lines
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
    assert [[plain(v) for v in row] for row in results.appraisal.to_numpy()] == [
        list(row.values()) for row in reference.appraisal(programme, lines)
    ]
    assert (results.controls["expected"] == results.controls["actual"]).all()


@settings(slow, max_examples=20)
@given(cases(), st.data())
def test_controls_fail_when_a_figure_is_tampered_with(case: Case, data: st.DataObject) -> None:
    """One penny more anywhere in a summary table is a failed control."""
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
