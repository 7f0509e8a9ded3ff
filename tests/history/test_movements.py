"""What moved between two versions: each movement with its effect, and their sums."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
from hypothesis import given, settings

from pipeline.core.versions import Issued, Moved
from pipeline.history.bridges import PARTNER_KINDS, moved
from pipeline.history.movements import KINDS
from tests.history.figures import Line, Programme, programme, shares, snapshot, versions

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
    later = replace(own, partners=(replace(own.partners[0], name="Alpha Unitary"), own.partners[1]))
    now = snapshot(later, [SAVING])
    now.apportioned["organisation"] = now.apportioned["organisation"].replace(
        "Alpha Council", "Alpha Unitary"
    )
    what = moved(snapshot(own, [SAVING]), now, FIRST)
    assert [row[2] for row in rows(what)] == ["Partners"]
    annual = what.partners[what.partners["measure"] == "Annual cashable"]
    pairs = annual[["organisation", "before_pence", "now_pence"]].itertuples(index=False, name=None)
    assert list(pairs) == [("Alpha Unitary", -450, -450), ("Beta Police", -450, -450)]


def test_a_share_that_changes_without_the_line_is_a_changed_share() -> None:
    what = compared([SAVING], [replace(SAVING, agreed=False)])
    assert [row[2] for row in rows(what)] == ["Basis"]
    annual = what.partners[what.partners["measure"] == "Annual cashable"].set_index("organisation")
    assert annual["Changed shares"].to_dict() == {
        "Alpha Council": 450,
        "Beta Police": 450,
        "Not yet apportioned": -900,
    }


# Against slow, obvious sums


def key(line: Line) -> tuple[str, str]:
    return line.ref.strip().casefold(), "".join(c for c in line.scenario.casefold() if c.isalnum())


def worth(own: Programme, lines: list[Line], name: str, service: str | None = None) -> list[int]:
    """One-off and annual cashable of a scenario, of one service where it is named."""
    chosen = [
        line.measures(own.steady_year)
        for line in lines
        if key(line)[1] == key(replace(line, scenario=name))[1] and service in (None, line.service)
    ]
    return [sum(pair[n] for pair in chosen) for n in (0, 1)]


def own_worth(own: Programme, lines: list[Line], name: str, organisation: str) -> list[int]:
    """What falls to an organisation in a scenario."""
    total = [0, 0]
    for line in lines:
        if key(line)[1] == key(replace(line, scenario=name))[1]:
            for whose, pence in shares(line).items():
                pair = replace(line, pence=pence).measures(own.steady_year)
                total = [a + b * (whose == organisation) for a, b in zip(total, pair, strict=True)]
    return total


def agrees(frame: pd.DataFrame, steps: tuple[str, ...]) -> bool:
    """Whether each row of a bridge adds up."""
    return all(
        row["before_pence"] + sum(row[step] for step in steps) == row["now_pence"]
        for row in frame.to_dict("records")
    )


@settings(max_examples=80, deadline=None)
@given(versions(), versions())
def test_movements_and_bridges_add_up_to_the_difference(
    first: tuple[Programme, list[Line]], second: tuple[Programme, list[Line]]
) -> None:
    (own, before), (later, now) = first, second
    what = compared(before, now, own, later)
    lines = what.lines
    for check in what.checks:
        assert check.expected == check.actual
        old, new = (worth(*each, check.scenario) for each in (first, second))
        place = ["One-off", "Annual cashable"].index(check.measure)
        assert check.actual == new[place] - old[place]
    # Each line by itself, not only the sum of all.
    steady = (own.steady_year, later.steady_year)
    pairs = [
        {key(line): line.measures(year) for line in each}
        for each, year in zip((before, now), steady, strict=True)
    ]
    effects: dict[tuple[str, str], list[int]] = {}
    for row in lines[lines["line_ref"] != ""].to_dict("records"):
        whose = key(replace(SAVING, ref=row["line_ref"], scenario=row["scenario"]))
        sums = effects.setdefault(whose, [0, 0])
        sums[0] += row["one_off_pence"]
        sums[1] += row["annual_cashable_pence"]
    for each in {*pairs[0], *pairs[1]}:
        old, new = (list(pair.get(each, (0, 0))) for pair in pairs)
        assert effects.get(each, [0, 0]) == [new[0] - old[0], new[1] - old[1]]
    assert agrees(what.services, KINDS)
    assert agrees(what.partners, PARTNER_KINDS)
    for row in what.services.to_dict("records"):
        place = ["One-off", "Annual cashable"].index(row["measure"])
        service = None if row["service"] == "All services" else row["service"]
        assert row["before_pence"] == worth(*first, row["scenario"], service)[place]
        assert row["now_pence"] == worth(*second, row["scenario"], service)[place]
    for row in what.partners.to_dict("records"):
        place = ["One-off", "Annual cashable"].index(row["measure"])
        whose = row["organisation"]
        assert row["before_pence"] == own_worth(*first, row["scenario"], whose)[place]
        assert row["now_pence"] == own_worth(*second, row["scenario"], whose)[place]
