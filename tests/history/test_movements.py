"""What moved between two versions: each movement with its effect, and their sums."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pandas as pd
import pytest

from pipeline.core.versions import Issued, Moved, Snapshot
from pipeline.history.bridges import PARTNER_KINDS, moved
from pipeline.history.packing import packed, settings_text, unpacked
from pipeline.history.rows import KINDS
from schemas.model import EFFECT_ON
from tests.history.figures import (
    Line,
    Programme,
    Version,
    programme,
    shares,
    snapshot,
    versions,
)
from tests.long import on_examples

FIRST = Issued(1, "First", datetime(2012, 4, 30, tzinfo=UTC))
SAVING = Line("L1", "Best case", "ICT", "Cashable saving", {2012: 0, 2013: -500, 2014: -900})
COST = Line("C1", "Best case", "ICT", "One-off cost", {2012: 4_000, 2013: 0, 2014: 0})


def compared(
    before: list[Line],
    now: list[Line],
    own: Programme | None = None,
    later: Programme | None = None,
    left_out: list[tuple[object, ...]] | None = None,
) -> Moved:
    own = own or programme()
    return moved(snapshot(own, before), snapshot(later or own, now, left_out), FIRST)


def rows(what: Moved) -> list[tuple[object, ...]]:
    """Line ref, change, what, before, after, the two effects."""
    columns = ["line_ref", "change", "what", "before", "after"]
    columns += ["one_off_pence", "annual_cashable_pence"]
    return list(what.lines[columns].itertuples(index=False, name=None))


def kinds(what: Moved) -> Counter[str]:
    return Counter(kind for kind in what.lines["kind"] if kind)


def test_nothing_moves_where_nothing_changed() -> None:
    what = compared([SAVING, COST], [COST, SAVING])
    assert rows(what) == []
    assert all(check.expected == check.actual == 0 for check in what.checks)


def test_a_changed_amount_names_the_year_and_the_cell() -> None:
    what = compared([SAVING], [replace(SAVING, pence={2012: 0, 2013: -500, 2014: -1_000})])
    assert rows(what) == [("L1", "Changed", "2014/15", "(£9)", "(£10)", 0, -100)]
    assert what.lines["where"].tolist() == ["finance.xlsx, Savings!G2"]
    assert kinds(what) == {"Changed amount": 1}


def test_a_new_line_and_one_that_is_gone() -> None:
    what = compared([SAVING], [COST])
    assert rows(what) == [
        ("C1", "New", "Line", "", "A line", 4_000, 0),
        ("L1", "Removed", "Line", "A line", "", 0, 900),
    ]


def test_lines_are_matched_whatever_the_capitals_and_outer_spaces_of_their_refs() -> None:
    assert rows(compared([SAVING], [replace(SAVING, ref=" l1")])) == []


def test_a_line_that_is_in_error_now_is_rejected_at_its_cell() -> None:
    fault = ("L1", None, True, "2013/14", "TBC", "finance.xlsx, Savings!F2")
    what = compared([SAVING], [], left_out=[fault])
    assert rows(what) == [("L1", "Rejected", "2013/14", "(£5)", "TBC", 0, 900)]
    assert what.lines["where"].tolist() == ["finance.xlsx, Savings!F2"]


def test_a_line_that_is_counted_elsewhere_now_is_removed() -> None:
    other = ("L1", "Best case", False, "Counted in", "Programme X", "finance.xlsx, Savings!N2")
    what = compared([SAVING], [], left_out=[other])
    assert rows(what) == [("L1", "Removed", "Counted in", "", "Programme X", 0, 900)]


def test_a_line_that_was_counted_elsewhere_is_new() -> None:
    other = ("L1", "Best case", False, "Counted in", "Programme X", "finance.xlsx, Savings!N2")
    what = moved(snapshot(programme(), [], [other]), snapshot(programme(), [SAVING]), FIRST)
    assert rows(what) == [("L1", "New", "Counted in", "Programme X", "", 0, -900)]


def test_a_saving_a_year_later_has_moved() -> None:
    what = compared([SAVING], [replace(SAVING, pence={2012: 0, 2013: 0, 2014: -500})])
    assert kinds(what) == {"Moved strand or year": 2}
    what = compared([SAVING], [replace(SAVING, pence={2012: -900, 2013: -500, 2014: 0})])
    assert [row[-1] for row in rows(what)] == [0, 900]
    assert kinds(what) == {"Moved strand or year": 2}


def test_a_line_in_another_service_leaves_the_old_one_and_comes_to_the_new_one() -> None:
    what = compared([SAVING], [replace(SAVING, service="Property")])
    assert rows(what) == [
        ("L1", "Changed", "Service", "ICT", "Property", 0, 0),
        ("L1", "Changed", "Strand", "One", "Two", 0, 0),
    ]
    bridge = what.services[what.services["measure"] == "Annual cashable"]
    by_name = bridge[bridge["scenario"] == "Best case"].set_index("service")
    columns = ["before_pence", "Moved strand or year", "now_pence"]
    assert by_name.loc["ICT", columns].tolist() == [-900, 900, 0]
    assert by_name.loc["Property", columns].tolist() == [0, -900, -900]
    assert by_name.loc["All services", columns].tolist() == [-900, 0, -900]


def test_another_category_takes_the_amount_out_of_one_measure_into_the_other() -> None:
    what = compared([COST], [replace(COST, category="Recurring cost")])
    assert rows(what) == [
        ("C1", "Changed", "Category", "One-off cost", "Recurring cost", -4_000, 0)
    ]


def test_another_steady_state_year_moves_each_line_that_differs_in_it() -> None:
    later = programme(steady=2013)
    what = compared([SAVING, COST], [SAVING, COST], later=later)
    assert rows(what) == [
        ("", "Changed", "Steady-state year", "2014/15", "2013/14", 0, 0),
        ("L1", "Changed", "Steady-state year", "2014/15", "2013/14", 0, 400),
    ]
    assert kinds(what) == {"Changed setting": 1}


def test_years_that_a_programme_no_longer_covers_take_their_amounts_with_them() -> None:
    later = programme((2013, 2014))
    now = replace(COST, pence={2013: 0, 2014: 0})
    what = compared([COST], [now], later=later)
    span = ("2012/13 to 2014/15", "2013/14 to 2014/15")
    assert rows(what) == [
        ("", "Changed", "Years", *span, 0, 0),
        ("C1", "Changed", "Years", *span, -4_000, 0),
    ]


def test_a_scenario_that_is_dropped_is_a_setting() -> None:
    worst = replace(SAVING, scenario="Worst case")
    what = compared([SAVING, worst], [SAVING], later=programme(scenarios=("Best case",)))
    assert rows(what)[2:] == [("L1", "Removed", "Scenarios", "A line", "", 0, 900)]
    assert kinds(what) == {"Changed setting": 1}


def test_units_that_alone_explain_the_amounts_are_the_setting_that_changed() -> None:
    thousands = replace(SAVING, units=1_000, pence={y: p * 1_000 for y, p in SAVING.pence.items()})
    what = compared([SAVING], [thousands])
    assert rows(what) == [("L1", "Changed", "Units", "£", "£000", 0, -899_100)]


def test_a_savings_sign_that_alone_explains_the_amounts_is_the_setting_that_changed() -> None:
    turned = replace(SAVING, positive=True, pence={y: -p for y, p in SAVING.pence.items()})
    what = compared([SAVING], [turned])
    assert rows(what) == [("L1", "Changed", "Savings sign", "Negative", "Positive", 0, 1_800)]


def test_a_profile_that_alone_explains_the_amounts_is_the_setting_that_changed() -> None:
    summed = replace(SAVING, incremental=True, pence={2012: 0, 2013: -500, 2014: -1_400})
    what = compared([SAVING], [summed])
    assert rows(what) == [("L1", "Changed", "Profile", "Annual", "Incremental", 0, -500)]


def test_another_discount_rate_is_named_without_effect_on_the_summary() -> None:
    later = replace(programme(), discount_rate=programme().discount_rate * 2)
    what = compared([SAVING], [SAVING], later=later)
    assert rows(what) == [("", "Changed", "Discount rate", "3.5%", "7%", 0, 0)]
    assert what.lines["where"].tolist() == ["programme.xlsx, Programme"]


def test_a_partner_that_is_renamed_stays_the_same_in_the_bridge() -> None:
    own = programme()
    now = snapshot(own, [SAVING])
    called = (replace(own.partners[0], name="Alpha Unitary"), own.partners[1])
    now.programme = replace(now.programme, partners=called)
    now.summary["organisation"] = now.summary["organisation"].replace(
        "Alpha Council", "Alpha Unitary"
    )
    what = moved(snapshot(own, [SAVING]), now, FIRST)
    assert rows(what) == [
        ("", "Changed", "Partners: A", "Alpha Council", "Alpha Unitary", 0, 0),
    ]
    assert all(check.expected == check.actual for check in what.checks)
    annual = what.partners[what.partners["measure"] == "Annual cashable"]
    pairs = annual[["organisation", "before_pence", "now_pence"]].itertuples(index=False, name=None)
    assert list(pairs) == [("Alpha Unitary", -450, -450), ("Beta Police", -450, -450)]


def test_a_share_that_changes_without_the_line_is_a_changed_share() -> None:
    what = compared([SAVING], [replace(SAVING, basis="Not agreed")])
    assert [row[2] for row in rows(what)] == ["Basis"]
    annual = what.partners[what.partners["measure"] == "Annual cashable"].set_index("organisation")
    assert annual["Changed shares"].to_dict() == {
        "Alpha Council": 450,
        "Beta Police": 450,
        "Not yet apportioned": -900,
    }


def headcounts(old: tuple[int, int], new: tuple[int, int], *now: Line) -> Moved:
    """From SAVING, shared by headcount, to the lines of now, with other weights."""
    before = replace(SAVING, basis="Headcount")
    lines = list(now) or [before]
    ends = (snapshot(programme(), [before], None, old), snapshot(programme(), lines, None, new))
    return moved(*ends, FIRST)


def by_partner(what: Moved) -> list[tuple[object, ...]]:
    """What, where, and the annual cashable effect on each organisation."""
    columns = ["what", "where", *(EFFECT_ON + name for name in what.organisations)]
    return list(what.lines[columns].itertuples(index=False, name=None))


def test_other_weights_move_each_partner_and_not_the_programme() -> None:
    what = headcounts((50, 50), (99, 1))
    assert what.organisations == ("Alpha Council", "Beta Police")
    assert rows(what) == [("", "Changed", "Headcount", "A 50; B 50", "A 99; B 1", 0, 0)]
    assert by_partner(what) == [("Headcount", "programme.xlsx, Drivers!D2:E2", -441, 441)]
    assert what.lines["scenario"].tolist() == ["Best case"]


def test_one_changed_weight_is_at_its_cell() -> None:
    what = headcounts((1, 3), (1, 2))
    assert rows(what) == [("", "Changed", "Headcount", "B 3", "B 2", 0, 0)]
    assert by_partner(what) == [("Headcount", "programme.xlsx, Drivers!E2", -75, 75)]


def with_row(of: Snapshot, **changes: object) -> Snapshot:
    """Its one row of weights with other things said of it."""
    (row,) = of.programme.weights["Headcount"][None]
    weights = {"Headcount": {None: (replace(row, **changes),)}}  # type: ignore[arg-type]  # by name
    return replace(of, programme=replace(of.programme, weights=weights))


@pytest.mark.parametrize(
    ("old", "new", "row"),
    [
        ({}, {"version": "Actual"}, ("Headcount, Actual", "Estimate", "Actual")),
        ({"version": "Actual"}, {"version": "Estimate"}, ("Headcount", "Actual", "Estimate")),
        (
            {"from_year": 2012},
            {"from_year": 2012, "version": "Actual", "weights": (Decimal(1), Decimal(2))},
            ("Headcount from 2012/13, Actual", "Estimate; B 3", "Actual; B 2"),
        ),
    ],
)
def test_another_version_of_a_row_is_one_row(
    old: dict[str, object], new: dict[str, object], row: tuple[str, str, str]
) -> None:
    one = snapshot(programme(), [SAVING], None, (1, 3))
    what = moved(with_row(one, **old), with_row(one, **new), FIRST)
    assert rows(what) == [("", "Changed", *row, 0, 0)]
    assert all("programme.xlsx, Drivers!" in str(where) for _, where, *_ in by_partner(what))


def test_a_row_from_a_day_on_is_named_by_it_and_is_kept() -> None:
    one = snapshot(programme(), [SAVING], None, (1, 3))
    dated = {"from_year": 2012, "from_day": date(2012, 10, 3), "source": "Caseload"}
    what = moved(one, with_row(one, **dated), FIRST)
    assert [row[2] for row in rows(what)] == ["Headcount from 3 October 2012", "Headcount"]
    later = with_row(one, **dated, version="Actual", as_at="31 March 2012")
    kept = unpacked(
        settings_text(later), {n: d for n, (_, d) in packed(later).items()}, one.summary
    )
    assert kept.programme.weights == later.programme.weights


def test_weights_that_nothing_is_shared_by_are_named_without_effect() -> None:
    ends = (snapshot(programme(), [SAVING], None, (1, 3)), snapshot(programme(), [SAVING]))
    assert rows(moved(*ends, FIRST)) == []
    later = snapshot(programme(), [SAVING], None, (1, 2))
    what = moved(ends[0], later, FIRST)
    assert [row[3:] for row in by_partner(what)] == [(0,)]
    assert what.lines["scenario"].tolist() == [""]


def test_a_line_moves_at_the_old_shares_then_the_shares_on_the_new_amount() -> None:
    more = {2012: 0, 2013: -500, 2014: -1_300}
    what = headcounts((50, 50), (1, 3), replace(SAVING, basis="Headcount", pence=more))
    assert by_partner(what) == [
        ("Headcount", "programme.xlsx, Drivers!D2:E2", 325, -325),
        ("2014/15", "finance.xlsx, Savings!G2", -200, -200),
    ]


def test_a_new_line_comes_at_the_old_shares() -> None:
    new = replace(SAVING, ref="L2", basis="Headcount")
    what = headcounts((50, 50), (1, 3), replace(SAVING, basis="Headcount"), new)
    assert by_partner(what) == [
        ("Headcount", "programme.xlsx, Drivers!D2:E2", 450, -450),
        ("Line", "finance.xlsx, Savings!A3", -450, -450),
    ]


def test_another_basis_of_a_line_is_at_its_cell_with_what_it_comes_to() -> None:
    what = compared([SAVING], [replace(SAVING, basis="Headcount")])
    assert rows(what) == [("L1", "Changed", "Basis", "Equal", "Headcount", 0, 0)]
    assert [row[2:] for row in by_partner(what)] == [(225, -225)]


def test_another_usual_basis_of_a_service_is_one_row_whatever_the_lines() -> None:
    own = programme()
    ict = replace(own.services[0], basis="Headcount")
    later = replace(own, services=(ict, *own.services[1:]))
    lines = [SAVING, replace(SAVING, ref="L2"), replace(SAVING, ref="L3", service="Fleet")]
    now = [replace(one, basis="Headcount") for one in lines[:2]] + lines[2:]
    what = compared(lines, now, own, later)
    assert rows(what) == [("", "Changed", "Basis: ICT", "Equal", "Headcount", 0, 0)]
    assert by_partner(what) == [("Basis: ICT", "programme.xlsx, Services!C2", 450, -450)]


def test_the_same_movement_in_several_scenarios_is_one_row_that_names_them() -> None:
    worst = replace(SAVING, scenario="Worst case")
    more = {**SAVING.pence, 2014: -1_000}
    what = compared([SAVING, worst], [replace(one, pence=more) for one in (SAVING, worst)])
    # The cell is another one: the two scenarios stand in two rows of the return.
    assert what.lines["scenario"].tolist() == ["Best case", "Worst case"]
    # One row of the return stands for both.
    ends = [
        snapshot(programme(), [replace(one, pence=pence) for one in (SAVING, worst)])
        for pence in (SAVING.pence, more)
    ]
    ends[1].register["row"] = 2
    (row,) = moved(*ends, FIRST).lines.to_dict("records")
    assert (row["scenario"], row["annual_cashable_pence"]) == ("Best case, Worst case", -100)
    assert all(check.actual == check.expected for check in moved(*ends, FIRST).checks)


def test_a_history_that_kept_no_weights_shows_shares_where_they_are_others() -> None:
    before = snapshot(programme(), [replace(SAVING, basis="Headcount")])
    now = replace(before.programme, weights={})
    old = replace(before, programme=now, weights_kept=False)
    assert moved(old, before, FIRST).lines.empty
    later = snapshot(programme(), [replace(SAVING, basis="Headcount")], None, (1, 1))
    what = moved(old, later, FIRST)
    assert rows(what) == [
        ("", "Changed", "Shares: Headcount, ICT", "A 25%; B 75%", "A 50%; B 50%", 0, 0)
    ]
    assert [row[2:] for row in by_partner(what)] == [(-225, 225)]


# Against slow, obvious sums


def key(line: Line) -> tuple[str, str]:
    return line.ref.strip().casefold(), "".join(c for c in line.scenario.casefold() if c.isalnum())


def worth(each: Version, name: str, service: str | None = None) -> list[int]:
    """One-off and annual cashable of a scenario, of one service where it is named."""
    chosen = [
        line.measures(each.programme.steady_year)
        for line in each.lines
        if key(line)[1] == key(replace(line, scenario=name))[1] and service in (None, line.service)
    ]
    return [sum(pair[n] for pair in chosen) for n in (0, 1)]


def own_worth(each: Version, name: str, organisation: str) -> list[int]:
    """What falls to an organisation in a scenario."""
    total = [0, 0]
    for line in each.lines:
        if key(line)[1] == key(replace(line, scenario=name))[1]:
            for whose, pence in shares(line, each.headcount).items():
                pair = replace(line, pence=pence).measures(each.programme.steady_year)
                total = [a + b * (whose == organisation) for a, b in zip(total, pair, strict=True)]
    return total


def agrees(frame: pd.DataFrame, steps: tuple[str, ...]) -> bool:
    """Whether each row of a bridge adds up."""
    return all(
        row["before_pence"] + sum(row[step] for step in steps) == row["now_pence"]
        for row in frame.to_dict("records")
    )


@on_examples(80, versions(), versions(), quick=12)
def test_movements_and_bridges_add_up_to_the_difference(first: Version, second: Version) -> None:
    what = moved(*(snapshot(*each.arguments) for each in (first, second)), FIRST)
    for check in what.checks:
        assert check.expected == check.actual
        if check.organisation == "Total programme":
            old, new = (worth(each, check.scenario) for each in (first, second))
        else:
            whose = (check.scenario, check.organisation)
            old, new = (own_worth(each, *whose) for each in (first, second))
        place = ["One-off", "Annual cashable"].index(check.measure)
        assert check.actual == new[place] - old[place]
    # Each line by itself, not only the sum of all.
    pairs = [
        {key(line): line.measures(each.programme.steady_year) for line in each.lines}
        for each in (first, second)
    ]
    effects = effects_by_line(what)
    for each in {*pairs[0], *pairs[1]}:
        old, new = (list(pair.get(each, (0, 0))) for pair in pairs)
        assert effects.get(each, [0, 0]) == [new[0] - old[0], new[1] - old[1]]
    assert agrees(what.services, KINDS)
    assert agrees(what.partners, PARTNER_KINDS)
    for row in what.services.to_dict("records"):
        place = ["One-off", "Annual cashable"].index(row["measure"])
        service = None if row["service"] == "All services" else row["service"]
        assert row["before_pence"] == worth(first, row["scenario"], service)[place]
        assert row["now_pence"] == worth(second, row["scenario"], service)[place]
    for row in what.partners.to_dict("records"):
        place = ["One-off", "Annual cashable"].index(row["measure"])
        whose = (row["scenario"], row["organisation"])
        assert row["before_pence"] == own_worth(first, *whose)[place]
        assert row["now_pence"] == own_worth(second, *whose)[place]


def effects_by_line(what: Moved) -> dict[tuple[str, str], list[int]]:
    """One-off and annual cashable effects by line and scenario."""
    effects: dict[tuple[str, str], list[int]] = {}
    for row in what.lines[what.lines["line_ref"] != ""].to_dict("records"):
        for scenario in row["scenario"].split(", "):
            whose = key(replace(SAVING, ref=row["line_ref"], scenario=scenario))
            sums = effects.setdefault(whose, [0, 0])
            sums[0] += row["one_off_pence"]
            sums[1] += row["annual_cashable_pence"]
    return effects


@on_examples(40, versions(), versions(), quick=10)
def test_lines_move_at_the_old_shares_before_shares_do(first: Version, second: Version) -> None:
    """Where no line changed its basis or service, what its amounts come to for a partner is the
    difference between two sums at the old weights."""
    lines = {key(line): line for line in first.lines}
    kept = [
        replace(line, basis=lines[key(line)].basis, service=lines[key(line)].service)
        for line in second.lines
        if key(line) in lines
    ]
    later = replace(second, lines=kept, programme=first.programme)
    own = replace(first, lines=[line for line in first.lines if key(line) in set(map(key, kept))])
    kept = [one for one in kept if one.scenario in first.programme.scenarios]
    later = replace(later, lines=[replace(one, pence=_within(one, first)) for one in kept])
    own = replace(own, lines=[one for one in own.lines if key(one) in set(map(key, kept))])
    what = moved(*(snapshot(*each.arguments) for each in (own, later)), FIRST)
    for scenario in first.programme.scenarios:
        named = what.lines["scenario"].map(lambda names, one=scenario: one in names.split(", "))
        rows = what.lines[(what.lines["line_ref"] != "") & named.astype(bool)]
        for name in ("Alpha Council", "Beta Police"):
            at_old = replace(later, headcount=own.headcount)
            expected = own_worth(at_old, scenario, name)[1] - own_worth(own, scenario, name)[1]
            assert rows[EFFECT_ON + name].sum() == expected


def _within(line: Line, version: Version) -> dict[int, int]:
    """The amounts of a line in a version's years."""
    return {year: line.pence.get(year, 0) for year in version.programme.years}
